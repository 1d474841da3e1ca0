//! `bytearray` (`cpython/bytearrayobject.h`): a block that grows by an eighth, with room in front after deletions
//! there. A view of its memory forbids resizing for as long as it lives.

use crate::buffer::{self, Buffer, BytesLike};
use crate::bytes::common::{self, ByteString, common_methods};
use crate::bytes::methods::{Source, length_of, source};
use crate::handle::{GilCell, Py, PyClass, PyLayout, PyResult};
use crate::protocol::CompareOp;
use crate::raise;
use crate::refcount::{PyObject, PyVarObject};
use crate::str::{PyStr, SliceArg, bounds};
use crate::typeobject::{Py_buffer, PyTypeObject};
use crate::{PyBytes, PyInt, PyList, PyTuple};
use object_macros::{pyclass, pymethods};
use std::ffi::c_int;

/// `PyByteArrayObject`
#[pyclass(name = "bytearray", type = PyByteArray_Type, flags(BASETYPE, MATCH_SELF))]
#[repr(C)]
pub struct PyByteArray {
    pub(crate) ob_base: PyVarObject,
    /// Allocated bytes, the final NUL among them.
    pub(crate) ob_alloc: GilCell<isize>,
    /// The block, or null.
    pub(crate) ob_bytes: GilCell<*mut u8>,
    /// Where the content begins in it.
    pub(crate) ob_start: GilCell<*mut u8>,
    /// Views that forbid resizing.
    pub(crate) ob_exports: GilCell<isize>,
}

common_methods!(PyByteArray);

impl PyByteArray {
    /// A new bytearray with this content.
    pub fn new(content: &[u8]) -> PyResult<Py<PyByteArray>> {
        let b = PyByteArray::with_class(PyByteArray::type_object())?;
        b.set_content(content)?;
        Ok(b)
    }

    fn with_class(cls: &PyTypeObject) -> PyResult<Py<PyByteArray>> {
        crate::new_instance(cls, |_: *mut PyByteArray| {
            // all zero: empty, without a block
        })
    }

    #[inline]
    pub fn len(&self) -> usize {
        self.ob_base.ob_size.get() as usize
    }
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where the content begins: never null, NUL-terminated.
    #[inline]
    pub fn data_ptr(&self) -> *mut u8 {
        if self.ob_alloc.get() == 0 {
            static EMPTY: [u8; 1] = [0];
            return EMPTY.as_ptr() as *mut u8;
        }
        self.ob_start.get()
    }

    /// The content, lent.
    ///
    /// # Safety
    /// Nothing changes the bytearray while the slice is in use: no Python code runs.
    #[inline]
    pub unsafe fn as_slice(&self) -> &[u8] {
        // SAFETY: `ob_size` bytes stand there.
        unsafe { std::slice::from_raw_parts(self.data_ptr(), self.len()) }
    }

    /// # Safety
    /// As [`PyByteArray::as_slice`], and the slice is the only one.
    #[allow(clippy::mut_from_ref)]
    unsafe fn as_mut_slice(&self) -> &mut [u8] {
        if self.is_empty() {
            return &mut [];
        }
        // SAFETY: `ob_size` bytes stand there.
        unsafe { std::slice::from_raw_parts_mut(self.ob_start.get(), self.len()) }
    }

    /// The content, copied.
    pub fn to_vec(&self) -> Vec<u8> {
        // SAFETY: nothing runs during the copy.
        unsafe { self.as_slice() }.to_vec()
    }

    fn check_exports(&self) -> PyResult<()> {
        if self.ob_exports.get() > 0 {
            return raise!(BufferError, "Existing exports of data: object cannot be re-sized");
        }
        Ok(())
    }

