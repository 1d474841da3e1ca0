//! Operators and building of containers: the general forms, out of the loop's way.

use crate::function::PyFunction;
use crate::stackref::StackRef;
use bytecode::oparg as arg;
use object::exceptions as exc;
use object::thread::ThreadState;
use object::{
    CompareOp, Py, PyClass, PyDict, PyInt, PyLayout, PyList, PyObject, PyResult, PyStr, PyTuple, raise,
};

/// The immortal int.
#[inline(always)]
pub fn small_int(n: usize) -> &'static PyInt {
    PyInt::small(n as i64)
}

type Binary = fn(&PyObject, &PyObject) -> PyResult;

fn power(a: &PyObject, b: &PyObject) -> PyResult {
    object::number::power(a, b, None)
}
fn inplace_power(a: &PyObject, b: &PyObject) -> PyResult {
    object::number::inplace_power(a, b, None)
}
fn subscript(a: &PyObject, b: &PyObject) -> PyResult {
    a.get_item(b)
}

/// By `BINARY_OP`'s oparg.
static OPERATORS: [Binary; 27] = {
    use object::number as n;
    [
        n::add,
        n::and,
        n::floor_divide,
        n::lshift,
        n::matrix_multiply,
        n::multiply,
        n::remainder,
        n::or,
        power,
        n::rshift,
        n::subtract,
        n::true_divide,
        n::xor,
        n::inplace_add,
        n::inplace_and,
        n::inplace_floor_divide,
        n::inplace_lshift,
        n::inplace_matrix_multiply,
        n::inplace_multiply,
        n::inplace_remainder,
        n::inplace_or,
        inplace_power,
        n::inplace_rshift,
        n::inplace_subtract,
        n::inplace_true_divide,
        n::inplace_xor,
        subscript,
    ]
};

#[inline(always)]
pub fn binary(which: usize, a: &PyObject, b: &PyObject) -> PyResult {
    match OPERATORS.get(which) {
        Some(f) => f(a, b),
        None => raise!(SystemError, "unknown binary operator"),
    }
}

/// `COMPARE_OP`
#[inline(never)]
pub fn compare(oparg: usize, a: &PyObject, b: &PyObject) -> PyResult {
    let op = CompareOp::from_int((oparg >> arg::COMPARE_OP_SHIFT) as i32);
    let r = a.rich_compare(b, op)?;
    if oparg as u8 & arg::COMPARE_OP_BOOL != 0 {
        return Ok(object::bool::py_bool(r.is_true()?));
    }
    Ok(r)
}

pub fn negative(a: &PyObject) -> PyResult {
    object::number::negative(a)
}

pub fn invert(a: &PyObject) -> PyResult {
    object::number::invert(a)
}

/// `container[start:stop]`
pub fn get_slice(container: &PyObject, start: &PyObject, stop: &PyObject) -> PyResult {
    if let Some(list) = container.downcast_exact::<PyList>() {
        if let Some((low, high)) = object::slice::plain_bounds(start, stop, list.len()) {
            return list.slice(low, high).map(Py::into_object);
        }
    } else if let Some(s) = container.downcast_exact::<PyStr>() {
        if let Some((low, high)) = object::slice::plain_bounds(start, stop, s.len()) {
            return s.substring(low, high).map(Py::into_object);
        }
    } else if let Some(t) = container.downcast_exact::<PyTuple>()
        && let Some((low, high)) = object::slice::plain_bounds(start, stop, t.len())
    {
        return t.slice(low, high).map(Py::into_object);
    }
    let s = crate::compat::slice(start.new_ref(), stop.new_ref(), object::none())?;
    container.get_item(&s)
}

pub fn set_slice(container: &PyObject, start: &PyObject, stop: &PyObject, value: &PyObject) -> PyResult<()> {
    if let Some(list) = container.downcast_exact::<PyList>()
        && object::slice::plain_bounds(start, stop, 0).is_some()
    {
        // taking the items may run Python code: the bounds are clipped afterwards
        let items = object::containers::fast_items(value, "must assign iterable to extended slice")?;
        if let Some((low, high)) = object::slice::plain_bounds(start, stop, list.len()) {
            drop(list.splice(low, high, items)?);
            return Ok(());
        }
    }
    let s = crate::compat::slice(start.new_ref(), stop.new_ref(), object::none())?;
    container.set_item(&s, Some(value))
}

/// Makes the `n` topmost references owned where they stand; they are to be moved out as handles.
///
/// # Safety
/// The `n` topmost references are there and not null.
#[inline(always)]
pub unsafe fn owned_items(sp: *mut StackRef, n: usize) -> *const Py {
    // SAFETY: the caller's promise; an owned `StackRef` is the same bits as a handle.
    unsafe {
        let base = sp.sub(n);
        for i in 0..n {
            *base.add(i) = StackRef::owned((*base.add(i)).steal());
        }
        base as *const Py
    }
}

