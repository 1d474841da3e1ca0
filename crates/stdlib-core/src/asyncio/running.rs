//! What runs where: each thread's event loop and task, the tasks that are scheduled, and the objects of other modules
//! that are looked up when they are first needed (asyncio's own modules import this one).

use super::task::Task;
use object::{GilCell, Py, PyLayout, PyObject, PyResult, PySet, PyStr, call, intern, is_none, raise};

/// An attribute of a module, looked up once.
pub struct Lazy {
    module: &'static str,
    name: &'static str,
    value: GilCell<Option<&'static PyObject>>,
}

impl Lazy {
    const fn new(module: &'static str, name: &'static str) -> Lazy {
        Lazy {
            module,
            name,
            value: GilCell::new(None),
        }
    }

    #[inline]
    pub fn get(&self) -> PyResult<&'static PyObject> {
        match self.value.get() {
            Some(v) => Ok(v),
            None => self.look_up(),
        }
    }

    #[cold]
    fn look_up(&self) -> PyResult<&'static PyObject> {
        let value = object::hooks::import(self.module)?.get_attr_str(self.name)?;
        // SAFETY: the reference is given up for good: the object lives as long as the process.
        let value = unsafe { &*value.into_ptr() };
        self.value.set(Some(value));
        Ok(value)
    }
}

pub static CANCELLED_ERROR: Lazy = Lazy::new("asyncio.exceptions", "CancelledError");
pub static INVALID_STATE_ERROR: Lazy = Lazy::new("asyncio.exceptions", "InvalidStateError");
pub static FUTURE_REPR: Lazy = Lazy::new("asyncio.base_futures", "_future_repr");
pub static TASK_REPR: Lazy = Lazy::new("asyncio.base_tasks", "_task_repr");
pub static TASK_GET_STACK: Lazy = Lazy::new("asyncio.base_tasks", "_task_get_stack");
pub static TASK_PRINT_STACK: Lazy = Lazy::new("asyncio.base_tasks", "_task_print_stack");
pub static IS_COROUTINE: Lazy = Lazy::new("asyncio.coroutines", "iscoroutine");
pub static EXTRACT_STACK: Lazy = Lazy::new("traceback", "extract_stack");
pub static COROUTINE_TYPE: Lazy = Lazy::new("types", "CoroutineType");
pub static GENERATOR_TYPE: Lazy = Lazy::new("types", "GeneratorType");
static LOOP_POLICY: Lazy = Lazy::new("asyncio.events", "_get_event_loop_policy");
static WEAK_SET: Lazy = Lazy::new("weakref", "WeakSet");

// ---- the running loop and task ----

/// A thread's loop and its current task: owned references, or null.
struct Running {
    event_loop: GilCell<*mut PyObject>,
    task: GilCell<*mut PyObject>,
}

/// All threads' places: they stay for good, so that others may look.
static THREADS: GilCell<Vec<&'static Running>> = GilCell::new(Vec::new());

thread_local! {
    static MINE: std::cell::Cell<Option<&'static Running>> = const { std::cell::Cell::new(None) };
}

#[inline]
fn mine() -> &'static Running {
    match MINE.get() {
        Some(r) => r,
        None => make_mine(),
    }
}

#[cold]
fn make_mine() -> &'static Running {
    let place: &'static Running = Box::leak(Box::new(Running {
        event_loop: GilCell::new(std::ptr::null_mut()),
        task: GilCell::new(std::ptr::null_mut()),
    }));
    // SAFETY: under the GIL, and nothing runs during the push.
    unsafe { (*THREADS.as_ptr()).push(place) };
    MINE.set(Some(place));
    place
}

fn replace(cell: &GilCell<*mut PyObject>, value: Option<&PyObject>) -> Option<Py> {
    let new = value.map_or(std::ptr::null_mut(), |v| v.new_ref().into_ptr());
    // SAFETY: the cell's own reference changes hands.
    unsafe { Py::from_owned_ptr_or_null(cell.replace(new)) }
}

fn owned(cell: &GilCell<*mut PyObject>) -> Option<Py> {
    // SAFETY: null or an owned object, which is alive.
    unsafe { cell.get().as_ref() }.map(|o| o.new_ref())
}

pub fn running_loop() -> Option<Py> {
    owned(&mine().event_loop)
}

