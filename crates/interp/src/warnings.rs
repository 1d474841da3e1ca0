//! Warnings from native code, and the module `_warnings`.

use object::exceptions as exc;
use object::{
    Field, GilCell, Py, PyClass, PyDict, PyInt, PyLayout, PyList, PyModule, PyObject, PyResult, PyStr,
    PyTuple, PyTypeObject, intern, pymodule, raise,
};
use vm::frame::{self, InterpreterFrame};

static FILTERS_VERSION: GilCell<i64> = GilCell::new(0);

/// The module `_warnings`, which outlives `sys.modules`: objects that die with the interpreter may still warn.
static MODULE: Field<PyModule> = Field::empty();

/// A module of that name, if it has been imported.
fn imported(name: &str) -> PyResult<Option<Py>> {
    let Some(modules) = crate::sys::modules()? else {
        return Ok(None);
    };
    let module = modules.get_str(&*object::intern::intern_str(name)?)?;
    Ok(module.filter(|m| !object::is_none(m)))
}

/// The module `_warnings` if it is there.
fn state() -> PyResult<Option<Py>> {
    let module = imported("_warnings")?;
    Ok(module.or_else(|| MODULE.get().map(|m| m.into_object())))
}

/// The filters that were in force last: they hold on when the modules are gone, at the end.
static LAST_FILTERS: object::GilCell<Option<*mut PyObject>> = object::GilCell::new(None);

fn remember_filters(filters: &Py) {
    let old = LAST_FILTERS.replace(Some(filters.clone().into_ptr()));
    if let Some(old) = old {
        // SAFETY: the reference that was kept there.
        drop(unsafe { Py::<PyObject>::from_owned_ptr(old) });
    }
}

fn last_filters() -> Option<Py> {
    // SAFETY: a reference is kept there.
    LAST_FILTERS.get().map(|p| unsafe { (*p).new_ref() })
}

/// `warnings.warn(message, category, stacklevel)` for native code.
pub fn warn(category: &PyTypeObject, message: &str, stacklevel: isize) -> PyResult<()> {
    let text = PyStr::new_wtf8_lossy(message)?;
    do_warn(text.as_object(), category.as_object(), stacklevel, None, &[])
}

/// Warns for a place given by file and line.
pub fn warn_explicit(
    category: &PyTypeObject,
    message: &str,
    filename: &PyStr,
    lineno: i64,
    module: Option<&PyObject>,
) -> PyResult<()> {
    let text = PyStr::new_wtf8_lossy(message)?;
    explicit(
        text.as_object(),
        category.as_object(),
        filename.as_object(),
        lineno,
        module,
        None,
        None,
        None,
    )
}

fn lookup(name: &'static str) -> PyResult<Option<Py>> {
    // the Python module's copy wins when it is there
    if let Some(w) = imported("warnings")?
        && let Some(v) = w.get_attr_opt(&*object::intern::intern_str(name)?)?
    {
        return Ok(Some(v));
    }
    let native = match name {
        "defaultaction" => "_defaultaction",
        "onceregistry" => "_onceregistry",
        n => n,
    };
    match state()? {
        Some(m) => m.get_attr_opt(&*object::intern::intern_str(native)?),
        None => Ok(None),
    }
}

fn matches(pattern: &PyObject, text: &PyObject) -> PyResult<bool> {
    if object::is_none(pattern) {
        return Ok(true);
    }
    if PyStr::check_exact(pattern) {
        return pattern.equals(text);
    }
    pattern.call_method(intern!("match"), &[text])?.is_true()
}

/// The action that the filters say.
fn action(
    category: &PyObject,
    text: &PyObject,
    lineno: i64,
    module: &PyObject,
) -> PyResult<(String, Option<Py>)> {
    let filters = match lookup("filters")?.filter(|f| !object::is_none(f)) {
        Some(filters) => {
            remember_filters(&filters);
            Some(filters)
        }
        None => last_filters(),
    };
    if let Some(filters) = filters {
        let items = match filters.downcast::<PyList>() {
            Some(l) => l.to_vec(),
            None => return raise!(ValueError, "_warnings.filters must be a list"),
        };
        for item in items {
            let Some(t) = item.downcast::<PyTuple>().filter(|t| t.len() == 5) else {
                return raise!(ValueError, "warnings.filters item isn't a 5-tuple");
            };
            let f = t.as_slice();
            let line = f[4].downcast::<PyInt>().and_then(|i| i.to_i64()).unwrap_or(0);
            if matches(&f[1], text)?
                && object::protocol::is_subclass(category, &f[2])?
                && matches(&f[3], module)?
                && (line == 0 || line == lineno)
            {
                return Ok((f[0].str()?.to_string(), Some(item.clone())));
            }
        }
    }
    let default = match lookup("defaultaction")? {
        Some(a) => a.str()?.to_string(),
        None => "default".to_string(),
    };
    Ok((default, None))
}

