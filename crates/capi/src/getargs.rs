//! `PyArg_Parse*`: from argument objects to C variables, as a format says.

use crate::util::{bytes, opt_text};
use crate::va::{Va, Walker};
use object::buffer::{self, flags as want};
use object::typeobject::Py_buffer;
use object::{
    Py, PyByteArray, PyBytes, PyClass, PyDict, PyLayout, PyObject, PyResult, PyStr, PyTuple, PyTypeObject,
    Raised, error, number, raise,
};
use std::ffi::{c_char, c_int, c_void};

/// Why an argument was refused.
enum Fail {
    Raised,
    /// "must be …": the text behind the argument's place.
    Refused(String),
    /// The format or the C code is wrong.
    System(String),
}

impl From<Raised> for Fail {
    fn from(_: Raised) -> Fail {
        Fail::Raised
    }
}

type Convert<T = ()> = Result<T, Fail>;

/// What must be given back if a later argument fails.
enum Undo {
    Buffer(*mut Py_buffer),
    Memory(*mut *mut c_char),
    Converter(Converter, *mut c_void),
}

type Converter = unsafe extern "C" fn(*mut PyObject, *mut c_void) -> c_int;

/// `Py_CLEANUP_SUPPORTED`
const CLEANUP_SUPPORTED: c_int = 0x20000;

/// The way through one format.
struct Parser<'f> {
    format: &'f [u8],
    at: usize,
    va: Va,
    undo: Vec<Undo>,
    /// Places inside nested tuples, outermost first.
    levels: Vec<usize>,
}

/// What stands behind the units: the function's name or a message of its own.
#[derive(Default, Clone, Copy)]
struct Ending<'f> {
    name: Option<&'f [u8]>,
    message: Option<&'f [u8]>,
}

impl Ending<'_> {
    /// "name()" or "function".
    fn subject(&self) -> String {
        match self.name {
            Some(n) => format!("{}()", String::from_utf8_lossy(n)),
            None => "function".to_string(),
        }
    }
    fn this_function(&self) -> String {
        match self.name {
            Some(n) => format!("{}()", String::from_utf8_lossy(n)),
            None => "this function".to_string(),
        }
    }
}

fn ending(format: &[u8]) -> Ending<'_> {
    let mut e = Ending::default();
    if let Some(i) = format.iter().position(|b| matches!(b, b':' | b';')) {
        if format[i] == b':' {
            e.name = Some(&format[i + 1..]);
        } else {
            e.message = Some(&format[i + 1..]);
        }
    }
    e
}

fn shown(o: &PyObject) -> &str {
    if object::is_none(o) {
        "None"
    } else {
        o.ty().full_name()
    }
}

