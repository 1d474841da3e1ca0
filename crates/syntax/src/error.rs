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
    /// Where the last complete compound statement before the error begins (1-based line, 0-based column; both 0 if
    /// there is none): as CPython has it, of those that the second pass reads, functions excepted. With the source
    /// ([`crate::source::normalize`]d) it makes the exception's `_metadata`, from which `traceback` guesses at
    /// misspelt keywords. `None` for errors that the parser did not find.
    pub last_stmt: Option<(u32, u32)>,
}

impl SyntaxError {
    /// An error with a message and nothing else.
    pub fn new(kind: ErrorKind, msg: impl Into<String>) -> Self {
        SyntaxError {
            kind,
            msg: msg.into(),
            lineno: 0,
            offset: 0,
            end_lineno: None,
            end_offset: None,
            text: None,
            last_stmt: None,
        }
    }
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
///
/// Where a warning about an escape sequence is turned into an error, CPython leaves the sentence "Such sequences
/// will not work in the future. " out of the message.
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
