//! Arithmetic of magnitudes: slices of 30-bit digits, least significant first, without leading zeros unless said.

use super::{MASK, SHIFT};
use std::cmp::Ordering;

/// Without leading zeros.
#[inline]
pub fn trim(mut digits: &[u32]) -> &[u32] {
    while let [rest @ .., 0] = digits {
        digits = rest;
    }
    digits
}

pub fn bit_length(digits: &[u32]) -> u64 {
    match digits {
        [] => 0,
        [rest @ .., top] => rest.len() as u64 * SHIFT as u64 + (32 - top.leading_zeros()) as u64,
    }
}

pub fn compare(a: &[u32], b: &[u32]) -> Ordering {
    a.len()
        .cmp(&b.len())
        .then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

/// `out = a + b`; `out` is one digit longer than the longer of them.
pub fn add(a: &[u32], b: &[u32], out: &mut [u32]) {
    let (a, b) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    let mut carry = 0;
    let (low, high) = a.split_at(b.len());
    let (out_low, out_high) = out.split_at_mut(b.len());
    for ((x, y), o) in low.iter().zip(b).zip(out_low) {
        carry += x + y;
        *o = carry & MASK;
        carry >>= SHIFT;
    }
    for (x, o) in high.iter().zip(out_high.iter_mut()) {
        carry += x;
        *o = carry & MASK;
        carry >>= SHIFT;
    }
    out_high[high.len()] = carry;
}

/// `out = a - b` for `a >= b`; `out` is as long as `a`.
pub fn sub(a: &[u32], b: &[u32], out: &mut [u32]) {
    let mut borrow = 0u32;
    for (i, o) in out.iter_mut().enumerate() {
        let y = b.get(i).copied().unwrap_or(0);
        borrow = a[i].wrapping_sub(y).wrapping_sub(borrow);
        *o = borrow & MASK;
        borrow = borrow >> SHIFT & 1;
    }
}

/// `out = a * b`; `out` is as long as both together and zero.
pub fn mul(a: &[u32], b: &[u32], out: &mut [u32]) {
    for (i, x) in a.iter().enumerate() {
        let x = *x as u64;
        let mut carry = 0u64;
        let row = &mut out[i..];
        for (y, o) in b.iter().zip(row.iter_mut()) {
            carry += *o as u64 + x * *y as u64;
            *o = carry as u32 & MASK;
            carry >>= SHIFT;
        }
        row[b.len()] = carry as u32;
    }
}

/// `out = a / d`; gives the remainder. `out` is as long as `a`.
pub fn div_small(a: &[u32], d: u32, out: &mut [u32]) -> u32 {
    let d = d as u64;
    let mut rem = 0u64;
    for (x, o) in a.iter().zip(out).rev() {
        let wide = rem << SHIFT | *x as u64;
        let q = wide / d;
        *o = q as u32;
        rem = wide - q * d;
    }
    rem as u32
}

/// `a % d`
pub fn rem_small(a: &[u32], d: u32) -> u32 {
    a.iter()
        .rev()
        .fold(0u64, |rem, x| (rem << SHIFT | *x as u64) % d as u64) as u32
}

/// Knuth's algorithm D: quotient and remainder for a divisor of at least two digits, no longer than `a`.
pub fn div_rem(a: &[u32], b: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let n = b.len();
    let shift = b[n - 1].leading_zeros() - 2;
    let mut v = vec![0; n];
    shift_left_into(b, shift, &mut v);
    let mut u = vec![0; a.len() + 1];
    shift_left_into(a, shift, &mut u);
    let m = u.len() - n;
    let mut q = vec![0u32; m];
    let (v1, v2) = (v[n - 1] as u64, v[n - 2] as u64);
    for j in (0..m).rev() {
        let top = (u.get(j + n).copied().unwrap_or(0) as u64) << SHIFT | u[j + n - 1] as u64;
        let mut guess = top / v1;
        let mut rest = top - guess * v1;
        while guess > MASK as u64 || guess * v2 > (rest << SHIFT | u[j + n - 2] as u64) {
            guess -= 1;
            rest += v1;
            if rest > MASK as u64 {
                break;
            }
        }
        // subtract guess * v from u[j..]
        let (mut carry, mut borrow) = (0u64, 0i64);
        for i in 0..n {
            let p = guess * v[i] as u64 + carry;
            carry = p >> SHIFT;
            let t = u[i + j] as i64 - (p & MASK as u64) as i64 + borrow;
            u[i + j] = (t & MASK as i64) as u32;
            borrow = t >> SHIFT;
        }
        if j + n < u.len() {
            let t = u[j + n] as i64 - carry as i64 + borrow;
            u[j + n] = (t & MASK as i64) as u32;
            borrow = t >> SHIFT;
        }
        if borrow < 0 {
            guess -= 1;
            let mut carry = 0;
            for i in 0..n {
                carry += u[i + j] + v[i];
                u[i + j] = carry & MASK;
                carry >>= SHIFT;
            }
            if j + n < u.len() {
                u[j + n] = (u[j + n] + carry) & MASK;
            }
        }
        q[j] = guess as u32;
    }
    u.truncate(n);
    let mut r = vec![0; n];
    shift_right_into(&u, shift, &mut r);
    (q, r)
}

/// Shifts left by less than a digit; what does not fit into `out` is zero.
pub fn shift_left_into(a: &[u32], bits: u32, out: &mut [u32]) {
    let mut carry = 0u64;
    for (i, o) in out.iter_mut().enumerate() {
        carry |= (a.get(i).copied().unwrap_or(0) as u64) << bits;
        *o = carry as u32 & MASK;
        carry >>= SHIFT;
    }
}

/// Shifts right by less than a digit.
pub fn shift_right_into(a: &[u32], bits: u32, out: &mut [u32]) {
    for (i, o) in out.iter_mut().enumerate() {
        let wide = a[i] as u64 | (a.get(i + 1).copied().unwrap_or(0) as u64) << SHIFT;
        *o = (wide >> bits) as u32 & MASK;
    }
}

/// The two's complement of the digits, in place.
pub fn complement(digits: &mut [u32]) {
    let mut carry = 1;
    for d in digits {
        carry += !*d & MASK;
        *d = carry & MASK;
        carry >>= SHIFT;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divides() {
        let mut seed = 12345u64;
        let mut next = || {
            seed = seed
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            match seed >> 62 {
                0 => 0,
                1 => MASK,
                _ => (seed >> 33) as u32 & MASK,
            }
        };
        for round in 0..2000 {
            let (la, lb) = (2 + round % 7, 2 + round % 3);
            let mut a: Vec<u32> = (0..la.max(lb)).map(|_| next()).collect();
            let mut b: Vec<u32> = (0..lb).map(|_| next()).collect();
            *a.last_mut().expect("not empty") |= 1;
            *b.last_mut().expect("not empty") |= 1;
            if compare(&a, &b) == Ordering::Less {
                continue;
            }
            let (q, r) = div_rem(&a, &b);
            assert_eq!(compare(trim(&r), &b), Ordering::Less);
            let mut product = vec![0; q.len() + b.len()];
            mul(&q, &b, &mut product);
            let mut sum = vec![0; product.len().max(r.len()) + 1];
            add(
                trim(&product),
                trim(&r),
                &mut sum[..trim(&product).len().max(trim(&r).len()) + 1],
            );
            assert_eq!(trim(&sum), trim(&a));
        }
    }
}
