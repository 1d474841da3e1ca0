//! `unicodeobject.h`

use crate::util::{bytes, decode_utf8, errors, expect_opt, opt_text, sized, steal};
use crate::va::{Va, Walker};
use object::codecs::wide::{self, Order, Width};
use object::codecs::{self, Errors};
use object::{
    CompareOp, Py, PyBytes, PyClass, PyInt, PyLayout, PyObject, PyResult, PyStr, error, intern, raise,
};
use std::ffi::{CStr, c_char, c_int, c_void};

/// A text argument (`ensure_unicode`).
fn must(o: &PyObject) -> PyResult<&PyStr> {
    match o.downcast::<PyStr>() {
        Some(s) => Ok(s),
        None => raise!(TypeError, "must be str, not {}", o.ty().full_name()),
    }
}

/// As the functions that only say "bad argument".
fn bad_argument<T>() -> PyResult<T> {
    raise!(TypeError, "bad argument type for built-in operation")
}

fn string(o: Option<&PyObject>) -> PyResult<&PyStr> {
    match o.and_then(|o| o.downcast::<PyStr>()) {
        Some(s) => Ok(s),
        None => bad_argument(),
    }
}

fn int(n: isize) -> PyResult<Py<PyInt>> {
    PyInt::from_i64(n as i64)
}

/// A `wchar_t` string of `n` characters, or up to its NUL for a negative length.
///
/// # Safety
/// `p` is such a string, or NULL with length 0.
pub unsafe fn from_wide(p: *const libc::wchar_t, n: isize) -> PyResult<Py<PyStr>> {
    if p.is_null() {
        return if n == 0 {
            Ok(PyStr::empty())
        } else {
            error::bad_internal_call()
        };
    }
    // SAFETY: the caller's promise; a `wchar_t` is a code point here.
    let points = unsafe {
        let n = if n < 0 { libc::wcslen(p) } else { n as usize };
        std::slice::from_raw_parts(p as *const u32, n)
    };
    if let Some(c) = points.iter().find(|c| **c > 0x10ffff) {
        return raise!(ValueError, "character U+{c:x} is not in range [U+0000; U+10ffff]");
    }
    PyStr::from_code_points(points)
}

// ---- making strings ----

capi! {
    /// Memory for a string that the caller fills before anybody sees it.
    fn PyUnicode_New(n: isize, max: u32) -> PyResult<Py<PyStr>> {
        if n == 0 {
            return Ok(PyStr::empty());
        }
        if n < 0 {
            return raise!(SystemError, "Negative size passed to PyUnicode_New");
        }
        if max > 0x10ffff {
            return raise!(SystemError, "invalid maximum character passed to PyUnicode_New");
        }
        PyStr::alloc(n as usize, max)
    }
    fn PyUnicode_FromKindAndData(kind: c_int, p: *const c_void, n: isize) -> PyResult<Py<PyStr>> {
        if n < 0 {
            return raise!(ValueError, "size must be positive");
        }
        if n == 0 {
            return Ok(PyStr::empty());
        }
        let n = n as usize;
        match kind {
            1 => PyStr::from_latin1(std::slice::from_raw_parts(p.cast(), n)),
            2 => PyStr::from_u16(std::slice::from_raw_parts(p.cast(), n)),
            4 => PyStr::from_code_points(std::slice::from_raw_parts(p.cast(), n)),
            _ => raise!(SystemError, "invalid kind"),
        }
    }
    fn PyUnicode_FromStringAndSize(p: *const c_char, n: isize) -> PyResult<Py<PyStr>> {
        if n < 0 {
            return raise!(SystemError, "Negative size passed to PyUnicode_FromStringAndSize");
        }
        if p.is_null() && n > 0 {
            return raise!(SystemError, "NULL string with positive size with NULL passed to PyUnicode_FromStringAndSize");
        }
        decode_utf8(sized(p, n))
    }
    fn PyUnicode_FromString(p: *const c_char) -> PyResult<Py<PyStr>> {
        decode_utf8(bytes(p))
    }
    fn PyUnicode_FromWideChar(p: *const libc::wchar_t, n: isize) -> PyResult<Py<PyStr>> {
        from_wide(p, n)
    }
    fn PyUnicode_FromOrdinal(c: c_int) -> PyResult<Py<PyStr>> {
        if !(0..0x110000).contains(&c) {
            return raise!(ValueError, "chr() arg not in range(0x110000)");
        }
        PyStr::from_char(c as u32)
    }
    fn PyUnicode_FromObject(o: &PyObject) -> PyResult<Py<PyStr>> {
        match o.downcast::<PyStr>() {
            Some(s) => s.to_exact(),
            None => raise!(TypeError, "Can't convert '{}' object to str implicitly", o.ty().full_name()),
        }
    }
    fn PyUnicode_FromEncodedObject(o: Option<&PyObject>, encoding: *const c_char, handler: *const c_char) -> PyResult<Py<PyStr>> {
        let Some(o) = o else {
            return error::bad_internal_call();
        };
        let (encoding, handler) = (opt_text(encoding)?, opt_text(handler)?);
        codecs::decode_object(o, encoding.as_deref(), handler.as_deref())
    }
    fn PyUnicode_InternFromString(p: *const c_char) -> PyResult<Py<PyStr>> {
        Ok(object::intern::intern(decode_utf8(bytes(p))?))
    }
    /// `*p` becomes the interned string equal to it; the reference is exchanged.
    fn PyUnicode_InternInPlace(p: *mut *mut PyObject) {
        let Some(s) = steal(*p) else {
            return;
        };
        *p = match s.downcast_into::<PyStr>() {
            Ok(s) => object::intern::intern(s).into_object().into_ptr(),
            Err(o) => o.into_ptr(),
        };
    }
    fn PyUnicode_InternImmortal(p: *mut *mut PyObject) {
        let Some(s) = steal(*p) else {
            return;
        };
        *p = match s.downcast_into::<PyStr>() {
            Ok(s) => object::intern::intern_immortal(s).as_ptr(),
            Err(o) => o.into_ptr(),
        };
    }
    /// Another length for a string that nobody else has seen; `*p` may move.
    fn PyUnicode_Resize(p: *mut *mut PyObject, n: isize) -> PyResult<()> {
        let Some(old) = (*p).as_ref().and_then(|o| o.downcast::<PyStr>()).filter(|_| n >= 0) else {
            return error::bad_internal_call();
        };
        let n = n as usize;
        if old.len() == n {
            return Ok(());
        }
        let new = if n == 0 { PyStr::empty() } else { PyStr::alloc(n, old.max_char_bound())? };
        let keep = old.len().min(n) * old.kind() as usize;
        if keep > 0 {
            std::ptr::copy_nonoverlapping(old.data_ptr(), new.data_ptr(), keep);
        }
        drop(steal(std::ptr::replace(p, new.into_object().into_ptr())));
        Ok(())
    }
    fn taipan_format_str(format: *const c_char, w: *mut Walker) -> PyResult<Py<PyStr>> {
        crate::format::text(bytes(format), &mut Va::new(w))
    }
}

