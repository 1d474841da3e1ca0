//! `LOAD_ATTR`, `STORE_ATTR` and `obj[key]` with a Python `__getitem__`. Caches of `LOAD_ATTR`: counter, type version
//! (2), keys version (2) or offset (1), descriptor (4); of `STORE_ATTR`: counter, type version (2), index.

use super::{fail, set, write_ptr, write32};
use crate::frame::InterpreterFrame;
use crate::function::PyFunction;
use bytecode::code::flags as co;
use bytecode::opcode as op;
use object::descr::{PyMemberDescr, PyProperty};
use object::dict;
use object::typeobject::{PyTypeObject, flags, member};
use object::{Py, PyClass, PyDict, PyLayout, PyModule, PyObject, PyStr};

/// What a class says of an attribute of its instances.
enum Kind {
    Absent,
    /// Comes unbound when loaded for a call.
    Method,
    Property,
    /// An object slot, at this offset.
    Slot(u16),
    /// Neither binds nor intercepts.
    Plain,
    /// Binds on reading, does not intercept assignment.
    NonData,
    Other,
}

fn classify(descr: Option<&Py>, store: bool) -> Kind {
    let Some(d) = descr else {
        return Kind::Absent;
    };
    let ty = d.ty();
    if let Some(m) = d.downcast_exact::<PyMemberDescr>() {
        let def = m.def();
        let readable = def.flags & member::AUDIT_READ == 0 && (!store || def.flags & member::READONLY == 0);
        if def.type_code == member::T_OBJECT_EX
            && readable
            && let Ok(offset) = u16::try_from(def.offset)
        {
            return Kind::Slot(offset);
        }
        return Kind::Other;
    }
    if PyProperty::check_exact(d) {
        return Kind::Property;
    }
    if ty.tp_descr_set.get().is_some() {
        return Kind::Other;
    }
    if ty.tp_descr_get.get().is_none() {
        return Kind::Plain;
    }
    if ty.has(flags::METHOD_DESCRIPTOR) {
        Kind::Method
    } else {
        Kind::NonData
    }
}

/// Where an instance attribute is.
enum Place {
    /// Index into the inline values.
    Inline(u16),
    /// Entry of the instance's own dict.
    Dict(u16),
}

fn place(owner: &PyObject, name: &PyStr) -> Option<Place> {
    let ty = owner.ty();
    if !ty.has(flags::MANAGED_DICT) {
        return None;
    }
    // SAFETY: the flags say what stands where.
    unsafe {
        if ty.has(flags::INLINE_VALUES) && (*dict::inline_values(owner)).valid() {
            return dict::shared_key_index(ty, name).map(Place::Inline);
        }
        let d = dict::managed_cell(owner).get().as_ref()?;
        if !PyDict::check_exact(d.as_object()) {
            return None;
        }
        u16::try_from(d.lookup_str_index(name)?).ok().map(Place::Dict)
    }
}

/// `LOAD_ATTR`
///
/// # Safety
/// The frame is the running one, `instr` its instruction.
#[cold]
pub unsafe fn load_attr(
    _frame: *mut InterpreterFrame,
    instr: *mut u16,
    owner: &PyObject,
    name: &PyStr,
    method: bool,
) {
    // SAFETY: the caller's promise; what goes into the cache is kept alive by the type whose version stands beside it.
    unsafe {
        let form = if PyModule::check_exact(owner) {
            module(instr, owner, name)
        } else if let Some(class) = owner.downcast::<PyTypeObject>() {
            class_attr(instr, class, name)
        } else {
            instance(instr, owner, name, method)
        };
        match form {
            Some(f) => set(instr, f),
            None => fail(instr),
        }
    }
}

unsafe fn module(instr: *mut u16, owner: &PyObject, name: &PyStr) -> Option<u8> {
    // SAFETY: the caches have room.
    unsafe {
        if object::typeobject::lookup(owner.ty(), name).is_some() {
            return None;
        }
        let m = owner.downcast_unchecked::<PyModule>();
        let d = m.md_dict.borrow()?;
        if !PyDict::check_exact(d.as_object()) {
            return None;
        }
        let index = u16::try_from(d.lookup_str_index(name)?).ok()?;
        let version = d.keys_version();
        if version == 0 {
            return None;
        }
        write32(instr.add(2), version);
        *instr.add(4) = index;
        Some(op::LOAD_ATTR_MODULE)
    }
}

unsafe fn class_attr(instr: *mut u16, class: &PyTypeObject, name: &PyStr) -> Option<u8> {
    // SAFETY: the caches have room.
    unsafe {
        // only plain metaclass behaviour: `type.__getattribute__`, and no attribute of the metaclass in the way
        let meta = class.as_object().ty();
        if !std::ptr::eq(meta, PyTypeObject::type_object())
            || object::typeobject::lookup(meta, name).is_some()
        {
            return None;
        }
        let version = object::typeobject::version_tag(class);
        if version == 0 {
            return None;
        }
        let value = object::typeobject::lookup(class, name)?;
        let ty = value.ty();
        // what `descr.__get__(None, class)` gives back unchanged: functions and method descriptors, and what binds nothing
        if ty.tp_descr_get.get().is_some() && !ty.has(flags::METHOD_DESCRIPTOR) {
            return None;
        }
        write32(instr.add(2), version);
        write_ptr(instr.add(6), value.as_ptr());
        Some(op::LOAD_ATTR_CLASS)
    }
}

