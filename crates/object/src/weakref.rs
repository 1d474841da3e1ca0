//! Weak references (`weakref.ref`, `weakref.proxy`; `cpython/weakrefobject.h`).

use crate::refcount::PyObject;

/// `PyObject_ClearWeakRefs`: for deallocators; clears all references to `obj` and runs their callbacks.
pub fn clear_weakrefs(_obj: &PyObject) {
    todo!()
}
