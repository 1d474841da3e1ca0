//! `PyType_Ready`: a static type gets its base, MRO, dict and inherited slots. C3 linearization.

use super::lookup::modified;
use super::{
    PyBaseObject_Type, PyGetSetDef, PyMemberDef, PyMethodDef, PyType_Type, PyTypeObject, flags, meth, slots,
};
use crate::descr;
use crate::dict::PyDict;
use crate::handle::{Py, PyClass, PyLayout, PyResult};
use crate::intern::intern_str;
use crate::raise;
use crate::tuple::PyTuple;
use std::ffi::CStr;

/// `PyType_Ready`
pub fn ready(ty: &PyTypeObject) -> PyResult<()> {
    if ty.has(flags::READY) || ty.has(flags::READYING) {
        return Ok(());
    }
    ty.tp_flags.set(ty.tp_flags.get() | flags::READYING);
    let object = std::ptr::eq(ty, &PyBaseObject_Type);
    if ty.tp_base.get().is_null() && !object {
        ty.tp_base.set(&PyBaseObject_Type);
        if ty.has(flags::HEAPTYPE) {
            PyBaseObject_Type.as_object().incref();
        }
    }
    if let Some(base) = ty.base() {
        ready(base)?;
    }
    if ty.as_object().ob_type.get().is_null() {
        let meta: *const PyTypeObject = match ty.base() {
            Some(b) => b.as_object().ob_type.get(),
            None => &PyType_Type,
        };
        ty.as_object()
            .set_ty(if meta.is_null() { &PyType_Type } else { meta });
    }
    if ty.tp_bases.is_none() {
        let bases = match ty.base() {
            Some(b) => PyTuple::from_refs(&[b.as_object()])?,
            None => PyTuple::empty()?,
        };
        ty.tp_bases.set(Some(bases));
    }
    if ty.tp_dict.is_none() {
        ty.tp_dict.set(Some(PyDict::new()?));
    }
    let Some(dict) = ty.tp_dict.get() else {
        return crate::error::bad_internal_call();
    };

    // what the type itself defines
    let own_new = ty.tp_new.get().is_some();
    if !ty.has(flags::HEAPTYPE) && ty.full_name().contains('.') {
        if ty.tp_getattro.get().is_none() && OWN_GETATTR.contains(&ty.full_name()) {
            ty.tp_getattro.set(PyBaseObject_Type.tp_getattro.get());
        }
        if ty.tp_setattro.get().is_none() && OWN_SETATTR.contains(&ty.full_name()) {
            ty.tp_setattro.set(PyBaseObject_Type.tp_setattro.get());
        }
    }
    slots::add_operators(ty, &dict)?;
    // SAFETY: tables end with an entry without a name.
    unsafe {
        add_methods(
            ty,
            &dict,
            table_slice(ty.tp_methods.get(), |m: &PyMethodDef| m.ml_name.is_null()),
        )?;
        add_members(
            ty,
            &dict,
            table_slice(ty.tp_members.get(), |m: &PyMemberDef| m.name.is_null()),
        )?;
        add_getsets(
            ty,
            &dict,
            table_slice(ty.tp_getset.get(), |g: &PyGetSetDef| g.name.is_null()),
        )?;
    }

    compute_mro(ty)?;
    if let Some(base) = ty.base() {
        inherit_special(ty, base);
    }
    if let Some(mro) = ty.tp_mro.get() {
        for class in mro.as_slice().iter().skip(1) {
            if let Some(class) = class.downcast::<PyTypeObject>() {
                slots::inherit(ty, class);
            }
        }
    }
    // `tp_new`: static types whose base is `object` don't inherit it unless they define it
    if own_new {
        descr::add_new_wrapper(ty, &dict)?;
    } else if !ty.has(flags::HEAPTYPE) && ty.base().is_some_and(|b| std::ptr::eq(b, &PyBaseObject_Type)) {
        ty.tp_flags.set(ty.tp_flags.get() | flags::DISALLOW_INSTANTIATION);
        ty.tp_new.set(None);
    } else if ty.has(flags::DISALLOW_INSTANTIATION) {
        ty.tp_new.set(None);
    } else if let Some(b) = ty.base()
        && ty.tp_new.get().is_none()
    {
        ty.tp_new.set(b.tp_new.get());
    }
    if ty.tp_alloc.get().is_none() {
        ty.tp_alloc.set(Some(type_alloc));
    }
    if ty.tp_free.get().is_none() {
        ty.tp_free.set(Some(crate::alloc::object_free));
    }
    if !ty.has(flags::HEAPTYPE)
        && let Some((module, _)) = ty.full_name().rsplit_once('.')
        && !PLAIN_STATIC.contains(&ty.full_name())
    {
        let name = crate::intern!("__module__");
        if dict.get_str(name)?.is_none() {
            dict.set_item(name, intern_str(module)?.as_object())?;
        }
    }
    let doc = crate::intern!("__doc__");
    if dict.get_str(doc)?.is_none() {
        let text = if ty.tp_doc.get().is_null() {
            None
        } else {
            // SAFETY: a NUL-terminated, static text.
            doc_body(unsafe { CStr::from_ptr(ty.tp_doc.get()) }.to_str().unwrap_or(""))
        };
        match text {
            Some(t) if !t.is_empty() => dict.set_item(doc, &*crate::IntoPy::into_py(t)?)?,
            _ if ty.has(flags::HEAPTYPE) => dict.set_item(doc, crate::singletons::none_ref())?,
            _ => dict.set_item(doc, crate::doc::marker())?,
        }
    }
    if ty.tp_hash.get().is_none() && dict.get_str(crate::intern!("__hash__"))?.is_none() {
        dict.set_item(crate::intern!("__hash__"), crate::singletons::none_ref())?;
        ty.tp_hash.set(Some(slots::hash_not_implemented));
    }
    for base in ty.tp_bases.get().iter().flat_map(|b| b.as_slice().to_vec()) {
        if let Some(base) = base.downcast::<PyTypeObject>() {
            add_subclass(base, ty)?;
        }
    }
    ty.tp_flags
        .set(ty.tp_flags.get() & !flags::READYING | flags::READY);
    Ok(())
}

