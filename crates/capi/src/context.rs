//! `cpython/context.h`, through the module `_contextvars`. Entering and leaving a context by hand is not there: Python itself
//! has `Context.run` alone.

use crate::util::{put, text};
use object::exceptions::LookupError;
use object::{PyObject, PyResult, PyStr, error, intern};
use std::ffi::c_char;

fn module() -> PyResult {
    object::hooks::import("_contextvars")
}

/// Calls an attribute of the module.
fn make(name: &PyStr, args: &[&PyObject]) -> PyResult {
    object::call::call(&*module()?.get_attr(name)?, args)
}

capi! {
    fn PyContext_New() -> PyResult {
        make(intern!("Context"), &[])
    }
    fn PyContext_CopyCurrent() -> PyResult {
        make(intern!("copy_context"), &[])
    }
    fn PyContext_Copy(c: &PyObject) -> PyResult {
        c.call_method(intern!("copy"), &[])
    }
    fn PyContextVar_New(name: *const c_char, default: Option<&PyObject>) -> PyResult {
        let class = module()?.get_attr(intern!("ContextVar"))?;
        let name = text(name)?;
        let name: &PyObject = object::PyLayout::as_object(name.get());
        match default {
            Some(d) => object::call::call_kw(&class, &[name], &[(intern!("default"), d)]),
            None => object::call::call(&class, &[name]),
        }
    }
    /// The value (a new reference), the given default, the variable's own, or NULL.
    fn PyContextVar_Get(var: &PyObject, default: Option<&PyObject>, value: *mut *mut PyObject) -> PyResult<()> {
        put(value, None);
        let args: Vec<&PyObject> = default.into_iter().collect();
        let found = error::catch::<LookupError, _>(var.call_method(intern!("get"), &args))?;
        put(value, found);
        Ok(())
    }
    /// The token.
    fn PyContextVar_Set(var: &PyObject, value: &PyObject) -> PyResult {
        var.call_method(intern!("set"), &[value])
    }
    fn PyContextVar_Reset(var: &PyObject, token: &PyObject) -> PyResult<()> {
        var.call_method(intern!("reset"), &[token])?;
        Ok(())
    }
}
