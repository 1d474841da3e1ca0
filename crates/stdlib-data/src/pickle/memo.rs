//! Memos: what a pickler has written (a table keyed by address) and what an unpickler has read (an array, with a map
//! for the far indices that only odd pickles have).

use object::{Py, PyObject};
use std::collections::HashMap;

#[derive(Clone, Copy)]
struct Slot {
    /// Null: free. The memo owns a reference, so that no address is used twice.
    key: *mut PyObject,
    index: usize,
}
const FREE: Slot = Slot {
    key: std::ptr::null_mut(),
    index: 0,
};

/// Objects by address, each with the number under which it was written. Open addressing, at most half full.
pub struct SaveMemo {
    slots: Vec<Slot>,
    used: usize,
    shift: u32,
}

/// A free place, good until the memo changes.
#[derive(Clone, Copy)]
pub struct Place(usize);

impl SaveMemo {
    pub const fn new() -> SaveMemo {
        SaveMemo {
            slots: Vec::new(),
            used: 0,
            shift: 64,
        }
    }

    #[inline]
    fn start(&self, key: *mut PyObject) -> usize {
        ((key as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> self.shift) as usize
    }

    /// The object's number, or the place where it would go.
    #[inline]
    pub fn find(&self, obj: &PyObject) -> Result<usize, Place> {
        let key = obj as *const PyObject as *mut PyObject;
        if self.slots.is_empty() {
            return Err(Place(0));
        }
        let mask = self.slots.len() - 1;
        let mut at = self.start(key);
        loop {
            let slot = self.slots[at & mask];
            if slot.key == key {
                return Ok(slot.index);
            }
            if slot.key.is_null() {
                return Err(Place(at & mask));
            }
            at += 1;
        }
    }

    /// Puts an object at a place that [`SaveMemo::find`] has given for it; its number is the count before.
    #[inline]
    pub fn insert_at(&mut self, place: Place, obj: &PyObject) -> usize {
        let index = self.used;
        self.insert_numbered(place, obj, index);
        index
    }

    fn insert_numbered(&mut self, place: Place, obj: &PyObject, index: usize) {
        let mut place = place.0;
        if (self.used + 1) * 2 > self.slots.len() {
            self.grow();
            if let Err(Place(p)) = self.find(obj) {
                place = p;
            }
        }
        self.slots[place] = Slot {
            key: object::PyLayout::new_ref(obj).into_ptr(),
            index,
        };
        self.used += 1;
    }

    /// Adds or renumbers.
    pub fn set(&mut self, obj: &PyObject, index: usize) {
        match self.find(obj) {
            Err(place) => self.insert_numbered(place, obj, index),
            Ok(_) => {
                for slot in &mut self.slots {
                    if std::ptr::eq(slot.key, obj) {
                        slot.index = index;
                    }
                }
            }
        }
    }

    #[cold]
    fn grow(&mut self) {
        let size = (self.slots.len() * 4).max(32);
        let old = std::mem::replace(&mut self.slots, vec![FREE; size]);
        self.shift = 64 - size.trailing_zeros();
        let mask = size - 1;
        for slot in old {
            if !slot.key.is_null() {
                let mut at = self.start(slot.key);
                while !self.slots[at & mask].key.is_null() {
                    at += 1;
                }
                self.slots[at & mask] = slot;
            }
        }
    }

    /// Objects and numbers, owned.
    pub fn entries(&self) -> Vec<(Py, usize)> {
        self.slots
            .iter()
            .filter(|s| !s.key.is_null())
            // SAFETY: the memo owns a reference to it.
            .map(|s| (object::PyLayout::new_ref(unsafe { &*s.key }), s.index))
            .collect()
    }

    pub fn visit(&self, visit: &mut object::Visitor) {
        for slot in &self.slots {
            visit.raw(slot.key);
        }
    }

    /// Bytes of a table as CPython sizes it (`__sizeof__`).
    pub fn byte_size(&self) -> usize {
        let mut allocated = 8;
        while self.used * 3 >= allocated * 2 {
            let wanted = self.used * if self.used > 50_000 { 2 } else { 4 };
            while allocated < wanted {
                allocated *= 2;
            }
        }
        32 + 16 * allocated
    }
}

impl Drop for SaveMemo {
    fn drop(&mut self) {
        for slot in std::mem::take(&mut self.slots) {
            // SAFETY: the memo's own reference, given up once.
            drop(unsafe { Py::<PyObject>::from_owned_ptr_or_null(slot.key) });
        }
    }
}

/// Numbered objects.
pub struct LoadMemo {
    near: Vec<Option<Py>>,
    far: HashMap<usize, Py>,
    used: usize,
    /// The size that CPython's array would have.
    nominal: usize,
}

impl LoadMemo {
    pub fn new() -> LoadMemo {
        LoadMemo {
            near: Vec::new(),
            far: HashMap::new(),
            used: 0,
            nominal: 32,
        }
    }

    /// Number of objects, which is the next number of MEMOIZE.
    #[inline]
    pub fn len(&self) -> usize {
        self.used
    }

    #[inline]
    pub fn get(&self, index: usize) -> Option<Py> {
        match self.near.get(index) {
            Some(found) => found.clone(),
            None => self.far.get(&index).cloned(),
        }
    }

    /// Stores an object; what it replaces is the caller's to drop.
    #[inline]
    pub fn put(&mut self, index: usize, value: Py) -> Option<Py> {
        if index == self.near.len() && self.far.is_empty() {
            self.near.push(Some(value));
            self.used += 1;
            if index >= self.nominal {
                self.nominal = index * 2;
            }
            return None;
        }
        self.put_slow(index, value)
    }

    #[cold]
    fn put_slow(&mut self, index: usize, value: Py) -> Option<Py> {
        if index >= self.nominal {
            self.nominal = index.saturating_mul(2);
        }
        let old = if let Some(place) = self.near.get_mut(index) {
            place.replace(value)
        } else if index < self.near.len() + 1024 && self.far.is_empty() {
            self.near.resize_with(index, || None);
            self.near.push(Some(value));
            None
        } else {
            self.far.insert(index, value)
        };
        self.used += old.is_none() as usize;
        old
    }

    /// Numbers and objects, in order.
    pub fn entries(&self) -> Vec<(usize, Py)> {
        let near = self.near.iter().enumerate();
        let mut all: Vec<(usize, Py)> = near.filter_map(|(i, o)| Some((i, o.clone()?))).collect();
        let mut far: Vec<(usize, Py)> = self.far.iter().map(|(i, o)| (*i, o.clone())).collect();
        far.sort_by_key(|(i, _)| *i);
        all.extend(far);
        all
    }

    pub fn visit(&self, visit: &mut object::Visitor) {
        for obj in self.near.iter().flatten() {
            visit.object(obj);
        }
        for obj in self.far.values() {
            visit.object(obj);
        }
    }

    /// Bytes of an array as CPython sizes it (`__sizeof__`).
    pub fn byte_size(&self) -> usize {
        self.nominal.saturating_mul(8)
    }
}
