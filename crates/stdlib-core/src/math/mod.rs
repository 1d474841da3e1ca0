//! `math`

mod combinatorics;
mod gamma;
mod sums;

use crate::libm;
use object::*;

pub struct Math;

/// The repr of a float, for messages.
fn shown(x: f64) -> String {
    numfmt::float::repr_string(x)
}

#[cold]
fn domain<T>() -> PyResult<T> {
    raise!(ValueError, "math domain error")
}

#[cold]
fn range<T>() -> PyResult<T> {
    raise!(OverflowError, "math range error")
}

/// A function that never overflows: a nan from what is none is outside the domain, as is an infinity from a finite number.
#[inline]
fn bounded(x: f64, f: impl Fn(f64) -> f64, expected: &str) -> PyResult<f64> {
    let r = f(x);
    if r.is_nan() && !x.is_nan() || r.is_infinite() && x.is_finite() {
        return raise!(ValueError, "expected {expected}, got {}", shown(x));
    }
    Ok(r)
}

/// A function that may overflow.
#[inline]
fn growing(x: f64, f: impl Fn(f64) -> f64) -> PyResult<f64> {
    let r = f(x);
    if r.is_nan() && !x.is_nan() {
        return domain();
    }
    if r.is_infinite() && x.is_finite() {
        return range();
    }
    Ok(r)
}

#[cold]
fn not_positive<T>() -> PyResult<T> {
    raise!(ValueError, "expected a positive input")
}

/// A logarithm of a float or of an int of any size.
fn logarithm(x: &PyObject, f: fn(f64) -> f64) -> PyResult<f64> {
    if let Some(i) = x.downcast::<PyInt>() {
        if i.sign() <= 0 {
            return not_positive();
        }
        if let Some(v) = i.to_f64() {
            return Ok(f(v));
        }
        // too large for a float: m * 2**e
        let e = i.bit_length();
        let m = int::ops::true_div(i, &*int::ops::lshift_bits(PyInt::small(1), e)?)?;
        return Ok(f(m) + f(2.0) * e as f64);
    }
    let v = float::as_f64(x)?;
    if v.is_nan() || v == f64::INFINITY {
        return Ok(v);
    }
    if v <= 0.0 {
        return raise!(ValueError, "expected a positive input, got {}", shown(v));
    }
    Ok(f(v))
}

/// The result of a special method of the object's type, if it has that.
fn special(x: &PyObject, name: &PyStr) -> PyResult<Option<Py>> {
    match typeobject::lookup_special(x, name)? {
        Some(method) => call::call(&method, &[]).map(Some),
        None => Ok(None),
    }
}

/// `floor` and `ceil`: exact floats at once, others by their method, else as floats.
fn rounded(x: &PyObject, name: &PyStr, f: fn(f64) -> f64) -> PyResult {
    if let Some(v) = x.downcast_exact::<PyFloat>() {
        return PyInt::from_f64_truncated(f(v.value())).map(Py::into_object);
    }
    if let Some(r) = special(x, name)? {
        return Ok(r);
    }
    PyInt::from_f64_truncated(f(float::as_f64(x)?)).map(Py::into_object)
}

/// Floats in the order of their values, as integers.
fn ordered(x: f64) -> i64 {
    let bits = x.to_bits() as i64;
    if bits < 0 { i64::MIN - bits } else { bits }
}

fn from_ordered(i: i64) -> f64 {
    f64::from_bits(if i < 0 { (i64::MIN - i) as u64 } else { i as u64 })
}

#[pymodule(name = "math")]
impl Math {
    #[exec]
    fn exec(module: &PyModule) -> PyResult<()> {
        module.add_value("pi", std::f64::consts::PI)?;
        module.add_value("e", std::f64::consts::E)?;
        module.add_value("tau", std::f64::consts::TAU)?;
        module.add_value("inf", f64::INFINITY)?;
        module.add_value("nan", f64::NAN)
    }

