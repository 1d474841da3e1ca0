//! `abstract.h`: the object, number, sequence, mapping and iterator protocols, and calls.

use crate::util::{expect, lossy, name, not_null, put, put_found, text};
use object::call::{call, call_args, call_tuple_dict, vectorcall};
use object::{
    FuncArgs, Py, PyClass, PyDict, PyInt, PyLayout, PyList, PyObject, PyResult, PyStr, PyTuple, PyTypeObject,
    error, intern, iter, number, protocol, raise,
};
use std::ffi::{c_char, c_int, c_void};

// ---- objects ----

capi! {
    /// `type(o)`
    fn PyObject_Type(o: Option<&PyObject>) -> PyResult {
        Ok(not_null(o)?.ty().as_object().new_ref())
    }
    fn PyObject_Size(o: Option<&PyObject>) -> PyResult<usize> {
        not_null(o)?.length()
    }
    fn PyObject_Length(o: Option<&PyObject>) -> PyResult<usize> {
        not_null(o)?.length()
    }
    fn PyObject_LengthHint(o: &PyObject, default: isize) -> PyResult<usize> {
        o.length_hint(default.max(0) as usize)
    }
    fn PyObject_GetItem(o: Option<&PyObject>, key: Option<&PyObject>) -> PyResult {
        not_null(o)?.get_item(not_null(key)?)
    }
    fn PyObject_SetItem(o: Option<&PyObject>, key: Option<&PyObject>, v: Option<&PyObject>) -> PyResult<()> {
        not_null(o)?.set_item(not_null(key)?, Some(not_null(v)?))
    }
    fn PyObject_DelItem(o: Option<&PyObject>, key: Option<&PyObject>) -> PyResult<()> {
        not_null(o)?.set_item(not_null(key)?, None)
    }
    fn PyObject_DelItemString(o: Option<&PyObject>, key: *const c_char) -> PyResult<()> {
        not_null(o)?.set_item(text(key)?.as_object(), None)
    }
    fn PyObject_Format(o: &PyObject, spec: Option<&PyObject>) -> PyResult<Py<PyStr>> {
        let empty = PyStr::empty();
        match spec {
            None => o.format(&empty),
            Some(s) => match s.downcast::<PyStr>() {
                Some(s) => o.format(s),
                None => raise!(SystemError, "Format specifier must be a string, not {}", s.ty().full_name()),
            },
        }
    }
    fn PyObject_GetIter(o: &PyObject) -> PyResult {
        iter::get_iter(o)
    }
    fn PyObject_GetAIter(o: &PyObject) -> PyResult {
        match o.ty().as_async().and_then(|t| t.am_aiter.get()) {
            Some(f) => {
                let it = f(o)?;
                if it.ty().as_async().is_none_or(|t| t.am_anext.get().is_none()) {
                    return raise!(TypeError, "aiter() returned not an async iterator of type '{}'", it.ty().full_name());
                }
                Ok(it)
            }
            None => raise!(TypeError, "'{}' object is not an async iterable", o.ty().full_name()),
        }
    }
    fn PyObject_IsInstance(o: &PyObject, cls: &PyObject) -> PyResult<bool> {
        protocol::is_instance(o, cls)
    }
    fn PyObject_IsSubclass(derived: &PyObject, cls: &PyObject) -> PyResult<bool> {
        protocol::is_subclass(derived, cls)
    }
    fn PyCallable_Check(o: Option<&PyObject>) -> bool {
        o.is_some_and(|o| o.is_callable())
    }
}

// ---- calls ----

