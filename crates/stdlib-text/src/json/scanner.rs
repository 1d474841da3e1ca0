//! `_json.make_scanner`: from JSON text to Python objects.

use super::{decode_error, first_string, raise_decode_error};
use crate::text;
use object::str::Chars;
use object::{
    Field, Py, PyClass, PyDict, PyFloat, PyInt, PyLayout, PyList, PyObject, PyResult, PyStr, PyTuple,
    PyTypeObject, Visitor, intern, is_none, new_instance, none, pyclass, pymethods, raise,
};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A scanner, made of a decoder's settings.
#[pyclass(name = "_json.Scanner", flags(HAVE_GC))]
#[repr(C)]
pub struct PyScanner {
    ob_base: PyObject,
    strict: bool,
    object_hook: Field,
    object_pairs_hook: Field,
    parse_float: Field,
    parse_int: Field,
    parse_constant: Field,
}

#[pymethods]
impl PyScanner {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<PyScanner>> {
        let keyword = kwargs.map_or(Ok(None), |kwargs| kwargs.get_str(intern!("context")))?;
        let count = args.len() + kwargs.map_or(0, PyDict::len);
        if count > 1 {
            return raise!(
                TypeError,
                "make_scanner() takes at most 1 argument ({count} given)"
            );
        }
        let Some(context) = args.as_slice().first().cloned().or(keyword) else {
            return raise!(
                TypeError,
                "make_scanner() missing required argument 'context' (pos 1)"
            );
        };
        let strict = context.get_attr(intern!("strict"))?.is_true()?;
        let object_hook = context.get_attr(intern!("object_hook"))?;
        let object_pairs_hook = context.get_attr(intern!("object_pairs_hook"))?;
        let parse_float = context.get_attr(intern!("parse_float"))?;
        let parse_int = context.get_attr(intern!("parse_int"))?;
        let parse_constant = context.get_attr(intern!("parse_constant"))?;
        new_instance(cls, |this: *mut PyScanner| {
            // SAFETY: fresh memory of the type, zeroed behind its head; zero is the empty field.
            let this = unsafe {
                (*this).strict = strict;
                &*this
            };
            this.object_hook.set(Some(object_hook));
            this.object_pairs_hook.set(Some(object_pairs_hook));
            this.parse_float.set(Some(parse_float));
            this.parse_int.set(Some(parse_int));
            this.parse_constant.set(Some(parse_constant));
        })
    }

    #[slot]
    fn tp_call(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
        static SPEC: object::args::ArgSpec = object::args::ArgSpec {
            fname: "scan_once",
            names: &["string", "idx"],
            required: &[true, true],
            pos_only: 0,
            pos: 2,
            min_pos: 2,
            varargs: false,
            varkw: false,
        };
        let mut holder = Vec::new();
        let all = object::FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?;
        let mut buffer = [None; 2];
        SPEC.parse(&all, &mut buffer)?;
        let [Some(string), Some(index)] = buffer else {
            return object::error::missing_argument();
        };
        let index = object::number::index_as_isize(index)?;
        let string = first_string(string)?;
        let Ok(index) = usize::try_from(index) else {
            return raise!(ValueError, "idx cannot be negative");
        };
        let (value, end) = match string.chars() {
            Chars::One(s) => Scan::new(self, string, s).value(index)?,
            Chars::Two(s) => Scan::new(self, string, s).value(index)?,
            Chars::Four(s) => Scan::new(self, string, s).value(index)?,
        };
        let end = PyInt::from_i64(end as i64)?.into_object();
        PyTuple::from_vec(vec![value, end]).map(Py::into_object)
    }

    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        for field in [
            &self.object_hook,
            &self.object_pairs_hook,
            &self.parse_float,
            &self.parse_int,
            &self.parse_constant,
        ] {
            visit.field(field);
        }
    }

    #[slot]
    fn tp_clear(&self) {
        self.object_hook.set(None);
        self.object_pairs_hook.set(None);
        self.parse_float.set(None);
        self.parse_int.set(None);
        self.parse_constant.set(None);
    }

    #[getter]
    fn strict(&self) -> bool {
        self.strict
    }
    #[getter]
    fn object_hook(&self) -> Option<Py> {
        self.object_hook.get()
    }
    #[getter]
    fn object_pairs_hook(&self) -> Option<Py> {
        self.object_pairs_hook.get()
    }
    #[getter]
    fn parse_float(&self) -> Option<Py> {
        self.parse_float.get()
    }
    #[getter]
    fn parse_int(&self) -> Option<Py> {
        self.parse_int.get()
    }
    #[getter]
    fn parse_constant(&self) -> Option<Py> {
        self.parse_constant.get()
    }
}

/// A character of the text.
trait Unit: Copy + 'static {
    fn code(self) -> u32;
    fn chars(slice: &[Self]) -> Chars<'_>;
}

