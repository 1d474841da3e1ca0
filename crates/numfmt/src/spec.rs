//! The format-spec mini-language: what stands after the colon in `f"{x:…}"` and in `format(x, "…")`.
//!
//! `[[fill]align][sign]["z"]["#"]["0"][width][grouping]["." precision [grouping]][type]`, as PEP 3101 defined and
//! PEP 378, 515 and 682 and Python 3.14 (grouping in the fraction) extended it.

use crate::{Error, Text};

/// Where padding goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// `<`: text first.
    Left,
    /// `>`: padding first.
    Right,
    /// `^`: both sides.
    Center,
    /// `=`: between sign (or prefix) and digits.
    AfterSign,
}

/// The sign option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// None given: only a minus is shown.
    Default,
    /// `-`: the same, but said.
    Minus,
    /// `+`: a plus before what is not negative.
    Plus,
    /// A space before what is not negative.
    Space,
}

/// The grouping option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// None.
    None,
    /// `,` every three digits.
    Comma,
    /// `_` every three digits.
    Underscore,
    /// `_` every four digits: `_` with the types `b`, `o`, `x`, `X`.
    UnderscoreFour,
    /// What the locale says: the type `n`.
    Locale,
}

/// A parsed format specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec {
    /// The fill character; a space by default, `'0'` through the flag `0`.
    pub fill: u32,
    /// The alignment, given or the type's default.
    pub align: Align,
    /// The sign option.
    pub sign: Sign,
    /// `z`: negative zero is written without a sign.
    pub no_negative_zero: bool,
    /// `#`.
    pub alternate: bool,
    /// The minimal width in code points.
    pub width: Option<usize>,
    /// Grouping of the integer part.
    pub grouping: Grouping,
    /// Grouping of the fraction.
    pub fraction_grouping: Grouping,
    /// The precision.
    pub precision: Option<usize>,
    /// The presentation type as a code point; 0 when none is given and the value's type has no default.
    pub kind: u32,
}

fn align_of(c: u32) -> Option<Align> {
    match char::from_u32(c)? {
        '<' => Some(Align::Left),
        '>' => Some(Align::Right),
        '^' => Some(Align::Center),
        '=' => Some(Align::AfterSign),
        _ => None,
    }
}

/// Reads decimal digits (of any script) at `*at`. `None` when there are none.
pub(crate) fn read_number<T: Text>(text: T, at: &mut usize, end: usize) -> Result<Option<usize>, Error> {
    let start = *at;
    let mut value = 0usize;
    while *at < end
        && let Some(digit) = unidata::decimal(text.at(*at))
    {
        let digit = usize::from(digit);
        // Python's limit is that of its index type.
        if value > (isize::MAX as usize - digit) / 10 {
            return Err(Error::value("Too many decimal digits in format string"));
        }
        value = value * 10 + digit;
        *at += 1;
    }
    Ok((*at > start).then_some(value))
}

impl Spec {
    /// The specification of an `int` (or `bool`): type `d`, right alignment. `type_name` is the value's type, for messages.
    pub fn parse_int<T: Text>(text: T, type_name: &str) -> Result<Spec, Error> {
        Self::parse(text, type_name, u32::from(b'd'), Align::Right)
    }

    /// The specification of a `float`: no default type, right alignment.
    pub fn parse_float<T: Text>(text: T, type_name: &str) -> Result<Spec, Error> {
        Self::parse(text, type_name, 0, Align::Right)
    }

    /// The specification of a `complex`: no default type, right alignment.
    pub fn parse_complex<T: Text>(text: T, type_name: &str) -> Result<Spec, Error> {
        Self::parse(text, type_name, 0, Align::Right)
    }

    /// The specification of a `str`: type `s`, left alignment.
    pub fn parse_str<T: Text>(text: T, type_name: &str) -> Result<Spec, Error> {
        Self::parse(text, type_name, u32::from(b's'), Align::Left)
    }