// ---- looking at strings ----

capi! {
    fn PyUnicode_GetLength(o: &PyObject) -> PyResult<usize> {
        Ok(string(Some(o))?.len())
    }
    fn PyUnicode_ReadChar(o: &PyObject, i: isize) -> PyResult<u32> {
        let s = string(Some(o))?;
        if i < 0 || i as usize >= s.len() {
            return raise!(IndexError, "string index out of range");
        }
        Ok(s.chars().at(i as usize))
    }
    /// For a string that nobody else has seen.
    fn PyUnicode_WriteChar(o: &PyObject, i: isize, c: u32) -> PyResult<()> {
        let s = string(Some(o))?;
        if i < 0 || i as usize >= s.len() {
            return raise!(IndexError, "string index out of range");
        }
        writable(s)?;
        if c > s.max_char_bound() {
            return raise!(ValueError, "character out of range");
        }
        let p = s.data_ptr();
        match s.kind() {
            1 => *p.add(i as usize) = c as u8,
            2 => *(p as *mut u16).add(i as usize) = c as u16,
            _ => *(p as *mut u32).add(i as usize) = c,
        }
        Ok(())
    }
    /// Fills with a character; returns how many were written.
    fn PyUnicode_Fill(o: &PyObject, start: isize, n: isize, c: u32) -> PyResult<isize> {
        let s = string(Some(o))?;
        writable(s)?;
        if c > s.max_char_bound() {
            return raise!(ValueError, "fill character is bigger than the string maximum character");
        }
        if start < 0 {
            return raise!(IndexError, "string index out of range");
        }
        let n = n.min(s.len() as isize - start);
        for i in start..start + n.max(0) {
            PyUnicode_WriteChar(o, i, c);
        }
        Ok(n.max(0))
    }
    /// Copies characters into a string that nobody else has seen; returns how many.
    fn PyUnicode_CopyCharacters(to: &PyObject, at: isize, from: &PyObject, start: isize, n: isize) -> PyResult<isize> {
        let (to_s, from_s) = match (to.downcast::<PyStr>(), from.downcast::<PyStr>()) {
            (Some(a), Some(b)) => (a, b),
            _ => return error::bad_internal_call(),
        };
        if start < 0 || start as usize > from_s.len() || at < 0 || at as usize > to_s.len() {
            return raise!(IndexError, "string index out of range");
        }
        if n < 0 {
            return raise!(SystemError, "how_many cannot be negative");
        }
        let n = n.min(from_s.len() as isize - start);
        if at + n > to_s.len() as isize {
            return raise!(SystemError, "Cannot write {n} characters at {at} in a string of {} characters", to_s.len());
        }
        if n == 0 {
            return Ok(0);
        }
        writable(to_s)?;
        let part = from_s.chars().slice(start as usize, (start + n) as usize);
        if part.iter().any(|c| c > to_s.max_char_bound()) {
            return raise!(SystemError, "Cannot copy {} characters into a string of {} characters",
                from_s.kind(), to_s.kind());
        }
        for (i, c) in part.iter().enumerate() {
            PyUnicode_WriteChar(to, at + i as isize, c);
        }
        Ok(n)
    }
    fn PyUnicode_Substring(o: &PyObject, start: isize, end: isize) -> PyResult<Py<PyStr>> {
        let s = must(o)?;
        if start < 0 || end < 0 {
            return raise!(IndexError, "string index out of range");
        }
        let end = (end as usize).min(s.len());
        if start as usize >= end {
            return Ok(PyStr::empty());
        }
        s.substring(start as usize, end)
    }
    /// Copies the code points into the caller's buffer, which it returns.
    fn PyUnicode_AsUCS4(o: &PyObject, buffer: *mut u32, n: isize, nul: c_int) -> PyResult<*mut u32> {
        let s = string(Some(o))?;
        if buffer.is_null() || n < 0 {
            return error::bad_internal_call();
        }
        let need = s.len() + (nul != 0) as usize;
        if (n as usize) < need {
            return raise!(SystemError, "string is longer than the buffer");
        }
        for (i, c) in s.chars().iter().enumerate() {
            *buffer.add(i) = c;
        }
        if nul != 0 {
            *buffer.add(s.len()) = 0;
        }
        Ok(buffer)
    }
    /// A new block, to be freed with `PyMem_Free`.
    fn PyUnicode_AsUCS4Copy(o: &PyObject) -> PyResult<*mut u32> {
        Ok(code_points(string(Some(o))?)?.0)
    }
    /// Writes at most `n` wide characters (a final NUL if there is room); how many, without the NUL. Without a place, how
    /// many are needed with the NUL.
    fn PyUnicode_AsWideChar(o: Option<&PyObject>, w: *mut libc::wchar_t, n: isize) -> PyResult<isize> {
        let s = expect_opt::<PyStr>(o)?;
        let len = s.len() as isize;
        if w.is_null() {
            return Ok(len + 1);
        }
        for (i, c) in s.chars().iter().take(n.max(0) as usize).enumerate() {
            *w.add(i) = c as libc::wchar_t;
        }
        if n > len {
            *w.add(len as usize) = 0;
            return Ok(len);
        }
        Ok(n)
    }
    /// A new block, to be freed with `PyMem_Free`. Without a place for the length, the text must have no NUL.
    fn PyUnicode_AsWideCharString(o: Option<&PyObject>, n: *mut isize) -> PyResult<*mut libc::wchar_t> {
        let s = expect_opt::<PyStr>(o)?;
        if n.is_null() && s.chars().iter().any(|c| c == 0) {
            return raise!(ValueError, "embedded null character");
        }
        let (block, len) = code_points(s)?;
        if !n.is_null() {
            *n = len as isize;
        }
        Ok(block.cast())
    }
    /// The UTF-8 form, which lives as long as the string.
    fn PyUnicode_AsUTF8AndSize(o: &PyObject, n: *mut isize) -> PyResult<*const c_char> {
        let result = string(Some(o)).and_then(|s| s.utf8_cached());
        if !n.is_null() {
            *n = result.map_or(-1, |(_, len)| len as isize);
        }
        Ok(result?.0.cast())
    }
    fn PyUnicode_AsUTF8(o: &PyObject) -> PyResult<*const c_char> {
        Ok(string(Some(o))?.utf8_cached()?.0.cast())
    }
    /// As `PyUnicode_AsUTF8`, but a NUL inside is refused.
    fn _PyUnicode_AsUTF8NoNUL(o: &PyObject) -> PyResult<*const c_char> {
        let (p, n) = string(Some(o))?.utf8_cached()?;
        if std::slice::from_raw_parts(p, n).contains(&0) {
            return raise!(ValueError, "embedded null character");
        }
        Ok(p.cast())
    }
    fn PyUnicode_IsIdentifier(o: &PyObject) -> PyResult<bool> {
        must(o)?.as_object().call_method(intern!("isidentifier"), &[])?.is_true()
    }
    fn PyUnicode_KIND(s: &PyStr) -> c_int {
        s.kind() as c_int
    }
    fn PyUnicode_DATA(s: &PyStr) -> *mut c_void {
        s.data_ptr().cast()
    }
}

