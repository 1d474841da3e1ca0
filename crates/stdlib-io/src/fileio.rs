//! `FileIO`: the raw stream of a file descriptor.

use crate::base::{IOBase, RawIOBase, Writable, cannot_pickle, plain_new, unsupported, warn_unclosed};
use crate::system;
use object::args::{ArgContext, Place};
use object::bool::PyBool;
use object::exceptions as exc;
use object::typeobject::PyTypeObject;
use object::{
    FromArg, GilCell, Py, PyBytes, PyClass, PyDict, PyInt, PyLayout, PyObject, PyResult, PyStr, PyTuple,
    Visitor, buffer::Buffer, error, intern, is_none, pyclass, pymethods, raise,
};

/// `_io.FileIO`
#[pyclass(name = "_io.FileIO", base = RawIOBase, flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct FileIO {
    pub base: IOBase,
    /// -1: closed.
    fd: GilCell<i32>,
    created: GilCell<bool>,
    readable: GilCell<bool>,
    writable: GilCell<bool>,
    appending: GilCell<bool>,
    /// -1: not known.
    seekable: GilCell<i8>,
    closefd: GilCell<bool>,
    finalizing: GilCell<bool>,
    /// The file is a terminal, or may be one.
    maybe_tty: GilCell<bool>,
    blksize: GilCell<i64>,
    /// The size when the file was opened; -1: not known.
    size: GilCell<i64>,
}

#[cold]
fn closed<T>() -> PyResult<T> {
    raise!(ValueError, "I/O operation on closed file")
}

#[cold]
fn wrong_mode<T>(action: &str) -> PyResult<T> {
    unsupported(&format!("File not open for {action}"))
}

const BAD_MODE: &str = "Must have exactly one of create/read/write/append mode and at most one plus";

impl FileIO {
    #[inline]
    pub fn fd(&self) -> i32 {
        self.fd.get()
    }
    #[inline]
    pub fn is_readable(&self) -> bool {
        self.readable.get()
    }
    #[inline]
    pub fn is_writable(&self) -> bool {
        self.writable.get()
    }

    /// The object as a file whose methods nobody has replaced.
    #[inline]
    pub fn plain(obj: &PyObject) -> Option<&FileIO> {
        obj.downcast_exact::<FileIO>()
            .filter(|f| !f.base.has_own_attributes(1))
    }

    fn open_fd(&self) -> PyResult<i32> {
        match self.fd.get() {
            fd if fd < 0 => closed(),
            fd => Ok(fd),
        }
    }

    /// Reads into memory; `None` if it would block.
    ///
    /// # Safety
    /// `place` has room for `len` bytes, also while other threads run.
    pub unsafe fn read_raw(&self, place: *mut u8, len: usize) -> PyResult<Option<usize>> {
        let fd = self.open_fd()?;
        if !self.readable.get() {
            return wrong_mode("reading");
        }
        // SAFETY: the caller's promise.
        unsafe { system::read(fd, place, len) }
    }

    /// Writes memory; `None` if it would block.
    ///
    /// # Safety
    /// `bytes` has `len` bytes, also while other threads run.
    pub unsafe fn write_raw(&self, bytes: *const u8, len: usize) -> PyResult<Option<usize>> {
        let fd = self.open_fd()?;
        if !self.writable.get() {
            return wrong_mode("writing");
        }
        // SAFETY: the caller's promise.
        unsafe { system::write(fd, bytes, len) }
    }

    pub fn seek_raw(&self, pos: i64, whence: i32) -> PyResult<i64> {
        let fd = self.open_fd()?;
        // SAFETY: any arguments are allowed.
        let at = object::hooks::blocking(|| unsafe {
            let at = libc::lseek(fd, pos, whence);
            (at, std::io::Error::last_os_error().raw_os_error())
        });
        if self.seekable.get() < 0 {
            self.seekable.set((at.0 >= 0) as i8);
        }
        if at.0 < 0 {
            return error::raise_errno(at.1.unwrap_or(0), None);
        }
        Ok(at.0)
    }

    /// Whether the position can be set.
    pub fn can_seek(&self) -> PyResult<bool> {
        self.open_fd()?;
        if self.seekable.get() < 0 && self.seek_raw(0, libc::SEEK_CUR).is_err() {
            error::clear();
        }
        Ok(self.seekable.get() == 1)
    }

