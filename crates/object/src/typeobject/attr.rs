//! Attribute access: `PyObject_GenericGetAttr`/`SetAttr`, instance dicts, methods without binding, and `type`'s own.

use super::lookup::{lookup, modified};
use super::{PyTypeObject, flags, getattrofunc, setattrofunc};
use crate::dict::{self, PyDict};
use crate::error;
use crate::exceptions as exc;
use crate::handle::{Field, Py, PyClass, PyLayout, PyResult};
use crate::raise;
use crate::refcount::PyObject;
use crate::str::{PyStr, attribute_name};
use std::ffi::c_int;

/// Where the instance dict's pointer stands, for types with a `tp_dictoffset` of their own.
pub fn dict_field(obj: &PyObject) -> Option<&Field<PyDict>> {
    let ty = obj.ty();
    let mut offset = ty.tp_dictoffset.get();
    if offset == 0 || ty.has(flags::MANAGED_DICT) {
        return None;
    }
    if offset < 0 {
        // counted from the end of a var-sized object
        let n = if ty.has(flags::LONG_SUBCLASS) {
            // SAFETY: an int's digits are its items.
            unsafe { obj.downcast_unchecked::<crate::PyInt>() }.digit_count()
        } else {
            // SAFETY: such types are var-sized.
            unsafe {
                (*(obj.as_ptr() as *const crate::PyVarObject))
                    .ob_size
                    .get()
                    .unsigned_abs()
            }
        };
        offset += crate::alloc::instance_size(ty, n)? as isize;
    }
    // SAFETY: the type says that a dict pointer stands there.
    Some(unsafe { &*((obj as *const PyObject as *const u8).offset(offset) as *const Field<PyDict>) })
}

/// `obj.__dict__` as the generic machinery has it, made if need be; `None` for objects without one.
pub fn instance_dict(obj: &PyObject) -> PyResult<Option<Py<PyDict>>> {
    if obj.ty().has(flags::MANAGED_DICT) {
        return Ok(Some(dict::managed_dict(obj)?));
    }
    let Some(field) = dict_field(obj) else {
        return Ok(None);
    };
    if let Some(d) = field.get() {
        return Ok(Some(d));
    }
    let d = PyDict::new()?;
    field.set(Some(d.clone()));
    Ok(Some(d))
}

/// The instance attribute, without making a dict.
#[inline]
fn instance_get(obj: &PyObject, name: &PyStr) -> PyResult<Option<Py>> {
    if obj.ty().has(flags::MANAGED_DICT) {
        return dict::managed_get(obj, name);
    }
    match dict_field(obj).and_then(|f| f.get()) {
        Some(d) => d.get_str(name),
        None => Ok(None),
    }
}

/// Generic look-up that does not raise for a missing attribute.
pub fn generic_get(obj: &PyObject, name: &PyStr) -> PyResult<Option<Py>> {
    let ty = obj.ty();
    let descr = lookup(ty, name);
    let get = descr.as_ref().and_then(|d| d.ty().tp_descr_get.get());
    if let (Some(d), Some(f)) = (&descr, get)
        && d.ty().tp_descr_set.get().is_some()
    {
        // SAFETY: a slot called with an object of its type.
        return Ok(Some(unsafe { f(d, Some(obj), Some(ty.as_object()))? }));
    }
    if let Some(v) = instance_get(obj, name)? {
        return Ok(Some(v));
    }
    match (descr, get) {
        // SAFETY: as above; the class may have changed meanwhile, so it is asked again.
        (Some(d), Some(f)) => Ok(Some(unsafe { f(&d, Some(obj), Some(obj.ty().as_object()))? })),
        (d, _) => Ok(d),
    }
}

/// `PyObject_GenericGetAttr`
///
/// # Safety
/// As `tp_getattro`.
pub unsafe extern "C" fn generic_getattr(obj: &PyObject, name: &PyObject) -> PyResult {
    let name = attribute_name(name)?;
    match generic_get(obj, name)? {
        Some(v) => Ok(v),
        None => no_attribute(obj, name),
    }
}

/// `PyObject_GenericSetAttr`
///
/// # Safety
/// As `tp_setattro`.
pub unsafe extern "C" fn generic_setattr(obj: &PyObject, name: &PyObject, value: Option<&PyObject>) -> c_int {
    crate::args::status(attribute_name(name).and_then(|name| generic_set(obj, name, value)))
}

