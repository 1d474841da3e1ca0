//! `weakrefobject.h`

use crate::util::put;
use object::weakref;
use object::{PyLayout, PyObject, PyResult, error, raise};

capi! {
    fn PyWeakref_NewRef(o: &PyObject, callback: Option<&PyObject>) -> PyResult {
        weakref::new_ref(o, callback.filter(|c| !object::is_none(c)))
    }
    fn PyWeakref_NewProxy(o: &PyObject, callback: Option<&PyObject>) -> PyResult {
        weakref::new_proxy(o, callback.filter(|c| !object::is_none(c)))
    }
    /// Borrowed: the object, or `None` once it is gone.
    fn PyWeakref_GetObject(r: Option<&PyObject>) -> PyResult<*mut PyObject> {
        match r {
            Some(r) if weakref::is_reference(r) => {
                Ok(weakref::get_referent(r).map_or(object::singletons::none_ref().as_ptr(), |o| o.as_ptr()))
            }
            _ => error::bad_internal_call(),
        }
    }
    /// 1 and a new reference, 0 and NULL once the object is gone, or -1.
    fn PyWeakref_GetRef(r: Option<&PyObject>, place: *mut *mut PyObject) -> PyResult<bool> {
        put(place, None);
        match r {
            None => error::bad_internal_call(),
            Some(r) if weakref::is_reference(r) => {
                let o = weakref::get_referent(r);
                let there = o.is_some();
                put(place, o);
                Ok(there)
            }
            Some(_) => raise!(TypeError, "expected a weakref"),
        }
    }
    fn PyWeakref_IsDead(r: Option<&PyObject>) -> PyResult<bool> {
        match r {
            None => error::bad_internal_call(),
            Some(r) if weakref::is_reference(r) => Ok(weakref::get_referent(r).is_none()),
            Some(r) => raise!(TypeError, "expected a weakref, got {}", r.ty().full_name()),
        }
    }
}
