//! `datetime.timedelta`.
//!
//! Arithmetic is done on the total in microseconds, which fits an `i128` with room: at most 999,999,999 days.

use super::support::{int_tuple, parse_arguments};
use dashu_int::IBig;
use object::args::FuncArgs;
use object::{
    CompareOp, GilCell, Py, PyClass, PyDict, PyFloat, PyInt, PyLayout, PyObject, PyResult, PyStr, PyTuple,
    PyTypeObject, new_instance, not_implemented, pyclass, pymethods, raise,
};

pub const MAX_DAYS: i32 = 999_999_999;
pub const US_PER_SECOND: i64 = 1_000_000;
pub const SECONDS_PER_DAY: i64 = 86_400;
pub const US_PER_DAY: i64 = SECONDS_PER_DAY * US_PER_SECOND;

/// `PyDateTime_Delta`
#[pyclass(name = "datetime.timedelta", flags(BASETYPE))]
#[repr(C)]
pub struct PyDelta {
    ob_base: PyObject,
    hashcode: GilCell<isize>,
    days: GilCell<i32>,
    seconds: GilCell<i32>,
    microseconds: GilCell<i32>,
}
const _: () = assert!(size_of::<PyDelta>() == 40);

/// The error for a float that is no integer.
fn check_finite(x: f64) -> PyResult<()> {
    if x.is_nan() {
        return raise!(ValueError, "cannot convert float NaN to integer");
    }
    if x.is_infinite() {
        return raise!(OverflowError, "cannot convert float infinity to integer");
    }
    Ok(())
}

/// A finite float without a fraction, exactly.
fn big_of(x: f64) -> IBig {
    match numfmt::float::exact(x) {
        Some(ratio) => {
            let magnitude = IBig::from(ratio.numerator) << ratio.exponent.max(0) as usize;
            if ratio.negative { -magnitude } else { magnitude }
        }
        None => IBig::ZERO,
    }
}

/// `numerator / denominator` to the nearest integer, halves to even; the denominator is not zero.
fn divide_nearest(numerator: &IBig, denominator: &IBig) -> IBig {
    let (numerator, denominator) = if *denominator < IBig::ZERO {
        (-numerator, -denominator)
    } else {
        (numerator.clone(), denominator.clone())
    };
    let (quotient, remainder) = floor_divide(&numerator, &denominator);
    let twice = remainder << 1;
    let odd = &quotient & IBig::ONE == IBig::ONE;
    if twice > denominator || (twice == denominator && odd) {
        quotient + IBig::ONE
    } else {
        quotient
    }
}

/// Quotient and remainder of division towards minus infinity; the divisor is positive.
fn floor_divide(numerator: &IBig, divisor: &IBig) -> (IBig, IBig) {
    let quotient = numerator / divisor;
    let remainder = numerator - &quotient * divisor;
    if remainder < IBig::ZERO {
        (quotient - IBig::ONE, remainder + divisor)
    } else {
        (quotient, remainder)
    }
}

fn floor_divide_small(a: i128, b: i128) -> (i128, i128) {
    let (quotient, remainder) = (a / b, a % b);
    if remainder != 0 && (remainder < 0) != (b < 0) {
        (quotient - 1, remainder + b)
    } else {
        (quotient, remainder)
    }
}

#[cold]
fn division_by_zero<T>() -> PyResult<T> {
    raise!(ZeroDivisionError, "division by zero")
}

/// `a / b` as the nearest float; both below 2**67 in magnitude, `b` not zero.
pub fn true_divide(a: i128, b: i128) -> f64 {
    let (x, y) = (a.unsigned_abs(), b.unsigned_abs());
    if x == 0 {
        return 0.0;
    }
    let bits = |v: u128| 128 - v.leading_zeros() as i32;
    // At least 57 bits of quotient, and one that tells of anything beyond.
    let shift = (57 - (bits(x) - bits(y))).max(0);
    let scaled = x << shift;
    let quotient = scaled / y;
    let sticky = u128::from(scaled % y != 0);
    let magnitude = (quotient | sticky) as f64 * 2f64.powi(-shift);
    if (a < 0) == (b < 0) { magnitude } else { -magnitude }
}

