//! Calls: pushing a callee's frame, calling native callables with what stands on the stack, and the loop's entrances
//! for functions and code.

use super::binding;
use crate::cell::PyCell;
use crate::code::PyCode;
use crate::frame::{self, InterpreterFrame};
use crate::function::PyFunction;
use crate::stackref::StackRef;
use bytecode::code::flags as co;
use object::args::PY_VECTORCALL_ARGUMENTS_OFFSET;
use object::cfunction::PyCFunctionObject;
use object::descr::PyMethodDescr;
use object::thread::ThreadState;
use object::typeobject::{PyCFunction, PyCFunctionFast, PyCFunctionFastWithKeywords, meth};
use object::{Py, PyClass, PyDict, PyLayout, PyObject, PyResult, PyTuple, raise};
use std::mem::MaybeUninit;

/// Where a call's arguments are and how many: a receiver pushed beside the callable counts, and a bound method is
/// taken apart in place. `base` is the callable's place.
///
/// # Safety
/// The stack holds callable, receiver or null, and `oparg` arguments from `base` on.
#[inline(always)]
pub unsafe fn expand_method(base: *mut StackRef, oparg: usize) -> (*mut StackRef, usize) {
    // SAFETY: the caller's promise.
    unsafe {
        if !(*base.add(1)).is_null() {
            return (base.add(1), oparg + 1);
        }
        if let Some((func, receiver)) = crate::compat::method_parts((*base).obj()) {
            let old = *base;
            *base.add(1) = StackRef::new_ref(receiver);
            *base = StackRef::new_ref(func);
            old.close();
            return (base.add(1), oparg + 1);
        }
        (base.add(2), oparg)
    }
}

/// A new frame for `func` with these arguments; all references are taken over.
///
/// # Safety
/// `func` is a function; `args` has `n` references and then one for each of `kwnames`.
#[inline(always)]
pub unsafe fn push_frame(
    ts: &ThreadState,
    func: StackRef,
    args: *const StackRef,
    n: usize,
    kwnames: Option<&PyTuple>,
) -> PyResult<*mut InterpreterFrame> {
    // SAFETY: the caller's promise.
    unsafe {
        let f = func.cast::<PyFunction>();
        let code = f.code();
        const SIMPLE: u32 = co::CO_OPTIMIZED | co::CO_VARARGS | co::CO_VARKEYWORDS;
        if kwnames.is_none()
            && code.co_argcount.get() as usize == n
            && code.flags() & SIMPLE == co::CO_OPTIMIZED
            && code.co_kwonlyargcount.get() == 0
        {
            if let Ok(new) = frame::push(ts, code.co_framesize.get() as usize) {
                let locals = InterpreterFrame::locals_ptr(new);
                let mut i = 0;
                while i < n {
                    *locals.add(i) = *args.add(i);
                    i += 1;
                }
                InterpreterFrame::init(new, func, code, std::ptr::null_mut(), n, std::ptr::null_mut());
                return Ok(new);
            }
            close_args(func, args, n);
            return Err(object::Raised);
        }
        push_frame_binding(ts, func, std::ptr::null_mut(), args, n, kwnames)
    }
}

#[cold]
unsafe fn close_args(func: StackRef, args: *const StackRef, n: usize) {
    // SAFETY: the references are given up.
    unsafe {
        for i in 0..n {
            (*args.add(i)).close();
        }
        func.close();
    }
}

/// The general form, with a namespace (taken over) for code that has one.
///
/// # Safety
/// As [`push_frame`].
#[inline(never)]
pub unsafe fn push_frame_binding(
    ts: &ThreadState,
    func: StackRef,
    locals: *mut PyObject,
    args: *const StackRef,
    n: usize,
    kwnames: Option<&PyTuple>,
) -> PyResult<*mut InterpreterFrame> {
    // SAFETY: the caller's promise.
    unsafe {
        let f = func.cast::<PyFunction>();
        let code = f.func_code.get();
        let Some(code) = code else {
            return raise!(SystemError, "function has no code");
        };
        let total = n + kwnames.map_or(0, |t| t.len());
        let new = match frame::push(ts, code.co_framesize.get() as usize) {
            Ok(new) => new,
            Err(e) => {
                close_args(func, args, total);
                drop(Py::from_owned_ptr_or_null(locals));
                return Err(e);
            }
        };
        let slots = InterpreterFrame::locals_ptr(new);
        match binding::bind(f, slots, args, n, kwnames) {
            Ok(()) => {
                let filled = code.co_nlocalsplus.get() as usize;
                InterpreterFrame::init(new, func, &code, locals, filled, std::ptr::null_mut());
                Ok(new)
            }
            Err(e) => {
                frame::pop(ts, new);
                let raised = object::error::take();
                drop(Py::from_owned_ptr_or_null(locals));
                func.close();
                if let Some(r) = raised {
                    let _ = object::error::restore(r);
                }
                Err(e)
            }
        }
    }
}

