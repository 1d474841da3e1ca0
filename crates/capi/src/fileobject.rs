//! `fileobject.h`, `fileutils.h`: files are Python's own objects.

use crate::util::{opt_text, text};
use object::{PyBytes, PyInt, PyLayout, PyObject, PyResult, PyStr, error, intern, raise};
use std::ffi::{c_char, c_int};

/// A descriptor, from a number or `fileno()`.
fn descriptor(o: &PyObject) -> PyResult<c_int> {
    let n = if let Some(i) = o.downcast::<PyInt>() {
        i.new_ref()
    } else {
        let Some(f) = o.get_attr_opt(intern!("fileno"))? else {
            return raise!(TypeError, "argument must be an int, or have a fileno() method.");
        };
        let v = object::call::call(&f, &[])?;
        match v.downcast_into::<PyInt>() {
            Ok(i) => i,
            Err(_) => return raise!(TypeError, "fileno() returned a non-integer"),
        }
    };
    let fd = object::number::as_c_int(n.as_object())?;
    if fd < 0 {
        return raise!(ValueError, "file descriptor cannot be a negative integer ({fd})");
    }
    Ok(fd)
}

capi! {
    fn PyObject_AsFileDescriptor(o: &PyObject) -> PyResult<c_int> {
        descriptor(o)
    }
    /// Flag 1 writes `str(o)` instead of `repr(o)`.
    fn PyFile_WriteObject(o: &PyObject, file: Option<&PyObject>, flags: c_int) -> PyResult<()> {
        let Some(file) = file else {
            return raise!(TypeError, "writeobject with NULL file");
        };
        let shown = if flags & 1 != 0 { o.str()? } else { o.repr()? };
        file.call_method(intern!("write"), &[shown.as_object()])?;
        Ok(())
    }
    fn PyFile_WriteString(s: *const c_char, file: Option<&PyObject>) -> PyResult<()> {
        let Some(file) = file else {
            if !error::occurred() {
                return raise!(SystemError, "null file for PyFile_WriteString");
            }
            return Err(object::Raised);
        };
        if error::occurred() {
            return Err(object::Raised);
        }
        file.call_method(intern!("write"), &[text(s)?.as_object()])?;
        Ok(())
    }
    /// A line: with `n` negative `EOFError` at the end, and no newline.
    fn PyFile_GetLine(file: &PyObject, n: c_int) -> PyResult {
        let line = if n > 0 {
            file.call_method(intern!("readline"), &[PyInt::from_i64(n as i64)?.as_object()])?
        } else {
            file.call_method(intern!("readline"), &[])?
        };
        let empty = match (line.downcast::<PyStr>(), line.downcast::<PyBytes>()) {
            (Some(s), _) => s.is_empty(),
            (_, Some(b)) => b.is_empty(),
            _ => return raise!(TypeError, "object.readline() returned non-string"),
        };
        if n >= 0 {
            return Ok(line);
        }
        if empty {
            return raise!(EOFError, "EOF when reading a line");
        }
        let newline = if line.downcast::<PyStr>().is_some() {
            PyStr::new("\n")?.into_object()
        } else {
            PyBytes::new(b"\n")?.into_object()
        };
        line.call_method(intern!("removesuffix"), &[&newline])
    }
    fn PyFile_FromFd(fd: c_int, _name: *const c_char, mode: *const c_char, buffering: c_int, encoding: *const c_char, errors: *const c_char, newline: *const c_char, closefd: c_int) -> PyResult {
        let open = object::hooks::import("io")?.get_attr(intern!("open"))?;
        let (encoding, errors, newline) = (opt_text(encoding)?, opt_text(errors)?, opt_text(newline)?);
        let none = object::singletons::none_ref();
        let or_none = |s: &Option<object::Py<PyStr>>| s.as_ref().map_or(none.new_ref(), |s| s.as_object().new_ref());
        let fd = PyInt::from_i64(fd as i64)?;
        let buffering = PyInt::from_i64(buffering as i64)?;
        object::call::call(&open, &[
            fd.as_object(), text(mode)?.as_object(), buffering.as_object(), &or_none(&encoding), &or_none(&errors),
            &or_none(&newline), &object::bool::py_bool(closefd != 0),
        ])
    }
    fn PyFile_OpenCode(path: *const c_char) -> PyResult {
        object::hooks::import("io")?.call_method(intern!("open_code"), &[text(path)?.as_object()])
    }
    fn PyFile_OpenCodeObject(path: &PyObject) -> PyResult {
        object::hooks::import("io")?.call_method(intern!("open_code"), &[path])
    }
    /// Opens a C stream on a path; NULL with an exception.
    fn Py_fopen(path: &PyObject, mode: *const c_char) -> PyResult<*mut libc::FILE> {
        let name = interp::fs_decode(path)?;
        let bytes = object::codecs::utf8::encode(&name, object::codecs::Errors(Some(intern!("surrogateescape"))))?;
        let Ok(c) = std::ffi::CString::new(bytes.as_slice()) else {
            return raise!(ValueError, "embedded null byte");
        };
        let f = libc::fopen(c.as_ptr(), mode);
        if f.is_null() {
            return error::raise_last_errno(Some(path));
        }
        Ok(f)
    }
    fn Py_fclose(f: *mut libc::FILE) -> c_int {
        libc::fclose(f)
    }
    /// Wide text from the locale's encoding (UTF-8), to be freed with `PyMem_RawFree`; NULL where there is no memory.
    fn Py_DecodeLocale(s: *const c_char, n: *mut usize) -> *mut libc::wchar_t {
        let mut out: Vec<u32> = Vec::new();
        let mut rest = crate::util::bytes(s);
        while !rest.is_empty() {
            let good = match std::str::from_utf8(rest) {
                Ok(t) => t,
                Err(e) => std::str::from_utf8(&rest[..e.valid_up_to()]).unwrap_or(""),
            };
            out.extend(good.chars().map(|c| c as u32));
            rest = &rest[good.len()..];
            if let Some((b, tail)) = rest.split_first() {
                out.push(0xdc00 + *b as u32);
                rest = tail;
            }
        }
        if !n.is_null() {
            *n = out.len();
        }
        out.push(0);
        let content = std::slice::from_raw_parts(out.as_ptr() as *const u8, out.len() * 4);
        crate::pymem::copied(content).map_or(std::ptr::null_mut(), |p| p.cast())
    }
    /// The locale's encoding of wide text, to be freed with `PyMem_Free`.
    fn Py_EncodeLocale(s: *const libc::wchar_t, error_at: *mut usize) -> *mut c_char {
        let mut out = Vec::new();
        for i in 0..libc::wcslen(s) {
            let c = *s.add(i) as u32;
            match char::from_u32(c) {
                Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                None if (0xdc80..0xdd00).contains(&c) => out.push((c - 0xdc00) as u8),
                None => {
                    if !error_at.is_null() {
                        *error_at = i;
                    }
                    return std::ptr::null_mut();
                }
            }
        }
        out.push(0);
        if !error_at.is_null() {
            *error_at = usize::MAX;
        }
        crate::pymem::copied(&out).map_or(std::ptr::null_mut(), |p| p.cast())
    }
}
