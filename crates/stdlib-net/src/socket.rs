//! The type `_socket.socket`.

use crate::address::Address;
use object::buffer::Buffer;
use object::exceptions::ResourceWarning;
use object::{
    GilCell, IntoPy, OrNone, Py, PyBytes, PyClass, PyDict, PyInt, PyLayout, PyObject, PyResult, PyStr,
    PyTuple, PyTypeObject, error, hooks, intern, is_none, number, pyclass, pymethods, raise,
};
use std::mem::size_of;
use stdlib_os::os::{self, Failed, Round, check};

/// The timeout of new sockets in nanoseconds; negative: none.
pub static DEFAULT_TIMEOUT: GilCell<i64> = GilCell::new(-1);

/// `_socket.socket`
#[pyclass(name = "_socket.socket", flags(BASETYPE))]
#[repr(C)]
pub struct Socket {
    ob_base: PyObject,
    /// -1: closed.
    fd: GilCell<i32>,
    family: GilCell<i32>,
    kind: GilCell<i32>,
    proto: GilCell<i32>,
    /// In nanoseconds; negative: none, 0: does not block.
    timeout: GilCell<i64>,
}

/// A timeout argument: seconds or `None`.
pub fn parse_timeout(obj: &PyObject) -> PyResult<i64> {
    if is_none(obj) {
        return Ok(-1);
    }
    let n = os::seconds_to_nanos(obj, Round::Up)?;
    if n < 0 {
        return raise!(ValueError, "Timeout value out of range");
    }
    if n / 1_000_000 > i64::from(i32::MAX) {
        return raise!(OverflowError, "timeout doesn't fit into C timeval");
    }
    Ok(n)
}

/// A timeout as Python has it.
pub fn timeout_to_py(nanos: i64) -> PyResult<Py> {
    if nanos < 0 {
        return Ok(object::none());
    }
    (nanos as f64 / 1e9).into_py()
}

fn now() -> PyResult<i64> {
    check(os::clock(libc::CLOCK_MONOTONIC))
}

#[cold]
fn timed_out<T>() -> PyResult<T> {
    raise!(TimeoutError, "timed out")
}

fn set_nonblocking(fd: i32, on: bool) -> Result<i32, i32> {
    let mut value = i32::from(on);
    // SAFETY: a flag for the call to read.
    os::call(|| unsafe { libc::ioctl(fd, libc::FIONBIO, &mut value) })
}

/// Closes a descriptor whose socket could not be made.
pub fn discard(fd: i32) {
    // SAFETY: any number is allowed.
    let _ = os::call(|| unsafe { libc::close(fd) });
}

/// A number the system keeps for a socket.
fn int_option(fd: i32, name: i32) -> Result<i32, i32> {
    let mut value = 0i32;
    let mut len = size_of::<i32>() as libc::socklen_t;
    let p = &raw mut value as *mut libc::c_void;
    // SAFETY: a place of that size.
    os::call(|| unsafe { libc::getsockopt(fd, libc::SOL_SOCKET, name, p, &mut len) })?;
    Ok(value)
}

/// The length of a buffer to make.
fn buffer_size(n: isize, caller: &str) -> PyResult<usize> {
    match usize::try_from(n) {
        Ok(n) => Ok(n),
        Err(_) => raise!(ValueError, "negative buffersize in {caller}"),
    }
}

/// How much of a buffer to fill.
fn part_size(buffer: &Buffer, nbytes: Option<isize>, caller: &str) -> PyResult<usize> {
    let n = match usize::try_from(nbytes.unwrap_or(0)) {
        Ok(n) => n,
        Err(_) => return raise!(ValueError, "negative buffersize in {caller}"),
    };
    if n > buffer.len() {
        return raise!(ValueError, "buffer too small for requested bytes");
    }
    Ok(if n == 0 { buffer.len() } else { n })
}

fn data_ptr(buffer: &Buffer) -> *mut libc::c_void {
    buffer.view().buf
}

