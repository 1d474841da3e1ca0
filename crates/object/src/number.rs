//! The number protocol (`abstract.h`): binary and unary operators over slots, `index`, conversions.

use crate::handle::{Py, PyResult};
use crate::int::PyInt;
use crate::refcount::PyObject;

/// `operator.index` as an int (`PyNumber_Index`): exact subclass rules, "'str' object cannot be interpreted as an integer".
pub fn index(_obj: &PyObject) -> PyResult<Py<PyInt>> {
    todo!()
}

/// `PyNumber_AsSsize_t(obj, PyExc_OverflowError)`
pub fn index_as_isize(_obj: &PyObject) -> PyResult<isize> {
    todo!()
}

/// As [`index_as_isize`], but `IndexError` where it does not fit ("cannot fit 'int' into an index-sized integer").
pub fn index_as_isize_index_error(_obj: &PyObject) -> PyResult<isize> {
    todo!()
}
