//! `pyerrors.h`

use crate::util::{bytes, lossy, put, steal, text};
use crate::va::{Va, Walker};
use object::exceptions::{self as exc, BaseException};
use object::thread::tstate;
use object::{
    Py, PyClass, PyDict, PyInt, PyLayout, PyObject, PyResult, PyStr, PyTuple, PyTypeObject, Raised, error,
    intern, raise,
};
use std::ffi::{c_char, c_int};

// ---- setting ----

/// `PyErr_SetObject`
fn set(ty: Option<&PyObject>, value: Option<&PyObject>) {
    let Some(ty) = ty else {
        error::clear();
        return;
    };
    let Some(class) = ty
        .downcast::<PyTypeObject>()
        .filter(|_| error::is_exception_class(ty))
    else {
        let shown = ty.repr().map(|s| s.to_string()).unwrap_or_default();
        let _: PyResult<()> = raise!(
            SystemError,
            "_PyErr_SetObject: exception {shown} is not a BaseException subclass"
        );
        return;
    };
    let _ = error::raise_value(class, value.unwrap_or(object::singletons::none_ref()));
}

fn set_text(ty: Option<&PyObject>, message: Py<PyStr>) {
    set(ty, Some(message.as_object()));
}

/// `OSError` (or another class) from `errno`, with up to two file names.
fn from_errno(ty: &PyObject, file: Option<&PyObject>, file2: Option<&PyObject>) -> Raised {
    let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    if errno == libc::EINTR
        && let Err(r) = object::hooks::check_pending()
    {
        return r;
    }
    let make = || -> PyResult<()> {
        let number = PyInt::from_i64(errno as i64)?;
        let message = if errno == 0 {
            "Error".to_string()
        } else {
            error::errno_text(errno)
        };
        let message = PyStr::new(&message)?;
        let zero = PyInt::from_i64(0)?;
        let mut args: Vec<&PyObject> = vec![number.as_object(), message.as_object()];
        if let Some(f) = file {
            args.push(f);
            if let Some(f2) = file2 {
                args.push(zero.as_object());
                args.push(f2);
            }
        }
        let e = object::call::call(ty, &args)?;
        set(Some(e.ty().as_object()), Some(&e));
        Ok(())
    };
    let _ = make();
    Raised
}

