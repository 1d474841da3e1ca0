//! `BytesIO`: a binary stream in memory.
//!
//! The content is a `bytes` object that others may have, too, until it is written to; then it is a vector of the
//! stream's own. While somebody has a view of the vector (`getbuffer()`), it neither moves nor changes its size.

use crate::base::{BufferedIOBase, IOBase, Size, Writable, plain_new};
use object::buffer::{self, Buffer};
use object::memoryview::PyMemoryView;
use object::typeobject::{Py_buffer, PyTypeObject};
use object::{
    GilCell, Py, PyBytes, PyDict, PyInt, PyLayout, PyList, PyObject, PyResult, PyTuple, Visitor, error,
    is_none, pyclass, pymethods, raise,
};

enum Content {
    Closed,
    Shared(Py<PyBytes>),
    Own(Vec<u8>),
}

/// `_io.BytesIO`
#[pyclass(name = "_io.BytesIO", base = BufferedIOBase, flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct BytesIO {
    pub base: IOBase,
    content: GilCell<Content>,
    pos: GilCell<usize>,
    exports: GilCell<usize>,
}

#[cold]
fn closed<T>() -> PyResult<T> {
    raise!(ValueError, "I/O operation on closed file.")
}

impl BytesIO {
    /// The content.
    ///
    /// # Safety
    /// Nothing changes the stream while the slice is in use: no Python code runs.
    unsafe fn bytes(&self) -> PyResult<&[u8]> {
        // SAFETY: the caller's promise.
        match unsafe { &*self.content.as_ptr() } {
            Content::Closed => closed(),
            Content::Shared(b) => Ok(b.as_slice()),
            Content::Own(v) => Ok(v),
        }
    }

    fn check_open(&self) -> PyResult<()> {
        // SAFETY: only looked at.
        unsafe { self.bytes() }.map(drop)
    }

    /// The vector to write to.
    ///
    /// # Safety
    /// As [`BytesIO::bytes`]; the reference is the only one.
    #[allow(clippy::mut_from_ref)]
    unsafe fn own(&self) -> PyResult<&mut Vec<u8>> {
        // SAFETY: the caller's promise.
        let content = unsafe { &mut *self.content.as_ptr() };
        if let Content::Shared(b) = content {
            let mut v = Vec::new();
            if v.try_reserve(b.len()).is_err() {
                return error::no_memory();
            }
            v.extend_from_slice(b.as_slice());
            let old = std::mem::replace(content, Content::Own(v));
            // bytes run no code when they go
            drop(old);
        }
        match content {
            Content::Own(v) => Ok(v),
            _ => closed(),
        }
    }

    fn check_exports(&self) -> PyResult<()> {
        if self.exports.get() > 0 {
            return raise!(BufferError, "Existing exports of data: object cannot be re-sized");
        }
        Ok(())
    }

    fn write_bytes(&self, bytes: &[u8]) -> PyResult<usize> {
        self.check_open()?;
        self.check_exports()?;
        if bytes.is_empty() {
            return Ok(0);
        }
        let pos = self.pos.get();
        let Some(end) = pos.checked_add(bytes.len()).filter(|e| *e <= isize::MAX as usize) else {
            return raise!(OverflowError, "new buffer size too large");
        };
        // SAFETY: no Python code runs here.
        let v = unsafe { self.own()? };
        if end > v.len() && v.try_reserve(end - v.len()).is_err() {
            return error::no_memory();
        }
        if pos >= v.len() {
            v.resize(pos, 0);
            v.extend_from_slice(bytes);
        } else {
            let over = bytes.len().min(v.len() - pos);
            v[pos..pos + over].copy_from_slice(&bytes[..over]);
            v.extend_from_slice(&bytes[over..]);
        }
        self.pos.set(end);
        Ok(bytes.len())
    }

    fn write_object(&self, b: &PyObject) -> PyResult<usize> {
        self.check_open()?;
        self.check_exports()?;
        if let Some(b) = b.downcast::<PyBytes>() {
            return self.write_bytes(b.as_slice());
        }
        let view = Buffer::get(b, buffer::flags::CONTIG_RO)?;
        // the view may be of this stream's own memory
        let copy = view.to_vec();
        drop(view);
        self.write_bytes(&copy)
    }

