//! Types of `object.h` and `cpython/object.h`: readying C's static types, making heap types from specifications, and asking
//! types about themselves.

use crate::util::{bytes, expect, lend, put, text};
use object::module::PyModuleDef;
use object::typeobject::{
    self as ty, PyGetSetDef, PyHeapTypeObject, PyMemberDef, PyMethodDef, flags, member,
};
use object::{
    Py, PyClass, PyDict, PyLayout, PyModule, PyObject, PyResult, PyStr, PyTuple, PyTypeObject, error, intern,
    raise,
};
use std::ffi::{CString, c_char, c_int, c_uint, c_ulong, c_void};

// ---- slots by number ----

fn as_ptr<F: Copy>(f: Option<F>) -> *mut c_void {
    const { assert!(size_of::<Option<F>>() == size_of::<usize>()) };
    // SAFETY: an optional function pointer is one pointer.
    unsafe { std::mem::transmute_copy(&f) }
}

/// # Safety
/// `p` is null or a function of type `F`.
unsafe fn from_ptr<F: Copy>(p: *mut c_void) -> Option<F> {
    const { assert!(size_of::<Option<F>>() == size_of::<usize>()) };
    // SAFETY: the caller's promise.
    unsafe { std::mem::transmute_copy(&p) }
}

macro_rules! slot_numbers {
    ($($table:ident $get:ident $make:ident { $($n:literal $field:ident),* $(,)? })* ; $($tn:literal $tfield:ident),* $(,)?) => {
        /// Sets a function slot; false for a number that is none.
        ///
        /// # Safety
        /// `p` is a function of the slot's type.
        unsafe fn set_slot(t: &PyTypeObject, n: c_int, p: *mut c_void) -> bool {
            // SAFETY: the caller's promise.
            unsafe {
                match n {
                    $($($n => t.$make().$field.set(from_ptr(p)),)*)*
                    $($tn => t.$tfield.set(from_ptr(p)),)*
                    _ => return false,
                }
            }
            true
        }
        /// A function slot's content; `None` for a number that is none.
        fn get_slot(t: &PyTypeObject, n: c_int) -> Option<*mut c_void> {
            Some(match n {
                $($($n => t.$get().map_or(std::ptr::null_mut(), |x| as_ptr(x.$field.get())),)*)*
                $($tn => as_ptr(t.$tfield.get()),)*
                _ => return None,
            })
        }
    };
}
slot_numbers! {
    buffer as_buffer buffer_table { 1 bf_getbuffer, 2 bf_releasebuffer }
    mapping as_mapping mapping_table { 3 mp_ass_subscript, 4 mp_length, 5 mp_subscript }
    number as_number number_table {
        6 nb_absolute, 7 nb_add, 8 nb_and, 9 nb_bool, 10 nb_divmod, 11 nb_float, 12 nb_floor_divide, 13 nb_index,
        14 nb_inplace_add, 15 nb_inplace_and, 16 nb_inplace_floor_divide, 17 nb_inplace_lshift, 18 nb_inplace_multiply,
        19 nb_inplace_or, 20 nb_inplace_power, 21 nb_inplace_remainder, 22 nb_inplace_rshift, 23 nb_inplace_subtract,
        24 nb_inplace_true_divide, 25 nb_inplace_xor, 26 nb_int, 27 nb_invert, 28 nb_lshift, 29 nb_multiply,
        30 nb_negative, 31 nb_or, 32 nb_positive, 33 nb_power, 34 nb_remainder, 35 nb_rshift, 36 nb_subtract,
        37 nb_true_divide, 38 nb_xor, 75 nb_matrix_multiply, 76 nb_inplace_matrix_multiply,
    }
    sequence as_sequence sequence_table {
        39 sq_ass_item, 40 sq_concat, 41 sq_contains, 42 sq_inplace_concat, 43 sq_inplace_repeat, 44 sq_item,
        45 sq_length, 46 sq_repeat,
    }
    asynchronous as_async async_table { 77 am_await, 78 am_aiter, 79 am_anext, 81 am_send }
    ;
        47 tp_alloc, 50 tp_call, 51 tp_clear, 52 tp_dealloc, 53 tp_del, 54 tp_descr_get, 55 tp_descr_set, 57 tp_getattr,
        58 tp_getattro, 59 tp_hash, 60 tp_init, 61 tp_is_gc, 62 tp_iter, 63 tp_iternext, 65 tp_new, 66 tp_repr,
        67 tp_richcompare, 68 tp_setattr, 69 tp_setattro, 70 tp_str, 71 tp_traverse, 74 tp_free, 80 tp_finalize,
        82 tp_vectorcall,
}
const TP_BASE: c_int = 48;
const TP_BASES: c_int = 49;
const TP_DOC: c_int = 56;
const TP_METHODS: c_int = 64;
const TP_MEMBERS: c_int = 72;
const TP_GETSET: c_int = 73;
const TP_TOKEN: c_int = 83;
const LAST_SLOT: c_int = TP_TOKEN;

