//! Universal newlines: the translation that text streams share, and the class `IncrementalNewlineDecoder`.

use object::args::OrNone;
use object::str::Chars;
use object::typeobject::PyTypeObject;
use object::{
    Field, GilCell, Py, PyBytes, PyDict, PyInt, PyLayout, PyObject, PyResult, PyStr, PyTuple, StrBuilder,
    Visitor, intern, is_none, pyclass, pymethods, raise,
};

const CR: u8 = 1;
const LF: u8 = 2;
const CRLF: u8 = 4;

/// What has been seen of newlines, and a carriage return that waits for what follows it.
#[derive(Clone, Copy, Default)]
pub struct Newlines {
    pub translate: bool,
    pub pending_cr: bool,
    seen: u8,
}

fn find_cr(chars: Chars<'_>) -> Option<usize> {
    match chars {
        Chars::One(s) => memchr::memchr(b'\r', s),
        Chars::Two(s) => s.iter().position(|c| *c == 13),
        Chars::Four(s) => s.iter().position(|c| *c == 13),
    }
}

/// Where a line feed is.
pub fn find_lf(chars: Chars<'_>) -> Option<usize> {
    match chars {
        Chars::One(s) => memchr::memchr(b'\n', s),
        Chars::Two(s) => s.iter().position(|c| *c == 10),
        Chars::Four(s) => s.iter().position(|c| *c == 10),
    }
}

impl Newlines {
    pub fn new(translate: bool) -> Newlines {
        Newlines {
            translate,
            ..Newlines::default()
        }
    }

    pub fn reset(&mut self) {
        self.seen = 0;
        self.pending_cr = false;
    }

    /// Takes decoded text on.
    pub fn convert(&mut self, text: Py<PyStr>, last: bool) -> PyResult<Py<PyStr>> {
        if !self.pending_cr && find_cr(text.chars()).is_none() {
            // the common case: nothing to do but to see whether there are lines
            if self.seen & LF == 0 && find_lf(text.chars()).is_some() {
                self.seen |= LF;
            }
            return Ok(text);
        }
        self.convert_slow(&text, last)
    }

    #[cold]
    fn convert_slow(&mut self, text: &PyStr, last: bool) -> PyResult<Py<PyStr>> {
        let mut waiting = false;
        if self.pending_cr && (last || !text.is_empty()) {
            self.pending_cr = false;
            waiting = true;
        }
        let chars = text.chars();
        let mut end = chars.len();
        // a return at the end may be the first half of a newline
        if !last {
            let last_char = if end > 0 { Some(chars.at(end - 1)) } else { None };
            if last_char == Some(13) {
                end -= 1;
                self.pending_cr = true;
            } else if end == 0 && waiting {
                self.pending_cr = true;
                waiting = false;
            }
        }
        let total = end + waiting as usize;
        let at = |i: usize| {
            if waiting {
                if i == 0 { 13 } else { chars.at(i - 1) }
            } else {
                chars.at(i)
            }
        };
        let mut out = StrBuilder::with_capacity(total);
        let mut i = 0;
        while i < total {
            let c = at(i);
            i += 1;
            match c {
                13 if i < total && at(i) == 10 => {
                    i += 1;
                    self.seen |= CRLF;
                    if !self.translate {
                        out.push(13);
                    }
                    out.push(10);
                }
                13 => {
                    self.seen |= CR;
                    out.push(if self.translate { 10 } else { 13 });
                }
                10 => {
                    self.seen |= LF;
                    out.push(10);
                }
                c => out.push(c),
            }
        }
        out.finish()
    }

    /// `newlines`: `None`, a newline, or a tuple of those seen.
    pub fn seen(&self) -> PyResult<Py> {
        let mut all = Vec::new();
        for (bit, text) in [(CR, "\r"), (LF, "\n"), (CRLF, "\r\n")] {
            if self.seen & bit != 0 {
                all.push(PyStr::new(text)?.into_object());
            }
        }
        Ok(match all.len() {
            0 => object::none(),
            1 => all.remove(0),
            _ => PyTuple::from_vec(all)?.into_object(),
        })
    }
}

