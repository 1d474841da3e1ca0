//! The exception classes (`cpython/pyerrors.h`).

use crate::handle::{Field, GilCell, Py, PyClass, PyLayout, PyResult};
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::tuple::PyTuple;
use object_macros::{pyclass, pymethods};
use std::ffi::c_char;

/// `PyBaseExceptionObject`
#[pyclass(name = "BaseException", type = _PyExc_BaseException, flags(BASETYPE, BASE_EXC_SUBCLASS, HAVE_GC), dict = dict)]
#[repr(C)]
pub struct BaseException {
    pub(crate) ob_base: PyObject,
    pub dict: Field,
    pub args: Field<PyTuple>,
    pub notes: Field,
    pub traceback: Field,
    pub context: Field,
    pub cause: Field,
    pub suppress_context: GilCell<c_char>,
}
#[pymethods]
impl BaseException {}

macro_rules! plain {
    ($($name:ident : $base:ident = $text:literal),*) => {$(
        /// An exception class without fields of its own.
        #[pyclass(name = $text, base = $base, flags(BASETYPE, BASE_EXC_SUBCLASS, HAVE_GC), dict = _base)]
        #[repr(transparent)]
        pub struct $name { _base: $base }
        #[pymethods]
        impl $name {}
    )*};
}
plain! {
    Exception: BaseException = "Exception", TypeError: Exception = "TypeError", ValueError: Exception = "ValueError",
    OverflowError: Exception = "OverflowError", RecursionError: Exception = "RecursionError",
    SystemError: Exception = "SystemError", ImportError: Exception = "ImportError", MemoryError: Exception = "MemoryError",
    OSError: Exception = "OSError", StopIteration: Exception = "StopIteration", AttributeError: Exception = "AttributeError",
    ZeroDivisionError: Exception = "ZeroDivisionError", IndexError: Exception = "IndexError", BufferError: Exception = "BufferError",
    LookupError: Exception = "LookupError", RuntimeError: Exception = "RuntimeError", KeyError: LookupError = "KeyError",
    UnicodeError: ValueError = "UnicodeError", Warning: Exception = "Warning", BytesWarning: Warning = "BytesWarning",
    DeprecationWarning: Warning = "DeprecationWarning", NotImplementedError: RuntimeError = "NotImplementedError", EOFError: Exception = "EOFError"
}

pub fn context_of(_exc: &Py) -> Option<Py> {
    todo!()
}
pub fn set_context(_exc: &Py, _context: Option<Py>) {
    todo!()
}
pub fn memory_error_instance() -> Option<Py> {
    None
}
pub fn raise_encode_error<T>(
    _encoding: &str,
    _object: &PyStr,
    _start: usize,
    _end: usize,
    _reason: &str,
) -> PyResult<T> {
    todo!()
}
#[allow(unused)]
fn _unused<T: PyClass>(t: &T) -> *mut PyObject {
    t.as_ptr()
}
