//! Making classes: `type.__new__`, the choice of metaclass and layout, heap types' life and death, `type.__call__`.

use super::*;
use crate::alloc;
use crate::handle::PyClass;
use crate::raise;
use std::ffi::{CString, c_int, c_void};

/// The layout that a type adds to: the nearest base whose instances have another size (slots of dict and weak
/// references aside).
pub fn solid_base(ty: &PyTypeObject) -> &PyTypeObject {
    let base = match ty.base() {
        Some(b) => solid_base(b),
        None => &PyBaseObject_Type,
    };
    if extra_fields(ty, base) { ty } else { base }
}

fn extra_fields(ty: &PyTypeObject, base: &PyTypeObject) -> bool {
    if ty.tp_itemsize.get() != base.tp_itemsize.get() && ty.tp_itemsize.get() != 0 {
        return true;
    }
    let mut size = ty.tp_basicsize.get();
    let word = size_of::<usize>() as isize;
    if ty.tp_weaklistoffset.get() != 0
        && base.tp_weaklistoffset.get() == 0
        && ty.tp_weaklistoffset.get() + word == size
        && ty.has(flags::HEAPTYPE)
    {
        size -= word;
    }
    if ty.tp_dictoffset.get() != 0
        && base.tp_dictoffset.get() == 0
        && ty.tp_dictoffset.get() + word == size
        && ty.has(flags::HEAPTYPE)
    {
        size -= word;
    }
    size != base.tp_basicsize.get()
}

/// The base whose layout the new class continues.
pub fn best_base(bases: &PyTuple) -> PyResult<Py<PyTypeObject>> {
    let mut winner: Option<&PyTypeObject> = None;
    let mut base: Option<&PyTypeObject> = None;
    for b in bases.as_slice() {
        let Some(b) = b.downcast::<PyTypeObject>() else {
            return raise!(TypeError, "bases must be types");
        };
        if !b.has(flags::READY) {
            ready(b)?;
        }
        if !b.has(flags::BASETYPE) {
            return raise!(
                TypeError,
                "type '{}' is not an acceptable base type",
                b.full_name()
            );
        }
        let candidate = solid_base(b);
        match winner {
            None => (winner, base) = (Some(candidate), Some(b)),
            Some(w) if w.is_subtype(candidate) => {}
            Some(w) if candidate.is_subtype(w) => (winner, base) = (Some(candidate), Some(b)),
            _ => return raise!(TypeError, "multiple bases have instance lay-out conflict"),
        }
    }
    Ok(base.unwrap_or(&PyBaseObject_Type).new_ref())
}

/// The most derived metaclass (`_PyType_CalculateMetaclass`).
pub fn calculate_metaclass(meta: &PyTypeObject, bases: &PyTuple) -> PyResult<Py<PyTypeObject>> {
    let mut winner = meta.new_ref();
    for b in bases.as_slice() {
        let m = b.ty();
        if winner.is_subtype(m) {
            continue;
        }
        if m.is_subtype(&winner) {
            winner = m.new_ref();
            continue;
        }
        return raise!(
            TypeError,
            "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases"
        );
    }
    Ok(winner)
}

/// `__slots__` as names, sorted and mangled; whether `__dict__` and `__weakref__` are asked for.
struct Slots {
    names: Vec<Py<PyStr>>,
    dict: bool,
    weakref: bool,
}

fn mangle(class: &str, name: &str) -> String {
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return name.to_string();
    }
    let stripped = class.trim_start_matches('_');
    if stripped.is_empty() {
        name.to_string()
    } else {
        format!("_{stripped}{name}")
    }
}

