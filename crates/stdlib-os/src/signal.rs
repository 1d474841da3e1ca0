//! `_signal`: handlers of signals, which run in the main thread between instructions; timers, masks.

use crate::os::{self, Round, check, outcome};
use object::thread::ThreadState;
use object::{
    Field, GilCell, OrNone, Py, PyInt, PyLayout, PyModule, PyObject, PyResult, PySet, PyStr, PyTypeObject,
    hooks, intern, number, pymodule, raise, structseq,
};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, Ordering};

const NSIG: usize = 65;

static TRIPPED: [AtomicBool; NSIG] = [const { AtomicBool::new(false) }; NSIG];
static MAIN: AtomicPtr<ThreadState> = AtomicPtr::new(std::ptr::null_mut());
static WAKEUP: AtomicI32 = AtomicI32::new(-1);
static WARN_FULL: GilCell<bool> = GilCell::new(true);
/// What `getsignal` gives: `None` for a handler that Python has not set.
static HANDLERS: [Field; NSIG] = [const { Field::empty() }; NSIG];
static SIGINFO: GilCell<Option<&'static PyTypeObject>> = GilCell::new(None);
static ITIMER_ERROR: GilCell<Option<&'static PyTypeObject>> = GilCell::new(None);

/// Notes a signal; touches only atomics and the wake-up descriptor.
extern "C" fn on_signal(number: i32) {
    let saved = os::errno_raw();
    trip(number);
    os::set_errno(saved);
}

fn trip(number: i32) {
    if let Some(t) = TRIPPED.get(number as usize) {
        t.store(true, Ordering::SeqCst);
    }
    let main = MAIN.load(Ordering::SeqCst);
    if !main.is_null() {
        // SAFETY: the main thread's state lives as long as the process.
        unsafe {
            (*main)
                .eval_breaker
                .fetch_or(vm::pending::SIGNALS_PENDING, Ordering::SeqCst)
        };
    }
    let fd = WAKEUP.load(Ordering::SeqCst);
    if fd != -1 {
        let byte = number as u8;
        // SAFETY: one byte.
        unsafe { libc::write(fd, (&raw const byte).cast(), 1) };
    }
}

/// `_thread.interrupt_main(number)`: as if the signal had come, if there is a handler for it.
pub fn interrupt(number: i32) {
    let handled = HANDLERS
        .get(number as usize)
        .and_then(|h| h.get())
        .is_some_and(|h| h.is_callable());
    if handled {
        trip(number);
    }
}

fn is_main() -> bool {
    // SAFETY: queries.
    unsafe { libc::gettid() == libc::getpid() }
}

/// Runs the handlers of the signals that have come.
fn run_signals() -> PyResult<()> {
    if !is_main() {
        return Ok(());
    }
    for number in 1..NSIG {
        if !TRIPPED[number].swap(false, Ordering::SeqCst) {
            continue;
        }
        let Some(handler) = HANDLERS[number].get().filter(|h| h.is_callable()) else {
            continue;
        };
        let number_object = PyInt::from_i64(number as i64)?;
        let frame = hooks::import("sys")?.get_attr(intern!("_getframe"))?;
        let frame =
            object::error::catch::<object::exceptions::ValueError, _>(object::call::call(&frame, &[]))?
                .unwrap_or_else(object::none);
        if let Err(raised) = object::call::call(&handler, &[number_object.as_object(), &frame]) {
            // the others keep their turn
            if TRIPPED.iter().any(|t| t.load(Ordering::SeqCst)) {
                vm::pending::request(object::thread::tstate(), vm::pending::SIGNALS_PENDING);
            }
            return Err(raised);
        }
    }
    Ok(())
}

/// What the child of a fork does: it has the signals to itself.
pub fn after_fork_child() {
    for t in &TRIPPED {
        t.store(false, Ordering::SeqCst);
    }
    MAIN.store(
        object::thread::tstate() as *const ThreadState as *mut ThreadState,
        Ordering::SeqCst,
    );
}

fn install(number: i32, handler: usize) -> Result<(), i32> {
    // SAFETY: zero is a valid value of plain numbers.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = handler;
    // SAFETY: a filled-in action.
    outcome(unsafe { libc::sigaction(number, &action, std::ptr::null_mut()) }).map(drop)
}

