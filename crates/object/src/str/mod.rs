//! `str`: compact PEP 393 strings (`cpython/unicodeobject.h`): Latin-1, UCS-2 or UCS-4 data behind the head, hashes
//! and UTF-8 forms cached.

mod build;
mod case;
pub mod concat;
mod fields;
pub(crate) mod find;
pub mod format;
mod iter;
mod methods;
pub(crate) mod percent;
mod split;
mod translate;

pub use build::StrBuilder;
pub use concat::{append_inplace, build_string};
pub use iter::{PyStrAsciiIterator, PyStrIterator};
pub(crate) use methods::{SliceArg, bounds};

use crate::handle::{GilCell, Py, PyLayout, PyResult};
use crate::raise;
use crate::refcount::PyObject;
use object_macros::pyclass;
use std::fmt;

/// `PyASCIIObject`
#[pyclass(name = "str", type = PyUnicode_Type, flags(BASETYPE, UNICODE_SUBCLASS, MATCH_SELF), basicsize = size_of::<PyUnicodeObject>())]
#[repr(C)]
pub struct PyStr {
    pub(crate) ob_base: PyObject,
    /// Number of code points.
    pub(crate) length: GilCell<isize>,
    /// -1: not computed.
    pub(crate) hash: GilCell<isize>,
    /// Bits: interned 0–1, kind 2–4, compact 5, ascii 6, statically allocated 7.
    pub(crate) state: GilCell<u32>,
}

/// `PyCompactUnicodeObject`
#[repr(C)]
pub struct PyCompactUnicodeObject {
    pub(crate) base: PyStr,
    pub(crate) utf8_length: GilCell<isize>,
    pub(crate) utf8: GilCell<*mut u8>,
}

/// `PyUnicodeObject`: instances of subclasses of `str`, whose data stands in a block of its own.
#[repr(C)]
pub struct PyUnicodeObject {
    pub(crate) base: PyCompactUnicodeObject,
    pub(crate) data: GilCell<*mut u8>,
}

pub const STATE_COMPACT: u32 = 1 << 5;
pub const STATE_ASCII: u32 = 1 << 6;
pub const STATE_STATIC: u32 = 1 << 7;

/// The characters of a string, by width.
#[derive(Clone, Copy)]
pub enum Chars<'a> {
    /// Latin-1 (or ASCII).
    One(&'a [u8]),
    Two(&'a [u16]),
    Four(&'a [u32]),
}

impl<'a> Chars<'a> {
    #[inline]
    pub fn len(&self) -> usize {
        match self {
            Chars::One(s) => s.len(),
            Chars::Two(s) => s.len(),
            Chars::Four(s) => s.len(),
        }
    }
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The code point at `i`. Panics out of range.
    #[inline]
    pub fn at(&self, i: usize) -> u32 {
        match self {
            Chars::One(s) => s[i] as u32,
            Chars::Two(s) => s[i] as u32,
            Chars::Four(s) => s[i],
        }
    }
    /// A part.
    #[inline]
    pub fn slice(self, start: usize, end: usize) -> Chars<'a> {
        match self {
            Chars::One(s) => Chars::One(&s[start..end]),
            Chars::Two(s) => Chars::Two(&s[start..end]),
            Chars::Four(s) => Chars::Four(&s[start..end]),
        }
    }
    pub fn iter(self) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator + 'a {
        (0..self.len()).map(move |i| self.at(i))
    }
}

