//! `bool`: `True` and `False`, ints of a type of their own.

use crate::FuncArgs;
use crate::exceptions as exc;
use crate::handle::{GilCell, Py, PyClass, PyLayout, PyResult};
use crate::int::PyInt;
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::typeobject::PyTypeObject;
use object_macros::{pyclass, pymethods};

/// `bool`'s instances: ints.
#[pyclass(name = "bool", type = PyBool_Type, base = PyInt, flags(LONG_SUBCLASS, MATCH_SELF), basicsize = 24, itemsize = 4)]
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

/// The truth of a `bool` object; `None` for anything else.
#[inline(always)]
pub fn value_of(obj: &PyObject) -> Option<bool> {
    if std::ptr::eq(obj, true_ref()) {
        Some(true)
    } else if std::ptr::eq(obj, false_ref()) {
        Some(false)
    } else {
        None
    }
}

#[pymethods]
impl PyBool {
    #[new("(object=False, /)")]
    fn tp_new(_cls: &PyTypeObject, object: Option<&PyObject>) -> PyResult {
        match object {
            Some(x) => Ok(py_bool(x.is_true()?)),
            None => Ok(py_bool(false)),
        }
    }
    #[slot]
    fn tp_vectorcall(_cls: &PyTypeObject, all: FuncArgs<'_>) -> PyResult {
        all.no_keywords("bool")?;
        all.check_positional("bool", 0, 1)?;
        match all.pos.first() {
            Some(x) => Ok(py_bool(x.is_true()?)),
            None => Ok(py_bool(false)),
        }
    }
    #[slot]
    unsafe fn tp_dealloc(_op: *mut PyObject) {}
    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        Ok(if self.0.is_zero() {
            crate::intern!("False").new_ref()
        } else {
            crate::intern!("True").new_ref()
        })
    }
    #[slot]
    fn nb_invert(&self) -> PyResult<Py<PyInt>> {
        crate::hooks::warn(
            exc::DeprecationWarning::type_object(),
            "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This returns the bitwise \
             inversion of the underlying int object and is usually not what you expect from negating a bool. Use the \
             'not' operator for boolean negation or ~int(x) if you really want the bitwise inversion of the \
             underlying int.",
            1,
        )?;
        crate::int::ops::invert(&self.0)
    }
    #[slot]
    fn nb_and(a: &PyObject, b: &PyObject) -> PyResult {
        bitwise(a, b, |x, y| x & y, crate::int::ops::and)
    }
    #[slot]
    fn nb_xor(a: &PyObject, b: &PyObject) -> PyResult {
        bitwise(a, b, |x, y| x ^ y, crate::int::ops::xor)
    }
    #[slot]
    fn nb_or(a: &PyObject, b: &PyObject) -> PyResult {
        bitwise(a, b, |x, y| x | y, crate::int::ops::or)
    }
}

#[inline]
fn bitwise(
    a: &PyObject,
    b: &PyObject,
    both: fn(bool, bool) -> bool,
    ints: fn(&PyInt, &PyInt) -> PyResult<Py<PyInt>>,
) -> PyResult {
    if let (Some(x), Some(y)) = (value_of(a), value_of(b)) {
        return Ok(py_bool(both(x, y)));
    }
    match (a.downcast::<PyInt>(), b.downcast::<PyInt>()) {
        (Some(a), Some(b)) => ints(a, b).map(Py::into_object),
        _ => Ok(crate::not_implemented()),
    }
}
