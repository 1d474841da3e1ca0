//! `boolobject.h`

use object::{PyObject, PyResult};
use std::ffi::c_long;

capi! {
    fn PyBool_FromLong(v: c_long) -> PyResult {
        Ok(object::bool::py_bool(v != 0))
    }
    fn Py_IsTrue(o: *const PyObject) -> bool {
        std::ptr::eq(o, object::bool::true_ref())
    }
    fn Py_IsFalse(o: *const PyObject) -> bool {
        std::ptr::eq(o, object::bool::false_ref())
    }
}
