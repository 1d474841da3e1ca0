//! What the tokenizer and the parser report: `SyntaxError` and its kin with CPython's text and range,
//! and the warnings that go with a successful parse.

use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    SyntaxError,
    IndentationError,
    TabError,
    /// `_IncompleteInputError`: the source ends too early (only with `Options::allow_incomplete_input`).
    IncompleteInput,
    /// Nested too deeply (`MemoryError` in CPython).
    MemoryError,
    ValueError,
    RecursionError,
}

/// An error with the attributes of the Python exception.
#[derive(Clone, Debug, PartialEq)]
pub struct SyntaxError {
    pub kind: ErrorKind,
    pub msg: String,
    /// 1-based.
    pub lineno: u32,
    /// 1-based, in characters, as the exception's `offset`; 0 where CPython gives 0.
    pub offset: u32,
    /// -1 or `None` in CPython is `None` here.
    pub end_lineno: Option<i32>,
    pub end_offset: Option<i32>,
    /// The source line, where CPython gives one.
    pub text: Option<String>,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (line {})", self.msg, self.lineno)
    }
}

impl std::error::Error for SyntaxError {}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WarningKind {
    SyntaxWarning,
    DeprecationWarning,
}

/// A warning that the front end issues; whoever runs the compiler hands it to `warnings`.
#[derive(Clone, Debug, PartialEq)]
pub struct Warning {
    pub kind: WarningKind,
    pub msg: String,
    pub lineno: u32,
    /// The range, for the case that the warning is turned into a `SyntaxError`: as in [`SyntaxError`].
    pub offset: u32,
    pub end_lineno: Option<i32>,
    pub end_offset: Option<i32>,
}