/// Whether this warning has been given already; marks it as given.
fn already(registry: &PyDict, key: &PyObject, set: bool) -> PyResult<bool> {
    let version = registry.get_str(intern!("version"))?;
    let current = FILTERS_VERSION.get();
    if version.and_then(|v| v.downcast::<PyInt>().and_then(|i| i.to_i64())) != Some(current) {
        registry.clear();
        registry.set_item(intern!("version"), &*PyInt::from_i64(current)?)?;
    } else if let Some(v) = registry.get_item(key)?
        && v.is_true()?
    {
        return Ok(true);
    }
    if set {
        registry.set_item(key, object::bool::true_ref())?;
    }
    Ok(false)
}

#[allow(clippy::too_many_arguments)]
fn explicit(
    message: &PyObject,
    category: &PyObject,
    filename: &PyObject,
    lineno: i64,
    module: Option<&PyObject>,
    registry: Option<&PyObject>,
    source_line: Option<&PyObject>,
    source: Option<&PyObject>,
) -> PyResult<()> {
    let module = match module.filter(|m| !object::is_none(m)) {
        Some(m) => m.new_ref(),
        None => {
            let f = filename.str()?.to_string();
            let name = f.strip_suffix(".py").unwrap_or(&f);
            PyStr::new(if name.is_empty() { "<unknown>" } else { name })?.into_object()
        }
    };
    let (text, category, message) =
        if object::protocol::is_instance(message, exc::Warning::type_object().as_object())? {
            (
                message.str()?.into_object(),
                message.ty().as_object().new_ref(),
                message.new_ref(),
            )
        } else {
            let m = object::call::call(category, &[message])?;
            (message.new_ref(), category.new_ref(), m)
        };
    let line = PyInt::from_i64(lineno)?;
    let key = PyTuple::from_vec(vec![text.clone(), category.clone(), line.clone().into_object()])?;
    let registry = registry.and_then(|r| r.downcast::<PyDict>());
    if let Some(r) = registry
        && already(r, key.as_object(), false)?
    {
        return Ok(());
    }
    let (action, item) = action(&category, &text, lineno, &module)?;
    match action.as_str() {
        "error" => return Err(object::error::raise_object(message)),
        "ignore" => return Ok(()),
        _ => {}
    }
    let mut seen = false;
    if action != "always" && action != "all" {
        if let Some(r) = registry {
            r.set_item(&*key, object::bool::true_ref())?;
        }
        match action.as_str() {
            "once" => {
                let once = lookup("onceregistry")?;
                if let Some(o) = once.as_ref().and_then(|o| o.downcast::<PyDict>()) {
                    let k = PyTuple::from_vec(vec![text.clone(), category.clone()])?;
                    seen = already(o, k.as_object(), true)?;
                }
            }
            "module" => {
                if let Some(r) = registry {
                    let zero = PyInt::from_i64(0)?.into_object();
                    let k = PyTuple::from_vec(vec![text.clone(), category.clone(), zero])?;
                    seen = already(r, k.as_object(), true)?;
                }
            }
            "default" => {}
            other => {
                let shown = match item {
                    Some(i) => i.repr()?.to_string(),
                    None => "None".to_string(),
                };
                return raise!(
                    RuntimeError,
                    "Unrecognized action ('{other}') in warnings.filters:\n {shown}"
                );
            }
        }
    }
    if seen {
        return Ok(());
    }
    show(&message, &category, &text, filename, &line, source_line, source)
}

