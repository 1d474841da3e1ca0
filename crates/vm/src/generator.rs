//! `generator`, `coroutine` and what they share with asynchronous generators (`genobject.h`): a frame that lives in
//! an object, resumed by `send`, `throw` and `close`.

use crate::code::PyCode;
use crate::frame::{InterpreterFrame, owner};
use crate::stackref::StackRef;
use bytecode::code::flags as co;
use bytecode::{oparg as arg, opcode as op};
use object::exceptions as exc;
use object::exceptions::BaseException;
use object::thread::{ErrStackItem, ThreadState, tstate};
use object::{
    Field, GilCell, Py, PyClass, PyLayout, PyObject, PyResult, PyStr, PyTuple, PyTypeObject, Raised,
    SendResult, Visitor, raise,
};
use object::{pyclass, pymethods};
use std::mem::offset_of;

/// `FRAME_CREATED` …
pub mod state {
    pub const CREATED: i8 = -3;
    pub const SUSPENDED: i8 = -2;
    pub const SUSPENDED_YIELD_FROM: i8 = -1;
    pub const EXECUTING: i8 = 0;
    pub const COMPLETED: i8 = 1;
    pub const CLEARED: i8 = 4;
}

/// `PyGenObject`, `PyCoroObject` and `PyAsyncGenObject`
#[pyclass(name = "generator", type = PyGen_Type, flags(HAVE_GC), weaklist = weakreflist,
          basicsize = GEN_BASICSIZE, itemsize = 8)]
#[repr(C)]
pub struct PyGen {
    ob_base: PyObject,
    pub(crate) weakreflist: GilCell<*mut PyObject>,
    pub name: Field<PyStr>,
    pub qualname: Field<PyStr>,
    pub exc_state: ErrStackItem,
    /// `cr_origin` of a coroutine, the finalizer hook of an asynchronous generator.
    pub origin_or_finalizer: Field,
    pub hooks_inited: GilCell<bool>,
    pub closed: GilCell<bool>,
    pub running_async: GilCell<bool>,
    pub frame_state: GilCell<i8>,
    iframe: InterpreterFrame,
}

pub(crate) const GEN_BASICSIZE: usize = offset_of!(PyGen, iframe) + offset_of!(InterpreterFrame, localsplus);

/// `PyCoroObject`
#[pyclass(name = "coroutine", type = PyCoro_Type, flags(HAVE_GC), basicsize = GEN_BASICSIZE, itemsize = 8)]
#[repr(transparent)]
pub struct PyCoro {
    inner: PyGen,
}

impl PyGen {
    /// The generator whose frame this is.
    ///
    /// # Safety
    /// The frame is a generator's.
    #[inline(always)]
    pub unsafe fn from_frame(frame: *mut InterpreterFrame) -> *mut PyGen {
        // SAFETY: the frame stands inside the generator.
        unsafe { (frame as *mut u8).sub(offset_of!(PyGen, iframe)) as *mut PyGen }
    }

    #[inline(always)]
    pub fn frame(&self) -> *mut InterpreterFrame {
        &raw const self.iframe as *mut InterpreterFrame
    }

    pub fn is_running(&self) -> bool {
        self.frame_state.get() == state::EXECUTING
    }

    pub fn is_suspended(&self) -> bool {
        matches!(
            self.frame_state.get(),
            state::SUSPENDED | state::SUSPENDED_YIELD_FROM
        )
    }

    pub fn is_finished(&self) -> bool {
        self.frame_state.get() >= state::COMPLETED
    }

    /// The code; kept after the end.
    pub fn code(&self) -> &PyCode {
        // SAFETY: set when the generator is made, dropped with it.
        unsafe { InterpreterFrame::code(self.frame()) }
    }

    /// What the generator delegates to, if it is suspended in `yield from` or `await` (`_PyGen_yf`).
    pub fn yield_from(&self) -> Option<Py> {
        if self.frame_state.get() != state::SUSPENDED_YIELD_FROM {
            return None;
        }
        // SAFETY: the receiver is on top of the suspended stack.
        unsafe { (*(*self.frame()).stackpointer.sub(1)).opt().map(|o| o.new_ref()) }
    }

    /// "generator", "coroutine" or "async generator"
    pub(crate) fn kind(&self) -> &'static str {
        let obj = self.as_object();
        if PyCoro::check_exact(obj) {
            "coroutine"
        } else if crate::asyncgen::PyAsyncGen::check_exact(obj) {
            "async generator"
        } else {
            "generator"
        }
    }

    /// Drops the frame's content; the code stays.
    fn clear_frame(&self) {
        self.frame_state.set(state::CLEARED);
        let frame = self.frame();
        // SAFETY: the frame is not running.
        unsafe {
            (*frame).previous = std::ptr::null_mut();
            InterpreterFrame::clear_except_code(frame);
            (*frame).funcobj = StackRef::NULL;
        }
        self.exc_state.exc_value.set(None);
    }
}

