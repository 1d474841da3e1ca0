//! The module `builtins`.

use crate::compile::{self, Request};
use object::exceptions as exc;
use object::{
    Args, CompareOp, FuncArgs, Py, PyClass, PyDict, PyLayout, PyList, PyModule, PyObject, PyResult, PyStr,
    PyTuple, PyTypeObject, error, intern, iter, number, pymodule, raise, typeobject,
};
use syntax::Mode;
use vm::code::PyCode;
use vm::frame::{self, InterpreterFrame};
use vm::function::PyFunction;

pub struct Builtins;

fn current_frame() -> Option<*mut InterpreterFrame> {
    let f = frame::current();
    if f.is_null() { None } else { Some(f) }
}

/// The running frame's globals.
pub fn globals() -> PyResult<Option<Py>> {
    // SAFETY: the running frame and its namespaces are alive.
    Ok(unsafe {
        current_frame()
            .and_then(|f| (*f).globals.as_ref())
            .map(|g| g.new_ref())
    })
}

/// `locals()` of the running frame (PEP 667).
pub fn locals() -> PyResult {
    match current_frame() {
        Some(f) => {
            // SAFETY: the running frame.
            let l = unsafe { vm::frameobject::frame_locals(f)? };
            // in optimized scopes a snapshot
            if l.ty().full_name() == "FrameLocalsProxy" {
                let d = PyDict::new()?;
                d.update(&l, true)?;
                return Ok(d.into_object());
            }
            Ok(l)
        }
        None => raise!(SystemError, "frame does not exist"),
    }
}

fn minmax(args: FuncArgs<'_>, op: CompareOp, name: &str) -> PyResult {
    let mut key = None;
    let mut default = None;
    for (k, v) in args.keywords().iter() {
        match k.downcast::<PyStr>() {
            Some(k) if k.eq_str("key") => key = Some(v).filter(|v| !object::is_none(v)),
            Some(k) if k.eq_str("default") => default = Some(v),
            Some(k) => return raise!(TypeError, "{name}() got an unexpected keyword argument '{k}'"),
            None => return raise!(TypeError, "keywords must be strings"),
        }
    }
    if args.pos.is_empty() {
        return raise!(TypeError, "{name} expected at least 1 argument, got 0");
    }
    let several = args.pos.len() > 1;
    if several && default.is_some() {
        return raise!(
            TypeError,
            "Cannot specify a default for {name}() with multiple positional arguments"
        );
    }
    let mut best: Option<(Py, Py)> = None;
    let mut consider = |item: Py| -> PyResult<()> {
        let k = match key {
            Some(f) => object::call::call(f, &[&item])?,
            None => item.clone(),
        };
        let better = match &best {
            None => true,
            Some((_, b)) => k.rich_compare_bool(b, op)?,
        };
        if better {
            best = Some((item, k));
        }
        Ok(())
    };
    if several {
        for a in args.pos {
            consider(a.new_ref())?;
        }
    } else {
        let it = iter::get_iter(args.pos[0])?;
        while let Some(v) = iter::next(&it)? {
            consider(v)?;
        }
    }
    match (best, default) {
        (Some((v, _)), _) => Ok(v),
        (None, Some(d)) => Ok(d.new_ref()),
        (None, None) => raise!(ValueError, "{name}() iterable argument is empty"),
    }
}

