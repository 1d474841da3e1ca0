//! `_string`: the parsers of the `str.format` mark-up, for `string.Formatter`. The parsing is the crate `numfmt`'s.

use numfmt::Text;
use numfmt::markup::{FieldName, First, Parser, Range, Step};
use object::str::format::raise_numfmt;
use object::{
    IntoPy, Py, PyClass, PyLayout, PyObject, PyResult, PyStr, PyTuple, new_object, none, pyclass, pymethods,
    pymodule, raise,
};
use std::cell::RefCell;
use std::rc::Rc;

/// The code points of a string, shared by a parser and whoever reads its results.
#[derive(Clone)]
struct Points(Rc<[u32]>);

impl Points {
    fn new(obj: &PyObject) -> PyResult<Points> {
        match obj.downcast::<PyStr>() {
            Some(s) => Ok(Points(s.chars().iter().collect())),
            None => raise!(TypeError, "expected str, got {}", obj.ty().full_name()),
        }
    }

    fn part(&self, range: Range) -> PyResult {
        PyStr::from_code_points(self.0.get(range.start..range.end).unwrap_or(&[])).map(Py::into_object)
    }

    fn whole(&self) -> Range {
        Range {
            start: 0,
            end: self.0.len(),
        }
    }
}

/// Code points that live as long as the iterator that reads them.
#[derive(Clone, Copy)]
struct Shared(*const [u32]);

impl Text for Shared {
    fn len(self) -> usize {
        self.0.len()
    }

    fn at(self, index: usize) -> u32 {
        // SAFETY: the object that holds the parser holds the points as well, and they do not change.
        unsafe { (&*self.0)[index] }
    }
}

/// What `formatter_parser` gives.
#[pyclass(name = "formatteriterator", flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct PyFormatterIterator {
    ob_base: PyObject,
    points: Points,
    parser: RefCell<Parser<Shared>>,
}

#[pymethods]
impl PyFormatterIterator {
    #[slot]
    fn tp_iter(&self) -> Py<PyFormatterIterator> {
        self.new_ref()
    }

    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        let piece = match self.parser.borrow_mut().next() {
            None => return Ok(None),
            Some(Err(error)) => return Err(raise_numfmt(error)),
            Some(Ok(piece)) => piece,
        };
        let literal = self.points.part(piece.literal)?;
        let parts = match piece.field {
            None => vec![literal, none(), none(), none()],
            Some(field) => {
                let conversion = match field.conversion {
                    Some(c) => PyStr::from_char(c)?.into_object(),
                    None => none(),
                };
                vec![
                    literal,
                    self.points.part(field.name)?,
                    self.points.part(field.spec)?,
                    conversion,
                ]
            }
        };
        PyTuple::from_vec(parts).map(|tuple| Some(tuple.into_object()))
    }
}

/// What `formatter_field_name_split` gives besides the first part.
#[pyclass(name = "fieldnameiterator", flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct PyFieldNameIterator {
    ob_base: PyObject,
    points: Points,
    name: RefCell<FieldName<Shared>>,
}

#[pymethods]
impl PyFieldNameIterator {
    #[slot]
    fn tp_iter(&self) -> Py<PyFieldNameIterator> {
        self.new_ref()
    }

    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        let step = match self.name.borrow_mut().next() {
            None => return Ok(None),
            Some(Err(error)) => return Err(raise_numfmt(error)),
            Some(Ok(step)) => step,
        };
        let step = match step {
            Step::Attribute(name) => (true, self.points.part(name)?),
            Step::Key(key) => (false, self.points.part(key)?),
            Step::Index(index) => (false, index.into_py()?),
        };
        step.into_py().map(Some)
    }
}

/// The module.
pub struct String_;

#[pymodule(name = "_string")]
impl String_ {
    #[function("($self, object, /)")]
    fn formatter_parser(object: &PyObject) -> PyResult<Py<PyFormatterIterator>> {
        let points = Points::new(object)?;
        let parser = RefCell::new(Parser::new(Shared(&*points.0)));
        new_object(PyFormatterIterator {
            ob_base: PyObject::new_head(PyFormatterIterator::type_object()),
            points,
            parser,
        })
    }

    #[function("($self, object, /)")]
    fn formatter_field_name_split(object: &PyObject) -> PyResult<(Py, Py)> {
        let points = Points::new(object)?;
        let name = FieldName::split(Shared(&*points.0), points.whole(), None).map_err(raise_numfmt)?;
        let first = match name.first {
            First::Index(index) => index.into_py()?,
            First::Name(name) => points.part(name)?,
        };
        let rest = new_object(PyFieldNameIterator {
            ob_base: PyObject::new_head(PyFieldNameIterator::type_object()),
            points,
            name: RefCell::new(name),
        })?;
        Ok((first, rest.into_object()))
    }

    #[exec]
    fn exec(_module: &object::PyModule) -> PyResult<()> {
        object::class::ready::<PyFormatterIterator>()?;
        object::class::ready::<PyFieldNameIterator>()
    }
}
