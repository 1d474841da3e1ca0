//! `exp`, `ln`, `log10` (correctly rounded, half to even) and `power`.
//!
//! Values are computed in binary fixed point with more digits than asked for; should these not decide the rounding, with
//! more again. Results that are exact are sorted out first, so that it is decided in the end.

use std::sync::Mutex;

use dashu_int::ops::{BitTest, DivRem};
use dashu_int::{IBig, UBig};

use crate::context::{Context, Rounding, Status};
use crate::number::{Number, digits_of, power_of_ten};

/// `ln 10` with the largest number of binary places that was asked for so far.
static LN_10: Mutex<Option<(usize, UBig)>> = Mutex::new(None);

/// `atanh(1 / n)` with `places` binary places.
fn inverse_hyperbolic(n: u32, places: usize) -> UBig {
    let mut term = (UBig::ONE << places) / n;
    let square = n * n;
    let mut sum = UBig::ZERO;
    let mut odd = 1u32;
    while term != UBig::ZERO {
        sum += &term / odd;
        term /= square;
        odd += 2;
    }
    sum
}

/// `ln 10 * 2**places`, off by a few units.
fn ln_10(places: usize) -> UBig {
    let mut cached = LN_10.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if let Some((have, value)) = &*cached
        && *have >= places
    {
        return value >> (have - places);
    }
    // ln 10 = 3 ln 2 + ln (5/4) = 6 atanh(1/3) + 2 atanh(1/9)
    let extra = places + 32;
    let value = (inverse_hyperbolic(3, extra) * 6u8 + inverse_hyperbolic(9, extra) * 2u8) >> 32;
    *cached = Some((places, value.clone()));
    value
}

/// Binary places that hold so many decimal ones.
fn binary_places(decimal: u64) -> usize {
    (decimal * 3322 / 1000 + 64) as usize
}

/// A finite number in binary fixed point, rounded down.
fn to_fixed(number: &Number, places: usize) -> IBig {
    let magnitude = if number.exponent >= 0 {
        (&number.coefficient * power_of_ten(number.exponent as u64)) << places
    } else {
        (&number.coefficient << places) / power_of_ten(number.exponent.unsigned_abs())
    };
    let value = IBig::from(magnitude);
    if number.negative { -value } else { value }
}

/// `exp` of a fixed-point number of small magnitude.
fn exp_fixed(x: &IBig, places: usize) -> UBig {
    // Halve the argument until a short series does; square the result as often.
    let halvings = (places as f64).sqrt() as usize / 2 + 4;
    let extra = places + 2 * halvings + 16;
    let x = (x << (extra - places)) >> halvings;
    let one = IBig::ONE << extra;
    let (mut sum, mut term) = (one.clone(), one);
    let mut n = 1u32;
    loop {
        term = ((&term * &x) >> extra) / n;
        // Shifting right rounds down: a negative term ends at -1.
        if term == IBig::ZERO || term == IBig::NEG_ONE {
            break;
        }
        sum += &term;
        n += 1;
    }
    for _ in 0..halvings {
        sum = (&sum * &sum) >> extra;
    }
    let (_, magnitude) = (sum >> (extra - places)).into_parts();
    magnitude
}

/// `ln` of a positive fixed-point number between 1/16 and 16.
fn ln_fixed(x: &UBig, places: usize) -> IBig {
    // A start from a float, then y += 2 (x - e^y) / (x + e^y): three times the digits each time.
    let top = x.bit_len();
    let kept = 60.min(top);
    let head = u64::try_from(x >> (top - kept)).unwrap_or(1) as f64;
    let start = head.ln() + (top as f64 - kept as f64 - places as f64) * std::f64::consts::LN_2;
    let mut y = IBig::from((start * 2f64.powi(52)) as i64);
    y = if places >= 52 {
        y << (places - 52)
    } else {
        y >> (52 - places)
    };
    let x = IBig::from(x.clone());
    let mut good = 45;
    loop {
        let power = IBig::from(exp_fixed(&y, places));
        y += ((&x - &power) << (places + 1)) / (&x + &power);
        if good > places {
            return y;
        }
        good *= 3;
    }
}