    #[function("($module, x, /)")]
    fn acos(x: f64) -> PyResult<f64> {
        bounded(x, |x| libm::acos(x), "a number in range from -1 up to 1")
    }
    #[function("($module, x, /)")]
    fn acosh(x: f64) -> PyResult<f64> {
        bounded(x, |x| libm::acosh(x), "argument value not less than 1")
    }
    #[function("($module, x, /)")]
    fn asin(x: f64) -> PyResult<f64> {
        bounded(x, |x| libm::asin(x), "a number in range from -1 up to 1")
    }
    #[function("($module, x, /)")]
    fn asinh(x: f64) -> PyResult<f64> {
        Ok(libm::asinh(x))
    }
    #[function("($module, x, /)")]
    fn atan(x: f64) -> PyResult<f64> {
        Ok(libm::atan(x))
    }
    #[function("($module, y, x, /)")]
    fn atan2(y: f64, x: f64) -> PyResult<f64> {
        Ok(libm::atan2(y, x))
    }
    #[function("($module, x, /)")]
    fn atanh(x: f64) -> PyResult<f64> {
        bounded(x, |x| libm::atanh(x), "a number between -1 and 1")
    }
    #[function("($module, x, /)")]
    fn cbrt(x: f64) -> PyResult<f64> {
        Ok(libm::cbrt(x))
    }
    #[function("($module, x, /)")]
    fn ceil(x: &PyObject) -> PyResult {
        rounded(x, intern!("__ceil__"), f64::ceil)
    }
    #[function("($module, x, y, /)")]
    fn copysign(x: f64, y: f64) -> PyResult<f64> {
        Ok(x.copysign(y))
    }
    #[function("($module, x, /)")]
    fn cos(x: f64) -> PyResult<f64> {
        bounded(x, |x| libm::cos(x), "a finite input")
    }
    #[function("($module, x, /)")]
    fn cosh(x: f64) -> PyResult<f64> {
        growing(x, |x| libm::cosh(x))
    }
    #[function("($module, x, /)")]
    fn degrees(x: f64) -> PyResult<f64> {
        Ok(x * (180.0 / std::f64::consts::PI))
    }
    #[function("($module, x, /)")]
    fn radians(x: f64) -> PyResult<f64> {
        Ok(x * (std::f64::consts::PI / 180.0))
    }
    #[function("($module, x, /)")]
    fn erf(x: f64) -> PyResult<f64> {
        Ok(libm::erf(x))
    }
    #[function("($module, x, /)")]
    fn erfc(x: f64) -> PyResult<f64> {
        Ok(libm::erfc(x))
    }
    #[function("($module, x, /)")]
    fn exp(x: f64) -> PyResult<f64> {
        growing(x, |x| libm::exp(x))
    }
    #[function("($module, x, /)")]
    fn exp2(x: f64) -> PyResult<f64> {
        growing(x, |x| libm::exp2(x))
    }
    #[function("($module, x, /)")]
    fn expm1(x: f64) -> PyResult<f64> {
        growing(x, |x| libm::expm1(x))
    }
    #[function("($module, x, /)")]
    fn fabs(x: f64) -> PyResult<f64> {
        Ok(x.abs())
    }
    #[function("($module, x, /)")]
    fn floor(x: &PyObject) -> PyResult {
        rounded(x, intern!("__floor__"), f64::floor)
    }
    #[function("($module, x, y, z, /)")]
    fn fma(x: f64, y: f64, z: f64) -> PyResult<f64> {
        let r = x.mul_add(y, z);
        if r.is_finite() {
            return Ok(r);
        }
        if r.is_nan() {
            if !x.is_nan() && !y.is_nan() && !z.is_nan() {
                return raise!(ValueError, "invalid operation in fma");
            }
        } else if x.is_finite() && y.is_finite() && z.is_finite() {
            return raise!(OverflowError, "overflow in fma");
        }
        Ok(r)
    }
    #[function("($module, x, y, /)")]
    fn fmod(x: f64, y: f64) -> PyResult<f64> {
        if y.is_infinite() && x.is_finite() {
            return Ok(x);
        }
        let r = libm::fmod(x, y);
        if r.is_nan() && !x.is_nan() && !y.is_nan() {
            return domain();
        }
        Ok(r)
    }
    #[function("($module, x, /)")]
    fn frexp(x: f64) -> PyResult<(f64, i32)> {
        Ok(libm::frexp(x))
    }
    #[function("($module, x, i, /)")]
    fn ldexp(x: f64, i: &PyObject) -> PyResult<f64> {
        let Some(i) = i.downcast::<PyInt>() else {
            return raise!(TypeError, "Expected an int as second argument to ldexp.");
        };
        if x == 0.0 || !x.is_finite() {
            return Ok(x);
        }
        let e = i
            .to_i64()
            .unwrap_or(if i.is_negative() { i64::MIN } else { i64::MAX });
        if e > i32::MAX as i64 {
            return range();
        }
        if e < i32::MIN as i64 {
            return Ok(0f64.copysign(x));
        }
        let r = libm::ldexp(x, e as i32);
        if r.is_infinite() { range() } else { Ok(r) }
    }
    #[function("($module, seq, /)")]
    fn fsum(seq: &PyObject) -> PyResult<f64> {
        sums::fsum(seq)
    }
    #[function("($module, p, q, /)")]
    fn sumprod(p: &PyObject, q: &PyObject) -> PyResult {
        sums::sumprod(p, q)
    }
    #[function("($module, iterable, /, *, start=1)")]
    fn prod(iterable: &PyObject, start: Option<&PyObject>) -> PyResult {
        sums::prod(iterable, start)
    }
    #[function("($module, /, *coordinates)")]
    fn hypot(coordinates: Args<'_>) -> PyResult<f64> {
        let mut v = Vec::with_capacity(coordinates.len());
        for c in coordinates {
            v.push(float::as_f64(c)?.abs());
        }
        Ok(sums::norm(v))
    }
    #[function("($module, p, q, /)")]
    fn dist(p: &PyObject, q: &PyObject) -> PyResult<f64> {
        let (p, q) = (iter::collect(p)?, iter::collect(q)?);
        if p.len() != q.len() {
            return raise!(ValueError, "both points must have the same number of dimensions");
        }
        let mut v = Vec::with_capacity(p.len());
        for (a, b) in p.iter().zip(&q) {
            v.push((float::as_f64(a)? - float::as_f64(b)?).abs());
        }
        Ok(sums::norm(v))
    }
    #[function("($module, x, /)")]
    fn gamma(x: f64) -> PyResult<f64> {
        gamma::gamma(x)
    }
    #[function("($module, x, /)")]
    fn lgamma(x: f64) -> PyResult<f64> {
        gamma::lgamma(x)
    }
    #[function("($module, /, *integers)")]
    fn gcd(integers: Args<'_>) -> PyResult<Py<PyInt>> {
        combinatorics::gcd(integers)
    }
    #[function("($module, /, *integers)")]
    fn lcm(integers: Args<'_>) -> PyResult<Py<PyInt>> {
        combinatorics::lcm(integers)
    }
    #[function("($module, n, /)")]
    fn factorial(n: &PyObject) -> PyResult<Py<PyInt>> {
        combinatorics::factorial(n)
    }
    #[function("($module, n, k, /)")]
    fn comb(n: &PyObject, k: &PyObject) -> PyResult<Py<PyInt>> {
        combinatorics::comb(n, k)
    }
    #[function("($module, n, k=None, /)")]
    fn perm(n: &PyObject, k: Option<&PyObject>) -> PyResult<Py<PyInt>> {
        combinatorics::perm(n, k.filter(|k| !is_none(k)))
    }
    #[function("($module, n, /)")]
    fn isqrt(n: &PyObject) -> PyResult<Py<PyInt>> {
        let n = number::index(n)?;
        if n.is_negative() {
            return raise!(ValueError, "isqrt() argument must be nonnegative");
        }
        int::ops::isqrt(&n)
    }
    #[function("($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
    fn isclose(a: f64, b: f64, rel_tol: Option<f64>, abs_tol: Option<f64>) -> PyResult<bool> {
        let (rel, abs) = (rel_tol.unwrap_or(1e-9), abs_tol.unwrap_or(0.0));
        if rel < 0.0 || abs < 0.0 {
            return raise!(ValueError, "tolerances must be non-negative");
        }
        if a == b {
            return Ok(true);
        }
        if a.is_infinite() || b.is_infinite() {
            return Ok(false);
        }
        let diff = (b - a).abs();
        Ok(diff <= (rel * b).abs() || diff <= (rel * a).abs() || diff <= abs)
    }
    #[function("($module, x, /)")]
    fn isfinite(x: f64) -> PyResult<bool> {
        Ok(x.is_finite())
    }
    #[function("($module, x, /)")]
    fn isinf(x: f64) -> PyResult<bool> {
        Ok(x.is_infinite())
    }
    #[function("($module, x, /)")]
    fn isnan(x: f64) -> PyResult<bool> {
        Ok(x.is_nan())
    }
    #[function("(x, [base=math.e])", nosig, raw)]
    fn log(all: FuncArgs<'_>) -> PyResult<f64> {
        all.no_keywords("math.log")?;
        all.check_positional("log", 1, 2)?;
        let x = logarithm(all.pos[0], libm_log)?;
        match all.pos.get(1) {
            None => Ok(x),
            Some(base) => {
                let base = logarithm(base, libm_log)?;
                if base == 0.0 {
                    return int::ops::zero_division();
                }
                Ok(x / base)
            }
        }
    }
    #[function("($module, x, /)")]
    fn log10(x: &PyObject) -> PyResult<f64> {
        logarithm(x, |x| libm::log10(x))
    }
    #[function("($module, x, /)")]
    fn log2(x: &PyObject) -> PyResult<f64> {
        logarithm(x, |x| libm::log2(x))
    }
    #[function("($module, x, /)")]
    fn log1p(x: f64) -> PyResult<f64> {
        bounded(x, |x| libm::log1p(x), "argument value > -1")
    }
    #[function("($module, x, /)")]
    fn modf(x: f64) -> PyResult<(f64, f64)> {
        if x.is_infinite() {
            return Ok((0f64.copysign(x), x));
        }
        if x.is_nan() {
            return Ok((x, x));
        }
        let whole = x.trunc();
        Ok(((x - whole).copysign(x), whole))
    }
    #[function("($module, x, y, /, *, steps=None)")]
    fn nextafter(x: f64, y: f64, steps: Option<&PyObject>) -> PyResult<f64> {
        let Some(steps) = steps.filter(|s| !is_none(s)) else {
            return Ok(libm::nextafter(x, y));
        };
        let steps = number::index(steps)?;
        if steps.is_negative() {
            return raise!(ValueError, "steps must be a non-negative integer");
        }
        let steps = steps.to_u64().unwrap_or(u64::MAX);
        if steps == 0 {
            return Ok(x);
        }
        if x.is_nan() {
            return Ok(x);
        }
        if y.is_nan() {
            return Ok(y);
        }
        let (from, to) = (ordered(x) as i128, ordered(y) as i128);
        let steps = steps as i128;
        if (to - from).abs() <= steps {
            return Ok(y);
        }
        Ok(from_ordered(
            (if to > from { from + steps } else { from - steps }) as i64,
        ))
    }
    #[function("($module, x, y, /)")]
    fn pow(x: f64, y: f64) -> PyResult<f64> {
        let r = libm::pow(x, y);
        if !x.is_finite() || !y.is_finite() {
            return Ok(r);
        }
        if r.is_nan() || r.is_infinite() && x == 0.0 {
            return domain();
        }
        if r.is_infinite() {
            return range();
        }
        Ok(r)
    }
    #[function("($module, x, y, /)")]
    fn remainder(x: f64, y: f64) -> PyResult<f64> {
        let r = libm::remainder(x, y);
        if r.is_nan() && !x.is_nan() && !y.is_nan() {
            return domain();
        }
        Ok(r)
    }
    #[function("($module, x, /)")]
    fn sin(x: f64) -> PyResult<f64> {
        bounded(x, |x| libm::sin(x), "a finite input")
    }
    #[function("($module, x, /)")]
    fn sinh(x: f64) -> PyResult<f64> {
        growing(x, |x| libm::sinh(x))
    }
    #[function("($module, x, /)")]
    fn sqrt(x: f64) -> PyResult<f64> {
        bounded(x, f64::sqrt, "a nonnegative input")
    }
    #[function("($module, x, /)")]
    fn tan(x: f64) -> PyResult<f64> {
        bounded(x, |x| libm::tan(x), "a finite input")
    }
    #[function("($module, x, /)")]
    fn tanh(x: f64) -> PyResult<f64> {
        Ok(libm::tanh(x))
    }
    #[function("($module, x, /)")]
    fn trunc(x: &PyObject) -> PyResult {
        if let Some(v) = x.downcast_exact::<PyFloat>() {
            return PyInt::from_f64_truncated(v.value()).map(Py::into_object);
        }
        match special(x, intern!("__trunc__"))? {
            Some(r) => Ok(r),
            None => raise!(
                TypeError,
                "type {} doesn't define __trunc__ method",
                x.ty().full_name()
            ),
        }
    }
    #[function("($module, x, /)")]
    fn ulp(x: f64) -> PyResult<f64> {
        let x = x.abs();
        if !x.is_finite() {
            return Ok(x);
        }
        if x == f64::MAX {
            return Ok(x - libm::nextafter(x, 0.0));
        }
        Ok(libm::nextafter(x, f64::INFINITY) - x)
    }
}

fn libm_log(x: f64) -> f64 {
    libm::log(x)
}
