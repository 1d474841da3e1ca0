//! The bytes of objects with the buffer protocol, held for as long as they are needed.

use object::args::{ArgContext, FromArg};
use object::buffer::Buffer as View;
use object::{Py, PyBytes, PyLayout, PyObject, PyResult, Raised, raise};

/// Bytes that an object exports. While it lives, the exporter neither moves nor resizes them.
pub enum Buffer {
    /// A `bytes` object, which does not change.
    Bytes(Py<PyBytes>),
    /// An export, whose content may change whenever Python code runs.
    View(View),
}

impl Buffer {
    /// The buffer of an object. `None` if it has no buffer interface; nothing is raised then.
    pub fn get(obj: &PyObject) -> PyResult<Option<Buffer>> {
        if let Some(bytes) = obj.downcast_exact::<PyBytes>() {
            return Ok(Some(Buffer::Bytes(bytes.new_ref())));
        }
        if !object::buffer::check(obj) {
            return Ok(None);
        }
        View::simple(obj).map(Buffer::View).map(Some)
    }

    /// The buffer of an argument: `TypeError: a bytes-like object is required, not '…'` if it has none.
    pub fn required(obj: &PyObject) -> PyResult<Buffer> {
        match Buffer::get(obj)? {
            Some(buffer) => Ok(buffer),
            None => raise!(
                TypeError,
                "a bytes-like object is required, not '{}'",
                obj.ty().full_name()
            ),
        }
    }

    /// A buffer to write to, of the argument of a function.
    pub fn writable(obj: &PyObject, argument: &str) -> PyResult<Buffer> {
        View::get(obj, object::buffer::flags::WRITABLE)
            .map(Buffer::View)
            .or_else(|Raised| {
                object::error::clear();
                let got = obj.ty().full_name();
                raise!(
                    TypeError,
                    "{argument} must be read-write bytes-like object, not {got}"
                )
            })
    }

    /// Whether nobody can change the bytes.
    pub fn is_constant(&self) -> bool {
        matches!(self, Buffer::Bytes(_))
    }

    /// The number of bytes.
    pub fn len(&self) -> usize {
        match self {
            Buffer::Bytes(bytes) => bytes.len(),
            Buffer::View(view) => view.len(),
        }
    }

    /// Writes to a buffer made by [`Buffer::writable`]; what would be outside is not written.
    pub fn write(&self, at: usize, bytes: &[u8]) {
        if let Buffer::View(view) = self
            && view.view().readonly == 0
            && at.checked_add(bytes.len()).is_some_and(|end| end <= view.len())
        {
            // SAFETY: the view is contiguous and writable, the range is inside it; no slice of the memory is in use, since such
            // slices end before Python code (such as this call) runs.
            unsafe { std::ptr::copy(bytes.as_ptr(), (view.view().buf as *mut u8).add(at), bytes.len()) };
        }
    }

    /// The bytes.
    ///
    /// # Safety
    /// Unless [`Buffer::is_constant`], no Python code runs while the slice is in use.
    pub unsafe fn as_slice(&self) -> &[u8] {
        match self {
            Buffer::Bytes(bytes) => bytes.as_slice(),
            // SAFETY: a simple view is contiguous; nobody writes meanwhile, by the caller's promise.
            Buffer::View(view) => unsafe { view.as_slice() },
        }
    }

    /// The bytes, copied.
    pub fn to_vec(&self) -> Vec<u8> {
        // SAFETY: copying runs no Python code.
        unsafe { self.as_slice() }.to_vec()
    }
}

/// A bytes-like argument, copied unless it is `bytes`.
pub enum Bytes {
    Constant(Py<PyBytes>),
    Copied(Vec<u8>),
}

impl std::ops::Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Bytes::Constant(bytes) => bytes.as_slice(),
            Bytes::Copied(bytes) => bytes,
        }
    }
}

impl<'a> FromArg<'a> for Bytes {
    fn from_arg(obj: &'a PyObject, _: ArgContext) -> PyResult<Self> {
        Ok(match Buffer::required(obj)? {
            Buffer::Bytes(bytes) => Bytes::Constant(bytes),
            view => Bytes::Copied(view.to_vec()),
        })
    }
}
