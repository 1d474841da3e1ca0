//! The GIL, thread states and the module `_thread`.

use object::exceptions as exc;
use object::thread::{self as ts, ThreadState};
use object::{
    Args, Field, FuncArgs, GilCell, Py, PyClass, PyDict, PyLayout, PyModule, PyObject, PyResult, PyStr,
    PyTuple, PyTypeObject, error, intern, pyclass, pymethods, pymodule, raise,
};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

// ---- the GIL ----

struct Gil {
    locked: Mutex<bool>,
    free: Condvar,
    /// Threads that wait.
    waiting: AtomicUsize,
    /// Times it changed hands.
    switches: AtomicU64,
}

static GIL: Gil = Gil {
    locked: Mutex::new(false),
    free: Condvar::new(),
    waiting: AtomicUsize::new(0),
    switches: AtomicU64::new(0),
};
/// The state that holds it, for asking it to let go.
static HOLDER: std::sync::atomic::AtomicPtr<ThreadState> =
    std::sync::atomic::AtomicPtr::new(std::ptr::null_mut());
static INTERVAL_US: AtomicU64 = AtomicU64::new(5000);

pub fn switch_interval() -> f64 {
    INTERVAL_US.load(Ordering::Relaxed) as f64 / 1e6
}
pub fn set_switch_interval(seconds: f64) {
    INTERVAL_US.store((seconds * 1e6).clamp(1.0, 1e12) as u64, Ordering::Relaxed);
}

fn take_gil(state: *const ThreadState) {
    let mut locked = GIL.locked.lock().unwrap_or_else(|e| e.into_inner());
    if *locked {
        GIL.waiting.fetch_add(1, Ordering::SeqCst);
        while *locked {
            let seen = GIL.switches.load(Ordering::SeqCst);
            let wait = Duration::from_micros(INTERVAL_US.load(Ordering::Relaxed));
            let (l, timeout) = GIL
                .free
                .wait_timeout(locked, wait)
                .unwrap_or_else(|e| e.into_inner());
            locked = l;
            if *locked && timeout.timed_out() && seen == GIL.switches.load(Ordering::SeqCst) {
                let holder = HOLDER.load(Ordering::SeqCst);
                // SAFETY: a state outlives its holding the GIL, and it is held while `locked` is.
                if let Some(h) = unsafe { holder.as_ref() } {
                    h.eval_breaker
                        .fetch_or(vm::pending::GIL_DROP_REQUEST, Ordering::SeqCst);
                }
            }
        }
        GIL.waiting.fetch_sub(1, Ordering::SeqCst);
    }
    *locked = true;
    GIL.switches.fetch_add(1, Ordering::SeqCst);
    HOLDER.store(state as *mut ThreadState, Ordering::SeqCst);
}

fn drop_gil() {
    let mut locked = GIL.locked.lock().unwrap_or_else(|e| e.into_inner());
    HOLDER.store(std::ptr::null_mut(), Ordering::SeqCst);
    *locked = false;
    GIL.free.notify_one();
}

thread_local! {
    /// The state that this thread had last, also while it has given the GIL up.
    static BOUND: std::cell::Cell<*const ThreadState> = const { std::cell::Cell::new(std::ptr::null()) };
}

/// The calling thread's state, current or not; null where it never had one (`PyGILState_GetThisThreadState`).
pub fn bound() -> *const ThreadState {
    BOUND.with(|b| b.get())
}

/// Makes a state current and takes the GIL (`PyEval_RestoreThread`).
pub fn attach(state: *const ThreadState) {
    BOUND.with(|b| b.set(state));
    let saved = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    take_gil(state);
    // SAFETY: the caller's state lives; the GIL is held.
    unsafe {
        ts::set_current(state);
        *libc::__errno_location() = saved;
    }
}

/// Gives the GIL up; returns the state to attach again (`PyEval_SaveThread`).
pub fn detach() -> *const ThreadState {
    let saved = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    // SAFETY: nothing of Python is used until `attach`.
    let state = unsafe { ts::set_current(std::ptr::null()) };
    drop_gil();
    // SAFETY: a plain store to this thread's errno.
    unsafe { *libc::__errno_location() = saved };
    state
}

/// Runs what may block without the GIL.
pub fn allow_threads<R>(f: impl FnOnce() -> R) -> R {
    let state = detach();
    let r = f();
    attach(state);
    r
}

fn yield_gil(_: &ThreadState) {
    if GIL.waiting.load(Ordering::SeqCst) == 0 {
        return;
    }
    let seen = GIL.switches.load(Ordering::SeqCst);
    let state = detach();
    // let a waiting thread really have it
    let deadline = Instant::now() + Duration::from_millis(50);
    while GIL.switches.load(Ordering::SeqCst) == seen
        && GIL.waiting.load(Ordering::SeqCst) > 0
        && Instant::now() < deadline
    {
        std::thread::yield_now();
    }
    attach(state);
}

