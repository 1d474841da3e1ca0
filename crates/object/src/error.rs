//! Raising: setting, fetching and chaining the current exception (`pyerrors.h`).
//!
//! The exception lives in the thread state; `Raised` only says that it is there. `raise!(TypeError, "…")` is an
//! `Err` to return.

use crate::exceptions as exc;
use crate::handle::{Py, PyClass, PyLayout, PyResult, Raised};
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::thread::tstate;
use crate::tuple::PyTuple;
use crate::typeobject::{PyTypeObject, flags};
use std::fmt;

/// Sets an exception and gives `Err(Raised)`: `return raise!(ValueError, "bad {}", x)`.
#[macro_export]
macro_rules! raise {
    ($exc:ident, $($arg:tt)*) => {
        ::core::result::Result::Err($crate::error::raise_fmt(
            <$crate::exceptions::$exc as $crate::PyClass>::type_object(), format_args!($($arg)*)))
    };
    ($exc:ident) => {
        ::core::result::Result::Err($crate::error::raise_type(<$crate::exceptions::$exc as $crate::PyClass>::type_object()))
    };
}

#[cold]
pub fn raise_fmt(ty: &PyTypeObject, message: fmt::Arguments<'_>) -> Raised {
    // an exception that is replaced must not be in the way of making the new one
    clear();
    let text = match message.as_str() {
        Some(s) => PyStr::new(s),
        None => PyStr::new_wtf8_lossy(&message.to_string()),
    };
    match text {
        Ok(text) => raise_value(ty, text.as_object()),
        Err(raised) => raised,
    }
}

/// `PyErr_SetNone`
#[cold]
pub fn raise_type(ty: &PyTypeObject) -> Raised {
    clear();
    match crate::call::call(ty.as_object(), &[]) {
        Ok(value) => raise_object(value),
        Err(raised) => raised,
    }
}

/// `PyErr_SetObject(ty, value)`: calls `ty(value)` (or `ty(*value)` for a tuple), unless `value` is already an instance.
#[cold]
pub fn raise_value(ty: &PyTypeObject, value: &PyObject) -> Raised {
    if is_exception(value) && value.ty().is_subtype(ty) {
        return raise_object(value.new_ref());
    }
    clear();
    let made = if let Some(args) = value.downcast::<PyTuple>() {
        crate::call::call_tuple_dict(ty.as_object(), args, None)
    } else if crate::is_none(value) {
        crate::call::call(ty.as_object(), &[])
    } else {
        crate::call::call(ty.as_object(), &[value])
    };
    match made {
        Ok(e) if is_exception(&e) => raise_object(e),
        Ok(e) => {
            let r: PyResult<()> = raise!(
                TypeError,
                "calling {} should have returned an instance of BaseException, not {}",
                ty.full_name(),
                e.ty().full_name()
            );
            r.unwrap_err_or_raised()
        }
        Err(raised) => raised,
    }
}

/// Helper for places that need the token itself.
pub trait UnwrapRaised {
    fn unwrap_err_or_raised(self) -> Raised;
}
impl<T> UnwrapRaised for PyResult<T> {
    fn unwrap_err_or_raised(self) -> Raised {
        Raised
    }
}

/// Raises an exception instance; the exception being handled becomes its `__context__`.
#[cold]
pub fn raise_object(value: Py) -> Raised {
    if let Some(handled) = handled_exception() {
        set_context_chain(&value, handled);
    }
    tstate().current_exception.set(Some(value));
    Raised
}

/// Makes `context` the `__context__` of `value`, breaking cycles in the chain.
fn set_context_chain(value: &Py, context: Py) {
    if context.is(value.get()) {
        return;
    }
    // walk the chain with a slow second pointer (Floyd), and cut it where it leads back to `value`
    let mut o = context.clone();
    let mut slow = context.clone();
    let mut toggle = false;
    while let Some(next) = exc::context_of(&o) {
        if next.is(value.get()) {
            exc::set_context(&o, None);
            break;
        }
        o = next;
        if o.is(slow.get()) {
            break;
        }
        if toggle {
            match exc::context_of(&slow) {
                Some(s) => slow = s,
                None => break,
            }
        }
        toggle = !toggle;
    }
    exc::set_context(value, Some(context));
}

/// The exception being handled (`sys.exception()`), if any: the top of the thread's stack that is set.
pub fn handled_exception() -> Option<Py> {
    let mut item = tstate().exc_info.get();
    while !item.is_null() {
        // SAFETY: the stack's items live in frames and generators that are running.
        let entry = unsafe { &*item };
        match entry.exc_value.get() {
            Some(v) if !crate::is_none(&v) => return Some(v),
            _ => item = entry.previous_item.get(),
        }
    }
    None
}

/// `PyExceptionInstance_Check`
#[inline]
pub fn is_exception(obj: &PyObject) -> bool {
    obj.ty().has(flags::BASE_EXC_SUBCLASS)
}

/// `PyExceptionClass_Check`
#[inline]
pub fn is_exception_class(obj: &PyObject) -> bool {
    obj.downcast::<PyTypeObject>()
        .is_some_and(|t| t.has(flags::BASE_EXC_SUBCLASS))
}

/// Is an exception set?
#[inline(always)]
pub fn occurred() -> bool {
    tstate().current_exception.is_some()
}

