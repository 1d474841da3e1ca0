//! The tables behind `dict`: an index table of 1-, 2-, 4- or 8-byte places in front of the entries in insertion order.
//!
//! A table is *general* (hash, key and value in each entry), *unicode* (exact `str` keys only: key and value, the hash
//! is in the string) or *split* (as unicode, but shared by many dicts: each has its values in a [`DictValues`]).
//! Sizes, growth and therefore `sys.getsizeof` are those of CPython 3.14 (`dictobject.c`, "The basic lookup function").
//!
//! Nothing here runs Python code except [`DictKeys::decref`], which drops references when a table dies.

use crate::handle::PyClass;
use crate::refcount::PyObject;
use crate::str::PyStr;
use std::cell::Cell;

pub const KIND_GENERAL: u8 = 0;
pub const KIND_UNICODE: u8 = 1;
pub const KIND_SPLIT: u8 = 2;

/// An index place that was never used.
pub const EMPTY: isize = -1;
/// An index place whose entry was deleted.
pub const DUMMY: isize = -2;

pub const LOG_MINSIZE: u8 = 3;
pub const MINSIZE: usize = 8;
/// Most attributes that instances of one class share keys for.
pub const SHARED_KEYS_MAX: usize = 30;
const SHARED_KEYS_LOG2: u8 = 6;
const PERTURB_SHIFT: u32 = 5;

/// An entry of a general table.
#[repr(C)]
pub struct Entry {
    pub hash: Cell<isize>,
    pub key: Cell<*mut PyObject>,
    pub value: Cell<*mut PyObject>,
}

/// An entry of a unicode table.
#[repr(C)]
pub struct StrEntry {
    pub key: Cell<*mut PyObject>,
    pub value: Cell<*mut PyObject>,
}

/// `PyDictKeysObject`: this head, then `1 << log2_index_bytes` bytes of index, then the entries.
#[repr(C, align(8))]
pub struct DictKeys {
    /// Dicts and types that use the table.
    pub refcnt: Cell<isize>,
    pub log2_size: Cell<u8>,
    pub log2_index_bytes: Cell<u8>,
    pub kind: Cell<u8>,
    /// 0: not assigned.
    pub version: Cell<u32>,
    /// Entries that may still be added.
    pub usable: Cell<isize>,
    /// Entries used, deleted ones included.
    pub nentries: Cell<isize>,
}
const _: () = assert!(size_of::<DictKeys>() == 32);

#[repr(C)]
struct EmptyKeys {
    head: DictKeys,
    index: Cell<[i8; 8]>,
}
// SAFETY: never changed: every writer looks for it first.
unsafe impl Sync for EmptyKeys {}

static EMPTY_KEYS: EmptyKeys = EmptyKeys {
    head: DictKeys {
        refcnt: Cell::new(isize::MAX / 2),
        log2_size: Cell::new(0),
        log2_index_bytes: Cell::new(3),
        kind: Cell::new(KIND_UNICODE),
        version: Cell::new(1),
        usable: Cell::new(0),
        nentries: Cell::new(0),
    },
    index: Cell::new([-1; 8]),
};

/// The table of all empty dicts.
#[inline(always)]
pub fn empty_keys() -> *mut DictKeys {
    &raw const EMPTY_KEYS as *mut DictKeys
}

/// Width of an index place.
pub trait Place: Copy {
    fn get(self) -> isize;
    fn make(i: isize) -> Self;
}
macro_rules! place {
    ($($t:ty),*) => {$(
        impl Place for $t {
            #[inline(always)]
            fn get(self) -> isize { self as isize }
            #[inline(always)]
            fn make(i: isize) -> Self { i as $t }
        }
    )*};
}
place!(i8, i16, i32, i64);

macro_rules! by_width {
    ($keys:expr, $width:ident => $e:expr) => {
        match $keys.log2_size.get() {
            0..=7 => {
                type $width = i8;
                $e
            }
            8..=15 => {
                type $width = i16;
                $e
            }
            16..=31 => {
                type $width = i32;
                $e
            }
            _ => {
                type $width = i64;
                $e
            }
        }
    };
}