macro_rules! unit {
    ($type:ty, $kind:ident) => {
        impl Unit for $type {
            #[inline(always)]
            fn code(self) -> u32 {
                self.into()
            }
            fn chars(slice: &[$type]) -> Chars<'_> {
                Chars::$kind(slice)
            }
        }
    };
}

unit!(u8, One);
unit!(u16, Two);
unit!(u32, Four);

/// A hash is its own hash.
#[derive(Default)]
struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        bytes
            .iter()
            .for_each(|&b| self.0 = self.0.rotate_left(8) ^ u64::from(b));
    }
    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// A scan in progress. The text is a `str` that the caller keeps alive, so the slice stays good whatever the hooks do.
struct Scan<'a, C> {
    settings: &'a PyScanner,
    string: &'a PyStr,
    s: &'a [C],
    /// Equal keys are the same object.
    keys: HashMap<u64, Py<PyStr>, BuildHasherDefault<Same>>,
    object_hook: Option<Py>,
    object_pairs_hook: Option<Py>,
    /// `None` if it is the built-in type.
    parse_float: Option<Py>,
    parse_int: Option<Py>,
}

/// A value and the index behind it.
type Scanned = PyResult<(Py, usize)>;

impl<'a, C: Unit> Scan<'a, C> {
    fn new(settings: &'a PyScanner, string: &'a PyStr, s: &'a [C]) -> Self {
        let given = |field: &Field| field.get().filter(|hook| !is_none(hook));
        let own = |field: &Field, ty: &PyTypeObject| {
            Some(field.get().unwrap_or_else(none)).filter(|parse| !parse.is(ty))
        };
        Scan {
            settings,
            string,
            s,
            keys: HashMap::default(),
            object_hook: given(&settings.object_hook),
            object_pairs_hook: given(&settings.object_pairs_hook),
            parse_float: own(&settings.parse_float, PyFloat::type_object()),
            parse_int: own(&settings.parse_int, PyInt::type_object()),
        }
    }

    #[inline(always)]
    fn at(&self, index: usize) -> Option<u8> {
        self.s
            .get(index)
            .map(|c| if c.code() < 0x80 { c.code() as u8 } else { 0xff })
    }

    #[inline(always)]
    fn skip_space(&self, mut index: usize) -> usize {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.at(index) {
            index += 1;
        }
        index
    }

    fn is_word(&self, index: usize, word: &[u8]) -> bool {
        let there = self.s.get(index..index + word.len());
        there.is_some_and(|there| there.iter().zip(word).all(|(c, &w)| c.code() == u32::from(w)))
    }

    #[cold]
    fn stop<T>(&self, index: usize) -> PyResult<T> {
        let index = PyInt::from_i64(index as i64)?;
        Err(object::error::raise_value(
            object::exceptions::StopIteration::type_object(),
            index.as_object(),
        ))
    }

    /// The value that begins at an index.
    fn value(&mut self, index: usize) -> Scanned {
        let Some(c) = self.at(index) else {
            return self.stop(index);
        };
        let constant = |value: &PyObject, length: usize| Ok((value.new_ref(), index + length));
        match c {
            b'"' => {
                let (string, end) = self.string(index + 1)?;
                Ok((string.into_object(), end))
            }
            b'{' => {
                object::thread::check_recursion(" while decoding a JSON object from a unicode string")?;
                self.object(index + 1)
            }
            b'[' => {
                object::thread::check_recursion(" while decoding a JSON array from a unicode string")?;
                self.array(index + 1)
            }
            b'n' if self.is_word(index, b"null") => constant(object::singletons::none_ref(), 4),
            b't' if self.is_word(index, b"true") => constant(object::bool::true_ref(), 4),
            b'f' if self.is_word(index, b"false") => constant(object::bool::false_ref(), 5),
            b'N' if self.is_word(index, b"NaN") => self.constant("NaN", index),
            b'I' if self.is_word(index, b"Infinity") => self.constant("Infinity", index),
            b'-' if self.is_word(index, b"-Infinity") => self.constant("-Infinity", index),
            b'-' | b'0'..=b'9' => self.number(index),
            _ => self.stop(index),
        }
    }

    fn constant(&mut self, name: &str, index: usize) -> Scanned {
        let parse = self.settings.parse_constant.get().unwrap_or_else(none);
        let text = PyStr::new(name)?;
        Ok((
            object::call::call(&parse, &[text.as_object()])?,
            index + name.len(),
        ))
    }

    fn digits(&self, mut index: usize) -> usize {
        while let Some(b'0'..=b'9') = self.at(index) {
            index += 1;
        }
        index
    }

