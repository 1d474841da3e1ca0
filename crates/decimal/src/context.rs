//! Contexts: precision, range, rounding; conditions; and the rounding of exact results to a context.

use dashu_int::UBig;
use dashu_int::ops::DivRem;

use crate::number::{Kind, MAX_DIGITS, Number, digits_of, power_of_ten};

/// The largest precision and `emax`.
pub const MAX_PREC: i64 = 999_999_999_999_999_999;
/// The largest `emax`.
pub const MAX_EMAX: i64 = 999_999_999_999_999_999;
/// The smallest `emin`.
pub const MIN_EMIN: i64 = -999_999_999_999_999_999;
/// The smallest exponent of all.
pub const MIN_ETINY: i64 = MIN_EMIN - (MAX_PREC - 1);

/// How results are rounded; numbered as libmpdec does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Rounding {
    /// Away from zero.
    Up,
    /// Towards zero.
    Down,
    /// Towards plus infinity.
    Ceiling,
    /// Towards minus infinity.
    Floor,
    /// To nearest, halves away from zero.
    HalfUp,
    /// To nearest, halves towards zero.
    HalfDown,
    /// To nearest, halves to even.
    HalfEven,
    /// Away from zero if the last digit towards zero would be 0 or 5.
    ZeroFiveUp,
}

/// The conditions that an operation has met: a set of bits, those of libmpdec.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Status(pub u32);

impl Status {
    /// The exponent was changed to fit.
    pub const CLAMPED: Status = Status(1);
    /// A string is no number.
    pub const CONVERSION_SYNTAX: Status = Status(2);
    /// Division of a finite number by zero.
    pub const DIVISION_BY_ZERO: Status = Status(4);
    /// The integer quotient has too many digits.
    pub const DIVISION_IMPOSSIBLE: Status = Status(8);
    /// Zero divided by zero.
    pub const DIVISION_UNDEFINED: Status = Status(0x10);
    /// A float was mixed in.
    pub const FLOAT_OPERATION: Status = Status(0x20);
    /// Digits that were not zero were dropped.
    pub const INEXACT: Status = Status(0x40);
    /// A context is not fit for the operation.
    pub const INVALID_CONTEXT: Status = Status(0x80);
    /// The operation has no result.
    pub const INVALID_OPERATION: Status = Status(0x100);
    /// Not enough memory.
    pub const MALLOC_ERROR: Status = Status(0x200);
    /// An unimplemented operation.
    pub const NOT_IMPLEMENTED: Status = Status(0x400);
    /// The result is too large.
    pub const OVERFLOW: Status = Status(0x800);
    /// Digits were dropped.
    pub const ROUNDED: Status = Status(0x1000);
    /// The result is subnormal.
    pub const SUBNORMAL: Status = Status(0x2000);
    /// The result is subnormal and inexact.
    pub const UNDERFLOW: Status = Status(0x4000);
    /// All that count as `InvalidOperation`.
    pub const ANY_INVALID: Status = Status(2 | 8 | 0x10 | 0x80 | 0x100 | 0x200);

    /// Adds conditions.
    pub fn raise(&mut self, conditions: Status) {
        self.0 |= conditions.0;
    }

    /// Whether any of these is met.
    pub fn has(self, conditions: Status) -> bool {
        self.0 & conditions.0 != 0
    }
}

/// A context without its flags and traps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Context {
    /// The number of digits of results.
    pub prec: i64,
    /// The largest exponent of a leading digit.
    pub emax: i64,
    /// The smallest exponent of a leading digit of normal numbers.
    pub emin: i64,
    /// How results are rounded.
    pub rounding: Rounding,
    /// Whether exponents are also limited to `etop` (as IEEE formats have it).
    pub clamp: bool,
}

/// What dropping digits amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dropped {
    Nothing,
    BelowHalf,
    Half,
    AboveHalf,
}

