//! `_codecs`: the registry of codecs and the native codecs, as functions. All the work is done in the object model's `codecs`.

use crate::buffer::{Bytes, Utf8OrBytes};
use object::codecs::wide::{Order, Width};
use object::codecs::{
    self, Errors, charmap, codec_result, errors as handlers, escapes, single, utf7, utf8, wide,
};
use object::{OrNone, Py, PyBytes, PyModule, PyObject, PyResult, PyStr, pymodule, raise};

/// The error handler that was given.
fn given<'a>(errors: &Option<OrNone<&'a PyStr>>) -> Errors<'a> {
    Errors(errors.as_ref().and_then(|errors| errors.0))
}

/// The bytes, and how many characters of the text they stand for: all.
fn encoded(bytes: PyResult<Py<PyBytes>>, text: &PyStr) -> PyResult {
    codec_result(bytes?, text.len())
}

/// The name of an encoding.
fn name(encoding: Option<&PyStr>) -> PyResult<String> {
    let Some(encoding) = encoding else {
        return Ok("utf-8".into());
    };
    let name = encoding.utf8()?.into_owned();
    if name.contains('\0') {
        raise!(ValueError, "embedded null character")
    } else {
        Ok(name)
    }
}

/// The module.
pub struct Codecs;

#[pymodule(name = "_codecs")]
impl Codecs {
    #[function("($module, search_function, /)")]
    fn register(search_function: &PyObject) -> PyResult<()> {
        codecs::register(search_function)
    }

    #[function("($module, search_function, /)")]
    fn unregister(search_function: &PyObject) -> PyResult<()> {
        codecs::unregister(search_function)
    }

    #[function("($module, encoding, /)")]
    fn lookup(encoding: &PyStr) -> PyResult {
        codecs::lookup(&name(Some(encoding))?).map(Py::into_object)
    }

    #[function("($module, /, obj, encoding='utf-8', errors='strict')")]
    fn encode(obj: &PyObject, encoding: Option<&PyStr>, errors: Option<&PyStr>) -> PyResult {
        codecs::encode(obj, &name(encoding)?, errors)
    }

