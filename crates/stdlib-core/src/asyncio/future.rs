//! `_asyncio.Future`, and the iterator that awaiting one gives.

use super::running::{
    CANCELLED_ERROR, EXTRACT_STACK, FUTURE_REPR, INVALID_STATE_ERROR, call_exception_handler, call_soon,
    event_loop,
};
use super::task::Task;
use crate::contextvars;
use object::{
    Field, FuncArgs, GilCell, Py, PyClass, PyDict, PyLayout, PyList, PyObject, PyResult, PySet, PyStr,
    PyTuple, PyTypeObject, Raised, SendResult, Visitor, call, error, exceptions, intern, is_none,
    new_instance, pyclass, pymethods, raise,
};

#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum State {
    Pending = 0,
    Cancelled = 1,
    Finished = 2,
}

/// `FutureObj`
#[pyclass(name = "_asyncio.Future", flags(BASETYPE, HAVE_GC), weaklist = weaklist, dict = dict)]
#[repr(C)]
pub struct Future {
    pub ob_base: PyObject,
    pub event_loop: Field,
    /// The first callback and its context; there is rarely more than one.
    callback0: Field,
    context0: Field,
    /// `(callback, context)` of the others.
    callbacks: Field<PyList>,
    pub exception: Field,
    exception_tb: Field,
    pub result: Field,
    source_tb: Field,
    pub cancel_msg: Field,
    pub cancelled_exc: Field,
    /// Who awaits it: one future, or a set of them.
    awaited_by: Field,
    dict: Field<PyDict>,
    weaklist: GilCell<*mut PyObject>,
    pub state: GilCell<State>,
    pub log_tb: GilCell<bool>,
    pub blocking: GilCell<bool>,
    awaited_by_set: GilCell<bool>,
}

/// Raises an asyncio exception.
#[cold]
fn raise_invalid_state<T>(text: &str) -> PyResult<T> {
    match INVALID_STATE_ERROR.get()?.downcast::<PyTypeObject>() {
        Some(class) => Err(error::raise_fmt(class, format_args!("{text}"))),
        None => raise!(RuntimeError, "{text}"),
    }
}

/// An argument `msg=None` of `cancel`.
fn message(msg: Option<&PyObject>) -> Option<Py> {
    msg.filter(|m| !is_none(m)).map(|m| m.new_ref())
}

impl Future {
    #[inline]
    pub fn is_pending(&self) -> bool {
        self.state.get() == State::Pending
    }

    pub fn is_of_loop(&self, event_loop: &PyObject) -> bool {
        std::ptr::eq(self.event_loop.as_raw(), event_loop)
    }

    /// The loop, or the error of a future whose `__init__` has not run.
    #[inline]
    pub fn the_loop(&self) -> PyResult {
        match self.event_loop.get() {
            Some(l) => Ok(l),
            None => raise!(RuntimeError, "Future object is not initialized."),
        }
    }

    pub fn init(&self, event_loop_arg: Option<&PyObject>) -> PyResult<()> {
        if self.event_loop.is_some() {
            self.clear();
        }
        self.state.set(State::Pending);
        self.log_tb.set(false);
        self.blocking.set(false);
        let event_loop = match event_loop_arg.filter(|l| !is_none(l)) {
            Some(l) => l.new_ref(),
            None => event_loop()?,
        };
        self.event_loop.set(Some(event_loop.clone()));
        if event_loop.call_method(intern!("get_debug"), &[])?.is_true()? {
            self.source_tb.set(Some(call::call(EXTRACT_STACK.get()?, &[])?));
        }
        Ok(())
    }

    fn clear(&self) {
        self.event_loop.set(None);
        self.callback0.set(None);
        self.context0.set(None);
        self.callbacks.set(None);
        self.exception.set(None);
        self.exception_tb.set(None);
        self.result.set(None);
        self.source_tb.set(None);
        self.cancel_msg.set(None);
        self.cancelled_exc.set(None);
        self.awaited_by_set.set(false);
        self.awaited_by.set(None);
    }

    pub fn clear_all(&self) {
        self.clear();
        self.dict.set(None);
    }

