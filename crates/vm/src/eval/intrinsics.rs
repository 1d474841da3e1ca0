//! `CALL_INTRINSIC_1` and `CALL_INTRINSIC_2`.

use super::{import, unwind};
use crate::frame::InterpreterFrame;
use crate::function::PyFunction;
use bytecode::code::flags as co;
use bytecode::oparg as arg;
use object::exceptions as exc;
use object::thread::ThreadState;
use object::{Py, PyLayout, PyList, PyObject, PyResult, PyTuple, raise};

/// # Safety
/// The frame is the running one.
pub unsafe fn call_1(
    _ts: &ThreadState,
    frame: *mut InterpreterFrame,
    which: usize,
    value: &PyObject,
) -> PyResult {
    match which as u8 {
        arg::INTRINSIC_PRINT => {
            let hook = object::hooks::import("sys")?.get_attr_opt(object::intern!("displayhook"))?;
            match hook {
                Some(h) => object::call::call(&h, &[value]),
                None => raise!(RuntimeError, "lost sys.displayhook"),
            }
        }
        arg::INTRINSIC_IMPORT_STAR => {
            // SAFETY: the caller's promise.
            unsafe { import::import_star(frame, value)? };
            Ok(object::none())
        }
        // SAFETY: the caller's promise.
        arg::INTRINSIC_STOPITERATION_ERROR => unsafe { stopiteration_error(frame, value) },
        arg::INTRINSIC_ASYNC_GEN_WRAP => crate::asyncgen::wrap_value(value),
        arg::INTRINSIC_UNARY_POSITIVE => object::number::positive(value),
        arg::INTRINSIC_LIST_TO_TUPLE => match value.downcast::<PyList>() {
            Some(l) => PyTuple::from_vec(l.to_vec()).map(Py::into_object),
            None => raise!(SystemError, "list expected"),
        },
        arg::INTRINSIC_TYPEVAR => crate::typing::type_var(value, None, None),
        arg::INTRINSIC_PARAMSPEC => crate::typing::param_spec(value),
        arg::INTRINSIC_TYPEVARTUPLE => crate::typing::type_var_tuple(value),
        arg::INTRINSIC_SUBSCRIPT_GENERIC => crate::typing::subscript_generic(value),
        arg::INTRINSIC_TYPEALIAS => crate::typing::type_alias(value),
        _ => raise!(SystemError, "unknown intrinsic"),
    }
}

pub fn call_2(which: usize, a: &PyObject, b: &PyObject) -> PyResult {
    match which as u8 {
        arg::INTRINSIC_PREP_RERAISE_STAR => unwind::prep_reraise_star(a, b),
        arg::INTRINSIC_TYPEVAR_WITH_BOUND => crate::typing::type_var(a, Some(b), None),
        arg::INTRINSIC_TYPEVAR_WITH_CONSTRAINTS => crate::typing::type_var(a, None, Some(b)),
        arg::INTRINSIC_SET_FUNCTION_TYPE_PARAMS => {
            if let Some(f) = a.downcast_exact::<PyFunction>() {
                f.func_typeparams.set(Some(b.new_ref()));
            }
            Ok(a.new_ref())
        }
        arg::INTRINSIC_SET_TYPEPARAM_DEFAULT => crate::typing::set_default(a, b),
        _ => raise!(SystemError, "unknown intrinsic"),
    }
}

/// A `StopIteration` must not leave a generator: it becomes a `RuntimeError` (PEP 479).
unsafe fn stopiteration_error(frame: *mut InterpreterFrame, value: &PyObject) -> PyResult {
    use object::PyClass;
    // SAFETY: the frame is the running one.
    let flags = unsafe { InterpreterFrame::code(frame).flags() };
    let is_async_gen = flags & co::CO_ASYNC_GENERATOR != 0;
    let kind = if flags & co::CO_COROUTINE != 0 {
        "coroutine"
    } else if is_async_gen {
        "async generator"
    } else {
        "generator"
    };
    let what = if value.ty().is_subtype(exc::StopIteration::type_object()) {
        "StopIteration"
    } else if is_async_gen && value.ty().is_subtype(exc::StopAsyncIteration::type_object()) {
        "StopAsyncIteration"
    } else {
        return Ok(value.new_ref());
    };
    let message = object::PyStr::new(&format!("{kind} raised {what}"))?;
    let e = object::call::call(
        exc::RuntimeError::type_object().as_object(),
        &[message.as_object()],
    )?;
    // SAFETY: an exception is a `BaseException`.
    let base = unsafe { e.downcast_unchecked::<exc::BaseException>() };
    base.cause.set(Some(value.new_ref()));
    base.suppress_context.set(1);
    base.context.set(Some(value.new_ref()));
    Ok(e)
}
