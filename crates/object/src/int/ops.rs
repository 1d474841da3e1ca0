//! Arithmetic of ints. One-digit operands take the first branch of each function and never touch a digit slice.
//!
//! Middle sizes use the school's methods on digits; from some forty digits on, multiplication and division go to
//! `dashu-int`, whose algorithms are sub-quadratic.

use super::digits as d;
use super::{Fresh, MASK, NON_SIZE_BITS, PyInt, SHIFT};
use crate::handle::{Py, PyResult};
use crate::protocol::CompareOp;
use crate::raise;
use dashu_int::UBig;
use std::cmp::Ordering;

/// Both operands this long: hand them to the library.
const BIG: usize = 48;
/// No result is longer than this many bits; the memory for it is not to be had.
const MAX_BITS: u64 = 1 << 38;

#[cold]
pub fn zero_division<T>() -> PyResult<T> {
    raise!(ZeroDivisionError, "division by zero")
}

/// `|a| + |b|` under a sign.
fn add_magnitudes(a: &[u32], b: &[u32], negative: bool) -> PyResult<Py<PyInt>> {
    let mut fresh = Fresh::new(a.len().max(b.len()) + 1)?;
    d::add(a, b, fresh.digits_mut());
    fresh.finish(negative)
}

/// `|a| - |b|`, negated where asked.
fn sub_magnitudes(a: &[u32], b: &[u32], negate: bool) -> PyResult<Py<PyInt>> {
    match d::compare(a, b) {
        Ordering::Equal => PyInt::from_i64(0),
        Ordering::Greater => {
            let mut fresh = Fresh::new(a.len())?;
            d::sub(a, b, fresh.digits_mut());
            fresh.finish(negate)
        }
        Ordering::Less => {
            let mut fresh = Fresh::new(b.len())?;
            d::sub(b, a, fresh.digits_mut());
            fresh.finish(!negate)
        }
    }
}

/// The value of an int of at most two digits.
#[inline(always)]
fn two_digits(a: &PyInt) -> Option<i64> {
    if a.lv_tag.get() < 3 << NON_SIZE_BITS {
        if a.is_compact() {
            return Some(a.compact_value());
        }
        let digits = a.digits();
        let v = digits[0] as i64 | (digits[1] as i64) << SHIFT;
        return Some(if a.is_negative() { -v } else { v });
    }
    None
}

#[inline]
pub fn add(a: &PyInt, b: &PyInt) -> PyResult<Py<PyInt>> {
    if a.is_compact() && b.is_compact() {
        return PyInt::from_i64(a.compact_value() + b.compact_value());
    }
    add_slow(a, b)
}

fn add_slow(a: &PyInt, b: &PyInt) -> PyResult<Py<PyInt>> {
    if let (Some(x), Some(y)) = (two_digits(a), two_digits(b)) {
        return PyInt::from_i64(x + y);
    }
    let (x, y) = (a.digits(), b.digits());
    if a.is_negative() == b.is_negative() {
        add_magnitudes(x, y, a.is_negative())
    } else {
        sub_magnitudes(x, y, a.is_negative())
    }
}

#[inline]
pub fn sub(a: &PyInt, b: &PyInt) -> PyResult<Py<PyInt>> {
    if a.is_compact() && b.is_compact() {
        return PyInt::from_i64(a.compact_value() - b.compact_value());
    }
    sub_slow(a, b)
}

fn sub_slow(a: &PyInt, b: &PyInt) -> PyResult<Py<PyInt>> {
    if let (Some(x), Some(y)) = (two_digits(a), two_digits(b)) {
        return PyInt::from_i64(x - y);
    }
    let (x, y) = (a.digits(), b.digits());
    if a.is_negative() == b.is_negative() {
        sub_magnitudes(x, y, a.is_negative())
    } else {
        add_magnitudes(x, y, a.is_negative())
    }
}

#[inline]
pub fn mul(a: &PyInt, b: &PyInt) -> PyResult<Py<PyInt>> {
    if a.is_compact() && b.is_compact() {
        return PyInt::from_i64(a.compact_value() * b.compact_value());
    }
    mul_slow(a, b)
}

