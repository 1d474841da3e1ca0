//! What happens to text that cannot be encoded and bytes that cannot be decoded: the error handlers, built in or
//! registered.

use crate::PyBytes;
use crate::exceptions as exc;
use crate::handle::{Py, PyClass, PyLayout, PyResult, Raised};
use crate::int::PyInt;
use crate::raise;
use crate::refcount::PyObject;
use crate::str::{PyStr, StrBuilder};
use crate::tuple::PyTuple;
use std::borrow::Cow;

/// An error handler.
enum Policy<'a> {
    Strict,
    Ignore,
    Replace,
    BackslashReplace,
    XmlCharRefReplace,
    NameReplace,
    SurrogateEscape,
    SurrogatePass,
    Named(&'a PyStr),
}

/// The error handler that a caller named; `None` is `strict`.
#[derive(Clone, Copy, Default)]
pub struct Errors<'a>(pub Option<&'a PyStr>);

impl<'a> Errors<'a> {
    pub const STRICT: Errors<'static> = Errors(None);

    fn policy(self) -> Policy<'a> {
        let Some(name) = self.0 else {
            return Policy::Strict;
        };
        let Some(text) = name.to_str() else {
            return Policy::Named(name);
        };
        match &*text {
            "strict" => Policy::Strict,
            "ignore" => Policy::Ignore,
            "replace" => Policy::Replace,
            "backslashreplace" => Policy::BackslashReplace,
            "xmlcharrefreplace" => Policy::XmlCharRefReplace,
            "namereplace" => Policy::NameReplace,
            "surrogateescape" => Policy::SurrogateEscape,
            "surrogatepass" => Policy::SurrogatePass,
            _ => Policy::Named(name),
        }
    }

    pub fn is_strict(self) -> bool {
        matches!(self.policy(), Policy::Strict)
    }
}

/// What stands for characters that could not be encoded.
pub enum Replacement {
    /// ASCII text, to be encoded.
    Ascii(Vec<u8>),
    /// Bytes, to be taken as they are.
    Raw(Vec<u8>),
    /// Text of a registered handler, to be encoded if it can be; if not, the exception is to be raised.
    Text(Py<PyStr>, Py),
}

/// `UnicodeEncodeError(encoding, object, start, end, reason)`
pub fn encode_error(encoding: &str, text: &PyStr, start: usize, end: usize, reason: &str) -> PyResult {
    crate::call::call(
        exc::UnicodeEncodeError::type_object().as_object(),
        &[
            PyStr::new(encoding)?.as_object(),
            text.as_object(),
            PyInt::from_usize(start)?.as_object(),
            PyInt::from_usize(end)?.as_object(),
            PyStr::new(reason)?.as_object(),
        ],
    )
}

/// `UnicodeDecodeError(encoding, object, start, end, reason)`
pub fn decode_error(encoding: &str, input: &[u8], start: usize, end: usize, reason: &str) -> PyResult {
    crate::call::call(
        exc::UnicodeDecodeError::type_object().as_object(),
        &[
            PyStr::new(encoding)?.as_object(),
            PyBytes::new(input)?.as_object(),
            PyInt::from_usize(start)?.as_object(),
            PyInt::from_usize(end)?.as_object(),
            PyStr::new(reason)?.as_object(),
        ],
    )
}

#[cold]
fn raise_made<T>(made: PyResult) -> PyResult<T> {
    Err(match made {
        Ok(e) => crate::error::raise_object(e),
        Err(e) => e,
    })
}

/// How a character is escaped by `backslashreplace`.
pub(crate) fn push_backslash(c: u32, out: &mut Vec<u8>) {
    use std::io::Write;
    let _ = match c {
        0..0x100 => write!(out, "\\x{c:02x}"),
        0x100..0x10000 => write!(out, "\\u{c:04x}"),
        _ => write!(out, "\\U{c:08x}"),
    };
}

