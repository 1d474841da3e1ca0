//! The methods that `bytes` and `bytearray` share.

use crate::args::{ArgContext, FromArg};
use crate::buffer::{Buffer, BytesLike};
use crate::handle::{Py, PyClass, PyLayout, PyResult};
use crate::raise;
use crate::refcount::PyObject;
use crate::str::{PyStr, SliceArg, bounds};
use crate::typeobject::PyTypeObject;
use crate::{PyByteArray, PyBytes, PyTuple};

/// A type whose instances hold bytes.
pub(crate) trait ByteString: PyClass {
    /// The content, lent.
    ///
    /// # Safety
    /// No Python code runs while the slice is in use.
    unsafe fn content(&self) -> &[u8];
    /// A new object of the exact type.
    fn make(content: &[u8]) -> PyResult<Py<Self>>;
    /// The object itself where it cannot change, else a copy.
    fn whole(&self) -> PyResult<Py<Self>>;
    /// What `partition` gives for the separator: bytes the object itself, bytearrays a copy.
    fn middle(separator: &PyObject, content: &[u8]) -> PyResult;
}

impl ByteString for PyBytes {
    unsafe fn content(&self) -> &[u8] {
        self.as_slice()
    }
    fn make(content: &[u8]) -> PyResult<Py<PyBytes>> {
        PyBytes::new(content)
    }
    fn whole(&self) -> PyResult<Py<PyBytes>> {
        if PyBytes::check_exact(self.as_object()) {
            Ok(self.new_ref())
        } else {
            PyBytes::new(self.as_slice())
        }
    }
    fn middle(separator: &PyObject, _content: &[u8]) -> PyResult {
        Ok(separator.new_ref())
    }
}

impl ByteString for PyByteArray {
    unsafe fn content(&self) -> &[u8] {
        // SAFETY: the caller's promise.
        unsafe { self.as_slice() }
    }
    fn make(content: &[u8]) -> PyResult<Py<PyByteArray>> {
        PyByteArray::new(content)
    }
    fn whole(&self) -> PyResult<Py<PyByteArray>> {
        PyByteArray::new(&self.to_vec())
    }
    fn middle(_separator: &PyObject, content: &[u8]) -> PyResult {
        PyByteArray::new(content).map(Py::into_object)
    }
}

/// What `find` and kin look for.
pub(crate) enum Sub<'a> {
    Byte([u8; 1]),
    Bytes(BytesLike<'a>),
}

impl<'a> FromArg<'a> for Sub<'a> {
    fn from_arg(obj: &'a PyObject, _: ArgContext) -> PyResult<Self> {
        if crate::buffer::check(obj) {
            return BytesLike::get(obj).map(Sub::Bytes);
        }
        if !obj.has_index() {
            return raise!(
                TypeError,
                "argument should be integer or bytes-like object, not '{}'",
                obj.ty().full_name()
            );
        }
        Ok(Sub::Byte([super::byte_value(obj, "byte")?]))
    }
}

impl Sub<'_> {
    /// # Safety
    /// As [`BytesLike::as_slice`].
    pub(crate) unsafe fn as_slice(&self) -> &[u8] {
        match self {
            Sub::Byte(b) => b,
            // SAFETY: the caller's promise.
            Sub::Bytes(b) => unsafe { b.as_slice() },
        }
    }
}

/// The fill byte of `center` and kin.
pub(crate) struct FillByte(pub u8);

impl<'a> FromArg<'a> for FillByte {
    fn from_arg(obj: &'a PyObject, ctx: ArgContext) -> PyResult<Self> {
        let (what, content) = if let Some(b) = obj.downcast::<PyBytes>() {
            ("bytes", b.as_slice().to_vec())
        } else if let Some(b) = obj.downcast::<PyByteArray>() {
            ("bytearray", b.to_vec())
        } else {
            return ctx.bad("a byte string of length 1", obj);
        };
        match content[..] {
            [b] => Ok(FillByte(b)),
            _ => raise!(
                TypeError,
                "{}(): {} must be a byte string of length 1, not a {what} object of length {}",
                ctx.fname,
                ctx.place,
                content.len()
            ),
        }
    }
}

pub(crate) fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    match needle {
        [b] => memchr::memchr(*b, hay),
        _ => memchr::memmem::find(hay, needle),
    }
}

pub(crate) fn rfind(hay: &[u8], needle: &[u8]) -> Option<usize> {
    match needle {
        [b] => memchr::memrchr(*b, hay),
        _ => memchr::memmem::rfind(hay, needle),
    }
}

pub(crate) fn count(hay: &[u8], needle: &[u8]) -> usize {
    match needle {
        [] => hay.len() + 1,
        [b] => memchr::memchr_iter(*b, hay).count(),
        _ => memchr::memmem::find_iter(hay, needle).count(),
    }
}

