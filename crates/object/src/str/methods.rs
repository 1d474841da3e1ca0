//! `str` as Python sees it: constructor, slots, methods.

use super::fields::Source;
use super::{
    Chars, PyCompactUnicodeObject, PyStr, PyUnicodeObject, STATE_ASCII, STATE_COMPACT, StrBuilder, case,
    concat, fields, find, percent, split,
};
use crate::args::{ArgContext, FromArg, KwArgs};
use crate::handle::{Py, PyClass, PyLayout, PyResult};
use crate::protocol::CompareOp;
use crate::raise;
use crate::refcount::PyObject;
use crate::typeobject::PyTypeObject;
use crate::{Args, FuncArgs, PyDict, PyList, PyTuple};
use object_macros::pymethods;

/// A start or stop argument: any integer, clamped, or `None`.
#[derive(Clone, Copy)]
pub(crate) struct SliceArg(Option<isize>);

impl<'a> FromArg<'a> for SliceArg {
    fn from_arg(obj: &'a PyObject, _: ArgContext) -> PyResult<Self> {
        if crate::is_none(obj) {
            return Ok(SliceArg(None));
        }
        if !obj.has_index() {
            return raise!(
                TypeError,
                "slice indices must be integers or None or have an __index__ method"
            );
        }
        crate::number::index_as_isize_clipped(obj).map(|v| SliceArg(Some(v)))
    }
}

/// The part of a sequence of `len` items that start and stop say: `None` if start is beyond the end.
pub(crate) fn bounds(len: usize, start: Option<SliceArg>, end: Option<SliceArg>) -> Option<(usize, usize)> {
    let len = len as isize;
    let clip = |i: isize| if i < 0 { (i + len).max(0) } else { i };
    let start = clip(start.and_then(|s| s.0).unwrap_or(0));
    let end = clip(end.and_then(|s| s.0).unwrap_or(isize::MAX).min(len));
    if start > end {
        return None;
    }
    Some((start as usize, end as usize))
}

/// The fill character of `center` and kin.
pub(crate) struct FillChar(u32);

impl<'a> FromArg<'a> for FillChar {
    fn from_arg(obj: &'a PyObject, _: ArgContext) -> PyResult<Self> {
        let Some(s) = obj.downcast::<PyStr>() else {
            return raise!(
                TypeError,
                "The fill character must be a unicode character, not {}",
                obj.ty().full_name()
            );
        };
        if s.len() != 1 {
            return raise!(TypeError, "The fill character must be exactly one character long");
        }
        Ok(FillChar(s.chars().at(0)))
    }
}

/// The separator of `split`: a str or `None`.
fn separator(sep: Option<&PyObject>) -> PyResult<Option<&PyStr>> {
    match sep.filter(|s| !crate::is_none(s)) {
        None => Ok(None),
        Some(s) => match s.downcast::<PyStr>() {
            Some(s) => Ok(Some(s)),
            None => raise!(TypeError, "must be str or None, not {}", s.ty().full_name()),
        },
    }
}

fn must_be_str(obj: &PyObject) -> PyResult<&PyStr> {
    match obj.downcast::<PyStr>() {
        Some(s) => Ok(s),
        None => raise!(TypeError, "must be str, not {}", obj.ty().full_name()),
    }
}

/// `object`, decoded or shown.
fn convert(
    object: Option<&PyObject>,
    encoding: Option<&PyStr>,
    errors: Option<&PyStr>,
) -> PyResult<Py<PyStr>> {
    let Some(object) = object else {
        return Ok(PyStr::empty());
    };
    if encoding.is_none() && errors.is_none() {
        return object.str();
    }
    crate::codecs::decode_object(object, encoding, errors)
}

