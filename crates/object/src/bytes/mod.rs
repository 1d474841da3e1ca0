//! `bytes` (`cpython/bytesobject.h`): layout, making, and what is its own; `common` has the methods that it shares with
//! `bytearray`, `percent` the `%` operator.

pub(crate) mod common;
mod iter;
pub(crate) mod methods;
pub(crate) mod percent;

pub use iter::{PyByteArrayIterator, PyBytesIterator};

use crate::handle::{GilCell, Py, PyClass, PyLayout, PyResult};
use crate::raise;
use crate::refcount::{PyObject, PyVarObject};
use crate::str::PyStr;
use crate::typeobject::PyTypeObject;
use object_macros::pyclass;

/// `PyBytesObject`
#[pyclass(name = "bytes", type = PyBytes_Type, flags(BASETYPE, BYTES_SUBCLASS, MATCH_SELF), basicsize = 33, itemsize = 1)]
#[repr(C)]
pub struct PyBytes {
    pub(crate) ob_base: PyVarObject,
    /// -1: not computed.
    pub(crate) ob_shash: GilCell<isize>,
    pub(crate) ob_sval: [u8; 0],
}

// SAFETY: the content does not change once it is shown.
unsafe impl Sync for PyBytes {}

const HEAD: usize = size_of::<PyBytes>();

/// Head and one byte with its NUL.
#[repr(C)]
struct Short {
    head: PyBytes,
    content: [u8; 8],
}
// SAFETY: never written.
unsafe impl Sync for Short {}

const fn short(len: isize, byte: u8) -> Short {
    Short {
        head: PyBytes {
            ob_base: PyVarObject {
                ob_base: PyObject::new_static(&PyBytes_Type),
                ob_size: std::cell::Cell::new(len),
            },
            ob_shash: GilCell::new(-1),
            ob_sval: [],
        },
        content: [byte, 0, 0, 0, 0, 0, 0, 0],
    }
}

static EMPTY: Short = short(0, 0);
static SINGLE: [Short; 256] = {
    let mut all: std::mem::MaybeUninit<[Short; 256]> = std::mem::MaybeUninit::uninit();
    let mut i = 0;
    while i < 256 {
        // SAFETY: within the array.
        unsafe { (all.as_mut_ptr() as *mut Short).add(i).write(short(1, i as u8)) };
        i += 1;
    }
    // SAFETY: every place has been written.
    unsafe { all.assume_init() }
};

impl PyBytes {
    /// A new `bytes` with this content.
    #[inline]
    pub fn new(content: &[u8]) -> PyResult<Py<PyBytes>> {
        match content {
            [] => Ok(EMPTY.head.new_ref()),
            [b] => Ok(PyBytes::single(*b)),
            _ => {
                let b = PyBytes::alloc(content.len())?;
                // SAFETY: fresh memory of that size.
                unsafe { std::ptr::copy_nonoverlapping(content.as_ptr(), b.data_ptr(), content.len()) };
                Ok(b)
            }
        }
    }

    /// The cached `bytes` of one byte.
    #[inline]
    pub fn single(byte: u8) -> Py<PyBytes> {
        SINGLE[byte as usize].head.new_ref()
    }

    /// A new `bytes` of `len` bytes, which `fill` gets as zeros to write.
    pub fn build(len: usize, fill: impl FnOnce(&mut [u8])) -> PyResult<Py<PyBytes>> {
        if len <= 1 {
            let mut one = [0u8; 1];
            fill(&mut one[..len]);
            return PyBytes::new(&one[..len]);
        }
        let b = PyBytes::alloc(len)?;
        // SAFETY: fresh memory of that size, seen by nobody else; it is zeroed before it is a slice.
        unsafe {
            std::ptr::write_bytes(b.data_ptr(), 0, len);
            fill(std::slice::from_raw_parts_mut(b.data_ptr(), len));
        }
        Ok(b)
    }

