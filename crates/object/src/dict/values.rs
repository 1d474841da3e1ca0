//! Values of split dicts, and the managed dicts of instances: attribute values that stand inline behind an instance
//! (`INLINE_VALUES`), under keys that the class shares among its instances, until somebody asks for `__dict__` or an
//! attribute does not fit.

use super::keys::{self, DictKeys, EMPTY, KIND_SPLIT, drop_ptr};
use super::{PyDict, table_version};
use crate::gc::Visitor;
use crate::handle::{Py, PyClass, PyLayout, PyResult};
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::typeobject::{PyHeapTypeObject, PyTypeObject, flags};
use std::cell::Cell;

/// The head of a split dict's values: then `capacity` pointers, then as many bytes that name them in the order in
/// which they were set.
#[repr(C, align(8))]
pub struct DictValues {
    capacity: Cell<u8>,
    size: Cell<u8>,
    /// They stand in an instance.
    embedded: Cell<u8>,
    /// They are the attributes of the instance that they stand in.
    valid: Cell<u8>,
}
const _: () = assert!(size_of::<DictValues>() == 8);

impl DictValues {
    #[inline(always)]
    pub fn capacity(&self) -> usize {
        self.capacity.get() as usize
    }
    /// Number of values set.
    #[inline(always)]
    pub fn size(&self) -> usize {
        self.size.get() as usize
    }
    #[inline(always)]
    pub fn is_embedded(&self) -> bool {
        self.embedded.get() != 0
    }
    #[inline(always)]
    pub fn valid(&self) -> bool {
        self.valid.get() != 0
    }

    /// # Safety
    /// `i < capacity`.
    #[inline(always)]
    pub unsafe fn cell(&self, i: usize) -> &Cell<*mut PyObject> {
        debug_assert!(i < self.capacity());
        // SAFETY: the values stand behind the head.
        unsafe { &*((self as *const DictValues).add(1) as *const Cell<*mut PyObject>).add(i) }
    }

    /// The value, lent; null if it is not set.
    ///
    /// # Safety
    /// `i` is an index into the shared keys; beyond the capacity nothing is set.
    #[inline(always)]
    pub unsafe fn get_raw(&self, i: usize) -> *mut PyObject {
        if i >= self.capacity() {
            return std::ptr::null_mut();
        }
        // SAFETY: just checked.
        unsafe { self.cell(i).get() }
    }

    #[inline(always)]
    fn order_ptr(&self) -> *mut u8 {
        // SAFETY: the order stands behind the values.
        unsafe { ((self as *const DictValues).add(1) as *mut *mut PyObject).add(self.capacity()) as *mut u8 }
    }
    /// The index of the `i`th value in order.
    ///
    /// # Safety
    /// `i < size`.
    #[inline(always)]
    pub unsafe fn order(&self, i: usize) -> usize {
        // SAFETY: the caller's promise.
        unsafe { *self.order_ptr().add(i) as usize }
    }

    /// Sets a value; the old one is returned to be dropped when all is consistent.
    ///
    /// # Safety
    /// `i < capacity`.
    #[inline(always)]
    pub unsafe fn replace(&self, i: usize, value: Py) -> Option<Py> {
        // SAFETY: the caller's promise.
        unsafe {
            let old = self.cell(i).replace(value.into_ptr());
            if old.is_null() {
                let n = self.size.get();
                *self.order_ptr().add(n as usize) = i as u8;
                self.size.set(n + 1);
            }
            Py::from_owned_ptr_or_null(old)
        }
    }

    /// Takes an index out of the order.
    pub(super) fn forget_order(&self, i: usize) {
        let n = self.size();
        // SAFETY: `n` bytes of order.
        let order = unsafe { std::slice::from_raw_parts_mut(self.order_ptr(), n) };
        if let Some(at) = order.iter().position(|x| *x as usize == i) {
            order.copy_within(at + 1.., at);
            self.size.set(n as u8 - 1);
        }
    }

    /// Takes all values out.
    pub(super) fn take_all(&self) -> Vec<Option<Py>> {
        self.size.set(0);
        // SAFETY: the values own what they hold.
        (0..self.capacity())
            .map(|i| unsafe { Py::from_owned_ptr_or_null(self.cell(i).replace(std::ptr::null_mut())) })
            .collect()
    }
}