fn mul_slow(a: &PyInt, b: &PyInt) -> PyResult<Py<PyInt>> {
    let (x, y) = (a.digits(), b.digits());
    if x.is_empty() || y.is_empty() {
        return PyInt::from_i64(0);
    }
    let negative = a.is_negative() != b.is_negative();
    if let (Some(x), Some(y)) = (two_digits(a), two_digits(b)) {
        return PyInt::from_u128(x.unsigned_abs() as u128 * y.unsigned_abs() as u128, negative);
    }
    if x.len() >= BIG && y.len() >= BIG {
        let product = if std::ptr::eq(a, b) {
            a.magnitude().sqr()
        } else {
            a.magnitude() * b.magnitude()
        };
        return PyInt::from_ubig(&product, negative);
    }
    let Some(n) = x.len().checked_add(y.len()) else {
        return crate::error::no_memory();
    };
    let mut fresh = Fresh::new(n)?;
    if x.len() <= y.len() {
        d::mul(x, y, fresh.digits_mut());
    } else {
        d::mul(y, x, fresh.digits_mut());
    }
    fresh.finish(negative)
}

/// Quotient and remainder of the magnitudes, as ints that are not negative; `b` is not zero.
fn div_rem_magnitudes(a: &PyInt, b: &PyInt) -> PyResult<(Py<PyInt>, Py<PyInt>)> {
    let (x, y) = (a.digits(), b.digits());
    if d::compare(x, y) == Ordering::Less {
        return Ok((PyInt::from_i64(0)?, abs(a)?));
    }
    if let (Some(x), Some(y)) = (two_digits(a), two_digits(b)) {
        let (x, y) = (x.abs(), y.abs());
        return Ok((PyInt::from_i64(x / y)?, PyInt::from_i64(x % y)?));
    }
    if y.len() == 1 {
        let mut fresh = Fresh::new(x.len())?;
        let rem = d::div_small(x, y[0], fresh.digits_mut());
        return Ok((fresh.finish(false)?, PyInt::from_i64(rem as i64)?));
    }
    if y.len() >= BIG && x.len() - y.len() >= BIG {
        use dashu_int::ops::DivRem;
        let (q, r) = a.magnitude().div_rem(b.magnitude());
        return Ok((PyInt::from_ubig(&q, false)?, PyInt::from_ubig(&r, false)?));
    }
    let (q, r) = d::div_rem(x, y);
    Ok((
        PyInt::from_digits(d::trim(&q), false)?,
        PyInt::from_digits(d::trim(&r), false)?,
    ))
}

/// `divmod(a, b)`: floor division, the remainder has the divisor's sign.
pub fn divmod(a: &PyInt, b: &PyInt) -> PyResult<(Py<PyInt>, Py<PyInt>)> {
    if b.is_zero() {
        return zero_division();
    }
    if let (Some(x), Some(y)) = (two_digits(a), two_digits(b)) {
        let (mut q, mut r) = (x / y, x % y);
        if r != 0 && (r < 0) != (y < 0) {
            q -= 1;
            r += y;
        }
        return Ok((PyInt::from_i64(q)?, PyInt::from_i64(r)?));
    }
    let (q, r) = div_rem_magnitudes(a, b)?;
    let differ = a.is_negative() != b.is_negative();
    if !differ {
        return Ok((q, if a.is_negative() { neg(&r)? } else { r }));
    }
    if r.is_zero() {
        return Ok((neg(&q)?, r));
    }
    // -(q + 1), and |b| - r under b's sign
    let q = invert(&q)?;
    let r = sub_magnitudes(b.digits(), r.digits(), b.is_negative())?;
    Ok((q, r))
}

#[inline]
pub fn floor_div(a: &PyInt, b: &PyInt) -> PyResult<Py<PyInt>> {
    if a.is_compact() && b.is_compact() {
        let (x, y) = (a.compact_value(), b.compact_value());
        if y == 0 {
            return zero_division();
        }
        let q = x / y;
        return PyInt::from_i64(if x % y != 0 && (x < 0) != (y < 0) {
            q - 1
        } else {
            q
        });
    }
    Ok(divmod(a, b)?.0)
}

