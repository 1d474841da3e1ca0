//! Instrumentation: while somebody traces or profiles, the instructions that give events are replaced by their
//! instrumented forms (numbers from `MIN_INSTRUMENTED_OPCODE`), in the code objects that run. What stood there is kept
//! beside the code. The upper bits of `eval_breaker` number the state of affairs; code that carries another number is
//! brought up to date when a frame begins or resumes.

use crate::code::{Positions, PyCode};
use crate::frame::InterpreterFrame;
use crate::tracing;
use bytecode::opcode as op;
use object::thread::ThreadState;
use object::{GilCell, PyResult};
use std::sync::atomic::Ordering;

/// What instrumentation keeps for a code object (`_co_monitoring`): the original opcode of each instrumented place.
#[repr(transparent)]
pub struct CodeMonitoring(GilCell<*mut Originals>);

struct Originals {
    /// By code unit: the opcode to run at an `INSTRUMENTED_LINE` (possibly instrumented itself).
    behind_line: Vec<u8>,
    /// The line of each place that has a line event.
    lines: Vec<i32>,
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
    fn get(&self) -> Option<&Originals> {
        // SAFETY: null or a box of this code's; replaced only while no reference is out.
        unsafe { self.0.get().as_ref() }
    }
}

/// Which events are wanted.
#[derive(Clone, Copy, PartialEq, Default)]
pub struct Wanted {
    pub lines: bool,
    /// Calls, returns, yields, resumptions.
    pub calls: bool,
    /// Calls of native functions.
    pub native: bool,
}

static WANTED: GilCell<Wanted> = GilCell::new(Wanted {
    lines: false,
    calls: false,
    native: false,
});
static VERSION: GilCell<usize> = GilCell::new(0);
const VERSION_SHIFT: u32 = 8;

/// Says what is wanted from now on; frames that run already are instrumented at once.
pub fn set_wanted(ts: &ThreadState, wanted: Wanted) {
    if WANTED.replace(wanted) == wanted {
        return;
    }
    let version = VERSION.get() + 1;
    VERSION.set(version);
    let low = ts.eval_breaker.load(Ordering::SeqCst) & 0xff;
    ts.eval_breaker
        .store(version << VERSION_SHIFT | low, Ordering::SeqCst);
    let mut frame = ts.current_frame.get() as *mut InterpreterFrame;
    // SAFETY: linked frames are alive.
    unsafe {
        while !frame.is_null() {
            if (*frame).owner < crate::frame::owner::INTERPRETER {
                update(ts, InterpreterFrame::code(frame));
            }
            frame = (*frame).previous;
        }
    }
}

/// The opcode at a place, without specialization and instrumentation.
pub fn base_opcode(code: &PyCode, at: usize, opcode: u8) -> u8 {
    let mut opcode = opcode;
    if opcode == op::INSTRUMENTED_LINE
        && let Some(o) = code._co_monitoring.get()
    {
        opcode = o.behind_line.get(at).copied().unwrap_or(op::NOP);
    }
    if opcode >= op::MIN_INSTRUMENTED_OPCODE {
        opcode = op::DEINSTRUMENT[opcode as usize];
    }
    op::DEOPTIMIZED[opcode as usize]
}

/// What runs behind a line event.
pub fn behind_line(code: &PyCode, at: usize) -> u8 {
    match code._co_monitoring.get() {
        Some(o) => o.behind_line.get(at).copied().unwrap_or(op::NOP),
        None => op::NOP,
    }
}

/// Brings a code object's instrumentation up to date; true if its instructions changed.
#[inline]
pub fn update(ts: &ThreadState, code: &PyCode) -> bool {
    let version = ts.eval_breaker.load(Ordering::Relaxed) & !0xff;
    if code._co_instrumentation_version.get() == version {
        return false;
    }
    instrument(code, WANTED.get());
    code._co_instrumentation_version.set(version);
    true
}