/// An approximation `value * 10**-scale` of a result, off by at most `error` units.
struct Approximation {
    value: IBig,
    scale: i64,
}

impl Context {
    /// Rounds an approximation whose last two digits are in doubt; `None` if that leaves the rounding open.
    fn round_approximation(&self, approximation: &Approximation, status: &mut Status) -> Option<Number> {
        let (sign, magnitude) = approximation.value.clone().into_parts();
        let negative = sign == dashu_int::Sign::Negative;
        let digits = digits_of(&magnitude);
        // Three digits more than the precision at least, or it decides nothing.
        let spare = digits - self.prec;
        if spare < 4 {
            return None;
        }
        let doubtful = UBig::from(200u8);
        let unit = power_of_ten(spare as u64);
        let (_, rest) = (&magnitude).div_rem(&unit);
        let half = &unit / 2u8;
        let near = |a: &UBig, b: &UBig| if a > b { a - b < doubtful } else { b - a < doubtful };
        if near(&rest, &half) || near(&rest, &UBig::ZERO) || near(&rest, &unit) {
            return None;
        }
        let context = Context {
            rounding: Rounding::HalfEven,
            ..*self
        };
        // A subnormal result is rounded at another place: look there, too.
        let exponent = -approximation.scale;
        let least = (digits + exponent - self.prec).max(self.etiny());
        let drop = least - exponent;
        if drop > spare && drop <= digits {
            let unit = power_of_ten(drop as u64);
            let rest = &magnitude % &unit;
            let half = &unit / 2u8;
            if near(&rest, &half) || near(&rest, &UBig::ZERO) || near(&rest, &unit) {
                return None;
            }
        }
        Some(context.finalize(Number::finite(negative, magnitude, exponent), status))
    }

    /// Computes with growing precision until the rounding is decided.
    fn decided(&self, status: &mut Status, compute: impl Fn(u64) -> Approximation) -> Number {
        let mut guard = 8;
        loop {
            let approximation = compute(guard);
            if let Some(result) = self.round_approximation(&approximation, status) {
                return result;
            }
            guard += guard.max(self.prec.min(1000) as u64 / 2);
        }
    }

    /// `exp(a)`
    pub fn exp(&self, a: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_result(&[a], status) {
            return nan;
        }
        if a.is_infinite() {
            return if a.negative {
                Number::zero(false, 0)
            } else {
                a.clone()
            };
        }
        if a.is_zero() {
            return Number::small(1);
        }
        let context = Context {
            rounding: Rounding::HalfEven,
            ..*self
        };
        let adjusted = a.adjusted();
        let digits_of_limit = |limit: i64| (limit as i128 * 3).to_string().len() as i64;
        // Twice the largest exponent there is, in units of ln 10.
        let beyond = adjusted >= 18
            && crate::functions::integer_part(a) > UBig::from(4_700_000_000_000_000_000u64) * 2u8;
        if !a.negative && (beyond || adjusted > digits_of_limit(self.emax + 1)) {
            return context.finalize(Number::finite(false, UBig::ONE, self.emax + 1), status);
        }
        if a.negative && (beyond || adjusted > digits_of_limit(-self.etiny() + 1)) {
            return context.finalize(Number::finite(false, UBig::ONE, self.etiny() - 1), status);
        }
        if let Some(failed) = self.too_many(self.prec, status) {
            return failed;
        }
        if adjusted < -self.prec - 1 {
            // 1 plus or minus less than half a unit in the last place.
            let unit = power_of_ten(self.prec as u64 + 1);
            let coefficient = if a.negative {
                unit - UBig::ONE
            } else {
                unit + UBig::ONE
            };
            return context.finalize(Number::finite(false, coefficient, -self.prec - 1), status);
        }
        self.decided(status, |guard| {
            let wanted = self.prec as u64 + guard;
            // Places enough for the argument's integer part and for k times ln 10.
            let places = binary_places(wanted + adjusted.max(0) as u64 + 4);
            let x = to_fixed(a, places);
            let ln_10 = IBig::from(ln_10(places));
            let mut k = &x / &ln_10;
            let mut rest = x - &k * &ln_10;
            if rest < IBig::ZERO {
                k -= IBig::ONE;
                rest += ln_10;
            }
            let k = i64::try_from(&k).unwrap_or(0);
            let power = exp_fixed(&rest, places);
            let value = (power * power_of_ten(wanted)) >> places;
            Approximation {
                value: IBig::from(value),
                scale: wanted as i64 - k,
            }
        })
    }

