//! Why a source text cannot be parsed: the second pass.

use crate::error::{ErrorKind, SyntaxError};
use crate::parser::{Mode, Options};
use crate::report::{Place, error};
use crate::tokenizer::Tokens;

pub(crate) fn stack_overflow() -> SyntaxError {
    SyntaxError::new(
        ErrorKind::MemoryError,
        "Parser stack overflowed - Python source too complex to parse",
    )
}

/// The error for tokens that the parser rejects; `raised` is what it had to say itself.
pub(crate) fn explain(
    text: &str,
    tokens: &Tokens,
    _mode: Mode,
    _options: Options,
    raised: Option<SyntaxError>,
) -> SyntaxError {
    if let Some(raised) = raised {
        return raised;
    }
    if let Some(failed) = &tokens.error {
        return failed.error.clone();
    }
    let place = Place {
        lineno: 1,
        col: 0,
        end_lineno: 1,
        end_col: 0,
    };
    error(text, ErrorKind::SyntaxError, place, "invalid syntax")
}
