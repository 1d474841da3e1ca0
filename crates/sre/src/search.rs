//! `match`, `fullmatch`, `search`: where the machine is started, and what it leaves behind.

use crate::Stop;
use crate::machine::{Frame, Machine, NONE};
use crate::program::{Program, Scan};
use crate::subject::{Char, Subject};

/// Where a match has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// At the start (`Pattern.match`).
    Match,
    /// From the start to the end (`Pattern.fullmatch`).
    FullMatch,
    /// Anywhere (`Pattern.search`).
    Search,
}

/// What is asked for. Positions count characters.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// Where a match has to be.
    pub mode: Mode,
    /// `pos`.
    pub start: usize,
    /// `endpos`; more than the length means the length.
    pub end: usize,
    /// A match at `start` may not be empty: there was one that ended here.
    pub must_advance: bool,
}

/// The machine's memory, kept from match to match, and the last match's result.
#[derive(Debug, Default)]
pub struct Scratch {
    regs: Vec<usize>,
    stack: Vec<Frame>,
    start: usize,
    end: usize,
    groups: usize,
}

/// The greatest stack that is kept for the next match, in entries.
const KEPT_STACK: usize = 1 << 14;

impl Scratch {
    /// An empty one.
    pub fn new() -> Scratch {
        Scratch::default()
    }

    /// Where the match is.
    pub fn span(&self) -> (usize, usize) {
        (self.start, self.end)
    }

    /// Where a group's match is; group 0 is the whole match.
    pub fn group(&self, group: usize) -> Option<(usize, usize)> {
        let Some(index) = group.checked_sub(1) else {
            return Some(self.span());
        };
        if index >= self.groups {
            return None;
        }
        let mark = 2 * index;
        if mark + 1 >= self.regs[2 * self.groups] {
            return None;
        }
        let (start, end) = (self.regs[mark], self.regs[mark + 1]);
        if start == NONE || end == NONE {
            None
        } else {
            Some((start, end))
        }
    }

    /// The group that closed last (`Match.lastindex`).
    pub fn last_index(&self) -> Option<usize> {
        self.regs
            .get(2 * self.groups + 1)
            .copied()
            .filter(|&index| index > 0)
    }
}

impl Program {
    /// Looks for a match. When there is one, it is in `scratch`. `proceed` is called now and then, and stops the search with `false`.
    ///
    /// # Errors
    /// [`Stop`]: the search was given up.
    pub fn find(
        &self,
        subject: Subject<'_>,
        request: &Request,
        scratch: &mut Scratch,
        proceed: &mut dyn FnMut() -> bool,
    ) -> Result<bool, Stop> {
        match subject {
            Subject::U8(s) => self.find_in(s, request, scratch, proceed),
            Subject::U16(s) => self.find_in(s, request, scratch, proceed),
            Subject::U32(s) => self.find_in(s, request, scratch, proceed),
        }
    }

    fn find_in<C: Char>(
        &self,
        subject: &[C],
        request: &Request,
        scratch: &mut Scratch,
        proceed: &mut dyn FnMut() -> bool,
    ) -> Result<bool, Stop> {
        let end = request.end.min(subject.len());
        if request.start > end || end - request.start < self.min_width {
            return Ok(false);
        }
        let mut regs = std::mem::take(&mut scratch.regs);
        if regs.len() < self.registers {
            let more = self.registers - regs.len();
            regs.try_reserve_exact(more).map_err(|_| Stop::Memory)?;
            regs.resize(self.registers, NONE);
        }
        let mut machine = Machine {
            program: self,
            s: &subject[..end],
            regs,
            stack: std::mem::take(&mut scratch.stack),
            full: request.mode == Mode::FullMatch,
            forbidden_end: if request.must_advance { request.start } else { NONE },
            steps: 0,
            proceed,
        };
        let found = match request.mode {
            Mode::Match | Mode::FullMatch => machine
                .run(request.start)
                .map(|end| end.map(|end| (request.start, end))),
            Mode::Search => machine.search(request.start),
        };
        (scratch.regs, scratch.stack) = machine.into_parts();
        if scratch.stack.capacity() > KEPT_STACK {
            scratch.stack = Vec::new();
        }
        scratch.groups = self.groups;
        let found = found?;
        if let Some((start, end)) = found {
            (scratch.start, scratch.end) = (start, end);
        }
        Ok(found.is_some())
    }
}

