//! The parser's entrance.

use crate::ast::Mod;
use crate::error::{SyntaxError, Warning};

/// `compile()`'s mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Exec,
    Eval,
    Single,
    FuncType,
}

/// What changes the grammar or the errors.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// `PyCF_TYPE_COMMENTS`
    pub type_comments: bool,
    /// The minor version of `feature_version=(3, N)`; 14 by default.
    pub feature_version: u8,
    /// `PyCF_ALLOW_INCOMPLETE_INPUT`
    pub allow_incomplete_input: bool,
    /// `PyCF_DONT_IMPLY_DEDENT`
    pub dont_imply_dedent: bool,
    /// `from __future__ import barry_as_FLUFL` is in force from outside.
    pub barry_as_flufl: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            type_comments: false,
            feature_version: 14,
            allow_incomplete_input: false,
            dont_imply_dedent: false,
            barry_as_flufl: false,
        }
    }
}

/// A tree and the warnings met on the way.
#[derive(Debug)]
pub struct Parsed {
    pub module: Mod,
    pub warnings: Vec<Warning>,
}

/// Parses a whole source text (UTF-8, without BOM; newlines of any kind).
pub fn parse(_source: &str, _mode: Mode, _options: Options) -> Result<Parsed, SyntaxError> {
    todo!()
}