/// Only what nobody else has seen may be written to.
fn writable(s: &PyStr) -> PyResult<()> {
    let fresh = s.as_object().refcount() == 1 && PyStr::check_exact(s.as_object()) && s.interned_state() == 0;
    if fresh {
        Ok(())
    } else {
        raise!(SystemError, "Cannot modify a string currently used")
    }
}

/// A block of the code points with a NUL, and their number.
fn code_points(s: &PyStr) -> PyResult<(*mut u32, usize)> {
    let mut points: Vec<u32> = s.chars().iter().collect();
    let n = points.len();
    points.push(0);
    // SAFETY: the vector's memory as bytes.
    let content = unsafe { std::slice::from_raw_parts(points.as_ptr() as *const u8, points.len() * 4) };
    Ok((crate::pymem::copied(content)?.cast(), n))
}

// ---- comparing ----

fn ordering(o: std::cmp::Ordering) -> c_int {
    o as c_int
}

capi! {
    /// -1, 0 or 1; -1 with an exception for what are not strings.
    fn PyUnicode_Compare(a: &PyObject, b: &PyObject) -> PyResult<c_int> {
        match (a.downcast::<PyStr>(), b.downcast::<PyStr>()) {
            (Some(a), Some(b)) => Ok(ordering(a.chars().iter().cmp(b.chars().iter()))),
            _ => raise!(TypeError, "Can't compare {} and {}", a.ty().full_name(), b.ty().full_name()),
        }
    }
    /// The C text is taken as Latin-1. Sets no exception.
    fn PyUnicode_CompareWithASCIIString(a: &PyStr, b: *const c_char) -> c_int {
        ordering(a.chars().iter().cmp(bytes(b).iter().map(|c| *c as u32)))
    }
    fn PyUnicode_EqualToUTF8(a: &PyStr, b: *const c_char) -> bool {
        std::str::from_utf8(bytes(b)).is_ok_and(|t| a.eq_str(t))
    }
    fn PyUnicode_EqualToUTF8AndSize(a: &PyStr, b: *const c_char, n: isize) -> bool {
        std::str::from_utf8(sized(b, n)).is_ok_and(|t| a.eq_str(t))
    }
    fn PyUnicode_Equal(a: &PyObject, b: &PyObject) -> PyResult<bool> {
        for o in [a, b] {
            if !PyStr::check(o) {
                return raise!(TypeError, "{} argument must be str, not {}",
                    if std::ptr::eq(o, a) { "first" } else { "second" }, o.ty().full_name());
            }
        }
        Ok(must(a)?.eq(must(b)?))
    }
    fn _PyUnicode_EQ(a: &PyStr, b: &PyStr) -> bool {
        a.eq(b)
    }
    fn _PyUnicode_Equal(a: &PyStr, b: &PyStr) -> bool {
        a.eq(b)
    }
    fn _PyUnicode_EqualToASCIIString(a: &PyStr, b: *const c_char) -> bool {
        std::str::from_utf8(bytes(b)).is_ok_and(|t| a.eq_str(t))
    }
    fn PyUnicode_RichCompare(a: &PyObject, b: &PyObject, op: c_int) -> PyResult {
        match (a.downcast::<PyStr>(), b.downcast::<PyStr>()) {
            (Some(x), Some(y)) => {
                let holds = CompareOp::from_int(op).holds(x.chars().iter().cmp(y.chars().iter()));
                Ok(object::bool::py_bool(holds))
            }
            _ => Ok(object::not_implemented()),
        }
    }
    fn PyUnicode_Contains(a: &PyObject, b: &PyObject) -> PyResult<bool> {
        if !PyStr::check(b) {
            return raise!(TypeError, "'in <string>' requires string as left operand, not {}", b.ty().full_name());
        }
        must(a)?.as_object().contains(b)
    }
}

