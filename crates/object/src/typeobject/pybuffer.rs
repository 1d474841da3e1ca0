//! The buffer protocol through Python methods: `__buffer__` and `__release_buffer__` (PEP 688).

use super::*;
use crate::raise;
use std::ffi::c_int;

/// `obj.__buffer__(flags)` of a type that implements the protocol itself.
pub fn memory_from_object(obj: &PyObject, flags: c_int) -> PyResult {
    let _ = flags;
    let memoryview = crate::hooks::import("builtins")?.get_attr(crate::intern!("memoryview"))?;
    crate::call::call(&memoryview, &[obj])
}

/// `obj.__release_buffer__(view)`
pub fn release_memory(view: &PyObject) -> PyResult<()> {
    view.call_method(crate::intern!("release"), &[])?;
    Ok(())
}

/// `bf_getbuffer` of a class that defines `__buffer__` in Python: the buffer of the memoryview that it returns.
///
/// # Safety
/// `view` is a place to fill in.
pub unsafe fn python_getbuffer(obj: &PyObject, view: &mut Py_buffer, flags: c_int) -> PyResult<()> {
    let number = crate::PyInt::from_i64(flags as i64)?;
    let Some(mv) = call_special(obj, crate::intern!("__buffer__"), &[number.as_object()])? else {
        return raise!(
            TypeError,
            "a bytes-like object is required, not '{}'",
            obj.ty().full_name()
        );
    };
    if mv.ty().full_name() != "memoryview" {
        return raise!(TypeError, "__buffer__ returned non-memoryview object");
    }
    match mv.ty().as_buffer().and_then(|b| b.bf_getbuffer.get()) {
        // SAFETY: a slot called with an object of its type; the view holds a reference to it.
        Some(f) => crate::args::from_status(unsafe { f(&mv, view, flags) }),
        None => crate::error::bad_internal_call(),
    }
}

/// `bf_releasebuffer` of such a class: the memoryview that the buffer belongs to has its own.
///
/// # Safety
/// `view` was filled in by [`python_getbuffer`].
pub unsafe fn python_releasebuffer(_obj: &PyObject, _view: &mut Py_buffer) {}
