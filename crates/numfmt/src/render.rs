//! `format(value, spec)` for int, float, complex and str: rendering under a parsed [`Spec`].

use crate::float::{FloatFormat, Style, format as float_text};
use crate::spec::{Align, Grouping, Sign, Spec};
use crate::{Error, Sink, Text};

/// The numeric conventions that the type `n` follows: `localeconv()`'s.
#[derive(Clone, Copy, Debug)]
pub struct Locale<'a> {
    /// `decimal_point`, as code points.
    pub decimal_point: &'a [u32],
    /// `thousands_sep`, as code points.
    pub thousands_sep: &'a [u32],
    /// `grouping`: sizes of groups from the right; the last one repeats, 127 (`CHAR_MAX`) ends grouping.
    pub grouping: &'a [u8],
}

impl Locale<'_> {
    /// The C locale: a point, no groups.
    pub const C: Locale<'static> = Locale {
        decimal_point: &[b'.' as u32],
        thousands_sep: &[],
        grouping: &[],
    };
}

const COMMA: Locale<'static> = Locale {
    decimal_point: &[b'.' as u32],
    thousands_sep: &[b',' as u32],
    grouping: &[3],
};
const UNDERSCORE: Locale<'static> = Locale {
    decimal_point: &[b'.' as u32],
    thousands_sep: &[b'_' as u32],
    grouping: &[3],
};
const UNDERSCORE_FOUR: Locale<'static> = Locale {
    decimal_point: &[b'.' as u32],
    thousands_sep: &[b'_' as u32],
    grouping: &[4],
};

fn conventions<'a>(grouping: Grouping, locale: &Locale<'a>) -> Locale<'a> {
    match grouping {
        Grouping::None => Locale::C,
        Grouping::Comma => COMMA,
        Grouping::Underscore => UNDERSCORE,
        Grouping::UnderscoreFour => UNDERSCORE_FOUR,
        Grouping::Locale => *locale,
    }
}

/// The parts of a number's text.
#[derive(Clone, Copy, Default)]
struct Number<'a> {
    negative: bool,
    /// The sign shown: with `always` in [`Sign::Plus`] and so on, but a nan shows one only where asked.
    prefix: &'a [u8],
    digits: &'a [u8],
    point: bool,
    fraction: &'a [u8],
    /// The exponent, `%`, `inf`, `nan`; or, for the type `c`, one code point.
    rest: &'a [u8],
    rest_char: Option<u32>,
}

impl<'a> Number<'a> {
    /// Splits the text of a float (as [`crate::float::format`] writes it).
    fn split(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let (negative, bytes) = match bytes {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            _ => (false, bytes),
        };
        let count = |bytes: &[u8]| bytes.iter().take_while(|b| b.is_ascii_digit()).count();
        let (digits, mut rest) = bytes.split_at(count(bytes));
        let point = rest.first() == Some(&b'.');
        let mut fraction = &rest[..0];
        if point {
            rest = &rest[1..];
            (fraction, rest) = rest.split_at(count(rest));
        }
        Number {
            negative,
            digits,
            point,
            fraction,
            rest,
            ..Number::default()
        }
    }
}

/// How a number is laid out: widths of everything, computed before anything is written.
struct Layout<'a> {
    number: Number<'a>,
    sign: Option<u8>,
    left: usize,
    after_sign: usize,
    right: usize,
    fill: u32,
    /// Digits of the integer part with the zeros that pad it.
    digit_slots: usize,
    conventions: Locale<'a>,
    fraction_separator: Option<u8>,
    total: usize,
}

/// Group sizes from the right for `count` digits under `grouping`.
struct Groups<'a> {
    grouping: &'a [u8],
    at: usize,
    last: usize,
}

impl Groups<'_> {
    /// The next group's size; `None` when all that is left is one group.
    fn next(&mut self) -> Option<usize> {
        match self.grouping.get(self.at).copied() {
            Some(127..) => None,
            Some(0) | None => (self.last > 0).then_some(self.last),
            Some(size) => {
                self.at += 1;
                self.last = usize::from(size);
                Some(self.last)
            }
        }
    }
}

