//! The evaluation loop: one function over all opcodes of CPython 3.14. Python-to-Python calls, generators resumed
//! from Python code and comprehensions push a frame and stay in the loop; only native code that calls back enters
//! it again.
//!
//! What the loop holds true:
//! * `instr_ptr` of the running frame is the current instruction.
//! * An arm that fails leaves every reference of its operands on the stack (or has taken them off and closed them):
//!   unwinding closes what stands below `sp`, nothing else.
//! * A result is in its place before an operand is closed, because closing may run Python code.

mod attr;
mod binding;
mod call;
mod import;
mod intrinsics;
mod matching;
mod names;
mod ops;
mod unwind;

pub use attr::super_lookup;
pub use binding::{name_error, unbound_local};
pub use call::{bind_frame, call_function, eval_code, eval_code_closure, run_frame_for_class_body};
pub use import::import_from;
pub use unwind::{add_traceback, exc_info_top, handler_entries, handlers};

use crate::cell::PyCell;
use crate::code::PyCode;
use crate::frame::{self, EntryFrame, InterpreterFrame, owner};
use crate::function::PyFunction;
use crate::generator::{self, PyGen, state};
use crate::monitoring::event;
use crate::specialize as spec;
use crate::stackref::StackRef;
use bytecode::opcode as op;
use object::bool::{false_ref, true_ref};
use object::thread::ThreadState;
use object::{PyClass, PyDict, PyFloat, PyInt, PyLayout, PyList, PyResult, PyStr, PyTuple, Raised, raise};
use std::sync::atomic::Ordering;

/// Why the instruction's arm was left.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Leave {
    /// An exception was raised here.
    Error,
    /// It is thrown into a suspended generator.
    Throw,
    /// It was raised before: no traceback entry.
    Unwind,
    /// A tool raised it when it was told of the handler.
    Handling,
    /// The frame cannot go on at all (recursion limit at its start).
    ExitFrame,
}

/// What an entry frame runs: the place a callee returns to, and the place it yields to.
static TRAMPOLINE: [u16; 4] = [
    op::NOP as u16,
    op::INTERPRETER_EXIT as u16,
    op::INTERPRETER_EXIT as u16,
    op::NOP as u16,
];

