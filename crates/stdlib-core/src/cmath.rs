//! `cmath`: functions of complex numbers. Finite arguments are computed with care for overflow and cancellation; for
//! infinities and nans the C library's functions give what C's Annex G says.

use crate::libm;
use object::complex::{Complex, as_complex};
use object::*;

pub struct Cmath;

/// `double complex`, as the C calling convention passes it.
#[repr(C)]
#[derive(Clone, Copy)]
struct C(f64, f64);

#[rustfmt::skip]
unsafe extern "C" {
    safe fn cacos(z: C) -> C;
    safe fn cacosh(z: C) -> C;
    safe fn casinh(z: C) -> C;
    safe fn catanh(z: C) -> C;
    safe fn ccosh(z: C) -> C;
    safe fn cexp(z: C) -> C;
    safe fn clog(z: C) -> C;
    safe fn csinh(z: C) -> C;
    safe fn csqrt(z: C) -> C;
    safe fn ctanh(z: C) -> C;
}

/// A complex argument: complex, or what converts to it.
struct Z(Complex);

impl<'a> FromArg<'a> for Z {
    fn from_arg(obj: &'a PyObject, _: ArgContext) -> PyResult<Self> {
        as_complex(obj).map(Z)
    }
}

#[cold]
fn domain<T>() -> PyResult<T> {
    raise!(ValueError, "math domain error")
}
#[cold]
fn range<T>() -> PyResult<T> {
    raise!(OverflowError, "math range error")
}

fn object((re, im): Complex) -> PyResult<Py<PyComplex>> {
    PyComplex::new(re, im)
}

/// Beyond this a sum of squares overflows.
const LARGE: f64 = f64::MAX / 4.0;
const LN_2: f64 = std::f64::consts::LN_2;
/// The largest argument of which the exponential is sure to be finite.
const LOG_LARGE: f64 = 708.396_418_532_264_1;
const PI: f64 = std::f64::consts::PI;
const LN_10: f64 = std::f64::consts::LN_10;

fn is_special((a, b): Complex) -> bool {
    !a.is_finite() || !b.is_finite()
}

fn by_c(z: Complex, f: fn(C) -> C) -> Complex {
    let C(a, b) = f(C(z.0, z.1));
    (a, b)
}

fn sqrt(z: Complex) -> Complex {
    if is_special(z) {
        return by_c(z, |z| csqrt(z));
    }
    let (re, im) = z;
    if re == 0.0 && im == 0.0 {
        return (0.0, im);
    }
    let (mut ax, ay) = (re.abs(), im.abs());
    let s = if ax < f64::MIN_POSITIVE && ay < f64::MIN_POSITIVE && (ax > 0.0 || ay > 0.0) {
        // subnormal: scaled up and back
        const UP: i32 = 2 * 27 + 1;
        ax = libm::ldexp(ax, UP);
        libm::ldexp((ax + libm::hypot(ax, libm::ldexp(ay, UP))).sqrt(), -(UP + 1) / 2)
    } else {
        ax /= 8.0;
        2.0 * (ax + libm::hypot(ax, ay / 8.0)).sqrt()
    };
    let d = ay / (2.0 * s);
    if re >= 0.0 {
        (s, d.copysign(im))
    } else {
        (d, s.copysign(im))
    }
}

fn acos(z: Complex) -> Complex {
    if is_special(z) {
        return by_c(z, |z| cacos(z));
    }
    let (re, im) = z;
    if re.abs() > LARGE || im.abs() > LARGE {
        // the naive formula overflows
        let a = libm::atan2(im.abs(), re);
        let b = libm::log(libm::hypot(re / 2.0, im / 2.0)) + LN_2 * 2.0;
        return (
            a,
            if re < 0.0 {
                -(b.copysign(im))
            } else {
                b.copysign(-im)
            },
        );
    }
    let s1 = sqrt((1.0 - re, -im));
    let s2 = sqrt((1.0 + re, im));
    (
        2.0 * libm::atan2(s1.0, s2.0),
        libm::asinh(s2.0 * s1.1 - s2.1 * s1.0),
    )
}

fn acosh(z: Complex) -> Complex {
    if is_special(z) {
        return by_c(z, |z| cacosh(z));
    }
    let (re, im) = z;
    if re.abs() > LARGE || im.abs() > LARGE {
        return (
            libm::log(libm::hypot(re / 2.0, im / 2.0)) + LN_2 * 2.0,
            libm::atan2(im, re),
        );
    }
    let s1 = sqrt((re - 1.0, im));
    let s2 = sqrt((re + 1.0, im));
    (
        libm::asinh(s1.0 * s2.0 + s1.1 * s2.1),
        2.0 * libm::atan2(s1.1, s2.0),
    )
}

