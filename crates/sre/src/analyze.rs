//! What a program's operators say about the characters to come: the tables that spare the machine attempts that cannot succeed.
//!
//! Everything here is a superset: a table may let through what then fails, never the reverse. The walks have budgets, so that a large
//! program costs time in proportion to its size; past the budget the answer is "anything".

use crate::charset::First;
use crate::program::{At, Follow, Item, Op, Pc, Program, Scan, Slot, Step};

/// Operators looked at for one set of first characters.
const FIRST_BUDGET: usize = 96;
/// Positions that a sequence of [`Scan::Sequences`] looks at.
const SEQUENCE_LENGTH: usize = 8;
/// Sequences that the alternatives of a pattern may give.
const SEQUENCES: usize = 16;

impl Program {
    /// Fills in the tables of branches and repeats, and chooses how to search.
    pub(crate) fn analyze(&mut self) {
        for index in 0..self.branches.len() {
            let alternatives = self.branches[index].alternatives.clone();
            for (bit, &pc) in alternatives.iter().enumerate() {
                let bit = 1u64 << bit;
                let first = self.first(pc);
                let branch = &mut self.branches[index];
                let set = first.as_ref().unwrap_or(&First::ALL);
                for byte in set.bytes() {
                    branch.table[usize::from(byte)] |= bit;
                }
                if set.wide {
                    branch.wide |= bit;
                }
                if first.is_none() {
                    branch.at_end |= bit;
                }
            }
        }
        for pc in 0..self.ops.len() {
            if let Op::Greedy(index) | Op::Lazy(index) = self.ops[pc]
                && let Some(follow) = self.first(pc as Pc + 1)
            {
                let index = index as usize;
                let item = self.item_first(self.repeats[index].item);
                self.repeats[index].keeps = item.is_disjoint(&follow);
                self.repeats[index].follow = self.follow(pc + 1, &follow);
            }
        }
        self.scan = self.choose_scan();
    }

    /// The cheapest test for what must follow.
    fn follow(&self, pc: usize, first: &First) -> Follow {
        match self.ops[pc] {
            Op::One(Item::Lit(c)) => return Follow::Lit(c),
            Op::Lits { start, end } => return Follow::Lit(self.literals(start, end)[0]),
            _ => {}
        }
        if *first == First::ALL {
            // Not worth a look, though the end of the subject would not do.
            return Follow::Anything;
        }
        Follow::Table(table_of(first), first.wide)
    }

    /// The characters with which something that matches from `pc` on can begin, or `None` if that may be the empty string or too much
    /// would have to be looked at.
    ///
    /// From inside an atomic group nothing beyond its end counts: what is chosen inside may not depend on what comes after.
    fn first(&self, pc: Pc) -> Option<First> {
        let mut first = First::NONE;
        let mut seen: Vec<Pc> = Vec::new();
        let mut entered: Vec<Slot> = Vec::new();
        let mut todo = vec![pc];
        while let Some(pc) = todo.pop() {
            if seen.contains(&pc) {
                continue;
            }
            if seen.len() == FIRST_BUDGET {
                return None;
            }
            seen.push(pc);
            match self.ops[pc as usize] {
                Op::Fail => {}
                Op::One(item) => first = first.union(&self.item_first(item)),
                Op::Lits { start, end } => first.insert(self.literals(start, end)[0]),
                Op::At(_) | Op::Mark(_) => todo.push(pc + 1),
                Op::AtomicStart(slot) => {
                    entered.push(slot);
                    todo.push(pc + 1);
                }
                Op::AtomicEnd(slot) if entered.contains(&slot) => todo.push(pc + 1),
                Op::Jump(to) => todo.push(to),
                Op::Branch(index) => todo.extend(&self.branches[index as usize].alternatives),
                Op::Greedy(index) | Op::Lazy(index) | Op::Possessive(index) => {
                    let repeat = &self.repeats[index as usize];
                    if repeat.max > 0 {
                        first = first.union(&self.item_first(repeat.item));
                    }
                    if repeat.min == 0 {
                        todo.push(pc + 1);
                    }
                }
                Op::Strided(index) => {
                    let stride = &self.strides[index as usize];
                    let items = stride.steps.iter();
                    let item = items.filter_map(|step| match step {
                        Step::Item(item) => Some(*item),
                        Step::Mark(..) => None,
                    });
                    if stride.max > 0 {
                        first = item
                            .take(1)
                            .fold(first, |first, item| first.union(&self.item_first(item)));
                    }
                    if stride.min == 0 {
                        todo.push(pc + 1);
                    }
                }
                Op::LoopStart(id) | Op::PossessiveStart(id) => {
                    let looped = &self.loops[id as usize];
                    entered.push(looped.slot);
                    todo.push(looped.body);
                    if looped.min == 0 {
                        todo.push(looped.until + 1);
                    }
                }
                Op::MaxUntil(id) | Op::MinUntil(id) => todo.extend([self.loops[id as usize].body, pc + 1]),
                Op::PossessiveUntil(id) if entered.contains(&self.loops[id as usize].slot) => {
                    todo.extend([self.loops[id as usize].body, pc + 1]);
                }
                Op::Look { end, .. } | Op::NotLook { end, .. } => todo.push(end),
                Op::GroupRefExists { otherwise, .. } => todo.extend([pc + 1, otherwise]),
                Op::Success
                | Op::GroupRef { .. }
                | Op::LookEnd(_)
                | Op::NotLookEnd(_)
                | Op::AtomicEnd(_)
                | Op::PossessiveUntil(_) => return None,
            }
        }
        Some(first)
    }

