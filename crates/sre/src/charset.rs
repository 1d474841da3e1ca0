//! Sets of characters: the programs that follow `IN`, and the bitmaps made of them.
//!
//! A set program is a list of set operators up to `FAILURE`. It is checked once; then the engine answers for the characters below 256
//! from a table, and runs the program only for those above.

use crate::InvalidCode;
use crate::constants::{category, op};
use crate::facts::{Facts, ascii_lower, in_category, locale_lower, locale_upper};

/// How a character is folded before it is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fold {
    None,
    Ascii,
    Unicode,
    Locale,
}

impl Fold {
    pub(crate) fn lower(self, facts: &Facts, c: u32) -> u32 {
        match self {
            Fold::None => c,
            Fold::Ascii => ascii_lower(c),
            Fold::Unicode => (facts.lower)(c),
            Fold::Locale => locale_lower(facts, c),
        }
    }
}

/// What a set says about the characters from 256 on.
#[derive(Debug, PartialEq)]
enum Wide {
    Never,
    Always,
    Ask,
}

/// A superset of the characters that may come first at some place: a bitmap for those below 256, one answer for the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct First {
    pub bits: [u64; 4],
    pub wide: bool,
}

impl First {
    pub const NONE: First = First {
        bits: [0; 4],
        wide: false,
    };
    pub const ALL: First = First {
        bits: [!0; 4],
        wide: true,
    };

    pub fn one(c: u32) -> First {
        let mut first = First::NONE;
        first.insert(c);
        first
    }

    pub fn insert(&mut self, c: u32) {
        match self.bits.get_mut((c >> 6) as usize) {
            Some(word) => *word |= 1 << (c & 63),
            None => self.wide = true,
        }
    }

    pub fn union(mut self, other: &First) -> First {
        self.bits.iter_mut().zip(other.bits).for_each(|(a, b)| *a |= b);
        self.wide |= other.wide;
        self
    }

    pub fn is_disjoint(&self, other: &First) -> bool {
        !(self.wide && other.wide) && self.bits.iter().zip(other.bits).all(|(a, b)| a & b == 0)
    }

    pub fn contains_byte(&self, c: u8) -> bool {
        self.bits[usize::from(c >> 6)] >> (c & 63) & 1 == 1
    }

    /// The bytes in the set, in order.
    pub fn bytes(&self) -> impl Iterator<Item = u8> + '_ {
        (0..=255).filter(|&c| self.contains_byte(c))
    }
}

/// A set of characters, ready to be asked.
#[derive(Debug)]
pub(crate) struct Set {
    /// The answer for each character below 256, but for a set that depends on the locale.
    pub table: Box<[bool; 256]>,
    wide: Wide,
    code: Box<[u32]>,
    fold: Fold,
    complement: bool,
}

impl Set {
    /// Makes a set of a program that [`check`] found good, `FAILURE` at its end included; or of what is not in that set.
    pub fn new(code: &[u32], fold: Fold, complement: bool, facts: &Facts) -> Set {
        let mut set = Set {
            table: Box::new([false; 256]),
            wide: Wide::Ask,
            code: code.into(),
            fold,
            complement,
        };
        if fold != Fold::Locale {
            for c in 0..256u32 {
                set.table[c as usize] = set.ask(c, facts);
            }
            // Folding takes some characters from 256 on to ones below.
            if fold != Fold::Unicode && says_nothing_wide(code) {
                set.wide = if set.ask(256, facts) {
                    Wide::Always
                } else {
                    Wide::Never
                };
            }
        }
        set
    }

    /// Whether the set depends on the locale, so that [`Set::ask`] alone answers.
    pub fn is_dynamic(&self) -> bool {
        self.fold == Fold::Locale || uses_locale(&self.code)
    }

    /// Whether a character from 256 on is in the set.
    #[inline]
    pub fn contains_wide(&self, c: u32, facts: &Facts) -> bool {
        match self.wide {
            Wide::Never => false,
            Wide::Always => true,
            Wide::Ask => self.ask(c, facts),
        }
    }

