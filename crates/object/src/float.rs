//! `float` (`cpython/floatobject.h`).

use crate::exceptions as exc;
use crate::handle::{GilCell, Py, PyClass, PyLayout, PyResult};
use crate::int::PyInt;
use crate::protocol::CompareOp;
use crate::raise;
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::tuple::PyTuple;
use crate::typeobject::PyTypeObject;
use crate::{FuncArgs, new_instance};
use object_macros::{pyclass, pymethods};
use std::cmp::Ordering;

/// `PyFloatObject`
#[pyclass(name = "float", type = PyFloat_Type, flags(BASETYPE, MATCH_SELF))]
#[repr(C)]
pub struct PyFloat {
    pub(crate) ob_base: PyObject,
    pub(crate) ob_fval: GilCell<f64>,
}

/// Freed floats.
static FREE: crate::freelist::FreeList = crate::freelist::FreeList::new(256);

impl PyFloat {
    #[inline]
    pub fn new(value: f64) -> PyResult<Py<PyFloat>> {
        let block = match FREE.pop() {
            Some(block) => block,
            None => {
                let block = crate::alloc::raw_malloc(size_of::<PyFloat>());
                if block.is_null() {
                    return crate::error::no_memory();
                }
                block
            }
        };
        let this = block as *mut PyFloat;
        // SAFETY: the block is a float's size and nobody else's.
        unsafe {
            this.write(PyFloat {
                ob_base: PyObject::new_head(&PyFloat_Type),
                ob_fval: GilCell::new(value),
            });
            Ok(Py::from_owned_ptr(this))
        }
    }

    #[inline(always)]
    pub fn value(&self) -> f64 {
        self.ob_fval.get()
    }

    /// Changes a float in place: for an evaluation loop that holds the only reference.
    ///
    /// # Safety
    /// The caller owns the only reference.
    #[inline(always)]
    pub unsafe fn set_value(&self, value: f64) {
        self.ob_fval.set(value);
    }

    /// An instance of `cls`, `float` or a subclass.
    fn of_class(cls: &PyTypeObject, value: f64) -> PyResult<Py<PyFloat>> {
        if std::ptr::eq(cls, PyFloat::type_object()) {
            return PyFloat::new(value);
        }
        new_instance(cls, |this: *mut PyFloat| {
            // SAFETY: fresh memory of that layout.
            unsafe { (*this).ob_fval.set(value) }
        })
    }

    #[inline]
    fn to_exact(&self) -> PyResult<Py<PyFloat>> {
        if PyFloat::check_exact(&self.ob_base) {
            Ok(self.new_ref())
        } else {
            PyFloat::new(self.value())
        }
    }
}

/// The value of a float, or of anything with `__float__` or `__index__`; `None` for others.
pub(crate) fn try_as_f64(obj: &PyObject) -> PyResult<Option<f64>> {
    if let Some(f) = obj.downcast_exact::<PyFloat>() {
        return Ok(Some(f.value()));
    }
    if let Some(i) = obj.downcast_exact::<PyInt>() {
        return i.as_f64().map(Some);
    }
    if let Some(f) = obj.ty().as_number().and_then(|t| t.nb_float.get()) {
        if PyFloat::check(obj)
            && std::ptr::fn_addr_eq(
                f,
                PyFloat::__py_nb_float as unsafe extern "C" fn(&PyObject) -> PyResult,
            )
        {
            // SAFETY: just checked.
            return Ok(Some(unsafe { obj.downcast_unchecked::<PyFloat>() }.value()));
        }
        // SAFETY: a slot of the object's type.
        return crate::number::float_result(obj, unsafe { f(obj)? }).map(Some);
    }
    if obj.has_index() {
        return crate::number::index(obj)?.as_f64().map(Some);
    }
    Ok(None)
}

/// `PyFloat_AsDouble`: float (a subclass's own value), or anything with `__float__` or `__index__`.
#[inline]
pub fn as_f64(obj: &PyObject) -> PyResult<f64> {
    if let Some(f) = obj.downcast_exact::<PyFloat>() {
        return Ok(f.value());
    }
    as_f64_slow(obj)
}

