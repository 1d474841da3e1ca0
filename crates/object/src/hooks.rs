//! What the object model needs from the virtual machine, given to it at start-up: warnings, unraisable exceptions,
//! the running frame's names. Until they are set, plain fallbacks serve.

use crate::handle::{GilCell, Py, PyResult};
use crate::refcount::PyObject;
use crate::typeobject::PyTypeObject;

/// `warnings.warn(message, category, stacklevel)`
pub static WARN: GilCell<Option<fn(&PyTypeObject, &str, isize) -> PyResult<()>>> = GilCell::new(None);
/// `sys.unraisablehook`
pub static UNRAISABLE: GilCell<Option<fn(Option<&PyObject>, Option<&str>)>> = GilCell::new(None);
/// `sys.modules[name]`, imported if need be.
pub static IMPORT: GilCell<Option<fn(&str) -> PyResult>> = GilCell::new(None);
/// The running Python frame's globals, if there is one.
pub static CURRENT_GLOBALS: GilCell<Option<fn() -> Option<Py>>> = GilCell::new(None);
/// `super()` without arguments: the class cell's content and the first argument of the running frame.
pub static SUPER_ARGS: GilCell<Option<fn() -> PyResult<(Py, Py)>>> = GilCell::new(None);
/// Runs pending work (signals, collections asked for, GIL requests): `Py_MakePendingCalls`.
pub static PENDING: GilCell<Option<fn() -> PyResult<()>>> = GilCell::new(None);

/// Issues a warning; `Err` if it is turned into an exception.
pub fn warn(category: &PyTypeObject, message: &str, stacklevel: isize) -> PyResult<()> {
    match WARN.get() {
        Some(f) => f(category, message, stacklevel),
        None => Ok(()),
    }
}

pub fn unraisable(obj: Option<&PyObject>, message: Option<&str>) {
    match UNRAISABLE.get() {
        Some(f) => f(obj, message),
        None => crate::error::clear(),
    }
}

/// Imports a module (`PyImport_ImportModule`).
pub fn import(name: &str) -> PyResult {
    match IMPORT.get() {
        Some(f) => f(name),
        None => crate::raise!(ImportError, "the import system is not there yet: {name}"),
    }
}

pub fn current_globals() -> Option<Py> {
    CURRENT_GLOBALS.get().and_then(|f| f())
}

/// For native loops that run long: lets signals and other threads in.
#[inline]
pub fn check_pending() -> PyResult<()> {
    match PENDING.get() {
        Some(f) => f(),
        None => Ok(()),
    }
}

/// Audit hooks are there: calls them with an event and its arguments.
pub static AUDIT: GilCell<Option<fn(&str, &[&PyObject]) -> PyResult<()>>> = GilCell::new(None);

/// Raises an audit event (PEP 578); free while nobody listens.
#[inline]
pub fn audit(event: &str, args: &[&PyObject]) -> PyResult<()> {
    match AUDIT.get() {
        None => Ok(()),
        Some(f) => f(event, args),
    }
}

/// Is anybody listening?
#[inline]
pub fn is_audited() -> bool {
    AUDIT.get().is_some()
}

/// Raises an audit event with arguments of any types; they are only made into objects if somebody listens.
#[macro_export]
macro_rules! audit {
    ($event:expr $(, $arg:expr)* $(,)?) => {
        if $crate::hooks::is_audited() {
            (|| -> $crate::PyResult<()> {
                let args: Vec<$crate::Py> = vec![$($crate::IntoPy::into_py($arg)?),*];
                let args: Vec<&$crate::PyObject> = args.iter().map(|a| &**a).collect();
                $crate::hooks::audit($event, &args)
            })()
        } else {
            Ok(())
        }
    };
}

/// Gives the GIL up before what may block; the result goes to [`AFTER_BLOCKING`].
pub static BEFORE_BLOCKING: GilCell<Option<fn() -> usize>> = GilCell::new(None);
/// Takes it again.
pub static AFTER_BLOCKING: GilCell<Option<fn(usize)>> = GilCell::new(None);

/// Runs what may block without the GIL. `f` must not touch Python objects.
pub fn blocking<R>(f: impl FnOnce() -> R) -> R {
    match (BEFORE_BLOCKING.get(), AFTER_BLOCKING.get()) {
        (Some(before), Some(after)) => {
            let state = before();
            let r = f();
            after(state);
            r
        }
        _ => f(),
    }
}

/// UTF-8 mode (PEP 540): the locale's encoding is not asked for.
pub static UTF8_MODE: GilCell<bool> = GilCell::new(false);

/// `-X cpu_count`: what `os.cpu_count()` says instead of the truth.
pub static CPU_COUNT: GilCell<Option<i32>> = GilCell::new(None);
/// `-X warn_default_encoding` (PEP 597)
pub static WARN_DEFAULT_ENCODING: GilCell<bool> = GilCell::new(false);

/// Warns of an encoding that was not given, where that is wanted.
pub fn warn_default_encoding(stacklevel: isize) -> PyResult<()> {
    if WARN_DEFAULT_ENCODING.get() {
        let class = <crate::exceptions::EncodingWarning as crate::PyClass>::type_object();
        return warn(class, "'encoding' argument not specified", stacklevel);
    }
    Ok(())
}
