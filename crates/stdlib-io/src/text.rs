//! `TextIOWrapper`: text over a buffered stream.
//!
//! UTF-8, ASCII and Latin-1 are encoded and decoded here; other encodings by the incremental codecs of the codec
//! registry. Encoded text waits in `pending` until a chunk is full. Decoded text waits in `decoded`; `snapshot` is what
//! the decoder was given to make it, so that `tell` can find the position of a character.

use crate::base::{
    IOBase, Size, TextIOBase, both, call0, cannot_pickle, is_closed, plain_new, trap_interrupt, truth,
    unsupported,
};
use crate::buffered::Buffered;
use crate::newline::{Mode, Newlines, find_lf};
use object::args::OrNone;
use object::buffer::bytes_like_copy;
use object::codecs::{self, Errors, single, utf8};
use object::exceptions as exc;
use object::str::Chars;
use object::typeobject::PyTypeObject;
use object::{
    Field, GilCell, Py, PyBytes, PyClass, PyDict, PyInt, PyLayout, PyObject, PyResult, PyStr, PyTuple,
    Raised, StrBuilder, Visitor, error, intern, is_none, pyclass, pymethods, raise,
};

/// Who encodes and decodes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Codec {
    Utf8,
    Ascii,
    Latin1,
    /// The codec registry's incremental encoder and decoder.
    Registry,
}

const CHUNK: usize = 8192;

/// `_io.TextIOWrapper`
#[pyclass(name = "_io.TextIOWrapper", base = TextIOBase, flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct TextIOWrapper {
    pub base: IOBase,
    buffer: Field,
    encoding: Field<PyStr>,
    errors: Field<PyStr>,
    encoder: Field,
    decoder: Field,
    decoded: Field<PyStr>,
    /// How many of `decoded`'s characters have been given out.
    used: GilCell<usize>,
    snapshot: Field<PyBytes>,
    snapshot_flags: GilCell<u64>,
    pending: GilCell<Vec<u8>>,
    /// Bytes of a character that is not complete.
    tail: GilCell<([u8; 4], u8)>,
    newlines: GilCell<Newlines>,
    codec: GilCell<Codec>,
    mode: GilCell<Mode>,
    chunk: GilCell<usize>,
    /// Bytes a character, in the last chunk.
    ratio: GilCell<f64>,
    ok: GilCell<bool>,
    detached: GilCell<bool>,
    can_read: GilCell<bool>,
    can_write: GilCell<bool>,
    seekable: GilCell<bool>,
    telling: GilCell<bool>,
    line_buffering: GilCell<bool>,
    write_through: GilCell<bool>,
    has_read1: GilCell<bool>,
    finalizing: GilCell<bool>,
}

/// The encoding of the locale. The C locale stands for UTF-8 (PEP 538, PEP 540), unless the environment names another.
pub fn locale_encoding() -> PyResult<Py<PyStr>> {
    if object::hooks::UTF8_MODE.get() {
        return PyStr::new("utf-8");
    }
    const ASCII: &str = "ANSI_X3.4-1968";
    let text = |p: *const std::ffi::c_char| -> String {
        if p.is_null() {
            return String::new();
        }
        // SAFETY: a NUL-terminated string, copied at once.
        unsafe { std::ffi::CStr::from_ptr(p) }
            .to_string_lossy()
            .into_owned()
    };
    // SAFETY: a query.
    let mut name = text(unsafe { libc::nl_langinfo(libc::CODESET) });
    if name == ASCII {
        // the program may not have asked for the environment's locale yet
        // SAFETY: a locale object of our own, freed after its text has been copied.
        unsafe {
            let locale = libc::newlocale(libc::LC_CTYPE_MASK, c"".as_ptr(), std::ptr::null_mut());
            if !locale.is_null() {
                name = text(libc::nl_langinfo_l(libc::CODESET, locale));
                libc::freelocale(locale);
            }
        }
    }
    if name == ASCII || name.is_empty() {
        return PyStr::new("utf-8");
    }
    PyStr::new(&name)
}

fn native_codec(encoding: &PyStr) -> Codec {
    let Some(name) = encoding.to_str() else {
        return Codec::Registry;
    };
    match codecs::normalize(&name).as_str() {
        "utf_8" | "utf8" => Codec::Utf8,
        "ascii" | "us_ascii" | "ansi_x3.4_1968" => Codec::Ascii,
        "latin_1" | "latin1" | "iso_8859_1" | "iso8859_1" => Codec::Latin1,
        _ => Codec::Registry,
    }
}

/// The position of a text stream, as one number.
struct Cookie {
    start: u64,
    flags: u32,
    feed: u32,
    skip: u32,
    eof: bool,
}

impl Cookie {
    fn to_int(&self) -> PyResult<Py<PyInt>> {
        let words = [
            self.start,
            u64::from(self.flags) | u64::from(self.feed) << 32,
            u64::from(self.skip) | u64::from(self.eof) << 32,
        ];
        PyInt::from_words(&words, false)
    }
    fn from_int(value: &PyInt) -> PyResult<Cookie> {
        let low = value.magnitude();
        let words = low.as_words();
        if words.len() > 3 || words.get(2).is_some_and(|w| w >> 40 != 0) {
            return raise!(OverflowError, "int too big to convert");
        }
        let word = |i: usize| words.get(i).copied().unwrap_or(0);
        Ok(Cookie {
            start: word(0),
            flags: word(1) as u32,
            feed: (word(1) >> 32) as u32,
            skip: word(2) as u32,
            eof: word(2) >> 32 != 0,
        })
    }
}

