//! Reading and writing ints: `repr`, `int("…")`, format specs, and the limit on decimal digits.

use super::PyInt;
use crate::exceptions as exc;
use crate::handle::{GilCell, Py, PyLayout, PyResult};
use crate::str::{Chars, PyStr};
use numfmt::int::{Magnitude, ParseError, Parsed, SmallBuffer};

/// `sys.get_int_max_str_digits()`; 0 is no limit.
static MAX_STR_DIGITS: GilCell<usize> = GilCell::new(4300);

pub fn max_str_digits() -> usize {
    MAX_STR_DIGITS.get()
}

/// The value is the caller's to check: 0, or at least 640.
pub fn set_max_str_digits(limit: usize) {
    MAX_STR_DIGITS.set(limit);
}

impl PyInt {
    /// `repr(int)`
    pub fn to_decimal(&self) -> PyResult<Py<PyStr>> {
        if self.is_compact() {
            let v = self.compact_value();
            if (0..10).contains(&v) {
                return Ok(crate::str::latin1_char(b'0' + v as u8));
            }
            return PyStr::from_ascii(numfmt::int::small_repr(v, &mut SmallBuffer::default()).as_bytes());
        }
        let mut out = Vec::new();
        if self.is_negative() {
            out.push(b'-');
        }
        self.push_digits(10, &mut out)?;
        PyStr::from_ascii(&out)
    }

    /// Appends the magnitude in base 2, 8, 10 or 16 (lower case, no prefix). Decimal digits are limited.
    pub fn push_digits(&self, base: u32, out: &mut Vec<u8>) -> PyResult<()> {
        let r = match base {
            10 => numfmt::int::push_decimal(self.digits(), max_str_digits(), out),
            _ => numfmt::int::push_power_of_two(self.digits(), base, out),
        };
        r.map_err(crate::str::format::raise_numfmt)
    }

    /// `bin`, `oct`, `hex`: with prefix and sign.
    pub fn to_prefixed(&self, base: u32) -> PyResult<Py<PyStr>> {
        let mut out = Vec::new();
        if self.is_negative() {
            out.push(b'-');
        }
        match base {
            2 => out.extend_from_slice(b"0b"),
            8 => out.extend_from_slice(b"0o"),
            16 => out.extend_from_slice(b"0x"),
            _ => {}
        }
        self.push_digits(base, &mut out)?;
        PyStr::from_ascii(&out)
    }
}

/// An int that the parser of numbers has read.
pub fn from_parsed(parsed: Parsed) -> PyResult<Py<PyInt>> {
    match parsed.magnitude {
        Magnitude::Small(v) => PyInt::from_u128(v as u128, parsed.negative),
        Magnitude::Big(digits) => PyInt::from_digits(&digits, parsed.negative),
    }
}

#[cold]
fn parse_failed(e: ParseError, base: u32, quoted: PyResult<Py<PyStr>>) -> PyResult<Py<PyInt>> {
    let text = match e {
        ParseError::Invalid => {
            let quoted = quoted?;
            let mut shown = quoted.to_string();
            if let Some((end, _)) = shown.char_indices().nth(200) {
                shown.truncate(end);
            }
            e.message(base, &shown)
        }
        _ => e.message(base, ""),
    };
    Err(crate::error::raise_fmt(
        <exc::ValueError as crate::PyClass>::type_object(),
        format_args!("{text}"),
    ))
}

/// `int(text, base)` for a str.
pub fn from_str_object(text: &PyStr, base: u32) -> PyResult<Py<PyInt>> {
    let parsed = match text.chars() {
        Chars::One(s) if text.is_ascii() => numfmt::int::parse(s, base, max_str_digits()),
        chars => numfmt::int::parse(&to_ascii_number_text(chars), base, max_str_digits()),
    };
    match parsed {
        Ok(p) => from_parsed(p),
        Err(e) => parse_failed(e, base, text.as_object().repr()),
    }
}

/// `int(text, base)` for bytes.
pub fn from_bytes_text(text: &[u8], base: u32) -> PyResult<Py<PyInt>> {
    match numfmt::int::parse(text, base, max_str_digits()) {
        Ok(p) => from_parsed(p),
        Err(e) => parse_failed(e, base, crate::bytes::repr(text)),
    }
}

/// Decimal digits of all scripts as ASCII ones, white space as spaces; anything else becomes a question mark, which no
/// number has (`_PyUnicode_TransformDecimalAndSpaceToASCII`).
pub fn to_ascii_number_text(chars: Chars<'_>) -> Vec<u8> {
    chars
        .iter()
        .map(|c| match c {
            0..0x80 => c as u8,
            _ if unidata::is_space(c) => b' ',
            _ => unidata::decimal(c).map_or(b'?', |d| b'0' + d),
        })
        .collect()
}
