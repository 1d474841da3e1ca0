//! `zlib`: compressor and decompressor objects.

use crate::output::{NoMemory, Output, or_no_memory};
use crate::pending::Pending;
use crate::zlib::{DEF_BUF_SIZE, MAX_WBITS, NOTHING, broken, fail, inflate, zdict_bytes};
use crate::zlib_stream::{Broken, Stream};
use crate::{Data, Engine, Raw, no_bytes, truth};
use libz_sys as z;
use object::{
    Field, Py, PyBytes, PyClass, PyObject, PyResult, PyTypeObject, hooks, pyclass, pymethods, raise,
};

/// `zlib.Compress`
#[pyclass(name = "zlib.Compress", flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct Compress {
    ob_base: PyObject,
    engine: Engine<Stream>,
}

impl Compress {
    pub fn new(stream: Stream) -> PyResult<Py<Compress>> {
        object::new_object(Compress {
            ob_base: PyObject::new_head(Compress::type_object()),
            engine: Engine::new(stream),
        })
    }

    fn duplicate(&self) -> PyResult<Py<Compress>> {
        let copied = {
            let mut stream = self.engine.lock();
            stream.copy()
        };
        match copied {
            Ok(s) => Compress::new(s),
            Err(f) => copy_failed(f, "compression", "while copying compression object"),
        }
    }
}

#[cold]
fn copy_failed<T>(mut failure: crate::zlib_stream::Failure, what: &str, doing: &'static str) -> PyResult<T> {
    match failure.status {
        z::Z_STREAM_ERROR => raise!(ValueError, "Inconsistent stream state"),
        z::Z_MEM_ERROR => raise!(MemoryError, "Can't allocate memory for {what} object"),
        _ => {
            failure.doing = doing;
            fail(failure)
        }
    }
}

#[pymethods]
impl Compress {
    #[method("($self, data, /)")]
    fn compress(&self, data: Data) -> PyResult<Py<PyBytes>> {
        let input = data.raw();
        let done = {
            let mut stream = self.engine.lock();
            hooks::blocking(|| -> Result<_, NoMemory> {
                let mut out = Output::new(-1)?;
                // SAFETY: the view is held.
                let status = unsafe { stream.compress(input, z::Z_NO_FLUSH, &mut out)? };
                Ok(match status {
                    z::Z_STREAM_ERROR => Err(stream.failure(status, "while compressing data")),
                    _ => Ok(out),
                })
            })
        };
        match or_no_memory(done)? {
            Ok(out) => out.into_bytes(),
            Err(f) => fail(f),
        }
    }
    #[method("($self, mode=zlib.Z_FINISH, /)")]
    fn flush(&self, mode: Option<i32>) -> PyResult<Py<PyBytes>> {
        let mode = mode.unwrap_or(z::Z_FINISH);
        if mode == z::Z_NO_FLUSH {
            return no_bytes();
        }
        let done = {
            let mut stream = self.engine.lock();
            hooks::blocking(|| -> Result<_, NoMemory> {
                let mut out = Output::new(-1)?;
                // SAFETY: nothing is read.
                let status = unsafe { stream.compress(NOTHING, mode, &mut out)? };
                if status == z::Z_STREAM_END && mode == z::Z_FINISH {
                    return Ok(match stream.end() {
                        z::Z_OK => Ok(out),
                        status => Err(stream.failure(status, "while finishing compression")),
                    });
                }
                Ok(match status {
                    z::Z_OK | z::Z_BUF_ERROR => Ok(out),
                    _ => Err(stream.failure(status, "while flushing")),
                })
            })
        };
        match or_no_memory(done)? {
            Ok(out) => out.into_bytes(),
            Err(f) => fail(f),
        }
    }
    #[method("($self, /)")]
    fn copy(&self) -> PyResult<Py<Compress>> {
        self.duplicate()
    }
    #[method("($self, /)")]
    fn __copy__(&self) -> PyResult<Py<Compress>> {
        self.duplicate()
    }
    #[method("($self, memo, /)")]
    fn __deepcopy__(&self, _memo: &PyObject) -> PyResult<Py<Compress>> {
        self.duplicate()
    }
}

/// `zlib.Decompress`
#[pyclass(name = "zlib.Decompress", flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct Decompress {
    ob_base: PyObject,
    engine: Engine<Stream>,
    unused_data: Field<PyBytes>,
    unconsumed_tail: Field<PyBytes>,
    eof: Field,
}

impl Decompress {
    pub fn new(stream: Stream) -> PyResult<Py<Decompress>> {
        object::new_object(Decompress {
            ob_base: PyObject::new_head(Decompress::type_object()),
            engine: Engine::new(stream),
            unused_data: Field::new(Some(no_bytes()?)),
            unconsumed_tail: Field::new(Some(no_bytes()?)),
            eof: Field::new(truth(false)),
        })
    }

