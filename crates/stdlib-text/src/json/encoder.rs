//! `_json.make_encoder`: from Python objects to JSON text.

use super::strings::{self, Out};
use super::{KNOWN, add_note};
use object::{
    Field, Py, PyClass, PyDict, PyFloat, PyInt, PyLayout, PyList, PyObject, PyResult, PyStr, PyTuple,
    PyTypeObject, Visitor, intern, is_none, new_instance, none, pyclass, pymethods, raise,
};

/// An encoder, made of a `JSONEncoder`'s settings.
#[pyclass(name = "_json.Encoder", flags(HAVE_GC))]
#[repr(C)]
pub struct PyEncoder {
    ob_base: PyObject,
    markers: Field,
    default: Field,
    encoder: Field,
    indent: Field,
    key_separator: Field<PyStr>,
    item_separator: Field<PyStr>,
    sort_keys: bool,
    skipkeys: bool,
    allow_nan: bool,
}

#[pymethods]
impl PyEncoder {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<PyEncoder>> {
        static SPEC: object::args::ArgSpec = object::args::ArgSpec {
            fname: "make_encoder",
            names: &[
                "markers",
                "default",
                "encoder",
                "indent",
                "key_separator",
                "item_separator",
                "sort_keys",
                "skipkeys",
                "allow_nan",
            ],
            required: &[true; 9],
            pos_only: 0,
            pos: 9,
            min_pos: 9,
            varargs: false,
            varkw: false,
        };
        let mut holder = Vec::new();
        let all = object::FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?;
        let mut buffer = [None; 9];
        SPEC.parse(&all, &mut buffer)?;
        let [
            Some(markers),
            Some(default),
            Some(encoder),
            Some(indent),
            Some(key_separator),
            Some(item_separator),
            Some(sort_keys),
            Some(skipkeys),
            Some(allow_nan),
        ] = buffer
        else {
            return object::error::missing_argument();
        };
        let separator = |index: usize, separator: &PyObject| match separator.downcast::<PyStr>() {
            Some(s) => Ok(s.new_ref()),
            None => {
                let got = separator.ty().full_name();
                raise!(
                    TypeError,
                    "make_encoder() argument {index} must be str, not {got}"
                )
            }
        };
        let key_separator = separator(5, key_separator)?;
        let item_separator = separator(6, item_separator)?;
        let (sort_keys, skipkeys, allow_nan) =
            (sort_keys.is_true()?, skipkeys.is_true()?, allow_nan.is_true()?);
        if !is_none(markers) && !PyDict::check(markers) {
            let got = markers.ty().full_name();
            return raise!(
                TypeError,
                "make_encoder() argument 1 must be dict or None, not {got}"
            );
        }
        new_instance(cls, |this: *mut PyEncoder| {
            // SAFETY: fresh memory of the type, zeroed behind its head; zero is the empty field.
            let this = unsafe {
                (*this).sort_keys = sort_keys;
                (*this).skipkeys = skipkeys;
                (*this).allow_nan = allow_nan;
                &*this
            };
            this.markers.set(Some(markers.new_ref()));
            this.default.set(Some(default.new_ref()));
            this.encoder.set(Some(encoder.new_ref()));
            this.indent.set(Some(indent.new_ref()));
            this.key_separator.set(Some(key_separator));
            this.item_separator.set(Some(item_separator));
        })
    }

