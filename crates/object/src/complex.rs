//! `complex` (`cpython/complexobject.h`), with C11's mixed-mode arithmetic (a real operand has no imaginary part).

use crate::exceptions as exc;
use crate::handle::{GilCell, Py, PyClass, PyLayout, PyResult};
use crate::int::PyInt;
use crate::protocol::CompareOp;
use crate::raise;
use crate::refcount::PyObject;
use crate::str::{Chars, PyStr};
use crate::typeobject::PyTypeObject;
use crate::{FuncArgs, PyDict, PyFloat, PyTuple, new_instance};
use object_macros::{pyclass, pymethods};

/// `PyComplexObject`
#[pyclass(name = "complex", type = PyComplex_Type, flags(BASETYPE))]
#[repr(C)]
pub struct PyComplex {
    pub(crate) ob_base: PyObject,
    pub(crate) re: GilCell<f64>,
    pub(crate) im: GilCell<f64>,
}

/// Real and imaginary part.
pub type Complex = (f64, f64);

impl PyComplex {
    pub fn new(re: f64, im: f64) -> PyResult<Py<PyComplex>> {
        crate::new_object(PyComplex {
            ob_base: PyObject::new_head(&PyComplex_Type),
            re: GilCell::new(re),
            im: GilCell::new(im),
        })
    }

    pub fn value(&self) -> Complex {
        (self.re.get(), self.im.get())
    }

    fn of_class(cls: &PyTypeObject, (re, im): Complex) -> PyResult<Py<PyComplex>> {
        if std::ptr::eq(cls, PyComplex::type_object()) {
            return PyComplex::new(re, im);
        }
        new_instance(cls, |this: *mut PyComplex| {
            // SAFETY: fresh memory of that layout.
            unsafe {
                (*this).re.set(re);
                (*this).im.set(im);
            }
        })
    }
}

fn object((re, im): Complex) -> PyResult {
    PyComplex::new(re, im).map(Py::into_object)
}

/// An operand: complex, or real.
#[derive(Clone, Copy)]
enum Operand {
    Complex(Complex),
    Real(f64),
}

fn operand(obj: &PyObject) -> PyResult<Option<Operand>> {
    if let Some(c) = obj.downcast::<PyComplex>() {
        return Ok(Some(Operand::Complex(c.value())));
    }
    if let Some(f) = obj.downcast::<PyFloat>() {
        return Ok(Some(Operand::Real(f.value())));
    }
    match obj.downcast::<PyInt>() {
        Some(i) => i.as_f64().map(|v| Some(Operand::Real(v))),
        None => Ok(None),
    }
}

macro_rules! operands {
    ($a:expr, $b:expr) => {
        match (operand($a)?, operand($b)?) {
            (Some(a), Some(b)) => (a, b),
            _ => return Ok(crate::not_implemented()),
        }
    };
}

/// 1 with the sign of `x` for an infinity, else 0 with it.
fn box_infinity(x: f64) -> f64 {
    (if x.is_infinite() { 1.0f64 } else { 0.0 }).copysign(x)
}

/// The sign's zero for a nan.
fn no_nan(x: f64) -> f64 {
    if x.is_nan() { 0f64.copysign(x) } else { x }
}

/// Product, with infinities recovered from nans (C11, Annex G).
pub fn mul((mut a, mut b): Complex, (mut c, mut d): Complex) -> Complex {
    let (ac, bd, ad, bc) = (a * c, b * d, a * d, b * c);
    let (re, im) = (ac - bd, ad + bc);
    if !re.is_nan() || !im.is_nan() {
        return (re, im);
    }
    let mut recalc = false;
    if a.is_infinite() || b.is_infinite() {
        (a, b) = (box_infinity(a), box_infinity(b));
        (c, d) = (no_nan(c), no_nan(d));
        recalc = true;
    }
    if c.is_infinite() || d.is_infinite() {
        (c, d) = (box_infinity(c), box_infinity(d));
        (a, b) = (no_nan(a), no_nan(b));
        recalc = true;
    }
    if !recalc && (ac.is_infinite() || bd.is_infinite() || ad.is_infinite() || bc.is_infinite()) {
        (a, b, c, d) = (no_nan(a), no_nan(b), no_nan(c), no_nan(d));
        recalc = true;
    }
    if recalc {
        const INF: f64 = f64::INFINITY;
        return (INF * (a * c - b * d), INF * (a * d + b * c));
    }
    (re, im)
}