impl TextIOWrapper {
    #[cold]
    fn not_ready<T>(&self) -> PyResult<T> {
        if self.detached.get() {
            raise!(ValueError, "underlying buffer has been detached")
        } else {
            raise!(ValueError, "I/O operation on uninitialized object")
        }
    }

    /// The stream below.
    #[inline]
    fn stream(&self) -> PyResult<Py> {
        match self.buffer.get() {
            Some(b) if self.ok.get() => Ok(b),
            _ => self.not_ready(),
        }
    }

    #[inline]
    fn check_open(&self, stream: &PyObject) -> PyResult<()> {
        let closed = match Buffered::plain_writer(stream)
            .or_else(|| Buffered::plain_reader(stream))
            .and_then(Buffered::file_closed)
        {
            Some(closed) => closed,
            None => is_closed(stream)?,
        };
        if closed {
            crate::base::closed_file()
        } else {
            Ok(())
        }
    }

    fn errors_name(&self) -> Py<PyStr> {
        self.errors.get().unwrap_or_else(|| intern!("strict").new_ref())
    }

    // ---- codecs ----

    fn set_codec(&self, encoding: Py<PyStr>, errors: Py<PyStr>) -> PyResult<()> {
        let codec = native_codec(&encoding);
        let (mut encoder, mut decoder) = (None, None);
        if codec == Codec::Registry {
            let name = encoding.utf8()?.into_owned();
            let info = codecs::lookup(&name)?;
            let info = info.as_object();
            if !PyTuple::check_exact(info)
                && let Some(is_text) = info.get_attr_opt(intern!("_is_text_encoding"))?
                && !is_text.is_true()?
            {
                return raise!(LookupError, "'{name}' is not a text encoding");
            }
            let make = |attribute: &PyStr| {
                let factory = info.get_attr(attribute)?;
                object::call::call(&factory, &[errors.as_object()])
            };
            if self.can_read.get() {
                decoder = Some(make(intern!("incrementaldecoder"))?);
            }
            if self.can_write.get() {
                encoder = Some(make(intern!("incrementalencoder"))?);
            }
        }
        self.codec.set(codec);
        self.decoder.set(decoder);
        self.encoder.set(encoder);
        self.tail.set(([0; 4], 0));
        self.newlines
            .set(Newlines::new(self.mode.get() == Mode::Universal));
        self.encoding.set(Some(encoding));
        self.errors.set(Some(errors));
        Ok(())
    }

    /// Encoders do not begin anew in the middle of a file.
    fn fix_encoder(&self, stream: &PyObject) -> PyResult<()> {
        if !self.seekable.get() || !self.can_write.get() {
            return Ok(());
        }
        let Some(encoder) = self.encoder.get() else {
            return Ok(());
        };
        let at = call0(stream, intern!("tell"))?;
        if !at.equals(PyInt::small(0).as_object())? {
            encoder.call_method(intern!("setstate"), &[PyInt::small(0).as_object()])?;
        }
        Ok(())
    }

    fn reset_encoder(&self, at_start: bool) -> PyResult<()> {
        if let Some(encoder) = self.encoder.get() {
            if at_start {
                call0(&encoder, intern!("reset"))?;
            } else {
                encoder.call_method(intern!("setstate"), &[PyInt::small(0).as_object()])?;
            }
        }
        Ok(())
    }

    fn decode_native(&self, input: &[u8], last: bool) -> PyResult<Py<PyStr>> {
        let errors = self.errors_name();
        let errors = Errors(Some(&errors));
        match self.codec.get() {
            Codec::Latin1 => PyStr::from_latin1(input),
            Codec::Ascii => single::decode_ascii(input, errors),
            _ => {
                let (tail, n) = self.tail.get();
                if n == 0
                    && let Ok(text) = std::str::from_utf8(input)
                {
                    return PyStr::new(text);
                }
                let mut joined;
                let mut input = input;
                if n > 0 {
                    joined = tail[..n as usize].to_vec();
                    joined.extend_from_slice(input);
                    input = &joined;
                }
                let (text, used) = utf8::decode_stateful(input, errors, last)?;
                let rest = input.get(used..).unwrap_or(&[]);
                let mut tail = [0; 4];
                let n = rest.len().min(4);
                tail[..n].copy_from_slice(&rest[..n]);
                self.tail.set((tail, n as u8));
                Ok(text)
            }
        }
    }

    /// Decodes; `object` is what the bytes come from.
    fn decode(&self, object: &PyObject, input: &[u8], last: bool) -> PyResult<Py<PyStr>> {
        let text = if self.codec.get() == Codec::Registry {
            let Some(decoder) = self.decoder.get() else {
                return unsupported("not readable");
            };
            let text = decoder.call_method(
                intern!("decode"),
                &[object, object::bool::py_bool(last).as_object()],
            )?;
            match text.downcast_into::<PyStr>() {
                Ok(text) => text,
                Err(other) => {
                    return raise!(
                        TypeError,
                        "decoder should return a string result, not '{}'",
                        other.ty().full_name()
                    );
                }
            }
        } else {
            self.decode_native(input, last)?
        };
        if !self.mode.get().read_universal() {
            return Ok(text);
        }
        let mut newlines = self.newlines.get();
        let text = newlines.convert(text, last);
        self.newlines.set(newlines);
        text
    }

    fn decode_bytes(&self, bytes: &PyBytes, last: bool) -> PyResult<Py<PyStr>> {
        self.decode(bytes.as_object(), bytes.as_slice(), last)
    }

