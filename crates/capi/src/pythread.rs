//! `pythread.h`, `cpython/lock.h`, `cpython/critical_section.h`, `cpython/pytime.h`: locks, thread-local values, clocks.

use object::thread::tstate_opt;
use object::{PyResult, intern};
use std::ffi::{c_int, c_longlong, c_void};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

/// What a `PyThread_type_lock` points to.
pub struct Lock {
    locked: Mutex<bool>,
    free: Condvar,
}

impl Lock {
    /// Waits until the deadline; for ever without one.
    fn acquire(&self, deadline: Option<Instant>) -> bool {
        let mut l = self.locked.lock().unwrap_or_else(|e| e.into_inner());
        while *l {
            l = match deadline {
                None => self.free.wait(l).unwrap_or_else(|e| e.into_inner()),
                Some(d) => {
                    let now = Instant::now();
                    if now >= d {
                        return false;
                    }
                    self.free
                        .wait_timeout(l, d - now)
                        .unwrap_or_else(|e| e.into_inner())
                        .0
                }
            };
        }
        *l = true;
        true
    }
}

/// `Py_tss_t`
#[repr(C)]
pub struct Tss {
    is_initialized: c_int,
    key: libc::pthread_key_t,
}

type Body = unsafe extern "C" fn(*mut c_void);

