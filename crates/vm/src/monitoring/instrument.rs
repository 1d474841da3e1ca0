//! Instrumentation of a code object: which instructions give events to which tools, and their instrumented forms in the
//! instruction array. What stood there is kept beside the code (`_co_monitoring`).
//!
//! Forms nest: `INSTRUMENTED_LINE` stands before `INSTRUMENTED_INSTRUCTION`, that before the instrumented form of the
//! instruction itself. `RESUME` is never hidden.
//!
//! A line event is due where a line begins and the instruction run before was of another line. Code falls into *runs*:
//! stretches of one line that are entered at their first instruction only. Wherever a run begins stands an
//! `INSTRUMENTED_LINE`, if need be one without an event, that notes the run in the frame (`run_unit`); the line of the
//! run noted is the line of the instruction run before.

use super::event::{self, LOCAL_COUNT};
use super::{GLOBAL, LAST_RESTART, TOOL_VERSIONS, TOOLS, version};
use crate::code::{Positions, PyCode};
use bytecode::opcode as op;
use object::GilCell;

/// What instrumentation keeps for a code object; null until it is instrumented.
#[repr(transparent)]
pub struct CodeMonitoring(GilCell<*mut Instruments>);

/// For one code unit.
#[derive(Clone, Copy, Default)]
struct Place {
    /// The instruction without instrumentation and specialization (`CACHE` behind instructions).
    base: u8,
    /// Tools for the instruction's own event.
    tools: u8,
    line_tools: u8,
    instruction_tools: u8,
    run: Run,
    /// A line begins here that may have been running already.
    ambiguous: bool,
    /// -1: none.
    line: i32,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Run {
    /// Inside a run.
    #[default]
    Inside,
    /// A run begins that has no line event.
    Silent,
    /// A run begins, and a line.
    Line,
}

struct Instruments {
    /// By event: tools that want it of this code.
    local: [u8; LOCAL_COUNT],
    /// By event: tools that the instructions are instrumented for.
    active: [u8; LOCAL_COUNT],
    tool_versions: [usize; TOOLS],
    places: Vec<Place>,
    lines_known: bool,
}

impl Drop for CodeMonitoring {
    fn drop(&mut self) {
        let p = self.0.replace(std::ptr::null_mut());
        if !p.is_null() {
            // SAFETY: made by `Box::into_raw` below.
            drop(unsafe { Box::from_raw(p) });
        }
    }
}

impl CodeMonitoring {
    fn get(&self) -> Option<&Instruments> {
        // SAFETY: null or this code's box, which lives as long as the code. It is changed only by functions of this file,
        // which hold no reference meanwhile.
        unsafe { self.0.get().as_ref() }
    }
    fn place(&self, at: usize) -> Place {
        self.get()
            .and_then(|i| i.places.get(at).copied())
            .unwrap_or_default()
    }
    /// Runs no Python code, and must not be nested.
    fn with<T>(&self, code: &PyCode, f: impl FnOnce(&mut Instruments) -> T) -> T {
        if self.0.get().is_null() {
            self.0.set(Box::into_raw(Box::new(Instruments::new(code))));
        }
        // SAFETY: the box lives; `f` is code of this file that takes no other reference to it.
        f(unsafe { &mut *self.0.get() })
    }
}

impl Instruments {
    fn new(code: &PyCode) -> Instruments {
        let mut places = vec![Place::default(); code.unit_count()];
        let mut at = 0;
        while at < places.len() {
            let base = op::DEOPTIMIZED[word(code, at) as u8 as usize];
            places[at].base = base;
            at += 1 + op::CACHES[base as usize] as usize;
        }
        Instruments {
            local: [0; LOCAL_COUNT],
            active: [0; LOCAL_COUNT],
            tool_versions: [0; TOOLS],
            places,
            lines_known: false,
        }
    }

    /// Instructions from the first traceable one on: place and oparg (of this code unit alone).
    fn starts(&self, code: &PyCode) -> Vec<(usize, u8)> {
        let mut out = Vec::new();
        let mut at = 0;
        while at < self.places.len() {
            out.push((at, code.oparg(at)));
            at += 1 + op::CACHES[self.places[at].base as usize] as usize;
        }
        out
    }

