//! `StringIO`: a text stream in memory.
//!
//! The content is a string builder as long as text is put at its end, which is what most programs do; text written over
//! other text turns it into a vector of code points.

use crate::base::{IOBase, Size, TextIOBase, call0, plain_new};
use crate::newline::{Mode, Newlines};
use object::args::OrNone;
use object::str::Chars;
use object::typeobject::PyTypeObject;
use object::{
    GilCell, Py, PyClass, PyDict, PyInt, PyLayout, PyObject, PyResult, PyStr, PyTuple, StrBuilder, Visitor,
    error, intern, is_none, pyclass, pymethods, raise,
};

enum Content {
    Closed,
    Built(StrBuilder),
    Points(Vec<u32>),
}

/// `_io.StringIO`
#[pyclass(name = "_io.StringIO", base = TextIOBase, flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct StringIO {
    pub base: IOBase,
    content: GilCell<Content>,
    pos: GilCell<usize>,
    mode: GilCell<Mode>,
    newlines: GilCell<Newlines>,
    ok: GilCell<bool>,
}

impl StringIO {
    fn check_ready(&self) -> PyResult<()> {
        if !self.ok.get() {
            return raise!(ValueError, "I/O operation on uninitialized object");
        }
        Ok(())
    }

    /// The characters.
    ///
    /// # Safety
    /// Nothing changes the stream while they are in use: no Python code runs.
    unsafe fn chars(&self) -> PyResult<Chars<'_>> {
        self.check_ready()?;
        // SAFETY: the caller's promise.
        match unsafe { &*self.content.as_ptr() } {
            Content::Closed => raise!(ValueError, "I/O operation on closed file"),
            Content::Built(b) => Ok(b.chars()),
            Content::Points(v) => Ok(Chars::Four(v)),
        }
    }

    fn check_open(&self) -> PyResult<()> {
        // SAFETY: only looked at.
        unsafe { self.chars() }.map(drop)
    }

    /// Puts text at the position, translated as the stream's mode asks for.
    fn put(&self, text: &PyStr) -> PyResult<()> {
        let mode = self.mode.get();
        let mut text = text.new_ref();
        if mode.read_universal() {
            let mut newlines = self.newlines.get();
            let converted = newlines.convert(text.clone(), true);
            self.newlines.set(newlines);
            text = converted?;
        }
        if let Some(t) = mode.translate_for_writing(&text)? {
            text = t;
        }
        if text.is_empty() {
            return Ok(());
        }
        let pos = self.pos.get();
        let Some(end) = pos
            .checked_add(text.len())
            .filter(|n| *n <= isize::MAX as usize / 4)
        else {
            return raise!(OverflowError, "new position too large");
        };
        // SAFETY: no Python code runs while the reference is in use.
        let content = unsafe { &mut *self.content.as_ptr() };
        if let Content::Built(b) = content {
            let len = b.len();
            if pos >= len {
                if pos > len {
                    b.push_fill(0, pos - len)?;
                }
                b.push_str(&text)?;
                self.pos.set(end);
                return Ok(());
            }
            let points: Vec<u32> = b.chars().iter().collect();
            *content = Content::Points(points);
        }
        if let Content::Points(v) = content {
            if end > v.len() {
                if v.try_reserve(end - v.len()).is_err() {
                    return error::no_memory();
                }
                v.resize(end, 0);
            }
            for (place, c) in v[pos..end].iter_mut().zip(text.chars().iter()) {
                *place = c;
            }
            self.pos.set(end);
        }
        Ok(())
    }

    fn value(&self) -> PyResult<Py<PyStr>> {
        // SAFETY: copied at once.
        PyStr::from_chars(unsafe { self.chars()? })
    }

    fn take(&self, n: isize) -> PyResult<Py<PyStr>> {
        // SAFETY: copied at once.
        let chars = unsafe { self.chars()? };
        let start = self.pos.get().min(chars.len());
        let mut end = chars.len();
        if n >= 0 {
            end = end.min(start.saturating_add(n as usize));
        }
        let part = PyStr::from_chars(chars.slice(start, end))?;
        if end > start {
            self.pos.set(end);
        }
        Ok(part)
    }

    fn line(&self, limit: isize) -> PyResult<Py<PyStr>> {
        // SAFETY: copied at once.
        let chars = unsafe { self.chars()? };
        let start = self.pos.get().min(chars.len());
        let mut end = chars.len();
        if limit >= 0 {
            end = end.min(start.saturating_add(limit as usize));
        }
        let rest = chars.slice(start, end);
        let n = self.mode.get().line_end(rest).unwrap_or(rest.len());
        let line = PyStr::from_chars(rest.slice(0, n))?;
        if n > 0 {
            self.pos.set(start + n);
        }
        Ok(line)
    }

    fn set_up(&self, initial: Option<&PyStr>, mode: Mode) -> PyResult<()> {
        self.ok.set(false);
        drop(self.content.replace(Content::Built(StrBuilder::new())));
        self.mode.set(mode);
        self.newlines.set(Newlines::new(mode == Mode::Universal));
        self.pos.set(0);
        self.ok.set(true);
        if let Some(text) = initial {
            self.put(text)?;
            self.pos.set(0);
        }
        Ok(())
    }
}

