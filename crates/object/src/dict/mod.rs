//! `dict` (`cpython/dictobject.h`): insertion-ordered hash tables, combined or split with shared keys, and the
//! instances' inline values.
//!
//! [`keys`] has the tables, [`values`] the split dicts' values and the managed dicts of instances, [`merge`] building
//! and updating, [`methods`] what Python programs see, [`views`] and [`iter`] the views and iterators.
//!
//! Look-ups that may run Python code (`__eq__` of keys) notice when the table was changed under them and begin anew.

mod iter;
mod keys;
mod merge;
mod methods;
mod values;
mod views;

pub use iter::*;
pub use keys::DictKeys;
pub use merge::Merge;
pub use values::*;
pub use views::*;

use crate::handle::{GilCell, Py, PyClass, PyLayout, PyResult};
use crate::int::PyInt;
use crate::refcount::PyObject;
use crate::str::PyStr;
use keys::{DUMMY, EMPTY, KIND_GENERAL, KIND_SPLIT, KIND_UNICODE, LOG_MINSIZE, Probe, drop_ptr, empty_keys};
use object_macros::pyclass;

/// `PyDictObject`
#[pyclass(name = "dict", type = PyDict_Type, flags(BASETYPE, DICT_SUBCLASS, MAPPING, MATCH_SELF, HAVE_GC))]
#[repr(C)]
pub struct PyDict {
    pub(crate) ob_base: PyObject,
    /// Number of items.
    pub(crate) ma_used: GilCell<isize>,
    /// The upper half is Taipan's: entries of the (combined) table before this one are deleted.
    pub(crate) _ma_watcher_tag: GilCell<u64>,
    /// Never null; one reference.
    pub(crate) ma_keys: GilCell<*mut DictKeys>,
    /// Null, or the values of a split dict.
    pub(crate) ma_values: GilCell<*mut DictValues>,
}
const _: () = assert!(size_of::<PyDict>() == 48);

static NEXT_KEYS_VERSION: GilCell<u32> = GilCell::new(2);

/// Blocks of dead dicts, collector's head included, to be used again.
static FREE_DICTS: GilCell<([*mut u8; 80], usize)> = GilCell::new(([std::ptr::null_mut(); 80], 0));

impl PyDict {
    #[inline]
    pub fn new() -> PyResult<Py<PyDict>> {
        PyDict::with_tables(empty_keys(), std::ptr::null_mut(), 0)
    }

    /// A dict with room for `n` keys; `strings`: they will be exact strings (`_PyDict_NewPresized`).
    pub fn with_capacity(n: usize, strings: bool) -> PyResult<Py<PyDict>> {
        if n <= keys::usable_fraction(keys::MINSIZE) {
            return PyDict::new();
        }
        let log2 = keys::log2_for_entries(n.min(keys::usable_fraction(1 << 17))).min(17);
        let table = DictKeys::alloc(log2, if strings { KIND_UNICODE } else { KIND_GENERAL });
        if table.is_null() {
            return crate::error::no_memory();
        }
        PyDict::with_tables(table, std::ptr::null_mut(), 0)
    }

    /// A dict that takes over a reference to `table` and the values.
    fn with_tables(table: *mut DictKeys, values: *mut DictValues, used: usize) -> PyResult<Py<PyDict>> {
        let value = PyDict {
            ob_base: PyObject::new_head(&PyDict_Type),
            ma_used: GilCell::new(used as isize),
            _ma_watcher_tag: GilCell::new(0),
            ma_keys: GilCell::new(table),
            ma_values: GilCell::new(values),
        };
        // SAFETY: the free list is only touched here and in `tp_dealloc`; its blocks have room for head and dict.
        unsafe {
            let free = &mut *FREE_DICTS.as_ptr();
            if free.1 > 0 {
                free.1 -= 1;
                let block = free.0[free.1];
                std::ptr::write_bytes(block, 0, crate::alloc::GC_HEAD_SIZE);
                crate::gc::count_allocation();
                let op = block.add(crate::alloc::GC_HEAD_SIZE) as *mut PyDict;
                op.write(value);
                let dict = Py::from_owned_ptr(op);
                crate::gc::track(dict.as_object());
                return Ok(dict);
            }
        }
        crate::alloc::new_object(value)
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.ma_used.get() as usize
    }
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The table: only for code that runs no Python code while it holds the loan.
    #[inline(always)]
    fn table(&self) -> &DictKeys {
        // SAFETY: never null, owned.
        unsafe { &*self.ma_keys.get() }
    }
    #[inline(always)]
    fn split_values(&self) -> Option<&DictValues> {
        // SAFETY: null or the dict's values.
        unsafe { self.ma_values.get().as_ref() }
    }