    pub fn visit(&self, visit: &mut Visitor) {
        visit.field(&self.event_loop);
        visit.field(&self.callback0);
        visit.field(&self.context0);
        visit.field(&self.callbacks);
        visit.field(&self.exception);
        visit.field(&self.exception_tb);
        visit.field(&self.result);
        visit.field(&self.source_tb);
        visit.field(&self.cancel_msg);
        visit.field(&self.cancelled_exc);
        visit.field(&self.awaited_by);
        visit.field(&self.dict);
    }

    // ---- callbacks ----

    /// Calls a callback when the future is done: soon, if it is.
    pub fn add_callback(&self, callback: &PyObject, context: Option<&PyObject>) -> PyResult<()> {
        let event_loop = self.the_loop()?;
        if !self.is_pending() {
            return call_soon(&event_loop, &[callback, self.as_object()], context);
        }
        let context = context.map_or_else(object::none, |c| c.new_ref());
        if self.callback0.is_none() && self.callbacks.is_none() {
            self.context0.set(Some(context));
            self.callback0.set(Some(callback.new_ref()));
            return Ok(());
        }
        let pair = PyTuple::pair(callback.new_ref(), context)?.into_object();
        match self.callbacks.get() {
            Some(list) => list.append(pair),
            None => {
                self.callbacks.set(Some(PyList::from_vec(vec![pair])?));
                Ok(())
            }
        }
    }

    /// Hands all callbacks to the loop.
    fn schedule_callbacks(&self) -> PyResult<()> {
        let first = self.callback0.take();
        let context = self.context0.take();
        let rest = self.callbacks.take();
        if first.is_none() && rest.is_none() {
            return Ok(());
        }
        let event_loop = self.the_loop()?;
        let this = self.as_object();
        if let Some(callback) = first {
            call_soon(&event_loop, &[&callback, this], context.as_deref())?;
        }
        for pair in rest.map(|l| l.to_vec()).unwrap_or_default() {
            if let Some([callback, context]) = pair.downcast::<PyTuple>().map(|t| t.as_slice()) {
                call_soon(&event_loop, &[callback, this], Some(context))?;
            }
        }
        Ok(())
    }

    /// All callbacks with their contexts, in order.
    fn callback_pairs(&self) -> PyResult<Vec<Py>> {
        let mut all = Vec::new();
        if let Some(callback) = self.callback0.get() {
            let context = self.context0.get().unwrap_or_else(object::none);
            all.push(PyTuple::pair(callback, context)?.into_object());
        }
        if let Some(list) = self.callbacks.get() {
            all.extend(list.to_vec());
        }
        Ok(all)
    }

    // ---- the outcome ----

    pub fn finish(&self, result: Py) -> PyResult<()> {
        if !self.is_pending() {
            return raise_invalid_state("invalid state");
        }
        self.result.set(Some(result));
        self.state.set(State::Finished);
        self.schedule_callbacks()
    }

    pub fn fail(&self, exception: &PyObject) -> PyResult<()> {
        if !self.is_pending() {
            return raise_invalid_state("invalid state");
        }
        let mut value = if exception.downcast::<PyTypeObject>().is_some() {
            call::call(exception, &[])?
        } else {
            exception.new_ref()
        };
        if !error::is_exception(&value) {
            return raise!(TypeError, "invalid exception object");
        }
        if exceptions::StopIteration::check(&value) {
            let text = PyStr::new(
                "StopIteration interacts badly with generators and cannot be raised into a Future",
            )?;
            let class = exceptions::RuntimeError::type_object().as_object();
            let new = call::call(class, &[text.as_object()])?;
            exceptions::set_cause(&new, Some(value.clone()));
            exceptions::set_context(&new, Some(value));
            value = new;
        }
        self.exception_tb.set(exceptions::traceback_of(&value));
        self.exception.set(Some(value));
        self.state.set(State::Finished);
        self.schedule_callbacks()?;
        self.log_tb.set(true);
        Ok(())
    }

