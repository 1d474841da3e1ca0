//! `_lzma`: compressor and decompressor objects over liblzma.

use crate::lzma_filters::{Chain, decode, encode, preset_options, uint32, unsigned};
use crate::output::{NoMemory, Output};
use crate::pending::Pending;
use crate::{Data, Engine, ErrorClass, Raw, no_bytes, truth};
use liblzma_sys as lz;
use object::{
    Field, Py, PyBytes, PyDict, PyInt, PyModule, PyObject, PyResult, PyTypeObject, error, hooks, is_none,
    pyclass, pymethods, pymodule, raise,
};

/// `_lzma.LZMAError`
pub static ERROR: ErrorClass = ErrorClass::new("_lzma", "LZMAError", Some("Call to liblzma failed."));

const FORMAT_AUTO: i32 = 0;
const FORMAT_XZ: i32 = 1;
const FORMAT_ALONE: i32 = 2;
const FORMAT_RAW: i32 = 3;
const CHECK_UNKNOWN: i64 = lz::LZMA_CHECK_ID_MAX as i64 + 1;

/// Why a run has failed.
enum Failure {
    NoMemory,
    Status(lz::lzma_ret),
}

impl From<NoMemory> for Failure {
    fn from(_: NoMemory) -> Failure {
        Failure::NoMemory
    }
}

fn check(status: lz::lzma_ret) -> Result<lz::lzma_ret, Failure> {
    match status {
        lz::LZMA_OK | lz::LZMA_GET_CHECK | lz::LZMA_NO_CHECK | lz::LZMA_STREAM_END => Ok(status),
        _ => Err(Failure::Status(status)),
    }
}

#[cold]
fn fail<T>(failure: Failure) -> PyResult<T> {
    let status = match failure {
        Failure::NoMemory | Failure::Status(lz::LZMA_MEM_ERROR) => return error::no_memory(),
        Failure::Status(s) => s,
    };
    ERROR.raise(match status {
        lz::LZMA_UNSUPPORTED_CHECK => "Unsupported integrity check",
        lz::LZMA_MEMLIMIT_ERROR => "Memory usage limit exceeded",
        lz::LZMA_FORMAT_ERROR => "Input format not supported by decoder",
        lz::LZMA_OPTIONS_ERROR => "Invalid or unsupported options",
        lz::LZMA_DATA_ERROR => "Corrupt input data",
        lz::LZMA_BUF_ERROR => "Insufficient buffer space",
        lz::LZMA_PROG_ERROR => "Internal error",
        other => return ERROR.raise(&format!("Unrecognized error from liblzma: {other}")),
    })
}

/// The exception of a status that says that something has failed.
pub fn fail_status(status: lz::lzma_ret) -> PyResult<()> {
    match check(status) {
        Ok(_) => Ok(()),
        Err(f) => fail(f),
    }
}

/// A stream of the library.
struct Stream(Box<lz::lzma_stream>);

// SAFETY: the state belongs to the stream alone.
unsafe impl Send for Stream {}

impl Stream {
    /// Opens a stream with one of the library's functions.
    fn open(f: impl FnOnce(*mut lz::lzma_stream) -> lz::lzma_ret) -> PyResult<Stream> {
        // SAFETY: `LZMA_STREAM_INIT` is all zeros.
        let mut stream = Stream(Box::new(unsafe { std::mem::zeroed() }));
        fail_status(f(&mut *stream.0))?;
        Ok(stream)
    }

    fn step(&mut self, out: &mut Output, action: lz::lzma_action) -> lz::lzma_ret {
        let (room, n) = out.room();
        self.0.next_out = room;
        self.0.avail_out = n;
        // SAFETY: an open stream; the input is alive during the run, the room is the output's, and what is written is what
        // is no longer available.
        unsafe {
            let status = lz::lzma_code(&mut *self.0, action);
            out.written(n - self.0.avail_out);
            status
        }
    }