    /// `PyByteArray_Resize`: new bytes at the end are not set.
    pub fn resize_to(&self, size: usize) -> PyResult<()> {
        if size == self.len() {
            return Ok(());
        }
        self.check_exports()?;
        if size > isize::MAX as usize - 16 {
            return crate::error::no_memory();
        }
        let alloc = self.ob_alloc.get() as usize;
        let offset = self.ob_start.get() as usize - self.ob_bytes.get() as usize;
        if size + offset < alloc && size >= alloc / 2 {
            // in place
            self.ob_base.ob_size.set(size as isize);
            // SAFETY: the block has a byte more than the content.
            unsafe { *self.ob_start.get().add(size) = 0 };
            return Ok(());
        }
        let room = if size < alloc / 2 {
            size + 1
        } else if size <= alloc + alloc / 8 {
            size + (size >> 3) + if size < 9 { 3 } else { 6 }
        } else {
            size + 1
        };
        let keep = self.len().min(size);
        // SAFETY: the block is this object's own; the content is moved to its front where there was room before it.
        unsafe {
            let block = if offset > 0 {
                let block = crate::alloc::raw_malloc(room);
                if block.is_null() {
                    return crate::error::no_memory();
                }
                std::ptr::copy_nonoverlapping(self.ob_start.get(), block, keep);
                crate::alloc::raw_free(self.ob_bytes.get());
                block
            } else {
                let block = crate::alloc::raw_realloc(self.ob_bytes.get(), room);
                if block.is_null() {
                    return crate::error::no_memory();
                }
                block
            };
            self.ob_bytes.set(block);
            self.ob_start.set(block);
            self.ob_alloc.set(room as isize);
            self.ob_base.ob_size.set(size as isize);
            *block.add(size) = 0;
        }
        Ok(())
    }

    fn set_content(&self, content: &[u8]) -> PyResult<()> {
        self.resize_to(content.len())?;
        // SAFETY: nothing runs meanwhile.
        unsafe { self.as_mut_slice() }.copy_from_slice(content);
        Ok(())
    }

    pub fn push_slice(&self, more: &[u8]) -> PyResult<()> {
        let old = self.len();
        let Some(total) = old.checked_add(more.len()) else {
            return crate::error::no_memory();
        };
        self.resize_to(total)?;
        // SAFETY: nothing runs meanwhile.
        let content = unsafe { self.as_mut_slice() };
        content[old..].copy_from_slice(more);
        Ok(())
    }

    /// Replaces `start..end` (within the content) by `new`.
    fn splice(&self, start: usize, end: usize, new: &[u8]) -> PyResult<()> {
        let (old, gone) = (self.len(), end - start);
        if new.len() < gone && start == 0 {
            // room in front is kept
            self.check_exports()?;
            let cut = gone - new.len();
            // SAFETY: the content begins `cut` bytes later, within the block.
            self.ob_start.set(unsafe { self.ob_start.get().add(cut) });
            self.ob_base.ob_size.set((old - cut) as isize);
            // SAFETY: nothing runs meanwhile.
            let content = unsafe { self.as_mut_slice() };
            content[..new.len()].copy_from_slice(new);
            return Ok(());
        }
        if new.len() < gone {
            self.check_exports()?;
            // SAFETY: nothing runs meanwhile.
            unsafe { self.as_mut_slice() }.copy_within(end.., start + new.len());
            self.resize_to(old - gone + new.len())?;
        } else if new.len() > gone {
            let Some(total) = (old - gone).checked_add(new.len()) else {
                return crate::error::no_memory();
            };
            self.resize_to(total)?;
            // SAFETY: nothing runs meanwhile.
            unsafe { self.as_mut_slice() }.copy_within(end..old, start + new.len());
        }
        // SAFETY: nothing runs meanwhile.
        let content = unsafe { self.as_mut_slice() };
        content[start..start + new.len()].copy_from_slice(new);
        Ok(())
    }

    /// Deletes every `step`-th byte.
    fn delete_stepped(&self, start: usize, step: usize, n: usize) -> PyResult<()> {
        let mut next = start;
        let mut left = n;
        let kept: Vec<u8> = self
            .to_vec()
            .into_iter()
            .enumerate()
            .filter(|(i, _)| {
                if left > 0 && *i == next {
                    next += step;
                    left -= 1;
                    false
                } else {
                    true
                }
            })
            .map(|(_, b)| b)
            .collect();
        self.check_exports()?;
        self.set_content(&kept)
    }

    fn place(&self, i: isize) -> PyResult<usize> {
        let i = if i < 0 { i + self.len() as isize } else { i };
        if i < 0 || i as usize >= self.len() {
            return raise!(IndexError, "bytearray index out of range");
        }
        Ok(i as usize)
    }

