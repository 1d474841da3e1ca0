//! `pystate.h`: thread states, the GIL from C's side, interpreter states.

use interp::thread;
use object::thread::{Interpreter, MAIN_INTERPRETER, ThreadState, tstate, tstate_opt};
use object::{Field, Py, PyDict, PyLayout, PyObject, PyResult};
use std::ffi::{c_int, c_ulong};

static DICT: Field<PyDict> = Field::empty();

fn interpreter() -> *mut Interpreter {
    &raw const MAIN_INTERPRETER as *mut Interpreter
}

fn as_mut(state: *const ThreadState) -> *mut ThreadState {
    state as *mut ThreadState
}

/// `PyGILState_LOCKED`, `PyGILState_UNLOCKED`: what the thread had before.
const LOCKED: c_int = 0;
const UNLOCKED: c_int = 1;

capi! {
    /// Takes the GIL whatever the thread has; makes a state for a thread that Python does not know.
    fn PyGILState_Ensure() -> c_int {
        if let Some(s) = tstate_opt() {
            s.gilstate_counter.set(s.gilstate_counter.get().max(1) + 1);
            return LOCKED;
        }
        let bound = thread::bound();
        if bound.is_null() {
            let state = thread::new_state();
            thread::attach(state);
            (*state).gilstate_counter.set(1);
        } else {
            thread::attach(bound);
            let s = &*bound;
            // a state that was not made here is not to be deleted here
            s.gilstate_counter.set(s.gilstate_counter.get().max(1) + 1);
        }
        UNLOCKED
    }
    /// Undoes the matching `PyGILState_Ensure`.
    fn PyGILState_Release(before: c_int) {
        let s = tstate();
        let n = s.gilstate_counter.get() - 1;
        s.gilstate_counter.set(n);
        if n == 0 {
            thread::clear_state(s);
            thread::delete_state(thread::detach());
        } else if before == UNLOCKED {
            thread::detach();
        }
    }
    fn PyGILState_Check() -> bool {
        tstate_opt().is_some()
    }
    fn PyGILState_GetThisThreadState() -> *mut ThreadState {
        as_mut(thread::bound())
    }
    /// Gives the GIL up; the state is for `PyEval_RestoreThread`.
    fn PyEval_SaveThread() -> *mut ThreadState {
        as_mut(thread::detach())
    }
    fn PyEval_RestoreThread(state: *mut ThreadState) {
        thread::attach(state);
    }
    fn PyEval_AcquireThread(state: *mut ThreadState) {
        thread::attach(state);
    }
    fn PyEval_ReleaseThread(_state: *mut ThreadState) {
        thread::detach();
    }
    fn PyEval_InitThreads() {}
    fn PyEval_ThreadsInitialized() -> c_int {
        1
    }
    fn PyThreadState_Get() -> *mut ThreadState {
        as_mut(tstate())
    }
    fn _PyThreadState_UncheckedGet() -> *mut ThreadState {
        tstate_opt().map_or(std::ptr::null_mut(), |s| as_mut(s))
    }
    fn PyThreadState_GetUnchecked() -> *mut ThreadState {
        tstate_opt().map_or(std::ptr::null_mut(), |s| as_mut(s))
    }
    /// Makes another state current (or none); returns the one that was.
    fn PyThreadState_Swap(state: *mut ThreadState) -> *mut ThreadState {
        as_mut(object::thread::set_current(state))
    }
    fn PyThreadState_New(_interpreter: *mut Interpreter) -> *mut ThreadState {
        as_mut(thread::new_state())
    }
    fn PyThreadState_Clear(state: &ThreadState) {
        thread::clear_state(state);
    }
    fn PyThreadState_Delete(state: *mut ThreadState) {
        thread::delete_state(state);
    }
    fn PyThreadState_DeleteCurrent() {
        thread::delete_state(thread::detach());
    }
    /// Borrowed; NULL without a thread state.
    fn PyThreadState_GetDict() -> *mut PyObject {
        let Some(s) = tstate_opt() else {
            return std::ptr::null_mut();
        };
        if s.dict.is_none() {
            match PyDict::new() {
                Ok(d) => s.dict.set(Some(d.into_object())),
                Err(_) => {
                    object::error::clear();
                    return std::ptr::null_mut();
                }
            }
        }
        s.dict.as_raw()
    }
    fn PyThreadState_GetID(state: &ThreadState) -> u64 {
        state.id.get()
    }
    fn PyThreadState_GetInterpreter(_state: &ThreadState) -> *mut Interpreter {
        interpreter()
    }
    /// The frame that the thread is in: a new reference, or NULL.
    fn PyThreadState_GetFrame(state: &ThreadState) -> PyResult<Option<Py>> {
        crate::ceval::frame_of(state)
    }
    fn PyThreadState_EnterTracing(state: &ThreadState) {
        state.tracing.set(state.tracing.get() + 1);
    }
    fn PyThreadState_LeaveTracing(state: &ThreadState) {
        state.tracing.set(state.tracing.get() - 1);
    }
    /// Raises an exception in the thread with that number, if it is the calling one; how many states were changed.
    fn PyThreadState_SetAsyncExc(id: c_ulong, e: Option<&PyObject>) -> c_int {
        let s = tstate();
        if s.thread_id.get() != id {
            return 0;
        }
        s.async_exc.set(e.map(|e| e.new_ref()));
        vm::pending::request(s, vm::pending::ASYNC_EXCEPTION);
        1
    }
    fn PyInterpreterState_Get() -> *mut Interpreter {
        interpreter()
    }
    fn PyInterpreterState_Main() -> *mut Interpreter {
        interpreter()
    }
    fn PyInterpreterState_Head() -> *mut Interpreter {
        interpreter()
    }
    fn PyInterpreterState_Next(_i: *mut Interpreter) -> *mut Interpreter {
        std::ptr::null_mut()
    }
    fn PyInterpreterState_GetID(_i: *mut Interpreter) -> i64 {
        0
    }
    /// Borrowed: a dict for extensions' own use.
    fn PyInterpreterState_GetDict(_i: *mut Interpreter) -> *mut PyObject {
        if DICT.is_none() {
            match PyDict::new() {
                Ok(d) => DICT.set(Some(d)),
                Err(_) => object::error::clear(),
            }
        }
        DICT.as_raw().cast()
    }
}