// ---- the methods ----

/// A method of `str` with its range arguments.
fn ranged(s: &PyObject, method: &PyStr, args: &[&PyObject], start: isize, end: isize) -> PyResult {
    let (start, end) = (int(start)?, int(end)?);
    let all: Vec<&PyObject> = args
        .iter()
        .copied()
        .chain([start.as_object(), end.as_object()])
        .collect();
    must(s)?.as_object().call_method(method, &all)
}

fn as_index(v: PyResult) -> PyResult<isize> {
    object::number::index_as_isize(&*v?)
}

/// The optional separator: NULL and `None` alike.
fn separator(sep: Option<&PyObject>) -> &PyObject {
    sep.unwrap_or(object::singletons::none_ref())
}

capi! {
    fn PyUnicode_Concat(a: &PyObject, b: &PyObject) -> PyResult<Py<PyStr>> {
        let a = must(a)?;
        match b.downcast::<PyStr>() {
            Some(b) => object::str::concat::concat(a, b),
            None => raise!(TypeError, "can only concatenate str (not \"{}\") to str", b.ty().full_name()),
        }
    }
    /// `*left += right`; on failure `*left` is NULL. Steals `*left`.
    fn PyUnicode_Append(left: *mut *mut PyObject, right: Option<&PyObject>) {
        if left.is_null() {
            if !error::occurred() {
                let _: PyResult<()> = error::bad_internal_call();
            }
            return;
        }
        let old = steal(std::ptr::replace(left, std::ptr::null_mut()));
        let joined = match (old.map(|o| o.downcast_into::<PyStr>()), right.and_then(|r| r.downcast::<PyStr>())) {
            (Some(Ok(a)), Some(b)) => object::str::append_inplace(a, b),
            _ if error::occurred() => Err(object::Raised),
            _ => error::bad_internal_call(),
        };
        *left = joined.map_or(std::ptr::null_mut(), |s| s.into_object().into_ptr());
    }
    /// As `PyUnicode_Append`; steals `right`, too.
    fn PyUnicode_AppendAndDel(left: *mut *mut PyObject, right: *mut PyObject) {
        let right = steal(right);
        PyUnicode_Append(left, right.as_deref());
    }
    fn PyUnicode_Join(sep: Option<&PyObject>, items: &PyObject) -> PyResult<Py<PyStr>> {
        match sep {
            Some(s) => match s.downcast::<PyStr>() {
                Some(s) => object::str::concat::join(s, items),
                None => raise!(TypeError, "separator: expected str instance, {} found", s.ty().full_name()),
            },
            None => object::str::concat::join(&*PyStr::new(" ")?, items),
        }
    }
    fn PyUnicode_Split(s: &PyObject, sep: Option<&PyObject>, max: isize) -> PyResult {
        must(s)?.as_object().call_method(intern!("split"), &[separator(sep), int(max)?.as_object()])
    }
    fn PyUnicode_RSplit(s: &PyObject, sep: Option<&PyObject>, max: isize) -> PyResult {
        must(s)?.as_object().call_method(intern!("rsplit"), &[separator(sep), int(max)?.as_object()])
    }
    fn PyUnicode_Splitlines(s: &PyObject, keep: c_int) -> PyResult {
        must(s)?.as_object().call_method(intern!("splitlines"), &[&object::bool::py_bool(keep != 0)])
    }
    fn PyUnicode_Partition(s: &PyObject, sep: &PyObject) -> PyResult {
        must(s)?.as_object().call_method(intern!("partition"), &[must(sep)?.as_object()])
    }
    fn PyUnicode_RPartition(s: &PyObject, sep: &PyObject) -> PyResult {
        must(s)?.as_object().call_method(intern!("rpartition"), &[must(sep)?.as_object()])
    }
    fn PyUnicode_Translate(s: &PyObject, table: &PyObject, _errors: *const c_char) -> PyResult {
        must(s)?.as_object().call_method(intern!("translate"), &[table])
    }
    fn PyUnicode_Replace(s: &PyObject, old: &PyObject, new: &PyObject, max: isize) -> PyResult {
        must(s)?.as_object().call_method(intern!("replace"), &[must(old)?.as_object(), must(new)?.as_object(), int(max)?.as_object()])
    }
    /// Whether the text ends (direction 1) or begins (-1) with the other.
    fn PyUnicode_Tailmatch(s: &PyObject, sub: &PyObject, start: isize, end: isize, direction: c_int) -> PyResult<isize> {
        let method = if direction > 0 { intern!("endswith") } else { intern!("startswith") };
        Ok(ranged(s, method, &[must(sub)?.as_object()], start, end)?.is_true()? as isize)
    }
    /// The index, -1 where there is none, -2 on an error.
    fn PyUnicode_Find(s: &PyObject, sub: &PyObject, start: isize, end: isize, direction: c_int) -> isize {
        let method = if direction > 0 { intern!("find") } else { intern!("rfind") };
        must(sub).and_then(|sub| as_index(ranged(s, method, &[sub.as_object()], start, end))).unwrap_or(-2)
    }
    fn PyUnicode_FindChar(s: &PyObject, c: u32, start: isize, end: isize, direction: c_int) -> isize {
        let method = if direction > 0 { intern!("find") } else { intern!("rfind") };
        PyStr::from_char(c).and_then(|c| as_index(ranged(s, method, &[c.as_object()], start, end))).unwrap_or(-2)
    }
    fn PyUnicode_Count(s: &PyObject, sub: &PyObject, start: isize, end: isize) -> PyResult<isize> {
        as_index(ranged(s, intern!("count"), &[must(sub)?.as_object()], start, end))
    }
    fn PyUnicode_Format(s: &PyObject, args: &PyObject) -> PyResult {
        object::number::remainder(must(s)?.as_object(), args)
    }
}