impl Socket {
    /// Waits until the socket is ready; false when the deadline has come.
    fn wait(&self, events: i16, deadline: Option<i64>) -> PyResult<bool> {
        loop {
            let fd = self.fd.get();
            if fd < 0 {
                // the call itself will say what is wrong
                return Ok(true);
            }
            let ms = match deadline {
                None => -1,
                Some(d) => {
                    let left = (d - now()?).max(0);
                    i32::try_from((left + 999_999) / 1_000_000).unwrap_or(i32::MAX)
                }
            };
            let mut p = libc::pollfd {
                fd,
                events,
                revents: 0,
            };
            // SAFETY: one entry of our own.
            match os::call(|| unsafe { libc::poll(&mut p, 1, ms) }) {
                Err(libc::EINTR) => hooks::check_pending()?,
                other => return Ok(check(other)? > 0),
            }
        }
    }

    fn deadline(&self) -> PyResult<Option<i64>> {
        match self.timeout.get() {
            t if t > 0 => Ok(Some(now()?.saturating_add(t))),
            _ => Ok(None),
        }
    }

    /// Makes a call that may have to wait for the socket, within the timeout.
    fn transfer<T: Failed>(
        &self,
        events: i16,
        deadline: Option<i64>,
        mut f: impl FnMut(i32) -> T,
    ) -> PyResult<T> {
        loop {
            if deadline.is_some() && !self.wait(events, deadline)? {
                return timed_out();
            }
            let fd = self.fd.get();
            match os::call(|| f(fd)) {
                Err(libc::EINTR) => hooks::check_pending()?,
                Err(libc::EAGAIN) if deadline.is_some() => {}
                other => return check(other),
            }
        }
    }

    fn reading<T: Failed>(&self, f: impl FnMut(i32) -> T) -> PyResult<T> {
        self.transfer(libc::POLLIN, self.deadline()?, f)
    }
    fn writing<T: Failed>(&self, f: impl FnMut(i32) -> T) -> PyResult<T> {
        self.transfer(libc::POLLOUT, self.deadline()?, f)
    }

    /// Takes a descriptor over.
    fn adopt(&self, fd: i32, family: i32, kind: i32, proto: i32) -> PyResult<()> {
        self.family.set(family);
        self.kind.set(kind & !(libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC));
        self.proto.set(proto);
        if kind & libc::SOCK_NONBLOCK != 0 {
            self.timeout.set(0);
        } else {
            let timeout = DEFAULT_TIMEOUT.get();
            self.timeout.set(timeout);
            if timeout >= 0 {
                check(set_nonblocking(fd, true))?;
            }
        }
        self.fd.set(fd);
        Ok(())
    }

    /// A socket of the class itself for a new descriptor.
    pub fn of(fd: i32, family: i32, kind: i32, proto: i32) -> PyResult<Py<Socket>> {
        let made = object::new_instance(Socket::type_object(), |this: *mut Socket| {
            // SAFETY: the instance's own memory, before anybody sees it.
            unsafe { (*this).fd.set(-1) }
        });
        let made = match made {
            Ok(s) => s,
            Err(raised) => {
                discard(fd);
                return Err(raised);
            }
        };
        if let Err(raised) = made.adopt(fd, family, kind, proto) {
            discard(fd);
            return Err(raised);
        }
        Ok(made)
    }

    fn address(&self, obj: &PyObject, caller: &str) -> PyResult<Address> {
        Address::from_py(self.family.get(), obj, caller)
    }

    /// Connects; the inner error is what the system says.
    fn try_connect(&self, a: &Address) -> PyResult<Result<(), i32>> {
        let fd = self.fd.get();
        let (p, len) = (a.ptr(), a.len);
        // SAFETY: an address of that length.
        let e = match os::call(|| unsafe { libc::connect(fd, p, len) }) {
            Ok(_) => return Ok(Ok(())),
            Err(e) => e,
        };
        let wait = match e {
            libc::EINTR => {
                hooks::check_pending()?;
                self.timeout.get() != 0
            }
            libc::EINPROGRESS => self.timeout.get() > 0,
            _ => false,
        };
        if !wait {
            return Ok(Err(e));
        }
        if !self.wait(libc::POLLOUT, self.deadline()?)? {
            return Ok(Err(libc::EWOULDBLOCK));
        }
        Ok(match int_option(self.fd.get(), libc::SO_ERROR) {
            Ok(0) | Ok(libc::EISCONN) => Ok(()),
            Ok(e) | Err(e) => Err(e),
        })
    }

