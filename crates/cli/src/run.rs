//! Running what the command line says, and the exit status.

use crate::options::{self, Parsed, Run};
use crate::prompt;
use interp::compile::{self, Request};
use object::exceptions::SystemExit;
use object::{Py, PyClass, PyLayout, PyResult, PyStr, error, intern, raise};
use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use syntax::Mode;
use vm::code::PyCode;

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
    unsafe {
        libc::signal(libc::SIGPIPE, libc::SIG_IGN);
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
    }
    let (faulthandler, safe_path, no_site) = (config.faulthandler, config.safe_path, config.no_site);
    object::doc::SOURCE.set(Some(docstrings::find));
    interp::INTERRUPT.set(Some(stdlib_os::signal::interrupt));
    capi::install();
    if let Err(raised) = interp::start(config, crate::modules::table()) {
        let e = error::fetch(raised);
        eprintln!("Fatal Python error: init: the interpreter could not start");
        return interp::display::handle_uncaught(e);
    }
    if faulthandler {
        stdlib_os::faulthandler::enable_at_start();
    }
    if !no_site && let Err(raised) = object::hooks::import("site") {
        let e = error::fetch(raised);
        return interp::display::handle_uncaught(e);
    }
    let mut status = execute(&run, skip_first_line, safe_path);
    if !interp::finish() && status == 0 {
        status = 120;
    }
    let _ = std::io::stdout().flush();
    interp::display::die_if_interrupted();
    status
}

/// Runs the program, and the prompt where it is wanted after it.
fn execute(run: &Run, skip_first_line: bool, safe_path: bool) -> i32 {
    let c = interp::config::get();
    let alone = matches!(run, Run::Stdin);
    let mut inspect = c.inspect > 0;
    if !c.quiet && (c.verbose > 0 || alone && prompt::wanted()) {
        prompt::banner();
    }
    let importer = match run {
        Run::File(path) => importer_of(path),
        _ => Ok(None),
    };
    let result = (|| -> PyResult<Option<i32>> {
        let importer = importer?;
        if importer.is_some() {
            // a folder or an archive with a `__main__`
            if let Run::File(path) = run {
                insert_path(&*interp::os_bytes(whole(path).as_os_str().as_bytes())?)?;
            }
            run_module("__main__", false)?;
            return Ok(None);
        }
        if !safe_path {
            add_path0(run)?;
        }
        match run {
            Run::Command(text) => command(text)?,
            Run::Module(name) => run_module(name, true)?,
            Run::File(path) => file(path, skip_first_line)?,
            Run::Stdin | Run::Message(..) => {
                if prompt::wanted() {
                    // from here on `SystemExit` ends the process
                    inspect = false;
                    return Ok(prompt::startup().or_else(prompt::hook).or_else(prompt::run));
                }
                standard_input()?;
            }
        }
        Ok(None)
    })();
    let status = match result {
        Ok(status) => status.unwrap_or(0),
        Err(raised) => {
            let e = error::fetch(raised);
            if !SystemExit::check(&e) {
                interp::display::handle_uncaught(e)
            } else if inspect && prompt::wanted() {
                interp::display::report(&e).unwrap_or(1)
            } else {
                return interp::display::system_exit(&e);
            }
        }
    };
    // the program may have asked for it
    inspect |= !c.ignore_environment && std::env::var_os("PYTHONINSPECT").is_some_and(|v| !v.is_empty());
    if inspect && !alone && prompt::wanted() {
        interp::flush();
        interp::display::forget_interrupt();
        return prompt::hook().or_else(prompt::run).unwrap_or(0);
    }
    status
}

/// Puts an entry at the head of `sys.path`.
fn insert_path(entry: &PyStr) -> PyResult<()> {
    if let Some(path) = interp::sys::get("path")? {
        let zero = object::PyInt::from_i64(0)?;
        path.call_method(intern!("insert"), &[zero.as_object(), entry.as_object()])?;
    }
    Ok(())
}

/// The first entry of `sys.path`: the script's folder, the current folder, or ''.
fn add_path0(run: &Run) -> PyResult<()> {
    let entry = match run {
        Run::File(path) => {
            let p = Path::new(path);
            let real = std::fs::canonicalize(p).unwrap_or_else(|_| p.to_path_buf());
            real.parent()
                .map(|d| d.as_os_str().to_owned())
                .unwrap_or_default()
        }
        Run::Module(_) => std::env::current_dir().unwrap_or_default().into_os_string(),
        _ => OsString::new(),
    };
    insert_path(&*interp::os_bytes(entry.as_bytes())?)
}

/// What imports from a folder or an archive (`sys.path_hooks`); none for what is no such thing.
fn importer_of(path: &OsStr) -> PyResult<Option<Py>> {
    let Some(hooks) = interp::sys::get("path_hooks")? else {
        return Ok(None);
    };
    let name = interp::os_bytes(whole(path).as_os_str().as_bytes())?;
    for hook in object::iter::collect(&hooks)? {
        let found = object::call::call(&hook, &[name.as_object()]);
        if let Some(importer) = error::catch::<object::exceptions::ImportError, _>(found)? {
            return Ok(Some(importer));
        }
    }
    Ok(None)
}

fn compile_program(text: &str, filename: &PyStr) -> PyResult<Py<PyCode>> {
    compile::compile_text(
        text,
        &Request {
            filename,
            mode: Mode::Exec,
            flags: 0,
            optimize: interp::config::optimize(),
            feature_version: 14,
        },
    )
}

