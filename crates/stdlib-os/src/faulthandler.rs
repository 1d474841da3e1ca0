//! `faulthandler`: tracebacks on crashes, on signals and after a time.
//!
//! The handlers touch atomics, the stack and a descriptor, nothing else.

use crate::os::{self, Round, errno_raw, set_errno};
use object::exceptions::RuntimeWarning;
use object::{
    Field, PyClass, PyInt, PyObject, PyResult, error, hooks, intern, is_none, number, pymodule, raise,
};
use std::ffi::c_int;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering::SeqCst};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;
use vm::dump;

const NSIG: usize = 65;

/// The signals of crashes.
const FATAL: [(c_int, &[u8]); 5] = [
    (libc::SIGBUS, b"Bus error"),
    (libc::SIGILL, b"Illegal instruction"),
    (libc::SIGFPE, b"Floating-point exception"),
    (libc::SIGABRT, b"Aborted"),
    (libc::SIGSEGV, b"Segmentation fault"),
];

/// What the handlers of crashes use.
struct Fatal {
    enabled: AtomicBool,
    fd: AtomicI32,
    all_threads: AtomicBool,
    native_stack: AtomicBool,
    file: Field,
}

static ON_CRASH: Fatal = Fatal {
    enabled: AtomicBool::new(false),
    fd: AtomicI32::new(-1),
    all_threads: AtomicBool::new(true),
    native_stack: AtomicBool::new(true),
    file: Field::empty(),
};

/// The actions that stood before ours, written before ours are installed.
struct Previous(std::cell::UnsafeCell<std::mem::MaybeUninit<libc::sigaction>>);
// SAFETY: written only under the GIL while our handler is not installed, read by the handler.
unsafe impl Sync for Previous {}
impl Previous {
    const fn new() -> Previous {
        Previous(std::cell::UnsafeCell::new(std::mem::MaybeUninit::uninit()))
    }
    fn as_ptr(&self) -> *mut libc::sigaction {
        self.0.get().cast()
    }
}

static PREVIOUS: [Previous; NSIG] = [const { Previous::new() }; NSIG];

/// What a handler of `register` uses.
struct User {
    enabled: AtomicBool,
    fd: AtomicI32,
    all_threads: AtomicBool,
    chain: AtomicBool,
    file: Field,
}

static USERS: [User; NSIG] = [const {
    User {
        enabled: AtomicBool::new(false),
        fd: AtomicI32::new(-1),
        all_threads: AtomicBool::new(true),
        chain: AtomicBool::new(false),
        file: Field::empty(),
    }
}; NSIG];

fn write_traceback(fd: c_int, all_threads: bool) {
    let this = dump::this_thread();
    if all_threads {
        dump::write_threads(fd, this);
    } else {
        dump::write_stack(fd, this);
    }
}

/// Gives a signal back to whoever had it before.
fn give_back(signal: c_int) {
    if let Some(previous) = PREVIOUS.get(signal as usize) {
        // SAFETY: written when our handler was installed.
        unsafe { libc::sigaction(signal, previous.as_ptr(), std::ptr::null_mut()) };
    }
}

extern "C" fn on_crash(signal: c_int) {
    let saved = errno_raw();
    if !ON_CRASH.enabled.load(SeqCst) {
        return;
    }
    // a crash in here ends the process at once
    give_back(signal);
    let fd = ON_CRASH.fd.load(SeqCst);
    let name = FATAL
        .iter()
        .find(|(n, _)| *n == signal)
        .map_or(&b"unknown"[..], |(_, name)| *name);
    dump::write(fd, b"Fatal Python error: ");
    dump::write(fd, name);
    dump::write(fd, b"\n\n");
    write_traceback(fd, ON_CRASH.all_threads.load(SeqCst));
    if ON_CRASH.native_stack.load(SeqCst) {
        dump::write(fd, b"\n");
        dump::write_native_stack(fd);
    }
    set_errno(saved);
    // SAFETY: the signal goes to the previous handler, or ends the process. Should that handler come back, the default action
    // does it.
    unsafe {
        libc::raise(signal);
        libc::signal(signal, libc::SIG_DFL);
        libc::raise(signal);
    }
}

