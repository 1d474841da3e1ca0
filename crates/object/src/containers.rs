//! What the container types share: the list of their types, text building for `repr`, hashing of keys with its
//! error texts, the attributes of `builtins` that pickling names.

use crate::handle::{Py, PyClass, PyLayout, PyResult};
use crate::refcount::PyObject;
use crate::str::{Chars, PyStr};
use crate::typeobject::PyTypeObject;
use crate::{class, raise};

/// Readies the container types and their iterators.
pub fn ready_types() -> PyResult<()> {
    class::ready::<crate::PyDict>()?;
    class::ready::<crate::PyList>()?;
    class::ready::<crate::PyTuple>()?;
    crate::dict::ready_types()?;
    crate::list::ready_types()?;
    crate::tuple::ready_types()?;
    crate::set::ready_types()?;
    class::ready::<crate::PySlice>()?;
    crate::range::ready_types()?;
    crate::iterators::ready_types()?;
    Ok(())
}

/// A function or class of the module `builtins`.
pub fn builtin(name: &str) -> PyResult {
    crate::hooks::import("builtins")?.get_attr_str(name)
}

/// The items of an exact dict (its keys), view of keys or values, set or frozenset, if the object is one: read without an iterator.
pub fn exact_container_items(obj: &PyObject) -> Option<Vec<Py>> {
    if let Some(d) = obj.downcast_exact::<crate::PyDict>() {
        return Some(d.keys_vec());
    }
    if crate::PySet::check_exact(obj) || crate::set::PyFrozenSet::check_exact(obj) {
        return crate::set::any_set(obj).map(|s| s.to_vec());
    }
    if let Some(v) = obj.downcast_exact::<crate::dict::PyDictKeys>() {
        return v.dict().map(|d| d.keys_vec());
    }
    if let Some(v) = obj.downcast_exact::<crate::dict::PyDictValuesView>() {
        return v
            .dict()
            .map(|d| d.items_vec().into_iter().map(|(_, v)| v).collect());
    }
    None
}

/// A type's name with its module, as `%T` shows it in messages: builtins and `__main__` stay without.
pub fn type_name(ty: &PyTypeObject) -> String {
    let Some(heap) = ty.heap() else {
        return ty.full_name().to_string();
    };
    let qualname = heap
        .ht_qualname
        .get()
        .and_then(|q| q.downcast::<PyStr>().map(|s| s.to_string()))
        .unwrap_or_else(|| ty.full_name().to_string());
    let module = ty
        .tp_dict
        .get()
        .and_then(|d| d.get_raw_str(crate::intern!("__module__")))
        .and_then(|m| m.downcast::<PyStr>().map(|s| s.to_string()));
    match module {
        Some(m) if m != "builtins" && m != "__main__" => format!("{m}.{qualname}"),
        _ => qualname,
    }
}

/// The hash of a key; a plain `TypeError` becomes "cannot use 'list' as a dict key (unhashable type: 'list')".
#[inline]
pub fn hash_key(key: &PyObject, role: &str) -> PyResult<isize> {
    match key.hash() {
        Ok(h) => Ok(h),
        Err(raised) => unhashable(raised, key, role),
    }
}

/// The error of a key that has no hash, in the words of containers.
#[cold]
pub fn unhashable(raised: crate::Raised, key: &PyObject, role: &str) -> PyResult<isize> {
    let error = crate::error::fetch(raised);
    if !std::ptr::eq(error.ty(), crate::exceptions::TypeError::type_object()) {
        return Err(crate::error::restore(error));
    }
    let text = error.str()?;
    let text = text.get();
    raise!(
        TypeError,
        "cannot use '{}' as a {role} ({text})",
        type_name(key.ty())
    )
}

/// The items of any iterable, owned (`PySequence_Fast`); what is not iterable is a `TypeError` with that text.
pub fn fast_items(obj: &PyObject, message: &str) -> PyResult<Vec<Py>> {
    if crate::PyList::check_exact(obj) || crate::PyTuple::check_exact(obj) {
        return crate::iter::collect(obj);
    }
    match crate::iter::get_iter(obj) {
        Ok(iter) => crate::iter::collect(&iter),
        Err(raised) => {
            if crate::error::matches::<crate::exceptions::TypeError>() {
                crate::error::clear();
                return raise!(TypeError, "{message}");
            }
            Err(raised)
        }
    }
}

/// Text put together from strings: bytes while all is ASCII, code points from then on.
#[derive(Default)]
pub struct TextBuilder {
    ascii: Vec<u8>,
    wide: Vec<u32>,
}