fn collect_slots(
    slots: &PyObject,
    name: &PyStr,
    base: &PyTypeObject,
    may_dict: bool,
    may_weak: bool,
) -> PyResult<Slots> {
    let items = if PyStr::check(slots) {
        vec![slots.new_ref()]
    } else {
        crate::iter::collect(slots)?
    };
    if !items.is_empty() && base.tp_itemsize.get() != 0 {
        return raise!(
            TypeError,
            "nonempty __slots__ not supported for subtype of '{}'",
            base.full_name()
        );
    }
    let class = name.to_string();
    let mut out = Slots {
        names: Vec::new(),
        dict: false,
        weakref: false,
    };
    for item in items {
        let Some(s) = item.downcast::<PyStr>() else {
            return raise!(
                TypeError,
                "__slots__ items must be strings, not '{}'",
                item.ty().full_name()
            );
        };
        if !s
            .as_object()
            .call_method(crate::intern!("isidentifier"), &[])?
            .is_true()?
        {
            return raise!(TypeError, "__slots__ must be identifiers");
        }
        if s.eq_str("__dict__") {
            if !may_dict || out.dict {
                return raise!(TypeError, "__dict__ slot disallowed: we already got one");
            }
            out.dict = true;
        } else if s.eq_str("__weakref__") {
            if !may_weak || out.weakref {
                return raise!(TypeError, "__weakref__ slot disallowed: we already got one");
            }
            out.weakref = true;
        } else {
            out.names
                .push(crate::intern::intern_str(&mangle(&class, &s.to_string()))?);
        }
    }
    let mut keyed: Vec<(Vec<u8>, Py<PyStr>)> = out.names.drain(..).map(|n| (n.to_wtf8(), n)).collect();
    keyed.sort_by(|a, b| a.0.cmp(&b.0));
    out.names = keyed.into_iter().map(|(_, n)| n).collect();
    Ok(out)
}

/// `type.__new__(metatype, name, bases, namespace, **kwargs)`
pub fn type_new(metatype: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
    if args.len() != 3 {
        return raise!(
            TypeError,
            "type.__new__() takes exactly 3 arguments ({} given)",
            args.len()
        );
    }
    let items = args.as_slice();
    let Some(name) = items[0].downcast::<PyStr>() else {
        return raise!(
            TypeError,
            "type.__new__() argument 1 must be str, not {}",
            shown(&items[0])
        );
    };
    let Some(bases) = items[1].downcast::<PyTuple>() else {
        return raise!(
            TypeError,
            "type.__new__() argument 2 must be tuple, not {}",
            shown(&items[1])
        );
    };
    let Some(orig) = items[2].downcast::<PyDict>() else {
        return raise!(
            TypeError,
            "type.__new__() argument 3 must be dict, not {}",
            shown(&items[2])
        );
    };
    for b in bases.as_slice() {
        if !PyTypeObject::check(b) && b.get_attr_opt(crate::intern!("__mro_entries__"))?.is_some() {
            return raise!(
                TypeError,
                "type() doesn't support MRO entry resolution; use types.new_class()"
            );
        }
    }
    let winner = calculate_metaclass(metatype, bases)?;
    if !winner.is(metatype)
        && let Some(f) = winner.tp_new.get()
        && !std::ptr::fn_addr_eq(f, type_new_slot as newfunc)
    {
        // SAFETY: `tp_new` of a metaclass.
        return unsafe { f(&winner, args, kwargs) };
    }
    let bases = if bases.is_empty() {
        PyTuple::from_refs(&[PyBaseObject_Type.as_object()])?
    } else {
        bases.new_ref()
    };
    let base = best_base(&bases)?;
    let class = build(&winner, name, &bases, &base, &*orig.copy()?)?;
    set_names(&class)?;
    init_subclass(&class, kwargs)?;
    Ok(class.into_object())
}

fn shown(obj: &PyObject) -> &str {
    if crate::is_none(obj) {
        "None"
    } else {
        obj.ty().full_name()
    }
}

pub(super) unsafe extern "C" fn type_new_slot(
    meta: &PyTypeObject,
    args: &PyTuple,
    kw: Option<&PyDict>,
) -> PyResult {
    type_new(meta, args, kw)
}

