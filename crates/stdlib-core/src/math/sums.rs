//! Sums and products over iterables, and the length of vectors, with as little rounding as can be.

use crate::libm;
use object::*;

/// `fsum`: exact partial sums that do not overlap (Shewchuk), rounded once.
pub fn fsum(seq: &PyObject) -> PyResult<f64> {
    let it = iter::get_iter(seq)?;
    let mut partials: Vec<f64> = Vec::new();
    let (mut special, mut infinities) = (0.0f64, 0.0f64);
    while let Some(item) = iter::next(&it)? {
        let original = float::as_f64(&item)?;
        let mut x = original;
        let mut n = 0;
        for i in 0..partials.len() {
            let mut y = partials[i];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let hi = x + y;
            let lo = y - (hi - x);
            if lo != 0.0 {
                partials[n] = lo;
                n += 1;
            }
            x = hi;
        }
        partials.truncate(n);
        if x != 0.0 {
            if !x.is_finite() {
                // an infinity or nan among the summands, or an intermediate overflow
                if original.is_finite() {
                    return raise!(OverflowError, "intermediate overflow in fsum");
                }
                if original.is_infinite() {
                    infinities += original;
                }
                special += original;
                partials.clear();
            } else {
                partials.push(x);
            }
        }
    }
    if special != 0.0 {
        if infinities.is_nan() {
            return raise!(ValueError, "-inf + inf in fsum");
        }
        return Ok(special);
    }
    let Some(mut hi) = partials.pop() else {
        return Ok(0.0);
    };
    let mut lo = 0.0;
    while let Some(y) = partials.pop() {
        let x = hi;
        hi = x + y;
        lo = y - (hi - x);
        if lo != 0.0 {
            break;
        }
    }
    // a half is rounded as the rest says
    if let Some(next) = partials.last()
        && (lo < 0.0 && *next < 0.0 || lo > 0.0 && *next > 0.0)
    {
        let y = lo * 2.0;
        let x = hi + y;
        if y == x - hi {
            hi = x;
        }
    }
    Ok(hi)
}

/// A product as a float and its rounding error.
fn two_product(x: f64, y: f64) -> (f64, f64) {
    let z = x * y;
    (z, x.mul_add(y, -z))
}

/// A sum and its rounding error, for `|a| >= |b|`.
fn fast_two_sum(a: f64, b: f64) -> (f64, f64) {
    let x = a + b;
    (x, (a - x) + b)
}

/// A sum and its rounding error.
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let x = a + b;
    let z = x - a;
    (x, (a - (x - z)) + (b - z))
}

/// The length of a vector of absolute values.
pub fn norm(mut v: Vec<f64>) -> f64 {
    let max = v.iter().copied().filter(|x| !x.is_nan()).fold(0.0, f64::max);
    if max.is_infinite() {
        return max;
    }
    if v.iter().any(|x| x.is_nan()) {
        return f64::NAN;
    }
    if max == 0.0 || v.len() <= 1 {
        return max;
    }
    let (_, exponent) = libm::frexp(max);
    if exponent < -1023 {
        v.iter_mut().for_each(|x| *x /= f64::MIN_POSITIVE);
        return f64::MIN_POSITIVE * norm(v);
    }
    let scale = libm::ldexp(1.0, -exponent);
    let (mut sum, mut low1, mut low2) = (1.0, 0.0, 0.0);
    for x in &v {
        let (hi, lo) = two_product(x * scale, x * scale);
        let (s, e) = fast_two_sum(sum, hi);
        sum = s;
        low1 += lo;
        low2 += e;
    }
    let h = (sum - 1.0 + (low1 + low2)).sqrt();
    let (hi, lo) = two_product(-h, h);
    let (s, e) = fast_two_sum(sum, hi);
    sum = s;
    low1 += lo;
    low2 += e;
    let x = sum - 1.0 + (low1 + low2);
    (h + x / (2.0 * h)) / scale
}

/// A sum of products in three floats.
#[derive(Clone, Copy, Default)]
struct Triple {
    hi: f64,
    lo: f64,
    tiny: f64,
}

impl Triple {
    fn fma(self, x: f64, y: f64) -> Triple {
        let (p, p_low) = two_product(x, y);
        let (hi, s_low) = two_sum(self.hi, p);
        let (r1, r1_low) = two_sum(self.lo, p_low);
        let (lo, r2_low) = two_sum(r1, s_low);
        Triple {
            hi,
            lo,
            tiny: self.tiny + r1_low + r2_low,
        }
    }

    fn value(self) -> f64 {
        let (last, _) = two_sum(self.lo, self.tiny);
        self.hi + last
    }
}

/// `sumprod`: ints exactly, floats nearly so, anything else by its operators.
pub fn sumprod(p: &PyObject, q: &PyObject) -> PyResult {
    let (p, q) = (iter::get_iter(p)?, iter::get_iter(q)?);
    let mut total: Py = PyInt::from_i64(0)?.into_object();
    let mut ints: Option<i64> = None;
    let mut floats: Option<Triple> = None;
    loop {
        let (a, b) = match (iter::next(&p)?, iter::next(&q)?) {
            (Some(a), Some(b)) => (a, b),
            (None, None) => break,
            _ => return raise!(ValueError, "Inputs are not the same length"),
        };
        if floats.is_none()
            && let (Some(x), Some(y)) = (a.downcast_exact::<PyInt>(), b.downcast_exact::<PyInt>())
            && let (Some(x), Some(y)) = (x.to_i64(), y.to_i64())
            && let Some(sum) = x.checked_mul(y).and_then(|v| v.checked_add(ints.unwrap_or(0)))
        {
            ints = Some(sum);
            continue;
        }
        if let Some(i) = ints.take() {
            total = number::add(&total, PyInt::from_i64(i)?.as_object())?;
        }
        let as_float = |o: &PyObject| -> Option<(f64, bool)> {
            if let Some(f) = o.downcast_exact::<PyFloat>() {
                return Some((f.value(), true));
            }
            let i = if o.downcast_exact::<PyInt>().is_some() || object::bool::PyBool::check_exact(o) {
                o.downcast::<PyInt>()
            } else {
                None
            };
            i.and_then(|i| i.to_f64()).map(|v| (v, false))
        };
        if let (Some((x, fx)), Some((y, fy))) = (as_float(&a), as_float(&b))
            && (fx || fy)
        {
            let next = floats.unwrap_or_default().fma(x, y);
            if next.hi.is_finite() {
                floats = Some(next);
                continue;
            }
        }
        if let Some(f) = floats.take() {
            total = number::add(&total, PyFloat::new(f.value())?.as_object())?;
        }
        total = number::add(&total, &*number::multiply(&a, &b)?)?;
    }
    if let Some(i) = ints {
        total = number::add(&total, PyInt::from_i64(i)?.as_object())?;
    }
    if let Some(f) = floats {
        total = number::add(&total, PyFloat::new(f.value())?.as_object())?;
    }
    Ok(total)
}

/// `prod`
pub fn prod(iterable: &PyObject, start: Option<&PyObject>) -> PyResult {
    let it = iter::get_iter(iterable)?;
    let mut total = match start {
        Some(s) => s.new_ref(),
        None => PyInt::from_i64(1)?.into_object(),
    };
    while let Some(item) = iter::next(&it)? {
        // floats are multiplied without making objects
        if let Some(first) = total.downcast_exact::<PyFloat>()
            && let Some(x) = item.downcast_exact::<PyFloat>()
        {
            total = PyFloat::new(first.value() * x.value())?.into_object();
            continue;
        }
        total = number::multiply(&total, &item)?;
    }
    Ok(total)
}
