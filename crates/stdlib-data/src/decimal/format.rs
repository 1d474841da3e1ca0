//! `Decimal.__format__`.

use ::decimal::context::Context;
use ::decimal::number::MAX_DIGITS;
use ::decimal::{Number, Rounding, Status};
use numfmt::render::{Locale, format_number_text};
use numfmt::spec::{Align, Grouping, Spec};
use object::{PyDict, PyObject, PyResult, PyStr, intern, raise};

fn invalid<T>() -> PyResult<T> {
    raise!(ValueError, "invalid format string")
}

/// The conventions that a dict given to `__format__` puts in place of the spec's or the locale's.
#[derive(Default)]
pub struct Conventions {
    decimal_point: Option<Vec<u32>>,
    thousands_sep: Option<Vec<u32>>,
    grouping: Option<Vec<u8>>,
}

impl Conventions {
    /// Reads the dict.
    pub fn from_argument(obj: &PyObject) -> PyResult<Conventions> {
        let Some(dict) = obj.downcast::<PyDict>() else {
            return raise!(TypeError, "optional argument must be a dict");
        };
        let text = |key: &'static PyStr| -> PyResult<Option<Vec<u32>>> {
            match dict.get_str(key)? {
                None => Ok(None),
                Some(value) => match value.downcast::<PyStr>() {
                    Some(text) => Ok(Some(text.chars().iter().collect())),
                    None => raise!(TypeError, "bad argument type for built-in operation"),
                },
            }
        };
        let grouping = text(intern!("grouping"))?;
        Ok(Conventions {
            decimal_point: text(intern!("decimal_point"))?,
            thousands_sep: text(intern!("thousands_sep"))?,
            grouping: grouping.map(|sizes| sizes.iter().map(|size| (*size).min(127) as u8).collect()),
        })
    }
}

