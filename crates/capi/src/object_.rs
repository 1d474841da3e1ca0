//! `object.h`, without types: attributes, comparison, text, and the identity of things. `refcount.h`.

use crate::util::{lossy, name, put_found, steal};
use object::{
    CompareOp, Py, PyDict, PyLayout, PyObject, PyResult, PyStr, PyTypeObject, error, intern, protocol, raise,
    typeobject,
};
use std::ffi::{c_char, c_int, c_uint, c_void};

// ---- references ----

capi! {
    fn Py_IncRef(o: Option<&PyObject>) {
        if let Some(o) = o {
            o.incref();
        }
    }
    /// Gives up a reference, if `o` is not NULL.
    fn Py_DecRef(o: *mut PyObject) {
        drop(steal(o));
    }
    fn _Py_IncRef(o: &PyObject) {
        o.incref();
    }
    fn _Py_DecRef(o: *mut PyObject) {
        drop(steal(o));
    }
    fn Py_NewRef(o: &PyObject) -> PyResult {
        Ok(o.new_ref())
    }
    fn Py_XNewRef(o: Option<&PyObject>) -> Option<Py> {
        o.map(|o| o.new_ref())
    }
    fn Py_REFCNT(o: &PyObject) -> isize {
        o.refcount() as isize
    }
    fn _Py_SetRefcnt(o: &PyObject, n: isize) {
        o.set_refcount(n.clamp(0, u32::MAX as isize) as u32);
    }
    /// The last reference has gone.
    fn _Py_Dealloc(o: *mut PyObject) {
        object::alloc::dealloc(o);
    }
    fn _Py_NewReference(o: &PyObject) {
        o.set_refcount(1);
    }
    fn _Py_NewReferenceNoTotal(o: &PyObject) {
        o.set_refcount(1);
    }
    fn _Py_ResurrectReference(o: &PyObject) {
        o.set_refcount(1);
    }
    fn PyUnstable_IsImmortal(o: &PyObject) -> bool {
        o.is_immortal()
    }
    fn PyUnstable_Object_IsUniquelyReferenced(o: &PyObject) -> bool {
        o.is_unique()
    }
    /// A temporary of the evaluation loop cannot be told from other references here.
    fn PyUnstable_Object_IsUniqueReferencedTemporary(_o: &PyObject) -> bool {
        false
    }
    /// Counts are never deferred under a GIL.
    fn PyUnstable_Object_EnableDeferredRefcount(_o: &PyObject) -> bool {
        false
    }
    fn PyUnstable_TryIncRef(o: &PyObject) -> bool {
        if o.refcount() == 0 {
            return false;
        }
        o.incref();
        true
    }
    fn PyUnstable_EnableTryIncRef(_o: &PyObject) {}
    fn Py_Is(a: *const PyObject, b: *const PyObject) -> bool {
        std::ptr::eq(a, b)
    }
    fn Py_IsNone(o: *const PyObject) -> bool {
        std::ptr::eq(o, object::singletons::none_ref())
    }
    /// Borrowed.
    fn Py_TYPE(o: &PyObject) -> *const PyTypeObject {
        o.ty()
    }
    fn Py_GetConstant(id: c_uint) -> PyResult {
        constant(id)
    }
    /// Constants are immortal.
    fn Py_GetConstantBorrowed(id: c_uint) -> PyResult<*mut PyObject> {
        Ok(constant(id)?.into_ptr())
    }
}

fn constant(id: c_uint) -> PyResult {
    Ok(match id {
        0 => object::none(),
        1 => object::bool::py_bool(false),
        2 => object::bool::py_bool(true),
        3 => object::ellipsis(),
        4 => object::not_implemented(),
        5 => object::PyInt::small(0).as_object().new_ref(),
        6 => object::PyInt::small(1).as_object().new_ref(),
        7 => PyStr::empty().into_object(),
        8 => object::PyBytes::new(&[])?.into_object(),
        9 => object::PyTuple::empty()?.into_object(),
        _ => return error::bad_internal_call(),
    })
}

// ---- attributes ----

/// Attribute names from Python are interned strings mostly; others must be strings at least.
fn attr_name(o: &PyObject) -> PyResult<&PyStr> {
    object::str::attribute_name(o)
}