    /// Whether any character is in the set, by running its program.
    pub fn ask(&self, c: u32, facts: &Facts) -> bool {
        let found = match self.fold {
            Fold::Locale => {
                let lower = locale_lower(facts, c);
                let upper = locale_upper(facts, c);
                run(&self.code, lower, facts) || upper != lower && run(&self.code, upper, facts)
            }
            fold => run(&self.code, fold.lower(facts, c), facts),
        };
        found != self.complement
    }

    /// A superset of the set.
    pub fn first(&self) -> First {
        let mut first = First {
            bits: [0; 4],
            wide: self.wide != Wide::Never,
        };
        for (c, _) in self.table.iter().enumerate().filter(|(_, member)| **member) {
            first.insert(c as u32);
        }
        first
    }

    pub fn is_same(&self, code: &[u32], fold: Fold, complement: bool) -> bool {
        self.fold == fold && self.complement == complement && *self.code == *code
    }
}

/// The set operators of a program, with their operands.
fn items(code: &[u32]) -> impl Iterator<Item = (u32, &[u32])> {
    let mut rest = code;
    std::iter::from_fn(move || {
        let (&operator, tail) = rest.split_first()?;
        let length = match operator {
            op::NEGATE => 0,
            op::LITERAL | op::CATEGORY => 1,
            op::RANGE | op::RANGE_UNI_IGNORE => 2,
            op::CHARSET => 8,
            op::BIGCHARSET => 65usize.checked_add((*tail.first()? as usize).checked_mul(8)?)?,
            _ => return None,
        };
        let operands = tail.get(..length)?;
        rest = &tail[length..];
        Some((operator, operands))
    })
}

/// Checks a set program that should fill `code`, `FAILURE` at its end included.
pub(crate) fn check(code: &[u32]) -> Result<(), InvalidCode> {
    let mut at = 0;
    for (operator, operands) in items(code) {
        at += 1 + operands.len();
        let good = match operator {
            op::CATEGORY => operands[0] < category::COUNT,
            op::BIGCHARSET => operands[1..65]
                .iter()
                .all(|word| word.to_ne_bytes().iter().all(|&b| u32::from(b) < operands[0])),
            _ => true,
        };
        if !good {
            return Err(InvalidCode);
        }
    }
    if code[at..] == [op::FAILURE] {
        Ok(())
    } else {
        Err(InvalidCode)
    }
}

fn says_nothing_wide(code: &[u32]) -> bool {
    items(code).all(|(operator, operands)| match operator {
        op::LITERAL => operands[0] < 256,
        op::RANGE => operands[1] < 256,
        op::CHARSET | op::NEGATE => true,
        op::CATEGORY => operands[0] < category::LOC_WORD,
        _ => false,
    })
}

fn uses_locale(code: &[u32]) -> bool {
    items(code).any(|(operator, operands)| operator == op::CATEGORY && operands[0] & !1 == category::LOC_WORD)
}

/// Runs a set program: the first operator that knows the character decides, `NEGATE` turns what follows around.
fn run(code: &[u32], c: u32, facts: &Facts) -> bool {
    let mut answer = true;
    for (operator, operands) in items(code) {
        let found = match operator {
            op::NEGATE => {
                answer = !answer;
                continue;
            }
            op::LITERAL => operands[0] == c,
            op::CATEGORY => in_category(facts, operands[0], c),
            op::RANGE => (operands[0]..=operands[1]).contains(&c),
            op::RANGE_UNI_IGNORE => {
                let range = operands[0]..=operands[1];
                range.contains(&c) || range.contains(&(facts.upper)(c))
            }
            op::CHARSET => c < 256 && bit(operands, c),
            op::BIGCHARSET if c < 0x10000 => {
                let high = (c >> 8) as usize;
                let block = operands[1 + high / 4].to_ne_bytes()[high % 4] as usize;
                operands
                    .get(65 + 8 * block..73 + 8 * block)
                    .is_some_and(|map| bit(map, c & 255))
            }
            _ => false,
        };
        if found {
            return answer;
        }
    }
    !answer
}

fn bit(map: &[u32], c: u32) -> bool {
    map[(c / 32) as usize] >> (c % 32) & 1 == 1
}
