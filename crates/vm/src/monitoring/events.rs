//! Events as they happen: which tools are told, with what arguments, and what their answer means. The evaluation loop
//! calls these functions with the running frame, its stack pointer stored; a callback may move the frame to another
//! instruction (`frame.f_lineno = n`), so the loop reads both again afterwards.

use super::event::{self, LOCAL_COUNT, UNGROUPED_COUNT};
use super::instrument::{
    begins_line, behind_instruction, behind_line, for_iter_of, instruction_tools_at, line_at, line_tools_at,
    remove_tool, tools_at,
};
use super::{PROFILE_TOOL, TRACE_TOOL, as_tool, callback, is_disable, missing, tools_for};
use crate::code::PyCode;
use crate::frame::InterpreterFrame;
use crate::generator::{PyCoro, PyGen};
use crate::stackref::StackRef;
use crate::{generator, tracing};
use bytecode::code::flags as co;
use bytecode::opcode as op;
use object::thread::ThreadState;
use object::{IntoPy, Py, PyClass, PyLayout, PyObject, PyResult, raise};

/// What a tool says.
#[derive(PartialEq)]
pub enum Answer {
    GoOn,
    /// No more events of this place.
    Disable,
}

/// What an event carries besides code and place.
#[derive(Clone, Copy)]
pub enum Detail<'a> {
    Nothing,
    /// A returned or yielded value, or an exception.
    Object(&'a PyObject),
    /// Something called, and its first argument.
    Call(&'a PyObject, &'a PyObject),
    /// Where a jump leads (code units).
    Jump(usize),
}

fn highest(tools: u8) -> usize {
    7 - tools.leading_zeros() as usize
}

/// Calls a Python tool's callback with `(code, first, ...)`.
fn call_python(
    ts: &ThreadState,
    tool: usize,
    event: usize,
    code: &PyCode,
    first: &PyObject,
    detail: Detail<'_>,
) -> PyResult<Answer> {
    let Some(func) = callback(tool, event) else {
        return Ok(Answer::GoOn);
    };
    let code = code.as_object();
    let target;
    let mut args = vec![code, first];
    match detail {
        Detail::Nothing => {}
        Detail::Object(v) => args.push(v),
        Detail::Call(callable, arg) => args.extend([callable, arg]),
        Detail::Jump(to) => {
            target = (to * 2).into_py()?;
            args.push(&target);
        }
    }
    let answer = as_tool(ts, event, || object::call::call(&func, &args))?;
    Ok(if is_disable(&answer) {
        Answer::Disable
    } else {
        Answer::GoOn
    })
}

/// Tells all tools of an event at instruction `at`; tools see the offset of `source`.
#[cold]
#[inline(never)]
unsafe fn fire(
    ts: &ThreadState,
    frame: *mut InterpreterFrame,
    event: usize,
    at: usize,
    source: usize,
    detail: Detail<'_>,
) -> PyResult<()> {
    if ts.tracing.get() != 0 {
        return Ok(());
    }
    // SAFETY: the frame is the running one; the code stays as long as the reference.
    let code = unsafe { InterpreterFrame::code(frame).new_ref() };
    let mut tools = if !(LOCAL_COUNT..UNGROUPED_COUNT).contains(&event) {
        tools_at(&code, at)
    } else {
        tools_for(event)
    };
    let mut offset: Option<Py> = None;
    while tools != 0 {
        let tool = highest(tools);
        tools &= !(1 << tool);
        let answer = match tool {
            // SAFETY: the frame is the running one.
            TRACE_TOOL => as_tool(ts, event, || unsafe {
                tracing::trace_event(ts, frame, event, at, detail)
            })?,
            // SAFETY: as above.
            PROFILE_TOOL => as_tool(ts, event, || unsafe {
                tracing::profile_event(ts, frame, event, detail)
            })?,
            _ => {
                if offset.is_none() {
                    offset = Some((source * 2).into_py()?);
                }
                match &offset {
                    Some(o) => call_python(ts, tool, event, &code, o, detail)?,
                    None => Answer::GoOn,
                }
            }
        };
        if answer == Answer::GoOn {
            continue;
        }
        if (LOCAL_COUNT..UNGROUPED_COUNT).contains(&event) {
            super::register_callback(tool, event, None);
            return raise!(
                ValueError,
                "Cannot disable {} events. Callback removed.",
                event::NAMES[event]
            );
        }
        if event < LOCAL_COUNT {
            remove_tool(&code, at, event, tool);
        } else {
            remove_tool(&code, at, event::CALL, tool);
        }
    }
    Ok(())
}