fn ignored(o: Option<&PyObject>, function: &str, instead: &str) -> Option<Py> {
    error::write_unraisable(
        o,
        Some(&format!(
            "Exception ignored in {function}(); consider using {instead}"
        )),
    );
    None
}

capi! {
    fn PyObject_GetAttr(o: &PyObject, name: &PyObject) -> PyResult {
        o.get_attr(attr_name(name)?)
    }
    fn PyObject_GetAttrString(o: &PyObject, attribute: *const c_char) -> PyResult {
        o.get_attr(&*name(attribute)?)
    }
    fn PyObject_GetOptionalAttr(o: &PyObject, name: &PyObject, result: *mut *mut PyObject) -> PyResult<bool> {
        put_found(result, attr_name(name).and_then(|n| o.get_attr_opt(n)))
    }
    fn PyObject_GetOptionalAttrString(o: &PyObject, attribute: *const c_char, result: *mut *mut PyObject) -> PyResult<bool> {
        put_found(result, name(attribute).and_then(|n| o.get_attr_opt(&n)))
    }
    fn PyObject_HasAttrWithError(o: &PyObject, name: &PyObject) -> PyResult<bool> {
        o.has_attr(attr_name(name)?)
    }
    fn PyObject_HasAttrStringWithError(o: &PyObject, attribute: *const c_char) -> PyResult<bool> {
        o.has_attr(&*name(attribute)?)
    }
    /// Errors are shown as unraisable, and mean no.
    fn PyObject_HasAttr(o: &PyObject, name: &PyObject) -> bool {
        attr_name(name).and_then(|n| o.get_attr_opt(n)).unwrap_or_else(|_| {
            ignored(Some(o), "PyObject_HasAttr", "PyObject_HasAttrWithError(), PyObject_GetOptionalAttr() or PyObject_GetAttr()")
        }).is_some()
    }
    fn PyObject_HasAttrString(o: &PyObject, attribute: *const c_char) -> bool {
        name(attribute).and_then(|n| o.get_attr_opt(&n)).unwrap_or_else(|_| {
            ignored(Some(o), "PyObject_HasAttrString",
                "PyObject_HasAttrStringWithError(), PyObject_GetOptionalAttrString() or PyObject_GetAttrString()")
        }).is_some()
    }
    /// NULL as the value deletes.
    fn PyObject_SetAttr(o: &PyObject, name: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
        o.set_attr(&object::intern::intern(attr_name(name)?.new_ref()), value)
    }
    fn PyObject_SetAttrString(o: &PyObject, attribute: *const c_char, value: Option<&PyObject>) -> PyResult<()> {
        o.set_attr(&*name(attribute)?, value)
    }
    fn PyObject_DelAttr(o: &PyObject, name: &PyObject) -> PyResult<()> {
        o.set_attr(attr_name(name)?, None)
    }
    fn PyObject_DelAttrString(o: &PyObject, attribute: *const c_char) -> PyResult<()> {
        o.set_attr(&*name(attribute)?, None)
    }
    fn PyObject_GenericGetAttr(o: &PyObject, name: &PyObject) -> PyResult {
        typeobject::generic_getattr(o, name)
    }
    fn PyObject_GenericSetAttr(o: &PyObject, name: &PyObject, value: Option<&PyObject>) -> c_int {
        typeobject::generic_setattr(o, name, value)
    }
    /// With `suppress`, NULL without an exception where there is no such attribute. A dict of the caller's own comes
    /// before the object's.
    fn _PyObject_GenericGetAttrWithDict(o: &PyObject, name: &PyObject, dict: Option<&PyDict>, suppress: c_int) -> PyResult<Option<Py>> {
        let name = attr_name(name)?;
        if let Some(d) = dict
            && object::typeobject::lookup(o.ty(), name).is_none_or(|d| !object::typeobject::is_data_descriptor(&d))
            && let Some(v) = d.get_str(name)?
        {
            return Ok(Some(v));
        }
        match typeobject::generic_get(o, name)? {
            Some(v) => Ok(Some(v)),
            None if suppress != 0 => Ok(None),
            None => typeobject::no_attribute(o, name),
        }
    }
    fn PyObject_GenericGetDict(o: &PyObject, _context: *mut c_void) -> PyResult<Py<PyDict>> {
        match typeobject::instance_dict(o)? {
            Some(d) => Ok(d),
            None => raise!(AttributeError, "This object has no __dict__"),
        }
    }
    fn PyObject_GenericSetDict(o: &PyObject, value: Option<&PyObject>, _context: *mut c_void) -> PyResult<()> {
        typeobject::set_instance_dict(o, value)
    }
    /// The place of the instance dict, or NULL: objects whose dict is managed have none to show.
    fn _PyObject_GetDictPtr(o: &PyObject) -> *mut *mut PyObject {
        if o.ty().has(typeobject::flags::MANAGED_DICT) {
            return std::ptr::null_mut();
        }
        typeobject::dict_field(o).map_or(std::ptr::null_mut(), |f| f as *const _ as *mut *mut PyObject)
    }
    fn PyObject_VisitManagedDict(o: &PyObject, visit: typeobject::visitproc, arg: *mut c_void) -> c_int {
        if !o.ty().has(typeobject::flags::MANAGED_DICT) {
            return 0;
        }
        let mut v = object::Visitor::new(visit, arg);
        object::dict::managed_visit(o, &mut v);
        v.result()
    }
    fn PyObject_ClearManagedDict(o: &PyObject) {
        if o.ty().has(typeobject::flags::MANAGED_DICT) {
            object::dict::managed_clear(o);
        }
    }
    fn _PyObject_SetManagedDict(o: &PyObject, dict: Option<&PyDict>) -> PyResult<()> {
        object::dict::managed_dict_set(o, dict.map(|d| d.new_ref()))
    }
}

