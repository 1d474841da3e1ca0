//! The buffer protocol (PEP 3118; `pybuffer.h`): `Buffer` holds a view of another object's memory for as long as it lives.

use crate::args::{ArgContext, FromArg};
use crate::handle::{Py, PyLayout, PyResult, Raised};
use crate::raise;
use crate::refcount::PyObject;
use crate::typeobject::Py_buffer;
use crate::{PyByteArray, PyBytes};
use std::ffi::{CStr, c_char, c_int};

/// `PyBUF_*`: what a consumer can cope with.
pub mod flags {
    use std::ffi::c_int;
    pub const SIMPLE: c_int = 0;
    pub const WRITABLE: c_int = 1;
    pub const FORMAT: c_int = 4;
    pub const ND: c_int = 8;
    pub const STRIDES: c_int = 0x10 | ND;
    pub const C_CONTIGUOUS: c_int = 0x20 | STRIDES;
    pub const F_CONTIGUOUS: c_int = 0x40 | STRIDES;
    pub const ANY_CONTIGUOUS: c_int = 0x80 | STRIDES;
    pub const INDIRECT: c_int = 0x100 | STRIDES;
    pub const CONTIG: c_int = ND | WRITABLE;
    pub const CONTIG_RO: c_int = ND;
    pub const FULL: c_int = INDIRECT | WRITABLE | FORMAT;
    pub const FULL_RO: c_int = INDIRECT | FORMAT;
    pub const READ: c_int = 0x100;
    pub const WRITE: c_int = 0x200;
}

impl Py_buffer {
    /// Nothing.
    pub const EMPTY: Py_buffer = Py_buffer {
        buf: std::ptr::null_mut(),
        obj: std::ptr::null_mut(),
        len: 0,
        itemsize: 0,
        readonly: 0,
        ndim: 0,
        format: std::ptr::null_mut(),
        shape: std::ptr::null_mut(),
        strides: std::ptr::null_mut(),
        suboffsets: std::ptr::null_mut(),
        internal: std::ptr::null_mut(),
    };

    /// The exporter.
    pub fn exporter(&self) -> Option<&PyObject> {
        // SAFETY: null, or an object that the view owns a reference to.
        unsafe { self.obj.as_ref() }
    }

    /// The item format; unsigned bytes where none is given.
    pub fn format(&self) -> &CStr {
        if self.format.is_null() {
            return c"B";
        }
        // SAFETY: exporters give NUL-terminated text that lives as long as the view.
        unsafe { CStr::from_ptr(self.format) }
    }

    fn dimension(&self, p: *mut isize) -> Option<&[isize]> {
        if p.is_null() || self.ndim <= 0 {
            return None;
        }
        // SAFETY: exporters give `ndim` numbers that live as long as the view.
        Some(unsafe { std::slice::from_raw_parts(p, self.ndim as usize) })
    }
    pub fn shape(&self) -> Option<&[isize]> {
        self.dimension(self.shape)
    }
    pub fn strides(&self) -> Option<&[isize]> {
        self.dimension(self.strides)
    }
    pub fn suboffsets(&self) -> Option<&[isize]> {
        self.dimension(self.suboffsets)
    }

    /// `PyBuffer_IsContiguous` for 'C', 'F' or 'A'.
    pub fn is_contiguous(&self, order: char) -> bool {
        if self.suboffsets().is_some() {
            return false;
        }
        match order {
            'C' => self.is_c_contiguous(),
            'F' => self.is_f_contiguous(),
            _ => self.is_c_contiguous() || self.is_f_contiguous(),
        }
    }

    fn is_c_contiguous(&self) -> bool {
        let Some(strides) = self.strides() else {
            return true;
        };
        self.len == 0 || self.axes_contiguous(strides, true)
    }

    fn is_f_contiguous(&self) -> bool {
        if self.len == 0 {
            return true;
        }
        match self.strides() {
            Some(strides) => self.axes_contiguous(strides, false),
            None => {
                // C-contiguous by contract: also Fortran's if at most one axis is longer than one
                self.ndim <= 1
                    || self
                        .shape()
                        .is_some_and(|s| s.iter().filter(|n| **n > 1).count() <= 1)
            }
        }
    }

