//! The number protocol (`abstract.h`): binary, in-place and unary operators over the slots, with Python's order of
//! asking (a subclass on the right first, then left, then right, then the sequence operations), `index`, and the
//! conversions behind `int(x)` and `float(x)`.

use crate::exceptions as exc;
use crate::float::PyFloat;
use crate::handle::{Py, PyClass, PyLayout, PyResult};
use crate::int::PyInt;
use crate::raise;
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::typeobject::{PyNumberMethods, Slot, binaryfunc, ternaryfunc, unaryfunc};
use std::ffi::c_int;

type BinarySlot = fn(&PyNumberMethods) -> &Slot<binaryfunc>;
type TernarySlot = fn(&PyNumberMethods) -> &Slot<ternaryfunc>;

#[inline(always)]
fn slot_of<F: Copy>(obj: &PyObject, slot: fn(&PyNumberMethods) -> &Slot<F>) -> Option<F> {
    obj.ty().as_number().and_then(|t| slot(t).get())
}

#[inline(always)]
fn is_not_implemented(r: &Py) -> bool {
    crate::singletons::is_not_implemented(r)
}

/// Asks both operands (`binary_op1`): `NotImplemented` if neither knows an answer.
#[inline(always)]
fn binary_slots(a: &PyObject, b: &PyObject, slot: BinarySlot) -> PyResult {
    let (ta, tb) = (a.ty(), b.ty());
    let fa = slot_of(a, slot);
    let fb = if std::ptr::eq(ta, tb) {
        None
    } else {
        match slot_of(b, slot) {
            Some(f) if fa.is_some_and(|g| std::ptr::fn_addr_eq(f, g)) => None,
            other => other,
        }
    };
    // SAFETY: number slots take both operands in any order; one of them is of the slot's type.
    unsafe {
        if let Some(f) = fa {
            if let Some(g) = fb
                && tb.is_subtype(ta)
            {
                let r = g(a, b)?;
                if !is_not_implemented(&r) {
                    return Ok(r);
                }
                return f(a, b);
            }
            let r = f(a, b)?;
            if fb.is_none() || !is_not_implemented(&r) {
                return Ok(r);
            }
        }
        match fb {
            Some(g) => g(a, b),
            None => Ok(crate::not_implemented()),
        }
    }
}

#[cold]
fn unsupported(a: &PyObject, b: &PyObject, symbol: &str) -> PyResult {
    raise!(
        TypeError,
        "unsupported operand type(s) for {symbol}: '{}' and '{}'",
        a.ty().full_name(),
        b.ty().full_name()
    )
}

#[inline(always)]
fn binary(a: &PyObject, b: &PyObject, slot: BinarySlot, symbol: &str) -> PyResult {
    let r = binary_slots(a, b, slot)?;
    if is_not_implemented(&r) {
        return unsupported(a, b, symbol);
    }
    Ok(r)
}

#[inline(always)]
fn inplace_slots(a: &PyObject, b: &PyObject, inplace: BinarySlot, slot: BinarySlot) -> PyResult {
    if let Some(f) = slot_of(a, inplace) {
        // SAFETY: a slot of `a`'s type.
        let r = unsafe { f(a, b)? };
        if !is_not_implemented(&r) {
            return Ok(r);
        }
    }
    binary_slots(a, b, slot)
}

