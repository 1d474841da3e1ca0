//! Floats and decimal text: `repr(float)`, `float(text)`, the C styles `%e`, `%f`, `%g` at any precision, `round`.
//!
//! Everything is correctly rounded, halves to even. The shortest digits come from the crate `zmij`; exact digits at a given
//! precision from the standard library, whose formatting of floats is exact.

use std::fmt::Write as _;

use crate::Error;

/// Room for `repr(float)`: at most 24 bytes are used.
pub type ReprBuffer = [u8; 32];

/// The longest run of digits after the point that can be non-zero (the smallest subnormal is 2**-1074).
const MAX_FRACTION: usize = 1074;
/// No float has more significant decimal digits than this.
const MAX_SIGNIFICANT: usize = 767;

/// Writes `repr(x)` into `buffer` and returns the text, without touching the heap.
pub fn repr(x: f64, buffer: &mut ReprBuffer) -> &str {
    let mut digits = [0u8; 20];
    let mut out = Cursor { buffer, len: 0 };
    if x.is_nan() {
        out.put(b"nan");
    } else if x.is_infinite() {
        out.put(if x < 0.0 { b"-inf" } else { b"inf" });
    } else {
        if x.is_sign_negative() {
            out.put(b"-");
        }
        let (len, point) = shortest(x.abs(), &mut digits);
        let digits = &digits[..len];
        let count = len as i32;
        if point <= -4 || point > 16 {
            out.put(&digits[..1]);
            if count > 1 {
                out.put(b".");
                out.put(&digits[1..]);
            }
            out.exponent(point - 1, b'e');
        } else if point <= 0 {
            out.put(b"0.");
            out.put(&b"0000"[..(-point) as usize]);
            out.put(digits);
        } else if point >= count {
            out.put(digits);
            out.put(&b"0000000000000000"[..(point - count) as usize]);
            out.put(b".0");
        } else {
            out.put(&digits[..point as usize]);
            out.put(b".");
            out.put(&digits[point as usize..]);
        }
    }
    let len = out.len;
    std::str::from_utf8(&buffer[..len]).unwrap_or_default()
}

/// `repr(x)` as a new `String`.
pub fn repr_string(x: f64) -> String {
    repr(x, &mut [0; 32]).to_owned()
}

struct Cursor<'a> {
    buffer: &'a mut ReprBuffer,
    len: usize,
}

impl Cursor<'_> {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        self.buffer[self.len..self.len + bytes.len()].copy_from_slice(bytes);
        self.len += bytes.len();
    }

    fn exponent(&mut self, exponent: i32, e: u8) {
        let (text, len) = exponent_text(exponent, e);
        self.put(&text[..len]);
    }
}

/// `e+05`-style text: a sign always, two digits at least.
fn exponent_text(exponent: i32, e: u8) -> ([u8; 5], usize) {
    let sign = if exponent < 0 { b'-' } else { b'+' };
    let n = exponent.unsigned_abs();
    let digit = |d: u32| b'0' + (d % 10) as u8;
    if n >= 100 {
        ([e, sign, digit(n / 100), digit(n / 10), digit(n)], 5)
    } else {
        ([e, sign, digit(n / 10), digit(n), 0], 4)
    }
}

/// The shortest digits that read back as `x` (finite, not negative) and the position of the decimal point relative to
/// the first digit: `0.00123` gives `123` and −2. Zero gives `0` and 1.
fn shortest(x: f64, digits: &mut [u8; 20]) -> (usize, i32) {
    if x == 0.0 {
        digits[0] = b'0';
        return (1, 1);
    }
    if x < 9_007_199_254_740_992.0 && x.trunc() == x {
        // An integer below 2**53 is its own shortest text once trailing zeros are dropped.
        let mut buffer = crate::int::SmallBuffer::default();
        let text = crate::int::small_decimal(x as u64, &mut buffer).as_bytes();
        let len = text.iter().rposition(|&b| b != b'0').map_or(1, |last| last + 1);
        digits[..len].copy_from_slice(&text[..len]);
        return (len, text.len() as i32);
    }
    let mut buffer = zmij::Buffer::new();
    collect_digits(buffer.format_finite(x).as_bytes(), digits)
}

