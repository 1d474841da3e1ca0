//! Runs one file with a handful of builtins: a driver for trying the evaluation loop by itself.

use object::exceptions as exc;
use object::typeobject::PyTypeObject;
use object::{
    Args, KwArgs, Py, PyClass, PyDict, PyLayout, PyObject, PyResult, PyStr, PyTuple, pymodule, raise,
};
use vm::function::PyFunction;

struct Builtins;

#[pymodule(name = "builtins", types())]
impl Builtins {
    #[function("(*args, sep=' ', end='\\n')")]
    fn print(sep: Option<&PyStr>, end: Option<&PyStr>, args: Args<'_>) -> PyResult<()> {
        let sep = sep.map_or(" ".to_string(), |s| s.to_string());
        let mut out = String::new();
        for (i, a) in args.iter().enumerate() {
            if i > 0 {
                out.push_str(&sep);
            }
            out.push_str(&a.str()?.to_string());
        }
        out.push_str(&end.map_or("\n".to_string(), |s| s.to_string()));
        print!("{out}");
        Ok(())
    }
    #[function("(obj, /)")]
    fn len(obj: &PyObject) -> PyResult<usize> {
        obj.length()
    }
    #[function("(obj, /)")]
    fn repr(obj: &PyObject) -> PyResult<Py<PyStr>> {
        obj.repr()
    }
    #[function("(obj, /)")]
    fn iter(obj: &PyObject) -> PyResult {
        object::iter::get_iter(obj)
    }
    #[function("(obj, default=None, /)")]
    fn next(obj: &PyObject, default: Option<&PyObject>) -> PyResult {
        match object::iter::next(obj)? {
            Some(v) => Ok(v),
            None => match default {
                Some(d) => Ok(d.new_ref()),
                None => raise!(StopIteration),
            },
        }
    }
    #[function("(obj, cls, /)")]
    fn isinstance(obj: &PyObject, cls: &PyObject) -> PyResult<bool> {
        object::protocol::is_instance(obj, cls)
    }
    #[function("(obj, cls, /)")]
    fn issubclass(obj: &PyObject, cls: &PyObject) -> PyResult<bool> {
        object::protocol::is_subclass(obj, cls)
    }
    #[function("(obj, name, default=None, /)")]
    fn getattr(obj: &PyObject, name: &PyStr, default: Option<&PyObject>) -> PyResult {
        match default {
            None => obj.get_attr(name),
            Some(d) => Ok(obj.get_attr_opt(name)?.unwrap_or_else(|| d.new_ref())),
        }
    }
    #[function("(obj, name, value, /)")]
    fn setattr(obj: &PyObject, name: &PyStr, value: &PyObject) -> PyResult<()> {
        obj.set_attr(name, Some(value))
    }
    #[function("(obj, name, /)")]
    fn hasattr(obj: &PyObject, name: &PyStr) -> PyResult<bool> {
        obj.has_attr(name)
    }
    #[function("(obj, /)")]
    fn id(obj: &PyObject) -> usize {
        obj.as_ptr() as usize
    }
    #[function("(func, /)")]
    fn settrace(func: &PyObject) -> PyResult<()> {
        vm::tracing::set_trace(Some(func).filter(|f| !object::is_none(f)))
    }
    #[function("(func, /)")]
    fn setprofile(func: &PyObject) -> PyResult<()> {
        vm::tracing::set_profile(Some(func).filter(|f| !object::is_none(f)))
    }
    #[function("()")]
    fn locals() -> PyResult {
        // SAFETY: called from a Python frame.
        unsafe { vm::frameobject::locals_snapshot(vm::frame::current()) }
    }
    #[function("()")]
    fn globals() -> Option<Py> {
        object::hooks::current_globals()
    }
    #[function("(iterable, start=0)")]
    fn sum(iterable: &PyObject, start: Option<&PyObject>) -> PyResult {
        let mut total = match start {
            Some(s) => s.new_ref(),
            None => object::PyInt::from_i64(0)?.into_object(),
        };
        for v in object::iter::collect(iterable)? {
            total = object::number::add(&total, &v)?;
        }
        Ok(total)
    }
    #[function("(iterable, /)")]
    fn all(iterable: &PyObject) -> PyResult<bool> {
        for v in object::iter::collect(iterable)? {
            if !v.is_true()? {
                return Ok(false);
            }
        }
        Ok(true)
    }
    #[function("(iterable, /)")]
    fn any(iterable: &PyObject) -> PyResult<bool> {
        for v in object::iter::collect(iterable)? {
            if v.is_true()? {
                return Ok(true);
            }
        }
        Ok(false)
    }
    #[function("(func, name, /, *bases, **kwds)")]
    fn __build_class__(func: &PyFunction, name: &PyStr, bases: Args<'_>, kwds: KwArgs<'_>) -> PyResult {
        let bases = PyTuple::from_refs(bases)?;
        let meta: Py = match kwds.get("metaclass") {
            Some(m) => m.new_ref(),
            None => match bases.as_slice().first() {
                Some(b) => b.ty().as_object().new_ref(),
                None => PyTypeObject::type_object().as_object().new_ref(),
            },
        };
        let kw = kwds.to_dict()?;
        kw.pop_item(object::intern!("metaclass").as_object())?;
        let ns = match meta.get_attr_opt(object::intern!("__prepare__"))? {
            Some(p) => object::call::call_tuple_dict(
                &p,
                &*PyTuple::from_refs(&[name.as_object(), bases.as_object()])?,
                Some(&kw),
            )?,
            None => PyDict::new()?.into_object(),
        };
        let cell = vm::eval::run_frame_for_class_body(func, &ns)?;
        let cls = object::call::call_tuple_dict(
            &meta,
            &*PyTuple::from_refs(&[name.as_object(), bases.as_object(), &ns])?,
            Some(&kw),
        )?;
        if let Some(c) = cell.downcast::<vm::cell::PyCell>()
            && c.ob_ref.is_none()
        {
            c.ob_ref.set(Some(cls.clone()));
        }
        Ok(cls)
    }
}

