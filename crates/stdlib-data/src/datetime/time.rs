//! `datetime.time`.

use super::date::{check_two, invalid_isoformat, strptime};
use super::delta::{PyDelta, US_PER_SECOND};
use super::format::{self, TimeSpec, format_object, with_keywords};
use super::support::{ascii_of, bad_argument, c_int_or, parse_arguments, pickle_state, required};
use super::zone::{self, or_none, tzinfo_argument};
use object::args::FuncArgs;
use object::{
    CompareOp, Field, GilCell, Py, PyBytes, PyClass, PyDict, PyInt, PyLayout, PyObject, PyResult, PyStr,
    PyTuple, PyTypeObject, intern, is_none, new_instance, none, not_implemented, pyclass, pymethods, raise,
};

/// `PyDateTime_Time`
#[pyclass(name = "datetime.time", flags(BASETYPE))]
#[repr(C)]
pub struct PyTime {
    ob_base: PyObject,
    hashcode: GilCell<isize>,
    hastzinfo: GilCell<u8>,
    /// Hour, minute, second; the microsecond in three bytes, the largest first.
    data: GilCell<[u8; 6]>,
    fold: GilCell<u8>,
    tzinfo: Field,
}
const _: () = assert!(size_of::<PyTime>() == 40);

/// Hour, minute, second, microsecond and fold are a time of day.
pub fn check_time([hour, minute, second, microsecond]: [i32; 4], fold: i32) -> PyResult<()> {
    if !(0..24).contains(&hour) {
        return raise!(ValueError, "hour must be in 0..23, not {hour}");
    }
    if !(0..60).contains(&minute) {
        return raise!(ValueError, "minute must be in 0..59, not {minute}");
    }
    if !(0..60).contains(&second) {
        return raise!(ValueError, "second must be in 0..59, not {second}");
    }
    if !(0..1_000_000).contains(&microsecond) {
        return raise!(ValueError, "microsecond must be in 0..999999, not {microsecond}");
    }
    if fold != 0 && fold != 1 {
        return raise!(ValueError, "fold must be either 0 or 1, not {fold}");
    }
    Ok(())
}

/// The tzinfo of a pickle's state.
pub fn state_tzinfo(tzinfo: Option<&Py>) -> PyResult<Option<&PyObject>> {
    match tzinfo.map(Py::get) {
        None => Ok(None),
        Some(tzinfo) if is_none(tzinfo) => Ok(None),
        Some(tzinfo) if zone::PyTzInfo::check(tzinfo) => Ok(Some(tzinfo)),
        Some(_) => raise!(TypeError, "bad tzinfo state arg"),
    }
}

/// The time zone of a parsed offset.
pub fn parsed_zone(offset: Option<i64>) -> PyResult<Option<Py>> {
    match offset {
        None => Ok(None),
        Some(0) => zone::utc().map(Some),
        Some(microseconds) => {
            zone::new_zone(&*PyDelta::from_total(i128::from(microseconds))?, None).map(Some)
        }
    }
}

#[cold]
pub fn hour_24<T>() -> PyResult<T> {
    raise!(
        ValueError,
        "minute, second, and microsecond must be 0 when hour is 24"
    )
}

impl PyTime {
    /// Hour, minute, second, microsecond.
    pub fn fields(&self) -> [i32; 4] {
        let data = self.data.get().map(i32::from);
        [data[0], data[1], data[2], data[3] << 16 | data[4] << 8 | data[5]]
    }

    pub fn fold(&self) -> bool {
        self.fold.get() != 0
    }

    pub fn tzinfo(&self) -> Option<Py> {
        self.tzinfo.get()
    }

    /// An instance of `cls` without calling its constructor.
    pub fn make(
        cls: &PyTypeObject,
        fields: [i32; 4],
        tzinfo: Option<&PyObject>,
        fold: i32,
    ) -> PyResult<Py<PyTime>> {
        check_time(fields, fold)?;
        let [hour, minute, second, micro] = fields;
        let data = [
            hour as u8,
            minute as u8,
            second as u8,
            (micro >> 16) as u8,
            (micro >> 8) as u8,
            micro as u8,
        ];
        Self::from_data(cls, data, tzinfo, fold != 0)
    }

