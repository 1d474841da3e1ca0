//! The module `sys`.

use crate::config::{self, Config};
use object::{
    Field, FuncArgs, Py, PyClass, PyDict, PyInt, PyLayout, PyList, PyModule, PyObject, PyResult, PyStr,
    PyTuple, intern, pymodule, raise,
};
use std::os::unix::ffi::OsStrExt;
use vm::frame::{self, InterpreterFrame};

static MODULE: Field<PyModule> = Field::empty();

/// `sys.__dict__`
pub fn module_dict() -> PyResult<Option<Py<PyDict>>> {
    MODULE.get().map(|m| m.dict()).transpose()
}

/// The module object.
pub fn module() -> Option<Py<PyModule>> {
    MODULE.get()
}

/// `sys.NAME`, if it is there.
pub fn get(name: &str) -> PyResult<Option<Py>> {
    match module_dict()? {
        Some(d) => d.get_str(&*object::intern::intern_str(name)?),
        None => Ok(None),
    }
}

pub fn set(name: &str, value: &PyObject) -> PyResult<()> {
    match module_dict()? {
        Some(d) => d.set_item(&*object::intern::intern_str(name)?, value),
        None => Ok(()),
    }
}

/// `sys.modules`
pub fn modules() -> PyResult<Option<Py<PyDict>>> {
    let modules = match module_dict()? {
        Some(d) => d.get_str(intern!("modules"))?,
        None => None,
    };
    Ok(modules.and_then(|m| m.downcast_into::<PyDict>().ok()))
}

/// Writes to `sys.stderr`, or to the file descriptor where that does not work.
pub fn write_stderr(text: &str) {
    let saved = object::error::take();
    let through = || -> PyResult<bool> {
        match get("stderr")? {
            Some(f) if !object::is_none(&f) => {
                f.call_method(intern!("write"), &[PyStr::new_wtf8_lossy(text)?.as_object()])?;
                let _ = f.call_method(intern!("flush"), &[])?;
                Ok(true)
            }
            Some(_) => Ok(true),
            None => Ok(false),
        }
    };
    if !matches!(through(), Ok(true)) {
        object::error::clear();
        crate::readline::write_stderr(text.as_bytes());
    }
    if let Some(e) = saved {
        let _ = object::error::restore(e);
    }
}

pub const HEXVERSION: i64 = 0x030E06F0;
pub const VERSION_TEXT: &str = "3.14.6";

/// `sys.version`
pub fn version() -> String {
    format!("{VERSION_TEXT} (Taipan {}) [Rust]", env!("CARGO_PKG_VERSION"))
}

fn namespace(items: &[(&str, Py)]) -> PyResult {
    let d = PyDict::new()?;
    for (k, v) in items {
        d.set_item(&*object::intern::intern_str(k)?, &**v)?;
    }
    Ok(object::namespace::PyNamespace::new(&d)?.into_object())
}

fn int(n: i64) -> PyResult {
    Ok(PyInt::from_i64(n)?.into_object())
}
fn text(s: &str) -> PyResult {
    Ok(PyStr::new(s)?.into_object())
}

/// A struct sequence with these fields.
fn record(name: &str, doc: &str, fields: &[(&str, Py)]) -> PyResult {
    let names: Vec<&str> = fields.iter().map(|f| f.0).collect();
    let values: Vec<Py> = fields.iter().map(|f| f.1.clone()).collect();
    crate::structs::make(name, doc, &names, values)
}