fn show(
    message: &PyObject,
    category: &PyObject,
    text: &PyObject,
    filename: &PyObject,
    lineno: &PyInt,
    source_line: Option<&PyObject>,
    source: Option<&PyObject>,
) -> PyResult<()> {
    // the Python module shows it, imported for the purpose if need be
    let module = match crate::sys::modules()? {
        Some(m) => m.get_str(intern!("warnings"))?,
        None => None,
    };
    let module = match module {
        Some(m) => Some(m),
        None if source.is_some() => object::hooks::import("warnings").ok(),
        None => None,
    };
    if module.is_none() {
        object::error::clear();
    }
    let f = match &module {
        Some(m) => m.get_attr_opt(intern!("_showwarnmsg"))?,
        None => None,
    };
    let none = object::none();
    if let (Some(f), Some(m)) = (f, &module) {
        let class = m.get_attr(intern!("WarningMessage"))?;
        let msg = object::call::call(
            &class,
            &[
                message,
                category,
                filename,
                lineno.as_object(),
                &none,
                source_line.unwrap_or(&none),
                source.unwrap_or(&none),
            ],
        )?;
        object::call::call(&f, &[&msg])?;
        return Ok(());
    }
    let name = category.get_attr(intern!("__name__"))?.str()?;
    let line = format!(
        "{}:{}: {name}: {}\n",
        filename.str()?,
        lineno.as_object().str()?,
        text.str()?
    );
    crate::sys::write_stderr(&line);
    let shown = match source_line {
        Some(l) => Some(l.str()?.to_string()),
        None => lineno
            .to_i64()
            .and_then(|n| line_of_file(&filename.str().ok()?.to_string(), n)),
    };
    if let Some(shown) = shown {
        let shown = shown.trim_matches([' ', '\t', '\x0c', '\r', '\n']);
        if !shown.is_empty() {
            crate::sys::write_stderr(&format!("  {shown}\n"));
        }
    }
    Ok(())
}

/// A line of a source file, to be shown under a warning.
fn line_of_file(filename: &str, lineno: i64) -> Option<String> {
    let index = usize::try_from(lineno).ok()?.checked_sub(1)?;
    let data = std::fs::read(filename).ok()?;
    let line = data.split(|b| *b == b'\n').nth(index)?;
    Some(String::from_utf8_lossy(line).into_owned())
}

/// A frame's file, line, module and registry, as `warn` needs them.
struct Place {
    filename: Py,
    lineno: i64,
    module: Py,
    registry: Py,
}

fn is_internal(f: *mut InterpreterFrame) -> bool {
    // SAFETY: a frame of the running stack.
    let name = unsafe { InterpreterFrame::code(f) }.filename().to_string();
    name.contains("importlib") && name.contains("_bootstrap")
}

fn place(stacklevel: isize, skip: &[String]) -> PyResult<Place> {
    let previous = |f: *mut InterpreterFrame| vm::frame::caller(f);
    let skipped = |f: *mut InterpreterFrame| -> bool {
        // SAFETY: as above.
        let name = unsafe { InterpreterFrame::code(f) }.filename().to_string();
        skip.iter().any(|p| name.starts_with(p))
    };
    let mut f = frame::current();
    let mut level = stacklevel;
    if level <= 0 || (!f.is_null() && is_internal(f)) {
        while level > 1 && !f.is_null() {
            f = previous(f);
            level -= 1;
        }
    } else {
        while level > 1 && !f.is_null() {
            loop {
                f = previous(f);
                if f.is_null() || !(is_internal(f) || skipped(f)) {
                    break;
                }
            }
            level -= 1;
        }
    }
    let (globals, filename, lineno) = if f.is_null() {
        let dict = match crate::sys::module_dict()? {
            Some(d) => d,
            None => PyDict::new()?,
        };
        (dict, PyStr::new("<sys>")?.into_object(), 0)
    } else {
        // SAFETY: as above.
        unsafe {
            let code = InterpreterFrame::code(f);
            let g = match (*f).globals.as_ref().and_then(|g| g.downcast::<PyDict>()) {
                Some(g) => g.new_ref(),
                None => PyDict::new()?,
            };
            (
                g,
                code.filename().as_object().new_ref(),
                vm::frame::lineno(f).unwrap_or(0) as i64,
            )
        }
    };
    let registry = match globals.get_str(intern!("__warningregistry__"))? {
        Some(r) => r,
        None => {
            let r = PyDict::new()?.into_object();
            globals.set_item(intern!("__warningregistry__"), &*r)?;
            r
        }
    };
    let module = match globals.get_str(intern!("__name__"))? {
        Some(m) if PyStr::check(&m) => m,
        _ => PyStr::new("<string>")?.into_object(),
    };
    Ok(Place {
        filename,
        lineno,
        module,
        registry,
    })
}

fn do_warn(
    message: &PyObject,
    category: &PyObject,
    stacklevel: isize,
    source: Option<&PyObject>,
    skip: &[String],
) -> PyResult<()> {
    let p = place(stacklevel, skip)?;
    explicit(
        message,
        category,
        &p.filename,
        p.lineno,
        Some(&p.module),
        Some(&p.registry),
        None,
        source,
    )
}

pub struct Warnings;

