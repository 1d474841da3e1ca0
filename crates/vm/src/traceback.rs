//! `traceback` (`cpython/traceback.h`): where an exception passed by.

use crate::frameobject::PyFrame;
use object::{Field, GilCell, Py, PyLayout, PyObject, PyResult, PyTypeObject, Visitor, raise};
use object::{pyclass, pymethods};

/// `PyTracebackObject`
#[pyclass(name = "traceback", type = PyTraceBack_Type, flags(HAVE_GC))]
#[repr(C)]
pub struct PyTraceback {
    ob_base: PyObject,
    pub tb_next: Field,
    pub tb_frame: Field<PyFrame>,
    /// In bytes.
    pub tb_lasti: GilCell<i32>,
    /// -1: not looked up yet.
    pub tb_lineno: GilCell<i32>,
}

impl PyTraceback {
    pub fn new(next: Option<Py>, frame: &PyFrame, lasti: i32, lineno: i32) -> PyResult<Py<PyTraceback>> {
        object::new_object(PyTraceback {
            ob_base: PyObject::new_head(&PyTraceBack_Type),
            tb_next: Field::new(next),
            tb_frame: Field::from_ref(frame),
            tb_lasti: GilCell::new(lasti),
            tb_lineno: GilCell::new(lineno),
        })
    }

    /// The line, looked up when first asked for.
    pub fn lineno(&self) -> Option<i32> {
        match self.tb_lineno.get() {
            -1 => {
                let frame = self.tb_frame.get()?;
                frame.get().code()?.addr_to_line(self.tb_lasti.get() as isize)
            }
            n => Some(n),
        }
    }
}

#[pymethods]
impl PyTraceback {
    #[new("(tb_next, tb_frame, tb_lasti, tb_lineno)")]
    fn tp_new(
        _cls: &PyTypeObject,
        tb_next: &PyObject,
        tb_frame: &PyFrame,
        tb_lasti: i32,
        tb_lineno: i32,
    ) -> PyResult<Py<PyTraceback>> {
        let next = if object::is_none(tb_next) {
            None
        } else if tb_next.downcast::<PyTraceback>().is_some() {
            Some(tb_next.new_ref())
        } else {
            return raise!(
                TypeError,
                "expected traceback object or None, got '{}'",
                tb_next.ty().full_name()
            );
        };
        PyTraceback::new(next, tb_frame, tb_lasti, tb_lineno)
    }

    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.tb_next);
        visit.field(&self.tb_frame);
    }

    #[slot]
    fn tp_clear(&self) {
        self.tb_next.set(None);
        self.tb_frame.set(None);
    }

    #[getter]
    fn tb_frame(&self) -> Option<Py<PyFrame>> {
        self.tb_frame.get()
    }

    #[getter]
    fn tb_lasti(&self) -> i32 {
        self.tb_lasti.get()
    }

    #[getter]
    fn tb_lineno(&self) -> Option<i32> {
        self.lineno()
    }

    #[getter]
    fn tb_next(&self) -> Option<Py> {
        self.tb_next.get()
    }

    #[setter(tb_next)]
    fn set_tb_next(&self, value: Option<&PyObject>) -> PyResult<()> {
        let Some(value) = value else {
            return raise!(TypeError, "can't delete tb_next attribute");
        };
        if object::is_none(value) {
            self.tb_next.set(None);
            return Ok(());
        }
        let Some(new) = value.downcast::<PyTraceback>() else {
            return raise!(
                TypeError,
                "expected traceback object, got '{}'",
                value.ty().full_name()
            );
        };
        // no loops
        let mut cursor = Some(value.new_ref());
        while let Some(c) = cursor {
            if c.is(self) {
                return raise!(ValueError, "traceback loop detected");
            }
            cursor = c.downcast::<PyTraceback>().and_then(|t| t.tb_next.get());
        }
        self.tb_next.set(Some(new.as_object().new_ref()));
        Ok(())
    }

    #[method("($self, /)")]
    fn __dir__(&self) -> PyResult {
        let mut names = Vec::new();
        for n in ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"] {
            names.push(object::intern::intern_str(n)?.into_object());
        }
        Ok(object::PyList::from_vec(names)?.into_object())
    }
}
