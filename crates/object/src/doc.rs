//! Docstrings of built-in functions and types, looked up when somebody asks.

use crate::cfunction::PyCFunctionObject;
use crate::handle::GilCell;

/// Gives the text for a dotted name (`builtins.list.append`); set at start-up by who has the texts.
pub static SOURCE: GilCell<Option<fn(&str) -> Option<&'static str>>> = GilCell::new(None);

pub fn lookup(name: &str) -> Option<&'static str> {
    SOURCE.get().and_then(|f| f(name))
}

/// The docstring of a built-in function or method.
pub fn lookup_function(f: &PyCFunctionObject) -> Option<&'static str> {
    SOURCE.get()?;
    let name = match f.receiver() {
        Some(s) => match s.downcast::<crate::PyModule>() {
            Some(m) => format!("{}.{}", m.name_string().unwrap_or_default(), f.name()),
            None => lookup_class_name(s.downcast::<crate::PyTypeObject>().unwrap_or(s.ty()), f.name()),
        },
        None => f.name().to_string(),
    };
    lookup(&name)
}

use crate::handle::PyClass;

fn lookup_class_name(ty: &crate::PyTypeObject, name: &str) -> String {
    let full = ty.full_name();
    if full.contains('.') {
        format!("{full}.{name}")
    } else {
        format!("builtins.{full}.{name}")
    }
}

/// The docstring of a method of a class.
pub fn lookup_method(ty: &crate::PyTypeObject, name: &str) -> Option<&'static str> {
    SOURCE.get()?;
    lookup(&lookup_class_name(ty, name))
}

#[allow(unused)]
fn _check(o: &crate::PyObject) -> bool {
    crate::PyModule::check(o)
}