// ---- readying ----

/// `tp_getattro` of types that have only the old `tp_getattr`.
unsafe extern "C" fn getattro_by_text(o: &PyObject, name: &PyObject) -> PyResult {
    let (p, _) = object::str::attribute_name(name)?.utf8_cached()?;
    match old_slot(o.ty(), |t| t.tp_getattr.get()) {
        // SAFETY: the type's own slot.
        Some(f) => unsafe { f(o, p.cast()) },
        None => error::bad_internal_call(),
    }
}
unsafe extern "C" fn setattro_by_text(o: &PyObject, name: &PyObject, value: Option<&PyObject>) -> c_int {
    let run = || -> PyResult<()> {
        let (p, _) = object::str::attribute_name(name)?.utf8_cached()?;
        match old_slot(o.ty(), |t| t.tp_setattr.get()) {
            // SAFETY: the type's own slot.
            Some(f) => object::args::from_status(unsafe { f(o, p.cast(), value) }),
            None => error::bad_internal_call(),
        }
    };
    object::args::status(run())
}
fn old_slot<F>(t: &PyTypeObject, get: fn(&PyTypeObject) -> Option<F>) -> Option<F> {
    let mut t = Some(t);
    while let Some(this) = t {
        if let Some(f) = get(this) {
            return Some(f);
        }
        t = this.base();
    }
    None
}

/// `PyType_Ready`: what C leaves to it beside what [`ty::ready`] does.
pub fn ready(t: &PyTypeObject) -> PyResult<()> {
    if t.has(flags::READY) {
        return Ok(());
    }
    if t.tp_name.get().is_null() {
        return raise!(SystemError, "Type does not define the tp_name field.");
    }
    if !t.has(flags::HEAPTYPE) {
        t.tp_flags.set(t.tp_flags.get() | flags::IMMUTABLETYPE);
    }
    if t.tp_getattr.get().is_some() && t.tp_getattro.get().is_none() {
        t.tp_getattro.set(Some(getattro_by_text));
    }
    if t.tp_setattr.get().is_some() && t.tp_setattro.get().is_none() {
        t.tp_setattro.set(Some(setattro_by_text));
    }
    if t.has(flags::MANAGED_WEAKREF) {
        t.tp_weaklistoffset.set(object::weakref::MANAGED_WEAKREF_OFFSET);
    }
    if t.has(flags::MANAGED_DICT) {
        t.tp_dictoffset.set(-1);
    }
    if t.has(flags::HAVE_VECTORCALL) && t.tp_call.get().is_none() {
        t.tp_call.set(Some(object::call::vectorcall_call));
    }
    ty::ready(t)?;
    if t.has(flags::HAVE_GC) && t.tp_traverse.get().is_none() {
        return raise!(
            SystemError,
            "type {} has the Py_TPFLAGS_HAVE_GC flag but has no traverse function",
            t.full_name()
        );
    }
    if t.has(flags::INLINE_VALUES) && t.has(flags::HEAPTYPE) {
        object::dict::init_cached_keys(t)?;
    }
    Ok(())
}

// ---- types from specifications ----

/// `PyType_Slot`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Slot {
    slot: c_int,
    pfunc: *mut c_void,
}

