//! `_zstd`: compressor and decompressor objects over libzstd, and what its frames say of themselves.

use crate::output::{NoMemory, Output};
use crate::pending::Pending;
use crate::zstd_dict::{self, Form, ZstdDict, argument};
use crate::{Data, Engine, ErrorClass, Raw, no_bytes, truth};
use object::{
    Field, IntoPy, Py, PyBytes, PyDict, PyInt, PyLayout, PyModule, PyObject, PyResult, PyTuple, PyTypeObject,
    error, hooks, is_none, pyclass, pymethods, pymodule, raise,
};
use std::ffi::{CStr, c_int, c_void};
use zstd_sys as zs;

/// `compression.zstd.ZstdError`
pub static ERROR: ErrorClass = ErrorClass::new(
    "compression.zstd",
    "ZstdError",
    Some("An error occurred in the zstd library."),
);

/// The functions that take any number as a parameter's name: the bindings' enumerations have only the known ones.
mod any_parameter {
    use std::ffi::c_int;
    use zstd_sys::{ZSTD_CCtx, ZSTD_DCtx, ZSTD_bounds};
    #[allow(clashing_extern_declarations)]
    unsafe extern "C" {
        pub fn ZSTD_cParam_getBounds(parameter: c_int) -> ZSTD_bounds;
        pub fn ZSTD_dParam_getBounds(parameter: c_int) -> ZSTD_bounds;
        pub fn ZSTD_CCtx_setParameter(ctx: *mut ZSTD_CCtx, parameter: c_int, value: c_int) -> usize;
        pub fn ZSTD_DCtx_setParameter(ctx: *mut ZSTD_DCtx, parameter: c_int, value: c_int) -> usize;
    }
}

pub fn failed(status: usize) -> bool {
    // SAFETY: a number.
    unsafe { zs::ZSTD_isError(status) != 0 }
}

pub fn error_name(status: usize) -> String {
    // SAFETY: the library's text, constant.
    unsafe { CStr::from_ptr(zs::ZSTD_getErrorName(status)) }
        .to_string_lossy()
        .into_owned()
}

/// Why a run has failed.
enum Failure {
    NoMemory,
    Status(usize),
}

impl From<NoMemory> for Failure {
    fn from(_: NoMemory) -> Failure {
        Failure::NoMemory
    }
}

fn check(status: usize) -> Result<usize, Failure> {
    if failed(status) {
        Err(Failure::Status(status))
    } else {
        Ok(status)
    }
}

#[cold]
fn fail<T>(failure: Failure, doing: &str) -> PyResult<T> {
    match failure {
        Failure::NoMemory => error::no_memory(),
        Failure::Status(s) => ERROR.raise(&format!("{doing}: {}", error_name(s))),
    }
}

const CONTINUE: i32 = zs::ZSTD_EndDirective::ZSTD_e_continue as i32;
const FLUSH_BLOCK: i32 = zs::ZSTD_EndDirective::ZSTD_e_flush as i32;
const FLUSH_FRAME: i32 = zs::ZSTD_EndDirective::ZSTD_e_end as i32;

const LEVEL: i32 = 100;
const WORKERS: i32 = 400;
const COMPRESSION: &[(i32, &str, &str)] = &[
    (LEVEL, "compression_level", "ZSTD_c_compressionLevel"),
    (101, "window_log", "ZSTD_c_windowLog"),
    (102, "hash_log", "ZSTD_c_hashLog"),
    (103, "chain_log", "ZSTD_c_chainLog"),
    (104, "search_log", "ZSTD_c_searchLog"),
    (105, "min_match", "ZSTD_c_minMatch"),
    (106, "target_length", "ZSTD_c_targetLength"),
    (107, "strategy", "ZSTD_c_strategy"),
    (
        160,
        "enable_long_distance_matching",
        "ZSTD_c_enableLongDistanceMatching",
    ),
    (161, "ldm_hash_log", "ZSTD_c_ldmHashLog"),
    (162, "ldm_min_match", "ZSTD_c_ldmMinMatch"),
    (163, "ldm_bucket_size_log", "ZSTD_c_ldmBucketSizeLog"),
    (164, "ldm_hash_rate_log", "ZSTD_c_ldmHashRateLog"),
    (200, "content_size_flag", "ZSTD_c_contentSizeFlag"),
    (201, "checksum_flag", "ZSTD_c_checksumFlag"),
    (202, "dict_id_flag", "ZSTD_c_dictIDFlag"),
    (WORKERS, "nb_workers", "ZSTD_c_nbWorkers"),
    (401, "job_size", "ZSTD_c_jobSize"),
    (402, "overlap_log", "ZSTD_c_overlapLog"),
];
const DECOMPRESSION: &[(i32, &str, &str)] = &[(100, "window_log_max", "ZSTD_d_windowLogMax")];
const STRATEGIES: &[&str] = &[
    "ZSTD_fast",
    "ZSTD_dfast",
    "ZSTD_greedy",
    "ZSTD_lazy",
    "ZSTD_lazy2",
    "ZSTD_btlazy2",
    "ZSTD_btopt",
    "ZSTD_btultra",
    "ZSTD_btultra2",
];

