//! `int` (`cpython/longintrepr.h`): sign and 30-bit digits; −5..=256 are immortal singletons.
//!
//! This file has the layout, the making of ints and their conversions to Rust's numbers; `digits` the arithmetic of
//! magnitudes, `ops` the operators, `text` reading and writing, `methods` what Python sees.

mod digits;
mod methods;
pub mod ops;
mod text;

pub use methods::from_le_bytes;
pub use text::{
    from_bytes_text, from_parsed, from_str_object, max_str_digits, set_max_str_digits, to_ascii_number_text,
};

use crate::handle::{GilCell, Py, PyClass, PyLayout, PyResult};
use crate::refcount::PyObject;
use crate::typeobject::PyTypeObject;
use dashu_int::{IBig, Sign, UBig};
use object_macros::pyclass;
use std::mem::MaybeUninit;

/// `PyLongObject`
#[pyclass(name = "int", type = PyLong_Type, flags(BASETYPE, LONG_SUBCLASS, MATCH_SELF), basicsize = 24, itemsize = 4)]
#[repr(C)]
pub struct PyInt {
    pub(crate) ob_base: PyObject,
    /// Number of digits << 3 | small-int flag << 2 | sign (0 positive, 1 zero, 2 negative).
    pub(crate) lv_tag: GilCell<usize>,
    pub(crate) ob_digit: [GilCell<u32>; 1],
}

// SAFETY: ints do not change once they are shown.
unsafe impl Sync for PyInt {}

pub const SHIFT: u32 = 30;
pub const MASK: u32 = (1 << SHIFT) - 1;
pub const NON_SIZE_BITS: u32 = 3;
/// Set in the tag of the singletons.
const SMALL_FLAG: usize = 1 << 2;
/// Bytes before the digits.
const HEAD: usize = 24;
/// The most digits that an int may have: so that its bits can be counted.
const MAX_DIGITS: usize = (isize::MAX as usize - 1) / SHIFT as usize;

/// The singletons: from [`MIN_SMALL`] to [`MAX_SMALL`].
pub const MIN_SMALL: i64 = -5;
pub const MAX_SMALL: i64 = 256;
const SMALL_COUNT: usize = (MAX_SMALL - MIN_SMALL + 1) as usize;

static SMALL_INTS: [PyInt; SMALL_COUNT] = make_small_ints();

const fn make_small_ints() -> [PyInt; SMALL_COUNT] {
    let mut all: MaybeUninit<[PyInt; SMALL_COUNT]> = MaybeUninit::uninit();
    let first = all.as_mut_ptr() as *mut PyInt;
    let mut i = 0;
    while i < SMALL_COUNT {
        let value = MIN_SMALL + i as i64;
        let tag = match value {
            0 => 1,
            v if v < 0 => 1 << NON_SIZE_BITS | 2,
            _ => 1 << NON_SIZE_BITS,
        };
        // SAFETY: `i` is within the array.
        unsafe {
            first.add(i).write(PyInt {
                ob_base: PyObject::new_static(&PyLong_Type),
                lv_tag: GilCell::new(tag | SMALL_FLAG),
                ob_digit: [GilCell::new(value.unsigned_abs() as u32)],
            });
        }
        i += 1;
    }
    // SAFETY: every place has been written.
    unsafe { all.assume_init() }
}

/// Blocks of compact ints that have been freed, linked through their first word.
static FREE: crate::freelist::FreeList = crate::freelist::FreeList::new(256);

/// The block of a compact int: head and one digit, rounded up.
const COMPACT_SIZE: usize = size_of::<PyInt>();

