//! `mmap`: files and memory mapped into the process.
//!
//! Other processes may change the memory at any time: it is read and written by address, by the C library's functions and
//! by copies, never through Rust references.

use crate::mmap_consts::NUMBERS;
use crate::os::{self, call, check, outcome};
use object::buffer::{self, Buffer};
use object::typeobject::Py_buffer;
use object::{
    FuncArgs, GilCell, Py, PyBytes, PyClass, PyDict, PyInt, PyLayout, PyModule, PyObject, PyResult, PySlice,
    PyStr, PyTuple, PyTypeObject, hooks, is_none, number, pyclass, pymethods, pymodule, raise,
};

const ACCESS_DEFAULT: i32 = 0;
const ACCESS_READ: i32 = 1;
const ACCESS_WRITE: i32 = 2;
const ACCESS_COPY: i32 = 3;

/// `mmap.mmap`
#[pyclass(name = "mmap.mmap", flags(BASETYPE), weaklist = weakreflist)]
#[repr(C)]
pub struct PyMmap {
    ob_base: PyObject,
    /// Null once closed.
    data: GilCell<*mut u8>,
    size: GilCell<usize>,
    pos: GilCell<usize>,
    offset: GilCell<i64>,
    /// A descriptor of its own, or -1.
    fd: GilCell<i32>,
    exports: GilCell<usize>,
    access: GilCell<i32>,
    flags: GilCell<i32>,
    tracks_fd: GilCell<bool>,
    weakreflist: GilCell<*mut PyObject>,
}

impl Drop for PyMmap {
    fn drop(&mut self) {
        self.unmap();
    }
}

#[cold]
fn closed<T>() -> PyResult<T> {
    raise!(ValueError, "mmap closed or invalid")
}

impl PyMmap {
    fn unmap(&self) {
        let (data, fd) = (self.data.replace(std::ptr::null_mut()), self.fd.replace(-1));
        let size = self.size.get();
        if fd >= 0 {
            // SAFETY: a descriptor of this object's own.
            unsafe { libc::close(fd) };
        }
        if !data.is_null() {
            // SAFETY: a mapping of this object's own, which nobody has a view of.
            unsafe { libc::munmap(data.cast(), size) };
        }
    }

    /// The memory and its length.
    fn memory(&self) -> PyResult<(*mut u8, usize)> {
        match self.data.get() {
            p if p.is_null() => closed(),
            p => Ok((p, self.size.get())),
        }
    }

    fn check_writable(&self) -> PyResult<()> {
        if self.access.get() == ACCESS_READ {
            return raise!(TypeError, "mmap can't modify a readonly memory map.");
        }
        Ok(())
    }

    /// A copy of a range inside the memory.
    fn copy(&self, from: usize, n: usize) -> PyResult<Py<PyBytes>> {
        let (p, size) = self.memory()?;
        let from = from.min(size);
        let n = n.min(size - from);
        // SAFETY: the range is inside the mapping; the bytes are written before they are shown.
        unsafe {
            PyBytes::build_upto(n, |out| {
                std::ptr::copy_nonoverlapping(p.add(from), out, n);
                Ok(n)
            })
        }
    }

    fn byte(&self, at: usize) -> PyResult<u8> {
        let (p, size) = self.memory()?;
        if at >= size {
            return raise!(IndexError, "mmap index out of range");
        }
        // SAFETY: inside the mapping.
        Ok(unsafe { p.add(at).read_volatile() })
    }

    /// An index from either end.
    fn index(&self, key: &PyObject) -> PyResult<usize> {
        let i = number::index_as_isize_index_error(key)?;
        let (_, size) = self.memory()?;
        let i = if i < 0 { i + size as isize } else { i };
        if i < 0 || i as usize >= size {
            return raise!(IndexError, "mmap index out of range");
        }
        Ok(i as usize)
    }

