//! The operations of `Context`: the arithmetic's, on decimals and ints.

use super::context::PyContext;
use super::number::{PyDecimal, exact_operand, from_value, number_of_float, operand, parse_text};
use ::decimal::functions::same_quantum;
use ::decimal::{Kind, Number, Status};
use object::{IntoPy, Py, PyInt, PyLayout, PyObject, PyResult, PyStr, is_none, pymethods, raise};

#[pymethods(part = operations)]
impl PyContext {
    #[method("($self, x, /)")]
    fn exp(&self, x: &PyObject) -> PyResult<Py<PyDecimal>> {
        let x = operand(x, self)?;
        self.run(|c, status| c.exp(&x, status))
    }

    #[method("($self, x, /)")]
    fn ln(&self, x: &PyObject) -> PyResult<Py<PyDecimal>> {
        let x = operand(x, self)?;
        self.run(|c, status| c.ln(&x, status))
    }

    #[method("($self, x, /)")]
    fn log10(&self, x: &PyObject) -> PyResult<Py<PyDecimal>> {
        let x = operand(x, self)?;
        self.run(|c, status| c.log10(&x, status))
    }

    #[method("($self, x, /)")]
    fn next_minus(&self, x: &PyObject) -> PyResult<Py<PyDecimal>> {
        let x = operand(x, self)?;
        self.run(|c, status| c.next_minus(&x, status))
    }

    #[method("($self, x, /)")]
    fn next_plus(&self, x: &PyObject) -> PyResult<Py<PyDecimal>> {
        let x = operand(x, self)?;
        self.run(|c, status| c.next_plus(&x, status))
    }

    #[method("($self, x, /)")]
    fn normalize(&self, x: &PyObject) -> PyResult<Py<PyDecimal>> {
        let x = operand(x, self)?;
        self.run(|c, status| c.normalize(&x, status))
    }

    #[method("($self, x, /)")]
    fn sqrt(&self, x: &PyObject) -> PyResult<Py<PyDecimal>> {
        let x = operand(x, self)?;
        self.run(|c, status| c.sqrt(&x, status))
    }

    #[method("($self, x, /)")]
    fn logb(&self, x: &PyObject) -> PyResult<Py<PyDecimal>> {
        let x = operand(x, self)?;
        self.run(|c, status| c.logb(&x, status))
    }

    #[method("($self, x, /)")]
    fn logical_invert(&self, x: &PyObject) -> PyResult<Py<PyDecimal>> {
        let x = operand(x, self)?;
        self.run(|c, status| c.logical_invert(&x, status))
    }

    #[method("($self, x, /)")]
    fn abs(&self, x: &PyObject) -> PyResult<Py<PyDecimal>> {
        let x = operand(x, self)?;
        self.run(|c, status| c.abs(&x, status))
    }

    #[method("($self, x, /)")]
    fn minus(&self, x: &PyObject) -> PyResult<Py<PyDecimal>> {
        let x = operand(x, self)?;
        self.run(|c, status| c.minus(&x, status))
    }

    #[method("($self, x, /)")]
    fn plus(&self, x: &PyObject) -> PyResult<Py<PyDecimal>> {
        let x = operand(x, self)?;
        self.run(|c, status| c.plus(&x, status))
    }

    #[method("($self, x, /)")]
    fn to_integral(&self, x: &PyObject) -> PyResult<Py<PyDecimal>> {
        let x = operand(x, self)?;
        self.run(|c, status| c.to_integral(&x, false, status))
    }

    #[method("($self, x, /)")]
    fn to_integral_value(&self, x: &PyObject) -> PyResult<Py<PyDecimal>> {
        let x = operand(x, self)?;
        self.run(|c, status| c.to_integral(&x, false, status))
    }

    #[method("($self, x, /)")]
    fn to_integral_exact(&self, x: &PyObject) -> PyResult<Py<PyDecimal>> {
        let x = operand(x, self)?;
        self.run(|c, status| c.to_integral(&x, true, status))
    }

    #[method("($self, x, y, /)")]
    fn compare(&self, x: &PyObject, y: &PyObject) -> PyResult<Py<PyDecimal>> {
        let (x, y) = (operand(x, self)?, operand(y, self)?);
        self.run(|c, status| c.compare(&x, &y, status))
    }

    #[method("($self, x, y, /)")]
    fn compare_signal(&self, x: &PyObject, y: &PyObject) -> PyResult<Py<PyDecimal>> {
        let (x, y) = (operand(x, self)?, operand(y, self)?);
        self.run(|c, status| c.compare_signal(&x, &y, status))
    }