    /// The fixed-point logarithm of a positive finite number that is not 1.
    fn ln_of(a: &Number, places: usize) -> IBig {
        // a = m * 10**k with m between 0.3 and 3 or so, and k zero near 1.
        let mut k = a.adjusted();
        let leading = u8::try_from(&a.coefficient / power_of_ten(a.digits() as u64 - 1)).unwrap_or(9);
        if leading >= 3 {
            k += 1;
        }
        let scaled = Number::finite(false, a.coefficient.clone(), a.exponent - k);
        let (_, m) = to_fixed(&scaled, places).into_parts();
        ln_fixed(&m, places) + IBig::from(k) * IBig::from(ln_10(places))
    }

    /// Leading zeros of `ln a` after the point: how much nearer to 1 than 0.1 a number is.
    fn closeness(a: &Number) -> u64 {
        let wide = Context::wide(a.digits() + a.exponent.saturating_abs().min(1 << 20) + 2);
        if !(-2..=2).contains(&a.adjusted()) {
            return 0;
        }
        let difference = wide.subtract(a, &Number::small(1), &mut Status::default());
        (-difference.adjusted()).max(0) as u64
    }

    /// `ln(a)`
    pub fn ln(&self, a: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_result(&[a], status) {
            return nan;
        }
        if a.is_zero() {
            return Number::infinity(true);
        }
        if a.negative {
            return self.invalid(status, Status::INVALID_OPERATION);
        }
        if a.is_infinite() {
            return a.clone();
        }
        if a.compare(&Number::small(1)).is_eq() {
            return Number::zero(false, 0);
        }
        if let Some(failed) = self.too_many(self.prec, status) {
            return failed;
        }
        let close = Self::closeness(a);
        self.decided(status, |guard| {
            let wanted = self.prec as u64 + guard + close;
            let places = binary_places(wanted + 24);
            let value = (Self::ln_of(a, places) * IBig::from(power_of_ten(wanted))) >> places;
            Approximation {
                value,
                scale: wanted as i64,
            }
        })
    }

    /// `log10(a)`
    pub fn log10(&self, a: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_result(&[a], status) {
            return nan;
        }
        if a.is_zero() {
            return Number::infinity(true);
        }
        if a.negative {
            return self.invalid(status, Status::INVALID_OPERATION);
        }
        if a.is_infinite() {
            return a.clone();
        }
        if a.coefficient == power_of_ten(a.digits() as u64 - 1) {
            return self.finalize(Number::small(a.adjusted()), status);
        }
        if let Some(failed) = self.too_many(self.prec, status) {
            return failed;
        }
        let close = Self::closeness(a);
        self.decided(status, |guard| {
            let wanted = self.prec as u64 + guard + close;
            let places = binary_places(wanted + 24);
            let logarithm = (Self::ln_of(a, places) << places) / IBig::from(ln_10(places));
            Approximation {
                value: (logarithm * IBig::from(power_of_ten(wanted))) >> places,
                scale: wanted as i64,
            }
        })
    }

