//! Encodings: the registry of codecs and error handlers, and the codecs that Taipan has natively.
//!
//! `encode_str` and `decode_bytes` go straight to the native codec for the common names; others are looked up in the
//! registry, whose first use imports the package `encodings`.

pub mod charmap;
pub mod errors;
pub mod escapes;
pub mod single;
pub mod utf7;
pub mod utf8;
pub mod wide;

pub use errors::Errors;

use crate::dict::PyDict;
use crate::exceptions as exc;
use crate::handle::{Field, GilCell, Py, PyClass, PyLayout, PyResult};
use crate::int::PyInt;
use crate::list::PyList;
use crate::raise;
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::tuple::PyTuple;
use crate::{PyByteArray, PyBytes};

/// Codecs' search functions, in order.
static SEARCH: Field<PyList> = Field::empty();
/// Codecs found, by normalized name.
static CACHE: Field<PyDict> = Field::empty();
/// Error handlers by name.
static HANDLERS: Field<PyDict> = Field::empty();
/// The package `encodings` has been asked for.
static STARTED: GilCell<bool> = GilCell::new(false);
/// The module `_codecs`, whose start registers the built-in handlers, has been asked for.
static HANDLERS_STARTED: GilCell<bool> = GilCell::new(false);

fn made_dict(field: &Field<PyDict>) -> PyResult<Py<PyDict>> {
    if let Some(d) = field.get() {
        return Ok(d);
    }
    let d = PyDict::new()?;
    field.set(Some(d.clone()));
    Ok(d)
}

fn search_path() -> PyResult<Py<PyList>> {
    if let Some(l) = SEARCH.get() {
        return Ok(l);
    }
    let l = PyList::new()?;
    SEARCH.set(Some(l.clone()));
    Ok(l)
}

/// `codecs.register`
pub fn register(search: &PyObject) -> PyResult<()> {
    if !search.is_callable() {
        return raise!(TypeError, "argument must be callable");
    }
    search_path()?.append(search.new_ref())
}

/// `codecs.unregister`
pub fn unregister(search: &PyObject) -> PyResult<()> {
    let left: Vec<Py> = search_path()?
        .to_vec()
        .into_iter()
        .filter(|f| !f.is(search))
        .collect();
    SEARCH.set(Some(PyList::from_vec(left)?));
    CACHE.set(None);
    Ok(())
}

/// A name as search functions get it: lower case, runs of what is neither letter, digit nor point as one underscore.
pub fn normalize(encoding: &str) -> String {
    let mut out = String::with_capacity(encoding.len());
    let mut gap = false;
    for c in encoding.chars() {
        if c.is_ascii_alphanumeric() || c == '.' {
            if gap && !out.is_empty() {
                out.push('_');
            }
            gap = false;
            out.push(c.to_ascii_lowercase());
        } else {
            gap = true;
        }
    }
    out
}

/// `codecs.lookup`: the codec's tuple.
pub fn lookup(encoding: &str) -> PyResult<Py<PyTuple>> {
    if !STARTED.get() {
        STARTED.set(true);
        crate::hooks::import("encodings").inspect_err(|_| STARTED.set(false))?;
    }
    let name = crate::intern::intern_str(&normalize(encoding))?;
    let cache = made_dict(&CACHE)?;
    if let Some(found) = cache.get_item(name.as_object())?
        && let Ok(t) = found.downcast_into::<PyTuple>()
    {
        return Ok(t);
    }
    for f in search_path()?.to_vec() {
        let r = crate::call::call(&f, &[name.as_object()])?;
        if crate::is_none(&r) {
            continue;
        }
        let Ok(codec) = r.downcast_into::<PyTuple>() else {
            return raise!(TypeError, "codec search functions must return 4-tuples");
        };
        if codec.len() != 4 {
            return raise!(TypeError, "codec search functions must return 4-tuples");
        }
        cache.set_item(name.as_object(), codec.as_object())?;
        return Ok(codec);
    }
    raise!(LookupError, "unknown encoding: {encoding}")
}

/// A codec that is a text encoding.
fn lookup_text(encoding: &str, alternative: &str) -> PyResult<Py<PyTuple>> {
    let codec = lookup(encoding)?;
    if !PyTuple::check_exact(codec.as_object())
        && let Some(is_text) = codec
            .as_object()
            .get_attr_opt(crate::intern!("_is_text_encoding"))?
        && !is_text.is_true()?
    {
        return raise!(
            LookupError,
            "'{encoding}' is not a text encoding; use {alternative} to handle arbitrary codecs"
        );
    }
    Ok(codec)
}

