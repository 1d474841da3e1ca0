//! Tree to code: symbol table, instruction sequence, control-flow graph, optimizations, assembly.
#![forbid(unsafe_code)]

mod assemble;
mod codegen;
mod consts;
mod error;
mod flowgraph;
mod fold;
mod future;
mod instr;
pub mod names;
mod optimize_tree;
mod preprocess;
pub mod symtable;
mod unparse;

use bytecode::Code;
use syntax::ast::{Expr, Mod};
use syntax::{SyntaxError, Warning};

/// How deep expressions and statements may be nested: as deep as the parser lets them be. It takes some 4 MB of native
/// stack to get there.
const MAX_DEPTH: u32 = 6500;

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
    module: &Mod,
    source: Option<&str>,
    options: &Options,
    warnings: &mut Vec<Warning>,
) -> Result<Code, SyntaxError> {
    compile_module(module, options, warnings).map_err(|err| with_text(*err, source))
}

fn compile_module(module: &Mod, options: &Options, warnings: &mut Vec<Warning>) -> error::Result<Code> {
    let mut future = future::from_module(module)?;
    future.features |= options.future_flags;
    preprocess::finally_warnings(module, warnings);
    let st = symtable::SymbolTable::build(
        module,
        &future,
        options.optimize,
        options.allow_top_level_await,
        true,
        MAX_DEPTH,
    )?;
    codegen::compile(module, st, &future, options, warnings, MAX_DEPTH)
}

/// Does to a tree what `ast.parse(…, optimize=…)` does: see [`Options::optimize`] and [`Options::future_flags`].
pub fn optimize_tree(module: &mut Mod, options: &Options) -> Result<(), SyntaxError> {
    let features = future::from_module(module).map_err(|err| *err)?.features | options.future_flags;
    optimize_tree::optimize_tree(module, options.optimize, features);
    Ok(())
}

/// The symbol table of a tree, as the module `symtable` shows it.
pub fn symbol_table(
    module: &Mod,
    source: Option<&str>,
    options: &Options,
) -> Result<symtable::SymbolTable, SyntaxError> {
    let build = || {
        let mut future = future::from_module(module)?;
        future.features |= options.future_flags;
        let top_level_await = options.allow_top_level_await;
        symtable::SymbolTable::build(
            module,
            &future,
            options.optimize,
            top_level_await,
            false,
            MAX_DEPTH,
        )
    };
    build().map_err(|err| with_text(*err, source))
}

/// Gives an error the line of the source where it has none.
fn with_text(mut err: SyntaxError, source: Option<&str>) -> SyntaxError {
    if err.text.is_none() && err.lineno > 0 {
        err.text = source.and_then(|s| source_line(s, err.lineno));
    }
    err
}

/// A line of the source with its newline.
fn source_line(source: &str, lineno: u32) -> Option<String> {
    source
        .split_inclusive('\n')
        .nth(lineno as usize - 1)
        .map(str::to_owned)
}

/// The source text of an expression, as annotations are stored under `from __future__ import annotations`.
/// The text is WTF-8.
pub fn unparse(e: &Expr) -> Vec<u8> {
    unparse::unparse(e)
}
