//! `tupleobject.h`

use crate::util::{expect, expect_opt, steal};
use crate::va::{Va, Walker};
use object::{Py, PyClass, PyLayout, PyObject, PyResult, PyTuple, error, raise};

/// A tuple of `n` items, of which the first are given.
fn unset(n: usize, mut items: Vec<Py>) -> PyResult<Py<PyTuple>> {
    if items.try_reserve_exact(n.saturating_sub(items.len())).is_err() {
        return error::no_memory();
    }
    items.resize_with(n, object::none);
    let tuple = PyTuple::from_vec(items)?;
    if n > 0 {
        // what will be written into it is not known yet
        object::gc::track(tuple.as_object());
    }
    Ok(tuple)
}

capi! {
    /// A tuple to be filled. Items that are not set yet are `None`, which is immortal: `PyTuple_SET_ITEM` may write over it.
    fn PyTuple_New(n: isize) -> PyResult<Py<PyTuple>> {
        unset(crate::util::size(n)?, Vec::new())
    }
    fn PyTuple_Size(t: &PyObject) -> PyResult<usize> {
        Ok(expect::<PyTuple>(t)?.len())
    }
    /// Borrowed.
    fn PyTuple_GetItem(t: &PyObject, i: isize) -> PyResult<*mut PyObject> {
        match expect::<PyTuple>(t)?.get(usize::try_from(i).unwrap_or(usize::MAX)) {
            Some(o) => Ok(o.as_ptr()),
            None => raise!(IndexError, "tuple index out of range"),
        }
    }
    /// Steals `v`, also when it fails. For a tuple that nobody else has seen.
    fn PyTuple_SetItem(t: &PyObject, i: isize, v: *mut PyObject) -> PyResult<()> {
        let v = steal(v);
        let Some(tuple) = t.downcast::<PyTuple>().filter(|t| t.as_object().refcount() == 1) else {
            return error::bad_internal_call();
        };
        if i < 0 || i as usize >= tuple.len() {
            return raise!(IndexError, "tuple assignment index out of range");
        }
        drop(tuple.replace_item(i as usize, v.unwrap_or_else(object::none)));
        Ok(())
    }
    fn PyTuple_GetSlice(t: Option<&PyObject>, low: isize, high: isize) -> PyResult<Py<PyTuple>> {
        let t = expect_opt::<PyTuple>(t)?;
        let low = low.clamp(0, t.len() as isize) as usize;
        let high = high.clamp(low as isize, t.len() as isize) as usize;
        t.slice(low, high)
    }
    /// Another length for a tuple that nobody else has seen; `*t` may move. On failure it is NULL and the tuple is gone.
    fn _PyTuple_Resize(t: *mut *mut PyObject, n: isize) -> PyResult<()> {
        let old = steal(std::ptr::replace(t, std::ptr::null_mut()));
        let Some(old) = old.filter(|o| PyTuple::check_exact(o) && n >= 0) else {
            return error::bad_internal_call();
        };
        let tuple = old.downcast_unchecked::<PyTuple>();
        if tuple.len() == n as usize {
            *t = old.into_ptr();
            return Ok(());
        }
        if !tuple.is_empty() && old.refcount() != 1 {
            return error::bad_internal_call();
        }
        let keep = tuple.len().min(n as usize);
        *t = unset(n as usize, tuple.as_slice()[..keep].to_vec())?.into_object().into_ptr();
        Ok(())
    }
    /// `PyTuple_Pack`: borrows its arguments.
    fn taipan_tuple_pack(n: isize, w: *mut Walker) -> PyResult<Py<PyTuple>> {
        let mut va = Va::new(w);
        let items: Vec<&PyObject> = (0..n.max(0)).map(|_| &*va.pointer::<PyObject>()).collect();
        PyTuple::from_refs(&items)
    }
}
