//! Showing exceptions: what nobody caught, and what could not be raised.

use object::exceptions as exc;
use object::{Py, PyClass, PyLayout, PyObject, PyResult, PyStr, PyTuple, error, intern};

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
        eprintln!("Traceback (most recent call last):");
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
            Ok(l) => eprintln!("{l}"),
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
    if text.is_empty() {
        eprintln!("{name}")
    } else {
        eprintln!("{name}: {text}")
    }
}

/// `PyErr_WriteUnraisable`: hands the current exception to `sys.unraisablehook`.
pub fn unraisable(obj: Option<&PyObject>, message: Option<&str>) {
    let Some(e) = error::take() else { return };
    let run = || -> PyResult<()> {
        let msg = match message {
            Some(m) => PyStr::new(m)?.into_object(),
            None => object::none(),
        };
        let info = crate::structs::make(
            "UnraisableHookArgs",
            "",
            &["exc_type", "exc_value", "exc_traceback", "err_msg", "object"],
            vec![
                e.ty().as_object().new_ref(),
                e.clone(),
                exc::traceback_of(&e).unwrap_or_else(object::none),
                msg,
                obj.map_or_else(object::none, |o| o.new_ref()),
            ],
        )?;
        match crate::sys::get("unraisablehook")? {
            Some(h) if !object::is_none(&h) => object::call::call(&h, &[&info]).map(drop),
            _ => unraisable_hook(&info),
        }
    };
    if run().is_err() {
        error::clear();
        plain(&e);
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
            head = format!("{} {shown}\n", msg.str()?);
            if !head.contains(':') {
                head = format!("{}: {shown}\n", msg.str()?);
            }
        }
    } else if !object::is_none(&msg) {
        head = format!("{}:\n", msg.str()?);
    }
    crate::sys::write_stderr(&head);
    let through = || -> PyResult<()> {
        let f = object::hooks::import("traceback")?.get_attr(intern!("print_exception"))?;
        object::call::call(&f, &[&value])?;
        Ok(())
    };
    if through().is_err() {
        error::clear();
        plain(&value);
    }
    Ok(())
}

/// Whether a `KeyboardInterrupt` that nobody caught ended the program.
static INTERRUPTED: object::GilCell<bool> = object::GilCell::new(false);

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
    let tb = exc::traceback_of(&e).unwrap_or_else(object::none);
    if let Err(_r) = crate::sys::set("last_exc", &e) {
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
            if object::call::call(&h, &[&class, &e, &tb]).is_err() {
                if let Some(second) = error::take() {
                    if exc::SystemExit::check(&second) {
                        return system_exit(&second);
                    }
                    crate::sys::write_stderr("Error in sys.excepthook:\n");
                    print_exception(&second, None);
                    crate::sys::write_stderr("\nOriginal exception was:\n");
                }
                print_exception(&e, None);
            }
        }
        _ => {
            crate::sys::write_stderr("sys.excepthook is missing\n");
            print_exception(&e, None);
        }
    }
    if exc::KeyboardInterrupt::check(&e) {
        INTERRUPTED.set(true);
        130
    } else {
        1
    }
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

#[allow(unused)]
fn _tuple(t: &PyTuple) -> usize {
    t.len()
}
