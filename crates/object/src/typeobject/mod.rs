//! Types: layout, readying, method resolution order, look-up with the method cache, slots and their `__dunder__`
//! entries, `type` itself and `object`.

mod attr;
mod layout;
mod lookup;
mod new;
mod object_;
mod pybuffer;
mod ready;
pub mod slots;
pub use slots::add_own_repr;
mod super_;
mod type_;

pub use attr::{
    dict_field, generic_get, generic_getattr, generic_set, generic_setattr, get_attr_optional, get_method,
    has_generic_getattr, has_generic_setattr, instance_dict, no_attribute, raise_attribute, type_get,
    type_getattro, type_set,
};
pub use layout::*;
pub use lookup::{
    call_special, is_data_descriptor, lookup, lookup_raw, lookup_special, lookup_special_method, modified,
    version_tag,
};
pub use new::{
    best_base, calculate_metaclass, instance_getset, set_instance_dict, solid_base, subtype_clear,
    subtype_dealloc, subtype_traverse, type_call, type_members, type_new,
};
pub use object_::{PyBaseObject, makes_plain_objects};
pub use ready::{add_getsets, add_members, add_methods, c3, compute_mro, ready, subclasses};
pub use slots::calls_dunder_call;
pub use super_::{PySuper, find_after, lookup_after, super_lookup};
pub use type_::merge_class_dict;

use crate::dict::PyDict;
use crate::handle::{Field, Py, PyLayout, PyResult};
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

/// Readies `object` and `type`; everything else comes after.
pub fn ready_core() -> PyResult<()> {
    // readying needs dicts, strings, ints and descriptors: their slots must be there before they are readied
    fn fill<T: crate::handle::PyClass + crate::class::ClassInfo + crate::class::Methods>() {
        T::fill(T::type_object());
        for part in T::PARTS {
            (part.fill)(T::type_object());
        }
        T::type_object().tp_vectorcall_offset.set(T::VECTORCALL_OFFSET);
    }
    fill::<PyStr>();
    fill::<crate::PyInt>();
    fill::<PyDict>();
    fill::<PyTuple>();
    fill::<crate::PyBytes>();
    fill::<crate::descr::PyWrapperDescr>();
    fill::<crate::descr::PyMethodDescr>();
    fill::<crate::descr::PyGetSetDescr>();
    fill::<crate::descr::PyMemberDescr>();
    fill::<crate::descr::PyClassMethodDescr>();
    fill::<crate::descr::PyStaticMethod>();
    fill::<crate::cfunction::PyCFunctionObject>();
    type_::prepare();
    object_::prepare();
    crate::class::ready::<PyBaseObject>()?;
    crate::class::ready::<PyTypeObject>()?;
    crate::class::ready::<PySuper>()
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

/// `types.GenericAlias(origin, args)`
pub fn generic_alias(origin: &PyObject, args: &PyObject) -> PyResult {
    crate::genericalias::new(origin, args)
}

/// The members of a `types.UnionType`, if it is one.
pub fn union_args(obj: &PyObject) -> PyResult<Option<Py<PyTuple>>> {
    Ok(obj
        .downcast_exact::<crate::union::PyUnion>()
        .and_then(|u| u.args()))
}

/// The iterator over an object that has only `__getitem__`.
pub fn sequence_iterator(obj: &PyObject) -> PyResult {
    crate::iterators::PySeqIter::of(obj)
}

/// `types.MappingProxyType(mapping)`
pub fn mapping_proxy(mapping: &PyObject) -> PyResult {
    Ok(crate::descr::PyMappingProxy::new(mapping)?.into_object())
}
