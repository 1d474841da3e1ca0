//! Work that interrupts running code: signals, GIL requests, collections asked for, asynchronous exceptions. The low
//! byte of `eval_breaker` says that there is some.

use object::GilCell;
use object::PyResult;
use object::thread::ThreadState;
use std::sync::atomic::Ordering;

/// `_PY_GIL_DROP_REQUEST_BIT` …
pub const GIL_DROP_REQUEST: usize = 1 << 0;
pub const SIGNALS_PENDING: usize = 1 << 1;
pub const CALLS_TO_DO: usize = 1 << 2;
pub const ASYNC_EXCEPTION: usize = 1 << 3;
pub const GC_SCHEDULED: usize = 1 << 4;

/// Lets another thread have the GIL; set by the thread support.
pub static YIELD_GIL: GilCell<Option<fn(&ThreadState)>> = GilCell::new(None);
/// Runs the handlers of signals that have come; set by `_signal`.
pub static RUN_SIGNALS: GilCell<Option<fn() -> PyResult<()>>> = GilCell::new(None);
/// Runs calls added from outside (`Py_AddPendingCall`).
pub static RUN_CALLS: GilCell<Option<fn() -> PyResult<()>>> = GilCell::new(None);
/// Runs a collection.
pub static RUN_GC: GilCell<Option<fn()>> = GilCell::new(None);

/// Asks the thread to look up.
pub fn request(ts: &ThreadState, bit: usize) {
    ts.eval_breaker.fetch_or(bit, Ordering::SeqCst);
}

/// Does what is pending.
#[cold]
#[inline(never)]
pub fn handle(ts: &ThreadState) -> PyResult<()> {
    let bits = ts.eval_breaker.load(Ordering::Relaxed);
    let take = |bit: usize| bits & bit != 0 && ts.eval_breaker.fetch_and(!bit, Ordering::SeqCst) & bit != 0;
    if take(SIGNALS_PENDING)
        && let Some(f) = RUN_SIGNALS.get()
    {
        f()?;
    }
    if take(CALLS_TO_DO)
        && let Some(f) = RUN_CALLS.get()
    {
        f()?;
    }
    if take(GC_SCHEDULED) {
        match RUN_GC.get() {
            Some(f) => f(),
            None => object::gc::collect_scheduled(),
        }
    }
    if take(GIL_DROP_REQUEST)
        && let Some(f) = YIELD_GIL.get()
    {
        f(ts);
    }
    if take(ASYNC_EXCEPTION)
        && let Some(e) = ts.async_exc.take()
    {
        let made = if object::error::is_exception(&e) {
            e
        } else {
            object::call::call(&e, &[])?
        };
        if !object::error::is_exception(&made) {
            return object::raise!(TypeError, "exceptions must derive from BaseException");
        }
        return Err(object::error::raise_object(made));
    }
    Ok(())
}