#[inline]
pub fn modulo(a: &PyInt, b: &PyInt) -> PyResult<Py<PyInt>> {
    if a.is_compact() && b.is_compact() {
        let (x, y) = (a.compact_value(), b.compact_value());
        if y == 0 {
            return zero_division();
        }
        let r = x % y;
        return PyInt::from_i64(if r != 0 && (r < 0) != (y < 0) { r + y } else { r });
    }
    if !b.is_compact() || b.is_zero() {
        return Ok(divmod(a, b)?.1);
    }
    // a long one by a digit: no quotient is needed
    let y = b.ob_digit[0].get();
    let r = d::rem_small(a.digits(), y) as i64;
    let negative = b.is_negative();
    PyInt::from_i64(match (r, a.is_negative() == negative) {
        (0, _) => 0,
        (r, true) => {
            if negative {
                -r
            } else {
                r
            }
        }
        (r, false) => {
            if negative {
                r - y as i64
            } else {
                y as i64 - r
            }
        }
    })
}

/// The nearest float to a long int; `None` beyond the largest.
pub fn to_f64(a: &PyInt) -> Option<f64> {
    let bits = a.bit_length();
    if bits > 1024 {
        return None;
    }
    let digits = a.digits();
    let value = if bits <= 64 {
        digits.iter().rev().fold(0u64, |v, x| v << SHIFT | *x as u64) as f64
    } else {
        let (top, sticky) = top_bits(digits, bits, 64);
        // ten bits more than a float has and a sticky one: rounded once, correctly
        (top | sticky as u64) as f64 * 2f64.powi((bits - 64) as i32)
    };
    if value.is_infinite() {
        return None;
    }
    Some(if a.is_negative() { -value } else { value })
}

/// The uppermost `n` (≤ 64) of `bits` bits, and whether any bit below them is set.
fn top_bits(digits: &[u32], bits: u64, n: u64) -> (u64, bool) {
    let drop = bits - n;
    let (at, shift) = ((drop / SHIFT as u64) as usize, (drop % SHIFT as u64) as u32);
    let mut wide = 0u128;
    for (i, x) in digits[at..].iter().take(4).enumerate() {
        wide |= (*x as u128) << (i as u32 * SHIFT);
    }
    let sticky = digits[..at].iter().any(|x| *x != 0) || digits[at] & ((1 << shift) - 1) != 0;
    ((wide >> shift) as u64, sticky)
}

/// `a / b`, correctly rounded.
pub fn true_div(a: &PyInt, b: &PyInt) -> PyResult<f64> {
    if b.is_zero() {
        return zero_division();
    }
    if let (Some(x), Some(y)) = (two_digits(a), two_digits(b)) {
        const EXACT: i64 = 1 << 53;
        if x.abs() <= EXACT && y.abs() <= EXACT {
            return Ok(x as f64 / y as f64);
        }
    }
    let negative = a.is_negative() != b.is_negative();
    let zero = || if negative { -0.0 } else { 0.0 };
    if a.is_zero() {
        return Ok(zero());
    }
    let (na, nb) = (a.bit_length() as i64, b.bit_length() as i64);
    let diff = na - nb;
    if diff > 1024 {
        return raise!(OverflowError, "integer division result too large for a float");
    }
    if diff < -1075 {
        return Ok(zero());
    }
    // scale so that the quotient has two or three bits more than the result; then round by hand
    let shift = diff.max(-1021) - 55;
    let (x, y) = (a.magnitude(), b.magnitude());
    let (x, mut inexact) = if shift <= 0 {
        (x << (-shift) as usize, false)
    } else {
        let low = x.trailing_zeros().unwrap_or(0) < shift as usize;
        (x >> shift as usize, low)
    };
    use dashu_int::ops::DivRem;
    let (q, r) = x.div_rem(y);
    inexact |= !r.is_zero();
    let q = u64::try_from(&q).unwrap_or(u64::MAX);
    let q_bits = 64 - q.leading_zeros() as i64;
    let extra = q_bits.max(-1021 - shift) - 53;
    let half = 1u64 << (extra - 1);
    let mut low = q | inexact as u64;
    if low & half != 0 && low & (3 * half - 1) != 0 {
        low += half;
    }
    let q = low & !(2 * half - 1);
    let value = ldexp(q as f64, shift);
    if value.is_infinite() {
        return raise!(OverflowError, "integer division result too large for a float");
    }
    Ok(if negative { -value } else { value })
}

/// `x * 2**e` without rounding twice, for an `x` whose product is exact.
pub fn ldexp(x: f64, e: i64) -> f64 {
    let mut e = e;
    let mut x = x;
    while e > 1000 {
        x *= 2f64.powi(1000);
        e -= 1000;
        if x.is_infinite() {
            return x;
        }
    }
    while e < -1000 {
        x *= 2f64.powi(-1000);
        e += 1000;
        if x == 0.0 {
            return x;
        }
    }
    x * 2f64.powi(e as i32)
}