/// Makes a generator (coroutine, asynchronous generator) of the running frame, whose content moves into it; the
/// caller unlinks and pops the frame. `RETURN_GENERATOR`.
///
/// # Safety
/// `frame` is the running frame, its stack pointer true.
pub unsafe fn from_running_frame(frame: *mut InterpreterFrame) -> PyResult {
    // SAFETY: the caller's promise; the fresh object is filled before anybody sees it.
    unsafe {
        let code = InterpreterFrame::code(frame);
        let kind = code.flags() & (co::CO_GENERATOR | co::CO_COROUTINE | co::CO_ASYNC_GENERATOR);
        let ty: &PyTypeObject = match kind {
            co::CO_COROUTINE => &PyCoro_Type,
            co::CO_ASYNC_GENERATOR => &crate::asyncgen::PyAsyncGen_Type,
            _ => &PyGen_Type,
        };
        let slots = (code.co_nlocalsplus.get() + code.co_stacksize.get()) as usize;
        let obj = object::alloc::alloc_untracked(ty, slots)?;
        let p = obj.as_ptr() as *mut PyGen;
        let (name, qualname) = match InterpreterFrame::function(frame) {
            Some(f) => (f.func_name.get(), f.func_qualname.get()),
            None => (Some(code.name().new_ref()), Some(code.qualname().new_ref())),
        };
        (&raw mut (*p).weakreflist).write(GilCell::new(std::ptr::null_mut()));
        (&raw mut (*p).name).write(Field::new(name));
        (&raw mut (*p).qualname).write(Field::new(qualname));
        (&raw mut (*p).exc_state).write(ErrStackItem {
            exc_value: Field::empty(),
            previous_item: GilCell::new(std::ptr::null_mut()),
        });
        (&raw mut (*p).origin_or_finalizer).write(Field::empty());
        (&raw mut (*p).hooks_inited).write(GilCell::new(false));
        (&raw mut (*p).closed).write(GilCell::new(false));
        (&raw mut (*p).running_async).write(GilCell::new(false));
        (&raw mut (*p).frame_state).write(GilCell::new(state::CREATED));
        if kind == co::CO_COROUTINE {
            let depth = tstate().coroutine_origin_tracking_depth.get();
            if depth > 0 {
                // nothing of the frame has moved yet: an early end frees only what is set
                (*p).frame_state.set(state::CLEARED);
                let outer = InterpreterFrame::first_complete((*frame).previous);
                (*p).iframe.executable = StackRef::NULL;
                let origin = origin(outer, depth as usize)?;
                (*p).origin_or_finalizer.set(Some(origin.into_object()));
                (*p).frame_state.set(state::CREATED);
            }
        }
        (*frame).instr_ptr = (*frame).instr_ptr.add(1);
        let own = (*p).frame();
        InterpreterFrame::move_to(frame, own);
        (*own).owner = owner::GENERATOR;
        if !(*own).frame_obj.is_null() {
            (*(*own).frame_obj).f_frame.set(own);
            object::gc::track((*(*own).frame_obj).as_object());
        }
        object::gc::track(&obj);
        Ok(obj)
    }
}

/// Where a coroutine was made: `(file, line, function)` of up to `depth` frames.
unsafe fn origin(mut frame: *mut InterpreterFrame, depth: usize) -> PyResult<Py<PyTuple>> {
    use object::IntoPy;
    let mut rows = Vec::new();
    // SAFETY: linked frames are alive.
    unsafe {
        while !frame.is_null() && rows.len() < depth {
            let code = InterpreterFrame::code(frame);
            let line = InterpreterFrame::lineno(frame).into_py()?;
            rows.push(
                PyTuple::from_vec(vec![
                    code.filename().as_object().new_ref(),
                    line,
                    code.name().as_object().new_ref(),
                ])?
                .into_object(),
            );
            frame = InterpreterFrame::first_complete((*frame).previous);
        }
    }
    PyTuple::from_vec(rows)
}

/// A generator or coroutine that can be resumed inside the loop.
#[inline(always)]
pub fn resumable(obj: &PyObject) -> Option<&PyGen> {
    if !PyGen::check_exact(obj) && !PyCoro::check_exact(obj) {
        return None;
    }
    // SAFETY: both have the layout.
    let g = unsafe { obj.downcast_unchecked::<PyGen>() };
    (g.frame_state.get() < state::EXECUTING).then_some(g)
}