/// `PyType_Spec`
#[repr(C)]
pub struct Spec {
    name: *const c_char,
    basicsize: c_int,
    itemsize: c_int,
    flags: c_uint,
    slots: *const Slot,
}

fn aligned(n: isize) -> isize {
    (n + 15) & !15
}

/// What the slots say before there is a type.
#[derive(Default)]
struct Scan {
    members: Vec<PyMemberDef>,
    weaklist: isize,
    dict: isize,
    vectorcall: isize,
    doc: Option<CString>,
    token: Option<*mut c_void>,
    base: Option<*mut c_void>,
    bases: Option<*mut c_void>,
}

/// # Safety
/// `spec` is C's specification.
unsafe fn scan(spec: &Spec, slots: &[Slot]) -> PyResult<Scan> {
    let mut s = Scan::default();
    let (mut had_members, mut had_doc) = (false, false);
    for slot in slots {
        if slot.slot < 0 || slot.slot > LAST_SLOT {
            return raise!(RuntimeError, "invalid slot offset");
        }
        match slot.slot {
            TP_MEMBERS => {
                if std::mem::replace(&mut had_members, true) {
                    return raise!(SystemError, "Multiple Py_tp_members slots are not supported.");
                }
                let mut p = slot.pfunc as *const PyMemberDef;
                // SAFETY: a table that ends with an entry without a name.
                unsafe {
                    while !(*p).name.is_null() {
                        let mut m = *p;
                        if m.flags & member::RELATIVE_OFFSET != 0 {
                            if spec.basicsize > 0 {
                                return raise!(
                                    SystemError,
                                    "With Py_RELATIVE_OFFSET, basicsize must be negative."
                                );
                            }
                            if m.offset < 0 || m.offset >= -(spec.basicsize as isize) {
                                return raise!(SystemError, "Member offset out of range (0..-basicsize)");
                            }
                        }
                        let offset = match bytes(m.name) {
                            b"__weaklistoffset__" => Some(&mut s.weaklist),
                            b"__dictoffset__" => Some(&mut s.dict),
                            b"__vectorcalloffset__" => Some(&mut s.vectorcall),
                            _ => None,
                        };
                        if let Some(place) = offset {
                            if m.type_code != member::T_PYSSIZET || m.flags & member::READONLY == 0 {
                                return raise!(
                                    SystemError,
                                    "type of {} must be Py_T_PYSSIZET",
                                    crate::util::lossy(m.name)
                                );
                            }
                            *place = m.offset;
                            // relative ones are made absolute below, together with the others
                            if m.flags & member::RELATIVE_OFFSET != 0 {
                                *place += 1 << 40;
                            }
                        }
                        m.name = CString::new(bytes(m.name)).unwrap_or_default().into_raw();
                        s.members.push(m);
                        p = p.add(1);
                    }
                }
            }
            TP_DOC => {
                if std::mem::replace(&mut had_doc, true) {
                    return raise!(SystemError, "Multiple Py_tp_doc slots are not supported.");
                }
                if !slot.pfunc.is_null() {
                    // SAFETY: C's text.
                    s.doc =
                        Some(unsafe { CString::new(bytes(slot.pfunc as *const c_char)) }.unwrap_or_default());
                }
            }
            TP_TOKEN => s.token = Some(slot.pfunc),
            TP_BASE => s.base = Some(slot.pfunc),
            TP_BASES => s.bases = Some(slot.pfunc),
            _ => {}
        }
    }
    Ok(s)
}

/// The bases: as given, from the slots, or `object`.
///
/// # Safety
/// The slots' values are what they should be.
unsafe fn find_bases(given: Option<&PyObject>, s: &Scan) -> PyResult<Py<PyTuple>> {
    let one = |t: &PyObject| PyTuple::from_refs(&[t]);
    match given {
        Some(b) => match b.downcast::<PyTuple>() {
            Some(t) => Ok(t.new_ref()),
            None => one(b),
        },
        // SAFETY: the caller's promise.
        None => unsafe {
            if let Some(b) = s.bases.and_then(|b| (b as *const PyObject).as_ref()) {
                return expect::<PyTuple>(b)
                    .map(|t| t.new_ref())
                    .or_else(|_| raise!(SystemError, "Py_tp_bases is not a tuple"));
            }
            match s.base.and_then(|b| (b as *const PyObject).as_ref()) {
                Some(b) => one(b),
                None => one(ty::PyBaseObject_Type.as_object()),
            }
        },
    }
}