/// A function's frame for borrowed arguments, not entered yet.
///
/// # Safety
/// `args` has `n` live objects and then one for each of `kwnames`.
pub unsafe fn bind_frame(
    ts: &ThreadState,
    func: &PyFunction,
    locals: Option<Py>,
    args: *const *mut PyObject,
    n: usize,
    kwnames: Option<&PyTuple>,
) -> PyResult<*mut InterpreterFrame> {
    // SAFETY: the caller's promise; the copies are given away.
    unsafe {
        let total = n + kwnames.map_or(0, |t| t.len());
        let locals = locals.map_or(std::ptr::null_mut(), |l| l.into_ptr());
        if total <= SMALL {
            let mut small = [StackRef::NULL; SMALL];
            for (i, place) in small.iter_mut().enumerate().take(total) {
                *place = StackRef::new_ref(&**args.add(i));
            }
            if locals.is_null() {
                return push_frame(ts, StackRef::new_ref(func), small.as_ptr(), n, kwnames);
            }
            return push_frame_binding(ts, StackRef::new_ref(func), locals, small.as_ptr(), n, kwnames);
        }
        let big: Vec<StackRef> = (0..total).map(|i| StackRef::new_ref(&**args.add(i))).collect();
        push_frame_binding(ts, StackRef::new_ref(func), locals, big.as_ptr(), n, kwnames)
    }
}

/// Calls a function from native code: binds the arguments and runs the frame.
///
/// # Safety
/// As [`bind_frame`].
pub unsafe fn call_function(
    func: &PyFunction,
    locals: Option<Py>,
    args: *const *mut PyObject,
    n: usize,
    kwnames: Option<&PyTuple>,
) -> PyResult {
    object::thread::check_recursion("")?;
    if !func.code().is_sound() {
        return Err(func.code().raise_malformed());
    }
    let ts = object::thread::tstate();
    // SAFETY: the caller's promise.
    unsafe {
        let new = bind_frame(ts, func, locals, args, n, kwnames)?;
        super::eval_frame(ts, new, false)
    }
}

/// `PyEval_EvalCode`: runs code in these namespaces. `globals` gets `__builtins__` from the caller.
pub fn eval_code(code: &PyCode, globals: &PyObject, locals: Option<&PyObject>) -> PyResult {
    eval_code_closure(code, globals, locals, None)
}

/// As [`eval_code`], with cells for the code's free variables (`exec(closure=…)`).
pub fn eval_code_closure(
    code: &PyCode,
    globals: &PyObject,
    locals: Option<&PyObject>,
    closure: Option<Py<PyTuple>>,
) -> PyResult {
    let func = PyFunction::new(code, globals)?;
    func.func_closure.set(closure);
    let locals = if code.flags() & co::CO_OPTIMIZED != 0 && code.flags() & co::CO_NEWLOCALS != 0 {
        None
    } else {
        Some(locals.unwrap_or(globals).new_ref())
    };
    // SAFETY: no arguments.
    unsafe { call_function(&func, locals, std::ptr::null(), 0, None) }
}

/// Runs a class body's function in `namespace` (`__build_class__`).
pub fn run_frame_for_class_body(func: &PyFunction, namespace: &PyObject) -> PyResult {
    // SAFETY: no arguments.
    unsafe { call_function(func, Some(namespace.new_ref()), std::ptr::null(), 0, None) }
}

