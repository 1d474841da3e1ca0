//! `_asyncio.Task`: a future that runs a coroutine, step by step, without Python frames of its own.

use super::future::{Future, as_future, exact_future, undeletable};
use super::running::{
    self, COROUTINE_TYPE, GENERATOR_TYPE, IS_COROUTINE, TASK_GET_STACK, TASK_PRINT_STACK, TASK_REPR,
    call_exception_handler, call_soon, loop_of,
};
use crate::contextvars::{self, PyContext};
use object::cfunction::PyCFunctionObject;
use object::typeobject::{PyMethodDef, meth};
use object::{
    Field, GilCell, Py, PyClass, PyDict, PyInt, PyLayout, PyObject, PyResult, PyStr, PyTuple, PyTypeObject,
    Raised, Visitor, call, error, exceptions, intern, is_none, new_instance, pyclass, pymethods, raise,
};
use std::ffi::c_void;

/// `TaskObj`
#[pyclass(name = "_asyncio.Task", base = Future, flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct Task {
    pub base: Future,
    fut_waiter: Field,
    coro: Field,
    /// A string, or the number that the default name is made of.
    name: Field,
    context: Field,
    num_cancels: GilCell<i32>,
    must_cancel: GilCell<bool>,
    log_destroy_pending: GilCell<bool>,
    /// In the list of scheduled tasks, between these.
    pub linked: GilCell<bool>,
    pub list_prev: GilCell<*const Task>,
    pub list_next: GilCell<*const Task>,
}

impl Drop for Task {
    fn drop(&mut self) {
        running::unlink(self);
    }
}

static LAST_NUMBER: GilCell<i64> = GilCell::new(0);

fn is_coroutine(obj: &PyObject) -> PyResult<bool> {
    if obj.ty().as_object().is(COROUTINE_TYPE.get()?) {
        return Ok(true);
    }
    call::call(IS_COROUTINE.get()?, &[obj])?.is_true()
}

/// What a step of the coroutine came to.
enum Step {
    Yielded(Py),
    Returned(Py),
}

/// Sends `None` into a coroutine.
fn send_none(coro: &PyObject) -> PyResult<Step> {
    let none = object::singletons::none_ref();
    let result = match coro.ty().as_async().and_then(|t| t.am_send.get()) {
        Some(send) => {
            let mut out = std::ptr::null_mut();
            // SAFETY: a slot called with an object of its type; what it gives is owned.
            return unsafe {
                match send(coro, none, &mut out) {
                    1 => Ok(Step::Yielded(Py::from_owned_ptr(out))),
                    0 => Ok(Step::Returned(Py::from_owned_ptr(out))),
                    _ => Err(Raised),
                }
            };
        }
        None => coro.call_method(intern!("send"), &[none]),
    };
    stepped(result)
}

/// A result of `send` or `throw`: `StopIteration` is a return.
fn stepped(result: PyResult) -> PyResult<Step> {
    match result {
        Ok(v) => Ok(Step::Yielded(v)),
        Err(_) if error::matches::<exceptions::StopIteration>() => {
            let e = error::fetch(Raised);
            Ok(Step::Returned(e.get_attr(intern!("value"))?))
        }
        Err(r) => Err(r),
    }
}

fn runtime_error(text: &str) -> PyResult {
    let text = PyStr::new_wtf8_lossy(text)?;
    call::call(
        exceptions::RuntimeError::type_object().as_object(),
        &[text.as_object()],
    )
}

impl Task {
    fn context(&self) -> Option<Py> {
        self.context.get()
    }

    /// Schedules the next step.
    fn call_step_soon(&self, exception: Option<Py>) -> PyResult<()> {
        let step = object::new_object(TaskStep {
            ob_base: PyObject::new_head(TaskStep::type_object()),
            task: Field::from_ref(self),
            exception: Field::new(exception),
        })?;
        let context = self.context();
        call_soon(&*self.base.the_loop()?, &[step.as_object()], context.as_deref())
    }

    /// The callback that goes on with the task when what it waits for is done.
    fn wakeup_callback(&self) -> PyResult<Py<PyCFunctionObject>> {
        static WAKEUP: PyMethodDef =
            PyMethodDef::new(c"task_wakeup", task_wakeup as *const c_void, meth::O, None);
        PyCFunctionObject::new(&WAKEUP, Some(self.base.as_object()), None, None)
    }

