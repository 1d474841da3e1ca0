//! Weak references (`weakref.ref`, `weakref.proxy`; `cpython/weakrefobject.h`).
//!
//! An object's references stand in a doubly linked list whose head is a word of the object (in a field, or before the
//! object for classes made in Python). The plain ones without a callback are shared: reference first, proxy second.

use crate::error;
use crate::handle::{Field, GilCell, Py, PyClass, PyLayout, PyResult};
use crate::raise;
use crate::refcount::PyObject;
use crate::tuple::PyTuple;
use crate::typeobject::{PyTypeObject, vectorcallfunc};
use crate::{CompareOp, PyDict};
use object_macros::{pyclass, pymethods};

/// Where the list's head stands in instances of classes made in Python (before the collector's head).
pub const MANAGED_WEAKREF_OFFSET: isize = -4 * size_of::<usize>() as isize;

/// `PyWeakReference`
#[pyclass(name = "weakref.ReferenceType", type = _PyWeakref_RefType, flags(BASETYPE, HAVE_GC, HAVE_VECTORCALL), vectorcall = vectorcall)]
#[repr(C)]
pub struct PyWeakref {
    ob_base: PyObject,
    /// Not counted; null once the object is gone.
    wr_object: GilCell<*mut PyObject>,
    wr_callback: Field,
    hash: GilCell<isize>,
    wr_prev: GilCell<*mut PyWeakref>,
    wr_next: GilCell<*mut PyWeakref>,
    vectorcall: GilCell<Option<vectorcallfunc>>,
}

fn list_head(obj: &PyObject) -> Option<&GilCell<*mut PyWeakref>> {
    let offset = obj.ty().tp_weaklistoffset.get();
    if offset == 0 {
        return None;
    }
    // SAFETY: the type says that the list's head stands there.
    Some(unsafe {
        &*((obj as *const PyObject as *const u8).offset(offset) as *const GilCell<*mut PyWeakref>)
    })
}

/// The references of an object now, in list order; borrowed pointers.
fn references(obj: &PyObject) -> Vec<*mut PyWeakref> {
    let mut out = Vec::new();
    let Some(head) = list_head(obj) else { return out };
    let mut p = head.get();
    while !p.is_null() {
        out.push(p);
        // SAFETY: the list holds live references.
        p = unsafe { (*p).wr_next.get() };
    }
    out
}

impl PyWeakref {
    /// The object, if it is still there.
    pub fn referent(&self) -> Option<Py> {
        // SAFETY: cleared before the object goes.
        let obj = unsafe { self.wr_object.get().as_ref()? };
        // an object whose count is zero is being torn down
        if obj.refcount() == 0 {
            None
        } else {
            Some(obj.new_ref())
        }
    }

    fn unlink(&self) {
        let obj = self.wr_object.get();
        if obj.is_null() {
            return;
        }
        self.wr_object.set(std::ptr::null_mut());
        let (prev, next) = (self.wr_prev.get(), self.wr_next.get());
        // SAFETY: neighbours in the list are alive, and so is the object.
        unsafe {
            if prev.is_null() {
                if let Some(head) = list_head(&*obj) {
                    head.set(next);
                }
            } else {
                (*prev).wr_next.set(next);
            }
            if !next.is_null() {
                (*next).wr_prev.set(prev);
            }
        }
        self.wr_prev.set(std::ptr::null_mut());
        self.wr_next.set(std::ptr::null_mut());
    }
}