/// The number of digit slots (digits and padding zeros) and of separators when `digits` digits are to fill at least
/// `min_width` code points, separators of `separator` code points included.
fn group_widths(digits: usize, min_width: usize, conventions: &Locale) -> (usize, usize) {
    let separator = conventions.thousands_sep.len();
    if min_width > 1 << 40 {
        // No memory holds this: don't count its groups, let the reservation fail.
        return (min_width.max(digits), 0);
    }
    let mut groups = Groups {
        grouping: conventions.grouping,
        at: 0,
        last: 0,
    };
    let (mut remaining, mut wanted) = (digits, min_width);
    let (mut slots, mut separators) = (0usize, 0usize);
    loop {
        let whole = remaining.max(wanted).max(1);
        let size = match groups.next() {
            None => {
                return (slots.saturating_add(whole), separators);
            }
            // A run of equal groups that are all full needs no loop, but such runs are short in practice.
            Some(size) => size.min(whole),
        };
        slots += size;
        remaining -= remaining.min(size);
        wanted = wanted.saturating_sub(size);
        if remaining == 0 && wanted == 0 {
            return (slots, separators);
        }
        wanted = wanted.saturating_sub(separator);
        separators += 1;
    }
}

impl<'a> Layout<'a> {
    fn new(spec: &Spec, number: Number<'a>, locale: &Locale<'a>) -> Result<Self, Error> {
        let conventions = conventions(spec.grouping, locale);
        let sign = match (spec.sign, number.negative) {
            (_, true) => Some(b'-'),
            (Sign::Plus, false) => Some(b'+'),
            (Sign::Space, false) => Some(b' '),
            _ => None,
        };
        let fraction_separator = match spec.fraction_grouping {
            Grouping::Comma => Some(b','),
            Grouping::Underscore | Grouping::UnderscoreFour => Some(b'_'),
            Grouping::None | Grouping::Locale => None,
        };
        let fraction_width = number.fraction.len()
            + if fraction_separator.is_some() {
                number.fraction.len().saturating_sub(1) / 3
            } else {
                0
            };
        let fixed = usize::from(sign.is_some())
            + number.prefix.len()
            + if number.point {
                conventions.decimal_point.len()
            } else {
                0
            }
            + fraction_width
            + number.rest.len()
            + usize::from(number.rest_char.is_some());
        let width = spec.width.unwrap_or(0);
        let zero_padded = spec.fill == u32::from(b'0') && spec.align == Align::AfterSign;
        let min_width = if zero_padded {
            width.saturating_sub(fixed)
        } else {
            0
        };
        let (digit_slots, separators) = if number.digits.is_empty() {
            (0, 0)
        } else {
            group_widths(number.digits.len(), min_width, &conventions)
        };
        let total = separators
            .checked_mul(conventions.thousands_sep.len())
            .and_then(|n| n.checked_add(digit_slots))
            .and_then(|n| n.checked_add(fixed))
            .ok_or_else(Error::memory)?;
        let padding = width.saturating_sub(total);
        let (left, after_sign, right) = match spec.align {
            Align::Left => (0, 0, padding),
            Align::Center => (padding / 2, 0, padding - padding / 2),
            Align::AfterSign => (0, padding, 0),
            Align::Right => (padding, 0, 0),
        };
        Ok(Layout {
            number,
            sign,
            left,
            after_sign,
            right,
            fill: spec.fill,
            digit_slots,
            conventions,
            fraction_separator,
            total: total + padding,
        })
    }

    fn max_char(&self) -> u32 {
        let mut max = 0x7f;
        if self.left + self.after_sign + self.right > 0 {
            max = max.max(self.fill);
        }
        let locale = self
            .conventions
            .decimal_point
            .iter()
            .chain(self.conventions.thousands_sep);
        locale
            .chain(&self.number.rest_char)
            .fold(max, |max, &c| max.max(c))
    }