unsafe fn here(frame: *mut InterpreterFrame) -> usize {
    // SAFETY: the caller's frame is the running one.
    unsafe { InterpreterFrame::lasti(frame).max(0) as usize }
}

/// A frame begins or resumes.
///
/// # Safety
/// `frame` is the running frame, its stack pointer stored. (So it is for all functions below.)
#[cold]
pub unsafe fn resume_event(ts: &ThreadState, frame: *mut InterpreterFrame, oparg: usize) -> PyResult<()> {
    let event = if oparg == 0 {
        event::PY_START
    } else {
        event::PY_RESUME
    };
    // SAFETY: the caller's promise.
    unsafe {
        let at = here(frame);
        (*frame).run_unit = at as u32 + 1;
        fire(ts, frame, event, at, at, Detail::Nothing)
    }
}

/// A frame returns or yields a value.
///
/// # Safety
/// As [`resume_event`].
#[cold]
pub unsafe fn value_event(
    ts: &ThreadState,
    frame: *mut InterpreterFrame,
    event: usize,
    value: &PyObject,
) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let at = here(frame);
        let value = value.new_ref();
        fire(ts, frame, event, at, at, Detail::Object(&value))
    }
}

/// `INSTRUMENTED_LINE`: gives the opcode to go on with.
///
/// # Safety
/// As [`resume_event`].
#[cold]
#[inline(never)]
pub unsafe fn line_event(ts: &ThreadState, frame: *mut InterpreterFrame) -> PyResult<u8> {
    // SAFETY: the caller's promise.
    unsafe {
        let at = here(frame);
        let code = InterpreterFrame::code(frame).new_ref();
        if ts.tracing.get() != 0 {
            return Ok(behind_line(&code, at));
        }
        let before = (*frame).run_unit as usize;
        (*frame).run_unit = at as u32 + 1;
        if !begins_line(&code, at) {
            return Ok(behind_line(&code, at));
        }
        let line = line_at(&code, at);
        if before != 0 && line_at(&code, before - 1) == line && code.base_opcode(before - 1) != op::RESUME {
            return Ok(behind_line(&code, at));
        }
        let mut tools = line_tools_at(&code, at);
        let mut number: Option<Py> = None;
        while tools != 0 {
            let tool = highest(tools);
            tools &= !(1 << tool);
            let answer = match tool {
                TRACE_TOOL => as_tool(ts, event::LINE, || tracing::trace_line(ts, frame, line))?,
                PROFILE_TOOL => Answer::GoOn,
                _ => {
                    if number.is_none() {
                        number = Some(line.into_py()?);
                    }
                    match &number {
                        Some(n) => call_python(ts, tool, event::LINE, &code, n, Detail::Nothing)?,
                        None => Answer::GoOn,
                    }
                }
            };
            if answer == Answer::Disable {
                remove_tool(&code, at, event::LINE, tool);
            }
        }
        Ok(behind_line(&code, at))
    }
}

/// `INSTRUMENTED_INSTRUCTION`: gives the opcode to go on with.
///
/// # Safety
/// As [`resume_event`].
#[cold]
#[inline(never)]
pub unsafe fn instruction_event(ts: &ThreadState, frame: *mut InterpreterFrame) -> PyResult<u8> {
    // SAFETY: the caller's promise.
    unsafe {
        let at = here(frame);
        let code = InterpreterFrame::code(frame).new_ref();
        if ts.tracing.get() != 0 {
            return Ok(behind_instruction(&code, at));
        }
        let mut tools = instruction_tools_at(&code, at);
        let mut offset: Option<Py> = None;
        while tools != 0 {
            let tool = highest(tools);
            tools &= !(1 << tool);
            let answer = match tool {
                TRACE_TOOL => as_tool(ts, event::INSTRUCTION, || {
                    tracing::trace_event(ts, frame, event::INSTRUCTION, at, Detail::Nothing)
                })?,
                PROFILE_TOOL => Answer::GoOn,
                _ => {
                    if offset.is_none() {
                        offset = Some((at * 2).into_py()?);
                    }
                    match &offset {
                        Some(o) => call_python(ts, tool, event::INSTRUCTION, &code, o, Detail::Nothing)?,
                        None => Answer::GoOn,
                    }
                }
            };
            if answer == Answer::Disable {
                remove_tool(&code, at, event::INSTRUCTION, tool);
            }
        }
        Ok(behind_instruction(&code, at))
    }
}

