//! `PyThreadState`: what one thread of Python code carries (`cpython/pystate.h`), and the thread-local that
//! says which one is current. Whoever holds the GIL has one; every API of this crate needs it.

use crate::handle::{Field, GilCell};
use crate::refcount::PyObject;
use std::cell::Cell;
use std::ffi::{c_int, c_uint, c_ulong, c_void};

/// `_PyErr_StackItem`: an exception being handled, and the one outside it.
#[repr(C)]
pub struct ErrStackItem {
    /// The exception, `None`, or nothing.
    pub exc_value: Field,
    pub previous_item: GilCell<*mut ErrStackItem>,
}

/// `PyThreadState`, with the fields that Taipan adds behind CPython's.
#[repr(C)]
pub struct ThreadState {
    pub prev: GilCell<*mut ThreadState>,
    pub next: GilCell<*mut ThreadState>,
    pub interp: GilCell<*mut c_void>,
    /// Flags that make the evaluation loop look up (signals, GIL requests, collections, async exceptions).
    pub eval_breaker: std::sync::atomic::AtomicUsize,
    pub _status: GilCell<c_uint>,
    pub holds_gil: GilCell<c_int>,
    pub _whence: GilCell<c_int>,
    pub state: GilCell<c_int>,
    pub py_recursion_remaining: GilCell<c_int>,
    pub py_recursion_limit: GilCell<c_int>,
    pub recursion_headroom: GilCell<c_int>,
    pub tracing: GilCell<c_int>,
    pub what_event: GilCell<c_int>,
    pub current_frame: GilCell<*mut c_void>,
    pub c_profilefunc: GilCell<*mut c_void>,
    pub c_tracefunc: GilCell<*mut c_void>,
    pub c_profileobj: Field,
    pub c_traceobj: Field,
    pub current_exception: Field,
    pub exc_info: GilCell<*mut ErrStackItem>,
    pub dict: Field,
    pub gilstate_counter: GilCell<c_int>,
    pub async_exc: Field,
    pub thread_id: GilCell<c_ulong>,
    pub native_thread_id: GilCell<c_ulong>,
    /// Containers whose deallocation waits for the native stack to unwind, linked through their collector heads.
    pub delete_later: GilCell<*mut PyObject>,
    pub critical_section: GilCell<usize>,
    pub coroutine_origin_tracking_depth: GilCell<c_int>,
    pub async_gen_firstiter: Field,
    pub async_gen_finalizer: Field,
    pub context: Field,
    pub context_ver: GilCell<u64>,
    pub id: GilCell<u64>,
    pub datastack_chunk: GilCell<*mut c_void>,
    pub datastack_top: GilCell<*mut *mut PyObject>,
    pub datastack_limit: GilCell<*mut *mut PyObject>,
    pub exc_state: ErrStackItem,
    pub current_executor: GilCell<*mut PyObject>,
    pub dict_global_version: GilCell<u64>,
    pub threading_local_key: Field,
    pub threading_local_sentinel: Field,
    pub remote_debugger_support: [u8; 520],
    pub datastack_cached_chunk: GilCell<*mut c_void>,
    // Taipan's own:
    /// Nesting of deallocators of containers.
    pub dealloc_depth: GilCell<u32>,
    /// Lowest address the native stack may reach before `RecursionError`.
    pub stack_limit: GilCell<usize>,
    /// Objects in `repr` (`Py_ReprEnter`).
    pub repr_stack: std::cell::RefCell<Vec<*const PyObject>>,
}

// SAFETY: touched by its own thread, or under the GIL.
unsafe impl Sync for ThreadState {}

/// `sys.getrecursionlimit()` of a new interpreter.
pub const DEFAULT_RECURSION_LIMIT: c_int = 1000;

/// What `PyInterpreterState *` points to: C code compares the address alone, and there is one interpreter.
#[repr(C)]
pub struct Interpreter {
    _opaque: [usize; 1],
}
pub static MAIN_INTERPRETER: Interpreter = Interpreter { _opaque: [0] };

impl ThreadState {
    /// A fresh state; it must stay where it is (`exc_info` points into it), hence the box.
    pub fn new() -> Box<ThreadState> {
        // SAFETY: all fields are integers, pointers, `Option`s of pointers and cells of those, for which zero is
        // a valid value; `RefCell<Vec>` is written properly below.
        let mut state: Box<ThreadState> = unsafe {
            let mut state = Box::<ThreadState>::new_zeroed();
            (&raw mut (*state.as_mut_ptr()).repr_stack).write(std::cell::RefCell::new(Vec::new()));
            state.assume_init()
        };
        state.interp.set(&raw const MAIN_INTERPRETER as *mut c_void);
        state.exc_info.set(&raw mut state.exc_state);
        state.what_event.set(-1);
        state.py_recursion_limit.set(DEFAULT_RECURSION_LIMIT);
        state.py_recursion_remaining.set(DEFAULT_RECURSION_LIMIT);
        state
    }
}

/// The threads' states, by address.
static STATES: std::sync::Mutex<Vec<usize>> = std::sync::Mutex::new(Vec::new());
/// What stands in the upper bits of every thread's `eval_breaker`: the number of the state of monitoring.
pub static MONITORING_VERSION: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);

/// Bits of `eval_breaker` that are flags.
const EVAL_FLAGS: usize = 0xff;

fn states() -> std::sync::MutexGuard<'static, Vec<usize>> {
    STATES.lock().unwrap_or_else(|e| e.into_inner())
}