/// Splits plain or scientific text of a positive number into its digits, without leading and trailing zeros, and the
/// position of the point relative to the first of them.
fn collect_digits(text: &[u8], digits: &mut [u8]) -> (usize, i32) {
    let mut len = 0;
    let mut point = 0i32;
    let mut seen_point = false;
    let mut exponent = 0i32;
    for (i, &b) in text.iter().enumerate() {
        match b {
            b'0'..=b'9' => {
                if b == b'0' && len == 0 {
                    point -= i32::from(seen_point);
                } else {
                    digits[len] = b;
                    len += 1;
                    point += i32::from(!seen_point);
                }
            }
            b'.' => seen_point = true,
            _ => {
                exponent = parse_exponent(&text[i + 1..]);
                break;
            }
        }
    }
    while len > 1 && digits[len - 1] == b'0' {
        len -= 1;
    }
    (len, point + exponent)
}

fn parse_exponent(text: &[u8]) -> i32 {
    let negative = text.first() == Some(&b'-');
    let value = text
        .iter()
        .filter(|b| b.is_ascii_digit())
        .fold(0i32, |v, &b| v * 10 + i32::from(b - b'0'));
    if negative { -value } else { value }
}

/// The styles in which a float is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// The shortest text that reads back as the same float; the precision is ignored.
    Repr,
    /// `%e`: one digit, the point, `precision` digits, an exponent.
    Exponent,
    /// `%f`: `precision` digits after the point.
    Fixed,
    /// `%g`: `precision` significant digits, trailing zeros dropped, an exponent when that is shorter.
    General,
}

/// How [`format`] writes a float: what C Python calls `PyOS_double_to_string`.
#[derive(Clone, Copy, Debug)]
pub struct FloatFormat {
    /// The style.
    pub style: Style,
    /// Digits, as the style counts them.
    pub precision: usize,
    /// `E`, `INF`, `NAN` instead of `e`, `inf`, `nan`.
    pub upper: bool,
    /// `#`: always a point, and trailing zeros kept in [`Style::General`].
    pub alternate: bool,
    /// Adds `.0` to what looks like an integer.
    pub add_dot_zero: bool,
    /// `+` before what is not negative.
    pub always_sign: bool,
    /// PEP 682's `z`: a negative value that rounds to zero has no sign.
    pub no_negative_zero: bool,
}

impl FloatFormat {
    /// A style and a precision, no flags.
    pub fn new(style: Style, precision: usize) -> Self {
        FloatFormat {
            style,
            precision,
            upper: false,
            alternate: false,
            add_dot_zero: false,
            always_sign: false,
            no_negative_zero: false,
        }
    }
}

/// Stack text that `core::fmt` can write to: the longest exact text asked of it is 309 + 1 + 1,074 bytes.
struct Stack {
    bytes: [u8; 1400],
    len: usize,
}

