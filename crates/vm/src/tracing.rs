//! `sys.settrace` and `sys.setprofile`: two tools of [`crate::monitoring`] that call a thread's functions with frames.

use crate::frame::InterpreterFrame;
use crate::frameobject::PyFrame;
use crate::monitoring::{self, Answer, Detail, PROFILE_TOOL, TRACE_TOOL, event};
use object::cfunction::PyCFunctionObject;
use object::descr::PyMethodDescr;
use object::exceptions::BaseException;
use object::thread::{self, ThreadState, tstate};
use object::{Py, PyClass, PyLayout, PyObject, PyResult, PyStr, PyTuple};

const TRACE_EVENTS: u32 = 1 << event::PY_START
    | 1 << event::PY_RESUME
    | 1 << event::PY_RETURN
    | 1 << event::PY_YIELD
    | 1 << event::RAISE
    | 1 << event::LINE
    | 1 << event::JUMP
    | 1 << event::PY_UNWIND
    | 1 << event::PY_THROW
    | 1 << event::STOP_ITERATION;
const PROFILE_EVENTS: u32 = 1 << event::PY_START
    | 1 << event::PY_RESUME
    | 1 << event::PY_RETURN
    | 1 << event::PY_YIELD
    | 1 << event::CALL
    | 1 << event::PY_UNWIND
    | 1 << event::PY_THROW;

fn any_thread(f: impl Fn(&ThreadState) -> bool) -> bool {
    let mut found = false;
    thread::for_each_state(|ts| found |= f(ts));
    found
}

/// Sets a thread's trace function; nothing turns tracing off.
pub fn set_thread_trace(ts: &ThreadState, func: Option<&PyObject>) -> PyResult<()> {
    object::hooks::audit("sys.settrace", &[])?;
    let old = ts.c_traceobj.replace(func.map(|f| f.new_ref()));
    drop(old);
    if func.is_some() {
        let frame = crate::frame::current();
        // SAFETY: the running frame and its object.
        unsafe {
            if let Some(f) = frame.as_ref().and_then(|f| f.frame_obj.as_ref())
                && f.f_trace_opcodes.get()
            {
                trace_opcodes(f, true)?;
            }
        }
    }
    let events = if any_thread(|ts| ts.c_traceobj.is_some()) {
        TRACE_EVENTS
    } else {
        0
    };
    monitoring::set_events(TRACE_TOOL, events)
}

/// Sets a thread's profile function; nothing turns profiling off.
pub fn set_thread_profile(ts: &ThreadState, func: Option<&PyObject>) -> PyResult<()> {
    object::hooks::audit("sys.setprofile", &[])?;
    let old = ts.c_profileobj.replace(func.map(|f| f.new_ref()));
    drop(old);
    let events = if any_thread(|ts| ts.c_profileobj.is_some()) {
        PROFILE_EVENTS
    } else {
        0
    };
    monitoring::set_events(PROFILE_TOOL, events)
}

/// `sys.settrace(func)`
pub fn set_trace(func: Option<&PyObject>) -> PyResult<()> {
    set_thread_trace(tstate(), func)
}

/// `sys.setprofile(func)`
pub fn set_profile(func: Option<&PyObject>) -> PyResult<()> {
    set_thread_profile(tstate(), func)
}

/// `threading.settrace_all_threads(func)`
pub fn set_trace_all_threads(func: Option<&PyObject>) -> PyResult<()> {
    let mut result = Ok(());
    thread::for_each_state(|ts| {
        if result.is_ok() {
            result = set_thread_trace(ts, func);
        }
    });
    result
}

/// `threading.setprofile_all_threads(func)`
pub fn set_profile_all_threads(func: Option<&PyObject>) -> PyResult<()> {
    let mut result = Ok(());
    thread::for_each_state(|ts| {
        if result.is_ok() {
            result = set_thread_profile(ts, func);
        }
    });
    result
}

/// `sys.gettrace()`
pub fn get_trace() -> Option<Py> {
    tstate().c_traceobj.get()
}

/// `sys.getprofile()`
pub fn get_profile() -> Option<Py> {
    tstate().c_profileobj.get()
}

/// Runs `f` as if no trace function were running (`sys.call_tracing`).
pub fn call_tracing<T>(f: impl FnOnce() -> T) -> T {
    let ts = tstate();
    let saved = ts.tracing.replace(0);
    let result = f();
    ts.tracing.set(saved);
    result
}

fn call(func: &PyObject, frame: &PyFrame, event: &PyStr, arg: Option<&PyObject>) -> PyResult {
    let arg = arg.unwrap_or(object::singletons::none_ref());
    object::call::call(func, &[frame.as_object(), event.as_object(), arg])
}

/// An error in a trace function turns tracing off.
fn stop_tracing(f: Option<&PyFrame>, off: impl FnOnce() -> PyResult<()>) {
    let e = object::error::take();
    if off().is_err() {
        object::error::clear();
    }
    if let Some(f) = f {
        f.f_trace.set(None);
    }
    if let Some(e) = e {
        let _ = object::error::restore(e);
    }
}

/// Calls the thread's trace function ("call") or the frame's own, which the result replaces unless it is `None`.
fn trace(ts: &ThreadState, f: &PyFrame, event: &PyStr, arg: Option<&PyObject>, begins: bool) -> PyResult<()> {
    let func = if begins {
        ts.c_traceobj.get()
    } else {
        f.f_trace.get()
    };
    let Some(func) = func else { return Ok(()) };
    match call(&func, f, event, arg) {
        Ok(r) => {
            if !object::is_none(&r) {
                f.f_trace.set(Some(r));
            }
            Ok(())
        }
        Err(r) => {
            stop_tracing(Some(f), || set_thread_trace(ts, None));
            Err(r)
        }
    }
}

