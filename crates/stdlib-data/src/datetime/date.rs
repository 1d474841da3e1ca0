//! `datetime.date`, and `IsoCalendarDate`, which `isocalendar` returns.

use super::calendar::{self, IsoError, MAX_ORDINAL, MAX_YEAR, MIN_YEAR};
use super::clock;
use super::datetime::PyDateTime;
use super::delta::PyDelta;
use super::format::{self, format_object, struct_time};
use super::support::{
    ascii_of, bad_argument, c_int, c_int_or, imported, parse_arguments, parse_checked, pickle_state, required,
};
use object::args::FuncArgs;
use object::{
    CompareOp, GilCell, Py, PyBytes, PyClass, PyDict, PyInt, PyLayout, PyObject, PyResult, PyStr, PyTuple,
    PyTypeObject, Visitor, intern, new_instance, none, not_implemented, pyclass, pymethods, raise,
};

/// `PyDateTime_Date`
#[pyclass(name = "datetime.date", flags(BASETYPE))]
#[repr(C)]
pub struct PyDate {
    ob_base: PyObject,
    pub hashcode: GilCell<isize>,
    pub hastzinfo: GilCell<u8>,
    /// The year in two bytes, the larger one first; month; day.
    pub data: GilCell<[u8; 4]>,
}
const _: () = assert!(size_of::<PyDate>() == 32);

pub const DAY_NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
pub const MONTH_NAMES: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// The year is one of the calendar's.
pub fn check_year(year: i32) -> PyResult<()> {
    if !(MIN_YEAR..=MAX_YEAR).contains(&year) {
        return raise!(ValueError, "year must be in {MIN_YEAR}..{MAX_YEAR}, not {year}");
    }
    Ok(())
}

/// Year, month and day are a date.
pub fn check_date(year: i32, month: i32, day: i32) -> PyResult<()> {
    check_year(year)?;
    if !(1..=12).contains(&month) {
        return raise!(ValueError, "month must be in 1..12, not {month}");
    }
    let last = calendar::days_in_month(year, month);
    if !(1..=last).contains(&day) {
        return raise!(
            ValueError,
            "day {day} must be in range 1..{last} for month {month} in year {year}"
        );
    }
    Ok(())
}

#[cold]
pub fn out_of_range<T>() -> PyResult<T> {
    raise!(OverflowError, "date value out of range")
}

#[cold]
pub fn invalid_isoformat<T>(text: &PyObject) -> PyResult<T> {
    let repr = text.repr()?;
    raise!(ValueError, "Invalid isoformat string: {}", &*repr)
}

/// Ordinal ± days as a date of the calendar.
pub fn shifted(ordinal: i32, days: i64) -> PyResult<(i32, i32, i32)> {
    match i32::try_from(i64::from(ordinal) + days) {
        Ok(ordinal) if (1..=MAX_ORDINAL).contains(&ordinal) => Ok(calendar::from_ordinal(ordinal)),
        _ => out_of_range(),
    }
}

/// Calls a class with ints.
pub fn construct(cls: &PyTypeObject, values: &[i32]) -> PyResult {
    let mut args = Vec::with_capacity(values.len());
    for value in values {
        args.push(PyInt::from_i64(i64::from(*value))?.into_object());
    }
    object::call::call(cls.as_object(), object::args::py_slice(&args))
}

/// A date of `cls`: directly for `date` and `datetime`, through a call for subclasses.
pub fn of_class(cls: &PyTypeObject, year: i32, month: i32, day: i32) -> PyResult {
    if std::ptr::eq(cls, PyDate::type_object()) {
        return PyDate::make(cls, year, month, day).map(Py::into_object);
    }
    if std::ptr::eq(cls, PyDateTime::type_object()) {
        return PyDateTime::make(cls, [year, month, day, 0, 0, 0, 0], None, false).map(Py::into_object);
    }
    construct(cls, &[year, month, day])
}