capi! {
    fn PyObject_Call(callable: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
        call_tuple_dict(callable, expect::<PyTuple>(args)?, kwargs.map(expect::<PyDict>).transpose()?)
    }
    fn PyObject_CallObject(callable: &PyObject, args: Option<&PyObject>) -> PyResult {
        match args {
            None => call(callable, &[]),
            Some(a) => match a.downcast::<PyTuple>() {
                Some(t) => call_tuple_dict(callable, t, None),
                None => raise!(TypeError, "argument list must be a tuple"),
            },
        }
    }
    fn PyEval_CallObjectWithKeywords(callable: &PyObject, args: Option<&PyObject>, kwargs: Option<&PyObject>) -> PyResult {
        let empty = PyTuple::empty()?;
        let args = match args {
            None => empty.get(),
            Some(a) => match a.downcast::<PyTuple>() {
                Some(t) => t,
                None => return raise!(TypeError, "argument list must be a tuple"),
            },
        };
        match kwargs {
            Some(k) if !PyDict::check(k) => raise!(TypeError, "keyword list must be a dictionary"),
            k => call_tuple_dict(callable, args, k.and_then(|k| k.downcast::<PyDict>())),
        }
    }
    fn PyObject_CallNoArgs(callable: &PyObject) -> PyResult {
        call(callable, &[])
    }
    fn PyObject_CallOneArg(callable: &PyObject, arg: &PyObject) -> PyResult {
        call(callable, &[arg])
    }
    fn PyObject_Vectorcall(callable: &PyObject, args: *const *mut PyObject, n: usize, names: Option<&PyTuple>) -> PyResult {
        vectorcall(callable, args, n, names)
    }
    fn PyObject_VectorcallDict(callable: &PyObject, args: *const *mut PyObject, n: usize, kwargs: Option<&PyDict>) -> PyResult {
        let pos = FuncArgs::from_raw(args, object::args::nargs(n), None);
        let Some(kwargs) = kwargs.filter(|k| !k.is_empty()) else {
            return call_args(callable, &pos);
        };
        call_tuple_dict(callable, &*pos.to_tuple()?, Some(kwargs))
    }
    /// The first argument is the object; the attribute is called with the rest (or, unbound, with all).
    fn PyObject_VectorcallMethod(name: &PyObject, args: *const *mut PyObject, n: usize, names: Option<&PyTuple>) -> PyResult {
        let n = object::args::nargs(n);
        let all = FuncArgs::from_raw(args, n, names);
        let Some(obj) = all.pos.first() else {
            return error::bad_internal_call();
        };
        let (callable, unbound) = object::typeobject::get_method(obj, object::str::attribute_name(name)?)?;
        let from = if unbound { 0 } else { 1 };
        call_args(&callable, &FuncArgs { pos: &all.pos[from..], ..all })
    }
    /// NULL where the callable has none.
    fn PyVectorcall_Function(callable: &PyObject) -> *const c_void {
        object::call::vectorcall_function(callable).map_or(std::ptr::null(), |f| f as *const c_void)
    }
    fn PyVectorcall_Call(callable: &PyObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
        object::call::call_vectorcall(callable, args, kwargs)
    }
    fn PyVectorcall_NARGS(n: usize) -> usize {
        object::args::nargs(n)
    }
    /// A dict of the values of keywords.
    fn _PyStack_AsDict(values: *const *mut PyObject, names: Option<&PyTuple>) -> PyResult<Py<PyDict>> {
        FuncArgs::from_raw(values, 0, names).keywords().to_dict()
    }
}

// ---- numbers ----

macro_rules! binary {
    ($($name:ident $f:ident),* $(,)?) => {
        capi! {$(
            fn $name(a: Option<&PyObject>, b: Option<&PyObject>) -> PyResult {
                number::$f(not_null(a)?, not_null(b)?)
            }
        )*}
    };
}
binary! {
    PyNumber_Add add, PyNumber_Subtract subtract, PyNumber_Multiply multiply, PyNumber_MatrixMultiply matrix_multiply,
    PyNumber_FloorDivide floor_divide, PyNumber_TrueDivide true_divide, PyNumber_Remainder remainder,
    PyNumber_Divmod divmod, PyNumber_Lshift lshift, PyNumber_Rshift rshift, PyNumber_And and, PyNumber_Or or,
    PyNumber_Xor xor, PyNumber_InPlaceAdd inplace_add, PyNumber_InPlaceSubtract inplace_subtract,
    PyNumber_InPlaceMultiply inplace_multiply, PyNumber_InPlaceMatrixMultiply inplace_matrix_multiply,
    PyNumber_InPlaceFloorDivide inplace_floor_divide, PyNumber_InPlaceTrueDivide inplace_true_divide,
    PyNumber_InPlaceRemainder inplace_remainder, PyNumber_InPlaceLshift inplace_lshift,
    PyNumber_InPlaceRshift inplace_rshift, PyNumber_InPlaceAnd inplace_and, PyNumber_InPlaceOr inplace_or,
    PyNumber_InPlaceXor inplace_xor, PySequence_Concat sequence_concat,
    PySequence_InPlaceConcat sequence_inplace_concat,
}

