//! `async_generator` and the awaitables that `__anext__`, `asend`, `athrow` and `aclose` give (PEP 525).

use crate::code::PyCode;
use crate::generator::{self, PyGen, state};
use object::exceptions as exc;
use object::thread::tstate;
use object::{
    Field, GilCell, Py, PyClass, PyLayout, PyObject, PyResult, PyStr, PyTypeObject, Raised, SendResult,
    Visitor, raise,
};
use object::{pyclass, pymethods};
use std::mem::offset_of;

/// `PyAsyncGenObject`
#[pyclass(name = "async_generator", type = PyAsyncGen_Type, flags(HAVE_GC),
          basicsize = generator::GEN_BASICSIZE, itemsize = 8)]
#[repr(transparent)]
pub struct PyAsyncGen {
    inner: PyGen,
}

/// A value yielded by an asynchronous generator itself, to be told from what its awaits let through.
#[pyclass(name = "async_generator_wrapped_value", type = _PyAsyncGenWrappedValue_Type, flags(HAVE_GC))]
#[repr(C)]
pub struct WrappedValue {
    ob_base: PyObject,
    value: Field,
}

#[pymethods]
impl WrappedValue {
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.value);
    }
}

/// `INTRINSIC_ASYNC_GEN_WRAP`
pub fn wrap_value(value: &PyObject) -> PyResult {
    object::new_object(WrappedValue {
        ob_base: PyObject::new_head(WrappedValue::type_object()),
        value: Field::from_ref(value),
    })
    .map(Py::into_object)
}

/// First use: asks the thread's hooks (`sys.set_asyncgen_hooks`).
fn init_hooks(g: &PyGen) -> PyResult<()> {
    if g.hooks_inited.get() {
        return Ok(());
    }
    g.hooks_inited.set(true);
    let ts = tstate();
    if let Some(f) = ts.async_gen_finalizer.get() {
        g.origin_or_finalizer.set(Some(f));
    }
    if let Some(f) = ts.async_gen_firstiter.get() {
        object::call::call(&f, &[g.as_object()])?;
    }
    Ok(())
}

/// What one step of the generator means for the awaitable: an own yield ends it with that value.
fn unwrap_step(g: &PyGen, result: PyResult<SendResult>) -> PyResult<SendResult> {
    let result = generator::result_of_send(g, result);
    match result {
        Err(_) => {
            if !object::error::occurred() {
                let _: PyResult<()> = raise!(StopAsyncIteration);
            }
            if object::error::matches::<exc::StopAsyncIteration>()
                || object::error::matches::<exc::GeneratorExit>()
            {
                g.closed.set(true);
            }
            g.running_async.set(false);
            Err(Raised)
        }
        Ok(v) => {
            if let Some(w) = v.downcast_exact::<WrappedValue>() {
                g.running_async.set(false);
                return Ok(SendResult::Return(w.value.get().unwrap_or_else(object::none)));
            }
            Ok(SendResult::Next(v))
        }
    }
}

/// A step as `__next__` gives it: the end is `StopIteration(value)`.
fn as_next(result: PyResult<SendResult>) -> PyResult {
    match result? {
        SendResult::Next(v) => Ok(v),
        SendResult::Return(v) => Err(generator::raise_stop_iteration(v)),
    }
}

fn unwrap_value(g: &PyGen, result: PyResult<SendResult>) -> PyResult {
    as_next(unwrap_step(g, result))
}

/// Where an awaitable stands.
#[derive(Clone, Copy, PartialEq)]
enum Await {
    Init,
    Iter,
    Closed,
}

/// `async_generator_asend`
#[pyclass(name = "async_generator_asend", type = _PyAsyncGenASend_Type, flags(HAVE_GC))]
#[repr(C)]
pub struct ASend {
    ob_base: PyObject,
    generator: Field<PyGen>,
    value: Field,
    state: GilCell<Await>,
}

fn asend(g: &PyGen, value: Option<&PyObject>) -> PyResult<Py<ASend>> {
    init_hooks(g)?;
    object::new_object(ASend {
        ob_base: PyObject::new_head(ASend::type_object()),
        generator: Field::from_ref(g),
        value: Field::new(value.map(|v| v.new_ref())),
        state: GilCell::new(Await::Init),
    })
}

fn cleared<T>() -> PyResult<T> {
    raise!(RuntimeError, "asynchronous generator awaitable has been cleared")
}

