//! Tree to code: symbol table, instruction sequence, control-flow graph, optimizations, assembly.
#![forbid(unsafe_code)]

use bytecode::Code;
use syntax::ast::Mod;
use syntax::{SyntaxError, Warning};

/// What changes the code that comes out.
#[derive(Clone, Debug)]
pub struct Options {
    pub filename: String,
    /// 0, 1 (`-O`) or 2 (`-OO`).
    pub optimize: u8,
    /// `CO_FUTURE_*` bits inherited from the caller of `compile()`.
    pub future_flags: u32,
    /// `PyCF_ALLOW_TOP_LEVEL_AWAIT`
    pub allow_top_level_await: bool,
}

/// Compiles a tree; warnings are appended to `warnings`. `source` is used for the text of errors.
pub fn compile(
    _module: &Mod,
    _source: Option<&str>,
    _options: &Options,
    _warnings: &mut Vec<Warning>,
) -> Result<Code, SyntaxError> {
    todo!()
}