extern "C" fn on_signal(signal: c_int) {
    let saved = errno_raw();
    let Some(user) = USERS.get(signal as usize).filter(|u| u.enabled.load(SeqCst)) else {
        return;
    };
    write_traceback(user.fd.load(SeqCst), user.all_threads.load(SeqCst));
    if user.chain.load(SeqCst) {
        give_back(signal);
        set_errno(saved);
        // SAFETY: to the previous handler; then ours is there again.
        unsafe { libc::raise(signal) };
        let saved = errno_raw();
        let _ = install(signal, on_signal as *const () as usize, libc::SA_NODEFER, false);
        set_errno(saved);
        return;
    }
    set_errno(saved);
}

/// Installs a handler; keeps the action before it if `keep`.
fn install(signal: c_int, handler: usize, flags: c_int, keep: bool) -> Result<(), i32> {
    // SAFETY: zero is a valid value of plain numbers.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = handler;
    action.sa_flags = flags | libc::SA_ONSTACK;
    let old = if keep {
        PREVIOUS[signal as usize].as_ptr()
    } else {
        std::ptr::null_mut()
    };
    // SAFETY: a filled-in action, and null or a place for the old one.
    os::outcome(unsafe { libc::sigaction(signal, &action, old) }).map(drop)
}

/// Gives this thread a stack for signal handlers that is large enough to write a traceback on.
fn ensure_stack() {
    const SIZE: usize = 256 * 1024;
    // SAFETY: zero is a valid value of the struct; a query.
    unsafe {
        let mut now: libc::stack_t = std::mem::zeroed();
        libc::sigaltstack(std::ptr::null(), &mut now);
        if now.ss_flags & libc::SS_DISABLE == 0 && now.ss_size >= SIZE {
            return;
        }
        let memory = libc::mmap(
            std::ptr::null_mut(),
            SIZE,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
            -1,
            0,
        );
        if memory == libc::MAP_FAILED {
            return;
        }
        // it stays as long as the thread may get signals
        let stack = libc::stack_t {
            ss_sp: memory,
            ss_flags: 0,
            ss_size: SIZE,
        };
        libc::sigaltstack(&stack, std::ptr::null_mut());
    }
}

/// The descriptor of a `file` argument, and the object to keep alive.
fn descriptor(file: Option<&PyObject>) -> PyResult<(c_int, Option<object::Py>)> {
    let file = match file.filter(|f| !is_none(f)) {
        Some(f) => object::PyLayout::new_ref(f),
        None => {
            let sys = hooks::import("sys")?;
            match sys.get_attr_opt(intern!("stderr"))? {
                None => return raise!(RuntimeError, "lost sys.stderr"),
                Some(f) if is_none(&f) => return raise!(RuntimeError, "sys.stderr is None"),
                Some(f) => f,
            }
        }
    };
    if PyInt::check(&file) {
        if object::bool::PyBool::check(&file) {
            hooks::warn(
                RuntimeWarning::type_object(),
                "bool is used as a file descriptor",
                1,
            )?;
        }
        let fd = number::as_c_int(&file)?;
        if fd < 0 {
            return raise!(ValueError, "file is not a valid file descriptor");
        }
        return Ok((fd, None));
    }
    let fd = file.call_method(intern!("fileno"), &[])?;
    let fd = fd
        .downcast::<PyInt>()
        .and_then(|n| n.to_i64())
        .and_then(|n| c_int::try_from(n).ok())
        .filter(|n| *n >= 0);
    let Some(fd) = fd else {
        return raise!(RuntimeError, "file.fileno() is not a valid file descriptor");
    };
    if file.call_method(intern!("flush"), &[]).is_err() {
        error::clear();
    }
    Ok((fd, Some(file)))
}

fn enable(fd: c_int, file: Option<object::Py>, all_threads: bool, native_stack: bool) -> PyResult<()> {
    ON_CRASH.fd.store(fd, SeqCst);
    ON_CRASH.all_threads.store(all_threads, SeqCst);
    ON_CRASH.native_stack.store(native_stack, SeqCst);
    ON_CRASH.file.set(file);
    if ON_CRASH.enabled.swap(true, SeqCst) {
        return Ok(());
    }
    dump::prepare();
    ensure_stack();
    for (signal, _) in FATAL {
        os::check(install(
            signal,
            on_crash as *const () as usize,
            libc::SA_NODEFER,
            true,
        ))?;
    }
    Ok(())
}

