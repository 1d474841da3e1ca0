//! `unicode_escape`, `raw_unicode_escape` and the escapes of bytes literals.

use super::errors::{Errors, on_decode_error, push_backslash};
use crate::PyBytes;
use crate::exceptions as exc;
use crate::handle::{Py, PyClass, PyResult};
use crate::raise;
use crate::str::{PyStr, StrBuilder};
use std::borrow::Cow;

pub fn unicode_escape_encode(text: &PyStr) -> PyResult<Py<PyBytes>> {
    let mut out = Vec::with_capacity(text.len());
    for c in text.chars().iter() {
        match c {
            0x5C => out.extend_from_slice(b"\\\\"),
            0x09 => out.extend_from_slice(b"\\t"),
            0x0A => out.extend_from_slice(b"\\n"),
            0x0D => out.extend_from_slice(b"\\r"),
            0x20..0x7F => out.push(c as u8),
            _ => push_backslash(c, &mut out),
        }
    }
    PyBytes::new(&out)
}

pub fn raw_unicode_escape_encode(text: &PyStr) -> PyResult<Py<PyBytes>> {
    let mut out = Vec::with_capacity(text.len());
    for c in text.chars().iter() {
        match c {
            0..0x100 => out.push(c as u8),
            _ => push_backslash(c, &mut out),
        }
    }
    PyBytes::new(&out)
}

/// The value of up to `most` hexadecimal digits, and how many there are.
fn hex(bytes: &[u8], most: usize) -> (u32, usize) {
    let mut value = 0u32;
    let mut n = 0;
    while n < most
        && let Some(d) = bytes.get(n).and_then(|b| (*b as char).to_digit(16))
    {
        value = value << 4 | d;
        n += 1;
    }
    (value, n)
}

#[cold]
fn warn_escape(prefix: &str, what: &str, kind: &str) -> PyResult<()> {
    crate::hooks::warn(
        exc::DeprecationWarning::type_object(),
        &format!("{prefix}\"\\{what}\" is an invalid {kind}. Such sequences will not work in the future. "),
        1,
    )
}