    fn parse_mode(&self, mode: &PyStr) -> PyResult<i32> {
        let Some(text) = mode.to_str() else {
            return raise!(ValueError, "invalid mode: {mode}");
        };
        let (mut kinds, mut pluses) = (0, 0);
        let mut flags = 0;
        let (mut readable, mut writable) = (false, false);
        for c in text.chars() {
            match c {
                'x' => {
                    kinds += 1;
                    self.created.set(true);
                    writable = true;
                    flags |= libc::O_EXCL | libc::O_CREAT;
                }
                'r' => {
                    kinds += 1;
                    readable = true;
                }
                'w' => {
                    kinds += 1;
                    writable = true;
                    flags |= libc::O_CREAT | libc::O_TRUNC;
                }
                'a' => {
                    kinds += 1;
                    writable = true;
                    flags |= libc::O_APPEND | libc::O_CREAT;
                    self.appending.set(true);
                }
                'b' => {}
                '+' => {
                    pluses += 1;
                    readable = true;
                    writable = true;
                }
                _ => return raise!(ValueError, "invalid mode: {text}"),
            }
            if kinds > 1 || pluses > 1 {
                return raise!(ValueError, "{BAD_MODE}");
            }
        }
        if kinds == 0 {
            return raise!(ValueError, "{BAD_MODE}");
        }
        self.readable.set(readable);
        self.writable.set(writable);
        flags |= match (readable, writable) {
            (true, true) => libc::O_RDWR,
            (true, false) => libc::O_RDONLY,
            _ => libc::O_WRONLY,
        };
        Ok(flags | libc::O_CLOEXEC)
    }