pub fn neg(a: &PyInt) -> PyResult<Py<PyInt>> {
    if a.is_compact() {
        return PyInt::from_i64(-a.compact_value());
    }
    PyInt::from_digits(a.digits(), !a.is_negative())
}

pub fn abs(a: &PyInt) -> PyResult<Py<PyInt>> {
    if a.is_negative() { neg(a) } else { a.to_exact() }
}

/// `~a`
pub fn invert(a: &PyInt) -> PyResult<Py<PyInt>> {
    if a.is_compact() {
        return PyInt::from_i64(!a.compact_value());
    }
    // -(a + 1)
    let one = PyInt::small(1);
    if a.is_negative() {
        sub_magnitudes(a.digits(), one.digits(), false)
    } else {
        add_magnitudes(a.digits(), one.digits(), true)
    }
}

/// `a << n`
pub fn lshift(a: &PyInt, b: &PyInt) -> PyResult<Py<PyInt>> {
    if b.is_negative() {
        return raise!(ValueError, "negative shift count");
    }
    if a.is_zero() {
        return PyInt::from_i64(0);
    }
    let n = match b.to_u64() {
        Some(n) if n / SHIFT as u64 <= super::MAX_DIGITS as u64 => n,
        _ => return raise!(OverflowError, "too many digits in integer"),
    };
    lshift_bits(a, n)
}

pub fn lshift_bits(a: &PyInt, n: u64) -> PyResult<Py<PyInt>> {
    if let Some(v) = two_digits(a)
        && n <= 62
        && v.unsigned_abs() <= (i64::MAX as u64) >> n
    {
        return PyInt::from_i64(v << n);
    }
    let (skip, bits) = ((n / SHIFT as u64) as usize, (n % SHIFT as u64) as u32);
    let digits = a.digits();
    if digits.len() + skip + usize::from(bits != 0) > super::MAX_DIGITS {
        return raise!(OverflowError, "too many digits in integer");
    }
    let mut fresh = Fresh::new(digits.len() + skip + 1)?;
    d::shift_left_into(digits, bits, &mut fresh.digits_mut()[skip..]);
    fresh.finish(a.is_negative())
}

/// `a >> n`, rounding down.
pub fn rshift(a: &PyInt, b: &PyInt) -> PyResult<Py<PyInt>> {
    if b.is_negative() {
        return raise!(ValueError, "negative shift count");
    }
    match b.to_u64() {
        Some(n) => rshift_bits(a, n),
        None => PyInt::from_i64(if a.is_negative() { -1 } else { 0 }),
    }
}

pub fn rshift_bits(a: &PyInt, n: u64) -> PyResult<Py<PyInt>> {
    if let Some(v) = two_digits(a) {
        return PyInt::from_i64(v >> n.min(63));
    }
    let digits = a.digits();
    let skip = n / SHIFT as u64;
    if skip >= digits.len() as u64 {
        return PyInt::from_i64(if a.is_negative() { -1 } else { 0 });
    }
    let (skip, bits) = (skip as usize, (n % SHIFT as u64) as u32);
    let lost = digits[..skip].iter().any(|x| *x != 0) || digits[skip] & ((1 << bits) - 1) != 0;
    let mut fresh = Fresh::new(digits.len() - skip + 1)?;
    let out = fresh.digits_mut();
    let n = digits.len() - skip;
    d::shift_right_into(&digits[skip..], bits, &mut out[..n]);
    if a.is_negative() && lost {
        let mut carry = 1;
        for x in out {
            carry += *x;
            *x = carry & MASK;
            carry >>= SHIFT;
        }
    }
    fresh.finish(a.is_negative())
}

/// A bitwise operator on two's complement.
#[inline]
fn bitwise(
    a: &PyInt,
    b: &PyInt,
    small: fn(i64, i64) -> i64,
    digit: fn(u32, u32) -> u32,
) -> PyResult<Py<PyInt>> {
    if let (Some(x), Some(y)) = (two_digits(a), two_digits(b)) {
        return PyInt::from_i64(small(x, y));
    }
    bitwise_slow(a, b, digit)
}