    fn from_data(
        cls: &PyTypeObject,
        data: [u8; 6],
        tzinfo: Option<&PyObject>,
        fold: bool,
    ) -> PyResult<Py<PyTime>> {
        let tzinfo = tzinfo.map(|tzinfo| tzinfo.new_ref());
        new_instance(cls, |this: *mut PyTime| {
            // SAFETY: fresh, zeroed memory of the type's size; zero is an empty field.
            unsafe {
                (*this).hashcode.set(-1);
                (*this).hastzinfo.set(u8::from(tzinfo.is_some()));
                (*this).data.set(data);
                (*this).fold.set(u8::from(fold));
                (*this).tzinfo.set(tzinfo);
            }
        })
    }

    /// An instance of `cls`: directly for `time`, through a call for subclasses.
    fn of_class(cls: &PyTypeObject, fields: [i32; 4], tzinfo: Option<&PyObject>, fold: i32) -> PyResult {
        if std::ptr::eq(cls, PyTime::type_object()) {
            return PyTime::make(cls, fields, tzinfo, fold).map(Py::into_object);
        }
        let mut args = Vec::with_capacity(6);
        for field in fields {
            args.push(PyInt::from_i64(i64::from(field))?.into_object());
        }
        args.push(tzinfo.map_or_else(none, |tzinfo| tzinfo.new_ref()));
        let fold = PyInt::from_i64(i64::from(fold))?;
        object::call::call_kw(
            cls.as_object(),
            object::args::py_slice(&args),
            &[(intern!("fold"), fold.as_object())],
        )
    }

    fn offset(&self) -> PyResult<Option<Py<PyDelta>>> {
        zone::utcoffset(self.tzinfo().as_deref(), &none())
    }

    /// Microseconds since midnight.
    fn total(&self) -> i128 {
        let [hour, minute, second, microsecond] = self.fields().map(i128::from);
        ((hour * 60 + minute) * 60 + second) * i128::from(US_PER_SECOND) + microsecond
    }

    fn replaced(&self, all: FuncArgs) -> PyResult {
        const NAMES: [&str; 6] = ["hour", "minute", "second", "microsecond", "tzinfo", "fold"];
        let [hour, minute, second, microsecond, tzinfo, fold] =
            parse_arguments(Some("replace"), NAMES, 0, 5, &all)?;
        let own = self.fields();
        let fields = [
            c_int_or(hour, own[0])?,
            c_int_or(minute, own[1])?,
            c_int_or(second, own[2])?,
            c_int_or(microsecond, own[3])?,
        ];
        let kept = self.tzinfo();
        let tzinfo = match tzinfo {
            Some(tzinfo) => zone::check_tzinfo(tzinfo)?,
            None => kept.as_deref(),
        };
        let fold = c_int_or(fold, i32::from(self.fold()))?;
        PyTime::of_class(self.as_object().ty(), fields, tzinfo, fold)
    }

    fn state(&self, protocol: i32) -> PyResult<Py<PyTuple>> {
        let mut data = self.data.get();
        if protocol > 3 && self.fold() {
            data[0] |= 0x80;
        }
        let mut items = vec![PyBytes::new(&data)?.into_object()];
        items.extend(self.tzinfo());
        let state = PyTuple::from_vec(items)?;
        PyTuple::from_vec(vec![
            object::class::type_ref(self.as_object().ty()),
            state.into_object(),
        ])
    }
}