/// # Safety
/// The `n` topmost references are there; they stay the stack's.
pub unsafe fn build_set(sp: *mut StackRef, n: usize) -> PyResult<Py<object::set::PySet>> {
    let set = crate::compat::set_new()?;
    // SAFETY: the caller's promise.
    unsafe {
        for i in (1..=n).rev() {
            set.add((*sp.sub(i)).obj())?;
        }
    }
    Ok(set)
}

/// # Safety
/// As [`build_set`], for `n` keys and values.
pub unsafe fn build_map(sp: *mut StackRef, n: usize) -> PyResult<Py<PyDict>> {
    let strings = n > 5
        // SAFETY: the caller's promise.
        && (0..n).all(|i| unsafe { PyStr::check_exact((*sp.sub(2 * n).add(2 * i)).obj()) });
    let dict = PyDict::with_capacity(n, strings)?;
    // SAFETY: the caller's promise.
    unsafe {
        let base = sp.sub(2 * n);
        for i in 0..n {
            dict.set_item((*base.add(2 * i)).obj(), (*base.add(2 * i + 1)).obj())?;
        }
    }
    Ok(dict)
}

/// # Safety
/// As [`build_set`], for strings.
pub unsafe fn build_string(sp: *mut StackRef, n: usize) -> PyResult<Py<PyStr>> {
    // SAFETY: the caller's promise.
    let parts: Vec<&PyStr> = unsafe { (0..n).map(|i| (*sp.sub(n).add(i)).cast::<PyStr>()).collect() };
    object::str::build_string(&parts)
}

/// `d[key]`
pub fn dict_subscript(d: &PyDict, key: &PyObject) -> PyResult {
    match d.get_item(key)? {
        Some(v) => Ok(v),
        None => Err(object::dict::key_error(key)),
    }
}

/// The Python `__getitem__` that a class's cache holds, if it is still what it was.
#[inline(always)]
pub fn cached_getitem(container: &PyObject) -> Option<&PyFunction> {
    let cache = &container.ty().heap()?._spec_cache;
    // SAFETY: the cache is emptied whenever the class changes; until then the class keeps the function alive.
    let f = unsafe { cache.getitem.get().as_ref()?.downcast_unchecked::<PyFunction>() };
    (f.func_version.get() == cache.getitem_version.get()).then_some(f)
}

/// A property's getter, if it is a plain function of one parameter.
#[inline(always)]
pub fn property_getter(property: &PyObject) -> Option<Py> {
    let fget = property.downcast_exact::<object::descr::PyProperty>()?.fget()?;
    let fits = fget
        .downcast_exact::<PyFunction>()
        .is_some_and(|f| f.is_plain() && f.code().co_argcount.get() == 1);
    fits.then_some(fget)
}

/// `tuple(obj)`
pub fn to_tuple(obj: &PyObject) -> PyResult {
    match obj.downcast_exact::<PyTuple>() {
        Some(t) => Ok(t.as_object().new_ref()),
        None => PyTuple::from_vec(object::iter::collect(obj)?).map(Py::into_object),
    }
}

/// `LIST_EXTEND`
pub fn list_extend(list: &PyList, items: &PyObject) -> PyResult<()> {
    let r = list.extend(items);
    if r.is_err() && object::error::matches::<exc::TypeError>() {
        let ty = items.ty();
        if ty.tp_iter.get().is_none() && ty.as_sequence().is_none_or(|s| s.sq_item.get().is_none()) {
            object::error::clear();
            return raise!(
                TypeError,
                "Value after * must be an iterable, not {}",
                ty.full_name()
            );
        }
    }
    r
}

/// `DICT_UPDATE`
pub fn dict_update(dict: &PyDict, other: &PyObject) -> PyResult<()> {
    let r = dict.merge(other, object::dict::Merge::Overwrite);
    if r.is_err() && object::error::matches::<exc::AttributeError>() {
        object::error::clear();
        return raise!(TypeError, "'{}' object is not a mapping", other.ty().full_name());
    }
    r
}

