//! Loading of extension modules: `_imp.create_dynamic` and `_imp.exec_dynamic`.

use crate::moduleobject::{self, init_def};
use object::module::PyModuleDef;
use object::{
    GilCell, Py, PyClass, PyDict, PyLayout, PyModule, PyObject, PyResult, PyStr, Raised, error, intern, raise,
};
use std::ffi::{CStr, CString, c_int, c_void};

/// The whole name of the module whose `PyInit_…` is running.
static CONTEXT: GilCell<Option<Py<PyStr>>> = GilCell::new(None);

/// The whole name of the module that is being initialized, for `PyModule_Create`.
pub fn package_context() -> Option<Py<PyStr>> {
    // SAFETY: cloned before anything else runs.
    unsafe { (*CONTEXT.as_ptr()).clone() }
}

/// Libraries that are loaded, and what a single-phase module that cannot be made twice was: (file, name, module's dict).
struct Loaded {
    file: Vec<u8>,
    name: String,
    def: &'static PyModuleDef,
    /// The dict after initialization, for modules with `m_size` -1, which are copied from it.
    dict: Option<Py<PyDict>>,
    init: InitFunction,
}

type InitFunction = unsafe extern "C" fn() -> *mut PyObject;

fn loaded() -> &'static mut Vec<Loaded> {
    static LOADED: GilCell<Vec<Loaded>> = GilCell::new(Vec::new());
    // SAFETY: under the GIL; used for single operations that run no Python code.
    unsafe { &mut *LOADED.as_ptr() }
}

/// `ImportError(text, name=…, path=…)`
fn import_error<T>(text: &str, name: &PyStr, path: &PyObject) -> PyResult<T> {
    let text = PyStr::new_wtf8_lossy(text)?;
    let e = object::call::call_kw(
        object::exceptions::ImportError::type_object().as_object(),
        &[text.as_object()],
        &[(intern!("name"), name.as_object()), (intern!("path"), path)],
    )?;
    Err(error::raise_object(e))
}

/// The names of the initialization function: `PyInit_x`, or `PyInitU_` and punycode for a name that is not ASCII.
fn symbol(name: &PyStr) -> PyResult<CString> {
    let whole = name.to_string();
    let short = whole.rsplit('.').next().unwrap_or(&whole);
    let (prefix, encoded) = if short.is_ascii() {
        ("PyInit_", short.to_string())
    } else {
        let short = PyStr::new(short)?;
        let bytes = object::codecs::encode_str(&short, Some(intern!("punycode")), None)?;
        let text = bytes
            .downcast::<object::PyBytes>()
            .map(|b| String::from_utf8_lossy(b.as_slice()).into_owned())
            .unwrap_or_default();
        ("PyInitU_", text)
    };
    // a hyphen cannot stand in a C name
    let text = format!("{prefix}{}", encoded.replace('-', "_"));
    CString::new(text).or_else(|_| raise!(ValueError, "embedded null character"))
}

fn dl_error() -> String {
    // SAFETY: the text is valid until the next call.
    unsafe {
        let p = libc::dlerror();
        if p.is_null() {
            return "unknown dlopen() error".to_string();
        }
        CStr::from_ptr(p).to_string_lossy().into_owned()
    }
}

/// `sys.setdlopenflags`'s value.
fn dlopen_flags() -> c_int {
    let flags = interp::sys::module().and_then(|m| m.as_object().get_attr(intern!("getdlopenflags")).ok());
    let value = flags
        .and_then(|f| object::call::call(&f, &[]).ok())
        .and_then(|v| object::number::as_c_int(&v).ok());
    if value.is_none() {
        error::clear();
    }
    value.unwrap_or(libc::RTLD_NOW)
}

/// Opens the library and finds the module's function.
fn find_init(name: &PyStr, path: &PyObject, file: &[u8]) -> PyResult<InitFunction> {
    let mut with_dot = file.to_vec();
    if !with_dot.contains(&b'/') {
        with_dot.splice(0..0, *b"./");
    }
    let Ok(cfile) = CString::new(with_dot) else {
        return raise!(ValueError, "embedded null character");
    };
    let symbol = symbol(name)?;
    // SAFETY: NUL-terminated texts. The library's own start-up code runs, as its user has asked for.
    let found = unsafe {
        let handle = libc::dlopen(cfile.as_ptr(), dlopen_flags());
        if handle.is_null() {
            return import_error(&dl_error(), name, path);
        }
        libc::dlsym(handle, symbol.as_ptr())
    };
    if found.is_null() {
        let text = format!(
            "dynamic module does not define module export function ({})",
            symbol.to_string_lossy()
        );
        return import_error(&text, name, path);
    }
    // SAFETY: a function of this name is of this type.
    Ok(unsafe { std::mem::transmute::<*mut c_void, InitFunction>(found) })
}

