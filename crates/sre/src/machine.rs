//! The backtracking machine that runs a [`Program`] at one position.
//!
//! The state is a position, an operator, and registers: marks, loop counters, heights of the stack. The stack holds *choices*
//! (operators to resume when what was tried has failed) and *undos* (a register's old value), so that failing is: pop, put back each
//! undone register, resume at the first choice. A mark beyond the greatest one set needs no undo, since putting back the
//! greatest one hides it.
//!
//! Assertions, atomic groups and possessive loops remember the height of the stack, and *cut* back to it when their body has
//! matched: the choices above go, the undos stay, for those who fail later.

use crate::Stop;
use crate::charset::Fold;
use crate::constants::MAXREPEAT;
use crate::facts::Words;
use crate::program::{At, Branch, Follow, Item, Loop, Op, Program, Repeat, Slot, Step, Stride};
use crate::subject::Char;

/// A register without a value.
pub(crate) const NONE: usize = usize::MAX;

/// The steps between two questions whether to go on.
const STEPS: usize = 1 << 16;

/// An entry of the stack, in 16 bytes: an operator and two numbers of 48 bits (positions and counts are below 2**48), or the mark of
/// an undo, a register of 32 bits and a value of 64.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame(u64, u64);

const UNDO: u32 = u32::MAX;
const LOW_48: u64 = (1 << 48) - 1;

impl Frame {
    #[inline(always)]
    fn choice(pc: usize, a: usize, b: usize) -> Frame {
        let (a, b) = (a as u64, b as u64);
        Frame(pc as u64 | a << 32, (b & LOW_48) | a >> 32 << 48)
    }

    #[inline(always)]
    fn undo(slot: usize, old: usize) -> Frame {
        Frame(u64::from(UNDO) | (slot as u64) << 32, old as u64)
    }

    #[inline(always)]
    fn pc(self) -> u32 {
        self.0 as u32
    }

    #[inline(always)]
    fn slot(self) -> usize {
        (self.0 >> 32) as usize
    }

    #[inline(always)]
    fn old(self) -> usize {
        self.1 as usize
    }

    #[inline(always)]
    fn a(self) -> usize {
        (self.0 >> 32 | self.1 >> 48 << 32) as usize
    }

    #[inline(always)]
    fn b(self) -> usize {
        (self.1 & LOW_48) as usize
    }
}

/// A running match.
pub(crate) struct Machine<'a, C> {
    pub program: &'a Program,
    /// The subject, up to `endpos`.
    pub s: &'a [C],
    pub regs: Vec<usize>,
    pub stack: Vec<Frame>,
    /// The match must reach the end.
    pub full: bool,
    /// Where the match may not end.
    pub forbidden_end: usize,
    pub steps: usize,
    pub proceed: &'a mut dyn FnMut() -> bool,
}

