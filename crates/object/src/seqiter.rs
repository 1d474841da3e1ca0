//! The iterator over objects that have only `__getitem__`, and `iter(callable, sentinel)`.

use crate::handle::{Field, GilCell, Py, PyClass, PyLayout, PyResult};
use crate::refcount::PyObject;
use crate::{PyInt, PyTuple, error, exceptions as exc};
use object_macros::{pyclass, pymethods};

/// `seqiterobject`
#[pyclass(name = "iterator", type = PySeqIter_Type, flags(HAVE_GC))]
#[repr(C)]
pub struct PySeqIter {
    ob_base: PyObject,
    it_index: GilCell<isize>,
    it_seq: Field,
}

/// `PySeqIter_New`
pub fn sequence_iterator(obj: &PyObject) -> PyResult {
    Ok(crate::new_object(PySeqIter {
        ob_base: PyObject::new_head(&PySeqIter_Type),
        it_index: GilCell::new(0),
        it_seq: Field::from_ref(obj),
    })?
    .into_object())
}

fn builtin(name: &str) -> PyResult {
    crate::hooks::import("builtins")?.get_attr_str(name)
}

#[pymethods]
impl PySeqIter {
    #[slot]
    fn tp_iter(&self) -> Py {
        self.as_object().new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        let Some(seq) = self.it_seq.get() else {
            return Ok(None);
        };
        let i = self.it_index.get();
        if i == isize::MAX {
            return crate::raise!(OverflowError, "iter index too large");
        }
        match seq.sequence_item(i) {
            Ok(v) => {
                self.it_index.set(i + 1);
                Ok(Some(v))
            }
            Err(raised) => {
                if error::matches::<exc::IndexError>() || error::matches::<exc::StopIteration>() {
                    error::clear();
                    self.it_seq.set(None);
                    return Ok(None);
                }
                Err(raised)
            }
        }
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut crate::Visitor) {
        visit.field(&self.it_seq);
    }
    #[method("($self, /)", nosig)]
    fn __length_hint__(&self) -> PyResult {
        let Some(seq) = self.it_seq.get() else {
            return crate::IntoPy::into_py(0isize);
        };
        if seq.ty().as_sequence().is_none_or(|s| s.sq_length.get().is_none()) {
            return Ok(crate::not_implemented());
        }
        crate::IntoPy::into_py((seq.length()? as isize - self.it_index.get()).max(0))
    }
    #[method("($self, /)", nosig)]
    fn __reduce__(&self) -> PyResult {
        let iter = builtin("iter")?;
        match self.it_seq.get() {
            Some(s) => crate::IntoPy::into_py((iter, PyTuple::from_vec(vec![s])?, self.it_index.get())),
            None => crate::IntoPy::into_py((iter, PyTuple::from_vec(vec![PyTuple::empty()?.into_object()])?)),
        }
    }
    #[method("($self, state, /)", nosig)]
    fn __setstate__(&self, state: &PyObject) -> PyResult<()> {
        let i = crate::number::index_as_isize(state)?;
        if self.it_seq.is_some() {
            self.it_index.set(i.max(0));
        }
        Ok(())
    }
}

/// `calliterobject`
#[pyclass(name = "callable_iterator", type = PyCallIter_Type, flags(HAVE_GC))]
#[repr(C)]
pub struct PyCallIter {
    ob_base: PyObject,
    callable: Field,
    sentinel: Field,
}

/// `PyCallIter_New`
pub fn call_iterator(callable: &PyObject, sentinel: &PyObject) -> PyResult {
    Ok(crate::new_object(PyCallIter {
        ob_base: PyObject::new_head(&PyCallIter_Type),
        callable: Field::from_ref(callable),
        sentinel: Field::from_ref(sentinel),
    })?
    .into_object())
}

#[pymethods]
impl PyCallIter {
    #[slot]
    fn tp_iter(&self) -> Py {
        self.as_object().new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        let (Some(f), Some(end)) = (self.callable.get(), self.sentinel.get()) else {
            return Ok(None);
        };
        let finish = || {
            self.callable.set(None);
            self.sentinel.set(None);
        };
        match error::catch::<exc::StopIteration, _>(crate::call::call(&f, &[]))? {
            None => {
                finish();
                Ok(None)
            }
            Some(v) => {
                if end.equals(&v)? {
                    finish();
                    return Ok(None);
                }
                Ok(Some(v))
            }
        }
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut crate::Visitor) {
        visit.field(&self.callable);
        visit.field(&self.sentinel);
    }
    #[method("($self, /)", nosig)]
    fn __reduce__(&self) -> PyResult {
        let iter = builtin("iter")?;
        match (self.callable.get(), self.sentinel.get()) {
            (Some(c), Some(s)) => crate::IntoPy::into_py((iter, (c, s))),
            _ => crate::IntoPy::into_py((iter, PyTuple::from_vec(vec![PyTuple::empty()?.into_object()])?)),
        }
    }
}

pub fn ready_types() -> PyResult<()> {
    crate::class::ready::<PySeqIter>()?;
    crate::class::ready::<PyCallIter>()
}

#[allow(unused)]
fn _int(i: &PyInt) -> bool {
    i.is_zero() && PyInt::check(i.as_object())
}