fn in_range(number: i32) -> PyResult<usize> {
    if (1..NSIG as i32).contains(&number) {
        Ok(number as usize)
    } else {
        raise!(ValueError, "signal number out of range")
    }
}

/// A set of signals from their numbers.
pub fn sigset(mask: &PyObject) -> PyResult<libc::sigset_t> {
    let mut set = std::mem::MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: a place for the set.
    unsafe { libc::sigemptyset(set.as_mut_ptr()) };
    for item in object::iter::collect(mask)? {
        let n = number::index(&item)?.to_i64().unwrap_or(-1);
        if !(1..NSIG as i64).contains(&n) {
            return raise!(ValueError, "signal number {n} out of range [1; 64]");
        }
        // SAFETY: an initialized set.
        if unsafe { libc::sigaddset(set.as_mut_ptr(), n as i32) } != 0 && os::errno() != libc::EINVAL {
            return object::error::raise_errno(os::errno(), None);
        }
    }
    // SAFETY: initialized above.
    Ok(unsafe { set.assume_init() })
}

fn from_sigset(set: &libc::sigset_t) -> PyResult {
    let out = object::call::call(PySet::type_object_().as_object(), &[])?;
    for n in 1..NSIG as i32 {
        // SAFETY: an initialized set.
        if unsafe { libc::sigismember(set, n) } == 1 {
            out.call_method(intern!("add"), &[PyInt::from_i64(n.into())?.as_object()])?;
        }
    }
    Ok(out)
}

trait SetType {
    fn type_object_() -> &'static PyTypeObject;
}
impl SetType for PySet {
    fn type_object_() -> &'static PyTypeObject {
        <PySet as object::PyClass>::type_object()
    }
}

fn siginfo_class() -> PyResult<&'static PyTypeObject> {
    os::class_of(&SIGINFO, || {
        structseq::new_class(
            "signal.struct_siginfo",
            "struct_siginfo: Result from sigwaitinfo or sigtimedwait.\n\nThis object may be accessed either as a tuple of\n(si_signo, si_code, si_errno, si_pid, si_uid, si_status, si_band),\nor via the attributes si_signo, si_code, and so on.",
            &[
                "si_signo",
                "si_code",
                "si_errno",
                "si_pid",
                "si_uid",
                "si_status",
                "si_band",
            ],
            7,
        )
    })
}

fn siginfo(info: &libc::siginfo_t) -> PyResult {
    // SAFETY: the union's members are plain numbers, all of them initialized.
    let (pid, uid, status) = unsafe { (info.si_pid(), info.si_uid(), info.si_status()) };
    let int = |v: i32| -> PyResult { Ok(PyInt::from_i64(v.into())?.into_object()) };
    let v = vec![
        int(info.si_signo)?,
        int(info.si_code)?,
        int(info.si_errno)?,
        int(pid)?,
        os::id_to_py(uid)?.into_object(),
        int(status)?,
        int(0)?,
    ];
    structseq::new_instance(siginfo_class()?, v)
}

fn seconds(t: libc::timeval) -> f64 {
    t.tv_sec as f64 + t.tv_usec as f64 / 1e6
}

fn timeval(obj: Option<&PyObject>) -> PyResult<libc::timeval> {
    let Some(obj) = obj else {
        return Ok(libc::timeval {
            tv_sec: 0,
            tv_usec: 0,
        });
    };
    let nanos = os::seconds_to_nanos(obj, Round::Ceiling)?;
    let micros = nanos.div_euclid(1000) + i64::from(nanos.rem_euclid(1000) != 0);
    Ok(libc::timeval {
        tv_sec: micros.div_euclid(1_000_000),
        tv_usec: micros.rem_euclid(1_000_000),
    })
}

fn itimer<T>(result: Result<T, i32>) -> PyResult<T> {
    match (result, ITIMER_ERROR.get()) {
        (Ok(v), _) => Ok(v),
        (Err(e), Some(class)) => {
            let number = PyInt::from_i64(e.into())?;
            let text = PyStr::new(&object::error::errno_text(e))?;
            Err(object::error::raise_object(object::call::call(
                class.as_object(),
                &[number.as_object(), text.as_object()],
            )?))
        }
        (Err(e), None) => object::error::raise_errno(e, None),
    }
}