    fn write<S: Sink>(&self, out: &mut S) {
        let number = &self.number;
        out.push_fill(self.fill, self.left);
        out.push_ascii(self.sign.as_slice());
        out.push_ascii(number.prefix);
        out.push_fill(self.fill, self.after_sign);
        self.write_digits(out);
        if number.point {
            for &c in self.conventions.decimal_point {
                out.push(c);
            }
        }
        match self.fraction_separator {
            None => out.push_ascii(number.fraction),
            Some(separator) => {
                for (i, group) in number.fraction.chunks(3).enumerate() {
                    if i > 0 {
                        out.push(u32::from(separator));
                    }
                    out.push_ascii(group);
                }
            }
        }
        out.push_ascii(number.rest);
        if let Some(c) = number.rest_char {
            out.push(c);
        }
        out.push_fill(self.fill, self.right);
    }

    fn write_digits<S: Sink>(&self, out: &mut S) {
        let digits = self.number.digits;
        let zeros = self.digit_slots - digits.len();
        if self.conventions.grouping.is_empty() {
            out.push_fill(u32::from(b'0'), zeros);
            out.push_ascii(digits);
            return;
        }
        // Separators stand at these distances from the right.
        let mut groups = Groups {
            grouping: self.conventions.grouping,
            at: 0,
            last: 0,
        };
        let mut cuts = Vec::new();
        let mut distance = 0usize;
        while let Some(size) = groups.next() {
            distance += size;
            if distance >= self.digit_slots {
                break;
            }
            cuts.push(distance);
        }
        let mut at = 0;
        for end in cuts
            .iter()
            .rev()
            .map(|cut| self.digit_slots - cut)
            .chain([self.digit_slots])
        {
            if at > 0 {
                for &c in self.conventions.thousands_sep {
                    out.push(c);
                }
            }
            out.push_fill(u32::from(b'0'), end.min(zeros).saturating_sub(at));
            out.push_ascii(&digits[at.saturating_sub(zeros)..end.saturating_sub(zeros)]);
            at = end;
        }
    }
}

fn write_number<S: Sink>(spec: &Spec, number: Number, locale: &Locale, out: &mut S) -> Result<(), Error> {
    let layout = Layout::new(spec, number, locale)?;
    out.reserve(layout.total, layout.max_char())?;
    layout.write(out);
    Ok(())
}

/// Renders the text of a number that the caller has made (sign, digits, point, digits, exponent or percent sign; or
/// `inf`, `NaN` and so on): the spec's sign, grouping, padding and alignment. For `decimal.Decimal`.
pub fn format_number_text<S: Sink>(
    spec: &Spec,
    text: &str,
    locale: &Locale,
    out: &mut S,
) -> Result<(), Error> {
    write_number(spec, Number::split(text), locale, out)
}

/// What a spec asks of an `int`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntConversion {
    /// The magnitude's digits in this base (2, 8, 10 or 16, lower case), for [`format_int`].
    Digits(u32),
    /// The character with that code point, for [`format_char`].
    Char,
    /// The value as a float, for [`format_float`].
    Float,
}

impl Spec {
    /// Which conversion of an int this spec asks for, or the error when it does not suit one.
    pub fn int_conversion(&self, type_name: &str) -> Result<IntConversion, Error> {
        let conversion = match self.kind_char() {
            'b' => IntConversion::Digits(2),
            'o' => IntConversion::Digits(8),
            'd' | 'n' => IntConversion::Digits(10),
            'x' | 'X' => IntConversion::Digits(16),
            'c' => IntConversion::Char,
            'e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%' => return Ok(IntConversion::Float),
            _ => return Err(self.unknown_kind(type_name)),
        };
        if self.precision.is_some() {
            return Err(Error::value("Precision not allowed in integer format specifier"));
        }
        if self.no_negative_zero {
            return Err(Error::value(
                "Negative zero coercion (z) not allowed in integer format specifier",
            ));
        }
        if conversion == IntConversion::Char {
            if self.sign != Sign::Default {
                return Err(Error::value("Sign not allowed with integer format specifier 'c'"));
            }
            if self.alternate {
                return Err(Error::value(
                    "Alternate form (#) not allowed with integer format specifier 'c'",
                ));
            }
        }
        Ok(conversion)
    }
}