capi! {
    fn PyErr_SetObject(ty: Option<&PyObject>, value: Option<&PyObject>) {
        set(ty, value);
    }
    fn PyErr_SetNone(ty: Option<&PyObject>) {
        set(ty, None);
    }
    fn PyErr_SetString(ty: Option<&PyObject>, message: *const c_char) {
        let replace = PyStr::new("replace");
        let made = replace.and_then(|r| object::codecs::utf8::decode(bytes(message), object::codecs::Errors(Some(&r))));
        if let Ok(m) = made {
            set_text(ty, m);
        }
    }
    /// Formats a message and sets the exception; with `cause`, the one that was set becomes its cause. Returns NULL.
    fn taipan_err_format(ty: Option<&PyObject>, format: *const c_char, cause: c_int, w: *mut Walker) -> *mut PyObject {
        let before = error::take();
        if let Ok(m) = crate::format::text(bytes(format), &mut Va::new(w)) {
            set_text(ty, m);
        }
        if cause != 0
            && let (Some(c), Some(e)) = (before, error::take())
        {
            exc::set_cause(&e, Some(c.clone()));
            exc::set_context(&e, Some(c));
            let _ = error::restore(e);
        }
        std::ptr::null_mut()
    }
    fn PyErr_NoMemory() -> *mut PyObject {
        let _: PyResult<()> = error::no_memory();
        std::ptr::null_mut()
    }
    fn PyErr_BadArgument() -> c_int {
        let _: PyResult<()> = raise!(TypeError, "bad argument type for built-in operation");
        0
    }
    fn PyErr_BadInternalCall() {
        let _: PyResult<()> = error::bad_internal_call();
    }
    fn _PyErr_BadInternalCall(file: *const c_char, line: c_int) {
        let _: PyResult<()> = raise!(SystemError, "{}:{line}: bad argument to internal function", lossy(file));
    }
    fn PyErr_SetFromErrno(ty: &PyObject) -> PyResult {
        Err(from_errno(ty, None, None))
    }
    fn PyErr_SetFromErrnoWithFilenameObject(ty: &PyObject, file: Option<&PyObject>) -> PyResult {
        Err(from_errno(ty, file, None))
    }
    fn PyErr_SetFromErrnoWithFilenameObjects(ty: &PyObject, file: Option<&PyObject>, file2: Option<&PyObject>) -> PyResult {
        Err(from_errno(ty, file, file2))
    }
    fn PyErr_SetFromErrnoWithFilename(ty: &PyObject, file: *const c_char) -> PyResult {
        let errno = *libc::__errno_location();
        let name = if file.is_null() { None } else { Some(interp::os_bytes(bytes(file))?) };
        *libc::__errno_location() = errno;
        Err(from_errno(ty, name.as_ref().map(|n| n.as_object()), None))
    }
    fn PyErr_SetImportError(message: Option<&PyObject>, name: Option<&PyObject>, path: Option<&PyObject>) -> PyResult {
        import_error(exc::ImportError::type_object().as_object(), message, name, path)
    }
    fn PyErr_SetImportErrorSubclass(ty: &PyObject, message: Option<&PyObject>, name: Option<&PyObject>, path: Option<&PyObject>) -> PyResult {
        if !object::protocol::is_subclass(ty, exc::ImportError::type_object().as_object())? {
            return raise!(TypeError, "expected a subclass of ImportError");
        }
        import_error(ty, message, name, path)
    }
    fn PyErr_SetInterrupt() {
        if let Some(f) = interp::INTERRUPT.get() {
            f(libc::SIGINT);
        }
    }
    fn PyErr_SetInterruptEx(signal: c_int) -> c_int {
        if !(1..=64).contains(&signal) {
            return -1;
        }
        if let Some(f) = interp::INTERRUPT.get() {
            f(signal);
        }
        0
    }
    /// Runs handlers of signals that have come.
    fn PyErr_CheckSignals() -> PyResult<()> {
        object::hooks::check_pending()
    }
    fn PyErr_SyntaxLocation(file: *const c_char, line: c_int) {
        location(&lossy(file), line, -1);
    }
    fn PyErr_SyntaxLocationEx(file: *const c_char, line: c_int, column: c_int) {
        location(&lossy(file), line, column);
    }
    fn PyErr_SyntaxLocationObject(file: &PyObject, line: c_int, column: c_int) {
        if let Ok(f) = file.str() {
            location(&f.to_string(), line, column);
        }
    }
}

fn import_error(
    ty: &PyObject,
    message: Option<&PyObject>,
    name: Option<&PyObject>,
    path: Option<&PyObject>,
) -> PyResult {
    let Some(message) = message else {
        return raise!(TypeError, "expected a message argument");
    };
    let none = object::singletons::none_ref();
    let e = object::call::call_kw(
        ty,
        &[message],
        &[
            (intern!("name"), name.unwrap_or(none)),
            (intern!("path"), path.unwrap_or(none)),
        ],
    )?;
    Err(error::raise_object(e))
}

/// Adds a place to the exception that is set.
fn location(file: &str, line: c_int, column: c_int) {
    let Some(e) = error::take() else { return };
    let run = || -> PyResult<()> {
        e.set_attr(intern!("lineno"), Some(PyInt::from_i64(line as i64)?.as_object()))?;
        if column >= 0 {
            e.set_attr(
                intern!("offset"),
                Some(PyInt::from_i64(column as i64 + 1)?.as_object()),
            )?;
        }
        e.set_attr(intern!("filename"), Some(PyStr::new(file)?.as_object()))
    };
    if run().is_err() {
        error::clear();
    }
    let _ = error::restore(e);
}

// ---- fetching and matching ----