fn disable() -> bool {
    if !ON_CRASH.enabled.swap(false, SeqCst) {
        return false;
    }
    for (signal, _) in FATAL {
        give_back(signal);
    }
    ON_CRASH.file.set(None);
    true
}

/// Enables the handlers for `-X faulthandler`.
pub fn enable_at_start() {
    let _ = enable(libc::STDERR_FILENO, None, true, true);
}

/// The watchdog: which one is the current one, and what wakes it.
struct Watchdog {
    current: Mutex<u64>,
    changed: Condvar,
}

static WATCHDOG: Watchdog = Watchdog {
    current: Mutex::new(0),
    changed: Condvar::new(),
};
static WATCHDOG_FILE: Field = Field::empty();

/// Ends the watchdog; the number of the next one.
fn cancel() -> u64 {
    let mut current = WATCHDOG.current.lock().unwrap_or_else(PoisonError::into_inner);
    *current += 1;
    WATCHDOG.changed.notify_all();
    *current
}

/// What a watchdog does when its time has come, again and again if it is to.
fn watch(number: u64, after: Duration, heading: &str, fd: c_int, repeat: bool, exit: bool) {
    // SAFETY: all signals are for other threads.
    unsafe {
        let mut all: libc::sigset_t = std::mem::zeroed();
        libc::sigfillset(&mut all);
        libc::pthread_sigmask(libc::SIG_SETMASK, &all, std::ptr::null_mut());
    }
    let mut current = WATCHDOG.current.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        let (guard, waited) = WATCHDOG
            .changed
            .wait_timeout_while(current, after, |now| *now == number)
            .unwrap_or_else(PoisonError::into_inner);
        current = guard;
        if !waited.timed_out() || *current != number {
            return;
        }
        dump::write(fd, heading.as_bytes());
        dump::write_threads(fd, None);
        if exit {
            // SAFETY: ends the process at once.
            unsafe { libc::_exit(1) };
        }
        if !repeat {
            return;
        }
    }
}

fn check_signal(signal: c_int) -> PyResult<usize> {
    if FATAL.iter().any(|(n, _)| *n == signal) {
        return raise!(
            RuntimeError,
            "signal {signal} cannot be registered, use enable() instead"
        );
    }
    if !(1..NSIG as c_int).contains(&signal) {
        return raise!(ValueError, "signal number out of range");
    }
    Ok(signal as usize)
}

/// Uses up the native stack.
#[inline(never)]
fn overflow(depth: u64) -> u64 {
    let mut block = [depth; 512];
    std::hint::black_box(&mut block);
    let below = if std::hint::black_box(true) {
        overflow(depth + 1)
    } else {
        0
    };
    below + block[(depth % 512) as usize]
}

fn no_core_file() {
    let none = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: filled-in limits.
    unsafe { libc::setrlimit(libc::RLIMIT_CORE, &none) };
}

/// The module.
pub struct Faulthandler;

