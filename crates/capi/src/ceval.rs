//! `ceval.h`, `pyframe.h`: running code, and the frames that run.

use crate::util::{expect, lend, lossy};
use object::thread::{ThreadState, check_recursion, tstate};
use object::{Py, PyDict, PyLayout, PyObject, PyResult, PyStr, error, intern, raise};
use std::collections::VecDeque;
use std::ffi::{c_char, c_int, c_void};
use std::sync::Mutex;
use std::sync::atomic::{AtomicPtr, Ordering};
use vm::code::PyCode;
use vm::frame::InterpreterFrame;
use vm::frameobject::PyFrame;

/// The frame object of the innermost Python frame of a thread, if there is one.
pub fn frame_of(state: &ThreadState) -> PyResult<Option<Py>> {
    // SAFETY: the thread's linked frames are alive.
    unsafe {
        let f = InterpreterFrame::first_complete(state.current_frame.get() as *mut InterpreterFrame);
        if f.is_null() {
            return Ok(None);
        }
        Ok(Some(InterpreterFrame::frame_object(f)?.as_object().new_ref()))
    }
}

fn attribute(o: &PyObject, name: &PyStr) -> PyResult {
    o.get_attr(name)
}

// ---- calls added from outside ----

type Call = unsafe extern "C" fn(*mut c_void) -> c_int;

static CALLS: Mutex<VecDeque<(Call, usize)>> = Mutex::new(VecDeque::new());
/// Whose attention is asked for.
static TARGET: AtomicPtr<ThreadState> = AtomicPtr::new(std::ptr::null_mut());
const MAX_CALLS: usize = 300;

/// Runs what was added.
fn run_calls() -> PyResult<()> {
    loop {
        let next = CALLS.lock().unwrap_or_else(|e| e.into_inner()).pop_front();
        let Some((f, arg)) = next else { return Ok(()) };
        // SAFETY: what the caller of `Py_AddPendingCall` gave.
        if unsafe { f(arg as *mut c_void) } != 0 {
            return Err(object::Raised);
        }
    }
}

/// Makes pending calls run; called when the first extension is loaded.
pub fn enable_pending_calls() {
    vm::pending::RUN_CALLS.set(Some(run_calls));
    TARGET.store(
        tstate() as *const ThreadState as *mut ThreadState,
        Ordering::SeqCst,
    );
}