/// The classes of `set_parameter_types`.
static COMPRESSION_TYPE: Field<PyTypeObject> = Field::empty();
static DECOMPRESSION_TYPE: Field<PyTypeObject> = Field::empty();

fn is_exactly(obj: &PyObject, class: &Field<PyTypeObject>) -> bool {
    class.get().is_some_and(|c| std::ptr::eq(obj.ty(), c.get()))
}

fn bounds(compression: bool, parameter: i32) -> zs::ZSTD_bounds {
    // SAFETY: numbers; unknown ones are refused.
    unsafe {
        if compression {
            any_parameter::ZSTD_cParam_getBounds(parameter)
        } else {
            any_parameter::ZSTD_dParam_getBounds(parameter)
        }
    }
}

/// A parameter that the library has refused.
#[cold]
fn bad_parameter<T>(compression: bool, parameter: i32, value: i32) -> PyResult<T> {
    let (kind, list) = if compression {
        ("compression", COMPRESSION)
    } else {
        ("decompression", DECOMPRESSION)
    };
    let name = match list.iter().find(|(n, ..)| *n == parameter) {
        Some((_, name, _)) => name.to_string(),
        None => format!("unknown parameter (key {parameter})"),
    };
    let bounds = bounds(compression, parameter);
    if failed(bounds.error) {
        return raise!(ValueError, "invalid {kind} parameter '{name}'");
    }
    raise!(
        ValueError,
        "{kind} parameter '{name}' received an illegal value {value}; the valid range is [{}, {}]",
        bounds.lowerBound,
        bounds.upperBound
    )
}

/// A compression level in the library's range.
fn checked_level(level: &PyObject) -> PyResult<i32> {
    let range = bounds(true, LEVEL);
    let (low, high) = (range.lowerBound, range.upperBound);
    let value = object::number::index(level)?
        .to_i64()
        .and_then(|v| i32::try_from(v).ok());
    match value {
        Some(v) if (low..=high).contains(&v) => Ok(v),
        Some(v) => raise!(
            ValueError,
            "illegal compression level {v}; the valid range is [{low}, {high}]"
        ),
        None => raise!(
            ValueError,
            "illegal compression level; the valid range is [{low}, {high}]"
        ),
    }
}

/// The entries of an options dict.
fn options(dict: &PyDict, compression: bool) -> PyResult<Vec<(i32, i32)>> {
    let mut all = Vec::with_capacity(dict.len());
    for (key, value) in dict.items_vec() {
        if compression && is_exactly(&key, &DECOMPRESSION_TYPE) {
            return raise!(
                TypeError,
                "compression options dictionary key must not be a DecompressionParameter attribute"
            );
        }
        if !compression && is_exactly(&key, &COMPRESSION_TYPE) {
            return raise!(
                TypeError,
                "decompression options dictionary key must not be a CompressionParameter attribute"
            );
        }
        let key = object::number::as_c_int(&key)?;
        let value = if compression && key == LEVEL {
            checked_level(&value)?
        } else {
            object::number::as_c_int(&value)?
        };
        all.push((key, value));
    }
    Ok(all)
}

fn given(obj: Option<&PyObject>) -> Option<&PyObject> {
    obj.filter(|o| !is_none(o))
}

/// The `options` argument of a constructor.
fn options_dict<'a>(options: Option<&'a PyObject>, class: &str) -> PyResult<Option<&'a PyDict>> {
    match given(options) {
        None => Ok(None),
        Some(o) => match o.downcast::<PyDict>() {
            Some(d) => Ok(Some(d)),
            None => raise!(
                TypeError,
                "{class}() argument 'options' must be dict, not {}",
                o.ty().full_name()
            ),
        },
    }
}