/// Generic assignment (or deletion).
pub fn generic_set(obj: &PyObject, name: &PyStr, value: Option<&PyObject>) -> PyResult<()> {
    let ty = obj.ty();
    let descr = lookup(ty, name);
    if let Some(d) = &descr
        && let Some(f) = d.ty().tp_descr_set.get()
    {
        // SAFETY: a slot called with an object of its type.
        return crate::args::from_status(unsafe { f(d, obj, value) });
    }
    let done = if ty.has(flags::MANAGED_DICT) {
        dict::managed_set(obj, &crate::intern::intern(name.new_ref()), value)?
    } else if dict_field(obj).is_some() {
        match (instance_dict(obj)?, value) {
            (Some(d), Some(v)) => {
                d.set_item(&*crate::intern::intern(name.new_ref()), v)?;
                true
            }
            (Some(d), None) => d.pop_item(name.as_object())?.is_some(),
            (None, _) => false,
        }
    } else {
        return raise_attribute(
            obj,
            name,
            if descr.is_some() {
                format!("'{}' object attribute '{name}' is read-only", ty.full_name())
            } else if has_generic_getattr(ty) {
                format!(
                    "'{}' object has no attribute '{name}' and no __dict__ for setting new attributes",
                    ty.full_name()
                )
            } else {
                format!("'{}' object has no attribute '{name}'", ty.full_name())
            },
        );
    };
    if done { Ok(()) } else { no_attribute(obj, name) }
}

/// `AttributeError` with `name` and `obj` set.
#[cold]
pub fn raise_attribute<T>(obj: &PyObject, name: &PyStr, message: String) -> PyResult<T> {
    let text = PyStr::new_wtf8_lossy(&message)?;
    let e = crate::call::call(
        exc::AttributeError::type_object().as_object(),
        &[text.as_object()],
    )?;
    if let Some(e) = e.downcast::<exc::AttributeError>() {
        e.obj.set(Some(obj.new_ref()));
        e.name.set(Some(name.as_object().new_ref()));
    }
    Err(error::raise_object(e))
}

/// `AttributeError: 'X' object has no attribute 'y'`
#[cold]
pub fn no_attribute<T>(obj: &PyObject, name: &PyStr) -> PyResult<T> {
    let message = match obj.downcast::<PyTypeObject>() {
        Some(class) => format!("type object '{}' has no attribute '{name}'", class.full_name()),
        None => format!("'{}' object has no attribute '{name}'", obj.ty().full_name()),
    };
    raise_attribute(obj, name, message)
}

/// Whether a type looks attributes up the generic way.
pub fn has_generic_getattr(ty: &PyTypeObject) -> bool {
    ty.tp_getattro
        .get()
        .is_some_and(|f| std::ptr::fn_addr_eq(f, generic_getattr as getattrofunc))
}

/// Whether a type sets attributes the generic way.
pub fn has_generic_setattr(ty: &PyTypeObject) -> bool {
    ty.tp_setattro
        .get()
        .is_some_and(|f| std::ptr::fn_addr_eq(f, generic_setattr as setattrofunc))
}

/// `PyObject_GetOptionalAttr`
pub fn get_attr_optional(obj: &PyObject, name: &PyStr) -> PyResult<Option<Py>> {
    let ty = obj.ty();
    if has_generic_getattr(ty) {
        return error::catch::<exc::AttributeError, _>(generic_get(obj, name)).map(|v| v.flatten());
    }
    if ty
        .tp_getattro
        .get()
        .is_some_and(|f| std::ptr::fn_addr_eq(f, type_getattro as getattrofunc))
    {
        // SAFETY: that slot belongs to types.
        let class = unsafe { obj.downcast_unchecked::<PyTypeObject>() };
        return error::catch::<exc::AttributeError, _>(type_get(class, name)).map(|v| v.flatten());
    }
    if crate::PyModule::is_getattr_of(ty) {
        // SAFETY: that slot belongs to modules.
        let module = unsafe { obj.downcast_unchecked::<crate::PyModule>() };
        return error::catch::<exc::AttributeError, _>(module.find_attr(name)).map(|v| v.flatten());
    }
    error::catch::<exc::AttributeError, _>(obj.get_attr(name))
}

/// `_PyObject_GetMethod`: the attribute, and whether it is an unbound method to be called with the object first.
pub fn get_method(obj: &PyObject, name: &PyStr) -> PyResult<(Py, bool)> {
    let ty = obj.ty();
    if !has_generic_getattr(ty) {
        return Ok((obj.get_attr(name)?, false));
    }
    let descr = lookup(ty, name);
    let mut unbound = false;
    let mut get = None;
    if let Some(d) = &descr {
        if d.ty().has(flags::METHOD_DESCRIPTOR) {
            unbound = true;
        } else {
            get = d.ty().tp_descr_get.get();
            if let Some(f) = get
                && d.ty().tp_descr_set.get().is_some()
            {
                // SAFETY: a slot called with an object of its type.
                return Ok((unsafe { f(d, Some(obj), Some(ty.as_object()))? }, false));
            }
        }
    }
    if let Some(v) = instance_get(obj, name)? {
        return Ok((v, false));
    }
    match (descr, get) {
        (Some(d), _) if unbound => Ok((d, true)),
        // SAFETY: as above.
        (Some(d), Some(f)) => Ok((unsafe { f(&d, Some(obj), Some(obj.ty().as_object()))? }, false)),
        (Some(d), None) => Ok((d, false)),
        (None, _) => no_attribute(obj, name),
    }
}

