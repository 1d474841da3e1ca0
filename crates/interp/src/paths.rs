//! `sys.prefix`, `sys.path` and the like: where the library is (embedded, or under `PYTHONHOME`), virtual
//! environments (`pyvenv.cfg`, PEP 405).

use crate::config;
use object::{GilCell, PyLayout, PyList, PyModule, PyResult};
use std::path::{Path, PathBuf};

static STDLIB_DIR: GilCell<Option<&'static str>> = GilCell::new(None);

/// The folder under which the embedded library appears; `None` where a library on disk is used.
pub fn embedded_root() -> Option<&'static str> {
    STDLIB_DIR.get()
}

/// The `home` of a `pyvenv.cfg` beside the executable or one folder up.
fn venv(exe: &Path) -> Option<(PathBuf, String)> {
    let dir = exe.parent()?;
    for d in [Some(dir), dir.parent()].into_iter().flatten() {
        if let Ok(text) = std::fs::read_to_string(d.join("pyvenv.cfg")) {
            for line in text.lines() {
                if let Some((k, v)) = line.split_once('=')
                    && k.trim().eq_ignore_ascii_case("home")
                {
                    return Some((d.to_path_buf(), v.trim().to_string()));
                }
            }
        }
    }
    None
}

pub(crate) fn set_up(m: &PyModule) -> PyResult<()> {
    let c = config::get();
    let exe = PathBuf::from(&c.executable);
    let real = std::fs::canonicalize(&exe).unwrap_or_else(|_| exe.clone());
    let venv = venv(&exe);
    let base = match (&c.python_home, &venv) {
        (Some(h), _) => PathBuf::from(h.split(':').next().unwrap_or(h)),
        (None, Some((_, home))) => Path::new(home)
            .parent()
            .map_or(PathBuf::from("/usr"), |p| p.to_path_buf()),
        (None, None) => real
            .parent()
            .and_then(|d| d.parent())
            .map_or(PathBuf::from("/usr"), |p| p.to_path_buf()),
    };
    let prefix = match &venv {
        Some((dir, _)) if c.python_home.is_none() => dir.clone(),
        _ => base.clone(),
    };
    let stdlib = base.join("lib/python3.14");
    let text = |p: &Path| p.to_string_lossy().into_owned();
    m.add_value("prefix", text(&prefix))?;
    m.add_value("exec_prefix", text(&prefix))?;
    m.add_value("base_prefix", text(&base))?;
    m.add_value("base_exec_prefix", text(&base))?;
    let on_disk = c.python_home.is_some();
    m.add_value("_stdlib_dir", text(&stdlib))?;
    if !on_disk {
        STDLIB_DIR.set(Some(Box::leak(text(&stdlib).into_boxed_str())));
    }
    let mut path = Vec::new();
    if let Some(p) = &c.python_path
        && !c.ignore_environment
    {
        path.extend(p.split(':').map(str::to_string));
    }
    path.push(text(&base.join("lib/python314.zip")));
    path.push(text(&stdlib));
    path.push(text(&stdlib.join("lib-dynload")));
    let items = path
        .iter()
        .map(|p| crate::os_text(p))
        .collect::<PyResult<Vec<_>>>()?;
    m.add("path", PyList::from_vec(items)?.as_object())
}