capi! {
    /// The class of the exception that is set, borrowed; NULL if none is.
    fn PyErr_Occurred() -> *mut PyObject {
        match tstate().current_exception.borrow() {
            Some(e) => e.ty().as_ptr(),
            None => std::ptr::null_mut(),
        }
    }
    fn PyErr_Clear() {
        error::clear();
    }
    fn PyErr_ExceptionMatches(wanted: &PyObject) -> bool {
        let current = tstate().current_exception.get();
        current.is_some_and(|e| error::given_matches(&e, wanted))
    }
    fn PyErr_GivenExceptionMatches(given: Option<&PyObject>, wanted: Option<&PyObject>) -> bool {
        match (given, wanted) {
            (Some(g), Some(w)) => error::given_matches(g, w),
            _ => false,
        }
    }
    fn PyErr_GetRaisedException() -> Option<Py> {
        error::take()
    }
    /// Steals.
    fn PyErr_SetRaisedException(e: *mut PyObject) {
        tstate().current_exception.set(steal(e));
    }
    /// Three new references, or NULLs.
    fn PyErr_Fetch(ty: *mut *mut PyObject, value: *mut *mut PyObject, tb: *mut *mut PyObject) {
        let e = error::take();
        put(ty, e.as_ref().map(|e| e.ty().as_object().new_ref()));
        put(tb, e.as_ref().and_then(|e| exc::traceback_of(e)));
        put(value, e);
    }
    /// Steals all three.
    fn PyErr_Restore(ty: *mut PyObject, value: *mut PyObject, tb: *mut PyObject) {
        let (ty, value, tb) = (steal(ty), steal(value), steal(tb));
        restore(ty, value, tb);
    }
    /// Makes the three an instance of the class, and its class.
    fn PyErr_NormalizeException(ty: *mut *mut PyObject, value: *mut *mut PyObject, tb: *mut *mut PyObject) {
        let (t, v) = (steal(std::ptr::replace(ty, std::ptr::null_mut())), steal(std::ptr::replace(value, std::ptr::null_mut())));
        if t.is_none() {
            return;
        }
        let saved = error::take();
        restore(t, v, None);
        let e = error::take();
        if let Some(s) = saved {
            let _ = error::restore(s);
        }
        put(ty, e.as_ref().map(|e| e.ty().as_object().new_ref()));
        put(value, e);
        let _ = tb;
    }
    fn PyErr_GetHandledException() -> Option<Py> {
        error::handled_exception()
    }
    /// Borrows; `None` and NULL alike mean that none is handled.
    fn PyErr_SetHandledException(e: Option<&PyObject>) {
        handled(e.map(|e| e.new_ref()));
    }
    fn PyErr_GetExcInfo(ty: *mut *mut PyObject, value: *mut *mut PyObject, tb: *mut *mut PyObject) {
        let e = error::handled_exception();
        let or_none = |v: Option<Py>| Some(v.unwrap_or_else(object::none));
        put(ty, or_none(e.as_ref().map(|e| e.ty().as_object().new_ref())));
        put(tb, or_none(e.as_ref().and_then(|e| exc::traceback_of(e))));
        put(value, or_none(e));
    }
    /// Steals all three; only the value counts.
    fn PyErr_SetExcInfo(ty: *mut PyObject, value: *mut PyObject, tb: *mut PyObject) {
        let value = steal(value);
        drop((steal(ty), steal(tb)));
        handled(value);
    }
    /// The exception that is set gets this one (stolen) as its context; without one, it is set itself.
    fn _PyErr_ChainExceptions1(e: *mut PyObject) {
        let Some(old) = steal(e) else { return };
        match error::take() {
            Some(new) => {
                exc::set_context(&new, Some(old));
                let _ = error::restore(new);
            }
            None => {
                let _ = error::restore(old);
            }
        }
    }
}

fn handled(e: Option<Py>) {
    let item = tstate().exc_info.get();
    // SAFETY: the top of the stack is always there.
    if let Some(item) = unsafe { item.as_ref() } {
        item.exc_value.set(e.filter(|e| !object::is_none(e)));
    }
}

/// Sets the exception from class, value (an instance or what the class is called with) and traceback.
fn restore(ty: Option<Py>, value: Option<Py>, tb: Option<Py>) {
    let Some(ty) = ty else {
        error::clear();
        return;
    };
    let value = value.filter(|v| !object::is_none(v));
    let e = match value {
        Some(v) if error::is_exception(&v) => v,
        v => {
            // made as `PyErr_SetObject` does, but without a context of its own
            set(Some(&ty), v.as_deref());
            match error::take() {
                Some(e) => e,
                None => return,
            }
        }
    };
    if let Some(tb) = tb.filter(|t| !object::is_none(t)) {
        exc::set_traceback(&e, Some(tb));
    }
    let _ = error::restore(e);
}

// ---- exception objects ----

fn base(e: &PyObject) -> PyResult<&BaseException> {
    match exc::as_base(e) {
        Some(b) => Ok(b),
        None => error::bad_internal_call(),
    }
}

