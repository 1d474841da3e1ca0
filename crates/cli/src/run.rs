//! Running what the command line says, and the exit status.

use crate::options::{self, Parsed, Run};
use interp::compile::{self, Request};
use object::{PyLayout, PyResult, PyStr, error, intern, raise};
use std::ffi::OsString;
use std::io::Write;
use syntax::Mode;

pub fn main(args: Vec<OsString>) -> i32 {
    let Parsed {
        config,
        run,
        skip_first_line,
    } = options::parse(&args);
    if let Run::Message(text, status) = &run {
        let _ = if *status == 0 {
            std::io::stdout().write_all(text.as_bytes())
        } else {
            std::io::stderr().write_all(text.as_bytes())
        };
        return *status;
    }
    // SAFETY: before any thread is started.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_IGN) };
    let (isolated, safe_path, inspect, no_site) = (
        config.isolated,
        config.safe_path,
        config.inspect > 0,
        config.no_site,
    );
    object::doc::SOURCE.set(Some(docstrings::find));
    if let Err(raised) = interp::start(config, crate::modules::table()) {
        let e = error::fetch(raised);
        eprintln!("Fatal Python error: init: the interpreter could not start");
        return interp::display::handle_uncaught(e);
    }
    if !no_site && let Err(raised) = object::hooks::import("site") {
        let e = error::fetch(raised);
        return interp::display::handle_uncaught(e);
    }
    let result = (|| -> PyResult<()> {
        if !isolated && !safe_path {
            add_path0(&run)?;
        }
        match &run {
            Run::Command(text) => command(text),
            Run::Module(name) => module(name),
            Run::File(path) => file(path, skip_first_line),
            Run::Stdin | Run::Message(..) => standard_input(),
        }
    })();
    let mut status = match result {
        Ok(()) => 0,
        Err(raised) => interp::display::handle_uncaught(error::fetch(raised)),
    };
    if inspect && !matches!(run, Run::Stdin) {
        status = crate::run::prompt();
    }
    if !interp::finish() && status == 0 {
        status = 120;
    }
    let _ = std::io::stdout().flush();
    interp::display::die_if_interrupted();
    status
}

/// The first entry of `sys.path`: the script's folder, the current folder, or ''.
fn add_path0(run: &Run) -> PyResult<()> {
    let entry = match run {
        Run::File(path) => {
            let p = std::path::Path::new(path);
            if p.is_dir() || is_archive(p) {
                return Ok(());
            }
            let real = std::fs::canonicalize(p).unwrap_or_else(|_| p.to_path_buf());
            real.parent()
                .map(|d| d.to_string_lossy().into_owned())
                .unwrap_or_default()
        }
        Run::Module(_) => std::env::current_dir()
            .map(|d| d.to_string_lossy().into_owned())
            .unwrap_or_default(),
        _ => String::new(),
    };
    if let Some(path) = interp::sys::get("path")? {
        let zero = object::PyInt::from_i64(0)?;
        path.call_method(
            intern!("insert"),
            &[zero.as_object(), PyStr::new(&entry)?.as_object()],
        )?;
    }
    Ok(())
}

fn is_archive(p: &std::path::Path) -> bool {
    let mut head = [0u8; 2];
    p.is_file()
        && std::fs::File::open(p)
            .and_then(|mut f| std::io::Read::read_exact(&mut f, &mut head))
            .is_ok()
        && &head == b"PK"
}

fn run_text(text: &str, filename: &str, flags: i32) -> PyResult<()> {
    let main = interp::main_module()?;
    let name = PyStr::new(filename)?;
    let code = compile::compile_text(
        text,
        &Request {
            filename: &name,
            mode: Mode::Exec,
            flags,
            optimize: interp::config::optimize(),
            feature_version: 14,
        },
    )?;
    vm::eval::eval_code(&code, main.dict()?.as_object(), None)?;
    Ok(())
}