    /// Goes wrong in the next step.
    #[cold]
    fn fail_soon(&self, text: String) -> PyResult<()> {
        let e = runtime_error(&text)?;
        self.call_step_soon(Some(e))
    }

    /// One step, as the loop calls it.
    pub fn step(&self, exception: Option<Py>) -> PyResult<()> {
        let event_loop = self.base.the_loop()?;
        let this = self.base.as_object();
        running::enter_task(&event_loop, this)?;
        match self.run_step(exception) {
            Ok(()) => running::leave_task(&event_loop, this),
            Err(r) => {
                let e = error::fetch(r);
                match running::leave_task(&event_loop, this) {
                    Ok(()) => Err(error::restore(e)),
                    Err(r) => {
                        if let Some(second) = error::take() {
                            exceptions::set_context(&second, Some(e));
                            return Err(error::restore(second));
                        }
                        Err(r)
                    }
                }
            }
        }
    }

    fn run_step(&self, mut exception: Option<Py>) -> PyResult<()> {
        let this = self.base.as_object();
        if !self.base.is_pending() {
            let shown = match &exception {
                Some(e) => e.repr()?.to_string(),
                None => String::new(),
            };
            let text = format!("__step(): already done: {} {shown}", this.repr()?);
            let class = running::INVALID_STATE_ERROR.get()?;
            let text = PyStr::new_wtf8_lossy(&text)?;
            let e = call::call(class, &[text.as_object()])?;
            return Err(error::raise_object(e));
        }
        if self.must_cancel.get() {
            let class = running::CANCELLED_ERROR.get()?;
            let cancelled = match &exception {
                Some(e) => error::given_matches(e, class),
                None => false,
            };
            if !cancelled {
                exception = Some(self.base.make_cancelled_error()?);
            }
            self.must_cancel.set(false);
        }
        self.fut_waiter.set(None);
        let Some(coro) = self.coro.get() else {
            return raise!(RuntimeError, "uninitialized Task object");
        };
        let stepped = match exception {
            None => send_none(&coro),
            Some(e) => stepped(coro.call_method(intern!("throw"), &[&e])),
        };
        match stepped {
            Ok(Step::Yielded(value)) => self.wait_for(&value),
            Ok(Step::Returned(value)) => {
                if self.must_cancel.replace(false) {
                    // cancelled right before the coroutine ended
                    let msg = self.base.cancel_msg.get();
                    self.base.cancel_with(msg)?;
                } else {
                    self.base.finish(value)?;
                }
                running::unlink(self);
                Ok(())
            }
            Err(r) => self.ended_badly(r),
        }
    }

    #[cold]
    fn ended_badly(&self, raised: Raised) -> PyResult<()> {
        let e = error::fetch(raised);
        running::unlink(self);
        if error::given_matches(&e, running::CANCELLED_ERROR.get()?) {
            // kept, so that whoever asks for the result gets this one
            self.base.cancelled_exc.set(Some(e));
            self.base.cancel_with(None)?;
            return Ok(());
        }
        self.base.fail(&e)?;
        if exceptions::KeyboardInterrupt::check(&e) || exceptions::SystemExit::check(&e) {
            return Err(error::restore(e));
        }
        Ok(())
    }

