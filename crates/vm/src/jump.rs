//! Jumps by a debugger: `frame.f_lineno = n` moves a frame that stands at a trace event to the first instruction of
//! another line, if what lies on the value stack there can be had from what lies on it here.
//!
//! For that, the kinds of the values on the stack are worked out for every instruction, in order, from the instructions
//! that lead to it.

use crate::code::{PyCode, line_ranges};
use crate::frame::{InterpreterFrame, owner};
use crate::frameobject::PyFrame;
use crate::generator::PyGen;
use crate::monitoring::event;
use crate::stackref::StackRef;
use bytecode::opcode as op;
use object::thread::tstate;
use object::{PyClass, PyInt, PyLayout, PyObject, PyResult, raise};

/// What a value on the stack is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Kind {
    /// What `for` iterates.
    Iterator,
    /// An exception, or the one handled before.
    Except,
    Object,
    Null,
    /// Where an exception was raised, for raising it again there.
    Lasti,
}

/// The kinds on the stack at an instruction, the top last.
#[derive(Clone, PartialEq, Debug)]
enum Stack {
    /// No instruction leads there.
    Unknown,
    /// Deeper than is worth following.
    TooDeep,
    Known(Vec<Kind>),
}

const MAX_DEPTH: usize = 20;

impl Stack {
    fn push(&mut self, kind: Kind) {
        if let Stack::Known(v) = self {
            if v.len() >= MAX_DEPTH {
                *self = Stack::TooDeep;
            } else {
                v.push(kind);
            }
        }
    }
    fn pop(&mut self, n: usize) {
        if let Stack::Known(v) = self {
            v.truncate(v.len().saturating_sub(n));
        }
    }
    fn then(&self, f: impl FnOnce(&mut Stack)) -> Stack {
        let mut s = self.clone();
        f(&mut s);
        s
    }
}

/// May a value of the one kind stand where the other is expected?
fn fits(from: Kind, to: Kind) -> bool {
    match to {
        Kind::Object => from != Kind::Null,
        Kind::Null => true,
        _ => from == to,
    }
}

/// Can the stack `to` be had by popping values off `from`?
fn compatible(from: &Stack, to: &Stack) -> bool {
    match (from, to) {
        (Stack::Known(from), Stack::Known(to)) => {
            from.len() >= to.len() && from.iter().zip(to).all(|(f, t)| fits(*f, *t))
        }
        _ => false,
    }
}

fn why_not(to: &Stack) -> &'static str {
    match to {
        Stack::TooDeep => "stack is too deep to analyze",
        Stack::Unknown => "can't jump into an exception handler, or code may be unreachable",
        Stack::Known(kinds) => match kinds.last() {
            Some(Kind::Except) => "can't jump into an 'except' block as there's no exception",
            Some(Kind::Lasti) => "can't jump into a re-raising block as there's no location",
            Some(Kind::Iterator) => "can't jump into the body of a for loop",
            _ => "incompatible stacks",
        },
    }
}

