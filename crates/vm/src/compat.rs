//! Objects of types that the evaluation loop only makes or takes apart: sets, slices, complex numbers, bound methods.

use object::complex::PyComplex;
use object::set::{PyFrozenSet, PySet};
use object::slice::PySlice;
use object::{Py, PyClass, PyLayout, PyObject, PyResult, PyTuple, raise};

pub fn complex(re: f64, im: f64) -> PyResult {
    PyComplex::new(re, im).map(Py::into_object)
}

pub fn complex_parts(obj: &PyObject) -> Option<(f64, f64)> {
    obj.downcast_exact::<PyComplex>().map(|c| c.value())
}

pub fn frozenset(items: Vec<Py>) -> PyResult {
    let t = PyTuple::from_vec(items)?;
    PySet::frozen_from_iterable(t.as_object()).map(Py::into_object)
}

pub fn frozenset_items(obj: &PyObject) -> PyResult<Option<Vec<Py>>> {
    if !PyFrozenSet::check_exact(obj) {
        return Ok(None);
    }
    object::iter::collect(obj).map(Some)
}

pub fn set_new() -> PyResult<Py<PySet>> {
    PySet::new()
}

pub fn set_add(set: &PyObject, item: &PyObject) -> PyResult<()> {
    match object::set::any_set(set) {
        Some(s) => s.add(item),
        None => raise!(SystemError, "not a set"),
    }
}

pub fn set_update(set: &PyObject, items: &PyObject) -> PyResult<()> {
    match object::set::any_set(set) {
        Some(s) => s.update(items),
        None => raise!(SystemError, "not a set"),
    }
}

pub fn slice(start: Py, stop: Py, step: Py) -> PyResult {
    PySlice::new(start, stop, step).map(Py::into_object)
}

pub fn slice_parts(obj: &PyObject) -> Option<[Py; 3]> {
    obj.downcast_exact::<PySlice>()
        .map(|s| [s.start().new_ref(), s.stop().new_ref(), s.step().new_ref()])
}

/// `method`: a function bound to its first argument.
pub fn bound_method(func: &PyObject, receiver: &PyObject) -> PyResult {
    object::cfunction::PyMethod::new(func, receiver).map(Py::into_object)
}

/// The function and the object of a `method`.
#[inline(always)]
pub fn method_parts(obj: &PyObject) -> Option<(&PyObject, &PyObject)> {
    obj.downcast_exact::<object::cfunction::PyMethod>()
        .map(|m| (m.func(), m.receiver()))
}
