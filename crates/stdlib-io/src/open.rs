//! `open`, `open_code` and `text_encoding`.

use crate::base::{DEFAULT_BUFFER_SIZE, both, call0, unsupported_operation};
use crate::buffered::{BufferedRWPair, BufferedRandom, BufferedReader, BufferedWriter};
use crate::fileio::FileIO;
use crate::newline::IncrementalNewlineDecoder;
use crate::text::TextIOWrapper;
use crate::{base, bytesio, stringio};
use object::args::OrNone;
use object::exceptions as exc;
use object::{
    Py, PyClass, PyInt, PyLayout, PyModule, PyObject, PyResult, PyStr, Raised, error, intern, is_none,
    pymodule, raise,
};

/// What the text of a mode asks for.
#[derive(Default)]
struct OpenMode {
    reading: bool,
    writing: bool,
    creating: bool,
    appending: bool,
    updating: bool,
    text: bool,
    binary: bool,
}

impl OpenMode {
    fn parse(mode: &PyStr) -> PyResult<OpenMode> {
        let mut m = OpenMode::default();
        for c in mode.chars().iter() {
            let place = match char::from_u32(c) {
                Some('r') => &mut m.reading,
                Some('w') => &mut m.writing,
                Some('x') => &mut m.creating,
                Some('a') => &mut m.appending,
                Some('+') => &mut m.updating,
                Some('t') => &mut m.text,
                Some('b') => &mut m.binary,
                _ => return raise!(ValueError, "invalid mode: '{mode}'"),
            };
            if std::mem::replace(place, true) {
                return raise!(ValueError, "invalid mode: '{mode}'");
            }
        }
        Ok(m)
    }
    fn raw(&self) -> String {
        let mut s = String::new();
        for (set, c) in [
            (self.creating, 'x'),
            (self.reading, 'r'),
            (self.writing, 'w'),
            (self.appending, 'a'),
            (self.updating, '+'),
        ] {
            if set {
                s.push(c);
            }
        }
        s
    }
}

fn create<T: PyClass>(args: &[&PyObject]) -> PyResult {
    object::call::call(T::type_object().as_object(), args)
}

/// `open()`
pub fn open(
    file: &PyObject,
    mode: &PyStr,
    mut buffering: i32,
    encoding: Option<&PyStr>,
    errors: Option<&PyStr>,
    newline: Option<&PyStr>,
    closefd: bool,
    opener: Option<&PyObject>,
) -> PyResult {
    for text in [Some(mode), encoding, errors, newline].into_iter().flatten() {
        if text.chars().iter().any(|c| c == 0) {
            return raise!(ValueError, "embedded null character");
        }
    }
    let number = file.ty().as_number().is_some_and(|t| {
        t.nb_index.get().is_some() || t.nb_int.get().is_some() || t.nb_float.get().is_some()
    });
    let path = if number {
        file.new_ref()
    } else {
        crate::system::fspath(file)?
    };
    let m = OpenMode::parse(mode)?;
    if m.text && m.binary {
        return raise!(ValueError, "can't have text and binary mode at once");
    }
    if m.creating as u8 + m.reading as u8 + m.writing as u8 + m.appending as u8 > 1 {
        return raise!(
            ValueError,
            "must have exactly one of create/read/write/append mode"
        );
    }
    if m.binary {
        for (given, what) in [
            (encoding.is_some(), "an encoding"),
            (errors.is_some(), "an errors"),
            (newline.is_some(), "a newline"),
        ] {
            if given {
                return raise!(ValueError, "binary mode doesn't take {what} argument");
            }
        }
        if buffering == 1 {
            object::hooks::warn(
                exc::RuntimeWarning::type_object(),
                "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used",
                1,
            )?;
        }
    }
    let none = object::none();
    let raw_mode = PyStr::new(&m.raw())?;
    let raw = create::<FileIO>(&[
        &path,
        raw_mode.as_object(),
        object::bool::py_bool(closefd).as_object(),
        opener.unwrap_or(&none),
    ])?;
    let mut result = raw.clone();
    let mut finish = || -> PyResult<()> {
        let mut line_buffering = false;
        let terminal = buffering < 0 && call0(&raw, intern!("_isatty_open_only"))?.is_true()?;
        if buffering == 1 || terminal {
            buffering = -1;
            line_buffering = true;
        }
        let size = if buffering < 0 {
            let block = object::number::index_as_isize(&*raw.get_attr(intern!("_blksize"))?)?;
            block.clamp(DEFAULT_BUFFER_SIZE as isize, 8192 * 1024)
        } else {
            buffering as isize
        };
        if size == 0 {
            if !m.binary {
                return raise!(ValueError, "can't have unbuffered text I/O");
            }
            return Ok(());
        }
        let size = PyInt::from_i64(size as i64)?;
        let args = [raw.get(), size.as_object()];
        let buffer = if m.updating {
            create::<BufferedRandom>(&args)?
        } else if m.creating || m.writing || m.appending {
            create::<BufferedWriter>(&args)?
        } else {
            create::<BufferedReader>(&args)?
        };
        result = buffer.clone();
        if m.binary {
            return Ok(());
        }
        let or_none = |s: Option<&PyStr>| s.map_or(object::none(), |s| s.as_object().new_ref());
        let wrapper = create::<TextIOWrapper>(&[
            &buffer,
            &or_none(encoding),
            &or_none(errors),
            &or_none(newline),
            object::bool::py_bool(line_buffering).as_object(),
        ])?;
        result = wrapper.clone();
        wrapper.set_attr(intern!("mode"), Some(mode.as_object()))
    };
    match finish() {
        Ok(()) => Ok(result),
        Err(Raised) => {
            both(Err(Raised), || call0(&result, intern!("close")).map(drop))?;
            error::bad_internal_call()
        }
    }
}