    fn feed(&mut self, input: Raw) {
        self.0.next_in = input.ptr;
        self.0.avail_in = input.len;
    }

    /// Compresses all of the input, or (`LZMA_FINISH`) what the library still holds.
    fn compress(&mut self, input: Raw, action: lz::lzma_action) -> Result<Output, Failure> {
        let mut out = Output::new(-1)?;
        self.feed(input);
        loop {
            let mut status = self.step(&mut out, action);
            if status == lz::LZMA_BUF_ERROR && input.len == 0 && !out.is_full() {
                // nothing to do is no error
                status = lz::LZMA_OK;
            }
            check(status)?;
            if (action == lz::LZMA_RUN && self.0.avail_in == 0)
                || (action == lz::LZMA_FINISH && status == lz::LZMA_STREAM_END)
            {
                return Ok(out);
            }
            if out.is_full() {
                out.grow()?;
            }
        }
    }

    /// Decompresses to the end of the stream, of the input or of the room.
    fn decompress(&mut self, input: Raw, max_length: isize) -> Result<Part, Failure> {
        let mut part = Part {
            out: Output::new(max_length)?,
            ended: false,
            full: false,
            check: None,
            rest: Raw::EMPTY,
        };
        self.feed(input);
        loop {
            let mut status = self.step(&mut part.out, lz::LZMA_RUN);
            let full = part.out.is_full();
            if status == lz::LZMA_BUF_ERROR && self.0.avail_in == 0 && !full {
                status = lz::LZMA_OK;
            }
            check(status)?;
            if status == lz::LZMA_GET_CHECK || status == lz::LZMA_NO_CHECK {
                // SAFETY: an open stream that has just told of its check.
                part.check = Some(unsafe { lz::lzma_get_check(&*self.0) });
            }
            part.ended = status == lz::LZMA_STREAM_END;
            part.full = full && !part.ended && !part.out.grow()?;
            if part.ended || part.full || (!full && self.0.avail_in == 0) {
                part.rest = Raw {
                    ptr: self.0.next_in,
                    len: self.0.avail_in,
                };
                return Ok(part);
            }
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: an open stream, or a blank one.
        unsafe { lz::lzma_end(&mut *self.0) };
    }
}

/// What a run of decompression gives.
struct Part {
    out: Output,
    ended: bool,
    /// There was no room for more.
    full: bool,
    check: Option<lz::lzma_check>,
    rest: Raw,
}

/// A number that goes into a C `int` as the old argument parser takes it.
fn c_int(obj: Option<&PyObject>, default: i32) -> PyResult<i32> {
    let Some(obj) = obj else { return Ok(default) };
    let value = object::number::index(obj)?;
    match value.to_i64().map(i32::try_from) {
        Some(Ok(v)) => Ok(v),
        Some(Err(_)) if value.is_negative() => {
            raise!(OverflowError, "signed integer is less than minimum")
        }
        Some(Err(_)) => raise!(OverflowError, "signed integer is greater than maximum"),
        None => raise!(OverflowError, "Python int too large to convert to C long"),
    }
}

fn given(obj: Option<&PyObject>) -> Option<&PyObject> {
    obj.filter(|o| !is_none(o))
}

fn open_compressor(format: i32, check: i32, preset: u32, filters: Option<&PyObject>) -> PyResult<Stream> {
    match (format, filters) {
        (FORMAT_XZ, None) => {
            let check = if check == -1 {
                lz::LZMA_CHECK_CRC64
            } else {
                check as lz::lzma_check
            };
            // SAFETY: a blank stream and numbers.
            Stream::open(|s| unsafe { lz::lzma_easy_encoder(s, preset, check) })
        }
        (FORMAT_XZ, Some(specs)) => {
            let check = if check == -1 {
                lz::LZMA_CHECK_CRC64
            } else {
                check as lz::lzma_check
            };
            let chain = Chain::from_specs(specs)?;
            // SAFETY: a blank stream and a chain, which the library copies.
            Stream::open(|s| unsafe { lz::lzma_stream_encoder(s, chain.as_ptr(), check) })
        }
        (FORMAT_ALONE, None) => {
            let Some(options) = preset_options(preset) else {
                return ERROR.raise(&format!("Invalid compression preset: {preset}"));
            };
            // SAFETY: as above.
            Stream::open(|s| unsafe { lz::lzma_alone_encoder(s, &*options) })
        }
        (FORMAT_ALONE, Some(specs)) => {
            let chain = Chain::from_specs(specs)?;
            let Some(options) = chain.single_lzma1() else {
                return raise!(
                    ValueError,
                    "Invalid filter chain for FORMAT_ALONE - must be a single LZMA1 filter"
                );
            };
            // SAFETY: as above; the options live as long as the chain.
            Stream::open(|s| unsafe { lz::lzma_alone_encoder(s, options) })
        }
        (FORMAT_RAW, None) => raise!(ValueError, "Must specify filters for FORMAT_RAW"),
        (FORMAT_RAW, Some(specs)) => {
            let chain = Chain::from_specs(specs)?;
            // SAFETY: as above.
            Stream::open(|s| unsafe { lz::lzma_raw_encoder(s, chain.as_ptr()) })
        }
        _ => raise!(ValueError, "Invalid container format: {format}"),
    }
}

struct Compressing {
    stream: Stream,
    flushed: bool,
}

/// `_lzma.LZMACompressor`
#[pyclass(name = "_lzma.LZMACompressor")]
#[repr(C)]
pub struct LZMACompressor {
    ob_base: PyObject,
    engine: Engine<Compressing>,
}

#[pymethods]
impl LZMACompressor {
    #[new("(format=FORMAT_XZ, check=-1, preset=None, filters=None)")]
    fn tp_new(
        cls: &PyTypeObject,
        format: Option<&PyObject>,
        check: Option<&PyObject>,
        preset: Option<&PyObject>,
        filters: Option<&PyObject>,
    ) -> PyResult<Py<LZMACompressor>> {
        let (format, check) = (c_int(format, FORMAT_XZ)?, c_int(check, -1)?);
        let (preset, filters) = (given(preset), given(filters));
        if format != FORMAT_XZ && check != -1 && check != lz::LZMA_CHECK_NONE as i32 {
            return raise!(ValueError, "Integrity checks are only supported by FORMAT_XZ");
        }
        if preset.is_some() && filters.is_some() {
            return raise!(ValueError, "Cannot specify both preset and filter chain");
        }
        let preset = match preset {
            Some(p) => uint32(p)?,
            None => lz::LZMA_PRESET_DEFAULT,
        };
        let stream = open_compressor(format, check, preset, filters)?;
        object::new_instance(cls, |this: *mut LZMACompressor| {
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
        let done = hooks::blocking(|| engine.stream.compress(input, lz::LZMA_RUN));
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
        let done = hooks::blocking(|| engine.stream.compress(Raw::EMPTY, lz::LZMA_FINISH));
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
}

/// `_lzma.LZMADecompressor`
#[pyclass(name = "_lzma.LZMADecompressor")]
#[repr(C)]
pub struct LZMADecompressor {
    ob_base: PyObject,
    engine: Engine<Decompressing>,
    check: Field<PyInt>,
    eof: Field,
    needs_input: Field,
    unused_data: Field<PyBytes>,
}

#[pymethods(members(check, eof, needs_input, unused_data))]
impl LZMADecompressor {
    #[new("(format=FORMAT_AUTO, memlimit=None, filters=None)")]
    fn tp_new(
        cls: &PyTypeObject,
        format: Option<i32>,
        memlimit: Option<&PyObject>,
        filters: Option<&PyObject>,
    ) -> PyResult<Py<LZMADecompressor>> {
        let format = format.unwrap_or(FORMAT_AUTO);
        let filters = given(filters);
        let limit = match given(memlimit) {
            None => u64::MAX,
            Some(_) if format == FORMAT_RAW => {
                return raise!(ValueError, "Cannot specify memory limit with FORMAT_RAW");
            }
            Some(m) => unsigned(m, u64::MAX, "uint64_t")?,
        };
        if format == FORMAT_RAW && filters.is_none() {
            return raise!(ValueError, "Must specify filters for FORMAT_RAW");
        }
        if format != FORMAT_RAW && filters.is_some() {
            return raise!(ValueError, "Cannot specify filters except with FORMAT_RAW");
        }
        let flags = lz::LZMA_TELL_ANY_CHECK | lz::LZMA_TELL_NO_CHECK;
        let mut check = CHECK_UNKNOWN;
        let stream = match (format, filters) {
            // SAFETY: a blank stream and numbers.
            (FORMAT_AUTO, _) => Stream::open(|s| unsafe { lz::lzma_auto_decoder(s, limit, flags) })?,
            // SAFETY: as above.
            (FORMAT_XZ, _) => Stream::open(|s| unsafe { lz::lzma_stream_decoder(s, limit, flags) })?,
            (FORMAT_ALONE, _) => {
                check = lz::LZMA_CHECK_NONE as i64;
                // SAFETY: as above.
                Stream::open(|s| unsafe { lz::lzma_alone_decoder(s, limit) })?
            }
            (FORMAT_RAW, Some(specs)) => {
                check = lz::LZMA_CHECK_NONE as i64;
                let chain = Chain::from_specs(specs)?;
                // SAFETY: as above; the library copies the chain.
                Stream::open(|s| unsafe { lz::lzma_raw_decoder(s, chain.as_ptr()) })?
            }
            _ => return raise!(ValueError, "Invalid container format: {format}"),
        };
        let (empty, check) = (no_bytes()?, PyInt::from_i64(check)?);
        object::new_instance(cls, |this: *mut LZMADecompressor| {
            // SAFETY: a fresh instance; every field is written once.
            unsafe {
                (&raw mut (*this).engine).write(Engine::new(Decompressing {
                    stream,
                    pending: Pending::default(),
                    eof: false,
                }));
                (&raw mut (*this).check).write(Field::new(Some(check)));
                (&raw mut (*this).eof).write(Field::new(truth(false)));
                (&raw mut (*this).needs_input).write(Field::new(truth(true)));
                (&raw mut (*this).unused_data).write(Field::new(Some(empty)));
            }
        })
    }
    #[method("($self, /, data, max_length=-1)")]
    fn decompress(&self, data: Data, max_length: Option<isize>) -> PyResult<Py<PyBytes>> {
        let input = data.raw();
        let mut engine = self.engine.lock();
        if engine.eof {
            drop(engine);
            return raise!(EOFError, "Already at end of stream");
        }
        let Decompressing { stream, pending, eof } = &mut *engine;
        let done = hooks::blocking(|| -> Result<Part, Failure> {
            // SAFETY: the view is held.
            let (input, own) = unsafe { pending.with(input)? };
            let part = stream.decompress(input, max_length.unwrap_or(-1))?;
            // SAFETY: the rest is the end of what `with` gave.
            unsafe { pending.keep(part.rest, own)? };
            Ok(part)
        });
        let mut state = Ok(());
        match &done {
            Ok(part) => {
                if let Some(c) = part.check {
                    state = PyInt::from_i64(c as i64).map(|c| self.check.set(Some(c)));
                }
                if part.ended {
                    *eof = true;
                    self.eof.set(truth(true));
                    self.needs_input.set(truth(false));
                    if !pending.is_empty() && state.is_ok() {
                        state = PyBytes::new(pending.as_slice()).map(|b| self.unused_data.set(Some(b)));
                    }
                    pending.clear();
                } else {
                    // the library may hold output that had no room, even without input
                    self.needs_input.set(truth(pending.is_empty() && !part.full));
                }
            }
            Err(_) => {
                pending.clear();
                // SAFETY: an open stream.
                let check = unsafe { lz::lzma_get_check(&*stream.0) };
                if let Err(Failure::Status(lz::LZMA_FORMAT_ERROR)) = &done {
                    state = PyInt::from_i64(check as i64).map(|c| self.check.set(Some(c)));
                }
            }
        }
        drop(engine);
        state?;
        match done {
            Ok(part) => part.out.into_bytes(),
            Err(f) => fail(f),
        }
    }
}

/// The module.
pub struct Lzma;

#[pymodule(name = "_lzma", types(LZMACompressor, LZMADecompressor))]
impl Lzma {
    #[function("($module, check_id, /)")]
    fn is_check_supported(check_id: i32) -> bool {
        // SAFETY: a number.
        unsafe { lz::lzma_check_is_supported(check_id as lz::lzma_check) != 0 }
    }
    #[function("($module, filter, /)")]
    fn _encode_filter_properties(filter: &PyObject) -> PyResult<Py<PyBytes>> {
        encode(filter)
    }
    #[function("($module, filter_id, encoded_props, /)")]
    fn _decode_filter_properties(filter_id: &PyObject, encoded_props: Data) -> PyResult<Py<PyDict>> {
        let id = unsigned(filter_id, u64::MAX, "lzma_vli")?;
        decode(id, &encoded_props.to_vec())
    }
    #[exec]
    fn exec(m: &PyModule) -> PyResult<()> {
        m.add("LZMAError", object::PyLayout::as_object(ERROR.get()?))?;
        for (name, value) in [
            ("FORMAT_AUTO", FORMAT_AUTO as u64),
            ("FORMAT_XZ", FORMAT_XZ as u64),
            ("FORMAT_ALONE", FORMAT_ALONE as u64),
            ("FORMAT_RAW", FORMAT_RAW as u64),
            ("CHECK_NONE", lz::LZMA_CHECK_NONE as u64),
            ("CHECK_CRC32", lz::LZMA_CHECK_CRC32 as u64),
            ("CHECK_CRC64", lz::LZMA_CHECK_CRC64 as u64),
            ("CHECK_SHA256", lz::LZMA_CHECK_SHA256 as u64),
            ("CHECK_ID_MAX", lz::LZMA_CHECK_ID_MAX as u64),
            ("CHECK_UNKNOWN", CHECK_UNKNOWN as u64),
            ("FILTER_LZMA1", lz::LZMA_FILTER_LZMA1),
            ("FILTER_LZMA2", lz::LZMA_FILTER_LZMA2),
            ("FILTER_DELTA", lz::LZMA_FILTER_DELTA),
            ("FILTER_X86", lz::LZMA_FILTER_X86),
            ("FILTER_IA64", lz::LZMA_FILTER_IA64),
            ("FILTER_ARM", lz::LZMA_FILTER_ARM),
            ("FILTER_ARMTHUMB", lz::LZMA_FILTER_ARMTHUMB),
            ("FILTER_SPARC", lz::LZMA_FILTER_SPARC),
            ("FILTER_POWERPC", lz::LZMA_FILTER_POWERPC),
            ("MF_HC3", lz::LZMA_MF_HC3 as u64),
            ("MF_HC4", lz::LZMA_MF_HC4 as u64),
            ("MF_BT2", lz::LZMA_MF_BT2 as u64),
            ("MF_BT3", lz::LZMA_MF_BT3 as u64),
            ("MF_BT4", lz::LZMA_MF_BT4 as u64),
            ("MODE_FAST", lz::LZMA_MODE_FAST as u64),
            ("MODE_NORMAL", lz::LZMA_MODE_NORMAL as u64),
            ("PRESET_DEFAULT", lz::LZMA_PRESET_DEFAULT as u64),
            ("PRESET_EXTREME", lz::LZMA_PRESET_EXTREME as u64),
        ] {
            m.add_value(name, value)?;
        }
        Ok(())
    }
}