/// A new exact int of `n` digits, not written yet.
#[inline(always)]
fn allocate(n: usize, tag: usize) -> PyResult<Py<PyInt>> {
    let block = if n <= 1 {
        match FREE.pop() {
            Some(block) => block,
            None => crate::alloc::raw_malloc(COMPACT_SIZE),
        }
    } else {
        if n > MAX_DIGITS {
            return crate::error::no_memory();
        }
        crate::freelist::small_malloc(HEAD + 4 * n)
    };
    if block.is_null() {
        return crate::error::no_memory();
    }
    let this = block as *mut PyInt;
    // SAFETY: the block has room for the head and `max(n, 1)` digits.
    unsafe {
        (&raw mut (*this).ob_base).write(PyObject::new_head(&PyLong_Type));
        (&raw mut (*this).lv_tag).write(GilCell::new(tag));
        (&raw mut (*this).ob_digit).write([GilCell::new(0)]);
        Ok(Py::from_owned_ptr(this))
    }
}

/// Gives back the memory of an exact int.
///
/// # Safety
/// `op` is an exact int with no references left.
pub(crate) unsafe fn free_exact(op: *mut PyObject) {
    // SAFETY: the caller's promise; the tag says which of the two forms the block has.
    unsafe {
        if (*(op as *const PyInt)).is_compact() {
            FREE.push(op as *mut u8);
        } else {
            let digits = (*(op as *const PyInt)).digits().len();
            crate::freelist::small_free(op as *mut u8, HEAD + 4 * digits);
        }
    }
}

/// An int being made: digits to fill in, then [`Fresh::finish`].
pub(crate) struct Fresh {
    int: Py<PyInt>,
    len: usize,
}

impl Fresh {
    /// Room for `n` digits, all zero.
    pub(crate) fn new(n: usize) -> PyResult<Fresh> {
        let int = allocate(n, n.max(1) << NON_SIZE_BITS)?;
        // SAFETY: `n` digits' room behind the head.
        unsafe { std::ptr::write_bytes(int.ob_digit.as_ptr() as *mut u32, 0, n) };
        Ok(Fresh { int, len: n })
    }

    #[inline]
    pub(crate) fn digits_mut(&mut self) -> &mut [u32] {
        // SAFETY: nobody else sees the object yet; that many digits stand there.
        unsafe { std::slice::from_raw_parts_mut(self.int.ob_digit.as_ptr() as *mut u32, self.len) }
    }