fn must_be<T>(what: &str, got: &PyObject) -> Convert<T> {
    Err(Fail::Refused(format!("must be {what}, not {}", shown(got))))
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

impl<'f> Parser<'f> {
    /// # Safety
    /// The format fits the walker's arguments.
    unsafe fn new(format: &'f [u8], w: *mut Walker) -> Parser<'f> {
        Parser {
            format,
            at: 0,
            // SAFETY: the caller's promise.
            va: unsafe { Va::new(w) },
            undo: Vec::new(),
            levels: Vec::new(),
        }
    }

    fn peek(&self) -> u8 {
        self.format.get(self.at).copied().unwrap_or(0)
    }

    /// Takes the character if it is next.
    fn eat(&mut self, c: u8) -> bool {
        let there = self.peek() == c && c != 0;
        self.at += there as usize;
        there
    }

    /// At the end: everything stays, or everything is given back.
    fn finish(&mut self, ok: bool) -> bool {
        for u in self.undo.drain(..).rev() {
            if ok {
                continue;
            }
            // SAFETY: what this parser has put there.
            unsafe {
                match u {
                    Undo::Buffer(v) => buffer::release(&mut *v),
                    Undo::Memory(p) => {
                        object::alloc::raw_free(*p as *mut u8);
                        *p = std::ptr::null_mut();
                    }
                    Undo::Converter(f, p) => {
                        f(std::ptr::null_mut(), p);
                    }
                }
            }
        }
        ok
    }

    /// Raises what went wrong with argument number `i` (from 1; 0: the only one).
    fn report(&self, fail: Fail, i: usize, e: Ending<'_>) {
        let (text, system) = match fail {
            Fail::Raised => return,
            Fail::Refused(t) => (t, false),
            Fail::System(t) => (t, true),
        };
        if error::occurred() {
            return;
        }
        let text = match e.message {
            Some(m) => String::from_utf8_lossy(m).into_owned(),
            None => {
                let mut s = String::new();
                if let Some(n) = e.name {
                    s += &format!("{}() ", String::from_utf8_lossy(n));
                }
                s += "argument";
                if i != 0 {
                    s += &format!(" {i}");
                    for l in &self.levels {
                        s += &format!(", item {l}");
                    }
                }
                s.push(' ');
                s + &text
            }
        };
        let _: PyResult<()> = if system {
            raise!(SystemError, "{text}")
        } else {
            raise!(TypeError, "{text}")
        };
    }

    /// One argument, which may be a nested tuple. `None` passes the unit by.
    fn item(&mut self, arg: Option<&PyObject>) -> Convert {
        if self.eat(b'(') {
            return self.tuple(arg);
        }
        self.unit(arg)
    }

    fn tuple(&mut self, arg: Option<&PyObject>) -> Convert {
        // how many items there are
        let (mut n, mut level, mut i) = (0usize, 0, self.at);
        loop {
            match self.format.get(i).copied().unwrap_or(0) {
                b'(' => {
                    n += (level == 0) as usize;
                    level += 1;
                }
                b')' if level == 0 => break,
                b')' => level -= 1,
                b':' | b';' | 0 => break,
                b'e' if level == 0 => {}
                c if level == 0 && c.is_ascii_alphabetic() => n += 1,
                _ => {}
            }
            i += 1;
        }
        let depth = self.levels.len();
        let items = match arg {
            None => None,
            Some(a) => {
                let is_tuple = PyTuple::check(a);
                if !is_tuple
                    && (!number::is_sequence(a)
                        || PyStr::check(a)
                        || PyBytes::check(a)
                        || PyByteArray::check(a))
                {
                    return Err(Fail::Refused(format!("must be {n}-item tuple, not {}", shown(a))));
                }
                let len = a.length()?;
                if len != n {
                    let what = if is_tuple { "tuple" } else { "sequence" };
                    return Err(Fail::Refused(format!("must be {what} of length {n}, not {len}")));
                }
                Some(a)
            }
        };
        for k in 0..n {
            let held = match items {
                Some(a) => Some(a.sequence_item(k as isize).map_err(|_| {
                    error::clear();
                    Fail::Refused("is not retrievable".to_string())
                })?),
                None => None,
            };
            self.levels.push(k + 1);
            // what is lent from an item must outlive the call: the container keeps it
            self.item(held.as_deref())?;
            self.levels.truncate(depth);
        }
        if !self.eat(b')') {
            return Err(Fail::System("(unmatched paren in format)".to_string()));
        }
        Ok(())
    }

    /// Stores a value that C's variable has room for.
    unsafe fn store<T>(place: *mut T, value: T) {
        // SAFETY: the caller's promise.
        unsafe { place.write(value) }
    }

    fn ranged(arg: &PyObject, low: i64, high: i64, what: &str) -> Convert<i64> {
        let i = number::index(arg)?;
        let Some(v) = i.to_i64() else {
            let _: PyResult<()> = raise!(OverflowError, "Python int too large to convert to C long");
            return Err(Fail::Raised);
        };
        let wrong = if v < low {
            "less than minimum"
        } else if v > high {
            "greater than maximum"
        } else {
            return Ok(v);
        };
        let _: PyResult<()> = raise!(OverflowError, "{what} is {wrong}");
        Err(Fail::Raised)
    }

    fn masked(arg: &PyObject) -> Convert<u64> {
        Ok(number::index(arg)?.to_u64_wrapping())
    }

    /// The masks of `k` and `K` take ints and what has `__index__`.
    fn masked_int(arg: &PyObject) -> Convert<u64> {
        if !arg.has_index() {
            return must_be("int", arg);
        }
        Self::masked(arg)
    }

    #[allow(clippy::cognitive_complexity)]
    fn unit(&mut self, arg: Option<&PyObject>) -> Convert {
        let c = self.peek();
        self.at += 1;
        macro_rules! number {
            ($ty:ty, $arg:ident => $value:expr) => {{
                let place = self.va.pointer::<$ty>();
                if let Some($arg) = arg {
                    let value: $ty = $value;
                    // SAFETY: the format says that such a variable is pointed to.
                    unsafe { Self::store(place, value) };
                }
                Ok(())
            }};
        }
        match c {
            b'b' => number!(u8, a => Self::ranged(a, 0, 255, "unsigned byte integer")? as u8),
            b'B' => number!(u8, a => Self::masked(a)? as u8),
            b'h' => {
                number!(i16, a => Self::ranged(a, i16::MIN as i64, i16::MAX as i64, "signed short integer")? as i16)
            }
            b'H' => number!(u16, a => Self::masked(a)? as u16),
            b'i' => {
                number!(i32, a => Self::ranged(a, i32::MIN as i64, i32::MAX as i64, "signed integer")? as i32)
            }
            b'I' => number!(u32, a => Self::masked(a)? as u32),
            b'n' => number!(isize, a => number::as_ssize_t(a)?),
            b'l' => number!(i64, a => Self::ranged(a, i64::MIN, i64::MAX, "")?),
            b'k' => number!(u64, a => Self::masked_int(a)?),
            b'L' => number!(i64, a => match number::index(a)?.to_i64() {
                Some(v) => v,
                None => {
                    let _: PyResult<()> = raise!(OverflowError, "int too big to convert");
                    return Err(Fail::Raised);
                }
            }),
            b'K' => number!(u64, a => Self::masked_int(a)?),
            b'f' => number!(f32, a => object::float::as_f64(a)? as f32),
            b'd' => number!(f64, a => object::float::as_f64(a)?),
            b'D' => number!(crate::complexobject::CComplex, a => crate::complexobject::as_complex(a)?),
            b'c' => number!(c_char, a => one_byte(a)?),
            b'C' => number!(c_int, a => match a.downcast::<PyStr>() {
                Some(s) if s.len() == 1 => s.chars().at(0) as c_int,
                Some(s) => return Err(Fail::Refused(format!(
                    "must be a unicode character, not a string of length {}", s.len()))),
                None => return must_be("a unicode character", a),
            }),
            b'p' => number!(c_int, a => a.is_true()? as c_int),
            b'y' => self.bytes_unit(arg),
            b's' => self.text_unit(arg, false),
            b'z' => self.text_unit(arg, true),
            b'e' => self.encoded_unit(arg),
            b'S' => self.object_unit(arg, PyBytes::check, "bytes"),
            b'Y' => self.object_unit(arg, PyByteArray::check, "bytearray"),
            b'U' => self.object_unit(arg, PyStr::check, "str"),
            b'O' => self.any_object(arg),
            b'w' => self.writable_unit(arg),
            _ => Err(Fail::System("(impossible<bad format char>)".to_string())),
        }
    }

    /// `S`, `Y`, `U`: an object of a type, lent.
    fn object_unit(&mut self, arg: Option<&PyObject>, check: fn(&PyObject) -> bool, what: &str) -> Convert {
        let place = self.va.pointer::<*mut PyObject>();
        match arg {
            Some(a) if check(a) => {
                // SAFETY: the format says that an object variable is pointed to.
                unsafe { Self::store(place, a.as_ptr()) };
                Ok(())
            }
            Some(a) => must_be(what, a),
            None => Ok(()),
        }
    }

    /// `O`, `O!`, `O&`.
    fn any_object(&mut self, arg: Option<&PyObject>) -> Convert {
        if self.eat(b'!') {
            let ty = self.va.pointer::<PyTypeObject>();
            let place = self.va.pointer::<*mut PyObject>();
            let Some(a) = arg else { return Ok(()) };
            // SAFETY: `O!` gets a type and an object variable.
            unsafe {
                if !a.ty().is_subtype(&*ty) {
                    return must_be((*ty).full_name(), a);
                }
                Self::store(place, a.as_ptr());
            }
            return Ok(());
        }
        if self.eat(b'&') {
            let f = self.va.pointer::<c_void>();
            let place = self.va.pointer::<c_void>();
            let Some(a) = arg else { return Ok(()) };
            // SAFETY: `O&` gets a converter and what it writes to.
            let (f, status) = unsafe {
                let f: Converter = std::mem::transmute(f);
                (f, f(a.as_ptr(), place))
            };
            return match status {
                0 => Err(Fail::Refused("(unspecified)".to_string())),
                CLEANUP_SUPPORTED => {
                    self.undo.push(Undo::Converter(f, place));
                    Ok(())
                }
                _ => Ok(()),
            };
        }
        let place = self.va.pointer::<*mut PyObject>();
        if let Some(a) = arg {
            // SAFETY: the format says that an object variable is pointed to.
            unsafe { Self::store(place, a.as_ptr()) };
        }
        Ok(())
    }

    /// Fills a `Py_buffer` of the caller's with a contiguous view.
    fn view(&mut self, arg: &PyObject, place: *mut Py_buffer) -> Convert {
        let Some(get) = arg.ty().as_buffer().and_then(|t| t.bf_getbuffer.get()) else {
            return Self::no_buffer(arg);
        };
        // SAFETY: a slot called with an object of its type and the caller's view.
        unsafe {
            place.write(Py_buffer::EMPTY);
            if get(arg, place, want::SIMPLE) < 0 {
                return Err(Fail::Raised);
            }
            if !(*place).is_contiguous('C') {
                buffer::release(&mut *place);
                return must_be("contiguous buffer", arg);
            }
        }
        self.undo.push(Undo::Buffer(place));
        Ok(())
    }

    fn no_buffer<T>(arg: &PyObject) -> Convert<T> {
        let _: PyResult<()> = raise!(
            TypeError,
            "a bytes-like object is required, not '{}'",
            arg.ty().full_name()
        );
        Err(Fail::Raised)
    }

    /// The memory of a bytes-like object that cannot change: what `y`, `s#` and the like lend.
    fn lent_memory(arg: &PyObject) -> Convert<(*const c_char, isize)> {
        let slots = arg.ty().as_buffer().filter(|t| t.bf_getbuffer.get().is_some());
        let Some(slots) = slots else {
            return Self::no_buffer(arg);
        };
        if slots.bf_releasebuffer.get().is_some() {
            return must_be("read-only bytes-like object", arg);
        }
        let b = buffer::Buffer::simple(arg)?;
        let v = b.view();
        Ok((v.buf as *const c_char, v.len))
    }

    /// `y`, `y*`, `y#`.
    fn bytes_unit(&mut self, arg: Option<&PyObject>) -> Convert {
        if self.eat(b'*') {
            let place = self.va.pointer::<Py_buffer>();
            return match arg {
                Some(a) => self.view(a, place),
                None => Ok(()),
            };
        }
        let place = self.va.pointer::<*const c_char>();
        let length = if self.eat(b'#') {
            Some(self.va.pointer::<isize>())
        } else {
            None
        };
        let Some(a) = arg else { return Ok(()) };
        let (p, n) = Self::lent_memory(a)?;
        // SAFETY: the variables that the format says; `n` bytes at `p`.
        unsafe {
            match length {
                Some(l) => Self::store(l, n),
                None if crate::util::sized(p, n).contains(&0) => {
                    let _: PyResult<()> = raise!(ValueError, "embedded null byte");
                    return Err(Fail::Raised);
                }
                None => {}
            }
            Self::store(place, p);
        }
        Ok(())
    }

    /// `s`, `z` with nothing, `*` or `#`.
    fn text_unit(&mut self, arg: Option<&PyObject>, optional: bool) -> Convert {
        let none = arg.is_some_and(object::is_none) && optional;
        if self.eat(b'*') {
            let place = self.va.pointer::<Py_buffer>();
            let Some(a) = arg else { return Ok(()) };
            if none {
                // SAFETY: the caller's view.
                unsafe {
                    place.write(Py_buffer::EMPTY);
                    buffer_of_nothing(&mut *place);
                }
                return Ok(());
            }
            if let Some(s) = a.downcast::<PyStr>() {
                let (p, n) = s.utf8_cached()?;
                // SAFETY: the caller's view; the string keeps its UTF-8 form.
                unsafe {
                    place.write(Py_buffer::EMPTY);
                    buffer::fill_info(&mut *place, a, p as *mut u8, n, true, want::SIMPLE)?;
                }
                self.undo.push(Undo::Buffer(place));
                return Ok(());
            }
            return self.view(a, place);
        }
        let place = self.va.pointer::<*const c_char>();
        let length = if self.eat(b'#') {
            Some(self.va.pointer::<isize>())
        } else {
            None
        };
        let Some(a) = arg else { return Ok(()) };
        let (p, n) = if none {
            (std::ptr::null(), 0)
        } else if let Some(s) = a.downcast::<PyStr>() {
            let (p, n) = s.utf8_cached()?;
            (p as *const c_char, n as isize)
        } else if length.is_some() {
            Self::lent_memory(a)?
        } else {
            return must_be(if optional { "str or None" } else { "str" }, a);
        };
        // SAFETY: the variables that the format says; `n` bytes at `p`.
        unsafe {
            match length {
                Some(l) => Self::store(l, n),
                None if crate::util::sized(p, n).contains(&0) => {
                    let _: PyResult<()> = raise!(ValueError, "embedded null character");
                    return Err(Fail::Raised);
                }
                None => {}
            }
            Self::store(place, p);
        }
        Ok(())
    }

    /// `w*`
    fn writable_unit(&mut self, arg: Option<&PyObject>) -> Convert {
        if !self.eat(b'*') {
            return Err(Fail::System("(impossible<bad format char>)".to_string()));
        }
        let place = self.va.pointer::<Py_buffer>();
        let Some(a) = arg else { return Ok(()) };
        // SAFETY: a slot called with an object of its type and the caller's view.
        unsafe {
            place.write(Py_buffer::EMPTY);
            let got = a
                .ty()
                .as_buffer()
                .and_then(|t| t.bf_getbuffer.get())
                .is_some_and(|get| get(a, place, want::WRITABLE) >= 0);
            if !got {
                error::clear();
                return must_be("read-write bytes-like object", a);
            }
            if !(*place).is_contiguous('C') {
                buffer::release(&mut *place);
                return must_be("contiguous buffer", a);
            }
        }
        self.undo.push(Undo::Buffer(place));
        Ok(())
    }

    /// `es`, `et`, `es#`, `et#`: text in an encoding, in memory of its own or the caller's.
    fn encoded_unit(&mut self, arg: Option<&PyObject>) -> Convert {
        let encoding = self.va.pointer::<c_char>();
        let recode = match self.peek() {
            b's' => true,
            b't' => false,
            _ => return Err(Fail::System("(unknown parser marker combination)".to_string())),
        };
        self.at += 1;
        let place = self.va.pointer::<*mut c_char>();
        let length = if self.eat(b'#') {
            Some(self.va.pointer::<isize>())
        } else {
            None
        };
        let Some(a) = arg else { return Ok(()) };
        if place.is_null() {
            return Err(Fail::System("(buffer is NULL)".to_string()));
        }
        let content: Vec<u8> = if !recode && let Some(b) = a.downcast::<PyBytes>() {
            b.as_slice().to_vec()
        } else if !recode && let Some(b) = a.downcast::<PyByteArray>() {
            b.to_vec()
        } else if let Some(s) = a.downcast::<PyStr>() {
            // SAFETY: the encoding's name, or NULL.
            let encoding = unsafe { opt_text(encoding)? };
            let v = object::codecs::encode_str(s, encoding.as_deref(), None)?;
            match v.downcast::<PyBytes>() {
                Some(b) => b.as_slice().to_vec(),
                None => return Err(Fail::System("(encoder failed to return bytes)".to_string())),
            }
        } else {
            return must_be(if recode { "str" } else { "str, bytes or bytearray" }, a);
        };
        let mut with_nul = content.clone();
        with_nul.push(0);
        // SAFETY: the variables that the format says; a buffer of the caller's has the length it says.
        unsafe {
            match length {
                Some(l) => {
                    if (*place).is_null() {
                        *place = crate::pymem::copied(&with_nul)? as *mut c_char;
                        self.undo.push(Undo::Memory(place));
                    } else if content.len() as isize + 1 > *l {
                        let _: PyResult<()> = raise!(
                            ValueError,
                            "encoded string too long ({}, maximum length {})",
                            content.len(),
                            *l - 1
                        );
                        return Err(Fail::Raised);
                    } else {
                        std::ptr::copy_nonoverlapping(with_nul.as_ptr(), *place as *mut u8, with_nul.len());
                    }
                    Self::store(l, content.len() as isize);
                }
                None => {
                    if content.contains(&0) {
                        return Err(Fail::Refused(format!(
                            "must be encoded string without null bytes, not {}",
                            shown(a)
                        )));
                    }
                    *place = crate::pymem::copied(&with_nul)? as *mut c_char;
                    self.undo.push(Undo::Memory(place));
                }
            }
        }
        Ok(())
    }
}

/// `z*` given `None`: an empty view of nothing.
fn buffer_of_nothing(view: &mut Py_buffer) {
    view.readonly = 1;
    view.itemsize = 1;
    view.ndim = 1;
}

fn one_byte(a: &PyObject) -> Convert<c_char> {
    let (kind, n, first) = if let Some(b) = a.downcast::<PyBytes>() {
        ("bytes", b.len(), b.as_slice().first().copied())
    } else if let Some(b) = a.downcast::<PyByteArray>() {
        ("bytearray", b.len(), b.to_vec().first().copied())
    } else {
        return must_be("a byte string of length 1", a);
    };
    match first {
        Some(b) if n == 1 => Ok(b as c_char),
        _ => Err(Fail::Refused(format!(
            "must be a byte string of length 1, not a {kind} object of length {n}"
        ))),
    }
}

/// Least and most arguments that the top level of a format takes, and whether it is flat at its first unit.
fn counts(format: &[u8]) -> PyResult<(usize, usize)> {
    let (mut level, mut max, mut min) = (0i32, 0, None);
    for c in format {
        match c {
            b'(' => {
                max += (level == 0) as usize;
                level += 1;
                if level >= 30 {
                    return raise!(
                        SystemError,
                        "too many tuple nesting levels in argument format string"
                    );
                }
            }
            b')' => {
                if level == 0 {
                    return raise!(SystemError, "excess ')' in getargs format");
                }
                level -= 1;
            }
            b':' | b';' => break,
            b'|' if level == 0 => min = Some(max),
            b'e' => {}
            c if level == 0 && c.is_ascii_alphabetic() => max += 1,
            _ => {}
        }
    }
    if level != 0 {
        return raise!(SystemError, "missing ')' in getargs format");
    }
    Ok((min.unwrap_or(max), max))
}

/// Positional arguments only; the caller gets true for success.
unsafe fn parse_positional(args: &[&PyObject], format: &[u8], w: *mut Walker) -> PyResult<()> {
    let (min, max) = counts(format)?;
    let e = ending(format);
    let n = args.len();
    if n < min || max < n {
        if let Some(m) = e.message {
            return raise!(TypeError, "{}", String::from_utf8_lossy(m));
        }
        let word = if min == max {
            "exactly"
        } else if n < min {
            "at least"
        } else {
            "at most"
        };
        let limit = if n < min { min } else { max };
        return raise!(
            TypeError,
            "{} takes {word} {limit} argument{} ({n} given)",
            e.subject(),
            plural(limit)
        );
    }
    // SAFETY: the caller's promise.
    let mut p = unsafe { Parser::new(format, w) };
    for (i, a) in args.iter().enumerate() {
        p.eat(b'|');
        if let Err(fail) = p.item(Some(a)) {
            p.report(fail, i + 1, e);
            p.finish(false);
            return Err(Raised);
        }
    }
    let c = p.peek();
    if c != 0 && !c.is_ascii_alphabetic() && !matches!(c, b'(' | b'|' | b':' | b';') {
        p.finish(false);
        return raise!(
            SystemError,
            "bad format string: {}",
            String::from_utf8_lossy(format)
        );
    }
    p.finish(true);
    Ok(())
}

/// The arguments of a keyword call: tuple, keywords or nothing.
unsafe fn parse_keywords(
    pos: &[&PyObject],
    kwargs: Option<&PyDict>,
    format: &[u8],
    names: *const *const c_char,
    w: *mut Walker,
) -> PyResult<()> {
    let e = ending(format);
    // SAFETY: NULL-terminated names.
    let names: Vec<&[u8]> = unsafe {
        let mut v = Vec::new();
        while !(*names.add(v.len())).is_null() {
            v.push(bytes(*names.add(v.len())));
        }
        v
    };
    let only = names.iter().take_while(|n| n.is_empty()).count();
    if names[only..].iter().any(|n| n.is_empty()) {
        return raise!(SystemError, "Empty keyword parameter name");
    }
    let len = names.len();
    let given_keywords = kwargs.map_or(0, |k| k.len());
    let nargs = pos.len();
    if nargs + given_keywords > len {
        return raise!(
            TypeError,
            "{} takes at most {len} {}argument{} ({} given)",
            e.subject(),
            if nargs == 0 { "keyword " } else { "" },
            plural(len),
            nargs + given_keywords
        );
    }
    // SAFETY: the caller's promise.
    let mut p = unsafe { Parser::new(format, w) };
    let (mut min, mut max) = (usize::MAX, usize::MAX);
    let mut used_keywords = 0;
    let mut skip = false;
    let fail = |p: &mut Parser<'_>| -> PyResult<()> {
        p.finish(false);
        Err(Raised)
    };
    for i in 0..len {
        if p.eat(b'|') {
            if min != usize::MAX {
                p.finish(false);
                return raise!(SystemError, "Invalid format string (| specified twice)");
            }
            min = i;
            if max != usize::MAX {
                p.finish(false);
                return raise!(SystemError, "Invalid format string ($ before |)");
            }
        }
        if p.eat(b'$') {
            if max != usize::MAX {
                p.finish(false);
                return raise!(SystemError, "Invalid format string ($ specified twice)");
            }
            max = i;
            if max < only {
                p.finish(false);
                return raise!(SystemError, "Empty parameter name after $");
            }
            if nargs > max {
                let _: PyResult<()> = if max == 0 {
                    raise!(TypeError, "{} takes no positional arguments", e.subject())
                } else {
                    raise!(
                        TypeError,
                        "{} takes {} {max} positional argument{} ({nargs} given)",
                        e.subject(),
                        if min != usize::MAX { "at most" } else { "exactly" },
                        plural(max)
                    )
                };
                return fail(&mut p);
            }
        }
        if matches!(p.peek(), 0 | b';' | b':') {
            p.finish(false);
            return raise!(
                SystemError,
                "More keyword list entries ({len}) than format specifiers ({i})"
            );
        }
        if !skip {
            let held: Option<Py>;
            let arg: Option<&PyObject> = if i < nargs {
                Some(pos[i])
            } else if i >= only && used_keywords < given_keywords {
                held = match kwargs {
                    Some(k) => k.get_item(keyword(names[i])?.as_object())?,
                    None => None,
                };
                used_keywords += held.is_some() as usize;
                held.as_deref()
            } else {
                None
            };
            if let Some(a) = arg {
                if let Err(f) = p.item(Some(a)) {
                    p.report(f, i + 1, e);
                    return fail(&mut p);
                }
                continue;
            }
            if i < min {
                if i < only {
                    // said after the loop, when it is known how many are wanted
                    skip = true;
                } else {
                    let _: PyResult<()> = raise!(
                        TypeError,
                        "{} missing required argument '{}' (pos {})",
                        e.subject(),
                        String::from_utf8_lossy(names[i]),
                        i + 1
                    );
                    return fail(&mut p);
                }
            }
        }
        if p.item(None).is_err() {
            p.finish(false);
            return raise!(
                SystemError,
                "{}: '{}'",
                "impossible<bad format char>",
                String::from_utf8_lossy(format)
            );
        }
    }
    if skip {
        let needed = only.min(min);
        let _: PyResult<()> = raise!(
            TypeError,
            "{} takes {} {needed} positional argument{} ({nargs} given)",
            e.subject(),
            if min.min(only) < only.max(len.min(max)) {
                "at least"
            } else {
                "exactly"
            },
            plural(needed)
        );
        return fail(&mut p);
    }
    if !matches!(p.peek(), 0 | b';' | b':' | b'|' | b'$') {
        p.finish(false);
        return raise!(
            SystemError,
            "more argument specifiers than keyword list entries (remaining format:'{}')",
            String::from_utf8_lossy(&p.format[p.at..])
        );
    }
    if used_keywords < given_keywords
        && let Some(k) = kwargs
    {
        // given twice, or unknown
        for (i, name) in names.iter().enumerate().take(nargs).skip(only) {
            if k.contains(keyword(name)?.as_object())? {
                let _: PyResult<()> = raise!(
                    TypeError,
                    "argument for {} given by name ('{}') and position ({})",
                    e.subject(),
                    String::from_utf8_lossy(name),
                    i + 1
                );
                return fail(&mut p);
            }
        }
        for key in k.keys_vec() {
            let Some(key) = key.downcast::<PyStr>() else {
                let _: PyResult<()> = raise!(TypeError, "keywords must be strings");
                return fail(&mut p);
            };
            if names[only..]
                .iter()
                .any(|n| std::str::from_utf8(n).is_ok_and(|n| key.eq_str(n)))
            {
                continue;
            }
            let candidates: Vec<Py> = names[only..]
                .iter()
                .map(|n| Ok(keyword(n)?.into_object()))
                .collect::<PyResult<_>>()?;
            let _: PyResult<()> = match object::suggest::suggest(&candidates, &key.as_object().new_ref()) {
                Some(near) => raise!(
                    TypeError,
                    "{} got an unexpected keyword argument '{key}'. Did you mean '{}'?",
                    e.this_function(),
                    near.str()?
                ),
                None => raise!(
                    TypeError,
                    "{} got an unexpected keyword argument '{key}'",
                    e.this_function()
                ),
            };
            return fail(&mut p);
        }
    }
    p.finish(true);
    Ok(())
}

fn keyword(name: &[u8]) -> PyResult<Py<PyStr>> {
    crate::util::decode_utf8(name)
}

fn yes(r: PyResult<()>) -> bool {
    r.is_ok()
}

capi! {
    /// `PyArg_ParseTuple` (with `tuple`) and `PyArg_Parse`: 1, or 0 with an exception.
    fn taipan_arg_parse(args: Option<&PyObject>, format: *const c_char, tuple: c_int, w: *mut Walker) -> bool {
        let format = bytes(format);
        if tuple != 0 {
            return match args.and_then(|a| a.downcast::<PyTuple>()) {
                Some(t) => yes(parse_positional(object::args::py_slice(t.as_slice()), format, w)),
                None => yes(raise!(SystemError, "new style getargs format but argument is not a tuple")),
            };
        }
        let (Ok((_, max)), Some(arg)) = (counts(format), args) else {
            return false;
        };
        if max != 1 {
            return yes(raise!(SystemError, "old style getargs format uses new features"));
        }
        let e = ending(format);
        let mut p = Parser::new(format, w);
        match p.item(Some(arg)) {
            Ok(()) => p.finish(true),
            Err(f) => {
                p.levels.clear();
                p.report(f, 0, e);
                p.finish(false)
            }
        }
    }
    fn taipan_arg_parse_keywords(args: Option<&PyObject>, kwargs: Option<&PyObject>, format: *const c_char,
        names: *const *const c_char, w: *mut Walker) -> bool
    {
        let Some(args) = args.and_then(|a| a.downcast::<PyTuple>()) else {
            return yes(error::bad_internal_call());
        };
        let kwargs = match kwargs.map(|k| k.downcast::<PyDict>()) {
            None => None,
            Some(Some(k)) => Some(k),
            Some(None) => return yes(error::bad_internal_call()),
        };
        if names.is_null() || format.is_null() {
            return yes(error::bad_internal_call());
        }
        yes(parse_keywords(object::args::py_slice(args.as_slice()), kwargs, bytes(format), names, w))
    }
    /// `PyArg_UnpackTuple`: the items, lent, into as many variables as there are items.
    fn taipan_arg_unpack(args: &PyObject, name: *const c_char, min: isize, max: isize, w: *mut Walker) -> bool {
        let Some(t) = args.downcast::<PyTuple>() else {
            return yes(raise!(SystemError, "PyArg_UnpackTuple() argument list is not a tuple"));
        };
        let n = t.len();
        let (min, max) = (min.max(0) as usize, max.max(0) as usize);
        if n < min || n > max {
            let word = match (n < min, min == max) {
                (_, true) => "",
                (true, false) => "at least ",
                (false, false) => "at most ",
            };
            let limit = if n < min { min } else { max };
            return yes(if name.is_null() {
                raise!(TypeError, "unpacked tuple should have {word}{limit} element{}, but has {n}", plural(limit))
            } else {
                raise!(TypeError, "{} expected {word}{limit} argument{}, got {n}", crate::util::lossy(name), plural(limit))
            });
        }
        let mut va = Va::new(w);
        for item in t.as_slice() {
            *va.pointer::<*mut PyObject>() = item.as_ptr();
        }
        true
    }
    /// 1 if all keys are strings, else 0 with an exception.
    fn PyArg_ValidateKeywordArguments(kwargs: &PyObject) -> bool {
        match kwargs.downcast::<PyDict>() {
            None => yes(error::bad_internal_call()),
            Some(d) if d.keys_vec().iter().all(|k| PyStr::check(k)) => true,
            Some(_) => yes(raise!(TypeError, "keywords must be strings")),
        }
    }
    /// `NAME() takes no keyword arguments`
    fn _PyArg_NoKeywords(name: *const c_char, kwargs: Option<&PyDict>) -> bool {
        match kwargs {
            Some(k) if !k.is_empty() => yes(raise!(TypeError, "{}() takes no keyword arguments", crate::util::lossy(name))),
            _ => true,
        }
    }
    fn _PyArg_NoPositional(name: *const c_char, args: Option<&PyTuple>) -> bool {
        match args {
            Some(a) if !a.is_empty() => yes(raise!(TypeError, "{}() takes no positional arguments", crate::util::lossy(name))),
            _ => true,
        }
    }
    fn _PyArg_CheckPositional(name: *const c_char, n: isize, min: isize, max: isize) -> bool {
        yes(object::args::check_positional(&crate::util::lossy(name), n.max(0) as usize, min.max(0) as usize, max.max(0) as usize))
    }
    fn _PyArg_BadArgument(name: *const c_char, place: *const c_char, expected: *const c_char, arg: &PyObject) {
        let _: PyResult<()> = raise!(TypeError, "{}() {} must be {}, not {}", crate::util::lossy(name),
            crate::util::lossy(place), crate::util::lossy(expected), shown(arg));
    }
}