// ---- codecs ----

fn width_decode(
    content: &[u8],
    handler: *const c_char,
    width: Width,
    byteorder: *mut c_int,
    consumed: *mut isize,
) -> PyResult<Py<PyStr>> {
    // SAFETY: C's text and places.
    unsafe {
        let handler = opt_text(handler)?;
        let order = if byteorder.is_null() {
            Order::Native
        } else {
            Order::from_int(*byteorder)
        };
        let d = wide::decode(content, errors(&handler), width, order, consumed.is_null())?;
        if !byteorder.is_null() {
            *byteorder = d.order.to_int();
        }
        if !consumed.is_null() {
            *consumed = d.used as isize;
        }
        Ok(d.text)
    }
}

/// A decoder that can be fed in pieces: what it left over is said in `*consumed`.
unsafe fn stateful(
    handler: *const c_char,
    consumed: *mut isize,
    f: impl FnOnce(Errors<'_>, bool) -> PyResult<(Py<PyStr>, usize)>,
) -> PyResult<Py<PyStr>> {
    // SAFETY: C's text and place.
    unsafe {
        let handler = opt_text(handler)?;
        let (text, used) = f(errors(&handler), consumed.is_null())?;
        if !consumed.is_null() {
            *consumed = used as isize;
        }
        Ok(text)
    }
}

/// The file system's encoding: UTF-8 with bytes that are not as surrogates.
fn fs_encode(s: &PyStr) -> PyResult<Py<PyBytes>> {
    codecs::utf8::encode(s, Errors(Some(intern!("surrogateescape"))))
}

fn fs_handler(handler: *const c_char) -> PyResult<&'static CStr> {
    if handler.is_null() {
        return Ok(c"strict");
    }
    // SAFETY: C's text.
    match unsafe { CStr::from_ptr(handler) }.to_bytes() {
        b"strict" => Ok(c"strict"),
        b"surrogateescape" => Ok(c"surrogateescape"),
        _ => raise!(ValueError, "unsupported error handler"),
    }
}