fn bitwise_slow(a: &PyInt, b: &PyInt, digit: fn(u32, u32) -> u32) -> PyResult<Py<PyInt>> {
    let n = a.digit_count().max(b.digit_count());
    let widen = |x: &PyInt| {
        let mut v = Vec::with_capacity(n);
        v.extend_from_slice(x.digits());
        v.resize(n, 0);
        if x.is_negative() {
            d::complement(&mut v);
        }
        v
    };
    let fill = |x: &PyInt| if x.is_negative() { MASK } else { 0 };
    let (x, y) = (widen(a), widen(b));
    let negative = digit(fill(a), fill(b)) & MASK != 0;
    let mut fresh = Fresh::new(n + 1)?;
    let out = fresh.digits_mut();
    for ((o, x), y) in out.iter_mut().zip(&x).zip(&y) {
        *o = digit(*x, *y) & MASK;
    }
    out[n] = if negative { MASK } else { 0 };
    if negative {
        d::complement(out);
    }
    fresh.finish(negative)
}

#[inline]
pub fn and(a: &PyInt, b: &PyInt) -> PyResult<Py<PyInt>> {
    bitwise(a, b, |x, y| x & y, |x, y| x & y)
}
#[inline]
pub fn or(a: &PyInt, b: &PyInt) -> PyResult<Py<PyInt>> {
    bitwise(a, b, |x, y| x | y, |x, y| x | y)
}
#[inline]
pub fn xor(a: &PyInt, b: &PyInt) -> PyResult<Py<PyInt>> {
    bitwise(a, b, |x, y| x ^ y, |x, y| x ^ y)
}

#[inline]
pub fn compare(a: &PyInt, b: &PyInt) -> Ordering {
    if a.is_compact() && b.is_compact() {
        return a.compact_value().cmp(&b.compact_value());
    }
    match (a.is_negative(), b.is_negative()) {
        (false, true) => Ordering::Greater,
        (true, false) => Ordering::Less,
        (false, false) => d::compare(a.digits(), b.digits()),
        (true, true) => d::compare(b.digits(), a.digits()),
    }
}

pub fn rich_compare(a: &PyInt, b: &PyInt, op: CompareOp) -> bool {
    op.holds(compare(a, b))
}

/// The hash of numbers: the value modulo 2**61 − 1, under the sign, never −1.
pub fn hash(a: &PyInt) -> isize {
    const BITS: u32 = 61;
    const P: u64 = (1 << BITS) - 1;
    if a.is_compact() {
        let v = a.compact_value() as isize;
        return if v == -1 { -2 } else { v };
    }
    let mut x = 0u64;
    for digit in a.digits().iter().rev() {
        x = (x << SHIFT & P) | x >> (BITS - SHIFT);
        x += *digit as u64;
        if x >= P {
            x -= P;
        }
    }
    let h = if a.is_negative() {
        -(x as isize)
    } else {
        x as isize
    };
    if h == -1 { -2 } else { h }
}

/// `a ** b` for `b >= 0`.
pub fn pow(a: &PyInt, b: &PyInt) -> PyResult<Py<PyInt>> {
    debug_assert!(!b.is_negative());
    if b.is_zero() {
        return PyInt::from_i64(1);
    }
    if a.is_compact() {
        match a.compact_value() {
            0 => return PyInt::from_i64(0),
            1 => return PyInt::from_i64(1),
            -1 => return PyInt::from_i64(if b.digits()[0] & 1 == 0 { 1 } else { -1 }),
            base => {
                if b.is_compact()
                    && let Ok(e) = u32::try_from(b.compact_value())
                    && let Some(v) = base.checked_pow(e)
                {
                    return PyInt::from_i64(v);
                }
            }
        }
    }
    let Some(e) = b.to_u64() else {
        return crate::error::no_memory();
    };
    let negative = a.is_negative() && e & 1 == 1;
    let digits = a.digits();
    // a power of two is a shift
    if digits[digits.len() - 1].is_power_of_two() && digits[..digits.len() - 1].iter().all(|x| *x == 0) {
        let Some(bits) = (a.bit_length() - 1).checked_mul(e).filter(|n| *n <= MAX_BITS) else {
            return crate::error::no_memory();
        };
        let one = PyInt::small(if negative { -1 } else { 1 });
        return lshift_bits(one, bits);
    }
    match a.bit_length().checked_mul(e) {
        Some(bits) if bits <= MAX_BITS => {}
        _ => return crate::error::no_memory(),
    }
    if e <= 2 && digits.len() < BIG {
        return if e == 1 { a.to_exact() } else { mul(a, a) };
    }
    crate::hooks::check_pending()?;
    let r = a.magnitude().pow(e as usize);
    PyInt::from_ubig(&r, negative)
}

