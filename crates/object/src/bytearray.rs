//! `bytearray` (`cpython/bytearrayobject.h`).

use crate::handle::GilCell;
use crate::refcount::PyVarObject;
use object_macros::{pyclass, pymethods};

/// `PyByteArrayObject`
#[pyclass(name = "bytearray", type = PyByteArray_Type, flags(BASETYPE, MATCH_SELF))]
#[repr(C)]
pub struct PyByteArray {
    pub(crate) ob_base: PyVarObject,
    /// Allocated bytes, the final NUL among them.
    pub(crate) ob_alloc: GilCell<isize>,
    /// The block.
    pub(crate) ob_bytes: GilCell<*mut u8>,
    /// Where the content begins in it.
    pub(crate) ob_start: GilCell<*mut u8>,
    /// Views that forbid resizing.
    pub(crate) ob_exports: GilCell<isize>,
}

impl PyByteArray {
    #[inline]
    pub fn len(&self) -> usize {
        self.ob_base.ob_size.get() as usize
    }
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The content, lent.
    ///
    /// # Safety
    /// Nothing changes the bytearray while the slice is in use: no Python code runs.
    #[inline]
    pub unsafe fn as_slice(&self) -> &[u8] {
        if self.is_empty() {
            return &[];
        }
        // SAFETY: `ob_size` bytes stand at `ob_start`.
        unsafe { std::slice::from_raw_parts(self.ob_start.get(), self.len()) }
    }

    /// The content, copied.
    pub fn to_vec(&self) -> Vec<u8> {
        // SAFETY: nothing runs during the copy.
        unsafe { self.as_slice() }.to_vec()
    }
}

#[pymethods]
impl PyByteArray {}
