//! `descrobject.h`

use crate::util::lossy;
use object::descr;
use object::typeobject::{self, PyGetSetDef, PyMemberDef, PyMethodDef};
use object::{PyObject, PyResult, PyStr, PyTypeObject};
use std::ffi::c_char;

capi! {
    fn PyDescr_NewMethod(t: &PyTypeObject, def: &'static PyMethodDef) -> PyResult {
        descr::new_method_descriptor(t, def)
    }
    fn PyDescr_NewClassMethod(t: &PyTypeObject, def: &'static PyMethodDef) -> PyResult {
        descr::new_classmethod_descriptor(t, def)
    }
    fn PyDescr_NewMember(t: &PyTypeObject, def: &'static PyMemberDef) -> PyResult {
        descr::new_member_descriptor(t, def, &*PyStr::new(&lossy(def.name))?)
    }
    fn PyDescr_NewGetSet(t: &PyTypeObject, def: &'static PyGetSetDef) -> PyResult {
        descr::new_getset_descriptor(t, def, &*PyStr::new(&lossy(def.name))?)
    }
    fn PyDescr_IsData(o: &PyObject) -> bool {
        typeobject::is_data_descriptor(o)
    }
    /// The field at `address` plus the member's offset.
    fn PyMember_GetOne(address: *const c_char, def: &PyMemberDef) -> PyResult {
        descr::get_member(&*(address as *const PyObject), def)
    }
    fn PyMember_SetOne(address: *mut c_char, def: &PyMemberDef, value: Option<&PyObject>) -> PyResult<()> {
        descr::set_member(&*(address as *const PyObject), def, value)
    }
    /// A wrapper descriptor bound to an object.
    fn PyWrapper_New(d: &PyObject, o: &PyObject) -> PyResult {
        match d.ty().tp_descr_get.get() {
            Some(f) => f(d, Some(o), Some(object::PyLayout::as_object(o.ty()))),
            None => object::error::bad_internal_call(),
        }
    }
    fn PyStaticMethod_New(o: &PyObject) -> PyResult<object::Py<descr::PyStaticMethod>> {
        descr::PyStaticMethod::new(o)
    }
    fn PyClassMethod_New(o: &PyObject) -> PyResult<object::Py<descr::PyClassMethod>> {
        descr::PyClassMethod::new(o)
    }
}