fn bytes_for(capacity: usize) -> usize {
    size_of::<DictValues>() + capacity * size_of::<usize>() + capacity.div_ceil(8) * 8
}

/// Writes empty values.
///
/// # Safety
/// `p` has room for that capacity.
unsafe fn init(p: *mut DictValues, capacity: usize, embedded: bool) {
    // SAFETY: the caller's promise.
    unsafe {
        p.write(DictValues {
            capacity: Cell::new(capacity as u8),
            size: Cell::new(0),
            embedded: Cell::new(embedded as u8),
            valid: Cell::new(1),
        });
        std::ptr::write_bytes(p.add(1) as *mut *mut PyObject, 0, capacity);
    }
}

/// Values of their own block; null if there is no memory.
fn alloc_values(capacity: usize) -> *mut DictValues {
    let p = crate::alloc::raw_malloc(bytes_for(capacity)) as *mut DictValues;
    if !p.is_null() {
        // SAFETY: fresh memory.
        unsafe { init(p, capacity, false) };
    }
    p
}

/// A copy with references of its own, in a block of its own; null if there is no memory.
///
/// # Safety
/// `from` are live values.
pub(super) unsafe fn copy_values(from: &DictValues) -> *mut DictValues {
    let p = alloc_values(from.capacity());
    if p.is_null() {
        return p;
    }
    // SAFETY: same capacity.
    unsafe {
        for i in 0..from.capacity() {
            let v = from.cell(i).get();
            if !v.is_null() {
                (*v).incref();
            }
            (*p).cell(i).set(v);
        }
        std::ptr::copy_nonoverlapping(from.order_ptr(), (*p).order_ptr(), from.size());
        (*p).size.set(from.size.get());
    }
    p
}

/// Values that hold nothing any more: freed, or if they stand in an instance, invalid.
///
/// # Safety
/// Every place is null.
pub(super) unsafe fn retire(values: *mut DictValues) {
    // SAFETY: the caller's promise.
    unsafe {
        if (*values).is_embedded() {
            (*values).valid.set(0);
            (*values).size.set(0);
        } else {
            crate::alloc::raw_free(values as *mut u8);
        }
    }
}

/// The index of a key in shared keys, added if there is room.
///
/// # Safety
/// `key` is an exact string of that hash; the table is split.
pub(super) unsafe fn shared_insert(table: &DictKeys, key: &Py, hash: isize) -> Option<usize> {
    debug_assert!(table.kind.get() == KIND_SPLIT);
    // SAFETY: the caller's promise.
    unsafe {
        let ix = table.find_str(key.downcast_unchecked::<PyStr>(), hash);
        if ix != EMPTY {
            return Some(ix as usize);
        }
        if table.usable.get() <= 0 {
            return None;
        }
        table.version.set(0);
        Some(table.push(key.clone().into_ptr(), hash, std::ptr::null_mut()))
    }
}

/// Entries that shared keys can have in all.
#[inline(always)]
pub(super) fn shared_capacity(table: &DictKeys) -> usize {
    (table.nentries.get() + table.usable.get()) as usize
}

#[inline(always)]
fn cached_keys(ty: &PyTypeObject) -> Option<&DictKeys> {
    // SAFETY: a heap type's cached keys are null or live as long as the type.
    unsafe {
        ty.heap()
            .and_then(|h| (h.ht_cached_keys.get() as *const DictKeys).as_ref())
    }
}

/// Bytes of inline values behind an instance of `ty` (flag `INLINE_VALUES`).
pub fn inline_values_size(ty: &PyTypeObject) -> usize {
    cached_keys(ty).map_or(0, |k| bytes_for(shared_capacity(k)))
}

/// Bytes of the inline values that an instance was made with (its class may give later ones fewer).
///
/// # Safety
/// `obj`'s type has `INLINE_VALUES`, and the words behind the object are still whole.
pub unsafe fn inline_values_size_of(obj: &PyObject) -> usize {
    // SAFETY: the caller's promise.
    unsafe { bytes_for((*inline_values(obj)).capacity()) }
}