impl ASend {
    fn generator(&self) -> PyResult<Py<PyGen>> {
        self.generator.get().map_or_else(cleared, Ok)
    }

    fn step(&self, value: Option<&PyObject>) -> PyResult {
        as_next(self.send_step(value))
    }

    /// One step for a loop that wants the value, not the exception that carries it.
    pub fn send_step(&self, value: Option<&PyObject>) -> PyResult<SendResult> {
        let g = self.generator()?;
        let mut value = value.map(|v| v.new_ref());
        match self.state.get() {
            Await::Closed => {
                return raise!(RuntimeError, "cannot reuse already awaited __anext__()/asend()");
            }
            Await::Init => {
                if g.running_async.get() {
                    self.state.set(Await::Closed);
                    return raise!(RuntimeError, "anext(): asynchronous generator is already running");
                }
                if value.as_ref().is_none_or(|v| object::is_none(v)) {
                    value = self.value.get();
                }
                self.state.set(Await::Iter);
            }
            Await::Iter => {}
        }
        g.running_async.set(true);
        let r = generator::resume(&g, value.as_deref(), false, false);
        let r = unwrap_step(&g, r);
        if !matches!(r, Ok(SendResult::Next(_))) {
            self.state.set(Await::Closed);
        }
        r
    }
}

#[pymethods]
impl ASend {
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.generator);
        visit.field(&self.value);
    }
    #[slot]
    fn tp_finalize(&self) {
        if self.state.get() == Await::Init && self.generator.is_some() {
            warn_unawaited(&self.generator, "asend");
        }
    }
    #[slot]
    fn tp_iter(&self) -> Py<ASend> {
        self.new_ref()
    }
    #[slot]
    fn am_await(&self) -> Py<ASend> {
        self.new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        self.step(None).map(Some)
    }
    #[method("($self, object, /)")]
    fn send(&self, value: &PyObject) -> PyResult {
        self.step(Some(value))
    }
    #[method("($self, /, *args)", nosig)]
    fn throw(&self, args: object::Args<'_>) -> PyResult {
        let g = self.generator()?;
        match self.state.get() {
            Await::Closed => {
                return raise!(RuntimeError, "cannot reuse already awaited __anext__()/asend()");
            }
            Await::Init => {
                if g.running_async.get() {
                    self.state.set(Await::Closed);
                    return raise!(RuntimeError, "anext(): asynchronous generator is already running");
                }
                self.state.set(Await::Iter);
                g.running_async.set(true);
            }
            Await::Iter => {}
        }
        let (ty, value, tb) = generator::throw_args(args)?;
        let r = generator::throw(&g, false, ty, value, tb);
        let r = unwrap_value(&g, r);
        if r.is_err() {
            self.state.set(Await::Closed);
        }
        r
    }
    #[method("($self, /)")]
    fn close(&self) -> PyResult<()> {
        if self.state.get() == Await::Closed {
            return Ok(());
        }
        let exit = exc::GeneratorExit::type_object().as_object();
        close_by_throw(ASend::throw(self, &[exit]))
    }
}

/// `anext_awaitable`: what `anext()` with a default gives.
#[pyclass(name = "anext_awaitable", type = _PyAnextAwaitable_Type, flags(HAVE_GC))]
#[repr(C)]
pub struct AnextAwaitable {
    ob_base: PyObject,
    wrapped: Field,
    default: Field,
}

/// The awaitable of `anext(iterator, default)`; `wrapped` is what `__anext__()` gave.
pub fn anext_with_default(wrapped: &PyObject, default: &PyObject) -> PyResult {
    let made = object::new_object(AnextAwaitable {
        ob_base: PyObject::new_head(AnextAwaitable::type_object()),
        wrapped: Field::new(Some(wrapped.new_ref())),
        default: Field::new(Some(default.new_ref())),
    })?;
    Ok(made.into_object())
}