fn run_code(code: &PyCode) -> PyResult<()> {
    let main = interp::main_module()?;
    vm::eval::eval_code(code, main.dict()?.as_object(), None)?;
    Ok(())
}

/// `-c`
fn command(text: &str) -> PyResult<()> {
    // common indentation goes, as CPython does since 3.14
    let text = dedent(text);
    let name = PyStr::new("<string>")?;
    let code = compile_program(&text, &name)?;
    remember_source(&code, &name, &text)?;
    run_code(&code)
}

/// `linecache` learns the source of what stands in no file, so that tracebacks show it.
pub fn remember_source(code: &PyCode, name: &PyStr, text: &str) -> PyResult<()> {
    let linecache = object::hooks::import("linecache")?;
    linecache.call_method(
        intern!("_register_code"),
        &[code.as_object(), PyStr::new(text)?.as_object(), name.as_object()],
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

fn run_module(name: &str, alter_argv: bool) -> PyResult<()> {
    let runpy = object::hooks::import("runpy")?;
    let f = runpy.get_attr(intern!("_run_module_as_main"))?;
    let alter_argv = object::bool::py_bool(alter_argv);
    object::call::call(&f, &[PyStr::new(name)?.as_object(), &alter_argv])?;
    Ok(())
}

/// A path from the root on.
fn whole(path: &OsStr) -> std::path::PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.into())
}

fn file(path: &OsStr, skip_first_line: bool) -> PyResult<()> {
    // Tracebacks and `__file__` have the whole path; `sys.argv` keeps what was given.
    let path = whole(path);
    let name = interp::os_bytes(path.as_os_str().as_bytes())?;
    let mut bytes = match std::fs::read(&path) {
        Ok(b) => b,
        Err(e) => {
            let errno = e.raw_os_error().unwrap_or(0);
            let program = interp::config::get()
                .orig_argv
                .first()
                .cloned()
                .unwrap_or_default();
            eprintln!(
                "{}: can't open file {}: [Errno {errno}] {}",
                program.to_string_lossy(),
                name.as_object().repr()?,
                error::errno_text(errno)
            );
            return exit(2);
        }
    };
    if skip_first_line {
        let at = bytes.iter().position(|b| *b == b'\n').unwrap_or(bytes.len());
        bytes.drain(..at);
    }
    run_bytes(&bytes, &name)
}

/// The file that `PYTHONSTARTUP` names.
pub fn startup_file(path: &OsStr) -> PyResult<()> {
    let name = interp::os_bytes(path.as_bytes())?;
    match std::fs::read(path) {
        Ok(bytes) => run_bytes(&bytes, &name),
        Err(e) => {
            interp::sys::write_stderr("Could not open PYTHONSTARTUP\n");
            error::raise_errno(e.raw_os_error().unwrap_or(0), Some(name.as_object()))
        }
    }
}

/// Runs the contents of a file in `__main__`, which has its name meanwhile.
fn run_bytes(bytes: &[u8], name: &PyStr) -> PyResult<()> {
    let dict = interp::main_module()?.dict()?;
    let (file, cached) = (intern!("__file__"), intern!("__cached__"));
    let named = dict.get_str(file)?.is_none();
    if named {
        dict.set_item(file, name.as_object())?;
        dict.set_item(cached, object::singletons::none_ref())?;
    }
    let result = (|| {
        let code = if name.to_string().ends_with(".pyc") {
            set_loader("SourcelessFileLoader", name)?;
            load_pyc(bytes)?
        } else {
            set_loader("SourceFileLoader", name)?;
            let text = compile::decode_file(bytes, name)?;
            compile_program(&text, name)?
        };
        run_code(&code)
    })();
    let raised = result.as_ref().err().map(|_| error::take());
    if named {
        for key in [file, cached] {
            if dict.pop_item(key.as_object()).is_err() {
                error::clear();
            }
        }
    }
    match raised.flatten() {
        Some(e) => Err(error::restore(e)),
        None => result,
    }
}

/// The loader finds the source again, for tracebacks.
fn set_loader(class: &str, name: &PyStr) -> PyResult<()> {
    let class = object::hooks::import("_frozen_importlib_external")?.get_attr_str(class)?;
    let loader = object::call::call(&class, &[intern!("__main__").as_object(), name.as_object()])?;
    interp::main_module()?
        .dict()?
        .set_item(intern!("__loader__"), &*loader)
}

fn load_pyc(bytes: &[u8]) -> PyResult<Py<PyCode>> {
    const MAGIC: [u8; 4] = [0x2b, 0x0e, 0x0d, 0x0a];
    if bytes.len() < 16 || bytes[..4] != MAGIC {
        return raise!(RuntimeError, "Bad magic number in .pyc file");
    }
    let code = interp::marshal::loads(&bytes[16..])?;
    code.downcast_into()
        .or_else(|_| raise!(RuntimeError, "Bad code object in .pyc file"))
}

fn exit<T>(status: i64) -> PyResult<T> {
    let e = object::call::call(
        SystemExit::type_object().as_object(),
        &[object::PyInt::from_i64(status)?.as_object()],
    )?;
    Err(error::raise_object(e))
}

/// A program from standard input.
fn standard_input() -> PyResult<()> {
    let mut bytes = Vec::new();
    if std::io::Read::read_to_end(&mut std::io::stdin(), &mut bytes).is_err() {
        return error::raise_last_errno(None);
    }
    let name = PyStr::new("<stdin>")?;
    let dict = interp::main_module()?.dict()?;
    dict.set_item(intern!("__file__"), name.as_object())?;
    let text = compile::decode_file(&bytes, &name)?;
    run_code(&*compile_program(&text, &name)?)
}