/// Makes a suspended generator ready to run with the value sent, and gives its frame to be entered.
///
/// # Safety
/// `g` is suspended (or fresh); whoever enters the frame keeps the generator alive.
#[inline(always)]
pub unsafe fn enter(ts: &ThreadState, g: &PyGen, value: StackRef) -> *mut InterpreterFrame {
    // SAFETY: the caller's promise; the stack has room for the value.
    unsafe {
        let frame = g.frame();
        *(*frame).stackpointer = value.heap_safe();
        (*frame).stackpointer = (*frame).stackpointer.add(1);
        g.frame_state.set(state::EXECUTING);
        g.exc_state.previous_item.set(ts.exc_info.get());
        ts.exc_info.set(&raw const g.exc_state as *mut ErrStackItem);
        frame
    }
}

/// Resumes with a value (`None`: as by `next()`), or with the current exception (`throwing`). A finished generator
/// returns `None` again, or lets the exception through. `gen_send_ex2`.
pub fn resume(g: &PyGen, value: Option<&PyObject>, throwing: bool, closing: bool) -> PyResult<SendResult> {
    match g.frame_state.get() {
        state::CREATED if value.is_some_and(|v| !object::is_none(v)) => {
            return raise!(
                TypeError,
                "can't send non-None value to a just-started {}",
                g.kind()
            );
        }
        state::EXECUTING => return raise!(ValueError, "{} already executing", g.kind()),
        s if s >= state::COMPLETED => {
            if PyCoro::check_exact(g.as_object()) && !closing {
                return raise!(RuntimeError, "cannot reuse already awaited coroutine");
            }
            if throwing {
                return Err(Raised);
            }
            return Ok(SendResult::Return(object::none()));
        }
        _ => {}
    }
    object::thread::check_recursion("")?;
    let ts = tstate();
    let keep = g.new_ref();
    // SAFETY: the generator is suspended and kept alive.
    let result = unsafe {
        let value = match value {
            Some(v) => StackRef::new_ref(v),
            None => StackRef::borrowed(object::singletons::none_ref()),
        };
        let frame = enter(ts, g, value);
        if throwing {
            chain_context(ts);
        }
        crate::eval::eval_frame(ts, frame, throwing)
    };
    let value = result?;
    if keep.is_suspended() {
        Ok(SendResult::Next(value))
    } else {
        Ok(SendResult::Return(value))
    }
}

/// The exception being thrown in gets the one being handled as its context (`_PyErr_ChainStackItem`).
fn chain_context(_ts: &ThreadState) {
    if object::error::handled_exception().is_none() {
        return;
    }
    if let Some(e) = object::error::take() {
        let _ = object::error::raise_object(e);
    }
}

/// `StopIteration(value)`, without taking tuples and exceptions apart.
pub fn raise_stop_iteration(value: Py) -> Raised {
    let ty = exc::StopIteration::type_object();
    let made = if object::is_none(&value) {
        object::call::call(ty.as_object(), &[])
    } else {
        object::call::call(ty.as_object(), &[value.get()])
    };
    match made {
        Ok(e) => object::error::raise_object(e),
        Err(r) => r,
    }
}

/// `exc.value`
pub fn stop_iteration_value(e: &PyObject) -> PyResult {
    e.get_attr(object::intern!("value"))
}

/// If the current exception is a `StopIteration` (or there is none), its value; other exceptions stay
/// (`_PyGen_FetchStopIterationValue`).
pub fn fetch_stop_iteration() -> PyResult {
    if !object::error::occurred() {
        return Ok(object::none());
    }
    if !object::error::matches::<exc::StopIteration>() {
        return Err(Raised);
    }
    match object::error::take() {
        Some(e) => stop_iteration_value(&e),
        None => Ok(object::none()),
    }
}

/// Sends to anything: `SEND` for what is not a generator.
pub fn send_to(receiver: &PyObject, value: &PyObject) -> PyResult<SendResult> {
    if let Some(send) = receiver.ty().as_async().and_then(|t| t.am_send.get()) {
        let mut out = std::ptr::null_mut();
        // SAFETY: a slot called with an object of its type; what it gives is owned.
        return unsafe {
            match send(receiver, value, &mut out) {
                1 => Ok(SendResult::Next(Py::from_owned_ptr(out))),
                0 => Ok(SendResult::Return(Py::from_owned_ptr(out))),
                _ => Err(Raised),
            }
        };
    }
    if let Some(asend) = receiver.downcast_exact::<crate::asyncgen::ASend>()
        && !crate::monitoring::watches_raises()
    {
        return asend.send_step(Some(value));
    }
    let result = match receiver.ty().tp_iternext.get() {
        // SAFETY: a slot called with an object of its type.
        Some(next) if object::is_none(value) => unsafe { next(receiver) },
        _ => receiver.call_method(object::intern!("send"), &[value]).ok(),
    };
    match result {
        Some(v) => Ok(SendResult::Next(v)),
        None => {
            if object::error::matches::<exc::StopIteration>() {
                crate::monitoring::stop_iteration_raised(tstate());
            }
            fetch_stop_iteration().map(SendResult::Return)
        }
    }
}

