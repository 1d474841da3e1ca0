//! What Python programs see of `dict`.

use super::keys::{DictKeys, empty_keys};
use super::values;
use super::{FREE_DICTS, PyDict, key_error};
use super::{PyDictItems, PyDictKeyIter, PyDictKeys, PyDictRevKeyIter, PyDictValuesView};
use crate::alloc::GC_HEAD_SIZE;
use crate::containers::{class_getitem, guarded_repr, hash_key};
use crate::gc::Visitor;
use crate::handle::{Py, PyClass, PyLayout, PyResult};
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::typeobject::PyTypeObject;
use crate::{CompareOp, FuncArgs, KwArgs, PyTuple, raise};
use object_macros::pymethods;

const ROLE: &str = "dict key";

impl PyDict {
    /// `d[key]`, with `__missing__` of subclasses.
    pub fn subscript(&self, key: &PyObject) -> PyResult {
        let hash = hash_key(key, ROLE)?;
        if let Some(v) = self.get_item_known_hash(key, hash)? {
            return Ok(v);
        }
        self.missing(key)
    }

    #[cold]
    fn missing(&self, key: &PyObject) -> PyResult {
        if !PyDict::check_exact(self.as_object())
            && let Some(missing) =
                crate::typeobject::lookup_special(self.as_object(), crate::intern!("__missing__"))?
        {
            return crate::call::call(&missing, &[key]);
        }
        Err(key_error(key))
    }

    /// The constructor's and `update`'s arguments.
    fn update_from(&self, fname: &str, args: &[&PyObject], kwargs: KwArgs<'_>) -> PyResult<()> {
        crate::args::check_positional(fname, args.len(), 0, 1)?;
        if let Some(arg) = args.first() {
            self.update(arg, true)?;
        }
        for (name, value) in kwargs.iter() {
            self.set_item(name, value)?;
        }
        Ok(())
    }

    fn new_for(cls: &PyTypeObject) -> PyResult {
        if std::ptr::eq(cls, PyDict::type_object()) {
            return Ok(PyDict::new()?.into_object());
        }
        let dict = crate::alloc::new_instance::<PyDict>(cls, |this| {
            // SAFETY: a fresh instance.
            unsafe { (*this).ma_keys.set(empty_keys()) };
        })?;
        Ok(dict.into_object())
    }
}

#[pymethods]
impl PyDict {
    #[slot]
    fn tp_new(cls: &PyTypeObject, _args: &PyTuple, _kwargs: Option<&PyDict>) -> PyResult {
        PyDict::new_for(cls)
    }

    #[slot]
    fn tp_init(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<()> {
        crate::args::check_positional("dict", args.len(), 0, 1)?;
        if let Some(arg) = args.get(0) {
            self.update(arg, true)?;
        }
        if let Some(kwargs) = kwargs.filter(|k| !k.is_empty()) {
            self.merge(kwargs.as_object(), super::Merge::Overwrite)?;
        }
        Ok(())
    }

    #[slot]
    fn tp_vectorcall(cls: &PyTypeObject, args: FuncArgs<'_>) -> PyResult {
        args.check_positional("dict", 0, 1)?;
        let dict = PyDict::new_for(cls)?;
        // SAFETY: just made.
        unsafe { dict.downcast_unchecked::<PyDict>() }.update_from("dict", args.pos, args.keywords())?;
        Ok(dict)
    }

    #[slot]
    unsafe fn tp_dealloc(op: *mut PyObject) {
        // SAFETY: called once at the end: nobody sees the dict any more.
        unsafe {
            crate::gc::untrack(&*op);
            let dict = (*op).downcast_unchecked::<PyDict>();
            let values = dict.ma_values.replace(std::ptr::null_mut());
            if !values.is_null() && !(*values).is_embedded() {
                values::free_values(values);
            }
            let table = dict.ma_keys.replace(empty_keys());
            if !table.is_null() {
                DictKeys::decref(table);
            }
            if PyDict::check_exact(&*op) {
                let free = &mut *FREE_DICTS.as_ptr();
                if free.1 < free.0.len() {
                    free.0[free.1] = (op as *mut u8).sub(GC_HEAD_SIZE);
                    free.1 += 1;
                    return;
                }
            }
            crate::typeobject::free_object(op);
        }
    }

    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        let table = self.table();
        // SAFETY: visiting changes nothing; entries below the count.
        unsafe {
            if let Some(values) = self.split_values() {
                if !values.is_embedded() {
                    for i in 0..values.capacity() {
                        visit.raw(values.cell(i).get());
                    }
                }
            } else {
                for i in 0..table.nentries.get() as usize {
                    let (key, value) = table.slot(i);
                    if !value.get().is_null() {
                        visit.raw(value.get());
                        if !table.is_unicode() {
                            visit.raw(key);
                        }
                    }
                }
            }
        }
    }