pub fn ident() -> usize {
    // SAFETY: no preconditions.
    unsafe { libc::pthread_self() as usize }
}

/// Makes a state for the calling thread.
pub fn new_state() -> *const ThreadState {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let state = ThreadState::new();
    ts::init_stack_limit(&state);
    state.thread_id.set(ident() as u64);
    // SAFETY: no preconditions.
    state.native_thread_id.set(unsafe { libc::gettid() } as u64);
    state.id.set(NEXT.fetch_add(1, Ordering::SeqCst));
    ts::register(&state);
    Box::into_raw(state)
}

/// Drops what a state owns (`PyThreadState_Clear`).
///
/// # Safety
/// The state runs no code, and the GIL is held.
pub unsafe fn clear_state(state: &ThreadState) {
    ts::unregister(state);
    state.dict.set(None);
    state.context.set(None);
    state.threading_local_key.set(None);
    state.async_exc.set(None);
    state.current_exception.set(None);
    state.exc_state.exc_value.set(None);
    state.c_traceobj.set(None);
    state.c_profileobj.set(None);
    // SAFETY: the caller's promise.
    unsafe { vm::frame::free_stack(state) };
}

/// Frees a state that has been cleared (`PyThreadState_Delete`).
///
/// # Safety
/// It came from [`new_state`], is nobody's current one, and is not used again.
pub unsafe fn delete_state(state: *const ThreadState) {
    BOUND.with(|b| {
        if b.get() == state {
            b.set(std::ptr::null());
        }
    });
    // SAFETY: the caller's promise.
    unsafe { drop(Box::from_raw(state as *mut ThreadState)) };
}

/// Puts the hooks in place; called once by the main thread, which then holds the GIL.
pub fn install() {
    vm::pending::YIELD_GIL.set(Some(yield_gil));
    object::hooks::BEFORE_BLOCKING.set(Some(|| detach() as usize));
    object::hooks::AFTER_BLOCKING.set(Some(|s| attach(s as *const ThreadState)));
}

// ---- locks ----

#[derive(Default)]
struct RawLock {
    /// What a thread that finds nobody else's claim needs: taken or not.
    locked: AtomicBool,
    /// Threads that wait, or are about to.
    waiting: AtomicUsize,
    gate: Mutex<()>,
    free: Condvar,
}

impl RawLock {
    fn try_acquire(&self) -> bool {
        self.locked
            .compare_exchange(false, true, Ordering::SeqCst, Ordering::SeqCst)
            .is_ok()
    }
    /// Waits at most until `deadline`, in slices so that signals get through.
    fn acquire(&self, deadline: Option<Instant>) -> bool {
        let mut gate = self.gate.lock().unwrap_or_else(|e| e.into_inner());
        // who releases from now on sees that somebody waits, and passes the gate before it wakes one
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let slice_end = Instant::now() + Duration::from_millis(50);
        let acquired = loop {
            if self.try_acquire() {
                break true;
            }
            let now = Instant::now();
            let until = deadline.map_or(slice_end, |d| d.min(slice_end));
            if now >= until {
                break false;
            }
            gate = self
                .free
                .wait_timeout(gate, until - now)
                .unwrap_or_else(|e| e.into_inner())
                .0;
        };
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        acquired
    }
    fn release(&self) -> bool {
        if self
            .locked
            .compare_exchange(true, false, Ordering::SeqCst, Ordering::SeqCst)
            .is_err()
        {
            return false;
        }
        if self.waiting.load(Ordering::SeqCst) > 0 {
            let _gate = self.gate.lock().unwrap_or_else(|e| e.into_inner());
            self.free.notify_one();
        }
        true
    }
    fn is_locked(&self) -> bool {
        self.locked.load(Ordering::SeqCst)
    }
    /// In the child of a fork: free, and the threads that waited are not there.
    fn reset(&self) {
        self.waiting.store(0, Ordering::SeqCst);
        self.locked.store(false, Ordering::SeqCst);
    }
}

/// The timeout argument of `acquire`: `None` waits for ever.
fn parse_timeout(blocking: bool, timeout: Option<f64>) -> PyResult<Option<Option<Duration>>> {
    let t = timeout.unwrap_or(-1.0);
    if t.is_nan() {
        return raise!(ValueError, "Invalid value NaN (not a number)");
    }
    if !blocking && t != -1.0 {
        return raise!(ValueError, "can't specify a timeout for a non-blocking call");
    }
    if t < 0.0 && t != -1.0 {
        return raise!(ValueError, "timeout value must be a non-negative number");
    }
    if !blocking {
        return Ok(Some(Some(Duration::ZERO)));
    }
    if t == -1.0 {
        return Ok(Some(None));
    }
    if t > 4294967.0 {
        return raise!(OverflowError, "timeout value is too large");
    }
    Ok(Some(Some(Duration::from_secs_f64(t))))
}

