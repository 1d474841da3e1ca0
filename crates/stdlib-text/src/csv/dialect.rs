//! `_csv.Dialect`: how fields are told apart and quoted.

use super::registered;
use object::typeobject::PyTypeObject;
use object::{
    KwArgs, Py, PyClass, PyDict, PyInt, PyLayout, PyObject, PyResult, PyStr, PyTuple, is_none, new_instance,
    pyclass, pymethods, raise,
};

/// When fields are quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Quoting {
    Minimal,
    All,
    NonNumeric,
    None,
    Strings,
    NotNull,
}

impl Quoting {
    const ALL: [Quoting; 6] = [
        Quoting::Minimal,
        Quoting::All,
        Quoting::NonNumeric,
        Quoting::None,
        Quoting::Strings,
        Quoting::NotNull,
    ];
}

/// `_csv.Dialect`
#[pyclass(name = "_csv.Dialect", flags(BASETYPE))]
#[repr(C)]
pub struct PyDialect {
    ob_base: PyObject,
    pub(super) options: Box<Options>,
}

pub(super) struct Options {
    pub delimiter: u32,
    pub quotechar: Option<u32>,
    pub escapechar: Option<u32>,
    pub lineterminator: Py<PyStr>,
    pub quoting: Quoting,
    pub doublequote: bool,
    pub skipinitialspace: bool,
    pub strict: bool,
}

/// The names of the options, in the order of the constructor's arguments.
const NAMES: [&str; 8] = [
    "delimiter",
    "doublequote",
    "escapechar",
    "lineterminator",
    "quotechar",
    "quoting",
    "skipinitialspace",
    "strict",
];

fn character(name: &str, value: &PyObject, or_none: &str) -> PyResult<u32> {
    let Some(s) = value.downcast::<PyStr>() else {
        let got = value.ty().full_name();
        return raise!(
            TypeError,
            "\"{name}\" must be a unicode character{or_none}, not {got}"
        );
    };
    if s.len() != 1 {
        let length = s.len();
        return raise!(
            TypeError,
            "\"{name}\" must be a unicode character{or_none}, not a string of length {length}"
        );
    }
    Ok(s.chars().at(0))
}

fn optional_character(name: &str, value: Option<&PyObject>, default: Option<u32>) -> PyResult<Option<u32>> {
    match value {
        None => Ok(default),
        Some(value) if is_none(value) => Ok(None),
        Some(value) => character(name, value, " or None").map(Some),
    }
}

fn flag(value: Option<&PyObject>, default: bool) -> PyResult<bool> {
    value.map_or(Ok(default), PyObject::is_true)
}

impl Options {
    fn new(values: &[Option<Py>; 8]) -> PyResult<Options> {
        let value = |index: usize| values[index].as_ref().map(Py::get);
        let delimiter = value(0).map_or(Ok(u32::from(b',')), |value| character("delimiter", value, ""))?;
        let doublequote = flag(value(1), true)?;
        let escapechar = optional_character("escapechar", value(2), None)?;
        let lineterminator = match value(3) {
            None => PyStr::new("\r\n")?,
            Some(value) => match value.downcast::<PyStr>() {
                Some(s) => s.new_ref(),
                None => {
                    let got = value.ty().full_name();
                    return raise!(TypeError, "\"lineterminator\" must be a string, not {got}");
                }
            },
        };
        let quotechar = optional_character("quotechar", value(4), Some(b'"'.into()))?;
        let quoting = match value(5) {
            // No character to quote with, and no word about quoting.
            None if value(4).is_some_and(is_none) => Quoting::None,
            None => Quoting::Minimal,
            Some(value) => {
                if !PyInt::check_exact(value) {
                    let got = value.ty().full_name();
                    return raise!(TypeError, "\"quoting\" must be an integer, not {got}");
                }
                let number = value.downcast::<PyInt>().and_then(PyInt::to_i64);
                let Some(number) = number.and_then(|number| i32::try_from(number).ok()) else {
                    return raise!(OverflowError, "Python int too large to convert to C int");
                };
                match usize::try_from(number)
                    .ok()
                    .and_then(|number| Quoting::ALL.get(number))
                {
                    Some(quoting) => *quoting,
                    None => return raise!(TypeError, "bad \"quoting\" value"),
                }
            }
        };
        let skipinitialspace = flag(value(6), false)?;
        let strict = flag(value(7), false)?;
        let options = Options {
            delimiter,
            quotechar,
            escapechar,
            lineterminator,
            quoting,
            doublequote,
            skipinitialspace,
            strict,
        };
        options.check()?;
        Ok(options)
    }