fn build(
    meta: &PyTypeObject,
    name: &PyStr,
    bases: &Py<PyTuple>,
    base: &Py<PyTypeObject>,
    dict: &PyDict,
) -> PyResult<Py<PyTypeObject>> {
    let Some(name_text) = name.to_str() else {
        return raise!(ValueError, "type name must not contain surrogates");
    };
    let Ok(cname) = CString::new(name_text.as_bytes()) else {
        return raise!(ValueError, "type name must not contain null characters");
    };
    // slots
    let slots_obj = dict.get_str(crate::intern!("__slots__"))?;
    let may_dict = base.tp_dictoffset.get() == 0;
    let may_weak = base.tp_weaklistoffset.get() == 0 && base.tp_itemsize.get() == 0;
    let (slots, mut add_dict, mut add_weak) = match &slots_obj {
        None => (None, may_dict, may_weak),
        Some(s) => {
            let s = collect_slots(s, name, base, may_dict, may_weak)?;
            let (d, w) = (s.dict, s.weakref);
            for n in &s.names {
                if dict.get_str(n)?.is_some()
                    && !n.eq_str("__qualname__")
                    && !n.eq_str("__classcell__")
                    && !n.eq_str("__classdictcell__")
                {
                    return raise!(
                        ValueError,
                        "{} in __slots__ conflicts with class variable",
                        n.as_object().repr()?
                    );
                }
            }
            // further bases may bring a dict or weak references
            let (mut d, mut w) = (d, w);
            for b in bases.as_slice().iter().filter(|b| !b.is(base.as_object())) {
                if let Some(b) = b.downcast::<PyTypeObject>() {
                    d |= may_dict && b.tp_dictoffset.get() != 0;
                    w |= may_weak && b.tp_weaklistoffset.get() != 0;
                }
            }
            (Some(s), d, w)
        }
    };
    add_dict &= may_dict;
    add_weak &= may_weak;
    let names: &[Py<PyStr>] = slots.as_ref().map_or(&[], |s| &s.names);

    // the type object, with its members behind it
    let nmembers = names.len();
    let obj = match meta.tp_alloc.get() {
        // SAFETY: `tp_alloc` of a metaclass.
        Some(f) => unsafe { f(meta, nmembers as isize)? },
        None => alloc::generic_alloc(meta, nmembers)?,
    };
    // SAFETY: an instance of a metaclass is a heap type object; its memory is zeroed, which is a valid empty one.
    let class: Py<PyTypeObject> = unsafe { obj.cast_unchecked() };
    // SAFETY: as above.
    let heap: &PyHeapTypeObject =
        unsafe { &*(class.get() as *const PyTypeObject as *const PyHeapTypeObject) };
    let ty = class.get();
    ty.ob_base.ob_size.set(nmembers as isize);
    ty.tp_flags.set(
        flags::DEFAULT
            | flags::HEAPTYPE
            | flags::BASETYPE
            | flags::HAVE_FINALIZE
            | flags::HAVE_VERSION_TAG
            | (base.tp_flags.get() & (flags::HAVE_GC | flags::PREHEADER | flags::SEQUENCE | flags::MAPPING)),
    );
    ty.tp_as_async.set(&raw const heap.as_async as *mut _);
    ty.tp_as_number.set(&raw const heap.as_number as *mut _);
    ty.tp_as_mapping.set(&raw const heap.as_mapping as *mut _);
    ty.tp_as_sequence.set(&raw const heap.as_sequence as *mut _);
    ty.tp_as_buffer.set(&raw const heap.as_buffer as *mut _);
    heap.ht_name.set(Some(name.as_object().new_ref()));
    heap._ht_tpname.set(cname.clone().into_raw());
    ty.tp_name.set(heap._ht_tpname.get());
    ty.tp_bases.set(Some(bases.clone()));
    ty.tp_base.set(base.clone().into_ptr());
    ty.tp_dict.set(Some(dict.new_ref()));

    // names of the class
    let qualname = match dict.pop_item(crate::intern!("__qualname__").as_object())? {
        Some(q) => {
            if !PyStr::check(&q) {
                return raise!(
                    TypeError,
                    "type __qualname__ must be a str, not {}",
                    q.ty().full_name()
                );
            }
            q
        }
        None => name.as_object().new_ref(),
    };
    heap.ht_qualname.set(Some(qualname));
    if dict.get_str(crate::intern!("__module__"))?.is_none()
        && let Some(globals) = crate::hooks::current_globals()
        && let Some(globals) = globals.downcast::<PyDict>()
        && let Some(module) = globals.get_str(crate::intern!("__name__"))?
    {
        dict.set_item(crate::intern!("__module__"), &*module)?;
    }
    if let Some(slots_obj) = &slots_obj {
        heap.ht_slots.set(Some(slots_obj.clone()));
    }
    if let Some(doc) = dict.get_str(crate::intern!("__doc__"))?
        && let Some(doc) = doc.downcast::<PyStr>()
        && let Some(text) = doc.to_str()
        && let Ok(text) = CString::new(text.as_bytes())
    {
        ty.tp_doc.set(text.into_raw());
    }
    // implicit decorators
    for (n, class_method) in [
        (crate::intern!("__new__"), false),
        (crate::intern!("__init_subclass__"), true),
        (crate::intern!("__class_getitem__"), true),
    ] {
        if let Some(f) = dict.get_str(n)?
            && f.ty().full_name() == "function"
        {
            let wrapped = if class_method {
                crate::descr::PyClassMethod::new(&f)?.into_object()
            } else {
                crate::descr::PyStaticMethod::new(&f)?.into_object()
            };
            dict.set_item(n, &*wrapped)?;
        }
    }

    // layout of the instances
    let mut size = base.tp_basicsize.get();
    let members = type_members(ty, meta);
    for (i, n) in names.iter().enumerate() {
        let text = CString::new(n.to_wtf8()).unwrap_or_default();
        // SAFETY: the metaclass's items are `PyMemberDef`s, `nmembers` of them.
        unsafe {
            members.add(i).write(PyMemberDef {
                name: text.into_raw(),
                type_code: member::T_OBJECT_EX,
                offset: size,
                flags: 0,
                doc: std::ptr::null(),
            });
        }
        size += size_of::<usize>() as isize;
    }
    if add_dict {
        ty.tp_flags.set(ty.tp_flags.get() | flags::MANAGED_DICT);
        ty.tp_dictoffset.set(-1);
    }
    if add_weak {
        ty.tp_flags.set(ty.tp_flags.get() | flags::MANAGED_WEAKREF);
        ty.tp_weaklistoffset.set(crate::weakref::MANAGED_WEAKREF_OFFSET);
    }
    ty.tp_basicsize.set(size);
    ty.tp_itemsize.set(base.tp_itemsize.get());
    // every instance of a class made in Python refers to its class
    ty.tp_flags.set(ty.tp_flags.get() | flags::HAVE_GC);
    let fresh = ty.has(flags::MANAGED_DICT)
        && size == size_of::<PyObject>() as isize
        && !base.has(flags::INLINE_VALUES)
        && add_dict;
    let inherited =
        base.has(flags::INLINE_VALUES) && size == base.tp_basicsize.get() && base.has(flags::MANAGED_DICT);
    if fresh || inherited {
        ty.tp_flags.set(ty.tp_flags.get() | flags::INLINE_VALUES);
    }
    if ty.has(flags::HAVE_GC) {
        ty.tp_traverse.set(Some(subtype_traverse));
        ty.tp_clear.set(Some(subtype_clear));
    }
    ty.tp_alloc.set(Some(heap_alloc));
    ty.tp_free.set(Some(alloc::object_free));
    ty.tp_dealloc.set(Some(subtype_dealloc));
    // attributes of the instances
    let getsets = instance_getsets(base, add_dict, add_weak);
    ready(ty)?;
    for (i, n) in names.iter().enumerate() {
        // SAFETY: written above; it lives as long as the type.
        let def: &'static PyMemberDef = unsafe { &*members.add(i) };
        dict.set_item(&**n, &*crate::descr::new_member_descriptor(ty, def, n)?)?;
    }
    add_getsets(ty, dict, getsets)?;
    // where the class body's cells go
    if let Some(cell) = dict.pop_item(crate::intern!("__classcell__").as_object())? {
        set_cell(&cell, ty.as_object(), "__classcell__")?;
    }
    if let Some(cell) = dict.pop_item(crate::intern!("__classdictcell__").as_object())? {
        set_cell(&cell, dict.as_object(), "__classdictcell__")?;
    }
    if ty.has(flags::INLINE_VALUES) {
        crate::dict::init_cached_keys(ty)?;
    }
    super::slots::fixup_dispatchers(ty);
    if ty
        .tp_hash
        .get()
        .is_none_or(|f| std::ptr::fn_addr_eq(f, super::slots::hash_not_implemented as hashfunc))
        && dict.get_str(crate::intern!("__eq__"))?.is_some()
        && dict.get_str(crate::intern!("__hash__"))?.is_none()
    {
        dict.set_item(crate::intern!("__hash__"), crate::singletons::none_ref())?;
    }
    Ok(class)
}