/// `PyType_FromMetaclass`
///
/// # Safety
/// `spec` is C's specification.
unsafe fn from_spec(
    meta: Option<&PyTypeObject>,
    module: Option<&PyObject>,
    spec: &Spec,
    bases: Option<&PyObject>,
) -> PyResult<Py<PyTypeObject>> {
    // SAFETY: a table that ends with an entry of 0.
    let slots: Vec<Slot> = unsafe {
        let mut out = Vec::new();
        let mut p = spec.slots;
        while (*p).slot != 0 {
            out.push(*p);
            p = p.add(1);
        }
        out
    };
    // SAFETY: C's specification.
    let (s, bases) = unsafe {
        let s = scan(spec, &slots)?;
        let b = find_bases(bases, &s)?;
        (s, b)
    };
    if spec.name.is_null() {
        return raise!(SystemError, "Type spec does not define the name field.");
    }
    for b in bases.as_slice() {
        if let Some(b) = b.downcast::<PyTypeObject>() {
            ready(b)?;
        }
    }
    // SAFETY: C's text.
    let full = unsafe { text(spec.name)? };
    let full_text = full.to_string();
    let (module_name, short) = match full_text.rsplit_once('.') {
        Some((m, s)) => (Some(m), s),
        None => (None, full_text.as_str()),
    };
    let meta = ty::calculate_metaclass(meta.unwrap_or(&ty::PyType_Type), &bases)?;
    let type_new = ty::PyType_Type.tp_new.get().map(|f| f as usize);
    if meta.tp_new.get().is_some_and(|f| Some(f as usize) != type_new) {
        return raise!(TypeError, "Metaclasses with custom tp_new are not supported.");
    }
    let base = ty::best_base(&bases)?;

    // sizes
    let mut itemsize = spec.itemsize as isize;
    let mut data = 0;
    let basicsize = match spec.basicsize as isize {
        0 => base.tp_basicsize.get(),
        n if n > 0 => n,
        n => {
            data = aligned(base.tp_basicsize.get());
            if base.tp_itemsize.get() != 0 && !base.has(flags::ITEMS_AT_END) {
                return raise!(
                    SystemError,
                    "Cannot extend variable-size class without Py_TPFLAGS_ITEMS_AT_END."
                );
            }
            data + aligned(-n)
        }
    };
    if itemsize == 0 && spec.basicsize <= 0 {
        itemsize = base.tp_itemsize.get();
    }
    if basicsize < base.tp_basicsize.get() {
        return raise!(
            TypeError,
            "tp_basicsize for type '{full}' ({basicsize}) is too small for base '{}' ({})",
            base.full_name(),
            base.tp_basicsize.get()
        );
    }

    // the type object, with its members behind it
    let n = s.members.len();
    let Some(alloc) = meta.tp_alloc.get() else {
        return error::bad_internal_call();
    };
    // SAFETY: an instance of a metaclass is a heap type object; its memory is zeroed, which is a valid empty one.
    let class: Py<PyTypeObject> = unsafe { alloc(&meta, n as isize)?.cast_unchecked() };
    let t = class.get();
    // SAFETY: as above.
    let heap: &PyHeapTypeObject = unsafe { &*(t as *const PyTypeObject as *const PyHeapTypeObject) };
    t.ob_base.ob_size.set(n as isize);
    t.tp_flags.set(spec.flags as c_ulong | flags::HEAPTYPE);
    t.tp_as_async.set(&raw const heap.as_async as *mut _);
    t.tp_as_number.set(&raw const heap.as_number as *mut _);
    t.tp_as_mapping.set(&raw const heap.as_mapping as *mut _);
    t.tp_as_sequence.set(&raw const heap.as_sequence as *mut _);
    t.tp_as_buffer.set(&raw const heap.as_buffer as *mut _);
    // SAFETY: C's text.
    heap._ht_tpname.set(
        unsafe { CString::new(bytes(spec.name)) }
            .unwrap_or_default()
            .into_raw(),
    );
    t.tp_name.set(heap._ht_tpname.get());
    let short = PyStr::new(short)?.into_object();
    heap.ht_name.set(Some(short.clone()));
    heap.ht_qualname.set(Some(short));
    heap.ht_module.set(module.map(|m| m.new_ref()));
    heap.ht_token.set(match s.token {
        // `Py_TP_USE_SPEC`
        Some(p) if p.is_null() => spec as *const Spec as *mut c_void,
        Some(p) => p,
        None => std::ptr::null_mut(),
    });
    t.tp_bases.set(Some(bases));
    t.tp_base.set(base.into_ptr());
    t.tp_basicsize.set(basicsize);
    t.tp_itemsize.set(itemsize);
    let absolute = |offset: isize| {
        if offset >= 1 << 40 {
            offset - (1 << 40) + data
        } else {
            offset
        }
    };
    t.tp_weaklistoffset.set(absolute(s.weaklist));
    t.tp_dictoffset.set(absolute(s.dict));
    t.tp_vectorcall_offset.set(absolute(s.vectorcall));
    if let Some(doc) = s.doc {
        t.tp_doc.set(doc.into_raw());
    }
    let members = ty::type_members(t, &meta);
    for (i, mut m) in s.members.into_iter().enumerate() {
        if m.flags & member::RELATIVE_OFFSET != 0 {
            m.flags &= !member::RELATIVE_OFFSET;
            m.offset += data;
        }
        // SAFETY: the metaclass's items are `PyMemberDef`s, `n` of them.
        unsafe { members.add(i).write(m) };
    }
    for slot in &slots {
        match slot.slot {
            TP_MEMBERS | TP_DOC | TP_TOKEN | TP_BASE | TP_BASES => {}
            TP_METHODS => t.tp_methods.set(slot.pfunc as *const PyMethodDef),
            TP_GETSET => t.tp_getset.set(slot.pfunc as *const PyGetSetDef),
            n => {
                // SAFETY: the slot's function.
                unsafe { set_slot(t, n, slot.pfunc) };
            }
        }
    }
    if t.tp_dealloc.get().is_none() {
        t.tp_dealloc.set(Some(ty::subtype_dealloc));
    }
    let dict = PyDict::new()?;
    t.tp_dict.set(Some(dict.clone()));
    match module_name {
        Some(m) => dict.set_item(intern!("__module__"), &*object::intern::intern_str(m)?)?,
        None => object::hooks::warn(
            object::exceptions::DeprecationWarning::type_object(),
            &format!("builtin type {full} has no __module__ attribute"),
            1,
        )?,
    }
    ready(t)?;
    // SAFETY: the members stand behind the type, which outlives the descriptors' use of them.
    let members: &'static [PyMemberDef] = unsafe { std::slice::from_raw_parts(members, n) };
    ty::add_members(t, &dict, members)?;
    Ok(class)
}