impl PyStr {
    /// An instance of `cls`, `str` or a subclass.
    pub(crate) fn into_class(value: Py<PyStr>, cls: &PyTypeObject) -> PyResult<Py<PyStr>> {
        if std::ptr::eq(cls, PyStr::type_object()) {
            return value.to_exact();
        }
        let obj = match cls.tp_alloc.get() {
            // SAFETY: `tp_alloc` of a ready type.
            Some(alloc) => unsafe { alloc(cls, 0)? },
            None => crate::alloc::generic_alloc(cls, 0)?,
        };
        let kind = value.kind() as usize;
        let size = (value.len() + 1) * kind;
        let data = crate::alloc::raw_malloc(size);
        if data.is_null() {
            // an empty string in its full form owns no block: the half-made object can be dropped
            return crate::error::no_memory();
        }
        // SAFETY: an instance of a subclass begins with a `PyUnicodeObject`, unseen so far; the block has room for the
        // characters and the NUL that stand behind them in the original, too.
        unsafe {
            std::ptr::copy_nonoverlapping(value.data_ptr(), data, size);
            let this = obj.as_ptr() as *mut PyUnicodeObject;
            let ascii = value.is_ascii();
            (*this).base.base.length.set(value.len() as isize);
            (*this).base.base.hash.set(value.hash.get());
            (*this)
                .base
                .base
                .state
                .set((kind as u32) << 2 | if ascii { STATE_ASCII } else { 0 });
            (*this).data.set(data);
            if ascii {
                (*this).base.utf8.set(data);
                (*this).base.utf8_length.set(value.len() as isize);
            }
            Ok(obj.cast_unchecked())
        }
    }

    /// The UTF-8 form for C (`PyUnicode_AsUTF8AndSize`), NUL-terminated and kept with the string; surrogates raise.
    pub fn utf8_cached(&self) -> PyResult<(*const u8, usize)> {
        if self.is_ascii() {
            return Ok((self.data_ptr(), self.len()));
        }
        let compact = self as *const PyStr as *const PyCompactUnicodeObject;
        // SAFETY: a string that is not ASCII has these fields.
        let (utf8, length) = unsafe { (&(*compact).utf8, &(*compact).utf8_length) };
        if utf8.get().is_null() {
            let text = self.utf8()?;
            let block = crate::alloc::raw_malloc(text.len() + 1);
            if block.is_null() {
                return crate::error::no_memory();
            }
            // SAFETY: room for the text and its NUL.
            unsafe {
                std::ptr::copy_nonoverlapping(text.as_ptr(), block, text.len());
                *block.add(text.len()) = 0;
            }
            utf8.set(block);
            length.set(text.len() as isize);
        }
        Ok((utf8.get(), length.get() as usize))
    }

    fn padded(&self, left: usize, right: usize, fill: u32) -> PyResult<Py<PyStr>> {
        if left == 0 && right == 0 {
            return self.to_exact();
        }
        let total = self.len().checked_add(left).and_then(|n| n.checked_add(right));
        let Some(total) = total.filter(|n| *n <= isize::MAX as usize) else {
            return raise!(OverflowError, "padded string is too long");
        };
        let mut out = StrBuilder::new();
        out.reserve(total, fill.max(self.max_char_bound()))?;
        out.push_fill(fill, left)?;
        out.push_str(self)?;
        out.push_fill(fill, right)?;
        out.finish()
    }

    fn padding(&self, width: isize) -> usize {
        (width.max(0) as usize).saturating_sub(self.len())
    }

    fn tail_match(&self, part: &PyStr, range: Option<(usize, usize)>, at_end: bool) -> bool {
        let Some((start, end)) = range else { return false };
        if end - start < part.len() {
            return false;
        }
        let at = if at_end { end - part.len() } else { start };
        find::matches_at(self.chars(), at, part.chars())
    }

