//! Names: globals, builtins, class and module namespaces.

use super::binding::name_error;
use crate::cell::PyCell;
use crate::frame::InterpreterFrame;
use crate::stackref::StackRef;
use bytecode::oparg as arg;
use object::exceptions as exc;
use object::{Py, PyClass, PyDict, PyLayout, PyObject, PyResult, PyStr, PyTuple, raise};

/// A namespace as the frame holds it.
unsafe fn namespace<'a>(ptr: *mut PyObject) -> PyResult<&'a PyObject> {
    // SAFETY: null, or alive as long as the frame.
    match unsafe { ptr.as_ref() } {
        Some(o) => Ok(o),
        None => raise!(SystemError, "frame has no namespace"),
    }
}

/// A look-up in any mapping: `KeyError` means "not there".
fn mapping_get(mapping: &PyObject, name: &PyStr) -> PyResult<Option<Py>> {
    match mapping.downcast_exact::<PyDict>() {
        Some(d) => d.get_str(name),
        None => object::error::catch::<exc::KeyError, _>(mapping.get_item(name.as_object())),
    }
}

fn mapping_set(mapping: &PyObject, name: &PyStr, value: &PyObject) -> PyResult<()> {
    match mapping.downcast_exact::<PyDict>() {
        Some(d) => d.set_item(name, value),
        None => mapping.set_item(name.as_object(), Some(value)),
    }
}

/// Globals, then builtins.
///
/// # Safety
/// The frame is complete.
pub unsafe fn find_global(frame: *mut InterpreterFrame, name: &PyStr) -> PyResult<Option<Py>> {
    // SAFETY: the caller's promise.
    unsafe {
        if let Some(v) = mapping_get(namespace((*frame).globals)?, name)? {
            return Ok(Some(v));
        }
        mapping_get(namespace((*frame).builtins)?, name)
    }
}

/// `LOAD_GLOBAL`
///
/// # Safety
/// As [`find_global`].
#[inline(never)]
pub unsafe fn load_global(frame: *mut InterpreterFrame, name: &PyStr) -> PyResult {
    // SAFETY: the caller's promise.
    match unsafe { find_global(frame, name)? } {
        Some(v) => Ok(v),
        None => Err(name_error(name.as_object())),
    }
}

/// # Safety
/// As [`find_global`].
pub unsafe fn store_global(frame: *mut InterpreterFrame, name: &PyStr, value: &PyObject) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe { mapping_set(namespace((*frame).globals)?, name, value) }
}

/// # Safety
/// As [`find_global`].
pub unsafe fn delete_global(frame: *mut InterpreterFrame, name: &PyStr) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe { delete_from(namespace((*frame).globals)?, name) }
}

fn delete_from(mapping: &PyObject, name: &PyStr) -> PyResult<()> {
    match mapping.set_item(name.as_object(), None) {
        Err(_) if object::error::matches::<exc::KeyError>() => {
            object::error::clear();
            Err(name_error(name.as_object()))
        }
        other => other,
    }
}

unsafe fn locals<'a>(
    frame: *mut InterpreterFrame,
    doing: &str,
    name: Option<&PyStr>,
) -> PyResult<&'a PyObject> {
    // SAFETY: the frame's namespace lives as long as the frame.
    match unsafe { (*frame).locals.as_ref() } {
        Some(l) => Ok(l),
        None => match name {
            Some(n) => raise!(SystemError, "no locals {doing} {}", n.as_object().repr()?.get()),
            None => raise!(SystemError, "no locals"),
        },
    }
}

/// `LOAD_NAME`
///
/// # Safety
/// As [`find_global`].
pub unsafe fn load_name(frame: *mut InterpreterFrame, name: &PyStr) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe {
        if let Some(v) = mapping_get(locals(frame, "when loading", Some(name))?, name)? {
            return Ok(v);
        }
        load_global(frame, name)
    }
}

/// `STORE_NAME`
///
/// # Safety
/// As [`find_global`].
pub unsafe fn store_name(frame: *mut InterpreterFrame, name: &PyStr, value: &PyObject) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe { mapping_set(locals(frame, "found when storing", Some(name))?, name, value) }
}