/// `_imp.create_dynamic(spec)`
pub fn create(spec: &PyObject) -> PyResult {
    let name = spec.get_attr(intern!("name"))?;
    let Ok(name) = name.downcast_into::<PyStr>() else {
        return raise!(TypeError, "spec.name must be a string");
    };
    let path = spec.get_attr(intern!("origin"))?;
    let file = match path.downcast::<PyStr>() {
        Some(p) => {
            let bytes =
                object::codecs::utf8::encode(p, object::codecs::Errors(Some(intern!("surrogateescape"))))?;
            bytes.as_slice().to_vec()
        }
        None => {
            return raise!(
                TypeError,
                "expected str, bytes or os.PathLike object, not {}",
                path.ty().full_name()
            );
        }
    };
    crate::ceval::enable_pending_calls();
    if let Some(again) = reload(&name, &file)? {
        return Ok(again);
    }
    let init = find_init(&name, &path, &file)?;
    let made = run_init(&name, init)?;
    if let Some(def) = as_definition(&made) {
        // SAFETY: the library's static definition.
        return unsafe { moduleobject::from_def_and_spec(def, spec) };
    }
    finish_single(&name, &path, file, init, made)
}

/// Calls `PyInit_…` and checks what it has done.
fn run_init(name: &PyStr, init: InitFunction) -> PyResult {
    let outer = CONTEXT.replace(Some(name.new_ref()));
    // SAFETY: the module's initialization function.
    let made = unsafe { init() };
    drop(CONTEXT.replace(outer));
    if made.is_null() {
        if !error::occurred() {
            return raise!(
                SystemError,
                "initialization of {name} failed without raising an exception"
            );
        }
        return Err(Raised);
    }
    // SAFETY: a new reference, or a definition, which is immortal.
    let made = unsafe { Py::from_owned_ptr(made) };
    if error::occurred() {
        let cause = error::take();
        let _: PyResult<()> = raise!(
            SystemError,
            "initialization of {name} raised unreported exception"
        );
        if let (Some(c), Some(e)) = (cause, error::take()) {
            object::exceptions::set_cause(&e, Some(c.clone()));
            object::exceptions::set_context(&e, Some(c));
            let _ = error::restore(e);
        }
        std::mem::forget(made);
        return Err(Raised);
    }
    if made.has_no_type() {
        std::mem::forget(made);
        return raise!(
            SystemError,
            "init function of {name} returned uninitialized object"
        );
    }
    Ok(made)
}

/// The definition, if that is what `PyInit_…` returned: multi-phase initialization.
fn as_definition(made: &PyObject) -> Option<&'static PyModuleDef> {
    if std::ptr::eq(made.ty(), &moduleobject::PyModuleDef_Type) {
        // SAFETY: of that type are only definitions, which are static.
        return Some(unsafe { &*(made.as_ptr() as *const PyModuleDef) });
    }
    None
}

/// The end of single-phase initialization.
fn finish_single(name: &PyStr, path: &PyObject, file: Vec<u8>, init: InitFunction, made: Py) -> PyResult {
    let Some(module) = made.downcast::<PyModule>() else {
        return raise!(
            SystemError,
            "initialization of {name} did not return an extension module"
        );
    };
    let Some(def) = module.def() else {
        return raise!(
            SystemError,
            "initialization of {name} did not return an extension module"
        );
    };
    init_def(def)?;
    let dict = module.dict()?;
    dict.set_item(intern!("__file__"), path)?;
    moduleobject::remember(def, &made)?;
    let saved = if def.m_size == -1 {
        Some(dict.copy()?)
    } else {
        None
    };
    loaded().push(Loaded {
        file,
        name: name.to_string(),
        def,
        dict: saved,
        init,
    });
    Ok(made)
}

/// A single-phase module that was loaded before: its dict again (`m_size` -1), or its function called once more.
fn reload(name: &PyStr, file: &[u8]) -> PyResult<Option<Py>> {
    let text = name.to_string();
    let found = loaded().iter().find(|l| l.file == file && l.name == text);
    let Some((def, dict, init)) = found.map(|l| (l.def, l.dict.clone(), l.init)) else {
        return Ok(None);
    };
    match dict {
        Some(dict) => {
            let module = match interp::sys::modules()?
                .map(|m| m.get_str(name))
                .transpose()?
                .flatten()
            {
                Some(m) if PyModule::check(&m) => m,
                _ => PyModule::new_object(name.as_object())?.into_object(),
            };
            if let Some(m) = module.downcast::<PyModule>() {
                m.dict()?.update(dict.as_object(), true)?;
                m.md_def.set(def as *const PyModuleDef as *mut PyModuleDef);
            }
            moduleobject::remember(def, &module)?;
            Ok(Some(module))
        }
        None => {
            let made = run_init(name, init)?;
            moduleobject::remember(def, &made)?;
            Ok(Some(made))
        }
    }
}

/// `_imp.exec_dynamic(module)`
pub fn exec(m: &PyObject) -> PyResult<()> {
    let Some(module) = m.downcast::<PyModule>() else {
        return Ok(());
    };
    match module.def() {
        // a module whose state is there has been run already
        Some(def) if module.md_state.get().is_null() && !def.m_slots.is_null() => {
            // SAFETY: the library's static definition.
            unsafe { moduleobject::exec_def(m, def) }
        }
        _ => Ok(()),
    }
}