/// The class as an object, for calls.
pub fn strptime(module_function: &str, cls: &PyTypeObject, all: &[&PyObject]) -> PyResult {
    for (i, arg) in all.iter().enumerate() {
        if !PyStr::check(arg) {
            return bad_argument("strptime", i + 1, "str", arg);
        }
    }
    let function = imported("_strptime", module_function)?;
    let mut args = vec![cls.as_object()];
    args.extend_from_slice(all);
    object::call::call(&function, &args)
}

/// "strptime() takes exactly 2 arguments (1 given)"
pub fn check_two(fname: &str, all: &FuncArgs) -> PyResult<()> {
    all.no_keywords(fname)?;
    if all.pos.len() != 2 {
        return raise!(
            TypeError,
            "{fname}() takes exactly 2 arguments ({} given)",
            all.pos.len()
        );
    }
    Ok(())
}

impl PyDate {
    pub fn year(&self) -> i32 {
        let data = self.data.get();
        i32::from(data[0]) << 8 | i32::from(data[1])
    }
    pub fn month(&self) -> i32 {
        i32::from(self.data.get()[2])
    }
    pub fn day(&self) -> i32 {
        i32::from(self.data.get()[3])
    }
    pub fn ymd(&self) -> (i32, i32, i32) {
        (self.year(), self.month(), self.day())
    }
    pub fn ordinal(&self) -> i32 {
        calendar::to_ordinal(self.year(), self.month(), self.day())
    }

    /// An instance of `cls`, `date` or a subclass that is not one of `datetime`, without calling its constructor.
    pub fn make(cls: &PyTypeObject, year: i32, month: i32, day: i32) -> PyResult<Py<PyDate>> {
        check_date(year, month, day)?;
        Self::from_data(cls, [(year >> 8) as u8, year as u8, month as u8, day as u8])
    }

    fn from_data(cls: &PyTypeObject, data: [u8; 4]) -> PyResult<Py<PyDate>> {
        new_instance(cls, |this: *mut PyDate| {
            // SAFETY: fresh, zeroed memory of the type's size.
            unsafe {
                (*this).hashcode.set(-1);
                (*this).data.set(data);
            }
        })
    }

    fn add_days(&self, days: i64) -> PyResult {
        let (year, month, day) = shifted(self.ordinal(), days)?;
        of_class(self.as_object().ty(), year, month, day)
    }

    fn replaced(&self, all: FuncArgs) -> PyResult {
        let [year, month, day] = parse_arguments(Some("replace"), ["year", "month", "day"], 0, 3, &all)?;
        let (year, month, day) = (
            c_int_or(year, self.year())?,
            c_int_or(month, self.month())?,
            c_int_or(day, self.day())?,
        );
        of_class(self.as_object().ty(), year, month, day)
    }
}

