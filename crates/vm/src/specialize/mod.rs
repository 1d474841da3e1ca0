//! Adaptive specialization (PEP 659): replaces an instruction by a form fit for the operands it sees, with what the
//! form needs in the inline cache. The forms are CPython 3.14's; so are the caches, the counters and their backoff.
//!
//! Every function here gets the adaptive instruction's address; its counter is the code unit behind. What a cache
//! holds is only trusted while the version beside it still is the type's (the dict's, the function's).

mod attr;
mod call;

pub use attr::{load_attr, simple as is_simple, store_attr};
pub use call::{call, call_kw, init_cleanup, is_builtin_isinstance, is_builtin_len, is_list_append};

use crate::frame::InterpreterFrame;
use crate::stackref::StackRef;
use bytecode::{oparg as arg, opcode as op};
use object::list::PyListIter;
use object::range::PyRangeIter;
use object::tuple::PyTupleIter;
use object::{
    PyClass, PyDict, PyFloat, PyFrozenSet, PyInt, PyLayout, PyList, PyObject, PySet, PySlice, PyStr, PyTuple,
};

/// After success: so many misses before another form is tried.
const COOLDOWN: u16 = 52 << 4;

/// Puts a specialized form in place.
unsafe fn set(instr: *mut u16, opcode: u8) {
    // SAFETY: `instr` is an adaptive instruction with a counter behind it.
    unsafe {
        *instr.add(1) = COOLDOWN;
        // instrumented places keep their form
        if (*instr as u8) < op::MIN_INSTRUMENTED_OPCODE {
            *instr = *instr & 0xff00 | opcode as u16;
        }
    }
}

/// No form fits: goes back to the adaptive form, and tries again after twice as many executions.
unsafe fn fail(instr: *mut u16) {
    // SAFETY: as above.
    unsafe {
        let opcode = op::DEOPTIMIZED[*instr as u8 as usize];
        if (*instr as u8) < op::MIN_INSTRUMENTED_OPCODE {
            *instr = *instr & 0xff00 | opcode as u16;
        }
        let backoff = (*instr.add(1) & 15).min(12);
        let next = if backoff < 12 { backoff + 1 } else { 12 };
        *instr.add(1) = ((1 << next) - 1) << 4 | next;
    }
}

/// The form, or none.
unsafe fn choose(instr: *mut u16, opcode: Option<u8>) {
    // SAFETY: as above.
    unsafe {
        match opcode {
            Some(o) => set(instr, o),
            None => fail(instr),
        }
    }
}

/// A 32-bit number in a cache.
///
/// # Safety
/// Two code units stand there.
#[inline(always)]
pub unsafe fn read32(p: *const u16) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { (p as *const u32).read_unaligned() }
}

unsafe fn write32(p: *mut u16, v: u32) {
    // SAFETY: two code units of a cache.
    unsafe { (p as *mut u32).write_unaligned(v) }
}

/// A pointer in a cache.
///
/// # Safety
/// Four code units stand there.
#[inline(always)]
pub unsafe fn read_ptr(p: *const u16) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe { (p as *const *mut PyObject).read_unaligned() }
}

unsafe fn write_ptr(p: *mut u16, v: *const PyObject) {
    // SAFETY: four code units of a cache.
    unsafe { (p as *mut *const PyObject).write_unaligned(v) }
}

/// An exact dict's entry for a name and the version of its keys, if both fit the cache.
fn dict_entry(dict: &PyDict, name: &PyStr) -> Option<(u16, u16)> {
    let index = u16::try_from(dict.lookup_str_index(name)?).ok()?;
    let version = u16::try_from(dict.keys_version()).ok().filter(|v| *v != 0)?;
    Some((index, version))
}

/// `LOAD_GLOBAL`. Cache: counter, version of the globals' keys, version of the builtins' keys, index.
///
/// # Safety
/// The frame is the running one, `instr` its instruction.
#[cold]
pub unsafe fn load_global(frame: *mut InterpreterFrame, instr: *mut u16, name: &PyStr) {
    // SAFETY: the caller's promise.
    unsafe {
        let dict = |p: *mut PyObject| p.as_ref().and_then(|d| d.downcast_exact::<PyDict>());
        let Some(globals) = dict((*frame).globals) else {
            return fail(instr);
        };
        if !globals.is_unicode_keys() {
            return fail(instr);
        }
        if let Some((index, version)) = dict_entry(globals, name) {
            *instr.add(2) = version;
            *instr.add(4) = index;
            return set(instr, op::LOAD_GLOBAL_MODULE);
        }
        let globals_version = u16::try_from(globals.keys_version()).unwrap_or(0);
        let Some(builtins) = dict((*frame).builtins).filter(|_| globals_version != 0) else {
            return fail(instr);
        };
        match dict_entry(builtins, name) {
            Some((index, version)) => {
                *instr.add(2) = globals_version;
                *instr.add(3) = version;
                *instr.add(4) = index;
                set(instr, op::LOAD_GLOBAL_BUILTIN);
            }
            None => fail(instr),
        }
    }
}

