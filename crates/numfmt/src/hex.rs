//! `float.hex` and `float.fromhex`.

use crate::Error;
use crate::float::trim;

/// `x.hex()`.
pub fn to_hex(x: f64) -> String {
    if x.is_nan() || x.is_infinite() {
        return crate::float::repr_string(x);
    }
    let sign = if x.is_sign_negative() { "-" } else { "" };
    if x == 0.0 {
        return format!("{sign}0x0.0p+0");
    }
    let bits = x.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let biased = (bits >> 52 & 0x7ff) as i32;
    let (lead, exponent) = if biased == 0 {
        (0, -1022)
    } else {
        (1, biased - 1023)
    };
    format!("{sign}0x{lead}.{fraction:013x}p{exponent:+}")
}

/// `float.fromhex(text)`, correctly rounded, halves to even.
pub fn from_hex(text: &[u8]) -> Result<f64, Error> {
    let text = trim(text);
    let (negative, body) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let magnitude = magnitude(body)?;
    Ok(if negative { -magnitude } else { magnitude })
}

#[cold]
fn invalid() -> Error {
    Error::value("invalid hexadecimal floating-point string")
}

#[cold]
fn too_large() -> Error {
    Error::overflow("hexadecimal value too large to represent as a float")
}

fn magnitude(body: &[u8]) -> Result<f64, Error> {
    if body.eq_ignore_ascii_case(b"inf") || body.eq_ignore_ascii_case(b"infinity") {
        return Ok(f64::INFINITY);
    }
    if body.eq_ignore_ascii_case(b"nan") {
        return Ok(f64::NAN);
    }
    let body = match body {
        [b'0', b'x' | b'X', rest @ ..] => rest,
        _ => body,
    };
    // The value is `mantissa` (plus a little when `sticky`) times 2**exponent.
    let mut mantissa = 0u64;
    let mut sticky = false;
    let mut exponent = 0i64;
    let mut digits = 0usize;
    let mut seen_point = false;
    let mut at = 0;
    while let Some(&b) = body.get(at) {
        if let Some(value) = (b as char).to_digit(16) {
            digits += 1;
            if mantissa >> 60 == 0 {
                mantissa = mantissa << 4 | u64::from(value);
                exponent -= if seen_point { 4 } else { 0 };
            } else {
                sticky |= value != 0;
                exponent += if seen_point { 0 } else { 4 };
            }
        } else if b == b'.' && !seen_point {
            seen_point = true;
        } else {
            break;
        }
        at += 1;
    }
    if digits == 0 {
        return Err(invalid());
    }
    if matches!(body.get(at), Some(b'p' | b'P')) {
        at += 1;
        let negative = match body.get(at) {
            Some(b'-') => {
                at += 1;
                true
            }
            Some(b'+') => {
                at += 1;
                false
            }
            _ => false,
        };
        let start = at;
        let mut value = 0i64;
        while let Some(&b) = body.get(at)
            && b.is_ascii_digit()
        {
            value = value.saturating_mul(10).saturating_add(i64::from(b - b'0'));
            at += 1;
        }
        if at == start {
            return Err(invalid());
        }
        exponent = exponent.saturating_add(if negative { -value } else { value });
    }
    if at != body.len() {
        return Err(invalid());
    }
    if mantissa == 0 {
        return Ok(0.0);
    }
    // `top` is the exponent of the leading bit: 2**top <= value < 2**(top + 1).
    let width = 64 - i64::from(mantissa.leading_zeros());
    let top = exponent.saturating_add(width - 1);
    if top > 1023 {
        return Err(too_large());
    }
    if top < -1075 {
        return Ok(0.0);
    }
    // The last bit that is kept stands for 2**last.
    let last = (top - 52).max(-1074);
    let shift = last - exponent;
    let (mut kept, exponent_of_kept) = if shift <= 0 {
        // Fewer bits than fit: widen. `sticky` is unset here, for it needs 61 bits or more.
        (mantissa << -shift, last)
    } else {
        let (kept, rest, half) = if shift >= 64 {
            (0, mantissa, if shift == 64 { 1u64 << 63 } else { u64::MAX })
        } else {
            (
                mantissa >> shift,
                mantissa & ((1 << shift) - 1),
                1u64 << (shift - 1),
            )
        };
        let up = rest > half || (rest == half && (sticky || kept & 1 == 1));
        (kept + u64::from(up), last)
    };
    let mut biased = exponent_of_kept + 1075;
    if kept >> 53 != 0 {
        kept >>= 1;
        biased += 1;
    }
    if kept >> 52 == 0 {
        return Ok(f64::from_bits(kept));
    }
    if biased > 2046 {
        return Err(too_large());
    }
    Ok(f64::from_bits((biased as u64) << 52 | (kept & ((1 << 52) - 1))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips() {
        for x in [
            0.0,
            -0.0,
            1.0,
            -1.5,
            std::f64::consts::PI,
            f64::MAX,
            f64::MIN_POSITIVE,
            5e-324,
            1e-310,
        ] {
            assert_eq!(from_hex(to_hex(x).as_bytes()).unwrap().to_bits(), x.to_bits());
        }
        assert_eq!(to_hex(std::f64::consts::PI), "0x1.921fb54442d18p+1");
        assert_eq!(to_hex(5e-324), "0x0.0000000000001p-1022");
    }

    #[test]
    fn rounds_halves_to_even() {
        assert_eq!(from_hex(b"0x1.fffffffffffff8p1023").unwrap_err(), too_large());
        assert_eq!(from_hex(b"0x1.fffffffffffff7fffp1023"), Ok(f64::MAX));
        assert_eq!(from_hex(b"0x0.8p-1074"), Ok(0.0));
        assert_eq!(from_hex(b"0x0.80000000000000000001p-1074"), Ok(5e-324));
        assert_eq!(from_hex(b" 1p-2000 "), Ok(0.0));
        assert_eq!(from_hex(b"0x1p99999999999999999999").unwrap_err(), too_large());
        assert_eq!(from_hex(b"0x0p99999999999999999999"), Ok(0.0));
        for bad in [&b""[..], b"0x", b".", b"0x1p", b"1.2.3", b"0x1 p1", b"1p+-1"] {
            assert_eq!(from_hex(bad).unwrap_err(), invalid());
        }
    }
}
