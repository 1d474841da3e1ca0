//! `_codecs`: the registry of encodings and the native codecs, as the module `codecs` uses them.

use object::buffer::BytesLike;
use object::codecs::{self, Errors, charmap, codec_result, errors, escapes, single, utf7, utf8, wide};
use object::*;

/// An `errors` argument: a str or `None`.
struct ErrorsArg<'a>(Errors<'a>);

impl<'a> FromArg<'a> for ErrorsArg<'a> {
    fn from_arg(obj: &'a PyObject, ctx: ArgContext) -> PyResult<Self> {
        if is_none(obj) {
            return Ok(ErrorsArg(Errors::STRICT));
        }
        match obj.downcast::<PyStr>() {
            Some(s) => Ok(ErrorsArg(Errors(Some(s)))),
            None => ctx.bad("str or None", obj),
        }
    }
}

fn errors_of<'a>(e: Option<ErrorsArg<'a>>) -> Errors<'a> {
    e.map_or(Errors::STRICT, |e| e.0)
}

/// A str (as UTF-8) or a bytes-like object.
struct StrOrBytes(Vec<u8>);

impl<'a> FromArg<'a> for StrOrBytes {
    fn from_arg(obj: &'a PyObject, _: ArgContext) -> PyResult<Self> {
        if let Some(s) = obj.downcast::<PyStr>() {
            return Ok(StrOrBytes(s.utf8()?.as_bytes().to_vec()));
        }
        content(&BytesLike::get(obj)?).map(StrOrBytes)
    }
}

/// The content, copied: error handlers may run Python code.
fn content(data: &BytesLike<'_>) -> PyResult<Vec<u8>> {
    // SAFETY: nothing runs during the copy.
    Ok(unsafe { data.as_slice() }.to_vec())
}

fn encoding_name(encoding: Option<&PyStr>) -> PyResult<String> {
    match encoding {
        None => Ok("utf-8".into()),
        Some(e) => Ok(e.utf8()?.into_owned()),
    }
}

fn wide_decode(
    data: &BytesLike<'_>,
    e: Option<ErrorsArg<'_>>,
    width: wide::Width,
    order: wide::Order,
    final_: Option<bool>,
) -> PyResult<wide::Decoded> {
    wide::decode(
        &content(data)?,
        errors_of(e),
        width,
        order,
        final_.unwrap_or(false),
    )
}

fn decoded(d: wide::Decoded) -> PyResult {
    codec_result(d.text, d.used)
}

fn with_order(d: wide::Decoded) -> PyResult<Py<PyTuple>> {
    PyTuple::from_vec(vec![
        d.text.into_object(),
        PyInt::from_usize(d.used)?.into_object(),
        PyInt::from_i64(d.order.to_int() as i64)?.into_object(),
    ])
}

pub struct Codecs;

use wide::{Order, Width};

#[pymodule(name = "_codecs")]
impl Codecs {
    #[exec]
    fn exec(module: &PyModule) -> PyResult<()> {
        let dict = module.dict()?;
        for name in [
            "strict",
            "ignore",
            "replace",
            "xmlcharrefreplace",
            "backslashreplace",
            "namereplace",
            "surrogatepass",
            "surrogateescape",
        ] {
            let key = intern::intern_str(&format!("{name}_errors"))?;
            if let Some(handler) = dict.pop_item(key.as_object())? {
                codecs::register_builtin_error(name, &handler)?;
            }
        }
        Ok(())
    }

    // taken out of the module again by `exec`, which registers them as error handlers
    #[function("(error, /)", nosig)]
    fn strict_errors(error: &PyObject) -> PyResult {
        errors::strict_errors(error)
    }
    #[function("(error, /)", nosig)]
    fn ignore_errors(error: &PyObject) -> PyResult {
        errors::ignore_errors(error)
    }
    #[function("(error, /)", nosig)]
    fn replace_errors(error: &PyObject) -> PyResult {
        errors::replace_errors(error)
    }
    #[function("(error, /)", nosig)]
    fn xmlcharrefreplace_errors(error: &PyObject) -> PyResult {
        errors::xmlcharrefreplace_errors(error)
    }
    #[function("(error, /)", nosig)]
    fn backslashreplace_errors(error: &PyObject) -> PyResult {
        errors::backslashreplace_errors(error)
    }
    #[function("(error, /)", nosig)]
    fn namereplace_errors(error: &PyObject) -> PyResult {
        errors::namereplace_errors(error)
    }
    #[function("(error, /)", nosig, name = "surrogatepass_errors")]
    fn surrogatepass_errors(error: &PyObject) -> PyResult {
        errors::surrogatepass_errors(error)
    }
    #[function("(error, /)", nosig)]
    fn surrogateescape_errors(error: &PyObject) -> PyResult {
        errors::surrogateescape_errors(error)
    }