impl Rounding {
    /// Whether a truncated magnitude (whose last digit is `last`) goes up by one for what was dropped.
    pub(crate) fn goes_up(self, negative: bool, last: u8, dropped: Dropped) -> bool {
        if dropped == Dropped::Nothing {
            return false;
        }
        match self {
            Rounding::Up => true,
            Rounding::Down => false,
            Rounding::Ceiling => !negative,
            Rounding::Floor => negative,
            Rounding::HalfUp => dropped != Dropped::BelowHalf,
            Rounding::HalfDown => dropped == Dropped::AboveHalf,
            Rounding::HalfEven => {
                dropped == Dropped::AboveHalf || (dropped == Dropped::Half && last & 1 == 1)
            }
            Rounding::ZeroFiveUp => last == 0 || last == 5,
        }
    }
}

/// Drops `count` digits of a coefficient; says what they amounted to.
pub(crate) fn drop_digits(coefficient: &UBig, count: u64) -> (UBig, Dropped) {
    if count > digits_of(coefficient) as u64 {
        let dropped = if *coefficient == UBig::ZERO {
            Dropped::Nothing
        } else {
            Dropped::BelowHalf
        };
        return (UBig::ZERO, dropped);
    }
    let divisor = power_of_ten(count);
    let (quotient, remainder) = coefficient.div_rem(&divisor);
    let dropped = if remainder == UBig::ZERO {
        Dropped::Nothing
    } else {
        match (remainder << 1).cmp(&divisor) {
            std::cmp::Ordering::Less => Dropped::BelowHalf,
            std::cmp::Ordering::Equal => Dropped::Half,
            std::cmp::Ordering::Greater => Dropped::AboveHalf,
        }
    };
    (quotient, dropped)
}

/// The last decimal digit.
pub(crate) fn last_digit(coefficient: &UBig) -> u8 {
    coefficient % 10u8
}

impl Context {
    /// A context of this precision with the largest range, half-even: for intermediate results.
    pub fn wide(prec: i64) -> Context {
        Context {
            prec,
            emax: MAX_EMAX,
            emin: MIN_EMIN,
            rounding: Rounding::HalfEven,
            clamp: false,
        }
    }

    /// The exponent of the smallest subnormal.
    pub fn etiny(&self) -> i64 {
        self.emin - (self.prec - 1)
    }

    /// The largest exponent of a number with a full coefficient.
    pub fn etop(&self) -> i64 {
        self.emax - (self.prec - 1)
    }

    /// An invalid operation's result.
    pub(crate) fn invalid(&self, status: &mut Status, condition: Status) -> Number {
        status.raise(condition);
        Number::nan()
    }

    /// The result of an operation that would need more digits than memory holds, if it would.
    pub(crate) fn too_many(&self, digits: i64, status: &mut Status) -> Option<Number> {
        (digits > MAX_DIGITS).then(|| self.invalid(status, Status::MALLOC_ERROR))
    }

    /// The result for NaN operands, if there are any: the first signalling one, made quiet, else the first quiet one.
    pub(crate) fn nan_result(&self, operands: &[&Number], status: &mut Status) -> Option<Number> {
        let signaling = operands.iter().find(|x| x.is_signaling());
        if signaling.is_some() {
            status.raise(Status::INVALID_OPERATION);
        }
        let nan = signaling.or_else(|| operands.iter().find(|x| x.is_nan()))?;
        let mut result = (*nan).clone();
        result.kind = Kind::Nan;
        Some(self.fix_payload(result))
    }

    /// Cuts a NaN's payload to what the context has room for.
    fn fix_payload(&self, mut nan: Number) -> Number {
        let room = self.prec - i64::from(self.clamp);
        if nan.coefficient != UBig::ZERO && nan.digits() > room {
            nan.coefficient = if room > 0 {
                &nan.coefficient % power_of_ten(room as u64)
            } else {
                UBig::ZERO
            };
        }
        nan
    }

