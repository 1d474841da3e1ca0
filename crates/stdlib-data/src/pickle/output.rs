//! Where a pickler's bytes go: a buffer, in frames from protocol 4 on, handed to the file's `write` as CPython does: when
//! a frame is full, before and after large objects, and at the end.

use super::opcodes::{FRAME, FRAME_HEADER, FRAME_MIN, FRAME_TARGET};
use object::{Py, PyBytes, PyObject, PyResult, call};

const NO_FRAME: usize = usize::MAX;

pub struct Output {
    buf: Vec<u8>,
    /// Where the header of the frame in work stands.
    frame: usize,
    pub framing: bool,
    /// `file.write`; everything stays in the buffer without it.
    write: Option<Py>,
}

impl Output {
    pub fn new(write: Option<Py>) -> Output {
        Output {
            buf: Vec::with_capacity(256),
            frame: NO_FRAME,
            framing: false,
            write,
        }
    }

    #[inline]
    fn begin(&mut self) {
        if self.framing && self.frame == NO_FRAME {
            self.frame = self.buf.len();
            self.buf.extend_from_slice(&[0; FRAME_HEADER]);
        }
    }

    #[inline]
    pub fn byte(&mut self, b: u8) {
        self.begin();
        self.buf.push(b);
    }

    #[inline]
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.begin();
        self.buf.extend_from_slice(bytes);
    }

    /// A short head and its content.
    #[inline]
    pub fn pair(&mut self, head: &[u8], content: &[u8]) {
        self.begin();
        self.buf.reserve(head.len() + content.len());
        self.buf.extend_from_slice(head);
        self.buf.extend_from_slice(content);
    }

    /// Called where an object begins: a full frame ends here.
    #[inline]
    pub fn boundary(&mut self) -> PyResult<()> {
        if self.frame != NO_FRAME && self.buf.len() - self.frame >= FRAME_TARGET + FRAME_HEADER {
            return self.end_full_frame();
        }
        Ok(())
    }

    #[cold]
    fn end_full_frame(&mut self) -> PyResult<()> {
        self.commit();
        self.flush()
    }

    /// Ends the frame in work.
    pub fn commit(&mut self) {
        if !self.framing || self.frame == NO_FRAME {
            return;
        }
        let at = std::mem::replace(&mut self.frame, NO_FRAME);
        let len = self.buf.len() - at - FRAME_HEADER;
        if len >= FRAME_MIN {
            self.buf[at] = FRAME;
            self.buf[at + 1..at + FRAME_HEADER].copy_from_slice(&(len as u64).to_le_bytes());
        } else {
            self.buf.drain(at..at + FRAME_HEADER);
        }
    }

    /// Hands the buffer to the file, if there is one.
    pub fn flush(&mut self) -> PyResult<()> {
        if let Some(write) = &self.write {
            let data = PyBytes::new(&self.buf)?;
            self.buf.clear();
            let write = write.clone();
            call::call(&write, &[object::PyLayout::as_object(&*data)])?;
        }
        Ok(())
    }

    /// A head and large content, outside of frames. `payload` is the object that the content belongs to, if the file
    /// may get it as it is.
    pub fn large(&mut self, head: &[u8], content: &[u8], payload: Option<&PyObject>) -> PyResult<()> {
        if content.len() < FRAME_TARGET {
            self.pair(head, content);
            return Ok(());
        }
        self.commit();
        let framing = std::mem::replace(&mut self.framing, false);
        let result = match self.write.clone() {
            None => {
                self.pair(head, content);
                Ok(())
            }
            Some(write) => {
                self.bytes(head);
                let made;
                let payload = match payload {
                    Some(p) => p,
                    None => {
                        made = PyBytes::new(content)?;
                        object::PyLayout::as_object(&*made)
                    }
                };
                self.flush()
                    .and_then(|()| call::call(&write, &[payload]).map(drop))
            }
        };
        self.framing = framing;
        result
    }

    /// What is in the buffer.
    pub fn content(&self) -> &[u8] {
        &self.buf
    }
}
