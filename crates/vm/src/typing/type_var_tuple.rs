//! `typing.TypeVarTuple`

use super::{Default, call_typing, cannot_subclass, iterate_unpacked, set_module};
use object::{
    Field, GilCell, Py, PyClass, PyDict, PyLayout, PyObject, PyResult, PyStr, PyTypeObject, Visitor, pyclass,
    pymethods, raise,
};

#[pyclass(name = "typing.TypeVarTuple", flags(HAVE_GC), dict = dict, weaklist = weakreflist)]
#[repr(C)]
pub struct TypeVarTuple {
    ob_base: PyObject,
    name: Field<PyStr>,
    default: Default,
    dict: Field<PyDict>,
    weakreflist: GilCell<*mut PyObject>,
}

impl TypeVarTuple {
    /// `[*Ts]` of a type parameter list.
    pub(super) fn declared(name: &PyObject) -> PyResult {
        match name.downcast::<PyStr>() {
            Some(name) => Ok(TypeVarTuple::make(name, Default::empty())?.into_object()),
            None => raise!(SystemError, "a type parameter's name is a string"),
        }
    }

    fn make(name: &PyStr, default: Default) -> PyResult<Py<TypeVarTuple>> {
        object::new_object(TypeVarTuple {
            ob_base: PyObject::new_head(TypeVarTuple::type_object()),
            name: Field::new(Some(name.new_ref())),
            default,
            dict: Field::empty(),
            weakreflist: GilCell::new(std::ptr::null_mut()),
        })
    }

    pub(super) fn default(&self) -> &Default {
        &self.default
    }
}

#[pymethods]
impl TypeVarTuple {
    #[new("(name, *, default=typing.NoDefault)", nosig)]
    fn tp_new(_cls: &PyTypeObject, name: &PyStr, default: Option<&PyObject>) -> PyResult<Py<TypeVarTuple>> {
        let made = TypeVarTuple::make(name, Default::given(default)?)?;
        set_module(made.as_object())?;
        Ok(made)
    }
    #[slot]
    fn tp_repr(&self) -> PyResult {
        let name = self.name.get().map(|name| name.to_string()).unwrap_or_default();
        Ok(PyStr::new_wtf8_lossy(&name)?.into_object())
    }
    #[slot]
    fn tp_iter(&self) -> PyResult {
        iterate_unpacked(self.as_object())
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        self.default.lazy.traverse(visit);
        visit.field(&self.dict);
    }
    #[slot]
    fn tp_clear(&self) {
        self.default.lazy.clear();
        self.dict.set(None);
    }
    #[getter]
    fn __name__(&self) -> Option<Py<PyStr>> {
        self.name.get()
    }
    #[getter]
    fn __default__(&self) -> PyResult {
        self.default.get()
    }
    #[getter]
    fn evaluate_default(&self) -> PyResult {
        self.default.function()
    }
    #[method("($self, /)")]
    fn has_default(&self) -> PyResult<bool> {
        self.default.exists()
    }
    #[method("($self, arg, /)")]
    fn __typing_subst__(&self, _arg: &PyObject) -> PyResult {
        raise!(TypeError, "Substitution of bare TypeVarTuple is not supported")
    }
    #[method("($self, alias, args, /)")]
    fn __typing_prepare_subst__(&self, alias: &PyObject, args: &PyObject) -> PyResult {
        call_typing("_typevartuple_prepare_subst", &[self.as_object(), alias, args])
    }
    #[method("($self, object, /)")]
    fn __mro_entries__(&self, _object: &PyObject) -> PyResult {
        cannot_subclass("TypeVarTuple")
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> Option<Py<PyStr>> {
        self.name.get()
    }
}
