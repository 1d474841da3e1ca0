//! `mappingproxy` (`types.MappingProxyType`): a read-only view of a mapping.

use crate::args::{FuncArgs, KwArgs};
use crate::handle::{Field, Py, PyLayout, PyResult};
use crate::raise;
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::typeobject::PyTypeObject;
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
    fn mapping(&self) -> Py {
        self.mapping.get().unwrap_or_else(crate::none)
    }
    fn unwrap(obj: &PyObject) -> Py {
        match obj.downcast::<PyMappingProxy>() {
            Some(p) => p.mapping(),
            None => obj.new_ref(),
        }
    }
    fn method(&self, name: &PyStr, args: &[&PyObject]) -> PyResult {
        self.mapping().call_method(name, args)
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
        self.mapping().length()
    }
    #[slot]
    fn mp_subscript(&self, key: &PyObject) -> PyResult {
        self.mapping().get_item(key)
    }
    #[slot]
    fn sq_contains(&self, key: &PyObject) -> PyResult<bool> {
        self.mapping().contains(key)
    }
    #[slot]
    fn tp_iter(&self) -> PyResult {
        crate::iter::get_iter(&self.mapping())
    }
    #[slot]
    fn tp_repr(&self) -> PyResult<String> {
        Ok(format!("mappingproxy({})", self.mapping().repr()?))
    }
    #[slot]
    fn tp_str(&self) -> PyResult<Py<PyStr>> {
        self.mapping().str()
    }
    #[slot]
    fn tp_hash(&self) -> PyResult<isize> {
        self.mapping().hash()
    }
    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult {
        self.mapping().rich_compare(&PyMappingProxy::unwrap(other), op)
    }
    #[slot]
    fn nb_or(a: &PyObject, b: &PyObject) -> PyResult {
        crate::number::or(&PyMappingProxy::unwrap(a), &PyMappingProxy::unwrap(b))
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
    #[method("($self, key, default=None, /)", nosig)]
    fn get(&self, key: &PyObject, default: Option<&PyObject>) -> PyResult {
        self.method(
            crate::intern!("get"),
            &[key, default.unwrap_or(crate::singletons::none_ref())],
        )
    }
    #[method("($self, /)", nosig)]
    fn keys(&self) -> PyResult {
        self.method(crate::intern!("keys"), &[])
    }
    #[method("($self, /)", nosig)]
    fn values(&self) -> PyResult {
        self.method(crate::intern!("values"), &[])
    }
    #[method("($self, /)", nosig)]
    fn items(&self) -> PyResult {
        self.method(crate::intern!("items"), &[])
    }
    #[method("($self, /)", nosig)]
    fn copy(&self) -> PyResult {
        self.method(crate::intern!("copy"), &[])
    }
    #[method("($self, /)", nosig)]
    fn __reversed__(&self) -> PyResult {
        self.method(crate::intern!("__reversed__"), &[])
    }
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(cls: &PyTypeObject, object: &PyObject) -> PyResult {
        crate::typeobject::generic_alias(cls.as_object(), object)
    }
}

#[allow(unused)]
fn _args(a: FuncArgs<'_>) -> KwArgs<'_> {
    a.keywords()
}
