//! The mark-up of `str.format`: literal text, replacement fields, conversions, nested specs, and field names.

use crate::spec::read_number;
use crate::{Error, Text};

/// A part of the format string: `start..end`, in code points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// The first code point's index.
    pub start: usize,
    /// One past the last.
    pub end: usize,
}

impl Range {
    /// Whether nothing is in it.
    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }
}

/// A replacement field: `{name!conversion:spec}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The field name, for [`FieldName::split`]; may be empty.
    pub name: Range,
    /// The conversion's code point (`r`, `s`, `a`, or what [`unknown_conversion`] is raised for).
    pub conversion: Option<u32>,
    /// The format spec; may be empty.
    pub spec: Range,
    /// Whether the spec holds fields itself and is to be formatted first.
    pub nested: bool,
}

/// What the parser finds next: literal text, and the field after it, if there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Text to copy; may be empty. An escaped brace is its last character.
    pub literal: Range,
    /// The field that follows.
    pub field: Option<Field>,
}

/// An iterator over a format string (or a nested spec: a part of one).
#[derive(Clone)]
pub struct Parser<T> {
    text: T,
    at: usize,
    end: usize,
}

const OPEN: u32 = b'{' as u32;
const CLOSE: u32 = b'}' as u32;

impl<T: Text> Parser<T> {
    /// A parser of the whole of `text`.
    pub fn new(text: T) -> Self {
        Parser {
            text,
            at: 0,
            end: text.len(),
        }
    }

    /// A parser of `range` of `text`: of a nested spec.
    pub fn of_range(text: T, range: Range) -> Self {
        let end = range.end.min(text.len());
        Parser {
            text,
            at: range.start.min(end),
            end,
        }
    }

    /// The next code point, consumed.
    fn bump(&mut self) -> Option<u32> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    fn peek(&self) -> Option<u32> {
        (self.at < self.end).then(|| self.text.at(self.at))
    }

    fn piece(&mut self) -> Result<Piece, Error> {
        let start = self.at;
        let mut brace = None;
        while let Some(c) = self.bump() {
            if c == OPEN || c == CLOSE {
                brace = Some(c);
                break;
            }
        }
        let Some(brace) = brace else {
            return Ok(Piece {
                literal: Range { start, end: self.at },
                field: None,
            });
        };
        if self.peek() == Some(brace) {
            // Doubled: one of them is text.
            let literal = Range { start, end: self.at };
            self.at += 1;
            return Ok(Piece { literal, field: None });
        }
        if brace == CLOSE {
            return Err(Error::value("Single '}' encountered in format string"));
        }
        if self.at >= self.end {
            return Err(Error::value("Single '{' encountered in format string"));
        }
        let literal = Range {
            start,
            end: self.at - 1,
        };
        let field = self.field()?;
        Ok(Piece {
            literal,
            field: Some(field),
        })
    }

    fn field(&mut self) -> Result<Field, Error> {
        let start = self.at;
        let stop = loop {
            match self.bump().map(char::from_u32) {
                None => return Err(Error::value("expected '}' before end of string")),
                Some(Some('{')) => return Err(Error::value("unexpected '{' in field name")),
                Some(Some('[')) => {
                    // What stands in brackets is not looked at.
                    while self.peek().is_some_and(|c| c != u32::from(b']')) {
                        self.at += 1;
                    }
                }
                Some(Some(c @ ('}' | ':' | '!'))) => break c,
                Some(_) => {}
            }
        };
        let name = Range {
            start,
            end: self.at - 1,
        };
        let mut field = Field {
            name,
            conversion: None,
            spec: Range {
                start: self.at,
                end: self.at,
            },
            nested: false,
        };
        if stop == '}' {
            return Ok(field);
        }
        if stop == '!' {
            let Some(conversion) = self.bump() else {
                return Err(Error::value(
                    "end of string while looking for conversion specifier",
                ));
            };
            field.conversion = Some(conversion);
            match self.bump() {
                Some(CLOSE) => {
                    field.spec = Range {
                        start: self.at,
                        end: self.at,
                    };
                    return Ok(field);
                }
                Some(c) if c != u32::from(b':') => {
                    return Err(Error::value("expected ':' after conversion specifier"));
                }
                _ => {}
            }
        }
        let start = self.at;
        let mut depth = 1;
        while let Some(c) = self.bump() {
            if c == OPEN {
                field.nested = true;
                depth += 1;
            } else if c == CLOSE {
                depth -= 1;
                if depth == 0 {
                    field.spec = Range {
                        start,
                        end: self.at - 1,
                    };
                    return Ok(field);
                }
            }
        }
        Err(Error::value("unmatched '{' in format spec"))
    }
}

impl<T: Text> Iterator for Parser<T> {
    type Item = Result<Piece, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.end {
            return None;
        }
        let piece = self.piece();
        if piece.is_err() {
            self.at = self.end;
        }
        Some(piece)
    }
}

