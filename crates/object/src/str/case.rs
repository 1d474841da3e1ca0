//! Case mappings and the questions about characters (`isalpha` and kin).

use super::find::each_width;
use super::{Chars, PyStr, StrBuilder};
use crate::handle::{Py, PyResult};
use unidata::case;

const CAPITAL_SIGMA: u32 = 0x3A3;
const SMALL_SIGMA: u32 = 0x3C3;
const FINAL_SIGMA: u32 = 0x3C2;

/// The lower case of a capital sigma: the final form after a cased letter and before none.
fn lower_sigma(chars: Chars<'_>, i: usize) -> u32 {
    let cased = |c: &u32| !unidata::is_case_ignorable(*c);
    let before = chars.slice(0, i).iter().rev().find(cased);
    if !before.is_some_and(unidata::is_cased) {
        return SMALL_SIGMA;
    }
    let after = chars.slice(i + 1, chars.len()).iter().find(cased);
    if after.is_some_and(unidata::is_cased) {
        SMALL_SIGMA
    } else {
        FINAL_SIGMA
    }
}

/// Appends the lower case of the character at `i`.
fn push_lower(chars: Chars<'_>, i: usize, out: &mut StrBuilder) {
    let c = chars.at(i);
    if c == CAPITAL_SIGMA {
        out.push(lower_sigma(chars, i));
    } else {
        case::to_lower(c).iter().for_each(|c| out.push(*c));
    }
}

/// Maps bytes of ASCII text.
fn map_ascii(s: &[u8], f: impl Fn(&mut [u8])) -> PyResult<Py<PyStr>> {
    if let [c] = s {
        let mut one = [*c];
        f(&mut one);
        return Ok(super::latin1_char(one[0]));
    }
    if s.is_empty() {
        return Ok(PyStr::empty());
    }
    let r = PyStr::alloc(s.len(), 0x7f)?;
    // SAFETY: fresh memory of that size, seen by nobody else.
    unsafe {
        std::ptr::copy_nonoverlapping(s.as_ptr(), r.data_ptr(), s.len());
        f(std::slice::from_raw_parts_mut(r.data_ptr(), s.len()));
    }
    Ok(r)
}