    /// Waits for what the coroutine has yielded.
    fn wait_for(&self, value: &PyObject) -> PyResult<()> {
        let this = self.base.as_object();
        if value.is(this) {
            return self.fail_soon(format!("Task cannot await on itself: {}", this.repr()?));
        }
        // subclasses may have methods of their own
        if let Some(future) = exact_future(value) {
            if future.event_loop.as_raw() != self.base.event_loop.as_raw() {
                return self.fail_soon(format!(
                    "Task {} got Future {} attached to a different loop",
                    this.repr()?,
                    value.repr()?
                ));
            }
            if !future.blocking.replace(false) {
                return self.not_awaited("in", value);
            }
            future.add_awaiter(this)?;
            let wakeup = self.wakeup_callback()?;
            let context = self.context();
            future.add_callback(wakeup.as_object(), context.as_deref())?;
            self.fut_waiter.set(Some(value.new_ref()));
            if self.must_cancel.get() {
                self.cancel_waiter(value)?;
            }
            return Ok(());
        }
        if is_none(value) {
            // a bare yield: once around the loop
            return self.call_step_soon(None);
        }
        match value.get_attr_opt(intern!("_asyncio_future_blocking"))? {
            Some(blocking) if !is_none(&blocking) => {
                let blocking = blocking.is_true()?;
                let event_loop = loop_of(value)?;
                if !self.base.is_of_loop(&event_loop) {
                    return self.fail_soon(format!(
                        "Task {} got Future {} attached to a different loop",
                        this.repr()?,
                        value.repr()?
                    ));
                }
                if !blocking {
                    return self.not_awaited("in", value);
                }
                if let Some(future) = as_future(value) {
                    future.add_awaiter(this)?;
                }
                value.set_attr(
                    intern!("_asyncio_future_blocking"),
                    Some(object::bool::false_ref()),
                )?;
                let wakeup = self.wakeup_callback()?;
                let add = value.get_attr(intern!("add_done_callback"))?;
                let context = self.context().unwrap_or_else(object::none);
                call::call_kw(&add, &[wakeup.as_object()], &[(intern!("context"), &context)])?;
                self.fut_waiter.set(Some(value.new_ref()));
                if self.must_cancel.get() {
                    self.cancel_waiter(value)?;
                }
                Ok(())
            }
            _ if value.ty().as_object().is(GENERATOR_TYPE.get()?) => {
                self.not_awaited("for generator in", value)
            }
            _ => self.fail_soon(format!("Task got bad yield: {}", value.repr()?)),
        }
    }

    #[cold]
    fn not_awaited(&self, place: &str, value: &PyObject) -> PyResult<()> {
        self.fail_soon(format!(
            "yield was used instead of yield from {place} task {} with {}",
            self.base.as_object().repr()?,
            value.repr()?
        ))
    }

    /// Passes a cancellation on; true if it was taken.
    fn cancel_waiter_with(&self, waiter: &PyObject, msg: Option<Py>) -> PyResult<bool> {
        let msg = msg.unwrap_or_else(object::none);
        let cancel = waiter.get_attr(intern!("cancel"))?;
        call::call_kw(&cancel, &[], &[(intern!("msg"), &msg)])?.is_true()
    }

    fn cancel_waiter(&self, waiter: &PyObject) -> PyResult<()> {
        if self.cancel_waiter_with(waiter, self.base.cancel_msg.get())? {
            self.must_cancel.set(false);
        }
        Ok(())
    }

    /// What the task waited for is done.
    fn wakeup(&self, future: &PyObject) -> PyResult<()> {
        if let Some(native) = as_future(future) {
            native.discard_awaiter(self.base.as_object())?;
            if exact_future(future).is_some() {
                return match native.failure() {
                    Ok(failure) => self.step(failure),
                    Err(r) => self.step(Some(error::fetch(r))),
                };
            }
        }
        match future.call_method(intern!("result"), &[]) {
            Ok(_) => self.step(None),
            Err(r) => self.step(Some(error::fetch(r))),
        }
    }

    /// The first step, made at once.
    fn eager_start(&self) -> PyResult<()> {
        let event_loop = self.base.the_loop()?;
        let this = self.base.as_object();
        let previous = running::swap_task(&event_loop, this)?;
        let stepped = self.eager_step();
        let failed = stepped.err().map(error::fetch);
        let swapped = running::swap_task(&event_loop, &previous);
        if self.base.is_pending() {
            running::link(self);
        } else {
            self.coro.set(None);
        }
        if let Some(e) = failed {
            error::clear();
            return Err(error::restore(e));
        }
        swapped.map(drop)
    }

    fn eager_step(&self) -> PyResult<()> {
        let this = self.base.as_object();
        let context = self.context();
        let Some(context) = context.as_deref().and_then(|c| c.downcast::<PyContext>()) else {
            return raise!(TypeError, "an instance of Context was expected");
        };
        let context = context.new_ref();
        running::register_eager(this)?;
        let result = context.enter().and_then(|()| {
            let result = self.run_step(None);
            context.leave();
            result
        });
        let failed = result.err().map(error::fetch);
        let unregistered = running::unregister_eager(this);
        match failed {
            Some(e) => {
                error::clear();
                Err(error::restore(e))
            }
            None => unregistered,
        }
    }