/// `GET_YIELD_FROM_ITER`
pub fn yield_from_iter(code: &PyCode, obj: &PyObject) -> PyResult {
    if PyCoro::check_exact(obj) {
        if code.flags() & (co::CO_COROUTINE | co::CO_ITERABLE_COROUTINE) == 0 {
            return raise!(
                TypeError,
                "cannot 'yield from' a coroutine object in a non-coroutine generator"
            );
        }
        return Ok(obj.new_ref());
    }
    if PyGen::check_exact(obj) {
        return Ok(obj.new_ref());
    }
    object::iter::get_iter(obj)
}

fn is_iterable_coroutine(obj: &PyObject) -> bool {
    obj.downcast_exact::<PyGen>()
        .is_some_and(|g| g.code().flags() & co::CO_ITERABLE_COROUTINE != 0)
}

/// The iterator behind `await obj` (`_PyCoro_GetAwaitableIter`).
pub fn awaitable_iter(obj: &PyObject) -> PyResult {
    if PyCoro::check_exact(obj) || is_iterable_coroutine(obj) {
        return Ok(obj.new_ref());
    }
    let Some(f) = obj.ty().as_async().and_then(|t| t.am_await.get()) else {
        return raise!(TypeError, "'{}' object can't be awaited", obj.ty().full_name());
    };
    // SAFETY: a slot called with an object of its type.
    let it = unsafe { f(obj)? };
    if PyCoro::check_exact(&it) || is_iterable_coroutine(&it) {
        return raise!(TypeError, "__await__() returned a coroutine");
    }
    if it.ty().tp_iternext.get().is_none() {
        return raise!(
            TypeError,
            "__await__() returned non-iterator of type '{}'",
            it.ty().full_name()
        );
    }
    Ok(it)
}

/// `GET_AWAITABLE`; `place`: 1 after `__aenter__`, 2 after `__aexit__`.
pub fn get_awaitable(obj: &PyObject, place: usize) -> PyResult {
    let it = match awaitable_iter(obj) {
        Ok(it) => it,
        Err(r) => {
            let has_await = obj.ty().as_async().is_some_and(|t| t.am_await.get().is_some());
            if !has_await && place != 0 && object::error::matches::<exc::TypeError>() {
                let which = if place == 1 { "__aenter__" } else { "__aexit__" };
                return raise!(
                    TypeError,
                    "'async with' received an object from {which} that does not implement __await__: {}",
                    obj.ty().full_name()
                );
            }
            return Err(r);
        }
    };
    if let Some(c) = it.downcast_exact::<PyCoro>()
        && c.inner.yield_from().is_some()
    {
        return raise!(RuntimeError, "coroutine is being awaited already");
    }
    Ok(it)
}

/// `GET_AITER`
pub fn get_aiter(obj: &PyObject) -> PyResult {
    let Some(f) = obj.ty().as_async().and_then(|t| t.am_aiter.get()) else {
        return raise!(
            TypeError,
            "'async for' requires an object with __aiter__ method, got {}",
            obj.ty().full_name()
        );
    };
    // SAFETY: a slot called with an object of its type.
    let it = unsafe { f(obj)? };
    if it.ty().as_async().is_none_or(|t| t.am_anext.get().is_none()) {
        return raise!(
            TypeError,
            "'async for' received an object from __aiter__ that does not implement __anext__: {}",
            it.ty().full_name()
        );
    }
    Ok(it)
}

/// `GET_ANEXT`
pub fn get_anext(obj: &PyObject) -> PyResult {
    let Some(f) = obj.ty().as_async().and_then(|t| t.am_anext.get()) else {
        return raise!(
            TypeError,
            "'async for' requires an iterator with __anext__ method, got {}",
            obj.ty().full_name()
        );
    };
    // SAFETY: a slot called with an object of its type.
    let next = unsafe { f(obj)? };
    if crate::asyncgen::PyAsyncGen::check_exact(obj) {
        return Ok(next);
    }
    match awaitable_iter(&next) {
        Ok(it) => Ok(it),
        Err(_) => {
            let cause = object::error::take();
            let _: PyResult<()> = raise!(
                TypeError,
                "'async for' received an invalid object from __anext__: {}",
                next.ty().full_name()
            );
            // `raise … from`
            if let Some(e) = object::error::take() {
                // SAFETY: an exception is a `BaseException`.
                let base = unsafe { e.downcast_unchecked::<BaseException>() };
                base.context.set(cause.clone());
                base.cause.set(cause);
                base.suppress_context.set(1);
                return Err(object::error::restore(e));
            }
            Err(Raised)
        }
    }
}

/// What `send` and `throw` make of the outcome.
pub fn result_of_send(g: &PyGen, result: PyResult<SendResult>) -> PyResult {
    match result? {
        SendResult::Next(v) => Ok(v),
        SendResult::Return(v) => {
            if crate::asyncgen::PyAsyncGen::check_exact(g.as_object()) {
                return raise!(StopAsyncIteration);
            }
            Err(raise_stop_iteration(v))
        }
    }
}

