//! `BufferedReader`, `BufferedWriter`, `BufferedRandom` and `BufferedRWPair`: a block of memory between the program and
//! a raw stream.
//!
//! The block stands at some place of the raw stream; `pos` is where the program is in it, `raw_pos` where the raw stream
//! is, `read_end` the end of what has been read (-1: nothing), `write_pos..write_end` what is still to be written
//! (`write_end` -1: nothing). Whoever talks to the raw stream holds the lock: Python code of the raw stream, or another
//! thread, may run meanwhile. Files (`FileIO`) are read and written directly.

use crate::base::{
    BufferedIOBase, IOBase, Size, Writable, both, call0, cannot_pickle, check_readable, check_seekable,
    check_writable, is_closed, offset, plain_new, trap_interrupt, unsupported,
};
use crate::fileio::FileIO;
use object::buffer::Buffer;
use object::exceptions as exc;
use object::memoryview::PyMemoryView;
use object::typeobject::PyTypeObject;
use object::{
    Field, GilCell, Py, PyByteArray, PyBytes, PyClass, PyDict, PyInt, PyLayout, PyObject, PyResult, PyStr,
    PyTuple, Raised, Visitor, error, intern, is_none, pyclass, pymethods, raise,
};
use std::sync::{Condvar, Mutex};
use std::time::Duration;

/// The block of memory; all zero: none.
#[repr(C)]
struct Block {
    ptr: GilCell<*mut u8>,
    size: GilCell<usize>,
}

impl Block {
    fn replace(&self, size: usize) -> PyResult<()> {
        self.free();
        if size == 0 {
            return Ok(());
        }
        let ptr = object::alloc::raw_calloc(size);
        if ptr.is_null() {
            return error::no_memory();
        }
        self.ptr.set(ptr);
        self.size.set(size);
        Ok(())
    }
    fn free(&self) {
        let ptr = self.ptr.replace(std::ptr::null_mut());
        self.size.set(0);
        // SAFETY: from `replace`, and forgotten here.
        unsafe { object::alloc::raw_free(ptr) };
    }
    fn is_none(&self) -> bool {
        self.ptr.get().is_null()
    }
    /// The bytes of a range, as far as they are in the block.
    ///
    /// # Safety
    /// The block is neither written nor freed while the slice is in use: no Python code runs.
    unsafe fn bytes(&self, start: i64, end: i64) -> &[u8] {
        let size = self.size.get();
        let end = (end.max(0) as usize).min(size);
        let start = (start.max(0) as usize).min(end);
        if start == end {
            return &[];
        }
        // SAFETY: within the block, which was zeroed when it was made.
        unsafe { std::slice::from_raw_parts(self.ptr.get().add(start), end - start) }
    }
    /// Writes bytes (not of this block) at a place; what would be outside is not written.
    fn put(&self, at: i64, bytes: &[u8]) {
        let at = (at.max(0) as usize).min(self.size.get());
        let n = bytes.len().min(self.size.get() - at);
        if n > 0 {
            // SAFETY: within the block.
            unsafe { std::ptr::copy(bytes.as_ptr(), self.ptr.get().add(at), n) };
        }
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        self.free();
    }
}

/// What the three classes have in common.
#[repr(C)]
pub struct Buffered {
    pub base: IOBase,
    raw: Field,
    /// A bytearray lent to raw streams in Python, kept for the next time.
    scratch: Field<PyByteArray>,
    block: Block,
    ok: GilCell<bool>,
    detached: GilCell<bool>,
    readable: GilCell<bool>,
    writable: GilCell<bool>,
    finalizing: GilCell<bool>,
    /// The raw stream's position; -1: not known.
    abs_pos: GilCell<i64>,
    pos: GilCell<i64>,
    raw_pos: GilCell<i64>,
    read_end: GilCell<i64>,
    write_pos: GilCell<i64>,
    write_end: GilCell<i64>,
    /// The thread that holds the lock; 0: nobody.
    owner: GilCell<usize>,
    waiting: GilCell<usize>,
}

static WAIT: Mutex<()> = Mutex::new(());
static FREED: Condvar = Condvar::new();

/// A number that the running thread alone has.
fn thread_number() -> usize {
    thread_local!(static MARK: u8 = const { 0 });
    MARK.with(|m| m as *const u8 as usize)
}

/// The lock, held.
struct Guard<'a>(&'a Buffered);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.owner.set(0);
        if self.0.waiting.get() > 0 {
            FREED.notify_all();
        }
    }
}

#[cold]
fn blocking_error<T>(raw: &PyObject, text: &str, written: usize) -> PyResult<T> {
    // raw streams in Python have no error number to give
    let errno = if FileIO::plain(raw).is_some() {
        libc::EAGAIN
    } else {
        0
    };
    let number = PyInt::from_i64(i64::from(errno))?;
    let text = PyStr::new(text)?;
    let written = PyInt::from_usize(written)?;
    let e = object::call::call(
        exc::BlockingIOError::type_object().as_object(),
        &[number.as_object(), text.as_object(), written.as_object()],
    )?;
    Err(error::raise_object(e))
}

const WOULD_BLOCK: &str = "write could not complete without blocking";

/// The buffered stream that an object is.
#[inline]
pub fn buffered(obj: &PyObject) -> Option<&Buffered> {
    if BufferedReader::check(obj) || BufferedWriter::check(obj) || BufferedRandom::check(obj) {
        // SAFETY: the three are laid out as `Buffered`.
        Some(unsafe { &*(obj as *const PyObject as *const Buffered) })
    } else {
        None
    }
}

impl Buffered {
    fn as_object(&self) -> &PyObject {
        self.base.as_object()
    }

    /// A stream of exactly one of the classes, whose methods nobody has replaced.
    #[inline]
    pub fn plain_reader(obj: &PyObject) -> Option<&Buffered> {
        if BufferedReader::check_exact(obj) || BufferedRandom::check_exact(obj) {
            buffered(obj).filter(|b| !b.base.has_own_attributes(0))
        } else {
            None
        }
    }
    /// The same for writing.
    #[inline]
    pub fn plain_writer(obj: &PyObject) -> Option<&Buffered> {
        if BufferedWriter::check_exact(obj) || BufferedRandom::check_exact(obj) {
            buffered(obj).filter(|b| !b.base.has_own_attributes(0))
        } else {
            None
        }
    }

