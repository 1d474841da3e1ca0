//! What the engine has to know about characters: case and category, by ASCII, by Unicode, by locale.
//!
//! The Unicode and locale facts come through a table of function pointers, [`Facts`], so that the engine depends neither on a
//! particular edition of the Unicode database nor on the C library. [`STD`] is made of Rust's own `char` methods, and of the C locale.

use crate::constants::category;

/// Facts about characters. A character is a code point, surrogates and values beyond Unicode included: a function must be total.
#[derive(Debug)]
pub struct Facts {
    /// The simple lower case mapping (`_PyUnicode_ToLowercase`).
    pub lower: fn(u32) -> u32,
    /// The simple upper case mapping (`_PyUnicode_ToUppercase`).
    pub upper: fn(u32) -> u32,
    /// `chr(c).isalnum()`.
    pub is_alnum: fn(u32) -> bool,
    /// `chr(c).isspace()`.
    pub is_space: fn(u32) -> bool,
    /// `chr(c).isdecimal()`.
    pub is_decimal: fn(u32) -> bool,
    /// Whether `str.splitlines` breaks at the character.
    pub is_linebreak: fn(u32) -> bool,
    /// `tolower` of the current locale.
    pub locale_lower: fn(u8) -> u8,
    /// `toupper` of the current locale.
    pub locale_upper: fn(u8) -> u8,
    /// `isalnum` of the current locale.
    pub locale_is_alnum: fn(u8) -> bool,
}

/// Facts from Rust's standard library and the C locale.
pub static STD: Facts = Facts {
    lower: |c| char::from_u32(c).map_or(c, |c| c.to_lowercase().next().map_or(c, |c| c) as u32),
    upper: |c| char::from_u32(c).map_or(c, |c| c.to_uppercase().next().map_or(c, |c| c) as u32),
    is_alnum: |c| char::from_u32(c).is_some_and(char::is_alphanumeric),
    is_space: |c| matches!(c, 0x1c..=0x1f) || char::from_u32(c).is_some_and(char::is_whitespace),
    is_decimal: |c| match char::from_u32(c) {
        Some(c) if c.is_ascii() => c.is_ascii_digit(),
        Some(c) => c.is_numeric() && is_decimal_block(c as u32),
        None => false,
    },
    is_linebreak: |c| matches!(c, 0x0a..=0x0d | 0x1c..=0x1e | 0x85 | 0x2028 | 0x2029),
    locale_lower: |c| c.to_ascii_lowercase(),
    locale_upper: |c| c.to_ascii_uppercase(),
    locale_is_alnum: |c| c.is_ascii_alphanumeric(),
};

/// The starts of the runs of ten decimal digits in the basic plane, beyond ASCII.
static DECIMAL_ZEROS: [u16; 36] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6,
    0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0,
    0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
];

fn is_decimal_block(c: u32) -> bool {
    match u16::try_from(c) {
        Ok(c) => DECIMAL_ZEROS.iter().any(|&zero| (zero..zero + 10).contains(&c)),
        // The digits of the supplementary planes, by their blocks.
        Err(_) => matches!(c,
            0x104A0..=0x104A9 | 0x10D30..=0x10D39 | 0x10D40..=0x10D49 | 0x11066..=0x1106F | 0x110F0..=0x110F9
            | 0x11136..=0x1113F | 0x111D0..=0x111D9 | 0x112F0..=0x112F9 | 0x11450..=0x11459 | 0x114D0..=0x114D9
            | 0x11650..=0x11659 | 0x116C0..=0x116C9 | 0x116D0..=0x116E3 | 0x11730..=0x11739 | 0x118E0..=0x118E9
            | 0x11950..=0x11959 | 0x11BF0..=0x11BF9 | 0x11C50..=0x11C59 | 0x11D50..=0x11D59 | 0x11DA0..=0x11DA9
            | 0x11F50..=0x11F59 | 0x16130..=0x16139 | 0x16A60..=0x16A69 | 0x16AC0..=0x16AC9 | 0x16B50..=0x16B59
            | 0x16D70..=0x16D79 | 0x1CCF0..=0x1CCF9 | 0x1D7CE..=0x1D7FF | 0x1E140..=0x1E149 | 0x1E2F0..=0x1E2F9
            | 0x1E4F0..=0x1E4F9 | 0x1E5F1..=0x1E5FA | 0x1E950..=0x1E959 | 0x1FBF0..=0x1FBF9),
    }
}

/// `_sre.ascii_tolower`.
#[inline]
pub fn ascii_lower(c: u32) -> u32 {
    if (0x41..=0x5A).contains(&c) { c + 32 } else { c }
}

/// `_sre.ascii_iscased`.
pub fn ascii_is_cased(c: u32) -> bool {
    u8::try_from(c).is_ok_and(|c| c.is_ascii_alphabetic())
}

/// `_sre.unicode_iscased`: whether the character has another case.
pub fn unicode_is_cased(facts: &Facts, c: u32) -> bool {
    let lower = (facts.lower)(c);
    lower != c || (facts.upper)(lower) != lower
}

/// The lower case of a character under the current locale; only bytes have one.
pub fn locale_lower(facts: &Facts, c: u32) -> u32 {
    u8::try_from(c).map_or(c, |c| (facts.locale_lower)(c).into())
}

/// The upper case of a character under the current locale; only bytes have one.
pub fn locale_upper(facts: &Facts, c: u32) -> u32 {
    u8::try_from(c).map_or(c, |c| (facts.locale_upper)(c).into())
}

fn ascii_is_word(c: u32) -> bool {
    u8::try_from(c).is_ok_and(|c| c.is_ascii_alphanumeric() || c == b'_')
}

/// Which characters make a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Words {
    /// ASCII letters, digits, `_`.
    Ascii,
    /// Unicode's alphanumeric characters, `_`.
    Unicode,
    /// What the current locale calls alphanumeric, `_`.
    Locale,
}

impl Words {
    /// Whether a character is part of a word.
    #[inline]
    pub fn contains(self, facts: &Facts, c: u32) -> bool {
        if c < 0x80 && self != Words::Locale {
            return ascii_is_word(c);
        }
        match self {
            Words::Ascii => false,
            Words::Unicode => (facts.is_alnum)(c),
            Words::Locale => u8::try_from(c).is_ok_and(|c| c == b'_' || (facts.locale_is_alnum)(c)),
        }
    }
}

/// Whether a character is in a category (see [`crate::constants::category`]).
pub fn in_category(facts: &Facts, code: u32, c: u32) -> bool {
    let negated = code & 1 == 1;
    let found = match code & !1 {
        category::DIGIT => (0x30..0x3A).contains(&c),
        category::SPACE => matches!(c, 0x20 | 0x09..=0x0D),
        category::WORD => ascii_is_word(c),
        category::LINEBREAK => c == 0x0A,
        category::LOC_WORD => Words::Locale.contains(facts, c),
        category::UNI_DIGIT => (facts.is_decimal)(c),
        category::UNI_SPACE => (facts.is_space)(c),
        category::UNI_WORD => Words::Unicode.contains(facts, c),
        category::UNI_LINEBREAK => (facts.is_linebreak)(c),
        _ => return false,
    };
    found != negated
}
