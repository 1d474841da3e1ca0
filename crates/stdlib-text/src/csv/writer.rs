//! `_csv.writer`: rows to lines of text.

use super::dialect::{Options, Quoting};
use super::{PyDialect, error};
use object::exceptions::TypeError;
use object::{
    Field, Py, PyClass, PyLayout, PyObject, PyResult, PyStr, Raised, Visitor, intern, is_none, new_object,
    none, pyclass, pymethods, raise,
};

/// What `_csv.writer` makes.
#[pyclass(name = "_csv.writer", flags(HAVE_GC, DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct PyWriter {
    ob_base: PyObject,
    write: Field,
    dialect: Py<PyDialect>,
}

/// A line in progress.
struct Record<'a> {
    options: &'a Options,
    text: Vec<u32>,
    fields: usize,
}

impl Record<'_> {
    /// Appends a field; `None` is an empty one.
    fn add(&mut self, field: Option<&PyStr>, mut quoted: bool) -> PyResult<()> {
        let options = self.options;
        if self.fields > 0 {
            self.text.push(options.delimiter);
        }
        self.fields += 1;
        if field.is_none_or(PyStr::is_empty) && options.delimiter == 32 && options.skipinitialspace {
            let bare = field.is_none() && matches!(options.quoting, Quoting::Strings | Quoting::NotNull);
            if options.quoting == Quoting::None || bare {
                return error(
                    "empty field must be quoted if delimiter is a space and skipinitialspace is true",
                );
            }
            quoted = true;
        }
        let start = self.text.len();
        for c in field.iter().flat_map(|field| field.chars().iter()) {
            let special = c == options.delimiter
                || Some(c) == options.escapechar
                || Some(c) == options.quotechar
                || c == 10
                || c == 13
                || options.lineterminator.chars().iter().any(|there| there == c);
            if special {
                let mut escape = false;
                if options.quoting == Quoting::None {
                    escape = true;
                } else if Some(c) == options.quotechar {
                    if options.doublequote {
                        self.text.push(c);
                    } else {
                        escape = true;
                    }
                } else if Some(c) == options.escapechar {
                    escape = true;
                }
                if escape {
                    let Some(escapechar) = options.escapechar else {
                        return error("need to escape, but no escapechar set");
                    };
                    self.text.push(escapechar);
                } else {
                    quoted = true;
                }
            }
            self.text.push(c);
        }
        if quoted && let Some(quote) = options.quotechar {
            self.text.insert(start, quote);
            self.text.push(quote);
        }
        Ok(())
    }
}

/// `PyNumber_Check`
fn is_number(obj: &PyObject) -> bool {
    let slots = |table: &object::typeobject::PyNumberMethods| {
        table.nb_index.get().is_some() || table.nb_int.get().is_some() || table.nb_float.get().is_some()
    };
    obj.ty().as_number().is_some_and(slots) || is_complex(obj)
}

fn is_complex(obj: &PyObject) -> bool {
    let mut ty = Some(obj.ty());
    while let Some(class) = ty {
        if class.full_name() == "complex" && class.has(object::typeobject::flags::STATIC_BUILTIN) {
            return true;
        }
        ty = class.base();
    }
    false
}

impl PyWriter {
    pub(super) fn new(file: &PyObject, dialect: Py<PyDialect>) -> PyResult<Py<PyWriter>> {
        let write = file
            .get_attr_opt(intern!("write"))?
            .filter(|write| write.is_callable());
        if write.is_none() {
            return raise!(TypeError, "argument 1 must have a \"write\" method");
        }
        new_object(PyWriter {
            ob_base: PyObject::new_head(PyWriter::type_object()),
            write: Field::new(write),
            dialect,
        })
    }

    fn write(&self, row: &PyObject) -> PyResult {
        let options = &*self.dialect.options;
        let iter = match object::iter::get_iter(row) {
            Ok(iter) => iter,
            Err(Raised) if object::error::matches::<TypeError>() => {
                object::error::clear();
                return error(&format!("iterable expected, not {}", row.ty().full_name()));
            }
            Err(raised) => return Err(raised),
        };
        let mut record = Record {
            options,
            text: Vec::new(),
            fields: 0,
        };
        let mut last_is_none = false;
        while let Some(field) = object::iter::next(&iter)? {
            last_is_none = is_none(&field);
            let quoted = match options.quoting {
                Quoting::NonNumeric => !is_number(&field),
                Quoting::All => true,
                Quoting::Strings => PyStr::check(&field),
                Quoting::NotNull => !last_is_none,
                Quoting::Minimal | Quoting::None => false,
            };
            if last_is_none {
                record.add(None, quoted)?;
            } else if let Some(s) = field.downcast::<PyStr>() {
                record.add(Some(s), quoted)?;
            } else {
                record.add(Some(&*field.str()?), quoted)?;
            }
        }
        if record.fields > 0 && record.text.is_empty() {
            let bare = last_is_none && matches!(options.quoting, Quoting::Strings | Quoting::NotNull);
            if options.quoting == Quoting::None || bare {
                return error("single empty field record must be quoted");
            }
            record.fields -= 1;
            record.add(None, true)?;
        }
        record.text.extend(options.lineterminator.chars().iter());
        let line = PyStr::from_code_points(&record.text)?;
        let write = self.write.get().unwrap_or_else(none);
        object::call::call(&write, &[line.as_object()])
    }
}

#[pymethods]
impl PyWriter {
    #[method("($self, row, /)")]
    fn writerow(&self, row: &PyObject) -> PyResult {
        self.write(row)
    }

    #[method("($self, rows, /)")]
    fn writerows(&self, rows: &PyObject) -> PyResult<()> {
        let iter = object::iter::get_iter(rows)?;
        while let Some(row) = object::iter::next(&iter)? {
            self.write(&row)?;
        }
        Ok(())
    }

    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.write);
        visit.object(&self.dialect);
    }

    #[slot]
    fn tp_clear(&self) {
        self.write.set(None);
    }

    #[getter]
    fn dialect(&self) -> Py<PyDialect> {
        self.dialect.clone()
    }
}
