//! Putting strings together and taking parts: concatenation (also in place), repetition, joining, substrings.

use super::{Chars, PyCompactUnicodeObject, PyStr, STATE_COMPACT};
use crate::handle::{Py, PyClass, PyLayout, PyResult};
use crate::raise;
use crate::refcount::PyObject;

/// Writes characters into a fresh string, one after the other.
pub(crate) struct Writer {
    to: *mut u8,
    kind: u32,
    room: usize,
}

impl Writer {
    /// # Safety
    /// `s` is fresh from `PyStr::alloc` and nobody else looks at it while the writer is used.
    pub unsafe fn new(s: &PyStr) -> Writer {
        Writer {
            to: s.data_ptr(),
            kind: s.kind(),
            room: s.len(),
        }
    }

    /// A writer from a place in the string on.
    ///
    /// # Safety
    /// As [`Writer::new`]; `at` is within the string.
    pub unsafe fn from_place(s: &PyStr, at: usize) -> Writer {
        // SAFETY: `at` characters stand before it.
        let to = unsafe { s.data_ptr().add(at * s.kind() as usize) };
        Writer {
            to,
            kind: s.kind(),
            room: s.len() - at,
        }
    }

    /// Panics if there is no room or the characters are too wide.
    #[inline]
    pub fn put(&mut self, chars: Chars<'_>) {
        let n = chars.len();
        assert!(n <= self.room);
        self.room -= n;
        // SAFETY: there is room for `n` characters of the string's kind at `to`.
        unsafe {
            match (self.kind, chars) {
                (1, Chars::One(s)) => std::ptr::copy_nonoverlapping(s.as_ptr(), self.to, n),
                (2, Chars::One(s)) => widen(s, self.to as *mut u16, |c| c as u16),
                (2, Chars::Two(s)) => std::ptr::copy_nonoverlapping(s.as_ptr(), self.to as *mut u16, n),
                (4, Chars::One(s)) => widen(s, self.to as *mut u32, |c| c as u32),
                (4, Chars::Two(s)) => widen(s, self.to as *mut u32, |c| c as u32),
                (4, Chars::Four(s)) => std::ptr::copy_nonoverlapping(s.as_ptr(), self.to as *mut u32, n),
                _ => panic!("characters too wide for the string"),
            }
            self.to = self.to.add(n * self.kind as usize);
        }
    }
}

/// # Safety
/// `to` has room for as many.
unsafe fn widen<A: Copy, B>(s: &[A], to: *mut B, f: impl Fn(A) -> B) {
    for (i, c) in s.iter().enumerate() {
        // SAFETY: the caller's promise.
        unsafe { to.add(i).write(f(*c)) };
    }
}

/// `left + right`
#[inline]
pub fn concat(left: &PyStr, right: &PyStr) -> PyResult<Py<PyStr>> {
    if left.is_empty() {
        return right.to_exact();
    }
    if right.is_empty() {
        return left.to_exact();
    }
    let Some(n) = left.len().checked_add(right.len()) else {
        return raise!(OverflowError, "strings are too large to concat");
    };
    let s = PyStr::alloc(n, left.max_char_bound().max(right.max_char_bound()))?;
    // SAFETY: fresh.
    let mut w = unsafe { Writer::new(&s) };
    w.put(left.chars());
    w.put(right.chars());
    Ok(s)
}

/// `left += right` where `left` is given up: grows it in place if nobody else has it.
#[inline]
pub fn append_inplace(left: Py<PyStr>, right: &PyStr) -> PyResult<Py<PyStr>> {
    if right.is_empty() && PyStr::check_exact(left.as_object()) {
        return Ok(left);
    }
    if left.as_object().is_unique()
        && PyStr::check_exact(left.as_object())
        && left.state.get() & STATE_COMPACT != 0
        && left.interned_state() == 0
        && !left.is_empty()
        && left.kind() >= right.kind()
        && (!left.is_ascii() || right.is_ascii())
        && !std::ptr::eq(&*left, right)
    {
        return grow(left, right);
    }
    concat(&left, right)
}

fn grow(left: Py<PyStr>, right: &PyStr) -> PyResult<Py<PyStr>> {
    let (old, kind) = (left.len(), left.kind() as usize);
    let head = left.data_ptr() as usize - left.as_ptr() as usize;
    let size = old
        .checked_add(right.len())
        .and_then(|n| n.checked_add(1))
        .and_then(|n| n.checked_mul(kind))
        .and_then(|n| n.checked_add(head))
        .filter(|n| *n <= isize::MAX as usize);
    let Some(size) = size else {
        return raise!(OverflowError, "strings are too large to concat");
    };
    let ascii = left.is_ascii();
    let block = left.into_ptr() as *mut u8;
    // SAFETY: the block of a compact string, of which the only reference is ours; the parts that depend on the content
    // (hash, UTF-8 form) are forgotten; the new characters and the final NUL are written before anybody looks.
    unsafe {
        if !ascii {
            let compact = block as *mut PyCompactUnicodeObject;
            let utf8 = (*compact).utf8.replace(std::ptr::null_mut());
            (*compact).utf8_length.set(0);
            crate::alloc::raw_free(utf8);
        }
        let grown = crate::alloc::raw_realloc(block, size);
        if grown.is_null() {
            drop(Py::from_owned_ptr(block as *mut PyStr));
            return crate::error::no_memory();
        }
        let s: Py<PyStr> = Py::from_owned_ptr(grown as *mut PyStr);
        s.length.set((old + right.len()) as isize);
        s.hash.set(-1);
        Writer::from_place(&s, old).put(right.chars());
        std::ptr::write_bytes(grown.add(size - kind), 0, kind);
        Ok(s)
    }
}

