//! PEP 669 monitoring: instrumentation of code and the events it gives.

use crate::code::PyCode;
use crate::frame::InterpreterFrame;
use bytecode::opcode as op;
use object::thread::ThreadState;
use object::{GilCell, PyResult};
use std::ffi::c_void;

/// What instrumentation keeps for a code object (`_co_monitoring`).
#[repr(transparent)]
pub struct CodeMonitoring(GilCell<*mut c_void>);

/// The opcode at a place, without specialization and instrumentation.
pub fn base_opcode(_code: &PyCode, _at: usize, opcode: u8) -> u8 {
    op::DEOPTIMIZED[opcode as usize]
}

/// Brings a code object's instrumentation up to date; true if its instructions changed.
pub fn update(_ts: &ThreadState, _code: &PyCode) -> bool {
    false
}

/// # Safety
/// `frame` is the running frame.
pub unsafe fn exception_raised(_ts: &ThreadState, _frame: *mut InterpreterFrame) {}
/// # Safety
/// `frame` is the running frame.
pub unsafe fn exception_reraised(_ts: &ThreadState, _frame: *mut InterpreterFrame) {}
/// # Safety
/// `frame` is the running frame.
pub unsafe fn exception_thrown(_ts: &ThreadState, _frame: *mut InterpreterFrame) {}
/// # Safety
/// `frame` is the running frame.
pub unsafe fn exception_handled(_ts: &ThreadState, _frame: *mut InterpreterFrame) -> PyResult<()> {
    Ok(())
}
/// # Safety
/// `frame` is the running frame.
pub unsafe fn frame_unwound(_ts: &ThreadState, _frame: *mut InterpreterFrame) {}
