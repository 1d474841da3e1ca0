//! Data of the headers that is not a type: the variables `PyExc_…`, and constants.

use object::exceptions as exc;
use object::typeobject::PyTypeObject;
use std::ffi::{CStr, c_char, c_int, c_longlong, c_ulong};

/// A `PyObject *` variable that holds a class.
#[repr(transparent)]
pub struct Class(*const PyTypeObject);
// SAFETY: a constant address.
unsafe impl Sync for Class {}

/// A `const char *` variable.
#[repr(transparent)]
pub struct Text(*const c_char);
// SAFETY: constant text.
unsafe impl Sync for Text {}
impl Text {
    pub const fn new(text: &'static CStr) -> Text {
        Text(text.as_ptr())
    }
    pub fn get(&self) -> *const c_char {
        self.0
    }
}

macro_rules! exceptions {
    ($($name:ident $ty:ident),* $(,)?) => {$(
        #[unsafe(no_mangle)]
        pub static $name: Class = Class(&raw const exc::$ty);
    )*};
}
exceptions! {
    PyExc_ArithmeticError _PyExc_ArithmeticError,
    PyExc_AssertionError _PyExc_AssertionError,
    PyExc_AttributeError _PyExc_AttributeError,
    PyExc_BaseException _PyExc_BaseException,
    PyExc_BaseExceptionGroup _PyExc_BaseExceptionGroup,
    PyExc_BlockingIOError _PyExc_BlockingIOError,
    PyExc_BrokenPipeError _PyExc_BrokenPipeError,
    PyExc_BufferError _PyExc_BufferError,
    PyExc_BytesWarning _PyExc_BytesWarning,
    PyExc_ChildProcessError _PyExc_ChildProcessError,
    PyExc_ConnectionAbortedError _PyExc_ConnectionAbortedError,
    PyExc_ConnectionError _PyExc_ConnectionError,
    PyExc_ConnectionRefusedError _PyExc_ConnectionRefusedError,
    PyExc_ConnectionResetError _PyExc_ConnectionResetError,
    PyExc_DeprecationWarning _PyExc_DeprecationWarning,
    PyExc_EOFError _PyExc_EOFError,
    PyExc_EncodingWarning _PyExc_EncodingWarning,
    PyExc_EnvironmentError _PyExc_OSError,
    PyExc_Exception _PyExc_Exception,
    PyExc_FileExistsError _PyExc_FileExistsError,
    PyExc_FileNotFoundError _PyExc_FileNotFoundError,
    PyExc_FloatingPointError _PyExc_FloatingPointError,
    PyExc_FutureWarning _PyExc_FutureWarning,
    PyExc_GeneratorExit _PyExc_GeneratorExit,
    PyExc_IOError _PyExc_OSError,
    PyExc_ImportError _PyExc_ImportError,
    PyExc_ImportWarning _PyExc_ImportWarning,
    PyExc_IndentationError _PyExc_IndentationError,
    PyExc_IndexError _PyExc_IndexError,
    PyExc_InterruptedError _PyExc_InterruptedError,
    PyExc_IsADirectoryError _PyExc_IsADirectoryError,
    PyExc_KeyError _PyExc_KeyError,
    PyExc_KeyboardInterrupt _PyExc_KeyboardInterrupt,
    PyExc_LookupError _PyExc_LookupError,
    PyExc_MemoryError _PyExc_MemoryError,
    PyExc_ModuleNotFoundError _PyExc_ModuleNotFoundError,
    PyExc_NameError _PyExc_NameError,
    PyExc_NotADirectoryError _PyExc_NotADirectoryError,
    PyExc_NotImplementedError _PyExc_NotImplementedError,
    PyExc_OSError _PyExc_OSError,
    PyExc_OverflowError _PyExc_OverflowError,
    PyExc_PendingDeprecationWarning _PyExc_PendingDeprecationWarning,
    PyExc_PermissionError _PyExc_PermissionError,
    PyExc_ProcessLookupError _PyExc_ProcessLookupError,
    PyExc_PythonFinalizationError _PyExc_PythonFinalizationError,
    PyExc_RecursionError _PyExc_RecursionError,
    PyExc_ReferenceError _PyExc_ReferenceError,
    PyExc_ResourceWarning _PyExc_ResourceWarning,
    PyExc_RuntimeError _PyExc_RuntimeError,
    PyExc_RuntimeWarning _PyExc_RuntimeWarning,
    PyExc_StopAsyncIteration _PyExc_StopAsyncIteration,
    PyExc_StopIteration _PyExc_StopIteration,
    PyExc_SyntaxError _PyExc_SyntaxError,
    PyExc_SyntaxWarning _PyExc_SyntaxWarning,
    PyExc_SystemError _PyExc_SystemError,
    PyExc_SystemExit _PyExc_SystemExit,
    PyExc_TabError _PyExc_TabError,
    PyExc_TimeoutError _PyExc_TimeoutError,
    PyExc_TypeError _PyExc_TypeError,
    PyExc_UnboundLocalError _PyExc_UnboundLocalError,
    PyExc_UnicodeDecodeError _PyExc_UnicodeDecodeError,
    PyExc_UnicodeEncodeError _PyExc_UnicodeEncodeError,
    PyExc_UnicodeError _PyExc_UnicodeError,
    PyExc_UnicodeTranslateError _PyExc_UnicodeTranslateError,
    PyExc_UnicodeWarning _PyExc_UnicodeWarning,
    PyExc_UserWarning _PyExc_UserWarning,
    PyExc_ValueError _PyExc_ValueError,
    PyExc_Warning _PyExc_Warning,
    PyExc_ZeroDivisionError _PyExc_ZeroDivisionError,
}

