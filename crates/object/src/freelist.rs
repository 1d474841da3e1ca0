//! Free lists: blocks of one size that have just been freed, kept for the next object of that size.
//!
//! Small objects of whatever type share lists by size, in steps of 16 bytes; what a list does not hold goes back to
//! the allocator.

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
        // while memory is traced every object has a block of its own making
        if block.is_null() || crate::tracemalloc::is_on() {
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
            if self.count.get() >= self.most || crate::tracemalloc::is_on() {
                crate::alloc::raw_free(block);
                return;
            }
            *(block as *mut *mut u8) = self.head.get();
        }
        self.head.set(block);
        self.count.set(self.count.get() + 1);
    }
}

/// Step between the sizes of small blocks, in bytes.
const STEP: usize = 16;
/// Blocks of more than `(CLASSES - 1) * STEP` bytes are not kept.
const CLASSES: usize = 33;

/// Blocks kept per size: enough for the objects that come and go in a loop's body.
const MOST: u32 = 512;

static SMALL: [FreeList; CLASSES] = [const { FreeList::new(MOST) }; CLASSES];

/// A block of at least `size` bytes, uninitialized, for [`small_free`]; null where there is no memory.
#[inline(always)]
pub fn small_malloc(size: usize) -> *mut u8 {
    let class = size.div_ceil(STEP);
    if class >= CLASSES {
        return crate::alloc::raw_malloc(size);
    }
    match SMALL[class].pop() {
        Some(block) => block,
        // (what is traced is what was asked for)
        None if crate::tracemalloc::is_on() => crate::alloc::raw_malloc(size),
        None => crate::alloc::raw_malloc(class * STEP),
    }
}

/// Gives back a block of `size` bytes.
///
/// # Safety
/// `block` comes from [`small_malloc`] or `raw_malloc` with at least `size` bytes (the allocator hands out multiples of
/// 16), and is given up.
#[inline(always)]
pub unsafe fn small_free(block: *mut u8, size: usize) {
    let class = size.div_ceil(STEP);
    // SAFETY: the caller's promise; a class's blocks hold `class * STEP` bytes.
    unsafe {
        if class == 0 || class >= CLASSES {
            crate::alloc::raw_free(block);
        } else {
            SMALL[class].push(block);
        }
    }
}
