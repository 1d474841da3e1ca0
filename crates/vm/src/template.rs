//! Template strings (PEP 750): `string.templatelib.Template` and `Interpolation`.

use object::{PyObject, PyResult, raise};

/// `BUILD_TEMPLATE`
pub fn build_template(_strings: &PyObject, _interpolations: &PyObject) -> PyResult {
    raise!(NotImplementedError, "string.templatelib.Template")
}

/// `BUILD_INTERPOLATION`
pub fn build_interpolation(
    _value: &PyObject,
    _text: &PyObject,
    _conversion: usize,
    _format_spec: Option<&PyObject>,
) -> PyResult {
    raise!(NotImplementedError, "string.templatelib.Interpolation")
}
