//! Project tasks: `cargo xtask record | conformance | frontend | packages | bench | introspection | layouts |
//! extensions`.

mod bench;
mod conformance;
#[path = "../../crates/cli/tests/support/extension.rs"]
mod extension;
mod frontend;
mod introspection;
mod layouts;
#[path = "../../crates/cli/tests/support/program.rs"]
mod program;
mod record;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask TASK

  record [--check] [--missing] [--python PYTHON] [NAME...]
        run the programs of tests/programs/ with CPython 3.14 and record what they print;
        --check compares with what is recorded instead; --missing records only the new ones
  conformance [--python TAIPAN] [--home FOLDER] [--limit SECONDS] [--jobs N] [--update] [LIST|test_name...]
        run CPython's test modules; without arguments those of conformance/passing.txt
  frontend [--oracle PYTHON] [--optimize 0,2] [--sections NAME,...] [--jobs N] [--show N] [--packages NAME|all] [PATH...]
        compare tokens, trees, symbol tables and code objects with CPython's over source trees (its library without
        arguments); --errors N [--seed S] compares what N mutated, invalid programs made from them raise
  packages [NAME...]
        fetch the sources of the packages of xtask/frontend-packages.txt into target/frontend/
  bench [--only NAME,...] [--rounds N] [--set interpreter|all] PYTHON [PYTHON...]
        run pyperformance's programs under each interpreter in turn; ratios are to the first one named
  introspection [--update] [CPYTHON [TAIPAN]]
        compare what programs see of native modules, types and functions; known differences stand in
        tests/introspection/differences.txt
  bench --frontend [--oracle PYTHON] [--rounds N] [PATH...]
        time and memory from source to code objects against CPython's compile(), over its library
  layouts [--include FOLDER]
        sizes and offsets of CPython's structs from its headers, into crates/object/src/layouts.txt
  extensions
        compile tests/extensions/ against CPython's headers and record what driver.py prints under CPython
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let Some((task, rest)) = args.split_first() else {
        eprint!("{USAGE}");
        return ExitCode::from(2);
    };
    let result = match task.as_str() {
        "record" => record::run(rest),
        "conformance" => conformance::run(rest),
        "frontend" => frontend::run(rest),
        "packages" => frontend::packages::run(rest),
        "bench" if rest.iter().any(|arg| arg == "--frontend") => frontend::speed::run(rest),
        "bench" => bench::run(rest),
        "introspection" => introspection::run(rest),
        "layouts" => layouts::run(rest),
        "extensions" => extensions(),
        _ => Err(format!("no task {task:?}\n{USAGE}")),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::from(2)
        }
    }
}

/// The project's root folder.
fn root() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    folder.expect("xtask is a folder of the project").to_path_buf()
}

/// The folder in which the reference interpreter is installed: `$TAIPAN_ORACLE`, or a folder in the user's cache.
fn oracle() -> PathBuf {
    if let Some(folder) = std::env::var_os("TAIPAN_ORACLE") {
        return PathBuf::from(folder);
    }
    let cache = match std::env::var_os("XDG_CACHE_HOME") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache"),
    };
    cache.join("taipan-oracle")
}

/// The reference interpreter: the oracle's, or `python3.14` of the search path.
fn cpython() -> PathBuf {
    let installed = oracle().join("usr/bin/python3.14");
    if installed.exists() {
        installed
    } else {
        PathBuf::from("python3.14")
    }
}

/// Records what CPython prints for the extension modules' driver.
fn extensions() -> Result<bool, String> {
    let (folder, built) = (root().join("tests/extensions"), root().join("target/extensions"));
    extension::compile(&folder, &built).map_err(|e| e.to_string())?;
    let text = extension::run(&cpython(), &folder, &built);
    let file = folder.join("driver.out");
    std::fs::write(&file, text).map_err(|e| format!("{}: {e}", file.display()))?;
    Ok(true)
}

/// The value of an option `--name VALUE`, from `args` at `index`, which is moved past it.
fn value(args: &[String], index: &mut usize) -> Result<String, String> {
    let name = &args[*index];
    *index += 1;
    args.get(*index)
        .cloned()
        .ok_or_else(|| format!("{name} needs a value"))
}
