//! Arithmetic on constants, as the running program would do it. `None` means: leave it to run time, where it may
//! raise or take long.

use crate::consts::{bool_const, is_true};
use bytecode::Const;
use bytecode::oparg::*;
use dashu_int::IBig;
use dashu_int::ops::BitTest;
use std::rc::Rc;

/// Results have at most this many bits, …
const MAX_INT_SIZE: usize = 128;
/// … items, …
const MAX_COLLECTION_SIZE: usize = 256;
/// … characters, …
const MAX_STR_SIZE: usize = 4096;
/// … and items of nested collections together.
const MAX_TOTAL_ITEMS: i64 = 1024;

fn as_int(c: &Const) -> Option<IBig> {
    match c {
        Const::Int(n) => Some(n.clone()),
        Const::True => Some(IBig::ONE),
        Const::False => Some(IBig::ZERO),
        _ => None,
    }
}

fn int_to_f64(n: &IBig) -> Option<f64> {
    let f = n.to_f64().value();
    f.is_finite().then_some(f)
}

fn as_float(c: &Const) -> Option<f64> {
    match c {
        Const::Float(f) => Some(*f),
        _ => int_to_f64(&as_int(c)?),
    }
}

fn bits(n: &IBig) -> usize {
    n.unsigned_abs_bits()
}

trait AbsBits {
    fn unsigned_abs_bits(&self) -> usize;
}

impl AbsBits for IBig {
    fn unsigned_abs_bits(&self) -> usize {
        let (_, magnitude) = self.clone().into_parts();
        magnitude.bit_len()
    }
}

/// A binary operation; `op` is an `NB_*` number.
pub fn binary(op: u8, left: &Const, right: &Const) -> Option<Const> {
    if op == NB_SUBSCR {
        return subscript(left, right);
    }
    if let (Const::True | Const::False, Const::True | Const::False) = (left, right) {
        let (a, b) = (is_true(left), is_true(right));
        match op {
            NB_AND => return Some(bool_const(a & b)),
            NB_OR => return Some(bool_const(a | b)),
            NB_XOR => return Some(bool_const(a ^ b)),
            _ => {}
        }
    }
    if let (Some(a), Some(b)) = (as_int(left), as_int(right)) {
        return int_binary(op, a, b);
    }
    if matches!(left, Const::Complex(..)) || matches!(right, Const::Complex(..)) {
        return complex_binary(op, left, right);
    }
    if matches!(left, Const::Float(_)) || matches!(right, Const::Float(_)) {
        return float_binary(op, as_float(left)?, as_float(right)?);
    }
    match op {
        NB_ADD => match (left, right) {
            (Const::Str(a), Const::Str(b)) => Some(Const::Str(concat_wtf8(a, b))),
            (Const::Bytes(a), Const::Bytes(b)) => Some(Const::Bytes([&**a, &**b].concat().into())),
            (Const::Tuple(a), Const::Tuple(b)) => {
                Some(Const::Tuple(a.iter().chain(b.iter()).cloned().collect()))
            }
            _ => None,
        },
        NB_MULTIPLY => match (as_int(left), as_int(right)) {
            (Some(n), None) => repeat(right, &n),
            (None, Some(n)) => repeat(left, &n),
            _ => None,
        },
        _ => None,
    }
}

/// Concatenates; a surrogate pair that meets becomes one character.
fn concat_wtf8(a: &[u8], b: &[u8]) -> Rc<[u8]> {
    // A lone high surrogate before a lone low one stays two code points in a Python string.
    [a, b].concat().into()
}

fn total_items(c: &Const, mut limit: i64) -> i64 {
    if let Const::Tuple(items) = c {
        limit -= items.len() as i64;
        for item in items.iter() {
            if limit < 0 {
                break;
            }
            limit = total_items(item, limit);
        }
    }
    limit
}

/// The number of characters of WTF-8 text.
fn char_count(text: &[u8]) -> usize {
    text.iter().filter(|&&b| b & 0xc0 != 0x80).count()
}

fn repeat(seq: &Const, n: &IBig) -> Option<Const> {
    let (size, limit) = match seq {
        Const::Str(s) => (char_count(s), MAX_STR_SIZE),
        Const::Bytes(s) => (s.len(), MAX_STR_SIZE),
        Const::Tuple(items) => (items.len(), MAX_COLLECTION_SIZE),
        _ => return None,
    };
    if size == 0 {
        return (i64::try_from(n).is_ok()).then(|| seq.clone());
    }
    let n = usize::try_from(n).ok()?;
    if n > limit / size {
        return None;
    }
    match seq {
        Const::Str(s) => Some(Const::Str(s.repeat(n).into())),
        Const::Bytes(s) => Some(Const::Bytes(s.repeat(n).into())),
        Const::Tuple(items) => {
            if n != 0 && total_items(seq, MAX_TOTAL_ITEMS / n as i64) < 0 {
                return None;
            }
            Some(Const::Tuple(
                std::iter::repeat_n(&**items, n).flatten().cloned().collect(),
            ))
        }
        _ => None,
    }
}