fn make(cls: &PyTypeObject, obj: &PyObject, callback: Option<&PyObject>) -> PyResult<Py<PyWeakref>> {
    let Some(head) = list_head(obj) else {
        return raise!(
            TypeError,
            "cannot create weak reference to '{}' object",
            obj.ty().full_name()
        );
    };
    let callback = callback.filter(|c| !crate::is_none(c));
    let exact = std::ptr::eq(cls, PyWeakref::type_object())
        || std::ptr::eq(cls, PyProxy::type_object())
        || std::ptr::eq(cls, PyCallableProxy::type_object());
    let proxy = !cls.is_subtype(PyWeakref::type_object());
    if callback.is_none() && exact {
        for p in references(obj) {
            // SAFETY: in the list stand live references.
            let r = unsafe { &*p };
            if r.wr_callback.is_some() {
                break;
            }
            if std::ptr::eq(r.as_object().ty(), cls) && r.as_object().refcount() > 0 {
                return Ok(r.new_ref());
            }
        }
    }
    let r = crate::alloc::generic_alloc(cls, 0)?;
    // SAFETY: a class whose instances begin with a `PyWeakref`.
    let r: Py<PyWeakref> = unsafe { r.cast_unchecked() };
    r.wr_object.set(obj.as_ptr());
    r.hash.set(-1);
    r.wr_callback.set(callback.map(|c| c.new_ref()));
    r.vectorcall.set(Some(weakref_vectorcall));
    // allocating may have collected: the list is looked at only now
    let mut after: *mut PyWeakref = std::ptr::null_mut();
    for p in references(obj) {
        // SAFETY: as above.
        let other = unsafe { &*p };
        let basic = other.wr_callback.is_none()
            && (PyWeakref::check_exact(other.as_object()) || !PyWeakref::check(other.as_object()));
        let before_me =
            basic && (callback.is_some() || !exact || (proxy && PyWeakref::check_exact(other.as_object())));
        if before_me {
            after = p;
        } else {
            break;
        }
    }
    let me = r.get() as *const PyWeakref as *mut PyWeakref;
    // SAFETY: as above.
    unsafe {
        let next = if after.is_null() {
            head.get()
        } else {
            (*after).wr_next.get()
        };
        r.wr_prev.set(after);
        r.wr_next.set(next);
        if after.is_null() {
            head.set(me);
        } else {
            (*after).wr_next.set(me);
        }
        if !next.is_null() {
            (*next).wr_prev.set(me);
        }
    }
    Ok(r)
}

/// `PyWeakref_NewRef`
pub fn new_ref(obj: &PyObject, callback: Option<&PyObject>) -> PyResult {
    Ok(make(PyWeakref::type_object(), obj, callback)?.into_object())
}

/// `PyWeakref_NewProxy`
pub fn new_proxy(obj: &PyObject, callback: Option<&PyObject>) -> PyResult {
    let cls = if obj.is_callable() {
        PyCallableProxy::type_object()
    } else {
        PyProxy::type_object()
    };
    Ok(make(cls, obj, callback)?.into_object())
}

/// The object of a reference or proxy, if `obj` is one and it is alive (`PyWeakref_GetRef`).
pub fn get_referent(obj: &PyObject) -> Option<Py> {
    as_reference(obj)?.referent()
}

/// Whether the object is a reference or a proxy (`PyWeakref_Check`).
pub fn is_reference(obj: &PyObject) -> bool {
    as_reference(obj).is_some()
}

fn as_reference(obj: &PyObject) -> Option<&PyWeakref> {
    if PyWeakref::check(obj) || PyProxy::check(obj) || PyCallableProxy::check(obj) {
        // SAFETY: all three have this layout.
        Some(unsafe { obj.downcast_unchecked::<PyWeakref>() })
    } else {
        None
    }
}

/// The first reference of the list (`obj.__weakref__`).
pub fn first_ref(obj: &PyObject) -> Option<Py> {
    // SAFETY: the list holds live references.
    references(obj)
        .first()
        .map(|p| unsafe { (**p).as_object().new_ref() })
}

/// `weakref.getweakrefs(obj)`
pub fn all_refs(obj: &PyObject) -> Vec<Py> {
    // SAFETY: as above.
    references(obj)
        .into_iter()
        .map(|p| unsafe { (*p).as_object().new_ref() })
        .collect()
}

fn run_callback(r: &Py<PyWeakref>, callback: &PyObject) {
    if crate::call::call(callback, &[r.as_object()]).is_err() {
        error::write_unraisable_while("while calling weakref callback", callback);
    }
}

