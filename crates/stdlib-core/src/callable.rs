//! Callable objects written in Rust: one function behind both of the ways in which objects are called.

use object::args::nargs;
use object::{FuncArgs, PyLayout, PyObject, PyResult, PyTuple};

/// What calling an instance does.
pub trait Invoke: PyLayout + Sized {
    fn invoke(&self, args: FuncArgs<'_>) -> PyResult;
}

/// The vectorcall function of a type.
///
/// # Safety
/// The vectorcall convention; `callable` is an instance of `T`'s type.
pub unsafe extern "C" fn entry<T: Invoke>(
    callable: &PyObject,
    args: *const *mut PyObject,
    n: usize,
    names: Option<&PyTuple>,
) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe {
        let args = FuncArgs::from_raw(args, nargs(n), names);
        callable.downcast_unchecked::<T>().invoke(args)
    }
}