    fn duplicate(&self) -> PyResult<Py<Decompress>> {
        let copied = {
            let mut stream = self.engine.lock();
            stream.copy()
        };
        match copied {
            Ok(stream) => object::new_object(Decompress {
                ob_base: PyObject::new_head(Decompress::type_object()),
                engine: Engine::new(stream),
                unused_data: Field::new(self.unused_data.get()),
                unconsumed_tail: Field::new(self.unconsumed_tail.get()),
                eof: Field::new(self.eof.get()),
            }),
            Err(f) => copy_failed(f, "decompression", "while copying decompression object"),
        }
    }

    /// Keeps what is left of the input of a run: behind the end of the stream as `unused_data`, else as the tail.
    /// `rest` is alive.
    fn keep(&self, rest: Raw, ended: bool) -> PyResult<()> {
        // SAFETY: the caller's view is held; bytes are copied from it.
        let copy = |r: Raw| or_no_memory(unsafe { r.to_vec() }.ok_or(NoMemory));
        if ended {
            if rest.len > 0 {
                let mut all = self
                    .unused_data
                    .get()
                    .map_or(Vec::new(), |b| b.as_slice().to_vec());
                all.extend_from_slice(&copy(rest)?);
                self.unused_data.set(Some(PyBytes::new(&all)?));
            }
            if self.unconsumed_tail.get().is_some_and(|t| !t.is_empty()) {
                self.unconsumed_tail.set(Some(no_bytes()?));
            }
        } else if rest.len > 0 || self.unconsumed_tail.get().is_some_and(|t| !t.is_empty()) {
            self.unconsumed_tail.set(Some(PyBytes::new(&copy(rest)?)?));
        }
        Ok(())
    }
}

#[pymethods(members(unused_data, unconsumed_tail, eof))]
impl Decompress {
    #[method("($self, data, /, max_length=0)")]
    fn decompress(&self, data: Data, max_length: Option<isize>) -> PyResult<Py<PyBytes>> {
        let max_length = match max_length.unwrap_or(0) {
            n if n < 0 => return raise!(ValueError, "max_length must be non-negative"),
            0 => -1,
            n => n,
        };
        let input = data.raw();
        let mut stream = self.engine.lock();
        let done = hooks::blocking(|| -> Result<_, Broken> {
            let mut out = Output::new(max_length)?;
            // SAFETY: the view is held.
            let (status, rest) = unsafe { stream.decompress(input, z::Z_SYNC_FLUSH, &mut out)? };
            let failure = match status {
                z::Z_OK | z::Z_BUF_ERROR | z::Z_STREAM_END => None,
                _ => Some(stream.failure(status, "while decompressing data")),
            };
            Ok((out, status, rest, failure))
        });
        let kept = match &done {
            Ok((_, status, rest, _)) => self.keep(*rest, *status == z::Z_STREAM_END),
            Err(_) => Ok(()),
        };
        if let Ok((_, z::Z_STREAM_END, ..)) = &done {
            self.eof.set(truth(true));
        }
        drop(stream);
        kept?;
        match done {
            Ok((out, _, _, None)) => out.into_bytes(),
            Ok((_, _, _, Some(f))) => fail(f),
            Err(b) => broken(b),
        }
    }
    #[method("($self, length=zlib.DEF_BUF_SIZE, /)")]
    fn flush(&self, length: Option<isize>) -> PyResult<Py<PyBytes>> {
        let length = length.unwrap_or(DEF_BUF_SIZE);
        if length <= 0 {
            return raise!(ValueError, "length must be greater than zero");
        }
        let mut stream = self.engine.lock();
        if !stream.is_open() {
            // it has been flushed to its end
            drop(stream);
            return no_bytes();
        }
        let Some(tail) = self.unconsumed_tail.get() else {
            return object::error::bad_internal_call();
        };
        let input = if tail.is_empty() {
            NOTHING
        } else {
            Raw::of(tail.as_slice())
        };
        let done = hooks::blocking(|| -> Result<_, Broken> {
            let mut out = Output::with_room(length as usize)?;
            // SAFETY: the bytes are held.
            let (status, rest) = unsafe { stream.decompress(input, z::Z_FINISH, &mut out)? };
            if status == z::Z_STREAM_END {
                match stream.end() {
                    z::Z_OK => {}
                    status => {
                        let f = stream.failure(status, "while finishing decompression");
                        return Err(Broken::Failure(f));
                    }
                }
            }
            let failure = match status {
                z::Z_OK | z::Z_BUF_ERROR | z::Z_STREAM_END => None,
                _ => Some(stream.failure(status, "while decompressing data")),
            };
            Ok((out, status, rest, failure))
        });
        let kept = match &done {
            Ok((_, status, rest, _)) => self.keep(*rest, *status == z::Z_STREAM_END),
            Err(_) => Ok(()),
        };
        if let Ok((_, z::Z_STREAM_END, ..)) = &done {
            self.eof.set(truth(true));
        }
        drop(stream);
        kept?;
        match done {
            Ok((out, _, _, None)) => out.into_bytes(),
            Ok((_, _, _, Some(f))) => fail(f),
            Err(b) => broken(b),
        }
    }
    #[method("($self, /)")]
    fn copy(&self) -> PyResult<Py<Decompress>> {
        self.duplicate()
    }
    #[method("($self, /)")]
    fn __copy__(&self) -> PyResult<Py<Decompress>> {
        self.duplicate()
    }
    #[method("($self, memo, /)")]
    fn __deepcopy__(&self, _memo: &PyObject) -> PyResult<Py<Decompress>> {
        self.duplicate()
    }
}