/// As [`push_frame`] for a function known to take exactly `n` positional arguments.
///
/// # Safety
/// As [`push_frame`].
#[inline(always)]
pub unsafe fn push_exact(
    ts: &ThreadState,
    func: StackRef,
    code: &PyCode,
    args: *const StackRef,
    n: usize,
) -> PyResult<*mut InterpreterFrame> {
    // SAFETY: the caller's promise.
    unsafe {
        let Ok(new) = frame::push(ts, code.co_framesize.get() as usize) else {
            close_args(func, args, n);
            return Err(object::Raised);
        };
        let locals = InterpreterFrame::locals_ptr(new);
        let mut i = 0;
        while i < n {
            *locals.add(i) = *args.add(i);
            i += 1;
        }
        InterpreterFrame::init(new, func, code, std::ptr::null_mut(), n, std::ptr::null_mut());
        Ok(new)
    }
}

/// Is this a plain `__init__` for so many arguments?
#[inline(always)]
pub fn init_fits(init: &PyObject, n: usize) -> bool {
    init.downcast_exact::<PyFunction>()
        .is_some_and(|f| f.is_plain() && crate::specialize::is_simple(f, n as i32))
}

/// Makes an object of `class` and the frames of its `__init__` and of what checks and returns the object: the shim and
/// the function's. The class and the arguments on the stack (from `base` on) are taken over, also on failure.
///
/// # Safety
/// The stack holds class, null, `n` arguments and then one for each of `kwnames`; `init` is a plain function, and the
/// class makes its objects as `object` does.
#[inline(never)]
pub unsafe fn push_init(
    ts: &ThreadState,
    base: *mut StackRef,
    class: &object::PyTypeObject,
    init: Py,
    n: usize,
    kwnames: Option<&PyTuple>,
) -> PyResult<(*mut InterpreterFrame, *mut InterpreterFrame)> {
    // SAFETY: the caller's promise.
    unsafe {
        let total = n + kwnames.map_or(0, |t| t.len());
        let (shim, obj) = match push_init_shim(ts, class) {
            Ok(made) => made,
            Err(e) => {
                close_range(base, base.add(2 + total));
                return Err(e);
            }
        };
        let class_ref = *base;
        *base.add(1) = StackRef::owned(obj);
        match push_frame(ts, StackRef::owned(init), base.add(1), n + 1, kwnames) {
            Ok(new) => {
                (*new).previous = shim;
                class_ref.close();
                Ok((shim, new))
            }
            Err(e) => {
                let raised = object::error::take();
                (*InterpreterFrame::locals_ptr(shim)).close();
                (*shim).executable.close();
                frame::pop(ts, shim);
                class_ref.close();
                if let Some(r) = raised {
                    let _ = object::error::restore(r);
                }
                Err(e)
            }
        }
    }
}

/// The object, and the frame that `__init__` returns to, which holds it.
unsafe fn push_init_shim(
    ts: &ThreadState,
    class: &object::PyTypeObject,
) -> PyResult<(*mut InterpreterFrame, Py)> {
    // SAFETY: a frame of the shim's own size, filled before anybody looks.
    unsafe {
        let cleanup = crate::specialize::init_cleanup()?;
        let obj = object::alloc::generic_alloc(class, 0)?;
        let shim = frame::push(ts, cleanup.co_framesize.get() as usize)?;
        (*shim).previous = std::ptr::null_mut();
        (*shim).funcobj = StackRef::NULL;
        (*shim).executable = StackRef::new_ref(cleanup);
        (*shim).globals = std::ptr::null_mut();
        (*shim).builtins = std::ptr::null_mut();
        (*shim).locals = std::ptr::null_mut();
        (*shim).frame_obj = std::ptr::null_mut();
        (*shim).instr_ptr = cleanup.code_ptr();
        (*shim).return_offset = 0;
        (*shim).owner = frame::owner::THREAD;
        (*shim).visited = 0;
        (*shim).run_unit = 0;
        let slots = InterpreterFrame::locals_ptr(shim);
        *slots = StackRef::new_ref(obj.get());
        (*shim).stackpointer = slots.add(1);
        Ok((shim, obj))
    }
}

/// What calling an object that is no function comes to, where that is a Python function: the loop can go on in it.
pub enum Inner {
    /// A class that makes its objects as `object` does, and its `__init__`.
    Init(Py),
    /// The `__call__` of the object's class.
    Call(Py),
    /// Something else.
    No,
}