    fn init_task(
        &self,
        coro: &PyObject,
        event_loop: Option<&PyObject>,
        name: Option<&PyObject>,
        context: Option<&PyObject>,
        eager_start: bool,
    ) -> PyResult<()> {
        self.base.init(event_loop)?;
        if !is_coroutine(coro)? {
            self.log_destroy_pending.set(false);
            return raise!(TypeError, "a coroutine was expected, got {}", coro.repr()?);
        }
        let context = match context.filter(|c| !is_none(c)) {
            Some(c) => c.new_ref(),
            None => contextvars::copy_current()?.into_object(),
        };
        self.context.set(Some(context));
        self.fut_waiter.set(None);
        self.must_cancel.set(false);
        self.log_destroy_pending.set(true);
        self.num_cancels.set(0);
        self.coro.set(Some(coro.new_ref()));
        let name = match name.filter(|n| !is_none(n)) {
            None => {
                let number = LAST_NUMBER.get() + 1;
                LAST_NUMBER.set(number);
                PyInt::from_i64(number)?.into_object()
            }
            Some(n) if PyStr::check_exact(n) => n.new_ref(),
            Some(n) => n.str()?.into_object(),
        };
        self.name.set(Some(name));
        if eager_start {
            let event_loop = self.base.the_loop()?;
            if event_loop.call_method(intern!("is_running"), &[])?.is_true()? {
                return self.eager_start();
            }
        }
        self.call_step_soon(None)?;
        running::link(self);
        Ok(())
    }
}

/// The callback of what a task waits for.
unsafe extern "C" fn task_wakeup(slf: &PyObject, future: &PyObject) -> PyResult {
    match slf.downcast::<Task>() {
        Some(task) => {
            let task = task.new_ref();
            task.wakeup(future)?;
            Ok(object::none())
        }
        None => raise!(TypeError, "task_wakeup() needs a task"),
    }
}

