//! `time`: clocks, sleeping, calendar times.

use crate::os::{self, Round, check, class_of, clock, decode, outcome};
use object::{
    GilCell, OrNone, Py, PyFloat, PyInt, PyModule, PyObject, PyResult, PyStr, PyTuple, PyTypeObject, hooks,
    intern, number, pymodule, raise, structseq,
};
use std::ffi::{CStr, CString, c_char};

unsafe extern "C" {
    fn strftime(s: *mut c_char, max: usize, format: *const c_char, tm: *const libc::tm) -> usize;
    fn tzset();
    fn pthread_getcpuclockid(thread: libc::pthread_t, clock: *mut libc::clockid_t) -> i32;
}

static STRUCT_TIME: GilCell<Option<&'static PyTypeObject>> = GilCell::new(None);

fn struct_time() -> PyResult<&'static PyTypeObject> {
    class_of(&STRUCT_TIME, || {
        structseq::new_class(
            "time.struct_time",
            "The time value as returned by gmtime(), localtime(), and strptime(), and\n accepted by asctime(), mktime() and strftime().  May be considered as a\n sequence of 9 integers.\n\n Note that several fields' values are not the same as those defined by\n the C language standard for struct tm.  For example, the value of the\n field tm_year is the actual year, not year - 1900.  See individual\n fields' descriptions for details.",
            &[
                "tm_year",
                "tm_mon",
                "tm_mday",
                "tm_hour",
                "tm_min",
                "tm_sec",
                "tm_wday",
                "tm_yday",
                "tm_isdst",
                "tm_zone",
                "tm_gmtoff",
            ],
            9,
        )
    })
}

/// A broken-down time with all fields zero.
fn empty_tm() -> libc::tm {
    // SAFETY: numbers and a pointer, for which zero is a valid value.
    unsafe { std::mem::zeroed() }
}

fn local(t: i64) -> Result<libc::tm, i32> {
    let mut tm = empty_tm();
    os::set_errno(0);
    // SAFETY: places for the time and the answer.
    if unsafe { libc::localtime_r(&t, &mut tm) }.is_null() {
        Err(os::errno())
    } else {
        Ok(tm)
    }
}

fn utc(t: i64) -> Result<libc::tm, i32> {
    let mut tm = empty_tm();
    os::set_errno(0);
    // SAFETY: places for the time and the answer.
    if unsafe { libc::gmtime_r(&t, &mut tm) }.is_null() {
        Err(os::errno())
    } else {
        Ok(tm)
    }
}

fn zone_text(tm: &libc::tm) -> PyResult {
    if tm.tm_zone.is_null() {
        return Ok(object::none());
    }
    // SAFETY: the C library's text of a zone's name, which stays.
    let bytes = unsafe { CStr::from_ptr(tm.tm_zone) }.to_bytes().to_vec();
    Ok(decode(&bytes)?.into_object())
}

fn to_struct(tm: &libc::tm) -> PyResult {
    let mut v = Vec::with_capacity(11);
    for n in [
        i64::from(tm.tm_year) + 1900,
        i64::from(tm.tm_mon) + 1,
        tm.tm_mday.into(),
        tm.tm_hour.into(),
        tm.tm_min.into(),
        tm.tm_sec.into(),
        (i64::from(tm.tm_wday) + 6) % 7,
        i64::from(tm.tm_yday) + 1,
        tm.tm_isdst.into(),
    ] {
        v.push(PyInt::from_i64(n)?.into_object());
    }
    v.push(zone_text(tm)?);
    v.push(PyInt::from_i64(tm.tm_gmtoff)?.into_object());
    structseq::new_instance(struct_time()?, v)
}

/// Seconds since the epoch, now if none are given.
fn seconds_arg(secs: Option<OrNone<&PyObject>>) -> PyResult<i64> {
    match secs {
        Some(OrNone(Some(obj))) => Ok(os::to_timespec(obj, Round::Floor)?.0),
        _ => Ok(check(clock(libc::CLOCK_REALTIME))?.div_euclid(1_000_000_000)),
    }
}

