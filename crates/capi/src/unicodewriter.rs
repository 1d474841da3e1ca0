//! The `PyUnicodeWriter` of `cpython/unicodeobject.h`: an opaque builder of strings.

use crate::util::{decode_utf8, sized};
use crate::va::{Va, Walker};
use object::{Py, PyObject, PyResult, PyStr, StrBuilder, raise};
use std::ffi::c_char;

/// What C holds a pointer to.
pub struct Writer(StrBuilder);

fn push(w: *mut Writer, s: &PyStr) -> PyResult<()> {
    // SAFETY: a writer that was made here and is not finished.
    unsafe { (*w).0.push_str(s) }
}

/// Bytes of a text whose length is given, or up to its NUL for a negative one.
unsafe fn content<'a>(p: *const c_char, n: isize) -> &'a [u8] {
    // SAFETY: the caller's text.
    unsafe { if n < 0 { crate::util::bytes(p) } else { sized(p, n) } }
}

capi! {
    /// The caller owns the writer, and ends it by `Finish` or `Discard`.
    fn PyUnicodeWriter_Create(n: isize) -> PyResult<*mut Writer> {
        if n < 0 {
            return raise!(ValueError, "length must be positive");
        }
        Ok(Box::into_raw(Box::new(Writer(StrBuilder::new()))))
    }
    fn PyUnicodeWriter_Discard(w: *mut Writer) {
        if !w.is_null() {
            drop(Box::from_raw(w));
        }
    }
    fn PyUnicodeWriter_Finish(w: *mut Writer) -> PyResult<Py<PyStr>> {
        Box::from_raw(w).0.finish()
    }
    fn PyUnicodeWriter_WriteChar(w: *mut Writer, c: u32) -> PyResult<()> {
        if c > 0x10ffff {
            return raise!(ValueError, "character must be in range(0x110000)");
        }
        (*w).0.reserve(1, c)?;
        (*w).0.push(c);
        Ok(())
    }
    fn PyUnicodeWriter_WriteUTF8(w: *mut Writer, p: *const c_char, n: isize) -> PyResult<()> {
        push(w, &*decode_utf8(content(p, n))?)
    }
    fn PyUnicodeWriter_WriteASCII(w: *mut Writer, p: *const c_char, n: isize) -> PyResult<()> {
        (*w).0.push_latin1(content(p, n))
    }
    fn PyUnicodeWriter_WriteWideChar(w: *mut Writer, p: *const libc::wchar_t, n: isize) -> PyResult<()> {
        push(w, &*crate::unicodeobject::from_wide(p, n)?)
    }
    fn PyUnicodeWriter_WriteUCS4(w: *mut Writer, p: *const u32, n: isize) -> PyResult<()> {
        if n < 0 {
            return raise!(ValueError, "size must be positive");
        }
        push(w, &*PyStr::from_code_points(std::slice::from_raw_parts(p, n as usize))?)
    }
    fn PyUnicodeWriter_WriteStr(w: *mut Writer, o: &PyObject) -> PyResult<()> {
        push(w, &*o.str()?)
    }
    fn PyUnicodeWriter_WriteRepr(w: *mut Writer, o: Option<&PyObject>) -> PyResult<()> {
        match o {
            Some(o) => push(w, &*o.repr()?),
            None => (*w).0.push_text("<NULL>"),
        }
    }
    fn PyUnicodeWriter_WriteSubstring(w: *mut Writer, o: &PyObject, start: isize, end: isize) -> PyResult<()> {
        let Some(s) = o.downcast::<PyStr>() else {
            return raise!(TypeError, "expect str, not {}", o.ty().full_name());
        };
        if start < 0 || start > end {
            return raise!(ValueError, "start must be positive and smaller than end");
        }
        if end > s.len() as isize {
            return raise!(ValueError, "end is too large: end={end}, length={}", s.len());
        }
        (*w).0.push_range(s, start as usize, end as usize)
    }
    fn PyUnicodeWriter_DecodeUTF8Stateful(w: *mut Writer, p: *const c_char, n: isize, errors: *const c_char, consumed: *mut isize) -> PyResult<()> {
        let errors = crate::util::opt_text(errors)?;
        let all = content(p, n);
        let (text, used) = object::codecs::utf8::decode_stateful(all, crate::util::errors(&errors), consumed.is_null())?;
        push(w, &text)?;
        if !consumed.is_null() {
            *consumed = used as isize;
        }
        Ok(())
    }
    /// On failure the writer is as it was before.
    fn taipan_writer_format(w: *mut Writer, format: *const c_char, va: *mut Walker) -> PyResult<()> {
        push(w, &*crate::format::text(crate::util::bytes(format), &mut Va::new(va))?)
    }
}
