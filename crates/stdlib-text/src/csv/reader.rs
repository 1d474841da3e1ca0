//! `_csv.reader`: lines of text to lists of fields.

use super::dialect::{Options, Quoting};
use super::{FIELD_LIMIT, PyDialect, error};
use crate::text;
use object::str::Chars;
use object::{
    Field, Py, PyClass, PyFloat, PyLayout, PyList, PyObject, PyResult, PyStr, Visitor, new_object, none,
    pyclass, pymethods,
};
use std::cell::{Cell, RefCell};

/// What `_csv.reader` makes.
#[pyclass(name = "_csv.reader", flags(HAVE_GC, DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct PyReader {
    ob_base: PyObject,
    input: Field,
    dialect: Py<PyDialect>,
    line_num: Cell<usize>,
    /// Kept for its memory.
    spare: RefCell<Vec<u32>>,
}

impl PyReader {
    pub(super) fn new(iterable: &PyObject, dialect: Py<PyDialect>) -> PyResult<Py<PyReader>> {
        let input = object::iter::get_iter(iterable)?;
        new_object(PyReader {
            ob_base: PyObject::new_head(PyReader::type_object()),
            input: Field::new(Some(input)),
            dialect,
            line_num: Cell::new(0),
            spare: RefCell::new(Vec::new()),
        })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    StartRecord,
    StartField,
    Escaped,
    InField,
    InQuoted,
    EscapedInQuoted,
    QuoteInQuoted,
    /// Behind the end of a record: nothing but line ends may follow.
    Ended,
    AfterEscapedNewline,
}

/// A record in progress.
struct Parse<'a> {
    options: &'a Options,
    state: State,
    field: Vec<u32>,
    /// Nothing of the field has been quoted.
    unquoted: bool,
    fields: Vec<Py>,
    limit: isize,
}

fn is_newline(c: u32) -> bool {
    c == 10 || c == 13
}