#[inline]
pub fn is_running(event_loop: &PyObject) -> bool {
    std::ptr::eq(mine().event_loop.get(), event_loop)
}

pub fn set_running_loop(event_loop: &PyObject) {
    drop(replace(
        &mine().event_loop,
        Some(event_loop).filter(|l| !is_none(l)),
    ));
}

/// The given loop, or the one that runs.
pub fn loop_or_running(event_loop: Option<&PyObject>) -> PyResult {
    match event_loop.filter(|l| !is_none(l)) {
        Some(l) => Ok(l.new_ref()),
        None => match running_loop() {
            Some(l) => Ok(l),
            None => raise!(RuntimeError, "no running event loop"),
        },
    }
}

/// `asyncio.get_event_loop()`
pub fn event_loop() -> PyResult {
    match running_loop() {
        Some(l) => Ok(l),
        None => {
            let policy = call::call(LOOP_POLICY.get()?, &[])?;
            policy.call_method(intern!("get_event_loop"), &[])
        }
    }
}

fn check_running(event_loop: &PyObject) -> PyResult<()> {
    if is_running(event_loop) {
        return Ok(());
    }
    raise!(
        RuntimeError,
        "loop {} is not the running loop",
        event_loop.repr()?
    )
}

pub fn enter_task(event_loop: &PyObject, task: &PyObject) -> PyResult<()> {
    check_running(event_loop)?;
    if let Some(other) = owned(&mine().task) {
        return raise!(
            RuntimeError,
            "Cannot enter into task {} while another task {} is being executed.",
            task.repr()?,
            other.repr()?
        );
    }
    drop(replace(&mine().task, Some(task)));
    Ok(())
}

pub fn leave_task(event_loop: &PyObject, task: &PyObject) -> PyResult<()> {
    check_running(event_loop)?;
    if !std::ptr::eq(mine().task.get(), task) {
        let current = owned(&mine().task).unwrap_or_else(object::none);
        return raise!(
            RuntimeError,
            "Invalid attempt to leave task {} while task {} is entered.",
            task.repr()?,
            current.repr()?
        );
    }
    drop(replace(&mine().task, None));
    Ok(())
}

/// Makes `task` the current one; the one before is returned.
pub fn swap_task(event_loop: &PyObject, task: &PyObject) -> PyResult {
    check_running(event_loop)?;
    let old = replace(&mine().task, Some(task).filter(|t| !is_none(t)));
    Ok(old.unwrap_or_else(object::none))
}

pub fn current_task(event_loop: &PyObject) -> Py {
    if is_running(event_loop) {
        return owned(&mine().task).unwrap_or_else(object::none);
    }
    // SAFETY: under the GIL, and nothing runs during the search.
    let threads = unsafe { &*THREADS.as_ptr() };
    threads
        .iter()
        .find(|r| std::ptr::eq(r.event_loop.get(), event_loop))
        .and_then(|r| owned(&r.task))
        .unwrap_or_else(object::none)
}

// ---- scheduled tasks ----

/// The first of the native tasks that are scheduled; each leads to the next.
static FIRST: GilCell<*const Task> = GilCell::new(std::ptr::null());
/// Tasks of other kinds: a `WeakSet`.
static OTHERS: GilCell<Option<&'static PyObject>> = GilCell::new(None);
/// Tasks that make their first, eager step: a `set`.
static EAGER: GilCell<Option<&'static PySet>> = GilCell::new(None);

/// Puts a task into the list, if it is not there.
pub fn link(task: &Task) {
    if task.linked.replace(true) {
        return;
    }
    let first = FIRST.get();
    task.list_prev.set(std::ptr::null());
    task.list_next.set(first);
    // SAFETY: tasks leave the list before they die.
    if let Some(first) = unsafe { first.as_ref() } {
        first.list_prev.set(task);
    }
    FIRST.set(task);
}

/// Takes a task out of the list, if it is there.
pub fn unlink(task: &Task) {
    if !task.linked.replace(false) {
        return;
    }
    let (prev, next) = (task.list_prev.get(), task.list_next.get());
    // SAFETY: as above.
    unsafe {
        match prev.as_ref() {
            Some(p) => p.list_next.set(next),
            None => FIRST.set(next),
        }
        if let Some(n) = next.as_ref() {
            n.list_prev.set(prev);
        }
    }
}

