//! Docstrings of built-in modules, types and functions, looked up when somebody asks.
//!
//! The texts are not this crate's: [`SOURCE`] finds them by dotted names (`builtins.list.append`). A static type's dict
//! holds the same [`marker`] under `__doc__` as every other's until somebody reads it there; reading an attribute
//! through the marker gives the text of the class that it was found in.

use crate::cfunction::PyCFunctionObject;
use crate::handle::{GilCell, Py, PyClass, PyResult};
use crate::refcount::PyObject;
use crate::typeobject::{PyTypeObject, flags};
use crate::{IntoPy, PyModule};
use object_macros::{pyclass, pymethods};
use std::borrow::Cow;

/// Gives the text for a dotted name (`builtins.list.append`); set at start-up by who has the texts.
pub static SOURCE: GilCell<Option<fn(&str) -> Option<&'static str>>> = GilCell::new(None);

pub fn lookup(name: &str) -> Option<&'static str> {
    SOURCE.get().and_then(|f| f(name))
}

/// The dotted name of a class that is built in; none for one that a program makes.
fn class_name(ty: &PyTypeObject) -> Option<Cow<'_, str>> {
    if ty.has(flags::HEAPTYPE) && !ty.has(flags::IMMUTABLETYPE) {
        return None;
    }
    let full = ty.full_name();
    Some(if full.contains('.') {
        Cow::Borrowed(full)
    } else {
        Cow::Owned(format!("builtins.{full}"))
    })
}

/// The docstring of a built-in function or method.
pub fn lookup_function(f: &PyCFunctionObject) -> Option<&'static str> {
    SOURCE.get()?;
    let receiver = f.owner()?;
    if let Some(module) = receiver.downcast::<PyModule>() {
        return lookup(&format!("{}.{}", module.name_string()?, f.name()));
    }
    let ty = receiver.downcast::<PyTypeObject>().unwrap_or(receiver.ty());
    let mro = ty.tp_mro.get()?;
    mro.as_slice().iter().find_map(|class| {
        let class = class.downcast::<PyTypeObject>()?;
        lookup_method(class, f.name())
    })
}

/// The docstring of a method or another attribute of a class.
pub fn lookup_method(ty: &PyTypeObject, name: &str) -> Option<&'static str> {
    SOURCE.get()?;
    lookup(&format!("{}.{name}", class_name(ty)?))
}

/// What a slot's method says where its class has no text of its own: the same in all classes.
pub fn lookup_slot(ty: &PyTypeObject, name: &str) -> Option<&'static str> {
    lookup_method(ty, name).or_else(|| {
        [
            "object",
            "int",
            "list",
            "dict",
            "set",
            "coroutine",
            "async_generator",
            "type",
            "function",
            "memoryview",
        ]
        .iter()
        .find_map(|class| lookup(&format!("builtins.{class}.{name}")))
    })
}

/// The docstring of a built-in class.
pub fn lookup_class(ty: &PyTypeObject) -> Option<&'static str> {
    SOURCE.get()?;
    lookup(&class_name(ty)?)
}

/// Stands under `__doc__` in the dict of a built-in type until the dict is shown.
#[pyclass(name = "docstring", type = DocString_Type)]
#[repr(transparent)]
pub struct DocString(PyObject);
// SAFETY: immutable.
unsafe impl Sync for DocString {}

static MARKER: DocString = DocString(PyObject::new_static(&DocString_Type));

/// The one object of its kind.
pub fn marker() -> &'static PyObject {
    &MARKER.0
}

#[pymethods]
impl DocString {
    #[slot]
    fn tp_descr_get(&self, obj: Option<&PyObject>, ty: Option<&PyObject>) -> PyResult {
        let class = match (ty.and_then(|t| t.downcast::<PyTypeObject>()), obj) {
            (Some(class), _) => class,
            (None, Some(obj)) => obj.ty(),
            (None, None) => return Ok(crate::none()),
        };
        let Some(mro) = class.tp_mro.get() else {
            return Ok(crate::none());
        };
        for class in mro.as_slice() {
            let Some(class) = class.downcast::<PyTypeObject>() else {
                continue;
            };
            if let Some(dict) = class.tp_dict.get()
                && let Some(value) = dict.get_str(crate::intern!("__doc__"))?
                && std::ptr::eq(value.get(), marker())
            {
                return lookup_class(class).into_py();
            }
        }
        Ok(crate::none())
    }
    #[slot]
    unsafe fn tp_dealloc(_op: *mut PyObject) {}
}

/// Puts the text in the marker's place, for the type's dict is about to be shown.
pub fn settle(ty: &PyTypeObject) -> PyResult<()> {
    if let Some(dict) = ty.tp_dict.get()
        && let Some(value) = dict.get_str(crate::intern!("__doc__"))?
        && std::ptr::eq(value.get(), marker())
    {
        let text: Py = lookup_class(ty).into_py()?;
        dict.set_item(crate::intern!("__doc__"), &*text)?;
        crate::typeobject::modified(ty);
    }
    Ok(())
}

pub fn ready_types() -> PyResult<()> {
    debug_assert!(DocString::check_exact(marker()));
    crate::class::ready::<DocString>()
}