/// Quotient by Smith's method; `None` for a zero divisor.
pub fn div((a, b): Complex, (c, d): Complex) -> Option<Complex> {
    let (re, im);
    if c.abs() >= d.abs() {
        if c == 0.0 {
            return None;
        }
        let ratio = d / c;
        let denominator = c + d * ratio;
        re = (a + b * ratio) / denominator;
        im = (b - a * ratio) / denominator;
    } else if d.abs() >= c.abs() {
        let ratio = c / d;
        let denominator = c * ratio + d;
        re = (a * ratio + b) / denominator;
        im = (b * ratio - a) / denominator;
    } else {
        // a part of the divisor is a nan
        (re, im) = (f64::NAN, f64::NAN);
    }
    if re.is_nan() && im.is_nan() {
        if (a.is_infinite() || b.is_infinite()) && c.is_finite() && d.is_finite() {
            let (x, y) = (box_infinity(a), box_infinity(b));
            return Some((f64::INFINITY * (x * c + y * d), f64::INFINITY * (y * c - x * d)));
        }
        if (c.is_infinite() || d.is_infinite()) && a.is_finite() && b.is_finite() {
            let (x, y) = (box_infinity(c), box_infinity(d));
            return Some((0.0 * (a * x + b * y), 0.0 * (b * x - a * y)));
        }
    }
    Some((re, im))
}

/// A real number divided by a complex one.
fn real_div(a: f64, (c, d): Complex) -> Option<Complex> {
    let (re, im);
    if c.abs() >= d.abs() {
        if c == 0.0 {
            return None;
        }
        let ratio = d / c;
        let denominator = c + d * ratio;
        (re, im) = (a / denominator, (-a * ratio) / denominator);
    } else if d.abs() >= c.abs() {
        let ratio = c / d;
        let denominator = c * ratio + d;
        (re, im) = ((a * ratio) / denominator, (-a) / denominator);
    } else {
        (re, im) = (f64::NAN, f64::NAN);
    }
    if re.is_nan() && im.is_nan() && a.is_finite() && (c.is_infinite() || d.is_infinite()) {
        let (x, y) = (box_infinity(c), box_infinity(d));
        return Some((0.0 * (a * x), 0.0 * (-a * y)));
    }
    Some((re, im))
}

/// `a ** b` by polar forms; `None` for zero to a negative or complex power.
fn pow_polar((a, b): Complex, (c, d): Complex) -> Option<Complex> {
    if c == 0.0 && d == 0.0 {
        return Some((1.0, 0.0));
    }
    if a == 0.0 && b == 0.0 {
        return if d != 0.0 || c < 0.0 {
            None
        } else {
            Some((0.0, 0.0))
        };
    }
    let abs = a.hypot(b);
    let mut len = abs.powf(c);
    let at = b.atan2(a);
    let mut phase = at * c;
    if d != 0.0 {
        len *= (-at * d).exp();
        phase += d * abs.ln();
    }
    Some((len * phase.cos(), len * phase.sin()))
}

/// `a ** n` by squaring, for a small `n`.
fn pow_int(a: Complex, n: i64) -> Option<Complex> {
    let mut r = (1.0, 0.0);
    let mut square = a;
    let mut bits = n.unsigned_abs();
    while bits != 0 {
        if bits & 1 == 1 {
            r = mul(r, square);
        }
        bits >>= 1;
        if bits != 0 {
            square = mul(square, square);
        }
    }
    if n > 0 { Some(r) } else { div((1.0, 0.0), r) }
}

/// `a ** b` as a complex number object.
pub(crate) fn power_objects(a: Complex, b: Complex) -> PyResult {
    let r = if b.1 == 0.0 && b.0 == b.0.floor() && b.0.abs() <= 100.0 {
        pow_int(a, b.0 as i64)
    } else {
        pow_polar(a, b)
    };
    match r {
        None => raise!(ZeroDivisionError, "zero to a negative or complex power"),
        Some((re, im)) if re.is_infinite() || im.is_infinite() => {
            raise!(OverflowError, "complex exponentiation")
        }
        Some(r) => object(r),
    }
}

/// The absolute value; `OverflowError` where it is too large.
pub fn abs((re, im): Complex) -> PyResult<f64> {
    if !re.is_finite() || !im.is_finite() {
        if re.is_infinite() || im.is_infinite() {
            return Ok(f64::INFINITY);
        }
        return Ok(f64::NAN);
    }
    let r = re.hypot(im);
    if r.is_infinite() {
        return raise!(OverflowError, "absolute value too large");
    }
    Ok(r)
}