/// Looks whether a call can be gone on with in the loop.
pub fn inner_call(callable: &PyObject) -> Inner {
    let plain = |f: &Py| f.downcast_exact::<PyFunction>().is_some_and(|f| f.is_plain());
    let ty = callable.ty();
    if std::ptr::eq(ty, object::PyTypeObject::type_object()) {
        // SAFETY: an instance of `type` itself is a class.
        let class = unsafe { callable.downcast_unchecked::<object::PyTypeObject>() };
        if object::typeobject::makes_plain_objects(class)
            && let Some(init) = object::typeobject::lookup(class, object::intern!("__init__"))
            && plain(&init)
        {
            return Inner::Init(init);
        }
    } else if object::typeobject::calls_dunder_call(ty)
        && let Some(f) = object::typeobject::lookup(ty, object::intern!("__call__"))
        && plain(&f)
    {
        return Inner::Call(f);
    }
    Inner::No
}

/// Runs `f` with the `n` references as an array of pointers, with a spare word in front.
///
/// # Safety
/// As [`call_native`].
#[inline(always)]
pub unsafe fn with_args(
    args: *const StackRef,
    n: usize,
    f: impl FnOnce(*const *mut PyObject) -> PyResult,
) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe {
        if n < SMALL {
            let mut small = [const { MaybeUninit::<*mut PyObject>::uninit() }; SMALL];
            let out = small.as_mut_ptr() as *mut *mut PyObject;
            for i in 0..n {
                *out.add(i + 1) = (*args.add(i)).as_ptr();
            }
            return f(out.add(1));
        }
        let mut big: Vec<*mut PyObject> = Vec::with_capacity(n + 1);
        big.push(std::ptr::null_mut());
        big.extend((0..n).map(|i| (*args.add(i)).as_ptr()));
        f(big.as_ptr().add(1))
    }
}

/// The flavour of a native function.
const FLAVOUR: i32 = meth::VARARGS | meth::FASTCALL | meth::NOARGS | meth::O | meth::KEYWORDS | meth::METHOD;

macro_rules! builtin_flavour {
    ($(#[$doc:meta])* $name:ident, $ty:ty, $flags:expr) => {
        $(#[$doc])*
        #[inline(always)]
        pub fn $name(callable: &PyObject) -> Option<($ty, &PyObject)> {
            let f = callable.downcast_exact::<PyCFunctionObject>()?;
            let def = f.def();
            if def.ml_flags & FLAVOUR != $flags {
                return None;
            }
            // SAFETY: the flags say what the function is.
            let meth: $ty = unsafe { std::mem::transmute(def.ml_meth) };
            Some((meth, f.receiver().unwrap_or(object::singletons::none_ref())))
        }
    };
}
builtin_flavour!(
    /// A builtin of one argument, and its receiver.
    builtin_o, PyCFunction, meth::O
);
builtin_flavour!(
    /// A builtin of positional arguments, and its receiver.
    builtin_fast, PyCFunctionFast, meth::FASTCALL
);
builtin_flavour!(
    /// A builtin with keywords, and its receiver.
    builtin_fast_keywords, PyCFunctionFastWithKeywords, meth::FASTCALL | meth::KEYWORDS
);

/// A method descriptor of this flavour, for an object that it takes.
#[inline(always)]
fn descriptor<'a>(callable: &'a PyObject, slf: &PyObject, flavour: i32) -> Option<&'a PyMethodDescr> {
    let d = callable.downcast_exact::<PyMethodDescr>()?;
    let class = d.common.class();
    if d.def().ml_flags & FLAVOUR != flavour || !(std::ptr::eq(slf.ty(), class) || slf.ty().is_subtype(class))
    {
        return None;
    }
    Some(d)
}

/// A method of no or one argument.
#[inline(always)]
pub fn descriptor_plain(callable: &PyObject, slf: &PyObject, flavour: i32) -> Option<PyCFunction> {
    let d = descriptor(callable, slf, flavour)?;
    // SAFETY: the flags say what the function is.
    Some(unsafe { std::mem::transmute::<*const std::ffi::c_void, PyCFunction>(d.def().ml_meth) })
}