/// The fields of a 9-tuple or a `struct_time`; the memory of its zone's name, if it has one.
fn from_tuple(obj: &PyObject, fname: &str) -> PyResult<(libc::tm, Option<CString>)> {
    let mut values: Vec<Py>;
    let mut zone = None;
    let mut gmtoff = None;
    let Some(t) = obj.downcast::<PyTuple>() else {
        return raise!(TypeError, "Tuple or struct_time argument required");
    };
    values = t.as_slice().to_vec();
    if values.len() != 9 {
        return raise!(TypeError, "{fname}(): illegal time tuple argument");
    }
    let class = struct_time()?;
    if std::ptr::eq(obj.ty(), class) {
        let z = obj.get_attr(intern!("tm_zone"))?;
        if let Some(s) = z.downcast::<PyStr>() {
            zone = Some(os::c_text(s)?);
        }
        let o = obj.get_attr(intern!("tm_gmtoff"))?;
        if !object::is_none(&o) {
            gmtoff = number::index(&o)?.to_i64();
        }
    }
    let mut n = [0i32; 9];
    for (place, v) in n.iter_mut().zip(values.drain(..)) {
        let i = number::index(&v)?;
        *place = match i.to_i64().map(i32::try_from) {
            Some(Ok(x)) => x,
            _ if i.is_negative() => return raise!(OverflowError, "signed integer is less than minimum"),
            _ => return raise!(OverflowError, "signed integer is greater than maximum"),
        };
    }
    let Some(year) = n[0].checked_sub(1900) else {
        return raise!(OverflowError, "year out of range");
    };
    let mut tm = empty_tm();
    tm.tm_year = year;
    tm.tm_mon = n[1].wrapping_sub(1);
    tm.tm_mday = n[2];
    tm.tm_hour = n[3];
    tm.tm_min = n[4];
    tm.tm_sec = n[5];
    tm.tm_wday = n[6].wrapping_add(1) % 7;
    tm.tm_yday = n[7].wrapping_sub(1);
    tm.tm_isdst = n[8];
    if let Some(z) = &zone {
        tm.tm_zone = z.as_ptr();
    }
    if let Some(o) = gmtoff {
        tm.tm_gmtoff = o;
    }
    Ok((tm, zone))
}

/// Range checks for `asctime` and `strftime`; zero counts as one where a table begins with one.
fn check_fields(tm: &mut libc::tm) -> PyResult<()> {
    if tm.tm_mon == -1 {
        tm.tm_mon = 0;
    } else if !(0..=11).contains(&tm.tm_mon) {
        return raise!(ValueError, "month out of range");
    }
    if tm.tm_mday == 0 {
        tm.tm_mday = 1;
    } else if !(0..=31).contains(&tm.tm_mday) {
        return raise!(ValueError, "day of month out of range");
    }
    if !(0..=23).contains(&tm.tm_hour) {
        return raise!(ValueError, "hour out of range");
    }
    if !(0..=59).contains(&tm.tm_min) {
        return raise!(ValueError, "minute out of range");
    }
    if !(0..=61).contains(&tm.tm_sec) {
        return raise!(ValueError, "seconds out of range");
    }
    if tm.tm_wday < 0 {
        return raise!(ValueError, "day of week out of range");
    }
    if tm.tm_yday == -1 {
        tm.tm_yday = 0;
    } else if !(0..=365).contains(&tm.tm_yday) {
        return raise!(ValueError, "day of year out of range");
    }
    Ok(())
}

fn asctime_text(tm: &libc::tm) -> String {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    format!(
        "{} {}{:3} {:02}:{:02}:{:02} {}",
        DAYS[tm.tm_wday.rem_euclid(7) as usize],
        MONTHS[tm.tm_mon.rem_euclid(12) as usize],
        tm.tm_mday,
        tm.tm_hour,
        tm.tm_min,
        tm.tm_sec,
        1900 + i64::from(tm.tm_year)
    )
}

/// One run of a format without NULs through the C library.
fn format_run(format: &[u8], tm: &libc::tm, out: &mut Vec<u8>) -> PyResult<()> {
    // a mark at the end tells an empty result from a buffer too small
    let mut marked = format.to_vec();
    let lone = marked.iter().rev().take_while(|c| **c == b'%').count() % 2 == 1;
    if lone {
        marked.push(b'%');
    }
    marked.push(b'.');
    let Ok(format) = CString::new(marked) else {
        return object::error::bad_internal_call();
    };
    let mut room = 1024usize;
    loop {
        let mut buf: Vec<u8> = vec![0; room];
        // SAFETY: room for that many bytes, a NUL-terminated format, a filled-in time.
        let n = unsafe { strftime(buf.as_mut_ptr().cast(), room, format.as_ptr(), tm) };
        if n > 0 {
            out.extend_from_slice(&buf[..n - 1]);
            return Ok(());
        }
        if room > 1 << 24 {
            return object::error::no_memory();
        }
        room *= 4;
    }
}

