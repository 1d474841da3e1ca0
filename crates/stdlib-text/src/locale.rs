//! `_locale`: the C library's locales.
//!
//! Text from the C library is decoded as UTF-8, bytes that are not by way of surrogates (PEP 383).

use object::exceptions::Exception;
use object::typeobject::PyTypeObject;
use object::{
    GilCell, IntoPy, OrNone, Py, PyClass, PyDict, PyInt, PyLayout, PyList, PyModule, PyResult, PyStr,
    pymodule, raise,
};
use std::ffi::{CStr, CString, c_char, c_int};

static ERROR: GilCell<Option<&'static PyTypeObject>> = GilCell::new(None);

/// Raises `locale.Error`.
#[cold]
fn error<T>(message: &str) -> PyResult<T> {
    let class = ERROR.get().unwrap_or(Exception::type_object());
    Err(object::error::raise_fmt(class, format_args!("{message}")))
}

// Functions of the C library about wide strings and message catalogues that the crate `libc` does not declare.
unsafe extern "C" {
    fn wcscoll(a: *const libc::wchar_t, b: *const libc::wchar_t) -> c_int;
    fn wcsxfrm(to: *mut libc::wchar_t, from: *const libc::wchar_t, size: usize) -> usize;
    fn gettext(message: *const c_char) -> *mut c_char;
    fn dgettext(domain: *const c_char, message: *const c_char) -> *mut c_char;
    fn dcgettext(domain: *const c_char, message: *const c_char, category: c_int) -> *mut c_char;
    fn textdomain(domain: *const c_char) -> *mut c_char;
    fn bindtextdomain(domain: *const c_char, directory: *const c_char) -> *mut c_char;
    fn bind_textdomain_codeset(domain: *const c_char, codeset: *const c_char) -> *mut c_char;
}

/// Bytes of the C library as a string.
fn decode(bytes: &[u8]) -> PyResult<Py<PyStr>> {
    let mut points = Vec::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        points.extend(chunk.valid().chars().map(|c| c as u32));
        points.extend(chunk.invalid().iter().map(|&byte| 0xdc00 + u32::from(byte)));
    }
    PyStr::from_code_points(&points)
}

/// A C string, copied.
///
/// # Safety
/// `text` is null, or a NUL-terminated string that lives through the call.
unsafe fn from_c(text: *const c_char) -> PyResult<Option<Py<PyStr>>> {
    if text.is_null() {
        return Ok(None);
    }
    // SAFETY: the caller's promise.
    decode(unsafe { CStr::from_ptr(text) }.to_bytes()).map(Some)
}

/// A string for the C library; surrogates stand for bytes.
fn to_c(s: &PyStr) -> PyResult<CString> {
    let mut bytes = Vec::with_capacity(s.len());
    for c in s.chars().iter() {
        match char::from_u32(c) {
            Some(c) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None if (0xdc80..0xdd00).contains(&c) => bytes.push((c - 0xdc00) as u8),
            None => {
                s.utf8()?;
            }
        }
    }
    match CString::new(bytes) {
        Ok(text) => Ok(text),
        Err(_) => raise!(ValueError, "embedded null character"),
    }
}

fn optional_c(s: Option<&PyStr>) -> PyResult<Option<CString>> {
    s.map(to_c).transpose()
}

fn pointer(text: &Option<CString>) -> *const c_char {
    text.as_ref().map_or(std::ptr::null(), |text| text.as_ptr())
}

/// A string as wide characters, which have 32 bits.
fn wide(s: &PyStr) -> PyResult<Vec<libc::wchar_t>> {
    let mut wide: Vec<libc::wchar_t> = s.chars().iter().map(|c| c as libc::wchar_t).collect();
    if wide.contains(&0) {
        return raise!(ValueError, "embedded null character");
    }
    wide.push(0);
    Ok(wide)
}