fn flags(c: &Config) -> PyResult {
    let fields = [
        ("debug", int(c.debug)?),
        ("inspect", int(c.inspect)?),
        ("interactive", int(c.interactive)?),
        ("optimize", int(c.optimize)?),
        ("dont_write_bytecode", int(c.dont_write_bytecode as i64)?),
        ("no_user_site", int(c.no_user_site as i64)?),
        ("no_site", int(c.no_site as i64)?),
        ("ignore_environment", int(c.ignore_environment as i64)?),
        ("verbose", int(c.verbose)?),
        ("bytes_warning", int(c.bytes_warning)?),
        ("quiet", int(c.quiet as i64)?),
        ("hash_randomization", int((c.hash_seed != Some(0)) as i64)?),
        ("isolated", int(c.isolated as i64)?),
        ("dev_mode", object::bool::py_bool(c.dev_mode)),
        ("utf8_mode", int(c.utf8_mode as i64)?),
        ("warn_default_encoding", int(c.warn_default_encoding as i64)?),
        ("safe_path", object::bool::py_bool(c.safe_path)),
        ("int_max_str_digits", int(object::int::max_str_digits() as i64)?),
        ("gil", int(1)?),
        ("thread_inherit_context", int(c.thread_inherit_context as i64)?),
        ("context_aware_warnings", int(c.context_aware_warnings as i64)?),
    ];
    // the last three are attributes, not items
    let names: Vec<&str> = fields.iter().map(|f| f.0).collect();
    let class = object::structseq::new_class("sys.flags", "", &names, names.len() - 3)?;
    object::structseq::disallow_instantiation(&class)?;
    object::structseq::new_instance(&class, fields.iter().map(|f| f.1.clone()).collect())
}

fn call_depth_frame(depth: usize) -> PyResult<*mut InterpreterFrame> {
    let mut f = frame::current();
    for _ in 0..depth {
        if f.is_null() {
            break;
        }
        f = frame::caller(f);
    }
    if f.is_null() {
        raise!(ValueError, "call stack is not deep enough")
    } else {
        Ok(f)
    }
}

pub struct Sys;

