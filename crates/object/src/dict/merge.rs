//! Making dicts of other things: `copy`, `update` from mappings, pairs and keywords, `fromkeys`, and equality.

use super::keys::{self, DictKeys, empty_keys};
use super::values::{copy_values, free_values};
use super::{PyDict, PyDict_Type, key_error};
use crate::handle::{Py, PyClass, PyLayout, PyResult};
use crate::refcount::PyObject;
use crate::{CompareOp, iter, raise};

/// What happens to keys that are already there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Merge {
    Keep,
    Overwrite,
    /// `KeyError(key)`, for keyword arguments given twice.
    Unique,
}

impl PyDict {
    /// A dict of pairs, later ones winning.
    pub fn from_pairs<I: IntoIterator<Item = (Py, Py)>>(pairs: I) -> PyResult<Py<PyDict>> {
        let dict = PyDict::new()?;
        for (key, value) in pairs {
            dict.set_item_owned(key, value)?;
        }
        Ok(dict)
    }

    /// A dict display: room is made for all the keys at once (`_PyDict_FromItems`).
    pub fn from_items(items: &[(&PyObject, &PyObject)]) -> PyResult<Py<PyDict>> {
        let strings = items.iter().all(|(k, _)| crate::PyStr::check_exact(k));
        let dict = PyDict::with_capacity(items.len(), strings)?;
        for (key, value) in items {
            dict.set_item(*key, *value)?;
        }
        Ok(dict)
    }

    /// Whether iteration over the object is `dict`'s own, so that its table can be read instead.
    pub(super) fn iterates_plainly(&self) -> bool {
        let own = PyDict_Type.tp_iter.get();
        match (self.ob_base.ty().tp_iter.get(), own) {
            (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b),
            (None, None) => true,
            _ => false,
        }
    }

    /// `dict.copy`
    pub fn copy(&self) -> PyResult<Py<PyDict>> {
        if self.is_empty() {
            return PyDict::new();
        }
        let used = self.len();
        if let Some(values) = self.split_values() {
            // SAFETY: live values; nothing runs.
            let new = unsafe { copy_values(values) };
            if new.is_null() {
                return crate::error::no_memory();
            }
            self.table().incref();
            let dict = PyDict::with_tables(self.ma_keys.get(), new, used);
            if dict.is_err() {
                // SAFETY: nobody has seen the copy.
                unsafe { free_values(new) };
            }
            return dict;
        }
        if self.iterates_plainly() && used >= self.table().nentries.get() as usize * 2 / 3 {
            let table = self.table().clone_table();
            if table.is_null() {
                return crate::error::no_memory();
            }
            return PyDict::with_tables(table, std::ptr::null_mut(), used);
        }
        let dict = PyDict::new()?;
        dict.merge(self.as_object(), Merge::Overwrite)?;
        Ok(dict)
    }

    /// `dict.update(other)` for any mapping or iterable of pairs; `overwrite` as in `PyDict_Merge`.
    pub fn update(&self, other: &PyObject, overwrite: bool) -> PyResult<()> {
        let mode = if overwrite { Merge::Overwrite } else { Merge::Keep };
        if PyDict::check_exact(other) || other.has_attr(crate::intern!("keys"))? {
            self.merge(other, mode)
        } else {
            self.merge_pairs(other, overwrite)
        }
    }

    /// `PyDict_Merge`: from a dict, or anything with `keys()` and `[]`.
    pub fn merge(&self, other: &PyObject, mode: Merge) -> PyResult<()> {
        if let Some(dict) = other.downcast::<PyDict>()
            && dict.iterates_plainly()
        {
            return self.merge_dict(dict, mode);
        }
        let keys = other.call_method(crate::intern!("keys"), &[])?;
        let iter = iter::get_iter(&keys)?;
        while let Some(key) = iter::next(&iter)? {
            if mode != Merge::Overwrite && self.contains(&key)? {
                if mode == Merge::Keep {
                    continue;
                }
                return Err(key_error(&key));
            }
            let value = other.get_item(&key)?;
            self.set_item_owned(key, value)?;
        }
        Ok(())
    }