fn push_name(c: u32, out: &mut Vec<u8>) {
    match unidata::names::name(c) {
        Some(name) => {
            out.extend_from_slice(b"\\N{");
            out.extend_from_slice(name.as_bytes());
            out.push(b'}');
        }
        None => push_backslash(c, out),
    }
}

fn push_char_ref(c: u32, out: &mut Vec<u8>) {
    use std::io::Write;
    let _ = write!(out, "&#{c};");
}

/// The Unicode encodings that `surrogatepass` knows.
#[derive(Clone, Copy, PartialEq)]
enum Family {
    Utf8,
    Utf16Le,
    Utf16Be,
    Utf32Le,
    Utf32Be,
    Other,
}

fn family(encoding: &str) -> Family {
    let name = encoding.to_ascii_lowercase().replace(['-', '_'], "");
    match name.as_str() {
        "utf8" | "cputf8" => Family::Utf8,
        "utf16" | "utf16le" => Family::Utf16Le,
        "utf16be" => Family::Utf16Be,
        "utf32" | "utf32le" => Family::Utf32Le,
        "utf32be" => Family::Utf32Be,
        _ => Family::Other,
    }
}

fn is_surrogate(c: u32) -> bool {
    (0xD800..0xE000).contains(&c)
}

/// A surrogate's bytes.
fn push_surrogate(c: u32, family: Family, out: &mut Vec<u8>) {
    match family {
        Family::Utf8 => out.extend_from_slice(&[
            0xE0 | (c >> 12) as u8,
            0x80 | (c >> 6 & 0x3F) as u8,
            0x80 | (c & 0x3F) as u8,
        ]),
        Family::Utf16Le => out.extend_from_slice(&(c as u16).to_le_bytes()),
        Family::Utf16Be => out.extend_from_slice(&(c as u16).to_be_bytes()),
        Family::Utf32Le => out.extend_from_slice(&c.to_le_bytes()),
        Family::Utf32Be => out.extend_from_slice(&c.to_be_bytes()),
        Family::Other => {}
    }
}

/// The surrogate that stands at the beginning of `input`, and its length.
fn read_surrogate(input: &[u8], family: Family) -> Option<(u32, usize)> {
    let (c, n) = match (family, input) {
        (Family::Utf8, [a, b, c, ..]) if a & 0xF0 == 0xE0 && b & 0xC0 == 0x80 && c & 0xC0 == 0x80 => (
            (*a as u32 & 15) << 12 | (*b as u32 & 0x3F) << 6 | (*c as u32 & 0x3F),
            3,
        ),
        (Family::Utf16Le, [a, b, ..]) => (u16::from_le_bytes([*a, *b]) as u32, 2),
        (Family::Utf16Be, [a, b, ..]) => (u16::from_be_bytes([*a, *b]) as u32, 2),
        (Family::Utf32Le, [a, b, c, d, ..]) => (u32::from_le_bytes([*a, *b, *c, *d]), 4),
        (Family::Utf32Be, [a, b, c, d, ..]) => (u32::from_be_bytes([*a, *b, *c, *d]), 4),
        _ => return None,
    };
    is_surrogate(c).then_some((c, n))
}

