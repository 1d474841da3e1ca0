//! `set` and `frozenset` (`setobject.h`): one table of keys with their hashes, probed in short linear runs.
//!
//! Sizes, growth and the order of insertion are CPython 3.14's, so that the order that programs see is the same under
//! the same hashes. [`methods`] is what Python programs see.
//!
//! Comparisons of keys may run Python code: a look-up notices when the table was changed under it and begins anew.

mod methods;

pub(crate) use methods::ready_types;
pub use methods::{PySetIter, is_any_set, is_exact};

use crate::containers::hash_key;
use crate::handle::{GilCell, Py, PyLayout, PyResult};
use crate::int::PyInt;
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::typeobject::PyTypeObject;
use crate::{CompareOp, PyDict, iter};
use object_macros::pyclass;

/// An entry of a set's table: key (null: never used; the dummy: deleted) and hash.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SetEntry {
    key: *mut PyObject,
    hash: isize,
}

/// Places of the table in the object itself.
const MINSIZE: usize = 8;
const LINEAR_PROBES: usize = 9;
const PERTURB_SHIFT: u32 = 5;

/// `PySetObject`
#[pyclass(name = "set", type = PySet_Type, flags(BASETYPE, MATCH_SELF, HAVE_GC), weaklist = weakreflist)]
#[repr(C)]
pub struct PySet {
    pub(crate) ob_base: PyObject,
    /// Entries used, deleted ones included.
    pub(crate) fill: GilCell<isize>,
    pub(crate) used: GilCell<isize>,
    pub(crate) mask: GilCell<isize>,
    /// `smalltable` or a block of its own; never null.
    pub(crate) table: GilCell<*mut SetEntry>,
    /// Of a frozenset; -1: not computed.
    pub(crate) hash: GilCell<isize>,
    /// Where `pop` goes on.
    pub(crate) finger: GilCell<isize>,
    pub(crate) smalltable: GilCell<[SetEntry; MINSIZE]>,
    pub(crate) weakreflist: GilCell<*mut PyObject>,
}
const _: () = assert!(size_of::<PySet>() == 200);

/// `frozenset`'s instances are laid out as `set`'s.
#[pyclass(name = "frozenset", type = PyFrozenSet_Type, flags(BASETYPE, MATCH_SELF, HAVE_GC), weaklist = body.weakreflist,
          basicsize = size_of::<PySet>())]
#[repr(transparent)]
pub struct PyFrozenSet {
    pub body: PySet,
}

/// The key of deleted entries.
static DUMMY: PyObject = PyObject::new_static(&crate::typeobject::PyBaseObject_Type);

#[inline(always)]
fn dummy() -> *mut PyObject {
    &raw const DUMMY as *mut PyObject
}

const EMPTY_ENTRY: SetEntry = SetEntry {
    key: std::ptr::null_mut(),
    hash: 0,
};

/// The places that a hash visits: from each, a run of neighbours where that fits.
struct Probe {
    mask: usize,
    perturb: usize,
    run: usize,
    left: usize,
    at: usize,
}

impl Probe {
    #[inline(always)]
    fn new(hash: isize, mask: usize) -> Probe {
        let start = hash as usize & mask;
        Probe {
            mask,
            perturb: hash as usize,
            run: start,
            left: Probe::run_length(start, mask),
            at: start,
        }
    }
    #[inline(always)]
    fn run_length(start: usize, mask: usize) -> usize {
        if start + LINEAR_PROBES <= mask {
            LINEAR_PROBES
        } else {
            0
        }
    }
    #[inline(always)]
    fn advance(&mut self) {
        if self.left > 0 {
            self.left -= 1;
            self.at += 1;
            return;
        }
        self.perturb >>= PERTURB_SHIFT;
        self.run = self
            .run
            .wrapping_mul(5)
            .wrapping_add(1)
            .wrapping_add(self.perturb)
            & self.mask;
        self.left = Probe::run_length(self.run, self.mask);
        self.at = self.run;
    }
}

