//! Type parameters (PEP 695, 696): `TypeVar`, `ParamSpec`, `TypeVarTuple`, `TypeAliasType`, `Generic`.

use object::{PyObject, PyResult, raise};

pub fn type_var(_name: &PyObject, _bound: Option<&PyObject>, _constraints: Option<&PyObject>) -> PyResult {
    raise!(NotImplementedError, "typing.TypeVar")
}
pub fn param_spec(_name: &PyObject) -> PyResult {
    raise!(NotImplementedError, "typing.ParamSpec")
}
pub fn type_var_tuple(_name: &PyObject) -> PyResult {
    raise!(NotImplementedError, "typing.TypeVarTuple")
}
pub fn type_alias(_parts: &PyObject) -> PyResult {
    raise!(NotImplementedError, "typing.TypeAliasType")
}
pub fn subscript_generic(_params: &PyObject) -> PyResult {
    raise!(NotImplementedError, "typing.Generic")
}
pub fn set_default(_param: &PyObject, _default: &PyObject) -> PyResult {
    raise!(NotImplementedError, "typing.TypeVar.__default__")
}