impl PyStr {
    /// Characters' kind: 1, 2 or 4 bytes.
    #[inline(always)]
    pub fn kind(&self) -> u32 {
        (self.state.get() >> 2) & 7
    }
    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        self.state.get() & STATE_ASCII != 0
    }
    /// The text of an ASCII string.
    #[inline(always)]
    pub fn as_ascii(&self) -> Option<&str> {
        match self.chars() {
            // SAFETY: ASCII is UTF-8.
            Chars::One(s) if self.is_ascii() => Some(unsafe { std::str::from_utf8_unchecked(s) }),
            _ => None,
        }
    }
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.length.get() as usize
    }
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where the characters begin.
    #[inline(always)]
    pub fn data_ptr(&self) -> *mut u8 {
        let this = self as *const PyStr as *mut u8;
        // SAFETY: the state says which of the three forms this is.
        unsafe {
            if self.state.get() & STATE_COMPACT == 0 {
                (*(this as *const PyUnicodeObject)).data.get()
            } else if self.is_ascii() {
                this.add(size_of::<PyStr>())
            } else {
                this.add(size_of::<PyCompactUnicodeObject>())
            }
        }
    }

    /// The characters; strings do not change, so the loan lasts as long as the string.
    #[inline]
    pub fn chars(&self) -> Chars<'_> {
        let (p, n) = (self.data_ptr(), self.len());
        // SAFETY: `length` characters of that width stand there.
        unsafe {
            match self.kind() {
                1 => Chars::One(std::slice::from_raw_parts(p, n)),
                2 => Chars::Two(std::slice::from_raw_parts(p as *const u16, n)),
                _ => Chars::Four(std::slice::from_raw_parts(p as *const u32, n)),
            }
        }
    }

    /// Memory for a string of `len` characters, none above `max`; the caller fills it before showing it to anybody.
    pub fn alloc(len: usize, max: u32) -> PyResult<Py<PyStr>> {
        let (kind, ascii) = match max {
            0..0x80 => (1, true),
            0x80..0x100 => (1, false),
            0x100..0x10000 => (2, false),
            _ => (4, false),
        };
        let head = if ascii {
            size_of::<PyStr>()
        } else {
            size_of::<PyCompactUnicodeObject>()
        };
        let Some(size) = len
            .checked_add(1)
            .and_then(|n| n.checked_mul(kind))
            .and_then(|n| n.checked_add(head))
        else {
            return crate::error::no_memory();
        };
        if size > isize::MAX as usize {
            return crate::error::no_memory();
        }
        let block = crate::freelist::small_malloc(size);
        if block.is_null() {
            return crate::error::no_memory();
        }
        // SAFETY: the block has room for head, characters and the final NUL.
        unsafe {
            let this = block as *mut PyStr;
            this.write(PyStr {
                ob_base: PyObject::new_head(&PyUnicode_Type),
                length: GilCell::new(len as isize),
                hash: GilCell::new(-1),
                state: GilCell::new((kind as u32) << 2 | STATE_COMPACT | if ascii { STATE_ASCII } else { 0 }),
            });
            if !ascii {
                let compact = this as *mut PyCompactUnicodeObject;
                (&raw mut (*compact).utf8_length).write(GilCell::new(0));
                (&raw mut (*compact).utf8).write(GilCell::new(std::ptr::null_mut()));
            }
            std::ptr::write_bytes(block.add(head + len * kind), 0, kind);
            Ok(Py::from_owned_ptr(this))
        }
    }

    /// No character is above this: the largest of the string's form.
    #[inline]
    pub fn max_char_bound(&self) -> u32 {
        match self.kind() {
            1 if self.is_ascii() => 0x7f,
            1 => 0xff,
            2 => 0xffff,
            _ => 0x10ffff,
        }
    }

    /// The empty string.
    #[inline]
    pub fn empty() -> Py<PyStr> {
        match EMPTY.get() {
            Some(s) => s.new_ref(),
            None => make_empty(),
        }
    }

    /// A string from Latin-1 bytes.
    pub fn from_latin1(bytes: &[u8]) -> PyResult<Py<PyStr>> {
        match bytes {
            [] => return Ok(PyStr::empty()),
            [b] => return Ok(latin1_char(*b)),
            _ => {}
        }
        if bytes.is_ascii() {
            return PyStr::from_ascii(bytes);
        }
        let s = PyStr::alloc(bytes.len(), 0xff)?;
        // SAFETY: fresh memory of that size.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), s.data_ptr(), bytes.len()) };
        Ok(s)
    }

    /// A string from 16-bit code points, in the narrowest form.
    pub fn from_u16(points: &[u16]) -> PyResult<Py<PyStr>> {
        let max = points.iter().fold(0, |m, c| m | *c) as u32;
        if max < 0x100 {
            let narrow: Vec<u8> = points.iter().map(|c| *c as u8).collect();
            return PyStr::from_latin1(&narrow);
        }
        let s = PyStr::alloc(points.len(), 0xffff)?;
        // SAFETY: fresh memory of that many two-byte characters.
        unsafe { std::ptr::copy_nonoverlapping(points.as_ptr(), s.data_ptr() as *mut u16, points.len()) };
        Ok(s)
    }

    /// A string of one character.
    pub fn from_char(c: u32) -> PyResult<Py<PyStr>> {
        if c < 0x100 {
            return Ok(latin1_char(c as u8));
        }
        PyStr::from_code_points(&[c])
    }

    /// A string from ASCII bytes.
    pub fn from_ascii(bytes: &[u8]) -> PyResult<Py<PyStr>> {
        debug_assert!(bytes.is_ascii());
        match bytes {
            [] => return Ok(PyStr::empty()),
            [b] => return Ok(latin1_char(*b)),
            _ => {}
        }
        let s = PyStr::alloc(bytes.len(), 0x7f)?;
        // SAFETY: fresh memory of that size.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), s.data_ptr(), bytes.len()) };
        Ok(s)
    }

    /// A string from code points (surrogates allowed), in the narrowest form.
    pub fn from_code_points(points: &[u32]) -> PyResult<Py<PyStr>> {
        let max = points.iter().copied().max().unwrap_or(0);
        match points {
            [] => return Ok(PyStr::empty()),
            [c @ 0..0x100] => return Ok(latin1_char(*c as u8)),
            _ => {}
        }
        let s = PyStr::alloc(points.len(), max)?;
        let p = s.data_ptr();
        // SAFETY: fresh memory of `len` characters of the kind that `max` asks for.
        unsafe {
            match s.kind() {
                1 => points.iter().enumerate().for_each(|(i, c)| *p.add(i) = *c as u8),
                2 => points
                    .iter()
                    .enumerate()
                    .for_each(|(i, c)| *(p as *mut u16).add(i) = *c as u16),
                _ => std::ptr::copy_nonoverlapping(points.as_ptr(), p as *mut u32, points.len()),
            }
        }
        Ok(s)
    }

    /// A string from UTF-8 text.
    #[inline]
    pub fn new(text: &str) -> PyResult<Py<PyStr>> {
        crate::codecs::utf8::from_valid(text)
    }

    /// A string from WTF-8 bytes (UTF-8 in which surrogates may stand alone), as the front end gives them.
    /// Malformed bytes become U+FFFD.
    pub fn from_wtf8(bytes: &[u8]) -> PyResult<Py<PyStr>> {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return PyStr::new(text);
        }
        let mut points = Vec::with_capacity(bytes.len());
        let mut i = 0;
        while i < bytes.len() {
            let b = bytes[i];
            let n = match b {
                0..0x80 => 1,
                0xC2..0xE0 => 2,
                0xE0..0xF0 => 3,
                0xF0..0xF5 => 4,
                _ => 0,
            };
            let tail = bytes.get(i + 1..i + n);
            match tail {
                Some(tail) if n > 0 && tail.iter().all(|t| t & 0xC0 == 0x80) => {
                    let first = if n == 1 {
                        b as u32
                    } else {
                        (b as u32) & (0x7F >> n)
                    };
                    points.push(tail.iter().fold(first, |c, t| c << 6 | (*t as u32 & 0x3F)));
                    i += n;
                }
                _ => {
                    points.push(0xFFFD);
                    i += 1;
                }
            }
        }
        PyStr::from_code_points(&points)
    }

    /// A message text; see [`marked`] for how surrogates in quoted strings get through Rust's formatting.
    pub fn new_wtf8_lossy(text: &str) -> PyResult<Py<PyStr>> {
        unmark(text)
    }

    /// The text as UTF-8, or `None` if it has surrogates.
    pub fn to_str(&self) -> Option<std::borrow::Cow<'_, str>> {
        match self.chars() {
            Chars::One(s) if self.is_ascii() => {
                // SAFETY: ASCII is UTF-8.
                Some(std::borrow::Cow::Borrowed(unsafe {
                    std::str::from_utf8_unchecked(s)
                }))
            }
            chars => {
                let mut out = String::with_capacity(chars.len() + chars.len() / 2);
                for c in chars.iter() {
                    out.push(char::from_u32(c)?);
                }
                Some(std::borrow::Cow::Owned(out))
            }
        }
    }

    /// The text as UTF-8; surrogates raise `UnicodeEncodeError`.
    pub fn utf8(&self) -> PyResult<std::borrow::Cow<'_, str>> {
        match self.to_str() {
            Some(s) => Ok(s),
            None => {
                let at = self
                    .chars()
                    .iter()
                    .position(|c| (0xD800..0xE000).contains(&c))
                    .unwrap_or(0);
                crate::exceptions::raise_encode_error("utf-8", self, at, at + 1, "surrogates not allowed")
            }
        }
    }

    /// The text as WTF-8 bytes.
    pub fn to_wtf8(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.len());
        for c in self.chars().iter() {
            match char::from_u32(c) {
                Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                None => out.extend_from_slice(&[
                    0xE0 | (c >> 12) as u8,
                    0x80 | (c >> 6 & 0x3F) as u8,
                    0x80 | (c & 0x3F) as u8,
                ]),
            }
        }
        out
    }

    /// Equality of strings.
    #[inline]
    pub fn eq(&self, other: &PyStr) -> bool {
        if std::ptr::eq(self, other) {
            return true;
        }
        let n = self.len();
        if n != other.len() || self.kind() != other.kind() {
            return false;
        }
        let bytes = n * self.kind() as usize;
        // SAFETY: both have that many bytes of characters.
        unsafe {
            std::slice::from_raw_parts(self.data_ptr(), bytes)
                == std::slice::from_raw_parts(other.data_ptr(), bytes)
        }
    }

    /// Equality with Rust text.
    pub fn eq_str(&self, text: &str) -> bool {
        if self.is_ascii() {
            return matches!(self.chars(), Chars::One(s) if s == text.as_bytes());
        }
        self.chars().iter().eq(text.chars().map(|c| c as u32))
    }

    /// The hash: SipHash-1-3 of the characters' bytes, cached.
    #[inline(always)]
    pub fn hash(&self) -> isize {
        let h = self.hash.get();
        if h != -1 { h } else { self.compute_hash() }
    }

    #[cold]
    fn compute_hash(&self) -> isize {
        let n = self.len() * self.kind() as usize;
        // SAFETY: that many bytes of characters stand there.
        let h = crate::protocol::hash_bytes(unsafe { std::slice::from_raw_parts(self.data_ptr(), n) });
        self.hash.set(h);
        h
    }

    /// 0: no; 1: yes; 2: yes and immortal.
    #[inline(always)]
    pub fn interned_state(&self) -> u32 {
        self.state.get() & 3
    }
    pub(crate) fn set_interned(&self, how: u32) {
        self.state.set(self.state.get() & !3 | how);
    }
}

