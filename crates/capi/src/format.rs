//! The formats of `PyUnicode_FromFormat` and what is like it.

use crate::util::{bytes, not_null};
use crate::va::Va;
use object::{Py, PyLayout, PyObject, PyResult, PyStr, StrBuilder, error, raise};
use std::ffi::{c_char, c_void};

/// Where the text goes.
pub enum Output<'a> {
    Text(&'a mut StrBuilder),
    Bytes(&'a mut Vec<u8>),
}

/// Flags, width and precision of one directive.
#[derive(Default)]
struct Spec {
    left: bool,
    zero: bool,
    alternate: bool,
    width: Option<usize>,
    precision: Option<usize>,
}

/// The size of an integer argument.
#[derive(Clone, Copy, PartialEq)]
enum Size {
    Int,
    Long,
    LongLong,
    Wide,
}

fn pad_text(out: &mut StrBuilder, s: &PyStr, spec: &Spec) -> PyResult<()> {
    let n = spec.precision.map_or(s.len(), |p| p.min(s.len()));
    let fill = spec.width.unwrap_or(0).saturating_sub(n);
    if !spec.left {
        out.push_fill(' ' as u32, fill)?;
    }
    out.push_range(s, 0, n)?;
    if spec.left {
        out.push_fill(' ' as u32, fill)?;
    }
    Ok(())
}

/// An integer's digits with precision, width and flags applied.
fn number(negative: bool, digits: String, spec: &Spec) -> String {
    let mut body = digits;
    if let Some(p) = spec.precision
        && body.len() < p
    {
        body.insert_str(0, &"0".repeat(p - body.len()));
    }
    let sign = if negative { "-" } else { "" };
    let width = spec.width.unwrap_or(0);
    let have = sign.len() + body.len();
    let fill = width.saturating_sub(have);
    if spec.zero && !spec.left {
        format!("{sign}{}{body}", "0".repeat(fill))
    } else if spec.left {
        format!("{sign}{body}{}", " ".repeat(fill))
    } else {
        format!("{}{sign}{body}", " ".repeat(fill))
    }
}

/// A C string of at most `precision` bytes, decoded with `replace`.
unsafe fn c_text(p: *const c_char, precision: Option<usize>) -> PyResult<Py<PyStr>> {
    // SAFETY: the argument is a C string, or has at least `precision` bytes.
    let content = unsafe {
        match precision {
            Some(n) => std::slice::from_raw_parts(p as *const u8, libc::strnlen(p, n)),
            None => bytes(p),
        }
    };
    let replace = PyStr::new("replace")?;
    // what a precision has cut in two is left out
    Ok(object::codecs::utf8::decode_stateful(
        content,
        object::codecs::Errors(Some(&replace)),
        precision.is_none(),
    )?
    .0)
}

/// Follows `format`, taking arguments from `va`. In text, a C string's precision counts characters of the result.
pub fn format(format: &[u8], va: &mut Va, mut out: Output<'_>) -> PyResult<()> {
    if let Output::Text(_) = out
        && !format.is_ascii()
    {
        let bad = format.iter().find(|b| !b.is_ascii()).copied().unwrap_or(0);
        return raise!(
            ValueError,
            "PyUnicode_FromFormatV() expects an ASCII-encoded format string, got a non-ASCII byte: 0x{bad:02x}"
        );
    }
    let mut rest = format;
    while !rest.is_empty() {
        let n = rest.iter().position(|b| *b == b'%').unwrap_or(rest.len());
        match &mut out {
            Output::Text(t) => t.push_latin1(&rest[..n])?,
            Output::Bytes(b) => b.extend_from_slice(&rest[..n]),
        }
        rest = &rest[n..];
        if rest.is_empty() {
            break;
        }
        rest = directive(rest, va, &mut out)?;
    }
    Ok(())
}

fn ascii(out: &mut Output<'_>, text: &str) -> PyResult<()> {
    match out {
        Output::Text(t) => t.push_text(text),
        Output::Bytes(b) => {
            b.extend_from_slice(text.as_bytes());
            Ok(())
        }
    }
}

/// One directive, which begins at `s[0] == '%'`; returns what follows it.
fn directive<'a>(s: &'a [u8], va: &mut Va, out: &mut Output<'_>) -> PyResult<&'a [u8]> {
    let mut i = 1;
    let mut spec = Spec::default();
    loop {
        match s.get(i) {
            Some(b'-') => spec.left = true,
            Some(b'0') => spec.zero = true,
            Some(b'#') => spec.alternate = true,
            _ => break,
        }
        i += 1;
    }
    let decimal = |i: &mut usize, what: &str| -> PyResult<Option<usize>> {
        let from = *i;
        let mut n = 0usize;
        while let Some(d) = s.get(*i).filter(|d| d.is_ascii_digit()) {
            n = match n
                .checked_mul(10)
                .and_then(|n| n.checked_add((d - b'0') as usize))
                .filter(|n| *n <= i32::MAX as usize)
            {
                Some(n) => n,
                None => return raise!(ValueError, "{what} too big"),
            };
            *i += 1;
        }
        Ok((*i > from).then_some(n))
    };
    if s.get(i) == Some(&b'*') {
        let n = va.int();
        spec.left |= n < 0;
        spec.width = Some(n.unsigned_abs() as usize);
        i += 1;
    } else {
        spec.width = decimal(&mut i, "width")?;
    }
    if s.get(i) == Some(&b'.') {
        i += 1;
        if s.get(i) == Some(&b'*') {
            spec.precision = usize::try_from(va.int()).ok();
            i += 1;
        } else {
            spec.precision = Some(decimal(&mut i, "precision")?.unwrap_or(0));
        }
    }
    let mut size = Size::Int;
    match s.get(i) {
        Some(b'l') => {
            size = Size::Long;
            i += 1;
            if s.get(i) == Some(&b'l') {
                size = Size::LongLong;
                i += 1;
            }
        }
        Some(b'z' | b't' | b'j') => {
            size = Size::Wide;
            i += 1;
        }
        _ => {}
    }
    let Some(&code) = s.get(i) else {
        return unknown(s, out);
    };
    i += 1;
    match (code, &mut *out) {
        (b'%', _) if i == 2 => ascii(out, "%")?,
        (b'd' | b'i', _) => {
            let v = match size {
                Size::Int => va.int() as i64,
                _ => va.longlong(),
            };
            ascii(out, &number(v < 0, v.unsigned_abs().to_string(), &spec))?;
        }
        (b'u' | b'x' | b'X' | b'o', _) => {
            let v = match size {
                Size::Int => va.int() as u32 as u64,
                _ => va.longlong() as u64,
            };
            let digits = match code {
                b'u' => v.to_string(),
                b'x' => format!("{v:x}"),
                b'X' => format!("{v:X}"),
                _ => format!("{v:o}"),
            };
            ascii(out, &number(false, digits, &spec))?;
        }
        (b'p', _) => {
            let p = va.pointer::<c_void>();
            let text = format!("0x{:x}", p as usize);
            match out {
                Output::Text(t) => pad_text(
                    t,
                    &*PyStr::new(&text)?,
                    &Spec {
                        precision: None,
                        ..spec
                    },
                )?,
                Output::Bytes(b) => b.extend_from_slice(text.as_bytes()),
            }
        }
        (b'c', Output::Text(t)) => {
            let c = va.int();
            if !(0..0x110000).contains(&c) {
                return raise!(OverflowError, "character argument not in range(0x110000)");
            }
            t.reserve(1, c as u32)?;
            t.push(c as u32);
        }
        (b'c', Output::Bytes(b)) => {
            let c = va.int();
            if !(0..256).contains(&c) {
                return raise!(
                    OverflowError,
                    "PyBytes_FromFormatV(): %c format expects an integer in range [0; 255]"
                );
            }
            b.push(c as u8);
        }
        (b's', Output::Bytes(b)) => {
            let p = va.pointer::<c_char>();
            // SAFETY: the argument is a C string, or has at least `precision` bytes.
            let content = unsafe {
                match spec.precision {
                    Some(n) => std::slice::from_raw_parts(p as *const u8, libc::strnlen(p, n)),
                    None => bytes(p),
                }
            };
            b.extend_from_slice(content);
        }
        (b's', Output::Text(t)) if size == Size::Long => {
            let s = wide(va.pointer(), spec.precision)?;
            pad_text(t, &s, &spec)?;
        }
        (b's', Output::Text(t)) => {
            // SAFETY: what `%s` stands for.
            let s = unsafe { c_text(va.pointer(), spec.precision)? };
            pad_text(t, &s, &spec)?;
        }
        (b'U' | b'S' | b'R' | b'A', Output::Text(t)) => {
            let p = va.pointer::<PyObject>();
            // SAFETY: the argument is an object.
            let o = not_null(unsafe { p.as_ref() })?;
            let s = match code {
                b'U' => match o.downcast::<PyStr>() {
                    Some(s) => s.new_ref(),
                    None => return error::bad_internal_call(),
                },
                b'S' => o.str()?,
                b'R' => o.repr()?,
                _ => o.ascii()?,
            };
            pad_text(t, &s, &spec)?;
        }
        (b'V', Output::Text(t)) => {
            let (o, p) = (va.pointer::<PyObject>(), va.pointer::<c_char>());
            // SAFETY: an object, or NULL and a text in its place.
            let s = unsafe {
                match o.as_ref() {
                    Some(o) => o.str()?,
                    None if size == Size::Long => wide(p.cast(), spec.precision)?,
                    None => c_text(p, spec.precision)?,
                }
            };
            pad_text(t, &s, &spec)?;
        }
        (b'T' | b'N', Output::Text(t)) => {
            let p = va.pointer::<PyObject>();
            // SAFETY: the argument is an object (`T`) or a type (`N`).
            let o = not_null(unsafe { p.as_ref() })?;
            let ty = match code {
                b'T' => o.ty(),
                _ => match o.downcast::<object::PyTypeObject>() {
                    Some(ty) => ty,
                    None => return raise!(TypeError, "%N argument must be a type"),
                },
            };
            let separator = if spec.alternate { ':' } else { '.' };
            let name = crate::typeobject::qualified(ty, separator)?;
            pad_text(t, &name, &spec)?;
        }
        _ => return unknown(s, out),
    }
    Ok(&s[i..])
}

/// A directive that is none: an error in text; in bytes it is taken as it stands, with all that follows.
fn unknown<'a>(s: &'a [u8], out: &mut Output<'_>) -> PyResult<&'a [u8]> {
    match out {
        Output::Text(_) => raise!(
            SystemError,
            "invalid format string: {}",
            String::from_utf8_lossy(s)
        ),
        Output::Bytes(b) => {
            b.extend_from_slice(s);
            Ok(&[])
        }
    }
}

/// A `wchar_t` string of at most `precision` characters.
fn wide(p: *const libc::wchar_t, precision: Option<usize>) -> PyResult<Py<PyStr>> {
    let mut points = Vec::new();
    let mut n = 0;
    // SAFETY: NUL-terminated, or at least `precision` characters.
    unsafe {
        while precision.is_none_or(|p| n < p) && *p.add(n) != 0 {
            points.push(*p.add(n) as u32);
            n += 1;
        }
    }
    PyStr::from_code_points(&points)
}

/// The text of a format and its arguments.
pub fn text(f: &[u8], va: &mut Va) -> PyResult<Py<PyStr>> {
    let mut out = StrBuilder::new();
    format(f, va, Output::Text(&mut out))?;
    out.finish()
}
