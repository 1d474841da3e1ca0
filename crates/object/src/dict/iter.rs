//! Iterators over dicts and their views: keys, values and items, forward and reversed.

use super::PyDict;
use crate::gc::Visitor;
use crate::handle::{Field, GilCell, Py, PyLayout, PyResult};
use crate::refcount::PyObject;
use crate::{PyList, PyTuple, raise};
use object_macros::{pyclass, pymethods};

/// The fields that all the iterators have.
#[repr(C)]
pub struct DictIter {
    pub(crate) ob_base: PyObject,
    /// Nothing at the end.
    di_dict: Field<PyDict>,
    di_used: GilCell<isize>,
    /// Position of the next entry; of a reversed iterator, one more than it.
    di_pos: GilCell<isize>,
    /// The tuple given last, to be used again if nobody keeps it.
    di_result: Field<PyTuple>,
    /// Items that remain.
    len: GilCell<isize>,
}

impl DictIter {
    fn forward(ty: &'static crate::PyTypeObject, dict: &PyDict) -> DictIter {
        DictIter {
            ob_base: PyObject::new_head(ty),
            di_dict: Field::from_ref(dict),
            di_used: GilCell::new(dict.ma_used.get()),
            di_pos: GilCell::new(0),
            di_result: Field::empty(),
            len: GilCell::new(dict.ma_used.get()),
        }
    }

    fn backward(ty: &'static crate::PyTypeObject, dict: &PyDict) -> DictIter {
        let it = DictIter::forward(ty, dict);
        it.di_pos.set(match dict.split_values() {
            Some(values) => values.size() as isize,
            None => dict.table().nentries.get(),
        });
        it
    }

    /// The next key and value, lent by the dict.
    #[inline(always)]
    fn advance(&self, reversed: bool) -> PyResult<Option<(*mut PyObject, *mut PyObject)>> {
        // SAFETY: the field is only replaced below, after the loan's last use.
        let Some(dict) = (unsafe { self.di_dict.borrow() }) else {
            return Ok(None);
        };
        if self.di_used.get() != dict.ma_used.get() {
            self.di_used.set(-1);
            return raise!(RuntimeError, "dictionary changed size during iteration");
        }
        let found = if reversed {
            self.step_back(dict)
        } else {
            self.step(dict)
        };
        match found {
            Some(found) => {
                let left = self.len.get();
                if left == 0 && !reversed {
                    self.di_set_end();
                    return raise!(RuntimeError, "dictionary keys changed during iteration");
                }
                self.len.set(left - 1);
                Ok(Some(found))
            }
            None => {
                self.di_set_end();
                Ok(None)
            }
        }
    }

    #[cold]
    fn di_set_end(&self) {
        self.di_dict.set(None);
    }

    #[inline(always)]
    fn step(&self, dict: &PyDict) -> Option<(*mut PyObject, *mut PyObject)> {
        let mut pos = self.di_pos.get() as usize;
        let (key, value, _) = dict.next_raw(&mut pos)?;
        self.di_pos.set(pos as isize);
        Some((key, value))
    }

    fn step_back(&self, dict: &PyDict) -> Option<(*mut PyObject, *mut PyObject)> {
        let table = dict.table();
        let mut pos = self.di_pos.get();
        // SAFETY: positions below the number of entries.
        unsafe {
            if let Some(values) = dict.split_values() {
                pos = pos.min(values.size() as isize) - 1;
                if pos < 0 {
                    return None;
                }
                self.di_pos.set(pos);
                let ix = values.order(pos as usize);
                return Some((table.str_entry(ix).key.get(), values.cell(ix).get()));
            }
            pos = pos.min(table.nentries.get());
            while pos > 0 {
                pos -= 1;
                let (key, cell) = table.slot(pos as usize);
                if !cell.get().is_null() {
                    self.di_pos.set(pos);
                    return Some((key, cell.get()));
                }
            }
        }
        None
    }

    fn length_hint(&self) -> isize {
        // SAFETY: only the size is read.
        match unsafe { self.di_dict.borrow() } {
            Some(d) if self.di_used.get() == d.ma_used.get() => self.len.get(),
            _ => 0,
        }
    }