/// `DELETE_NAME`
///
/// # Safety
/// As [`find_global`].
pub unsafe fn delete_name(frame: *mut InterpreterFrame, name: &PyStr) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe { delete_from(locals(frame, "when deleting", Some(name))?, name) }
}

/// # Safety
/// As [`find_global`].
pub unsafe fn load_locals(frame: *mut InterpreterFrame) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe { Ok(locals(frame, "", None)?.new_ref()) }
}

/// # Safety
/// As [`find_global`].
pub unsafe fn load_from_dict_or_globals(
    frame: *mut InterpreterFrame,
    dict: &PyObject,
    name: &PyStr,
) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe {
        match mapping_get(dict, name)? {
            Some(v) => Ok(v),
            None => load_global(frame, name),
        }
    }
}

/// # Safety
/// As [`find_global`]; variable `i` is a cell.
pub unsafe fn load_from_dict_or_deref(frame: *mut InterpreterFrame, dict: &PyObject, i: usize) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe {
        let code = InterpreterFrame::code(frame);
        if let Some(name) = code.local_name(i)
            && let Some(v) = mapping_get(dict, name)?
        {
            return Ok(v);
        }
        let cell: &PyCell = (*InterpreterFrame::locals_ptr(frame).add(i)).cast();
        match cell.ob_ref.get() {
            Some(v) => Ok(v),
            None => Err(super::binding::unbound_local(code, i)),
        }
    }
}

/// `SETUP_ANNOTATIONS`
///
/// # Safety
/// As [`find_global`].
pub unsafe fn setup_annotations(frame: *mut InterpreterFrame) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let ns = match (*frame).locals.as_ref() {
            Some(l) => l,
            None => return raise!(SystemError, "no locals found when setting up annotations"),
        };
        let name = object::intern!("__annotations__");
        if mapping_get(ns, name)?.is_none() {
            let d = PyDict::new()?;
            mapping_set(ns, name, d.as_object())?;
        }
        Ok(())
    }
}

/// `LOAD_BUILD_CLASS`
///
/// # Safety
/// As [`find_global`].
pub unsafe fn build_class(frame: *mut InterpreterFrame) -> PyResult {
    // SAFETY: the caller's promise.
    let found = unsafe { mapping_get(namespace((*frame).builtins)?, object::intern!("__build_class__"))? };
    match found {
        Some(v) => Ok(v),
        None => raise!(NameError, "__build_class__ not found"),
    }
}

/// `COPY_FREE_VARS`
///
/// # Safety
/// The frame is a closure's, with room for `n` free variables.
pub unsafe fn copy_free_vars(frame: *mut InterpreterFrame, n: usize) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let closure = InterpreterFrame::function(frame).and_then(|f| f.func_closure.get());
        let Some(closure) = closure.filter(|c| c.get().len() == n) else {
            return raise!(SystemError, "the function's closure does not fit its code");
        };
        let first = InterpreterFrame::code(frame).co_nlocalsplus.get() as usize - n;
        for (i, cell) in closure.get().as_slice().iter().take(n).enumerate() {
            *InterpreterFrame::locals_ptr(frame).add(first + i) = StackRef::new_ref(&**cell);
        }
        Ok(())
    }
}

/// `LOAD_COMMON_CONSTANT`
pub fn common_constant(which: usize) -> PyResult {
    Ok(match which as u8 {
        arg::CONSTANT_ASSERTIONERROR => exc::AssertionError::type_object().as_object().new_ref(),
        arg::CONSTANT_NOTIMPLEMENTEDERROR => exc::NotImplementedError::type_object().as_object().new_ref(),
        arg::CONSTANT_BUILTIN_TUPLE => PyTuple::type_object().as_object().new_ref(),
        other => {
            let name = match other {
                arg::CONSTANT_BUILTIN_ALL => object::intern!("all"),
                _ => object::intern!("any"),
            };
            match crate::runtime::builtins()?.get_str(name)? {
                Some(v) => v,
                None => return Err(name_error(name.as_object())),
            }
        }
    })
}