    /// Puts a new table in place.
    fn set_table(&self, table: *mut DictKeys) -> *mut DictKeys {
        self.set_front(0);
        self.ma_keys.replace(table)
    }
    fn front(&self) -> usize {
        (self._ma_watcher_tag.get() >> 32) as usize
    }
    fn set_front(&self, front: usize) {
        let front = u32::try_from(front).unwrap_or(0) as u64;
        self._ma_watcher_tag
            .set(self._ma_watcher_tag.get() & 0xFFFF_FFFF | front << 32);
    }

    /// The place of an entry's value; null in it means that a split dict lacks the key.
    ///
    /// # Safety
    /// `ix` is an entry of the table.
    #[inline(always)]
    unsafe fn value_cell(&self, ix: usize) -> &std::cell::Cell<*mut PyObject> {
        // SAFETY: the caller's promise.
        unsafe {
            match self.split_values() {
                Some(values) => values.cell(ix),
                None => self.table().slot(ix).1,
            }
        }
    }

    /// The entry that has the key. The answer is good until Python code runs.
    #[inline]
    fn lookup(&self, key: &PyObject, hash: isize) -> PyResult<Option<usize>> {
        let table = self.table();
        if table.is_unicode()
            && let Some(s) = key.downcast_exact::<PyStr>()
        {
            let ix = table.find_str(s, hash);
            return Ok(if ix == EMPTY { None } else { Some(ix as usize) });
        }
        self.lookup_general(key, hash)
    }

