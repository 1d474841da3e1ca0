//! Unicode 3.2.0: `unicodedata.ucd_3_2_0`, which IDNA is defined on. What did not exist then is unassigned.

use crate::data;
use crate::normalize::{self, Form};
use crate::tables as t;

#[inline]
fn record(c: u32) -> &'static t::DataRecord {
    &t::DATA[t::OLD_DATA_INDEX.get(c)]
}

fn exception<V: Copy>(table: &[(u32, V)], c: u32) -> Option<V> {
    table
        .binary_search_by_key(&c, |&(key, _)| key)
        .ok()
        .map(|at| table[at].1)
}

/// Whether it was assigned.
pub fn is_assigned(c: u32) -> bool {
    category(c) != "Cn"
}

pub(crate) fn normalization_correction(c: u32) -> Option<u32> {
    exception(t::OLD_NORMALIZATIONS, c)
}

/// The general category.
pub fn category(c: u32) -> &'static str {
    t::CATEGORIES[usize::from(record(c).category)]
}

/// The bidirectional class.
pub fn bidirectional(c: u32) -> &'static str {
    t::BIDIRECTIONALS[usize::from(record(c).bidirectional)]
}

/// The canonical combining class.
pub fn combining(c: u32) -> u8 {
    record(c).combining
}

/// The East Asian width.
pub fn east_asian_width(c: u32) -> &'static str {
    t::EAST_ASIAN_WIDTHS[usize::from(record(c).east_asian_width)]
}

/// Whether it is mirrored in right-to-left text.
pub fn mirrored(c: u32) -> bool {
    record(c).mirrored
}

/// The value as a decimal digit.
pub fn decimal(c: u32) -> Option<u8> {
    exception(t::OLD_DECIMALS, c).unwrap_or_else(|| if is_assigned(c) { crate::decimal(c) } else { None })
}

/// The value as a digit.
pub fn digit(c: u32) -> Option<u8> {
    exception(t::OLD_DIGITS, c).unwrap_or_else(|| if is_assigned(c) { crate::digit(c) } else { None })
}

/// The numeric value.
pub fn numeric(c: u32) -> Option<f64> {
    exception(t::OLD_NUMERICS, c).unwrap_or_else(|| if is_assigned(c) { crate::numeric(c) } else { None })
}

/// The decomposition as text, as [`data::decomposition_text`] gives it.
pub fn decomposition_text(c: u32) -> String {
    match exception(t::OLD_DECOMPOSITIONS, c) {
        Some(text) => text.to_owned(),
        None if is_assigned(c) => data::decomposition_text(c),
        None => String::new(),
    }
}

/// The name, if the code point was assigned.
pub fn name(c: u32) -> Option<String> {
    if is_assigned(c) {
        crate::names::name(c)
    } else {
        None
    }
}

/// The code point of a name (or alias), if it was assigned; sequences are not found.
pub fn lookup(name: &[u8]) -> Option<u32> {
    match crate::names::lookup(name)? {
        crate::names::Named::CodePoint(c) if is_assigned(c) => Some(c),
        _ => None,
    }
}

/// The text in a normalization form, with the corrections that later versions made undone.
pub fn normalize(form: Form, text: impl IntoIterator<Item = u32>) -> Vec<u32> {
    normalize::run(form, text, true)
}

/// Whether the text is in a normalization form.
pub fn is_normalized<I: Iterator<Item = u32> + Clone>(form: Form, text: I) -> bool {
    normalize(form, text.clone()).into_iter().eq(text)
}
