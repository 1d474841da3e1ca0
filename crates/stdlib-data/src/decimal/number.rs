//! `decimal.Decimal`.

use super::context::{PyContext, context_argument, current, rounding_argument};
use super::{format, state};
use crate::datetime::support::parse_arguments;
use ::decimal::functions::{integer_part, integer_ratio, same_quantum};
use ::decimal::{Context, Kind, Number, Rounding, Status};
use dashu_int::{IBig, Sign, UBig};
use object::args::FuncArgs;
use object::{
    CompareOp, GilCell, IntoPy, Py, PyClass, PyDict, PyFloat, PyInt, PyLayout, PyList, PyObject, PyResult,
    PyStr, PyTuple, PyTypeObject, intern, is_none, new_instance, not_implemented, pyclass, pymethods, raise,
};

/// `decimal.Decimal`
#[pyclass(name = "decimal.Decimal", flags(BASETYPE), basicsize = 104)]
#[repr(C)]
pub struct PyDecimal {
    ob_base: PyObject,
    hash: GilCell<isize>,
    number: Number,
}
const _: () = assert!(size_of::<PyDecimal>() <= 104);

/// An int, exactly.
fn number_of_int(value: &PyInt) -> Number {
    let (sign, magnitude) = value.to_big().into_parts();
    Number::finite(sign == Sign::Negative, magnitude, 0)
}

/// A float, exactly.
pub fn number_of_float(x: f64) -> Number {
    let Some(ratio) = numfmt::float::exact(x) else {
        return if x.is_nan() {
            Number::nan().with_sign(x.is_sign_negative())
        } else {
            Number::infinity(x < 0.0)
        };
    };
    let numerator = UBig::from(ratio.numerator);
    if ratio.exponent >= 0 {
        return Number::finite(ratio.negative, numerator << ratio.exponent as usize, 0);
    }
    // n / 2**k is n * 5**k / 10**k.
    let places = ratio.exponent.unsigned_abs();
    let coefficient = numerator * UBig::from(5u8).pow(places as usize);
    Number::finite(ratio.negative, coefficient, -i64::from(places))
}

/// A numeric string: white space around it and underscores are dropped, digits of all scripts are digits.
pub fn parse_text(text: &PyStr, lenient: bool) -> Option<Number> {
    let mut ascii = Vec::with_capacity(text.len());
    let points: Vec<u32> = text.chars().iter().collect();
    let mut rest = &points[..];
    if lenient {
        while let [first, tail @ ..] = rest
            && unidata::is_space(*first)
        {
            rest = tail;
        }
        while let [head @ .., last] = rest
            && unidata::is_space(*last)
        {
            rest = head;
        }
    }
    for &c in rest {
        if lenient && c == u32::from(b'_') {
            continue;
        }
        match (u8::try_from(c), unidata::decimal(c)) {
            (_, Some(digit)) => ascii.push(b'0' + digit),
            (Ok(c), _) if c.is_ascii() => ascii.push(c),
            _ => return None,
        }
    }
    ::decimal::text::parse(&ascii)
}

/// A decimal or an int as a number.
pub fn exact_operand(obj: &PyObject) -> Option<Number> {
    if let Some(decimal) = obj.downcast::<PyDecimal>() {
        return Some(decimal.number.clone());
    }
    obj.downcast::<PyInt>().map(number_of_int)
}

#[cold]
fn not_supported<T>(obj: &PyObject) -> PyResult<T> {
    raise!(
        TypeError,
        "conversion from {} to Decimal is not supported",
        obj.ty().full_name()
    )
}

/// The operand of a method: a decimal or an int.
pub fn operand(obj: &PyObject, context: &PyContext) -> PyResult<Number> {
    match exact_operand(obj) {
        Some(number) => check_exact(number, context),
        None => not_supported(obj),
    }
}