impl TextBuilder {
    pub fn new() -> TextBuilder {
        TextBuilder::default()
    }
    pub fn push_ascii(&mut self, text: &str) {
        debug_assert!(text.is_ascii());
        if self.wide.is_empty() {
            self.ascii.extend_from_slice(text.as_bytes());
        } else {
            self.wide.extend(text.bytes().map(u32::from));
        }
    }
    pub fn push(&mut self, text: &PyStr) {
        if text.is_empty() {
            return;
        }
        if self.wide.is_empty() {
            if text.is_ascii()
                && let Chars::One(bytes) = text.chars()
            {
                self.ascii.extend_from_slice(bytes);
                return;
            }
            self.wide.extend(self.ascii.drain(..).map(u32::from));
        }
        self.wide.extend(text.chars().iter());
    }
    /// Appends the object's repr.
    pub fn push_repr(&mut self, obj: &PyObject) -> PyResult<()> {
        let text = obj.repr()?;
        self.push(&text);
        Ok(())
    }
    pub fn finish(self) -> PyResult<Py<PyStr>> {
        if self.wide.is_empty() {
            PyStr::from_ascii(&self.ascii)
        } else {
            PyStr::from_code_points(&self.wide)
        }
    }
}

/// The repr of a container: `body` writes it unless it is being made already, when it is `again`.
pub fn guarded_repr(
    obj: &PyObject,
    again: &str,
    body: impl FnOnce(&mut TextBuilder) -> PyResult<()>,
) -> PyResult<Py<PyStr>> {
    if crate::protocol::repr_enter(obj) {
        return PyStr::new(again);
    }
    let mut out = TextBuilder::new();
    let result = body(&mut out);
    crate::protocol::repr_leave(obj);
    result?;
    out.finish()
}

/// Whether a slot's second operand is a slice, an index or neither.
pub enum Subscript<'a> {
    Index(isize),
    Slice(&'a crate::PySlice),
}

/// Sorts out `x[key]` of a sequence; `what` is the type's name in "list indices must be …".
#[inline]
pub fn subscript<'a>(key: &'a PyObject, what: &str) -> PyResult<Subscript<'a>> {
    if let Some(i) = key.downcast_exact::<crate::PyInt>()
        && i.is_compact()
    {
        return Ok(Subscript::Index(i.compact_value() as isize));
    }
    if key.has_index() {
        return Ok(Subscript::Index(crate::number::index_as_isize_index_error(key)?));
    }
    if let Some(s) = key.downcast_exact::<crate::PySlice>() {
        return Ok(Subscript::Slice(s));
    }
    raise!(
        TypeError,
        "{what} indices must be integers or slices, not {}",
        key.ty().full_name()
    )
}

/// As [`subscript`], for ranges: an index of any size, or a slice.
pub fn subscript_big<'a>(
    key: &'a PyObject,
    what: &str,
) -> PyResult<Result<Py<crate::PyInt>, &'a crate::PySlice>> {
    if key.has_index() {
        return Ok(Ok(crate::number::index(key)?));
    }
    if let Some(s) = key.downcast_exact::<crate::PySlice>() {
        return Ok(Err(s));
    }
    raise!(
        TypeError,
        "{what} indices must be integers or slices, not {}",
        key.ty().full_name()
    )
}

/// Start and stop arguments of `index`: any integer, clamped (`_PyEval_SliceIndexNotNone`).
pub fn index_bound(arg: Option<&PyObject>, default: isize) -> PyResult<isize> {
    match arg {
        None => Ok(default),
        Some(obj) => match crate::slice::slice_index(obj)? {
            Some(i) => Ok(i),
            None => raise!(
                TypeError,
                "slice indices must be integers or have an __index__ method"
            ),
        },
    }
}

/// `__class_getitem__` of the generic containers.
pub fn class_getitem(cls: &PyTypeObject, item: &PyObject) -> PyResult {
    crate::typeobject::generic_alias(cls.as_object(), item)
}

/// `NAME() takes no keyword arguments`, for constructors of the base type alone or where `__init__` is not overridden.
pub fn no_keywords(name: &str, kwargs: Option<&crate::PyDict>) -> PyResult<()> {
    match kwargs {
        Some(k) if !k.is_empty() => raise!(TypeError, "{name}() takes no keyword arguments"),
        _ => Ok(()),
    }
}

/// Comparison of two sequences by their items: the first index where they differ decides. `get` gives an item of
/// either (`None` past its end), at the moment it is called.
pub fn compare_items(
    op: crate::CompareOp,
    lens: impl Fn() -> (usize, usize),
    get: impl Fn(bool, usize) -> Option<Py>,
) -> PyResult {
    use crate::CompareOp::*;
    let (a, b) = lens();
    if a != b && matches!(op, Eq | Ne) {
        return Ok(crate::bool::py_bool(op == Ne));
    }
    let mut i = 0;
    loop {
        let (Some(x), Some(y)) = (get(false, i), get(true, i)) else {
            let (a, b) = lens();
            return Ok(crate::bool::py_bool(op.holds(a.cmp(&b))));
        };
        if x.is(y.get()) || x.rich_compare_bool(&y, Eq)? {
            i += 1;
            continue;
        }
        // the comparison may have taken items away: then the lengths decide
        let (a, b) = lens();
        if i >= a || i >= b {
            return Ok(crate::bool::py_bool(op.holds(a.cmp(&b))));
        }
        return match op {
            Eq => Ok(crate::bool::py_bool(false)),
            Ne => Ok(crate::bool::py_bool(true)),
            _ => x.rich_compare(&y, op),
        };
    }
}