/// The order in which a hash visits the places of a table.
pub struct Probe {
    mask: usize,
    perturb: usize,
    pub at: usize,
}

impl Probe {
    #[inline(always)]
    pub fn new(hash: isize, mask: usize) -> Probe {
        Probe {
            mask,
            perturb: hash as usize,
            at: hash as usize & mask,
        }
    }
    #[inline(always)]
    pub fn advance(&mut self) {
        self.perturb >>= PERTURB_SHIFT;
        self.at = self.at.wrapping_mul(5).wrapping_add(self.perturb).wrapping_add(1) & self.mask;
    }
}

/// Entries that a table of `size` places takes.
#[inline(always)]
pub const fn usable_fraction(size: usize) -> usize {
    (size << 1) / 3
}

/// log2 of the smallest table with at least `minsize` places.
#[inline]
pub fn log2_for_size(minsize: usize) -> u8 {
    let n = minsize.max(MINSIZE) - 1;
    (usize::BITS - n.leading_zeros()) as u8
}

/// log2 of the table that takes `n` entries without growing.
#[inline]
pub fn log2_for_entries(n: usize) -> u8 {
    log2_for_size((n.saturating_mul(3).saturating_add(1)) / 2)
}

/// The hash of an exact `str` key.
///
/// # Safety
/// `key` is a live exact `str`.
#[inline(always)]
pub unsafe fn str_hash(key: *mut PyObject) -> isize {
    // SAFETY: the caller's promise.
    unsafe { (*(key as *const PyStr)).hash() }
}

/// A free list of the smallest unicode tables.
static FREE_KEYS: FreeKeys = FreeKeys {
    items: Cell::new([std::ptr::null_mut(); FREE_KEYS_MAX]),
    count: Cell::new(0),
};
const FREE_KEYS_MAX: usize = 80;
struct FreeKeys {
    items: Cell<[*mut DictKeys; FREE_KEYS_MAX]>,
    count: Cell<usize>,
}
// SAFETY: only touched under the GIL.
unsafe impl Sync for FreeKeys {}

impl FreeKeys {
    #[inline(always)]
    fn pop(&self) -> Option<*mut DictKeys> {
        let n = self.count.get();
        if n == 0 {
            return None;
        }
        self.count.set(n - 1);
        // SAFETY: below the count.
        Some(unsafe { *(self.items.as_ptr() as *mut *mut DictKeys).add(n - 1) })
    }
    #[inline(always)]
    fn push(&self, keys: *mut DictKeys) -> bool {
        let n = self.count.get();
        if n == FREE_KEYS_MAX {
            return false;
        }
        // SAFETY: below the maximum.
        unsafe { *(self.items.as_ptr() as *mut *mut DictKeys).add(n) = keys };
        self.count.set(n + 1);
        true
    }
}

impl DictKeys {
    /// A new table of `1 << log2` places with one reference; null if there is no memory.
    pub fn alloc(log2: u8, kind: u8) -> *mut DictKeys {
        if log2 >= 58 {
            return std::ptr::null_mut();
        }
        let log2_index_bytes = match log2 {
            0..=7 => log2,
            8..=15 => log2 + 1,
            16..=31 => log2 + 2,
            _ => log2 + 3,
        };
        let usable = usable_fraction(1 << log2);
        let entry = if kind == KIND_GENERAL {
            size_of::<Entry>()
        } else {
            size_of::<StrEntry>()
        };
        let small = log2 == LOG_MINSIZE && kind == KIND_UNICODE;
        let block = match small.then(|| FREE_KEYS.pop()).flatten() {
            Some(k) => k,
            None => {
                let size = size_of::<DictKeys>() + (1 << log2_index_bytes) + usable * entry;
                let p = crate::alloc::raw_malloc(size) as *mut DictKeys;
                if p.is_null() {
                    return p;
                }
                p
            }
        };
        // SAFETY: fresh memory of that size: head, index (all places empty: -1 is all bits), entries (null).
        unsafe {
            block.write(DictKeys {
                refcnt: Cell::new(1),
                log2_size: Cell::new(log2),
                log2_index_bytes: Cell::new(log2_index_bytes),
                kind: Cell::new(kind),
                version: Cell::new(0),
                usable: Cell::new(usable as isize),
                nentries: Cell::new(0),
            });
            let index = (block as *mut u8).add(size_of::<DictKeys>());
            std::ptr::write_bytes(index, 0xff, 1 << log2_index_bytes);
            std::ptr::write_bytes(index.add(1 << log2_index_bytes), 0, usable * entry);
        }
        block
    }