/// The text of `number` under a format spec.
pub fn format(
    number: &Number,
    spec: &PyStr,
    conventions: Option<&Conventions>,
    context: &Context,
    capitals: bool,
) -> PyResult<Vec<u32>> {
    let points: Vec<u32> = spec.chars().iter().collect();
    let Ok(mut spec) = Spec::parse_float(&points[..], "decimal.Decimal") else {
        return invalid();
    };
    let kind = match spec.kind_char() {
        '\0' if capitals => 'G',
        '\0' => 'g',
        'n' => 'g',
        kind @ ('e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%') => kind,
        _ => return invalid(),
    };
    if spec.precision.is_some_and(|p| p > i64::MAX as usize / 4) {
        return invalid();
    }
    let mut locale = Locale::C;
    if let Some(given) = conventions {
        // Without grouping (or the type `n`) the decimal point must be given.
        let has_point = spec.grouping != Grouping::None;
        let point = given.decimal_point.as_deref();
        locale = Locale {
            decimal_point: point.unwrap_or(if has_point { Locale::C.decimal_point } else { &[] }),
            thousands_sep: match (&given.thousands_sep, spec.grouping) {
                (Some(separator), _) => separator,
                (None, Grouping::Comma) => &[b',' as u32],
                (None, Grouping::Underscore | Grouping::UnderscoreFour) => &[b'_' as u32],
                _ => &[],
            },
            grouping: match (&given.grouping, spec.grouping) {
                (Some(grouping), _) => grouping,
                (None, Grouping::None | Grouping::Locale) => &[],
                _ => &[3],
            },
        };
        if locale.decimal_point.is_empty() || locale.decimal_point.len() > 4 || locale.thousands_sep.len() > 4
        {
            return raise!(ValueError, "invalid override dict");
        }
        spec.grouping = Grouping::Locale;
    }
    let mut out = Vec::new();
    let finish =
        |spec: &Spec, text: &str, out: &mut Vec<u32>| match format_number_text(spec, text, &locale, out) {
            Ok(()) => Ok(()),
            Err(_) => object::error::no_memory(),
        };
    if !number.is_finite() {
        // Special values are not padded with zeros.
        if spec.fill == u32::from(b'0') && spec.align == Align::AfterSign {
            (spec.fill, spec.align) = (u32::from(b' '), Align::Right);
        }
        spec.grouping = Grouping::None;
        let percent = if kind == '%' { "%" } else { "" };
        let text = format!("{}{percent}", number.to_text(false, true));
        finish(&spec, &text, &mut out)?;
        return Ok(out);
    }
    let mut number = number.clone();
    if kind == '%' {
        number.exponent += 2;
    }
    let fixed = matches!(kind, 'f' | 'F' | '%');
    let rounding = context.rounding;
    if spec.precision.is_some_and(|p| p as u64 > MAX_DIGITS as u64) || (fixed && number.exponent > MAX_DIGITS)
    {
        return object::error::no_memory();
    }
    if let Some(precision) = spec.precision {
        number = match kind {
            'e' | 'E' => rounded(&number, precision as i64 + 1, rounding),
            'g' | 'G' if number.digits() > precision as i64 => {
                rounded(&number, (precision as i64).max(1), rounding)
            }
            'g' | 'G' => number,
            _ => with_exponent(&number, -(precision as i64), rounding),
        };
    } else if fixed && number.is_zero() && number.exponent > 0 {
        number = with_exponent(&number, 0, rounding);
    }
    if spec.no_negative_zero && number.is_zero() {
        number.negative = false;
    }
    let digits = number.coefficient.to_string();
    let count = digits.len() as i64;
    let left = number.exponent + count;
    let point = match kind {
        'e' | 'E' if number.is_zero() && spec.precision.is_some() => 1 - spec.precision.unwrap_or(0) as i64,
        'e' | 'E' => 1,
        'g' | 'G' if number.exponent <= 0 && left > -6 => left,
        'g' | 'G' => 1,
        _ => left,
    };
    if point.abs() > MAX_DIGITS {
        return object::error::no_memory();
    }
    let mut text = String::from(if number.negative { "-" } else { "" });
    let fraction = if point <= 0 {
        text.push('0');
        format!("{}{digits}", "0".repeat(point.unsigned_abs() as usize))
    } else if point >= count {
        text.push_str(&digits);
        text.extend(std::iter::repeat_n('0', (point - count) as usize));
        String::new()
    } else {
        text.push_str(&digits[..point as usize]);
        digits[point as usize..].to_owned()
    };
    if !fraction.is_empty() || spec.alternate {
        text.push('.');
        text.push_str(&fraction);
    }
    let exponent = left - point;
    if exponent != 0 || matches!(kind, 'e' | 'E') {
        text.push(if matches!(kind, 'E' | 'G') { 'E' } else { 'e' });
        text.push_str(&format!("{exponent:+}"));
    }
    if kind == '%' {
        text.push('%');
    }
    finish(&spec, &text, &mut out)?;
    Ok(out)
}

/// Rounded to so many digits, and filled up with zeros to them.
fn rounded(number: &Number, digits: i64, rounding: Rounding) -> Number {
    if number.is_zero() {
        return number.clone();
    }
    let context = Context {
        rounding,
        ..Context::wide(digits)
    };
    let cut = context.finalize(number.clone(), &mut Status::default());
    let missing = digits - cut.digits();
    if missing > 0 && number.digits() > digits {
        return with_exponent(&cut, cut.exponent - missing, rounding);
    }
    if missing > 0 {
        return with_exponent(&cut, cut.exponent - missing, rounding);
    }
    cut
}

/// With another exponent, whatever that does to the digits.
fn with_exponent(number: &Number, exponent: i64, rounding: Rounding) -> Number {
    let prec = (number.adjusted() - exponent + 2).max(2);
    let context = Context {
        rounding,
        ..Context::wide(prec)
    };
    context.quantize(
        number,
        &Number::finite(false, dashu_int::UBig::ONE, exponent),
        &mut Status::default(),
    )
}
