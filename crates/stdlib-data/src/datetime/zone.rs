//! `datetime.tzinfo` and `datetime.timezone`, and what is asked of a `tzinfo`.

use super::datetime::PyDateTime;
use super::delta::PyDelta;
use super::support::{bad_argument, parse_arguments, required};
use object::args::FuncArgs;
use object::{
    CompareOp, Field, GilCell, Py, PyClass, PyDict, PyLayout, PyObject, PyResult, PyStr, PyTuple,
    PyTypeObject, intern, is_none, new_instance, none, not_implemented, pyclass, pymethods, raise,
};

/// `PyDateTime_TZInfo`
#[pyclass(name = "datetime.tzinfo", flags(BASETYPE))]
#[repr(C)]
pub struct PyTzInfo {
    ob_base: PyObject,
}

/// `PyDateTime_TimeZone`: a fixed offset.
#[pyclass(name = "datetime.timezone", base = PyTzInfo)]
#[repr(C)]
pub struct PyTimeZone {
    base: PyTzInfo,
    offset: Field<PyDelta>,
    name: Field,
}

/// `timezone.utc`: made by the module, never freed.
static UTC: GilCell<Option<&'static PyTimeZone>> = GilCell::new(None);

/// Checks a `tzinfo` argument: `None` or an instance of `tzinfo`.
pub fn check_tzinfo(obj: &PyObject) -> PyResult<Option<&PyObject>> {
    if is_none(obj) {
        return Ok(None);
    }
    if PyTzInfo::check(obj) {
        return Ok(Some(obj));
    }
    raise!(
        TypeError,
        "tzinfo argument must be None or of a tzinfo subclass, not type '{}'",
        obj.ty().full_name()
    )
}

/// An optional `tzinfo` argument.
pub fn tzinfo_argument(obj: Option<&PyObject>) -> PyResult<Option<&PyObject>> {
    obj.map_or(Ok(None), check_tzinfo)
}

#[cold]
fn bad_offset<T>(offset: &PyObject) -> PyResult<T> {
    let offset = offset.repr()?;
    raise!(
        ValueError,
        "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not {}",
        &*offset
    )
}

/// `tzinfo.utcoffset(dt)` or `tzinfo.dst(dt)`, checked; `None` without a tzinfo or when it says `None`.
fn ask_offset(
    tzinfo: Option<&PyObject>,
    name: &'static PyStr,
    dt: &PyObject,
) -> PyResult<Option<Py<PyDelta>>> {
    let Some(tzinfo) = tzinfo else {
        return Ok(None);
    };
    let answer = tzinfo.call_method(name, &[dt])?;
    if is_none(&answer) {
        return Ok(None);
    }
    match answer.downcast_into::<PyDelta>() {
        Ok(offset) if offset.is_offset() => Ok(Some(offset)),
        Ok(offset) => bad_offset(offset.as_object()),
        Err(other) => raise!(
            TypeError,
            "tzinfo.{name}() must return None or timedelta, not '{}'",
            other.ty().full_name()
        ),
    }
}

/// The offset from UTC that `tzinfo` gives for `dt` (a datetime, or `None`).
pub fn utcoffset(tzinfo: Option<&PyObject>, dt: &PyObject) -> PyResult<Option<Py<PyDelta>>> {
    if let Some(zone) = tzinfo.and_then(|zone| zone.downcast_exact::<PyTimeZone>()) {
        return Ok(zone.offset.get());
    }
    ask_offset(tzinfo, intern!("utcoffset"), dt)
}

/// The daylight saving time that `tzinfo` gives.
pub fn dst(tzinfo: Option<&PyObject>, dt: &PyObject) -> PyResult<Option<Py<PyDelta>>> {
    if tzinfo.is_some_and(PyTimeZone::check_exact) {
        return Ok(None);
    }
    ask_offset(tzinfo, intern!("dst"), dt)
}

/// The name that `tzinfo` gives: a str, or `None`.
pub fn tzname(tzinfo: Option<&PyObject>, dt: &PyObject) -> PyResult<Option<Py<PyStr>>> {
    let Some(tzinfo) = tzinfo else {
        return Ok(None);
    };
    let answer = tzinfo.call_method(intern!("tzname"), &[dt])?;
    if is_none(&answer) {
        return Ok(None);
    }
    match answer.downcast_into::<PyStr>() {
        Ok(name) => Ok(Some(name)),
        Err(other) => raise!(
            TypeError,
            "tzinfo.tzname() must return None or a string, not '{}'",
            other.ty().full_name()
        ),
    }
}

/// An optional object as a result.
pub fn or_none<T: PyLayout>(value: Option<Py<T>>) -> Py {
    value.map_or_else(none, Py::into_object)
}

