//! `int` (`cpython/longintrepr.h`): sign and 30-bit digits; −5..=256 are immortal singletons.

use crate::handle::{GilCell, Py, PyLayout, PyResult};
use crate::refcount::PyObject;
use object_macros::{pyclass, pymethods};

/// `PyLongObject`
#[pyclass(name = "int", type = PyLong_Type, flags(BASETYPE, LONG_SUBCLASS, MATCH_SELF), basicsize = 24, itemsize = 4)]
#[repr(C)]
pub struct PyInt {
    pub(crate) ob_base: PyObject,
    /// Number of digits << 3 | small-int flag << 2 | sign (0 positive, 1 zero, 2 negative).
    pub(crate) lv_tag: GilCell<usize>,
    pub(crate) ob_digit: [GilCell<u32>; 1],
}

pub const SHIFT: u32 = 30;
pub const MASK: u32 = (1 << SHIFT) - 1;
pub const NON_SIZE_BITS: u32 = 3;

impl PyInt {
    #[inline(always)]
    pub fn digit_count(&self) -> usize {
        self.lv_tag.get() >> NON_SIZE_BITS
    }
    #[inline(always)]
    pub fn is_negative(&self) -> bool {
        self.lv_tag.get() & 3 == 2
    }
    #[inline(always)]
    pub fn is_zero(&self) -> bool {
        self.lv_tag.get() & 3 == 1
    }
    /// One digit at most.
    #[inline(always)]
    pub fn is_compact(&self) -> bool {
        self.lv_tag.get() < 2 << NON_SIZE_BITS
    }
    /// The value of a compact int.
    #[inline(always)]
    pub fn compact_value(&self) -> i64 {
        debug_assert!(self.is_compact());
        (1 - (self.lv_tag.get() & 3) as i64) * self.ob_digit[0].get() as i64
    }
    /// Digits, least significant first; ints do not change.
    #[inline]
    pub fn digits(&self) -> &[u32] {
        // SAFETY: that many digits stand behind the tag; `GilCell<u32>` is a `u32`.
        unsafe { std::slice::from_raw_parts(self.ob_digit.as_ptr() as *const u32, self.digit_count()) }
    }

    pub fn from_i64(_value: i64) -> PyResult<Py<PyInt>> {
        todo!()
    }
    pub fn from_i128(_value: i128) -> PyResult<Py<PyInt>> {
        todo!()
    }
    pub fn from_big(_value: &dashu_int::IBig) -> PyResult<Py<PyInt>> {
        todo!()
    }
    pub fn to_big(&self) -> dashu_int::IBig {
        todo!()
    }
    /// The value, if it fits.
    pub fn to_i64(&self) -> Option<i64> {
        self.to_i128().and_then(|v| i64::try_from(v).ok())
    }
    pub fn to_i128(&self) -> Option<i128> {
        if self.digit_count() > 5 {
            return None;
        }
        let mut v: u128 = 0;
        for (i, d) in self.digits().iter().enumerate() {
            if i == 4 && *d >= 1 << 7 {
                return None;
            }
            v |= (*d as u128) << (30 * i);
        }
        Some(if self.is_negative() {
            -(v as i128)
        } else {
            v as i128
        })
    }
}

#[pymethods]
impl PyInt {}
