//! A stream of zlib, at an address of its own as the library asks.

use crate::Raw;
use crate::output::{NoMemory, Output};
use libz_sys as z;
use std::ffi::{CStr, c_int, c_void};

/// zlib counts in 32 bits.
const CHUNK: usize = u32::MAX as usize;

extern "C" fn allocate(_: *mut c_void, items: z::uInt, size: z::uInt) -> *mut c_void {
    // SAFETY: calloc checks the product.
    unsafe { libc::calloc(items as usize, size as usize) }
}

extern "C" fn release(_: *mut c_void, p: *mut c_void) {
    // SAFETY: what `allocate` gave, given back once.
    unsafe { libc::free(p) }
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Deflate,
    Inflate,
}

/// A stream, open until its end.
pub struct Stream {
    z: Box<z::z_stream>,
    kind: Kind,
    open: bool,
    /// The dictionary that the data may ask for.
    pub dictionary: Option<Vec<u8>>,
}

// SAFETY: the state belongs to the stream alone; zlib has no state of threads.
unsafe impl Send for Stream {}

/// A status of zlib and where it was said.
pub struct Failure {
    pub status: c_int,
    pub doing: &'static str,
    pub message: Option<String>,
}

/// How a run has ended other than by a status.
pub enum Broken {
    NoMemory,
    Failure(Failure),
    /// The data asks for a dictionary that is not there.
    NeedsDictionary,
}

impl From<NoMemory> for Broken {
    fn from(_: NoMemory) -> Broken {
        Broken::NoMemory
    }
}

fn blank() -> Box<z::z_stream> {
    Box::new(z::z_stream {
        next_in: std::ptr::null_mut(),
        avail_in: 0,
        total_in: 0,
        next_out: std::ptr::null_mut(),
        avail_out: 0,
        total_out: 0,
        msg: std::ptr::null_mut(),
        state: std::ptr::null_mut(),
        zalloc: allocate,
        zfree: release,
        opaque: std::ptr::null_mut(),
        data_type: 0,
        adler: 0,
        reserved: 0,
    })
}

const SIZE: c_int = size_of::<z::z_stream>() as c_int;

impl Stream {
    /// `deflateInit2`; the status if it fails.
    pub fn deflate(
        level: c_int,
        method: c_int,
        wbits: c_int,
        memory: c_int,
        strategy: c_int,
    ) -> Result<Stream, Failure> {
        let mut stream = Stream {
            z: blank(),
            kind: Kind::Deflate,
            open: false,
            dictionary: None,
        };
        // SAFETY: a blank stream and the library's own version.
        let status = unsafe {
            z::deflateInit2_(
                &mut *stream.z,
                level,
                method,
                wbits,
                memory,
                strategy,
                z::zlibVersion(),
                SIZE,
            )
        };
        stream.opened(status)
    }

    /// `inflateInit2`
    pub fn inflate(wbits: c_int) -> Result<Stream, Failure> {
        let mut stream = Stream {
            z: blank(),
            kind: Kind::Inflate,
            open: false,
            dictionary: None,
        };
        // SAFETY: as above.
        let status = unsafe { z::inflateInit2_(&mut *stream.z, wbits, z::zlibVersion(), SIZE) };
        stream.opened(status)
    }

    fn opened(mut self, status: c_int) -> Result<Stream, Failure> {
        if status != z::Z_OK {
            return Err(self.failure(status, ""));
        }
        self.open = true;
        Ok(self)
    }

    pub fn is_open(&self) -> bool {
        self.open
    }

    /// What the library says about a status.
    pub fn failure(&self, status: c_int, doing: &'static str) -> Failure {
        let message = if self.z.msg.is_null() {
            None
        } else {
            // SAFETY: the library's text, constant.
            Some(
                unsafe { CStr::from_ptr(self.z.msg) }
                    .to_string_lossy()
                    .into_owned(),
            )
        };
        Failure {
            status,
            doing,
            message,
        }
    }

    /// Ends the stream.
    pub fn end(&mut self) -> c_int {
        if !self.open {
            return z::Z_OK;
        }
        self.open = false;
        // SAFETY: an open stream.
        unsafe {
            match self.kind {
                Kind::Deflate => z::deflateEnd(&mut *self.z),
                Kind::Inflate => z::inflateEnd(&mut *self.z),
            }
        }
    }