/// Fills a cell that the class body left in its namespace.
fn set_cell(cell: &PyObject, value: &PyObject, name: &str) -> PyResult<()> {
    if cell.ty().full_name() != "cell" {
        return raise!(
            TypeError,
            "{name} must be a nonlocal cell, not <class '{}'>",
            cell.ty().full_name()
        );
    }
    cell.set_attr(crate::intern!("cell_contents"), Some(value))
}

/// Where the members of a heap type stand: its items, at the end of the metaclass's instances.
pub fn type_members(ty: &PyTypeObject, meta: &PyTypeObject) -> *mut PyMemberDef {
    // SAFETY: the items follow the fixed part.
    unsafe { (ty as *const PyTypeObject as *mut u8).offset(meta.tp_basicsize.get()) as *mut PyMemberDef }
}

pub(super) unsafe extern "C" fn heap_alloc(ty: &PyTypeObject, n: isize) -> PyResult {
    alloc::generic_alloc(ty, n.max(0) as usize)
}

unsafe extern "C" fn get_dict(obj: &PyObject, _: *mut c_void) -> PyResult {
    match instance_dict(obj)? {
        Some(d) => Ok(d.into_object()),
        None => raise!(AttributeError, "This object has no __dict__"),
    }
}
unsafe extern "C" fn set_dict(obj: &PyObject, value: Option<&PyObject>, _: *mut c_void) -> c_int {
    crate::args::status(set_instance_dict(obj, value))
}