    fn open_with(&self, opener: &PyObject, file: &PyObject, flags: i32) -> PyResult<i32> {
        let flags = PyInt::from_i64(flags as i64)?;
        let made = object::call::call(opener, &[file, flags.as_object()])?;
        let Some(fd) = made.downcast::<PyInt>() else {
            return raise!(TypeError, "expected integer from opener");
        };
        let fd = object::number::as_c_int(fd.as_object())?;
        if fd < 0 {
            return raise!(ValueError, "opener returned {fd}");
        }
        // SAFETY: any number is allowed.
        if unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) } < 0 {
            return error::raise_last_errno(None);
        }
        Ok(fd)
    }

    /// What the descriptor is; a directory is refused.
    fn examine(&self, file: &PyObject) -> PyResult<()> {
        let fd = self.fd.get();
        let mut stat = std::mem::MaybeUninit::<libc::stat>::uninit();
        // SAFETY: a place for the answer, which is read only on success.
        let stat = unsafe {
            let p = stat.as_mut_ptr() as usize;
            match system::retry(|| libc::fstat(fd, p as *mut libc::stat) as isize)? {
                Ok(_) => stat.assume_init(),
                Err(libc::EBADF) => return error::raise_errno(libc::EBADF, None),
                Err(_) => return Ok(()),
            }
        };
        let kind = stat.st_mode & libc::S_IFMT;
        if kind == libc::S_IFDIR {
            return error::raise_errno(libc::EISDIR, Some(file));
        }
        self.maybe_tty.set(kind == libc::S_IFCHR);
        if stat.st_blksize > 1 {
            self.blksize.set(stat.st_blksize as i64);
        }
        if kind == libc::S_IFREG {
            self.size.set(stat.st_size);
        }
        Ok(())
    }

    /// Gives the descriptor up.
    fn close_fd(&self) -> PyResult<()> {
        let fd = self.fd.replace(-1);
        if fd < 0 {
            return Ok(());
        }
        // SAFETY: the descriptor is this object's own; nobody finds it here any more.
        let failed =
            object::hooks::blocking(|| unsafe { (libc::close(fd) < 0).then(std::io::Error::last_os_error) });
        match failed {
            Some(e) => error::raise_errno(e.raw_os_error().unwrap_or(0), None),
            None => Ok(()),
        }
    }

    /// Opens the file.
    fn set_up(
        &self,
        file: &PyObject,
        mode: &PyStr,
        closefd: bool,
        opener: Option<&PyObject>,
    ) -> PyResult<()> {
        if self.fd.get() >= 0 {
            if self.closefd.get() {
                self.close_fd()?;
            } else {
                self.fd.set(-1);
            }
        }
        let mut own = true;
        let opened = self.open_file(file, mode, closefd, opener, &mut own);
        if opened.is_err() {
            if !own {
                self.fd.set(-1);
            } else if self.fd.get() >= 0 {
                return crate::base::both(opened, || self.close_fd());
            }
        }
        opened
    }

    fn open_file(
        &self,
        file: &PyObject,
        mode: &PyStr,
        closefd: bool,
        opener: Option<&PyObject>,
        own: &mut bool,
    ) -> PyResult<()> {
        if PyBool::check_exact(file) {
            object::hooks::warn(
                exc::RuntimeWarning::type_object(),
                "bool is used as a file descriptor",
                1,
            )?;
        }
        let mut given = None;
        if let Some(n) = file.downcast::<PyInt>() {
            match n.to_i64().and_then(|n| i32::try_from(n).ok()) {
                Some(fd) if fd < 0 => return raise!(ValueError, "negative file descriptor"),
                fd => given = fd,
            }
        }
        let path = match given {
            Some(_) => None,
            None => Some(system::path_bytes(file)?),
        };
        self.created.set(false);
        self.readable.set(false);
        self.writable.set(false);
        self.appending.set(false);
        self.seekable.set(-1);
        self.closefd.set(true);
        self.blksize.set(crate::base::DEFAULT_BUFFER_SIZE as i64);
        self.size.set(-1);
        self.maybe_tty.set(true);
        let flags = self.parse_mode(mode)?;
        object::audit!("open", file, mode.as_object(), flags)?;
        if let Some(fd) = given {
            self.fd.set(fd);
            self.closefd.set(closefd);
            *own = false;
        } else {
            if !closefd {
                return raise!(ValueError, "Cannot use closefd=False with file name");
            }
            let fd = match (opener, &path) {
                (Some(opener), _) => self.open_with(opener, file, flags)?,
                (None, Some(path)) => {
                    // SAFETY: a NUL-terminated path.
                    let fd = system::retry(|| unsafe { libc::open(path.as_ptr(), flags, 0o666) } as isize)?;
                    match fd {
                        Ok(fd) => fd as i32,
                        Err(errno) => return error::raise_errno(errno, Some(file)),
                    }
                }
                (None, None) => return error::bad_internal_call(),
            };
            self.fd.set(fd);
        }
        self.examine(file)?;
        self.as_object().set_attr(intern!("name"), Some(file))?;
        if self.appending.get() {
            let fd = self.fd.get();
            // SAFETY: any arguments are allowed.
            match system::retry(|| unsafe { libc::lseek(fd, 0, libc::SEEK_END) } as isize)? {
                // a pipe has no end to go to
                Ok(_) | Err(libc::ESPIPE) => {}
                Err(errno) => return error::raise_errno(errno, None),
            }
        }
        Ok(())
    }

    fn mode_text(&self) -> &'static str {
        let both = self.readable.get() && self.writable.get();
        match (self.created.get(), self.appending.get(), self.readable.get()) {
            (true, _, _) if both => "xb+",
            (true, _, _) => "xb",
            (_, true, _) if both => "ab+",
            (_, true, _) => "ab",
            (_, _, true) if both => "rb+",
            (_, _, true) => "rb",
            _ => "wb",
        }
    }

    /// All that is left; `None` if nothing is there yet.
    pub fn read_rest(&self) -> PyResult<Option<Py<PyBytes>>> {
        let fd = self.open_fd()?;
        let mut hint = 0usize;
        let size = self.size.get();
        if size >= 0 {
            // SAFETY: any arguments are allowed.
            let pos = object::hooks::blocking(|| unsafe { libc::lseek(fd, 0, libc::SEEK_CUR) });
            // one byte more, so that the end is seen without another block
            if pos >= 0 && size >= pos {
                hint = usize::try_from(size - pos)
                    .unwrap_or(0)
                    .min(isize::MAX as usize / 2)
                    + 1;
            }
        }
        let mut blocked = false;
        let mut full = false;
        let mut first = None;
        if hint > 1 {
            // SAFETY: the loop writes `at` bytes, never more than `hint`.
            first = Some(unsafe {
                PyBytes::build_upto(hint, |place| {
                    let mut at = 0;
                    loop {
                        if at == hint {
                            full = true;
                            break;
                        }
                        match system::read(fd, place.add(at), hint - at)? {
                            Some(0) => break,
                            Some(n) => at += n,
                            None => {
                                blocked = true;
                                break;
                            }
                        }
                    }
                    Ok(at)
                })?
            });
            if !full {
                return Ok(first.filter(|f| !blocked || !f.is_empty()));
            }
        }
        let mut out: Vec<u8> = Vec::new();
        if let Some(first) = first {
            out.extend_from_slice(first.as_slice());
        }
        let mut step = crate::base::DEFAULT_BUFFER_SIZE;
        loop {
            if out.capacity() - out.len() < 4096 {
                if out.try_reserve(step).is_err() {
                    return error::no_memory();
                }
                step = (out.capacity() / 2).clamp(step, 64 << 20);
            }
            let room = out.capacity() - out.len();
            // SAFETY: the vector has room for as many bytes, and they are set when they are counted.
            let n = unsafe { system::read(fd, out.as_mut_ptr().add(out.len()), room)? };
            match n {
                Some(0) => break,
                // SAFETY: just read.
                Some(n) => unsafe { out.set_len(out.len() + n) },
                None => {
                    blocked = true;
                    break;
                }
            }
        }
        if out.is_empty() && blocked {
            return Ok(None);
        }
        PyBytes::new(&out).map(Some)
    }
}