    /// A second stream in the same state.
    pub fn copy(&mut self) -> Result<Stream, Failure> {
        if !self.open {
            return Err(self.failure(z::Z_STREAM_ERROR, ""));
        }
        let mut copy = Stream {
            z: blank(),
            kind: self.kind,
            open: false,
            dictionary: self.dictionary.clone(),
        };
        // SAFETY: an open source; the copy is filled in by the library.
        let status = unsafe {
            match self.kind {
                Kind::Deflate => z::deflateCopy(&mut *copy.z, &mut *self.z),
                Kind::Inflate => z::inflateCopy(&mut *copy.z, &mut *self.z),
            }
        };
        copy.opened(status)
    }

    /// The dictionary of what is compressed.
    pub fn set_deflate_dictionary(&mut self, dictionary: &[u8]) -> c_int {
        // SAFETY: an open stream; the library copies the bytes.
        unsafe {
            z::deflateSetDictionary(
                &mut *self.z,
                dictionary.as_ptr(),
                dictionary.len().min(CHUNK) as z::uInt,
            )
        }
    }

    /// Gives the dictionary that the stream holds to the library; `None` if it holds none.
    pub fn set_inflate_dictionary(&mut self) -> Option<Result<(), Failure>> {
        let d = self.dictionary.as_ref()?;
        // SAFETY: as above.
        let status =
            unsafe { z::inflateSetDictionary(&mut *self.z, d.as_ptr(), d.len().min(CHUNK) as z::uInt) };
        Some(match status {
            z::Z_OK => Ok(()),
            _ => Err(self.failure(status, "while setting zdict")),
        })
    }

    /// Points the stream at the next part of the input, and gives the rest.
    fn feed(&mut self, input: Raw) -> Raw {
        let n = input.len.min(CHUNK);
        self.z.next_in = input.ptr as *mut u8;
        self.z.avail_in = n as z::uInt;
        input.after(n)
    }

    /// One step of the library into the room there is; its status.
    fn step(&mut self, flush: c_int, out: &mut Output) -> c_int {
        let (room, n) = out.room();
        let n = n.min(CHUNK);
        self.z.next_out = room;
        self.z.avail_out = n as z::uInt;
        // SAFETY: the input is alive during the run, the room is the output's; a stream that is not open is refused by the
        // library, as its state is null.
        unsafe {
            let status = match self.kind {
                Kind::Deflate => z::deflate(&mut *self.z, flush),
                Kind::Inflate => z::inflate(&mut *self.z, flush),
            };
            out.written(n - self.z.avail_out as usize);
            status
        }
    }

    /// Compresses all of the input; the last status.
    ///
    /// # Safety
    /// The input is alive.
    pub unsafe fn compress(&mut self, input: Raw, flush: c_int, out: &mut Output) -> Result<c_int, NoMemory> {
        let mut rest = input;
        loop {
            rest = self.feed(rest);
            let mode = if rest.len == 0 { flush } else { z::Z_NO_FLUSH };
            let status = loop {
                if out.is_full() {
                    out.grow()?;
                }
                let status = self.step(mode, out);
                if status == z::Z_STREAM_ERROR || self.z.avail_out != 0 {
                    break status;
                }
            };
            if status == z::Z_STREAM_ERROR || rest.len == 0 {
                return Ok(status);
            }
        }
    }

    /// Decompresses until the end of the stream, of the input, or of the room. `last` is the flush mode for the last part
    /// of the input. The last status and the input that is left.
    ///
    /// # Safety
    /// The input is alive.
    pub unsafe fn decompress(
        &mut self,
        input: Raw,
        last: c_int,
        out: &mut Output,
    ) -> Result<(c_int, Raw), Broken> {
        let mut rest = input;
        let mut status = z::Z_OK;
        'all: loop {
            rest = self.feed(rest);
            let mode = if rest.len == 0 { last } else { z::Z_SYNC_FLUSH };
            loop {
                if out.is_full() && !out.grow()? {
                    break 'all;
                }
                status = self.step(mode, out);
                match status {
                    z::Z_OK | z::Z_BUF_ERROR | z::Z_STREAM_END => {}
                    z::Z_NEED_DICT => match self.set_inflate_dictionary() {
                        None => return Err(Broken::NeedsDictionary),
                        Some(Err(failure)) => return Err(Broken::Failure(failure)),
                        Some(Ok(())) => continue,
                    },
                    _ => break 'all,
                }
                if self.z.avail_out != 0 {
                    break;
                }
            }
            if status == z::Z_STREAM_END || rest.len == 0 {
                break;
            }
        }
        let left = self.z.avail_in as usize;
        Ok((
            status,
            Raw {
                // SAFETY: the end of the part that was fed lies that far before the rest.
                ptr: unsafe { rest.ptr.sub(left) },
                len: rest.len + left,
            },
        ))
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.end();
    }
}
