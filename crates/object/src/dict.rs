//! `dict` (`cpython/dictobject.h`): insertion-ordered hash tables, combined or split with shared keys, and the
//! instances' inline values.

use crate::handle::{GilCell, Py, PyResult};
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::typeobject::PyTypeObject;
use object_macros::{pyclass, pymethods};
use std::ffi::c_void;

/// `PyDictObject`
#[pyclass(name = "dict", type = PyDict_Type, flags(BASETYPE, DICT_SUBCLASS, MAPPING, MATCH_SELF, HAVE_GC))]
#[repr(C)]
pub struct PyDict {
    pub(crate) ob_base: PyObject,
    pub(crate) ma_used: GilCell<isize>,
    pub(crate) _ma_watcher_tag: GilCell<u64>,
    pub(crate) ma_keys: GilCell<*mut c_void>,
    pub(crate) ma_values: GilCell<*mut c_void>,
}

impl PyDict {
    pub fn new() -> PyResult<Py<PyDict>> {
        todo!()
    }
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.ma_used.get() as usize
    }
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// `PyDict_GetItemRef`: hashing and comparing may run Python code and fail.
    pub fn get_item(&self, _key: &PyObject) -> PyResult<Option<Py>> {
        todo!()
    }
    /// Look-up of a string: cannot fail while the dict has only strings for keys; other keys' errors are raised.
    pub fn get_str(&self, _key: &PyStr) -> PyResult<Option<Py>> {
        todo!()
    }
    /// `PyDict_SetItem`. Keys may be any object (`&PyStr` too through `as_object`).
    pub fn set_item<K: crate::PyLayout + ?Sized, V: crate::PyLayout + ?Sized>(
        &self,
        _key: &K,
        _value: &V,
    ) -> PyResult<()> {
        todo!()
    }
    /// `PyDict_DelItem`: `KeyError` if it is not there.
    pub fn del_item(&self, _key: &PyObject) -> PyResult<()> {
        todo!()
    }
    /// `PyDict_Pop`
    pub fn pop_item(&self, _key: &PyObject) -> PyResult<Option<Py>> {
        todo!()
    }
    pub fn contains(&self, key: &PyObject) -> PyResult<bool> {
        Ok(self.get_item(key)?.is_some())
    }
    /// `dict.setdefault`
    pub fn set_default(&self, _key: &PyObject, _default: &PyObject) -> PyResult<Py> {
        todo!()
    }
    /// `dict.copy`
    pub fn copy(&self) -> PyResult<Py<PyDict>> {
        todo!()
    }
    /// `dict.update(other)` for any mapping or iterable of pairs; `overwrite` as in `PyDict_Merge`.
    pub fn update(&self, _other: &PyObject, _overwrite: bool) -> PyResult<()> {
        todo!()
    }
    pub fn clear(&self) {
        todo!()
    }
    /// The items at this moment, in order, owned.
    pub fn items_vec(&self) -> Vec<(Py, Py)> {
        todo!()
    }
    /// `PyDict_Next` by position, owned: the next entry at or after `pos`, which is advanced.
    pub fn next_entry(&self, _pos: &mut usize) -> Option<(Py, Py)> {
        todo!()
    }
}

/// Bytes of inline values behind an instance of `ty` (flag `INLINE_VALUES`).
pub fn inline_values_size(_ty: &PyTypeObject) -> usize {
    todo!()
}

/// Makes a fresh instance's inline values valid and empty.
pub fn init_inline_values(_obj: &PyObject) {
    todo!()
}

/// Called when a heap type with `INLINE_VALUES` is made: gives it shared keys (`ht_cached_keys`).
pub fn init_cached_keys(_ty: &PyTypeObject) -> PyResult<()> {
    todo!()
}

/// The instance attribute `name` of an object with a managed dict (inline values or dict), not materializing a dict.
pub fn managed_get(_obj: &PyObject, _name: &PyStr) -> PyResult<Option<Py>> {
    todo!()
}

/// Sets (or with `None` deletes) it; `Ok(false)` if it was to be deleted and is not there.
pub fn managed_set(_obj: &PyObject, _name: &PyStr, _value: Option<&PyObject>) -> PyResult<bool> {
    todo!()
}

/// The managed dict, made if need be (from inline values): `obj.__dict__`.
pub fn managed_dict(_obj: &PyObject) -> PyResult<Py<PyDict>> {
    todo!()
}

/// Replaces the managed dict (`obj.__dict__ = d`).
pub fn managed_dict_set(_obj: &PyObject, _dict: Option<Py<PyDict>>) -> PyResult<()> {
    todo!()
}

/// Drops a dying or cleared object's managed dict and inline values (`PyObject_ClearManagedDict`).
pub fn managed_clear(_obj: &PyObject) {
    todo!()
}

/// Visits them for the collector (`PyObject_VisitManagedDict`).
pub fn managed_visit(_obj: &PyObject, _visit: &mut crate::gc::Visitor) {
    todo!()
}

#[pymethods]
impl PyDict {}
