//! The native module `_io`: raw files, buffering, text, and streams in memory.
#![allow(improper_ctypes_definitions)]

pub mod base;
pub mod buffered;
pub mod bytesio;
pub mod fileio;
pub mod newline;
pub mod open;
pub mod stringio;
mod system;
pub mod text;

use object::class::{ModuleInit, create_module};
use object::{GilCell, PyLayout, PyObject, PyResult, raise};

/// The modules of this crate, for the table of built-in modules.
pub fn modules() -> &'static [(&'static str, ModuleInit)] {
    &[("_io", create_module::<open::Io>)]
}

/// Sets a flag that is shown as an attribute.
fn set_flag(flag: &GilCell<bool>, value: Option<&PyObject>) -> PyResult<()> {
    let Some(value) = value else {
        return raise!(TypeError, "can't delete numeric/char attribute");
    };
    if value.is(object::bool::py_bool(true).get()) {
        flag.set(true);
    } else if value.is(object::bool::py_bool(false).get()) {
        flag.set(false);
    } else {
        return raise!(TypeError, "attribute value type must be bool");
    }
    Ok(())
}

/// What setting an attribute gives that shows a field.
fn read_only() -> PyResult<()> {
    raise!(AttributeError, "readonly attribute")
}
