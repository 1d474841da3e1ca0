//! From code words to a [`Program`]: checks every word, and resolves skips.
//!
//! The code words come from outside (`_sre.compile` takes any list), so nothing is believed: whatever does not have exactly the form
//! that `re._compiler` produces is [`InvalidCode`]. Nesting is followed with a stack of open constructs, not by recursion, so that
//! deeply nested code is harmless.

use crate::InvalidCode;
use crate::charset::{self, Fold, Set};
use crate::constants::{MAXREPEAT, at, category, info, op};
use crate::facts::{Facts, Words};
use crate::program::{At, Branch, Follow, Item, Loop, Op, Pc, Program, Repeat, Scan, Slot, Step, Stride};

/// A branch has a bit for each alternative; the last one of a full branch leads to another branch.
const MAX_ALTERNATIVES: usize = 64;
/// The longest body of a loop that is run as a strided one.
const MAX_STEPS: usize = 32;

/// A construct whose end has not been reached.
struct Open {
    /// Where in the code its body (or the current part of it) ends.
    end: usize,
    /// The least width of what is around the construct, up to it.
    outer_width: u64,
    kind: Kind,
}

enum Kind {
    Whole,
    Branch {
        id: usize,
        alternatives: Vec<Pc>,
        jumps: Vec<Pc>,
        target: Option<usize>,
        width: u64,
    },
    /// A `REPEAT`: the operator at `start` begins it.
    Loop {
        id: u32,
        start: usize,
    },
    Possessive {
        id: u32,
    },
    Look {
        slot: Slot,
        start: usize,
    },
    NotLook {
        slot: Slot,
        start: usize,
    },
    Atomic {
        slot: Slot,
    },
    Exists {
        start: usize,
    },
    /// The part after the `JUMP` of a `GROUPREF_EXISTS`; `width` is the first part's.
    Otherwise {
        jump: usize,
        width: u64,
    },
}

struct Lowering<'a> {
    code: &'a [u32],
    /// The word that comes next.
    at: usize,
    /// The least width of the open construct's body so far.
    width: u64,
    open: Vec<Open>,
    /// The operator before which literals may not be joined, because something leads to it.
    fence: usize,
    program: Program,
}

impl Program {
    /// Checks code words and makes a program of them.
    pub fn new(code: &[u32], groups: u32, facts: &'static Facts) -> Result<Program, InvalidCode> {
        if groups > crate::MAXGROUPS {
            return Err(InvalidCode);
        }
        let groups = groups as usize;
        let program = Program {
            ops: Vec::with_capacity(16),
            literals: Vec::new(),
            sets: Vec::new(),
            repeats: Vec::new(),
            strides: Vec::new(),
            loops: Vec::new(),
            branches: Vec::new(),
            scan: Scan::Everywhere,
            groups,
            registers: 2 * groups + 2,
            min_width: 0,
            facts,
        };
        let mut lowering = Lowering {
            code,
            at: 0,
            width: 0,
            open: Vec::new(),
            fence: 0,
            program,
        };
        lowering.run()?;
        let mut program = lowering.program;
        program.analyze();
        Ok(program)
    }
}

