//! `zlib`: the functions and constants.

use crate::output::{NoMemory, Output, or_no_memory};
use crate::zlib_objects::{Compress, Decompress, ZlibDecompressor};
use crate::zlib_stream::{Broken, Failure, Stream};
use crate::{Data, ErrorClass, Raw};
use libz_sys as z;
use object::{Py, PyBytes, PyModule, PyObject, PyResult, error, hooks, pymodule, raise};

/// `zlib.error`
pub static ERROR: ErrorClass = ErrorClass::new("zlib", "error", None);

pub const MAX_WBITS: i32 = 15;
const DEF_MEM_LEVEL: i32 = 8;
pub const DEF_BUF_SIZE: isize = 16 * 1024;

/// Inputs up to this size are summed without giving up the GIL.
const SMALL: usize = 5 * 1024;

#[cold]
pub fn fail<T>(failure: Failure) -> PyResult<T> {
    let text = match failure.status {
        z::Z_VERSION_ERROR => Some("library version mismatch".to_string()),
        status => failure.message.or_else(|| {
            Some(
                match status {
                    z::Z_BUF_ERROR => "incomplete or truncated stream",
                    z::Z_STREAM_ERROR => "inconsistent stream state",
                    z::Z_DATA_ERROR => "invalid input data",
                    _ => return None,
                }
                .to_string(),
            )
        }),
    };
    let text = match text {
        Some(t) => format!("Error {} {}: {t}", failure.status, failure.doing),
        None => format!("Error {} {}", failure.status, failure.doing),
    };
    ERROR.raise(&text)
}

#[cold]
pub fn broken<T>(broken: Broken) -> PyResult<T> {
    match broken {
        Broken::NoMemory => error::no_memory(),
        Broken::Failure(f) => fail(f),
        Broken::NeedsDictionary => fail(Failure {
            status: z::Z_NEED_DICT,
            doing: "while decompressing data",
            message: None,
        }),
    }
}

/// The text of a `zdict` argument that is no buffer is its own.
pub fn zdict_bytes(zdict: &PyObject) -> PyResult<Vec<u8>> {
    let view = object::buffer::Buffer::simple(zdict)?;
    if view.len() > u32::MAX as usize {
        return raise!(OverflowError, "zdict length does not fit in an unsigned int");
    }
    Ok(view.to_vec())
}

/// A start value, cut to 32 bits.
fn start(value: Option<&PyObject>, default: u32) -> PyResult<u64> {
    Ok(match value {
        None => default as u64,
        Some(v) => object::number::index(v)?.to_u64_wrapping() & 0xffff_ffff,
    })
}

fn checksum(
    data: &Data,
    start: u64,
    sum: unsafe extern "C" fn(z::uLong, *const z::Bytef, z::uInt) -> z::uLong,
) -> u64 {
    let mut rest = data.raw();
    let mut run = || {
        let mut value = start as z::uLong;
        loop {
            let n = rest.len.min(u32::MAX as usize);
            // SAFETY: the view is held; the length is within it.
            value = unsafe { sum(value, rest.ptr, n as z::uInt) };
            rest = rest.after(n);
            if rest.len == 0 {
                break value;
            }
        }
    };
    let value = if data.len() > SMALL {
        hooks::blocking(run)
    } else {
        run()
    };
    value as u64 & 0xffff_ffff
}

/// The module.
pub struct Zlib;

