//! Showing exceptions: what nobody caught, and what could not be raised.

use object::exceptions as exc;
use object::{Py, PyClass, PyLayout, PyObject, PyResult, PyStr, error, intern};

/// Prints an exception with its traceback to `sys.stderr`, through the module `traceback`; plainly if that fails.
pub fn print_exception(value: &PyObject, tb: Option<&PyObject>) {
    if let Some(tb) = tb
        && !object::is_none(tb)
        && error::is_exception(value)
        && exc::traceback_of(value).is_none()
    {
        exc::set_traceback(value, Some(tb.new_ref()));
    }
    let through = || -> PyResult<()> {
        let file = match crate::sys::get("stderr")? {
            Some(f) if !object::is_none(&f) => f,
            Some(_) => return Ok(()),
            // start-up has not come that far
            None => {
                plain(value);
                return Ok(());
            }
        };
        if error::is_exception(value) {
            let f = object::hooks::import("traceback")?.get_attr(intern!("_print_exception_bltin"))?;
            object::call::call(&f, &[value])?;
        } else {
            let text = format!(
                "TypeError: print_exception(): Exception expected for value, {} found\n",
                value.ty().full_name()
            );
            file.call_method(intern!("write"), &[PyStr::new(&text)?.as_object()])?;
        }
        file.call_method(intern!("flush"), &[])?;
        Ok(())
    };
    if through().is_err() {
        let second = error::take();
        plain(value);
        if let Some(s) = second
            && std::env::var_os("TAIPAN_DEBUG").is_some()
        {
            eprintln!("(while printing it:)");
            plain(&s);
        }
    }
}

/// Without any Python code but the exception's own.
fn plain(value: &PyObject) {
    let mut tb = exc::traceback_of(value);
    if tb.is_some() {
        crate::readline::write_stderr(b"Traceback (most recent call last):\n");
    }
    while let Some(t) = tb {
        let line = || -> PyResult<String> {
            let code = t.get_attr(intern!("tb_frame"))?.get_attr(intern!("f_code"))?;
            Ok(format!(
                "  File \"{}\", line {}, in {}",
                code.get_attr(intern!("co_filename"))?.str()?,
                t.get_attr(intern!("tb_lineno"))?.str()?,
                code.get_attr(intern!("co_qualname"))?.str()?
            ))
        };
        match line() {
            Ok(l) => crate::readline::write_stderr(format!("{l}\n").as_bytes()),
            Err(_) => error::clear(),
        }
        tb = match t.get_attr_opt(intern!("tb_next")) {
            Ok(n) => n.filter(|n| !object::is_none(n)),
            Err(_) => {
                error::clear();
                None
            }
        };
    }
    let text = match value.str() {
        Ok(s) => s.to_string(),
        Err(_) => {
            error::clear();
            "<exception str() failed>".to_string()
        }
    };
    let name = value.ty().full_name();
    let colon = if text.is_empty() { "" } else { ": " };
    crate::readline::write_stderr(format!("{name}{colon}{text}\n").as_bytes());
}

/// `PyErr_WriteUnraisable`: hands the current exception to `sys.unraisablehook`.
pub fn unraisable(obj: Option<&PyObject>, message: Option<&str>) {
    let Some(e) = error::take() else { return };
    if exc::traceback_of(&e).is_none()
        && let Some(tb) = here()
    {
        exc::set_traceback(&e, Some(tb));
    }
    let report = |e: &Py, message: Option<&str>, obj: Option<&PyObject>| -> PyResult {
        let msg = match message {
            Some(m) => PyStr::new(m)?.into_object(),
            None => object::none(),
        };
        crate::structs::make(
            "UnraisableHookArgs",
            "",
            &["exc_type", "exc_value", "exc_traceback", "err_msg", "object"],
            vec![
                e.ty().as_object().new_ref(),
                e.clone(),
                exc::traceback_of(e).unwrap_or_else(object::none),
                msg,
                obj.map_or_else(object::none, |o| o.new_ref()),
            ],
        )
    };
    let run = || -> PyResult<()> {
        let info = report(&e, message, obj)?;
        let hook = crate::sys::get("unraisablehook")?;
        object::audit!("sys.unraisablehook", hook.clone(), info.clone())?;
        match hook {
            Some(hook) if !object::is_none(&hook) => {
                if object::call::call(&hook, &[&info]).is_err()
                    && let Some(second) = error::take()
                {
                    let what = "Exception ignored in sys.unraisablehook";
                    unraisable_hook(&*report(&second, Some(what), Some(&hook))?)?;
                }
                Ok(())
            }
            _ => unraisable_hook(&info),
        }
    };
    if run().is_err() {
        error::clear();
        plain(&e);
    }
}