impl PyDelta {
    pub fn days(&self) -> i32 {
        self.days.get()
    }
    pub fn seconds(&self) -> i32 {
        self.seconds.get()
    }
    pub fn microseconds(&self) -> i32 {
        self.microseconds.get()
    }

    /// The total in microseconds.
    pub fn total(&self) -> i128 {
        i128::from(self.days()) * i128::from(US_PER_DAY)
            + i128::from(self.seconds()) * i128::from(US_PER_SECOND)
            + i128::from(self.microseconds())
    }

    /// A `timedelta` (not of a subclass) of so many microseconds.
    pub fn from_total(total: i128) -> PyResult<Py<PyDelta>> {
        Self::from_total_of(Self::type_object(), total)
    }

    /// A `timedelta` of these days, seconds and microseconds, each of any size.
    pub fn from_parts(days: i64, seconds: i64, microseconds: i64) -> PyResult<Py<PyDelta>> {
        Self::from_total(
            i128::from(days) * i128::from(US_PER_DAY)
                + i128::from(seconds) * i128::from(US_PER_SECOND)
                + i128::from(microseconds),
        )
    }

    /// A `timedelta` of `cls` of so many microseconds, without calling its constructor.
    pub fn from_total_of(cls: &PyTypeObject, total: i128) -> PyResult<Py<PyDelta>> {
        let (days, rest) = floor_divide_small(total, i128::from(US_PER_DAY));
        let Ok(days) = i32::try_from(days) else {
            return raise!(OverflowError, "Python int too large to convert to C int");
        };
        if days.unsigned_abs() > MAX_DAYS as u32 {
            return raise!(OverflowError, "days={days}; must have magnitude <= {MAX_DAYS}");
        }
        let rest = rest as i64;
        new_instance(cls, |this: *mut PyDelta| {
            // SAFETY: fresh, zeroed memory of the type's size.
            unsafe {
                (*this).hashcode.set(-1);
                (*this).days.set(days);
                (*this).seconds.set((rest / US_PER_SECOND) as i32);
                (*this).microseconds.set((rest % US_PER_SECOND) as i32);
            }
        })
    }

    fn from_big(cls: &PyTypeObject, total: &IBig) -> PyResult<Py<PyDelta>> {
        match i128::try_from(total) {
            Ok(total) => Self::from_total_of(cls, total),
            Err(_) => raise!(OverflowError, "Python int too large to convert to C int"),
        }
    }

    /// Whether it lies strictly between minus and plus 24 hours, as an offset from UTC must.
    pub fn is_offset(&self) -> bool {
        self.total().unsigned_abs() < US_PER_DAY as u128
    }

    /// The hash: that of the tuple of days, seconds and microseconds.
    pub fn hash_value(&self) -> PyResult<isize> {
        if self.hashcode.get() == -1 {
            self.hashcode.set(self.state()?.as_object().hash()?);
        }
        Ok(self.hashcode.get())
    }

    fn state(&self) -> PyResult<Py<PyTuple>> {
        int_tuple(&[
            i64::from(self.days()),
            i64::from(self.seconds()),
            i64::from(self.microseconds()),
        ])
    }
}

/// The sum of a constructor's arguments: exact integers, and the fractions of floats in microseconds.
#[derive(Default)]
struct Sum {
    exact: IBig,
    fraction: f64,
}

