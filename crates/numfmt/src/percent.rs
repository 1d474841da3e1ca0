//! The `%` operator of str and bytes: parsing the format, and rendering what a conversion gives.
//!
//! The parser hands out one [`Piece`] at a time, in the order in which Python looks at the format, because fetching
//! arguments between pieces can fail: the error that comes first must be the one that is raised.
//!
//! ```
//! use numfmt::percent::{Parser, Piece};
//! let mut parser = Parser::new(b"%*d%%".as_slice(), false, false);
//! assert_eq!(parser.next(), Ok(Some(Piece::StarWidth)));
//! parser.set_width(5);
//! let Ok(Some(Piece::Conversion(conversion))) = parser.next() else { panic!() };
//! let mut out = String::new();
//! conversion.write_int(true, b"42", &mut out).unwrap();
//! assert_eq!(out, "  -42");
//! assert_eq!(parser.next(), Ok(Some(Piece::Literal { start: 4, end: 5 })));
//! assert_eq!(parser.next(), Ok(None));
//! ```

use crate::float::{FloatFormat, Style, format as float_text};
use crate::{Error, Sink, Text};

/// A conversion: what stands between `%` and the conversion character, and that character.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conversion {
    /// `-`, or a negative `*` width: text first, padding after it.
    pub left: bool,
    /// `+`
    pub plus: bool,
    /// A space.
    pub space: bool,
    /// `#`
    pub alternate: bool,
    /// `0`
    pub zero: bool,
    /// The minimal width; 0 when none is given.
    pub width: usize,
    /// The precision.
    pub precision: Option<usize>,
    /// The conversion character as a code point. Any: see [`Conversion::unsupported`].
    pub kind: u32,
    /// Where the conversion character stands.
    pub index: usize,
}

/// What the parser finds next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text to copy: `start..end` of the format. `%%` gives its second character.
    Literal {
        /// The first code point's index.
        start: usize,
        /// One past the last.
        end: usize,
    },
    /// The mapping key `start..end` of a conversion: the caller looks it up now; it is the conversion's only argument.
    Key {
        /// The first code point's index.
        start: usize,
        /// One past the last.
        end: usize,
    },
    /// `*` as the width: the caller takes an int argument ("* wants int" if it is none) and calls [`Parser::set_width`].
    StarWidth,
    /// `*` as the precision: likewise, and [`Parser::set_precision`].
    StarPrecision,
    /// A conversion: the caller takes an argument (if there was no key), then checks [`Conversion::unsupported`].
    Conversion(Conversion),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Text,
    Key,
    Flags,
    Width,
    AfterWidth,
    AfterPrecision,
}

/// A pull parser over a `%` format.
#[derive(Clone)]
pub struct Parser<T> {
    text: T,
    at: usize,
    state: State,
    conversion: Conversion,
    mapping: bool,
    bytes: bool,
    /// Whether what was read last is a digit of a width or precision.
    after_number: bool,
}

impl<T: Text> Parser<T> {
    /// A parser of `text`. `mapping`: the right operand is a mapping (not a tuple or str), so keys are allowed.
    /// `bytes`: the format is a bytes object.
    pub fn new(text: T, mapping: bool, bytes: bool) -> Self {
        Parser {
            text,
            at: 0,
            state: State::Text,
            conversion: Conversion::default(),
            mapping,
            bytes,
            after_number: false,
        }
    }

    fn peek(&self) -> Option<u32> {
        (self.at < self.text.len()).then(|| self.text.at(self.at))
    }

    fn is(&self, c: u8) -> bool {
        self.peek() == Some(u32::from(c))
    }

    /// The conversion being parsed, so far.
    pub fn conversion(&self) -> &Conversion {
        &self.conversion
    }

    /// Where the parser stands.
    pub fn position(&self) -> usize {
        self.at
    }

    /// Sets the width that a `*` argument gave; a negative one means [`Conversion::left`].
    pub fn set_width(&mut self, width: isize) {
        self.conversion.left |= width < 0;
        self.conversion.width = width.unsigned_abs();
    }