fn acquire(lock: &RawLock, timeout: Option<Duration>) -> PyResult<bool> {
    if lock.try_acquire() {
        return Ok(true);
    }
    if timeout == Some(Duration::ZERO) {
        return Ok(false);
    }
    let deadline = timeout.map(|t| Instant::now() + t);
    loop {
        if allow_threads(|| lock.acquire(deadline)) {
            return Ok(true);
        }
        object::hooks::check_pending()?;
        if deadline.is_some_and(|d| Instant::now() >= d) {
            return Ok(false);
        }
    }
}

/// `_thread.lock`
#[pyclass(name = "_thread.lock", flags(HAVE_GC), weaklist = weaklist)]
#[repr(C)]
pub struct PyLock {
    ob_base: PyObject,
    lock: Arc<RawLock>,
    weaklist: GilCell<*mut PyObject>,
}

fn new_lock() -> PyResult<Py<PyLock>> {
    object::new_object(PyLock {
        ob_base: PyObject::new_head(PyLock::type_object()),
        lock: Arc::new(RawLock::default()),
        weaklist: GilCell::new(std::ptr::null_mut()),
    })
}

impl PyLock {
    fn is_locked(&self) -> bool {
        self.lock.is_locked()
    }
}

#[pymethods]
impl PyLock {
    #[new("()", nosig)]
    fn tp_new(_cls: &PyTypeObject) -> PyResult<Py<PyLock>> {
        new_lock()
    }
    #[slot]
    fn tp_repr(&self) -> PyResult<String> {
        let word = if self.is_locked() { "locked" } else { "unlocked" };
        Ok(format!(
            "<{word} {} object at {self:p}>",
            self.as_object().ty().full_name()
        ))
    }
    #[slot]
    fn tp_traverse(&self, _visit: &mut object::Visitor) {}
    #[method("($self, /, blocking=True, timeout=-1)")]
    fn acquire(&self, blocking: Option<bool>, timeout: Option<f64>) -> PyResult<bool> {
        let lock = self.lock.clone();
        acquire(
            &lock,
            parse_timeout(blocking.unwrap_or(true), timeout)?.unwrap_or(None),
        )
    }
    #[method("($self, /, blocking=True, timeout=-1)")]
    fn acquire_lock(&self, blocking: Option<bool>, timeout: Option<f64>) -> PyResult<bool> {
        self.acquire(blocking, timeout)
    }
    #[method("($self, /)")]
    fn release(&self) -> PyResult<()> {
        if self.lock.release() {
            Ok(())
        } else {
            raise!(RuntimeError, "release unlocked lock")
        }
    }
    #[method("($self, /)")]
    fn release_lock(&self) -> PyResult<()> {
        self.release()
    }
    #[method("($self, /)")]
    fn locked(&self) -> bool {
        self.is_locked()
    }
    #[method("($self, /)")]
    fn locked_lock(&self) -> bool {
        self.is_locked()
    }
    #[method("($self, /)")]
    fn __enter__(&self) -> PyResult<bool> {
        self.acquire(None, None)
    }
    #[method("($self, /, *exc_info)")]
    fn __exit__(&self, _exc: Args<'_>) -> PyResult<()> {
        self.release()
    }
    #[method("($self, /)")]
    fn _at_fork_reinit(&self) {
        self.lock.reset();
    }
}

/// `_thread.RLock`
#[pyclass(name = "_thread.RLock", flags(BASETYPE, HAVE_GC), weaklist = weaklist)]
#[repr(C)]
pub struct PyRLock {
    ob_base: PyObject,
    /// Made at creation.
    lock: GilCell<*const RawLock>,
    owner: GilCell<usize>,
    count: GilCell<usize>,
    weaklist: GilCell<*mut PyObject>,
}

impl PyRLock {
    fn raw(&self) -> Arc<RawLock> {
        // SAFETY: the pointer came from `Arc::into_raw` and the object still owns that count.
        unsafe {
            Arc::increment_strong_count(self.lock.get());
            Arc::from_raw(self.lock.get())
        }
    }
}

