//! Source files to text: byte order marks, PEP 263 encoding declarations, line ends.

use crate::error::{ErrorKind, SyntaxError};
use std::borrow::Cow;

/// Every line end as `\n`; with `exec`, one after the last line as well. It is this text that positions and
/// the source in `SyntaxError._metadata` refer to.
pub fn normalize(source: &str, exec: bool) -> Cow<'_, str> {
    let unended = exec && !source.is_empty() && !source.ends_with(['\n', '\r']);
    if !unended && !source.contains('\r') {
        return Cow::Borrowed(source);
    }
    let mut text = String::with_capacity(source.len() + 1);
    let mut rest = source;
    while let Some(at) = rest.find('\r') {
        text.push_str(&rest[..at]);
        text.push('\n');
        rest = &rest[at + 1..];
        rest = rest.strip_prefix('\n').unwrap_or(rest);
    }
    text.push_str(rest);
    if unended {
        text.push('\n');
    }
    Cow::Owned(text)
}

/// What became of the bytes of a source.
#[derive(Debug, PartialEq)]
pub enum Decoded<'b> {
    /// The text, and the encoding's name.
    Text(Cow<'b, str>, String),
    /// The declared encoding is not decoded here, or the bytes are wrong in it: the name as it is declared, and
    /// the bytes after any byte order mark. Python's codecs have the last word, and the message.
    UnknownEncoding(String, &'b [u8]),
}

/// Where the bytes come from, which decides the wording of some errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin<'f> {
    /// `compile()`, `exec()` and `import`.
    Bytes,
    /// A file that is run as a program: its name.
    File(&'f str),
}

/// The encoding that a PEP 263 declaration in a line names, as it is written.
fn declared(line: &[u8]) -> Option<&[u8]> {
    let start = line.iter().position(|c| !matches!(c, b' ' | b'\t' | b'\x0c'))?;
    if line[start] != b'#' {
        return None;
    }
    let mut rest = &line[start..];
    loop {
        let at = rest.windows(6).position(|w| w == b"coding")?;
        rest = &rest[at + 6..];
        let Some(b':' | b'=') = rest.first() else { continue };
        let mut name = &rest[1..];
        while let [b' ' | b'\t', more @ ..] = name {
            name = more;
        }
        let end = name
            .iter()
            .position(|c| !(c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.')))
            .unwrap_or(name.len());
        if end > 0 {
            return Some(&name[..end]);
        }
    }
}

/// Whether a line holds nothing but blanks and a comment.
fn is_blank(line: &[u8]) -> bool {
    line.iter()
        .find(|c| !matches!(c, b' ' | b'\t' | b'\x0c'))
        .is_none_or(|c| matches!(c, b'#' | b'\n' | b'\r'))
}

/// The common spelling of an encoding's name, for those that have many.
fn normal_name(name: &[u8]) -> String {
    let name = String::from_utf8_lossy(name).into_owned();
    let plain: String = name
        .chars()
        .take(12)
        .map(|c| if c == '_' { '-' } else { c.to_ascii_lowercase() })
        .collect();
    if plain == "utf-8" || plain.starts_with("utf-8-") {
        return "utf-8".into();
    }
    let latin = ["latin-1", "iso-8859-1", "iso-latin-1"];
    if latin
        .iter()
        .any(|l| plain == *l || plain.strip_prefix(l).is_some_and(|rest| rest.starts_with('-')))
    {
        return "iso-8859-1".into();
    }
    name
}

/// The offset, and the line's number and bytes, of the line that holds a byte.
fn line_at(body: &[u8], at: usize) -> (u32, &[u8], usize) {
    let is_end = |i: usize| body[i] == b'\n' || (body[i] == b'\r' && body.get(i + 1) != Some(&b'\n'));
    let ends: Vec<usize> = (0..at).filter(|&i| is_end(i)).collect();
    let start = ends.last().map_or(0, |end| end + 1);
    let rest = &body[start..];
    let length = rest
        .iter()
        .position(|c| matches!(c, b'\n' | b'\r'))
        .unwrap_or(rest.len());
    (ends.len() as u32 + 1, &rest[..length], start)
}

/// An error about a line as a whole.
fn line_error(msg: String, lineno: u32, offset: u32, end_offset: i32, line: &[u8]) -> SyntaxError {
    SyntaxError {
        lineno,
        offset,
        end_lineno: Some(lineno as i32),
        end_offset: Some(end_offset),
        text: Some(String::from_utf8_lossy(line).into_owned()),
        ..SyntaxError::new(ErrorKind::SyntaxError, msg)
    }
}

/// The error for bytes that are not UTF-8 where they should be.
fn not_utf8(body: &[u8], at: usize, origin: Origin<'_>) -> SyntaxError {
    let (lineno, line, start) = line_at(body, at);
    let before = String::from_utf8_lossy(&body[start..at]).chars().count() as u32;
    let file = match origin {
        Origin::Bytes => String::new(),
        Origin::File(name) => format!(" in file {name}"),
    };
    let msg = format!(
        "Non-UTF-8 code starting with '\\x{:02x}'{file} on line {lineno}, but no encoding declared; \
         see https://peps.python.org/pep-0263/ for details",
        body[at]
    );
    line_error(msg, lineno, before + 1, before as i32 + 1, line)
}

/// Decodes the bytes of a source.
///
/// # Errors
/// Bytes that are not UTF-8 where nothing else is declared, a declaration that contradicts the byte order mark,
/// null bytes.
pub fn decode<'b>(bytes: &'b [u8], origin: Origin<'_>) -> Result<Decoded<'b>, SyntaxError> {
    if let Some(at) = bytes.iter().position(|&c| c == 0) {
        let (lineno, line, start) = line_at(bytes, at);
        return Err(match origin {
            Origin::Bytes => null_bytes(),
            Origin::File(_) => {
                let msg = "source code cannot contain null bytes".to_owned();
                line_error(msg, lineno, 0, 0, &line[..at - start])
            }
        });
    }
    let (bom, body) = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) => (true, rest),
        None => (false, bytes),
    };
    let (_, first, _) = line_at(body, 0);
    let mut name = declared(first);
    let mut lineno = 1;
    let mut line = first;
    if name.is_none() && is_blank(first) {
        let crlf = body[first.len()..].starts_with(b"\r\n");
        let second = first.len() + if crlf { 2 } else { 1 };
        if second < body.len() {
            (lineno, line, _) = line_at(body, second);
            name = declared(line);
        }
    }
    let encoding = name.map_or_else(|| "utf-8".to_owned(), normal_name);
    if bom && encoding != "utf-8" {
        let msg = format!("encoding problem: {encoding} with BOM");
        return Err(line_error(msg, lineno, 0, line.len() as i32, line));
    }
    let unknown = |name: &[u8]| {
        let name = String::from_utf8_lossy(name).into_owned();
        Ok(Decoded::UnknownEncoding(name, body))
    };
    let lower = encoding.to_ascii_lowercase().replace('_', "-");
    match lower.as_str() {
        "utf-8" => match std::str::from_utf8(body) {
            Ok(text) => Ok(Decoded::Text(Cow::Borrowed(text), encoding)),
            Err(error) => Err(not_utf8(body, error.valid_up_to(), origin)),
        },
        // Other names of the same codec; its own message is given for what is wrong.
        "utf8" | "u8" | "utf" | "utf8-ucs2" | "utf8-ucs4" | "cp65001" => match std::str::from_utf8(body) {
            Ok(text) => Ok(Decoded::Text(Cow::Borrowed(text), encoding)),
            Err(_) => unknown(name.unwrap_or(b"")),
        },
        "iso-8859-1" | "latin1" | "latin" | "l1" | "iso8859-1" | "iso8859" | "cp819" | "8859" => {
            Ok(Decoded::Text(body.iter().map(|&c| c as char).collect(), encoding))
        }
        "ascii" | "us-ascii" | "646" | "ansi-x3.4-1968" if body.is_ascii() => {
            Ok(Decoded::Text(String::from_utf8_lossy(body), encoding))
        }
        _ => unknown(name.unwrap_or(b"")),
    }
}

/// The error for null characters in what `compile()` is given. It has no place.
pub(crate) fn null_bytes() -> SyntaxError {
    SyntaxError::new(
        ErrorKind::SyntaxError,
        "source code string cannot contain null bytes",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        match decode(bytes, Origin::Bytes) {
            Ok(Decoded::Text(text, _)) => text.into_owned(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn declarations_are_found_on_the_first_two_lines() {
        assert_eq!(text(b"# coding: latin-1\n'\xe9'"), "# coding: latin-1\n'\u{e9}'");
        assert_eq!(
            text(b"#!x\r\n# vim: set fileencoding=Latin_1 :\r\n'\xe9'")
                .chars()
                .last(),
            Some('\'')
        );
        assert!(matches!(
            decode(b"\n# coding: koi8-r\n", Origin::Bytes),
            Ok(Decoded::UnknownEncoding(name, _)) if name == "koi8-r"
        ));
        assert_eq!(text(b"x\n# coding: koi8-r\n"), "x\n# coding: koi8-r\n");
        assert_eq!(text(b"\xEF\xBB\xBFx"), "x");
    }

    #[test]
    fn wrong_bytes_are_reported_with_their_place() {
        let error = decode(b"x\n  '\xff'", Origin::Bytes).unwrap_err();
        assert_eq!((error.lineno, error.offset), (2, 4));
        assert!(
            error
                .msg
                .starts_with("Non-UTF-8 code starting with '\\xff' on line 2, but no encoding declared")
        );
        let error = decode(b"\xEF\xBB\xBF# coding: latin-1\n", Origin::Bytes).unwrap_err();
        assert_eq!(error.msg, "encoding problem: iso-8859-1 with BOM");
    }

    #[test]
    fn line_ends_are_unified() {
        assert_eq!(normalize("a\r\nb\rc", true), "a\nb\nc\n");
        assert!(matches!(normalize("a\n", true), Cow::Borrowed(_)));
    }
}
