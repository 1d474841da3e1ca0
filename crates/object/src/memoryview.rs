//! `memoryview`.
use crate::typeobject::Py_buffer;
/// All items of a view, one after the other.
pub(crate) fn copy_items(_view: &Py_buffer, _c_order: bool) -> Vec<u8> {
    Vec::new()
}