    /// Writes bytes at a place where they fit.
    fn put(&self, at: usize, bytes: &[u8]) -> PyResult<()> {
        let (p, size) = self.memory()?;
        if at > size || size - at < bytes.len() {
            return raise!(ValueError, "data out of range");
        }
        // SAFETY: inside the mapping, which is writable by the caller's check; the source may be the same memory.
        unsafe { std::ptr::copy(bytes.as_ptr(), p.add(at), bytes.len()) };
        Ok(())
    }

    fn search(
        &self,
        view: &PyObject,
        start: Option<&PyObject>,
        end: Option<&PyObject>,
        last: bool,
    ) -> PyResult<isize> {
        let wanted = Buffer::simple(view)?.to_vec();
        let (_, size) = self.memory()?;
        let place = |o: Option<&PyObject>, default: usize| -> PyResult<usize> {
            let Some(o) = o.filter(|o| !is_none(o)) else {
                return Ok(default);
            };
            let i = number::as_ssize_t(o)?;
            let i = if i < 0 {
                i.saturating_add(size as isize).max(0)
            } else {
                i
            };
            Ok((i as usize).min(size))
        };
        let (start, end) = (place(start, self.pos.get())?, place(end, size)?);
        // the conversions may have closed it
        let (p, size) = self.memory()?;
        let (start, end) = (start.min(size), end.min(size));
        if end < start || end - start < wanted.len() {
            return Ok(-1);
        }
        if wanted.is_empty() {
            return Ok(if last { end } else { start } as isize);
        }
        if !last {
            // SAFETY: the range is inside the mapping.
            let found = unsafe {
                libc::memmem(
                    p.add(start).cast(),
                    end - start,
                    wanted.as_ptr().cast(),
                    wanted.len(),
                )
            };
            return Ok(if found.is_null() {
                -1
            } else {
                found as isize - p as isize
            });
        }
        let mut high = end - wanted.len() + 1;
        while high > start {
            // SAFETY: both ranges are inside the mapping.
            unsafe {
                let found = libc::memrchr(p.add(start).cast(), wanted[0].into(), high - start);
                if found.is_null() {
                    return Ok(-1);
                }
                let at = found as usize - p as usize;
                if libc::memcmp(found, wanted.as_ptr().cast(), wanted.len()) == 0 {
                    return Ok(at as isize);
                }
                high = at;
            }
        }
        Ok(-1)
    }
}

/// The arguments of the constructor, sorted as the old argument parser does it.
fn sorted<'a>(all: &FuncArgs<'a>) -> PyResult<[Option<&'a PyObject>; 7]> {
    const NAMES: [&str; 7] = ["fileno", "length", "flags", "prot", "access", "offset", "trackfd"];
    let mut place = [None; 7];
    let (n, k) = (all.pos.len(), all.kwvalues.len());
    if n + k > 7 {
        return raise!(TypeError, "function takes at most 7 arguments ({} given)", n + k);
    }
    if n > 6 {
        return raise!(
            TypeError,
            "function takes at most 6 positional arguments ({n} given)"
        );
    }
    for (p, a) in place.iter_mut().zip(all.pos) {
        *p = Some(*a);
    }
    let mut unknown = None;
    for (name, value) in all.keywords().iter() {
        let at = name
            .downcast::<PyStr>()
            .and_then(|s| NAMES.iter().position(|n| s.eq_str(n)));
        match at {
            Some(i) if i < n => {
                return raise!(
                    TypeError,
                    "argument for function given by name ('{}') and position ({})",
                    NAMES[i],
                    i + 1
                );
            }
            Some(i) => place[i] = Some(value),
            None => unknown = unknown.or(Some(name)),
        }
    }
    for (i, name) in NAMES.iter().enumerate().take(2) {
        if place[i].is_none() {
            return raise!(
                TypeError,
                "function missing required argument '{name}' (pos {})",
                i + 1
            );
        }
    }
    match unknown {
        None => Ok(place),
        Some(name) => raise!(
            TypeError,
            "this function got an unexpected keyword argument '{}'",
            name.str()?
        ),
    }
}

