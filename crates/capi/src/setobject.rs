//! `setobject.h`

use crate::util::expect;
use object::set::any_set;
use object::{Py, PyClass, PyFrozenSet, PyObject, PyResult, PySet, error, raise};

/// A set, or a frozenset that nobody else has seen: what may be changed.
fn changeable(o: &PyObject) -> PyResult<&PySet> {
    match any_set(o) {
        Some(s) if PySet::check(o) || (PyFrozenSet::check(o) && o.refcount() == 1) => Ok(s),
        _ => error::bad_internal_call(),
    }
}

capi! {
    fn PySet_New(items: Option<&PyObject>) -> PyResult<Py<PySet>> {
        match items {
            Some(i) => PySet::from_iterable(i),
            None => PySet::new(),
        }
    }
    fn PyFrozenSet_New(items: Option<&PyObject>) -> PyResult<Py<PySet>> {
        match items {
            Some(i) => PySet::frozen_from_iterable(i),
            None => PySet::frozen_from_iterable(object::PyTuple::empty()?.into_object().get()),
        }
    }
    fn PySet_Size(s: &PyObject) -> PyResult<usize> {
        match any_set(s) {
            Some(s) => Ok(s.len()),
            None => error::bad_internal_call(),
        }
    }
    fn PySet_Contains(s: &PyObject, key: &PyObject) -> PyResult<bool> {
        match any_set(s) {
            Some(s) => s.contains(key),
            None => error::bad_internal_call(),
        }
    }
    fn PySet_Add(s: &PyObject, key: &PyObject) -> PyResult<()> {
        changeable(s)?.add(key)
    }
    fn PySet_Discard(s: &PyObject, key: &PyObject) -> PyResult<bool> {
        expect::<PySet>(s)?.discard(key)
    }
    fn PySet_Pop(s: &PyObject) -> PyResult {
        match expect::<PySet>(s)?.pop_any() {
            Some(v) => Ok(v),
            None => raise!(KeyError, "pop from an empty set"),
        }
    }
    fn PySet_Clear(s: &PyObject) -> PyResult<()> {
        expect::<PySet>(s)?.clear();
        Ok(())
    }
    fn _PySet_Update(s: &PyObject, items: &PyObject) -> PyResult<()> {
        expect::<PySet>(s)?.update(items)
    }
    /// The next entry, borrowed, with its hash; 0 at the end.
    fn _PySet_NextEntry(s: &PyObject, pos: *mut isize, key: *mut *mut PyObject, hash: *mut isize) -> PyResult<bool> {
        let Some(set) = any_set(s) else {
            return error::bad_internal_call();
        };
        let mut at = (*pos).max(0) as usize;
        match set.next_entry(&mut at) {
            Some((k, h)) => {
                *pos = at as isize;
                *key = object::PyLayout::as_ptr(&*k);
                *hash = h;
                Ok(true)
            }
            None => Ok(false),
        }
    }
}
