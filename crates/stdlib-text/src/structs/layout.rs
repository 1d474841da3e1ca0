//! Struct formats: what they say, and values as bytes and back.

use super::error;
use crate::buffer::Buffer;
use object::str::Chars;
use object::{
    Py, PyByteArray, PyBytes, PyClass, PyFloat, PyInt, PyLayout, PyObject, PyResult, PyStr, PyTuple, intern,
    raise,
};

/// What one code of a format stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Signed,
    Unsigned,
    Pointer,
    Bool,
    Half,
    Float,
    Double,
    FloatComplex,
    DoubleComplex,
    /// `c`
    Byte,
    /// `s`
    Bytes,
    /// `p`
    Pascal,
}

/// A code, repeated.
#[derive(Debug)]
struct Code {
    kind: Kind,
    letter: u8,
    offset: usize,
    /// Of one item.
    size: usize,
    repeat: usize,
}

/// A format, parsed.
#[derive(Debug)]
pub(super) struct Layout {
    codes: Vec<Code>,
    pub size: usize,
    /// The number of values.
    pub items: usize,
    big_endian: bool,
}

/// The kind, size and native alignment of a code.
fn code(letter: u8, native: bool) -> Option<(Kind, usize, usize)> {
    let same = |kind, size| Some((kind, size, size));
    match letter {
        b'c' => same(Kind::Byte, 1),
        b'b' => same(Kind::Signed, 1),
        b'B' => same(Kind::Unsigned, 1),
        b'?' => same(Kind::Bool, 1),
        b'h' => same(Kind::Signed, 2),
        b'H' => same(Kind::Unsigned, 2),
        b'i' => same(Kind::Signed, 4),
        b'I' => same(Kind::Unsigned, 4),
        b'l' => same(Kind::Signed, if native { 8 } else { 4 }),
        b'L' => same(Kind::Unsigned, if native { 8 } else { 4 }),
        b'q' => same(Kind::Signed, 8),
        b'Q' => same(Kind::Unsigned, 8),
        b'n' if native => same(Kind::Signed, 8),
        b'N' if native => same(Kind::Unsigned, 8),
        b'P' if native => same(Kind::Pointer, 8),
        b'e' => same(Kind::Half, 2),
        b'f' => same(Kind::Float, 4),
        b'd' => same(Kind::Double, 8),
        b'F' => Some((Kind::FloatComplex, 8, 4)),
        b'D' => Some((Kind::DoubleComplex, 16, 8)),
        b's' => same(Kind::Bytes, 1),
        b'p' => same(Kind::Pascal, 1),
        _ => None,
    }
}

impl Layout {
    /// The size of the table that CPython keeps of a format, for `__sizeof__`.
    pub fn table_size(&self) -> usize {
        32 * (self.codes.len() + 1)
    }

    pub fn parse(format: &[u8]) -> PyResult<Layout> {
        let too_long = || error("total struct size too long");
        if format.contains(&0) {
            return error("embedded null character");
        }
        let (native, big_endian, mut rest) = match format {
            [b'@', rest @ ..] => (true, false, rest),
            [b'=' | b'<', rest @ ..] => (false, false, rest),
            [b'>' | b'!', rest @ ..] => (false, true, rest),
            _ => (true, false, format),
        };
        let mut layout = Layout {
            codes: Vec::new(),
            size: 0,
            items: 0,
            big_endian,
        };
        while let Some((&letter, tail)) = rest.split_first() {
            rest = tail;
            if matches!(letter, b' ' | b'\t'..=b'\r') {
                continue;
            }
            let mut letter = letter;
            let mut count = 1usize;
            if letter.is_ascii_digit() {
                count = 0;
                while letter.is_ascii_digit() {
                    let more = count
                        .checked_mul(10)
                        .and_then(|count| count.checked_add(usize::from(letter - b'0')));
                    count = match more {
                        Some(count) if count <= isize::MAX as usize => count,
                        _ => return too_long(),
                    };
                    let Some((&next, tail)) = rest.split_first() else {
                        return error("repeat count given without format specifier");
                    };
                    (letter, rest) = (next, tail);
                }
            }
            let (kind, size, align) = match letter {
                b'x' => (None, 1, 1),
                letter => match code(letter, native) {
                    Some((kind, size, align)) => (Some(kind), size, align),
                    None => return error("bad char in struct format"),
                },
            };
            let align = if native { align } else { 1 };
            let end = layout.size.checked_next_multiple_of(align);
            let end = end.and_then(|offset| Some((offset, offset.checked_add(count.checked_mul(size)?)?)));
            let Some((offset, end)) = end.filter(|&(_, end)| end <= isize::MAX as usize) else {
                return too_long();
            };
            layout.size = end;
            let Some(kind) = kind else { continue };
            let (size, repeat) = if let Kind::Bytes | Kind::Pascal = kind {
                (count, 1)
            } else {
                (size, count)
            };
            layout.items = layout.items.saturating_add(repeat);
            if repeat > 0 {
                layout.codes.push(Code {
                    kind,
                    letter,
                    offset,
                    size,
                    repeat,
                });
            }
        }
        Ok(layout)
    }