/// A traceback of the running frame alone, for an exception that none has been through.
fn here() -> Option<Py> {
    let frame = vm::frame::current();
    if frame.is_null() {
        return None;
    }
    // SAFETY: the running frame.
    let made = unsafe {
        use vm::frame::InterpreterFrame;
        InterpreterFrame::frame_object(frame).and_then(|f| {
            let lasti = InterpreterFrame::lasti(frame) as i32 * 2;
            vm::traceback::PyTraceback::new(None, f, lasti, -1)
        })
    };
    match made {
        Ok(tb) => Some(tb.into_object()),
        Err(_) => {
            error::clear();
            None
        }
    }
}

/// `sys.__unraisablehook__`
pub fn unraisable_hook(info: &PyObject) -> PyResult<()> {
    let get = |n: &str| info.get_attr_str(n);
    let (value, msg, obj) = (get("exc_value")?, get("err_msg")?, get("object")?);
    let mut head = String::new();
    if !object::is_none(&obj) {
        let shown = match obj.repr() {
            Ok(r) => r.to_string(),
            Err(_) => {
                error::clear();
                "<object repr() failed>".to_string()
            }
        };
        if object::is_none(&msg) {
            head = format!("Exception ignored in: {shown}\n");
        } else {
            head = format!("{}: {shown}\n", msg.str()?);
        }
    } else if !object::is_none(&msg) {
        head = format!("{}:\n", msg.str()?);
    }
    crate::sys::write_stderr(&head);
    let tb = get("exc_traceback")?;
    if !object::is_none(&tb) {
        show_traceback(&tb)?;
    }
    let class = get("exc_type")?;
    if object::is_none(&class) {
        return Ok(());
    }
    let mut line = type_name(&class);
    if !object::is_none(&value) {
        line += ": ";
        line += &shown(value.str(), "<exception str() failed>");
    }
    crate::sys::write_stderr(&(line + "\n"));
    Ok(())
}

fn shown(text: PyResult<Py<PyStr>>, otherwise: &str) -> String {
    match text {
        Ok(text) => text.to_string(),
        Err(_) => {
            error::clear();
            otherwise.to_owned()
        }
    }
}

/// A class's name with its module, unless that is one where nobody looks for it.
fn type_name(class: &PyObject) -> String {
    let part = |name: &str| match class.get_attr_str(name) {
        Ok(text) if PyStr::check(&text) => shown(text.str(), "<unknown>"),
        Ok(_) => "<unknown>".to_owned(),
        Err(_) => {
            error::clear();
            "<unknown>".to_owned()
        }
    };
    let (module, name) = (part("__module__"), part("__qualname__"));
    if module == "builtins" || module == "__main__" {
        name
    } else {
        format!("{module}.{name}")
    }
}

/// `PyTraceBack_Print`: a traceback without the help of the module `traceback`, and without marks under its lines; a line
/// that repeats is shown three times.
fn show_traceback(tb: &PyObject) -> PyResult<()> {
    let limit = match crate::sys::get("tracebacklimit")? {
        Some(n) => object::number::index_as_isize(&n).unwrap_or_else(|_| {
            error::clear();
            1000
        }),
        None => 1000,
    };
    let Ok(limit) = usize::try_from(limit) else {
        return Ok(());
    };
    if limit == 0 {
        return Ok(());
    }
    let mut entries = Vec::new();
    let mut next = Some(tb.new_ref());
    while let Some(t) = next.take().filter(|t| !object::is_none(t)) {
        let frame = t.get_attr(intern!("tb_frame"))?;
        let code = frame.get_attr(intern!("f_code"))?;
        entries.push((
            code.get_attr(intern!("co_filename"))?.str()?.to_string(),
            t.get_attr(intern!("tb_lineno"))?.str()?.to_string(),
            code.get_attr(intern!("co_name"))?.str()?.to_string(),
        ));
        next = t.get_attr_opt(intern!("tb_next"))?;
    }
    let skipped = entries.len().saturating_sub(limit);
    let mut text = String::from("Traceback (most recent call last):\n");
    let mut repeated = 0;
    let more = |n: usize| match n {
        0..=3 => String::new(),
        4 => "  [Previous line repeated 1 more time]\n".to_owned(),
        n => format!("  [Previous line repeated {} more times]\n", n - 3),
    };
    for (i, entry) in entries.iter().enumerate().skip(skipped) {
        if i > skipped && entries[i - 1] == *entry {
            repeated += 1;
        } else {
            text += &more(repeated);
            repeated = 1;
        }
        if repeated <= 3 {
            let (file, line, name) = entry;
            text += &format!("  File \"{file}\", line {line}, in {name}\n");
            if let Some(source) = source_line(file, line)? {
                text += &format!("    {source}\n");
            }
        }
    }
    text += &more(repeated);
    crate::sys::write_stderr(&text);
    Ok(())
}