    /// Finds where runs and lines begin.
    #[cold]
    fn find_lines(&mut self, code: &PyCode) {
        if std::mem::replace(&mut self.lines_known, true) {
            return;
        }
        let n = self.places.len();
        for p in Positions::new(code) {
            for place in self.places.iter_mut().take(p.end.min(n)).skip(p.start) {
                place.line = p.line.unwrap_or(-1);
            }
        }
        let first = code._co_firsttraceable.get() as usize;
        let starts = self.starts(code);
        let never_begins_line = |base: u8| {
            matches!(
                base,
                op::END_ASYNC_FOR | op::END_FOR | op::END_SEND | op::RESUME | op::POP_ITER
            )
        };
        // lines that begin in the order of the code
        let mut line = -1;
        let mut run_line = i32::MIN;
        let mut behind_resume = false;
        for &(at, _) in &starts {
            let p = &mut self.places[at];
            if p.line != run_line || behind_resume {
                p.run = Run::Silent;
            }
            run_line = p.line;
            behind_resume = p.base == op::RESUME;
            if at < first || never_begins_line(p.base) {
                continue;
            }
            if p.line != line && p.line >= 0 {
                p.run = Run::Line;
            }
            line = p.line;
        }
        // where jumps lead to
        let mut oparg = 0usize;
        for (k, &(at, arg)) in starts.iter().enumerate() {
            oparg = oparg << 8 | arg as usize;
            let (base, from) = (self.places[at].base, self.places[at].line);
            if base == op::EXTENDED_ARG {
                continue;
            }
            let next = starts.get(k + 1).map_or(n, |s| s.0);
            let target = match base {
                op::JUMP_FORWARD
                | op::POP_JUMP_IF_FALSE
                | op::POP_JUMP_IF_TRUE
                | op::POP_JUMP_IF_NONE
                | op::POP_JUMP_IF_NOT_NONE => next.checked_add(oparg),
                // over END_FOR and END_SEND
                op::FOR_ITER | op::SEND => next.checked_add(oparg + 1),
                op::JUMP_BACKWARD | op::JUMP_BACKWARD_NO_INTERRUPT => next.checked_sub(oparg),
                _ => None,
            };
            oparg = 0;
            if let Some(t) = target
                && let Some(p) = self.places.get_mut(t)
            {
                if p.line >= 0 && !never_begins_line(p.base) {
                    p.run = Run::Line;
                } else if p.run == Run::Inside {
                    p.run = Run::Silent;
                }
                p.ambiguous |= p.line == from;
            }
            // a generator that ends goes on at END_FOR or END_SEND itself
            if matches!(base, op::FOR_ITER | op::SEND)
                && let Some(p) = target.and_then(|t| self.places.get_mut(t - 1))
                && p.run == Run::Inside
            {
                p.run = Run::Silent;
            }
        }
        for (from, to, target) in crate::eval::handlers(code) {
            let Some(p) = self.places.get(target).copied() else {
                continue;
            };
            let range = self.places.get(from..to.min(n)).unwrap_or_default();
            let ambiguous = range.iter().any(|q| q.line == p.line);
            let p = &mut self.places[target];
            p.ambiguous |= ambiguous;
            if p.line >= 0 && p.base != op::END_ASYNC_FOR {
                p.run = Run::Line;
            } else if p.run == Run::Inside {
                p.run = Run::Silent;
            }
        }
        // the linear way may come from the same line too
        let mut before: Option<(i32, u8)> = None;
        for &(at, _) in &starts {
            let p = &mut self.places[at];
            if let Some((line, base)) = before
                && line == p.line
                && base != op::RESUME
                && p.run == Run::Line
            {
                p.ambiguous = true;
            }
            before = Some((p.line, p.base));
        }
        for p in &mut self.places[..first.min(n)] {
            p.run = Run::Inside;
        }
    }

    /// Must the runs be noted? Only if that decides about a line event that somebody wants.
    fn needs_runs(&self) -> bool {
        self.active[event::LINE] != 0 && self.places.iter().any(|p| p.line_tools != 0 && p.ambiguous)
    }

    /// Writes the opcodes that the tools call for.
    fn write(&self, code: &PyCode, at: usize, runs: bool) {
        let p = self.places[at];
        let mut opcode = if p.tools != 0 {
            op::INSTRUMENT[p.base as usize]
        } else {
            p.base
        };
        if p.instruction_tools != 0 {
            opcode = op::INSTRUMENTED_INSTRUCTION;
        }
        if has_line_form(&p, runs) {
            opcode = op::INSTRUMENTED_LINE;
        }
        let current = word(code, at) as u8;
        if opcode == current || (opcode == p.base && current < op::MIN_INSTRUMENTED_OPCODE) {
            return;
        }
        // SAFETY: within the code.
        unsafe {
            let place = code.code_ptr().add(at);
            *place = *place & 0xff00 | opcode as u16;
        }
    }