unsafe fn instance(instr: *mut u16, owner: &PyObject, name: &PyStr, method: bool) -> Option<u8> {
    // SAFETY: the caches have room.
    unsafe {
        let ty = owner.ty();
        if !object::typeobject::has_generic_getattr(ty) {
            return None;
        }
        let version = object::typeobject::version_tag(ty);
        if version == 0 {
            return None;
        }
        let descr = object::typeobject::lookup(ty, name);
        write32(instr.add(2), version);
        match classify(descr.as_ref(), false) {
            Kind::Slot(offset) => {
                *instr.add(4) = offset;
                Some(op::LOAD_ATTR_SLOT)
            }
            Kind::Property if !method => {
                // the property goes into the cache, not its getter, which `__init__` can replace
                let property = descr?;
                let fget = property.downcast_exact::<PyProperty>()?.fget()?;
                let f = fget.downcast_exact::<PyFunction>()?;
                simple(f, 1).then_some(())?;
                write_ptr(instr.add(6), property.as_ptr());
                Some(op::LOAD_ATTR_PROPERTY)
            }
            Kind::Absent => stored(instr, owner, name),
            Kind::Method | Kind::Plain | Kind::NonData if place(owner, name).is_some() => {
                stored(instr, owner, name)
            }
            kind @ (Kind::Method | Kind::Plain) => {
                let is_method = matches!(kind, Kind::Method);
                if is_method != method {
                    return None;
                }
                write_ptr(instr.add(6), descr?.as_ptr());
                if ty.has(flags::INLINE_VALUES) {
                    if !(*dict::inline_values(owner)).valid() || dict::shared_key_index(ty, name).is_some() {
                        return None;
                    }
                    let keys = dict::shared_keys_version(ty);
                    if keys == 0 {
                        return None;
                    }
                    write32(instr.add(4), keys);
                    return Some(if method {
                        op::LOAD_ATTR_METHOD_WITH_VALUES
                    } else {
                        op::LOAD_ATTR_NONDESCRIPTOR_WITH_VALUES
                    });
                }
                if ty.has(flags::MANAGED_DICT) || ty.tp_dictoffset.get() != 0 {
                    return None;
                }
                Some(if method {
                    op::LOAD_ATTR_METHOD_NO_DICT
                } else {
                    op::LOAD_ATTR_NONDESCRIPTOR_NO_DICT
                })
            }
            _ => None,
        }
    }
}

/// The instance's own attribute.
unsafe fn stored(instr: *mut u16, owner: &PyObject, name: &PyStr) -> Option<u8> {
    // SAFETY: the caches have room.
    unsafe {
        match place(owner, name)? {
            Place::Inline(index) => {
                let offset = owner.ty().tp_basicsize.get() as usize + 8 + 8 * index as usize;
                *instr.add(4) = u16::try_from(offset).ok()?;
                Some(op::LOAD_ATTR_INSTANCE_VALUE)
            }
            Place::Dict(index) => {
                *instr.add(4) = index;
                Some(op::LOAD_ATTR_WITH_HINT)
            }
        }
    }
}

/// A function of exactly `n` positional parameters.
pub fn simple(f: &PyFunction, n: i32) -> bool {
    let code = f.code();
    const KINDS: u32 = co::CO_OPTIMIZED | co::CO_VARARGS | co::CO_VARKEYWORDS;
    code.flags() & KINDS == co::CO_OPTIMIZED
        && code.co_kwonlyargcount.get() == 0
        && code.co_argcount.get() == n
}

/// `STORE_ATTR`
///
/// # Safety
/// As [`load_attr`].
#[cold]
pub unsafe fn store_attr(_frame: *mut InterpreterFrame, instr: *mut u16, owner: &PyObject, name: &PyStr) {
    // SAFETY: the caller's promise.
    unsafe {
        let ty = owner.ty();
        let form = (|| {
            if !object::typeobject::has_generic_setattr(ty) {
                return None;
            }
            let version = object::typeobject::version_tag(ty);
            if version == 0 {
                return None;
            }
            write32(instr.add(2), version);
            let descr = object::typeobject::lookup(ty, name);
            match classify(descr.as_ref(), true) {
                Kind::Slot(offset) => {
                    *instr.add(4) = offset;
                    Some(op::STORE_ATTR_SLOT)
                }
                Kind::Property | Kind::Other => None,
                _ => match place(owner, name)? {
                    Place::Inline(index) => {
                        *instr.add(4) = index;
                        Some(op::STORE_ATTR_INSTANCE_VALUE)
                    }
                    Place::Dict(index) => {
                        *instr.add(4) = index;
                        Some(op::STORE_ATTR_WITH_HINT)
                    }
                },
            }
        })();
        match form {
            Some(f) => set(instr, f),
            None => fail(instr),
        }
    }
}

/// `container[key]` where the class has a simple Python `__getitem__`: it is kept in the type's own cache.
pub unsafe fn getitem(_instr: *mut u16, container: &PyObject) -> Option<u8> {
    let ty = container.ty();
    let heap = ty.heap()?;
    let version = object::typeobject::version_tag(ty);
    if version == 0 {
        return None;
    }
    let method = object::typeobject::lookup(ty, object::intern!("__getitem__"))?;
    let f = method.downcast_exact::<PyFunction>()?;
    if !simple(f, 2) || f.version() == 0 || !f.is_plain() {
        return None;
    }
    heap._spec_cache.getitem.set(method.as_ptr());
    heap._spec_cache.getitem_version.set(f.version());
    Some(op::BINARY_OP_SUBSCR_GETITEM)
}
