//! `_multiprocessing`: semaphores with names, shared by processes; `_posixshmem`: memory with names.

use crate::os::{self, check, check_path, outcome};
use object::{
    Field, FromArg, GilCell, OrNone, Py, PyDict, PyInt, PyLayout, PyModule, PyObject, PyResult, PyStr,
    PyTypeObject, is_none, pyclass, pymethods, pymodule, raise,
};
use std::collections::BTreeMap;
use std::ffi::CString;
use std::sync::{Mutex, PoisonError};

const RECURSIVE: i32 = 0;
const SEMAPHORE: i32 = 1;

/// The semaphores that this process has open, by address, and how many objects use each. `SemLock._rebuild` takes an address
/// from anywhere: only one that stands here is believed.
static OPEN: Mutex<BTreeMap<usize, usize>> = Mutex::new(BTreeMap::new());

/// An open semaphore.
struct Semaphore(*mut libc::sem_t);

// SAFETY: semaphores are made for use by many threads.
unsafe impl Send for Semaphore {}
// SAFETY: as above.
unsafe impl Sync for Semaphore {}

impl Semaphore {
    /// What `sem_open` gave.
    fn opened(p: *mut libc::sem_t) -> Result<Semaphore, i32> {
        if p == libc::SEM_FAILED {
            return Err(os::errno());
        }
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        // opening the same name again gives the same address, which has to be closed as often
        *open.entry(p as usize).or_insert(0) += 1;
        Ok(Semaphore(p))
    }

    fn create(name: &CString, value: u32) -> Result<Semaphore, i32> {
        let flags = libc::O_CREAT | libc::O_EXCL;
        // SAFETY: a NUL-terminated name; mode and value follow the flags.
        Semaphore::opened(unsafe { libc::sem_open(name.as_ptr(), flags, 0o600 as libc::c_uint, value) })
    }

    fn by_name(name: &CString) -> Result<Semaphore, i32> {
        // SAFETY: a NUL-terminated name.
        Semaphore::opened(unsafe { libc::sem_open(name.as_ptr(), 0) })
    }

    /// The one at an address, if this process has it open.
    fn at(address: usize) -> Option<Semaphore> {
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        *open.get_mut(&address)? += 1;
        Some(Semaphore(address as *mut libc::sem_t))
    }

    fn value(&self) -> Result<i32, i32> {
        let mut v = 0;
        // SAFETY: an open semaphore and a place for the answer.
        outcome(unsafe { libc::sem_getvalue(self.0, &mut v) })?;
        // a negative number tells of waiting processes
        Ok(v.max(0))
    }
}

impl Drop for Semaphore {
    fn drop(&mut self) {
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(n) = open.get_mut(&(self.0 as usize)) {
            *n -= 1;
            if *n == 0 {
                open.remove(&(self.0 as usize));
                // SAFETY: open, and used by nobody else.
                unsafe { libc::sem_close(self.0) };
            }
        }
    }
}

/// `_multiprocessing.SemLock`
#[pyclass(name = "_multiprocessing.SemLock", flags(BASETYPE))]
#[repr(C)]
pub struct SemLock {
    ob_base: PyObject,
    handle: Field<PyInt>,
    kind: Field<PyInt>,
    maxvalue: Field<PyInt>,
    name: Field,
    semaphore: Semaphore,
    max: GilCell<i32>,
    recursive: GilCell<bool>,
    /// How often it is held, and by which thread.
    count: GilCell<i32>,
    owner: GilCell<usize>,
}

fn this_thread() -> usize {
    // SAFETY: a query.
    unsafe { libc::pthread_self() as usize }
}

fn c_name(name: &PyStr) -> PyResult<CString> {
    match CString::new(name.utf8()?.as_bytes()) {
        Ok(c) => Ok(c),
        Err(_) => raise!(ValueError, "embedded null character"),
    }
}

/// The time by which a wait of some seconds ends.
fn deadline(timeout: &PyObject) -> PyResult<libc::timespec> {
    let seconds = object::float::as_f64(timeout)?.max(0.0);
    let now = check(os::clock(libc::CLOCK_REALTIME))?;
    let nanos = seconds * 1e9;
    let at = if nanos.is_nan() || nanos >= (i64::MAX - now) as f64 {
        i64::MAX
    } else {
        now + nanos as i64
    };
    Ok(os::nanos_timespec(at))
}