    #[slot]
    fn tp_call(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<PyTuple>> {
        static SPEC: object::args::ArgSpec = object::args::ArgSpec {
            fname: "_iterencode",
            names: &["obj", "_current_indent_level"],
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
        let [Some(obj), Some(level)] = buffer else {
            return object::error::missing_argument();
        };
        let level = object::number::index_as_isize(level)?;
        let mut encode = Encode::new(self, level)?;
        encode.value(obj)?;
        PyTuple::from_vec(vec![encode.out.finish()?.into_object()])
    }

    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        for field in [&self.markers, &self.default, &self.encoder, &self.indent] {
            visit.field(field);
        }
        visit.field(&self.key_separator);
        visit.field(&self.item_separator);
    }

    #[slot]
    fn tp_clear(&self) {
        for field in [&self.markers, &self.default, &self.encoder, &self.indent] {
            field.set(None);
        }
        self.key_separator.set(None);
        self.item_separator.set(None);
    }

    #[getter]
    fn markers(&self) -> Option<Py> {
        self.markers.get()
    }
    #[getter]
    fn default(&self) -> Option<Py> {
        self.default.get()
    }
    #[getter]
    fn encoder(&self) -> Option<Py> {
        self.encoder.get()
    }
    #[getter]
    fn indent(&self) -> Option<Py> {
        self.indent.get()
    }
    #[getter]
    fn key_separator(&self) -> Option<Py<PyStr>> {
        self.key_separator.get()
    }
    #[getter]
    fn item_separator(&self) -> Option<Py<PyStr>> {
        self.item_separator.get()
    }
    #[getter]
    fn sort_keys(&self) -> bool {
        self.sort_keys
    }
    #[getter]
    fn skipkeys(&self) -> bool {
        self.skipkeys
    }
}

/// How strings are written.
enum Strings {
    Ascii,
    Plain,
    Call(Py),
}

/// An encoding in progress.
struct Encode {
    out: Out,
    markers: Option<Py<PyDict>>,
    default: Py,
    strings: Strings,
    indent: Option<Py>,
    level: isize,
    key_separator: Py<PyStr>,
    item_separator: Py<PyStr>,
    sort_keys: bool,
    skipkeys: bool,
    allow_nan: bool,
}

impl Encode {
    fn new(encoder: &PyEncoder, level: isize) -> PyResult<Encode> {
        let function = encoder.encoder.get().unwrap_or_else(none);
        let strings = match KNOWN.get() {
            Some(known) if function.is(known.ascii) => Strings::Ascii,
            Some(known) if function.is(known.plain) => Strings::Plain,
            _ => Strings::Call(function),
        };
        let separator = |field: &Field<PyStr>| field.get().map_or_else(|| PyStr::new(""), Ok);
        Ok(Encode {
            out: Out::default(),
            markers: encoder
                .markers
                .get()
                .and_then(|markers| markers.downcast_into::<PyDict>().ok()),
            default: encoder.default.get().unwrap_or_else(none),
            strings,
            indent: encoder.indent.get().filter(|indent| !is_none(indent)),
            level: level.max(0),
            key_separator: separator(&encoder.key_separator)?,
            item_separator: separator(&encoder.item_separator)?,
            sort_keys: encoder.sort_keys,
            skipkeys: encoder.skipkeys,
            allow_nan: encoder.allow_nan,
        })
    }

    /// Writes any object.
    fn value(&mut self, obj: &PyObject) -> PyResult<()> {
        if let Some(s) = obj.downcast::<PyStr>() {
            return self.string(s);
        }
        if is_none(obj) {
            self.out.ascii(b"null");
        } else if obj.is(object::bool::true_ref()) {
            self.out.ascii(b"true");
        } else if obj.is(object::bool::false_ref()) {
            self.out.ascii(b"false");
        } else if let Some(int) = obj.downcast::<PyInt>() {
            self.int(int)?;
        } else if let Some(float) = obj.downcast::<PyFloat>() {
            self.float(float)?;
        } else if PyList::check(obj) || PyTuple::check(obj) {
            object::thread::check_recursion(" while encoding a JSON object")?;
            self.list(obj)?;
        } else if let Some(dict) = obj.downcast::<PyDict>() {
            object::thread::check_recursion(" while encoding a JSON object")?;
            self.dict(dict)?;
        } else {
            object::thread::check_recursion(" while encoding a JSON object")?;
            let marker = self.enter(obj)?;
            let replaced = object::call::call(&self.default, &[obj])?;
            self.value(&replaced)
                .map_err(|raised| add_note(raised, &format!("when serializing {} object", type_name(obj))))?;
            self.leave(marker)?;
        }
        Ok(())
    }

    /// Notes that an object is being written; a second time is an error.
    fn enter(&self, obj: &PyObject) -> PyResult<Option<Py<PyInt>>> {
        let Some(markers) = &self.markers else {
            return Ok(None);
        };
        let id = PyInt::from_i128(obj.as_ptr() as usize as i128)?;
        if markers.contains(id.as_object())? {
            return raise!(ValueError, "Circular reference detected");
        }
        markers.set_item(id.get(), obj)?;
        Ok(Some(id))
    }

