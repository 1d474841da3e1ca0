//! Quantizing, integers, neighbours, shifting and rotating, logical operations, minimum and maximum, comparison.

use std::cmp::Ordering;

use dashu_int::UBig;

use crate::context::{Context, Dropped, Rounding, Status};
use crate::number::{Kind, Number, digits_of, power_of_ten};

/// The classes that `number_class` tells apart.
const fn class_name(negative: bool, names: (&'static str, &'static str)) -> &'static str {
    if negative { names.0 } else { names.1 }
}

impl Context {
    /// `compare`: −1, 0 or 1 as a number; NaN operands give a NaN.
    pub fn compare(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_result(&[a, b], status) {
            return nan;
        }
        Number::small(a.compare(b) as i64)
    }

    /// `compare_signal`: the same, but every NaN signals.
    pub fn compare_signal(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        if a.is_nan() || b.is_nan() {
            status.raise(Status::INVALID_OPERATION);
        }
        self.compare(a, b, status)
    }

    /// `quantize`: `a` with the exponent of `b`.
    pub fn quantize(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_result(&[a, b], status) {
            return nan;
        }
        if a.is_infinite() || b.is_infinite() {
            if a.is_infinite() && b.is_infinite() {
                return a.clone();
            }
            return self.invalid(status, Status::INVALID_OPERATION);
        }
        let exponent = b.exponent;
        if !(self.etiny()..=self.emax).contains(&exponent) {
            return self.invalid(status, Status::INVALID_OPERATION);
        }
        if a.is_zero() {
            return self.finalize(Number::zero(a.negative, exponent), status);
        }
        let adjusted = a.adjusted();
        if adjusted > self.emax || adjusted - exponent + 1 > self.prec {
            return self.invalid(status, Status::INVALID_OPERATION);
        }
        if let Some(failed) = self.too_many(a.exponent - exponent, status) {
            return failed;
        }
        let (result, dropped) = Self::rescaled(a, exponent, self.rounding);
        if (!result.is_zero() && result.adjusted() > self.emax) || result.digits() > self.prec {
            return self.invalid(status, Status::INVALID_OPERATION);
        }
        if result.exponent > a.exponent {
            status.raise(Status::ROUNDED);
            if dropped != Dropped::Nothing {
                status.raise(Status::INEXACT);
            }
        }
        if !result.is_zero() && result.adjusted() < self.emin {
            status.raise(Status::SUBNORMAL);
        }
        self.finalize(result, status)
    }

    /// `to_integral_exact` (with `exact`: conditions are reported) and `to_integral_value`.
    pub fn to_integral(&self, a: &Number, exact: bool, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_result(&[a], status) {
            return nan;
        }
        if a.is_infinite() || a.exponent >= 0 {
            return a.clone();
        }
        if a.is_zero() {
            return Number::zero(a.negative, 0);
        }
        let (result, dropped) = Self::rescaled(a, 0, self.rounding);
        if exact {
            status.raise(Status::ROUNDED);
            if dropped != Dropped::Nothing {
                status.raise(Status::INEXACT);
            }
        }
        result
    }

    /// `normalize`: the simplest representation, rounded.
    pub fn normalize(&self, a: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_result(&[a], status) {
            return nan;
        }
        let rounded = self.finalize(a.clone(), status);
        if !rounded.is_finite() {
            return rounded;
        }
        if rounded.is_zero() {
            return Number::zero(rounded.negative, 0);
        }
        let top = if self.clamp { self.etop() } else { self.emax };
        let (coefficient, exponent) = crate::arith::strip_zeros(rounded.coefficient, rounded.exponent, top);
        Number::finite(rounded.negative, coefficient, exponent)
    }

    /// `max` and `min`, and with `magnitude` those of the absolute values: a number wins against a quiet NaN.
    pub fn extremum(
        &self,
        a: &Number,
        b: &Number,
        largest: bool,
        magnitude: bool,
        status: &mut Status,
    ) -> Number {
        if a.is_nan() || b.is_nan() {
            let quiet = |x: &Number| x.kind == Kind::Nan;
            if quiet(b) && !a.is_nan() {
                return self.finalize(a.clone(), status);
            }
            if quiet(a) && !b.is_nan() {
                return self.finalize(b.clone(), status);
            }
            if let Some(nan) = self.nan_result(&[a, b], status) {
                return nan;
            }
        }
        let order = if magnitude {
            a.compare_magnitudes(b).then_with(|| a.compare(b))
        } else {
            a.compare(b)
        };
        let order = order.then_with(|| a.compare_total(b));
        let first = if largest {
            order != Ordering::Less
        } else {
            order == Ordering::Less
        };
        self.finalize(if first { a } else { b }.clone(), status)
    }

    /// A result whose conditions do not count, unless memory was lacking.
    fn unless_failed(result: Number, ignored: Status, status: &mut Status) -> Number {
        if ignored.has(Status::MALLOC_ERROR) {
            status.raise(Status::MALLOC_ERROR);
        }
        result
    }