fn command(text: &str) -> PyResult<()> {
    // common indentation goes, as CPython does since 3.14
    let dict = interp::main_module()?.dict()?;
    for n in [intern!("__spec__"), intern!("__loader__")] {
        dict.set_item(n, object::singletons::none_ref())?;
    }
    let text = dedent(text);
    let name = PyStr::new("<string>")?;
    let code = compile::compile_text(
        &text,
        &Request {
            filename: &name,
            mode: Mode::Exec,
            flags: 0,
            optimize: interp::config::optimize(),
            feature_version: 14,
        },
    )?;
    let result = vm::eval::eval_code(&code, dict.as_object(), None);
    if let Err(raised) = result {
        // its lines are wanted only now; what goes wrong here must not hide the error
        let e = error::fetch(raised);
        if !<object::exceptions::SystemExit as object::PyClass>::check(&e)
            && remember_source(&code, "<string>", &text).is_err()
        {
            error::clear();
        }
        return Err(error::restore(e));
    }
    Ok(())
}

/// `linecache` learns the source of `-c`, so that tracebacks show it.
fn remember_source(code: &vm::code::PyCode, name: &str, text: &str) -> PyResult<()> {
    let linecache = object::hooks::import("linecache")?;
    let (source, name) = (PyStr::new(text)?, PyStr::new(name)?);
    linecache.call_method(
        intern!("_register_code"),
        &[code.as_object(), source.as_object(), name.as_object()],
    )?;
    Ok(())
}

/// Takes the indentation away that all lines share.
fn dedent(text: &str) -> String {
    let mut margin: Option<&str> = None;
    for line in text.lines() {
        let body = line.trim_start_matches([' ', '\t']);
        if body.is_empty() {
            continue;
        }
        let indent = &line[..line.len() - body.len()];
        margin = Some(match margin {
            None => indent,
            Some(m) => {
                let n = m.bytes().zip(indent.bytes()).take_while(|(a, b)| a == b).count();
                &m[..n]
            }
        });
    }
    match margin {
        None | Some("") => text.to_string(),
        Some(m) => text
            .split_inclusive('\n')
            .map(|l| {
                l.strip_prefix(m)
                    .unwrap_or_else(|| l.trim_start_matches([' ', '\t']))
            })
            .collect(),
    }
}

fn module(name: &str) -> PyResult<()> {
    let runpy = object::hooks::import("runpy")?;
    let f = runpy.get_attr(intern!("_run_module_as_main"))?;
    object::call::call(&f, &[PyStr::new(name)?.as_object(), object::bool::true_ref()])?;
    Ok(())
}

fn file(path: &str, skip_first_line: bool) -> PyResult<()> {
    let p = std::path::Path::new(path);
    if p.is_dir() || is_archive(p) {
        // a folder or an archive with a `__main__`
        if let Some(list) = interp::sys::get("path")? {
            let zero = object::PyInt::from_i64(0)?;
            list.call_method(
                intern!("insert"),
                &[zero.as_object(), PyStr::new(path)?.as_object()],
            )?;
        }
        let runpy = object::hooks::import("runpy")?;
        let f = runpy.get_attr(intern!("_run_module_as_main"))?;
        object::call::call(&f, &[intern!("__main__").as_object(), object::bool::false_ref()])?;
        return Ok(());
    }
    let mut bytes = match std::fs::read(path) {
        Ok(b) => b,
        Err(e) => {
            let errno = e.raw_os_error().unwrap_or(0);
            let program = interp::config::get()
                .orig_argv
                .first()
                .cloned()
                .unwrap_or_default();
            eprintln!(
                "{program}: can't open file {}: [Errno {errno}] {}",
                PyStr::new(&absolute(path))?.as_object().repr()?,
                error::errno_text(errno)
            );
            let e = object::call::call(
                <object::exceptions::SystemExit as object::PyClass>::type_object().as_object(),
                &[object::PyInt::from_i64(2)?.as_object()],
            )?;
            return Err(error::raise_object(e));
        }
    };
    // Tracebacks and `__file__` have the whole path; `sys.argv` keeps what was given.
    let path = absolute(path);
    let path = path.as_str();
    if skip_first_line {
        let at = bytes
            .iter()
            .position(|b| *b == b'\n')
            .map_or(bytes.len(), |i| i + 1);
        let rest = bytes.split_off(at);
        bytes = [b"\n".to_vec(), rest].concat();
    }
    let dict = interp::main_module()?.dict()?;
    let name = PyStr::new(path)?;
    dict.set_item(intern!("__file__"), name.as_object())?;
    dict.set_item(intern!("__cached__"), object::singletons::none_ref())?;
    // the loader finds the source again, for tracebacks
    let external = object::hooks::import("_frozen_importlib_external")?;
    if path.ends_with(".pyc") {
        let loader = external.get_attr(intern!("SourcelessFileLoader"))?;
        let l = object::call::call(&loader, &[intern!("__main__").as_object(), name.as_object()])?;
        dict.set_item(intern!("__loader__"), &*l)?;
        return run_pyc(&bytes, path);
    }
    let loader = external.get_attr(intern!("SourceFileLoader"))?;
    let l = object::call::call(&loader, &[intern!("__main__").as_object(), name.as_object()])?;
    dict.set_item(intern!("__loader__"), &*l)?;
    let text = compile::decode_source(&bytes, &name)?;
    if text.contains('\0') {
        return raise!(SyntaxError, "source code cannot contain null bytes");
    }
    run_text(&text, path, 0)
}