    #[function("($module, search_function, /)")]
    fn register(search_function: &PyObject) -> PyResult<()> {
        codecs::register(search_function)
    }
    #[function("($module, search_function, /)")]
    fn unregister(search_function: &PyObject) -> PyResult<()> {
        codecs::unregister(search_function)
    }
    #[function("($module, encoding, /)")]
    fn lookup(encoding: &PyStr) -> PyResult<Py<PyTuple>> {
        codecs::lookup(&encoding.utf8()?)
    }
    #[function("($module, errors, handler, /)")]
    fn register_error(errors: &PyStr, handler: &PyObject) -> PyResult<()> {
        codecs::register_error(errors, handler)
    }
    #[function("($module, errors, /)")]
    fn _unregister_error(errors: &PyStr) -> PyResult<bool> {
        codecs::unregister_error(errors)
    }
    #[function("($module, name, /)")]
    fn lookup_error(name: &PyStr) -> PyResult {
        codecs::lookup_error(name)
    }
    #[function("($module, /, obj, encoding='utf-8', errors='strict')")]
    fn encode(obj: &PyObject, encoding: Option<&PyStr>, errors: Option<&PyStr>) -> PyResult {
        codecs::encode(obj, &encoding_name(encoding)?, errors)
    }
    #[function("($module, /, obj, encoding='utf-8', errors='strict')")]
    fn decode(obj: &PyObject, encoding: Option<&PyStr>, errors: Option<&PyStr>) -> PyResult {
        codecs::decode(obj, &encoding_name(encoding)?, errors)
    }

    #[function("($module, data, errors=None, /)")]
    fn readbuffer_encode(data: StrOrBytes, _errors: Option<ErrorsArg<'_>>) -> PyResult {
        let n = data.0.len();
        codec_result(PyBytes::new(&data.0)?, n)
    }
    #[function("($module, data, errors=None, /)")]
    fn escape_decode(data: StrOrBytes, errors: Option<ErrorsArg<'_>>) -> PyResult {
        let n = data.0.len();
        codec_result(escapes::escape_decode(&data.0, errors_of(errors))?, n)
    }
    #[function("($module, data, errors=None, /)")]
    fn escape_encode(data: &PyBytes, _errors: Option<ErrorsArg<'_>>) -> PyResult {
        codec_result(escapes::escape_encode(data.as_slice())?, data.len())
    }

    #[function("($module, str, errors=None, /)")]
    fn utf_8_encode(str: &PyStr, errors: Option<ErrorsArg<'_>>) -> PyResult {
        codec_result(utf8::encode(str, errors_of(errors))?, str.len())
    }
    #[function("($module, data, errors=None, final=False, /)")]
    fn utf_8_decode(data: BytesLike<'_>, errors: Option<ErrorsArg<'_>>, final_: Option<bool>) -> PyResult {
        let (text, used) =
            utf8::decode_stateful(&content(&data)?, errors_of(errors), final_.unwrap_or(false))?;
        codec_result(text, used)
    }
    #[function("($module, str, errors=None, /)")]
    fn utf_7_encode(str: &PyStr, _errors: Option<ErrorsArg<'_>>) -> PyResult {
        codec_result(utf7::encode(str)?, str.len())
    }
    #[function("($module, data, errors=None, final=False, /)")]
    fn utf_7_decode(data: BytesLike<'_>, errors: Option<ErrorsArg<'_>>, final_: Option<bool>) -> PyResult {
        let (text, used) = utf7::decode(&content(&data)?, errors_of(errors), final_.unwrap_or(false))?;
        codec_result(text, used)
    }