/// `x in content`
pub(crate) fn contains(content: &[u8], item: &PyObject) -> PyResult<bool> {
    if item.has_index() && !crate::buffer::check(item) {
        let b = super::byte_value(item, "byte")?;
        return Ok(memchr::memchr(b, content).is_some());
    }
    let item = BytesLike::get(item)?;
    // SAFETY: nothing runs during the search.
    Ok(find(content, unsafe { item.as_slice() }).is_some())
}

pub(crate) fn is_space(b: u8) -> bool {
    matches!(b, b' ' | 9..=13)
}

/// The parts that `split` gives, as ranges.
pub(crate) fn split(s: &[u8], sep: Option<&[u8]>, maxsplit: isize) -> Vec<(usize, usize)> {
    let mut left = if maxsplit < 0 {
        usize::MAX
    } else {
        maxsplit as usize
    };
    let mut parts = Vec::new();
    let n = s.len();
    match sep {
        None => {
            let mut i = 0;
            loop {
                i = s[i..].iter().position(|b| !is_space(*b)).map_or(n, |p| i + p);
                if i == n {
                    return parts;
                }
                if left == 0 {
                    let end = s.iter().rposition(|b| !is_space(*b)).map_or(n, |p| p + 1);
                    parts.push((i, end));
                    return parts;
                }
                left -= 1;
                let end = s[i..].iter().position(|b| is_space(*b)).map_or(n, |p| i + p);
                parts.push((i, end));
                i = end;
            }
        }
        Some(sep) => {
            let mut start = 0;
            while left > 0
                && let Some(at) = find(&s[start..], sep)
            {
                parts.push((start, start + at));
                start += at + sep.len();
                left -= 1;
            }
            parts.push((start, n));
            parts
        }
    }
}

/// The parts that `rsplit` gives.
pub(crate) fn rsplit(s: &[u8], sep: Option<&[u8]>, maxsplit: isize) -> Vec<(usize, usize)> {
    let mut left = if maxsplit < 0 {
        usize::MAX
    } else {
        maxsplit as usize
    };
    let mut parts = Vec::new();
    let mut end = s.len();
    match sep {
        None => loop {
            end = s[..end].iter().rposition(|b| !is_space(*b)).map_or(0, |p| p + 1);
            if end == 0 {
                break;
            }
            if left == 0 {
                let start = s.iter().position(|b| !is_space(*b)).unwrap_or(0);
                parts.push((start, end));
                break;
            }
            left -= 1;
            let start = s[..end].iter().rposition(|b| is_space(*b)).map_or(0, |p| p + 1);
            parts.push((start, end));
            end = start;
        },
        Some(sep) => {
            while left > 0
                && let Some(at) = rfind(&s[..end], sep)
            {
                parts.push((at + sep.len(), end));
                end = at;
                left -= 1;
            }
            parts.push((0, end));
        }
    }
    parts.reverse();
    parts
}

/// The lines.
pub(crate) fn lines(s: &[u8], keepends: bool) -> Vec<(usize, usize)> {
    let mut parts = Vec::new();
    let mut i = 0;
    while i < s.len() {
        let eol = memchr::memchr2(b'\n', b'\r', &s[i..]).map_or(s.len(), |p| i + p);
        let next = match &s[eol..] {
            [b'\r', b'\n', ..] => eol + 2,
            [_, ..] => eol + 1,
            [] => eol,
        };
        parts.push((i, if keepends { next } else { eol }));
        i = next;
    }
    parts
}

/// What is left between stripped ends.
pub(crate) fn strip(s: &[u8], set: Option<&[u8]>, left: bool, right: bool) -> (usize, usize) {
    let drop = |b: &u8| match set {
        None => is_space(*b),
        Some(set) => set.contains(b),
    };
    let start = if left {
        s.iter().take_while(|b| drop(b)).count()
    } else {
        0
    };
    let end = if right {
        s.len() - s[start..].iter().rev().take_while(|b| drop(b)).count()
    } else {
        s.len()
    };
    (start, end)
}

