//! Calls to the system: reading and writing descriptors with the GIL given up, tried again after interrupts, and paths.

use object::codecs::{Errors, utf8};
use object::hooks::{blocking, check_pending};
use object::{Py, PyBytes, PyClass, PyLayout, PyObject, PyResult, PyStr, error, intern, raise};
use std::ffi::CString;

/// What a system call gave: its value, or the error number.
fn outcome(value: isize) -> Result<usize, i32> {
    if value >= 0 {
        Ok(value as usize)
    } else {
        Err(std::io::Error::last_os_error().raw_os_error().unwrap_or(0))
    }
}

/// Repeats a call that was interrupted, after signal handlers have run. The error number is given back as `Err`.
pub fn retry(mut call: impl FnMut() -> isize) -> PyResult<Result<usize, i32>> {
    loop {
        match blocking(|| outcome(call())) {
            Err(libc::EINTR) => check_pending()?,
            other => return Ok(other),
        }
    }
}

/// `read(2)`; `None` if it would block.
///
/// # Safety
/// `place` has room for `len` bytes for as long as this runs, which may let other threads run.
pub unsafe fn read(fd: i32, place: *mut u8, len: usize) -> PyResult<Option<usize>> {
    let len = len.min(isize::MAX as usize);
    // SAFETY: the caller's promise.
    match retry(|| unsafe { libc::read(fd, place.cast(), len) })? {
        Ok(n) => Ok(Some(n)),
        Err(libc::EAGAIN) => Ok(None),
        Err(errno) => error::raise_errno(errno, None),
    }
}

/// `write(2)`; `None` if it would block.
///
/// # Safety
/// `bytes` has `len` bytes for as long as this runs, which may let other threads run.
pub unsafe fn write(fd: i32, bytes: *const u8, len: usize) -> PyResult<Option<usize>> {
    let len = len.min(isize::MAX as usize);
    // SAFETY: the caller's promise.
    match retry(|| unsafe { libc::write(fd, bytes.cast(), len) })? {
        Ok(n) => Ok(Some(n)),
        Err(libc::EAGAIN) => Ok(None),
        Err(errno) => error::raise_errno(errno, None),
    }
}

/// `os.fspath`
pub fn fspath(path: &PyObject) -> PyResult {
    if PyStr::check(path) || PyBytes::check(path) {
        return Ok(path.new_ref());
    }
    let Some(method) = object::typeobject::lookup_special(path, intern!("__fspath__"))? else {
        return raise!(
            TypeError,
            "expected str, bytes or os.PathLike object, not {}",
            path.ty().full_name()
        );
    };
    let made = object::call::call(&method, &[])?;
    if PyStr::check(&made) || PyBytes::check(&made) {
        return Ok(made);
    }
    raise!(
        TypeError,
        "expected {}.__fspath__() to return str or bytes, not {}",
        path.ty().full_name(),
        made.ty().full_name()
    )
}

/// A path as the system takes it (`PyUnicode_FSConverter`).
pub fn path_bytes(path: &PyObject) -> PyResult<CString> {
    let path = fspath(path)?;
    let bytes: Py<PyBytes> = match path.downcast::<PyStr>() {
        Some(s) => utf8::encode(s, Errors(Some(intern!("surrogateescape"))))?,
        None => match path.downcast::<PyBytes>() {
            Some(b) => b.new_ref(),
            None => return raise!(TypeError, "path should be str or bytes"),
        },
    };
    match CString::new(bytes.as_slice()) {
        Ok(s) => Ok(s),
        Err(_) => raise!(ValueError, "embedded null byte"),
    }
}
