//! Addition, multiplication, division, remainders, fused multiply-add, square root.

use dashu_int::UBig;
use dashu_int::ops::{DivRem, SquareRootRem};

use crate::context::{Context, Rounding, Status};
use crate::number::{Number, digits_of, power_of_ten};

impl Context {
    /// `a + b`
    pub fn add(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        let sum = self.add_exact(a, b, status);
        self.finalize(sum, status)
    }

    /// `a - b`
    pub fn subtract(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_result(&[a, b], status) {
            return nan;
        }
        self.add(a, &b.with_sign(!b.negative), status)
    }

    /// The sum, exact or such that it rounds as the exact one does.
    fn add_exact(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_result(&[a, b], status) {
            return nan;
        }
        match (a.is_infinite(), b.is_infinite()) {
            (true, true) if a.negative != b.negative => {
                return self.invalid(status, Status::INVALID_OPERATION);
            }
            (true, _) => return a.clone(),
            (_, true) => return b.clone(),
            _ => {}
        }
        let exponent = a.exponent.min(b.exponent);
        match (a.is_zero(), b.is_zero()) {
            (true, true) => {
                let negative = if a.negative == b.negative {
                    a.negative
                } else {
                    self.rounding == Rounding::Floor
                };
                return Number::zero(negative, exponent);
            }
            (true, false) => return self.padded(b, exponent, status),
            (false, true) => return self.padded(a, exponent, status),
            _ => {}
        }
        let (high, low) = if a.exponent >= b.exponent { (a, b) } else { (b, a) };
        let (mut low_coefficient, mut low_exponent) = (low.coefficient.clone(), low.exponent);
        // What lies far below the last digit only tells on which side of it the sum lies.
        let floor = high
            .exponent
            .saturating_add((high.digits() - self.prec - 2).min(-1));
        if low.digits() + low_exponent - 1 < floor {
            (low_coefficient, low_exponent) = (UBig::ONE, floor);
        }
        if let Some(failed) = self.too_many(high.exponent.saturating_sub(low_exponent), status) {
            return failed;
        }
        let high_coefficient = &high.coefficient * power_of_ten((high.exponent - low_exponent) as u64);
        if high.negative == low.negative {
            return Number::finite(high.negative, high_coefficient + low_coefficient, low_exponent);
        }
        match high_coefficient.cmp(&low_coefficient) {
            std::cmp::Ordering::Equal => Number::zero(self.rounding == Rounding::Floor, low_exponent),
            std::cmp::Ordering::Greater => {
                Number::finite(high.negative, high_coefficient - low_coefficient, low_exponent)
            }
            std::cmp::Ordering::Less => {
                Number::finite(low.negative, low_coefficient - high_coefficient, low_exponent)
            }
        }
    }

    /// A number plus a zero with the given exponent: its exponent comes down as far as the precision allows.
    fn padded(&self, number: &Number, exponent: i64, status: &mut Status) -> Number {
        let least = exponent.max(number.exponent - self.prec - 1);
        if number.exponent <= least {
            return number.clone();
        }
        if let Some(failed) = self.too_many(number.exponent - least, status) {
            return failed;
        }
        let coefficient = &number.coefficient * power_of_ten((number.exponent - least) as u64);
        Number::finite(number.negative, coefficient, least)
    }

    /// `+a`, rounded; a zero loses its sign unless rounding down.
    pub fn plus(&self, a: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_result(&[a], status) {
            return nan;
        }
        let negative = if a.is_zero() {
            self.rounding == Rounding::Floor && a.negative
        } else {
            a.negative
        };
        self.finalize(a.with_sign(negative), status)
    }

    /// `-a`, rounded.
    pub fn minus(&self, a: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_result(&[a], status) {
            return nan;
        }
        self.plus(&a.with_sign(!a.negative), status)
    }