#[pymethods]
impl PyRLock {
    #[new("()", nosig)]
    fn tp_new(cls: &PyTypeObject) -> PyResult<Py<PyRLock>> {
        object::new_instance(cls, |this: *mut PyRLock| {
            let lock = Arc::new(RawLock::default());
            // SAFETY: fresh, zeroed memory.
            unsafe { (*this).lock.set(Arc::into_raw(lock)) }
        })
    }
    #[slot]
    unsafe fn tp_dealloc(op: *mut PyObject) {
        // SAFETY: called once at the end.
        unsafe {
            let lock = (*op)
                .downcast_unchecked::<PyRLock>()
                .lock
                .replace(std::ptr::null());
            if !lock.is_null() {
                drop(Arc::from_raw(lock));
            }
            object::alloc::generic_dealloc::<PyRLock>(op)
        }
    }
    #[slot]
    fn tp_repr(&self) -> PyResult<String> {
        let word = if self.count.get() > 0 {
            "locked"
        } else {
            "unlocked"
        };
        Ok(format!(
            "<{word} {} object owner={} count={} at {self:p}>",
            self.as_object().ty().full_name(),
            self.owner.get(),
            self.count.get()
        ))
    }
    #[slot]
    fn tp_traverse(&self, _visit: &mut object::Visitor) {}
    #[method("($self, /, blocking=True, timeout=-1)")]
    fn acquire(&self, blocking: Option<bool>, timeout: Option<f64>) -> PyResult<bool> {
        let timeout = parse_timeout(blocking.unwrap_or(true), timeout)?.unwrap_or(None);
        let me = ident();
        if self.count.get() > 0 && self.owner.get() == me {
            self.count.set(self.count.get() + 1);
            return Ok(true);
        }
        let ok = acquire(&self.raw(), timeout)?;
        if ok {
            self.owner.set(me);
            self.count.set(1);
        }
        Ok(ok)
    }
    #[method("($self, /)")]
    fn release(&self) -> PyResult<()> {
        if self.count.get() == 0 || self.owner.get() != ident() {
            return raise!(RuntimeError, "cannot release un-acquired lock");
        }
        self.count.set(self.count.get() - 1);
        if self.count.get() == 0 {
            self.owner.set(0);
            self.raw().release();
        }
        Ok(())
    }
    #[method("($self, /)")]
    fn locked(&self) -> bool {
        self.count.get() > 0
    }
    #[method("($self, /)")]
    fn __enter__(&self) -> PyResult<bool> {
        self.acquire(None, None)
    }
    #[method("($self, /, *exc_info)")]
    fn __exit__(&self, _exc: Args<'_>) -> PyResult<()> {
        self.release()
    }
    #[method("($self, /)")]
    fn _is_owned(&self) -> bool {
        self.count.get() > 0 && self.owner.get() == ident()
    }
    #[method("($self, /)")]
    fn _recursion_count(&self) -> usize {
        if self.owner.get() == ident() {
            self.count.get()
        } else {
            0
        }
    }
    #[method("($self, /)")]
    fn _release_save(&self) -> PyResult<(usize, usize)> {
        if self.count.get() == 0 {
            return raise!(RuntimeError, "cannot release un-acquired lock");
        }
        let state = (self.count.replace(0), self.owner.replace(0));
        self.raw().release();
        Ok(state)
    }
    #[method("($self, state, /)")]
    fn _acquire_restore(&self, state: &PyTuple) -> PyResult<()> {
        let (Some(c), Some(o)) = (state.get(0), state.get(1)) else {
            return raise!(TypeError, "a pair is needed");
        };
        let (c, o) = (
            object::number::index_as_isize(c)?,
            object::number::index_as_isize(o)?,
        );
        acquire(&self.raw(), None)?;
        self.count.set(c.max(0) as usize);
        self.owner.set(o as usize);
        Ok(())
    }
    #[method("($self, /)")]
    fn _at_fork_reinit(&self) {
        self.count.set(0);
        self.owner.set(0);
        self.raw().reset();
    }
}

// ---- threads ----

struct Done {
    finished: Mutex<bool>,
    signal: Condvar,
}

/// `_thread._ThreadHandle`
#[pyclass(name = "_thread._ThreadHandle", flags(HAVE_GC))]
#[repr(C)]
pub struct PyThreadHandle {
    ob_base: PyObject,
    done: Arc<Done>,
    thread_ident: Arc<AtomicUsize>,
    started: GilCell<bool>,
}

fn new_handle() -> PyResult<Py<PyThreadHandle>> {
    object::new_object(PyThreadHandle {
        ob_base: PyObject::new_head(PyThreadHandle::type_object()),
        done: Arc::new(Done {
            finished: Mutex::new(false),
            signal: Condvar::new(),
        }),
        thread_ident: Arc::new(AtomicUsize::new(0)),
        started: GilCell::new(false),
    })
}