capi! {
    fn PyUnicode_Decode(p: *const c_char, n: isize, encoding: *const c_char, handler: *const c_char) -> PyResult<Py<PyStr>> {
        let (encoding, handler) = (opt_text(encoding)?, opt_text(handler)?);
        codecs::decode_bytes(sized(p, n), None, encoding.as_deref(), handler.as_deref())
    }
    fn PyUnicode_AsEncodedString(o: &PyObject, encoding: *const c_char, handler: *const c_char) -> PyResult {
        let (encoding, handler) = (opt_text(encoding)?, opt_text(handler)?);
        codecs::encode_str(string(Some(o))?, encoding.as_deref(), handler.as_deref())
    }
    fn PyUnicode_AsEncodedObject(o: &PyObject, encoding: *const c_char, handler: *const c_char) -> PyResult {
        crate::codecs::encode(string(Some(o))?.as_object(), encoding, handler)
    }
    fn PyUnicode_AsEncodedUnicode(o: &PyObject, encoding: *const c_char, handler: *const c_char) -> PyResult {
        text_result(crate::codecs::encode(string(Some(o))?.as_object(), encoding, handler)?, "encoder")
    }
    fn PyUnicode_AsDecodedObject(o: &PyObject, encoding: *const c_char, handler: *const c_char) -> PyResult {
        crate::codecs::decode(string(Some(o))?.as_object(), encoding, handler)
    }
    fn PyUnicode_AsDecodedUnicode(o: &PyObject, encoding: *const c_char, handler: *const c_char) -> PyResult {
        text_result(crate::codecs::decode(string(Some(o))?.as_object(), encoding, handler)?, "decoder")
    }
    fn PyUnicode_GetDefaultEncoding() -> *const c_char {
        c"utf-8".as_ptr()
    }
    fn PyUnicode_DecodeUTF8(p: *const c_char, n: isize, handler: *const c_char) -> PyResult<Py<PyStr>> {
        let handler = opt_text(handler)?;
        codecs::utf8::decode(sized(p, n), errors(&handler))
    }
    fn PyUnicode_DecodeUTF8Stateful(p: *const c_char, n: isize, handler: *const c_char, consumed: *mut isize) -> PyResult<Py<PyStr>> {
        stateful(handler, consumed, |e, last| codecs::utf8::decode_stateful(sized(p, n), e, last))
    }
    fn PyUnicode_AsUTF8String(o: &PyObject) -> PyResult<Py<PyBytes>> {
        codecs::utf8::encode(string(Some(o))?, Errors::STRICT)
    }
    fn _PyUnicode_AsUTF8String(o: &PyObject, handler: *const c_char) -> PyResult<Py<PyBytes>> {
        let handler = opt_text(handler)?;
        codecs::utf8::encode(string(Some(o))?, errors(&handler))
    }
    fn PyUnicode_DecodeUTF7(p: *const c_char, n: isize, handler: *const c_char) -> PyResult<Py<PyStr>> {
        stateful(handler, std::ptr::null_mut(), |e, last| codecs::utf7::decode(sized(p, n), e, last))
    }
    fn PyUnicode_DecodeUTF7Stateful(p: *const c_char, n: isize, handler: *const c_char, consumed: *mut isize) -> PyResult<Py<PyStr>> {
        stateful(handler, consumed, |e, last| codecs::utf7::decode(sized(p, n), e, last))
    }
    fn PyUnicode_DecodeUTF16(p: *const c_char, n: isize, handler: *const c_char, order: *mut c_int) -> PyResult<Py<PyStr>> {
        width_decode(sized(p, n), handler, Width::Sixteen, order, std::ptr::null_mut())
    }
    fn PyUnicode_DecodeUTF16Stateful(p: *const c_char, n: isize, handler: *const c_char, order: *mut c_int, consumed: *mut isize) -> PyResult<Py<PyStr>> {
        width_decode(sized(p, n), handler, Width::Sixteen, order, consumed)
    }
    fn PyUnicode_AsUTF16String(o: &PyObject) -> PyResult<Py<PyBytes>> {
        wide::encode(string(Some(o))?, Errors::STRICT, Width::Sixteen, Order::Native)
    }
    fn PyUnicode_DecodeUTF32(p: *const c_char, n: isize, handler: *const c_char, order: *mut c_int) -> PyResult<Py<PyStr>> {
        width_decode(sized(p, n), handler, Width::ThirtyTwo, order, std::ptr::null_mut())
    }
    fn PyUnicode_DecodeUTF32Stateful(p: *const c_char, n: isize, handler: *const c_char, order: *mut c_int, consumed: *mut isize) -> PyResult<Py<PyStr>> {
        width_decode(sized(p, n), handler, Width::ThirtyTwo, order, consumed)
    }
    fn PyUnicode_AsUTF32String(o: &PyObject) -> PyResult<Py<PyBytes>> {
        wide::encode(string(Some(o))?, Errors::STRICT, Width::ThirtyTwo, Order::Native)
    }
    fn PyUnicode_DecodeLatin1(p: *const c_char, n: isize, _handler: *const c_char) -> PyResult<Py<PyStr>> {
        PyStr::from_latin1(sized(p, n))
    }
    fn PyUnicode_AsLatin1String(o: &PyObject) -> PyResult<Py<PyBytes>> {
        codecs::single::encode(string(Some(o))?, Errors::STRICT, 0x100)
    }
    fn PyUnicode_DecodeASCII(p: *const c_char, n: isize, handler: *const c_char) -> PyResult<Py<PyStr>> {
        let handler = opt_text(handler)?;
        codecs::single::decode_ascii(sized(p, n), errors(&handler))
    }
    fn PyUnicode_AsASCIIString(o: &PyObject) -> PyResult<Py<PyBytes>> {
        codecs::single::encode(string(Some(o))?, Errors::STRICT, 0x80)
    }
    fn PyUnicode_DecodeUnicodeEscape(p: *const c_char, n: isize, handler: *const c_char) -> PyResult<Py<PyStr>> {
        stateful(handler, std::ptr::null_mut(), |e, last| codecs::escapes::unicode_escape_decode(sized(p, n), e, last))
    }
    fn PyUnicode_AsUnicodeEscapeString(o: &PyObject) -> PyResult<Py<PyBytes>> {
        codecs::escapes::unicode_escape_encode(string(Some(o))?)
    }
    fn PyUnicode_DecodeRawUnicodeEscape(p: *const c_char, n: isize, handler: *const c_char) -> PyResult<Py<PyStr>> {
        stateful(handler, std::ptr::null_mut(), |e, last| codecs::escapes::raw_unicode_escape_decode(sized(p, n), e, last))
    }
    fn PyUnicode_AsRawUnicodeEscapeString(o: &PyObject) -> PyResult<Py<PyBytes>> {
        codecs::escapes::raw_unicode_escape_encode(string(Some(o))?)
    }
    fn PyUnicode_DecodeCharmap(p: *const c_char, n: isize, mapping: Option<&PyObject>, handler: *const c_char) -> PyResult<Py<PyStr>> {
        let handler = opt_text(handler)?;
        codecs::charmap::decode(sized(p, n), errors(&handler), mapping.filter(|m| !object::is_none(m)))
    }
    fn PyUnicode_AsCharmapString(o: &PyObject, mapping: Option<&PyObject>) -> PyResult<Py<PyBytes>> {
        codecs::charmap::encode(string(Some(o))?, Errors::STRICT, mapping.filter(|m| !object::is_none(m)))
    }
    fn PyUnicode_BuildEncodingMap(o: &PyObject) -> PyResult {
        codecs::charmap::build(string(Some(o))?)
    }
    // ---- the file system's and the locale's encoding, which is UTF-8 ----
    fn PyUnicode_EncodeFSDefault(o: &PyObject) -> PyResult<Py<PyBytes>> {
        fs_encode(string(Some(o))?)
    }
    fn PyUnicode_DecodeFSDefault(p: *const c_char) -> PyResult<Py<PyStr>> {
        interp::os_bytes(bytes(p))
    }
    fn PyUnicode_DecodeFSDefaultAndSize(p: *const c_char, n: isize) -> PyResult<Py<PyStr>> {
        interp::os_bytes(sized(p, n))
    }
    fn PyUnicode_DecodeLocale(p: *const c_char, handler: *const c_char) -> PyResult<Py<PyStr>> {
        PyUnicode_DecodeUTF8(p, bytes(p).len() as isize, fs_handler(handler)?.as_ptr())
    }
    fn PyUnicode_DecodeLocaleAndSize(p: *const c_char, n: isize, handler: *const c_char) -> PyResult<Py<PyStr>> {
        if sized(p, n).contains(&0) {
            return raise!(ValueError, "embedded null byte");
        }
        PyUnicode_DecodeUTF8(p, n, fs_handler(handler)?.as_ptr())
    }
    fn PyUnicode_EncodeLocale(o: &PyObject, handler: *const c_char) -> PyResult<Py<PyBytes>> {
        let handler = crate::util::text(fs_handler(handler)?.as_ptr())?;
        codecs::utf8::encode(string(Some(o))?, Errors(Some(&handler)))
    }
    /// A converter for `PyArg_Parse*`: a path as bytes, a new reference in `*result`. With NULL it cleans up.
    fn PyUnicode_FSConverter(o: Option<&PyObject>, result: *mut *mut PyObject) -> c_int {
        let Some(o) = o else {
            drop(steal(std::ptr::replace(result, std::ptr::null_mut())));
            return 1;
        };
        match fs_convert(o) {
            Ok(b) => {
                *result = b.into_object().into_ptr();
                CLEANUP_SUPPORTED
            }
            Err(_) => 0,
        }
    }
    /// As `PyUnicode_FSConverter`, a path as text.
    fn PyUnicode_FSDecoder(o: Option<&PyObject>, result: *mut *mut PyObject) -> c_int {
        let Some(o) = o else {
            drop(steal(std::ptr::replace(result, std::ptr::null_mut())));
            return 1;
        };
        let text = interp::fs_decode(o).and_then(|s| {
            if s.chars().iter().any(|c| c == 0) {
                return raise!(ValueError, "embedded null character");
            }
            Ok(s)
        });
        match text {
            Ok(s) => {
                *result = s.into_object().into_ptr();
                CLEANUP_SUPPORTED
            }
            Err(_) => 0,
        }
    }
    fn PyOS_FSPath(o: &PyObject) -> PyResult {
        fs_path(o)
    }
}