/// Whether an exact value can be represented at all; what cannot is an invalid operation.
fn check_exact(number: Number, context: &PyContext) -> PyResult<Number> {
    let wide = Context::wide(::decimal::context::MAX_PREC);
    let plain =
        number.is_nan() || (number.digits() < 1 << 40 && (-1 << 58..1 << 58).contains(&number.exponent));
    if plain {
        return Ok(number);
    }
    let mut status = Status::default();
    let result = wide.finalize(number, &mut status);
    let inexact = Status::INEXACT.0 | Status::ROUNDED.0 | Status::CLAMPED.0 | Status::OVERFLOW.0;
    if status.has(Status(inexact)) {
        context.report(Status::INVALID_OPERATION)?;
        return Ok(Number::nan());
    }
    Ok(result)
}

/// Any value that a decimal can be made of, exactly.
pub fn from_value(value: &PyObject, context: &PyContext) -> PyResult<Number> {
    if let Some(number) = exact_operand(value) {
        return check_exact(number, context);
    }
    if let Some(text) = value.downcast::<PyStr>() {
        return match parse_text(text, true) {
            Some(number) => check_exact(number, context),
            None => {
                context.report(Status::CONVERSION_SYNTAX)?;
                Ok(Number::nan())
            }
        };
    }
    if let Some(x) = value.downcast::<PyFloat>() {
        context.report(Status::FLOAT_OPERATION)?;
        return Ok(number_of_float(x.value()));
    }
    if PyTuple::check(value) || PyList::check(value) {
        return check_exact(from_tuple(&object::iter::collect(value)?)?, context);
    }
    not_supported(value)
}

/// The number of `(sign, digits, exponent)`.
fn from_tuple(items: &[Py]) -> PyResult<Number> {
    let [sign, digits, exponent] = items else {
        return raise!(ValueError, "argument must be a sequence of length 3");
    };
    let negative = match sign.downcast::<PyInt>().and_then(PyInt::to_i64) {
        Some(0) => false,
        Some(1) => true,
        _ => return raise!(ValueError, "sign must be an integer with the value 0 or 1"),
    };
    let mut kind = Kind::Finite;
    let mut power = 0;
    if let Some(text) = exponent.downcast::<PyStr>() {
        kind = if text.eq_str("F") {
            Kind::Infinite
        } else if text.eq_str("n") {
            Kind::Nan
        } else if text.eq_str("N") {
            Kind::SignalingNan
        } else {
            return raise!(
                ValueError,
                "string argument in the third position must be 'F', 'n' or 'N'"
            );
        };
    } else {
        let Some(value) = exponent.downcast::<PyInt>() else {
            return raise!(ValueError, "exponent must be an integer");
        };
        let Some(value) = value
            .to_i64()
            .filter(|value| value.unsigned_abs() <= 3_000_000_000_000_000_000)
        else {
            return raise!(OverflowError, "Python int too large to convert to C ssize_t");
        };
        power = value;
    }
    let digits = match (digits.downcast::<PyTuple>(), digits.downcast::<PyList>()) {
        (Some(tuple), _) => tuple.as_slice().to_vec(),
        (_, Some(list)) => list.to_vec(),
        _ => return raise!(ValueError, "coefficient must be a tuple of digits"),
    };
    let mut text = String::with_capacity(digits.len());
    for digit in digits {
        match digit.downcast::<PyInt>().and_then(PyInt::to_i64) {
            Some(digit @ 0..=9) => text.push(char::from(b'0' + digit as u8)),
            _ => return raise!(ValueError, "coefficient must be a tuple of digits"),
        }
    }
    let coefficient = if kind == Kind::Infinite || text.is_empty() {
        UBig::ZERO
    } else {
        UBig::from_str_radix(&text, 10).unwrap_or(UBig::ZERO)
    };
    Ok(Number {
        negative,
        kind,
        coefficient,
        exponent: if kind == Kind::Finite { power } else { 0 },
    })
}

/// The modulus of numeric hashes.
const HASH_MODULUS: u64 = (1 << 61) - 1;

