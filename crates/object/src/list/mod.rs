//! `list` (`cpython/listobject.h`): a growing array of references. [`methods`] is what Python programs see, [`sort`]
//! the sorting, [`iter`] the iterators.
//!
//! Comparisons, conversions and decrements can change a list while a method runs: every access looks at the size anew,
//! and items leave the array before they are dropped.

mod iter;
mod methods;
mod sort;

pub use iter::{PyListIter, PyListRevIter};

use crate::alloc::{GC_HEAD_SIZE, raw_free, raw_malloc, raw_realloc};
use crate::handle::{GilCell, Py, PyLayout, PyResult};
use crate::refcount::{PyObject, PyVarObject};
use object_macros::pyclass;

/// `PyListObject`
#[pyclass(name = "list", type = PyList_Type, flags(BASETYPE, LIST_SUBCLASS, SEQUENCE, MATCH_SELF, HAVE_GC))]
#[repr(C)]
pub struct PyList {
    pub(crate) ob_base: PyVarObject,
    pub(crate) ob_item: GilCell<*mut *mut PyObject>,
    pub(crate) allocated: GilCell<isize>,
}
const _: () = assert!(size_of::<PyList>() == 40);

pub(crate) fn ready_types() -> PyResult<()> {
    crate::class::ready::<PyListIter>()?;
    crate::class::ready::<PyListRevIter>()
}

/// Blocks of dead lists, collector's head included, to be used again.
static FREE_LISTS: GilCell<([*mut u8; 80], usize)> = GilCell::new(([std::ptr::null_mut(); 80], 0));

/// Arrays up to this many places stay as they are until the list is empty.
const SMALL_ARRAY: usize = 32;

/// Most items that an array can have.
const MAX_ITEMS: usize = isize::MAX as usize / size_of::<usize>();

impl PyList {
    #[inline]
    pub fn new() -> PyResult<Py<PyList>> {
        PyList::with_array(std::ptr::null_mut(), 0, 0)
    }

    /// A list that takes over an array.
    fn with_array(items: *mut *mut PyObject, len: usize, allocated: usize) -> PyResult<Py<PyList>> {
        let value = PyList {
            ob_base: PyVarObject {
                ob_base: PyObject::new_head(&PyList_Type),
                ob_size: std::cell::Cell::new(len as isize),
            },
            ob_item: GilCell::new(items),
            allocated: GilCell::new(allocated as isize),
        };
        // SAFETY: the free list is only touched here and in `tp_dealloc`; its blocks have room for head and list.
        unsafe {
            let free = &mut *FREE_LISTS.as_ptr();
            if free.1 > 0 {
                free.1 -= 1;
                let block = free.0[free.1];
                std::ptr::write_bytes(block, 0, GC_HEAD_SIZE);
                crate::gc::count_allocation();
                let op = block.add(GC_HEAD_SIZE) as *mut PyList;
                op.write(value);
                let list = Py::from_owned_ptr(op);
                crate::gc::track(list.as_object());
                return Ok(list);
            }
        }
        crate::alloc::new_object(value)
    }

    /// A list of the `n` references that `item` gives, one after the other. `item` runs no Python code.
    pub(crate) fn build(n: usize, mut item: impl FnMut(usize) -> Py) -> PyResult<Py<PyList>> {
        if n == 0 {
            return PyList::new();
        }
        if n > MAX_ITEMS {
            return crate::error::no_memory();
        }
        let array = raw_malloc(n * size_of::<usize>()) as *mut *mut PyObject;
        if array.is_null() {
            return crate::error::no_memory();
        }
        // SAFETY: fresh memory for that many references; a list that could not be made leaves them to us.
        unsafe {
            for i in 0..n {
                array.add(i).write(item(i).into_ptr());
            }
            let list = PyList::with_array(array, n, n);
            if list.is_err() {
                for i in 0..n {
                    drop(Py::<PyObject>::from_owned_ptr(*array.add(i)));
                }
                raw_free(array as *mut u8);
            }
            list
        }
    }