/// Takes the current exception (`PyErr_GetRaisedException`).
#[inline]
pub fn take() -> Option<Py> {
    tstate().current_exception.take()
}

/// The exception that `Raised` stands for. There is always one; should a C function have failed without setting one,
/// a `SystemError` is made, as CPython does.
pub fn fetch(_: Raised) -> Py {
    if let Some(e) = take() {
        return e;
    }
    let _: PyResult<()> = raise!(SystemError, "error return without exception set");
    take().unwrap_or_else(crate::none)
}

/// Sets the current exception again, without chaining (`PyErr_SetRaisedException`).
pub fn restore(value: Py) -> Raised {
    tstate().current_exception.set(Some(value));
    Raised
}

/// Drops the current exception.
#[inline]
pub fn clear() {
    tstate().current_exception.set(None);
}

/// `PyErr_ExceptionMatches` for one class: the current exception is an instance of `T`'s type.
#[inline]
pub fn matches<T: PyClass>() -> bool {
    current_is(T::type_object())
}

pub fn current_is(ty: &PyTypeObject) -> bool {
    // SAFETY: nothing runs while the field is looked at.
    match unsafe { tstate().current_exception.borrow() } {
        Some(e) => e.ty().is_subtype(ty),
        None => false,
    }
}

/// Turns an `Err` that is a `T` into `None`: `catch::<exc::AttributeError, _>(obj.get_attr(name))?`.
pub fn catch<T: PyClass, V>(result: PyResult<V>) -> PyResult<Option<V>> {
    match result {
        Ok(v) => Ok(Some(v)),
        Err(Raised) if matches::<T>() => {
            clear();
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

/// `PyErr_GivenExceptionMatches`: `given` (instance or class) against a class or a tuple of them.
pub fn given_matches(given: &PyObject, wanted: &PyObject) -> bool {
    if let Some(tuple) = wanted.downcast::<PyTuple>() {
        return tuple.as_slice().iter().any(|t| given_matches(given, t));
    }
    let class = if is_exception(given) {
        given.ty().as_object()
    } else {
        given
    };
    if is_exception_class(class) && is_exception_class(wanted) {
        // SAFETY: both are classes.
        return unsafe {
            class
                .downcast_unchecked::<PyTypeObject>()
                .is_subtype(wanted.downcast_unchecked::<PyTypeObject>())
        };
    }
    class.is(wanted)
}

/// `MemoryError`
#[cold]
pub fn no_memory<T>() -> PyResult<T> {
    // the instance must not need memory: it is kept ready
    match exc::memory_error_instance() {
        Some(e) => Err(raise_object(e)),
        None => Err(raise_type(exc::MemoryError::type_object())),
    }
}

/// A required argument was not there although the parser let the call through: an internal error, reported as one.
#[cold]
pub fn missing_argument<T>() -> PyResult<T> {
    raise!(SystemError, "required argument missing")
}

/// `PyErr_BadInternalCall`
#[cold]
pub fn bad_internal_call<T>() -> PyResult<T> {
    raise!(SystemError, "bad argument to internal function")
}

/// `PyErr_SetFromErrno` and kin: `OSError(errno, text[, filename])`, of the subclass that the number has.
#[cold]
pub fn raise_errno<T>(errno: i32, filename: Option<&PyObject>) -> PyResult<T> {
    let text = errno_text(errno);
    let make = || -> PyResult<Py> {
        let number = crate::int::PyInt::from_i64(errno as i64)?;
        let text = PyStr::new(&text)?;
        match filename {
            Some(f) => crate::call::call(
                exc::OSError::type_object().as_object(),
                &[number.as_object(), text.as_object(), f],
            ),
            None => crate::call::call(
                exc::OSError::type_object().as_object(),
                &[number.as_object(), text.as_object()],
            ),
        }
    };
    Err(raise_object(make()?))
}

/// `raise_errno` with the calling thread's `errno`.
#[cold]
pub fn raise_last_errno<T>(filename: Option<&PyObject>) -> PyResult<T> {
    raise_errno(
        std::io::Error::last_os_error().raw_os_error().unwrap_or(0),
        filename,
    )
}

/// `strerror`
pub fn errno_text(errno: i32) -> String {
    let mut buf = [0i8; 256];
    // SAFETY: the buffer and its length go together.
    let ok = unsafe { libc::strerror_r(errno, buf.as_mut_ptr(), buf.len()) } == 0;
    if !ok {
        return format!("Unknown error {errno}");
    }
    // SAFETY: NUL-terminated on success.
    unsafe { std::ffi::CStr::from_ptr(buf.as_ptr()) }
        .to_string_lossy()
        .into_owned()
}

/// `PyErr_WriteUnraisable`: hands the current exception to `sys.unraisablehook`.
pub fn write_unraisable(obj: Option<&PyObject>, message: Option<&str>) {
    crate::hooks::unraisable(obj, message)
}

/// The same, saying what was being done with an object: "Exception ignored {doing} {repr of obj}".
pub fn write_unraisable_while(doing: &str, obj: &PyObject) {
    let raised = take();
    // an object that cannot be shown leaves the exception without that line
    let shown = obj.repr().map(|text| format!("Exception ignored {doing} {text}"));
    if shown.is_err() {
        clear();
    }
    if let Some(e) = raised {
        let _ = restore(e);
    }
    write_unraisable(None, shown.ok().as_deref());
}
