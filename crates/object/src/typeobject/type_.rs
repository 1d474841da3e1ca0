//! The attributes and methods of `type`.

use super::new::{type_call, type_new_slot};
use super::*;
use crate::handle::PyClass;
use crate::raise;
use object_macros::pymethods;
use std::ffi::CString;

#[pymethods]
impl PyTypeObject {
    #[slot]
    fn tp_repr(&self) -> PyResult<String> {
        let module = self.module_value()?;
        let qualname = self.qualname_value()?.str()?;
        Ok(match module.as_ref().and_then(|m| m.downcast::<PyStr>()) {
            Some(m) if !m.eq_str("builtins") => format!("<class '{m}.{qualname}'>"),
            _ => format!("<class '{}'>", self.name()),
        })
    }
    #[slot]
    fn tp_call(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
        type_call(self, args, kwargs)
    }
    #[init("(*args, **kwargs)", nosig)]
    fn tp_init(&self, args: crate::Args<'_>, kwargs: crate::KwArgs<'_>) -> PyResult<()> {
        if args.len() == 1 && !kwargs.is_empty() {
            return raise!(TypeError, "type.__init__() takes no keyword arguments");
        }
        if args.len() != 1 && args.len() != 3 {
            return raise!(TypeError, "type.__init__() takes 1 or 3 arguments");
        }
        Ok(())
    }
    #[slot]
    fn nb_or(a: &PyObject, b: &PyObject) -> PyResult {
        crate::union::or(a, b)
    }