/// `codecs.register_error`
pub fn register_error(name: &PyStr, handler: &PyObject) -> PyResult<()> {
    if !handler.is_callable() {
        return raise!(TypeError, "handler must be callable");
    }
    start_handlers()?;
    made_dict(&HANDLERS)?.set_item(name.as_object(), handler)
}

/// `_codecs._unregister_error`: whether there was one.
pub fn unregister_error(name: &PyStr) -> PyResult<bool> {
    let builtin = name.to_str().is_some_and(|n| {
        matches!(
            &*n,
            "strict"
                | "ignore"
                | "replace"
                | "backslashreplace"
                | "xmlcharrefreplace"
                | "namereplace"
                | "surrogateescape"
                | "surrogatepass"
        )
    });
    if builtin {
        return raise!(ValueError, "cannot un-register built-in error handler '{name}'");
    }
    Ok(made_dict(&HANDLERS)?.pop_item(name.as_object())?.is_some())
}

/// Registers a built-in handler, for the module that has them as functions.
pub fn register_builtin_error(name: &str, handler: &PyObject) -> PyResult<()> {
    made_dict(&HANDLERS)?.set_item(&*crate::intern::intern_str(name)?, handler)
}

fn start_handlers() -> PyResult<()> {
    if !HANDLERS_STARTED.get() {
        HANDLERS_STARTED.set(true);
        crate::hooks::import("_codecs").inspect_err(|_| HANDLERS_STARTED.set(false))?;
    }
    Ok(())
}

/// `codecs.lookup_error`
pub fn lookup_error(name: &PyStr) -> PyResult {
    start_handlers()?;
    match made_dict(&HANDLERS)?.get_item(name.as_object())? {
        Some(h) => Ok(h),
        None => raise!(LookupError, "unknown error handler name '{name}'"),
    }
}

/// Adds "encoding with 'x' codec failed" to the current exception.
#[cold]
fn with_note<T>(what: &str, encoding: &str) -> PyResult<T> {
    let error = crate::error::fetch(crate::Raised);
    let note = PyStr::new(&format!("{what} with '{encoding}' codec failed"))?;
    if error
        .call_method(crate::intern!("add_note"), &[note.as_object()])
        .is_err()
    {
        crate::error::clear();
    }
    Err(crate::error::restore(error))
}

fn call_codec(
    function: &PyObject,
    object: &PyObject,
    errors: Option<&PyStr>,
    what: &str,
    wrong: &str,
    encoding: &str,
) -> PyResult {
    let r = match errors {
        Some(e) => crate::call::call(function, &[object, e.as_object()]),
        None => crate::call::call(function, &[object]),
    };
    let Ok(r) = r else {
        return with_note(what, encoding);
    };
    match r.downcast::<PyTuple>().map(|t| t.as_slice()) {
        Some([value, _]) => Ok(value.clone()),
        _ => raise!(TypeError, "{wrong}"),
    }
}

const BAD_ENCODER: &str = "encoder must return a tuple (object, integer)";
const BAD_DECODER: &str = "decoder must return a tuple (object,integer)";

/// `codecs.encode`: with any codec.
pub fn encode(object: &PyObject, encoding: &str, errors: Option<&PyStr>) -> PyResult {
    let codec = lookup(encoding)?;
    call_codec(
        &codec.as_slice()[0],
        object,
        errors,
        "encoding",
        BAD_ENCODER,
        encoding,
    )
}

/// `codecs.decode`: with any codec.
pub fn decode(object: &PyObject, encoding: &str, errors: Option<&PyStr>) -> PyResult {
    let codec = lookup(encoding)?;
    call_codec(
        &codec.as_slice()[1],
        object,
        errors,
        "decoding",
        BAD_DECODER,
        encoding,
    )
}

/// The encodings that need no look-up.
#[derive(Clone, Copy, PartialEq)]
enum Native {
    Utf8,
    Utf16,
    Utf32,
    Latin1,
    Ascii,
}

fn native(encoding: &str) -> Option<Native> {
    if encoding == "utf-8" || encoding == "utf8" {
        return Some(Native::Utf8);
    }
    if encoding.len() > 12 {
        return None;
    }
    match normalize(encoding).as_str() {
        "utf_8" | "utf8" => Some(Native::Utf8),
        "utf_16" | "utf16" => Some(Native::Utf16),
        "utf_32" | "utf32" => Some(Native::Utf32),
        "latin1" | "latin_1" | "iso_8859_1" | "iso8859_1" => Some(Native::Latin1),
        "ascii" | "us_ascii" => Some(Native::Ascii),
        _ => None,
    }
}

fn encoding_name(encoding: Option<&PyStr>) -> PyResult<String> {
    match encoding {
        None => Ok("utf-8".to_string()),
        Some(e) => {
            let name = e.utf8()?;
            if name.contains('\0') {
                return raise!(ValueError, "embedded null character");
            }
            Ok(name.into_owned())
        }
    }
}