/// A compression context.
struct Compression {
    ctx: *mut zs::ZSTD_CCtx,
    level: c_int,
    threads: bool,
}

// SAFETY: the context belongs to its holder alone.
unsafe impl Send for Compression {}

impl Drop for Compression {
    fn drop(&mut self) {
        if self.threads {
            // The library frees a dictionary that it has loaded before it waits for the workers that read it. To begin
            // another frame is what waits for them.
            self.reset();
            if let Ok(mut out) = Output::with_room(64) {
                let mut nothing = zs::ZSTD_inBuffer {
                    src: Raw::EMPTY.ptr as *const c_void,
                    size: 0,
                    pos: 0,
                };
                let _ = self.step(&mut nothing, &mut out, CONTINUE);
            }
        }
        // SAFETY: a context of the library's, or null.
        unsafe { zs::ZSTD_freeCCtx(self.ctx) };
    }
}

impl Compression {
    fn set(&mut self, parameter: i32, value: i32) -> PyResult<()> {
        match parameter {
            LEVEL => self.level = value,
            WORKERS => self.threads |= value != 0,
            _ => {}
        }
        // SAFETY: the context and two numbers.
        if failed(unsafe { any_parameter::ZSTD_CCtx_setParameter(self.ctx, parameter, value) }) {
            return bad_parameter(true, parameter, value);
        }
        Ok(())
    }

    /// The dictionary outlives the context by the caller's care.
    fn load(&mut self, dict: &ZstdDict, form: Form) -> PyResult<()> {
        let content = dict.raw();
        let (p, n) = (content.ptr as *const c_void, content.len);
        // SAFETY: the content and the prepared dictionary live as long as the dictionary object.
        let status = unsafe {
            match form {
                Form::Digested => zs::ZSTD_CCtx_refCDict(self.ctx, dict.for_compression(self.level)?),
                Form::Undigested => zs::ZSTD_CCtx_loadDictionary(self.ctx, p, n),
                Form::Prefix => zs::ZSTD_CCtx_refPrefix(self.ctx, p, n),
            }
        };
        match check(status) {
            Ok(_) => Ok(()),
            Err(f) => fail(f, "Unable to load Zstandard dictionary or prefix for compression"),
        }
    }

    fn reset(&mut self) {
        // SAFETY: the context; resetting its session does not fail.
        unsafe { zs::ZSTD_CCtx_reset(self.ctx, zs::ZSTD_ResetDirective::ZSTD_reset_session_only) };
    }

    /// One step into the room there is; the library's status.
    fn step(&mut self, input: &mut zs::ZSTD_inBuffer, out: &mut Output, mode: i32) -> Result<usize, Failure> {
        let directive = match mode {
            CONTINUE => zs::ZSTD_EndDirective::ZSTD_e_continue,
            FLUSH_BLOCK => zs::ZSTD_EndDirective::ZSTD_e_flush,
            _ => zs::ZSTD_EndDirective::ZSTD_e_end,
        };
        let (dst, size) = out.room();
        let mut buffer = zs::ZSTD_outBuffer {
            dst: dst as *mut c_void,
            size,
            pos: 0,
        };
        // SAFETY: the context, the input that is alive during the run and the output's room.
        unsafe {
            let status = zs::ZSTD_compressStream2(self.ctx, &mut buffer, input, directive);
            out.written(buffer.pos);
            check(status)
        }
    }

    fn run(&mut self, input: Raw, mode: i32) -> Result<Output, Failure> {
        let mut input = zs::ZSTD_inBuffer {
            src: input.ptr as *const c_void,
            size: input.len,
            pos: 0,
        };
        if self.threads && mode == CONTINUE {
            // the workers take input as long as they have room for it
            let mut out = Output::new(-1)?;
            loop {
                self.step(&mut input, &mut out, mode)?;
                if out.is_full() {
                    out.grow()?;
                } else if input.pos == input.size {
                    return Ok(out);
                }
            }
        }
        // SAFETY: a number.
        let bound = unsafe { zs::ZSTD_compressBound(input.size) };
        if bound > isize::MAX as usize {
            return Err(Failure::NoMemory);
        }
        let mut out = Output::with_room(bound)?;
        loop {
            if self.step(&mut input, &mut out, mode)? == 0 {
                return Ok(out);
            }
            if out.is_full() {
                out.grow()?;
            }
        }
    }
}