impl Lowering<'_> {
    fn run(&mut self) -> Result<(), InvalidCode> {
        let last = self.code.len().checked_sub(1).ok_or(InvalidCode)?;
        if self.code[last] != op::SUCCESS {
            return Err(InvalidCode);
        }
        self.open.push(Open {
            end: last,
            outer_width: 0,
            kind: Kind::Whole,
        });
        while let Some(open) = self.open.last() {
            let end = open.end;
            if self.at == end {
                self.close()?;
            } else if self.at > end {
                return Err(InvalidCode);
            } else {
                let operator = self.word()?;
                self.operator(operator)?;
            }
        }
        Ok(())
    }

    fn word(&mut self) -> Result<u32, InvalidCode> {
        let word = *self.code.get(self.at).ok_or(InvalidCode)?;
        self.at += 1;
        Ok(word)
    }

    /// Reads a skip, and gives where it leads: forward, and within the open construct.
    fn target(&mut self) -> Result<usize, InvalidCode> {
        let from = self.at;
        let target = from.checked_add(self.word()? as usize).ok_or(InvalidCode)?;
        let limit = self.open.last().map_or(0, |open| open.end);
        if target > from && target <= limit {
            Ok(target)
        } else {
            Err(InvalidCode)
        }
    }

    fn expect(&mut self, word: u32) -> Result<(), InvalidCode> {
        if self.word()? == word {
            Ok(())
        } else {
            Err(InvalidCode)
        }
    }

    fn bounds(&mut self) -> Result<(u32, u32), InvalidCode> {
        let (min, max) = (self.word()?, self.word()?);
        if min <= max {
            Ok((min, max))
        } else {
            Err(InvalidCode)
        }
    }

    fn pc(&self) -> Pc {
        // A program has no more operators than there are code words, and those are at most 2**32 - 1 (`push` sees to it).
        self.program.ops.len() as Pc
    }

    fn push(&mut self, operator: Op) -> Result<(), InvalidCode> {
        if self.program.ops.len() >= u32::MAX as usize - 1 {
            return Err(InvalidCode);
        }
        self.program.ops.push(operator);
        Ok(())
    }

    /// Marks that something leads to the next operator.
    fn label(&mut self) -> Pc {
        self.fence = self.program.ops.len();
        self.pc()
    }

    fn registers(&mut self, count: usize) -> Result<Slot, InvalidCode> {
        let slot = Slot::try_from(self.program.registers).map_err(|_| InvalidCode)?;
        self.program.registers += count;
        Ok(slot)
    }

    fn enter(&mut self, end: usize, kind: Kind) {
        let outer_width = std::mem::take(&mut self.width);
        self.open.push(Open {
            end,
            outer_width,
            kind,
        });
    }

    fn group(&mut self) -> Result<u32, InvalidCode> {
        let group = self.word()?;
        if (group as usize) < self.program.groups {
            Ok(group)
        } else {
            Err(InvalidCode)
        }
    }

    fn operator(&mut self, operator: u32) -> Result<(), InvalidCode> {
        match operator {
            op::FAILURE => self.push(Op::Fail),
            op::SUCCESS => {
                // Success in the middle ends the match there; `re._compiler` emits it for nothing but the end.
                Err(InvalidCode)
            }
            op::AT => {
                let position = at_from(self.word()?)?;
                self.push(Op::At(position))
            }
            op::MARK => {
                let mark = self.word()?;
                if mark as usize >= 2 * self.program.groups {
                    return Err(InvalidCode);
                }
                self.push(Op::Mark(mark))
            }
            op::INFO => self.info(),
            op::BRANCH => {
                let id = self.program.branches.len();
                let table = Box::new([0; 256]);
                self.program.branches.push(Branch {
                    alternatives: Box::new([]),
                    table,
                    wide: 0,
                    at_end: 0,
                });
                let branch = Op::Branch(u32::try_from(id).map_err(|_| InvalidCode)?);
                self.push(branch)?;
                let end = self.target()?;
                let first = self.label();
                let kind = Kind::Branch {
                    id,
                    alternatives: vec![first],
                    jumps: Vec::new(),
                    target: None,
                    width: u64::MAX,
                };
                // An alternative's skip leads behind the jump at its end.
                self.enter(end.checked_sub(2).ok_or(InvalidCode)?, kind);
                Ok(())
            }
            op::REPEAT => {
                let end = self.target()?;
                let (min, max) = self.bounds()?;
                let slot = self.registers(2)?;
                let id = self.new_loop(min, max, slot)?;
                let start = self.program.ops.len();
                self.push(Op::LoopStart(id))?;
                self.program.loops[id as usize].body = self.label();
                self.enter(end, Kind::Loop { id, start });
                Ok(())
            }
            op::POSSESSIVE_REPEAT => {
                let end = self.target()?;
                let (min, max) = self.bounds()?;
                let slot = self.registers(3)?;
                let id = self.new_loop(min, max, slot)?;
                self.push(Op::PossessiveStart(id))?;
                self.program.loops[id as usize].body = self.label();
                self.enter(end, Kind::Possessive { id });
                Ok(())
            }
            op::REPEAT_ONE | op::MIN_REPEAT_ONE | op::POSSESSIVE_REPEAT_ONE => self.repeat_one(operator),
            op::ASSERT | op::ASSERT_NOT => {
                let end = self.target()?;
                let back = self.word()?;
                let slot = self.registers(2)?;
                let start = self.program.ops.len();
                let (look, kind) = if operator == op::ASSERT {
                    (Op::Look { back, slot, end: 0 }, Kind::Look { slot, start })
                } else {
                    (Op::NotLook { back, slot, end: 0 }, Kind::NotLook { slot, start })
                };
                self.push(look)?;
                self.label();
                self.enter(end - 1, kind);
                Ok(())
            }
            op::ATOMIC_GROUP => {
                let end = self.target()?;
                let slot = self.registers(1)?;
                self.push(Op::AtomicStart(slot))?;
                self.label();
                self.enter(end - 1, Kind::Atomic { slot });
                Ok(())
            }
            op::GROUPREF => self.group_ref(Fold::None),
            op::GROUPREF_IGNORE => self.group_ref(Fold::Ascii),
            op::GROUPREF_UNI_IGNORE => self.group_ref(Fold::Unicode),
            op::GROUPREF_LOC_IGNORE => self.group_ref(Fold::Locale),
            op::GROUPREF_EXISTS => {
                let group = self.group()?;
                // This skip counts from the word before it.
                let from = self.at - 1;
                let end = from.checked_add(self.word()? as usize).ok_or(InvalidCode)?;
                if end < self.at || end > self.open.last().map_or(0, |open| open.end) {
                    return Err(InvalidCode);
                }
                let start = self.program.ops.len();
                self.push(Op::GroupRefExists { group, otherwise: 0 })?;
                self.label();
                self.enter(end, Kind::Exists { start });
                Ok(())
            }
            op::JUMP => {
                // Only before the second part of a `GROUPREF_EXISTS`; a branch's own jumps are read when an alternative closes.
                let Some(Open {
                    end,
                    outer_width,
                    kind: Kind::Exists { start },
                }) = self.open.last()
                else {
                    return Err(InvalidCode);
                };
                let (end, outer_width, start) = (*end, *outer_width, *start);
                if end != self.at + 1 {
                    return Err(InvalidCode);
                }
                self.open.pop();
                let target = self.target()?;
                let jump = self.program.ops.len();
                self.push(Op::Jump(0))?;
                let otherwise = self.label();
                self.set_target(start, otherwise);
                let width = std::mem::take(&mut self.width);
                self.open.push(Open {
                    end: target,
                    outer_width,
                    kind: Kind::Otherwise { jump, width },
                });
                Ok(())
            }
            _ => {
                let item = self.item(operator)?;
                self.width = self.width.saturating_add(1);
                match item {
                    Item::Never => self.push(Op::Fail),
                    Item::Lit(c) => self.literal(c),
                    _ => self.push(Op::One(item)),
                }
            }
        }
    }

    /// Appends a literal, to the run of literals before it if there is one.
    fn literal(&mut self, c: u32) -> Result<(), InvalidCode> {
        let literals = &mut self.program.literals;
        let ops = &mut self.program.ops;
        let joined = match ops.last() {
            Some(_) if self.fence == ops.len() => None,
            Some(&Op::Lits { start, end }) => {
                literals.push(c);
                Some(Op::Lits { start, end: end + 1 })
            }
            Some(&Op::One(Item::Lit(before))) => {
                let start = u32::try_from(literals.len()).map_err(|_| InvalidCode)?;
                literals.extend([before, c]);
                Some(Op::Lits {
                    start,
                    end: start.checked_add(2).ok_or(InvalidCode)?,
                })
            }
            _ => None,
        };
        match joined {
            Some(run) => {
                if let Some(last) = self.program.ops.last_mut() {
                    *last = run;
                }
                Ok(())
            }
            None => self.push(Op::One(Item::Lit(c))),
        }
    }

    /// An operator that matches one character, the operator itself already read.
    fn item(&mut self, operator: u32) -> Result<Item, InvalidCode> {
        Ok(match operator {
            op::FAILURE => Item::Never,
            op::ANY => Item::Any,
            op::ANY_ALL => Item::AnyAll,
            op::LITERAL => Item::Lit(self.word()?),
            op::NOT_LITERAL => Item::NotLit(self.word()?),
            op::LITERAL_IGNORE => self.folded_literal(Fold::Ascii, false)?,
            op::LITERAL_UNI_IGNORE => self.folded_literal(Fold::Unicode, false)?,
            op::LITERAL_LOC_IGNORE => self.folded_literal(Fold::Locale, false)?,
            op::NOT_LITERAL_IGNORE => self.folded_literal(Fold::Ascii, true)?,
            op::NOT_LITERAL_UNI_IGNORE => self.folded_literal(Fold::Unicode, true)?,
            op::NOT_LITERAL_LOC_IGNORE => self.folded_literal(Fold::Locale, true)?,
            op::CATEGORY => {
                let code = self.word()?;
                if code >= category::COUNT {
                    return Err(InvalidCode);
                }
                self.set(&[op::CATEGORY, code, op::FAILURE], Fold::None, false)?
            }
            op::IN => self.charset(Fold::None)?,
            op::IN_IGNORE => self.charset(Fold::Ascii)?,
            op::IN_UNI_IGNORE => self.charset(Fold::Unicode)?,
            op::IN_LOC_IGNORE => self.charset(Fold::Locale)?,
            _ => return Err(InvalidCode),
        })
    }

    fn folded_literal(&mut self, fold: Fold, complement: bool) -> Result<Item, InvalidCode> {
        let c = self.word()?;
        self.set(&[op::LITERAL, c, op::FAILURE], fold, complement)
    }

    fn charset(&mut self, fold: Fold) -> Result<Item, InvalidCode> {
        let end = self.target()?;
        let code = self.code.get(self.at..end).ok_or(InvalidCode)?;
        charset::check(code)?;
        self.at = end;
        match code {
            // Both cases of a character are looked up, and neither may be in a set that is turned around.
            [op::NEGATE, positive @ ..] if fold == Fold::Locale => self.set(positive, fold, true),
            _ => self.set(code, fold, false),
        }
    }

    fn set(&mut self, code: &[u32], fold: Fold, complement: bool) -> Result<Item, InvalidCode> {
        let sets = &mut self.program.sets;
        // Patterns use the same few sets again and again; those used last are looked at.
        let recent = sets.len().saturating_sub(16);
        let found = sets[recent..]
            .iter()
            .position(|set| set.is_same(code, fold, complement));
        let index = match found {
            Some(index) => recent + index,
            None => {
                sets.push(Set::new(code, fold, complement, self.program.facts));
                sets.len() - 1
            }
        };
        let dynamic = sets[index].is_dynamic();
        let index = u32::try_from(index).map_err(|_| InvalidCode)?;
        Ok(if dynamic {
            Item::DynamicSet(index)
        } else {
            Item::Set(index)
        })
    }

    fn info(&mut self) -> Result<(), InvalidCode> {
        let end = self.target()?;
        let (flags, _min, _max) = (self.word()?, self.word()?, self.word()?);
        if flags & !(info::PREFIX | info::LITERAL | info::CHARSET) != 0
            || flags & info::PREFIX != 0 && flags & info::CHARSET != 0
            || flags & info::LITERAL != 0 && flags & info::PREFIX == 0
        {
            return Err(InvalidCode);
        }
        // Where to search is worked out from the pattern itself; what the block says of it has to be well-formed all the same.
        if flags & info::PREFIX != 0 {
            let (length, skip) = (self.word()? as usize, self.word()? as usize);
            let after = length
                .checked_mul(2)
                .and_then(|n| n.checked_add(self.at))
                .ok_or(InvalidCode)?;
            let tables = self.code.get(self.at..after).ok_or(InvalidCode)?;
            if skip > length
                || !tables[length..]
                    .iter()
                    .all(|&overlap| (overlap as usize) < length)
            {
                return Err(InvalidCode);
            }
            self.at = after;
        }
        if flags & info::CHARSET != 0 {
            charset::check(self.code.get(self.at..end).ok_or(InvalidCode)?)?;
            self.at = end;
        }
        if self.at == end { Ok(()) } else { Err(InvalidCode) }
    }

    fn new_loop(&mut self, min: u32, max: u32, slot: Slot) -> Result<u32, InvalidCode> {
        let id = u32::try_from(self.program.loops.len()).map_err(|_| InvalidCode)?;
        self.program.loops.push(Loop {
            min,
            max,
            body: 0,
            until: 0,
            slot,
            may_be_empty: true,
        });
        Ok(id)
    }

    fn repeat_one(&mut self, operator: u32) -> Result<(), InvalidCode> {
        let end = self.target()?;
        let (min, max) = self.bounds()?;
        let item_operator = self.word()?;
        let item = self.item(item_operator)?;
        self.expect(op::SUCCESS)?;
        if self.at != end {
            return Err(InvalidCode);
        }
        self.width = self.width.saturating_add(min.into());
        let index = u32::try_from(self.program.repeats.len()).map_err(|_| InvalidCode)?;
        self.program.repeats.push(Repeat {
            item,
            min,
            max,
            follow: Follow::Anything,
            keeps: false,
        });
        self.push(match operator {
            op::REPEAT_ONE => Op::Greedy(index),
            op::MIN_REPEAT_ONE => Op::Lazy(index),
            _ => Op::Possessive(index),
        })
    }

    fn group_ref(&mut self, fold: Fold) -> Result<(), InvalidCode> {
        let group = self.group()?;
        self.push(Op::GroupRef { group, fold })
    }

    fn set_target(&mut self, index: usize, to: Pc) {
        match &mut self.program.ops[index] {
            Op::Jump(target)
            | Op::Look { end: target, .. }
            | Op::NotLook { end: target, .. }
            | Op::GroupRefExists {
                otherwise: target, ..
            } => *target = to,
            other => unreachable!("{other:?} has no target"),
        }
    }

    /// The body of the innermost open construct ends here.
    fn close(&mut self) -> Result<(), InvalidCode> {
        let Some(Open {
            outer_width, kind, ..
        }) = self.open.pop()
        else {
            return Err(InvalidCode);
        };
        match kind {
            Kind::Whole => {
                self.expect(op::SUCCESS)?;
                self.push(Op::Success)?;
                self.program.min_width = usize::try_from(self.width).unwrap_or(usize::MAX);
                return Ok(());
            }
            Kind::Branch {
                id,
                mut alternatives,
                mut jumps,
                mut target,
                width,
            } => {
                self.expect(op::JUMP)?;
                let to = self.target()?;
                if *target.get_or_insert(to) != to {
                    return Err(InvalidCode);
                }
                jumps.push(self.pc());
                self.push(Op::Jump(0))?;
                let width = width.min(self.width);
                let skip = *self.code.get(self.at).ok_or(InvalidCode)?;
                if skip == 0 {
                    self.at += 1;
                    if self.at != to {
                        return Err(InvalidCode);
                    }
                    self.close_branch(id, alternatives, &jumps)?;
                    self.width = width;
                } else {
                    let end = self.target()?.checked_sub(2).ok_or(InvalidCode)?;
                    alternatives.push(self.label());
                    self.width = 0;
                    let kind = Kind::Branch {
                        id,
                        alternatives,
                        jumps,
                        target: Some(to),
                        width,
                    };
                    self.open.push(Open {
                        end,
                        outer_width,
                        kind,
                    });
                    return Ok(());
                }
            }
            Kind::Loop { id, start } => {
                let operator = self.word()?;
                let width = self.width;
                let looped = &mut self.program.loops[id as usize];
                looped.may_be_empty = width == 0;
                let (min, max) = (looped.min, looped.max);
                self.width = width.saturating_mul(min.into());
                match operator {
                    op::MAX_UNTIL => {
                        if let Some(stride) = self.stride(start + 1, width, min, max) {
                            self.program.ops.truncate(start);
                            let index = u32::try_from(self.program.strides.len()).map_err(|_| InvalidCode)?;
                            self.program.strides.push(stride);
                            self.push(Op::Strided(index))?;
                        } else {
                            self.program.loops[id as usize].until = self.pc();
                            self.push(Op::MaxUntil(id))?;
                        }
                    }
                    op::MIN_UNTIL => {
                        self.program.loops[id as usize].until = self.pc();
                        self.push(Op::MinUntil(id))?;
                    }
                    _ => return Err(InvalidCode),
                }
                self.label();
            }
            Kind::Possessive { id } => {
                self.expect(op::SUCCESS)?;
                let looped = &mut self.program.loops[id as usize];
                looped.may_be_empty = self.width == 0;
                let min = looped.min;
                looped.until = self.program.ops.len() as Pc;
                self.width = self.width.saturating_mul(min.into());
                self.push(Op::PossessiveUntil(id))?;
                self.label();
            }
            Kind::Look { slot, start } => {
                self.expect(op::SUCCESS)?;
                self.push(Op::LookEnd(slot))?;
                let end = self.label();
                self.set_target(start, end);
                self.width = 0;
            }
            Kind::NotLook { slot, start } => {
                self.expect(op::SUCCESS)?;
                self.push(Op::NotLookEnd(slot))?;
                let end = self.label();
                self.set_target(start, end);
                self.width = 0;
            }
            Kind::Atomic { slot } => {
                self.expect(op::SUCCESS)?;
                self.push(Op::AtomicEnd(slot))?;
                self.label();
            }
            Kind::Exists { start } => {
                let end = self.label();
                self.set_target(start, end);
                self.width = 0;
            }
            Kind::Otherwise { jump, width } => {
                let end = self.label();
                self.set_target(jump, end);
                self.width = self.width.min(width);
            }
        }
        self.width = self.width.saturating_add(outer_width);
        Ok(())
    }

    /// Fills in a branch, all of whose alternatives are known. More alternatives than bits make a chain of branches.
    fn close_branch(&mut self, id: usize, alternatives: Vec<Pc>, jumps: &[Pc]) -> Result<(), InvalidCode> {
        let mut id = id;
        let mut rest = &alternatives[..];
        while rest.len() > MAX_ALTERNATIVES {
            let (here, later) = rest.split_at(MAX_ALTERNATIVES - 1);
            let next = self.program.branches.len();
            let table = Box::new([0; 256]);
            self.program.branches.push(Branch {
                alternatives: Box::new([]),
                table,
                wide: 0,
                at_end: 0,
            });
            let chained = self.pc();
            self.push(Op::Branch(u32::try_from(next).map_err(|_| InvalidCode)?))?;
            self.program.branches[id].alternatives = here.iter().copied().chain([chained]).collect();
            (id, rest) = (next, later);
        }
        self.program.branches[id].alternatives = rest.into();
        let end = self.label();
        for &jump in jumps {
            self.set_target(jump as usize, end);
        }
        Ok(())
    }

    /// The strided loop whose body is the operators from `start` on, if they are nothing but items and marks.
    fn stride(&self, start: usize, width: u64, min: u32, max: u32) -> Option<Stride> {
        let width = usize::try_from(width)
            .ok()
            .filter(|width| (1..=MAX_STEPS).contains(width))?;
        let mut steps = Vec::new();
        let mut passed = 0;
        for operator in &self.program.ops[start..] {
            match *operator {
                Op::One(item) => {
                    steps.push(Step::Item(item));
                    passed += 1;
                }
                Op::Lits { start, end } => {
                    let literals = self.program.literals(start, end);
                    steps.extend(literals.iter().map(|&c| Step::Item(Item::Lit(c))));
                    passed += literals.len();
                }
                Op::Mark(slot) => steps.push(Step::Mark(slot, width - passed)),
                _ => return None,
            }
            if steps.len() > 2 * MAX_STEPS {
                return None;
            }
        }
        let single = match (width, steps.iter().find(|step| matches!(step, Step::Item(_)))) {
            (1, Some(&Step::Item(item))) => Some(item),
            _ => None,
        };
        Some(Stride {
            steps: steps.into(),
            width,
            min,
            max,
            single,
        })
    }
}

fn at_from(code: u32) -> Result<At, InvalidCode> {
    Ok(match code {
        at::BEGINNING | at::BEGINNING_STRING => At::Beginning,
        at::BEGINNING_LINE => At::BeginningLine,
        at::END => At::End,
        at::END_LINE => At::EndLine,
        at::END_STRING => At::EndString,
        at::BOUNDARY => At::Boundary(Words::Ascii),
        at::NON_BOUNDARY => At::NonBoundary(Words::Ascii),
        at::LOC_BOUNDARY => At::Boundary(Words::Locale),
        at::LOC_NON_BOUNDARY => At::NonBoundary(Words::Locale),
        at::UNI_BOUNDARY => At::Boundary(Words::Unicode),
        at::UNI_NON_BOUNDARY => At::NonBoundary(Words::Unicode),
        _ => return Err(InvalidCode),
    })
}

/// The count from which on a loop need not count any more.
impl Loop {
    pub(crate) fn is_saturated(&self, count: usize) -> bool {
        self.max == MAXREPEAT && count >= self.min as usize
    }
}
