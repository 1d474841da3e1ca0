//! `bytes_iterator` and `bytearray_iterator`.

use crate::handle::{Field, GilCell, Py, PyLayout, PyResult};
use crate::raise;
use crate::refcount::PyObject;
use crate::text_and_numbers::builtin;
use crate::{PyByteArray, PyBytes, PyInt, PyTuple, Visitor};
use object_macros::{pyclass, pymethods};

macro_rules! iterator {
    ($(#[$doc:meta])* $name:ident, $export:ident, $pyname:literal, $of:ident) => {
        $(#[$doc])*
        #[pyclass(name = $pyname, type = $export, flags(HAVE_GC))]
        #[repr(C)]
        pub struct $name {
            ob_base: PyObject,
            index: GilCell<usize>,
            /// Nothing at the end.
            of: Field<$of>,
        }

        #[pymethods]
        impl $name {
            #[slot]
            fn tp_traverse(&self, visit: &mut Visitor) {
                visit.field(&self.of);
            }
            #[slot]
            fn tp_clear(&self) {
                self.of.set(None);
            }
            #[slot]
            fn tp_iter(&self) -> PyResult {
                Ok(self.as_object().new_ref())
            }
            #[slot]
            fn tp_iternext(&self) -> PyResult<Option<Py>> {
                let i = self.index.get();
                // SAFETY: nothing that could replace the field runs before the loan ends.
                let Some(b) = (unsafe { self.of.borrow() }) else {
                    return Ok(None);
                };
                // SAFETY: nothing runs meanwhile.
                if let Some(byte) = unsafe { super::common::ByteString::content(b) }.get(i) {
                    let byte = *byte;
                    self.index.set(i + 1);
                    return Ok(Some(PyInt::small(byte as i64).as_object().new_ref()));
                }
                self.of.set(None);
                Ok(None)
            }
            #[method("($self, /)")]
            fn __length_hint__(&self) -> PyResult<usize> {
                Ok(self.of.get().map_or(0, |b| b.len().saturating_sub(self.index.get())))
            }
            #[method("($self, /)")]
            fn __reduce__(&self) -> PyResult<Py<PyTuple>> {
                let iter = builtin("iter")?;
                match self.of.get() {
                    Some(b) => {
                        let args = PyTuple::from_vec(vec![b.into_object()])?;
                        let index = PyInt::from_usize(self.index.get())?;
                        PyTuple::from_vec(vec![iter, args.into_object(), index.into_object()])
                    }
                    None => {
                        let args = PyTuple::from_vec(vec![PyTuple::empty()?.into_object()])?;
                        PyTuple::from_vec(vec![iter, args.into_object()])
                    }
                }
            }
            #[method("($self, object, /)")]
            fn __setstate__(&self, object: &PyObject) -> PyResult<()> {
                let Some(i) = object.downcast::<PyInt>() else {
                    return raise!(TypeError, "an integer is required");
                };
                let i = crate::number::as_ssize_t(i.as_object())?.max(0) as usize;
                if let Some(b) = self.of.get() {
                    self.index.set(i.min(b.len()));
                }
                Ok(())
            }
        }

        impl $name {
            pub(crate) fn over(of: &$of) -> PyResult {
                let it = crate::new_object($name {
                    ob_base: PyObject::new_head(&$export),
                    index: GilCell::new(0),
                    of: Field::from_ref(of),
                })?;
                Ok(it.into_object())
            }
        }
    };
}

iterator!(
    /// The iterator over bytes.
    PyBytesIterator,
    PyBytesIter_Type,
    "bytes_iterator",
    PyBytes
);
iterator!(
    /// The iterator over a bytearray.
    PyByteArrayIterator,
    PyByteArrayIter_Type,
    "bytearray_iterator",
    PyByteArray
);
