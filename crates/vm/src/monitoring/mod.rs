//! Monitoring (PEP 669): tools, the events they want, and the versions by which running code learns of a change.
//!
//! Events of single places (calls, lines, branches, …) come from instrumented instructions, which [`instrument`] puts
//! into the code objects that run; exceptions are reported where the loop unwinds ([`events`]). The upper bits of every
//! thread's `eval_breaker` number the state of affairs: code that carries another number is brought up to date when a
//! frame begins or resumes, and at once where a frame is running. Without tools no instruction is instrumented.
//!
//! Tools 0 to 5 are Python's; 6 and 7 are `sys.setprofile` and `sys.settrace`.

mod events;
mod instrument;

pub use events::*;
pub use instrument::{CodeMonitoring, base_opcode, behind_instruction, behind_line, line_at, update};

use crate::code::PyCode;
use crate::frame::{InterpreterFrame, owner};
use object::thread::{self, ThreadState};
use object::{Field, GilCell, Py, PyLayout, PyObject, PyResult, PyStr, raise};
use std::sync::atomic::Ordering;

/// The events' numbers (`cpython/monitoring.h`).
pub mod event {
    pub const PY_START: usize = 0;
    pub const PY_RESUME: usize = 1;
    pub const PY_RETURN: usize = 2;
    pub const PY_YIELD: usize = 3;
    pub const CALL: usize = 4;
    pub const LINE: usize = 5;
    pub const INSTRUCTION: usize = 6;
    pub const JUMP: usize = 7;
    pub const BRANCH_LEFT: usize = 8;
    pub const BRANCH_RIGHT: usize = 9;
    pub const STOP_ITERATION: usize = 10;
    pub const RAISE: usize = 11;
    pub const EXCEPTION_HANDLED: usize = 12;
    pub const PY_UNWIND: usize = 13;
    pub const PY_THROW: usize = 14;
    pub const RERAISE: usize = 15;
    pub const C_RETURN: usize = 16;
    pub const C_RAISE: usize = 17;
    pub const BRANCH: usize = 18;

    /// Those below come from instrumented instructions.
    pub const LOCAL_COUNT: usize = 11;
    /// Those below are wanted one by one; the rest follow others.
    pub const UNGROUPED_COUNT: usize = 16;
    pub const COUNT: usize = 19;
    pub const NAMES: [&str; COUNT] = [
        "PY_START",
        "PY_RESUME",
        "PY_RETURN",
        "PY_YIELD",
        "CALL",
        "LINE",
        "INSTRUCTION",
        "JUMP",
        "BRANCH_LEFT",
        "BRANCH_RIGHT",
        "STOP_ITERATION",
        "RAISE",
        "EXCEPTION_HANDLED",
        "PY_UNWIND",
        "PY_THROW",
        "RERAISE",
        "C_RETURN",
        "C_RAISE",
        "BRANCH",
    ];
}

/// Tools that Python code can have.
pub const PYTHON_TOOLS: usize = 6;
pub const PROFILE_TOOL: usize = 6;
pub const TRACE_TOOL: usize = 7;
const TOOLS: usize = 8;

/// By event: a bit for each tool that wants it everywhere.
static GLOBAL: [GilCell<u8>; event::UNGROUPED_COUNT] = [const { GilCell::new(0) }; event::UNGROUPED_COUNT];
static CALLBACKS: [[Field; event::COUNT]; PYTHON_TOOLS] =
    [const { [const { Field::empty() }; event::COUNT] }; PYTHON_TOOLS];
static NAMES: [Field; PYTHON_TOOLS] = [const { Field::empty() }; PYTHON_TOOLS];
/// Raised when a tool is cleared: local events set under an older number are void.
static TOOL_VERSIONS: [GilCell<usize>; TOOLS] = [const { GilCell::new(0) }; TOOLS];
/// The number given at the last `restart_events()`: all places of older code are enabled again.
static LAST_RESTART: GilCell<usize> = GilCell::new(0);

