//! Character maps: codecs given by a mapping of single bytes to characters, or back.

use super::errors::{Errors, Replacement, on_decode_error, on_encode_error};
use crate::PyBytes;
use crate::dict::PyDict;
use crate::exceptions as exc;
use crate::handle::{Py, PyClass, PyLayout, PyResult};
use crate::int::PyInt;
use crate::raise;
use crate::refcount::PyObject;
use crate::str::{PyStr, StrBuilder};
use object_macros::{pyclass, pymethods};
use std::borrow::Cow;
use std::collections::HashMap;

const UNDEFINED: &str = "character maps to <undefined>";
/// In a decoding string: no character.
const HOLE: u32 = 0xFFFE;

/// The inverse of a decoding string of 256 characters.
#[pyclass(name = "EncodingMap", type = EncodingMapType)]
#[repr(C)]
pub struct PyEncodingMap {
    ob_base: PyObject,
    map: HashMap<u32, u8>,
}

#[pymethods]
impl PyEncodingMap {
    #[method("($self, /)")]
    fn size(&self) -> PyResult<usize> {
        Ok(self.map.len())
    }
}

/// `codecs.charmap_build`: an encoding map, or a dict where the string is none of 256 characters below U+FFFF.
pub fn build(decoding: &PyStr) -> PyResult {
    let chars = decoding.chars();
    let fits = chars.len() == 256 && chars.at(0) == 0 && chars.iter().all(|c| c < 0x10000);
    if !fits {
        let dict = PyDict::new()?;
        for (i, c) in chars.iter().take(256).enumerate() {
            dict.set_item(
                PyInt::from_i64(c as i64)?.as_object(),
                PyInt::from_i64(i as i64)?.as_object(),
            )?;
        }
        return Ok(dict.into_object());
    }
    let map = chars
        .iter()
        .enumerate()
        .filter(|(_, c)| *c != HOLE)
        .map(|(i, c)| (c, i as u8))
        .collect();
    let made = crate::new_object(PyEncodingMap {
        ob_base: PyObject::new_head(PyEncodingMap::type_object()),
        map,
    })?;
    Ok(made.into_object())
}

/// `mapping[key]`, where a `LookupError` means that there is nothing.
fn look_up(mapping: &PyObject, key: u32) -> PyResult<Option<Py>> {
    let key = PyInt::from_i64(key as i64)?;
    match mapping.get_item(key.as_object()) {
        Ok(v) if crate::is_none(&v) => Ok(None),
        Ok(v) => Ok(Some(v)),
        Err(_) if crate::error::matches::<exc::LookupError>() => {
            crate::error::clear();
            Ok(None)
        }
        Err(e) => Err(e),
    }
}

/// The bytes of one character; `None` if it has none.
fn encode_char(c: u32, mapping: &PyObject, out: &mut Vec<u8>) -> PyResult<bool> {
    if let Some(m) = mapping.downcast_exact::<PyEncodingMap>() {
        return Ok(match m.map.get(&c) {
            Some(b) => {
                out.push(*b);
                true
            }
            None => false,
        });
    }
    let Some(found) = look_up(mapping, c)? else {
        return Ok(false);
    };
    if let Some(i) = found.downcast::<PyInt>() {
        match i.to_i64().and_then(|v| u8::try_from(v).ok()) {
            Some(b) => out.push(b),
            None => return raise!(TypeError, "character mapping must be in range(256)"),
        }
        return Ok(true);
    }
    match found.downcast::<PyBytes>() {
        Some(b) => out.extend_from_slice(b.as_slice()),
        None => {
            return raise!(
                TypeError,
                "character mapping must return integer, bytes or None, not {}",
                found.ty().full_name()
            );
        }
    }
    Ok(true)
}

pub fn encode(text: &PyStr, errors: Errors<'_>, mapping: Option<&PyObject>) -> PyResult<Py<PyBytes>> {
    let Some(mapping) = mapping else {
        return super::single::encode(text, errors, 0x100);
    };
    let chars = text.chars();
    let mut out = Vec::with_capacity(chars.len());
    let mut scratch = Vec::new();
    let (mut i, n) = (0, chars.len());
    while i < n {
        if encode_char(chars.at(i), mapping, &mut out)? {
            i += 1;
            continue;
        }
        let mut end = i + 1;
        while end < n && !encode_char(chars.at(end), mapping, &mut scratch)? {
            end += 1;
        }
        let (r, next) = on_encode_error(errors, "charmap", text, i, end, UNDEFINED)?;
        let again: Vec<u32> = match &r {
            Replacement::Raw(b) => {
                out.extend_from_slice(b);
                Vec::new()
            }
            Replacement::Ascii(b) => b.iter().map(|c| *c as u32).collect(),
            Replacement::Text(s, _) => s.chars().iter().collect(),
        };
        for c in again {
            if !encode_char(c, mapping, &mut out)? {
                let error = match r {
                    Replacement::Text(_, error) => error,
                    _ => super::errors::encode_error("charmap", text, i, end, UNDEFINED)?,
                };
                return Err(crate::error::raise_object(error));
            }
        }
        i = next;
    }
    PyBytes::new(&out)
}

pub fn decode(input: &[u8], errors: Errors<'_>, mapping: Option<&PyObject>) -> PyResult<Py<PyStr>> {
    let Some(mapping) = mapping else {
        return PyStr::from_latin1(input);
    };
    let table = mapping.downcast_exact::<PyStr>();
    let mut input = Cow::Borrowed(input);
    let mut out = StrBuilder::with_capacity(input.len());
    let mut at = 0;
    while at < input.len() {
        let b = input[at];
        let known = match table {
            Some(t) => match (b as usize) < t.len() {
                true => Some(t.chars().at(b as usize)).filter(|c| *c != HOLE),
                false => None,
            },
            None => match look_up(mapping, b as u32)? {
                None => None,
                Some(v) => {
                    if let Some(i) = v.downcast::<PyInt>() {
                        match i
                            .to_i64()
                            .and_then(|v| u32::try_from(v).ok())
                            .filter(|c| *c < 0x110000)
                        {
                            Some(c) => Some(c).filter(|c| *c != HOLE),
                            None => return raise!(TypeError, "character mapping must be in range(0x110000)"),
                        }
                    } else if let Some(s) = v.downcast::<PyStr>() {
                        if s.len() == 1 {
                            Some(s.chars().at(0)).filter(|c| *c != HOLE)
                        } else {
                            out.push_str(s)?;
                            at += 1;
                            continue;
                        }
                    } else {
                        return raise!(TypeError, "character mapping must return integer, None or str");
                    }
                }
            },
        };
        match known {
            Some(c) => {
                out.push(c);
                at += 1;
            }
            None => at = on_decode_error(errors, "charmap", &mut input, at, at + 1, UNDEFINED, &mut out)?,
        }
    }
    out.finish()
}