    /// One with as many zeros after the point as fit, as an inexact power gives it.
    fn padded_one(&self, negative: bool, status: &mut Status) -> Number {
        if let Some(failed) = self.too_many(self.prec, status) {
            return failed;
        }
        status.raise(Status(Status::INEXACT.0 | Status::ROUNDED.0));
        Number::finite(negative, power_of_ten(self.prec as u64 - 1), 1 - self.prec)
    }

    /// `a ** b`
    pub fn power(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        if let Some(nan) = self.nan_result(&[a, b], status) {
            return nan;
        }
        let integer = b.is_integer();
        let odd = integer && b.exponent <= 0 && {
            let whole = crate::functions::integer_part(b);
            &whole & UBig::ONE == UBig::ONE
        };
        let negative = a.negative && odd;
        if a.is_zero() {
            if b.is_zero() {
                return self.invalid(status, Status::INVALID_OPERATION);
            }
            return if b.negative {
                Number::infinity(negative)
            } else {
                Number::zero(negative, 0)
            };
        }
        if a.negative && (!integer || b.is_infinite()) {
            return self.invalid(status, Status::INVALID_OPERATION);
        }
        let one = Number::small(1);
        if b.is_infinite() {
            return match a.compare_magnitudes(&one) {
                std::cmp::Ordering::Equal => self.padded_one(negative, status),
                order if order.is_lt() == b.negative => Number::infinity(negative),
                _ => Number::zero(negative, 0),
            };
        }
        if a.is_infinite() {
            return if b.is_zero() {
                one.with_sign(negative)
            } else if b.negative {
                Number::zero(negative, 0)
            } else {
                Number::infinity(negative)
            };
        }
        if b.is_zero() {
            return one.with_sign(negative);
        }
        if a.compare_magnitudes(&one).is_eq() {
            if !integer {
                return self.padded_one(negative, status);
            }
            // Exact: as many digits as the multiplications would give, up to the precision.
            if b.negative {
                return one.with_sign(negative);
            }
            let times = if b.adjusted() > 36 {
                i128::MAX >> 64
            } else {
                i128::try_from(&crate::functions::integer_part(b)).unwrap_or(i128::MAX >> 64)
            };
            let shift = ((-a.exponent).max(0) as i128).saturating_mul(times);
            if let Some(failed) = self.too_many(shift.min(i128::from(self.prec)) as i64, status) {
                return failed;
            }
            if shift > i128::from(self.prec) - 1 {
                status.raise(Status::ROUNDED);
                return Number::finite(negative, power_of_ten(self.prec as u64 - 1), 1 - self.prec);
            }
            return Number::finite(negative, power_of_ten(shift as u64), -(shift as i64));
        }
        if let Some(result) = self.power_bounds(a, b, negative, status) {
            return result;
        }
        if integer {
            return self.integer_power(a, b, negative, status);
        }
        self.real_power(a, b, status)
    }

    /// Powers that lie far beyond the range.
    fn power_bounds(&self, a: &Number, b: &Number, negative: bool, status: &mut Status) -> Option<Number> {
        let one = Number::small(1);
        let magnitude = a.with_sign(false);
        let grows = magnitude.compare(&one).is_gt() != b.negative;
        // `|log10 a|` is at least 10**zeta.
        let adjusted = a.adjusted();
        let exponent_of = |n: u64| n.checked_ilog10().map_or(0, i64::from);
        let zeta = if adjusted > 0 {
            exponent_of(adjusted as u64)
        } else if adjusted < -1 {
            exponent_of((adjusted + 1).unsigned_abs())
        } else {
            let difference = Context::wide(a.digits() + 4).subtract(&magnitude, &one, &mut Status::default());
            difference.adjusted() - if adjusted == 0 { 2 } else { 1 }
        };
        let limit = exponent_of(if grows { self.emax } else { self.etiny() }.unsigned_abs()) + 1;
        if b.adjusted() + zeta <= limit {
            return None;
        }
        let result = if grows {
            Number::finite(negative, UBig::ONE, self.emax + 1)
        } else {
            Number::finite(negative, UBig::ONE, self.etiny() - 1)
        };
        Some(self.finalize(result, status))
    }

