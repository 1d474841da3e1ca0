//! `_datetime`: dates, times and time zones, with the layouts of `datetime.h`.
//!
//! Every value is immutable, so none of the types is tracked by the collector, and their data is read without locks.

mod calendar;
mod capi;
mod clock;
mod date;
#[allow(clippy::module_inception)]
mod datetime;
mod delta;
mod format;
mod isoformat;
pub mod support;
mod time;
mod zone;

use date::{IsoCalendarDate, PyDate};
use datetime::PyDateTime;
use delta::PyDelta;
use object::class::{ClassInfo, Methods};
use object::{Py, PyClass, PyModule, PyResult, pymodule};
use time::PyTime;
use zone::{PyTimeZone, PyTzInfo};

/// Sets an attribute of a class that is ready.
fn set_class_attribute<T: PyClass + ClassInfo + Methods>(name: &str, value: Py) -> PyResult<()> {
    match T::type_object().tp_dict.get() {
        Some(dict) => dict.set_item(&*object::intern::intern_str(name)?, &*value),
        None => object::raise!(SystemError, "type {} is not ready", T::NAME),
    }
}

/// `_datetime`
pub struct DateTimeModule;

#[pymodule(
    name = "_datetime",
    types(PyDate, PyDateTime, PyTime, PyDelta, PyTzInfo, PyTimeZone)
)]
impl DateTimeModule {
    #[exec]
    fn exec(module: &PyModule) -> PyResult<()> {
        object::class::ready::<IsoCalendarDate>()?;
        delta::add_constants()?;
        date::add_constants()?;
        time::add_constants()?;
        datetime::add_constants()?;
        let utc = zone::add_constants()?;
        module.add_value("MINYEAR", calendar::MIN_YEAR)?;
        module.add_value("MAXYEAR", calendar::MAX_YEAR)?;
        module.add("UTC", &utc)?;
        capi::add_capsule(module, &utc)
    }
}

#[cfg(test)]
mod tests;
