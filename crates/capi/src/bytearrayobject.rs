//! `bytearrayobject.h`

use crate::util::{expect, sized};
use object::{Py, PyByteArray, PyLayout, PyObject, PyResult, number, raise};
use std::ffi::c_char;

capi! {
    fn PyByteArray_FromObject(o: &PyObject) -> PyResult {
        object::call::call(<PyByteArray as object::PyClass>::type_object().as_object(), &[o])
    }
    /// Without a text, its memory is for the caller to fill.
    fn PyByteArray_FromStringAndSize(p: *const c_char, n: isize) -> PyResult<Py<PyByteArray>> {
        if n < 0 {
            return raise!(SystemError, "Negative size passed to PyByteArray_FromStringAndSize");
        }
        let b = PyByteArray::new(sized(p, n))?;
        if p.is_null() {
            b.resize_to(n as usize)?;
        }
        Ok(b)
    }
    fn PyByteArray_Concat(a: &PyObject, b: &PyObject) -> PyResult {
        for o in [a, b] {
            if !object::buffer::check(o) {
                return raise!(TypeError, "can't concat {} to {}", b.ty().full_name(), a.ty().full_name());
            }
        }
        let left = PyByteArray_FromObject(a)?;
        number::sequence_concat(&left, b)
    }
    fn PyByteArray_Size(o: &PyObject) -> PyResult<usize> {
        Ok(expect::<PyByteArray>(o)?.len())
    }
    fn PyByteArray_AsString(o: &PyObject) -> PyResult<*mut c_char> {
        Ok(expect::<PyByteArray>(o)?.data_ptr().cast())
    }
    fn PyByteArray_Resize(o: &PyObject, n: isize) -> PyResult<()> {
        if n < 0 {
            return raise!(ValueError, "Can only resize to positive sizes, got {n}");
        }
        expect::<PyByteArray>(o)?.resize_to(n as usize)
    }
}