    fn number(&mut self, start: usize) -> Scanned {
        let mut end = start;
        if self.at(end) == Some(b'-') {
            end += 1;
        }
        end = match self.at(end) {
            Some(b'0') => end + 1,
            Some(b'1'..=b'9') => self.digits(end + 1),
            _ => return self.stop(start),
        };
        let whole = end;
        if self.at(end) == Some(b'.') && matches!(self.at(end + 1), Some(b'0'..=b'9')) {
            end = self.digits(end + 2);
        }
        if let Some(b'e' | b'E') = self.at(end) {
            let sign = matches!(self.at(end + 1), Some(b'+' | b'-'));
            let from = end + 1 + usize::from(sign);
            let to = self.digits(from);
            if to > from {
                end = to;
            }
        }
        let text = &self.s[start..end];
        let custom = if end == whole {
            &self.parse_int
        } else {
            &self.parse_float
        };
        if let Some(parse) = custom {
            let text = text::concat(&[C::chars(text)])?;
            return Ok((object::call::call(parse, &[text.as_object()])?, end));
        }
        if end > whole {
            let mut buffer = [0; 64];
            let bytes: Vec<u8>;
            let ascii = match buffer.get_mut(..text.len()) {
                Some(buffer) => {
                    buffer
                        .iter_mut()
                        .zip(text)
                        .for_each(|(to, c)| *to = c.code() as u8);
                    &*buffer
                }
                None => {
                    bytes = text.iter().map(|c| c.code() as u8).collect();
                    &bytes[..]
                }
            };
            let Some(value) = numfmt::float::parse_plain(ascii) else {
                return self.stop(start);
            };
            return Ok((PyFloat::new(value)?.into_object(), end));
        }
        if text.len() <= 18 {
            let digits = text.iter().filter(|c| c.code() != u32::from(b'-'));
            let value = digits.fold(0i64, |value, c| {
                value * 10 + i64::from(c.code() - u32::from(b'0'))
            });
            let value = if self.at(start) == Some(b'-') {
                -value
            } else {
                value
            };
            return Ok((PyInt::from_i64(value)?.into_object(), end));
        }
        let text = text::concat(&[C::chars(text)])?;
        Ok((
            object::call::call(PyInt::type_object().as_object(), &[text.as_object()])?,
            end,
        ))
    }

    fn string(&self, index: usize) -> PyResult<(Py<PyStr>, usize)> {
        scan_string_in(self.string, self.s, index, self.settings.strict)
    }

    /// A key: a string, the same object as an equal key before it.
    fn key(&mut self, index: usize) -> PyResult<(Py<PyStr>, usize)> {
        let mut end = index;
        let mut hash = 0xcbf2_9ce4_8422_2325u64;
        while let Some(&c) = self.s.get(end) {
            let code = c.code();
            if code == u32::from(b'"') || code == u32::from(b'\\') || code < 0x20 {
                break;
            }
            hash = (hash ^ u64::from(code)).wrapping_mul(0x0000_0100_0000_01b3);
            end += 1;
        }
        if self.at(end) != Some(b'"') {
            // Escapes, or an error.
            return self.string(index);
        }
        // The table takes its buckets from the low bits, its tags from the high ones.
        hash ^= hash >> 32;
        let text = &self.s[index..end];
        if let Some(key) = self.keys.get(&hash) {
            let same = key.len() == text.len() && key.chars().iter().zip(text).all(|(a, b)| a == b.code());
            return Ok((if same { key.clone() } else { self.string(index)?.0 }, end + 1));
        }
        let (key, end) = self.string(index)?;
        self.keys.insert(hash, key.clone());
        Ok((key, end))
    }

    /// An object, behind its brace.
    fn object(&mut self, index: usize) -> Scanned {
        let mut pairs = Vec::new();
        let dict = if self.object_pairs_hook.is_none() {
            Some(PyDict::new()?)
        } else {
            None
        };
        let mut index = self.skip_space(index);
        if self.at(index) != Some(b'}') {
            loop {
                if self.at(index) != Some(b'"') {
                    let message = "Expecting property name enclosed in double quotes";
                    return decode_error(message, self.string, index);
                }
                let (key, end) = self.key(index + 1)?;
                index = self.skip_space(end);
                if self.at(index) != Some(b':') {
                    return decode_error("Expecting ':' delimiter", self.string, index);
                }
                index = self.skip_space(index + 1);
                let (value, end) = self.value(index)?;
                match &dict {
                    Some(dict) => dict.set_item(key.get(), value.get())?,
                    None => pairs.push(PyTuple::from_vec(vec![key.into_object(), value])?.into_object()),
                }
                index = self.skip_space(end);
                match self.at(index) {
                    Some(b'}') => break,
                    Some(b',') => {}
                    _ => return decode_error("Expecting ',' delimiter", self.string, index),
                }
                let comma = index;
                index = self.skip_space(index + 1);
                if self.at(index) == Some(b'}') {
                    return decode_error("Illegal trailing comma before end of object", self.string, comma);
                }
            }
        }
        let end = index + 1;
        let made = match (dict, &self.object_pairs_hook, &self.object_hook) {
            (None, Some(hook), _) => {
                let pairs = PyList::from_vec(pairs)?;
                object::call::call(hook, &[pairs.as_object()])?
            }
            (Some(dict), _, Some(hook)) => object::call::call(hook, &[dict.as_object()])?,
            (Some(dict), _, None) => dict.into_object(),
            (None, None, _) => none(),
        };
        Ok((made, end))
    }

