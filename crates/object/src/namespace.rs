//! `types.SimpleNamespace`.

use crate::handle::{Field, Py, PyClass, PyLayout, PyResult};
use crate::raise;
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::tuple::PyTuple;
use crate::typeobject::PyTypeObject;
use crate::{CompareOp, PyDict};
use object_macros::{pyclass, pymethods};

#[pyclass(name = "types.SimpleNamespace", type = _PyNamespace_Type, flags(BASETYPE, HAVE_GC), dict = ns_dict)]
#[repr(C)]
pub struct PyNamespace {
    ob_base: PyObject,
    ns_dict: Field<PyDict>,
}

impl PyNamespace {
    /// `_PyNamespace_New`: with these attributes.
    pub fn new(dict: &PyDict) -> PyResult<Py<PyNamespace>> {
        let n = crate::new_instance(PyNamespace::type_object(), |_: *mut PyNamespace| {})?;
        n.ns_dict.set(Some(dict.copy()?));
        Ok(n)
    }
    fn dict(&self) -> PyResult<Py<PyDict>> {
        match self.ns_dict.get() {
            Some(d) => Ok(d),
            None => {
                let d = PyDict::new()?;
                self.ns_dict.set(Some(d.clone()));
                Ok(d)
            }
        }
    }
}

#[pymethods(signature = "(mapping_or_iterable=(), /, **kwargs)")]
impl PyNamespace {
    #[slot]
    fn tp_new(cls: &PyTypeObject, _args: &PyTuple, _kw: Option<&PyDict>) -> PyResult<Py<PyNamespace>> {
        let n = crate::new_instance(cls, |_: *mut PyNamespace| {})?;
        n.dict()?;
        Ok(n)
    }
    #[slot]
    fn tp_init(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<()> {
        crate::args::check_positional(self.as_object().ty().name(), args.len(), 0, 1)?;
        let dict = self.dict()?;
        if let Some(a) = args.get(0) {
            let from = PyDict::new()?;
            from.update(a, true)?;
            for (k, _) in from.items_vec() {
                if !PyStr::check(&k) {
                    return raise!(TypeError, "keywords must be strings");
                }
            }
            dict.update(from.as_object(), true)?;
        }
        if let Some(k) = kwargs {
            dict.update(k.as_object(), true)?;
        }
        Ok(())
    }
    #[slot]
    fn tp_repr(&self) -> PyResult {
        let ty = self.as_object().ty();
        let name = if std::ptr::eq(ty, PyNamespace::type_object()) {
            "namespace".to_string()
        } else {
            ty.name().to_string()
        };
        if crate::protocol::repr_enter(self.as_object()) {
            return crate::IntoPy::into_py(format!("{name}(...)"));
        }
        let run = || -> PyResult<String> {
            let mut parts = Vec::new();
            for (k, v) in self.dict()?.items_vec() {
                if let Some(k) = k.downcast::<PyStr>()
                    && !k.is_empty()
                {
                    parts.push(format!("{k}={}", v.repr()?));
                }
            }
            Ok(format!("{name}({})", parts.join(", ")))
        };
        let r = run();
        crate::protocol::repr_leave(self.as_object());
        Ok(PyStr::new_wtf8_lossy(&r?)?.into_object())
    }
    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult {
        match other.downcast::<PyNamespace>() {
            Some(o) => self.dict()?.as_object().rich_compare(o.dict()?.as_object(), op),
            None => Ok(crate::not_implemented()),
        }
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut crate::Visitor) {
        visit.field(&self.ns_dict);
    }
    #[slot]
    fn tp_clear(&self) {
        self.ns_dict.set(None);
    }
    #[getter]
    fn __dict__(&self) -> PyResult<Py<PyDict>> {
        self.dict()
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        let class = self.as_object().ty().as_object().new_ref();
        crate::IntoPy::into_py((class, PyTuple::empty()?, self.dict()?))
    }
    #[method("($self, /, **changes)")]
    fn __replace__(&self, changes: crate::KwArgs<'_>) -> PyResult {
        let class = self.as_object().ty().as_object().new_ref();
        let new = crate::call::call(&class, &[])?;
        if let Some(n) = new.downcast::<PyNamespace>() {
            n.dict()?.update(self.dict()?.as_object(), true)?;
            n.dict()?.update(changes.to_dict()?.as_object(), true)?;
        }
        Ok(new)
    }
}