/// Makes a new thread's state known.
pub fn register(state: &ThreadState) {
    let mut all = states();
    let version = MONITORING_VERSION.load(std::sync::atomic::Ordering::SeqCst);
    state
        .eval_breaker
        .fetch_or(version, std::sync::atomic::Ordering::SeqCst);
    all.push(state as *const ThreadState as usize);
}

/// Forgets the state of a thread that ends; the caller holds the GIL.
pub fn unregister(state: &ThreadState) {
    let address = state as *const ThreadState as usize;
    states().retain(|s| *s != address);
}

/// Visits all threads' states; the caller holds the GIL. `f` may run Python code.
pub fn for_each_state(mut f: impl FnMut(&ThreadState)) {
    let all: Vec<usize> = states().clone();
    for address in all {
        if states().contains(&address) {
            // SAFETY: a registered state is alive, and is unregistered under the GIL.
            f(unsafe { &*(address as *const ThreadState) });
        }
    }
}

/// Visits all threads' states, the newest first, from where nothing may be waited for: a signal handler, a thread without
/// the GIL. `false` if the list is being changed just now. `f` runs no Python code.
pub fn visit_states(f: &mut dyn FnMut(&ThreadState)) -> bool {
    let all = match STATES.try_lock() {
        Ok(all) => all,
        Err(std::sync::TryLockError::Poisoned(p)) => p.into_inner(),
        Err(std::sync::TryLockError::WouldBlock) => return false,
    };
    for address in all.iter().rev() {
        // SAFETY: a registered state is alive, and is not unregistered while the list is locked.
        f(unsafe { &*(*address as *const ThreadState) });
    }
    true
}

/// Sets [`MONITORING_VERSION`] and every thread's copy.
pub fn set_monitoring_version(version: usize) {
    use std::sync::atomic::Ordering::SeqCst;
    let all = states();
    MONITORING_VERSION.store(version, SeqCst);
    for address in all.iter() {
        // SAFETY: as above.
        let state = unsafe { &*(*address as *const ThreadState) };
        let _ = state
            .eval_breaker
            .fetch_update(SeqCst, SeqCst, |old| Some(old & EVAL_FLAGS | version));
    }
}

thread_local! {
    static CURRENT: Cell<*const ThreadState> = const { Cell::new(std::ptr::null()) };
}

/// The current thread state. Panics where there is none: no Python API may be used there.
#[inline(always)]
pub fn tstate() -> &'static ThreadState {
    let ptr = CURRENT.with(|c| c.get());
    debug_assert!(!ptr.is_null(), "no current thread state");
    // SAFETY: set by `set_current` to a state that outlives its being current.
    unsafe { &*ptr }
}

/// The current thread state, if this thread has one.
#[inline]
pub fn tstate_opt() -> Option<&'static ThreadState> {
    // SAFETY: as above, or null.
    unsafe { CURRENT.with(|c| c.get()).as_ref() }
}

/// Makes a state current on this thread; returns the one that was.
///
/// # Safety
/// `state` is null or lives until it is replaced, and the calling thread holds the GIL.
pub unsafe fn set_current(state: *const ThreadState) -> *const ThreadState {
    CURRENT.with(|c| c.replace(state))
}

/// `_Py_EnterRecursiveCall`'s test: is the native stack nearly used up?
#[inline(always)]
pub fn stack_is_low() -> bool {
    let marker = 0u8;
    (&raw const marker as usize) < tstate().stack_limit.get()
}

/// Guards a native recursion: `RecursionError` ("maximum recursion depth exceeded" + `place`) when the native
/// stack is nearly used up.
#[inline]
pub fn check_recursion(place: &str) -> crate::PyResult<()> {
    if stack_is_low() {
        recursion_error(place)
    } else {
        Ok(())
    }
}

/// The part of the margin below the limit that raising a `RecursionError` may use.
const RECURSION_HEADROOM: usize = 48 << 10;

#[cold]
fn recursion_error(place: &str) -> crate::PyResult<()> {
    let state = tstate();
    if state.recursion_headroom.get() > 0 {
        // The exception is being made, which calls its class: that must not be stopped in turn.
        return Ok(());
    }
    let limit = state.stack_limit.get();
    state.recursion_headroom.set(1);
    state.stack_limit.set(limit.saturating_sub(RECURSION_HEADROOM));
    let raised = crate::raise!(RecursionError, "maximum recursion depth exceeded{place}");
    state.stack_limit.set(limit);
    state.recursion_headroom.set(0);
    raised
}

/// Sets `stack_limit` from the calling thread's real stack.
pub fn init_stack_limit(state: &ThreadState) {
    // SAFETY: plain libc queries about the calling thread; `attr` is initialized by the call that succeeds.
    let (low, size) = unsafe {
        let mut attr = std::mem::MaybeUninit::<libc::pthread_attr_t>::uninit();
        if libc::pthread_getattr_np(libc::pthread_self(), attr.as_mut_ptr()) != 0 {
            state.stack_limit.set(0);
            return;
        }
        let mut addr: *mut c_void = std::ptr::null_mut();
        let mut size: usize = 0;
        libc::pthread_attr_getstack(attr.as_ptr(), &mut addr, &mut size);
        libc::pthread_attr_destroy(attr.as_mut_ptr());
        (addr as usize, size)
    };
    // the main thread's stack grows on demand up to its limit; keep a margin for slow paths
    let margin = (size / 8).clamp(64 << 10, 512 << 10);
    state.stack_limit.set(low + margin);
}