capi! {
    fn PyException_GetTraceback(e: &PyObject) -> Option<Py> {
        exc::traceback_of(e)
    }
    fn PyException_SetTraceback(e: &PyObject, tb: Option<&PyObject>) -> PyResult<()> {
        e.set_attr(intern!("__traceback__"), Some(tb.unwrap_or(object::singletons::none_ref())))
    }
    fn PyException_GetCause(e: &PyObject) -> Option<Py> {
        exc::as_base(e).and_then(|b| b.cause.get())
    }
    /// Steals.
    fn PyException_SetCause(e: &PyObject, cause: *mut PyObject) {
        exc::set_cause(e, steal(cause));
    }
    fn PyException_GetContext(e: &PyObject) -> Option<Py> {
        exc::context_of(e)
    }
    /// Steals.
    fn PyException_SetContext(e: &PyObject, context: *mut PyObject) {
        exc::set_context(e, steal(context));
    }
    fn PyException_GetArgs(e: &PyObject) -> PyResult<Py<PyTuple>> {
        base(e)?.args()
    }
    /// Borrows.
    fn PyException_SetArgs(e: &PyObject, args: &PyTuple) {
        if let Some(b) = exc::as_base(e) {
            b.args.set(Some(args.new_ref()));
        }
    }
    fn PyExceptionClass_Name(class: &PyTypeObject) -> *const c_char {
        class.tp_name.get()
    }
    /// A new class "module.Name", whose base is `Exception`, a class, or a tuple of classes.
    fn PyErr_NewException(name: *const c_char, bases: Option<&PyObject>, dict: Option<&PyObject>) -> PyResult {
        new_class(name, None, bases, dict)
    }
    fn PyErr_NewExceptionWithDoc(name: *const c_char, doc: *const c_char, bases: Option<&PyObject>, dict: Option<&PyObject>) -> PyResult {
        let doc = crate::util::opt_text(doc)?;
        new_class(name, doc, bases, dict)
    }
    /// Shows the exception that is set through `sys.unraisablehook`.
    fn PyErr_WriteUnraisable(o: Option<&PyObject>) {
        error::write_unraisable(o, None);
    }
    fn taipan_err_unraisable(format: *const c_char, w: *mut Walker) {
        let saved = error::take();
        let message = if format.is_null() {
            None
        } else {
            crate::format::text(bytes(format), &mut Va::new(w)).ok().map(|s| s.to_string())
        };
        if let Some(e) = saved {
            let _ = error::restore(e);
        }
        error::write_unraisable(None, message.as_deref());
    }
    fn PyErr_Print() {
        print(true);
    }
    fn PyErr_PrintEx(set_sys: c_int) {
        print(set_sys != 0);
    }
    fn PyErr_Display(_ty: *const PyObject, value: &PyObject, tb: Option<&PyObject>) {
        interp::display::print_exception(value, tb);
    }
    fn PyErr_DisplayException(value: &PyObject) {
        interp::display::print_exception(value, None);
    }
}

/// `PyErr_Print`: through `sys.excepthook`; `SystemExit` ends the process.
fn print(set_sys: bool) {
    let Some(e) = error::take() else { return };
    if exc::SystemExit::check(&e) {
        let status = interp::display::system_exit(&e);
        interp::finish();
        std::process::exit(status);
    }
    let run = || -> PyResult<()> {
        let tb = exc::traceback_of(&e).unwrap_or_else(object::none);
        let class = e.ty().as_object().new_ref();
        if set_sys {
            interp::sys::set("last_exc", &e)?;
            interp::sys::set("last_type", &class)?;
            interp::sys::set("last_value", &e)?;
            interp::sys::set("last_traceback", &tb)?;
        }
        match interp::sys::get("excepthook")? {
            Some(hook) => object::call::call(&hook, &[&class, &e, &tb]).map(drop),
            None => {
                interp::display::print_exception(&e, None);
                Ok(())
            }
        }
    };
    if let Err(r) = run() {
        let second = error::fetch(r);
        interp::sys::write_stderr("Error in sys.excepthook:\n");
        interp::display::print_exception(&second, None);
        interp::sys::write_stderr("\nOriginal exception was:\n");
        interp::display::print_exception(&e, None);
    }
}