/// A stream and what it has not read yet.
struct Buffered {
    stream: Stream,
    pending: Pending,
}

/// `zlib._ZlibDecompressor`
#[pyclass(name = "zlib._ZlibDecompressor")]
#[repr(C)]
pub struct ZlibDecompressor {
    ob_base: PyObject,
    engine: Engine<Buffered>,
    /// A dictionary that is no buffer, which matters only when the data asks for it.
    odd_zdict: Field,
    unused_data: Field<PyBytes>,
    eof: Field,
    needs_input: Field,
}

#[pymethods(members(unused_data, eof, needs_input))]
impl ZlibDecompressor {
    #[new("(wbits=15, zdict=b'')")]
    fn tp_new(
        cls: &PyTypeObject,
        wbits: Option<i32>,
        zdict: Option<&PyObject>,
    ) -> PyResult<Py<ZlibDecompressor>> {
        let wbits = wbits.unwrap_or(MAX_WBITS);
        let (mut dictionary, mut odd) = (None, None);
        match zdict {
            Some(d) if wbits < 0 || object::buffer::check(d) => dictionary = Some(zdict_bytes(d)?),
            Some(d) => odd = Some(object::PyLayout::new_ref(d)),
            None => {}
        }
        let engine = Engine::new(Buffered {
            stream: inflate(wbits, dictionary)?,
            pending: Pending::default(),
        });
        let empty = no_bytes()?;
        object::new_instance(cls, |this: *mut ZlibDecompressor| {
            // SAFETY: a fresh instance; every field is written once.
            unsafe {
                (&raw mut (*this).engine).write(engine);
                (&raw mut (*this).odd_zdict).write(Field::new(odd));
                (&raw mut (*this).unused_data).write(Field::new(Some(empty)));
                (&raw mut (*this).eof).write(Field::new(truth(false)));
                (&raw mut (*this).needs_input).write(Field::new(truth(true)));
            }
        })
    }
    #[method("($self, /, data, max_length=-1)")]
    fn decompress(&self, data: Data, max_length: Option<isize>) -> PyResult<Py<PyBytes>> {
        let mut engine = self.engine.lock();
        if self.eof.get().is_some_and(|e| e.is_true().unwrap_or(false)) {
            drop(engine);
            return raise!(EOFError, "End of stream already reached");
        }
        let input = data.raw();
        let Buffered { stream, pending } = &mut *engine;
        let done = hooks::blocking(|| -> Result<_, Broken> {
            // SAFETY: the view is held.
            let (input, own) = unsafe { pending.with(input)? };
            let mut out = Output::new(max_length.unwrap_or(-1))?;
            // SAFETY: the view and the pending input are held.
            let (status, rest) = unsafe { stream.decompress(input, z::Z_SYNC_FLUSH, &mut out)? };
            match status {
                z::Z_STREAM_END => match stream.end() {
                    z::Z_OK => {}
                    status => {
                        let f = stream.failure(status, "while finishing decompression");
                        return Err(Broken::Failure(f));
                    }
                },
                z::Z_OK | z::Z_BUF_ERROR => {}
                _ => {
                    return Err(Broken::Failure(
                        stream.failure(status, "while decompressing data"),
                    ));
                }
            }
            // SAFETY: the rest is the end of what `with` gave.
            unsafe { pending.keep(rest, own)? };
            Ok((out, status))
        });
        let mut unused = Ok(());
        match &done {
            Ok((_, z::Z_STREAM_END)) => {
                self.eof.set(truth(true));
                self.needs_input.set(truth(false));
                if !pending.is_empty() {
                    unused = PyBytes::new(pending.as_slice()).map(|b| self.unused_data.set(Some(b)));
                }
                pending.clear();
            }
            Ok(_) => self.needs_input.set(truth(pending.is_empty())),
            Err(_) => pending.clear(),
        }
        drop(engine);
        unused?;
        match done {
            Ok((out, _)) => out.into_bytes(),
            Err(Broken::NeedsDictionary) => match self.odd_zdict.get() {
                Some(d) => zdict_bytes(&d).and_then(|_| broken(Broken::NeedsDictionary)),
                None => broken(Broken::NeedsDictionary),
            },
            Err(b) => broken(b),
        }
    }
}
