//! `codecs.h`

use crate::util::{lossy, name, opt_text, text};
use object::codecs::{self, errors};
use object::{PyLayout, PyObject, PyResult, intern};
use std::ffi::c_char;

/// The encoding's name; UTF-8 for NULL.
unsafe fn encoding(p: *const c_char) -> String {
    if p.is_null() {
        return "utf-8".to_string();
    }
    // SAFETY: C's text.
    unsafe { lossy(p) }.into_owned()
}

/// `codecs.encode(o, encoding, errors)` for other parts of the API.
///
/// # Safety
/// NULL or C's texts.
pub unsafe fn encode(o: &PyObject, name: *const c_char, handler: *const c_char) -> PyResult {
    // SAFETY: the caller's promise.
    let (name, handler) = unsafe { (encoding(name), opt_text(handler)?) };
    codecs::encode(o, &name, handler.as_deref())
}

/// `codecs.decode(o, encoding, errors)`
///
/// # Safety
/// NULL or C's texts.
pub unsafe fn decode(o: &PyObject, name: *const c_char, handler: *const c_char) -> PyResult {
    // SAFETY: the caller's promise.
    let (name, handler) = unsafe { (encoding(name), opt_text(handler)?) };
    codecs::decode(o, &name, handler.as_deref())
}

/// One of a codec's four functions.
unsafe fn part(name: *const c_char, i: usize) -> PyResult {
    // SAFETY: C's text.
    let codec = codecs::lookup(&unsafe { lossy(name) })?;
    Ok(codec.as_slice()[i].clone())
}

/// Calls an attribute of a codec's information with a stream and the error handler.
unsafe fn make(callable: PyResult, first: Option<&PyObject>, handler: *const c_char) -> PyResult {
    let callable = callable?;
    // SAFETY: C's text.
    let handler = unsafe { opt_text(handler)? };
    let mut args: Vec<&PyObject> = first.into_iter().collect();
    if let Some(h) = &handler {
        args.push(h.as_object());
    }
    object::call::call(&callable, &args)
}

capi! {
    fn PyCodec_Register(search: &PyObject) -> PyResult<()> {
        codecs::register(search)
    }
    fn PyCodec_Unregister(search: &PyObject) -> PyResult<()> {
        codecs::unregister(search)
    }
    fn PyCodec_KnownEncoding(name: *const c_char) -> bool {
        let known = codecs::lookup(&lossy(name)).is_ok();
        object::error::clear();
        known
    }
    fn PyCodec_Encode(o: &PyObject, name: *const c_char, handler: *const c_char) -> PyResult {
        encode(o, name, handler)
    }
    fn PyCodec_Decode(o: &PyObject, name: *const c_char, handler: *const c_char) -> PyResult {
        decode(o, name, handler)
    }
    fn PyCodec_Encoder(name: *const c_char) -> PyResult {
        part(name, 0)
    }
    fn PyCodec_Decoder(name: *const c_char) -> PyResult {
        part(name, 1)
    }
    fn PyCodec_StreamReader(name: *const c_char, stream: &PyObject, handler: *const c_char) -> PyResult {
        make(part(name, 2), Some(stream), handler)
    }
    fn PyCodec_StreamWriter(name: *const c_char, stream: &PyObject, handler: *const c_char) -> PyResult {
        make(part(name, 3), Some(stream), handler)
    }
    fn PyCodec_IncrementalEncoder(name: *const c_char, handler: *const c_char) -> PyResult {
        let codec = codecs::lookup(&lossy(name))?;
        make(codec.as_object().get_attr(intern!("incrementalencoder")), None, handler)
    }
    fn PyCodec_IncrementalDecoder(name: *const c_char, handler: *const c_char) -> PyResult {
        let codec = codecs::lookup(&lossy(name))?;
        make(codec.as_object().get_attr(intern!("incrementaldecoder")), None, handler)
    }
    fn PyCodec_RegisterError(handler: *const c_char, f: &PyObject) -> PyResult<()> {
        codecs::register_error(&*name(handler)?, f)
    }
    /// NULL is "strict".
    fn PyCodec_LookupError(handler: *const c_char) -> PyResult {
        if handler.is_null() {
            return codecs::lookup_error(intern!("strict"));
        }
        codecs::lookup_error(&*text(handler)?)
    }
    fn PyCodec_StrictErrors(e: &PyObject) -> PyResult {
        errors::strict_errors(e)
    }
    fn PyCodec_IgnoreErrors(e: &PyObject) -> PyResult {
        errors::ignore_errors(e)
    }
    fn PyCodec_ReplaceErrors(e: &PyObject) -> PyResult {
        errors::replace_errors(e)
    }
    fn PyCodec_XMLCharRefReplaceErrors(e: &PyObject) -> PyResult {
        errors::xmlcharrefreplace_errors(e)
    }
    fn PyCodec_BackslashReplaceErrors(e: &PyObject) -> PyResult {
        errors::backslashreplace_errors(e)
    }
    fn PyCodec_NameReplaceErrors(e: &PyObject) -> PyResult {
        errors::namereplace_errors(e)
    }
}