/// The `globals` and `locals` of `exec` and `eval`.
fn namespaces(fname: &str, g: Option<&PyObject>, l: Option<&PyObject>) -> PyResult<(Py<PyDict>, Py)> {
    let g = g.filter(|g| !object::is_none(g));
    let l = l.filter(|l| !object::is_none(l));
    if let Some(l) = l {
        let mapping = l
            .ty()
            .as_mapping()
            .is_some_and(|m| m.mp_subscript.get().is_some());
        if !mapping {
            return if fname == "exec" {
                raise!(
                    TypeError,
                    "locals must be a mapping or None, not {}",
                    l.ty().full_name()
                )
            } else {
                raise!(TypeError, "locals must be a mapping")
            };
        }
    }
    let (globals_obj, default_locals) = match g {
        Some(g) => (g.new_ref(), g.new_ref()),
        None => {
            let Some(g) = globals()? else {
                return raise!(
                    TypeError,
                    "{fname} must be given globals and locals when called without a frame"
                );
            };
            let l = match l {
                Some(_) => object::none(),
                None => locals()?,
            };
            (g, l)
        }
    };
    let dict = match globals_obj.downcast_into::<PyDict>() {
        Ok(d) => d,
        Err(g) => {
            return if fname == "exec" {
                raise!(
                    TypeError,
                    "exec() globals must be a dict, not {}",
                    g.ty().full_name()
                )
            } else if g.ty().as_mapping().is_none_or(|m| m.mp_subscript.get().is_none()) {
                raise!(TypeError, "globals must be a dict")
            } else {
                raise!(
                    TypeError,
                    "globals must be a real dict; try eval(code, {{}}, mapping)"
                )
            };
        }
    };
    if dict.get_str(intern!("__builtins__"))?.is_none() {
        dict.set_item(intern!("__builtins__"), &*vm::runtime::current_builtins())?;
    }
    Ok((dict, l.map_or(default_locals, |l| l.new_ref())))
}

/// The `CO_FUTURE_*` bits of the code that calls.
fn inherited_flags() -> i32 {
    match current_frame() {
        // SAFETY: the running frame.
        Some(f) => unsafe { InterpreterFrame::code(f).flags() as i32 & compile::FUTURE_MASK },
        None => 0,
    }
}

fn run_text(fname: &str, source: &PyObject, mode: Mode, g: &PyDict, l: &PyObject) -> PyResult {
    let filename = PyStr::new("<string>")?;
    let mut text = compile::source_text(source, fname, "string, bytes or code", &filename)?;
    if mode == Mode::Eval {
        text = text.trim_start_matches([' ', '\t']).to_string();
    }
    if object::hooks::is_audited() {
        let told = object::PyBytes::new(text.as_bytes())?;
        object::hooks::audit("compile", &[told.as_object(), filename.as_object()])?;
    }
    let code = compile::compile_text(
        &text,
        &Request {
            filename: &filename,
            mode,
            flags: inherited_flags(),
            optimize: crate::config::optimize(),
            feature_version: 14,
        },
    )?;
    object::audit!("exec", code.as_object())?;
    vm::eval::eval_code(&code, g.as_object(), Some(l))
}