    /// Whether the file below is closed; `None` where that must be asked in Python.
    #[inline]
    pub fn file_closed(&self) -> Option<bool> {
        // SAFETY: nothing runs while the field is looked at.
        let raw = unsafe { self.raw.borrow() }?;
        raw.downcast_exact::<FileIO>().map(|f| f.fd() < 0)
    }

    fn size(&self) -> i64 {
        self.block.size.get() as i64
    }

    fn lock(&self) -> PyResult<Guard<'_>> {
        let me = thread_number();
        if self.owner.get() != 0 {
            self.lock_slow(me)?;
        }
        self.owner.set(me);
        Ok(Guard(self))
    }

    #[cold]
    fn lock_slow(&self, me: usize) -> PyResult<()> {
        if self.owner.get() == me {
            let r = self.as_object().repr()?;
            return raise!(RuntimeError, "reentrant call inside {r}");
        }
        self.waiting.set(self.waiting.get() + 1);
        let mut result = Ok(());
        while self.owner.get() != 0 && result.is_ok() {
            object::hooks::blocking(|| {
                if let Ok(held) = WAIT.lock() {
                    // a wake-up that came before is made good by the time limit
                    drop(FREED.wait_timeout(held, Duration::from_millis(2)));
                }
            });
            result = object::hooks::check_pending();
        }
        self.waiting.set(self.waiting.get() - 1);
        result
    }

    fn not_ready<T>(&self) -> PyResult<T> {
        if self.detached.get() {
            raise!(ValueError, "raw stream has been detached")
        } else {
            raise!(ValueError, "I/O operation on uninitialized object")
        }
    }

    /// The raw stream of a stream that is ready.
    fn raw(&self) -> PyResult<Py> {
        match self.raw.get() {
            Some(raw) if self.ok.get() => Ok(raw),
            _ => self.not_ready(),
        }
    }

    #[inline]
    fn check_ready(&self) -> PyResult<()> {
        if self.ok.get() && self.raw.is_some() {
            Ok(())
        } else {
            self.not_ready()
        }
    }

    fn closed(&self) -> PyResult<bool> {
        Ok(self.block.is_none() || self.raw_closed()?)
    }

    fn raw_closed(&self) -> PyResult<bool> {
        match self.file_closed() {
            Some(closed) => Ok(closed),
            None => is_closed(&*self.raw()?),
        }
    }

    /// A closed stream serves what it has, but nothing more.
    fn check_closed(&self, text: &str) -> PyResult<()> {
        if self.readahead() == 0 && self.closed()? {
            return raise!(ValueError, "{text}");
        }
        if self.block.is_none() {
            return raise!(ValueError, "{text}");
        }
        Ok(())
    }

    #[inline]
    fn valid_read(&self) -> bool {
        self.readable.get() && self.read_end.get() != -1
    }
    #[inline]
    fn valid_write(&self) -> bool {
        self.writable.get() && self.write_end.get() != -1
    }
    /// How many bytes have been read and not been given out.
    #[inline]
    fn readahead(&self) -> i64 {
        if self.valid_read() {
            (self.read_end.get() - self.pos.get()).max(0)
        } else {
            0
        }
    }
    /// How far the raw stream is ahead of the program.
    fn raw_offset(&self) -> i64 {
        if (self.valid_read() || self.valid_write()) && self.raw_pos.get() >= 0 {
            self.raw_pos.get() - self.pos.get()
        } else {
            0
        }
    }
    fn reset_read(&self) {
        self.read_end.set(-1);
    }
    fn reset_write(&self) {
        self.write_pos.set(0);
        self.write_end.set(-1);
    }
    fn adjust(&self, pos: i64) {
        self.pos.set(pos);
        if self.valid_read() && self.read_end.get() < pos {
            self.read_end.set(pos);
        }
    }

    // ---- the raw stream ----

    fn raw_tell(&self) -> PyResult<i64> {
        let raw = self.raw()?;
        let n = match FileIO::plain(&raw) {
            Some(f) => f.seek_raw(0, libc::SEEK_CUR)?,
            None => offset(&*call0(&raw, intern!("tell"))?)?,
        };
        self.note_position(n)
    }

    fn note_position(&self, n: i64) -> PyResult<i64> {
        if n < 0 {
            return raise!(OSError, "Raw stream returned invalid position {n}");
        }
        self.abs_pos.set(n);
        Ok(n)
    }

    fn raw_seek(&self, target: i64, whence: i32) -> PyResult<i64> {
        let raw = self.raw()?;
        let n = match FileIO::plain(&raw) {
            Some(f) => f.seek_raw(target, whence)?,
            None => {
                let (t, w) = (PyInt::from_i64(target)?, PyInt::from_i64(whence as i64)?);
                offset(&*raw.call_method(intern!("seek"), &[t.as_object(), w.as_object()])?)?
            }
        };
        self.note_position(n)
    }

    fn current(&self) -> PyResult<i64> {
        match self.abs_pos.get() {
            -1 => self.raw_tell(),
            n => Ok(n),
        }
    }

    fn advance(&self, n: usize) {
        if n > 0 && self.abs_pos.get() != -1 {
            self.abs_pos.set(self.abs_pos.get().saturating_add(n as i64));
        }
    }

    /// Reads from a raw stream that is not a plain file: `put` gets what was read.
    #[cold]
    fn python_readinto(
        &self,
        raw: &PyObject,
        len: usize,
        put: impl FnOnce(&[u8]),
    ) -> PyResult<Option<usize>> {
        let place = match self.scratch.take() {
            Some(s) if s.len() == len => s,
            _ => {
                let s = PyByteArray::new(&[])?;
                s.resize_to(len)?;
                // SAFETY: just resized to `len` bytes.
                unsafe { std::ptr::write_bytes(s.data_ptr(), 0, len) };
                s
            }
        };
        let view = PyMemoryView::new(place.as_object())?;
        let got = loop {
            match raw.call_method(intern!("readinto"), &[view.as_object()]) {
                Ok(got) => break got,
                Err(r) => {
                    if !trap_interrupt(r)? {
                        return Err(Raised);
                    }
                }
            }
        };
        drop(view);
        if is_none(&got) {
            self.scratch.set(Some(place));
            return Ok(None);
        }
        let n = match object::number::index_as_isize(&got) {
            Ok(n) => n,
            Err(r) => return failed_from(r, "raw readinto() failed"),
        };
        if n < 0 || n as usize > len {
            return raise!(
                OSError,
                "raw readinto() returned invalid length {n} (should have been between 0 and {len})"
            );
        }
        // SAFETY: nothing runs while the bytes are copied.
        put(unsafe { place.as_slice() }.get(..n as usize).unwrap_or(&[]));
        if place.as_object().is_unique() {
            self.scratch.set(Some(place));
        }
        Ok(Some(n as usize))
    }

    /// Reads from the raw stream to the block at `start`; `None`: it would block.
    fn raw_read_block(&self, start: i64) -> PyResult<Option<usize>> {
        let raw = self.raw()?;
        let start = start.clamp(0, self.size()) as usize;
        let len = self.block.size.get() - start;
        let n = match FileIO::plain(&raw) {
            // SAFETY: within the block, which the lock keeps.
            Some(f) => unsafe { f.read_raw(self.block.ptr.get().add(start), len)? },
            None => self.python_readinto(&raw, len, |bytes| self.block.put(start as i64, bytes))?,
        };
        self.advance(n.unwrap_or(0));
        Ok(n)
    }

    /// Reads from the raw stream to memory.
    ///
    /// # Safety
    /// `place` has room for `len` bytes, also while Python code and other threads run.
    unsafe fn raw_read_to(&self, place: *mut u8, len: usize) -> PyResult<Option<usize>> {
        let raw = self.raw()?;
        let n = match FileIO::plain(&raw) {
            // SAFETY: the caller's promise.
            Some(f) => unsafe { f.read_raw(place, len)? },
            None => self.python_readinto(&raw, len, |bytes| {
                // SAFETY: no more than `len` bytes.
                unsafe { std::ptr::copy(bytes.as_ptr(), place, bytes.len()) }
            })?,
        };
        self.advance(n.unwrap_or(0));
        Ok(n)
    }

    /// Writes to the raw stream; `None`: it would block.
    ///
    /// # Safety
    /// `bytes` has `len` bytes, also while Python code and other threads run.
    unsafe fn raw_write(&self, bytes: *const u8, len: usize) -> PyResult<Option<usize>> {
        let raw = self.raw()?;
        let n = match FileIO::plain(&raw) {
            // SAFETY: the caller's promise.
            Some(f) => unsafe { f.write_raw(bytes, len)? },
            None => {
                // SAFETY: the caller's promise.
                let copy = PyBytes::new(unsafe { std::slice::from_raw_parts(bytes, len) })?;
                let view = PyMemoryView::new(copy.as_object())?;
                let got = loop {
                    match raw.call_method(intern!("write"), &[view.as_object()]) {
                        Ok(got) => break got,
                        Err(r) => {
                            if !trap_interrupt(r)? {
                                return Err(Raised);
                            }
                        }
                    }
                };
                if is_none(&got) {
                    None
                } else {
                    let n = object::number::index_as_isize(&got).unwrap_or_else(|_| {
                        error::clear();
                        -1
                    });
                    if n < 0 || n as usize > len {
                        return raise!(
                            OSError,
                            "raw write() returned invalid length {n} (should have been between 0 and {len})"
                        );
                    }
                    Some(n as usize)
                }
            }
        };
        self.advance(n.unwrap_or(0));
        Ok(n)
    }

    /// Reads a block behind what there is. `None`: it would block; 0: the end.
    fn fill(&self) -> PyResult<Option<usize>> {
        let start = if self.valid_read() { self.read_end.get() } else { 0 };
        let n = self.raw_read_block(start)?;
        if let Some(n) = n
            && n > 0
        {
            self.read_end.set(start + n as i64);
            self.raw_pos.set(start + n as i64);
        }
        Ok(n)
    }

    // ---- writing ----

    /// Writes out what is to be written.
    fn flush_writes(&self) -> PyResult<()> {
        if self.valid_write() && self.write_pos.get() != self.write_end.get() {
            let rewind = self.raw_offset() + (self.pos.get() - self.write_pos.get());
            if rewind != 0 {
                self.raw_seek(-rewind, 1)?;
                self.raw_pos.set(self.raw_pos.get() - rewind);
            }
            while self.write_pos.get() < self.write_end.get() {
                let start = self.write_pos.get().clamp(0, self.size());
                let len = (self.write_end.get().min(self.size()) - start).max(0) as usize;
                if len == 0 {
                    break;
                }
                // SAFETY: within the block, which the lock keeps.
                let n = unsafe { self.raw_write(self.block.ptr.get().add(start as usize), len)? };
                let Some(n) = n else {
                    return blocking_error(&*self.raw()?, WOULD_BLOCK, 0);
                };
                self.write_pos.set(self.write_pos.get() + n as i64);
                self.raw_pos.set(self.write_pos.get());
                object::hooks::check_pending()?;
            }
        }
        self.reset_write();
        Ok(())
    }

    /// Writes out, and brings the raw stream to where the program is.
    fn flush_and_rewind(&self) -> PyResult<()> {
        self.flush_writes()?;
        if self.readable.get() {
            let moved = self.raw_seek(-self.raw_offset(), 1);
            self.reset_read();
            moved?;
        }
        Ok(())
    }

    /// `write()`
    ///
    /// # Safety
    /// `bytes` has `len` bytes, also while Python code and other threads run.
    unsafe fn write_memory(&self, bytes: *const u8, len: usize) -> PyResult<usize> {
        self.check_ready()?;
        let _held = self.lock()?;
        if self.closed()? {
            return raise!(ValueError, "write to closed file");
        }
        let size = self.size();
        // SAFETY: the caller's promise; each slice is used before anything runs.
        let part = |from: usize, n: usize| unsafe { std::slice::from_raw_parts(bytes.add(from), n) };
        if !self.valid_read() && !self.valid_write() {
            self.pos.set(0);
            self.raw_pos.set(0);
        }
        let room = size - self.pos.get();
        if (len as i64) <= room && (len as i64) < size {
            self.block.put(self.pos.get(), part(0, len));
            if !self.valid_write() || self.write_pos.get() > self.pos.get() {
                self.write_pos.set(self.pos.get());
            }
            self.adjust(self.pos.get() + len as i64);
            if self.write_end.get() < self.pos.get() {
                self.write_end.set(self.pos.get());
            }
            return Ok(len);
        }
        if let Err(r) = self.flush_writes() {
            if !error::matches::<exc::BlockingIOError>() {
                return Err(r);
            }
            // what could not be written moves to the front, to make room
            if self.readable.get() {
                self.reset_read();
            }
            let from = self.write_pos.get();
            // SAFETY: copied at once.
            let kept = unsafe { self.block.bytes(from, self.write_end.get()) }.to_vec();
            self.block.put(0, &kept);
            self.write_end.set(self.write_end.get() - from);
            self.raw_pos.set(self.raw_pos.get() - from);
            self.pos.set(self.pos.get() - from);
            self.write_pos.set(0);
            let room = (size - self.write_end.get()).max(0) as usize;
            let n = len.min(room);
            self.block.put(self.write_end.get(), part(0, n));
            self.write_end.set(self.write_end.get() + n as i64);
            self.pos.set(self.pos.get() + n as i64);
            error::clear();
            return if n == len {
                Ok(len)
            } else {
                blocking_error(&*self.raw()?, WOULD_BLOCK, n)
            };
        }
        let ahead = self.raw_offset();
        if ahead != 0 {
            self.raw_seek(-ahead, 1)?;
            self.raw_pos.set(self.raw_pos.get() - ahead);
        }
        // whole blocks go out directly
        let mut written = 0;
        while (len - written) as i64 > size {
            // SAFETY: the caller's promise.
            match unsafe { self.raw_write(bytes.add(written), len - written)? } {
                Some(n) => written += n,
                None => {
                    let n = size as usize;
                    self.block.put(0, part(written, n));
                    self.raw_pos.set(0);
                    self.adjust(size);
                    self.write_pos.set(0);
                    self.write_end.set(size);
                    return blocking_error(&*self.raw()?, WOULD_BLOCK, written + n);
                }
            }
            object::hooks::check_pending()?;
        }
        if self.readable.get() {
            self.reset_read();
        }
        let rest = len - written;
        if rest > 0 {
            self.block.put(0, part(written, rest));
        }
        self.write_pos.set(0);
        self.write_end.set(rest as i64);
        self.adjust(rest as i64);
        self.raw_pos.set(0);
        Ok(len)
    }

    /// `write()` of bytes that nobody changes.
    pub fn write_bytes(&self, bytes: &[u8]) -> PyResult<usize> {
        // SAFETY: the slice lives as long as the call.
        unsafe { self.write_memory(bytes.as_ptr(), bytes.len()) }
    }

    /// `flush()` of a writer.
    pub fn flush_stream(&self) -> PyResult<()> {
        self.check_ready()?;
        if self.closed()? {
            return raise!(ValueError, "flush of closed file");
        }
        let _held = self.lock()?;
        self.flush_and_rewind()
    }

    // ---- reading ----

    fn take_ahead(&self, n: i64) -> PyResult<Py<PyBytes>> {
        let pos = self.pos.get();
        // SAFETY: copied at once.
        let bytes = PyBytes::new(unsafe { self.block.bytes(pos, pos + n) })?;
        self.pos.set(pos + n);
        Ok(bytes)
    }

    /// Before the raw stream is read: what is to be written goes out.
    fn prepare_read(&self) -> PyResult<()> {
        if self.writable.get() {
            self.flush_and_rewind()?;
        }
        self.reset_read();
        Ok(())
    }

    pub fn read_some(&self, n: isize) -> PyResult<Option<Py<PyBytes>>> {
        self.check_ready()?;
        if n < -1 {
            return raise!(ValueError, "read length must be non-negative or -1");
        }
        self.check_closed("read of closed file")?;
        if n == -1 {
            let _held = self.lock()?;
            return self.read_all();
        }
        if (n as i64) <= self.readahead() {
            return self.take_ahead(n as i64).map(Some);
        }
        let _held = self.lock()?;
        self.read_block(n as usize)
    }

    fn read_block(&self, n: usize) -> PyResult<Option<Py<PyBytes>>> {
        let ahead = self.readahead();
        if (n as i64) <= ahead {
            return self.take_ahead(n as i64).map(Some);
        }
        let mut nothing = false;
        // SAFETY: what follows counts what it writes, and stops at `n`.
        let bytes = unsafe {
            PyBytes::build_upto(n, |place| {
                let mut at = 0usize;
                let take = |at: &mut usize, most: usize| {
                    let pos = self.pos.get();
                    let bytes = self.block.bytes(pos, pos + (most.min(n - *at) as i64));
                    std::ptr::copy_nonoverlapping(bytes.as_ptr(), place.add(*at), bytes.len());
                    *at += bytes.len();
                    self.pos.set(pos + bytes.len() as i64);
                };
                if ahead > 0 {
                    take(&mut at, ahead as usize);
                }
                self.prepare_read()?;
                let size = self.block.size.get().max(1);
                // whole blocks come directly
                loop {
                    let whole = (n - at) / size * size;
                    if whole == 0 {
                        break;
                    }
                    match self.raw_read_to(place.add(at), whole)? {
                        Some(got) if got > 0 => at += got,
                        end => {
                            nothing = end.is_none() && at == 0;
                            return Ok(at);
                        }
                    }
                }
                self.pos.set(0);
                self.raw_pos.set(0);
                self.read_end.set(0);
                while at < n && self.read_end.get() < self.size() {
                    match self.fill()? {
                        Some(got) if got > 0 => take(&mut at, got),
                        end => {
                            nothing = end.is_none() && at == 0;
                            return Ok(at);
                        }
                    }
                }
                Ok(at)
            })?
        };
        Ok(if nothing { None } else { Some(bytes) })
    }

    fn read_all(&self) -> PyResult<Option<Py<PyBytes>>> {
        let ahead = self.readahead();
        let pos = self.pos.get();
        // SAFETY: copied at once.
        let mut data = unsafe { self.block.bytes(pos, pos + ahead) }.to_vec();
        self.pos.set(pos + ahead);
        self.prepare_read()?;
        let raw = self.raw()?;
        let rest: Py = if let Some(f) = FileIO::plain(&raw) {
            self.abs_pos.set(-1);
            match f.read_rest()? {
                Some(rest) if data.is_empty() => return Ok(Some(rest)),
                Some(rest) => rest.into_object(),
                None => object::none(),
            }
        } else if let Some(readall) = raw.get_attr_opt(intern!("readall"))? {
            let rest = object::call::call(&readall, &[])?;
            self.abs_pos.set(-1);
            if !is_none(&rest) && !PyBytes::check(&rest) {
                return raise!(TypeError, "readall() should return bytes");
            }
            rest
        } else {
            return self.read_all_slowly(&raw, data);
        };
        match rest.downcast_into::<PyBytes>() {
            Ok(rest) if data.is_empty() => Ok(Some(rest)),
            Ok(rest) => {
                data.extend_from_slice(rest.as_slice());
                PyBytes::new(&data).map(Some)
            }
            Err(_) if data.is_empty() => Ok(None),
            Err(_) => PyBytes::new(&data).map(Some),
        }
    }

    #[cold]
    fn read_all_slowly(&self, raw: &PyObject, mut data: Vec<u8>) -> PyResult<Option<Py<PyBytes>>> {
        loop {
            let got = call0(raw, intern!("read"))?;
            if !is_none(&got) && !PyBytes::check(&got) {
                return raise!(TypeError, "read() should return bytes");
            }
            match got.downcast::<PyBytes>() {
                Some(b) if !b.is_empty() => {
                    data.extend_from_slice(b.as_slice());
                    self.advance(b.len());
                }
                end => {
                    if data.is_empty() && end.is_none() {
                        return Ok(None);
                    }
                    return PyBytes::new(&data).map(Some);
                }
            }
        }
    }

    pub fn read_once(&self, n: isize) -> PyResult<Py<PyBytes>> {
        self.check_ready()?;
        let n = if n < 0 { self.size() } else { n as i64 };
        self.check_closed("read of closed file")?;
        if n == 0 {
            return PyBytes::new(&[]);
        }
        let ahead = self.readahead();
        if ahead > 0 {
            return self.take_ahead(n.min(ahead));
        }
        let _held = self.lock()?;
        self.prepare_read()?;
        // SAFETY: the raw stream writes as many bytes as it says, at most `n`.
        unsafe {
            PyBytes::build_upto(n as usize, |place| {
                Ok(self.raw_read_to(place, n as usize)?.unwrap_or(0))
            })
        }
    }

    fn peek(&self) -> PyResult<Py<PyBytes>> {
        self.check_ready()?;
        self.check_closed("peek of closed file")?;
        let _held = self.lock()?;
        if self.writable.get() {
            self.flush_and_rewind()?;
        }
        let (pos, ahead) = (self.pos.get(), self.readahead());
        if ahead > 0 {
            // SAFETY: copied at once.
            return PyBytes::new(unsafe { self.block.bytes(pos, pos + ahead) });
        }
        self.reset_read();
        let n = self.fill()?.unwrap_or(0);
        self.pos.set(0);
        // SAFETY: copied at once.
        PyBytes::new(unsafe { self.block.bytes(0, n as i64) })
    }

    fn read_into(&self, buffer: Writable, once: bool) -> PyResult<Option<usize>> {
        self.check_ready()?;
        self.check_closed("readinto of closed file")?;
        let len = buffer.len();
        let mut at = 0;
        let take = |at: &mut usize, most: usize| {
            let pos = self.pos.get();
            // SAFETY: copied at once.
            let bytes = unsafe { self.block.bytes(pos, pos + most.min(len - *at) as i64) };
            *at += buffer.put(*at, bytes);
            self.pos.set(pos + bytes.len() as i64);
        };
        let ahead = self.readahead();
        if ahead > 0 {
            take(&mut at, ahead as usize);
            if at == len {
                return Ok(Some(at));
            }
        }
        let _held = self.lock()?;
        self.prepare_read()?;
        self.pos.set(0);
        while at < len {
            let n = if (len - at) as i64 > self.size() {
                // SAFETY: the view keeps its memory.
                let n = unsafe { self.raw_read_to(buffer.ptr().add(at), len - at)? };
                at += n.unwrap_or(0);
                n
            } else if once && at > 0 {
                Some(0)
            } else {
                self.reset_read();
                self.pos.set(0);
                let n = self.fill()?;
                take(&mut at, n.unwrap_or(0));
                n
            };
            match n {
                Some(0) => break,
                Some(_) if once => break,
                Some(_) => {}
                None if at > 0 => break,
                None => return Ok(None),
            }
        }
        Ok(Some(at))
    }

    fn read_line(&self, limit: isize) -> PyResult<Py<PyBytes>> {
        self.check_ready()?;
        self.check_closed("readline of closed file")?;
        let pos = self.pos.get();
        let limited = |n: i64, used: usize| {
            if limit >= 0 {
                n.min(limit as i64 - used as i64)
            } else {
                n
            }
        };
        let n = limited(self.readahead(), 0);
        // SAFETY: used before anything runs.
        let ahead = unsafe { self.block.bytes(pos, pos + n) };
        if let Some(i) = memchr::memchr(b'\n', ahead) {
            return self.take_ahead(i as i64 + 1);
        }
        if limit >= 0 && n == limit as i64 {
            return self.take_ahead(n);
        }
        let _held = self.lock()?;
        let (pos, n) = (self.pos.get(), limited(self.readahead(), 0));
        // SAFETY: copied at once.
        let mut line = unsafe { self.block.bytes(pos, pos + n) }.to_vec();
        self.pos.set(pos + n);
        if self.writable.get() {
            self.flush_and_rewind()?;
        }
        loop {
            self.reset_read();
            let n = match self.fill()? {
                Some(n) if n > 0 => n as i64,
                _ => break,
            };
            let n = limited(n, line.len());
            // SAFETY: used before anything runs.
            let bytes = unsafe { self.block.bytes(0, n) };
            let end = memchr::memchr(b'\n', bytes).map(|i| i + 1);
            let used = end.unwrap_or(bytes.len());
            line.extend_from_slice(&bytes[..used]);
            self.pos.set(used as i64);
            if end.is_some() || (limit >= 0 && line.len() as i64 == limit as i64) {
                break;
            }
        }
        PyBytes::new(&line)
    }

    fn next_line(&self) -> PyResult<Option<Py>> {
        let this = self.as_object();
        let exact = BufferedReader::check_exact(this) || BufferedRandom::check_exact(this);
        let line = if exact {
            self.read_line(-1)?.into_object()
        } else {
            let line = call0(this, intern!("readline"))?;
            if !PyBytes::check(&line) {
                return raise!(
                    OSError,
                    "readline() should have returned a bytes object, not '{}'",
                    line.ty().full_name()
                );
            }
            line
        };
        Ok(match line.downcast::<PyBytes>() {
            Some(b) if b.is_empty() => None,
            _ => Some(line),
        })
    }

    // ---- position ----

    pub fn position(&self) -> PyResult<i64> {
        self.check_ready()?;
        let pos = self.raw_tell()? - self.raw_offset();
        Ok(pos.max(0))
    }

    fn seek_to(&self, target: &PyObject, whence: i32) -> PyResult<i64> {
        self.check_ready()?;
        // `SEEK_DATA` and `SEEK_HOLE` are the system's
        if !(0..=4).contains(&whence) {
            return raise!(ValueError, "whence value {whence} unsupported");
        }
        self.check_closed("seek of closed file")?;
        let raw = self.raw()?;
        match FileIO::plain(&raw) {
            Some(f) if f.can_seek()? => {}
            _ => drop(check_seekable(&raw)?),
        }
        let mut target = offset(target)?;
        if whence < 2 && self.readable.get() {
            let current = self.current()?;
            let ahead = self.readahead();
            if ahead > 0 {
                let here = current - self.raw_offset();
                let by = if whence == 0 {
                    target.checked_sub(here)
                } else {
                    Some(target)
                };
                if let Some(by) = by
                    && by >= -self.pos.get()
                    && by <= ahead
                {
                    self.pos.set(self.pos.get() + by);
                    // devices may stand still while they are read
                    return Ok((here + by).max(0));
                }
            }
        }
        let _held = self.lock()?;
        if self.writable.get() {
            self.flush_writes()?;
        }
        if whence == 1 {
            target = target.saturating_sub(self.raw_offset());
        }
        let n = self.raw_seek(target, whence)?;
        self.raw_pos.set(-1);
        if self.readable.get() {
            self.reset_read();
        }
        Ok(n)
    }

    fn truncate_to(&self, pos: &PyObject) -> PyResult {
        self.check_ready()?;
        self.check_closed("truncate of closed file")?;
        if !self.writable.get() {
            return unsupported("truncate");
        }
        let _held = self.lock()?;
        self.flush_and_rewind()?;
        let result = self.raw()?.call_method(intern!("truncate"), &[pos])?;
        if self.raw_tell().is_err() {
            error::clear();
        }
        Ok(result)
    }

    // ---- life ----

    fn set_up(&self, raw: &PyObject, size: isize, readable: bool, writable: bool) -> PyResult<()> {
        self.ok.set(false);
        self.detached.set(false);
        if readable && writable {
            check_seekable(raw)?;
        }
        if readable {
            check_readable(raw)?;
        }
        if writable {
            check_writable(raw)?;
        }
        if size <= 0 {
            return raise!(ValueError, "buffer size must be strictly positive");
        }
        let _held = self.lock()?;
        self.raw.set(Some(raw.new_ref()));
        self.readable.set(readable);
        self.writable.set(writable);
        self.block.replace(size as usize)?;
        self.abs_pos.set(-1);
        self.pos.set(0);
        self.raw_pos.set(0);
        self.reset_read();
        self.reset_write();
        self.ok.set(true);
        if self.raw_tell().is_err() {
            error::clear();
            self.abs_pos.set(-1);
        }
        Ok(())
    }

    fn close_stream(&self) -> PyResult<()> {
        self.check_ready()?;
        let this = self.as_object();
        {
            let _held = self.lock()?;
            if self.raw_closed()? {
                return Ok(());
            }
        }
        if self.finalizing.get() {
            self.warn(this);
        }
        let flushed = call0(this, intern!("flush")).map(drop);
        both(flushed, || {
            let _held = self.lock()?;
            let raw = self.raw()?;
            let closed = call0(&raw, intern!("close")).map(drop);
            self.block.free();
            self.reset_read();
            closed
        })
    }

    fn warn(&self, source: &PyObject) {
        if let Some(raw) = self.raw.get().filter(|_| self.ok.get())
            && raw.call_method(intern!("_dealloc_warn"), &[source]).is_err()
        {
            error::clear();
        }
    }

    fn flush_simply(&self) -> PyResult {
        call0(&*self.raw()?, intern!("flush"))
    }

    fn detach_raw(&self) -> PyResult {
        self.check_ready()?;
        call0(self.as_object(), intern!("flush"))?;
        let raw = self.raw()?;
        self.raw.set(None);
        self.detached.set(true);
        self.ok.set(false);
        Ok(raw)
    }

    fn repr(&self) -> PyResult<Py<PyStr>> {
        named_repr(self.as_object())
    }

    fn visit(&self, visit: &mut Visitor) {
        visit.field(&self.base.dict);
        visit.field(&self.raw);
    }

    fn clear(&self) {
        self.ok.set(false);
        self.raw.set(None);
        self.base.dict.set(None);
    }
}

