//! Raising `SyntaxError` and issuing `SyntaxWarning` at a position in the tree.

use crate::instr::Loc;
use syntax::{ErrorKind, SyntaxError, Warning, WarningKind};

pub type Result<T = ()> = std::result::Result<T, Box<SyntaxError>>;

/// A `SyntaxError` with the range of `loc`. Offsets are byte columns plus one, as CPython's compiler gives them.
#[cold]
pub fn syntax_error(loc: Loc, msg: impl Into<String>) -> Box<SyntaxError> {
    Box::new(SyntaxError {
        kind: ErrorKind::SyntaxError,
        msg: msg.into(),
        lineno: loc.line.max(0) as u32,
        offset: (loc.col + 1).max(0) as u32,
        end_lineno: Some(loc.end_line),
        end_offset: Some(loc.end_col + 1),
        text: None,
        last_stmt: None,
    })
}

/// The tree is too deep for the native stack.
#[cold]
pub fn too_deep() -> Box<SyntaxError> {
    Box::new(SyntaxError {
        kind: ErrorKind::RecursionError,
        msg: "maximum recursion depth exceeded during compilation".into(),
        lineno: 0,
        offset: 0,
        end_lineno: None,
        end_offset: None,
        text: None,
        last_stmt: None,
    })
}

pub fn syntax_warning(loc: Loc, msg: impl Into<String>) -> Warning {
    Warning {
        kind: WarningKind::SyntaxWarning,
        msg: msg.into(),
        lineno: loc.line.max(0) as u32,
        offset: (loc.col + 1).max(0) as u32,
        end_lineno: Some(loc.end_line),
        end_offset: Some(loc.end_col + 1),
    }
}

/// `repr()` of a string, for messages.
pub fn repr_str(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c if (c as u32) < 0x20 || c as u32 == 0x7f => out.push_str(&format!("\\x{:02x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}