    /// `list[low:high]`, clipped to the size.
    pub fn slice(&self, low: usize, high: usize) -> PyResult<Py<PyList>> {
        let high = high.min(self.len());
        let n = high.saturating_sub(low);
        // SAFETY: below the size, and nothing runs that could change the list.
        PyList::build(n, |i| unsafe { self.get_unchecked(low + i) })
    }

    /// The items where they stand.
    ///
    /// # Safety
    /// Nothing that can change the list happens as long as they are lent: no Python code, no decrement.
    #[inline(always)]
    pub(crate) unsafe fn as_slice(&self) -> &[Py] {
        let n = self.len();
        if n == 0 {
            return &[];
        }
        // SAFETY: that many references stand there; a handle is one pointer.
        unsafe { std::slice::from_raw_parts(self.ob_item.get() as *const Py, n) }
    }

    /// The item at a place below the size.
    ///
    /// # Safety
    /// `i < len`.
    #[inline(always)]
    pub(crate) unsafe fn get_unchecked(&self, i: usize) -> Py {
        // SAFETY: the caller's promise; the item is alive.
        unsafe { (**self.ob_item.get().add(i)).new_ref() }
    }

    pub fn from_vec(mut items: Vec<Py>) -> PyResult<Py<PyList>> {
        // SAFETY: the items move; the vector forgets them.
        unsafe {
            let list = PyList::from_raw_owned(items.as_ptr(), items.len())?;
            items.set_len(0);
            Ok(list)
        }
    }

    /// A list that takes over `n` references at `items`; on failure they stay the caller's.
    ///
    /// # Safety
    /// `items` are `n` owned references.
    #[inline]
    pub unsafe fn from_raw_owned(items: *const Py, n: usize) -> PyResult<Py<PyList>> {
        if n == 0 {
            return PyList::new();
        }
        let array = raw_malloc(n * size_of::<usize>()) as *mut *mut PyObject;
        if array.is_null() {
            return crate::error::no_memory();
        }
        // SAFETY: fresh memory for that many references, which move.
        unsafe { std::ptr::copy_nonoverlapping(items as *const *mut PyObject, array, n) };
        PyList::with_array(array, n, n)
    }

    /// `list(iterable)`
    pub fn from_iterable(obj: &PyObject) -> PyResult<Py<PyList>> {
        let list = PyList::new()?;
        list.extend(obj)?;
        Ok(list)
    }

    pub fn from_refs(items: &[&PyObject]) -> PyResult<Py<PyList>> {
        PyList::from_vec(items.iter().map(|o| o.new_ref()).collect())
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.ob_base.ob_size.get() as usize
    }
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The item at `i`, owned.
    #[inline(always)]
    pub fn get(&self, i: usize) -> Option<Py> {
        if i >= self.len() {
            return None;
        }
        // SAFETY: below the size there are live objects.
        unsafe { Some((**self.ob_item.get().add(i)).new_ref()) }
    }

    /// Replaces an item; the old one is returned. `None`: there is no such index.
    #[inline(always)]
    pub fn replace(&self, i: usize, item: Py) -> Result<Py, Py> {
        if i >= self.len() {
            return Err(item);
        }
        // SAFETY: below the size; references change hands.
        unsafe {
            let place = self.ob_item.get().add(i);
            let old = std::ptr::replace(place, item.into_ptr());
            Ok(Py::from_owned_ptr(old))
        }
    }

    /// `list.append`
    #[inline(always)]
    pub fn append(&self, item: Py) -> PyResult<()> {
        let n = self.len();
        if (n as isize) < self.allocated.get() {
            // SAFETY: the array has room.
            unsafe { *self.ob_item.get().add(n) = item.into_ptr() };
            self.ob_base.ob_size.set(n as isize + 1);
            return Ok(());
        }
        self.append_slow(item)
    }

    #[cold]
    #[inline(never)]
    fn append_slow(&self, item: Py) -> PyResult<()> {
        let n = self.len();
        self.resize(n + 1)?;
        // SAFETY: just made room.
        unsafe { *self.ob_item.get().add(n) = item.into_ptr() };
        Ok(())
    }

