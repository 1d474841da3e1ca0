//! `pycapsule.h`

use crate::util::lossy;
use object::capsule::{Destructor, PyCapsule};
use object::{Py, PyObject, PyResult, raise};
use std::ffi::{CStr, c_char, c_int, c_void};

/// A capsule that can be used.
fn legal<'a>(o: Option<&'a PyObject>, function: &str) -> PyResult<&'a PyCapsule> {
    match o
        .and_then(|o| o.downcast_exact::<PyCapsule>())
        .filter(|c| !c.pointer.get().is_null())
    {
        Some(c) => Ok(c),
        None => raise!(ValueError, "{function} called with invalid PyCapsule object"),
    }
}

unsafe fn name<'a>(p: *const c_char) -> Option<&'a CStr> {
    // SAFETY: NULL or C's text.
    (!p.is_null()).then(|| unsafe { CStr::from_ptr(p) })
}

capi! {
    fn PyCapsule_New(p: *mut c_void, name: *const c_char, destructor: Option<Destructor>) -> PyResult<Py<PyCapsule>> {
        PyCapsule::from_raw(p, name, destructor)
    }
    fn PyCapsule_IsValid(o: Option<&PyObject>, wanted: *const c_char) -> bool {
        o.and_then(|o| o.downcast_exact::<PyCapsule>()).is_some_and(|c| !c.pointer.get().is_null() && c.name() == name(wanted))
    }
    fn PyCapsule_GetPointer(o: Option<&PyObject>, wanted: *const c_char) -> PyResult<*mut c_void> {
        legal(o, "PyCapsule_GetPointer")?.get_pointer(name(wanted))
    }
    fn PyCapsule_GetName(o: Option<&PyObject>) -> PyResult<*const c_char> {
        Ok(legal(o, "PyCapsule_GetName")?.name.get())
    }
    fn PyCapsule_GetDestructor(o: Option<&PyObject>) -> PyResult<*const c_void> {
        Ok(legal(o, "PyCapsule_GetDestructor")?.destructor.get().map_or(std::ptr::null(), |f| f as *const c_void))
    }
    fn PyCapsule_GetContext(o: Option<&PyObject>) -> PyResult<*mut c_void> {
        Ok(legal(o, "PyCapsule_GetContext")?.context.get())
    }
    fn PyCapsule_SetPointer(o: Option<&PyObject>, p: *mut c_void) -> PyResult<()> {
        if p.is_null() {
            return raise!(ValueError, "PyCapsule_SetPointer called with null pointer");
        }
        legal(o, "PyCapsule_SetPointer")?.pointer.set(p);
        Ok(())
    }
    fn PyCapsule_SetName(o: Option<&PyObject>, name: *const c_char) -> PyResult<()> {
        legal(o, "PyCapsule_SetName")?.name.set(name);
        Ok(())
    }
    fn PyCapsule_SetDestructor(o: Option<&PyObject>, f: Option<Destructor>) -> PyResult<()> {
        legal(o, "PyCapsule_SetDestructor")?.destructor.set(f);
        Ok(())
    }
    fn PyCapsule_SetContext(o: Option<&PyObject>, p: *mut c_void) -> PyResult<()> {
        legal(o, "PyCapsule_SetContext")?.context.set(p);
        Ok(())
    }
    /// The pointer of the capsule "module.attribute", whose module is imported.
    fn PyCapsule_Import(path: *const c_char, _no_block: c_int) -> PyResult<*mut c_void> {
        let text = lossy(path);
        let mut parts = text.split('.');
        let first = parts.next().unwrap_or_default();
        let Ok(mut o) = object::hooks::import(first) else {
            return raise!(ImportError, "PyCapsule_Import could not import module \"{first}\"");
        };
        for part in parts {
            o = o.get_attr_str(part)?;
        }
        match o.downcast_exact::<PyCapsule>() {
            Some(c) if c.name() == name(path) => Ok(c.pointer.get()),
            _ => raise!(AttributeError, "PyCapsule_Import \"{text}\" is not valid"),
        }
    }
}
