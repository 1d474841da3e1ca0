//! Small helpers: text from C, places to write results to.

use object::{Py, PyClass, PyLayout, PyObject, PyResult, PyStr, Raised, error};
use std::borrow::Cow;
use std::ffi::{CStr, c_char};

/// C's bytes; empty for NULL.
///
/// # Safety
/// `p` is NULL or NUL-terminated text that lives for `'a`.
pub unsafe fn bytes<'a>(p: *const c_char) -> &'a [u8] {
    if p.is_null() {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(p) }.to_bytes()
}

/// `n` bytes at `p`; empty for NULL or a negative length.
///
/// # Safety
/// `p` is NULL or has `n` bytes that live for `'a`.
pub unsafe fn sized<'a>(p: *const c_char, n: isize) -> &'a [u8] {
    if p.is_null() || n <= 0 {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { std::slice::from_raw_parts(p as *const u8, n as usize) }
}

/// C's text for Rust's eyes.
///
/// # Safety
/// As [`bytes`].
pub unsafe fn lossy<'a>(p: *const c_char) -> Cow<'a, str> {
    // SAFETY: the caller's promise.
    String::from_utf8_lossy(unsafe { bytes(p) })
}

/// C's text, which must be UTF-8, as a string object.
///
/// # Safety
/// As [`bytes`].
pub unsafe fn text(p: *const c_char) -> PyResult<Py<PyStr>> {
    // SAFETY: the caller's promise.
    decode_utf8(unsafe { bytes(p) })
}

/// As [`text`], or nothing for NULL.
///
/// # Safety
/// As [`bytes`].
pub unsafe fn opt_text(p: *const c_char) -> PyResult<Option<Py<PyStr>>> {
    if p.is_null() {
        return Ok(None);
    }
    // SAFETY: the caller's promise.
    unsafe { text(p) }.map(Some)
}

/// The interned string of a name from C.
///
/// # Safety
/// As [`bytes`].
pub unsafe fn name(p: *const c_char) -> PyResult<Py<PyStr>> {
    // SAFETY: the caller's promise.
    Ok(object::intern::intern(unsafe { text(p)? }))
}

/// UTF-8 to a string; `UnicodeDecodeError` for what is not.
pub fn decode_utf8(content: &[u8]) -> PyResult<Py<PyStr>> {
    match std::str::from_utf8(content) {
        Ok(s) => PyStr::new(s),
        Err(_) => object::codecs::decode_bytes(content, None, None, None),
    }
}

/// Writes a result; NULL stands for nothing.
///
/// # Safety
/// `place` can be written to.
pub unsafe fn put(place: *mut *mut PyObject, value: Option<Py>) {
    // SAFETY: the caller's promise.
    unsafe { *place = value.map_or(std::ptr::null_mut(), Py::into_ptr) };
}

/// A look-up that gives 1 and a new reference, 0 and NULL, or -1 and NULL.
///
/// # Safety
/// `place` can be written to.
pub unsafe fn put_found(place: *mut *mut PyObject, found: PyResult<Option<Py>>) -> PyResult<bool> {
    // SAFETY: the caller's promise.
    unsafe {
        match found {
            Ok(v) => {
                let there = v.is_some();
                put(place, v);
                Ok(there)
            }
            Err(r) => {
                put(place, None);
                Err(r)
            }
        }
    }
}

/// A borrowed pointer for C to a value that somebody else keeps alive (or NULL).
pub fn lend(value: Option<Py>) -> *mut PyObject {
    // The reference is given up at once: the container still holds its own.
    value.map_or(std::ptr::null_mut(), |v| v.as_ptr())
}

/// The object as a `T`, or `SystemError` as `PyErr_BadInternalCall` raises it.
pub fn expect<T: PyClass>(obj: &PyObject) -> PyResult<&T> {
    match obj.downcast::<T>() {
        Some(t) => Ok(t),
        None => error::bad_internal_call(),
    }
}

/// As [`expect`] for a pointer that may be NULL.
pub fn expect_opt<T: PyClass>(obj: Option<&PyObject>) -> PyResult<&T> {
    match obj.and_then(|o| o.downcast::<T>()) {
        Some(t) => Ok(t),
        None => error::bad_internal_call(),
    }
}

/// An argument that must not be NULL: `null_error` of CPython's abstract functions.
pub fn not_null(obj: Option<&PyObject>) -> PyResult<&PyObject> {
    match obj {
        Some(o) => Ok(o),
        None => {
            if !error::occurred() {
                return object::raise!(SystemError, "null argument to internal routine");
            }
            Err(Raised)
        }
    }
}

/// Takes over a reference that C gives away.
///
/// # Safety
/// `p` is NULL or an object of which the caller gives up one reference.
pub unsafe fn steal(p: *mut PyObject) -> Option<Py> {
    // SAFETY: the caller's promise.
    unsafe { Py::from_owned_ptr_or_null(p) }
}

/// A size that must not be negative (`PyErr_BadInternalCall` where it is).
pub fn size(n: isize) -> PyResult<usize> {
    match usize::try_from(n) {
        Ok(n) => Ok(n),
        Err(_) => error::bad_internal_call(),
    }
}

/// The error handler's name as the codecs want it.
pub fn errors(name: &Option<Py<PyStr>>) -> object::codecs::Errors<'_> {
    object::codecs::Errors(name.as_ref().map(|n| n.get()))
}
