//! `match`: class patterns and mapping keys.

use object::typeobject::{PyTypeObject, flags};
use object::{Py, PyLayout, PyObject, PyResult, PyStr, PyTuple, raise};

/// One attribute for a class pattern; each name once.
fn match_attr(
    subject: &PyObject,
    class: &PyTypeObject,
    name: &PyObject,
    seen: &mut Vec<Py>,
) -> PyResult<Option<Py>> {
    for s in seen.iter() {
        if s.equals(name)? {
            return raise!(
                TypeError,
                "{}() got multiple sub-patterns for attribute {}",
                class.name(),
                name.repr()?.get()
            );
        }
    }
    seen.push(name.new_ref());
    match name.downcast::<PyStr>() {
        Some(n) => subject.get_attr_opt(n),
        None => raise!(TypeError, "attribute name must be string"),
    }
}

/// `MATCH_CLASS`: the attributes as a tuple, or `None`.
pub fn match_class(subject: &PyObject, class: &PyObject, nargs: usize, kwnames: &PyTuple) -> PyResult {
    let Some(ty) = class.downcast::<PyTypeObject>() else {
        return raise!(TypeError, "called match pattern must be a class");
    };
    if !object::protocol::is_instance(subject, class)? {
        return Ok(object::none());
    }
    let mut seen = Vec::new();
    let mut attrs = Vec::with_capacity(nargs + kwnames.len());
    if nargs > 0 {
        let mut match_self = false;
        let match_args = match class.get_attr_opt(object::intern!("__match_args__"))? {
            Some(m) => match m.downcast_into::<PyTuple>() {
                Ok(t) => t,
                Err(m) => {
                    return raise!(
                        TypeError,
                        "{}.__match_args__ must be a tuple (got {})",
                        ty.name(),
                        m.ty().name()
                    );
                }
            },
            None => {
                match_self = ty.has(flags::MATCH_SELF);
                PyTuple::empty()?
            }
        };
        let allowed = if match_self { 1 } else { match_args.len() };
        if allowed < nargs {
            return raise!(
                TypeError,
                "{}() accepts {allowed} positional sub-pattern{} ({nargs} given)",
                ty.name(),
                if allowed == 1 { "" } else { "s" }
            );
        }
        if match_self {
            attrs.push(subject.new_ref());
        } else {
            for name in &match_args.as_slice()[..nargs] {
                if name.downcast_exact::<PyStr>().is_none() {
                    return raise!(
                        TypeError,
                        "__match_args__ elements must be strings (got {})",
                        name.ty().name()
                    );
                }
                match match_attr(subject, ty, name, &mut seen)? {
                    Some(v) => attrs.push(v),
                    None => return Ok(object::none()),
                }
            }
        }
    }
    for name in kwnames.as_slice() {
        match match_attr(subject, ty, name, &mut seen)? {
            Some(v) => attrs.push(v),
            None => return Ok(object::none()),
        }
    }
    PyTuple::from_vec(attrs).map(Py::into_object)
}

/// `MATCH_KEYS`: the values as a tuple, or `None` if a key is missing.
pub fn match_keys(map: &PyObject, keys: &PyTuple) -> PyResult {
    if keys.is_empty() {
        return PyTuple::empty().map(Py::into_object);
    }
    // `get` with a marker, so that a default dict makes nothing
    let get = match map.get_attr_opt(object::intern!("get"))? {
        Some(g) => g,
        None => {
            return raise!(
                AttributeError,
                "'{}' object has no attribute 'get'",
                map.ty().full_name()
            );
        }
    };
    let marker = object::PyList::new()?.into_object();
    let mut seen: Vec<Py> = Vec::new();
    let mut values = Vec::new();
    for key in keys.as_slice() {
        for s in &seen {
            if s.equals(key)? {
                return raise!(
                    ValueError,
                    "mapping pattern checks duplicate key ({})",
                    key.repr()?.get()
                );
            }
        }
        seen.push(key.clone());
        let v = object::call::call(&get, &[&**key, marker.get()])?;
        if v.is(marker.get()) {
            return Ok(object::none());
        }
        values.push(v);
    }
    PyTuple::from_vec(values).map(Py::into_object)
}