/// `+HH:MM`, with `:SS` and `.ffffff` where they are not zero; `separator` stands for the colons.
pub fn offset_text(offset: &PyDelta, separator: &str) -> String {
    let total = offset.total();
    let sign = if total < 0 { '-' } else { '+' };
    let total = total.unsigned_abs();
    let (seconds, microseconds) = (total / 1_000_000, total % 1_000_000);
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    let (hours, minutes) = (minutes / 60, minutes % 60);
    let mut text = format!("{sign}{hours:02}{separator}{minutes:02}");
    if seconds != 0 || microseconds != 0 {
        text.push_str(&format!("{separator}{seconds:02}"));
    }
    if microseconds != 0 {
        text.push_str(&format!(".{microseconds:06}"));
    }
    text
}

/// `timezone.utc`
pub fn utc() -> PyResult<Py> {
    match UTC.get() {
        Some(utc) => Ok(utc.as_object().new_ref()),
        None => raise!(RuntimeError, "the module _datetime is not initialized"),
    }
}

fn is_utc(zone: &PyTimeZone) -> bool {
    UTC.get().is_some_and(|utc| std::ptr::eq(utc, zone))
}

/// A `timezone` of this offset and name; `timezone.utc` itself for no offset and no name.
pub fn new_zone(offset: &PyDelta, name: Option<&PyObject>) -> PyResult<Py> {
    if name.is_none() && offset.total() == 0 && UTC.get().is_some() {
        return utc();
    }
    if !offset.is_offset() {
        return bad_offset(offset.as_object());
    }
    make_zone(offset, name).map(Py::into_object)
}

fn make_zone(offset: &PyDelta, name: Option<&PyObject>) -> PyResult<Py<PyTimeZone>> {
    let (offset, name) = (offset.new_ref(), name.map(|name| name.new_ref()));
    new_instance(PyTimeZone::type_object(), |this: *mut PyTimeZone| {
        // SAFETY: fresh, zeroed memory of the type's size; zero is an empty field.
        unsafe {
            (*this).offset.set(Some(offset));
            (*this).name.set(name);
        }
    })
}

/// `timezone.utc`, `min` and `max`, once the types are ready.
pub fn add_constants() -> PyResult<Py> {
    let utc = make_zone(&*PyDelta::from_total(0)?, None)?;
    utc.as_object().set_immortal();
    // SAFETY: immortal objects are never freed.
    UTC.set(Some(unsafe { &*utc.clone().into_ptr() }));
    super::set_class_attribute::<PyTimeZone>("utc", utc.clone().into_object())?;
    // CPython limits these to whole minutes.
    let limit = PyDelta::from_parts(0, 86_340, 0)?;
    super::set_class_attribute::<PyTimeZone>("max", new_zone(&limit, None)?)?;
    let limit = PyDelta::from_parts(0, -86_340, 0)?;
    super::set_class_attribute::<PyTimeZone>("min", new_zone(&limit, None)?)?;
    Ok(utc.into_object())
}

#[cold]
fn abstract_method<T>(name: &str) -> PyResult<T> {
    raise!(NotImplementedError, "a tzinfo subclass must implement {name}()")
}

/// `dt` as a datetime whose tzinfo is `zone`.
fn own_datetime<'a>(zone: &PyObject, dt: &'a PyObject) -> PyResult<&'a PyDateTime> {
    let Some(dt) = dt.downcast::<PyDateTime>() else {
        return raise!(TypeError, "fromutc: argument must be a datetime");
    };
    if !dt.tzinfo().is_some_and(|own| own.is(zone)) {
        return raise!(ValueError, "fromutc: dt.tzinfo is not self");
    }
    Ok(dt)
}

#[pymethods]
impl PyTzInfo {
    #[slot]
    fn tp_new(cls: &PyTypeObject, _args: &PyTuple, _kwargs: Option<&PyDict>) -> PyResult<Py> {
        new_instance(cls, |_: *mut PyTzInfo| {}).map(Py::into_object)
    }

    #[method("($self, object, /)")]
    fn tzname(&self, _dt: &PyObject) -> PyResult<Py> {
        abstract_method("tzname")
    }

    #[method("($self, object, /)")]
    fn utcoffset(&self, _dt: &PyObject) -> PyResult<Py> {
        abstract_method("utcoffset")
    }

    #[method("($self, object, /)")]
    fn dst(&self, _dt: &PyObject) -> PyResult<Py> {
        abstract_method("dst")
    }