    /// Sets the precision that a `*` argument gave; a negative one means 0.
    pub fn set_precision(&mut self, precision: i32) {
        self.conversion.precision = Some(precision.max(0) as usize);
    }

    fn number(&mut self, limit: usize, too_big: &'static str) -> Result<usize, Error> {
        let mut value = 0usize;
        self.after_number = false;
        while let Some(c @ 0x30..=0x39) = self.peek() {
            let digit = c as usize - 0x30;
            if value > (limit - digit) / 10 {
                return Err(Error::value(too_big));
            }
            value = value * 10 + digit;
            self.after_number = true;
            self.at += 1;
        }
        Ok(value)
    }

    /// The next piece; `None` at the end.
    // Not an iterator: the caller feeds `*` arguments back between pieces.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> Result<Option<Piece>, Error> {
        if self.state == State::Text {
            let start = self.at;
            let end = self.text.len();
            while self.at < end && !self.is(b'%') {
                self.at += 1;
            }
            if self.at > start {
                return Ok(Some(Piece::Literal { start, end: self.at }));
            }
            if self.at == end {
                return Ok(None);
            }
            self.at += 1;
            if self.is(b'%') {
                self.at += 1;
                return Ok(Some(Piece::Literal {
                    start: self.at - 1,
                    end: self.at,
                }));
            }
            self.conversion = Conversion::default();
            self.state = State::Key;
        }
        if self.state == State::Key {
            self.state = State::Flags;
            if self.is(b'(') {
                return self.key().map(Some);
            }
        }
        if self.state == State::Flags {
            loop {
                match self.peek().and_then(char::from_u32) {
                    Some('-') => self.conversion.left = true,
                    Some('+') => self.conversion.plus = true,
                    Some(' ') => self.conversion.space = true,
                    Some('#') => self.conversion.alternate = true,
                    Some('0') => self.conversion.zero = true,
                    _ => break,
                }
                self.at += 1;
            }
            self.state = State::Width;
        }
        if self.state == State::Width {
            self.state = State::AfterWidth;
            self.after_number = false;
            if self.is(b'*') {
                self.at += 1;
                return Ok(Some(Piece::StarWidth));
            }
            self.conversion.width = self.number(isize::MAX as usize, "width too big")?;
        }
        if self.state == State::AfterWidth {
            self.state = State::AfterPrecision;
            if self.is(b'.') {
                self.at += 1;
                self.after_number = false;
                self.conversion.precision = Some(0);
                if self.is(b'*') {
                    self.at += 1;
                    return Ok(Some(Piece::StarPrecision));
                }
                self.conversion.precision = Some(self.number(i32::MAX as usize, "precision too big")?);
            }
        }
        // One length modifier is skipped.
        if self.is(b'h') || self.is(b'l') || self.is(b'L') {
            self.at += 1;
            self.after_number = false;
        }
        let Some(kind) = self.peek() else {
            return Err(Error::value("incomplete format"));
        };
        self.conversion.kind = kind;
        self.conversion.index = self.at;
        self.at += 1;
        self.state = State::Text;
        Ok(Some(Piece::Conversion(self.conversion)))
    }

    fn key(&mut self) -> Result<Piece, Error> {
        if !self.mapping {
            return Err(Error::type_error("format requires a mapping"));
        }
        self.at += 1;
        let start = self.at;
        // Parentheses nest in a key.
        let mut depth = 1;
        while depth > 0 {
            match self.peek() {
                Some(c) if c == u32::from(b'(') => depth += 1,
                Some(c) if c == u32::from(b')') => depth -= 1,
                Some(_) => {}
                None => return Err(Error::value("incomplete format key")),
            }
            self.at += 1;
        }
        Ok(Piece::Key {
            start,
            end: self.at - 1,
        })
    }

    /// The error for the conversion that was just handed out, when str (or bytes) does not have its character.
    #[cold]
    pub fn unsupported(&self, conversion: &Conversion) -> Error {
        let (kind, index) = (conversion.kind, conversion.index);
        let shown = match char::from_u32(kind) {
            Some(c) if self.bytes => {
                if kind >= 128 && !self.after_number {
                    // CPython passes the byte on as a signed char, except after a number.
                    return Error::overflow("character argument not in range(0x110000)");
                }
                c
            }
            Some(c @ ' '..='~') => c,
            _ => '?',
        };
        Error::value(format!(
            "unsupported format character '{shown}' (0x{kind:x}) at index {index}"
        ))
    }
}