/// `obj.__dict__ = value`; `None` deletes (`PyObject_GenericSetDict`).
pub fn set_instance_dict(obj: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
    let dict = match value {
        None => None,
        Some(v) => match v.downcast::<PyDict>() {
            Some(d) => Some(d.new_ref()),
            None => {
                return raise!(
                    TypeError,
                    "__dict__ must be set to a dictionary, not a '{}'",
                    v.ty().full_name()
                );
            }
        },
    };
    if obj.ty().has(flags::MANAGED_DICT) {
        return crate::dict::managed_dict_set(obj, dict);
    }
    match super::attr::dict_field(obj) {
        Some(f) => {
            f.set(dict);
            Ok(())
        }
        None => raise!(AttributeError, "This object has no __dict__"),
    }
}
unsafe extern "C" fn get_weakref(obj: &PyObject, _: *mut c_void) -> PyResult {
    Ok(crate::weakref::first_ref(obj).unwrap_or_else(crate::none))
}

static DICT_DEF: PyGetSetDef = PyGetSetDef {
    name: c"__dict__".as_ptr(),
    get: Some(get_dict),
    set: Some(set_dict),
    doc: c"dictionary for instance variables".as_ptr(),
    closure: std::ptr::null_mut(),
};
static WEAKREF_DEF: PyGetSetDef = PyGetSetDef {
    name: c"__weakref__".as_ptr(),
    get: Some(get_weakref),
    set: None,
    doc: c"list of weak references to the object".as_ptr(),
    closure: std::ptr::null_mut(),
};
static BOTH: [PyGetSetDef; 3] = [
    PyGetSetDef {
        name: c"__dict__".as_ptr(),
        get: Some(get_dict),
        set: Some(set_dict),
        doc: c"dictionary for instance variables".as_ptr(),
        closure: std::ptr::null_mut(),
    },
    PyGetSetDef {
        name: c"__weakref__".as_ptr(),
        get: Some(get_weakref),
        set: None,
        doc: c"list of weak references to the object".as_ptr(),
        closure: std::ptr::null_mut(),
    },
    PyGetSetDef::END,
];

fn instance_getsets(base: &PyTypeObject, dict: bool, weak: bool) -> &'static [PyGetSetDef] {
    let _ = base;
    match (dict, weak) {
        (true, true) => &BOTH,
        (true, false) => std::slice::from_ref(&DICT_DEF),
        (false, true) => std::slice::from_ref(&WEAKREF_DEF),
        (false, false) => &[],
    }
}

/// The attributes `__dict__` and `__weakref__` of classes whose instances have them.
pub fn instance_getset() -> &'static [PyGetSetDef] {
    &BOTH[..2]
}