unsafe fn new_class(
    name: *const c_char,
    doc: Option<Py<PyStr>>,
    bases: Option<&PyObject>,
    dict: Option<&PyObject>,
) -> PyResult {
    // SAFETY: C's text.
    let name = unsafe { text(name)? }.to_string();
    let Some((module, short)) = name.rsplit_once('.') else {
        return raise!(SystemError, "PyErr_NewException: name must be module.class");
    };
    let ns = match dict.map(|d| d.downcast::<PyDict>()) {
        Some(Some(d)) => d.new_ref(),
        Some(None) => return error::bad_internal_call(),
        None => PyDict::new()?,
    };
    if ns.get_str(intern!("__module__"))?.is_none() {
        ns.set_item(intern!("__module__"), &*PyStr::new(module)?)?;
    }
    if let Some(doc) = doc {
        ns.set_item(intern!("__doc__"), &*doc)?;
    }
    let bases = match bases {
        Some(b) => match b.downcast::<PyTuple>() {
            Some(t) => t.new_ref(),
            None => PyTuple::from_refs(&[b])?,
        },
        None => PyTuple::from_refs(&[exc::Exception::type_object().as_object()])?,
    };
    object::call::call(
        PyTypeObject::type_object().as_object(),
        &[PyStr::new(short)?.as_object(), bases.as_object(), ns.as_object()],
    )
}

// ---- UnicodeError's fields ----

fn field(e: &PyObject, name: &PyStr) -> PyResult {
    e.get_attr(name)
}
unsafe fn get_index(e: &PyObject, name: &PyStr, place: *mut isize) -> PyResult<()> {
    // SAFETY: the caller's place.
    unsafe { *place = object::number::index_as_isize(&*field(e, name)?)? };
    Ok(())
}
fn set_index(e: &PyObject, name: &PyStr, value: isize) -> PyResult<()> {
    e.set_attr(name, Some(PyInt::from_i64(value as i64)?.as_object()))
}

macro_rules! unicode_error {
    ($($get_object:ident $get_start:ident $set_start:ident $get_end:ident $set_end:ident $get_reason:ident $set_reason:ident),*) => {
        capi! {$(
            fn $get_object(e: &PyObject) -> PyResult { field(e, intern!("object")) }
            fn $get_start(e: &PyObject, place: *mut isize) -> PyResult<()> { get_index(e, intern!("start"), place) }
            fn $set_start(e: &PyObject, value: isize) -> PyResult<()> { set_index(e, intern!("start"), value) }
            fn $get_end(e: &PyObject, place: *mut isize) -> PyResult<()> { get_index(e, intern!("end"), place) }
            fn $set_end(e: &PyObject, value: isize) -> PyResult<()> { set_index(e, intern!("end"), value) }
            fn $get_reason(e: &PyObject) -> PyResult { field(e, intern!("reason")) }
            fn $set_reason(e: &PyObject, reason: *const c_char) -> PyResult<()> {
                e.set_attr(intern!("reason"), Some(text(reason)?.as_object()))
            }
        )*}
    };
}
unicode_error!(
    PyUnicodeEncodeError_GetObject PyUnicodeEncodeError_GetStart PyUnicodeEncodeError_SetStart PyUnicodeEncodeError_GetEnd
    PyUnicodeEncodeError_SetEnd PyUnicodeEncodeError_GetReason PyUnicodeEncodeError_SetReason,
    PyUnicodeDecodeError_GetObject PyUnicodeDecodeError_GetStart PyUnicodeDecodeError_SetStart PyUnicodeDecodeError_GetEnd
    PyUnicodeDecodeError_SetEnd PyUnicodeDecodeError_GetReason PyUnicodeDecodeError_SetReason,
    PyUnicodeTranslateError_GetObject PyUnicodeTranslateError_GetStart PyUnicodeTranslateError_SetStart
    PyUnicodeTranslateError_GetEnd PyUnicodeTranslateError_SetEnd PyUnicodeTranslateError_GetReason
    PyUnicodeTranslateError_SetReason
);

capi! {
    fn PyUnicodeEncodeError_GetEncoding(e: &PyObject) -> PyResult {
        field(e, intern!("encoding"))
    }
    fn PyUnicodeDecodeError_GetEncoding(e: &PyObject) -> PyResult {
        field(e, intern!("encoding"))
    }
    fn PyUnicodeDecodeError_Create(encoding: *const c_char, input: *const c_char, n: isize, start: isize, end: isize, reason: *const c_char) -> PyResult {
        object::codecs::errors::decode_error(&lossy(encoding), crate::util::sized(input, n), start.max(0) as usize, end.max(0) as usize, &lossy(reason))
    }
}