fn as_f64_slow(obj: &PyObject) -> PyResult<f64> {
    if let Some(f) = obj.downcast::<PyFloat>() {
        return Ok(f.value());
    }
    match try_as_f64(obj)? {
        Some(v) => Ok(v),
        None => raise!(TypeError, "must be real number, not {}", obj.ty().full_name()),
    }
}

/// `float(text)` for str, bytes and whatever has a buffer.
pub fn parse_object(obj: &PyObject) -> PyResult<f64> {
    let parsed = if let Some(s) = obj.downcast::<PyStr>() {
        match s.chars() {
            crate::str::Chars::One(t) if s.is_ascii() => numfmt::float::parse(t),
            chars => numfmt::float::parse(&crate::int::to_ascii_number_text(chars)),
        }
    } else if let Some(bytes) = crate::buffer::bytes_like_copy(obj)? {
        numfmt::float::parse(&bytes)
    } else {
        return raise!(
            TypeError,
            "float() argument must be a string or a real number, not '{}'",
            obj.ty().full_name()
        );
    };
    match parsed {
        Some(v) => Ok(v),
        None => raise!(ValueError, "could not convert string to float: {}", &*obj.repr()?),
    }
}

/// The operand as a float; `None` if it is neither float nor int.
#[inline(always)]
fn operand(obj: &PyObject) -> PyResult<Option<f64>> {
    if let Some(f) = obj.downcast::<PyFloat>() {
        return Ok(Some(f.value()));
    }
    match obj.downcast::<PyInt>() {
        Some(i) => i.as_f64().map(Some),
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

/// `divmod` of floats; the divisor is not zero.
pub fn divmod(a: f64, b: f64) -> (f64, f64) {
    let mut rem = a % b;
    let mut div = (a - rem) / b;
    if rem != 0.0 {
        if (b < 0.0) != (rem < 0.0) {
            rem += b;
            div -= 1.0;
        }
    } else {
        rem = 0f64.copysign(b);
    }
    let floor = if div != 0.0 {
        let floor = div.floor();
        if div - floor > 0.5 { floor + 1.0 } else { floor }
    } else {
        0f64.copysign(a / b)
    };
    (floor, rem)
}

/// `a % b`; the divisor is not zero.
#[inline]
pub fn modulo(a: f64, b: f64) -> f64 {
    let rem = a % b;
    if rem == 0.0 {
        0f64.copysign(b)
    } else if (b < 0.0) != (rem < 0.0) {
        rem + b
    } else {
        rem
    }
}

/// `a ** b`: a complex number for a negative base under a fractional exponent.
pub fn power(a: f64, b: f64) -> PyResult {
    if b == 0.0 || a == 1.0 {
        return PyFloat::new(1.0).map(Py::into_object);
    }
    if a == 0.0 && b < 0.0 && b.is_finite() {
        return raise!(ZeroDivisionError, "zero to a negative power");
    }
    if a < 0.0 && a.is_finite() && b.is_finite() && b != b.floor() {
        return crate::complex::power_objects((a, 0.0), (b, 0.0));
    }
    let r = a.powf(b);
    if r.is_infinite() && a.is_finite() && b.is_finite() {
        return overflow();
    }
    PyFloat::new(r).map(Py::into_object)
}

/// `OverflowError: (34, 'Numerical result out of range')`
#[cold]
pub fn overflow<T>() -> PyResult<T> {
    let args = PyTuple::from_vec(vec![
        PyInt::from_i64(34)?.into_object(),
        PyStr::new("Numerical result out of range")?.into_object(),
    ])?;
    Err(crate::error::raise_value(
        exc::OverflowError::type_object(),
        args.as_object(),
    ))
}

/// The hash of a float (equal numbers have equal hashes); a nan hashes by the address of `obj`.
pub fn hash(x: f64, obj: &PyObject) -> isize {
    if x.is_nan() {
        return crate::protocol::hash_pointer(obj);
    }
    hash_finite(x)
}

/// The hash of anything but a nan.
pub(crate) fn hash_finite(x: f64) -> isize {
    const BITS: i32 = 61;
    const P: u64 = (1 << BITS) - 1;
    if x.is_infinite() {
        return if x > 0.0 { 314159 } else { -314159 };
    }
    let Some(r) = numfmt::float::exact(x) else {
        return 0;
    };
    // numerator * 2**exponent mod P, where a factor of two is a rotation
    let m = r.numerator % P;
    let turn = r.exponent.rem_euclid(BITS);
    let m = if turn == 0 {
        m
    } else {
        (m << turn & P) | m >> (BITS - turn)
    };
    let h = if r.negative { -(m as isize) } else { m as isize };
    if h == -1 { -2 } else { h }
}

/// Compares a float with an int exactly; `None` for a nan.
pub fn compare_with_int(x: f64, i: &PyInt) -> Option<Ordering> {
    if i.is_compact() {
        return x.partial_cmp(&(i.compact_value() as f64));
    }
    if x.is_nan() {
        return None;
    }
    let sign_x = if x > 0.0 {
        1
    } else if x < 0.0 {
        -1
    } else {
        0
    };
    if sign_x != i.sign() {
        return Some(sign_x.cmp(&i.sign()));
    }
    let bits = i.bit_length();
    if bits <= 53 {
        return x.partial_cmp(&i.to_f64().unwrap_or(f64::INFINITY));
    }
    let flip = |o: Ordering| if sign_x < 0 { o.reverse() } else { o };
    if x.is_infinite() {
        return Some(flip(Ordering::Greater));
    }
    // bits of the float's integer part; below 54 it is smaller than the int, above it has no fraction
    let x_bits = ((x.to_bits() >> 52 & 0x7ff) as i64 - 1022).max(0) as u64;
    if x_bits != bits {
        return Some(flip(x_bits.cmp(&bits)));
    }
    let r = numfmt::float::exact(x)?;
    let magnitude = dashu_int::UBig::from(r.numerator) << r.exponent.max(0) as usize;
    Some(flip(magnitude.cmp(&i.magnitude())))
}

fn compare(a: f64, other: &PyObject, op: CompareOp) -> Option<bool> {
    let order = if let Some(f) = other.downcast::<PyFloat>() {
        a.partial_cmp(&f.value())
    } else {
        compare_with_int(a, other.downcast::<PyInt>()?)
    };
    Some(match order {
        Some(o) => op.holds(o),
        None => op == CompareOp::Ne,
    })
}

#[pymethods]
impl PyFloat {
    #[new("(x=0, /)")]
    fn tp_new(cls: &PyTypeObject, x: Option<&PyObject>) -> PyResult<Py<PyFloat>> {
        let value = match x {
            None => return PyFloat::of_class(cls, 0.0),
            Some(x) => crate::number::float(x)?,
        };
        if std::ptr::eq(cls, PyFloat::type_object()) {
            Ok(value)
        } else {
            PyFloat::of_class(cls, value.value())
        }
    }
    #[slot]
    fn tp_vectorcall(cls: &PyTypeObject, all: FuncArgs<'_>) -> PyResult<Py<PyFloat>> {
        all.no_keywords("float")?;
        all.check_positional("float", 0, 1)?;
        PyFloat::tp_new(cls, all.pos.first().copied())
    }
    #[slot]
    unsafe fn tp_dealloc(op: *mut PyObject) {
        // SAFETY: called once at the end; exact floats come from `new`, others from `tp_alloc`.
        unsafe {
            if PyFloat::check_exact(&*op) {
                FREE.push(op as *mut u8);
            } else {
                crate::typeobject::free_object(op);
            }
        }
    }
    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        let mut buf = [0; 32];
        PyStr::from_ascii(numfmt::float::repr(self.value(), &mut buf).as_bytes())
    }
    #[slot]
    fn tp_hash(&self) -> PyResult<isize> {
        Ok(hash(self.value(), &self.ob_base))
    }
    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult {
        Ok(match compare(self.value(), other, op) {
            Some(b) => crate::bool::py_bool(b),
            None => crate::not_implemented(),
        })
    }
    #[slot]
    fn nb_add(a: &PyObject, b: &PyObject) -> PyResult {
        let (a, b) = operands!(a, b);
        PyFloat::new(a + b).map(Py::into_object)
    }
    #[slot]
    fn nb_subtract(a: &PyObject, b: &PyObject) -> PyResult {
        let (a, b) = operands!(a, b);
        PyFloat::new(a - b).map(Py::into_object)
    }
    #[slot]
    fn nb_multiply(a: &PyObject, b: &PyObject) -> PyResult {
        let (a, b) = operands!(a, b);
        PyFloat::new(a * b).map(Py::into_object)
    }
    #[slot]
    fn nb_true_divide(a: &PyObject, b: &PyObject) -> PyResult {
        let (a, b) = operands!(a, b);
        if b == 0.0 {
            return crate::int::ops::zero_division();
        }
        PyFloat::new(a / b).map(Py::into_object)
    }
    #[slot]
    fn nb_floor_divide(a: &PyObject, b: &PyObject) -> PyResult {
        let (a, b) = operands!(a, b);
        if b == 0.0 {
            return crate::int::ops::zero_division();
        }
        PyFloat::new(divmod(a, b).0).map(Py::into_object)
    }
    #[slot]
    fn nb_remainder(a: &PyObject, b: &PyObject) -> PyResult {
        let (a, b) = operands!(a, b);
        if b == 0.0 {
            return crate::int::ops::zero_division();
        }
        PyFloat::new(modulo(a, b)).map(Py::into_object)
    }
    #[slot]
    fn nb_divmod(a: &PyObject, b: &PyObject) -> PyResult {
        let (a, b) = operands!(a, b);
        if b == 0.0 {
            return crate::int::ops::zero_division();
        }
        let (q, r) = divmod(a, b);
        PyTuple::from_vec(vec![
            PyFloat::new(q)?.into_object(),
            PyFloat::new(r)?.into_object(),
        ])
        .map(Py::into_object)
    }
    #[slot]
    fn nb_power(a: &PyObject, b: &PyObject, m: Option<&PyObject>) -> PyResult {
        if m.is_some_and(|m| !crate::is_none(m)) {
            return raise!(
                TypeError,
                "pow() 3rd argument not allowed unless all arguments are integers"
            );
        }
        let (a, b) = operands!(a, b);
        power(a, b)
    }
    #[slot]
    fn nb_negative(&self) -> PyResult<Py<PyFloat>> {
        PyFloat::new(-self.value())
    }
    #[slot]
    fn nb_positive(&self) -> PyResult<Py<PyFloat>> {
        self.to_exact()
    }
    #[slot]
    fn nb_absolute(&self) -> PyResult<Py<PyFloat>> {
        PyFloat::new(self.value().abs())
    }
    #[slot]
    fn nb_bool(&self) -> PyResult<bool> {
        Ok(self.value() != 0.0)
    }
    #[slot]
    fn nb_int(&self) -> PyResult<Py<PyInt>> {
        PyInt::from_f64_truncated(self.value())
    }
    #[slot]
    fn nb_float(&self) -> PyResult<Py<PyFloat>> {
        self.to_exact()
    }

    #[classmethod("($type, number, /)")]
    fn from_number(cls: &PyTypeObject, number: &PyObject) -> PyResult {
        if PyFloat::check_exact(number) && std::ptr::eq(cls, PyFloat::type_object()) {
            return Ok(number.new_ref());
        }
        let value = PyFloat::new(as_f64(number)?)?;
        if std::ptr::eq(cls, PyFloat::type_object()) {
            return Ok(value.into_object());
        }
        crate::call::call(cls.as_object(), &[value.as_object()])
    }
    #[method("($self, /)")]
    fn conjugate(&self) -> PyResult<Py<PyFloat>> {
        self.to_exact()
    }
    #[method("($self, /)")]
    fn __trunc__(&self) -> PyResult<Py<PyInt>> {
        PyInt::from_f64_truncated(self.value())
    }
    #[method("($self, /)")]
    fn __floor__(&self) -> PyResult<Py<PyInt>> {
        PyInt::from_f64_truncated(self.value().floor())
    }
    #[method("($self, /)")]
    fn __ceil__(&self) -> PyResult<Py<PyInt>> {
        PyInt::from_f64_truncated(self.value().ceil())
    }
    #[method("($self, ndigits=None, /)")]
    fn __round__(&self, ndigits: Option<&PyObject>) -> PyResult {
        let x = self.value();
        let Some(n) = ndigits.filter(|n| !crate::is_none(n)) else {
            return PyInt::from_f64_truncated(x.round_ties_even()).map(Py::into_object);
        };
        let n = crate::number::index_as_isize_clipped(n)?;
        match numfmt::float::round(x, n as i64) {
            Ok(v) => PyFloat::new(v).map(Py::into_object),
            Err(e) => Err(crate::str::format::raise_numfmt(e)),
        }
    }
    #[method("($self, /)")]
    fn as_integer_ratio(&self) -> PyResult<(Py<PyInt>, Py<PyInt>)> {
        let x = self.value();
        let Some(r) = numfmt::float::exact(x) else {
            return if x.is_nan() {
                raise!(ValueError, "cannot convert NaN to integer ratio")
            } else {
                raise!(OverflowError, "cannot convert Infinity to integer ratio")
            };
        };
        let n = PyInt::from_u128(r.numerator as u128, r.negative)?;
        let one = PyInt::small(1);
        if r.exponent >= 0 {
            Ok((
                crate::int::ops::lshift_bits(&n, r.exponent as u64)?,
                one.new_ref(),
            ))
        } else {
            Ok((
                n,
                crate::int::ops::lshift_bits(one, r.exponent.unsigned_abs() as u64)?,
            ))
        }
    }
    #[classmethod("($type, string, /)")]
    fn fromhex(cls: &PyTypeObject, string: &PyObject) -> PyResult {
        let Some(s) = string.downcast::<PyStr>() else {
            return raise!(TypeError, "bad argument type for built-in operation");
        };
        let value = match numfmt::hex::from_hex(s.utf8()?.as_bytes()) {
            Ok(v) => PyFloat::new(v)?,
            Err(e) => return Err(crate::str::format::raise_numfmt(e)),
        };
        if std::ptr::eq(cls, PyFloat::type_object()) {
            return Ok(value.into_object());
        }
        crate::call::call(cls.as_object(), &[value.as_object()])
    }
    #[method("($self, /)")]
    fn hex(&self) -> PyResult<String> {
        Ok(numfmt::hex::to_hex(self.value()))
    }
    #[method("($self, /)")]
    fn is_integer(&self) -> PyResult<bool> {
        let x = self.value();
        Ok(x.is_finite() && x == x.floor())
    }
    #[method("($self, /)")]
    fn __getnewargs__(&self) -> PyResult<Py<PyTuple>> {
        PyTuple::from_vec(vec![PyFloat::new(self.value())?.into_object()])
    }
    #[classmethod("($type, typestr, /)")]
    fn __getformat__(_cls: &PyTypeObject, typestr: &PyStr) -> PyResult<&'static str> {
        if !typestr.eq_str("double") && !typestr.eq_str("float") {
            return raise!(
                ValueError,
                "__getformat__() argument 1 must be 'double' or 'float'"
            );
        }
        Ok(if cfg!(target_endian = "big") {
            "IEEE, big-endian"
        } else {
            "IEEE, little-endian"
        })
    }
    #[method("($self, format_spec, /)")]
    fn __format__(&self, format_spec: &PyStr) -> PyResult<Py<PyStr>> {
        crate::str::format::format_float(self, format_spec)
    }
    #[getter]
    fn real(&self) -> PyResult<Py<PyFloat>> {
        self.to_exact()
    }
    #[getter]
    fn imag(&self) -> PyResult<f64> {
        Ok(0.0)
    }
}

const _: () = assert!(size_of::<PyFloat>() == 24);