/// The value that the cache names, if the dict's keys have the version.
///
/// # Safety
/// `dict` is a live object; index and version are from a cache.
#[inline(always)]
pub unsafe fn global_value(dict: *mut PyObject, version: u16, index: u16) -> Option<StackRef> {
    // SAFETY: with the same version the entry is where it was.
    unsafe {
        if !global_version_is(dict, version) {
            return None;
        }
        let value = (*(dict as *mut PyDict)).entry_value_at(index as usize);
        value.as_ref().map(StackRef::new_ref)
    }
}

/// # Safety
/// As [`global_value`].
#[inline(always)]
pub unsafe fn global_version_is(dict: *mut PyObject, version: u16) -> bool {
    // SAFETY: the exact type is checked first.
    unsafe { PyDict::check_exact(&*dict) && (*(dict as *mut PyDict)).keys_version_now() == version as u32 }
}

fn both<T: PyClass>(a: &PyObject, b: &PyObject) -> bool {
    T::check_exact(a) && T::check_exact(b)
}

/// A non-negative one-digit index.
#[inline(always)]
pub fn small_index(obj: &PyObject) -> Option<usize> {
    let i = obj.downcast_exact::<PyInt>()?;
    if i.is_compact() && !i.is_negative() {
        Some(i.compact_value() as usize)
    } else {
        None
    }
}

/// `BINARY_OP`
///
/// # Safety
/// As [`load_global`].
#[cold]
pub unsafe fn binary_op(
    frame: *mut InterpreterFrame,
    instr: *mut u16,
    a: &PyObject,
    b: &PyObject,
    which: usize,
) {
    // SAFETY: the caller's promise; the next instruction stands behind the caches.
    unsafe {
        let form = match which as u8 {
            arg::NB_ADD | arg::NB_INPLACE_ADD => {
                if both::<PyStr>(a, b) {
                    let next = *instr.add(6);
                    let local = (next >> 8) as usize;
                    let to_left = next as u8 == op::STORE_FAST
                        && (*InterpreterFrame::locals_ptr(frame).add(local)).as_ptr() == a.as_ptr();
                    Some(if to_left {
                        op::BINARY_OP_INPLACE_ADD_UNICODE
                    } else {
                        op::BINARY_OP_ADD_UNICODE
                    })
                } else if both::<PyInt>(a, b) {
                    Some(op::BINARY_OP_ADD_INT)
                } else if both::<PyFloat>(a, b) {
                    Some(op::BINARY_OP_ADD_FLOAT)
                } else {
                    None
                }
            }
            arg::NB_MULTIPLY | arg::NB_INPLACE_MULTIPLY => {
                if both::<PyInt>(a, b) {
                    Some(op::BINARY_OP_MULTIPLY_INT)
                } else if both::<PyFloat>(a, b) {
                    Some(op::BINARY_OP_MULTIPLY_FLOAT)
                } else {
                    None
                }
            }
            arg::NB_SUBTRACT | arg::NB_INPLACE_SUBTRACT => {
                if both::<PyInt>(a, b) {
                    Some(op::BINARY_OP_SUBTRACT_INT)
                } else if both::<PyFloat>(a, b) {
                    Some(op::BINARY_OP_SUBTRACT_FLOAT)
                } else {
                    None
                }
            }
            arg::NB_SUBSCR => {
                if PyDict::check_exact(a) {
                    Some(op::BINARY_OP_SUBSCR_DICT)
                } else if PyList::check_exact(a) && PySlice::check_exact(b) {
                    Some(op::BINARY_OP_SUBSCR_LIST_SLICE)
                } else if small_index(b).is_some() {
                    if PyList::check_exact(a) {
                        Some(op::BINARY_OP_SUBSCR_LIST_INT)
                    } else if PyTuple::check_exact(a) {
                        Some(op::BINARY_OP_SUBSCR_TUPLE_INT)
                    } else if PyStr::check_exact(a) {
                        Some(op::BINARY_OP_SUBSCR_STR_INT)
                    } else {
                        attr::getitem(instr, a)
                    }
                } else {
                    attr::getitem(instr, a)
                }
            }
            _ => None,
        };
        choose(instr, form);
    }
}

