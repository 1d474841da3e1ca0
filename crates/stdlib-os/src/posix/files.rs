//! `posix`: descriptors: opening, reading, writing, duplicating, pipes.

use crate::os::{self, DirFd, Fileno, Path, call, check, outcome, retry};
use object::buffer::{Buffer, BytesLike};
use object::{OrNone, Py, PyBytes, PyObject, PyResult, hooks, number, pymodule, raise};

/// The most that one call may read or write.
const MAX: usize = isize::MAX as usize;

/// A file offset.
pub fn offset(obj: &PyObject) -> PyResult<i64> {
    match number::index(obj)?.to_i64() {
        Some(v) => Ok(v),
        None => raise!(OverflowError, "Python int too large to convert to C long"),
    }
}

/// A system's negative length is an invalid one.
fn length_of(length: isize) -> PyResult<usize> {
    match usize::try_from(length) {
        Ok(n) => Ok(n.min(MAX)),
        Err(_) => object::error::raise_errno(libc::EINVAL, None),
    }
}

/// Reads up to `size` bytes by `f(place, size)`.
fn read_bytes(size: usize, mut f: impl FnMut(*mut u8, usize) -> isize) -> PyResult<Py<PyBytes>> {
    let mut buf: Vec<u8> = Vec::new();
    if buf.try_reserve_exact(size).is_err() {
        return object::error::no_memory();
    }
    let p = buf.as_mut_ptr();
    let n = check(retry(|| f(p, size))?)?;
    // SAFETY: the call has written that many bytes, no more than there is room for.
    unsafe { buf.set_len((n as usize).min(size)) };
    PyBytes::new(&buf)
}

/// Buffers as the vector that `readv` and `writev` take.
pub struct Vector {
    _buffers: Vec<Buffer>,
    pub items: Vec<libc::iovec>,
}

impl Vector {
    pub fn of(obj: &PyObject, writable: bool) -> PyResult<Vector> {
        let mut buffers = Vec::new();
        let mut items = Vec::new();
        for b in object::iter::collect(obj)? {
            let flags = if writable {
                object::buffer::flags::WRITABLE
            } else {
                object::buffer::flags::SIMPLE
            };
            let b = Buffer::get(&b, flags)?;
            items.push(libc::iovec {
                iov_base: b.view().buf,
                iov_len: b.len(),
            });
            buffers.push(b);
        }
        Ok(Vector {
            _buffers: buffers,
            items,
        })
    }
    fn count(&self) -> i32 {
        i32::try_from(self.items.len()).unwrap_or(i32::MAX)
    }
}

fn vector(obj: &PyObject, fname: &str, writable: bool) -> PyResult<Vector> {
    if !number::is_sequence(obj) {
        return raise!(TypeError, "{fname}() arg 2 must be a sequence");
    }
    Vector::of(obj, writable)
}

/// Whether children inherit the descriptor.
pub fn set_inheritable(fd: i32, inheritable: bool) -> Result<(), i32> {
    // SAFETY: numbers only.
    let flags = outcome(unsafe { libc::fcntl(fd, libc::F_GETFD) })?;
    let new = if inheritable {
        flags & !libc::FD_CLOEXEC
    } else {
        flags | libc::FD_CLOEXEC
    };
    if new != flags {
        // SAFETY: numbers only.
        outcome(unsafe { libc::fcntl(fd, libc::F_SETFD, new) })?;
    }
    Ok(())
}

fn count_arg(count: isize) -> PyResult<usize> {
    match usize::try_from(count) {
        Ok(n) => Ok(n),
        Err(_) => raise!(ValueError, "negative value for 'count' not allowed"),
    }
}

fn offset_or_none(obj: Option<OrNone<&PyObject>>) -> PyResult<Option<i64>> {
    match obj {
        Some(OrNone(Some(o))) => offset(o).map(Some),
        _ => Ok(None),
    }
}

fn ptr_of(v: &mut Option<i64>) -> *mut i64 {
    v.as_mut().map_or(std::ptr::null_mut(), |v| v as *mut i64)
}

/// `open`, `read`, `pipe`, …
pub struct Descriptors;