    #[method("($self, x, y, /)")]
    fn next_toward(&self, x: &PyObject, y: &PyObject) -> PyResult<Py<PyDecimal>> {
        let (x, y) = (operand(x, self)?, operand(y, self)?);
        self.run(|c, status| c.next_toward(&x, &y, status))
    }

    #[method("($self, x, y, /)")]
    fn remainder_near(&self, x: &PyObject, y: &PyObject) -> PyResult<Py<PyDecimal>> {
        let (x, y) = (operand(x, self)?, operand(y, self)?);
        self.run(|c, status| c.remainder_near(&x, &y, status))
    }

    #[method("($self, x, y, /)")]
    fn rotate(&self, x: &PyObject, y: &PyObject) -> PyResult<Py<PyDecimal>> {
        let (x, y) = (operand(x, self)?, operand(y, self)?);
        self.run(|c, status| c.rotate(&x, &y, status))
    }

    #[method("($self, x, y, /)")]
    fn scaleb(&self, x: &PyObject, y: &PyObject) -> PyResult<Py<PyDecimal>> {
        let (x, y) = (operand(x, self)?, operand(y, self)?);
        self.run(|c, status| c.scaleb(&x, &y, status))
    }

    #[method("($self, x, y, /)")]
    fn shift(&self, x: &PyObject, y: &PyObject) -> PyResult<Py<PyDecimal>> {
        let (x, y) = (operand(x, self)?, operand(y, self)?);
        self.run(|c, status| c.shift(&x, &y, status))
    }

    #[method("($self, x, y, /)")]
    fn max(&self, x: &PyObject, y: &PyObject) -> PyResult<Py<PyDecimal>> {
        let (x, y) = (operand(x, self)?, operand(y, self)?);
        self.run(|c, status| c.extremum(&x, &y, true, false, status))
    }

    #[method("($self, x, y, /)")]
    fn max_mag(&self, x: &PyObject, y: &PyObject) -> PyResult<Py<PyDecimal>> {
        let (x, y) = (operand(x, self)?, operand(y, self)?);
        self.run(|c, status| c.extremum(&x, &y, true, true, status))
    }

    #[method("($self, x, y, /)")]
    fn min(&self, x: &PyObject, y: &PyObject) -> PyResult<Py<PyDecimal>> {
        let (x, y) = (operand(x, self)?, operand(y, self)?);
        self.run(|c, status| c.extremum(&x, &y, false, false, status))
    }

    #[method("($self, x, y, /)")]
    fn min_mag(&self, x: &PyObject, y: &PyObject) -> PyResult<Py<PyDecimal>> {
        let (x, y) = (operand(x, self)?, operand(y, self)?);
        self.run(|c, status| c.extremum(&x, &y, false, true, status))
    }

    #[method("($self, x, y, /)")]
    fn logical_and(&self, x: &PyObject, y: &PyObject) -> PyResult<Py<PyDecimal>> {
        let (x, y) = (operand(x, self)?, operand(y, self)?);
        self.run(|c, status| c.logical(&x, &y, |x, y| x & y, status))
    }

    #[method("($self, x, y, /)")]
    fn logical_or(&self, x: &PyObject, y: &PyObject) -> PyResult<Py<PyDecimal>> {
        let (x, y) = (operand(x, self)?, operand(y, self)?);
        self.run(|c, status| c.logical(&x, &y, |x, y| x | y, status))
    }

    #[method("($self, x, y, /)")]
    fn logical_xor(&self, x: &PyObject, y: &PyObject) -> PyResult<Py<PyDecimal>> {
        let (x, y) = (operand(x, self)?, operand(y, self)?);
        self.run(|c, status| c.logical(&x, &y, |x, y| x ^ y, status))
    }

    #[method("($self, x, y, /)")]
    fn compare_total(&self, x: &PyObject, y: &PyObject) -> PyResult<Py<PyDecimal>> {
        let (x, y) = (operand(x, self)?, operand(y, self)?);
        self.run(|c, status| {
            let _ = (c, status);
            Number::small(x.compare_total(&y) as i64)
        })
    }

    #[method("($self, x, y, /)")]
    fn compare_total_mag(&self, x: &PyObject, y: &PyObject) -> PyResult<Py<PyDecimal>> {
        let (x, y) = (operand(x, self)?, operand(y, self)?);
        self.run(|c, status| {
            let _ = (c, status);
            Number::small(x.compare_total_magnitudes(&y) as i64)
        })
    }

    #[method("($self, x, y, /)")]
    fn copy_sign(&self, x: &PyObject, y: &PyObject) -> PyResult<Py<PyDecimal>> {
        let (x, y) = (operand(x, self)?, operand(y, self)?);
        self.run(|c, status| {
            let _ = (c, status);
            x.with_sign(y.negative)
        })
    }