fn power_modulo(mut base: u128, mut exponent: u64) -> u128 {
    let modulus = u128::from(HASH_MODULUS);
    let mut result = 1;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % modulus;
        }
        base = base * base % modulus;
        exponent >>= 1;
    }
    result
}

impl PyDecimal {
    /// A decimal with that value.
    pub fn of(number: Number) -> PyResult<Py<PyDecimal>> {
        Self::of_class(PyDecimal::type_object(), number)
    }

    fn of_class(cls: &PyTypeObject, number: Number) -> PyResult<Py<PyDecimal>> {
        new_instance(cls, |this: *mut PyDecimal| {
            // SAFETY: fresh memory of the type's size; the fields are written before they are read.
            unsafe {
                (*this).hash.set(-1);
                (&raw mut (*this).number).write(number);
            }
        })
    }

    /// An instance of `cls`: directly for `Decimal`, through a call for subclasses.
    fn made(cls: &PyTypeObject, number: Number) -> PyResult {
        let decimal = Self::of(number)?;
        if std::ptr::eq(cls, PyDecimal::type_object()) {
            return Ok(decimal.into_object());
        }
        object::call::call(cls.as_object(), &[decimal.as_object()])
    }

    /// The value; it does not change.
    pub fn number(&self) -> &Number {
        &self.number
    }

    /// The value as an int, rounded.
    fn to_int(&self, rounding: Rounding) -> PyResult<Py<PyInt>> {
        match self.number.kind {
            Kind::Finite => {}
            Kind::Infinite => return raise!(OverflowError, "cannot convert Infinity to integer"),
            _ => return raise!(ValueError, "cannot convert NaN to integer"),
        }
        let context = Context {
            rounding,
            ..Context::wide(::decimal::context::MAX_PREC)
        };
        let whole = context.to_integral(&self.number, false, &mut Status::default());
        if whole.exponent > ::decimal::number::MAX_DIGITS {
            return object::error::no_memory();
        }
        let sign = if whole.negative {
            Sign::Negative
        } else {
            Sign::Positive
        };
        PyInt::from_big(&IBig::from_parts(sign, integer_part(&whole)))
    }

    fn to_integral_with_rounding(
        &self,
        context: &PyContext,
        rounding: Option<&PyObject>,
        exact: bool,
    ) -> PyResult<Py<PyDecimal>> {
        let rounding = rounding
            .filter(|rounding| !is_none(rounding))
            .map(rounding_argument)
            .transpose()?;
        context.run(|c, status| {
            let c = Context {
                rounding: rounding.unwrap_or(c.rounding),
                ..*c
            };
            c.to_integral(&self.number, exact, status)
        })
    }

    pub(super) fn to_integral_with(
        &self,
        rounding: Option<&PyObject>,
        context: Option<&PyObject>,
        exact: bool,
    ) -> PyResult<Py<PyDecimal>> {
        self.to_integral_with_rounding(&*context_argument(context)?, rounding, exact)
    }

    /// The other operand of a comparison as a number, and whether it stands for itself: a fraction is compared with
    /// both sides multiplied by its denominator.
    fn comparand(
        &self,
        other: &PyObject,
        op: CompareOp,
        context: &PyContext,
    ) -> PyResult<Option<(Number, Number)>> {
        if let Some(number) = exact_operand(other) {
            return Ok(Some((self.number.clone(), number)));
        }
        if let Some(x) = other.downcast::<PyFloat>() {
            if matches!(op, CompareOp::Eq | CompareOp::Ne) {
                context.note(Status::FLOAT_OPERATION);
            } else {
                context.report(Status::FLOAT_OPERATION)?;
            }
            return Ok(Some((self.number.clone(), number_of_float(x.value()))));
        }
        if matches!(op, CompareOp::Eq | CompareOp::Ne)
            && let Some(z) = other.downcast::<object::complex::PyComplex>()
        {
            let (re, im) = z.value();
            if im != 0.0 {
                return Ok(None);
            }
            context.note(Status::FLOAT_OPERATION);
            return Ok(Some((self.number.clone(), number_of_float(re))));
        }
        if object::protocol::is_instance(other, &state()?.rational)? {
            let part = |name| -> PyResult<Option<Number>> { Ok(exact_operand(&*other.get_attr(name)?)) };
            if let (Some(numerator), Some(denominator)) =
                (part(intern!("numerator"))?, part(intern!("denominator"))?)
            {
                if !self.number.is_finite() {
                    return Ok(Some((self.number.clone(), numerator)));
                }
                let wide = Context::wide(::decimal::context::MAX_PREC);
                let scaled = wide.multiply(&self.number, &denominator, &mut Status::default());
                return Ok(Some((scaled, numerator)));
            }
        }
        Ok(None)
    }