// ---- comparison, truth, hash, text ----

capi! {
    fn PyObject_RichCompare(a: Option<&PyObject>, b: Option<&PyObject>, op: c_int) -> PyResult {
        match (a, b) {
            (Some(a), Some(b)) => a.rich_compare(b, CompareOp::from_int(op)),
            _ => error::bad_internal_call(),
        }
    }
    fn PyObject_RichCompareBool(a: Option<&PyObject>, b: Option<&PyObject>, op: c_int) -> PyResult<bool> {
        match (a, b) {
            (Some(a), Some(b)) => a.rich_compare_bool(b, CompareOp::from_int(op)),
            _ => error::bad_internal_call(),
        }
    }
    fn PyObject_IsTrue(o: &PyObject) -> PyResult<bool> {
        o.is_true()
    }
    fn PyObject_Not(o: &PyObject) -> PyResult<bool> {
        Ok(!o.is_true()?)
    }
    fn PyObject_Hash(o: &PyObject) -> PyResult<isize> {
        o.hash()
    }
    fn PyObject_HashNotImplemented(o: &PyObject) -> isize {
        typeobject::slots::hash_not_implemented(o)
    }
    fn PyObject_GenericHash(o: &PyObject) -> isize {
        protocol::hash_pointer(o)
    }
    fn Py_HashPointer(p: *const c_void) -> isize {
        protocol::hash_pointer(p)
    }
    fn Py_HashBuffer(p: *const c_void, n: isize) -> isize {
        protocol::hash_bytes(crate::util::sized(p as *const c_char, n))
    }
    /// The hash of a float; a NaN has that of `o`.
    fn _Py_HashDouble(o: &PyObject, v: f64) -> isize {
        object::float::hash(v, o)
    }
    /// NULL is shown as `<NULL>`.
    fn PyObject_Repr(o: Option<&PyObject>) -> PyResult<Py<PyStr>> {
        match o {
            Some(o) => o.repr(),
            None => PyStr::new("<NULL>"),
        }
    }
    fn PyObject_Str(o: Option<&PyObject>) -> PyResult<Py<PyStr>> {
        match o {
            Some(o) => o.str(),
            None => PyStr::new("<NULL>"),
        }
    }
    fn PyObject_ASCII(o: Option<&PyObject>) -> PyResult<Py<PyStr>> {
        match o {
            Some(o) => o.ascii(),
            None => PyStr::new("<NULL>"),
        }
    }
    fn PyObject_Bytes(o: Option<&PyObject>) -> PyResult {
        let Some(o) = o else {
            return Ok(object::PyBytes::new(b"<NULL>")?.into_object());
        };
        if <object::PyBytes as object::PyClass>::check_exact(o) {
            return Ok(o.new_ref());
        }
        match typeobject::call_special(o, intern!("__bytes__"), &[])? {
            Some(b) if <object::PyBytes as object::PyClass>::check(&b) => Ok(b),
            Some(b) => raise!(TypeError, "__bytes__ returned non-bytes (type {})", b.ty().full_name()),
            None => object::bytes::from_object(o).map(Py::into_object),
        }
    }
    fn PyObject_Dir(o: Option<&PyObject>) -> PyResult {
        let dir = object::hooks::import("builtins")?.get_attr(intern!("dir"))?;
        match o {
            Some(o) => object::call::call(&dir, &[o]),
            None => object::call::call(&dir, &[]),
        }
    }
    /// 1: its repr is being made already; 0: it is from now on.
    fn Py_ReprEnter(o: &PyObject) -> bool {
        protocol::repr_enter(o)
    }
    fn Py_ReprLeave(o: &PyObject) {
        protocol::repr_leave(o);
    }
    /// Writes `str(o)` (with flag 1) or `repr(o)` to a C stream.
    fn PyObject_Print(o: Option<&PyObject>, file: *mut libc::FILE, flags: c_int) -> PyResult<()> {
        let text = match o {
            None => b"<nil>".to_vec(),
            Some(o) if flags & 1 != 0 => o.str()?.to_wtf8(),
            Some(o) => o.repr()?.to_wtf8(),
        };
        libc::fwrite(text.as_ptr().cast(), 1, text.len(), file);
        Ok(())
    }
    fn _PyObject_Dump(o: Option<&PyObject>) {
        match o {
            Some(o) => eprintln!("object address  : {o:p}\nobject refcount : {}\nobject type     : {:p}\nobject type name: {}",
                o.refcount(), o.ty(), o.ty().full_name()),
            None => eprintln!("<object at NULL>"),
        }
    }
    fn _PyObject_FunctionStr(o: &PyObject) -> PyResult<Py<PyStr>> {
        PyStr::new_wtf8_lossy(&object::cfunction::function_str(o)?)
    }
    fn PyObject_CallFinalizer(o: &PyObject) {
        object::gc::call_finalizer(o);
    }
    /// -1: the object was brought back.
    fn PyObject_CallFinalizerFromDealloc(o: *mut PyObject) -> c_int {
        if object::gc::call_finalizer_from_dealloc(o) { -1 } else { 0 }
    }
    fn PyObject_ClearWeakRefs(o: &PyObject) {
        object::weakref::clear_weakrefs(o);
    }
    fn PyUnstable_Object_ClearWeakRefsNoCallbacks(o: &PyObject) {
        object::weakref::clear_without_callbacks(&[o.as_ptr()]);
    }
    fn Py_GenericAlias(origin: &PyObject, args: &PyObject) -> PyResult {
        object::genericalias::new(origin, args)
    }
    /// The containers that need no deallocation of their own depth: nothing to do, dealloc sees to it.
    fn _PyTrash_thread_deposit_object(_state: *mut c_void, o: *mut PyObject) {
        object::alloc::dealloc(o);
    }
    fn _PyTrash_thread_destroy_chain(_state: *mut c_void) {}
    fn Py_FatalError(message: *const c_char) {
        fatal(&lossy(message));
    }
    fn _Py_FatalErrorFunc(function: *const c_char, message: *const c_char) {
        fatal(&format!("{}: {}", lossy(function), lossy(message)));
    }
    fn _Py_NegativeRefcount(file: *const c_char, line: c_int, o: &PyObject) {
        eprintln!("{}:{line}: object at {o:p} has a negative reference count", lossy(file));
    }
}

/// Ends the process with a message.
fn fatal(message: &str) {
    eprintln!("Fatal Python error: {message}");
    if let Some(ts) = object::thread::tstate_opt()
        && let Some(e) = ts.current_exception.take()
    {
        interp::display::print_exception(&e, None);
    }
    std::process::abort();
}
