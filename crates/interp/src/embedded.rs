//! The importer of the embedded library: a path hook for the folder under which it appears, so that `sys.path` keeps
//! its meaning (what stands before it there shadows it).

use crate::{marshal, paths};
use object::exceptions as exc;
use object::{
    Field, Py, PyBytes, PyClass, PyLayout, PyObject, PyResult, PyStr, PyTuple, PyTypeObject, error, intern,
    pyclass, pymethods, raise,
};

/// `EmbeddedImporter`: finds and loads the modules of one folder of the embedded library.
#[pyclass(name = "_frozen_importlib_external.EmbeddedImporter", flags(HAVE_GC))]
#[repr(C)]
pub struct PyEmbedded {
    ob_base: PyObject,
    /// The folder's path.
    path: Field<PyStr>,
}

/// The path inside the library of a path below its folder: `json/__init__.py`.
fn inside(path: &str) -> Option<&str> {
    let root = paths::embedded_root()?;
    let rest = path.strip_prefix(root)?;
    match rest.strip_prefix('/') {
        Some(r) => Some(r.trim_end_matches('/')),
        None if rest.is_empty() => Some(""),
        None => None,
    }
}

/// The callable for `sys.path_hooks`: the class.
pub fn hook() -> PyResult {
    object::class::ready::<PyEmbedded>()?;
    Ok(PyEmbedded::type_object().as_object().new_ref())
}

fn is_folder(inner: &str) -> bool {
    if inner.is_empty() {
        return true;
    }
    if inner == "site-packages" || inner.starts_with("site-packages/") || inner == "lib-dynload" {
        return false;
    }
    let prefix = format!("{inner}/");
    pylib::files().any(|f| f.starts_with(&prefix))
}

fn import_error(name: &str) -> PyResult<pylib::Module> {
    let text = PyStr::new(&format!("loader cannot handle {name}"))?;
    let e = object::call::call_kw(
        exc::ImportError::type_object().as_object(),
        &[text.as_object()],
        &[(intern!("name"), PyStr::new(name)?.as_object())],
    )?;
    Err(error::raise_object(e))
}

fn module(name: &PyStr) -> PyResult<pylib::Module> {
    let n = name.to_string();
    match pylib::find(&n) {
        Some(m) => Ok(m),
        None => import_error(&n),
    }
}

fn full_path(m: &pylib::Module) -> String {
    format!("{}/{}", paths::embedded_root().unwrap_or_default(), m.path())
}

/// The code object of a module of the library, under its full path.
fn code_of(m: &pylib::Module) -> PyResult<Py<vm::code::PyCode>> {
    let path = PyStr::new(&full_path(m))?;
    let optimize = crate::config::optimize();
    if optimize == 0
        && let Some(data) = m.code()
    {
        // the modules that CPython freezes keep the name they have there
        let name = if m.is_frozen() {
            None
        } else {
            Some(object::intern::intern(path))
        };
        return marshal::load_code(data, name.as_deref());
    }
    let text = crate::compile::decode_source(&m.source(), &path)?;
    crate::compile::compile_text(
        &text,
        &crate::compile::Request {
            filename: &path,
            mode: syntax::Mode::Exec,
            flags: 0,
            optimize,
            feature_version: 14,
        },
    )
}

