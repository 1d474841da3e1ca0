//! Native modules about text: `_sre`.
#![allow(improper_ctypes_definitions)]

mod buffer;
pub mod sre;
mod text;

use object::class::{ModuleInit, create_module};

/// The modules of this crate, for the table of built-in modules.
pub const MODULES: &[(&str, ModuleInit)] = &[("_sre", create_module::<sre::Sre>)];