    /// Cancels; false if it is done.
    pub fn cancel_with(&self, msg: Option<Py>) -> PyResult<bool> {
        self.log_tb.set(false);
        if !self.is_pending() {
            return Ok(false);
        }
        self.state.set(State::Cancelled);
        self.cancel_msg.set(msg);
        self.schedule_callbacks()?;
        Ok(true)
    }

    pub fn make_cancelled_error(&self) -> PyResult {
        if let Some(e) = self.cancelled_exc.take() {
            return Ok(e);
        }
        let class = CANCELLED_ERROR.get()?;
        match self.cancel_msg.get() {
            Some(msg) if !is_none(&msg) => call::call(class, &[&msg]),
            _ => call::call(class, &[]),
        }
    }

    #[cold]
    fn raise_cancelled<T>(&self) -> PyResult<T> {
        let e = self.make_cancelled_error()?;
        Err(error::raise_object(e))
    }

    /// The result, or `Err(Ok(exception))` if that is what the future ended in.
    fn outcome(&self) -> PyResult<Result<Py, Py>> {
        match self.state.get() {
            State::Cancelled => return self.raise_cancelled(),
            State::Pending => return raise_invalid_state("Result is not set."),
            State::Finished => {}
        }
        self.log_tb.set(false);
        match self.exception.get() {
            Some(e) => {
                exceptions::set_traceback(&e, self.exception_tb.take());
                Ok(Err(e))
            }
            None => Ok(Ok(self.result.get().unwrap_or_else(object::none))),
        }
    }

    /// The exception that waiting for a future that is done ends in, if any.
    pub fn failure(&self) -> PyResult<Option<Py>> {
        if self.state.get() == State::Cancelled {
            return self.make_cancelled_error().map(Some);
        }
        Ok(self.outcome()?.err())
    }

    pub fn take_result(&self) -> PyResult {
        match self.outcome()? {
            Ok(v) => Ok(v),
            Err(e) => Err(error::raise_object(e)),
        }
    }

    // ---- who awaits it ----

    pub fn add_awaiter(&self, waiter: &PyObject) -> PyResult<()> {
        if self.awaited_by_set.get() {
            if let Some(set) = self.awaited_by.get()
                && let Some(set) = set.downcast::<PySet>()
            {
                return set.add(waiter);
            }
            return Ok(());
        }
        match self.awaited_by.get() {
            None => self.awaited_by.set(Some(waiter.new_ref())),
            Some(one) if one.is(waiter) => {}
            Some(one) => {
                let set = PySet::new()?;
                set.add(&one)?;
                set.add(waiter)?;
                self.awaited_by_set.set(true);
                self.awaited_by.set(Some(set.into_object()));
            }
        }
        Ok(())
    }

    pub fn discard_awaiter(&self, waiter: &PyObject) -> PyResult<()> {
        if self.awaited_by_set.get() {
            if let Some(set) = self.awaited_by.get()
                && let Some(set) = set.downcast::<PySet>()
            {
                set.discard(waiter)?;
            }
            return Ok(());
        }
        if std::ptr::eq(self.awaited_by.as_raw(), waiter) {
            self.awaited_by.set(None);
        }
        Ok(())
    }

    /// The finalizer: an exception that nobody has looked at is reported.
    pub fn report_unretrieved(&self) {
        if !self.log_tb.replace(false) {
            return;
        }
        let Some(event_loop) = self.event_loop.get() else {
            return;
        };
        let saved = error::take();
        let this = self.as_object();
        let text = format!("{} exception was never retrieved", this.ty().name());
        let text = PyStr::new(&text).map(Py::into_object).ok();
        call_exception_handler(
            &event_loop,
            this,
            &[
                ("message", text),
                ("exception", self.exception.get()),
                ("future", Some(this.new_ref())),
                ("source_traceback", self.source_tb.get()),
            ],
        );
        if let Some(e) = saved {
            let _ = error::restore(e);
        }
    }

    pub fn source_traceback(&self) -> Option<Py> {
        self.source_tb.get()
    }