    /// The finite number of the largest magnitude.
    fn largest(&self, negative: bool, status: &mut Status) -> Number {
        if let Some(failed) = self.too_many(self.prec, status) {
            return failed;
        }
        Number::finite(negative, power_of_ten(self.prec as u64) - UBig::ONE, self.etop())
    }

    /// The largest representable number below `a`.
    pub fn next_minus(&self, a: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_result(&[a], status) {
            return nan;
        }
        if a.is_infinite() {
            return if a.negative {
                a.clone()
            } else {
                self.largest(false, status)
            };
        }
        let floor = Context {
            rounding: Rounding::Floor,
            ..*self
        };
        let mut ignored = Status::default();
        let rounded = floor.finalize(a.clone(), &mut ignored);
        if rounded != *a && rounded.compare(a) != Ordering::Equal {
            return rounded;
        }
        let result = floor.subtract(
            a,
            &Number::finite(false, UBig::ONE, self.etiny() - 1),
            &mut ignored,
        );
        Self::unless_failed(result, ignored, status)
    }

    /// The smallest representable number above `a`.
    pub fn next_plus(&self, a: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_result(&[a], status) {
            return nan;
        }
        if a.is_infinite() {
            return if a.negative {
                self.largest(true, status)
            } else {
                a.clone()
            };
        }
        let ceiling = Context {
            rounding: Rounding::Ceiling,
            ..*self
        };
        let mut ignored = Status::default();
        let rounded = ceiling.finalize(a.clone(), &mut ignored);
        if rounded != *a && rounded.compare(a) != Ordering::Equal {
            return rounded;
        }
        let result = ceiling.add(
            a,
            &Number::finite(false, UBig::ONE, self.etiny() - 1),
            &mut ignored,
        );
        Self::unless_failed(result, ignored, status)
    }

    /// The representable number next to `a` in the direction of `b`.
    pub fn next_toward(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_result(&[a, b], status) {
            return nan;
        }
        let result = match a.compare(b) {
            Ordering::Equal => return a.with_sign(b.negative),
            Ordering::Less => self.next_plus(a, status),
            Ordering::Greater => self.next_minus(a, status),
        };
        if result.is_infinite() {
            status.raise(Status(Status::OVERFLOW.0 | Status::INEXACT.0 | Status::ROUNDED.0));
        } else if result.adjusted() < self.emin {
            status.raise(Status(
                Status::UNDERFLOW.0 | Status::SUBNORMAL.0 | Status::INEXACT.0 | Status::ROUNDED.0,
            ));
            if result.is_zero() {
                status.raise(Status::CLAMPED);
            }
        }
        result
    }

    /// `logb`: the exponent of the leading digit, as a number.
    pub fn logb(&self, a: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_result(&[a], status) {
            return nan;
        }
        if a.is_infinite() {
            return Number::infinity(false);
        }
        if a.is_zero() {
            status.raise(Status::DIVISION_BY_ZERO);
            return Number::infinity(true);
        }
        self.finalize(Number::small(a.adjusted()), status)
    }

    /// An operand that must be an integer with an exponent of zero, between these bounds.
    fn small_integer(b: &Number, limit: i64) -> Option<i64> {
        if !b.is_finite() || b.exponent != 0 {
            return None;
        }
        let magnitude = i64::try_from(&b.coefficient).ok().filter(|n| *n <= limit)?;
        Some(if b.negative { -magnitude } else { magnitude })
    }

    /// `scaleb`: `a * 10**b`.
    pub fn scaleb(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_result(&[a, b], status) {
            return nan;
        }
        let Some(n) = Self::small_integer(b, 2 * (self.emax + self.prec)) else {
            return self.invalid(status, Status::INVALID_OPERATION);
        };
        if a.is_infinite() {
            return a.clone();
        }
        let moved = Number {
            exponent: a.exponent + n,
            ..a.clone()
        };
        self.finalize(moved, status)
    }

    /// `shift`: the digits moved left (or right, for a negative `b`) within the precision.
    pub fn shift(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_result(&[a, b], status) {
            return nan;
        }
        let Some(n) = Self::small_integer(b, self.prec) else {
            return self.invalid(status, Status::INVALID_OPERATION);
        };
        if a.is_infinite() {
            return a.clone();
        }
        let cut = |digits: UBig| {
            if digits_of(&digits) > self.prec {
                digits % power_of_ten(self.prec as u64)
            } else {
                digits
            }
        };
        let digits = cut(a.coefficient.clone());
        let coefficient = if n < 0 {
            let drop = n.unsigned_abs();
            if drop >= digits_of(&digits) as u64 {
                UBig::ZERO
            } else {
                digits / power_of_ten(drop)
            }
        } else if digits == UBig::ZERO {
            digits
        } else {
            if let Some(failed) = self.too_many(n, status) {
                return failed;
            }
            cut(digits * power_of_ten(n as u64))
        };
        Number::finite(a.negative, coefficient, a.exponent)
    }