    fn float(&self) -> PyResult<f64> {
        if self.number.is_nan() {
            if self.number.is_signaling() {
                return raise!(ValueError, "cannot convert signaling NaN to float");
            }
            return Ok(if self.number.negative { -f64::NAN } else { f64::NAN });
        }
        Ok(numfmt::float::parse(self.number.to_text(false, true).as_bytes()).unwrap_or(f64::NAN))
    }
}

/// Both operands of an operator as numbers; `None` when one is neither a decimal nor an int.
fn operands(a: &PyObject, b: &PyObject) -> Option<(Number, Number)> {
    Some((exact_operand(a)?, exact_operand(b)?))
}

pub(super) type Operation = fn(&Context, &Number, &Number, &mut Status) -> Number;

/// A binary operator in the current context.
#[inline]
fn operator(a: &PyObject, b: &PyObject, operation: Operation) -> PyResult<Py> {
    // Two decimals need no copies.
    if let (Some(x), Some(y)) = (a.downcast::<PyDecimal>(), b.downcast::<PyDecimal>()) {
        return current()?
            .run(|c, status| operation(c, &x.number, &y.number, status))
            .map(Py::into_object);
    }
    let Some((x, y)) = operands(a, b) else {
        return Ok(not_implemented());
    };
    current()?
        .run(|c, status| operation(c, &x, &y, status))
        .map(Py::into_object)
}