/// `compression.zstd.ZstdCompressor`
#[pyclass(name = "compression.zstd.ZstdCompressor")]
#[repr(C)]
pub struct ZstdCompressor {
    ob_base: PyObject,
    engine: Engine<Compression>,
    last_mode: Field<PyInt>,
    // freed after the context, which refers to it
    dict: Field<ZstdDict>,
}

impl ZstdCompressor {
    fn run(&self, input: Raw, mode: i32) -> PyResult<Py<PyBytes>> {
        let mut engine = self.engine.lock();
        let done = hooks::blocking(|| engine.run(input, mode));
        let mut last = mode;
        if done.is_err() {
            engine.reset();
            last = FLUSH_FRAME;
        }
        let told = PyInt::from_i64(last as i64).map(|m| self.last_mode.set(Some(m)));
        drop(engine);
        told?;
        match done {
            Ok(out) => out.into_bytes(),
            Err(f) => fail(f, "Unable to compress Zstandard data"),
        }
    }
}

#[allow(non_snake_case)]
#[pymethods(members(last_mode))]
impl ZstdCompressor {
    #[new("(level=None, options=None, zstd_dict=None)")]
    fn tp_new(
        cls: &PyTypeObject,
        level: Option<&PyObject>,
        options_: Option<&PyObject>,
        zstd_dict: Option<&PyObject>,
    ) -> PyResult<Py<ZstdCompressor>> {
        let level = given(level);
        if level.is_some() && given(options_).is_some() {
            return raise!(TypeError, "Only one of level or options should be used.");
        }
        // SAFETY: no arguments.
        let ctx = unsafe { zs::ZSTD_createCCtx() };
        if ctx.is_null() {
            return ERROR.raise("Unable to create ZSTD_CCtx instance.");
        }
        let mut engine = Compression {
            ctx,
            level: 0,
            threads: false,
        };
        if let Some(level) = level {
            if level.downcast::<PyInt>().is_none() {
                return raise!(TypeError, "invalid type for level, expected int");
            }
            engine.set(LEVEL, checked_level(level)?)?;
        }
        if let Some(dict) = options_dict(options_, "ZstdCompressor")? {
            for (key, value) in options(dict, true)? {
                engine.set(key, value)?;
            }
        }
        let dict = match given(zstd_dict) {
            None => None,
            Some(d) => {
                let (dict, form) = argument(d, Form::Undigested)?;
                engine.load(&dict, form)?;
                Some(dict)
            }
        };
        let mode = PyInt::from_i64(FLUSH_FRAME as i64)?;
        object::new_instance(cls, |this: *mut ZstdCompressor| {
            // SAFETY: a fresh instance; every field is written once.
            unsafe {
                (&raw mut (*this).engine).write(Engine::new(engine));
                (&raw mut (*this).last_mode).write(Field::new(Some(mode)));
                (&raw mut (*this).dict).write(Field::new(dict));
            }
        })
    }
    #[method("($self, /, data, mode=ZstdCompressor.CONTINUE)")]
    fn compress(&self, data: Data, mode: Option<i32>) -> PyResult<Py<PyBytes>> {
        let mode = mode.unwrap_or(CONTINUE);
        if ![CONTINUE, FLUSH_BLOCK, FLUSH_FRAME].contains(&mode) {
            return raise!(
                ValueError,
                "mode argument wrong value, it should be one of ZstdCompressor.CONTINUE, ZstdCompressor.FLUSH_BLOCK, ZstdCompressor.FLUSH_FRAME."
            );
        }
        self.run(data.raw(), mode)
    }
    #[method("($self, /, mode=ZstdCompressor.FLUSH_FRAME)")]
    fn flush(&self, mode: Option<i32>) -> PyResult<Py<PyBytes>> {
        let mode = mode.unwrap_or(FLUSH_FRAME);
        if ![FLUSH_BLOCK, FLUSH_FRAME].contains(&mode) {
            return raise!(
                ValueError,
                "mode argument wrong value, it should be ZstdCompressor.FLUSH_FRAME or ZstdCompressor.FLUSH_BLOCK."
            );
        }
        self.run(Raw::EMPTY, mode)
    }
    #[method("($self, size, /)")]
    fn set_pledged_input_size(&self, size: &PyObject) -> PyResult<()> {
        const UNKNOWN: u64 = u64::MAX;
        const ERROR_SIZE: u64 = u64::MAX - 1;
        let size = if is_none(size) {
            UNKNOWN
        } else {
            let Some(n) = size.downcast::<PyInt>() else {
                return raise!(TypeError, "an integer is required");
            };
            match n.to_u64().filter(|n| *n < ERROR_SIZE) {
                Some(n) => n,
                None => {
                    return raise!(
                        ValueError,
                        "size argument should be a positive int less than {ERROR_SIZE}"
                    );
                }
            }
        };
        let engine = self.engine.lock();
        let last = self.last_mode.get().and_then(|m| m.to_i64());
        if last != Some(FLUSH_FRAME as i64) {
            drop(engine);
            return raise!(
                ValueError,
                "set_pledged_input_size() method must be called when last_mode == FLUSH_FRAME"
            );
        }
        // SAFETY: the context and a number.
        let status = unsafe { zs::ZSTD_CCtx_setPledgedSrcSize(engine.ctx, size) };
        drop(engine);
        match check(status) {
            Ok(_) => Ok(()),
            Err(f) => fail(f, "Unable to set pledged uncompressed content size"),
        }
    }
    #[classattr]
    fn CONTINUE() -> PyResult<Py<PyInt>> {
        PyInt::from_i64(CONTINUE as i64)
    }
    #[classattr]
    fn FLUSH_BLOCK() -> PyResult<Py<PyInt>> {
        PyInt::from_i64(FLUSH_BLOCK as i64)
    }
    #[classattr]
    fn FLUSH_FRAME() -> PyResult<Py<PyInt>> {
        PyInt::from_i64(FLUSH_FRAME as i64)
    }
}