/// The module.
pub struct Signal;

#[pymodule(name = "_signal")]
impl Signal {
    #[function("($module, signalnum, frame, /)")]
    fn default_int_handler(signalnum: i32, frame: &PyObject) -> PyResult<()> {
        let _ = (signalnum, frame);
        raise!(KeyboardInterrupt)
    }
    #[function("($module, signalnum, handler, /)")]
    fn signal(signalnum: i32, handler: &PyObject) -> PyResult {
        if !is_main() {
            return raise!(
                ValueError,
                "signal only works in main thread of the main interpreter"
            );
        }
        let at = in_range(signalnum)?;
        let how = if handler.is_callable() {
            on_signal as extern "C" fn(i32) as usize
        } else {
            match number::index(handler).ok().and_then(|n| n.to_i64()) {
                Some(0) => libc::SIG_DFL,
                Some(1) => libc::SIG_IGN,
                _ => {
                    object::error::clear();
                    return raise!(
                        TypeError,
                        "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object"
                    );
                }
            }
        };
        hooks::check_pending()?;
        check(install(signalnum, how))?;
        Ok(HANDLERS[at]
            .replace(Some(handler.new_ref()))
            .unwrap_or_else(object::none))
    }
    #[function("($module, signalnum, /)")]
    fn getsignal(signalnum: i32) -> PyResult {
        Ok(HANDLERS[in_range(signalnum)?].get().unwrap_or_else(object::none))
    }
    #[function("($module, signalnum, /)")]
    fn strsignal(signalnum: i32) -> PyResult<Option<Py<PyStr>>> {
        in_range(signalnum)?;
        if (32..34).contains(&signalnum) {
            return Ok(None);
        }
        // SAFETY: a text of the C library, copied at once.
        let text = unsafe { std::ffi::CStr::from_ptr(libc::strsignal(signalnum)) }
            .to_bytes()
            .to_vec();
        os::decode(&text).map(Some)
    }
    #[function("($module, signalnum, flag, /)")]
    fn siginterrupt(signalnum: i32, flag: i32) -> PyResult<()> {
        in_range(signalnum)?;
        // SAFETY: zero is a valid value of plain numbers.
        let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
        // SAFETY: places for the actions.
        check(outcome(unsafe {
            libc::sigaction(signalnum, std::ptr::null(), &mut action)
        }))?;
        if flag != 0 {
            action.sa_flags &= !libc::SA_RESTART;
        } else {
            action.sa_flags |= libc::SA_RESTART;
        }
        // SAFETY: as above.
        check(outcome(unsafe {
            libc::sigaction(signalnum, &action, std::ptr::null_mut())
        }))
        .map(drop)
    }
    #[function("($module, seconds, /)")]
    fn alarm(seconds: i32) -> u32 {
        // SAFETY: numbers only.
        unsafe { libc::alarm(seconds as u32) }
    }
    #[function("($module, /)")]
    fn pause() -> PyResult<()> {
        // SAFETY: no arguments.
        hooks::blocking(|| unsafe { libc::pause() });
        hooks::check_pending()
    }
    #[function("($module, signalnum, /)")]
    fn raise_signal(signalnum: i32) -> PyResult<()> {
        // SAFETY: numbers only.
        if unsafe { libc::raise(signalnum) } != 0 {
            return object::error::raise_errno(os::errno(), None);
        }
        hooks::check_pending()
    }
    #[function("($module, thread_id, signalnum, /)")]
    fn pthread_kill(thread_id: u64, signalnum: i32) -> PyResult<()> {
        object::audit!("signal.pthread_kill", thread_id, signalnum)?;
        // SAFETY: the caller gives a living thread's number, as the function's contract says.
        let status = unsafe { libc::pthread_kill(thread_id, signalnum) };
        if status != 0 {
            return object::error::raise_errno(status, None);
        }
        hooks::check_pending()
    }
    #[function("($module, pidfd, signalnum, siginfo=None, flags=0, /)")]
    fn pidfd_send_signal(
        pidfd: i32,
        signalnum: i32,
        siginfo: Option<OrNone<&PyObject>>,
        flags: Option<i32>,
    ) -> PyResult<()> {
        if let Some(OrNone(Some(_))) = siginfo {
            return raise!(TypeError, "siginfo must be None");
        }
        let none: *const libc::siginfo_t = std::ptr::null();
        // SAFETY: numbers and a null pointer.
        let r = unsafe {
            libc::syscall(
                libc::SYS_pidfd_send_signal,
                pidfd,
                signalnum,
                none,
                flags.unwrap_or(0),
            )
        };
        check(outcome(r)).map(drop)
    }
    #[function("($module, which, seconds, interval=0.0, /)")]
    fn setitimer(which: i32, seconds: &PyObject, interval: Option<&PyObject>) -> PyResult<(f64, f64)> {
        let new = libc::itimerval {
            it_value: timeval(Some(seconds))?,
            it_interval: timeval(interval)?,
        };
        // SAFETY: zero is a valid value of plain numbers.
        let mut old: libc::itimerval = unsafe { std::mem::zeroed() };
        // SAFETY: a timer and a place for the old one.
        itimer(outcome(unsafe { libc::setitimer(which as _, &new, &mut old) }))?;
        Ok((self::seconds(old.it_value), self::seconds(old.it_interval)))
    }
    #[function("($module, which, /)")]
    fn getitimer(which: i32) -> PyResult<(f64, f64)> {
        // SAFETY: zero is a valid value of plain numbers.
        let mut old: libc::itimerval = unsafe { std::mem::zeroed() };
        // SAFETY: a place for the timer.
        itimer(outcome(unsafe { libc::getitimer(which as _, &mut old) }))?;
        Ok((seconds(old.it_value), seconds(old.it_interval)))
    }
    #[function("($module, how, mask, /)")]
    fn pthread_sigmask(how: i32, mask: &PyObject) -> PyResult {
        let set = sigset(mask)?;
        let mut old = std::mem::MaybeUninit::<libc::sigset_t>::uninit();
        // SAFETY: a set and a place for the old one.
        let status = unsafe { libc::pthread_sigmask(how, &set, old.as_mut_ptr()) };
        if status != 0 {
            return object::error::raise_errno(status, None);
        }
        hooks::check_pending()?;
        // SAFETY: filled in on success.
        from_sigset(&unsafe { old.assume_init() })
    }
    #[function("($module, /)")]
    fn sigpending() -> PyResult {
        let mut set = std::mem::MaybeUninit::<libc::sigset_t>::uninit();
        // SAFETY: a place for the set.
        check(outcome(unsafe { libc::sigpending(set.as_mut_ptr()) }))?;
        // SAFETY: filled in on success.
        from_sigset(&unsafe { set.assume_init() })
    }
    #[function("($module, sigset, /)")]
    fn sigwait(sigset: &PyObject) -> PyResult<i32> {
        let set = self::sigset(sigset)?;
        let mut number = 0;
        // SAFETY: a set and a place for the number.
        match hooks::blocking(|| unsafe { libc::sigwait(&set, &mut number) }) {
            0 => Ok(number),
            e => object::error::raise_errno(e, None),
        }
    }
    #[function("($module, sigset, /)")]
    fn sigwaitinfo(sigset: &PyObject) -> PyResult {
        let set = self::sigset(sigset)?;
        // SAFETY: zero is a valid value of plain numbers.
        let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
        // SAFETY: a set and a place for what has come.
        check(os::retry(|| unsafe { libc::sigwaitinfo(&set, &mut info) })?)?;
        siginfo(&info)
    }
    #[function("($module, sigset, timeout, /)")]
    fn sigtimedwait(sigset: &PyObject, timeout: &PyObject) -> PyResult {
        let nanos = os::seconds_to_nanos(timeout, Round::Ceiling)?;
        if nanos < 0 {
            return raise!(ValueError, "timeout must be non-negative");
        }
        let set = self::sigset(sigset)?;
        let t = os::nanos_timespec(nanos);
        // SAFETY: zero is a valid value of plain numbers.
        let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
        // SAFETY: a set, a place for what has come, a time.
        match os::retry(|| unsafe { libc::sigtimedwait(&set, &mut info, &t) })? {
            Err(libc::EAGAIN) => Ok(object::none()),
            other => {
                check(other)?;
                siginfo(&info)
            }
        }
    }
    #[function("($module, /)")]
    fn valid_signals() -> PyResult {
        let mut set = std::mem::MaybeUninit::<libc::sigset_t>::uninit();
        // SAFETY: a place for the set, which is filled in.
        unsafe {
            libc::sigfillset(set.as_mut_ptr());
            from_sigset(&set.assume_init())
        }
    }
    #[function("($module, fd, /, *, warn_on_full_buffer=True)")]
    fn set_wakeup_fd(fd: i32, warn_on_full_buffer: Option<bool>) -> PyResult<i32> {
        if !is_main() {
            return raise!(
                ValueError,
                "set_wakeup_fd only works in main thread of the main interpreter"
            );
        }
        if fd != -1 {
            // SAFETY: numbers only.
            let flags = check(outcome(unsafe { libc::fcntl(fd, libc::F_GETFL) }))?;
            if flags & libc::O_NONBLOCK == 0 {
                return raise!(ValueError, "the fd {fd} must be in non-blocking mode");
            }
        }
        WARN_FULL.set(warn_on_full_buffer.unwrap_or(true));
        Ok(WAKEUP.swap(fd, Ordering::SeqCst))
    }