    #[slot]
    fn tp_clear(&self) {
        self.clear();
    }

    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        if self.is_empty() {
            return PyStr::new("{}");
        }
        guarded_repr(self.as_object(), "{...}", |out| {
            out.push_ascii("{");
            let (mut pos, mut first) = (0, true);
            while let Some((key, value)) = self.next_entry(&mut pos) {
                if !first {
                    out.push_ascii(", ");
                }
                first = false;
                out.push_repr(&key)?;
                out.push_ascii(": ");
                out.push_repr(&value)?;
            }
            out.push_ascii("}");
            Ok(())
        })
    }

    #[slot]
    fn tp_iter(&self) -> PyResult {
        PyDictKeyIter::of(self)
    }

    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult {
        match (other.downcast::<PyDict>(), op) {
            (Some(other), CompareOp::Eq) => Ok(crate::bool::py_bool(self.equal(other)?)),
            (Some(other), CompareOp::Ne) => Ok(crate::bool::py_bool(!self.equal(other)?)),
            _ => Ok(crate::not_implemented()),
        }
    }

    #[slot]
    fn mp_length(&self) -> PyResult<usize> {
        Ok(self.len())
    }
    #[slot]
    fn mp_subscript(&self, key: &PyObject) -> PyResult {
        self.subscript(key)
    }
    #[slot]
    fn mp_ass_subscript(&self, key: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
        let hash = hash_key(key, ROLE)?;
        match value {
            Some(v) => self.set_item_known_hash(key, hash, v),
            None => match self.pop_known_hash(key, hash)? {
                Some(_) => Ok(()),
                None => Err(key_error(key)),
            },
        }
    }
    #[slot]
    fn sq_contains(&self, key: &PyObject) -> PyResult<bool> {
        let hash = hash_key(key, ROLE)?;
        self.contains_known_hash(key, hash)
    }
    #[slot]
    fn nb_or(a: &PyObject, b: &PyObject) -> PyResult {
        let (Some(x), Some(_)) = (a.downcast::<PyDict>(), b.downcast::<PyDict>()) else {
            return Ok(crate::not_implemented());
        };
        let new = x.copy()?;
        new.update(b, true)?;
        Ok(new.into_object())
    }
    #[slot]
    fn nb_inplace_or(&self, other: &PyObject) -> PyResult {
        self.update(other, true)?;
        Ok(self.as_object().new_ref())
    }

    #[method("($self, key, /)", coexist)]
    fn __getitem__(&self, key: &PyObject) -> PyResult {
        self.subscript(key)
    }
    #[method("($self, key, /)", coexist)]
    fn __contains__(&self, key: &PyObject) -> PyResult<bool> {
        self.sq_contains(key)
    }
    #[method("($self, /)")]
    fn __sizeof__(&self) -> usize {
        self.byte_size()
    }
    #[method("($self, key, default=None, /)")]
    fn get(&self, key: &PyObject, default: Option<&PyObject>) -> PyResult {
        let hash = hash_key(key, ROLE)?;
        match self.get_item_known_hash(key, hash)? {
            Some(v) => Ok(v),
            None => Ok(default.map_or_else(crate::none, |d| d.new_ref())),
        }
    }
    #[method("($self, key, default=None, /)")]
    fn setdefault(&self, key: &PyObject, default: Option<&PyObject>) -> PyResult {
        hash_key(key, ROLE)?;
        self.set_default(key, default.unwrap_or(crate::singletons::none_ref()))
    }
    #[method("($self, key, default=<unrepresentable>, /)")]
    fn pop(&self, key: &PyObject, default: Option<&PyObject>) -> PyResult {
        if !self.is_empty() {
            let hash = hash_key(key, ROLE)?;
            if let Some(v) = self.pop_known_hash(key, hash)? {
                return Ok(v);
            }
        }
        match default {
            Some(d) => Ok(d.new_ref()),
            None => Err(key_error(key)),
        }
    }
    #[method("($self, /)")]
    fn popitem(&self) -> PyResult<Py<PyTuple>> {
        match self.pop_last()? {
            Some((key, value)) => PyTuple::pair(key, value),
            None => raise!(KeyError, "popitem(): dictionary is empty"),
        }
    }
    #[method("($self, /)")]
    fn keys(&self) -> PyResult<Py<PyDictKeys>> {
        PyDictKeys::of(self)
    }
    #[method("($self, /)")]
    fn items(&self) -> PyResult<Py<PyDictItems>> {
        PyDictItems::of(self)
    }
    #[method("($self, /)")]
    fn values(&self) -> PyResult<Py<PyDictValuesView>> {
        PyDictValuesView::of(self)
    }
    #[method("($self, *args, **kwargs)", nosig, raw, name = "update")]
    fn py_update(&self, args: FuncArgs<'_>) -> PyResult<()> {
        self.update_from("update", args.pos, args.keywords())
    }
    #[classmethod("($type, iterable, value=None, /)")]
    fn fromkeys(cls: &PyTypeObject, iterable: &PyObject, value: Option<&PyObject>) -> PyResult {
        let value = value.unwrap_or(crate::singletons::none_ref());
        let made = crate::call::call(cls.as_object(), &[])?;
        if let Some(dict) = made.downcast_exact::<PyDict>() {
            // room for all keys; those of a set are not looked at, so that they may be anything
            let expected = match (iterable.downcast_exact::<PyDict>(), crate::set::any_set(iterable)) {
                (Some(other), _) => Some((other.len(), other.table().is_unicode())),
                (None, Some(set)) if crate::set::is_exact(iterable) => Some((set.len(), false)),
                _ => None,
            };
            if dict.is_empty()
                && let Some((n, strings)) = expected
            {
                dict.resize(super::keys::log2_for_entries(n), strings)?;
            }
            let iter = crate::iter::get_iter(iterable)?;
            while let Some(key) = crate::iter::next(&iter)? {
                hash_key(&key, ROLE)?;
                dict.set_item(&*key, value)?;
            }
            return Ok(made);
        }
        let iter = crate::iter::get_iter(iterable)?;
        while let Some(key) = crate::iter::next(&iter)? {
            made.set_item(&key, Some(value))?;
        }
        Ok(made)
    }
    #[method("($self, /)", name = "clear")]
    fn py_clear(&self) {
        self.clear();
    }
    #[method("($self, /)", name = "copy")]
    fn py_copy(&self) -> PyResult<Py<PyDict>> {
        self.copy()
    }
    #[method("($self, /)")]
    fn __reversed__(&self) -> PyResult {
        PyDictRevKeyIter::of(self)
    }
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(cls: &PyTypeObject, item: &PyObject) -> PyResult {
        class_getitem(cls, item)
    }
}
