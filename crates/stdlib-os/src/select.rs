//! `select`: waiting for descriptors: `select`, `poll`, `epoll`.

use crate::os::{self, Fileno, Round, check, fileno};
use object::exceptions::OSError;
use object::{
    GilCell, OrNone, Py, PyClass, PyInt, PyLayout, PyList, PyModule, PyObject, PyResult, PyTypeObject, alloc,
    hooks, number, pyclass, pymethods, pymodule, raise,
};
use std::cell::RefCell;

const NUMBERS: &[(&str, i64)] = &[
    ("PIPE_BUF", 4096),
    ("POLLIN", 1),
    ("POLLPRI", 2),
    ("POLLOUT", 4),
    ("POLLERR", 8),
    ("POLLHUP", 16),
    ("POLLNVAL", 32),
    ("POLLRDNORM", 64),
    ("POLLRDBAND", 128),
    ("POLLWRNORM", 256),
    ("POLLWRBAND", 512),
    ("POLLMSG", 1024),
    ("POLLRDHUP", 8192),
    ("EPOLLIN", 1),
    ("EPOLLOUT", 4),
    ("EPOLLPRI", 2),
    ("EPOLLERR", 8),
    ("EPOLLHUP", 16),
    ("EPOLLRDHUP", 8192),
    ("EPOLLET", 2147483648),
    ("EPOLLONESHOT", 1073741824),
    ("EPOLLEXCLUSIVE", 268435456),
    ("EPOLLRDNORM", 64),
    ("EPOLLRDBAND", 128),
    ("EPOLLWRNORM", 256),
    ("EPOLLWRBAND", 512),
    ("EPOLLMSG", 1024),
    ("EPOLLWAKEUP", 536870912),
    ("EPOLL_CLOEXEC", 524288),
];

fn now() -> PyResult<i64> {
    check(os::clock(libc::CLOCK_MONOTONIC))
}

/// A point in time some nanoseconds from now; `None` for never.
struct Deadline(Option<i64>);

impl Deadline {
    fn after(nanos: Option<i64>) -> PyResult<Deadline> {
        Ok(Deadline(match nanos {
            Some(n) => Some(now()?.saturating_add(n)),
            None => None,
        }))
    }
    /// What is left, not less than nothing.
    fn left(&self) -> PyResult<Option<i64>> {
        Ok(match self.0 {
            Some(d) => Some((d - now()?).max(0)),
            None => None,
        })
    }
}

/// Milliseconds for the C functions: -1 for ever.
fn millis(nanos: Option<i64>) -> i32 {
    match nanos {
        None => -1,
        Some(n) => i32::try_from(n.div_euclid(1_000_000) + i64::from(n.rem_euclid(1_000_000) != 0))
            .unwrap_or(i32::MAX),
    }
}

/// A poll's timeout in milliseconds (int or float); negative is for ever.
fn poll_timeout(obj: Option<OrNone<&PyObject>>) -> PyResult<Option<i64>> {
    let Some(OrNone(Some(obj))) = obj else {
        return Ok(None);
    };
    let nanos = if let Some(f) = obj.downcast::<object::PyFloat>() {
        let x = f.value();
        if x.is_nan() {
            return raise!(ValueError, "Invalid value NaN (not a number)");
        }
        let n = os::round(x * 1e6, Round::Up);
        if !(-9.2e18..9.2e18).contains(&n) {
            return raise!(OverflowError, "timestamp too large to convert to C PyTime_t");
        }
        n as i64
    } else if obj.has_index() {
        match number::index(obj)?
            .to_i64()
            .and_then(|n| n.checked_mul(1_000_000))
        {
            Some(n) => n,
            None => return raise!(OverflowError, "timestamp too large to convert to C PyTime_t"),
        }
    } else {
        return raise!(TypeError, "timeout must be an integer or None");
    };
    if nanos > i64::from(i32::MAX) * 1_000_000 {
        return raise!(OverflowError, "timeout is too large");
    }
    Ok((nanos >= 0).then_some(nanos))
}

/// The descriptors of one of `select`'s lists, with the objects they came from.
struct Set {
    items: Vec<(Py, i32)>,
    set: libc::fd_set,
}

