//! Making strings of parts of others.

use object::str::Chars;
use object::{Py, PyClass, PyLayout, PyResult, PyStr};

/// The greatest character that a string of these must have room for: a bound, not the exact one.
fn bound(chars: Chars<'_>) -> u32 {
    match chars {
        Chars::One(s) => {
            if s.is_ascii() {
                0x7f
            } else {
                0xff
            }
        }
        Chars::Two(s) => s.iter().fold(0, |all, &c| all | u32::from(c)),
        Chars::Four(s) => s.iter().copied().max().unwrap_or(0),
    }
}

/// Some of a string's characters; the range must be inside.
pub fn slice(chars: Chars<'_>, start: usize, end: usize) -> Chars<'_> {
    match chars {
        Chars::One(s) => Chars::One(&s[start..end]),
        Chars::Two(s) => Chars::Two(&s[start..end]),
        Chars::Four(s) => Chars::Four(&s[start..end]),
    }
}

/// `PyUnicode_Substring`: the string itself if it is all of it (and no instance of a subclass). The range must be inside.
pub fn substring(s: &PyStr, start: usize, end: usize) -> PyResult<Py<PyStr>> {
    if start == 0 && end == s.len() && PyStr::check_exact(s.as_object()) {
        return Ok(s.new_ref());
    }
    let part = slice(s.chars(), start, end);
    match part {
        Chars::One(&[only]) => Ok(object::str::latin1_char(only)),
        Chars::One(part) if s.is_ascii() => PyStr::from_ascii(part),
        part => concat(&[part]),
    }
}

/// A string of these, one after the other.
pub fn concat(parts: &[Chars<'_>]) -> PyResult<Py<PyStr>> {
    match parts {
        [] => return Ok(PyStr::empty()),
        [Chars::One(only)] => return PyStr::from_latin1(only),
        [only] if only.is_empty() => return Ok(PyStr::empty()),
        [only] if only.len() == 1 => return PyStr::from_char(only.at(0)),
        _ => {}
    }
    let mut length = 0usize;
    let mut max = 0;
    for part in parts {
        length = match length.checked_add(part.len()) {
            Some(length) => length,
            None => return object::error::no_memory(),
        };
        max = max.max(bound(*part));
    }
    let made = PyStr::alloc(length, max)?;
    let kind = made.kind();
    let mut to = made.data_ptr();
    for part in parts {
        // SAFETY: `made` is fresh, nobody else sees it; it has room for `length` characters of a kind no narrower than any part's
        // characters need, and the parts together have that many.
        to = unsafe {
            match (kind, *part) {
                (1, part) => copy(part, to, |c| c as u8),
                (2, part) => copy(part, to as *mut u16, |c| c as u16) as *mut u8,
                (_, part) => copy(part, to as *mut u32, |c| c) as *mut u8,
            }
        };
    }
    Ok(made)
}

/// Writes characters, and gives the place behind them.
///
/// # Safety
/// `to` has room for them.
unsafe fn copy<T: Copy>(part: Chars<'_>, to: *mut T, narrow: impl Fn(u32) -> T) -> *mut T {
    // SAFETY: the caller's promise; characters of the same width are copied as they are.
    unsafe {
        match part {
            Chars::One(s) if size_of::<T>() == 1 => {
                std::ptr::copy_nonoverlapping(s.as_ptr() as *const T, to, s.len())
            }
            Chars::Two(s) if size_of::<T>() == 2 => {
                std::ptr::copy_nonoverlapping(s.as_ptr() as *const T, to, s.len())
            }
            Chars::Four(s) if size_of::<T>() == 4 => {
                std::ptr::copy_nonoverlapping(s.as_ptr() as *const T, to, s.len())
            }
            Chars::One(s) => s
                .iter()
                .enumerate()
                .for_each(|(i, &c)| to.add(i).write(narrow(c.into()))),
            Chars::Two(s) => s
                .iter()
                .enumerate()
                .for_each(|(i, &c)| to.add(i).write(narrow(c.into()))),
            Chars::Four(s) => s
                .iter()
                .enumerate()
                .for_each(|(i, &c)| to.add(i).write(narrow(c))),
        }
        to.add(part.len())
    }
}