/// `replace`; `None` if nothing changes.
pub(crate) fn replace(s: &[u8], old: &[u8], new: &[u8], count: isize) -> PyResult<Option<Vec<u8>>> {
    let most = if count < 0 { usize::MAX } else { count as usize };
    if most == 0 || s.len() < old.len() || old == new {
        return Ok(None);
    }
    let too_long = || raise!(OverflowError, "replace bytes is too long");
    let mut out = Vec::new();
    if old.is_empty() {
        let n = most.min(s.len() + 1);
        let Some(total) = n.checked_mul(new.len()).and_then(|x| x.checked_add(s.len())) else {
            return too_long();
        };
        if out.try_reserve(total).is_err() {
            return crate::error::no_memory();
        }
        for (i, b) in s.iter().enumerate() {
            if i < n {
                out.extend_from_slice(new);
            }
            out.push(*b);
        }
        if n == s.len() + 1 {
            out.extend_from_slice(new);
        }
        return Ok(Some(out));
    }
    let places: Vec<usize> = memchr::memmem::find_iter(s, old).take(most).collect();
    if places.is_empty() {
        return Ok(None);
    }
    let total = places
        .len()
        .checked_mul(new.len())
        .and_then(|x| x.checked_add(s.len() - places.len() * old.len()));
    let Some(total) = total else { return too_long() };
    if out.try_reserve(total).is_err() {
        return crate::error::no_memory();
    }
    let mut start = 0;
    for at in places {
        out.extend_from_slice(&s[start..at]);
        out.extend_from_slice(new);
        start = at + old.len();
    }
    out.extend_from_slice(&s[start..]);
    Ok(Some(out))
}

/// `sep.join(iterable)`
pub(crate) fn join(sep: &[u8], iterable: &PyObject) -> PyResult<Vec<u8>> {
    let items = match crate::iter::collect(iterable) {
        Ok(items) => items,
        Err(e) => {
            if iterable.ty().tp_iter.get().is_none()
                && crate::error::matches::<crate::exceptions::TypeError>()
            {
                crate::error::clear();
                return raise!(TypeError, "can only join an iterable");
            }
            return Err(e);
        }
    };
    if items.iter().all(|i| crate::PyBytes::check_exact(i)) {
        let parts = items.iter().map(|i| {
            // SAFETY: just checked.
            unsafe { i.downcast_unchecked::<crate::PyBytes>() }.as_slice()
        });
        return joined(sep, parts);
    }
    let mut views = Vec::with_capacity(items.len());
    for (i, item) in items.iter().enumerate() {
        let Ok(view) = BytesLike::get(item) else {
            crate::error::clear();
            return raise!(
                TypeError,
                "sequence item {i}: expected a bytes-like object, {} found",
                item.ty().full_name()
            );
        };
        views.push(view);
    }
    // SAFETY: nothing runs while the contents are copied.
    joined(sep, views.iter().map(|view| unsafe { view.as_slice() }))
}

/// The parts with `sep` between them.
fn joined<'a>(sep: &[u8], parts: impl ExactSizeIterator<Item = &'a [u8]> + Clone) -> PyResult<Vec<u8>> {
    let total = parts
        .clone()
        .try_fold(sep.len().saturating_mul(parts.len().saturating_sub(1)), |t, p| {
            t.checked_add(p.len())
        });
    let mut out = Vec::new();
    match total {
        Some(t) if t <= isize::MAX as usize => {
            if out.try_reserve_exact(t).is_err() {
                return crate::error::no_memory();
            }
        }
        _ => return raise!(OverflowError, "join() result is too long"),
    }
    for (i, part) in parts.enumerate() {
        if i > 0 {
            out.extend_from_slice(sep);
        }
        out.extend_from_slice(part);
    }
    Ok(out)
}

pub(crate) fn expandtabs(s: &[u8], tabsize: i32) -> PyResult<Vec<u8>> {
    let size = tabsize.max(0) as usize;
    let mut out = Vec::with_capacity(s.len());
    let mut column = 0usize;
    for &b in s {
        if b == b'\t' {
            if size > 0 {
                let n = size - column % size;
                column += n;
                if out.try_reserve(n).is_err() {
                    return crate::error::no_memory();
                }
                out.resize(out.len() + n, b' ');
            }
        } else {
            column = if b == b'\n' || b == b'\r' { 0 } else { column + 1 };
            out.push(b);
        }
    }
    Ok(out)
}

pub(crate) fn padded(s: &[u8], left: usize, right: usize, fill: u8) -> PyResult<Vec<u8>> {
    let total = s.len().checked_add(left).and_then(|n| n.checked_add(right));
    let mut out = Vec::new();
    match total {
        Some(t) if t <= isize::MAX as usize && out.try_reserve(t).is_ok() => {}
        _ => return crate::error::no_memory(),
    }
    out.resize(left, fill);
    out.extend_from_slice(s);
    out.resize(left + s.len() + right, fill);
    Ok(out)
}

pub(crate) fn zfill(s: &[u8], width: isize) -> PyResult<Vec<u8>> {
    let pad = (width.max(0) as usize).saturating_sub(s.len());
    let mut out = padded(s, pad, 0, b'0')?;
    if pad > 0 && matches!(s.first(), Some(b'+' | b'-')) {
        out.swap(0, pad);
    }
    Ok(out)
}

pub(crate) fn title(s: &[u8]) -> Vec<u8> {
    let mut in_word = false;
    s.iter()
        .map(|b| {
            let r = if in_word {
                b.to_ascii_lowercase()
            } else {
                b.to_ascii_uppercase()
            };
            in_word = b.is_ascii_alphabetic();
            r
        })
        .collect()
}