/// The stack before every instruction.
fn stacks(code: &PyCode) -> Vec<Stack> {
    let n = code.unit_count();
    let mut stacks = vec![Stack::Unknown; n];
    match stacks.first_mut() {
        Some(first) => *first = Stack::Known(Vec::new()),
        None => return stacks,
    }
    let handlers = crate::eval::handler_entries(code);
    let mut again = true;
    while again {
        again = false;
        let mut at = 0;
        while at < n {
            let start = stacks[at].clone();
            let mut oparg = code.oparg(at) as usize;
            let mut opcode = code.base_opcode(at);
            while opcode == op::EXTENDED_ARG && at + 1 < n {
                at += 1;
                opcode = code.base_opcode(at);
                oparg = oparg << 8 | code.oparg(at) as usize;
                stacks[at] = start.clone();
            }
            let next = at + 1 + op::CACHES[opcode as usize] as usize;
            let here = std::mem::replace(&mut at, next);
            if start == Stack::Unknown {
                continue;
            }
            let mut put = |to: Option<usize>, s: Stack| {
                if let Some(place) = to.and_then(|t| stacks.get_mut(t)) {
                    *place = s;
                }
            };
            match opcode {
                op::POP_JUMP_IF_FALSE
                | op::POP_JUMP_IF_TRUE
                | op::POP_JUMP_IF_NONE
                | op::POP_JUMP_IF_NOT_NONE => {
                    let s = start.then(|s| s.pop(1));
                    put(next.checked_add(oparg), s.clone());
                    put(Some(next), s);
                }
                op::SEND => {
                    put(next.checked_add(oparg), start.clone());
                    put(Some(next), start);
                }
                op::JUMP_BACKWARD | op::JUMP_BACKWARD_NO_INTERRUPT => {
                    let to = next.checked_sub(oparg);
                    if to.is_some_and(|t| t < here && stacks[t] == Stack::Unknown) {
                        again = true;
                    }
                    if let Some(place) = to.and_then(|t| stacks.get_mut(t)) {
                        *place = start;
                    }
                }
                op::JUMP_FORWARD => put(next.checked_add(oparg), start),
                op::GET_ITER | op::GET_AITER => put(
                    Some(next),
                    start.then(|s| {
                        s.pop(1);
                        s.push(Kind::Iterator);
                    }),
                ),
                op::FOR_ITER => {
                    let s = start.then(|s| s.push(Kind::Object));
                    put(next.checked_add(oparg), s.clone());
                    put(Some(next), s);
                }
                op::END_ASYNC_FOR => put(Some(next), start.then(|s| s.pop(2))),
                op::PUSH_EXC_INFO => put(Some(next), start.then(|s| s.push(Kind::Except))),
                op::POP_EXCEPT => put(Some(next), start.then(|s| s.pop(1))),
                op::RETURN_VALUE | op::RAISE_VARARGS | op::RERAISE => {}
                op::PUSH_NULL => put(Some(next), start.then(|s| s.push(Kind::Null))),
                op::LOAD_GLOBAL => put(
                    Some(next),
                    start.then(|s| {
                        s.push(Kind::Object);
                        if oparg & 1 != 0 {
                            s.push(Kind::Null);
                        }
                    }),
                ),
                op::LOAD_ATTR => put(
                    Some(next),
                    start.then(|s| {
                        if oparg & 1 != 0 {
                            s.pop(1);
                            s.push(Kind::Object);
                            s.push(Kind::Null);
                        }
                    }),
                ),
                op::SWAP => put(
                    Some(next),
                    start.then(|s| {
                        if let Stack::Known(v) = s
                            && oparg >= 1
                            && oparg <= v.len()
                        {
                            let top = v.len() - 1;
                            v.swap(top, top + 1 - oparg);
                        }
                    }),
                ),
                op::COPY => put(
                    Some(next),
                    start.then(|s| {
                        let kind = match s {
                            Stack::Known(v) if oparg >= 1 && oparg <= v.len() => v[v.len() - oparg],
                            _ => Kind::Object,
                        };
                        s.push(kind);
                    }),
                ),
                _ => {
                    let info = &op::OPCODES[opcode as usize];
                    let effect = (info.pushed)(oparg as i64) - (info.popped)(oparg as i64);
                    put(
                        Some(next),
                        start.then(|s| {
                            if effect < 0 {
                                s.pop(effect.unsigned_abs() as usize);
                            }
                            for _ in 0..effect.max(0) {
                                s.push(Kind::Object);
                            }
                        }),
                    );
                }
            }
        }
        for h in &handlers {
            let Some(Stack::Known(_) | Stack::TooDeep) = stacks.get(h.start) else {
                continue;
            };
            if stacks.get(h.target) != Some(&Stack::Unknown) {
                continue;
            }
            again = true;
            let mut s = stacks[h.start].clone();
            if let Stack::Known(v) = &mut s {
                v.truncate(h.depth);
            }
            if h.push_lasti {
                s.push(Kind::Lasti);
            }
            s.push(Kind::Except);
            stacks[h.target] = s;
        }
    }
    stacks
}

/// Where lines begin: place and line.
fn line_starts(code: &PyCode) -> Vec<(usize, i32)> {
    let mut last = -1;
    let mut out = Vec::new();
    for (start, _, line) in line_ranges(code) {
        if let Some(line) = line
            && line != last
        {
            out.push((start, line));
            last = line;
        }
    }
    out
}

fn may_jump() -> PyResult<()> {
    let what = tstate().what_event.get();
    let Ok(what) = usize::try_from(what) else {
        return raise!(ValueError, "f_lineno can only be set in a trace function");
    };
    match what {
        event::PY_RESUME
        | event::LINE
        | event::JUMP
        | event::BRANCH_LEFT
        | event::BRANCH_RIGHT
        | event::PY_YIELD => Ok(()),
        event::PY_START => raise!(
            ValueError,
            "can't jump from the 'call' trace event of a new frame"
        ),
        event::CALL | event::C_RETURN => raise!(ValueError, "can't jump during a call"),
        event::PY_RETURN
        | event::PY_THROW
        | event::RAISE
        | event::C_RAISE
        | event::INSTRUCTION
        | event::EXCEPTION_HANDLED
        | event::PY_UNWIND
        | event::STOP_ITERATION
        | event::RERAISE => raise!(ValueError, "can only jump from a 'line' trace event"),
        _ => raise!(SystemError, "unexpected event type"),
    }
}

