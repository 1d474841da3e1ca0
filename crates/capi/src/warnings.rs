//! `warnings.h`

use crate::util::{bytes, text};
use crate::va::{Va, Walker};
use object::exceptions::{ResourceWarning, RuntimeWarning};
use object::{PyClass, PyInt, PyLayout, PyObject, PyResult, PyTypeObject, intern, raise};
use std::ffi::{c_char, c_int};

/// `warnings.warn` as C calls it: NULL is `RuntimeWarning`.
fn warn(category: Option<&PyObject>, message: &str, level: isize) -> PyResult<()> {
    let category = category.unwrap_or(RuntimeWarning::type_object().as_object());
    match category.downcast::<PyTypeObject>() {
        Some(c) => object::hooks::warn(c, message, level),
        None => raise!(
            TypeError,
            "category must be a Warning subclass, not '{}'",
            category.ty().full_name()
        ),
    }
}

/// `warnings.warn_explicit` with all that C gives.
fn explicit(
    category: Option<&PyObject>,
    message: &PyObject,
    file: &PyObject,
    line: c_int,
    module: Option<&PyObject>,
    registry: Option<&PyObject>,
) -> PyResult<()> {
    let f = object::hooks::import("_warnings")?.get_attr(intern!("warn_explicit"))?;
    let category = category.unwrap_or(RuntimeWarning::type_object().as_object());
    let none = object::singletons::none_ref();
    let line = PyInt::from_i64(line as i64)?;
    object::call::call(
        &f,
        &[
            message,
            category,
            file,
            line.as_object(),
            module.unwrap_or(none),
            registry.unwrap_or(none),
        ],
    )?;
    Ok(())
}

capi! {
    fn PyErr_WarnEx(category: Option<&PyObject>, message: *const c_char, level: isize) -> PyResult<()> {
        warn(category, &text(message)?.to_string(), level)
    }
    fn taipan_err_warn(category: Option<&PyObject>, level: isize, source: Option<&PyObject>, format: *const c_char, w: *mut Walker) -> PyResult<()> {
        let message = crate::format::text(bytes(format), &mut Va::new(w))?;
        match source {
            None => warn(category, &message.to_string(), level),
            Some(s) => {
                let f = object::hooks::import("_warnings")?.get_attr(intern!("warn"))?;
                let level = PyInt::from_i64(level as i64)?;
                object::call::call(&f, &[message.as_object(), ResourceWarning::type_object().as_object(), level.as_object(), s])?;
                Ok(())
            }
        }
    }
    fn taipan_err_warn_explicit(category: Option<&PyObject>, file: *const c_char, line: c_int, module: *const c_char, registry: Option<&PyObject>, format: *const c_char, w: *mut Walker) -> PyResult<()> {
        let message = crate::format::text(bytes(format), &mut Va::new(w))?;
        let module = crate::util::opt_text(module)?;
        let file = interp::os_bytes(bytes(file))?;
        explicit(category, message.as_object(), file.as_object(), line, module.as_ref().map(|m| m.as_object()), registry)
    }
    fn PyErr_WarnExplicit(category: Option<&PyObject>, message: *const c_char, file: *const c_char, line: c_int, module: *const c_char, registry: Option<&PyObject>) -> PyResult<()> {
        let module = crate::util::opt_text(module)?;
        let file = interp::os_bytes(bytes(file))?;
        explicit(category, text(message)?.as_object(), file.as_object(), line, module.as_ref().map(|m| m.as_object()), registry)
    }
    fn PyErr_WarnExplicitObject(category: Option<&PyObject>, message: &PyObject, file: &PyObject, line: c_int, module: Option<&PyObject>, registry: Option<&PyObject>) -> PyResult<()> {
        explicit(category, message, file, line, module, registry)
    }
}