    /// The values as bytes. There are as many as `items`.
    pub fn pack(&self, values: &[&PyObject]) -> PyResult<Vec<u8>> {
        let mut out = Vec::new();
        if out.try_reserve_exact(self.size).is_err() {
            return object::error::no_memory();
        }
        out.resize(self.size, 0);
        let mut values = values.iter();
        for code in &self.codes {
            for index in 0..code.repeat {
                let Some(value) = values.next() else {
                    return object::error::missing_argument();
                };
                let from = code.offset + index * code.size;
                self.put(code, value, &mut out[from..from + code.size])?;
            }
        }
        Ok(out)
    }

    fn order<const N: usize>(&self, bytes: [u8; N], to: &mut [u8]) {
        to.copy_from_slice(&bytes[..to.len()]);
        if self.big_endian {
            to.reverse();
        }
    }

    fn put(&self, code: &Code, value: &PyObject, to: &mut [u8]) -> PyResult<()> {
        match code.kind {
            Kind::Signed | Kind::Unsigned | Kind::Pointer => {
                let small = value.downcast_exact::<PyInt>().and_then(PyInt::to_i64);
                if let Some(number) = small
                    && code.size < 8
                {
                    let bits = 8 * code.size as u32;
                    let low = if code.kind == Kind::Signed {
                        -(1i64 << (bits - 1))
                    } else {
                        0
                    };
                    if (low..low + (1i64 << bits)).contains(&number) {
                        self.order(number.to_le_bytes(), to);
                        return Ok(());
                    }
                }
                let int = integer(value)?;
                let bits = 8 * code.size as u32;
                let (low, high) = match code.kind {
                    Kind::Signed => (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1),
                    Kind::Unsigned => (0, (1i128 << bits) - 1),
                    _ => (-(1i128 << 63), (1i128 << 64) - 1),
                };
                match int.to_i128() {
                    Some(number) if (low..=high).contains(&number) => self.order(number.to_le_bytes(), to),
                    _ if code.kind == Kind::Pointer => return error("int too large to convert"),
                    _ => {
                        let letter = code.letter as char;
                        return error(&format!("'{letter}' format requires {low} <= number <= {high}"));
                    }
                }
            }
            Kind::Bool => to[0] = value.is_true()?.into(),
            Kind::Half | Kind::Float | Kind::Double => {
                let Ok(number) = object::float::as_f64(value) else {
                    object::error::clear();
                    return error("required argument is not a float");
                };
                self.put_float(code.kind, number, to)?;
            }
            Kind::FloatComplex | Kind::DoubleComplex => {
                let Ok((real, imag)) = complex_parts(value) else {
                    object::error::clear();
                    return error("required argument is not a complex");
                };
                let part = if code.kind == Kind::FloatComplex {
                    Kind::Float
                } else {
                    Kind::Double
                };
                let (first, second) = to.split_at_mut(code.size / 2);
                self.put_float(part, real, first)?;
                self.put_float(part, imag, second)?;
            }
            Kind::Byte => match value.downcast::<PyBytes>().map(PyBytes::as_slice) {
                Some(&[byte]) => to[0] = byte,
                _ => return error("char format requires a bytes object of length 1"),
            },
            Kind::Bytes | Kind::Pascal => {
                let letter = code.letter as char;
                let buffer = match value.downcast::<PyBytes>() {
                    Some(_) => Buffer::get(value)?,
                    None if PyByteArray::check(value) => Buffer::get(value)?,
                    None => None,
                };
                let Some(buffer) = buffer else {
                    return error(&format!("argument for '{letter}' must be a bytes object"));
                };
                // SAFETY: copying runs no Python code.
                let bytes = unsafe { buffer.as_slice() };
                let to = match code.kind {
                    Kind::Bytes => to,
                    _ => match to.split_first_mut() {
                        Some((length, rest)) => {
                            *length = bytes.len().min(rest.len()).min(255) as u8;
                            rest
                        }
                        None => to,
                    },
                };
                let length = bytes.len().min(to.len());
                to[..length].copy_from_slice(&bytes[..length]);
            }
        }
        Ok(())
    }

