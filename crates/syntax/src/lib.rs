//! Python 3.14's source text to tokens and tree: plain Rust data, no Python objects.
#![forbid(unsafe_code)]

pub mod ast;
pub mod dump;
pub mod error;
mod errors;
pub mod parser;
mod report;
pub mod source;
pub mod tokenizer;

pub use error::{ErrorKind, SyntaxError, Warning, WarningKind};
pub use parser::{Mode, Options, Parsed, parse};