    fn reset_decoder(&self) -> PyResult<()> {
        self.tail.set(([0; 4], 0));
        let mut newlines = self.newlines.get();
        newlines.reset();
        self.newlines.set(newlines);
        match self.decoder.get() {
            Some(d) => call0(&d, intern!("reset")).map(drop),
            None => Ok(()),
        }
    }

    /// Bytes that wait, and flags.
    fn decoder_state(&self) -> PyResult<(Py<PyBytes>, u64)> {
        let (bytes, flags) = match self.decoder.get() {
            None => {
                let (tail, n) = self.tail.get();
                (PyBytes::new(&tail[..n as usize])?, 0)
            }
            Some(d) => {
                let state = call0(&d, intern!("getstate"))?;
                let Some(parts) = state.downcast::<PyTuple>() else {
                    return raise!(TypeError, "illegal decoder state");
                };
                let [bytes, flags] = parts.as_slice() else {
                    return raise!(TypeError, "illegal decoder state");
                };
                let Some(bytes) = bytes.downcast::<PyBytes>() else {
                    return raise!(
                        TypeError,
                        "illegal decoder state: the first item should be a bytes object, not '{}'",
                        bytes.ty().full_name()
                    );
                };
                (bytes.new_ref(), object::number::index(flags)?.to_u64_wrapping())
            }
        };
        if self.mode.get().read_universal() {
            return Ok((bytes, flags << 1 | u64::from(self.newlines.get().pending_cr)));
        }
        Ok((bytes, flags))
    }

    fn set_decoder_state(&self, bytes: &PyBytes, mut flags: u64) -> PyResult<()> {
        if self.mode.get().read_universal() {
            let mut newlines = self.newlines.get();
            newlines.pending_cr = flags & 1 != 0;
            self.newlines.set(newlines);
            flags >>= 1;
        }
        match self.decoder.get() {
            None => {
                let mut tail = [0; 4];
                let n = bytes.len().min(4);
                tail[..n].copy_from_slice(&bytes.as_slice()[..n]);
                self.tail.set((tail, n as u8));
                Ok(())
            }
            Some(d) => {
                let state = PyTuple::pair(
                    bytes.new_ref().into_object(),
                    PyInt::from_u64(flags)?.into_object(),
                )?;
                d.call_method(intern!("setstate"), &[state.as_object()]).map(drop)
            }
        }
    }

    /// The decoder as it was at a position where nothing waited.
    fn start_decoder(&self, start: u64, flags: u64) -> PyResult<()> {
        if start == 0 && flags == 0 {
            self.reset_decoder()
        } else {
            let none = PyBytes::new(&[])?;
            self.set_decoder_state(&none, flags)
        }
    }

    // ---- writing ----

    /// Appends to what waits; no Python code runs meanwhile.
    fn push_pending(&self, bytes: &[u8]) -> PyResult<usize> {
        // SAFETY: under the GIL, and nothing else runs while the reference is in use.
        let pending = unsafe { &mut *self.pending.as_ptr() };
        if pending.try_reserve(bytes.len()).is_err() {
            return error::no_memory();
        }
        pending.extend_from_slice(bytes);
        Ok(pending.len())
    }

    fn pending_len(&self) -> usize {
        // SAFETY: as above.
        unsafe { (*self.pending.as_ptr()).len() }
    }

    /// Hands what waits to the stream below.
    fn write_out(&self) -> PyResult<()> {
        if self.pending_len() == 0 {
            return Ok(());
        }
        let stream = self.stream()?;
        let mut bytes = self.pending.replace(Vec::new());
        if let Some(b) = Buffered::plain_writer(&stream) {
            let written = b.write_bytes(&bytes);
            // the room is used again
            // SAFETY: as in `push_pending`.
            if unsafe { (*self.pending.as_ptr()).capacity() } == 0 {
                bytes.clear();
                self.pending.set(bytes);
            }
            return written.map(drop);
        }
        let bytes = PyBytes::new(&bytes)?;
        while let Err(r) = stream.call_method(intern!("write"), &[bytes.as_object()]) {
            if !trap_interrupt(r)? {
                return Err(Raised);
            }
        }
        Ok(())
    }

    fn flush_below(&self) -> PyResult<()> {
        let stream = self.stream()?;
        match Buffered::plain_writer(&stream) {
            Some(b) => b.flush_stream(),
            None => call0(&stream, intern!("flush")).map(drop),
        }
    }

    fn write_text(&self, text: &PyStr) -> PyResult<usize> {
        let stream = self.stream()?;
        self.check_open(&stream)?;
        if !self.can_write.get() {
            return unsupported("not writable");
        }
        let len = text.len();
        let mut flush = false;
        if self.line_buffering.get() {
            flush = find_lf(text.chars()).is_some() || text.chars().iter().any(|c| c == 13);
        }
        let translated = self.mode.get().translate_for_writing(text)?;
        let text = translated.as_deref().unwrap_or(text);
        let codec = self.codec.get();
        let size = match text.chars() {
            Chars::One(s) if (text.is_ascii() && codec != Codec::Registry) || codec == Codec::Latin1 => {
                if self.pending_len() > 0 && self.pending_len() + s.len() > self.chunk.get() {
                    self.write_out()?;
                }
                self.push_pending(s)?
            }
            _ => {
                let errors = self.errors_name();
                let errors = Errors(Some(&errors));
                let bytes: Py<PyBytes> = match codec {
                    Codec::Utf8 => utf8::encode(text, errors)?,
                    Codec::Ascii => single::encode(text, errors, 0x80)?,
                    Codec::Latin1 => single::encode(text, errors, 0x100)?,
                    Codec::Registry => {
                        let Some(encoder) = self.encoder.get() else {
                            return unsupported("not writable");
                        };
                        let bytes = encoder.call_method(intern!("encode"), &[text.as_object()])?;
                        match bytes.downcast_into::<PyBytes>() {
                            Ok(b) => b,
                            Err(other) => {
                                return raise!(
                                    TypeError,
                                    "encoder should return a bytes object, not '{}'",
                                    other.ty().full_name()
                                );
                            }
                        }
                    }
                };
                if self.pending_len() > 0 && self.pending_len() + bytes.len() > self.chunk.get() {
                    self.write_out()?;
                }
                self.push_pending(bytes.as_slice())?
            }
        };
        if size >= self.chunk.get() || flush || self.write_through.get() {
            self.write_out()?;
        }
        if flush {
            self.flush_below()?;
        }
        if self.snapshot.is_some() {
            self.set_decoded(None);
            self.snapshot.set(None);
        }
        if self.can_read.get() {
            self.reset_decoder()?;
        }
        Ok(len)
    }