fn close_iter(it: &PyObject) -> PyResult<()> {
    if PyGen::check_exact(it) || PyCoro::check_exact(it) {
        // SAFETY: both have the layout.
        return close(unsafe { it.downcast_unchecked::<PyGen>() }).map(drop);
    }
    match it.get_attr_opt(object::intern!("close")) {
        Ok(Some(m)) => object::call::call(&m, &[]).map(drop),
        Ok(None) => Ok(()),
        Err(_) => {
            object::error::write_unraisable_while("while closing generator", it);
            Ok(())
        }
    }
}

/// Runs `f` with the generator marked as running and its frame linked, as delegation has it.
fn delegated<T>(g: &PyGen, f: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    let ts = tstate();
    let frame = g.frame();
    let before = g.frame_state.get();
    let outer = ts.current_frame.get();
    g.frame_state.set(state::EXECUTING);
    // SAFETY: the generator's frame is alive; the link is undone below.
    unsafe {
        (*frame).previous = outer as *mut InterpreterFrame;
        ts.current_frame.set(frame as *mut _);
        let result = f();
        ts.current_frame.set(outer);
        (*frame).previous = std::ptr::null_mut();
        g.frame_state.set(before);
        result
    }
}

/// `close()`: throws `GeneratorExit` in where the generator is suspended.
pub fn close(g: &PyGen) -> PyResult {
    let keep = g.new_ref();
    match g.frame_state.get() {
        state::CREATED => {
            keep.clear_frame();
            return Ok(object::none());
        }
        s if s >= state::COMPLETED => return Ok(object::none()),
        _ => {}
    }
    let closed = match g.yield_from() {
        Some(yf) => delegated(g, || close_iter(&yf)),
        None => Ok(()),
    };
    if closed.is_ok() {
        if g.is_suspended() {
            // SAFETY: a suspended frame stands before its RESUME.
            let word = unsafe { *(*g.frame()).instr_ptr };
            let is_resume = matches!(
                word as u8,
                op::RESUME | op::RESUME_CHECK | op::INSTRUMENTED_RESUME
            );
            let told = crate::monitoring::tools_for(crate::monitoring::event::PY_UNWIND) != 0;
            if is_resume && !told && (word >> 8) as u8 & arg::RESUME_OPARG_DEPTH1_MASK != 0 {
                // only the generator's own handler is around: nothing would see the exception
                keep.clear_frame();
                return Ok(object::none());
            }
        }
        let _: PyResult<()> = raise!(GeneratorExit);
    }
    match resume(g, Some(object::singletons::none_ref()), true, true) {
        Ok(SendResult::Next(_)) => raise!(RuntimeError, "{} ignored GeneratorExit", g.kind()),
        Ok(SendResult::Return(v)) => Ok(v),
        Err(_) if object::error::matches::<exc::GeneratorExit>() => {
            object::error::clear();
            Ok(object::none())
        }
        Err(_) => fetch_stop_iteration(),
    }
}

/// Normalizes the arguments of `throw` and makes them the current exception.
fn set_thrown(ty: &PyObject, value: Option<&PyObject>, tb: Option<&PyObject>) -> PyResult<()> {
    let tb = tb.filter(|t| !object::is_none(t));
    if let Some(t) = tb
        && t.downcast::<crate::traceback::PyTraceback>().is_none()
    {
        return raise!(TypeError, "throw() third argument must be a traceback object");
    }
    let made = if object::error::is_exception_class(ty) {
        match value.filter(|v| !object::is_none(v)) {
            // SAFETY: a class.
            Some(v) if object::error::is_exception(v) && object::protocol::is_instance(v, ty)? => v.new_ref(),
            Some(v) => match v.downcast::<PyTuple>() {
                Some(t) => object::call::call_tuple_dict(ty, t, None)?,
                None => object::call::call(ty, &[v])?,
            },
            None => object::call::call(ty, &[])?,
        }
    } else if object::error::is_exception(ty) {
        if value.is_some_and(|v| !object::is_none(v)) {
            return raise!(TypeError, "instance exception may not have a separate value");
        }
        ty.new_ref()
    } else {
        return raise!(
            TypeError,
            "exceptions must be classes or instances deriving from BaseException, not {}",
            ty.ty().full_name()
        );
    };
    if !object::error::is_exception(&made) {
        return raise!(
            TypeError,
            "calling {} should have returned an instance of BaseException, not {}",
            ty.repr()?.get(),
            made.ty().as_object().repr()?.get()
        );
    }
    if let Some(t) = tb {
        // SAFETY: an exception is a `BaseException`.
        unsafe {
            made.downcast_unchecked::<BaseException>()
                .traceback
                .set(Some(t.new_ref()))
        };
    }
    let _ = object::error::restore(made);
    Ok(())
}