macro_rules! unary {
    ($($name:ident $f:ident),* $(,)?) => {
        capi! {$(
            fn $name(a: Option<&PyObject>) -> PyResult {
                number::$f(not_null(a)?)
            }
        )*}
    };
}
unary! {
    PyNumber_Negative negative, PyNumber_Positive positive, PyNumber_Absolute absolute, PyNumber_Invert invert,
}

capi! {
    fn PyNumber_Power(a: &PyObject, b: &PyObject, m: &PyObject) -> PyResult {
        number::power(a, b, Some(m).filter(|m| !object::is_none(m)))
    }
    fn PyNumber_InPlacePower(a: &PyObject, b: &PyObject, m: &PyObject) -> PyResult {
        number::inplace_power(a, b, Some(m).filter(|m| !object::is_none(m)))
    }
    fn PyNumber_Check(o: Option<&PyObject>) -> bool {
        o.is_some_and(|o| {
            o.ty().as_number().is_some_and(|n| n.nb_index.get().is_some() || n.nb_int.get().is_some() || n.nb_float.get().is_some())
                || object::PyComplex::check(o)
        })
    }
    fn PyNumber_Index(o: Option<&PyObject>) -> PyResult<Py<PyInt>> {
        number::index_exact(not_null(o)?)
    }
    fn PyNumber_Long(o: Option<&PyObject>) -> PyResult<Py<PyInt>> {
        number::long(not_null(o)?)
    }
    fn PyNumber_Float(o: Option<&PyObject>) -> PyResult<Py<object::PyFloat>> {
        number::float(not_null(o)?)
    }
    /// The value of `__index__`; what does not fit raises `exc`, or is clipped if that is NULL.
    fn PyNumber_AsSsize_t(o: Option<&PyObject>, exc: Option<&PyObject>) -> PyResult<isize> {
        let o = not_null(o)?;
        let Some(exc) = exc else {
            return number::index_as_isize_clipped(o);
        };
        let i = number::index(o)?;
        match (i.to_isize(), exc.downcast::<PyTypeObject>()) {
            (Some(v), _) => Ok(v),
            (None, Some(exc)) => Err(error::raise_fmt(
                exc,
                format_args!("cannot fit '{}' into an index-sized integer", o.ty().full_name()),
            )),
            (None, None) => error::bad_internal_call(),
        }
    }
    /// The number's text in base 2, 8, 10 or 16, with its prefix.
    fn PyNumber_ToBase(o: &PyObject, base: c_int) -> PyResult<Py<PyStr>> {
        if !matches!(base, 2 | 8 | 10 | 16) {
            return raise!(SystemError, "PyNumber_ToBase: base must be 2, 8, 10 or 16");
        }
        let n = number::index(o)?;
        if base == 10 { n.to_decimal() } else { n.to_prefixed(base as u32) }
    }
    fn PyIndex_Check(o: &PyObject) -> bool {
        o.has_index()
    }
}

// ---- sequences ----

/// What has a sequence's items, for the functions that are told an index.
fn sequence_slots(o: &PyObject) -> Option<&object::typeobject::PySequenceMethods> {
    o.ty().as_sequence()
}

fn is_mapping_only(o: &PyObject) -> bool {
    o.ty()
        .as_mapping()
        .is_some_and(|m| m.mp_subscript.get().is_some())
}

/// A negative index counts from the end where the length can be had.
fn from_end(o: &PyObject, i: isize) -> PyResult<isize> {
    if i >= 0 {
        return Ok(i);
    }
    match sequence_slots(o).and_then(|s| s.sq_length.get()) {
        // SAFETY: a slot called with an object of its type.
        Some(f) => match unsafe { f(o) } {
            -1 => Err(object::Raised),
            n => Ok(i + n),
        },
        None => Ok(i),
    }
}

fn assign_item(o: &PyObject, i: isize, value: Option<&PyObject>) -> PyResult<()> {
    if let Some(f) = sequence_slots(o).and_then(|s| s.sq_ass_item.get()) {
        let i = from_end(o, i)?;
        // SAFETY: as above.
        return object::args::from_status(unsafe { f(o, i, value) });
    }
    let what = match (
        o.ty()
            .as_mapping()
            .is_some_and(|m| m.mp_ass_subscript.get().is_some()),
        value.is_some(),
    ) {
        (true, _) => return raise!(TypeError, "{} is not a sequence", o.ty().full_name()),
        (false, true) => "item assignment",
        (false, false) => "item deletion",
    };
    raise!(
        TypeError,
        "'{}' object doesn't support {what}",
        o.ty().full_name()
    )
}

