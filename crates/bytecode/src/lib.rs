//! CPython 3.14's public code format: opcodes, code data, `marshal`, tables of lines and exceptions.
#![forbid(unsafe_code)]

pub mod code;
pub mod dump;
pub mod marshal;
pub mod oparg;
pub mod opcode;
pub mod tables;
pub mod verify;

pub use code::{Code, Const, Wtf8};
