//! Places in the source to the attributes of a `SyntaxError`: 1-based columns in characters, and the line.

use crate::error::{ErrorKind, SyntaxError};

/// A range in the source: 1-based lines, 0-based byte columns. A column of -1 is unknown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub lineno: u32,
    pub col: i32,
    pub end_lineno: i32,
    pub end_col: i32,
}

/// A line of the text with its line end.
pub(crate) fn line(text: &str, lineno: u32) -> &str {
    let mut rest = text;
    for _ in 1..lineno {
        match rest.find('\n') {
            Some(end) => rest = &rest[end + 1..],
            None => return "",
        }
    }
    rest.find('\n').map_or(rest, |end| &rest[..=end])
}

/// A 1-based column in bytes to one in characters.
fn characters(line: &str, column: i32) -> i32 {
    let column = usize::try_from(column).unwrap_or(0);
    let bytes = &line.as_bytes()[..column.min(line.len())];
    let count = bytes.iter().filter(|&&c| c & 0xC0 != 0x80).count();
    (count + usize::from(column > line.len())) as i32
}

/// A complete error.
#[cold]
pub(crate) fn error(text: &str, kind: ErrorKind, place: Place, message: &str) -> SyntaxError {
    let line = line(text, place.lineno);
    let end_offset = if place.end_col >= 0 {
        characters(line, place.end_col + 1)
    } else {
        place.end_col
    };
    SyntaxError {
        kind,
        msg: message.to_owned(),
        lineno: place.lineno,
        offset: characters(line, place.col + 1) as u32,
        end_lineno: Some(place.end_lineno),
        end_offset: Some(end_offset),
        text: Some(line.to_owned()),
        last_stmt: None,
    }
}