/// `pow(a, b, m)`
pub fn pow_mod(a: &PyInt, b: &PyInt, m: &PyInt) -> PyResult<Py<PyInt>> {
    if m.is_zero() {
        return raise!(ValueError, "pow() 3rd argument cannot be 0");
    }
    let modulus = m.magnitude();
    if modulus.is_one() {
        return PyInt::from_i64(0);
    }
    // the base, reduced to 0 <= base < |m|
    let positive = abs(m)?;
    let mut base = modulo(a, &positive)?;
    if b.is_negative() {
        base = inverse_mod(&base, &positive)?;
    }
    let result = if positive.digit_count() <= 2 && b.digit_count() <= 5 {
        let m = positive.to_u64().unwrap_or(1) as u128;
        let mut square = base.to_u64().unwrap_or(0) as u128;
        let mut e = b.to_i128().unwrap_or(0).unsigned_abs();
        let mut r = 1u128;
        while e != 0 {
            if e & 1 == 1 {
                r = r * square % m;
            }
            square = square * square % m;
            e >>= 1;
        }
        PyInt::from_u128(r, false)?
    } else {
        crate::hooks::check_pending()?;
        let ring = dashu_int::fast_div::ConstDivisor::new(modulus);
        let r = ring.reduce(base.magnitude()).pow(&b.magnitude()).residue();
        PyInt::from_ubig(&r, false)?
    };
    // the result has the modulus's sign
    if m.is_negative() && !result.is_zero() {
        return add(&result, m);
    }
    Ok(result)
}

/// The inverse of `a` (0 <= a < m) modulo `m > 1`.
fn inverse_mod(a: &PyInt, m: &PyInt) -> PyResult<Py<PyInt>> {
    use dashu_int::ops::ExtendedGcd;
    let fail = || raise!(ValueError, "base is not invertible for the given modulus");
    if a.is_zero() {
        return fail();
    }
    let (g, x, _) = a.magnitude().gcd_ext(m.magnitude());
    if !g.is_one() {
        return fail();
    }
    let x = PyInt::from_big(&x)?;
    modulo(&x, m)
}

/// `gcd(|a|, |b|)`
pub fn gcd(a: &PyInt, b: &PyInt) -> PyResult<Py<PyInt>> {
    if let (Some(x), Some(y)) = (two_digits(a), two_digits(b)) {
        let (mut x, mut y) = (x.unsigned_abs(), y.unsigned_abs());
        while y != 0 {
            (x, y) = (y, x % y);
        }
        return PyInt::from_u64(x);
    }
    if a.is_zero() {
        return abs(b);
    }
    if b.is_zero() {
        return abs(a);
    }
    use dashu_int::ops::Gcd;
    PyInt::from_ubig(&a.magnitude().gcd(b.magnitude()), false)
}

/// `divmod` to the nearest, halves to even (`_PyLong_DivmodNear`).
pub fn divmod_near(a: &PyInt, b: &PyInt) -> PyResult<(Py<PyInt>, Py<PyInt>)> {
    let (q, r) = divmod(a, b)?;
    // now r has b's sign; compare 2*|r| with |b|
    let twice = lshift_bits(&r, 1)?;
    let order = d::compare(twice.digits(), b.digits());
    let odd = q.digits().first().is_some_and(|x| x & 1 == 1);
    if order == Ordering::Greater || order == Ordering::Equal && odd {
        return Ok((add(&q, PyInt::small(1))?, sub(&r, b)?));
    }
    Ok((q, r))
}

/// `isqrt` of a value that is not negative.
pub fn isqrt(a: &PyInt) -> PyResult<Py<PyInt>> {
    use dashu_int::ops::SquareRoot;
    if let Some(v) = two_digits(a) {
        return PyInt::from_u64((v as u64).isqrt());
    }
    PyInt::from_ubig(&a.magnitude().sqrt(), false)
}

/// A product of machine-sized factors, balanced.
pub fn product(factors: &[u64]) -> UBig {
    match factors {
        [] => UBig::ONE,
        [x] => UBig::from(*x),
        _ => {
            let (left, right) = factors.split_at(factors.len() / 2);
            product(left) * product(right)
        }
    }
}