/// `PyObject_ClearWeakRefs`: for deallocators; clears all references to `obj` and runs their callbacks.
pub fn clear_weakrefs(obj: &PyObject) {
    let Some(head) = list_head(obj) else { return };
    if head.get().is_null() {
        return;
    }
    let mut calls = Vec::new();
    for p in references(obj) {
        // SAFETY: the list holds live references.
        let r = unsafe { &*p };
        r.unlink();
        if let Some(c) = r.wr_callback.take()
            && r.as_object().refcount() > 0
        {
            calls.push((r.new_ref(), c));
        }
    }
    if calls.is_empty() {
        return;
    }
    let saved = error::take();
    for (r, c) in &calls {
        run_callback(r, c);
    }
    drop(calls);
    if let Some(e) = saved {
        let _ = error::restore(e);
    }
}

/// For the collector: references to dead objects are cleared; callbacks of references that live on run.
pub fn clear_for_collection(dead: &[*mut PyObject], is_dead: fn(*mut PyObject) -> bool) {
    let mut calls = Vec::new();
    for &op in dead {
        // SAFETY: the collector holds the objects.
        for p in references(unsafe { &*op }) {
            // SAFETY: the list holds live references.
            let r = unsafe { &*p };
            let callback = r.wr_callback.get();
            let r_dead = crate::gc::is_tracked(r.as_object()) && is_dead(r.as_ptr());
            if callback.is_none() && !r_dead && !PyTypeObject::check(unsafe_obj(op)) {
                // without a callback it may still be used by a finalizer: cleared after those
                continue;
            }
            r.unlink();
            if !r_dead && let Some(c) = callback {
                calls.push((r.new_ref(), c));
            }
        }
    }
    for (r, c) in &calls {
        run_callback(r, c);
    }
}

fn unsafe_obj<'a>(op: *mut PyObject) -> &'a PyObject {
    // SAFETY: the collector holds the objects it hands out.
    unsafe { &*op }
}

/// For the collector: what is freed now cannot be reached by any reference.
pub fn clear_without_callbacks(dead: &[*mut PyObject]) {
    for &op in dead {
        // SAFETY: the collector holds the objects.
        for p in references(unsafe { &*op }) {
            // SAFETY: the list holds live references.
            unsafe { (*p).unlink() };
        }
    }
}

unsafe extern "C" fn weakref_vectorcall(
    r: &PyObject,
    args: *const *mut crate::PyObject,
    n: usize,
    names: Option<&PyTuple>,
) -> PyResult {
    // SAFETY: only references have this vectorcall; the convention.
    let (r, all) = unsafe {
        (
            r.downcast_unchecked::<PyWeakref>(),
            crate::FuncArgs::from_raw(args, crate::args::nargs(n), names),
        )
    };
    all.no_keywords("weakref")?;
    if !all.pos.is_empty() {
        return raise!(TypeError, "weakref expected 0 arguments, got {}", all.pos.len());
    }
    Ok(r.referent().unwrap_or_else(crate::none))
}

