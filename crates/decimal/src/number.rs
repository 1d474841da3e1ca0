//! The number type: sign, coefficient and exponent, or a special value.

use std::cmp::Ordering;

use dashu_int::UBig;
use dashu_int::ops::BitTest;

/// What a number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `coefficient * 10**exponent`
    Finite,
    /// Infinity.
    Infinite,
    /// A quiet NaN; the coefficient is its payload.
    Nan,
    /// A signalling NaN.
    SignalingNan,
}

/// A decimal number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// The sign bit.
    pub negative: bool,
    /// What it is.
    pub kind: Kind,
    /// The digits, or the payload of a NaN; zero for infinities.
    pub coefficient: UBig,
    /// The exponent; zero for special values.
    pub exponent: i64,
}

/// Results that would need more digits than this are not attempted: there is no memory for them.
pub const MAX_DIGITS: i64 = 1 << 32;

/// `10**n`, from a table while it fits into 128 bits.
pub(crate) fn power_of_ten(n: u64) -> UBig {
    match 10u128.checked_pow(n.min(39) as u32) {
        Some(power) if n < 39 => UBig::from(power),
        _ => UBig::from(10u8).pow(n as usize),
    }
}

/// The number of decimal digits; 1 for zero.
pub(crate) fn digits_of(coefficient: &UBig) -> i64 {
    if let Ok(small) = u128::try_from(coefficient) {
        return small.checked_ilog10().map_or(1, |log| i64::from(log) + 1);
    }
    // A number of n bits has floor((n - 1) * log10(2)) + 1 digits, or one more.
    let bits = coefficient.bit_len() as u128;
    let low = ((bits - 1) * 30_102_999_566_398_119_521 / 100_000_000_000_000_000_000) as u64 + 1;
    if *coefficient >= power_of_ten(low) {
        low as i64 + 1
    } else {
        low as i64
    }
}

impl Number {
    /// A finite number.
    pub fn finite(negative: bool, coefficient: UBig, exponent: i64) -> Self {
        Number {
            negative,
            kind: Kind::Finite,
            coefficient,
            exponent,
        }
    }

    /// A zero.
    pub fn zero(negative: bool, exponent: i64) -> Self {
        Self::finite(negative, UBig::ZERO, exponent)
    }

    /// One, zero or another small integer.
    pub fn small(value: i64) -> Self {
        Self::finite(value < 0, UBig::from(value.unsigned_abs()), 0)
    }

    /// An infinity.
    pub fn infinity(negative: bool) -> Self {
        Number {
            negative,
            kind: Kind::Infinite,
            coefficient: UBig::ZERO,
            exponent: 0,
        }
    }

    /// A quiet NaN without payload.
    pub fn nan() -> Self {
        Number {
            negative: false,
            kind: Kind::Nan,
            coefficient: UBig::ZERO,
            exponent: 0,
        }
    }

    /// Neither infinite nor a NaN.
    pub fn is_finite(&self) -> bool {
        self.kind == Kind::Finite
    }

    /// An infinity.
    pub fn is_infinite(&self) -> bool {
        self.kind == Kind::Infinite
    }

    /// A NaN of either kind.
    pub fn is_nan(&self) -> bool {
        matches!(self.kind, Kind::Nan | Kind::SignalingNan)
    }

    /// A signalling NaN.
    pub fn is_signaling(&self) -> bool {
        self.kind == Kind::SignalingNan
    }

    /// A finite zero.
    pub fn is_zero(&self) -> bool {
        self.is_finite() && self.coefficient == UBig::ZERO
    }

    /// How many digits the coefficient has; 1 for zero.
    pub fn digits(&self) -> i64 {
        digits_of(&self.coefficient)
    }

    /// The exponent of the leading digit; 0 for zero and special values is the caller's to know.
    pub fn adjusted(&self) -> i64 {
        self.exponent + self.digits() - 1
    }

    /// Whether a finite number is an integer.
    pub fn is_integer(&self) -> bool {
        if !self.is_finite() {
            return false;
        }
        if self.exponent >= 0 || self.is_zero() {
            return true;
        }
        let drop = self.exponent.unsigned_abs();
        drop < self.digits() as u64 && &self.coefficient % power_of_ten(drop) == UBig::ZERO
    }

    /// The same with another sign.
    pub fn with_sign(&self, negative: bool) -> Self {
        Number {
            negative,
            ..self.clone()
        }
    }

    /// Comparison by value of finite numbers and infinities.
    pub fn compare(&self, other: &Number) -> Ordering {
        let sign = |x: &Number| match (x.is_zero(), x.negative) {
            (true, _) => 0,
            (_, true) => -1,
            _ => 1,
        };
        let (a, b) = (sign(self), sign(other));
        if a != b || a == 0 {
            return a.cmp(&b);
        }
        let magnitudes = self.compare_magnitudes(other);
        if a < 0 { magnitudes.reverse() } else { magnitudes }
    }

    /// Comparison by absolute value of finite numbers and infinities.
    pub fn compare_magnitudes(&self, other: &Number) -> Ordering {
        match (self.is_infinite(), other.is_infinite()) {
            (true, true) => return Ordering::Equal,
            (true, false) => return Ordering::Greater,
            (false, true) => return Ordering::Less,
            _ => {}
        }
        match (self.is_zero(), other.is_zero()) {
            (true, true) => return Ordering::Equal,
            (true, false) => return Ordering::Less,
            (false, true) => return Ordering::Greater,
            _ => {}
        }
        match self.adjusted().cmp(&other.adjusted()) {
            Ordering::Equal => {}
            unequal => return unequal,
        }
        // The same leading position: the exponents are at most the digits apart.
        let difference = self.exponent - other.exponent;
        if difference >= 0 {
            (&self.coefficient * power_of_ten(difference as u64)).cmp(&other.coefficient)
        } else {
            self.coefficient
                .cmp(&(&other.coefficient * power_of_ten(difference.unsigned_abs())))
        }
    }

    /// `compare_total`: the total order of representations.
    pub fn compare_total(&self, other: &Number) -> Ordering {
        match (self.negative, other.negative) {
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (true, true) => self.compare_total_magnitudes(other).reverse(),
            _ => self.compare_total_magnitudes(other),
        }
    }

    /// `compare_total_mag`: the total order without regard to signs.
    pub fn compare_total_magnitudes(&self, other: &Number) -> Ordering {
        let rank = |x: &Number| match x.kind {
            Kind::SignalingNan => 1,
            Kind::Nan => 2,
            _ => 0,
        };
        match rank(self).cmp(&rank(other)) {
            Ordering::Equal if self.is_nan() => self.coefficient.cmp(&other.coefficient),
            Ordering::Equal => self
                .compare_magnitudes(other)
                .then(self.exponent.cmp(&other.exponent)),
            unequal => unequal,
        }
    }
}