impl<C: Char> Machine<'_, C> {
    /// Counts steps, and asks now and then whether to go on.
    #[inline(always)]
    pub fn tick(&mut self, steps: usize) -> Result<(), Stop> {
        self.steps += steps;
        if self.steps >= STEPS { self.ask() } else { Ok(()) }
    }

    #[cold]
    fn ask(&mut self) -> Result<(), Stop> {
        self.steps = 0;
        if (self.proceed)() {
            Ok(())
        } else {
            Err(Stop::Interrupted)
        }
    }

    #[inline(always)]
    fn push(&mut self, frame: Frame) -> Result<(), Stop> {
        if self.stack.len() == self.stack.capacity() {
            self.grow()?;
        }
        self.stack.push(frame);
        Ok(())
    }

    #[cold]
    fn grow(&mut self) -> Result<(), Stop> {
        let more = self.stack.len().max(64);
        self.stack.try_reserve_exact(more).map_err(|_| Stop::Memory)
    }

    /// Sets a register so that failing puts it back.
    #[inline(always)]
    fn set(&mut self, slot: usize, value: usize) -> Result<(), Stop> {
        let old = std::mem::replace(&mut self.regs[slot], value);
        if old != value && !self.stack.is_empty() {
            self.push(Frame::undo(slot, old))?;
        }
        Ok(())
    }

    #[inline(always)]
    fn mark(&mut self, mark: usize, at: usize) -> Result<(), Stop> {
        let last_mark = self.program.last_mark_slot();
        let set = self.regs[last_mark];
        if mark & 1 == 1 {
            self.set(last_mark + 1, mark / 2 + 1)?;
        }
        if mark >= set {
            if set < mark {
                self.regs[set..mark].fill(NONE);
            }
            self.regs[mark] = at;
            self.set(last_mark, mark + 1)
        } else {
            self.set(mark, at)
        }
    }

    /// Drops the choices above a height of the stack, and keeps the undos.
    fn cut(&mut self, base: usize) {
        if base == 0 {
            // No choice is left to fail back to.
            self.stack.clear();
            return;
        }
        let mut kept = base;
        for index in base..self.stack.len() {
            let frame = self.stack[index];
            if frame.pc() == UNDO {
                self.stack[kept] = frame;
                kept += 1;
            }
        }
        self.stack.truncate(kept);
    }

    /// As `cut`, and keeps but the oldest undo of each register, so that a loop that cuts does not grow the stack.
    fn cut_and_merge(&mut self, base: usize) {
        self.cut(base);
        let mut kept = base;
        for index in base..self.stack.len() {
            let frame = self.stack[index];
            if !self.stack[base..kept]
                .iter()
                .any(|older| older.slot() == frame.slot())
            {
                self.stack[kept] = frame;
                kept += 1;
            }
        }
        self.stack.truncate(kept);
    }

    #[inline(always)]
    fn in_table(table: &[bool; 256], c: C) -> Option<bool> {
        table.get(c.code() as usize).copied()
    }

    /// Whether an item matches a character.
    #[inline(always)]
    fn item(&self, item: Item, c: C) -> bool {
        match item {
            Item::Never => false,
            Item::AnyAll => true,
            Item::Any => c.code() != 10,
            Item::Lit(literal) => c.code() == literal,
            Item::NotLit(literal) => c.code() != literal,
            Item::Set(index) => {
                let set = &self.program.sets[index as usize];
                Self::in_table(&set.table, c)
                    .unwrap_or_else(|| set.contains_wide(c.code(), self.program.facts))
            }
            Item::DynamicSet(index) => self.program.sets[index as usize].ask(c.code(), self.program.facts),
        }
    }

    /// How many characters from a position on an item matches, up to `max`.
    #[inline]
    fn count(&self, item: Item, at: usize, max: u32) -> usize {
        let mut rest = &self.s[at..];
        if max != MAXREPEAT && (max as usize) < rest.len() {
            rest = &rest[..max as usize];
        }
        let all = rest.len();
        match item {
            Item::Never => 0,
            Item::AnyAll => all,
            Item::Any => find(rest, 10).unwrap_or(all),
            Item::NotLit(c) => find(rest, c).unwrap_or(all),
            Item::Lit(c) => rest.iter().position(|x| x.code() != c).unwrap_or(all),
            Item::Set(index) => {
                let set = &self.program.sets[index as usize];
                let facts = self.program.facts;
                let table = &*set.table;
                let found =
                    |x: C| Self::in_table(table, x).unwrap_or_else(|| set.contains_wide(x.code(), facts));
                rest.iter().position(|&x| !found(x)).unwrap_or(all)
            }
            Item::DynamicSet(_) => rest.iter().position(|&x| !self.item(item, x)).unwrap_or(all),
        }
    }

    /// Whether what must follow a repeat can begin at a position.
    #[inline(always)]
    fn follows(&self, follow: &Follow, at: usize) -> bool {
        match follow {
            Follow::Anything => true,
            Follow::Lit(c) => self.s.get(at).is_some_and(|x| x.code() == *c),
            Follow::Table(table, wide) => self
                .s
                .get(at)
                .is_some_and(|&x| Self::in_table(table, x).unwrap_or(*wide)),
        }
    }

    /// The last position in `low..=high` where what must follow can begin.
    #[inline(always)]
    fn last_follow(&self, follow: &Follow, low: usize, high: usize) -> Option<usize> {
        match follow {
            Follow::Lit(c) if high - low > 16 => {
                let end = self.s.len().min(high + 1);
                C::rfind(&self.s[low..end], C::from_code(*c)?).map(|offset| low + offset)
            }
            _ => (low..=high).rev().find(|&at| self.follows(follow, at)),
        }
    }

    /// A greedy repeat at its entry; gives the position to go on from.
    #[inline(always)]
    fn greedy(&mut self, pc: usize, repeat: &Repeat, at: usize) -> Result<Option<usize>, Stop> {
        let count = self.count(repeat.item, at, repeat.max);
        self.steps += count / 32;
        if count < repeat.min as usize {
            return Ok(None);
        }
        if repeat.keeps {
            return Ok(Some(at + count).filter(|&end| self.follows(&repeat.follow, end)));
        }
        self.give_back(pc, repeat, at + repeat.min as usize, at + count)
    }

    /// Takes the longest of the ends `low..=high` of a greedy repeat, and leaves a choice for the others.
    #[inline(always)]
    fn give_back(
        &mut self,
        pc: usize,
        repeat: &Repeat,
        low: usize,
        high: usize,
    ) -> Result<Option<usize>, Stop> {
        let end = self.last_follow(&repeat.follow, low, high);
        if let Some(end) = end
            && end > low
        {
            self.push(Frame::choice(pc, end - low - 1, low))?;
        }
        Ok(end)
    }

    /// A lazy repeat that may take `more` items yet: takes as many as it must for what follows to have a chance.
    fn take_more(
        &mut self,
        pc: usize,
        repeat: &Repeat,
        mut at: usize,
        mut more: u32,
    ) -> Result<Option<usize>, Stop> {
        if more == MAXREPEAT
            && let Follow::Lit(c) = repeat.follow
            && let Item::Any | Item::AnyAll = repeat.item
        {
            let rest = &self.s[at..];
            let Some(c) = C::from_code(c) else { return Ok(None) };
            let newline = if repeat.item == Item::Any {
                C::from_code(10)
            } else {
                None
            };
            let found = match newline {
                Some(newline) => C::find2(rest, c, newline),
                None => C::find(rest, c),
            };
            match found {
                Some(offset) if rest[offset] == c => {
                    self.steps += offset / 32;
                    at += offset;
                }
                _ => return Ok(None),
            }
        } else {
            while !self.follows(&repeat.follow, at) {
                if more == 0 || !self.s.get(at).is_some_and(|&c| self.item(repeat.item, c)) {
                    return Ok(None);
                }
                at += 1;
                if more != MAXREPEAT {
                    more -= 1;
                }
                self.steps += 1;
            }
        }
        if more > 0 && at < self.s.len() && !repeat.keeps {
            self.push(Frame::choice(pc, more as usize, at))?;
        }
        Ok(Some(at))
    }

    /// Whether an iteration of a strided loop matches.
    #[inline(always)]
    fn stride_matches(&self, stride: &Stride, at: usize) -> bool {
        let mut place = at;
        for step in &stride.steps {
            if let Step::Item(item) = *step {
                if !self.s.get(place).is_some_and(|&c| self.item(item, c)) {
                    return false;
                }
                place += 1;
            }
        }
        true
    }

    /// How many iterations of a strided loop match.
    fn stride_count(&self, stride: &Stride, at: usize) -> usize {
        if let Some(item) = stride.single {
            return self.count(item, at, stride.max);
        }
        let max = if stride.max == MAXREPEAT {
            usize::MAX
        } else {
            stride.max as usize
        };
        let mut count = 0;
        let mut place = at;
        while count < max && self.stride_matches(stride, place) {
            count += 1;
            place += stride.width;
        }
        count
    }

    /// Sets the marks of the last iteration of a strided loop, which ends at a position.
    fn stride_marks(&mut self, stride: &Stride, end: usize) -> Result<(), Stop> {
        for step in &stride.steps {
            if let Step::Mark(mark, before_end) = *step {
                self.mark(mark as usize, end - before_end)?;
            }
        }
        Ok(())
    }

    /// The alternative of a branch to try next, of those from `from` on; leaves a choice if others have a chance.
    #[inline(always)]
    fn branch(&mut self, pc: usize, branch: &Branch, at: usize, from: usize) -> Result<Option<usize>, Stop> {
        let possible = match self.s.get(at) {
            Some(c) => branch
                .table
                .get(c.code() as usize)
                .copied()
                .unwrap_or(branch.wide),
            None => branch.at_end,
        };
        let left = possible & u64::MAX.checked_shl(from as u32).unwrap_or(0);
        if left == 0 {
            return Ok(None);
        }
        let index = left.trailing_zeros() as usize;
        if left & (left - 1) != 0 {
            self.push(Frame::choice(pc, index + 1, at))?;
        }
        Ok(Some(branch.alternatives[index] as usize))
    }

    fn at(&self, position: At, at: usize) -> bool {
        let s = self.s;
        let newline = |at: usize| s[at].code() == 10;
        match position {
            At::Beginning => at == 0,
            At::BeginningLine => at == 0 || newline(at - 1),
            At::End => at == s.len() || at + 1 == s.len() && newline(at),
            At::EndLine => at == s.len() || newline(at),
            At::EndString => at == s.len(),
            At::Boundary(words) => self.is_boundary(words, at),
            At::NonBoundary(words) => !self.is_boundary(words, at),
        }
    }

    fn is_boundary(&self, words: Words, at: usize) -> bool {
        let is_word = |at: usize| {
            self.s
                .get(at)
                .is_some_and(|c| words.contains(self.program.facts, c.code()))
        };
        is_word(at) != (at > 0 && is_word(at - 1))
    }

    /// What a group has matched.
    #[inline(always)]
    fn group(&self, group: u32) -> Option<(usize, usize)> {
        let mark = 2 * group as usize;
        if mark + 1 >= self.regs[self.program.last_mark_slot()] {
            return None;
        }
        let (start, end) = (self.regs[mark], self.regs[mark + 1]);
        if start != NONE && end != NONE && start <= end {
            Some((start, end))
        } else {
            None
        }
    }

    /// Where a reference to a group ends, if it matches.
    fn group_ref(&self, group: u32, fold: Fold, at: usize) -> Option<usize> {
        let (start, end) = self.group(group)?;
        let stop = at + (end - start);
        let here = self.s.get(at..stop)?;
        let there = &self.s[start..end];
        let facts = self.program.facts;
        let same = match fold {
            // Groups are short as a rule, too short for a call.
            Fold::None if here.len() < 16 => here.iter().zip(there).all(|(a, b)| a == b),
            Fold::None => here == there,
            fold => {
                let mut pairs = here.iter().zip(there);
                pairs.all(|(a, b)| a == b || fold.lower(facts, a.code()) == fold.lower(facts, b.code()))
            }
        };
        same.then_some(stop)
    }

    /// Begins an iteration of a loop.
    #[inline(always)]
    fn iterate(&mut self, looped: &Loop, at: usize) -> Result<usize, Stop> {
        if looped.may_be_empty {
            self.set(looped.slot as usize + 1, at)?;
        }
        Ok(looped.body as usize)
    }

    /// Whether another iteration of a loop, all the required ones done, is allowed and would not just repeat an empty one.
    #[inline(always)]
    fn may_iterate(&self, looped: &Loop, count: usize, at: usize) -> bool {
        (looped.max == MAXREPEAT || count < looped.max as usize)
            && !(looped.may_be_empty && self.regs[looped.slot as usize + 1] == at)
    }

    /// A greedy loop that has done `count` iterations.
    #[inline(always)]
    fn max_until(&mut self, pc: usize, looped: &Loop, count: usize, at: usize) -> Result<usize, Stop> {
        if count < looped.min as usize {
            return Ok(looped.body as usize);
        }
        if !self.may_iterate(looped, count, at) {
            return Ok(pc + 1);
        }
        self.push(Frame::choice(pc, 0, at))?;
        self.iterate(looped, at)
    }

    /// A lazy loop that has done `count` iterations.
    #[inline(always)]
    fn min_until(&mut self, pc: usize, looped: &Loop, count: usize, at: usize) -> Result<usize, Stop> {
        if count < looped.min as usize {
            return Ok(looped.body as usize);
        }
        self.push(Frame::choice(pc, 0, at))?;
        Ok(pc + 1)
    }

    /// A possessive loop that has done `count` iterations.
    #[inline(always)]
    fn possessive_until(&mut self, looped: &Loop, count: usize, at: usize) -> Result<usize, Stop> {
        if count < looped.min as usize {
            return Ok(looped.body as usize);
        }
        if !self.may_iterate(looped, count, at) {
            return Ok(looped.until as usize + 1);
        }
        self.regs[looped.slot as usize + 1] = at;
        self.push(Frame::choice(looped.until as usize, 0, at))?;
        Ok(looped.body as usize)
    }

    /// Counts an iteration that is done.
    #[inline(always)]
    fn counted(&mut self, looped: &Loop) -> Result<usize, Stop> {
        let slot = looped.slot as usize;
        let count = self.regs[slot];
        if looped.is_saturated(count) {
            return Ok(count);
        }
        self.set(slot, count + 1)?;
        Ok(count + 1)
    }

    /// Undoes everything above a height of the stack.
    fn unwind(&mut self, base: usize) {
        while self.stack.len() > base {
            if let Some(frame) = self.stack.pop()
                && frame.pc() == UNDO
            {
                self.regs[frame.slot()] = frame.old();
            }
        }
    }

    /// Runs the program from a position on; gives where the match ends.
    pub fn run(&mut self, start: usize) -> Result<Option<usize>, Stop> {
        let program = self.program;
        let ops = &program.ops[..];
        let last_mark = program.last_mark_slot();
        self.regs[last_mark] = 0;
        self.regs[last_mark + 1] = 0;
        self.stack.clear();
        let mut pc = 0;
        let mut at = start;
        loop {
            // Forward, until something does not match.
            loop {
                match ops[pc] {
                    Op::Success => {
                        if !(self.full && at != self.s.len()) && at != self.forbidden_end {
                            return Ok(Some(at));
                        }
                        break;
                    }
                    Op::Fail => break,
                    Op::One(item) => {
                        match self.s.get(at) {
                            Some(&c) if self.item(item, c) => at += 1,
                            _ => break,
                        }
                        pc += 1;
                    }
                    Op::Lits { start, end } => {
                        let literals = program.literals(start, end);
                        match self.s.get(at..at + literals.len()) {
                            Some(here)
                                if here.iter().zip(literals).all(|(c, &literal)| c.code() == literal) =>
                            {
                                at += literals.len();
                            }
                            _ => break,
                        }
                        pc += 1;
                    }
                    Op::At(position) => {
                        if !self.at(position, at) {
                            break;
                        }
                        pc += 1;
                    }
                    Op::Mark(slot) => {
                        self.mark(slot as usize, at)?;
                        pc += 1;
                    }
                    Op::Jump(to) => pc = to as usize,
                    Op::Branch(index) => match self.branch(pc, &program.branches[index as usize], at, 0)? {
                        Some(to) => pc = to,
                        None => break,
                    },
                    Op::Greedy(index) => {
                        match self.greedy(pc, &program.repeats[index as usize], at)? {
                            Some(end) => at = end,
                            None => break,
                        }
                        pc += 1;
                    }
                    Op::Lazy(index) => {
                        let repeat = &program.repeats[index as usize];
                        let count = self.count(repeat.item, at, repeat.min);
                        if count < repeat.min as usize {
                            break;
                        }
                        let more = if repeat.max == MAXREPEAT {
                            MAXREPEAT
                        } else {
                            repeat.max - repeat.min
                        };
                        match self.take_more(pc, repeat, at + count, more)? {
                            Some(end) => at = end,
                            None => break,
                        }
                        pc += 1;
                    }
                    Op::Possessive(index) => {
                        let repeat = &program.repeats[index as usize];
                        let count = self.count(repeat.item, at, repeat.max);
                        self.steps += count / 32;
                        if count < repeat.min as usize {
                            break;
                        }
                        at += count;
                        pc += 1;
                    }
                    Op::Strided(index) => {
                        let stride = &program.strides[index as usize];
                        let count = self.stride_count(stride, at);
                        self.steps += count;
                        let min = stride.min as usize;
                        if count < min {
                            break;
                        }
                        if count > min {
                            self.push(Frame::choice(pc, count - min - 1, at + min * stride.width))?;
                        }
                        at += count * stride.width;
                        if count > 0 {
                            self.stride_marks(stride, at)?;
                        }
                        pc += 1;
                    }
                    Op::LoopStart(id) => {
                        let looped = &program.loops[id as usize];
                        self.set(looped.slot as usize, 0)?;
                        if looped.may_be_empty {
                            self.set(looped.slot as usize + 1, NONE)?;
                        }
                        let until = looped.until as usize;
                        pc = match ops[until] {
                            Op::MaxUntil(_) => self.max_until(until, looped, 0, at)?,
                            _ => self.min_until(until, looped, 0, at)?,
                        };
                    }
                    Op::MaxUntil(id) => {
                        self.tick(1)?;
                        let looped = &program.loops[id as usize];
                        let count = self.counted(looped)?;
                        pc = self.max_until(pc, looped, count, at)?;
                    }
                    Op::MinUntil(id) => {
                        self.tick(1)?;
                        let looped = &program.loops[id as usize];
                        let count = self.counted(looped)?;
                        pc = self.min_until(pc, looped, count, at)?;
                    }
                    Op::PossessiveStart(id) => {
                        // An iteration of this loop cannot be resumed once it is done, so its registers need no undo.
                        let looped = &program.loops[id as usize];
                        let slot = looped.slot as usize;
                        self.regs[slot] = 0;
                        self.regs[slot + 1] = NONE;
                        self.regs[slot + 2] = self.stack.len();
                        pc = self.possessive_until(looped, 0, at)?;
                    }
                    Op::PossessiveUntil(id) => {
                        self.tick(1)?;
                        let looped = &program.loops[id as usize];
                        let slot = looped.slot as usize;
                        self.cut_and_merge(self.regs[slot + 2]);
                        self.regs[slot] += 1;
                        pc = self.possessive_until(looped, self.regs[slot], at)?;
                    }
                    Op::Look { back, slot, .. } => {
                        let Some(from) = at.checked_sub(back as usize) else {
                            break;
                        };
                        self.regs[slot as usize] = self.stack.len();
                        self.regs[slot as usize + 1] = at;
                        at = from;
                        pc += 1;
                    }
                    Op::LookEnd(slot) => {
                        self.cut(self.regs[slot as usize]);
                        at = self.regs[slot as usize + 1];
                        pc += 1;
                    }
                    Op::NotLook { back, slot, end } => {
                        let Some(from) = at.checked_sub(back as usize) else {
                            pc = end as usize;
                            continue;
                        };
                        self.regs[slot as usize] = self.stack.len();
                        self.push(Frame::choice(pc, 0, at))?;
                        at = from;
                        pc += 1;
                    }
                    Op::NotLookEnd(slot) => {
                        self.unwind(self.regs[slot as usize]);
                        break;
                    }
                    Op::AtomicStart(slot) => {
                        self.regs[slot as usize] = self.stack.len();
                        pc += 1;
                    }
                    Op::AtomicEnd(slot) => {
                        self.cut(self.regs[slot as usize]);
                        pc += 1;
                    }
                    Op::GroupRef { group, fold } => {
                        match self.group_ref(group, fold, at) {
                            Some(end) => at = end,
                            None => break,
                        }
                        pc += 1;
                    }
                    Op::GroupRefExists { group, otherwise } => {
                        pc = if self.group(group).is_some() {
                            pc + 1
                        } else {
                            otherwise as usize
                        };
                    }
                }
            }
            // Back, to the latest choice that has something left to try.
            self.tick(1)?;
            loop {
                let Some(frame) = self.stack.pop() else {
                    return Ok(None);
                };
                if frame.pc() == UNDO {
                    self.regs[frame.slot()] = frame.old();
                    continue;
                }
                pc = frame.pc() as usize;
                match ops[pc] {
                    Op::Branch(index) => {
                        let branch = &program.branches[index as usize];
                        at = frame.b();
                        if let Some(to) = self.branch(pc, branch, at, frame.a())? {
                            pc = to;
                            break;
                        }
                    }
                    Op::Greedy(index) => {
                        let repeat = &program.repeats[index as usize];
                        let low = frame.b();
                        if let Some(end) = self.give_back(pc, repeat, low, low + frame.a())? {
                            at = end;
                            pc += 1;
                            break;
                        }
                    }
                    Op::Lazy(index) => {
                        let repeat = &program.repeats[index as usize];
                        at = frame.b();
                        if !self.s.get(at).is_some_and(|&c| self.item(repeat.item, c)) {
                            continue;
                        }
                        let more = if repeat.max == MAXREPEAT {
                            MAXREPEAT
                        } else {
                            frame.a() as u32 - 1
                        };
                        if let Some(end) = self.take_more(pc, repeat, at + 1, more)? {
                            at = end;
                            pc += 1;
                            break;
                        }
                    }
                    Op::Strided(index) => {
                        let stride = &program.strides[index as usize];
                        let (count, low) = (frame.a(), frame.b());
                        at = low + count * stride.width;
                        if count > 0 {
                            self.push(Frame::choice(pc, count - 1, low))?;
                        }
                        if count > 0 || stride.min > 0 {
                            self.stride_marks(stride, at)?;
                        }
                        pc += 1;
                        break;
                    }
                    Op::MinUntil(id) => {
                        let looped = &program.loops[id as usize];
                        at = frame.b();
                        if self.may_iterate(looped, self.regs[looped.slot as usize], at) {
                            pc = self.iterate(looped, at)?;
                            break;
                        }
                    }
                    Op::MaxUntil(_) | Op::PossessiveUntil(_) => {
                        at = frame.b();
                        pc += 1;
                        break;
                    }
                    Op::NotLook { end, .. } => {
                        at = frame.b();
                        pc = end as usize;
                        break;
                    }
                    _ => unreachable!("no choice is made at this operator"),
                }
            }
        }
    }

    /// The registers of a slot range, for what reads a finished match.
    pub fn into_parts(self) -> (Vec<usize>, Vec<Frame>) {
        (self.regs, self.stack)
    }
}

#[inline(always)]
fn find<C: Char>(haystack: &[C], c: u32) -> Option<usize> {
    C::find(haystack, C::from_code(c)?)
}

const _: () = assert!(size_of::<usize>() == 8 && size_of::<Slot>() == 4);
