//! `longobject.h`, `cpython/longintrepr.h`.

use crate::util::{bytes, lossy};
use object::{Py, PyInt, PyLayout, PyObject, PyResult, PyStr, error, intern, number, raise};
use std::ffi::{c_char, c_int, c_long, c_longlong, c_uint, c_ulong, c_ulonglong, c_void};

/// The argument as an int, through `__index__`.
fn index(o: Option<&PyObject>) -> PyResult<Py<PyInt>> {
    match o {
        Some(o) => number::index(o),
        None => error::bad_internal_call(),
    }
}

/// The argument, which must be an int already.
fn exact(o: Option<&PyObject>) -> PyResult<&PyInt> {
    match o {
        None => error::bad_internal_call(),
        Some(o) => match o.downcast::<PyInt>() {
            Some(i) => Ok(i),
            None => raise!(TypeError, "an integer is required"),
        },
    }
}

fn too_large<T>(what: &str) -> PyResult<T> {
    raise!(OverflowError, "Python int too large to convert to {what}")
}

fn signed(o: Option<&PyObject>, what: &str) -> PyResult<i64> {
    match index(o)?.to_i64() {
        Some(v) => Ok(v),
        None => too_large(what),
    }
}

fn unsigned(i: &PyInt, what: &str) -> PyResult<u64> {
    if i.is_negative() {
        return raise!(OverflowError, "can't convert negative value to unsigned int");
    }
    match i.to_u64() {
        Some(v) => Ok(v),
        None => too_large(what),
    }
}

/// The value, 0; or -1 and the sign in `*overflow` where it does not fit.
unsafe fn with_overflow(o: Option<&PyObject>, overflow: *mut c_int) -> PyResult<i64> {
    // SAFETY: the caller's place.
    unsafe { *overflow = 0 };
    let i = index(o)?;
    Ok(i.to_i64().unwrap_or_else(|| {
        // SAFETY: as above.
        unsafe { *overflow = if i.is_negative() { -1 } else { 1 } };
        -1
    }))
}

/// Two's complement, little-endian, at least `n` bytes.
fn to_bytes(i: &PyInt, n: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(n + 1);
    let (mut acc, mut bits) = (0u64, 0);
    for d in i.digits() {
        acc |= (*d as u64) << bits;
        bits += 30;
        while bits >= 8 {
            out.push(acc as u8);
            acc >>= 8;
            bits -= 8;
        }
    }
    if bits > 0 {
        out.push(acc as u8);
    }
    while out.len() > 1 && out.last() == Some(&0) {
        out.pop();
    }
    if out.last().is_none_or(|b| b & 0x80 != 0) {
        out.push(0);
    }
    out.resize(out.len().max(n), 0);
    if i.is_negative() {
        let mut carry = true;
        for b in &mut out {
            let (v, c) = (!*b).overflowing_add(carry as u8);
            *b = v;
            carry = c;
        }
        // one byte less may do
        while out.len() > n.max(1) && out[out.len() - 1] == 0xff && out[out.len() - 2] & 0x80 != 0 {
            out.pop();
        }
    } else {
        while out.len() > n.max(1) && out[out.len() - 1] == 0 && out[out.len() - 2] & 0x80 == 0 {
            out.pop();
        }
    }
    out
}

/// How many bytes `PyLong_AsNativeBytes` says that a number needs, given that there are `n`.
fn native_size(i: &PyInt, n: isize, unsigned: bool) -> isize {
    let word = size_of::<isize>() as isize;
    if i.is_compact() && n >= word {
        return word;
    }
    let bits = i.bit_length() as isize;
    let need = bits / 8 + 1;
    if n <= 0 {
        return if i.is_compact() { word } else { need };
    }
    // one bit less will do without a sign, and for the most negative number of a size
    let lowest = i.is_negative() && {
        let (last, rest) = i.digits().split_last().unwrap_or((&0, &[]));
        last.is_power_of_two() && rest.iter().all(|d| *d == 0)
    };
    let need = if bits % 8 == 0 && ((unsigned && !i.is_negative()) || lowest) {
        need - 1
    } else {
        need
    };
    match (i.is_compact(), need <= n) {
        (true, true) => n,
        (true, false) => word,
        (false, true) if need == n => n,
        (false, _) => bits / 8 + 1,
    }
}