const VERSION_STEP: usize = 1 << 8;

fn version() -> usize {
    thread::MONITORING_VERSION.load(Ordering::Relaxed)
}

/// Which tools want an event everywhere.
#[inline(always)]
pub fn tools_for(event: usize) -> u8 {
    GLOBAL[event].get()
}

/// Whether a tool wants to hear of every exception, also of those that only carry a value.
#[inline]
pub fn watches_raises() -> bool {
    tools_for(event::RAISE) != 0
}

fn set_version(v: usize) {
    thread::set_monitoring_version(v);
}

/// Numbers the state anew, and instruments the code of all frames that run.
fn changed(step: usize) -> PyResult<()> {
    let Some(v) = version().checked_add(step) else {
        return raise!(OverflowError, "events set too many times");
    };
    set_version(v);
    instrument_running();
    Ok(())
}

fn instrument_running() {
    thread::for_each_state(|ts| {
        let mut frame = ts.current_frame.get() as *mut InterpreterFrame;
        // SAFETY: under the GIL the frames linked in any thread are alive, and stand between two instructions.
        unsafe {
            while !frame.is_null() {
                if (*frame).owner < owner::INTERPRETER {
                    let code = InterpreterFrame::code(frame);
                    if update(code) {
                        (*frame).run_unit = InterpreterFrame::lasti(frame).max(0) as u32 + 1;
                    }
                }
                frame = (*frame).previous;
            }
        }
    });
}

fn tool_in_use(tool: usize) -> PyResult<()> {
    if tool < PYTHON_TOOLS && NAMES[tool].is_none() {
        return raise!(ValueError, "tool {tool} is not in use");
    }
    Ok(())
}

fn set_bits(cells: &[GilCell<u8>], tool: usize, events: u32) -> bool {
    let bit = 1u8 << tool;
    let mut changed = false;
    for (e, cell) in cells.iter().enumerate() {
        let old = cell.get();
        let new = if events & (1 << e) != 0 {
            old | bit
        } else {
            old & !bit
        };
        changed |= new != old;
        cell.set(new);
    }
    changed
}

fn bits_of(cells: &[GilCell<u8>], tool: usize) -> u32 {
    cells
        .iter()
        .enumerate()
        .filter(|(_, c)| c.get() & (1 << tool) != 0)
        .fold(0, |set, (e, _)| set | 1 << e)
}

/// `sys.monitoring.set_events`, for any tool. `events` has ungrouped events only.
pub fn set_events(tool: usize, events: u32) -> PyResult<()> {
    tool_in_use(tool)?;
    if set_bits(&GLOBAL, tool, events) {
        changed(VERSION_STEP)?;
    }
    Ok(())
}

/// `sys.monitoring.get_events`
pub fn get_events(tool: usize) -> u32 {
    bits_of(&GLOBAL, tool)
}

/// `sys.monitoring.set_local_events`, for any tool. `events` has local events only.
pub fn set_local_events(tool: usize, code: &PyCode, events: u32) -> PyResult<()> {
    tool_in_use(tool)?;
    if code._co_firsttraceable.get() as usize >= code.unit_count() {
        return raise!(
            SystemError,
            "cannot instrument shim code object '{}'",
            code.name()
        );
    }
    if instrument::set_local(code, tool, TOOL_VERSIONS[tool].get(), events) {
        instrument::force(code);
        remember_places(code);
    }
    Ok(())
}

/// The frames that run this code just now know where they are from here on.
fn remember_places(code: &PyCode) {
    thread::for_each_state(|ts| {
        let mut frame = ts.current_frame.get() as *mut InterpreterFrame;
        // SAFETY: as in `instrument_running`.
        unsafe {
            while !frame.is_null() {
                if (*frame).owner < owner::INTERPRETER && std::ptr::eq(InterpreterFrame::code(frame), code) {
                    (*frame).run_unit = InterpreterFrame::lasti(frame).max(0) as u32 + 1;
                }
                frame = (*frame).previous;
            }
        }
    });
}