pub(crate) fn is_title(s: &[u8]) -> bool {
    let (mut found, mut in_word) = (false, false);
    for b in s {
        if b.is_ascii_uppercase() {
            if in_word {
                return false;
            }
            (in_word, found) = (true, true);
        } else if b.is_ascii_lowercase() {
            if !in_word {
                return false;
            }
            found = true;
        } else {
            in_word = false;
        }
    }
    found
}

/// The translation table of `translate`.
pub(crate) fn translate(s: &[u8], table: Option<&[u8]>, delete: &[u8]) -> Vec<u8> {
    let mut gone = [false; 256];
    for b in delete {
        gone[*b as usize] = true;
    }
    s.iter()
        .filter(|b| !gone[**b as usize])
        .map(|b| table.map_or(*b, |t| t[*b as usize]))
        .collect()
}

/// `maketrans(frm, to)`
pub(crate) fn maketrans(from: &BytesLike<'_>, to: &BytesLike<'_>) -> PyResult<Py<PyBytes>> {
    if from.len() != to.len() {
        return raise!(ValueError, "maketrans arguments must have same length");
    }
    PyBytes::build(256, |table| {
        for (i, b) in table.iter_mut().enumerate() {
            *b = i as u8;
        }
        // SAFETY: nothing runs meanwhile.
        let pairs = unsafe { from.as_slice().iter().zip(to.as_slice()) };
        for (a, b) in pairs {
            table[*a as usize] = *b;
        }
    })
}

/// `hex(sep, bytes_per_sep)`; a positive number groups from the right.
pub(crate) fn hex(s: &[u8], sep: Option<&PyObject>, group: Option<i32>) -> PyResult<Py<PyStr>> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let sep = match sep {
        None => None,
        Some(sep) => {
            if sep.length()? != 1 {
                return raise!(ValueError, "sep must be length 1.");
            }
            let c = if let Some(s) = sep.downcast::<PyStr>() {
                s.chars().at(0)
            } else if let Some(b) = sep.downcast::<PyBytes>() {
                b.as_slice()[0] as u32
            } else {
                return raise!(TypeError, "sep must be str or bytes.");
            };
            if c >= 0x80 {
                return raise!(ValueError, "sep must be ASCII.");
            }
            Some(c as u8)
        }
    };
    let group = group.unwrap_or(1);
    let mut out = Vec::new();
    if s.len() > isize::MAX as usize / 3 || out.try_reserve(s.len() * 3).is_err() {
        return crate::error::no_memory();
    }
    let size = group.unsigned_abs() as usize;
    for (i, b) in s.iter().enumerate() {
        if let Some(c) = sep
            && i > 0
            && size > 0
            && (if group > 0 { s.len() - i } else { i }).is_multiple_of(size)
        {
            out.push(c);
        }
        out.extend_from_slice(&[DIGITS[(b >> 4) as usize], DIGITS[(b & 15) as usize]]);
    }
    PyStr::from_ascii(&out)
}

/// `fromhex(text)`
pub(crate) fn from_hex(text: &PyObject) -> PyResult<Vec<u8>> {
    let text: Vec<u32> = if let Some(s) = text.downcast::<PyStr>() {
        s.chars().iter().collect()
    } else if crate::buffer::check(text) {
        Buffer::simple(text)?.to_vec().iter().map(|b| *b as u32).collect()
    } else {
        return raise!(
            TypeError,
            "fromhex() argument must be str or bytes-like, not {}",
            text.ty().full_name()
        );
    };
    let mut out = Vec::with_capacity(text.len() / 2);
    let digit = |i: usize| {
        text.get(i)
            .and_then(|c| char::from_u32(*c))
            .and_then(|c| c.to_digit(16))
    };
    let mut i = 0;
    while i < text.len() {
        if text[i] < 0x80 && is_space(text[i] as u8) {
            i += 1;
            continue;
        }
        let bad = match (digit(i), digit(i + 1)) {
            (Some(a), Some(b)) => {
                out.push((a << 4 | b) as u8);
                i += 2;
                continue;
            }
            (Some(_), None) if i + 1 >= text.len() => {
                return raise!(
                    ValueError,
                    "fromhex() arg must contain an even number of hexadecimal digits"
                );
            }
            (Some(_), None) => i + 1,
            _ => i,
        };
        return raise!(
            ValueError,
            "non-hexadecimal number found in fromhex() arg at position {bad}"
        );
    }
    Ok(out)
}

/// A separator that must not be empty.
pub(crate) fn separator<'a>(sep: &'a PyObject) -> PyResult<BytesLike<'a>> {
    let sep = BytesLike::get(sep)?;
    if sep.is_empty() {
        return raise!(ValueError, "empty separator");
    }
    Ok(sep)
}