/// Renders an int: `digits` is its magnitude, in ASCII, in the base that [`Spec::int_conversion`] named, lower case.
pub fn format_int<S: Sink>(
    spec: &Spec,
    negative: bool,
    digits: &[u8],
    locale: &Locale,
    out: &mut S,
) -> Result<(), Error> {
    let mut number = Number {
        negative,
        digits,
        ..Number::default()
    };
    if spec.alternate {
        number.prefix = match spec.kind_char() {
            'b' => b"0b",
            'o' => b"0o",
            'x' => b"0x",
            'X' => b"0X",
            _ => b"",
        };
    }
    // An int has no fraction to group.
    let spec = Spec {
        fraction_grouping: Grouping::None,
        ..*spec
    };
    if spec.kind_char() == 'X' {
        let upper = digits.to_ascii_uppercase();
        return write_number(
            &spec,
            Number {
                digits: &upper,
                ..number
            },
            locale,
            out,
        );
    }
    write_number(&spec, number, locale, out)
}

/// Renders an int under the type `c`: `c` is the code point. The caller has raised `OverflowError` ("%c arg not in
/// range(0x110000)") for what is none.
pub fn format_char<S: Sink>(spec: &Spec, c: u32, out: &mut S) -> Result<(), Error> {
    write_number(
        spec,
        Number {
            rest_char: Some(c),
            ..Number::default()
        },
        &Locale::C,
        out,
    )
}

fn check_precision(spec: &Spec) -> Result<(), Error> {
    if spec.precision.is_some_and(|p| p > i32::MAX as usize) {
        return Err(Error::value("precision too big"));
    }
    Ok(())
}

/// Renders a float. `type_name` is the value's type, for messages.
pub fn format_float<S: Sink>(
    spec: &Spec,
    type_name: &str,
    x: f64,
    locale: &Locale,
    out: &mut S,
) -> Result<(), Error> {
    let style = match spec.kind_char() {
        '\0' if spec.precision.is_none() => Style::Repr,
        '\0' | 'g' | 'G' | 'n' => Style::General,
        'e' | 'E' => Style::Exponent,
        'f' | 'F' | '%' => Style::Fixed,
        _ => return Err(spec.unknown_kind(type_name)),
    };
    check_precision(spec)?;
    let format = FloatFormat {
        style,
        precision: spec.precision.unwrap_or(6),
        upper: matches!(spec.kind_char(), 'E' | 'F' | 'G'),
        alternate: spec.alternate,
        add_dot_zero: spec.kind == 0,
        always_sign: false,
        no_negative_zero: spec.no_negative_zero,
    };
    let percent = spec.kind == u32::from(b'%');
    let mut text = float_text(if percent { x * 100.0 } else { x }, &format)?;
    if percent {
        text.push('%');
    }
    write_number(spec, Number::split(&text), locale, out)
}

