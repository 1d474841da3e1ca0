//! What the module keeps: its exception classes, and the objects of other modules that pickling needs.

use object::{
    GilCell, Py, PyClass, PyDict, PyLayout, PyModule, PyObject, PyResult, PyStr, PyTuple, PyTypeObject,
    Raised, call, exceptions, hooks, raise,
};

pub struct State {
    pub pickling_error: Py,
    pub unpickling_error: Py,
    /// `copyreg`
    pub dispatch_table: Py<PyDict>,
    pub extension_registry: Py<PyDict>,
    pub inverted_registry: Py<PyDict>,
    pub extension_cache: Py<PyDict>,
    /// `_compat_pickle`
    pub name_2to3: Py<PyDict>,
    pub import_2to3: Py<PyDict>,
    pub name_3to2: Py<PyDict>,
    pub import_3to2: Py<PyDict>,
    pub codecs_encode: Py,
    pub getattr: Py,
    pub partial: Py,
    /// `types.FunctionType`
    pub function_type: Py,
}

static STATE: GilCell<Option<&'static State>> = GilCell::new(None);

/// The module's state; it is there from the module's first import on.
#[inline]
pub fn state() -> PyResult<&'static State> {
    match STATE.get() {
        Some(state) => Ok(state),
        None => raise!(SystemError, "the module _pickle is not initialized"),
    }
}

fn dict_of(module: &PyObject, name: &str) -> PyResult<Py<PyDict>> {
    let value = module.get_attr_str(name)?;
    value.downcast_into::<PyDict>().or_else(|v| {
        raise!(
            RuntimeError,
            "{} should be a dict, not {}",
            name,
            v.ty().full_name()
        )
    })
}

/// A new exception class of the module.
fn exception(module: &PyModule, name: &str, base: &PyObject) -> PyResult {
    let dict = PyDict::new()?;
    dict.set_item(object::intern!("__module__"), &*PyStr::new("_pickle")?)?;
    let bases = PyTuple::from_refs(&[base])?;
    let name_obj = PyStr::new(name)?;
    let meta = PyTypeObject::type_object().as_object();
    let class = call::call(meta, &[name_obj.as_object(), bases.as_object(), dict.as_object()])?;
    module.add(name, &class)?;
    Ok(class)
}

/// Makes the exception classes and looks the rest up.
pub fn init(module: &PyModule) -> PyResult<()> {
    let base = exception(
        module,
        "PickleError",
        exceptions::Exception::type_object().as_object(),
    )?;
    let pickling_error = exception(module, "PicklingError", &base)?;
    let unpickling_error = exception(module, "UnpicklingError", &base)?;
    let copyreg = hooks::import("copyreg")?;
    let compat = hooks::import("_compat_pickle")?;
    let state = State {
        pickling_error,
        unpickling_error,
        dispatch_table: dict_of(&copyreg, "dispatch_table")?,
        extension_registry: dict_of(&copyreg, "_extension_registry")?,
        inverted_registry: dict_of(&copyreg, "_inverted_registry")?,
        extension_cache: dict_of(&copyreg, "_extension_cache")?,
        name_2to3: dict_of(&compat, "NAME_MAPPING")?,
        import_2to3: dict_of(&compat, "IMPORT_MAPPING")?,
        name_3to2: dict_of(&compat, "REVERSE_NAME_MAPPING")?,
        import_3to2: dict_of(&compat, "REVERSE_IMPORT_MAPPING")?,
        codecs_encode: hooks::import("codecs")?.get_attr_str("encode")?,
        getattr: object::containers::builtin("getattr")?,
        function_type: copyreg.get_attr_str("pickle")?.ty().as_object().new_ref(),
        partial: hooks::import("functools")?.get_attr_str("partial")?,
    };
    // lives as long as the process, as the module does
    STATE.set(Some(Box::leak(Box::new(state))));
    Ok(())
}

#[cold]
fn raise_class(class: &PyObject, text: std::fmt::Arguments<'_>) -> Raised {
    match class.downcast::<PyTypeObject>() {
        Some(class) => object::error::raise_fmt(class, text),
        None => Raised,
    }
}

#[cold]
pub fn pickling_error<T>(text: std::fmt::Arguments<'_>) -> PyResult<T> {
    Err(raise_class(&state()?.pickling_error, text))
}

#[cold]
pub fn unpickling_error<T>(text: std::fmt::Arguments<'_>) -> PyResult<T> {
    Err(raise_class(&state()?.unpickling_error, text))
}

/// The same with the exception that is set now as its context.
#[cold]
pub fn chained<T>(raised: Raised, make: impl FnOnce(&PyObject) -> PyResult<T>) -> PyResult<T> {
    let first = object::error::fetch(raised);
    let result = make(&first);
    if result.is_err()
        && let Some(second) = object::error::take()
    {
        if !second.is(first.get()) {
            exceptions::set_context(&second, Some(first));
        }
        return Err(object::error::restore(second));
    }
    result
}

/// Adds a note to the exception that is set.
#[cold]
pub fn note<T>(raised: Raised, text: impl FnOnce() -> PyResult<String>) -> PyResult<T> {
    let error = object::error::fetch(raised);
    match text().and_then(|text| exceptions::add_note(&error, &text)) {
        Ok(()) => Err(object::error::restore(error)),
        Err(raised) => {
            if let Some(second) = object::error::take() {
                exceptions::set_context(&second, Some(error));
                return Err(object::error::restore(second));
            }
            Err(raised)
        }
    }
}

/// An object's class as messages show it.
pub fn type_name(obj: &PyObject) -> String {
    object::containers::type_name(obj.ty())
}

/// `obj.a.b.c`
pub fn dotted(obj: &PyObject, path: &[Py<PyStr>]) -> PyResult {
    let mut obj = obj.new_ref();
    for name in path {
        obj = obj.get_attr(name)?;
    }
    Ok(obj)
}

/// A dotted name's parts.
pub fn split_path(name: &PyStr) -> PyResult<Vec<Py<PyStr>>> {
    let chars = name.chars();
    let mut parts = Vec::new();
    let mut start = 0;
    for i in 0..=chars.len() {
        if i == chars.len() || chars.at(i) == b'.' as u32 {
            let points: Vec<u32> = chars.slice(start, i).iter().collect();
            parts.push(object::intern::intern(PyStr::from_code_points(&points)?));
            start = i + 1;
        }
    }
    Ok(parts)
}

/// The module of that name, imported if need be.
pub fn import_module(name: &PyStr) -> PyResult {
    if name.is_empty() {
        return raise!(ValueError, "Empty module name");
    }
    if let Some(text) = name.to_str() {
        return hooks::import(&text);
    }
    // a name that is no text: the import system says what it thinks of it
    let from = PyTuple::from_array([PyStr::empty().into_object()])?;
    let none = object::none();
    call::call(
        &*object::containers::builtin("__import__")?,
        &[name.as_object(), &none, &none, from.as_object()],
    )
}