impl SemLock {
    fn make(
        cls: &PyTypeObject,
        semaphore: Semaphore,
        kind: i32,
        max: i32,
        name: Option<Py>,
    ) -> PyResult<Py<SemLock>> {
        let handle = PyInt::from_usize(semaphore.0 as usize)?;
        let (kind_object, max_object) = (PyInt::from_i64(kind.into())?, PyInt::from_i64(max.into())?);
        let name = name.unwrap_or_else(object::none);
        object::new_instance(cls, |this: *mut SemLock| {
            // SAFETY: a fresh, zeroed instance; every field with a destructor is written once.
            unsafe {
                (&raw mut (*this).handle).write(Field::new(Some(handle)));
                (&raw mut (*this).kind).write(Field::new(Some(kind_object)));
                (&raw mut (*this).maxvalue).write(Field::new(Some(max_object)));
                (&raw mut (*this).name).write(Field::new(Some(name)));
                (&raw mut (*this).semaphore).write(semaphore);
                (*this).max.set(max);
                (*this).recursive.set(kind == RECURSIVE);
            }
        })
    }

    fn mine(&self) -> bool {
        self.count.get() > 0 && self.owner.get() == this_thread()
    }

    fn take(&self, block: bool, timeout: Option<&PyObject>) -> PyResult<bool> {
        if self.recursive.get() && self.mine() {
            self.count.set(self.count.get() + 1);
            return Ok(true);
        }
        let until = match timeout.filter(|t| !is_none(t)) {
            Some(t) => Some(deadline(t)?),
            None => None,
        };
        let s = self.semaphore.0;
        // SAFETY: an open semaphore, which this object keeps open.
        let mut status = outcome(unsafe { libc::sem_trywait(s) });
        if status == Err(libc::EAGAIN) && block {
            // SAFETY: as above, and a filled-in time.
            status = os::retry(|| unsafe {
                match &until {
                    Some(t) => libc::sem_timedwait(s, t),
                    None => libc::sem_wait(s),
                }
            })?;
        }
        match status {
            Ok(_) => {
                self.count.set(self.count.get() + 1);
                self.owner.set(this_thread());
                Ok(true)
            }
            Err(libc::EAGAIN | libc::ETIMEDOUT) => Ok(false),
            Err(e) => object::error::raise_errno(e, None),
        }
    }

    fn give(&self) -> PyResult<()> {
        if self.recursive.get() {
            if !self.mine() {
                return raise!(
                    AssertionError,
                    "attempt to release recursive lock not owned by thread"
                );
            }
            if self.count.get() > 1 {
                self.count.set(self.count.get() - 1);
                return Ok(());
            }
        } else if check(self.semaphore.value())? >= self.max.get() {
            return raise!(ValueError, "semaphore or lock released too many times");
        }
        // SAFETY: an open semaphore.
        check(outcome(unsafe { libc::sem_post(self.semaphore.0) }))?;
        self.count.set(self.count.get() - 1);
        Ok(())
    }
}

