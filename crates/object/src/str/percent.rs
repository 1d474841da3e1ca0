//! `text % args`

use super::find::each_width;
use super::format::raise_numfmt;
use super::{PyStr, StrBuilder};
use crate::handle::{Py, PyClass, PyLayout, PyResult};
use crate::int::PyInt;
use crate::raise;
use crate::refcount::PyObject;
use crate::tuple::PyTuple;
use numfmt::percent::{Conversion, Parser, Piece};

/// The right operand, handed out piece by piece.
pub(crate) struct Arguments<'a> {
    all: &'a PyObject,
    tuple: Option<&'a PyTuple>,
    next: usize,
    /// The operand itself, or a mapping's item, still to be used.
    single: Option<Py>,
    pub(crate) mapping: bool,
}

impl<'a> Arguments<'a> {
    /// `not_mapping`: types that have `__getitem__` and are no mappings all the same.
    pub(crate) fn new(all: &'a PyObject, not_mapping: bool) -> Arguments<'a> {
        let tuple = all.downcast::<PyTuple>();
        let mapping = tuple.is_none()
            && !not_mapping
            && all
                .ty()
                .as_mapping()
                .is_some_and(|t| t.mp_subscript.get().is_some());
        Arguments {
            all,
            tuple,
            next: 0,
            single: if tuple.is_none() {
                Some(all.new_ref())
            } else {
                None
            },
            mapping,
        }
    }

    pub(crate) fn next(&mut self) -> PyResult {
        let found = match self.tuple {
            Some(t) if self.next < t.len() => {
                self.next += 1;
                t.get(self.next - 1).map(|o| o.new_ref())
            }
            Some(_) => None,
            None => self.single.take(),
        };
        match found {
            Some(v) => Ok(v),
            None => raise!(TypeError, "not enough arguments for format string"),
        }
    }

    /// Takes the mapping's item for the next conversion.
    pub(crate) fn select(&mut self, key: &PyObject) -> PyResult<()> {
        self.single = Some(self.all.get_item(key)?);
        self.tuple = None;
        Ok(())
    }

    pub(crate) fn finish(&self, what: &str) -> PyResult<()> {
        let left = match self.tuple {
            Some(t) => self.next < t.len(),
            None => self.single.is_some(),
        };
        if left && !self.mapping {
            return raise!(TypeError, "not all arguments converted during {what} formatting");
        }
        Ok(())
    }

    /// The argument of a `*`.
    pub(crate) fn star(&mut self) -> PyResult<Py<PyInt>> {
        match self.next()?.downcast_into::<PyInt>() {
            Ok(i) => Ok(i),
            Err(_) => raise!(TypeError, "* wants int"),
        }
    }

    pub(crate) fn star_width(&mut self) -> PyResult<isize> {
        crate::number::as_ssize_t(self.star()?.as_object())
    }

    pub(crate) fn star_precision(&mut self) -> PyResult<i32> {
        crate::number::as_c_int(self.star()?.as_object())
    }
}

/// The int that an integer conversion shows.
pub(crate) fn integer_argument(value: &PyObject, conversion: &Conversion) -> PyResult<Py<PyInt>> {
    if let Some(i) = value.downcast::<PyInt>() {
        return Ok(i.new_ref());
    }
    let kind = conversion.kind_char();
    let hex = matches!(kind, 'o' | 'x' | 'X');
    let number = value.ty().as_number();
    let is_number = number.is_some_and(|t| {
        t.nb_index.get().is_some() || t.nb_int.get().is_some() || t.nb_float.get().is_some()
    }) || crate::PyComplex::check(value);
    if is_number {
        let r = if hex {
            crate::number::index(value)
        } else {
            crate::number::long(value)
        };
        match r {
            Err(e) if !crate::error::matches::<crate::exceptions::TypeError>() => return Err(e),
            Err(_) => crate::error::clear(),
            ok => return ok,
        }
    }
    raise!(
        TypeError,
        "%{kind} format: {} is required, not {}",
        if hex { "an integer" } else { "a real number" },
        value.ty().full_name()
    )
}

/// Writes an int under an integer conversion.
pub(crate) fn write_int<S: numfmt::Sink>(
    value: &PyInt,
    conversion: &Conversion,
    out: &mut S,
) -> PyResult<()> {
    let mut digits = Vec::new();
    value.push_digits(conversion.base().unwrap_or(10), &mut digits)?;
    conversion
        .write_int(value.is_negative(), &digits, out)
        .map_err(raise_numfmt)
}

fn write_str(s: &PyStr, conversion: &Conversion, cut: bool, out: &mut StrBuilder) -> PyResult<()> {
    let (shown, left, right) = conversion.text_layout(s.len(), cut);
    out.push_fill(' ' as u32, left)?;
    if shown == s.len() {
        out.push_str(s)?;
    } else {
        out.push_range(s, 0, shown)?;
    }
    out.push_fill(' ' as u32, right)
}

/// The code point of a `%c` argument.
fn char_argument(value: &PyObject) -> PyResult<u32> {
    if let Some(s) = value.downcast::<PyStr>() {
        if s.len() != 1 {
            return raise!(
                TypeError,
                "%c requires an int or a unicode character, not a string of length {}",
                s.len()
            );
        }
        return Ok(s.chars().at(0));
    }
    if !value.has_index() {
        return raise!(
            TypeError,
            "%c requires an int or a unicode character, not {}",
            crate::containers::type_name(value.ty())
        );
    }
    let c = crate::number::index(value)?
        .to_i64()
        .and_then(|v| u32::try_from(v).ok())
        .filter(|c| *c < 0x110000);
    match c {
        Some(c) => Ok(c),
        None => raise!(OverflowError, "%c arg not in range(0x110000)"),
    }
}

fn convert(value: &PyObject, conversion: &Conversion, out: &mut StrBuilder) -> PyResult<bool> {
    match conversion.kind_char() {
        's' => match value.downcast_exact::<PyStr>() {
            Some(s) => write_str(s, conversion, true, out)?,
            None => write_str(&*value.str()?, conversion, true, out)?,
        },
        'r' => write_str(&*value.repr()?, conversion, true, out)?,
        'a' => write_str(&*value.ascii()?, conversion, true, out)?,
        'd' | 'i' | 'u' | 'o' | 'x' | 'X' => {
            let i = integer_argument(value, conversion)?;
            write_int(&i, conversion, out)?;
        }
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
            let x = crate::float::as_f64(value)?;
            conversion.write_float(x, out).map_err(raise_numfmt)?;
        }
        'c' => {
            let c = PyStr::from_char(char_argument(value)?)?;
            write_str(&c, conversion, false, out)?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// `text % args`
pub fn format(text: &PyStr, args: &PyObject) -> PyResult<Py<PyStr>> {
    let mut arguments = Arguments::new(args, PyStr::check(args));
    let mut out = StrBuilder::with_capacity(text.len() + 16);
    each_width!(text.chars(), t => {
        let mut parser = Parser::new(t, arguments.mapping, false);
        while let Some(piece) = parser.next().map_err(raise_numfmt)? {
            match piece {
                Piece::Literal { start, end } => out.push_range(text, start, end)?,
                Piece::Key { start, end } => arguments.select(text.substring(start, end)?.as_object())?,
                Piece::StarWidth => parser.set_width(arguments.star_width()?),
                Piece::StarPrecision => parser.set_precision(arguments.star_precision()?),
                Piece::Conversion(c) => {
                    let value = arguments.next()?;
                    if !convert(&value, &c, &mut out)? {
                        return Err(raise_numfmt(parser.unsupported(&c)));
                    }
                }
            }
        }
    });
    arguments.finish("string")?;
    if out.len() == text.len() && super::find::equal(out.chars(), text.chars()) {
        return text.to_exact();
    }
    out.finish()
}