/// A method of positional arguments (and keywords).
#[inline(always)]
pub fn descriptor_fast(
    callable: &PyObject,
    slf: &PyObject,
    keywords: bool,
) -> Option<*const std::ffi::c_void> {
    let flavour = if keywords {
        meth::FASTCALL | meth::KEYWORDS
    } else {
        meth::FASTCALL
    };
    Some(descriptor(callable, slf, flavour)?.def().ml_meth)
}

/// Calls it; the first of the `n` references is the receiver.
///
/// # Safety
/// `f` is from [`descriptor_fast`] with the same `keywords`.
#[inline(always)]
pub unsafe fn call_descriptor_fast(
    f: *const std::ffi::c_void,
    keywords: bool,
    args: *const StackRef,
    n: usize,
) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe {
        let slf = (*args).obj();
        with_args(args.add(1), n - 1, |p| {
            if keywords {
                let f: PyCFunctionFastWithKeywords = std::mem::transmute(f);
                f(slf, p, n as isize - 1, None)
            } else {
                let f: PyCFunctionFast = std::mem::transmute(f);
                f(slf, p, n as isize - 1)
            }
        })
    }
}

const SMALL: usize = 10;

/// Calls anything but a plain function with `n` arguments from the stack (and the keywords' values behind them). The
/// references stay the stack's.
///
/// # Safety
/// `args` has that many live references.
#[inline]
pub unsafe fn call_native(
    callable: &PyObject,
    args: *const StackRef,
    n: usize,
    kwnames: Option<&PyTuple>,
) -> PyResult {
    // SAFETY: the caller's promise; the word before the arguments is spare.
    unsafe {
        let total = n + kwnames.map_or(0, |t| t.len());
        if total < SMALL {
            let mut small = [const { MaybeUninit::<*mut PyObject>::uninit() }; SMALL];
            let out = small.as_mut_ptr() as *mut *mut PyObject;
            *out = std::ptr::null_mut();
            for i in 0..total {
                *out.add(i + 1) = (*args.add(i)).as_ptr();
            }
            return object::call::vectorcall(
                callable,
                out.add(1),
                n | PY_VECTORCALL_ARGUMENTS_OFFSET,
                kwnames,
            );
        }
        let mut big: Vec<*mut PyObject> = Vec::with_capacity(total + 1);
        big.push(std::ptr::null_mut());
        big.extend((0..total).map(|i| (*args.add(i)).as_ptr()));
        object::call::vectorcall(
            callable,
            big.as_ptr().add(1),
            n | PY_VECTORCALL_ARGUMENTS_OFFSET,
            kwnames,
        )
    }
}

/// Closes the references from `base` up to `sp`.
///
/// # Safety
/// They are given up.
#[inline(always)]
pub unsafe fn close_range(base: *mut StackRef, mut sp: *mut StackRef) {
    // SAFETY: the caller's promise.
    unsafe {
        while sp > base {
            sp = sp.sub(1);
            (*sp).close();
        }
    }
}

/// The name of a callable for messages: `module.qualname()` (`_PyObject_FunctionStr`).
pub fn function_text(callable: &PyObject) -> PyResult<String> {
    if let Some(q) = callable.get_attr_opt(object::intern!("__qualname__"))? {
        let name = q.str()?.to_string();
        if let Some(m) = callable.get_attr_opt(object::intern!("__module__"))?
            && !object::is_none(&m)
        {
            let m = m.str()?.to_string();
            if m != "builtins" {
                return Ok(format!("{m}.{name}()"));
            }
        }
        return Ok(format!("{name}()"));
    }
    Ok(callable.str()?.to_string())
}

