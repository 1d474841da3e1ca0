//! `binascii`: bytes as ASCII text: hexadecimal, base64, quoted-printable, uuencode; checksums.

use crate::buffer::Bytes;
use object::args::{ArgContext, FromArg};
use object::exceptions::ValueError;
use object::str::Chars;
use object::typeobject::PyTypeObject;
use object::{
    GilCell, Py, PyBytes, PyClass, PyInt, PyLayout, PyModule, PyObject, PyResult, PyStr, pymodule, raise,
};

static ERROR: GilCell<Option<&'static PyTypeObject>> = GilCell::new(None);
static INCOMPLETE: GilCell<Option<&'static PyTypeObject>> = GilCell::new(None);

/// Raises `binascii.Error`.
#[cold]
fn error<T>(message: &str) -> PyResult<T> {
    let class = ERROR.get().unwrap_or(ValueError::type_object());
    Err(object::error::raise_fmt(class, format_args!("{message}")))
}

/// An argument that is bytes-like, or a `str` of ASCII characters.
struct Ascii(Bytes);

impl<'a> FromArg<'a> for Ascii {
    fn from_arg(obj: &'a PyObject, ctx: ArgContext) -> PyResult<Self> {
        if let Some(s) = obj.downcast::<PyStr>() {
            return match s.chars() {
                Chars::One(bytes) if s.is_ascii() => Ok(Ascii(Bytes::Copied(bytes.to_vec()))),
                _ => raise!(ValueError, "string argument should contain only ASCII characters"),
            };
        }
        if !object::buffer::check(obj) {
            let got = obj.ty().full_name();
            return raise!(
                TypeError,
                "argument should be bytes, buffer or ASCII string, not '{got}'"
            );
        }
        Bytes::from_arg(obj, ctx).map(Ascii)
    }
}

/// The low bits of an integer of any size.
fn low_32(obj: &PyObject) -> PyResult<u32> {
    let int = object::number::index(obj)?;
    if let Some(value) = int.to_i128() {
        return Ok(value as u32);
    }
    // Two's complement of the two lowest digits, of 30 bits each.
    let digits = int.digits();
    let digit = |index: usize| u64::from(digits.get(index).copied().unwrap_or(0));
    let size = digit(0) | digit(1) << 30;
    Ok(if int.is_negative() {
        size.wrapping_neg()
    } else {
        size
    } as u32)
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The value of each base64 character, or 255.
static BASE64_VALUES: [u8; 256] = {
    let mut values = [255; 256];
    let mut value = 0;
    while value < 64 {
        values[BASE64[value] as usize] = value as u8;
        value += 1;
    }
    values
};

fn decode_base64(data: &[u8], strict: bool) -> PyResult<Vec<u8>> {
    let mut out = Vec::with_capacity(data.len() / 4 * 3 + 3);
    // Whole groups of four characters, as far as there is nothing else.
    let mut at = 0;
    while let Some(&[a, b, c, d]) = data.get(at..at + 4).and_then(|four| four.first_chunk::<4>()) {
        let [a, b, c, d] = [a, b, c, d].map(|c| BASE64_VALUES[usize::from(c)]);
        if a | b | c | d == 255 || (a | b | c | d) & 0x80 != 0 {
            break;
        }
        out.extend_from_slice(&[a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]);
        at += 4;
    }
    let mut left = 0u8;
    let mut place = 0;
    let mut pads = 0;
    for (index, &c) in data.iter().enumerate().skip(at) {
        if c == b'=' {
            pads += 1;
            if place >= 2 && place + pads <= 4 {
                continue;
            }
            if strict {
                if place == 1 {
                    break;
                }
                return error(if index == 0 {
                    "Leading padding not allowed"
                } else {
                    "Excess padding not allowed"
                });
            }
            continue;
        }
        let value = BASE64_VALUES[usize::from(c)];
        if value >= 64 {
            if strict {
                return error("Only base64 data is allowed");
            }
            continue;
        }
        if strict && pads > 0 {
            return error(if place + pads == 4 {
                "Excess data after padding"
            } else {
                "Discontinuous padding not allowed"
            });
        }
        pads = 0;
        match place {
            0 => {}
            1 => out.push(left << 2 | value >> 4),
            2 => out.push(left << 4 | value >> 2),
            _ => out.push(left << 6 | value),
        }
        left = value;
        place = (place + 1) % 4;
    }
    if place == 1 {
        let characters = out.len() / 3 * 4 + 1;
        return error(&format!(
            "Invalid base64-encoded string: number of data characters ({characters}) cannot be 1 more than a multiple of 4"
        ));
    }
    if place != 0 && place + pads < 4 {
        return error("Incorrect padding");
    }
    Ok(out)
}

fn encode_base64(data: &[u8], newline: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len().div_ceil(3) * 4 + 1);
    let letter = |value: u32| BASE64[(value & 63) as usize];
    let mut chunks = data.chunks_exact(3);
    for chunk in &mut chunks {
        let value = u32::from(chunk[0]) << 16 | u32::from(chunk[1]) << 8 | u32::from(chunk[2]);
        out.extend_from_slice(&[
            letter(value >> 18),
            letter(value >> 12),
            letter(value >> 6),
            letter(value),
        ]);
    }
    match *chunks.remainder() {
        [a] => out.extend_from_slice(&[letter(u32::from(a) >> 2), letter(u32::from(a) << 4), b'=', b'=']),
        [a, b] => {
            let value = u32::from(a) << 8 | u32::from(b);
            out.extend_from_slice(&[letter(value >> 10), letter(value >> 4), letter(value << 2), b'=']);
        }
        _ => {}
    }
    if newline {
        out.push(b'\n');
    }
    out
}

