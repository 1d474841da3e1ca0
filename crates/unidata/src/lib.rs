//! Unicode 16.0 as Python 3.14's str methods and `unicodedata` show it.
//!
//! Code points are `u32`, for Python strings may hold lone surrogates; what is beyond U+10FFFF has the properties of an
//! unassigned code point. Look-ups take constant time (names: a binary search). The tables are read off CPython's own
//! modules by `gen/generate.py`, and `tests/` holds them against digests recorded from it.
//!
//! * this module: the properties behind `str.isalpha` and so on, digits and numbers
//! * [`case`]: upper, lower, title case and case folding
//! * [`data`]: categories and the other fields of `unicodedata`
//! * [`normalize`]: the normalization forms
//! * [`names`]: names, aliases and named sequences
//! * [`ucd_3_2_0`]: Unicode 3.2, for IDNA

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod case;
pub mod data;
pub mod names;
pub mod normalize;
mod tables;
pub mod ucd_3_2_0;

use tables as t;

/// The version of Unicode that the tables hold: `unicodedata.unidata_version`.
pub const UNIDATA_VERSION: &str = "16.0.0";

#[inline]
pub(crate) fn type_record(c: u32) -> &'static t::TypeRecord {
    &t::TYPES[t::TYPE_INDEX.get(c)]
}

#[inline]
fn has(c: u32, flag: u16) -> bool {
    let flags = if c < 256 {
        t::LATIN1_FLAGS[c as usize]
    } else {
        type_record(c).flags
    };
    flags & flag != 0
}

macro_rules! properties {
    ($($(#[$doc:meta])* $name:ident = $flag:ident;)*) => {$(
        $(#[$doc])*
        #[inline]
        pub fn $name(c: u32) -> bool {
            has(c, t::$flag)
        }
    )*};
}

properties! {
    /// A letter: `str.isalpha`.
    is_alpha = ALPHA;
    /// A decimal digit: `str.isdecimal`.
    is_decimal = DECIMAL;
    /// A digit, superscripts and the like included: `str.isdigit`.
    is_digit = DIGIT;
    /// Anything with a numeric value: `str.isnumeric`.
    is_numeric = NUMERIC;
    /// White space: `str.isspace`, `str.split()`.
    is_space = SPACE;
    /// Shown as itself by `repr`: `str.isprintable`.
    is_printable = PRINTABLE;
    /// Upper case: `str.isupper`.
    is_upper = UPPER;
    /// Lower case: `str.islower`.
    is_lower = LOWER;
    /// Title case (such as U+01C5), what is upper case not included.
    is_title = TITLE;
    /// Has case at all.
    is_cased = CASED;
    /// Is passed over when the context of a final sigma is looked at.
    is_case_ignorable = CASE_IGNORABLE;
    /// `XID_Start`; an identifier may begin with `_` besides.
    is_xid_start = XID_START;
    /// `XID_Continue`.
    is_xid_continue = XID_CONTINUE;
    /// Ends a line for `str.splitlines`.
    is_linebreak = LINEBREAK;
}

/// A letter or anything numeric: `str.isalnum`.
#[inline]
pub fn is_alnum(c: u32) -> bool {
    has(c, t::ALPHA | t::DECIMAL | t::DIGIT | t::NUMERIC)
}

/// The value as a decimal digit, 0 to 9: `unicodedata.decimal`.
#[inline]
pub fn decimal(c: u32) -> Option<u8> {
    if c < 0x80 {
        let value = c.wrapping_sub(0x30);
        return (value < 10).then_some(value as u8);
    }
    let value = type_record(c).decimal;
    (value != 255).then_some(value)
}

/// The value as a digit: `unicodedata.digit`.
#[inline]
pub fn digit(c: u32) -> Option<u8> {
    let value = type_record(c).digit;
    (value != 255).then_some(value)
}

/// The numeric value: `unicodedata.numeric`.
#[inline]
pub fn numeric(c: u32) -> Option<f64> {
    let index = type_record(c).numeric;
    (index != 0).then(|| t::NUMERIC_VALUES[usize::from(index)])
}