    // ---- reading ----

    fn set_decoded(&self, text: Option<Py<PyStr>>) {
        self.used.set(0);
        self.decoded.set(text);
    }

    /// Decoded text that has not been given out: at most `n` characters, all for -1.
    fn take_decoded(&self, n: isize) -> PyResult<Py<PyStr>> {
        let Some(text) = self.decoded.get() else {
            return Ok(PyStr::empty());
        };
        let start = self.used.get().min(text.len());
        let mut end = text.len();
        if n >= 0 {
            end = end.min(start.saturating_add(n as usize));
        }
        let part = text.substring(start, end)?;
        self.used.set(end);
        Ok(part)
    }

    /// Reads and decodes a chunk; false at the end.
    fn read_chunk(&self, hint: usize) -> PyResult<bool> {
        if !self.can_read.get() {
            return unsupported("not readable");
        }
        let stream = self.stream()?;
        let mut before = None;
        if self.telling.get() {
            before = Some(self.decoder_state()?);
        }
        let mut want = self.chunk.get();
        if hint > 0 {
            want = want.max((self.ratio.get().max(1.0) * hint as f64) as usize);
        }
        let input = match Buffered::plain_reader(&stream) {
            Some(b) => b.read_once(want as isize)?.into_object(),
            None => {
                let n = PyInt::from_usize(want)?;
                let name = if self.has_read1.get() {
                    intern!("read1")
                } else {
                    intern!("read")
                };
                let got = stream.call_method(name, &[n.as_object()])?;
                if !PyBytes::check(&got) && !object::buffer::check(&got) {
                    return raise!(
                        TypeError,
                        "underlying {name}() should have returned a bytes-like object, not '{}'",
                        got.ty().full_name()
                    );
                }
                got
            }
        };
        let copied;
        let bytes: &[u8] = match input.downcast::<PyBytes>() {
            Some(b) => b.as_slice(),
            None => {
                copied = bytes_like_copy(&input)?.unwrap_or_default();
                &copied
            }
        };
        let text = self.decode(&input, bytes, bytes.is_empty())?;
        let count = text.len();
        self.ratio.set(if count > 0 {
            bytes.len() as f64 / count as f64
        } else {
            0.0
        });
        self.set_decoded(Some(text));
        if let Some((waiting, flags)) = before {
            let fed = if waiting.is_empty()
                && let Some(b) = input.downcast_exact::<PyBytes>()
            {
                b.new_ref()
            } else {
                PyBytes::new(&[waiting.as_slice(), bytes].concat())?
            };
            self.snapshot_flags.set(flags);
            self.snapshot.set(Some(fed));
        }
        Ok(!bytes.is_empty() || count > 0)
    }

    fn read_text(&self, n: isize) -> PyResult<Py<PyStr>> {
        let stream = self.stream()?;
        self.check_open(&stream)?;
        if !self.can_read.get() {
            return unsupported("not readable");
        }
        self.write_out()?;
        if n < 0 {
            let input = match Buffered::plain_reader(&stream) {
                Some(b) => match b.read_some(-1)? {
                    Some(b) => b.into_object(),
                    None => object::none(),
                },
                None => call0(&stream, intern!("read"))?,
            };
            let copied;
            let bytes: &[u8] = match input.downcast::<PyBytes>() {
                Some(b) => b.as_slice(),
                None => match bytes_like_copy(&input)? {
                    Some(c) => {
                        copied = c;
                        &copied
                    }
                    None if is_none(&input) => return raise!(BlockingIOError, "Read returned None."),
                    None => {
                        return raise!(
                            TypeError,
                            "underlying read() should have returned a bytes-like object, not '{}'",
                            input.ty().full_name()
                        );
                    }
                },
            };
            let text = self.decode(&input, bytes, true)?;
            let first = self.take_decoded(-1)?;
            if self.snapshot.is_some() || self.decoded.is_some() {
                self.set_decoded(None);
                self.snapshot.set(None);
            }
            if first.is_empty() {
                return Ok(text);
            }
            return object::str::concat::concat(&first, &text);
        }
        let first = self.take_decoded(n)?;
        let mut left = n as usize - first.len();
        if left == 0 {
            return Ok(first);
        }
        let mut out = StrBuilder::new();
        out.push_str(&first)?;
        while left > 0 {
            match self.read_chunk(left) {
                Ok(true) => {}
                Ok(false) => break,
                Err(r) => {
                    if trap_interrupt(r)? {
                        continue;
                    }
                    return Err(Raised);
                }
            }
            let part = self.take_decoded(left as isize)?;
            left -= part.len();
            out.push_str(&part)?;
        }
        out.finish()
    }