#[pymethods]
impl PyTime {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py> {
        if let [state, rest @ ..] = args.as_slice()
            && rest.len() <= 1
            && let Some(mut data) = pickle_state::<6>(state)
            && data[0] & 0x7f < 24
        {
            let tzinfo = state_tzinfo(rest.first())?;
            let fold = data[0] & 0x80 != 0;
            data[0] &= 0x7f;
            return PyTime::from_data(cls, data, tzinfo, fold).map(Py::into_object);
        }
        const NAMES: [&str; 6] = ["hour", "minute", "second", "microsecond", "tzinfo", "fold"];
        let mut holder = Vec::new();
        let all = FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?;
        let [hour, minute, second, microsecond, tzinfo, fold] = parse_arguments(None, NAMES, 0, 5, &all)?;
        let fields = [
            c_int_or(hour, 0)?,
            c_int_or(minute, 0)?,
            c_int_or(second, 0)?,
            c_int_or(microsecond, 0)?,
        ];
        let fold = c_int_or(fold, 0)?;
        let tzinfo = tzinfo_argument(tzinfo)?;
        PyTime::make(cls, fields, tzinfo, fold).map(Py::into_object)
    }

    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        let name = self.as_object().ty().full_name();
        let [hour, minute, second, microsecond] = self.fields();
        let text = match (second, microsecond) {
            (0, 0) => format!("{name}({hour}, {minute})"),
            (_, 0) => format!("{name}({hour}, {minute}, {second})"),
            _ => format!("{name}({hour}, {minute}, {second}, {microsecond})"),
        };
        with_keywords(text, self.fold(), self.tzinfo().as_deref(), false)
    }

    #[slot]
    fn tp_str(&self) -> PyResult<Py> {
        self.as_object().call_method(intern!("isoformat"), &[])
    }

    #[slot]
    fn tp_hash(&self) -> PyResult<isize> {
        if self.hashcode.get() == -1 {
            let offset = if self.fold() {
                // The hash goes without the fold.
                let plain = PyTime::make(PyTime::type_object(), self.fields(), self.tzinfo().as_deref(), 0)?;
                plain.offset()?
            } else {
                self.offset()?
            };
            let hash = match offset {
                None => object::protocol::hash_bytes(&self.data.get()),
                Some(offset) => PyDelta::from_total(self.total() - offset.total())?.hash_value()?,
            };
            self.hashcode.set(hash);
        }
        Ok(self.hashcode.get())
    }

    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult<Py> {
        let Some(other) = other.downcast::<PyTime>() else {
            return Ok(not_implemented());
        };
        let same_zone = self.tzinfo.as_raw() == other.tzinfo.as_raw();
        let ordering = if same_zone {
            self.data.get().cmp(&other.data.get())
        } else {
            match (self.offset()?, other.offset()?) {
                (None, None) => self.data.get().cmp(&other.data.get()),
                (Some(a), Some(b)) => (self.total() - a.total()).cmp(&(other.total() - b.total())),
                _ => match op {
                    CompareOp::Eq => return Ok(object::bool::py_bool(false)),
                    CompareOp::Ne => return Ok(object::bool::py_bool(true)),
                    _ => return raise!(TypeError, "can't compare offset-naive and offset-aware times"),
                },
            }
        };
        Ok(object::bool::py_bool(op.holds(ordering)))
    }

    #[getter]
    fn hour(&self) -> i32 {
        self.fields()[0]
    }

    #[getter]
    fn minute(&self) -> i32 {
        self.fields()[1]
    }

    #[getter]
    fn second(&self) -> i32 {
        self.fields()[2]
    }

    #[getter]
    fn microsecond(&self) -> i32 {
        self.fields()[3]
    }

    #[getter(name = "tzinfo")]
    fn get_tzinfo(&self) -> Option<Py> {
        self.tzinfo()
    }

    #[getter(name = "fold")]
    fn get_fold(&self) -> i32 {
        i32::from(self.fold())
    }

    #[classmethod("($type, string, format, /)", nosig, raw)]
    fn strptime(cls: &PyTypeObject, all: FuncArgs) -> PyResult<Py> {
        check_two("strptime", &all)?;
        self::strptime("_strptime_datetime_time", cls, all.pos)
    }

    #[classmethod("($type, object, /)")]
    fn fromisoformat(cls: &PyTypeObject, text: &PyObject) -> PyResult<Py> {
        let Some(string) = text.downcast::<PyStr>() else {
            return raise!(TypeError, "fromisoformat: argument must be str");
        };
        let ascii = ascii_of(string);
        let body = ascii
            .as_deref()
            .map(|ascii| ascii.strip_prefix(b"T").unwrap_or(ascii));
        let Some(parts) = body.and_then(super::isoformat::parse_time) else {
            return invalid_isoformat(text);
        };
        let mut fields = [parts.hour, parts.minute, parts.second, parts.microsecond];
        if fields[0] == 24 {
            if fields[1..] != [0; 3] {
                return hour_24();
            }
            fields[0] = 0;
        }
        let tzinfo = parsed_zone(parts.offset)?;
        PyTime::of_class(cls, fields, tzinfo.as_deref(), 0)
    }

    #[method("($self, /, timespec='auto')", nosig, raw)]
    fn isoformat(&self, all: FuncArgs) -> PyResult<String> {
        let [timespec] = parse_arguments(Some("isoformat"), ["timespec"], 0, 1, &all)?;
        let timespec = TimeSpec::from_argument("isoformat", 1, timespec)?;
        let mut text = timespec.format(self.fields());
        if let Some(offset) = self.offset()? {
            text.push_str(&zone::offset_text(&offset, ":"));
        }
        Ok(text)
    }

    #[method("($self, format)", nosig, raw)]
    fn strftime(&self, all: FuncArgs) -> PyResult<Py> {
        let [format] = parse_arguments(Some("strftime"), ["format"], 1, 1, &all)?;
        let format = required(format)?;
        let Some(text) = format.downcast::<PyStr>() else {
            return bad_argument("strftime", 1, "str", format);
        };
        let [hour, minute, second, microsecond] = self.fields();
        // A time has no date: that of 1 January 1900 is shown.
        let mut items = Vec::with_capacity(9);
        for field in [1900, 1, 1, hour, minute, second, 0, 1, -1] {
            items.push(PyInt::from_i64(i64::from(field))?.into_object());
        }
        let timetuple = PyTuple::from_vec(items)?;
        let tzinfo = self.tzinfo();
        let none = none();
        let value = format::Value {
            tzinfo: tzinfo.as_deref(),
            argument: &none,
            microsecond,
            year: 1900,
        };
        format::strftime(&value, text, timetuple.as_object())
    }

    #[method("($self, format, /)", nosig)]
    fn __format__(&self, format: &PyObject) -> PyResult<Py> {
        format_object(self.as_object(), format)
    }

    #[method("($self, /)")]
    fn utcoffset(&self) -> PyResult<Py> {
        self.offset().map(or_none)
    }

    #[method("($self, /)")]
    fn dst(&self) -> PyResult<Py> {
        zone::dst(self.tzinfo().as_deref(), &none()).map(or_none)
    }

    #[method("($self, /)")]
    fn tzname(&self) -> PyResult<Py> {
        zone::tzname(self.tzinfo().as_deref(), &none()).map(or_none)
    }

    #[method(
        "($self, /, hour=unchanged, minute=unchanged, second=unchanged,\n        microsecond=unchanged, tzinfo=unchanged, *, fold=unchanged)",
        raw
    )]
    fn replace(&self, all: FuncArgs) -> PyResult<Py> {
        self.replaced(all)
    }

    #[method("($self, /, **changes)", raw)]
    fn __replace__(&self, all: FuncArgs) -> PyResult<Py> {
        self.replaced(all)
    }

    #[method("($self, protocol, /)", nosig)]
    fn __reduce_ex__(&self, protocol: i32) -> PyResult<Py<PyTuple>> {
        self.state(protocol)
    }

    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult<Py<PyTuple>> {
        self.state(2)
    }
}

/// `min`, `max` and `resolution`, once the types are ready.
pub fn add_constants() -> PyResult<()> {
    let time = PyTime::type_object();
    super::set_class_attribute::<PyTime>("min", PyTime::make(time, [0; 4], None, 0)?.into_object())?;
    super::set_class_attribute::<PyTime>(
        "max",
        PyTime::make(time, [23, 59, 59, 999_999], None, 0)?.into_object(),
    )?;
    super::set_class_attribute::<PyTime>("resolution", PyDelta::from_total(1)?.into_object())
}
