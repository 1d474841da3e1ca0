//! `str.format` and `str.format_map`.

use super::find::each_width;
use super::format::raise_numfmt;
use super::{PyStr, StrBuilder};
use crate::args::KwArgs;
use crate::exceptions as exc;
use crate::handle::{Py, PyClass, PyLayout, PyResult};
use crate::int::PyInt;
use crate::raise;
use crate::refcount::PyObject;
use numfmt::Text;
use numfmt::markup::{Field, FieldName, First, Numbering, Parser, Step};

/// Where fields take their values from.
pub(crate) enum Source<'a> {
    Arguments(&'a [&'a PyObject], KwArgs<'a>),
    Mapping(&'a PyObject),
}

impl Source<'_> {
    fn index(&self, i: usize) -> PyResult {
        match self {
            Source::Mapping(_) => raise!(ValueError, "Format string contains positional fields"),
            Source::Arguments(pos, _) => match pos.get(i) {
                Some(v) => Ok(v.new_ref()),
                None => raise!(
                    IndexError,
                    "Replacement index {i} out of range for positional args tuple"
                ),
            },
        }
    }

    fn name(&self, key: &PyStr) -> PyResult {
        match self {
            Source::Mapping(m) => m.get_item(key.as_object()),
            Source::Arguments(_, kw) => {
                let found = kw
                    .iter()
                    .find(|(n, _)| n.downcast::<PyStr>().is_some_and(|n| n.eq(key)));
                match found {
                    Some((_, v)) => Ok(v.new_ref()),
                    None => Err(crate::error::raise_value(
                        exc::KeyError::type_object(),
                        key.as_object(),
                    )),
                }
            }
        }
    }
}

/// One step from a value to its attribute or item.
fn step<T: Text>(value: Py, s: Step, text: &PyStr, _: T) -> PyResult {
    match s {
        Step::Attribute(r) => value.get_attr(&*text.substring(r.start, r.end)?),
        Step::Index(i) => {
            if crate::number::is_sequence(&value)
                && let Ok(i) = isize::try_from(i)
            {
                return value.sequence_item(i);
            }
            value.get_item(PyInt::from_usize(i)?.as_object())
        }
        Step::Key(r) => value.get_item(text.substring(r.start, r.end)?.as_object()),
    }
}

struct State<'a> {
    text: &'a PyStr,
    source: &'a Source<'a>,
    numbering: Numbering,
}

impl State<'_> {
    /// The value that a field means, converted.
    fn value<T: Text>(&mut self, t: T, field: &Field) -> PyResult {
        let name = FieldName::split(t, field.name, Some(&mut self.numbering)).map_err(raise_numfmt)?;
        let mut value = match name.first {
            First::Index(i) => self.source.index(i)?,
            First::Name(r) => self.source.name(&*self.text.substring(r.start, r.end)?)?,
        };
        for s in name {
            value = step(value, s.map_err(raise_numfmt)?, self.text, t)?;
        }
        match field.conversion.map(|c| (c, char::from_u32(c))) {
            None => Ok(value),
            Some((_, Some('r'))) => value.repr().map(Py::into_object),
            Some((_, Some('s'))) => value.str().map(Py::into_object),
            Some((_, Some('a'))) => value.ascii().map(Py::into_object),
            Some((c, _)) => Err(raise_numfmt(numfmt::markup::unknown_conversion(c))),
        }
    }

    fn render<T: Text>(&mut self, t: T, parser: Parser<T>, depth: u32, out: &mut StrBuilder) -> PyResult<()> {
        if depth == 0 {
            return Err(raise_numfmt(numfmt::markup::recursion_exceeded()));
        }
        for piece in parser {
            let piece = piece.map_err(raise_numfmt)?;
            if !piece.literal.is_empty() {
                out.push_range(self.text, piece.literal.start, piece.literal.end)?;
            }
            let Some(field) = piece.field else { continue };
            let value = self.value(t, &field)?;
            let spec = if field.nested {
                let mut inner = StrBuilder::new();
                self.render(t, Parser::of_range(t, field.spec), depth - 1, &mut inner)?;
                inner.finish()?
            } else {
                self.text.substring(field.spec.start, field.spec.end)?
            };
            out.push_str(&*value.format(&spec)?)?;
        }
        Ok(())
    }
}

/// Formats `text` with values from `source`.
pub(crate) fn format(text: &PyStr, source: &Source<'_>) -> PyResult<Py<PyStr>> {
    let mut state = State {
        text,
        source,
        numbering: Numbering::Undecided,
    };
    let mut out = StrBuilder::with_capacity(text.len() + 16);
    each_width!(text.chars(), t => state.render(t, Parser::new(t), 2, &mut out)?);
    out.finish()
}
