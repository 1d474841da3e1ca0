//! Places in the source to the attributes of a `SyntaxError`: 1-based columns in characters, and the line.

use crate::error::{ErrorKind, SyntaxError};

/// A range in the source: 1-based lines, 0-based byte columns. A column of -1 is
/// unknown and becomes 0; -2 stays -1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub lineno: u32,
    pub col: i32,
    pub end_lineno: i32,
    pub end_col: i32,
}

/// A text and where its lines begin.
pub(crate) struct Lines<'s> {
    text: &'s str,
    starts: Vec<u32>,
}

impl<'s> Lines<'s> {
    pub(crate) fn new(text: &'s str) -> Self {
        let after = text
            .bytes()
            .enumerate()
            .filter(|(_, c)| *c == b'\n')
            .map(|(i, _)| i as u32 + 1);
        Lines {
            text,
            starts: std::iter::once(0).chain(after).collect(),
        }
    }

    /// The byte offset at which a line begins.
    pub(crate) fn start(&self, lineno: u32) -> usize {
        let index = (lineno.max(1) - 1) as usize;
        self.starts
            .get(index)
            .map_or(self.text.len(), |&start| start as usize)
    }

    /// A line with its line end.
    pub(crate) fn line(&self, lineno: u32) -> &'s str {
        &self.text[self.start(lineno)..self.start(lineno + 1)]
    }

    /// An error that is found when the tokenizer is on the line `current`: the text has a line end if it is that
    /// line.
    #[cold]
    pub(crate) fn error(&self, kind: ErrorKind, place: Place, message: &str, current: u32) -> SyntaxError {
        let mut line = self.line(place.lineno);
        if current > place.lineno {
            line = line.strip_suffix('\n').unwrap_or(line);
        }
        let end_offset = if place.end_col >= 0 {
            characters(line, place.end_col + 1)
        } else {
            place.end_col + 1
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
}

/// A 1-based column in bytes to one in characters.
fn characters(line: &str, column: i32) -> i32 {
    let column = usize::try_from(column).unwrap_or(0);
    let bytes = &line.as_bytes()[..column.min(line.len())];
    let count = bytes.iter().filter(|&&c| c & 0xC0 != 0x80).count();
    (count + usize::from(column > line.len())) as i32
}