fn slice(low: isize, high: isize) -> PyResult<Py<object::PySlice>> {
    object::PySlice::new(
        PyInt::from_i64(low as i64)?.into_object(),
        PyInt::from_i64(high as i64)?.into_object(),
        object::none(),
    )
}

fn repeat(o: &PyObject, n: isize, inplace: bool) -> PyResult {
    let slots = sequence_slots(o);
    let f = slots
        .and_then(|s| if inplace { s.sq_inplace_repeat.get() } else { None })
        .or_else(|| slots.and_then(|s| s.sq_repeat.get()));
    if let Some(f) = f {
        // SAFETY: a slot called with an object of its type.
        return unsafe { f(o, n) };
    }
    if number::is_sequence(o) {
        let n = PyInt::from_i64(n as i64)?;
        return if inplace {
            number::inplace_multiply(o, n.as_object())
        } else {
            number::multiply(o, n.as_object())
        };
    }
    raise!(TypeError, "'{}' object can't be repeated", o.ty().full_name())
}

/// Items of `o` equal to `value`: with `first`, the first one's index, else how many there are.
fn search(o: &PyObject, value: &PyObject, first: bool) -> PyResult<isize> {
    let Some(it) = error::catch::<object::exceptions::TypeError, _>(iter::get_iter(o))? else {
        return raise!(
            TypeError,
            "argument of type '{}' is not iterable",
            o.ty().full_name()
        );
    };
    let (mut count, mut index) = (0isize, 0isize);
    while let Some(item) = iter::next(&it)? {
        if item.equals(value)? {
            if first {
                return Ok(index);
            }
            count += 1;
        }
        index += 1;
    }
    if first {
        return raise!(ValueError, "sequence.index(x): x not in sequence");
    }
    Ok(count)
}