    fn axes_contiguous(&self, strides: &[isize], last_first: bool) -> bool {
        let Some(shape) = self.shape() else { return true };
        let mut size = self.itemsize;
        let mut check = |i: usize| {
            let ok = shape[i] <= 1 || strides[i] == size;
            size = size.saturating_mul(shape[i]);
            ok
        };
        if last_first {
            (0..shape.len()).rev().all(&mut check)
        } else {
            (0..shape.len()).all(&mut check)
        }
    }
}

/// `PyObject_CheckBuffer`
pub fn check(obj: &PyObject) -> bool {
    obj.ty()
        .as_buffer()
        .is_some_and(|t| t.bf_getbuffer.get().is_some())
}

#[cold]
fn not_bytes_like<T>(obj: &PyObject) -> PyResult<T> {
    raise!(
        TypeError,
        "a bytes-like object is required, not '{}'",
        obj.ty().full_name()
    )
}

/// A view of an object's memory, released at the end.
pub struct Buffer {
    // in a block of its own: exporters may point the shape at the view's own length
    view: Box<Py_buffer>,
}

impl Buffer {
    /// `PyObject_GetBuffer`; see [`flags`].
    pub fn get(obj: &PyObject, flags: c_int) -> PyResult<Buffer> {
        let Some(get) = obj.ty().as_buffer().and_then(|t| t.bf_getbuffer.get()) else {
            return not_bytes_like(obj);
        };
        if flags == self::flags::READ || flags == self::flags::WRITE {
            return crate::error::bad_internal_call();
        }
        let mut view = Box::new(Py_buffer::EMPTY);
        // SAFETY: a slot called with an object of its type and a view to fill in.
        if unsafe { get(obj, &mut *view, flags) } < 0 {
            return Err(Raised);
        }
        Ok(Buffer { view })
    }

    /// A contiguous view for reading.
    #[inline]
    pub fn simple(obj: &PyObject) -> PyResult<Buffer> {
        Buffer::get(obj, flags::SIMPLE)
    }

    /// A contiguous view for writing; `TypeError`: "a read-write bytes-like object is required, not '…'".
    pub fn writable(obj: &PyObject) -> PyResult<Buffer> {
        match Buffer::get(obj, flags::WRITABLE) {
            Ok(b) => Ok(b),
            Err(_) => {
                crate::error::clear();
                raise!(
                    TypeError,
                    "a read-write bytes-like object is required, not '{}'",
                    obj.ty().full_name()
                )
            }
        }
    }

    #[inline]
    pub fn view(&self) -> &Py_buffer {
        &self.view
    }

    #[inline]
    pub fn len(&self) -> usize {
        self.view.len.max(0) as usize
    }
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The memory of a contiguous view.
    ///
    /// # Safety
    /// The view is contiguous (as [`Buffer::simple`] and [`Buffer::writable`] give it), and nothing writes to the memory
    /// while the slice is in use: no Python code runs, the GIL is not released for objects that others may change.
    #[inline]
    pub unsafe fn as_slice(&self) -> &[u8] {
        if self.is_empty() {
            return &[];
        }
        // SAFETY: the exporter promises `len` bytes; the rest is the caller's promise.
        unsafe { std::slice::from_raw_parts(self.view.buf as *const u8, self.len()) }
    }

    /// The memory of a contiguous, writable view.
    ///
    /// # Safety
    /// As [`Buffer::as_slice`]; moreover the view was asked for writing and the slice is the only one.
    #[allow(clippy::mut_from_ref)]
    #[inline]
    pub unsafe fn as_mut_slice(&self) -> &mut [u8] {
        if self.is_empty() {
            return &mut [];
        }
        // SAFETY: the exporter promises `len` bytes; the rest is the caller's promise.
        unsafe { std::slice::from_raw_parts_mut(self.view.buf as *mut u8, self.len()) }
    }

    /// The content, copied; items in C's order.
    pub fn to_vec(&self) -> Vec<u8> {
        if self.view.is_contiguous('C') {
            // SAFETY: contiguous, and nothing runs during the copy.
            return unsafe { self.as_slice() }.to_vec();
        }
        // asked for with other flags: item by item
        crate::memoryview::copy_items(&self.view, true)
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        release(&mut self.view);
    }
}