#[pymethods]
impl PyThreadHandle {
    #[new("()", nosig)]
    fn tp_new(_cls: &PyTypeObject) -> PyResult<Py<PyThreadHandle>> {
        new_handle()
    }
    #[slot]
    fn tp_repr(&self) -> PyResult<String> {
        Ok(format!(
            "<_ThreadHandle object: ident={}>",
            self.thread_ident.load(Ordering::SeqCst)
        ))
    }
    #[slot]
    fn tp_traverse(&self, _visit: &mut object::Visitor) {}
    #[getter]
    fn ident(&self) -> usize {
        self.thread_ident.load(Ordering::SeqCst)
    }
    #[method("($self, /)")]
    fn is_done(&self) -> bool {
        *self.done.finished.lock().unwrap_or_else(|e| e.into_inner())
    }
    #[method("($self, /)")]
    fn _set_done(&self) {
        finish(&self.done);
    }
    #[method("($self, timeout=None, /)", nosig)]
    fn join(&self, timeout: Option<&PyObject>) -> PyResult<()> {
        let timeout = match timeout.filter(|t| !object::is_none(t)) {
            Some(t) => {
                let s = object::float::as_f64(t)?;
                if s < 0.0 {
                    None
                } else {
                    Some(Duration::from_secs_f64(s.min(4294967.0)))
                }
            }
            None => None,
        };
        if !self.started.get() {
            return raise!(RuntimeError, "thread not started");
        }
        if !self.is_done() && self.thread_ident.load(Ordering::SeqCst) == ident() {
            return raise!(RuntimeError, "Cannot join current thread");
        }
        wait(&self.done.clone(), timeout.map(|t| Instant::now() + t))
    }
}

/// Waits without the GIL until a thread has ended, or the deadline; signals are seen meanwhile.
fn wait(done: &Done, deadline: Option<Instant>) -> PyResult<()> {
    loop {
        let ok = allow_threads(|| {
            let mut f = done.finished.lock().unwrap_or_else(|e| e.into_inner());
            let end = Instant::now() + Duration::from_millis(50);
            while !*f {
                let now = Instant::now();
                let until = deadline.map_or(end, |d| d.min(end));
                if now >= until {
                    return false;
                }
                f = done
                    .signal
                    .wait_timeout(f, until - now)
                    .unwrap_or_else(|e| e.into_inner())
                    .0;
            }
            true
        });
        if ok {
            return Ok(());
        }
        object::hooks::check_pending()?;
        if deadline.is_some_and(|d| Instant::now() >= d) {
            return Ok(());
        }
    }
}

/// The threads that the end of the program waits for, and the process that they are of.
static WAITED_FOR: Mutex<(u32, Vec<Arc<Done>>)> = Mutex::new((0, Vec::new()));

/// The list of threads to wait for, without those that have ended or are of the process that this one was forked from.
fn waited_for() -> std::sync::MutexGuard<'static, (u32, Vec<Arc<Done>>)> {
    let mut list = WAITED_FOR.lock().unwrap_or_else(|e| e.into_inner());
    let pid = std::process::id();
    if list.0 != pid {
        *list = (pid, Vec::new());
    }
    list.1
        .retain(|done| !*done.finished.lock().unwrap_or_else(|e| e.into_inner()));
    list
}

fn finish(done: &Done) {
    let mut f = done.finished.lock().unwrap_or_else(|e| e.into_inner());
    *f = true;
    done.signal.notify_all();
}

/// References that go to the new thread.
struct Parcel(Py, Py<PyTuple>, Option<Py<PyDict>>);
// SAFETY: unpacked only once the new thread holds the GIL.
unsafe impl Send for Parcel {}

static COUNT: AtomicUsize = AtomicUsize::new(0);
static STACK_SIZE: AtomicUsize = AtomicUsize::new(0);
/// Set when the interpreter goes down: threads that wake up stay asleep.
pub static STOPPING: AtomicBool = AtomicBool::new(false);

fn spawn(
    f: Py,
    args: Py<PyTuple>,
    kwargs: Option<Py<PyDict>>,
    handle: Option<&PyThreadHandle>,
) -> PyResult<usize> {
    let parcel = Parcel(f, args, kwargs);
    let (done, id) = match handle {
        Some(h) => (h.done.clone(), h.thread_ident.clone()),
        None => (
            Arc::new(Done {
                finished: Mutex::new(false),
                signal: Condvar::new(),
            }),
            Arc::new(AtomicUsize::new(0)),
        ),
    };
    let ready = Arc::new((Mutex::new(false), Condvar::new()));
    let (ready2, id2) = (ready.clone(), id.clone());
    let mut builder = std::thread::Builder::new();
    let size = STACK_SIZE.load(Ordering::Relaxed);
    builder = builder.stack_size(if size == 0 { 8 << 20 } else { size });
    let body = move || {
        let parcel = parcel;
        id2.store(ident(), Ordering::SeqCst);
        {
            let mut r = ready2.0.lock().unwrap_or_else(|e| e.into_inner());
            *r = true;
            ready2.1.notify_all();
        }
        let state = new_state();
        attach(state);
        COUNT.fetch_add(1, Ordering::SeqCst);
        let Parcel(f, args, kwargs) = parcel;
        if let Err(raised) = object::call::call_tuple_dict(&f, &args, kwargs.as_deref()) {
            let e = error::fetch(raised);
            if !exc::SystemExit::check(&e) {
                let _ = error::restore(e);
                error::write_unraisable_while("in thread started by", &f);
            }
        }
        drop((f, args, kwargs));
        COUNT.fetch_sub(1, Ordering::SeqCst);
        // SAFETY: the state is this thread's own, made above; what it owns goes while the GIL is held.
        unsafe { clear_state(&*state) };
        detach();
        finish(&done);
        // SAFETY: nobody knows of the state any more.
        unsafe { delete_state(state) };
    };
    match builder.spawn(body) {
        Ok(_) => {
            allow_threads(|| {
                let mut r = ready.0.lock().unwrap_or_else(|e| e.into_inner());
                while !*r {
                    r = ready.1.wait(r).unwrap_or_else(|e| e.into_inner());
                }
            });
            Ok(id.load(Ordering::SeqCst))
        }
        Err(_) => raise!(RuntimeError, "can't start new thread"),
    }
}

