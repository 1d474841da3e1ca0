//! Objects of types that the evaluation loop only makes or takes apart: sets, slices, complex numbers.

use object::{Py, PyObject, PyResult, raise};

pub fn complex(_re: f64, _im: f64) -> PyResult {
    raise!(SystemError, "complex")
}
pub fn complex_parts(_obj: &PyObject) -> Option<(f64, f64)> {
    None
}
pub fn frozenset(_items: Vec<Py>) -> PyResult {
    raise!(SystemError, "frozenset")
}
pub fn frozenset_items(_obj: &PyObject) -> PyResult<Option<Vec<Py>>> {
    Ok(None)
}
pub fn set_new() -> PyResult {
    raise!(SystemError, "set")
}
pub fn set_add(_set: &PyObject, _item: &PyObject) -> PyResult<()> {
    raise!(SystemError, "set")
}
pub fn set_update(_set: &PyObject, _items: &PyObject) -> PyResult<()> {
    raise!(SystemError, "set")
}
pub fn slice(_a: Py, _b: Py, _c: Py) -> PyResult {
    raise!(SystemError, "slice")
}
pub fn slice_parts(_obj: &PyObject) -> Option<[Py; 3]> {
    None
}
/// `method`: a function bound to its first argument.
pub fn bound_method(_func: &PyObject, _self: &PyObject) -> PyResult {
    raise!(SystemError, "method")
}
/// The function and the object of a `method`.
pub fn method_parts(_obj: &PyObject) -> Option<(&PyObject, &PyObject)> {
    None
}