    fn lookup_general(&self, key: &PyObject, hash: isize) -> PyResult<Option<usize>> {
        'anew: loop {
            let address = self.ma_keys.get();
            let (log2, kind) = (self.table().log2_size.get(), self.table().kind.get());
            let mut probe = Probe::new(hash, self.table().size() - 1);
            loop {
                let table = self.table();
                let ix = table.index(probe.at);
                if ix == EMPTY {
                    return Ok(None);
                }
                if ix >= 0 {
                    let ix = ix as usize;
                    // SAFETY: the index names live entries.
                    let (found, found_hash) = unsafe { (table.slot(ix).0, table.entry_hash(ix)) };
                    if std::ptr::eq(found, key) {
                        return Ok(Some(ix));
                    }
                    if found_hash == hash {
                        // SAFETY: a live key; owned from here on.
                        let found = unsafe { (*found).new_ref() };
                        let equal = match known_equal(&found, key) {
                            Some(equal) => equal,
                            None => {
                                let equal = found.rich_compare(key, crate::CompareOp::Eq)?.is_true()?;
                                let now = self.table();
                                let same = self.ma_keys.get() == address
                                    && now.log2_size.get() == log2
                                    && now.kind.get() == kind
                                    && (ix as isize) < now.nentries.get()
                                    // SAFETY: just checked against the number of entries.
                                    && std::ptr::eq(unsafe { now.slot(ix).0 }, found.as_ptr());
                                if !same {
                                    continue 'anew;
                                }
                                equal
                            }
                        };
                        if equal {
                            return Ok(Some(ix));
                        }
                    }
                }
                probe.advance();
            }
        }
    }

    /// Look-up with a known hash, owned.
    #[inline]
    pub fn get_item_known_hash(&self, key: &PyObject, hash: isize) -> PyResult<Option<Py>> {
        match self.lookup(key, hash)? {
            // SAFETY: an entry of the table; nothing has run since.
            Some(ix) => Ok(unsafe { self.value_cell(ix).get().as_ref() }.map(|v| v.new_ref())),
            None => Ok(None),
        }
    }

    /// `PyDict_GetItemRef`: hashing and comparing may run Python code and fail.
    #[inline]
    pub fn get_item(&self, key: &PyObject) -> PyResult<Option<Py>> {
        let hash = crate::containers::hash_key(key, "dict key")?;
        self.get_item_known_hash(key, hash)
    }

    /// Look-up of a string: cannot fail while the dict has only strings for keys; other keys' errors are raised.
    #[inline]
    pub fn get_str(&self, key: &PyStr) -> PyResult<Option<Py>> {
        let key = key.as_object();
        let hash = match key.downcast_exact::<PyStr>() {
            Some(s) => s.hash(),
            None => crate::containers::hash_key(key, "dict key")?,
        };
        self.get_item_known_hash(key, hash)
    }

    /// [`PyDict::get_str`] for name spaces: errors of odd keys' `__eq__` are swallowed.
    #[inline]
    pub fn get_raw_str(&self, key: &PyStr) -> Option<Py> {
        match self.get_str(key) {
            Ok(found) => found,
            Err(_) => {
                crate::error::clear();
                None
            }
        }
    }

    /// `PyDict_SetItem`. Keys may be any object (`&PyStr` too).
    #[inline]
    pub fn set_item<K: PyLayout + ?Sized, V: PyLayout + ?Sized>(&self, key: &K, value: &V) -> PyResult<()> {
        let key = key.as_object();
        let hash = crate::containers::hash_key(key, "dict key")?;
        self.insert(key.new_ref(), hash, value.as_object().new_ref())
    }

    /// `PyDict_SetItem` that takes over the references.
    #[inline]
    pub fn set_item_owned(&self, key: Py, value: Py) -> PyResult<()> {
        let hash = crate::containers::hash_key(&key, "dict key")?;
        self.insert(key, hash, value)
    }

    /// `_PyDict_SetItem_KnownHash`
    #[inline]
    pub fn set_item_known_hash(&self, key: &PyObject, hash: isize, value: &PyObject) -> PyResult<()> {
        self.insert(key.new_ref(), hash, value.new_ref())
    }

    fn insert(&self, key: Py, hash: isize, value: Py) -> PyResult<()> {
        let is_str = PyStr::check_exact(&key);
        loop {
            if self.ma_keys.get() == empty_keys() {
                self.begin(is_str)?;
            }
            if is_str && self.table().kind.get() == KIND_UNICODE {
                return self.insert_str(key, hash, value);
            }
            if !is_str && self.table().is_unicode() {
                self.grow(false)?;
            }
            if let Some(values) = self.split_values() {
                // the key is an exact string: nothing runs
                // SAFETY: a split dict's values go with its keys.
                if let Some(ix) = unsafe { values::shared_insert(self.table(), &key, hash) }
                    && ix < values.capacity()
                {
                    // SAFETY: below the capacity.
                    let old = unsafe { values.replace(ix, value) };
                    if old.is_none() {
                        self.ma_used.set(self.ma_used.get() + 1);
                    }
                    drop(old);
                    return Ok(());
                }
                self.grow(true)?;
            }
            if let Some(ix) = self.lookup(&key, hash)? {
                // SAFETY: an entry of the table; nothing has run since.
                let cell = unsafe { self.value_cell(ix) };
                if !cell.get().is_null() {
                    let old = cell.replace(value.into_ptr());
                    // SAFETY: the dict owned it.
                    unsafe { drop_ptr(old) };
                    return Ok(());
                }
                continue;
            }
            if self.split_values().is_some() || (!is_str && self.table().is_unicode()) {
                // the dict was changed by a comparison
                continue;
            }
            if self.table().usable.get() <= 0 {
                self.grow(true)?;
            }
            let table = self.table();
            table.version.set(0);
            // SAFETY: there is room, the key is not there, and fits the table's kind.
            unsafe { table.push(key.into_ptr(), hash, value.into_ptr()) };
            self.ma_used.set(self.ma_used.get() + 1);
            return Ok(());
        }
    }

    /// Insertion of an exact string into a combined table of strings: nothing runs but the old value's end.
    #[inline]
    fn insert_str(&self, key: Py, hash: isize, value: Py) -> PyResult<()> {
        let table = self.table();
        // SAFETY: an exact string, as all the table's keys; entries found are live, places free.
        unsafe {
            match table.find_str_or_place(key.downcast_unchecked::<PyStr>(), hash) {
                Ok(ix) => {
                    let old = table.str_entry(ix).value.replace(value.into_ptr());
                    drop_ptr(old);
                    return Ok(());
                }
                Err(place) if table.usable.get() > 0 => {
                    table.version.set(0);
                    table.push_at(place, key.into_ptr(), hash, value.into_ptr());
                }
                Err(_) => {
                    self.grow(true)?;
                    self.table().push(key.into_ptr(), hash, value.into_ptr());
                }
            }
        }
        self.ma_used.set(self.ma_used.get() + 1);
        Ok(())
    }

    /// The first table of an empty dict.
    fn begin(&self, strings: bool) -> PyResult<()> {
        let table = DictKeys::alloc(LOG_MINSIZE, if strings { KIND_UNICODE } else { KIND_GENERAL });
        if table.is_null() {
            return crate::error::no_memory();
        }
        self.set_table(table);
        Ok(())
    }

    /// Makes room for one more key, as much as CPython does.
    #[cold]
    fn grow(&self, strings: bool) -> PyResult<()> {
        self.resize(keys::log2_for_size(self.len().saturating_mul(3)), strings)
    }

    /// Moves the items to a new combined table of `1 << log2` places; general unless the old one is not and
    /// `strings` holds. Runs no Python code.
    fn resize(&self, log2: u8, strings: bool) -> PyResult<()> {
        let old_ptr = self.ma_keys.get();
        let old = self.table();
        let kind = if strings && old.is_unicode() {
            KIND_UNICODE
        } else {
            KIND_GENERAL
        };
        let new_ptr = DictKeys::alloc(log2, kind);
        if new_ptr.is_null() {
            return crate::error::no_memory();
        }
        // SAFETY: both tables are alive, the new one has room for every item; references move from one to the
        // other (a split table keeps its own references to the keys).
        unsafe {
            let new = &*new_ptr;
            let mut n = 0;
            let mut put = |key: *mut PyObject, hash: isize, value: *mut PyObject| {
                if kind == KIND_GENERAL {
                    let e = new.entry(n);
                    e.hash.set(hash);
                    e.key.set(key);
                    e.value.set(value);
                } else {
                    let e = new.str_entry(n);
                    e.key.set(key);
                    e.value.set(value);
                }
                n += 1;
            };
            if let Some(values) = self.split_values() {
                for i in 0..values.size() {
                    let ix = values.order(i);
                    let key = old.str_entry(ix).key.get();
                    let value = values.cell(ix).replace(std::ptr::null_mut());
                    (*key).incref();
                    put(key, keys::str_hash(key), value);
                }
            } else {
                for ix in 0..old.nentries.get() as usize {
                    let (key, value) = old.slot(ix);
                    if !value.get().is_null() {
                        put(key, old.entry_hash(ix), value.get());
                    }
                }
            }
            new.build_index(n);
            new.usable.set(new.usable.get() - n as isize);
            new.nentries.set(n as isize);
            debug_assert!(new.usable.get() >= 0);
            let values = self.ma_values.replace(std::ptr::null_mut());
            self.set_table(new_ptr);
            if !values.is_null() {
                values::retire(values);
                DictKeys::decref(old_ptr);
            } else if old_ptr != empty_keys() {
                DictKeys::free_block(old_ptr);
            }
        }
        Ok(())
    }

    /// `PyDict_DelItem`: `KeyError` if it is not there.
    pub fn del_item(&self, key: &PyObject) -> PyResult<()> {
        match self.pop_item(key)? {
            Some(_) => Ok(()),
            None => Err(key_error(key)),
        }
    }

    /// `PyDict_Pop`
    #[inline]
    pub fn pop_item(&self, key: &PyObject) -> PyResult<Option<Py>> {
        let hash = crate::containers::hash_key(key, "dict key")?;
        self.pop_known_hash(key, hash)
    }

    /// Takes an item out, its hash being known.
    pub fn pop_known_hash(&self, key: &PyObject, hash: isize) -> PyResult<Option<Py>> {
        let Some(ix) = self.lookup(key, hash)? else {
            return Ok(None);
        };
        // SAFETY: an entry of the table; nothing has run since.
        Ok(unsafe { self.remove_entry(ix, hash) })
    }

    /// Takes the entry out; the key is dropped when the dict is whole again.
    ///
    /// # Safety
    /// `ix` is an entry, not deleted, whose key has this hash.
    unsafe fn remove_entry(&self, ix: usize, hash: isize) -> Option<Py> {
        // SAFETY: the caller's promise; the dict's references move out.
        unsafe {
            if let Some(values) = self.split_values() {
                let value = Py::from_owned_ptr_or_null(values.cell(ix).replace(std::ptr::null_mut()))?;
                values.forget_order(ix);
                self.ma_used.set(self.ma_used.get() - 1);
                return Some(value);
            }
            let table = self.table();
            table.version.set(0);
            table.set_index(table.place_of(hash, ix), DUMMY);
            let (key, cell) = table.slot(ix);
            let value = cell.replace(std::ptr::null_mut());
            self.forget_key(ix);
            self.ma_used.set(self.ma_used.get() - 1);
            let value = Py::from_owned_ptr_or_null(value);
            drop_ptr(key);
            value
        }
    }

    /// # Safety
    /// A combined table's entry whose key the caller drops.
    unsafe fn forget_key(&self, ix: usize) {
        let table = self.table();
        // SAFETY: the caller's promise.
        unsafe {
            if table.is_unicode() {
                table.str_entry(ix).key.set(std::ptr::null_mut());
            } else {
                let e = table.entry(ix);
                e.key.set(std::ptr::null_mut());
                e.hash.set(0);
            }
        }
    }

    /// `dict.popitem`: the last item.
    pub fn pop_last(&self) -> PyResult<Option<(Py, Py)>> {
        if self.is_empty() {
            return Ok(None);
        }
        if self.split_values().is_some() {
            self.resize(self.table().log2_size.get(), true)?;
        }
        let table = self.table();
        let mut ix = table.nentries.get() as usize;
        // SAFETY: entries below the count; there is a live one because the dict is not empty.
        unsafe {
            while ix > 0 {
                ix -= 1;
                let (key, cell) = table.slot(ix);
                if cell.get().is_null() {
                    continue;
                }
                table.version.set(0);
                let hash = table.entry_hash(ix);
                table.set_index(table.place_of(hash, ix), DUMMY);
                let value = cell.replace(std::ptr::null_mut());
                self.forget_key(ix);
                table.nentries.set(ix as isize);
                self.ma_used.set(self.ma_used.get() - 1);
                return Ok(Some((Py::from_owned_ptr(key), Py::from_owned_ptr(value))));
            }
        }
        Ok(None)
    }

    /// The first item, taken out (`OrderedDict.popitem(last=False)`).
    pub fn pop_first(&self) -> PyResult<Option<(Py, Py)>> {
        if self.is_empty() {
            return Ok(None);
        }
        if self.split_values().is_some() {
            self.resize(self.table().log2_size.get(), true)?;
        }
        let table = self.table();
        for ix in self.front()..table.nentries.get() as usize {
            // SAFETY: entries below the count; the references move out.
            unsafe {
                let (key, cell) = table.slot(ix);
                if cell.get().is_null() {
                    continue;
                }
                let key = (*key).new_ref();
                let hash = table.entry_hash(ix);
                self.set_front(ix + 1);
                return Ok(self.remove_entry(ix, hash).map(|value| (key, value)));
            }
        }
        Ok(None)
    }

    /// Moves an item to the end, or to the beginning (which takes time in proportion to the dict's size); whether the
    /// key is there.
    pub fn move_to_end(&self, key: &PyObject, last: bool) -> PyResult<bool> {
        let hash = key.hash()?;
        if self.split_values().is_some() {
            self.resize(self.table().log2_size.get(), true)?;
        }
        let Some(ix) = self.lookup(key, hash)? else {
            return Ok(false);
        };
        let table = self.table();
        if last {
            // SAFETY: a live entry; it leaves its place and comes back at the end, where there is room.
            unsafe {
                let after = ix as isize + 1;
                if after == table.nentries.get() {
                    return Ok(true);
                }
                let stored = (*table.slot(ix).0).new_ref();
                if let Some(value) = self.remove_entry(ix, hash) {
                    if self.table().usable.get() <= 0 {
                        self.resize(keys::log2_for_size(self.len().saturating_mul(3).max(1)), true)?;
                    }
                    let table = self.table();
                    table.version.set(0);
                    table.push(stored.into_ptr(), hash, value.into_ptr());
                    self.ma_used.set(self.ma_used.get() + 1);
                }
            }
            return Ok(true);
        }
        let new_ptr = DictKeys::alloc(table.log2_size.get(), table.kind.get());
        if new_ptr.is_null() {
            return crate::error::no_memory();
        }
        // SAFETY: a table of the same shape, to which the live entries' references move.
        unsafe {
            let new = &*new_ptr;
            let n = table.nentries.get() as usize;
            for i in std::iter::once(ix).chain((0..n).filter(|i| *i != ix)) {
                let (key, value) = table.slot(i);
                if !value.get().is_null() {
                    new.push(key, table.entry_hash(i), value.get());
                }
            }
            let old = self.set_table(new_ptr);
            if old != empty_keys() {
                DictKeys::free_block(old);
            }
        }
        Ok(true)
    }

    /// Number of places of the table.
    pub fn table_size(&self) -> usize {
        if self.ma_keys.get() == empty_keys() {
            0
        } else {
            self.table().size()
        }
    }

    /// What `__sizeof__` reports.
    pub fn byte_size(&self) -> usize {
        let mut size = self.as_object().ty().tp_basicsize.get() as usize;
        let table = self.table();
        if self.split_values().is_some() {
            size += values::shared_capacity(table) * size_of::<usize>();
        }
        if table.refcnt.get() == 1 {
            size += table.byte_size();
        }
        size
    }

    /// `PyDict_Contains`
    #[inline]
    pub fn contains(&self, key: &PyObject) -> PyResult<bool> {
        let hash = crate::containers::hash_key(key, "dict key")?;
        self.contains_known_hash(key, hash)
    }

    #[inline]
    pub fn contains_known_hash(&self, key: &PyObject, hash: isize) -> PyResult<bool> {
        match self.lookup(key, hash)? {
            // SAFETY: an entry of the table; nothing has run since.
            Some(ix) => Ok(!unsafe { self.value_cell(ix) }.get().is_null()),
            None => Ok(false),
        }
    }

    /// `dict.setdefault`
    pub fn set_default(&self, key: &PyObject, default: &PyObject) -> PyResult<Py> {
        let hash = crate::containers::hash_key(key, "dict key")?;
        if let Some(v) = self.get_item_known_hash(key, hash)? {
            return Ok(v);
        }
        self.insert(key.new_ref(), hash, default.new_ref())?;
        Ok(default.new_ref())
    }

    /// `dict.clear`
    pub fn clear(&self) {
        let old = self.ma_keys.get();
        if old == empty_keys() {
            return;
        }
        self.ma_used.set(0);
        match self.split_values() {
            Some(values) if values.is_embedded() => {
                // the dict stays split; the values go when it is consistent
                drop(values.take_all());
            }
            _ => {
                let values = self.ma_values.replace(std::ptr::null_mut());
                self.set_table(empty_keys());
                // SAFETY: the dict's own references, not reachable any more.
                unsafe {
                    if !values.is_null() {
                        drop((*values).take_all());
                        values::retire(values);
                    }
                    DictKeys::decref(old);
                }
            }
        }
    }

    /// `PyDict_Next` by position, owned: the next entry at or after `pos`, which is advanced.
    #[inline]
    pub fn next_entry(&self, pos: &mut usize) -> Option<(Py, Py)> {
        // SAFETY: live objects of an entry, owned before anything runs.
        self.next_raw(pos)
            .map(|(k, v, _)| unsafe { ((*k).new_ref(), (*v).new_ref()) })
    }

    /// The next entry: key, value (both lent by the dict) and the key's hash.
    #[inline]
    fn next_raw(&self, pos: &mut usize) -> Option<(*mut PyObject, *mut PyObject, usize)> {
        let table = self.table();
        // SAFETY: entries below the count.
        unsafe {
            if let Some(values) = self.split_values() {
                if *pos >= values.size() {
                    return None;
                }
                let ix = values.order(*pos);
                *pos += 1;
                let value = values.cell(ix).get();
                return Some((table.str_entry(ix).key.get(), value, ix));
            }
            let n = table.nentries.get() as usize;
            while *pos < n {
                let ix = *pos;
                *pos += 1;
                let (key, cell) = table.slot(ix);
                if !cell.get().is_null() {
                    return Some((key, cell.get(), ix));
                }
            }
        }
        None
    }

    /// As [`PyDict::next_entry`], with the key's hash.
    #[inline]
    pub fn next_entry_hashed(&self, pos: &mut usize) -> Option<(Py, Py, isize)> {
        let (key, value, ix) = self.next_raw(pos)?;
        // SAFETY: a live entry, owned before anything runs.
        unsafe { Some(((*key).new_ref(), (*value).new_ref(), self.table().entry_hash(ix))) }
    }

    /// The items at this moment, in order, owned.
    pub fn items_vec(&self) -> Vec<(Py, Py)> {
        let mut out = Vec::with_capacity(self.len());
        let mut pos = 0;
        while let Some(item) = self.next_entry(&mut pos) {
            out.push(item);
        }
        out
    }

    /// The keys at this moment, in order, owned.
    pub fn keys_vec(&self) -> Vec<Py> {
        let mut out = Vec::with_capacity(self.len());
        let mut pos = 0;
        while let Some((key, _)) = self.next_entry(&mut pos) {
            out.push(key);
        }
        out
    }

    /// The items at this moment as an iterator that owns them.
    pub fn iter_owned(&self) -> std::vec::IntoIter<(Py, Py)> {
        self.items_vec().into_iter()
    }

    // ---- for the evaluation loop's caches ----

    /// Whether this is a combined table of exact strings.
    #[inline(always)]
    pub fn is_unicode_keys(&self) -> bool {
        self.table().kind.get() == KIND_UNICODE
    }

    /// Whether the dict shares its keys.
    #[inline(always)]
    pub fn is_split(&self) -> bool {
        self.table().kind.get() == KIND_SPLIT
    }

    /// A number that stays the same while the set of keys (and where they are) does; assigned on demand, 0 if there
    /// is none to be had.
    #[inline]
    pub fn keys_version(&self) -> u32 {
        table_version(self.table())
    }

    /// The version if one is assigned, else 0.
    #[inline(always)]
    pub fn keys_version_now(&self) -> u32 {
        self.table().version.get()
    }

    /// The entry of a string in a combined table of strings.
    #[inline]
    pub fn lookup_str_index(&self, key: &PyStr) -> Option<usize> {
        if !self.is_unicode_keys() || !PyStr::check_exact(key.as_object()) {
            return None;
        }
        match self.table().find_str(key, key.hash()) {
            EMPTY => None,
            ix => Some(ix as usize),
        }
    }

    /// The value of an entry of a combined table of strings, lent; may be null.
    ///
    /// # Safety
    /// `index` is from [`PyDict::lookup_str_index`] and the keys' version is still what it was then.
    #[inline(always)]
    pub unsafe fn entry_value_at(&self, index: usize) -> *mut PyObject {
        // SAFETY: the caller's promise.
        unsafe { self.table().str_entry(index).value.get() }
    }

    /// The value of an entry of a combined table of strings, lent, if the entry is there and its key is `key`; else null.
    #[inline(always)]
    pub fn value_if_at(&self, index: usize, key: &PyStr) -> *mut PyObject {
        let table = self.table();
        if !self.is_unicode_keys() || index >= table.nentries.get() as usize {
            return std::ptr::null_mut();
        }
        // SAFETY: the index is below the number of entries.
        let entry = unsafe { table.str_entry(index) };
        if std::ptr::eq(entry.key.get(), key.as_object()) {
            entry.value.get()
        } else {
            std::ptr::null_mut()
        }
    }

    /// Replaces the value of a live entry of a combined table of strings.
    ///
    /// # Safety
    /// As [`PyDict::entry_value_at`], and the value there is not null.
    #[inline(always)]
    pub unsafe fn set_entry_value_at(&self, index: usize, value: Py) {
        // SAFETY: the caller's promise; the old value is dropped after the new one stands.
        unsafe {
            let old = self.table().str_entry(index).value.replace(value.into_ptr());
            drop_ptr(old);
        }
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

fn table_version(table: &DictKeys) -> u32 {
    let v = table.version.get();
    if v != 0 || !table.is_unicode() {
        return v;
    }
    let next = NEXT_KEYS_VERSION.get();
    if next == 0 {
        return 0;
    }
    NEXT_KEYS_VERSION.set(next.wrapping_add(1));
    table.version.set(next);
    next
}

/// `KeyError(key)`, the key being the one argument whatever it is.
#[cold]
pub fn key_error(key: &PyObject) -> crate::Raised {
    match crate::call::call(crate::exceptions::KeyError::type_object().as_object(), &[key]) {
        Ok(e) => crate::error::raise_object(e),
        Err(raised) => raised,
    }
}