fn show(e: &PyObject) {
    // SAFETY: an exception is a `BaseException`.
    let base = unsafe { e.downcast_unchecked::<exc::BaseException>() };
    if let Some(c) = base.cause.get().or_else(|| {
        if base.suppress_context.get() == 0 {
            base.context.get()
        } else {
            None
        }
    }) {
        show(&c);
        println!("-- then --");
    }
    let mut tb = base.traceback.get();
    while let Some(t) = tb {
        let Some(t) = t.downcast::<vm::traceback::PyTraceback>() else {
            break;
        };
        let name = t
            .tb_frame
            .get()
            .and_then(|f| f.code().map(|c| c.name().to_string()));
        println!("  line {:?} in {}", t.lineno(), name.unwrap_or_default());
        tb = t.tb_next.get();
    }
    let text = e
        .str()
        .map(|s| s.to_string())
        .unwrap_or_else(|_| "<error>".into());
    object::error::clear();
    println!("{}: {text}", e.ty().full_name());
}

fn run(path: &str) -> PyResult<()> {
    let types = object::startup::ready_types()?;
    vm::ready_types()?;
    let m = object::class::create_module::<Builtins>()?;
    let dict = m.downcast::<object::PyModule>().expect("a module").dict()?;
    let more = [
        object::PyList::type_object(),
        object::PyDict::type_object(),
        object::PyTuple::type_object(),
        object::PySet::type_object(),
        object::PyInt::type_object(),
        object::PyFloat::type_object(),
        object::PyStr::type_object(),
        object::bool::PyBool::type_object(),
        object::range::PyRange::type_object(),
        object::descr::PyProperty::type_object(),
        object::descr::PyStaticMethod::type_object(),
        object::descr::PyClassMethod::type_object(),
        object::typeobject::PySuper::type_object(),
        object::typeobject::PyBaseObject::type_object(),
        PyTypeObject::type_object(),
        object::iterators::PyZip::type_object(),
        object::iterators::PyEnumerate::type_object(),
    ];
    for t in types.into_iter().chain(more) {
        dict.set_item(&*object::intern::intern_str(t.name())?, t.as_object())?;
    }
    dict.set_item(object::intern!("None"), object::singletons::none_ref())?;
    dict.set_item(object::intern!("__name__"), &*PyStr::new("builtins")?)?;
    vm::runtime::set_builtins(dict.clone());
    let source = std::fs::read_to_string(path).expect("a readable file");
    let parsed = match syntax::parse(&source, syntax::Mode::Exec, Default::default()) {
        Ok(p) => p,
        Err(e) => {
            println!("SyntaxError: {e}");
            return Ok(());
        }
    };
    let options = compiler::Options {
        filename: path.to_string(),
        optimize: 0,
        future_flags: 0,
        allow_top_level_await: false,
    };
    let code = match compiler::compile(&parsed.module, Some(&source), &options, &mut Vec::new()) {
        Ok(c) => c,
        Err(e) => {
            println!("SyntaxError: {e}");
            return Ok(());
        }
    };
    let code = vm::code::PyCode::from_data(&code)?;
    let globals = PyDict::new()?;
    globals.set_item(object::intern!("__name__"), &*PyStr::new("__main__")?)?;
    globals.set_item(object::intern!("__builtins__"), dict.as_object())?;
    vm::eval::eval_code(&code, globals.as_object(), None)?;
    Ok(())
}

fn main() {
    let path = std::env::args().nth(1).expect("a file to run");
    let ts = object::thread::ThreadState::new();
    object::thread::init_stack_limit(&ts);
    // SAFETY: the state lives to the end.
    unsafe { object::thread::set_current(&*ts) };
    if let Err(r) = run(&path) {
        show(&object::error::fetch(r));
        std::process::exit(1);
    }
}