/// Messages quote strings that may hold surrogates, and Rust's formatting knows none. They travel through it as
/// characters of plane 16's private use area's end, and [`unmark`] turns them back.
const SURROGATE_MARK: u32 = 0x10F800;

impl fmt::Display for PyStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write;
        if let Some(text) = self.as_ascii() {
            return f.write_str(text);
        }
        for c in self.chars().iter() {
            let c = char::from_u32(c).or_else(|| char::from_u32(c - 0xD800 + SURROGATE_MARK - 0x800));
            f.write_char(c.unwrap_or('\u{FFFD}'))?;
        }
        Ok(())
    }
}

fn unmark(text: &str) -> PyResult<Py<PyStr>> {
    if text.is_ascii() {
        return PyStr::from_ascii(text.as_bytes());
    }
    let points: Vec<u32> = text
        .chars()
        .map(|c| {
            let c = c as u32;
            if (SURROGATE_MARK - 0x800..SURROGATE_MARK).contains(&c) {
                c - (SURROGATE_MARK - 0x800) + 0xD800
            } else {
                c
            }
        })
        .collect();
    PyStr::from_code_points(&points)
}

static EMPTY: GilCell<Option<&'static PyStr>> = GilCell::new(None);

#[cold]
fn make_empty() -> Py<PyStr> {
    match PyStr::alloc(0, 0).map(crate::intern::intern_immortal) {
        Ok(s) => {
            EMPTY.set(Some(s));
            s.new_ref()
        }
        // a handful of bytes cannot be had: nothing can go on
        Err(_) => std::process::abort(),
    }
}