/// `sys.monitoring.get_local_events`
pub fn get_local_events(tool: usize, code: &PyCode) -> u32 {
    instrument::get_local(code, tool, TOOL_VERSIONS[tool].get())
}

/// `sys.monitoring.restart_events`
pub fn restart_events() -> PyResult<()> {
    let Some(v) = version().checked_add(VERSION_STEP) else {
        return raise!(OverflowError, "events set too many times");
    };
    LAST_RESTART.set(v);
    changed(2 * VERSION_STEP)
}

/// `sys.monitoring.use_tool_id`
pub fn use_tool(tool: usize, name: &PyStr) -> PyResult<()> {
    if NAMES[tool].is_some() {
        return raise!(ValueError, "tool {tool} is already in use");
    }
    NAMES[tool].set(Some(name.as_object().new_ref()));
    Ok(())
}

/// `sys.monitoring.clear_tool_id`
pub fn clear_tool(tool: usize) -> PyResult<()> {
    if NAMES[tool].is_none() {
        return Ok(());
    }
    for cell in &CALLBACKS[tool] {
        cell.set(None);
    }
    set_events(tool, 0)?;
    TOOL_VERSIONS[tool].set(TOOL_VERSIONS[tool].get() + 1);
    changed(VERSION_STEP)
}

/// `sys.monitoring.free_tool_id`
pub fn free_tool(tool: usize) -> PyResult<()> {
    clear_tool(tool)?;
    NAMES[tool].set(None);
    Ok(())
}

/// `sys.monitoring.get_tool`
pub fn tool_name(tool: usize) -> Option<Py> {
    NAMES[tool].get()
}

/// `sys.monitoring.register_callback`: the one that was there comes back.
pub fn register_callback(tool: usize, event: usize, func: Option<Py>) -> Option<Py> {
    CALLBACKS[tool][event].replace(func)
}

fn callback(tool: usize, event: usize) -> Option<Py> {
    CALLBACKS[tool][event].get()
}

static DISABLE: Field = Field::empty();
static MISSING: Field = Field::empty();

fn marker(cell: &'static Field) -> PyResult {
    if let Some(m) = cell.get() {
        return Ok(m);
    }
    let base = <object::typeobject::PyBaseObject as object::PyClass>::type_object().as_object();
    let made = object::call::call(base, &[])?;
    cell.set(Some(made.clone()));
    Ok(made)
}

/// `sys.monitoring.DISABLE`
pub fn disable() -> PyResult {
    marker(&DISABLE)
}

/// `sys.monitoring.MISSING`
pub fn missing() -> PyResult {
    marker(&MISSING)
}

fn is_disable(value: &PyObject) -> bool {
    DISABLE.as_raw() == value.as_ptr()
}

/// Tracing is off while a tool is called; `what_event` says for which event.
fn as_tool<T>(ts: &ThreadState, event: usize, f: impl FnOnce() -> T) -> T {
    let what = ts.what_event.replace(event as i32);
    ts.tracing.set(ts.tracing.get() + 1);
    let result = f();
    ts.tracing.set(ts.tracing.get() - 1);
    ts.what_event.set(what);
    result
}

/// A callback for the deprecated event `BRANCH` wants no more of a branch: the tools that it belongs to are told of
/// neither way. (The way just gone is disabled by its answer.)
pub fn disable_branch(code: &PyCode, at: usize, callback: &PyObject, right: bool) {
    let event = if right {
        event::BRANCH_RIGHT
    } else {
        event::BRANCH_LEFT
    };
    for (tool, callbacks) in CALLBACKS.iter().enumerate() {
        if callbacks[event].as_raw() == callback.as_ptr() {
            instrument::remove_branch(code, at, tool, !right);
        }
    }
}