/// `<TYPE name=…>`, or `<TYPE>` for streams without a name.
fn named_repr(this: &PyObject) -> PyResult<Py<PyStr>> {
    let ty = this.ty().full_name();
    let name = match this.get_attr_opt(intern!("name")) {
        Ok(name) => name,
        Err(_) if error::matches::<exc::ValueError>() => {
            error::clear();
            None
        }
        Err(r) => return Err(r),
    };
    let Some(name) = name else {
        return PyStr::new(&format!("<{ty}>"));
    };
    if object::protocol::repr_enter(this) {
        return raise!(RuntimeError, "reentrant call inside {ty}.__repr__");
    }
    let repr = name.repr();
    object::protocol::repr_leave(this);
    PyStr::new_wtf8_lossy(&format!("<{ty} name={}>", repr?))
}

/// Raises `OSError(text)` with the current exception as its cause.
#[cold]
fn failed_from<T>(raised: Raised, text: &str) -> PyResult<T> {
    let cause = error::fetch(raised);
    let r: PyResult<T> = raise!(OSError, "{text}");
    if let Some(e) = error::take() {
        exc::set_cause(&e, Some(cause.clone()));
        exc::set_context(&e, Some(cause));
        let _ = error::restore(e);
    }
    r
}

/// What all three classes have.
macro_rules! common {
    ($ty:ident) => {
        #[pymethods(part = common)]
        impl $ty {
            #[slot]
            fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<$ty>> {
                plain_new(cls, args, kwargs, |_| {})
            }
            #[slot]
            fn tp_traverse(&self, visit: &mut Visitor) {
                self.b.visit(visit);
            }
            #[slot]
            fn tp_clear(&self) {
                self.b.clear();
            }
            #[slot]
            fn tp_repr(&self) -> PyResult<Py<PyStr>> {
                self.b.repr()
            }
            #[method("($self, /)")]
            fn detach(&self) -> PyResult {
                self.b.detach_raw()
            }
            #[method("($self, /)")]
            fn close(&self) -> PyResult<()> {
                self.b.close_stream()
            }
            #[method("($self, /)")]
            fn seekable(&self) -> PyResult {
                call0(&*self.b.raw()?, intern!("seekable"))
            }
            #[method("($self, /)")]
            fn fileno(&self) -> PyResult {
                call0(&*self.b.raw()?, intern!("fileno"))
            }
            #[method("($self, /)")]
            fn isatty(&self) -> PyResult {
                call0(&*self.b.raw()?, intern!("isatty"))
            }
            #[method("($self, source, /)")]
            fn _dealloc_warn(&self, source: &PyObject) {
                self.b.warn(source);
            }
            #[method("($self, /)")]
            fn tell(&self) -> PyResult<i64> {
                self.b.position()
            }
            #[method("($self, target, whence=0, /)")]
            fn seek(&self, target: &PyObject, whence: Option<i32>) -> PyResult<i64> {
                self.b.seek_to(target, whence.unwrap_or(0))
            }
            #[method("($self, pos=None, /)")]
            fn truncate(&self, pos: Option<&PyObject>) -> PyResult {
                let none = object::none();
                self.b.truncate_to(pos.unwrap_or(&none))
            }
            #[method("($self, /)")]
            fn __sizeof__(&self) -> usize {
                size_of::<Buffered>() + 16 + self.b.block.size.get()
            }
            #[method("($self, /)")]
            fn __getstate__(&self) -> PyResult {
                cannot_pickle(self.as_object())
            }
            #[getter]
            fn raw(&self) -> Option<Py> {
                self.b.raw.get()
            }
            #[setter(raw)]
            fn set_raw(&self, _value: Option<&PyObject>) -> PyResult<()> {
                crate::read_only()
            }
            #[getter]
            fn closed(&self) -> PyResult {
                self.b.raw()?.get_attr(intern!("closed"))
            }
            #[getter]
            fn name(&self) -> PyResult {
                self.b.raw()?.get_attr(intern!("name"))
            }
            #[getter]
            fn mode(&self) -> PyResult {
                self.b.raw()?.get_attr(intern!("mode"))
            }
            #[getter]
            fn _finalizing(&self) -> bool {
                self.b.finalizing.get()
            }
            #[setter(_finalizing)]
            fn set_finalizing(&self, value: Option<&PyObject>) -> PyResult<()> {
                crate::set_flag(&self.b.finalizing, value)
            }
        }
    };
}