#[pymodule(name = "zlib")]
impl Zlib {
    #[function("($module, data, value=1, /)")]
    fn adler32(data: Data, value: Option<&PyObject>) -> PyResult<u64> {
        let start = start(value, 1)?;
        Ok(checksum(&data, start, z::adler32))
    }
    #[function("($module, data, value=0, /)")]
    fn crc32(data: Data, value: Option<&PyObject>) -> PyResult<u64> {
        let start = start(value, 0)?;
        Ok(checksum(&data, start, z::crc32))
    }
    #[function("($module, data, /, level=Z_DEFAULT_COMPRESSION, wbits=MAX_WBITS)")]
    fn compress(data: Data, level: Option<i32>, wbits: Option<i32>) -> PyResult<Py<PyBytes>> {
        let level = level.unwrap_or(z::Z_DEFAULT_COMPRESSION);
        let opened = Stream::deflate(
            level,
            z::Z_DEFLATED,
            wbits.unwrap_or(MAX_WBITS),
            DEF_MEM_LEVEL,
            z::Z_DEFAULT_STRATEGY,
        );
        let mut stream = match opened {
            Ok(s) => s,
            Err(f) if f.status == z::Z_MEM_ERROR => {
                return raise!(MemoryError, "Out of memory while compressing data");
            }
            Err(f) if f.status == z::Z_STREAM_ERROR => return ERROR.raise("Bad compression level"),
            Err(mut f) => {
                f.doing = "while compressing data";
                return fail(f);
            }
        };
        let input = data.raw();
        let done = hooks::blocking(|| -> Result<_, NoMemory> {
            let mut out = Output::new(-1)?;
            // SAFETY: the view is held.
            let status = unsafe { stream.compress(input, z::Z_FINISH, &mut out)? };
            if status == z::Z_STREAM_ERROR {
                return Ok(Err(stream.failure(status, "while compressing data")));
            }
            match stream.end() {
                z::Z_OK => Ok(Ok(out)),
                status => Ok(Err(stream.failure(status, "while finishing compression"))),
            }
        });
        match or_no_memory(done)? {
            Ok(out) => out.into_bytes(),
            Err(f) => fail(f),
        }
    }
    #[function("($module, data, /, wbits=MAX_WBITS, bufsize=DEF_BUF_SIZE)")]
    fn decompress(data: Data, wbits: Option<i32>, bufsize: Option<isize>) -> PyResult<Py<PyBytes>> {
        if bufsize.is_some_and(|b| b < 0) {
            return raise!(ValueError, "bufsize must be non-negative");
        }
        let mut stream = match Stream::inflate(wbits.unwrap_or(MAX_WBITS)) {
            Ok(s) => s,
            Err(f) if f.status == z::Z_MEM_ERROR => {
                return raise!(MemoryError, "Out of memory while decompressing data");
            }
            Err(mut f) => {
                f.doing = "while preparing to decompress data";
                return fail(f);
            }
        };
        let input = data.raw();
        let done = hooks::blocking(|| -> Result<_, Broken> {
            let mut out = Output::with_room(bufsize.unwrap_or(DEF_BUF_SIZE).max(1) as usize)?;
            // SAFETY: the view is held.
            let (status, _) = unsafe { stream.decompress(input, z::Z_FINISH, &mut out)? };
            if status != z::Z_STREAM_END {
                return Err(Broken::Failure(
                    stream.failure(status, "while decompressing data"),
                ));
            }
            match stream.end() {
                z::Z_OK => Ok(out),
                status => Err(Broken::Failure(
                    stream.failure(status, "while finishing decompression"),
                )),
            }
        });
        match done {
            Ok(out) => out.into_bytes(),
            Err(Broken::Failure(f)) if f.status == z::Z_MEM_ERROR => {
                raise!(MemoryError, "Out of memory while decompressing data")
            }
            Err(b) => broken(b),
        }
    }
    #[function(
        "($module, /, level=Z_DEFAULT_COMPRESSION, method=DEFLATED, wbits=MAX_WBITS, memLevel=DEF_MEM_LEVEL, strategy=Z_DEFAULT_STRATEGY, zdict=<unrepresentable>)"
    )]
    fn compressobj(
        level: Option<i32>,
        method: Option<i32>,
        wbits: Option<i32>,
        memory: Option<i32>,
        strategy: Option<i32>,
        zdict: Option<Data>,
    ) -> PyResult<Py<Compress>> {
        let zdict = match zdict {
            None => None,
            Some(d) if d.len() > u32::MAX as usize => {
                return raise!(OverflowError, "zdict length does not fit in an unsigned int");
            }
            Some(d) => Some(d.to_vec()),
        };
        let opened = Stream::deflate(
            level.unwrap_or(z::Z_DEFAULT_COMPRESSION),
            method.unwrap_or(z::Z_DEFLATED),
            wbits.unwrap_or(MAX_WBITS),
            memory.unwrap_or(DEF_MEM_LEVEL),
            strategy.unwrap_or(z::Z_DEFAULT_STRATEGY),
        );
        let mut stream = match opened {
            Ok(s) => s,
            Err(f) if f.status == z::Z_MEM_ERROR => {
                return raise!(MemoryError, "Can't allocate memory for compression object");
            }
            Err(f) if f.status == z::Z_STREAM_ERROR => {
                return raise!(ValueError, "Invalid initialization option");
            }
            Err(mut f) => {
                f.doing = "while creating compression object";
                return fail(f);
            }
        };
        if let Some(d) = zdict {
            match stream.set_deflate_dictionary(&d) {
                z::Z_OK => {}
                z::Z_STREAM_ERROR => return raise!(ValueError, "Invalid dictionary"),
                _ => return raise!(ValueError, "deflateSetDictionary()"),
            }
        }
        Compress::new(stream)
    }
    #[function("($module, /, wbits=MAX_WBITS, zdict=b'')")]
    fn decompressobj(wbits: Option<i32>, zdict: Option<&PyObject>) -> PyResult<Py<Decompress>> {
        if zdict.is_some_and(|d| !object::buffer::check(d)) {
            return raise!(TypeError, "zdict argument must support the buffer protocol");
        }
        let wbits = wbits.unwrap_or(MAX_WBITS);
        let zdict = match zdict {
            Some(d) => Some(zdict_bytes(d)?),
            None => None,
        };
        Decompress::new(inflate(wbits, zdict)?)
    }
    #[exec]
    fn exec(m: &PyModule) -> PyResult<()> {
        object::class::ready::<Compress>()?;
        object::class::ready::<Decompress>()?;
        object::class::ready::<ZlibDecompressor>()?;
        m.add_type(<ZlibDecompressor as object::PyClass>::type_object())?;
        m.add("error", object::PyLayout::as_object(ERROR.get()?))?;
        for (name, value) in [
            ("MAX_WBITS", MAX_WBITS as i64),
            ("DEFLATED", z::Z_DEFLATED as i64),
            ("DEF_MEM_LEVEL", DEF_MEM_LEVEL as i64),
            ("DEF_BUF_SIZE", DEF_BUF_SIZE as i64),
            ("Z_NO_COMPRESSION", z::Z_NO_COMPRESSION as i64),
            ("Z_BEST_SPEED", z::Z_BEST_SPEED as i64),
            ("Z_BEST_COMPRESSION", z::Z_BEST_COMPRESSION as i64),
            ("Z_DEFAULT_COMPRESSION", z::Z_DEFAULT_COMPRESSION as i64),
            ("Z_FILTERED", z::Z_FILTERED as i64),
            ("Z_HUFFMAN_ONLY", z::Z_HUFFMAN_ONLY as i64),
            ("Z_RLE", z::Z_RLE as i64),
            ("Z_FIXED", z::Z_FIXED as i64),
            ("Z_DEFAULT_STRATEGY", z::Z_DEFAULT_STRATEGY as i64),
            ("Z_NO_FLUSH", z::Z_NO_FLUSH as i64),
            ("Z_PARTIAL_FLUSH", z::Z_PARTIAL_FLUSH as i64),
            ("Z_SYNC_FLUSH", z::Z_SYNC_FLUSH as i64),
            ("Z_FULL_FLUSH", z::Z_FULL_FLUSH as i64),
            ("Z_FINISH", z::Z_FINISH as i64),
            ("Z_BLOCK", z::Z_BLOCK as i64),
            ("Z_TREES", z::Z_TREES as i64),
        ] {
            m.add_value(name, value)?;
        }
        // SAFETY: the library's text, constant.
        let version = unsafe { std::ffi::CStr::from_ptr(z::zlibVersion()) }.to_string_lossy();
        m.add_value("ZLIB_VERSION", &*version)?;
        m.add_value("ZLIB_RUNTIME_VERSION", &*version)?;
        m.add_value("__version__", "1.0")
    }
}

/// A stream for a decompressor object. A raw stream gets its dictionary at once, others when the data asks for it.
pub fn inflate(wbits: i32, dictionary: Option<Vec<u8>>) -> PyResult<Stream> {
    let mut stream = match Stream::inflate(wbits) {
        Ok(s) => s,
        Err(f) if f.status == z::Z_STREAM_ERROR => {
            return raise!(ValueError, "Invalid initialization option");
        }
        Err(f) if f.status == z::Z_MEM_ERROR => {
            return raise!(MemoryError, "Can't allocate memory for decompression object");
        }
        Err(mut f) => {
            f.doing = "while creating decompression object";
            return fail(f);
        }
    };
    stream.dictionary = dictionary;
    if wbits < 0
        && let Some(Err(f)) = stream.set_inflate_dictionary()
    {
        return fail(f);
    }
    Ok(stream)
}

/// Nothing to read.
pub const NOTHING: Raw = Raw::EMPTY;