/// `_io.IncrementalNewlineDecoder`
#[pyclass(name = "_io.IncrementalNewlineDecoder", flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct IncrementalNewlineDecoder {
    ob_base: object::PyObject,
    decoder: Field,
    errors: Field,
    state: GilCell<Newlines>,
}

impl IncrementalNewlineDecoder {
    fn decoder(&self) -> PyResult<Py> {
        match self.decoder.get() {
            Some(d) => Ok(d),
            None => raise!(ValueError, "IncrementalNewlineDecoder.__init__() not called"),
        }
    }
    fn update<R>(&self, f: impl FnOnce(&mut Newlines) -> R) -> R {
        let mut state = self.state.get();
        let r = f(&mut state);
        self.state.set(state);
        r
    }
}

#[pymethods]
impl IncrementalNewlineDecoder {
    #[slot]
    fn tp_new(
        cls: &PyTypeObject,
        args: &PyTuple,
        kwargs: Option<&PyDict>,
    ) -> PyResult<Py<IncrementalNewlineDecoder>> {
        crate::base::plain_new(cls, args, kwargs, |_| {})
    }
    #[init("(decoder, translate, errors='strict')")]
    fn init(&self, decoder: &PyObject, translate: bool, errors: Option<&PyObject>) -> PyResult<()> {
        self.decoder.set(Some(decoder.new_ref()));
        self.errors
            .set(Some(errors.unwrap_or(intern!("strict").as_object()).new_ref()));
        self.state.set(Newlines::new(translate));
        Ok(())
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.decoder);
        visit.field(&self.errors);
    }
    #[slot]
    fn tp_clear(&self) {
        self.decoder.set(None);
        self.errors.set(None);
    }
    #[method("($self, /, input, final=False)")]
    fn decode(&self, input: &PyObject, last: Option<bool>) -> PyResult<Py<PyStr>> {
        let decoder = self.decoder()?;
        let last = last.unwrap_or(false);
        let text = if is_none(&decoder) {
            input.new_ref()
        } else {
            decoder.call_method(
                intern!("decode"),
                &[input, object::bool::py_bool(last).as_object()],
            )?
        };
        match text.downcast_into::<PyStr>() {
            Ok(text) => self.update(|s| s.convert(text, last)),
            Err(other) => raise!(
                TypeError,
                "decoder should return a string result, not '{}'",
                other.ty().full_name()
            ),
        }
    }
    #[method("($self, /)")]
    fn getstate(&self) -> PyResult<(Py, Py<PyInt>)> {
        let decoder = self.decoder()?;
        let pending = u64::from(self.state.get().pending_cr);
        if is_none(&decoder) {
            return Ok((PyBytes::new(&[])?.into_object(), PyInt::from_u64(pending)?));
        }
        let state = crate::base::call0(&decoder, intern!("getstate"))?;
        let Some(parts) = state.downcast::<PyTuple>() else {
            return raise!(TypeError, "illegal decoder state");
        };
        let [buffer, flag] = parts.as_slice() else {
            return raise!(TypeError, "illegal decoder state");
        };
        let flag = object::number::index(flag)?.to_u64_wrapping();
        Ok((buffer.clone(), PyInt::from_u64(flag << 1 | pending)?))
    }
    #[method("($self, state, /)")]
    fn setstate(&self, state: &PyObject) -> PyResult<()> {
        let decoder = self.decoder()?;
        let Some(parts) = state.downcast::<PyTuple>() else {
            return raise!(TypeError, "state argument must be a tuple");
        };
        let [buffer, flag] = parts.as_slice() else {
            return raise!(TypeError, "illegal decoder state");
        };
        let flag = object::number::index(flag)?.to_u64_wrapping();
        self.update(|s| s.pending_cr = flag & 1 != 0);
        if !is_none(&decoder) {
            let inner = PyTuple::pair(buffer.clone(), PyInt::from_u64(flag >> 1)?.into_object())?;
            decoder.call_method(intern!("setstate"), &[inner.as_object()])?;
        }
        Ok(())
    }
    #[method("($self, /)")]
    fn reset(&self) -> PyResult<()> {
        let decoder = self.decoder()?;
        self.update(Newlines::reset);
        if !is_none(&decoder) {
            crate::base::call0(&decoder, intern!("reset"))?;
        }
        Ok(())
    }
    #[getter]
    fn newlines(&self) -> PyResult {
        self.decoder()?;
        self.state.get().seen()
    }
}