/// `threading.local` (`_thread._local`)
#[pyclass(name = "_thread._local", flags(BASETYPE, HAVE_GC), weaklist = weaklist)]
#[repr(C)]
pub struct PyLocal {
    ob_base: PyObject,
    args: Field<PyTuple>,
    kwargs: Field<PyDict>,
    key: Field<PyStr>,
    weaklist: GilCell<*mut PyObject>,
}

impl PyLocal {
    /// This thread's dict; a thread that comes for the first time gets one and runs `__init__`.
    fn dict(&self) -> PyResult<Py<PyDict>> {
        let state = ts::tstate();
        let all = match state
            .threading_local_key
            .get()
            .and_then(|d| d.downcast_into::<PyDict>().ok())
        {
            Some(d) => d,
            None => {
                let d = PyDict::new()?;
                state.threading_local_key.set(Some(d.as_object().new_ref()));
                d
            }
        };
        let Some(key) = self.key.get() else {
            return error::bad_internal_call();
        };
        if let Some(d) = all.get_str(&key)?
            && let Ok(d) = d.downcast_into::<PyDict>()
        {
            return Ok(d);
        }
        let d = PyDict::new()?;
        all.set_item(&*key, &*d)?;
        let ty = self.as_object().ty();
        if let Some(init) = ty.tp_init.get()
            && !std::ptr::fn_addr_eq(
                init,
                object::typeobject::PyBaseObject_Type
                    .tp_init
                    .get()
                    .unwrap_or(init),
            )
            && let Some(args) = self.args.get()
        {
            let kw = self.kwargs.get();
            // SAFETY: `tp_init` of the object's class.
            let r = object::args::from_status(unsafe {
                init(
                    self.as_object(),
                    args.as_object(),
                    kw.as_ref().map(|k| k.as_object()),
                )
            });
            if r.is_err() {
                all.pop_item(key.as_object()).or_else(|_| Ok(None))?;
                return Err(object::Raised);
            }
        }
        Ok(d)
    }
}