    /// An array, behind its bracket.
    fn array(&mut self, index: usize) -> Scanned {
        let mut items = Vec::new();
        let mut index = self.skip_space(index);
        if self.at(index) != Some(b']') {
            loop {
                let (value, end) = self.value(index)?;
                items.push(value);
                index = self.skip_space(end);
                match self.at(index) {
                    Some(b']') => break,
                    Some(b',') => {}
                    _ => return decode_error("Expecting ',' delimiter", self.string, index),
                }
                let comma = index;
                index = self.skip_space(index + 1);
                if self.at(index) == Some(b']') {
                    return decode_error("Illegal trailing comma before end of array", self.string, comma);
                }
            }
        }
        Ok((PyList::from_vec(items)?.into_object(), index + 1))
    }
}

/// `_json.scanstring`: the string whose characters begin at an index (behind the quote), and the index behind it.
pub(super) fn scan_string(string: &PyStr, index: usize, strict: bool) -> PyResult<(Py<PyStr>, usize)> {
    match string.chars() {
        Chars::One(s) => scan_string_in(string, s, index, strict),
        Chars::Two(s) => scan_string_in(string, s, index, strict),
        Chars::Four(s) => scan_string_in(string, s, index, strict),
    }
}

/// The 16-bit number written as four hexadecimal digits.
fn hex4<C: Unit>(digits: &[C]) -> Option<u32> {
    digits.iter().try_fold(0, |value, c| {
        let digit = char::from_u32(c.code()).and_then(|c| c.to_digit(16))?;
        Some(value << 4 | digit)
    })
}

fn scan_string_in<C: Unit>(
    string: &PyStr,
    s: &[C],
    start: usize,
    strict: bool,
) -> PyResult<(Py<PyStr>, usize)> {
    let mut next = start;
    // The characters so far, once there was an escape.
    let mut unescaped: Option<Vec<u32>> = None;
    let unterminated = || raise_decode_error("Unterminated string starting at", string, start as isize - 1);
    loop {
        let from = next;
        let c = loop {
            let Some(c) = s.get(next).map(|c| c.code()) else {
                return unterminated();
            };
            if c == u32::from(b'"') || c == u32::from(b'\\') {
                break c;
            }
            if c < 0x20 && strict {
                return decode_error("Invalid control character at", string, next);
            }
            next += 1;
        };
        if c == u32::from(b'"') {
            let text = match unescaped {
                None if string.is_ascii() => text::substring(string, from, next)?,
                None => text::concat(&[C::chars(&s[from..next])])?,
                Some(mut text) => {
                    text.extend(s[from..next].iter().map(|c| c.code()));
                    PyStr::from_code_points(&text)?
                }
            };
            return Ok((text, next + 1));
        }
        let text = unescaped.get_or_insert_with(Vec::new);
        text.extend(s[from..next].iter().map(|c| c.code()));
        let backslash = next;
        let Some(escape) = s.get(backslash + 1).map(|c| c.code()) else {
            return unterminated();
        };
        next = backslash + 2;
        text.push(match u8::try_from(escape).unwrap_or(0) {
            b'"' => 0x22,
            b'\\' => 0x5c,
            b'/' => 0x2f,
            b'b' => 0x08,
            b'f' => 0x0c,
            b'n' => 0x0a,
            b'r' => 0x0d,
            b't' => 0x09,
            b'u' => {
                let wrong = |at: usize| decode_error("Invalid \\uXXXX escape", string, at);
                let digits = |from: usize| s.get(from..from + 4).and_then(hex4);
                let Some(high) = digits(next) else {
                    return wrong(next - 1);
                };
                next += 4;
                let pair = (0xd800..0xdc00).contains(&high)
                    && next + 1 < s.len()
                    && s[next].code() == u32::from(b'\\')
                    && s[next + 1].code() == u32::from(b'u');
                if pair {
                    match digits(next + 2) {
                        None => return wrong(next + 1),
                        Some(low) if (0xdc00..0xe000).contains(&low) => {
                            next += 6;
                            0x10000 + ((high - 0xd800) << 10 | (low - 0xdc00))
                        }
                        Some(_) => high,
                    }
                } else {
                    high
                }
            }
            _ => return decode_error("Invalid \\escape", string, backslash),
        });
    }
}
