//! `memoryview`.
use crate::handle::{Py, PyResult};
use crate::typeobject::Py_buffer;
/// All items of a view, one after the other.
pub(crate) fn copy_items(_view: &Py_buffer, _c_order: bool) -> Vec<u8> {
    Vec::new()
}
pub(crate) fn from_bytes(b: Py<crate::PyBytes>) -> PyResult {
    Ok(b.into_object())
}