/// `text.encode(encoding, errors)`
pub fn encode_str(text: &PyStr, encoding: Option<&PyStr>, errors: Option<&PyStr>) -> PyResult {
    let Some(encoding) = encoding else {
        return utf8::encode(text, Errors(errors)).map(Py::into_object);
    };
    let name = encoding_name(Some(encoding))?;
    let e = Errors(errors);
    let bytes = match native(&name) {
        Some(Native::Utf8) => utf8::encode(text, e)?,
        Some(Native::Latin1) => single::encode(text, e, 0x100)?,
        Some(Native::Ascii) => single::encode(text, e, 0x80)?,
        Some(Native::Utf16) => wide::encode(text, e, wide::Width::Sixteen, wide::Order::Native)?,
        Some(Native::Utf32) => wide::encode(text, e, wide::Width::ThirtyTwo, wide::Order::Native)?,
        None => {
            let codec = lookup_text(&name, "codecs.encode()")?;
            let v = call_codec(
                &codec.as_slice()[0],
                text.as_object(),
                errors,
                "encoding",
                BAD_ENCODER,
                &name,
            )?;
            if PyBytes::check(&v) {
                return Ok(v);
            }
            if let Some(b) = v.downcast::<PyByteArray>() {
                crate::hooks::warn(
                    exc::RuntimeWarning::type_object(),
                    &format!(
                        "encoder {name} returned bytearray instead of bytes; use codecs.encode() to encode to arbitrary types"
                    ),
                    1,
                )?;
                return PyBytes::new(&b.to_vec()).map(Py::into_object);
            }
            return raise!(
                TypeError,
                "'{name}' encoder returned '{}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types",
                v.ty().full_name()
            );
        }
    };
    Ok(bytes.into_object())
}

/// `bytes.decode(encoding, errors)` of this content; `object` is what a codec in Python gets, made if there is none.
pub fn decode_bytes(
    content: &[u8],
    object: Option<&PyObject>,
    encoding: Option<&PyStr>,
    errors: Option<&PyStr>,
) -> PyResult<Py<PyStr>> {
    let name = encoding_name(encoding)?;
    let e = Errors(errors);
    match native(&name) {
        Some(Native::Utf8) => utf8::decode(content, e),
        Some(Native::Latin1) => PyStr::from_latin1(content),
        Some(Native::Ascii) => single::decode_ascii(content, e),
        Some(Native::Utf16) => {
            Ok(wide::decode(content, e, wide::Width::Sixteen, wide::Order::Native, true)?.text)
        }
        Some(Native::Utf32) => {
            Ok(wide::decode(content, e, wide::Width::ThirtyTwo, wide::Order::Native, true)?.text)
        }
        None => {
            let codec = lookup_text(&name, "codecs.decode()")?;
            let made;
            let object = match object {
                Some(o) => o,
                None => {
                    made = crate::memoryview::from_bytes(PyBytes::new(content)?)?;
                    &*made
                }
            };
            let v = call_codec(
                &codec.as_slice()[1],
                object,
                errors,
                "decoding",
                BAD_DECODER,
                &name,
            )?;
            v.downcast_into::<PyStr>().or_else(|v| {
                raise!(
                    TypeError,
                    "'{name}' decoder returned '{}' instead of 'str'; use codecs.decode() to decode to arbitrary types",
                    v.ty().full_name()
                )
            })
        }
    }
}

/// `str(object, encoding, errors)` (`PyUnicode_FromEncodedObject`).
pub fn decode_object(
    object: &PyObject,
    encoding: Option<&PyStr>,
    errors: Option<&PyStr>,
) -> PyResult<Py<PyStr>> {
    if let Some(b) = object.downcast::<PyBytes>() {
        if b.is_empty() {
            return Ok(PyStr::empty());
        }
        return decode_bytes(b.as_slice(), Some(object), encoding, errors);
    }
    if PyStr::check(object) {
        return raise!(TypeError, "decoding str is not supported");
    }
    if !crate::buffer::check(object) {
        return raise!(
            TypeError,
            "decoding to str: need a bytes-like object, {} found",
            object.ty().full_name()
        );
    }
    let view = crate::buffer::Buffer::simple(object)?;
    if view.is_empty() {
        return Ok(PyStr::empty());
    }
    decode_bytes(&view.to_vec(), Some(object), encoding, errors)
}

/// `(value, length)`, what the functions of `_codecs` give.
pub fn codec_result<T: PyLayout>(value: Py<T>, length: usize) -> PyResult {
    PyTuple::from_vec(vec![
        value.into_object(),
        PyInt::from_usize(length)?.into_object(),
    ])
    .map(Py::into_object)
}