/// A decompression context and what it has not read yet.
struct Decompression {
    ctx: *mut zs::ZSTD_DCtx,
    pending: Pending,
    eof: bool,
}

// SAFETY: as for compression.
unsafe impl Send for Decompression {}

impl Drop for Decompression {
    fn drop(&mut self) {
        // SAFETY: a context of the library's, or null.
        unsafe { zs::ZSTD_freeDCtx(self.ctx) };
    }
}

impl Decompression {
    fn load(&mut self, dict: &ZstdDict, form: Form) -> PyResult<()> {
        let content = dict.raw();
        let (p, n) = (content.ptr as *const c_void, content.len);
        // SAFETY: the content and the prepared dictionary live as long as the dictionary object.
        let status = unsafe {
            match form {
                Form::Digested => zs::ZSTD_DCtx_refDDict(self.ctx, dict.for_decompression()?),
                Form::Undigested => zs::ZSTD_DCtx_loadDictionary(self.ctx, p, n),
                Form::Prefix => zs::ZSTD_DCtx_refPrefix(self.ctx, p, n),
            }
        };
        match check(status) {
            Ok(_) => Ok(()),
            Err(f) => fail(
                f,
                "Unable to load Zstandard dictionary or prefix for decompression",
            ),
        }
    }

    /// Decompresses to the end of the frame, of the input or of the room.
    fn run(&mut self, data: Raw, max_length: isize) -> Result<Output, Failure> {
        // SAFETY: the caller's view is held.
        let (input, own) = unsafe { self.pending.with(data)? };
        let mut buffer = zs::ZSTD_inBuffer {
            src: input.ptr as *const c_void,
            size: input.len,
            pos: 0,
        };
        let mut out = Output::new(max_length)?;
        loop {
            let (dst, size) = out.room();
            let mut room = zs::ZSTD_outBuffer {
                dst: dst as *mut c_void,
                size,
                pos: 0,
            };
            // SAFETY: the context, the input that is alive during the run and the output's room.
            let status = unsafe {
                let status = zs::ZSTD_decompressStream(self.ctx, &mut room, &mut buffer);
                out.written(room.pos);
                check(status)?
            };
            if status == 0 {
                self.eof = true;
                break;
            }
            if out.is_full() {
                if !out.grow()? {
                    break;
                }
            } else if buffer.pos == buffer.size {
                break;
            }
        }
        // SAFETY: the rest is the end of what `with` gave.
        unsafe { self.pending.keep(input.after(buffer.pos), own)? };
        Ok(out)
    }
}

