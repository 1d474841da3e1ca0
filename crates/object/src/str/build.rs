//! `StrBuilder`: text in the making, in the narrowest width that holds it so far.

use super::{Chars, PyStr};
use crate::handle::{Py, PyResult};

/// The characters so far, by width.
enum Text {
    /// Latin-1.
    One(Vec<u8>),
    Two(Vec<u16>),
    Four(Vec<u32>),
}

/// A string being built; widens as characters ask for it.
pub struct StrBuilder {
    text: Text,
    /// No character so far is above this (exact within the width: 0x7f, 0xff, 0xffff, 0x10ffff).
    ascii: bool,
}

impl Default for StrBuilder {
    fn default() -> StrBuilder {
        StrBuilder::new()
    }
}

#[cold]
fn no_room<T>(_: std::collections::TryReserveError) -> PyResult<T> {
    crate::error::no_memory()
}

impl StrBuilder {
    pub const fn new() -> StrBuilder {
        StrBuilder {
            text: Text::One(Vec::new()),
            ascii: true,
        }
    }

    /// Room for `n` Latin-1 characters from the start.
    pub fn with_capacity(n: usize) -> StrBuilder {
        let mut text = Vec::new();
        // what cannot be had now is asked for again, and reported, when it is needed
        let _ = text.try_reserve(n);
        StrBuilder {
            text: Text::One(text),
            ascii: true,
        }
    }

    pub fn len(&self) -> usize {
        match &self.text {
            Text::One(v) => v.len(),
            Text::Two(v) => v.len(),
            Text::Four(v) => v.len(),
        }
    }
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Makes the width fit for `max`.
    #[inline]
    fn widen(&mut self, max: u32) {
        match &self.text {
            Text::One(_) if max < 0x100 => self.ascii &= max < 0x80,
            Text::Two(_) if max < 0x10000 => {}
            Text::Four(_) => {}
            _ => self.widen_slow(max),
        }
    }

    #[cold]
    fn widen_slow(&mut self, max: u32) {
        self.ascii = false;
        let old = std::mem::replace(&mut self.text, Text::One(Vec::new()));
        self.text = if max < 0x10000 {
            match old {
                Text::One(v) => Text::Two(v.iter().map(|c| *c as u16).collect()),
                other => other,
            }
        } else {
            Text::Four(match old {
                Text::One(v) => v.iter().map(|c| *c as u32).collect(),
                Text::Two(v) => v.iter().map(|c| *c as u32).collect(),
                Text::Four(v) => v,
            })
        };
    }

    /// Room for `n` more characters, none above `max`.
    pub fn reserve(&mut self, n: usize, max: u32) -> PyResult<()> {
        self.widen(max);
        let r = match &mut self.text {
            Text::One(v) => v.try_reserve(n),
            Text::Two(v) => v.try_reserve(n),
            Text::Four(v) => v.try_reserve(n),
        };
        r.or_else(no_room)
    }

    #[inline]
    pub fn push(&mut self, c: u32) {
        self.widen(c);
        match &mut self.text {
            Text::One(v) => v.push(c as u8),
            Text::Two(v) => v.push(c as u16),
            Text::Four(v) => v.push(c),
        }
    }

    pub fn push_char(&mut self, c: char) {
        self.push(c as u32);
    }

    /// Latin-1 (or ASCII) bytes.
    pub fn push_latin1(&mut self, bytes: &[u8]) -> PyResult<()> {
        if self.ascii && !bytes.is_ascii() {
            self.ascii = false;
        }
        match &mut self.text {
            Text::One(v) => {
                v.try_reserve(bytes.len()).or_else(no_room)?;
                v.extend_from_slice(bytes);
            }
            Text::Two(v) => {
                v.try_reserve(bytes.len()).or_else(no_room)?;
                v.extend(bytes.iter().map(|b| *b as u16));
            }
            Text::Four(v) => {
                v.try_reserve(bytes.len()).or_else(no_room)?;
                v.extend(bytes.iter().map(|b| *b as u32));
            }
        }
        Ok(())
    }

