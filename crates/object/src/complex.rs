//! `complex` (`cpython/complexobject.h`).
use crate::handle::PyResult;
/// `a ** b` as a complex number object.
pub(crate) fn power_objects(_a: (f64, f64), _b: (f64, f64)) -> PyResult {
    crate::raise!(SystemError, "complex numbers are not there yet")
}