    fn merge_dict(&self, other: &PyDict, mut mode: Merge) -> PyResult<()> {
        if std::ptr::eq(self, other) || other.is_empty() {
            return Ok(());
        }
        let n = other.len();
        if self.is_empty() {
            mode = Merge::Overwrite;
            let table = other.table();
            if other.split_values().is_none()
                && n as isize == table.nentries.get()
                && (table.log2_size.get() == keys::LOG_MINSIZE || keys::usable_fraction(table.size() / 2) < n)
                && self.split_values().is_none()
            {
                let clone = table.clone_table();
                if clone.is_null() {
                    return crate::error::no_memory();
                }
                let old = self.set_table(clone);
                self.ma_used.set(n as isize);
                // SAFETY: the dict's own reference to a table that is not reachable any more.
                unsafe { DictKeys::decref(old) };
                return Ok(());
            }
        }
        if keys::usable_fraction(self.table().size()) < n || self.ma_keys.get() == empty_keys() {
            let log2 = keys::log2_for_entries(self.len().saturating_add(n));
            self.resize(log2, other.table().is_unicode())?;
        }
        let mut pos = 0;
        let nentries = other.table().nentries.get();
        while let Some((key, value, ix)) = other.next_raw(&mut pos) {
            // SAFETY: live entries, owned before anything runs.
            let (key, value, hash) =
                unsafe { ((*key).new_ref(), (*value).new_ref(), other.table().entry_hash(ix)) };
            match mode {
                Merge::Overwrite => self.insert(key, hash, value)?,
                _ => {
                    if self.contains_known_hash(&key, hash)? {
                        if mode == Merge::Unique {
                            return Err(key_error(&key));
                        }
                    } else {
                        self.insert(key, hash, value)?;
                    }
                }
            }
            if nentries != other.table().nentries.get() {
                return raise!(RuntimeError, "dict mutated during update");
            }
        }
        Ok(())
    }

    /// `PyDict_MergeFromSeq2`
    pub fn merge_pairs(&self, pairs: &PyObject, overwrite: bool) -> PyResult<()> {
        let iter = iter::get_iter(pairs)?;
        let mut i = 0usize;
        while let Some(item) = iter::next(&iter)? {
            let items = match crate::containers::fast_items(&item, "object is not iterable") {
                Ok(items) => items,
                Err(raised) => {
                    if crate::error::matches::<crate::exceptions::TypeError>() {
                        return Err(noted(raised, i));
                    }
                    return Err(raised);
                }
            };
            let n = items.len();
            let Ok([key, value]) = <[Py; 2]>::try_from(items) else {
                return raise!(
                    ValueError,
                    "dictionary update sequence element #{i} has length {n}; 2 is required"
                );
            };
            if overwrite {
                self.set_item_owned(key, value)?;
            } else {
                self.set_default(&key, &value)?;
            }
            i += 1;
        }
        Ok(())
    }

    /// `==` of two dicts.
    pub fn equal(&self, other: &PyDict) -> PyResult<bool> {
        if self.len() != other.len() {
            return Ok(false);
        }
        let mut pos = 0;
        while let Some((key, value, ix)) = self.next_raw(&mut pos) {
            // SAFETY: live entries, owned before anything runs.
            let (key, value, hash) =
                unsafe { ((*key).new_ref(), (*value).new_ref(), self.table().entry_hash(ix)) };
            let Some(theirs) = other.get_item_known_hash(&key, hash)? else {
                return Ok(false);
            };
            if !value.rich_compare_bool(&theirs, CompareOp::Eq)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The current exception with a note that says which element it is about.
#[cold]
fn noted(raised: crate::Raised, i: usize) -> crate::Raised {
    let error = crate::error::fetch(raised);
    let add = || -> PyResult<()> {
        let text = crate::PyStr::new(&format!(
            "Cannot convert dictionary update sequence element #{i} to a sequence"
        ))?;
        error.call_method(crate::intern!("add_note"), &[text.as_object()])?;
        Ok(())
    };
    match add() {
        Ok(()) => crate::error::restore(error),
        Err(raised) => raised,
    }
}