macro_rules! reading {
    ($ty:ident) => {
        #[pymethods(part = reading)]
        impl $ty {
            #[method("($self, /)")]
            fn readable(&self) -> PyResult {
                call0(&*self.b.raw()?, intern!("readable"))
            }
            #[method("($self, size=-1, /)")]
            fn read(&self, size: Option<Size>) -> PyResult<Option<Py<PyBytes>>> {
                self.b.read_some(Size::or_all(size))
            }
            #[method("($self, size=-1, /)")]
            fn read1(&self, size: Option<isize>) -> PyResult<Py<PyBytes>> {
                self.b.read_once(size.unwrap_or(-1))
            }
            #[method("($self, size=0, /)")]
            fn peek(&self, size: Option<isize>) -> PyResult<Py<PyBytes>> {
                let _ = size;
                self.b.peek()
            }
            #[method("($self, buffer, /)")]
            fn readinto(&self, buffer: Writable) -> PyResult<Option<usize>> {
                self.b.read_into(buffer, false)
            }
            #[method("($self, buffer, /)")]
            fn readinto1(&self, buffer: Writable) -> PyResult<Option<usize>> {
                self.b.read_into(buffer, true)
            }
            #[method("($self, size=-1, /)")]
            fn readline(&self, size: Option<Size>) -> PyResult<Py<PyBytes>> {
                self.b.read_line(Size::or_all(size))
            }
            #[slot]
            fn tp_iternext(&self) -> PyResult<Option<Py>> {
                self.b.next_line()
            }
        }
    };
}

