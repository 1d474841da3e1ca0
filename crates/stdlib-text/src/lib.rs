//! Native modules about text and bytes: `_csv`, `_json`, `_locale`, `_sre`, `_string`, `_struct`, `binascii`, `unicodedata`.
#![allow(improper_ctypes_definitions)]

pub mod binascii;
mod buffer;
pub mod csv;
pub mod json;
pub mod locale;
pub mod sre;
pub mod string;
pub mod structs;
mod text;
pub mod unicodedata;

use object::class::{ModuleInit, create_module};
use object::exceptions::Exception;
use object::typeobject::PyTypeObject;
use object::{GilCell, PyClass, PyDict, PyLayout, PyResult, PyStr, PyTuple, intern, raise};

/// The modules of this crate, for the table of built-in modules.
pub fn modules() -> &'static [(&'static str, ModuleInit)] {
    &[
        ("_csv", create_module::<csv::Csv>),
        ("_json", create_module::<json::Json>),
        ("_locale", create_module::<locale::Locale>),
        ("_sre", create_module::<sre::Sre>),
        ("_struct", create_module::<structs::Struct>),
        ("_string", create_module::<string::String_>),
        ("binascii", create_module::<binascii::Binascii>),
        ("unicodedata", create_module::<unicodedata::Unicodedata>),
    ]
}

/// A module's own exception class (`PyErr_NewException`), made once and kept for good.
fn exception_class(
    place: &GilCell<Option<&'static PyTypeObject>>,
    module: &str,
    name: &str,
    base: Option<&PyTypeObject>,
) -> PyResult<&'static PyTypeObject> {
    if let Some(class) = place.get() {
        return Ok(class);
    }
    let dict = PyDict::new()?;
    dict.set_item(intern!("__module__"), &*PyStr::new(module)?)?;
    let base = base.unwrap_or(Exception::type_object());
    let bases = PyTuple::from_refs(&[base.as_object()])?;
    let name = PyStr::new(name)?;
    let class = object::call::call(
        PyTypeObject::type_object().as_object(),
        &[name.as_object(), bases.as_object(), dict.as_object()],
    )?;
    let Ok(class) = class.downcast_into::<PyTypeObject>() else {
        return raise!(SystemError, "type() made no class");
    };
    class.as_object().set_immortal();
    // SAFETY: an immortal object is never freed.
    let class: &'static PyTypeObject = unsafe { &*class.into_ptr() };
    place.set(Some(class));
    Ok(class)
}