/// The result of `__complex__`, if the object has that (`try_complex_special_method`).
fn special(obj: &PyObject) -> PyResult<Option<Complex>> {
    if let Some(c) = obj.downcast_exact::<PyComplex>() {
        return Ok(Some(c.value()));
    }
    let Some(method) = crate::typeobject::lookup_special(obj, crate::intern!("__complex__"))? else {
        return Ok(None);
    };
    let r = crate::call::call(&method, &[])?;
    let Some(c) = r.downcast::<PyComplex>() else {
        return raise!(
            TypeError,
            "__complex__ returned non-complex (type {})",
            r.ty().full_name()
        );
    };
    if !PyComplex::check_exact(&r) {
        let text = format!(
            "__complex__ returned non-complex (type {}).  The ability to return an instance of a strict subclass of \
             complex is deprecated, and may be removed in a future version of Python.",
            r.ty().full_name()
        );
        crate::hooks::warn(exc::DeprecationWarning::type_object(), &text, 1)?;
    }
    Ok(Some(c.value()))
}

/// `PyComplex_AsCComplex`: complex, `__complex__`, or a real number.
pub fn as_complex(obj: &PyObject) -> PyResult<Complex> {
    if let Some(c) = obj.downcast::<PyComplex>() {
        return Ok(c.value());
    }
    match special(obj)? {
        Some(c) => Ok(c),
        None => Ok((crate::float::as_f64(obj)?, 0.0)),
    }
}

#[cold]
fn malformed<T>() -> PyResult<T> {
    raise!(ValueError, "complex() arg is a malformed string")
}

/// `complex(text)`
fn parse(text: &PyStr) -> PyResult<Complex> {
    let ascii = match text.chars() {
        Chars::One(s) if text.is_ascii() => s.to_vec(),
        chars => crate::int::to_ascii_number_text(chars),
    };
    // underscores between digits go first
    let mut plain = Vec::with_capacity(ascii.len());
    for (i, c) in ascii.iter().enumerate() {
        if *c == b'_' {
            let digit = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_digit());
            if i == 0 || !digit(ascii.get(i - 1)) || !digit(ascii.get(i + 1)) {
                return malformed();
            }
        } else {
            plain.push(*c);
        }
    }
    let space = |b: &u8| matches!(b, b' ' | 9..=13);
    let trim = |mut s: &'_ [u8]| -> (usize, usize) {
        let start = s.iter().take_while(|b| space(b)).count();
        s = &s[start..];
        (
            start,
            start + s.len() - s.iter().rev().take_while(|b| space(b)).count(),
        )
    };
    let (start, end) = trim(&plain);
    let mut s = &plain[start..end];
    if let [b'(', inner @ .., b')'] = s {
        let (start, end) = trim(inner);
        s = &inner[start..end];
    }
    match parse_parts(s) {
        Some(c) => Ok(c),
        None => malformed(),
    }
}

/// `real`, `imagj` or `real±imagj`.
fn parse_parts(s: &[u8]) -> Option<Complex> {
    let is_j = |s: &[u8]| matches!(s, [b'j' | b'J']);
    fn unit(s: &[u8]) -> Option<(f64, &[u8])> {
        match s {
            [b'-', rest @ ..] => Some((-1.0, rest)),
            [b'+', rest @ ..] => Some((1.0, rest)),
            _ => None,
        }
    }
    let Some((first, n)) = numfmt::float::parse_prefix(s) else {
        // no number: a signed or plain j
        let (sign, rest) = unit(s).unwrap_or((1.0, s));
        return is_j(rest).then_some((0.0, sign));
    };
    let rest = &s[n..];
    if rest.is_empty() {
        return Some((first, 0.0));
    }
    if is_j(rest) {
        return Some((0.0, first));
    }
    let (sign, after) = unit(rest)?;
    match numfmt::float::parse_prefix(rest) {
        Some((second, m)) => is_j(&rest[m..]).then_some((first, second)),
        None => is_j(after).then_some((first, sign)),
    }
}

/// `real` or `imag` given as a complex number: deprecated.
fn warn_part(name: &str) -> PyResult<()> {
    crate::hooks::warn(
        exc::DeprecationWarning::type_object(),
        &format!("complex() argument '{name}' must be a real number, not complex"),
        1,
    )
}

fn is_number(obj: &PyObject) -> bool {
    PyComplex::check(obj)
        || obj
            .ty()
            .as_number()
            .is_some_and(|t| t.nb_float.get().is_some() || t.nb_index.get().is_some())
}

#[cold]
fn bad_part<T>(name: &str, obj: &PyObject) -> PyResult<T> {
    raise!(
        TypeError,
        "complex() argument '{name}' must be a real number, not {}",
        crate::containers::type_name(obj.ty())
    )
}