/// `PyBuffer_Release`
pub fn release(view: &mut Py_buffer) {
    if view.obj.is_null() {
        return;
    }
    // SAFETY: a filled-in view owns a reference to its exporter.
    let exporter: Py = unsafe { Py::from_owned_ptr(view.obj) };
    if let Some(f) = exporter.ty().as_buffer().and_then(|t| t.bf_releasebuffer.get()) {
        // SAFETY: the exporter's own slot with a view that it filled in.
        unsafe { f(&exporter, view) };
    }
    view.obj = std::ptr::null_mut();
}

/// A bytes-like argument: "a bytes-like object is required, not 'str'".
impl<'a> FromArg<'a> for Buffer {
    fn from_arg(obj: &'a PyObject, _: ArgContext) -> PyResult<Self> {
        Buffer::simple(obj)
    }
}

/// `PyBuffer_FillInfo`: a view of plain bytes. `BufferError` for a writable view of what is read-only.
pub fn fill_info(
    view: &mut Py_buffer,
    exporter: &PyObject,
    buf: *mut u8,
    len: usize,
    readonly: bool,
    want: c_int,
) -> PyResult<()> {
    if want & flags::WRITABLE != 0 && readonly {
        return raise!(BufferError, "Object is not writable.");
    }
    view.obj = exporter.new_ref().into_ptr();
    view.buf = buf as *mut std::ffi::c_void;
    view.len = len as isize;
    view.readonly = readonly as c_int;
    view.itemsize = 1;
    view.format = if want & flags::FORMAT != 0 {
        c"B".as_ptr() as *mut c_char
    } else {
        std::ptr::null_mut()
    };
    view.ndim = 1;
    view.shape = if want & flags::ND != 0 {
        &raw mut view.len
    } else {
        std::ptr::null_mut()
    };
    view.strides = if want & flags::STRIDES == flags::STRIDES {
        &raw mut view.itemsize
    } else {
        std::ptr::null_mut()
    };
    view.suboffsets = std::ptr::null_mut();
    view.internal = std::ptr::null_mut();
    Ok(())
}

/// The content of bytes, a bytearray or anything with a buffer; `None` for other objects.
pub fn bytes_like_copy(obj: &PyObject) -> PyResult<Option<Vec<u8>>> {
    if let Some(b) = obj.downcast::<PyBytes>() {
        return Ok(Some(b.as_slice().to_vec()));
    }
    if let Some(b) = obj.downcast::<PyByteArray>() {
        return Ok(Some(b.to_vec()));
    }
    if !check(obj) {
        return Ok(None);
    }
    Ok(Some(Buffer::simple(obj)?.to_vec()))
}

/// A bytes-like argument whose content can be looked at as long as no Python code runs: bytes are lent, others viewed.
pub enum BytesLike<'a> {
    Bytes(&'a PyBytes),
    View(Buffer),
}

impl<'a> BytesLike<'a> {
    pub fn get(obj: &'a PyObject) -> PyResult<BytesLike<'a>> {
        match obj.downcast::<PyBytes>() {
            Some(b) => Ok(BytesLike::Bytes(b)),
            None => Ok(BytesLike::View(Buffer::simple(obj)?)),
        }
    }

    pub fn len(&self) -> usize {
        match self {
            BytesLike::Bytes(b) => b.len(),
            BytesLike::View(v) => v.len(),
        }
    }
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// # Safety
    /// As [`Buffer::as_slice`].
    pub unsafe fn as_slice(&self) -> &[u8] {
        match self {
            BytesLike::Bytes(b) => b.as_slice(),
            // SAFETY: a simple view is contiguous; the rest is the caller's promise.
            BytesLike::View(v) => unsafe { v.as_slice() },
        }
    }
}

impl<'a> FromArg<'a> for BytesLike<'a> {
    fn from_arg(obj: &'a PyObject, _: ArgContext) -> PyResult<Self> {
        BytesLike::get(obj)
    }
}