/// `throw`, through delegation (`_gen_throw`).
pub fn throw(
    g: &PyGen,
    close_on_exit: bool,
    ty: &PyObject,
    value: Option<&PyObject>,
    tb: Option<&PyObject>,
) -> PyResult<SendResult> {
    let none = Some(object::singletons::none_ref());
    let Some(yf) = g.yield_from() else {
        set_thrown(ty, value, tb)?;
        return resume(g, none, true, false);
    };
    if close_on_exit && object::error::given_matches(ty, exc::GeneratorExit::type_object().as_object()) {
        if delegated(g, || close_iter(&yf)).is_err() {
            return resume(g, none, true, false);
        }
        set_thrown(ty, value, tb)?;
        return resume(g, none, true, false);
    }
    let result = if PyGen::check_exact(&yf) || PyCoro::check_exact(&yf) {
        // SAFETY: both have the layout.
        let inner = unsafe { yf.downcast_unchecked::<PyGen>() };
        delegated(g, || {
            let r = throw(inner, close_on_exit, ty, value, tb);
            result_of_send(inner, r)
        })
    } else {
        let Some(method) = yf.get_attr_opt(object::intern!("throw"))? else {
            set_thrown(ty, value, tb)?;
            return resume(g, none, true, false);
        };
        let mut args = vec![ty];
        args.extend(value);
        args.extend(tb);
        delegated(g, || object::call::call(&method, &args))
    };
    match result {
        Ok(v) => Ok(SendResult::Next(v)),
        Err(_) => resume(g, none, true, false),
    }
}

/// Parses `throw(type, value=None, traceback=None)` with its deprecation.
pub fn throw_args<'a>(
    args: &'a [&'a PyObject],
) -> PyResult<(&'a PyObject, Option<&'a PyObject>, Option<&'a PyObject>)> {
    object::args::check_positional("throw", args.len(), 1, 3)?;
    if args.len() > 1 {
        object::hooks::warn(
            exc::DeprecationWarning::type_object(),
            "the (type, exc, tb) signature of throw() is deprecated, use the single-arg signature instead.",
            1,
        )?;
    }
    Ok((args[0], args.get(1).copied(), args.get(2).copied()))
}

/// The finalizer: closes a suspended generator, warns of a coroutine never awaited.
pub fn finalize(g: &PyGen) {
    if g.is_finished() {
        return;
    }
    let saved = object::error::take();
    if crate::asyncgen::PyAsyncGen::check_exact(g.as_object())
        && let Some(finalizer) = g.origin_or_finalizer.get()
        && !g.closed.get()
    {
        if object::call::call(&finalizer, &[g.as_object()]).is_err() {
            object::error::write_unraisable_while("while finalizing generator", g.as_object());
        }
    } else if PyCoro::check_exact(g.as_object()) && g.frame_state.get() == state::CREATED {
        warn_unawaited(g);
    } else if close(g).is_err() {
        object::error::write_unraisable_while("while closing generator", g.as_object());
    }
    if let Some(e) = saved {
        let _ = object::error::restore(e);
    }
}

#[cold]
fn warn_unawaited(g: &PyGen) {
    // `warnings` knows how to show where the coroutine was made
    let warned = object::hooks::import("warnings")
        .and_then(|w| w.get_attr(object::intern!("_warn_unawaited_coroutine")))
        .and_then(|f| object::call::call(&f, &[g.as_object()]));
    if warned.is_err() {
        object::error::write_unraisable_while("while finalizing coroutine", g.as_object());
    }
}

/// The shared `tp_traverse`.
pub(crate) fn traverse(g: &PyGen, visit: &mut Visitor) {
    visit.field(&g.name);
    visit.field(&g.qualname);
    visit.field(&g.origin_or_finalizer);
    visit.field(&g.exc_state.exc_value);
    let frame = g.frame();
    // SAFETY: a frame that does not run has a true stack pointer.
    unsafe {
        match g.frame_state.get() {
            state::EXECUTING => {}
            s if s >= state::COMPLETED => visit.raw((*frame).executable.as_ptr()),
            _ => InterpreterFrame::traverse(frame, visit),
        }
    }
}

/// The shared deallocator.
///
/// # Safety
/// As `tp_dealloc`.
pub(crate) unsafe fn dealloc(op: *mut PyObject) {
    // SAFETY: the caller's promise; all three types have the layout.
    unsafe {
        let g = &*(op as *mut PyGen);
        if object::gc::call_finalizer_from_dealloc(op) {
            return;
        }
        object::gc::untrack(&*op);
        if !g.weakreflist.get().is_null() {
            object::weakref::clear_weakrefs(&*op);
        }
        if g.frame_state.get() != state::CLEARED {
            g.clear_frame();
        }
        (*g.frame()).executable.close();
        let p = op as *mut PyGen;
        std::ptr::drop_in_place(&raw mut (*p).name);
        std::ptr::drop_in_place(&raw mut (*p).qualname);
        std::ptr::drop_in_place(&raw mut (*p).exc_state);
        std::ptr::drop_in_place(&raw mut (*p).origin_or_finalizer);
        object::typeobject::free_object(op);
    }
}