/// Makes the operands of `CALL_FUNCTION_EX` a tuple and a dict (or nothing). `base`: callable, null, arguments, keywords.
///
/// # Safety
/// The four places are the stack's.
pub unsafe fn prepare_call_ex(base: *mut StackRef) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let callable = (*base).obj();
        let kw = *base.add(3);
        if let Some(k) = kw.opt()
            && k.downcast_exact::<PyDict>().is_none()
        {
            let d = PyDict::new()?;
            super::ops::dict_merge(callable, &d, k)?;
            *base.add(3) = StackRef::owned(d);
            kw.close();
        }
        let args = *base.add(2);
        if args.obj().downcast_exact::<PyTuple>().is_none() {
            let a = args.obj();
            let ty = a.ty();
            let iterable =
                ty.tp_iter.get().is_some() || ty.as_sequence().is_some_and(|s| s.sq_item.get().is_some());
            if !iterable {
                return raise!(
                    TypeError,
                    "{} argument after * must be an iterable, not {}",
                    function_text(callable)?,
                    ty.full_name()
                );
            }
            let t = PyTuple::from_vec(object::iter::collect(a)?)?;
            *base.add(2) = StackRef::owned(t);
            args.close();
        }
        Ok(())
    }
}

/// The first item of a tuple, or null; lent by the tuple.
///
/// # Safety
/// `args` is a tuple.
#[cold]
pub unsafe fn first_of(args: StackRef) -> StackRef {
    // SAFETY: the caller's promise.
    match unsafe { args.cast::<PyTuple>() }.as_slice().first() {
        Some(a) => StackRef::borrowed(&**a),
        None => StackRef::NULL,
    }
}

/// `callable(*args, **kwargs)` natively.
///
/// # Safety
/// As [`prepare_call_ex`], after it.
pub unsafe fn call_ex(base: *mut StackRef) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe {
        let kwargs = (*base.add(3)).opt().map(|k| k.downcast_unchecked::<PyDict>());
        object::call::call_tuple_dict((*base).obj(), (*base.add(2)).cast::<PyTuple>(), kwargs)
    }
}

/// The frame of a plain function called with `*args, **kwargs`; the four places are given up.
///
/// # Safety
/// As [`call_ex`], with a function.
pub unsafe fn push_frame_ex(ts: &ThreadState, base: *mut StackRef) -> PyResult<*mut InterpreterFrame> {
    // SAFETY: the caller's promise.
    unsafe {
        let func = *base;
        let args_ref = *base.add(2);
        let kw_ref = *base.add(3);
        let args = args_ref.cast::<PyTuple>();
        let mut all: Vec<StackRef> = args.as_slice().iter().map(|a| StackRef::new_ref(&**a)).collect();
        let n = all.len();
        let mut names = Vec::new();
        if let Some(kw) = kw_ref.opt() {
            for (k, v) in kw.downcast_unchecked::<PyDict>().items_vec() {
                names.push(k);
                all.push(StackRef::owned(v));
            }
        }
        let kwnames = if names.is_empty() {
            Ok(None)
        } else if !names.iter().all(|n| object::PyStr::check(n)) {
            raise!(TypeError, "keywords must be strings")
        } else {
            PyTuple::from_vec(names).map(Some)
        };
        let result = match &kwnames {
            Ok(names) => push_frame(ts, func, all.as_ptr(), n, names.as_ref().map(|t| t.get())),
            Err(e) => {
                close_args(func, all.as_ptr(), all.len());
                Err(*e)
            }
        };
        let raised = if result.is_err() {
            object::error::take()
        } else {
            None
        };
        args_ref.close();
        kw_ref.close();
        drop(kwnames);
        if let Some(r) = raised {
            let _ = object::error::restore(r);
        }
        result
    }
}

/// `SET_FUNCTION_ATTRIBUTE`
pub fn set_function_attribute(func: &PyFunction, which: usize, value: Py) {
    use bytecode::oparg as a;
    match which as u8 {
        a::MAKE_FUNCTION_DEFAULTS => func.func_defaults.set(value.downcast_into().ok()),
        a::MAKE_FUNCTION_KWDEFAULTS => func.func_kwdefaults.set(value.downcast_into().ok()),
        a::MAKE_FUNCTION_ANNOTATIONS => func.func_annotations.set(Some(value)),
        a::MAKE_FUNCTION_CLOSURE => {
            // hand-made code may give anything: what is not cells is no closure
            let cells = |t: &Py<PyTuple>| t.get().as_slice().iter().all(|c| PyCell::check_exact(c));
            func.func_closure.set(value.downcast_into().ok().filter(cells));
        }
        a::MAKE_FUNCTION_ANNOTATE => func.func_annotate.set(Some(value)),
        _ => {}
    }
}
