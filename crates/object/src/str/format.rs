//! `__format__` of the built-in types, and the bridge between the formatting crate and Python: its errors as exceptions.

use super::{PyStr, StrBuilder};
use crate::exceptions as exc;
use crate::float::PyFloat;
use crate::handle::{GilCell, Py, PyClass, PyLayout, PyResult, Raised};
use crate::int::PyInt;
use crate::refcount::PyObject;
use numfmt::render::{IntConversion, Locale};
use numfmt::spec::Spec;
use numfmt::{Error, ErrorKind};

/// An error of the formatting crate, raised.
#[cold]
pub fn raise_numfmt(e: Error) -> Raised {
    let ty = match e.kind {
        ErrorKind::Value => exc::ValueError::type_object(),
        ErrorKind::Type => exc::TypeError::type_object(),
        ErrorKind::Overflow => exc::OverflowError::type_object(),
        ErrorKind::Memory => {
            return match crate::error::no_memory::<()>() {
                Err(r) => r,
                Ok(()) => Raised,
            };
        }
    };
    crate::error::raise_fmt(ty, format_args!("{}", e.message))
}

/// What `localeconv()` says, for the presentation type `n`: decimal point, thousands separator, grouping.
pub type LocaleInfo = (Vec<u32>, Vec<u32>, Vec<u8>);

/// Where the numeric conventions of the locale come from; the C locale's until somebody sets it.
pub static LOCALE: GilCell<Option<fn() -> LocaleInfo>> = GilCell::new(None);

/// Runs `f` with the conventions that the spec asks for.
fn with_locale<R>(spec: &Spec, f: impl FnOnce(&Locale<'_>) -> R) -> R {
    if spec.grouping == numfmt::spec::Grouping::Locale
        && let Some(get) = LOCALE.get()
    {
        let (decimal_point, thousands_sep, grouping) = get();
        return f(&Locale {
            decimal_point: &decimal_point,
            thousands_sep: &thousands_sep,
            grouping: &grouping,
        });
    }
    f(&Locale::C)
}

macro_rules! parse_spec {
    ($spec:expr, $name:expr, $parse:ident) => {
        match $spec.chars() {
            super::Chars::One(s) => Spec::$parse(s, $name),
            super::Chars::Two(s) => Spec::$parse(s, $name),
            super::Chars::Four(s) => Spec::$parse(s, $name),
        }
        .map_err(raise_numfmt)?
    };
}

/// `int.__format__`
pub fn format_int(value: &PyInt, spec: &PyStr) -> PyResult<Py<PyStr>> {
    if spec.is_empty() {
        return if PyInt::check_exact(&value.ob_base) {
            value.to_decimal()
        } else {
            value.ob_base.str()
        };
    }
    let name = value.ob_base.ty().name();
    let spec = parse_spec!(spec, name, parse_int);
    let mut out = StrBuilder::new();
    match spec.int_conversion(name).map_err(raise_numfmt)? {
        IntConversion::Digits(base) => {
            let mut digits = Vec::new();
            value.push_digits(base, &mut digits)?;
            with_locale(&spec, |l| {
                numfmt::render::format_int(&spec, value.is_negative(), &digits, l, &mut out)
            })
            .map_err(raise_numfmt)?;
        }
        IntConversion::Char => {
            let Some(c) = value
                .to_i64()
                .and_then(|v| u32::try_from(v).ok())
                .filter(|c| *c < 0x110000)
            else {
                return crate::raise!(OverflowError, "%c arg not in range(0x110000)");
            };
            numfmt::render::format_char(&spec, c, &mut out).map_err(raise_numfmt)?;
        }
        IntConversion::Float => {
            let x = value.as_f64()?;
            with_locale(&spec, |l| {
                numfmt::render::format_float(&spec, name, x, l, &mut out)
            })
            .map_err(raise_numfmt)?;
        }
    }
    out.finish()
}

/// `float.__format__`
pub fn format_float(value: &PyFloat, spec: &PyStr) -> PyResult<Py<PyStr>> {
    if spec.is_empty() {
        return value.ob_base.str();
    }
    let name = value.ob_base.ty().name();
    let spec = parse_spec!(spec, name, parse_float);
    let mut out = StrBuilder::new();
    with_locale(&spec, |l| {
        numfmt::render::format_float(&spec, name, value.value(), l, &mut out)
    })
    .map_err(raise_numfmt)?;
    out.finish()
}

/// `complex.__format__`
pub fn format_complex(obj: &PyObject, re: f64, im: f64, spec: &PyStr) -> PyResult<Py<PyStr>> {
    if spec.is_empty() {
        return obj.str();
    }
    let name = obj.ty().name();
    let spec = parse_spec!(spec, name, parse_complex);
    let mut out = StrBuilder::new();
    with_locale(&spec, |l| {
        numfmt::render::format_complex(&spec, name, re, im, l, &mut out)
    })
    .map_err(raise_numfmt)?;
    out.finish()
}

/// `str.__format__`
pub fn format_str(value: &PyStr, spec: &PyStr) -> PyResult<Py<PyStr>> {
    if spec.is_empty() {
        return if PyStr::check_exact(value.as_object()) {
            Ok(value.new_ref())
        } else {
            value.as_object().str()
        };
    }
    let name = value.as_object().ty().name();
    let spec = parse_spec!(spec, name, parse_str);
    let (shown, left, right) = numfmt::render::str_layout(&spec, name, value.len()).map_err(raise_numfmt)?;
    if left == 0 && right == 0 && shown == value.len() && PyStr::check_exact(value.as_object()) {
        return Ok(value.new_ref());
    }
    let Some(total) = shown.checked_add(left).and_then(|n| n.checked_add(right)) else {
        return crate::error::no_memory();
    };
    let mut out = StrBuilder::new();
    let max = if left + right > 0 {
        spec.fill.max(value.max_char_bound())
    } else {
        value.max_char_bound()
    };
    out.reserve(total, max)?;
    out.push_fill(spec.fill, left)?;
    out.push_range(value, 0, shown)?;
    out.push_fill(spec.fill, right)?;
    out.finish()
}