    /// Rust text.
    pub fn push_text(&mut self, text: &str) -> PyResult<()> {
        if text.is_ascii() {
            return self.push_latin1(text.as_bytes());
        }
        for c in text.chars() {
            self.push(c as u32);
        }
        Ok(())
    }

    /// `n` times `c`.
    pub fn push_fill(&mut self, c: u32, n: usize) -> PyResult<()> {
        if n == 0 {
            return Ok(());
        }
        self.reserve(n, c)?;
        match &mut self.text {
            Text::One(v) => v.resize(v.len() + n, c as u8),
            Text::Two(v) => v.resize(v.len() + n, c as u16),
            Text::Four(v) => v.resize(v.len() + n, c),
        }
        Ok(())
    }

    #[inline]
    pub fn push_str(&mut self, s: &PyStr) -> PyResult<()> {
        self.push_chars(s.chars())
    }

    pub fn push_range(&mut self, s: &PyStr, start: usize, end: usize) -> PyResult<()> {
        self.push_chars(s.chars().slice(start, end))
    }

    /// Characters of any width, widening no more than they need.
    pub fn push_chars(&mut self, chars: Chars<'_>) -> PyResult<()> {
        match chars {
            Chars::One(s) => self.push_latin1(s),
            Chars::Two(s) => {
                let max = s.iter().fold(0, |m, c| m | *c) as u32;
                self.reserve(s.len(), max)?;
                match &mut self.text {
                    Text::One(v) => v.extend(s.iter().map(|c| *c as u8)),
                    Text::Two(v) => v.extend_from_slice(s),
                    Text::Four(v) => v.extend(s.iter().map(|c| *c as u32)),
                }
                Ok(())
            }
            Chars::Four(s) => {
                let max = s.iter().fold(0, |m, c| m | *c);
                self.reserve(s.len(), max)?;
                match &mut self.text {
                    Text::One(v) => v.extend(s.iter().map(|c| *c as u8)),
                    Text::Two(v) => v.extend(s.iter().map(|c| *c as u16)),
                    Text::Four(v) => v.extend_from_slice(s),
                }
                Ok(())
            }
        }
    }

    /// Forgets all characters from `len` on.
    pub fn truncate(&mut self, len: usize) {
        match &mut self.text {
            Text::One(v) => v.truncate(len),
            Text::Two(v) => v.truncate(len),
            Text::Four(v) => v.truncate(len),
        }
    }

    /// The characters so far.
    pub fn chars(&self) -> Chars<'_> {
        match &self.text {
            Text::One(v) => Chars::One(v),
            Text::Two(v) => Chars::Two(v),
            Text::Four(v) => Chars::Four(v),
        }
    }

    /// The string, in its narrowest form.
    pub fn finish(self) -> PyResult<Py<PyStr>> {
        match &self.text {
            Text::One(v) if self.ascii => PyStr::from_ascii(v),
            Text::One(v) => PyStr::from_latin1(v),
            Text::Two(v) => PyStr::from_u16(v),
            Text::Four(v) => PyStr::from_code_points(v),
        }
    }
}

impl numfmt::Sink for StrBuilder {
    fn reserve(&mut self, additional: usize, max_char: u32) -> Result<(), numfmt::Error> {
        self.widen(max_char);
        let r = match &mut self.text {
            Text::One(v) => v.try_reserve(additional),
            Text::Two(v) => v.try_reserve(additional),
            Text::Four(v) => v.try_reserve(additional),
        };
        r.map_err(|_| numfmt::Error::memory())
    }
    fn push(&mut self, c: u32) {
        StrBuilder::push(self, c);
    }
    fn push_ascii(&mut self, ascii: &[u8]) {
        match &mut self.text {
            Text::One(v) => v.extend_from_slice(ascii),
            Text::Two(v) => v.extend(ascii.iter().map(|b| *b as u16)),
            Text::Four(v) => v.extend(ascii.iter().map(|b| *b as u32)),
        }
    }
}