/// Runs a frame (already complete with its variables) until it returns or yields. With `throwing`, the current
/// exception is raised where the frame stands.
///
/// # Safety
/// `first` is on the thread's data stack (or a generator's), not linked yet; it is gone afterwards unless it is a
/// generator's that has yielded.
pub unsafe fn eval_frame(ts: &ThreadState, first: *mut InterpreterFrame, throwing: bool) -> PyResult {
    // SAFETY: frames that are linked are alive; stack and code pointers follow the code's own sizes, as compiled.
    unsafe {
        let mut entry = EntryFrame {
            frame: InterpreterFrame {
                executable: StackRef::NULL,
                previous: ts.current_frame.get() as *mut InterpreterFrame,
                funcobj: StackRef::NULL,
                globals: std::ptr::null_mut(),
                builtins: std::ptr::null_mut(),
                locals: std::ptr::null_mut(),
                frame_obj: std::ptr::null_mut(),
                instr_ptr: TRAMPOLINE.as_ptr() as *mut u16,
                stackpointer: std::ptr::null_mut(),
                return_offset: 1,
                owner: owner::INTERPRETER,
                visited: 0,
                run_unit: 0,
                localsplus: [],
            },
            stack: [StackRef::NULL; 2],
        };
        entry.frame.stackpointer = entry.stack.as_mut_ptr();
        let entry_ptr = &raw mut entry.frame;
        (*first).previous = entry_ptr;
        ts.current_frame.set(first as *mut _);

        let mut frame: *mut InterpreterFrame = first;
        let mut ip: *mut u16 = (*frame).instr_ptr;
        let mut sp: *mut StackRef = (*frame).stackpointer;
        // finds the handler of the current exception, or leaves the loop
        macro_rules! unwind {
            ($leave:expr) => {
                match unwind::unwind(ts, frame, sp, ip, $leave) {
                    Some(f) => {
                        frame = f;
                        ip = (*f).instr_ptr;
                        sp = (*f).stackpointer;
                    }
                    None => {
                        ts.current_frame.set(entry.frame.previous as *mut _);
                        return Err(Raised);
                    }
                }
            };
        }
        if unwind::enter_recursive(ts).is_err() {
            unwind!(Leave::ExitFrame);
        } else if throwing {
            unwind::monitor_throw(ts, frame);
            unwind!(Leave::Throw);
        }

        macro_rules! local {
            ($i:expr) => {
                *InterpreterFrame::locals_ptr(frame).add($i)
            };
        }
        macro_rules! code {
            () => {
                InterpreterFrame::code(frame)
            };
        }
        macro_rules! name {
            ($i:expr) => {
                (&**code!().names().as_slice().get_unchecked($i)).downcast_unchecked::<PyStr>()
            };
        }
        macro_rules! push {
            ($v:expr) => {{
                let v: StackRef = $v;
                *sp = v;
                sp = sp.add(1);
            }};
        }
        macro_rules! pop {
            () => {{
                sp = sp.sub(1);
                *sp
            }};
        }
        // the n-th item from the top, 1 being the top
        macro_rules! peek {
            ($n:expr) => {
                *sp.sub($n)
            };
        }
        macro_rules! skip {
            ($n:expr) => {
                ip = ip.add($n)
            };
        }

        loop {
            let leave: Leave = 'run: {
                macro_rules! error {
                    () => {
                        break 'run Leave::Error
                    };
                }
                macro_rules! tri {
                    ($e:expr) => {
                        match $e {
                            Ok(v) => v,
                            Err(_) => error!(),
                        }
                    };
                }
                let mut opcode: u8;
                let mut oparg: usize;
                // takes the next instruction up
                macro_rules! fetch {
                    () => {{
                        (*frame).instr_ptr = ip;
                        let word = *ip;
                        ip = ip.add(1);
                        opcode = word as u8;
                        oparg = (word >> 8) as usize;
                    }};
                }
                fetch!();
                // One loop, one jump table: an arm ends by fetching the next instruction (`next!`), or by naming
                // another form of the same one (`deopt!`).
                'dispatch: loop {
                    macro_rules! next {
                        () => {{
                            fetch!();
                            continue 'dispatch;
                        }};
                    }
                    // counts down to the next attempt to specialize
                    macro_rules! adaptive {
                        ($specialize:expr) => {{
                            let counter = *ip;
                            if counter < 15 {
                                $specialize;
                                let form = *ip.sub(1) as u8;
                                // behind an instrumented place the plain form goes on
                                if form < op::MIN_INSTRUMENTED_OPCODE {
                                    opcode = form;
                                }
                                continue 'dispatch;
                            }
                            *ip = counter.wrapping_sub(16);
                        }};
                    }
                    macro_rules! deopt {
                        ($base:expr) => {{
                            opcode = $base;
                            continue 'dispatch;
                        }};
                    }
                    // two operands, one result
                    macro_rules! binary {
                        ($caches:expr, $result:expr) => {{
                            let res = StackRef::owned(tri!($result));
                            let (l, r) = (peek!(2), peek!(1));
                            peek!(2) = res;
                            sp = sp.sub(1);
                            l.close();
                            r.close();
                            skip!($caches);
                            next!()
                        }};
                    }
                    macro_rules! unary {
                        ($result:expr) => {{
                            let res = StackRef::owned(tri!($result));
                            let v = peek!(1);
                            peek!(1) = res;
                            v.close();
                            next!()
                        }};
                    }
                    // lets signals, other threads and the collector in
                    macro_rules! check_periodic {
                        () => {
                            if ts.eval_breaker.load(Ordering::Relaxed) & 0xff != 0 {
                                (*frame).stackpointer = sp;
                                tri!(crate::pending::handle(ts));
                            }
                        };
                    }
                    // pushes a callee's frame; it returns `$offset` units behind this instruction
                    macro_rules! enter {
                        ($new:expr, $offset:expr) => {{
                            let new: *mut InterpreterFrame = $new;
                            (*frame).stackpointer = sp;
                            (*frame).return_offset = ($offset) as u16;
                            (*new).previous = frame;
                            ts.current_frame.set(new as *mut _);
                            frame = new;
                            let left = ts.py_recursion_remaining.get();
                            ts.py_recursion_remaining.set(left - 1);
                            sp = (*frame).stackpointer;
                            if left <= 0 && unwind::recursion_exceeded(ts) {
                                break 'run Leave::ExitFrame;
                            }
                            ip = (*frame).instr_ptr;
                            next!()
                        }};
                    }
                    // goes on in an `__init__`, whose shim returns the object behind this call
                    macro_rules! enter_init {
                        ($shim:expr, $new:expr) => {{
                            let shim: *mut InterpreterFrame = $shim;
                            (*frame).stackpointer = sp;
                            (*frame).return_offset = 4;
                            (*shim).previous = frame;
                            frame = shim;
                            ts.py_recursion_remaining
                                .set(ts.py_recursion_remaining.get() - 1);
                            sp = (*shim).stackpointer;
                            // returning, `__init__` goes on at the shim's first instruction
                            enter!($new, 0)
                        }};
                    }
                    // what a native call gave takes the place of callable and arguments, from `$base` on
                    macro_rules! native_result {
                        ($base:expr, $result:expr, $caches:expr) => {{
                            call::close_range($base, sp);
                            sp = $base;
                            push!(StackRef::owned(tri!($result)));
                            skip!($caches);
                            check_periodic!();
                            next!()
                        }};
                    }
                    // goes on in the Python function that calling the object at `$base` comes to, if it does; `$after`
                    // gives up what stands behind the arguments
                    macro_rules! inner_call {
                        ($base:expr, $n:expr, $kwnames:expr, $after:expr) => {
                            match call::inner_call((*$base).obj()) {
                                call::Inner::Init(init) => {
                                    (*frame).stackpointer = sp;
                                    sp = $base;
                                    let class = (*$base).cast::<object::PyTypeObject>();
                                    let pushed = call::push_init(ts, $base, class, init, $n, $kwnames);
                                    $after;
                                    let (shim, new) = tri!(pushed);
                                    enter_init!(shim, new)
                                }
                                call::Inner::Call(func) => {
                                    // the object becomes the first argument
                                    *$base.add(1) = *$base;
                                    (*frame).stackpointer = sp;
                                    sp = $base;
                                    let args = $base.add(1);
                                    let pushed =
                                        call::push_frame(ts, StackRef::owned(func), args, $n + 1, $kwnames);
                                    $after;
                                    let new = tri!(pushed);
                                    enter!(new, 4)
                                }
                                call::Inner::No => {}
                            }
                        };
                    }
                    macro_rules! float_op {
                        ($f:expr) => {{
                            let (l, r) = (peek!(2), peek!(1));
                            if !PyFloat::check_exact(l.obj()) || !PyFloat::check_exact(r.obj()) {
                                deopt!(op::BINARY_OP)
                            }
                            let v = $f(l.cast::<PyFloat>().value(), r.cast::<PyFloat>().value());
                            if l.is_owned() && l.obj().is_unique() {
                                // nobody else sees the left operand any more: it becomes the result
                                l.cast::<PyFloat>().set_value(v);
                                sp = sp.sub(1);
                                r.close();
                                skip!(5);
                                next!()
                            }
                            binary!(5, PyFloat::new(v))
                        }};
                    }
                    macro_rules! compare_result {
                        ($v:expr) => {{
                            let res = if $v { true_ref() } else { false_ref() };
                            let (l, r) = (peek!(2), peek!(1));
                            peek!(2) = StackRef::borrowed(res);
                            sp = sp.sub(1);
                            l.close();
                            r.close();
                            skip!(1);
                            next!()
                        }};
                    }
                    macro_rules! contains_result {
                        ($v:expr) => {{
                            let found: bool = $v;
                            compare_result!(found != (oparg != 0))
                        }};
                    }
                    macro_rules! truth_result {
                        ($v:expr) => {{
                            let res = if $v { true_ref() } else { false_ref() };
                            let v = peek!(1);
                            peek!(1) = StackRef::borrowed(res);
                            v.close();
                            skip!(3);
                            next!()
                        }};
                    }
                    macro_rules! jump_forward {
                        ($n:expr) => {
                            ip = ip.add($n)
                        };
                    }
                    // tells tools of an event; a callback may have moved the frame elsewhere
                    macro_rules! told {
                        ($e:expr) => {{
                            (*frame).stackpointer = sp;
                            let here = (*frame).instr_ptr;
                            let result = $e;
                            sp = (*frame).stackpointer;
                            let value = tri!(result);
                            if (*frame).instr_ptr != here {
                                ip = (*frame).instr_ptr;
                                next!()
                            }
                            value
                        }};
                    }
                    // goes to `$dest` and tells tools
                    macro_rules! branch {
                        ($event:expr, $dest:expr) => {{
                            let dest: *mut u16 = $dest;
                            (*frame).stackpointer = sp;
                            let result = crate::monitoring::jump_event(ts, frame, $event, dest);
                            sp = (*frame).stackpointer;
                            ip = tri!(result);
                        }};
                    }
                    include!("arms.rs");
                }
            };
            unwind!(leave);
        }
    }
}
