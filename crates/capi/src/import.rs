//! `import.h`, `marshal.h`.

use crate::util::{expect, lend, name, text};
use object::{
    Py, PyBytes, PyClass, PyDict, PyLayout, PyModule, PyObject, PyResult, PyStr, error, intern, raise,
};
use std::ffi::{c_char, c_int};

fn modules() -> PyResult<Py<PyDict>> {
    match interp::sys::modules()? {
        Some(m) => Ok(m),
        None => raise!(RuntimeError, "unable to get sys.modules"),
    }
}

/// The module of that name, made empty if it is not there.
fn add_module(name: &PyStr) -> PyResult {
    let all = modules()?;
    match all.get_str(name)? {
        Some(m) if PyModule::check(&m) => Ok(m),
        _ => {
            let m = PyModule::new_object(name.as_object())?;
            all.set_item(name, m.as_object())?;
            Ok(m.into_object())
        }
    }
}

/// The module itself, as `import name` with a list of attributes gives it.
fn import(name: &PyStr) -> PyResult {
    let globals = interp::builtins::globals()?;
    let f = vm::runtime::current_builtins();
    let f = match f.downcast::<PyDict>() {
        Some(d) => d.get_str(intern!("__import__"))?,
        None => None,
    };
    let Some(f) = f else {
        return raise!(KeyError, "'__import__'");
    };
    let empty = PyDict::new()?;
    let scope = globals.as_deref().unwrap_or(empty.as_object());
    let zero = object::PyInt::small(0);
    let list = object::PyList::new()?;
    object::call::call(
        &f,
        &[name.as_object(), scope, scope, list.as_object(), zero.as_object()],
    )?;
    match modules()?.get_str(name)? {
        Some(m) => Ok(m),
        None => Err(object::dict::key_error(name.as_object())),
    }
}

/// Runs a code object as a module.
fn exec_code(name: &PyStr, code: &PyObject, path: Option<&PyObject>, cached: Option<&PyObject>) -> PyResult {
    let m = add_module(name)?;
    let Some(module) = m.downcast::<PyModule>() else {
        return error::bad_internal_call();
    };
    let code = expect::<vm::code::PyCode>(code)?;
    let d = module.dict()?;
    if d.get_str(intern!("__builtins__"))?.is_none() {
        d.set_item(intern!("__builtins__"), &*object::hooks::import("builtins")?)?;
    }
    let file = path.map_or_else(|| code.filename().as_object().new_ref(), |p| p.new_ref());
    d.set_item(intern!("__file__"), &*file)?;
    if let Some(c) = cached {
        d.set_item(intern!("__cached__"), c)?;
    }
    if let Err(r) = vm::eval::eval_code(code, d.as_object(), None) {
        let e = error::fetch(r);
        modules()?.pop_item(name.as_object())?;
        return Err(error::restore(e));
    }
    match modules()?.get_str(name)? {
        Some(m) => Ok(m),
        None => raise!(ImportError, "Loaded module {name} not found in sys.modules"),
    }
}

capi! {
    fn PyImport_ImportModule(name: *const c_char) -> PyResult {
        import(&*text(name)?)
    }
    fn PyImport_ImportModuleNoBlock(name: *const c_char) -> PyResult {
        import(&*text(name)?)
    }
    fn PyImport_Import(name: &PyObject) -> PyResult {
        import(expect::<PyStr>(name)?)
    }
    fn PyImport_ImportModuleLevel(name: *const c_char, globals: Option<&PyObject>, _locals: Option<&PyObject>, from: Option<&PyObject>, level: c_int) -> PyResult {
        interp::import::import_name(text(name)?.as_object(), globals, from, level)
    }
    fn PyImport_ImportModuleLevelObject(name: &PyObject, globals: Option<&PyObject>, _locals: Option<&PyObject>, from: Option<&PyObject>, level: c_int) -> PyResult {
        interp::import::import_name(name, globals, from, level)
    }
    fn PyImport_ImportModuleAttr(module: &PyObject, attribute: &PyObject) -> PyResult {
        import(expect::<PyStr>(module)?)?.get_attr(object::str::attribute_name(attribute)?)
    }
    fn PyImport_ImportModuleAttrString(module: *const c_char, attribute: *const c_char) -> PyResult {
        import(&*text(module)?)?.get_attr(&*name(attribute)?)
    }
    fn PyImport_ReloadModule(m: &PyObject) -> PyResult {
        object::hooks::import("importlib")?.call_method(intern!("reload"), &[m])
    }
    /// A new reference, or NULL without an exception.
    fn PyImport_GetModule(name: &PyObject) -> PyResult<Option<Py>> {
        modules()?.get_item(name)
    }
    /// Borrowed.
    fn PyImport_GetModuleDict() -> PyResult<*mut PyObject> {
        Ok(lend(Some(modules()?.into_object())))
    }
    /// Borrowed.
    fn PyImport_AddModule(name: *const c_char) -> PyResult<*mut PyObject> {
        Ok(lend(Some(add_module(&*text(name)?)?)))
    }
    fn PyImport_AddModuleObject(name: &PyObject) -> PyResult<*mut PyObject> {
        Ok(lend(Some(add_module(expect::<PyStr>(name)?)?)))
    }
    fn PyImport_AddModuleRef(name: *const c_char) -> PyResult {
        add_module(&*text(name)?)
    }
    fn PyImport_ExecCodeModule(name: *const c_char, code: &PyObject) -> PyResult {
        exec_code(&*text(name)?, code, None, None)
    }
    fn PyImport_ExecCodeModuleEx(name: *const c_char, code: &PyObject, path: *const c_char) -> PyResult {
        let path = crate::util::opt_text(path)?;
        exec_code(&*text(name)?, code, path.as_ref().map(|p| p.as_object()), None)
    }
    fn PyImport_ExecCodeModuleWithPathnames(name: *const c_char, code: &PyObject, path: *const c_char, cached: *const c_char) -> PyResult {
        let (path, cached) = (crate::util::opt_text(path)?, crate::util::opt_text(cached)?);
        exec_code(&*text(name)?, code, path.as_ref().map(|p| p.as_object()), cached.as_ref().map(|p| p.as_object()))
    }
    fn PyImport_ExecCodeModuleObject(name: &PyObject, code: &PyObject, path: Option<&PyObject>, cached: Option<&PyObject>) -> PyResult {
        exec_code(expect::<PyStr>(name)?, code, path, cached)
    }
    fn PyImport_GetImporter(path: &PyObject) -> PyResult {
        object::hooks::import("pkgutil")?.call_method(intern!("get_importer"), &[path])
    }
    fn PyImport_GetMagicNumber() -> i64 {
        0x0A0D0E2B
    }
    fn PyImport_GetMagicTag() -> *const c_char {
        c"cpython-314".as_ptr()
    }
    // ---- marshal ----
    fn PyMarshal_ReadObjectFromString(p: *const c_char, n: isize) -> PyResult {
        interp::marshal::loads(crate::util::sized(p, n))
    }
    fn PyMarshal_WriteObjectToString(o: &PyObject, version: c_int) -> PyResult<Py<PyBytes>> {
        PyBytes::new(&interp::marshal::dumps(o, version, true)?)
    }
}