capi! {
    /// Has a function called by the interpreter soon; may be called without the GIL. -1: too many wait already.
    fn Py_AddPendingCall(f: Call, arg: *mut c_void) -> c_int {
        let mut calls = CALLS.lock().unwrap_or_else(|e| e.into_inner());
        if calls.len() >= MAX_CALLS {
            return -1;
        }
        calls.push_back((f, arg as usize));
        drop(calls);
        if let Some(s) = TARGET.load(Ordering::SeqCst).as_ref() {
            vm::pending::request(s, vm::pending::CALLS_TO_DO);
        }
        0
    }
    fn Py_MakePendingCalls() -> PyResult<()> {
        object::hooks::check_pending()?;
        run_calls()
    }
    fn PyEval_EvalCode(code: &PyObject, globals: &PyObject, locals: Option<&PyObject>) -> PyResult {
        let code = expect::<PyCode>(code)?;
        if let Some(g) = globals.downcast::<PyDict>()
            && g.get_str(intern!("__builtins__"))?.is_none()
        {
            g.set_item(intern!("__builtins__"), &*object::hooks::import("builtins")?)?;
        }
        vm::eval::eval_code(code, globals, locals)
    }
    /// Borrowed.
    fn PyEval_GetBuiltins() -> *mut PyObject {
        lend(Some(vm::runtime::current_builtins()))
    }
    /// Borrowed; NULL outside Python code.
    fn PyEval_GetGlobals() -> *mut PyObject {
        lend(interp::builtins::globals().ok().flatten())
    }
    /// The local namespace: borrowed from the frame.
    fn PyEval_GetLocals() -> PyResult<*mut PyObject> {
        let l = interp::builtins::locals()?;
        let p = l.as_ptr();
        // the frame's own dict keeps itself alive; a snapshot is kept by the thread's dict
        let keep = crate::pystate::PyThreadState_GetDict();
        if let Some(d) = keep.as_ref().and_then(|d| d.downcast::<PyDict>()) {
            d.set_item(intern!("__locals__"), &*l)?;
        }
        Ok(p)
    }
    fn PyEval_GetFrameBuiltins() -> Option<Py> {
        Some(vm::runtime::current_builtins())
    }
    fn PyEval_GetFrameGlobals() -> PyResult<Option<Py>> {
        interp::builtins::globals()
    }
    fn PyEval_GetFrameLocals() -> PyResult {
        interp::builtins::locals()
    }
    /// Borrowed: the running frame, or NULL.
    fn PyEval_GetFrame() -> *mut PyObject {
        lend(frame_of(tstate()).ok().flatten())
    }
    fn PyEval_GetFuncName(f: &PyObject) -> PyResult<*const c_char> {
        let name = f.get_attr_opt(intern!("__name__"))?;
        match name.as_ref().and_then(|n| n.downcast::<PyStr>()) {
            // the function keeps its name
            Some(n) => Ok(n.utf8_cached()?.0.cast()),
            None => Ok(f.ty().tp_name.get()),
        }
    }
    fn PyEval_GetFuncDesc(f: &PyObject) -> *const c_char {
        match f.ty().full_name() {
            "function" | "method" | "builtin_function_or_method" => c"()".as_ptr(),
            _ => c" object".as_ptr(),
        }
    }
    fn Py_GetRecursionLimit() -> c_int {
        tstate().py_recursion_limit.get()
    }
    fn Py_SetRecursionLimit(n: c_int) {
        let s = tstate();
        let used = s.py_recursion_limit.get() - s.py_recursion_remaining.get();
        s.py_recursion_limit.set(n);
        s.py_recursion_remaining.set(n - used);
    }
    /// -1 with `RecursionError` when the native stack is nearly used up.
    fn Py_EnterRecursiveCall(place: *const c_char) -> PyResult<()> {
        check_recursion(&lossy(place))
    }
    fn Py_LeaveRecursiveCall() {}
    fn _Py_CheckRecursiveCall(_state: *mut ThreadState, place: *const c_char) -> PyResult<()> {
        check_recursion(&lossy(place))
    }
    fn _Py_ReachedRecursionLimitWithMargin(_state: *mut ThreadState, _margin: c_int) -> bool {
        object::thread::stack_is_low()
    }
    fn PyEval_MergeCompilerFlags(_flags: *mut c_void) -> c_int {
        0
    }
    // ---- frames ----
    fn PyFrame_GetCode(f: &PyObject) -> PyResult {
        attribute(f, intern!("f_code"))
    }
    fn PyFrame_GetLineNumber(f: &PyObject) -> c_int {
        f.downcast::<PyFrame>().and_then(|f| f.lineno()).unwrap_or(-1)
    }
    fn PyFrame_GetLasti(f: &PyObject) -> PyResult<c_int> {
        object::number::as_c_int(&*attribute(f, intern!("f_lasti"))?)
    }
    fn PyFrame_GetBack(f: &PyObject) -> PyResult<Option<Py>> {
        Ok(Some(attribute(f, intern!("f_back"))?).filter(|b| !object::is_none(b)))
    }
    fn PyFrame_GetGlobals(f: &PyObject) -> PyResult {
        attribute(f, intern!("f_globals"))
    }
    fn PyFrame_GetBuiltins(f: &PyObject) -> PyResult {
        attribute(f, intern!("f_builtins"))
    }
    fn PyFrame_GetLocals(f: &PyObject) -> PyResult {
        attribute(f, intern!("f_locals"))
    }
    fn PyFrame_GetGenerator(f: &PyObject) -> PyResult<Option<Py>> {
        Ok(Some(attribute(f, intern!("f_generator"))?).filter(|b| !object::is_none(b)))
    }
    fn PyFrame_GetVar(f: &PyObject, name: &PyStr) -> PyResult {
        let locals = attribute(f, intern!("f_locals"))?;
        match error::catch::<object::exceptions::KeyError, _>(locals.get_item(name.as_object()))? {
            Some(v) => Ok(v),
            None => raise!(NameError, "variable {} does not exist", name.as_object().repr()?),
        }
    }
    fn PyFrame_GetVarString(f: &PyObject, name: *const c_char) -> PyResult {
        let name = crate::util::text(name)?;
        let locals = attribute(f, intern!("f_locals"))?;
        match error::catch::<object::exceptions::KeyError, _>(locals.get_item(name.as_object()))? {
            Some(v) => Ok(v),
            None => raise!(NameError, "variable {} does not exist", name.as_object().repr()?),
        }
    }
    fn PyFrame_FastToLocals(_f: *mut c_void) {}
    fn PyFrame_FastToLocalsWithError(_f: *mut c_void) -> c_int {
        0
    }
    fn PyFrame_LocalsToFast(_f: *mut c_void, _clear: c_int) {}
    // ---- tracebacks ----
    /// Adds an entry for the frame to the exception that is set.
    fn PyTraceBack_Here(f: &PyObject) -> PyResult<()> {
        let Some(frame) = f.downcast::<PyFrame>() else {
            return error::bad_internal_call();
        };
        let Some(e) = error::take() else {
            return error::bad_internal_call();
        };
        let lasti = object::number::as_c_int(&*attribute(f, intern!("f_lasti"))?).unwrap_or(0);
        let old = object::exceptions::traceback_of(&e);
        let tb = vm::traceback::PyTraceback::new(old, frame, lasti, frame.lineno().unwrap_or(-1))?;
        object::exceptions::set_traceback(&e, Some(tb.into_object()));
        let _ = error::restore(e);
        Ok(())
    }
    fn PyTraceBack_Print(tb: &PyObject, file: &PyObject) -> PyResult<()> {
        let f = object::hooks::import("traceback")?.get_attr(intern!("print_tb"))?;
        object::call::call_kw(&f, &[tb], &[(intern!("file"), file)])?;
        Ok(())
    }
}
