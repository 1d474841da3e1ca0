//! `set` and `frozenset` (`setobject.h`).

use crate::handle::{GilCell, Py, PyClass, PyLayout, PyResult};
use crate::refcount::PyObject;
use object_macros::{pyclass, pymethods};

/// An entry of a set's table: key and hash.
#[repr(C)]
pub struct SetEntry {
    pub(crate) key: GilCell<*mut PyObject>,
    pub(crate) hash: GilCell<isize>,
}

/// `PySetObject`
#[pyclass(name = "set", type = PySet_Type, flags(BASETYPE, MATCH_SELF, HAVE_GC))]
#[repr(C)]
pub struct PySet {
    pub(crate) ob_base: PyObject,
    pub(crate) fill: GilCell<isize>,
    pub(crate) used: GilCell<isize>,
    pub(crate) mask: GilCell<isize>,
    pub(crate) table: GilCell<*mut SetEntry>,
    pub(crate) hash: GilCell<isize>,
    pub(crate) finger: GilCell<isize>,
    pub(crate) smalltable: [SetEntry; 8],
    pub(crate) weakreflist: GilCell<*mut PyObject>,
}

impl PySet {
    pub fn new() -> PyResult<Py<PySet>> {
        todo!()
    }
    pub fn from_iterable(_obj: &PyObject) -> PyResult<Py<PySet>> {
        todo!()
    }
    pub fn add(&self, _key: &PyObject) -> PyResult<()> {
        todo!()
    }
    pub fn update(&self, _other: &PyObject) -> PyResult<()> {
        todo!()
    }
    pub fn difference_update(&self, _other: &PyObject) -> PyResult<()> {
        todo!()
    }
    pub fn symmetric_difference_update(&self, _other: &PyObject) -> PyResult<()> {
        todo!()
    }
    pub fn intersection(&self, _other: &PyObject) -> PyResult {
        todo!()
    }
}
pub fn is_any_set(obj: &PyObject) -> bool {
    PySet::check(obj)
}
#[pymethods]
impl PySet {}
#[allow(unused)]
fn _x(o: &PyObject) -> *mut PyObject {
    o.as_ptr()
}