macro_rules! writing {
    ($ty:ident) => {
        #[pymethods(part = writing)]
        impl $ty {
            #[method("($self, /)")]
            fn writable(&self) -> PyResult {
                call0(&*self.b.raw()?, intern!("writable"))
            }
            #[method("($self, buffer, /)")]
            fn write(&self, buffer: &PyObject) -> PyResult<usize> {
                let view = Buffer::simple(buffer)?;
                // SAFETY: the view keeps its memory.
                unsafe {
                    self.b
                        .write_memory(view.view().buf as *const u8, view.len())
                }
            }
            #[method("($self, /)")]
            fn flush(&self) -> PyResult<()> {
                self.b.flush_stream()
            }
        }
    };
}

/// `_io.BufferedReader`
#[pyclass(name = "_io.BufferedReader", base = BufferedIOBase, flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct BufferedReader {
    b: Buffered,
}
common!(BufferedReader);
reading!(BufferedReader);

#[pymethods(extend(common, reading))]
impl BufferedReader {
    #[init("(raw, buffer_size=DEFAULT_BUFFER_SIZE)")]
    fn init(&self, raw: &PyObject, buffer_size: Option<isize>) -> PyResult<()> {
        let size = buffer_size.unwrap_or(crate::base::DEFAULT_BUFFER_SIZE as isize);
        self.b.set_up(raw, size, true, false)
    }
    #[method("($self, /)")]
    fn flush(&self) -> PyResult {
        self.b.flush_simply()
    }
}