    /// The largest finite number, or infinity: what an overflow gives under the rounding.
    fn overflowed(&self, negative: bool, status: &mut Status) -> Number {
        status.raise(Status(Status::OVERFLOW.0 | Status::INEXACT.0 | Status::ROUNDED.0));
        let infinite = match self.rounding {
            Rounding::Down | Rounding::ZeroFiveUp => false,
            Rounding::Ceiling => !negative,
            Rounding::Floor => negative,
            _ => true,
        };
        if infinite {
            return Number::infinity(negative);
        }
        if let Some(failed) = self.too_many(self.prec, status) {
            return failed;
        }
        Number::finite(negative, power_of_ten(self.prec as u64) - UBig::ONE, self.etop())
    }

    /// Rounds an exact result (or a NaN) to the context.
    pub fn finalize(&self, number: Number, status: &mut Status) -> Number {
        match number.kind {
            Kind::Infinite => return number,
            Kind::Nan | Kind::SignalingNan => return self.fix_payload(number),
            Kind::Finite => {}
        }
        let (etiny, etop) = (self.etiny(), self.etop());
        let Number {
            negative,
            coefficient,
            exponent,
            ..
        } = number;
        if coefficient == UBig::ZERO {
            let top = if self.clamp { etop } else { self.emax };
            let clamped = exponent.max(etiny).min(top);
            if clamped != exponent {
                status.raise(Status::CLAMPED);
            }
            return Number::zero(negative, clamped);
        }
        let digits = digits_of(&coefficient);
        // The exponent at which the coefficient just fits.
        let mut least = digits + exponent - self.prec;
        if least > etop {
            return self.overflowed(negative, status);
        }
        let subnormal = least < etiny;
        if subnormal {
            least = etiny;
        }
        if exponent < least {
            let (mut kept, dropped) = drop_digits(&coefficient, (least - exponent) as u64);
            let mut exponent = least;
            if self.rounding.goes_up(negative, last_digit(&kept), dropped) {
                kept += UBig::ONE;
                if digits_of(&kept) > self.prec {
                    kept /= 10u8;
                    exponent += 1;
                }
            }
            let inexact = dropped != Dropped::Nothing;
            if exponent > etop {
                return self.overflowed(negative, status);
            }
            if inexact {
                status.raise(Status::INEXACT);
            }
            if subnormal {
                status.raise(Status::SUBNORMAL);
                if inexact {
                    status.raise(Status::UNDERFLOW);
                }
            }
            status.raise(Status::ROUNDED);
            if kept == UBig::ZERO {
                status.raise(Status::CLAMPED);
            }
            return Number::finite(negative, kept, exponent);
        }
        if subnormal {
            status.raise(Status::SUBNORMAL);
        }
        if self.clamp && exponent > etop {
            status.raise(Status::CLAMPED);
            if let Some(failed) = self.too_many(exponent - etop, status) {
                return failed;
            }
            let padded = coefficient * power_of_ten((exponent - etop) as u64);
            return Number::finite(negative, padded, etop);
        }
        Number::finite(negative, coefficient, exponent)
    }

    /// A finite number with another exponent, rounded if digits are dropped; no regard to precision or range.
    pub(crate) fn rescaled(number: &Number, exponent: i64, rounding: Rounding) -> (Number, Dropped) {
        let negative = number.negative;
        if number.is_zero() {
            return (Number::zero(negative, exponent), Dropped::Nothing);
        }
        if number.exponent >= exponent {
            let padded = &number.coefficient * power_of_ten((number.exponent - exponent) as u64);
            return (Number::finite(negative, padded, exponent), Dropped::Nothing);
        }
        let (mut kept, dropped) = drop_digits(
            &number.coefficient,
            (exponent as i128 - number.exponent as i128).min(i64::MAX as i128) as u64,
        );
        if rounding.goes_up(negative, last_digit(&kept), dropped) {
            kept += UBig::ONE;
        }
        (Number::finite(negative, kept, exponent), dropped)
    }
}