/// `compression.zstd.ZstdDecompressor`
#[pyclass(name = "compression.zstd.ZstdDecompressor")]
#[repr(C)]
pub struct ZstdDecompressor {
    ob_base: PyObject,
    engine: Engine<Decompression>,
    eof: Field,
    needs_input: Field,
    unused: Field<PyBytes>,
    // freed after the context, which refers to it
    dict: Field<ZstdDict>,
}

#[pymethods(members(eof, needs_input))]
impl ZstdDecompressor {
    #[new("(zstd_dict=None, options=None)")]
    fn tp_new(
        cls: &PyTypeObject,
        zstd_dict: Option<&PyObject>,
        options_: Option<&PyObject>,
    ) -> PyResult<Py<ZstdDecompressor>> {
        let given_options = options_dict(options_, "ZstdDecompressor")?;
        // SAFETY: no arguments.
        let ctx = unsafe { zs::ZSTD_createDCtx() };
        if ctx.is_null() {
            return ERROR.raise("Unable to create ZSTD_DCtx instance.");
        }
        let mut engine = Decompression {
            ctx,
            pending: Pending::default(),
            eof: false,
        };
        let dict = match given(zstd_dict) {
            None => None,
            Some(d) => {
                let (dict, form) = argument(d, Form::Digested)?;
                engine.load(&dict, form)?;
                Some(dict)
            }
        };
        if let Some(given) = given_options {
            for (key, value) in options(given, false)? {
                // SAFETY: the context and two numbers.
                if failed(unsafe { any_parameter::ZSTD_DCtx_setParameter(engine.ctx, key, value) }) {
                    return bad_parameter(false, key, value);
                }
            }
        }
        object::new_instance(cls, |this: *mut ZstdDecompressor| {
            // SAFETY: a fresh instance; every field is written once.
            unsafe {
                (&raw mut (*this).engine).write(Engine::new(engine));
                (&raw mut (*this).eof).write(Field::new(truth(false)));
                (&raw mut (*this).needs_input).write(Field::new(truth(true)));
                (&raw mut (*this).unused).write(Field::empty());
                (&raw mut (*this).dict).write(Field::new(dict));
            }
        })
    }
    #[method("($self, /, data, max_length=-1)")]
    fn decompress(&self, data: Data, max_length: Option<isize>) -> PyResult<Py<PyBytes>> {
        let max_length = max_length.unwrap_or(-1);
        let input = data.raw();
        let mut engine = self.engine.lock();
        if engine.eof {
            drop(engine);
            return raise!(EOFError, "Already at the end of a Zstandard frame.");
        }
        let done = hooks::blocking(|| engine.run(input, max_length));
        match &done {
            Ok(out) => {
                let limited = usize::try_from(max_length).is_ok_and(|m| m == out.len());
                let needs = engine.pending.is_empty() && !limited && !engine.eof;
                self.needs_input.set(truth(needs));
                self.eof.set(truth(engine.eof));
            }
            Err(_) => {
                engine.pending.clear();
                engine.eof = false;
                // SAFETY: the context; resetting its session does not fail.
                unsafe { zs::ZSTD_DCtx_reset(engine.ctx, zs::ZSTD_ResetDirective::ZSTD_reset_session_only) };
                self.needs_input.set(truth(true));
                self.eof.set(truth(false));
                self.unused.set(None);
            }
        }
        drop(engine);
        match done {
            Ok(out) => out.into_bytes(),
            Err(f) => fail(f, "Unable to decompress Zstandard data"),
        }
    }
    #[getter]
    fn unused_data(&self) -> PyResult<Py<PyBytes>> {
        let engine = self.engine.lock();
        if !engine.eof {
            return no_bytes();
        }
        if let Some(b) = self.unused.get() {
            return Ok(b);
        }
        let unused = PyBytes::new(engine.pending.as_slice())?;
        self.unused.set(Some(unused.clone()));
        Ok(unused)
    }
}

/// The module.
pub struct Zstd;