    /// `abs(a)`, rounded.
    pub fn abs(&self, a: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_result(&[a], status) {
            return nan;
        }
        self.finalize(a.with_sign(false), status)
    }

    fn multiply_exact(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_result(&[a, b], status) {
            return nan;
        }
        let negative = a.negative != b.negative;
        if a.is_infinite() || b.is_infinite() {
            if a.is_zero() || b.is_zero() {
                return self.invalid(status, Status::INVALID_OPERATION);
            }
            return Number::infinity(negative);
        }
        if let Some(failed) = self.too_many(a.digits() + b.digits(), status) {
            return failed;
        }
        Number::finite(negative, &a.coefficient * &b.coefficient, a.exponent + b.exponent)
    }

    /// `a * b`
    pub fn multiply(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        let product = self.multiply_exact(a, b, status);
        self.finalize(product, status)
    }

    /// `a * b + c`, rounded once.
    pub fn fma(&self, a: &Number, b: &Number, c: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_result(&[a, b, c], status) {
            return nan;
        }
        let product = self.multiply_exact(a, b, status);
        if product.is_nan() {
            return product;
        }
        self.add(&product, c, status)
    }

    /// `a / b`
    pub fn divide(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_result(&[a, b], status) {
            return nan;
        }
        let negative = a.negative != b.negative;
        if a.is_infinite() {
            if b.is_infinite() {
                return self.invalid(status, Status::INVALID_OPERATION);
            }
            return Number::infinity(negative);
        }
        if b.is_infinite() {
            status.raise(Status::CLAMPED);
            return Number::zero(negative, self.etiny());
        }
        if b.is_zero() {
            if a.is_zero() {
                return self.invalid(status, Status::DIVISION_UNDEFINED);
            }
            status.raise(Status::DIVISION_BY_ZERO);
            return Number::infinity(negative);
        }
        let ideal = a.exponent - b.exponent;
        if a.is_zero() {
            return self.finalize(Number::zero(negative, ideal), status);
        }
        let shift = b.digits() - a.digits() + self.prec + 1;
        if let Some(failed) = self.too_many(shift.abs(), status) {
            return failed;
        }
        let mut exponent = ideal - shift;
        let (mut quotient, remainder) = if shift >= 0 {
            (&a.coefficient * power_of_ten(shift as u64)).div_rem(&b.coefficient)
        } else {
            a.coefficient
                .clone()
                .div_rem(&b.coefficient * power_of_ten(shift.unsigned_abs()))
        };
        if remainder != UBig::ZERO {
            // A last digit that is neither 0 nor 5 tells that there is more.
            if &quotient % 5u8 == 0 {
                quotient += UBig::ONE;
            }
        } else {
            // Exact: the exponent comes as near to the ideal one as it can.
            (quotient, exponent) = strip_zeros(quotient, exponent, ideal);
        }
        self.finalize(Number::finite(negative, quotient, exponent), status)
    }

    /// The integer quotient and the remainder of finite numbers, the divisor not zero.
    fn divide_integer(&self, a: &Number, b: &Number, status: &mut Status) -> Option<(Number, Number)> {
        let negative = a.negative != b.negative;
        let ideal = if b.is_infinite() {
            a.exponent
        } else {
            a.exponent.min(b.exponent)
        };
        let difference = a.adjusted() - b.adjusted();
        let near = a.is_zero() || b.is_infinite() || difference <= self.prec;
        let other_gap = if b.is_infinite() || difference <= -2 {
            0
        } else {
            b.exponent - ideal
        };
        let gap = (a.exponent - ideal).max(other_gap);
        if near && !a.is_zero() && self.too_many(gap, status).is_some() {
            return None;
        }
        if a.is_zero() || b.is_infinite() || difference <= -2 {
            let (remainder, _) = Self::rescaled(a, ideal, self.rounding);
            return Some((Number::zero(negative, 0), remainder));
        }
        if difference <= self.prec {
            let (mut x, mut y) = (a.coefficient.clone(), b.coefficient.clone());
            if a.exponent >= b.exponent {
                x *= power_of_ten((a.exponent - b.exponent) as u64);
            } else {
                y *= power_of_ten((b.exponent - a.exponent) as u64);
            }
            let (quotient, remainder) = x.div_rem(y);
            if digits_of(&quotient) <= self.prec {
                return Some((
                    Number::finite(negative, quotient, 0),
                    Number::finite(a.negative, remainder, ideal),
                ));
            }
        }
        status.raise(Status::DIVISION_IMPOSSIBLE);
        None
    }

