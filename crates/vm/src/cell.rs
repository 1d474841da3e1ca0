//! `cell` (`cpython/cellobject.h`): a variable shared by a function and the functions inside it.

use object::{
    CompareOp, Field, Py, PyLayout, PyObject, PyResult, PyTypeObject, Visitor, new_instance, new_object,
    raise,
};
use object::{pyclass, pymethods};

/// `PyCellObject`
#[pyclass(name = "cell", type = PyCell_Type, flags(HAVE_GC))]
#[repr(C)]
pub struct PyCell {
    ob_base: PyObject,
    pub ob_ref: Field,
}

impl PyCell {
    pub fn new(value: Option<Py>) -> PyResult<Py<PyCell>> {
        new_object(PyCell {
            ob_base: PyObject::new_head(&PyCell_Type),
            ob_ref: Field::new(value),
        })
    }
}

#[pymethods]
impl PyCell {
    #[new("(*contents)", shown = "([contents])")]
    fn tp_new(cls: &PyTypeObject, args: object::Args<'_>) -> PyResult<Py<PyCell>> {
        object::args::check_positional("cell", args.len(), 0, 1)?;
        let value = args.first().map(|v| v.new_ref());
        new_instance(cls, |this: *mut PyCell| {
            // SAFETY: fresh memory of a cell.
            unsafe { (&raw mut (*this).ob_ref).write(Field::new(value)) }
        })
    }

    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.ob_ref);
    }

    #[slot]
    fn tp_clear(&self) {
        self.ob_ref.set(None);
    }

    #[slot]
    fn tp_repr(&self) -> PyResult<String> {
        Ok(match self.ob_ref.get() {
            None => format!("<cell at {:p}: empty>", self),
            Some(v) => format!(
                "<cell at {:p}: {} object at {:p}>",
                self,
                v.ty().full_name(),
                v.get()
            ),
        })
    }

    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult {
        let Some(other) = other.downcast_exact::<PyCell>() else {
            return Ok(object::not_implemented());
        };
        match (self.ob_ref.get(), other.ob_ref.get()) {
            (Some(a), Some(b)) => a.rich_compare(&b, op),
            (a, b) => Ok(object::bool::py_bool(op.holds(a.is_some().cmp(&b.is_some())))),
        }
    }

    #[getter]
    fn cell_contents(&self) -> PyResult {
        match self.ob_ref.get() {
            Some(v) => Ok(v),
            None => raise!(ValueError, "Cell is empty"),
        }
    }

    #[setter(cell_contents)]
    fn set_cell_contents(&self, value: Option<&PyObject>) -> PyResult<()> {
        self.ob_ref.set(value.map(|v| v.new_ref()));
        Ok(())
    }
}