impl Sum {
    fn add(&mut self, name: &str, value: &PyObject, factor: i64) -> PyResult<()> {
        if let Some(value) = value.downcast::<PyInt>() {
            self.exact += value.to_big() * IBig::from(factor);
            return Ok(());
        }
        let Some(value) = value.downcast::<PyFloat>() else {
            return raise!(
                TypeError,
                "unsupported type for timedelta {name} component: {}",
                value.ty().full_name()
            );
        };
        let value = value.value();
        check_finite(value)?;
        self.exact += big_of(value.trunc()) * IBig::from(factor);
        let fraction = value.fract();
        if fraction != 0.0 {
            // In microseconds the fraction may have an integer part again.
            let scaled = fraction * factor as f64;
            self.exact += big_of(scaled.trunc());
            self.fraction += scaled.fract();
        }
        Ok(())
    }

    /// The total, the fraction rounded half to even with respect to the whole.
    fn total(mut self) -> IBig {
        if self.fraction != 0.0 {
            let mut whole = self.fraction.round();
            if (whole - self.fraction).abs() == 0.5 {
                let odd = f64::from(u8::from(&self.exact & IBig::ONE == IBig::ONE));
                whole = 2.0 * ((self.fraction + odd) * 0.5).round() - odd;
            }
            self.exact += big_of(whole);
        }
        self.exact
    }
}

/// Both operands, if both are timedeltas.
fn pair<'a>(a: &'a PyObject, b: &'a PyObject) -> Option<(&'a PyDelta, &'a PyDelta)> {
    Some((a.downcast()?, b.downcast()?))
}

/// `delta * float` or `delta / float`.
fn scale(delta: &PyDelta, x: f64, divide: bool) -> PyResult<Py> {
    let Some(ratio) = numfmt::float::exact(x) else {
        return if x.is_nan() {
            raise!(ValueError, "cannot convert NaN to integer ratio")
        } else {
            raise!(OverflowError, "cannot convert Infinity to integer ratio")
        };
    };
    let mut numerator = IBig::from(ratio.numerator);
    let mut denominator = IBig::ONE;
    if ratio.exponent >= 0 {
        numerator <<= ratio.exponent as usize;
    } else {
        denominator <<= ratio.exponent.unsigned_abs() as usize;
    }
    if ratio.negative {
        numerator = -numerator;
    }
    if divide {
        std::mem::swap(&mut numerator, &mut denominator);
    }
    if denominator == IBig::ZERO {
        return division_by_zero();
    }
    let total = divide_nearest(&(IBig::from(delta.total()) * numerator), &denominator);
    PyDelta::from_big(PyDelta::type_object(), &total).map(Py::into_object)
}