const HEX: &[u8; 16] = b"0123456789abcdef";
const UPPER_HEX: &[u8; 16] = b"0123456789ABCDEF";

fn hex_value(c: u8) -> Option<u8> {
    (c as char).to_digit(16).map(|digit| digit as u8)
}

fn decode_hex(text: &[u8]) -> PyResult<Vec<u8>> {
    if text.len() % 2 == 1 {
        return error("Odd-length string");
    }
    let pairs = text
        .chunks_exact(2)
        .map(|pair| Some(hex_value(pair[0])? << 4 | hex_value(pair[1])?));
    match pairs.collect() {
        Some(bytes) => Ok(bytes),
        None => error("Non-hexadecimal digit found"),
    }
}

/// The separator of `hexlify`, if there is one.
fn separator(sep: &PyObject) -> PyResult<u8> {
    let length = sep.length()?;
    if length != 1 {
        return raise!(ValueError, "sep must be length 1.");
    }
    if let Some(s) = sep.downcast::<PyStr>() {
        return match s.chars() {
            Chars::One(&[c]) => Ok(c),
            _ => raise!(ValueError, "sep must be ASCII."),
        };
    }
    match sep.downcast::<PyBytes>().map(PyBytes::as_slice) {
        Some(&[c]) => Ok(c),
        _ => raise!(TypeError, "sep must be str or bytes."),
    }
}