fn asinh(z: Complex) -> Complex {
    if is_special(z) {
        return by_c(z, |z| casinh(z));
    }
    let (re, im) = z;
    if re.abs() > LARGE || im.abs() > LARGE {
        let a = libm::log(libm::hypot(re / 2.0, im / 2.0)) + LN_2 * 2.0;
        return (
            if im >= 0.0 {
                a.copysign(re)
            } else {
                -(a.copysign(-re))
            },
            libm::atan2(im, re.abs()),
        );
    }
    let s1 = sqrt((1.0 + im, -re));
    let s2 = sqrt((1.0 - im, re));
    (
        libm::asinh(s1.0 * s2.1 - s2.0 * s1.1),
        libm::atan2(im, s1.0 * s2.0 - s1.1 * s2.1),
    )
}

fn asin((re, im): Complex) -> Complex {
    // -i asinh(iz)
    let (a, b) = asinh((-im, re));
    (b, -a)
}

fn atanh(z: Complex) -> Option<Complex> {
    if is_special(z) {
        return Some(by_c(z, |z| catanh(z)));
    }
    let (re, im) = z;
    if re < 0.0 || re == 0.0 && re.is_sign_negative() {
        let (a, b) = atanh((-re, -im))?;
        return Some((-a, -b));
    }
    let ay = im.abs();
    let sqrt_large = (f64::MAX / 4.0).sqrt();
    if re > sqrt_large || ay > sqrt_large {
        let h = libm::hypot(re / 2.0, im / 2.0);
        return Some((re / 4.0 / h / h, -((PI / 2.0).copysign(-im))));
    }
    if re == 1.0 && ay < f64::MIN_POSITIVE.sqrt() {
        if ay == 0.0 {
            return None;
        }
        let a = -libm::log(ay.sqrt() / libm::hypot(ay, 2.0).sqrt());
        return Some((a, (libm::atan2(2.0, -ay) / 2.0).copysign(im)));
    }
    Some((
        libm::log1p(4.0 * re / ((1.0 - re) * (1.0 - re) + ay * ay)) / 4.0,
        -libm::atan2(-2.0 * im, (1.0 - re) * (1.0 + re) - ay * ay) / 2.0,
    ))
}

/// An infinite imaginary part has no sine: outside the domain, unless the other part is a nan (or tames it).
fn cosh(z: Complex) -> PyResult<Complex> {
    let (re, im) = z;
    if is_special(z) {
        if im.is_infinite() && !re.is_nan() {
            return domain();
        }
        return Ok(by_c(z, |z| ccosh(z)));
    }
    let r = if re.abs() > LOG_LARGE {
        let x = re - 1f64.copysign(re);
        (
            libm::cos(im) * libm::cosh(x) * std::f64::consts::E,
            libm::sin(im) * libm::sinh(x) * std::f64::consts::E,
        )
    } else {
        (libm::cos(im) * libm::cosh(re), libm::sin(im) * libm::sinh(re))
    };
    finite(r)
}

fn sinh(z: Complex) -> PyResult<Complex> {
    let (re, im) = z;
    if is_special(z) {
        if im.is_infinite() && !re.is_nan() {
            return domain();
        }
        return Ok(by_c(z, |z| csinh(z)));
    }
    let r = if re.abs() > LOG_LARGE {
        let x = re - 1f64.copysign(re);
        (
            libm::cos(im) * libm::sinh(x) * std::f64::consts::E,
            libm::sin(im) * libm::cosh(x) * std::f64::consts::E,
        )
    } else {
        (libm::cos(im) * libm::sinh(re), libm::sin(im) * libm::cosh(re))
    };
    finite(r)
}

fn tanh(z: Complex) -> PyResult<Complex> {
    let (re, im) = z;
    if is_special(z) {
        if im.is_infinite() && re.is_finite() {
            return domain();
        }
        return Ok(by_c(z, |z| ctanh(z)));
    }
    if re.abs() > LOG_LARGE {
        return Ok((
            1f64.copysign(re),
            4.0 * libm::sin(im) * libm::cos(im) * libm::exp(-2.0 * re.abs()),
        ));
    }
    let (tx, ty) = (libm::tanh(re), libm::tan(im));
    let cx = 1.0 / libm::cosh(re);
    let txty = tx * ty;
    let denominator = 1.0 + txty * txty;
    Ok((tx * (1.0 + ty * ty) / denominator, ((ty / denominator) * cx) * cx))
}