    /// `a // b`, towards zero.
    pub fn divide_int(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_result(&[a, b], status) {
            return nan;
        }
        let negative = a.negative != b.negative;
        if a.is_infinite() {
            if b.is_infinite() {
                return self.invalid(status, Status::INVALID_OPERATION);
            }
            return Number::infinity(negative);
        }
        if b.is_zero() {
            if a.is_zero() {
                return self.invalid(status, Status::DIVISION_UNDEFINED);
            }
            status.raise(Status::DIVISION_BY_ZERO);
            return Number::infinity(negative);
        }
        match self.divide_integer(a, b, status) {
            Some((quotient, _)) => self.finalize(quotient, status),
            None => Number::nan(),
        }
    }

    /// `a % b`, with the sign of `a`.
    pub fn remainder(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_result(&[a, b], status) {
            return nan;
        }
        if a.is_infinite() {
            return self.invalid(status, Status::INVALID_OPERATION);
        }
        if b.is_zero() {
            let condition = if a.is_zero() {
                Status::DIVISION_UNDEFINED
            } else {
                Status::INVALID_OPERATION
            };
            return self.invalid(status, condition);
        }
        match self.divide_integer(a, b, status) {
            Some((_, remainder)) => self.finalize(remainder, status),
            None => Number::nan(),
        }
    }

    /// `divmod(a, b)`
    pub fn divmod(&self, a: &Number, b: &Number, status: &mut Status) -> (Number, Number) {
        if let Some(nan) = self.nan_result(&[a, b], status) {
            return (nan.clone(), nan);
        }
        let negative = a.negative != b.negative;
        if a.is_infinite() {
            let quotient = if b.is_infinite() {
                Number::nan()
            } else {
                Number::infinity(negative)
            };
            return (quotient, self.invalid(status, Status::INVALID_OPERATION));
        }
        if b.is_zero() {
            if a.is_zero() {
                let nan = self.invalid(status, Status::DIVISION_UNDEFINED);
                return (nan.clone(), nan);
            }
            status.raise(Status(Status::DIVISION_BY_ZERO.0 | Status::INVALID_OPERATION.0));
            return (Number::infinity(negative), Number::nan());
        }
        match self.divide_integer(a, b, status) {
            Some((quotient, remainder)) => {
                (self.finalize(quotient, status), self.finalize(remainder, status))
            }
            None => (Number::nan(), Number::nan()),
        }
    }

