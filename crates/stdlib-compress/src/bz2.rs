//! `_bz2`: compressor and decompressor objects over bzip2.

use crate::output::{NoMemory, Output};
use crate::pending::Pending;
use crate::{Data, Engine, Raw, no_bytes, truth};
use libbz2_rs_sys as bz;
use object::{
    Field, Py, PyBytes, PyObject, PyResult, PyTypeObject, error, hooks, pyclass, pymethods, pymodule, raise,
};
use std::ffi::{c_char, c_int, c_uint};

/// The library counts in 32 bits.
const CHUNK: usize = u32::MAX as usize;

/// Why a run has failed.
enum Failure {
    NoMemory,
    Status(c_int),
}

impl From<NoMemory> for Failure {
    fn from(_: NoMemory) -> Failure {
        Failure::NoMemory
    }
}

fn check(status: c_int) -> Result<c_int, Failure> {
    match status {
        bz::BZ_OK | bz::BZ_RUN_OK | bz::BZ_FLUSH_OK | bz::BZ_FINISH_OK | bz::BZ_STREAM_END => Ok(status),
        _ => Err(Failure::Status(status)),
    }
}

#[cold]
fn fail<T>(failure: Failure) -> PyResult<T> {
    match failure {
        Failure::NoMemory | Failure::Status(bz::BZ_MEM_ERROR) => error::no_memory(),
        Failure::Status(bz::BZ_CONFIG_ERROR) => raise!(SystemError, "libbzip2 was not compiled correctly"),
        Failure::Status(bz::BZ_PARAM_ERROR) => raise!(
            ValueError,
            "Internal error - invalid parameters passed to libbzip2"
        ),
        Failure::Status(bz::BZ_DATA_ERROR | bz::BZ_DATA_ERROR_MAGIC) => {
            raise!(OSError, "Invalid data stream")
        }
        Failure::Status(bz::BZ_IO_ERROR) => raise!(OSError, "Unknown I/O error"),
        Failure::Status(bz::BZ_UNEXPECTED_EOF) => raise!(
            EOFError,
            "Compressed file ended before the logical end-of-stream was detected"
        ),
        Failure::Status(bz::BZ_SEQUENCE_ERROR) => raise!(
            RuntimeError,
            "Internal error - Invalid sequence of commands sent to libbzip2"
        ),
        Failure::Status(other) => raise!(OSError, "Unrecognized error from libbzip2: {other}"),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Compress,
    Decompress,
}

/// A stream of the library; its state is the library's own.
struct Stream {
    bz: Box<bz::bz_stream>,
    kind: Kind,
}

// SAFETY: the state belongs to the stream alone.
unsafe impl Send for Stream {}

impl Stream {
    fn open(kind: Kind, level: c_int) -> Result<Stream, Failure> {
        let mut stream = Stream {
            bz: Box::new(bz::bz_stream {
                next_in: std::ptr::null(),
                avail_in: 0,
                total_in_lo32: 0,
                total_in_hi32: 0,
                next_out: std::ptr::null_mut(),
                avail_out: 0,
                total_out_lo32: 0,
                total_out_hi32: 0,
                state: std::ptr::null_mut(),
                bzalloc: None,
                bzfree: None,
                opaque: std::ptr::null_mut(),
            }),
            kind,
        };
        // SAFETY: a blank stream.
        check(unsafe {
            match kind {
                Kind::Compress => bz::BZ2_bzCompressInit(&mut *stream.bz, level, 0, 0),
                Kind::Decompress => bz::BZ2_bzDecompressInit(&mut *stream.bz, 0, 0),
            }
        })?;
        Ok(stream)
    }

    /// One step into the room there is.
    fn step(
        &mut self,
        out: &mut Output,
        f: impl FnOnce(*mut bz::bz_stream) -> c_int,
    ) -> Result<c_int, Failure> {
        let (room, n) = out.room();
        let n = n.min(CHUNK);
        self.bz.next_out = room as *mut c_char;
        self.bz.avail_out = n as c_uint;
        let status = f(&mut *self.bz);
        // SAFETY: the library has written what is no longer available.
        unsafe { out.written(n - self.bz.avail_out as usize) };
        check(status)
    }

    fn feed(&mut self, input: Raw) -> Raw {
        let n = input.len.min(CHUNK);
        self.bz.next_in = input.ptr as *const c_char;
        self.bz.avail_in = n as c_uint;
        input.after(n)
    }

    /// Compresses all of the input, or (`BZ_FINISH`) what the library still holds.
    fn compress(&mut self, input: Raw, action: c_int) -> Result<Output, Failure> {
        let mut out = Output::new(-1)?;
        let mut rest = self.feed(input);
        loop {
            if self.bz.avail_in == 0 && rest.len > 0 {
                rest = self.feed(rest);
            }
            if action == bz::BZ_RUN && self.bz.avail_in == 0 {
                return Ok(out);
            }
            if out.is_full() {
                out.grow()?;
            }
            // SAFETY: the input is alive during the call, the room is the output's.
            let status = self.step(&mut out, |s| unsafe { bz::BZ2_bzCompress(s, action) })?;
            if action == bz::BZ_FINISH && status == bz::BZ_STREAM_END {
                return Ok(out);
            }
        }
    }

    /// Decompresses to the end of the stream, of the input or of the room: the output, whether the stream has ended, and
    /// what is left of the input.
    fn decompress(&mut self, input: Raw, max_length: isize) -> Result<(Output, bool, Raw), Failure> {
        let mut out = Output::new(max_length)?;
        let mut rest = input;
        loop {
            let fed = rest.len.min(CHUNK);
            self.feed(rest);
            // SAFETY: as above.
            let status = self.step(&mut out, |s| unsafe { bz::BZ2_bzDecompress(s) })?;
            rest = rest.after(fed - self.bz.avail_in as usize);
            if status == bz::BZ_STREAM_END {
                return Ok((out, true, rest));
            }
            if rest.len == 0 || (out.is_full() && !out.grow()?) {
                return Ok((out, false, rest));
            }
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: an open stream, or one whose opening failed, which the library refuses.
        unsafe {
            match self.kind {
                Kind::Compress => bz::BZ2_bzCompressEnd(&mut *self.bz),
                Kind::Decompress => bz::BZ2_bzDecompressEnd(&mut *self.bz),
            }
        };
    }
}

struct Compressing {
    stream: Stream,
    flushed: bool,
}

/// `_bz2.BZ2Compressor`
#[pyclass(name = "_bz2.BZ2Compressor")]
#[repr(C)]
pub struct BZ2Compressor {
    ob_base: PyObject,
    engine: Engine<Compressing>,
}

#[pymethods]
impl BZ2Compressor {
    #[new("(compresslevel=9, /)")]
    fn tp_new(cls: &PyTypeObject, compresslevel: Option<i32>) -> PyResult<Py<BZ2Compressor>> {
        let level = compresslevel.unwrap_or(9);
        if !(1..=9).contains(&level) {
            return raise!(ValueError, "compresslevel must be between 1 and 9");
        }
        let stream = match Stream::open(Kind::Compress, level) {
            Ok(s) => s,
            Err(f) => return fail(f),
        };
        object::new_instance(cls, |this: *mut BZ2Compressor| {
            // SAFETY: a fresh instance; the field is written once.
            unsafe {
                (&raw mut (*this).engine).write(Engine::new(Compressing {
                    stream,
                    flushed: false,
                }))
            }
        })
    }
    #[method("($self, data, /)")]
    fn compress(&self, data: Data) -> PyResult<Py<PyBytes>> {
        let input = data.raw();
        let mut engine = self.engine.lock();
        if engine.flushed {
            drop(engine);
            return raise!(ValueError, "Compressor has been flushed");
        }
        let done = hooks::blocking(|| engine.stream.compress(input, bz::BZ_RUN));
        drop(engine);
        match done {
            Ok(out) => out.into_bytes(),
            Err(f) => fail(f),
        }
    }
    #[method("($self, /)")]
    fn flush(&self) -> PyResult<Py<PyBytes>> {
        let mut engine = self.engine.lock();
        if engine.flushed {
            drop(engine);
            return raise!(ValueError, "Repeated call to flush()");
        }
        engine.flushed = true;
        let done = hooks::blocking(|| engine.stream.compress(Raw::EMPTY, bz::BZ_FINISH));
        drop(engine);
        match done {
            Ok(out) => out.into_bytes(),
            Err(f) => fail(f),
        }
    }
}

struct Decompressing {
    stream: Stream,
    pending: Pending,
    eof: bool,
    /// The data was bad: the library's state is of no use any more.
    broken: bool,
}

/// `_bz2.BZ2Decompressor`
#[pyclass(name = "_bz2.BZ2Decompressor")]
#[repr(C)]
pub struct BZ2Decompressor {
    ob_base: PyObject,
    engine: Engine<Decompressing>,
    unused_data: Field<PyBytes>,
    eof: Field,
    needs_input: Field,
}

#[pymethods(members(unused_data, eof, needs_input))]
impl BZ2Decompressor {
    #[new("()")]
    fn tp_new(cls: &PyTypeObject) -> PyResult<Py<BZ2Decompressor>> {
        let stream = match Stream::open(Kind::Decompress, 0) {
            Ok(s) => s,
            Err(f) => return fail(f),
        };
        let empty = no_bytes()?;
        object::new_instance(cls, |this: *mut BZ2Decompressor| {
            // SAFETY: a fresh instance; every field is written once.
            unsafe {
                (&raw mut (*this).engine).write(Engine::new(Decompressing {
                    stream,
                    pending: Pending::default(),
                    eof: false,
                    broken: false,
                }));
                (&raw mut (*this).unused_data).write(Field::new(Some(empty)));
                (&raw mut (*this).eof).write(Field::new(truth(false)));
                (&raw mut (*this).needs_input).write(Field::new(truth(true)));
            }
        })
    }
    #[method("($self, /, data, max_length=-1)")]
    fn decompress(&self, data: Data, max_length: Option<isize>) -> PyResult<Py<PyBytes>> {
        let input = data.raw();
        let mut engine = self.engine.lock();
        if engine.eof {
            drop(engine);
            return raise!(EOFError, "End of stream already reached");
        }
        if engine.broken {
            drop(engine);
            return raise!(ValueError, "Decompressor is unusable after a previous error");
        }
        let Decompressing {
            stream,
            pending,
            eof,
            broken,
        } = &mut *engine;
        let done = hooks::blocking(|| -> Result<_, Failure> {
            // SAFETY: the view is held.
            let (input, own) = unsafe { pending.with(input)? };
            let (out, ended, rest) = stream.decompress(input, max_length.unwrap_or(-1))?;
            // SAFETY: the rest is the end of what `with` gave.
            unsafe { pending.keep(rest, own)? };
            Ok((out, ended))
        });
        let mut unused = Ok(());
        match &done {
            Ok((_, true)) => {
                *eof = true;
                self.eof.set(truth(true));
                self.needs_input.set(truth(false));
                if !pending.is_empty() {
                    unused = PyBytes::new(pending.as_slice()).map(|b| self.unused_data.set(Some(b)));
                }
                pending.clear();
            }
            Ok((_, false)) => self.needs_input.set(truth(pending.is_empty())),
            Err(_) => {
                pending.clear();
                *broken = true;
                self.needs_input.set(truth(false));
            }
        }
        drop(engine);
        unused?;
        match done {
            Ok((out, _)) => out.into_bytes(),
            Err(f) => fail(f),
        }
    }
}

/// The module.
pub struct Bz2;

#[pymodule(name = "_bz2", types(BZ2Compressor, BZ2Decompressor))]
impl Bz2 {}
