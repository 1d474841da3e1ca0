//! The normalization forms NFC, NFD, NFKC and NFKD (Unicode Standard Annex 15).

use crate::data::{decomposition, record};
use crate::tables::COMPOSITIONS;
use crate::ucd_3_2_0;

/// A normalization form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Canonical decomposition, then composition.
    Nfc,
    /// Canonical decomposition.
    Nfd,
    /// Compatibility decomposition, then composition.
    Nfkc,
    /// Compatibility decomposition.
    Nfkd,
}

impl Form {
    /// The form of that name: `"NFC"`, `"NFD"`, `"NFKC"`, `"NFKD"`.
    pub fn from_name(name: &[u8]) -> Option<Form> {
        match name {
            b"NFC" => Some(Form::Nfc),
            b"NFD" => Some(Form::Nfd),
            b"NFKC" => Some(Form::Nfkc),
            b"NFKD" => Some(Form::Nfkd),
            _ => None,
        }
    }

    fn compatibility(self) -> bool {
        matches!(self, Form::Nfkc | Form::Nfkd)
    }

    fn composed(self) -> bool {
        matches!(self, Form::Nfc | Form::Nfkc)
    }
}

/// What a look at single code points tells about a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuickCheck {
    /// It is normalized.
    Yes,
    /// It is not.
    No,
    /// Only normalizing it can tell.
    Maybe,
}

/// Whether `text` is in a form, as far as that can be told without normalizing it.
pub fn quick_check(form: Form, text: impl IntoIterator<Item = u32>) -> QuickCheck {
    let changed = match form {
        Form::Nfd => 1,
        Form::Nfkd => 2,
        Form::Nfc => 4,
        Form::Nfkc => 8,
    };
    let mut result = QuickCheck::Yes;
    let mut previous = 0;
    for c in text {
        // Nothing below U+0300 combines, and nothing below U+00A0 changes.
        if c < 0xa0 {
            previous = 0;
            continue;
        }
        let record = record(c);
        if record.quick & changed != 0 || (record.combining != 0 && record.combining < previous) {
            return QuickCheck::No;
        }
        if form.composed() && record.quick & 16 != 0 {
            result = QuickCheck::Maybe;
        }
        previous = record.combining;
    }
    result
}

/// `unicodedata.is_normalized`.
pub fn is_normalized<I: Iterator<Item = u32> + Clone>(form: Form, text: I) -> bool {
    match quick_check(form, text.clone()) {
        QuickCheck::Yes => true,
        QuickCheck::No => false,
        QuickCheck::Maybe => normalize(form, text.clone()).into_iter().eq(text),
    }
}

/// `unicodedata.normalize`. A caller saves work by asking [`quick_check`] first.
pub fn normalize(form: Form, text: impl IntoIterator<Item = u32>) -> Vec<u32> {
    run(form, text, false)
}

pub(crate) fn run(form: Form, text: impl IntoIterator<Item = u32>, old: bool) -> Vec<u32> {
    let mut out = decompose(form.compatibility(), text, old);
    if form.composed() {
        compose(&mut out);
    }
    out
}

const HANGUL: u32 = 0xac00;
const HANGUL_COUNT: u32 = 11172;
const LEADS: u32 = 0x1100;
const VOWELS: u32 = 0x1161;
const TAILS: u32 = 0x11a7;
const LEAD_COUNT: u32 = 19;
const VOWEL_COUNT: u32 = 21;
const TAIL_COUNT: u32 = 28;

/// The jamo of a Hangul syllable and their number; 0 for anything else.
#[inline]
pub(crate) fn decompose_syllable(c: u32, jamo: &mut [u32; 3]) -> usize {
    let syllable = c.wrapping_sub(HANGUL);
    if syllable >= HANGUL_COUNT {
        return 0;
    }
    let tail = syllable % TAIL_COUNT;
    *jamo = [
        LEADS + syllable / (VOWEL_COUNT * TAIL_COUNT),
        VOWELS + syllable % (VOWEL_COUNT * TAIL_COUNT) / TAIL_COUNT,
        TAILS + tail,
    ];
    if tail == 0 { 2 } else { 3 }
}

fn decompose(compatibility: bool, text: impl IntoIterator<Item = u32>, old: bool) -> Vec<u32> {
    let text = text.into_iter();
    let mut out = Vec::with_capacity(text.size_hint().0);
    // No decomposition is longer than 18, and only its first code point decomposes further in practice.
    let mut stack = Vec::new();
    for c in text {
        stack.push(c);
        while let Some(c) = stack.pop() {
            if c < 0xa0 {
                out.push(c);
                continue;
            }
            let mut syllable = [0; 3];
            let len = decompose_syllable(c, &mut syllable);
            if len > 0 {
                out.extend_from_slice(&syllable[..len]);
                continue;
            }
            if old {
                if let Some(corrected) = ucd_3_2_0::normalization_correction(c) {
                    stack.push(corrected);
                    continue;
                }
                if !ucd_3_2_0::is_assigned(c) {
                    out.push(c);
                    continue;
                }
            }
            let (tag, parts) = decomposition(c);
            if parts.is_empty() || (!tag.is_empty() && !compatibility) {
                out.push(c);
            } else {
                stack.extend(parts.iter().rev());
            }
        }
    }
    // Canonical order: a stable sort by combining class of every run of combining characters.
    let mut start = 0;
    while start < out.len() {
        if record(out[start]).combining == 0 {
            start += 1;
            continue;
        }
        let run = out[start..]
            .iter()
            .take_while(|&&c| record(c).combining != 0)
            .count();
        out[start..start + run].sort_by_key(|&c| record(c).combining);
        start += run;
    }
    out
}

/// The primary composite of two code points.
fn composite(first: u32, second: u32) -> Option<u32> {
    let lead = first.wrapping_sub(LEADS);
    let vowel = second.wrapping_sub(VOWELS);
    if lead < LEAD_COUNT && vowel < VOWEL_COUNT {
        return Some(HANGUL + (lead * VOWEL_COUNT + vowel) * TAIL_COUNT);
    }
    let syllable = first.wrapping_sub(HANGUL);
    let tail = second.wrapping_sub(TAILS);
    if syllable < HANGUL_COUNT && syllable.is_multiple_of(TAIL_COUNT) && tail > 0 && tail < TAIL_COUNT {
        return Some(first + tail);
    }
    let key = u64::from(first) << 32 | u64::from(second);
    COMPOSITIONS
        .binary_search_by_key(&key, |&(pair, _)| pair)
        .ok()
        .map(|at| COMPOSITIONS[at].1)
}

fn compose(text: &mut Vec<u32>) {
    let mut written = 0;
    let mut starter = None;
    // The combining class of what was kept last since the starter; `None` right after the starter.
    let mut last_class = None;
    for read in 0..text.len() {
        let c = text[read];
        let record = record(c);
        let class = record.combining;
        if let Some(starter) = starter
            && record.quick & 16 != 0
            && last_class.is_none_or(|last| last < class)
            && let Some(composed) = composite(text[starter], c)
        {
            text[starter] = composed;
            continue;
        }
        if class == 0 {
            starter = Some(written);
            last_class = None;
        } else {
            last_class = Some(class);
        }
        text[written] = c;
        written += 1;
    }
    text.truncate(written);
}