/// From two's complement, little-endian.
fn from_bytes(content: &[u8], is_signed: bool) -> PyResult<Py<PyInt>> {
    let negative = is_signed && content.last().is_some_and(|b| b & 0x80 != 0);
    let mut words = Vec::with_capacity(content.len() / 8 + 1);
    let mut carry = negative;
    let fill = if negative { 0xff } else { 0 };
    for chunk in content.chunks(8) {
        let mut b = [fill; 8];
        b[..chunk.len()].copy_from_slice(chunk);
        let mut w = u64::from_le_bytes(b);
        if negative {
            let (v, c) = (!w).overflowing_add(carry as u64);
            w = v;
            carry = c;
        }
        words.push(w);
    }
    if carry && negative {
        words.push(1);
    }
    PyInt::from_words(&words, negative)
}

macro_rules! from_signed {
    ($($name:ident $ty:ty),*) => { capi! {$( fn $name(v: $ty) -> PyResult<Py<PyInt>> { PyInt::from_i64(v as i64) } )*} };
}
from_signed!(PyLong_FromLong c_long, PyLong_FromLongLong c_longlong, PyLong_FromSsize_t isize, PyLong_FromInt32 i32, PyLong_FromInt64 i64);
macro_rules! from_unsigned {
    ($($name:ident $ty:ty),*) => { capi! {$( fn $name(v: $ty) -> PyResult<Py<PyInt>> { PyInt::from_u64(v as u64) } )*} };
}
from_unsigned!(PyLong_FromUnsignedLong c_ulong, PyLong_FromUnsignedLongLong c_ulonglong, PyLong_FromSize_t usize,
    PyLong_FromUInt32 u32, PyLong_FromUInt64 u64, PyLong_FromVoidPtr *mut c_void);

const BIG_ENDIAN: c_int = 0;
const LITTLE_ENDIAN: c_int = 1;
const NATIVE_ENDIAN: c_int = 3;
const UNSIGNED_BUFFER: c_int = 4;
const REJECT_NEGATIVE: c_int = 8;
const ALLOW_INDEX: c_int = 16;

/// Whether the flags say little-endian (-1: the default).
fn little(flags: c_int) -> bool {
    flags == -1 || matches!(flags & 3, LITTLE_ENDIAN | NATIVE_ENDIAN)
}

/// # Safety
/// `p` has `n` bytes.
unsafe fn native(p: *const c_void, n: usize, flags: c_int, is_signed: bool) -> PyResult<Py<PyInt>> {
    // SAFETY: the caller's promise.
    let mut content = unsafe { crate::util::sized(p as *const c_char, n as isize) }.to_vec();
    if !little(flags) {
        content.reverse();
    }
    from_bytes(&content, is_signed)
}

