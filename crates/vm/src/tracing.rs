//! `sys.settrace` and `sys.setprofile`, on the events of [`crate::monitoring`], and what a debugger may do to a frame.

use crate::frame::InterpreterFrame;
use crate::frameobject::PyFrame;
use crate::monitoring::{self, Wanted};
use object::cfunction::PyCFunctionObject;
use object::descr::PyMethodDescr;
use object::exceptions::BaseException;
use object::thread::{ThreadState, tstate};
use object::{GilCell, Py, PyClass, PyLayout, PyObject, PyResult, PyStr, PyTuple, Raised, raise};
use std::collections::HashMap;

/// By frame: the last place with a line event, and its line.
type LastLines = HashMap<usize, (usize, i32)>;
static LAST: GilCell<Option<Box<LastLines>>> = GilCell::new(None);

fn with_last<T>(f: impl FnOnce(&mut LastLines) -> T) -> T {
    // SAFETY: under the GIL; `f` runs no Python code.
    f(unsafe { (*LAST.as_ptr()).get_or_insert_with(Box::default) })
}

/// `sys.settrace(func)`; nothing turns tracing off.
pub fn set_trace(func: Option<&PyObject>) -> PyResult<()> {
    let ts = tstate();
    ts.c_traceobj.set(func.map(|f| f.new_ref()));
    changed(ts);
    Ok(())
}

/// `sys.gettrace()`
pub fn get_trace() -> Option<Py> {
    tstate().c_traceobj.get()
}

/// `sys.setprofile(func)`
pub fn set_profile(func: Option<&PyObject>) -> PyResult<()> {
    let ts = tstate();
    ts.c_profileobj.set(func.map(|f| f.new_ref()));
    changed(ts);
    Ok(())
}

/// `sys.getprofile()`
pub fn get_profile() -> Option<Py> {
    tstate().c_profileobj.get()
}

fn changed(ts: &ThreadState) {
    let (trace, profile) = (ts.c_traceobj.is_some(), ts.c_profileobj.is_some());
    if !trace {
        with_last(|l| l.clear());
    }
    monitoring::set_wanted(
        ts,
        Wanted {
            lines: trace,
            calls: trace || profile,
            native: profile,
        },
    );
}

/// Calls `func(frame, event, arg)` with tracing off.
fn call(
    ts: &ThreadState,
    func: &PyObject,
    frame: &PyFrame,
    event: &PyStr,
    arg: Option<&PyObject>,
) -> PyResult {
    let arg = arg.unwrap_or(object::singletons::none_ref());
    ts.tracing.set(ts.tracing.get() + 1);
    let result = object::call::call(func, &[frame.as_object(), event.as_object(), arg]);
    ts.tracing.set(ts.tracing.get() - 1);
    result
}

/// An event for the frame's own trace function, which the result replaces unless it is `None`.
unsafe fn local_event(
    ts: &ThreadState,
    frame: *mut InterpreterFrame,
    event: &PyStr,
    arg: Option<&PyObject>,
) -> PyResult<()> {
    if ts.c_traceobj.is_none() {
        return Ok(());
    }
    // SAFETY: the frame is the running one.
    let f = unsafe { InterpreterFrame::frame_object(frame)?.new_ref() };
    let Some(func) = f.f_trace.get() else {
        return Ok(());
    };
    let result = call(ts, &func, &f, event, arg);
    after(result, &f)
}

/// Keeps the new local trace function; an error turns tracing off.
fn after(result: PyResult, f: &PyFrame) -> PyResult<()> {
    match result {
        Ok(r) => {
            if !object::is_none(&r) {
                f.f_trace.set(Some(r));
            }
            Ok(())
        }
        Err(r) => {
            let e = object::error::take();
            set_trace(None)?;
            f.f_trace.set(None);
            if let Some(e) = e {
                let _ = object::error::restore(e);
            }
            Err(r)
        }
    }
}

fn profile_event(
    ts: &ThreadState,
    frame: *mut InterpreterFrame,
    event: &PyStr,
    arg: Option<&PyObject>,
) -> PyResult<()> {
    let Some(func) = ts.c_profileobj.get() else {
        return Ok(());
    };
    // SAFETY: the frame is the running one.
    let f = unsafe { InterpreterFrame::frame_object(frame)?.new_ref() };
    match call(ts, &func, &f, event, arg) {
        Ok(_) => Ok(()),
        Err(r) => {
            let e = object::error::take();
            set_profile(None)?;
            if let Some(e) = e {
                let _ = object::error::restore(e);
            }
            Err(r)
        }
    }
}

/// A frame begins (or, not `start`, resumes): "call".
///
/// # Safety
/// `frame` is the running frame.
#[cold]
pub unsafe fn call_event(ts: &ThreadState, frame: *mut InterpreterFrame, start: bool) -> PyResult<()> {
    if ts.tracing.get() != 0 {
        return Ok(());
    }
    if start {
        with_last(|l| l.remove(&(frame as usize)));
    }
    let event = object::intern!("call");
    if let Some(func) = ts.c_traceobj.get() {
        // SAFETY: the caller's promise.
        let f = unsafe { InterpreterFrame::frame_object(frame)?.new_ref() };
        let result = call(ts, &func, &f, event, None);
        after(result, &f)?;
    }
    profile_event(ts, frame, event, None)
}