capi! {
    fn PyType_Ready(t: &PyTypeObject) -> PyResult<()> {
        ready(t)
    }
    fn PyType_FromMetaclass(meta: Option<&PyTypeObject>, module: Option<&PyObject>, spec: &Spec, bases: Option<&PyObject>) -> PyResult<Py<PyTypeObject>> {
        from_spec(meta, module, spec, bases)
    }
    fn PyType_FromModuleAndSpec(module: Option<&PyObject>, spec: &Spec, bases: Option<&PyObject>) -> PyResult<Py<PyTypeObject>> {
        from_spec(None, module, spec, bases)
    }
    fn PyType_FromSpecWithBases(spec: &Spec, bases: Option<&PyObject>) -> PyResult<Py<PyTypeObject>> {
        from_spec(None, None, spec, bases)
    }
    fn PyType_FromSpec(spec: &Spec) -> PyResult<Py<PyTypeObject>> {
        from_spec(None, None, spec, None)
    }
    fn PyType_GenericAlloc(t: &PyTypeObject, n: isize) -> PyResult {
        object::alloc::generic_alloc(t, n.max(0) as usize)
    }
    fn PyType_GenericNew(t: &PyTypeObject, _args: *const PyObject, _kwargs: *const PyObject) -> PyResult {
        match t.tp_alloc.get() {
            Some(f) => f(t, 0),
            None => object::alloc::generic_alloc(t, 0),
        }
    }
    fn PyType_IsSubtype(a: &PyTypeObject, b: &PyTypeObject) -> bool {
        a.is_subtype(b)
    }
    fn PyType_GetFlags(t: &PyTypeObject) -> u64 {
        t.tp_flags.get()
    }
    /// The type's caches no longer hold; slots are set again from the dict.
    fn PyType_Modified(t: &PyTypeObject) {
        ty::modified(t);
    }
    fn PyType_ClearCache() -> u32 {
        0
    }
    fn PyType_Freeze(t: &PyTypeObject) -> PyResult<()> {
        if let Some(mro) = t.tp_mro.get() {
            for b in mro.as_slice().iter().skip(1) {
                if let Some(b) = b.downcast::<PyTypeObject>()
                    && !b.has(flags::IMMUTABLETYPE)
                {
                    return raise!(TypeError, "Creating immutable type {} from mutable base {}", t.full_name(), b.full_name());
                }
            }
        }
        t.tp_flags.set(t.tp_flags.get() | flags::IMMUTABLETYPE);
        ty::modified(t);
        Ok(())
    }
    /// NULL without an exception for a slot that is empty.
    fn PyType_GetSlot(t: &PyTypeObject, n: c_int) -> PyResult<*mut c_void> {
        Ok(match n {
            TP_BASE => t.tp_base.get() as *mut c_void,
            TP_BASES => t.tp_bases.as_raw() as *mut c_void,
            TP_DOC => t.tp_doc.get() as *mut c_void,
            TP_METHODS => t.tp_methods.get() as *mut c_void,
            TP_MEMBERS => t.tp_members.get() as *mut c_void,
            TP_GETSET => t.tp_getset.get() as *mut c_void,
            TP_TOKEN => t.heap().map_or(std::ptr::null_mut(), |h| h.ht_token.get()),
            n => match get_slot(t, n) {
                Some(p) => p,
                None => return error::bad_internal_call(),
            },
        })
    }
    fn PyType_GetName(t: &PyTypeObject) -> PyResult {
        t.as_object().get_attr(intern!("__name__"))
    }
    fn PyType_GetQualName(t: &PyTypeObject) -> PyResult {
        t.as_object().get_attr(intern!("__qualname__"))
    }
    fn PyType_GetModuleName(t: &PyTypeObject) -> PyResult {
        t.as_object().get_attr(intern!("__module__"))
    }
    fn PyType_GetFullyQualifiedName(t: &PyTypeObject) -> PyResult<Py<PyStr>> {
        qualified(t, '.')
    }
    /// The last part of the name; lives as long as the type.
    fn _PyType_Name(t: &PyTypeObject) -> *const c_char {
        let full = bytes(t.tp_name.get());
        let at = full.iter().rposition(|b| *b == b'.').map_or(0, |i| i + 1);
        t.tp_name.get().add(at)
    }
    fn PyType_GetDict(t: &PyTypeObject) -> Option<Py> {
        t.tp_dict.get().map(Py::into_object)
    }
    /// Borrowed.
    fn PyType_GetModule(t: &PyTypeObject) -> PyResult<*mut PyObject> {
        match t.heap() {
            None => raise!(TypeError, "PyType_GetModule: Type '{}' is not a heap type", t.full_name()),
            Some(h) if h.ht_module.is_none() => {
                raise!(TypeError, "PyType_GetModule: Type '{}' has no associated module", t.full_name())
            }
            Some(h) => Ok(h.ht_module.as_raw()),
        }
    }
    fn PyType_GetModuleState(t: &PyTypeObject) -> PyResult<*mut c_void> {
        let m = PyType_GetModule(t);
        match m.as_ref().map(|m| m.downcast::<PyModule>()) {
            Some(Some(m)) => Ok(m.md_state.get()),
            Some(None) => error::bad_internal_call(),
            None => Err(object::Raised),
        }
    }
    /// Borrowed: the module of the first class along the MRO that was made from the definition.
    fn PyType_GetModuleByDef(t: &PyTypeObject, def: *mut PyModuleDef) -> PyResult<*mut PyObject> {
        let classes = t.tp_mro.get();
        let all = classes.as_ref().map_or(&[][..], |m| m.as_slice());
        for class in all {
            if let Some(h) = class.downcast::<PyTypeObject>().and_then(|c| c.heap())
                && let Some(m) = h.ht_module.get()
                && m.downcast::<PyModule>().is_some_and(|m| m.md_def.get() == def)
            {
                return Ok(lend(Some(m)));
            }
        }
        raise!(TypeError, "PyType_GetModuleByDef: No superclass of '{}' has the given module", t.full_name())
    }
    /// 1 and a new reference to the class with the token, 0 and NULL, or -1.
    fn PyType_GetBaseByToken(t: &PyTypeObject, token: *mut c_void, result: *mut *mut PyObject) -> PyResult<bool> {
        if !result.is_null() {
            put(result, None);
        }
        if token.is_null() {
            return raise!(SystemError, "PyType_GetBaseByToken called with token=NULL");
        }
        let classes = t.tp_mro.get();
        for class in classes.as_ref().map_or(&[][..], |m| m.as_slice()) {
            if class.downcast::<PyTypeObject>().and_then(|c| c.heap()).is_some_and(|h| h.ht_token.get() == token) {
                if !result.is_null() {
                    put(result, Some(class.clone()));
                }
                return Ok(true);
            }
        }
        Ok(false)
    }
    /// The part of an instance that belongs to a class whose basic size was given as negative.
    fn PyObject_GetTypeData(o: &PyObject, class: &PyTypeObject) -> *mut c_void {
        let offset = aligned(class.base().map_or(0, |b| b.tp_basicsize.get()));
        (o.as_ptr() as *mut u8).offset(offset).cast()
    }
    fn PyType_GetTypeDataSize(class: &PyTypeObject) -> isize {
        class.tp_basicsize.get() - aligned(class.base().map_or(0, |b| b.tp_basicsize.get()))
    }
    fn PyObject_GetItemData(o: &PyObject) -> PyResult<*mut c_void> {
        if !o.ty().has(flags::ITEMS_AT_END) {
            return raise!(TypeError, "type '{}' does not have Py_TPFLAGS_ITEMS_AT_END", o.ty().full_name());
        }
        Ok((o.as_ptr() as *mut u8).offset(o.ty().tp_basicsize.get()).cast())
    }
    /// Borrowed, or NULL without an exception.
    fn _PyType_Lookup(t: &PyTypeObject, name: &PyStr) -> *mut PyObject {
        ty::lookup_raw(t, name)
    }
    fn _PyType_LookupRef(t: &PyTypeObject, name: &PyStr) -> Option<Py> {
        ty::lookup(t, name)
    }
    fn PyUnstable_Type_AssignVersionTag(t: &PyTypeObject) -> bool {
        ty::version_tag(t) != 0
    }
    fn PyType_SUPPORTS_WEAKREFS(t: &PyTypeObject) -> bool {
        t.tp_weaklistoffset.get() != 0
    }
}

/// "module:qualname" with the given separator; the qualified name alone for `builtins` and `__main__`.
pub fn qualified(t: &PyTypeObject, separator: char) -> PyResult<Py<PyStr>> {
    if !t.has(flags::HEAPTYPE) {
        return PyStr::new(t.full_name());
    }
    let o = t.as_object();
    let qualname = o.get_attr(intern!("__qualname__"))?.str()?;
    let module = o.get_attr_opt(intern!("__module__"))?;
    match module.as_ref().and_then(|m| m.downcast::<PyStr>()) {
        Some(m) if !m.eq_str("builtins") && !m.eq_str("__main__") => {
            PyStr::new_wtf8_lossy(&format!("{m}{separator}{qualname}"))
        }
        _ => Ok(qualname),
    }
}
