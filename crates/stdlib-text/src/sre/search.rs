//! A search in progress: the subject, how far it has come, the engine's memory.

use super::PyPattern;
use crate::buffer::Buffer;
use crate::text;
use object::str::Chars;
use object::{Py, PyBytes, PyClass, PyLayout, PyObject, PyResult, PyStr, Raised, raise};
use sre::{Mode, Request, Scratch, Stop, Subject};
use std::cell::Cell;

thread_local! {
    /// The memory of the last search on this thread, for the next one.
    static SCRATCH: Cell<Option<Box<Scratch>>> = const { Cell::new(None) };
}

/// What is searched: a `str`, or bytes.
pub(super) enum Text {
    Str(Py<PyStr>),
    Bytes(Buffer),
}

impl Text {
    /// The text of a string or an object with a buffer.
    pub fn new(obj: &PyObject) -> PyResult<Text> {
        if let Some(s) = obj.downcast::<PyStr>() {
            return Ok(Text::Str(s.new_ref()));
        }
        match Buffer::get(obj) {
            Ok(Some(buffer)) => Ok(Text::Bytes(buffer)),
            Ok(None) | Err(Raised) => {
                object::error::clear();
                raise!(
                    TypeError,
                    "expected string or bytes-like object, got '{}'",
                    obj.ty().full_name()
                )
            }
        }
    }

    pub fn is_bytes(&self) -> bool {
        matches!(self, Text::Bytes(_))
    }

    pub fn len(&self) -> usize {
        match self {
            Text::Str(s) => s.len(),
            Text::Bytes(buffer) => buffer.len(),
        }
    }

    /// A part of the text, which was had from `owner`; the ends are cut to the text's length.
    pub fn part(&self, owner: &PyObject, start: usize, end: usize) -> PyResult {
        let end = end.min(self.len());
        let start = start.min(end);
        match self {
            Text::Str(s) => text::substring(s, start, end).map(Py::into_object),
            Text::Bytes(buffer) => {
                if start == 0 && end == buffer.len() && PyBytes::check_exact(owner) {
                    return Ok(owner.new_ref());
                }
                // SAFETY: making a bytes object runs no Python code.
                let slice = unsafe { buffer.as_slice() };
                PyBytes::new(&slice[start..end]).map(Py::into_object)
            }
        }
    }

    /// Whether there is no backslash.
    pub fn is_plain(&self) -> bool {
        match self {
            Text::Str(s) => match s.chars() {
                Chars::One(s) => memchr::memchr(b'\\', s).is_none(),
                Chars::Two(s) => !s.contains(&u16::from(b'\\')),
                Chars::Four(s) => !s.contains(&u32::from(b'\\')),
            },
            // SAFETY: looking at bytes runs no Python code.
            Text::Bytes(buffer) => memchr::memchr(b'\\', unsafe { buffer.as_slice() }).is_none(),
        }
    }
}

/// A search in progress.
pub(super) struct Search {
    /// What was searched, as it was given.
    pub string: Py,
    pub text: Text,
    /// `pos` and `endpos`, within the text.
    pub pos: usize,
    pub endpos: usize,
    /// Where the next match may begin.
    pub start: usize,
    pub must_advance: bool,
    scratch: Box<Scratch>,
}

impl Search {
    pub fn new(pattern: &PyPattern, string: &PyObject, pos: isize, endpos: isize) -> PyResult<Search> {
        let text = Text::new(string)?;
        match (pattern.is_bytes(), text.is_bytes()) {
            (Some(false), true) => {
                return raise!(TypeError, "cannot use a string pattern on a bytes-like object");
            }
            (Some(true), false) => {
                return raise!(TypeError, "cannot use a bytes pattern on a string-like object");
            }
            _ => {}
        }
        let length = text.len();
        let pos = usize::try_from(pos).unwrap_or(0).min(length);
        let endpos = usize::try_from(endpos).unwrap_or(0).min(length);
        let scratch = SCRATCH.take().unwrap_or_default();
        let string = string.new_ref();
        Ok(Search {
            string,
            text,
            pos,
            endpos,
            start: pos,
            must_advance: false,
            scratch,
        })
    }

