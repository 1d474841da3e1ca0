//! `strftime` for dates, times and datetimes: what `time.strftime` does not know is filled in here.

use super::support::imported;
use super::zone::{offset_text, tzname, utcoffset};
use object::{Py, PyClass, PyInt, PyLayout, PyObject, PyResult, PyStr, PyTuple, intern, raise};

/// The value that is formatted.
pub struct Value<'a> {
    pub tzinfo: Option<&'a PyObject>,
    /// What the tzinfo is asked with: a datetime, or `None` for a time.
    pub argument: &'a PyObject,
    pub microsecond: i32,
    pub year: i32,
}

fn push(out: &mut Vec<u32>, text: &str) {
    out.extend(text.chars().map(u32::from));
}

impl Value<'_> {
    fn offset(&self, separator: &str) -> PyResult<String> {
        Ok(match utcoffset(self.tzinfo, self.argument)? {
            Some(offset) => offset_text(&offset, separator),
            None => String::new(),
        })
    }

    /// The name of the zone, with its percent signs doubled.
    fn zone(&self, out: &mut Vec<u32>) -> PyResult<()> {
        if let Some(name) = tzname(self.tzinfo, self.argument)? {
            for c in name.chars().iter() {
                if c == u32::from(b'%') {
                    out.push(c);
                }
                out.push(c);
            }
        }
        Ok(())
    }
}

fn call_strftime(format: &PyStr, timetuple: &PyObject) -> PyResult {
    let strftime = imported("time", "strftime")?;
    object::call::call(&strftime, &[format.as_object(), timetuple])
}

/// The ISO year, for the years that the C library does not pad with zeros.
fn iso_year(timetuple: &PyObject) -> PyResult<i64> {
    let text = call_strftime(&*PyStr::new("%G")?, timetuple)?;
    let year = object::call::call(PyInt::type_object().as_object(), &[&text])?;
    match year.downcast::<PyInt>().and_then(PyInt::to_i64) {
        Some(year) => Ok(year),
        None => raise!(OverflowError, "Python int too large to convert to C long"),
    }
}

/// `value.strftime(format)`; `timetuple` is what `time.strftime` gets.
pub fn strftime(value: &Value, format: &PyStr, timetuple: &PyObject) -> PyResult {
    let mut out: Vec<u32> = Vec::with_capacity(format.len());
    let points: Vec<u32> = format.chars().iter().collect();
    let mut source = points.iter().copied();
    while let Some(c) = source.next() {
        if c != u32::from(b'%') {
            out.push(c);
            continue;
        }
        let after = source.clone().next();
        match after.and_then(char::from_u32) {
            Some('z') => push(&mut out, &value.offset("")?),
            Some('Z') => value.zone(&mut out)?,
            Some('f') => push(&mut out, &format!("{:06}", value.microsecond)),
            Some(':') if source.clone().nth(1) == Some(u32::from(b'z')) => {
                source.next();
                push(&mut out, &value.offset(":")?);
            }
            Some('Y') if value.year < 1000 => push(&mut out, &format!("{:04}", value.year)),
            Some('F') if value.year < 1000 => push(&mut out, &format!("{:04}-%m-%d", value.year)),
            Some('C') if value.year < 1000 => push(&mut out, &format!("{:02}", value.year / 100)),
            Some('G') if value.year < 1000 => push(&mut out, &format!("{:04}", iso_year(timetuple)?)),
            _ => {
                out.push(c);
                out.extend(after);
            }
        }
        source.next();
    }
    call_strftime(&*PyStr::from_code_points(&out)?, timetuple)
}

/// `object.__format__`: `str(object)` without a format, else `object.strftime(format)`.
pub fn format_object(object: &PyObject, format: &PyObject) -> PyResult {
    let Some(text) = format.downcast::<PyStr>() else {
        return super::support::bad_argument("__format__", 1, "str", format);
    };
    if text.is_empty() {
        return object.str().map(Py::into_object);
    }
    object.call_method(intern!("strftime"), &[format])
}

/// A `time.struct_time`.
pub fn struct_time(fields: [i32; 6], weekday: i32, yearday: i32, dst: i32) -> PyResult {
    let class = imported("time", "struct_time")?;
    let mut items = Vec::with_capacity(9);
    for field in fields.into_iter().chain([weekday, yearday, dst]) {
        items.push(PyInt::from_i64(i64::from(field))?.into_object());
    }
    let fields = PyTuple::from_vec(items)?;
    object::call::call(&class, &[fields.as_object()])
}

/// How many fields `isoformat` shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum TimeSpec {
    Auto,
    Hours,
    Minutes,
    Seconds,
    Milliseconds,
    Microseconds,
}

impl TimeSpec {
    /// The `timespec` argument.
    pub fn from_argument(fname: &str, position: usize, spec: Option<&PyObject>) -> PyResult<TimeSpec> {
        let Some(spec) = spec else {
            return Ok(TimeSpec::Auto);
        };
        let Some(text) = spec.downcast::<PyStr>() else {
            return super::support::bad_argument(fname, position, "str", spec);
        };
        Ok(match text.to_str().as_deref() {
            Some("auto") => TimeSpec::Auto,
            Some("hours") => TimeSpec::Hours,
            Some("minutes") => TimeSpec::Minutes,
            Some("seconds") => TimeSpec::Seconds,
            Some("milliseconds") => TimeSpec::Milliseconds,
            Some("microseconds") => TimeSpec::Microseconds,
            _ => return raise!(ValueError, "Unknown timespec value"),
        })
    }

    /// A time of day in ISO format.
    pub fn format(self, [hour, minute, second, microsecond]: [i32; 4]) -> String {
        match self {
            TimeSpec::Hours => format!("{hour:02}"),
            TimeSpec::Minutes => format!("{hour:02}:{minute:02}"),
            TimeSpec::Milliseconds => format!("{hour:02}:{minute:02}:{second:02}.{:03}", microsecond / 1000),
            TimeSpec::Seconds => format!("{hour:02}:{minute:02}:{second:02}"),
            TimeSpec::Auto if microsecond == 0 => format!("{hour:02}:{minute:02}:{second:02}"),
            _ => format!("{hour:02}:{minute:02}:{second:02}.{microsecond:06}"),
        }
    }
}

/// The repr of an aware or folded value: `tzinfo=…` and `fold=1` before the closing parenthesis.
pub fn with_keywords(
    repr: String,
    fold: bool,
    tzinfo: Option<&PyObject>,
    fold_first: bool,
) -> PyResult<Py<PyStr>> {
    let tzinfo = tzinfo.map(PyObject::repr).transpose()?;
    let mut text = repr;
    text.truncate(text.len() - 1);
    if fold && fold_first {
        text.push_str(", fold=1");
    }
    if let Some(tzinfo) = &tzinfo {
        text.push_str(&format!(", tzinfo={}", &**tzinfo));
    }
    if fold && !fold_first {
        text.push_str(", fold=1");
    }
    text.push(')');
    PyStr::new_wtf8_lossy(&text)
}