    fn warn_unclosed(&self) -> PyResult<()> {
        let this = self.as_object();
        let text = PyStr::new_wtf8_lossy(&format!("unclosed {}", this.repr()?))?;
        let warn = hooks::import("_warnings")?.get_attr(intern!("warn"))?;
        let category = ResourceWarning::type_object().as_object();
        let level = PyInt::from_i64(1)?;
        object::call::call(&warn, &[text.as_object(), category, level.as_object(), this]).map(drop)
    }

    fn send_all(&self, data: &Buffer, flags: i32) -> PyResult<()> {
        let deadline = self.deadline()?;
        let mut at = 0;
        while at < data.len() {
            let (p, n) = (data_ptr(data).wrapping_byte_add(at), data.len() - at);
            let sent = self.transfer(libc::POLLOUT, deadline, |fd| {
                // SAFETY: the view holds the memory; `n` bytes are left of it.
                unsafe { libc::send(fd, p, n, flags) }
            })?;
            at += sent as usize;
            hooks::check_pending()?;
        }
        Ok(())
    }

    /// Receives a message with its ancillary data into pieces of memory.
    ///
    /// # Safety
    /// The pieces stay valid while other threads run.
    unsafe fn receive_message(
        &self,
        pieces: &mut [libc::iovec],
        ancillary: isize,
        flags: i32,
    ) -> PyResult<(usize, Py, i32, Py)> {
        let Ok(room) = usize::try_from(ancillary).map(|n| n.min(i32::MAX as usize)) else {
            return raise!(ValueError, "invalid ancillary data buffer length");
        };
        let mut control: Vec<u64> = Vec::new();
        if control.try_reserve_exact(room.div_ceil(8)).is_err() {
            return error::no_memory();
        }
        control.resize(room.div_ceil(8), 0);
        let mut from = Address::room();
        // SAFETY: zero is a valid header.
        let mut m: libc::msghdr = unsafe { std::mem::zeroed() };
        m.msg_name = from.mut_ptr() as *mut libc::c_void;
        m.msg_iov = pieces.as_mut_ptr();
        m.msg_iovlen = pieces.len() as _;
        m.msg_control = if room == 0 {
            std::ptr::null_mut()
        } else {
            control.as_mut_ptr() as *mut libc::c_void
        };
        let n = self.reading(|fd| {
            m.msg_namelen = size_of::<libc::sockaddr_storage>() as libc::socklen_t;
            m.msg_controllen = room as _;
            // SAFETY: a header of memory that is there during the call.
            unsafe { libc::recvmsg(fd, &mut m, flags) }
        })?;
        from.len = m.msg_namelen;
        let list = object::PyList::new()?;
        // SAFETY: the header the system has filled in; the entries lie within the control buffer.
        unsafe {
            let end = m.msg_control as usize + m.msg_controllen;
            let mut c = libc::CMSG_FIRSTHDR(&m);
            while !c.is_null() {
                let data = libc::CMSG_DATA(c);
                let len = (*c).cmsg_len.saturating_sub(libc::CMSG_LEN(0) as usize);
                let len = len.min(end.saturating_sub(data as usize));
                let bytes = PyBytes::new(std::slice::from_raw_parts(data, len))?;
                list.append(((*c).cmsg_level, (*c).cmsg_type, bytes).into_py()?)?;
                c = libc::CMSG_NXTHDR(&m, c);
            }
        }

        Ok((n as usize, list.into_object(), m.msg_flags, from.to_py()?))
    }
}

#[pymethods]
impl Socket {
    #[slot]
    fn tp_new(cls: &PyTypeObject, _args: &PyTuple, _kwargs: Option<&PyDict>) -> PyResult<Py<Socket>> {
        object::new_instance(cls, |this: *mut Socket| {
            // SAFETY: the instance's own memory, before anybody sees it.
            unsafe {
                (*this).fd.set(-1);
                (*this).timeout.set(DEFAULT_TIMEOUT.get());
            }
        })
    }