/// What an escape turned out to be.
enum Escape {
    /// A character and the escape's length.
    Char(u32, usize),
    /// Nothing (a line continuation).
    Nothing(usize),
    /// No escape: both characters stand.
    Plain,
    /// Not all there.
    Incomplete(usize, &'static str),
    Bad(usize, &'static str),
}

/// The escape at the beginning of `b`, which is a backslash and something.
fn escape(b: &[u8]) -> Escape {
    let fixed = |n: usize, reason: &'static str| {
        let (c, got) = hex(&b[2..], n);
        if got == n {
            if c > 0x10FFFF {
                return Escape::Bad(2 + n, "illegal Unicode character");
            }
            return Escape::Char(c, 2 + n);
        }
        if 2 + got == b.len() {
            Escape::Incomplete(2 + got, reason)
        } else {
            Escape::Bad(2 + got, reason)
        }
    };
    match b[1] {
        b'\n' => Escape::Nothing(2),
        b'\\' | b'\'' | b'"' => Escape::Char(b[1] as u32, 2),
        b'b' => Escape::Char(8, 2),
        b'f' => Escape::Char(12, 2),
        b't' => Escape::Char(9, 2),
        b'n' => Escape::Char(10, 2),
        b'r' => Escape::Char(13, 2),
        b'v' => Escape::Char(11, 2),
        b'a' => Escape::Char(7, 2),
        b'0'..=b'7' => {
            let n = b[1..]
                .iter()
                .take(3)
                .take_while(|d| (b'0'..=b'7').contains(d))
                .count();
            let c = b[1..1 + n].iter().fold(0, |v, d| v * 8 + (*d - b'0') as u32);
            Escape::Char(c, 1 + n)
        }
        b'x' => fixed(2, "truncated \\xXX escape"),
        b'u' => fixed(4, "truncated \\uXXXX escape"),
        b'U' => fixed(8, "truncated \\UXXXXXXXX escape"),
        b'N' => {
            const MALFORMED: &str = "malformed \\N character escape";
            match b.get(2) {
                None => Escape::Incomplete(2, MALFORMED),
                Some(b'{') => match b[3..].iter().position(|c| *c == b'}') {
                    None => Escape::Incomplete(b.len(), MALFORMED),
                    Some(0) => Escape::Bad(3, MALFORMED),
                    Some(n) => match unidata::names::lookup(&b[3..3 + n]) {
                        Some(unidata::names::Named::CodePoint(c)) => Escape::Char(c, 4 + n),
                        _ => Escape::Bad(4 + n, "unknown Unicode character name"),
                    },
                },
                Some(_) => Escape::Bad(2, MALFORMED),
            }
        }
        _ => Escape::Plain,
    }
}

/// Gives the text and the number of bytes used: without `final_`, an incomplete escape at the end is left.
pub fn unicode_escape_decode(input: &[u8], errors: Errors<'_>, final_: bool) -> PyResult<(Py<PyStr>, usize)> {
    let mut input = Cow::Borrowed(input);
    let mut out = StrBuilder::with_capacity(input.len());
    let mut at = 0;
    let mut warned = false;
    while at < input.len() {
        let next = memchr::memchr(b'\\', &input[at..]).map_or(input.len(), |i| at + i);
        out.push_latin1(&input[at..next])?;
        at = next;
        if at == input.len() {
            break;
        }
        let found = if at + 1 == input.len() {
            Escape::Incomplete(1, "\\ at end of string")
        } else {
            escape(&input[at..])
        };
        match found {
            Escape::Char(c, n) => {
                if c > 0o377 && (b'0'..=b'7').contains(&input[at + 1]) && !warned {
                    warned = true;
                    warn_escape("", &format!("{c:o}"), "octal escape sequence")?;
                }
                out.push(c);
                at += n;
            }
            Escape::Nothing(n) => at += n,
            Escape::Plain => {
                let c = input[at + 1];
                if !warned {
                    warned = true;
                    warn_escape("", &(c as char).to_string(), "escape sequence")?;
                }
                out.push_latin1(&[b'\\', c])?;
                at += 2;
            }
            Escape::Incomplete(..) if !final_ => break,
            Escape::Incomplete(n, reason) | Escape::Bad(n, reason) => {
                at = on_decode_error(errors, "unicodeescape", &mut input, at, at + n, reason, &mut out)?;
            }
        }
    }
    Ok((out.finish()?, at))
}

/// As [`unicode_escape_decode`], for `\u` and `\U` alone.
pub fn raw_unicode_escape_decode(
    input: &[u8],
    errors: Errors<'_>,
    final_: bool,
) -> PyResult<(Py<PyStr>, usize)> {
    let mut input = Cow::Borrowed(input);
    let mut out = StrBuilder::with_capacity(input.len());
    let mut at = 0;
    while at < input.len() {
        let next = memchr::memchr(b'\\', &input[at..]).map_or(input.len(), |i| at + i);
        out.push_latin1(&input[at..next])?;
        at = next;
        if at == input.len() {
            break;
        }
        // an even number of backslashes escapes nothing
        let run = input[at..].iter().take_while(|b| **b == b'\\').count();
        let last = at + run - 1;
        if run % 2 == 0 {
            out.push_fill(b'\\' as u32, run)?;
            at += run;
            continue;
        }
        out.push_fill(b'\\' as u32, run - 1)?;
        at = last;
        let (n, reason) = match input.get(at + 1) {
            None if !final_ => break,
            Some(b'u') => (4, "truncated \\uXXXX escape"),
            Some(b'U') => (8, "truncated \\UXXXXXXXX escape"),
            _ => {
                out.push(b'\\' as u32);
                at += 1;
                continue;
            }
        };
        let (c, got) = hex(&input[at + 2..], n);
        if got == n && c <= 0x10FFFF {
            out.push(c);
            at += 2 + n;
            continue;
        }
        let (end, reason) = if got == n {
            (at + 2 + n, "\\Uxxxxxxxx out of range")
        } else {
            (at + 2 + got, reason)
        };
        if got < n && end == input.len() && !final_ {
            break;
        }
        at = on_decode_error(errors, "rawunicodeescape", &mut input, at, end, reason, &mut out)?;
    }
    Ok((out.finish()?, at))
}

/// `codecs.escape_encode`: what stands between the quotes of a bytes literal.
pub fn escape_encode(content: &[u8]) -> PyResult<Py<PyBytes>> {
    let mut out = Vec::with_capacity(content.len());
    for &b in content {
        match b {
            b'\'' | b'\\' => out.extend_from_slice(&[b'\\', b]),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b' '..=b'~' => out.push(b),
            _ => push_backslash(b as u32, &mut out),
        }
    }
    PyBytes::new(&out)
}

/// `codecs.escape_decode`
pub fn escape_decode(content: &[u8], errors: Errors<'_>) -> PyResult<Py<PyBytes>> {
    let mut out = Vec::with_capacity(content.len());
    let mut at = 0;
    let mut warned = false;
    while at < content.len() {
        let b = content[at];
        if b != b'\\' {
            out.push(b);
            at += 1;
            continue;
        }
        let Some(&kind) = content.get(at + 1) else {
            return raise!(ValueError, "Trailing \\ in string");
        };
        let found = if matches!(kind, b'u' | b'U' | b'N') {
            Escape::Plain
        } else {
            escape(&content[at..])
        };
        match found {
            Escape::Char(c, n) => {
                if c > 0o377 && !warned {
                    warned = true;
                    warn_escape("b", &format!("{c:o}"), "octal escape sequence")?;
                }
                out.push(c as u8);
                at += n;
            }
            Escape::Nothing(n) => at += n,
            Escape::Plain => {
                if !warned {
                    warned = true;
                    warn_escape("b", &(kind as char).to_string(), "escape sequence")?;
                }
                out.extend_from_slice(&[b'\\', kind]);
                at += 2;
            }
            Escape::Incomplete(n, _) | Escape::Bad(n, _) => {
                let policy = errors.0.and_then(|e| e.to_str());
                match policy.as_deref() {
                    None | Some("strict") => {
                        return raise!(ValueError, "invalid \\x escape at position {at}");
                    }
                    Some("replace") => out.push(b'?'),
                    Some("ignore") => {}
                    Some(other) => {
                        return raise!(ValueError, "decoding error; unknown error handling code: {other}");
                    }
                }
                at += n;
            }
        }
    }
    PyBytes::new(&out)
}
