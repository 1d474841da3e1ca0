//! Where an unpickler's bytes come from: memory, or a file's `read`, `readline`, `readinto` and `peek`, which are called
//! as CPython calls them: exactly what is needed is read, unless the file can `peek`. Frames bound what an opcode may read.

use super::state::unpickling_error;
use object::buffer::Buffer;
use object::{
    Py, PyByteArray, PyBytes, PyClass, PyInt, PyLayout, PyMemoryView, PyResult, call, error, exceptions,
    raise,
};
use std::marker::PhantomData;

/// How much is asked of `peek`.
const PREFETCH: i64 = 128 * 1024;
/// More than this is read piece by piece: a length in a pickle is not to be trusted.
const PIECE: usize = 1 << 20;

/// A file's methods.
#[derive(Clone)]
pub struct File {
    pub read: Py,
    pub readline: Py,
    pub readinto: Option<Py>,
    pub peek: Option<Py>,
}

pub struct Input<'a> {
    base: *const u8,
    pos: usize,
    /// Where the frame or the chunk ends.
    end: usize,
    len: usize,
    framed: bool,
    /// The chunk is what `peek` has shown: the file stands at its beginning.
    prefetched: bool,
    owner: Option<Py<PyBytes>>,
    file: Option<File>,
    /// What CPython's copy of the last line takes.
    pub line_room: usize,
    lent: PhantomData<&'a [u8]>,
}

#[cold]
fn truncated<T>() -> PyResult<T> {
    unpickling_error(format_args!("pickle data was truncated"))
}

/// What a file's method has returned, as bytes.
fn as_bytes(obj: Py) -> PyResult<Py<PyBytes>> {
    if PyBytes::check_exact(&obj) {
        // SAFETY: just checked.
        return Ok(unsafe { obj.cast_unchecked() });
    }
    PyBytes::new(&Buffer::get(&obj, object::buffer::flags::CONTIG_RO)?.to_vec())
}

impl<'a> Input<'a> {
    /// From memory that does not change.
    pub fn memory(data: &'a [u8]) -> Input<'a> {
        Input {
            base: data.as_ptr(),
            pos: 0,
            end: data.len(),
            len: data.len(),
            framed: false,
            prefetched: false,
            owner: None,
            file: None,
            line_room: 0,
            lent: PhantomData,
        }
    }

    /// From a file, after what is left of what was read before.
    pub fn file(file: File, rest: Option<Py<PyBytes>>) -> Input<'static> {
        let mut input = Input::memory(&[]);
        input.file = Some(file);
        if let Some(rest) = rest {
            input.set_chunk(rest, false);
        }
        input
    }

    fn set_chunk(&mut self, data: Py<PyBytes>, prefetched: bool) {
        self.base = data.data_ptr();
        self.pos = 0;
        self.len = data.len();
        self.end = self.len;
        self.framed = false;
        self.prefetched = prefetched;
        self.owner = Some(data);
    }

    /// The next `n` bytes, which are there.
    #[inline]
    fn take(&mut self, n: usize) -> &[u8] {
        let at = self.pos;
        self.pos += n;
        // SAFETY: callers have checked that `n` bytes are left of the chunk, which lives as long as it is not replaced,
        // for which `&mut self` is needed.
        unsafe { std::slice::from_raw_parts(self.base.add(at), n) }
    }

    /// The next `n` bytes.
    #[inline]
    pub fn read(&mut self, n: usize) -> PyResult<&[u8]> {
        if n > self.end - self.pos {
            self.need(n)?;
        }
        Ok(self.take(n))
    }

    #[inline]
    pub fn array<const N: usize>(&mut self) -> PyResult<[u8; N]> {
        let mut out = [0; N];
        out.copy_from_slice(self.read(N)?);
        Ok(out)
    }

    /// The next opcode: here, and only here, may the input end.
    #[inline]
    pub fn opcode(&mut self) -> PyResult<u8> {
        if self.pos < self.end {
            return Ok(self.take(1)[0]);
        }
        self.opcode_slow()
    }

    #[cold]
    fn opcode_slow(&mut self) -> PyResult<u8> {
        match self.array::<1>() {
            Ok([b]) => Ok(b),
            Err(r) => {
                let class = &super::state::state()?.unpickling_error;
                let e = error::fetch(r);
                if error::given_matches(&e, class) {
                    return raise!(EOFError, "Ran out of input");
                }
                Err(error::restore(e))
            }
        }
    }

    /// Leaves a frame that has been read to its end; an opcode's argument must not go beyond.
    fn leave_frame(&mut self) -> PyResult<()> {
        if self.framed {
            if self.pos != self.end {
                return unpickling_error(format_args!("pickle exhausted before end of frame"));
            }
            self.framed = false;
            self.end = self.len;
        }
        Ok(())
    }