#[pymethods]
impl PyDelta {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py> {
        const NAMES: [&str; 7] = [
            "days",
            "seconds",
            "microseconds",
            "milliseconds",
            "minutes",
            "hours",
            "weeks",
        ];
        let mut holder = Vec::new();
        let all = FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?;
        let [days, seconds, microseconds, milliseconds, minutes, hours, weeks] =
            parse_arguments(Some("__new__"), NAMES, 0, 7, &all)?;
        let mut sum = Sum::default();
        for (name, value, factor) in [
            ("microseconds", microseconds, 1),
            ("milliseconds", milliseconds, 1000),
            ("seconds", seconds, US_PER_SECOND),
            ("minutes", minutes, 60 * US_PER_SECOND),
            ("hours", hours, 3600 * US_PER_SECOND),
            ("days", days, US_PER_DAY),
            ("weeks", weeks, 7 * US_PER_DAY),
        ] {
            if let Some(value) = value {
                sum.add(name, value, factor)?;
            }
        }
        PyDelta::from_big(cls, &sum.total()).map(Py::into_object)
    }

    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        let mut parts = Vec::new();
        for (name, value) in [
            ("days", self.days()),
            ("seconds", self.seconds()),
            ("microseconds", self.microseconds()),
        ] {
            if value != 0 {
                parts.push(format!("{name}={value}"));
            }
        }
        if parts.is_empty() {
            parts.push("0".to_owned());
        }
        PyStr::new(&format!(
            "{}({})",
            self.as_object().ty().full_name(),
            parts.join(", ")
        ))
    }

    #[slot]
    fn tp_str(&self) -> PyResult<Py<PyStr>> {
        let (minutes, seconds) = (self.seconds() / 60, self.seconds() % 60);
        let (hours, minutes) = (minutes / 60, minutes % 60);
        let mut text = String::new();
        if self.days() != 0 {
            let plural = if self.days().abs() == 1 { "" } else { "s" };
            text = format!("{} day{plural}, ", self.days());
        }
        text.push_str(&format!("{hours}:{minutes:02}:{seconds:02}"));
        if self.microseconds() != 0 {
            text.push_str(&format!(".{:06}", self.microseconds()));
        }
        PyStr::new(&text)
    }

    #[slot]
    fn tp_hash(&self) -> PyResult<isize> {
        self.hash_value()
    }

    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult<Py> {
        match other.downcast::<PyDelta>() {
            Some(other) => Ok(object::bool::py_bool(op.holds(self.total().cmp(&other.total())))),
            None => Ok(not_implemented()),
        }
    }

    #[slot]
    fn nb_add(a: &PyObject, b: &PyObject) -> PyResult<Py> {
        match pair(a, b) {
            Some((a, b)) => PyDelta::from_total(a.total() + b.total()).map(Py::into_object),
            None => Ok(not_implemented()),
        }
    }

    #[slot]
    fn nb_subtract(a: &PyObject, b: &PyObject) -> PyResult<Py> {
        match pair(a, b) {
            Some((a, b)) => PyDelta::from_total(a.total() - b.total()).map(Py::into_object),
            None => Ok(not_implemented()),
        }
    }

    #[slot]
    fn nb_multiply(a: &PyObject, b: &PyObject) -> PyResult<Py> {
        let (delta, other) = match (a.downcast::<PyDelta>(), b.downcast::<PyDelta>()) {
            (Some(delta), None) => (delta, b),
            (None, Some(delta)) => (delta, a),
            _ => return Ok(not_implemented()),
        };
        if let Some(n) = other.downcast::<PyInt>() {
            let total = IBig::from(delta.total()) * n.to_big();
            return PyDelta::from_big(PyDelta::type_object(), &total).map(Py::into_object);
        }
        match other.downcast::<PyFloat>() {
            Some(x) => scale(delta, x.value(), false),
            None => Ok(not_implemented()),
        }
    }

    #[slot]
    fn nb_floor_divide(a: &PyObject, b: &PyObject) -> PyResult<Py> {
        if let Some((a, b)) = pair(a, b) {
            if b.total() == 0 {
                return division_by_zero();
            }
            return PyInt::from_i128(floor_divide_small(a.total(), b.total()).0).map(Py::into_object);
        }
        let (Some(delta), Some(n)) = (a.downcast::<PyDelta>(), b.downcast::<PyInt>()) else {
            return Ok(not_implemented());
        };
        if n.is_zero() {
            return division_by_zero();
        }
        let (mut numerator, mut divisor) = (IBig::from(delta.total()), n.to_big());
        if n.is_negative() {
            (numerator, divisor) = (-numerator, -divisor);
        }
        PyDelta::from_big(PyDelta::type_object(), &floor_divide(&numerator, &divisor).0).map(Py::into_object)
    }

    #[slot]
    fn nb_true_divide(a: &PyObject, b: &PyObject) -> PyResult<Py> {
        if let Some((a, b)) = pair(a, b) {
            if b.total() == 0 {
                return division_by_zero();
            }
            return PyFloat::new(true_divide(a.total(), b.total())).map(Py::into_object);
        }
        let Some(delta) = a.downcast::<PyDelta>() else {
            return Ok(not_implemented());
        };
        if let Some(n) = b.downcast::<PyInt>() {
            if n.is_zero() {
                return division_by_zero();
            }
            let total = divide_nearest(&IBig::from(delta.total()), &n.to_big());
            return PyDelta::from_big(PyDelta::type_object(), &total).map(Py::into_object);
        }
        match b.downcast::<PyFloat>() {
            Some(x) => scale(delta, x.value(), true),
            None => Ok(not_implemented()),
        }
    }

    #[slot]
    fn nb_remainder(a: &PyObject, b: &PyObject) -> PyResult<Py> {
        let Some((a, b)) = pair(a, b) else {
            return Ok(not_implemented());
        };
        if b.total() == 0 {
            return division_by_zero();
        }
        PyDelta::from_total(floor_divide_small(a.total(), b.total()).1).map(Py::into_object)
    }

    #[slot]
    fn nb_divmod(a: &PyObject, b: &PyObject) -> PyResult<Py> {
        let Some((a, b)) = pair(a, b) else {
            return Ok(not_implemented());
        };
        if b.total() == 0 {
            return division_by_zero();
        }
        let (quotient, remainder) = floor_divide_small(a.total(), b.total());
        let items = vec![
            PyInt::from_i128(quotient)?.into_object(),
            PyDelta::from_total(remainder)?.into_object(),
        ];
        PyTuple::from_vec(items).map(Py::into_object)
    }

    #[slot]
    fn nb_negative(&self) -> PyResult<Py<PyDelta>> {
        PyDelta::from_total(-self.total())
    }

    #[slot]
    fn nb_positive(&self) -> PyResult<Py<PyDelta>> {
        PyDelta::from_total(self.total())
    }

    #[slot]
    fn nb_absolute(&self) -> PyResult<Py<PyDelta>> {
        PyDelta::from_total(self.total().abs())
    }

    #[slot]
    fn nb_bool(&self) -> PyResult<bool> {
        Ok(self.total() != 0)
    }

    #[getter(name = "days")]
    fn get_days(&self) -> i32 {
        self.days()
    }

    #[getter(name = "seconds")]
    fn get_seconds(&self) -> i32 {
        self.seconds()
    }

    #[getter(name = "microseconds")]
    fn get_microseconds(&self) -> i32 {
        self.microseconds()
    }

    #[method("($self, /)")]
    fn total_seconds(&self) -> f64 {
        true_divide(self.total(), i128::from(US_PER_SECOND))
    }

    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult<Py<PyTuple>> {
        PyTuple::from_vec(vec![
            object::class::type_ref(self.as_object().ty()),
            self.state()?.into_object(),
        ])
    }
}