    pub fn set_log_traceback(&self, value: Option<&PyObject>) -> PyResult<()> {
        let Some(value) = value else {
            return undeletable("_log_traceback", "_asyncio.Future");
        };
        if value.is_true()? {
            return raise!(ValueError, "_log_traceback can only be set to False");
        }
        self.log_tb.set(false);
        Ok(())
    }
}

#[cold]
pub fn undeletable<T>(name: &str, class: &str) -> PyResult<T> {
    raise!(
        AttributeError,
        "attribute '{name}' of '{class}' objects cannot be deleted"
    )
}

#[pymethods]
impl Future {
    #[slot]
    fn tp_new(cls: &PyTypeObject, _args: &PyTuple, _kwargs: Option<&PyDict>) -> PyResult<Py<Future>> {
        new_instance(cls, |_: *mut Future| {})
    }
    #[init("(*, loop=None)")]
    fn tp_init(&self, event_loop: Option<&PyObject>) -> PyResult<()> {
        self.init(event_loop)
    }
    #[slot]
    fn tp_repr(&self) -> PyResult {
        self.the_loop()?;
        call::call(FUTURE_REPR.get()?, &[self.as_object()])
    }
    #[slot]
    fn tp_iter(&self) -> PyResult<Py<FutureIter>> {
        FutureIter::of(self)
    }
    #[slot]
    fn am_await(&self) -> PyResult<Py<FutureIter>> {
        FutureIter::of(self)
    }
    #[slot]
    fn tp_finalize(&self) {
        self.report_unretrieved();
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        self.visit(visit);
    }
    #[slot]
    fn tp_clear(&self) {
        self.clear_all();
    }
    #[method("($self, /)")]
    fn result(&self) -> PyResult {
        if self.event_loop.is_none() {
            return raise_invalid_state("Future object is not initialized.");
        }
        self.take_result()
    }
    #[method("($self, /)")]
    fn exception(&self) -> PyResult {
        if self.event_loop.is_none() {
            return raise_invalid_state("Future object is not initialized.");
        }
        match self.state.get() {
            State::Cancelled => return self.raise_cancelled(),
            State::Pending => return raise_invalid_state("Exception is not set."),
            State::Finished => {}
        }
        self.log_tb.set(false);
        Ok(self.exception.get().unwrap_or_else(object::none))
    }
    #[method("($self, result, /)")]
    fn set_result(&self, result: &PyObject) -> PyResult<()> {
        self.the_loop()?;
        self.finish(result.new_ref())
    }
    #[method("($self, exception, /)")]
    fn set_exception(&self, exception: &PyObject) -> PyResult<()> {
        self.the_loop()?;
        self.fail(exception)
    }
    #[method("($self, fn, /, *, context=<unrepresentable>)")]
    fn add_done_callback(&self, func: &PyObject, context: Option<&PyObject>) -> PyResult<()> {
        if self.event_loop.is_none() {
            return raise!(RuntimeError, "uninitialized Future object");
        }
        match context {
            Some(c) => self.add_callback(func, Some(c)),
            None => {
                let copy = contextvars::copy_current()?;
                self.add_callback(func, Some(copy.as_object()))
            }
        }
    }
    #[method("($self, fn, /)")]
    fn remove_done_callback(&self, func: &PyObject) -> PyResult<usize> {
        self.the_loop()?;
        let mut removed = 0;
        if let Some(first) = self.callback0.get()
            && func.rich_compare_bool(&first, object::CompareOp::Eq)?
        {
            self.callback0.set(None);
            self.context0.set(None);
            removed += 1;
        }
        let Some(list) = self.callbacks.get() else {
            return Ok(removed);
        };
        let mut kept = Vec::new();
        for pair in list.to_vec() {
            let callback = pair.downcast::<PyTuple>().and_then(|t| t.get(0));
            let same = match callback {
                Some(c) => func.rich_compare_bool(c, object::CompareOp::Eq)?,
                None => false,
            };
            if same {
                removed += 1;
            } else {
                kept.push(pair);
            }
        }
        // a comparison may have added or taken away: what is there now counts
        if kept.is_empty() {
            self.callbacks.set(None);
        } else {
            self.callbacks.set(Some(PyList::from_vec(kept)?));
        }
        Ok(removed)
    }
    #[method("($self, /, msg=None)")]
    fn cancel(&self, msg: Option<&PyObject>) -> PyResult<bool> {
        self.the_loop()?;
        self.cancel_with(message(msg))
    }
    #[method("($self, /)")]
    fn cancelled(&self) -> bool {
        self.event_loop.is_some() && self.state.get() == State::Cancelled
    }
    #[method("($self, /)")]
    fn done(&self) -> bool {
        self.event_loop.is_some() && !self.is_pending()
    }
    #[method("($self, /)")]
    fn get_loop(&self) -> PyResult {
        self.the_loop()
    }
    #[method("($self, /)")]
    fn _make_cancelled_error(&self) -> PyResult {
        self.make_cancelled_error()
    }
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(cls: &PyTypeObject, object: &PyObject) -> PyResult {
        object::typeobject::generic_alias(cls.as_object(), object)
    }
    #[getter]
    fn _state(&self) -> PyResult<&'static str> {
        self.the_loop()?;
        Ok(match self.state.get() {
            State::Pending => "PENDING",
            State::Cancelled => "CANCELLED",
            State::Finished => "FINISHED",
        })
    }
    #[getter]
    fn _asyncio_future_blocking(&self) -> bool {
        self.event_loop.is_some() && self.blocking.get()
    }
    #[setter(_asyncio_future_blocking)]
    fn set_blocking(&self, value: Option<&PyObject>) -> PyResult<()> {
        self.the_loop()?;
        let Some(value) = value else {
            return undeletable("_asyncio_future_blocking", "_asyncio.Future");
        };
        self.blocking.set(value.is_true()?);
        Ok(())
    }
    #[getter]
    fn _loop(&self) -> Option<Py> {
        self.event_loop.get()
    }
    #[getter]
    fn _callbacks(&self) -> PyResult<Option<Py<PyList>>> {
        self.the_loop()?;
        let all = self.callback_pairs()?;
        if all.is_empty() {
            return Ok(None);
        }
        PyList::from_vec(all).map(Some)
    }
    #[getter]
    fn _result(&self) -> PyResult<Option<Py>> {
        self.the_loop()?;
        Ok(self.result.get())
    }
    #[getter]
    fn _exception(&self) -> PyResult<Option<Py>> {
        self.the_loop()?;
        Ok(self.exception.get())
    }
    #[getter]
    fn _log_traceback(&self) -> PyResult<bool> {
        self.the_loop()?;
        Ok(self.log_tb.get())
    }
    #[setter(_log_traceback)]
    fn py_set_log_traceback(&self, value: Option<&PyObject>) -> PyResult<()> {
        self.set_log_traceback(value)
    }
    #[getter]
    fn _source_traceback(&self) -> Option<Py> {
        self.source_tb.get()
    }
    #[getter]
    fn _cancel_message(&self) -> Option<Py> {
        self.cancel_msg.get()
    }
    #[setter(_cancel_message)]
    fn set_cancel_message(&self, value: Option<&PyObject>) -> PyResult<()> {
        match value {
            Some(v) => {
                self.cancel_msg.set(Some(v.new_ref()));
                Ok(())
            }
            None => undeletable("_cancel_message", "_asyncio.Future"),
        }
    }
    #[getter]
    fn _asyncio_awaited_by(&self) -> PyResult<Option<Py>> {
        let Some(by) = self.awaited_by.get() else {
            return Ok(None);
        };
        let items = if self.awaited_by_set.get() {
            by
        } else {
            PyTuple::from_array([by])?.into_object()
        };
        Ok(Some(PySet::frozen_from_iterable(&items)?.into_object()))
    }
}