/// Characters `start..end` of `text` cannot be encoded: what stands for them, and where to go on.
#[cold]
pub fn on_encode_error(
    errors: Errors<'_>,
    encoding: &str,
    text: &PyStr,
    start: usize,
    end: usize,
    reason: &str,
) -> PyResult<(Replacement, usize)> {
    let strict = || raise_made(encode_error(encoding, text, start, end, reason));
    let bad = text.chars().slice(start, end);
    let escaped = |push: fn(u32, &mut Vec<u8>)| {
        let mut out = Vec::new();
        bad.iter().for_each(|c| push(c, &mut out));
        Ok((Replacement::Ascii(out), end))
    };
    match errors.policy() {
        Policy::Strict => strict(),
        Policy::Ignore => Ok((Replacement::Raw(Vec::new()), end)),
        Policy::Replace => Ok((Replacement::Ascii(vec![b'?'; end - start]), end)),
        Policy::BackslashReplace => escaped(push_backslash),
        Policy::XmlCharRefReplace => escaped(push_char_ref),
        Policy::NameReplace => escaped(push_name),
        Policy::SurrogateEscape => {
            let out: Vec<u8> = bad
                .iter()
                .take_while(|c| (0xDC80..0xDD00).contains(c))
                .map(|c| c as u8)
                .collect();
            if out.is_empty() {
                return strict();
            }
            let next = start + out.len();
            Ok((Replacement::Raw(out), next))
        }
        Policy::SurrogatePass => {
            let family = family(encoding);
            if family == Family::Other || !bad.iter().all(is_surrogate) {
                return strict();
            }
            let mut out = Vec::new();
            bad.iter().for_each(|c| push_surrogate(c, family, &mut out));
            Ok((Replacement::Raw(out), end))
        }
        Policy::Named(name) => {
            let handler = super::lookup_error(name)?;
            let error = encode_error(encoding, text, start, end, reason)?;
            let r = crate::call::call(&handler, &[&error])?;
            const WRONG: &str = "encoding error handler must return (str/bytes, int) tuple";
            let (value, at) = handler_result(&r, WRONG)?;
            let at = position(&at, text.len())?;
            if let Some(s) = value.downcast::<PyStr>() {
                return Ok((Replacement::Text(s.new_ref(), error), at));
            }
            match value.downcast::<PyBytes>() {
                Some(b) => Ok((Replacement::Raw(b.as_slice().to_vec()), at)),
                None => raise!(TypeError, "{WRONG}"),
            }
        }
    }
}

fn handler_result(r: &PyObject, wrong: &str) -> PyResult<(Py, Py)> {
    if let Some(t) = r.downcast::<PyTuple>()
        && let [value, at] = t.as_slice()
        && PyInt::check(at)
    {
        return Ok((value.clone(), at.clone()));
    }
    raise!(TypeError, "{wrong}")
}

/// Where a handler says to go on; negative numbers count from the end.
fn position(at: &PyObject, len: usize) -> PyResult<usize> {
    let at = crate::number::as_ssize_t(at)?;
    let from_start = if at < 0 { at + len as isize } else { at };
    if from_start < 0 || from_start as usize > len {
        return raise!(
            IndexError,
            "position {from_start} from error handler out of bounds"
        );
    }
    Ok(from_start as usize)
}

/// Bytes `start..end` of `input` cannot be decoded: writes what stands for them and gives where to go on. A registered
/// handler may put other input in place.
#[cold]
pub fn on_decode_error(
    errors: Errors<'_>,
    encoding: &str,
    input: &mut Cow<'_, [u8]>,
    start: usize,
    end: usize,
    reason: &str,
    out: &mut StrBuilder,
) -> PyResult<usize> {
    let strict = |input: &[u8]| raise_made(decode_error(encoding, input, start, end, reason));
    match errors.policy() {
        Policy::Strict => strict(input),
        Policy::Ignore => Ok(end),
        Policy::Replace => {
            out.push(0xFFFD);
            Ok(end)
        }
        Policy::BackslashReplace => {
            for b in &input[start..end] {
                let mut text = Vec::new();
                push_backslash(*b as u32, &mut text);
                out.push_latin1(&text)?;
            }
            Ok(end)
        }
        Policy::SurrogateEscape => {
            let n = input[start..end]
                .iter()
                .take(4)
                .take_while(|b| **b >= 0x80)
                .count();
            if n == 0 {
                return strict(input);
            }
            for b in &input[start..start + n] {
                out.push(0xDC00 + *b as u32);
            }
            Ok(start + n)
        }
        Policy::SurrogatePass => match read_surrogate(&input[start..], family(encoding)) {
            Some((c, n)) => {
                out.push(c);
                Ok(start + n)
            }
            None => strict(input),
        },
        policy @ (Policy::XmlCharRefReplace | Policy::NameReplace | Policy::Named(_)) => {
            let error = decode_error(encoding, input, start, end, reason)?;
            let Policy::Named(name) = policy else {
                return Err(cannot_handle(&error));
            };
            let handler = super::lookup_error(name)?;
            let r = crate::call::call(&handler, &[&error])?;
            const WRONG: &str = "decoding error handler must return (str, int) tuple";
            let (value, at) = handler_result(&r, WRONG)?;
            let Some(text) = value.downcast::<PyStr>() else {
                return raise!(TypeError, "{WRONG}");
            };
            let object = error.get_attr(crate::intern!("object"))?;
            let Some(object) = object.downcast::<PyBytes>() else {
                return raise!(TypeError, "exception attribute object must be bytes");
            };
            if object.as_slice() != &**input {
                *input = Cow::Owned(object.as_slice().to_vec());
            }
            let at = position(&at, input.len())?;
            out.push_str(text)?;
            Ok(at)
        }
    }
}

