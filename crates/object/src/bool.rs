//! `bool`: `True` and `False`, ints of a type of their own.

use crate::handle::{GilCell, Py, PyLayout};
use crate::int::PyInt;
use crate::refcount::PyObject;
use object_macros::{pyclass, pymethods};

/// `bool`'s instances: ints.
#[pyclass(name = "bool", type = PyBool_Type, base = PyInt, flags(LONG_SUBCLASS, MATCH_SELF), itemsize = 4)]
#[repr(transparent)]
pub struct PyBool(pub PyInt);

// SAFETY: the two values never change.
unsafe impl Sync for PyBool {}

/// `Py_False`
#[unsafe(no_mangle)]
pub static _Py_FalseStruct: PyBool = PyBool(PyInt {
    ob_base: PyObject::new_static(&PyBool_Type),
    lv_tag: GilCell::new(1),
    ob_digit: [GilCell::new(0)],
});
/// `Py_True`
#[unsafe(no_mangle)]
pub static _Py_TrueStruct: PyBool = PyBool(PyInt {
    ob_base: PyObject::new_static(&PyBool_Type),
    lv_tag: GilCell::new(1 << 3),
    ob_digit: [GilCell::new(1)],
});

/// `True`, lent.
#[inline(always)]
pub fn true_ref() -> &'static PyObject {
    &_Py_TrueStruct.0.ob_base
}
/// `False`, lent.
#[inline(always)]
pub fn false_ref() -> &'static PyObject {
    &_Py_FalseStruct.0.ob_base
}
#[inline(always)]
pub fn py_bool(value: bool) -> Py {
    if value {
        true_ref().new_ref()
    } else {
        false_ref().new_ref()
    }
}

#[pymethods]
impl PyBool {
    #[slot]
    unsafe fn tp_dealloc(_op: *mut PyObject) {}
}
