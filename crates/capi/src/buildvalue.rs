//! `Py_BuildValue` and the calls whose arguments a format describes.

use crate::util::{bytes, decode_utf8, expect, name, not_null, sized};
use crate::va::{Va, Walker};
use object::call::{call, call_tuple_dict};
use object::{
    Py, PyBytes, PyComplex, PyDict, PyFloat, PyInt, PyLayout, PyList, PyObject, PyResult, PyStr, PyTuple,
    Raised, error, raise,
};
use std::ffi::{c_char, c_void};

struct Builder<'f> {
    format: &'f [u8],
    at: usize,
    va: Va,
}

/// What stands between units.
fn is_separator(c: u8) -> bool {
    matches!(c, b',' | b':' | b' ' | b'\t')
}

impl Builder<'_> {
    fn peek(&self) -> u8 {
        self.format.get(self.at).copied().unwrap_or(0)
    }
    fn eat(&mut self, c: u8) -> bool {
        let there = self.peek() == c;
        self.at += there as usize;
        there
    }

    /// The items up to `end` (0: the format's). The first error is kept, but all arguments are taken: `N` gives references away.
    fn items(&mut self, end: u8) -> PyResult<Vec<Py>> {
        let mut out = Vec::new();
        let mut failed = None;
        loop {
            while is_separator(self.peek()) {
                self.at += 1;
            }
            let c = self.peek();
            if c == end {
                self.at += (end != 0) as usize;
                break;
            }
            if c == 0 {
                return raise!(SystemError, "unmatched paren in format");
            }
            let before = self.at;
            match self.item() {
                Ok(v) => out.push(v),
                Err(_) if self.at == before => return Err(Raised),
                Err(r) => {
                    failed = failed.or_else(error::take);
                    let _ = r;
                }
            }
        }
        match failed {
            Some(e) => Err(error::restore(e)),
            None => Ok(out),
        }
    }

    /// Text of a given or unknown length; NULL is `None`.
    fn text(&mut self, make: fn(&[u8]) -> PyResult<Py>) -> PyResult {
        let p = self.va.pointer::<c_char>();
        let n = if self.eat(b'#') {
            Some(self.va.size())
        } else {
            None
        };
        if p.is_null() {
            return Ok(object::none());
        }
        // SAFETY: C's text, of that length if one is given.
        unsafe {
            make(match n {
                Some(n) if n >= 0 => sized(p, n),
                _ => bytes(p),
            })
        }
    }

    fn item(&mut self) -> PyResult {
        let c = self.peek();
        let at = self.at;
        self.at += 1;
        let int = |v: i64| Ok(PyInt::from_i64(v)?.into_object());
        let uint = |v: u64| Ok(PyInt::from_u64(v)?.into_object());
        match c {
            b'(' => Ok(PyTuple::from_vec(self.items(b')')?)?.into_object()),
            b'[' => Ok(PyList::from_vec(self.items(b']')?)?.into_object()),
            b'{' => {
                let items = self.items(b'}')?;
                if items.len() % 2 != 0 {
                    return raise!(SystemError, "Bad dict format");
                }
                let d = PyDict::new()?;
                for pair in items.chunks(2) {
                    d.set_item(&*pair[0], &*pair[1])?;
                }
                Ok(d.into_object())
            }
            b'b' | b'B' | b'h' | b'i' => int(self.va.int() as i64),
            b'H' => int(self.va.int() as i64),
            b'I' => uint(self.va.int() as u32 as u64),
            b'n' => int(self.va.size() as i64),
            b'l' => int(self.va.long()),
            b'k' => uint(self.va.long() as u64),
            b'L' => int(self.va.longlong()),
            b'K' => uint(self.va.longlong() as u64),
            b'p' => Ok(object::bool::py_bool(self.va.int() != 0)),
            b'f' | b'd' => Ok(PyFloat::new(self.va.double())?.into_object()),
            b'D' => {
                let p = self.va.pointer::<crate::complexobject::CComplex>();
                // SAFETY: `D` gets a pointer to a `Py_complex`.
                let v = unsafe { *p };
                Ok(PyComplex::new(v.real, v.imag)?.into_object())
            }
            b'c' => Ok(PyBytes::single(self.va.int() as u8).into_object()),
            b'C' => match u32::try_from(self.va.int()).ok().filter(|c| *c < 0x110000) {
                Some(c) => Ok(PyStr::from_char(c)?.into_object()),
                None => raise!(ValueError, "chr() arg not in range(0x110000)"),
            },
            b's' | b'z' | b'U' => self.text(|b| Ok(decode_utf8(b)?.into_object())),
            b'y' => self.text(|b| Ok(PyBytes::new(b)?.into_object())),
            b'u' => {
                let p = self.va.pointer::<libc::wchar_t>();
                let n = if self.eat(b'#') { self.va.size() } else { -1 };
                if p.is_null() {
                    return Ok(object::none());
                }
                // SAFETY: a `wchar_t` string of that length.
                Ok(unsafe { crate::unicodeobject::from_wide(p, n)? }.into_object())
            }
            b'N' | b'S' | b'O' if c != b'O' || self.peek() != b'&' => {
                let p = self.va.pointer::<PyObject>();
                if p.is_null() {
                    if error::occurred() {
                        return Err(Raised);
                    }
                    return raise!(SystemError, "NULL object passed to Py_BuildValue");
                }
                // SAFETY: an object; `N` gives a reference away.
                unsafe {
                    Ok(if c == b'N' {
                        Py::from_owned_ptr(p)
                    } else {
                        (*p).new_ref()
                    })
                }
            }
            b'O' => {
                self.at += 1;
                let f = self.va.pointer::<c_void>();
                let arg = self.va.pointer::<c_void>();
                // SAFETY: `O&` gets a function that makes an object of the pointer.
                unsafe {
                    let f: unsafe extern "C" fn(*mut c_void) -> PyResult = std::mem::transmute(f);
                    f(arg)
                }
            }
            _ => {
                self.at = at;
                raise!(SystemError, "bad format char passed to Py_BuildValue")
            }
        }
    }
}