    /// Looks for the next match, from `start` on.
    pub fn find(&mut self, pattern: &PyPattern, mode: Mode) -> PyResult<bool> {
        let request = Request {
            mode,
            start: self.start,
            end: self.endpos,
            must_advance: self.must_advance,
        };
        // Python code (a signal's handler, another thread) may run now and then, if it cannot change the text meanwhile.
        let mut proceed = || object::hooks::check_pending().is_ok();
        let mut go_on = || true;
        let program = pattern.program();
        let found = match &self.text {
            Text::Str(s) => {
                let subject = match s.chars() {
                    Chars::One(s) => Subject::U8(s),
                    Chars::Two(s) => Subject::U16(s),
                    Chars::Four(s) => Subject::U32(s),
                };
                program.find(subject, &request, &mut self.scratch, &mut proceed)
            }
            Text::Bytes(buffer) => {
                let constant = buffer.is_constant();
                // SAFETY: unless the bytes are constant, `go_on` runs no Python code.
                let subject = Subject::U8(unsafe { buffer.as_slice() });
                let proceed: &mut dyn FnMut() -> bool = if constant { &mut proceed } else { &mut go_on };
                program.find(subject, &request, &mut self.scratch, proceed)
            }
        };
        match found {
            Ok(found) => Ok(found),
            Err(Stop::Interrupted) => Err(Raised),
            Err(Stop::Memory) => object::error::no_memory(),
        }
    }

    /// After a match: the next one begins where it ended, and must not be empty if this one was.
    pub fn advance(&mut self) {
        let (start, end) = self.scratch.span();
        self.must_advance = start == end;
        self.start = end;
    }

    /// Where the match is.
    pub fn span(&self) -> (usize, usize) {
        self.scratch.span()
    }

    /// The engine's account of the match.
    pub fn scratch(&self) -> &Scratch {
        &self.scratch
    }

    pub fn part(&self, start: usize, end: usize) -> PyResult {
        self.text.part(&self.string, start, end)
    }

    /// What a group matched.
    pub fn group(&self, group: usize) -> PyResult<Option<Py>> {
        match self.scratch.group(group) {
            Some((start, end)) => self.part(start, end.max(start)).map(Some),
            None => Ok(None),
        }
    }
}

impl Drop for Search {
    fn drop(&mut self) {
        SCRATCH.set(Some(std::mem::take(&mut self.scratch)));
    }
}

/// A piece of a result to be joined.
pub(super) enum Piece {
    /// A part of the text.
    Part(usize, usize),
    Object(Py),
}

/// The pieces as one `str` or `bytes`, by the kind of the text.
pub(super) fn join(text: &Text, owner: &PyObject, pieces: &[Piece]) -> PyResult {
    if let &[Piece::Part(start, end)] = pieces {
        return text.part(owner, start, end);
    }
    match text {
        Text::Str(s) => {
            if let [Piece::Object(object)] = pieces
                && PyStr::check_exact(object)
            {
                return Ok(object.clone());
            }
            let mut parts = Vec::with_capacity(pieces.len());
            for (index, piece) in pieces.iter().enumerate() {
                parts.push(match piece {
                    Piece::Part(start, end) => text::slice(s.chars(), *start, *end),
                    Piece::Object(object) => match object.downcast::<PyStr>() {
                        Some(s) => s.chars(),
                        None => {
                            let got = object.ty().full_name();
                            return raise!(
                                TypeError,
                                "sequence item {index}: expected str instance, {got} found"
                            );
                        }
                    },
                });
            }
            text::concat(&parts).map(Py::into_object)
        }
        Text::Bytes(buffer) => {
            if let [Piece::Object(object)] = pieces
                && PyBytes::check_exact(object)
            {
                return Ok(object.clone());
            }
            let mut out = Vec::new();
            for (index, piece) in pieces.iter().enumerate() {
                match piece {
                    Piece::Part(start, end) => {
                        // SAFETY: copying runs no Python code.
                        let bytes = unsafe { buffer.as_slice() };
                        out.extend_from_slice(&bytes[*start..*end]);
                    }
                    Piece::Object(object) => match Buffer::get(object) {
                        // SAFETY: copying runs no Python code.
                        Ok(Some(item)) => out.extend_from_slice(unsafe { item.as_slice() }),
                        Ok(None) => {
                            let got = object.ty().full_name();
                            return raise!(
                                TypeError,
                                "sequence item {index}: expected a bytes-like object, {got} found"
                            );
                        }
                        Err(raised) => return Err(raised),
                    },
                }
            }
            PyBytes::new(&out).map(Py::into_object)
        }
    }
}