    /// The shared keys of a new class; null if there is no memory.
    pub fn alloc_shared() -> *mut DictKeys {
        let keys = DictKeys::alloc(SHARED_KEYS_LOG2, KIND_SPLIT);
        // SAFETY: just made, or null.
        if let Some(k) = unsafe { keys.as_ref() } {
            k.usable.set(SHARED_KEYS_MAX as isize);
        }
        keys
    }

    #[inline(always)]
    pub fn incref(&self) {
        self.refcnt.set(self.refcnt.get() + 1);
    }

    /// Gives up a reference; the last one drops keys and values, which can run Python code: the table must not be
    /// reachable any more.
    ///
    /// # Safety
    /// The caller owns one reference to the table.
    #[inline]
    pub unsafe fn decref(this: *mut DictKeys) {
        if this == empty_keys() {
            return;
        }
        // SAFETY: alive by the caller's promise.
        unsafe {
            let n = (*this).refcnt.get() - 1;
            (*this).refcnt.set(n);
            if n == 0 {
                DictKeys::free(this);
            }
        }
    }

    unsafe fn free(this: *mut DictKeys) {
        // SAFETY: the last reference is gone; every entry owns its key and value.
        unsafe {
            let keys = &*this;
            let n = keys.nentries.get() as usize;
            if keys.kind.get() == KIND_GENERAL {
                for i in 0..n {
                    let e = keys.entry(i);
                    drop_ptr(e.key.get());
                    drop_ptr(e.value.get());
                }
            } else {
                for i in 0..n {
                    let e = keys.str_entry(i);
                    drop_ptr(e.key.get());
                    drop_ptr(e.value.get());
                }
            }
            DictKeys::free_block(this);
        }
    }

    /// Gives back the memory alone.
    ///
    /// # Safety
    /// Nobody uses the table, and its entries have been moved elsewhere.
    pub unsafe fn free_block(this: *mut DictKeys) {
        // SAFETY: the caller's promise.
        unsafe {
            let keys = &*this;
            if keys.kind.get() == KIND_UNICODE && keys.log2_size.get() == LOG_MINSIZE && FREE_KEYS.push(this)
            {
                return;
            }
            crate::alloc::raw_free(this as *mut u8);
        }
    }

    #[inline(always)]
    pub fn size(&self) -> usize {
        1 << self.log2_size.get()
    }
    #[inline(always)]
    pub fn is_unicode(&self) -> bool {
        self.kind.get() != KIND_GENERAL
    }
    #[inline(always)]
    pub fn is_empty_keys(&self) -> bool {
        std::ptr::eq(self, empty_keys())
    }
    /// Bytes of the table, as `sys.getsizeof` counts them.
    pub fn byte_size(&self) -> usize {
        let entry = if self.is_unicode() {
            size_of::<StrEntry>()
        } else {
            size_of::<Entry>()
        };
        size_of::<DictKeys>() + (1 << self.log2_index_bytes.get()) + usable_fraction(self.size()) * entry
    }
    #[inline(always)]
    fn index_ptr(&self) -> *mut u8 {
        // SAFETY: the index stands behind the head.
        unsafe { (self as *const DictKeys as *mut u8).add(size_of::<DictKeys>()) }
    }
    #[inline(always)]
    fn entries_ptr(&self) -> *mut u8 {
        // SAFETY: the entries stand behind the index.
        unsafe { self.index_ptr().add(1 << self.log2_index_bytes.get()) }
    }

    /// # Safety
    /// The table is general and has room for more than `i` entries.
    #[inline(always)]
    pub unsafe fn entry(&self, i: usize) -> &Entry {
        // SAFETY: the caller's promise.
        unsafe { &*(self.entries_ptr() as *const Entry).add(i) }
    }
    /// # Safety
    /// The table is not general and has room for more than `i` entries.
    #[inline(always)]
    pub unsafe fn str_entry(&self, i: usize) -> &StrEntry {
        // SAFETY: the caller's promise.
        unsafe { &*(self.entries_ptr() as *const StrEntry).add(i) }
    }