/// `(type, exception, traceback)`
fn exception_info(e: &PyObject) -> PyResult<Py<PyTuple>> {
    // SAFETY: an exception is a `BaseException`.
    let tb = unsafe { e.downcast_unchecked::<BaseException>().traceback.get() };
    PyTuple::from_vec(vec![
        e.ty().as_object().new_ref(),
        e.new_ref(),
        tb.unwrap_or_else(object::none),
    ])
}

/// What an event is for a trace function.
///
/// # Safety
/// `frame` is the running frame, at instruction `at`.
pub unsafe fn trace_event(
    ts: &ThreadState,
    frame: *mut InterpreterFrame,
    kind: usize,
    at: usize,
    detail: Detail<'_>,
) -> PyResult<Answer> {
    if ts.c_traceobj.is_none() {
        return Ok(Answer::GoOn);
    }
    // SAFETY: the caller's promise.
    let f = unsafe { InterpreterFrame::frame_object(frame)?.new_ref() };
    match (kind, detail) {
        (event::PY_START | event::PY_RESUME | event::PY_THROW, _) => {
            trace(ts, &f, object::intern!("call"), None, true)?
        }
        (event::PY_RETURN | event::PY_YIELD, Detail::Object(v)) => {
            trace(ts, &f, object::intern!("return"), Some(v), false)?
        }
        (event::PY_UNWIND, _) => trace(ts, &f, object::intern!("return"), None, false)?,
        (event::RAISE | event::STOP_ITERATION, Detail::Object(e)) if f.f_trace.is_some() => {
            let info = exception_info(e)?;
            trace(
                ts,
                &f,
                object::intern!("exception"),
                Some(info.as_object()),
                false,
            )?
        }
        (event::JUMP, Detail::Jump(to)) => {
            if to > at {
                return Ok(Answer::Disable);
            }
            // SAFETY: the caller's promise.
            let code = unsafe { InterpreterFrame::code(frame) };
            let line = monitoring::line_at(code, to);
            if line != monitoring::line_at(code, at) {
                // the line event there tells
                return Ok(Answer::Disable);
            }
            // SAFETY: the caller's promise.
            return unsafe { trace_line(ts, frame, line) };
        }
        (event::INSTRUCTION, _) if f.f_trace_opcodes.get() => {
            trace(ts, &f, object::intern!("opcode"), None, false)?
        }
        _ => {}
    }
    Ok(Answer::GoOn)
}

/// A line is reached.
///
/// # Safety
/// `frame` is the running frame.
pub unsafe fn trace_line(ts: &ThreadState, frame: *mut InterpreterFrame, line: i32) -> PyResult<Answer> {
    if ts.c_traceobj.is_none() {
        return Ok(Answer::GoOn);
    }
    // SAFETY: the caller's promise.
    let f = unsafe { InterpreterFrame::frame_object(frame)?.new_ref() };
    if !f.f_trace_lines.get() || line < 0 {
        return Ok(Answer::GoOn);
    }
    f.f_lineno.set(line);
    let result = trace(ts, &f, object::intern!("line"), None, false);
    f.f_lineno.set(0);
    result.map(|()| Answer::GoOn)
}

/// What an event is for a profile function.
///
/// # Safety
/// `frame` is the running frame.
pub unsafe fn profile_event(
    ts: &ThreadState,
    frame: *mut InterpreterFrame,
    kind: usize,
    detail: Detail<'_>,
) -> PyResult<Answer> {
    let Some(func) = ts.c_profileobj.get() else {
        return Ok(Answer::GoOn);
    };
    let bound;
    let (name, arg) = match (kind, detail) {
        (event::PY_START | event::PY_RESUME | event::PY_THROW, _) => (object::intern!("call"), None),
        (event::PY_RETURN | event::PY_YIELD, Detail::Object(v)) => (object::intern!("return"), Some(v)),
        (event::PY_UNWIND, _) => (object::intern!("return"), None),
        (event::CALL | event::C_RETURN | event::C_RAISE, Detail::Call(callable, first)) => {
            let name = match kind {
                event::CALL => object::intern!("c_call"),
                event::C_RETURN => object::intern!("c_return"),
                _ => object::intern!("c_exception"),
            };
            if PyCFunctionObject::check(callable) {
                (name, Some(callable))
            } else if PyMethodDescr::check_exact(callable) && !first.is(monitoring::missing()?.get()) {
                // as it would be found on its first argument
                bound = match callable.ty().tp_descr_get.get() {
                    // SAFETY: a slot called with an object of its type.
                    Some(get) => unsafe { get(callable, Some(first), Some(first.ty().as_object())) }?,
                    None => callable.new_ref(),
                };
                (name, Some(&*bound))
            } else {
                return Ok(Answer::GoOn);
            }
        }
        _ => return Ok(Answer::GoOn),
    };
    // SAFETY: the caller's promise.
    let f = unsafe { InterpreterFrame::frame_object(frame)?.new_ref() };
    match call(&func, &f, name, arg) {
        Ok(_) => Ok(Answer::GoOn),
        Err(r) => {
            stop_tracing(None, || set_thread_profile(ts, None));
            Err(r)
        }
    }
}

/// The frame's trace function wants events for single instructions (or no longer).
pub fn trace_opcodes(f: &PyFrame, on: bool) -> PyResult<()> {
    let Some(code) = f.code() else { return Ok(()) };
    let code = code.new_ref();
    let old = monitoring::get_local_events(TRACE_TOOL, &code);
    let bit = 1 << event::INSTRUCTION;
    monitoring::set_local_events(TRACE_TOOL, &code, if on { old | bit } else { old & !bit })
}