fn floor_div_rem(a: &IBig, b: &IBig) -> (IBig, IBig) {
    let (mut q, mut r) = (a / b, a % b);
    let zero = IBig::ZERO;
    if r != zero && ((r < zero) != (*b < zero)) {
        q -= IBig::ONE;
        r += b;
    }
    (q, r)
}

fn int_binary(op: u8, a: IBig, b: IBig) -> Option<Const> {
    let zero = IBig::ZERO;
    Some(match op {
        NB_ADD => Const::Int(a + b),
        NB_SUBTRACT => Const::Int(a - b),
        NB_MULTIPLY => {
            if !a.is_zero() && !b.is_zero() && bits(&a) + bits(&b) > MAX_INT_SIZE {
                return None;
            }
            Const::Int(a * b)
        }
        NB_FLOOR_DIVIDE if b != zero => Const::Int(floor_div_rem(&a, &b).0),
        NB_REMAINDER if b != zero => Const::Int(floor_div_rem(&a, &b).1),
        NB_TRUE_DIVIDE if b != zero => Const::Float(true_divide(&a, &b)?),
        NB_POWER => {
            if b < zero {
                return float_binary(NB_POWER, int_to_f64(&a)?, int_to_f64(&b)?);
            }
            let e = usize::try_from(&b).ok()?;
            if !a.is_zero() && e > 0 && bits(&a) > MAX_INT_SIZE / e {
                return None;
            }
            if a.is_zero() && e > 0 {
                return Some(Const::Int(a));
            }
            Const::Int(a.pow(e))
        }
        NB_LSHIFT => {
            if b < zero {
                return None;
            }
            if a.is_zero() {
                return Some(Const::Int(a));
            }
            let n = usize::try_from(&b).ok()?;
            if n > 0 && (n > MAX_INT_SIZE || bits(&a) > MAX_INT_SIZE - n) {
                return None;
            }
            Const::Int(a << n)
        }
        NB_RSHIFT => {
            if b < zero {
                return None;
            }
            match usize::try_from(&b) {
                Ok(n) if n <= bits(&a) => Const::Int(a >> n),
                _ => Const::Int(if a < zero { -IBig::ONE } else { zero }),
            }
        }
        NB_AND => Const::Int(a & b),
        NB_OR => Const::Int(a | b),
        NB_XOR => Const::Int(a ^ b),
        _ => return None,
    })
}

/// `a / b`, correctly rounded; `None` if it is too large for a float.
fn true_divide(a: &IBig, b: &IBig) -> Option<f64> {
    if bits(a) <= 53 && bits(b) <= 53 {
        return Some(int_to_f64(a)? / int_to_f64(b)?);
    }
    if a.is_zero() {
        return Some(0.0);
    }
    let negative = (*a < IBig::ZERO) != (*b < IBig::ZERO);
    let (_, num) = a.clone().into_parts();
    let (_, den) = b.clone().into_parts();
    // A quotient of 66 bits or more, with the remainder folded into its last bit, rounds as the true quotient
    // does, as long as the result is a normal number.
    let shift = 66 + den.bit_len() as i64 - num.bit_len() as i64;
    let (num, den) = if shift >= 0 {
        (num << shift as usize, den)
    } else {
        (num, den << (-shift) as usize)
    };
    let mut q = &num / &den;
    if !(&num % &den).is_zero() {
        q |= dashu_int::UBig::ONE;
    }
    if q.bit_len() as i64 - shift <= -1021 {
        return None;
    }
    let mut f = q.to_f64().value();
    // Scaling by powers of two is exact here.
    let mut left = -shift;
    while left != 0 {
        let step = left.clamp(-1000, 1000);
        f *= 2f64.powi(step as i32);
        left -= step;
    }
    if !f.is_finite() {
        return None;
    }
    Some(if negative { -f } else { f })
}

