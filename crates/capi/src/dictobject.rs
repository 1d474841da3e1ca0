//! `dictobject.h`

use crate::util::{expect, lend, name, put_found};
use object::{Py, PyClass, PyDict, PyLayout, PyList, PyObject, PyResult, PyTuple, error, raise};
use std::ffi::{c_char, c_int};

/// A look-up by a C name whose errors are shown as unraisable.
unsafe fn quiet(d: Option<&PyObject>, found: PyResult<Option<Py>>, function: &str) -> *mut PyObject {
    match found {
        Ok(v) => lend(v),
        Err(_) => {
            error::write_unraisable(
                d,
                Some(&format!(
                    "Exception ignored in {function}; consider using {}",
                    if function == "PyDict_GetItem()" {
                        "PyDict_GetItemRef() or PyDict_GetItemWithError()"
                    } else {
                        "PyDict_GetItemStringRef()"
                    }
                )),
            );
            std::ptr::null_mut()
        }
    }
}

fn default(d: &PyDict, key: &PyObject, value: Option<&PyObject>) -> PyResult<(Py, bool)> {
    if let Some(v) = d.get_item(key)? {
        return Ok((v, true));
    }
    Ok((
        d.set_default(key, value.unwrap_or(object::singletons::none_ref()))?,
        false,
    ))
}