// ---- the handlers as functions of an exception, as `codecs.lookup_error` gives them ----

#[cold]
fn cannot_handle(error: &PyObject) -> Raised {
    match raise!(
        TypeError,
        "don't know how to handle {} in error callback",
        error.ty().name()
    ) {
        Ok(()) => Raised,
        Err(e) => e,
    }
}

/// The range that a Unicode exception speaks of, clipped to its object.
struct Fault {
    start: usize,
    end: usize,
    encoding: String,
    object: Py,
    kind: FaultKind,
}

#[derive(PartialEq, Clone, Copy)]
enum FaultKind {
    Encode,
    Decode,
    Translate,
}

fn fault(error: &PyObject) -> PyResult<Fault> {
    let kind = if error.downcast::<exc::UnicodeEncodeError>().is_some() {
        FaultKind::Encode
    } else if error.downcast::<exc::UnicodeDecodeError>().is_some() {
        FaultKind::Decode
    } else if error.downcast::<exc::UnicodeTranslateError>().is_some() {
        FaultKind::Translate
    } else {
        return Err(cannot_handle(error));
    };
    let object = error.get_attr(crate::intern!("object"))?;
    let len = match (object.downcast::<PyStr>(), object.downcast::<PyBytes>()) {
        (Some(s), _) if kind != FaultKind::Decode => s.len(),
        (_, Some(b)) if kind == FaultKind::Decode => b.len(),
        _ => {
            return raise!(
                TypeError,
                "object attribute must be {}",
                if kind == FaultKind::Decode {
                    "bytes"
                } else {
                    "unicode"
                }
            );
        }
    };
    let number = |name: &PyStr| -> PyResult<isize> { crate::number::as_ssize_t(&*error.get_attr(name)?) };
    let start = number(crate::intern!("start"))?.max(0) as usize;
    let end = number(crate::intern!("end"))?.max(0) as usize;
    let start = start.min(len.saturating_sub(1));
    let end = end.max(1).min(len).max(start);
    let encoding = if kind == FaultKind::Translate {
        String::new()
    } else {
        let e = error.get_attr(crate::intern!("encoding"))?;
        e.downcast::<PyStr>().map(|s| s.to_string()).unwrap_or_default()
    };
    Ok(Fault {
        start,
        end,
        encoding,
        object,
        kind,
    })
}

impl Fault {
    fn text(&self) -> Option<&PyStr> {
        self.object.downcast::<PyStr>()
    }
    fn bytes(&self) -> &[u8] {
        self.object.downcast::<PyBytes>().map_or(&[], |b| b.as_slice())
    }
    fn chars(&self) -> Vec<u32> {
        self.text().map_or(Vec::new(), |s| {
            s.chars().slice(self.start, self.end).iter().collect()
        })
    }
}

fn pair(value: Py, at: usize) -> PyResult {
    PyTuple::from_vec(vec![value, PyInt::from_usize(at)?.into_object()]).map(Py::into_object)
}

fn escape_all(f: &Fault, push: fn(u32, &mut Vec<u8>)) -> PyResult {
    let mut out = Vec::new();
    for c in f.chars() {
        push(c, &mut out);
    }
    pair(PyStr::from_ascii(&out)?.into_object(), f.end)
}

