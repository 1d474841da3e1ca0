//! `pythonrun.h`: compiling and running text.

use crate::util::{bytes, decode_utf8, expect};
use interp::compile::{self, Request};
use object::{Py, PyDict, PyLayout, PyObject, PyResult, PyStr, raise};
use std::ffi::{c_char, c_int};
use syntax::Mode;

/// `Py_single_input`, `Py_file_input`, `Py_eval_input`
fn mode(start: c_int) -> PyResult<Mode> {
    Ok(match start {
        256 => Mode::Single,
        257 => Mode::Exec,
        258 => Mode::Eval,
        _ => return raise!(ValueError, "invalid start symbol"),
    })
}

/// `PyCompilerFlags`
#[repr(C)]
pub struct Flags {
    cf_flags: c_int,
    cf_feature_version: c_int,
}

unsafe fn compile(
    source: &[u8],
    filename: &PyStr,
    start: c_int,
    flags: *const Flags,
    optimize: c_int,
) -> PyResult<Py<vm::code::PyCode>> {
    let text = compile::decode_source(source, filename)?;
    // SAFETY: NULL, or C's flags.
    let bits = unsafe { flags.as_ref() }.map_or(0, |f| f.cf_flags & compile::FUTURE_MASK);
    compile::compile_text(
        &text,
        &Request {
            filename,
            mode: mode(start)?,
            flags: bits,
            optimize: u8::try_from(optimize).unwrap_or_else(|_| interp::config::optimize()),
            feature_version: 14,
        },
    )
}

unsafe fn run(
    source: &[u8],
    filename: &str,
    start: c_int,
    globals: &PyObject,
    locals: Option<&PyObject>,
    flags: *const Flags,
) -> PyResult {
    let filename = PyStr::new(filename)?;
    // SAFETY: the caller's promise.
    let code = unsafe { compile(source, &filename, start, flags, -1)? };
    if let Some(g) = globals.downcast::<PyDict>()
        && g.get_str(object::intern!("__builtins__"))?.is_none()
    {
        g.set_item(
            object::intern!("__builtins__"),
            &*object::hooks::import("builtins")?,
        )?;
    }
    vm::eval::eval_code(&code, globals, locals)
}

/// All that is left of a C stream.
unsafe fn read_all(file: *mut libc::FILE) -> Vec<u8> {
    let mut out = Vec::new();
    let mut chunk = [0u8; 4096];
    loop {
        // SAFETY: the buffer and its length go together.
        let n = unsafe { libc::fread(chunk.as_mut_ptr().cast(), 1, chunk.len(), file) };
        if n == 0 {
            return out;
        }
        out.extend_from_slice(&chunk[..n]);
    }
}

unsafe fn run_file(
    file: *mut libc::FILE,
    name: *const c_char,
    start: c_int,
    globals: &PyObject,
    locals: Option<&PyObject>,
    close: c_int,
    flags: *const Flags,
) -> PyResult {
    // SAFETY: C's stream and text.
    unsafe {
        let source = read_all(file);
        if close != 0 {
            libc::fclose(file);
        }
        run(&source, &crate::util::lossy(name), start, globals, locals, flags)
    }
}

/// Runs in `__main__`; an exception is shown. 0 or -1.
unsafe fn simple(source: &[u8], filename: &str, flags: *const Flags) -> c_int {
    let result = interp::main_module()
        .and_then(|m| m.dict())
        // SAFETY: the caller's promise.
        .and_then(|d| unsafe { run(source, filename, 257, d.as_object(), Some(d.as_object()), flags) });
    match result {
        Ok(_) => 0,
        Err(_) => {
            // SAFETY: an exception is set.
            unsafe { crate::pyerrors::PyErr_Print() };
            -1
        }
    }
}

capi! {
    fn Py_CompileString(s: *const c_char, file: *const c_char, start: c_int) -> PyResult<Py<vm::code::PyCode>> {
        compile(bytes(s), &*decode_utf8(bytes(file))?, start, std::ptr::null(), -1)
    }
    fn Py_CompileStringFlags(s: *const c_char, file: *const c_char, start: c_int, flags: *const Flags) -> PyResult<Py<vm::code::PyCode>> {
        compile(bytes(s), &*decode_utf8(bytes(file))?, start, flags, -1)
    }
    fn Py_CompileStringExFlags(s: *const c_char, file: *const c_char, start: c_int, flags: *const Flags, optimize: c_int) -> PyResult<Py<vm::code::PyCode>> {
        compile(bytes(s), &*decode_utf8(bytes(file))?, start, flags, optimize)
    }
    fn Py_CompileStringObject(s: *const c_char, file: &PyObject, start: c_int, flags: *const Flags, optimize: c_int) -> PyResult<Py<vm::code::PyCode>> {
        compile(bytes(s), expect::<PyStr>(file)?, start, flags, optimize)
    }
    fn PyRun_String(s: *const c_char, start: c_int, globals: &PyObject, locals: Option<&PyObject>) -> PyResult {
        run(bytes(s), "<string>", start, globals, locals, std::ptr::null())
    }
    fn PyRun_StringFlags(s: *const c_char, start: c_int, globals: &PyObject, locals: Option<&PyObject>, flags: *const Flags) -> PyResult {
        run(bytes(s), "<string>", start, globals, locals, flags)
    }
    fn PyRun_SimpleString(s: *const c_char) -> c_int {
        simple(bytes(s), "<string>", std::ptr::null())
    }
    fn PyRun_SimpleStringFlags(s: *const c_char, flags: *const Flags) -> c_int {
        simple(bytes(s), "<string>", flags)
    }
    fn PyRun_File(file: *mut libc::FILE, name: *const c_char, start: c_int, globals: &PyObject, locals: Option<&PyObject>) -> PyResult {
        run_file(file, name, start, globals, locals, 0, std::ptr::null())
    }
    fn PyRun_FileEx(file: *mut libc::FILE, name: *const c_char, start: c_int, globals: &PyObject, locals: Option<&PyObject>, close: c_int) -> PyResult {
        run_file(file, name, start, globals, locals, close, std::ptr::null())
    }
    fn PyRun_FileFlags(file: *mut libc::FILE, name: *const c_char, start: c_int, globals: &PyObject, locals: Option<&PyObject>, flags: *const Flags) -> PyResult {
        run_file(file, name, start, globals, locals, 0, flags)
    }
    fn PyRun_FileExFlags(file: *mut libc::FILE, name: *const c_char, start: c_int, globals: &PyObject, locals: Option<&PyObject>, close: c_int, flags: *const Flags) -> PyResult {
        run_file(file, name, start, globals, locals, close, flags)
    }
    fn PyRun_SimpleFile(file: *mut libc::FILE, name: *const c_char) -> c_int {
        simple(&read_all(file), &crate::util::lossy(name), std::ptr::null())
    }
    fn PyRun_SimpleFileEx(file: *mut libc::FILE, name: *const c_char, close: c_int) -> c_int {
        let source = read_all(file);
        if close != 0 {
            libc::fclose(file);
        }
        simple(&source, &crate::util::lossy(name), std::ptr::null())
    }
    fn PyRun_SimpleFileExFlags(file: *mut libc::FILE, name: *const c_char, close: c_int, flags: *const Flags) -> c_int {
        let source = read_all(file);
        if close != 0 {
            libc::fclose(file);
        }
        simple(&source, &crate::util::lossy(name), flags)
    }
}