impl Parse<'_> {
    fn add(&mut self, c: u32) -> PyResult<()> {
        if self.field.len() as isize >= self.limit {
            return error(&format!("field larger than field limit ({})", self.limit));
        }
        self.field.push(c);
        Ok(())
    }

    fn save(&mut self) -> PyResult<()> {
        let text = PyStr::from_code_points(&self.field)?;
        self.field.clear();
        self.save_text(text)
    }

    fn save_text(&mut self, text: Py<PyStr>) -> PyResult<()> {
        let unquoted = std::mem::replace(&mut self.unquoted, true);
        let empty = text.is_empty();
        let field = match self.options.quoting {
            Quoting::Strings | Quoting::NotNull if unquoted && empty => none(),
            Quoting::Strings | Quoting::NonNumeric if unquoted && !empty => {
                object::call::call(PyFloat::type_object().as_object(), &[text.as_object()])?
            }
            _ => text.into_object(),
        };
        self.fields.push(field);
        Ok(())
    }

    /// The end of a field by a delimiter, a newline or (`None`) the end of the line.
    fn end(&mut self, c: Option<u32>) -> PyResult<()> {
        self.save()?;
        self.state = self.after(c);
        Ok(())
    }

    fn after(&self, c: Option<u32>) -> State {
        match c {
            None => State::StartRecord,
            Some(c) if is_newline(c) => State::Ended,
            Some(_) => State::StartField,
        }
    }

    /// Takes a character, or the end of the line.
    fn take(&mut self, c: Option<u32>) -> PyResult<()> {
        let options = self.options;
        let is_end = c.is_none_or(is_newline);
        let is_quote = c.is_some() && c == options.quotechar && options.quoting != Quoting::None;
        let is_escape = c.is_some() && c == options.escapechar;
        let is_delimiter = c == Some(options.delimiter);
        match self.state {
            State::StartRecord if c.is_none() => {}
            State::StartRecord if is_end => self.state = State::Ended,
            State::StartRecord | State::StartField => {
                self.state = State::StartField;
                if is_end {
                    self.end(c)?;
                } else if is_quote {
                    self.unquoted = false;
                    self.state = State::InQuoted;
                } else if is_escape {
                    self.state = State::Escaped;
                } else if c == Some(32) && options.skipinitialspace {
                } else if is_delimiter {
                    self.save()?;
                } else if let Some(c) = c {
                    self.add(c)?;
                    self.state = State::InField;
                }
            }
            State::Escaped => {
                self.add(c.unwrap_or(10))?;
                self.state = if c.is_some_and(is_newline) {
                    State::AfterEscapedNewline
                } else {
                    State::InField
                };
            }
            State::AfterEscapedNewline if c.is_none() => {}
            State::AfterEscapedNewline | State::InField => {
                if is_end || is_delimiter && !is_escape {
                    self.end(c)?;
                } else if is_escape {
                    self.state = State::Escaped;
                } else if let Some(c) = c {
                    self.add(c)?;
                    self.state = State::InField;
                }
            }
            State::InQuoted => match c {
                None => {}
                _ if is_escape => self.state = State::EscapedInQuoted,
                _ if is_quote => {
                    self.state = if options.doublequote {
                        State::QuoteInQuoted
                    } else {
                        State::InField
                    };
                }
                Some(c) => self.add(c)?,
            },
            State::EscapedInQuoted => {
                self.add(c.unwrap_or(10))?;
                self.state = State::InQuoted;
            }
            State::QuoteInQuoted => match c {
                Some(quote) if is_quote => {
                    self.add(quote)?;
                    self.state = State::InQuoted;
                }
                _ if is_delimiter || is_end => self.end(c)?,
                Some(c) if !options.strict => {
                    self.add(c)?;
                    self.state = State::InField;
                }
                _ => {
                    let shown = |c: u32| char::from_u32(c).unwrap_or('\u{fffd}');
                    let (delimiter, quote) =
                        (shown(options.delimiter), shown(options.quotechar.unwrap_or(0)));
                    return error(&format!("'{delimiter}' expected after '{quote}'"));
                }
            },
            State::Ended => match c {
                None => self.state = State::StartRecord,
                Some(_) if is_end => {}
                Some(_) => {
                    return error(
                        "new-line character seen in unquoted field - do you need to open the file with newline=''?",
                    );
                }
            },
        }
        Ok(())
    }

    /// Takes a line, and its end.
    fn line(&mut self, chars: Chars<'_>) -> PyResult<()> {
        match chars {
            Chars::One(s) => self.run(chars, s),
            Chars::Two(s) => self.run(chars, s),
            Chars::Four(s) => self.run(chars, s),
        }
    }

    fn run<C: Copy + Into<u32>>(&mut self, chars: Chars<'_>, s: &[C]) -> PyResult<()> {
        let options = self.options;
        let mut at = 0;
        while let Some(&c) = s.get(at) {
            // A field in which nothing special happens is cut out in one piece.
            if let State::StartField | State::StartRecord = self.state
                && self.field.is_empty()
            {
                let mut stop = None;
                let length = s[at..].iter().position(|&c| {
                    let c = c.into();
                    let special = c == options.delimiter
                        || is_newline(c)
                        || Some(c) == options.escapechar
                        || Some(c) == options.quotechar
                        || c == 32 && options.skipinitialspace;
                    if special {
                        stop = Some(c);
                    }
                    special
                });
                let end = at + length.unwrap_or(s.len() - at);
                let plain = stop.is_none_or(|c| c == options.delimiter || is_newline(c));
                if plain && end > at && (end - at) as isize <= self.limit {
                    self.save_text(text::concat(&[chars.slice(at, end)])?)?;
                    self.state = self.after(stop);
                    if stop.is_none() {
                        // The end of the line has been taken.
                        return Ok(());
                    }
                    at = end + 1;
                    continue;
                }
            }
            self.take(Some(c.into()))?;
            at += 1;
        }
        self.take(None)
    }
}

#[pymethods]
impl PyReader {
    #[slot]
    fn tp_iter(&self) -> Py<PyReader> {
        self.new_ref()
    }

    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        let Some(input) = self.input.get() else {
            return Ok(None);
        };
        let mut parse = Parse {
            options: &self.dialect.options,
            state: State::StartRecord,
            field: self.spare.take(),
            unquoted: true,
            fields: Vec::new(),
            limit: FIELD_LIMIT.get(),
        };
        parse.field.clear();
        loop {
            let Some(line) = object::iter::next(&input)? else {
                if parse.field.is_empty() && parse.state != State::InQuoted {
                    return Ok(None);
                }
                if parse.options.strict {
                    return error("unexpected end of data");
                }
                parse.save()?;
                break;
            };
            let Some(line) = line.downcast::<PyStr>() else {
                let got = line.ty().full_name();
                return error(&format!(
                    "iterator should return strings, not {got} (the file should be opened in text mode)"
                ));
            };
            self.line_num.set(self.line_num.get() + 1);
            parse.line(line.chars())?;
            if parse.state == State::StartRecord {
                break;
            }
        }
        self.spare.replace(parse.field);
        PyList::from_vec(parse.fields).map(|list| Some(list.into_object()))
    }

    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.input);
        visit.object(&self.dialect);
    }

    #[slot]
    fn tp_clear(&self) {
        self.input.set(None);
    }

    #[getter]
    fn dialect(&self) -> Py<PyDialect> {
        self.dialect.clone()
    }

    #[getter]
    fn line_num(&self) -> usize {
        self.line_num.get()
    }
}
