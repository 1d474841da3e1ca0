//! UTF-7 (RFC 2152).

use super::errors::{Errors, on_decode_error};
use crate::PyBytes;
use crate::handle::{Py, PyResult};
use crate::str::{PyStr, StrBuilder};
use std::borrow::Cow;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn value(b: u8) -> Option<u32> {
    match b {
        b'A'..=b'Z' => Some((b - b'A') as u32),
        b'a'..=b'z' => Some((b - b'a') as u32 + 26),
        b'0'..=b'9' => Some((b - b'0') as u32 + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// Stands for itself: ASCII but for `+`, `\`, `~` and controls.
fn is_direct(c: u32) -> bool {
    matches!(c, 9 | 10 | 13 | 0x20..0x7E) && c != b'+' as u32 && c != b'\\' as u32
}

pub fn encode(text: &PyStr) -> PyResult<Py<PyBytes>> {
    let mut out = Vec::with_capacity(text.len() + 8);
    let (mut shifted, mut bits, mut held) = (false, 0u64, 0u32);
    for c in text.chars().iter() {
        if shifted && is_direct(c) {
            if held > 0 {
                out.push(ALPHABET[(bits << (6 - held) & 63) as usize]);
            }
            (shifted, bits, held) = (false, 0, 0);
            if value(c as u8).is_some() || c == b'-' as u32 {
                out.push(b'-');
            }
        }
        if !shifted {
            if is_direct(c) {
                out.push(c as u8);
                continue;
            }
            out.push(b'+');
            if c == b'+' as u32 {
                out.push(b'-');
                continue;
            }
            shifted = true;
        }
        let mut unit = |u: u32| {
            bits = bits << 16 | u as u64;
            held += 16;
            while held >= 6 {
                out.push(ALPHABET[(bits >> (held - 6) & 63) as usize]);
                held -= 6;
            }
            bits &= (1 << held) - 1;
        };
        if c >= 0x10000 {
            unit(0xD800 + ((c - 0x10000) >> 10));
            unit(0xDC00 + (c & 0x3FF));
        } else {
            unit(c);
        }
    }
    if held > 0 {
        out.push(ALPHABET[(bits << (6 - held) & 63) as usize]);
    }
    if shifted {
        out.push(b'-');
    }
    PyBytes::new(&out)
}

/// Gives the text and the number of bytes used: without `final_`, an unfinished shift sequence is left.
pub fn decode(input: &[u8], errors: Errors<'_>, final_: bool) -> PyResult<(Py<PyStr>, usize)> {
    let mut input = Cow::Borrowed(input);
    let mut out = StrBuilder::with_capacity(input.len());
    let mut at = 0;
    let (mut shifted, mut bits, mut held, mut high) = (false, 0u32, 0u32, 0u32);
    // where the shift sequence began, in the input and in the output
    let (mut start, mut start_out) = (0, 0);
    while at < input.len() {
        let b = input[at];
        let fault = if shifted {
            if let Some(v) = value(b) {
                bits = bits << 6 | v;
                held += 6;
                at += 1;
                if held >= 16 {
                    let unit = bits >> (held - 16);
                    held -= 16;
                    bits &= (1 << held) - 1;
                    if high != 0 {
                        if (0xDC00..0xE000).contains(&unit) {
                            out.push(0x10000 + ((high & 0x3FF) << 10) + (unit & 0x3FF));
                            high = 0;
                            continue;
                        }
                        out.push(high);
                        high = 0;
                    }
                    if (0xD800..0xDC00).contains(&unit) {
                        high = unit;
                    } else {
                        out.push(unit);
                    }
                }
                continue;
            }
            shifted = false;
            if held >= 6 {
                at += 1;
                Some("partial character in shift sequence")
            } else if held > 0 && bits != 0 {
                at += 1;
                Some("non-zero padding bits in shift sequence")
            } else {
                if high != 0 && is_direct(b as u32) {
                    out.push(high);
                }
                high = 0;
                if b == b'-' {
                    at += 1;
                }
                None
            }
        } else if b == b'+' {
            start = at;
            at += 1;
            match input.get(at) {
                Some(b'-') => {
                    at += 1;
                    out.push(b'+' as u32);
                    None
                }
                Some(c) if value(*c).is_none() => {
                    at += 1;
                    Some("ill-formed sequence")
                }
                _ => {
                    shifted = true;
                    (bits, held, high) = (0, 0, 0);
                    start_out = out.len();
                    None
                }
            }
        } else if b < 0x80 {
            at += 1;
            out.push(b as u32);
            None
        } else {
            start = at;
            at += 1;
            Some("unexpected special character")
        };
        if let Some(reason) = fault {
            at = on_decode_error(errors, "utf7", &mut input, start, at, reason, &mut out)?;
        }
    }
    if shifted && final_ {
        if high != 0 || held >= 6 || held > 0 && bits != 0 {
            let end = input.len();
            at = on_decode_error(
                errors,
                "utf7",
                &mut input,
                start,
                end,
                "unterminated shift sequence",
                &mut out,
            )?;
            if at < input.len() {
                let (rest, used) = decode(&input[at..], errors, true)?;
                out.push_str(&rest)?;
                at += used;
            }
        }
    } else if shifted {
        out.truncate(start_out);
        at = start;
    }
    Ok((out.finish()?, at))
}
