//! Iterators over strings: `str_ascii_iterator` for ASCII text, `str_iterator` for the rest.

use super::PyStr;
use crate::handle::{Field, GilCell, Py, PyLayout, PyResult};
use crate::raise;
use crate::refcount::PyObject;
use crate::{PyInt, PyTuple, Visitor};
use object_macros::{pyclass, pymethods};

macro_rules! iterator {
    ($(#[$doc:meta])* $name:ident, $export:ident, $pyname:literal) => {
        $(#[$doc])*
        #[pyclass(name = $pyname, type = $export, flags(HAVE_GC))]
        #[repr(C)]
        pub struct $name {
            ob_base: PyObject,
            index: GilCell<usize>,
            /// Nothing at the end.
            text: Field<PyStr>,
        }

        #[pymethods]
        impl $name {
            #[slot]
            fn tp_traverse(&self, visit: &mut Visitor) {
                visit.field(&self.text);
            }
            #[slot]
            fn tp_clear(&self) {
                self.text.set(None);
            }
            #[slot]
            fn tp_iter(&self) -> PyResult {
                Ok(self.as_object().new_ref())
            }
            #[slot]
            fn tp_iternext(&self) -> PyResult<Option<Py>> {
                Ok(self.next()?.map(Py::into_object))
            }
            #[method("($self, /)")]
            fn __length_hint__(&self) -> PyResult<usize> {
                let len = self.text.get().map_or(0, |t| t.len());
                Ok(len.saturating_sub(self.index.get()))
            }
            #[method("($self, /)")]
            fn __reduce__(&self) -> PyResult {
                let iter = crate::text_and_numbers::builtin("iter")?;
                Ok(match self.text.get() {
                    Some(t) => (iter, (t.into_object(),).into_tuple()?, PyInt::from_usize(self.index.get())?).into_tuple()?,
                    None => (iter, (PyStr::empty().into_object(),).into_tuple()?).into_tuple()?,
                })
            }
            #[method("($self, object, /)")]
            fn __setstate__(&self, object: &PyObject) -> PyResult<()> {
                let Some(i) = object.downcast::<PyInt>() else {
                    return raise!(TypeError, "an integer is required");
                };
                let i = crate::number::as_ssize_t(i.as_object())?.max(0) as usize;
                if let Some(t) = self.text.get() {
                    self.index.set(i.min(t.len()));
                }
                Ok(())
            }
        }

        impl $name {
            /// The next character.
            #[inline]
            pub fn next(&self) -> PyResult<Option<Py<PyStr>>> {
                let i = self.index.get();
                // SAFETY: nothing that could replace the field runs before the loan ends.
                let Some(t) = (unsafe { self.text.borrow() }) else {
                    return Ok(None);
                };
                if i < t.len() {
                    self.index.set(i + 1);
                    return t.char_at(i).map(Some);
                }
                self.text.set(None);
                Ok(None)
            }

            fn over(text: &PyStr) -> PyResult {
                let it = crate::new_object($name {
                    ob_base: PyObject::new_head(&$export),
                    index: GilCell::new(0),
                    text: Field::from_ref(text),
                })?;
                Ok(it.into_object())
            }
        }
    };
}

iterator!(
    /// The iterator over a string that is not ASCII.
    PyStrIterator,
    PyUnicodeIter_Type,
    "str_iterator"
);
iterator!(
    /// The iterator over an ASCII string.
    PyStrAsciiIterator,
    _PyUnicodeASCIIIter_Type,
    "str_ascii_iterator"
);

/// Tuples from Rust tuples, for what `__reduce__` gives.
pub(crate) trait IntoTuple {
    fn into_tuple(self) -> PyResult;
}
impl IntoTuple for (Py,) {
    fn into_tuple(self) -> PyResult {
        PyTuple::from_vec(vec![self.0]).map(Py::into_object)
    }
}
impl IntoTuple for (Py, Py) {
    fn into_tuple(self) -> PyResult {
        PyTuple::from_vec(vec![self.0, self.1]).map(Py::into_object)
    }
}
impl<T: PyLayout> IntoTuple for (Py, Py, Py<T>) {
    fn into_tuple(self) -> PyResult {
        PyTuple::from_vec(vec![self.0, self.1, self.2.into_object()]).map(Py::into_object)
    }
}

/// `iter(text)`
pub(super) fn iterate(text: &PyStr) -> PyResult {
    if text.is_ascii() {
        PyStrAsciiIterator::over(text)
    } else {
        PyStrIterator::over(text)
    }
}