macro_rules! operators {
    ($($(#[$doc:meta])* $name:ident, $inplace:ident: $slot:ident, $islot:ident, $symbol:literal, $isymbol:literal;)*) => {$(
        $(#[$doc])*
        pub fn $name(a: &PyObject, b: &PyObject) -> PyResult {
            binary(a, b, |t| &t.$slot, $symbol)
        }
        /// The in-place form.
        pub fn $inplace(a: &PyObject, b: &PyObject) -> PyResult {
            let r = inplace_slots(a, b, |t| &t.$islot, |t| &t.$slot)?;
            if is_not_implemented(&r) {
                return unsupported(a, b, $isymbol);
            }
            Ok(r)
        }
    )*};
}

operators! {
    /// `a - b`
    subtract, inplace_subtract: nb_subtract, nb_inplace_subtract, "-", "-=";
    /// `a @ b`
    matrix_multiply, inplace_matrix_multiply: nb_matrix_multiply, nb_inplace_matrix_multiply, "@", "@=";
    /// `a // b`
    floor_divide, inplace_floor_divide: nb_floor_divide, nb_inplace_floor_divide, "//", "//=";
    /// `a / b`
    true_divide, inplace_true_divide: nb_true_divide, nb_inplace_true_divide, "/", "/=";
    /// `a % b`
    remainder, inplace_remainder: nb_remainder, nb_inplace_remainder, "%", "%=";
    /// `a << b`
    lshift, inplace_lshift: nb_lshift, nb_inplace_lshift, "<<", "<<=";
    /// `a & b`
    and, inplace_and: nb_and, nb_inplace_and, "&", "&=";
    /// `a | b`
    or, inplace_or: nb_or, nb_inplace_or, "|", "|=";
    /// `a ^ b`
    xor, inplace_xor: nb_xor, nb_inplace_xor, "^", "^=";
}

/// `divmod(a, b)`
pub fn divmod(a: &PyObject, b: &PyObject) -> PyResult {
    binary(a, b, |t| &t.nb_divmod, "divmod()")
}

/// `a >> b`
pub fn rshift(a: &PyObject, b: &PyObject) -> PyResult {
    let r = binary_slots(a, b, |t| &t.nb_rshift)?;
    if is_not_implemented(&r) {
        return rshift_unsupported(a, b);
    }
    Ok(r)
}

/// `print >> file` was Python 2's.
#[cold]
fn rshift_unsupported(a: &PyObject, b: &PyObject) -> PyResult {
    if a.ty().full_name() == "builtin_function_or_method"
        && let Some(name) = a.get_attr_opt(crate::intern!("__name__"))?
        && name.downcast::<PyStr>().is_some_and(|s| s.eq_str("print"))
    {
        return raise!(
            TypeError,
            "unsupported operand type(s) for >>: '{}' and '{}'. Did you mean \"print(<message>, file=<output_stream>)\"?",
            a.ty().full_name(),
            b.ty().full_name()
        );
    }
    unsupported(a, b, ">>")
}

/// `a >>= b`
pub fn inplace_rshift(a: &PyObject, b: &PyObject) -> PyResult {
    let r = inplace_slots(a, b, |t| &t.nb_inplace_rshift, |t| &t.nb_rshift)?;
    if is_not_implemented(&r) {
        return unsupported(a, b, ">>=");
    }
    Ok(r)
}

/// `a + b`: numbers, then concatenation.
pub fn add(a: &PyObject, b: &PyObject) -> PyResult {
    let r = binary_slots(a, b, |t| &t.nb_add)?;
    if !is_not_implemented(&r) {
        return Ok(r);
    }
    if let Some(f) = a.ty().as_sequence().and_then(|t| t.sq_concat.get()) {
        // SAFETY: a slot of `a`'s type.
        return unsafe { f(a, b) };
    }
    unsupported(a, b, "+")
}

/// `a += b`
pub fn inplace_add(a: &PyObject, b: &PyObject) -> PyResult {
    let r = inplace_slots(a, b, |t| &t.nb_inplace_add, |t| &t.nb_add)?;
    if !is_not_implemented(&r) {
        return Ok(r);
    }
    if let Some(seq) = a.ty().as_sequence()
        && let Some(f) = seq.sq_inplace_concat.get().or(seq.sq_concat.get())
    {
        // SAFETY: a slot of `a`'s type.
        return unsafe { f(a, b) };
    }
    unsupported(a, b, "+=")
}

type Repeat = unsafe extern "C" fn(&PyObject, isize) -> PyResult;

fn repeat(f: Repeat, seq: &PyObject, n: &PyObject) -> PyResult {
    if !n.has_index() {
        return raise!(
            TypeError,
            "can't multiply sequence by non-int of type '{}'",
            n.ty().full_name()
        );
    }
    let n = index_as_isize(n)?;
    // SAFETY: a slot of `seq`'s type.
    unsafe { f(seq, n) }
}

/// `a * b`: numbers, then repetition of either side.
pub fn multiply(a: &PyObject, b: &PyObject) -> PyResult {
    let r = binary_slots(a, b, |t| &t.nb_multiply)?;
    if !is_not_implemented(&r) {
        return Ok(r);
    }
    if let Some(f) = a.ty().as_sequence().and_then(|t| t.sq_repeat.get()) {
        return repeat(f, a, b);
    }
    if let Some(f) = b.ty().as_sequence().and_then(|t| t.sq_repeat.get()) {
        return repeat(f, b, a);
    }
    unsupported(a, b, "*")
}

/// `a *= b`
pub fn inplace_multiply(a: &PyObject, b: &PyObject) -> PyResult {
    let r = inplace_slots(a, b, |t| &t.nb_inplace_multiply, |t| &t.nb_multiply)?;
    if !is_not_implemented(&r) {
        return Ok(r);
    }
    if let Some(seq) = a.ty().as_sequence()
        && let Some(f) = seq.sq_inplace_repeat.get().or(seq.sq_repeat.get())
    {
        return repeat(f, a, b);
    }
    // the right operand is never changed in place
    if let Some(f) = b.ty().as_sequence().and_then(|t| t.sq_repeat.get()) {
        return repeat(f, b, a);
    }
    unsupported(a, b, "*=")
}

/// Asks all three operands of `pow` (`ternary_op`).
fn ternary_slots(a: &PyObject, b: &PyObject, m: Option<&PyObject>) -> PyResult {
    const SLOT: TernarySlot = |t| &t.nb_power;
    let m = m.unwrap_or(crate::singletons::none_ref());
    let (ta, tb) = (a.ty(), b.ty());
    let same = |f: ternaryfunc, g: Option<ternaryfunc>| g.is_some_and(|g| std::ptr::fn_addr_eq(f, g));
    let fa = slot_of(a, SLOT);
    let fb = if std::ptr::eq(ta, tb) {
        None
    } else {
        slot_of(b, SLOT).filter(|f| !same(*f, fa))
    };
    // SAFETY: number slots take their operands in any order; one of them is of the slot's type.
    unsafe {
        let mut right_done = false;
        if let Some(f) = fa {
            if let Some(g) = fb
                && tb.is_subtype(ta)
            {
                let r = g(a, b, Some(m))?;
                if !is_not_implemented(&r) {
                    return Ok(r);
                }
                right_done = true;
            }
            let r = f(a, b, Some(m))?;
            if !is_not_implemented(&r) {
                return Ok(r);
            }
        }
        if let Some(g) = fb
            && !right_done
        {
            let r = g(a, b, Some(m))?;
            if !is_not_implemented(&r) {
                return Ok(r);
            }
        }
        if let Some(h) = slot_of(m, SLOT)
            && !same(h, fa)
            && !same(h, fb)
        {
            return h(a, b, Some(m));
        }
    }
    Ok(crate::not_implemented())
}

#[cold]
fn power_unsupported(a: &PyObject, b: &PyObject, m: Option<&PyObject>, symbol: &str) -> PyResult {
    match m {
        Some(m) if !crate::is_none(m) => raise!(
            TypeError,
            "unsupported operand type(s) for {symbol}: '{}', '{}', '{}'",
            a.ty().full_name(),
            b.ty().full_name(),
            m.ty().full_name()
        ),
        _ => unsupported(a, b, symbol),
    }
}

/// `pow(a, b, m)`; `a ** b` without (or with `None` for) `m`.
pub fn power(a: &PyObject, b: &PyObject, m: Option<&PyObject>) -> PyResult {
    let r = ternary_slots(a, b, m)?;
    if is_not_implemented(&r) {
        return power_unsupported(a, b, m, "** or pow()");
    }
    Ok(r)
}

/// `a **= b`
pub fn inplace_power(a: &PyObject, b: &PyObject, m: Option<&PyObject>) -> PyResult {
    if let Some(f) = slot_of(a, |t| &t.nb_inplace_power) {
        // SAFETY: a slot of `a`'s type.
        let r = unsafe { f(a, b, Some(m.unwrap_or(crate::singletons::none_ref())))? };
        if !is_not_implemented(&r) {
            return Ok(r);
        }
    }
    let r = ternary_slots(a, b, m)?;
    if is_not_implemented(&r) {
        return power_unsupported(a, b, m, "**=");
    }
    Ok(r)
}

#[inline(always)]
fn unary(a: &PyObject, slot: fn(&PyNumberMethods) -> &Slot<unaryfunc>, symbol: &str) -> PyResult {
    match slot_of(a, slot) {
        // SAFETY: a slot of `a`'s type.
        Some(f) => unsafe { f(a) },
        None => bad_unary(a, symbol),
    }
}

#[cold]
fn bad_unary(a: &PyObject, symbol: &str) -> PyResult {
    raise!(
        TypeError,
        "bad operand type for {symbol}: '{}'",
        a.ty().full_name()
    )
}

/// `-a`
pub fn negative(a: &PyObject) -> PyResult {
    unary(a, |t| &t.nb_negative, "unary -")
}
/// `+a`
pub fn positive(a: &PyObject) -> PyResult {
    unary(a, |t| &t.nb_positive, "unary +")
}
/// `~a`
pub fn invert(a: &PyObject) -> PyResult {
    unary(a, |t| &t.nb_invert, "unary ~")
}
/// `abs(a)`
pub fn absolute(a: &PyObject) -> PyResult {
    unary(a, |t| &t.nb_absolute, "abs()")
}

/// `operator.concat(a, b)` (`PySequence_Concat`).
pub fn sequence_concat(a: &PyObject, b: &PyObject) -> PyResult {
    if let Some(f) = a.ty().as_sequence().and_then(|t| t.sq_concat.get()) {
        // SAFETY: a slot of `a`'s type.
        return unsafe { f(a, b) };
    }
    if is_sequence(a) && is_sequence(b) {
        let r = binary_slots(a, b, |t| &t.nb_add)?;
        if !is_not_implemented(&r) {
            return Ok(r);
        }
    }
    raise!(TypeError, "'{}' object can't be concatenated", a.ty().full_name())
}

/// `operator.iconcat(a, b)` (`PySequence_InPlaceConcat`).
pub fn sequence_inplace_concat(a: &PyObject, b: &PyObject) -> PyResult {
    if let Some(seq) = a.ty().as_sequence()
        && let Some(f) = seq.sq_inplace_concat.get().or(seq.sq_concat.get())
    {
        // SAFETY: a slot of `a`'s type.
        return unsafe { f(a, b) };
    }
    if is_sequence(a) && is_sequence(b) {
        let r = inplace_slots(a, b, |t| &t.nb_inplace_add, |t| &t.nb_add)?;
        if !is_not_implemented(&r) {
            return Ok(r);
        }
    }
    raise!(TypeError, "'{}' object can't be concatenated", a.ty().full_name())
}

/// `PySequence_Check`
pub fn is_sequence(obj: &PyObject) -> bool {
    !crate::PyDict::check(obj) && obj.ty().as_sequence().is_some_and(|t| t.sq_item.get().is_some())
}

#[cold]
fn not_an_integer<T>(obj: &PyObject) -> PyResult<T> {
    raise!(
        TypeError,
        "'{}' object cannot be interpreted as an integer",
        obj.ty().full_name()
    )
}

/// What `__index__` or `__int__` gave must be an int; a subclass of it is deprecated.
fn int_result(result: Py, method: &str) -> PyResult<Py<PyInt>> {
    match result.downcast_into::<PyInt>() {
        Ok(i) => {
            if !PyInt::check_exact(i.as_object()) {
                let text = format!(
                    "{method} returned non-int (type {}).  The ability to return an instance of a strict subclass of \
                     int is deprecated, and may be removed in a future version of Python.",
                    i.as_object().ty().full_name()
                );
                crate::hooks::warn(exc::DeprecationWarning::type_object(), &text, 1)?;
            }
            Ok(i)
        }
        Err(r) => raise!(
            TypeError,
            "{method} returned non-int (type {})",
            r.ty().full_name()
        ),
    }
}

/// The object as an int through `__index__` (`_PyNumber_Index`); an int (of a subclass, too) is itself.
#[inline]
pub fn index(obj: &PyObject) -> PyResult<Py<PyInt>> {
    if let Some(i) = obj.downcast::<PyInt>() {
        return Ok(i.new_ref());
    }
    index_slow(obj)
}

#[cold]
fn index_slow(obj: &PyObject) -> PyResult<Py<PyInt>> {
    match slot_of(obj, |t| &t.nb_index) {
        // SAFETY: a slot of the object's type.
        Some(f) => int_result(unsafe { f(obj)? }, "__index__"),
        None => not_an_integer(obj),
    }
}

/// `operator.index(obj)` (`PyNumber_Index`): always an exact int.
pub fn index_exact(obj: &PyObject) -> PyResult<Py<PyInt>> {
    index(obj)?.to_exact()
}

/// The value clipped to what fits, for slices and the like (`PyNumber_AsSsize_t(obj, NULL)`).
pub fn index_as_isize_clipped(obj: &PyObject) -> PyResult<isize> {
    let i = index(obj)?;
    Ok(i.to_isize()
        .unwrap_or(if i.is_negative() { isize::MIN } else { isize::MAX }))
}

/// `PyNumber_AsSsize_t(obj, PyExc_OverflowError)`
#[inline]
pub fn index_as_isize(obj: &PyObject) -> PyResult<isize> {
    if let Some(i) = obj.downcast::<PyInt>()
        && i.is_compact()
    {
        return Ok(i.compact_value() as isize);
    }
    match index(obj)?.to_isize() {
        Some(v) => Ok(v),
        None => raise!(
            OverflowError,
            "cannot fit '{}' into an index-sized integer",
            obj.ty().full_name()
        ),
    }
}

/// As [`index_as_isize`], but `IndexError` where it does not fit ("cannot fit 'int' into an index-sized integer").
#[inline]
pub fn index_as_isize_index_error(obj: &PyObject) -> PyResult<isize> {
    if let Some(i) = obj.downcast::<PyInt>()
        && i.is_compact()
    {
        return Ok(i.compact_value() as isize);
    }
    match index(obj)?.to_isize() {
        Some(v) => Ok(v),
        None => raise!(
            IndexError,
            "cannot fit '{}' into an index-sized integer",
            obj.ty().full_name()
        ),
    }
}

/// The argument format `n`: as [`index_as_isize`], with the text of `PyLong_AsSsize_t`.
#[inline]
pub fn as_ssize_t(obj: &PyObject) -> PyResult<isize> {
    if let Some(i) = obj.downcast::<PyInt>()
        && i.is_compact()
    {
        return Ok(i.compact_value() as isize);
    }
    match index(obj)?.to_isize() {
        Some(v) => Ok(v),
        None => raise!(OverflowError, "Python int too large to convert to C ssize_t"),
    }
}

/// `PyLong_AsInt`: a C `int`.
pub fn as_c_int(obj: &PyObject) -> PyResult<c_int> {
    match index(obj)?.to_i64().and_then(|v| c_int::try_from(v).ok()) {
        Some(v) => Ok(v),
        None => raise!(OverflowError, "Python int too large to convert to C int"),
    }
}

/// `int(obj)` (`PyNumber_Long`): an exact int.
pub fn long(obj: &PyObject) -> PyResult<Py<PyInt>> {
    if let Some(i) = obj.downcast_exact::<PyInt>() {
        return Ok(i.new_ref());
    }
    if let Some(f) = slot_of(obj, |t| &t.nb_int) {
        // SAFETY: a slot of the object's type.
        return int_result(unsafe { f(obj)? }, "__int__")?.to_exact();
    }
    if obj.has_index() {
        return index_exact(obj);
    }
    if let Some(s) = obj.downcast::<PyStr>() {
        return crate::int::from_str_object(s, 10);
    }
    if let Some(bytes) = crate::buffer::bytes_like_copy(obj)? {
        return crate::int::from_bytes_text(&bytes, 10);
    }
    raise!(
        TypeError,
        "int() argument must be a string, a bytes-like object or a real number, not '{}'",
        obj.ty().full_name()
    )
}

/// What `__float__` gave must be a float; a subclass of it is deprecated.
pub(crate) fn float_result(obj: &PyObject, result: Py) -> PyResult<f64> {
    match result.downcast_into::<PyFloat>() {
        Ok(f) => {
            if !PyFloat::check_exact(f.as_object()) {
                let text = format!(
                    "{}.__float__ returned non-float (type {}).  The ability to return an instance of a strict \
                     subclass of float is deprecated, and may be removed in a future version of Python.",
                    obj.ty().full_name(),
                    f.as_object().ty().full_name()
                );
                crate::hooks::warn(exc::DeprecationWarning::type_object(), &text, 1)?;
            }
            Ok(f.value())
        }
        Err(r) => raise!(
            TypeError,
            "{}.__float__ returned non-float (type {})",
            obj.ty().full_name(),
            r.ty().full_name()
        ),
    }
}

/// `float(obj)` (`PyNumber_Float`): an exact float.
pub fn float(obj: &PyObject) -> PyResult<Py<PyFloat>> {
    if let Some(f) = obj.downcast_exact::<PyFloat>() {
        return Ok(f.new_ref());
    }
    match crate::float::try_as_f64(obj)? {
        Some(v) => PyFloat::new(v),
        None => PyFloat::new(crate::float::parse_object(obj)?),
    }
}