fn exp(z: Complex) -> PyResult<Complex> {
    let (re, im) = z;
    if is_special(z) {
        if im.is_infinite() && (re.is_finite() || re == f64::INFINITY) {
            return domain();
        }
        return Ok(by_c(z, |z| cexp(z)));
    }
    let r = if re > LOG_LARGE {
        let l = libm::exp(re - 1.0);
        (
            l * libm::cos(im) * std::f64::consts::E,
            l * libm::sin(im) * std::f64::consts::E,
        )
    } else {
        let l = libm::exp(re);
        (l * libm::cos(im), l * libm::sin(im))
    };
    finite(r)
}

/// An infinity made of finite numbers is an overflow.
fn finite(r: Complex) -> PyResult<Complex> {
    if r.0.is_infinite() || r.1.is_infinite() {
        range()
    } else {
        Ok(r)
    }
}

fn log(z: Complex) -> PyResult<Complex> {
    if is_special(z) {
        return Ok(by_c(z, |z| clog(z)));
    }
    let (re, im) = z;
    let (ax, ay) = (re.abs(), im.abs());
    let a = if ax > LARGE || ay > LARGE {
        libm::log(libm::hypot(ax / 2.0, ay / 2.0)) + LN_2
    } else if ax < f64::MIN_POSITIVE && ay < f64::MIN_POSITIVE {
        if ax == 0.0 && ay == 0.0 {
            return domain();
        }
        // subnormal
        libm::log(libm::hypot(libm::ldexp(ax, 53), libm::ldexp(ay, 53))) - 53.0 * LN_2
    } else {
        let h = libm::hypot(ax, ay);
        if (0.71..=1.73).contains(&h) {
            let (big, small) = if ax > ay { (ax, ay) } else { (ay, ax) };
            libm::log1p((big - 1.0) * (big + 1.0) + small * small) / 2.0
        } else {
            libm::log(h)
        }
    };
    Ok((a, libm::atan2(im, re)))
}

#[pymodule(name = "cmath")]
impl Cmath {
    #[exec]
    fn exec(module: &PyModule) -> PyResult<()> {
        module.add_value("pi", PI)?;
        module.add_value("e", std::f64::consts::E)?;
        module.add_value("tau", std::f64::consts::TAU)?;
        module.add_value("inf", f64::INFINITY)?;
        module.add_value("infj", PyComplex::new(0.0, f64::INFINITY)?)?;
        module.add_value("nan", f64::NAN)?;
        module.add_value("nanj", PyComplex::new(0.0, f64::NAN)?)
    }