/// `tp_alloc` of all types.
unsafe extern "C" fn type_alloc(ty: &PyTypeObject, nitems: isize) -> PyResult {
    crate::alloc::generic_alloc(ty, nitems.max(0) as usize)
}

/// The part of a C docstring behind the text signature.
pub fn doc_body(doc: &str) -> Option<&str> {
    match doc.split_once("\n--\n\n") {
        Some((_, body)) => Some(body),
        None => Some(doc),
    }
}

/// # Safety
/// `table` is null or ends with an entry for which `end` holds, and is never freed.
unsafe fn table_slice<T>(table: *const T, end: fn(&T) -> bool) -> &'static [T] {
    if table.is_null() {
        return &[];
    }
    let mut n = 0;
    // SAFETY: the caller's promise.
    unsafe {
        while !end(&*table.add(n)) {
            n += 1;
        }
        std::slice::from_raw_parts(table, n)
    }
}

/// Types that fill `tp_getattro` themselves, with what they would inherit: their dicts have `__getattribute__`.
const OWN_GETATTR: &[&str] = &[
    "_struct.Struct",
    "_struct.unpack_iterator",
    "_tokenize.TokenizerIter",
    "array.array",
    "array.arrayiterator",
    "ast.AST",
    "collections._deque_iterator",
    "collections._deque_reverse_iterator",
    "collections.defaultdict",
    "collections.deque",
    "decimal.ContextManager",
    "decimal.Decimal",
    "decimal.SignalDictMixin",
    "functools.KeyWrapper",
    "functools.partial",
    "itertools._grouper",
    "itertools._tee_dataobject",
    "itertools.accumulate",
    "itertools.batched",
    "itertools.chain",
    "itertools.combinations",
    "itertools.combinations_with_replacement",
    "itertools.compress",
    "itertools.count",
    "itertools.cycle",
    "itertools.dropwhile",
    "itertools.filterfalse",
    "itertools.groupby",
    "itertools.islice",
    "itertools.pairwise",
    "itertools.permutations",
    "itertools.product",
    "itertools.repeat",
    "itertools.starmap",
    "itertools.takewhile",
    "itertools.zip_longest",
    "operator.attrgetter",
    "operator.itemgetter",
    "operator.methodcaller",
    "select.epoll",
    "unicodedata.UCD",
];

/// The same of `tp_setattro`.
const OWN_SETATTR: &[&str] = &["_struct.Struct", "ast.AST", "functools.partial"];

/// Types that are static in C too, though their names are dotted: their dicts have no `__module__`.
const PLAIN_STATIC: &[&str] = &[
    "_contextvars.Context",
    "_contextvars.ContextVar",
    "_contextvars.Token",
    "Token.MISSING",
    "collections.OrderedDict",
    "datetime.date",
    "datetime.datetime",
    "datetime.time",
    "datetime.timedelta",
    "datetime.timezone",
    "datetime.tzinfo",
    "pickle.PickleBuffer",
    "string.templatelib.Interpolation",
    "string.templatelib.Template",
    "string.templatelib.TemplateIter",
    "types.GenericAlias",
    "types.SimpleNamespace",
    "typing.Union",
    "weakref.CallableProxyType",
    "weakref.ProxyType",
    "weakref.ReferenceType",
];