    fn reduce_with(&self, proto: i32) -> PyResult<Py<PyTuple>> {
        let obj = self.as_object();
        let state = match obj.get_attr_opt(crate::intern!("__dict__"))? {
            Some(d) => d,
            None => crate::none(),
        };
        let content = self.to_vec();
        let args = if proto < 3 {
            let text = PyStr::from_latin1(&content)?;
            if content.is_empty() {
                PyTuple::empty()?
            } else {
                PyTuple::from_vec(vec![text.into_object(), PyStr::new("latin-1")?.into_object()])?
            }
        } else if content.is_empty() {
            PyTuple::empty()?
        } else {
            PyTuple::from_vec(vec![PyBytes::new(&content)?.into_object()])?
        };
        PyTuple::from_vec(vec![obj.ty().as_object().new_ref(), args.into_object(), state])
    }
}

/// The bytes that are assigned to a slice.
fn assigned(value: &PyObject) -> PyResult<Vec<u8>> {
    if let Some(b) = value.downcast::<PyByteArray>() {
        return Ok(b.to_vec());
    }
    if buffer::check(value) {
        return Ok(Buffer::simple(value)?.to_vec());
    }
    let iterable = value.ty().tp_iter.get().is_some() || crate::number::is_sequence(value);
    if !iterable || PyStr::check(value) || value.has_index() {
        return raise!(
            TypeError,
            "can assign only bytes, buffers, or iterables of ints in range(0, 256)"
        );
    }
    match crate::bytes::collect(value, "byte")? {
        Some(v) => Ok(v),
        None => raise!(
            TypeError,
            "can assign only bytes, buffers, or iterables of ints in range(0, 256)"
        ),
    }
}

