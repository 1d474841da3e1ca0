//! The locale at start: `LC_CTYPE` from the environment, its coercion from C to UTF-8 (PEP 538), and UTF-8 mode (PEP 540).

use std::ffi::CStr;

/// The locales that take the place of C, in order of preference.
const TARGETS: [&CStr; 3] = [c"C.UTF-8", c"C.utf8", c"UTF-8"];

/// Sets the locale's character type from the environment; the result is UTF-8 mode. `utf8_mode` is what has been asked
/// for, `coerce` the value of `PYTHONCOERCECLOCALE`.
pub fn set_up(utf8_mode: Option<bool>, coerce: Option<&str>) -> bool {
    // SAFETY: no thread has been started; the texts end with a zero byte.
    let plain = unsafe {
        libc::setlocale(libc::LC_CTYPE, c"".as_ptr());
        let name = libc::setlocale(libc::LC_CTYPE, std::ptr::null());
        name.is_null() || matches!(CStr::from_ptr(name).to_bytes(), b"C" | b"POSIX")
    };
    let forced = std::env::var_os("LC_ALL").is_some_and(|v| !v.is_empty());
    if plain && !forced && coerce != Some("0") {
        for target in TARGETS {
            // SAFETY: as above.
            let there = unsafe { !libc::setlocale(libc::LC_CTYPE, target.as_ptr()).is_null() };
            if there {
                let name = target.to_string_lossy();
                // SAFETY: no thread has been started.
                unsafe {
                    std::env::set_var("LC_CTYPE", &*name);
                    libc::setlocale(libc::LC_ALL, c"".as_ptr());
                }
                if coerce == Some("warn") {
                    eprintln!(
                        "Python detected LC_CTYPE=C: LC_CTYPE coerced to {name} (set another locale or \
                         PYTHONCOERCECLOCALE=0 to disable this locale coercion behavior)."
                    );
                }
                break;
            }
        }
    }
    utf8_mode.unwrap_or(plain)
}
