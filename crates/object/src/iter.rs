//! The iterator protocol (`PyObject_GetIter`, `PyIter_Next`).

use crate::handle::{Py, PyResult};
use crate::raise;
use crate::refcount::PyObject;

/// `iter(obj)`
pub fn get_iter(obj: &PyObject) -> PyResult {
    let ty = obj.ty();
    let Some(f) = ty.tp_iter.get() else {
        if ty.as_sequence().is_some_and(|t| t.sq_item.get().is_some()) && !crate::PyDict::check(obj) {
            return crate::typeobject::sequence_iterator(obj);
        }
        return raise!(TypeError, "'{}' object is not iterable", ty.full_name());
    };
    // SAFETY: a slot called with an object of its type.
    let it = unsafe { f(obj)? };
    if it.ty().tp_iternext.get().is_none() {
        return raise!(
            TypeError,
            "iter() returned non-iterator of type '{}'",
            it.ty().full_name()
        );
    }
    Ok(it)
}

/// The next item, or `None` at the end: `StopIteration` is taken for the end.
#[inline]
pub fn next(iter: &PyObject) -> PyResult<Option<Py>> {
    // iterators over iterators can be nested without end
    crate::thread::check_recursion("")?;
    let Some(f) = iter.ty().tp_iternext.get() else {
        return raise!(TypeError, "'{}' object is not an iterator", iter.ty().full_name());
    };
    // SAFETY: a slot called with an object of its type.
    match unsafe { f(iter) } {
        Some(v) => Ok(Some(v)),
        None => end(),
    }
}

#[cold]
fn end() -> PyResult<Option<Py>> {
    if !crate::error::occurred() {
        return Ok(None);
    }
    crate::error::catch::<crate::exceptions::StopIteration, _>(Err::<Option<Py>, _>(crate::Raised))
        .map(|v| v.flatten())
}

/// All items of an iterable, owned (`PySequence_Fast`'s content).
pub fn collect(obj: &PyObject) -> PyResult<Vec<Py>> {
    use crate::handle::PyClass;
    if let Some(list) = obj.downcast_exact::<crate::PyList>() {
        return Ok(list.to_vec());
    }
    if crate::PyTuple::check_exact(obj)
        && let Some(t) = obj.downcast::<crate::PyTuple>()
    {
        return Ok(t.as_slice().to_vec());
    }
    let iter = get_iter(obj)?;
    let mut out = Vec::new();
    let hint = obj.length_hint(8)?;
    out.reserve(hint.min(1 << 20));
    while let Some(v) = next(&iter)? {
        out.push(v);
    }
    Ok(out)
}

use crate::handle::PyClass;
