//! `import` in the loop: through `builtins.__import__`, and names out of modules.

use super::names;
use crate::frame::InterpreterFrame;
use object::exceptions as exc;
use object::{Py, PyClass, PyDict, PyLayout, PyModule, PyObject, PyResult, PyStr, raise};

/// `IMPORT_NAME`
///
/// # Safety
/// The frame is complete.
pub unsafe fn import_name(
    frame: *mut InterpreterFrame,
    name: &PyStr,
    fromlist: &PyObject,
    level: &PyObject,
) -> PyResult {
    // SAFETY: the caller's promise; the namespaces live as long as the frame.
    unsafe {
        let builtins = &*(*frame).builtins;
        let wanted = object::intern!("__import__");
        let found = match builtins.downcast::<PyDict>() {
            Some(d) => d.get_str(wanted)?,
            None => object::error::catch::<exc::KeyError, _>(builtins.get_item(wanted.as_object()))?,
        };
        let Some(import) = found else {
            return raise!(ImportError, "__import__ not found");
        };
        let none = object::none();
        let locals = (*frame).locals.as_ref().unwrap_or(none.get());
        object::call::call(
            &import,
            &[name.as_object(), &*(*frame).globals, locals, fromlist, level],
        )
    }
}

/// `IMPORT_FROM`: an attribute, or the submodule that `sys.modules` has.
pub fn import_from(module: &PyObject, name: &PyStr) -> PyResult {
    if let Some(v) = module.get_attr_opt(name)? {
        return Ok(v);
    }
    // a circular import may have put the submodule into `sys.modules` only
    let modname = module.get_attr_opt(object::intern!("__name__"))?;
    let modname = modname.and_then(|n| n.downcast_into::<PyStr>().ok());
    if let Some(m) = &modname {
        let full = PyStr::new_wtf8_lossy(&format!("{}.{name}", m.get()))?;
        let modules = object::hooks::import("sys").and_then(|s| s.get_attr(object::intern!("modules")));
        match modules {
            Ok(d) => {
                if let Some(d) = d.downcast::<PyDict>()
                    && let Some(v) = d.get_item(full.as_object())?
                {
                    return Ok(v);
                }
            }
            Err(_) => object::error::clear(),
        }
    }
    cannot_import(module, modname, name)
}

#[cold]
fn cannot_import(module: &PyObject, modname: Option<Py<PyStr>>, name: &PyStr) -> PyResult {
    let modname = match modname {
        Some(m) => m,
        None => PyStr::new("<unknown module name>")?,
    };
    let spec = module.get_attr_opt(object::intern!("__spec__"))?;
    let mut origin = None;
    let mut initializing = false;
    if let Some(s) = spec.filter(|s| !object::is_none(s)) {
        let has = s.get_attr_opt(object::intern!("has_location"))?;
        if let Some(h) = has
            && h.is_true()?
        {
            origin = s.get_attr_opt(object::intern!("origin"))?;
        }
        if let Some(i) = s.get_attr_opt(object::intern!("_initializing"))? {
            initializing = i.is_true()?;
        }
    }
    if origin.is_none()
        && let Some(m) = module.downcast::<PyModule>()
    {
        origin = m.dict()?.get_str(object::intern!("__file__"))?;
    }
    let origin = origin.and_then(|o| o.downcast_into::<PyStr>().ok());
    let place = origin
        .as_ref()
        .map_or("unknown location".to_string(), |o| o.get().to_string());
    let text = if initializing {
        format!(
            "cannot import name {} from partially initialized module {} (most likely due to a circular import) ({place})",
            name.as_object().repr()?.get(),
            modname.as_object().repr()?.get(),
        )
    } else {
        format!(
            "cannot import name {} from {} ({place})",
            name.as_object().repr()?.get(),
            modname.as_object().repr()?.get(),
        )
    };
    let message = PyStr::new_wtf8_lossy(&text)?;
    let none = object::none();
    let path: &PyObject = origin.as_ref().map_or(none.get(), |o| o.as_object());
    let e = object::call::call_kw(
        exc::ImportError::type_object().as_object(),
        &[message.as_object()],
        &[
            (object::intern!("name"), modname.as_object()),
            (object::intern!("path"), path),
            (object::intern!("name_from"), name.as_object()),
        ],
    )?;
    Err(object::error::raise_object(e))
}

/// `from module import *` into a namespace.
///
/// # Safety
/// The frame is complete.
pub unsafe fn import_star(frame: *mut InterpreterFrame, module: &PyObject) -> PyResult<()> {
    let skip_underscored;
    let names = match module.get_attr_opt(object::intern!("__all__"))? {
        Some(all) => {
            skip_underscored = false;
            object::iter::collect(&all)?
        }
        None => {
            skip_underscored = true;
            let Some(dict) = module.get_attr_opt(object::intern!("__dict__"))? else {
                return raise!(ImportError, "from-import-* object has no __dict__ and no __all__");
            };
            match dict.downcast::<PyDict>() {
                Some(d) => d.items_vec().into_iter().map(|(k, _)| k).collect(),
                None => object::iter::collect(&*dict.call_method(object::intern!("keys"), &[])?)?,
            }
        }
    };
    for n in names {
        let Some(name) = n.downcast::<PyStr>() else {
            let modname = module.get_attr_opt(object::intern!("__name__"))?;
            let modname = modname.and_then(|m| m.downcast_into::<PyStr>().ok());
            let Some(modname) = modname else {
                return raise!(TypeError, "module __name__ must be a string");
            };
            return raise!(
                TypeError,
                "{} in {}.{} must be str, not {}",
                if skip_underscored { "Key" } else { "Item" },
                modname.get(),
                if skip_underscored { "__dict__" } else { "__all__" },
                n.ty().full_name()
            );
        };
        if skip_underscored && !name.is_empty() && name.chars().at(0) == '_' as u32 {
            continue;
        }
        let value = module.get_attr(name)?;
        // SAFETY: the caller's promise.
        unsafe { names::store_name(frame, name, &value)? };
    }
    Ok(())
}