macro_rules! simple_case {
    ($($(#[$doc:meta])* $name:ident: $ascii:ident, |$chars:ident, $i:ident, $out:ident| $body:expr;)*) => {$(
        $(#[$doc])*
        pub fn $name(s: &PyStr) -> PyResult<Py<PyStr>> {
            match s.chars() {
                Chars::One(t) if s.is_ascii() => map_ascii(t, |b| b.$ascii()),
                $chars => {
                    let mut builder = StrBuilder::new();
                    builder.reserve($chars.len(), s.max_char_bound().min(0xffff))?;
                    let $out = &mut builder;
                    for $i in 0..$chars.len() {
                        $body
                    }
                    builder.finish()
                }
            }
        }
    )*};
}

simple_case! {
    /// `str.upper`
    upper: make_ascii_uppercase, |chars, i, out| case::to_upper(chars.at(i)).iter().for_each(|c| out.push(*c));
    /// `str.lower`
    lower: make_ascii_lowercase, |chars, i, out| push_lower(chars, i, out);
    /// `str.casefold`
    casefold: make_ascii_lowercase, |chars, i, out| case::to_casefold(chars.at(i)).iter().for_each(|c| out.push(*c));
}

/// `str.swapcase`
pub fn swapcase(s: &PyStr) -> PyResult<Py<PyStr>> {
    let chars = s.chars();
    let mut out = StrBuilder::with_capacity(chars.len());
    for i in 0..chars.len() {
        let c = chars.at(i);
        if unidata::is_upper(c) {
            push_lower(chars, i, &mut out);
        } else if unidata::is_lower(c) {
            case::to_upper(c).iter().for_each(|c| out.push(*c));
        } else {
            out.push(c);
        }
    }
    out.finish()
}

/// `str.capitalize`
pub fn capitalize(s: &PyStr) -> PyResult<Py<PyStr>> {
    let chars = s.chars();
    let mut out = StrBuilder::with_capacity(chars.len());
    for i in 0..chars.len() {
        if i == 0 {
            case::to_title(chars.at(0)).iter().for_each(|c| out.push(*c));
        } else {
            push_lower(chars, i, &mut out);
        }
    }
    out.finish()
}

/// `str.title`
pub fn title(s: &PyStr) -> PyResult<Py<PyStr>> {
    let chars = s.chars();
    let mut out = StrBuilder::with_capacity(chars.len());
    let mut in_word = false;
    for i in 0..chars.len() {
        let c = chars.at(i);
        if in_word {
            push_lower(chars, i, &mut out);
        } else {
            case::to_title(c).iter().for_each(|c| out.push(*c));
        }
        in_word = unidata::is_cased(c);
    }
    out.finish()
}

/// Not empty, and every character answers yes.
pub fn all(s: &PyStr, f: fn(u32) -> bool) -> bool {
    !s.is_empty() && each_width!(s.chars(), t => t.iter().all(|c| f(*c as u32)))
}

/// `str.isprintable`: also of the empty string.
pub fn is_printable(s: &PyStr) -> bool {
    each_width!(s.chars(), t => t.iter().all(|c| unidata::is_printable(*c as u32)))
}

/// `str.islower`, `str.isupper`: some cased character is of that case, and none of another.
pub fn one_case(s: &PyStr, wanted: fn(u32) -> bool, other: fn(u32) -> bool) -> bool {
    let mut found = false;
    for c in s.chars().iter() {
        if other(c) || unidata::is_title(c) {
            return false;
        }
        found |= wanted(c);
    }
    found
}

/// `str.istitle`
pub fn is_title(s: &PyStr) -> bool {
    let (mut found, mut in_word) = (false, false);
    for c in s.chars().iter() {
        if unidata::is_upper(c) || unidata::is_title(c) {
            if in_word {
                return false;
            }
            (in_word, found) = (true, true);
        } else if unidata::is_lower(c) {
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

/// `str.isidentifier`
pub fn is_identifier(s: &PyStr) -> bool {
    s.chars().iter().enumerate().all(|(i, c)| {
        if i == 0 {
            c == '_' as u32 || unidata::is_xid_start(c)
        } else {
            unidata::is_xid_continue(c)
        }
    }) && !s.is_empty()
}

/// `repr(str)`
pub fn repr(s: &PyStr) -> PyResult<Py<PyStr>> {
    let chars = s.chars();
    let has = |q: u8| each_width!(chars, t => t.iter().any(|c| *c as u32 == q as u32));
    let quote = if has(b'\'') && !has(b'"') { b'"' } else { b'\'' };
    if let Chars::One(t) = chars
        && s.is_ascii()
        && t.iter()
            .all(|c| (b' '..0x7f).contains(c) && *c != quote && *c != b'\\')
    {
        let r = PyStr::alloc(t.len() + 2, 0x7f)?;
        // SAFETY: fresh.
        let mut w = unsafe { super::concat::Writer::new(&r) };
        w.put(Chars::One(&[quote]));
        w.put(chars);
        w.put(Chars::One(&[quote]));
        return Ok(r);
    }
    let mut out = StrBuilder::with_capacity(chars.len() + 2);
    out.push(quote as u32);
    for c in chars.iter() {
        push_repr_char(c, quote, &mut out)?;
    }
    out.push(quote as u32);
    out.finish()
}

fn push_repr_char(c: u32, quote: u8, out: &mut StrBuilder) -> PyResult<()> {
    match c {
        0x09 => out.push_latin1(b"\\t"),
        0x0A => out.push_latin1(b"\\n"),
        0x0D => out.push_latin1(b"\\r"),
        0x5C => out.push_latin1(b"\\\\"),
        _ if c == quote as u32 => out.push_latin1(&[b'\\', quote]),
        _ if unidata::is_printable(c) => {
            out.push(c);
            Ok(())
        }
        0..0x100 => out.push_text(&format!("\\x{c:02x}")),
        0x100..0x10000 => out.push_text(&format!("\\u{c:04x}")),
        _ => out.push_text(&format!("\\U{c:08x}")),
    }
}
