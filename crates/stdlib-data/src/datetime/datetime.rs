//! `datetime.datetime`.

use super::calendar::{self, EPOCH_ORDINAL, MAX_YEAR, MIN_YEAR};
use super::clock::{self, EPOCH_SECONDS, MAX_FOLD_SECONDS, Parts};
use super::date::{
    DAY_NAMES, MONTH_NAMES, PyDate, check_date, check_two, invalid_isoformat, shifted, strptime,
};
use super::delta::{PyDelta, US_PER_DAY, US_PER_SECOND};
use super::format::{TimeSpec, struct_time, with_keywords};
use super::support::{bad_argument, c_int, c_int_or, parse_arguments, parse_checked, pickle_state, required};
use super::time::{PyTime, check_time, hour_24, parsed_zone, state_tzinfo};
use super::zone::{self, or_none, tzinfo_argument};
use object::args::FuncArgs;
use object::{
    CompareOp, Field, GilCell, Py, PyBytes, PyClass, PyDict, PyInt, PyLayout, PyObject, PyResult, PyStr,
    PyTuple, PyTypeObject, intern, new_instance, none, not_implemented, pyclass, pymethods, raise,
};

/// `PyDateTime_DateTime`
#[pyclass(name = "datetime.datetime", base = PyDate, flags(BASETYPE))]
#[repr(C)]
pub struct PyDateTime {
    ob_base: PyObject,
    hashcode: GilCell<isize>,
    hastzinfo: GilCell<u8>,
    /// The year in two bytes, the larger first; month, day, hour, minute, second; the microsecond in three bytes.
    data: GilCell<[u8; 10]>,
    fold: GilCell<u8>,
    tzinfo: Field,
}
const _: () = assert!(size_of::<PyDateTime>() == 48);
const _: () = assert!(std::mem::offset_of!(PyDateTime, data) == std::mem::offset_of!(PyDate, data));

/// Year, month, day, hour, minute, second, microsecond.
pub type Fields = [i32; 7];

const NAMES: [&str; 9] = [
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "second",
    "microsecond",
    "tzinfo",
    "fold",
];

fn warn_deprecated(name: &str, instead: &str) -> PyResult<()> {
    object::hooks::warn(
        <object::exceptions::DeprecationWarning as PyClass>::type_object(),
        &format!(
            "datetime.datetime.{name}() is deprecated and scheduled for removal in a future version. Use \
             timezone-aware objects to represent datetimes in UTC: {instead}."
        ),
        1,
    )
}

impl PyDateTime {
    pub fn fields(&self) -> Fields {
        let data = self.data.get().map(i32::from);
        [
            data[0] << 8 | data[1],
            data[2],
            data[3],
            data[4],
            data[5],
            data[6],
            data[7] << 16 | data[8] << 8 | data[9],
        ]
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
        fields: Fields,
        tzinfo: Option<&PyObject>,
        fold: bool,
    ) -> PyResult<Py<PyDateTime>> {
        let [year, month, day, hour, minute, second, micro] = fields;
        check_date(year, month, day)?;
        check_time([hour, minute, second, micro], i32::from(fold))?;
        let data = [
            (year >> 8) as u8,
            year as u8,
            month as u8,
            day as u8,
            hour as u8,
            minute as u8,
            second as u8,
            (micro >> 16) as u8,
            (micro >> 8) as u8,
            micro as u8,
        ];
        Self::from_data(cls, data, tzinfo, fold)
    }

