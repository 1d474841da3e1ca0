//! The system's clock and local time.

use super::calendar;
use object::{PyFloat, PyInt, PyObject, PyResult, raise};

/// Seconds from 1 January of year 1 (as ordinal 1) to the epoch.
pub const EPOCH_SECONDS: i64 = calendar::EPOCH_ORDINAL * 86_400;
/// No zone's offset changes by more than this at once.
pub const MAX_FOLD_SECONDS: i64 = 24 * 3600;

/// The time now: seconds since the epoch, and microseconds.
pub fn now() -> (i64, i32) {
    match std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH) {
        Ok(since) => (since.as_secs() as i64, since.subsec_micros() as i32),
        Err(before) => {
            let micros = -(before.duration().as_micros() as i64);
            (micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000) as i32)
        }
    }
}

/// Broken-down time.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    pub year: i32,
    pub month: i32,
    pub day: i32,
    pub hour: i32,
    pub minute: i32,
    pub second: i32,
}

fn parts_of(tm: &libc::tm) -> PyResult<Parts> {
    let Some(year) = tm.tm_year.checked_add(1900) else {
        return raise!(OverflowError, "timestamp out of range for platform time_t");
    };
    Ok(Parts {
        year,
        month: tm.tm_mon + 1,
        day: tm.tm_mday,
        hour: tm.tm_hour,
        minute: tm.tm_min,
        // A leap second is shown as the second before it.
        second: tm.tm_sec.min(59),
    })
}

fn local_tm(seconds: i64) -> PyResult<libc::tm> {
    // SAFETY: `tm` is plain data, for which zeros are valid; the calls fill it in or fail.
    let (tm, ok) = unsafe {
        let mut tm: libc::tm = std::mem::zeroed();
        let ok = !libc::localtime_r(&seconds, &mut tm).is_null();
        (tm, ok)
    };
    if !ok {
        return object::error::raise_last_errno(None);
    }
    Ok(tm)
}

/// Local time of a timestamp.
pub fn local(seconds: i64) -> PyResult<Parts> {
    parts_of(&local_tm(seconds)?)
}

/// UTC of a timestamp.
pub fn utc(seconds: i64) -> PyResult<Parts> {
    // SAFETY: as for `local_tm`.
    let (tm, ok) = unsafe {
        let mut tm: libc::tm = std::mem::zeroed();
        let ok = !libc::gmtime_r(&seconds, &mut tm).is_null();
        (tm, ok)
    };
    if !ok {
        return object::error::raise_last_errno(None);
    }
    parts_of(&tm)
}

/// The offset from UTC and the name of the local zone at a timestamp.
pub fn local_zone(seconds: i64) -> PyResult<(i64, String)> {
    let tm = local_tm(seconds)?;
    let name = if tm.tm_zone.is_null() {
        String::new()
    } else {
        // SAFETY: the name is a NUL-terminated string of the C library's.
        unsafe { std::ffi::CStr::from_ptr(tm.tm_zone) }
            .to_string_lossy()
            .into_owned()
    };
    Ok((tm.tm_gmtoff, name))
}

/// Seconds since the beginning of the calendar of a date and time; the year must be one of the calendar's.
pub fn to_seconds(parts: &Parts) -> PyResult<i64> {
    super::date::check_year(parts.year)?;
    let ordinal = i64::from(calendar::to_ordinal(parts.year, parts.month, parts.day));
    Ok(
        ((ordinal * 24 + i64::from(parts.hour)) * 60 + i64::from(parts.minute)) * 60
            + i64::from(parts.second),
    )
}

/// Local time, in seconds since the beginning of the calendar, at a time in UTC counted likewise.
pub fn local_seconds(utc: i64) -> PyResult<i64> {
    to_seconds(&local(utc - EPOCH_SECONDS)?)
}

/// The time in UTC at a local time, both in seconds since the beginning of the calendar. `fold` chooses between two
/// solutions; in a gap it chooses the offset.
pub fn to_utc(local: i64, fold: bool) -> PyResult<i64> {
    let a = local_seconds(local)? - local;
    let first = local - a;
    let first_local = local_seconds(first)?;
    let b;
    if first_local == local {
        // There may be an earlier solution, or a later one.
        let other = if fold {
            first + MAX_FOLD_SECONDS
        } else {
            first - MAX_FOLD_SECONDS
        };
        b = local_seconds(other)? - other;
        if a == b {
            return Ok(first);
        }
    } else {
        b = first_local - first;
    }
    let second = local - b;
    if local_seconds(second)? == local {
        return Ok(second);
    }
    if first_local == local {
        return Ok(first);
    }
    Ok(if fold {
        first.min(second)
    } else {
        first.max(second)
    })
}

#[cold]
fn out_of_range<T>() -> PyResult<T> {
    raise!(OverflowError, "timestamp out of range for platform time_t")
}

fn int_seconds(value: &PyInt) -> PyResult<i64> {
    match value.to_i64() {
        Some(seconds) => Ok(seconds),
        None => out_of_range(),
    }
}

fn check_nan(x: f64) -> PyResult<()> {
    if x.is_nan() {
        return raise!(ValueError, "Invalid value NaN (not a number)");
    }
    Ok(())
}

fn float_seconds(x: f64) -> PyResult<i64> {
    // 2**63 is exact.
    if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&x) {
        Ok(x as i64)
    } else {
        out_of_range()
    }
}

/// A timestamp argument in whole seconds, rounded down.
pub fn seconds_argument(obj: &PyObject) -> PyResult<i64> {
    if let Some(x) = obj.downcast::<PyFloat>() {
        check_nan(x.value())?;
        return float_seconds(x.value().floor());
    }
    int_seconds(&*object::number::index(obj)?)
}

/// A timestamp argument in seconds and microseconds, rounded half to even.
pub fn timestamp_argument(obj: &PyObject) -> PyResult<(i64, i32)> {
    if let Some(x) = obj.downcast::<PyFloat>() {
        let x = x.value();
        check_nan(x)?;
        let mut whole = x.trunc();
        let mut micros = ((x - whole) * 1e6).round_ties_even();
        if x.is_infinite() {
            micros = 0.0;
        }
        if micros >= 1e6 {
            micros -= 1e6;
            whole += 1.0;
        } else if micros < 0.0 {
            micros += 1e6;
            whole -= 1.0;
        }
        return Ok((float_seconds(whole)?, micros as i32));
    }
    match obj.downcast::<PyInt>() {
        Some(value) => Ok((int_seconds(value)?, 0)),
        None => raise!(
            TypeError,
            "argument must be int or float, not {}",
            obj.ty().full_name()
        ),
    }
}