    /// `rotate`: the digits, as many as the precision, rotated left (or right).
    pub fn rotate(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_result(&[a, b], status) {
            return nan;
        }
        let Some(n) = Self::small_integer(b, self.prec) else {
            return self.invalid(status, Status::INVALID_OPERATION);
        };
        if a.is_infinite() {
            return a.clone();
        }
        if let Some(failed) = self.too_many(self.prec, status) {
            return failed;
        }
        let left = if n < 0 { n + self.prec } else { n } as u64;
        let modulus = power_of_ten(self.prec as u64);
        let digits = &a.coefficient % &modulus;
        let split = power_of_ten(self.prec as u64 - left);
        let (high, low) = (&digits / &split, &digits % &split);
        Number::finite(a.negative, low * power_of_ten(left) + high, a.exponent)
    }

    /// Digits of a logical operand, least significant first: all 0 or 1, positive, no exponent.
    fn logical_digits(&self, a: &Number) -> Option<Vec<u8>> {
        if !a.is_finite() || a.negative || a.exponent != 0 {
            return None;
        }
        let mut digits: Vec<u8> = a.coefficient.to_string().into_bytes();
        digits.reverse();
        let logical = digits.iter().all(|d| matches!(d, b'0' | b'1'));
        digits.truncate(usize::try_from(self.prec).unwrap_or(usize::MAX));
        logical.then(|| digits.iter().map(|d| d - b'0').collect())
    }

    fn of_logical_digits(digits: &[u8]) -> Number {
        let text: String = digits.iter().rev().map(|d| char::from(b'0' + d)).collect();
        let coefficient = UBig::from_str_radix(if text.is_empty() { "0" } else { &text }, 10);
        Number::finite(false, coefficient.unwrap_or(UBig::ZERO), 0)
    }

    /// `logical_and`, `logical_or`, `logical_xor`: `operation` of pairs of binary digits.
    pub fn logical(
        &self,
        a: &Number,
        b: &Number,
        operation: fn(u8, u8) -> u8,
        status: &mut Status,
    ) -> Number {
        let (Some(x), Some(y)) = (self.logical_digits(a), self.logical_digits(b)) else {
            return self.invalid(status, Status::INVALID_OPERATION);
        };
        let digit = |digits: &[u8], i: usize| digits.get(i).copied().unwrap_or(0);
        let out: Vec<u8> = (0..x.len().max(y.len()))
            .map(|i| operation(digit(&x, i), digit(&y, i)))
            .collect();
        Self::of_logical_digits(&out)
    }

    /// `logical_invert`: every digit of the precision turned over.
    pub fn logical_invert(&self, a: &Number, status: &mut Status) -> Number {
        let Some(mut digits) = self.logical_digits(a) else {
            return self.invalid(status, Status::INVALID_OPERATION);
        };
        if let Some(failed) = self.too_many(self.prec, status) {
            return failed;
        }
        digits.resize(self.prec as usize, 0);
        digits.iter_mut().for_each(|d| *d = 1 - *d);
        Self::of_logical_digits(&digits)
    }

    /// `number_class`: "+Normal" and so on.
    pub fn number_class(&self, a: &Number) -> &'static str {
        match a.kind {
            Kind::SignalingNan => "sNaN",
            Kind::Nan => "NaN",
            Kind::Infinite => class_name(a.negative, ("-Infinity", "+Infinity")),
            Kind::Finite if a.is_zero() => class_name(a.negative, ("-Zero", "+Zero")),
            Kind::Finite if a.adjusted() < self.emin => class_name(a.negative, ("-Subnormal", "+Subnormal")),
            Kind::Finite => class_name(a.negative, ("-Normal", "+Normal")),
        }
    }

    /// Whether a finite number is subnormal in the context.
    pub fn is_subnormal(&self, a: &Number) -> bool {
        a.is_finite() && !a.is_zero() && a.adjusted() < self.emin
    }

    /// Whether a finite number is normal in the context.
    pub fn is_normal(&self, a: &Number) -> bool {
        a.is_finite() && !a.is_zero() && a.adjusted() >= self.emin
    }
}

/// `same_quantum`: equal exponents, or both infinite, or both NaN.
pub fn same_quantum(a: &Number, b: &Number) -> bool {
    match (a.is_finite(), b.is_finite()) {
        (true, true) => a.exponent == b.exponent,
        (false, false) => a.is_nan() == b.is_nan(),
        _ => false,
    }
}

/// A finite number as an integer ratio in lowest terms.
pub fn integer_ratio(a: &Number) -> (UBig, UBig) {
    use dashu_int::ops::Gcd;
    if a.coefficient == UBig::ZERO {
        return (UBig::ZERO, UBig::ONE);
    }
    if a.exponent >= 0 {
        return (&a.coefficient * power_of_ten(a.exponent as u64), UBig::ONE);
    }
    let denominator = power_of_ten(a.exponent.unsigned_abs());
    let divisor = (&a.coefficient).gcd(&denominator);
    (&a.coefficient / &divisor, denominator / divisor)
}

/// The integer part of a finite number, towards zero.
pub fn integer_part(a: &Number) -> UBig {
    if a.exponent >= 0 {
        return &a.coefficient * power_of_ten(a.exponent as u64);
    }
    let drop = a.exponent.unsigned_abs();
    if drop >= digits_of(&a.coefficient) as u64 {
        UBig::ZERO
    } else {
        &a.coefficient / power_of_ten(drop)
    }
}