#[pymethods]
impl PyDate {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py> {
        if let [state] = args.as_slice()
            && let Some(data) = pickle_state::<4>(state)
            && (1..=12).contains(&data[2])
        {
            return PyDate::from_data(cls, data).map(Py::into_object);
        }
        let mut holder = Vec::new();
        let all = FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?;
        let [year, month, day] = parse_checked(None, ["year", "month", "day"], 3, 3, &all, |_, arg| {
            c_int(arg).map(drop)
        })?;
        let (year, month, day) = (
            c_int(required(year)?)?,
            c_int(required(month)?)?,
            c_int(required(day)?)?,
        );
        PyDate::make(cls, year, month, day).map(Py::into_object)
    }

    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        let (year, month, day) = self.ymd();
        PyStr::new(&format!(
            "{}({year}, {month}, {day})",
            self.as_object().ty().full_name()
        ))
    }

    #[slot]
    fn tp_str(&self) -> PyResult<Py> {
        self.as_object().call_method(intern!("isoformat"), &[])
    }

    #[slot]
    fn tp_hash(&self) -> PyResult<isize> {
        if self.hashcode.get() == -1 {
            self.hashcode.set(object::protocol::hash_bytes(&self.data.get()));
        }
        Ok(self.hashcode.get())
    }

    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult<Py> {
        match other.downcast::<PyDate>() {
            // A datetime has more than its date to compare.
            Some(date) if !PyDateTime::check(other) => Ok(object::bool::py_bool(
                op.holds(self.data.get().cmp(&date.data.get())),
            )),
            _ => Ok(not_implemented()),
        }
    }

    #[slot]
    fn nb_add(a: &PyObject, b: &PyObject) -> PyResult<Py> {
        if PyDateTime::check(a) || PyDateTime::check(b) {
            return Ok(not_implemented());
        }
        match (a.downcast::<PyDate>(), b.downcast::<PyDate>()) {
            (Some(date), None) => match b.downcast::<PyDelta>() {
                Some(delta) => date.add_days(i64::from(delta.days())),
                None => Ok(not_implemented()),
            },
            (None, Some(date)) => match a.downcast::<PyDelta>() {
                Some(delta) => date.add_days(i64::from(delta.days())),
                None => Ok(not_implemented()),
            },
            _ => Ok(not_implemented()),
        }
    }

    #[slot]
    fn nb_subtract(a: &PyObject, b: &PyObject) -> PyResult<Py> {
        if PyDateTime::check(a) || PyDateTime::check(b) {
            return Ok(not_implemented());
        }
        let Some(date) = a.downcast::<PyDate>() else {
            return Ok(not_implemented());
        };
        if let Some(other) = b.downcast::<PyDate>() {
            let days = i64::from(date.ordinal()) - i64::from(other.ordinal());
            return PyDelta::from_parts(days, 0, 0).map(Py::into_object);
        }
        match b.downcast::<PyDelta>() {
            Some(delta) => date.add_days(-i64::from(delta.days())),
            None => Ok(not_implemented()),
        }
    }

    #[getter(name = "year")]
    fn get_year(&self) -> i32 {
        self.year()
    }

    #[getter(name = "month")]
    fn get_month(&self) -> i32 {
        self.month()
    }

    #[getter(name = "day")]
    fn get_day(&self) -> i32 {
        self.day()
    }

    #[classmethod("($type, timestamp, /)")]
    fn fromtimestamp(cls: &PyTypeObject, timestamp: &PyObject) -> PyResult<Py> {
        let parts = clock::local(clock::seconds_argument(timestamp)?)?;
        of_class(cls, parts.year, parts.month, parts.day)
    }

    #[classmethod("($type, /)")]
    fn today(cls: &PyTypeObject) -> PyResult<Py> {
        if std::ptr::eq(cls, PyDate::type_object()) {
            let parts = clock::local(clock::now().0)?;
            return of_class(cls, parts.year, parts.month, parts.day);
        }
        // A subclass sees its own `fromtimestamp` called.
        let now = object::call::call(&*imported("time", "time")?, &[])?;
        cls.as_object().call_method(intern!("fromtimestamp"), &[&now])
    }

    #[classmethod("($type, ordinal, /)", nosig)]
    fn fromordinal(cls: &PyTypeObject, ordinal: &PyObject) -> PyResult<Py> {
        let ordinal = c_int(ordinal)?;
        if ordinal < 1 {
            return raise!(ValueError, "ordinal must be >= 1");
        }
        if ordinal > i32::MAX - 366 {
            return out_of_range();
        }
        let (year, month, day) = calendar::from_ordinal(ordinal);
        of_class(cls, year, month, day)
    }

    #[classmethod("($type, object, /)")]
    fn fromisoformat(cls: &PyTypeObject, text: &PyObject) -> PyResult<Py> {
        let Some(string) = text.downcast::<PyStr>() else {
            return raise!(TypeError, "fromisoformat: argument must be str");
        };
        let parsed = ascii_of(string)
            .filter(|ascii| matches!(ascii.len(), 7 | 8 | 10))
            .and_then(|ascii| super::isoformat::parse_date(&ascii));
        match parsed {
            Some((year, month, day)) => of_class(cls, year, month, day),
            None => invalid_isoformat(text),
        }
    }

    #[classmethod("($type, year, week, day)", nosig, raw)]
    fn fromisocalendar(cls: &PyTypeObject, all: FuncArgs) -> PyResult<Py> {
        let found = parse_arguments(Some("fromisocalendar"), ["year", "week", "day"], 3, 3, &all)?;
        let mut fields = [0; 3];
        for (field, value) in fields.iter_mut().zip(found) {
            let value = object::number::index(required(value)?)?;
            *field = match value.to_i64().map(i32::try_from) {
                Some(Ok(value)) => value,
                _ => return raise!(ValueError, "ISO calendar component out of range"),
            };
        }
        let [year, week, weekday] = fields;
        match calendar::from_iso(year, week, weekday) {
            Ok((year, month, day)) => of_class(cls, year, month, day),
            Err(IsoError::Year) => {
                check_year(year)?;
                raise!(ValueError, "Year is out of range: {year}")
            }
            Err(IsoError::Week) => raise!(ValueError, "Invalid week: {week}"),
            Err(IsoError::Weekday) => raise!(ValueError, "Invalid weekday: {weekday} (range is [1, 7])"),
        }
    }

    #[classmethod("($type, string, format, /)", nosig, raw)]
    fn strptime(cls: &PyTypeObject, all: FuncArgs) -> PyResult<Py> {
        check_two("strptime", &all)?;
        self::strptime("_strptime_datetime_date", cls, all.pos)
    }

    #[method("($self, /)")]
    fn ctime(&self) -> String {
        let (year, month, day) = self.ymd();
        let name = DAY_NAMES[calendar::weekday(year, month, day) as usize];
        format!(
            "{name} {} {day:2} 00:00:00 {year:04}",
            MONTH_NAMES[month as usize - 1]
        )
    }

    #[method("($self, format)", nosig, raw)]
    fn strftime(&self, all: FuncArgs) -> PyResult<Py> {
        let [format] = parse_arguments(Some("strftime"), ["format"], 1, 1, &all)?;
        let format = required(format)?;
        let Some(text) = format.downcast::<PyStr>() else {
            return bad_argument("strftime", 1, "str", format);
        };
        let own = self.as_object();
        // A subclass, `datetime` among them, may have its own.
        let timetuple = own.call_method(intern!("timetuple"), &[])?;
        let datetime = own.downcast::<PyDateTime>();
        let tzinfo = datetime.and_then(PyDateTime::tzinfo);
        let value = format::Value {
            tzinfo: tzinfo.as_deref(),
            argument: own,
            microsecond: datetime.map_or(0, |dt| dt.fields()[6]),
            year: self.year(),
        };
        format::strftime(&value, text, &timetuple)
    }

    #[method("($self, format, /)", nosig)]
    fn __format__(&self, format: &PyObject) -> PyResult<Py> {
        format_object(self.as_object(), format)
    }

    #[method("($self, /)")]
    fn timetuple(&self) -> PyResult<Py> {
        let (year, month, day) = self.ymd();
        let yearday = calendar::days_before_month(year, month) + day;
        struct_time(
            [year, month, day, 0, 0, 0],
            calendar::weekday(year, month, day),
            yearday,
            -1,
        )
    }

    #[method("($self, /)")]
    fn isocalendar(&self) -> PyResult<Py> {
        let (year, month, day) = self.ymd();
        IsoCalendarDate::make(calendar::iso_calendar(year, month, day))
    }

    #[method("($self, /)")]
    fn isoformat(&self) -> String {
        let (year, month, day) = self.ymd();
        format!("{year:04}-{month:02}-{day:02}")
    }

    #[method("($self, /)")]
    fn isoweekday(&self) -> i32 {
        let (year, month, day) = self.ymd();
        calendar::weekday(year, month, day) + 1
    }

    #[method("($self, /)")]
    fn weekday(&self) -> i32 {
        let (year, month, day) = self.ymd();
        calendar::weekday(year, month, day)
    }

    #[method("($self, /)")]
    fn toordinal(&self) -> i32 {
        self.ordinal()
    }

    #[method("($self, /, year=unchanged, month=unchanged, day=unchanged)", raw)]
    fn replace(&self, all: FuncArgs) -> PyResult<Py> {
        self.replaced(all)
    }

    #[method("($self, /, **changes)", raw)]
    fn __replace__(&self, all: FuncArgs) -> PyResult<Py> {
        self.replaced(all)
    }

    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult<Py<PyTuple>> {
        let state = PyTuple::from_vec(vec![PyBytes::new(&self.data.get())?.into_object()])?;
        PyTuple::from_vec(vec![
            object::class::type_ref(self.as_object().ty()),
            state.into_object(),
        ])
    }
}