    #[init("(family=-1, type=-1, proto=-1, fileno=None)", nosig)]
    fn tp_init(
        &self,
        family: Option<i32>,
        r#type: Option<i32>,
        proto: Option<i32>,
        fileno: Option<OrNone<&PyObject>>,
    ) -> PyResult<()> {
        let (mut family, mut kind, mut proto) =
            (family.unwrap_or(-1), r#type.unwrap_or(-1), proto.unwrap_or(-1));
        object::audit!("socket.__new__", self.as_object(), family, kind, proto)?;
        if let Some(OrNone(Some(fileno))) = fileno {
            let fd = number::as_c_int(fileno)?;
            if fd < 0 {
                return raise!(ValueError, "negative file descriptor");
            }
            let mut a = Address::room();
            let (p, len) = (a.mut_ptr(), &raw mut a.len);
            // SAFETY: room for any address.
            match os::call(|| unsafe { libc::getsockname(fd, p, len) }) {
                Ok(_) => {
                    if family == -1 {
                        family = a.family();
                    }
                }
                Err(e) if family == -1 || e == libc::EBADF || e == libc::ENOTSOCK => {
                    return error::raise_errno(e, None);
                }
                Err(_) => {}
            }
            if kind == -1 {
                kind = check(int_option(fd, libc::SO_TYPE))?;
            }
            if proto == -1 {
                proto = check(int_option(fd, libc::SO_PROTOCOL))?;
            }
            return self.adopt(fd, family, kind, proto);
        }
        if family == -1 {
            family = libc::AF_INET;
        }
        if kind == -1 {
            kind = libc::SOCK_STREAM;
        }
        if proto == -1 {
            proto = 0;
        }
        // SAFETY: numbers only.
        let fd = check(os::call(|| unsafe {
            libc::socket(family, kind | libc::SOCK_CLOEXEC, proto)
        }))?;
        let made = self.adopt(fd, family, kind, proto);
        if made.is_err() {
            discard(fd);
        }
        made
    }

    #[slot]
    fn tp_finalize(&self) {
        if self.fd.get() < 0 {
            return;
        }
        let saved = error::take();
        if self.warn_unclosed().is_err() {
            // a warning made an error cannot leave a finalizer
            if error::current_is(ResourceWarning::type_object()) {
                error::write_unraisable(Some(self.as_object()), None);
            }
            error::clear();
        }
        let fd = self.fd.replace(-1);
        if fd >= 0 {
            discard(fd);
        }
        if let Some(e) = saved {
            let _ = error::restore(e);
        }
    }

    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        PyStr::new(&format!(
            "<socket object, fd={}, family={}, type={}, proto={}>",
            self.fd.get(),
            self.family.get(),
            self.kind.get(),
            self.proto.get()
        ))
    }

    #[getter]
    fn family(&self) -> i32 {
        self.family.get()
    }
    #[getter(name = "type")]
    fn kind(&self) -> i32 {
        self.kind.get()
    }
    #[getter]
    fn proto(&self) -> i32 {
        self.proto.get()
    }
    #[getter]
    fn timeout(&self) -> PyResult<Py> {
        timeout_to_py(self.timeout.get())
    }

    #[method("($self, /)")]
    fn _accept(&self) -> PyResult<(i32, Py)> {
        let mut a = Address::room();
        let fd = self.reading(|fd| {
            a.len = size_of::<libc::sockaddr_storage>() as libc::socklen_t;
            let (p, len) = (a.mut_ptr(), &raw mut a.len);
            // SAFETY: room for any address.
            unsafe { libc::accept4(fd, p, len, libc::SOCK_CLOEXEC) }
        })?;
        match a.to_py() {
            Ok(a) => Ok((fd, a)),
            Err(raised) => {
                discard(fd);
                Err(raised)
            }
        }
    }

