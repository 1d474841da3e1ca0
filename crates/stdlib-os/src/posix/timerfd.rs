//! `posix`: timers that are descriptors.

use crate::os::{Fileno, Round, call, check, nanos_timespec, outcome, seconds_to_nanos, timespec_nanos};
use object::{IntoPy, Py, PyFloat, PyObject, PyResult, number, pymodule, raise};

/// A number of seconds, a float as CPython's parser makes it of any number.
fn seconds(obj: Option<&PyObject>) -> PyResult<i64> {
    let Some(obj) = obj else { return Ok(0) };
    let value = PyFloat::new(object::float::as_f64(obj)?)?;
    seconds_to_nanos(object::PyLayout::as_object(&*value), Round::Floor)
}

fn nanos(obj: Option<&PyObject>) -> PyResult<i64> {
    let Some(obj) = obj else { return Ok(0) };
    match number::index(obj)?.to_i64() {
        Some(n) => Ok(n),
        None => raise!(OverflowError, "int too big to convert"),
    }
}

fn blank() -> libc::itimerspec {
    libc::itimerspec {
        it_interval: nanos_timespec(0),
        it_value: nanos_timespec(0),
    }
}

/// Sets the timer; what it was set to.
fn set(fd: Fileno, flags: i32, initial: i64, interval: i64) -> PyResult<libc::itimerspec> {
    let new = libc::itimerspec {
        it_interval: nanos_timespec(interval),
        it_value: nanos_timespec(initial),
    };
    let mut old = blank();
    // SAFETY: a filled-in setting and a place for the old one.
    check(call(|| unsafe {
        libc::timerfd_settime(fd.0, flags, &new, &mut old)
    }))?;
    Ok(old)
}

fn get(fd: Fileno) -> PyResult<libc::itimerspec> {
    let mut now = blank();
    // SAFETY: a place for the answer.
    check(call(|| unsafe { libc::timerfd_gettime(fd.0, &mut now) }))?;
    Ok(now)
}

fn in_seconds(t: &libc::itimerspec) -> PyResult<(f64, f64)> {
    let s = |t: &libc::timespec| timespec_nanos(t) as f64 / 1e9;
    Ok((s(&t.it_value), s(&t.it_interval)))
}

fn in_nanos(t: &libc::itimerspec) -> PyResult<(Py, Py)> {
    let n = |t: &libc::timespec| (timespec_nanos(t) as i64).into_py();
    Ok((n(&t.it_value)?, n(&t.it_interval)?))
}

/// `timerfd_create`, …
pub struct Timers;

#[pymodule(name = "posix")]
impl Timers {
    #[function("($module, clockid, /, *, flags=0)")]
    fn timerfd_create(clockid: i32, flags: Option<i32>) -> PyResult<i32> {
        let flags = flags.unwrap_or(0) | libc::TFD_CLOEXEC;
        // SAFETY: numbers.
        check(outcome(unsafe { libc::timerfd_create(clockid, flags) }))
    }
    #[function("($module, fd, /, *, flags=0, initial=0.0, interval=0.0)")]
    fn timerfd_settime(
        fd: Fileno,
        flags: Option<i32>,
        initial: Option<&PyObject>,
        interval: Option<&PyObject>,
    ) -> PyResult<(f64, f64)> {
        let (initial, interval) = (seconds(initial)?, seconds(interval)?);
        in_seconds(&set(fd, flags.unwrap_or(0), initial, interval)?)
    }
    #[function("($module, fd, /, *, flags=0, initial=0, interval=0)")]
    fn timerfd_settime_ns(
        fd: Fileno,
        flags: Option<i32>,
        initial: Option<&PyObject>,
        interval: Option<&PyObject>,
    ) -> PyResult<(Py, Py)> {
        let (initial, interval) = (nanos(initial)?, nanos(interval)?);
        in_nanos(&set(fd, flags.unwrap_or(0), initial, interval)?)
    }
    #[function("($module, fd, /)")]
    fn timerfd_gettime(fd: Fileno) -> PyResult<(f64, f64)> {
        in_seconds(&get(fd)?)
    }
    #[function("($module, fd, /)")]
    fn timerfd_gettime_ns(fd: Fileno) -> PyResult<(Py, Py)> {
        in_nanos(&get(fd)?)
    }
}