pub(crate) fn repr(g: &PyGen, what: &str) -> PyResult<String> {
    let name = g.qualname.get().map(|q| q.to_string()).unwrap_or_default();
    Ok(format!("<{what} object {name} at {g:p}>"))
}

pub(crate) fn set_name(field: &Field<PyStr>, value: Option<&PyObject>, attr: &str) -> PyResult<()> {
    match value.and_then(|v| v.downcast::<PyStr>()) {
        Some(s) => {
            field.set(Some(s.new_ref()));
            Ok(())
        }
        None => raise!(TypeError, "{attr} must be set to a string object"),
    }
}

/// The frame object, or nothing at the end.
pub(crate) fn frame_of(g: &PyGen) -> PyResult<Option<Py<crate::frameobject::PyFrame>>> {
    if g.is_finished() {
        return Ok(None);
    }
    // SAFETY: the frame is complete.
    unsafe { InterpreterFrame::frame_object(g.frame()).map(|f| Some(f.new_ref())) }
}

pub(crate) fn size_of_gen(g: &PyGen) -> usize {
    let code = g.code();
    GEN_BASICSIZE + (code.co_nlocalsplus.get() + code.co_stacksize.get()) as usize * 8
}

#[pymethods]
impl PyGen {
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        traverse(self, visit)
    }
    #[slot]
    unsafe fn tp_dealloc(op: *mut PyObject) {
        // SAFETY: the slot's promise.
        unsafe { dealloc(op) }
    }
    #[slot]
    fn tp_finalize(&self) {
        finalize(self)
    }
    #[slot]
    fn tp_repr(&self) -> PyResult<String> {
        repr(self, "generator")
    }
    #[slot]
    fn tp_iter(&self) -> Py<PyGen> {
        self.new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        match resume(self, None, false, false)? {
            SendResult::Next(v) => Ok(Some(v)),
            SendResult::Return(v) if object::is_none(&v) => Ok(None),
            SendResult::Return(v) => Err(raise_stop_iteration(v)),
        }
    }
    #[slot]
    fn am_send(&self, value: &PyObject) -> PyResult<SendResult> {
        resume(self, Some(value), false, false)
    }
    #[method("($self, object, /)")]
    fn send(&self, value: &PyObject) -> PyResult {
        result_of_send(self, resume(self, Some(value), false, false))
    }
    #[method("($self, /, *args)", nosig)]
    fn throw(&self, args: object::Args<'_>) -> PyResult {
        let (ty, value, tb) = throw_args(args)?;
        result_of_send(self, throw(self, true, ty, value, tb))
    }
    #[method("($self, /)")]
    fn close(&self) -> PyResult {
        close(self)
    }
    #[method("($self, /)")]
    fn __sizeof__(&self) -> usize {
        size_of_gen(self)
    }
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(cls: &PyTypeObject, item: &PyObject) -> PyResult {
        object::typeobject::generic_alias(cls.as_object(), item)
    }
    #[getter]
    fn __name__(&self) -> Option<Py<PyStr>> {
        self.name.get()
    }
    #[setter(__name__)]
    fn set_name(&self, value: Option<&PyObject>) -> PyResult<()> {
        set_name(&self.name, value, "__name__")
    }
    #[getter]
    fn __qualname__(&self) -> Option<Py<PyStr>> {
        self.qualname.get()
    }
    #[setter(__qualname__)]
    fn set_qualname(&self, value: Option<&PyObject>) -> PyResult<()> {
        set_name(&self.qualname, value, "__qualname__")
    }
    #[getter]
    fn gi_yieldfrom(&self) -> Option<Py> {
        self.yield_from()
    }
    #[getter]
    fn gi_running(&self) -> bool {
        self.is_running()
    }
    #[getter]
    fn gi_suspended(&self) -> bool {
        self.is_suspended()
    }
    #[getter]
    fn gi_frame(&self) -> PyResult<Option<Py<crate::frameobject::PyFrame>>> {
        frame_of(self)
    }
    #[getter]
    fn gi_code(&self) -> Py<PyCode> {
        self.code().new_ref()
    }
}