/// A future or task, if the object is one.
#[inline]
pub fn as_future(obj: &PyObject) -> Option<&Future> {
    exact_future(obj).or_else(|| obj.downcast::<Future>())
}

/// The same, for the classes themselves: nothing is overridden.
#[inline]
pub fn exact_future(obj: &PyObject) -> Option<&Future> {
    if Task::check_exact(obj) || Future::check_exact(obj) {
        // SAFETY: both begin with a `Future`.
        return Some(unsafe { obj.downcast_unchecked() });
    }
    None
}

/// `_asyncio.FutureIter`
#[pyclass(name = "_asyncio.FutureIter", flags(HAVE_GC))]
#[repr(C)]
pub struct FutureIter {
    ob_base: PyObject,
    /// Nothing once it is exhausted.
    future: Field<Future>,
}

impl FutureIter {
    fn of(future: &Future) -> PyResult<Py<FutureIter>> {
        future.the_loop()?;
        object::new_object(FutureIter {
            ob_base: PyObject::new_head(FutureIter::type_object()),
            future: Field::from_ref(future),
        })
    }

    fn step(&self) -> PyResult<SendResult> {
        let Some(future) = self.future.get() else {
            return Ok(SendResult::Return(object::none()));
        };
        if future.is_pending() {
            if !future.blocking.get() {
                future.blocking.set(true);
                return Ok(SendResult::Next(future.into_object()));
            }
            return raise!(RuntimeError, "await wasn't used with future");
        }
        future.take_result().map(SendResult::Return)
    }
}