fn float_divmod(a: f64, b: f64) -> (f64, f64) {
    let mut m = a % b;
    let mut div = (a - m) / b;
    if m != 0.0 {
        if (b < 0.0) != (m < 0.0) {
            m += b;
            div -= 1.0;
        }
    } else {
        m = 0f64.copysign(b);
    }
    let floor = if div != 0.0 {
        let f = div.floor();
        if div - f > 0.5 { f + 1.0 } else { f }
    } else {
        0f64.copysign(a / b)
    };
    (floor, m)
}

fn float_binary(op: u8, a: f64, b: f64) -> Option<Const> {
    Some(Const::Float(match op {
        NB_ADD => a + b,
        NB_SUBTRACT => a - b,
        NB_MULTIPLY => a * b,
        NB_TRUE_DIVIDE if b != 0.0 => a / b,
        NB_FLOOR_DIVIDE if b != 0.0 => float_divmod(a, b).0,
        NB_REMAINDER if b != 0.0 => float_divmod(a, b).1,
        NB_POWER => {
            if a == 0.0 && b < 0.0 {
                return None;
            }
            if a < 0.0 && a.is_finite() && b.is_finite() && b != b.floor() {
                let (re, im) = complex_pow((a, 0.0), (b, 0.0))?;
                return Some(Const::Complex(re, im));
            }
            let p = a.powf(b);
            if p.is_infinite() && a.is_finite() && b.is_finite() {
                return None;
            }
            p
        }
        _ => return None,
    }))
}

type C = (f64, f64);

