//! The C API: the functions and data of CPython 3.14's headers under their C names, and the loading of extension modules.
//!
//! A file stands for a header. Types need nothing here: the static type objects of `object` and `vm` carry their C names, and
//! the layouts are CPython's. Variadic functions are in `c/variadic.c`, which hands the arguments to Rust one by one ([`va`]).
//!
//! **Ownership.** What a function's comment does not say is as in C: arguments are borrowed from the caller; a `PyResult` is a new
//! reference, or NULL with an exception set; `PyResult<()>` is 0 or -1, `PyResult<bool>` 1, 0 or -1 (see [`ret`]). A raw pointer
//! to an object that is returned is borrowed, unless its comment says that it is new. "Steals" is said where it is so.
//!
//! **What C promises.** Every function here is called with the GIL held and pointers that are what the header's types say: live
//! objects, NUL-terminated text, places to write to. Where CPython copes with NULL, the parameter is an `Option` or looked at.
//! That promise is what the single `unsafe` block of [`capi!`] stands on.
#![allow(
    non_snake_case,
    non_upper_case_globals,
    non_camel_case_types,
    improper_ctypes_definitions,
    clippy::missing_safety_doc,
    clippy::manual_c_str_literals
)]

mod ret;
mod util;
#[macro_use]
mod macros;

mod abstract_;
mod boolobject;
mod buildvalue;
mod bytearrayobject;
mod bytesobject;
mod ceval;
mod codecs;
mod complexobject;
mod context;
mod data;
mod descrobject;
mod dictobject;
mod fileobject;
mod floatobject;
mod format;
mod funcobject;
mod getargs;
mod import;
mod iterobject;
mod listobject;
mod load;
mod longobject;
mod memoryobject;
mod methodobject;
mod modsupport;
mod moduleobject;
mod object_;
mod objimpl;
mod pycapsule;
mod pyerrors;
mod pymem;
mod pystate;
mod pythonrun;
mod pythread;
mod setobject;
mod sliceobject;
mod structseq;
mod sysmodule;
mod tupleobject;
mod typeobject;
mod unicodeobject;
mod unicodewriter;
mod va;
mod warnings;
mod weakrefobject;

/// Makes extension modules loadable. Called once by the binary, before the interpreter starts.
pub fn install() {
    interp::LOAD_DYNAMIC.set(Some(load::create));
    interp::EXEC_DYNAMIC.set(Some(load::exec));
}