capi! {
    fn PyLong_FromDouble(v: f64) -> PyResult<Py<PyInt>> {
        if v.is_nan() {
            return raise!(ValueError, "cannot convert float NaN to integer");
        }
        if v.is_infinite() {
            return raise!(OverflowError, "cannot convert float infinity to integer");
        }
        PyInt::from_f64_truncated(v)
    }
    /// The number in the text; where it ends goes to `*end` unless NULL, else all of the text must be one.
    fn PyLong_FromString(text: *const c_char, end: *mut *mut c_char, base: c_int) -> PyResult<Py<PyInt>> {
        if base != 0 && !(2..=36).contains(&base) {
            return raise!(ValueError, "int() arg 2 must be >= 2 and <= 36");
        }
        let all = bytes(text);
        if end.is_null() {
            return object::int::from_bytes_text(all, base as u32).or_else(|r| {
                if !error::matches::<object::exceptions::ValueError>() {
                    return Err(r);
                }
                let shown = PyStr::new_wtf8_lossy(&lossy(text))?.as_object().repr()?;
                raise!(ValueError, "invalid literal for int() with base {base}: {shown}")
            });
        }
        let n = int_length(all, base as u32);
        *end = text.add(n) as *mut c_char;
        object::int::from_bytes_text(&all[..n], base as u32)
    }
    fn PyLong_FromUnicodeObject(text: &PyStr, base: c_int) -> PyResult<Py<PyInt>> {
        object::int::from_str_object(text, base as u32)
    }
    fn PyLong_FromNativeBytes(p: *const c_void, n: usize, flags: c_int) -> PyResult<Py<PyInt>> {
        native(p, n, flags, flags == -1 || flags & UNSIGNED_BUFFER == 0)
    }
    fn PyLong_FromUnsignedNativeBytes(p: *const c_void, n: usize, flags: c_int) -> PyResult<Py<PyInt>> {
        native(p, n, flags, false)
    }
    fn _PyLong_FromByteArray(p: *const u8, n: usize, is_little: c_int, is_signed: c_int) -> PyResult<Py<PyInt>> {
        native(p.cast(), n, if is_little != 0 { LITTLE_ENDIAN } else { BIG_ENDIAN }, is_signed != 0)
    }
    fn PyLong_AsLong(o: Option<&PyObject>) -> PyResult<i64> {
        signed(o, "C long")
    }
    fn PyLong_AsLongLong(o: Option<&PyObject>) -> PyResult<i64> {
        match index(o)?.to_i64() {
            Some(v) => Ok(v),
            None => raise!(OverflowError, "int too big to convert"),
        }
    }
    fn PyLong_AsInt(o: Option<&PyObject>) -> PyResult<c_int> {
        match index(o)?.to_i64().and_then(|v| c_int::try_from(v).ok()) {
            Some(v) => Ok(v),
            None => too_large("C int"),
        }
    }
    fn _PyLong_AsInt(o: Option<&PyObject>) -> PyResult<c_int> {
        match index(o)?.to_i64().and_then(|v| c_int::try_from(v).ok()) {
            Some(v) => Ok(v),
            None => too_large("C int"),
        }
    }
    fn PyLong_AsSsize_t(o: Option<&PyObject>) -> PyResult<isize> {
        match exact(o)?.to_isize() {
            Some(v) => Ok(v),
            None => too_large("C ssize_t"),
        }
    }
    fn PyLong_AsSize_t(o: Option<&PyObject>) -> PyResult<usize> {
        let i = exact(o)?;
        if i.is_negative() {
            return raise!(OverflowError, "can't convert negative value to size_t");
        }
        match i.to_usize() {
            Some(v) => Ok(v),
            None => too_large("C size_t"),
        }
    }
    fn PyLong_AsUnsignedLong(o: Option<&PyObject>) -> PyResult<u64> {
        unsigned(exact(o)?, "C unsigned long")
    }
    fn PyLong_AsUnsignedLongLong(o: Option<&PyObject>) -> PyResult<u64> {
        let i = exact(o)?;
        if i.is_negative() {
            return raise!(OverflowError, "can't convert negative int to unsigned");
        }
        match i.to_u64() {
            Some(v) => Ok(v),
            None => raise!(OverflowError, "int too big to convert"),
        }
    }
    /// Modulo 2**64.
    fn PyLong_AsUnsignedLongMask(o: Option<&PyObject>) -> PyResult<u64> {
        Ok(index(o)?.to_u64_wrapping())
    }
    fn PyLong_AsUnsignedLongLongMask(o: Option<&PyObject>) -> PyResult<u64> {
        Ok(index(o)?.to_u64_wrapping())
    }
    fn PyLong_AsLongAndOverflow(o: Option<&PyObject>, overflow: *mut c_int) -> PyResult<i64> {
        with_overflow(o, overflow)
    }
    fn PyLong_AsLongLongAndOverflow(o: Option<&PyObject>, overflow: *mut c_int) -> PyResult<i64> {
        with_overflow(o, overflow)
    }
    fn PyLong_AsInt32(o: Option<&PyObject>, value: *mut i32) -> PyResult<()> {
        match index(o)?.to_i64().and_then(|v| i32::try_from(v).ok()) {
            Some(v) => *value = v,
            None => return too_large("C int32_t"),
        }
        Ok(())
    }
    fn PyLong_AsInt64(o: Option<&PyObject>, value: *mut i64) -> PyResult<()> {
        *value = signed(o, "C int64_t")?;
        Ok(())
    }
    fn PyLong_AsUInt32(o: Option<&PyObject>, value: *mut u32) -> PyResult<()> {
        let i = index(o)?;
        if i.is_negative() {
            return raise!(ValueError, "Cannot convert negative int");
        }
        match i.to_u64().and_then(|v| u32::try_from(v).ok()) {
            Some(v) => *value = v,
            None => return too_large("C uint32_t"),
        }
        Ok(())
    }
    fn PyLong_AsUInt64(o: Option<&PyObject>, value: *mut u64) -> PyResult<()> {
        let i = index(o)?;
        if i.is_negative() {
            return raise!(ValueError, "Cannot convert negative int");
        }
        match i.to_u64() {
            Some(v) => *value = v,
            None => return too_large("C uint64_t"),
        }
        Ok(())
    }
    fn PyLong_AsDouble(o: Option<&PyObject>) -> PyResult<f64> {
        exact(o)?.as_f64()
    }
    fn PyLong_AsVoidPtr(o: Option<&PyObject>) -> PyResult<*mut c_void> {
        let i = exact(o)?;
        match if i.is_negative() { i.to_i64().map(|v| v as u64) } else { i.to_u64() } {
            Some(v) => Ok(v as *mut c_void),
            None => too_large("C unsigned long"),
        }
    }
    /// Writes the number into `n` bytes and returns how many it would need.
    fn PyLong_AsNativeBytes(o: &PyObject, buffer: *mut c_void, n: isize, flags: c_int) -> PyResult<isize> {
        if n < 0 {
            return error::bad_internal_call();
        }
        let made;
        let i: &PyInt = match o.downcast::<PyInt>() {
            Some(i) => i,
            None if flags != -1 && flags & ALLOW_INDEX != 0 => {
                made = number::index(o)?;
                &made
            }
            None => return raise!(TypeError, "expect int, got {}", o.ty().full_name()),
        };
        if flags != -1 && flags & REJECT_NEGATIVE != 0 && i.is_negative() {
            return raise!(ValueError, "Cannot convert negative int");
        }
        let need = native_size(i, n, flags != -1 && flags & UNSIGNED_BUFFER != 0);
        if n > 0 {
            let mut all = to_bytes(i, n as usize);
            all.truncate(n as usize);
            if !little(flags) {
                all.reverse();
            }
            std::ptr::copy_nonoverlapping(all.as_ptr(), buffer as *mut u8, n as usize);
        }
        Ok(need)
    }
    fn _PyLong_AsByteArray(i: &PyInt, p: *mut u8, n: usize, is_little: c_int, is_signed: c_int, with_exceptions: c_int) -> PyResult<()> {
        if i.is_negative() && is_signed == 0 {
            return if with_exceptions != 0 {
                raise!(OverflowError, "can't convert negative int to unsigned")
            } else {
                Err(object::Raised)
            };
        }
        let mut all = to_bytes(i, n);
        let fits = all.len() <= n || (is_signed == 0 && all[n..].iter().all(|b| *b == 0));
        all.truncate(n);
        if is_little == 0 {
            all.reverse();
        }
        std::ptr::copy_nonoverlapping(all.as_ptr(), p, n);
        if fits {
            Ok(())
        } else if with_exceptions != 0 {
            raise!(OverflowError, "int too big to convert")
        } else {
            Err(object::Raised)
        }
    }
    fn PyLong_GetInfo() -> PyResult {
        object::hooks::import("sys")?.get_attr(intern!("int_info"))
    }
    fn _PyLong_Sign(i: &PyInt) -> c_int {
        i.sign()
    }
    fn PyLong_GetSign(o: &PyObject, sign: *mut c_int) -> PyResult<()> {
        *sign = expect_int(o)?.sign();
        Ok(())
    }
    fn PyLong_IsPositive(o: &PyObject) -> PyResult<bool> {
        Ok(expect_int(o)?.sign() > 0)
    }
    fn PyLong_IsNegative(o: &PyObject) -> PyResult<bool> {
        Ok(expect_int(o)?.is_negative())
    }
    fn PyLong_IsZero(o: &PyObject) -> PyResult<bool> {
        Ok(expect_int(o)?.is_zero())
    }
    fn _PyLong_NumBits(i: &PyInt) -> i64 {
        i.bit_length() as i64
    }
    fn _PyLong_GCD(a: &PyObject, b: &PyObject) -> PyResult<Py<PyInt>> {
        object::int::ops::gcd(&*number::index(a)?, &*number::index(b)?)
    }
    fn _PyLong_Copy(i: &PyInt) -> PyResult<Py<PyInt>> {
        i.to_exact()
    }
    fn PyUnstable_Long_IsCompact(i: &PyInt) -> bool {
        i.is_compact()
    }
    fn PyUnstable_Long_CompactValue(i: &PyInt) -> isize {
        i.compact_value() as isize
    }
    fn _PyLong_FromDigits(negative: c_int, n: isize, digits: *const c_uint) -> PyResult<Py<PyInt>> {
        if n <= 0 {
            return PyInt::from_i64(0);
        }
        PyInt::from_digits(std::slice::from_raw_parts(digits, n as usize), negative != 0)
    }
    fn PyOS_strtoul(text: *const c_char, end: *mut *mut c_char, base: c_int) -> u64 {
        libc::strtoul(text, end, base) as u64
    }
    fn PyOS_strtol(text: *const c_char, end: *mut *mut c_char, base: c_int) -> i64 {
        libc::strtol(text, end, base) as i64
    }
}

