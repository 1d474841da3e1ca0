//! The interactive prompt: reads statements with `sys.ps1` and `sys.ps2`, runs each, shows what went wrong, and goes on,
//! as CPython's basic one does (`PYTHON_BASIC_REPL`). Lines are edited where the module `readline` has been imported, which
//! `sys.__interactivehook__` does.

use interp::compile::{self, Request};
use interp::{display, readline, sys};
use object::exceptions as exc;
use object::{Py, PyClass, PyLayout, PyResult, PyStr, error, intern};
use syntax::Mode;

const HINT: &str = "Type \"help\", \"copyright\", \"credits\" or \"license\" for more information.\n";

/// Is somebody there to answer a prompt, or is one wanted without (`-i`)?
pub fn wanted() -> bool {
    // SAFETY: a query about a descriptor.
    interp::config::get().interactive > 0 || unsafe { libc::isatty(0) } == 1
}

/// The lines that greet.
pub fn banner() {
    let mut text = format!("Python {} on linux\n", sys::version());
    if !interp::config::get().no_site {
        text += HINT;
    }
    readline::write_stderr(text.as_bytes());
}

/// Runs the program that `PYTHONSTARTUP` names; an exit status if it ends the process.
pub fn startup() -> Option<i32> {
    if interp::config::get().ignore_environment {
        return None;
    }
    let path = std::env::var_os("PYTHONSTARTUP").filter(|p| !p.is_empty())?;
    match crate::run::startup_file(&path) {
        Ok(()) => None,
        Err(raised) => failed(error::fetch(raised)),
    }
}

/// Calls `sys.__interactivehook__`; an exit status if it ends the process.
pub fn hook() -> Option<i32> {
    let go = || -> PyResult<()> {
        match sys::get("__interactivehook__")? {
            Some(hook) => object::call::call(&hook, &[]).map(drop),
            None => Ok(()),
        }
    };
    match go() {
        Ok(()) => None,
        Err(raised) => {
            sys::write_stderr("Failed calling sys.__interactivehook__\n");
            failed(error::fetch(raised))
        }
    }
}

/// Shows an exception; an exit status if it ends the process.
fn failed(e: Py) -> Option<i32> {
    let status = if exc::SystemExit::check(&e) {
        Some(display::system_exit(&e))
    } else {
        display::report(&e)
    };
    interp::flush();
    status
}

/// Reads and runs statements until the input ends; an exit status if a statement ends the process.
pub fn run() -> Option<i32> {
    for (name, text) in [("ps1", ">>> "), ("ps2", "... ")] {
        let set = || -> PyResult<()> {
            if sys::get(name)?.is_none() {
                sys::set(name, PyStr::new(text)?.as_object())?;
            }
            Ok(())
        };
        if set().is_err() {
            error::clear();
        }
    }
    let mut session = Session { count: 0, flags: 0 };
    loop {
        match session.statement() {
            Ok(true) => interp::flush(),
            Ok(false) => return None,
            Err(raised) => {
                let e = error::fetch(raised);
                let entering = exc::KeyboardInterrupt::check(&e) && exc::traceback_of(&e).is_none();
                if entering && !edited() {
                    sys::write_stderr("\n");
                }
                if let Some(status) = failed(e) {
                    return Some(status);
                }
                true
            }
        };
    }
}

struct Session {
    /// Statements so far: each has a file name of its own.
    count: usize,
    /// The `__future__` features that have been asked for.
    flags: i32,
}

/// `str(sys.NAME)`, encoded; nothing where that is not there or fails.
fn prompt_text(name: &str) -> Vec<u8> {
    let go = || -> PyResult<Vec<u8>> {
        match sys::get(name)? {
            Some(p) => Ok(stdlib_os::os::encode(&*p.str()?)?.as_slice().to_vec()),
            None => Ok(Vec::new()),
        }
    };
    go().unwrap_or_else(|_| {
        error::clear();
        Vec::new()
    })
}

impl Session {
    /// Reads and runs one statement; false at the end of the input.
    fn statement(&mut self) -> PyResult<bool> {
        let name = PyStr::new(&format!("<stdin-{}>", self.count))?;
        let (first, second) = (prompt_text("ps1"), prompt_text("ps2"));
        let mut source = String::new();
        let code = loop {
            let prompt = if source.is_empty() { &first } else { &second };
            let line = readline::read_line(prompt)?;
            let ended = line.is_none();
            match line {
                Some(line) => source += &decode(&line)?,
                None => {
                    if !edited() {
                        readline::write_stderr(b"\n");
                    }
                    if source.is_empty() {
                        return Ok(false);
                    }
                }
            }
            if !ended && !source.ends_with('\n') {
                continue;
            }
            let request = Request {
                filename: &name,
                mode: Mode::Single,
                flags: self.flags,
                optimize: interp::config::optimize(),
                feature_version: 14,
            };
            if let Some(code) = compile::compile_statement(&source, ended, &request)? {
                break code;
            }
        };
        self.count += 1;
        self.flags |= code.flags() as i32 & compile::FUTURE_MASK;
        crate::run::remember_source(&code, &name, &source)?;
        let main = interp::main_module()?;
        vm::eval::eval_code(&code, main.dict()?.as_object(), None)?;
        Ok(true)
    }
}

/// Whether lines come from the editor, which leaves the line that it is on by itself.
fn edited() -> bool {
    // SAFETY: queries about descriptors.
    readline::EDIT.get().is_some() && unsafe { libc::isatty(0) == 1 && libc::isatty(1) == 1 }
}

/// The text of a line, by the encoding of `sys.stdin`.
fn decode(line: &[u8]) -> PyResult<String> {
    if let Ok(text) = std::str::from_utf8(line) {
        return Ok(text.to_owned());
    }
    let encoding = match sys::get("stdin")? {
        Some(f) if !object::is_none(&f) => f.get_attr(intern!("encoding"))?,
        _ => PyStr::new("utf-8")?.into_object(),
    };
    let bytes = object::PyBytes::new(line)?;
    let text = bytes.as_object().call_method(intern!("decode"), &[&encoding])?;
    match text.downcast::<PyStr>() {
        Some(s) => Ok(s.utf8()?.into_owned()),
        None => Ok(String::new()),
    }
}