capi! {
    fn PySequence_Check(o: &PyObject) -> bool {
        number::is_sequence(o)
    }
    fn PySequence_Size(o: Option<&PyObject>) -> PyResult<usize> {
        let o = not_null(o)?;
        match sequence_slots(o).and_then(|s| s.sq_length.get()) {
            Some(f) => match f(o) {
                n if n < 0 => Err(object::Raised),
                n => Ok(n as usize),
            },
            None if o.ty().as_mapping().is_some_and(|m| m.mp_length.get().is_some()) => {
                raise!(TypeError, "{} is not a sequence", o.ty().full_name())
            }
            None => raise!(TypeError, "object of type '{}' has no len()", o.ty().full_name()),
        }
    }
    fn PySequence_Length(o: Option<&PyObject>) -> PyResult<usize> {
        let n = PySequence_Size(o);
        if (n as isize) < 0 { Err(object::Raised) } else { Ok(n as usize) }
    }
    fn PySequence_GetItem(o: Option<&PyObject>, i: isize) -> PyResult {
        let o = not_null(o)?;
        if let Some(f) = sequence_slots(o).and_then(|s| s.sq_item.get()) {
            return f(o, from_end(o, i)?);
        }
        if is_mapping_only(o) {
            return raise!(TypeError, "{} is not a sequence", o.ty().full_name());
        }
        raise!(TypeError, "'{}' object does not support indexing", o.ty().full_name())
    }
    fn PySequence_SetItem(o: Option<&PyObject>, i: isize, v: Option<&PyObject>) -> PyResult<()> {
        assign_item(not_null(o)?, i, v)
    }
    fn PySequence_DelItem(o: Option<&PyObject>, i: isize) -> PyResult<()> {
        assign_item(not_null(o)?, i, None)
    }
    fn PySequence_GetSlice(o: Option<&PyObject>, low: isize, high: isize) -> PyResult {
        let o = not_null(o)?;
        if !is_mapping_only(o) {
            return raise!(TypeError, "'{}' object is unsliceable", o.ty().full_name());
        }
        o.get_item(slice(low, high)?.as_object())
    }
    fn PySequence_SetSlice(o: Option<&PyObject>, low: isize, high: isize, v: Option<&PyObject>) -> PyResult<()> {
        let o = not_null(o)?;
        if o.ty().as_mapping().is_none_or(|m| m.mp_ass_subscript.get().is_none()) {
            return raise!(TypeError, "'{}' object doesn't support slice assignment", o.ty().full_name());
        }
        o.set_item(slice(low, high)?.as_object(), v)
    }
    fn PySequence_DelSlice(o: Option<&PyObject>, low: isize, high: isize) -> PyResult<()> {
        let o = not_null(o)?;
        if o.ty().as_mapping().is_none_or(|m| m.mp_ass_subscript.get().is_none()) {
            return raise!(TypeError, "'{}' object doesn't support slice deletion", o.ty().full_name());
        }
        o.set_item(slice(low, high)?.as_object(), None)
    }
    fn PySequence_Repeat(o: Option<&PyObject>, n: isize) -> PyResult {
        repeat(not_null(o)?, n, false)
    }
    fn PySequence_InPlaceRepeat(o: Option<&PyObject>, n: isize) -> PyResult {
        repeat(not_null(o)?, n, true)
    }
    fn PySequence_Tuple(o: Option<&PyObject>) -> PyResult<Py<PyTuple>> {
        PyTuple::from_iterable(not_null(o)?)
    }
    fn PySequence_List(o: Option<&PyObject>) -> PyResult<Py<PyList>> {
        PyList::from_iterable(not_null(o)?)
    }
    /// The object itself if it is a list or tuple, else a list of its items; `TypeError` with the given text for what is
    /// not iterable.
    fn PySequence_Fast(o: Option<&PyObject>, message: *const c_char) -> PyResult {
        let o = not_null(o)?;
        if PyList::check_exact(o) || PyTuple::check_exact(o) {
            return Ok(o.new_ref());
        }
        match error::catch::<object::exceptions::TypeError, _>(iter::get_iter(o))? {
            Some(it) => PyList::from_iterable(&it).map(Py::into_object),
            None => raise!(TypeError, "{}", lossy(message)),
        }
    }
    fn PySequence_Contains(o: &PyObject, v: &PyObject) -> PyResult<bool> {
        o.contains(v)
    }
    fn PySequence_In(o: &PyObject, v: &PyObject) -> PyResult<bool> {
        o.contains(v)
    }
    fn PySequence_Count(o: Option<&PyObject>, v: Option<&PyObject>) -> PyResult<isize> {
        search(not_null(o)?, not_null(v)?, false)
    }
    fn PySequence_Index(o: Option<&PyObject>, v: Option<&PyObject>) -> PyResult<isize> {
        search(not_null(o)?, not_null(v)?, true)
    }
}

// ---- mappings ----

/// `keys()`, `values()` or `items()` as a list.
fn method_list(o: &PyObject, method: &PyStr) -> PyResult<Py<PyList>> {
    let view = o.call_method(method, &[])?;
    match error::catch::<object::exceptions::TypeError, _>(iter::get_iter(&view))? {
        Some(it) => PyList::from_iterable(&it),
        None => raise!(
            TypeError,
            "{}.{method}() returned a non-iterable (type {})",
            o.ty().full_name(),
            view.ty().full_name()
        ),
    }
}

/// The item, or nothing for a `KeyError`.
fn optional_item(o: &PyObject, key: &PyObject) -> PyResult<Option<Py>> {
    match o.downcast_exact::<PyDict>() {
        Some(d) => d.get_item(key),
        None => error::catch::<object::exceptions::KeyError, _>(o.get_item(key)),
    }
}

