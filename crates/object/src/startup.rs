//! Readying all built-in types, once a process.

use crate::PyResult;
use crate::class::ready;
use crate::handle::PyClass;
use crate::typeobject::PyTypeObject;

/// Readies every type of this crate. The caller has made a thread state current and set the hash key. Returns the
/// exception classes, for `builtins`.
pub fn ready_types() -> PyResult<Vec<&'static PyTypeObject>> {
    crate::typeobject::ready_core()?;
    crate::text_and_numbers::ready_types()?;
    crate::containers::ready_types()?;
    crate::cfunction::ready_types()?;
    crate::descr::ready_types()?;
    crate::weakref::ready_types()?;
    crate::doc::ready_types()?;
    ready::<crate::singletons::PyNone>()?;
    ready::<crate::singletons::PyNotImplemented>()?;
    ready::<crate::singletons::PyEllipsis>()?;
    ready::<crate::module::PyModule>()?;
    ready::<crate::union::PyUnion>()?;
    ready::<crate::genericalias::PyGenericAlias>()?;
    ready::<crate::namespace::PyNamespace>()?;
    ready::<crate::capsule::PyCapsule>()?;
    let all = crate::exceptions::ready_types()?;
    debug_assert!(PyTypeObject::type_object().has(crate::typeobject::flags::READY));
    Ok(all)
}
