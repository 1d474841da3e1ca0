//! The fields of `unicodedata`: category, bidirectional class, combining class, width, mirroring, decomposition.

use crate::tables as t;

#[inline]
pub(crate) fn record(c: u32) -> &'static t::DataRecord {
    &t::DATA[t::DATA_INDEX.get(c)]
}

/// The general category, such as `"Lu"`.
pub fn category(c: u32) -> &'static str {
    t::CATEGORIES[usize::from(record(c).category)]
}

/// The bidirectional class, such as `"AL"`; empty when there is none.
pub fn bidirectional(c: u32) -> &'static str {
    t::BIDIRECTIONALS[usize::from(record(c).bidirectional)]
}

/// The canonical combining class; 0 for what does not combine.
#[inline]
pub fn combining(c: u32) -> u8 {
    record(c).combining
}

/// The East Asian width: `"N"`, `"Na"`, `"W"`, `"F"`, `"H"` or `"A"`.
pub fn east_asian_width(c: u32) -> &'static str {
    t::EAST_ASIAN_WIDTHS[usize::from(record(c).east_asian_width)]
}

/// Whether it is mirrored in right-to-left text.
pub fn mirrored(c: u32) -> bool {
    record(c).mirrored
}

/// The decomposition mapping, one step of it: its tag (`"<compat>"` and so on; empty for a canonical one) and the code
/// points, none when there is no decomposition. Hangul syllables have none here.
pub fn decomposition(c: u32) -> (&'static str, &'static [u32]) {
    let at = t::DECOMPOSITION_INDEX.get(c);
    let header = t::DECOMPOSITIONS[at];
    let len = (header & 255) as usize;
    (
        t::DECOMPOSITION_TAGS[(header >> 8) as usize],
        &t::DECOMPOSITIONS[at + 1..at + 1 + len],
    )
}

/// `unicodedata.decomposition`: tag and hexadecimal code points, separated by spaces; jamo for a Hangul syllable.
pub fn decomposition_text(c: u32) -> String {
    let mut syllable = [0; 3];
    let (tag, code_points) = match crate::normalize::decompose_syllable(c, &mut syllable) {
        0 => decomposition(c),
        len => ("", &syllable[..len]),
    };
    let mut text = String::from(tag);
    for c in code_points {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&format!("{c:04X}"));
    }
    text
}