/// Adds descriptors for methods; entries behind the end mark are not looked at. What the dict has already stays, but
/// for `METH_COEXIST`.
pub fn add_methods(ty: &PyTypeObject, dict: &PyDict, methods: &'static [PyMethodDef]) -> PyResult<()> {
    for def in methods {
        if def.ml_name.is_null() {
            break;
        }
        let name = intern_str(def.name())?;
        if def.ml_flags & meth::COEXIST == 0 && dict.get_str(&name)?.is_some() {
            continue;
        }
        let value = if def.ml_flags & meth::CLASS != 0 {
            descr::new_classmethod_descriptor(ty, def)?
        } else if def.ml_flags & meth::STATIC != 0 {
            let f = crate::cfunction::PyCFunctionObject::new(def, Some(ty.as_object()), None, None)?;
            descr::PyStaticMethod::new(f.as_object())?.into_object()
        } else {
            descr::new_method_descriptor(ty, def)?
        };
        dict.set_item(&*name, &*value)?;
    }
    Ok(())
}

pub fn add_members(ty: &PyTypeObject, dict: &PyDict, members: &'static [PyMemberDef]) -> PyResult<()> {
    for def in members {
        if def.name.is_null() {
            break;
        }
        // SAFETY: a NUL-terminated name.
        let name = intern_str(&unsafe { CStr::from_ptr(def.name) }.to_string_lossy())?;
        if dict.get_str(&name)?.is_none() {
            dict.set_item(&*name, &*descr::new_member_descriptor(ty, def, &name)?)?;
        }
    }
    Ok(())
}

pub fn add_getsets(ty: &PyTypeObject, dict: &PyDict, getsets: &'static [PyGetSetDef]) -> PyResult<()> {
    for def in getsets {
        if def.name.is_null() {
            break;
        }
        // SAFETY: a NUL-terminated name.
        let name = intern_str(&unsafe { CStr::from_ptr(def.name) }.to_string_lossy())?;
        if dict.get_str(&name)?.is_none() {
            dict.set_item(&*name, &*descr::new_getset_descriptor(ty, def, &name)?)?;
        }
    }
    Ok(())
}

/// Sizes, offsets and flags come from the one `tp_base`.
fn inherit_special(ty: &PyTypeObject, base: &PyTypeObject) {
    let f = ty.tp_flags.get();
    let mut add = base.tp_flags.get()
        & (flags::LONG_SUBCLASS
            | flags::LIST_SUBCLASS
            | flags::TUPLE_SUBCLASS
            | flags::BYTES_SUBCLASS
            | flags::UNICODE_SUBCLASS
            | flags::DICT_SUBCLASS
            | flags::BASE_EXC_SUBCLASS
            | flags::TYPE_SUBCLASS
            | flags::MATCH_SELF
            | flags::ITEMS_AT_END);
    // also where the flag is set: a type that adds no references is looked through as its base is
    if base.has(flags::HAVE_GC) && ty.tp_traverse.get().is_none() && ty.tp_clear.get().is_none() {
        add |= flags::HAVE_GC;
        ty.tp_traverse.set(base.tp_traverse.get());
        ty.tp_clear.set(base.tp_clear.get());
    }
    add |= base.tp_flags.get() & flags::PREHEADER;
    if f & (flags::SEQUENCE | flags::MAPPING) == 0 {
        add |= base.tp_flags.get() & (flags::SEQUENCE | flags::MAPPING);
    }
    ty.tp_flags.set(f | add);
    if ty.tp_basicsize.get() == 0 {
        ty.tp_basicsize.set(base.tp_basicsize.get());
    }
    if ty.tp_itemsize.get() == 0 {
        ty.tp_itemsize.set(base.tp_itemsize.get());
    }
    if ty.tp_weaklistoffset.get() == 0 {
        ty.tp_weaklistoffset.set(base.tp_weaklistoffset.get());
    }
    if ty.tp_dictoffset.get() == 0 {
        ty.tp_dictoffset.set(base.tp_dictoffset.get());
    }
}

