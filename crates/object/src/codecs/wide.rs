//! UTF-16 and UTF-32, in either byte order, with and without a byte order mark.

use super::errors::{Errors, Replacement, on_decode_error, on_encode_error};
use crate::PyBytes;
use crate::handle::{Py, PyResult};
use crate::str::{PyStr, StrBuilder};
use std::borrow::Cow;

#[derive(Clone, Copy, PartialEq)]
pub enum Width {
    Sixteen,
    ThirtyTwo,
}

/// The byte order: with a mark (and otherwise the machine's), or fixed.
#[derive(Clone, Copy, PartialEq)]
pub enum Order {
    Native,
    Little,
    Big,
}

impl Order {
    /// C's convention: negative, zero, positive.
    pub fn from_int(order: i32) -> Order {
        match order {
            ..0 => Order::Little,
            0 => Order::Native,
            1.. => Order::Big,
        }
    }
    pub fn to_int(self) -> i32 {
        match self {
            Order::Little => -1,
            Order::Native => 0,
            Order::Big => 1,
        }
    }
}

fn name(width: Width, order: Order) -> &'static str {
    match (width, order) {
        (Width::Sixteen, Order::Native) => "utf-16",
        (Width::Sixteen, Order::Little) => "utf-16-le",
        (Width::Sixteen, Order::Big) => "utf-16-be",
        (Width::ThirtyTwo, Order::Native) => "utf-32",
        (Width::ThirtyTwo, Order::Little) => "utf-32-le",
        (Width::ThirtyTwo, Order::Big) => "utf-32-be",
    }
}

fn push(c: u32, width: Width, big: bool, out: &mut Vec<u8>) {
    let mut unit = |u: u16| out.extend_from_slice(&if big { u.to_be_bytes() } else { u.to_le_bytes() });
    match width {
        Width::Sixteen if c < 0x10000 => unit(c as u16),
        Width::Sixteen => {
            let c = c - 0x10000;
            unit(0xD800 + (c >> 10) as u16);
            unit(0xDC00 + (c & 0x3FF) as u16);
        }
        Width::ThirtyTwo => {
            out.extend_from_slice(&if big { c.to_be_bytes() } else { c.to_le_bytes() });
        }
    }
}

pub fn encode(text: &PyStr, errors: Errors<'_>, width: Width, order: Order) -> PyResult<Py<PyBytes>> {
    let big = order == Order::Big || order == Order::Native && cfg!(target_endian = "big");
    let unit = if width == Width::Sixteen { 2 } else { 4 };
    let chars = text.chars();
    let mut out = Vec::new();
    if out.try_reserve((chars.len() + 1).saturating_mul(unit)).is_err() {
        return crate::error::no_memory();
    }
    if order == Order::Native {
        push(0xFEFF, width, big, &mut out);
    }
    let (mut i, n) = (0, chars.len());
    while i < n {
        let c = chars.at(i);
        if !(0xD800..0xE000).contains(&c) {
            push(c, width, big, &mut out);
            i += 1;
            continue;
        }
        let encoding = name(width, order);
        let (r, next) = on_encode_error(errors, encoding, text, i, i + 1, "surrogates not allowed")?;
        match r {
            Replacement::Ascii(b) => b.iter().for_each(|c| push(*c as u32, width, big, &mut out)),
            Replacement::Raw(b) => {
                if b.len() % unit != 0 {
                    let error =
                        super::errors::encode_error(encoding, text, i, i + 1, "surrogates not allowed")?;
                    return Err(crate::error::raise_object(error));
                }
                out.extend_from_slice(&b);
            }
            Replacement::Text(s, error) => {
                if !s.is_ascii() {
                    return Err(crate::error::raise_object(error));
                }
                s.chars().iter().for_each(|c| push(c, width, big, &mut out));
            }
        }
        i = next;
    }
    PyBytes::new(&out)
}

/// What decoding gives.
pub struct Decoded {
    pub text: Py<PyStr>,
    /// Bytes used.
    pub used: usize,
    /// The order, as found out if there was a mark.
    pub order: Order,
}

pub fn decode(
    input: &[u8],
    errors: Errors<'_>,
    width: Width,
    order: Order,
    final_: bool,
) -> PyResult<Decoded> {
    let unit = if width == Width::Sixteen { 2 } else { 4 };
    let mut order = order;
    let mut at = 0;
    if order == Order::Native && input.len() >= unit {
        let mark = match (width, input) {
            (Width::Sixteen, [0xFF, 0xFE, ..]) | (Width::ThirtyTwo, [0xFF, 0xFE, 0, 0, ..]) => {
                Some(Order::Little)
            }
            (Width::Sixteen, [0xFE, 0xFF, ..]) | (Width::ThirtyTwo, [0, 0, 0xFE, 0xFF, ..]) => {
                Some(Order::Big)
            }
            _ => None,
        };
        if let Some(found) = mark {
            order = found;
            at = unit;
        }
    }
    let big = order == Order::Big || order == Order::Native && cfg!(target_endian = "big");
    let encoding = name(width, if big { Order::Big } else { Order::Little });
    let mut input = Cow::Borrowed(input);
    let mut out = StrBuilder::with_capacity(input.len() / unit);
    let unit16 = |b: &[u8]| {
        let pair = [b[0], b[1]];
        if big {
            u16::from_be_bytes(pair)
        } else {
            u16::from_le_bytes(pair)
        }
    };
    while at < input.len() {
        let rest = &input[at..];
        let (end, reason) = if rest.len() < unit {
            if !final_ {
                break;
            }
            (input.len(), "truncated data")
        } else if width == Width::ThirtyTwo {
            let four = [rest[0], rest[1], rest[2], rest[3]];
            let c = if big {
                u32::from_be_bytes(four)
            } else {
                u32::from_le_bytes(four)
            };
            if (0xD800..0xE000).contains(&c) {
                (at + 4, "code point in surrogate code point range(0xd800, 0xe000)")
            } else if c >= 0x110000 {
                (at + 4, "code point not in range(0x110000)")
            } else {
                out.push(c);
                at += 4;
                continue;
            }
        } else {
            let c = unit16(rest);
            match c {
                0xDC00..0xE000 => (at + 2, "illegal encoding"),
                0xD800..0xDC00 => {
                    if rest.len() < 4 {
                        if !final_ {
                            break;
                        }
                        (input.len(), "unexpected end of data")
                    } else {
                        let low = unit16(&rest[2..]);
                        if (0xDC00..0xE000).contains(&low) {
                            out.push(0x10000 + ((c as u32 & 0x3FF) << 10) + (low as u32 & 0x3FF));
                            at += 4;
                            continue;
                        }
                        (at + 2, "illegal UTF-16 surrogate")
                    }
                }
                _ => {
                    out.push(c as u32);
                    at += 2;
                    continue;
                }
            }
        };
        at = on_decode_error(errors, encoding, &mut input, at, end, reason, &mut out)?;
    }
    Ok(Decoded {
        text: out.finish()?,
        used: at,
        order,
    })
}