    /// The next `n` bytes (fewer at the end), and the position behind them.
    fn take(&self, n: isize) -> PyResult<Py<PyBytes>> {
        // SAFETY: copied at once.
        let bytes = unsafe { self.bytes()? };
        let start = self.pos.get().min(bytes.len());
        let left = bytes.len() - start;
        let n = if n < 0 { left } else { left.min(n as usize) };
        let whole = start == 0 && n == bytes.len() && n > 1;
        self.pos.set(self.pos.get() + n);
        if whole && self.exports.get() == 0 {
            return self.shared();
        }
        PyBytes::new(&bytes[start..start + n])
    }

    /// All as a `bytes` that is shared from now on.
    fn shared(&self) -> PyResult<Py<PyBytes>> {
        // SAFETY: no Python code runs here.
        let content = unsafe { &mut *self.content.as_ptr() };
        match content {
            Content::Closed => closed(),
            Content::Shared(b) => Ok(b.clone()),
            Content::Own(v) => {
                let b = PyBytes::new(v)?;
                if self.exports.get() == 0 && b.len() > 1 {
                    *content = Content::Shared(b.clone());
                }
                Ok(b)
            }
        }
    }

    fn line(&self, limit: isize) -> PyResult<Py<PyBytes>> {
        // SAFETY: used at once.
        let bytes = unsafe { self.bytes()? };
        let start = self.pos.get().min(bytes.len());
        let rest = &bytes[start..];
        let rest = if limit >= 0 {
            &rest[..rest.len().min(limit as usize)]
        } else {
            rest
        };
        let n = memchr::memchr(b'\n', rest).map_or(rest.len(), |i| i + 1);
        let line = PyBytes::new(&rest[..n])?;
        self.pos.set(self.pos.get() + n);
        Ok(line)
    }

    fn set_content(&self, initial: &PyObject) -> PyResult<()> {
        let content = match initial.downcast_exact::<PyBytes>() {
            Some(b) => Content::Shared(b.new_ref()),
            None => {
                let view = Buffer::get(initial, buffer::flags::CONTIG_RO)?;
                Content::Own(view.to_vec())
            }
        };
        self.check_exports()?;
        drop(self.content.replace(content));
        self.pos.set(0);
        Ok(())
    }
}

