//! What is left of `modsupport.h` and `pylifecycle.h`: version, platform and the interpreter's life.

use crate::util::lossy;
use object::{PyResult, raise};
use std::ffi::{c_char, c_int, c_void};

/// Text that lives for ever.
fn leaked(text: String) -> *const c_char {
    std::ffi::CString::new(text).unwrap_or_default().into_raw()
}

macro_rules! wide_sys {
    ($($name:ident $attribute:literal),*) => { capi! {$(
        /// A `wchar_t` text of `sys`; it lives for ever.
        fn $name() -> *const libc::wchar_t {
            let found = interp::sys::get($attribute).ok().flatten();
            let text = found.and_then(|v| v.downcast::<object::PyStr>().map(|s| s.to_string())).unwrap_or_default();
            let wide: Vec<libc::wchar_t> = text.chars().map(|c| c as libc::wchar_t).chain([0]).collect();
            Box::leak(wide.into_boxed_slice()).as_ptr()
        }
    )*} };
}
wide_sys!(Py_GetPrefix "prefix", Py_GetExecPrefix "exec_prefix", Py_GetProgramFullPath "executable",
    Py_GetProgramName "executable", Py_GetPath "path");

capi! {
    fn Py_GetVersion() -> *const c_char {
        static TEXT: std::sync::OnceLock<usize> = std::sync::OnceLock::new();
        *TEXT.get_or_init(|| leaked(interp::sys::version()) as usize) as *const c_char
    }
    fn Py_GetPlatform() -> *const c_char {
        c"linux".as_ptr()
    }
    fn Py_GetCompiler() -> *const c_char {
        c"[Rust]".as_ptr()
    }
    fn Py_GetBuildInfo() -> *const c_char {
        c"main".as_ptr()
    }
    fn Py_GetCopyright() -> *const c_char {
        c"Copyright (c) the Taipan developers.".as_ptr()
    }
    fn Py_GetPythonHome() -> *const libc::wchar_t {
        std::ptr::null()
    }
    /// The interpreter is always up when C code can call this.
    fn Py_IsInitialized() -> bool {
        true
    }
    fn Py_IsFinalizing() -> bool {
        interp::FINALIZING.get()
    }
    fn Py_Initialize() {}
    fn Py_InitializeEx(_signals: c_int) {}
    fn Py_PACK_FULL_VERSION(x: c_int, y: c_int, z: c_int, level: c_int, serial: c_int) -> u32 {
        (x as u32 & 0xff) << 24 | (y as u32 & 0xff) << 16 | (z as u32 & 0xff) << 8 | (level as u32 & 0xf) << 4 | serial as u32 & 0xf
    }
    fn Py_PACK_VERSION(x: c_int, y: c_int) -> u32 {
        (x as u32 & 0xff) << 24 | (y as u32 & 0xff) << 16
    }
    /// A function to be called at the very end; at most 32 of them.
    fn Py_AtExit(f: unsafe extern "C" fn()) -> c_int {
        static COUNT: object::GilCell<usize> = object::GilCell::new(0);
        if COUNT.get() >= 32 {
            return -1;
        }
        COUNT.set(COUNT.get() + 1);
        let f: extern "C" fn() = std::mem::transmute(f);
        libc::atexit(f)
    }
    /// Ends the process with a status, as C's `exit`.
    fn Py_Exit(status: c_int) {
        interp::finish();
        libc::exit(status);
    }
    fn PyOS_getsig(signal: c_int) -> usize {
        let mut old = std::mem::MaybeUninit::<libc::sigaction>::uninit();
        if libc::sigaction(signal, std::ptr::null(), old.as_mut_ptr()) == -1 {
            return libc::SIG_ERR;
        }
        old.assume_init().sa_sigaction
    }
    fn PyOS_setsig(signal: c_int, handler: usize) -> usize {
        let mut new: libc::sigaction = std::mem::zeroed();
        let mut old: libc::sigaction = std::mem::zeroed();
        new.sa_sigaction = handler;
        libc::sigemptyset(&mut new.sa_mask);
        if libc::sigaction(signal, &new, &mut old) == -1 {
            return libc::SIG_ERR;
        }
        old.sa_sigaction
    }
    fn Py_FdIsInteractive(file: *mut libc::FILE, name: *const c_char) -> bool {
        if libc::isatty(libc::fileno(file)) != 0 {
            return true;
        }
        interp::config::get().interactive > 0 && (name.is_null() || matches!(&*lossy(name), "<stdin>" | "???"))
    }
    fn PyOS_mystricmp(a: *const c_char, b: *const c_char) -> c_int {
        libc::strcasecmp(a, b)
    }
    fn PyOS_mystrnicmp(a: *const c_char, b: *const c_char, n: isize) -> c_int {
        libc::strncasecmp(a, b, n.max(0) as usize)
    }
    fn PyOS_InterruptOccurred() -> c_int {
        0
    }
    fn PyOS_CheckStack() -> bool {
        object::thread::stack_is_low()
    }
    fn PyOS_BeforeFork() {}
    fn PyOS_AfterFork_Parent() {}
    fn PyOS_AfterFork_Child() {}
    fn PyOS_AfterFork() {}
    /// Several interpreters in a process are not there yet.
    fn Py_NewInterpreter() -> PyResult<*mut c_void> {
        raise!(RuntimeError, "subinterpreters are not supported")
    }
}
