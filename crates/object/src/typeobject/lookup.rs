//! Look-up along the MRO, with version tags and the method cache (`_PyType_Lookup`).

use super::{PyTypeObject, flags};
use crate::handle::{GilCell, Py, PyLayout, PyResult};
use crate::refcount::PyObject;
use crate::str::PyStr;

const CACHE_BITS: u32 = 12;

#[derive(Clone, Copy)]
struct Entry {
    version: u32,
    name: *const PyStr,
    /// Borrowed: whoever changes the type takes its version away first. Null: not found.
    value: *mut PyObject,
}

static CACHE: GilCell<[Entry; 1 << CACHE_BITS]> = GilCell::new(
    [Entry {
        version: 0,
        name: std::ptr::null(),
        value: std::ptr::null_mut(),
    }; 1 << CACHE_BITS],
);
static NEXT_VERSION: GilCell<u32> = GilCell::new(1 << 16);

/// The version tag of a type, assigned if need be; 0 where there is none to be had. It changes whenever an attribute of
/// the type or of a base changes.
pub fn version_tag(ty: &PyTypeObject) -> u32 {
    let tag = ty.tp_version_tag.get();
    if tag != 0 { tag } else { assign_version(ty) }
}

#[cold]
fn assign_version(ty: &PyTypeObject) -> u32 {
    if !ty.has(flags::READY) || ty.tp_versions_used.get() >= 1000 {
        return 0;
    }
    if let Some(bases) = ty.tp_bases.get() {
        for b in bases.as_slice() {
            match b.downcast::<PyTypeObject>() {
                Some(b) if version_tag(b) != 0 => {}
                _ => return 0,
            }
        }
    }
    let tag = NEXT_VERSION.get();
    if tag == 0 || tag == u32::MAX {
        return 0;
    }
    NEXT_VERSION.set(tag + 1);
    ty.tp_version_tag.set(tag);
    ty.tp_versions_used.set(ty.tp_versions_used.get() + 1);
    tag
}

/// `PyType_Modified`: the type's caches no longer hold, nor those of its subclasses.
pub fn modified(ty: &PyTypeObject) {
    if ty.tp_version_tag.get() == 0 {
        return;
    }
    for sub in super::subclasses(ty) {
        if let Some(sub) = sub.downcast::<PyTypeObject>() {
            modified(sub);
        }
    }
    ty.tp_version_tag.set(0);
    if let Some(heap) = ty.heap() {
        heap._spec_cache.getitem.set(std::ptr::null_mut());
        heap._spec_cache.getitem_version.set(0);
        heap._spec_cache.init.set(std::ptr::null_mut());
    }
}

/// The attribute as the classes of the MRO have it; a borrowed pointer or null. Valid until Python code runs.
#[inline]
pub fn lookup_raw(ty: &PyTypeObject, name: &PyStr) -> *mut PyObject {
    let version = ty.tp_version_tag.get();
    if version != 0 {
        let slot = cache_slot(version, name);
        // SAFETY: the index is within the cache; read and done.
        let e = unsafe { (*CACHE.as_ptr())[slot] };
        if e.version == version && std::ptr::eq(e.name, name) {
            return e.value;
        }
    }
    lookup_slow(ty, name)
}

#[inline(always)]
fn cache_slot(version: u32, name: &PyStr) -> usize {
    let h = version.wrapping_mul(0x9E37_79B1) ^ ((name as *const PyStr as usize >> 4) as u32);
    (h & ((1 << CACHE_BITS) - 1)) as usize
}

#[cold]
fn lookup_slow(ty: &PyTypeObject, name: &PyStr) -> *mut PyObject {
    let interned = name.interned_state() != 0;
    let version = if interned { version_tag(ty) } else { 0 };
    let Some(mro) = ty.tp_mro.get() else {
        return std::ptr::null_mut();
    };
    let mut found = std::ptr::null_mut();
    for class in mro.as_slice() {
        let Some(class) = class.downcast::<PyTypeObject>() else {
            continue;
        };
        let Some(dict) = class.tp_dict.get() else { continue };
        match dict.get_str(name) {
            Ok(Some(value)) => {
                // the dict keeps it alive
                found = value.as_ptr();
                break;
            }
            Ok(None) => {}
            Err(_) => crate::error::clear(),
        }
    }
    if version != 0 && version == ty.tp_version_tag.get() {
        if name.interned_state() == 1 {
            // the cache compares names by address: an interned name must not die and its address be used again
            name.set_interned(2);
            name.as_object().set_immortal();
        }
        let slot = cache_slot(version, name);
        // SAFETY: as above.
        unsafe {
            (*CACHE.as_ptr())[slot] = Entry {
                version,
                name,
                value: found,
            }
        };
    }
    found
}

/// `_PyType_LookupRef`: owned, no descriptor call.
#[inline]
pub fn lookup(ty: &PyTypeObject, name: &PyStr) -> Option<Py> {
    // SAFETY: borrowed from the cache or a class's dict, and taken before anything else runs.
    unsafe { lookup_raw(ty, name).as_ref().map(|o| o.new_ref()) }
}

/// A special method looked up on the type and bound (`_PyObject_LookupSpecial`).
pub fn lookup_special(obj: &PyObject, name: &PyStr) -> PyResult<Option<Py>> {
    let Some(descr) = lookup(obj.ty(), name) else {
        return Ok(None);
    };
    match descr.ty().tp_descr_get.get() {
        // SAFETY: a slot called with an object of its type.
        Some(f) => Ok(Some(unsafe { f(&descr, Some(obj), Some(obj.ty().as_object()))? })),
        None => Ok(Some(descr)),
    }
}

/// As [`lookup_special`], but a method descriptor stays unbound: (callable, to be called with the object first).
pub fn lookup_special_method(obj: &PyObject, name: &PyStr) -> PyResult<Option<(Py, bool)>> {
    let Some(descr) = lookup(obj.ty(), name) else {
        return Ok(None);
    };
    if descr.ty().has(flags::METHOD_DESCRIPTOR) {
        return Ok(Some((descr, true)));
    }
    match descr.ty().tp_descr_get.get() {
        // SAFETY: a slot called with an object of its type.
        Some(f) => Ok(Some((
            unsafe { f(&descr, Some(obj), Some(obj.ty().as_object()))? },
            false,
        ))),
        None => Ok(Some((descr, false))),
    }
}

/// Calls a special method if the type has it.
pub fn call_special(obj: &PyObject, name: &PyStr, args: &[&PyObject]) -> PyResult<Option<Py>> {
    match lookup_special_method(obj, name)? {
        None => Ok(None),
        Some((f, true)) => {
            let mut all = [obj; 4];
            if args.len() < 4 {
                all[1..=args.len()].copy_from_slice(args);
                return Ok(Some(crate::call::call(&f, &all[..=args.len()])?));
            }
            let all: Vec<&PyObject> = std::iter::once(obj).chain(args.iter().copied()).collect();
            Ok(Some(crate::call::call(&f, &all)?))
        }
        Some((f, false)) => Ok(Some(crate::call::call(&f, args)?)),
    }
}

/// Whether `value` in a class is a data descriptor.
#[inline]
pub fn is_data_descriptor(descr: &PyObject) -> bool {
    descr.ty().tp_descr_set.get().is_some()
}