/// The sizes of digit groups.
///
/// # Safety
/// `grouping` is null or a NUL-terminated string.
unsafe fn groups(grouping: *const c_char) -> PyResult<Py<PyList>> {
    let mut sizes = Vec::new();
    if !grouping.is_null() {
        // SAFETY: the caller's promise.
        let bytes = unsafe { CStr::from_ptr(grouping) }.to_bytes();
        for &size in bytes {
            sizes.push(i64::from(size).into_py()?);
            if size == c_char::MAX as u8 {
                break;
            }
        }
        let ends = bytes.contains(&(c_char::MAX as u8));
        if !sizes.is_empty() && !ends {
            sizes.push(0i64.into_py()?);
        }
    }
    PyList::from_vec(sizes)
}

const CATEGORIES: [(&str, c_int); 7] = [
    ("LC_CTYPE", libc::LC_CTYPE),
    ("LC_TIME", libc::LC_TIME),
    ("LC_COLLATE", libc::LC_COLLATE),
    ("LC_MONETARY", libc::LC_MONETARY),
    ("LC_MESSAGES", libc::LC_MESSAGES),
    ("LC_NUMERIC", libc::LC_NUMERIC),
    ("LC_ALL", libc::LC_ALL),
];

/// What `nl_langinfo` can be asked for.
const LANGINFO: [(&str, libc::nl_item); 55] = [
    ("DAY_1", libc::DAY_1),
    ("DAY_2", libc::DAY_2),
    ("DAY_3", libc::DAY_3),
    ("DAY_4", libc::DAY_4),
    ("DAY_5", libc::DAY_5),
    ("DAY_6", libc::DAY_6),
    ("DAY_7", libc::DAY_7),
    ("ABDAY_1", libc::ABDAY_1),
    ("ABDAY_2", libc::ABDAY_2),
    ("ABDAY_3", libc::ABDAY_3),
    ("ABDAY_4", libc::ABDAY_4),
    ("ABDAY_5", libc::ABDAY_5),
    ("ABDAY_6", libc::ABDAY_6),
    ("ABDAY_7", libc::ABDAY_7),
    ("MON_1", libc::MON_1),
    ("MON_2", libc::MON_2),
    ("MON_3", libc::MON_3),
    ("MON_4", libc::MON_4),
    ("MON_5", libc::MON_5),
    ("MON_6", libc::MON_6),
    ("MON_7", libc::MON_7),
    ("MON_8", libc::MON_8),
    ("MON_9", libc::MON_9),
    ("MON_10", libc::MON_10),
    ("MON_11", libc::MON_11),
    ("MON_12", libc::MON_12),
    ("ABMON_1", libc::ABMON_1),
    ("ABMON_2", libc::ABMON_2),
    ("ABMON_3", libc::ABMON_3),
    ("ABMON_4", libc::ABMON_4),
    ("ABMON_5", libc::ABMON_5),
    ("ABMON_6", libc::ABMON_6),
    ("ABMON_7", libc::ABMON_7),
    ("ABMON_8", libc::ABMON_8),
    ("ABMON_9", libc::ABMON_9),
    ("ABMON_10", libc::ABMON_10),
    ("ABMON_11", libc::ABMON_11),
    ("ABMON_12", libc::ABMON_12),
    ("RADIXCHAR", libc::RADIXCHAR),
    ("THOUSEP", libc::THOUSEP),
    ("CRNCYSTR", libc::CRNCYSTR),
    ("D_FMT", libc::D_FMT),
    ("D_T_FMT", libc::D_T_FMT),
    ("T_FMT", libc::T_FMT),
    ("AM_STR", libc::AM_STR),
    ("PM_STR", libc::PM_STR),
    ("CODESET", libc::CODESET),
    ("T_FMT_AMPM", libc::T_FMT_AMPM),
    ("ERA", libc::ERA),
    ("ERA_D_FMT", libc::ERA_D_FMT),
    ("ERA_D_T_FMT", libc::ERA_D_T_FMT),
    ("ERA_T_FMT", libc::ERA_T_FMT),
    ("ALT_DIGITS", libc::ALT_DIGITS),
    ("YESEXPR", libc::YESEXPR),
    ("NOEXPR", libc::NOEXPR),
];

/// glibc's `_DATE_FMT`, which no standard names.
const DATE_FMT: (&str, libc::nl_item) = ("_DATE_FMT", 131_180);