#[unsafe(no_mangle)]
pub static Py_Version: c_ulong = interp::sys::HEXVERSION as c_ulong;
#[unsafe(no_mangle)]
pub static Py_hexdigits: Text = Text::new(c"0123456789abcdef");
#[unsafe(no_mangle)]
pub static PY_TIMEOUT_MAX: c_longlong = c_longlong::MAX / 1000;
#[unsafe(no_mangle)]
pub static Py_UTF8Mode: c_int = 1;
#[unsafe(no_mangle)]
pub static Py_HasFileSystemDefaultEncoding: c_int = 1;
#[unsafe(no_mangle)]
pub static Py_FileSystemDefaultEncoding: Text = Text::new(c"utf-8");
#[unsafe(no_mangle)]
pub static Py_FileSystemDefaultEncodeErrors: Text = Text::new(c"surrogateescape");
/// What `PyByteArray_AS_STRING` points to for an empty bytearray.
#[unsafe(no_mangle)]
pub static _PyByteArray_empty_string: [c_char; 1] = [0];

/// White space among the ASCII characters, for `Py_UNICODE_ISSPACE`.
#[unsafe(no_mangle)]
pub static _Py_ascii_whitespace: [u8; 128] = {
    let mut table = [0; 128];
    let mut i = 0;
    while i < 128 {
        table[i] = matches!(i, 9..=13 | 28..=32) as u8;
        i += 1;
    }
    table
};

/// `PY_CTF_…`: lower, upper, digit, space, xdigit.
#[unsafe(no_mangle)]
pub static _Py_ctype_table: [u32; 256] = {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 128 {
        let c = i as u8;
        table[i] = c.is_ascii_lowercase() as u32
            | (c.is_ascii_uppercase() as u32) << 1
            | (c.is_ascii_digit() as u32) << 2
            | (matches!(i, 9..=13 | 32) as u32) << 3
            | (c.is_ascii_hexdigit() as u32) << 4;
        i += 1;
    }
    table
};
#[unsafe(no_mangle)]
pub static _Py_ctype_tolower: [u8; 256] = case_table(false);
#[unsafe(no_mangle)]
pub static _Py_ctype_toupper: [u8; 256] = case_table(true);

const fn case_table(upper: bool) -> [u8; 256] {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        let c = i as u8;
        table[i] = if upper {
            c.to_ascii_uppercase()
        } else {
            c.to_ascii_lowercase()
        };
        i += 1;
    }
    table
}
