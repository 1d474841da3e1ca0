//! `syslog`: messages to the system's log.

use object::{FuncArgs, PyLayout, PyModule, PyResult, PyStr, hooks, number, pymodule, raise};
use std::ffi::CString;
use std::sync::{Mutex, PoisonError};

const NUMBERS: &[(&str, i64)] = &[
    ("LOG_ALERT", 1),
    ("LOG_AUTH", 32),
    ("LOG_AUTHPRIV", 80),
    ("LOG_CONS", 2),
    ("LOG_CRIT", 2),
    ("LOG_CRON", 72),
    ("LOG_DAEMON", 24),
    ("LOG_DEBUG", 7),
    ("LOG_EMERG", 0),
    ("LOG_ERR", 3),
    ("LOG_FTP", 88),
    ("LOG_INFO", 6),
    ("LOG_KERN", 0),
    ("LOG_LOCAL0", 128),
    ("LOG_LOCAL1", 136),
    ("LOG_LOCAL2", 144),
    ("LOG_LOCAL3", 152),
    ("LOG_LOCAL4", 160),
    ("LOG_LOCAL5", 168),
    ("LOG_LOCAL6", 176),
    ("LOG_LOCAL7", 184),
    ("LOG_LPR", 48),
    ("LOG_MAIL", 16),
    ("LOG_NDELAY", 8),
    ("LOG_NEWS", 56),
    ("LOG_NOTICE", 5),
    ("LOG_NOWAIT", 16),
    ("LOG_ODELAY", 4),
    ("LOG_PERROR", 32),
    ("LOG_PID", 1),
    ("LOG_SYSLOG", 40),
    ("LOG_USER", 8),
    ("LOG_UUCP", 64),
    ("LOG_WARNING", 4),
];

/// The name that the C library points to, and whether the log is open.
struct Log {
    ident: Option<CString>,
    open: bool,
}

static LOG: Mutex<Log> = Mutex::new(Log {
    ident: None,
    open: false,
});

fn c_string(text: &PyStr) -> PyResult<CString> {
    match CString::new(text.utf8()?.as_bytes()) {
        Ok(c) => Ok(c),
        Err(_) => raise!(ValueError, "embedded null character"),
    }
}

/// The program's name: the last part of `sys.argv[0]`.
fn program_name() -> PyResult<Option<CString>> {
    let argv = match hooks::import("sys")?.get_attr_opt(object::intern!("argv"))? {
        Some(a) => a,
        None => return Ok(None),
    };
    let first = match argv
        .downcast::<object::PyList>()
        .and_then(|l| l.to_vec().into_iter().next())
    {
        Some(f) => f,
        None => return Ok(None),
    };
    let Some(text) = first.downcast::<PyStr>() else {
        return Ok(None);
    };
    let text = text.utf8()?.into_owned();
    let name = text.rsplit('/').next().unwrap_or("");
    Ok(CString::new(name).ok().filter(|n| !n.is_empty()))
}

fn open(ident: Option<CString>, option: i32, facility: i32) {
    let mut log = LOG.lock().unwrap_or_else(PoisonError::into_inner);
    let p = ident.as_ref().map_or(std::ptr::null(), |i| i.as_ptr());
    // SAFETY: null or a text that is kept as long as the library points to it.
    unsafe { libc::openlog(p, option, facility) };
    log.ident = ident;
    log.open = true;
}

/// The module.
pub struct Syslog;

#[allow(non_snake_case)]
#[pymodule(name = "syslog")]
impl Syslog {
    #[function("($module, /, ident=<unrepresentable>, logoption=0, facility=LOG_USER)")]
    fn openlog(ident: Option<&PyStr>, logoption: Option<i64>, facility: Option<i64>) -> PyResult<()> {
        let ident = match ident {
            Some(i) => Some(c_string(i)?),
            None => program_name()?,
        };
        let (option, facility) = (logoption.unwrap_or(0), facility.unwrap_or(libc::LOG_USER.into()));
        object::audit!(
            "syslog.openlog",
            ident.as_ref().map(|i| i.to_string_lossy().into_owned()),
            option,
            facility
        )?;
        open(ident, option as i32, facility as i32);
        Ok(())
    }
    #[function("([priority,] message)", raw, nosig)]
    fn syslog(all: FuncArgs<'_>) -> PyResult<()> {
        all.no_keywords("syslog")?;
        let (priority, message, place) = match all.pos {
            [message] => (libc::LOG_INFO, *message, 1),
            [priority, message] => (number::as_c_int(priority)?, *message, 2),
            _ => return raise!(TypeError, "syslog.syslog requires 1 to 2 arguments"),
        };
        let Some(message) = message.downcast::<PyStr>() else {
            return raise!(
                TypeError,
                "syslog() argument {place} must be str, not {}",
                message.ty().full_name()
            );
        };
        object::audit!("syslog.syslog", priority, message.new_ref())?;
        let message = c_string(message)?;
        let is_open = LOG.lock().unwrap_or_else(PoisonError::into_inner).open;
        if !is_open {
            open(program_name()?, 0, libc::LOG_USER);
        }
        // SAFETY: a format that takes one text, and the text.
        hooks::blocking(|| unsafe { libc::syslog(priority, c"%s".as_ptr(), message.as_ptr()) });
        Ok(())
    }
    #[function("($module, /)")]
    fn closelog() -> PyResult<()> {
        let is_open = LOG.lock().unwrap_or_else(PoisonError::into_inner).open;
        if is_open {
            object::audit!("syslog.closelog")?;
        }
        let mut log = LOG.lock().unwrap_or_else(PoisonError::into_inner);
        if log.open {
            // SAFETY: no arguments.
            unsafe { libc::closelog() };
            log.open = false;
            log.ident = None;
        }
        Ok(())
    }
    #[function("($module, maskpri, /)")]
    fn setlogmask(maskpri: i64) -> PyResult<i32> {
        object::audit!("syslog.setlogmask", maskpri)?;
        // SAFETY: a number.
        Ok(unsafe { libc::setlogmask(maskpri as i32) })
    }
    #[function("($module, pri, /)")]
    fn LOG_MASK(pri: i64) -> i32 {
        1i32.wrapping_shl(pri as u32)
    }
    #[function("($module, pri, /)")]
    fn LOG_UPTO(pri: i64) -> i32 {
        1i32.wrapping_shl((pri as u32).wrapping_add(1)).wrapping_sub(1)
    }
    #[exec]
    fn exec(module: &PyModule) -> PyResult<()> {
        for (name, value) in NUMBERS {
            module.add_value(name, *value)?;
        }
        Ok(())
    }
}