    /// `remainder_near`: the remainder of least magnitude, `a - b * n` for the `n` nearest to `a / b`.
    pub fn remainder_near(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_result(&[a, b], status) {
            return nan;
        }
        if a.is_infinite() {
            return self.invalid(status, Status::INVALID_OPERATION);
        }
        if b.is_zero() {
            let condition = if a.is_zero() {
                Status::DIVISION_UNDEFINED
            } else {
                Status::INVALID_OPERATION
            };
            return self.invalid(status, condition);
        }
        if b.is_infinite() {
            return self.finalize(a.clone(), status);
        }
        let ideal = a.exponent.min(b.exponent);
        if a.is_zero() {
            return self.finalize(Number::zero(a.negative, ideal), status);
        }
        let difference = a.adjusted() - b.adjusted();
        if difference > self.prec {
            return self.invalid(status, Status::DIVISION_IMPOSSIBLE);
        }
        let other_gap = if difference <= -2 { 0 } else { b.exponent - ideal };
        if let Some(failed) = self.too_many((a.exponent - ideal).max(other_gap), status) {
            return failed;
        }
        if difference <= -2 {
            let (result, _) = Self::rescaled(a, ideal, self.rounding);
            return self.finalize(result, status);
        }
        let (mut x, mut y) = (a.coefficient.clone(), b.coefficient.clone());
        if a.exponent >= b.exponent {
            x *= power_of_ten((a.exponent - b.exponent) as u64);
        } else {
            y *= power_of_ten((b.exponent - a.exponent) as u64);
        }
        let (mut quotient, mut remainder) = x.div_rem(&y);
        let mut negative = a.negative;
        let twice = &remainder << 1;
        let odd = &quotient & UBig::ONE == UBig::ONE;
        if twice > y || (twice == y && odd) {
            quotient += UBig::ONE;
            remainder = y - remainder;
            negative = !negative;
        }
        if digits_of(&quotient) > self.prec {
            return self.invalid(status, Status::DIVISION_IMPOSSIBLE);
        }
        self.finalize(Number::finite(negative, remainder, ideal), status)
    }

    /// The square root, rounded half to even.
    pub fn sqrt(&self, a: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_result(&[a], status) {
            return nan;
        }
        let ideal = a.exponent.div_euclid(2);
        if a.is_zero() {
            return self.finalize(Number::zero(a.negative, ideal), status);
        }
        if a.negative {
            return self.invalid(status, Status::INVALID_OPERATION);
        }
        if a.is_infinite() {
            return a.clone();
        }
        // One digit more than asked for, and an even exponent.
        let prec = self.prec + 1;
        let (mut coefficient, length) = if a.exponent & 1 == 1 {
            (&a.coefficient * UBig::from(10u8), (a.digits() >> 1) + 1)
        } else {
            (a.coefficient.clone(), (a.digits() + 1) >> 1)
        };
        let shift = prec - length;
        if let Some(failed) = self.too_many(shift.abs().saturating_mul(2), status) {
            return failed;
        }
        let mut exact = true;
        if shift >= 0 {
            coefficient *= power_of_ten(2 * shift as u64);
        } else {
            let (quotient, remainder) = coefficient.div_rem(power_of_ten(2 * shift.unsigned_abs()));
            coefficient = quotient;
            exact = remainder == UBig::ZERO;
        }
        let exponent = ideal - shift;
        let (mut root, remainder) = coefficient.sqrt_rem();
        exact &= remainder == UBig::ZERO;
        let result = if exact {
            let (root, exponent) = if shift >= 0 {
                (root / power_of_ten(shift as u64), ideal)
            } else {
                (root * power_of_ten(shift.unsigned_abs()), ideal)
            };
            Number::finite(false, root, exponent)
        } else {
            if &root % 5u8 == 0 {
                root += UBig::ONE;
            }
            Number::finite(false, root, exponent)
        };
        Context {
            rounding: Rounding::HalfEven,
            ..*self
        }
        .finalize(result, status)
    }
}

/// Takes trailing zeros off a coefficient that is not zero until the exponent reaches `limit`.
pub(crate) fn strip_zeros(mut coefficient: UBig, mut exponent: i64, limit: i64) -> (UBig, i64) {
    // By halves of what could be there at most, large steps first.
    let mut step = 1u64;
    while (step as i64) < limit - exponent && (step as i64) < digits_of(&coefficient) {
        step *= 2;
    }
    while step > 0 {
        if exponent + step as i64 <= limit {
            let (quotient, remainder) = coefficient.clone().div_rem(power_of_ten(step));
            if remainder == UBig::ZERO {
                coefficient = quotient;
                exponent += step as i64;
                continue;
            }
        }
        step /= 2;
    }
    (coefficient, exponent)
}