/// `__set_name__` of everything in the namespace.
fn set_names(class: &Py<PyTypeObject>) -> PyResult<()> {
    let Some(dict) = class.tp_dict.get() else {
        return Ok(());
    };
    for (key, value) in dict.items_vec() {
        let Some(f) = lookup_special(&value, crate::intern!("__set_name__"))? else {
            continue;
        };
        if let Err(raised) = crate::call::call(&f, &[class.as_object(), &key]) {
            let e = crate::error::fetch(raised);
            let note = format!(
                "Error calling __set_name__ on '{}' instance {} in '{}'",
                value.ty().full_name(),
                key.repr()?,
                class.full_name()
            );
            crate::exceptions::add_note(&e, &note)?;
            return Err(crate::error::restore(e));
        }
    }
    Ok(())
}

/// `super(cls, cls).__init_subclass__(**kwargs)`
fn init_subclass(class: &Py<PyTypeObject>, kwargs: Option<&PyDict>) -> PyResult<()> {
    let Some(mro) = class.tp_mro.get() else {
        return Ok(());
    };
    let name = crate::intern!("__init_subclass__");
    for base in mro.as_slice().iter().skip(1) {
        let Some(base) = base.downcast::<PyTypeObject>() else {
            continue;
        };
        let Some(f) = base.tp_dict.get().map(|d| d.get_str(name)).transpose()?.flatten() else {
            continue;
        };
        let bound = match f.ty().tp_descr_get.get() {
            // SAFETY: a slot called with an object of its type.
            Some(get) => unsafe { get(&f, None, Some(class.as_object()))? },
            None => f,
        };
        crate::call::call_tuple_dict(&bound, &*PyTuple::empty()?, kwargs)?;
        return Ok(());
    }
    Ok(())
}

/// `type.__call__`: makes and initializes an instance.
pub fn type_call(ty: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
    let no_kw = kwargs.is_none_or(|k| k.is_empty());
    if std::ptr::eq(ty, &PyType_Type) {
        if args.len() == 1 && no_kw {
            return Ok(args.as_slice()[0].ty().as_object().new_ref());
        }
        if args.len() != 3 {
            return raise!(TypeError, "type() takes 1 or 3 arguments");
        }
    }
    let Some(new) = ty.tp_new.get() else {
        return raise!(TypeError, "cannot create '{}' instances", ty.full_name());
    };
    // SAFETY: `tp_new` of the class.
    let obj = unsafe { new(ty, args, kwargs)? };
    if !obj.ty().is_subtype(ty) {
        return Ok(obj);
    }
    if let Some(init) = obj.ty().tp_init.get() {
        // SAFETY: `tp_init` of the object's class.
        crate::args::from_status(unsafe { init(&obj, args.as_object(), kwargs.map(|k| k.as_object())) })?;
    }
    Ok(obj)
}

// ---- life of instances of heap types ----

/// The slots (`__slots__`) of one class in an instance.
fn own_slots(ty: &PyTypeObject) -> &'static [PyMemberDef] {
    if !ty.has(flags::HEAPTYPE) {
        return &[];
    }
    let n = ty.ob_base.ob_size.get().max(0) as usize;
    // SAFETY: `build` has written them; they live as long as the type, which outlives its instances.
    unsafe { std::slice::from_raw_parts(type_members(ty, ty.as_object().ty()), n) }
}

fn slot_field<'a>(obj: &'a PyObject, def: &PyMemberDef) -> Option<&'a Field> {
    if def.type_code != member::T_OBJECT_EX {
        return None;
    }
    // SAFETY: an instance has a reference at the offset of each slot.
    Some(unsafe { &*((obj as *const PyObject as *const u8).offset(def.offset) as *const Field) })
}

/// Classes from the object's own down to the first that is not made by `type_new`, and that one.
fn python_classes<'a>(
    ty: &'a PyTypeObject,
    mut f: impl FnMut(&'a PyTypeObject),
    own: fn(&PyTypeObject) -> bool,
) -> &'a PyTypeObject {
    let mut t = ty;
    while own(t) {
        f(t);
        match t.base() {
            Some(b) => t = b,
            None => break,
        }
    }
    t
}