    #[method("($self, x, y, /)")]
    fn add(&self, x: &PyObject, y: &PyObject) -> PyResult<Py<PyDecimal>> {
        let (x, y) = (operand(x, self)?, operand(y, self)?);
        self.run(|c, status| c.add(&x, &y, status))
    }

    #[method("($self, x, y, /)")]
    fn subtract(&self, x: &PyObject, y: &PyObject) -> PyResult<Py<PyDecimal>> {
        let (x, y) = (operand(x, self)?, operand(y, self)?);
        self.run(|c, status| c.subtract(&x, &y, status))
    }

    #[method("($self, x, y, /)")]
    fn multiply(&self, x: &PyObject, y: &PyObject) -> PyResult<Py<PyDecimal>> {
        let (x, y) = (operand(x, self)?, operand(y, self)?);
        self.run(|c, status| c.multiply(&x, &y, status))
    }

    #[method("($self, x, y, /)")]
    fn divide(&self, x: &PyObject, y: &PyObject) -> PyResult<Py<PyDecimal>> {
        let (x, y) = (operand(x, self)?, operand(y, self)?);
        self.run(|c, status| c.divide(&x, &y, status))
    }

    #[method("($self, x, y, /)")]
    fn divide_int(&self, x: &PyObject, y: &PyObject) -> PyResult<Py<PyDecimal>> {
        let (x, y) = (operand(x, self)?, operand(y, self)?);
        self.run(|c, status| c.divide_int(&x, &y, status))
    }

    #[method("($self, x, y, /)")]
    fn remainder(&self, x: &PyObject, y: &PyObject) -> PyResult<Py<PyDecimal>> {
        let (x, y) = (operand(x, self)?, operand(y, self)?);
        self.run(|c, status| c.remainder(&x, &y, status))
    }

    #[method("($self, x, y, /)")]
    fn quantize(&self, x: &PyObject, y: &PyObject) -> PyResult<Py<PyDecimal>> {
        let (x, y) = (operand(x, self)?, operand(y, self)?);
        self.run(|c, status| c.quantize(&x, &y, status))
    }

    #[method("($self, x, /)")]
    fn is_canonical(&self, x: &PyObject) -> PyResult<bool> {
        let x = operand(x, self)?;
        Ok({
            drop(x);
            true
        })
    }

    #[method("($self, x, /)")]
    fn is_finite(&self, x: &PyObject) -> PyResult<bool> {
        let x = operand(x, self)?;
        Ok(x.is_finite())
    }

    #[method("($self, x, /)")]
    fn is_infinite(&self, x: &PyObject) -> PyResult<bool> {
        let x = operand(x, self)?;
        Ok(x.is_infinite())
    }

    #[method("($self, x, /)")]
    fn is_nan(&self, x: &PyObject) -> PyResult<bool> {
        let x = operand(x, self)?;
        Ok(x.is_nan())
    }

    #[method("($self, x, /)")]
    fn is_qnan(&self, x: &PyObject) -> PyResult<bool> {
        let x = operand(x, self)?;
        Ok(x.kind == Kind::Nan)
    }

    #[method("($self, x, /)")]
    fn is_snan(&self, x: &PyObject) -> PyResult<bool> {
        let x = operand(x, self)?;
        Ok(x.is_signaling())
    }

    #[method("($self, x, /)")]
    fn is_signed(&self, x: &PyObject) -> PyResult<bool> {
        let x = operand(x, self)?;
        Ok(x.negative)
    }

    #[method("($self, x, /)")]
    fn is_zero(&self, x: &PyObject) -> PyResult<bool> {
        let x = operand(x, self)?;
        Ok(x.is_zero())
    }

    #[method("($self, x, /)")]
    fn is_normal(&self, x: &PyObject) -> PyResult<bool> {
        let x = operand(x, self)?;
        Ok(self.arithmetic().is_normal(&x))
    }

    #[method("($self, x, /)")]
    fn is_subnormal(&self, x: &PyObject) -> PyResult<bool> {
        let x = operand(x, self)?;
        Ok(self.arithmetic().is_subnormal(&x))
    }

    #[method("($self, x, /)")]
    fn copy_abs(&self, x: &PyObject) -> PyResult<Py<PyDecimal>> {
        let x = operand(x, self)?;
        PyDecimal::of(x.with_sign(false))
    }

    #[method("($self, x, /)")]
    fn copy_negate(&self, x: &PyObject) -> PyResult<Py<PyDecimal>> {
        let x = operand(x, self)?;
        PyDecimal::of(x.with_sign(!x.negative))
    }

