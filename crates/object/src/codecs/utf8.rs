//! UTF-8.

use super::errors::{Errors, Replacement, on_decode_error, on_encode_error};
use crate::PyBytes;
use crate::handle::{Py, PyResult};
use crate::str::{Chars, PyStr, StrBuilder};
use std::borrow::Cow;

/// Appends a code point that is no surrogate.
#[inline]
pub(crate) fn push(c: u32, out: &mut Vec<u8>) {
    match c {
        0..0x80 => out.push(c as u8),
        0x80..0x800 => out.extend_from_slice(&[0xC0 | (c >> 6) as u8, 0x80 | (c & 0x3F) as u8]),
        0x800..0x10000 => out.extend_from_slice(&[
            0xE0 | (c >> 12) as u8,
            0x80 | (c >> 6 & 0x3F) as u8,
            0x80 | (c & 0x3F) as u8,
        ]),
        _ => out.extend_from_slice(&[
            0xF0 | (c >> 18) as u8,
            0x80 | (c >> 12 & 0x3F) as u8,
            0x80 | (c >> 6 & 0x3F) as u8,
            0x80 | (c & 0x3F) as u8,
        ]),
    }
}

/// Encodes characters up to the first surrogate; gives its place, or the length.
#[inline]
fn encode_run<T: Copy + Into<u32>>(chars: &[T], from: usize, out: &mut Vec<u8>) -> usize {
    for (i, c) in chars[from..].iter().enumerate() {
        let c: u32 = (*c).into();
        if (0xD800..0xE000).contains(&c) {
            return from + i;
        }
        push(c, out);
    }
    chars.len()
}

pub fn encode(text: &PyStr, errors: Errors<'_>) -> PyResult<Py<PyBytes>> {
    let chars = text.chars();
    if let Chars::One(s) = chars
        && text.is_ascii()
    {
        return PyBytes::new(s);
    }
    let mut out = Vec::new();
    if out
        .try_reserve(chars.len() * if text.kind() == 1 { 2 } else { 3 })
        .is_err()
    {
        return crate::error::no_memory();
    }
    let surrogate = |c: u32| (0xD800..0xE000).contains(&c);
    let (mut i, n) = (0, chars.len());
    loop {
        i = match chars {
            Chars::One(t) => encode_run(t, i, &mut out),
            Chars::Two(t) => encode_run(t, i, &mut out),
            Chars::Four(t) => encode_run(t, i, &mut out),
        };
        if i == n {
            break;
        }
        let end = (i + 1..n).find(|j| !surrogate(chars.at(*j))).unwrap_or(n);
        let (r, next) = on_encode_error(errors, "utf-8", text, i, end, "surrogates not allowed")?;
        match r {
            Replacement::Ascii(b) | Replacement::Raw(b) => out.extend_from_slice(&b),
            Replacement::Text(s, error) => match s.chars() {
                Chars::One(t) if s.is_ascii() => out.extend_from_slice(t),
                _ => return Err(crate::error::raise_object(error)),
            },
        }
        i = next;
    }
    PyBytes::new(&out)
}

/// A str from UTF-8 text that is known to be sound, in one pass for the width and one for the characters.
pub(crate) fn from_valid(text: &str) -> PyResult<Py<PyStr>> {
    let bytes = text.as_bytes();
    if bytes.is_ascii() {
        return PyStr::from_ascii(bytes);
    }
    // the largest lead byte tells the width; Latin-1 leads are C2 and C3
    let lead = bytes.iter().copied().max().unwrap_or(0);
    let count = bytes.iter().filter(|b| (**b as i8) >= -0x40).count();
    let s = match lead {
        0..0xC4 => PyStr::alloc(count, 0xFF)?,
        0xC4..0xF0 => PyStr::alloc(count, 0xFFFF)?,
        _ => PyStr::alloc(count, 0x10FFFF)?,
    };
    let p = s.data_ptr();
    // SAFETY: fresh memory for `count` characters of the width that the lead bytes ask for.
    unsafe {
        match s.kind() {
            1 => text
                .chars()
                .enumerate()
                .for_each(|(i, c)| *p.add(i) = c as u32 as u8),
            2 => text
                .chars()
                .enumerate()
                .for_each(|(i, c)| *(p as *mut u16).add(i) = c as u32 as u16),
            _ => text
                .chars()
                .enumerate()
                .for_each(|(i, c)| *(p as *mut u32).add(i) = c as u32),
        }
    }
    if count == 1 && s.kind() == 1 {
        return PyStr::from_char(s.chars().at(0));
    }
    Ok(s)
}

pub fn decode(input: &[u8], errors: Errors<'_>) -> PyResult<Py<PyStr>> {
    match std::str::from_utf8(input) {
        Ok(text) => from_valid(text),
        Err(_) => Ok(decode_stateful(input, errors, true)?.0),
    }
}

/// Decodes; without `final_`, an incomplete sequence at the end is left. Gives the number of bytes used.
pub fn decode_stateful(input: &[u8], errors: Errors<'_>, final_: bool) -> PyResult<(Py<PyStr>, usize)> {
    let mut input = Cow::Borrowed(input);
    let mut out = StrBuilder::with_capacity(input.len());
    let mut at = 0;
    loop {
        let (valid, fault) = match std::str::from_utf8(&input[at..]) {
            Ok(_) => (input.len() - at, None),
            Err(e) => (e.valid_up_to(), Some(e.error_len())),
        };
        if valid > 0 {
            if let Ok(text) = std::str::from_utf8(&input[at..at + valid]) {
                out.push_text(text)?;
            }
            at += valid;
        }
        let Some(length) = fault else { break };
        let (end, reason) = match length {
            None if !final_ => break,
            None => (input.len(), "unexpected end of data"),
            Some(n) => {
                let b = input[at];
                let reason = if (0xC2..0xF5).contains(&b) {
                    "invalid continuation byte"
                } else {
                    "invalid start byte"
                };
                (at + n, reason)
            }
        };
        at = on_decode_error(errors, "utf-8", &mut input, at, end, reason, &mut out)?;
    }
    Ok((out.finish()?, at))
}