impl AnextAwaitable {
    /// The iterator behind the wrapped awaitable; a coroutine gives its wrapper, which has `__next__`.
    fn iterator(&self) -> PyResult {
        let Some(wrapped) = self.wrapped.get() else {
            return raise!(RuntimeError, "anext() awaitable has been cleared");
        };
        let it = generator::awaitable_iter(&wrapped)?;
        if it.ty().tp_iternext.get().is_some() {
            return Ok(it);
        }
        let Some(f) = it.ty().as_async().and_then(|a| a.am_await.get()) else {
            return raise!(TypeError, "'{}' object can't be awaited", it.ty().full_name());
        };
        // SAFETY: a slot called with an object of its type.
        let inner = unsafe { f(&it)? };
        if inner.ty().tp_iternext.get().is_none() {
            return raise!(
                TypeError,
                "__await__() returned non-iterator of type '{}'",
                inner.ty().full_name()
            );
        }
        Ok(inner)
    }
    /// The end of the asynchronous iteration becomes the default.
    fn or_default<T>(&self, result: PyResult<T>) -> PyResult<T> {
        match result {
            Err(_) if object::error::matches::<exc::StopAsyncIteration>() => {
                object::error::clear();
                let value = self.default.get().unwrap_or_else(object::none);
                Err(generator::raise_stop_iteration(value))
            }
            other => other,
        }
    }
    fn proxy(&self, name: &PyStr, args: &[&PyObject]) -> PyResult {
        let it = self.iterator()?;
        let method = it.get_attr(name)?;
        self.or_default(object::call::call(&method, args))
    }
}

#[pymethods]
impl AnextAwaitable {
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.wrapped);
        visit.field(&self.default);
    }
    #[slot]
    fn tp_iter(&self) -> Py<AnextAwaitable> {
        self.new_ref()
    }
    #[slot]
    fn am_await(&self) -> Py<AnextAwaitable> {
        self.new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        let it = self.iterator()?;
        let Some(f) = it.ty().tp_iternext.get() else {
            return raise!(TypeError, "'{}' object is not an iterator", it.ty().full_name());
        };
        // SAFETY: a slot called with an object of its type.
        let result = match unsafe { f(&it) } {
            None if object::error::occurred() => Err(Raised),
            next => Ok(next),
        };
        self.or_default(result)
    }
    #[method("($self, object, /)")]
    fn send(&self, value: &PyObject) -> PyResult {
        self.proxy(object::intern!("send"), &[value])
    }
    #[method("($self, /, *args)", nosig)]
    fn throw(&self, args: object::Args<'_>) -> PyResult {
        self.proxy(object::intern!("throw"), args)
    }
    #[method("($self, /)")]
    fn close(&self) -> PyResult {
        self.proxy(object::intern!("close"), &[])
    }
}

/// `close()` of an awaitable: what came of throwing `GeneratorExit` in.
fn close_by_throw(result: PyResult) -> PyResult<()> {
    match result {
        Ok(_) => raise!(RuntimeError, "coroutine ignored GeneratorExit"),
        Err(_)
            if object::error::matches::<exc::StopIteration>()
                || object::error::matches::<exc::StopAsyncIteration>()
                || object::error::matches::<exc::GeneratorExit>() =>
        {
            object::error::clear();
            Ok(())
        }
        Err(r) => Err(r),
    }
}

#[cold]
fn warn_unawaited(g: &Field<PyGen>, method: &str) {
    let saved = object::error::take();
    let name = g
        .get()
        .and_then(|g| g.qualname.get())
        .map(|q| q.as_object().repr().map(|r| r.to_string()).unwrap_or_default());
    let text = format!(
        "coroutine method '{method}' of {} was never awaited",
        name.unwrap_or_default()
    );
    if object::hooks::warn(exc::RuntimeWarning::type_object(), &text, 1).is_err() {
        object::error::write_unraisable(None, None);
    }
    if let Some(e) = saved {
        let _ = object::error::restore(e);
    }
}

/// `async_generator_athrow`: `athrow(…)` and, without arguments, `aclose()`.
#[pyclass(name = "async_generator_athrow", type = _PyAsyncGenAThrow_Type, flags(HAVE_GC))]
#[repr(C)]
pub struct AThrow {
    ob_base: PyObject,
    generator: Field<PyGen>,
    /// The arguments of `athrow`; nothing for `aclose`.
    args: Field<object::PyTuple>,
    state: GilCell<Await>,
}

fn athrow(g: &PyGen, args: Option<Py<object::PyTuple>>) -> PyResult<Py<AThrow>> {
    init_hooks(g)?;
    object::new_object(AThrow {
        ob_base: PyObject::new_head(AThrow::type_object()),
        generator: Field::from_ref(g),
        args: Field::new(args),
        state: GilCell::new(Await::Init),
    })
}