#[cold]
#[inline(never)]
fn instrument(code: &PyCode, wanted: Wanted) {
    let n = code.unit_count();
    // back to the plain forms first
    let mut starts = Vec::new();
    let mut at = 0;
    while at < n {
        // SAFETY: within the code.
        unsafe {
            let place = code.code_ptr().add(at);
            let word = *place;
            let base = base_opcode(code, at, word as u8);
            if word as u8 >= op::MIN_INSTRUMENTED_OPCODE {
                *place = word & 0xff00 | base as u16;
            }
            starts.push((at, base));
            at += 1 + op::CACHES[base as usize] as usize;
        }
    }
    let old = code._co_monitoring.0.replace(std::ptr::null_mut());
    if !old.is_null() {
        // SAFETY: made below; no reference to it is out.
        drop(unsafe { Box::from_raw(old) });
    }
    if wanted == Wanted::default() {
        return;
    }
    let put = |at: usize, opcode: u8| {
        // SAFETY: within the code.
        unsafe {
            let place = code.code_ptr().add(at);
            *place = *place & 0xff00 | opcode as u16;
        }
    };
    for &(at, base) in &starts {
        let event = match base {
            op::RESUME | op::RETURN_VALUE | op::YIELD_VALUE => wanted.calls,
            op::CALL => wanted.native,
            _ => false,
        };
        if event {
            put(at, op::INSTRUMENT[base as usize]);
        }
    }
    if !wanted.lines {
        return;
    }
    let mut originals = Originals {
        behind_line: vec![0; n],
        lines: vec![-1; n],
    };
    let first = code._co_firsttraceable.get() as usize;
    let mut line_of = vec![None; n];
    let mut line_start = vec![false; n];
    let mut previous = None;
    for p in Positions::new(code) {
        for unit in line_of.iter_mut().take(p.end.min(n)).skip(p.start) {
            *unit = p.line;
        }
        if p.start < n && p.line.is_some() && p.line != previous {
            line_start[p.start] = true;
        }
        previous = p.line;
    }
    let mut oparg = 0usize;
    for (k, &(at, base)) in starts.iter().enumerate() {
        oparg = oparg << 8 | code.oparg(at) as usize;
        if base == op::EXTENDED_ARG {
            continue;
        }
        let next = starts.get(k + 1).map_or(n, |s| s.0);
        let target = match base {
            op::JUMP_FORWARD
            | op::POP_JUMP_IF_FALSE
            | op::POP_JUMP_IF_TRUE
            | op::POP_JUMP_IF_NONE
            | op::POP_JUMP_IF_NOT_NONE
            | op::FOR_ITER
            | op::SEND => next.checked_add(oparg),
            op::JUMP_BACKWARD | op::JUMP_BACKWARD_NO_INTERRUPT => next.checked_sub(oparg),
            op::RESUME if at == first => Some(next),
            _ => None,
        };
        if let Some(t) = target.filter(|t| *t < n) {
            line_start[t] = true;
        }
        oparg = 0;
    }
    for target in crate::eval::handler_targets(code) {
        if target < n {
            line_start[target] = true;
        }
    }
    for &(at, base) in &starts {
        let skip = at <= first
            || matches!(
                base,
                op::END_FOR
                    | op::END_SEND
                    | op::POP_ITER
                    | op::END_ASYNC_FOR
                    | op::RESUME
                    | op::CACHE
                    | op::NOT_TAKEN
            );
        if let Some(line) = line_of[at]
            && line_start[at]
            && !skip
        {
            // SAFETY: within the code.
            originals.behind_line[at] = unsafe { *code.code_ptr().add(at) as u8 };
            originals.lines[at] = line;
            put(at, op::INSTRUMENTED_LINE);
        }
    }
    code._co_monitoring.0.set(Box::into_raw(Box::new(originals)));
}

/// The line whose event stands at a place.
pub fn line_at(code: &PyCode, at: usize) -> i32 {
    code._co_monitoring
        .get()
        .and_then(|o| o.lines.get(at).copied())
        .unwrap_or(-1)
}

/// # Safety
/// `frame` is the running frame; an exception is set, and still is afterwards.
#[inline]
pub unsafe fn exception_raised(ts: &ThreadState, frame: *mut InterpreterFrame) {
    if VERSION.get() != 0 {
        // SAFETY: the caller's promise.
        unsafe { tracing::exception_event(ts, frame) }
    }
}
/// # Safety
/// `frame` is the running frame.
pub unsafe fn exception_reraised(_ts: &ThreadState, _frame: *mut InterpreterFrame) {}
/// # Safety
/// `frame` is the running frame.
pub unsafe fn exception_thrown(ts: &ThreadState, frame: *mut InterpreterFrame) {
    if VERSION.get() != 0 && WANTED.get().calls {
        // SAFETY: the caller's promise. A failure replaces the exception thrown in.
        unsafe {
            let saved = object::error::take();
            if tracing::call_event(ts, frame, false).is_ok()
                && let Some(e) = saved
            {
                let _ = object::error::restore(e);
            }
        }
    }
}
/// # Safety
/// `frame` is the running frame.
pub unsafe fn exception_handled(_ts: &ThreadState, _frame: *mut InterpreterFrame) -> PyResult<()> {
    Ok(())
}
/// # Safety
/// `frame` is the running frame; an exception is set, and still is afterwards.
#[inline]
pub unsafe fn frame_unwound(ts: &ThreadState, frame: *mut InterpreterFrame) {
    if VERSION.get() != 0 {
        // SAFETY: the caller's promise.
        unsafe { tracing::unwind_event(ts, frame) }
    }
}