    fn put_float(&self, kind: Kind, number: f64, to: &mut [u8]) -> PyResult<()> {
        match kind {
            Kind::Half => match half_from(number) {
                Some(half) => self.order(half.to_le_bytes(), to),
                None => return raise!(OverflowError, "float too large to pack with e format"),
            },
            Kind::Float => {
                let narrow = number as f32;
                if narrow.is_infinite() && number.is_finite() {
                    return raise!(OverflowError, "float too large to pack with f format");
                }
                self.order(narrow.to_le_bytes(), to);
            }
            _ => self.order(number.to_le_bytes(), to),
        }
        Ok(())
    }

    /// The values in bytes, of which there are `size`.
    pub fn unpack(&self, bytes: &[u8]) -> PyResult<Py<PyTuple>> {
        let mut values = Vec::new();
        if values.try_reserve_exact(self.items).is_err() {
            return object::error::no_memory();
        }
        for code in &self.codes {
            for index in 0..code.repeat {
                let from = code.offset + index * code.size;
                values.push(self.get(code, &bytes[from..from + code.size])?);
            }
        }
        PyTuple::from_vec(values)
    }

    /// The bytes as a little-endian number.
    fn number(&self, bytes: &[u8]) -> u64 {
        let fold = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        if self.big_endian {
            bytes.iter().fold(0, fold)
        } else {
            bytes.iter().rev().fold(0, fold)
        }
    }

    fn float(&self, kind: Kind, bytes: &[u8]) -> f64 {
        match kind {
            Kind::Half => half_to(self.number(bytes) as u16),
            Kind::Float => f64::from(f32::from_bits(self.number(bytes) as u32)),
            _ => f64::from_bits(self.number(bytes)),
        }
    }

    fn get(&self, code: &Code, bytes: &[u8]) -> PyResult {
        let made = match code.kind {
            Kind::Signed => {
                let unused = 64 - 8 * code.size as u32;
                PyInt::from_i64((self.number(bytes) << unused) as i64 >> unused)?.into_object()
            }
            Kind::Unsigned | Kind::Pointer => {
                let number = self.number(bytes);
                match i64::try_from(number) {
                    Ok(number) => PyInt::from_i64(number)?.into_object(),
                    Err(_) => PyInt::from_i128(number.into())?.into_object(),
                }
            }
            Kind::Bool => object::bool::py_bool(bytes[0] != 0),
            Kind::Half | Kind::Float | Kind::Double => {
                PyFloat::new(self.float(code.kind, bytes))?.into_object()
            }
            Kind::FloatComplex | Kind::DoubleComplex => {
                let part = if code.kind == Kind::FloatComplex {
                    Kind::Float
                } else {
                    Kind::Double
                };
                let (real, imag) = bytes.split_at(code.size / 2);
                let real = PyFloat::new(self.float(part, real))?;
                let imag = PyFloat::new(self.float(part, imag))?;
                let complex = object::hooks::import("builtins")?.get_attr(intern!("complex"))?;
                object::call::call(&complex, &[real.as_object(), imag.as_object()])?
            }
            Kind::Byte | Kind::Bytes => PyBytes::new(bytes)?.into_object(),
            Kind::Pascal => {
                let (length, rest) = bytes.split_first().unwrap_or((&0, &[]));
                PyBytes::new(&rest[..usize::from(*length).min(rest.len())])?.into_object()
            }
        };
        Ok(made)
    }
}