#[pymethods(signature = "()")]
impl PyLocal {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<PyLocal>> {
        let plain = match (
            cls.tp_init.get(),
            object::typeobject::PyBaseObject_Type.tp_init.get(),
        ) {
            (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b),
            _ => true,
        };
        if plain && (!args.is_empty() || kwargs.is_some_and(|k| !k.is_empty())) {
            return raise!(TypeError, "Initialization arguments are not supported");
        }
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let l = object::new_instance(cls, |_: *mut PyLocal| {})?;
        l.args.set(Some(args.new_ref()));
        l.kwargs.set(kwargs.map(|k| k.new_ref()));
        let key = PyStr::new(&format!("thread.local.{}", NEXT.fetch_add(1, Ordering::Relaxed)))?;
        l.key.set(Some(key.clone()));
        // the making thread's dict, without `__init__`, which follows by itself
        let state = ts::tstate();
        let all = match state
            .threading_local_key
            .get()
            .and_then(|d| d.downcast_into::<PyDict>().ok())
        {
            Some(d) => d,
            None => {
                let d = PyDict::new()?;
                state.threading_local_key.set(Some(d.as_object().new_ref()));
                d
            }
        };
        all.set_item(&*key, &*PyDict::new()?)?;
        Ok(l)
    }
    #[slot]
    fn tp_getattro(&self, name: &PyObject) -> PyResult {
        let n = object::str::attribute_name(name)?;
        let d = self.dict()?;
        if n.eq_str("__dict__") {
            return Ok(d.into_object());
        }
        let ty = self.as_object().ty();
        let descr = object::typeobject::lookup(ty, n);
        if let Some(f) = &descr
            && object::typeobject::is_data_descriptor(f)
        {
            // SAFETY: the generic look-up finds the descriptor again.
            return unsafe { object::typeobject::generic_getattr(self.as_object(), name) };
        }
        if let Some(v) = d.get_str(n)? {
            return Ok(v);
        }
        // SAFETY: as above.
        unsafe { object::typeobject::generic_getattr(self.as_object(), name) }
    }
    #[slot]
    fn tp_setattro(&self, name: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
        let n = object::str::attribute_name(name)?;
        let d = self.dict()?;
        if n.eq_str("__dict__") {
            return raise!(
                AttributeError,
                "'{}' object attribute '__dict__' is read-only",
                self.as_object().ty().full_name()
            );
        }
        if let Some(f) = object::typeobject::lookup(self.as_object().ty(), n)
            && object::typeobject::is_data_descriptor(&f)
        {
            return object::typeobject::generic_set(self.as_object(), n, value);
        }
        match value {
            Some(v) => d.set_item(n, v),
            None => match d.pop_item(n.as_object())? {
                Some(_) => Ok(()),
                None => object::typeobject::no_attribute(self.as_object(), n),
            },
        }
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut object::Visitor) {
        visit.field(&self.args);
        visit.field(&self.kwargs);
    }
    #[slot]
    fn tp_clear(&self) {
        self.args.set(None);
        self.kwargs.set(None);
    }
    #[slot]
    unsafe fn tp_dealloc(op: *mut PyObject) {
        // SAFETY: called once at the end; this thread's dict for it goes too.
        unsafe {
            let l = (*op).downcast_unchecked::<PyLocal>();
            if let (Some(state), Some(key)) = (ts::tstate_opt(), l.key.get())
                && let Some(all) = state
                    .threading_local_key
                    .get()
                    .and_then(|d| d.downcast_into::<PyDict>().ok())
            {
                let saved = error::take();
                if all.pop_item(key.as_object()).is_err() {
                    error::clear();
                }
                if let Some(e) = saved {
                    let _ = error::restore(e);
                }
            }
            object::alloc::generic_dealloc::<PyLocal>(op)
        }
    }
}

pub struct Thread;