/// `Py_CLEANUP_SUPPORTED`
const CLEANUP_SUPPORTED: c_int = 0x20000;

/// `os.fspath(o)`
fn fs_path(o: &PyObject) -> PyResult {
    if PyStr::check(o) || PyBytes::check(o) {
        return Ok(o.new_ref());
    }
    match object::typeobject::call_special(o, intern!("__fspath__"), &[])? {
        Some(p) if PyStr::check(&p) || PyBytes::check(&p) => Ok(p),
        Some(p) => raise!(
            TypeError,
            "expected {}.__fspath__() to return str or bytes, not {}",
            o.ty().full_name(),
            p.ty().full_name()
        ),
        None => raise!(
            TypeError,
            "expected str, bytes or os.PathLike object, not {}",
            o.ty().full_name()
        ),
    }
}

fn fs_convert(o: &PyObject) -> PyResult<Py<PyBytes>> {
    let path = fs_path(o)?;
    let b = match path.downcast_into::<PyBytes>() {
        Ok(b) => b,
        Err(s) => fs_encode(must(&s)?)?,
    };
    if b.as_slice().contains(&0) {
        return raise!(ValueError, "embedded null byte");
    }
    Ok(b)
}

fn text_result(v: Py, what: &str) -> PyResult {
    if PyStr::check(&v) {
        return Ok(v);
    }
    raise!(
        TypeError,
        "{what} did not return a string object (type={})",
        v.ty().full_name()
    )
}

