//! `None`, `NotImplemented` and `...`.

use crate::handle::{Py, PyLayout, PyResult};
use crate::raise;
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::typeobject::PyTypeObject;
use crate::{PyDict, PyTuple};
use object_macros::{pyclass, pymethods};

macro_rules! singleton {
    ($name:ident, $ty:ident, $static:ident, $pyname:literal) => {
        #[pyclass(name = $pyname, type = $ty)]
        #[repr(transparent)]
        pub struct $name(PyObject);
        // SAFETY: immutable.
        unsafe impl Sync for $name {}
        #[unsafe(no_mangle)]
        pub static $static: $name = $name(PyObject::new_static(&$ty));
    };
}

singleton!(PyNone, _PyNone_Type, _Py_NoneStruct, "NoneType");
singleton!(
    PyNotImplemented,
    _PyNotImplemented_Type,
    _Py_NotImplementedStruct,
    "NotImplementedType"
);
singleton!(PyEllipsis, PyEllipsis_Type, _Py_EllipsisObject, "ellipsis");

/// `None`, lent.
#[inline(always)]
pub fn none_ref() -> &'static PyObject {
    &_Py_NoneStruct.0
}
/// `None`
#[inline(always)]
pub fn none() -> Py {
    none_ref().new_ref()
}
#[inline(always)]
pub fn is_none(obj: &PyObject) -> bool {
    std::ptr::eq(obj, none_ref())
}
/// `NotImplemented`
#[inline(always)]
pub fn not_implemented() -> Py {
    _Py_NotImplementedStruct.0.new_ref()
}
#[inline(always)]
pub fn is_not_implemented(obj: &PyObject) -> bool {
    std::ptr::eq(obj, &_Py_NotImplementedStruct.0)
}
/// `...`
#[inline(always)]
pub fn ellipsis() -> Py {
    _Py_EllipsisObject.0.new_ref()
}

fn no_arguments(ty: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<()> {
    if !args.is_empty() || kwargs.is_some_and(|k| !k.is_empty()) {
        return raise!(TypeError, "{} takes no arguments", ty.name());
    }
    Ok(())
}

#[pymethods(signature = "()")]
impl PyNone {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
        no_arguments(cls, args, kwargs)?;
        Ok(none())
    }
    #[slot]
    fn tp_repr(&self) -> PyResult {
        Ok(crate::intern!("None").as_object().new_ref())
    }
    #[slot]
    fn nb_bool(&self) -> PyResult<bool> {
        Ok(false)
    }
    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: crate::CompareOp) -> PyResult {
        // equal to itself alone; the rest is the other operand's to say
        match op {
            crate::CompareOp::Eq if is_none(other) => Ok(crate::bool::py_bool(true)),
            crate::CompareOp::Ne if is_none(other) => Ok(crate::bool::py_bool(false)),
            _ => Ok(not_implemented()),
        }
    }
    #[slot]
    fn tp_hash(&self) -> PyResult<isize> {
        Ok(0xfca86420)
    }
    #[slot]
    unsafe fn tp_dealloc(_op: *mut PyObject) {}
}

#[pymethods(signature = "()")]
impl PyNotImplemented {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
        no_arguments(cls, args, kwargs)?;
        Ok(not_implemented())
    }
    #[slot]
    fn tp_repr(&self) -> PyResult {
        Ok(crate::intern!("NotImplemented").as_object().new_ref())
    }
    #[slot]
    fn nb_bool(&self) -> PyResult<bool> {
        raise!(
            TypeError,
            "NotImplemented should not be used in a boolean context"
        )
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult<Py<PyStr>> {
        PyStr::new("NotImplemented")
    }
    #[slot]
    unsafe fn tp_dealloc(_op: *mut PyObject) {}
}

#[pymethods(signature = "()")]
impl PyEllipsis {
    #[slot]
    fn tp_new(_cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
        if !args.is_empty() || kwargs.is_some_and(|k| !k.is_empty()) {
            return raise!(TypeError, "EllipsisType takes no arguments");
        }
        Ok(ellipsis())
    }
    #[slot]
    fn tp_repr(&self) -> PyResult {
        Ok(crate::intern!("Ellipsis").as_object().new_ref())
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult<Py<PyStr>> {
        PyStr::new("Ellipsis")
    }
    #[slot]
    unsafe fn tp_dealloc(_op: *mut PyObject) {}
}
