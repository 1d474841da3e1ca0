//! Subjects: characters of 1, 2 or 4 bytes, and how to look for one among them.

/// What is matched against: the characters of a `str` by its kind, or bytes.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// Latin-1 text, or bytes.
    U8(&'a [u8]),
    /// Text of the basic plane.
    U16(&'a [u16]),
    /// Any text.
    U32(&'a [u32]),
}

impl Subject<'_> {
    /// The number of characters.
    pub fn len(&self) -> usize {
        match self {
            Subject::U8(s) => s.len(),
            Subject::U16(s) => s.len(),
            Subject::U32(s) => s.len(),
        }
    }

    /// Whether there are no characters.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A character of a subject.
pub(crate) trait Char: Copy + Eq + 'static {
    /// Its code point.
    fn code(self) -> u32;
    /// The character of a code point, if this width can hold it.
    fn from_code(c: u32) -> Option<Self>;
    /// The first place of a character.
    fn find(haystack: &[Self], c: Self) -> Option<usize>;
    /// The first place of either of two characters.
    fn find2(haystack: &[Self], a: Self, b: Self) -> Option<usize>;
    /// The last place of a character.
    fn rfind(haystack: &[Self], c: Self) -> Option<usize> {
        haystack.iter().rposition(|&x| x == c)
    }
    /// The subject as bytes, if its characters are that.
    fn bytes(haystack: &[Self]) -> Option<&[u8]>;
}

impl Char for u8 {
    #[inline(always)]
    fn code(self) -> u32 {
        self.into()
    }

    fn from_code(c: u32) -> Option<u8> {
        u8::try_from(c).ok()
    }

    #[inline]
    fn find(haystack: &[u8], c: u8) -> Option<usize> {
        memchr::memchr(c, haystack)
    }

    #[inline]
    fn find2(haystack: &[u8], a: u8, b: u8) -> Option<usize> {
        memchr::memchr2(a, b, haystack)
    }

    #[inline]
    fn rfind(haystack: &[u8], c: u8) -> Option<usize> {
        memchr::memrchr(c, haystack)
    }

    fn bytes(haystack: &[u8]) -> Option<&[u8]> {
        Some(haystack)
    }
}

/// The first place where `found` holds; a chunk at a time, which the compiler turns into vector instructions.
#[inline(always)]
fn position<C: Copy>(haystack: &[C], found: impl Fn(C) -> bool) -> Option<usize> {
    let mut chunks = haystack.chunks_exact(16);
    let mut base = 0;
    for chunk in &mut chunks {
        if chunk.iter().fold(false, |any, &x| any | found(x)) {
            break;
        }
        base += 16;
    }
    haystack[base..]
        .iter()
        .position(|&x| found(x))
        .map(|offset| base + offset)
}

macro_rules! wide_char {
    ($type:ty) => {
        impl Char for $type {
            #[inline(always)]
            fn code(self) -> u32 {
                self.into()
            }

            fn from_code(c: u32) -> Option<$type> {
                c.try_into().ok()
            }

            fn find(haystack: &[$type], c: $type) -> Option<usize> {
                position(haystack, |x| x == c)
            }

            fn find2(haystack: &[$type], a: $type, b: $type) -> Option<usize> {
                position(haystack, |x| (x == a) | (x == b))
            }

            fn bytes(_: &[$type]) -> Option<&[u8]> {
                None
            }
        }
    };
}

wide_char!(u16);
wide_char!(u32);