    /// `(iter, ([what remains],))`, leaving the iterator where it is.
    fn reduce(&self, next: impl Fn(&DictIter) -> PyResult<Option<Py>>) -> PyResult {
        let copy = DictIter {
            ob_base: PyObject::new_head(self.ob_base.ty()),
            di_dict: Field::new(self.di_dict.get()),
            di_used: GilCell::new(self.di_used.get()),
            di_pos: GilCell::new(self.di_pos.get()),
            di_result: Field::empty(),
            len: GilCell::new(self.len.get()),
        };
        let list = PyList::new()?;
        while let Some(item) = next(&copy)? {
            list.append(item)?;
        }
        let args = PyTuple::from_vec(vec![list.into_object()])?;
        let builtin = crate::containers::builtin("iter")?;
        Ok(PyTuple::from_vec(vec![builtin, args.into_object()])?.into_object())
    }

    fn visit(&self, visit: &mut Visitor) {
        visit.field(&self.di_dict);
        visit.field(&self.di_result);
    }

    /// A pair, in the tuple given last if only the iterator has it.
    #[inline]
    fn pair(&self, key: Py, value: Py) -> PyResult {
        // SAFETY: the loan ends before the tuple is changed.
        if let Some(t) = unsafe { self.di_result.borrow() }
            && t.as_object().is_unique()
        {
            let owned = t.new_ref();
            // SAFETY: two items, ours alone: nobody else sees the tuple change.
            let old = unsafe { (owned.replace_item(0, key), owned.replace_item(1, value)) };
            owned.reset_hash();
            drop(old);
            crate::gc::track(owned.as_object());
            return Ok(owned.into_object());
        }
        let t = PyTuple::pair(key, value)?;
        if self.di_dict.is_some() {
            self.di_result.set(Some(t.clone()));
        }
        Ok(t.into_object())
    }

    fn next_key(&self, reversed: bool) -> PyResult<Option<Py>> {
        // SAFETY: live, owned before anything runs.
        Ok(self.advance(reversed)?.map(|(k, _)| unsafe { (*k).new_ref() }))
    }
    fn next_value(&self, reversed: bool) -> PyResult<Option<Py>> {
        // SAFETY: live, owned before anything runs.
        Ok(self.advance(reversed)?.map(|(_, v)| unsafe { (*v).new_ref() }))
    }
    fn next_item(&self, reversed: bool) -> PyResult<Option<Py>> {
        match self.advance(reversed)? {
            Some((k, v)) => {
                // SAFETY: live, owned before anything runs.
                let (k, v) = unsafe { ((*k).new_ref(), (*v).new_ref()) };
                self.pair(k, v).map(Some)
            }
            None => Ok(None),
        }
    }
}

macro_rules! dict_iterator {
    ($name:ident, $ty:ident, $pyname:literal, $make:ident, $reversed:literal, $next:ident) => {
        #[doc = concat!("`", $pyname, "`")]
        #[pyclass(name = $pyname, type = $ty, flags(HAVE_GC, DISALLOW_INSTANTIATION))]
        #[repr(transparent)]
        pub struct $name(DictIter);

        impl $name {
            pub fn of(dict: &PyDict) -> PyResult {
                Ok(crate::alloc::new_object($name(DictIter::$make(&$ty, dict)))?.into_object())
            }
        }

        #[pymethods]
        impl $name {
            #[slot]
            fn tp_iter(&self) -> Py {
                self.as_object().new_ref()
            }
            #[slot]
            fn tp_iternext(&self) -> PyResult<Option<Py>> {
                self.0.$next($reversed)
            }
            #[slot]
            fn tp_traverse(&self, visit: &mut Visitor) {
                self.0.visit(visit);
            }
            #[method("($self, /)")]
            fn __length_hint__(&self) -> isize {
                self.0.length_hint()
            }
            #[method("($self, /)")]
            fn __reduce__(&self) -> PyResult {
                self.0.reduce(|it| it.$next($reversed))
            }
        }
    };
}

dict_iterator!(
    PyDictKeyIter,
    PyDictIterKey_Type,
    "dict_keyiterator",
    forward,
    false,
    next_key
);
dict_iterator!(
    PyDictValueIter,
    PyDictIterValue_Type,
    "dict_valueiterator",
    forward,
    false,
    next_value
);
dict_iterator!(
    PyDictItemIter,
    PyDictIterItem_Type,
    "dict_itemiterator",
    forward,
    false,
    next_item
);
dict_iterator!(
    PyDictRevKeyIter,
    PyDictRevIterKey_Type,
    "dict_reversekeyiterator",
    backward,
    true,
    next_key
);
dict_iterator!(
    PyDictRevValueIter,
    PyDictRevIterValue_Type,
    "dict_reversevalueiterator",
    backward,
    true,
    next_value
);
dict_iterator!(
    PyDictRevItemIter,
    PyDictRevIterItem_Type,
    "dict_reverseitemiterator",
    backward,
    true,
    next_item
);