capi! {
    fn PyThread_init_thread() {}
    fn PyThread_get_thread_ident() -> u64 {
        interp::thread::ident() as u64
    }
    fn PyThread_get_thread_native_id() -> u64 {
        libc::gettid() as u64
    }
    /// The new thread's number, or -1. The thread has no thread state of its own yet.
    fn PyThread_start_new_thread(f: Body, arg: *mut c_void) -> u64 {
        let arg = arg as usize;
        let (send, receive) = std::sync::mpsc::channel();
        let made = std::thread::Builder::new().stack_size(8 << 20).spawn(move || {
            let _ = send.send(interp::thread::ident() as u64);
            // SAFETY: the caller's function and argument.
            unsafe { f(arg as *mut c_void) };
        });
        match made {
            Ok(_) => receive.recv().unwrap_or(u64::MAX),
            Err(_) => u64::MAX,
        }
    }
    fn PyThread_exit_thread() {
        libc::pthread_exit(std::ptr::null_mut());
    }
    fn PyThread_allocate_lock() -> *mut Lock {
        Box::into_raw(Box::new(Lock { locked: Mutex::new(false), free: Condvar::new() }))
    }
    fn PyThread_free_lock(lock: *mut Lock) {
        if !lock.is_null() {
            drop(Box::from_raw(lock));
        }
    }
    fn PyThread_acquire_lock(lock: &Lock, wait: c_int) -> bool {
        lock.acquire(if wait != 0 { None } else { Some(Instant::now()) })
    }
    /// 1 if it was taken. Negative microseconds wait for ever.
    fn PyThread_acquire_lock_timed(lock: &Lock, microseconds: c_longlong, _interruptible: c_int) -> bool {
        lock.acquire(match u64::try_from(microseconds) {
            Ok(n) => Some(Instant::now() + Duration::from_micros(n)),
            Err(_) => None,
        })
    }
    fn PyThread_release_lock(lock: &Lock) {
        *lock.locked.lock().unwrap_or_else(|e| e.into_inner()) = false;
        lock.free.notify_one();
    }
    fn PyThread_get_stacksize() -> usize {
        0
    }
    fn PyThread_set_stacksize(_n: usize) -> c_int {
        -2
    }
    fn PyThread_GetInfo() -> PyResult {
        object::hooks::import("sys")?.get_attr(intern!("thread_info"))
    }
    fn PyThread_tss_alloc() -> *mut Tss {
        Box::into_raw(Box::new(Tss { is_initialized: 0, key: 0 }))
    }
    fn PyThread_tss_free(t: *mut Tss) {
        if !t.is_null() {
            PyThread_tss_delete(&mut *t);
            drop(Box::from_raw(t));
        }
    }
    fn PyThread_tss_is_created(t: &Tss) -> bool {
        t.is_initialized != 0
    }
    fn PyThread_tss_create(t: &mut Tss) -> c_int {
        if t.is_initialized != 0 {
            return 0;
        }
        if libc::pthread_key_create(&mut t.key, None) != 0 {
            return -1;
        }
        t.is_initialized = 1;
        0
    }
    fn PyThread_tss_delete(t: &mut Tss) {
        if t.is_initialized != 0 {
            libc::pthread_key_delete(t.key);
            t.is_initialized = 0;
        }
    }
    fn PyThread_tss_set(t: &Tss, value: *mut c_void) -> c_int {
        if libc::pthread_setspecific(t.key, value) != 0 { -1 } else { 0 }
    }
    fn PyThread_tss_get(t: &Tss) -> *mut c_void {
        libc::pthread_getspecific(t.key)
    }
    // ---- the older keys ----
    fn PyThread_create_key() -> c_int {
        let mut key = 0;
        if libc::pthread_key_create(&mut key, None) != 0 { -1 } else { key as c_int }
    }
    fn PyThread_delete_key(key: c_int) {
        libc::pthread_key_delete(key as libc::pthread_key_t);
    }
    fn PyThread_delete_key_value(key: c_int) {
        libc::pthread_setspecific(key as libc::pthread_key_t, std::ptr::null());
    }
    fn PyThread_set_key_value(key: c_int, value: *mut c_void) -> c_int {
        if libc::pthread_setspecific(key as libc::pthread_key_t, value) != 0 { -1 } else { 0 }
    }
    fn PyThread_get_key_value(key: c_int) -> *mut c_void {
        libc::pthread_getspecific(key as libc::pthread_key_t)
    }
    fn PyThread_ReInitTLS() {}
    // ---- one-byte mutexes; the headers do the uncontended case themselves ----
    fn PyMutex_Lock(m: &AtomicU8) {
        let mut pause = Duration::from_micros(1);
        while m.compare_exchange(0, 1, Ordering::Acquire, Ordering::Relaxed).is_err() {
            // the holder may be waiting for the GIL
            let state = tstate_opt().map(|_| interp::thread::detach());
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(1));
            if let Some(s) = state {
                interp::thread::attach(s);
            }
        }
    }
    fn PyMutex_Unlock(m: &AtomicU8) {
        m.store(0, Ordering::Release);
    }
    fn PyMutex_IsLocked(m: &AtomicU8) -> bool {
        m.load(Ordering::Relaxed) & 1 != 0
    }
    // ---- critical sections: the GIL is one ----
    fn PyCriticalSection_Begin(_c: *mut c_void, _o: *mut c_void) {}
    fn PyCriticalSection_BeginMutex(_c: *mut c_void, _m: *mut c_void) {}
    fn PyCriticalSection_End(_c: *mut c_void) {}
    fn PyCriticalSection2_Begin(_c: *mut c_void, _a: *mut c_void, _b: *mut c_void) {}
    fn PyCriticalSection2_BeginMutex(_c: *mut c_void, _a: *mut c_void, _b: *mut c_void) {}
    fn PyCriticalSection2_End(_c: *mut c_void) {}
    // ---- clocks, in nanoseconds ----
    fn PyTime_AsSecondsDouble(t: i64) -> f64 {
        t as f64 * 1e-9
    }
    fn PyTime_Time(result: *mut i64) -> PyResult<()> {
        clock(libc::CLOCK_REALTIME, result)
    }
    fn PyTime_TimeRaw(result: *mut i64) -> PyResult<()> {
        clock(libc::CLOCK_REALTIME, result)
    }
    fn PyTime_Monotonic(result: *mut i64) -> PyResult<()> {
        clock(libc::CLOCK_MONOTONIC, result)
    }
    fn PyTime_MonotonicRaw(result: *mut i64) -> PyResult<()> {
        clock(libc::CLOCK_MONOTONIC, result)
    }
    fn PyTime_PerfCounter(result: *mut i64) -> PyResult<()> {
        clock(libc::CLOCK_MONOTONIC, result)
    }
    fn PyTime_PerfCounterRaw(result: *mut i64) -> PyResult<()> {
        clock(libc::CLOCK_MONOTONIC, result)
    }
}

unsafe fn clock(which: libc::clockid_t, result: *mut i64) -> PyResult<()> {
    // SAFETY: a place for the time; the caller's place for the result.
    unsafe {
        let mut t: libc::timespec = std::mem::zeroed();
        if libc::clock_gettime(which, &mut t) != 0 {
            *result = 0;
            return object::error::raise_last_errno(None);
        }
        *result = t.tv_sec.saturating_mul(1_000_000_000).saturating_add(t.tv_nsec);
    }
    Ok(())
}