fn format_time(format: &PyStr, tm: &libc::tm) -> PyResult<Py<PyStr>> {
    // ASCII goes through the C library, everything else as it is
    let mut out: Vec<u8> = Vec::new();
    let mut run: Vec<u8> = Vec::new();
    let points: Vec<u32> = format.chars().iter().collect();
    let wtf8 = |c: u32| -> PyResult<Vec<u8>> { Ok(PyStr::from_code_points(&[c])?.to_wtf8()) };
    for c in points {
        if (1..128).contains(&c) {
            run.push(c as u8);
        } else {
            format_run(&run, tm, &mut out)?;
            run.clear();
            out.extend(wtf8(c)?);
        }
    }
    format_run(&run, tm, &mut out)?;
    PyStr::from_wtf8(&out)
}

fn sleep_until(nanos: i64) -> PyResult<()> {
    let Some(deadline) = check(clock(libc::CLOCK_MONOTONIC))?.checked_add(nanos) else {
        return raise!(OverflowError, "timestamp + delay overflows");
    };
    let t = os::nanos_timespec(deadline);
    loop {
        // SAFETY: a time; no place for what is left.
        let status = hooks::blocking(|| unsafe {
            libc::clock_nanosleep(
                libc::CLOCK_MONOTONIC,
                libc::TIMER_ABSTIME,
                &t,
                std::ptr::null_mut(),
            )
        });
        match status {
            0 => return Ok(()),
            libc::EINTR => hooks::check_pending()?,
            e => return object::error::raise_errno(e, None),
        }
    }
}

fn seconds(id: libc::clockid_t) -> PyResult<f64> {
    Ok(to_seconds(check(clock(id))?))
}

fn to_seconds(nanos: i64) -> f64 {
    if nanos % 1_000_000_000 == 0 {
        (nanos / 1_000_000_000) as f64
    } else {
        nanos as f64 / 1e9
    }
}

/// `_PyTime_ObjectToClockid`
fn clock_id(obj: &PyObject) -> PyResult<i32> {
    if !obj.has_index() {
        return raise!(TypeError, "clk_id should be integer, not {}", obj.ty().name());
    }
    number::as_c_int(obj)
}

/// A local time's distance from UTC and zone name in the middle of winter or summer of this year.
fn zone(month_seconds: i64) -> Result<(i64, Vec<u8>), i32> {
    let tm = local(month_seconds)?;
    let mut name = Vec::new();
    if !tm.tm_zone.is_null() {
        // SAFETY: the C library's text of a zone's name.
        name = unsafe { CStr::from_ptr(tm.tm_zone) }.to_bytes().to_vec();
    }
    Ok((-tm.tm_gmtoff, name))
}

/// Sets `timezone`, `altzone`, `daylight`, `tzname`.
fn set_zones(module: &PyModule) -> PyResult<()> {
    const YEAR: i64 = (365 * 24 + 6) * 3600;
    let now = check(clock(libc::CLOCK_REALTIME))? / 1_000_000_000;
    let start = now / YEAR * YEAR;
    let (jan, jan_name) = check(zone(start))?;
    let (jul, jul_name) = check(zone(start + YEAR / 2))?;
    let (standard, summer, names) = if jan < jul {
        (jul, jan, (jul_name, jan_name))
    } else {
        (jan, jul, (jan_name, jul_name))
    };
    module.add_value("timezone", standard)?;
    module.add_value("altzone", summer)?;
    module.add_value("daylight", i64::from(jan != jul))?;
    module.add_value("tzname", (decode(&names.0)?, decode(&names.1)?))
}

/// The module.
pub struct Time;