fn expect_int(o: &PyObject) -> PyResult<&PyInt> {
    match o.downcast::<PyInt>() {
        Some(i) => Ok(i),
        None => raise!(TypeError, "expected int, got {}", o.ty().full_name()),
    }
}

/// How many bytes at the beginning are an int's text in the base.
fn int_length(s: &[u8], base: u32) -> usize {
    let mut i = s.iter().take_while(|b| b.is_ascii_whitespace()).count();
    if matches!(s.get(i), Some(b'+' | b'-')) {
        i += 1;
    }
    let mut base = base;
    if s.get(i) == Some(&b'0') {
        let prefix = match s.get(i + 1).map(u8::to_ascii_lowercase) {
            Some(b'x') => 16,
            Some(b'o') => 8,
            Some(b'b') => 2,
            _ => 0,
        };
        if prefix != 0 && (base == 0 || base == prefix) {
            base = prefix;
            i += 2;
        }
    }
    let base = if base == 0 { 10 } else { base };
    while s
        .get(i)
        .is_some_and(|b| (*b as char).is_digit(base) || *b == b'_')
    {
        i += 1;
    }
    i
}

// ---- export and import of digits (PEP 757) ----

/// `PyLongLayout`
#[repr(C)]
pub struct PyLongLayout {
    bits_per_digit: u8,
    digit_size: u8,
    digits_order: i8,
    digit_endianness: i8,
}
static LAYOUT: PyLongLayout = PyLongLayout {
    bits_per_digit: 30,
    digit_size: 4,
    digits_order: -1,
    digit_endianness: -1,
};