    #[method("($self, object, /)")]
    fn bind(&self, object: &PyObject) -> PyResult<()> {
        let a = self.address(object, "bind")?;
        object::audit!("socket.bind", self.as_object(), object)?;
        let (fd, p, len) = (self.fd.get(), a.ptr(), a.len);
        // SAFETY: an address of that length.
        check(os::call(|| unsafe { libc::bind(fd, p, len) })).map(drop)
    }

    #[method("($self, /)")]
    fn close(&self) -> PyResult<()> {
        let fd = self.fd.replace(-1);
        if fd < 0 {
            return Ok(());
        }
        // SAFETY: our own descriptor; nobody finds it here any more.
        match os::call(|| unsafe { libc::close(fd) }) {
            // the other side has gone: the descriptor is closed all the same
            Err(libc::ECONNRESET) => Ok(()),
            other => check(other).map(drop),
        }
    }

    #[method("($self, /)")]
    fn detach(&self) -> i32 {
        self.fd.replace(-1)
    }

    #[method("($self, object, /)")]
    fn connect(&self, object: &PyObject) -> PyResult<()> {
        let a = self.address(object, "connect")?;
        object::audit!("socket.connect", self.as_object(), object)?;
        match self.try_connect(&a)? {
            Err(libc::EWOULDBLOCK) if self.timeout.get() > 0 => timed_out(),
            other => check(other),
        }
    }

    #[method("($self, object, /)")]
    fn connect_ex(&self, object: &PyObject) -> PyResult<i32> {
        let a = self.address(object, "connect_ex")?;
        object::audit!("socket.connect", self.as_object(), object)?;
        Ok(self.try_connect(&a)?.err().unwrap_or(0))
    }

    #[method("($self, /)")]
    fn fileno(&self) -> i32 {
        self.fd.get()
    }

    #[method("($self, /)")]
    fn getpeername(&self) -> PyResult<Py> {
        let mut a = Address::room();
        let (fd, p, len) = (self.fd.get(), a.mut_ptr(), &raw mut a.len);
        // SAFETY: room for any address.
        check(os::call(|| unsafe { libc::getpeername(fd, p, len) }))?;
        a.to_py()
    }

    #[method("($self, /)")]
    fn getsockname(&self) -> PyResult<Py> {
        let mut a = Address::room();
        let (fd, p, len) = (self.fd.get(), a.mut_ptr(), &raw mut a.len);
        // SAFETY: room for any address.
        check(os::call(|| unsafe { libc::getsockname(fd, p, len) }))?;
        a.to_py()
    }

    #[method("($self, level, optname, buflen=0, /)", nosig)]
    fn getsockopt(&self, level: i32, optname: i32, buflen: Option<i32>) -> PyResult<Py> {
        let fd = self.fd.get();
        let buflen = buflen.unwrap_or(0);
        if buflen == 0 {
            let mut value = 0i32;
            let mut len = size_of::<i32>() as libc::socklen_t;
            let p = &raw mut value as *mut libc::c_void;
            // SAFETY: a place of that size.
            check(os::call(|| unsafe {
                libc::getsockopt(fd, level, optname, p, &mut len)
            }))?;
            return value.into_py();
        }
        if !(1..=1024).contains(&buflen) {
            return raise!(OSError, "getsockopt buflen out of range");
        }
        let mut room = vec![0u8; buflen as usize];
        let mut len = buflen as libc::socklen_t;
        let p = room.as_mut_ptr() as *mut libc::c_void;
        // SAFETY: a place of that size.
        check(os::call(|| unsafe {
            libc::getsockopt(fd, level, optname, p, &mut len)
        }))?;
        Ok(PyBytes::new(&room[..room.len().min(len as usize)])?.into_object())
    }