/// The items that a format makes.
unsafe fn build(format: *const c_char, w: *mut Walker) -> PyResult<Vec<Py>> {
    // SAFETY: a format that fits the arguments.
    let mut b = unsafe {
        Builder {
            format: bytes(format),
            at: 0,
            va: Va::new(w),
        }
    };
    b.items(0)
}

/// Arguments of a call: a single tuple stands for all of them.
unsafe fn arguments(format: *const c_char, w: *mut Walker) -> PyResult<Py<PyTuple>> {
    // SAFETY: the caller's promise.
    let mut items = unsafe { build(format, w)? };
    if items.len() == 1 && items[0].downcast::<PyTuple>().is_some() {
        return items
            .remove(0)
            .downcast_into::<PyTuple>()
            .or_else(|_| error::bad_internal_call());
    }
    PyTuple::from_vec(items)
}

/// Objects up to a NULL, lent.
unsafe fn objects<'a>(w: *mut Walker) -> Vec<&'a PyObject> {
    // SAFETY: objects, then NULL.
    unsafe {
        let mut va = Va::new(w);
        std::iter::from_fn(|| va.pointer::<PyObject>().as_ref()).collect()
    }
}

capi! {
    fn taipan_build_value(format: *const c_char, w: *mut Walker) -> PyResult {
        let mut items = build(format, w)?;
        match items.len() {
            0 => Ok(object::none()),
            1 => Ok(items.remove(0)),
            _ => Ok(PyTuple::from_vec(items)?.into_object()),
        }
    }
    fn taipan_call_function(callable: Option<&PyObject>, format: *const c_char, w: *mut Walker) -> PyResult {
        let callable = not_null(callable)?;
        if format.is_null() || *format == 0 {
            return call(callable, &[]);
        }
        call_tuple_dict(callable, &*arguments(format, w)?, None)
    }
    fn taipan_call_method(o: Option<&PyObject>, method: *const c_char, format: *const c_char, w: *mut Walker) -> PyResult {
        let callable = not_null(o)?.get_attr(&*name(method)?)?;
        if !callable.is_callable() {
            return raise!(TypeError, "attribute of type '{}' is not callable", callable.ty().full_name());
        }
        if format.is_null() || *format == 0 {
            return call(&callable, &[]);
        }
        call_tuple_dict(&callable, &*arguments(format, w)?, None)
    }
    fn taipan_call_objects(callable: Option<&PyObject>, w: *mut Walker) -> PyResult {
        call(not_null(callable)?, &objects(w))
    }
    fn taipan_call_method_objects(o: Option<&PyObject>, method: Option<&PyObject>, w: *mut Walker) -> PyResult {
        let (o, method) = (not_null(o)?, not_null(method)?);
        o.call_method(expect::<PyStr>(method)?, &objects(w))
    }
}