fn filter(action: &str, category: &PyTypeObject, module: Option<&str>) -> PyResult {
    let module = match module {
        Some(m) => PyStr::new(m)?.into_object(),
        None => object::none(),
    };
    Ok(PyTuple::from_vec(vec![
        PyStr::new(action)?.into_object(),
        object::none(),
        category.as_object().new_ref(),
        module,
        PyInt::from_i64(0)?.into_object(),
    ])?
    .into_object())
}

#[pymodule(name = "_warnings")]
impl Warnings {
    #[function(
        "($module, /, message, category=None, stacklevel=1, source=None, *,\n     skip_file_prefixes=())"
    )]
    fn warn(
        message: &PyObject,
        category: Option<&PyObject>,
        stacklevel: Option<isize>,
        source: Option<&PyObject>,
        skip: Option<&PyTuple>,
    ) -> PyResult<()> {
        let category = if object::protocol::is_instance(message, exc::Warning::type_object().as_object())? {
            message.ty().as_object().new_ref()
        } else {
            match category.filter(|c| !object::is_none(c)) {
                Some(c) => c.new_ref(),
                None => exc::UserWarning::type_object().as_object().new_ref(),
            }
        };
        let is_warning = category
            .downcast::<PyTypeObject>()
            .is_some_and(|c| c.is_subtype(exc::Warning::type_object()));
        if !is_warning {
            let shown = match category.downcast::<PyTypeObject>() {
                Some(_) => format!(
                    "class '{}'",
                    category.downcast::<PyTypeObject>().map_or("?", |t| t.full_name())
                ),
                None => format!("'{}'", category.ty().full_name()),
            };
            return raise!(TypeError, "category must be a Warning subclass, not {shown}");
        }
        let mut prefixes = Vec::new();
        for p in skip.map_or(&[][..], |t| t.as_slice()) {
            match p.downcast::<PyStr>() {
                Some(s) => prefixes.push(s.to_string()),
                None => {
                    return raise!(
                        TypeError,
                        "Found non-str '{}' in skip_file_prefixes.",
                        p.ty().full_name()
                    );
                }
            }
        }
        let mut level = stacklevel.unwrap_or(1);
        if !prefixes.is_empty() && level < 2 {
            level = 2;
        }
        do_warn(
            message,
            &category,
            level,
            source.filter(|s| !object::is_none(s)),
            &prefixes,
        )
    }
    #[function(
        "($module, /, message, category, filename, lineno,\n              module=<unrepresentable>, registry=None,\n              module_globals=None, source=None)"
    )]
    fn warn_explicit(
        message: &PyObject,
        category: &PyObject,
        filename: &PyObject,
        lineno: i64,
        module: Option<&PyObject>,
        registry: Option<&PyObject>,
        _module_globals: Option<&PyObject>,
        source: Option<&PyObject>,
    ) -> PyResult<()> {
        if let Some(r) = registry
            && !object::is_none(r)
            && !PyDict::check(r)
        {
            return raise!(
                TypeError,
                "'registry' must be a dict or None, not '{}'",
                r.ty().full_name()
            );
        }
        explicit(
            message,
            category,
            filename,
            lineno,
            module,
            registry,
            None,
            source.filter(|s| !object::is_none(s)),
        )
    }
    #[function("($module, /)")]
    fn _filters_mutated_lock_held() {
        FILTERS_VERSION.set(FILTERS_VERSION.get() + 1);
    }
    #[function("($module, /)")]
    fn _acquire_lock() {}
    #[function("($module, /)")]
    fn _release_lock() {}
    #[exec]
    fn exec(module: &PyModule) -> PyResult<()> {
        MODULE.set(Some(module.new_ref()));
        let filters = PyList::from_vec(vec![
            filter(
                "default",
                exc::DeprecationWarning::type_object(),
                Some("__main__"),
            )?,
            filter("ignore", exc::DeprecationWarning::type_object(), None)?,
            filter("ignore", exc::PendingDeprecationWarning::type_object(), None)?,
            filter("ignore", exc::ImportWarning::type_object(), None)?,
            filter("ignore", exc::ResourceWarning::type_object(), None)?,
        ])?;
        remember_filters(&filters.as_object().new_ref());
        module.add("filters", filters.as_object())?;
        module.add("_onceregistry", PyDict::new()?.as_object())?;
        module.add_value("_defaultaction", "default")?;
        // the context variable in which `catch_warnings` keeps its filters, where those are per context
        if let Some(cv) = crate::import::create_builtin("_contextvars")? {
            let class = cv.get_attr(intern!("ContextVar"))?;
            let var = object::call::call(&class, &[PyStr::new("warnings_context")?.as_object()])?;
            module.add("_warnings_context", &var)?;
        }
        Ok(())
    }
}
