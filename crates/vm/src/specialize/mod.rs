//! Adaptive specialization (PEP 659): replaces an instruction by a form fit for the operands it sees, with what the
//! form needs in the inline cache. The forms are CPython 3.14's; so are counters and backoff.

use crate::frame::InterpreterFrame;
use crate::stackref::StackRef;
use object::{PyObject, PyStr};

/// After success: so many misses before another form is tried.
const COOLDOWN: u16 = 52 << 4;

/// Puts a specialized form in place.
unsafe fn set(instr: *mut u16, opcode: u8) {
    // SAFETY: `instr` is an adaptive instruction with a counter behind it.
    unsafe {
        *instr = *instr & 0xff00 | opcode as u16;
        *instr.add(1) = COOLDOWN;
    }
}

/// No form fits: goes back to the adaptive form, and tries again after twice as many executions.
unsafe fn fail(instr: *mut u16) {
    // SAFETY: as above.
    unsafe {
        let opcode = bytecode::opcode::DEOPTIMIZED[*instr as u8 as usize];
        *instr = *instr & 0xff00 | opcode as u16;
        let backoff = (*instr.add(1) & 15).min(12);
        let next = if backoff < 12 { backoff + 1 } else { 12 };
        *instr.add(1) = ((1 << next) - 1) << 4 | next;
    }
}
pub unsafe fn load_global(_f: *mut InterpreterFrame, i: *mut u16, _n: &PyStr) {
    unsafe { fail(i) }
}
pub unsafe fn global_value(_d: *mut PyObject, _v: u16, _i: u16) -> Option<StackRef> {
    None
}
pub unsafe fn global_version_is(_d: *mut PyObject, _v: u16) -> bool {
    false
}
pub unsafe fn load_attr(_f: *mut InterpreterFrame, i: *mut u16, _o: &PyObject, _n: &PyStr, _m: bool) {
    unsafe { fail(i) }
}
pub unsafe fn store_attr(_f: *mut InterpreterFrame, i: *mut u16, _o: &PyObject, _n: &PyStr) {
    unsafe { fail(i) }
}
pub unsafe fn binary_op(_f: *mut InterpreterFrame, i: *mut u16, _a: &PyObject, _b: &PyObject, _w: usize) {
    unsafe { fail(i) }
}
pub unsafe fn compare_op(i: *mut u16, _a: &PyObject, _b: &PyObject, _w: usize) {
    unsafe { fail(i) }
}
pub unsafe fn contains_op(i: *mut u16, _a: &PyObject) {
    unsafe { fail(i) }
}
pub unsafe fn to_bool(i: *mut u16, _a: &PyObject) {
    unsafe { fail(i) }
}
pub unsafe fn store_subscr(i: *mut u16, _a: &PyObject, _b: &PyObject) {
    unsafe { fail(i) }
}
pub unsafe fn unpack_sequence(i: *mut u16, _a: &PyObject, _n: usize) {
    unsafe { fail(i) }
}
pub unsafe fn for_iter(i: *mut u16, _a: &PyObject) {
    unsafe { fail(i) }
}
pub unsafe fn send(i: *mut u16, _a: &PyObject) {
    unsafe { fail(i) }
}
pub unsafe fn call(_f: *mut InterpreterFrame, i: *mut u16, _c: &PyObject, _s: StackRef, _n: usize) {
    unsafe { fail(i) }
}
pub unsafe fn call_kw(i: *mut u16, _c: &PyObject, _s: StackRef, _n: usize) {
    unsafe { fail(i) }
}