/// Sets `tp_mro`: through the metaclass's `mro()` where it has one of its own, else by C3.
pub fn compute_mro(ty: &PyTypeObject) -> PyResult<()> {
    let meta = ty.as_object().ty();
    let custom = !std::ptr::eq(meta, &PyType_Type) && ty.has(flags::HEAPTYPE);
    let mro = if custom
        && let Some((f, unbound)) = super::lookup_special_method(ty.as_object(), crate::intern!("mro"))?
    {
        let result = if unbound {
            crate::call::call(&f, &[ty.as_object()])?
        } else {
            crate::call::call(&f, &[])?
        };
        let items = crate::iter::collect(&result)?;
        for item in &items {
            let Some(class) = item.downcast::<PyTypeObject>() else {
                return raise!(
                    TypeError,
                    "mro() returned a non-class ('{}')",
                    item.ty().full_name()
                );
            };
            if !super::new::solid_base(ty).is_subtype(super::new::solid_base(class)) {
                return raise!(
                    TypeError,
                    "mro() returned base with unsuitable layout ('{}')",
                    class.full_name()
                );
            }
        }
        PyTuple::from_vec(items)?
    } else {
        PyTuple::from_vec(c3(ty)?)?
    };
    modified(ty);
    ty.tp_mro.set(Some(mro));
    Ok(())
}

/// C3 linearization.
pub fn c3(ty: &PyTypeObject) -> PyResult<Vec<Py>> {
    let bases = ty.tp_bases.get().map_or(Vec::new(), |b| b.as_slice().to_vec());
    for (i, b) in bases.iter().enumerate() {
        if bases[..i].iter().any(|o| o.is(b.get())) {
            let name = match b.downcast::<PyTypeObject>() {
                Some(t) => t.name().to_string(),
                None => "?".to_string(),
            };
            return raise!(TypeError, "duplicate base class {name}");
        }
    }
    let mut lists: Vec<Vec<Py>> = Vec::with_capacity(bases.len() + 1);
    for b in &bases {
        match b.downcast::<PyTypeObject>().and_then(|t| t.tp_mro.get()) {
            Some(mro) => lists.push(mro.as_slice().to_vec()),
            None => {
                return raise!(
                    TypeError,
                    "Cannot extend an incomplete type '{}'",
                    b.downcast::<PyTypeObject>().map_or("?", |t| t.full_name())
                );
            }
        }
    }
    let mut result = vec![ty.as_object().new_ref()];
    if lists.len() == 1 {
        result.append(&mut lists[0]);
        return Ok(result);
    }
    lists.push(bases);
    let mut heads = vec![0usize; lists.len()];
    loop {
        if lists.iter().zip(&heads).all(|(l, h)| *h >= l.len()) {
            return Ok(result);
        }
        let good = lists.iter().zip(&heads).find_map(|(l, h)| {
            let c = l.get(*h)?;
            let blocked = lists
                .iter()
                .zip(&heads)
                .any(|(l, h)| l.iter().skip(h + 1).any(|o| o.is(c.get())));
            if blocked { None } else { Some(c.clone()) }
        });
        let Some(c) = good else {
            let mut names: Vec<String> = Vec::new();
            for (l, h) in lists.iter().zip(&heads) {
                if let Some(t) = l.get(*h).and_then(|c| c.downcast::<PyTypeObject>())
                    && !names.contains(&t.name().to_string())
                {
                    names.push(t.name().to_string());
                }
            }
            return raise!(
                TypeError,
                "Cannot create a consistent method resolution order (MRO) for bases {}",
                names.join(", ")
            );
        };
        for (l, h) in lists.iter().zip(heads.iter_mut()) {
            if l.get(*h).is_some_and(|o| o.is(c.get())) {
                *h += 1;
            }
        }
        result.push(c);
    }
}

/// Registers `ty` with its base. Static types live for ever; heap types are held weakly.
pub fn add_subclass(base: &PyTypeObject, ty: &PyTypeObject) -> PyResult<()> {
    let subs = match base.tp_subclasses.get() {
        Some(d) => d,
        None => {
            let d = PyDict::new()?;
            base.tp_subclasses.set(Some(d.clone()));
            d
        }
    };
    let key = crate::PyInt::from_i64(ty as *const PyTypeObject as i64)?;
    let value = if ty.has(flags::HEAPTYPE) {
        crate::weakref::new_ref(ty.as_object(), None)?
    } else {
        ty.as_object().new_ref()
    };
    subs.set_item(&*key, &*value)
}

/// A heap type leaves its base.
pub fn remove_subclass(base: &PyTypeObject, ty: &PyTypeObject) {
    if let (Some(subs), Ok(key)) = (
        base.tp_subclasses.get(),
        crate::PyInt::from_i64(ty as *const PyTypeObject as i64),
    ) && subs.pop_item(key.as_object()).is_err()
    {
        crate::error::clear();
    }
}

/// The direct subclasses that are alive, in order of their making.
pub fn subclasses(ty: &PyTypeObject) -> Vec<Py> {
    let Some(subs) = ty.tp_subclasses.get() else {
        return Vec::new();
    };
    subs.items_vec()
        .into_iter()
        .filter_map(|(_, v)| {
            if PyTypeObject::check(&v) {
                Some(v)
            } else {
                crate::weakref::get_referent(&v)
            }
        })
        .collect()
}
