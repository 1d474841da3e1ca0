//! The regular expression engine behind `_sre`.
//!
//! It runs the code words that CPython 3.14's `re/_compiler.py` produces, over subjects of 1-, 2- or 4-byte characters, and knows
//! nothing of Python objects. What holds true:
//!
//! * Code words are checked, and turned into a flat program with resolved targets ([`Program::new`]); no list of words can make the
//!   engine panic, read out of bounds or recurse.
//! * Backtracking uses a stack on the heap, bounded by memory alone ([`Stop::Memory`]), never the native stack. An attempt restores on
//!   failure exactly what it changed, so groups are as `re` has them.
//! * Long-running matches ask a callback now and then whether to go on ([`Stop::Interrupted`]).
//!
//! Semantics are those of the module `re`; see <https://docs.python.org/3.14/library/re.html>.

#![forbid(unsafe_code)]

mod analyze;
mod charset;
mod constants;
mod facts;
mod lower;
mod machine;
mod program;
mod search;
mod subject;

pub use constants::{CODESIZE, MAGIC, MAXGROUPS, MAXREPEAT, flag};
pub use facts::{Facts, STD, ascii_is_cased, ascii_lower, locale_lower, locale_upper, unicode_is_cased};
pub use program::Program;
pub use search::{Mode, Request, Scratch};
pub use subject::Subject;

/// The code words do not have the form that `re._compiler` produces (`RuntimeError: invalid SRE code`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidCode;

impl std::fmt::Display for InvalidCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("invalid SRE code")
    }
}

impl std::error::Error for InvalidCode {}

/// Why a match was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The callback asked for it.
    Interrupted,
    /// There is no memory for the backtracking stack.
    Memory,
}