fn langinfo(item: libc::nl_item) -> PyResult<Py<PyStr>> {
    // SAFETY: any item is allowed; the answer is NUL-terminated, and copied before anything else calls the C library.
    match unsafe { from_c(libc::nl_langinfo(item)) }? {
        Some(text) => Ok(text),
        None => Ok(PyStr::empty()),
    }
}

/// The current locale's decimal point, thousands separator and grouping, for the presentation type `n`.
fn numeric_info() -> object::str::format::LocaleInfo {
    // SAFETY: `localeconv` gives a structure of NUL-terminated strings that lives until the next call.
    unsafe {
        let info = &*libc::localeconv();
        let points = |text: *const c_char| -> Vec<u32> {
            CStr::from_ptr(text)
                .to_string_lossy()
                .chars()
                .map(|c| c as u32)
                .collect()
        };
        let grouping = CStr::from_ptr(info.grouping).to_bytes().to_vec();
        (points(info.decimal_point), points(info.thousands_sep), grouping)
    }
}

/// The module.
pub struct Locale;

#[pymodule(name = "_locale")]
impl Locale {
    #[function("($module, category, locale=None, /)")]
    fn setlocale(category: i32, locale: Option<OrNone<&PyStr>>) -> PyResult<Py<PyStr>> {
        let wanted = optional_c(locale.and_then(|locale| locale.0))?;
        // SAFETY: a category of any value, and null or a NUL-terminated string; the answer is copied at once.
        match unsafe { from_c(libc::setlocale(category, pointer(&wanted))) }? {
            Some(locale) => Ok(locale),
            None if wanted.is_some() => error("unsupported locale setting"),
            None => error("locale query failed"),
        }
    }

    #[function("($module, /)")]
    fn localeconv() -> PyResult<Py<PyDict>> {
        let dict = PyDict::new()?;
        let put = |name: &str, value: Py| dict.set_item(&*PyStr::new(name)?, value.get());
        // SAFETY: `localeconv` gives a structure that lives until the next call of it or of `setlocale`, neither of which happens
        // while it is copied: making strings and numbers runs no Python code.
        unsafe {
            let info = &*libc::localeconv();
            let text = |name: &str, text| put(name, from_c(text)?.unwrap_or_else(PyStr::empty).into_object());
            text("int_curr_symbol", info.int_curr_symbol)?;
            text("currency_symbol", info.currency_symbol)?;
            text("mon_decimal_point", info.mon_decimal_point)?;
            text("mon_thousands_sep", info.mon_thousands_sep)?;
            put("mon_grouping", groups(info.mon_grouping)?.into_object())?;
            text("positive_sign", info.positive_sign)?;
            text("negative_sign", info.negative_sign)?;
            let numbers = [
                ("int_frac_digits", info.int_frac_digits),
                ("frac_digits", info.frac_digits),
                ("p_cs_precedes", info.p_cs_precedes),
                ("p_sep_by_space", info.p_sep_by_space),
                ("n_cs_precedes", info.n_cs_precedes),
                ("n_sep_by_space", info.n_sep_by_space),
                ("p_sign_posn", info.p_sign_posn),
                ("n_sign_posn", info.n_sign_posn),
            ];
            for (name, number) in numbers {
                put(name, i64::from(number).into_py()?)?;
            }
            text("decimal_point", info.decimal_point)?;
            text("thousands_sep", info.thousands_sep)?;
            put("grouping", groups(info.grouping)?.into_object())?;
        }
        Ok(dict)
    }

    #[function("($module, os1, os2, /)")]
    fn strcoll(os1: &PyStr, os2: &PyStr) -> PyResult<i32> {
        let (a, b) = (wide(os1)?, wide(os2)?);
        // SAFETY: NUL-terminated wide strings.
        Ok(unsafe { wcscoll(a.as_ptr(), b.as_ptr()) })
    }

    #[function("($module, string, /)")]
    fn strxfrm(string: &PyStr) -> PyResult<Py<PyStr>> {
        let from = wide(string)?;
        let mut to = vec![0; from.len() + 1];
        loop {
            // SAFETY: a NUL-terminated wide string, and room for `to.len()` wide characters.
            let needed = unsafe { wcsxfrm(to.as_mut_ptr(), from.as_ptr(), to.len()) };
            if needed == usize::MAX || needed > isize::MAX as usize / 8 {
                return raise!(OSError, "wcsxfrm failed");
            }
            if needed < to.len() {
                let points: Vec<u32> = to[..needed].iter().map(|&c| c as u32).collect();
                return match points.iter().all(|&c| c <= 0x10ffff) {
                    true => PyStr::from_code_points(&points),
                    false => raise!(
                        ValueError,
                        "character U+{:x} is not in range [U+0000; U+10ffff]",
                        points[0]
                    ),
                };
            }
            to.resize(needed + 1, 0);
        }
    }