/// Attribute of a class: the metaclass's data descriptors, then the class and its bases, then the metaclass.
pub fn type_get(class: &PyTypeObject, name: &PyStr) -> PyResult<Option<Py>> {
    let meta = class.as_object().ty();
    let meta_attr = lookup(meta, name);
    let meta_get = meta_attr.as_ref().and_then(|d| d.ty().tp_descr_get.get());
    if let (Some(d), Some(f)) = (&meta_attr, meta_get)
        && d.ty().tp_descr_set.get().is_some()
    {
        // SAFETY: a slot called with an object of its type.
        return Ok(Some(unsafe {
            f(d, Some(class.as_object()), Some(meta.as_object()))?
        }));
    }
    if let Some(attr) = lookup(class, name) {
        return match attr.ty().tp_descr_get.get() {
            // SAFETY: as above.
            Some(f) => Ok(Some(unsafe { f(&attr, None, Some(class.as_object()))? })),
            None => Ok(Some(attr)),
        };
    }
    match (meta_attr, meta_get) {
        // SAFETY: as above.
        (Some(d), Some(f)) => Ok(Some(unsafe {
            f(
                &d,
                Some(class.as_object()),
                Some(class.as_object().ty().as_object()),
            )?
        })),
        (d, _) => Ok(d),
    }
}

/// `type.__getattribute__`
///
/// # Safety
/// As `tp_getattro`; `class` is a type.
pub unsafe extern "C" fn type_getattro(class: &PyObject, name: &PyObject) -> PyResult {
    // SAFETY: the slot of `type`.
    let class = unsafe { class.downcast_unchecked::<PyTypeObject>() };
    let name = attribute_name(name)?;
    match type_get(class, name)? {
        Some(v) => Ok(v),
        None => no_attribute(class.as_object(), name),
    }
}

/// `type.__setattr__`
///
/// # Safety
/// As `tp_setattro`; `class` is a type.
pub unsafe extern "C" fn type_setattro(class: &PyObject, name: &PyObject, value: Option<&PyObject>) -> c_int {
    // SAFETY: the slot of `type`.
    let class = unsafe { class.downcast_unchecked::<PyTypeObject>() };
    crate::args::status(attribute_name(name).and_then(|name| type_set(class, name, value)))
}

/// Assignment to (or deletion of) an attribute of a class; slots follow.
pub fn type_set(class: &PyTypeObject, name: &PyStr, value: Option<&PyObject>) -> PyResult<()> {
    if class.has(flags::IMMUTABLETYPE) {
        let shown = name.as_object().repr()?;
        return raise!(
            TypeError,
            "cannot set {shown} attribute of immutable type '{}'",
            class.full_name()
        );
    }
    let name = crate::intern::intern(exact(name)?);
    if let Some(d) = lookup(class.as_object().ty(), &name)
        && let Some(f) = d.ty().tp_descr_set.get()
    {
        // SAFETY: a slot called with an object of its type.
        return crate::args::from_status(unsafe { f(&d, class.as_object(), value) });
    }
    let Some(dict) = class.tp_dict.get() else {
        return no_attribute(class.as_object(), &name);
    };
    match value {
        Some(v) => dict.set_item(&*name, v)?,
        None => {
            if dict.pop_item(name.as_object())?.is_none() {
                modified(class);
                return no_attribute(class.as_object(), &name);
            }
        }
    }
    modified(class);
    if is_dunder(&name) {
        super::slots::update_slot(class, &name);
    }
    Ok(())
}

/// The name as an exact `str`.
fn exact(name: &PyStr) -> PyResult<Py<PyStr>> {
    if PyStr::check_exact(name.as_object()) {
        return Ok(name.new_ref());
    }
    PyStr::from_code_points(&name.chars().iter().collect::<Vec<u32>>())
}

pub fn is_dunder(name: &PyStr) -> bool {
    let n = name.len();
    let c = name.chars();
    n > 4 && c.at(0) == 95 && c.at(1) == 95 && c.at(n - 1) == 95 && c.at(n - 2) == 95
}
