//! `list` (`cpython/listobject.h`).

use crate::handle::{GilCell, Py, PyLayout, PyResult};
use crate::refcount::{PyObject, PyVarObject};
use object_macros::{pyclass, pymethods};

/// `PyListObject`
#[pyclass(name = "list", type = PyList_Type, flags(BASETYPE, LIST_SUBCLASS, SEQUENCE, MATCH_SELF, HAVE_GC))]
#[repr(C)]
pub struct PyList {
    pub(crate) ob_base: PyVarObject,
    pub(crate) ob_item: GilCell<*mut *mut PyObject>,
    pub(crate) allocated: GilCell<isize>,
}

impl PyList {
    pub fn new() -> PyResult<Py<PyList>> {
        PyList::from_vec(Vec::new())
    }

    pub fn from_vec(_items: Vec<Py>) -> PyResult<Py<PyList>> {
        todo!()
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.ob_base.ob_size.get() as usize
    }
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The item at `i`, owned.
    #[inline]
    pub fn get(&self, i: usize) -> Option<Py> {
        if i >= self.len() {
            return None;
        }
        // SAFETY: below the size there are live objects.
        unsafe { Some((**self.ob_item.get().add(i)).new_ref()) }
    }

    /// `list.append`
    pub fn append(&self, _item: Py) -> PyResult<()> {
        todo!()
    }

    /// The items at this moment, owned.
    pub fn to_vec(&self) -> Vec<Py> {
        (0..self.len()).filter_map(|i| self.get(i)).collect()
    }
}

#[pymethods]
impl PyList {}