impl Set {
    fn of(list: &PyObject) -> PyResult<Set> {
        let mut s = Set {
            items: Vec::new(),
            // SAFETY: zero is the empty set.
            set: unsafe { std::mem::zeroed() },
        };
        for item in object::iter::collect(list)? {
            let fd = fileno(&item)?;
            if fd as usize >= libc::FD_SETSIZE {
                return raise!(ValueError, "filedescriptor out of range in select()");
            }
            s.items.push((item, fd));
        }
        Ok(s)
    }
    fn fill(&mut self) {
        // SAFETY: an initialized set; the descriptors are within its range.
        unsafe {
            libc::FD_ZERO(&mut self.set);
            for (_, fd) in &self.items {
                libc::FD_SET(*fd, &mut self.set);
            }
        }
    }
    fn ready(&self) -> PyResult {
        let out = PyList::new()?;
        for (item, fd) in &self.items {
            // SAFETY: as above.
            if unsafe { libc::FD_ISSET(*fd, &self.set) } {
                out.append(item.clone())?;
            }
        }
        Ok(out.into_object())
    }
}

/// `select.poll()`
#[pyclass(name = "select.poll", flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct Poll {
    ob_base: PyObject,
    fds: RefCell<Vec<libc::pollfd>>,
    polling: GilCell<bool>,
}

fn event_mask(obj: Option<&PyObject>) -> PyResult<i16> {
    let Some(obj) = obj else {
        return Ok(libc::POLLIN | libc::POLLPRI | libc::POLLOUT);
    };
    let n = number::index(obj)?;
    if n.is_negative() {
        return raise!(ValueError, "Cannot convert negative int");
    }
    match n.to_u64().map(u16::try_from) {
        Some(Ok(v)) => Ok(v as i16),
        _ => raise!(OverflowError, "Python int too large for C unsigned short"),
    }
}

#[pymethods]
impl Poll {
    #[method("($self, fd,\n         eventmask=select.POLLIN | select.POLLPRI | select.POLLOUT, /)")]
    fn register(&self, fd: Fileno, eventmask: Option<&PyObject>) -> PyResult<()> {
        let events = event_mask(eventmask)?;
        let mut fds = self.fds.borrow_mut();
        match fds.iter_mut().find(|p| p.fd == fd.0) {
            Some(p) => p.events = events,
            None => fds.push(libc::pollfd {
                fd: fd.0,
                events,
                revents: 0,
            }),
        }
        Ok(())
    }
    #[method("($self, fd, eventmask, /)")]
    fn modify(&self, fd: Fileno, eventmask: &PyObject) -> PyResult<()> {
        let events = event_mask(Some(eventmask))?;
        let known = match self.fds.borrow_mut().iter_mut().find(|p| p.fd == fd.0) {
            Some(p) => {
                p.events = events;
                true
            }
            None => false,
        };
        if known {
            Ok(())
        } else {
            object::error::raise_errno(libc::ENOENT, None)
        }
    }
    #[method("($self, fd, /)")]
    fn unregister(&self, fd: Fileno) -> PyResult<()> {
        let at = self.fds.borrow().iter().position(|p| p.fd == fd.0);
        match at {
            Some(i) => {
                self.fds.borrow_mut().remove(i);
                Ok(())
            }
            None => Err(object::dict::key_error(PyInt::from_i64(fd.0.into())?.as_object())),
        }
    }
    #[method("($self, timeout=None, /)")]
    fn poll(&self, timeout: Option<OrNone<&PyObject>>) -> PyResult<Py<PyList>> {
        let deadline = Deadline::after(poll_timeout(timeout)?)?;
        if self.polling.get() {
            return raise!(RuntimeError, "concurrent poll() invocation");
        }
        let mut fds = self.fds.borrow().clone();
        self.polling.set(true);
        let result = loop {
            let ms = match deadline.left() {
                Ok(left) => millis(left),
                Err(raised) => break Err(raised),
            };
            let (p, n) = (fds.as_mut_ptr(), fds.len() as libc::nfds_t);
            // SAFETY: that many entries of our own.
            match os::call(|| unsafe { libc::poll(p, n, ms) }) {
                Err(libc::EINTR) => {
                    if let Err(raised) = hooks::check_pending() {
                        break Err(raised);
                    }
                }
                other => break check(other),
            }
        };
        self.polling.set(false);
        result?;
        let out = PyList::new()?;
        for p in fds.iter().filter(|p| p.revents != 0) {
            out.append(object::IntoPy::into_py((p.fd, p.revents as u16))?)?;
        }
        Ok(out)
    }
}

/// `select.epoll`
#[pyclass(name = "select.epoll")]
#[repr(C)]
pub struct Epoll {
    ob_base: PyObject,
    fd: GilCell<i32>,
}

