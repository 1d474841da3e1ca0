//! `floatobject.h`, `pystrtod.h`.

use crate::util::lossy;
use object::{Py, PyFloat, PyLayout, PyObject, PyResult, intern, raise};
use std::ffi::{c_char, c_int};

/// Which half of the bytes comes first.
fn ordered<const N: usize>(mut bytes: [u8; N], little: c_int) -> [u8; N] {
    if little == 0 {
        bytes.reverse();
    }
    bytes
}

/// # Safety
/// `p` has `N` bytes.
unsafe fn read<const N: usize>(p: *const c_char, little: c_int) -> [u8; N] {
    // SAFETY: the caller's promise.
    ordered(unsafe { *(p as *const [u8; N]) }, little)
}

/// A half-precision float's bits from a double, rounded to even; nothing where it is too large.
fn half_bits(x: f64) -> Option<u16> {
    let sign = if x.is_sign_negative() { 0x8000 } else { 0 };
    let a = x.abs();
    if x.is_nan() {
        let bits = x.to_bits();
        return Some(sign | 0x7c00 | 0x200 | ((bits >> 42) & 0x1ff) as u16);
    }
    if a.is_infinite() {
        return Some(sign | 0x7c00);
    }
    if a < 2f64.powi(-14) {
        // subnormal: a multiple of 2**-24
        let n = (a * 2f64.powi(24)).round_ties_even();
        return Some(sign | n as u16);
    }
    let exponent = ((a.to_bits() >> 52) as i32) - 1023;
    let scaled = (a / 2f64.powi(exponent) * 1024.0).round_ties_even() as u32;
    let (exponent, fraction) = if scaled == 2048 {
        (exponent + 1, 0)
    } else {
        (exponent, scaled - 1024)
    };
    if exponent > 15 {
        return None;
    }
    Some(sign | ((exponent + 15) as u16) << 10 | fraction as u16)
}

fn half_value(bits: u16) -> f64 {
    let sign = if bits & 0x8000 != 0 { -1.0 } else { 1.0 };
    let (exponent, fraction) = ((bits >> 10 & 0x1f) as i32, (bits & 0x3ff) as f64);
    match exponent {
        0x1f if fraction == 0.0 => sign * f64::INFINITY,
        0x1f => {
            f64::from_bits((bits as u64 & 0x8000) << 48 | 0x7ff0_0000_0000_0000 | (bits as u64 & 0x3ff) << 42)
        }
        0 => sign * fraction * 2f64.powi(-24),
        e => sign * (1.0 + fraction / 1024.0) * 2f64.powi(e - 15),
    }
}