/// `COMPARE_OP`
///
/// # Safety
/// `instr` is the instruction.
#[cold]
pub unsafe fn compare_op(instr: *mut u16, a: &PyObject, b: &PyObject, oparg: usize) {
    let compact = |o: &PyObject| o.downcast_exact::<PyInt>().is_some_and(|i| i.is_compact());
    let form = if compact(a) && compact(b) {
        Some(op::COMPARE_OP_INT)
    } else if both::<PyFloat>(a, b) {
        Some(op::COMPARE_OP_FLOAT)
    } else if both::<PyStr>(a, b) && matches!((oparg >> 5) as u8, arg::PY_EQ | arg::PY_NE) {
        Some(op::COMPARE_OP_STR)
    } else {
        None
    };
    // SAFETY: the caller's promise.
    unsafe { choose(instr, form) }
}

/// `CONTAINS_OP`
///
/// # Safety
/// `instr` is the instruction.
#[cold]
pub unsafe fn contains_op(instr: *mut u16, container: &PyObject) {
    let form = if PyDict::check_exact(container) {
        Some(op::CONTAINS_OP_DICT)
    } else if PySet::check_exact(container) || PyFrozenSet::check_exact(container) {
        Some(op::CONTAINS_OP_SET)
    } else {
        None
    };
    // SAFETY: the caller's promise.
    unsafe { choose(instr, form) }
}

/// `TO_BOOL`. Cache: counter, type version (2).
///
/// # Safety
/// `instr` is the instruction.
#[cold]
pub unsafe fn to_bool(instr: *mut u16, value: &PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        let form = if object::bool::PyBool::check_exact(value) {
            Some(op::TO_BOOL_BOOL)
        } else if PyInt::check_exact(value) {
            Some(op::TO_BOOL_INT)
        } else if PyList::check_exact(value) {
            Some(op::TO_BOOL_LIST)
        } else if object::is_none(value) {
            Some(op::TO_BOOL_NONE)
        } else if PyStr::check_exact(value) {
            Some(op::TO_BOOL_STR)
        } else {
            let ty = value.ty();
            let plain = ty.as_number().is_none_or(|t| t.nb_bool.get().is_none())
                && ty.as_mapping().is_none_or(|t| t.mp_length.get().is_none())
                && ty.as_sequence().is_none_or(|t| t.sq_length.get().is_none());
            let version = if plain {
                object::typeobject::version_tag(ty)
            } else {
                0
            };
            if version == 0 || !ty.has(object::typeobject::flags::HEAPTYPE) {
                None
            } else {
                write32(instr.add(2), version);
                Some(op::TO_BOOL_ALWAYS_TRUE)
            }
        };
        choose(instr, form);
    }
}

/// `STORE_SUBSCR`
///
/// # Safety
/// `instr` is the instruction.
#[cold]
pub unsafe fn store_subscr(instr: *mut u16, container: &PyObject, sub: &PyObject) {
    let form = if PyDict::check_exact(container) {
        Some(op::STORE_SUBSCR_DICT)
    } else if PyList::check_exact(container) && small_index(sub).is_some() {
        Some(op::STORE_SUBSCR_LIST_INT)
    } else {
        None
    };
    // SAFETY: the caller's promise.
    unsafe { choose(instr, form) }
}

/// `UNPACK_SEQUENCE`
///
/// # Safety
/// `instr` is the instruction.
#[cold]
pub unsafe fn unpack_sequence(instr: *mut u16, seq: &PyObject, n: usize) {
    let form = if let Some(t) = seq.downcast_exact::<PyTuple>() {
        match t.len() {
            len if len != n => None,
            2 => Some(op::UNPACK_SEQUENCE_TWO_TUPLE),
            _ => Some(op::UNPACK_SEQUENCE_TUPLE),
        }
    } else if seq.downcast_exact::<PyList>().is_some_and(|l| l.len() == n) {
        Some(op::UNPACK_SEQUENCE_LIST)
    } else {
        None
    };
    // SAFETY: the caller's promise.
    unsafe { choose(instr, form) }
}

/// `FOR_ITER`
///
/// # Safety
/// `instr` is the instruction.
#[cold]
pub unsafe fn for_iter(instr: *mut u16, iter: &PyObject) {
    let form = if PyListIter::check_exact(iter) {
        Some(op::FOR_ITER_LIST)
    } else if PyTupleIter::check_exact(iter) {
        Some(op::FOR_ITER_TUPLE)
    } else if PyRangeIter::check_exact(iter) {
        Some(op::FOR_ITER_RANGE)
    } else if crate::generator::PyGen::check_exact(iter) {
        Some(op::FOR_ITER_GEN)
    } else {
        None
    };
    // SAFETY: the caller's promise.
    unsafe { choose(instr, form) }
}

/// `SEND`
///
/// # Safety
/// `instr` is the instruction.
#[cold]
pub unsafe fn send(instr: *mut u16, receiver: &PyObject) {
    use crate::generator::{PyCoro, PyGen};
    let form = (PyGen::check_exact(receiver) || PyCoro::check_exact(receiver)).then_some(op::SEND_GEN);
    // SAFETY: the caller's promise.
    unsafe { choose(instr, form) }
}
