//! `int` as Python sees it: constructor, slots, methods.

use super::{PyInt, digits, ops};
use crate::args::FuncArgs;
use crate::handle::{Py, PyClass, PyLayout, PyResult};
use crate::protocol::CompareOp;
use crate::raise;
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::typeobject::PyTypeObject;
use crate::{PyBytes, PyDict, PyTuple};
use object_macros::pymethods;

/// Both operands as ints, or `NotImplemented` for the caller to return.
macro_rules! operands {
    ($a:expr, $b:expr) => {
        match ($a.downcast::<PyInt>(), $b.downcast::<PyInt>()) {
            (Some(a), Some(b)) => (a, b),
            _ => return Ok(crate::not_implemented()),
        }
    };
}

/// `int(x)` and `int(text, base)`.
fn convert(x: Option<&PyObject>, base: Option<&PyObject>) -> PyResult<Py<PyInt>> {
    let Some(base) = base else {
        return match x {
            None => PyInt::from_i64(0),
            Some(x) => crate::number::long(x),
        };
    };
    let Some(x) = x else {
        return raise!(TypeError, "int() missing string argument");
    };
    let base = crate::number::index_as_isize_clipped(base)?;
    if base != 0 && !(2..=36).contains(&base) {
        return raise!(ValueError, "int() base must be >= 2 and <= 36, or 0");
    }
    let base = base as u32;
    if let Some(s) = x.downcast::<PyStr>() {
        return super::from_str_object(s, base);
    }
    if let Some(b) = x.downcast::<PyBytes>() {
        return super::from_bytes_text(b.as_slice(), base);
    }
    if let Some(b) = x.downcast::<crate::PyByteArray>() {
        return super::from_bytes_text(&b.to_vec(), base);
    }
    raise!(TypeError, "int() can't convert non-string with explicit base")
}

fn byteorder_is_little(byteorder: Option<&PyStr>) -> PyResult<bool> {
    match byteorder {
        None => Ok(false),
        Some(s) if s.eq_str("little") => Ok(true),
        Some(s) if s.eq_str("big") => Ok(false),
        Some(_) => raise!(ValueError, "byteorder must be either 'little' or 'big'"),
    }
}

/// The value of little-endian bytes.
pub fn from_le_bytes(bytes: impl ExactSizeIterator<Item = u8>, signed: bool) -> PyResult<Py<PyInt>> {
    let n = bytes.len();
    let mut fresh = super::Fresh::new((n * 8).div_ceil(super::SHIFT as usize).max(1) + 1)?;
    let out = fresh.digits_mut();
    let (mut pending, mut held, mut at, mut last) = (0u64, 0, 0, 0u8);
    for b in bytes {
        pending |= (b as u64) << held;
        held += 8;
        last = b;
        if held >= super::SHIFT {
            out[at] = pending as u32 & super::MASK;
            at += 1;
            pending >>= super::SHIFT;
            held -= super::SHIFT;
        }
    }
    let negative = signed && last & 0x80 != 0;
    if negative {
        pending |= !0u64 << held;
    }
    out[at] = pending as u32 & super::MASK;
    if negative {
        out[at + 1..].fill(super::MASK);
        digits::complement(out);
    }
    fresh.finish(negative)
}

impl PyInt {
    /// The value in `out`, little-endian two's complement (or unsigned); false if it does not fit.
    pub fn write_le_bytes(&self, out: &mut [u8], signed: bool) -> bool {
        let bits = out.len() as u64 * 8;
        let negative = self.is_negative();
        let length = self.bit_length();
        if negative && !signed {
            return false;
        }
        let fits = if !signed {
            length <= bits
        } else if negative {
            // -2**(bits-1) fits
            length < bits
                || length == bits && {
                    let d = self.digits();
                    let top = d[d.len() - 1];
                    top.is_power_of_two() && d[..d.len() - 1].iter().all(|x| *x == 0)
                }
        } else {
            length < bits || length == 0
        };
        if !fits {
            return false;
        }
        let (mut pending, mut held) = (0u64, 0);
        let mut source = self.digits().iter();
        let mut carry = 1u64;
        for b in out {
            if held < 8 {
                let d = source.next().copied().unwrap_or(0);
                let d = if negative {
                    carry += (!d & super::MASK) as u64;
                    let d = carry & super::MASK as u64;
                    carry >>= super::SHIFT;
                    d
                } else {
                    d as u64
                };
                pending |= d << held;
                held += super::SHIFT;
            }
            *b = pending as u8;
            pending >>= 8;
            held -= 8;
        }
        true
    }
}