/// The cached strings of one Latin-1 character, made when first asked for.
static LATIN1: [GilCell<Option<&'static PyStr>>; 256] = [const { GilCell::new(None) }; 256];

/// The immortal, interned string of one Latin-1 character.
#[inline]
pub fn latin1_char(c: u8) -> Py<PyStr> {
    match LATIN1[c as usize].get() {
        Some(s) => s.new_ref(),
        None => make_latin1_char(c),
    }
}

#[cold]
fn make_latin1_char(c: u8) -> Py<PyStr> {
    let made = PyStr::alloc(1, c as u32).and_then(|s| {
        // SAFETY: fresh memory for one character.
        unsafe { *s.data_ptr() = c };
        if !c.is_ascii() {
            // it lives for ever, and so does its text in UTF-8
            s.utf8_cached()?;
        }
        Ok(crate::intern::intern_immortal(s))
    });
    match made {
        Ok(s) => {
            LATIN1[c as usize].set(Some(s));
            s.new_ref()
        }
        // a handful of bytes cannot be had: nothing can go on
        Err(_) => std::process::abort(),
    }
}

/// An attribute name: any `str` instance, else `TypeError: attribute name must be string, not '…'`.
pub fn attribute_name(name: &PyObject) -> PyResult<&PyStr> {
    match name.downcast::<PyStr>() {
        Some(s) => Ok(s),
        None => raise!(
            TypeError,
            "attribute name must be string, not '{}'",
            name.ty().full_name()
        ),
    }
}

const _: () = {
    assert!(size_of::<PyStr>() == 40);
    assert!(size_of::<PyCompactUnicodeObject>() == 56);
    assert!(size_of::<PyUnicodeObject>() == 64);
};