/// The error for a conversion other than `r`, `s` and `a`.
#[cold]
pub fn unknown_conversion(conversion: u32) -> Error {
    Error::value(match char::from_u32(conversion) {
        Some(c @ '!'..='~') => format!("Unknown conversion specifier {c}"),
        _ => format!("Unknown conversion specifier \\x{conversion:x}"),
    })
}

/// The error for specs nested too deeply.
#[cold]
pub fn recursion_exceeded() -> Error {
    Error::value("Max string recursion exceeded")
}

/// Whether a format string numbers its fields itself or leaves it to Python: one state for the whole string, nested
/// specs included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Numbering {
    /// No positional field yet.
    #[default]
    Undecided,
    /// `{}`: the next field's number.
    Automatic(usize),
    /// `{0}`
    Manual,
}

impl Numbering {
    /// The argument number of a field: the next one for an empty name, `index` for a number.
    fn number(&mut self, index: Option<usize>) -> Result<usize, Error> {
        match (*self, index) {
            (Numbering::Undecided, None) => {
                *self = Numbering::Automatic(1);
                Ok(0)
            }
            (Numbering::Automatic(next), None) => {
                *self = Numbering::Automatic(next + 1);
                Ok(next)
            }
            (Numbering::Undecided | Numbering::Manual, Some(index)) => {
                *self = Numbering::Manual;
                Ok(index)
            }
            (Numbering::Automatic(_), Some(_)) => Err(Error::value(
                "cannot switch from automatic field numbering to manual field specification",
            )),
            (Numbering::Manual, None) => Err(Error::value(
                "cannot switch from manual field specification to automatic field numbering",
            )),
        }
    }
}

/// The first part of a field name: which argument it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    /// A positional argument.
    Index(usize),
    /// A keyword argument: the name in the format string (empty only where no numbering was asked for).
    Name(Range),
}

/// A step from the argument to the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// `.name`
    Attribute(Range),
    /// `[123]`
    Index(usize),
    /// `[text]`
    Key(Range),
}

/// A field name: the argument, then an iterator over the steps after it (`a.b[0]`).
#[derive(Clone)]
pub struct FieldName<T> {
    /// The argument.
    pub first: First,
    text: T,
    at: usize,
    end: usize,
}

/// A number that fills the range wholly.
fn whole_number<T: Text>(text: T, range: Range) -> Result<Option<usize>, Error> {
    let mut at = range.start;
    let number = read_number(text, &mut at, range.end)?;
    Ok(if at == range.end { number } else { None })
}

impl<T: Text> FieldName<T> {
    /// Splits the field name `range` of `text`. With `numbering` (as `str.format` has it) an empty first part takes the
    /// next number; without (as `_string.formatter_field_name_split` has it) it is an empty name.
    pub fn split(text: T, range: Range, numbering: Option<&mut Numbering>) -> Result<Self, Error> {
        let mut at = range.start;
        while at < range.end && text.at(at) != u32::from(b'.') && text.at(at) != u32::from(b'[') {
            at += 1;
        }
        let name = Range {
            start: range.start,
            end: at,
        };
        let number = whole_number(text, name)?;
        let first = match numbering {
            Some(numbering) if number.is_some() || name.is_empty() => First::Index(numbering.number(number)?),
            _ => number.map_or(First::Name(name), First::Index),
        };
        Ok(FieldName {
            first,
            text,
            at,
            end: range.end,
        })
    }

    fn step(&mut self) -> Result<Step, Error> {
        let opener = self.text.at(self.at);
        self.at += 1;
        let start = self.at;
        let item = opener == u32::from(b'[');
        if !item && opener != u32::from(b'.') {
            return Err(Error::value(
                "Only '.' or '[' may follow ']' in format field specifier",
            ));
        }
        let stops = |c: u32| {
            if item {
                c == u32::from(b']')
            } else {
                c == u32::from(b'.') || c == u32::from(b'[')
            }
        };
        while self.at < self.end && !stops(self.text.at(self.at)) {
            self.at += 1;
        }
        let range = Range { start, end: self.at };
        if item {
            if self.at == self.end {
                return Err(Error::value("Missing ']' in format string"));
            }
            self.at += 1;
        }
        let step = if item {
            whole_number(self.text, range)?.map_or(Step::Key(range), Step::Index)
        } else {
            Step::Attribute(range)
        };
        if range.is_empty() {
            return Err(Error::value("Empty attribute in format string"));
        }
        Ok(step)
    }
}

impl<T: Text> Iterator for FieldName<T> {
    type Item = Result<Step, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.end {
            return None;
        }
        let step = self.step();
        if step.is_err() {
            self.at = self.end;
        }
        Some(step)
    }
}