/// An integer, or what `__index__` makes of an object.
fn integer(value: &PyObject) -> PyResult<Py<PyInt>> {
    if let Some(int) = value.downcast::<PyInt>() {
        return Ok(int.new_ref());
    }
    if value.has_index() {
        return object::number::index(value);
    }
    error("required argument is not an integer")
}

/// The parts of a complex number.
fn complex_parts(value: &PyObject) -> PyResult<(f64, f64)> {
    match value.get_attr_opt(intern!("__complex__"))? {
        Some(method) => {
            let complex = object::call::call(&method, &[])?;
            let part = |name| object::float::as_f64(&*complex.get_attr(name)?);
            Ok((part(intern!("real"))?, part(intern!("imag"))?))
        }
        None => Ok((object::float::as_f64(value)?, 0.0)),
    }
}

/// IEEE 754 binary16 of a number, rounded half to even; `None` if it is too large.
fn half_from(number: f64) -> Option<u16> {
    let bits = number.to_bits();
    let sign = (bits >> 48 & 0x8000) as u16;
    if number.is_nan() {
        return Some(sign | 0x7e00);
    }
    let size = number.abs();
    if size.is_infinite() {
        return Some(sign | 0x7c00);
    }
    if size >= 65520.0 {
        return None;
    }
    if size < 6.103_515_625e-5 {
        // Subnormal: a multiple of 2**-24.
        return Some(sign | (size * 16_777_216.0).round_ties_even() as u16);
    }
    let exponent = (size.to_bits() >> 52) as i32 - 1023;
    let fraction = size.to_bits() & ((1 << 52) - 1);
    let kept = (fraction >> 42) as u16;
    let lost = fraction & ((1 << 42) - 1);
    let up = lost > 1 << 41 || lost == 1 << 41 && kept & 1 == 1;
    // A carry out of the fraction goes into the exponent, as it should.
    Some(sign | ((((exponent + 15) as u16) << 10 | kept) + u16::from(up)))
}

/// The number that an IEEE 754 binary16 stands for.
fn half_to(half: u16) -> f64 {
    let sign = if half & 0x8000 != 0 { -1.0 } else { 1.0 };
    let exponent = i32::from(half >> 10 & 0x1f);
    let fraction = f64::from(half & 0x3ff);
    sign * match exponent {
        0 => fraction / 16_777_216.0,
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
    }
}

/// The bytes of a format given as `str` or `bytes`.
pub(super) fn format_bytes(format: &PyObject) -> PyResult<Vec<u8>> {
    if let Some(bytes) = format.downcast::<PyBytes>() {
        return Ok(bytes.as_slice().to_vec());
    }
    let Some(text) = format.downcast::<PyStr>() else {
        let got = format.ty().full_name();
        return raise!(
            TypeError,
            "Struct() argument 1 must be a str or bytes object, not {got}"
        );
    };
    match text.chars() {
        Chars::One(bytes) if text.is_ascii() => Ok(bytes.to_vec()),
        chars => {
            let at = chars.iter().position(|c| c >= 0x80).unwrap_or(0);
            object::exceptions::raise_encode_error("ascii", text, at, at + 1, "ordinal not in range(128)")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves() {
        // Recorded from struct.pack('<e', …).
        for (number, half) in [
            (0.0, 0x0000),
            (-0.0, 0x8000),
            (1.0, 0x3c00),
            (65504.0, 0x7bff),
            (65519.9, 0x7bff),
            (5.96e-8, 0x0001),
            (2.9802322387695312e-8, 0x0000),
            (1.0009765625, 0x3c01),
            (1.00048828125, 0x3c00),
            (1.00146484375, 0x3c02),
            (6.103515625e-5, 0x0400),
            (6.1e-5, 0x03ff),
            (f64::INFINITY, 0x7c00),
        ] {
            assert_eq!(half_from(number), Some(half), "{number}");
        }
        assert_eq!(half_from(65520.0), None);
        for half in (0..=0xffffu16).filter(|half| half & 0x7fff <= 0x7c00) {
            assert_eq!(half_from(half_to(half)), Some(half));
        }
    }
}