fn others() -> PyResult<&'static PyObject> {
    if let Some(set) = OTHERS.get() {
        return Ok(set);
    }
    let set = call::call(WEAK_SET.get()?, &[])?;
    // SAFETY: the reference is given up for good.
    let set = unsafe { &*set.into_ptr() };
    OTHERS.set(Some(set));
    Ok(set)
}

fn eager() -> PyResult<&'static PySet> {
    if let Some(set) = EAGER.get() {
        return Ok(set);
    }
    let set = PySet::new()?;
    // SAFETY: the reference is given up for good.
    let set = unsafe { &*set.into_ptr() };
    EAGER.set(Some(set));
    Ok(set)
}

pub fn register(task: &PyObject) -> PyResult<()> {
    match task.downcast::<Task>() {
        Some(t) => {
            link(t);
            Ok(())
        }
        None => others()?.call_method(intern!("add"), &[task]).map(drop),
    }
}

pub fn unregister(task: &PyObject) -> PyResult<()> {
    match task.downcast::<Task>() {
        Some(t) => {
            unlink(t);
            Ok(())
        }
        None => others()?.call_method(intern!("discard"), &[task]).map(drop),
    }
}

pub fn register_eager(task: &PyObject) -> PyResult<()> {
    eager()?.add(task)
}

pub fn unregister_eager(task: &PyObject) -> PyResult<()> {
    eager()?.discard(task).map(drop)
}

/// The loop of a future of any kind.
pub fn loop_of(future: &PyObject) -> PyResult {
    match future.get_attr_opt(intern!("get_loop"))? {
        Some(get) => call::call(&get, &[]),
        None => future.get_attr(intern!("_loop")),
    }
}

/// The tasks of a loop that are not done.
pub fn all_tasks(event_loop: &PyObject) -> PyResult<Py<PySet>> {
    // eager ones first: they may become scheduled ones on the way
    let mut all = eager()?.to_vec();
    let mut at = FIRST.get();
    // SAFETY: tasks leave the list before they die; nothing runs during the walk.
    while let Some(task) = unsafe { at.as_ref() } {
        all.push(task.as_object().new_ref());
        at = task.list_next.get();
    }
    if let Some(set) = OTHERS.get() {
        all.extend(object::iter::collect(set)?);
    }
    let found = PySet::new()?;
    for task in all {
        let ours = match task.downcast::<Task>() {
            Some(t) => t.base.is_of_loop(event_loop) && t.base.is_pending(),
            None => loop_of(&task)?.is(event_loop) && !task.call_method(intern!("done"), &[])?.is_true()?,
        };
        if ours {
            found.add(&task)?;
        }
    }
    Ok(found)
}

/// `loop.call_soon(callback, *args, context=context)`
pub fn call_soon(event_loop: &PyObject, args: &[&PyObject], context: Option<&PyObject>) -> PyResult<()> {
    static NAMES: GilCell<Option<&'static object::PyTuple>> = GilCell::new(None);
    let names = match NAMES.get() {
        Some(n) => n,
        None => {
            let t = object::PyTuple::from_array([intern!("context").as_object().new_ref()])?;
            // SAFETY: the reference is given up for good.
            let t = unsafe { &*t.into_ptr() };
            NAMES.set(Some(t));
            t
        }
    };
    let (method, unbound) = object::typeobject::get_method(event_loop, intern!("call_soon"))?;
    let mut pos: [&PyObject; 4] = [event_loop; 4];
    let n = args.len().min(3);
    pos[1..=n].copy_from_slice(&args[..n]);
    let context = context.as_slice();
    call::call_args(
        &method,
        &object::FuncArgs {
            pos: if unbound { &pos[..=n] } else { &pos[1..=n] },
            kwvalues: context,
            kwnames: if context.is_empty() { None } else { Some(names) },
        },
    )
    .map(drop)
}

/// A dict of names and values for an exception handler, which is called with it. What goes wrong is unraisable.
pub fn call_exception_handler(event_loop: &PyObject, about: &PyObject, items: &[(&str, Option<Py>)]) {
    let work = || -> PyResult<()> {
        let context = object::PyDict::new()?;
        for (name, value) in items {
            if let Some(value) = value {
                context.set_item(&*PyStr::new(name)?, &**value)?;
            }
        }
        event_loop.call_method(intern!("call_exception_handler"), &[context.as_object()])?;
        Ok(())
    };
    if work().is_err() {
        object::error::write_unraisable(Some(about), None);
    }
}