    fn integer_power(&self, a: &Number, b: &Number, negative: bool, status: &mut Status) -> Number {
        if let Some(failed) = self.too_many(b.exponent, status) {
            return failed;
        }
        let exponent = crate::functions::integer_part(b);
        // The range stays the context's own: what underflows on the way is zero, as libmpdec has it.
        let mut work = Context {
            prec: self.prec + digits_of(&exponent) + 2,
            rounding: Rounding::HalfEven,
            clamp: false,
            ..*self
        };
        let mut base = a.with_sign(false);
        if b.negative {
            work.prec += 1;
            base = work.divide(&Number::small(1), &base, status);
        }
        let mut result = base.clone();
        for i in (0..exponent.bit_len().saturating_sub(1)).rev() {
            result = work.multiply(&result, &result, status);
            if exponent.bit(i) {
                result = work.multiply(&result, &base, status);
            }
            if !result.is_finite() || (result.is_zero() && status.has(Status::CLAMPED)) {
                break;
            }
        }
        if result.is_infinite() {
            // Under some roundings an overflow is the largest finite number.
            result = Number::finite(false, UBig::ONE, self.emax + 1);
        }
        self.finalize(result.with_sign(negative), status)
    }

    fn real_power(&self, a: &Number, b: &Number, status: &mut Status) -> Number {
        // libmpdec's working precision, for which the result is well defined though not always correctly rounded.
        let work = Context::wide(self.prec.max(a.digits()) + 4 + 19);
        let mut inner = Status::default();
        let logarithm = work.ln(a, &mut inner);
        let product = work.multiply(&logarithm, b, &mut inner);
        let result = work.exp(&product, &mut inner);
        if inner.has(Status::MALLOC_ERROR) {
            return self.invalid(status, Status::MALLOC_ERROR);
        }
        status.raise(Status(Status::INEXACT.0 | Status::ROUNDED.0));
        if result.is_zero() {
            status.raise(inner);
        }
        if result.is_infinite() {
            return self.finalize(Number::finite(false, UBig::ONE, self.emax + 1), status);
        }
        if result.compare(&Number::small(1)).is_eq() {
            return self.padded_one(false, status);
        }
        self.finalize(result, status)
    }

    /// `pow(a, b, modulus)` of integers.
    pub fn power_modulo(&self, a: &Number, b: &Number, modulus: &Number, status: &mut Status) -> Number {
        use dashu_int::fast_div::ConstDivisor;
        if let Some(nan) = self.nan_result(&[a, b, modulus], status) {
            return nan;
        }
        let invalid =
            !a.is_integer() || !b.is_integer() || !modulus.is_integer() || b.negative || modulus.is_zero();
        if invalid || modulus.adjusted() >= self.prec || (a.is_zero() && b.is_zero()) {
            return self.invalid(status, Status::INVALID_OPERATION);
        }
        // The exponent is written out: fewer digits than memory would hold, or it takes too long.
        if let Some(failed) = self.too_many(modulus.exponent.max(b.exponent.saturating_mul(1000)), status) {
            return failed;
        }
        let modulus = crate::functions::integer_part(modulus);
        let exponent = crate::functions::integer_part(b);
        let negative = a.negative && &exponent & UBig::ONE == UBig::ONE;
        let value = if modulus == UBig::ONE {
            UBig::ZERO
        } else {
            let ring = ConstDivisor::new(modulus);
            let power_of_base = ring
                .reduce(UBig::from(10u8))
                .pow(&UBig::from(a.exponent.max(0) as u64));
            let coefficient = if a.exponent < 0 {
                crate::functions::integer_part(a)
            } else {
                a.coefficient.clone()
            };
            (ring.reduce(coefficient) * power_of_base)
                .pow(&exponent)
                .residue()
        };
        Number::finite(negative, value, 0)
    }
}