#[pymethods]
impl PyComplex {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<PyComplex>> {
        let mut holder = Vec::new();
        let all = FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?;
        if let ([x], true) = (all.pos, all.kwvalues.is_empty()) {
            // one argument: a number or a text
            if PyComplex::check_exact(x)
                && std::ptr::eq(cls, PyComplex::type_object())
                && let Some(c) = x.downcast::<PyComplex>()
            {
                return Ok(c.new_ref());
            }
            if let Some(s) = x.downcast::<PyStr>() {
                return PyComplex::of_class(cls, parse(s)?);
            }
            if let Some(c) = special(x)? {
                return PyComplex::of_class(cls, c);
            }
            if let Some(c) = x.downcast::<PyComplex>() {
                return PyComplex::of_class(cls, c.value());
            }
            if !is_number(x) {
                return raise!(
                    TypeError,
                    "complex() argument must be a string or a number, not {}",
                    crate::containers::type_name(x.ty())
                );
            }
            return PyComplex::of_class(cls, (crate::float::as_f64(x)?, 0.0));
        }
        static SPEC: crate::args::ArgSpec = crate::args::ArgSpec {
            fname: "complex",
            names: &["real", "imag"],
            required: &[false, false],
            pos_only: 0,
            pos: 2,
            min_pos: 0,
            varargs: false,
            varkw: false,
        };
        let mut buf = [None; 2];
        SPEC.parse(&all, &mut buf)?;
        let [real, imag] = buf;
        let (mut re, mut from_real_im, mut real_is_complex) = (0.0, 0.0, false);
        if let Some(r) = real {
            if PyStr::check(r) {
                return bad_part("real", r);
            }
            let value = if PyComplex::check_exact(r) {
                None
            } else {
                special(r)?
            };
            let value = value.or_else(|| r.downcast::<PyComplex>().map(|c| c.value()));
            match value {
                Some(c) => {
                    warn_part("real")?;
                    (re, from_real_im) = c;
                    real_is_complex = true;
                }
                None if !is_number(r) => return bad_part("real", r),
                None => re = crate::float::as_f64(r)?,
            }
        }
        let mut im = 0.0;
        if let Some(imag) = imag {
            if !is_number(imag) {
                return bad_part("imag", imag);
            }
            if let Some(c) = imag.downcast::<PyComplex>() {
                warn_part("imag")?;
                let (cr, ci) = c.value();
                re -= ci;
                im = cr;
            } else {
                im = crate::float::as_f64(imag)?;
            }
        }
        if real_is_complex {
            im += from_real_im;
        }
        PyComplex::of_class(cls, (re, im))
    }

    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        let (re, im) = self.value();
        let (mut a, mut b) = ([0; 32], [0; 32]);
        let im_text = numfmt::float::repr(im, &mut b);
        let short = |t: &str| t.strip_suffix(".0").unwrap_or(t).to_string();
        if re == 0.0 && !re.is_sign_negative() {
            return PyStr::new(&format!("{}j", short(im_text)));
        }
        let sign = if im.is_nan() || !im.is_sign_negative() {
            "+"
        } else {
            ""
        };
        let re_text = short(numfmt::float::repr(re, &mut a));
        PyStr::new(&format!("({re_text}{sign}{}j)", short(im_text)))
    }
    #[slot]
    fn tp_hash(&self) -> PyResult<isize> {
        let (re, im) = self.value();
        let (hr, hi) = (
            crate::float::hash(re, &self.ob_base) as usize,
            crate::float::hash(im, &self.ob_base) as usize,
        );
        Ok(hr.wrapping_add(hi.wrapping_mul(1000003)) as isize)
    }
    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult {
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(crate::not_implemented());
        }
        let (re, im) = self.value();
        let equal = if let Some(i) = other.downcast::<PyInt>() {
            im == 0.0 && crate::float::compare_with_int(re, i) == Some(std::cmp::Ordering::Equal)
        } else if let Some(f) = other.downcast::<PyFloat>() {
            re == f.value() && im == 0.0
        } else if let Some(c) = other.downcast::<PyComplex>() {
            (re, im) == c.value()
        } else {
            return Ok(crate::not_implemented());
        };
        Ok(crate::bool::py_bool(equal == (op == CompareOp::Eq)))
    }
    #[slot]
    fn nb_add(a: &PyObject, b: &PyObject) -> PyResult {
        use Operand::*;
        object(match operands!(a, b) {
            (Complex(a), Complex(b)) => (a.0 + b.0, a.1 + b.1),
            (Complex(a), Real(b)) => (a.0 + b, a.1),
            (Real(a), Complex(b)) => (a + b.0, b.1),
            (Real(a), Real(b)) => (a + b, 0.0),
        })
    }
    #[slot]
    fn nb_subtract(a: &PyObject, b: &PyObject) -> PyResult {
        use Operand::*;
        object(match operands!(a, b) {
            (Complex(a), Complex(b)) => (a.0 - b.0, a.1 - b.1),
            (Complex(a), Real(b)) => (a.0 - b, a.1),
            (Real(a), Complex(b)) => (a - b.0, -b.1),
            (Real(a), Real(b)) => (a - b, 0.0),
        })
    }
    #[slot]
    fn nb_multiply(a: &PyObject, b: &PyObject) -> PyResult {
        use Operand::*;
        object(match operands!(a, b) {
            (Complex(a), Complex(b)) => mul(a, b),
            (Complex(a), Real(b)) => (a.0 * b, a.1 * b),
            (Real(a), Complex(b)) => (a * b.0, a * b.1),
            (Real(a), Real(b)) => (a * b, 0.0),
        })
    }
    #[slot]
    fn nb_true_divide(a: &PyObject, b: &PyObject) -> PyResult {
        use Operand::*;
        let r = match operands!(a, b) {
            (Complex(a), Complex(b)) => div(a, b),
            (Complex(a), Real(b)) => (b != 0.0).then(|| (a.0 / b, a.1 / b)),
            (Real(a), Complex(b)) => real_div(a, b),
            (Real(a), Real(b)) => (b != 0.0).then(|| (a / b, 0.0)),
        };
        match r {
            Some(c) => object(c),
            None => crate::int::ops::zero_division(),
        }
    }
    #[slot]
    fn nb_power(a: &PyObject, b: &PyObject, m: Option<&PyObject>) -> PyResult {
        use Operand::*;
        let (a, b) = operands!(a, b);
        if m.is_some_and(|m| !crate::is_none(m)) {
            return raise!(ValueError, "complex modulo");
        }
        let whole = |o| match o {
            Complex(c) => c,
            Real(x) => (x, 0.0),
        };
        power_objects(whole(a), whole(b))
    }
    #[slot]
    fn nb_negative(&self) -> PyResult<Py<PyComplex>> {
        PyComplex::new(-self.re.get(), -self.im.get())
    }
    #[slot]
    fn nb_positive(&self) -> PyResult<Py<PyComplex>> {
        if PyComplex::check_exact(&self.ob_base) {
            return Ok(self.new_ref());
        }
        PyComplex::new(self.re.get(), self.im.get())
    }
    #[slot]
    fn nb_absolute(&self) -> PyResult<f64> {
        abs(self.value())
    }
    #[slot]
    fn nb_bool(&self) -> PyResult<bool> {
        Ok(self.re.get() != 0.0 || self.im.get() != 0.0)
    }

    #[classmethod("($type, number, /)")]
    fn from_number(cls: &PyTypeObject, number: &PyObject) -> PyResult {
        if PyComplex::check_exact(number) && std::ptr::eq(cls, PyComplex::type_object()) {
            return Ok(number.new_ref());
        }
        let (re, im) = as_complex(number)?;
        let value = PyComplex::new(re, im)?;
        if std::ptr::eq(cls, PyComplex::type_object()) {
            return Ok(value.into_object());
        }
        crate::call::call(cls.as_object(), &[value.as_object()])
    }
    #[method("($self, /)")]
    fn conjugate(&self) -> PyResult<Py<PyComplex>> {
        PyComplex::new(self.re.get(), -self.im.get())
    }
    #[method("($self, /)")]
    fn __complex__(&self) -> PyResult<Py<PyComplex>> {
        self.nb_positive()
    }
    #[method("($self, /)")]
    fn __getnewargs__(&self) -> PyResult<Py<PyTuple>> {
        PyTuple::from_vec(vec![
            PyFloat::new(self.re.get())?.into_object(),
            PyFloat::new(self.im.get())?.into_object(),
        ])
    }
    #[method("($self, format_spec, /)")]
    fn __format__(&self, format_spec: &PyStr) -> PyResult<Py<PyStr>> {
        let (re, im) = self.value();
        crate::str::format::format_complex(&self.ob_base, re, im, format_spec)
    }
    #[getter]
    fn real(&self) -> PyResult<f64> {
        Ok(self.re.get())
    }
    #[getter]
    fn imag(&self) -> PyResult<f64> {
        Ok(self.im.get())
    }
}

const _: () = assert!(size_of::<PyComplex>() == 32);