/// `frame.f_lineno = value`
pub fn set_lineno(f: &PyFrame, value: Option<&PyObject>) -> PyResult<()> {
    let Some(value) = value else {
        return raise!(AttributeError, "cannot delete attribute");
    };
    let Some(line) = value.downcast_exact::<PyInt>() else {
        return raise!(ValueError, "lineno must be an integer");
    };
    may_jump()?;
    let frame = f.frame();
    let Some(code) = f.code().map(|c| c.new_ref()) else {
        return raise!(RuntimeError, "frame has been cleared");
    };
    let Some(line) = line.to_i64().and_then(|n| i32::try_from(n).ok()) else {
        return raise!(ValueError, "lineno out of range");
    };
    if line < code.co_firstlineno.get() {
        return raise!(ValueError, "line {line} comes before the current code block");
    }
    let starts = line_starts(&code);
    let Some(target_line) = starts.iter().map(|s| s.1).filter(|l| *l >= line).min() else {
        return raise!(ValueError, "line {line} comes after the current code block");
    };
    let stacks = stacks(&code);
    // SAFETY: a live frame.
    let at = unsafe { InterpreterFrame::lasti(frame) };
    let start = usize::try_from(at)
        .ok()
        .and_then(|a| stacks.get(a).cloned())
        .unwrap_or(Stack::Unknown);
    let mut best: Option<(usize, &Vec<Kind>)> = None;
    let mut message: Option<&'static str> = None;
    for &(at, l) in &starts {
        if l != target_line {
            continue;
        }
        let target = &stacks[at];
        if compatible(&start, target) {
            if let Stack::Known(kinds) = target
                && best.is_none_or(|(_, b)| (kinds.len(), kinds) > (b.len(), b))
            {
                best = Some((at, kinds));
            }
        } else if best.is_none() && message.is_none() {
            message = match start {
                Stack::TooDeep => Some("stack to deep to analyze"),
                Stack::Unknown => Some("can't jump from unreachable code"),
                Stack::Known(_) => Some(why_not(target)),
            };
        }
    }
    let (Some((to, kinds)), Stack::Known(mut left)) = (best, start) else {
        return raise!(
            ValueError,
            "{}",
            message.unwrap_or("cannot find bytecode for specified line")
        );
    };
    // SAFETY: a live frame that stands at an event: its stack pointer is stored.
    unsafe {
        let suspended = (*frame).owner == owner::GENERATOR && (*PyGen::from_frame(frame)).is_suspended();
        if suspended {
            // the value that was sent to `yield`
            left.pop();
        }
        let base = InterpreterFrame::stack_base(frame);
        if (*frame).stackpointer.offset_from(base) != left.len() as isize {
            return raise!(ValueError, "can only jump from a 'line' trace event");
        }
        let locals = InterpreterFrame::locals_ptr(frame);
        let n = code.co_nlocalsplus.get() as usize;
        let unbound = (0..n).filter(|i| (*locals.add(*i)).is_null()).count();
        if unbound != 0 {
            let s = if unbound == 1 { "" } else { "s" };
            object::hooks::warn(
                object::exceptions::RuntimeWarning::type_object(),
                &format!("assigning None to {unbound} unbound local{s}"),
                0,
            )?;
            for i in 0..n {
                let slot = locals.add(i);
                if (*slot).is_null() {
                    *slot = StackRef::borrowed(object::singletons::none_ref());
                }
            }
        }
        while left.len() > kinds.len() {
            let kind = left.pop();
            let sp = (*frame).stackpointer.sub(1);
            (*frame).stackpointer = sp;
            let popped = *sp;
            if kind == Some(Kind::Except) && !popped.is_null() {
                let value = popped.steal();
                let info = &*tstate().exc_info.get();
                info.exc_value.set(Some(value).filter(|v| !object::is_none(v)));
            } else {
                popped.close();
            }
        }
        f.f_lineno.set(0);
        (*frame).instr_ptr = code.code_ptr().add(to);
        (*frame).run_unit = to as u32 + 1;
    }
    Ok(())
}
