//! What a library has written, in a buffer that grows block by block.
//!
//! The sizes of the blocks are CPython's (`pycore_blocks_output_buffer.h`): how much a decompressor gives for a part of
//! its input can depend on them.

use object::{Py, PyBytes, PyResult, error};

/// There is no memory for a result.
pub struct NoMemory;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;
const BLOCKS: [usize; 17] = [
    32 * KIB,
    64 * KIB,
    256 * KIB,
    MIB,
    4 * MIB,
    8 * MIB,
    16 * MIB,
    16 * MIB,
    32 * MIB,
    32 * MIB,
    32 * MIB,
    32 * MIB,
    64 * MIB,
    64 * MIB,
    128 * MIB,
    128 * MIB,
    256 * MIB,
];

/// The bytes written so far and the room behind them.
pub struct Output {
    data: Vec<u8>,
    /// The end of the current block.
    end: usize,
    blocks: usize,
    most: usize,
}

impl Output {
    /// At most `max_length` bytes, any number if that is negative; room for one block.
    pub fn new(max_length: isize) -> Result<Output, NoMemory> {
        let mut output = Output {
            data: Vec::new(),
            end: 0,
            blocks: 0,
            most: usize::try_from(max_length).unwrap_or(isize::MAX as usize),
        };
        output.grow()?;
        Ok(output)
    }

    /// The same with a first block of `size` bytes and no limit.
    pub fn with_room(size: usize) -> Result<Output, NoMemory> {
        let mut output = Output {
            data: Vec::new(),
            end: size,
            blocks: 0,
            most: isize::MAX as usize,
        };
        output.reserve()?;
        Ok(output)
    }

    fn reserve(&mut self) -> Result<(), NoMemory> {
        self.data
            .try_reserve(self.end - self.data.len())
            .map_err(|_| NoMemory)
    }

    /// Room for another block; `false` if there is already as much as there may be.
    pub fn grow(&mut self) -> Result<bool, NoMemory> {
        if self.end >= self.most {
            return Ok(false);
        }
        let block = BLOCKS[self.blocks.min(BLOCKS.len() - 1)];
        self.end = self.most.min(self.end.saturating_add(block));
        self.blocks += 1;
        self.reserve()?;
        Ok(true)
    }

    /// Where to write, and how much.
    pub fn room(&mut self) -> (*mut u8, usize) {
        let room = self.data.spare_capacity_mut();
        (room.as_mut_ptr() as *mut u8, self.end - self.data.len())
    }

    pub fn is_full(&self) -> bool {
        self.data.len() >= self.end
    }

    pub fn len(&self) -> usize {
        self.data.len()
    }

    /// `n` bytes have been written.
    ///
    /// # Safety
    /// They have, at the place that [`Output::room`] gave, and no more than it said.
    pub unsafe fn written(&mut self, n: usize) {
        let len = (self.data.len() + n).min(self.end);
        // SAFETY: the caller's promise.
        unsafe { self.data.set_len(len) };
    }

    pub fn into_bytes(self) -> PyResult<Py<PyBytes>> {
        PyBytes::new(&self.data)
    }
}

/// The value, or `MemoryError`.
pub fn or_no_memory<T>(result: Result<T, NoMemory>) -> PyResult<T> {
    match result {
        Ok(v) => Ok(v),
        Err(NoMemory) => error::no_memory(),
    }
}