capi! {
    fn PyMapping_Check(o: Option<&PyObject>) -> bool {
        o.is_some_and(is_mapping_only)
    }
    fn PyMapping_Size(o: Option<&PyObject>) -> PyResult<usize> {
        let o = not_null(o)?;
        match o.ty().as_mapping().and_then(|m| m.mp_length.get()) {
            Some(f) => match f(o) {
                n if n < 0 => Err(object::Raised),
                n => Ok(n as usize),
            },
            None if sequence_slots(o).is_some_and(|s| s.sq_length.get().is_some()) => {
                raise!(TypeError, "{} is not a mapping", o.ty().full_name())
            }
            None => raise!(TypeError, "object of type '{}' has no len()", o.ty().full_name()),
        }
    }
    fn PyMapping_Length(o: Option<&PyObject>) -> PyResult<usize> {
        let n = PyMapping_Size(o);
        if (n as isize) < 0 { Err(object::Raised) } else { Ok(n as usize) }
    }
    fn PyMapping_GetItemString(o: Option<&PyObject>, key: *const c_char) -> PyResult {
        not_null(o)?.get_item(text(key)?.as_object())
    }
    fn PyMapping_SetItemString(o: Option<&PyObject>, key: *const c_char, v: &PyObject) -> PyResult<()> {
        not_null(o)?.set_item(text(key)?.as_object(), Some(v))
    }
    /// 1 and a new reference in `*result`, 0 and NULL, or -1 and NULL.
    fn PyMapping_GetOptionalItem(o: &PyObject, key: &PyObject, result: *mut *mut PyObject) -> PyResult<bool> {
        put_found(result, optional_item(o, key))
    }
    fn PyMapping_GetOptionalItemString(o: &PyObject, key: *const c_char, result: *mut *mut PyObject) -> PyResult<bool> {
        put_found(result, text(key).and_then(|k| optional_item(o, k.as_object())))
    }
    fn PyMapping_HasKeyWithError(o: &PyObject, key: &PyObject) -> PyResult<bool> {
        Ok(optional_item(o, key)?.is_some())
    }
    fn PyMapping_HasKeyStringWithError(o: &PyObject, key: *const c_char) -> PyResult<bool> {
        Ok(optional_item(o, text(key)?.as_object())?.is_some())
    }
    /// Errors are shown as unraisable, and mean no.
    fn PyMapping_HasKey(o: &PyObject, key: &PyObject) -> bool {
        optional_item(o, key).unwrap_or_else(|_| {
            error::write_unraisable(Some(o), Some(
                "Exception ignored in PyMapping_HasKey(); consider using PyMapping_HasKeyWithError(), PyMapping_GetOptionalItem() or PyObject_GetItem()",
            ));
            None
        }).is_some()
    }
    fn PyMapping_HasKeyString(o: &PyObject, key: *const c_char) -> bool {
        text(key).and_then(|k| optional_item(o, k.as_object())).unwrap_or_else(|_| {
            error::write_unraisable(Some(o), Some(
                "Exception ignored in PyMapping_HasKeyString(); consider using PyMapping_HasKeyStringWithError(), PyMapping_GetOptionalItemString() or PyMapping_GetItemString()",
            ));
            None
        }).is_some()
    }
    fn PyMapping_Keys(o: Option<&PyObject>) -> PyResult<Py<PyList>> {
        method_list(not_null(o)?, intern!("keys"))
    }
    fn PyMapping_Values(o: Option<&PyObject>) -> PyResult<Py<PyList>> {
        method_list(not_null(o)?, intern!("values"))
    }
    fn PyMapping_Items(o: Option<&PyObject>) -> PyResult<Py<PyList>> {
        method_list(not_null(o)?, intern!("items"))
    }
}

// ---- iterators ----

capi! {
    fn PyIter_Check(o: &PyObject) -> bool {
        o.ty().tp_iternext.get().is_some()
    }
    fn PyAIter_Check(o: &PyObject) -> bool {
        o.ty().as_async().is_some_and(|t| t.am_anext.get().is_some())
    }
    /// The next item; NULL without an exception at the end.
    fn PyIter_Next(it: &PyObject) -> PyResult<Option<Py>> {
        iter::next(it)
    }
    /// 1 and a new reference, 0 at the end, or -1.
    fn PyIter_NextItem(it: &PyObject, item: *mut *mut PyObject) -> PyResult<bool> {
        if it.ty().tp_iternext.get().is_none() {
            put(item, None);
            return raise!(TypeError, "expected an iterator, got '{}'", it.ty().full_name());
        }
        put_found(item, iter::next(it))
    }
    /// Sends a value to a generator, or asks an iterator for the next: 1 (next), 0 (return) or -1, and the value.
    fn PyIter_Send(it: &PyObject, value: &PyObject, result: *mut *mut PyObject) -> c_int {
        object::args::send_status(vm::generator::send_to(it, value), result)
    }
    fn PyObject_SelfIter(o: &PyObject) -> PyResult {
        Ok(o.new_ref())
    }
    /// The attribute `name` of the module `module`.
    fn _PyImport_GetModuleAttrString(module: *const c_char, attribute: *const c_char) -> PyResult {
        object::hooks::import(&lossy(module))?.get_attr(&*name(attribute)?)
    }
}
