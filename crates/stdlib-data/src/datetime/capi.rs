//! `datetime.datetime_CAPI`: the table of functions that `datetime.h` reaches through a capsule (`PyDateTime_IMPORT`).
//!
//! All of them return a new reference, or null with an exception, and borrow their arguments.

use super::date::{self, PyDate};
use super::datetime::PyDateTime;
use super::delta::{PyDelta, US_PER_DAY, US_PER_SECOND};
use super::time::PyTime;
use super::zone::{self, PyTzInfo};
use object::capsule::PyCapsule;
use object::{
    Py, PyClass, PyDict, PyLayout, PyModule, PyObject, PyResult, PyStr, PyTuple, PyTypeObject, intern, raise,
};
use std::ffi::c_int;

/// `PyDateTime_CAPI`
#[repr(C)]
struct Table {
    date_type: &'static PyTypeObject,
    datetime_type: &'static PyTypeObject,
    time_type: &'static PyTypeObject,
    delta_type: &'static PyTypeObject,
    tzinfo_type: &'static PyTypeObject,
    utc: *mut PyObject,
    date_from_date: extern "C" fn(c_int, c_int, c_int, &PyTypeObject) -> PyResult,
    datetime_from_date_and_time:
        extern "C" fn(c_int, c_int, c_int, c_int, c_int, c_int, c_int, &PyObject, &PyTypeObject) -> PyResult,
    time_from_time: extern "C" fn(c_int, c_int, c_int, c_int, &PyObject, &PyTypeObject) -> PyResult,
    delta_from_delta: extern "C" fn(c_int, c_int, c_int, c_int, &PyTypeObject) -> PyResult,
    timezone_from_timezone: extern "C" fn(&PyObject, Option<&PyObject>) -> PyResult,
    datetime_from_timestamp: extern "C" fn(&PyObject, &PyObject, Option<&PyObject>) -> PyResult,
    date_from_timestamp: extern "C" fn(&PyObject, &PyObject) -> PyResult,
    datetime_from_date_and_time_and_fold: extern "C" fn(
        c_int,
        c_int,
        c_int,
        c_int,
        c_int,
        c_int,
        c_int,
        &PyObject,
        c_int,
        &PyTypeObject,
    ) -> PyResult,
    time_from_time_and_fold:
        extern "C" fn(c_int, c_int, c_int, c_int, &PyObject, c_int, &PyTypeObject) -> PyResult,
}

extern "C" fn date_from_date(year: c_int, month: c_int, day: c_int, cls: &PyTypeObject) -> PyResult {
    date::check_date(year, month, day)?;
    PyDate::make(cls, year, month, day).map(Py::into_object)
}

extern "C" fn datetime_from_date_and_time(
    year: c_int,
    month: c_int,
    day: c_int,
    hour: c_int,
    minute: c_int,
    second: c_int,
    microsecond: c_int,
    tzinfo: &PyObject,
    cls: &PyTypeObject,
) -> PyResult {
    datetime_from_date_and_time_and_fold(
        year,
        month,
        day,
        hour,
        minute,
        second,
        microsecond,
        tzinfo,
        0,
        cls,
    )
}

extern "C" fn datetime_from_date_and_time_and_fold(
    year: c_int,
    month: c_int,
    day: c_int,
    hour: c_int,
    minute: c_int,
    second: c_int,
    microsecond: c_int,
    tzinfo: &PyObject,
    fold: c_int,
    cls: &PyTypeObject,
) -> PyResult {
    super::time::check_time([hour, minute, second, microsecond], fold)?;
    let tzinfo = zone::check_tzinfo(tzinfo)?;
    let fields = [year, month, day, hour, minute, second, microsecond];
    PyDateTime::make(cls, fields, tzinfo, fold != 0).map(Py::into_object)
}

extern "C" fn time_from_time(
    hour: c_int,
    minute: c_int,
    second: c_int,
    microsecond: c_int,
    tzinfo: &PyObject,
    cls: &PyTypeObject,
) -> PyResult {
    time_from_time_and_fold(hour, minute, second, microsecond, tzinfo, 0, cls)
}

extern "C" fn time_from_time_and_fold(
    hour: c_int,
    minute: c_int,
    second: c_int,
    microsecond: c_int,
    tzinfo: &PyObject,
    fold: c_int,
    cls: &PyTypeObject,
) -> PyResult {
    let tzinfo = zone::check_tzinfo(tzinfo)?;
    PyTime::make(cls, [hour, minute, second, microsecond], tzinfo, fold).map(Py::into_object)
}

/// `normalize` says whether seconds and microseconds may lie outside their ranges; values that do not need it are the
/// same either way.
extern "C" fn delta_from_delta(
    days: c_int,
    seconds: c_int,
    microseconds: c_int,
    _normalize: c_int,
    cls: &PyTypeObject,
) -> PyResult {
    let total = i128::from(days) * i128::from(US_PER_DAY)
        + i128::from(seconds) * i128::from(US_PER_SECOND)
        + i128::from(microseconds);
    PyDelta::from_total_of(cls, total).map(Py::into_object)
}

extern "C" fn timezone_from_timezone(offset: &PyObject, name: Option<&PyObject>) -> PyResult {
    let Some(offset) = offset.downcast::<PyDelta>() else {
        return object::error::bad_internal_call();
    };
    if name.is_some_and(|name| !PyStr::check(name)) {
        return object::error::bad_internal_call();
    }
    zone::new_zone(offset, name)
}

extern "C" fn datetime_from_timestamp(
    cls: &PyObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    let method = cls.get_attr(intern!("fromtimestamp"))?;
    let (Some(args), Ok(kwargs)) = (args.downcast::<PyTuple>(), as_dict(kwargs)) else {
        return object::error::bad_internal_call();
    };
    object::call::call_tuple_dict(&method, args, kwargs)
}

fn as_dict(obj: Option<&PyObject>) -> Result<Option<&PyDict>, ()> {
    obj.map_or(Ok(None), |obj| obj.downcast::<PyDict>().map(Some).ok_or(()))
}

extern "C" fn date_from_timestamp(cls: &PyObject, args: &PyObject) -> PyResult {
    let Some(args) = args.downcast::<PyTuple>() else {
        return object::error::bad_internal_call();
    };
    let [_] = args.as_slice() else {
        return raise!(TypeError, "fromtimestamp expected 1 argument, got {}", args.len());
    };
    object::call::call_tuple_dict(&*cls.get_attr(intern!("fromtimestamp"))?, args, None)
}

/// Adds the capsule to the module. `utc` is `timezone.utc`, which is immortal.
pub fn add_capsule(module: &PyModule, utc: &PyObject) -> PyResult<()> {
    let table = Table {
        date_type: PyDate::type_object(),
        datetime_type: PyDateTime::type_object(),
        time_type: PyTime::type_object(),
        delta_type: PyDelta::type_object(),
        tzinfo_type: PyTzInfo::type_object(),
        utc: utc.as_ptr(),
        date_from_date,
        datetime_from_date_and_time,
        time_from_time,
        delta_from_delta,
        timezone_from_timezone,
        datetime_from_timestamp,
        date_from_timestamp,
        datetime_from_date_and_time_and_fold,
        time_from_time_and_fold,
    };
    // Extension modules keep the pointer for good.
    let table: *mut Table = Box::leak(Box::new(table));
    module.add(
        "datetime_CAPI",
        PyCapsule::new(table.cast(), c"datetime.datetime_CAPI")?.as_object(),
    )
}
