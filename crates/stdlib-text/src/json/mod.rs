//! `_json`: what the package `json` is quick by.

mod encoder;
mod scanner;
mod strings;

pub use encoder::PyEncoder;
pub use scanner::PyScanner;

use object::{FuncArgs, GilCell, Py, PyClass, PyInt, PyLayout, PyModule, PyObject, PyResult, PyStr, Raised};
use object::{intern, pymodule, raise};

/// The functions of this module that an encoder recognizes, to do their work itself.
static KNOWN: GilCell<Option<Known>> = GilCell::new(None);

#[derive(Clone, Copy)]
struct Known {
    ascii: &'static PyObject,
    plain: &'static PyObject,
}

/// The module.
pub struct Json;

/// A string that must be one, for the functions whose first argument that is.
fn first_string(obj: &PyObject) -> PyResult<&PyStr> {
    match obj.downcast::<PyStr>() {
        Some(s) => Ok(s),
        None => raise!(
            TypeError,
            "first argument must be a string, not {}",
            obj.ty().full_name()
        ),
    }
}

#[pymodule(name = "_json")]
impl Json {
    #[function("($self, object, /)")]
    fn encode_basestring_ascii(object: &PyObject) -> PyResult<Py<PyStr>> {
        let s = first_string(object)?;
        let mut out = Vec::with_capacity(s.len() + 2);
        strings::escape_ascii(s.chars(), &mut out);
        PyStr::from_ascii(&out)
    }

    #[function("($self, object, /)")]
    fn encode_basestring(object: &PyObject) -> PyResult<Py<PyStr>> {
        let s = first_string(object)?;
        let mut out = strings::Out::default();
        strings::escape(s.chars(), &mut out);
        out.finish()
    }

    #[function("(pystr, end, strict=True, /)", nosig, raw)]
    fn scanstring(all: FuncArgs<'_>) -> PyResult<(Py<PyStr>, usize)> {
        all.no_keywords("scanstring")?;
        let (string, end, strict) = match *all.pos {
            [string, end] => (string, end, true),
            [string, end, strict] => (string, end, strict.is_true()?),
            _ => {
                let (word, limit) = if all.pos.len() < 2 {
                    ("least", 2)
                } else {
                    ("most", 3)
                };
                let got = all.pos.len();
                return raise!(
                    TypeError,
                    "scanstring() takes at {word} {limit} arguments ({got} given)"
                );
            }
        };
        let end = object::number::index_as_isize(end)?;
        let string = first_string(string)?;
        match usize::try_from(end) {
            Ok(end) if end <= string.len() => scanner::scan_string(string, end, strict),
            _ => raise!(ValueError, "end is out of bounds"),
        }
    }

    #[exec]
    fn exec(module: &PyModule) -> PyResult<()> {
        object::class::ready::<PyScanner>()?;
        object::class::ready::<PyEncoder>()?;
        module.add("make_scanner", PyScanner::type_object().as_object())?;
        module.add("make_encoder", PyEncoder::type_object().as_object())?;
        let function = |name: &str| -> PyResult<&'static PyObject> {
            let function = module.as_object().get_attr_str(name)?;
            // The functions live as long as the process, so that they can be told by their address.
            function.set_immortal();
            // SAFETY: an immortal object is never freed.
            Ok(unsafe { &*function.into_ptr() })
        };
        KNOWN.set(Some(Known {
            ascii: function("encode_basestring_ascii")?,
            plain: function("encode_basestring")?,
        }));
        Ok(())
    }
}

/// `JSONDecodeError(message, text, at)`
#[cold]
fn decode_error<T>(message: &str, text: &PyStr, at: usize) -> PyResult<T> {
    raise_decode_error(message, text, at as isize)
}

fn raise_decode_error<T>(message: &str, text: &PyStr, at: isize) -> PyResult<T> {
    let class = object::hooks::import("json.decoder")?.get_attr(intern!("JSONDecodeError"))?;
    let message = PyStr::new(message)?;
    let at = PyInt::from_i64(at as i64)?;
    let error = object::call::call(&class, &[message.as_object(), text.as_object(), at.as_object()])?;
    if !object::error::is_exception(&error) {
        return raise!(TypeError, "exceptions must derive from BaseException");
    }
    Err(object::error::raise_object(error))
}

/// Adds a note to the current exception.
#[cold]
fn add_note(raised: Raised, note: &str) -> Raised {
    let error = object::error::fetch(raised);
    let added = PyStr::new_wtf8_lossy(note)
        .and_then(|note| error.call_method(intern!("add_note"), &[note.as_object()]));
    match added {
        Ok(_) => object::error::restore(error),
        Err(raised) => raised,
    }
}