/// `StopIteration(value)`
#[cold]
fn stop(value: Py) -> Raised {
    let class = exceptions::StopIteration::type_object().as_object();
    match call::call(class, &[&value]) {
        Ok(e) => error::raise_object(e),
        Err(r) => r,
    }
}

#[pymethods]
impl FutureIter {
    #[slot]
    fn tp_iter(&self) -> Py<FutureIter> {
        self.new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        match self.step()? {
            SendResult::Next(v) => Ok(Some(v)),
            SendResult::Return(v) if is_none(&v) => Ok(None),
            SendResult::Return(v) => Err(stop(v)),
        }
    }
    #[slot]
    fn am_send(&self, _value: &PyObject) -> PyResult<SendResult> {
        self.step()
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.future);
    }
    #[slot]
    fn tp_clear(&self) {
        self.future.set(None);
    }
    #[method("($self, value, /)", nosig)]
    fn send(&self, _value: &PyObject) -> PyResult {
        match self.step()? {
            SendResult::Next(v) => Ok(v),
            SendResult::Return(v) if is_none(&v) => {
                Err(error::raise_type(exceptions::StopIteration::type_object()))
            }
            SendResult::Return(v) => Err(stop(v)),
        }
    }
    #[method("($self, /, *args)", nosig, raw)]
    fn throw(&self, all: FuncArgs<'_>) -> PyResult {
        all.check_positional("throw", 1, 3)?;
        if all.pos.len() > 1 {
            object::hooks::warn(
                exceptions::DeprecationWarning::type_object(),
                "the (type, exc, tb) signature of throw() is deprecated, use the single-arg signature instead.",
                1,
            )?;
        }
        let kind = all.pos[0];
        let given = |i: usize| all.pos.get(i).copied().filter(|v| !is_none(v));
        let traceback = given(2);
        if let Some(tb) = traceback
            && tb.ty().full_name() != "traceback"
        {
            return raise!(TypeError, "throw() third argument must be a traceback");
        }
        let value = if error::is_exception(kind) {
            if given(1).is_some() {
                return raise!(TypeError, "instance exception may not have a separate value");
            }
            kind.new_ref()
        } else if error::is_exception_class(kind) {
            match given(1) {
                None => call::call(kind, &[])?,
                Some(v) if error::given_matches(v, kind) => v.new_ref(),
                Some(v) => match v.downcast::<PyTuple>() {
                    Some(args) => call::call_tuple_dict(kind, args, None)?,
                    None => call::call(kind, &[v])?,
                },
            }
        } else {
            return raise!(
                TypeError,
                "exceptions must be classes deriving BaseException or instances of such a class"
            );
        };
        if let Some(tb) = traceback {
            exceptions::set_traceback(&value, Some(tb.new_ref()));
        }
        self.future.set(None);
        Err(error::raise_object(value))
    }
    #[method("($self, /)", nosig)]
    fn close(&self) {
        self.future.set(None);
    }
}
