//! Why a source text cannot be parsed: the second pass.
//!
//! The parser proper is fast and does not say why it fails. This pass reads the tokens again with an interpreter
//! of the whole grammar ([`machine`]), first without and then with the rules that describe common mistakes
//! (`rules.peg`), so that message and range are those of CPython: the position of a plain `invalid syntax` is the
//! last token that was looked at, and which of several possible messages is given depends on the order of the
//! alternatives.

mod grammar;
mod machine;

use crate::error::{ErrorKind, SyntaxError};
use crate::parser::{Mode, Options};
use crate::report::Lines;
use crate::tokenizer::{LexErrorKind, TokenKind as K, Tokens};
use machine::{Machine, Verdict, token_place};

/// With more tokens than this, the pass runs on a stack of its own.
const SMALL: usize = 24;
/// The size of that stack in bytes.
const STACK: usize = 256 << 20;

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
    mode: Mode,
    options: Options,
    raised: Option<SyntaxError>,
) -> SyntaxError {
    if let Some(raised) = raised {
        if raised.kind == ErrorKind::MemoryError {
            return raised;
        }
        // The rest of the source is still searched for errors of the tokenizer, which come first.
        let mut error = later_tokenizer_error(text, tokens, raised.lineno).unwrap_or(raised);
        error.last_stmt = Some((0, 0));
        return error;
    }
    if tokens.tokens.len() <= SMALL {
        return search(text, tokens, mode, options);
    }
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new()
            .name("syntax errors".into())
            .stack_size(STACK);
        let found = builder.spawn_scoped(scope, || search(text, tokens, mode, options));
        found.ok().and_then(|thread| thread.join().ok())
    })
    .unwrap_or_else(|| SyntaxError::new(ErrorKind::SyntaxError, "invalid syntax"))
}

fn search(text: &str, tokens: &Tokens, mode: Mode, options: Options) -> SyntaxError {
    let mut machine = Machine::new(text, tokens, options);
    let incomplete = |machine: &Machine<'_>| {
        let ended = options.allow_incomplete_input && is_end_of_source(text, tokens, machine.fill);
        ended.then(|| machine.incomplete())
    };
    let verdict = machine.run(mode, incomplete);
    let mut error = match verdict {
        Verdict::TooDeep => return stack_overflow(),
        Verdict::Failed(error) => {
            let read = machine.fill;
            let complete = read >= tokens.tokens.len();
            if machine.tokenizer_error || complete || error.kind == ErrorKind::IncompleteInput {
                error
            } else {
                let line = machine.token(read - 1).lineno;
                later_tokenizer_error(text, tokens, line).unwrap_or(error)
            }
        }
        Verdict::Accepted => machine.generic(tokens.tokens.len() - 1),
        Verdict::Unexplained(last) => {
            let error = machine.generic(last);
            let kind = machine.token(last).kind;
            if matches!(kind, K::Indent | K::Dedent) {
                error
            } else {
                let line = machine.token(machine.fill - 1).lineno;
                later_tokenizer_error(text, tokens, line).unwrap_or(error)
            }
        }
    };
    error.last_stmt = Some(machine.last_stmt);
    error
}

impl Machine<'_> {
    /// The error of a source for which no rule has a message.
    fn generic(&self, last: usize) -> SyntaxError {
        let token = self.token(last);
        let (kind, message) = match token.kind {
            K::Indent => (ErrorKind::IndentationError, "unexpected indent"),
            K::Dedent => (ErrorKind::IndentationError, "unexpected unindent"),
            _ => {
                return self.error_at_place(ErrorKind::SyntaxError, token_place(&token), "invalid syntax");
            }
        };
        let here = self.token(self.fill.max(1) - 1);
        let place = self.place_of(&here);
        self.error_at_place(kind, place, message)
    }

    fn incomplete(&self) -> SyntaxError {
        let here = self.token(self.fill.max(1) - 1);
        let place = self.place_of(&here);
        let mut error = self.error_at_place(ErrorKind::IncompleteInput, place, "incomplete input");
        if here.kind == K::Error {
            // The string that is not closed is the line.
            error.text = Some(self.text_from(error.lineno).to_owned());
        }
        error
    }
}

/// Whether the tokenizer has met the end of the source.
fn is_end_of_source(text: &str, tokens: &Tokens, fill: usize) -> bool {
    let Some(last) = fill.checked_sub(1).and_then(|i| tokens.tokens.get(i)) else {
        return false;
    };
    match last.kind {
        K::Error => tokens.error.as_ref().is_some_and(|error| error.at_eof),
        K::Newline => last.col < 0,
        // These end without a look at what follows.
        K::String | K::FStringEnd | K::TStringEnd | K::Ellipsis => false,
        K::LeftShiftEqual | K::RightShiftEqual | K::DoubleStarEqual | K::DoubleSlashEqual => false,
        _ => last.end as usize >= text.len(),
    }
}

/// An error of the tokenizer further on, which takes the place of one that the parser found on a line.
fn later_tokenizer_error(text: &str, tokens: &Tokens, line: u32) -> Option<SyntaxError> {
    let failed = tokens.error.as_ref().filter(|failed| !failed.in_string)?;
    match failed.kind {
        LexErrorKind::Complete => Some(failed.error.clone()),
        _ => {
            let bracket = failed.bracket?;
            if line <= bracket.lineno {
                return None;
            }
            let place = crate::report::Place {
                lineno: bracket.lineno,
                col: bracket.col,
                end_lineno: bracket.lineno as i32,
                end_col: -1,
            };
            let message = format!("'{}' was never closed", bracket.open as char);
            let current = failed.error.lineno;
            Some(Lines::new(text).error(ErrorKind::SyntaxError, place, &message, current))
        }
    }
}