impl AThrow {
    fn generator(&self) -> PyResult<Py<PyGen>> {
        self.generator.get().map_or_else(cleared, Ok)
    }

    fn already_running<T>(&self) -> PyResult<T> {
        if self.args.is_none() {
            raise!(
                RuntimeError,
                "aclose(): asynchronous generator is already running"
            )
        } else {
            raise!(
                RuntimeError,
                "athrow(): asynchronous generator is already running"
            )
        }
    }

    fn ignored_exit<T>(&self, g: &PyGen) -> PyResult<T> {
        g.running_async.set(false);
        self.state.set(Await::Closed);
        raise!(RuntimeError, "async generator ignored GeneratorExit")
    }

    /// After an error: `aclose` swallows the exceptions that mean "closed".
    fn failed(&self, g: &PyGen) -> PyResult {
        g.running_async.set(false);
        self.state.set(Await::Closed);
        if self.args.is_none()
            && (object::error::matches::<exc::StopAsyncIteration>()
                || object::error::matches::<exc::GeneratorExit>())
        {
            object::error::clear();
            return raise!(StopIteration);
        }
        Err(Raised)
    }

    fn step(&self, value: Option<&PyObject>) -> PyResult {
        let g = self.generator()?;
        if self.state.get() == Await::Closed {
            return raise!(RuntimeError, "cannot reuse already awaited aclose()/athrow()");
        }
        if g.frame_state.get() >= state::COMPLETED {
            self.state.set(Await::Closed);
            return raise!(StopIteration);
        }
        let is_close = self.args.is_none();
        if self.state.get() == Await::Init {
            if g.running_async.get() {
                self.state.set(Await::Closed);
                return self.already_running();
            }
            if g.closed.get() {
                self.state.set(Await::Closed);
                return raise!(StopAsyncIteration);
            }
            if value.is_some_and(|v| !object::is_none(v)) {
                return raise!(
                    RuntimeError,
                    "can't send non-None value to a just-started async generator"
                );
            }
            self.state.set(Await::Iter);
            g.running_async.set(true);
            let result = match self.args.get() {
                None => {
                    g.closed.set(true);
                    let exit = exc::GeneratorExit::type_object().as_object();
                    generator::result_of_send(&g, generator::throw(&g, false, exit, None, None))
                }
                Some(args) => {
                    let items = object::args::py_slice(args.get().as_slice());
                    let r =
                        generator::throw(&g, false, items[0], items.get(1).copied(), items.get(2).copied());
                    let r = unwrap_value(&g, r);
                    if r.is_err() {
                        return self.failed_keeping(&g, r);
                    }
                    r
                }
            };
            return match result {
                Ok(v) if is_close && v.downcast_exact::<WrappedValue>().is_some() => self.ignored_exit(&g),
                Ok(v) => Ok(v),
                Err(_) => self.failed(&g),
            };
        }
        let r = generator::resume(&g, value, false, false);
        if !is_close {
            let r = unwrap_value(&g, r);
            return self.failed_keeping(&g, r);
        }
        match generator::result_of_send(&g, r) {
            Ok(v) if v.downcast_exact::<WrappedValue>().is_some() => self.ignored_exit(&g),
            Ok(v) => Ok(v),
            Err(_) => self.failed(&g),
        }
    }

    fn failed_keeping(&self, g: &PyGen, r: PyResult) -> PyResult {
        if r.is_err() {
            g.running_async.set(false);
            self.state.set(Await::Closed);
        }
        r
    }
}