    #[getter]
    fn __name__(&self) -> PyResult {
        match self.heap().and_then(|h| h.ht_name.get()) {
            Some(n) => Ok(n),
            None => Ok(crate::intern::intern_str(self.name())?.into_object()),
        }
    }
    #[setter(__name__)]
    fn set_name(&self, value: Option<&PyObject>) -> PyResult<()> {
        let value = self.check_special(value, "__name__")?;
        let Some(s) = value.downcast::<PyStr>() else {
            return raise!(
                TypeError,
                "can only assign string to {}.__name__, not '{}'",
                self.full_name(),
                value.ty().full_name()
            );
        };
        let Ok(c) = CString::new(s.utf8()?.as_bytes()) else {
            return raise!(ValueError, "type name must not contain null characters");
        };
        if let Some(h) = self.heap() {
            // the old text may still be lent out: it is kept
            h._ht_tpname.set(c.into_raw());
            self.tp_name.set(h._ht_tpname.get());
            h.ht_name.set(Some(value.new_ref()));
        }
        modified(self);
        Ok(())
    }
    #[getter]
    fn __qualname__(&self) -> PyResult {
        self.qualname_value()
    }
    #[setter(__qualname__)]
    fn set_qualname(&self, value: Option<&PyObject>) -> PyResult<()> {
        let value = self.check_special(value, "__qualname__")?;
        if !PyStr::check(value) {
            return raise!(
                TypeError,
                "can only assign string to {}.__qualname__, not '{}'",
                self.full_name(),
                value.ty().full_name()
            );
        }
        if let Some(h) = self.heap() {
            h.ht_qualname.set(Some(value.new_ref()));
        }
        Ok(())
    }
    #[getter]
    fn __module__(&self) -> PyResult {
        match self.module_value()? {
            Some(m) => Ok(m),
            None => raise!(AttributeError, "__module__"),
        }
    }
    #[setter(__module__)]
    fn set_module(&self, value: Option<&PyObject>) -> PyResult<()> {
        let value = self.check_special(value, "__module__")?;
        modified(self);
        let dict = self.own_dict()?;
        dict.set_item(crate::intern!("__module__"), value)?;
        dict.pop_item(crate::intern!("__firstlineno__").as_object())?;
        Ok(())
    }
    #[getter]
    fn __bases__(&self) -> Option<Py<PyTuple>> {
        self.tp_bases.get()
    }
    #[setter(__bases__)]
    fn set_bases(&self, value: Option<&PyObject>) -> PyResult<()> {
        let value = self.check_special(value, "__bases__")?;
        let Some(bases) = value.downcast::<PyTuple>() else {
            return raise!(
                TypeError,
                "can only assign tuple to {}.__bases__, not {}",
                self.full_name(),
                value.ty().full_name()
            );
        };
        if bases.is_empty() {
            return raise!(
                TypeError,
                "can only assign non-empty tuple to {}.__bases__, not ()",
                self.full_name()
            );
        }
        for b in bases.as_slice() {
            let Some(b) = b.downcast::<PyTypeObject>() else {
                return raise!(
                    TypeError,
                    "{}.__bases__ must be tuple of classes, not '{}'",
                    self.full_name(),
                    b.ty().full_name()
                );
            };
            // the chain of bases may be ahead of the resolution order, while that is being computed
            let chain = std::iter::successors(Some(b), |c| c.base());
            if b.is_subtype(self) || chain.into_iter().any(|c| std::ptr::eq(c, self)) {
                return raise!(TypeError, "a __bases__ item causes an inheritance cycle");
            }
        }
        let base = super::new::best_base(bases)?;
        if let Some(old) = self.base() {
            self.check_compatible(old, &base, "__bases__")?;
        }
        let old_bases = self.tp_bases.replace(Some(bases.new_ref()));
        let old_base = self.tp_base.replace(base.into_ptr());
        let result = super::ready::compute_mro(self);
        if result.is_err() {
            let bad = self.tp_base.replace(old_base);
            self.tp_bases.set(old_bases);
            // SAFETY: the reference taken just above.
            unsafe { PyObject::decref(bad as *const PyObject) };
            return result;
        }
        if let Some(old) = &old_bases {
            for b in old.as_slice() {
                if let Some(b) = b.downcast::<PyTypeObject>() {
                    super::ready::remove_subclass(b, self);
                }
            }
        }
        for b in bases.as_slice() {
            if let Some(b) = b.downcast::<PyTypeObject>() {
                super::ready::add_subclass(b, self)?;
            }
        }
        self.recompute_subclasses()?;
        if !old_base.is_null() {
            // SAFETY: heap types own a reference to their base.
            unsafe { PyObject::decref(old_base as *const PyObject) };
        }
        Ok(())
    }
    #[getter]
    fn __base__(&self) -> Option<Py<PyTypeObject>> {
        self.base().map(|b| b.new_ref())
    }
    #[getter]
    fn __mro__(&self) -> Option<Py<PyTuple>> {
        self.tp_mro.get()
    }
    #[getter]
    fn __dict__(&self) -> PyResult {
        if !self.has(flags::HEAPTYPE) {
            return Ok(crate::descr::PyMappingProxy::of_static_type(self)?.into_object());
        }
        if self.has(flags::IMMUTABLETYPE) {
            crate::doc::settle(self)?;
        }
        match self.tp_dict.get() {
            Some(d) => Ok(crate::descr::PyMappingProxy::new(d.as_object())?.into_object()),
            None => Ok(crate::none()),
        }
    }
    #[getter]
    fn __doc__(&self) -> PyResult {
        // what a built-in type says of itself is not what its instances have under that name
        if !self.has(flags::HEAPTYPE)
            && let Some(text) = crate::doc::lookup_class(self)
        {
            return crate::IntoPy::into_py(text);
        }
        let Some(v) = self.own_dict()?.get_str(crate::intern!("__doc__"))? else {
            return Ok(crate::none());
        };
        match v.ty().tp_descr_get.get() {
            // SAFETY: a slot called with an object of its type.
            Some(f) => unsafe { f(&v, None, Some(self.as_object())) },
            None => Ok(v),
        }
    }
    #[setter(__doc__)]
    fn set_doc(&self, value: Option<&PyObject>) -> PyResult<()> {
        let value = self.check_special(value, "__doc__")?;
        modified(self);
        self.own_dict()?.set_item(crate::intern!("__doc__"), value)
    }
    #[getter]
    fn __text_signature__(&self) -> PyResult {
        crate::IntoPy::into_py(crate::cfunction::text_signature(
            self.full_name(),
            crate::cfunction::def_doc(self.tp_doc.get()),
        ))
    }
    #[getter]
    fn __basicsize__(&self) -> isize {
        self.tp_basicsize.get()
    }
    #[getter]
    fn __itemsize__(&self) -> isize {
        self.tp_itemsize.get()
    }
    #[getter]
    fn __flags__(&self) -> u64 {
        self.tp_flags.get()
    }
    #[getter]
    fn __dictoffset__(&self) -> isize {
        self.tp_dictoffset.get()
    }
    #[getter]
    fn __weakrefoffset__(&self) -> isize {
        self.tp_weaklistoffset.get()
    }
    #[getter]
    fn __abstractmethods__(&self) -> PyResult {
        let name = crate::intern!("__abstractmethods__");
        // `type` itself has the descriptor under this name, not a value
        let value = if std::ptr::eq(self, &PyType_Type) {
            None
        } else {
            self.own_dict()?.get_str(name)?
        };
        match value {
            Some(v) => Ok(v),
            None => no_attribute(self.as_object(), name),
        }
    }
    #[setter(__abstractmethods__)]
    fn set_abstractmethods(&self, value: Option<&PyObject>) -> PyResult<()> {
        let name = crate::intern!("__abstractmethods__");
        let dict = self.own_dict()?;
        let abstract_ = match value {
            Some(v) => {
                let t = v.is_true()?;
                dict.set_item(name, v)?;
                t
            }
            None => {
                if dict.pop_item(name.as_object())?.is_none() {
                    return raise!(AttributeError, "__abstractmethods__");
                }
                false
            }
        };
        modified(self);
        let f = self.tp_flags.get();
        self.tp_flags.set(if abstract_ {
            f | flags::IS_ABSTRACT
        } else {
            f & !flags::IS_ABSTRACT
        });
        Ok(())
    }
    #[getter]
    fn __annotations__(&self) -> PyResult {
        if !self.has(flags::HEAPTYPE) {
            return raise!(
                AttributeError,
                "type object '{}' has no attribute '__annotations__'",
                self.full_name()
            );
        }
        let dict = self.own_dict()?;
        for name in [
            crate::intern!("__annotations__"),
            crate::intern!("__annotations_cache__"),
        ] {
            if let Some(v) = dict.get_str(name)? {
                return match v.ty().tp_descr_get.get() {
                    // SAFETY: a slot called with an object of its type.
                    Some(f) => unsafe { f(&v, None, Some(self.as_object())) },
                    None => Ok(v),
                };
            }
        }
        let annotate = self.as_object().get_attr(crate::intern!("__annotate__"))?;
        let value = if annotate.is_callable() {
            let one = crate::PyInt::from_i64(1)?;
            let v = crate::call::call(&annotate, &[one.as_object()])?;
            if !PyDict::check(&v) {
                return raise!(
                    TypeError,
                    "__annotate__ returned non-dict of type '{}'",
                    v.ty().full_name()
                );
            }
            v
        } else {
            PyDict::new()?.into_object()
        };
        dict.set_item(crate::intern!("__annotations_cache__"), &*value)?;
        modified(self);
        Ok(value)
    }
    #[setter(__annotations__)]
    fn set_annotations(&self, value: Option<&PyObject>) -> PyResult<()> {
        if self.has(flags::IMMUTABLETYPE) {
            return raise!(
                TypeError,
                "cannot set '__annotations__' attribute of immutable type '{}'",
                self.full_name()
            );
        }
        let dict = self.own_dict()?;
        let (plain, cache) = (
            crate::intern!("__annotations__"),
            crate::intern!("__annotations_cache__"),
        );
        let key = if dict.get_str(plain)?.is_some() {
            plain
        } else {
            cache
        };
        match value {
            Some(v) => dict.set_item(key, v)?,
            None => {
                if dict.pop_item(key.as_object())?.is_none() {
                    return raise!(AttributeError, "__annotations__");
                }
            }
        }
        if std::ptr::eq(key, cache) && value.is_some() || value.is_none() {
            dict.pop_item(crate::intern!("__annotate_func__").as_object())?;
            dict.pop_item(crate::intern!("__annotate__").as_object())?;
        }
        modified(self);
        Ok(())
    }
    #[getter]
    fn __annotate__(&self) -> PyResult {
        if !self.has(flags::HEAPTYPE) {
            return raise!(
                AttributeError,
                "type object '{}' has no attribute '__annotate__'",
                self.full_name()
            );
        }
        let dict = self.own_dict()?;
        for name in [
            crate::intern!("__annotate_func__"),
            crate::intern!("__annotate__"),
        ] {
            if let Some(v) = dict.get_str(name)? {
                return match v.ty().tp_descr_get.get() {
                    // SAFETY: a slot called with an object of its type.
                    Some(f) => unsafe { f(&v, None, Some(self.as_object())) },
                    None => Ok(v),
                };
            }
        }
        dict.set_item(crate::intern!("__annotate_func__"), crate::singletons::none_ref())?;
        Ok(crate::none())
    }
    #[setter(__annotate__)]
    fn set_annotate(&self, value: Option<&PyObject>) -> PyResult<()> {
        let Some(value) = value else {
            return raise!(TypeError, "cannot delete __annotate__ attribute");
        };
        if self.has(flags::IMMUTABLETYPE) {
            return raise!(
                TypeError,
                "cannot set '__annotate__' attribute of immutable type '{}'",
                self.full_name()
            );
        }
        if !crate::is_none(value) && !value.is_callable() {
            return raise!(TypeError, "__annotate__ must be callable or None");
        }
        let dict = self.own_dict()?;
        dict.set_item(crate::intern!("__annotate_func__"), value)?;
        if !crate::is_none(value) {
            dict.pop_item(crate::intern!("__annotations_cache__").as_object())?;
        }
        modified(self);
        Ok(())
    }
    #[getter]
    fn __type_params__(&self) -> PyResult {
        if std::ptr::eq(self, &PyType_Type) {
            return Ok(PyTuple::empty()?.into_object());
        }
        match self.own_dict()?.get_str(crate::intern!("__type_params__"))? {
            Some(v) => Ok(v),
            None => Ok(PyTuple::empty()?.into_object()),
        }
    }
    #[setter(__type_params__)]
    fn set_type_params(&self, value: Option<&PyObject>) -> PyResult<()> {
        let value = self.check_special(value, "__type_params__")?;
        self.own_dict()?
            .set_item(crate::intern!("__type_params__"), value)?;
        modified(self);
        Ok(())
    }
    #[method("($self, /)", name = "mro")]
    fn py_mro(&self) -> PyResult<Py<crate::PyList>> {
        crate::PyList::from_vec(super::ready::c3(self)?)
    }
    #[method("($self, /)")]
    fn __subclasses__(&self) -> PyResult<Py<crate::PyList>> {
        crate::PyList::from_vec(subclasses(self))
    }
    #[method("($self, instance, /)")]
    fn __instancecheck__(&self, instance: &PyObject) -> PyResult<bool> {
        crate::protocol::real_is_instance(instance, self.as_object())
    }
    #[method("($self, subclass, /)")]
    fn __subclasscheck__(&self, subclass: &PyObject) -> PyResult<bool> {
        crate::protocol::real_is_subclass(subclass, self.as_object())
    }
    #[classmethod("($cls, name, bases, /, **kwds)", raw)]
    fn __prepare__(_cls: &PyTypeObject, _all: crate::FuncArgs<'_>) -> PyResult<Py<PyDict>> {
        PyDict::new()
    }
    #[method("($self, /)")]
    fn __dir__(&self) -> PyResult<Py<crate::PyList>> {
        let dict = PyDict::new()?;
        merge_class_dict(&dict, self.as_object())?;
        crate::PyList::from_vec(dict.items_vec().into_iter().map(|(k, _)| k).collect())
    }
    #[method("($self, /)")]
    fn __sizeof__(&self) -> usize {
        if self.has(flags::HEAPTYPE) {
            size_of::<PyHeapTypeObject>()
                + self.ob_base.ob_size.get().max(0) as usize * size_of::<PyMemberDef>()
        } else {
            size_of::<PyTypeObject>()
        }
    }
}