/// `tp_traverse` of classes made in Python, and of C heap types that have none.
///
/// # Safety
/// As `tp_traverse`.
pub unsafe extern "C" fn subtype_traverse(obj: &PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    let mut v = crate::gc::Visitor::new(visit, arg);
    let ty = obj.ty();
    let base = python_classes(
        ty,
        |t| {
            for def in own_slots(t) {
                if let Some(f) = slot_field(obj, def) {
                    v.field(f);
                }
            }
        },
        |t| {
            t.tp_traverse
                .get()
                .is_some_and(|f| std::ptr::fn_addr_eq(f, subtype_traverse as traverseproc))
        },
    );
    if ty.has(flags::MANAGED_DICT) {
        crate::dict::managed_visit(obj, &mut v);
    } else if ty.tp_dictoffset.get() != base.tp_dictoffset.get()
        && let Some(f) = super::attr::dict_field(obj)
    {
        v.field(f);
    }
    if ty.has(flags::HEAPTYPE) {
        v.raw(ty.as_ptr());
    }
    if v.result() != 0 {
        return v.result();
    }
    match base.tp_traverse.get() {
        // SAFETY: the base's own traversal.
        Some(f) if !std::ptr::fn_addr_eq(f, subtype_traverse as traverseproc) => unsafe {
            f(obj, visit, arg)
        },
        _ => 0,
    }
}

/// `tp_clear` of classes made in Python.
///
/// # Safety
/// As `tp_clear`.
pub unsafe extern "C" fn subtype_clear(obj: &PyObject) -> c_int {
    let ty = obj.ty();
    let base = python_classes(
        ty,
        |t| {
            for def in own_slots(t) {
                if let Some(f) = slot_field(obj, def)
                    && def.flags & member::READONLY == 0
                {
                    f.set(None);
                }
            }
        },
        |t| {
            t.tp_clear
                .get()
                .is_some_and(|f| std::ptr::fn_addr_eq(f, subtype_clear as inquiry))
        },
    );
    if ty.has(flags::MANAGED_DICT) {
        crate::dict::managed_clear(obj);
    } else if ty.tp_dictoffset.get() != base.tp_dictoffset.get()
        && let Some(f) = super::attr::dict_field(obj)
    {
        f.set(None);
    }
    match base.tp_clear.get() {
        // SAFETY: the base's own.
        Some(f) if !std::ptr::fn_addr_eq(f, subtype_clear as inquiry) => unsafe { f(obj) },
        _ => 0,
    }
}

/// `tp_dealloc` of classes made in Python.
///
/// # Safety
/// As `tp_dealloc`.
pub unsafe extern "C" fn subtype_dealloc(op: *mut PyObject) {
    // SAFETY: the last reference is gone; each step keeps the object whole for the next.
    unsafe {
        let obj = &*op;
        let ty: *const PyTypeObject = obj.ty();
        let own = |t: &PyTypeObject| {
            t.tp_dealloc
                .get()
                .is_some_and(|f| std::ptr::fn_addr_eq(f, subtype_dealloc as destructor))
        };
        if (*ty).tp_finalize.get().is_some() && crate::gc::call_finalizer_from_dealloc(op) {
            return;
        }
        if let Some(del) = (*ty).tp_del.get() {
            (*op).set_refcount(1);
            del(op);
            if (*op).refcount() > 1 {
                (*op).set_refcount((*op).refcount() - 1);
                return;
            }
            (*op).set_refcount(0);
        }
        let gc = (*ty).has(flags::HAVE_GC);
        if gc {
            crate::gc::untrack(obj);
        }
        let base = python_classes(&*ty, |_| {}, own);
        // those of a base with a list of its own too: its deallocator leaves them to this one
        if (*ty).tp_weaklistoffset.get() != 0 {
            crate::weakref::clear_weakrefs(obj);
        }
        python_classes(
            &*ty,
            |t| {
                for def in own_slots(t) {
                    if let Some(f) = slot_field(obj, def)
                        && def.flags & member::READONLY == 0
                    {
                        f.set(None);
                    }
                }
            },
            own,
        );
        if (*ty).has(flags::MANAGED_DICT) {
            crate::dict::managed_clear(obj);
        } else if (*ty).tp_dictoffset.get() != 0
            && base.tp_dictoffset.get() == 0
            && let Some(f) = super::attr::dict_field(obj)
        {
            f.set(None);
        }
        // the base's deallocator untracks once more and frees the memory through this type's `tp_free`
        if gc && base.has(flags::HAVE_GC) {
            crate::gc::track(obj);
        }
        match base.tp_dealloc.get() {
            Some(f) if !std::ptr::fn_addr_eq(f, subtype_dealloc as destructor) => f(op),
            _ => alloc::object_free(op as *mut c_void),
        }
        if !base.has(flags::HEAPTYPE) {
            PyObject::decref(ty as *const PyObject);
        }
    }
}