    /// A new `bytes` of at most `len` bytes: `fill` writes them and says how many there are.
    ///
    /// # Safety
    /// `fill` writes no more than `len` bytes, and at least as many as it says.
    pub unsafe fn build_upto(
        len: usize,
        fill: impl FnOnce(*mut u8) -> PyResult<usize>,
    ) -> PyResult<Py<PyBytes>> {
        let b = PyBytes::alloc(len)?;
        let n = fill(b.data_ptr())?.min(len);
        if n <= 1 || n < len / 2 {
            return PyBytes::new(&b.as_slice()[..n]);
        }
        // SAFETY: nobody else has seen the object; its block is of this size, and the NUL stands behind what is left.
        unsafe {
            b.ob_base.ob_size.set(n as isize);
            *b.data_ptr().add(n) = 0;
            if len - n < 256 {
                return Ok(b);
            }
            let old = b.into_ptr();
            let block = crate::alloc::raw_realloc(old as *mut u8, HEAD + n + 1);
            Ok(Py::from_owned_ptr(if block.is_null() {
                old
            } else {
                block as *mut PyBytes
            }))
        }
    }

    /// Memory for `len` bytes, the final NUL written.
    pub(crate) fn alloc(len: usize) -> PyResult<Py<PyBytes>> {
        if len > isize::MAX as usize - HEAD - 16 {
            return raise!(OverflowError, "byte string is too large");
        }
        let block = crate::freelist::small_malloc(HEAD + len + 1);
        if block.is_null() {
            return crate::error::no_memory();
        }
        let this = block as *mut PyBytes;
        // SAFETY: the block has room for head, content and NUL.
        unsafe {
            this.write(PyBytes {
                ob_base: PyVarObject {
                    ob_base: PyObject::new_head(&PyBytes_Type),
                    ob_size: std::cell::Cell::new(len as isize),
                },
                ob_shash: GilCell::new(-1),
                ob_sval: [],
            });
            *block.add(HEAD + len) = 0;
            Ok(Py::from_owned_ptr(this))
        }
    }

    /// Where the content begins.
    #[inline(always)]
    pub fn data_ptr(&self) -> *mut u8 {
        // SAFETY: the content stands behind the head.
        unsafe { (self as *const PyBytes as *mut u8).add(HEAD) }
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
        unsafe { std::slice::from_raw_parts(self.data_ptr(), self.len()) }
    }

    /// The hash: that of a string with the same bytes, cached.
    #[inline]
    pub fn hash(&self) -> isize {
        let h = self.ob_shash.get();
        if h != -1 {
            return h;
        }
        let h = crate::protocol::hash_bytes(self.as_slice());
        self.ob_shash.set(h);
        h
    }

    /// An instance of `cls`, `bytes` or a subclass.
    pub(crate) fn into_class(value: Py<PyBytes>, cls: &PyTypeObject) -> PyResult<Py<PyBytes>> {
        if std::ptr::eq(cls, PyBytes::type_object()) {
            return Ok(value);
        }
        let n = value.len();
        let obj = match cls.tp_alloc.get() {
            // SAFETY: `tp_alloc` of a ready type.
            Some(alloc) => unsafe { alloc(cls, n as isize)? },
            None => crate::alloc::generic_alloc(cls, n)?,
        };
        // SAFETY: a subclass's instance begins with a `PyBytes` of `n` bytes and a NUL, unseen so far.
        unsafe {
            let this: Py<PyBytes> = obj.cast_unchecked();
            this.ob_shash.set(-1);
            std::ptr::copy_nonoverlapping(value.data_ptr(), this.data_ptr(), n + 1);
            Ok(this)
        }
    }
}

/// `sys.flags.bytes_warning`: whether mixing up bytes and text is warned about (the options `-b` and `-bb`).
pub static BYTES_WARNING: GilCell<i32> = GilCell::new(0);

/// Issues a `BytesWarning`, if that is asked for.
#[inline]
pub(crate) fn warn_mixing(message: &str) -> PyResult<()> {
    if BYTES_WARNING.get() == 0 {
        return Ok(());
    }
    crate::hooks::warn(crate::exceptions::BytesWarning::type_object(), message, 1)
}

/// `repr(bytes)`: `b'…'`, with double quotes if it has single ones only.
pub fn repr(content: &[u8]) -> PyResult<Py<PyStr>> {
    let mut out = Vec::with_capacity(content.len() + 3);
    push_repr(content, &mut out);
    PyStr::from_ascii(&out)
}

