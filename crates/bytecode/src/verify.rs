//! A check of bytecode that did not come from the compiler: `code.replace`, `types.CodeType`, `marshal`, `.pyc` files.
//!
//! What passes here can be run without harm: every instruction is known and whole, its argument in range, jumps lead to
//! instructions, the stack stays within its bounds along every path (those into handlers included), and what the
//! evaluation loop takes for granted of an operand (a value and not NULL, a list for `LIST_APPEND`, a cell for
//! `LOAD_DEREF`, a suspended generator's frame for `YIELD_VALUE`) is so. It says nothing of whether the code makes sense.
//!
//! The method is abstract interpretation: for every place that a path can enter, what may stand in each stack place
//! and each variable, as a set of kinds; paths that meet unite their sets until nothing changes.

use crate::code::{flags as co, kinds as local_kinds};
use crate::opcode::{self as op, flag};
use crate::tables::ExceptionEntries;

/// What the check needs to know of a constant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ConstKind {
    Other,
    Str,
    Code,
    /// A tuple that is not of strings alone.
    Tuple,
    /// A tuple of so many strings.
    Names(usize),
}

/// A code object as the check sees it.
#[derive(Debug)]
pub struct View<'a> {
    /// Instructions and caches, two bytes each, not specialized.
    pub code: &'a [u8],
    pub consts: &'a [ConstKind],
    /// Length of `co_names`.
    pub names: usize,
    /// `co_localspluskinds`
    pub localspluskinds: &'a [u8],
    pub argcount: usize,
    pub kwonlyargcount: usize,
    pub flags: u32,
    pub stacksize: usize,
    pub exceptiontable: &'a [u8],
}

/// Kinds of what may stand in a place.
mod kind {
    pub const NULL: u16 = 1;
    /// Any object.
    pub const OBJ: u16 = 2;
    /// The tagged place of an instruction, which handlers get.
    pub const LASTI: u16 = 4;
    pub const LIST: u16 = 8;
    pub const DICT: u16 = 16;
    pub const TUPLE: u16 = 64;
    pub const STR: u16 = 128;
    pub const CODE: u16 = 256;
    pub const FUNC: u16 = 512;
    pub const CELL: u16 = 1024;
}
use kind::*;

/// A place of the stack.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Slot {
    may: u16,
    /// One more than the variable that keeps a lent object alive; 0 where the reference is the stack's own.
    lender: u32,
    /// One more than the constant that stands here; 0 where that is not known.
    constant: u32,
}

const fn slot(may: u16) -> Slot {
    Slot {
        may,
        lender: 0,
        constant: 0,
    }
}

#[derive(Clone, Debug, PartialEq)]
struct State {
    stack: Vec<Slot>,
    locals: Vec<u16>,
    /// The frame is a generator's.
    suspended: bool,
}

/// One instruction, its `EXTENDED_ARG`s taken together.
#[derive(Clone, Copy)]
struct Instruction {
    /// The code unit of its opcode (behind its `EXTENDED_ARG`s).
    at: usize,
    op: u8,
    arg: usize,
    /// The code unit behind its caches.
    next: usize,
}

/// What is wrong, for a person to read.
type Problem = String;

struct Handler {
    start: usize,
    end: usize,
    target: usize,
    depth: usize,
    lasti: bool,
}

struct Checker<'a> {
    view: &'a View<'a>,
    units: usize,
    /// By code unit: the instruction that starts there.
    starts: Vec<Option<Instruction>>,
    handlers: Vec<Handler>,
    /// Places entered otherwise than from the instruction before.
    entered: Vec<bool>,
    states: Vec<Option<State>>,
    work: Vec<usize>,
    /// Some way back passes no check for signals: a jump, or a handler before what it protects.
    quiet_backwards: bool,
}

/// Checks a code object. The error says what is wrong with it.
pub fn verify(view: &View<'_>) -> Result<(), String> {
    let units = view.code.len() / 2;
    if view.code.is_empty() || !view.code.len().is_multiple_of(2) {
        return Err("co_code is malformed".to_owned());
    }
    check_variables(view)?;
    let starts = decode(view)?;
    let mut checker = Checker {
        view,
        units,
        starts,
        handlers: Vec::new(),
        entered: vec![false; units],
        states: vec![None; units],
        work: Vec::new(),
        quiet_backwards: false,
    };
    checker.read_handlers()?;
    checker.find_targets()?;
    if checker.quiet_backwards {
        checker.find_endless_loops()?;
    }
    checker.run()
}

/// Parameters come first, free variables last, and there is a variable for every parameter.
fn check_variables(view: &View<'_>) -> Result<(), Problem> {
    let kinds = view.localspluskinds;
    let leading = kinds
        .iter()
        .take_while(|k| **k & local_kinds::CO_FAST_LOCAL != 0)
        .count();
    let has = |bit: u32| usize::from(view.flags & bit != 0);
    let parameters = view
        .argcount
        .saturating_add(view.kwonlyargcount)
        .saturating_add(has(co::CO_VARARGS) + has(co::CO_VARKEYWORDS));
    if parameters > leading {
        return Err("there are fewer variables than parameters".to_owned());
    }
    let free = |k: &&u8| **k & local_kinds::CO_FAST_FREE != 0;
    let trailing = kinds.iter().rev().take_while(free).count();
    if kinds.iter().filter(free).count() != trailing {
        return Err("free variables do not come last".to_owned());
    }
    if kinds.len() > i32::MAX as usize || view.stacksize > (1 << 24) {
        return Err("co_stacksize is too large".to_owned());
    }
    Ok(())
}

