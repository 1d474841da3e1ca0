//! `methodobject.h`, `cpython/classobject.h`.

use crate::util::{expect, not_null};
use object::cfunction::{PyCFunctionObject, PyMethod};
use object::typeobject::PyMethodDef;
use object::{Py, PyLayout, PyObject, PyResult, PyTypeObject, error, raise};
use std::ffi::{c_int, c_void};

/// A function from a definition that lives for ever.
fn new(
    def: &'static PyMethodDef,
    slf: Option<&PyObject>,
    module: Option<&PyObject>,
    class: Option<&PyTypeObject>,
) -> PyResult<Py<PyCFunctionObject>> {
    use object::typeobject::meth;
    if def.ml_flags & meth::METHOD != 0 {
        if class.is_none() {
            return raise!(
                SystemError,
                "attempting to create PyCMethod with a METH_METHOD flag but no class"
            );
        }
    } else if class.is_some() {
        return raise!(
            SystemError,
            "attempting to create PyCFunction with class but no METH_METHOD flag"
        );
    }
    PyCFunctionObject::new(def, slf, module, class)
}

capi! {
    fn PyCFunction_New(def: &'static PyMethodDef, slf: Option<&PyObject>) -> PyResult<Py<PyCFunctionObject>> {
        new(def, slf, None, None)
    }
    fn PyCFunction_NewEx(def: &'static PyMethodDef, slf: Option<&PyObject>, module: Option<&PyObject>) -> PyResult<Py<PyCFunctionObject>> {
        new(def, slf, module, None)
    }
    fn PyCMethod_New(def: &'static PyMethodDef, slf: Option<&PyObject>, module: Option<&PyObject>, class: Option<&PyTypeObject>) -> PyResult<Py<PyCFunctionObject>> {
        new(def, slf, module, class)
    }
    fn PyCFunction_GetFunction(f: &PyObject) -> PyResult<*const c_void> {
        Ok(expect::<PyCFunctionObject>(f)?.def().ml_meth)
    }
    /// Borrowed; NULL for static methods.
    fn PyCFunction_GetSelf(f: &PyObject) -> PyResult<*mut PyObject> {
        Ok(expect::<PyCFunctionObject>(f)?.receiver().map_or(std::ptr::null_mut(), |o| o.as_ptr()))
    }
    fn PyCFunction_GetFlags(f: &PyObject) -> PyResult<c_int> {
        Ok(expect::<PyCFunctionObject>(f)?.def().ml_flags)
    }
    fn PyMethod_New(func: &PyObject, slf: Option<&PyObject>) -> PyResult<Py<PyMethod>> {
        match slf {
            Some(s) => PyMethod::new(func, s),
            None => error::bad_internal_call(),
        }
    }
    /// Borrowed.
    fn PyMethod_Function(m: Option<&PyObject>) -> PyResult<*mut PyObject> {
        Ok(expect::<PyMethod>(not_null(m)?)?.func().as_ptr())
    }
    /// Borrowed.
    fn PyMethod_Self(m: Option<&PyObject>) -> PyResult<*mut PyObject> {
        Ok(expect::<PyMethod>(not_null(m)?)?.receiver().as_ptr())
    }
}