impl Stack {
    fn new() -> Self {
        Stack {
            bytes: [0; 1400],
            len: 0,
        }
    }
    fn text(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

impl std::fmt::Write for Stack {
    fn write_str(&mut self, s: &str) -> std::fmt::Result {
        let end = self.len + s.len();
        self.bytes
            .get_mut(self.len..end)
            .ok_or(std::fmt::Error)?
            .copy_from_slice(s.as_bytes());
        self.len = end;
        Ok(())
    }
}

/// The text of `x` under `format`; `Err` is a `MemoryError` for a precision that cannot be allocated.
///
/// Special values are `inf`, `-inf` and `nan` (never `-nan`).
pub fn format(x: f64, format: &FloatFormat) -> Result<String, Error> {
    let mut out = Vec::new();
    if x.is_nan() || x.is_infinite() {
        if x.is_infinite() && x < 0.0 {
            out.push(b'-');
        } else if format.always_sign {
            out.push(b'+');
        }
        let name: &[u8; 3] = match (x.is_nan(), format.upper) {
            (true, false) => b"nan",
            (true, true) => b"NAN",
            (false, false) => b"inf",
            (false, true) => b"INF",
        };
        out.extend_from_slice(name);
        return into_string(out);
    }
    let e = if format.upper { b'E' } else { b'e' };
    let precision = format.precision;
    let magnitude = x.abs();
    let mut stack = Stack::new();
    let negative = |is_zero: bool| x.is_sign_negative() && !(format.no_negative_zero && is_zero);
    let sign = |out: &mut Vec<u8>, is_zero: bool| {
        if negative(is_zero) {
            out.push(b'-');
        } else if format.always_sign {
            out.push(b'+');
        }
    };
    let reserve = |out: &mut Vec<u8>, count: usize| {
        out.try_reserve(count.checked_add(8).ok_or_else(Error::memory)?)
            .map_err(|_| Error::memory())
    };
    match format.style {
        Style::Fixed => {
            let exact = precision.min(MAX_FRACTION);
            let _ = write!(stack, "{magnitude:.exact$}");
            let text = stack.text();
            reserve(
                &mut out,
                text.len()
                    .checked_add(precision - exact)
                    .ok_or_else(Error::memory)?,
            )?;
            sign(&mut out, text.iter().all(|&b| matches!(b, b'0' | b'.')));
            out.extend_from_slice(text);
            out.resize(out.len() + (precision - exact), b'0');
            if precision == 0 {
                if format.add_dot_zero {
                    out.extend_from_slice(b".0");
                } else if format.alternate {
                    out.push(b'.');
                }
            }
        }
        Style::Exponent => {
            let exact = precision.min(MAX_SIGNIFICANT);
            let _ = write!(stack, "{magnitude:.exact$e}");
            let text = stack.text();
            let split = text.iter().position(|&b| b == b'e').unwrap_or(text.len());
            reserve(
                &mut out,
                text.len()
                    .checked_add(precision - exact)
                    .ok_or_else(Error::memory)?,
            )?;
            sign(&mut out, text[..split].iter().all(|&b| matches!(b, b'0' | b'.')));
            out.extend_from_slice(&text[..split]);
            out.resize(out.len() + (precision - exact), b'0');
            if precision == 0 && format.alternate {
                out.push(b'.');
            }
            let (text, len) = exponent_text(parse_exponent(&text[split + 1..]), e);
            out.extend_from_slice(&text[..len]);
        }
        Style::Repr | Style::General => {
            let mut digits = [0u8; MAX_SIGNIFICANT + 1];
            let (len, point, exponential, wanted);
            if format.style == Style::Repr {
                let mut short = [0u8; 20];
                (len, point) = shortest(magnitude, &mut short);
                digits[..len].copy_from_slice(&short[..len]);
                exponential = point <= -4 || point > 16;
                wanted = len;
            } else {
                let precision = precision.max(1);
                if magnitude == 0.0 {
                    digits[0] = b'0';
                    (len, point) = (1, 1);
                } else {
                    let exact = (precision - 1).min(MAX_SIGNIFICANT - 1);
                    let _ = write!(stack, "{magnitude:.exact$e}");
                    (len, point) = collect_digits(stack.text(), &mut digits);
                }
                let limit = if format.add_dot_zero {
                    precision - 1
                } else {
                    precision
                };
                exponential = point <= -4 || i64::from(point) > limit as i64;
                wanted = if format.alternate { precision } else { len };
            }
            let digits = &digits[..len];
            reserve(&mut out, wanted.checked_add(400).ok_or_else(Error::memory)?)?;
            sign(&mut out, digits == b"0");
            let shown = if exponential { 1 } else { point };
            // Before the point: `shown` digits, or a zero; after it: zeros, the rest of the digits, and what `#` keeps.
            let mut used = 0;
            if shown <= 0 {
                out.push(b'0');
            } else {
                used = len.min(shown as usize);
                out.extend_from_slice(&digits[..used]);
                out.resize(out.len() + (shown as usize - used), b'0');
            }
            let before = out.len();
            out.push(b'.');
            if shown < 0 {
                out.resize(out.len() + shown.unsigned_abs() as usize, b'0');
            }
            out.extend_from_slice(&digits[used..]);
            let written = len.max(shown.max(0) as usize);
            out.resize(out.len() + wanted.saturating_sub(written), b'0');
            if out.len() == before + 1 {
                if format.add_dot_zero && !exponential {
                    out.push(b'0');
                } else if !format.alternate {
                    out.pop();
                }
            }
            if exponential {
                let (text, len) = exponent_text(point - 1, e);
                out.extend_from_slice(&text[..len]);
            }
        }
    }
    into_string(out)
}

fn into_string(bytes: Vec<u8>) -> Result<String, Error> {
    // Only ASCII was pushed, so the conversion cannot fail.
    String::from_utf8(bytes).map_err(|_| Error::memory())
}

/// What Python takes for white space in ASCII text.
pub(crate) fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

pub(crate) fn trim(mut text: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = text
        && is_space(*first)
    {
        text = rest;
    }
    while let [rest @ .., last] = text
        && is_space(*last)
    {
        text = rest;
    }
    text
}

/// What `float(text)` makes of ASCII text: surrounding white space, underscores between digits, `inf`, `nan` and so on
/// included; `None` when it is not a float ("could not convert string to float").
///
/// For a str that is not ASCII the caller first replaces decimal digits of other scripts by ASCII ones and white space
/// by spaces.
pub fn parse(text: &[u8]) -> Option<f64> {
    let text = trim(text);
    if !text.contains(&b'_') {
        return parse_plain(text);
    }
    let mut plain = Vec::with_capacity(text.len());
    let mut previous = 0u8;
    for &b in text {
        if b == b'_' {
            if !previous.is_ascii_digit() {
                return None;
            }
        } else {
            if previous == b'_' && !b.is_ascii_digit() {
                return None;
            }
            plain.push(b);
        }
        previous = b;
    }
    if previous == b'_' {
        None
    } else {
        parse_plain(&plain)
    }
}

/// Like [`parse`], but neither white space nor underscores are allowed.
pub fn parse_plain(text: &[u8]) -> Option<f64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// The longest prefix of `text` that is a decimal float or a spelling of infinity or nan (what C's `strtod` takes,
/// without white space and hexadecimal forms), and its length; `None` when there is none.
pub fn parse_prefix(text: &[u8]) -> Option<(f64, usize)> {
    let sign = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let rest = &text[sign..];
    let starts = |word: &[u8]| rest.len() >= word.len() && rest[..word.len()].eq_ignore_ascii_case(word);
    let length = if starts(b"infinity") {
        8
    } else if starts(b"inf") || starts(b"nan") {
        3
    } else {
        let digits = |from: usize| rest[from..].iter().take_while(|b| b.is_ascii_digit()).count();
        let whole = digits(0);
        let mut end = whole;
        let mut fraction = 0;
        if rest.get(end) == Some(&b'.') {
            fraction = digits(end + 1);
            end += 1 + fraction;
        }
        if whole + fraction == 0 {
            return None;
        }
        if matches!(rest.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(rest.get(end + 1), Some(b'+' | b'-')));
            let exponent = if end + 1 + sign < rest.len() {
                digits(end + 1 + sign)
            } else {
                0
            };
            if exponent > 0 {
                end += 1 + sign + exponent;
            }
        }
        end
    };
    let end = sign + length;
    Some((parse_plain(&text[..end])?, end))
}

/// `round(x, ndigits)`: correctly rounded as if `x` were written out in decimal, halves to even.
///
/// The error is the `OverflowError` for a result beyond the largest float.
pub fn round(x: f64, ndigits: i64) -> Result<f64, Error> {
    if !x.is_finite() || ndigits > 323 {
        return Ok(x);
    }
    if ndigits < -308 {
        return Ok(0.0 * x);
    }
    let mut stack = Stack::new();
    let rounded = if ndigits >= 0 {
        let precision = ndigits as usize;
        let _ = write!(stack, "{x:.precision$}");
        parse_plain(stack.text()).unwrap_or(x)
    } else {
        // Round the digits of the integer part by hand; what follows the point only breaks ties.
        let magnitude = x.abs();
        let whole = magnitude.trunc();
        let _ = write!(stack, "{whole:.0}");
        let drop = ndigits.unsigned_abs() as usize;
        let text = stack.text();
        if drop > text.len() {
            return Ok(0.0 * x);
        }
        let (kept, dropped) = text.split_at(text.len() - drop);
        let beyond_half = magnitude != whole || dropped[1..].iter().any(|&b| b != b'0');
        let odd = kept.last().is_some_and(|b| b & 1 == 1);
        let up = dropped[0] > b'5' || (dropped[0] == b'5' && (beyond_half || odd));
        let mut decimal = vec![b'0'];
        decimal.extend_from_slice(kept);
        if up {
            for digit in decimal.iter_mut().rev() {
                if *digit == b'9' {
                    *digit = b'0';
                } else {
                    *digit += 1;
                    break;
                }
            }
        }
        decimal.extend(std::iter::repeat_n(b'0', drop));
        parse_plain(&decimal).unwrap_or(magnitude).copysign(x)
    };
    if rounded.is_infinite() {
        return Err(Error::overflow("rounded value too large to represent"));
    }
    Ok(rounded)
}

/// A finite float as `±numerator * 2**exponent`, `numerator` odd or zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio {
    /// Whether the sign bit is set.
    pub negative: bool,
    /// The odd part; 0 for a zero.
    pub numerator: u64,
    /// The power of two; 0 for a zero.
    pub exponent: i32,
}

