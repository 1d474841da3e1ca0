//! Native modules about text: `_sre`, `_json`.
#![allow(improper_ctypes_definitions)]

mod buffer;
pub mod json;
pub mod sre;
mod text;

use object::class::{ModuleInit, create_module};

/// The modules of this crate, for the table of built-in modules.
pub const MODULES: &[(&str, ModuleInit)] = &[
    ("_json", create_module::<json::Json>),
    ("_sre", create_module::<sre::Sre>),
];