/// The argument `newline`.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// `None`: every newline is one, and is translated.
    #[default]
    Universal,
    /// `''`: every newline is one, as it is.
    Any,
    Lf,
    Cr,
    CrLf,
}

impl Mode {
    pub fn parse(newline: &OrNone<&PyStr>) -> PyResult<Mode> {
        let Some(text) = newline.0 else {
            return Ok(Mode::Universal);
        };
        for (mode, s) in [
            (Mode::Any, ""),
            (Mode::Lf, "\n"),
            (Mode::Cr, "\r"),
            (Mode::CrLf, "\r\n"),
        ] {
            if text.eq_str(s) {
                return Ok(mode);
            }
        }
        Err(object::Raised)
    }
    /// Lines end at every kind of newline.
    pub fn read_universal(self) -> bool {
        matches!(self, Mode::Universal | Mode::Any)
    }
    /// What a line feed is written as, if not as itself.
    pub fn written(self) -> Option<&'static [u8]> {
        match self {
            Mode::Cr => Some(b"\r"),
            Mode::CrLf => Some(b"\r\n"),
            _ => None,
        }
    }
    /// The value to be shown.
    pub fn text(self) -> Option<&'static str> {
        match self {
            Mode::Universal => None,
            Mode::Any => Some(""),
            Mode::Lf => Some("\n"),
            Mode::Cr => Some("\r"),
            Mode::CrLf => Some("\r\n"),
        }
    }

    /// Text as it is to be written; `None`: as it is.
    pub fn translate_for_writing(self, text: &PyStr) -> PyResult<Option<Py<PyStr>>> {
        let Some(newline) = self.written() else {
            return Ok(None);
        };
        if find_lf(text.chars()).is_none() {
            return Ok(None);
        }
        let chars = text.chars();
        let mut out = StrBuilder::with_capacity(chars.len() + 16);
        let mut at = 0;
        while let Some(i) = find_lf(chars.slice(at, chars.len())) {
            out.push_chars(chars.slice(at, at + i))?;
            out.push_latin1(newline)?;
            at += i + 1;
        }
        out.push_chars(chars.slice(at, chars.len()))?;
        out.finish().map(Some)
    }

    /// The end of the first line, if the text has it: behind its newline. `translated`: newlines are line feeds by now.
    pub fn line_end(self, chars: Chars<'_>) -> Option<usize> {
        match self {
            Mode::Universal | Mode::Lf => find_lf(chars).map(|i| i + 1),
            Mode::Cr => find_cr(chars).map(|i| i + 1),
            Mode::CrLf => {
                let mut at = 0;
                while let Some(i) = find_cr(chars.slice(at, chars.len())) {
                    at += i + 1;
                    if at < chars.len() && chars.at(at) == 10 {
                        return Some(at + 1);
                    }
                }
                None
            }
            Mode::Any => {
                let lf = find_lf(chars);
                let cr = find_cr(chars.slice(0, lf.unwrap_or(chars.len())));
                match (cr, lf) {
                    (Some(c), _) if c + 1 < chars.len() && chars.at(c + 1) == 10 => Some(c + 2),
                    (Some(c), _) => Some(c + 1),
                    (None, Some(l)) => Some(l + 1),
                    (None, None) => None,
                }
            }
        }
    }
}