pub(crate) fn push_repr(content: &[u8], out: &mut Vec<u8>) {
    let quote = if content.contains(&b'\'') && !content.contains(&b'"') {
        b'"'
    } else {
        b'\''
    };
    out.extend_from_slice(&[b'b', quote]);
    for &b in content {
        match b {
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\\' => out.extend_from_slice(b"\\\\"),
            _ if b == quote => out.extend_from_slice(&[b'\\', b]),
            b' '..=b'~' => out.push(b),
            _ => {
                const HEX: &[u8; 16] = b"0123456789abcdef";
                out.extend_from_slice(&[b'\\', b'x', HEX[(b >> 4) as usize], HEX[(b & 15) as usize]]);
            }
        }
    }
    out.push(quote);
}

/// `PyBytes_FromObject` with `__bytes__` (`PyObject_Bytes`): bytes, what has `__bytes__`, a buffer, or numbers 0 to 255.
pub fn from_object(obj: &PyObject) -> PyResult<Py<PyBytes>> {
    if let Some(b) = obj.downcast_exact::<PyBytes>() {
        return Ok(b.new_ref());
    }
    if let Some(b) = from_dunder_bytes(obj)? {
        return Ok(b);
    }
    from_content(obj)
}

/// The result of `obj.__bytes__()`, if it has that.
pub(crate) fn from_dunder_bytes(obj: &PyObject) -> PyResult<Option<Py<PyBytes>>> {
    let Some(method) = crate::typeobject::lookup_special(obj, crate::intern!("__bytes__"))? else {
        return Ok(None);
    };
    let r = crate::call::call(&method, &[])?;
    match r.downcast_into::<PyBytes>() {
        Ok(b) => Ok(Some(b)),
        Err(r) => raise!(
            TypeError,
            "__bytes__ returned non-bytes (type {})",
            r.ty().full_name()
        ),
    }
}

/// `PyBytes_FromObject`: a buffer, or an iterable of numbers 0 to 255.
pub(crate) fn from_content(obj: &PyObject) -> PyResult<Py<PyBytes>> {
    if let Some(b) = obj.downcast_exact::<PyBytes>() {
        return Ok(b.new_ref());
    }
    if crate::buffer::check(obj) {
        let view = crate::buffer::Buffer::get(obj, crate::buffer::flags::FULL_RO)?;
        return PyBytes::new(&view.to_vec());
    }
    if !PyStr::check(obj) {
        match collect(obj, "bytes") {
            Ok(Some(content)) => return PyBytes::new(&content),
            Ok(None) => {}
            Err(e) => return Err(e),
        }
    }
    raise!(
        TypeError,
        "cannot convert '{}' object to bytes",
        obj.ty().full_name()
    )
}

/// The numbers that an iterable gives; `None` if it is no iterable.
pub(crate) fn collect(obj: &PyObject, what: &str) -> PyResult<Option<Vec<u8>>> {
    let iter = match crate::iter::get_iter(obj) {
        Ok(i) => i,
        Err(e) => {
            if crate::error::matches::<crate::exceptions::TypeError>() {
                crate::error::clear();
                return Ok(None);
            }
            return Err(e);
        }
    };
    let mut out = Vec::with_capacity(obj.length_hint(64)?.min(1 << 24));
    while let Some(item) = crate::iter::next(&iter)? {
        out.push(byte_value(&item, what)?);
    }
    Ok(Some(out))
}

/// A number from 0 to 255, as `what` ("bytes" or "byte") needs it.
pub(crate) fn byte_value(item: &PyObject, what: &str) -> PyResult<u8> {
    let v = crate::number::index(item)?.to_i64().unwrap_or(-1);
    match u8::try_from(v) {
        Ok(b) => Ok(b),
        Err(_) => raise!(ValueError, "{what} must be in range(0, 256)"),
    }
}

const _: () = assert!(HEAD == 32 && size_of::<Short>() == 40);

/// A bytes object of a length, whose content the caller writes before anybody else sees it (`PyBytes_FromStringAndSize`
/// without a text).
pub fn alloc(len: usize) -> PyResult<Py<PyBytes>> {
    let b = PyBytes::alloc(len)?;
    // SAFETY: fresh memory of that size.
    unsafe { std::ptr::write_bytes(b.data_ptr(), 0, len) };
    Ok(b)
}