/// The module `_io`.
pub struct Io;

#[pymodule(
    name = "_io",
    types(
        base::IOBase,
        base::RawIOBase,
        base::BufferedIOBase,
        base::TextIOBase,
        FileIO,
        bytesio::BytesIO,
        BufferedReader,
        BufferedWriter,
        BufferedRandom,
        BufferedRWPair,
        TextIOWrapper,
        stringio::StringIO,
        IncrementalNewlineDecoder,
        bytesio::BytesIOBuffer
    )
)]
impl Io {
    #[function(
        "($module, /, file, mode='r', buffering=-1, encoding=None,\n     errors=None, newline=None, closefd=True, opener=None)"
    )]
    fn open(
        file: &PyObject,
        mode: Option<&PyStr>,
        buffering: Option<i32>,
        encoding: Option<OrNone<&PyStr>>,
        errors: Option<OrNone<&PyStr>>,
        newline: Option<OrNone<&PyStr>>,
        closefd: Option<bool>,
        opener: Option<&PyObject>,
    ) -> PyResult {
        open(
            file,
            mode.unwrap_or(intern!("r")),
            buffering.unwrap_or(-1),
            encoding.and_then(|e| e.0),
            errors.and_then(|e| e.0),
            newline.and_then(|n| n.0),
            closefd.unwrap_or(true),
            opener.filter(|o| !is_none(o)),
        )
    }
    #[function("($module, /, path)")]
    fn open_code(path: &PyStr) -> PyResult {
        open(path.as_object(), intern!("rb"), -1, None, None, None, true, None)
    }
    #[function("($module, encoding, stacklevel=2, /)")]
    fn text_encoding(encoding: &PyObject, stacklevel: Option<i32>) -> PyResult {
        if !is_none(encoding) {
            return Ok(encoding.new_ref());
        }
        object::hooks::warn_default_encoding(stacklevel.unwrap_or(2) as isize)?;
        let name = if object::hooks::UTF8_MODE.get() {
            "utf-8"
        } else {
            "locale"
        };
        PyStr::new(name).map(Py::into_object)
    }
    #[exec]
    fn exec(module: &PyModule) -> PyResult<()> {
        module.add_value("DEFAULT_BUFFER_SIZE", DEFAULT_BUFFER_SIZE)?;
        module.add("UnsupportedOperation", unsupported_operation()?.as_object())?;
        module.add("BlockingIOError", exc::BlockingIOError::type_object().as_object())
    }
}