    /// Key (null if deleted) and place of the value of an entry.
    ///
    /// # Safety
    /// `i < nentries`.
    #[inline(always)]
    pub unsafe fn slot(&self, i: usize) -> (*mut PyObject, &Cell<*mut PyObject>) {
        // SAFETY: the caller's promise.
        unsafe {
            if self.is_unicode() {
                let e = self.str_entry(i);
                (e.key.get(), &e.value)
            } else {
                let e = self.entry(i);
                (e.key.get(), &e.value)
            }
        }
    }

    /// The hash of the key of a live entry.
    ///
    /// # Safety
    /// `i < nentries`, and the entry is not deleted.
    #[inline(always)]
    pub unsafe fn entry_hash(&self, i: usize) -> isize {
        // SAFETY: the caller's promise.
        unsafe {
            if self.is_unicode() {
                str_hash(self.str_entry(i).key.get())
            } else {
                self.entry(i).hash.get()
            }
        }
    }

    /// The place `at` of the index.
    #[inline(always)]
    pub fn index(&self, at: usize) -> isize {
        debug_assert!(at < self.size());
        // SAFETY: positions come from probes, which are masked by the table's size.
        by_width!(self, W => unsafe { (*(self.index_ptr() as *const W).add(at)).get() })
    }
    #[inline(always)]
    pub fn set_index(&self, at: usize, i: isize) {
        debug_assert!(at < self.size());
        // SAFETY: as above.
        by_width!(self, W => unsafe { *(self.index_ptr() as *mut W).add(at) = W::make(i) })
    }

    /// The entry whose key is the string, or [`EMPTY`], in a table that is not general.
    #[inline]
    pub fn find_str(&self, key: &PyStr, hash: isize) -> isize {
        // SAFETY: the width is the table's.
        by_width!(self, W => unsafe { self.find_str_by::<W>(key, hash) })
    }

    #[inline(always)]
    unsafe fn find_str_by<W: Place>(&self, key: &PyStr, hash: isize) -> isize {
        let index = self.index_ptr() as *const W;
        let entries = self.entries_ptr() as *const StrEntry;
        let wanted = key as *const PyStr as *mut PyObject;
        let mut probe = Probe::new(hash, self.size() - 1);
        // SAFETY: masked positions; an index place that is not negative names an entry with a live `str` key.
        unsafe {
            loop {
                let ix = (*index.add(probe.at)).get();
                if ix >= 0 {
                    let k = (*entries.add(ix as usize)).key.get();
                    if k == wanted {
                        return ix;
                    }
                    let k = &*(k as *const PyStr);
                    if k.hash() == hash && k.eq(key) {
                        return ix;
                    }
                } else if ix == EMPTY {
                    return EMPTY;
                }
                probe.advance();
            }
        }
    }

    /// As [`DictKeys::find_str`]; a key that is not there gets the place where it goes.
    #[inline]
    pub fn find_str_or_place(&self, key: &PyStr, hash: isize) -> Result<usize, usize> {
        // SAFETY: the width is the table's.
        by_width!(self, W => unsafe { self.find_str_or_place_by::<W>(key, hash) })
    }

    #[inline(always)]
    unsafe fn find_str_or_place_by<W: Place>(&self, key: &PyStr, hash: isize) -> Result<usize, usize> {
        let index = self.index_ptr() as *const W;
        let entries = self.entries_ptr() as *const StrEntry;
        let wanted = key as *const PyStr as *mut PyObject;
        let mut probe = Probe::new(hash, self.size() - 1);
        let mut place = None;
        // SAFETY: masked positions; an index place that is not negative names an entry with a live `str` key.
        unsafe {
            loop {
                let ix = (*index.add(probe.at)).get();
                if ix >= 0 {
                    let k = (*entries.add(ix as usize)).key.get();
                    if k == wanted {
                        return Ok(ix as usize);
                    }
                    let k = &*(k as *const PyStr);
                    if k.hash() == hash && k.eq(key) {
                        return Ok(ix as usize);
                    }
                } else {
                    let first = *place.get_or_insert(probe.at);
                    if ix == EMPTY {
                        return Err(first);
                    }
                }
                probe.advance();
            }
        }
    }

