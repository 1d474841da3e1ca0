//! `bytesobject.h`

use crate::format::Output;
use crate::util::{bytes, sized, steal};
use crate::va::{Va, Walker};
use object::{Py, PyBytes, PyClass, PyLayout, PyObject, PyResult, PyStr, error, intern, raise};
use std::ffi::{c_char, c_int};

fn expected(o: &PyObject) -> PyResult<&PyBytes> {
    match o.downcast::<PyBytes>() {
        Some(b) => Ok(b),
        None => raise!(TypeError, "expected bytes, {} found", o.ty().full_name()),
    }
}

/// A bytes object that C may write to: one of its own also where short ones are shared.
pub fn writable(n: usize) -> PyResult<Py<PyBytes>> {
    if n == 0 {
        return PyBytes::new(&[]);
    }
    object::bytes::alloc(n)
}

capi! {
    /// Without a text, its memory is for the caller to fill.
    fn PyBytes_FromStringAndSize(p: *const c_char, n: isize) -> PyResult<Py<PyBytes>> {
        if n < 0 {
            return raise!(SystemError, "Negative size passed to PyBytes_FromStringAndSize");
        }
        if p.is_null() {
            return writable(n as usize);
        }
        PyBytes::new(sized(p, n))
    }
    fn PyBytes_FromString(p: *const c_char) -> PyResult<Py<PyBytes>> {
        PyBytes::new(bytes(p))
    }
    fn PyBytes_FromObject(o: Option<&PyObject>) -> PyResult<Py<PyBytes>> {
        match o {
            Some(o) => object::bytes::from_object(o),
            None => error::bad_internal_call(),
        }
    }
    fn PyBytes_Size(o: &PyObject) -> PyResult<usize> {
        Ok(expected(o)?.len())
    }
    fn PyBytes_AsString(o: &PyObject) -> PyResult<*mut c_char> {
        Ok(expected(o)?.data_ptr().cast())
    }
    /// Without a place for the length, the content must have no NUL.
    fn PyBytes_AsStringAndSize(o: &PyObject, text: *mut *mut c_char, n: *mut isize) -> PyResult<()> {
        if text.is_null() {
            return error::bad_internal_call();
        }
        let b = expected(o)?;
        *text = b.data_ptr().cast();
        if !n.is_null() {
            *n = b.len() as isize;
        } else if b.as_slice().contains(&0) {
            return raise!(ValueError, "embedded null byte");
        }
        Ok(())
    }
    fn PyBytes_Repr(o: &PyObject, _smart: c_int) -> PyResult<Py<PyStr>> {
        object::bytes::repr(expected(o)?.as_slice())
    }
    /// `*left += right`; on failure `*left` is NULL. Steals `*left`.
    fn PyBytes_Concat(left: *mut *mut PyObject, right: Option<&PyObject>) {
        let Some(old) = steal(std::ptr::replace(left, std::ptr::null_mut())) else {
            return;
        };
        let Some(right) = right else {
            return;
        };
        *left = concat(&old, right).map_or(std::ptr::null_mut(), Py::into_ptr);
    }
    /// As `PyBytes_Concat`; steals `right`, too.
    fn PyBytes_ConcatAndDel(left: *mut *mut PyObject, right: *mut PyObject) {
        let right = steal(right);
        PyBytes_Concat(left, right.as_deref());
    }
    /// Another length for bytes that nobody else has seen; `*o` may move. On failure it is NULL and the object is gone.
    fn _PyBytes_Resize(o: *mut *mut PyObject, n: isize) -> PyResult<()> {
        let old = steal(std::ptr::replace(o, std::ptr::null_mut()));
        let Some(old) = old.filter(|b| PyBytes::check(b) && n >= 0) else {
            return error::bad_internal_call();
        };
        let b = old.downcast_unchecked::<PyBytes>();
        if b.len() == n as usize {
            *o = old.into_ptr();
            return Ok(());
        }
        if !b.is_empty() && old.refcount() != 1 {
            return error::bad_internal_call();
        }
        let new = writable(n as usize)?;
        std::ptr::copy_nonoverlapping(b.data_ptr(), new.data_ptr(), b.len().min(n as usize));
        *o = new.into_object().into_ptr();
        Ok(())
    }
    /// The content that an escaped bytes literal stands for.
    fn PyBytes_DecodeEscape(p: *const c_char, n: isize, errors: *const c_char, _unicode: isize, _encoding: *const c_char) -> PyResult<Py<PyBytes>> {
        let errors = crate::util::opt_text(errors)?;
        object::codecs::escapes::escape_decode(sized(p, n), crate::util::errors(&errors))
    }
    fn PyBytes_Join(sep: &PyObject, items: &PyObject) -> PyResult {
        expected(sep)?.as_object().call_method(intern!("join"), &[items])
    }
    fn taipan_format_bytes(format: *const c_char, w: *mut Walker) -> PyResult<Py<PyBytes>> {
        let mut out = Vec::new();
        crate::format::format(bytes(format), &mut Va::new(w), Output::Bytes(&mut out))?;
        PyBytes::new(&out)
    }
}

fn concat(left: &PyObject, right: &PyObject) -> PyResult {
    object::number::sequence_concat(left, right)
}