/// The names of a class and its bases, for `dir`.
pub fn merge_class_dict(into: &PyDict, class: &PyObject) -> PyResult<()> {
    if let Some(d) = class.get_attr_opt(crate::intern!("__dict__"))? {
        into.update(&d, true)?;
    }
    if let Some(bases) = class.get_attr_opt(crate::intern!("__bases__"))? {
        let n = match crate::error::catch::<crate::exceptions::TypeError, _>(bases.length())? {
            Some(n) => n,
            None => return Ok(()),
        };
        for i in 0..n {
            let b = bases.sequence_item(i as isize)?;
            merge_class_dict(into, &b)?;
        }
    }
    Ok(())
}

impl PyTypeObject {
    fn own_dict(&self) -> PyResult<Py<PyDict>> {
        match self.tp_dict.get() {
            Some(d) => Ok(d),
            None => crate::error::bad_internal_call(),
        }
    }
    pub(crate) fn qualname_value(&self) -> PyResult {
        match self.heap().and_then(|h| h.ht_qualname.get()) {
            Some(q) => Ok(q),
            None => crate::IntoPy::into_py(self.name()),
        }
    }
    fn module_value(&self) -> PyResult<Option<Py>> {
        if self.has(flags::HEAPTYPE) {
            return self.own_dict()?.get_str(crate::intern!("__module__"));
        }
        let name = self.full_name();
        let module = name.rsplit_once('.').map_or("builtins", |(m, _)| m);
        Ok(Some(crate::intern::intern_str(module)?.into_object()))
    }
    /// Assignments to special attributes are for heap types, and never deletions.
    fn check_special<'a>(&self, value: Option<&'a PyObject>, name: &str) -> PyResult<&'a PyObject> {
        if self.has(flags::IMMUTABLETYPE) {
            return raise!(
                TypeError,
                "cannot set '{name}' attribute of immutable type '{}'",
                self.full_name()
            );
        }
        match value {
            Some(v) => {
                crate::audit!("object.__setattr__", self.as_object(), name, v)?;
                Ok(v)
            }
            None => raise!(
                TypeError,
                "cannot delete '{name}' attribute of immutable type '{}'",
                self.full_name()
            ),
        }
    }
    /// Whether instances of one class can become those of another.
    pub fn check_compatible(&self, old: &PyTypeObject, new: &PyTypeObject, attr: &str) -> PyResult<()> {
        let same_free = match (old.tp_free.get(), new.tp_free.get()) {
            (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b),
            (None, None) => true,
            _ => false,
        };
        // one function here frees what CPython has two for: with the collector's head and without
        let same_head = old.has(flags::HAVE_GC) == new.has(flags::HAVE_GC);
        if !same_free || !same_head {
            return raise!(
                TypeError,
                "{attr} assignment: '{}' deallocator differs from '{}'",
                new.full_name(),
                old.full_name()
            );
        }
        let pre = flags::PREHEADER | flags::INLINE_VALUES | flags::HAVE_GC;
        let same = old.tp_basicsize.get() == new.tp_basicsize.get()
            && old.tp_itemsize.get() == new.tp_itemsize.get()
            && old.tp_dictoffset.get() == new.tp_dictoffset.get()
            && old.tp_weaklistoffset.get() == new.tp_weaklistoffset.get()
            && old.tp_flags.get() & pre == new.tp_flags.get() & pre
            && std::ptr::eq(layout_root(old), layout_root(new))
            && slot_names(old) == slot_names(new);
        if !same {
            return raise!(
                TypeError,
                "{attr} assignment: '{}' object layout differs from '{}'",
                new.full_name(),
                old.full_name()
            );
        }
        Ok(())
    }
    fn recompute_subclasses(&self) -> PyResult<()> {
        modified(self);
        super::slots::fixup_dispatchers(self);
        for sub in subclasses(self) {
            if let Some(sub) = sub.downcast::<PyTypeObject>() {
                super::ready::compute_mro(sub)?;
                sub.recompute_subclasses()?;
            }
        }
        Ok(())
    }
}

