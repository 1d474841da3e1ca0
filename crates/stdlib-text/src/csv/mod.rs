//! `_csv`: reading and writing of comma-separated values.

mod dialect;
mod reader;
mod writer;

pub use dialect::PyDialect;
pub use reader::PyReader;
pub use writer::PyWriter;

use object::exceptions::Exception;
use object::typeobject::PyTypeObject;
use object::{
    Args, Field, FuncArgs, GilCell, KwArgs, Py, PyClass, PyDict, PyInt, PyLayout, PyList, PyModule, PyObject,
};
use object::{PyResult, PyStr, pymodule, raise};

static ERROR: GilCell<Option<&'static PyTypeObject>> = GilCell::new(None);
/// The registered dialects, by name.
static DIALECTS: Field<PyDict> = Field::empty();
static FIELD_LIMIT: GilCell<isize> = GilCell::new(128 * 1024);

/// Raises `_csv.Error`.
#[cold]
fn error<T>(message: &str) -> PyResult<T> {
    let class = ERROR.get().unwrap_or(Exception::type_object());
    Err(object::error::raise_fmt(class, format_args!("{message}")))
}

fn dialects() -> PyResult<Py<PyDict>> {
    match DIALECTS.get() {
        Some(dict) => Ok(dict),
        None => raise!(SystemError, "the module _csv is not there"),
    }
}

/// A registered dialect.
fn registered(name: &PyObject) -> PyResult {
    match dialects()?.get_item(name)? {
        Some(dialect) => Ok(dialect),
        None => error("unknown dialect"),
    }
}

/// The object and the dialect that `reader` and `writer` are given.
fn arguments<'a>(name: &str, args: Args<'a>, options: KwArgs<'a>) -> PyResult<(&'a PyObject, Py<PyDialect>)> {
    object::args::check_positional(name, args.len(), 1, 2)?;
    let mut named = None;
    if let Some(dialect) = options.get("dialect") {
        if args.len() == 2 {
            return raise!(
                TypeError,
                "argument for {name}() given by name ('dialect') and position (2)"
            );
        }
        named = Some(dialect);
    }
    let dialect = PyDialect::make(args.get(1).copied().or(named), options)?;
    Ok((args[0], dialect))
}

/// The module.
pub struct Csv;

#[pymodule(name = "_csv")]
impl Csv {
    #[function("($module, iterable, /, dialect='excel', **fmtparams)", raw)]
    fn reader(all: FuncArgs<'_>) -> PyResult<Py<PyReader>> {
        let (iterable, dialect) = arguments("reader", all.pos, all.keywords())?;
        PyReader::new(iterable, dialect)
    }

    #[function("($module, fileobj, /, dialect='excel', **fmtparams)", raw)]
    fn writer(all: FuncArgs<'_>) -> PyResult<Py<PyWriter>> {
        let (file, dialect) = arguments("writer", all.pos, all.keywords())?;
        PyWriter::new(file, dialect)
    }

    #[function("($module, /)")]
    fn list_dialects() -> PyResult<Py<PyList>> {
        PyList::from_vec(
            dialects()?
                .items_vec()
                .into_iter()
                .map(|(name, _)| name)
                .collect(),
        )
    }

    #[function("($module, name, /, dialect='excel', **fmtparams)", raw)]
    fn register_dialect(all: FuncArgs<'_>) -> PyResult<()> {
        object::args::check_positional("register_dialect", all.pos.len(), 1, 2)?;
        let name = all.pos[0];
        if !PyStr::check(name) {
            return raise!(TypeError, "dialect name must be a string");
        }
        let options = all.keywords();
        let dialect = PyDialect::make(all.pos.get(1).copied().or(options.get("dialect")), options)?;
        dialects()?.set_item(name, dialect.get())
    }

    #[function("($module, /, name)")]
    fn unregister_dialect(name: &PyObject) -> PyResult<()> {
        match dialects()?.pop_item(name)? {
            Some(_) => Ok(()),
            None => error("unknown dialect"),
        }
    }

    #[function("($module, /, name)")]
    fn get_dialect(name: &PyObject) -> PyResult {
        registered(name)
    }

    #[function("($module, /, new_limit=<unrepresentable>)")]
    fn field_size_limit(new_limit: Option<&PyObject>) -> PyResult<isize> {
        let old = FIELD_LIMIT.get();
        if let Some(limit) = new_limit {
            if !PyInt::check(limit) {
                return raise!(TypeError, "limit must be an integer");
            }
            FIELD_LIMIT.set(object::number::index_as_isize(limit)?);
        }
        Ok(old)
    }

    #[exec]
    fn exec(module: &PyModule) -> PyResult<()> {
        object::class::ready::<PyDialect>()?;
        object::class::ready::<PyReader>()?;
        object::class::ready::<PyWriter>()?;
        module.add("Dialect", PyDialect::type_object().as_object())?;
        module.add("Reader", PyReader::type_object().as_object())?;
        module.add("Writer", PyWriter::type_object().as_object())?;
        for (value, name) in [
            "QUOTE_MINIMAL",
            "QUOTE_ALL",
            "QUOTE_NONNUMERIC",
            "QUOTE_NONE",
            "QUOTE_STRINGS",
            "QUOTE_NOTNULL",
        ]
        .into_iter()
        .enumerate()
        {
            module.add_value(name, value)?;
        }
        let registered = PyDict::new()?;
        module.add("_dialects", registered.as_object())?;
        DIALECTS.set(Some(registered));
        module.add(
            "Error",
            crate::exception_class(&ERROR, "_csv", "Error", None)?.as_object(),
        )
    }
}
