//! The iterators of lists: `list_iterator` and `list_reverseiterator`.

use super::PyList;
use crate::gc::Visitor;
use crate::handle::{Field, GilCell, Py, PyClass, PyLayout, PyResult};
use crate::refcount::PyObject;
use crate::{IntoPy, PyTuple};
use object_macros::{pyclass, pymethods};

/// `list_iterator`
#[pyclass(name = "list_iterator", type = PyListIter_Type, flags(HAVE_GC, DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct PyListIter {
    pub(crate) ob_base: PyObject,
    pub(crate) index: GilCell<isize>,
    /// Nothing at the end.
    pub(crate) seq: Field<PyList>,
}

impl PyListIter {
    pub fn of(list: &PyList) -> PyResult<Py<PyListIter>> {
        crate::alloc::new_object(PyListIter {
            ob_base: PyObject::new_head(PyListIter::type_object()),
            index: GilCell::new(0),
            seq: Field::from_ref(list),
        })
    }

    /// The next item: the evaluation loop's fast path.
    #[inline(always)]
    pub fn next_item(&self) -> Option<Py> {
        // SAFETY: the item is owned before the field can change.
        let list = unsafe { self.seq.borrow() }?;
        let i = self.index.get();
        match list.get(i as usize) {
            Some(item) => {
                self.index.set(i + 1);
                Some(item)
            }
            None => {
                self.index.set(-1);
                self.seq.set(None);
                None
            }
        }
    }
}

#[pymethods]
impl PyListIter {
    #[slot]
    fn tp_iter(&self) -> Py {
        self.as_object().new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        Ok(self.next_item())
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.seq);
    }
    #[method("($self, /)")]
    fn __length_hint__(&self) -> isize {
        self.seq
            .get()
            .map_or(0, |l| (l.len() as isize - self.index.get()).max(0))
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        let iter = crate::containers::builtin("iter")?;
        match self.seq.get() {
            Some(l) => (iter, PyTuple::from_vec(vec![l.into_object()])?, self.index.get()).into_py(),
            None => (iter, PyTuple::from_vec(vec![PyList::new()?.into_object()])?).into_py(),
        }
    }
    #[method("($self, object, /)")]
    fn __setstate__(&self, state: &PyObject) -> PyResult<()> {
        let state = crate::iterators::state_index(state)?;
        if let Some(l) = self.seq.get() {
            self.index.set(state.clamp(0, l.len() as isize));
        }
        Ok(())
    }
}

/// `list_reverseiterator`
#[pyclass(name = "list_reverseiterator", type = PyListRevIter_Type, flags(HAVE_GC, DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct PyListRevIter {
    pub(crate) ob_base: PyObject,
    pub(crate) index: GilCell<isize>,
    pub(crate) seq: Field<PyList>,
}

impl PyListRevIter {
    pub fn of(list: &PyList) -> PyResult<Py<PyListRevIter>> {
        crate::alloc::new_object(PyListRevIter {
            ob_base: PyObject::new_head(PyListRevIter::type_object()),
            index: GilCell::new(list.len() as isize - 1),
            seq: Field::from_ref(list),
        })
    }
}

#[pymethods]
impl PyListRevIter {
    #[slot]
    fn tp_iter(&self) -> Py {
        self.as_object().new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        // SAFETY: the item is owned before the field can change.
        let Some(list) = (unsafe { self.seq.borrow() }) else {
            return Ok(None);
        };
        let i = self.index.get();
        if i >= 0
            && let Some(item) = list.get(i as usize)
        {
            self.index.set(i - 1);
            return Ok(Some(item));
        }
        self.index.set(-1);
        self.seq.set(None);
        Ok(None)
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.seq);
    }
    #[method("($self, /)")]
    fn __length_hint__(&self) -> isize {
        let n = self.index.get() + 1;
        match self.seq.get() {
            Some(l) if l.len() as isize >= n => n,
            _ => 0,
        }
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        match self.seq.get() {
            Some(l) => (
                crate::containers::builtin("reversed")?,
                PyTuple::from_vec(vec![l.into_object()])?,
                self.index.get(),
            )
                .into_py(),
            None => (
                crate::containers::builtin("iter")?,
                PyTuple::from_vec(vec![PyList::new()?.into_object()])?,
            )
                .into_py(),
        }
    }
    #[method("($self, object, /)")]
    fn __setstate__(&self, state: &PyObject) -> PyResult<()> {
        let state = crate::iterators::state_index(state)?;
        if let Some(l) = self.seq.get() {
            self.index.set(state.clamp(-1, l.len() as isize - 1));
        }
        Ok(())
    }
}