/// `_io.BufferedWriter`
#[pyclass(name = "_io.BufferedWriter", base = BufferedIOBase, flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct BufferedWriter {
    b: Buffered,
}
common!(BufferedWriter);
writing!(BufferedWriter);

#[pymethods(extend(common, writing))]
impl BufferedWriter {
    #[init("(raw, buffer_size=DEFAULT_BUFFER_SIZE)")]
    fn init(&self, raw: &PyObject, buffer_size: Option<isize>) -> PyResult<()> {
        let size = buffer_size.unwrap_or(crate::base::DEFAULT_BUFFER_SIZE as isize);
        self.b.set_up(raw, size, false, true)
    }
}

/// `_io.BufferedRandom`
#[pyclass(name = "_io.BufferedRandom", base = BufferedIOBase, flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct BufferedRandom {
    b: Buffered,
}
common!(BufferedRandom);
reading!(BufferedRandom);
writing!(BufferedRandom);

#[pymethods(extend(common, reading, writing))]
impl BufferedRandom {
    #[init("(raw, buffer_size=DEFAULT_BUFFER_SIZE)")]
    fn init(&self, raw: &PyObject, buffer_size: Option<isize>) -> PyResult<()> {
        let size = buffer_size.unwrap_or(crate::base::DEFAULT_BUFFER_SIZE as isize);
        self.b.set_up(raw, size, true, true)
    }
}