#[pymethods]
impl FileIO {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<FileIO>> {
        plain_new(cls, args, kwargs, |this: *mut FileIO| {
            // SAFETY: a fresh, zeroed instance.
            unsafe {
                (*this).fd.set(-1);
                (*this).seekable.set(-1);
                (*this).closefd.set(true);
                (*this).size.set(-1);
            }
        })
    }
    #[init("(file, mode='r', closefd=True, opener=None)")]
    fn init(
        &self,
        file: &PyObject,
        mode: Option<&PyStr>,
        closefd: Option<bool>,
        opener: Option<&PyObject>,
    ) -> PyResult<()> {
        let mode = mode.unwrap_or(intern!("r"));
        if mode.chars().iter().any(|c| c == 0) {
            return raise!(ValueError, "embedded null character");
        }
        self.set_up(
            file,
            mode,
            closefd.unwrap_or(true),
            opener.filter(|o| !is_none(o)),
        )
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.base.dict);
    }
    #[slot]
    fn tp_clear(&self) {
        self.base.dict.set(None);
    }
    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        let this = self.as_object();
        let ty = this.ty().full_name();
        if self.fd.get() < 0 {
            return PyStr::new(&format!("<{ty} [closed]>"));
        }
        let closefd = if self.closefd.get() { "True" } else { "False" };
        let mode = self.mode_text();
        let Some(name) = this.get_attr_opt(intern!("name"))? else {
            return PyStr::new(&format!(
                "<{ty} fd={} mode='{mode}' closefd={closefd}>",
                self.fd.get()
            ));
        };
        if object::protocol::repr_enter(this) {
            return raise!(RuntimeError, "reentrant call inside {ty}.__repr__");
        }
        let repr = name.repr();
        object::protocol::repr_leave(this);
        PyStr::new_wtf8_lossy(&format!("<{ty} name={} mode='{mode}' closefd={closefd}>", repr?))
    }
    #[method("($self, /)")]
    fn close(&self) -> PyResult<()> {
        let this = self.as_object();
        let closed = RawIOBase::type_object()
            .as_object()
            .get_attr(intern!("close"))
            .and_then(|close| object::call::call(&close, &[this]))
            .map(drop);
        if !self.closefd.get() {
            self.fd.set(-1);
            return closed;
        }
        if self.finalizing.get() {
            self.warn(this);
        }
        crate::base::both(closed, || self.close_fd())
    }
    #[method("($self, object, /)")]
    fn _dealloc_warn(&self, object: &PyObject) {
        self.warn(object);
    }
    #[method("($self, /)")]
    fn readable(&self) -> PyResult<bool> {
        self.open_fd()?;
        Ok(self.readable.get())
    }
    #[method("($self, /)")]
    fn writable(&self) -> PyResult<bool> {
        self.open_fd()?;
        Ok(self.writable.get())
    }
    #[method("($self, /)")]
    fn seekable(&self) -> PyResult<bool> {
        self.can_seek()
    }
    #[method("($self, /)")]
    fn fileno(&self) -> PyResult<i32> {
        self.open_fd()
    }
    #[method("($self, /)")]
    fn isatty(&self) -> PyResult<bool> {
        let fd = self.open_fd()?;
        // SAFETY: any number is allowed.
        Ok(object::hooks::blocking(|| unsafe { libc::isatty(fd) }) == 1)
    }
    #[method("($self, /)")]
    fn _isatty_open_only(&self) -> PyResult<bool> {
        if self.maybe_tty.get() {
            self.isatty()
        } else {
            Ok(false)
        }
    }
    #[method("($self, buffer, /)")]
    fn readinto(&self, buffer: &PyObject) -> PyResult<Option<usize>> {
        self.open_fd()?;
        if !self.readable.get() {
            return wrong_mode("reading");
        }
        let ctx = ArgContext {
            fname: "readinto",
            place: Place::Position(1),
        };
        let buffer = Writable::from_arg(buffer, ctx)?;
        // SAFETY: the view keeps its memory for as long as it lives.
        unsafe { self.read_raw(buffer.ptr(), buffer.len()) }
    }
    #[method("($self, /)")]
    fn readall(&self) -> PyResult<Option<Py<PyBytes>>> {
        self.read_rest()
    }
    #[method("($self, size=-1, /)")]
    fn read(&self, size: Option<crate::base::Size>) -> PyResult<Option<Py<PyBytes>>> {
        self.open_fd()?;
        if !self.readable.get() {
            return wrong_mode("reading");
        }
        let size = crate::base::Size::or_all(size);
        if size < 0 {
            if FileIO::check_exact(self.as_object()) {
                return self.read_rest();
            }
            let r = crate::base::call0(self.as_object(), intern!("readall"))?;
            return match r.downcast_into::<PyBytes>() {
                Ok(b) => Ok(Some(b)),
                Err(r) if is_none(&r) => Ok(None),
                Err(_) => raise!(TypeError, "readall() should return bytes"),
            };
        }
        let mut none = false;
        // SAFETY: `read` writes as many bytes as it says, at most `size`.
        let bytes = unsafe {
            PyBytes::build_upto(size as usize, |place| {
                Ok(self.read_raw(place, size as usize)?.unwrap_or_else(|| {
                    none = true;
                    0
                }))
            })?
        };
        Ok(if none { None } else { Some(bytes) })
    }
    #[method("($self, b, /)")]
    fn write(&self, b: &PyObject) -> PyResult<Option<usize>> {
        self.open_fd()?;
        if !self.writable.get() {
            return wrong_mode("writing");
        }
        let view = Buffer::simple(b)?;
        // SAFETY: the view keeps its memory for as long as it lives.
        unsafe { self.write_raw(view.view().buf as *const u8, view.len()) }
    }
    #[method("($self, pos, whence=0, /)")]
    fn seek(&self, pos: &PyObject, whence: Option<i32>) -> PyResult<i64> {
        self.open_fd()?;
        let pos = i64::from_arg(
            pos,
            ArgContext {
                fname: "seek",
                place: Place::Position(1),
            },
        )?;
        self.seek_raw(pos, whence.unwrap_or(0))
    }
    #[method("($self, /)")]
    fn tell(&self) -> PyResult<i64> {
        self.seek_raw(0, libc::SEEK_CUR)
    }
    #[method("($self, size=None, /)")]
    fn truncate(&self, size: Option<&PyObject>) -> PyResult {
        let fd = self.open_fd()?;
        if !self.writable.get() {
            return wrong_mode("writing");
        }
        let size = match size.filter(|s| !is_none(s)) {
            Some(s) => s.new_ref(),
            None => PyInt::from_i64(self.tell()?)?.into_object(),
        };
        let n = i64::from_arg(
            &size,
            ArgContext {
                fname: "truncate",
                place: Place::Only,
            },
        )?;
        self.size.set(-1);
        // SAFETY: any arguments are allowed.
        match system::retry(|| unsafe { libc::ftruncate(fd, n) } as isize)? {
            Ok(_) => Ok(size),
            Err(errno) => error::raise_errno(errno, None),
        }
    }
    #[method("($self, /)")]
    fn __getstate__(&self) -> PyResult {
        cannot_pickle(self.as_object())
    }
    #[getter]
    fn closed(&self) -> bool {
        self.fd.get() < 0
    }
    #[getter]
    fn closefd(&self) -> bool {
        self.closefd.get()
    }
    #[getter]
    fn mode(&self) -> &'static str {
        self.mode_text()
    }
    #[getter]
    fn _blksize(&self) -> i64 {
        self.blksize.get()
    }
    #[getter]
    fn _finalizing(&self) -> bool {
        self.finalizing.get()
    }
    #[setter(_finalizing)]
    fn set_finalizing(&self, value: Option<&PyObject>) -> PyResult<()> {
        crate::set_flag(&self.finalizing, value)
    }
}

impl FileIO {
    fn warn(&self, source: &PyObject) {
        if self.fd.get() >= 0 && self.closefd.get() {
            warn_unclosed(source);
        }
    }
}
