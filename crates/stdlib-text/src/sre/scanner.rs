//! `_sre.SRE_Scanner`: matches one after the other.

use super::search::Search;
use super::{PyMatch, PyPattern};
use object::{Field, Py, PyClass, PyObject, PyResult, Visitor, new_object, pyclass, pymethods, raise};
use sre::Mode;
use std::cell::Cell;

/// What `Pattern.scanner` gives.
#[pyclass(
    name = "_sre.SRE_Scanner",
    flags(HAVE_GC, DISALLOW_INSTANTIATION),
    basicsize = 264
)]
#[repr(C)]
pub struct PyScanner {
    ob_base: PyObject,
    pattern: Field<PyPattern>,
    /// Taken out while it is in use.
    state: Cell<State>,
}

enum State {
    Ready(Box<Search>),
    Executing,
    Finished,
}

impl PyScanner {
    pub(super) fn new(pattern: &PyPattern, search: Search) -> PyResult<Py<PyScanner>> {
        new_object(PyScanner {
            ob_base: PyObject::new_head(PyScanner::type_object()),
            pattern: Field::from_ref(pattern),
            state: Cell::new(State::Ready(Box::new(search))),
        })
    }

    fn next(&self, mode: Mode) -> PyResult<Option<Py<PyMatch>>> {
        let mut search = match self.state.replace(State::Executing) {
            State::Ready(search) => search,
            State::Executing => {
                return raise!(ValueError, "regular expression scanner already executing");
            }
            State::Finished => {
                self.state.set(State::Finished);
                return Ok(None);
            }
        };
        let Some(pattern) = self.pattern.get() else {
            return Ok(None);
        };
        let found = match search.find(&pattern, mode) {
            Ok(true) => PyMatch::new(&pattern, &search).map(Some),
            Ok(false) => Ok(None),
            Err(raised) => Err(raised),
        };
        let next = match found {
            Ok(None) => State::Finished,
            Ok(Some(_)) => {
                search.advance();
                State::Ready(search)
            }
            Err(_) => State::Ready(search),
        };
        self.state.set(next);
        found
    }
}

#[pymethods]
impl PyScanner {
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.pattern);
    }

    #[slot]
    fn tp_clear(&self) {
        self.pattern.set(None);
    }

    #[method("($self, /)", name = "match")]
    fn match_(&self) -> PyResult<Option<Py<PyMatch>>> {
        self.next(Mode::Match)
    }

    #[method("($self, /)")]
    fn search(&self) -> PyResult<Option<Py<PyMatch>>> {
        self.next(Mode::Search)
    }

    #[getter]
    fn pattern(&self) -> Option<Py<PyPattern>> {
        self.pattern.get()
    }
}
