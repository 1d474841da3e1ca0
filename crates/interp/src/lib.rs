//! The interpreter around the evaluation loop: `builtins`, `sys`, the import system with the embedded library,
//! `marshal`, `_warnings`, `_thread` and the GIL; start-up, running programs, and going down.
#![allow(non_upper_case_globals, improper_ctypes_definitions)]

mod audit;
pub mod builtins;
pub mod compile;
pub mod config;
pub mod display;
pub mod embedded;
pub mod import;
mod jit;
pub mod marshal;
mod monitoring;
pub mod paths;
pub mod readline;
mod stdlib_names;
mod stdprinter;
mod structs;
mod sum;
pub mod sys;
pub mod thread;
mod tracemalloc;
mod types;
pub mod warnings;

use object::class::ModuleInit;
use object::{
    GilCell, Py, PyClass, PyDict, PyLayout, PyList, PyModule, PyObject, PyResult, PyStr, PyTuple,
    PyTypeObject, error, intern, raise,
};

/// Compiles syntax tree objects, if `source` is one; set by the module `_ast`.
pub static AST_COMPILE: GilCell<Option<fn(&PyObject, &compile::Request<'_>) -> PyResult<Option<Py>>>> =
    GilCell::new(None);
/// Parses to syntax tree objects; set by the module `_ast`.
pub static AST_PARSE: GilCell<Option<fn(&str, &compile::Request<'_>) -> PyResult>> = GilCell::new(None);
/// Loads an extension module from its spec; set by the C API.
pub static LOAD_DYNAMIC: GilCell<Option<fn(&PyObject) -> PyResult>> = GilCell::new(None);
/// Runs an extension module's `Py_mod_exec`; set by the C API.
pub static EXEC_DYNAMIC: GilCell<Option<fn(&PyObject) -> PyResult<()>>> = GilCell::new(None);
/// Simulates a signal in the main thread; set to what `_signal` has for it.
pub static INTERRUPT: GilCell<Option<fn(i32)>> = GilCell::new(None);
pub static FINALIZING: GilCell<bool> = GilCell::new(false);
pub static MAIN_THREAD: GilCell<usize> = GilCell::new(0);

static EXCEPTIONS: GilCell<&'static [&'static PyTypeObject]> = GilCell::new(&[]);

pub(crate) fn exception_classes() -> &'static [&'static PyTypeObject] {
    EXCEPTIONS.get()
}

/// The types that `builtins` shows.
pub(crate) fn builtin_types() -> Vec<&'static PyTypeObject> {
    use object::{containers, descr, iterators, set};
    let _ = containers::ready_types;
    vec![
        PyTypeObject::type_object(),
        object::typeobject::PyBaseObject::type_object(),
        object::PyInt::type_object(),
        object::bool::PyBool::type_object(),
        object::PyFloat::type_object(),
        object::complex::PyComplex::type_object(),
        PyStr::type_object(),
        object::PyBytes::type_object(),
        object::PyByteArray::type_object(),
        object::memoryview::PyMemoryView::type_object(),
        PyList::type_object(),
        PyTuple::type_object(),
        PyDict::type_object(),
        set::PySet::type_object(),
        set::PyFrozenSet::type_object(),
        object::slice::PySlice::type_object(),
        object::range::PyRange::type_object(),
        iterators::PyEnumerate::type_object(),
        iterators::PyReversed::type_object(),
        iterators::PyZip::type_object(),
        iterators::PyMap::type_object(),
        iterators::PyFilter::type_object(),
        descr::PyProperty::type_object(),
        descr::PyClassMethod::type_object(),
        descr::PyStaticMethod::type_object(),
        object::typeobject::PySuper::type_object(),
    ]
}