    /// The int, with leading zeros cut.
    pub(crate) fn finish(mut self, negative: bool) -> PyResult<Py<PyInt>> {
        let allocated = self.len;
        let digits = self.digits_mut();
        let mut n = digits.len();
        while n > 0 && digits[n - 1] == 0 {
            n -= 1;
        }
        if n <= 1 {
            // a block of another size must not become a compact int: those go to the free list
            let value = if n == 0 { 0 } else { digits[0] as i64 };
            let value = if negative { -value } else { value };
            if allocated > 1 || (MIN_SMALL..=MAX_SMALL).contains(&value) {
                return PyInt::from_i64(value);
            }
        }
        self.int
            .lv_tag
            .set(n << NON_SIZE_BITS | if negative { 2 } else { 0 });
        Ok(self.int)
    }
}

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
    /// −1, 0 or 1.
    #[inline(always)]
    pub fn sign(&self) -> i32 {
        1 - (self.lv_tag.get() & 3) as i32
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

    /// One of the singletons; `value` must be in their range.
    #[inline(always)]
    pub fn small(value: i64) -> &'static PyInt {
        &SMALL_INTS[(value - MIN_SMALL) as usize]
    }

    #[inline(always)]
    pub fn from_i64(value: i64) -> PyResult<Py<PyInt>> {
        if (MIN_SMALL..=MAX_SMALL).contains(&value) {
            return Ok(PyInt::small(value).new_ref());
        }
        let abs = value.unsigned_abs();
        if abs < 1 << SHIFT {
            let int = allocate(1, 1 << NON_SIZE_BITS | if value < 0 { 2 } else { 0 })?;
            int.ob_digit[0].set(abs as u32);
            return Ok(int);
        }
        from_u64_medium(abs, value < 0)
    }

    pub fn from_u64(value: u64) -> PyResult<Py<PyInt>> {
        match i64::try_from(value) {
            Ok(v) => PyInt::from_i64(v),
            Err(_) => from_u64_medium(value, false),
        }
    }

    pub fn from_usize(value: usize) -> PyResult<Py<PyInt>> {
        PyInt::from_u64(value as u64)
    }

    pub fn from_i128(value: i128) -> PyResult<Py<PyInt>> {
        if let Ok(v) = i64::try_from(value) {
            return PyInt::from_i64(v);
        }
        PyInt::from_u128(value.unsigned_abs(), value < 0)
    }

    /// Sign and magnitude.
    pub fn from_u128(mut abs: u128, negative: bool) -> PyResult<Py<PyInt>> {
        let mut fresh = Fresh::new(((128 - abs.leading_zeros()).div_ceil(SHIFT)) as usize)?;
        for d in fresh.digits_mut() {
            *d = abs as u32 & MASK;
            abs >>= SHIFT;
        }
        fresh.finish(negative)
    }

    /// From 30-bit digits, least significant first.
    pub fn from_digits(digits: &[u32], negative: bool) -> PyResult<Py<PyInt>> {
        let mut fresh = Fresh::new(digits.len())?;
        fresh.digits_mut().copy_from_slice(digits);
        fresh.finish(negative)
    }

    /// From 64-bit words, least significant first.
    pub fn from_words(words: &[u64], negative: bool) -> PyResult<Py<PyInt>> {
        let bits = words.len() * 64;
        let mut fresh = Fresh::new(bits.div_ceil(SHIFT as usize))?;
        let (mut pending, mut held) = (0u128, 0);
        let mut source = words.iter();
        for d in fresh.digits_mut() {
            if held < SHIFT
                && let Some(w) = source.next()
            {
                pending |= (*w as u128) << held;
                held += 64;
            }
            *d = pending as u32 & MASK;
            pending >>= SHIFT;
            held = held.saturating_sub(SHIFT);
        }
        fresh.finish(negative)
    }

    pub fn from_big(value: &IBig) -> PyResult<Py<PyInt>> {
        let (sign, words) = value.as_sign_words();
        PyInt::from_words(words, sign == Sign::Negative)
    }

    pub fn from_ubig(value: &UBig, negative: bool) -> PyResult<Py<PyInt>> {
        PyInt::from_words(value.as_words(), negative)
    }

    pub fn to_big(&self) -> IBig {
        let sign = if self.is_negative() {
            Sign::Negative
        } else {
            Sign::Positive
        };
        IBig::from_parts(sign, self.magnitude())
    }

    /// The absolute value.
    pub fn magnitude(&self) -> UBig {
        UBig::from_words(&numfmt::int::to_words(self.digits()))
    }

    /// The value of a finite float, truncated.
    pub fn from_f64_truncated(x: f64) -> PyResult<Py<PyInt>> {
        let x = x.trunc();
        if x.abs() < 9.0e18 {
            return PyInt::from_i64(x as i64);
        }
        if !x.is_finite() {
            return if x.is_nan() {
                crate::raise!(ValueError, "cannot convert float NaN to integer")
            } else {
                crate::raise!(OverflowError, "cannot convert float infinity to integer")
            };
        }
        let bits = x.to_bits();
        let exponent = (bits >> 52 & 0x7ff) as usize - 1075;
        let mantissa = bits & ((1 << 52) - 1) | 1 << 52;
        let mut fresh = Fresh::new((53 + exponent).div_ceil(SHIFT as usize))?;
        let (at, shift) = (exponent / SHIFT as usize, exponent % SHIFT as usize);
        let mut wide = (mantissa as u128) << shift;
        for d in &mut fresh.digits_mut()[at..] {
            *d = wide as u32 & MASK;
            wide >>= SHIFT;
        }
        fresh.finish(x < 0.0)
    }

    /// The value, if it fits.
    #[inline]
    pub fn to_i64(&self) -> Option<i64> {
        if self.is_compact() {
            return Some(self.compact_value());
        }
        self.to_i128().and_then(|v| i64::try_from(v).ok())
    }
    #[inline]
    pub fn to_isize(&self) -> Option<isize> {
        self.to_i64().map(|v| v as isize)
    }
    pub fn to_u64(&self) -> Option<u64> {
        self.to_i128().and_then(|v| u64::try_from(v).ok())
    }
    pub fn to_usize(&self) -> Option<usize> {
        self.to_u64().map(|v| v as usize)
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

    /// The value modulo 2**64, in two's complement (`PyLong_AsUnsignedLongLongMask`).
    pub fn to_u64_wrapping(&self) -> u64 {
        let mut v: u64 = 0;
        for (i, d) in self.digits().iter().take(3).enumerate() {
            v |= (*d as u64) << (30 * i);
        }
        if self.is_negative() { v.wrapping_neg() } else { v }
    }

    /// The nearest float, halves to even; `None` if it is beyond the largest.
    #[inline]
    pub fn to_f64(&self) -> Option<f64> {
        if self.is_compact() {
            return Some(self.compact_value() as f64);
        }
        ops::to_f64(self)
    }

    /// The nearest float, or `OverflowError: int too large to convert to float`.
    #[inline]
    pub fn as_f64(&self) -> PyResult<f64> {
        match self.to_f64() {
            Some(v) => Ok(v),
            None => crate::raise!(OverflowError, "int too large to convert to float"),
        }
    }

    /// Bits of the magnitude.
    pub fn bit_length(&self) -> u64 {
        digits::bit_length(self.digits())
    }

    /// The same value as an exact `int`: itself, unless it is of a subclass.
    #[inline]
    pub fn to_exact(&self) -> PyResult<Py<PyInt>> {
        if PyInt::check_exact(&self.ob_base) {
            Ok(self.new_ref())
        } else {
            self.copy_exact()
        }
    }

    #[cold]
    fn copy_exact(&self) -> PyResult<Py<PyInt>> {
        if self.is_compact() {
            PyInt::from_i64(self.compact_value())
        } else {
            PyInt::from_digits(self.digits(), self.is_negative())
        }
    }

    /// An instance of `cls`, `int` or a subclass, with this value.
    pub fn into_class(value: Py<PyInt>, cls: &PyTypeObject) -> PyResult<Py<PyInt>> {
        if std::ptr::eq(cls, PyInt::type_object()) {
            return Ok(value);
        }
        let n = value.digit_count().max(1);
        let obj = match cls.tp_alloc.get() {
            // SAFETY: `tp_alloc` of a ready type.
            Some(alloc) => unsafe { alloc(cls, n as isize)? },
            None => crate::alloc::generic_alloc(cls, n)?,
        };
        // SAFETY: a subclass's instance begins with an int of at least `n` digits, unseen so far.
        unsafe {
            let this = obj.as_ptr() as *mut PyInt;
            (*this).lv_tag.set(value.lv_tag.get() & !SMALL_FLAG);
            let to = (&raw mut (*this).ob_digit) as *mut u32;
            std::ptr::copy_nonoverlapping(value.ob_digit.as_ptr() as *const u32, to, n);
            Ok(obj.cast_unchecked())
        }
    }
}

#[cold]
fn from_u64_medium(abs: u64, negative: bool) -> PyResult<Py<PyInt>> {
    let n = if abs >> 60 != 0 { 3 } else { 2 };
    let int = allocate(n, n << NON_SIZE_BITS | if negative { 2 } else { 0 })?;
    let p = int.ob_digit.as_ptr() as *mut u32;
    // SAFETY: `n` digits' room behind the head; nobody else sees the object yet.
    unsafe {
        p.write(abs as u32 & MASK);
        p.add(1).write((abs >> SHIFT) as u32 & MASK);
        if n == 3 {
            p.add(2).write((abs >> (2 * SHIFT)) as u32);
        }
    }
    Ok(int)
}

const _: () = assert!(size_of::<PyInt>() == 32 && std::mem::offset_of!(PyInt, ob_digit) == HEAD);
