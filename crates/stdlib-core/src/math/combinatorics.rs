//! Whole numbers: `gcd`, `lcm`, `factorial`, `comb`, `perm`.

use dashu_int::UBig;
use object::int::ops;
use object::*;

pub fn gcd(integers: Args<'_>) -> PyResult<Py<PyInt>> {
    let mut r = PyInt::from_i64(0)?;
    for i in integers {
        let i = number::index(i)?;
        r = ops::gcd(&r, &i)?;
    }
    Ok(r)
}

pub fn lcm(integers: Args<'_>) -> PyResult<Py<PyInt>> {
    let mut r = PyInt::from_i64(1)?;
    for i in integers {
        let i = number::index(i)?;
        if r.is_zero() || i.is_zero() {
            r = PyInt::from_i64(0)?;
            continue;
        }
        let g = ops::gcd(&r, &i)?;
        r = ops::abs(&*ops::mul(&*ops::floor_div(&r, &g)?, &i)?)?;
    }
    Ok(r)
}

/// The product of `from..=to`, balanced, factors gathered into words first.
fn range_product(from: u64, to: u64) -> UBig {
    let mut words = Vec::new();
    let mut word = 1u64;
    for i in from..=to {
        match word.checked_mul(i) {
            Some(w) => word = w,
            None => {
                words.push(word);
                word = i;
            }
        }
    }
    words.push(word);
    ops::product(&words)
}

/// No result of more factors is attempted: its memory is not to be had.
const MOST_FACTORS: u64 = 1 << 32;

pub fn factorial(n: &PyObject) -> PyResult<Py<PyInt>> {
    let n = number::index(n)?;
    if n.is_negative() {
        return raise!(ValueError, "factorial() not defined for negative values");
    }
    let Some(n) = n.to_i64() else {
        return raise!(
            OverflowError,
            "factorial() argument should not exceed {}",
            i64::MAX
        );
    };
    let n = n as u64;
    if n > MOST_FACTORS {
        return error::no_memory();
    }
    PyInt::from_ubig(&range_product(2, n), false)
}

/// The product of `n, n-1, …` of `k` factors, for an `n` of any size.
fn falling(n: &PyInt, k: u64) -> PyResult<Py<PyInt>> {
    if k == 0 {
        return PyInt::from_i64(1);
    }
    if let Some(n) = n.to_u64() {
        return PyInt::from_ubig(&range_product(n - k + 1, n), false);
    }
    if k == 1 {
        return n.to_exact();
    }
    let half = k / 2;
    let left = falling(n, half)?;
    let rest = ops::sub(n, &*PyInt::from_u64(half)?)?;
    ops::mul(&left, &*falling(&rest, k - half)?)
}

pub fn perm(n: &PyObject, k: Option<&PyObject>) -> PyResult<Py<PyInt>> {
    let Some(k) = k else { return factorial(n) };
    let (n, k) = (number::index(n)?, number::index(k)?);
    if n.is_negative() {
        return raise!(ValueError, "n must be a non-negative integer");
    }
    if k.is_negative() {
        return raise!(ValueError, "k must be a non-negative integer");
    }
    if ops::compare(&n, &k) == std::cmp::Ordering::Less {
        return PyInt::from_i64(0);
    }
    let Some(k) = k.to_i64() else {
        return raise!(OverflowError, "k must not exceed {}", i64::MAX);
    };
    if k as u64 > MOST_FACTORS {
        return error::no_memory();
    }
    falling(&n, k as u64)
}

pub fn comb(n: &PyObject, k: &PyObject) -> PyResult<Py<PyInt>> {
    let (n, k) = (number::index(n)?, number::index(k)?);
    if n.is_negative() {
        return raise!(ValueError, "n must be a non-negative integer");
    }
    if k.is_negative() {
        return raise!(ValueError, "k must be a non-negative integer");
    }
    let rest = ops::sub(&n, &k)?;
    if rest.is_negative() {
        return PyInt::from_i64(0);
    }
    let k = if ops::compare(&rest, &k) == std::cmp::Ordering::Less {
        rest
    } else {
        k
    };
    let Some(k) = k.to_i64() else {
        return raise!(OverflowError, "min(n - k, k) must not exceed {}", i64::MAX);
    };
    let k = k as u64;
    if k > MOST_FACTORS {
        return error::no_memory();
    }
    if let Some(n) = n.to_u64()
        && k < 64
    {
        // stays exact at each step: r is comb(n, i)
        let mut r = 1u128;
        let mut fits = true;
        for i in 0..k {
            match r.checked_mul((n - i) as u128) {
                Some(v) => r = v / (i + 1) as u128,
                None => {
                    fits = false;
                    break;
                }
            }
        }
        if fits {
            return PyInt::from_u128(r, false);
        }
    }
    let divisor = PyInt::from_ubig(&range_product(2, k), false)?;
    ops::floor_div(&*falling(&n, k)?, &divisor)
}
