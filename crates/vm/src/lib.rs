//! The virtual machine: code, function, frame and generator objects, the evaluation loop with its adaptive
//! specialization, monitoring and tracing.
#![allow(non_camel_case_types, non_upper_case_globals, improper_ctypes_definitions)]

pub mod asyncgen;
pub mod cell;
pub mod code;
mod compat;
pub mod dump;
pub mod eval;
pub mod frame;
pub mod frameobject;
pub mod function;
pub mod generator;
mod jump;
pub mod monitoring;
pub mod pending;
pub mod runtime;
mod specialize;
pub mod stackref;
pub mod template;
pub mod traceback;
pub mod tracing;
pub mod typing;

use object::PyResult;

/// Makes this crate's types ready and gives the object model what it needs from here.
pub fn ready_types() -> PyResult<()> {
    object::class::ready::<cell::PyCell>()?;
    object::class::ready::<code::PyCode>()?;
    function::ready()?;
    object::class::ready::<frameobject::PyFrame>()?;
    object::class::ready::<frameobject::FrameLocalsProxy>()?;
    object::class::ready::<traceback::PyTraceback>()?;
    generator::ready()?;
    asyncgen::ready()?;
    template::ready()?;
    typing::ready()?;
    runtime::install_hooks();
    Ok(())
}