    #[function("($module, key, /)")]
    fn nl_langinfo(key: i32) -> PyResult<Py<PyStr>> {
        if LANGINFO.iter().chain([&DATE_FMT]).any(|&(_, item)| item == key) {
            langinfo(key)
        } else {
            raise!(ValueError, "unsupported langinfo constant")
        }
    }

    #[function("($module, /)")]
    fn getencoding() -> PyResult<Py<PyStr>> {
        langinfo(libc::CODESET)
    }

    #[function("($module, msg, /)", name = "gettext")]
    fn gettext_(msg: &PyStr) -> PyResult<Option<Py<PyStr>>> {
        let msg = to_c(msg)?;
        // SAFETY: a NUL-terminated string; the answer is copied at once.
        unsafe { from_c(gettext(msg.as_ptr())) }
    }

    #[function("($module, domain, msg, /)", name = "dgettext")]
    fn dgettext_(domain: OrNone<&PyStr>, msg: &PyStr) -> PyResult<Option<Py<PyStr>>> {
        let (domain, msg) = (optional_c(domain.0)?, to_c(msg)?);
        // SAFETY: null or NUL-terminated strings; the answer is copied at once.
        unsafe { from_c(dgettext(pointer(&domain), msg.as_ptr())) }
    }

    #[function("($module, domain, msg, category, /)", name = "dcgettext")]
    fn dcgettext_(domain: OrNone<&PyStr>, msg: &PyStr, category: i32) -> PyResult<Option<Py<PyStr>>> {
        let (domain, msg) = (optional_c(domain.0)?, to_c(msg)?);
        // SAFETY: as above.
        unsafe { from_c(dcgettext(pointer(&domain), msg.as_ptr(), category)) }
    }

    #[function("($module, domain, /)", name = "textdomain")]
    fn textdomain_(domain: OrNone<&PyStr>) -> PyResult<Option<Py<PyStr>>> {
        let domain = optional_c(domain.0)?;
        // SAFETY: as above.
        unsafe { from_c(textdomain(pointer(&domain))) }
    }

    #[function("($module, domain, dir, /)", name = "bindtextdomain")]
    fn bindtextdomain_(domain: &PyStr, dir: OrNone<&PyStr>) -> PyResult<Option<Py<PyStr>>> {
        if domain.is_empty() {
            return error("domain must be a non-empty string");
        }
        let (domain, dir) = (to_c(domain)?, optional_c(dir.0)?);
        // SAFETY: as above.
        match unsafe { from_c(bindtextdomain(domain.as_ptr(), pointer(&dir))) }? {
            Some(dir) => Ok(Some(dir)),
            None => object::error::raise_last_errno(None),
        }
    }

    #[function("($module, domain, codeset, /)", name = "bind_textdomain_codeset")]
    fn bind_textdomain_codeset_(domain: &PyStr, codeset: OrNone<&PyStr>) -> PyResult<Option<Py<PyStr>>> {
        let (domain, codeset) = (to_c(domain)?, optional_c(codeset.0)?);
        // SAFETY: as above.
        unsafe { from_c(bind_textdomain_codeset(domain.as_ptr(), pointer(&codeset))) }
    }

    #[exec]
    fn exec(module: &PyModule) -> PyResult<()> {
        for (name, value) in CATEGORIES
            .into_iter()
            .chain(LANGINFO)
            .chain([DATE_FMT, ("CHAR_MAX", 127)])
        {
            module.add(name, PyInt::from_i64(value.into())?.as_object())?;
        }
        object::str::format::LOCALE.set(Some(numeric_info));
        module.add(
            "Error",
            crate::exception_class(&ERROR, "locale", "Error", None)?.as_object(),
        )
    }
}
