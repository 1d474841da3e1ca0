//! The bytes of objects with the buffer protocol (`PyBUF_SIMPLE`), held for as long as they are needed.

use object::typeobject::Py_buffer;
use object::{Py, PyBytes, PyLayout, PyObject, PyResult, Raised, raise};
use std::ffi::c_int;
use std::mem::MaybeUninit;

/// Bytes that an object exports. While it lives, the exporter neither moves nor resizes them.
pub struct Buffer(Source);

enum Source {
    /// A `bytes` object, which does not change.
    Bytes(Py<PyBytes>),
    /// An export, given back in the end. The view must not move, since an exporter may keep its address.
    View(Box<Py_buffer>),
}

/// `PyBUF_WRITABLE`
const WRITABLE: c_int = 1;

impl Buffer {
    /// The buffer of an object. `None` if it has no buffer interface; nothing is raised then.
    pub fn get(obj: &PyObject) -> PyResult<Option<Buffer>> {
        if let Some(bytes) = obj.downcast_exact::<PyBytes>() {
            return Ok(Some(Buffer(Source::Bytes(bytes.new_ref()))));
        }
        Buffer::view(obj, 0)
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
        let found = match Buffer::view(obj, WRITABLE) {
            Ok(found) => found,
            Err(Raised) => {
                object::error::clear();
                None
            }
        };
        match found {
            Some(buffer) => Ok(buffer),
            None => {
                let got = obj.ty().full_name();
                raise!(
                    TypeError,
                    "{argument} must be read-write bytes-like object, not {got}"
                )
            }
        }
    }

    fn view(obj: &PyObject, flags: c_int) -> PyResult<Option<Buffer>> {
        let Some(getbuffer) = obj.ty().as_buffer().and_then(|table| table.bf_getbuffer.get()) else {
            return Ok(None);
        };
        let mut view = Box::<Py_buffer>::new(
            // SAFETY: pointers and integers, for all of which zero is a value.
            unsafe { MaybeUninit::zeroed().assume_init() },
        );
        // SAFETY: a slot called with an object of its type, and a view to fill in.
        if unsafe { getbuffer(obj, &mut *view, flags) } < 0 {
            return Err(Raised);
        }
        Ok(Some(Buffer(Source::View(view))))
    }

    /// Whether nobody can change the bytes.
    pub fn is_constant(&self) -> bool {
        matches!(self.0, Source::Bytes(_))
    }

    /// The number of bytes.
    pub fn len(&self) -> usize {
        match &self.0 {
            Source::Bytes(bytes) => bytes.len(),
            Source::View(view) => view.len.max(0) as usize,
        }
    }

    /// Writes to a buffer made by [`Buffer::writable`]; what would be outside is not written.
    pub fn write(&self, at: usize, bytes: &[u8]) {
        if let Source::View(view) = &self.0
            && view.readonly == 0
            && at.checked_add(bytes.len()).is_some_and(|end| end <= self.len())
        {
            // SAFETY: the view is writable and the range is inside it; `bytes` is lent by somebody who may not lend out this
            // memory, since the exporter's slices end before Python code (such as this call) runs.
            unsafe { std::ptr::copy(bytes.as_ptr(), (view.buf as *mut u8).add(at), bytes.len()) };
        }
    }

    /// The bytes.
    ///
    /// # Safety
    /// Unless [`Buffer::is_constant`], no Python code runs while the slice is in use.
    pub unsafe fn as_slice(&self) -> &[u8] {
        match &self.0 {
            Source::Bytes(bytes) => bytes.as_slice(),
            Source::View(view) if view.buf.is_null() || view.len <= 0 => &[],
            // SAFETY: a simple view has `len` bytes at `buf` until it is released; nobody writes to them meanwhile, by the
            // caller's promise.
            Source::View(view) => unsafe {
                std::slice::from_raw_parts(view.buf as *const u8, view.len as usize)
            },
        }
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        if let Source::View(view) = &mut self.0 {
            // SAFETY: the exporter's reference in the view is ours; it is given up after the release (`PyBuffer_Release`).
            let Some(owner) = (unsafe { Py::from_owned_ptr_or_null(view.obj) }) else {
                return;
            };
            if let Some(release) = owner
                .ty()
                .as_buffer()
                .and_then(|table| table.bf_releasebuffer.get())
            {
                // SAFETY: the view was filled in by this exporter.
                unsafe { release(&owner, &mut **view) };
            }
            view.obj = std::ptr::null_mut();
        }
    }
}

/// Whether an object is a `bytearray`, or of a subclass.
pub fn is_bytearray(obj: &PyObject) -> bool {
    let mut ty = Some(obj.ty());
    while let Some(class) = ty {
        if class.name() == "bytearray" && class.has(object::typeobject::flags::STATIC_BUILTIN) {
            return true;
        }
        ty = class.base();
    }
    false
}
