//! `bytes` as Python sees it.

use super::common::{self, ByteString, common_methods};
use super::{PyBytes, percent};
use crate::buffer::{self, BytesLike};
use crate::handle::{Py, PyClass, PyLayout, PyResult};
use crate::protocol::CompareOp;
use crate::raise;
use crate::refcount::PyObject;
use crate::str::{PyStr, SliceArg, bounds};
use crate::typeobject::{Py_buffer, PyTypeObject};
use crate::{PyInt, PyList, PyTuple};
use object_macros::pymethods;
use std::ffi::c_int;

common_methods!(PyBytes);

/// The content that `bytes(source, encoding, errors)` asks for; `None` for source means empty. Shared with `bytearray`,
/// whose errors name it.
pub(crate) enum Source {
    Zeros(usize),
    Content(Py<PyBytes>),
    Other,
}

pub(crate) fn source(
    source: Option<&PyObject>,
    encoding: Option<&PyStr>,
    errors: Option<&PyStr>,
) -> PyResult<Source> {
    let Some(source) = source else {
        if encoding.is_some() {
            return raise!(TypeError, "encoding without a string argument");
        }
        if errors.is_some() {
            return raise!(TypeError, "errors without a string argument");
        }
        return Ok(Source::Zeros(0));
    };
    if let Some(s) = source.downcast::<PyStr>() {
        if encoding.is_none() {
            return raise!(TypeError, "string argument without an encoding");
        }
        let encoded = crate::codecs::encode_str(s, encoding, errors)?;
        return match encoded.downcast_into::<PyBytes>() {
            Ok(b) => Ok(Source::Content(b)),
            Err(_) => raise!(SystemError, "the encoder did not give bytes"),
        };
    }
    if encoding.is_some() {
        return raise!(TypeError, "encoding without a string argument");
    }
    if errors.is_some() {
        return raise!(TypeError, "errors without a string argument");
    }
    Ok(Source::Other)
}

/// A length given as an integer; `None` if the object is no integer.
pub(crate) fn length_of(source: &PyObject) -> PyResult<Option<usize>> {
    if !source.has_index() {
        return Ok(None);
    }
    match crate::number::index_as_isize(source) {
        Ok(n) if n < 0 => raise!(ValueError, "negative count"),
        Ok(n) => Ok(Some(n as usize)),
        Err(_) if crate::error::matches::<crate::exceptions::TypeError>() => {
            crate::error::clear();
            Ok(None)
        }
        Err(e) => Err(e),
    }
}