#[pymodule(name = "faulthandler")]
impl Faulthandler {
    #[function("($module, /, file=sys.stderr, all_threads=True, c_stack=True)")]
    fn enable(file: Option<&PyObject>, all_threads: Option<bool>, c_stack: Option<bool>) -> PyResult<()> {
        let (fd, file) = descriptor(file)?;
        enable(fd, file, all_threads.unwrap_or(true), c_stack.unwrap_or(true))
    }
    #[function("($module, /)")]
    fn disable() -> bool {
        disable()
    }
    #[function("($module, /)")]
    fn is_enabled() -> bool {
        ON_CRASH.enabled.load(SeqCst)
    }
    #[function("($module, /, file=sys.stderr, all_threads=True)")]
    fn dump_traceback(file: Option<&PyObject>, all_threads: Option<bool>) -> PyResult<()> {
        let (fd, _file) = descriptor(file)?;
        write_traceback(fd, all_threads.unwrap_or(true));
        hooks::check_pending()
    }
    #[function("($module, /, file=sys.stderr)")]
    fn dump_c_stack(file: Option<&PyObject>) -> PyResult<()> {
        let (fd, _file) = descriptor(file)?;
        dump::write_native_stack(fd);
        hooks::check_pending()
    }
    #[function("($module, /, timeout, repeat=False, file=sys.stderr, exit=False)")]
    fn dump_traceback_later(
        timeout: &PyObject,
        repeat: Option<bool>,
        file: Option<&PyObject>,
        exit: Option<bool>,
    ) -> PyResult<()> {
        let nanos = os::seconds_to_nanos(timeout, Round::Ceiling)?;
        let micros = nanos.div_euclid(1000) + i64::from(nanos.rem_euclid(1000) != 0);
        if micros <= 0 {
            return raise!(ValueError, "timeout must be greater than 0");
        }
        let (fd, file) = descriptor(file)?;
        let (seconds, part) = (micros / 1_000_000, micros % 1_000_000);
        let mut heading = format!(
            "Timeout ({}:{:02}:{:02}",
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60
        );
        if part != 0 {
            heading.push_str(&format!(".{part:06}"));
        }
        heading.push_str(")!\n");
        let number = cancel();
        WATCHDOG_FILE.set(file);
        let (repeat, exit) = (repeat.unwrap_or(false), exit.unwrap_or(false));
        let after = Duration::from_micros(micros as u64);
        let started = std::thread::Builder::new()
            .stack_size(256 * 1024)
            .spawn(move || watch(number, after, &heading, fd, repeat, exit));
        if started.is_err() {
            WATCHDOG_FILE.set(None);
            return raise!(RuntimeError, "unable to start watchdog thread");
        }
        Ok(())
    }
    #[function("($module, /)")]
    fn cancel_dump_traceback_later() {
        cancel();
        WATCHDOG_FILE.set(None);
    }
    #[function("($module, /, signum, file=sys.stderr, all_threads=True, chain=False)")]
    fn register(
        signum: i32,
        file: Option<&PyObject>,
        all_threads: Option<bool>,
        chain: Option<bool>,
    ) -> PyResult<()> {
        let at = check_signal(signum)?;
        let (fd, file) = descriptor(file)?;
        let chain = chain.unwrap_or(false);
        let user = &USERS[at];
        if !user.enabled.load(SeqCst) {
            ensure_stack();
            // with a handler to chain to, the signal may come again while it is handled
            let flags = if chain { libc::SA_NODEFER } else { libc::SA_RESTART };
            os::check(install(signum, on_signal as *const () as usize, flags, true))?;
        }
        user.fd.store(fd, SeqCst);
        user.all_threads.store(all_threads.unwrap_or(true), SeqCst);
        user.chain.store(chain, SeqCst);
        user.file.set(file);
        user.enabled.store(true, SeqCst);
        Ok(())
    }
    #[function("($module, signum, /)")]
    fn unregister(signum: i32) -> PyResult<bool> {
        let user = &USERS[check_signal(signum)?];
        if !user.enabled.swap(false, SeqCst) {
            return Ok(false);
        }
        give_back(signum);
        user.file.set(None);
        Ok(true)
    }
    #[function("($module, /)")]
    fn _read_null() {
        no_core_file();
        // SAFETY: it is not: that is what the function is for. The read ends in SIGSEGV, whose handler does not come back.
        unsafe {
            std::arch::asm!("mov {0}, [{1}]", out(reg) _, in(reg) 0usize, options(nostack, readonly));
        }
    }
    #[function("($module, release_gil=False, /)")]
    fn _sigsegv(release_gil: Option<bool>) {
        no_core_file();
        // SAFETY: a signal to this thread.
        let send = || unsafe { libc::raise(libc::SIGSEGV) };
        if release_gil.unwrap_or(false) {
            hooks::blocking(send);
        } else {
            send();
        }
        // SAFETY: a handler that was there before ours may have come back.
        unsafe {
            libc::signal(libc::SIGSEGV, libc::SIG_DFL);
            libc::raise(libc::SIGSEGV);
        }
    }
    #[function("($module, /)")]
    fn _sigabrt() -> PyResult<()> {
        no_core_file();
        // SAFETY: ends the process.
        unsafe { libc::abort() }
    }
    #[function("($module, /)")]
    fn _sigfpe() {
        no_core_file();
        // SAFETY: a signal to this thread.
        unsafe { libc::raise(libc::SIGFPE) };
    }
    #[function("($module, /)")]
    fn _stack_overflow() -> PyResult<u64> {
        no_core_file();
        Ok(overflow(1))
    }
    #[function("($module, /)")]
    fn _fatal_error_c_thread() {
        no_core_file();
        let _ = hooks::blocking(|| {
            std::thread::spawn(|| {
                dump::fatal_error("faulthandler_fatal_error_thread", "in new thread");
            })
            .join()
        });
    }
}