/// Puts a key that is not there into a table without deleted entries.
///
/// # Safety
/// The table has `mask + 1` entries and a free one.
unsafe fn insert_clean(table: *mut SetEntry, mask: usize, key: *mut PyObject, hash: isize) {
    let mut probe = Probe::new(hash, mask);
    // SAFETY: masked positions, and runs that end within the table.
    unsafe {
        while !(*table.add(probe.at)).key.is_null() {
            probe.advance();
        }
        *table.add(probe.at) = SetEntry { key, hash };
    }
}

/// What a look-up found.
enum Found {
    Active(usize),
    Unused(usize),
}

impl PySet {
    fn blank(ty: *const PyTypeObject) -> PySet {
        PySet {
            ob_base: PyObject::new_head(ty),
            fill: GilCell::new(0),
            used: GilCell::new(0),
            mask: GilCell::new(MINSIZE as isize - 1),
            table: GilCell::new(std::ptr::null_mut()),
            hash: GilCell::new(-1),
            finger: GilCell::new(0),
            smalltable: GilCell::new([EMPTY_ENTRY; MINSIZE]),
            weakreflist: GilCell::new(std::ptr::null_mut()),
        }
    }

    /// `set()`
    pub fn new() -> PyResult<Py<PySet>> {
        let set = crate::alloc::new_object(PySet::blank(&PySet_Type))?;
        set.table.set(set.small());
        Ok(set)
    }

    /// An empty set or frozenset of a class, which is `set`, `frozenset` or a subclass.
    fn new_of(cls: &PyTypeObject) -> PyResult<Py<PySet>> {
        if std::ptr::eq(cls, &PySet_Type) {
            return PySet::new();
        }
        let set: Py<PySet> = if std::ptr::eq(cls, &PyFrozenSet_Type) {
            let set = crate::alloc::new_object(PyFrozenSet {
                body: PySet::blank(&PyFrozenSet_Type),
            })?;
            // SAFETY: the same layout.
            unsafe { set.cast_unchecked() }
        } else {
            crate::alloc::new_instance::<PySet>(cls, |this| {
                // SAFETY: a fresh, zeroed instance with a set's layout.
                unsafe {
                    (*this).mask.set(MINSIZE as isize - 1);
                    (*this).hash.set(-1);
                }
            })?
        };
        set.table.set(set.small());
        Ok(set)
    }

    /// An empty set of the built-in type that a class derives from.
    fn new_base_type(cls: &PyTypeObject) -> PyResult<Py<PySet>> {
        if std::ptr::eq(cls, &PySet_Type) || cls.is_subtype(&PySet_Type) {
            PySet::new()
        } else {
            PySet::new_of(&PyFrozenSet_Type)
        }
    }

    /// `set(iterable)`
    pub fn from_iterable(obj: &PyObject) -> PyResult<Py<PySet>> {
        let set = PySet::new()?;
        set.update(obj)?;
        Ok(set)
    }

    /// `frozenset(iterable)`, as the layout it shares with `set`.
    pub fn frozen_from_iterable(obj: &PyObject) -> PyResult<Py<PySet>> {
        let set = PySet::new_of(&PyFrozenSet_Type)?;
        set.update(obj)?;
        Ok(set)
    }