    /// The standard offset applied, and daylight saving time if that is what holds then.
    #[method("($self, object, /)")]
    fn fromutc(&self, dt: &PyObject) -> PyResult<Py> {
        let zone = self.as_object();
        let dt = own_datetime(zone, dt)?;
        let Some(offset) = utcoffset(Some(zone), dt.as_object())? else {
            return raise!(ValueError, "fromutc: non-None utcoffset() result required");
        };
        let Some(saving) = dst(Some(zone), dt.as_object())? else {
            return raise!(ValueError, "fromutc: non-None dst() result required");
        };
        let standard = dt.plus(offset.total() - saving.total())?;
        let Some(saving) = dst(Some(zone), &standard)? else {
            return raise!(
                ValueError,
                "fromutc: tz.dst() gave inconsistent results; cannot convert"
            );
        };
        if saving.total() == 0 {
            return Ok(standard);
        }
        match standard.downcast::<PyDateTime>() {
            Some(standard) => standard.plus(saving.total()),
            None => Ok(standard),
        }
    }

    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult<Py<PyTuple>> {
        let own = self.as_object();
        let args = match own.get_attr_opt(intern!("__getinitargs__"))? {
            Some(getinitargs) => object::call::call(&getinitargs, &[])?,
            None => PyTuple::empty()?.into_object(),
        };
        let state = own.call_method(intern!("__getstate__"), &[])?;
        PyTuple::from_vec(vec![object::class::type_ref(own.ty()), args, state])
    }
}

/// Checks the argument of a `timezone`'s method.
fn check_datetime(name: &str, dt: &PyObject) -> PyResult<()> {
    if is_none(dt) || PyDateTime::check(dt) {
        return Ok(());
    }
    raise!(
        TypeError,
        "{name}(dt) argument must be a datetime instance or None, not {}",
        dt.ty().full_name()
    )
}

impl PyTimeZone {
    fn name_text(&self) -> PyResult<Py> {
        if let Some(name) = self.name.get() {
            return Ok(name);
        }
        match self.offset.get() {
            Some(offset) if offset.total() != 0 => {
                PyStr::new(&format!("UTC{}", offset_text(&offset, ":"))).map(Py::into_object)
            }
            _ => PyStr::new("UTC").map(Py::into_object),
        }
    }
}

#[pymethods]
impl PyTimeZone {
    #[slot]
    fn tp_new(_cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py> {
        let mut holder = Vec::new();
        let all = FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?;
        let [offset, name] = parse_arguments(Some("timezone"), ["offset", "name"], 1, 2, &all)?;
        let offset = required(offset)?;
        let Some(offset) = offset.downcast::<PyDelta>() else {
            return bad_argument("timezone", 1, "datetime.timedelta", offset);
        };
        if let Some(name) = name
            && !PyStr::check(name)
        {
            return bad_argument("timezone", 2, "str", name);
        }
        new_zone(offset, name)
    }

    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        let class = self.as_object().ty().full_name();
        if is_utc(self) {
            return PyStr::new(&format!("{class}.utc"));
        }
        let Some(offset) = self.offset.get() else {
            return PyStr::new(class);
        };
        let offset = offset.as_object().repr()?;
        let text = match self.name.get() {
            None => format!("{class}({})", &*offset),
            Some(name) => format!("{class}({}, {})", &*offset, &*name.repr()?),
        };
        PyStr::new_wtf8_lossy(&text)
    }

    #[slot]
    fn tp_str(&self) -> PyResult<Py> {
        self.name_text()
    }

    #[slot]
    fn tp_hash(&self) -> PyResult<isize> {
        match self.offset.get() {
            Some(offset) => offset.hash_value(),
            None => Ok(0),
        }
    }

    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult<Py> {
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(not_implemented());
        }
        let Some(other) = other.downcast::<PyTimeZone>() else {
            return Ok(not_implemented());
        };
        let total = |zone: &PyTimeZone| zone.offset.get().map(|offset| offset.total());
        Ok(object::bool::py_bool(
            (total(self) == total(other)) == (op == CompareOp::Eq),
        ))
    }

    #[method("($self, object, /)")]
    fn tzname(&self, dt: &PyObject) -> PyResult<Py> {
        check_datetime("tzname", dt)?;
        self.name_text()
    }

    #[method("($self, object, /)")]
    fn utcoffset(&self, dt: &PyObject) -> PyResult<Py> {
        check_datetime("utcoffset", dt)?;
        Ok(or_none(self.offset.get()))
    }

    #[method("($self, object, /)")]
    fn dst(&self, dt: &PyObject) -> PyResult<Py> {
        check_datetime("dst", dt)?;
        Ok(none())
    }

    #[method("($self, object, /)")]
    fn fromutc(&self, dt: &PyObject) -> PyResult<Py> {
        let dt = own_datetime(self.as_object(), dt)?;
        dt.plus(self.offset.get().map_or(0, |offset| offset.total()))
    }

    #[method("($self, /)")]
    fn __getinitargs__(&self) -> PyResult<Py<PyTuple>> {
        let mut items = Vec::new();
        items.extend(self.offset.get().map(Py::into_object));
        items.extend(self.name.get());
        PyTuple::from_vec(items)
    }
}
