//! Free lists: blocks of one size that have just been freed, kept for the next object of the kind.

use crate::handle::GilCell;

/// A short stack of free blocks, linked through their first words.
pub struct FreeList {
    head: GilCell<*mut u8>,
    count: GilCell<u32>,
    most: u32,
}

impl FreeList {
    /// A list that holds up to `most` blocks.
    pub const fn new(most: u32) -> FreeList {
        FreeList {
            head: GilCell::new(std::ptr::null_mut()),
            count: GilCell::new(0),
            most,
        }
    }

    /// A block, if there is one.
    #[inline(always)]
    pub fn pop(&self) -> Option<*mut u8> {
        let block = self.head.get();
        if block.is_null() {
            return None;
        }
        // SAFETY: a block of the list holds the next one's address.
        self.head.set(unsafe { *(block as *const *mut u8) });
        self.count.set(self.count.get() - 1);
        Some(block)
    }

    /// Keeps a block, or frees it where the list is full.
    ///
    /// # Safety
    /// `block` comes from `raw_malloc`, is of the list's size (a word at least), and is given up.
    #[inline(always)]
    pub unsafe fn push(&self, block: *mut u8) {
        // SAFETY: the caller's promise.
        unsafe {
            if self.count.get() >= self.most {
                crate::alloc::raw_free(block);
                return;
            }
            *(block as *mut *mut u8) = self.head.get();
        }
        self.head.set(block);
        self.count.set(self.count.get() + 1);
    }

    /// Frees all blocks (`gc.collect` of the oldest generation does so).
    pub fn clear(&self) {
        while let Some(block) = self.pop() {
            // SAFETY: the block is nobody's now.
            unsafe { crate::alloc::raw_free(block) };
        }
    }
}