/// `DICT_MERGE`: keywords for a call; none may be there twice.
pub fn dict_merge(callable: &PyObject, dict: &PyDict, other: &PyObject) -> PyResult<()> {
    let twice = |key: &PyObject| -> PyResult<()> {
        let what = super::call::function_text(callable)?;
        if PyStr::check(key) {
            raise!(
                TypeError,
                "{what} got multiple values for keyword argument '{}'",
                key.str()?.get()
            )
        } else {
            raise!(TypeError, "{what} keywords must be strings")
        }
    };
    // a subclass that iterates as dicts do is read as one, whatever its `__getitem__`
    let own_iter = PyDict::type_object().tp_iter.get().map(|f| f as usize);
    if let Some(d) = other.downcast::<PyDict>()
        && other.ty().tp_iter.get().map(|f| f as usize) == own_iter
    {
        for (k, v) in d.items_vec() {
            if dict.contains(&k)? {
                return twice(&k);
            }
            dict.set_item(&*k, &*v)?;
        }
        return Ok(());
    }
    let Some(keys) = other.get_attr_opt(object::intern!("keys"))? else {
        return raise!(
            TypeError,
            "{} argument after ** must be a mapping, not {}",
            super::call::function_text(callable)?,
            other.ty().full_name()
        );
    };
    for k in object::iter::collect(&*object::call::call(&keys, &[])?)? {
        if dict.contains(&k)? {
            return twice(&k);
        }
        let v = other.get_item(&k)?;
        dict.set_item(&*k, &*v)?;
    }
    Ok(())
}

/// `CONVERT_VALUE`
pub fn convert(which: usize, value: &PyObject) -> PyResult<Py<PyStr>> {
    match which as u8 {
        arg::FVC_STR => value.str(),
        arg::FVC_REPR => value.repr(),
        _ => value.ascii(),
    }
}

/// `FORMAT_SIMPLE`, `FORMAT_WITH_SPEC`
pub fn format(value: &PyObject, spec: Option<&PyObject>) -> PyResult<Py<PyStr>> {
    match spec {
        None => value.format(object::intern!("")),
        Some(s) => match s.downcast::<PyStr>() {
            Some(s) => value.format(s),
            None => raise!(
                SystemError,
                "Format specifier must be a string, not {}",
                s.ty().full_name()
            ),
        },
    }
}

/// The next item of an iterator.
#[inline]
pub fn iter_next(ts: &ThreadState, it: &PyObject) -> PyResult<Option<Py>> {
    let Some(f) = it.ty().tp_iternext.get() else {
        return raise!(TypeError, "'{}' object is not an iterator", it.ty().full_name());
    };
    // SAFETY: a slot called with an object of its type.
    match unsafe { f(it) } {
        Some(v) => Ok(Some(v)),
        None => crate::monitoring::end_of_iteration(ts).map(|()| None),
    }
}

/// `UNPACK_SEQUENCE` and (with `after`) `UNPACK_EX`: writes below `top`, the first item topmost.
///
/// # Safety
/// There is room below `top` for all items; nothing is written on an error.
#[inline(never)]
pub unsafe fn unpack(
    seq: &PyObject,
    before: usize,
    after: Option<usize>,
    top: *mut StackRef,
) -> PyResult<()> {
    let put = |items: Vec<Py>| {
        // SAFETY: the caller's promise.
        unsafe {
            let mut p = top;
            for v in items {
                p = p.sub(1);
                *p = StackRef::owned(v);
            }
        }
    };
    let exact_len = if let Some(t) = seq.downcast_exact::<PyTuple>() {
        Some(t.len())
    } else if let Some(l) = seq.downcast_exact::<PyList>() {
        Some(l.len())
    } else {
        seq.downcast_exact::<PyDict>().map(|d| d.len())
    };
    let it = match object::iter::get_iter(seq) {
        Ok(it) => it,
        Err(r) => {
            let ty = seq.ty();
            if object::error::matches::<exc::TypeError>()
                && ty.tp_iter.get().is_none()
                && ty.as_sequence().is_none_or(|s| s.sq_item.get().is_none())
            {
                object::error::clear();
                return raise!(TypeError, "cannot unpack non-iterable {} object", ty.full_name());
            }
            return Err(r);
        }
    };
    let mut items = Vec::with_capacity(before);
    while items.len() < before {
        match object::iter::next(&it)? {
            Some(v) => items.push(v),
            None => {
                return match after {
                    None => raise!(
                        ValueError,
                        "not enough values to unpack (expected {before}, got {})",
                        items.len()
                    ),
                    Some(a) => raise!(
                        ValueError,
                        "not enough values to unpack (expected at least {}, got {})",
                        before + a,
                        items.len()
                    ),
                };
            }
        }
    }
    let Some(after) = after else {
        if object::iter::next(&it)?.is_none() {
            put(items);
            return Ok(());
        }
        return match exact_len {
            Some(n) => raise!(
                ValueError,
                "too many values to unpack (expected {before}, got {n})"
            ),
            None => raise!(ValueError, "too many values to unpack (expected {before})"),
        };
    };
    let mut rest = Vec::new();
    while let Some(v) = object::iter::next(&it)? {
        rest.push(v);
    }
    if rest.len() < after {
        return raise!(
            ValueError,
            "not enough values to unpack (expected at least {}, got {})",
            before + after,
            before + rest.len()
        );
    }
    let tail = rest.split_off(rest.len() - after);
    items.push(PyList::from_vec(rest)?.into_object());
    items.extend(tail);
    put(items);
    Ok(())
}