#[pymodule(name = "builtins")]
impl Builtins {
    #[function("($module, x, /)")]
    fn abs(x: &PyObject) -> PyResult {
        number::absolute(x)
    }
    #[function("($module, async_iterable, /)")]
    fn aiter(x: &PyObject) -> PyResult {
        vm::generator::get_aiter(x)
    }
    #[function("($module, iterable, /)")]
    fn all(iterable: &PyObject) -> PyResult<bool> {
        let it = iter::get_iter(iterable)?;
        while let Some(v) = iter::next(&it)? {
            if !v.is_true()? {
                return Ok(false);
            }
        }
        Ok(true)
    }
    #[function("($module, aiterator, default=<unrepresentable>, /)")]
    fn anext(aiterator: &PyObject, default: Option<&PyObject>) -> PyResult {
        let awaitable = match aiterator.ty().as_async().and_then(|a| a.am_anext.get()) {
            // SAFETY: a slot called with an object of its type.
            Some(f) => unsafe { f(aiterator)? },
            None => {
                return raise!(
                    TypeError,
                    "'{}' object is not an async iterator",
                    aiterator.ty().full_name()
                );
            }
        };
        match default {
            None => Ok(awaitable),
            Some(d) => vm::asyncgen::anext_with_default(&awaitable, d),
        }
    }
    #[function("($module, iterable, /)")]
    fn any(iterable: &PyObject) -> PyResult<bool> {
        let it = iter::get_iter(iterable)?;
        while let Some(v) = iter::next(&it)? {
            if v.is_true()? {
                return Ok(true);
            }
        }
        Ok(false)
    }
    #[function("($module, obj, /)")]
    fn ascii(obj: &PyObject) -> PyResult<Py<PyStr>> {
        obj.ascii()
    }
    #[function("($module, number, /)")]
    fn bin(x: &PyObject) -> PyResult<Py<PyStr>> {
        number::index(x)?.to_prefixed(2)
    }
    #[function("($module, number, /)")]
    fn hex(x: &PyObject) -> PyResult<Py<PyStr>> {
        number::index(x)?.to_prefixed(16)
    }
    #[function("($module, number, /)")]
    fn oct(x: &PyObject) -> PyResult<Py<PyStr>> {
        number::index(x)?.to_prefixed(8)
    }
    #[function("($module, /, *args, **kws)", raw)]
    fn breakpoint(all: FuncArgs<'_>) -> PyResult {
        let hook = crate::sys::get("breakpointhook")?;
        match hook {
            Some(h) => object::call::call_args(&h, &all),
            None => raise!(RuntimeError, "lost sys.breakpointhook"),
        }
    }
    #[function("($module, obj, /)")]
    fn callable(obj: &PyObject) -> bool {
        obj.is_callable()
    }
    #[function("($module, i, /)")]
    fn chr(i: &PyObject) -> PyResult<Py<PyStr>> {
        let n = number::index(i)?;
        match n.to_i64() {
            Some(c) if (0..0x110000).contains(&c) => PyStr::from_char(c as u32),
            _ => raise!(ValueError, "chr() arg not in range(0x110000)"),
        }
    }
    #[function("($module, character, /)")]
    fn ord(c: &PyObject) -> PyResult<u32> {
        let n = if let Some(s) = c.downcast::<PyStr>() {
            if s.len() == 1 {
                return Ok(s.chars().at(0));
            }
            s.len()
        } else if let Some(b) = c.downcast::<object::PyBytes>() {
            if b.len() == 1 {
                return Ok(b.as_slice()[0] as u32);
            }
            b.len()
        } else if c.downcast::<object::PyByteArray>().is_some() {
            let b = object::buffer::Buffer::simple(c)?.to_vec();
            if b.len() == 1 {
                return Ok(b[0] as u32);
            }
            b.len()
        } else {
            return raise!(
                TypeError,
                "ord() expected string of length 1, but {} found",
                c.ty().full_name()
            );
        };
        raise!(
            TypeError,
            "ord() expected a character, but string of length {n} found"
        )
    }
    #[function(
        "($module, /, source, filename, mode, flags=0,\n        dont_inherit=False, optimize=-1, *, _feature_version=-1)"
    )]
    fn compile(
        source: &PyObject,
        filename: &PyObject,
        mode: &PyStr,
        flags: Option<i32>,
        dont_inherit: Option<bool>,
        optimize: Option<i32>,
        feature_version: Option<i32>,
    ) -> PyResult {
        let filename = crate::fs_decode(filename)?;
        let mut flags = flags.unwrap_or(0);
        let known = compile::FUTURE_MASK | 0x400000 | 0x10 | 0xFF00;
        if flags & !known != 0 {
            return raise!(ValueError, "compile(): unrecognised flags");
        }
        let optimize = match optimize.unwrap_or(-1) {
            -1 => crate::config::optimize(),
            n @ 0..=2 => n as u8,
            _ => return raise!(ValueError, "compile(): invalid optimize value"),
        };
        if !dont_inherit.unwrap_or(false) {
            flags |= inherited_flags();
        }
        let mode = match mode.to_str().as_deref() {
            Some("exec") => Mode::Exec,
            Some("eval") => Mode::Eval,
            Some("single") => Mode::Single,
            Some("func_type") => {
                if flags & compile::PYCF_ONLY_AST == 0 {
                    return raise!(
                        ValueError,
                        "compile() mode 'func_type' requires flag PyCF_ONLY_AST"
                    );
                }
                Mode::FuncType
            }
            _ if flags & compile::PYCF_ONLY_AST != 0 => {
                return raise!(
                    ValueError,
                    "compile() mode must be 'exec', 'eval', 'single' or 'func_type'"
                );
            }
            _ => return raise!(ValueError, "compile() mode must be 'exec', 'eval' or 'single'"),
        };
        let feature = feature_version.unwrap_or(-1);
        let request = Request {
            filename: &filename,
            mode,
            flags,
            optimize,
            feature_version: if feature >= 0 { feature as u8 } else { 14 },
        };
        if let Some(f) = crate::AST_COMPILE.get()
            && let Some(result) = f(source, &request)?
        {
            return Ok(result);
        }
        let text = compile::source_text(source, "compile", "string, bytes or AST", &filename)?;
        if object::hooks::is_audited() {
            let told = object::PyBytes::new(text.as_bytes())?;
            object::hooks::audit("compile", &[told.as_object(), filename.as_object()])?;
        }
        if flags & compile::PYCF_ONLY_AST != 0 {
            return match crate::AST_PARSE.get() {
                Some(f) => f(&text, &request),
                None => raise!(
                    NotImplementedError,
                    "syntax tree objects (the module _ast) are not there yet"
                ),
            };
        }
        Ok(compile::compile_text(&text, &request)?.into_object())
    }
    #[function("($module, obj, name, /)")]
    fn delattr(obj: &PyObject, name: &PyObject) -> PyResult<()> {
        obj.set_attr(object::str::attribute_name(name)?, None)
    }
    #[function("($module, object=<unrepresentable>, /)", nosig)]
    fn dir(obj: Option<&PyObject>) -> PyResult {
        crate::dir(obj)
    }
    #[function("($module, x, y, /)")]
    fn divmod(x: &PyObject, y: &PyObject) -> PyResult {
        number::divmod(x, y)
    }
    #[function("($module, source, /, globals=None, locals=None)")]
    fn eval(source: &PyObject, g: Option<&PyObject>, l: Option<&PyObject>) -> PyResult {
        let (g, l) = namespaces("eval", g, l)?;
        if let Some(code) = source.downcast::<PyCode>() {
            if code.co_nfreevars.get() > 0 {
                return raise!(
                    TypeError,
                    "code object passed to eval() may not contain free variables"
                );
            }
            object::audit!("exec", code.as_object())?;
            return vm::eval::eval_code(code, g.as_object(), Some(&l));
        }
        run_text("eval", source, Mode::Eval, &g, &l)
    }
    #[function("($module, source, /, globals=None, locals=None, *, closure=None)")]
    fn exec(
        source: &PyObject,
        g: Option<&PyObject>,
        l: Option<&PyObject>,
        closure: Option<&PyObject>,
    ) -> PyResult<()> {
        let (g, l) = namespaces("exec", g, l)?;
        let closure = closure.filter(|c| !object::is_none(c));
        if let Some(code) = source.downcast::<PyCode>() {
            let nfree = code.co_nfreevars.get() as usize;
            let cells = match closure {
                None if nfree == 0 => None,
                None => {
                    return raise!(
                        TypeError,
                        "code object requires a closure of exactly length {nfree}"
                    );
                }
                Some(_) if nfree == 0 => {
                    return raise!(TypeError, "cannot use a closure with this code object");
                }
                Some(c) => match c.downcast_exact::<PyTuple>() {
                    Some(t)
                        if t.len() == nfree
                            && t.as_slice().iter().all(|c| vm::cell::PyCell::check_exact(c)) =>
                    {
                        Some(t.new_ref())
                    }
                    _ => {
                        return raise!(
                            TypeError,
                            "code object requires a closure of exactly length {nfree}"
                        );
                    }
                },
            };
            object::audit!("exec", code.as_object())?;
            vm::eval::eval_code_closure(code, g.as_object(), Some(&l), cells)?;
            return Ok(());
        }
        if closure.is_some() {
            return raise!(TypeError, "closure can only be used when source is a code object");
        }
        run_text("exec", source, Mode::Exec, &g, &l)?;
        Ok(())
    }
    #[function("($module, value, format_spec='', /)")]
    fn format(value: &PyObject, spec: Option<&PyStr>) -> PyResult<Py<PyStr>> {
        match spec {
            Some(s) => value.format(s),
            None => value.format(&*PyStr::new("")?),
        }
    }
    #[function("($module, object, name, default=<unrepresentable>, /)", nosig)]
    fn getattr(obj: &PyObject, name: &PyObject, default: Option<&PyObject>) -> PyResult {
        let name = object::str::attribute_name(name)?;
        match default {
            None => obj.get_attr(name),
            Some(d) => Ok(obj.get_attr_opt(name)?.unwrap_or_else(|| d.new_ref())),
        }
    }
    #[function("($module, /)")]
    fn globals() -> PyResult {
        match globals()? {
            Some(g) => Ok(g),
            None => Ok(object::none()),
        }
    }
    #[function("($module, obj, name, /)")]
    fn hasattr(obj: &PyObject, name: &PyObject) -> PyResult<bool> {
        obj.has_attr(object::str::attribute_name(name)?)
    }
    #[function("($module, obj, /)")]
    fn hash(obj: &PyObject) -> PyResult<isize> {
        obj.hash()
    }
    #[function("($module, obj, /)")]
    fn id(obj: &PyObject) -> PyResult<usize> {
        let id = obj.as_ptr() as usize;
        object::audit!("builtins.id", id)?;
        Ok(id)
    }
    #[function("($module, prompt='', /)")]
    fn input(prompt: Option<&PyObject>) -> PyResult {
        object::audit!("builtins.input", prompt)?;
        let line = crate::input(prompt)?;
        object::audit!("builtins.input/result", &*line)?;
        Ok(line)
    }
    #[function("($module, obj, class_or_tuple, /)")]
    fn isinstance(obj: &PyObject, class: &PyObject) -> PyResult<bool> {
        object::protocol::is_instance(obj, class)
    }
    #[function("($module, cls, class_or_tuple, /)")]
    fn issubclass(cls: &PyObject, class: &PyObject) -> PyResult<bool> {
        object::protocol::is_subclass(cls, class)
    }
    #[function("($module, object, sentinel=<unrepresentable>, /)", nosig)]
    fn iter(obj: &PyObject, sentinel: Option<&PyObject>) -> PyResult {
        match sentinel {
            None => iter::get_iter(obj),
            Some(s) => {
                if !obj.is_callable() {
                    return raise!(TypeError, "iter(v, w): v must be callable");
                }
                object::iterators::PyCallIter::of(obj, s)
            }
        }
    }
    #[function("($module, obj, /)")]
    fn len(obj: &PyObject) -> PyResult<usize> {
        obj.length()
    }
    #[function("($module, /)")]
    fn locals() -> PyResult {
        locals()
    }
    #[function("($module, /, *args, **kwds)", raw, nosig)]
    fn max(all: FuncArgs<'_>) -> PyResult {
        minmax(all, CompareOp::Gt, "max")
    }
    #[function("($module, /, *args, **kwds)", raw, nosig)]
    fn min(all: FuncArgs<'_>) -> PyResult {
        minmax(all, CompareOp::Lt, "min")
    }
    #[function("($module, iterator, default=<unrepresentable>, /)", nosig)]
    fn next(iterator: &PyObject, default: Option<&PyObject>) -> PyResult {
        let Some(f) = iterator.ty().tp_iternext.get() else {
            return raise!(
                TypeError,
                "'{}' object is not an iterator",
                iterator.ty().full_name()
            );
        };
        // SAFETY: a slot called with an object of its type.
        match unsafe { f(iterator) } {
            Some(v) => Ok(v),
            None => match default {
                Some(d) => {
                    if error::occurred() {
                        if !error::matches::<exc::StopIteration>() {
                            return Err(object::Raised);
                        }
                        error::clear();
                    }
                    Ok(d.new_ref())
                }
                None if error::occurred() => Err(object::Raised),
                None => raise!(StopIteration),
            },
        }
    }
    #[function("($module, /, base, exp, mod=None)")]
    fn pow(base: &PyObject, exp: &PyObject, modulus: Option<&PyObject>) -> PyResult {
        number::power(base, exp, modulus.filter(|m| !object::is_none(m)))
    }
    #[function("($module, /, *args, sep=' ', end='\\n', file=None, flush=False)")]
    fn print(
        sep: Option<&PyObject>,
        end: Option<&PyObject>,
        file: Option<&PyObject>,
        flush: Option<bool>,
        args: Args<'_>,
    ) -> PyResult<()> {
        let file = match file.filter(|f| !object::is_none(f)) {
            Some(f) => f.new_ref(),
            None => match crate::sys::get("stdout")? {
                Some(f) if object::is_none(&f) => return Ok(()),
                Some(f) => f,
                None => return raise!(RuntimeError, "lost sys.stdout"),
            },
        };
        let check = |v: Option<&PyObject>, what: &str| -> PyResult<Option<Py>> {
            match v.filter(|v| !object::is_none(v)) {
                None => Ok(None),
                Some(v) if PyStr::check(v) => Ok(Some(v.new_ref())),
                Some(v) => raise!(
                    TypeError,
                    "{what} must be None or a string, not {}",
                    v.ty().full_name()
                ),
            }
        };
        let sep = check(sep, "sep")?;
        let end = check(end, "end")?;
        let write = file.get_attr(intern!("write"))?;
        for (i, a) in args.iter().enumerate() {
            if i > 0 {
                let s = sep.as_deref().unwrap_or(intern!(" ").as_object());
                object::call::call(&write, &[s])?;
            }
            let text = a.str()?;
            object::call::call(&write, &[text.as_object()])?;
        }
        let e = end.as_deref().unwrap_or(intern!("\n").as_object());
        object::call::call(&write, &[e])?;
        if flush.unwrap_or(false) {
            file.call_method(intern!("flush"), &[])?;
        }
        Ok(())
    }
    #[function("($module, obj, /)")]
    fn repr(obj: &PyObject) -> PyResult<Py<PyStr>> {
        obj.repr()
    }
    #[function("($module, /, number, ndigits=None)")]
    fn round(n: &PyObject, ndigits: Option<&PyObject>) -> PyResult {
        let args: Vec<&PyObject> = ndigits.into_iter().filter(|d| !object::is_none(d)).collect();
        match typeobject::call_special(n, intern!("__round__"), &args)? {
            Some(r) => Ok(r),
            None => raise!(
                TypeError,
                "type {} doesn't define __round__ method",
                n.ty().full_name()
            ),
        }
    }
    #[function("($module, obj, name, value, /)")]
    fn setattr(obj: &PyObject, name: &PyObject, value: &PyObject) -> PyResult<()> {
        obj.set_attr(object::str::attribute_name(name)?, Some(value))
    }
    #[function("($module, iterable, /, *, key=None, reverse=False)", raw)]
    fn sorted(all: FuncArgs<'_>) -> PyResult {
        all.check_positional("sorted", 1, 1)?;
        // made as `list(iterable)` is, with the same room to spare
        let list = PyList::new()?;
        list.extend(all.pos[0])?;
        let (sort, _) = object::typeobject::get_method(list.as_object(), intern!("sort"))?;
        let pos: &[&PyObject] = &[list.as_object()];
        object::call::call_args(&sort, &FuncArgs { pos, ..all })?;
        Ok(list.into_object())
    }
    #[function("($module, iterable, /, start=0)")]
    fn sum(iterable: &PyObject, start: Option<&PyObject>) -> PyResult {
        crate::sum::sum(iterable, start)
    }
    #[function("($module, object=<unrepresentable>, /)", nosig)]
    fn vars(obj: Option<&PyObject>) -> PyResult {
        match obj {
            None => locals(),
            Some(o) => match o.get_attr_opt(intern!("__dict__"))? {
                Some(d) => Ok(d),
                None => raise!(TypeError, "vars() argument must have __dict__ attribute"),
            },
        }
    }
    #[function("($module, func, name, /, *bases, **kwds)", raw, nosig)]
    fn __build_class__(all: FuncArgs<'_>) -> PyResult {
        build_class(all)
    }
    #[function("($module, /, name, globals=None, locals=None, fromlist=(),\n           level=0)")]
    fn __import__(
        name: &PyObject,
        g: Option<&PyObject>,
        _l: Option<&PyObject>,
        fromlist: Option<&PyObject>,
        level: Option<i32>,
    ) -> PyResult {
        crate::import::import_name(name, g, fromlist, level.unwrap_or(0))
    }

    #[exec]
    fn exec_module(module: &PyModule) -> PyResult<()> {
        for e in crate::exception_classes() {
            module.add(e.name(), e.as_object())?;
        }
        module.add("EnvironmentError", exc::OSError::type_object().as_object())?;
        module.add("IOError", exc::OSError::type_object().as_object())?;
        module.add("None", object::singletons::none_ref())?;
        module.add("Ellipsis", &object::ellipsis())?;
        module.add("NotImplemented", &object::not_implemented())?;
        module.add("True", object::bool::true_ref())?;
        module.add("False", object::bool::false_ref())?;
        module.add(
            "__debug__",
            &object::bool::py_bool(crate::config::optimize() == 0),
        )?;
        for t in crate::builtin_types() {
            module.add(t.name(), t.as_object())?;
        }
        Ok(())
    }
}