/// Makes a fresh instance's inline values valid and empty.
pub fn init_inline_values(obj: &PyObject) {
    let Some(table) = cached_keys(obj.ty()) else {
        return;
    };
    // later instances are made smaller, until the attributes that the class really has are known
    let usable = table.usable.get();
    if usable > 1 {
        table.usable.set(usable - 1);
    }
    // SAFETY: the instance was allocated with room for at least this capacity.
    unsafe {
        init(inline_values(obj), shared_capacity(table), true);
        managed_cell(obj).set(std::ptr::null_mut());
    }
}

/// Called when a heap type with `INLINE_VALUES` is made: gives it shared keys (`ht_cached_keys`), in which the names
/// of its `__static_attributes__` come first.
pub fn init_cached_keys(ty: &PyTypeObject) -> PyResult<()> {
    let Some(heap) = ty.heap() else {
        return Ok(());
    };
    let table = DictKeys::alloc_shared();
    if table.is_null() {
        return crate::error::no_memory();
    }
    if let Some(dict) = ty.tp_dict.get()
        && let Some(names) = dict.get_str(crate::intern!("__static_attributes__"))?
        && let Some(names) = names.downcast::<crate::PyTuple>()
    {
        for name in names.as_slice() {
            if let Some(s) = name.downcast_exact::<PyStr>() {
                // SAFETY: just made; an exact string.
                unsafe { shared_insert(&*table, name, s.hash()) };
            }
        }
    }
    heap.ht_cached_keys.set(table as *mut std::ffi::c_void);
    Ok(())
}

/// Gives up a dying heap type's shared keys.
pub fn drop_cached_keys(heap: &PyHeapTypeObject) {
    let table = heap.ht_cached_keys.replace(std::ptr::null_mut()) as *mut DictKeys;
    if !table.is_null() {
        // SAFETY: the type's own reference.
        unsafe { DictKeys::decref(table) };
    }
}

/// The version of a class's shared keys, assigned on demand (0: none).
pub fn shared_keys_version(ty: &PyTypeObject) -> u32 {
    cached_keys(ty).map_or(0, table_version)
}

/// The index of an attribute in a class's shared keys.
pub fn shared_key_index(ty: &PyTypeObject, name: &PyStr) -> Option<u16> {
    let table = cached_keys(ty)?;
    if !PyStr::check_exact(name.as_object()) {
        return None;
    }
    match table.find_str(name, name.hash()) {
        EMPTY => None,
        ix => u16::try_from(ix).ok(),
    }
}

/// The inline values of an instance.
///
/// # Safety
/// The object's type has `INLINE_VALUES`.
#[inline(always)]
pub unsafe fn inline_values(obj: &PyObject) -> *mut DictValues {
    let size = obj.ty().tp_basicsize.get();
    // SAFETY: they stand behind the basic size.
    unsafe { (obj.as_ptr() as *mut u8).offset(size) as *mut DictValues }
}

/// The word before an object that points to its dict, or is null.
///
/// # Safety
/// The object's type has `MANAGED_DICT`.
#[inline(always)]
pub unsafe fn managed_cell(obj: &PyObject) -> &Cell<*mut PyDict> {
    // SAFETY: such objects are allocated with the word there.
    unsafe { &*(obj.as_ptr() as *const Cell<*mut PyDict>).sub(3) }
}

/// The inline values, if they are what the object's attributes are.
#[inline(always)]
fn valid_values(obj: &PyObject) -> Option<&DictValues> {
    if !obj.ty().has(flags::INLINE_VALUES) {
        return None;
    }
    // SAFETY: the flag.
    unsafe { inline_values(obj).as_ref().filter(|v| v.valid()) }
}

/// The managed dict as it is: nothing is made.
#[inline]
pub fn managed_dict_now(obj: &PyObject) -> Option<Py<PyDict>> {
    if !obj.ty().has(flags::MANAGED_DICT) {
        return None;
    }
    // SAFETY: the flag; null or an owned dict.
    unsafe { managed_cell(obj).get().as_ref().map(|d| d.new_ref()) }
}