capi! {
    fn PyFloat_FromDouble(v: f64) -> PyResult<Py<PyFloat>> {
        PyFloat::new(v)
    }
    fn PyFloat_FromString(o: &PyObject) -> PyResult<Py<PyFloat>> {
        PyFloat::new(object::float::parse_object(o)?)
    }
    fn PyFloat_AsDouble(o: Option<&PyObject>) -> PyResult<f64> {
        match o {
            Some(o) => object::float::as_f64(o),
            None => raise!(TypeError, "bad argument type for built-in operation"),
        }
    }
    fn PyFloat_GetMax() -> f64 {
        f64::MAX
    }
    fn PyFloat_GetMin() -> f64 {
        f64::MIN_POSITIVE
    }
    fn PyFloat_GetInfo() -> PyResult {
        object::hooks::import("sys")?.get_attr(intern!("float_info"))
    }
    fn PyFloat_Pack2(x: f64, p: *mut c_char, little: c_int) -> PyResult<()> {
        match half_bits(x) {
            Some(b) => *(p as *mut [u8; 2]) = ordered(b.to_le_bytes(), little),
            None => return raise!(OverflowError, "float too large to pack with e format"),
        }
        Ok(())
    }
    fn PyFloat_Pack4(x: f64, p: *mut c_char, little: c_int) -> PyResult<()> {
        let y = x as f32;
        if y.is_infinite() && !x.is_infinite() {
            return raise!(OverflowError, "float too large to pack with f format");
        }
        *(p as *mut [u8; 4]) = ordered(y.to_le_bytes(), little);
        Ok(())
    }
    fn PyFloat_Pack8(x: f64, p: *mut c_char, little: c_int) -> PyResult<()> {
        *(p as *mut [u8; 8]) = ordered(x.to_le_bytes(), little);
        Ok(())
    }
    fn PyFloat_Unpack2(p: *const c_char, little: c_int) -> f64 {
        half_value(u16::from_le_bytes(read(p, little)))
    }
    fn PyFloat_Unpack4(p: *const c_char, little: c_int) -> f64 {
        f32::from_le_bytes(read(p, little)) as f64
    }
    fn PyFloat_Unpack8(p: *const c_char, little: c_int) -> f64 {
        f64::from_le_bytes(read(p, little))
    }
    /// Reads a number's text. With `end`, what follows it may be anything, and `*end` is where it begins; without, all
    /// of the text must be the number. A value too large raises `overflow`, or is infinite if that is NULL.
    fn PyOS_string_to_double(text: *const c_char, end: *mut *mut c_char, overflow: Option<&PyObject>) -> PyResult<f64> {
        let bytes = crate::util::bytes(text);
        let n = number_length(bytes);
        let parsed = std::str::from_utf8(&bytes[..n]).ok().and_then(|s| s.parse::<f64>().ok());
        let value = match parsed {
            Some(v) if n > 0 && (!end.is_null() || n == bytes.len()) => v,
            _ => {
                if !end.is_null() {
                    *end = text as *mut c_char;
                }
                return raise!(ValueError, "could not convert string to float: '{}'", lossy(text).chars().take(200).collect::<String>());
            }
        };
        if !end.is_null() {
            *end = text.add(n) as *mut c_char;
        }
        if value.is_infinite()
            && bytes[..n].iter().any(u8::is_ascii_digit)
            && let Some(exc) = overflow.and_then(|e| e.downcast::<object::PyTypeObject>())
        {
            return Err(object::error::raise_fmt(exc, format_args!("value too large to convert to float: '{}'",
                lossy(text).chars().take(200).collect::<String>())));
        }
        Ok(value)
    }
    /// The text of a float in `repr` form (`r`), or as `%` would give it with `e`, `f`, `g` (or upper case); the caller
    /// frees it with `PyMem_Free`.
    fn PyOS_double_to_string(value: f64, code: c_char, precision: c_int, flags: c_int, kind: *mut c_int) -> PyResult<*mut c_char> {
        let code = code as u8 as char;
        if !matches!(code, 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'r') || (code == 'r' && precision != 0) {
            return object::error::bad_internal_call();
        }
        let float = PyFloat::new(value)?;
        let mut text = if code == 'r' {
            let mut t = float.as_object().repr()?.to_string();
            if flags & 2 == 0 && value.is_finite() && t.ends_with(".0") {
                t.truncate(t.len() - 2);
            }
            if flags & 1 != 0 && !t.starts_with('-') {
                t.insert(0, '+');
            }
            t
        } else {
            let spec = format!("{}{}.{precision}{code}", if flags & 1 != 0 { "+" } else { "" }, if flags & 4 != 0 { "#" } else { "" });
            let mut t = float.as_object().format(&*object::PyStr::new(&spec)?)?.to_string();
            if flags & 2 != 0 && value.is_finite() && !t.contains(['.', 'e', 'E']) {
                t.push_str(".0");
            }
            t
        };
        if !kind.is_null() {
            *kind = if value.is_nan() { 2 } else if value.is_infinite() { 1 } else { 0 };
        }
        text.push('\0');
        Ok(crate::pymem::copied(text.as_bytes())? as *mut c_char)
    }
}

/// How many bytes at the beginning are a float's text.
fn number_length(s: &[u8]) -> usize {
    let mut i = usize::from(matches!(s.first(), Some(b'+' | b'-')));
    for word in ["infinity", "inf", "nan"] {
        if s.len() >= i + word.len() && s[i..i + word.len()].eq_ignore_ascii_case(word.as_bytes()) {
            return i + word.len();
        }
    }
    let digits = |i: &mut usize| {
        let from = *i;
        while s.get(*i).is_some_and(u8::is_ascii_digit) {
            *i += 1;
        }
        *i - from
    };
    let mut n = digits(&mut i);
    if s.get(i) == Some(&b'.') {
        i += 1;
        n += digits(&mut i);
    }
    if n == 0 {
        return 0;
    }
    if matches!(s.get(i), Some(b'e' | b'E')) {
        let mut j = i + 1;
        if matches!(s.get(j), Some(b'+' | b'-')) {
            j += 1;
        }
        if digits(&mut j) > 0 {
            i = j;
        }
    }
    i
}