/// `_io.BufferedRWPair`: a reader and a writer of two raw streams.
#[pyclass(name = "_io.BufferedRWPair", base = BufferedIOBase, flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct BufferedRWPair {
    pub base: IOBase,
    reader: Field,
    writer: Field,
}

impl BufferedRWPair {
    fn part(field: &Field) -> PyResult<Py> {
        match field.get() {
            Some(part) => Ok(part),
            None => raise!(ValueError, "I/O operation on uninitialized object"),
        }
    }
    fn forward(field: &Field, name: &PyStr, args: &[&PyObject]) -> PyResult {
        Self::part(field)?.call_method(name, args)
    }
}

#[pymethods]
impl BufferedRWPair {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<BufferedRWPair>> {
        plain_new(cls, args, kwargs, |_| {})
    }
    #[init("(reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)")]
    fn init(&self, reader: &PyObject, writer: &PyObject, buffer_size: Option<isize>) -> PyResult<()> {
        check_readable(reader)?;
        check_writable(writer)?;
        let size = PyInt::from_i64(buffer_size.unwrap_or(crate::base::DEFAULT_BUFFER_SIZE as isize) as i64)?;
        let r = object::call::call(
            BufferedReader::type_object().as_object(),
            &[reader, size.as_object()],
        )?;
        let w = object::call::call(
            BufferedWriter::type_object().as_object(),
            &[writer, size.as_object()],
        )?;
        self.reader.set(Some(r));
        self.writer.set(Some(w));
        Ok(())
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.base.dict);
        visit.field(&self.reader);
        visit.field(&self.writer);
    }
    #[slot]
    fn tp_clear(&self) {
        self.base.dict.set(None);
        self.reader.set(None);
        self.writer.set(None);
    }
    #[method("($self, *args)", nosig, raw)]
    fn read(&self, args: object::FuncArgs<'_>) -> PyResult {
        Self::forward(&self.reader, intern!("read"), args.pos)
    }
    #[method("($self, *args)", nosig, raw)]
    fn peek(&self, args: object::FuncArgs<'_>) -> PyResult {
        Self::forward(&self.reader, intern!("peek"), args.pos)
    }
    #[method("($self, *args)", nosig, raw)]
    fn read1(&self, args: object::FuncArgs<'_>) -> PyResult {
        Self::forward(&self.reader, intern!("read1"), args.pos)
    }
    #[method("($self, *args)", nosig, raw)]
    fn readinto(&self, args: object::FuncArgs<'_>) -> PyResult {
        Self::forward(&self.reader, intern!("readinto"), args.pos)
    }
    #[method("($self, *args)", nosig, raw)]
    fn readinto1(&self, args: object::FuncArgs<'_>) -> PyResult {
        Self::forward(&self.reader, intern!("readinto1"), args.pos)
    }
    #[method("($self, *args)", nosig, raw)]
    fn write(&self, args: object::FuncArgs<'_>) -> PyResult {
        Self::forward(&self.writer, intern!("write"), args.pos)
    }
    #[method("($self, /)")]
    fn flush(&self) -> PyResult {
        Self::forward(&self.writer, intern!("flush"), &[])
    }
    #[method("($self, /)")]
    fn readable(&self) -> PyResult {
        Self::forward(&self.reader, intern!("readable"), &[])
    }
    #[method("($self, /)")]
    fn writable(&self) -> PyResult {
        Self::forward(&self.writer, intern!("writable"), &[])
    }
    #[method("($self, /)")]
    fn close(&self) -> PyResult<()> {
        let written = Self::forward(&self.writer, intern!("close"), &[]).map(drop);
        both(written, || {
            Self::forward(&self.reader, intern!("close"), &[]).map(drop)
        })
    }
    #[method("($self, /)")]
    fn isatty(&self) -> PyResult {
        let r = Self::forward(&self.writer, intern!("isatty"), &[])?;
        if r.is_true()? {
            return Ok(r);
        }
        Self::forward(&self.reader, intern!("isatty"), &[])
    }
    #[getter]
    fn closed(&self) -> PyResult {
        match self.writer.get() {
            Some(w) => w.get_attr(intern!("closed")),
            None => raise!(
                RuntimeError,
                "the BufferedRWPair object is being garbage-collected"
            ),
        }
    }
}