#[pymodule(name = "time")]
impl Time {
    #[function("($self, /)")]
    fn time() -> PyResult<f64> {
        seconds(libc::CLOCK_REALTIME)
    }
    #[function("($self, /)")]
    fn time_ns() -> PyResult<i64> {
        check(clock(libc::CLOCK_REALTIME))
    }
    #[function("($self, /)")]
    fn monotonic() -> PyResult<f64> {
        seconds(libc::CLOCK_MONOTONIC)
    }
    #[function("($self, /)")]
    fn monotonic_ns() -> PyResult<i64> {
        check(clock(libc::CLOCK_MONOTONIC))
    }
    #[function("($self, /)")]
    fn perf_counter() -> PyResult<f64> {
        seconds(libc::CLOCK_MONOTONIC)
    }
    #[function("($self, /)")]
    fn perf_counter_ns() -> PyResult<i64> {
        check(clock(libc::CLOCK_MONOTONIC))
    }
    #[function("($self, /)")]
    fn process_time() -> PyResult<f64> {
        seconds(libc::CLOCK_PROCESS_CPUTIME_ID)
    }
    #[function("($self, /)")]
    fn process_time_ns() -> PyResult<i64> {
        check(clock(libc::CLOCK_PROCESS_CPUTIME_ID))
    }
    #[function("($self, /)")]
    fn thread_time() -> PyResult<f64> {
        seconds(libc::CLOCK_THREAD_CPUTIME_ID)
    }
    #[function("($self, /)")]
    fn thread_time_ns() -> PyResult<i64> {
        check(clock(libc::CLOCK_THREAD_CPUTIME_ID))
    }
    #[function("($module, clk_id, /)")]
    fn clock_gettime(clk_id: &PyObject) -> PyResult<f64> {
        seconds(clock_id(clk_id)?)
    }
    #[function("($module, clk_id, /)")]
    fn clock_gettime_ns(clk_id: &PyObject) -> PyResult<i64> {
        check(clock(clock_id(clk_id)?))
    }
    #[function("(clk_id, /)", nosig)]
    fn clock_getres(clk_id: i32) -> PyResult<f64> {
        let mut t = libc::timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        // SAFETY: a place for the answer.
        check(outcome(unsafe { libc::clock_getres(clk_id, &mut t) }))?;
        Ok(t.tv_sec as f64 + t.tv_nsec as f64 * 1e-9)
    }
    #[function("(clk_id, time, /)", nosig)]
    fn clock_settime(clk_id: i32, time: &PyObject) -> PyResult<()> {
        let t = os::nanos_timespec(os::seconds_to_nanos(time, Round::Floor)?);
        // SAFETY: a time.
        check(outcome(unsafe { libc::clock_settime(clk_id, &t) })).map(drop)
    }
    #[function("(clk_id, time, /)", nosig)]
    fn clock_settime_ns(clk_id: i32, time: &PyObject) -> PyResult<()> {
        let Some(n) = time.downcast::<PyInt>() else {
            return raise!(TypeError, "expect int, got {}", time.ty().name());
        };
        let Some(n) = n.to_i64() else {
            return raise!(OverflowError, "timestamp too large to convert to C PyTime_t");
        };
        let t = os::nanos_timespec(n);
        // SAFETY: a time.
        check(outcome(unsafe { libc::clock_settime(clk_id, &t) })).map(drop)
    }
    #[function("(thread_id, /)", nosig, name = "pthread_getcpuclockid")]
    fn getcpuclockid(thread_id: u64) -> PyResult<i32> {
        // The C library reads through the number: only threads of this process will do.
        let mut id = 0;
        // SAFETY: the caller gives a living thread's number, as the function's contract says.
        let status = unsafe { pthread_getcpuclockid(thread_id, &mut id) };
        if status != 0 {
            return object::error::raise_errno(status, None);
        }
        Ok(id)
    }
    #[function("($self, object, /)")]
    fn sleep(object: &PyObject) -> PyResult<()> {
        object::audit!("time.sleep", object)?;
        let nanos = os::seconds_to_nanos(object, Round::Up)?;
        if nanos < 0 {
            return raise!(ValueError, "sleep length must be non-negative");
        }
        sleep_until(nanos)
    }
    #[function("(seconds=None, /)", nosig)]
    fn gmtime(seconds: Option<OrNone<&PyObject>>) -> PyResult {
        let tm = check(utc(seconds_arg(seconds)?))?;
        to_struct(&tm)
    }
    #[function("(seconds=None, /)", nosig)]
    fn localtime(seconds: Option<OrNone<&PyObject>>) -> PyResult {
        to_struct(&check(local(seconds_arg(seconds)?))?)
    }
    #[function("($self, object, /)")]
    fn mktime(object: &PyObject) -> PyResult<f64> {
        let (mut tm, _zone) = from_tuple(object, "mktime")?;
        tm.tm_wday = -1;
        tm.tm_zone = std::ptr::null();
        // SAFETY: a filled-in time.
        let t = unsafe { libc::mktime(&mut tm) };
        if t == -1 && tm.tm_wday == -1 {
            return raise!(OverflowError, "mktime argument out of range");
        }
        Ok(t as f64)
    }
    #[function("(t=None, /)", nosig)]
    fn asctime(t: Option<&PyObject>) -> PyResult<String> {
        let mut tm = match t {
            Some(t) => from_tuple(t, "asctime")?.0,
            None => check(local(seconds_arg(None)?))?,
        };
        check_fields(&mut tm)?;
        Ok(asctime_text(&tm))
    }
    #[function("(seconds=None, /)", nosig)]
    fn ctime(seconds: Option<OrNone<&PyObject>>) -> PyResult<String> {
        Ok(asctime_text(&check(local(seconds_arg(seconds)?))?))
    }
    #[function("(format, t=None, /)", nosig, name = "strftime")]
    fn py_strftime(format: &PyStr, t: Option<&PyObject>) -> PyResult<Py<PyStr>> {
        let (mut tm, _zone) = match t {
            Some(t) => from_tuple(t, "strftime")?,
            None => (check(local(seconds_arg(None)?))?, None),
        };
        check_fields(&mut tm)?;
        tm.tm_isdst = tm.tm_isdst.clamp(-1, 1);
        if tm.tm_zone.is_null() {
            // a plain tuple says no zone: the local one's, as the daylight flag says
            tm.tm_zone = zone_name(tm.tm_isdst > 0);
        }
        format_time(format, &tm)
    }
    #[function("(string, format='%a %b %d %H:%M:%S %Y', /)", nosig)]
    fn strptime(string: &PyObject, format: Option<&PyObject>) -> PyResult {
        let module = hooks::import("_strptime")?;
        let f = module.get_attr(intern!("_strptime_time"))?;
        match format {
            Some(format) => object::call::call(&f, &[string, format]),
            None => object::call::call(&f, &[string]),
        }
    }
    #[function("(name, /)", nosig)]
    fn get_clock_info(name: &PyStr) -> PyResult {
        let (id, implementation, monotonic, adjustable) = match &*name.utf8()? {
            "time" => (libc::CLOCK_REALTIME, "clock_gettime(CLOCK_REALTIME)", false, true),
            "monotonic" | "perf_counter" => (
                libc::CLOCK_MONOTONIC,
                "clock_gettime(CLOCK_MONOTONIC)",
                true,
                false,
            ),
            "process_time" => (
                libc::CLOCK_PROCESS_CPUTIME_ID,
                "clock_gettime(CLOCK_PROCESS_CPUTIME_ID)",
                true,
                false,
            ),
            "thread_time" => (
                libc::CLOCK_THREAD_CPUTIME_ID,
                "clock_gettime(CLOCK_THREAD_CPUTIME_ID)",
                true,
                false,
            ),
            _ => return raise!(ValueError, "unknown clock"),
        };
        let dict = object::PyDict::new()?;
        dict.set_item(intern!("implementation"), &*PyStr::new(implementation)?)?;
        dict.set_item(intern!("monotonic"), &*object::bool::py_bool(monotonic))?;
        dict.set_item(intern!("adjustable"), &*object::bool::py_bool(adjustable))?;
        dict.set_item(intern!("resolution"), &*PyFloat::new(Time::clock_getres(id)?)?)?;
        Ok(object::namespace::PyNamespace::new(&dict)?.into_object())
    }
    #[function("($self, /)", name = "tzset")]
    fn py_tzset(module: &PyModule) -> PyResult<()> {
        // SAFETY: reads the environment, which changes only under the GIL.
        unsafe { tzset() };
        set_zones(module)
    }