/// The argument `newline`, which has an error text of its own.
fn newline_argument(newline: Option<&PyObject>) -> PyResult<Mode> {
    let Some(newline) = newline else {
        return Ok(Mode::Lf);
    };
    if is_none(newline) {
        return Ok(Mode::Universal);
    }
    let Some(text) = newline.downcast::<PyStr>() else {
        return raise!(
            TypeError,
            "newline must be str or None, not {}",
            newline.ty().full_name()
        );
    };
    match Mode::parse(&OrNone(Some(text))) {
        Ok(mode) => Ok(mode),
        Err(_) => raise!(ValueError, "illegal newline value: {}", newline.repr()?),
    }
}

#[pymethods]
impl StringIO {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<StringIO>> {
        plain_new(cls, args, kwargs, |this: *mut StringIO| {
            // SAFETY: a fresh instance.
            unsafe {
                (&raw mut (*this).content).write(GilCell::new(Content::Built(StrBuilder::new())));
                (&raw mut (*this).mode).write(GilCell::new(Mode::Lf));
            }
        })
    }
    #[init("(initial_value='', newline='\\n')")]
    fn init(&self, initial_value: Option<&PyObject>, newline: Option<&PyObject>) -> PyResult<()> {
        self.ok.set(false);
        let mode = newline_argument(newline)?;
        let initial = match initial_value.filter(|v| !is_none(v)) {
            None => None,
            Some(v) => match v.downcast::<PyStr>() {
                Some(s) => Some(s),
                None => {
                    return raise!(
                        TypeError,
                        "initial_value must be str or None, not {}",
                        v.ty().full_name()
                    );
                }
            },
        };
        self.set_up(initial, mode)
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.base.dict);
    }
    #[slot]
    fn tp_clear(&self) {
        self.base.dict.set(None);
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        self.check_open()?;
        let this = self.as_object();
        let line = if StringIO::check_exact(this) {
            self.line(-1)?
        } else {
            match call0(this, intern!("readline"))?.downcast_into::<PyStr>() {
                Ok(line) => line,
                Err(other) => {
                    return raise!(
                        OSError,
                        "readline() should have returned a str object, not '{}'",
                        other.ty().full_name()
                    );
                }
            }
        };
        Ok(if line.is_empty() {
            None
        } else {
            Some(line.into_object())
        })
    }
    #[method("($self, /)")]
    fn getvalue(&self) -> PyResult<Py<PyStr>> {
        self.value()
    }
    #[method("($self, /)")]
    fn tell(&self) -> PyResult<usize> {
        self.check_open()?;
        Ok(self.pos.get())
    }
    #[method("($self, size=-1, /)")]
    fn read(&self, size: Option<Size>) -> PyResult<Py<PyStr>> {
        self.take(Size::or_all(size))
    }
    #[method("($self, size=-1, /)")]
    fn readline(&self, size: Option<Size>) -> PyResult<Py<PyStr>> {
        self.line(Size::or_all(size))
    }
    #[method("($self, s, /)")]
    fn write(&self, s: &PyObject) -> PyResult<usize> {
        self.check_ready()?;
        let Some(text) = s.downcast::<PyStr>() else {
            return raise!(
                TypeError,
                "string argument expected, got '{}'",
                s.ty().full_name()
            );
        };
        self.check_open()?;
        self.put(text)?;
        Ok(text.len())
    }
    #[method("($self, pos=None, /)")]
    fn truncate(&self, pos: Option<&PyObject>) -> PyResult<isize> {
        self.check_open()?;
        let size = match pos.filter(|s| !is_none(s)) {
            Some(s) if s.has_index() => object::number::index_as_isize(s)?,
            Some(s) => {
                return raise!(
                    TypeError,
                    "argument should be integer or None, not '{}'",
                    s.ty().full_name()
                );
            }
            None => self.pos.get() as isize,
        };
        if size < 0 {
            return raise!(ValueError, "Negative size value {size}");
        }
        // SAFETY: no Python code runs while the reference is in use.
        match unsafe { &mut *self.content.as_ptr() } {
            Content::Closed => return raise!(ValueError, "I/O operation on closed file"),
            Content::Built(b) => {
                if (size as usize) < b.len() {
                    b.truncate(size as usize);
                }
            }
            Content::Points(v) => v.truncate(size as usize),
        }
        Ok(size)
    }
    #[method("($self, pos, whence=0, /)")]
    fn seek(&self, pos: isize, whence: Option<i32>) -> PyResult<usize> {
        // SAFETY: only the length is used.
        let len = unsafe { self.chars()? }.len();
        let whence = whence.unwrap_or(0);
        if !(0..=2).contains(&whence) {
            return raise!(ValueError, "Invalid whence ({whence}, should be 0, 1 or 2)");
        }
        if whence == 0 && pos < 0 {
            return raise!(ValueError, "Negative seek position {pos}");
        }
        if whence != 0 && pos != 0 {
            return raise!(OSError, "Can't do nonzero cur-relative seeks");
        }
        self.pos.set(match whence {
            0 => pos as usize,
            1 => self.pos.get(),
            _ => len,
        });
        Ok(self.pos.get())
    }
    #[method("($self, /)")]
    fn readable(&self) -> PyResult<bool> {
        self.check_open().map(|()| true)
    }
    #[method("($self, /)")]
    fn writable(&self) -> PyResult<bool> {
        self.check_open().map(|()| true)
    }
    #[method("($self, /)")]
    fn seekable(&self) -> PyResult<bool> {
        self.check_open().map(|()| true)
    }
    #[method("($self, /)")]
    fn close(&self) {
        drop(self.content.replace(Content::Closed));
    }
    #[getter]
    fn closed(&self) -> PyResult<bool> {
        self.check_ready()?;
        // SAFETY: only looked at.
        Ok(matches!(unsafe { &*self.content.as_ptr() }, Content::Closed))
    }
    #[getter]
    fn line_buffering(&self) -> PyResult<bool> {
        self.check_open()?;
        Ok(false)
    }
    #[getter]
    fn newlines(&self) -> PyResult {
        self.check_open()?;
        if self.mode.get().read_universal() {
            self.newlines.get().seen()
        } else {
            Ok(object::none())
        }
    }
    #[method("($self, /)")]
    fn __getstate__(&self) -> PyResult<Py<PyTuple>> {
        let value = self.value()?;
        let newline = match self.mode.get().text() {
            None => object::none(),
            Some(t) => PyStr::new(t)?.into_object(),
        };
        let pos = PyInt::from_usize(self.pos.get())?;
        let dict = match self.base.dict.get() {
            None => object::none(),
            Some(d) => d.copy()?.into_object(),
        };
        PyTuple::from_vec(vec![value.into_object(), newline, pos.into_object(), dict])
    }
    #[method("($self, state, /)")]
    fn __setstate__(&self, state: &PyObject) -> PyResult<()> {
        // a stream that is being unpickled has not been initialized
        // SAFETY: only looked at.
        if matches!(unsafe { &*self.content.as_ptr() }, Content::Closed) {
            return raise!(ValueError, "I/O operation on closed file");
        }
        let parts = state.downcast::<PyTuple>().map(|t| t.as_slice());
        let Some([value, newline, pos, dict, ..]) = parts else {
            return raise!(
                TypeError,
                "{}.__setstate__ argument should be 4-tuple, got {}",
                self.as_object().ty().full_name(),
                state.ty().full_name()
            );
        };
        let mode = newline_argument(Some(newline))?;
        let empty = PyStr::empty();
        let value = if is_none(value) { empty.as_object() } else { value };
        let Some(value) = value.downcast::<PyStr>() else {
            return raise!(
                TypeError,
                "initial_value must be str or None, not {}",
                value.ty().full_name()
            );
        };
        // the value has been translated already
        self.set_up(None, mode)?;
        let mut b = StrBuilder::new();
        b.push_str(value)?;
        drop(self.content.replace(Content::Built(b)));
        let Some(pos) = pos.downcast::<PyInt>() else {
            return raise!(
                TypeError,
                "third item of state must be an integer, got {}",
                pos.ty().full_name()
            );
        };
        let pos = object::number::as_ssize_t(pos.as_object())?;
        if pos < 0 {
            return raise!(ValueError, "position value cannot be negative");
        }
        self.pos.set(pos as usize);
        if !is_none(dict) {
            let Some(dict) = dict.downcast::<PyDict>() else {
                return raise!(
                    TypeError,
                    "fourth item of state should be a dict, got a {}",
                    dict.ty().full_name()
                );
            };
            match self.base.dict.get() {
                Some(own) => own.update(dict.as_object(), true)?,
                None => self.base.dict.set(Some(dict.new_ref())),
            }
        }
        Ok(())
    }
}