    fn read_line(&self, limit: isize) -> PyResult<Py<PyStr>> {
        let stream = self.stream()?;
        self.check_open(&stream)?;
        self.write_out()?;
        let mode = self.mode.get();
        let mut line: Option<StrBuilder> = None;
        loop {
            let text = match self.decoded.get() {
                Some(text) if self.used.get() < text.len() => text,
                _ => {
                    match self.read_chunk(0) {
                        Ok(true) => {}
                        Ok(false) => {
                            self.set_decoded(None);
                            self.snapshot.set(None);
                            break;
                        }
                        Err(r) => {
                            if !trap_interrupt(r)? {
                                return Err(Raised);
                            }
                        }
                    }
                    continue;
                }
            };
            let start = self.used.get();
            let so_far = line.as_ref().map_or(0, StrBuilder::len);
            let rest = text.chars().slice(start, text.len());
            let split = mode == Mode::CrLf
                && so_far > 0
                && rest.at(0) == 10
                && line.as_ref().is_some_and(|l| l.chars().at(so_far - 1) == 13);
            let found = if split { Some(1) } else { mode.line_end(rest) };
            let mut end = found.unwrap_or(rest.len());
            let mut done = found.is_some();
            if limit >= 0 && so_far + end >= limit as usize {
                end = limit as usize - so_far;
                done = true;
            }
            self.used.set(start + end);
            if done && line.is_none() {
                return text.substring(start, start + end);
            }
            line.get_or_insert_with(StrBuilder::new)
                .push_range(&text, start, start + end)?;
            if done {
                break;
            }
        }
        match line {
            Some(line) => line.finish(),
            None => Ok(PyStr::empty()),
        }
    }

    // ---- position ----

    fn position(&self) -> PyResult<Py> {
        let stream = self.stream()?;
        self.check_open(&stream)?;
        if !self.seekable.get() {
            return unsupported("underlying stream is not seekable");
        }
        if !self.telling.get() {
            return raise!(OSError, "telling position disabled by next() call");
        }
        self.write_out()?;
        call0(self.as_object(), intern!("flush"))?;
        let at = call0(&stream, intern!("tell"))?;
        let Some(fed) = self.snapshot.get().filter(|_| self.can_read.get()) else {
            return Ok(at);
        };
        let Some(here) = object::number::index(&at)?.to_u64() else {
            return raise!(OverflowError, "can't convert negative int to unsigned");
        };
        let mut cookie = Cookie {
            start: here.saturating_sub(fed.len() as u64),
            flags: self.snapshot_flags.get() as u32,
            feed: 0,
            skip: 0,
            eof: false,
        };
        if self.used.get() == 0 {
            return cookie.to_int().map(Py::into_object);
        }
        let (waiting, flags) = self.decoder_state()?;
        let newlines = self.newlines.get();
        let found = self.find_position(&mut cookie, &fed, self.used.get());
        let restored = both(found, || self.set_decoder_state(&waiting, flags));
        self.newlines.set(newlines);
        restored?;
        cookie.to_int().map(Py::into_object)
    }

    /// Finds out which bytes make the first `skip` characters of what the decoder was fed with.
    fn find_position(&self, cookie: &mut Cookie, fed: &PyBytes, mut skip: usize) -> PyResult<()> {
        let input = fed.as_slice();
        let decode = |part: &[u8], last: bool| -> PyResult<usize> {
            let bytes = PyBytes::new(part)?;
            Ok(self.decode_bytes(&bytes, last)?.len())
        };
        // a place where nothing waits, not too far from the right one
        let mut bytes = (((self.ratio.get() * skip as f64) as i64).max(0) as usize).min(input.len()) as i64;
        let mut back = 1;
        let first_flags = u64::from(cookie.flags);
        while bytes > 0 {
            self.start_decoder(cookie.start, first_flags)?;
            let count = decode(&input[..bytes as usize], false)?;
            if count <= skip {
                let (waiting, flags) = self.decoder_state()?;
                if waiting.is_empty() {
                    cookie.flags = flags as u32;
                    skip -= count;
                    break;
                }
                bytes -= waiting.len() as i64;
                back = 1;
            } else {
                bytes -= back;
                back *= 2;
            }
        }
        if bytes <= 0 {
            bytes = 0;
            self.start_decoder(cookie.start, first_flags)?;
        }
        cookie.start += bytes as u64;
        cookie.skip = skip as u32;
        if skip == 0 {
            return Ok(());
        }
        let mut count = 0;
        let mut complete = false;
        for i in bytes as usize..input.len() {
            count += decode(&input[i..i + 1], false)?;
            cookie.feed += 1;
            let (waiting, flags) = self.decoder_state()?;
            if waiting.is_empty() && count <= skip {
                cookie.start += u64::from(cookie.feed);
                skip -= count;
                cookie.flags = flags as u32;
                cookie.feed = 0;
                count = 0;
            }
            if count >= skip {
                complete = true;
                break;
            }
        }
        if !complete {
            count += decode(&[], true)?;
            cookie.eof = true;
            if count < skip {
                return raise!(OSError, "can't reconstruct logical file position");
            }
        }
        cookie.skip = skip as u32;
        Ok(())
    }