    #[method("($self, level, optname, value, optlen=None, /)", nosig)]
    fn setsockopt(
        &self,
        level: i32,
        optname: i32,
        value: &PyObject,
        optlen: Option<&PyObject>,
    ) -> PyResult<()> {
        let fd = self.fd.get();
        let bytes;
        let (p, len) = match optlen {
            Some(len) => {
                if !is_none(value) {
                    return raise!(
                        TypeError,
                        "socket option should be NoneType, not {}",
                        value.ty().name()
                    );
                }
                let Some(Ok(len)) = number::index(len)?.to_i64().map(u32::try_from) else {
                    return raise!(OverflowError, "Python int too large for C unsigned int");
                };
                (std::ptr::null(), len)
            }
            None => {
                bytes = if value.has_index() {
                    number::as_c_int(value)?.to_ne_bytes().to_vec()
                } else {
                    Buffer::simple(value)?.to_vec()
                };
                let Ok(len) = u32::try_from(bytes.len()) else {
                    return raise!(OverflowError, "socket option is larger than 4294967295 bytes");
                };
                (bytes.as_ptr() as *const libc::c_void, len)
            }
        };
        // SAFETY: memory of that length, or null.
        check(os::call(|| unsafe {
            libc::setsockopt(fd, level, optname, p, len)
        }))
        .map(drop)
    }

    #[method("($self, backlog=128, /)", nosig)]
    fn listen(&self, backlog: Option<i32>) -> PyResult<()> {
        let (fd, backlog) = (self.fd.get(), backlog.unwrap_or(128).max(0));
        // SAFETY: numbers only.
        check(os::call(|| unsafe { libc::listen(fd, backlog) })).map(drop)
    }

    #[method("($self, bufsize, flags=0, /)", nosig)]
    fn recv(&self, bufsize: isize, flags: Option<i32>) -> PyResult<Py<PyBytes>> {
        let n = buffer_size(bufsize, "recv")?;
        let flags = flags.unwrap_or(0);
        // SAFETY: the call writes as many bytes as it says, and no more than `n`.
        unsafe {
            PyBytes::build_upto(n, |place| {
                self.reading(|fd| libc::recv(fd, place as *mut libc::c_void, n, flags))
                    .map(|n| n as usize)
            })
        }
    }

    #[method("($self, buffer, nbytes=0, flags=0)", nosig)]
    fn recv_into(&self, buffer: &PyObject, nbytes: Option<isize>, flags: Option<i32>) -> PyResult<isize> {
        let view = Buffer::writable(buffer)?;
        let n = part_size(&view, nbytes, "recv_into")?;
        let (p, flags) = (data_ptr(&view), flags.unwrap_or(0));
        // SAFETY: the view holds the memory.
        self.reading(|fd| unsafe { libc::recv(fd, p, n, flags) })
    }

    #[method("($self, bufsize, flags=0, /)", nosig)]
    fn recvfrom(&self, bufsize: isize, flags: Option<i32>) -> PyResult<(Py<PyBytes>, Py)> {
        let n = buffer_size(bufsize, "recvfrom")?;
        let flags = flags.unwrap_or(0);
        let mut a = Address::room();
        // SAFETY: the call writes as many bytes as it says, and no more than `n`.
        let data = unsafe {
            PyBytes::build_upto(n, |place| {
                self.reading(|fd| {
                    a.len = size_of::<libc::sockaddr_storage>() as libc::socklen_t;
                    let (from, len) = (a.mut_ptr(), &raw mut a.len);
                    libc::recvfrom(fd, place as *mut libc::c_void, n, flags, from, len)
                })
                .map(|n| n as usize)
            })?
        };
        Ok((data, a.to_py()?))
    }

    #[method("($self, buffer, nbytes=0, flags=0)", nosig)]
    fn recvfrom_into(
        &self,
        buffer: &PyObject,
        nbytes: Option<isize>,
        flags: Option<i32>,
    ) -> PyResult<(isize, Py)> {
        let view = Buffer::writable(buffer)?;
        let size = part_size(&view, nbytes, "recvfrom_into")?;
        let (p, flags) = (data_ptr(&view), flags.unwrap_or(0));
        let mut a = Address::room();
        let n = self.reading(|fd| {
            a.len = size_of::<libc::sockaddr_storage>() as libc::socklen_t;
            let (from, len) = (a.mut_ptr(), &raw mut a.len);
            // SAFETY: the view holds the memory; room for any address.
            unsafe { libc::recvfrom(fd, p, size, flags, from, len) }
        })?;
        Ok((n, a.to_py()?))
    }

