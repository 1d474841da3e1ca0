//! The methods of `Decimal` that are the arithmetic's own operations, with an optional context.

use super::context::context_argument;
use super::number::{Operation, PyDecimal, operand};
use ::decimal::{Kind, Number};
use object::{Py, PyObject, PyResult, pymethods};

impl PyDecimal {
    /// An operation with a second operand, which the context converts.
    fn binary(
        &self,
        other: &PyObject,
        context: Option<&PyObject>,
        operation: Operation,
    ) -> PyResult<Py<PyDecimal>> {
        let context = context_argument(context)?;
        let other = operand(other, &context)?;
        context.run(|c, status| operation(c, self.number(), &other, status))
    }
}

#[pymethods(part = operations)]
impl PyDecimal {
    #[method("($self, /, context=None)")]
    fn exp(&self, context: Option<&PyObject>) -> PyResult<Py<PyDecimal>> {
        context_argument(context)?.run(|c, status| c.exp(self.number(), status))
    }

    #[method("($self, /, context=None)")]
    fn ln(&self, context: Option<&PyObject>) -> PyResult<Py<PyDecimal>> {
        context_argument(context)?.run(|c, status| c.ln(self.number(), status))
    }

    #[method("($self, /, context=None)")]
    fn log10(&self, context: Option<&PyObject>) -> PyResult<Py<PyDecimal>> {
        context_argument(context)?.run(|c, status| c.log10(self.number(), status))
    }

    #[method("($self, /, context=None)")]
    fn next_minus(&self, context: Option<&PyObject>) -> PyResult<Py<PyDecimal>> {
        context_argument(context)?.run(|c, status| c.next_minus(self.number(), status))
    }

    #[method("($self, /, context=None)")]
    fn next_plus(&self, context: Option<&PyObject>) -> PyResult<Py<PyDecimal>> {
        context_argument(context)?.run(|c, status| c.next_plus(self.number(), status))
    }

    #[method("($self, /, context=None)")]
    fn normalize(&self, context: Option<&PyObject>) -> PyResult<Py<PyDecimal>> {
        context_argument(context)?.run(|c, status| c.normalize(self.number(), status))
    }

    #[method("($self, /, context=None)")]
    fn sqrt(&self, context: Option<&PyObject>) -> PyResult<Py<PyDecimal>> {
        context_argument(context)?.run(|c, status| c.sqrt(self.number(), status))
    }

    #[method("($self, /, context=None)")]
    fn logb(&self, context: Option<&PyObject>) -> PyResult<Py<PyDecimal>> {
        context_argument(context)?.run(|c, status| c.logb(self.number(), status))
    }

    #[method("($self, /, context=None)")]
    fn logical_invert(&self, context: Option<&PyObject>) -> PyResult<Py<PyDecimal>> {
        context_argument(context)?.run(|c, status| c.logical_invert(self.number(), status))
    }

    #[method("($self, /, rounding=None, context=None)")]
    fn to_integral(
        &self,
        rounding: Option<&PyObject>,
        context: Option<&PyObject>,
    ) -> PyResult<Py<PyDecimal>> {
        self.to_integral_with(rounding, context, false)
    }

    #[method("($self, /, rounding=None, context=None)")]
    fn to_integral_value(
        &self,
        rounding: Option<&PyObject>,
        context: Option<&PyObject>,
    ) -> PyResult<Py<PyDecimal>> {
        self.to_integral_with(rounding, context, false)
    }

    #[method("($self, /, rounding=None, context=None)")]
    fn to_integral_exact(
        &self,
        rounding: Option<&PyObject>,
        context: Option<&PyObject>,
    ) -> PyResult<Py<PyDecimal>> {
        self.to_integral_with(rounding, context, true)
    }

    #[method("($self, /, other, context=None)")]
    fn compare(&self, other: &PyObject, context: Option<&PyObject>) -> PyResult<Py<PyDecimal>> {
        self.binary(other, context, |c, a, b, status| c.compare(a, b, status))
    }

    #[method("($self, /, other, context=None)")]
    fn compare_signal(&self, other: &PyObject, context: Option<&PyObject>) -> PyResult<Py<PyDecimal>> {
        self.binary(other, context, |c, a, b, status| c.compare_signal(a, b, status))
    }

    #[method("($self, /, other, context=None)")]
    fn next_toward(&self, other: &PyObject, context: Option<&PyObject>) -> PyResult<Py<PyDecimal>> {
        self.binary(other, context, |c, a, b, status| c.next_toward(a, b, status))
    }

    #[method("($self, /, other, context=None)")]
    fn remainder_near(&self, other: &PyObject, context: Option<&PyObject>) -> PyResult<Py<PyDecimal>> {
        self.binary(other, context, |c, a, b, status| c.remainder_near(a, b, status))
    }

    #[method("($self, /, other, context=None)")]
    fn rotate(&self, other: &PyObject, context: Option<&PyObject>) -> PyResult<Py<PyDecimal>> {
        self.binary(other, context, |c, a, b, status| c.rotate(a, b, status))
    }

    #[method("($self, /, other, context=None)")]
    fn scaleb(&self, other: &PyObject, context: Option<&PyObject>) -> PyResult<Py<PyDecimal>> {
        self.binary(other, context, |c, a, b, status| c.scaleb(a, b, status))
    }