/// The instance attribute `name` of an object with a managed dict (inline values or dict), not materializing a dict.
#[inline]
pub fn managed_get(obj: &PyObject, name: &PyStr) -> PyResult<Option<Py>> {
    if let Some(values) = valid_values(obj)
        && PyStr::check_exact(name.as_object())
    {
        let Some(table) = cached_keys(obj.ty()) else {
            return Ok(None);
        };
        let ix = table.find_str(name, name.hash());
        if ix == EMPTY {
            return Ok(None);
        }
        // SAFETY: an index of the shared keys; owned before anything runs.
        return Ok(unsafe { values.get_raw(ix as usize).as_ref() }.map(|v| v.new_ref()));
    }
    match managed_dict_now(obj) {
        Some(dict) => dict.get_str(name),
        None if valid_values(obj).is_some() => managed_dict(obj)?.get_str(name),
        None => Ok(None),
    }
}

/// Sets (or with `None` deletes) it; `Ok(false)` if it was to be deleted and is not there.
pub fn managed_set(obj: &PyObject, name: &PyStr, value: Option<&PyObject>) -> PyResult<bool> {
    // SAFETY: the type has a managed dict; the shared keys go with the inline values.
    unsafe {
        if let Some(values) = valid_values(obj)
            && PyStr::check_exact(name.as_object())
            && let Some(table) = cached_keys(obj.ty())
        {
            let dict = managed_cell(obj).get().as_ref();
            let hash = name.hash();
            let ix = match value {
                Some(_) => shared_insert(table, &name.as_object().new_ref(), hash),
                None => usize::try_from(table.find_str(name, hash)).ok(),
            };
            match (ix.filter(|i| *i < values.capacity()), value) {
                (Some(ix), Some(value)) => {
                    let old = values.replace(ix, value.new_ref());
                    if let (None, Some(dict)) = (&old, dict) {
                        dict.ma_used.set(dict.ma_used.get() + 1);
                    }
                    drop(old);
                    return Ok(true);
                }
                (Some(ix), None) => {
                    let old = Py::from_owned_ptr_or_null(values.cell(ix).replace(std::ptr::null_mut()));
                    if old.is_none() {
                        return Ok(false);
                    }
                    values.forget_order(ix);
                    if let Some(dict) = dict {
                        dict.ma_used.set(dict.ma_used.get() - 1);
                    }
                    drop(old);
                    return Ok(true);
                }
                (None, None) => return Ok(false),
                (None, Some(_)) => {}
            }
        }
    }
    match value {
        Some(value) => {
            managed_dict(obj)?.set_item(name, value)?;
            Ok(true)
        }
        None => match managed_dict_now(obj) {
            Some(dict) => Ok(dict.pop_item(name.as_object())?.is_some()),
            None if valid_values(obj).is_some() => {
                Ok(managed_dict(obj)?.pop_item(name.as_object())?.is_some())
            }
            None => Ok(false),
        },
    }
}

/// The managed dict, made if need be (from inline values): `obj.__dict__`.
pub fn managed_dict(obj: &PyObject) -> PyResult<Py<PyDict>> {
    if let Some(dict) = managed_dict_now(obj) {
        return Ok(dict);
    }
    let ty = obj.ty();
    let dict = match (valid_values(obj), cached_keys(ty)) {
        (Some(values), Some(table)) => {
            table.incref();
            let used = values.size();
            PyDict::with_tables(
                table as *const DictKeys as *mut DictKeys,
                values as *const DictValues as *mut DictValues,
                used,
            )?
        }
        (None, Some(table)) if table.usable.get() > 0 || table.nentries.get() > 0 => {
            let values = alloc_values(shared_capacity(table));
            if values.is_null() {
                return crate::error::no_memory();
            }
            table.incref();
            PyDict::with_tables(table as *const DictKeys as *mut DictKeys, values, 0)?
        }
        _ => PyDict::new()?,
    };
    // SAFETY: the type has a managed dict (callers ask only then).
    unsafe { managed_cell(obj).set(dict.clone().into_ptr()) };
    Ok(dict)
}

/// Makes a split dict whose values stand in a dying or changed instance independent of it.
///
/// # Safety
/// `dict` is the managed dict of the instance in which `values` stand.
unsafe fn detach(dict: &PyDict, values: &DictValues) -> PyResult<()> {
    if !std::ptr::eq(dict.ma_values.get(), values) {
        return Ok(());
    }
    // SAFETY: the caller's promise; references move to the copy.
    unsafe {
        let new = alloc_values(values.capacity());
        if new.is_null() {
            return crate::error::no_memory();
        }
        for i in 0..values.capacity() {
            (*new).cell(i).set(values.cell(i).replace(std::ptr::null_mut()));
        }
        std::ptr::copy_nonoverlapping(values.order_ptr(), (*new).order_ptr(), values.size());
        (*new).size.set(values.size.get());
        values.valid.set(0);
        values.size.set(0);
        dict.ma_values.set(new);
    }
    Ok(())
}