fn complex_mul(a: C, b: C) -> C {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

fn complex_div(a: C, b: C) -> Option<C> {
    if b.1.abs() <= b.0.abs() {
        if b.0 == 0.0 {
            return None;
        }
        let ratio = b.1 / b.0;
        let denom = b.0 + b.1 * ratio;
        Some(((a.0 + a.1 * ratio) / denom, (a.1 - a.0 * ratio) / denom))
    } else {
        let ratio = b.0 / b.1;
        let denom = b.0 * ratio + b.1;
        Some(((a.0 * ratio + a.1) / denom, (a.1 * ratio - a.0) / denom))
    }
}

fn complex_pow(a: C, b: C) -> Option<C> {
    let r = if b == (0.0, 0.0) {
        (1.0, 0.0)
    } else if b.1 == 0.0 && b.0 == b.0.floor() && b.0.abs() <= 100.0 {
        // By repeated multiplication.
        let n = b.0.abs() as u32;
        let (mut result, mut power) = ((1.0, 0.0), a);
        let mut mask = 1;
        while mask > 0 && n >= mask {
            if n & mask != 0 {
                result = complex_mul(result, power);
            }
            mask <<= 1;
            power = complex_mul(power, power);
        }
        if b.0 < 0.0 {
            complex_div((1.0, 0.0), result)?
        } else {
            result
        }
    } else if a == (0.0, 0.0) {
        if b.1 != 0.0 || b.0 < 0.0 {
            return None;
        }
        (0.0, 0.0)
    } else {
        let vabs = a.0.hypot(a.1);
        let mut len = vabs.powf(b.0);
        let at = a.1.atan2(a.0);
        let mut phase = at * b.0;
        if b.1 != 0.0 {
            len *= (-at * b.1).exp();
            phase += b.1 * vabs.ln();
        }
        (len * phase.cos(), len * phase.sin())
    };
    (r.0.is_finite() && r.1.is_finite()).then_some(r)
}

/// An operand of complex arithmetic, which treats real ones apart.
enum Operand {
    Real(f64),
    Complex(C),
}

fn operand(c: &Const) -> Option<Operand> {
    match c {
        Const::Complex(a, b) => Some(Operand::Complex((*a, *b))),
        _ => Some(Operand::Real(as_float(c)?)),
    }
}

fn complex_binary(op: u8, left: &Const, right: &Const) -> Option<Const> {
    use Operand::{Complex, Real};
    let whole = |o: &Operand| match o {
        Real(f) => (*f, 0.0),
        Complex(c) => *c,
    };
    let (a, b) = (operand(left)?, operand(right)?);
    let r = match (op, &a, &b) {
        (NB_ADD, Real(x), Complex(z)) | (NB_ADD, Complex(z), Real(x)) => (x + z.0, z.1),
        (NB_ADD, ..) => (whole(&a).0 + whole(&b).0, whole(&a).1 + whole(&b).1),
        (NB_SUBTRACT, Complex(z), Real(x)) => (z.0 - x, z.1),
        (NB_SUBTRACT, Real(x), Complex(z)) => (x - z.0, -z.1),
        (NB_SUBTRACT, ..) => (whole(&a).0 - whole(&b).0, whole(&a).1 - whole(&b).1),
        (NB_MULTIPLY, Real(x), Complex(z)) | (NB_MULTIPLY, Complex(z), Real(x)) => (x * z.0, x * z.1),
        (NB_MULTIPLY, ..) => complex_mul(whole(&a), whole(&b)),
        (NB_TRUE_DIVIDE, Complex(z), Real(x)) => {
            if *x == 0.0 {
                return None;
            }
            (z.0 / x, z.1 / x)
        }
        (NB_TRUE_DIVIDE, ..) => complex_div(whole(&a), whole(&b))?,
        (NB_POWER, ..) => complex_pow(whole(&a), whole(&b))?,
        _ => return None,
    };
    Some(Const::Complex(r.0, r.1))
}

/// Splits WTF-8 text into its characters.
fn characters(text: &[u8]) -> Vec<&[u8]> {
    let mut starts: Vec<usize> = (0..text.len()).filter(|&i| text[i] & 0xc0 != 0x80).collect();
    starts.push(text.len());
    starts.windows(2).map(|w| &text[w[0]..w[1]]).collect()
}

fn subscript(seq: &Const, index: &Const) -> Option<Const> {
    let len = match seq {
        Const::Str(s) => char_count(s),
        Const::Bytes(s) => s.len(),
        Const::Tuple(items) => items.len(),
        _ => return None,
    };
    if let Const::Slice(parts) = index {
        let picks = slice_indices(parts, len)?;
        return match seq {
            Const::Str(s) => {
                let chars = characters(s);
                Some(Const::Str(
                    picks.iter().flat_map(|&i| chars[i]).copied().collect(),
                ))
            }
            Const::Bytes(s) => Some(Const::Bytes(picks.iter().map(|&i| s[i]).collect())),
            Const::Tuple(items) => Some(Const::Tuple(picks.iter().map(|&i| items[i].clone()).collect())),
            _ => None,
        };
    }
    let mut i = i64::try_from(&as_int(index)?).ok()?;
    if i < 0 {
        i += len as i64;
    }
    let i = usize::try_from(i).ok().filter(|&i| i < len)?;
    match seq {
        Const::Str(s) => Some(Const::Str(characters(s)[i].into())),
        Const::Bytes(s) => Some(Const::Int(s[i].into())),
        Const::Tuple(items) => Some(items[i].clone()),
        _ => None,
    }
}

fn slice_indices(parts: &[Const; 3], len: usize) -> Option<Vec<usize>> {
    let len = len as i64;
    let clip = |c: &Const| -> Option<i64> {
        let n = as_int(c)?;
        Some(i64::try_from(&n).unwrap_or(if n < IBig::ZERO { i64::MIN } else { i64::MAX }))
    };
    let step = if matches!(parts[2], Const::None) {
        1
    } else {
        clip(&parts[2])?.max(-i64::MAX)
    };
    if step == 0 {
        return None;
    }
    let (low, high) = if step < 0 { (-1, len - 1) } else { (0, len) };
    let bound = |c: &Const, default: i64| -> Option<i64> {
        if matches!(c, Const::None) {
            return Some(default);
        }
        let mut n = clip(c)?;
        if n < 0 {
            n = n.saturating_add(len);
        }
        Some(n.clamp(low, high))
    };
    let start = bound(&parts[0], if step < 0 { high } else { low })?;
    let stop = bound(&parts[1], if step < 0 { low } else { high })?;
    let mut out = Vec::new();
    let mut i = start;
    while (step > 0 && i < stop) || (step < 0 && i > stop) {
        out.push(i as usize);
        i = i.checked_add(step)?;
    }
    Some(out)
}

/// The unary operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unary {
    Negative,
    Positive,
    Invert,
    Not,
}

pub fn unary(op: Unary, operand: &Const) -> Option<Const> {
    match (op, operand) {
        (Unary::Not, c) => Some(bool_const(!is_true(c))),
        (Unary::Negative, Const::Float(f)) => Some(Const::Float(-f)),
        (Unary::Negative, Const::Complex(a, b)) => Some(Const::Complex(-a, -b)),
        (Unary::Negative, c) => Some(Const::Int(-as_int(c)?)),
        (Unary::Positive, Const::Float(_) | Const::Complex(..)) => Some(operand.clone()),
        (Unary::Positive, c) => Some(Const::Int(as_int(c)?)),
        // `~True` is deprecated: the warning is due at run time.
        (Unary::Invert, Const::Int(n)) => Some(Const::Int(-(n + IBig::ONE))),
        (Unary::Invert, _) => None,
    }
}