/// A jump or branch from the running instruction to `dest`; gives where to go on, which is elsewhere if a callback has
/// moved the frame.
///
/// # Safety
/// As [`resume_event`]; `dest` is in the frame's code.
#[cold]
#[inline(never)]
pub unsafe fn jump_event(
    ts: &ThreadState,
    frame: *mut InterpreterFrame,
    event: usize,
    dest: *mut u16,
) -> PyResult<*mut u16> {
    // SAFETY: the caller's promise.
    unsafe {
        if ts.tracing.get() != 0 {
            return Ok(dest);
        }
        let at = here(frame);
        let code = InterpreterFrame::code(frame);
        let to = dest.offset_from(code.code_ptr()).max(0) as usize;
        // the branch is the instruction that decided, not the one that notes the way taken
        let source = match code.base_opcode(at) {
            op::NOT_TAKEN if at >= 2 && code.base_opcode(at - 1) == op::END_SEND => at - 1,
            op::NOT_TAKEN => at.saturating_sub(2),
            op::POP_ITER => for_iter_of(code, at),
            op::END_ASYNC_FOR => (at + 1).saturating_sub(code.full_oparg(at)),
            _ => at,
        };
        let before = (*frame).instr_ptr;
        fire(ts, frame, event, at, source, Detail::Jump(to))?;
        if (*frame).instr_ptr != before {
            return Ok((*frame).instr_ptr);
        }
        Ok(dest)
    }
}

/// A call begins.
///
/// # Safety
/// As [`resume_event`]; `callable` and `arg` (null: there is none) stay on the stack.
#[cold]
pub unsafe fn call_event(
    ts: &ThreadState,
    frame: *mut InterpreterFrame,
    callable: StackRef,
    arg: StackRef,
) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let callable = callable.obj().new_ref();
        let arg = match arg.opt() {
            Some(a) => a.new_ref(),
            None => missing()?,
        };
        let at = here(frame);
        fire(ts, frame, event::CALL, at, at, Detail::Call(&callable, &arg))
    }
}

/// A call of something that is not run by the loop has returned or raised.
///
/// # Safety
/// As [`call_event`].
#[cold]
pub unsafe fn native_return_event(
    ts: &ThreadState,
    frame: *mut InterpreterFrame,
    callable: StackRef,
    arg: StackRef,
    result: PyResult,
) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe {
        let at = here(frame);
        let callable = callable.obj().new_ref();
        match result {
            Ok(v) => {
                let arg = match arg.opt() {
                    Some(a) => a.new_ref(),
                    None => missing()?,
                };
                fire(ts, frame, event::C_RETURN, at, at, Detail::Call(&callable, &arg))?;
                Ok(v)
            }
            Err(raised) => {
                let e = object::error::fetch(raised);
                let arg = match arg.opt() {
                    Some(a) => a.new_ref(),
                    None => missing()?,
                };
                fire(ts, frame, event::C_RAISE, at, at, Detail::Call(&callable, &arg))?;
                Err(object::error::restore(e))
            }
        }
    }
}

/// Tells of the current exception, which stays set unless a tool raises another.
unsafe fn exception(ts: &ThreadState, frame: *mut InterpreterFrame, event: usize, at: usize) -> PyResult<()> {
    // SAFETY: the caller's frame is the running one.
    unsafe {
        if InterpreterFrame::code(frame).flags() & co::CO_NO_MONITORING_EVENTS != 0 {
            return Ok(());
        }
        let Some(e) = object::error::take() else {
            return Ok(());
        };
        let r = fire(ts, frame, event, at, at, Detail::Object(&e));
        if r.is_ok() {
            let _ = object::error::restore(e);
        }
        r
    }
}