/// Brings the interpreter up: types, `sys`, `builtins`, `importlib`, `site`'s prerequisites, the standard streams.
/// The calling thread becomes the main thread and holds the GIL.
pub fn start(config: config::Config, modules: Vec<(&'static str, ModuleInit)>) -> PyResult<()> {
    let key = match config.hash_seed {
        Some(seed) => object::protocol::hash_key_from_seed(seed),
        None => random_key(),
    };
    object::protocol::HASH_KEY.set(key);
    object::bytes::BYTES_WARNING.set(config.bytes_warning as i32);
    object::hooks::UTF8_MODE.set(config.utf8_mode);
    object::hooks::WARN_DEFAULT_ENCODING.set(config.warn_default_encoding);
    object::hooks::CPU_COUNT.set(config.cpu_count);
    if let Some(n) = config.int_max_str_digits {
        object::int::set_max_str_digits(n);
    }
    config::set(config);
    let state = thread::new_state();
    thread::attach(state);
    MAIN_THREAD.set(thread::ident());
    let all = object::startup::ready_types()?;
    EXCEPTIONS.set(Box::leak(all.into_boxed_slice()));
    vm::ready_types()?;
    if config::get().tracemalloc > 0 {
        object::tracemalloc::start(config::get().tracemalloc);
    }
    thread::install();
    object::hooks::WARN.set(Some(warnings::warn));
    object::hooks::UNRAISABLE.set(Some(display::unraisable));
    object::hooks::IMPORT.set(Some(import::import));
    let mut table: Vec<(&'static str, ModuleInit)> = vec![
        ("marshal", object::class::create_module::<marshal::Marshal>),
        ("_imp", object::class::create_module::<import::Imp>),
        ("_warnings", object::class::create_module::<warnings::Warnings>),
        ("_types", object::class::create_module::<types::Types>),
        ("_suggestions", object::class::create_module::<types::Suggestions>),
        ("_thread", object::class::create_module::<thread::Thread>),
        ("_typing", object::class::create_module::<vm::typing::Typing>),
        (
            "_tracemalloc",
            object::class::create_module::<tracemalloc::Tracemalloc>,
        ),
    ];
    table.extend(modules);
    import::set_builtin_modules(table);
    let sys = object::class::create_module::<sys::Sys>()?;
    let builtins = object::class::create_module::<builtins::Builtins>()?;
    if let Some(m) = sys::modules()? {
        m.set_item(intern!("sys"), &*sys)?;
        m.set_item(intern!("builtins"), &*builtins)?;
    }
    if let Some(b) = builtins.downcast::<PyModule>() {
        vm::runtime::set_builtins(b.dict()?);
    }
    import::install()?;
    object::hooks::import("encodings")?;
    // Ctrl-C raises KeyboardInterrupt from here on
    error::catch::<object::exceptions::ImportError, _>(object::hooks::import("_signal"))?;
    streams()?;
    if !config::get().warn_options.is_empty() {
        object::hooks::import("warnings")?;
    }
    main_module()?;
    Ok(())
}

fn random_key() -> (u64, u64) {
    let mut bytes = [0u8; 16];
    // SAFETY: the buffer and its length go together.
    unsafe { libc::getrandom(bytes.as_mut_ptr().cast(), bytes.len(), 0) };
    let word = |b: &[u8]| b.iter().fold(0u64, |a, b| a << 8 | *b as u64);
    (word(&bytes[..8]), word(&bytes[8..]))
}

/// `sys.stdin`, `sys.stdout`, `sys.stderr`
fn streams() -> PyResult<()> {
    let io = object::hooks::import("io")?;
    let open = io.get_attr(intern!("open"))?;
    let wrapper = io.get_attr(intern!("TextIOWrapper"))?;
    let builtins = object::hooks::import("builtins")?;
    builtins.set_attr(intern!("open"), Some(&open))?;
    let c = config::get();
    let (enc, errs) = stdio_encoding()?;
    for (fd, name, mode) in [(0i64, "stdin", "rb"), (1, "stdout", "wb"), (2, "stderr", "wb")] {
        // SAFETY: a query about a descriptor.
        let valid = unsafe { libc::fcntl(fd as i32, libc::F_GETFD) } != -1;
        if !valid {
            sys::set(name, object::singletons::none_ref())?;
            sys::set(&format!("__{name}__"), object::singletons::none_ref())?;
            continue;
        }
        let number = object::PyInt::from_i64(fd)?;
        let write = fd != 0;
        let unbuffered = c.unbuffered && write;
        let buffering = object::PyInt::from_i64(if unbuffered { 0 } else { -1 })?;
        let raw = object::call::call_kw(
            &open,
            &[
                number.as_object(),
                PyStr::new(mode)?.as_object(),
                buffering.as_object(),
            ],
            &[(intern!("closefd"), object::bool::false_ref())],
        )?;
        let inner = if unbuffered {
            raw.clone()
        } else {
            raw.get_attr(intern!("raw"))?
        };
        let label = PyStr::new(&format!("<{name}>"))?;
        inner.set_attr(intern!("name"), Some(label.as_object()))?;
        // SAFETY: a query about a descriptor.
        let tty = unsafe { libc::isatty(fd as i32) } == 1;
        let line = fd == 2 || (tty && write);
        let errors = if fd == 2 { "backslashreplace" } else { &errs };
        let text = object::call::call_kw(
            &wrapper,
            &[&raw],
            &[
                (intern!("encoding"), PyStr::new(&enc)?.as_object()),
                (intern!("errors"), PyStr::new(errors)?.as_object()),
                (intern!("newline"), PyStr::new("\n")?.as_object()),
                (
                    intern!("line_buffering"),
                    &object::bool::py_bool(line && !unbuffered),
                ),
                (intern!("write_through"), &object::bool::py_bool(unbuffered)),
            ],
        )?;
        text.set_attr(
            intern!("mode"),
            Some(PyStr::new(if write { "w" } else { "r" })?.as_object()),
        )?;
        sys::set(name, &text)?;
        sys::set(&format!("__{name}__"), &text)?;
    }
    Ok(())
}

/// The encoding and error handler of the standard streams: what `PYTHONIOENCODING` says, else the locale's.
fn stdio_encoding() -> PyResult<(String, String)> {
    let c = config::get();
    // SAFETY: the results are texts that end with a zero byte, copied before the next call.
    let (codeset, locale) = unsafe {
        let text = |p: *const std::ffi::c_char| {
            if p.is_null() {
                String::new()
            } else {
                std::ffi::CStr::from_ptr(p).to_string_lossy().into_owned()
            }
        };
        (
            text(libc::nl_langinfo(libc::CODESET)),
            text(libc::setlocale(libc::LC_CTYPE, std::ptr::null())),
        )
    };
    let mut encoding = if c.utf8_mode || codeset.is_empty() {
        "utf-8".to_owned()
    } else {
        codeset
    };
    // in these locales bytes that cannot be decoded go through (PEP 538, PEP 540)
    let lenient = ["C", "POSIX", "C.UTF-8", "C.utf8", "UTF-8"].contains(&locale.as_str());
    let mut errors = if c.utf8_mode || lenient {
        "surrogateescape"
    } else {
        "strict"
    }
    .to_owned();
    if !c.ignore_environment
        && let Ok(wanted) = std::env::var("PYTHONIOENCODING")
        && !wanted.is_empty()
    {
        let (name, handler) = wanted.split_once(':').unwrap_or((&wanted, ""));
        if !name.is_empty() {
            encoding = name.to_owned();
        }
        if !handler.is_empty() {
            errors = handler.to_owned();
        } else if !name.is_empty() {
            errors = "strict".to_owned();
        }
    }
    // the codec's own name
    let lookup = object::hooks::import("_codecs")?.get_attr(intern!("lookup"))?;
    match object::call::call(&lookup, &[PyStr::new(&encoding)?.as_object()]) {
        Ok(info) => Ok((info.get_attr(intern!("name"))?.str()?.to_string(), errors)),
        Err(raised) => {
            let what = error::fetch(raised);
            readline::write_stderr(
                format!(
                    "Fatal Python error: init_stdio_encoding: failed to get the Python codec name of the stdio \
                     encoding\nPython runtime state: core initialized\n{}: {}\n",
                    what.ty().name(),
                    what.str()?
                )
                .as_bytes(),
            );
            std::process::exit(1)
        }
    }
}

/// `__main__`, made if it is not there.
pub fn main_module() -> PyResult<Py<PyModule>> {
    let Some(modules) = sys::modules()? else {
        return error::bad_internal_call();
    };
    if let Some(m) = modules.get_str(intern!("__main__"))?
        && let Ok(m) = m.downcast_into::<PyModule>()
    {
        return Ok(m);
    }
    let m = PyModule::new("__main__")?;
    let builtins = object::hooks::import("builtins")?;
    m.dict()?.set_item(intern!("__builtins__"), &*builtins)?;
    modules.set_item(intern!("__main__"), m.as_object())?;
    Ok(m)
}

/// Text of a path argument: `str`, `bytes` or anything with `__fspath__` (`PyUnicode_FSDecoder`).
pub fn fs_decode(path: &PyObject) -> PyResult<Py<PyStr>> {
    if let Some(s) = path.downcast::<PyStr>() {
        return Ok(s.new_ref());
    }
    if let Some(b) = path.downcast::<object::PyBytes>() {
        return os_bytes(b.as_slice());
    }
    match object::typeobject::call_special(path, intern!("__fspath__"), &[])? {
        Some(p) if PyStr::check(&p) || object::PyBytes::check(&p) => fs_decode(&p),
        Some(p) => raise!(
            TypeError,
            "expected {}.__fspath__() to return str or bytes, not {}",
            path.ty().full_name(),
            p.ty().full_name()
        ),
        None => raise!(
            TypeError,
            "expected str, bytes or os.PathLike object, not {}",
            path.ty().full_name()
        ),
    }
}

/// Bytes from the system as text: UTF-8, other bytes as surrogates (`surrogateescape`).
pub fn os_bytes(bytes: &[u8]) -> PyResult<Py<PyStr>> {
    if let Ok(s) = std::str::from_utf8(bytes) {
        return PyStr::new(s);
    }
    let mut points = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while !rest.is_empty() {
        let (good, bad) = match std::str::from_utf8(rest) {
            Ok(s) => (s, 0),
            Err(e) => {
                // SAFETY: valid up to there.
                let good = unsafe { std::str::from_utf8_unchecked(&rest[..e.valid_up_to()]) };
                (good, e.error_len().unwrap_or(rest.len() - e.valid_up_to()))
            }
        };
        points.extend(good.chars().map(|c| c as u32));
        let at = good.len();
        points.extend(rest[at..at + bad].iter().map(|b| 0xDC00 + *b as u32));
        rest = &rest[at + bad..];
    }
    PyStr::from_code_points(&points)
}

/// Text that came from the system through Rust.
pub fn os_text(text: &str) -> PyResult<Py> {
    Ok(PyStr::new(text)?.into_object())
}

/// `dir()`
pub(crate) fn dir(obj: Option<&PyObject>) -> PyResult {
    let names = match obj {
        None => {
            let l = builtins::locals()?;
            l.call_method(intern!("keys"), &[])?
        }
        Some(o) => match object::typeobject::call_special(o, intern!("__dir__"), &[])? {
            Some(r) => r,
            None => return raise!(TypeError, "object does not provide __dir__"),
        },
    };
    let list = PyList::from_vec(object::iter::collect(&names)?)?;
    list.as_object().call_method(intern!("sort"), &[])?;
    Ok(list.into_object())
}

/// `input()`
pub(crate) fn input(prompt: Option<&PyObject>) -> PyResult {
    let stream = |name: &str| -> PyResult<Py> {
        match sys::get(name)? {
            Some(f) if !object::is_none(&f) => Ok(f),
            _ => raise!(RuntimeError, "input(): lost sys.{name}"),
        }
    };
    let (fin, fout, ferr) = (stream("stdin")?, stream("stdout")?, stream("stderr")?);
    // a stream that cannot be flushed is no reason not to ask
    if ferr.call_method(intern!("flush"), &[]).is_err() {
        error::clear();
    }
    if is_terminal(&fin, 0)? && is_terminal(&fout, 1)? {
        return input_at_terminal(prompt, &fin, &fout);
    }
    if let Some(p) = prompt {
        let text = p.str()?;
        fout.call_method(intern!("write"), &[text.as_object()])?;
    }
    if fout.call_method(intern!("flush"), &[]).is_err() {
        error::clear();
    }
    let line = fin.call_method(intern!("readline"), &[])?;
    let Some(s) = line.downcast::<PyStr>() else {
        return raise!(TypeError, "object.readline() returned non-string");
    };
    if s.is_empty() {
        return raise!(EOFError, "EOF when reading a line");
    }
    let n = s.len();
    if s.chars().at(n - 1) == '\n' as u32 {
        let points: Vec<u32> = s.chars().iter().take(n - 1).collect();
        return Ok(PyStr::from_code_points(&points)?.into_object());
    }
    Ok(line)
}

/// Is this stream the process's own one of that number, and a terminal?
fn is_terminal(stream: &PyObject, fd: i64) -> PyResult<bool> {
    let number = match stream.call_method(intern!("fileno"), &[]) {
        Ok(n) => n,
        Err(_) => {
            error::clear();
            return Ok(false);
        }
    };
    let same = object::number::index_as_isize(&number)? as i64 == fd;
    // SAFETY: a query about a descriptor.
    Ok(same && unsafe { libc::isatty(fd as i32) } == 1)
}

/// `input()` where both streams are the terminal: the prompt is part of the line that is edited.
fn input_at_terminal(prompt: Option<&PyObject>, fin: &PyObject, fout: &PyObject) -> PyResult {
    let codec = |f: &PyObject| -> PyResult<(Py, Py)> {
        Ok((f.get_attr(intern!("encoding"))?, f.get_attr(intern!("errors"))?))
    };
    let (in_codec, out_codec) = (codec(fin)?, codec(fout)?);
    if fout.call_method(intern!("flush"), &[]).is_err() {
        error::clear();
    }
    let mut text = Vec::new();
    if let Some(p) = prompt {
        let encoded = p
            .str()?
            .as_object()
            .call_method(intern!("encode"), &[&out_codec.0, &out_codec.1])?;
        if let Some(b) = encoded.downcast::<object::PyBytes>() {
            text = b.as_slice().to_vec();
        }
        if text.contains(&0) {
            return raise!(ValueError, "input: prompt string cannot contain null characters");
        }
    }
    match readline::read_line(&text)? {
        None => Err(error::raise_object(object::call::call(
            object::exceptions::EOFError::type_object().as_object(),
            &[],
        )?)),
        Some(mut line) => {
            if line.last() == Some(&b'\n') {
                line.pop();
            }
            let bytes = object::PyBytes::new(&line)?;
            bytes
                .as_object()
                .call_method(intern!("decode"), &[&in_codec.0, &in_codec.1])
        }
    }
}

/// Bases with `__mro_entries__` replaced by what it gives (PEP 560).
pub fn update_bases(bases: &Py<PyTuple>) -> PyResult<Py<PyTuple>> {
    let mut new: Option<Vec<Py>> = None;
    for (i, b) in bases.as_slice().iter().enumerate() {
        let entries = if PyTypeObject::check(b) {
            None
        } else {
            b.get_attr_opt(intern!("__mro_entries__"))?
        };
        match entries {
            None => {
                if let Some(n) = &mut new {
                    n.push(b.clone());
                }
            }
            Some(f) => {
                let r = object::call::call(&f, &[bases.as_object()])?;
                let Some(t) = r.downcast::<PyTuple>() else {
                    return raise!(TypeError, "__mro_entries__ must return a tuple");
                };
                new.get_or_insert_with(|| bases.as_slice()[..i].to_vec())
                    .extend(t.as_slice().iter().cloned());
            }
        }
    }
    match new {
        Some(n) => PyTuple::from_vec(n),
        None => Ok(bases.clone()),
    }
}

/// The keyed hash of PEP 552's `.pyc` files: SipHash-1-3 of the source.
pub fn source_hash(key: u64, data: &[u8]) -> u64 {
    use std::hash::Hasher;
    let mut h = siphasher::sip::SipHasher13::new_with_keys(key, 0);
    h.write(data);
    h.finish()
}

/// Runs what is left to run at the end: `threading._shutdown`, `atexit`, flushes. Returns false if the streams could
/// not be flushed.
pub fn finish() -> bool {
    let run = |module: &str, f: &str| {
        let go = || -> PyResult<()> {
            let Some(modules) = sys::modules()? else {
                return Ok(());
            };
            let Some(m) = modules.get_str(&*object::intern::intern_str(module)?)? else {
                return Ok(());
            };
            if let Some(f) = m.get_attr_opt(&*object::intern::intern_str(f)?)? {
                object::call::call(&f, &[])?;
            }
            Ok(())
        };
        if go().is_err() {
            error::write_unraisable(None, None);
        }
    };
    run("threading", "_shutdown");
    run("atexit", "_run_exitfuncs");
    let ok = flush();
    FINALIZING.set(true);
    if thread::others() {
        return ok;
    }
    release_modules();
    // what could not be written has been told of
    ok && flush()
}

/// Lets go of the modules, so that what only they hold is finalized while the built-in names still work: first all
/// references from `sys.modules`, then a collection; what is held from elsewhere stays.
fn release_modules() {
    let go = || -> PyResult<()> {
        for name in [
            "path",
            "argv",
            "ps1",
            "ps2",
            "last_exc",
            "last_type",
            "last_value",
            "last_traceback",
            "path_hooks",
            "path_importer_cache",
            "meta_path",
        ] {
            if sys::get(name)?.is_some() {
                sys::set(name, &object::none())?;
            }
        }
        for (name, original) in [
            ("stdin", "__stdin__"),
            ("stdout", "__stdout__"),
            ("stderr", "__stderr__"),
        ] {
            let stream = sys::get(original)?.unwrap_or_else(object::none);
            sys::set(name, &stream)?;
        }
        let Some(modules) = sys::modules()? else {
            return Ok(());
        };
        // the two that everything else rests on live on
        let mut kept = Vec::new();
        for (name, module) in modules.items_vec() {
            let text = name.str()?.to_string();
            if text == "sys" || text == "builtins" {
                kept.push(module);
            }
            modules.set_item(&*name, &*object::none())?;
        }
        modules.clear();
        object::gc::collect(2);
        drop(kept);
        Ok(())
    };
    if go().is_err() {
        error::clear();
    }
}

/// Flushes the standard streams.
pub fn flush() -> bool {
    let mut ok = true;
    for name in ["stdout", "stderr"] {
        let go = || -> PyResult<()> {
            if let Some(f) = sys::get(name)?
                && !object::is_none(&f)
            {
                if let Some(c) = f.get_attr_opt(intern!("closed"))?
                    && c.is_true()?
                {
                    return Ok(());
                }
                f.call_method(intern!("flush"), &[])?;
            }
            Ok(())
        };
        if go().is_err() {
            if name == "stdout" {
                error::write_unraisable(None, Some("Exception ignored while flushing sys.stdout"));
                ok = false;
            } else {
                error::clear();
            }
        }
    }
    ok
}