#[pymethods(extend(operations), signature = "(value=\"0\", context=None)")]
impl PyDecimal {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py> {
        let mut holder = Vec::new();
        let all = FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?;
        let [value, context] = parse_arguments(None, ["value", "context"], 0, 2, &all)?;
        let context = context_argument(context)?;
        let Some(value) = value else {
            return PyDecimal::of_class(cls, Number::small(0)).map(Py::into_object);
        };
        if std::ptr::eq(cls, PyDecimal::type_object()) && PyDecimal::check_exact(value) {
            return Ok(value.new_ref());
        }
        let number = from_value(value, &context)?;
        PyDecimal::of_class(cls, number).map(Py::into_object)
    }

    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        PyStr::new(&format!(
            "Decimal('{}')",
            self.number.to_text(false, current()?.capitals())
        ))
    }

    #[slot]
    fn tp_str(&self) -> PyResult<Py<PyStr>> {
        PyStr::new(&self.number.to_text(false, current()?.capitals()))
    }

    #[slot]
    fn tp_hash(&self) -> PyResult<isize> {
        if self.hash.get() != -1 {
            return Ok(self.hash.get());
        }
        let number = &self.number;
        let hash = match number.kind {
            Kind::SignalingNan => return raise!(TypeError, "Cannot hash a signaling NaN value"),
            Kind::Nan => object::protocol::hash_pointer(self),
            Kind::Infinite => {
                if number.negative {
                    -314_159
                } else {
                    314_159
                }
            }
            Kind::Finite => {
                // 10 has the inverse 10**(p - 2) modulo the prime p.
                let ten = power_modulo(10, number.exponent.unsigned_abs());
                let ten = if number.exponent >= 0 {
                    ten
                } else {
                    power_modulo(ten, HASH_MODULUS - 2)
                };
                let coefficient = &number.coefficient % HASH_MODULUS;
                let hash = (u128::from(coefficient) * ten % u128::from(HASH_MODULUS)) as isize;
                match if number.negative { -hash } else { hash } {
                    -1 => -2,
                    hash => hash,
                }
            }
        };
        self.hash.set(hash);
        Ok(hash)
    }

    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult<Py> {
        let context = current()?;
        let Some((a, b)) = self.comparand(other, op, &context)? else {
            return Ok(not_implemented());
        };
        if a.is_nan() || b.is_nan() {
            let equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
            // Quiet NaNs are unequal to everything; ordering them is invalid, and so is anything with signalling ones.
            if !equality || a.is_signaling() || b.is_signaling() {
                context.report(Status::INVALID_OPERATION)?;
            }
            return Ok(object::bool::py_bool(op == CompareOp::Ne));
        }
        Ok(object::bool::py_bool(op.holds(a.compare(&b))))
    }

    #[slot]
    fn nb_add(a: &PyObject, b: &PyObject) -> PyResult<Py> {
        operator(a, b, Context::add)
    }
    #[slot]
    fn nb_subtract(a: &PyObject, b: &PyObject) -> PyResult<Py> {
        operator(a, b, Context::subtract)
    }
    #[slot]
    fn nb_multiply(a: &PyObject, b: &PyObject) -> PyResult<Py> {
        operator(a, b, Context::multiply)
    }
    #[slot]
    fn nb_true_divide(a: &PyObject, b: &PyObject) -> PyResult<Py> {
        operator(a, b, Context::divide)
    }
    #[slot]
    fn nb_floor_divide(a: &PyObject, b: &PyObject) -> PyResult<Py> {
        operator(a, b, Context::divide_int)
    }
    #[slot]
    fn nb_remainder(a: &PyObject, b: &PyObject) -> PyResult<Py> {
        operator(a, b, Context::remainder)
    }
    #[slot]
    fn nb_divmod(a: &PyObject, b: &PyObject) -> PyResult<Py> {
        let Some((a, b)) = operands(a, b) else {
            return Ok(not_implemented());
        };
        let context = current()?;
        let mut status = Status::default();
        let (quotient, remainder) = context.arithmetic().divmod(&a, &b, &mut status);
        context.report(status)?;
        (PyDecimal::of(quotient)?, PyDecimal::of(remainder)?).into_py()
    }
    #[slot]
    fn nb_power(a: &PyObject, b: &PyObject, modulus: Option<&PyObject>) -> PyResult<Py> {
        let Some(modulus) = modulus.filter(|modulus| !is_none(modulus)) else {
            return operator(a, b, Context::power);
        };
        let (Some((a, b)), Some(modulus)) = (operands(a, b), exact_operand(modulus)) else {
            return Ok(not_implemented());
        };
        current()?
            .run(|c, status| c.power_modulo(&a, &b, &modulus, status))
            .map(Py::into_object)
    }
    #[slot]
    fn nb_negative(&self) -> PyResult<Py<PyDecimal>> {
        current()?.run(|c, status| c.minus(&self.number, status))
    }
    #[slot]
    fn nb_positive(&self) -> PyResult<Py<PyDecimal>> {
        current()?.run(|c, status| c.plus(&self.number, status))
    }
    #[slot]
    fn nb_absolute(&self) -> PyResult<Py<PyDecimal>> {
        current()?.run(|c, status| c.abs(&self.number, status))
    }
    #[slot]
    fn nb_bool(&self) -> PyResult<bool> {
        Ok(!self.number.is_zero())
    }
    #[slot]
    fn nb_int(&self) -> PyResult<Py<PyInt>> {
        self.to_int(Rounding::Down)
    }
    #[slot]
    fn nb_float(&self) -> PyResult<f64> {
        self.float()
    }

    #[method("($self, /, exp, rounding=None, context=None)")]
    fn quantize(
        &self,
        exp: &PyObject,
        rounding: Option<&PyObject>,
        context: Option<&PyObject>,
    ) -> PyResult<Py<PyDecimal>> {
        let context = context_argument(context)?;
        let rounding = rounding
            .filter(|rounding| !is_none(rounding))
            .map(rounding_argument)
            .transpose()?;
        let exp = operand(exp, &context)?;
        context.run(|c, status| {
            let c = Context {
                rounding: rounding.unwrap_or(c.rounding),
                ..*c
            };
            c.quantize(&self.number, &exp, status)
        })
    }

    #[method("($self, /, other, third, context=None)")]
    fn fma(&self, other: &PyObject, third: &PyObject, context: Option<&PyObject>) -> PyResult<Py<PyDecimal>> {
        let context = context_argument(context)?;
        let (other, third) = (operand(other, &context)?, operand(third, &context)?);
        context.run(|c, status| c.fma(&self.number, &other, &third, status))
    }

    #[method("($self, /, other, context=None)")]
    fn same_quantum(&self, other: &PyObject, context: Option<&PyObject>) -> PyResult<bool> {
        let context = context_argument(context)?;
        Ok(same_quantum(&self.number, &operand(other, &context)?))
    }

    #[method("($self, /, context=None)")]
    fn number_class(&self, context: Option<&PyObject>) -> PyResult<&'static str> {
        Ok(context_argument(context)?.arithmetic().number_class(&self.number))
    }

    #[method("($self, /, context=None)")]
    fn to_eng_string(&self, context: Option<&PyObject>) -> PyResult<String> {
        Ok(self.number.to_text(true, context_argument(context)?.capitals()))
    }

    #[method("($self, /)")]
    fn adjusted(&self) -> i64 {
        if self.number.is_finite() {
            self.number.adjusted()
        } else {
            0
        }
    }

    #[method("($self, /)")]
    fn canonical(&self) -> Py<PyDecimal> {
        self.new_ref()
    }

    #[method("($self, /)")]
    fn conjugate(&self) -> Py<PyDecimal> {
        self.new_ref()
    }

    #[method("($self, /)")]
    fn radix(&self) -> PyResult<Py<PyDecimal>> {
        PyDecimal::of(Number::small(10))
    }

    #[classmethod("($type, f, /)")]
    fn from_float(cls: &PyTypeObject, f: &PyObject) -> PyResult<Py> {
        let number = match (f.downcast::<PyInt>(), f.downcast::<PyFloat>()) {
            (Some(value), _) => number_of_int(value),
            (_, Some(x)) => number_of_float(x.value()),
            _ => return raise!(TypeError, "argument must be int or float"),
        };
        PyDecimal::made(cls, number)
    }

    #[classmethod("($type, number, /)")]
    fn from_number(cls: &PyTypeObject, number: &PyObject) -> PyResult<Py> {
        let value = match (exact_operand(number), number.downcast::<PyFloat>()) {
            (Some(value), _) => value,
            (_, Some(x)) => number_of_float(x.value()),
            _ => return not_supported(number),
        };
        PyDecimal::made(cls, value)
    }

    #[method("($self, /)")]
    fn as_tuple(&self) -> PyResult<Py> {
        let number = &self.number;
        let digits = match number.kind {
            Kind::Infinite => "0".to_owned(),
            Kind::Finite => number.coefficient.to_string(),
            _ if number.coefficient == UBig::ZERO => String::new(),
            _ => number.coefficient.to_string(),
        };
        let mut items = Vec::with_capacity(digits.len());
        for digit in digits.bytes() {
            items.push(PyInt::from_i64(i64::from(digit - b'0'))?.into_object());
        }
        let exponent = match number.kind {
            Kind::Finite => number.exponent.into_py()?,
            Kind::Infinite => "F".into_py()?,
            Kind::Nan => "n".into_py()?,
            Kind::SignalingNan => "N".into_py()?,
        };
        let sign = i64::from(number.negative).into_py()?;
        let digits = PyTuple::from_vec(items)?;
        object::call::call(&state()?.decimal_tuple, &[&sign, digits.as_object(), &exponent])
    }

    #[method("($self, /)")]
    fn as_integer_ratio(&self) -> PyResult<Py> {
        match self.number.kind {
            Kind::Finite => {}
            Kind::Infinite => return raise!(OverflowError, "cannot convert Infinity to integer ratio"),
            _ => return raise!(ValueError, "cannot convert NaN to integer ratio"),
        }
        if self.number.exponent.abs() > ::decimal::number::MAX_DIGITS {
            return object::error::no_memory();
        }
        let (numerator, denominator) = integer_ratio(&self.number);
        let sign = if self.number.negative {
            Sign::Negative
        } else {
            Sign::Positive
        };
        let numerator = PyInt::from_big(&IBig::from_parts(sign, numerator))?;
        (numerator, PyInt::from_big(&IBig::from(denominator))?).into_py()
    }

    #[method("($self, /)")]
    fn __copy__(&self) -> Py<PyDecimal> {
        self.new_ref()
    }

    #[method("($self, object, /)")]
    fn __deepcopy__(&self, _memo: &PyObject) -> Py<PyDecimal> {
        self.new_ref()
    }

    #[method("($self, format, override=None, /)", nosig)]
    fn __format__(&self, spec: &PyObject, conventions: Option<&PyObject>) -> PyResult<Py<PyStr>> {
        let Some(spec) = spec.downcast::<PyStr>() else {
            return raise!(TypeError, "format arg must be str");
        };
        let context = current()?;
        let conventions = conventions.map(format::Conventions::from_argument).transpose()?;
        let arithmetic = context.arithmetic();
        let text = format::format(
            &self.number,
            spec,
            conventions.as_ref(),
            &arithmetic,
            context.capitals(),
        )?;
        PyStr::from_code_points(&text)
    }

    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult<Py> {
        let args = PyTuple::from_vec(vec![self.as_object().str()?.into_object()])?;
        (object::class::type_ref(self.as_object().ty()), args).into_py()
    }

    #[method("($self, ndigits=None, /)", nosig)]
    fn __round__(&self, ndigits: Option<&PyObject>) -> PyResult<Py> {
        let Some(ndigits) = ndigits else {
            return self.to_int(Rounding::HalfEven).map(Py::into_object);
        };
        let Some(ndigits) = ndigits.downcast::<PyInt>() else {
            return raise!(TypeError, "optional arg must be an integer");
        };
        let Some(places) = ndigits.to_i64().filter(|n| n.unsigned_abs() < 1 << 61) else {
            return raise!(OverflowError, "Python int too large to convert to C ssize_t");
        };
        let unit = Number::finite(false, UBig::ONE, -places);
        current()?
            .run(|c, status| c.quantize(&self.number, &unit, status))
            .map(Py::into_object)
    }

    #[method("($self, /)")]
    fn __ceil__(&self) -> PyResult<Py<PyInt>> {
        self.to_int(Rounding::Ceiling)
    }

    #[method("($self, /)")]
    fn __floor__(&self) -> PyResult<Py<PyInt>> {
        self.to_int(Rounding::Floor)
    }

    #[method("($self, /)")]
    fn __trunc__(&self) -> PyResult<Py<PyInt>> {
        self.to_int(Rounding::Down)
    }

    #[method("($self, /)")]
    fn __complex__(&self) -> PyResult<Py> {
        let re = self.float()?.into_py()?;
        object::call::call(object::complex::PyComplex::type_object().as_object(), &[&re])
    }

    #[method("($self, /)")]
    fn __sizeof__(&self) -> usize {
        // Beyond what fits into the object the coefficient has memory of its own.
        let words = self.number.coefficient.as_words().len();
        self.as_object().ty().tp_basicsize.get() as usize + if words > 2 { words * 8 } else { 0 }
    }

    #[getter]
    fn real(&self) -> Py<PyDecimal> {
        self.new_ref()
    }

    #[getter]
    fn imag(&self) -> PyResult<Py<PyDecimal>> {
        PyDecimal::of(Number::small(0))
    }
}
