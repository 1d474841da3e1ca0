//! Python 3.14's source text to tokens and tree: plain Rust data, no Python objects.
#![forbid(unsafe_code)]

pub mod ast;
pub mod error;
pub mod parser;

pub use error::{ErrorKind, SyntaxError, Warning, WarningKind};
pub use parser::{Mode, Options, Parsed, parse};