/// The nearest base that Python has not made.
fn layout_root(ty: &PyTypeObject) -> &PyTypeObject {
    let mut t = ty;
    while t.has(flags::HEAPTYPE) {
        match t.base() {
            Some(b) => t = b,
            None => break,
        }
    }
    t
}

/// Names of all `__slots__` members along the bases.
fn slot_names(ty: &PyTypeObject) -> Vec<String> {
    let mut out = Vec::new();
    let mut t = Some(ty);
    while let Some(c) = t {
        if let Some(d) = c.tp_dict.get().filter(|_| c.has(flags::HEAPTYPE)) {
            for (k, v) in d.items_vec() {
                if crate::descr::PyMemberDescr::check(&v)
                    && let Some(k) = k.downcast::<PyStr>()
                {
                    out.push(k.to_string());
                }
            }
        }
        t = c.base();
    }
    out.sort();
    out
}

unsafe extern "C" fn type_vectorcall(
    callable: &PyObject,
    args: *const *mut PyObject,
    n: usize,
    names: Option<&PyTuple>,
) -> PyResult {
    // SAFETY: the vectorcall of `type` itself: the usual case is `type(x)`.
    unsafe {
        if crate::args::nargs(n) == 1
            && names.is_none_or(|t| t.is_empty())
            && std::ptr::eq(callable, PyType_Type.as_object())
        {
            return Ok((**args).ty().as_object().new_ref());
        }
        let all = crate::FuncArgs::from_raw(args, crate::args::nargs(n), names);
        let kw = if all.kwvalues.is_empty() {
            None
        } else {
            Some(all.keywords().to_dict()?)
        };
        type_call(
            callable.downcast_unchecked::<PyTypeObject>(),
            &*all.to_tuple()?,
            kw.as_deref(),
        )
    }
}

/// Sets what the macro cannot know of `type`, before it is readied.
pub(super) fn prepare() {
    let t = &PyType_Type;
    t.tp_new.set(Some(type_new_slot));
    t.tp_dealloc.set(Some(super::new::type_dealloc));
    t.tp_getattro.set(Some(super::attr::type_getattro));
    t.tp_setattro.set(Some(super::attr::type_setattro));
    t.tp_traverse.set(Some(super::new::type_traverse));
    t.tp_clear.set(Some(super::new::type_clear));
    t.tp_is_gc.set(Some(super::new::type_is_gc));
    t.tp_vectorcall.set(Some(type_vectorcall));
}

impl crate::class::ClassInfo for PyTypeObject {
    fn base() -> Option<&'static PyTypeObject> {
        None
    }
    const WEAKLIST_OFFSET: isize = std::mem::offset_of!(PyTypeObject, tp_weaklist) as isize;
    const DICT_OFFSET: isize = std::mem::offset_of!(PyTypeObject, tp_dict) as isize;
    const VECTORCALL_OFFSET: isize = std::mem::offset_of!(PyTypeObject, tp_vectorcall) as isize;
}