#[pymethods]
impl AThrow {
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.generator);
        visit.field(&self.args);
    }
    #[slot]
    fn tp_finalize(&self) {
        if self.state.get() == Await::Init && self.generator.is_some() {
            warn_unawaited(
                &self.generator,
                if self.args.is_some() { "athrow" } else { "aclose" },
            );
        }
    }
    #[slot]
    fn tp_iter(&self) -> Py<AThrow> {
        self.new_ref()
    }
    #[slot]
    fn am_await(&self) -> Py<AThrow> {
        self.new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        self.step(None).map(Some)
    }
    #[method("($self, object, /)")]
    fn send(&self, value: &PyObject) -> PyResult {
        self.step(Some(value))
    }
    #[method("($self, /, *args)", nosig)]
    fn throw(&self, args: object::Args<'_>) -> PyResult {
        let g = self.generator()?;
        match self.state.get() {
            Await::Closed => {
                return raise!(RuntimeError, "cannot reuse already awaited aclose()/athrow()");
            }
            Await::Init => {
                if g.running_async.get() {
                    self.state.set(Await::Closed);
                    return self.already_running();
                }
                self.state.set(Await::Iter);
                g.running_async.set(true);
            }
            Await::Iter => {}
        }
        let (ty, value, tb) = generator::throw_args(args)?;
        let r = generator::throw(&g, false, ty, value, tb);
        if self.args.is_some() {
            let r = unwrap_value(&g, r);
            return self.failed_keeping(&g, r);
        }
        match generator::result_of_send(&g, r) {
            Ok(v) if v.downcast_exact::<WrappedValue>().is_some() => self.ignored_exit(&g),
            Ok(v) => Ok(v),
            Err(_) => self.failed(&g),
        }
    }
    #[method("($self, /)")]
    fn close(&self) -> PyResult<()> {
        if self.state.get() == Await::Closed {
            return Ok(());
        }
        let exit = exc::GeneratorExit::type_object().as_object();
        close_by_throw(AThrow::throw(self, &[exit]))
    }
}

#[pymethods]
impl PyAsyncGen {
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        generator::traverse(&self.inner, visit)
    }
    #[slot]
    unsafe fn tp_dealloc(op: *mut PyObject) {
        // SAFETY: the slot's promise.
        unsafe { generator::dealloc(op) }
    }
    #[slot]
    fn tp_finalize(&self) {
        generator::finalize(&self.inner)
    }
    #[slot]
    fn tp_repr(&self) -> PyResult<String> {
        generator::repr(&self.inner, "async_generator")
    }
    #[slot]
    fn am_aiter(&self) -> Py<PyAsyncGen> {
        self.new_ref()
    }
    #[slot]
    fn am_anext(&self) -> PyResult<Py<ASend>> {
        asend(&self.inner, None)
    }
    #[method("($self, object, /)")]
    fn asend(&self, value: &PyObject) -> PyResult<Py<ASend>> {
        asend(&self.inner, Some(value))
    }
    #[method("($self, /, *args)", nosig)]
    fn athrow(&self, args: object::Args<'_>) -> PyResult<Py<AThrow>> {
        object::args::check_positional("athrow", args.len(), 1, 3)?;
        if args.len() > 1 {
            object::hooks::warn(
                exc::DeprecationWarning::type_object(),
                "the (type, exc, tb) signature of athrow() is deprecated, use the single-arg signature instead.",
                1,
            )?;
        }
        athrow(&self.inner, Some(object::PyTuple::from_refs(args)?))
    }
    #[method("($self, /)")]
    fn aclose(&self) -> PyResult<Py<AThrow>> {
        athrow(&self.inner, None)
    }
    #[method("($self, /)")]
    fn __sizeof__(&self) -> usize {
        generator::size_of_gen(&self.inner)
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
        generator::set_name(&self.inner.name, value, "__name__")
    }
    #[getter]
    fn __qualname__(&self) -> Option<Py<PyStr>> {
        self.inner.qualname.get()
    }
    #[setter(__qualname__)]
    fn set_qualname(&self, value: Option<&PyObject>) -> PyResult<()> {
        generator::set_name(&self.inner.qualname, value, "__qualname__")
    }
    #[getter]
    fn ag_await(&self) -> Option<Py> {
        self.inner.yield_from()
    }
    #[getter]
    fn ag_running(&self) -> bool {
        self.inner.running_async.get()
    }
    #[getter]
    fn ag_suspended(&self) -> bool {
        self.inner.is_suspended()
    }
    #[getter]
    fn ag_frame(&self) -> PyResult<Option<Py<crate::frameobject::PyFrame>>> {
        generator::frame_of(&self.inner)
    }
    #[getter]
    fn ag_code(&self) -> Py<PyCode> {
        self.inner.code().new_ref()
    }
}

/// Makes the types ready.
pub fn ready() -> PyResult<()> {
    object::class::ready::<PyAsyncGen>()?;
    PyAsyncGen_Type
        .tp_weaklistoffset
        .set(offset_of!(PyGen, weakreflist) as isize);
    object::class::ready::<WrappedValue>()?;
    object::class::ready::<ASend>()?;
    object::class::ready::<AnextAwaitable>()?;
    object::class::ready::<AThrow>()
}