    fn any_tail(
        &self,
        what: &PyObject,
        start: Option<SliceArg>,
        end: Option<SliceArg>,
        name: &str,
        at_end: bool,
    ) -> PyResult<bool> {
        let range = bounds(self.len(), start, end);
        if let Some(s) = what.downcast::<PyStr>() {
            return Ok(self.tail_match(s, range, at_end));
        }
        let Some(tuple) = what.downcast::<PyTuple>() else {
            return raise!(
                TypeError,
                "{name} first arg must be str or a tuple of str, not {}",
                what.ty().full_name()
            );
        };
        for item in tuple.as_slice() {
            let Some(s) = item.downcast::<PyStr>() else {
                return raise!(
                    TypeError,
                    "tuple for {name} must only contain str, not {}",
                    item.ty().full_name()
                );
            };
            if self.tail_match(s, range, at_end) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn position(
        &self,
        sub: &PyStr,
        start: Option<SliceArg>,
        end: Option<SliceArg>,
        last: bool,
    ) -> Option<usize> {
        let (start, end) = bounds(self.len(), start, end)?;
        let hay = self.chars().slice(start, end);
        let at = if last {
            find::rfind(hay, sub.chars())
        } else {
            find::find(hay, sub.chars())
        };
        at.map(|i| i + start)
    }
}

#[cold]
fn not_found<T>() -> PyResult<T> {
    raise!(ValueError, "substring not found")
}

fn offset(at: Option<usize>) -> isize {
    at.map_or(-1, |i| i as isize)
}

#[pymethods]
impl PyStr {
    #[new("(object='', encoding='utf-8', errors='strict')", nosig)]
    fn tp_new(
        cls: &PyTypeObject,
        object: Option<&PyObject>,
        encoding: Option<&PyStr>,
        errors: Option<&PyStr>,
    ) -> PyResult<Py<PyStr>> {
        let text = convert(object, encoding, errors)?;
        if std::ptr::eq(cls, PyStr::type_object()) {
            return Ok(text);
        }
        PyStr::into_class(text, cls)
    }

    #[slot]
    fn tp_vectorcall(cls: &PyTypeObject, all: FuncArgs<'_>) -> PyResult<Py<PyStr>> {
        if !all.kwvalues.is_empty() {
            let kwargs = all.keywords().to_dict()?;
            // SAFETY: the class, a tuple and a dict, as the slot wants them.
            let r = unsafe { PyStr::__py_tp_new(cls, &*all.to_tuple()?, Some(&*kwargs))? };
            // SAFETY: the constructor gives a str.
            return Ok(unsafe { r.cast_unchecked() });
        }
        all.check_positional("str", 0, 3)?;
        let text = |i: usize, name: &'static str| -> PyResult<Option<&PyStr>> {
            let place = crate::args::Place::Named(name);
            match all.pos.get(i) {
                None => Ok(None),
                Some(o) => <&PyStr>::from_arg(o, ArgContext { fname: "str", place }).map(Some),
            }
        };
        let value = convert(all.pos.first().copied(), text(1, "encoding")?, text(2, "errors")?)?;
        if std::ptr::eq(cls, PyStr::type_object()) {
            return Ok(value);
        }
        PyStr::into_class(value, cls)
    }

    #[slot]
    fn tp_hash(&self) -> PyResult<isize> {
        Ok(self.hash())
    }

    #[slot]
    unsafe fn tp_dealloc(op: *mut PyObject) {
        // SAFETY: called once at the end; `op` is a string; what it owns is freed with it.
        unsafe {
            let s = (*op).downcast_unchecked::<PyStr>();
            let state = s.state.get();
            if s.interned_state() != 0 {
                crate::intern::forget(s);
            }
            if state & (STATE_ASCII | STATE_COMPACT) != STATE_ASCII | STATE_COMPACT {
                let compact = op as *const PyCompactUnicodeObject;
                let utf8 = (*compact).utf8.get();
                if !utf8.is_null() && utf8 != s.data_ptr() {
                    crate::alloc::raw_free(utf8);
                }
                if state & STATE_COMPACT == 0 {
                    crate::alloc::raw_free((*(op as *const PyUnicodeObject)).data.get());
                }
            }
            if PyStr::check_exact(&*op) {
                let head = if state & STATE_ASCII != 0 {
                    size_of::<PyStr>()
                } else {
                    size_of::<PyCompactUnicodeObject>()
                };
                crate::freelist::small_free(op as *mut u8, head + (s.len() + 1) * s.kind() as usize);
            } else {
                crate::typeobject::free_object(op);
            }
        }
    }

    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        case::repr(self)
    }
    #[slot]
    fn tp_str(&self) -> PyResult<Py<PyStr>> {
        self.to_exact()
    }
    #[slot]
    fn tp_iter(&self) -> PyResult {
        super::iter::iterate(self)
    }
    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult {
        let Some(other) = other.downcast::<PyStr>() else {
            return Ok(crate::not_implemented());
        };
        Ok(crate::bool::py_bool(match op {
            CompareOp::Eq => self.eq(other),
            CompareOp::Ne => !self.eq(other),
            _ => op.holds(find::compare(self.chars(), other.chars())),
        }))
    }
    #[slot]
    fn nb_remainder(a: &PyObject, b: &PyObject) -> PyResult {
        match a.downcast::<PyStr>() {
            Some(a) => percent::format(a, b).map(Py::into_object),
            None => Ok(crate::not_implemented()),
        }
    }
    #[slot]
    fn sq_length(&self) -> PyResult<usize> {
        Ok(self.len())
    }
    #[slot]
    fn sq_concat(&self, other: &PyObject) -> PyResult<Py<PyStr>> {
        match other.downcast::<PyStr>() {
            Some(o) => concat::concat(self, o),
            None => raise!(
                TypeError,
                "can only concatenate str (not \"{}\") to str",
                other.ty().full_name()
            ),
        }
    }
    #[slot]
    fn sq_repeat(&self, n: isize) -> PyResult<Py<PyStr>> {
        concat::repeat(self, n)
    }
    #[slot]
    fn sq_item(&self, i: isize) -> PyResult<Py<PyStr>> {
        if i < 0 || i as usize >= self.len() {
            return raise!(IndexError, "string index out of range");
        }
        self.char_at(i as usize)
    }
    #[slot]
    fn sq_contains(&self, item: &PyObject) -> PyResult<bool> {
        match item.downcast::<PyStr>() {
            Some(s) => Ok(find::find(self.chars(), s.chars()).is_some()),
            None => raise!(
                TypeError,
                "'in <string>' requires string as left operand, not {}",
                item.ty().full_name()
            ),
        }
    }
    #[slot]
    fn mp_length(&self) -> PyResult<usize> {
        Ok(self.len())
    }
    #[slot]
    fn mp_subscript(&self, key: &PyObject) -> PyResult<Py<PyStr>> {
        if key.has_index() {
            let mut i = crate::number::index_as_isize_index_error(key)?;
            if i < 0 {
                i += self.len() as isize;
            }
            return self.sq_item(i);
        }
        let Some(slice) = key.downcast_exact::<crate::PySlice>() else {
            return raise!(
                TypeError,
                "string indices must be integers, not '{}'",
                key.ty().full_name()
            );
        };
        let (start, _, step, n) = slice.adjusted(self.len())?;
        if n == 0 {
            return Ok(PyStr::empty());
        }
        if step == 1 {
            return self.substring(start as usize, start as usize + n);
        }
        let at = |i: usize| (start + i as isize * step) as usize;
        match self.chars() {
            Chars::One(s) => PyStr::from_latin1(&(0..n).map(|i| s[at(i)]).collect::<Vec<u8>>()),
            Chars::Two(s) => PyStr::from_u16(&(0..n).map(|i| s[at(i)]).collect::<Vec<u16>>()),
            Chars::Four(s) => PyStr::from_code_points(&(0..n).map(|i| s[at(i)]).collect::<Vec<u32>>()),
        }
    }