/// `s * n`
pub fn repeat(s: &PyStr, n: isize) -> PyResult<Py<PyStr>> {
    if n <= 0 || s.is_empty() {
        return Ok(PyStr::empty());
    }
    if n == 1 {
        return s.to_exact();
    }
    let n = n as usize;
    let Some(total) = s.len().checked_mul(n).filter(|t| *t <= isize::MAX as usize) else {
        return raise!(OverflowError, "repeated string is too long");
    };
    let r = PyStr::alloc(total, s.max_char_bound())?;
    let unit = s.len() * s.kind() as usize;
    let size = unit * n;
    let p = r.data_ptr();
    // SAFETY: fresh memory of `size` bytes; the part written so far is doubled until it is full.
    unsafe {
        if unit == 1 {
            std::ptr::write_bytes(p, *s.data_ptr(), size);
        } else {
            std::ptr::copy_nonoverlapping(s.data_ptr(), p, unit);
            let mut done = unit;
            while done < size {
                let more = done.min(size - done);
                std::ptr::copy_nonoverlapping(p, p.add(done), more);
                done += more;
            }
        }
    }
    Ok(r)
}

/// `sep.join(items)` for items at hand.
pub fn join_items(sep: &PyStr, items: &[Py]) -> PyResult<Py<PyStr>> {
    match items {
        [] => return Ok(PyStr::empty()),
        [one] => {
            if let Some(s) = one.downcast_exact::<PyStr>() {
                return Ok(s.new_ref());
            }
        }
        _ => {}
    }
    let mut max = if items.len() > 1 { sep.max_char_bound() } else { 0 };
    let mut total = Some(0usize);
    for (i, item) in items.iter().enumerate() {
        let Some(s) = item.downcast::<PyStr>() else {
            return raise!(
                TypeError,
                "sequence item {i}: expected str instance, {} found",
                item.ty().full_name()
            );
        };
        max = max.max(s.max_char_bound());
        total = total.and_then(|t| t.checked_add(s.len()));
    }
    let total = total
        .zip(sep.len().checked_mul(items.len() - 1))
        .and_then(|(a, b)| a.checked_add(b))
        .filter(|t| *t <= isize::MAX as usize);
    let Some(total) = total else {
        return raise!(OverflowError, "join() result is too long for a Python string");
    };
    // an empty separator's or items' form is ASCII; so the largest form is exact
    if total == 0 {
        return Ok(PyStr::empty());
    }
    let r = PyStr::alloc(total, max)?;
    // SAFETY: fresh.
    let mut w = unsafe { Writer::new(&r) };
    for (i, item) in items.iter().enumerate() {
        if i != 0 && !sep.is_empty() {
            w.put(sep.chars());
        }
        // SAFETY: checked in the loop above.
        w.put(unsafe { item.downcast_unchecked::<PyStr>() }.chars());
    }
    Ok(r)
}

/// `sep.join(iterable)`
pub fn join(sep: &PyStr, iterable: &PyObject) -> PyResult<Py<PyStr>> {
    if let Some(t) = iterable.downcast_exact::<crate::PyTuple>() {
        return join_items(sep, t.as_slice());
    }
    if let Some(list) = iterable.downcast_exact::<crate::PyList>() {
        // SAFETY: joining runs no Python code that could change the list.
        return join_items(sep, unsafe { list.as_slice() });
    }
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
    join_items(sep, &items)
}

/// `BUILD_STRING`: the strings one after the other.
pub fn build_string(items: &[&PyStr]) -> PyResult<Py<PyStr>> {
    if let [one] = items {
        return one.to_exact();
    }
    let mut total = 0usize;
    let mut max = 0;
    for s in items {
        total = match total.checked_add(s.len()) {
            Some(t) => t,
            None => return crate::error::no_memory(),
        };
        max = max.max(s.max_char_bound());
    }
    if total == 0 {
        return Ok(PyStr::empty());
    }
    let r = PyStr::alloc(total, max)?;
    // SAFETY: fresh.
    let mut w = unsafe { Writer::new(&r) };
    for s in items {
        w.put(s.chars());
    }
    Ok(r)
}

impl PyStr {
    /// The same text as an exact `str`: itself, unless it is of a subclass.
    #[inline]
    pub fn to_exact(&self) -> PyResult<Py<PyStr>> {
        if PyStr::check_exact(self.as_object()) {
            return Ok(self.new_ref());
        }
        PyStr::from_chars(self.chars())
    }

    /// A string of these characters, in the narrowest form.
    #[inline]
    pub fn from_chars(chars: Chars<'_>) -> PyResult<Py<PyStr>> {
        match chars {
            Chars::One(s) => PyStr::from_latin1(s),
            Chars::Two(s) => PyStr::from_u16(s),
            Chars::Four(s) => PyStr::from_code_points(s),
        }
    }

    /// The characters from `start` to `end` (both within the string).
    #[inline]
    pub fn substring(&self, start: usize, end: usize) -> PyResult<Py<PyStr>> {
        if start >= end {
            return Ok(PyStr::empty());
        }
        if start == 0 && end == self.len() {
            return self.to_exact();
        }
        match self.chars() {
            Chars::One(s) if self.is_ascii() => PyStr::from_ascii(&s[start..end]),
            chars => PyStr::from_chars(chars.slice(start, end)),
        }
    }

    /// The character at `i`, as a string.
    #[inline]
    pub fn char_at(&self, i: usize) -> PyResult<Py<PyStr>> {
        match self.chars() {
            Chars::One(s) => Ok(super::latin1_char(s[i])),
            chars => PyStr::from_char(chars.at(i)),
        }
    }
}