#[pymethods]
impl PyWeakref {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<PyWeakref>> {
        if std::ptr::eq(cls, PyWeakref::type_object()) && kwargs.is_some_and(|k| !k.is_empty()) {
            return raise!(TypeError, "ref() takes no keyword arguments");
        }
        crate::args::check_positional("__new__", args.len(), 1, 2)?;
        make(cls, &args.as_slice()[0], args.get(1))
    }
    #[slot]
    fn tp_init(&self, args: &PyTuple, _kwargs: Option<&PyDict>) -> PyResult<()> {
        crate::args::check_positional("__init__", args.len(), 1, 2)
    }
    #[slot]
    fn tp_call(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
        crate::call::call_vectorcall(self.as_object(), args, kwargs)
    }
    #[slot]
    fn tp_hash(&self) -> PyResult<isize> {
        if self.hash.get() != -1 {
            return Ok(self.hash.get());
        }
        match self.referent() {
            Some(o) => {
                let h = o.hash()?;
                self.hash.set(h);
                Ok(h)
            }
            None => raise!(TypeError, "weak object has gone away"),
        }
    }
    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult {
        let (true, Some(o)) = (
            matches!(op, CompareOp::Eq | CompareOp::Ne),
            other.downcast::<PyWeakref>(),
        ) else {
            return Ok(crate::not_implemented());
        };
        match (self.referent(), o.referent()) {
            (Some(a), Some(b)) => a.rich_compare(&b, op),
            _ => Ok(crate::bool::py_bool(self.is(o) == (op == CompareOp::Eq))),
        }
    }
    #[slot]
    fn tp_repr(&self) -> PyResult<String> {
        let Some(o) = self.referent() else {
            return Ok(format!("<weakref at {self:p}; dead>"));
        };
        let name = o.get_attr_opt(crate::intern!("__name__"))?;
        let ty = crate::class::fully_qualified_name(o.ty());
        Ok(match name.as_ref().and_then(|n| n.downcast::<crate::PyStr>()) {
            Some(n) => format!("<weakref at {self:p}; to '{ty}' at {:p} ({n})>", o.as_ptr()),
            None => format!("<weakref at {self:p}; to '{ty}' at {:p}>", o.as_ptr()),
        })
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut crate::Visitor) {
        visit.field(&self.wr_callback);
    }
    #[slot]
    fn tp_clear(&self) {
        self.unlink();
        self.wr_callback.set(None);
    }
    #[slot]
    unsafe fn tp_dealloc(op: *mut PyObject) {
        // SAFETY: the last reference has gone; it leaves the list first.
        unsafe {
            (*op).downcast_unchecked::<PyWeakref>().unlink();
            crate::alloc::generic_dealloc::<PyWeakref>(op)
        }
    }
    #[getter]
    fn __callback__(&self) -> Option<Py> {
        if self.wr_object.get().is_null() {
            None
        } else {
            self.wr_callback.get()
        }
    }
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(cls: &PyTypeObject, object: &PyObject) -> PyResult {
        crate::typeobject::generic_alias(cls.as_object(), object)
    }
}

/// The object of a proxy, or `ReferenceError`.
fn target(obj: &PyObject) -> PyResult {
    match as_reference(obj).filter(|_| !PyWeakref::check(obj)) {
        None => Ok(obj.new_ref()),
        Some(r) => match r.referent() {
            Some(o) => Ok(o),
            None => raise!(ReferenceError, "weakly-referenced object no longer exists"),
        },
    }
}