    /// The literals with which every match begins, and whether nothing but them is asked for.
    fn literal_prefix(&self) -> (Vec<u32>, bool) {
        let mut prefix = Vec::new();
        let mut bare = true;
        for operator in &self.ops {
            match *operator {
                Op::One(Item::Lit(c)) => prefix.push(c),
                Op::Lits { start, end } => prefix.extend(self.literals(start, end)),
                Op::Mark(_) => bare = false,
                Op::Success => return (prefix, bare),
                _ => break,
            }
        }
        (prefix, false)
    }

    fn choose_scan(&self) -> Scan {
        let leading = self
            .ops
            .iter()
            .find(|operator| !matches!(operator, Op::Mark(_) | Op::AtomicStart(_)));
        match leading {
            Some(Op::At(At::Beginning)) => return Scan::Beginning,
            Some(Op::At(At::BeginningLine)) => return Scan::Lines,
            _ => {}
        }
        let (prefix, whole) = self.literal_prefix();
        if !prefix.is_empty() {
            let bytes: Option<Vec<u8>> = prefix.iter().map(|&c| u8::try_from(c).ok()).collect();
            let finder = bytes.map(|bytes| Box::new(memchr::memmem::Finder::new(&bytes).into_owned()));
            return Scan::Literal {
                needle: prefix.into(),
                finder,
                whole,
            };
        }
        if let Some(scan) = self.sequences() {
            return scan;
        }
        match self.first(0) {
            Some(first) if first != First::ALL => {
                let bytes: Vec<u8> = first.bytes().take(4).collect();
                Scan::First {
                    bytes,
                    table: table_of(&first),
                    wide: first.wide,
                }
            }
            _ => Scan::Everywhere,
        }
    }

    /// The automaton over the first few characters, if it says more than the first character alone.
    fn sequences(&self) -> Option<Scan> {
        let mut done: Vec<Vec<First>> = Vec::new();
        let mut todo: Vec<(Pc, Vec<First>)> = vec![(0, Vec::new())];
        let mut steps = 0;
        while let Some((mut pc, mut sequence)) = todo.pop() {
            if done.len() + todo.len() >= SEQUENCES {
                return None;
            }
            let mut dead = false;
            while sequence.len() < SEQUENCE_LENGTH {
                steps += 1;
                if steps > 4 * FIRST_BUDGET {
                    return None;
                }
                match self.ops[pc as usize] {
                    Op::Fail => {
                        dead = true;
                        break;
                    }
                    Op::One(item) => sequence.push(self.item_first(item)),
                    Op::Lits { start, end } => {
                        let room = SEQUENCE_LENGTH - sequence.len();
                        sequence.extend(
                            self.literals(start, end)
                                .iter()
                                .take(room)
                                .map(|&c| First::one(c)),
                        );
                    }
                    Op::At(_) | Op::Mark(_) | Op::AtomicStart(_) | Op::AtomicEnd(_) => {}
                    Op::Jump(to) => {
                        pc = to;
                        continue;
                    }
                    Op::Look { end, .. } | Op::NotLook { end, .. } => {
                        pc = end;
                        continue;
                    }
                    Op::Branch(index) => {
                        let alternatives = &self.branches[index as usize].alternatives;
                        todo.extend(alternatives[1..].iter().map(|&pc| (pc, sequence.clone())));
                        pc = alternatives[0];
                        continue;
                    }
                    Op::Greedy(index) | Op::Lazy(index) | Op::Possessive(index) => {
                        let repeat = &self.repeats[index as usize];
                        let item = self.item_first(repeat.item);
                        let room = SEQUENCE_LENGTH - sequence.len();
                        sequence.extend(std::iter::repeat_n(item, room.min(repeat.min as usize)));
                        if repeat.min != repeat.max {
                            // One more of them, or what comes after them.
                            if let Some(after) = self.first(pc + 1)
                                && sequence.len() < SEQUENCE_LENGTH
                            {
                                sequence.push(item.union(&after));
                            }
                            break;
                        }
                    }
                    Op::LoopStart(id) | Op::PossessiveStart(id) if self.loops[id as usize].min > 0 => {
                        pc = self.loops[id as usize].body;
                        continue;
                    }
                    _ => {
                        sequence.extend(self.first(pc));
                        break;
                    }
                }
                pc += 1;
            }
            if !dead {
                done.push(sequence);
            }
        }
        let length = done.iter().map(Vec::len).min()?.min(64 / done.len().max(1));
        if length < 2 {
            return None;
        }
        let mut scan = (Box::new([0u64; 256]), 0u64, 0u64, 0u64);
        for (index, sequence) in done.iter().enumerate() {
            let base = index * length;
            scan.2 |= 1 << base;
            scan.3 |= 1 << (base + length - 1);
            for (offset, first) in sequence.iter().take(length).enumerate() {
                let bit = 1u64 << (base + offset);
                first.bytes().for_each(|byte| scan.0[usize::from(byte)] |= bit);
                if first.wide {
                    scan.1 |= bit;
                }
            }
        }
        let (table, wide, starts, ends) = scan;
        Some(Scan::Sequences {
            table,
            wide,
            starts,
            ends,
            length,
        })
    }
}

fn table_of(first: &First) -> Box<[bool; 256]> {
    let mut table = Box::new([false; 256]);
    first.bytes().for_each(|byte| table[usize::from(byte)] = true);
    table
}