    #[method("($self, x, y, /)")]
    fn divmod(&self, x: &PyObject, y: &PyObject) -> PyResult<Py> {
        let (x, y) = (operand(x, self)?, operand(y, self)?);
        let mut status = Status::default();
        let (quotient, remainder) = self.arithmetic().divmod(&x, &y, &mut status);
        self.report(status)?;
        (PyDecimal::of(quotient)?, PyDecimal::of(remainder)?).into_py()
    }

    #[method("($self, x, y, /)")]
    fn same_quantum(&self, x: &PyObject, y: &PyObject) -> PyResult<bool> {
        Ok(same_quantum(&operand(x, self)?, &operand(y, self)?))
    }

    #[method("($self, /, a, b, modulo=None)")]
    fn power(&self, a: &PyObject, b: &PyObject, modulo: Option<&PyObject>) -> PyResult<Py<PyDecimal>> {
        let (a, b) = (operand(a, self)?, operand(b, self)?);
        match modulo.filter(|modulo| !is_none(modulo)) {
            None => self.run(|c, status| c.power(&a, &b, status)),
            Some(modulo) => {
                let modulo = operand(modulo, self)?;
                self.run(|c, status| c.power_modulo(&a, &b, &modulo, status))
            }
        }
    }

    #[method("($self, x, y, z, /)")]
    fn fma(&self, x: &PyObject, y: &PyObject, z: &PyObject) -> PyResult<Py<PyDecimal>> {
        let (x, y, z) = (operand(x, self)?, operand(y, self)?, operand(z, self)?);
        self.run(|c, status| c.fma(&x, &y, &z, status))
    }

    #[method("($self, x, /)")]
    fn number_class(&self, x: &PyObject) -> PyResult<&'static str> {
        Ok(self.arithmetic().number_class(&operand(x, self)?))
    }

    #[method("($self, x, /)")]
    fn to_sci_string(&self, x: &PyObject) -> PyResult<String> {
        Ok(operand(x, self)?.to_text(false, self.capitals()))
    }

    #[method("($self, x, /)")]
    fn to_eng_string(&self, x: &PyObject) -> PyResult<String> {
        Ok(operand(x, self)?.to_text(true, self.capitals()))
    }

    #[method("($self, /)")]
    fn radix(&self) -> PyResult<Py<PyDecimal>> {
        PyDecimal::of(Number::small(10))
    }

    #[method("($self, x, /)")]
    fn canonical(&self, x: &PyObject) -> PyResult<Py> {
        if x.downcast::<PyDecimal>().is_none() {
            return raise!(TypeError, "argument must be a Decimal");
        }
        Ok(x.new_ref())
    }

    #[method("($self, x, /)")]
    fn copy_decimal(&self, x: &PyObject) -> PyResult<Py<PyDecimal>> {
        match x.downcast::<PyDecimal>() {
            Some(x) => Ok(x.new_ref()),
            None => PyDecimal::of(operand(x, self)?),
        }
    }

    #[method("($self, object, /)")]
    fn _apply(&self, object: &PyObject) -> PyResult<Py<PyDecimal>> {
        let x = operand(object, self)?;
        self.run(|c, status| c.finalize(x, status))
    }

    #[method("($self, num=\"0\", /)")]
    fn create_decimal(&self, num: Option<&PyObject>) -> PyResult<Py<PyDecimal>> {
        let Some(num) = num else {
            return PyDecimal::of(Number::small(0));
        };
        if let Some(text) = num.downcast::<PyStr>() {
            let Some(number) = parse_text(text, false) else {
                self.report(Status::CONVERSION_SYNTAX)?;
                return PyDecimal::of(Number::nan());
            };
            return self.run(|c, status| {
                // A NaN must fit the context as it is.
                if number.is_nan() && number.digits() > c.prec - i64::from(c.clamp) {
                    status.raise(Status::CONVERSION_SYNTAX);
                    return Number::nan();
                }
                c.finalize(number, status)
            });
        }
        let number = from_value(num, self)?;
        if number.is_nan() && number.digits() > self.arithmetic().prec - i64::from(self.arithmetic().clamp) {
            self.report(Status::CONVERSION_SYNTAX)?;
            return PyDecimal::of(Number::nan());
        }
        self.run(|c, status| c.finalize(number, status))
    }

    #[method("($self, f, /)")]
    fn create_decimal_from_float(&self, f: &PyObject) -> PyResult<Py<PyDecimal>> {
        let number = match (f.downcast::<PyInt>(), f.downcast::<object::PyFloat>()) {
            (Some(_), _) => exact_operand(f).unwrap_or_else(Number::nan),
            (_, Some(x)) => number_of_float(x.value()),
            _ => return raise!(TypeError, "argument must be int or float"),
        };
        self.run(|c, status| c.finalize(number, status))
    }
}