    #[exec]
    fn exec(module: &PyModule) -> PyResult<()> {
        for (name, value) in [
            ("CLOCK_REALTIME", libc::CLOCK_REALTIME),
            ("CLOCK_MONOTONIC", libc::CLOCK_MONOTONIC),
            ("CLOCK_MONOTONIC_RAW", libc::CLOCK_MONOTONIC_RAW),
            ("CLOCK_PROCESS_CPUTIME_ID", libc::CLOCK_PROCESS_CPUTIME_ID),
            ("CLOCK_THREAD_CPUTIME_ID", libc::CLOCK_THREAD_CPUTIME_ID),
            ("CLOCK_BOOTTIME", libc::CLOCK_BOOTTIME),
            ("CLOCK_TAI", libc::CLOCK_TAI),
            ("_STRUCT_TM_ITEMS", 11),
        ] {
            module.add_value(name, value)?;
        }
        module.add_type(struct_time()?)?;
        // SAFETY: reads the environment, which changes only under the GIL.
        unsafe { tzset() };
        set_zones(module)
    }
}

unsafe extern "C" {
    static tzname: [*const c_char; 2];
}

/// The C library's name of the local zone.
fn zone_name(daylight: bool) -> *const c_char {
    // SAFETY: set by `tzset`, changed only under the GIL.
    unsafe { tzname[usize::from(daylight)] }
}