    #[method("($self, /, encoding='utf-8', errors='strict')")]
    fn encode(&self, encoding: Option<&PyStr>, errors: Option<&PyStr>) -> PyResult {
        crate::codecs::encode_str(self, encoding, errors)
    }
    #[method("($self, old, new, /, count=-1)")]
    fn replace(&self, old: &PyStr, new: &PyStr, count: Option<isize>) -> PyResult<Py<PyStr>> {
        split::replace(self, old, new, count.unwrap_or(-1))
    }
    #[method("($self, /, sep=None, maxsplit=-1)")]
    fn split(&self, sep: Option<&PyObject>, maxsplit: Option<isize>) -> PyResult<Py<PyList>> {
        split::split(self, separator(sep)?, maxsplit.unwrap_or(-1))
    }
    #[method("($self, /, sep=None, maxsplit=-1)")]
    fn rsplit(&self, sep: Option<&PyObject>, maxsplit: Option<isize>) -> PyResult<Py<PyList>> {
        split::rsplit(self, separator(sep)?, maxsplit.unwrap_or(-1))
    }
    #[method("($self, iterable, /)")]
    fn join(&self, iterable: &PyObject) -> PyResult<Py<PyStr>> {
        concat::join(self, iterable)
    }
    #[method("($self, /)")]
    fn capitalize(&self) -> PyResult<Py<PyStr>> {
        if self.is_empty() {
            self.to_exact()
        } else {
            case::capitalize(self)
        }
    }
    #[method("($self, /)")]
    fn casefold(&self) -> PyResult<Py<PyStr>> {
        case::casefold(self)
    }
    #[method("($self, /)")]
    fn title(&self) -> PyResult<Py<PyStr>> {
        case::title(self)
    }
    #[method("($self, width, fillchar=' ', /)")]
    fn center(&self, width: isize, fillchar: Option<FillChar>) -> PyResult<Py<PyStr>> {
        let pad = self.padding(width);
        // an odd rest goes left where the width is odd
        let left = pad / 2 + (pad & width.max(0) as usize & 1);
        self.padded(left, pad - left, fillchar.map_or(' ' as u32, |f| f.0))
    }
    #[method("($self, sub[, start[, end]], /)")]
    fn count(&self, sub: &PyStr, start: Option<SliceArg>, end: Option<SliceArg>) -> PyResult<usize> {
        Ok(match bounds(self.len(), start, end) {
            Some((start, end)) => find::count(self.chars().slice(start, end), sub.chars()),
            None => 0,
        })
    }
    #[method("($self, /, tabsize=8)")]
    fn expandtabs(&self, tabsize: Option<i32>) -> PyResult<Py<PyStr>> {
        let size = tabsize.unwrap_or(8).max(0) as usize;
        let chars = self.chars();
        if !chars.iter().any(|c| c == 9) {
            return self.to_exact();
        }
        let mut out = StrBuilder::with_capacity(self.len());
        let mut column = 0usize;
        for c in chars.iter() {
            if c == 9 {
                if size > 0 {
                    let n = size - column % size;
                    column += n;
                    out.push_fill(' ' as u32, n)?;
                }
            } else {
                column = if c == 10 || c == 13 { 0 } else { column + 1 };
                out.push(c);
            }
        }
        out.finish()
    }
    #[method("($self, sub[, start[, end]], /)")]
    fn find(&self, sub: &PyStr, start: Option<SliceArg>, end: Option<SliceArg>) -> PyResult<isize> {
        Ok(offset(self.position(sub, start, end, false)))
    }
    #[method("($self, sep, /)")]
    fn partition(&self, sep: &PyObject) -> PyResult<Py<PyTuple>> {
        split::partition(self, must_be_str(sep)?, false)
    }
    #[method("($self, sub[, start[, end]], /)")]
    fn index(&self, sub: &PyStr, start: Option<SliceArg>, end: Option<SliceArg>) -> PyResult<usize> {
        match self.position(sub, start, end, false) {
            Some(i) => Ok(i),
            None => not_found(),
        }
    }
    #[method("($self, width, fillchar=' ', /)")]
    fn ljust(&self, width: isize, fillchar: Option<FillChar>) -> PyResult<Py<PyStr>> {
        self.padded(0, self.padding(width), fillchar.map_or(' ' as u32, |f| f.0))
    }
    #[method("($self, /)")]
    fn lower(&self) -> PyResult<Py<PyStr>> {
        case::lower(self)
    }
    #[method("($self, chars=None, /)")]
    fn lstrip(&self, chars: Option<&PyObject>) -> PyResult<Py<PyStr>> {
        split::strip(self, strip_set(chars, "lstrip")?, true, false)
    }
    #[method("($self, sub[, start[, end]], /)")]
    fn rfind(&self, sub: &PyStr, start: Option<SliceArg>, end: Option<SliceArg>) -> PyResult<isize> {
        Ok(offset(self.position(sub, start, end, true)))
    }
    #[method("($self, sub[, start[, end]], /)")]
    fn rindex(&self, sub: &PyStr, start: Option<SliceArg>, end: Option<SliceArg>) -> PyResult<usize> {
        match self.position(sub, start, end, true) {
            Some(i) => Ok(i),
            None => not_found(),
        }
    }
    #[method("($self, width, fillchar=' ', /)")]
    fn rjust(&self, width: isize, fillchar: Option<FillChar>) -> PyResult<Py<PyStr>> {
        self.padded(self.padding(width), 0, fillchar.map_or(' ' as u32, |f| f.0))
    }
    #[method("($self, chars=None, /)")]
    fn rstrip(&self, chars: Option<&PyObject>) -> PyResult<Py<PyStr>> {
        split::strip(self, strip_set(chars, "rstrip")?, false, true)
    }
    #[method("($self, sep, /)")]
    fn rpartition(&self, sep: &PyObject) -> PyResult<Py<PyTuple>> {
        split::partition(self, must_be_str(sep)?, true)
    }
    #[method("($self, /, keepends=False)")]
    fn splitlines(&self, keepends: Option<bool>) -> PyResult<Py<PyList>> {
        split::splitlines(self, keepends.unwrap_or(false))
    }
    #[method("($self, chars=None, /)")]
    fn strip(&self, chars: Option<&PyObject>) -> PyResult<Py<PyStr>> {
        split::strip(self, strip_set(chars, "strip")?, true, true)
    }
    #[method("($self, /)")]
    fn swapcase(&self) -> PyResult<Py<PyStr>> {
        case::swapcase(self)
    }
    #[method("($self, table, /)")]
    fn translate(&self, table: &PyObject) -> PyResult<Py<PyStr>> {
        super::translate::translate(self, table)
    }
    #[method("($self, /)")]
    fn upper(&self) -> PyResult<Py<PyStr>> {
        case::upper(self)
    }
    #[method("($self, prefix[, start[, end]], /)")]
    fn startswith(
        &self,
        prefix: &PyObject,
        start: Option<SliceArg>,
        end: Option<SliceArg>,
    ) -> PyResult<bool> {
        self.any_tail(prefix, start, end, "startswith", false)
    }
    #[method("($self, suffix[, start[, end]], /)")]
    fn endswith(&self, suffix: &PyObject, start: Option<SliceArg>, end: Option<SliceArg>) -> PyResult<bool> {
        self.any_tail(suffix, start, end, "endswith", true)
    }
    #[method("($self, prefix, /)")]
    fn removeprefix(&self, prefix: &PyStr) -> PyResult<Py<PyStr>> {
        if find::matches_at(self.chars(), 0, prefix.chars()) {
            return self.substring(prefix.len(), self.len());
        }
        self.to_exact()
    }
    #[method("($self, suffix, /)")]
    fn removesuffix(&self, suffix: &PyStr) -> PyResult<Py<PyStr>> {
        if let Some(at) = self.len().checked_sub(suffix.len())
            && find::matches_at(self.chars(), at, suffix.chars())
        {
            return self.substring(0, at);
        }
        self.to_exact()
    }
    #[method("($self, /)")]
    fn isascii(&self) -> PyResult<bool> {
        Ok(self.is_ascii())
    }
    #[method("($self, /)")]
    fn islower(&self) -> PyResult<bool> {
        Ok(case::one_case(self, unidata::is_lower, unidata::is_upper))
    }
    #[method("($self, /)")]
    fn isupper(&self) -> PyResult<bool> {
        Ok(case::one_case(self, unidata::is_upper, unidata::is_lower))
    }
    #[method("($self, /)")]
    fn istitle(&self) -> PyResult<bool> {
        Ok(case::is_title(self))
    }
    #[method("($self, /)")]
    fn isspace(&self) -> PyResult<bool> {
        Ok(case::all(self, unidata::is_space))
    }
    #[method("($self, /)")]
    fn isdecimal(&self) -> PyResult<bool> {
        Ok(case::all(self, unidata::is_decimal))
    }
    #[method("($self, /)")]
    fn isdigit(&self) -> PyResult<bool> {
        Ok(case::all(self, unidata::is_digit))
    }
    #[method("($self, /)")]
    fn isnumeric(&self) -> PyResult<bool> {
        Ok(case::all(self, unidata::is_numeric))
    }
    #[method("($self, /)")]
    fn isalpha(&self) -> PyResult<bool> {
        Ok(case::all(self, unidata::is_alpha))
    }
    #[method("($self, /)")]
    fn isalnum(&self) -> PyResult<bool> {
        Ok(case::all(self, unidata::is_alnum))
    }
    #[method("($self, /)")]
    fn isidentifier(&self) -> PyResult<bool> {
        Ok(case::is_identifier(self))
    }
    #[method("($self, /)")]
    fn isprintable(&self) -> PyResult<bool> {
        Ok(case::is_printable(self))
    }
    #[method("($self, width, /)")]
    fn zfill(&self, width: isize) -> PyResult<Py<PyStr>> {
        let pad = self.padding(width);
        let sign = self
            .chars()
            .iter()
            .next()
            .filter(|c| *c == '+' as u32 || *c == '-' as u32);
        match sign {
            Some(sign) if pad > 0 => {
                let mut out = StrBuilder::with_capacity(self.len() + pad);
                out.push(sign);
                out.push_fill('0' as u32, pad)?;
                out.push_range(self, 1, self.len())?;
                out.finish()
            }
            _ => self.padded(pad, 0, '0' as u32),
        }
    }
    #[method("($self, /, *args, **kwargs)")]
    fn format(&self, args: Args<'_>, kwargs: KwArgs<'_>) -> PyResult<Py<PyStr>> {
        fields::format(self, &Source::Arguments(args, kwargs))
    }
    #[method("($self, mapping, /)")]
    fn format_map(&self, mapping: &PyObject) -> PyResult<Py<PyStr>> {
        fields::format(self, &Source::Mapping(mapping))
    }
    #[method("($self, format_spec, /)")]
    fn __format__(&self, format_spec: &PyStr) -> PyResult<Py<PyStr>> {
        super::format::format_str(self, format_spec)
    }
    #[staticmethod("(x, y=<unrepresentable>, z=<unrepresentable>, /)")]
    fn maketrans(x: &PyObject, y: Option<&PyStr>, z: Option<&PyStr>) -> PyResult<Py<PyDict>> {
        super::translate::maketrans(x, y, z)
    }
    #[method("($self, /)")]
    fn __sizeof__(&self) -> PyResult<usize> {
        let content = (self.len() + 1) * self.kind() as usize;
        let state = self.state.get();
        let mut size = if state & STATE_COMPACT == 0 {
            self.as_object().ty().tp_basicsize.get() as usize + content
        } else if self.is_ascii() {
            size_of::<PyStr>() + content
        } else {
            size_of::<PyCompactUnicodeObject>() + content
        };
        if !self.is_ascii() {
            // SAFETY: a string that is not ASCII has these fields.
            let compact = unsafe { &*(self as *const PyStr as *const PyCompactUnicodeObject) };
            if !compact.utf8.get().is_null() {
                size += compact.utf8_length.get() as usize + 1;
            }
        }
        Ok(size)
    }
    #[method("($self, /)")]
    fn __getnewargs__(&self) -> PyResult<Py<PyTuple>> {
        PyTuple::from_vec(vec![PyStr::from_chars(self.chars())?.into_object()])
    }
}

/// The characters that `strip` takes off.
fn strip_set<'a>(chars: Option<&'a PyObject>, name: &str) -> PyResult<Option<&'a PyStr>> {
    match chars.filter(|c| !crate::is_none(c)) {
        None => Ok(None),
        Some(c) => match c.downcast::<PyStr>() {
            Some(s) => Ok(Some(s)),
            None => raise!(TypeError, "{name} arg must be None or str"),
        },
    }
}