fn c_int(obj: Option<&PyObject>, default: i32) -> PyResult<i32> {
    let Some(obj) = obj else { return Ok(default) };
    let n = number::index(obj)?;
    match n.to_i64().map(i32::try_from) {
        Some(Ok(v)) => Ok(v),
        Some(Err(_)) if n.is_negative() => raise!(OverflowError, "signed integer is less than minimum"),
        Some(Err(_)) => raise!(OverflowError, "signed integer is greater than maximum"),
        None => raise!(OverflowError, "Python int too large to convert to C long"),
    }
}

fn page_size() -> i64 {
    // SAFETY: a query.
    unsafe { libc::sysconf(libc::_SC_PAGESIZE) }
}

/// The length of a mapping of a file: what is asked for, or the rest of the file.
fn file_length(fd: i32, length: usize, offset: i64) -> PyResult<usize> {
    // SAFETY: zero is a valid value of plain numbers.
    let mut st: libc::stat = unsafe { std::mem::zeroed() };
    // SAFETY: a place for the answer.
    let known = call(|| unsafe { libc::fstat(fd, &mut st) }).is_ok();
    if !known || st.st_mode & libc::S_IFMT != libc::S_IFREG {
        return Ok(length);
    }
    if length == 0 {
        if st.st_size == 0 {
            return raise!(ValueError, "cannot mmap an empty file");
        }
        if offset >= st.st_size {
            return raise!(ValueError, "mmap offset is greater than file size");
        }
        return Ok((st.st_size - offset) as usize);
    }
    if offset > st.st_size || ((st.st_size - offset) as u64) < length as u64 {
        return raise!(ValueError, "mmap length is greater than file size");
    }
    Ok(length)
}