#[pymethods]
impl Task {
    #[slot]
    fn tp_new(cls: &PyTypeObject, _args: &PyTuple, _kwargs: Option<&PyDict>) -> PyResult<Py<Task>> {
        new_instance(cls, |_: *mut Task| {})
    }
    #[init("(coro, *, loop=None, name=None, context=None, eager_start=False)")]
    fn tp_init(
        &self,
        coro: &PyObject,
        event_loop: Option<&PyObject>,
        name: Option<&PyObject>,
        context: Option<&PyObject>,
        eager_start: Option<bool>,
    ) -> PyResult<()> {
        let me = self.new_ref();
        me.init_task(coro, event_loop, name, context, eager_start.unwrap_or(false))
    }
    #[slot]
    fn tp_repr(&self) -> PyResult {
        self.base.the_loop()?;
        call::call(TASK_REPR.get()?, &[self.base.as_object()])
    }
    #[slot]
    fn tp_finalize(&self) {
        if self.base.is_pending()
            && self.log_destroy_pending.get()
            && let Some(event_loop) = self.base.event_loop.get()
        {
            let saved = error::take();
            let this = self.base.as_object();
            let text = PyStr::new("Task was destroyed but it is pending!");
            call_exception_handler(
                &event_loop,
                this,
                &[
                    ("message", text.map(Py::into_object).ok()),
                    ("task", Some(this.new_ref())),
                    ("source_traceback", self.base.source_traceback()),
                ],
            );
            if let Some(e) = saved {
                let _ = error::restore(e);
            }
        }
        self.base.report_unretrieved();
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        self.base.visit(visit);
        visit.field(&self.fut_waiter);
        visit.field(&self.coro);
        visit.field(&self.name);
        visit.field(&self.context);
    }
    #[slot]
    fn tp_clear(&self) {
        self.base.clear_all();
        self.fut_waiter.set(None);
        self.coro.set(None);
        self.name.set(None);
        self.context.set(None);
    }
    #[method("($self, result, /)")]
    fn set_result(&self, _result: &PyObject) -> PyResult {
        raise!(RuntimeError, "Task does not support set_result operation")
    }
    #[method("($self, exception, /)")]
    fn set_exception(&self, _exception: &PyObject) -> PyResult {
        raise!(RuntimeError, "Task does not support set_exception operation")
    }
    #[method("($self, /, msg=None)")]
    fn cancel(&self, msg: Option<&PyObject>) -> PyResult<bool> {
        self.base.log_tb.set(false);
        if !self.base.is_pending() {
            return Ok(false);
        }
        self.num_cancels.set(self.num_cancels.get().saturating_add(1));
        let msg = msg.filter(|m| !is_none(m)).map(|m| m.new_ref());
        if let Some(waiter) = self.fut_waiter.get()
            && self.cancel_waiter_with(&waiter, msg.clone())?
        {
            // it stays: it may ignore the cancellation, and have to be cancelled again
            return Ok(true);
        }
        self.must_cancel.set(true);
        self.base.cancel_msg.set(msg);
        Ok(true)
    }
    #[method("($self, /)")]
    fn cancelling(&self) -> i32 {
        self.num_cancels.get()
    }
    #[method("($self, /)")]
    fn uncancel(&self) -> i32 {
        let n = self.num_cancels.get();
        if n > 0 {
            self.num_cancels.set(n - 1);
            if n == 1 {
                self.must_cancel.set(false);
            }
        }
        self.num_cancels.get()
    }
    #[method("($self, /, *, limit=None)")]
    fn get_stack(&self, limit: Option<&PyObject>) -> PyResult {
        let limit = limit.unwrap_or(object::singletons::none_ref());
        call::call(TASK_GET_STACK.get()?, &[self.base.as_object(), limit])
    }
    #[method("($self, /, *, limit=None, file=None)")]
    fn print_stack(&self, limit: Option<&PyObject>, file: Option<&PyObject>) -> PyResult {
        let limit = limit.unwrap_or(object::singletons::none_ref());
        let file = file.unwrap_or(object::singletons::none_ref());
        call::call(TASK_PRINT_STACK.get()?, &[self.base.as_object(), limit, file])
    }
    #[method("($self, /)")]
    fn _make_cancelled_error(&self) -> PyResult {
        self.base.make_cancelled_error()
    }
    #[method("($self, /)")]
    fn get_name(&self) -> PyResult<Option<Py>> {
        match self.name.get() {
            Some(n) if PyInt::check_exact(&n) => {
                let text = PyStr::new(&format!("Task-{}", n.str()?))?.into_object();
                self.name.set(Some(text.clone()));
                Ok(Some(text))
            }
            other => Ok(other),
        }
    }
    #[method("($self, value, /)")]
    fn set_name(&self, value: &PyObject) -> PyResult<()> {
        let name = if PyStr::check_exact(value) {
            value.new_ref()
        } else {
            value.str()?.into_object()
        };
        self.name.set(Some(name));
        Ok(())
    }
    #[method("($self, /)")]
    fn get_coro(&self) -> Option<Py> {
        self.coro.get()
    }
    #[method("($self, /)")]
    fn get_context(&self) -> Option<Py> {
        self.context.get()
    }
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(cls: &PyTypeObject, object: &PyObject) -> PyResult {
        object::typeobject::generic_alias(cls.as_object(), object)
    }
    #[getter]
    fn _log_destroy_pending(&self) -> bool {
        self.log_destroy_pending.get()
    }
    #[setter(_log_destroy_pending)]
    fn set_log_destroy_pending(&self, value: Option<&PyObject>) -> PyResult<()> {
        let Some(value) = value else {
            return undeletable("_log_destroy_pending", "_asyncio.Task");
        };
        self.log_destroy_pending.set(value.is_true()?);
        Ok(())
    }
    #[getter]
    fn _must_cancel(&self) -> bool {
        self.must_cancel.get()
    }
    #[getter]
    fn _coro(&self) -> Option<Py> {
        self.coro.get()
    }
    #[getter]
    fn _fut_waiter(&self) -> Option<Py> {
        self.fut_waiter.get()
    }
}

/// `_asyncio.TaskStepMethWrapper`: a step to be made, with the exception that goes into the coroutine.
#[pyclass(name = "_asyncio.TaskStepMethWrapper", flags(HAVE_GC))]
#[repr(C)]
pub struct TaskStep {
    ob_base: PyObject,
    task: Field<Task>,
    exception: Field,
}

#[pymethods]
impl TaskStep {
    #[slot]
    fn tp_call(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<()> {
        if kwargs.is_some_and(|k| !k.is_empty()) {
            return raise!(TypeError, "function takes no keyword arguments");
        }
        if !args.is_empty() {
            return raise!(TypeError, "function takes no positional arguments");
        }
        match self.task.get() {
            Some(task) => task.step(self.exception.get()),
            None => Ok(()),
        }
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.task);
        visit.field(&self.exception);
    }
    #[slot]
    fn tp_clear(&self) {
        self.task.set(None);
        self.exception.set(None);
    }
    #[getter]
    fn __self__(&self) -> Option<Py<Task>> {
        self.task.get()
    }
}