// ---- characters ----

macro_rules! character {
    ($($name:ident $f:ident),* $(,)?) => { capi! {$(
        fn $name(c: u32) -> bool {
            unidata::$f(c)
        }
    )*} };
}
character!(_PyUnicode_IsLowercase is_lower, _PyUnicode_IsUppercase is_upper, _PyUnicode_IsTitlecase is_title,
    _PyUnicode_IsWhitespace is_space, _PyUnicode_IsLinebreak is_linebreak, _PyUnicode_IsAlpha is_alpha,
    _PyUnicode_IsPrintable is_printable);

capi! {
    fn _PyUnicode_ToLowercase(c: u32) -> u32 {
        unidata::case::to_lower_simple(c)
    }
    fn _PyUnicode_ToUppercase(c: u32) -> u32 {
        unidata::case::to_upper_simple(c)
    }
    fn _PyUnicode_ToTitlecase(c: u32) -> u32 {
        unidata::case::to_title_simple(c)
    }
    fn _PyUnicode_ToDecimalDigit(c: u32) -> c_int {
        unidata::decimal(c).map_or(-1, c_int::from)
    }
    fn _PyUnicode_ToDigit(c: u32) -> c_int {
        unidata::digit(c).map_or(-1, c_int::from)
    }
    fn _PyUnicode_ToNumeric(c: u32) -> f64 {
        unidata::numeric(c).unwrap_or(-1.0)
    }
    fn _PyUnicode_IsDecimalDigit(c: u32) -> bool {
        unidata::decimal(c).is_some()
    }
    fn _PyUnicode_IsDigit(c: u32) -> bool {
        unidata::digit(c).is_some()
    }
    fn _PyUnicode_IsNumeric(c: u32) -> bool {
        unidata::numeric(c).is_some()
    }
}