    #[function("($module, str, errors=None, byteorder=0, /)")]
    fn utf_16_encode(str: &PyStr, errors: Option<ErrorsArg<'_>>, byteorder: Option<i32>) -> PyResult {
        let order = Order::from_int(byteorder.unwrap_or(0));
        codec_result(
            wide::encode(str, errors_of(errors), Width::Sixteen, order)?,
            str.len(),
        )
    }
    #[function("($module, str, errors=None, /)")]
    fn utf_16_le_encode(str: &PyStr, errors: Option<ErrorsArg<'_>>) -> PyResult {
        codec_result(
            wide::encode(str, errors_of(errors), Width::Sixteen, Order::Little)?,
            str.len(),
        )
    }
    #[function("($module, str, errors=None, /)")]
    fn utf_16_be_encode(str: &PyStr, errors: Option<ErrorsArg<'_>>) -> PyResult {
        codec_result(
            wide::encode(str, errors_of(errors), Width::Sixteen, Order::Big)?,
            str.len(),
        )
    }
    #[function("($module, data, errors=None, final=False, /)")]
    fn utf_16_decode(data: BytesLike<'_>, errors: Option<ErrorsArg<'_>>, final_: Option<bool>) -> PyResult {
        decoded(wide_decode(&data, errors, Width::Sixteen, Order::Native, final_)?)
    }
    #[function("($module, data, errors=None, final=False, /)")]
    fn utf_16_le_decode(
        data: BytesLike<'_>,
        errors: Option<ErrorsArg<'_>>,
        final_: Option<bool>,
    ) -> PyResult {
        decoded(wide_decode(&data, errors, Width::Sixteen, Order::Little, final_)?)
    }
    #[function("($module, data, errors=None, final=False, /)")]
    fn utf_16_be_decode(
        data: BytesLike<'_>,
        errors: Option<ErrorsArg<'_>>,
        final_: Option<bool>,
    ) -> PyResult {
        decoded(wide_decode(&data, errors, Width::Sixteen, Order::Big, final_)?)
    }
    #[function("($module, data, errors=None, byteorder=0, final=False,\n                 /)")]
    fn utf_16_ex_decode(
        data: BytesLike<'_>,
        errors: Option<ErrorsArg<'_>>,
        byteorder: Option<i32>,
        final_: Option<bool>,
    ) -> PyResult<Py<PyTuple>> {
        let order = Order::from_int(byteorder.unwrap_or(0));
        with_order(wide_decode(&data, errors, Width::Sixteen, order, final_)?)
    }

    #[function("($module, str, errors=None, byteorder=0, /)")]
    fn utf_32_encode(str: &PyStr, errors: Option<ErrorsArg<'_>>, byteorder: Option<i32>) -> PyResult {
        let order = Order::from_int(byteorder.unwrap_or(0));
        codec_result(
            wide::encode(str, errors_of(errors), Width::ThirtyTwo, order)?,
            str.len(),
        )
    }
    #[function("($module, str, errors=None, /)")]
    fn utf_32_le_encode(str: &PyStr, errors: Option<ErrorsArg<'_>>) -> PyResult {
        codec_result(
            wide::encode(str, errors_of(errors), Width::ThirtyTwo, Order::Little)?,
            str.len(),
        )
    }
    #[function("($module, str, errors=None, /)")]
    fn utf_32_be_encode(str: &PyStr, errors: Option<ErrorsArg<'_>>) -> PyResult {
        codec_result(
            wide::encode(str, errors_of(errors), Width::ThirtyTwo, Order::Big)?,
            str.len(),
        )
    }
    #[function("($module, data, errors=None, final=False, /)")]
    fn utf_32_decode(data: BytesLike<'_>, errors: Option<ErrorsArg<'_>>, final_: Option<bool>) -> PyResult {
        decoded(wide_decode(
            &data,
            errors,
            Width::ThirtyTwo,
            Order::Native,
            final_,
        )?)
    }
    #[function("($module, data, errors=None, final=False, /)")]
    fn utf_32_le_decode(
        data: BytesLike<'_>,
        errors: Option<ErrorsArg<'_>>,
        final_: Option<bool>,
    ) -> PyResult {
        decoded(wide_decode(
            &data,
            errors,
            Width::ThirtyTwo,
            Order::Little,
            final_,
        )?)
    }
    #[function("($module, data, errors=None, final=False, /)")]
    fn utf_32_be_decode(
        data: BytesLike<'_>,
        errors: Option<ErrorsArg<'_>>,
        final_: Option<bool>,
    ) -> PyResult {
        decoded(wide_decode(&data, errors, Width::ThirtyTwo, Order::Big, final_)?)
    }
    #[function("($module, data, errors=None, byteorder=0, final=False,\n                 /)")]
    fn utf_32_ex_decode(
        data: BytesLike<'_>,
        errors: Option<ErrorsArg<'_>>,
        byteorder: Option<i32>,
        final_: Option<bool>,
    ) -> PyResult<Py<PyTuple>> {
        let order = Order::from_int(byteorder.unwrap_or(0));
        with_order(wide_decode(&data, errors, Width::ThirtyTwo, order, final_)?)
    }

