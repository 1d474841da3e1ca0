//! What the formatters read from ([`Text`]) and write to ([`Sink`]).
//!
//! Python strings may hold lone surrogates and are stored with one, two or four bytes per code point, so neither `str`
//! nor `char` fits; both traits speak of code points as `u32`.

use crate::Error;

/// Readable text in which one unit is one code point: the three storage kinds of a Python string, or bytes.
pub trait Text: Copy {
    /// The number of code points.
    fn len(self) -> usize;
    /// The code point at `index`, which is below `len()`.
    fn at(self, index: usize) -> u32;
    /// Whether there are none.
    fn is_empty(self) -> bool {
        self.len() == 0
    }
    /// The code points of `start..end` as a `String`, lone surrogates replaced by U+FFFD.
    fn lossy(self, start: usize, end: usize) -> String {
        (start..end)
            .map(|i| char::from_u32(self.at(i)).unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect()
    }
}

macro_rules! text_for {
    ($($unit:ty),*) => {$(
        impl Text for &[$unit] {
            #[inline]
            fn len(self) -> usize {
                <[$unit]>::len(self)
            }
            #[inline]
            fn at(self, index: usize) -> u32 {
                u32::from(self[index])
            }
        }
    )*};
}
text_for!(u8, u16, u32, char);

/// Where formatted text goes.
///
/// A formatter calls [`reserve`](Sink::reserve) once with the exact number of code points (and the largest of them)
/// that it is about to push, so that an implementation can allocate once and refuse what is too large.
pub trait Sink {
    /// Makes room for `additional` code points, none above `max_char`; `Err` (a `MemoryError`) if that is too much.
    fn reserve(&mut self, additional: usize, max_char: u32) -> Result<(), Error>;
    /// Appends one code point.
    fn push(&mut self, c: u32);
    /// Appends ASCII bytes.
    fn push_ascii(&mut self, ascii: &[u8]) {
        for &b in ascii {
            self.push(u32::from(b));
        }
    }
    /// Appends `count` times `c`.
    fn push_fill(&mut self, c: u32, count: usize) {
        for _ in 0..count {
            self.push(c);
        }
    }
    /// Appends `text[start..end]`.
    fn push_text<T: Text>(&mut self, text: T, start: usize, end: usize)
    where
        Self: Sized,
    {
        for i in start..end {
            self.push(text.at(i));
        }
    }
}

/// Code points.
impl Sink for Vec<u32> {
    fn reserve(&mut self, additional: usize, _max_char: u32) -> Result<(), Error> {
        self.try_reserve(additional).map_err(|_| Error::memory())
    }
    fn push(&mut self, c: u32) {
        Vec::push(self, c);
    }
    fn push_ascii(&mut self, ascii: &[u8]) {
        self.extend(ascii.iter().map(|&b| u32::from(b)));
    }
    fn push_fill(&mut self, c: u32, count: usize) {
        self.resize(self.len() + count, c);
    }
}

/// Bytes (what the `%` operator of bytes makes); code points above 255 do not occur there and are cut.
impl Sink for Vec<u8> {
    fn reserve(&mut self, additional: usize, _max_char: u32) -> Result<(), Error> {
        self.try_reserve(additional).map_err(|_| Error::memory())
    }
    fn push(&mut self, c: u32) {
        Vec::push(self, c as u8);
    }
    fn push_ascii(&mut self, ascii: &[u8]) {
        self.extend_from_slice(ascii);
    }
    fn push_fill(&mut self, c: u32, count: usize) {
        self.resize(self.len() + count, c as u8);
    }
}

/// UTF-8; a lone surrogate becomes U+FFFD.
impl Sink for String {
    fn reserve(&mut self, additional: usize, max_char: u32) -> Result<(), Error> {
        let unit = match max_char {
            0..=0x7f => 1,
            0x80..=0x7ff => 2,
            0x800..=0xffff => 3,
            _ => 4,
        };
        // The largest code point bounds every other, so this may ask for more than is used but never for less.
        let bytes = additional.checked_mul(unit).ok_or_else(Error::memory)?;
        self.try_reserve(bytes).map_err(|_| Error::memory())
    }
    fn push(&mut self, c: u32) {
        String::push(self, char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER));
    }
}