#[allow(non_snake_case)]
#[pymethods(members(handle, kind, maxvalue, name))]
impl SemLock {
    #[new("(kind, value, maxvalue, name, unlink)")]
    fn tp_new(
        cls: &PyTypeObject,
        kind: i32,
        value: i32,
        maxvalue: i32,
        name: &PyStr,
        unlink: bool,
    ) -> PyResult<Py<SemLock>> {
        if kind != RECURSIVE && kind != SEMAPHORE {
            return raise!(ValueError, "unrecognized kind");
        }
        let c = c_name(name)?;
        let semaphore = check(Semaphore::create(&c, value as u32))?;
        if unlink {
            // SAFETY: a NUL-terminated name.
            check(outcome(unsafe { libc::sem_unlink(c.as_ptr()) }))?;
        }
        let name = (!unlink).then(|| name.as_object().new_ref());
        SemLock::make(cls, semaphore, kind, maxvalue, name)
    }
    #[classmethod("($type, handle, kind, maxvalue, name, /)")]
    fn _rebuild(
        cls: &PyTypeObject,
        handle: i64,
        kind: i32,
        maxvalue: i32,
        name: OrNone<&PyStr>,
    ) -> PyResult<Py<SemLock>> {
        let semaphore = match name.0 {
            Some(n) => check(Semaphore::by_name(&c_name(n)?))?,
            None => match Semaphore::at(handle as usize) {
                Some(s) => s,
                None => return raise!(ValueError, "no semaphore has the handle {handle} in this process"),
            },
        };
        let name = name.0.map(|n| n.as_object().new_ref());
        SemLock::make(cls, semaphore, kind, maxvalue, name)
    }
    #[method("($self, /, block=True, timeout=None)")]
    fn acquire(&self, block: Option<bool>, timeout: Option<&PyObject>) -> PyResult<bool> {
        self.take(block.unwrap_or(true), timeout)
    }
    #[method("($self, /)")]
    fn release(&self) -> PyResult<()> {
        self.give()
    }
    #[method("($self, /)")]
    fn __enter__(&self) -> PyResult<bool> {
        self.take(true, None)
    }
    #[method("($self, exc_type=None, exc_value=None, exc_tb=None, /)")]
    fn __exit__(
        &self,
        _exc: Option<&PyObject>,
        _value: Option<&PyObject>,
        _tb: Option<&PyObject>,
    ) -> PyResult<()> {
        self.give()
    }
    #[method("($self, /)")]
    fn _count(&self) -> i32 {
        self.count.get()
    }
    #[method("($self, /)")]
    fn _is_mine(&self) -> bool {
        self.mine()
    }
    #[method("($self, /)")]
    fn _get_value(&self) -> PyResult<i32> {
        check(self.semaphore.value())
    }
    #[method("($self, /)")]
    fn _is_zero(&self) -> PyResult<bool> {
        Ok(check(self.semaphore.value())? == 0)
    }
    #[method("($self, /)")]
    fn _after_fork(&self) {
        self.count.set(0);
    }
    #[classattr]
    fn SEM_VALUE_MAX() -> PyResult<Py<PyInt>> {
        PyInt::from_i64(i32::MAX.into())
    }
}

/// `_multiprocessing`
pub struct Multiprocessing;

#[pymodule(name = "_multiprocessing", types(SemLock))]
impl Multiprocessing {
    #[function("($module, name, /)")]
    fn sem_unlink(name: &PyStr) -> PyResult<()> {
        let c = c_name(name)?;
        // SAFETY: a NUL-terminated name.
        check(outcome(unsafe { libc::sem_unlink(c.as_ptr()) })).map(drop)
    }
    #[exec]
    fn exec(module: &PyModule) -> PyResult<()> {
        let flags = PyDict::new()?;
        for name in ["HAVE_SEM_OPEN", "HAVE_SEM_TIMEDWAIT"] {
            flags.set_item(&*PyStr::new(name)?, &*PyInt::from_i64(1)?)?;
        }
        module.add("flags", flags.as_object())
    }
}

/// The name of shared memory: text without NULs.
struct ShmName {
    object: Py,
    name: CString,
}

impl<'a> FromArg<'a> for ShmName {
    fn from_arg(obj: &'a PyObject, ctx: object::ArgContext) -> PyResult<Self> {
        let text = <&PyStr>::from_arg(obj, ctx)?;
        Ok(ShmName {
            object: obj.new_ref(),
            name: c_name(text)?,
        })
    }
}

/// `_posixshmem`
pub struct SharedMemory;

#[pymodule(name = "_posixshmem")]
impl SharedMemory {
    #[function("($module, /, path, flags, mode=511)")]
    fn shm_open(path: ShmName, flags: i32, mode: Option<i32>) -> PyResult<i32> {
        let mode = mode.unwrap_or(0o777) as libc::mode_t;
        // SAFETY: a NUL-terminated name.
        let fd = os::retry(|| unsafe { libc::shm_open(path.name.as_ptr(), flags, mode) })?;
        check_path(fd, &path.object)
    }
    #[function("($module, /, path)")]
    fn shm_unlink(path: ShmName) -> PyResult<()> {
        // SAFETY: a NUL-terminated name.
        let status = os::retry(|| unsafe { libc::shm_unlink(path.name.as_ptr()) })?;
        check_path(status, &path.object).map(drop)
    }
}