    #[function("($module, str, errors=None, /)")]
    fn unicode_escape_encode(str: &PyStr, _errors: Option<ErrorsArg<'_>>) -> PyResult {
        codec_result(escapes::unicode_escape_encode(str)?, str.len())
    }
    #[function("($module, data, errors=None, final=True, /)")]
    fn unicode_escape_decode(
        data: StrOrBytes,
        errors: Option<ErrorsArg<'_>>,
        final_: Option<bool>,
    ) -> PyResult {
        let (text, used) =
            escapes::unicode_escape_decode(&data.0, errors_of(errors), final_.unwrap_or(true))?;
        codec_result(text, used)
    }
    #[function("($module, str, errors=None, /)")]
    fn raw_unicode_escape_encode(str: &PyStr, _errors: Option<ErrorsArg<'_>>) -> PyResult {
        codec_result(escapes::raw_unicode_escape_encode(str)?, str.len())
    }
    #[function("($module, data, errors=None, final=True, /)")]
    fn raw_unicode_escape_decode(
        data: StrOrBytes,
        errors: Option<ErrorsArg<'_>>,
        final_: Option<bool>,
    ) -> PyResult {
        let (text, used) =
            escapes::raw_unicode_escape_decode(&data.0, errors_of(errors), final_.unwrap_or(true))?;
        codec_result(text, used)
    }

    #[function("($module, str, errors=None, /)")]
    fn latin_1_encode(str: &PyStr, errors: Option<ErrorsArg<'_>>) -> PyResult {
        codec_result(single::encode(str, errors_of(errors), 0x100)?, str.len())
    }
    #[function("($module, data, errors=None, /)")]
    fn latin_1_decode(data: BytesLike<'_>, _errors: Option<ErrorsArg<'_>>) -> PyResult {
        let data = content(&data)?;
        codec_result(PyStr::from_latin1(&data)?, data.len())
    }
    #[function("($module, str, errors=None, /)")]
    fn ascii_encode(str: &PyStr, errors: Option<ErrorsArg<'_>>) -> PyResult {
        codec_result(single::encode(str, errors_of(errors), 0x80)?, str.len())
    }
    #[function("($module, data, errors=None, /)")]
    fn ascii_decode(data: BytesLike<'_>, errors: Option<ErrorsArg<'_>>) -> PyResult {
        let data = content(&data)?;
        codec_result(single::decode_ascii(&data, errors_of(errors))?, data.len())
    }

    #[function("($module, str, errors=None, mapping=None, /)")]
    fn charmap_encode(str: &PyStr, errors: Option<ErrorsArg<'_>>, mapping: Option<&PyObject>) -> PyResult {
        let mapping = mapping.filter(|m| !is_none(m));
        codec_result(charmap::encode(str, errors_of(errors), mapping)?, str.len())
    }
    #[function("($module, data, errors=None, mapping=None, /)")]
    fn charmap_decode(
        data: BytesLike<'_>,
        errors: Option<ErrorsArg<'_>>,
        mapping: Option<&PyObject>,
    ) -> PyResult {
        let mapping = mapping.filter(|m| !is_none(m));
        let data = content(&data)?;
        codec_result(charmap::decode(&data, errors_of(errors), mapping)?, data.len())
    }
    #[function("($module, map, /)")]
    fn charmap_build(map: &PyStr) -> PyResult {
        charmap::build(map)
    }
}