#[pymodule(name = "_zstd")]
impl Zstd {
    #[function("($module, samples_bytes, samples_sizes, dict_size, /)")]
    fn train_dict(samples: &PyBytes, sizes: &PyTuple, dict_size: isize) -> PyResult<Py<PyBytes>> {
        zstd_dict::train(samples, sizes, dict_size)
    }
    #[function("($module, custom_dict_bytes, samples_bytes, samples_sizes, dict_size, compression_level, /)")]
    fn finalize_dict(
        content: &PyBytes,
        samples: &PyBytes,
        sizes: &PyTuple,
        dict_size: isize,
        compression_level: i32,
    ) -> PyResult<Py<PyBytes>> {
        zstd_dict::finalize(content, samples, sizes, dict_size, compression_level)
    }
    #[function("($module, /, parameter, is_compress)")]
    fn get_param_bounds(parameter: i32, is_compress: bool) -> PyResult<(i32, i32)> {
        let b = bounds(is_compress, parameter);
        match check(b.error) {
            Ok(_) => Ok((b.lowerBound, b.upperBound)),
            Err(f) if is_compress => fail(f, "Unable to get zstd compression parameter bounds"),
            Err(f) => fail(f, "Unable to get zstd decompression parameter bounds"),
        }
    }
    #[function("($module, /, frame_buffer)")]
    fn get_frame_size(frame_buffer: Data) -> PyResult<usize> {
        let raw = frame_buffer.raw();
        // SAFETY: the view is held.
        let size = unsafe { zs::ZSTD_findFrameCompressedSize(raw.ptr as *const c_void, raw.len) };
        if failed(size) {
            return ERROR.raise(&format!(
                "Error when finding the compressed size of a Zstandard frame. Ensure the frame_buffer argument starts from the beginning of a frame, and its length is not less than this complete frame. Zstd error message: {}.",
                error_name(size)
            ));
        }
        Ok(size)
    }
    #[function("($module, /, frame_buffer)")]
    fn get_frame_info(frame_buffer: Data) -> PyResult<(Py, Py)> {
        let raw = frame_buffer.raw();
        let p = raw.ptr as *const c_void;
        // SAFETY: the view is held.
        let (size, id) = unsafe {
            (
                zs::ZSTD_getFrameContentSize(p, raw.len),
                zs::ZSTD_getDictID_fromFrame(p, raw.len),
            )
        };
        if size == zs::ZSTD_CONTENTSIZE_ERROR as i64 as u64 {
            return ERROR.raise(
                "Error when getting information from the header of a Zstandard frame. Ensure the frame_buffer argument starts from the beginning of a frame, and its length is not less than the frame header (6~18 bytes).",
            );
        }
        let size = if size == zs::ZSTD_CONTENTSIZE_UNKNOWN as i64 as u64 {
            object::none()
        } else {
            size.into_py()?
        };
        Ok((size, id.into_py()?))
    }
    #[function("($module, /, c_parameter_type, d_parameter_type)")]
    fn set_parameter_types(c_parameter_type: &PyTypeObject, d_parameter_type: &PyTypeObject) {
        COMPRESSION_TYPE.set(Some(c_parameter_type.new_ref()));
        DECOMPRESSION_TYPE.set(Some(d_parameter_type.new_ref()));
    }
    #[exec]
    fn exec(m: &PyModule) -> PyResult<()> {
        use object::PyClass;
        object::class::ready::<ZstdDict>()?;
        object::class::ready::<ZstdCompressor>()?;
        object::class::ready::<ZstdDecompressor>()?;
        m.add_type(zstd_dict::class())?;
        m.add_type(ZstdCompressor::type_object())?;
        m.add_type(ZstdDecompressor::type_object())?;
        m.add("ZstdError", ERROR.get()?.as_object())?;
        // SAFETY: the library's text and numbers.
        unsafe {
            let version = CStr::from_ptr(zs::ZSTD_versionString()).to_string_lossy();
            m.add_value("zstd_version", &*version)?;
            m.add_value("zstd_version_number", zs::ZSTD_versionNumber())?;
            m.add_value("ZSTD_CLEVEL_DEFAULT", zs::ZSTD_defaultCLevel())?;
            m.add_value("ZSTD_DStreamOutSize", zs::ZSTD_DStreamOutSize())?;
        }
        for (value, _, name) in COMPRESSION.iter().chain(DECOMPRESSION) {
            m.add_value(name, *value)?;
        }
        for (value, name) in (1i64..).zip(STRATEGIES) {
            m.add_value(name, value)?;
        }
        Ok(())
    }
}

/// Makes the module.
pub fn create() -> PyResult {
    let module = object::class::create_module::<Zstd>()?;
    let doc = object::PyStr::new("Implementation module for Zstandard compression.")?;
    module.set_attr(object::intern!("__doc__"), Some(doc.as_object()))?;
    Ok(module)
}
