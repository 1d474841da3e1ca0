//! What the types of `datetime` share: argument parsing as C's `PyArg_ParseTupleAndKeywords` does it, C ints, imports.

use object::args::FuncArgs;
use object::{Py, PyInt, PyObject, PyResult, PyStr, PyTuple, raise};

/// An argument as a C `int`.
pub fn c_int(obj: &PyObject) -> PyResult<i32> {
    let value = object::number::index(obj)?;
    match value.to_i64().map(i32::try_from) {
        Some(Ok(value)) => Ok(value),
        _ if value.is_negative() => raise!(OverflowError, "signed integer is less than minimum"),
        _ => raise!(OverflowError, "signed integer is greater than maximum"),
    }
}

/// An optional argument as a C `int`.
pub fn c_int_or(obj: Option<&PyObject>, default: i32) -> PyResult<i32> {
    obj.map_or(Ok(default), c_int)
}

/// Sorts arguments under `names`, of which the first `required` must be there and `positional` may be given by position.
/// Without `fname` messages speak of "function".
pub fn parse_arguments<'a, const N: usize>(
    fname: Option<&str>,
    names: [&str; N],
    required: usize,
    positional: usize,
    all: &FuncArgs<'a>,
) -> PyResult<[Option<&'a PyObject>; N]> {
    parse_checked(fname, names, required, positional, all, |_, _| Ok(()))
}

/// As [`parse_arguments`], but `check` sees every argument before the first one that is missing: errors come in the
/// order of the parameters.
pub fn parse_checked<'a, const N: usize>(
    fname: Option<&str>,
    names: [&str; N],
    required: usize,
    positional: usize,
    all: &FuncArgs<'a>,
    check: impl Fn(usize, &PyObject) -> PyResult<()>,
) -> PyResult<[Option<&'a PyObject>; N]> {
    let function = fname.map_or("function".to_owned(), |name| format!("{name}()"));
    let (given, total) = (all.pos.len(), all.pos.len() + all.kwvalues.len());
    if total > N {
        let what = if given == 0 { "keyword " } else { "" };
        let plural = if N == 1 { "" } else { "s" };
        return raise!(
            TypeError,
            "{function} takes at most {N} {what}argument{plural} ({total} given)"
        );
    }
    if given > positional {
        return raise!(
            TypeError,
            "{function} takes at most {positional} positional arguments ({given} given)"
        );
    }
    let mut found = [None; N];
    for (place, arg) in found.iter_mut().zip(all.pos) {
        *place = Some(*arg);
    }
    let mut unknown = None;
    for (name, value) in all.keywords().iter() {
        let Some(name) = name.downcast::<PyStr>() else {
            return raise!(TypeError, "keywords must be strings");
        };
        match names.iter().position(|n| name.eq_str(n)) {
            Some(i) if i < given => {
                return raise!(
                    TypeError,
                    "argument for {function} given by name ('{}') and position ({})",
                    names[i],
                    i + 1
                );
            }
            Some(i) => found[i] = Some(value),
            None => unknown = unknown.or(Some(name)),
        }
    }
    for (i, name) in names.iter().enumerate().take(required) {
        if let Some(arg) = found[i] {
            check(i, arg)?;
        } else {
            return raise!(
                TypeError,
                "{function} missing required argument '{name}' (pos {})",
                i + 1
            );
        }
    }
    if let Some(name) = unknown {
        let function = fname.map_or("this function".to_owned(), |name| format!("{name}()"));
        return raise!(
            TypeError,
            "{function} got an unexpected keyword argument '{name}'"
        );
    }
    Ok(found)
}

/// An argument that must be there after [`parse_arguments`].
pub fn required(arg: Option<&PyObject>) -> PyResult<&PyObject> {
    match arg {
        Some(arg) => Ok(arg),
        None => object::error::missing_argument(),
    }
}

/// "`FNAME()` argument N must be EXPECTED, not TYPE".
#[cold]
pub fn bad_argument<T>(fname: &str, position: usize, expected: &str, got: &PyObject) -> PyResult<T> {
    let got = if object::is_none(got) {
        "None"
    } else {
        got.ty().full_name()
    };
    raise!(
        TypeError,
        "{fname}() argument {position} must be {expected}, not {got}"
    )
}

/// An attribute of a module that is imported if need be.
pub fn imported(module: &str, name: &str) -> PyResult {
    object::hooks::import(module)?.get_attr_str(name)
}

/// Ints as a tuple's items.
pub fn int_tuple(values: &[i64]) -> PyResult<Py<PyTuple>> {
    let mut items = Vec::with_capacity(values.len());
    for value in values {
        items.push(PyInt::from_i64(*value)?.into_object());
    }
    PyTuple::from_vec(items)
}

/// A raw state of `len` bytes, of a pickle: bytes, or a str of Latin-1 characters as Python 2's pickles have it.
pub fn pickle_state<const LEN: usize>(state: &PyObject) -> Option<[u8; LEN]> {
    if let Some(bytes) = state.downcast::<object::PyBytes>() {
        return bytes.as_slice().try_into().ok();
    }
    let text = state.downcast::<PyStr>()?;
    if text.len() != LEN {
        return None;
    }
    let mut out = [0; LEN];
    for (place, c) in out.iter_mut().zip(text.chars().iter()) {
        *place = u8::try_from(c).ok()?;
    }
    Some(out)
}

/// The ASCII text of a string; `None` if there is anything else in it.
pub fn ascii_of(text: &PyStr) -> Option<Vec<u8>> {
    text.chars()
        .iter()
        .map(|c| u8::try_from(c).ok().filter(u8::is_ascii))
        .collect()
}
