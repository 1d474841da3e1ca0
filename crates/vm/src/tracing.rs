//! `sys.settrace` and `sys.setprofile`, and what a debugger may do to a frame.

use crate::frameobject::PyFrame;
use object::{PyObject, PyResult, raise};

/// `frame.f_lineno = n`
pub fn set_frame_lineno(_frame: &PyFrame, value: Option<&PyObject>) -> PyResult<()> {
    match value {
        None => raise!(AttributeError, "cannot delete attribute"),
        Some(_) => raise!(ValueError, "f_lineno can only be set in a trace function"),
    }
}

/// Somebody wants events for single instructions.
pub fn trace_opcodes() -> PyResult<()> {
    Ok(())
}

/// `sys.settrace`
pub fn set_trace(function: Option<&PyObject>) -> PyResult<()> {
    match function {
        None => Ok(()),
        Some(_) => raise!(NotImplementedError, "sys.settrace is not there yet"),
    }
}

/// `sys.setprofile`
pub fn set_profile(function: Option<&PyObject>) -> PyResult<()> {
    match function {
        None => Ok(()),
        Some(_) => raise!(NotImplementedError, "sys.setprofile is not there yet"),
    }
}