#[pymethods(extend(common))]
impl PyByteArray {
    #[slot]
    fn tp_new(
        cls: &PyTypeObject,
        _args: &PyTuple,
        _kwargs: Option<&crate::PyDict>,
    ) -> PyResult<Py<PyByteArray>> {
        PyByteArray::with_class(cls)
    }
    #[init("(source=b'', encoding='utf-8', errors='strict')", nosig)]
    fn tp_init(
        &self,
        source_arg: Option<&PyObject>,
        encoding: Option<&PyStr>,
        errors: Option<&PyStr>,
    ) -> PyResult<()> {
        if !self.is_empty() {
            self.resize_to(0)?;
        }
        let zeros = |n: usize| -> PyResult<()> {
            self.resize_to(n)?;
            // SAFETY: nothing runs meanwhile.
            unsafe { self.as_mut_slice() }.fill(0);
            Ok(())
        };
        match (source(source_arg, encoding, errors)?, source_arg) {
            (Source::Zeros(n), _) => zeros(n),
            (Source::Content(b), _) => self.set_content(b.as_slice()),
            (Source::Other, None) => Ok(()),
            (Source::Other, Some(s)) => {
                if let Some(n) = length_of(s)? {
                    return zeros(n);
                }
                if buffer::check(s) {
                    let view = Buffer::get(s, buffer::flags::FULL_RO)?;
                    return self.set_content(&view.to_vec());
                }
                match crate::bytes::collect(s, "byte")? {
                    Some(content) => self.set_content(&content),
                    None => raise!(
                        TypeError,
                        "cannot convert '{}' object to bytearray",
                        s.ty().full_name()
                    ),
                }
            }
        }
    }
    #[slot]
    unsafe fn tp_dealloc(op: *mut PyObject) {
        // SAFETY: called once at the end; the block is the object's own.
        unsafe {
            let b = (*op).downcast_unchecked::<PyByteArray>();
            crate::alloc::raw_free(b.ob_bytes.get());
            crate::typeobject::free_object(op);
        }
    }
    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        let content = self.to_vec();
        let quote = if content.contains(&b'\'') && !content.contains(&b'"') {
            b'"'
        } else {
            b'\''
        };
        let mut out = self.as_object().ty().name().as_bytes().to_vec();
        out.extend_from_slice(b"(b");
        out.push(quote);
        for b in content {
            match b {
                b'\'' | b'\\' => out.extend_from_slice(&[b'\\', b]),
                b'\t' => out.extend_from_slice(b"\\t"),
                b'\n' => out.extend_from_slice(b"\\n"),
                b'\r' => out.extend_from_slice(b"\\r"),
                b' '..=b'~' => out.push(b),
                _ => crate::codecs::errors::push_backslash(b as u32, &mut out),
            }
        }
        out.extend_from_slice(&[quote, b')']);
        PyStr::from_wtf8(&out)
    }
    #[slot]
    fn tp_str(&self) -> PyResult<Py<PyStr>> {
        crate::bytes::warn_mixing("str() on a bytearray instance")?;
        self.tp_repr()
    }
    #[slot]
    fn tp_iter(&self) -> PyResult {
        crate::bytes::PyByteArrayIterator::over(self)
    }
    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult {
        if matches!(op, CompareOp::Eq | CompareOp::Ne) && PyStr::check(other) {
            crate::bytes::warn_mixing("Comparison between bytearray and string")?;
        }
        if !buffer::check(other) {
            return Ok(crate::not_implemented());
        }
        let other = match BytesLike::get(other) {
            Ok(b) => b,
            Err(_) => {
                crate::error::clear();
                return Ok(crate::not_implemented());
            }
        };
        // SAFETY: nothing runs during the comparison.
        Ok(unsafe { common::compare(self.as_slice(), other.as_slice(), op) })
    }
    #[slot]
    fn bf_getbuffer(&self, view: &mut Py_buffer, flags: c_int) -> PyResult<()> {
        buffer::fill_info(view, self.as_object(), self.data_ptr(), self.len(), false, flags)?;
        self.ob_exports.set(self.ob_exports.get() + 1);
        Ok(())
    }
    #[slot]
    fn bf_releasebuffer(&self, _view: &mut Py_buffer) {
        self.ob_exports.set(self.ob_exports.get() - 1);
    }
    #[slot]
    fn nb_remainder(a: &PyObject, b: &PyObject) -> PyResult {
        match a.downcast::<PyByteArray>() {
            Some(a) => PyByteArray::new(&crate::bytes::percent::format(&a.to_vec(), b)?).map(Py::into_object),
            None => Ok(crate::not_implemented()),
        }
    }
    #[slot]
    fn sq_length(&self) -> PyResult<usize> {
        Ok(self.len())
    }
    #[slot]
    fn sq_concat(&self, other: &PyObject) -> PyResult<Py<PyByteArray>> {
        if !buffer::check(other) {
            return raise!(TypeError, "can't concat {} to bytearray", other.ty().full_name());
        }
        let other = BytesLike::get(other)?;
        let r = PyByteArray::new(&self.to_vec())?;
        // SAFETY: nothing runs meanwhile.
        r.push_slice(unsafe { other.as_slice() })?;
        Ok(r)
    }
    #[slot]
    fn sq_inplace_concat(&self, other: &PyObject) -> PyResult {
        if !buffer::check(other) {
            return raise!(TypeError, "can't concat {} to bytearray", other.ty().full_name());
        }
        let more = match other.downcast::<PyByteArray>() {
            Some(b) => b.to_vec(),
            None => Buffer::simple(other)?.to_vec(),
        };
        self.push_slice(&more)?;
        Ok(self.as_object().new_ref())
    }
    #[slot]
    fn sq_repeat(&self, n: isize) -> PyResult<Py<PyByteArray>> {
        let r = PyByteArray::new(&self.to_vec())?;
        r.repeat_inplace(n)?;
        Ok(r)
    }
    #[slot]
    fn sq_inplace_repeat(&self, n: isize) -> PyResult {
        self.repeat_inplace(n)?;
        Ok(self.as_object().new_ref())
    }
    #[slot]
    fn sq_item(&self, i: isize) -> PyResult<Py<PyInt>> {
        // the caller has added the length to a negative index
        let i = if i < 0 { usize::MAX } else { i as usize };
        // SAFETY: nothing runs meanwhile.
        match unsafe { self.as_slice() }.get(i) {
            Some(b) => Ok(PyInt::small(*b as i64).new_ref()),
            None => raise!(IndexError, "bytearray index out of range"),
        }
    }
    #[slot]
    fn sq_ass_item(&self, i: isize, value: Option<&PyObject>) -> PyResult<()> {
        let i = if i < 0 { isize::MAX } else { i };
        self.set_at(i, value)
    }
    #[slot]
    fn sq_contains(&self, item: &PyObject) -> PyResult<bool> {
        common::contains(&self.to_vec(), item)
    }
    #[slot]
    fn mp_length(&self) -> PyResult<usize> {
        Ok(self.len())
    }
    #[slot]
    fn mp_subscript(&self, key: &PyObject) -> PyResult {
        if key.has_index() {
            let i = crate::number::index_as_isize_index_error(key)?;
            let i = self.place(i)?;
            return self.sq_item(i as isize).map(Py::into_object);
        }
        let Some(slice) = key.downcast_exact::<crate::PySlice>() else {
            return raise!(
                TypeError,
                "bytearray indices must be integers or slices, not {}",
                key.ty().full_name()
            );
        };
        let (start, stop, step) = slice.unpacked()?;
        let (start, _, n) = crate::slice::adjust(self.len(), start, stop, step);
        // SAFETY: nothing runs meanwhile.
        let s = unsafe { self.as_slice() };
        let made = if n == 0 {
            PyByteArray::new(&[])?
        } else if step == 1 {
            PyByteArray::new(&s[start as usize..start as usize + n])?
        } else {
            let v: Vec<u8> = (0..n).map(|i| s[(start + i as isize * step) as usize]).collect();
            PyByteArray::new(&v)?
        };
        Ok(made.into_object())
    }
    #[slot]
    fn mp_ass_subscript(&self, key: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
        if key.has_index() {
            let i = crate::number::index_as_isize_index_error(key)?;
            return self.set_at(i, value);
        }
        let Some(slice) = key.downcast_exact::<crate::PySlice>() else {
            return raise!(
                TypeError,
                "bytearray indices must be integers or slices, not {}",
                key.ty().full_name()
            );
        };
        let new = match value {
            Some(v) => assigned(v)?,
            None => Vec::new(),
        };
        let (start, stop, step) = slice.unpacked()?;
        let (start, stop, n) = crate::slice::adjust(self.len(), start, stop, step);
        if step == 1 {
            let start = start as usize;
            return self.splice(start, (stop as usize).max(start), &new);
        }
        if new.is_empty() {
            // deletion, also by assigning nothing
            if n == 0 {
                return Ok(());
            }
            let (first, step) = if step < 0 {
                (start + (n as isize - 1) * step, -step)
            } else {
                (start, step)
            };
            return self.delete_stepped(first as usize, step as usize, n);
        }
        if new.len() != n {
            return raise!(
                ValueError,
                "attempt to assign bytes of size {} to extended slice of size {n}",
                new.len()
            );
        }
        // SAFETY: nothing runs meanwhile.
        let s = unsafe { self.as_mut_slice() };
        for (i, b) in new.iter().enumerate() {
            s[(start + i as isize * step) as usize] = *b;
        }
        Ok(())
    }

    #[method("($self, /)")]
    fn __alloc__(&self) -> PyResult<isize> {
        Ok(self.ob_alloc.get())
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult<Py<PyTuple>> {
        self.reduce_with(2)
    }
    #[method("($self, proto=0, /)")]
    fn __reduce_ex__(&self, proto: Option<i32>) -> PyResult<Py<PyTuple>> {
        self.reduce_with(proto.unwrap_or(0))
    }
    #[method("($self, /)")]
    fn __sizeof__(&self) -> PyResult<isize> {
        Ok(self.as_object().ty().tp_basicsize.get() + self.ob_alloc.get())
    }
    #[method("($self, item, /)")]
    fn append(&self, item: &PyObject) -> PyResult<()> {
        let b = crate::bytes::byte_value(item, "byte")?;
        self.push_slice(&[b])
    }
    #[method("($self, /)")]
    fn clear(&self) -> PyResult<()> {
        if self.is_empty() {
            return Ok(());
        }
        self.resize_to(0)
    }
    #[method("($self, /)")]
    fn copy(&self) -> PyResult<Py<PyByteArray>> {
        self.whole()
    }
    #[method("($self, iterable_of_ints, /)")]
    fn extend(&self, iterable_of_ints: &PyObject) -> PyResult<()> {
        if buffer::check(iterable_of_ints) {
            let more = Buffer::simple(iterable_of_ints)?.to_vec();
            return self.push_slice(&more);
        }
        if PyStr::check(iterable_of_ints) {
            return raise!(
                TypeError,
                "expected iterable of integers; got: '{}'",
                iterable_of_ints.ty().full_name()
            );
        }
        match crate::bytes::collect(iterable_of_ints, "byte")? {
            Some(more) => self.push_slice(&more),
            None => raise!(
                TypeError,
                "can't extend bytearray with {}",
                iterable_of_ints.ty().full_name()
            ),
        }
    }
    #[method("($self, index, item, /)")]
    fn insert(&self, index: isize, item: &PyObject) -> PyResult<()> {
        let b = crate::bytes::byte_value(item, "byte")?;
        let n = self.len() as isize;
        let at = if index < 0 {
            (index + n).max(0)
        } else {
            index.min(n)
        } as usize;
        self.splice(at, at, &[b])
    }
    #[method("($self, index=-1, /)")]
    fn pop(&self, index: Option<isize>) -> PyResult<Py<PyInt>> {
        if self.is_empty() {
            return raise!(IndexError, "pop from empty bytearray");
        }
        let index = index.unwrap_or(-1);
        let i = if index < 0 {
            index + self.len() as isize
        } else {
            index
        };
        if i < 0 || i as usize >= self.len() {
            return raise!(IndexError, "pop index out of range");
        }
        self.check_exports()?;
        let value = self.sq_item(i)?;
        self.splice(i as usize, i as usize + 1, &[])?;
        Ok(value)
    }
    #[method("($self, value, /)")]
    fn remove(&self, value: &PyObject) -> PyResult<()> {
        let b = crate::bytes::byte_value(value, "byte")?;
        // SAFETY: nothing runs meanwhile.
        match memchr::memchr(b, unsafe { self.as_slice() }) {
            Some(i) => {
                self.check_exports()?;
                self.splice(i, i + 1, &[])
            }
            None => raise!(ValueError, "value not found in bytearray"),
        }
    }
    #[method("($self, size, /)")]
    fn resize(&self, size: isize) -> PyResult<()> {
        if size < 0 {
            return raise!(ValueError, "Can only resize to positive sizes, got {size}");
        }
        let old = self.len();
        self.resize_to(size as usize)?;
        // SAFETY: nothing runs meanwhile.
        if let Some(new) = unsafe { self.as_mut_slice() }.get_mut(old..) {
            new.fill(0);
        }
        Ok(())
    }
    #[method("($self, /)")]
    fn reverse(&self) -> PyResult<()> {
        // SAFETY: nothing runs meanwhile.
        unsafe { self.as_mut_slice() }.reverse();
        Ok(())
    }
}

impl PyByteArray {
    fn set_at(&self, i: isize, value: Option<&PyObject>) -> PyResult<()> {
        match value {
            None => {
                let i = self.place(i)?;
                self.check_exports()?;
                self.splice(i, i + 1, &[])
            }
            Some(v) => {
                let b = crate::bytes::byte_value(v, "byte")?;
                let i = self.place(i)?;
                // SAFETY: nothing runs meanwhile.
                let content = unsafe { self.as_mut_slice() };
                content[i] = b;
                Ok(())
            }
        }
    }

    fn repeat_inplace(&self, n: isize) -> PyResult<()> {
        let n = n.max(0) as usize;
        let unit = self.to_vec();
        let Some(total) = unit.len().checked_mul(n).filter(|t| *t <= isize::MAX as usize) else {
            return crate::error::no_memory();
        };
        self.resize_to(total)?;
        if unit.is_empty() {
            return Ok(());
        }
        // SAFETY: nothing runs meanwhile.
        for part in unsafe { self.as_mut_slice() }.chunks_mut(unit.len()) {
            part.copy_from_slice(&unit);
        }
        Ok(())
    }
}

const _: () = assert!(size_of::<PyByteArray>() == 56);