#[pymethods]
impl PyMmap {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<PyMmap>> {
        let mut holder = Vec::new();
        let all = FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?;
        let [fileno, length, flags, prot, access, offset, trackfd] = sorted(&all)?;
        let fd = c_int(fileno, -1)?;
        let length = length.map_or(Ok(0), number::as_ssize_t)?;
        let (mut flags, mut prot) = (
            c_int(flags, libc::MAP_SHARED)?,
            c_int(prot, libc::PROT_READ | libc::PROT_WRITE)?,
        );
        let mut access = c_int(access, ACCESS_DEFAULT)?;
        let offset = match offset {
            None => 0,
            Some(o) => match number::index(o)?.to_i64() {
                Some(n) => n,
                None => return raise!(OverflowError, "Python int too large to convert to C long"),
            },
        };
        let tracks_fd = trackfd.map_or(Ok(true), |t| t.is_true())?;
        if length < 0 {
            return raise!(OverflowError, "memory mapped length must be positive");
        }
        if offset < 0 {
            return raise!(OverflowError, "memory mapped offset must be positive");
        }
        object::audit!("mmap.__new__", fd, length, access, offset)?;
        let both = libc::PROT_READ | libc::PROT_WRITE;
        if access != ACCESS_DEFAULT && (flags != libc::MAP_SHARED || prot != both) {
            return raise!(ValueError, "mmap can't specify both access and flags, prot.");
        }
        match access {
            ACCESS_READ => prot = libc::PROT_READ,
            ACCESS_WRITE => prot = both,
            ACCESS_COPY => {
                flags = libc::MAP_PRIVATE;
                prot = both;
            }
            ACCESS_DEFAULT => {
                if prot & both == both {
                } else if prot & libc::PROT_WRITE != 0 {
                    access = ACCESS_WRITE;
                } else {
                    access = ACCESS_READ;
                }
            }
            _ => return raise!(ValueError, "mmap invalid access parameter."),
        }
        let mut length = length as usize;
        let mut own = -1;
        if fd == -1 {
            flags |= libc::MAP_ANONYMOUS;
        } else {
            length = file_length(fd, length, offset)?;
            if tracks_fd {
                // SAFETY: numbers.
                own = check(outcome(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) }))?;
            }
        }
        let mapped = hooks::blocking(|| {
            // SAFETY: a new mapping at a place of the kernel's choice.
            let p = unsafe { libc::mmap(std::ptr::null_mut(), length, prot, flags, fd, offset) };
            if p == libc::MAP_FAILED {
                Err(os::errno())
            } else {
                Ok(p)
            }
        });
        let data = match mapped {
            Ok(p) => p as *mut u8,
            Err(e) => {
                if own >= 0 {
                    // SAFETY: just opened.
                    unsafe { libc::close(own) };
                }
                return check(Err(e));
            }
        };
        object::new_instance(cls, |this: *mut PyMmap| {
            // SAFETY: a fresh, zeroed instance.
            unsafe {
                (*this).data.set(data);
                (*this).size.set(length);
                (*this).offset.set(offset);
                (*this).fd.set(own);
                (*this).access.set(access);
                (*this).flags.set(flags);
                (*this).tracks_fd.set(tracks_fd);
            }
        })
    }
    #[slot]
    fn tp_repr(&self) -> PyResult {
        let name = self.as_object().ty().full_name();
        let text = if self.data.get().is_null() {
            format!("<{name} closed=True>")
        } else {
            let access = match self.access.get() {
                ACCESS_DEFAULT => "ACCESS_DEFAULT",
                ACCESS_READ => "ACCESS_READ",
                ACCESS_WRITE => "ACCESS_WRITE",
                _ => "ACCESS_COPY",
            };
            format!(
                "<{name} closed=False, access={access}, length={}, pos={}, offset={}>",
                self.size.get(),
                self.pos.get(),
                self.offset.get()
            )
        };
        Ok(PyStr::new(&text)?.into_object())
    }
    #[slot]
    fn sq_length(&self) -> PyResult<usize> {
        Ok(self.memory()?.1)
    }
    #[slot]
    fn sq_item(&self, i: isize) -> PyResult<Py<PyBytes>> {
        if i < 0 {
            self.memory()?;
            return raise!(IndexError, "mmap index out of range");
        }
        Ok(PyBytes::single(self.byte(i as usize)?))
    }
    #[slot]
    fn mp_length(&self) -> PyResult<usize> {
        Ok(self.memory()?.1)
    }
    #[slot]
    fn mp_subscript(&self, key: &PyObject) -> PyResult {
        self.memory()?;
        if key.has_index() {
            let at = self.index(key)?;
            return Ok(PyInt::from_i64(self.byte(at)?.into())?.into_object());
        }
        let Some(slice) = key.downcast::<PySlice>() else {
            return raise!(TypeError, "mmap indices must be integers");
        };
        let unpacked = slice.unpacked()?;
        let (_, size) = self.memory()?;
        let (start, _, n) = object::slice::adjust(size, unpacked.0, unpacked.1, unpacked.2);
        let step = unpacked.2;
        if n == 0 {
            return Ok(PyBytes::new(b"")?.into_object());
        }
        if step == 1 {
            return Ok(self.copy(start as usize, n)?.into_object());
        }
        let mut out = Vec::with_capacity(n);
        for i in 0..n as isize {
            out.push(self.byte((start + i * step) as usize)?);
        }
        Ok(PyBytes::new(&out)?.into_object())
    }
    #[slot]
    fn mp_ass_subscript(&self, key: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
        self.memory()?;
        self.check_writable()?;
        if key.has_index() {
            let at = self.index(key)?;
            let Some(value) = value else {
                return raise!(TypeError, "mmap doesn't support item deletion");
            };
            if !value.has_index() {
                return raise!(TypeError, "mmap item value must be an int");
            }
            let v = number::index(value)?.to_i64().and_then(|v| u8::try_from(v).ok());
            let Some(v) = v else {
                return raise!(ValueError, "mmap item value must be in range(0, 256)");
            };
            // the conversion may have made it shorter
            if at >= self.memory()?.1 {
                return raise!(IndexError, "mmap index out of range");
            }
            return self.put(at, &[v]);
        }
        let Some(slice) = key.downcast::<PySlice>() else {
            return raise!(TypeError, "mmap indices must be integer");
        };
        let unpacked = slice.unpacked()?;
        let Some(value) = value else {
            return raise!(TypeError, "mmap object doesn't support slice deletion");
        };
        let bytes = Buffer::simple(value)?.to_vec();
        let (_, size) = self.memory()?;
        let (start, _, n) = object::slice::adjust(size, unpacked.0, unpacked.1, unpacked.2);
        let step = unpacked.2;
        if bytes.len() != n {
            return raise!(IndexError, "mmap slice assignment is wrong size");
        }
        if step == 1 {
            return if n == 0 {
                Ok(())
            } else {
                self.put(start as usize, &bytes)
            };
        }
        for (i, b) in bytes.iter().enumerate() {
            self.put((start + i as isize * step) as usize, &[*b])?;
        }
        Ok(())
    }
    #[slot]
    fn bf_getbuffer(&self, view: &mut Py_buffer, flags: i32) -> PyResult<()> {
        let (p, size) = self.memory()?;
        let readonly = self.access.get() == ACCESS_READ;
        buffer::fill_info(view, self.as_object(), p, size, readonly, flags)?;
        self.exports.set(self.exports.get() + 1);
        Ok(())
    }
    #[slot]
    fn bf_releasebuffer(&self, _view: &mut Py_buffer) {
        self.exports.set(self.exports.get().saturating_sub(1));
    }
    #[method("($self, /)")]
    fn close(&self) -> PyResult<()> {
        if self.exports.get() > 0 {
            return raise!(BufferError, "cannot close exported pointers exist");
        }
        self.unmap();
        Ok(())
    }
    #[getter]
    fn closed(&self) -> bool {
        self.data.get().is_null()
    }
    #[method("($self, /)")]
    fn __enter__(&self) -> PyResult {
        self.memory()?;
        Ok(self.as_object().new_ref())
    }
    #[method("($self, exc_type, exc_value, traceback, /)")]
    fn __exit__(&self, _exc: &PyObject, _value: &PyObject, _traceback: &PyObject) -> PyResult<()> {
        self.close()
    }
    #[method("($self, view, start=None, end=None, /)")]
    fn find(&self, view: &PyObject, start: Option<&PyObject>, end: Option<&PyObject>) -> PyResult<isize> {
        self.search(view, start, end, false)
    }
    #[method("($self, view, start=None, end=None, /)")]
    fn rfind(&self, view: &PyObject, start: Option<&PyObject>, end: Option<&PyObject>) -> PyResult<isize> {
        self.search(view, start, end, true)
    }
    #[method("($self, offset=0, size=None, /)")]
    fn flush(&self, offset: Option<isize>, size: Option<&PyObject>) -> PyResult<()> {
        let offset = offset.unwrap_or(0);
        let (_, whole) = self.memory()?;
        let size = match size.filter(|s| !is_none(s)) {
            Some(s) => number::as_ssize_t(s)?,
            None => whole as isize,
        };
        let (p, whole) = self.memory()?;
        if offset < 0 || size < 0 || offset as usize > whole || whole - (offset as usize) < size as usize {
            return raise!(ValueError, "flush values out of range");
        }
        if matches!(self.access.get(), ACCESS_READ | ACCESS_COPY) {
            return Ok(());
        }
        // nobody unmaps the memory meanwhile
        self.exports.set(self.exports.get() + 1);
        // SAFETY: inside the mapping.
        let status =
            call(|| unsafe { libc::msync(p.add(offset as usize).cast(), size as usize, libc::MS_SYNC) });
        self.exports.set(self.exports.get() - 1);
        check(status).map(drop)
    }
    #[method("($self, option, start=0, length=None, /)")]
    fn madvise(&self, option: i32, start: Option<isize>, length: Option<&PyObject>) -> PyResult<()> {
        let start = start.unwrap_or(0);
        let (_, size) = self.memory()?;
        let length = match length.filter(|l| !is_none(l)) {
            Some(l) => number::as_ssize_t(l)?,
            None => size as isize,
        };
        let (p, size) = self.memory()?;
        if start < 0 || start as usize >= size {
            return raise!(ValueError, "madvise start out of bounds");
        }
        if length < 0 {
            return raise!(ValueError, "madvise length invalid");
        }
        if isize::MAX - start < length {
            return raise!(OverflowError, "madvise length too large");
        }
        let n = (length as usize).min(size - start as usize);
        // SAFETY: inside the mapping; advice that drops content is what the caller asks for.
        check(outcome(unsafe {
            libc::madvise(p.add(start as usize).cast(), n, option)
        }))
        .map(drop)
    }
    #[method("($self, dest, src, count, /)")]
    fn r#move(&self, dest: isize, src: isize, count: isize) -> PyResult<()> {
        let (p, size) = self.memory()?;
        self.check_writable()?;
        let (Ok(d), Ok(s), Ok(n)) = (
            usize::try_from(dest),
            usize::try_from(src),
            usize::try_from(count),
        ) else {
            return raise!(ValueError, "source, destination, or count out of range");
        };
        if d > size || s > size || size - d < n || size - s < n {
            return raise!(ValueError, "source, destination, or count out of range");
        }
        // SAFETY: both ranges are inside the mapping; they may overlap.
        unsafe { std::ptr::copy(p.add(s), p.add(d), n) };
        Ok(())
    }
    #[method("($self, n=None, /)")]
    fn read(&self, n: Option<&PyObject>) -> PyResult<Py<PyBytes>> {
        let n = match n.filter(|n| !is_none(n)) {
            None => -1,
            Some(n) if n.has_index() => number::index_as_isize(n)?,
            Some(n) => {
                return raise!(
                    TypeError,
                    "argument should be integer or None, not '{}'",
                    n.ty().full_name()
                );
            }
        };
        let (_, size) = self.memory()?;
        let left = size.saturating_sub(self.pos.get());
        let n = usize::try_from(n).unwrap_or(left).min(left);
        let bytes = self.copy(self.pos.get(), n)?;
        self.pos.set(self.pos.get() + n);
        Ok(bytes)
    }
    #[method("($self, /)")]
    fn read_byte(&self) -> PyResult<u8> {
        let (_, size) = self.memory()?;
        if self.pos.get() >= size {
            return raise!(ValueError, "read byte out of range");
        }
        let b = self.byte(self.pos.get())?;
        self.pos.set(self.pos.get() + 1);
        Ok(b)
    }
    #[method("($self, /)")]
    fn readline(&self) -> PyResult<Py<PyBytes>> {
        let (p, size) = self.memory()?;
        let pos = self.pos.get();
        let left = size.saturating_sub(pos);
        if left == 0 {
            return PyBytes::new(b"");
        }
        // SAFETY: inside the mapping.
        let end = unsafe { libc::memchr(p.add(pos).cast(), b'\n'.into(), left) };
        let n = if end.is_null() {
            left
        } else {
            end as usize - p as usize - pos + 1
        };
        let line = self.copy(pos, n)?;
        self.pos.set(pos + n);
        Ok(line)
    }
    #[method("($self, newsize, /)")]
    fn resize(&self, newsize: isize) -> PyResult<()> {
        let (p, size) = self.memory()?;
        if self.exports.get() > 0 {
            return raise!(BufferError, "mmap can't resize with extant buffers exported.");
        }
        if !self.tracks_fd.get() {
            return raise!(ValueError, "mmap can't resize with trackfd=False.");
        }
        if !matches!(self.access.get(), ACCESS_DEFAULT | ACCESS_WRITE) {
            return raise!(
                TypeError,
                "mmap can't resize a readonly or copy-on-write memory map."
            );
        }
        let offset = self.offset.get();
        if newsize < 0 || (isize::MAX - newsize) < offset as isize {
            return raise!(ValueError, "new size out of range");
        }
        let fd = self.fd.get();
        let private = self.flags.get() & libc::MAP_PRIVATE != 0;
        if fd == -1 && !private && newsize as usize > size {
            return raise!(ValueError, "mmap: can't expand a shared anonymous mapping");
        }
        if fd != -1 {
            // SAFETY: numbers.
            check(outcome(unsafe { libc::ftruncate(fd, offset + newsize as i64) }))?;
        }
        // SAFETY: a mapping of this object's own, which nobody has a view of.
        let moved = unsafe { libc::mremap(p.cast(), size, newsize as usize, libc::MREMAP_MAYMOVE) };
        if moved == libc::MAP_FAILED {
            return check(Err(os::errno()));
        }
        self.data.set(moved as *mut u8);
        self.size.set(newsize as usize);
        Ok(())
    }
    #[method("($self, pos, whence=0, /)")]
    fn seek(&self, pos: isize, whence: Option<i32>) -> PyResult<usize> {
        let (_, size) = self.memory()?;
        let base = match whence.unwrap_or(0) {
            0 => 0,
            1 => self.pos.get(),
            2 => size,
            _ => return raise!(ValueError, "unknown seek type"),
        };
        match (base as isize).checked_add(pos) {
            Some(at) if at >= 0 && at as usize <= size => {
                self.pos.set(at as usize);
                Ok(at as usize)
            }
            _ => raise!(ValueError, "seek out of range"),
        }
    }
    #[method("($self, /)")]
    fn seekable(&self) -> bool {
        true
    }
    #[method("($self, /)")]
    fn size(&self) -> PyResult<i64> {
        self.memory()?;
        // SAFETY: zero is a valid value of plain numbers.
        let mut st: libc::stat = unsafe { std::mem::zeroed() };
        // SAFETY: a place for the answer.
        check(outcome(unsafe { libc::fstat(self.fd.get(), &mut st) }))?;
        Ok(st.st_size)
    }
    #[method("($self, /)")]
    fn tell(&self) -> PyResult<usize> {
        self.memory()?;
        Ok(self.pos.get())
    }
    #[method("($self, bytes, /)")]
    fn write(&self, bytes: &PyObject) -> PyResult<usize> {
        let bytes = Buffer::simple(bytes)?.to_vec();
        self.memory()?;
        self.check_writable()?;
        self.put(self.pos.get(), &bytes)?;
        self.pos.set(self.pos.get() + bytes.len());
        Ok(bytes.len())
    }
    #[method("($self, byte, /)")]
    fn write_byte(&self, byte: &PyObject) -> PyResult<()> {
        let byte = match number::index(byte)?.to_i64() {
            None => return raise!(OverflowError, "Python int too large to convert to C long"),
            Some(n) if n < 0 => {
                return raise!(OverflowError, "unsigned byte integer is less than minimum");
            }
            Some(n) if n > 255 => {
                return raise!(OverflowError, "unsigned byte integer is greater than maximum");
            }
            Some(n) => n as u8,
        };
        let (_, size) = self.memory()?;
        self.check_writable()?;
        if self.pos.get() >= size {
            return raise!(ValueError, "write byte out of range");
        }
        self.put(self.pos.get(), &[byte])?;
        self.pos.set(self.pos.get() + 1);
        Ok(())
    }
}

/// The module.
pub struct Mmap;

#[pymodule(name = "mmap", types(PyMmap))]
impl Mmap {
    #[exec]
    fn exec(module: &PyModule) -> PyResult<()> {
        module.add("error", object::exceptions::OSError::type_object().as_object())?;
        for (name, value) in NUMBERS {
            module.add_value(name, *value)?;
        }
        module.add_value("PAGESIZE", page_size())?;
        module.add_value("ALLOCATIONGRANULARITY", page_size())
    }
}
