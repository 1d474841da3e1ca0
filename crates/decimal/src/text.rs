//! Numbers as text: reading numeric strings, and the scientific and engineering notations.

use dashu_int::UBig;

use crate::number::{Kind, Number};

fn strip_prefix_ignoring_case<'a>(text: &'a [u8], word: &str) -> Option<&'a [u8]> {
    let (head, rest) = text.split_at_checked(word.len())?;
    head.eq_ignore_ascii_case(word.as_bytes()).then_some(rest)
}

fn digits_to_number(digits: &[u8]) -> UBig {
    let text = std::str::from_utf8(digits).unwrap_or("0");
    UBig::from_str_radix(if text.is_empty() { "0" } else { text }, 10).unwrap_or(UBig::ZERO)
}

/// Reads a numeric string (no white space or underscores); exponents are clipped to what an `i64` can take without
/// overflow later on.
pub fn parse(text: &[u8]) -> Option<Number> {
    let (negative, rest) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if rest.eq_ignore_ascii_case(b"inf") || rest.eq_ignore_ascii_case(b"infinity") {
        return Some(Number::infinity(negative));
    }
    let nan = strip_prefix_ignoring_case(rest, "nan")
        .map(|payload| (Kind::Nan, payload))
        .or_else(|| strip_prefix_ignoring_case(rest, "snan").map(|payload| (Kind::SignalingNan, payload)));
    if let Some((kind, payload)) = nan {
        if !payload.iter().all(u8::is_ascii_digit) {
            return None;
        }
        return Some(Number {
            negative,
            kind,
            coefficient: digits_to_number(payload),
            exponent: 0,
        });
    }
    let split = rest
        .iter()
        .position(|b| matches!(b, b'e' | b'E'))
        .unwrap_or(rest.len());
    let (mantissa, tail) = rest.split_at(split);
    let mut exponent = 0i64;
    if let [_, tail @ ..] = tail {
        let (minus, digits) = match tail {
            [b'-', digits @ ..] => (true, digits),
            [b'+', digits @ ..] => (false, digits),
            _ => (false, tail),
        };
        if digits.is_empty() {
            return None;
        }
        if !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        exponent = clipped_exponent(digits);
        if minus {
            exponent = -exponent;
        }
    }
    let point = mantissa.iter().position(|b| *b == b'.');
    let (whole, fraction) = match point {
        Some(at) => (&mantissa[..at], &mantissa[at + 1..]),
        None => (mantissa, &mantissa[..0]),
    };
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    if !whole.iter().chain(fraction).all(u8::is_ascii_digit) {
        return None;
    }
    let mut digits = Vec::with_capacity(whole.len() + fraction.len());
    digits.extend_from_slice(whole);
    digits.extend_from_slice(fraction);
    Some(Number::finite(
        negative,
        digits_to_number(&digits),
        exponent - fraction.len() as i64,
    ))
}

/// The value of exponent digits, clipped to 3 * 10**18: beyond every limit, and far from overflow.
fn clipped_exponent(digits: &[u8]) -> i64 {
    const LIMIT: i64 = 3_000_000_000_000_000_000;
    digits.iter().fold(0i64, |value, b| {
        if value >= LIMIT / 10 {
            LIMIT
        } else {
            value * 10 + i64::from(b - b'0')
        }
    })
}

impl Number {
    /// `str(number)`: scientific notation, or engineering notation with `engineering`; `E` or `e` by `capitals`.
    pub fn to_text(&self, engineering: bool, capitals: bool) -> String {
        let sign = if self.negative { "-" } else { "" };
        let payload = || {
            if self.coefficient == UBig::ZERO {
                String::new()
            } else {
                self.coefficient.to_string()
            }
        };
        match self.kind {
            Kind::Infinite => return format!("{sign}Infinity"),
            Kind::Nan => return format!("{sign}NaN{}", payload()),
            Kind::SignalingNan => return format!("{sign}sNaN{}", payload()),
            Kind::Finite => {}
        }
        let digits = self.coefficient.to_string();
        let count = digits.len() as i64;
        // Digits before the point if it were all written out.
        let left = self.exponent + count;
        let point = if self.exponent <= 0 && left > -6 {
            left
        } else if !engineering {
            1
        } else if digits == "0" {
            (left + 1).rem_euclid(3) - 1
        } else {
            (left - 1).rem_euclid(3) + 1
        };
        let mut text = String::from(sign);
        if point <= 0 {
            text.push_str("0.");
            text.extend(std::iter::repeat_n('0', point.unsigned_abs() as usize));
            text.push_str(&digits);
        } else if point >= count {
            text.push_str(&digits);
            text.extend(std::iter::repeat_n('0', (point - count) as usize));
        } else {
            text.push_str(&digits[..point as usize]);
            text.push('.');
            text.push_str(&digits[point as usize..]);
        }
        if left != point {
            text.push(if capitals { 'E' } else { 'e' });
            text.push_str(&format!("{:+}", left - point));
        }
        text
    }
}