#[pymodule(name = "posix")]
impl Descriptors {
    #[function("($module, /, path, flags, mode=511, *, dir_fd=None)")]
    fn open(path: Path, flags: i32, mode: Option<i32>, dir_fd: Option<DirFd>) -> PyResult<i32> {
        let dir = dir_fd.unwrap_or_default().0;
        let mode = mode.unwrap_or(0o777) as u32;
        object::audit!("open", &*path.object, object::none(), flags | libc::O_CLOEXEC)?;
        // SAFETY: a NUL-terminated path.
        let fd = retry(|| unsafe { libc::openat(dir, path.as_ptr(), flags | libc::O_CLOEXEC, mode) })?;
        path.check(fd)
    }
    #[function("($module, /, fd)")]
    fn close(fd: i32) -> PyResult<()> {
        // A close that a signal interrupts has closed.
        // SAFETY: numbers only.
        match call(|| unsafe { libc::close(fd) }) {
            Err(libc::EINTR) => Ok(()),
            other => check(other).map(drop),
        }
    }
    #[function("($module, fd_low, fd_high, /)")]
    fn closerange(fd_low: i32, fd_high: i32) {
        let (low, high) = (fd_low.max(0), fd_high);
        if low >= high {
            return;
        }
        hooks::blocking(|| {
            // SAFETY: numbers only.
            let done = unsafe { libc::syscall(libc::SYS_close_range, low as u32, (high - 1) as u32, 0u32) };
            if done != 0 {
                // SAFETY: a query.
                let most = unsafe { libc::sysconf(libc::_SC_OPEN_MAX) }.clamp(256, 1 << 20) as i32;
                for fd in low..high.min(most) {
                    // SAFETY: numbers only.
                    unsafe { libc::close(fd) };
                }
            }
        });
    }
    #[function("($module, fd, /)")]
    fn dup(fd: i32) -> PyResult<i32> {
        // SAFETY: numbers only.
        check(outcome(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) }))
    }
    #[function("($module, /, fd, fd2, inheritable=True)")]
    fn dup2(fd: i32, fd2: i32, inheritable: Option<bool>) -> PyResult<i32> {
        if fd < 0 || fd2 < 0 {
            return object::error::raise_errno(libc::EBADF, None);
        }
        let new = if inheritable.unwrap_or(true) {
            // SAFETY: numbers only.
            call(|| unsafe { libc::dup2(fd, fd2) })
        } else if fd == fd2 {
            set_inheritable(fd, false).map(|_| fd)
        } else {
            // SAFETY: numbers only.
            call(|| unsafe { libc::dup3(fd, fd2, libc::O_CLOEXEC) })
        };
        check(new)
    }
    #[function("($module, fd, length, /)")]
    fn read(fd: i32, length: isize) -> PyResult<Py<PyBytes>> {
        // SAFETY: the place has room for that many bytes.
        read_bytes(length_of(length)?, |p, n| unsafe { libc::read(fd, p.cast(), n) })
    }
    #[function("($module, fd, buffer, /)")]
    fn readinto(fd: i32, buffer: &PyObject) -> PyResult<isize> {
        let b = Buffer::writable(buffer)?;
        let (p, n) = (b.view().buf, b.len().min(MAX));
        // SAFETY: a writable view of that length, held during the call.
        check(retry(|| unsafe { libc::read(fd, p, n) })?)
    }
    #[function("($module, fd, length, offset, /)")]
    fn pread(fd: i32, length: i32, offset: &PyObject) -> PyResult<Py<PyBytes>> {
        let at = self::offset(offset)?;
        // SAFETY: the place has room for that many bytes.
        read_bytes(length_of(length as isize)?, |p, n| unsafe {
            libc::pread(fd, p.cast(), n, at)
        })
    }
    #[function("($module, fd, data, /)")]
    fn write(fd: i32, data: BytesLike) -> PyResult<isize> {
        // SAFETY: the bytes are held during the call; another thread may change them meanwhile, which only the
        // kernel sees.
        let (p, n) = unsafe { (data.as_slice().as_ptr(), data.len().min(MAX)) };
        // SAFETY: as above.
        check(retry(|| unsafe { libc::write(fd, p.cast(), n) })?)
    }
    #[function("($module, fd, buffer, offset, /)")]
    fn pwrite(fd: i32, buffer: BytesLike, offset: &PyObject) -> PyResult<isize> {
        let at = self::offset(offset)?;
        // SAFETY: as in `write`.
        let (p, n) = unsafe { (buffer.as_slice().as_ptr(), buffer.len().min(MAX)) };
        // SAFETY: as in `write`.
        check(retry(|| unsafe { libc::pwrite(fd, p.cast(), n, at) })?)
    }
    #[function("($module, fd, buffers, /)")]
    fn readv(fd: i32, buffers: &PyObject) -> PyResult<isize> {
        let v = vector(buffers, "readv", true)?;
        // SAFETY: writable views, held during the call.
        check(retry(|| unsafe { libc::readv(fd, v.items.as_ptr(), v.count()) })?)
    }
    #[function("($module, fd, buffers, /)")]
    fn writev(fd: i32, buffers: &PyObject) -> PyResult<isize> {
        let v = vector(buffers, "writev", false)?;
        // SAFETY: views, held during the call.
        check(retry(|| unsafe {
            libc::writev(fd, v.items.as_ptr(), v.count())
        })?)
    }
    #[function("($module, fd, buffers, offset, flags=0, /)")]
    fn preadv(fd: i32, buffers: &PyObject, offset: &PyObject, flags: Option<i32>) -> PyResult<isize> {
        let v = vector(buffers, "preadv2", true)?;
        let at = self::offset(offset)?;
        let flags = flags.unwrap_or(0);
        // SAFETY: writable views, held during the call.
        check(retry(|| unsafe {
            libc::preadv2(fd, v.items.as_ptr(), v.count(), at, flags)
        })?)
    }
    #[function("($module, fd, buffers, offset, flags=0, /)")]
    fn pwritev(fd: i32, buffers: &PyObject, offset: &PyObject, flags: Option<i32>) -> PyResult<isize> {
        let v = vector(buffers, "pwritev2", false)?;
        let at = self::offset(offset)?;
        let flags = flags.unwrap_or(0);
        // SAFETY: views, held during the call.
        check(retry(|| unsafe {
            libc::pwritev2(fd, v.items.as_ptr(), v.count(), at, flags)
        })?)
    }
    #[function("($module, fd, position, whence, /)")]
    fn lseek(fd: i32, position: &PyObject, whence: i32) -> PyResult<i64> {
        let at = offset(position)?;
        // SAFETY: numbers only.
        check(call(|| unsafe { libc::lseek(fd, at, whence) }))
    }
    #[function("($module, /, fd)")]
    fn fsync(fd: Fileno) -> PyResult<()> {
        // SAFETY: numbers only.
        check(retry(|| unsafe { libc::fsync(fd.0) })?).map(drop)
    }
    #[function("($module, /, fd)")]
    fn fdatasync(fd: Fileno) -> PyResult<()> {
        // SAFETY: numbers only.
        check(retry(|| unsafe { libc::fdatasync(fd.0) })?).map(drop)
    }
    #[function("($module, /)")]
    fn sync() {
        // SAFETY: no arguments.
        hooks::blocking(|| unsafe { libc::sync() });
    }
    #[function("($module, fd, length, /)")]
    fn ftruncate(fd: i32, length: &PyObject) -> PyResult<()> {
        let n = offset(length)?;
        object::audit!("os.truncate", fd, n)?;
        // SAFETY: numbers only.
        check(retry(|| unsafe { libc::ftruncate(fd, n) })?).map(drop)
    }
    #[function("($module, fd, offset, length, /)")]
    fn posix_fallocate(fd: i32, offset: &PyObject, length: &PyObject) -> PyResult<()> {
        let (at, n) = (self::offset(offset)?, self::offset(length)?);
        loop {
            // SAFETY: numbers only.
            match hooks::blocking(|| unsafe { libc::posix_fallocate(fd, at, n) }) {
                0 => return Ok(()),
                libc::EINTR => hooks::check_pending()?,
                e => return object::error::raise_errno(e, None),
            }
        }
    }
    #[function("($module, fd, offset, length, advice, /)")]
    fn posix_fadvise(fd: i32, offset: &PyObject, length: &PyObject, advice: i32) -> PyResult<()> {
        let (at, n) = (self::offset(offset)?, self::offset(length)?);
        loop {
            // SAFETY: numbers only.
            match hooks::blocking(|| unsafe { libc::posix_fadvise(fd, at, n, advice) }) {
                0 => return Ok(()),
                libc::EINTR => hooks::check_pending()?,
                e => return object::error::raise_errno(e, None),
            }
        }
    }
    #[function("($module, fd, command, length, /)")]
    fn lockf(fd: i32, command: i32, length: &PyObject) -> PyResult<()> {
        let n = offset(length)?;
        object::audit!("os.lockf", fd, command, n)?;
        // SAFETY: numbers only.
        check(call(|| unsafe { libc::lockf(fd, command, n) })).map(drop)
    }
    #[function("($module, fd, /)")]
    fn isatty(fd: i32) -> bool {
        // SAFETY: numbers only.
        unsafe { libc::isatty(fd) == 1 }
    }
    #[function("($module, /)")]
    fn pipe() -> PyResult<(i32, i32)> {
        let mut fds = [0; 2];
        // SAFETY: room for two numbers.
        check(call(|| unsafe { libc::pipe2(fds.as_mut_ptr(), libc::O_CLOEXEC) }))?;
        Ok((fds[0], fds[1]))
    }
    #[function("($module, flags, /)")]
    fn pipe2(flags: i32) -> PyResult<(i32, i32)> {
        let mut fds = [0; 2];
        // SAFETY: room for two numbers.
        check(outcome(unsafe { libc::pipe2(fds.as_mut_ptr(), flags) }))?;
        Ok((fds[0], fds[1]))
    }
    #[function("($module, fd, /)")]
    fn get_inheritable(fd: i32) -> PyResult<bool> {
        // SAFETY: numbers only.
        Ok(check(outcome(unsafe { libc::fcntl(fd, libc::F_GETFD) }))? & libc::FD_CLOEXEC == 0)
    }
    #[function("($module, fd, inheritable, /)", name = "set_inheritable")]
    fn py_set_inheritable(fd: i32, inheritable: i32) -> PyResult<()> {
        check(set_inheritable(fd, inheritable != 0))
    }
    #[function("($module, fd, /)")]
    fn get_blocking(fd: i32) -> PyResult<bool> {
        // SAFETY: numbers only.
        Ok(check(outcome(unsafe { libc::fcntl(fd, libc::F_GETFL) }))? & libc::O_NONBLOCK == 0)
    }
    #[function("($module, fd, blocking, /)")]
    fn set_blocking(fd: i32, blocking: bool) -> PyResult<()> {
        // SAFETY: numbers only.
        let flags = check(outcome(unsafe { libc::fcntl(fd, libc::F_GETFL) }))?;
        let new = if blocking {
            flags & !libc::O_NONBLOCK
        } else {
            flags | libc::O_NONBLOCK
        };
        // SAFETY: numbers only.
        check(outcome(unsafe { libc::fcntl(fd, libc::F_SETFL, new) })).map(drop)
    }
    #[function("($module, /, fd)")]
    fn device_encoding(fd: i32) -> PyResult {
        // SAFETY: numbers only.
        if unsafe { libc::isatty(fd) } == 1 {
            return Ok(object::PyStr::new("utf-8")?.into_object());
        }
        Ok(object::none())
    }
    #[function("($module, /, out_fd, in_fd, offset, count)")]
    fn sendfile(out_fd: i32, in_fd: i32, offset: &PyObject, count: isize) -> PyResult<isize> {
        let mut at = if object::is_none(offset) {
            None
        } else {
            Some(self::offset(offset)?)
        };
        let count = count as usize;
        // SAFETY: null or a place for the offset.
        check(retry(|| unsafe {
            libc::sendfile(out_fd, in_fd, ptr_of(&mut at), count)
        })?)
    }
    #[function("($module, /, src, dst, count, offset_src=None,\n                offset_dst=None)")]
    fn copy_file_range(
        src: i32,
        dst: i32,
        count: isize,
        offset_src: Option<OrNone<&PyObject>>,
        offset_dst: Option<OrNone<&PyObject>>,
    ) -> PyResult<isize> {
        let n = count_arg(count)?;
        let (mut a, mut b) = (offset_or_none(offset_src)?, offset_or_none(offset_dst)?);
        // SAFETY: null or places for the offsets.
        check(retry(|| unsafe {
            libc::copy_file_range(src, ptr_of(&mut a), dst, ptr_of(&mut b), n, 0)
        })?)
    }
    #[function("($module, /, src, dst, count, offset_src=None, offset_dst=None,\n       flags=0)")]
    fn splice(
        src: i32,
        dst: i32,
        count: isize,
        offset_src: Option<OrNone<&PyObject>>,
        offset_dst: Option<OrNone<&PyObject>>,
        flags: Option<u32>,
    ) -> PyResult<isize> {
        let n = count_arg(count)?;
        let (mut a, mut b) = (offset_or_none(offset_src)?, offset_or_none(offset_dst)?);
        let flags = flags.unwrap_or(0);
        // SAFETY: null or places for the offsets.
        check(retry(|| unsafe {
            libc::splice(src, ptr_of(&mut a), dst, ptr_of(&mut b), n, flags)
        })?)
    }
    #[function("($module, /, name, flags=MFD_CLOEXEC)")]
    fn memfd_create(name: os::FsBytes, flags: Option<u32>) -> PyResult<i32> {
        let flags = flags.unwrap_or(libc::MFD_CLOEXEC);
        // SAFETY: a NUL-terminated name.
        check(call(|| unsafe { libc::memfd_create(name.0.as_ptr(), flags) }))
    }
    #[function("($module, /, initval, flags=EFD_CLOEXEC)")]
    fn eventfd(initval: &PyObject, flags: Option<i32>) -> PyResult<i32> {
        let start = number::index(initval)?;
        let start = match start.to_u64().map(u32::try_from) {
            Some(Ok(v)) => v,
            _ if start.is_negative() => return raise!(ValueError, "Cannot convert negative int"),
            _ => return raise!(OverflowError, "Python int too large to convert to C unsigned int"),
        };
        let flags = flags.unwrap_or(libc::EFD_CLOEXEC);
        // SAFETY: numbers only.
        check(call(|| unsafe { libc::eventfd(start, flags) }))
    }
    #[function("($module, /, fd)")]
    fn eventfd_read(fd: Fileno) -> PyResult<u64> {
        let mut value = 0u64;
        let p = &raw mut value;
        // SAFETY: a place for eight bytes.
        check(call(|| unsafe { libc::read(fd.0, p.cast(), 8) }))?;
        Ok(value)
    }
    #[function("($module, /, fd, value)")]
    fn eventfd_write(fd: Fileno, value: u64) -> PyResult<()> {
        // SAFETY: eight bytes.
        check(call(|| unsafe {
            libc::write(fd.0, (&raw const value).cast(), 8)
        }))
        .map(drop)
    }
    #[function("($module, size, /)")]
    fn urandom(size: isize) -> PyResult<Py<PyBytes>> {
        let Ok(size) = usize::try_from(size) else {
            return raise!(ValueError, "negative argument not allowed");
        };
        let mut buf: Vec<u8> = Vec::new();
        if buf.try_reserve_exact(size).is_err() {
            return object::error::no_memory();
        }
        buf.resize(size, 0);
        let mut at = 0;
        while at < size {
            let rest = &mut buf[at..];
            let (p, n) = (rest.as_mut_ptr(), rest.len().min(1 << 25));
            // SAFETY: room for that many bytes.
            at += check(retry(|| unsafe { libc::getrandom(p.cast(), n, 0) })?)? as usize;
        }
        PyBytes::new(&buf)
    }
    #[function("($module, /, size, flags=0)")]
    fn getrandom(size: isize, flags: Option<i32>) -> PyResult<Py<PyBytes>> {
        let flags = flags.unwrap_or(0) as u32;
        // SAFETY: the place has room for that many bytes.
        read_bytes(length_of(size)?, |p, n| unsafe {
            libc::getrandom(p.cast(), n, flags)
        })
    }
}