    fn leave(&self, marker: Option<Py<PyInt>>) -> PyResult<()> {
        match (&self.markers, marker) {
            (Some(markers), Some(marker)) => markers.del_item(marker.as_object()),
            _ => Ok(()),
        }
    }

    fn string(&mut self, s: &PyStr) -> PyResult<()> {
        match &self.strings {
            Strings::Ascii => match self.out.as_ascii() {
                Some(out) => strings::escape_ascii(s.chars(), out),
                None => {
                    let mut text = Vec::with_capacity(s.len() + 2);
                    strings::escape_ascii(s.chars(), &mut text);
                    self.out.ascii(&text);
                }
            },
            Strings::Plain => strings::escape(s.chars(), &mut self.out),
            Strings::Call(function) => {
                let encoded = object::call::call(function, &[s.as_object()])?;
                let Some(encoded) = encoded.downcast::<PyStr>() else {
                    let got = encoded.ty().full_name();
                    return raise!(TypeError, "encoder() must return a string, not {got}");
                };
                self.out.chars(encoded.chars());
            }
        }
        Ok(())
    }

    fn int(&mut self, int: &PyInt) -> PyResult<()> {
        if let Some(value) = int.to_i64() {
            self.out.ascii(value.to_string().as_bytes());
            return Ok(());
        }
        self.out
            .chars(base_repr(PyInt::type_object(), int.as_object())?.chars());
        Ok(())
    }

    fn float(&mut self, float: &PyFloat) -> PyResult<()> {
        let text = self.float_text(float)?;
        self.out.ascii(text.as_bytes());
        Ok(())
    }

    fn float_text(&self, float: &PyFloat) -> PyResult<String> {
        let value = float.value();
        if value.is_finite() {
            return Ok(numfmt::float::repr_string(value));
        }
        if !self.allow_nan {
            let repr = float.as_object().repr()?;
            return raise!(
                ValueError,
                "Out of range float values are not JSON compliant: {}",
                &*repr
            );
        }
        Ok(match value {
            value if value.is_nan() => "NaN",
            value if value > 0.0 => "Infinity",
            _ => "-Infinity",
        }
        .to_string())
    }

    /// Writes a new line and its indentation.
    fn new_line(&mut self) -> PyResult<()> {
        let Some(indent) = &self.indent else { return Ok(()) };
        let Some(indent) = indent.downcast::<PyStr>() else {
            let got = indent.ty().full_name();
            return if self.level <= 1 {
                raise!(TypeError, "can only concatenate str (not \"{got}\") to str")
            } else {
                raise!(TypeError, "'{got}' object can't be repeated")
            };
        };
        self.out.ascii(b"\n");
        for _ in 0..self.level {
            self.out.chars(indent.chars());
        }
        Ok(())
    }

    fn open(&mut self, bracket: &[u8]) -> PyResult<()> {
        self.out.ascii(bracket);
        self.level = self.level.saturating_add(1);
        self.new_line()
    }

    fn close(&mut self, bracket: &[u8]) -> PyResult<()> {
        self.level -= 1;
        self.new_line()?;
        self.out.ascii(bracket);
        Ok(())
    }

    fn separate(&mut self) -> PyResult<()> {
        self.out.chars(self.item_separator.chars());
        self.new_line()
    }

    /// Writes a list or a tuple.
    fn list(&mut self, obj: &PyObject) -> PyResult<()> {
        // A list of exactly that type is read as it is at each moment; other sequences are iterated over first.
        let live = obj.downcast_exact::<PyList>();
        let items = if live.is_some() {
            Vec::new()
        } else {
            object::iter::collect(obj)?
        };
        let item = |index: usize| match live {
            Some(list) => list.get(index),
            None => items.get(index).cloned(),
        };
        let Some(mut next) = item(0) else {
            self.out.ascii(b"[]");
            return Ok(());
        };
        let marker = self.enter(obj)?;
        self.open(b"[")?;
        for index in 0.. {
            if index > 0 {
                next = match item(index) {
                    Some(next) => next,
                    None => break,
                };
                self.separate()?;
            }
            self.value(&next).map_err(|raised| {
                add_note(
                    raised,
                    &format!("when serializing {} item {index}", type_name(obj)),
                )
            })?;
        }
        self.leave(marker)?;
        self.close(b"]")
    }