/// `min`, `max` and `resolution`, once the types are ready.
pub fn add_constants() -> PyResult<()> {
    let date = PyDate::type_object();
    super::set_class_attribute::<PyDate>("min", PyDate::make(date, MIN_YEAR, 1, 1)?.into_object())?;
    super::set_class_attribute::<PyDate>("max", PyDate::make(date, MAX_YEAR, 12, 31)?.into_object())?;
    super::set_class_attribute::<PyDate>("resolution", PyDelta::from_parts(1, 0, 0)?.into_object())
}

/// `datetime.IsoCalendarDate`: a tuple of ISO year, week and weekday.
#[pyclass(name = "datetime.IsoCalendarDate", base = PyTuple, flags(HAVE_GC), itemsize = size_of::<usize>())]
#[repr(transparent)]
pub struct IsoCalendarDate {
    base: PyTuple,
}

impl IsoCalendarDate {
    fn of_items(cls: &PyTypeObject, items: Py<PyTuple>) -> PyResult {
        let args = PyTuple::from_vec(vec![items.into_object()])?;
        match PyTuple::type_object().tp_new.get() {
            // SAFETY: `tuple.__new__` with a subclass of `tuple` and a tuple of arguments.
            Some(tp_new) => unsafe { tp_new(cls, &args, None) },
            None => raise!(SystemError, "tuple has no constructor"),
        }
    }

