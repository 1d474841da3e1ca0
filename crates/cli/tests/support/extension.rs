//! Compiling and running the extension modules of `tests/extensions/`. Shared by the test that runs them under Taipan and by
//! `cargo xtask extensions`, which records what CPython prints.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Why the modules could not be compiled.
#[derive(Debug)]
pub enum Missing {
    Headers,
    Compiler(std::io::Error),
    Failed(String),
}

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Missing::Headers => f.write_str("CPython 3.14's headers are not on this machine"),
            Missing::Compiler(e) => write!(f, "no C compiler ({e})"),
            Missing::Failed(text) => write!(f, "the C compiler says:\n{text}"),
        }
    }
}

/// Source, and the file name that it is compiled to.
const MODULES: &[(&str, &str)] = &[
    ("sample.c", "sample.cpython-314-x86_64-linux-gnu.so"),
    ("single.c", "single.abi3.so"),
    ("broken.c", "broken.so"),
];

/// The compiler's flags for the headers.
fn include_flags() -> Option<Vec<String>> {
    if let Some(path) = std::env::var_os("TAIPAN_PYTHON_INCLUDE") {
        return Some(vec![format!("-I{}", Path::new(&path).display())]);
    }
    let cache = || {
        let home = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
        let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).or(home)?;
        Some(cache.join("taipan-oracle"))
    };
    let oracle = std::env::var_os("TAIPAN_ORACLE")
        .map(PathBuf::from)
        .or_else(cache);
    if let Some(include) = oracle.map(|o| o.join("usr/include"))
        && include.join("python3.14/Python.h").is_file()
    {
        // Where `pyconfig.h` may be; behind the system's own headers.
        return Some(vec![
            format!("-I{}", include.join("python3.14").display()),
            "-idirafter".to_string(),
            include.display().to_string(),
        ]);
    }
    let config = Command::new("python3.14-config")
        .arg("--includes")
        .output()
        .ok()?;
    let text = String::from_utf8(config.stdout).ok()?;
    config
        .status
        .success()
        .then(|| text.split_whitespace().map(str::to_string).collect())
}

/// Compiles all modules into `built`.
pub fn compile(folder: &Path, built: &Path) -> Result<(), Missing> {
    let flags = include_flags().ok_or(Missing::Headers)?;
    std::fs::create_dir_all(built).expect("a folder for the modules");
    let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
    for (source, target) in MODULES {
        let output = Command::new(&compiler)
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(built.join(target))
            .arg(folder.join(source))
            .args(&flags)
            .output()
            .map_err(Missing::Compiler)?;
        if !output.status.success() {
            return Err(Missing::Failed(
                String::from_utf8_lossy(&output.stderr).into_owned(),
            ));
        }
    }
    Ok(())
}

/// What the driver prints under `python`; its errors, too, should it fail.
pub fn run(python: &Path, folder: &Path, built: &Path) -> String {
    let output = Command::new(python)
        .arg("-W")
        .arg("ignore::RuntimeWarning")
        .arg(folder.join("driver.py"))
        .arg(built)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap_or_else(|e| panic!("{}: {e}", python.display()));
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        text += &format!("{}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    text
}