    /// Sets the size, growing or shrinking the array as CPython does. New places are not written: the caller does so
    /// before anything else runs. Places cut off must have been emptied.
    fn resize(&self, n: usize) -> PyResult<()> {
        let allocated = self.allocated.get() as usize;
        // small arrays are never shrunk
        if allocated >= n && (n >= allocated >> 1 || (allocated <= SMALL_ARRAY && n > 0)) {
            self.ob_base.ob_size.set(n as isize);
            return Ok(());
        }
        if n > MAX_ITEMS - 64 {
            return crate::error::no_memory();
        }
        let mut wanted = (n + (n >> 3) + 6) & !3;
        if (n as isize) - (self.len() as isize) > (wanted - n) as isize {
            wanted = (n + 3) & !3;
        }
        if n == 0 {
            wanted = 0;
        }
        self.reallocate(wanted)?;
        self.ob_base.ob_size.set(n as isize);
        Ok(())
    }

    fn reallocate(&self, capacity: usize) -> PyResult<()> {
        if capacity == 0 {
            // SAFETY: the list's own array, empty.
            unsafe { raw_free(self.ob_item.get() as *mut u8) };
            self.ob_item.set(std::ptr::null_mut());
            self.allocated.set(0);
            return Ok(());
        }
        let Some(bytes) = capacity
            .checked_mul(size_of::<usize>())
            .filter(|b| *b <= isize::MAX as usize)
        else {
            return crate::error::no_memory();
        };
        // SAFETY: null or the list's own array.
        let p = unsafe { raw_realloc(self.ob_item.get() as *mut u8, bytes) };
        if p.is_null() {
            return crate::error::no_memory();
        }
        self.ob_item.set(p as *mut *mut PyObject);
        self.allocated.set(capacity as isize);
        Ok(())
    }

    /// The items at this moment, owned.
    pub fn to_vec(&self) -> Vec<Py> {
        let n = self.len();
        let mut out = Vec::with_capacity(n);
        for i in 0..n {
            // SAFETY: below the size; nothing runs in between.
            out.push(unsafe { (**self.ob_item.get().add(i)).new_ref() });
        }
        out
    }

    /// The items `low..high` at this moment (clamped), owned.
    pub fn slice_vec(&self, low: usize, high: usize) -> Vec<Py> {
        let high = high.min(self.len());
        // SAFETY: below the size; nothing runs in between.
        (low..high.max(low))
            .map(|i| unsafe { (**self.ob_item.get().add(i)).new_ref() })
            .collect()
    }

    /// Takes all items out: they are the caller's to drop.
    pub fn take_all(&self) -> Vec<Py> {
        let n = self.len();
        let items = self.ob_item.replace(std::ptr::null_mut());
        self.ob_base.ob_size.set(0);
        self.allocated.set(0);
        let mut out = Vec::with_capacity(n);
        // SAFETY: the references move out of the array, which is then freed.
        unsafe {
            std::ptr::copy_nonoverlapping(items as *const Py, out.as_mut_ptr(), n);
            out.set_len(n);
            raw_free(items as *mut u8);
        }
        out
    }

    /// Replaces `low..high` by these items; what was there is returned to be dropped.
    pub fn splice(&self, low: usize, high: usize, mut items: Vec<Py>) -> PyResult<Vec<Py>> {
        let n = self.len();
        let low = low.min(n);
        let high = high.clamp(low, n);
        let (removed, added) = (high - low, items.len());
        let tail = n - high;
        if n - removed + added == 0 {
            return Ok(self.take_all());
        }
        let mut old: Vec<Py> = Vec::with_capacity(removed);
        // SAFETY: positions below the (new) size; references move.
        unsafe {
            if added > removed {
                let new_size = match n.checked_add(added - removed) {
                    Some(s) => s,
                    None => return crate::error::no_memory(),
                };
                self.resize(new_size)?;
            }
            let p = self.ob_item.get();
            std::ptr::copy_nonoverlapping(p.add(low) as *const Py, old.as_mut_ptr(), removed);
            old.set_len(removed);
            std::ptr::copy(p.add(high), p.add(low + added), tail);
            std::ptr::copy_nonoverlapping(items.as_ptr() as *const *mut PyObject, p.add(low), added);
            // the references have moved; the vector's own memory goes
            items.set_len(0);
            if added < removed {
                // shrinking cannot fail in a way that matters: the old array is large enough
                if self.resize(n - removed + added).is_err() {
                    crate::error::clear();
                    self.ob_base.ob_size.set((n - removed + added) as isize);
                }
            }
        }
        Ok(old)
    }

