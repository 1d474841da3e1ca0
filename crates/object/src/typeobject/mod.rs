//! Types: layout, readying, method resolution order, look-up with the method cache, slots and their `__dunder__`
//! entries, `type` itself and `object`.

mod layout;
pub use layout::*;

use crate::dict::PyDict;
use crate::handle::{Py, PyLayout, PyResult};
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::tuple::PyTuple;

/// `type`
#[unsafe(no_mangle)]
pub static PyType_Type: PyTypeObject = PyTypeObject::new_static(
    c"type",
    size_of::<PyHeapTypeObject>(),
    size_of::<PyMemberDef>(),
    flags::BASETYPE | flags::TYPE_SUBCLASS | flags::HAVE_GC | flags::HAVE_VECTORCALL | flags::ITEMS_AT_END,
);
/// `object`
#[unsafe(no_mangle)]
pub static PyBaseObject_Type: PyTypeObject =
    PyTypeObject::new_static(c"object", size_of::<PyObject>(), 0, flags::BASETYPE);

/// `PyType_Ready` for static types.
pub fn ready(_ty: &PyTypeObject) -> PyResult<()> {
    todo!()
}
pub fn add_methods(_ty: &PyTypeObject, _dict: &PyDict, _methods: &'static [PyMethodDef]) -> PyResult<()> {
    todo!()
}
pub fn add_getsets(_ty: &PyTypeObject, _dict: &PyDict, _getsets: &'static [PyGetSetDef]) -> PyResult<()> {
    todo!()
}
/// Gives an object's memory back through its type's `tp_free`.
///
/// # Safety
/// As [`crate::alloc::object_free`].
pub unsafe fn free_object(op: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        match (*op).ty().tp_free.get() {
            Some(free) => free(op as *mut std::ffi::c_void),
            None => crate::alloc::object_free(op as *mut std::ffi::c_void),
        }
    }
}
/// `AttributeError: 'X' object has no attribute 'y'`, with `name` and `obj` set.
#[cold]
pub fn no_attribute<T>(_obj: &PyObject, _name: &PyStr) -> PyResult<T> {
    todo!()
}
pub fn get_attr_optional(_obj: &PyObject, _name: &PyStr) -> PyResult<Option<Py>> {
    todo!()
}
/// `_PyType_Lookup` over the MRO: owned, no descriptor call.
pub fn lookup(_ty: &PyTypeObject, _name: &PyStr) -> Option<Py> {
    todo!()
}
/// A special method looked up on the type and bound (`_PyObject_LookupSpecial`).
pub fn lookup_special(_obj: &PyObject, _name: &PyStr) -> PyResult<Option<Py>> {
    todo!()
}
/// `_PyObject_GetMethod`: the attribute, and whether it is an unbound method to be called with the object first.
pub fn get_method(_obj: &PyObject, _name: &PyStr) -> PyResult<(Py, bool)> {
    todo!()
}
pub fn instance_dict(_obj: &PyObject) -> PyResult<Option<Py<PyDict>>> {
    todo!()
}
/// `PyObject_GenericGetAttr`
///
/// # Safety
/// As `tp_getattro`.
pub unsafe extern "C" fn generic_getattr(_obj: &PyObject, _name: &PyObject) -> PyResult {
    todo!()
}
/// `PyObject_GenericSetAttr`
///
/// # Safety
/// As `tp_setattro`.
pub unsafe extern "C" fn generic_setattr(
    _obj: &PyObject,
    _name: &PyObject,
    _value: Option<&PyObject>,
) -> std::ffi::c_int {
    todo!()
}
/// `types.GenericAlias(origin, args)`
pub fn generic_alias(_origin: &PyObject, _args: &PyObject) -> PyResult {
    todo!()
}
/// `types.MappingProxyType(mapping)`
pub fn mapping_proxy(_mapping: &PyObject) -> PyResult {
    todo!()
}
/// The members of a `types.UnionType`, if it is one.
pub fn union_args(_obj: &PyObject) -> PyResult<Option<Py<PyTuple>>> {
    todo!()
}
/// The iterator over an object that has only `__getitem__`.
pub fn sequence_iterator(obj: &PyObject) -> PyResult {
    crate::iterators::PySeqIter::of(obj)
}
/// Whether an object's type has no special getattr.
pub fn has_generic_getattr(ty: &PyTypeObject) -> bool {
    ty.tp_getattro
        .get()
        .is_some_and(|f| std::ptr::fn_addr_eq(f, generic_getattr as getattrofunc))
}
#[allow(unused)]
fn _layout(o: &PyObject) -> *mut PyObject {
    o.as_ptr()
}
