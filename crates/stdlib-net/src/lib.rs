//! The native module about the network: `_socket`.
#![allow(improper_ctypes_definitions)]

mod address;
mod consts;
mod functions;
mod socket;

use object::class::{ModuleInit, create_module};

/// The modules of this crate, for the table of built-in modules.
pub fn modules() -> &'static [(&'static str, ModuleInit)] {
    &[("_socket", create_module::<functions::SocketModule>)]
}