/// The exact value of `x`; `None` for infinities and nans.
///
/// `float.as_integer_ratio` is `(±numerator << exponent, 1)` for an exponent ≥ 0 and
/// `(±numerator, 1 << -exponent)` otherwise.
pub fn exact(x: f64) -> Option<Ratio> {
    if !x.is_finite() {
        return None;
    }
    let bits = x.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let biased = (bits >> 52 & 0x7ff) as i32;
    let (mantissa, exponent) = if biased == 0 {
        (fraction, -1074)
    } else {
        (fraction | 1 << 52, biased - 1075)
    };
    let negative = x.is_sign_negative();
    if mantissa == 0 {
        return Some(Ratio {
            negative,
            numerator: 0,
            exponent: 0,
        });
    }
    let shift = mantissa.trailing_zeros();
    Some(Ratio {
        negative,
        numerator: mantissa >> shift,
        exponent: exponent + shift as i32,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortest_text() {
        for (x, text) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (1e16, "1e+16"),
            (1e15, "1000000000000000.0"),
            (9999999999999998.0, "9999999999999998.0"),
            (1e-4, "0.0001"),
            (1e-5, "1e-05"),
            (1.5e-7, "1.5e-07"),
            (123456.789, "123456.789"),
            (1e22, "1e+22"),
            (f64::MAX, "1.7976931348623157e+308"),
            (5e-324, "5e-324"),
            (f64::NAN, "nan"),
            (f64::NEG_INFINITY, "-inf"),
            (0.1 + 0.2, "0.30000000000000004"),
        ] {
            assert_eq!(repr_string(x), text);
        }
    }

    #[test]
    fn texts_to_floats() {
        assert_eq!(parse(b" 1_000.5_0e1_0\n"), Some(1000.50e10));
        for bad in [
            &b"1__0"[..],
            b"_1",
            b"1_",
            b"1_.0",
            b"1._0",
            b"1e_5",
            b"",
            b".",
            b"1e",
            b"0x10",
            b"in_f",
        ] {
            assert_eq!(parse(bad), None, "{bad:?}");
        }
        assert!(parse(b"-NaN").unwrap().is_sign_negative());
        assert_eq!(parse(b"+Infinity"), Some(f64::INFINITY));
        assert_eq!(parse(b"1e400"), Some(f64::INFINITY));
        assert_eq!(parse_prefix(b"1.5e+x"), Some((1.5, 3)));
        assert_eq!(parse_prefix(b"-.5e1,"), Some((-5.0, 5)));
        assert_eq!(parse_prefix(b"-."), None);
    }

    #[test]
    fn rounding() {
        assert_eq!(round(2.675, 2), Ok(2.67));
        assert_eq!(round(0.5, 0), Ok(0.0));
        assert_eq!(round(25.0, -1), Ok(20.0));
        assert_eq!(round(25.5, -1), Ok(30.0));
        assert_eq!(round(-35.0, -1), Ok(-40.0));
        assert_eq!(round(4e307, -308), Ok(0.0));
        assert!(round(1.7e308, -308).is_err());
        assert_eq!(round(1e300, 400), Ok(1e300));
    }
}
