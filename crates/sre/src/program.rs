//! The engine's own program: what the code words are turned into before anything runs.
//!
//! Code words nest and refer to each other by relative skips. A [`Program`] is a flat list of [`Op`]s with absolute targets, every
//! target in range and every table index valid (`lower.rs` sees to that), so that running it needs no further checks. Each loop has
//! its registers; no operator refers to another's.

use crate::charset::{First, Fold, Set};
use crate::facts::{Facts, Words};

/// An index into a program's operators.
pub(crate) type Pc = u32;
/// An index into the machine's registers.
pub(crate) type Slot = u32;

/// Something that matches exactly one character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    Never,
    AnyAll,
    /// Any character but a newline.
    Any,
    Lit(u32),
    NotLit(u32),
    Set(u32),
    /// A set that depends on the locale.
    DynamicSet(u32),
}

/// A position (`AT`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    Beginning,
    BeginningLine,
    End,
    EndLine,
    EndString,
    Boundary(Words),
    NonBoundary(Words),
}

/// One operator. Unless it says otherwise, the next one follows when it matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    /// The whole pattern has matched.
    Success,
    Fail,
    One(Item),
    /// A run of literals: `literals[start..end]`.
    Lits {
        start: u32,
        end: u32,
    },
    At(At),
    Mark(Slot),
    Jump(Pc),
    Branch(u32),
    /// A repeated item that takes all it can get.
    Greedy(u32),
    /// A repeated item that takes as few as it can.
    Lazy(u32),
    /// A repeated item that takes all it can get and gives nothing back.
    Possessive(u32),
    /// A greedy loop around items of a fixed width.
    Strided(u32),
    /// The entry of a general loop; what decides on an iteration is at `looped.until`.
    LoopStart(u32),
    MaxUntil(u32),
    MinUntil(u32),
    PossessiveStart(u32),
    PossessiveUntil(u32),
    /// A positive assertion's entry. `slot` holds the height of the stack, `slot + 1` the position.
    Look {
        back: u32,
        slot: Slot,
        end: Pc,
    },
    LookEnd(Slot),
    /// A negative assertion's entry; `end` is where it goes on when the body does not match.
    NotLook {
        back: u32,
        slot: Slot,
        end: Pc,
    },
    NotLookEnd(Slot),
    AtomicStart(Slot),
    AtomicEnd(Slot),
    GroupRef {
        group: u32,
        fold: Fold,
    },
    /// Goes on if the group has matched, else jumps.
    GroupRefExists {
        group: u32,
        otherwise: Pc,
    },
}

/// What must follow a repeated item for the rest of the pattern to have a chance.
#[derive(Debug)]
pub(crate) enum Follow {
    /// Nothing is known; perhaps the end of the subject.
    Anything,
    Lit(u32),
    Table(Box<[bool; 256]>, bool),
}

/// `Greedy`, `Lazy`, `Possessive`: an item, how often.
#[derive(Debug)]
pub(crate) struct Repeat {
    pub item: Item,
    pub min: u32,
    /// [`crate::MAXREPEAT`] for no bound.
    pub max: u32,
    pub follow: Follow,
    /// Nothing that the item takes can be what must follow: giving back is of no use.
    pub keeps: bool,
}

/// A step in the body of a strided loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Item(Item),
    /// A mark, and how far before the end of the iteration it is.
    Mark(Slot, usize),
}

/// `Strided`.
#[derive(Debug)]
pub(crate) struct Stride {
    pub steps: Box<[Step]>,
    pub width: usize,
    pub min: u32,
    pub max: u32,
    /// The sole item, when there is but one.
    pub single: Option<Item>,
}

/// A general loop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Loop {
    pub min: u32,
    pub max: u32,
    pub body: Pc,
    /// The operator that decides on another iteration.
    pub until: Pc,
    /// The register of finished iterations; the next one holds where the last optional one began; the one after that, of a
    /// possessive loop, the height of the stack.
    pub slot: Slot,
    /// Whether an iteration may match the empty string.
    pub may_be_empty: bool,
}

/// `Branch`: for each character that may come next, which alternatives have a chance (bit `i` for the alternative `i`).
#[derive(Debug)]
pub(crate) struct Branch {
    pub alternatives: Box<[Pc]>,
    pub table: Box<[u64; 256]>,
    pub wide: u64,
    pub at_end: u64,
}

/// How `search` finds where a match may begin.
#[derive(Debug)]
pub(crate) enum Scan {
    /// Every position is tried.
    Everywhere,
    /// Only the beginning of the subject.
    Beginning,
    /// The beginnings of lines.
    Lines,
    /// Where a run of literals is. `whole`: that is all the pattern says.
    Literal {
        needle: Box<[u32]>,
        finder: Option<Box<memchr::memmem::Finder<'static>>>,
        whole: bool,
    },
    /// Where one of up to three bytes is, or one of a set.
    First {
        bytes: Vec<u8>,
        table: Box<[bool; 256]>,
        wide: bool,
    },
    /// Where one of several sequences of sets of characters is, all of the length `length`; run as a shift-and automaton.
    Sequences {
        table: Box<[u64; 256]>,
        wide: u64,
        starts: u64,
        ends: u64,
        length: usize,
    },
}

/// A compiled pattern.
#[derive(Debug)]
pub struct Program {
    pub(crate) ops: Vec<Op>,
    pub(crate) literals: Vec<u32>,
    pub(crate) sets: Vec<Set>,
    pub(crate) repeats: Vec<Repeat>,
    pub(crate) strides: Vec<Stride>,
    pub(crate) loops: Vec<Loop>,
    pub(crate) branches: Vec<Branch>,
    pub(crate) scan: Scan,
    pub(crate) groups: usize,
    pub(crate) registers: usize,
    pub(crate) min_width: usize,
    pub(crate) facts: &'static Facts,
}

impl Program {
    /// The number of groups.
    pub fn groups(&self) -> usize {
        self.groups
    }

    /// The register of the greatest mark set so far plus one, 0 for none. The register after it holds `lastindex`, 0 for none.
    pub(crate) fn last_mark_slot(&self) -> usize {
        2 * self.groups
    }

    /// The literals of `Op::Lits`.
    pub(crate) fn literals(&self, start: u32, end: u32) -> &[u32] {
        &self.literals[start as usize..end as usize]
    }

    /// A superset of the characters that an item matches.
    pub(crate) fn item_first(&self, item: Item) -> First {
        match item {
            Item::Never => First::NONE,
            Item::AnyAll | Item::DynamicSet(_) => First::ALL,
            Item::Any => {
                let mut first = First::ALL;
                first.bits[0] &= !(1 << 10);
                first
            }
            Item::Lit(c) => First::one(c),
            Item::NotLit(c) => {
                let mut first = First::ALL;
                if c < 256 {
                    first.bits[(c >> 6) as usize] &= !(1 << (c & 63));
                }
                first
            }
            Item::Set(set) => self.sets[set as usize].first(),
        }
    }
}
