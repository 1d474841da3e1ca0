//! Slots and their `__dunder__` entries: which names belong to which slot, the wrappers that make a C slot callable
//! from Python, the slot functions that call Python methods, and how both are kept in step.

use super::lookup::{call_special, lookup, lookup_special_method};
use super::*;
use crate::args::{KwArgs, from_status, from_truth, length, status, truth};
use crate::error;
use crate::exceptions as exc;
use crate::handle::{PyClass, Raised};
use crate::int::PyInt;
use crate::protocol::CompareOp;
use crate::raise;
use crate::singletons::{is_not_implemented, none_ref, not_implemented};
use std::ffi::{c_int, c_void};

/// A wrapper: (object, arguments, keywords, the slot's function) as a Python call.
pub type Wrapper = fn(&PyObject, &[&PyObject], KwArgs<'_>, *const c_void) -> PyResult;

/// One name of one slot.
pub struct SlotDef {
    pub name: &'static str,
    pub get: fn(&PyTypeObject) -> *const c_void,
    pub set: fn(&PyTypeObject, *const c_void),
    /// Which slot: names with the same id share one.
    pub id: u16,
    /// What calls the Python method.
    pub function: *const c_void,
    pub wrapper: Option<Wrapper>,
    /// The wrapper takes keywords.
    pub keywords: bool,
    pub signature: &'static str,
}
// SAFETY: constant.
unsafe impl Sync for SlotDef {}

fn as_ptr<F: Copy>(f: Option<F>) -> *const c_void {
    const { assert!(size_of::<Option<F>>() == size_of::<usize>()) };
    // SAFETY: an optional function pointer is one pointer.
    unsafe { std::mem::transmute_copy(&f) }
}

/// # Safety
/// `p` is null or a function of type `F`.
unsafe fn from_ptr<F: Copy>(p: *const c_void) -> Option<F> {
    const { assert!(size_of::<Option<F>>() == size_of::<usize>()) };
    // SAFETY: the caller's promise.
    unsafe { std::mem::transmute_copy(&p) }
}

macro_rules! slot_access {
    (tp $field:ident) => {
        (|ty: &PyTypeObject| as_ptr(ty.$field.get()), |ty: &PyTypeObject, p| {
            // SAFETY: the table pairs slots with functions of their type.
            ty.$field.set(unsafe { from_ptr(p) })
        })
    };
    (nb $field:ident) => { slot_access!(@ as_number number_table $field) };
    (sq $field:ident) => { slot_access!(@ as_sequence sequence_table $field) };
    (mp $field:ident) => { slot_access!(@ as_mapping mapping_table $field) };
    (am $field:ident) => { slot_access!(@ as_async async_table $field) };
    (bf $field:ident) => { slot_access!(@ as_buffer buffer_table $field) };
    (@ $get:ident $table:ident $field:ident) => {
        (|ty: &PyTypeObject| ty.$get().map_or(std::ptr::null(), |t| as_ptr(t.$field.get())), |ty: &PyTypeObject, p: *const c_void| {
            if !p.is_null() || ty.$get().is_some() {
                // SAFETY: as above.
                ty.$table().$field.set(unsafe { from_ptr(p) })
            }
        })
    };
}

macro_rules! slot_defs {
    ($($id:literal $kind:ident $field:ident $name:literal $func:expr, $wrap:expr, $kw:literal, $sig:literal;)*) => {
        /// All names, in the order in which they win.
        pub static SLOT_DEFS: &[SlotDef] = &[$(
            SlotDef {
                name: $name,
                get: slot_access!($kind $field).0,
                set: slot_access!($kind $field).1,
                id: $id,
                function: $func as *const c_void,
                wrapper: $wrap,
                keywords: $kw,
                signature: $sig,
            },
        )*];
    };
}

// ---- wrappers ----

macro_rules! wrap_fn {
    ($p:expr, $ty:ty) => {
        // used in `unsafe` blocks only: a wrapper descriptor pairs the wrapper with a function of the slot's type
        match from_ptr::<$ty>($p) {
            Some(f) => f,
            None => return error::bad_internal_call(),
        }
    };
}

fn arity(args: &[&PyObject], n: usize) -> PyResult<()> {
    if args.len() == n {
        return Ok(());
    }
    raise!(
        TypeError,
        "expected {n} argument{}, got {}",
        if n == 1 { "" } else { "s" },
        args.len()
    )
}

fn wrap_unary(s: &PyObject, a: &[&PyObject], _: KwArgs<'_>, p: *const c_void) -> PyResult {
    arity(a, 0)?;
    // SAFETY: the slot's function on an object of its type.
    unsafe { wrap_fn!(p, unaryfunc)(s) }
}
fn wrap_binary(s: &PyObject, a: &[&PyObject], _: KwArgs<'_>, p: *const c_void) -> PyResult {
    arity(a, 1)?;
    // SAFETY: as above.
    unsafe { wrap_fn!(p, binaryfunc)(s, a[0]) }
}
fn wrap_binary_r(s: &PyObject, a: &[&PyObject], _: KwArgs<'_>, p: *const c_void) -> PyResult {
    arity(a, 1)?;
    // SAFETY: as above.
    unsafe { wrap_fn!(p, binaryfunc)(a[0], s) }
}
fn wrap_ternary(s: &PyObject, a: &[&PyObject], _: KwArgs<'_>, p: *const c_void) -> PyResult {
    crate::args::check_positional("", a.len(), 1, 2).or_else(|_| {
        error::clear();
        raise!(
            TypeError,
            "expected at {} 1 argument, got {}",
            if a.is_empty() { "least" } else { "most" },
            a.len()
        )
    })?;
    // SAFETY: as above.
    unsafe { wrap_fn!(p, ternaryfunc)(s, a[0], Some(a.get(1).copied().unwrap_or(none_ref()))) }
}
fn wrap_ternary_r(s: &PyObject, a: &[&PyObject], _: KwArgs<'_>, p: *const c_void) -> PyResult {
    if a.is_empty() || a.len() > 2 {
        arity(a, 1)?;
    }
    // SAFETY: as above.
    unsafe { wrap_fn!(p, ternaryfunc)(a[0], s, Some(a.get(1).copied().unwrap_or(none_ref()))) }
}
fn wrap_inquiry(s: &PyObject, a: &[&PyObject], _: KwArgs<'_>, p: *const c_void) -> PyResult {
    arity(a, 0)?;
    // SAFETY: as above.
    Ok(crate::bool::py_bool(from_truth(unsafe {
        wrap_fn!(p, inquiry)(s)
    })?))
}
fn wrap_len(s: &PyObject, a: &[&PyObject], _: KwArgs<'_>, p: *const c_void) -> PyResult {
    arity(a, 0)?;
    // SAFETY: as above.
    match unsafe { wrap_fn!(p, lenfunc)(s) } {
        -1 if error::occurred() => Err(Raised),
        n => Ok(PyInt::from_i64(n as i64)?.into_object()),
    }
}
fn wrap_index(s: &PyObject, a: &[&PyObject], _: KwArgs<'_>, p: *const c_void) -> PyResult {
    arity(a, 1)?;
    let n = crate::number::index_as_isize(a[0])?;
    // SAFETY: as above.
    unsafe { wrap_fn!(p, ssizeargfunc)(s, n) }
}
/// An index as `sq_item` wants it: negative ones count from the end.
fn item_index(s: &PyObject, arg: &PyObject) -> PyResult<isize> {
    let mut n = crate::number::index_as_isize(arg)?;
    if n < 0
        && let Some(f) = s.ty().as_sequence().and_then(|t| t.sq_length.get())
    {
        // SAFETY: as above.
        let len = unsafe { f(s) };
        if len < 0 {
            return Err(Raised);
        }
        n += len;
    }
    Ok(n)
}
fn wrap_sq_item(s: &PyObject, a: &[&PyObject], _: KwArgs<'_>, p: *const c_void) -> PyResult {
    arity(a, 1)?;
    let n = item_index(s, a[0])?;
    // SAFETY: as above.
    unsafe { wrap_fn!(p, ssizeargfunc)(s, n) }
}
fn wrap_sq_setitem(s: &PyObject, a: &[&PyObject], _: KwArgs<'_>, p: *const c_void) -> PyResult {
    arity(a, 2)?;
    let n = item_index(s, a[0])?;
    // SAFETY: as above.
    from_status(unsafe { wrap_fn!(p, ssizeobjargproc)(s, n, Some(a[1])) })?;
    Ok(crate::none())
}
fn wrap_sq_delitem(s: &PyObject, a: &[&PyObject], _: KwArgs<'_>, p: *const c_void) -> PyResult {
    arity(a, 1)?;
    let n = item_index(s, a[0])?;
    // SAFETY: as above.
    from_status(unsafe { wrap_fn!(p, ssizeobjargproc)(s, n, None) })?;
    Ok(crate::none())
}
fn wrap_contains(s: &PyObject, a: &[&PyObject], _: KwArgs<'_>, p: *const c_void) -> PyResult {
    arity(a, 1)?;
    // SAFETY: as above.
    Ok(crate::bool::py_bool(from_truth(unsafe {
        wrap_fn!(p, objobjproc)(s, a[0])
    })?))
}
fn wrap_setitem(s: &PyObject, a: &[&PyObject], _: KwArgs<'_>, p: *const c_void) -> PyResult {
    arity(a, 2)?;
    // SAFETY: as above.
    from_status(unsafe { wrap_fn!(p, objobjargproc)(s, a[0], Some(a[1])) })?;
    Ok(crate::none())
}
fn wrap_delitem(s: &PyObject, a: &[&PyObject], _: KwArgs<'_>, p: *const c_void) -> PyResult {
    arity(a, 1)?;
    // SAFETY: as above.
    from_status(unsafe { wrap_fn!(p, objobjargproc)(s, a[0], None) })?;
    Ok(crate::none())
}
/// `object.__setattr__(a_type, …)` and the like must not get around a more special slot (the "Carlo Verre hack").
fn hackcheck(s: &PyObject, p: *const c_void, what: &str) -> PyResult<()> {
    let mut ty = Some(s.ty());
    // the most derived type that is not made in Python
    while let Some(t) = ty {
        if !as_ptr(t.tp_setattro.get()).eq(&(slot_tp_setattro as *const c_void)) {
            break;
        }
        ty = t.base();
    }
    if let Some(t) = ty
        && as_ptr(t.tp_setattro.get()) != p
        && !t.has(flags::HEAPTYPE)
    {
        return raise!(
            TypeError,
            "can't apply this {what} to {} object",
            s.ty().full_name()
        );
    }
    Ok(())
}
fn wrap_setattr(s: &PyObject, a: &[&PyObject], _: KwArgs<'_>, p: *const c_void) -> PyResult {
    arity(a, 2)?;
    hackcheck(s, p, "__setattr__")?;
    // SAFETY: as above.
    from_status(unsafe { wrap_fn!(p, setattrofunc)(s, a[0], Some(a[1])) })?;
    Ok(crate::none())
}
fn wrap_delattr(s: &PyObject, a: &[&PyObject], _: KwArgs<'_>, p: *const c_void) -> PyResult {
    arity(a, 1)?;
    hackcheck(s, p, "__delattr__")?;
    // SAFETY: as above.
    from_status(unsafe { wrap_fn!(p, setattrofunc)(s, a[0], None) })?;
    Ok(crate::none())
}
fn wrap_hash(s: &PyObject, a: &[&PyObject], _: KwArgs<'_>, p: *const c_void) -> PyResult {
    arity(a, 0)?;
    // SAFETY: as above.
    match unsafe { wrap_fn!(p, hashfunc)(s) } {
        -1 if error::occurred() => Err(Raised),
        h => Ok(PyInt::from_i64(h as i64)?.into_object()),
    }
}
fn wrap_call(s: &PyObject, a: &[&PyObject], k: KwArgs<'_>, p: *const c_void) -> PyResult {
    let args = PyTuple::from_refs(a)?;
    let kw = if k.is_empty() { None } else { Some(k.to_dict()?) };
    // SAFETY: as above.
    unsafe { wrap_fn!(p, ternaryfunc)(s, args.as_object(), kw.as_ref().map(|k| k.as_object())) }
}
fn wrap_init(s: &PyObject, a: &[&PyObject], k: KwArgs<'_>, p: *const c_void) -> PyResult {
    let args = PyTuple::from_refs(a)?;
    let kw = if k.is_empty() { None } else { Some(k.to_dict()?) };
    // SAFETY: as above.
    from_status(unsafe { wrap_fn!(p, initproc)(s, args.as_object(), kw.as_ref().map(|k| k.as_object())) })?;
    Ok(crate::none())
}
macro_rules! wrap_compare {
    ($($name:ident $op:ident),*) => {$(
        fn $name(s: &PyObject, a: &[&PyObject], _: KwArgs<'_>, p: *const c_void) -> PyResult {
            arity(a, 1)?;
            // SAFETY: as above.
            unsafe { wrap_fn!(p, richcmpfunc)(s, a[0], CompareOp::$op as c_int) }
        }
    )*};
}
wrap_compare!(wrap_lt Lt, wrap_le Le, wrap_eq Eq, wrap_ne Ne, wrap_gt Gt, wrap_ge Ge);
fn wrap_next(s: &PyObject, a: &[&PyObject], _: KwArgs<'_>, p: *const c_void) -> PyResult {
    arity(a, 0)?;
    // SAFETY: as above.
    match unsafe { wrap_fn!(p, iternextfunc)(s) } {
        Some(v) => Ok(v),
        None if error::occurred() => Err(Raised),
        None => raise!(StopIteration),
    }
}
fn wrap_descr_get(s: &PyObject, a: &[&PyObject], _: KwArgs<'_>, p: *const c_void) -> PyResult {
    if a.is_empty() || a.len() > 2 {
        return raise!(
            TypeError,
            "expected at {} argument{}, got {}",
            if a.is_empty() { "least 1" } else { "most 2" },
            if a.is_empty() { "" } else { "s" },
            a.len()
        );
    }
    let obj = Some(a[0]).filter(|o| !crate::is_none(o));
    let ty = a.get(1).copied().filter(|o| !crate::is_none(o));
    if obj.is_none() && ty.is_none() {
        return raise!(TypeError, "__get__(None, None) is invalid");
    }
    // SAFETY: as above.
    unsafe { wrap_fn!(p, descrgetfunc)(s, obj, ty) }
}
fn wrap_del(s: &PyObject, a: &[&PyObject], _: KwArgs<'_>, p: *const c_void) -> PyResult {
    arity(a, 0)?;
    // SAFETY: as above.
    unsafe { wrap_fn!(p, destructor)(s.as_ptr()) };
    Ok(crate::none())
}
fn wrap_buffer(s: &PyObject, a: &[&PyObject], _: KwArgs<'_>, _: *const c_void) -> PyResult {
    arity(a, 1)?;
    let flags = crate::number::index_as_isize(a[0])?;
    match c_int::try_from(flags) {
        Ok(f) => super::pybuffer::memory_from_object(s, f),
        Err(_) => raise!(OverflowError, "buffer flags out of range"),
    }
}
fn wrap_releasebuffer(_s: &PyObject, a: &[&PyObject], _: KwArgs<'_>, _: *const c_void) -> PyResult {
    arity(a, 1)?;
    super::pybuffer::release_memory(a[0])?;
    Ok(crate::none())
}

// ---- slot functions that call Python methods ----

/// Calls a method that the type is known to have had; `AttributeError` with its name if it has gone.
fn method(obj: &PyObject, name: &'static PyStr, args: &[&PyObject]) -> PyResult {
    match call_special(obj, name, args)? {
        Some(v) => Ok(v),
        None => raise!(AttributeError, "{name}"),
    }
}

/// As [`method`], but `NotImplemented` if it is not there.
fn maybe(obj: &PyObject, name: &'static PyStr, args: &[&PyObject]) -> PyResult {
    Ok(call_special(obj, name, args)?.unwrap_or_else(not_implemented))
}

/// Whether `right`'s type overrides what `left`'s has for `name`.
fn overloaded(left: &PyObject, right: &PyObject, name: &'static PyStr) -> PyResult<bool> {
    let Some(b) = super::attr::type_get(right.ty(), name)? else {
        return Ok(false);
    };
    match super::attr::type_get(left.ty(), name)? {
        None => Ok(true),
        Some(a) => a.rich_compare_bool(&b, CompareOp::Ne),
    }
}

macro_rules! slot_unary {
    ($($f:ident $name:literal),*) => {$(
        unsafe extern "C" fn $f(s: &PyObject) -> PyResult { method(s, crate::intern!($name), &[]) }
    )*};
}
slot_unary!(
    slot_nb_negative "__neg__", slot_nb_positive "__pos__", slot_nb_absolute "__abs__", slot_nb_invert "__invert__",
    slot_nb_int "__int__", slot_nb_float "__float__", slot_nb_index "__index__", slot_am_await "__await__",
    slot_am_aiter "__aiter__", slot_am_anext "__anext__"
);

macro_rules! slot_binary {
    ($($f:ident $field:ident $name:literal $rname:literal),*) => {$(
        unsafe extern "C" fn $f(a: &PyObject, b: &PyObject) -> PyResult {
            let here = |o: &PyObject| {
                o.ty().as_number().is_some_and(|t| as_ptr(t.$field.get()) == $f as *const c_void)
            };
            binary_slot(a, b, here(a), here(b), crate::intern!($name), crate::intern!($rname))
        }
    )*};
}
fn binary_slot(
    a: &PyObject,
    b: &PyObject,
    a_here: bool,
    b_here: bool,
    name: &'static PyStr,
    rname: &'static PyStr,
) -> PyResult {
    let same = std::ptr::eq(a.ty(), b.ty());
    let mut other = !same && b_here;
    if a_here {
        if other && b.ty().is_subtype(a.ty()) && overloaded(a, b, rname)? {
            let r = maybe(b, rname, &[a])?;
            if !is_not_implemented(&r) {
                return Ok(r);
            }
            other = false;
        }
        let r = maybe(a, name, &[b])?;
        if !is_not_implemented(&r) || same {
            return Ok(r);
        }
    }
    if other {
        maybe(b, rname, &[a])
    } else {
        Ok(not_implemented())
    }
}
slot_binary!(
    slot_nb_add nb_add "__add__" "__radd__", slot_nb_subtract nb_subtract "__sub__" "__rsub__",
    slot_nb_multiply nb_multiply "__mul__" "__rmul__", slot_nb_matrix_multiply nb_matrix_multiply "__matmul__" "__rmatmul__",
    slot_nb_remainder nb_remainder "__mod__" "__rmod__", slot_nb_divmod nb_divmod "__divmod__" "__rdivmod__",
    slot_nb_lshift nb_lshift "__lshift__" "__rlshift__", slot_nb_rshift nb_rshift "__rshift__" "__rrshift__",
    slot_nb_and nb_and "__and__" "__rand__", slot_nb_xor nb_xor "__xor__" "__rxor__", slot_nb_or nb_or "__or__" "__ror__",
    slot_nb_floor_divide nb_floor_divide "__floordiv__" "__rfloordiv__",
    slot_nb_true_divide nb_true_divide "__truediv__" "__rtruediv__"
);

unsafe extern "C" fn slot_nb_power(a: &PyObject, b: &PyObject, m: Option<&PyObject>) -> PyResult {
    let m = m.filter(|m| !crate::is_none(m));
    let here = |o: &PyObject| {
        o.ty()
            .as_number()
            .is_some_and(|t| as_ptr(t.nb_power.get()) == slot_nb_power as *const c_void)
    };
    match m {
        None => binary_slot(
            a,
            b,
            here(a),
            here(b),
            crate::intern!("__pow__"),
            crate::intern!("__rpow__"),
        ),
        Some(m) => {
            if here(a) {
                let r = maybe(a, crate::intern!("__pow__"), &[b, m])?;
                if !is_not_implemented(&r) {
                    return Ok(r);
                }
            }
            if here(b) && !std::ptr::eq(a.ty(), b.ty()) {
                return maybe(b, crate::intern!("__rpow__"), &[a, m]);
            }
            Ok(not_implemented())
        }
    }
}
unsafe extern "C" fn slot_nb_inplace_power(s: &PyObject, o: &PyObject, _: Option<&PyObject>) -> PyResult {
    method(s, crate::intern!("__ipow__"), &[o])
}

macro_rules! slot_inplace {
    ($($f:ident $name:literal),*) => {$(
        unsafe extern "C" fn $f(s: &PyObject, o: &PyObject) -> PyResult { method(s, crate::intern!($name), &[o]) }
    )*};
}
slot_inplace!(
    slot_nb_inplace_add "__iadd__", slot_nb_inplace_subtract "__isub__", slot_nb_inplace_multiply "__imul__",
    slot_nb_inplace_matrix_multiply "__imatmul__", slot_nb_inplace_remainder "__imod__",
    slot_nb_inplace_lshift "__ilshift__", slot_nb_inplace_rshift "__irshift__", slot_nb_inplace_and "__iand__",
    slot_nb_inplace_xor "__ixor__", slot_nb_inplace_or "__ior__", slot_nb_inplace_floor_divide "__ifloordiv__",
    slot_nb_inplace_true_divide "__itruediv__", slot_mp_subscript "__getitem__"
);

unsafe extern "C" fn slot_nb_bool(s: &PyObject) -> c_int {
    let run = || -> PyResult<bool> {
        let (result, using_len) = match call_special(s, crate::intern!("__bool__"), &[])? {
            Some(r) => (r, false),
            None => match call_special(s, crate::intern!("__len__"), &[])? {
                Some(r) => (r, true),
                None => return Ok(true),
            },
        };
        if using_len {
            return result.is_true();
        }
        if crate::bool::PyBool::check_exact(&result) {
            return result.is_true();
        }
        raise!(
            TypeError,
            "__bool__ should return bool, returned {}",
            result.ty().full_name()
        )
    };
    truth(run())
}
unsafe extern "C" fn slot_length(s: &PyObject) -> isize {
    let run = || -> PyResult<usize> {
        let r = method(s, crate::intern!("__len__"), &[])?;
        let n = crate::number::index(&r)?;
        if n.is_negative() {
            return raise!(ValueError, "__len__() should return >= 0");
        }
        Ok(crate::number::index_as_isize(n.as_object())? as usize)
    };
    length(run())
}
unsafe extern "C" fn slot_sq_item(s: &PyObject, i: isize) -> PyResult {
    method(
        s,
        crate::intern!("__getitem__"),
        &[PyInt::from_i64(i as i64)?.as_object()],
    )
}
unsafe extern "C" fn slot_sq_ass_item(s: &PyObject, i: isize, v: Option<&PyObject>) -> c_int {
    let run = || -> PyResult<()> {
        let i = PyInt::from_i64(i as i64)?;
        match v {
            Some(v) => method(s, crate::intern!("__setitem__"), &[i.as_object(), v])?,
            None => method(s, crate::intern!("__delitem__"), &[i.as_object()])?,
        };
        Ok(())
    };
    status(run())
}
unsafe extern "C" fn slot_mp_ass_subscript(s: &PyObject, k: &PyObject, v: Option<&PyObject>) -> c_int {
    status(
        match v {
            Some(v) => method(s, crate::intern!("__setitem__"), &[k, v]),
            None => method(s, crate::intern!("__delitem__"), &[k]),
        }
        .map(drop),
    )
}
unsafe extern "C" fn slot_sq_contains(s: &PyObject, v: &PyObject) -> c_int {
    let run = || -> PyResult<bool> {
        match lookup_special_method(s, crate::intern!("__contains__"))? {
            Some((f, _)) if crate::is_none(&f) => {
                raise!(TypeError, "'{}' object is not a container", s.ty().full_name())
            }
            Some((f, true)) => crate::call::call(&f, &[s, v])?.is_true(),
            Some((f, false)) => crate::call::call(&f, &[v])?.is_true(),
            None => {
                let it = crate::iter::get_iter(s)?;
                while let Some(x) = crate::iter::next(&it)? {
                    if x.equals(v)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
        }
    };
    truth(run())
}
unsafe extern "C" fn slot_tp_repr(s: &PyObject) -> PyResult {
    match call_special(s, crate::intern!("__repr__"), &[])? {
        Some(r) => Ok(r),
        None => crate::IntoPy::into_py(format!("<{} object at {:p}>", s.ty().full_name(), s)),
    }
}
unsafe extern "C" fn slot_tp_str(s: &PyObject) -> PyResult {
    method(s, crate::intern!("__str__"), &[])
}
/// The slot of types that cannot be hashed.
///
/// # Safety
/// As `tp_hash`.
pub unsafe extern "C" fn hash_not_implemented(s: &PyObject) -> isize {
    let r: PyResult<isize> = raise!(TypeError, "unhashable type: '{}'", s.ty().full_name());
    crate::args::hash_value(r)
}
unsafe extern "C" fn slot_tp_hash(s: &PyObject) -> isize {
    let run = || -> PyResult<isize> {
        let found = lookup(s.ty(), crate::intern!("__hash__"));
        if found.is_none_or(|f| crate::is_none(&f)) {
            return raise!(TypeError, "unhashable type: '{}'", s.ty().full_name());
        }
        let r = method(s, crate::intern!("__hash__"), &[])?;
        let Some(n) = r.downcast::<PyInt>() else {
            return raise!(TypeError, "__hash__ method should return an integer");
        };
        match n.to_i64() {
            Some(v) => Ok(v as isize),
            None => match PyInt::type_object().tp_hash.get() {
                // SAFETY: `int`'s own hash of an int.
                Some(f) => Ok(unsafe { f(n.as_object()) }),
                None => Ok(0),
            },
        }
    };
    crate::args::hash_value(run())
}
unsafe extern "C" fn slot_tp_call(s: &PyObject, args: &PyObject, kw: Option<&PyObject>) -> PyResult {
    // SAFETY: `tp_call` gets a tuple, and a dict or nothing.
    let (args, kw) = unsafe {
        (
            args.downcast_unchecked::<PyTuple>(),
            kw.map(|k| k.downcast_unchecked::<PyDict>()),
        )
    };
    match lookup_special_method(s, crate::intern!("__call__"))? {
        Some((f, true)) => crate::call::call_prepended_tuple_dict(&f, s, args, kw),
        Some((f, false)) => crate::call::call_tuple_dict(&f, args, kw),
        None => raise!(AttributeError, "__call__"),
    }
}

/// Whether calling an instance calls the `__call__` that its class has in Python.
#[inline]
pub fn calls_dunder_call(ty: &PyTypeObject) -> bool {
    ty.tp_call
        .get()
        .is_some_and(|f| std::ptr::fn_addr_eq(f, slot_tp_call as ternaryfunc))
}

/// # Safety
/// As `tp_getattro`: `__getattribute__` alone is overridden.
unsafe extern "C" fn slot_tp_getattro(s: &PyObject, name: &PyObject) -> PyResult {
    method(s, crate::intern!("__getattribute__"), &[name])
}
/// # Safety
/// As `tp_getattro`: there may be a `__getattr__`.
unsafe extern "C" fn slot_tp_getattr_hook(s: &PyObject, name: &PyObject) -> PyResult {
    let ty = s.ty();
    let Some(getattr) = lookup(ty, crate::intern!("__getattr__")) else {
        ty.tp_getattro.set(Some(slot_tp_getattro));
        // SAFETY: the same call.
        return unsafe { slot_tp_getattro(s, name) };
    };
    // the usual case: `__getattribute__` is object's
    let generic = match lookup(ty, crate::intern!("__getattribute__")) {
        None => true,
        Some(g) => crate::descr::wrapped_function(&g).is_some_and(|p| p == generic_getattr as *const c_void),
    };
    let first = if generic {
        let n = crate::str::attribute_name(name)?;
        match super::attr::generic_get(s, n) {
            Ok(Some(v)) => return Ok(v),
            Ok(None) => None,
            Err(r) => Some(r),
        }
    } else {
        match method(s, crate::intern!("__getattribute__"), &[name]) {
            Ok(v) => return Ok(v),
            Err(r) => Some(r),
        }
    };
    if let Some(raised) = first {
        if !error::matches::<exc::AttributeError>() {
            return Err(raised);
        }
        error::clear();
    }
    match getattr.ty().tp_descr_get.get() {
        _ if getattr.ty().has(flags::METHOD_DESCRIPTOR) => crate::call::call(&getattr, &[s, name]),
        Some(f) => {
            // SAFETY: a slot called with an object of its type.
            let bound = unsafe { f(&getattr, Some(s), Some(s.ty().as_object()))? };
            crate::call::call(&bound, &[name])
        }
        None => crate::call::call(&getattr, &[name]),
    }
}
unsafe extern "C" fn slot_tp_setattro(s: &PyObject, name: &PyObject, v: Option<&PyObject>) -> c_int {
    status(
        match v {
            Some(v) => method(s, crate::intern!("__setattr__"), &[name, v]),
            None => method(s, crate::intern!("__delattr__"), &[name]),
        }
        .map(drop),
    )
}
unsafe extern "C" fn slot_tp_richcompare(a: &PyObject, b: &PyObject, op: c_int) -> PyResult {
    let name = match CompareOp::from_int(op) {
        CompareOp::Lt => crate::intern!("__lt__"),
        CompareOp::Le => crate::intern!("__le__"),
        CompareOp::Eq => crate::intern!("__eq__"),
        CompareOp::Ne => crate::intern!("__ne__"),
        CompareOp::Gt => crate::intern!("__gt__"),
        CompareOp::Ge => crate::intern!("__ge__"),
    };
    maybe(a, name, &[b])
}
unsafe extern "C" fn slot_tp_iter(s: &PyObject) -> PyResult {
    match lookup_special_method(s, crate::intern!("__iter__"))? {
        Some((f, _)) if crate::is_none(&f) => {
            raise!(TypeError, "'{}' object is not iterable", s.ty().full_name())
        }
        Some((f, true)) => crate::call::call(&f, &[s]),
        Some((f, false)) => crate::call::call(&f, &[]),
        None if lookup(s.ty(), crate::intern!("__getitem__")).is_some() => super::sequence_iterator(s),
        None => raise!(TypeError, "'{}' object is not iterable", s.ty().full_name()),
    }
}
unsafe extern "C" fn slot_tp_iternext(s: &PyObject) -> Option<Py> {
    method(s, crate::intern!("__next__"), &[]).ok()
}
unsafe extern "C" fn slot_tp_descr_get(
    s: &PyObject,
    obj: Option<&PyObject>,
    ty: Option<&PyObject>,
) -> PyResult {
    let Some(get) = lookup(s.ty(), crate::intern!("__get__")) else {
        return Ok(s.new_ref());
    };
    crate::call::call(&get, &[s, obj.unwrap_or(none_ref()), ty.unwrap_or(none_ref())])
}
unsafe extern "C" fn slot_tp_descr_set(s: &PyObject, obj: &PyObject, v: Option<&PyObject>) -> c_int {
    status(
        match v {
            Some(v) => method(s, crate::intern!("__set__"), &[obj, v]),
            None => method(s, crate::intern!("__delete__"), &[obj]),
        }
        .map(drop),
    )
}
unsafe extern "C" fn slot_tp_init(s: &PyObject, args: &PyObject, kw: Option<&PyObject>) -> c_int {
    let run = || -> PyResult<()> {
        // SAFETY: `tp_init` gets a tuple, and a dict or nothing.
        let (args, kw) = unsafe {
            (
                args.downcast_unchecked::<PyTuple>(),
                kw.map(|k| k.downcast_unchecked::<PyDict>()),
            )
        };
        let result = match lookup_special_method(s, crate::intern!("__init__"))? {
            Some((f, true)) => crate::call::call_prepended_tuple_dict(&f, s, args, kw)?,
            Some((f, false)) => crate::call::call_tuple_dict(&f, args, kw)?,
            None => return raise!(AttributeError, "__init__"),
        };
        if !crate::is_none(&result) {
            return raise!(
                TypeError,
                "__init__() should return None, not '{}'",
                result.ty().full_name()
            );
        }
        Ok(())
    };
    status(run())
}
unsafe extern "C" fn slot_tp_new(cls: &PyTypeObject, args: &PyTuple, kw: Option<&PyDict>) -> PyResult {
    let Some(new) = super::attr::type_get(cls, crate::intern!("__new__"))? else {
        return no_attribute(cls.as_object(), crate::intern!("__new__"));
    };
    crate::call::call_prepended_tuple_dict(&new, cls.as_object(), args, kw)
}
unsafe extern "C" fn slot_tp_finalize(op: *mut PyObject) {
    // SAFETY: the finalizer of a live object.
    let s = unsafe { &*op };
    let saved = error::take();
    match lookup_special_method(s, crate::intern!("__del__")) {
        Ok(Some((f, unbound))) => {
            let r = if unbound {
                crate::call::call(&f, &[s])
            } else {
                crate::call::call(&f, &[])
            };
            if r.is_err() {
                error::write_unraisable_while("while calling deallocator", &f);
            }
        }
        Ok(None) => {}
        // there is no finalizer to be had
        Err(_) => error::clear(),
    }
    match saved {
        Some(e) => {
            let _ = error::restore(e);
        }
        None => error::clear(),
    }
}
unsafe extern "C" fn slot_am_send(s: &PyObject, v: &PyObject, out: *mut *mut PyObject) -> c_int {
    let _ = (s, v);
    let r: PyResult<crate::SendResult> = raise!(TypeError, "object does not support send");
    // SAFETY: the caller's place for the result.
    unsafe { crate::args::send_status(r, out) }
}
unsafe extern "C" fn slot_bf_getbuffer(s: &PyObject, view: *mut Py_buffer, flags: c_int) -> c_int {
    // SAFETY: the caller gives a view to fill in.
    status(unsafe { super::pybuffer::python_getbuffer(s, &mut *view, flags) })
}
unsafe extern "C" fn slot_bf_releasebuffer(s: &PyObject, view: *mut Py_buffer) {
    // SAFETY: a view that `slot_bf_getbuffer` filled in.
    unsafe { super::pybuffer::python_releasebuffer(s, &mut *view) }
}

const NULL: *const c_void = std::ptr::null();

slot_defs! {
    1 tp tp_getattro "__getattribute__" slot_tp_getattr_hook, Some(wrap_binary), false, "($self, name, /)";
    1 tp tp_getattro "__getattr__" slot_tp_getattr_hook, None, false, "";
    2 tp tp_setattro "__setattr__" slot_tp_setattro, Some(wrap_setattr), false, "($self, name, value, /)";
    2 tp tp_setattro "__delattr__" slot_tp_setattro, Some(wrap_delattr), false, "($self, name, /)";
    3 tp tp_repr "__repr__" slot_tp_repr, Some(wrap_unary), false, "($self, /)";
    4 tp tp_hash "__hash__" slot_tp_hash, Some(wrap_hash), false, "($self, /)";
    5 tp tp_call "__call__" slot_tp_call, Some(wrap_call), true, "($self, /, *args, **kwargs)";
    6 tp tp_str "__str__" slot_tp_str, Some(wrap_unary), false, "($self, /)";
    7 tp tp_richcompare "__lt__" slot_tp_richcompare, Some(wrap_lt), false, "($self, value, /)";
    7 tp tp_richcompare "__le__" slot_tp_richcompare, Some(wrap_le), false, "($self, value, /)";
    7 tp tp_richcompare "__eq__" slot_tp_richcompare, Some(wrap_eq), false, "($self, value, /)";
    7 tp tp_richcompare "__ne__" slot_tp_richcompare, Some(wrap_ne), false, "($self, value, /)";
    7 tp tp_richcompare "__gt__" slot_tp_richcompare, Some(wrap_gt), false, "($self, value, /)";
    7 tp tp_richcompare "__ge__" slot_tp_richcompare, Some(wrap_ge), false, "($self, value, /)";
    8 tp tp_iter "__iter__" slot_tp_iter, Some(wrap_unary), false, "($self, /)";
    9 tp tp_iternext "__next__" slot_tp_iternext, Some(wrap_next), false, "($self, /)";
    10 tp tp_descr_get "__get__" slot_tp_descr_get, Some(wrap_descr_get), false, "($self, instance, owner=None, /)";
    11 tp tp_descr_set "__set__" slot_tp_descr_set, Some(wrap_setitem), false, "($self, instance, value, /)";
    11 tp tp_descr_set "__delete__" slot_tp_descr_set, Some(wrap_delitem), false, "($self, instance, /)";
    12 tp tp_init "__init__" slot_tp_init, Some(wrap_init), true, "($self, /, *args, **kwargs)";
    13 tp tp_new "__new__" slot_tp_new, None, false, "";
    14 tp tp_finalize "__del__" slot_tp_finalize, Some(wrap_del), false, "($self, /)";
    15 bf bf_getbuffer "__buffer__" slot_bf_getbuffer, Some(wrap_buffer), false, "($self, flags, /)";
    16 bf bf_releasebuffer "__release_buffer__" slot_bf_releasebuffer, Some(wrap_releasebuffer), false, "($self, buffer, /)";
    17 am am_await "__await__" slot_am_await, Some(wrap_unary), false, "($self, /)";
    18 am am_aiter "__aiter__" slot_am_aiter, Some(wrap_unary), false, "($self, /)";
    19 am am_anext "__anext__" slot_am_anext, Some(wrap_unary), false, "($self, /)";
    20 am am_send "" slot_am_send, None, false, "";
    21 nb nb_add "__add__" slot_nb_add, Some(wrap_binary), false, "($self, value, /)";
    21 nb nb_add "__radd__" slot_nb_add, Some(wrap_binary_r), false, "($self, value, /)";
    22 nb nb_subtract "__sub__" slot_nb_subtract, Some(wrap_binary), false, "($self, value, /)";
    22 nb nb_subtract "__rsub__" slot_nb_subtract, Some(wrap_binary_r), false, "($self, value, /)";
    23 nb nb_multiply "__mul__" slot_nb_multiply, Some(wrap_binary), false, "($self, value, /)";
    23 nb nb_multiply "__rmul__" slot_nb_multiply, Some(wrap_binary_r), false, "($self, value, /)";
    24 nb nb_remainder "__mod__" slot_nb_remainder, Some(wrap_binary), false, "($self, value, /)";
    24 nb nb_remainder "__rmod__" slot_nb_remainder, Some(wrap_binary_r), false, "($self, value, /)";
    25 nb nb_divmod "__divmod__" slot_nb_divmod, Some(wrap_binary), false, "($self, value, /)";
    25 nb nb_divmod "__rdivmod__" slot_nb_divmod, Some(wrap_binary_r), false, "($self, value, /)";
    26 nb nb_power "__pow__" slot_nb_power, Some(wrap_ternary), false, "($self, value, mod=None, /)";
    26 nb nb_power "__rpow__" slot_nb_power, Some(wrap_ternary_r), false, "($self, value, mod=None, /)";
    27 nb nb_negative "__neg__" slot_nb_negative, Some(wrap_unary), false, "($self, /)";
    28 nb nb_positive "__pos__" slot_nb_positive, Some(wrap_unary), false, "($self, /)";
    29 nb nb_absolute "__abs__" slot_nb_absolute, Some(wrap_unary), false, "($self, /)";
    30 nb nb_bool "__bool__" slot_nb_bool, Some(wrap_inquiry), false, "($self, /)";
    31 nb nb_invert "__invert__" slot_nb_invert, Some(wrap_unary), false, "($self, /)";
    32 nb nb_lshift "__lshift__" slot_nb_lshift, Some(wrap_binary), false, "($self, value, /)";
    32 nb nb_lshift "__rlshift__" slot_nb_lshift, Some(wrap_binary_r), false, "($self, value, /)";
    33 nb nb_rshift "__rshift__" slot_nb_rshift, Some(wrap_binary), false, "($self, value, /)";
    33 nb nb_rshift "__rrshift__" slot_nb_rshift, Some(wrap_binary_r), false, "($self, value, /)";
    34 nb nb_and "__and__" slot_nb_and, Some(wrap_binary), false, "($self, value, /)";
    34 nb nb_and "__rand__" slot_nb_and, Some(wrap_binary_r), false, "($self, value, /)";
    35 nb nb_xor "__xor__" slot_nb_xor, Some(wrap_binary), false, "($self, value, /)";
    35 nb nb_xor "__rxor__" slot_nb_xor, Some(wrap_binary_r), false, "($self, value, /)";
    36 nb nb_or "__or__" slot_nb_or, Some(wrap_binary), false, "($self, value, /)";
    36 nb nb_or "__ror__" slot_nb_or, Some(wrap_binary_r), false, "($self, value, /)";
    37 nb nb_int "__int__" slot_nb_int, Some(wrap_unary), false, "($self, /)";
    38 nb nb_float "__float__" slot_nb_float, Some(wrap_unary), false, "($self, /)";
    39 nb nb_inplace_add "__iadd__" slot_nb_inplace_add, Some(wrap_binary), false, "($self, value, /)";
    40 nb nb_inplace_subtract "__isub__" slot_nb_inplace_subtract, Some(wrap_binary), false, "($self, value, /)";
    41 nb nb_inplace_multiply "__imul__" slot_nb_inplace_multiply, Some(wrap_binary), false, "($self, value, /)";
    42 nb nb_inplace_remainder "__imod__" slot_nb_inplace_remainder, Some(wrap_binary), false, "($self, value, /)";
    43 nb nb_inplace_power "__ipow__" slot_nb_inplace_power, Some(wrap_ternary), false, "($self, value, /)";
    44 nb nb_inplace_lshift "__ilshift__" slot_nb_inplace_lshift, Some(wrap_binary), false, "($self, value, /)";
    45 nb nb_inplace_rshift "__irshift__" slot_nb_inplace_rshift, Some(wrap_binary), false, "($self, value, /)";
    46 nb nb_inplace_and "__iand__" slot_nb_inplace_and, Some(wrap_binary), false, "($self, value, /)";
    47 nb nb_inplace_xor "__ixor__" slot_nb_inplace_xor, Some(wrap_binary), false, "($self, value, /)";
    48 nb nb_inplace_or "__ior__" slot_nb_inplace_or, Some(wrap_binary), false, "($self, value, /)";
    49 nb nb_floor_divide "__floordiv__" slot_nb_floor_divide, Some(wrap_binary), false, "($self, value, /)";
    49 nb nb_floor_divide "__rfloordiv__" slot_nb_floor_divide, Some(wrap_binary_r), false, "($self, value, /)";
    50 nb nb_true_divide "__truediv__" slot_nb_true_divide, Some(wrap_binary), false, "($self, value, /)";
    50 nb nb_true_divide "__rtruediv__" slot_nb_true_divide, Some(wrap_binary_r), false, "($self, value, /)";
    51 nb nb_inplace_floor_divide "__ifloordiv__" slot_nb_inplace_floor_divide, Some(wrap_binary), false, "($self, value, /)";
    52 nb nb_inplace_true_divide "__itruediv__" slot_nb_inplace_true_divide, Some(wrap_binary), false, "($self, value, /)";
    53 nb nb_index "__index__" slot_nb_index, Some(wrap_unary), false, "($self, /)";
    54 nb nb_matrix_multiply "__matmul__" slot_nb_matrix_multiply, Some(wrap_binary), false, "($self, value, /)";
    54 nb nb_matrix_multiply "__rmatmul__" slot_nb_matrix_multiply, Some(wrap_binary_r), false, "($self, value, /)";
    55 nb nb_inplace_matrix_multiply "__imatmul__" slot_nb_inplace_matrix_multiply, Some(wrap_binary), false, "($self, value, /)";
    56 mp mp_length "__len__" slot_length, Some(wrap_len), false, "($self, /)";
    57 mp mp_subscript "__getitem__" slot_mp_subscript, Some(wrap_binary), false, "($self, key, /)";
    58 mp mp_ass_subscript "__setitem__" slot_mp_ass_subscript, Some(wrap_setitem), false, "($self, key, value, /)";
    58 mp mp_ass_subscript "__delitem__" slot_mp_ass_subscript, Some(wrap_delitem), false, "($self, key, /)";
    59 sq sq_length "__len__" slot_length, Some(wrap_len), false, "($self, /)";
    60 sq sq_concat "__add__" NULL, Some(wrap_binary), false, "($self, value, /)";
    61 sq sq_repeat "__mul__" NULL, Some(wrap_index), false, "($self, value, /)";
    61 sq sq_repeat "__rmul__" NULL, Some(wrap_index), false, "($self, value, /)";
    62 sq sq_item "__getitem__" slot_sq_item, Some(wrap_sq_item), false, "($self, key, /)";
    63 sq sq_ass_item "__setitem__" slot_sq_ass_item, Some(wrap_sq_setitem), false, "($self, key, value, /)";
    63 sq sq_ass_item "__delitem__" slot_sq_ass_item, Some(wrap_sq_delitem), false, "($self, key, /)";
    64 sq sq_contains "__contains__" slot_sq_contains, Some(wrap_contains), false, "($self, key, /)";
    65 sq sq_inplace_concat "__iadd__" NULL, Some(wrap_binary), false, "($self, value, /)";
    66 sq sq_inplace_repeat "__imul__" NULL, Some(wrap_index), false, "($self, value, /)";
}

fn static_name(def: &'static SlotDef) -> &'static PyStr {
    use crate::handle::GilCell;
    static NAMES: GilCell<Vec<(*const SlotDef, &'static PyStr)>> = GilCell::new(Vec::new());
    // SAFETY: under the GIL; the vector is only grown here, once.
    let names = unsafe { &mut *NAMES.as_ptr() };
    if names.is_empty() {
        for d in SLOT_DEFS {
            if let Ok(s) = PyStr::new(d.name) {
                names.push((d as *const SlotDef, crate::intern::intern_immortal(s)));
            }
        }
    }
    let index = (def as *const SlotDef as usize - SLOT_DEFS.as_ptr() as usize) / size_of::<SlotDef>();
    names[index].1
}

/// Adds wrapper descriptors for the slots that a static type fills itself.
pub fn add_operators(ty: &PyTypeObject, dict: &PyDict) -> PyResult<()> {
    for def in SLOT_DEFS {
        let Some(_) = def.wrapper else { continue };
        let function = (def.get)(ty);
        if function.is_null() {
            continue;
        }
        let name = static_name(def);
        if dict.get_str(name)?.is_some() {
            continue;
        }
        if function == hash_not_implemented as *const c_void {
            dict.set_item(name, none_ref())?;
        } else {
            dict.set_item(
                name,
                &*crate::descr::new_wrapper_descriptor(ty, def, function, name)?,
            )?;
        }
    }
    Ok(())
}

/// Adds the descriptor of `tp_repr` to a class that has got the slot after it was made.
pub fn add_own_repr(ty: &PyTypeObject, dict: &PyDict) -> PyResult<()> {
    for def in SLOT_DEFS.iter().filter(|d| d.name == "__repr__") {
        let name = static_name(def);
        let descr = crate::descr::new_wrapper_descriptor(ty, def, (def.get)(ty), name)?;
        dict.set_item(name, &*descr)?;
    }
    Ok(())
}

/// Slots of a static type that are empty come from a class further up.
pub fn inherit(ty: &PyTypeObject, base: &PyTypeObject) {
    macro_rules! copy {
        ($($field:ident),*) => {$(
            if ty.$field.get().is_none() { ty.$field.set(base.$field.get()); }
        )*};
    }
    macro_rules! copy_table {
        ($get:ident $table:ident : $($field:ident),*) => {
            if let Some(b) = base.$get() {
                $( if ty.$get().is_none_or(|t| t.$field.get().is_none()) && b.$field.get().is_some() {
                    ty.$table().$field.set(b.$field.get());
                } )*
            }
        };
    }
    copy_table!(as_number number_table: nb_add, nb_subtract, nb_multiply, nb_remainder, nb_divmod, nb_power, nb_negative,
        nb_positive, nb_absolute, nb_bool, nb_invert, nb_lshift, nb_rshift, nb_and, nb_xor, nb_or, nb_int, nb_float,
        nb_inplace_add, nb_inplace_subtract, nb_inplace_multiply, nb_inplace_remainder, nb_inplace_power,
        nb_inplace_lshift, nb_inplace_rshift, nb_inplace_and, nb_inplace_xor, nb_inplace_or, nb_floor_divide,
        nb_true_divide, nb_inplace_floor_divide, nb_inplace_true_divide, nb_index, nb_matrix_multiply,
        nb_inplace_matrix_multiply);
    copy_table!(as_sequence sequence_table: sq_length, sq_concat, sq_repeat, sq_item, sq_ass_item, sq_contains,
        sq_inplace_concat, sq_inplace_repeat);
    copy_table!(as_mapping mapping_table: mp_length, mp_subscript, mp_ass_subscript);
    copy_table!(as_async async_table: am_await, am_aiter, am_anext, am_send);
    copy_table!(as_buffer buffer_table: bf_getbuffer, bf_releasebuffer);
    copy!(
        tp_dealloc,
        tp_repr,
        tp_call,
        tp_str,
        tp_iter,
        tp_iternext,
        tp_descr_get,
        tp_descr_set,
        tp_init,
        tp_finalize,
        tp_del
    );
    if ty.tp_getattr.get().is_none() && ty.tp_getattro.get().is_none() {
        ty.tp_getattr.set(base.tp_getattr.get());
        ty.tp_getattro.set(base.tp_getattro.get());
    }
    if ty.tp_setattr.get().is_none() && ty.tp_setattro.get().is_none() {
        ty.tp_setattr.set(base.tp_setattr.get());
        ty.tp_setattro.set(base.tp_setattro.get());
    }
    // hash and comparison go together
    if ty.tp_richcompare.get().is_none() && ty.tp_hash.get().is_none() && !overrides_hash(ty) {
        ty.tp_richcompare.set(base.tp_richcompare.get());
        ty.tp_hash.set(base.tp_hash.get());
    }
    if ty.tp_vectorcall_offset.get() == 0 && !ty.has(flags::HAVE_VECTORCALL) {
        ty.tp_vectorcall_offset.set(base.tp_vectorcall_offset.get());
        if base.has(flags::HAVE_VECTORCALL) && as_ptr(ty.tp_call.get()) == as_ptr(base.tp_call.get()) {
            ty.tp_flags.set(ty.tp_flags.get() | flags::HAVE_VECTORCALL);
        }
    }
    if base.has(flags::METHOD_DESCRIPTOR)
        && as_ptr(ty.tp_descr_get.get()) == as_ptr(base.tp_descr_get.get())
        && !ty.has(flags::HEAPTYPE)
    {
        ty.tp_flags.set(ty.tp_flags.get() | flags::METHOD_DESCRIPTOR);
    }
    if base.has(flags::HAVE_FINALIZE) {
        ty.tp_flags.set(ty.tp_flags.get() | flags::HAVE_FINALIZE);
    }
    // memory management only where the layouts' heads agree
    if ty.has(flags::HAVE_GC) == base.has(flags::HAVE_GC) {
        copy!(tp_free, tp_alloc);
        if ty.tp_is_gc.get().is_none() {
            ty.tp_is_gc.set(base.tp_is_gc.get());
        }
    }
}

fn overrides_hash(ty: &PyTypeObject) -> bool {
    let Some(dict) = ty.tp_dict.get() else {
        return false;
    };
    let has = |n: &PyStr| matches!(dict.get_str(n), Ok(Some(_)));
    has(crate::intern!("__eq__")) || has(crate::intern!("__hash__"))
}

/// The slot functions of a new heap type, from the names that its MRO has.
pub fn fixup_dispatchers(ty: &PyTypeObject) {
    let mut i = 0;
    while i < SLOT_DEFS.len() {
        i = update_group(ty, i);
    }
}

/// A name was set or deleted on `ty`: its slot and those of subclasses that inherit the name follow.
pub fn update_slot(ty: &PyTypeObject, name: &PyStr) {
    let mut done = Vec::new();
    for (i, def) in SLOT_DEFS.iter().enumerate() {
        if std::ptr::eq(static_name(def), name) && !done.contains(&def.id) {
            done.push(def.id);
            let first = SLOT_DEFS.iter().position(|d| d.id == def.id).unwrap_or(i);
            update_subclasses(ty, name, first);
        }
    }
}

fn update_subclasses(ty: &PyTypeObject, name: &PyStr, first: usize) {
    update_group(ty, first);
    for sub in super::subclasses(ty) {
        let Some(sub) = sub.downcast::<PyTypeObject>() else {
            continue;
        };
        // what the subclass defines itself does not change
        if let Some(d) = sub.tp_dict.get()
            && matches!(d.get_str(name), Ok(Some(_)))
        {
            continue;
        }
        update_subclasses(sub, name, first);
    }
}

/// The one slot of several with this name that the type fills, if it is only one.
fn unique_slot(ty: &PyTypeObject, name: &'static str) -> Option<u16> {
    let mut found = None;
    for d in SLOT_DEFS.iter().filter(|d| d.name == name) {
        if !(d.get)(ty).is_null() {
            if found.is_some_and(|f| f != d.id) {
                return None;
            }
            found = Some(d.id);
        }
    }
    found
}

/// Decides one slot; returns the index of the next group.
fn update_group(ty: &PyTypeObject, first: usize) -> usize {
    let id = SLOT_DEFS[first].id;
    let end = SLOT_DEFS[first..]
        .iter()
        .position(|d| d.id != id)
        .map_or(SLOT_DEFS.len(), |n| first + n);
    let mut generic: *const c_void = std::ptr::null();
    let mut specific: *const c_void = std::ptr::null();
    let mut use_generic = false;
    for def in &SLOT_DEFS[first..end] {
        if def.name.is_empty() {
            // inherited as it is
            let inherited = ty.base().map_or(std::ptr::null(), |b| (def.get)(b));
            if (def.get)(ty).is_null() && !inherited.is_null() {
                (def.set)(ty, inherited);
            }
            return end;
        }
        let Some(descr) = lookup(ty, static_name(def)) else {
            continue;
        };
        if let Some(w) = descr.downcast_exact::<crate::descr::PyWrapperDescr>()
            && w.base().name == def.name
        {
            if unique_slot(ty, def.name).is_none_or(|u| u == id)
                || generic.is_null() && !def.function.is_null()
            {
                let unique = unique_slot(ty, def.name);
                if unique.is_none() || unique == Some(id) {
                    generic = def.function;
                }
            }
            // the same slot: `sq_concat` and `nb_add` share a wrapper but not a meaning, the two lengths share both
            let same_wrapper = w.base().id == def.id || (def.name == "__len__" && w.base().name == "__len__");
            if (specific.is_null() || specific == w.wrapped()) && same_wrapper && ty.is_subtype(w.class()) {
                specific = w.wrapped();
            } else {
                use_generic = true;
            }
        } else if id == 13 && crate::descr::is_own_new(ty, &descr) {
            // `__new__` inherited from a static type: its function serves directly
            specific = as_ptr(ty.tp_new.get());
        } else if crate::is_none(&descr) && def.name == "__hash__" {
            specific = hash_not_implemented as *const c_void;
        } else {
            use_generic = true;
            generic = def.function;
            if def.name == "__getattribute__" && descr.ty().has(flags::METHOD_DESCRIPTOR) {
                let hook = lookup(ty, crate::intern!("__getattr__")).is_some();
                generic = if hook {
                    slot_tp_getattr_hook as *const c_void
                } else {
                    slot_tp_getattro as *const c_void
                };
            }
        }
    }
    // what a Python `__call__` replaces must not be called past it
    if SLOT_DEFS[first].name == "__call__"
        && ty.has(flags::HAVE_VECTORCALL)
        && (use_generic || !generic.is_null() && specific.is_null())
    {
        ty.tp_flags.set(ty.tp_flags.get() & !flags::HAVE_VECTORCALL);
    }
    (def_set(first))(
        ty,
        if !specific.is_null() && !use_generic {
            specific
        } else {
            generic
        },
    );
    end
}

fn def_set(i: usize) -> fn(&PyTypeObject, *const c_void) {
    SLOT_DEFS[i].set
}

/// Whether a `tp_new` only calls a Python `__new__`.
pub fn is_python_new(f: newfunc) -> bool {
    std::ptr::fn_addr_eq(f, slot_tp_new as newfunc)
}