fn run_pyc(bytes: &[u8], path: &str) -> PyResult<()> {
    const MAGIC: [u8; 4] = [0x2b, 0x0e, 0x0d, 0x0a];
    if bytes.len() < 16 || bytes[..4] != MAGIC {
        return raise!(RuntimeError, "Bad magic number in .pyc file");
    }
    let _ = path;
    let code = interp::marshal::load_code(&bytes[16..], None)?;
    let main = interp::main_module()?;
    vm::eval::eval_code(&code, main.dict()?.as_object(), None)?;
    Ok(())
}

fn absolute(path: &str) -> String {
    if path.starts_with('/') {
        return path.to_string();
    }
    match std::env::current_dir() {
        Ok(d) => d.join(path).to_string_lossy().into_owned(),
        Err(_) => path.to_string(),
    }
}

fn standard_input() -> PyResult<()> {
    // SAFETY: a query about a descriptor.
    let tty = unsafe { libc::isatty(0) } == 1;
    if tty || interp::config::get().interactive > 0 {
        let status = prompt();
        if status != 0 {
            let e = object::call::call(
                <object::exceptions::SystemExit as object::PyClass>::type_object().as_object(),
                &[object::PyInt::from_i64(status as i64)?.as_object()],
            )?;
            return Err(error::raise_object(e));
        }
        return Ok(());
    }
    let mut bytes = Vec::new();
    if std::io::Read::read_to_end(&mut std::io::stdin(), &mut bytes).is_err() {
        return error::raise_last_errno(None);
    }
    let name = PyStr::new("<stdin>")?;
    let text = compile::decode_source(&bytes, &name)?;
    run_text(&text, "<stdin>", 0)
}

/// The interactive prompt; returns the exit status.
pub fn prompt() -> i32 {
    let go = || -> PyResult<()> {
        // the module `code` drives the prompt until there is one with line editing
        let code = object::hooks::import("code")?;
        let main = interp::main_module()?;
        let interact = code.get_attr(intern!("interact"))?;
        let banner = if interp::config::get().quiet {
            String::new()
        } else {
            format!(
                "Python {} on linux\nType \"help\", \"copyright\", \"credits\" or \"license\" for more information.",
                interp::sys::version()
            )
        };
        let none = object::none();
        object::call::call_kw(
            &interact,
            &[PyStr::new(&banner)?.as_object(), &none, main.dict()?.as_object()],
            &[(intern!("exitmsg"), PyStr::new("")?.as_object())],
        )?;
        Ok(())
    };
    match go() {
        Ok(()) => 0,
        Err(raised) => interp::display::handle_uncaught(error::fetch(raised)),
    }
}