/// `__build_class__(func, name, *bases, metaclass=…, **kwds)`
fn build_class(all: FuncArgs<'_>) -> PyResult {
    if all.pos.len() < 2 {
        return raise!(TypeError, "__build_class__: not enough arguments");
    }
    let Some(func) = all.pos[0].downcast_exact::<PyFunction>() else {
        return raise!(TypeError, "__build_class__: func must be a function");
    };
    let Some(name) = all.pos[1].downcast::<PyStr>() else {
        return raise!(TypeError, "__build_class__: name is not a string");
    };
    let orig_bases = PyTuple::from_refs(&all.pos[2..])?;
    let bases = crate::update_bases(&orig_bases)?;
    let kwds = if all.kwvalues.is_empty() {
        None
    } else {
        Some(all.keywords().to_dict()?)
    };
    let mut meta = None;
    let mut is_class = false;
    if let Some(k) = &kwds
        && let Some(m) = k.pop_item(intern!("metaclass").as_object())?
    {
        is_class = PyTypeObject::check(&m);
        meta = Some(m);
    }
    let mut meta = match meta {
        Some(m) => m,
        None => {
            is_class = true;
            match bases.as_slice().first() {
                Some(b) => b.ty().as_object().new_ref(),
                None => PyTypeObject::type_object().as_object().new_ref(),
            }
        }
    };
    if is_class && let Some(m) = meta.downcast::<PyTypeObject>() {
        meta = typeobject::calculate_metaclass(m, &bases)?.into_object();
    }
    let prepare = meta.get_attr_opt(intern!("__prepare__"))?;
    let pos = [name.as_object(), bases.as_object()];
    let call_with_kwds = |f: &PyObject, args: &[&PyObject]| -> PyResult {
        let t = PyTuple::from_refs(args)?;
        object::call::call_tuple_dict(f, &t, kwds.as_deref())
    };
    let ns = match prepare {
        None => PyDict::new()?.into_object(),
        Some(p) => call_with_kwds(&p, &pos)?,
    };
    if ns
        .ty()
        .as_mapping()
        .is_none_or(|m| m.mp_subscript.get().is_none())
    {
        let mname = match meta.downcast::<PyTypeObject>() {
            Some(m) if is_class => m.name().to_string(),
            _ => "<metaclass>".to_string(),
        };
        return raise!(
            TypeError,
            "{mname}.__prepare__() must return a mapping, not {}",
            ns.ty().full_name()
        );
    }
    let cell = vm::eval::run_frame_for_class_body(func, &ns)?;
    if !bases.is(&*orig_bases) {
        ns.set_item(
            intern!("__orig_bases__").as_object(),
            Some(orig_bases.as_object()),
        )?;
    }
    let cls = call_with_kwds(&meta, &[name.as_object(), bases.as_object(), &ns])?;
    if PyTypeObject::check(&cls)
        && let Some(c) = cell.downcast_exact::<vm::cell::PyCell>()
    {
        match c.ob_ref.get() {
            None => {
                return raise!(
                    RuntimeError,
                    "__class__ not set defining {} as {}. Was __classcell__ propagated to type.__new__?",
                    name.as_object().repr()?,
                    cls.repr()?
                );
            }
            Some(got) if !got.is(&*cls) => {
                return raise!(
                    TypeError,
                    "__class__ set to {} defining {} as {}",
                    got.repr()?,
                    name.as_object().repr()?,
                    cls.repr()?
                );
            }
            _ => {}
        }
    }
    Ok(cls)
}