#[pymethods]
impl PyEmbedded {
    #[new("(path)")]
    fn tp_new(cls: &PyTypeObject, path: &PyObject) -> PyResult<Py<PyEmbedded>> {
        let ok = path
            .downcast::<PyStr>()
            .filter(|p| inside(&p.to_string()).is_some_and(is_folder));
        let Some(p) = ok else {
            return raise!(ImportError, "only for the embedded library");
        };
        object::new_instance(cls, |this: *mut PyEmbedded| {
            // SAFETY: fresh, zeroed memory.
            unsafe { (*this).path.set(Some(p.new_ref())) }
        })
    }
    #[slot]
    fn tp_repr(&self) -> PyResult<String> {
        let p = self.path.get().map_or(String::new(), |p| p.to_string());
        Ok(format!("EmbeddedImporter('{p}')"))
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut object::Visitor) {
        visit.field(&self.path);
    }
    #[method("($self, /, fullname, target=None)")]
    fn find_spec(&self, fullname: &PyStr, _target: Option<&PyObject>) -> PyResult<Option<Py>> {
        let name = fullname.to_string();
        let Some(m) = pylib::find(&name) else {
            return Ok(None);
        };
        // it must be one of this folder
        let path = self.path.get().map_or(String::new(), |p| p.to_string());
        let inner = inside(&path).unwrap_or("");
        let file = m.path();
        let dir = if m.is_package() {
            file.rsplit_once('/')
                .map_or("", |p| p.0)
                .rsplit_once('/')
                .map_or("", |p| p.0)
        } else {
            file.rsplit_once('/').map_or("", |p| p.0)
        };
        if dir != inner {
            return Ok(None);
        }
        let bootstrap = object::hooks::import("_frozen_importlib")?;
        let class = bootstrap.get_attr(intern!("ModuleSpec"))?;
        let full = full_path(&m);
        let origin = PyStr::new(&full)?;
        let spec = object::call::call_kw(
            &class,
            &[fullname.as_object(), self.as_object()],
            &[
                (intern!("origin"), origin.as_object()),
                (intern!("is_package"), &object::bool::py_bool(m.is_package())),
            ],
        )?;
        spec.set_attr(intern!("_set_fileattr"), Some(object::bool::true_ref()))?;
        if m.is_package() {
            let folder = PyStr::new(full.rsplit_once('/').map_or("", |p| p.0))?;
            spec.get_attr(intern!("submodule_search_locations"))?
                .call_method(intern!("append"), &[folder.as_object()])?;
        }
        Ok(Some(spec))
    }
    #[method("($self, /)")]
    fn invalidate_caches(&self) {}
    #[method("($self, spec, /)")]
    fn create_module(&self, _spec: &PyObject) {}
    #[method("($self, module, /)")]
    fn exec_module(&self, m: &PyObject) -> PyResult<()> {
        let name = m.get_attr(intern!("__name__"))?.str()?;
        let code = code_of(&module(&name)?)?;
        let dict = m.get_attr(intern!("__dict__"))?;
        if let Some(d) = dict.downcast::<object::PyDict>()
            && d.get_str(intern!("__builtins__"))?.is_none()
        {
            d.set_item(intern!("__builtins__"), &*vm::runtime::builtins()?)?;
        }
        // through importlib, so that its frames are taken out of tracebacks
        let exec = vm::runtime::builtins()?.get_str(intern!("exec"))?;
        let Some(exec) = exec else {
            return raise!(RuntimeError, "lost builtins.exec");
        };
        object::hooks::import("_frozen_importlib")?.call_method(
            intern!("_call_with_frames_removed"),
            &[&exec, code.as_object(), &dict],
        )?;
        Ok(())
    }
    #[method("($self, fullname, /)")]
    fn is_package(&self, fullname: &PyStr) -> PyResult<bool> {
        Ok(module(fullname)?.is_package())
    }
    #[method("($self, fullname, /)")]
    fn get_code(&self, fullname: &PyStr) -> PyResult<Py<vm::code::PyCode>> {
        code_of(&module(fullname)?)
    }
    #[method("($self, fullname, /)")]
    fn get_source(&self, fullname: &PyStr) -> PyResult<String> {
        let m = module(fullname)?;
        let path = PyStr::new(m.path())?;
        let text = crate::compile::decode_source(&m.source(), &path)?;
        Ok(text.replace("\r\n", "\n"))
    }
    #[method("($self, fullname=None, /)")]
    fn get_filename(&self, fullname: Option<&PyStr>) -> PyResult<String> {
        match fullname {
            Some(n) => Ok(full_path(&module(n)?)),
            None => Ok(self.path.get().map_or(String::new(), |p| p.to_string())),
        }
    }
    #[method("($self, path, /)")]
    fn get_data(&self, path: &PyObject) -> PyResult<Py<PyBytes>> {
        let p = crate::fs_decode(path)?.to_string();
        match inside(&p).and_then(pylib::file) {
            Some(data) => PyBytes::new(&data),
            None => error::raise_errno(libc::ENOENT, Some(path)),
        }
    }
    /// The paths of all files below a folder, relative to it.
    #[method("($self, path, /)")]
    fn files_below(&self, path: &PyObject) -> PyResult<Py<PyTuple>> {
        let p = crate::fs_decode(path)?.to_string();
        let Some(inner) = inside(&p) else {
            return PyTuple::empty();
        };
        let names: Vec<Py> = pylib::files()
            .filter_map(|file| file.strip_prefix(inner)?.strip_prefix('/'))
            .map(crate::os_text)
            .collect::<PyResult<_>>()?;
        PyTuple::from_vec(names)
    }
    #[method("($self, path, /)")]
    fn path_stats(&self, path: &PyObject) -> PyResult {
        let p = crate::fs_decode(path)?.to_string();
        match inside(&p).and_then(pylib::file_len) {
            Some(n) => {
                let d = object::PyDict::new()?;
                d.set_item(intern!("mtime"), &*object::PyInt::from_i64(0)?)?;
                d.set_item(intern!("size"), &*object::PyInt::from_i64(n as i64)?)?;
                Ok(d.into_object())
            }
            None => error::raise_errno(libc::ENOENT, Some(path)),
        }
    }
}
