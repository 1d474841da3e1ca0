//! `mappingproxy` (`types.MappingProxyType`): a read-only view of a mapping.

use crate::handle::{Field, Py, PyLayout, PyResult};
use crate::raise;
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::typeobject::{PyTypeObject, flags};
use crate::{CompareOp, PyClass};
use object_macros::{pyclass, pymethods};

#[pyclass(name = "mappingproxy", type = PyDictProxy_Type, flags(HAVE_GC, MAPPING))]
#[repr(C)]
pub struct PyMappingProxy {
    ob_base: PyObject,
    mapping: Field,
}

impl PyMappingProxy {
    /// `PyDictProxy_New`
    pub fn new(mapping: &PyObject) -> PyResult<Py<PyMappingProxy>> {
        crate::new_object(PyMappingProxy {
            ob_base: PyObject::new_head(&PyDictProxy_Type),
            mapping: Field::from_ref(mapping),
        })
    }
    /// The view that a static type's `__dict__` gives. It holds the type, whose docstring comes into the dict only
    /// when a value is asked for: `name in cls.__dict__` is asked of many types that nobody reads about.
    pub fn of_static_type(ty: &PyTypeObject) -> PyResult<Py<PyMappingProxy>> {
        PyMappingProxy::new(ty.as_object())
    }
    fn static_type(mapping: &PyObject) -> Option<&PyTypeObject> {
        let ty = mapping.downcast::<PyTypeObject>()?;
        (!ty.has(flags::HEAPTYPE)).then_some(ty)
    }
    /// The mapping, for its keys.
    fn keys_only(&self) -> Py {
        let mapping = self.mapping.get().unwrap_or_else(crate::none);
        match PyMappingProxy::static_type(&mapping) {
            Some(ty) => ty.tp_dict.get().map_or_else(crate::none, Py::into_object),
            None => mapping,
        }
    }
    /// The mapping with all that it shows.
    fn mapping(&self) -> PyResult {
        let mapping = self.mapping.get().unwrap_or_else(crate::none);
        if let Some(ty) = PyMappingProxy::static_type(&mapping) {
            crate::doc::settle(ty)?;
        }
        Ok(self.keys_only())
    }
    /// The mapping, for one of its values.
    fn mapping_for(&self, key: &PyObject) -> PyResult {
        match key.downcast_exact::<PyStr>() {
            Some(key) if !key.eq_str("__doc__") => Ok(self.keys_only()),
            _ => self.mapping(),
        }
    }
    fn unwrap(obj: &PyObject) -> PyResult {
        match obj.downcast::<PyMappingProxy>() {
            Some(p) => p.mapping(),
            None => Ok(obj.new_ref()),
        }
    }
    fn method(&self, name: &PyStr, args: &[&PyObject]) -> PyResult {
        self.mapping()?.call_method(name, args)
    }
}

#[pymethods]
impl PyMappingProxy {
    #[new("(mapping)")]
    fn tp_new(_cls: &PyTypeObject, mapping: &PyObject) -> PyResult<Py<PyMappingProxy>> {
        let mapping_like = mapping
            .ty()
            .as_mapping()
            .is_some_and(|m| m.mp_subscript.get().is_some())
            && !crate::PyList::check(mapping)
            && !crate::PyTuple::check(mapping);
        if !mapping_like {
            return raise!(
                TypeError,
                "mappingproxy() argument must be a mapping, not {}",
                mapping.ty().full_name()
            );
        }
        PyMappingProxy::new(mapping)
    }
    #[slot]
    fn mp_length(&self) -> PyResult<usize> {
        self.keys_only().length()
    }
    #[slot]
    fn mp_subscript(&self, key: &PyObject) -> PyResult {
        self.mapping_for(key)?.get_item(key)
    }
    #[slot]
    fn sq_contains(&self, key: &PyObject) -> PyResult<bool> {
        self.keys_only().contains(key)
    }
    #[slot]
    fn tp_iter(&self) -> PyResult {
        crate::iter::get_iter(&self.keys_only())
    }
    #[slot]
    fn tp_repr(&self) -> PyResult<String> {
        Ok(format!("mappingproxy({})", self.mapping()?.repr()?))
    }
    #[slot]
    fn tp_str(&self) -> PyResult<Py<PyStr>> {
        self.mapping()?.str()
    }
    #[slot]
    fn tp_hash(&self) -> PyResult<isize> {
        self.mapping()?.hash()
    }
    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult {
        self.mapping()?.rich_compare(&*PyMappingProxy::unwrap(other)?, op)
    }
    #[slot]
    fn nb_or(a: &PyObject, b: &PyObject) -> PyResult {
        crate::number::or(&*PyMappingProxy::unwrap(a)?, &*PyMappingProxy::unwrap(b)?)
    }
    #[slot]
    fn nb_inplace_or(&self, _other: &PyObject) -> PyResult {
        raise!(
            TypeError,
            "'|=' is not supported by {}; use '|' instead",
            self.as_object().ty().full_name()
        )
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut crate::Visitor) {
        visit.field(&self.mapping);
    }
    #[method("($self, key, default=None, /)")]
    fn get(&self, key: &PyObject, default: Option<&PyObject>) -> PyResult {
        self.mapping_for(key)?.call_method(
            crate::intern!("get"),
            &[key, default.unwrap_or(crate::singletons::none_ref())],
        )
    }
    #[method("($self, /)")]
    fn keys(&self) -> PyResult {
        self.keys_only().call_method(crate::intern!("keys"), &[])
    }
    #[method("($self, /)")]
    fn values(&self) -> PyResult {
        self.method(crate::intern!("values"), &[])
    }
    #[method("($self, /)")]
    fn items(&self) -> PyResult {
        self.method(crate::intern!("items"), &[])
    }
    #[method("($self, /)")]
    fn copy(&self) -> PyResult {
        self.method(crate::intern!("copy"), &[])
    }
    #[method("($self, /)")]
    fn __reversed__(&self) -> PyResult {
        self.method(crate::intern!("__reversed__"), &[])
    }
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(cls: &PyTypeObject, object: &PyObject) -> PyResult {
        crate::typeobject::generic_alias(cls.as_object(), object)
    }
}