/// An exception has been raised in (or has come into) the frame; `at` is what tools are told of the place.
///
/// # Safety
/// As [`resume_event`]; an exception is set, and still is afterwards.
#[inline]
pub unsafe fn exception_raised(ts: &ThreadState, frame: *mut InterpreterFrame, at: usize) {
    if tools_for(event::RAISE) != 0 {
        // SAFETY: the caller's promise. A tool's exception takes the place of the one told of.
        let _ = unsafe { exception(ts, frame, event::RAISE, at) };
    }
}

/// As [`exception_raised`], for one raised again.
///
/// # Safety
/// As [`exception_raised`].
#[inline]
pub unsafe fn exception_reraised(ts: &ThreadState, frame: *mut InterpreterFrame, at: usize) {
    if tools_for(event::RERAISE) != 0 {
        // SAFETY: the caller's promise.
        let _ = unsafe { exception(ts, frame, event::RERAISE, at) };
    }
}

/// As [`exception_raised`], for one thrown into a generator.
///
/// # Safety
/// As [`exception_raised`].
#[inline]
pub unsafe fn exception_thrown(ts: &ThreadState, frame: *mut InterpreterFrame) {
    if tools_for(event::PY_THROW) != 0 {
        // SAFETY: the caller's promise.
        unsafe {
            let at = here(frame);
            let _ = exception(ts, frame, event::PY_THROW, at);
        }
    }
}

/// A frame is left by an exception.
///
/// # Safety
/// As [`exception_raised`].
#[inline]
pub unsafe fn frame_unwound(ts: &ThreadState, frame: *mut InterpreterFrame, at: usize) {
    if tools_for(event::PY_UNWIND) != 0 {
        // SAFETY: the caller's promise.
        let _ = unsafe { exception(ts, frame, event::PY_UNWIND, at) };
    }
}

/// A handler takes an exception, which is on top of the stack; the frame stands at the handler.
///
/// # Safety
/// As [`resume_event`].
#[inline]
pub unsafe fn exception_handled(ts: &ThreadState, frame: *mut InterpreterFrame) -> PyResult<()> {
    if tools_for(event::EXCEPTION_HANDLED) == 0 {
        return Ok(());
    }
    // SAFETY: the caller's promise.
    unsafe {
        let at = here(frame);
        let e = (*(*frame).stackpointer.sub(1)).obj().new_ref();
        fire(ts, frame, event::EXCEPTION_HANDLED, at, at, Detail::Object(&e))
    }
}

/// A generator that the loop ran has returned `value` to a `for` or `yield from`: the `StopIteration` that nobody made.
///
/// # Safety
/// As [`resume_event`]; both references stay on the stack.
#[cold]
pub unsafe fn stop_iteration(
    ts: &ThreadState,
    frame: *mut InterpreterFrame,
    receiver: StackRef,
    value: StackRef,
) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        if ts.tracing.get() != 0
            || !(PyGen::check_exact(receiver.obj()) || PyCoro::check_exact(receiver.obj()))
        {
            return Ok(());
        }
        let _ = generator::raise_stop_iteration(value.obj().new_ref());
        let at = here(frame);
        exception(ts, frame, event::STOP_ITERATION, at)?;
        object::error::clear();
        Ok(())
    }
}

/// An iterator's `StopIteration`, set now, is about to be taken for the end: tools hear of it, but it goes.
/// Other exceptions stay.
#[cold]
#[inline(never)]
pub fn end_of_iteration(ts: &ThreadState) -> PyResult<()> {
    if !object::error::occurred() {
        return Ok(());
    }
    if !object::error::matches::<object::exceptions::StopIteration>() {
        return Err(object::Raised);
    }
    stop_iteration_raised(ts);
    object::error::clear();
    Ok(())
}

/// Tells tools of a `StopIteration`, set now, that the running frame's loop is about to use.
#[cold]
pub fn stop_iteration_raised(ts: &ThreadState) {
    let frame = ts.current_frame.get() as *mut InterpreterFrame;
    if tools_for(event::RAISE) != 0 && !frame.is_null() {
        // SAFETY: the innermost frame is the one whose loop asks.
        unsafe {
            if !InterpreterFrame::is_incomplete(frame) {
                let at = here(frame);
                exception_raised(ts, frame, at);
            }
        }
    }
}