    #[method("($self, data, flags=0, /)", nosig)]
    fn send(&self, data: &PyObject, flags: Option<i32>) -> PyResult<isize> {
        let view = Buffer::simple(data)?;
        let (p, n, flags) = (data_ptr(&view), view.len(), flags.unwrap_or(0));
        // SAFETY: the view holds the memory.
        self.writing(|fd| unsafe { libc::send(fd, p, n, flags) })
    }

    #[method("($self, data, flags=0, /)", nosig)]
    fn sendall(&self, data: &PyObject, flags: Option<i32>) -> PyResult<()> {
        let view = Buffer::simple(data)?;
        self.send_all(&view, flags.unwrap_or(0))
    }

    #[method("($self, *args)", nosig)]
    fn sendto(&self, args: object::Args) -> PyResult<isize> {
        let items: Vec<&PyObject> = args.to_vec();
        let (data, flags, address) = match items.as_slice() {
            [data, address] => (*data, 0, *address),
            [data, flags, address] => (*data, number::as_c_int(flags)?, *address),
            _ => {
                return raise!(
                    TypeError,
                    "sendto() takes 2 or 3 arguments ({} given)",
                    items.len()
                );
            }
        };
        let view = Buffer::simple(data)?;
        let a = self.address(address, "sendto")?;
        object::audit!("socket.sendto", self.as_object(), address)?;
        let (p, n) = (data_ptr(&view), view.len());
        // SAFETY: the view holds the memory; an address of that length.
        self.writing(|fd| unsafe { libc::sendto(fd, p, n, flags, a.ptr(), a.len) })
    }

    #[method("($self, bufsize, ancbufsize=0, flags=0, /)", nosig)]
    fn recvmsg(&self, bufsize: isize, ancbufsize: Option<isize>, flags: Option<i32>) -> PyResult {
        let Ok(n) = usize::try_from(bufsize) else {
            return raise!(ValueError, "negative buffer size in recvmsg()");
        };
        let (ancillary, flags) = (ancbufsize.unwrap_or(0), flags.unwrap_or(0));
        let mut rest = None;
        // SAFETY: the call writes as many bytes as it says, and no more than `n`.
        let data = unsafe {
            PyBytes::build_upto(n, |place| {
                let mut pieces = [libc::iovec {
                    iov_base: place as *mut libc::c_void,
                    iov_len: n,
                }];
                let (n, list, flags, from) = self.receive_message(&mut pieces, ancillary, flags)?;
                rest = Some((list, flags, from));
                Ok(n)
            })?
        };
        let Some((list, flags, from)) = rest else {
            return error::bad_internal_call();
        };
        Ok(PyTuple::from_array([data.into_object(), list, flags.into_py()?, from])?.into_object())
    }

    #[method("($self, buffers, ancbufsize=0, flags=0, /)", nosig)]
    fn recvmsg_into(&self, buffers: &PyObject, ancbufsize: Option<isize>, flags: Option<i32>) -> PyResult {
        let mut views = Vec::new();
        for b in object::iter::collect(buffers)? {
            views.push(Buffer::writable(&b)?);
        }
        let mut pieces: Vec<libc::iovec> = views
            .iter()
            .map(|v| libc::iovec {
                iov_base: data_ptr(v),
                iov_len: v.len(),
            })
            .collect();
        // SAFETY: the views hold the memory.
        let (n, list, flags, from) =
            unsafe { self.receive_message(&mut pieces, ancbufsize.unwrap_or(0), flags.unwrap_or(0))? };
        Ok(PyTuple::from_array([(n as i64).into_py()?, list, flags.into_py()?, from])?.into_object())
    }