impl Epoll {
    fn open(&self) -> PyResult<i32> {
        match self.fd.get() {
            -1 => raise!(ValueError, "I/O operation on closed epoll object"),
            fd => Ok(fd),
        }
    }
    fn control(&self, op: i32, fd: i32, events: u32) -> PyResult<()> {
        let ep = self.open()?;
        let mut e = libc::epoll_event {
            events,
            u64: fd as u64,
        };
        // SAFETY: an event.
        check(os::call(|| unsafe { libc::epoll_ctl(ep, op, fd, &mut e) })).map(drop)
    }
    fn shut(&self) -> Result<(), i32> {
        match self.fd.replace(-1) {
            -1 => Ok(()),
            // SAFETY: our own descriptor, closed once.
            fd => os::call(|| unsafe { libc::close(fd) }).map(drop),
        }
    }
    fn make(cls: &PyTypeObject, fd: i32) -> PyResult<Py<Epoll>> {
        object::new_instance(cls, |this: *mut Epoll| {
            // SAFETY: the instance's own memory, before anybody sees it.
            unsafe { (*this).fd.set(fd) }
        })
    }
}

#[pymethods]
impl Epoll {
    #[new("(sizehint=-1, flags=0)", nosig)]
    fn tp_new(cls: &PyTypeObject, sizehint: Option<i32>, flags: Option<i32>) -> PyResult<Py<Epoll>> {
        let hint = sizehint.unwrap_or(-1);
        if hint < -1 || hint == 0 {
            return raise!(ValueError, "negative sizehint");
        }
        let flags = flags.unwrap_or(0);
        if flags & !libc::EPOLL_CLOEXEC != 0 {
            return raise!(OSError, "invalid flags");
        }
        // SAFETY: numbers only.
        let fd = check(os::call(|| unsafe {
            libc::epoll_create1(flags | libc::EPOLL_CLOEXEC)
        }))?;
        Epoll::make(cls, fd)
    }
    #[slot]
    fn tp_finalize(&self) {
        let _ = self.shut();
    }
    #[classmethod("($type, fd, /)")]
    fn fromfd(cls: &PyTypeObject, fd: i32) -> PyResult<Py<Epoll>> {
        Epoll::make(cls, fd)
    }
    #[method("($self, /)")]
    fn close(&self) -> PyResult<()> {
        check(self.shut())
    }
    #[getter]
    fn closed(&self) -> bool {
        self.fd.get() == -1
    }
    #[method("($self, /)", name = "fileno")]
    fn py_fileno(&self) -> PyResult<i32> {
        self.open()
    }
    #[method("($self, /, fd,\n         eventmask=select.EPOLLIN | select.EPOLLPRI | select.EPOLLOUT)")]
    fn register(&self, fd: Fileno, eventmask: Option<u32>) -> PyResult<()> {
        let events = eventmask.unwrap_or((libc::EPOLLIN | libc::EPOLLPRI | libc::EPOLLOUT) as u32);
        self.control(libc::EPOLL_CTL_ADD, fd.0, events)
    }
    #[method("($self, /, fd, eventmask)")]
    fn modify(&self, fd: Fileno, eventmask: u32) -> PyResult<()> {
        self.control(libc::EPOLL_CTL_MOD, fd.0, eventmask)
    }
    #[method("($self, /, fd)")]
    fn unregister(&self, fd: Fileno) -> PyResult<()> {
        self.control(libc::EPOLL_CTL_DEL, fd.0, 0)
    }
    #[method("($self, /, timeout=None, maxevents=-1)")]
    fn poll(&self, timeout: Option<OrNone<&PyObject>>, maxevents: Option<i32>) -> PyResult<Py<PyList>> {
        let ep = self.open()?;
        let nanos = match timeout {
            Some(OrNone(Some(t))) => {
                if !t.has_index() && t.downcast::<object::PyFloat>().is_none() {
                    return raise!(TypeError, "timeout must be an integer or None");
                }
                let n = os::seconds_to_nanos(t, Round::Up)?;
                if n > i64::from(i32::MAX) * 1_000_000 {
                    return raise!(OverflowError, "timeout is too large");
                }
                (n >= 0).then_some(n)
            }
            _ => None,
        };
        let max = match maxevents.unwrap_or(-1) {
            -1 => libc::FD_SETSIZE as i32 - 1,
            n if n < 1 => return raise!(ValueError, "maxevents must be greater than 0, got {n}"),
            n => n,
        };
        let deadline = Deadline::after(nanos)?;
        let mut events: Vec<libc::epoll_event> = Vec::new();
        if events.try_reserve_exact(max as usize).is_err() {
            return object::error::no_memory();
        }
        let n = loop {
            let ms = millis(deadline.left()?);
            let p = events.as_mut_ptr();
            // SAFETY: room for that many events.
            match os::call(|| unsafe { libc::epoll_wait(ep, p, max, ms) }) {
                Err(libc::EINTR) => hooks::check_pending()?,
                other => break check(other)?,
            }
        };
        // SAFETY: the call has filled that many in.
        unsafe { events.set_len(n as usize) };
        let out = PyList::new()?;
        for e in &events {
            let (fd, mask) = (e.u64 as i32, e.events);
            out.append(object::IntoPy::into_py((fd, mask))?)?;
        }
        Ok(out)
    }
    #[method("($self, /)")]
    fn __enter__(&self) -> PyResult {
        self.open()?;
        Ok(self.as_object().new_ref())
    }
    #[method("($self, exc_type=None, exc_value=None, exc_tb=None, /)")]
    fn __exit__(
        &self,
        _exc_type: Option<&PyObject>,
        _exc_value: Option<&PyObject>,
        _exc_tb: Option<&PyObject>,
    ) -> PyResult {
        self.as_object().call_method(object::intern!("close"), &[])
    }
}