#[pymethods(extend(common))]
impl PyBytes {
    #[new("(source=b'', encoding='utf-8', errors='strict')", nosig)]
    fn tp_new(
        cls: &PyTypeObject,
        source_arg: Option<&PyObject>,
        encoding: Option<&PyStr>,
        errors: Option<&PyStr>,
    ) -> PyResult<Py<PyBytes>> {
        let value = match (source(source_arg, encoding, errors), source_arg) {
            (Err(e), _) => return Err(e),
            (Ok(Source::Zeros(n)), _) => PyBytes::build(n, |_| {})?,
            (Ok(Source::Content(b)), _) => b,
            (Ok(Source::Other), None) => PyBytes::new(&[])?,
            (Ok(Source::Other), Some(s)) => match super::from_dunder_bytes(s)? {
                Some(b) => b,
                None => match length_of(s)? {
                    Some(n) => PyBytes::build(n, |_| {})?,
                    None => super::from_content(s)?,
                },
            },
        };
        PyBytes::into_class(value, cls)
    }
    #[slot]
    unsafe fn tp_dealloc(op: *mut PyObject) {
        // SAFETY: called once at the end; exact bytes come from `alloc`, others from `tp_alloc`.
        unsafe {
            if PyBytes::check_exact(&*op) {
                let len = (*op).downcast_unchecked::<PyBytes>().len();
                crate::freelist::small_free(op as *mut u8, super::HEAD + len + 1);
            } else {
                crate::typeobject::free_object(op);
            }
        }
    }
    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        super::repr(self.as_slice())
    }
    #[slot]
    fn tp_str(&self) -> PyResult<Py<PyStr>> {
        super::warn_mixing("str() on a bytes instance")?;
        super::repr(self.as_slice())
    }
    #[slot]
    fn tp_hash(&self) -> PyResult<isize> {
        Ok(self.hash())
    }
    #[slot]
    fn tp_iter(&self) -> PyResult {
        super::PyBytesIterator::over(self)
    }
    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult {
        if let Some(b) = other.downcast::<PyBytes>() {
            return Ok(common::compare(self.as_slice(), b.as_slice(), op));
        }
        if matches!(op, CompareOp::Eq | CompareOp::Ne) {
            if PyStr::check(other) {
                super::warn_mixing("Comparison between bytes and string")?;
            } else if PyInt::check(other) {
                super::warn_mixing("Comparison between bytes and int")?;
            }
        }
        Ok(crate::not_implemented())
    }
    #[slot]
    fn bf_getbuffer(&self, view: &mut Py_buffer, flags: c_int) -> PyResult<()> {
        buffer::fill_info(view, self.as_object(), self.data_ptr(), self.len(), true, flags)
    }
    #[slot]
    fn nb_remainder(a: &PyObject, b: &PyObject) -> PyResult {
        match a.downcast::<PyBytes>() {
            Some(a) => PyBytes::new(&percent::format(a.as_slice(), b)?).map(Py::into_object),
            None => Ok(crate::not_implemented()),
        }
    }
    #[slot]
    fn sq_length(&self) -> PyResult<usize> {
        Ok(self.len())
    }
    #[slot]
    fn sq_concat(&self, other: &PyObject) -> PyResult<Py<PyBytes>> {
        if !buffer::check(other) {
            return raise!(TypeError, "can't concat {} to bytes", other.ty().full_name());
        }
        let other = BytesLike::get(other)?;
        if self.is_empty()
            && let BytesLike::Bytes(b) = &other
        {
            return b.whole();
        }
        if other.is_empty() {
            return self.whole();
        }
        let Some(n) = self.len().checked_add(other.len()) else {
            return crate::error::no_memory();
        };
        let r = PyBytes::alloc(n)?;
        // SAFETY: fresh memory of that size; nothing runs while the parts are copied.
        unsafe {
            let s = other.as_slice();
            std::ptr::copy_nonoverlapping(self.data_ptr(), r.data_ptr(), self.len());
            std::ptr::copy_nonoverlapping(s.as_ptr(), r.data_ptr().add(self.len()), s.len());
        }
        Ok(r)
    }
    #[slot]
    fn sq_repeat(&self, n: isize) -> PyResult<Py<PyBytes>> {
        let n = n.max(0) as usize;
        if n == 1 {
            return self.whole();
        }
        let Some(total) = self.len().checked_mul(n).filter(|t| *t <= isize::MAX as usize) else {
            return raise!(OverflowError, "repeated bytes are too long");
        };
        // no room for the head as well
        if total > isize::MAX as usize - 64 {
            return crate::error::no_memory();
        }
        if total == 0 {
            return PyBytes::new(&[]);
        }
        PyBytes::build(total, |out| {
            for part in out.chunks_mut(self.len()) {
                part.copy_from_slice(self.as_slice());
            }
        })
    }
    #[slot]
    fn sq_item(&self, i: isize) -> PyResult<Py<PyInt>> {
        match usize::try_from(i).ok().and_then(|i| self.as_slice().get(i)) {
            Some(b) => Ok(PyInt::small(*b as i64).new_ref()),
            None => raise!(IndexError, "index out of range"),
        }
    }
    #[slot]
    fn sq_contains(&self, item: &PyObject) -> PyResult<bool> {
        common::contains(self.as_slice(), item)
    }
    #[slot]
    fn mp_length(&self) -> PyResult<usize> {
        Ok(self.len())
    }
    #[slot]
    fn mp_subscript(&self, key: &PyObject) -> PyResult {
        if key.has_index() {
            let mut i = crate::number::index_as_isize_index_error(key)?;
            if i < 0 {
                i += self.len() as isize;
            }
            return self.sq_item(i).map(Py::into_object);
        }
        let Some(slice) = key.downcast_exact::<crate::PySlice>() else {
            return raise!(
                TypeError,
                "byte indices must be integers or slices, not {}",
                key.ty().full_name()
            );
        };
        let (start, _, step, n) = slice.adjusted(self.len())?;
        let made = if step == 1 || n == 0 {
            let start = if n == 0 { 0 } else { start as usize };
            self.part(start, start + n)?
        } else {
            let s = self.as_slice();
            PyBytes::build(n, |out| {
                for (i, b) in out.iter_mut().enumerate() {
                    *b = s[(start + i as isize * step) as usize];
                }
            })?
        };
        Ok(made.into_object())
    }
    #[method("($self, /)")]
    fn __getnewargs__(&self) -> PyResult<Py<PyTuple>> {
        PyTuple::from_vec(vec![PyBytes::new(self.as_slice())?.into_object()])
    }
    #[method("($self, /)")]
    fn __bytes__(&self) -> PyResult<Py<PyBytes>> {
        self.whole()
    }
}