impl Conversion {
    /// The conversion character as a `char`, for matching; U+FFFD for a lone surrogate.
    pub fn kind_char(&self) -> char {
        char::from_u32(self.kind).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    /// The base in which an integer conversion (`d`, `i`, `u`, `o`, `x`, `X`) writes its digits; `None` for others.
    pub fn base(&self) -> Option<u32> {
        match self.kind_char() {
            'd' | 'i' | 'u' => Some(10),
            'o' => Some(8),
            'x' | 'X' => Some(16),
            _ => None,
        }
    }

    /// Writes `sign prefix body` padded to the width: with zeros after the prefix under `0`, else with spaces.
    fn write_number<S: Sink>(
        &self,
        negative: bool,
        prefix: &[u8],
        zeros: usize,
        body: &[u8],
        out: &mut S,
    ) -> Result<(), Error> {
        let sign = match (negative, self.plus, self.space) {
            (true, _, _) => Some(b'-'),
            (_, true, _) => Some(b'+'),
            (_, _, true) => Some(b' '),
            _ => None,
        };
        let len = zeros
            .checked_add(body.len() + prefix.len() + usize::from(sign.is_some()))
            .ok_or_else(Error::memory)?;
        let padding = self.width.saturating_sub(len);
        out.reserve(len + padding, 0x7f)?;
        let zero_fill = self.zero && !self.left;
        if !self.left && !zero_fill {
            out.push_fill(u32::from(b' '), padding);
        }
        out.push_ascii(sign.as_slice());
        out.push_ascii(prefix);
        if zero_fill {
            out.push_fill(u32::from(b'0'), padding);
        }
        out.push_fill(u32::from(b'0'), zeros);
        out.push_ascii(body);
        if self.left {
            out.push_fill(u32::from(b' '), padding);
        }
        Ok(())
    }

    /// Renders an integer: `digits` is its magnitude in [`Conversion::base`], ASCII, lower case.
    pub fn write_int<S: Sink>(&self, negative: bool, digits: &[u8], out: &mut S) -> Result<(), Error> {
        let prefix: &[u8] = match (self.alternate, self.kind_char()) {
            (true, 'o') => b"0o",
            (true, 'x') => b"0x",
            (true, 'X') => b"0X",
            _ => b"",
        };
        let zeros = self.precision.unwrap_or(0).saturating_sub(digits.len());
        if self.kind_char() == 'X' {
            return self.write_number(negative, prefix, zeros, &digits.to_ascii_uppercase(), out);
        }
        self.write_number(negative, prefix, zeros, digits, out)
    }

    /// Renders a float under `e`, `E`, `f`, `F`, `g` or `G` (any other is taken for `g`).
    pub fn write_float<S: Sink>(&self, x: f64, out: &mut S) -> Result<(), Error> {
        let style = match self.kind_char() {
            'e' | 'E' => Style::Exponent,
            'f' | 'F' => Style::Fixed,
            _ => Style::General,
        };
        let format = FloatFormat {
            upper: matches!(self.kind_char(), 'E' | 'F' | 'G'),
            alternate: self.alternate,
            ..FloatFormat::new(style, self.precision.unwrap_or(6))
        };
        let text = float_text(x, &format)?;
        let (negative, body) = match text.as_bytes() {
            [b'-', rest @ ..] => (true, rest),
            rest => (false, rest),
        };
        self.write_number(negative, b"", 0, body, out)
    }

    /// How much of a text of `len` code points is shown, and the padding before and after it. `cut`: the precision
    /// shortens it (it does for `s`, `r`, `a` and `b`, not for `c`).
    pub fn text_layout(&self, len: usize, cut: bool) -> (usize, usize, usize) {
        let shown = if cut {
            self.precision.map_or(len, |precision| len.min(precision))
        } else {
            len
        };
        let padding = self.width.saturating_sub(shown);
        if self.left {
            (shown, 0, padding)
        } else {
            (shown, padding, 0)
        }
    }

    /// Renders text, as [`Conversion::text_layout`] says.
    pub fn write_text<T: Text, S: Sink>(&self, text: T, cut: bool, out: &mut S) -> Result<(), Error> {
        let (shown, left, right) = self.text_layout(text.len(), cut);
        let total = left
            .checked_add(shown)
            .and_then(|n| n.checked_add(right))
            .ok_or_else(Error::memory)?;
        let max_char = (0..shown).fold(0x7f, |max, i| max.max(text.at(i)));
        out.reserve(total, max_char)?;
        out.push_fill(u32::from(b' '), left);
        out.push_text(text, 0, shown);
        out.push_fill(u32::from(b' '), right);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(format: &str, mapping: bool) -> Result<Vec<Piece>, Error> {
        let mut parser = Parser::new(format.as_bytes(), mapping, false);
        let mut all = Vec::new();
        while let Some(piece) = parser.next()? {
            match piece {
                Piece::StarWidth => parser.set_width(-7),
                Piece::StarPrecision => parser.set_precision(-1),
                _ => {}
            }
            all.push(piece);
        }
        Ok(all)
    }

    #[test]
    fn pieces_in_order() {
        let conversion = Conversion {
            kind: b'd'.into(),
            ..Conversion::default()
        };
        assert_eq!(
            pieces("a%(k(x))+05.3ld%%b%*.*d", true).unwrap(),
            [
                Piece::Literal { start: 0, end: 1 },
                Piece::Key { start: 3, end: 7 },
                Piece::Conversion(Conversion {
                    plus: true,
                    zero: true,
                    width: 5,
                    precision: Some(3),
                    index: 14,
                    ..conversion
                }),
                Piece::Literal { start: 16, end: 17 },
                Piece::Literal { start: 17, end: 18 },
                Piece::StarWidth,
                Piece::StarPrecision,
                Piece::Conversion(Conversion {
                    left: true,
                    width: 7,
                    precision: Some(0),
                    index: 22,
                    ..conversion
                }),
            ]
        );
    }

    #[test]
    fn errors() {
        for (format, mapping, message) in [
            ("%", false, "incomplete format"),
            ("%5.", false, "incomplete format"),
            ("%(a", true, "incomplete format key"),
            ("%(a)", true, "incomplete format"),
            ("%(a", false, "format requires a mapping"),
            ("%99999999999999999999d", false, "width too big"),
            ("%.2147483648d", false, "precision too big"),
        ] {
            assert_eq!(pieces(format, mapping).unwrap_err().message, message);
        }
        let parser = Parser::new(b"%y".as_slice(), false, false);
        let conversion = Conversion {
            kind: 0xe9,
            index: 1,
            ..Conversion::default()
        };
        assert_eq!(
            parser.unsupported(&conversion).message,
            "unsupported format character '?' (0xe9) at index 1"
        );
    }

    #[test]
    fn rendering() {
        let render = |format: &str, negative: bool, digits: &str| {
            let mut parser = Parser::new(format.as_bytes(), false, false);
            let Ok(Some(Piece::Conversion(conversion))) = parser.next() else {
                panic!("{format}")
            };
            let mut out = String::new();
            conversion
                .write_int(negative, digits.as_bytes(), &mut out)
                .unwrap();
            out
        };
        assert_eq!(render("%+#010x", false, "2a"), "+0x000002a");
        assert_eq!(render("%#.5X", true, "ff"), "-0X000FF");
        assert_eq!(render("%-05d", false, "3"), "3    ");
        assert_eq!(render("%010.5d", false, "42"), "0000000042");
    }
}
