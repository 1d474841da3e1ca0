//! Names: of code points, with aliases and named sequences for look-up.
//!
//! Names are stored as numbers of words, in the order of code points, then aliases, then sequences; a permutation sorts
//! them for the binary search. Hangul syllables and ranges such as the unified ideographs are computed.

use std::cmp::Ordering;

use crate::tables as t;

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// A code point, by its name or an alias of it.
    CodePoint(u32),
    /// A named sequence.
    Sequence(&'static [u32]),
}

/// Room for a name.
struct Buffer {
    bytes: [u8; t::LONGEST_NAME],
    len: usize,
}

impl Buffer {
    fn new() -> Self {
        Buffer {
            bytes: [0; t::LONGEST_NAME],
            len: 0,
        }
    }

    fn put(&mut self, text: &[u8]) {
        self.bytes[self.len..self.len + text.len()].copy_from_slice(text);
        self.len += text.len();
    }

    fn bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

/// The record at `index` of a list of length-prefixed records with an offset for every `STRIDE`th.
fn record(blob: &'static [u8], starts: &[u8], index: usize) -> &'static [u8] {
    let mut at = t::u32_at(starts, index / t::STRIDE);
    for _ in 0..index % t::STRIDE {
        at += 1 + usize::from(blob[at]);
    }
    &blob[at + 1..at + 1 + usize::from(blob[at])]
}

/// The name with that ordinal.
fn stored(ordinal: usize) -> Buffer {
    let mut name = Buffer::new();
    let mut words = record(t::NAMES, t::NAME_STARTS, ordinal);
    while let [first, rest @ ..] = words {
        let first = usize::from(*first);
        let word;
        (word, words) = match rest {
            [second, rest @ ..] if first >= t::ONE_BYTE_WORDS => (
                t::ONE_BYTE_WORDS + ((first - t::ONE_BYTE_WORDS) << 8 | usize::from(*second)),
                rest,
            ),
            _ => (first, rest),
        };
        if name.len > 0 {
            name.put(b" ");
        }
        name.put(record(t::WORDS, t::WORD_STARTS, word));
    }
    name
}

const HANGUL_PREFIX: &[u8] = b"HANGUL SYLLABLE ";
const HANGUL: u32 = 0xac00;
const HANGUL_COUNT: u32 = 11172;

/// `unicodedata.name`; `None` for what has no name.
pub fn name(c: u32) -> Option<String> {
    let syllable = c.wrapping_sub(HANGUL);
    if syllable < HANGUL_COUNT {
        let part = |kind: usize, index: u32| t::JAMO[kind][index as usize];
        let (lead, vowel, tail) = (
            part(0, syllable / 588),
            part(1, syllable % 588 / 28),
            part(2, syllable % 28),
        );
        return Some(format!("HANGUL SYLLABLE {lead}{vowel}{tail}"));
    }
    let ordinal = t::NAME_INDEX.get(c);
    if ordinal != 0 {
        return Some(String::from_utf8_lossy(stored(ordinal).bytes()).into_owned());
    }
    let range = t::NAMED_RANGES
        .iter()
        .find(|&&(first, last, _)| (first..=last).contains(&c))?;
    Some(format!("{}{c:04X}", range.2))
}

/// `unicodedata.lookup`: upper and lower case are the same, aliases and named sequences are found.
pub fn lookup(name: &[u8]) -> Option<Named> {
    if name.is_empty() || name.len() > t::LONGEST_NAME {
        return None;
    }
    let upper = name.to_ascii_uppercase();
    if let Some(syllable) = upper.strip_prefix(HANGUL_PREFIX) {
        return lookup_syllable(syllable).map(Named::CodePoint);
    }
    for &(first, last, prefix) in t::LOOKUP_RANGES {
        if let Some(digits) = upper.strip_prefix(prefix.as_bytes()) {
            let c = u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
            if (first..=last).contains(&c) && format!("{c:04X}").as_bytes() == digits {
                return Some(Named::CodePoint(c));
            }
        }
    }
    let (mut low, mut high) = (0, t::NAME_ORDER.len() / 2);
    while low < high {
        let middle = low.midpoint(high);
        let ordinal = t::u16_at(t::NAME_ORDER, middle);
        match stored(ordinal).bytes().cmp(&upper) {
            Ordering::Less => low = middle + 1,
            Ordering::Greater => high = middle,
            Ordering::Equal => {
                return Some(if ordinal >= t::FIRST_SEQUENCE {
                    Named::Sequence(t::SEQUENCES[ordinal - t::FIRST_SEQUENCE])
                } else if ordinal >= t::FIRST_ALIAS {
                    Named::CodePoint(t::ALIASES[ordinal - t::FIRST_ALIAS])
                } else {
                    let at = (ordinal - 1) * 3;
                    let bytes = &t::NAME_CODE_POINTS[at..at + 3];
                    Named::CodePoint(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0]))
                });
            }
        }
    }
    None
}

fn lookup_syllable(mut text: &[u8]) -> Option<u32> {
    let mut indices = [0u32; 3];
    for (index, parts) in indices.iter_mut().zip(t::JAMO) {
        // The longest sound that fits; the empty one always does, where there is one.
        let (at, part) = parts
            .iter()
            .enumerate()
            .filter(|(_, part)| text.starts_with(part.as_bytes()))
            .max_by_key(|(_, part)| part.len())?;
        *index = at as u32;
        text = &text[part.len()..];
    }
    let [lead, vowel, tail] = indices;
    text.is_empty().then(|| HANGUL + (lead * 21 + vowel) * 28 + tail)
}