/// `min`, `max` and `resolution`, once the type is ready.
pub fn add_constants() -> PyResult<()> {
    let max = i128::from(MAX_DAYS) * i128::from(US_PER_DAY);
    super::set_class_attribute::<PyDelta>("min", PyDelta::from_total(-max)?.into_object())?;
    super::set_class_attribute::<PyDelta>(
        "max",
        PyDelta::from_total(max + i128::from(US_PER_DAY) - 1)?.into_object(),
    )?;
    super::set_class_attribute::<PyDelta>("resolution", PyDelta::from_total(1)?.into_object())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding() {
        assert_eq!(true_divide(1, 3), 1.0 / 3.0);
        assert_eq!(
            true_divide(-86_399_999_999_999_999_999, 1_000_000),
            -86400000000000.0
        );
        assert_eq!(true_divide(1_577_836_800_123_457, 1_000_000), 1577836800.123457);
        let nearest = |a: i64, b: i64| i64::try_from(divide_nearest(&IBig::from(a), &IBig::from(b))).unwrap();
        assert_eq!(
            [
                nearest(5, 2),
                nearest(7, 2),
                nearest(-5, 2),
                nearest(5, -2),
                nearest(8, 3)
            ],
            [2, 4, -2, -2, 3]
        );
        assert_eq!(floor_divide_small(-7, 2), (-4, 1));
        assert_eq!(floor_divide_small(7, -2), (-4, -1));
    }
}