/// A heap type itself goes.
pub(super) unsafe extern "C" fn type_dealloc(op: *mut PyObject) {
    // SAFETY: the last reference to a heap type is gone; its instances have gone before.
    unsafe {
        let ty = (*op).downcast_unchecked::<PyTypeObject>();
        crate::gc::untrack(&*op);
        crate::weakref::clear_weakrefs(&*op);
        type_clear_references(ty);
        if let Some(heap) = ty.heap() {
            for def in own_slots(ty) {
                drop(CString::from_raw(def.name as *mut _));
            }
            if !heap._ht_tpname.get().is_null() {
                drop(CString::from_raw(heap._ht_tpname.get()));
            }
            if !ty.tp_doc.get().is_null() && ty.has(flags::HEAPTYPE) {
                drop(CString::from_raw(ty.tp_doc.get() as *mut _));
            }
            crate::dict::drop_cached_keys(heap);
            heap.ht_name.set(None);
            heap.ht_qualname.set(None);
            heap.ht_slots.set(None);
            heap.ht_module.set(None);
        }
        let meta: *const PyTypeObject = (*op).ty();
        alloc::object_free(op as *mut c_void);
        if (*meta).has(flags::HEAPTYPE) && own_dealloc(&*meta) {
            PyObject::decref(meta as *const PyObject);
        }
    }
}

/// A metaclass made in Python gives up its reference in `subtype_dealloc`, one in C in its own deallocator.
fn own_dealloc(meta: &PyTypeObject) -> bool {
    meta.tp_dealloc
        .get()
        .is_some_and(|f| std::ptr::fn_addr_eq(f, type_dealloc as destructor))
}

fn type_clear_references(ty: &PyTypeObject) {
    super::lookup::modified(ty);
    if let Some(bases) = ty.tp_bases.take() {
        for b in bases.as_slice() {
            if let Some(b) = b.downcast::<PyTypeObject>() {
                super::ready::remove_subclass(b, ty);
            }
        }
    }
    ty.tp_dict.set(None);
    ty.tp_mro.set(None);
    ty.tp_subclasses.set(None);
    let base = ty.tp_base.replace(std::ptr::null());
    if !base.is_null() && ty.has(flags::HEAPTYPE) {
        // SAFETY: heap types own a reference to their base.
        unsafe { PyObject::decref(base as *const PyObject) };
    }
}

pub(super) unsafe extern "C" fn type_traverse(op: &PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: the slot of `type`.
    let ty = unsafe { op.downcast_unchecked::<PyTypeObject>() };
    if !ty.has(flags::HEAPTYPE) {
        return 0;
    }
    let mut v = crate::gc::Visitor::new(visit, arg);
    v.field(&ty.tp_dict);
    v.field(&ty.tp_cache);
    v.field(&ty.tp_mro);
    v.field(&ty.tp_bases);
    v.raw(ty.tp_base.get() as *mut PyObject);
    if let Some(h) = ty.heap() {
        v.field(&h.ht_module);
    }
    v.result()
}

pub(super) unsafe extern "C" fn type_clear(op: &PyObject) -> c_int {
    // SAFETY: the slot of `type`.
    let ty = unsafe { op.downcast_unchecked::<PyTypeObject>() };
    if ty.has(flags::HEAPTYPE) {
        // the dict and the MRO are enough to break every cycle; the rest is needed until the type is freed
        super::lookup::modified(ty);
        if let Some(d) = ty.tp_dict.get() {
            d.clear();
        }
        if let Some(h) = ty.heap() {
            h.ht_module.set(None);
        }
        ty.tp_mro.set(None);
    }
    0
}

pub(super) unsafe extern "C" fn type_is_gc(op: &PyObject) -> c_int {
    // SAFETY: the slot of `type`.
    unsafe { op.downcast_unchecked::<PyTypeObject>() }.has(flags::HEAPTYPE) as c_int
}