    fn check(&self) -> PyResult<()> {
        if self.quoting != Quoting::None && self.quotechar.is_none() {
            return raise!(TypeError, "quotechar must be set if quoting enabled");
        }
        let space_is_bad = self.skipinitialspace;
        let characters = [
            ("delimiter", Some(self.delimiter), false),
            ("escapechar", self.escapechar, space_is_bad),
            ("quotechar", self.quotechar, space_is_bad),
        ];
        for (name, c, space_is_bad) in characters {
            let Some(c) = c else { continue };
            if c == 10 || c == 13 || c == 32 && space_is_bad {
                return raise!(ValueError, "bad {name} value");
            }
            if self.lineterminator.chars().iter().any(|there| there == c) {
                return raise!(ValueError, "bad {name} or lineterminator value");
            }
        }
        for (first, second) in [(0, 1), (0, 2), (1, 2)] {
            let ((a, x, _), (b, y, _)) = (characters[first], characters[second]);
            if x.is_some() && x == y {
                return raise!(ValueError, "bad {a} or {b} value");
            }
        }
        Ok(())
    }
}

impl PyDialect {
    /// What `reader`, `writer` and `register_dialect` make of their arguments.
    pub(super) fn make(dialect: Option<&PyObject>, options: KwArgs<'_>) -> PyResult<Py<PyDialect>> {
        let mut values: [Option<Py>; 8] = Default::default();
        for (name, value) in options.iter() {
            let Some(name) = name.downcast::<PyStr>() else {
                return raise!(TypeError, "keywords must be strings");
            };
            match NAMES.iter().position(|known| name.eq_str(known)) {
                Some(index) => values[index] = Some(value.new_ref()),
                None if name.eq_str("dialect") => {}
                None => {
                    return raise!(
                        TypeError,
                        "this function got an unexpected keyword argument '{name}'"
                    );
                }
            }
        }
        PyDialect::build(PyDialect::type_object(), dialect, values)
    }

    fn build(
        cls: &PyTypeObject,
        dialect: Option<&PyObject>,
        mut values: [Option<Py>; 8],
    ) -> PyResult<Py<PyDialect>> {
        if let Some(dialect) = dialect.filter(|dialect| !is_none(dialect)) {
            let dialect = if PyStr::check(dialect) {
                registered(dialect)?
            } else {
                dialect.new_ref()
            };
            if values.iter().all(Option::is_none)
                && let Some(same) = dialect.downcast::<PyDialect>()
            {
                return Ok(same.new_ref());
            }
            for (name, value) in NAMES.iter().zip(&mut values) {
                if value.is_none() {
                    *value = dialect.get_attr_opt(&*object::intern::intern_str(name)?)?;
                }
            }
        }
        let options = Box::new(Options::new(&values)?);
        new_instance(cls, |this: *mut PyDialect| {
            // SAFETY: fresh memory of the type; the field is written before anybody sees it.
            unsafe { (&raw mut (*this).options).write(options) };
        })
    }
}

fn shown(c: Option<u32>) -> PyResult<Option<Py<PyStr>>> {
    c.map(PyStr::from_char).transpose()
}

#[pymethods]
impl PyDialect {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<PyDialect>> {
        let count = args.len() + kwargs.map_or(0, PyDict::len);
        if count > 9 {
            return raise!(TypeError, "function takes at most 9 arguments ({count} given)");
        }
        let mut args = args.as_slice().iter();
        let mut dialect = args.next().cloned();
        let mut values: [Option<Py>; 8] = Default::default();
        for (value, arg) in values.iter_mut().zip(args) {
            *value = Some(arg.clone());
        }
        for (key, value) in kwargs.map(PyDict::items_vec).unwrap_or_default() {
            let Some(name) = key.downcast::<PyStr>() else {
                return raise!(TypeError, "keywords must be strings");
            };
            match NAMES.iter().position(|known| name.eq_str(known)) {
                Some(index) => values[index] = Some(value),
                None if name.eq_str("dialect") => dialect = Some(value),
                None => {
                    return raise!(
                        TypeError,
                        "this function got an unexpected keyword argument '{name}'"
                    );
                }
            }
        }
        PyDialect::build(cls, dialect.as_ref().map(Py::get), values)
    }

    #[method("($self, /)", nosig)]
    fn __reduce__(&self) -> PyResult {
        raise!(
            TypeError,
            "cannot pickle '{}' instances",
            self.as_object().ty().name()
        )
    }

    #[method("($self, protocol, /)", nosig)]
    fn __reduce_ex__(&self, _protocol: &PyObject) -> PyResult {
        self.__reduce__()
    }

    #[getter]
    fn delimiter(&self) -> PyResult<Py<PyStr>> {
        PyStr::from_char(self.options.delimiter)
    }
    #[getter]
    fn quotechar(&self) -> PyResult<Option<Py<PyStr>>> {
        shown(self.options.quotechar)
    }
    #[getter]
    fn escapechar(&self) -> PyResult<Option<Py<PyStr>>> {
        shown(self.options.escapechar)
    }
    #[getter]
    fn lineterminator(&self) -> Py<PyStr> {
        self.options.lineterminator.clone()
    }
    #[getter]
    fn quoting(&self) -> u8 {
        self.options.quoting as u8
    }
    #[getter]
    fn doublequote(&self) -> bool {
        self.options.doublequote
    }
    #[getter]
    fn skipinitialspace(&self) -> bool {
        self.options.skipinitialspace
    }
    #[getter]
    fn strict(&self) -> bool {
        self.options.strict
    }
}