/// The module.
pub struct Select;

#[pymodule(name = "select", types(Epoll))]
impl Select {
    #[function("($module, /)")]
    fn poll() -> PyResult {
        let p = alloc::new_object(Poll {
            ob_base: PyObject::new_head(Poll::type_object()),
            fds: RefCell::new(Vec::new()),
            polling: GilCell::new(false),
        })?;
        Ok(p.into_object())
    }
    #[function("($module, rlist, wlist, xlist, timeout=None, /)")]
    fn select(
        rlist: &PyObject,
        wlist: &PyObject,
        xlist: &PyObject,
        timeout: Option<OrNone<&PyObject>>,
    ) -> PyResult<(Py, Py, Py)> {
        let nanos = match timeout {
            Some(OrNone(Some(t))) => {
                if !t.has_index() && t.downcast::<object::PyFloat>().is_none() {
                    return raise!(TypeError, "timeout must be a float or None");
                }
                let n = os::seconds_to_nanos(t, Round::Up)?;
                if n < 0 {
                    return raise!(ValueError, "timeout must be non-negative");
                }
                Some(n)
            }
            _ => None,
        };
        let sequences = [rlist, wlist, xlist];
        for s in sequences {
            if s.ty().tp_iter.get().is_none() && !number::is_sequence(s) {
                return raise!(TypeError, "arguments 1-3 must be sequences");
            }
        }
        let mut sets = [Set::of(rlist)?, Set::of(wlist)?, Set::of(xlist)?];
        let most = sets
            .iter()
            .flat_map(|s| s.items.iter().map(|(_, fd)| *fd))
            .max()
            .map_or(0, |fd| fd + 1);
        let deadline = Deadline::after(nanos)?;
        loop {
            for s in &mut sets {
                s.fill();
            }
            let mut tv = deadline.left()?.map(|n| {
                let micros = n / 1000 + i64::from(n % 1000 != 0);
                libc::timeval {
                    tv_sec: micros / 1_000_000,
                    tv_usec: micros % 1_000_000,
                }
            });
            let t = tv
                .as_mut()
                .map_or(std::ptr::null_mut(), |t| t as *mut libc::timeval);
            let [r, w, x] = &mut sets;
            let (r, w, x) = (&raw mut r.set, &raw mut w.set, &raw mut x.set);
            // SAFETY: three sets and a time or null.
            match os::call(|| unsafe { libc::select(most, r, w, x, t) }) {
                Err(libc::EINTR) => hooks::check_pending()?,
                other => {
                    check(other)?;
                    return Ok((sets[0].ready()?, sets[1].ready()?, sets[2].ready()?));
                }
            }
        }
    }
    #[exec]
    fn exec(module: &PyModule) -> PyResult<()> {
        object::class::ready::<Poll>()?;
        module.add("error", OSError::type_object().as_object())?;
        for (name, value) in NUMBERS {
            module.add_value(name, *value)?;
        }
        Ok(())
    }
}