    #[function("($module, /, obj, encoding='utf-8', errors='strict')")]
    fn decode(obj: &PyObject, encoding: Option<&PyStr>, errors: Option<&PyStr>) -> PyResult {
        codecs::decode(obj, &name(encoding)?, errors)
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

    #[function("($module, data, errors=None, /)")]
    fn escape_encode(data: &PyBytes, errors: Option<OrNone<&PyStr>>) -> PyResult {
        let _ = errors;
        codec_result(escapes::escape_encode(data.as_slice())?, data.len())
    }

    #[function("($module, data, errors=None, /)")]
    fn escape_decode(data: Utf8OrBytes, errors: Option<OrNone<&PyStr>>) -> PyResult {
        codec_result(escapes::escape_decode(&data.0, given(&errors))?, data.0.len())
    }

    #[function("($module, data, errors=None, /)")]
    fn readbuffer_encode(data: Utf8OrBytes, errors: Option<OrNone<&PyStr>>) -> PyResult {
        let _ = errors;
        codec_result(PyBytes::new(&data.0)?, data.0.len())
    }

    #[function("($module, map, /)")]
    fn charmap_build(map: &PyStr) -> PyResult {
        charmap::build(map)
    }

    #[function("($module, str, errors=None, mapping=None, /)")]
    fn charmap_encode(
        str: &PyStr,
        errors: Option<OrNone<&PyStr>>,
        mapping: Option<OrNone<&PyObject>>,
    ) -> PyResult {
        encoded(
            charmap::encode(str, given(&errors), mapping.and_then(|mapping| mapping.0)),
            str,
        )
    }

    #[function("($module, data, errors=None, mapping=None, /)")]
    fn charmap_decode(
        data: Bytes,
        errors: Option<OrNone<&PyStr>>,
        mapping: Option<OrNone<&PyObject>>,
    ) -> PyResult {
        let text = charmap::decode(&data, given(&errors), mapping.and_then(|mapping| mapping.0))?;
        codec_result(text, data.len())
    }

    #[function("($module, str, errors=None, /)")]
    fn utf_8_encode(str: &PyStr, errors: Option<OrNone<&PyStr>>) -> PyResult {
        encoded(utf8::encode(str, given(&errors)), str)
    }

    #[function("($module, data, errors=None, final=False, /)")]
    fn utf_8_decode(data: Bytes, errors: Option<OrNone<&PyStr>>, r#final: Option<bool>) -> PyResult {
        let (text, used) = utf8::decode_stateful(&data, given(&errors), r#final.unwrap_or(false))?;
        codec_result(text, used)
    }

    #[function("($module, str, errors=None, /)")]
    fn utf_7_encode(str: &PyStr, errors: Option<OrNone<&PyStr>>) -> PyResult {
        encoded(
            {
                let _ = errors;
                utf7::encode(str)
            },
            str,
        )
    }

    #[function("($module, data, errors=None, final=False, /)")]
    fn utf_7_decode(data: Bytes, errors: Option<OrNone<&PyStr>>, r#final: Option<bool>) -> PyResult {
        let (text, used) = utf7::decode(&data, given(&errors), r#final.unwrap_or(false))?;
        codec_result(text, used)
    }

    #[function("($module, str, errors=None, /)")]
    fn ascii_encode(str: &PyStr, errors: Option<OrNone<&PyStr>>) -> PyResult {
        encoded(single::encode(str, given(&errors), 0x80), str)
    }

    #[function("($module, data, errors=None, /)")]
    fn ascii_decode(data: Bytes, errors: Option<OrNone<&PyStr>>) -> PyResult {
        codec_result(single::decode_ascii(&data, given(&errors))?, data.len())
    }

    #[function("($module, str, errors=None, /)")]
    fn latin_1_encode(str: &PyStr, errors: Option<OrNone<&PyStr>>) -> PyResult {
        encoded(single::encode(str, given(&errors), 0x100), str)
    }

    #[function("($module, data, errors=None, /)")]
    fn latin_1_decode(data: Bytes, errors: Option<OrNone<&PyStr>>) -> PyResult {
        let _ = errors;
        codec_result(PyStr::from_latin1(&data)?, data.len())
    }

    #[function("($module, str, errors=None, byteorder=0, /)")]
    fn utf_16_encode(str: &PyStr, errors: Option<OrNone<&PyStr>>, byteorder: Option<i32>) -> PyResult {
        encoded(
            wide::encode(
                str,
                given(&errors),
                Width::Sixteen,
                Order::from_int(byteorder.unwrap_or(0)),
            ),
            str,
        )
    }

    #[function("($module, str, errors=None, /)")]
    fn utf_16_le_encode(str: &PyStr, errors: Option<OrNone<&PyStr>>) -> PyResult {
        encoded(
            wide::encode(str, given(&errors), Width::Sixteen, Order::Little),
            str,
        )
    }

    #[function("($module, str, errors=None, /)")]
    fn utf_16_be_encode(str: &PyStr, errors: Option<OrNone<&PyStr>>) -> PyResult {
        encoded(wide::encode(str, given(&errors), Width::Sixteen, Order::Big), str)
    }

    #[function("($module, data, errors=None, final=False, /)")]
    fn utf_16_decode(data: Bytes, errors: Option<OrNone<&PyStr>>, r#final: Option<bool>) -> PyResult {
        let found = wide::decode(
            &data,
            given(&errors),
            Width::Sixteen,
            Order::Native,
            r#final.unwrap_or(false),
        )?;
        codec_result(found.text, found.used)
    }

    #[function("($module, data, errors=None, final=False, /)")]
    fn utf_16_le_decode(data: Bytes, errors: Option<OrNone<&PyStr>>, r#final: Option<bool>) -> PyResult {
        let found = wide::decode(
            &data,
            given(&errors),
            Width::Sixteen,
            Order::Little,
            r#final.unwrap_or(false),
        )?;
        codec_result(found.text, found.used)
    }

    #[function("($module, data, errors=None, final=False, /)")]
    fn utf_16_be_decode(data: Bytes, errors: Option<OrNone<&PyStr>>, r#final: Option<bool>) -> PyResult {
        let found = wide::decode(
            &data,
            given(&errors),
            Width::Sixteen,
            Order::Big,
            r#final.unwrap_or(false),
        )?;
        codec_result(found.text, found.used)
    }

    #[function("($module, data, errors=None, byteorder=0, final=False,\n                 /)")]
    fn utf_16_ex_decode(
        data: Bytes,
        errors: Option<OrNone<&PyStr>>,
        byteorder: Option<i32>,
        r#final: Option<bool>,
    ) -> PyResult<(Py<PyStr>, usize, i32)> {
        let order = Order::from_int(byteorder.unwrap_or(0));
        let found = wide::decode(
            &data,
            given(&errors),
            Width::Sixteen,
            order,
            r#final.unwrap_or(false),
        )?;
        Ok((found.text, found.used, found.order.to_int()))
    }

    #[function("($module, str, errors=None, byteorder=0, /)")]
    fn utf_32_encode(str: &PyStr, errors: Option<OrNone<&PyStr>>, byteorder: Option<i32>) -> PyResult {
        encoded(
            wide::encode(
                str,
                given(&errors),
                Width::ThirtyTwo,
                Order::from_int(byteorder.unwrap_or(0)),
            ),
            str,
        )
    }

    #[function("($module, str, errors=None, /)")]
    fn utf_32_le_encode(str: &PyStr, errors: Option<OrNone<&PyStr>>) -> PyResult {
        encoded(
            wide::encode(str, given(&errors), Width::ThirtyTwo, Order::Little),
            str,
        )
    }

    #[function("($module, str, errors=None, /)")]
    fn utf_32_be_encode(str: &PyStr, errors: Option<OrNone<&PyStr>>) -> PyResult {
        encoded(
            wide::encode(str, given(&errors), Width::ThirtyTwo, Order::Big),
            str,
        )
    }

    #[function("($module, data, errors=None, final=False, /)")]
    fn utf_32_decode(data: Bytes, errors: Option<OrNone<&PyStr>>, r#final: Option<bool>) -> PyResult {
        let found = wide::decode(
            &data,
            given(&errors),
            Width::ThirtyTwo,
            Order::Native,
            r#final.unwrap_or(false),
        )?;
        codec_result(found.text, found.used)
    }

    #[function("($module, data, errors=None, final=False, /)")]
    fn utf_32_le_decode(data: Bytes, errors: Option<OrNone<&PyStr>>, r#final: Option<bool>) -> PyResult {
        let found = wide::decode(
            &data,
            given(&errors),
            Width::ThirtyTwo,
            Order::Little,
            r#final.unwrap_or(false),
        )?;
        codec_result(found.text, found.used)
    }

    #[function("($module, data, errors=None, final=False, /)")]
    fn utf_32_be_decode(data: Bytes, errors: Option<OrNone<&PyStr>>, r#final: Option<bool>) -> PyResult {
        let found = wide::decode(
            &data,
            given(&errors),
            Width::ThirtyTwo,
            Order::Big,
            r#final.unwrap_or(false),
        )?;
        codec_result(found.text, found.used)
    }

    #[function("($module, data, errors=None, byteorder=0, final=False,\n                 /)")]
    fn utf_32_ex_decode(
        data: Bytes,
        errors: Option<OrNone<&PyStr>>,
        byteorder: Option<i32>,
        r#final: Option<bool>,
    ) -> PyResult<(Py<PyStr>, usize, i32)> {
        let order = Order::from_int(byteorder.unwrap_or(0));
        let found = wide::decode(
            &data,
            given(&errors),
            Width::ThirtyTwo,
            order,
            r#final.unwrap_or(false),
        )?;
        Ok((found.text, found.used, found.order.to_int()))
    }

    #[function("($module, str, errors=None, /)")]
    fn unicode_escape_encode(str: &PyStr, errors: Option<OrNone<&PyStr>>) -> PyResult {
        encoded(
            {
                let _ = errors;
                escapes::unicode_escape_encode(str)
            },
            str,
        )
    }

    #[function("($module, data, errors=None, final=True, /)")]
    fn unicode_escape_decode(
        data: Utf8OrBytes,
        errors: Option<OrNone<&PyStr>>,
        r#final: Option<bool>,
    ) -> PyResult {
        let (text, used) = escapes::unicode_escape_decode(&data.0, given(&errors), r#final.unwrap_or(true))?;
        codec_result(text, used)
    }

    #[function("($module, str, errors=None, /)")]
    fn raw_unicode_escape_encode(str: &PyStr, errors: Option<OrNone<&PyStr>>) -> PyResult {
        encoded(
            {
                let _ = errors;
                escapes::raw_unicode_escape_encode(str)
            },
            str,
        )
    }

    #[function("($module, data, errors=None, final=True, /)")]
    fn raw_unicode_escape_decode(
        data: Utf8OrBytes,
        errors: Option<OrNone<&PyStr>>,
        r#final: Option<bool>,
    ) -> PyResult {
        let (text, used) =
            escapes::raw_unicode_escape_decode(&data.0, given(&errors), r#final.unwrap_or(true))?;
        codec_result(text, used)
    }

    #[exec]
    fn exec(_module: &PyModule) -> PyResult<()> {
        // The built-in error handlers are functions of no module.
        let home = PyModule::new("_codecs")?;
        home.add_functions(<Handlers as object::class::NativeModule>::METHODS)?;
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
            let suffix = if name.starts_with("surrogate") {
                ""
            } else {
                "_errors"
            };
            let handler = object::PyLayout::as_object(&*home).get_attr_str(&format!("{name}{suffix}"))?;
            codecs::register_builtin_error(name, &handler)?;
        }
        Ok(())
    }
}

/// The built-in error handlers.
struct Handlers;

#[pymodule(name = "_codecs")]
impl Handlers {
    #[function("(exc, /)", nosig)]
    fn strict_errors(exc: &PyObject) -> PyResult {
        handlers::strict_errors(exc)
    }

    #[function("(exc, /)", nosig)]
    fn ignore_errors(exc: &PyObject) -> PyResult {
        handlers::ignore_errors(exc)
    }

    #[function("(exc, /)", nosig)]
    fn replace_errors(exc: &PyObject) -> PyResult {
        handlers::replace_errors(exc)
    }

    #[function("(exc, /)", nosig)]
    fn xmlcharrefreplace_errors(exc: &PyObject) -> PyResult {
        handlers::xmlcharrefreplace_errors(exc)
    }

    #[function("(exc, /)", nosig)]
    fn backslashreplace_errors(exc: &PyObject) -> PyResult {
        handlers::backslashreplace_errors(exc)
    }

    #[function("(exc, /)", nosig)]
    fn namereplace_errors(exc: &PyObject) -> PyResult {
        handlers::namereplace_errors(exc)
    }

    #[function("(exc, /)", nosig)]
    fn surrogatepass(exc: &PyObject) -> PyResult {
        handlers::surrogatepass_errors(exc)
    }

    #[function("(exc, /)", nosig)]
    fn surrogateescape(exc: &PyObject) -> PyResult {
        handlers::surrogateescape_errors(exc)
    }
}