    /// Appends a vector's items.
    pub fn extend_vec(&self, mut items: Vec<Py>) -> PyResult<()> {
        // SAFETY: the vector's references move; it forgets them.
        unsafe {
            self.extend_raw_owned(items.as_ptr(), items.len())?;
            items.set_len(0);
        }
        Ok(())
    }

    /// Appends `n` references at `items`, taken over; on failure they stay the caller's.
    ///
    /// # Safety
    /// `items` are `n` owned references.
    pub unsafe fn extend_raw_owned(&self, items: *const Py, n: usize) -> PyResult<()> {
        if n == 0 {
            return Ok(());
        }
        let old = self.len();
        if self.ob_item.get().is_null() {
            self.preallocate(n)?;
            self.ob_base.ob_size.set(n as isize);
        } else {
            self.resize(old + n)?;
        }
        // SAFETY: just made room; the references move.
        unsafe {
            std::ptr::copy_nonoverlapping(items as *const *mut PyObject, self.ob_item.get().add(old), n);
        }
        Ok(())
    }

    /// The first array of an empty list, for a number of items that is known.
    fn preallocate(&self, n: usize) -> PyResult<()> {
        if n > MAX_ITEMS - 64 {
            return crate::error::no_memory();
        }
        self.reallocate((n + 1) & !1)
    }

    /// `list.insert` at a position that is clamped.
    pub fn insert(&self, at: usize, item: Py) -> PyResult<()> {
        let n = self.len();
        let at = at.min(n);
        self.resize(n + 1)?;
        // SAFETY: just made room.
        unsafe {
            let p = self.ob_item.get().add(at);
            std::ptr::copy(p, p.add(1), n - at);
            *p = item.into_ptr();
        }
        Ok(())
    }

    /// Takes out the item at `i`.
    pub fn remove_at(&self, i: usize) -> PyResult<Option<Py>> {
        let n = self.len();
        if i >= n {
            return Ok(None);
        }
        // SAFETY: below the size; the reference moves out.
        let item = unsafe {
            let p = self.ob_item.get().add(i);
            let item = Py::from_owned_ptr(*p);
            std::ptr::copy(p.add(1), p, n - i - 1);
            item
        };
        self.ob_base.ob_size.set(n as isize - 1);
        if self.resize(n - 1).is_err() {
            crate::error::clear();
        }
        Ok(Some(item))
    }

    /// `list.extend` with any iterable.
    pub fn extend(&self, obj: &PyObject) -> PyResult<()> {
        if std::ptr::eq(self.as_object(), obj)
            || obj.downcast_exact::<PyList>().is_some()
            || obj.downcast_exact::<crate::PyTuple>().is_some()
        {
            return self.extend_vec(crate::iter::collect(obj)?);
        }
        if let Some(items) = crate::containers::exact_container_items(obj) {
            let n = self.len();
            self.resize(n + items.len())?;
            self.ob_base.ob_size.set(n as isize);
            return self.extend_vec(items);
        }
        let iter = crate::iter::get_iter(obj)?;
        let hint = obj.length_hint(8)?;
        if self.ob_item.get().is_null() {
            if hint > 0 {
                self.preallocate(hint)?;
            }
        } else {
            let n = self.len();
            if hint > 0 && hint < MAX_ITEMS - 64 - n {
                self.resize(n + hint)?;
                self.ob_base.ob_size.set(n as isize);
            }
        }
        while let Some(item) = crate::iter::next(&iter)? {
            self.append(item)?;
        }
        if (self.len() as isize) < self.allocated.get() {
            self.resize(self.len())?;
        }
        Ok(())
    }

    /// `a == b`-like comparisons and others that need items of both at the moment.
    pub(crate) fn item_or_none(&self, i: usize) -> Option<Py> {
        self.get(i)
    }
}