/// `PyLongExport`
#[repr(C)]
pub struct PyLongExport {
    value: i64,
    negative: u8,
    ndigits: isize,
    digits: *const c_void,
    /// Owned; keeps the digits alive.
    reserved: usize,
}

/// What `PyLongWriter_Create` gives out.
pub struct Writer {
    negative: bool,
    digits: Vec<u32>,
}

capi! {
    fn PyLong_GetNativeLayout() -> *const PyLongLayout {
        &LAYOUT
    }
    /// Small values go to `value`; the digits of others are lent until `PyLong_FreeExport`.
    fn PyLong_Export(o: &PyObject, export: *mut PyLongExport) -> PyResult<()> {
        let Some(i) = o.downcast::<PyInt>() else {
            export.write(PyLongExport { value: 0, negative: 0, ndigits: 0, digits: std::ptr::null(), reserved: 0 });
            return raise!(TypeError, "expected int, got {}", o.ty().full_name());
        };
        export.write(match i.to_i64() {
            Some(value) => PyLongExport { value, negative: 0, ndigits: 0, digits: std::ptr::null(), reserved: 0 },
            None => PyLongExport {
                value: 0,
                negative: i.is_negative() as u8,
                ndigits: i.digit_count() as isize,
                digits: i.digits().as_ptr().cast(),
                reserved: o.new_ref().into_ptr() as usize,
            },
        });
        Ok(())
    }
    fn PyLong_FreeExport(export: *mut PyLongExport) {
        let held = std::mem::replace(&mut (*export).reserved, 0);
        drop(crate::util::steal(held as *mut PyObject));
    }
    /// A writer, and the place for its digits.
    fn PyLongWriter_Create(negative: c_int, n: isize, digits: *mut *mut c_void) -> PyResult<*mut Writer> {
        if n <= 0 {
            *digits = std::ptr::null_mut();
            return raise!(ValueError, "ndigits must be positive");
        }
        let mut v = Vec::new();
        if v.try_reserve_exact(n as usize).is_err() {
            *digits = std::ptr::null_mut();
            return error::no_memory();
        }
        v.resize(n as usize, 0u32);
        let mut writer = Box::new(Writer { negative: negative != 0, digits: v });
        *digits = writer.digits.as_mut_ptr().cast();
        Ok(Box::into_raw(writer))
    }
    /// The writer is gone afterwards.
    fn PyLongWriter_Finish(writer: *mut Writer) -> PyResult<Py<PyInt>> {
        let w = Box::from_raw(writer);
        PyInt::from_digits(&w.digits, w.negative)
    }
    fn PyLongWriter_Discard(writer: *mut Writer) {
        if !writer.is_null() {
            drop(Box::from_raw(writer));
        }
    }
}