fn encode_hex(data: &[u8], sep: Option<&PyObject>, bytes_per_sep: Option<i32>) -> PyResult<Py<PyBytes>> {
    let sep = sep.map(separator).transpose()?;
    let group = bytes_per_sep.unwrap_or(1);
    let every = group.unsigned_abs() as usize;
    let sep = sep.filter(|_| every > 0);
    if sep.is_none() {
        let Some(length) = data.len().checked_mul(2) else {
            return object::error::no_memory();
        };
        return PyBytes::build(length, |out| {
            for (pair, &byte) in out.chunks_exact_mut(2).zip(data) {
                pair.copy_from_slice(&[HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
            }
        });
    }
    let Some(length) = data.len().checked_mul(3) else {
        return object::error::no_memory();
    };
    let mut out = Vec::new();
    if out.try_reserve(length).is_err() {
        return object::error::no_memory();
    }
    for (index, &byte) in data.iter().enumerate() {
        if let Some(sep) = sep
            && index > 0
        {
            // Groups count from the end, or for a negative number from the beginning.
            let boundary = if group > 0 {
                (data.len() - index).is_multiple_of(every)
            } else {
                index.is_multiple_of(every)
            };
            if boundary {
                out.push(sep);
            }
        }
        out.extend_from_slice(&[HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
    }
    PyBytes::new(&out)
}

fn decode_uu(data: &[u8]) -> PyResult<Vec<u8>> {
    let Some((&first, mut rest)) = data.split_first() else {
        return error("Missing length byte");
    };
    let length = usize::from(first.wrapping_sub(b' ') & 0x3f);
    let mut out = Vec::with_capacity(length + 2);
    let (mut bits, mut count) = (0u32, 0);
    while out.len() < length {
        // What is missing at the end of a line was blanks.
        let value = match rest.split_first() {
            None => 0,
            Some((&c, tail)) => {
                rest = tail;
                match c {
                    b'\n' | b'\r' => 0,
                    b' '..=b'`' => (c - b' ') & 0x3f,
                    _ => return error("Illegal char"),
                }
            }
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    if rest.iter().all(|c| matches!(c, b' ' | b'`' | b'\n' | b'\r')) {
        Ok(out)
    } else {
        error("Trailing garbage")
    }
}

fn encode_uu(data: &[u8], backtick: bool) -> PyResult<Vec<u8>> {
    if data.len() > 45 {
        return error("At most 45 bytes at once");
    }
    let letter = |value: u32| match value as u8 & 0x3f {
        0 if backtick => b'`',
        value => b' ' + value,
    };
    let mut out = vec![letter(data.len() as u32)];
    for chunk in data.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let value = byte(0) << 16 | byte(1) << 8 | byte(2);
        let letters = [
            letter(value >> 18),
            letter(value >> 12),
            letter(value >> 6),
            letter(value),
        ];
        out.extend_from_slice(&letters);
    }
    out.push(b'\n');
    Ok(out)
}

fn decode_qp(data: &[u8], header: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    let mut at = 0;
    while let Some(&c) = data.get(at) {
        at += 1;
        if c != b'=' {
            out.push(if header && c == b'_' { b' ' } else { c });
            continue;
        }
        match data.get(at..).unwrap_or(&[]) {
            [] => break,
            // A soft line break, up to the end of the line.
            rest @ [b'\n' | b'\r', ..] => {
                at += rest
                    .iter()
                    .position(|&c| c == b'\n')
                    .map_or(rest.len(), |newline| newline + 1);
            }
            [b'=', ..] => {
                out.push(b'=');
                at += 1;
            }
            rest => {
                let pair = rest
                    .get(..2)
                    .and_then(|pair| Some(hex_value(pair[0])? << 4 | hex_value(pair[1])?));
                match pair {
                    Some(byte) => {
                        out.push(byte);
                        at += 2;
                    }
                    None => out.push(b'='),
                }
            }
        }
    }
    out
}

/// The longest line of quoted-printable text, its soft line break included.
const MAX_LINE: usize = 76;

fn encode_qp(data: &[u8], quotetabs: bool, istext: bool, header: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len() + data.len() / 8 + 8);
    // Lines end as the first one does.
    let crlf = memchr::memchr(b'\n', data).is_some_and(|at| at > 0 && data[at - 1] == b'\r');
    let newline: &[u8] = if crlf { b"\r\n" } else { b"\n" };
    let quoted = |c: u8| {
        [
            b'=',
            UPPER_HEX[usize::from(c >> 4)],
            UPPER_HEX[usize::from(c & 15)],
        ]
    };
    let mut line = 0;
    let mut at = 0;
    while let Some(&c) = data.get(at) {
        let next = data.get(at + 1).copied();
        let lone_dot = c == b'.' && line == 0 && matches!(next, None | Some(b'\n' | b'\r' | 0));
        let quote = c > 126
            || c == b'='
            || header && c == b'_'
            || lone_dot
            || !istext && matches!(c, b'\r' | b'\n')
            || matches!(c, b'\t' | b' ') && next.is_none()
            || c < 33 && !matches!(c, b'\r' | b'\n') && (quotetabs || !matches!(c, b'\t' | b' '));
        if quote {
            if line + 3 >= MAX_LINE {
                out.push(b'=');
                out.extend_from_slice(newline);
                line = 0;
            }
            out.extend_from_slice(&quoted(c));
            line += 3;
            at += 1;
        } else if istext && (c == b'\n' || c == b'\r' && next == Some(b'\n')) {
            line = 0;
            // White space at the end of a line would get lost.
            if let Some(&last @ (b' ' | b'\t')) = out.last() {
                out.pop();
                out.extend_from_slice(&quoted(last));
            }
            out.extend_from_slice(newline);
            at += if c == b'\r' { 2 } else { 1 };
        } else {
            if next.is_some_and(|next| next != b'\n') && line + 1 >= MAX_LINE {
                out.push(b'=');
                out.extend_from_slice(newline);
                line = 0;
            }
            line += 1;
            out.push(if header && c == b' ' { b'_' } else { c });
            at += 1;
        }
    }
    out
}

/// CRC-CCITT (XMODEM), bit by bit for each byte's table entry.
static CRC_HQX: [u16; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = (byte as u16) << 8;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 0x8000 != 0 {
                crc << 1 ^ 0x1021
            } else {
                crc << 1
            };
            bit += 1;
        }
        table[byte] = crc;
        byte += 1;
    }
    table
};

fn bytes(content: PyResult<Vec<u8>>) -> PyResult<Py<PyBytes>> {
    PyBytes::new(&content?)
}

/// The module.
pub struct Binascii;

#[pymodule(name = "binascii")]
impl Binascii {
    #[function("($module, data, /)")]
    fn a2b_uu(data: Ascii) -> PyResult<Py<PyBytes>> {
        bytes(decode_uu(&data.0))
    }

    #[function("($module, data, /, *, backtick=False)")]
    fn b2a_uu(data: Bytes, backtick: Option<bool>) -> PyResult<Py<PyBytes>> {
        bytes(encode_uu(&data, backtick.unwrap_or(false)))
    }

    #[function("($module, data, /, *, strict_mode=False)")]
    fn a2b_base64(data: Ascii, strict_mode: Option<bool>) -> PyResult<Py<PyBytes>> {
        bytes(decode_base64(&data.0, strict_mode.unwrap_or(false)))
    }

    #[function("($module, data, /, *, newline=True)")]
    fn b2a_base64(data: Bytes, newline: Option<bool>) -> PyResult<Py<PyBytes>> {
        bytes(Ok(encode_base64(&data, newline.unwrap_or(true))))
    }

    #[function("($module, hexstr, /)")]
    fn a2b_hex(hexstr: Ascii) -> PyResult<Py<PyBytes>> {
        bytes(decode_hex(&hexstr.0))
    }

    #[function("($module, hexstr, /)")]
    fn unhexlify(hexstr: Ascii) -> PyResult<Py<PyBytes>> {
        bytes(decode_hex(&hexstr.0))
    }

    #[function("($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn b2a_hex(data: Bytes, sep: Option<&PyObject>, bytes_per_sep: Option<i32>) -> PyResult<Py<PyBytes>> {
        encode_hex(&data, sep, bytes_per_sep)
    }

    #[function("($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn hexlify(data: Bytes, sep: Option<&PyObject>, bytes_per_sep: Option<i32>) -> PyResult<Py<PyBytes>> {
        encode_hex(&data, sep, bytes_per_sep)
    }

    #[function("($module, /, data, header=False)")]
    fn a2b_qp(data: Ascii, header: Option<bool>) -> PyResult<Py<PyBytes>> {
        bytes(Ok(decode_qp(&data.0, header.unwrap_or(false))))
    }

    #[function("($module, /, data, quotetabs=False, istext=True, header=False)")]
    fn b2a_qp(
        data: Bytes,
        quotetabs: Option<bool>,
        istext: Option<bool>,
        header: Option<bool>,
    ) -> PyResult<Py<PyBytes>> {
        let (quotetabs, istext) = (quotetabs.unwrap_or(false), istext.unwrap_or(true));
        bytes(Ok(encode_qp(&data, quotetabs, istext, header.unwrap_or(false))))
    }

    #[function("($module, data, crc=0, /)")]
    fn crc32(data: Bytes, crc: Option<&PyObject>) -> PyResult<Py<PyInt>> {
        let start = crc.map_or(Ok(0), low_32)?;
        let mut hasher = crc32fast::Hasher::new_with_initial(start);
        hasher.update(&data);
        PyInt::from_i64(hasher.finalize().into())
    }

    #[function("($module, data, crc, /)")]
    fn crc_hqx(data: Bytes, crc: &PyObject) -> PyResult<Py<PyInt>> {
        let start = low_32(crc)? as u16;
        let step = |crc: u16, byte: &u8| crc << 8 ^ CRC_HQX[usize::from((crc >> 8) as u8 ^ byte)];
        PyInt::from_i64(data.iter().fold(start, step).into())
    }

    #[exec]
    fn exec(module: &PyModule) -> PyResult<()> {
        let error = crate::exception_class(&ERROR, "binascii", "Error", Some(ValueError::type_object()))?;
        module.add("Error", error.as_object())?;
        let incomplete = crate::exception_class(&INCOMPLETE, "binascii", "Incomplete", None)?;
        module.add("Incomplete", incomplete.as_object())
    }
}
