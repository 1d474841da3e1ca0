//! ASCII and Latin-1.

use super::errors::{Errors, Replacement, on_decode_error, on_encode_error};
use crate::PyBytes;
use crate::handle::{Py, PyResult};
use crate::str::{Chars, PyStr, StrBuilder};
use std::borrow::Cow;

/// Encodes characters below `limit`: 0x80 for ASCII, 0x100 for Latin-1.
pub fn encode(text: &PyStr, errors: Errors<'_>, limit: u32) -> PyResult<Py<PyBytes>> {
    let chars = text.chars();
    if let Chars::One(s) = chars
        && (limit == 0x100 || text.is_ascii())
    {
        return PyBytes::new(s);
    }
    let (encoding, reason) = if limit == 0x100 {
        ("latin-1", "ordinal not in range(256)")
    } else {
        ("ascii", "ordinal not in range(128)")
    };
    let mut out = Vec::with_capacity(chars.len());
    let (mut i, n) = (0, chars.len());
    while i < n {
        let c = chars.at(i);
        if c < limit {
            out.push(c as u8);
            i += 1;
            continue;
        }
        let end = (i + 1..n).find(|j| chars.at(*j) < limit).unwrap_or(n);
        let (r, next) = on_encode_error(errors, encoding, text, i, end, reason)?;
        match r {
            Replacement::Ascii(b) | Replacement::Raw(b) => out.extend_from_slice(&b),
            Replacement::Text(s, error) => {
                if s.chars().iter().any(|c| c >= limit) {
                    return Err(crate::error::raise_object(error));
                }
                out.extend(s.chars().iter().map(|c| c as u8));
            }
        }
        i = next;
    }
    PyBytes::new(&out)
}

pub fn decode_ascii(input: &[u8], errors: Errors<'_>) -> PyResult<Py<PyStr>> {
    if input.is_ascii() {
        return PyStr::from_ascii(input);
    }
    let mut input = Cow::Borrowed(input);
    let mut out = StrBuilder::with_capacity(input.len());
    let mut at = 0;
    while at < input.len() {
        let end = input[at..]
            .iter()
            .position(|b| *b >= 0x80)
            .map_or(input.len(), |i| at + i);
        out.push_latin1(&input[at..end])?;
        at = end;
        if at < input.len() {
            at = on_decode_error(
                errors,
                "ascii",
                &mut input,
                at,
                at + 1,
                "ordinal not in range(128)",
                &mut out,
            )?;
        }
    }
    out.finish()
}