#[pymethods]
impl PyInt {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<PyInt>> {
        let mut holder = Vec::new();
        let all = FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?;
        static SPEC: crate::args::ArgSpec = crate::args::ArgSpec {
            fname: "int",
            names: &["", "base"],
            required: &[false, false],
            pos_only: 1,
            pos: 2,
            min_pos: 0,
            varargs: false,
            varkw: false,
        };
        let mut buf = [None; 2];
        SPEC.parse(&all, &mut buf)?;
        PyInt::into_class(convert(buf[0], buf[1])?, cls)
    }

    #[slot]
    fn tp_vectorcall(cls: &PyTypeObject, all: FuncArgs<'_>) -> PyResult<Py<PyInt>> {
        if !all.kwvalues.is_empty() {
            let mut holder = Vec::new();
            holder.extend(all.keywords().iter().map(|(_, v)| v.new_ref()));
            let kwargs = all.keywords().to_dict()?;
            return PyInt::tp_new(cls, &*all.to_tuple()?, Some(&*kwargs));
        }
        all.check_positional("int", 0, 2)?;
        PyInt::into_class(convert(all.pos.first().copied(), all.pos.get(1).copied())?, cls)
    }

    #[slot]
    unsafe fn tp_dealloc(op: *mut PyObject) {
        // SAFETY: called once at the end; exact ints come from `allocate`, others from `tp_alloc`.
        unsafe {
            if PyInt::check_exact(&*op) {
                super::free_exact(op);
            } else {
                crate::typeobject::free_object(op);
            }
        }
    }

    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        self.to_decimal()
    }
    #[slot]
    fn tp_hash(&self) -> PyResult<isize> {
        Ok(ops::hash(self))
    }
    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult {
        match other.downcast::<PyInt>() {
            Some(other) => Ok(crate::bool::py_bool(
                std::ptr::eq(self, other) && op.holds(std::cmp::Ordering::Equal)
                    || ops::rich_compare(self, other, op),
            )),
            None => Ok(crate::not_implemented()),
        }
    }

    #[slot]
    fn nb_add(a: &PyObject, b: &PyObject) -> PyResult {
        let (a, b) = operands!(a, b);
        ops::add(a, b).map(Py::into_object)
    }
    #[slot]
    fn nb_subtract(a: &PyObject, b: &PyObject) -> PyResult {
        let (a, b) = operands!(a, b);
        ops::sub(a, b).map(Py::into_object)
    }
    #[slot]
    fn nb_multiply(a: &PyObject, b: &PyObject) -> PyResult {
        let (a, b) = operands!(a, b);
        ops::mul(a, b).map(Py::into_object)
    }
    #[slot]
    fn nb_remainder(a: &PyObject, b: &PyObject) -> PyResult {
        let (a, b) = operands!(a, b);
        ops::modulo(a, b).map(Py::into_object)
    }
    #[slot]
    fn nb_divmod(a: &PyObject, b: &PyObject) -> PyResult {
        let (a, b) = operands!(a, b);
        let (q, r) = ops::divmod(a, b)?;
        PyTuple::from_vec(vec![q.into_object(), r.into_object()]).map(Py::into_object)
    }
    #[slot]
    fn nb_power(a: &PyObject, b: &PyObject, m: Option<&PyObject>) -> PyResult {
        let (a, b) = operands!(a, b);
        match m.filter(|m| !crate::is_none(m)) {
            None if b.is_negative() => crate::float::power(a.as_f64()?, b.as_f64()?),
            None => ops::pow(a, b).map(Py::into_object),
            Some(m) => match m.downcast::<PyInt>() {
                Some(m) => ops::pow_mod(a, b, m).map(Py::into_object),
                None => Ok(crate::not_implemented()),
            },
        }
    }
    #[slot]
    fn nb_negative(&self) -> PyResult<Py<PyInt>> {
        ops::neg(self)
    }
    #[slot]
    fn nb_positive(&self) -> PyResult<Py<PyInt>> {
        self.to_exact()
    }
    #[slot]
    fn nb_absolute(&self) -> PyResult<Py<PyInt>> {
        ops::abs(self)
    }
    #[slot]
    fn nb_bool(&self) -> PyResult<bool> {
        Ok(!self.is_zero())
    }
    #[slot]
    fn nb_invert(&self) -> PyResult<Py<PyInt>> {
        ops::invert(self)
    }
    #[slot]
    fn nb_lshift(a: &PyObject, b: &PyObject) -> PyResult {
        let (a, b) = operands!(a, b);
        ops::lshift(a, b).map(Py::into_object)
    }
    #[slot]
    fn nb_rshift(a: &PyObject, b: &PyObject) -> PyResult {
        let (a, b) = operands!(a, b);
        ops::rshift(a, b).map(Py::into_object)
    }
    #[slot]
    fn nb_and(a: &PyObject, b: &PyObject) -> PyResult {
        let (a, b) = operands!(a, b);
        ops::and(a, b).map(Py::into_object)
    }
    #[slot]
    fn nb_xor(a: &PyObject, b: &PyObject) -> PyResult {
        let (a, b) = operands!(a, b);
        ops::xor(a, b).map(Py::into_object)
    }
    #[slot]
    fn nb_or(a: &PyObject, b: &PyObject) -> PyResult {
        let (a, b) = operands!(a, b);
        ops::or(a, b).map(Py::into_object)
    }
    #[slot]
    fn nb_int(&self) -> PyResult<Py<PyInt>> {
        self.to_exact()
    }
    #[slot]
    fn nb_float(&self) -> PyResult<f64> {
        self.as_f64()
    }
    #[slot]
    fn nb_floor_divide(a: &PyObject, b: &PyObject) -> PyResult {
        let (a, b) = operands!(a, b);
        ops::floor_div(a, b).map(Py::into_object)
    }
    #[slot]
    fn nb_true_divide(a: &PyObject, b: &PyObject) -> PyResult {
        let (a, b) = operands!(a, b);
        crate::PyFloat::new(ops::true_div(a, b)?).map(Py::into_object)
    }
    #[slot]
    fn nb_index(&self) -> PyResult<Py<PyInt>> {
        self.to_exact()
    }

    #[method("($self, /)")]
    fn conjugate(&self) -> PyResult<Py<PyInt>> {
        self.to_exact()
    }
    #[method("($self, /)", name = "bit_length")]
    fn py_bit_length(&self) -> PyResult<u64> {
        Ok(self.bit_length())
    }
    #[method("($self, /)")]
    fn bit_count(&self) -> PyResult<u64> {
        Ok(self.digits().iter().map(|d| d.count_ones() as u64).sum())
    }
    #[method("($self, /, length=1, byteorder='big', *, signed=False)")]
    fn to_bytes(
        &self,
        length: Option<isize>,
        byteorder: Option<&PyStr>,
        signed: Option<bool>,
    ) -> PyResult<Py<PyBytes>> {
        let length = length.unwrap_or(1);
        let little = byteorder_is_little(byteorder)?;
        let signed = signed.unwrap_or(false);
        if length < 0 {
            return raise!(ValueError, "length argument must be non-negative");
        }
        if self.is_negative() && !signed {
            return raise!(OverflowError, "can't convert negative int to unsigned");
        }
        let mut fits = true;
        let bytes = PyBytes::build(length as usize, |out| {
            fits = self.write_le_bytes(out, signed);
            if !little {
                out.reverse();
            }
        })?;
        if !fits {
            return raise!(OverflowError, "int too big to convert");
        }
        Ok(bytes)
    }
    #[classmethod("($type, /, bytes, byteorder='big', *, signed=False)")]
    fn from_bytes(
        cls: &PyTypeObject,
        bytes: &PyObject,
        byteorder: Option<&PyStr>,
        signed: Option<bool>,
    ) -> PyResult {
        let little = byteorder_is_little(byteorder)?;
        let signed = signed.unwrap_or(false);
        let bytes = crate::bytes::from_object(bytes)?;
        let content = bytes.as_slice();
        let value = if little {
            from_le_bytes(content.iter().copied(), signed)?
        } else {
            from_le_bytes(content.iter().rev().copied(), signed)?
        };
        if std::ptr::eq(cls, PyInt::type_object()) {
            Ok(value.into_object())
        } else {
            crate::call::call(cls.as_object(), &[value.as_object()])
        }
    }
    #[method("($self, /)")]
    fn as_integer_ratio(&self) -> PyResult<(Py<PyInt>, Py<PyInt>)> {
        Ok((self.to_exact()?, PyInt::from_i64(1)?))
    }
    #[method("($self, /)")]
    fn __trunc__(&self) -> PyResult<Py<PyInt>> {
        self.to_exact()
    }
    #[method("($self, /)")]
    fn __floor__(&self) -> PyResult<Py<PyInt>> {
        self.to_exact()
    }
    #[method("($self, /)")]
    fn __ceil__(&self) -> PyResult<Py<PyInt>> {
        self.to_exact()
    }
    #[method("($self, ndigits=None, /)")]
    fn __round__(&self, ndigits: Option<&PyObject>) -> PyResult<Py<PyInt>> {
        let Some(ndigits) = ndigits.filter(|n| !crate::is_none(n)) else {
            return self.to_exact();
        };
        let n = crate::number::index(ndigits)?;
        if !n.is_negative() {
            return self.to_exact();
        }
        let Some(n) = n.to_i64() else {
            return PyInt::from_i64(0);
        };
        // beyond its own digits, a number rounds to zero
        if n.unsigned_abs() > self.bit_length() / 3 + 2 {
            return PyInt::from_i64(0);
        }
        let unit = ops::pow(PyInt::small(10), &*PyInt::from_i64(-n)?)?;
        let (_, r) = ops::divmod_near(self, &unit)?;
        ops::sub(self, &r)
    }
    #[method("($self, /)")]
    fn __getnewargs__(&self) -> PyResult<Py<PyTuple>> {
        PyTuple::from_vec(vec![self.to_exact()?.into_object()])
    }
    #[method("($self, format_spec, /)")]
    fn __format__(&self, format_spec: &PyStr) -> PyResult<Py<PyStr>> {
        crate::str::format::format_int(self, format_spec)
    }
    #[method("($self, /)")]
    fn __sizeof__(&self) -> PyResult<isize> {
        let basic = self.ob_base.ty().tp_basicsize.get();
        Ok(basic + 4 * self.digit_count().max(1) as isize)
    }
    #[method("($self, /)")]
    fn is_integer(&self) -> PyResult<bool> {
        Ok(true)
    }
    #[getter]
    fn real(&self) -> PyResult<Py<PyInt>> {
        self.to_exact()
    }
    #[getter]
    fn imag(&self) -> PyResult<Py<PyInt>> {
        PyInt::from_i64(0)
    }
    #[getter]
    fn numerator(&self) -> PyResult<Py<PyInt>> {
        self.to_exact()
    }
    #[getter]
    fn denominator(&self) -> PyResult<Py<PyInt>> {
        PyInt::from_i64(1)
    }
}