/// A line of a source file, without its indentation.
fn source_line(file: &str, line: &str) -> PyResult<Option<String>> {
    if file.starts_with('<') && file.ends_with('>') {
        return Ok(None);
    }
    let Ok(number) = line.parse::<i64>() else {
        return Ok(None);
    };
    let go = || -> PyResult<String> {
        let line = object::hooks::import("linecache")?.call_method(
            intern!("getline"),
            &[
                PyStr::new(file)?.as_object(),
                object::PyInt::from_i64(number)?.as_object(),
            ],
        )?;
        Ok(line.str()?.to_string())
    };
    match go() {
        Ok(text) => Ok(Some(text.trim().to_owned()).filter(|t| !t.is_empty())),
        Err(_) => {
            error::clear();
            Ok(None)
        }
    }
}

/// Whether a `KeyboardInterrupt` that nobody caught ended the program.
static INTERRUPTED: object::GilCell<bool> = object::GilCell::new(false);

/// The program goes on at the prompt after an interrupt.
pub fn forget_interrupt() {
    INTERRUPTED.set(false);
}

/// Ends the process by SIGINT if an interrupt ended the program, so that its parent (a shell) sees it.
pub fn die_if_interrupted() {
    if INTERRUPTED.get() {
        // SAFETY: plain system calls; the default action needs no handler.
        unsafe {
            libc::signal(libc::SIGINT, libc::SIG_DFL);
            libc::kill(libc::getpid(), libc::SIGINT);
        }
    }
}

/// What becomes of an exception that ended the program: prints it through `sys.excepthook`; the exit status.
pub fn handle_uncaught(e: Py) -> i32 {
    if exc::SystemExit::check(&e) {
        return system_exit(&e);
    }
    if let Some(status) = report(&e) {
        return status;
    }
    if exc::KeyboardInterrupt::check(&e) {
        INTERRUPTED.set(true);
        130
    } else {
        1
    }
}

/// `PyErr_Print` for what is not a `SystemExit`: sets `sys.last_exc` and calls `sys.excepthook`. An exit status if the
/// hook wants the program to end.
pub fn report(e: &Py) -> Option<i32> {
    let tb = exc::traceback_of(e).unwrap_or_else(object::none);
    if crate::sys::set("last_exc", e).is_err() {
        error::clear();
    }
    for (n, v) in [
        ("last_type", e.ty().as_object()),
        ("last_value", e.get()),
        ("last_traceback", tb.get()),
    ] {
        if crate::sys::set(n, v).is_err() {
            error::clear();
        }
    }
    let hook = crate::sys::get("excepthook").ok().flatten();
    match hook {
        Some(h) if !object::is_none(&h) => {
            let class = e.ty().as_object().new_ref();
            if object::audit!("sys.excepthook", h.clone(), class.clone(), e.clone(), tb.clone()).is_err() {
                // a hook forbids it: quietly, with a RuntimeError
                if !error::matches::<exc::RuntimeError>()
                    && let Some(second) = error::take()
                {
                    crate::sys::write_stderr("Error in audit hook:\n");
                    print_exception(&second, None);
                }
                error::clear();
            } else if object::call::call(&h, &[&class, e, &tb]).is_err() {
                if let Some(second) = error::take() {
                    if exc::SystemExit::check(&second) {
                        return Some(system_exit(&second));
                    }
                    crate::sys::write_stderr("Error in sys.excepthook:\n");
                    print_exception(&second, None);
                    crate::sys::write_stderr("\nOriginal exception was:\n");
                }
                print_exception(e, None);
            }
        }
        _ => {
            crate::sys::write_stderr("sys.excepthook is missing\n");
            print_exception(e, None);
        }
    }
    None
}

/// The status of `SystemExit`; what is neither a number nor `None` is printed.
pub fn system_exit(e: &PyObject) -> i32 {
    let code = e.get_attr(intern!("code")).unwrap_or_else(|_| {
        error::clear();
        object::none()
    });
    if object::is_none(&code) {
        return 0;
    }
    if let Some(i) = code.downcast::<object::PyInt>() {
        return match i.to_i64() {
            Some(n) => n as i32,
            None => -1,
        };
    }
    match code.str() {
        Ok(s) => crate::sys::write_stderr(&format!("{s}\n")),
        Err(_) => error::clear(),
    }
    1
}