#[pymethods]
impl PyCoro {
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        traverse(&self.inner, visit)
    }
    #[slot]
    unsafe fn tp_dealloc(op: *mut PyObject) {
        // SAFETY: the slot's promise.
        unsafe { dealloc(op) }
    }
    #[slot]
    fn tp_finalize(&self) {
        finalize(&self.inner)
    }
    #[slot]
    fn tp_repr(&self) -> PyResult<String> {
        repr(&self.inner, "coroutine")
    }
    #[slot]
    fn am_await(&self) -> PyResult<Py<CoroWrapper>> {
        object::new_object(CoroWrapper {
            ob_base: PyObject::new_head(CoroWrapper::type_object()),
            coroutine: Field::from_ref(&self.inner),
        })
    }
    #[slot]
    fn am_send(&self, value: &PyObject) -> PyResult<SendResult> {
        resume(&self.inner, Some(value), false, false)
    }
    #[method("($self, object, /)")]
    fn send(&self, value: &PyObject) -> PyResult {
        result_of_send(&self.inner, resume(&self.inner, Some(value), false, false))
    }
    #[method("($self, /, *args)", nosig)]
    fn throw(&self, args: object::Args<'_>) -> PyResult {
        let (ty, value, tb) = throw_args(args)?;
        result_of_send(&self.inner, throw(&self.inner, true, ty, value, tb))
    }
    #[method("($self, /)")]
    fn close(&self) -> PyResult {
        close(&self.inner)
    }
    #[method("($self, /)")]
    fn __sizeof__(&self) -> usize {
        size_of_gen(&self.inner)
    }
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(cls: &PyTypeObject, item: &PyObject) -> PyResult {
        object::typeobject::generic_alias(cls.as_object(), item)
    }
    #[getter]
    fn __name__(&self) -> Option<Py<PyStr>> {
        self.inner.name.get()
    }
    #[setter(__name__)]
    fn set_name(&self, value: Option<&PyObject>) -> PyResult<()> {
        set_name(&self.inner.name, value, "__name__")
    }
    #[getter]
    fn __qualname__(&self) -> Option<Py<PyStr>> {
        self.inner.qualname.get()
    }
    #[setter(__qualname__)]
    fn set_qualname(&self, value: Option<&PyObject>) -> PyResult<()> {
        set_name(&self.inner.qualname, value, "__qualname__")
    }
    #[getter]
    fn cr_await(&self) -> Option<Py> {
        self.inner.yield_from()
    }
    #[getter]
    fn cr_running(&self) -> bool {
        self.inner.is_running()
    }
    #[getter]
    fn cr_suspended(&self) -> bool {
        self.inner.is_suspended()
    }
    #[getter]
    fn cr_frame(&self) -> PyResult<Option<Py<crate::frameobject::PyFrame>>> {
        frame_of(&self.inner)
    }
    #[getter]
    fn cr_code(&self) -> Py<PyCode> {
        self.inner.code().new_ref()
    }
    #[getter]
    fn cr_origin(&self) -> Option<Py> {
        self.inner.origin_or_finalizer.get()
    }
}

/// `coroutine_wrapper`: what `coroutine.__await__()` gives.
#[pyclass(name = "coroutine_wrapper", type = _PyCoroWrapper_Type, flags(HAVE_GC))]
#[repr(C)]
pub struct CoroWrapper {
    ob_base: PyObject,
    coroutine: Field<PyGen>,
}

impl CoroWrapper {
    fn coroutine(&self) -> PyResult<Py<PyGen>> {
        match self.coroutine.get() {
            Some(c) => Ok(c),
            None => raise!(RuntimeError, "coroutine wrapper has been cleared"),
        }
    }
}

#[pymethods]
impl CoroWrapper {
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.coroutine);
    }
    #[slot]
    fn tp_iter(&self) -> Py<CoroWrapper> {
        self.new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        let c = self.coroutine()?;
        match resume(&c, None, false, false)? {
            SendResult::Next(v) => Ok(Some(v)),
            SendResult::Return(v) if object::is_none(&v) => Ok(None),
            SendResult::Return(v) => Err(raise_stop_iteration(v)),
        }
    }
    #[method("($self, object, /)")]
    fn send(&self, value: &PyObject) -> PyResult {
        let c = self.coroutine()?;
        result_of_send(&c, resume(&c, Some(value), false, false))
    }
    #[method("($self, /, *args)", nosig)]
    fn throw(&self, args: object::Args<'_>) -> PyResult {
        let c = self.coroutine()?;
        let (ty, value, tb) = throw_args(args)?;
        result_of_send(&c, throw(&c, true, ty, value, tb))
    }
    #[method("($self, /)")]
    fn close(&self) -> PyResult {
        close(&*self.coroutine()?)
    }
}

/// Makes the types ready.
pub fn ready() -> PyResult<()> {
    object::class::ready::<PyGen>()?;
    object::class::ready::<PyCoro>()?;
    PyCoro_Type
        .tp_weaklistoffset
        .set(offset_of!(PyGen, weakreflist) as isize);
    object::class::ready::<CoroWrapper>()
}