/// Replaces the managed dict (`obj.__dict__ = d`).
pub fn managed_dict_set(obj: &PyObject, dict: Option<Py<PyDict>>) -> PyResult<()> {
    let mut dropped = Vec::new();
    // SAFETY: the type has a managed dict; what was there is dropped when the object is consistent.
    let old = unsafe {
        let cell = managed_cell(obj);
        if let Some(values) = valid_values(obj) {
            match cell.get().as_ref() {
                Some(old) => detach(old, values)?,
                None => dropped = values.take_all(),
            }
            values.valid.set(0);
        }
        let new = dict.map_or(std::ptr::null_mut(), Py::into_ptr);
        Py::from_owned_ptr_or_null(cell.replace(new))
    };
    drop(old);
    drop(dropped);
    Ok(())
}

/// Drops a dying or cleared object's managed dict and inline values (`PyObject_ClearManagedDict`).
pub fn managed_clear(obj: &PyObject) {
    if !obj.ty().has(flags::MANAGED_DICT) {
        return;
    }
    // SAFETY: the type has a managed dict.
    unsafe {
        if managed_cell(obj).get().is_null()
            && let Some(values) = valid_values(obj)
        {
            // the usual case: no dict; the values are no attributes any more before the first is dropped
            values.valid.set(0);
            values.size.set(0);
            for i in 0..values.capacity() {
                drop(Py::from_owned_ptr_or_null(
                    values.cell(i).replace(std::ptr::null_mut()),
                ));
            }
            return;
        }
    }
    let mut dropped = Vec::new();
    // SAFETY: the type has a managed dict; what was there is dropped when the object is consistent.
    let old = unsafe {
        let cell = managed_cell(obj);
        if let Some(values) = valid_values(obj) {
            match cell.get().as_ref() {
                Some(old) if old.as_object().refcount() > 1 && !old.as_object().is_immortal() => {
                    if detach(old, values).is_err() {
                        // no memory for the copy: the dict loses its items, as it must not point into the object
                        crate::error::clear();
                        dropped = values.take_all();
                        old.ma_used.set(0);
                        let table = old.ma_keys.replace(keys::empty_keys());
                        old.ma_values.set(std::ptr::null_mut());
                        DictKeys::decref(table);
                    }
                }
                Some(old) => {
                    if std::ptr::eq(old.ma_values.get(), values) {
                        old.ma_used.set(0);
                        let table = old.ma_keys.replace(keys::empty_keys());
                        old.ma_values.set(std::ptr::null_mut());
                        DictKeys::decref(table);
                    }
                    dropped = values.take_all();
                }
                None => dropped = values.take_all(),
            }
            values.valid.set(0);
        }
        Py::from_owned_ptr_or_null(cell.replace(std::ptr::null_mut()))
    };
    drop(old);
    drop(dropped);
}

/// Visits them for the collector (`PyObject_VisitManagedDict`).
pub fn managed_visit(obj: &PyObject, visit: &mut Visitor) {
    if !obj.ty().has(flags::MANAGED_DICT) {
        return;
    }
    // SAFETY: the flag; visiting changes nothing.
    unsafe {
        match valid_values(obj) {
            // a dict made from the values visits them itself only when they are its own
            Some(values) => {
                for i in 0..values.capacity() {
                    visit.raw(values.cell(i).get());
                }
                visit.raw(managed_cell(obj).get() as *mut PyObject);
            }
            None => visit.raw(managed_cell(obj).get() as *mut PyObject),
        }
    }
}

/// Drops what a dying split dict's values hold.
///
/// # Safety
/// The dict is dying; the values are its own.
pub(super) unsafe fn free_values(values: *mut DictValues) {
    // SAFETY: the caller's promise.
    unsafe {
        for i in 0..(*values).capacity() {
            drop_ptr((*values).cell(i).replace(std::ptr::null_mut()));
        }
        (*values).size.set(0);
        retire(values);
    }
}