    #[function("($module, z, /)")]
    fn acos(z: Z) -> PyResult<Py<PyComplex>> {
        object(acos(z.0))
    }
    #[function("($module, z, /)")]
    fn acosh(z: Z) -> PyResult<Py<PyComplex>> {
        object(acosh(z.0))
    }
    #[function("($module, z, /)")]
    fn asin(z: Z) -> PyResult<Py<PyComplex>> {
        object(asin(z.0))
    }
    #[function("($module, z, /)")]
    fn asinh(z: Z) -> PyResult<Py<PyComplex>> {
        object(asinh(z.0))
    }
    #[function("($module, z, /)")]
    fn atan(z: Z) -> PyResult<Py<PyComplex>> {
        // -i atanh(iz)
        match atanh((-z.0.1, z.0.0)) {
            Some((a, b)) => object((b, -a)),
            None => domain(),
        }
    }
    #[function("($module, z, /)")]
    fn atanh(z: Z) -> PyResult<Py<PyComplex>> {
        match atanh(z.0) {
            Some(r) => object(r),
            None => domain(),
        }
    }
    #[function("($module, z, /)")]
    fn cos(z: Z) -> PyResult<Py<PyComplex>> {
        object(cosh((-z.0.1, z.0.0))?)
    }
    #[function("($module, z, /)")]
    fn cosh(z: Z) -> PyResult<Py<PyComplex>> {
        object(cosh(z.0)?)
    }
    #[function("($module, z, /)")]
    fn exp(z: Z) -> PyResult<Py<PyComplex>> {
        object(exp(z.0)?)
    }
    #[function("($module, z, base=<unrepresentable>, /)")]
    fn log(z: Z, base: Option<Z>) -> PyResult<Py<PyComplex>> {
        let r = log(z.0)?;
        match base {
            None => object(r),
            Some(b) => match object::complex::div(r, log(b.0)?) {
                Some(r) => object(r),
                None => domain(),
            },
        }
    }
    #[function("($module, z, /)")]
    fn log10(z: Z) -> PyResult<Py<PyComplex>> {
        let (a, b) = log(z.0)?;
        object((a / LN_10, b / LN_10))
    }
    #[function("($module, z, /)")]
    fn sin(z: Z) -> PyResult<Py<PyComplex>> {
        // -i sinh(iz)
        let (a, b) = sinh((-z.0.1, z.0.0))?;
        object((b, -a))
    }
    #[function("($module, z, /)")]
    fn sinh(z: Z) -> PyResult<Py<PyComplex>> {
        object(sinh(z.0)?)
    }
    #[function("($module, z, /)")]
    fn sqrt(z: Z) -> PyResult<Py<PyComplex>> {
        object(sqrt(z.0))
    }
    #[function("($module, z, /)")]
    fn tan(z: Z) -> PyResult<Py<PyComplex>> {
        // -i tanh(iz)
        let (a, b) = tanh((-z.0.1, z.0.0))?;
        object((b, -a))
    }
    #[function("($module, z, /)")]
    fn tanh(z: Z) -> PyResult<Py<PyComplex>> {
        object(tanh(z.0)?)
    }
    #[function("($module, z, /)")]
    fn phase(z: Z) -> PyResult<f64> {
        Ok(libm::atan2(z.0.1, z.0.0))
    }
    #[function("($module, z, /)")]
    fn polar(z: Z) -> PyResult<(f64, f64)> {
        let (re, im) = z.0;
        let r = if is_special(z.0) {
            if re.is_infinite() || im.is_infinite() {
                f64::INFINITY
            } else {
                f64::NAN
            }
        } else {
            let r = libm::hypot(re, im);
            if r.is_infinite() {
                return range();
            }
            r
        };
        Ok((r, libm::atan2(im, re)))
    }
    #[function("($module, r, phi, /)")]
    fn rect(r: f64, phi: f64) -> PyResult<Py<PyComplex>> {
        if !r.is_finite() || !phi.is_finite() {
            if phi.is_infinite() && r != 0.0 && !r.is_nan() {
                return domain();
            }
            if r.is_infinite() && phi.is_finite() && phi != 0.0 {
                let (re, im) = (r.copysign(libm::cos(phi)), r.copysign(libm::sin(phi)));
                return object(if r > 0.0 { (re, im) } else { (-re, -im) });
            }
            // a nan, or nothing to turn
            return object(match (r, phi) {
                (0.0, _) => (0.0, 0.0),
                (r, phi) if phi == 0.0 && r.is_infinite() => (r, phi * r.signum()),
                (r, phi) if phi == 0.0 => (r, if r.is_nan() { 0.0 } else { r * phi }),
                (r, _) if r.is_infinite() => (f64::INFINITY, f64::NAN),
                _ => (f64::NAN, f64::NAN),
            });
        }
        if phi == 0.0 {
            return object((r, r * phi));
        }
        object((r * libm::cos(phi), r * libm::sin(phi)))
    }
    #[function("($module, z, /)")]
    fn isfinite(z: Z) -> PyResult<bool> {
        Ok(!is_special(z.0))
    }
    #[function("($module, z, /)")]
    fn isinf(z: Z) -> PyResult<bool> {
        Ok(z.0.0.is_infinite() || z.0.1.is_infinite())
    }
    #[function("($module, z, /)")]
    fn isnan(z: Z) -> PyResult<bool> {
        Ok(z.0.0.is_nan() || z.0.1.is_nan())
    }
    #[function("($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
    fn isclose(a: Z, b: Z, rel_tol: Option<f64>, abs_tol: Option<f64>) -> PyResult<bool> {
        let (rel, tolerance) = (rel_tol.unwrap_or(1e-9), abs_tol.unwrap_or(0.0));
        if rel < 0.0 || tolerance < 0.0 {
            return raise!(ValueError, "tolerances must be non-negative");
        }
        let (a, b) = (a.0, b.0);
        if a == b {
            return Ok(true);
        }
        let infinite = |z: Complex| z.0.is_infinite() || z.1.is_infinite();
        if infinite(a) || infinite(b) {
            return Ok(false);
        }
        let diff = libm::hypot(a.0 - b.0, a.1 - b.1);
        Ok(diff <= rel * libm::hypot(b.0, b.1) || diff <= rel * libm::hypot(a.0, a.1) || diff <= tolerance)
    }
}