/// Takes the code apart, and checks of each instruction what needs no knowledge of the paths to it.
fn decode(view: &View<'_>) -> Result<Vec<Option<Instruction>>, Problem> {
    let units = view.code.len() / 2;
    let mut starts = vec![None; units];
    let mut at = 0;
    while at < units {
        let start = at;
        let mut arg = 0usize;
        let mut extended = 0;
        let code = loop {
            let Some(&[code, byte]) = view.code.get(2 * at..2 * at + 2).and_then(|s| s.first_chunk()) else {
                return Err("the code ends within an instruction".to_owned());
            };
            arg = arg << 8 | usize::from(byte);
            if code != op::EXTENDED_ARG {
                break code;
            }
            extended += 1;
            if extended > 3 {
                return Err(format!("too many EXTENDED_ARGs at {}", 2 * start));
            }
            at += 1;
        };
        let info = op::info(code.into());
        let plain = info.base == u16::from(code)
            && code < op::MIN_INSTRUMENTED_OPCODE
            && !matches!(
                code,
                op::CACHE | op::RESERVED | op::INTERPRETER_EXIT | op::EXIT_INIT_CHECK
            );
        if info.name.is_empty() || !plain {
            return Err(format!("unknown opcode {code}"));
        }
        let next = at + 1 + usize::from(info.caches);
        if next > units {
            return Err(format!("the code ends within an instruction ({})", info.name));
        }
        check_argument(view, code, arg)?;
        starts[start] = Some(Instruction {
            at,
            op: code,
            arg,
            next,
        });
        at = next;
    }
    Ok(starts)
}

fn check_argument(view: &View<'_>, code: u8, arg: usize) -> Result<(), Problem> {
    let locals = view.localspluskinds.len();
    let limit = |ok: bool, what: &str| {
        if ok {
            Ok(())
        } else {
            Err(format!("{}: {what} out of range", op::info(code.into()).name))
        }
    };
    let info = op::info(code.into());
    if info.flags & flag::CONST != 0 {
        return limit(arg < view.consts.len(), "constant");
    }
    if info.flags & flag::NAME != 0 {
        let index = match code {
            op::LOAD_GLOBAL | op::LOAD_ATTR => arg >> 1,
            op::LOAD_SUPER_ATTR => arg >> 2,
            _ => arg,
        };
        return limit(index < view.names, "name");
    }
    let kind_is = |wanted: u8| view.localspluskinds.get(arg).is_some_and(|k| k & wanted != 0);
    match code {
        op::LOAD_FAST_LOAD_FAST
        | op::LOAD_FAST_BORROW_LOAD_FAST_BORROW
        | op::STORE_FAST_LOAD_FAST
        | op::STORE_FAST_STORE_FAST => limit(arg < 256 && arg >> 4 < locals && arg & 15 < locals, "variable"),
        // through `f_locals`, only what these hold stays a cell
        op::LOAD_DEREF | op::STORE_DEREF | op::DELETE_DEREF | op::LOAD_FROM_DICT_OR_DEREF => limit(
            kind_is(local_kinds::CO_FAST_CELL | local_kinds::CO_FAST_FREE | local_kinds::CO_FAST_HIDDEN),
            "variable",
        ),
        _ if info.flags & (flag::LOCAL | flag::FREE) != 0 => limit(arg < locals, "variable"),
        op::COPY_FREE_VARS => {
            let free = view
                .localspluskinds
                .iter()
                .filter(|k| **k & local_kinds::CO_FAST_FREE != 0);
            limit(arg == free.count(), "number of free variables")
        }
        op::LOAD_SMALL_INT => limit(arg < 256, "value"),
        op::LOAD_COMMON_CONSTANT => limit(arg < crate::oparg::COMMON_CONSTANTS.len(), "constant"),
        op::LOAD_SPECIAL => limit(arg < crate::oparg::SPECIAL_METHODS.len(), "method"),
        op::BINARY_OP => limit(arg < crate::oparg::NB_OPS.len(), "operator"),
        op::COMPARE_OP => limit(arg >> crate::oparg::COMPARE_OP_SHIFT < 6, "comparison"),
        op::IS_OP | op::CONTAINS_OP => limit(arg < 2, "argument"),
        op::CONVERT_VALUE => limit((1..=3).contains(&arg), "conversion"),
        op::BUILD_INTERPOLATION => limit(arg < 16, "conversion"),
        op::CALL_INTRINSIC_1 => limit(
            (1..crate::oparg::INTRINSIC_1_DESCS.len()).contains(&arg),
            "function",
        ),
        op::CALL_INTRINSIC_2 => limit(
            (1..crate::oparg::INTRINSIC_2_DESCS.len()).contains(&arg),
            "function",
        ),
        op::SET_FUNCTION_ATTRIBUTE => limit(matches!(arg, 1 | 2 | 4 | 8 | 16), "attribute"),
        op::BUILD_SLICE => limit(matches!(arg, 2 | 3), "argument"),
        op::RAISE_VARARGS => limit(arg < 3, "argument"),
        op::COPY | op::SWAP | op::LIST_APPEND | op::SET_ADD | op::MAP_ADD => {
            limit((1..1 << 24).contains(&arg), "place")
        }
        op::LIST_EXTEND | op::SET_UPDATE | op::DICT_UPDATE | op::DICT_MERGE => {
            limit((1..1 << 24).contains(&arg), "place")
        }
        op::YIELD_VALUE => limit(arg < 2, "argument"),
        op::GET_AWAITABLE => limit(arg < 3, "argument"),
        op::SEND => limit(arg < 1 << 15, "jump"),
        op::UNPACK_EX => limit(arg < 1 << 24, "argument"),
        _ if info.flags & flag::ARG == 0 => Ok(()),
        _ => limit(arg < 1 << 28, "argument"),
    }
}