    fn seek_to(&self, cookie: &PyObject, whence: i32) -> PyResult {
        let stream = self.stream()?;
        self.check_open(&stream)?;
        if !self.seekable.get() {
            return unsupported("underlying stream is not seekable");
        }
        let this = self.as_object();
        let zero = PyInt::small(0).as_object();
        let mut cookie = cookie.new_ref();
        match whence {
            0 => {}
            1 => {
                if !cookie.equals(zero)? {
                    return unsupported("can't do nonzero cur-relative seeks");
                }
                cookie = call0(this, intern!("tell"))?;
            }
            2 => {
                if !cookie.equals(zero)? {
                    return unsupported("can't do nonzero end-relative seeks");
                }
                call0(this, intern!("flush"))?;
                self.set_decoded(None);
                self.snapshot.set(None);
                self.reset_decoder()?;
                let end = stream.call_method(intern!("seek"), &[zero, PyInt::small(2).as_object()])?;
                if self.can_write.get() {
                    self.reset_encoder(end.equals(zero)?)?;
                }
                return Ok(end);
            }
            _ => {
                return raise!(ValueError, "invalid whence ({whence}, should be 0, 1 or 2)");
            }
        }
        let number = object::number::long(&cookie)?;
        if number.is_negative() {
            return raise!(ValueError, "negative seek position {}", cookie.repr()?);
        }
        call0(this, intern!("flush"))?;
        let place = Cookie::from_int(&number)?;
        let start = PyInt::from_u64(place.start)?;
        stream.call_method(intern!("seek"), &[start.as_object()])?;
        self.set_decoded(None);
        self.snapshot.set(None);
        if self.can_read.get() {
            self.start_decoder(place.start, u64::from(place.flags))?;
        }
        if place.skip > 0 {
            let n = PyInt::from_u64(u64::from(place.feed))?;
            let input = stream.call_method(intern!("read"), &[n.as_object()])?;
            let input = match input.downcast_into::<PyBytes>() {
                Ok(b) => b,
                Err(other) => {
                    return raise!(
                        TypeError,
                        "underlying read() should have returned a bytes object, not '{}'",
                        other.ty().full_name()
                    );
                }
            };
            self.snapshot_flags.set(u64::from(place.flags));
            self.snapshot.set(Some(input.clone()));
            let text = self.decode_bytes(&input, place.eof)?;
            if text.len() < place.skip as usize {
                return raise!(OSError, "can't restore logical file position");
            }
            self.set_decoded(Some(text));
            self.used.set(place.skip as usize);
        } else {
            self.snapshot_flags.set(u64::from(place.flags));
            self.snapshot.set(Some(PyBytes::new(&[])?));
        }
        if self.can_write.get() {
            self.reset_encoder(place.start == 0 && place.flags == 0)?;
        }
        Ok(cookie)
    }

    /// The argument `encoding`; `None` and `"locale"` are the locale's.
    fn choose_encoding(encoding: Option<&PyStr>) -> PyResult<Py<PyStr>> {
        match encoding {
            Some(e) if !e.eq_str("locale") => {
                e.utf8()?;
                Ok(e.new_ref())
            }
            given => {
                if given.is_none() {
                    object::hooks::warn_default_encoding(1)?;
                }
                locale_encoding()
            }
        }
    }

    fn warn(&self, source: &PyObject) {
        if let Some(buffer) = self.buffer.get().filter(|_| self.ok.get())
            && buffer.call_method(intern!("_dealloc_warn"), &[source]).is_err()
        {
            error::clear();
        }
    }
}

/// The argument `errors`.
fn errors_argument(what: &str, errors: Option<&PyObject>) -> PyResult<Option<Py<PyStr>>> {
    let Some(errors) = errors.filter(|e| !is_none(e)) else {
        return Ok(None);
    };
    match errors.downcast::<PyStr>() {
        Some(e) if e.chars().iter().any(|c| c == 0) => raise!(ValueError, "embedded null character"),
        Some(e) => {
            e.utf8()?;
            Ok(Some(e.new_ref()))
        }
        None => raise!(
            TypeError,
            "{what}() argument 'errors' must be str or None, not {}",
            errors.ty().full_name()
        ),
    }
}

fn newline_argument(newline: &OrNone<&PyStr>) -> PyResult<Mode> {
    if newline.0.is_some_and(|n| n.chars().iter().any(|c| c == 0)) {
        return raise!(ValueError, "embedded null character");
    }
    match (Mode::parse(newline), newline.0) {
        (Ok(mode), _) => Ok(mode),
        (_, Some(n)) => raise!(ValueError, "illegal newline value: {n}"),
        _ => error::bad_internal_call(),
    }
}