/// Renders a complex number.
pub fn format_complex<S: Sink>(
    spec: &Spec,
    type_name: &str,
    re: f64,
    im: f64,
    locale: &Locale,
    out: &mut S,
) -> Result<(), Error> {
    let style = match spec.kind_char() {
        '\0' if spec.precision.is_none() => Style::Repr,
        '\0' | 'g' | 'G' | 'n' => Style::General,
        'e' | 'E' => Style::Exponent,
        'f' | 'F' => Style::Fixed,
        _ => return Err(spec.unknown_kind(type_name)),
    };
    check_precision(spec)?;
    if spec.fill == u32::from(b'0') {
        return Err(Error::value(
            "Zero padding is not allowed in complex format specifier",
        ));
    }
    if spec.align == Align::AfterSign {
        return Err(Error::value(
            "'=' alignment flag is not allowed in complex format specifier",
        ));
    }
    // Without a type it looks like `str(value)`: in parentheses unless the real part is +0.0.
    let plain = spec.kind == 0;
    let only_imaginary = plain && re == 0.0 && re.is_sign_positive();
    let parentheses = plain && !only_imaginary;
    let format = FloatFormat {
        style,
        precision: spec.precision.unwrap_or(6),
        upper: matches!(spec.kind_char(), 'E' | 'F' | 'G'),
        alternate: spec.alternate,
        add_dot_zero: false,
        always_sign: false,
        no_negative_zero: spec.no_negative_zero,
    };
    let part = Spec {
        fill: 0,
        align: Align::Left,
        width: None,
        ..*spec
    };
    let re_text = float_text(re, &format)?;
    let im_text = float_text(im, &format)?;
    let im_spec = if only_imaginary {
        part
    } else {
        Spec {
            sign: Sign::Plus,
            ..part
        }
    };
    let re_layout = Layout::new(&part, Number::split(&re_text), locale)?;
    let im_layout = Layout::new(&im_spec, Number::split(&im_text), locale)?;
    let re_width = if only_imaginary { 0 } else { re_layout.total };
    let body = re_width + im_layout.total + 1 + 2 * usize::from(parentheses);
    let (left, right) = paddings(spec, body);
    let total = left
        .checked_add(body)
        .and_then(|n| n.checked_add(right))
        .ok_or_else(Error::memory)?;
    let fill = if left + right > 0 { spec.fill } else { 0 };
    out.reserve(total, fill.max(re_layout.max_char()).max(im_layout.max_char()))?;
    out.push_fill(spec.fill, left);
    if parentheses {
        out.push_ascii(b"(");
    }
    if !only_imaginary {
        re_layout.write(out);
    }
    im_layout.write(out);
    out.push_ascii(if parentheses { b"j)" } else { b"j" });
    out.push_fill(spec.fill, right);
    Ok(())
}

fn paddings(spec: &Spec, len: usize) -> (usize, usize) {
    let padding = spec.width.unwrap_or(0).saturating_sub(len);
    match spec.align {
        Align::Left => (0, padding),
        Align::Center => (padding / 2, padding - padding / 2),
        Align::Right | Align::AfterSign => (padding, 0),
    }
}

/// Checks a spec for a str and says how much of a text of `len` code points is shown, and the padding before and after it.
pub fn str_layout(spec: &Spec, type_name: &str, len: usize) -> Result<(usize, usize, usize), Error> {
    if spec.kind != u32::from(b's') {
        return Err(spec.unknown_kind(type_name));
    }
    match spec.sign {
        Sign::Default => {}
        Sign::Space => return Err(Error::value("Space not allowed in string format specifier")),
        Sign::Plus | Sign::Minus => return Err(Error::value("Sign not allowed in string format specifier")),
    }
    if spec.no_negative_zero {
        return Err(Error::value(
            "Negative zero coercion (z) not allowed in string format specifier",
        ));
    }
    if spec.alternate {
        return Err(Error::value(
            "Alternate form (#) not allowed in string format specifier",
        ));
    }
    if spec.align == Align::AfterSign {
        return Err(Error::value(
            "'=' alignment not allowed in string format specifier",
        ));
    }
    let shown = spec.precision.map_or(len, |precision| len.min(precision));
    let (left, right) = paddings(spec, shown);
    Ok((shown, left, right))
}

/// Renders a str. A caller that knows its storage can use [`str_layout`] and copy by itself.
pub fn format_str<T: Text, S: Sink>(spec: &Spec, type_name: &str, text: T, out: &mut S) -> Result<(), Error> {
    let (shown, left, right) = str_layout(spec, type_name, text.len())?;
    let total = left
        .checked_add(shown)
        .and_then(|n| n.checked_add(right))
        .ok_or_else(Error::memory)?;
    let mut max_char = if left + right > 0 { spec.fill } else { 0 };
    for i in 0..shown {
        max_char = max_char.max(text.at(i));
    }
    out.reserve(total, max_char)?;
    out.push_fill(spec.fill, left);
    out.push_text(text, 0, shown);
    out.push_fill(spec.fill, right);
    Ok(())
}