    #[inline(always)]
    fn small(&self) -> *mut SetEntry {
        self.smalltable.as_ptr() as *mut SetEntry
    }
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.used.get() as usize
    }
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The entry at a position.
    ///
    /// # Safety
    /// `at <= mask`.
    #[inline(always)]
    unsafe fn entry(&self, at: usize) -> SetEntry {
        // SAFETY: the caller's promise.
        unsafe { *self.table.get().add(at) }
    }

    /// # Safety
    /// `at <= mask`; the references that change hands are the caller's business.
    #[inline(always)]
    unsafe fn put_entry(&self, at: usize, entry: SetEntry) {
        // SAFETY: the caller's promise.
        unsafe { *self.table.get().add(at) = entry }
    }

    fn find(&self, key: &PyObject, hash: isize) -> PyResult<Found> {
        'anew: loop {
            let table = self.table.get();
            let mask = self.mask.get();
            let mut probe = Probe::new(hash, mask as usize);
            loop {
                // SAFETY: probes stay within the table, which is still the one that the mask belongs to.
                let entry = unsafe { self.entry(probe.at) };
                if entry.key.is_null() && entry.hash == 0 {
                    return Ok(Found::Unused(probe.at));
                }
                if entry.hash == hash && entry.key != dummy() {
                    if std::ptr::eq(entry.key, key) {
                        return Ok(Found::Active(probe.at));
                    }
                    // SAFETY: a live key; owned from here on.
                    let found = unsafe { (*entry.key).new_ref() };
                    let equal = match known_equal(&found, key) {
                        Some(equal) => equal,
                        None => {
                            let equal = found.rich_compare_bool(key, CompareOp::Eq)?;
                            // SAFETY: the position is below the mask if that is still the same.
                            let same = self.table.get() == table
                                && self.mask.get() == mask
                                && unsafe { self.entry(probe.at) }.key == entry.key;
                            if !same {
                                continue 'anew;
                            }
                            equal
                        }
                    };
                    if equal {
                        return Ok(Found::Active(probe.at));
                    }
                }
                probe.advance();
            }
        }
    }

    /// Adds a key of that hash; the set keeps the one it has, if it has an equal one.
    fn add_entry(&self, key: Py, hash: isize) -> PyResult<()> {
        if let Found::Unused(at) = self.find(&key, hash)? {
            // SAFETY: a free place in the table; nothing has run since.
            unsafe {
                self.put_entry(
                    at,
                    SetEntry {
                        key: key.into_ptr(),
                        hash,
                    },
                )
            };
            self.fill.set(self.fill.get() + 1);
            self.used.set(self.used.get() + 1);
            if self.fill.get() as usize * 5 >= self.mask.get() as usize * 3 {
                self.resize(self.growth())?;
            }
        }
        Ok(())
    }

    fn growth(&self) -> usize {
        let used = self.len();
        if used > 50000 { used * 2 } else { used * 4 }
    }

    /// Moves the keys to a table of more than `minused` places. Runs no Python code.
    fn resize(&self, minused: usize) -> PyResult<()> {
        let mut size = MINSIZE;
        while size <= minused {
            size <<= 1;
        }
        let old = self.table.get();
        let old_mask = self.mask.get() as usize;
        let old_is_small = old == self.small();
        // SAFETY: tables are as long as their masks say; references move from one to the other.
        unsafe {
            let mut copy = [EMPTY_ENTRY; MINSIZE];
            let mut from: *const SetEntry = old;
            let new = if size == MINSIZE {
                if old_is_small {
                    if self.fill.get() == self.used.get() {
                        return Ok(());
                    }
                    copy = *self.smalltable.as_ptr();
                    from = copy.as_ptr();
                }
                *self.smalltable.as_ptr() = [EMPTY_ENTRY; MINSIZE];
                self.small()
            } else {
                let Some(bytes) = size
                    .checked_mul(size_of::<SetEntry>())
                    .filter(|b| *b < isize::MAX as usize)
                else {
                    return crate::error::no_memory();
                };
                let p = crate::alloc::raw_calloc(bytes) as *mut SetEntry;
                if p.is_null() {
                    return crate::error::no_memory();
                }
                p
            };
            self.table.set(new);
            self.mask.set(size as isize - 1);
            self.fill.set(self.used.get());
            for i in 0..=old_mask {
                let e = *from.add(i);
                if !e.key.is_null() && e.key != dummy() {
                    insert_clean(new, size - 1, e.key, e.hash);
                }
            }
            let _ = &copy;
            if !old_is_small {
                crate::alloc::raw_free(old as *mut u8);
            }
        }
        Ok(())
    }

    /// `set.add`
    pub fn add(&self, key: &PyObject) -> PyResult<()> {
        let hash = hash_key(key, ROLE)?;
        self.add_entry(key.new_ref(), hash)
    }

    pub fn add_owned(&self, key: Py) -> PyResult<()> {
        let hash = hash_key(&key, ROLE)?;
        self.add_entry(key, hash)
    }

    fn contains_entry(&self, key: &PyObject, hash: isize) -> PyResult<bool> {
        Ok(matches!(self.find(key, hash)?, Found::Active(_)))
    }

    /// The hash of a key to look for: a set stands for the frozenset of its items.
    fn search_hash(&self, key: &PyObject) -> PyResult<isize> {
        match key.hash() {
            Ok(h) => Ok(h),
            Err(raised) => {
                if let Some(set) = key.downcast::<PySet>()
                    && crate::error::matches::<crate::exceptions::TypeError>()
                {
                    crate::error::clear();
                    return Ok(set.frozen_hash());
                }
                crate::containers::unhashable(raised, key, ROLE)
            }
        }
    }

    /// `key in set`
    pub fn contains(&self, key: &PyObject) -> PyResult<bool> {
        let hash = self.search_hash(key)?;
        self.contains_entry(key, hash)
    }

    /// Takes a key out; whether it was there.
    fn discard_entry(&self, key: &PyObject, hash: isize) -> PyResult<bool> {
        match self.find(key, hash)? {
            Found::Unused(_) => Ok(false),
            Found::Active(at) => {
                drop(self.take(at));
                Ok(true)
            }
        }
    }

    /// Takes the key out of an active entry.
    fn take(&self, at: usize) -> Py {
        // SAFETY: callers have found an active entry there, and nothing has run since.
        unsafe {
            let key = self.entry(at).key;
            self.put_entry(
                at,
                SetEntry {
                    key: dummy(),
                    hash: -1,
                },
            );
            self.used.set(self.used.get() - 1);
            Py::from_owned_ptr(key)
        }
    }

    /// `set.discard`
    pub fn discard(&self, key: &PyObject) -> PyResult<bool> {
        let hash = self.search_hash(key)?;
        self.discard_entry(key, hash)
    }

    /// `set.pop`
    pub fn pop_any(&self) -> Option<Py> {
        if self.is_empty() {
            return None;
        }
        let mask = self.mask.get() as usize;
        let mut at = self.finger.get() as usize & mask;
        loop {
            // SAFETY: masked.
            let key = unsafe { self.entry(at) }.key;
            if !key.is_null() && key != dummy() {
                break;
            }
            at = if at == mask { 0 } else { at + 1 };
        }
        self.finger.set(at as isize + 1);
        Some(self.take(at))
    }

    /// The next key at or after `pos`, which is advanced, with its hash.
    #[inline]
    pub fn next_entry(&self, pos: &mut usize) -> Option<(Py, isize)> {
        while *pos <= self.mask.get() as usize {
            // SAFETY: below the mask; owned before anything runs.
            let e = unsafe { self.entry(*pos) };
            *pos += 1;
            if !e.key.is_null() && e.key != dummy() {
                // SAFETY: a live key.
                return Some((unsafe { (*e.key).new_ref() }, e.hash));
            }
        }
        None
    }

    /// The keys at this moment, in order, owned.
    pub fn to_vec(&self) -> Vec<Py> {
        let mut out = Vec::with_capacity(self.len());
        let mut pos = 0;
        while let Some((key, _)) = self.next_entry(&mut pos) {
            out.push(key);
        }
        out
    }

    /// Empties the set; its keys are the caller's to drop.
    fn take_all(&self) -> Vec<Py> {
        if self.fill.get() == 0 && self.table.get() == self.small() {
            return Vec::new();
        }
        let mut out = Vec::with_capacity(self.len());
        let table = self.table.get();
        // SAFETY: the table is as long as its mask says; references move out.
        unsafe {
            for i in 0..=self.mask.get() as usize {
                let key = (*table.add(i)).key;
                if !key.is_null() && key != dummy() {
                    out.push(Py::from_owned_ptr(key));
                }
            }
            *self.smalltable.as_ptr() = [EMPTY_ENTRY; MINSIZE];
            self.table.set(self.small());
            if table != self.small() {
                crate::alloc::raw_free(table as *mut u8);
            }
        }
        self.fill.set(0);
        self.used.set(0);
        self.mask.set(MINSIZE as isize - 1);
        self.hash.set(-1);
        out
    }

    /// `set.clear`
    pub fn clear(&self) {
        drop(self.take_all());
    }

    /// Adds the keys of another set.
    fn merge(&self, other: &PySet) -> PyResult<()> {
        if std::ptr::eq(self, other) || other.is_empty() {
            return Ok(());
        }
        if (self.fill.get() + other.used.get()) * 5 >= self.mask.get() * 3 {
            self.resize((self.len() + other.len()) * 2)?;
        }
        if self.fill.get() == 0 {
            let mask = self.mask.get() as usize;
            let same = mask == other.mask.get() as usize && other.fill.get() == other.used.get();
            // SAFETY: both tables are as long as their masks say; nothing runs.
            unsafe {
                for i in 0..=other.mask.get() as usize {
                    let e = other.entry(i);
                    if !e.key.is_null() && e.key != dummy() {
                        (*e.key).incref();
                        if same {
                            self.put_entry(i, e);
                        } else {
                            insert_clean(self.table.get(), mask, e.key, e.hash);
                        }
                    }
                }
            }
            self.fill.set(other.used.get());
            self.used.set(other.used.get());
            return Ok(());
        }
        let mut pos = 0;
        while let Some((key, hash)) = other.next_entry(&mut pos) {
            self.add_entry(key, hash)?;
        }
        Ok(())
    }

    /// `set.update` with any iterable.
    pub fn update(&self, other: &PyObject) -> PyResult<()> {
        if let Some(set) = any_set(other) {
            return self.merge(set);
        }
        if let Some(dict) = other.downcast_exact::<PyDict>() {
            let n = dict.len();
            if (self.fill.get() as usize + n) * 5 >= self.mask.get() as usize * 3 {
                self.resize((self.len() + n) * 2)?;
            }
            let mut pos = 0;
            while let Some((key, _, hash)) = dict.next_entry_hashed(&mut pos) {
                self.add_entry(key, hash)?;
            }
            return Ok(());
        }
        let iter = iter::get_iter(other)?;
        while let Some(key) = iter::next(&iter)? {
            self.add_owned(key)?;
        }
        Ok(())
    }

    /// `set.copy`: of the built-in type.
    pub fn copy(&self) -> PyResult<Py<PySet>> {
        let new = PySet::new_base_type(self.as_object().ty())?;
        new.merge(self)?;
        Ok(new)
    }

    fn intersection_any(&self, other: &PyObject) -> PyResult<Py<PySet>> {
        if std::ptr::eq(self.as_object(), other) {
            return self.copy();
        }
        let result = PySet::new_base_type(self.as_object().ty())?;
        if let Some(set) = any_set(other) {
            let (long, short) = if set.len() > self.len() {
                (set, self)
            } else {
                (self, set)
            };
            let mut pos = 0;
            while let Some((key, hash)) = short.next_entry(&mut pos) {
                if long.contains_entry(&key, hash)? {
                    result.add_entry(key, hash)?;
                }
            }
            return Ok(result);
        }
        let iter = iter::get_iter(other)?;
        while let Some(key) = iter::next(&iter)? {
            let hash = key.hash()?;
            if self.contains_entry(&key, hash)? {
                result.add_entry(key, hash)?;
                if result.len() >= self.len() {
                    break;
                }
            }
        }
        Ok(result)
    }

    /// `set.intersection` with one other.
    pub fn intersection(&self, other: &PyObject) -> PyResult {
        Ok(self.intersection_any(other)?.into_object())
    }

    /// Removes the items of `other`.
    pub fn difference_update(&self, other: &PyObject) -> PyResult<()> {
        if std::ptr::eq(self.as_object(), other) {
            self.clear();
            return Ok(());
        }
        if let Some(set) = any_set(other) {
            let common;
            let set = if set.len() >> 3 > self.len() {
                common = self.intersection_any(other)?;
                &*common
            } else {
                set
            };
            let mut pos = 0;
            while let Some((key, hash)) = set.next_entry(&mut pos) {
                self.discard_entry(&key, hash)?;
            }
        } else {
            let iter = iter::get_iter(other)?;
            while let Some(key) = iter::next(&iter)? {
                let hash = hash_key(&key, ROLE)?;
                self.discard_entry(&key, hash)?;
            }
        }
        let deleted = (self.fill.get() - self.used.get()) as usize;
        if deleted > self.mask.get() as usize / 4 {
            self.resize(self.growth())?;
        }
        Ok(())
    }

    fn copy_and_difference(&self, other: &PyObject) -> PyResult<Py<PySet>> {
        let result = self.copy()?;
        result.difference_update(other)?;
        Ok(result)
    }

    fn difference_any(&self, other: &PyObject) -> PyResult<Py<PySet>> {
        let (set, dict) = (any_set(other), other.downcast_exact::<PyDict>());
        let other_len = match (set, dict) {
            (Some(s), _) => s.len(),
            (None, Some(d)) => d.len(),
            (None, None) => return self.copy_and_difference(other),
        };
        if self.len() >> 2 > other_len {
            return self.copy_and_difference(other);
        }
        let result = PySet::new_base_type(self.as_object().ty())?;
        let mut pos = 0;
        while let Some((key, hash)) = self.next_entry(&mut pos) {
            let there = match (set, dict) {
                (Some(s), _) => s.contains_entry(&key, hash)?,
                (None, Some(d)) => d.contains_known_hash(&key, hash)?,
                (None, None) => false,
            };
            if !there {
                result.add_entry(key, hash)?;
            }
        }
        Ok(result)
    }

    /// `set.symmetric_difference_update`
    pub fn symmetric_difference_update(&self, other: &PyObject) -> PyResult<()> {
        if std::ptr::eq(self.as_object(), other) {
            self.clear();
            return Ok(());
        }
        if let Some(dict) = other.downcast_exact::<PyDict>() {
            let mut pos = 0;
            while let Some((key, _, hash)) = dict.next_entry_hashed(&mut pos) {
                if !self.discard_entry(&key, hash)? {
                    self.add_entry(key, hash)?;
                }
            }
            return Ok(());
        }
        let made;
        let set = match any_set(other) {
            Some(s) => s,
            None => {
                made = PySet::new_base_type(self.as_object().ty())?;
                made.update(other)?;
                &*made
            }
        };
        let mut pos = 0;
        while let Some((key, hash)) = set.next_entry(&mut pos) {
            if !self.discard_entry(&key, hash)? {
                self.add_entry(key, hash)?;
            }
        }
        Ok(())
    }

    fn symmetric_difference_any(&self, other: &PyObject) -> PyResult<Py<PySet>> {
        let result = PySet::new_base_type(self.as_object().ty())?;
        result.update(other)?;
        result.symmetric_difference_update(self.as_object())?;
        Ok(result)
    }

    fn is_subset_of(&self, other: &PyObject) -> PyResult<bool> {
        let Some(set) = any_set(other) else {
            return Ok(self.intersection_any(other)?.len() == self.len());
        };
        if self.len() > set.len() {
            return Ok(false);
        }
        let mut pos = 0;
        while let Some((key, hash)) = self.next_entry(&mut pos) {
            if !set.contains_entry(&key, hash)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn is_superset_of(&self, other: &PyObject) -> PyResult<bool> {
        if let Some(set) = any_set(other) {
            return set.is_subset_of(self.as_object());
        }
        let iter = iter::get_iter(other)?;
        while let Some(key) = iter::next(&iter)? {
            if !self.contains(&key)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn is_disjoint_from(&self, other: &PyObject) -> PyResult<bool> {
        if std::ptr::eq(self.as_object(), other) {
            return Ok(self.is_empty());
        }
        if let Some(set) = any_set(other) {
            let (long, short) = if set.len() > self.len() {
                (set, self)
            } else {
                (self, set)
            };
            let mut pos = 0;
            while let Some((key, hash)) = short.next_entry(&mut pos) {
                if long.contains_entry(&key, hash)? {
                    return Ok(false);
                }
            }
            return Ok(true);
        }
        let iter = iter::get_iter(other)?;
        while let Some(key) = iter::next(&iter)? {
            let hash = hash_key(&key, ROLE)?;
            if self.contains_entry(&key, hash)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Exchanges the contents of two sets.
    fn swap(&self, other: &PySet) {
        let (a_small, b_small) = (
            self.table.get() == self.small(),
            other.table.get() == other.small(),
        );
        let swap = |a: &GilCell<isize>, b: &GilCell<isize>| a.set(b.replace(a.get()));
        swap(&self.fill, &other.fill);
        swap(&self.used, &other.used);
        swap(&self.mask, &other.mask);
        let (a, b) = (self.table.get(), other.table.get());
        // SAFETY: plain entries; each table pointer ends at its own object's small table or at a block.
        unsafe {
            if a_small || b_small {
                std::ptr::swap(self.smalltable.as_ptr(), other.smalltable.as_ptr());
            }
        }
        self.table.set(if b_small { self.small() } else { b });
        other.table.set(if a_small { other.small() } else { a });
        self.hash.set(-1);
        other.hash.set(-1);
    }

    /// The hash of a frozenset with these items.
    fn frozen_hash(&self) -> isize {
        let shuffle = |h: usize| ((h ^ 89869747) ^ (h << 16)).wrapping_mul(3644798167);
        let mut hash: usize = 0;
        for i in 0..=self.mask.get() as usize {
            // SAFETY: below the mask.
            let e = unsafe { self.entry(i) };
            if !e.key.is_null() && e.key != dummy() {
                hash ^= shuffle(e.hash as usize);
            }
        }
        hash ^= (self.len() + 1).wrapping_mul(1927868237);
        hash ^= (hash >> 11) ^ (hash >> 25);
        hash = hash.wrapping_mul(69069).wrapping_add(907133923);
        if hash == usize::MAX {
            590923713
        } else {
            hash as isize
        }
    }
}

const ROLE: &str = "set element";

/// A set or frozenset (or an instance of a subclass).
#[inline]
pub fn any_set(obj: &PyObject) -> Option<&PySet> {
    if is_any_set(obj) {
        // SAFETY: both types have this layout.
        Some(unsafe { obj.downcast_unchecked::<PySet>() })
    } else {
        None
    }
}

/// Equality of two keys with equal hashes, where it is known without running anything.
#[inline]
fn known_equal(a: &PyObject, b: &PyObject) -> Option<bool> {
    if let (Some(a), Some(b)) = (a.downcast_exact::<PyStr>(), b.downcast_exact::<PyStr>()) {
        return Some(a.eq(b));
    }
    if let (Some(a), Some(b)) = (a.downcast_exact::<PyInt>(), b.downcast_exact::<PyInt>())
        && a.is_compact()
        && b.is_compact()
    {
        return Some(a.compact_value() == b.compact_value());
    }
    None
}