#[pymodule(name = "sys")]
impl Sys {
    #[function("($module, depth=0, /)")]
    fn _getframe(depth: Option<i32>) -> PyResult {
        let f = call_depth_frame(depth.unwrap_or(0).max(0) as usize)?;
        // SAFETY: a frame of the running stack.
        let f = unsafe { InterpreterFrame::frame_object(f)?.as_object().new_ref() };
        object::audit!("sys._getframe", &*f)?;
        Ok(f)
    }
    #[function("($module, /, depth=0)")]
    fn _getframemodulename(depth: Option<i32>) -> PyResult<Option<Py>> {
        object::audit!("sys._getframemodulename", depth.unwrap_or(0))?;
        let Ok(f) = call_depth_frame(depth.unwrap_or(0).max(0) as usize) else {
            object::error::clear();
            return Ok(None);
        };
        // SAFETY: a frame of the running stack.
        match unsafe { (*f).globals.as_ref() }.and_then(|g| g.downcast::<PyDict>()) {
            Some(g) => g.get_str(intern!("__name__")),
            None => Ok(None),
        }
    }
    #[function("($module, /, hook)")]
    fn addaudithook(hook: &PyObject) -> PyResult<()> {
        crate::audit::add(hook)
    }
    #[function("($module, event, /, *args)", raw)]
    fn audit(all: FuncArgs<'_>) -> PyResult<()> {
        all.no_keywords("sys.audit")?;
        let Some(event) = all.pos.first() else {
            return raise!(TypeError, "audit expected at least 1 argument, got 0");
        };
        if !PyStr::check(event) {
            return raise!(
                TypeError,
                "audit() argument 1 must be str, not {}",
                event.ty().full_name()
            );
        }
        crate::audit::raise_event(event, &all.pos[1..])
    }
    #[function("($module, /)")]
    fn _clear_type_cache() {}
    #[function("($module, /)")]
    fn _clear_internal_caches() {}
    /// Takes the descriptors of `__dict__` and `__weakref__` out of a class, so that another can have them.
    #[function("($module, type, /)")]
    fn _clear_type_descriptors(ty: &object::PyTypeObject) -> PyResult<()> {
        if ty.has(object::typeobject::flags::IMMUTABLETYPE) {
            return raise!(TypeError, "argument is immutable");
        }
        if let Some(d) = ty.tp_dict.get() {
            d.pop_item(intern!("__dict__").as_object())?;
            d.pop_item(intern!("__weakref__").as_object())?;
        }
        object::typeobject::modified(ty);
        Ok(())
    }
    #[function("($module, /)")]
    fn _git() {}
    #[function("($module, /)")]
    fn _get_cpu_count_config() -> i64 {
        object::hooks::CPU_COUNT.get().map_or(-1, i64::from)
    }
    #[function("($module, /)")]
    fn _is_gil_enabled() -> bool {
        true
    }
    #[function("($module, string, /)")]
    fn _is_interned(s: &PyStr) -> bool {
        s.interned_state() != 0
    }
    #[function("($module, op, /)")]
    fn _is_immortal(o: &PyObject) -> bool {
        o.is_immortal()
    }
    #[function("($module, object, /)", name = "displayhook")]
    fn py_displayhook(value: &PyObject) -> PyResult<()> {
        let Some(builtins) = modules()?
            .map(|m| m.get_str(intern!("builtins")))
            .transpose()?
            .flatten()
        else {
            return raise!(RuntimeError, "lost builtins module");
        };
        if object::is_none(value) {
            return Ok(());
        }
        let underscore = intern!("_");
        builtins.set_attr(underscore, Some(object::singletons::none_ref()))?;
        let out = match get("stdout")? {
            Some(o) if !object::is_none(&o) => o,
            _ => return raise!(RuntimeError, "lost sys.stdout"),
        };
        let repr = value.repr()?;
        if let Err(raised) = out.call_method(intern!("write"), &[repr.as_object()]) {
            if !object::error::matches::<object::exceptions::UnicodeEncodeError>() {
                return Err(raised);
            }
            object::error::clear();
            let ascii = value.ascii()?;
            out.call_method(intern!("write"), &[ascii.as_object()])?;
        }
        out.call_method(intern!("write"), &[intern!("\n").as_object()])?;
        builtins.set_attr(underscore, Some(value))
    }
    #[function("($module, exctype, value, traceback, /)", name = "excepthook")]
    fn py_excepthook(_class: &PyObject, value: &PyObject, tb: &PyObject) {
        crate::display::print_exception(value, Some(tb));
    }
    #[function("($module, /, *args, **kwargs)", raw, name = "breakpointhook")]
    fn py_breakpointhook(all: FuncArgs<'_>) -> PyResult {
        let name = if config::get().ignore_environment {
            None
        } else {
            std::env::var("PYTHONBREAKPOINT").ok()
        };
        let name = name.unwrap_or_default();
        if name == "0" {
            return Ok(object::none());
        }
        let name = if name.is_empty() {
            "pdb.set_trace".to_string()
        } else {
            name
        };
        let (module, attr) = name.rsplit_once('.').unwrap_or(("builtins", &name));
        let f = object::hooks::import(module).and_then(|m| m.get_attr_str(attr));
        match f {
            Ok(f) => object::call::call_args(&f, &all),
            Err(_) => {
                object::error::clear();
                let msg = format!("Ignoring unimportable $PYTHONBREAKPOINT: \"{name}\"");
                crate::warnings::warn(object::exceptions::RuntimeWarning::type_object(), &msg, 1)?;
                Ok(object::none())
            }
        }
    }
    #[function("($module, unraisable, /)", name = "unraisablehook")]
    fn py_unraisablehook(info: &PyObject) -> PyResult<()> {
        crate::display::unraisable_hook(info)
    }
    #[function("($module, /)")]
    fn exc_info() -> PyResult<Py<PyTuple>> {
        match object::error::handled_exception() {
            None => PyTuple::from_vec(vec![object::none(), object::none(), object::none()]),
            Some(e) => {
                let tb = object::exceptions::traceback_of(&e).unwrap_or_else(object::none);
                PyTuple::from_vec(vec![e.ty().as_object().new_ref(), e, tb])
            }
        }
    }
    #[function("($module, /)")]
    fn exception() -> Option<Py> {
        object::error::handled_exception()
    }
    #[function("($module, status=None, /)")]
    fn exit(status: Option<&PyObject>) -> PyResult<()> {
        let class = object::exceptions::SystemExit::type_object();
        let e = match status {
            None => object::call::call(class.as_object(), &[])?,
            Some(s) => match s.downcast::<PyTuple>() {
                Some(t) => object::call::call_tuple_dict(class.as_object(), t, None)?,
                None if object::is_none(s) => object::call::call(class.as_object(), &[])?,
                None => object::call::call(class.as_object(), &[s])?,
            },
        };
        Err(object::error::raise_object(e))
    }
    #[function("($module, /)")]
    fn getdefaultencoding() -> &'static str {
        "utf-8"
    }
    #[function("($module, /)")]
    fn getfilesystemencoding() -> &'static str {
        "utf-8"
    }
    #[function("($module, /)")]
    fn getfilesystemencodeerrors() -> &'static str {
        "surrogateescape"
    }
    #[function("($module, string, /)", name = "intern")]
    fn py_intern(s: &PyStr) -> PyResult<Py<PyStr>> {
        if !PyStr::check_exact(s.as_object()) {
            return raise!(TypeError, "can't intern {}", s.as_object().ty().full_name());
        }
        Ok(object::intern::intern(s.new_ref()))
    }
    #[function("($module, /)")]
    fn is_finalizing() -> bool {
        crate::FINALIZING.get()
    }
    #[function("($module, /)")]
    fn getrecursionlimit() -> i32 {
        object::thread::tstate().py_recursion_limit.get()
    }
    #[function("($module, limit, /)")]
    fn setrecursionlimit(limit: i32) -> PyResult<()> {
        if limit < 1 {
            return raise!(ValueError, "recursion limit must be greater or equal than 1");
        }
        let ts = object::thread::tstate();
        let depth = ts.py_recursion_limit.get() - ts.py_recursion_remaining.get();
        if depth >= limit {
            return raise!(
                RecursionError,
                "cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low"
            );
        }
        ts.py_recursion_limit.set(limit);
        ts.py_recursion_remaining.set(limit - depth);
        Ok(())
    }
    #[function("($module, /, object, default=<unrepresentable>)", nosig)]
    fn getsizeof(o: &PyObject, default: Option<&PyObject>) -> PyResult {
        match size_of_object(o) {
            Ok(n) => int(n as i64),
            Err(raised) => match default {
                Some(d) if object::error::matches::<object::exceptions::TypeError>() => {
                    object::error::clear();
                    Ok(d.new_ref())
                }
                _ => Err(raised),
            },
        }
    }
    #[function("($module, object, /)")]
    fn getrefcount(o: &PyObject) -> i64 {
        o.refcount() as i64
    }
    #[function("($module, /)")]
    fn getallocatedblocks() -> i64 {
        object::gc::STATE.counts[0].get() as i64
    }
    #[function("($module, /, *, _only_immortal=False)")]
    fn getunicodeinternedsize(_only_immortal: Option<bool>) -> i64 {
        0
    }
    #[function("($module, /)")]
    fn getswitchinterval() -> f64 {
        crate::thread::switch_interval()
    }
    #[function("($module, interval, /)")]
    fn setswitchinterval(interval: f64) -> PyResult<()> {
        if interval <= 0.0 {
            return raise!(ValueError, "switch interval must be strictly positive");
        }
        crate::thread::set_switch_interval(interval);
        Ok(())
    }
    #[function("($module, /)")]
    fn get_int_max_str_digits() -> usize {
        object::int::max_str_digits()
    }
    #[function("($module, /, maxdigits)")]
    fn set_int_max_str_digits(maxdigits: isize) -> PyResult<()> {
        if maxdigits != 0 && maxdigits < 640 {
            return raise!(ValueError, "maxdigits must be >= 640 or 0 for unlimited");
        }
        object::int::set_max_str_digits(maxdigits as usize);
        Ok(())
    }
    #[function("($module, /)")]
    fn get_coroutine_origin_tracking_depth() -> i32 {
        object::thread::tstate().coroutine_origin_tracking_depth.get()
    }
    #[function("($module, /, depth)")]
    fn set_coroutine_origin_tracking_depth(depth: i32) -> PyResult<()> {
        if depth < 0 {
            return raise!(ValueError, "depth must be >= 0");
        }
        object::thread::tstate()
            .coroutine_origin_tracking_depth
            .set(depth);
        Ok(())
    }
    #[function("($module, /)")]
    fn get_asyncgen_hooks() -> PyResult {
        let ts = object::thread::tstate();
        record(
            "asyncgen_hooks",
            "",
            &[
                (
                    "firstiter",
                    ts.async_gen_firstiter.get().unwrap_or_else(object::none),
                ),
                (
                    "finalizer",
                    ts.async_gen_finalizer.get().unwrap_or_else(object::none),
                ),
            ],
        )
    }
    #[function("($module, /, firstiter=None, finalizer=None)", nosig)]
    fn set_asyncgen_hooks(firstiter: Option<&PyObject>, finalizer: Option<&PyObject>) -> PyResult<()> {
        let ts = object::thread::tstate();
        for (v, what) in [(firstiter, "firstiter"), (finalizer, "finalizer")] {
            if let Some(v) = v
                && !object::is_none(v)
                && !v.is_callable()
            {
                return raise!(TypeError, "callable {what} expected, got {}", v.ty().full_name());
            }
        }
        let own = |v: &PyObject| {
            if object::is_none(v) {
                None
            } else {
                Some(v.new_ref())
            }
        };
        if let Some(f) = finalizer {
            object::audit!("sys.set_asyncgen_hook_finalizer")?;
            ts.async_gen_finalizer.set(own(f));
        }
        if let Some(f) = firstiter {
            object::audit!("sys.set_asyncgen_hook_firstiter")?;
            ts.async_gen_firstiter.set(own(f));
        }
        Ok(())
    }
    #[function("($module, function, /)")]
    fn settrace(f: &PyObject) -> PyResult<()> {
        vm::tracing::set_trace(Some(f).filter(|f| !object::is_none(f)))
    }
    #[function("($module, /)")]
    fn gettrace() -> Option<Py> {
        object::thread::tstate().c_traceobj.get()
    }
    #[function("($module, function, /)")]
    fn setprofile(f: &PyObject) -> PyResult<()> {
        vm::tracing::set_profile(Some(f).filter(|f| !object::is_none(f)))
    }
    #[function("($module, /)")]
    fn getprofile() -> Option<Py> {
        object::thread::tstate().c_profileobj.get()
    }
    #[function("($module, func, args, /)")]
    fn call_tracing(f: &PyObject, args: &PyTuple) -> PyResult {
        vm::tracing::call_tracing(|| object::call::call_tuple_dict(f, args, None))
    }
    #[function("($module, function, /)", nosig)]
    fn _settraceallthreads(f: &PyObject) -> PyResult<()> {
        vm::tracing::set_trace_all_threads(Some(f).filter(|f| !object::is_none(f)))
    }
    #[function("($module, function, /)", nosig)]
    fn _setprofileallthreads(f: &PyObject) -> PyResult<()> {
        vm::tracing::set_profile_all_threads(Some(f).filter(|f| !object::is_none(f)))
    }
    #[function("($module, /)")]
    fn _current_frames() -> PyResult<Py<PyDict>> {
        object::audit!("sys._current_frames")?;
        let d = PyDict::new()?;
        let f = frame::current();
        if !f.is_null() {
            // SAFETY: the running frame.
            let o = unsafe { InterpreterFrame::frame_object(f)? };
            d.set_item(&*PyInt::from_i64(crate::thread::ident() as i64)?, o)?;
        }
        Ok(d)
    }
    #[function("($module, /)")]
    fn _current_exceptions() -> PyResult<Py<PyDict>> {
        object::audit!("sys._current_exceptions")?;
        let d = PyDict::new()?;
        let e = object::error::handled_exception().unwrap_or_else(object::none);
        d.set_item(&*PyInt::from_i64(crate::thread::ident() as i64)?, &*e)?;
        Ok(d)
    }
    #[function("($module, backend, /)")]
    fn activate_stack_trampoline(_b: &PyObject) -> PyResult<()> {
        raise!(ValueError, "perf trampoline not available")
    }
    #[function("($module, /)")]
    fn deactivate_stack_trampoline() {}
    #[function("($module, /)")]
    fn is_stack_trampoline_active() -> bool {
        false
    }
    #[function("($module, /)")]
    fn is_remote_debug_enabled() -> bool {
        false
    }

    #[exec]
    fn exec(m: &PyModule) -> PyResult<()> {
        MODULE.set(Some(m.new_ref()));
        let c = config::get();
        m.add_value("version", version())?;
        m.add_value("taipan_version", env!("CARGO_PKG_VERSION"))?;
        m.add_value("hexversion", HEXVERSION)?;
        m.add_value("api_version", 1013i64)?;
        m.add_value(
            "copyright",
            "Copyright (c) 2026 the Taipan developers.\nAll Rights Reserved.\n\nCopyright (c) 2001 Python Software Foundation (the standard library).\nAll Rights Reserved.",
        )?;
        m.add_value("platform", "linux")?;
        m.add_value(
            "byteorder",
            if cfg!(target_endian = "little") {
                "little"
            } else {
                "big"
            },
        )?;
        m.add_value("maxsize", i64::MAX)?;
        m.add_value("maxunicode", 0x10FFFFi64)?;
        m.add_value("abiflags", "")?;
        m.add_value("platlibdir", "lib")?;
        m.add_value("float_repr_style", "short")?;
        m.add_value("executable", c.executable.as_str())?;
        m.add_value("_base_executable", c.executable.as_str())?;
        m.add_value("_framework", "")?;
        m.add(
            "pycache_prefix",
            &*match &c.pycache_prefix {
                Some(p) => text(p)?,
                None => object::none(),
            },
        )?;
        m.add(
            "dont_write_bytecode",
            &object::bool::py_bool(c.dont_write_bytecode),
        )?;
        m.add(
            "_git",
            PyTuple::from_vec(vec![text("CPython")?, text("")?, text("")?])?.as_object(),
        )?;
        let (major, minor, micro) = (int(3)?, int(14)?, int(HEXVERSION >> 8 & 0xff)?);
        let info = record(
            "sys.version_info",
            "",
            &[
                ("major", major),
                ("minor", minor),
                ("micro", micro),
                ("releaselevel", text("final")?),
                ("serial", int(0)?),
            ],
        )?;
        object::structseq::disallow_instantiation(info.ty())?;
        m.add("version_info", &info)?;
        let implementation = namespace(&[
            ("name", text("cpython")?),
            ("cache_tag", text("cpython-314")?),
            ("version", info.clone()),
            ("hexversion", int(HEXVERSION)?),
            ("_multiarch", text("x86_64-linux-gnu")?),
            ("supports_isolated_interpreters", object::bool::py_bool(false)),
        ])?;
        m.add("implementation", &implementation)?;
        m.add("flags", &*flags(c)?)?;
        m.add(
            "float_info",
            &*record(
                "sys.float_info",
                "",
                &[
                    ("max", object::IntoPy::into_py(f64::MAX)?),
                    ("max_exp", int(1024)?),
                    ("max_10_exp", int(308)?),
                    ("min", object::IntoPy::into_py(f64::MIN_POSITIVE)?),
                    ("min_exp", int(-1021)?),
                    ("min_10_exp", int(-307)?),
                    ("dig", int(15)?),
                    ("mant_dig", int(53)?),
                    ("epsilon", object::IntoPy::into_py(f64::EPSILON)?),
                    ("radix", int(2)?),
                    ("rounds", int(1)?),
                ],
            )?,
        )?;
        m.add(
            "int_info",
            &*record(
                "sys.int_info",
                "",
                &[
                    ("bits_per_digit", int(30)?),
                    ("sizeof_digit", int(4)?),
                    ("default_max_str_digits", int(4300)?),
                    ("str_digits_check_threshold", int(640)?),
                ],
            )?,
        )?;
        m.add(
            "hash_info",
            &*record(
                "sys.hash_info",
                "",
                &[
                    ("width", int(64)?),
                    ("modulus", int((1 << 61) - 1)?),
                    ("inf", int(314159)?),
                    ("nan", int(0)?),
                    ("imag", int(1000003)?),
                    ("algorithm", text("siphash13")?),
                    ("hash_bits", int(64)?),
                    ("seed_bits", int(128)?),
                    ("cutoff", int(0)?),
                ],
            )?,
        )?;
        m.add(
            "thread_info",
            &*record(
                "sys.thread_info",
                "",
                &[
                    ("name", text("pthread")?),
                    ("lock", text("semaphore")?),
                    ("version", object::none()),
                ],
            )?,
        )?;
        for (copy, name) in [
            ("__displayhook__", "displayhook"),
            ("__excepthook__", "excepthook"),
            ("__breakpointhook__", "breakpointhook"),
            ("__unraisablehook__", "unraisablehook"),
        ] {
            if let Some(f) = m.dict()?.get_str(&*PyStr::new(name)?)? {
                m.add(copy, &f)?;
            }
        }
        let strings = |list: &[String]| -> PyResult<Py<PyList>> {
            PyList::from_vec(
                list.iter()
                    .map(|s| crate::os_text(s))
                    .collect::<PyResult<Vec<Py>>>()?,
            )
        };
        let arguments = |list: &[std::ffi::OsString]| -> PyResult<Py<PyList>> {
            PyList::from_vec(
                list.iter()
                    .map(|s| Ok(crate::os_bytes(s.as_bytes())?.into_object()))
                    .collect::<PyResult<Vec<Py>>>()?,
            )
        };
        m.add("argv", arguments(&c.argv)?.as_object())?;
        m.add("orig_argv", arguments(&c.orig_argv)?.as_object())?;
        m.add("warnoptions", strings(&c.warn_options)?.as_object())?;
        let x = PyDict::new()?;
        for o in &c.x_options {
            match o.split_once('=') {
                Some((k, v)) => x.set_item(&*PyStr::new(k)?, &*PyStr::new(v)?)?,
                None => x.set_item(&*PyStr::new(o)?, object::bool::true_ref())?,
            }
        }
        m.add("_xoptions", x.as_object())?;
        m.add("meta_path", PyList::new()?.as_object())?;
        m.add("path_hooks", PyList::new()?.as_object())?;
        m.add("path_importer_cache", PyDict::new()?.as_object())?;
        m.add("modules", PyDict::new()?.as_object())?;
        // until the streams are there
        m.add("stderr", &*crate::stdprinter::stderr()?)?;
        let names: Vec<Py> = crate::import::builtin_names()
            .into_iter()
            .map(|n| text(&n))
            .collect::<PyResult<_>>()?;
        m.add("builtin_module_names", PyTuple::from_vec(names)?.as_object())?;
        let stdlib = crate::stdlib_names::NAMES
            .iter()
            .map(|n| text(n))
            .collect::<PyResult<Vec<Py>>>()?;
        let stdlib = PyTuple::from_vec(stdlib)?;
        m.add(
            "stdlib_module_names",
            &object::set::PySet::frozen_from_iterable(stdlib.as_object())?.into_object(),
        )?;
        let monitoring = object::class::create_module::<crate::monitoring::Monitoring>()?;
        m.add("monitoring", &monitoring)?;
        let jit = object::class::create_module::<crate::jit::Jit>()?;
        m.add("_jit", &jit)?;
        crate::paths::set_up(m)
    }
}

/// `sys.getsizeof`: `__sizeof__()` and the collector's words.
pub fn size_of_object(o: &PyObject) -> PyResult<usize> {
    let Some(r) = object::typeobject::call_special(o, intern!("__sizeof__"), &[])? else {
        return raise!(TypeError, "Type {} doesn't define __sizeof__", o.ty().full_name());
    };
    let n = match r.downcast::<PyInt>() {
        Some(i) => object::number::index_as_isize(i.as_object())?,
        None => return raise!(TypeError, "an integer is required"),
    };
    if n < 0 {
        return raise!(ValueError, "__sizeof__() should return >= 0");
    }
    Ok(n as usize + object::alloc::presize(o.ty()) * object::gc::is_gc(o) as usize)
}