/// A frame returns or yields a value: "return".
///
/// # Safety
/// As [`call_event`].
#[cold]
pub unsafe fn return_event(ts: &ThreadState, frame: *mut InterpreterFrame, value: &PyObject) -> PyResult<()> {
    if ts.tracing.get() != 0 {
        return Ok(());
    }
    let event = object::intern!("return");
    // SAFETY: the caller's promise.
    unsafe { local_event(ts, frame, event, Some(value))? };
    profile_event(ts, frame, event, Some(value))
}

/// A place where a line begins is reached: "line", if the line is another one or came round again.
///
/// # Safety
/// As [`call_event`].
#[cold]
pub unsafe fn line_event(ts: &ThreadState, frame: *mut InterpreterFrame, at: usize) -> PyResult<()> {
    if ts.tracing.get() != 0 || ts.c_traceobj.is_none() {
        return Ok(());
    }
    // SAFETY: the caller's promise.
    unsafe {
        let line = monitoring::line_at(InterpreterFrame::code(frame), at);
        let last = with_last(|l| l.insert(frame as usize, (at, line)));
        if last.is_some_and(|(a, n)| n == line && at > a) {
            return Ok(());
        }
        let f = InterpreterFrame::frame_object(frame)?;
        if !f.f_trace_lines.get() {
            return Ok(());
        }
        local_event(ts, frame, object::intern!("line"), None)
    }
}

/// An exception passes through the frame: "exception" with `(type, value, traceback)`. A failing trace function's
/// exception takes its place.
///
/// # Safety
/// As [`call_event`]; an exception is set.
#[cold]
pub unsafe fn exception_event(ts: &ThreadState, frame: *mut InterpreterFrame) {
    if ts.tracing.get() != 0 || ts.c_traceobj.is_none() {
        return;
    }
    let Some(e) = object::error::take() else { return };
    let result = (|| {
        // SAFETY: an exception is a `BaseException`.
        let tb = unsafe { e.downcast_unchecked::<BaseException>().traceback.get() };
        let arg = PyTuple::from_vec(vec![
            e.ty().as_object().new_ref(),
            e.clone(),
            tb.unwrap_or_else(object::none),
        ])?;
        // SAFETY: the caller's promise.
        unsafe { local_event(ts, frame, object::intern!("exception"), Some(arg.as_object())) }
    })();
    if result.is_ok() {
        let _ = object::error::restore(e);
    }
}

/// A frame is left by an exception: "return" with `None`.
///
/// # Safety
/// As [`exception_event`].
#[cold]
pub unsafe fn unwind_event(ts: &ThreadState, frame: *mut InterpreterFrame) {
    with_last(|l| l.remove(&(frame as usize)));
    if ts.tracing.get() != 0 || (ts.c_traceobj.is_none() && ts.c_profileobj.is_none()) {
        return;
    }
    let Some(e) = object::error::take() else { return };
    let event = object::intern!("return");
    // SAFETY: the caller's promise.
    let result =
        unsafe { local_event(ts, frame, event, None) }.and_then(|()| profile_event(ts, frame, event, None));
    if result.is_ok() {
        let _ = object::error::restore(e);
    }
}

fn is_native(callable: &PyObject) -> bool {
    PyCFunctionObject::check_exact(callable) || PyMethodDescr::check_exact(callable)
}

/// A native function is about to be called: "c_call".
///
/// # Safety
/// As [`call_event`].
#[cold]
pub unsafe fn native_call_event(
    ts: &ThreadState,
    frame: *mut InterpreterFrame,
    callable: &PyObject,
) -> PyResult<()> {
    if ts.tracing.get() != 0 || !is_native(callable) {
        return Ok(());
    }
    profile_event(ts, frame, object::intern!("c_call"), Some(callable))
}

/// It has returned or raised: "c_return" or "c_exception".
///
/// # Safety
/// As [`call_event`].
#[cold]
pub unsafe fn native_return_event(
    ts: &ThreadState,
    frame: *mut InterpreterFrame,
    callable: &PyObject,
    result: PyResult,
) -> PyResult {
    if ts.tracing.get() != 0 || !is_native(callable) {
        return result;
    }
    match result {
        Ok(v) => {
            profile_event(ts, frame, object::intern!("c_return"), Some(callable))?;
            Ok(v)
        }
        Err(_) => {
            let e = object::error::take();
            profile_event(ts, frame, object::intern!("c_exception"), Some(callable))?;
            match e {
                Some(e) => Err(object::error::restore(e)),
                None => Err(Raised),
            }
        }
    }
}

/// `frame.f_lineno = n`
pub fn set_frame_lineno(_frame: &PyFrame, value: Option<&PyObject>) -> PyResult<()> {
    match value {
        None => raise!(AttributeError, "cannot delete attribute"),
        Some(_) if tstate().tracing.get() != 0 => {
            raise!(
                NotImplementedError,
                "jumping to another line (f_lineno) is not there yet"
            )
        }
        Some(_) => raise!(ValueError, "f_lineno can only be set in a trace function"),
    }
}

/// Somebody wants events for single instructions.
pub fn trace_opcodes() -> PyResult<()> {
    raise!(
        NotImplementedError,
        "events for single instructions (f_trace_opcodes) are not there yet"
    )
}
