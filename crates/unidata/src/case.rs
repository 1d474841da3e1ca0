//! Case mappings: the simple ones (one code point for one) and the full ones, and case folding.
//!
//! The final sigma depends on what stands around it and is the caller's: `str.lower` looks at
//! [`is_cased`](crate::is_cased) and [`is_case_ignorable`](crate::is_case_ignorable) for U+03A3.

use std::ops::Deref;

use crate::tables::{CASE_MAPPINGS, CaseMapping, TypeRecord};
use crate::type_record;

/// What a code point maps to: one to three code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mapped {
    code_points: [u32; 3],
    len: u8,
}

impl Mapped {
    #[inline]
    fn one(c: u32) -> Self {
        Mapped {
            code_points: [c, 0, 0],
            len: 1,
        }
    }

    #[cold]
    fn several(mapping: &[u32]) -> Self {
        let mut code_points = [0; 3];
        code_points[..mapping.len()].copy_from_slice(mapping);
        Mapped {
            code_points,
            len: mapping.len() as u8,
        }
    }
}

impl Deref for Mapped {
    type Target = [u32];
    #[inline]
    fn deref(&self) -> &[u32] {
        &self.code_points[..usize::from(self.len)]
    }
}

#[inline]
fn full(c: u32, difference: fn(&TypeRecord) -> i32, part: fn(&CaseMapping) -> &'static [u32]) -> Mapped {
    let record = type_record(c);
    if record.full != 0 {
        return Mapped::several(part(&CASE_MAPPINGS[usize::from(record.full)]));
    }
    Mapped::one(c.wrapping_add_signed(difference(record)))
}

/// `str.upper` of one code point.
#[inline]
pub fn to_upper(c: u32) -> Mapped {
    if c < 0x80 {
        return Mapped::one(if c.wrapping_sub(0x61) < 26 { c - 32 } else { c });
    }
    full(c, |r| r.upper, |m| m.upper)
}

/// `str.lower` of one code point, out of context (see the module's note on the final sigma).
#[inline]
pub fn to_lower(c: u32) -> Mapped {
    if c < 0x80 {
        return Mapped::one(if c.wrapping_sub(0x41) < 26 { c + 32 } else { c });
    }
    full(c, |r| r.lower, |m| m.lower)
}

/// `str.title` of one code point that begins a word.
#[inline]
pub fn to_title(c: u32) -> Mapped {
    full(c, |r| r.title, |m| m.title)
}

/// `str.casefold` of one code point.
#[inline]
pub fn to_casefold(c: u32) -> Mapped {
    if c < 0x80 {
        return Mapped::one(if c.wrapping_sub(0x41) < 26 { c + 32 } else { c });
    }
    full(c, |r| r.fold, |m| m.fold)
}

/// The simple upper case: C's `Py_UNICODE_TOUPPER`.
#[inline]
pub fn to_upper_simple(c: u32) -> u32 {
    c.wrapping_add_signed(type_record(c).upper)
}

/// The simple lower case: C's `Py_UNICODE_TOLOWER`, which `re` goes by.
#[inline]
pub fn to_lower_simple(c: u32) -> u32 {
    c.wrapping_add_signed(type_record(c).lower)
}

/// The simple title case: C's `Py_UNICODE_TOTITLE`.
#[inline]
pub fn to_title_simple(c: u32) -> u32 {
    c.wrapping_add_signed(type_record(c).title)
}
