//! `bytes` (`cpython/bytesobject.h`).

use crate::handle::{GilCell, Py, PyResult};
use crate::refcount::PyVarObject;
use object_macros::{pyclass, pymethods};

/// `PyBytesObject`
#[pyclass(name = "bytes", type = PyBytes_Type, flags(BASETYPE, BYTES_SUBCLASS, MATCH_SELF), basicsize = 33, itemsize = 1)]
#[repr(C)]
pub struct PyBytes {
    pub(crate) ob_base: PyVarObject,
    /// -1: not computed.
    pub(crate) ob_shash: GilCell<isize>,
    pub(crate) ob_sval: [u8; 0],
}

impl PyBytes {
    /// A new `bytes` with this content.
    pub fn new(_content: &[u8]) -> PyResult<Py<PyBytes>> {
        todo!()
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.ob_base.ob_size.get() as usize
    }
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The content; `bytes` do not change.
    #[inline(always)]
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: `ob_size` bytes stand behind the head.
        unsafe { std::slice::from_raw_parts(self.ob_sval.as_ptr(), self.len()) }
    }
}

#[pymethods]
impl PyBytes {}