    #[method("($self, buffers, ancdata=(), flags=0, address=None, /)", nosig)]
    fn sendmsg(
        &self,
        buffers: &PyObject,
        ancdata: Option<&PyObject>,
        flags: Option<i32>,
        address: Option<OrNone<&PyObject>>,
    ) -> PyResult<isize> {
        let mut views = Vec::new();
        for b in object::iter::collect(buffers)? {
            views.push(Buffer::simple(&b)?);
        }
        let mut entries = Vec::new();
        if let Some(list) = ancdata {
            for item in object::iter::collect(list)? {
                let parts = match item.downcast::<PyTuple>() {
                    Some(t) if t.len() == 3 => t.as_slice(),
                    _ => {
                        return raise!(
                            TypeError,
                            "[sendmsg() ancillary data items] must be 3-item tuples"
                        );
                    }
                };
                let (level, kind) = (number::as_c_int(&parts[0])?, number::as_c_int(&parts[1])?);
                let data = Buffer::simple(&parts[2])?.to_vec();
                if u32::try_from(data.len()).is_err() || data.len() > i32::MAX as usize / 2 {
                    return raise!(OSError, "ancillary data item too large");
                }
                entries.push((level, kind, data));
            }
        }
        let name = match address {
            Some(OrNone(Some(a))) => {
                let name = self.address(a, "sendmsg")?;
                object::audit!("socket.sendmsg", self.as_object(), a)?;
                Some(name)
            }
            _ => None,
        };
        let mut pieces: Vec<libc::iovec> = views
            .iter()
            .map(|v| libc::iovec {
                iov_base: data_ptr(v),
                iov_len: v.len(),
            })
            .collect();
        // SAFETY: a computation.
        let space = |n: usize| unsafe { libc::CMSG_SPACE(n as u32) } as usize;
        let total: usize = entries.iter().map(|(_, _, d)| space(d.len())).sum();
        let mut control: Vec<u64> = vec![0; total.div_ceil(8)];
        // SAFETY: zero is a valid header.
        let mut m: libc::msghdr = unsafe { std::mem::zeroed() };
        if let Some(a) = &name {
            m.msg_name = a.ptr() as *mut libc::c_void;
            m.msg_namelen = a.len;
        }
        m.msg_iov = pieces.as_mut_ptr();
        m.msg_iovlen = pieces.len() as _;
        if total > 0 {
            m.msg_control = control.as_mut_ptr() as *mut libc::c_void;
            m.msg_controllen = total as _;
            let mut at = m.msg_control as *mut u8;
            for (level, kind, data) in &entries {
                let c = at as *mut libc::cmsghdr;
                // SAFETY: the control buffer has room for the head and the data of each entry, and is aligned.
                unsafe {
                    (*c).cmsg_level = *level;
                    (*c).cmsg_type = *kind;
                    (*c).cmsg_len = libc::CMSG_LEN(data.len() as u32) as _;
                    std::ptr::copy_nonoverlapping(data.as_ptr(), libc::CMSG_DATA(c), data.len());
                    at = at.add(space(data.len()));
                }
            }
        }
        let flags = flags.unwrap_or(0);
        // SAFETY: a header of memory that is there during the call.
        self.writing(|fd| unsafe { libc::sendmsg(fd, &m, flags) })
    }

    #[method("($self, object, /)")]
    fn setblocking(&self, object: &PyObject) -> PyResult<()> {
        let block = object.is_true()?;
        self.timeout.set(if block { -1 } else { 0 });
        check(set_nonblocking(self.fd.get(), !block)).map(drop)
    }
    #[method("($self, /)")]
    fn getblocking(&self) -> bool {
        self.timeout.get() != 0
    }
    #[method("($self, object, /)")]
    fn settimeout(&self, object: &PyObject) -> PyResult<()> {
        let timeout = parse_timeout(object)?;
        self.timeout.set(timeout);
        check(set_nonblocking(self.fd.get(), timeout >= 0)).map(drop)
    }
    #[method("($self, /)")]
    fn gettimeout(&self) -> PyResult<Py> {
        timeout_to_py(self.timeout.get())
    }
    #[method("($self, object, /)")]
    fn shutdown(&self, object: &PyObject) -> PyResult<()> {
        let (fd, how) = (self.fd.get(), number::as_c_int(object)?);
        // SAFETY: numbers only.
        check(os::call(|| unsafe { libc::shutdown(fd, how) })).map(drop)
    }
}
