//! `sysmodule.h`, `audit.h`.

use crate::util::{bytes, lend, lossy, text};
use crate::va::{Va, Walker};
use object::{PyLayout, PyObject, PyResult, PyStr, error, intern};
use std::ffi::{c_char, c_int};

/// Writes to `sys.NAME`, or to the descriptor where that does not work.
fn write(name: &str, text: &PyStr) {
    let saved = error::take();
    let file = interp::sys::get(name)
        .ok()
        .flatten()
        .filter(|f| !object::is_none(f));
    let written = file.map(|f| f.call_method(intern!("write"), &[text.as_object()]));
    if !matches!(written, Some(Ok(_))) {
        error::clear();
        if name == "stdout" {
            print!("{text}");
        } else {
            eprint!("{text}");
        }
    }
    if let Some(e) = saved {
        let _ = error::restore(e);
    }
}

capi! {
    /// Borrowed; NULL without an exception where there is no such attribute.
    fn PySys_GetObject(name: *const c_char) -> *mut PyObject {
        let saved = error::take();
        let found = interp::sys::get(&lossy(name)).ok().flatten();
        match saved {
            Some(e) => {
                let _ = error::restore(e);
            }
            None => error::clear(),
        }
        lend(found)
    }
    /// NULL deletes.
    fn PySys_SetObject(name: *const c_char, value: Option<&PyObject>) -> PyResult<()> {
        match value {
            Some(v) => interp::sys::set(&lossy(name), v),
            None => {
                if let Some(d) = interp::sys::module_dict()? {
                    d.pop_item(text(name)?.as_object())?;
                }
                Ok(())
            }
        }
    }
    fn PySys_GetXOptions() -> PyResult<*mut PyObject> {
        Ok(lend(interp::sys::get("_xoptions")?))
    }
    fn PySys_ResetWarnOptions() {}
    fn taipan_sys_format(name: *const c_char, format: *const c_char, w: *mut Walker) {
        let saved = error::take();
        match crate::format::text(bytes(format), &mut Va::new(w)) {
            Ok(t) => write(&lossy(name), &t),
            Err(_) => error::clear(),
        }
        if let Some(e) = saved {
            let _ = error::restore(e);
        }
    }
    fn taipan_sys_write(name: *const c_char, content: *const c_char, cut: c_int) {
        let name = lossy(name).into_owned();
        let mut t = lossy(content).into_owned();
        if cut != 0 {
            t.push_str("... truncated");
        }
        match PyStr::new(&t) {
            Ok(t) => write(&name, &t),
            Err(_) => error::clear(),
        }
    }
    /// Audit hooks are not there yet: the arguments need not even be made.
    fn taipan_sys_audit(_event: *const c_char, _format: *const c_char, _w: *mut Walker) -> c_int {
        0
    }
    fn PySys_AuditTuple(_event: *const c_char, _args: *const PyObject) -> c_int {
        0
    }
}
