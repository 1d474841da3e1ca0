//! `sliceobject.h`

use crate::util::expect;
use object::{Py, PyInt, PyObject, PyResult, PySlice};
use std::ffi::c_int;

fn part(o: Option<&PyObject>) -> Py {
    object::PyLayout::new_ref(o.unwrap_or(object::singletons::none_ref()))
}

capi! {
    /// NULL stands for `None`.
    fn PySlice_New(start: Option<&PyObject>, stop: Option<&PyObject>, step: Option<&PyObject>) -> PyResult<Py<PySlice>> {
        PySlice::new(part(start), part(stop), part(step))
    }
    fn _PySlice_FromIndices(start: isize, stop: isize) -> PyResult<Py<PySlice>> {
        let int = |n: isize| Ok(PyInt::from_i64(n as i64)?.into_object());
        PySlice::new(int(start)?, int(stop)?, object::none())
    }
    fn PySlice_Unpack(s: &PyObject, start: *mut isize, stop: *mut isize, step: *mut isize) -> PyResult<()> {
        (*start, *stop, *step) = expect::<PySlice>(s)?.unpacked()?;
        Ok(())
    }
    /// Clips to a sequence's length; returns how many items the slice has.
    fn PySlice_AdjustIndices(n: isize, start: *mut isize, stop: *mut isize, step: isize) -> isize {
        let (a, b, count) = object::slice::adjust(n.max(0) as usize, *start, *stop, step);
        (*start, *stop) = (a, b);
        count as isize
    }
    fn PySlice_GetIndicesEx(s: &PyObject, n: isize, start: *mut isize, stop: *mut isize, step: *mut isize, count: *mut isize) -> PyResult<()> {
        let (a, b, c, k) = expect::<PySlice>(s)?.adjusted(n.max(0) as usize)?;
        (*start, *stop, *step, *count) = (a, b, c, k as isize);
        Ok(())
    }
    /// As `PySlice_GetIndicesEx`, but stops beyond the length are errors without an exception (-1).
    fn PySlice_GetIndices(s: &PyObject, n: isize, start: *mut isize, stop: *mut isize, step: *mut isize) -> c_int {
        let indices = expect::<PySlice>(s).and_then(|s| s.unpacked());
        let Ok((a, b, c)) = indices else {
            return -1;
        };
        let end = |v: isize| if v < 0 && v != isize::MIN { v + n } else { v };
        (*start, *stop, *step) = (end(a), end(b).min(if b == isize::MAX { n } else { isize::MAX }), c);
        if *stop > n || *start >= n || c == 0 { -1 } else { 0 }
    }
    fn _PyEval_SliceIndex(v: &PyObject, index: *mut isize) -> bool {
        slice_index(v, index)
    }
    fn _PyEval_SliceIndexNotNone(v: &PyObject, index: *mut isize) -> bool {
        slice_index(v, index)
    }
}

/// An index of a slice, clipped; `None` leaves the place as it is. False: an exception is set.
unsafe fn slice_index(v: &PyObject, index: *mut isize) -> bool {
    match object::slice::slice_index(v) {
        Ok(Some(n)) => {
            // SAFETY: the caller's place.
            unsafe { *index = n };
            true
        }
        Ok(None) => true,
        Err(_) => false,
    }
}