#[pymethods]
impl TextIOWrapper {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<TextIOWrapper>> {
        plain_new(cls, args, kwargs, |this: *mut TextIOWrapper| {
            // SAFETY: a fresh, zeroed instance; zero is no valid vector.
            unsafe {
                (&raw mut (*this).pending).write(GilCell::new(Vec::new()));
                (&raw mut (*this).codec).write(GilCell::new(Codec::Utf8));
                (&raw mut (*this).mode).write(GilCell::new(Mode::Universal));
            }
        })
    }
    #[init(
        "(buffer, encoding=None, errors=None, newline=None,\n              line_buffering=False, write_through=False)"
    )]
    fn init(
        &self,
        buffer: &PyObject,
        encoding: Option<OrNone<&PyStr>>,
        errors: Option<&PyObject>,
        newline: Option<OrNone<&PyStr>>,
        line_buffering: Option<bool>,
        write_through: Option<bool>,
    ) -> PyResult<()> {
        self.ok.set(false);
        self.detached.set(false);
        let errors = errors_argument("TextIOWrapper", errors)?;
        let mode = newline_argument(&newline.unwrap_or(OrNone(None)))?;
        let encoding = encoding.and_then(|e| e.0);
        if encoding.is_some_and(|e| e.chars().iter().any(|c| c == 0)) {
            return raise!(ValueError, "embedded null character");
        }
        let encoding = TextIOWrapper::choose_encoding(encoding)?;
        self.pending.set(Vec::new());
        self.set_decoded(None);
        self.snapshot.set(None);
        self.ratio.set(0.0);
        self.mode.set(mode);
        self.chunk.set(CHUNK);
        self.line_buffering.set(line_buffering.unwrap_or(false));
        self.write_through.set(write_through.unwrap_or(false));
        self.buffer.set(Some(buffer.new_ref()));
        // the codec is looked for first: streams are asked afterwards
        self.can_read.set(false);
        self.can_write.set(false);
        let errors = errors.unwrap_or_else(|| intern!("strict").new_ref());
        self.set_codec(encoding.clone(), errors.clone())?;
        self.can_read.set(truth(buffer, intern!("readable"))?);
        self.can_write.set(truth(buffer, intern!("writable"))?);
        if self.codec.get() == Codec::Registry {
            self.set_codec(encoding, errors)?;
        }
        let seekable = truth(buffer, intern!("seekable"))?;
        self.seekable.set(seekable);
        self.telling.set(seekable);
        self.has_read1.set(buffer.has_attr(intern!("read1"))?);
        self.fix_encoder(buffer)?;
        self.ok.set(true);
        Ok(())
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.base.dict);
        visit.field(&self.buffer);
        visit.field(&self.encoder);
        visit.field(&self.decoder);
    }
    #[slot]
    fn tp_clear(&self) {
        self.ok.set(false);
        self.base.dict.set(None);
        self.buffer.set(None);
        self.encoder.set(None);
        self.decoder.set(None);
    }
    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        let this = self.as_object();
        let ty = this.ty().full_name();
        if !self.ok.get() {
            return self.not_ready();
        }
        if object::protocol::repr_enter(this) {
            return raise!(RuntimeError, "reentrant call inside {ty}.__repr__");
        }
        let make = || -> PyResult<String> {
            let mut out = format!("<{ty}");
            let attribute = |name: &PyStr| -> PyResult<Option<Py>> {
                match this.get_attr_opt(name) {
                    Err(_) if error::matches::<exc::ValueError>() => {
                        error::clear();
                        Ok(None)
                    }
                    other => other,
                }
            };
            if let Some(name) = attribute(intern!("name"))? {
                out += &format!(" name={}", name.repr()?);
            }
            if let Some(mode) = attribute(intern!("mode"))? {
                out += &format!(" mode={}", mode.repr()?);
            }
            if let Some(encoding) = self.encoding.get() {
                out += &format!(" encoding={}", encoding.as_object().repr()?);
            }
            Ok(out + ">")
        };
        let text = make();
        object::protocol::repr_leave(this);
        PyStr::new_wtf8_lossy(&text?)
    }
    #[method(
        "($self, /, *, encoding=None, errors=None, newline=None,\n            line_buffering=None, write_through=None)"
    )]
    fn reconfigure(
        &self,
        encoding: Option<OrNone<&PyStr>>,
        errors: Option<&PyObject>,
        newline: Option<OrNone<&PyStr>>,
        line_buffering: Option<&PyObject>,
        write_through: Option<&PyObject>,
    ) -> PyResult<()> {
        let stream = self.stream()?;
        let encoding = encoding.and_then(|e| e.0);
        let errors = errors_argument("reconfigure", errors)?;
        if self.decoded.is_some() && (encoding.is_some() || errors.is_some() || newline.is_some()) {
            return unsupported(
                "It is not possible to set the encoding or newline of stream after the first read",
            );
        }
        let mode = match &newline {
            Some(n) => Some(newline_argument(n)?),
            None => None,
        };
        let flag = |value: Option<&PyObject>, now: bool| match value.filter(|v| !is_none(v)) {
            Some(v) => v.is_true(),
            None => Ok(now),
        };
        let line_buffering = flag(line_buffering, self.line_buffering.get())?;
        let write_through = flag(write_through, self.write_through.get())?;
        call0(self.as_object(), intern!("flush"))?;
        self.ratio.set(0.0);
        if let Some(mode) = mode {
            self.mode.set(mode);
        }
        if encoding.is_some() || errors.is_some() || mode.is_some() {
            let (encoding, errors) = match encoding {
                None => (
                    self.encoding.get().unwrap_or_else(|| intern!("utf-8").new_ref()),
                    errors.unwrap_or_else(|| self.errors_name()),
                ),
                Some(e) => (
                    TextIOWrapper::choose_encoding(Some(e))?,
                    errors.unwrap_or_else(|| intern!("strict").new_ref()),
                ),
            };
            self.set_codec(encoding, errors)?;
            self.fix_encoder(&stream)?;
        }
        self.line_buffering.set(line_buffering);
        self.write_through.set(write_through);
        Ok(())
    }
    #[method("($self, /)")]
    fn detach(&self) -> PyResult {
        self.stream()?;
        call0(self.as_object(), intern!("flush"))?;
        let buffer = self.stream()?;
        self.buffer.set(None);
        self.detached.set(true);
        Ok(buffer)
    }
    #[method("($self, text, /)")]
    fn write(&self, text: &PyStr) -> PyResult<usize> {
        self.write_text(text)
    }
    #[method("($self, size=-1, /)")]
    fn read(&self, size: Option<Size>) -> PyResult<Py<PyStr>> {
        self.read_text(Size::or_all(size))
    }
    #[method("($self, size=-1, /)")]
    fn readline(&self, size: Option<isize>) -> PyResult<Py<PyStr>> {
        self.read_line(size.unwrap_or(-1))
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        self.stream()?;
        self.telling.set(false);
        let this = self.as_object();
        let line = if TextIOWrapper::check_exact(this) {
            self.read_line(-1)?
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
        if line.is_empty() {
            self.snapshot.set(None);
            self.telling.set(self.seekable.get());
            return Ok(None);
        }
        Ok(Some(line.into_object()))
    }
    #[method("($self, /)")]
    fn flush(&self) -> PyResult<()> {
        let stream = self.stream()?;
        self.check_open(&stream)?;
        self.telling.set(self.seekable.get());
        self.write_out()?;
        self.flush_below()
    }
    #[method("($self, /)")]
    fn close(&self) -> PyResult<()> {
        let buffer = self.stream()?;
        let this = self.as_object();
        if is_closed(this)? || self.detached.get() {
            return Ok(());
        }
        if self.finalizing.get() {
            self.warn(this);
        }
        let flushed = call0(this, intern!("flush")).map(drop);
        both(flushed, || call0(&buffer, intern!("close")).map(drop))
    }
    #[method("($self, cookie, whence=os.SEEK_SET, /)")]
    fn seek(&self, cookie: &PyObject, whence: Option<i32>) -> PyResult {
        self.seek_to(cookie, whence.unwrap_or(0))
    }
    #[method("($self, /)")]
    fn tell(&self) -> PyResult {
        self.position()
    }
    #[method("($self, pos=None, /)")]
    fn truncate(&self, pos: Option<&PyObject>) -> PyResult {
        let stream = self.stream()?;
        call0(self.as_object(), intern!("flush"))?;
        let none = object::none();
        stream.call_method(intern!("truncate"), &[pos.unwrap_or(&none)])
    }
    #[method("($self, /)")]
    fn fileno(&self) -> PyResult {
        call0(&*self.stream()?, intern!("fileno"))
    }
    #[method("($self, /)")]
    fn isatty(&self) -> PyResult {
        call0(&*self.stream()?, intern!("isatty"))
    }
    #[method("($self, /)")]
    fn seekable(&self) -> PyResult {
        call0(&*self.stream()?, intern!("seekable"))
    }
    #[method("($self, /)")]
    fn readable(&self) -> PyResult {
        call0(&*self.stream()?, intern!("readable"))
    }
    #[method("($self, /)")]
    fn writable(&self) -> PyResult {
        call0(&*self.stream()?, intern!("writable"))
    }
    #[method("($self, /)")]
    fn __getstate__(&self) -> PyResult {
        cannot_pickle(self.as_object())
    }
    #[getter]
    fn encoding(&self) -> Option<Py<PyStr>> {
        self.encoding.get()
    }
    #[getter]
    fn buffer(&self) -> PyResult<Option<Py>> {
        Ok(self.buffer.get())
    }
    #[getter]
    fn line_buffering(&self) -> bool {
        self.line_buffering.get()
    }
    #[getter]
    fn write_through(&self) -> bool {
        self.write_through.get()
    }
    #[setter(encoding)]
    fn set_encoding(&self, _value: Option<&PyObject>) -> PyResult<()> {
        crate::read_only()
    }
    #[setter(line_buffering)]
    fn set_line_buffering(&self, _value: Option<&PyObject>) -> PyResult<()> {
        crate::read_only()
    }
    #[setter(write_through)]
    fn set_write_through(&self, _value: Option<&PyObject>) -> PyResult<()> {
        crate::read_only()
    }
    #[getter]
    fn name(&self) -> PyResult {
        self.stream()?.get_attr(intern!("name"))
    }
    #[getter]
    fn closed(&self) -> PyResult {
        self.stream()?.get_attr(intern!("closed"))
    }
    #[getter]
    fn newlines(&self) -> PyResult {
        self.stream()?;
        if self.can_read.get() && self.mode.get().read_universal() {
            return self.newlines.get().seen();
        }
        match self.decoder.get() {
            Some(d) => Ok(d.get_attr_opt(intern!("newlines"))?.unwrap_or_else(object::none)),
            None => Ok(object::none()),
        }
    }
    #[getter]
    fn errors(&self) -> PyResult<Py<PyStr>> {
        if !self.ok.get() && !self.detached.get() {
            return self.not_ready();
        }
        Ok(self.errors_name())
    }
    #[getter(name = "_CHUNK_SIZE")]
    fn chunk_size(&self) -> PyResult<usize> {
        self.stream()?;
        Ok(self.chunk.get())
    }
    #[setter(_CHUNK_SIZE)]
    fn set_chunk(&self, value: Option<&PyObject>) -> PyResult<()> {
        self.stream()?;
        let Some(value) = value else {
            return raise!(AttributeError, "cannot be deleted");
        };
        let Some(n) = object::number::index(value)?.to_isize() else {
            return raise!(
                ValueError,
                "cannot fit '{}' into an index-sized integer",
                value.ty().full_name()
            );
        };
        if n <= 0 {
            return raise!(ValueError, "a strictly positive integer is required");
        }
        self.chunk.set(n as usize);
        Ok(())
    }
    #[getter]
    fn _finalizing(&self) -> bool {
        self.finalizing.get()
    }
    #[setter(_finalizing)]
    fn set_finalizing(&self, value: Option<&PyObject>) -> PyResult<()> {
        crate::set_flag(&self.finalizing, value)
    }
}