    /// Makes `n` bytes be there.
    #[cold]
    fn need(&mut self, n: usize) -> PyResult<()> {
        self.leave_frame()?;
        if n <= self.end - self.pos {
            return Ok(());
        }
        if n > isize::MAX as usize - self.pos {
            return unpickling_error(format_args!("read would overflow (invalid bytecode)"));
        }
        let Some(file) = self.file.clone() else {
            return truncated();
        };
        self.skip_consumed()?;
        if let Some(peek) = &file.peek {
            let wanted = PyInt::from_i64(PREFETCH)?;
            match call::call(peek, &[wanted.as_object()]) {
                Ok(data) => {
                    let data = as_bytes(data)?;
                    if !data.is_empty() {
                        self.set_chunk(data, true);
                        if n <= self.len {
                            return Ok(());
                        }
                        self.prefetched = false;
                    }
                }
                Err(_) if error::matches::<exceptions::NotImplementedError>() => {
                    error::clear();
                    if let Some(file) = &mut self.file {
                        file.peek = None;
                    }
                }
                Err(r) => return Err(r),
            }
        }
        let wanted = PyInt::from_usize(n)?;
        let data = as_bytes(call::call(&file.read, &[wanted.as_object()])?)?;
        self.set_chunk(data, false);
        if n > self.len {
            self.pos = self.len;
            return truncated();
        }
        Ok(())
    }

    /// Moves the file on to where reading stands.
    fn skip_consumed(&mut self) -> PyResult<()> {
        if self.prefetched {
            let consumed = self.pos;
            self.prefetched = false;
            self.pos = 0;
            self.len = 0;
            self.end = 0;
            if consumed > 0
                && let Some(file) = self.file.clone()
            {
                let n = PyInt::from_usize(consumed)?;
                call::call(&file.read, &[n.as_object()])?;
            }
        }
        Ok(())
    }

    /// The next line, its end included.
    pub fn line(&mut self) -> PyResult<&[u8]> {
        loop {
            // SAFETY: within the chunk; the slice is gone before anything runs.
            let rest = unsafe { std::slice::from_raw_parts(self.base.add(self.pos), self.end - self.pos) };
            if let Some(n) = rest.iter().position(|b| *b == b'\n') {
                self.line_room = n + 2;
                return Ok(self.take(n + 1));
            }
            if !self.framed {
                break;
            }
            self.leave_frame()?;
        }
        let Some(file) = self.file.clone() else {
            return truncated();
        };
        self.skip_consumed()?;
        let data = as_bytes(call::call(&file.readline, &[])?)?;
        self.set_chunk(data, false);
        let n = self.len;
        self.line_room = n + 1;
        let whole = self.owner.as_ref().is_some_and(|d| d.as_slice().ends_with(b"\n"));
        if !whole {
            self.pos = n;
            return truncated();
        }
        Ok(self.take(n))
    }

    /// Begins a frame of that length.
    pub fn frame(&mut self, n: usize) -> PyResult<()> {
        if self.framed && self.pos != self.end {
            return unpickling_error(format_args!(
                "beginning of a new frame before end of current frame"
            ));
        }
        self.leave_frame()?;
        self.read(n)?;
        self.pos -= n;
        self.end = self.pos + n;
        self.framed = true;
        Ok(())
    }

    /// The next `n` bytes as an object.
    pub fn bytes(&mut self, n: usize) -> PyResult<Py<PyBytes>> {
        if n > self.end - self.pos {
            self.leave_frame()?;
        }
        if n <= self.end - self.pos {
            return PyBytes::new(self.take(n));
        }
        if n > isize::MAX as usize - 64 {
            return raise!(OverflowError, "byte string is too large");
        }
        PyBytes::new(&self.large(n)?)
    }

    /// The next `n` bytes as an object that can be changed.
    pub fn bytearray(&mut self, n: usize) -> PyResult<Py<PyByteArray>> {
        if n > self.end - self.pos {
            self.leave_frame()?;
        }
        if n <= self.end - self.pos {
            return PyByteArray::new(self.take(n));
        }
        if n > isize::MAX as usize - 64 {
            return error::no_memory();
        }
        PyByteArray::new(&self.large(n)?)
    }

    /// What is left of the chunk, and the rest from the file.
    fn large(&mut self, n: usize) -> PyResult<Vec<u8>> {
        let Some(file) = self.file.clone() else {
            return truncated();
        };
        let mut out = self.take(self.end - self.pos).to_vec();
        self.skip_consumed()?;
        while out.len() < n {
            let piece = (n - out.len()).min(out.len().max(PIECE));
            match &file.readinto {
                Some(readinto) => {
                    let room = PyByteArray::new(&vec![0; piece])?;
                    let view = PyMemoryView::new(room.as_object())?;
                    let got = call::call(readinto, &[view.as_object()])?;
                    if !PyInt::check(&got) {
                        return raise!(TypeError, "an integer is required");
                    }
                    let got = object::number::as_ssize_t(&got)?;
                    if got < 0 {
                        return raise!(ValueError, "readinto() returned negative size");
                    }
                    let content = room.to_vec();
                    out.extend_from_slice(&content[..content.len().min(got as usize)]);
                    if (got as usize) < piece {
                        return truncated();
                    }
                }
                None => {
                    let wanted = PyInt::from_usize(piece)?;
                    let data = call::call(&file.read, &[wanted.as_object()])?;
                    let Some(data) = data.downcast::<PyBytes>() else {
                        return raise!(ValueError, "read() returned non-bytes object ({})", data.repr()?);
                    };
                    out.extend_from_slice(&data.as_slice()[..data.len().min(piece)]);
                    if data.len() < piece {
                        return truncated();
                    }
                }
            }
        }
        Ok(out)
    }

    /// Ends the reading; what the file has given beyond the pickle is returned.
    pub fn finish(&mut self) -> PyResult<Option<Py<PyBytes>>> {
        self.skip_consumed()?;
        if self.file.is_none() || self.pos >= self.len {
            return Ok(None);
        }
        let n = self.len - self.pos;
        Ok(Some(PyBytes::new(self.take(n))?))
    }
}