/// Raises the exception again.
fn raise_again<T>(error: &PyObject) -> PyResult<T> {
    Err(crate::error::raise_object(error.new_ref()))
}

/// `codecs.strict_errors`
pub fn strict_errors(error: &PyObject) -> PyResult {
    if crate::error::is_exception(error) {
        return raise_again(error);
    }
    raise!(TypeError, "codec must pass exception instance")
}

/// `codecs.ignore_errors`
pub fn ignore_errors(error: &PyObject) -> PyResult {
    let f = fault(error)?;
    pair(PyStr::empty().into_object(), f.end)
}

/// `codecs.replace_errors`
pub fn replace_errors(error: &PyObject) -> PyResult {
    let f = fault(error)?;
    let text = match f.kind {
        FaultKind::Encode => PyStr::from_ascii(&vec![b'?'; f.end - f.start])?,
        FaultKind::Decode => PyStr::from_char(0xFFFD)?,
        FaultKind::Translate => PyStr::from_code_points(&vec![0xFFFD; f.end - f.start])?,
    };
    pair(text.into_object(), f.end)
}

/// `codecs.xmlcharrefreplace_errors`
pub fn xmlcharrefreplace_errors(error: &PyObject) -> PyResult {
    let f = fault(error)?;
    if f.kind != FaultKind::Encode {
        return Err(cannot_handle(error));
    }
    escape_all(&f, push_char_ref)
}

/// `codecs.backslashreplace_errors`
pub fn backslashreplace_errors(error: &PyObject) -> PyResult {
    let f = fault(error)?;
    if f.kind == FaultKind::Decode {
        let mut out = Vec::new();
        for b in &f.bytes()[f.start..f.end] {
            push_backslash(*b as u32, &mut out);
        }
        return pair(PyStr::from_ascii(&out)?.into_object(), f.end);
    }
    escape_all(&f, push_backslash)
}

/// `codecs.namereplace_errors`
pub fn namereplace_errors(error: &PyObject) -> PyResult {
    let f = fault(error)?;
    if f.kind != FaultKind::Encode {
        return Err(cannot_handle(error));
    }
    escape_all(&f, push_name)
}

/// The handler `surrogatepass`.
pub fn surrogatepass_errors(error: &PyObject) -> PyResult {
    let f = fault(error)?;
    let family = family(&f.encoding);
    match f.kind {
        FaultKind::Encode => {
            let chars = f.chars();
            if family == Family::Other || !chars.iter().all(|c| is_surrogate(*c)) {
                return raise_again(error);
            }
            let mut out = Vec::new();
            chars.iter().for_each(|c| push_surrogate(*c, family, &mut out));
            pair(PyBytes::new(&out)?.into_object(), f.end)
        }
        FaultKind::Decode => match read_surrogate(&f.bytes()[f.start..], family) {
            Some((c, n)) => pair(PyStr::from_char(c)?.into_object(), f.start + n),
            None => raise_again(error),
        },
        FaultKind::Translate => Err(cannot_handle(error)),
    }
}

/// The handler `surrogateescape`.
pub fn surrogateescape_errors(error: &PyObject) -> PyResult {
    let f = fault(error)?;
    match f.kind {
        FaultKind::Encode => {
            let chars = f.chars();
            if !chars.iter().all(|c| (0xDC80..0xDD00).contains(c)) {
                return raise_again(error);
            }
            let out: Vec<u8> = chars.iter().map(|c| *c as u8).collect();
            pair(PyBytes::new(&out)?.into_object(), f.end)
        }
        FaultKind::Decode => {
            let out: Vec<u32> = f.bytes()[f.start..f.end]
                .iter()
                .take(4)
                .take_while(|b| **b >= 0x80)
                .map(|b| 0xDC00 + *b as u32)
                .collect();
            if out.is_empty() {
                return raise_again(error);
            }
            pair(PyStr::from_code_points(&out)?.into_object(), f.start + out.len())
        }
        FaultKind::Translate => Err(cannot_handle(error)),
    }
}