    #[exec]
    fn exec(module: &PyModule) -> PyResult<()> {
        macro_rules! numbers {
            ($($name:ident)*) => { [$((stringify!($name), libc::$name as i64)),*] };
        }
        for (name, value) in numbers!(
            SIG_BLOCK SIG_UNBLOCK SIG_SETMASK SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGIOT SIGABRT SIGFPE SIGKILL SIGBUS
            SIGSEGV SIGSYS SIGPIPE SIGALRM SIGTERM SIGUSR1 SIGUSR2 SIGCHLD SIGPWR SIGIO SIGURG SIGWINCH SIGPOLL
            SIGSTOP SIGTSTP SIGCONT SIGTTIN SIGTTOU SIGVTALRM SIGPROF SIGXCPU SIGXFSZ SIGSTKFLT ITIMER_REAL
            ITIMER_VIRTUAL ITIMER_PROF SIG_DFL SIG_IGN
        ) {
            module.add_value(name, value)?;
        }
        module.add_value("NSIG", NSIG as i64)?;
        module.add_value("SIGCLD", i64::from(libc::SIGCHLD))?;
        module.add_value("SIGRTMIN", i64::from(libc::SIGRTMIN()))?;
        module.add_value("SIGRTMAX", i64::from(libc::SIGRTMAX()))?;
        module.add("struct_siginfo", siginfo_class()?.as_object())?;
        let error = os::exception_class(&ITIMER_ERROR, "signal", "ItimerError")?;
        module.add("ItimerError", error.as_object())?;
        vm::pending::RUN_SIGNALS.set(Some(run_signals));
        if is_main() {
            MAIN.store(
                object::thread::tstate() as *const ThreadState as *mut ThreadState,
                Ordering::SeqCst,
            );
        }
        #[allow(clippy::needless_range_loop)]
        for n in 1..NSIG {
            // SAFETY: zero is a valid value of plain numbers.
            let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
            // SAFETY: a place for the action.
            if unsafe { libc::sigaction(n as i32, std::ptr::null(), &mut action) } != 0 {
                continue;
            }
            let value = match action.sa_sigaction {
                libc::SIG_DFL => 0,
                libc::SIG_IGN => 1,
                _ => continue,
            };
            HANDLERS[n].set(Some(PyInt::from_i64(value)?.into_object()));
        }
        let interrupt = module.as_object().get_attr(intern!("default_int_handler"))?;
        let at = libc::SIGINT as usize;
        let default = HANDLERS[at]
            .get()
            .and_then(|h| h.downcast::<PyInt>().and_then(|n| n.to_i64()))
            == Some(0);
        if default && is_main() {
            check(install(libc::SIGINT, on_signal as extern "C" fn(i32) as usize))?;
            HANDLERS[at].set(Some(interrupt));
        }
        Ok(())
    }
}
