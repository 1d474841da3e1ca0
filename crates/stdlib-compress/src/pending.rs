//! Input that a decompressor has not got to yet, kept until the next call.

use crate::Raw;
use crate::output::NoMemory;

/// The bytes kept, of which the first `used` have been consumed since.
#[derive(Default)]
pub struct Pending {
    bytes: Vec<u8>,
    used: usize,
}

impl Pending {
    pub fn is_empty(&self) -> bool {
        self.used >= self.bytes.len()
    }

    /// The input of a call: what is kept with `data` behind it, or `data` itself if nothing is. The second value says
    /// whether it is the former.
    ///
    /// # Safety
    /// The memory of `data` is alive. What is returned points into it or into this.
    pub unsafe fn with(&mut self, data: Raw) -> Result<(Raw, bool), NoMemory> {
        if self.is_empty() {
            return Ok((data, false));
        }
        if self.used > self.bytes.len() / 2 {
            self.bytes.drain(..self.used);
            self.used = 0;
        }
        self.bytes.try_reserve(data.len).map_err(|_| NoMemory)?;
        let old = self.bytes.len();
        // SAFETY: there is room for as many bytes; the source is the caller's and not this vector.
        unsafe {
            std::ptr::copy_nonoverlapping(data.ptr, self.bytes.as_mut_ptr().add(old), data.len);
            self.bytes.set_len(old + data.len);
        }
        Ok((Raw::of(&self.bytes[self.used..]), true))
    }

    /// Keeps what a call has left of its input.
    ///
    /// # Safety
    /// `rest` is the end of the input that [`Pending::with`] gave, still alive; `own` is what it said.
    pub unsafe fn keep(&mut self, rest: Raw, own: bool) -> Result<(), NoMemory> {
        if own {
            self.used = self.bytes.len().saturating_sub(rest.len);
        } else {
            // SAFETY: the caller's promise.
            self.bytes = unsafe { rest.to_vec() }.ok_or(NoMemory)?;
            self.used = 0;
        }
        Ok(())
    }

    /// What is kept.
    pub fn as_slice(&self) -> &[u8] {
        self.bytes.get(self.used..).unwrap_or(&[])
    }

    pub fn clear(&mut self) {
        *self = Pending::default();
    }
}
