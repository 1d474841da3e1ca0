//! `bytes % args`

use crate::PyByteArray;
use crate::PyBytes;
use crate::buffer::Buffer;
use crate::handle::{PyClass, PyLayout, PyResult};
use crate::raise;
use crate::refcount::PyObject;
use crate::str::format::raise_numfmt;
use crate::str::percent::{Arguments, integer_argument, write_int};
use numfmt::percent::{Conversion, Parser, Piece};

/// The bytes that `%b` shows.
fn bytes_of(value: &PyObject) -> PyResult<Vec<u8>> {
    if let Some(b) = value.downcast_exact::<PyBytes>() {
        return Ok(b.as_slice().to_vec());
    }
    if let Some(b) = value.downcast_exact::<PyByteArray>() {
        return Ok(b.to_vec());
    }
    if let Some(b) = super::from_dunder_bytes(value)? {
        return Ok(b.as_slice().to_vec());
    }
    if crate::buffer::check(value) {
        return Ok(Buffer::simple(value)?.to_vec());
    }
    raise!(
        TypeError,
        "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'",
        value.ty().full_name()
    )
}

fn char_of(value: &PyObject) -> PyResult<u8> {
    let (what, content) = if let Some(b) = value.downcast::<PyBytes>() {
        ("bytes", b.as_slice().to_vec())
    } else if let Some(b) = value.downcast::<PyByteArray>() {
        ("bytearray", b.to_vec())
    } else if value.has_index() {
        let v = crate::number::index(value)?.to_i64();
        return match v.and_then(|v| u8::try_from(v).ok()) {
            Some(b) => Ok(b),
            None => raise!(OverflowError, "%c arg not in range(256)"),
        };
    } else {
        return raise!(
            TypeError,
            "%c requires an integer in range(256) or a single byte, not {}",
            crate::containers::type_name(value.ty())
        );
    };
    match content[..] {
        [b] => Ok(b),
        _ => raise!(
            TypeError,
            "%c requires an integer in range(256) or a single byte, not a {what} object of length {}",
            content.len()
        ),
    }
}

fn convert(value: &PyObject, conversion: &Conversion, out: &mut Vec<u8>) -> PyResult<bool> {
    match conversion.kind_char() {
        'r' | 'a' => {
            let text = value.ascii()?;
            let shown = text.to_wtf8();
            conversion
                .write_text(&shown[..], true, out)
                .map_err(raise_numfmt)?;
        }
        's' | 'b' => {
            let shown = bytes_of(value)?;
            conversion
                .write_text(&shown[..], true, out)
                .map_err(raise_numfmt)?;
        }
        'd' | 'i' | 'u' | 'o' | 'x' | 'X' => {
            let i = integer_argument(value, conversion)?;
            write_int(&i, conversion, out)?;
        }
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
            let x = match crate::float::as_f64(value) {
                Ok(x) => x,
                Err(e) => {
                    if crate::error::matches::<crate::exceptions::TypeError>() {
                        crate::error::clear();
                        return raise!(
                            TypeError,
                            "float argument required, not {}",
                            value.ty().full_name()
                        );
                    }
                    return Err(e);
                }
            };
            conversion.write_float(x, out).map_err(raise_numfmt)?;
        }
        'c' => {
            let c = [char_of(value)?];
            conversion.write_text(&c[..], false, out).map_err(raise_numfmt)?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// `text % args`
pub(crate) fn format(text: &[u8], args: &PyObject) -> PyResult<Vec<u8>> {
    let not_mapping = PyBytes::check(args) || PyByteArray::check(args) || crate::PyStr::check(args);
    let mut arguments = Arguments::new(args, not_mapping);
    let mut out = Vec::with_capacity(text.len() + 16);
    let mut parser = Parser::new(text, arguments.mapping, true);
    while let Some(piece) = parser.next().map_err(raise_numfmt)? {
        match piece {
            Piece::Literal { start, end } => out.extend_from_slice(&text[start..end]),
            Piece::Key { start, end } => arguments.select(PyBytes::new(&text[start..end])?.as_object())?,
            Piece::StarWidth => parser.set_width(arguments.star_width()?),
            Piece::StarPrecision => parser.set_precision(arguments.star_precision()?),
            Piece::Conversion(c) => {
                let value = arguments.next()?;
                if !convert(&value, &c, &mut out)? {
                    return Err(raise_numfmt(parser.unsupported(&c)));
                }
            }
        }
    }
    arguments.finish("bytes")?;
    Ok(out)
}
