//! `float` (`cpython/floatobject.h`).

use crate::handle::{Py, PyResult};
use crate::refcount::PyObject;
use object_macros::{pyclass, pymethods};

/// `PyFloatObject`
#[pyclass(name = "float", type = PyFloat_Type, flags(BASETYPE, MATCH_SELF))]
#[repr(C)]
pub struct PyFloat {
    pub(crate) ob_base: PyObject,
    pub(crate) ob_fval: crate::handle::GilCell<f64>,
}

impl PyFloat {
    pub fn new(_value: f64) -> PyResult<Py<PyFloat>> {
        todo!()
    }
    #[inline(always)]
    pub fn value(&self) -> f64 {
        self.ob_fval.get()
    }
}

/// `PyFloat_AsDouble`: float, or anything with `__float__` or `__index__`.
pub fn as_f64(_obj: &PyObject) -> PyResult<f64> {
    todo!()
}

#[pymethods]
impl PyFloat {}