#[pymethods]
impl BytesIO {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<BytesIO>> {
        plain_new(cls, args, kwargs, |this: *mut BytesIO| {
            // SAFETY: a fresh instance.
            unsafe { (&raw mut (*this).content).write(GilCell::new(Content::Own(Vec::new()))) }
        })
    }
    #[init("(initial_bytes=b'')")]
    fn init(&self, initial_bytes: Option<&PyObject>) -> PyResult<()> {
        self.check_exports()?;
        match initial_bytes.filter(|b| !is_none(b)) {
            Some(b) => self.set_content(b),
            None => {
                drop(self.content.replace(Content::Own(Vec::new())));
                self.pos.set(0);
                Ok(())
            }
        }
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.base.dict);
    }
    #[slot]
    fn tp_clear(&self) {
        self.base.dict.set(None);
    }
    #[slot]
    fn tp_iter(&self) -> PyResult {
        self.check_open()?;
        Ok(self.as_object().new_ref())
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        let line = self.line(-1)?;
        Ok(if line.is_empty() {
            None
        } else {
            Some(line.into_object())
        })
    }
    #[method("($self, /)")]
    fn readable(&self) -> PyResult<bool> {
        self.check_open().map(|()| true)
    }
    #[method("($self, /)")]
    fn writable(&self) -> PyResult<bool> {
        self.check_open().map(|()| true)
    }
    #[method("($self, /)")]
    fn seekable(&self) -> PyResult<bool> {
        self.check_open().map(|()| true)
    }
    #[method("($self, /)")]
    fn flush(&self) -> PyResult<()> {
        self.check_open()
    }
    #[method("($self, /)")]
    fn isatty(&self) -> PyResult<bool> {
        self.check_open().map(|()| false)
    }
    #[method("($self, /)")]
    fn tell(&self) -> PyResult<usize> {
        self.check_open()?;
        Ok(self.pos.get())
    }
    #[method("($self, /)")]
    fn getvalue(&self) -> PyResult<Py<PyBytes>> {
        self.shared()
    }
    #[method("($self, /)")]
    fn getbuffer(&self) -> PyResult<Py<PyMemoryView>> {
        self.check_open()?;
        let source = object::new_instance::<BytesIOBuffer>(
            <BytesIOBuffer as object::PyClass>::type_object(),
            |this| {
                // SAFETY: a fresh, zeroed instance.
                unsafe { (*this).source.set(Some(self.new_ref())) }
            },
        )?;
        PyMemoryView::new(source.as_object())
    }
    #[method("($self, size=-1, /)")]
    fn read(&self, size: Option<Size>) -> PyResult<Py<PyBytes>> {
        self.take(Size::or_all(size))
    }
    #[method("($self, size=-1, /)")]
    fn read1(&self, size: Option<Size>) -> PyResult<Py<PyBytes>> {
        self.take(Size::or_all(size))
    }
    #[method("($self, size=-1, /)")]
    fn readline(&self, size: Option<Size>) -> PyResult<Py<PyBytes>> {
        self.line(Size::or_all(size))
    }
    #[method("($self, size=None, /)")]
    fn readlines(&self, size: Option<&PyObject>) -> PyResult<Py<PyList>> {
        self.check_open()?;
        let most = match size.filter(|s| !is_none(s)) {
            None => 0,
            Some(s) => match s.downcast::<PyInt>() {
                Some(_) => object::number::as_ssize_t(s)?,
                None => {
                    return raise!(
                        TypeError,
                        "integer argument expected, got '{}'",
                        s.ty().full_name()
                    );
                }
            },
        };
        let mut lines = Vec::new();
        let mut total = 0usize;
        loop {
            let line = self.line(-1)?;
            if line.is_empty() {
                break;
            }
            total += line.len();
            lines.push(line.into_object());
            if most > 0 && total >= most as usize {
                break;
            }
        }
        PyList::from_vec(lines)
    }
    #[method("($self, buffer, /)")]
    fn readinto(&self, buffer: Writable) -> PyResult<usize> {
        // SAFETY: copied at once; where the two overlap, the copy copes with it.
        let bytes = unsafe { self.bytes()? };
        let start = self.pos.get().min(bytes.len());
        let n = buffer.put(0, &bytes[start..]);
        self.pos.set(self.pos.get() + n);
        Ok(n)
    }
    #[method("($self, b, /)")]
    fn write(&self, b: &PyObject) -> PyResult<usize> {
        self.write_object(b)
    }
    #[method("($self, lines, /)")]
    fn writelines(&self, lines: &PyObject) -> PyResult<()> {
        self.check_open()?;
        let iter = object::iter::get_iter(lines)?;
        while let Some(line) = object::iter::next(&iter)? {
            self.write_object(&line)?;
        }
        Ok(())
    }
    #[method("($self, pos, whence=0, /)")]
    fn seek(&self, pos: isize, whence: Option<i32>) -> PyResult<usize> {
        // SAFETY: only the length is used.
        let len = unsafe { self.bytes()? }.len();
        let whence = whence.unwrap_or(0);
        if pos < 0 && whence == 0 {
            return raise!(ValueError, "negative seek value {pos}");
        }
        let base = match whence {
            0 => 0,
            1 => self.pos.get(),
            2 => len,
            _ => {
                return raise!(ValueError, "invalid whence ({whence}, should be 0, 1 or 2)");
            }
        };
        let Some(at) = (base as isize).checked_add(pos) else {
            return raise!(OverflowError, "new position too large");
        };
        self.pos.set(at.max(0) as usize);
        Ok(self.pos.get())
    }
    #[method("($self, size=None, /)")]
    fn truncate(&self, size: Option<&PyObject>) -> PyResult<isize> {
        self.check_open()?;
        let size = match size.filter(|s| !is_none(s)) {
            Some(s) => object::number::index_as_isize(s)?,
            None => self.pos.get() as isize,
        };
        self.check_open()?;
        self.check_exports()?;
        if size < 0 {
            return raise!(ValueError, "negative size value {size}");
        }
        // SAFETY: no Python code runs here.
        unsafe {
            if (size as usize) < self.bytes()?.len() {
                self.own()?.truncate(size as usize);
            }
        }
        Ok(size)
    }
    #[method("($self, /)")]
    fn close(&self) -> PyResult<()> {
        self.check_exports()?;
        drop(self.content.replace(Content::Closed));
        Ok(())
    }
    #[getter]
    fn closed(&self) -> bool {
        self.check_open().inspect_err(|_| error::clear()).is_err()
    }
    #[method("($self, /)")]
    fn __getstate__(&self) -> PyResult<(Py<PyBytes>, usize, Py)> {
        let value = self.shared()?;
        let dict = match self.base.dict.get() {
            None => object::none(),
            Some(d) => d.copy()?.into_object(),
        };
        Ok((value, self.pos.get(), dict))
    }
    #[method("($self, object, /)")]
    fn __setstate__(&self, state: &PyObject) -> PyResult<()> {
        self.check_open()?;
        let parts = state.downcast::<PyTuple>().map(|t| t.as_slice());
        let Some([value, pos, dict, ..]) = parts else {
            return raise!(
                TypeError,
                "{}.__setstate__ argument should be 3-tuple, got {}",
                self.as_object().ty().full_name(),
                state.ty().full_name()
            );
        };
        self.check_exports()?;
        self.set_content(value)?;
        let Some(pos) = pos.downcast::<PyInt>() else {
            return raise!(
                TypeError,
                "second item of state must be an integer, not {}",
                pos.ty().full_name()
            );
        };
        let pos = object::number::as_ssize_t(pos.as_object())?;
        if pos < 0 {
            return raise!(ValueError, "position value cannot be negative");
        }
        self.pos.set(pos as usize);
        if !is_none(dict) {
            let Some(dict) = dict.downcast::<PyDict>() else {
                return raise!(
                    TypeError,
                    "third item of state should be a dict, got a {}",
                    dict.ty().full_name()
                );
            };
            match self.base.dict.get() {
                Some(own) => own.update(dict.as_object(), true)?,
                None => self.base.dict.set(Some(dict.new_ref())),
            }
        }
        Ok(())
    }
    #[method("($self, /)")]
    fn __sizeof__(&self) -> PyResult<usize> {
        // SAFETY: only looked at.
        let held = match unsafe { &*self.content.as_ptr() } {
            Content::Closed => 0,
            Content::Shared(b) => b.len() + 33,
            Content::Own(v) => v.capacity(),
        };
        Ok(size_of::<BytesIO>() + 16 + held)
    }
}

/// `_io._BytesIOBuffer`: what views of a `BytesIO` are views of.
#[pyclass(name = "_io._BytesIOBuffer", flags(HAVE_GC))]
#[repr(C)]
pub struct BytesIOBuffer {
    ob_base: PyObject,
    source: object::Field<BytesIO>,
}

#[pymethods]
impl BytesIOBuffer {
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.source);
    }
    #[slot]
    fn bf_getbuffer(&self, view: &mut Py_buffer, flags: i32) -> PyResult<()> {
        let Some(source) = self.source.get() else {
            return raise!(BufferError, "the stream is gone");
        };
        // SAFETY: the vector stays where it is while there are exports.
        let v = unsafe { source.own()? };
        buffer::fill_info(view, self.as_object(), v.as_mut_ptr(), v.len(), false, flags)?;
        source.exports.set(source.exports.get() + 1);
        Ok(())
    }
    #[slot]
    fn bf_releasebuffer(&self, _view: &mut Py_buffer) {
        if let Some(source) = self.source.get() {
            source.exports.set(source.exports.get().saturating_sub(1));
        }
    }
}