    fn make((year, week, weekday): (i32, i32, i32)) -> PyResult {
        let items = super::support::int_tuple(&[i64::from(year), i64::from(week), i64::from(weekday)])?;
        Self::of_items(Self::type_object(), items)
    }

    fn item(&self, i: usize) -> Py {
        self.base.get(i).map_or_else(none, |item| item.new_ref())
    }
}

#[pymethods]
impl IsoCalendarDate {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py> {
        let mut holder = Vec::new();
        let all = FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?;
        let found = parse_arguments(Some("IsoCalendarDate"), ["year", "week", "weekday"], 3, 3, &all)?;
        let mut items = Vec::new();
        for value in found {
            items.push(PyInt::from_i64(i64::from(c_int(required(value)?)?))?.into_object());
        }
        IsoCalendarDate::of_items(cls, PyTuple::from_vec(items)?)
    }

    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        for item in self.base.as_slice() {
            visit.object(item);
        }
    }

    #[slot]
    unsafe fn tp_dealloc(op: *mut PyObject) {
        if let Some(dealloc) = PyTuple::type_object().tp_dealloc.get() {
            // SAFETY: it is laid out as a tuple, and its count is zero.
            unsafe { dealloc(op) };
        }
    }

    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        let [year, week, weekday] = [self.item(0).repr()?, self.item(1).repr()?, self.item(2).repr()?];
        PyStr::new_wtf8_lossy(&format!(
            "{}(year={}, week={}, weekday={})",
            self.as_object().ty().full_name(),
            &*year,
            &*week,
            &*weekday
        ))
    }

    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult<Py<PyTuple>> {
        // A pickle holds a plain tuple.
        let items = PyTuple::from_vec(self.base.as_slice().to_vec())?;
        let args = PyTuple::from_vec(vec![items.into_object()])?;
        PyTuple::from_vec(vec![
            object::class::type_ref(PyTuple::type_object()),
            args.into_object(),
        ])
    }

    #[getter]
    fn year(&self) -> Py {
        self.item(0)
    }

    #[getter]
    fn week(&self) -> Py {
        self.item(1)
    }

    #[getter]
    fn weekday(&self) -> Py {
        self.item(2)
    }
}