    #[method("($self, /, other, context=None)")]
    fn shift(&self, other: &PyObject, context: Option<&PyObject>) -> PyResult<Py<PyDecimal>> {
        self.binary(other, context, |c, a, b, status| c.shift(a, b, status))
    }

    #[method("($self, /, other, context=None)")]
    fn max(&self, other: &PyObject, context: Option<&PyObject>) -> PyResult<Py<PyDecimal>> {
        self.binary(other, context, |c, a, b, status| {
            c.extremum(a, b, true, false, status)
        })
    }

    #[method("($self, /, other, context=None)")]
    fn max_mag(&self, other: &PyObject, context: Option<&PyObject>) -> PyResult<Py<PyDecimal>> {
        self.binary(other, context, |c, a, b, status| {
            c.extremum(a, b, true, true, status)
        })
    }

    #[method("($self, /, other, context=None)")]
    fn min(&self, other: &PyObject, context: Option<&PyObject>) -> PyResult<Py<PyDecimal>> {
        self.binary(other, context, |c, a, b, status| {
            c.extremum(a, b, false, false, status)
        })
    }

    #[method("($self, /, other, context=None)")]
    fn min_mag(&self, other: &PyObject, context: Option<&PyObject>) -> PyResult<Py<PyDecimal>> {
        self.binary(other, context, |c, a, b, status| {
            c.extremum(a, b, false, true, status)
        })
    }

    #[method("($self, /, other, context=None)")]
    fn logical_and(&self, other: &PyObject, context: Option<&PyObject>) -> PyResult<Py<PyDecimal>> {
        let context = context_argument(context)?;
        let other = operand(other, &context)?;
        context.run(|c, status| c.logical(self.number(), &other, |x, y| x & y, status))
    }

    #[method("($self, /, other, context=None)")]
    fn logical_or(&self, other: &PyObject, context: Option<&PyObject>) -> PyResult<Py<PyDecimal>> {
        let context = context_argument(context)?;
        let other = operand(other, &context)?;
        context.run(|c, status| c.logical(self.number(), &other, |x, y| x | y, status))
    }

    #[method("($self, /, other, context=None)")]
    fn logical_xor(&self, other: &PyObject, context: Option<&PyObject>) -> PyResult<Py<PyDecimal>> {
        let context = context_argument(context)?;
        let other = operand(other, &context)?;
        context.run(|c, status| c.logical(self.number(), &other, |x, y| x ^ y, status))
    }

    #[method("($self, /, other, context=None)")]
    fn compare_total(&self, other: &PyObject, context: Option<&PyObject>) -> PyResult<Py<PyDecimal>> {
        let context = context_argument(context)?;
        let other = operand(other, &context)?;
        context.run(|c, status| {
            let _ = (c, status);
            Number::small(self.number().compare_total(&other) as i64)
        })
    }

    #[method("($self, /, other, context=None)")]
    fn compare_total_mag(&self, other: &PyObject, context: Option<&PyObject>) -> PyResult<Py<PyDecimal>> {
        let context = context_argument(context)?;
        let other = operand(other, &context)?;
        context.run(|c, status| {
            let _ = (c, status);
            Number::small(self.number().compare_total_magnitudes(&other) as i64)
        })
    }

    #[method("($self, /, other, context=None)")]
    fn copy_sign(&self, other: &PyObject, context: Option<&PyObject>) -> PyResult<Py<PyDecimal>> {
        let context = context_argument(context)?;
        let other = operand(other, &context)?;
        context.run(|c, status| {
            let _ = (c, status);
            self.number().with_sign(other.negative)
        })
    }

    #[method("($self, /)")]
    fn is_canonical(&self) -> bool {
        {
            let _ = self.number();
            true
        }
    }

    #[method("($self, /)")]
    fn is_finite(&self) -> bool {
        self.number().is_finite()
    }

    #[method("($self, /)")]
    fn is_infinite(&self) -> bool {
        self.number().is_infinite()
    }

    #[method("($self, /)")]
    fn is_nan(&self) -> bool {
        self.number().is_nan()
    }

    #[method("($self, /)")]
    fn is_qnan(&self) -> bool {
        self.number().kind == Kind::Nan
    }

    #[method("($self, /)")]
    fn is_snan(&self) -> bool {
        self.number().is_signaling()
    }

    #[method("($self, /)")]
    fn is_signed(&self) -> bool {
        self.number().negative
    }

    #[method("($self, /)")]
    fn is_zero(&self) -> bool {
        self.number().is_zero()
    }

    #[method("($self, /, context=None)")]
    fn is_normal(&self, context: Option<&PyObject>) -> PyResult<bool> {
        Ok(context_argument(context)?.arithmetic().is_normal(self.number()))
    }

    #[method("($self, /, context=None)")]
    fn is_subnormal(&self, context: Option<&PyObject>) -> PyResult<bool> {
        Ok(context_argument(context)?
            .arithmetic()
            .is_subnormal(self.number()))
    }

    #[method("($self, /)")]
    fn copy_abs(&self) -> PyResult<Py<PyDecimal>> {
        PyDecimal::of(self.number().with_sign(false))
    }

    #[method("($self, /)")]
    fn copy_negate(&self) -> PyResult<Py<PyDecimal>> {
        PyDecimal::of(self.number().with_sign(!self.number().negative))
    }
}