capi! {
    fn PyDict_New() -> PyResult<Py<PyDict>> {
        PyDict::new()
    }
    fn _PyDict_NewPresized(n: isize) -> PyResult<Py<PyDict>> {
        PyDict::with_capacity(n.clamp(0, 1 << 20) as usize, false)
    }
    fn PyDict_Size(d: &PyObject) -> PyResult<usize> {
        Ok(expect::<PyDict>(d)?.len())
    }
    fn PyDict_Clear(d: &PyObject) {
        if let Some(d) = d.downcast::<PyDict>() {
            d.clear();
        }
    }
    fn PyDict_Copy(d: Option<&PyObject>) -> PyResult<Py<PyDict>> {
        crate::util::expect_opt::<PyDict>(d)?.copy()
    }
    fn PyDict_Contains(d: &PyObject, key: &PyObject) -> PyResult<bool> {
        expect::<PyDict>(d)?.contains(key)
    }
    fn PyDict_ContainsString(d: &PyObject, key: *const c_char) -> PyResult<bool> {
        expect::<PyDict>(d)?.contains(name(key)?.as_object())
    }
    fn PyDict_SetItem(d: &PyObject, key: &PyObject, value: &PyObject) -> PyResult<()> {
        expect::<PyDict>(d)?.set_item(key, value)
    }
    fn PyDict_SetItemString(d: &PyObject, key: *const c_char, value: &PyObject) -> PyResult<()> {
        expect::<PyDict>(d)?.set_item(&*name(key)?, value)
    }
    fn _PyDict_SetItem_KnownHash(d: &PyObject, key: &PyObject, value: &PyObject, hash: isize) -> PyResult<()> {
        expect::<PyDict>(d)?.set_item_known_hash(key, hash, value)
    }
    fn PyDict_DelItem(d: &PyObject, key: &PyObject) -> PyResult<()> {
        expect::<PyDict>(d)?.del_item(key)
    }
    fn PyDict_DelItemString(d: &PyObject, key: *const c_char) -> PyResult<()> {
        expect::<PyDict>(d)?.del_item(name(key)?.as_object())
    }
    /// Borrowed; NULL without an exception where there is none, or when something goes wrong.
    fn PyDict_GetItem(d: &PyObject, key: &PyObject) -> *mut PyObject {
        let Some(dict) = d.downcast::<PyDict>() else {
            return std::ptr::null_mut();
        };
        // an exception that is set stays
        let saved = error::take();
        let found = quiet(Some(d), dict.get_item(key), "PyDict_GetItem()");
        if let Some(e) = saved {
            let _ = error::restore(e);
        }
        found
    }
    /// Borrowed; NULL without an exception where there is none.
    fn PyDict_GetItemWithError(d: &PyObject, key: &PyObject) -> PyResult<*mut PyObject> {
        Ok(lend(expect::<PyDict>(d)?.get_item(key)?))
    }
    fn _PyDict_GetItem_KnownHash(d: &PyObject, key: &PyObject, hash: isize) -> PyResult<*mut PyObject> {
        Ok(lend(expect::<PyDict>(d)?.get_item_known_hash(key, hash)?))
    }
    /// Borrowed.
    fn PyDict_GetItemString(d: &PyObject, key: *const c_char) -> *mut PyObject {
        let found = name(key).and_then(|k| match d.downcast::<PyDict>() {
            Some(d) => d.get_str(&k),
            None => Ok(None),
        });
        quiet(Some(d), found, "PyDict_GetItemString()")
    }
    fn _PyDict_GetItemStringWithError(d: &PyObject, key: *const c_char) -> PyResult<*mut PyObject> {
        Ok(lend(expect::<PyDict>(d)?.get_str(&*name(key)?)?))
    }
    fn PyDict_GetItemRef(d: &PyObject, key: &PyObject, result: *mut *mut PyObject) -> PyResult<bool> {
        put_found(result, expect::<PyDict>(d).and_then(|d| d.get_item(key)))
    }
    fn PyDict_GetItemStringRef(d: &PyObject, key: *const c_char, result: *mut *mut PyObject) -> PyResult<bool> {
        put_found(result, name(key).and_then(|k| expect::<PyDict>(d)?.get_str(&k)))
    }
    /// Borrowed.
    fn PyDict_SetDefault(d: &PyObject, key: &PyObject, value: Option<&PyObject>) -> PyResult<*mut PyObject> {
        Ok(lend(Some(default(expect::<PyDict>(d)?, key, value)?.0)))
    }
    /// 1: the key was there, 0: it is now; `result` (unless NULL) gets a new reference to the value.
    fn PyDict_SetDefaultRef(d: &PyObject, key: &PyObject, value: Option<&PyObject>, result: *mut *mut PyObject) -> PyResult<bool> {
        let made = expect::<PyDict>(d).and_then(|d| default(d, key, value));
        let (value, there) = match made {
            Ok((v, there)) => (Ok(Some(v)), there),
            Err(r) => (Err(r), false),
        };
        if result.is_null() {
            value?;
        } else {
            put_found(result, value)?;
        }
        Ok(there)
    }
    /// Removes the key: 1 and its value (where `result` is not NULL), 0 where there was none.
    fn PyDict_Pop(d: &PyObject, key: &PyObject, result: *mut *mut PyObject) -> PyResult<bool> {
        let found = expect::<PyDict>(d).and_then(|d| d.pop_item(key));
        if result.is_null() { Ok(found?.is_some()) } else { put_found(result, found) }
    }
    fn PyDict_PopString(d: &PyObject, key: *const c_char, result: *mut *mut PyObject) -> PyResult<bool> {
        let found = name(key).and_then(|k| expect::<PyDict>(d)?.pop_item(k.as_object()));
        if result.is_null() { Ok(found?.is_some()) } else { put_found(result, found) }
    }
    fn _PyDict_Pop(d: &PyObject, key: &PyObject, or: Option<&PyObject>) -> PyResult {
        match (expect::<PyDict>(d)?.pop_item(key)?, or) {
            (Some(v), _) => Ok(v),
            (None, Some(v)) => Ok(v.new_ref()),
            (None, None) => Err(object::dict::key_error(key)),
        }
    }
    /// The next entry, borrowed; 0 at the end. The dict must not change meanwhile but for values.
    fn PyDict_Next(d: &PyObject, pos: *mut isize, key: *mut *mut PyObject, value: *mut *mut PyObject) -> bool {
        let Some(dict) = d.downcast::<PyDict>() else {
            return false;
        };
        let mut at = (*pos).max(0) as usize;
        match dict.next_entry(&mut at) {
            Some((k, v)) => {
                *pos = at as isize;
                if !key.is_null() {
                    *key = k.as_ptr();
                }
                if !value.is_null() {
                    *value = v.as_ptr();
                }
                true
            }
            None => false,
        }
    }
    fn PyDict_Keys(d: &PyObject) -> PyResult<Py<PyList>> {
        PyList::from_vec(expect::<PyDict>(d)?.keys_vec())
    }
    fn PyDict_Values(d: &PyObject) -> PyResult<Py<PyList>> {
        PyList::from_vec(expect::<PyDict>(d)?.items_vec().into_iter().map(|(_, v)| v).collect())
    }
    fn PyDict_Items(d: &PyObject) -> PyResult<Py<PyList>> {
        let pairs = expect::<PyDict>(d)?.items_vec().into_iter();
        PyList::from_vec(pairs.map(|(k, v)| Ok(PyTuple::pair(k, v)?.into_object())).collect::<PyResult<_>>()?)
    }
    fn PyDict_Update(d: &PyObject, other: &PyObject) -> PyResult<()> {
        merge(d, other, true)
    }
    fn PyDict_Merge(d: &PyObject, other: &PyObject, over: c_int) -> PyResult<()> {
        merge(d, other, over != 0)
    }
    fn PyDict_MergeFromSeq2(d: &PyObject, pairs: &PyObject, over: c_int) -> PyResult<()> {
        expect::<PyDict>(d)?.merge_pairs(pairs, over != 0)
    }
    fn PyDictProxy_New(mapping: &PyObject) -> PyResult {
        object::typeobject::mapping_proxy(mapping)
    }
    fn PyODict_New() -> PyResult {
        let class = object::hooks::import("collections")?.get_attr(object::intern!("OrderedDict"))?;
        object::call::call(&class, &[])
    }
    fn PyODict_SetItem(d: &PyObject, key: &PyObject, value: &PyObject) -> PyResult<()> {
        d.set_item(key, Some(value))
    }
    fn PyODict_DelItem(d: &PyObject, key: &PyObject) -> PyResult<()> {
        d.set_item(key, None)
    }
}

/// A mapping's items into the dict: `other` is a dict or has `keys()`.
fn merge(d: &PyObject, other: &PyObject, over: bool) -> PyResult<()> {
    let dict = expect::<PyDict>(d)?;
    if !PyDict::check(other) && !other.has_attr(object::intern!("keys"))? {
        return raise!(
            AttributeError,
            "'{}' object has no attribute 'keys'",
            other.ty().full_name()
        );
    }
    dict.update(other, over)
}
