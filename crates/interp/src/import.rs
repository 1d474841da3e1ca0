//! Importing: `__import__` over `importlib._bootstrap`, built-in and frozen modules (`_imp`).

use crate::marshal;
use object::class::ModuleInit;
use object::exceptions as exc;
use object::{
    Field, GilCell, Py, PyBytes, PyClass, PyDict, PyInt, PyLayout, PyList, PyModule, PyObject, PyResult,
    PyStr, PyTuple, error, intern, pymodule, raise,
};
use vm::code::PyCode;

static BOOTSTRAP: Field = Field::empty();
static TABLE: GilCell<&'static [(&'static str, ModuleInit)]> = GilCell::new(&[]);

/// The table of built-in modules; set once, before start-up.
pub fn set_builtin_modules(table: Vec<(&'static str, ModuleInit)>) {
    TABLE.set(Box::leak(table.into_boxed_slice()));
}

fn find_builtin(name: &str) -> Option<ModuleInit> {
    TABLE.get().iter().find(|(n, _)| *n == name).map(|(_, f)| *f)
}

/// A built-in module's object, made without the import system, which may not be up yet.
pub(crate) fn create_builtin(name: &str) -> PyResult<Option<Py>> {
    find_builtin(name).map(|init| init()).transpose()
}

/// `sys.builtin_module_names`
pub fn builtin_names() -> Vec<String> {
    let mut v: Vec<String> = TABLE.get().iter().map(|(n, _)| n.to_string()).collect();
    v.push("sys".to_string());
    v.push("builtins".to_string());
    v.sort();
    v.dedup();
    v
}

/// Modules that `_imp` shows as frozen: name there, name in the library.
const FROZEN: &[(&str, &str)] = &[
    ("_frozen_importlib", "importlib._bootstrap"),
    ("_frozen_importlib_external", "importlib._bootstrap_external"),
    ("zipimport", "zipimport"),
];

fn find_frozen(name: &str) -> Option<pylib::Module> {
    let (_, origin) = FROZEN.iter().find(|(n, _)| *n == name)?;
    pylib::find(origin)
}

fn frozen_code(name: &str) -> PyResult<Py<PyCode>> {
    match find_frozen(name).and_then(|m| m.code()) {
        Some(data) => {
            let filename = PyStr::new(&format!(
                "<frozen {}>",
                FROZEN.iter().find(|f| f.0 == name).map_or(name, |f| f.1)
            ))?;
            marshal::load_code(data, Some(&filename))
        }
        None => {
            let text = PyStr::new(&format!("No such frozen object named {name}"))?;
            let e = object::call::call_kw(
                exc::ImportError::type_object().as_object(),
                &[text.as_object()],
                &[(intern!("name"), PyStr::new(name)?.as_object())],
            )?;
            Err(error::raise_object(e))
        }
    }
}

fn modules() -> PyResult<Py<PyDict>> {
    match crate::sys::modules()? {
        Some(m) => Ok(m),
        None => raise!(RuntimeError, "unable to get sys.modules"),
    }
}

/// Makes and runs a frozen module (`PyImport_ImportFrozenModule`).
fn import_frozen(name: &str) -> PyResult<Py<PyModule>> {
    let code = frozen_code(name)?;
    let m = PyModule::new(name)?;
    let dict = m.dict()?;
    dict.set_item(intern!("__builtins__"), &*vm::runtime::builtins()?)?;
    let origin = FROZEN.iter().find(|f| f.0 == name).map_or(name, |f| f.1);
    dict.set_item(intern!("__origname__"), PyStr::new(origin)?.as_object())?;
    modules()?.set_item(&*PyStr::new(name)?, m.as_object())?;
    vm::eval::eval_code(&code, dict.as_object(), None)?;
    Ok(m)
}

/// Brings up `importlib`: first the core, then what reads files.
pub fn install() -> PyResult<()> {
    let sys = match crate::sys::module() {
        Some(s) => s,
        None => return raise!(RuntimeError, "sys is not there"),
    };
    let bootstrap = import_frozen("_frozen_importlib")?;
    BOOTSTRAP.set(Some(bootstrap.as_object().new_ref()));
    let imp = object::class::create_module::<Imp>()?;
    modules()?.set_item(intern!("_imp"), &*imp)?;
    bootstrap
        .as_object()
        .call_method(intern!("_install"), &[sys.as_object(), &imp])?;
    bootstrap
        .as_object()
        .call_method(intern!("_install_external_importers"), &[])?;
    // zip archives, then the embedded library, then folders
    let hooks = crate::sys::get("path_hooks")?;
    if let Some(h) = &hooks {
        let zip = import("zipimport").and_then(|z| z.get_attr(intern!("zipimporter")));
        match zip {
            Ok(z) => {
                h.call_method(intern!("insert"), &[PyInt::from_i64(0)?.as_object(), &z])?;
            }
            Err(_) => error::clear(),
        }
        if crate::paths::embedded_root().is_some() {
            let hook = crate::embedded::hook()?;
            h.call_method(intern!("insert"), &[PyInt::from_i64(0)?.as_object(), &hook])?;
        }
        // What has been looked for until now was looked for without these.
        if let Some(cache) = crate::sys::get("path_importer_cache")? {
            cache.call_method(intern!("clear"), &[])?;
        }
    }
    Ok(())
}

fn bootstrap() -> PyResult {
    match BOOTSTRAP.get() {
        Some(b) => Ok(b),
        None => raise!(ImportError, "the import system is not up yet"),
    }
}

/// `builtins.__import__`, which importlib calls back for parents and submodules.
fn import_function() -> PyResult {
    match vm::runtime::builtins()?.get_str(intern!("__import__"))? {
        Some(f) => Ok(f),
        None => raise!(ImportError, "__import__ not found"),
    }
}

/// `PyImport_ImportModule`: the module itself, not its top-level package.
pub fn import(name: &str) -> PyResult {
    if BOOTSTRAP.is_none() {
        // before importlib is there: built-in modules only
        let n = object::intern::intern_str(name)?;
        if let Some(m) = modules()?.get_str(&n)? {
            return Ok(m);
        }
        return match find_builtin(name) {
            Some(init) => {
                let m = init()?;
                modules()?.set_item(&*n, &*m)?;
                Ok(m)
            }
            None => raise!(ImportError, "the import system is not up yet: {name}"),
        };
    }
    let n = object::intern::intern_str(name)?;
    find_and_load(&n)
}

/// The module from `sys.modules`, or loaded.
fn find_and_load(name: &PyStr) -> PyResult {
    let found = modules()?.get_str(name)?;
    if let Some(m) = found
        && !object::is_none(&m)
    {
        // somebody may still be importing it
        if let Some(spec) = m.get_attr_opt(intern!("__spec__"))?
            && !object::is_none(&spec)
            && let Some(i) = spec.get_attr_opt(intern!("_initializing"))?
            && i.is_true()?
        {
            bootstrap()?.call_method(intern!("_lock_unlock_module"), &[name.as_object()])?;
        }
        if crate::config::get().import_time > 1 {
            show_cached(name);
        }
        return Ok(m);
    }
    if object::hooks::is_audited() {
        let of_sys = |n: &str| crate::sys::get(n);
        object::audit!(
            "import",
            name.as_object(),
            object::none(),
            of_sys("path")?,
            of_sys("meta_path")?,
            of_sys("path_hooks")?
        )?;
    }
    let time = crate::config::get().import_time;
    if time > 0 {
        return timed(name);
    }
    strip_frames(bootstrap()?.call_method(
        intern!("_find_and_load"),
        &[name.as_object(), &*import_function()?],
    ))
}

/// A line for stderr's descriptor.
fn show_line(text: &str) {
    crate::readline::write_stderr(format!("{text}\n").as_bytes());
}

/// How many imports are under way, with `-X importtime`.
static LEVEL: GilCell<usize> = GilCell::new(0);

fn time_header() {
    static SHOWN: GilCell<bool> = GilCell::new(false);
    if !SHOWN.replace(true) {
        show_line("import time: self [us] | cumulative | imported package");
    }
}

/// `-X importtime=2`: a module that is there already.
fn show_cached(name: &PyStr) {
    time_header();
    show_line(&format!(
        "import time: cached    | cached     | {:width$}{name}",
        "",
        width = LEVEL.get() * 2
    ));
}

/// `-X importtime`
fn timed(name: &PyStr) -> PyResult {
    static INNER: GilCell<u64> = GilCell::new(0);
    time_header();
    let outer = INNER.replace(0);
    LEVEL.set(LEVEL.get() + 1);
    let start = std::time::Instant::now();
    let r = strip_frames(bootstrap()?.call_method(
        intern!("_find_and_load"),
        &[name.as_object(), &*import_function()?],
    ));
    let total = start.elapsed().as_micros() as u64;
    let own = total.saturating_sub(INNER.get());
    LEVEL.set(LEVEL.get() - 1);
    show_line(&format!(
        "import time: {own:9} | {total:10} | {:width$}{name}",
        "",
        width = LEVEL.get() * 2
    ));
    INNER.set(outer + total);
    r
}

/// Takes importlib's own frames out of the traceback of an error (`remove_importlib_frames`).
fn strip_frames(r: PyResult) -> PyResult {
    let Err(raised) = r else { return r };
    if crate::config::get().verbose > 0 {
        return Err(raised);
    }
    let e = error::fetch(raised);
    let always = exc::ImportError::check(&e);
    let strip = || -> PyResult<()> {
        let mut out: Vec<Py> = Vec::new();
        let mut run: Vec<Py> = Vec::new();
        let mut in_chunk = false;
        let mut tb = object::exceptions::traceback_of(&e);
        // chunks of importlib frames go if they end in `_call_with_frames_removed`, or always for an ImportError
        while let Some(t) = tb {
            let code = t.get_attr(intern!("tb_frame"))?.get_attr(intern!("f_code"))?;
            let Some(code) = code.downcast::<PyCode>() else {
                break;
            };
            let file = code.filename().to_string();
            let internal =
                file == "<frozen importlib._bootstrap>" || file == "<frozen importlib._bootstrap_external>";
            if internal {
                in_chunk = true;
                run.push(t.clone());
                if always || code.name().eq_str("_call_with_frames_removed") {
                    run.clear();
                }
            } else {
                if in_chunk {
                    out.append(&mut run);
                }
                in_chunk = false;
                out.push(t.clone());
            }
            tb = t
                .get_attr_opt(intern!("tb_next"))?
                .filter(|n| !object::is_none(n));
        }
        if !always {
            out.append(&mut run);
        }
        let mut next = object::none();
        for t in out.iter().rev() {
            t.set_attr(intern!("tb_next"), Some(&next))?;
            next = t.clone();
        }
        object::exceptions::set_traceback(&e, Some(next).filter(|n| !object::is_none(n)));
        Ok(())
    };
    if strip().is_err() {
        error::clear();
    }
    Err(error::restore(e))
}

/// The absolute name of a relative import.
fn resolve(name: &PyStr, globals: Option<&PyObject>, level: i32) -> PyResult<Py<PyStr>> {
    let Some(globals) = globals.and_then(|g| g.downcast::<PyDict>()) else {
        return raise!(KeyError, "'__name__' not in globals");
    };
    let package = globals
        .get_str(intern!("__package__"))?
        .filter(|p| !object::is_none(p));
    let spec = globals
        .get_str(intern!("__spec__"))?
        .filter(|s| !object::is_none(s));
    let package = match (package, spec) {
        (Some(p), _) => {
            if !PyStr::check(&p) {
                return raise!(TypeError, "package must be a string");
            }
            p
        }
        (None, Some(s)) => s.get_attr(intern!("parent"))?,
        (None, None) => {
            crate::warnings::warn(
                exc::ImportWarning::type_object(),
                "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__",
                1,
            )?;
            let Some(n) = globals.get_str(intern!("__name__"))? else {
                return raise!(KeyError, "'__name__' not in globals");
            };
            let text = n.str()?.to_string();
            if globals.get_str(intern!("__path__"))?.is_some() {
                n
            } else {
                PyStr::new(text.rsplit_once('.').map_or("", |p| p.0))?.into_object()
            }
        }
    };
    let package = package.str()?.to_string();
    if package.is_empty() {
        return raise!(
            ImportError,
            "attempted relative import with no known parent package"
        );
    }
    let mut base = package.as_str();
    for _ in 1..level {
        match base.rsplit_once('.') {
            Some((b, _)) => base = b,
            None => return raise!(ImportError, "attempted relative import beyond top-level package"),
        }
    }
    if name.is_empty() {
        PyStr::new(base)
    } else {
        PyStr::new_wtf8_lossy(&format!("{base}.{name}"))
    }
}

/// `__import__(name, globals, locals, fromlist, level)`
pub fn import_name(
    name: &PyObject,
    globals: Option<&PyObject>,
    fromlist: Option<&PyObject>,
    level: i32,
) -> PyResult {
    let Some(name) = name.downcast::<PyStr>() else {
        return raise!(TypeError, "module name must be a string");
    };
    if level < 0 {
        return raise!(ValueError, "level must be >= 0");
    }
    let abs = if level > 0 {
        resolve(name, globals, level)?
    } else {
        if name.is_empty() {
            return raise!(ValueError, "Empty module name");
        }
        name.new_ref()
    };
    let abs = object::intern::intern(abs);
    let module = find_and_load(&abs)?;
    let has_from = match fromlist.filter(|f| !object::is_none(f)) {
        Some(f) => f.is_true()?,
        None => false,
    };
    if !has_from {
        // the top-level package
        let Some(dot) = name.chars().iter().position(|c| c == '.' as u32) else {
            return if level == 0 || name.is_empty() {
                Ok(module)
            } else {
                top_of_relative(&module, name, &abs)
            };
        };
        if level == 0 {
            return find_and_load(&object::intern::intern(name.substring(0, dot)?));
        }
        return top_of_relative(&module, name, &abs);
    }
    if module.get_attr_opt(intern!("__path__"))?.is_some() {
        let import = import_function()?;
        return bootstrap()?.call_method(
            intern!("_handle_fromlist"),
            &[
                &module,
                fromlist.unwrap_or(object::singletons::none_ref()),
                &import,
            ],
        );
    }
    Ok(module)
}

/// `from`-less relative imports give the package that the first part of the name is in.
fn top_of_relative(module: &PyObject, name: &PyStr, abs: &PyStr) -> PyResult {
    let (n, a) = (name.to_string(), abs.to_string());
    let Some((front, _)) = n.split_once('.') else {
        return Ok(module.new_ref());
    };
    let cut = n.len() - front.len();
    let top = PyStr::new(&a[..a.len() - cut])?;
    match modules()?.get_str(&top)? {
        Some(m) => Ok(m),
        None => raise!(KeyError, "'{top}' not in sys.modules as expected"),
    }
}

pub struct Imp;

fn spec_name(spec: &PyObject) -> PyResult<String> {
    Ok(spec.get_attr(intern!("name"))?.str()?.to_string())
}

#[pymodule(name = "_imp")]
impl Imp {
    #[function("($module, /)")]
    fn lock_held() -> bool {
        false
    }
    #[function("($module, /)")]
    fn acquire_lock() {}
    #[function("($module, /)")]
    fn release_lock() {}
    #[function("($module, /)")]
    fn extension_suffixes() -> PyResult<Py<PyList>> {
        let names = [".cpython-314-x86_64-linux-gnu.so", ".abi3.so", ".so"];
        PyList::from_vec(
            names
                .iter()
                .map(|n| Ok(PyStr::new(n)?.into_object()))
                .collect::<PyResult<_>>()?,
        )
    }
    #[function("($module, spec, /)")]
    fn create_builtin(spec: &PyObject) -> PyResult<Option<Py>> {
        let name = spec_name(spec)?;
        if let Some(m) = modules()?.get_str(&*PyStr::new(&name)?)? {
            return Ok(Some(m));
        }
        match find_builtin(&name) {
            Some(init) => Ok(Some(init()?)),
            None => Ok(None),
        }
    }
    #[function("($module, mod, /)")]
    fn exec_builtin(_m: &PyObject) -> i32 {
        0
    }
    #[function("($module, spec, file=<unrepresentable>, /)")]
    fn create_dynamic(spec: &PyObject, _file: Option<&PyObject>) -> PyResult {
        match crate::LOAD_DYNAMIC.get() {
            Some(f) => f(spec),
            None => {
                let name = spec_name(spec)?;
                raise!(ImportError, "extension modules cannot be loaded yet: {name}")
            }
        }
    }
    #[function("($module, mod, /)")]
    fn exec_dynamic(m: &PyObject) -> PyResult<i32> {
        match crate::EXEC_DYNAMIC.get() {
            Some(f) => f(m).map(|()| 0),
            None => Ok(0),
        }
    }
    #[function("($module, name, /)")]
    fn is_builtin(name: &PyStr) -> i32 {
        let n = name.to_string();
        if n == "sys" || n == "builtins" {
            return -1;
        }
        find_builtin(&n).is_some() as i32
    }
    #[function("($module, name, /)")]
    fn is_frozen(name: &PyStr) -> bool {
        find_frozen(&name.to_string()).is_some()
    }
    #[function("($module, name, /)")]
    fn is_frozen_package(name: &PyStr) -> PyResult<bool> {
        match find_frozen(&name.to_string()) {
            Some(m) => Ok(m.is_package()),
            None => raise!(ImportError, "No such frozen object named {name}"),
        }
    }
    #[function("($module, name, /, *, withdata=False)")]
    fn find_frozen(name: &PyStr, _withdata: Option<bool>) -> PyResult<Option<Py<PyTuple>>> {
        let n = name.to_string();
        match find_frozen(&n) {
            None => Ok(None),
            Some(m) => {
                let origin = FROZEN.iter().find(|f| f.0 == n).map_or(n.as_str(), |f| f.1);
                Ok(Some(PyTuple::from_vec(vec![
                    object::none(),
                    object::bool::py_bool(m.is_package()),
                    PyStr::new(origin)?.into_object(),
                ])?))
            }
        }
    }
    #[function("($module, name, data=None, /)")]
    fn get_frozen_object(name: &PyStr, _data: Option<&PyObject>) -> PyResult<Py<PyCode>> {
        frozen_code(&name.to_string())
    }
    #[function("($module, name, /)")]
    fn init_frozen(name: &PyStr) -> PyResult<Option<Py<PyModule>>> {
        let n = name.to_string();
        if find_frozen(&n).is_none() {
            return Ok(None);
        }
        Ok(Some(import_frozen(&n)?))
    }
    #[function("($module, /)")]
    fn _frozen_module_names() -> PyResult<Py<PyList>> {
        PyList::from_vec(
            FROZEN
                .iter()
                .map(|(n, _)| Ok(PyStr::new(n)?.into_object()))
                .collect::<PyResult<_>>()?,
        )
    }
    #[function("($module, override, /)")]
    fn _override_frozen_modules_for_tests(_v: &PyObject) {}
    #[function("($module, override, /)")]
    fn _override_multi_interp_extensions_check(_v: &PyObject) -> i32 {
        0
    }
    #[function("($module, /, key, source)")]
    fn source_hash(key: i64, source: &PyObject) -> PyResult<Py<PyBytes>> {
        let data = object::buffer::Buffer::simple(source)?.to_vec();
        PyBytes::new(&crate::source_hash(key as u64, &data).to_le_bytes())
    }
    #[function("($module, code, path, /)")]
    fn _fix_co_filename(code: &PyCode, path: &PyStr) {
        fix_filename(code, path);
    }
    #[function("($module, name, module, /)")]
    fn _set_lazy(_name: &PyObject, _module: &PyObject) {}
    #[exec]
    fn exec(m: &PyModule) -> PyResult<()> {
        let how = crate::config::get().check_hash_based_pycs.as_deref();
        m.add_value("check_hash_based_pycs", how.unwrap_or("default"))?;
        m.add_value("pyc_magic_number_token", 0x0A0D0E2Bi64)
    }
}

fn fix_filename(code: &PyCode, path: &PyStr) {
    if code.filename().eq(path) {
        return;
    }
    code.co_filename.set(Some(path.new_ref()));
    for c in code.consts().as_slice() {
        if let Some(c) = c.downcast_exact::<PyCode>() {
            fix_filename(c, path);
        }
    }
}