macro_rules! proxy {
    ($name:ident, $ty:ident, $pyname:literal, { $($call:tt)* }) => {
        #[pyclass(name = $pyname, type = $ty, flags(HAVE_GC))]
        #[repr(transparent)]
        pub struct $name(PyWeakref);

        #[pymethods]
        impl $name {
            $($call)*
            #[slot] fn tp_repr(&self) -> PyResult<String> {
                match self.0.referent() {
                    Some(o) => Ok(format!("<weakproxy at {self:p}; to '{}' at {:p}>", crate::class::fully_qualified_name(o.ty()), o.as_ptr())),
                    None => Ok(format!("<weakproxy at {self:p}; dead>")),
                }
            }
            #[slot] fn tp_str(&self) -> PyResult<Py<crate::PyStr>> { target(self.as_object())?.str() }
            #[slot] fn tp_getattro(&self, name: &PyObject) -> PyResult {
                target(self.as_object())?.get_attr(crate::str::attribute_name(name)?)
            }
            #[slot] fn tp_setattro(&self, name: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
                target(self.as_object())?.set_attr(crate::str::attribute_name(name)?, value)
            }
            #[slot] fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult {
                target(self.as_object())?.rich_compare(&*target(other)?, op)
            }
            #[slot] fn tp_iter(&self) -> PyResult { crate::iter::get_iter(&*target(self.as_object())?) }
            #[slot] fn tp_iternext(&self) -> PyResult<Option<Py>> {
                let t = target(self.as_object())?;
                if t.ty().tp_iternext.get().is_none() {
                    return raise!(TypeError, "Weakref proxy referenced a non-iterator '{}' object", t.ty().full_name());
                }
                crate::iter::next(&t)
            }
            #[slot] fn mp_length(&self) -> PyResult<usize> { target(self.as_object())?.length() }
            #[slot] fn mp_subscript(&self, k: &PyObject) -> PyResult { target(self.as_object())?.get_item(k) }
            #[slot] fn mp_ass_subscript(&self, k: &PyObject, v: Option<&PyObject>) -> PyResult<()> {
                target(self.as_object())?.set_item(k, v)
            }
            #[slot] fn sq_contains(&self, v: &PyObject) -> PyResult<bool> { target(self.as_object())?.contains(v) }
            #[slot] fn nb_bool(&self) -> PyResult<bool> { target(self.as_object())?.is_true() }
            #[slot] fn nb_add(a: &PyObject, b: &PyObject) -> PyResult { crate::number::add(&*target(a)?, &*target(b)?) }
            #[slot] fn nb_subtract(a: &PyObject, b: &PyObject) -> PyResult { crate::number::subtract(&*target(a)?, &*target(b)?) }
            #[slot] fn nb_multiply(a: &PyObject, b: &PyObject) -> PyResult { crate::number::multiply(&*target(a)?, &*target(b)?) }
            #[slot] fn nb_floor_divide(a: &PyObject, b: &PyObject) -> PyResult { crate::number::floor_divide(&*target(a)?, &*target(b)?) }
            #[slot] fn nb_true_divide(a: &PyObject, b: &PyObject) -> PyResult { crate::number::true_divide(&*target(a)?, &*target(b)?) }
            #[slot] fn nb_remainder(a: &PyObject, b: &PyObject) -> PyResult { crate::number::remainder(&*target(a)?, &*target(b)?) }
            #[slot] fn nb_and(a: &PyObject, b: &PyObject) -> PyResult { crate::number::and(&*target(a)?, &*target(b)?) }
            #[slot] fn nb_or(a: &PyObject, b: &PyObject) -> PyResult { crate::number::or(&*target(a)?, &*target(b)?) }
            #[slot] fn nb_xor(a: &PyObject, b: &PyObject) -> PyResult { crate::number::xor(&*target(a)?, &*target(b)?) }
            #[slot] fn nb_lshift(a: &PyObject, b: &PyObject) -> PyResult { crate::number::lshift(&*target(a)?, &*target(b)?) }
            #[slot] fn nb_rshift(a: &PyObject, b: &PyObject) -> PyResult { crate::number::rshift(&*target(a)?, &*target(b)?) }
            #[slot] fn nb_divmod(a: &PyObject, b: &PyObject) -> PyResult { crate::number::divmod(&*target(a)?, &*target(b)?) }
            #[slot] fn nb_matrix_multiply(a: &PyObject, b: &PyObject) -> PyResult { crate::number::matrix_multiply(&*target(a)?, &*target(b)?) }
            #[slot] fn nb_inplace_add(&self, b: &PyObject) -> PyResult { crate::number::inplace_add(&*target(self.as_object())?, &*target(b)?) }
            #[slot] fn nb_inplace_subtract(&self, b: &PyObject) -> PyResult { crate::number::inplace_subtract(&*target(self.as_object())?, &*target(b)?) }
            #[slot] fn nb_inplace_multiply(&self, b: &PyObject) -> PyResult { crate::number::inplace_multiply(&*target(self.as_object())?, &*target(b)?) }
            #[slot] fn nb_inplace_remainder(&self, b: &PyObject) -> PyResult { crate::number::inplace_remainder(&*target(self.as_object())?, &*target(b)?) }
            #[slot] fn nb_inplace_lshift(&self, b: &PyObject) -> PyResult { crate::number::inplace_lshift(&*target(self.as_object())?, &*target(b)?) }
            #[slot] fn nb_inplace_rshift(&self, b: &PyObject) -> PyResult { crate::number::inplace_rshift(&*target(self.as_object())?, &*target(b)?) }
            #[slot] fn nb_inplace_and(&self, b: &PyObject) -> PyResult { crate::number::inplace_and(&*target(self.as_object())?, &*target(b)?) }
            #[slot] fn nb_inplace_xor(&self, b: &PyObject) -> PyResult { crate::number::inplace_xor(&*target(self.as_object())?, &*target(b)?) }
            #[slot] fn nb_inplace_or(&self, b: &PyObject) -> PyResult { crate::number::inplace_or(&*target(self.as_object())?, &*target(b)?) }
            #[slot] fn nb_inplace_floor_divide(&self, b: &PyObject) -> PyResult { crate::number::inplace_floor_divide(&*target(self.as_object())?, &*target(b)?) }
            #[slot] fn nb_inplace_true_divide(&self, b: &PyObject) -> PyResult { crate::number::inplace_true_divide(&*target(self.as_object())?, &*target(b)?) }
            #[slot] fn nb_inplace_matrix_multiply(&self, b: &PyObject) -> PyResult { crate::number::inplace_matrix_multiply(&*target(self.as_object())?, &*target(b)?) }
            #[slot] fn nb_positive(&self) -> PyResult { crate::number::positive(&*target(self.as_object())?) }
            #[slot] fn nb_absolute(&self) -> PyResult { crate::number::absolute(&*target(self.as_object())?) }
            #[slot] fn nb_invert(&self) -> PyResult { crate::number::invert(&*target(self.as_object())?) }
            #[slot] fn nb_power(a: &PyObject, b: &PyObject, m: Option<&PyObject>) -> PyResult {
                let m = m.map(target).transpose()?;
                crate::number::power(&*target(a)?, &*target(b)?, m.as_deref())
            }
            #[slot] fn nb_inplace_power(&self, b: &PyObject, m: Option<&PyObject>) -> PyResult {
                let m = m.map(target).transpose()?;
                crate::number::inplace_power(&*target(self.as_object())?, &*target(b)?, m.as_deref())
            }
            #[slot] fn nb_int(&self) -> PyResult { crate::number::long(&*target(self.as_object())?).map(|i| i.into_object()) }
            #[slot] fn nb_float(&self) -> PyResult { crate::number::float(&*target(self.as_object())?).map(|f| f.into_object()) }
            #[slot] fn nb_negative(&self) -> PyResult { crate::number::negative(&*target(self.as_object())?) }
            #[slot] fn nb_index(&self) -> PyResult { crate::number::index(&*target(self.as_object())?).map(|i| i.into_object()) }
            #[slot] fn tp_traverse(&self, visit: &mut crate::Visitor) { visit.field(&self.0.wr_callback); }
            #[slot] fn tp_clear(&self) { self.0.unlink(); self.0.wr_callback.set(None); }
            #[slot] unsafe fn tp_dealloc(op: *mut PyObject) {
                // SAFETY: as for references.
                unsafe {
                    (*op).downcast_unchecked::<PyWeakref>().unlink();
                    crate::alloc::generic_dealloc::<PyWeakref>(op)
                }
            }
        }
    };
}
proxy!(PyProxy, _PyWeakref_ProxyType, "weakref.ProxyType", {
    #[method("($self, /)")]
    fn __reversed__(&self) -> PyResult {
        let reversed = crate::hooks::import("builtins")?.get_attr(crate::intern!("reversed"))?;
        crate::call::call(&reversed, &[&*target(self.as_object())?])
    }
    #[method("($self, /)")]
    fn __bytes__(&self) -> PyResult {
        target(self.as_object())?.call_method(crate::intern!("__bytes__"), &[])
    }
});
proxy!(
    PyCallableProxy,
    _PyWeakref_CallableProxyType,
    "weakref.CallableProxyType",
    {
        #[slot]
        fn tp_call(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
            crate::call::call_tuple_dict(&*target(self.as_object())?, args, kwargs)
        }
    }
);

pub fn ready_types() -> PyResult<()> {
    crate::class::ready::<PyWeakref>()?;
    crate::class::ready::<PyProxy>()?;
    crate::class::ready::<PyCallableProxy>()
}