/// `startswith` and `endswith`
pub(crate) fn tail<T: ByteString>(
    this: &T,
    what: &PyObject,
    start: Option<SliceArg>,
    end: Option<SliceArg>,
    name: &str,
    at_end: bool,
) -> PyResult<bool> {
    let matches = |part: &PyObject| -> PyResult<bool> {
        let part = BytesLike::get(part)?;
        // SAFETY: nothing runs during the comparison.
        let (s, part) = unsafe { (this.content(), part.as_slice()) };
        let Some((start, end)) = bounds(s.len(), start, end) else {
            return Ok(false);
        };
        let s = &s[start..end];
        Ok(if at_end {
            s.ends_with(part)
        } else {
            s.starts_with(part)
        })
    };
    if let Some(t) = what.downcast::<PyTuple>() {
        for item in t.as_slice() {
            if matches(item)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if !crate::buffer::check(what) {
        return raise!(
            TypeError,
            "{name} first arg must be bytes or a tuple of bytes, not {}",
            what.ty().full_name()
        );
    }
    matches(what)
}

/// Where `sub` is, within start and stop.
pub(crate) fn position<T: ByteString>(
    this: &T,
    sub: &Sub<'_>,
    start: Option<SliceArg>,
    end: Option<SliceArg>,
    last: bool,
) -> Option<usize> {
    // SAFETY: nothing runs during the search.
    let (s, sub) = unsafe { (this.content(), sub.as_slice()) };
    let (start, end) = bounds(s.len(), start, end)?;
    let at = if last {
        rfind(&s[start..end], sub)
    } else {
        find(&s[start..end], sub)
    };
    at.map(|i| i + start)
}

#[cold]
pub(crate) fn not_found<T>() -> PyResult<T> {
    raise!(ValueError, "subsection not found")
}

/// Orders two byte strings, or a byte string and something with a buffer.
pub(crate) fn compare(a: &[u8], b: &[u8], op: crate::CompareOp) -> Py {
    crate::bool::py_bool(match op {
        crate::CompareOp::Eq => a == b,
        crate::CompareOp::Ne => a != b,
        _ => op.holds(a.cmp(b)),
    })
}

/// An object of `cls` with this content: called for subclasses.
pub(crate) fn of_class<T: ByteString>(cls: &PyTypeObject, content: &[u8]) -> PyResult {
    let made = T::make(content)?;
    if std::ptr::eq(cls, T::type_object()) {
        return Ok(made.into_object());
    }
    crate::call::call(cls.as_object(), &[made.as_object()])
}

/// The shared methods as a part of the class's table.
macro_rules! common_methods {
    ($name:ident) => {
        #[object_macros::pymethods(part = common)]
        impl $name {
            #[method("($self, /)")]
            fn capitalize(&self) -> PyResult<Py<$name>> {
                // SAFETY: nothing runs meanwhile.
                let mut out = unsafe { self.content() }.to_ascii_lowercase();
                out[..1.min(self.len())].make_ascii_uppercase();
                $name::make(&out)
            }
            #[method("($self, width, fillchar=b' ', /)")]
            fn center(&self, width: isize, fillchar: Option<common::FillByte>) -> PyResult<Py<$name>> {
                let pad = (width.max(0) as usize).saturating_sub(self.len());
                if pad == 0 {
                    return self.whole();
                }
                let left = pad / 2 + (pad & width as usize & 1);
                // SAFETY: nothing runs meanwhile.
                let content = unsafe { self.content() };
                let out = common::padded(content, left, pad - left, fillchar.map_or(b' ', |f| f.0))?;
                $name::make(&out)
            }
            #[method("($self, sub[, start[, end]], /)")]
            fn count(
                &self,
                sub: common::Sub<'_>,
                start: Option<SliceArg>,
                end: Option<SliceArg>,
            ) -> PyResult<usize> {
                // SAFETY: nothing runs during the search.
                let (s, sub) = unsafe { (self.content(), sub.as_slice()) };
                Ok(bounds(s.len(), start, end).map_or(0, |(start, end)| common::count(&s[start..end], sub)))
            }
            #[method("($self, /, encoding='utf-8', errors='strict')")]
            fn decode(&self, encoding: Option<&PyStr>, errors: Option<&PyStr>) -> PyResult<Py<PyStr>> {
                // SAFETY: copied before anything runs.
                let content = unsafe { self.content() }.to_vec();
                crate::codecs::decode_bytes(&content, Some(self.as_object()), encoding, errors)
            }
            #[method("($self, suffix[, start[, end]], /)")]
            fn endswith(
                &self,
                suffix: &PyObject,
                start: Option<SliceArg>,
                end: Option<SliceArg>,
            ) -> PyResult<bool> {
                common::tail(self, suffix, start, end, "endswith", true)
            }
            #[method("($self, /, tabsize=8)")]
            fn expandtabs(&self, tabsize: Option<i32>) -> PyResult<Py<$name>> {
                // SAFETY: nothing runs meanwhile.
                $name::make(&common::expandtabs(
                    // SAFETY: nothing changes the content while it is looked at.
                    unsafe { self.content() },
                    tabsize.unwrap_or(8),
                )?)
            }
            #[method("($self, sub[, start[, end]], /)")]
            fn find(
                &self,
                sub: common::Sub<'_>,
                start: Option<SliceArg>,
                end: Option<SliceArg>,
            ) -> PyResult<isize> {
                Ok(common::position(self, &sub, start, end, false).map_or(-1, |i| i as isize))
            }
            #[classmethod("($type, string, /)")]
            fn fromhex(cls: &PyTypeObject, string: &PyObject) -> PyResult {
                common::of_class::<$name>(cls, &common::from_hex(string)?)
            }
            #[method("($self, /, sep=<unrepresentable>, bytes_per_sep=1)")]
            fn hex(&self, sep: Option<&PyObject>, bytes_per_sep: Option<i32>) -> PyResult<Py<PyStr>> {
                // SAFETY: copied before anything runs.
                let content = unsafe { self.content() }.to_vec();
                common::hex(&content, sep, bytes_per_sep)
            }
            #[method("($self, sub[, start[, end]], /)")]
            fn index(
                &self,
                sub: common::Sub<'_>,
                start: Option<SliceArg>,
                end: Option<SliceArg>,
            ) -> PyResult<usize> {
                match common::position(self, &sub, start, end, false) {
                    Some(i) => Ok(i),
                    None => common::not_found(),
                }
            }
            #[method("($self, /)")]
            fn isalnum(&self) -> PyResult<bool> {
                Ok(self.all(|b| b.is_ascii_alphanumeric()))
            }
            #[method("($self, /)")]
            fn isalpha(&self) -> PyResult<bool> {
                Ok(self.all(|b| b.is_ascii_alphabetic()))
            }
            #[method("($self, /)")]
            fn isascii(&self) -> PyResult<bool> {
                // SAFETY: nothing runs meanwhile.
                Ok(unsafe { self.content() }.is_ascii())
            }
            #[method("($self, /)")]
            fn isdigit(&self) -> PyResult<bool> {
                Ok(self.all(|b| b.is_ascii_digit()))
            }
            #[method("($self, /)")]
            fn islower(&self) -> PyResult<bool> {
                // SAFETY: nothing runs meanwhile.
                let s = unsafe { self.content() };
                Ok(s.iter().any(|b| b.is_ascii_lowercase()) && !s.iter().any(|b| b.is_ascii_uppercase()))
            }
            #[method("($self, /)")]
            fn isspace(&self) -> PyResult<bool> {
                Ok(self.all(common::is_space))
            }
            #[method("($self, /)")]
            fn istitle(&self) -> PyResult<bool> {
                // SAFETY: nothing runs meanwhile.
                Ok(common::is_title(unsafe { self.content() }))
            }
            #[method("($self, /)")]
            fn isupper(&self) -> PyResult<bool> {
                // SAFETY: nothing runs meanwhile.
                let s = unsafe { self.content() };
                Ok(s.iter().any(|b| b.is_ascii_uppercase()) && !s.iter().any(|b| b.is_ascii_lowercase()))
            }
            #[method("($self, iterable_of_bytes, /)")]
            fn join(&self, iterable: &PyObject) -> PyResult<Py<$name>> {
                // SAFETY: copied before anything runs.
                let sep = unsafe { self.content() }.to_vec();
                $name::make(&common::join(&sep, iterable)?)
            }
            #[method("($self, width, fillchar=b' ', /)")]
            fn ljust(&self, width: isize, fillchar: Option<common::FillByte>) -> PyResult<Py<$name>> {
                let pad = (width.max(0) as usize).saturating_sub(self.len());
                if pad == 0 {
                    return self.whole();
                }
                // SAFETY: nothing runs meanwhile.
                let content = unsafe { self.content() };
                $name::make(&common::padded(
                    content,
                    0,
                    pad,
                    fillchar.map_or(b' ', |f| f.0),
                )?)
            }
            #[method("($self, /)")]
            fn lower(&self) -> PyResult<Py<$name>> {
                // SAFETY: nothing runs meanwhile.
                $name::make(&unsafe { self.content() }.to_ascii_lowercase())
            }
            #[method("($self, bytes=None, /)")]
            fn lstrip(&self, bytes: Option<&PyObject>) -> PyResult<Py<$name>> {
                self.stripped(bytes, true, false)
            }
            #[staticmethod("(frm, to, /)")]
            fn maketrans(frm: BytesLike<'_>, to: BytesLike<'_>) -> PyResult<Py<PyBytes>> {
                common::maketrans(&frm, &to)
            }
            #[method("($self, sep, /)")]
            fn partition(&self, sep: &PyObject) -> PyResult<Py<PyTuple>> {
                self.parted(sep, false)
            }
            #[method("($self, old, new, count=-1, /)")]
            fn replace(
                &self,
                old: BytesLike<'_>,
                new: BytesLike<'_>,
                count: Option<isize>,
            ) -> PyResult<Py<$name>> {
                // SAFETY: nothing runs meanwhile.
                let out = unsafe {
                    common::replace(
                        self.content(),
                        old.as_slice(),
                        new.as_slice(),
                        count.unwrap_or(-1),
                    )?
                };
                match out {
                    Some(out) => $name::make(&out),
                    None => self.whole(),
                }
            }
            #[method("($self, prefix, /)")]
            fn removeprefix(&self, prefix: BytesLike<'_>) -> PyResult<Py<$name>> {
                // SAFETY: nothing runs meanwhile.
                match unsafe { self.content().strip_prefix(prefix.as_slice()) } {
                    Some(rest) if !prefix.is_empty() => $name::make(rest),
                    _ => self.whole(),
                }
            }
            #[method("($self, suffix, /)")]
            fn removesuffix(&self, suffix: BytesLike<'_>) -> PyResult<Py<$name>> {
                // SAFETY: nothing runs meanwhile.
                match unsafe { self.content().strip_suffix(suffix.as_slice()) } {
                    Some(rest) if !suffix.is_empty() => $name::make(rest),
                    _ => self.whole(),
                }
            }
            #[method("($self, sub[, start[, end]], /)")]
            fn rfind(
                &self,
                sub: common::Sub<'_>,
                start: Option<SliceArg>,
                end: Option<SliceArg>,
            ) -> PyResult<isize> {
                Ok(common::position(self, &sub, start, end, true).map_or(-1, |i| i as isize))
            }
            #[method("($self, sub[, start[, end]], /)")]
            fn rindex(
                &self,
                sub: common::Sub<'_>,
                start: Option<SliceArg>,
                end: Option<SliceArg>,
            ) -> PyResult<usize> {
                match common::position(self, &sub, start, end, true) {
                    Some(i) => Ok(i),
                    None => common::not_found(),
                }
            }
            #[method("($self, width, fillchar=b' ', /)")]
            fn rjust(&self, width: isize, fillchar: Option<common::FillByte>) -> PyResult<Py<$name>> {
                let pad = (width.max(0) as usize).saturating_sub(self.len());
                if pad == 0 {
                    return self.whole();
                }
                // SAFETY: nothing runs meanwhile.
                let content = unsafe { self.content() };
                $name::make(&common::padded(
                    content,
                    pad,
                    0,
                    fillchar.map_or(b' ', |f| f.0),
                )?)
            }
            #[method("($self, sep, /)")]
            fn rpartition(&self, sep: &PyObject) -> PyResult<Py<PyTuple>> {
                self.parted(sep, true)
            }
            #[method("($self, /, sep=None, maxsplit=-1)")]
            fn rsplit(&self, sep: Option<&PyObject>, maxsplit: Option<isize>) -> PyResult<Py<PyList>> {
                self.split_by(sep, maxsplit, common::rsplit)
            }
            #[method("($self, bytes=None, /)")]
            fn rstrip(&self, bytes: Option<&PyObject>) -> PyResult<Py<$name>> {
                self.stripped(bytes, false, true)
            }
            #[method("($self, /, sep=None, maxsplit=-1)")]
            fn split(&self, sep: Option<&PyObject>, maxsplit: Option<isize>) -> PyResult<Py<PyList>> {
                self.split_by(sep, maxsplit, common::split)
            }
            #[method("($self, /, keepends=False)")]
            fn splitlines(&self, keepends: Option<bool>) -> PyResult<Py<PyList>> {
                // SAFETY: nothing runs meanwhile.
                let s = unsafe { self.content() };
                Self::parts(s, common::lines(s, keepends.unwrap_or(false)))
            }
            #[method("($self, prefix[, start[, end]], /)")]
            fn startswith(
                &self,
                prefix: &PyObject,
                start: Option<SliceArg>,
                end: Option<SliceArg>,
            ) -> PyResult<bool> {
                common::tail(self, prefix, start, end, "startswith", false)
            }
            #[method("($self, bytes=None, /)")]
            fn strip(&self, bytes: Option<&PyObject>) -> PyResult<Py<$name>> {
                self.stripped(bytes, true, true)
            }
            #[method("($self, /)")]
            fn swapcase(&self) -> PyResult<Py<$name>> {
                let swap = |b: &u8| {
                    if b.is_ascii_alphabetic() {
                        b ^ 0x20
                    } else {
                        *b
                    }
                };
                // SAFETY: nothing runs meanwhile.
                $name::make(
                    // SAFETY: nothing changes the content while it is looked at.
                    &unsafe { self.content() }
                        .iter()
                        .map(swap)
                        .collect::<Vec<u8>>(),
                )
            }
            #[method("($self, /)")]
            fn title(&self) -> PyResult<Py<$name>> {
                // SAFETY: nothing runs meanwhile.
                $name::make(&common::title(unsafe { self.content() }))
            }
            #[method("($self, table, /, delete=b'')")]
            fn translate(&self, table: &PyObject, delete: Option<BytesLike<'_>>) -> PyResult<Py<$name>> {
                let table = if crate::is_none(table) {
                    None
                } else {
                    Some(BytesLike::get(table)?)
                };
                if table.as_ref().is_some_and(|t| t.len() != 256) {
                    return raise!(ValueError, "translation table must be 256 characters long");
                }
                // SAFETY: nothing runs meanwhile.
                let out = unsafe {
                    common::translate(
                        self.content(),
                        table.as_ref().map(|t| t.as_slice()),
                        delete.as_ref().map_or(&[], |d| d.as_slice()),
                    )
                };
                $name::make(&out)
            }
            #[method("($self, /)")]
            fn upper(&self) -> PyResult<Py<$name>> {
                // SAFETY: nothing runs meanwhile.
                $name::make(&unsafe { self.content() }.to_ascii_uppercase())
            }
            #[method("($self, width, /)")]
            fn zfill(&self, width: isize) -> PyResult<Py<$name>> {
                // SAFETY: nothing runs meanwhile.
                $name::make(&common::zfill(unsafe { self.content() }, width)?)
            }
        }

        impl $name {
            fn all(&self, f: impl Fn(u8) -> bool) -> bool {
                // SAFETY: nothing runs meanwhile.
                let s = unsafe { self.content() };
                !s.is_empty() && s.iter().all(|b| f(*b))
            }

            fn part(&self, start: usize, end: usize) -> PyResult<Py<$name>> {
                if start == 0 && end == self.len() {
                    return self.whole();
                }
                // SAFETY: nothing runs meanwhile.
                $name::make(&unsafe { self.content() }[start..end])
            }

            fn parts(s: &[u8], ranges: Vec<(usize, usize)>) -> PyResult<Py<PyList>> {
                let mut items = Vec::with_capacity(ranges.len());
                for (start, end) in ranges {
                    items.push($name::make(&s[start..end])?.into_object());
                }
                PyList::from_vec(items)
            }

            fn stripped(&self, set: Option<&PyObject>, left: bool, right: bool) -> PyResult<Py<$name>> {
                let set = match set.filter(|s| !crate::is_none(s)) {
                    Some(s) => Some(BytesLike::get(s)?),
                    None => None,
                };
                // SAFETY: nothing runs meanwhile.
                let (start, end) = unsafe {
                    common::strip(
                        self.content(),
                        set.as_ref().map(|s| s.as_slice()),
                        left,
                        right,
                    )
                };
                self.part(start, end)
            }

            fn parted(&self, sep: &PyObject, last: bool) -> PyResult<Py<PyTuple>> {
                let sep_object = sep;
                let sep = common::separator(sep)?;
                // SAFETY: nothing runs while the parts are made.
                let (s, sep) = unsafe { (self.content(), sep.as_slice()) };
                let at = if last {
                    common::rfind(s, sep)
                } else {
                    common::find(s, sep)
                };
                let make = |part: &[u8]| $name::make(part).map(Py::into_object);
                PyTuple::from_vec(match at {
                    Some(at) => {
                        let middle = $name::middle(sep_object, sep)?;
                        vec![make(&s[..at])?, middle, make(&s[at + sep.len()..])?]
                    }
                    None if last => vec![make(&[])?, make(&[])?, self.whole()?.into_object()],
                    None => vec![self.whole()?.into_object(), make(&[])?, make(&[])?],
                })
            }

            fn split_by(
                &self,
                sep: Option<&PyObject>,
                maxsplit: Option<isize>,
                how: fn(&[u8], Option<&[u8]>, isize) -> Vec<(usize, usize)>,
            ) -> PyResult<Py<PyList>> {
                let sep = match sep.filter(|s| !crate::is_none(s)) {
                    Some(s) => Some(common::separator(s)?),
                    None => None,
                };
                // SAFETY: nothing runs while the parts are made.
                let (s, sep) = unsafe { (self.content(), sep.as_ref().map(|s| s.as_slice())) };
                Self::parts(s, how(s, sep, maxsplit.unwrap_or(-1)))
            }
        }
    };
}
pub(crate) use common_methods;