    /// Parses `text` for a value of the type `type_name` with its default presentation type and alignment.
    pub fn parse<T: Text>(
        text: T,
        type_name: &str,
        default_kind: u32,
        default_align: Align,
    ) -> Result<Spec, Error> {
        let end = text.len();
        let mut at = 0;
        let is = |at: usize, c: u8| at < end && text.at(at) == u32::from(c);
        let mut spec = Spec {
            fill: u32::from(b' '),
            align: default_align,
            sign: Sign::Default,
            no_negative_zero: false,
            alternate: false,
            width: None,
            grouping: Grouping::None,
            fraction_grouping: Grouping::None,
            precision: None,
            kind: default_kind,
        };
        let mut fill_given = false;
        let mut align_given = false;
        if end >= 2
            && let Some(align) = align_of(text.at(1))
        {
            (spec.fill, spec.align) = (text.at(0), align);
            (fill_given, align_given) = (true, true);
            at = 2;
        } else if end >= 1
            && let Some(align) = align_of(text.at(0))
        {
            (spec.align, align_given) = (align, true);
            at = 1;
        }
        if at < end {
            let sign = match char::from_u32(text.at(at)) {
                Some('+') => Sign::Plus,
                Some('-') => Sign::Minus,
                Some(' ') => Sign::Space,
                _ => Sign::Default,
            };
            if sign != Sign::Default {
                spec.sign = sign;
                at += 1;
            }
        }
        if is(at, b'z') {
            spec.no_negative_zero = true;
            at += 1;
        }
        if is(at, b'#') {
            spec.alternate = true;
            at += 1;
        }
        if !fill_given && is(at, b'0') {
            spec.fill = u32::from(b'0');
            if !align_given && default_align == Align::Right {
                spec.align = Align::AfterSign;
            }
            at += 1;
        }
        spec.width = read_number(text, &mut at, end)?;
        let (grouping, next) = read_grouping(text, at, end)?;
        spec.grouping = grouping;
        at = next;
        if is(at, b'.') {
            at += 1;
            spec.precision = read_number(text, &mut at, end)?;
            let (grouping, next) = read_grouping(text, at, end)?;
            spec.fraction_grouping = grouping;
            at = next;
            if spec.precision.is_none() && grouping == Grouping::None {
                return Err(Error::value("Format specifier missing precision"));
            }
        }
        if end - at > 1 {
            return Err(Error::value(format!(
                "Invalid format specifier '{}' for object of type '{type_name}'",
                text.lossy(0, end)
            )));
        }
        if end - at == 1 {
            spec.kind = text.at(at);
        }
        if spec.grouping != Grouping::None {
            match char::from_u32(spec.kind) {
                Some('d' | 'e' | 'f' | 'g' | 'E' | 'G' | '%' | 'F' | '\0') => {}
                Some('b' | 'o' | 'x' | 'X') if spec.grouping == Grouping::Underscore => {
                    spec.grouping = Grouping::UnderscoreFour;
                }
                _ => return Err(cannot_group(spec.grouping, spec.kind)),
            }
        }
        if spec.kind == u32::from(b'n') {
            if spec.fraction_grouping != Grouping::None {
                return Err(cannot_group(spec.fraction_grouping, spec.kind));
            }
            spec.grouping = Grouping::Locale;
        }
        Ok(spec)
    }

    /// The presentation type as a `char`, for matching; U+FFFD for a lone surrogate.
    pub fn kind_char(&self) -> char {
        char::from_u32(self.kind).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    /// The error for a presentation type that the value's type does not have.
    #[cold]
    pub fn unknown_kind(&self, type_name: &str) -> Error {
        let kind = self.kind;
        Error::value(if kind > 32 && kind < 128 {
            format!(
                "Unknown format code '{}' for object of type '{type_name}'",
                self.kind_char()
            )
        } else {
            format!("Unknown format code '\\x{kind:x}' for object of type '{type_name}'")
        })
    }
}

fn read_grouping<T: Text>(text: T, mut at: usize, end: usize) -> Result<(Grouping, usize), Error> {
    let mut grouping = Grouping::None;
    let both = || Error::value("Cannot specify both ',' and '_'.");
    let is = |at: usize, c: u8| at < end && text.at(at) == u32::from(c);
    if is(at, b',') {
        grouping = Grouping::Comma;
        at += 1;
    }
    if is(at, b'_') {
        if grouping != Grouping::None {
            return Err(both());
        }
        grouping = Grouping::Underscore;
        at += 1;
    }
    if is(at, b',') && grouping == Grouping::Underscore {
        return Err(both());
    }
    Ok((grouping, at))
}

#[cold]
fn cannot_group(grouping: Grouping, kind: u32) -> Error {
    let separator = if grouping == Grouping::Comma { ',' } else { '_' };
    Error::value(match char::from_u32(kind) {
        Some(c) if kind > 32 && kind < 128 => format!("Cannot specify '{separator}' with '{c}'."),
        _ => format!("Cannot specify '{separator}' with '\\x{kind:x}'."),
    })
}