/// The start and end of a match.
type Span = Option<(usize, usize)>;

impl<C: Char> Machine<'_, C> {
    /// Tries the machine at a position; a match may be empty at a later position than the first.
    #[inline(always)]
    fn attempt(&mut self, at: usize, start: usize) -> Result<Span, Stop> {
        if at != start {
            self.forbidden_end = NONE;
        }
        Ok(self.run(at)?.map(|end| (at, end)))
    }

    /// Finds the first match from `start` on.
    fn search(&mut self, start: usize) -> Result<Span, Stop> {
        let s = self.s;
        // `find_in` has seen to it that this is not below `start`.
        let last = s.len() - self.program.min_width;
        match &self.program.scan {
            Scan::Beginning => {
                if start == 0 {
                    return self.attempt(0, 0);
                }
            }
            Scan::Lines => {
                let mut at = start;
                while at <= last {
                    if at == 0 || s[at - 1].code() == 10 {
                        let found = self.attempt(at, start)?;
                        if found.is_some() {
                            return Ok(found);
                        }
                    }
                    match C::from_code(10).and_then(|newline| C::find(&s[at..], newline)) {
                        Some(offset) => at += offset + 1,
                        None => break,
                    }
                }
            }
            Scan::Literal {
                needle,
                finder,
                whole,
            } => {
                let mut at = start;
                while at <= last {
                    let rest = &s[at..];
                    let found = match (C::bytes(rest), finder) {
                        (Some(bytes), Some(finder)) => finder.find(bytes),
                        (Some(_), None) => None,
                        (None, _) => find_needle(rest, needle),
                    };
                    let Some(offset) = found else { break };
                    at += offset;
                    if *whole {
                        self.reset();
                        return Ok(Some((at, at + needle.len())));
                    }
                    let found = self.attempt(at, start)?;
                    if found.is_some() {
                        return Ok(found);
                    }
                    at += 1;
                }
            }
            Scan::First { bytes, table, wide } => {
                let mut at = start;
                while at <= last {
                    let rest = &s[at..];
                    let found = match (C::bytes(rest), &bytes[..]) {
                        (Some(_), []) => None,
                        (Some(rest), &[a]) => memchr::memchr(a, rest),
                        (Some(rest), &[a, b]) => memchr::memchr2(a, b, rest),
                        (Some(rest), &[a, b, c]) => memchr::memchr3(a, b, c, rest),
                        _ => rest
                            .iter()
                            .position(|c| table.get(c.code() as usize).copied().unwrap_or(*wide)),
                    };
                    let Some(offset) = found else { break };
                    at += offset;
                    let found = self.attempt(at, start)?;
                    if found.is_some() {
                        return Ok(found);
                    }
                    at += 1;
                }
            }
            Scan::Sequences {
                table,
                wide,
                starts,
                ends,
                length,
            } => {
                let mut state = 0u64;
                for (offset, c) in s[start..].iter().enumerate() {
                    let sets = table.get(c.code() as usize).copied().unwrap_or(*wide);
                    state = (state << 1 | starts) & sets;
                    if state & ends != 0 {
                        let at = start + offset + 1 - length;
                        let found = self.attempt(at, start)?;
                        if found.is_some() {
                            return Ok(found);
                        }
                    }
                }
            }
            Scan::Everywhere => {
                for at in start..=last {
                    let found = self.attempt(at, start)?;
                    if found.is_some() {
                        return Ok(found);
                    }
                }
            }
        }
        Ok(None)
    }

    /// Forgets the groups of earlier attempts.
    fn reset(&mut self) {
        let last_mark = self.program.last_mark_slot();
        self.regs[last_mark] = 0;
        self.regs[last_mark + 1] = 0;
    }
}

/// The first place of a run of characters.
fn find_needle<C: Char>(haystack: &[C], needle: &[u32]) -> Option<usize> {
    let needle: Vec<C> = needle.iter().map(|&c| C::from_code(c)).collect::<Option<_>>()?;
    let (&first, rest) = needle.split_first()?;
    let mut at = 0;
    loop {
        at += C::find(haystack.get(at..)?, first)?;
        match haystack.get(at + 1..at + needle.len()) {
            Some(here) if here == rest => return Some(at),
            Some(_) => at += 1,
            None => return None,
        }
    }
}