    fn write_all(&self, code: &PyCode) {
        let runs = self.needs_runs();
        for (at, _) in self.starts(code) {
            self.write(code, at, runs);
        }
    }
}

fn has_line_form(p: &Place, runs: bool) -> bool {
    match p.run {
        Run::Inside => false,
        _ if p.base == op::RESUME => false,
        Run::Silent => runs,
        Run::Line => p.line_tools != 0 || runs,
    }
}

fn word(code: &PyCode, at: usize) -> u16 {
    debug_assert!(at < code.unit_count());
    // SAFETY: callers stay within the code.
    unsafe { *code.code_ptr().add(at) }
}

/// The event of an instruction, if it has one.
fn event_of(base: u8, oparg: u8) -> Option<usize> {
    Some(match base {
        op::RESUME if oparg == 0 => event::PY_START,
        op::RESUME => event::PY_RESUME,
        op::RETURN_VALUE => event::PY_RETURN,
        op::YIELD_VALUE => event::PY_YIELD,
        op::CALL | op::CALL_KW | op::CALL_FUNCTION_EX | op::LOAD_SUPER_ATTR => event::CALL,
        op::JUMP_FORWARD | op::JUMP_BACKWARD => event::JUMP,
        op::POP_JUMP_IF_FALSE
        | op::POP_JUMP_IF_TRUE
        | op::POP_JUMP_IF_NONE
        | op::POP_JUMP_IF_NOT_NONE
        | op::POP_ITER
        | op::END_ASYNC_FOR => event::BRANCH_RIGHT,
        op::FOR_ITER | op::NOT_TAKEN => event::BRANCH_LEFT,
        op::END_FOR | op::END_SEND => event::STOP_ITERATION,
        _ => return None,
    })
}

/// The opcode at a place, without specialization and instrumentation.
pub fn base_opcode(code: &PyCode, at: usize, opcode: u8) -> u8 {
    if opcode >= op::MIN_INSTRUMENTED_OPCODE {
        return code._co_monitoring.place(at).base;
    }
    op::DEOPTIMIZED[opcode as usize]
}

/// What runs behind `INSTRUMENTED_INSTRUCTION`.
pub fn behind_instruction(code: &PyCode, at: usize) -> u8 {
    let p = code._co_monitoring.place(at);
    if p.tools != 0 {
        op::INSTRUMENT[p.base as usize]
    } else {
        p.base
    }
}

/// What runs behind `INSTRUMENTED_LINE`.
pub fn behind_line(code: &PyCode, at: usize) -> u8 {
    if code._co_monitoring.place(at).instruction_tools != 0 {
        op::INSTRUMENTED_INSTRUCTION
    } else {
        behind_instruction(code, at)
    }
}

/// The line of a place in instrumented code, or -1.
pub fn line_at(code: &PyCode, at: usize) -> i32 {
    code._co_monitoring.place(at).line
}

/// Does a line begin here?
pub fn begins_line(code: &PyCode, at: usize) -> bool {
    code._co_monitoring.place(at).run == Run::Line
}

/// The tools for a place's own event.
pub fn tools_at(code: &PyCode, at: usize) -> u8 {
    code._co_monitoring.place(at).tools
}
pub fn line_tools_at(code: &PyCode, at: usize) -> u8 {
    code._co_monitoring.place(at).line_tools
}
pub fn instruction_tools_at(code: &PyCode, at: usize) -> u8 {
    code._co_monitoring.place(at).instruction_tools
}

/// A tool has had enough of a place's event.
pub fn remove_tool(code: &PyCode, at: usize, event: usize, tool: usize) {
    code._co_monitoring.with(code, |i| {
        let Some(p) = i.places.get_mut(at) else { return };
        let bit = 1u8 << tool;
        match event {
            event::LINE => p.line_tools &= !bit,
            event::INSTRUCTION => p.instruction_tools &= !bit,
            _ => p.tools &= !bit,
        }
        if event == event::LINE {
            i.write_all(code);
        } else {
            let runs = i.needs_runs();
            i.write(code, at, runs);
        }
    });
}

/// Sets a tool's local events; true if they are others than before.
pub fn set_local(code: &PyCode, tool: usize, tool_version: usize, events: u32) -> bool {
    if events == 0 && code._co_monitoring.get().is_none() {
        return false;
    }
    code._co_monitoring.with(code, |i| {
        let bit = 1u8 << tool;
        if i.tool_versions[tool] != tool_version {
            i.tool_versions[tool] = tool_version;
            for tools in &mut i.local {
                *tools &= !bit;
            }
        }
        let mut changed = false;
        for (e, tools) in i.local.iter_mut().enumerate() {
            let new = if events & (1 << e) != 0 {
                *tools | bit
            } else {
                *tools & !bit
            };
            changed |= new != *tools;
            *tools = new;
        }
        changed
    })
}

/// A tool's local events.
pub fn get_local(code: &PyCode, tool: usize, tool_version: usize) -> u32 {
    match code._co_monitoring.get() {
        Some(i) if i.tool_versions[tool] == tool_version => i
            .local
            .iter()
            .enumerate()
            .filter(|(_, t)| **t & (1 << tool) != 0)
            .fold(0, |set, (e, _)| set | 1 << e),
        _ => 0,
    }
}

/// Brings a code object's instrumentation up to date; true if it was not.
#[inline]
pub fn update(code: &PyCode) -> bool {
    if code._co_instrumentation_version.get() == version() {
        return false;
    }
    force(code);
    true
}

/// As [`update`], also when only the local events have changed.
#[cold]
#[inline(never)]
pub fn force(code: &PyCode) {
    let old_version = code._co_instrumentation_version.replace(version());
    let mut wanted: [u8; LOCAL_COUNT] = std::array::from_fn(|e| GLOBAL[e].get());
    if code._co_firsttraceable.get() as usize >= code.unit_count() {
        return;
    }
    if code._co_monitoring.get().is_none() && wanted == [0; LOCAL_COUNT] {
        return;
    }
    code._co_monitoring.with(code, |i| {
        for (tool, version) in TOOL_VERSIONS.iter().enumerate() {
            if i.tool_versions[tool] != version.get() {
                for tools in &mut i.local {
                    *tools &= !(1 << tool);
                }
            }
        }
        for (e, tools) in wanted.iter_mut().enumerate() {
            *tools |= i.local[e];
        }
        let restarted = LAST_RESTART.get() > old_version;
        let old = std::mem::replace(&mut i.active, wanted);
        let removed: [u8; LOCAL_COUNT] = std::array::from_fn(|e| old[e] & !wanted[e]);
        let added: [u8; LOCAL_COUNT] = if restarted {
            wanted
        } else {
            std::array::from_fn(|e| wanted[e] & !old[e])
        };
        if removed == [0; LOCAL_COUNT] && added == [0; LOCAL_COUNT] {
            return;
        }
        if added[event::LINE] != 0 {
            i.find_lines(code);
        }
        let first = code._co_firsttraceable.get() as usize;
        for (at, oparg) in i.starts(code) {
            if at < first {
                continue;
            }
            let change = |tools: &mut u8, e: usize| *tools = *tools & !removed[e] | added[e];
            let p = &mut i.places[at];
            if let Some(e) = event_of(p.base, oparg) {
                change(&mut p.tools, e);
            }
            if p.run == Run::Line {
                change(&mut p.line_tools, event::LINE);
            }
            if p.base != op::RESUME {
                change(&mut p.instruction_tools, event::INSTRUCTION);
            }
        }
        i.write_all(code);
    });
}

/// The `FOR_ITER` that leads to the `POP_ITER` at a place.
pub fn for_iter_of(code: &PyCode, at: usize) -> usize {
    let Some(i) = code._co_monitoring.get() else {
        return at;
    };
    let mut oparg = 0usize;
    for (start, arg) in i.starts(code) {
        oparg = oparg << 8 | arg as usize;
        match i.places[start].base {
            op::EXTENDED_ARG => continue,
            op::FOR_ITER if start + 2 + oparg + 1 == at => return start,
            _ => oparg = 0,
        }
    }
    at
}

/// Takes a tool's event off one of the ways of the branch at `at`.
pub fn remove_branch(code: &PyCode, at: usize, tool: usize, right: bool) {
    if code._co_monitoring.get().is_none() {
        return;
    }
    let base = code.base_opcode(at);
    let next = at + 1 + op::CACHES[base as usize] as usize;
    let place = match (base, right) {
        // the way into the loop is told of by FOR_ITER, the way out by POP_ITER
        (op::FOR_ITER, false) => at,
        (op::FOR_ITER, true) => next + code.full_oparg(at) + 1,
        // the way on is told of by NOT_TAKEN
        (op::END_SEND, false) => next,
        (op::END_SEND, true) => {
            let end = (next..code.unit_count()).find(|i| {
                code.base_opcode(*i) == op::END_ASYNC_FOR
                    && (*i + 1).checked_sub(code.full_oparg(*i)) == Some(at)
            });
            match end {
                Some(e) => e,
                None => return,
            }
        }
        (_, false) => next,
        (_, true) => at,
    };
    let event = if right {
        event::BRANCH_RIGHT
    } else {
        event::BRANCH_LEFT
    };
    remove_tool(code, place, event, tool);
}