    /// Writes a dict.
    fn dict(&mut self, dict: &PyDict) -> PyResult<()> {
        if dict.is_empty() {
            self.out.ascii(b"{}");
            return Ok(());
        }
        let marker = self.enter(dict.as_object())?;
        self.open(b"{")?;
        let mut first = true;
        if self.sort_keys || !PyDict::check_exact(dict.as_object()) {
            for item in self.items(dict)? {
                match item.downcast::<PyTuple>().map(PyTuple::as_slice) {
                    Some([key, value]) => self.pair(dict, key, value, &mut first)?,
                    _ => return raise!(ValueError, "items must return 2-tuples"),
                }
            }
        } else {
            let mut position = 0;
            while let Some((key, value)) = dict.next_entry(&mut position) {
                self.pair(dict, &key, &value, &mut first)?;
            }
        }
        self.leave(marker)?;
        self.close(b"}")
    }

    /// `dict.items()`, sorted if that is asked for.
    fn items(&self, dict: &PyDict) -> PyResult<Vec<Py>> {
        let items = if PyDict::check_exact(dict.as_object()) {
            let pairs = dict.items_vec().into_iter();
            let pairs: PyResult<Vec<Py>> = pairs
                .map(|(key, value)| PyTuple::from_vec(vec![key, value]).map(Py::into_object))
                .collect();
            pairs?
        } else {
            let items = dict.as_object().call_method(intern!("items"), &[])?;
            match object::iter::get_iter(&items) {
                Ok(iter) => object::iter::collect(&iter)?,
                Err(raised) if object::error::matches::<object::exceptions::TypeError>() => {
                    let (of, got) = (dict.as_object().ty().full_name(), items.ty().full_name());
                    let _ = object::error::fetch(raised);
                    return raise!(TypeError, "{of}.items() returned a non-iterable (type {got})");
                }
                Err(raised) => return Err(raised),
            }
        };
        if !self.sort_keys {
            return Ok(items);
        }
        let list = PyList::from_vec(items)?;
        list.as_object().call_method(intern!("sort"), &[])?;
        Ok(list.to_vec())
    }

    fn pair(&mut self, dict: &PyDict, key: &PyObject, value: &PyObject, first: &mut bool) -> PyResult<()> {
        let made;
        let name = if let Some(s) = key.downcast::<PyStr>() {
            s
        } else {
            let text = if let Some(float) = key.downcast::<PyFloat>() {
                self.float_text(float)?
            } else if is_none(key) {
                "null".to_string()
            } else if key.is(object::bool::true_ref()) {
                "true".to_string()
            } else if key.is(object::bool::false_ref()) {
                "false".to_string()
            } else if PyInt::check(key) {
                base_repr(PyInt::type_object(), key)?.to_string()
            } else if self.skipkeys {
                return Ok(());
            } else {
                let got = key.ty().full_name();
                return raise!(TypeError, "keys must be str, int, float, bool or None, not {got}");
            };
            made = PyStr::new(&text)?;
            &*made
        };
        if !std::mem::replace(first, false) {
            self.separate()?;
        }
        self.string(name)?;
        self.out.chars(self.key_separator.chars());
        self.value(value).map_err(|raised| {
            let error = object::error::fetch(raised);
            match key.repr() {
                Ok(repr) => {
                    let raised = object::error::restore(error);
                    let note = format!("when serializing {} item {}", type_name(dict.as_object()), &*repr);
                    add_note(raised, &note)
                }
                Err(raised) => raised,
            }
        })
    }
}

/// A type's name as `%T` has it: with its module, unless that is `builtins`.
fn type_name(obj: &PyObject) -> String {
    object::class::qualified_name(obj.ty())
}

/// `repr` as a base type has it, whatever a subclass says.
fn base_repr(ty: &PyTypeObject, obj: &PyObject) -> PyResult<Py<PyStr>> {
    let Some(repr) = ty.tp_repr.get() else {
        return obj.repr();
    };
    // SAFETY: the slot of a type, called with an instance of it or of a subclass.
    let made = unsafe { repr(obj)? };
    match made.downcast_into::<PyStr>() {
        Ok(text) => Ok(text),
        Err(made) => raise!(
            TypeError,
            "__repr__ returned non-string (type {})",
            made.ty().full_name()
        ),
    }
}