#[pymodule(name = "_thread", types(PyLock, PyRLock, PyThreadHandle, PyLocal))]
impl Thread {
    #[function("($module, /)")]
    fn allocate_lock() -> PyResult<Py<PyLock>> {
        new_lock()
    }
    #[function("($module, /)")]
    fn allocate() -> PyResult<Py<PyLock>> {
        new_lock()
    }
    #[function("($module, /)")]
    fn get_ident() -> usize {
        ident()
    }
    #[function("($module, /)")]
    fn get_native_id() -> i32 {
        // SAFETY: no preconditions.
        unsafe { libc::gettid() }
    }
    #[function("($module, /)")]
    fn _count() -> usize {
        COUNT.load(Ordering::SeqCst)
    }
    #[function("($module, size=0, /)")]
    fn stack_size(size: Option<isize>) -> PyResult<usize> {
        let old = STACK_SIZE.load(Ordering::Relaxed);
        match size {
            None => Ok(old),
            Some(n) if n < 0 => raise!(ValueError, "size must be 0 or a positive value"),
            Some(n) if n != 0 && n < 32 << 10 => raise!(ValueError, "size not valid: {n} bytes"),
            Some(n) => {
                STACK_SIZE.store(n as usize, Ordering::Relaxed);
                Ok(old)
            }
        }
    }
    #[function("($module, function, args, kwargs={}, /)")]
    fn start_new_thread(f: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult<usize> {
        start(f, args, kwargs)
    }
    #[function("($module, function, args, kwargs={}, /)")]
    fn start_new(f: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult<usize> {
        start(f, args, kwargs)
    }
    #[function("($module, /, function, handle=None, daemon=True)")]
    fn start_joinable_thread(f: &PyObject, handle: Option<&PyObject>, daemon: Option<bool>) -> PyResult {
        if !f.is_callable() {
            return raise!(TypeError, "thread function must be callable");
        }
        object::audit!(
            "_thread.start_joinable_thread",
            f,
            daemon.unwrap_or(true) as i32,
            handle
        )?;
        let h = match handle.filter(|h| !object::is_none(h)) {
            Some(h) => match h.downcast::<PyThreadHandle>() {
                Some(h) => h.new_ref(),
                None => return raise!(TypeError, "'handle' must be a _ThreadHandle"),
            },
            None => new_handle()?,
        };
        if h.started.replace(true) {
            return raise!(RuntimeError, "thread already started");
        }
        if let Err(r) = spawn(f.new_ref(), PyTuple::empty()?, None, Some(&h)) {
            h.started.set(false);
            return Err(r);
        }
        if !daemon.unwrap_or(true) {
            waited_for().1.push(h.done.clone());
        }
        Ok(h.into_object())
    }
    #[function("($module, /)")]
    fn daemon_threads_allowed() -> bool {
        true
    }
    #[function("($module, /)", name = "exit")]
    fn py_exit() -> PyResult<()> {
        raise!(SystemExit)
    }
    #[function("($module, /)")]
    fn exit_thread() -> PyResult<()> {
        raise!(SystemExit)
    }
    #[function("($module, signum=signal.SIGINT, /)")]
    fn interrupt_main(signum: Option<i32>) -> PyResult<()> {
        let signum = signum.unwrap_or(libc::SIGINT);
        if !(1..=64).contains(&signum) {
            return raise!(ValueError, "signal number out of range");
        }
        if let Some(f) = crate::INTERRUPT.get() {
            f(signum);
        }
        Ok(())
    }
    #[function("($module, /)")]
    fn _shutdown() {
        shutdown();
    }
    #[function("($module, ident, /)")]
    fn _make_thread_handle(id: usize) -> PyResult<Py<PyThreadHandle>> {
        let h = new_handle()?;
        h.thread_ident.store(id, Ordering::SeqCst);
        h.started.set(true);
        Ok(h)
    }
    #[function("($module, /)")]
    fn _get_main_thread_ident() -> usize {
        crate::MAIN_THREAD.get()
    }
    #[function("($module, /)")]
    fn _is_main_interpreter() -> bool {
        true
    }
    #[function("($module, /, name)")]
    fn set_name(name: &PyStr) {
        let text = name.to_string();
        let mut bytes = text.as_bytes().to_vec();
        bytes.truncate(15);
        bytes.push(0);
        // SAFETY: a NUL-terminated name of at most 16 bytes.
        unsafe { libc::pthread_setname_np(libc::pthread_self(), bytes.as_ptr() as *const libc::c_char) };
    }
    #[function("($module, args, /)", raw)]
    fn _excepthook(all: FuncArgs<'_>) -> PyResult<()> {
        let Some(info) = all.pos.first() else {
            return raise!(TypeError, "_thread._excepthook argument is missing");
        };
        excepthook(info)
    }
    #[exec]
    fn exec(m: &PyModule) -> PyResult<()> {
        m.add("LockType", PyLock::type_object().as_object())?;
        m.add("error", exc::RuntimeError::type_object().as_object())?;
        m.add_value("TIMEOUT_MAX", 4294967.0f64)?;
        m.add_value("_NAME_MAXLEN", 15i64)?;
        let args = object::structseq::make_class(
            "_thread._ExceptHookArgs",
            "",
            &["exc_type", "exc_value", "exc_traceback", "thread"],
        )?;
        m.add("_ExceptHookArgs", &args)
    }
}

fn start(f: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult<usize> {
    if !f.is_callable() {
        return raise!(TypeError, "first arg must be callable");
    }
    let Some(args) = args.downcast::<PyTuple>() else {
        return raise!(TypeError, "2nd arg must be a tuple");
    };
    let kwargs = match kwargs {
        None => None,
        Some(k) => match k.downcast::<PyDict>() {
            Some(d) => Some(d.copy()?),
            None => return raise!(TypeError, "optional 3rd arg must be a dictionary"),
        },
    };
    object::audit!(
        "_thread.start_new_thread",
        f,
        args.as_object(),
        kwargs.as_ref().map(|k| k.as_object())
    )?;
    spawn(f.new_ref(), args.new_ref(), kwargs, None)
}

/// `threading.excepthook`'s native half.
fn excepthook(info: &PyObject) -> PyResult<()> {
    let get = |n: &str| info.get_attr_str(n);
    let class = get("exc_type")?;
    if class.is(exc::SystemExit::type_object()) {
        return Ok(());
    }
    let thread = get("thread")?;
    let name = if object::is_none(&thread) {
        ident().to_string()
    } else {
        match thread.get_attr_opt(intern!("_name"))? {
            Some(n) => n.str()?.to_string(),
            None => ident().to_string(),
        }
    };
    crate::sys::write_stderr(&format!("Exception in thread {name}:\n"));
    crate::display::print_exception(&*get("exc_value")?, None);
    Ok(())
}

/// Waits for the threads that are not daemons (called through `threading._shutdown`).
fn shutdown() {
    loop {
        let next = waited_for().1.first().cloned();
        let Some(done) = next else { return };
        if wait(&done, None).is_err() {
            let what = "Exception ignored while joining a thread in _thread._shutdown()";
            return error::write_unraisable(None, Some(what));
        }
    }
}

/// Whether threads other than the main one are still running.
pub fn others() -> bool {
    COUNT.load(Ordering::SeqCst) > 0
}