impl Checker<'_> {
    fn instruction(&self, at: usize) -> Result<Instruction, Problem> {
        match self.starts.get(at) {
            Some(Some(i)) => Ok(*i),
            _ => Err(format!("a jump to {}, where no instruction begins", 2 * at)),
        }
    }

    fn read_handlers(&mut self) -> Result<(), Problem> {
        let table = self.view.exceptiontable;
        let bad = || "co_exceptiontable is malformed".to_owned();
        // the first byte of an entry is marked, no other; four numbers each, none too large
        let mut numbers = 0usize;
        let mut at = 0;
        while at < table.len() {
            if (table[at] & 128 != 0) != numbers.is_multiple_of(4) {
                return Err(bad());
            }
            let mut length = 1;
            while table[at] & 64 != 0 {
                at += 1;
                length += 1;
                if at >= table.len() || table[at] & 128 != 0 || length > 5 {
                    return Err(bad());
                }
            }
            at += 1;
            numbers += 1;
        }
        if !numbers.is_multiple_of(4) {
            return Err(bad());
        }
        let mut last = 0;
        for entry in ExceptionEntries::new(table) {
            let (start, end, target) = (entry.start as usize, entry.end as usize, entry.target as usize);
            if start < last || end < start || end > self.units {
                return Err(bad());
            }
            last = end;
            self.instruction(target)?;
            self.quiet_backwards |= target < end;
            let depth = entry.depth as usize;
            if depth + usize::from(entry.lasti) + 1 > self.view.stacksize {
                return Err(format!("the handler at {} is too deep", 2 * target));
            }
            self.entered[target] = true;
            self.handlers.push(Handler {
                start,
                end,
                target,
                depth,
                lasti: entry.lasti,
            });
        }
        Ok(())
    }

    /// Where a jump leads.
    fn target(&self, i: &Instruction) -> Result<usize, Problem> {
        let behind = i.at + 1;
        let to = match i.op {
            op::JUMP_BACKWARD => (behind + 1).checked_sub(i.arg),
            op::JUMP_BACKWARD_NO_INTERRUPT => behind.checked_sub(i.arg),
            op::JUMP_FORWARD => behind.checked_add(i.arg),
            // over the cache
            _ => (behind + 1).checked_add(i.arg),
        };
        match to {
            Some(to) if to < self.units => {
                self.instruction(to)?;
                Ok(to)
            }
            _ => Err(format!("{}: jump out of the code", op::info(i.op.into()).name)),
        }
    }

    fn find_targets(&mut self) -> Result<(), Problem> {
        for at in 0..self.units {
            let Some(i) = self.starts[at] else { continue };
            if op::info(i.op.into()).flags & flag::JUMP == 0 || i.op == op::END_ASYNC_FOR {
                // the argument of END_ASYNC_FOR only tells tools where its loop is
                if i.op == op::END_ASYNC_FOR && i.arg > i.at + 1 {
                    return Err("END_ASYNC_FOR: jump out of the code".to_owned());
                }
                continue;
            }
            let to = self.target(&i)?;
            self.entered[to] = true;
            self.quiet_backwards |= i.op == op::JUMP_BACKWARD_NO_INTERRUPT;
            if i.op == op::FOR_ITER {
                let end = self.instruction(to)?;
                if end.op != op::END_FOR || end.at != to {
                    return Err("FOR_ITER does not lead to END_FOR".to_owned());
                }
                if end.next >= self.units {
                    return Err("the code does not end with a return".to_owned());
                }
                self.entered[end.next] = true;
            }
        }
        Ok(())
    }

    /// Every loop must pass a place where signals and other threads are let in, or one that leaves the frame.
    fn find_endless_loops(&self) -> Result<(), Problem> {
        // 1: on the path being followed; 2: done
        let mut seen = vec![0u8; self.units];
        let mut path: Vec<(usize, Vec<usize>)> = Vec::new();
        for first in 0..self.units {
            if self.starts[first].is_none() || seen[first] != 0 {
                continue;
            }
            seen[first] = 1;
            path.push((first, self.quiet_successors(first)?));
            while let Some((at, ways)) = path.last_mut() {
                let Some(to) = ways.pop() else {
                    seen[*at] = 2;
                    path.pop();
                    continue;
                };
                match seen.get(to) {
                    Some(0) => {
                        seen[to] = 1;
                        let ways = self.quiet_successors(to)?;
                        path.push((to, ways));
                    }
                    Some(1) => return Err(format!("a loop through {} that nothing can stop", 2 * to)),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Where it goes on from an instruction without a check for signals in between.
    fn quiet_successors(&self, at: usize) -> Result<Vec<usize>, Problem> {
        let i = self.instruction(at)?;
        let mut ways = Vec::new();
        let checks = op::info(i.op.into()).flags & flag::EVAL_BREAK != 0 || i.op == op::YIELD_VALUE;
        // a call that fails does so before its check; the others fail because of theirs, or not at all
        let call = matches!(i.op, op::CALL | op::CALL_KW | op::CALL_FUNCTION_EX);
        if fails(i.op)
            && (call || !checks)
            && let Some(index) = self.handler_of(i.at)
        {
            ways.push(self.handlers[index].target);
        }
        if checks {
            return Ok(ways);
        }
        let ends = matches!(
            i.op,
            op::RETURN_VALUE
                | op::RAISE_VARARGS
                | op::RERAISE
                | op::JUMP_FORWARD
                | op::JUMP_BACKWARD_NO_INTERRUPT
        );
        if !ends {
            ways.push(i.next);
        }
        if op::info(i.op.into()).flags & flag::JUMP != 0 && i.op != op::END_ASYNC_FOR {
            let to = self.target(&i)?;
            ways.push(to);
            if i.op == op::FOR_ITER {
                ways.push(self.instruction(to)?.next);
            }
        }
        Ok(ways)
    }

    /// A path comes in at `at`.
    fn enter(&mut self, at: usize, state: &State) -> Result<(), Problem> {
        if at >= self.units {
            return Err("the code does not end with a return".to_owned());
        }
        let Some(known) = &mut self.states[at] else {
            self.states[at] = Some(state.clone());
            self.work.push(at);
            return Ok(());
        };
        if known.stack.len() != state.stack.len() {
            return Err(format!(
                "paths to {} leave {} and {} items on the stack",
                2 * at,
                known.stack.len(),
                state.stack.len()
            ));
        }
        if known.suspended != state.suspended {
            return Err(format!("paths to {} differ in being a generator's", 2 * at));
        }
        let mut changed = false;
        for (k, s) in known.stack.iter_mut().zip(&state.stack) {
            if k.lender != s.lender {
                return Err(format!("a lent object reaches {}", 2 * at));
            }
            let may = k.may | s.may;
            let constant = if k.constant == s.constant { k.constant } else { 0 };
            changed |= (may, constant) != (k.may, k.constant);
            (k.may, k.constant) = (may, constant);
        }
        for (k, s) in known.locals.iter_mut().zip(&state.locals) {
            changed |= *k | s != *k;
            *k |= s;
        }
        if changed {
            self.work.push(at);
        }
        Ok(())
    }

    fn handler_of(&self, at: usize) -> Option<usize> {
        let i = self.handlers.partition_point(|h| h.start <= at).checked_sub(1)?;
        (at < self.handlers[i].end).then_some(i)
    }

    fn run(&mut self) -> Result<(), Problem> {
        let view = self.view;
        let has = |bit: u32| usize::from(view.flags & bit != 0);
        let parameters = view.argcount + view.kwonlyargcount + has(co::CO_VARARGS) + has(co::CO_VARKEYWORDS);
        let first = State {
            stack: Vec::new(),
            locals: (0..view.localspluskinds.len())
                .map(|i| if i < parameters { OBJ } else { NULL })
                .collect(),
            suspended: false,
        };
        self.enter(0, &first)?;
        while let Some(from) = self.work.pop() {
            let Some(mut state) = self.states[from].clone() else {
                continue;
            };
            let mut at = from;
            loop {
                let i = self.instruction(at)?;
                let falls = self.step(&i, &mut state)?;
                if !falls {
                    break;
                }
                if state.stack.len() > view.stacksize {
                    return Err(format!("the stack overflows at {}", 2 * i.at));
                }
                at = i.next;
                if at >= self.units {
                    return Err("the code does not end with a return".to_owned());
                }
                if self.entered[at] {
                    self.enter(at, &state)?;
                    break;
                }
            }
        }
        Ok(())
    }

    /// What a handler sees when this instruction fails, or something it calls does.
    fn fail_to_handler(&mut self, i: &Instruction, state: &State) -> Result<(), Problem> {
        let Some(index) = self.handler_of(i.at) else {
            return Ok(());
        };
        let Handler {
            target, depth, lasti, ..
        } = self.handlers[index];
        let left = state.stack.len().saturating_sub(taken(i));
        if fails(i.op) && depth > left {
            return Err(format!(
                "the handler at {} expects too much of the stack",
                2 * target
            ));
        }
        if depth > state.stack.len() {
            return Ok(());
        }
        let mut caught = State {
            stack: state.stack[..depth].to_vec(),
            locals: state.locals.clone(),
            suspended: state.suspended,
        };
        if i.op == op::YIELD_VALUE && depth == state.stack.len() {
            // what is thrown into the generator comes with None in the place of what was yielded
            caught.stack[depth - 1] = slot(OBJ);
        }
        if lasti {
            caught.stack.push(slot(LASTI));
        }
        caught.stack.push(slot(OBJ));
        self.enter(target, &caught)
    }

    /// Carries one instruction out; whether the next one follows it.
    fn step(&mut self, i: &Instruction, state: &mut State) -> Result<bool, Problem> {
        let name = op::info(i.op.into()).name;
        let arg = i.arg;
        let info = op::info(i.op.into());
        let (popped, pushed) = ((info.popped)(arg as i64), (info.pushed)(arg as i64));
        let needed = match i.op {
            op::RERAISE => arg as i64 + 1,
            op::SWAP => (arg as i64).max(1),
            op::WITH_EXCEPT_START => 5,
            _ => popped,
        };
        if needed < 0 || needed > state.stack.len() as i64 {
            return Err(format!(
                "{name} at {} takes more than there is on the stack",
                2 * i.at
            ));
        }
        self.fail_to_handler(i, state)?;
        let depth = state.stack.len();
        let pushed = usize::try_from(pushed).map_err(|_| format!("{name}: argument out of range"))?;
        let popped = popped as usize;
        if depth - popped + pushed > self.view.stacksize && i.op != op::RERAISE {
            return Err(format!("the stack overflows at {}", 2 * i.at));
        }
        let bad = |what: &str| -> Problem { format!("{name} at {}: {what}", 2 * i.at) };
        // the n-th place from the top holds a real object
        let object = |state: &State, n: usize| -> Result<Slot, Problem> {
            let s = state.stack[depth - n];
            if s.may & (NULL | LASTI) != 0 {
                return Err(bad("a value is missing"));
            }
            Ok(s)
        };
        let is = |state: &State, n: usize, wanted: u16, what: &str| -> Result<(), Problem> {
            if state.stack[depth - n].may & !wanted != 0 {
                return Err(bad(what));
            }
            Ok(())
        };
        let objects = |state: &State, n: usize| -> Result<(), Problem> {
            for k in 1..=n {
                object(state, k)?;
            }
            Ok(())
        };
        match i.op {
            op::NOP | op::NOT_TAKEN | op::RESUME | op::EXTENDED_ARG => {}
            op::COPY_FREE_VARS => {
                for (place, k) in state.locals.iter_mut().zip(self.view.localspluskinds) {
                    if k & local_kinds::CO_FAST_FREE != 0 {
                        *place = CELL;
                    }
                }
            }
            op::MAKE_CELL => {
                self.written(i, state, arg)?;
                state.locals[arg] = CELL;
            }
            op::LOAD_FAST => self.load(i, state, arg, false)?,
            op::LOAD_FAST_BORROW => self.load(i, state, arg, true)?,
            op::LOAD_FAST_LOAD_FAST => {
                self.load(i, state, arg >> 4, false)?;
                self.load(i, state, arg & 15, false)?;
            }
            op::LOAD_FAST_BORROW_LOAD_FAST_BORROW => {
                self.load(i, state, arg >> 4, true)?;
                self.load(i, state, arg & 15, true)?;
            }
            op::LOAD_FAST_CHECK => {
                // behind it the variable is bound
                let may = state.locals[arg] & !NULL;
                state.locals[arg] = if may == 0 { OBJ } else { may };
                state.stack.push(slot(state.locals[arg]));
            }
            op::LOAD_FAST_AND_CLEAR => {
                self.written(i, state, arg)?;
                state.stack.push(slot(state.locals[arg]));
                state.locals[arg] = NULL;
            }
            op::STORE_FAST => self.store(i, state, arg)?,
            op::STORE_FAST_STORE_FAST => {
                self.store(i, state, arg >> 4)?;
                self.store(i, state, arg & 15)?;
            }
            op::STORE_FAST_LOAD_FAST => {
                self.store(i, state, arg >> 4)?;
                self.load(i, state, arg & 15, false)?;
            }
            op::DELETE_FAST => {
                self.written(i, state, arg)?;
                state.locals[arg] = NULL;
            }
            op::LOAD_DEREF | op::DELETE_DEREF | op::STORE_DEREF | op::LOAD_FROM_DICT_OR_DEREF => {
                if state.locals[arg] != CELL {
                    return Err(bad("the variable has no cell"));
                }
                objects(state, popped)?;
                state.stack.truncate(depth - popped);
                state.stack.extend(std::iter::repeat_n(slot(OBJ), pushed));
            }
            op::LOAD_CONST => {
                let may = match self.view.consts[arg] {
                    ConstKind::Other => OBJ,
                    ConstKind::Str => STR,
                    ConstKind::Code => CODE,
                    ConstKind::Tuple | ConstKind::Names(_) => TUPLE,
                };
                state.stack.push(Slot {
                    may,
                    lender: 0,
                    constant: arg as u32 + 1,
                });
            }
            op::PUSH_NULL => state.stack.push(slot(NULL)),
            op::POP_TOP => {
                state.stack.pop();
            }
            op::COPY => {
                let s = state.stack[depth - arg];
                state.stack.push(s);
            }
            op::SWAP => state.stack.swap(depth - 1, depth - arg),
            op::BUILD_LIST | op::BUILD_SET | op::BUILD_MAP | op::BUILD_TUPLE | op::BUILD_STRING => {
                objects(state, popped)?;
                let made = match i.op {
                    op::BUILD_LIST => LIST,
                    op::BUILD_SET => OBJ,
                    op::BUILD_MAP => DICT,
                    op::BUILD_TUPLE => TUPLE,
                    _ => STR,
                };
                if i.op == op::BUILD_STRING {
                    for n in 1..=popped {
                        is(state, n, STR, "strings expected")?;
                    }
                }
                state.stack.truncate(depth - popped);
                state.stack.push(slot(made));
            }
            op::LIST_APPEND | op::LIST_EXTEND => {
                object(state, 1)?;
                is(state, 1 + arg, LIST, "a list expected")?;
                state.stack.pop();
            }
            op::SET_ADD | op::SET_UPDATE => {
                // a set by a name, for module annotations, is looked at when it is added to
                object(state, 1)?;
                object(state, 1 + arg)?;
                state.stack.pop();
            }
            op::MAP_ADD => {
                objects(state, 2)?;
                is(state, 2 + arg, DICT, "a dict expected")?;
                state.stack.truncate(depth - 2);
            }
            op::DICT_UPDATE | op::DICT_MERGE => {
                object(state, 1)?;
                is(state, 1 + arg, DICT, "a dict expected")?;
                if i.op == op::DICT_MERGE {
                    object(state, 4 + arg)?;
                }
                state.stack.pop();
            }
            op::FORMAT_SIMPLE => {
                // a string stays as it is, lent or not
                let s = object(state, 1)?;
                state.stack[depth - 1] = Slot {
                    may: STR,
                    constant: 0,
                    ..s
                };
            }
            op::CONVERT_VALUE | op::FORMAT_WITH_SPEC => {
                objects(state, popped)?;
                state.stack.truncate(depth - popped);
                state.stack.push(slot(STR));
            }
            op::MAKE_FUNCTION => {
                is(state, 1, CODE, "a code object expected")?;
                state.stack[depth - 1] = slot(FUNC);
            }
            op::SET_FUNCTION_ATTRIBUTE => {
                is(state, 1, FUNC, "a function expected")?;
                object(state, 2)?;
                let func = state.stack[depth - 1];
                state.stack.pop();
                state.stack[depth - 2] = func;
            }
            op::LOAD_ATTR => {
                let owner = object(state, 1)?;
                state.stack[depth - 1] = slot(OBJ);
                if arg & 1 != 0 {
                    state.stack.push(Slot {
                        may: owner.may | NULL,
                        constant: 0,
                        ..owner
                    });
                }
            }
            op::LOAD_GLOBAL => {
                state.stack.push(slot(OBJ));
                if arg & 1 != 0 {
                    state.stack.push(slot(NULL));
                }
            }
            op::LOAD_SUPER_ATTR => {
                objects(state, 3)?;
                state.stack.truncate(depth - 3);
                state.stack.push(slot(OBJ));
                if arg & 1 != 0 {
                    state.stack.push(slot(OBJ | NULL));
                }
            }
            op::LOAD_SPECIAL => {
                object(state, 1)?;
                state.stack[depth - 1] = slot(OBJ);
                state.stack.push(slot(OBJ | NULL));
            }
            op::CALL | op::CALL_KW => {
                let extra = usize::from(i.op == op::CALL_KW);
                objects(state, arg + extra)?;
                if state.stack[depth - arg - extra - 1].may & LASTI != 0 {
                    return Err(bad("a value is missing"));
                }
                object(state, arg + extra + 2)?;
                if extra == 1 {
                    let names = state.stack[depth - 1].constant as usize;
                    match names.checked_sub(1).map(|n| self.view.consts[n]) {
                        Some(ConstKind::Names(n)) if n <= arg => {}
                        _ => return Err(bad("the keywords are no constant names")),
                    }
                }
                state.stack.truncate(depth - popped);
                state.stack.push(slot(OBJ));
            }
            op::CALL_FUNCTION_EX => {
                is(state, 3, NULL, "NULL expected")?;
                is(state, 1, !LASTI, "a value is missing")?;
                object(state, 2)?;
                object(state, 4)?;
                state.stack.truncate(depth - 4);
                state.stack.push(slot(OBJ));
            }
            op::MATCH_CLASS => {
                objects(state, 3)?;
                is(state, 1, TUPLE, "a tuple expected")?;
                state.stack.truncate(depth - 3);
                state.stack.push(slot(OBJ));
            }
            op::MATCH_KEYS => {
                objects(state, 2)?;
                is(state, 1, TUPLE, "a tuple expected")?;
                state.stack.push(slot(OBJ));
            }
            op::GET_LEN | op::MATCH_MAPPING | op::MATCH_SEQUENCE | op::GET_ANEXT | op::IMPORT_FROM => {
                object(state, 1)?;
                state.stack.push(slot(OBJ));
            }
            op::CHECK_EXC_MATCH => {
                objects(state, 2)?;
                state.stack[depth - 1] = slot(OBJ);
            }
            op::WITH_EXCEPT_START => {
                object(state, 1)?;
                is(state, 4, !LASTI, "a value is missing")?;
                object(state, 5)?;
                state.stack.push(slot(OBJ));
            }
            op::PUSH_EXC_INFO => {
                let exception = object(state, 1)?;
                state.stack[depth - 1] = slot(OBJ);
                state.stack.push(exception);
            }
            op::END_SEND => {
                let value = object(state, 1)?;
                object(state, 2)?;
                state.stack.pop();
                state.stack[depth - 2] = value;
            }
            op::RETURN_GENERATOR => {
                if state.suspended || depth != 0 {
                    return Err(bad("out of place"));
                }
                state.suspended = true;
                state.stack.push(slot(OBJ));
            }
            op::YIELD_VALUE => {
                object(state, 1)?;
                if !state.suspended {
                    return Err(bad("the frame is no generator's"));
                }
                if arg == 1 {
                    if depth < 2 {
                        return Err(bad("takes more than there is on the stack"));
                    }
                    object(state, 2)?;
                }
                state.stack[depth - 1] = slot(OBJ);
            }
            op::RETURN_VALUE => {
                object(state, 1)?;
                return Ok(false);
            }
            op::RAISE_VARARGS => {
                objects(state, arg)?;
                return Ok(false);
            }
            op::RERAISE => {
                object(state, 1)?;
                return Ok(false);
            }
            op::JUMP_FORWARD | op::JUMP_BACKWARD | op::JUMP_BACKWARD_NO_INTERRUPT => {
                let to = self.target(i)?;
                self.enter(to, state)?;
                return Ok(false);
            }
            op::POP_JUMP_IF_FALSE
            | op::POP_JUMP_IF_TRUE
            | op::POP_JUMP_IF_NONE
            | op::POP_JUMP_IF_NOT_NONE => {
                object(state, 1)?;
                state.stack.pop();
                let to = self.target(i)?;
                self.enter(to, state)?;
            }
            op::FOR_ITER => {
                object(state, 1)?;
                // exhausted, it goes on behind END_FOR; a generator that returns, at END_FOR with its value
                let to = self.target(i)?;
                let behind = self.instruction(to)?.next;
                self.enter(behind, state)?;
                state.stack.push(slot(OBJ));
                self.enter(to, state)?;
            }
            op::SEND => {
                objects(state, 2)?;
                state.stack[depth - 1] = slot(OBJ);
                let to = self.target(i)?;
                self.enter(to, state)?;
            }
            _ => {
                objects(state, popped)?;
                state.stack.truncate(depth - popped);
                state.stack.extend(std::iter::repeat_n(slot(OBJ), pushed));
            }
        }
        Ok(true)
    }

    /// A variable is about to change: nothing that it lends may be on the stack.
    fn written(&self, i: &Instruction, state: &State, variable: usize) -> Result<(), Problem> {
        if state.stack.iter().any(|s| s.lender as usize == variable + 1) {
            return Err(format!(
                "{} at {}: the variable's object is lent",
                op::info(i.op.into()).name,
                2 * i.at
            ));
        }
        Ok(())
    }

    fn load(&self, i: &Instruction, state: &mut State, variable: usize, lent: bool) -> Result<(), Problem> {
        let may = state.locals[variable];
        if may & NULL != 0 {
            return Err(format!(
                "{} at {}: the variable may be unbound",
                op::info(i.op.into()).name,
                2 * i.at
            ));
        }
        state.stack.push(Slot {
            may,
            lender: if lent { variable as u32 + 1 } else { 0 },
            constant: 0,
        });
        Ok(())
    }

    fn store(&self, i: &Instruction, state: &mut State, variable: usize) -> Result<(), Problem> {
        let Some(value) = state.stack.pop() else {
            return Err("the stack underflows".to_owned());
        };
        if value.may & LASTI != 0 || value.lender != 0 {
            return Err(format!(
                "{} at {}: not a value to keep",
                op::info(i.op.into()).name,
                2 * i.at
            ));
        }
        self.written(i, state, variable)?;
        // a debugger may put anything in a variable's place, but for cells
        let mut may = value.may & (NULL | CELL);
        if value.may & !(NULL | CELL) != 0 {
            may |= OBJ;
        }
        state.locals[variable] = may;
        Ok(())
    }
}

/// Whether an instruction can fail where it stands.
fn fails(code: u8) -> bool {
    op::info(code.into()).flags & (flag::ERROR | flag::EVAL_BREAK) != 0
        || matches!(
            code,
            op::YIELD_VALUE | op::RETURN_GENERATOR | op::RERAISE | op::SEND | op::FOR_ITER
        )
}

/// How many items an instruction may have taken off the stack when it fails.
fn taken(i: &Instruction) -> usize {
    match i.op {
        op::COPY
        | op::SWAP
        | op::WITH_EXCEPT_START
        | op::GET_LEN
        | op::MATCH_MAPPING
        | op::MATCH_SEQUENCE
        | op::MATCH_KEYS
        | op::GET_ANEXT
        | op::IMPORT_FROM
        | op::FOR_ITER
        | op::PUSH_EXC_INFO
        | op::RESUME
        | op::YIELD_VALUE
        | op::RETURN_GENERATOR => 0,
        op::LIST_APPEND
        | op::LIST_EXTEND
        | op::SET_ADD
        | op::SET_UPDATE
        | op::DICT_UPDATE
        | op::DICT_MERGE
        | op::CHECK_EXC_MATCH
        | op::RERAISE
        | op::END_ASYNC_FOR
        | op::SEND => 1,
        op::MAP_ADD => 2,
        code => usize::try_from((op::info(code.into()).popped)(i.arg as i64)).unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: &[u8], stacksize: usize) -> Result<(), String> {
        verify(&View {
            code,
            consts: &[ConstKind::Other, ConstKind::Names(1)],
            names: 1,
            localspluskinds: &[local_kinds::CO_FAST_LOCAL],
            argcount: 1,
            kwonlyargcount: 0,
            flags: co::CO_OPTIMIZED | co::CO_NEWLOCALS,
            stacksize,
            exceptiontable: b"",
        })
    }

    #[test]
    fn sound_code_passes() {
        assert_eq!(
            check(&[op::RESUME, 0, op::LOAD_CONST, 0, op::RETURN_VALUE, 0], 1),
            Ok(())
        );
        assert_eq!(check(&[op::LOAD_FAST, 0, op::RETURN_VALUE, 0], 1), Ok(()));
        // while a: pass
        let code = [
            op::LOAD_FAST_BORROW,
            0,
            op::TO_BOOL,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            op::POP_JUMP_IF_FALSE,
            2,
            0,
            0,
            op::JUMP_BACKWARD,
            9,
            0,
            0,
            op::LOAD_CONST,
            0,
            op::RETURN_VALUE,
            0,
        ];
        assert_eq!(check(&code, 1), Ok(()));
    }

    #[test]
    fn what_could_do_harm_does_not() {
        let bad: &[(&[u8], &str)] = &[
            (&[127, 0, op::RETURN_VALUE, 0], "unknown opcode 127"),
            (&[op::BINARY_OP_ADD_INT, 0], "unknown opcode 130"),
            (&[op::INSTRUMENTED_CALL, 0], "unknown opcode 250"),
            (
                &[op::LOAD_CONST, 2, op::RETURN_VALUE, 0],
                "LOAD_CONST: constant out of range",
            ),
            (
                &[op::LOAD_FAST, 1, op::RETURN_VALUE, 0],
                "LOAD_FAST: variable out of range",
            ),
            (
                &[op::LOAD_NAME, 1, op::RETURN_VALUE, 0],
                "LOAD_NAME: name out of range",
            ),
            (
                &[op::RETURN_VALUE, 0],
                "RETURN_VALUE at 0 takes more than there is on the stack",
            ),
            (
                &[op::LOAD_CONST, 0, op::LOAD_CONST, 0, op::RETURN_VALUE, 0],
                "the stack overflows at 2",
            ),
            (&[op::LOAD_CONST, 0], "the code does not end with a return"),
            (&[op::EXTENDED_ARG, 0], "the code ends within an instruction"),
            (
                &[op::TO_BOOL, 0, 0, 0],
                "the code ends within an instruction (TO_BOOL)",
            ),
            (&[op::JUMP_FORWARD, 9], "JUMP_FORWARD: jump out of the code"),
            (
                &[op::JUMP_BACKWARD, 9, 0, 0],
                "JUMP_BACKWARD: jump out of the code",
            ),
            (
                &[op::JUMP_BACKWARD, 1, 0, 0],
                "a jump to 2, where no instruction begins",
            ),
            (
                &[op::PUSH_NULL, 0, op::RETURN_VALUE, 0],
                "RETURN_VALUE at 2: a value is missing",
            ),
            (
                &[op::LOAD_CONST, 0, op::YIELD_VALUE, 0, op::RETURN_VALUE, 0],
                "YIELD_VALUE at 2: the frame is no generator's",
            ),
            (
                &[op::DELETE_FAST, 0, op::LOAD_FAST, 0, op::RETURN_VALUE, 0],
                "LOAD_FAST at 2: the variable may be unbound",
            ),
            (
                &[op::LOAD_FAST_BORROW, 0, op::DELETE_FAST, 0, op::RETURN_VALUE, 0],
                "DELETE_FAST at 2: the variable's object is lent",
            ),
            (
                &[op::LOAD_DEREF, 0, op::RETURN_VALUE, 0],
                "LOAD_DEREF: variable out of range",
            ),
            (b"", "co_code is malformed"),
        ];
        for (code, problem) in bad {
            assert_eq!(check(code, 1), Err((*problem).to_owned()));
        }
    }
}
