//! `gamma` and `lgamma` by Lanczos' approximation (g = 6.0246…, 13 terms), with the correction that makes them good to
//! the last few units.

use super::{domain, range, shown};
use crate::libm;
use object::*;
use std::f64::consts::PI;

const LOG_PI: f64 = 1.144_729_885_849_400_2;
#[allow(clippy::excessive_precision)]
const G: f64 = 6.024680040776729583740234375;
#[allow(clippy::excessive_precision)]
const G_MINUS_HALF: f64 = 5.524680040776729583740234375;
const TERMS: usize = 13;
#[allow(clippy::excessive_precision)]
const NUMERATOR: [f64; TERMS] = [
    23531376880.410759688572007674451636754734846804940,
    42919803642.649098768957899047001988850926355848959,
    35711959237.355668049440185451547166705960488635843,
    17921034426.037209699919755754458931112671403265390,
    6039542586.3520280050642916443072979210699388420708,
    1439720407.3117216736632230727949123939715485786372,
    248874557.86205415651146038641322942321632125127801,
    31426415.585400194380614231628318205362874684987640,
    2876370.6289353724412254090516208496135991145378768,
    186056.26539522349504029498971604569928220784236328,
    8071.6720023658162106380029022722506138218516325024,
    210.82427775157934587250973392071336271166969580291,
    2.5066282746310002701649081771338373386264310793408,
];
const DENOMINATOR: [f64; TERMS] = [
    0.0,
    39916800.0,
    120543840.0,
    150917976.0,
    105258076.0,
    45995730.0,
    13339535.0,
    2637558.0,
    357423.0,
    32670.0,
    1925.0,
    66.0,
    1.0,
];

/// The factorials that are exact as floats.
fn exact_factorial(n: u32) -> f64 {
    (1..=n).map(f64::from).product()
}

fn lanczos_sum(x: f64) -> f64 {
    let (mut num, mut den) = (0.0, 0.0);
    if x < 5.0 {
        for i in (0..TERMS).rev() {
            num = num * x + NUMERATOR[i];
            den = den * x + DENOMINATOR[i];
        }
    } else {
        for i in 0..TERMS {
            num = num / x + NUMERATOR[i];
            den = den / x + DENOMINATOR[i];
        }
    }
    num / den
}

/// `sin(pi*x)` for a finite `x`.
fn sin_pi(x: f64) -> f64 {
    let y = libm::fmod(x.abs(), 2.0);
    let r = match (2.0 * y).round() as i32 {
        0 => libm::sin(PI * y),
        1 => libm::cos(PI * (y - 0.5)),
        2 => libm::sin(PI * (1.0 - y)),
        3 => -libm::cos(PI * (y - 1.5)),
        _ => libm::sin(PI * (y - 2.0)),
    };
    1f64.copysign(x) * r
}

#[cold]
fn pole<T>(x: f64) -> PyResult<T> {
    raise!(
        ValueError,
        "expected a noninteger or positive integer, got {}",
        shown(x)
    )
}

pub fn gamma(x: f64) -> PyResult<f64> {
    if !x.is_finite() {
        return if x == f64::NEG_INFINITY { pole(x) } else { Ok(x) };
    }
    if x == 0.0 {
        return pole(x);
    }
    if x == x.floor() {
        if x < 0.0 {
            return pole(x);
        }
        if x <= 23.0 {
            return Ok(exact_factorial(x as u32 - 1));
        }
    }
    let abs = x.abs();
    if abs < 1e-20 {
        let r = 1.0 / x;
        return if r.is_infinite() { range() } else { Ok(r) };
    }
    if abs > 200.0 {
        return if x < 0.0 { Ok(0.0 / sin_pi(x)) } else { range() };
    }
    let y = abs + G_MINUS_HALF;
    // the rounding error of y
    let z = if abs > G_MINUS_HALF {
        let q = y - abs;
        q - G_MINUS_HALF
    } else {
        let q = y - G_MINUS_HALF;
        q - abs
    };
    let z = z * G / y;
    let mut r;
    if x < 0.0 {
        r = -PI / sin_pi(abs) / abs * libm::exp(y) / lanczos_sum(abs);
        r -= z * r;
        if abs < 140.0 {
            r /= libm::pow(y, abs - 0.5);
        } else {
            let root = libm::pow(y, abs / 2.0 - 0.25);
            r /= root;
            r /= root;
        }
    } else {
        r = lanczos_sum(abs) / libm::exp(y);
        r += z * r;
        if abs < 140.0 {
            r *= libm::pow(y, abs - 0.5);
        } else {
            let root = libm::pow(y, abs / 2.0 - 0.25);
            r *= root;
            r *= root;
        }
    }
    if r.is_infinite() { range() } else { Ok(r) }
}

pub fn lgamma(x: f64) -> PyResult<f64> {
    if !x.is_finite() {
        return Ok(if x.is_nan() { x } else { f64::INFINITY });
    }
    if x == x.floor() && x <= 2.0 {
        return if x <= 0.0 { pole(x) } else { Ok(0.0) };
    }
    let abs = x.abs();
    if abs < 1e-20 {
        return Ok(-libm::log(abs));
    }
    let mut r = libm::log(lanczos_sum(abs)) - G;
    r += (abs - 0.5) * (libm::log(abs + G - 0.5) - 1.0);
    if x < 0.0 {
        r = LOG_PI - libm::log(sin_pi(abs).abs()) - libm::log(abs) - r;
    }
    if r.is_infinite() {
        return range();
    }
    if r.is_nan() {
        return domain();
    }
    Ok(r)
}