    /// The index place that names entry `ix`, whose key has this hash.
    pub fn place_of(&self, hash: isize, ix: usize) -> usize {
        let mut probe = Probe::new(hash, self.size() - 1);
        loop {
            let found = self.index(probe.at);
            if found == ix as isize {
                return probe.at;
            }
            debug_assert!(found != EMPTY);
            probe.advance();
        }
    }

    /// The first place for a new key of this hash.
    #[inline]
    pub fn free_place(&self, hash: isize) -> usize {
        let mut probe = Probe::new(hash, self.size() - 1);
        while self.index(probe.at) >= 0 {
            probe.advance();
        }
        probe.at
    }

    /// Names the first `n` entries (none deleted) in a fresh index.
    pub fn build_index(&self, n: usize) {
        let mask = self.size() - 1;
        by_width!(self, W => {
            let index = self.index_ptr() as *mut W;
            for ix in 0..n {
                // SAFETY: live entries, masked positions.
                unsafe {
                    let mut probe = Probe::new(self.entry_hash(ix), mask);
                    while (*index.add(probe.at)).get() != EMPTY {
                        probe.advance();
                    }
                    *index.add(probe.at) = W::make(ix as isize);
                }
            }
        })
    }

    /// Adds an entry: takes over the references.
    ///
    /// # Safety
    /// `usable > 0`; the key is not in the table, is an exact `str` unless the table is general, and has this hash.
    #[inline]
    pub unsafe fn push(&self, key: *mut PyObject, hash: isize, value: *mut PyObject) -> usize {
        // SAFETY: the caller's promise; the place is free.
        unsafe { self.push_at(self.free_place(hash), key, hash, value) }
    }

    /// As [`DictKeys::push`], the place being known.
    ///
    /// # Safety
    /// As there, and `place` is free in the index, on the way that the hash takes.
    #[inline]
    pub unsafe fn push_at(
        &self,
        place: usize,
        key: *mut PyObject,
        hash: isize,
        value: *mut PyObject,
    ) -> usize {
        let ix = self.nentries.get() as usize;
        self.set_index(place, ix as isize);
        // SAFETY: room was promised.
        unsafe {
            if self.is_unicode() {
                debug_assert!(PyStr::check_exact(&*key));
                let e = self.str_entry(ix);
                e.key.set(key);
                e.value.set(value);
            } else {
                let e = self.entry(ix);
                e.key.set(key);
                e.value.set(value);
                e.hash.set(hash);
            }
        }
        self.usable.set(self.usable.get() - 1);
        self.nentries.set(ix as isize + 1);
        ix
    }

    /// A table like this one with its entries, deleted ones included; null if there is no memory.
    /// The table is not split.
    pub fn clone_table(&self) -> *mut DictKeys {
        let new = DictKeys::alloc(self.log2_size.get(), self.kind.get());
        if new.is_null() {
            return new;
        }
        let entry = if self.is_unicode() {
            size_of::<StrEntry>()
        } else {
            size_of::<Entry>()
        };
        let n = self.nentries.get() as usize;
        // SAFETY: same shape; each live entry's copy gets references of its own.
        unsafe {
            let k = &*new;
            std::ptr::copy_nonoverlapping(self.index_ptr(), k.index_ptr(), 1 << self.log2_index_bytes.get());
            std::ptr::copy_nonoverlapping(self.entries_ptr(), k.entries_ptr(), n * entry);
            k.usable.set(self.usable.get());
            k.nentries.set(n as isize);
            for i in 0..n {
                let (key, value) = k.slot(i);
                if !value.get().is_null() {
                    (*key).incref();
                    (*value.get()).incref();
                }
            }
        }
        new
    }
}

/// Gives up a reference that may be null.
///
/// # Safety
/// The caller owns the reference.
#[inline(always)]
pub unsafe fn drop_ptr(p: *mut PyObject) {
    if !p.is_null() {
        // SAFETY: the caller's promise.
        unsafe { PyObject::decref(p) }
    }
}