    fn from_data(
        cls: &PyTypeObject,
        data: [u8; 10],
        tzinfo: Option<&PyObject>,
        fold: bool,
    ) -> PyResult<Py<PyDateTime>> {
        let tzinfo = tzinfo.map(|tzinfo| tzinfo.new_ref());
        new_instance(cls, |this: *mut PyDateTime| {
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

    /// An instance of `cls`: directly for `datetime`, through a call for subclasses.
    pub fn of_class(cls: &PyTypeObject, fields: Fields, tzinfo: Option<&PyObject>, fold: bool) -> PyResult {
        if std::ptr::eq(cls, PyDateTime::type_object()) {
            return PyDateTime::make(cls, fields, tzinfo, fold).map(Py::into_object);
        }
        let mut args = Vec::with_capacity(8);
        for field in fields {
            args.push(PyInt::from_i64(i64::from(field))?.into_object());
        }
        args.push(tzinfo.map_or_else(none, |tzinfo| tzinfo.new_ref()));
        let made = object::call::call(cls.as_object(), object::args::py_slice(&args))?;
        // A subclass's constructor need not know of the fold.
        if let Some(made) = made.downcast::<PyDateTime>() {
            made.fold.set(u8::from(fold));
        }
        Ok(made)
    }

    /// Microseconds since the beginning of the calendar, without regard to the zone.
    fn total(&self) -> i128 {
        let [year, month, day, hour, minute, second, microsecond] = self.fields();
        let days = i128::from(calendar::to_ordinal(year, month, day));
        let seconds = (i128::from(hour) * 60 + i128::from(minute)) * 60 + i128::from(second);
        days * i128::from(US_PER_DAY) + seconds * i128::from(US_PER_SECOND) + i128::from(microsecond)
    }

    /// The fields of a total of microseconds.
    fn fields_of(total: i128) -> PyResult<Fields> {
        let days = total.div_euclid(i128::from(US_PER_DAY));
        let rest = total.rem_euclid(i128::from(US_PER_DAY)) as i64;
        // Far beyond the calendar is beyond it all the same.
        let days = i64::try_from(days).unwrap_or(i64::MAX / 2);
        let (year, month, day) = shifted(0, days)?;
        let (seconds, micro) = ((rest / US_PER_SECOND) as i32, (rest % US_PER_SECOND) as i32);
        Ok([
            year,
            month,
            day,
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60,
            micro,
        ])
    }

    /// The datetime so many microseconds later, of the same class and zone.
    pub fn plus(&self, microseconds: i128) -> PyResult {
        let fields = Self::fields_of(self.total() + microseconds)?;
        Self::of_class(self.as_object().ty(), fields, self.tzinfo().as_deref(), false)
    }

    fn offset(&self) -> PyResult<Option<Py<PyDelta>>> {
        zone::utcoffset(self.tzinfo().as_deref(), self.as_object())
    }

    /// Whether the other fold would have another offset than `offset` (PEP 495: such times equal none of other zones).
    fn is_ambiguous(&self, offset: &Option<Py<PyDelta>>) -> PyResult<bool> {
        let flipped = PyDateTime::make(
            PyDateTime::type_object(),
            self.fields(),
            self.tzinfo().as_deref(),
            !self.fold(),
        )?;
        let total = |offset: &Option<Py<PyDelta>>| offset.as_ref().map(|offset| offset.total());
        Ok(total(&flipped.offset()?) != total(offset))
    }

    fn parts(&self) -> Parts {
        let [year, month, day, hour, minute, second, _] = self.fields();
        Parts {
            year,
            month,
            day,
            hour,
            minute,
            second,
        }
    }

    /// Seconds since the epoch of a naive datetime taken for local time.
    fn local_timestamp(&self) -> PyResult<i64> {
        Ok(clock::to_utc(clock::to_seconds(&self.parts())?, self.fold())? - EPOCH_SECONDS)
    }

    /// The datetime at a timestamp: in UTC with `utc`, else in local time, with the fold found out when it is naive.
    fn at(
        cls: &PyTypeObject,
        utc: bool,
        (seconds, microsecond): (i64, i32),
        tzinfo: Option<&PyObject>,
    ) -> PyResult {
        let parts = if utc {
            clock::utc(seconds)?
        } else {
            clock::local(seconds)?
        };
        let Parts {
            year,
            month,
            day,
            hour,
            minute,
            second,
        } = parts;
        let mut fold = false;
        if tzinfo.is_none() && !utc {
            let here = clock::to_seconds(&parts)?;
            let before = clock::local_seconds(EPOCH_SECONDS + seconds - MAX_FOLD_SECONDS)?;
            let transition = here - before - MAX_FOLD_SECONDS;
            if transition < 0 {
                fold = clock::local_seconds(EPOCH_SECONDS + seconds + transition)? == here;
            }
        }
        Self::of_class(
            cls,
            [year, month, day, hour, minute, second, microsecond],
            tzinfo,
            fold,
        )
    }

    /// With a tzinfo, UTC first and then the tzinfo's word on it.
    fn at_in_zone(cls: &PyTypeObject, time: (i64, i32), tzinfo: Option<&PyObject>) -> PyResult {
        let made = Self::at(cls, tzinfo.is_some(), time, tzinfo)?;
        match tzinfo {
            Some(tzinfo) => tzinfo.call_method(intern!("fromutc"), &[&made]),
            None => Ok(made),
        }
    }

    fn replaced(&self, all: FuncArgs) -> PyResult {
        let found = parse_arguments(Some("replace"), NAMES, 0, 8, &all)?;
        let mut fields = self.fields();
        for (field, value) in fields.iter_mut().zip(found) {
            *field = c_int_or(value, *field)?;
        }
        let kept = self.tzinfo();
        let tzinfo = match found[7] {
            Some(tzinfo) => zone::check_tzinfo(tzinfo)?,
            None => kept.as_deref(),
        };
        let fold = c_int_or(found[8], i32::from(self.fold()))?;
        check_fold(fold)?;
        PyDateTime::of_class(self.as_object().ty(), fields, tzinfo, fold != 0)
    }

    fn state(&self, protocol: i32) -> PyResult<Py<PyTuple>> {
        let mut data = self.data.get();
        if protocol > 3 && self.fold() {
            data[2] |= 0x80;
        }
        let mut items = vec![PyBytes::new(&data)?.into_object()];
        items.extend(self.tzinfo());
        let state = PyTuple::from_vec(items)?;
        PyTuple::from_vec(vec![
            object::class::type_ref(self.as_object().ty()),
            state.into_object(),
        ])
    }

    /// The local time zone at a time in seconds since the epoch, as a `timezone`.
    fn local_zone(seconds: i64) -> PyResult {
        let (offset, name) = clock::local_zone(seconds)?;
        let name = PyStr::new(&name)?;
        zone::new_zone(&*PyDelta::from_parts(0, offset, 0)?, Some(name.as_object()))
    }

    fn in_zone(&self, tzinfo: Option<&PyObject>) -> PyResult {
        let own = match self.tzinfo() {
            Some(own) => {
                if tzinfo.is_some_and(|tzinfo| own.is(tzinfo)) {
                    return Ok(self.as_object().new_ref());
                }
                zone::utcoffset(Some(&own), self.as_object())?
            }
            None => None,
        };
        let offset = match own {
            Some(offset) => offset.total(),
            None => {
                // Naive: local time.
                let local = Self::local_zone(self.local_timestamp()?)?;
                if tzinfo.is_some_and(|tzinfo| local.is(tzinfo)) {
                    return Ok(self.as_object().new_ref());
                }
                zone::utcoffset(Some(&local), self.as_object())?.map_or(0, |offset| offset.total())
            }
        };
        let fields = Self::fields_of(self.total() - offset)?;
        let tzinfo = match tzinfo {
            Some(tzinfo) => tzinfo.new_ref(),
            None => {
                let [year, month, day, hour, minute, second, _] = fields;
                let parts = Parts {
                    year,
                    month,
                    day,
                    hour,
                    minute,
                    second,
                };
                Self::local_zone(clock::to_seconds(&parts)? - EPOCH_SECONDS)?
            }
        };
        let utc = Self::of_class(self.as_object().ty(), fields, Some(&tzinfo), false)?;
        tzinfo.call_method(intern!("fromutc"), &[&utc])
    }
}

fn check_fold(fold: i32) -> PyResult<()> {
    if fold != 0 && fold != 1 {
        return raise!(ValueError, "fold must be either 0 or 1, not {fold}");
    }
    Ok(())
}

/// The separator argument of `isoformat`: one character.
fn separator(arg: Option<&PyObject>) -> PyResult<u32> {
    let Some(arg) = arg else {
        return Ok(u32::from(b'T'));
    };
    let Some(text) = arg.downcast::<PyStr>() else {
        return bad_argument("isoformat", 1, "a unicode character", arg);
    };
    if text.len() != 1 {
        return raise!(
            TypeError,
            "isoformat() argument 1 must be a unicode character, not a string of length {}",
            text.len()
        );
    }
    Ok(text.chars().at(0))
}

#[pymethods(extend(parts))]
impl PyDateTime {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py> {
        if let [state, rest @ ..] = args.as_slice()
            && rest.len() <= 1
            && let Some(mut data) = pickle_state::<10>(state)
            && (1..=12).contains(&(data[2] & 0x7f))
        {
            let tzinfo = state_tzinfo(rest.first())?;
            let fold = data[2] & 0x80 != 0;
            data[2] &= 0x7f;
            return PyDateTime::from_data(cls, data, tzinfo, fold).map(Py::into_object);
        }
        let mut holder = Vec::new();
        let all = FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?;
        let found = parse_checked(None, NAMES, 3, 8, &all, |_, arg| c_int(arg).map(drop))?;
        let mut fields = [0; 7];
        for (field, value) in fields.iter_mut().zip(found) {
            *field = c_int_or(value, 0)?;
        }
        let fold = c_int_or(found[8], 0)?;
        let tzinfo = tzinfo_argument(found[7])?;
        check_date(fields[0], fields[1], fields[2])?;
        check_time([fields[3], fields[4], fields[5], fields[6]], fold)?;
        PyDateTime::make(cls, fields, tzinfo, fold != 0).map(Py::into_object)
    }

    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        let name = self.as_object().ty().full_name();
        let [year, month, day, hour, minute, second, micro] = self.fields();
        let text = match (second, micro) {
            (0, 0) => format!("{name}({year}, {month}, {day}, {hour}, {minute})"),
            (_, 0) => format!("{name}({year}, {month}, {day}, {hour}, {minute}, {second})"),
            _ => format!("{name}({year}, {month}, {day}, {hour}, {minute}, {second}, {micro})"),
        };
        with_keywords(text, self.fold(), self.tzinfo().as_deref(), true)
    }

    #[slot]
    fn tp_str(&self) -> PyResult<Py> {
        let space = PyStr::new(" ")?;
        self.as_object()
            .call_method(intern!("isoformat"), &[space.as_object()])
    }

    #[slot]
    fn tp_hash(&self) -> PyResult<isize> {
        if self.hashcode.get() == -1 {
            let offset = if self.fold() {
                // The hash goes without the fold.
                let tzinfo = self.tzinfo();
                PyDateTime::make(PyDateTime::type_object(), self.fields(), tzinfo.as_deref(), false)?
                    .offset()?
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
        let Some(other) = other.downcast::<PyDateTime>() else {
            return Ok(not_implemented());
        };
        if self.tzinfo.as_raw() == other.tzinfo.as_raw() {
            return Ok(object::bool::py_bool(
                op.holds(self.data.get().cmp(&other.data.get())),
            ));
        }
        let (own, others) = (self.offset()?, other.offset()?);
        let mut ordering = match (&own, &others) {
            (None, None) => self.data.get().cmp(&other.data.get()),
            (Some(a), Some(b)) => (self.total() - a.total()).cmp(&(other.total() - b.total())),
            _ => match op {
                CompareOp::Eq => return Ok(object::bool::py_bool(false)),
                CompareOp::Ne => return Ok(object::bool::py_bool(true)),
                _ => return raise!(TypeError, "can't compare offset-naive and offset-aware datetimes"),
            },
        };
        if matches!(op, CompareOp::Eq | CompareOp::Ne)
            && ordering.is_eq()
            && (self.is_ambiguous(&own)? || other.is_ambiguous(&others)?)
        {
            ordering = std::cmp::Ordering::Greater;
        }
        Ok(object::bool::py_bool(op.holds(ordering)))
    }

    #[slot]
    fn nb_add(a: &PyObject, b: &PyObject) -> PyResult<Py> {
        let (datetime, other) = match (a.downcast::<PyDateTime>(), b.downcast::<PyDateTime>()) {
            (Some(datetime), None) => (datetime, b),
            (None, Some(datetime)) => (datetime, a),
            _ => return Ok(not_implemented()),
        };
        match other.downcast::<PyDelta>() {
            Some(delta) => datetime.plus(delta.total()),
            None => Ok(not_implemented()),
        }
    }

    #[slot]
    fn nb_subtract(a: &PyObject, b: &PyObject) -> PyResult<Py> {
        let Some(datetime) = a.downcast::<PyDateTime>() else {
            return Ok(not_implemented());
        };
        if let Some(delta) = b.downcast::<PyDelta>() {
            return datetime.plus(-delta.total());
        }
        let Some(other) = b.downcast::<PyDateTime>() else {
            return Ok(not_implemented());
        };
        let mut difference = datetime.total() - other.total();
        if datetime.tzinfo.as_raw() != other.tzinfo.as_raw() {
            difference -= match (datetime.offset()?, other.offset()?) {
                (None, None) => 0,
                (Some(a), Some(b)) => a.total() - b.total(),
                _ => {
                    return raise!(
                        TypeError,
                        "can't subtract offset-naive and offset-aware datetimes"
                    );
                }
            };
        }
        PyDelta::from_total(difference).map(Py::into_object)
    }

    #[getter]
    fn hour(&self) -> i32 {
        self.fields()[3]
    }

    #[getter]
    fn minute(&self) -> i32 {
        self.fields()[4]
    }

    #[getter]
    fn second(&self) -> i32 {
        self.fields()[5]
    }

    #[getter]
    fn microsecond(&self) -> i32 {
        self.fields()[6]
    }

    #[getter(name = "tzinfo")]
    fn get_tzinfo(&self) -> Option<Py> {
        self.tzinfo()
    }

    #[getter(name = "fold")]
    fn get_fold(&self) -> i32 {
        i32::from(self.fold())
    }

    #[method("($self, /)")]
    fn date(&self) -> PyResult<Py<PyDate>> {
        let [year, month, day, ..] = self.fields();
        PyDate::make(PyDate::type_object(), year, month, day)
    }

    #[method("($self, /)")]
    fn time(&self) -> PyResult<Py<PyTime>> {
        let [_, _, _, hour, minute, second, micro] = self.fields();
        PyTime::make(
            PyTime::type_object(),
            [hour, minute, second, micro],
            None,
            i32::from(self.fold()),
        )
    }

    #[method("($self, /)")]
    fn timetz(&self) -> PyResult<Py<PyTime>> {
        let [_, _, _, hour, minute, second, micro] = self.fields();
        let (fold, tzinfo) = (i32::from(self.fold()), self.tzinfo());
        PyTime::make(
            PyTime::type_object(),
            [hour, minute, second, micro],
            tzinfo.as_deref(),
            fold,
        )
    }

    #[method("($self, /)")]
    fn ctime(&self) -> String {
        let [year, month, day, hour, minute, second, _] = self.fields();
        format!(
            "{} {} {day:2} {hour:02}:{minute:02}:{second:02} {year:04}",
            DAY_NAMES[calendar::weekday(year, month, day) as usize],
            MONTH_NAMES[month as usize - 1]
        )
    }

    #[method("($self, /)")]
    fn timetuple(&self) -> PyResult<Py> {
        let [year, month, day, hour, minute, second, _] = self.fields();
        let dst = match zone::dst(self.tzinfo().as_deref(), self.as_object())? {
            None => -1,
            Some(dst) => i32::from(dst.total() != 0),
        };
        let yearday = calendar::days_before_month(year, month) + day;
        let weekday = calendar::weekday(year, month, day);
        struct_time([year, month, day, hour, minute, second], weekday, yearday, dst)
    }

    #[method("($self, /)")]
    fn utctimetuple(&self) -> PyResult<Py> {
        let offset = self.offset()?.map_or(0, |offset| offset.total());
        let [year, month, day, hour, minute, second, _] = Self::fields_of(self.total() - offset)?;
        let yearday = calendar::days_before_month(year, month) + day;
        let weekday = calendar::weekday(year, month, day);
        struct_time([year, month, day, hour, minute, second], weekday, yearday, 0)
    }

    #[method("($self, /)")]
    fn timestamp(&self) -> PyResult<f64> {
        if self.tzinfo().is_some()
            && let Some(offset) = self.offset()?
        {
            let epoch = i128::from(EPOCH_ORDINAL) * i128::from(US_PER_DAY);
            let since = self.total() - offset.total() - epoch;
            return Ok(super::delta::true_divide(since, i128::from(US_PER_SECOND)));
        }
        if self.tzinfo().is_some() {
            return raise!(
                TypeError,
                "can't subtract offset-naive and offset-aware datetimes"
            );
        }
        Ok(self.local_timestamp()? as f64 + f64::from(self.fields()[6]) / 1e6)
    }

    #[method("($self, /, sep='T', timespec='auto')", nosig, raw)]
    fn isoformat(&self, all: FuncArgs) -> PyResult<Py<PyStr>> {
        let [sep, timespec] = parse_arguments(Some("isoformat"), ["sep", "timespec"], 0, 2, &all)?;
        let sep = separator(sep)?;
        let timespec = TimeSpec::from_argument("isoformat", 2, timespec)?;
        let [year, month, day, hour, minute, second, micro] = self.fields();
        let date = format!("{year:04}-{month:02}-{day:02}");
        let mut time = timespec.format([hour, minute, second, micro]);
        if let Some(offset) = self.offset()? {
            time.push_str(&zone::offset_text(&offset, ":"));
        }
        let text: Vec<u32> = date
            .bytes()
            .map(u32::from)
            .chain([sep])
            .chain(time.bytes().map(u32::from))
            .collect();
        PyStr::from_code_points(&text)
    }

    #[method("($self, /)")]
    fn utcoffset(&self) -> PyResult<Py> {
        self.offset().map(or_none)
    }

    #[method("($self, /)")]
    fn dst(&self) -> PyResult<Py> {
        zone::dst(self.tzinfo().as_deref(), self.as_object()).map(or_none)
    }

    #[method("($self, /)")]
    fn tzname(&self) -> PyResult<Py> {
        zone::tzname(self.tzinfo().as_deref(), self.as_object()).map(or_none)
    }

    #[method(
        "($self, /, year=unchanged, month=unchanged, day=unchanged,\n        hour=unchanged, minute=unchanged, second=unchanged,\n        microsecond=unchanged, tzinfo=unchanged, *, fold=unchanged)",
        raw
    )]
    fn replace(&self, all: FuncArgs) -> PyResult<Py> {
        self.replaced(all)
    }

    #[method("($self, /, **changes)", raw)]
    fn __replace__(&self, all: FuncArgs) -> PyResult<Py> {
        self.replaced(all)
    }

    #[method("($self, /, tz=None)", nosig, raw)]
    fn astimezone(&self, all: FuncArgs) -> PyResult<Py> {
        let [tz] = parse_arguments(Some("astimezone"), ["tz"], 0, 1, &all)?;
        self.in_zone(tzinfo_argument(tz)?)
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

/// The other constructors.
#[pymethods(part = parts)]
impl PyDateTime {
    #[classmethod("($type, /, tz=None)", raw)]
    fn now(cls: &PyTypeObject, all: FuncArgs) -> PyResult<Py> {
        let [tz] = parse_arguments(Some("now"), ["tz"], 0, 1, &all)?;
        PyDateTime::at_in_zone(cls, clock::now(), tzinfo_argument(tz)?)
    }

    #[classmethod("($type, /)")]
    fn utcnow(cls: &PyTypeObject) -> PyResult<Py> {
        warn_deprecated("utcnow", "datetime.datetime.now(datetime.UTC)")?;
        PyDateTime::at(cls, true, clock::now(), None)
    }

    #[classmethod("($type, timestamp, tz=None)", nosig, raw)]
    fn fromtimestamp(cls: &PyTypeObject, all: FuncArgs) -> PyResult<Py> {
        let [timestamp, tz] = parse_arguments(Some("fromtimestamp"), ["timestamp", "tz"], 1, 2, &all)?;
        let tzinfo = tzinfo_argument(tz)?;
        PyDateTime::at_in_zone(cls, clock::timestamp_argument(required(timestamp)?)?, tzinfo)
    }

    #[classmethod("($type, timestamp, /)", nosig)]
    fn utcfromtimestamp(cls: &PyTypeObject, timestamp: &PyObject) -> PyResult<Py> {
        warn_deprecated(
            "utcfromtimestamp",
            "datetime.datetime.fromtimestamp(timestamp, datetime.UTC)",
        )?;
        PyDateTime::at(cls, true, clock::timestamp_argument(timestamp)?, None)
    }

    #[classmethod("($type, string, format, /)", nosig, raw)]
    fn strptime(cls: &PyTypeObject, all: FuncArgs) -> PyResult<Py> {
        check_two("strptime", &all)?;
        self::strptime("_strptime_datetime_datetime", cls, all.pos)
    }

    #[classmethod("($type, date, time, tzinfo=None)", nosig, raw)]
    fn combine(cls: &PyTypeObject, all: FuncArgs) -> PyResult<Py> {
        let names = ["date", "time", "tzinfo"];
        let [date, time, tzinfo] = parse_checked(Some("combine"), names, 2, 3, &all, |i, arg| match i {
            0 if !PyDate::check(arg) => bad_argument("combine", 1, "datetime.date", arg),
            1 if !PyTime::check(arg) => bad_argument("combine", 2, "datetime.time", arg),
            _ => Ok(()),
        })?;
        let (Some(date), Some(time)) = (
            required(date)?.downcast::<PyDate>(),
            required(time)?.downcast::<PyTime>(),
        ) else {
            return object::error::missing_argument();
        };
        let kept = time.tzinfo();
        let tzinfo = match tzinfo {
            Some(tzinfo) => zone::check_tzinfo(tzinfo)?,
            None => kept.as_deref(),
        };
        let ((year, month, day), [hour, minute, second, micro]) = (date.ymd(), time.fields());
        PyDateTime::of_class(
            cls,
            [year, month, day, hour, minute, second, micro],
            tzinfo,
            time.fold(),
        )
    }

    #[classmethod("($type, object, /)")]
    fn fromisoformat(cls: &PyTypeObject, text: &PyObject) -> PyResult<Py> {
        use super::isoformat::{TimeParts, find_separator, parse_date, parse_time};
        let Some(string) = text.downcast::<PyStr>() else {
            return raise!(TypeError, "fromisoformat: argument must be str");
        };
        // The separator may be any character; everything else is ASCII.
        let mut bytes: Vec<u8> = string
            .chars()
            .iter()
            .map(|c| u8::try_from(c).unwrap_or(0xff))
            .collect();
        if bytes.len() < 7 {
            return invalid_isoformat(text);
        }
        let Some(at) = find_separator(&bytes) else {
            return invalid_isoformat(text);
        };
        if let Some(separator) = bytes.get_mut(at) {
            *separator = b'T';
        }
        if !bytes.is_ascii() {
            return invalid_isoformat(text);
        }
        let date = bytes.get(..at).and_then(parse_date);
        let time = if at < bytes.len() {
            parse_time(&bytes[at + 1..])
        } else {
            Some(TimeParts::default())
        };
        let (Some((mut year, mut month, mut day)), Some(mut time)) = (date, time) else {
            return invalid_isoformat(text);
        };
        if time.hour == 24 && (1..=12).contains(&month) && day <= calendar::days_in_month(year, month) {
            if (time.minute, time.second, time.microsecond) != (0, 0, 0) {
                return hour_24();
            }
            // Midnight at the end of a day.
            time.hour = 0;
            day += 1;
            if day > calendar::days_in_month(year, month) {
                (day, month) = (1, month + 1);
            }
            if month > 12 {
                (month, year) = (1, year + 1);
            }
        }
        let tzinfo = parsed_zone(time.offset)?;
        let fields = [
            year,
            month,
            day,
            time.hour,
            time.minute,
            time.second,
            time.microsecond,
        ];
        PyDateTime::of_class(cls, fields, tzinfo.as_deref(), false)
    }
}

/// `min`, `max` and `resolution`, once the types are ready.
pub fn add_constants() -> PyResult<()> {
    let cls = PyDateTime::type_object();
    let min = PyDateTime::make(cls, [MIN_YEAR, 1, 1, 0, 0, 0, 0], None, false)?;
    super::set_class_attribute::<PyDateTime>("min", min.into_object())?;
    let max = PyDateTime::make(cls, [MAX_YEAR, 12, 31, 23, 59, 59, 999_999], None, false)?;
    super::set_class_attribute::<PyDateTime>("max", max.into_object())?;
    super::set_class_attribute::<PyDateTime>("resolution", PyDelta::from_total(1)?.into_object())
}
