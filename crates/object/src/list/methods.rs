//! What Python programs see of `list`.

use super::{FREE_LISTS, PyList, PyListIter, PyListRevIter};
use crate::alloc::GC_HEAD_SIZE;
use crate::containers::{
    Subscript, class_getitem, compare_items, fast_items, guarded_repr, index_bound, subscript,
};
use crate::gc::Visitor;
use crate::handle::{Py, PyClass, PyLayout, PyResult};
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::typeobject::PyTypeObject;
use crate::{CompareOp, PyDict, PyTuple, raise};
use object_macros::pymethods;

impl PyList {
    /// Items at the places of an extended slice.
    /// The items of a slice; its places are clipped to the size.
    fn extended(&self, start: isize, step: isize, n: usize) -> PyResult<Py<PyList>> {
        // SAFETY: clipped, and nothing runs that could change the list.
        PyList::build(n, |i| unsafe {
            self.get_unchecked((start + i as isize * step) as usize)
        })
    }

    fn set_slice(&self, slice: &crate::PySlice, value: Option<&PyObject>) -> PyResult<()> {
        let (_, _, step) = slice.unpacked()?;
        if step == 1 {
            let items = match value {
                None => Vec::new(),
                Some(v) => fast_items(v, "must assign iterable to extended slice")?,
            };
            let (start, stop, _, _) = slice.adjusted(self.len())?;
            let old = self.splice(start as usize, stop.max(start) as usize, items)?;
            drop(old);
            return Ok(());
        }
        let Some(value) = value else {
            let (start, _, step, n) = slice.adjusted(self.len())?;
            return self.delete_extended(start, step, n);
        };
        let items = fast_items(value, "must assign iterable to extended slice")?;
        let (start, _, step, n) = slice.adjusted(self.len())?;
        if items.len() != n {
            return raise!(
                ValueError,
                "attempt to assign sequence of size {} to extended slice of size {n}",
                items.len()
            );
        }
        let mut old = Vec::with_capacity(n);
        for (i, item) in items.into_iter().enumerate() {
            match self.replace((start + i as isize * step) as usize, item) {
                Ok(o) | Err(o) => old.push(o),
            }
        }
        Ok(())
    }

    fn delete_extended(&self, mut start: isize, mut step: isize, n: usize) -> PyResult<()> {
        if n == 0 {
            return Ok(());
        }
        if step < 0 {
            start += (n as isize - 1) * step;
            step = -step;
        }
        let len = self.len();
        let (start, step) = (start as usize, step as usize);
        let mut old = Vec::with_capacity(n);
        // SAFETY: places below the size; references move, those taken out are dropped when the list is whole.
        unsafe {
            let p = self.ob_item.get();
            let mut to = start;
            let mut next = start;
            for from in start..len {
                if from == next && old.len() < n {
                    old.push(Py::from_owned_ptr(*p.add(from)));
                    next = next.saturating_add(step);
                } else {
                    *p.add(to) = *p.add(from);
                    to += 1;
                }
            }
            self.ob_base.ob_size.set(to as isize);
        }
        if self.resize(len - n).is_err() {
            crate::error::clear();
        }
        Ok(())
    }

    fn contains_item(&self, item: &PyObject) -> PyResult<bool> {
        Ok(self.find(item, 0, usize::MAX)?.is_some())
    }

    /// The first place from `start` on, below `stop`, with an item equal to `value`.
    fn find(&self, value: &PyObject, start: usize, stop: usize) -> PyResult<Option<usize>> {
        let mut i = start;
        while i < stop && i < self.len() {
            // SAFETY: below the size.
            if unsafe { self.item_equals(i, value)? } {
                return Ok(Some(i));
            }
            i += 1;
        }
        Ok(None)
    }

    /// Whether the item at `i` is or equals `value`.
    ///
    /// # Safety
    /// `i < len`.
    #[inline(always)]
    unsafe fn item_equals(&self, i: usize, value: &PyObject) -> PyResult<bool> {
        // SAFETY: below the size; the item is only looked at as long as no Python code runs.
        let item = unsafe { &**self.ob_item.get().add(i) };
        if item.is(value) {
            return Ok(true);
        }
        match item.compare_exact(value, CompareOp::Eq) {
            Some(equal) => Ok(equal),
            None => item.new_ref().rich_compare_bool(value, CompareOp::Eq),
        }
    }

    fn repeated(&self, n: isize) -> PyResult<Py<PyList>> {
        let n = n.max(0) as usize;
        let total = match self.len().checked_mul(n) {
            Some(t) if t <= super::MAX_ITEMS => t,
            _ => return crate::error::no_memory(),
        };
        if total == 0 {
            return PyList::new();
        }
        let len = self.len();
        let array = crate::alloc::raw_malloc(total * size_of::<usize>()) as *mut *mut PyObject;
        if array.is_null() {
            return crate::error::no_memory();
        }
        // SAFETY: fresh memory for that many references; nothing runs.
        unsafe {
            for i in 0..len {
                let item = *self.ob_item.get().add(i);
                for k in 0..n {
                    (*item).incref();
                    *array.add(k * len + i) = item;
                }
            }
        }
        PyList::with_array(array, total, total)
    }
}

#[pymethods(extend(sort))]
impl PyList {
    #[slot]
    fn tp_new(cls: &PyTypeObject, _args: &PyTuple, _kwargs: Option<&PyDict>) -> PyResult {
        if std::ptr::eq(cls, PyList::type_object()) {
            return Ok(PyList::new()?.into_object());
        }
        Ok(crate::alloc::new_instance::<PyList>(cls, |_| {})?.into_object())
    }

    #[init("(iterable=(), /)")]
    fn tp_init(&self, iterable: Option<&PyObject>) -> PyResult<()> {
        drop(self.take_all());
        match iterable {
            Some(it) => self.extend(it),
            None => Ok(()),
        }
    }

    #[slot]
    fn tp_vectorcall(cls: &PyTypeObject, args: crate::FuncArgs<'_>) -> PyResult {
        args.no_keywords("list")?;
        args.check_positional("list", 0, 1)?;
        let list = PyList::tp_new(cls, &*PyTuple::empty()?, None)?;
        if let Some(obj) = args.pos.first() {
            // SAFETY: just made.
            unsafe { list.downcast_unchecked::<PyList>() }.extend(obj)?;
        }
        Ok(list)
    }

    #[slot]
    unsafe fn tp_dealloc(op: *mut PyObject) {
        // SAFETY: called once at the end: nobody sees the list any more; items are dropped before the memory goes.
        unsafe {
            crate::gc::untrack(&*op);
            let list = (*op).downcast_unchecked::<PyList>();
            let items = list.ob_item.get();
            if !items.is_null() {
                let n = list.len();
                for i in (0..n).rev() {
                    PyObject::decref(*items.add(i));
                }
                crate::alloc::raw_free(items as *mut u8);
            }
            if PyList::check_exact(&*op) {
                let free = &mut *FREE_LISTS.as_ptr();
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
        for i in (0..self.len()).rev() {
            // SAFETY: below the size.
            visit.raw(unsafe { *self.ob_item.get().add(i) });
        }
    }

    #[slot]
    fn tp_clear(&self) {
        drop(self.take_all());
    }

    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        if self.is_empty() {
            return PyStr::new("[]");
        }
        guarded_repr(self.as_object(), "[...]", |out| {
            out.push_ascii("[");
            let mut i = 0;
            while let Some(item) = self.get(i) {
                if i > 0 {
                    out.push_ascii(", ");
                }
                out.push_repr(&item)?;
                i += 1;
            }
            out.push_ascii("]");
            Ok(())
        })
    }

    #[slot]
    fn tp_iter(&self) -> PyResult<Py<PyListIter>> {
        PyListIter::of(self)
    }

    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult {
        let Some(other) = other.downcast::<PyList>() else {
            return Ok(crate::not_implemented());
        };
        compare_items(
            op,
            || (self.len(), other.len()),
            |second, i| if second { other } else { self }.item_or_none(i),
        )
    }

    #[slot]
    fn sq_length(&self) -> PyResult<usize> {
        Ok(self.len())
    }
    #[slot]
    fn mp_length(&self) -> PyResult<usize> {
        Ok(self.len())
    }
    #[slot]
    fn sq_item(&self, i: isize) -> PyResult {
        match usize::try_from(i).ok().and_then(|i| self.get(i)) {
            Some(item) => Ok(item),
            None => raise!(IndexError, "list index out of range"),
        }
    }
    #[slot]
    fn sq_ass_item(&self, i: isize, value: Option<&PyObject>) -> PyResult<()> {
        let Some(i) = usize::try_from(i).ok().filter(|i| *i < self.len()) else {
            return raise!(IndexError, "list assignment index out of range");
        };
        match value {
            Some(v) => {
                drop(self.replace(i, v.new_ref()));
            }
            None => drop(self.remove_at(i)?),
        }
        Ok(())
    }
    #[slot]
    fn mp_subscript(&self, key: &PyObject) -> PyResult {
        match subscript(key, "list")? {
            Subscript::Index(i) => self.sq_item(if i < 0 { i + self.len() as isize } else { i }),
            Subscript::Slice(s) => {
                let (start, _, step, n) = s.adjusted(self.len())?;
                Ok(self.extended(start, step, n)?.into_object())
            }
        }
    }
    #[slot]
    fn mp_ass_subscript(&self, key: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
        match subscript(key, "list")? {
            Subscript::Index(i) => self.sq_ass_item(if i < 0 { i + self.len() as isize } else { i }, value),
            Subscript::Slice(s) => self.set_slice(s, value),
        }
    }
    #[slot]
    fn sq_contains(&self, item: &PyObject) -> PyResult<bool> {
        self.contains_item(item)
    }
    #[slot]
    fn sq_concat(&self, other: &PyObject) -> PyResult<Py<PyList>> {
        let Some(other) = other.downcast::<PyList>() else {
            return raise!(
                TypeError,
                "can only concatenate list (not \"{}\") to list",
                other.ty().full_name()
            );
        };
        let (mine, total) = (self.len(), self.len() + other.len());
        // SAFETY: below the sizes, and nothing runs that could change the lists.
        PyList::build(total, |i| unsafe {
            if i < mine {
                self.get_unchecked(i)
            } else {
                other.get_unchecked(i - mine)
            }
        })
    }
    #[slot]
    fn sq_inplace_concat(&self, other: &PyObject) -> PyResult {
        self.extend(other)?;
        Ok(self.as_object().new_ref())
    }
    #[slot]
    fn sq_repeat(&self, n: isize) -> PyResult<Py<PyList>> {
        self.repeated(n)
    }
    #[slot]
    fn sq_inplace_repeat(&self, n: isize) -> PyResult {
        let len = self.len();
        if len == 0 || n == 1 {
            return Ok(self.as_object().new_ref());
        }
        if n < 1 {
            drop(self.take_all());
            return Ok(self.as_object().new_ref());
        }
        let total = match len.checked_mul(n as usize) {
            Some(t) if t <= super::MAX_ITEMS => t,
            _ => return crate::error::no_memory(),
        };
        self.resize(total)?;
        // SAFETY: just made room; nothing runs.
        unsafe {
            let p = self.ob_item.get();
            for i in len..total {
                let item = *p.add(i - len);
                (*item).incref();
                *p.add(i) = item;
            }
        }
        Ok(self.as_object().new_ref())
    }

    #[method("($self, index, /)", coexist)]
    fn __getitem__(&self, index: &PyObject) -> PyResult {
        self.mp_subscript(index)
    }
    #[method("($self, /)")]
    fn __reversed__(&self) -> PyResult<Py<PyListRevIter>> {
        PyListRevIter::of(self)
    }
    #[method("($self, /)")]
    fn __sizeof__(&self) -> usize {
        self.as_object().ty().tp_basicsize.get() as usize + self.allocated.get() as usize * size_of::<usize>()
    }
    #[method("($self, /)", name = "clear")]
    fn py_clear(&self) {
        drop(self.take_all());
    }
    #[method("($self, /)")]
    fn copy(&self) -> PyResult<Py<PyList>> {
        // SAFETY: below the size, and nothing runs that could change the list.
        PyList::build(self.len(), |i| unsafe { self.get_unchecked(i) })
    }
    #[method("($self, object, /)", name = "append")]
    fn py_append(&self, object: &PyObject) -> PyResult<()> {
        self.append(object.new_ref())
    }
    #[method("($self, index, object, /)", name = "insert")]
    fn py_insert(&self, index: isize, object: &PyObject) -> PyResult<()> {
        let n = self.len() as isize;
        let at = if index < 0 {
            (index + n).max(0)
        } else {
            index.min(n)
        };
        self.insert(at as usize, object.new_ref())
    }
    #[method("($self, iterable, /)", name = "extend")]
    fn py_extend(&self, iterable: &PyObject) -> PyResult<()> {
        self.extend(iterable)
    }
    #[method("($self, index=-1, /)")]
    fn pop(&self, index: Option<isize>) -> PyResult {
        let n = self.len() as isize;
        if n == 0 {
            return raise!(IndexError, "pop from empty list");
        }
        let index = index.unwrap_or(-1);
        let i = if index < 0 { index + n } else { index };
        match usize::try_from(i) {
            Ok(i) => match self.remove_at(i)? {
                Some(item) => Ok(item),
                None => raise!(IndexError, "pop index out of range"),
            },
            Err(_) => raise!(IndexError, "pop index out of range"),
        }
    }
    #[method("($self, value, /)")]
    fn remove(&self, value: &PyObject) -> PyResult<()> {
        match self.find(value, 0, usize::MAX)? {
            Some(i) => {
                drop(self.remove_at(i)?);
                Ok(())
            }
            None => raise!(ValueError, "list.remove(x): x not in list"),
        }
    }
    #[method("($self, value, start=0, stop=sys.maxsize, /)")]
    fn index(&self, value: &PyObject, start: Option<&PyObject>, stop: Option<&PyObject>) -> PyResult<usize> {
        let (mut start, mut stop) = (index_bound(start, 0)?, index_bound(stop, isize::MAX)?);
        let n = self.len() as isize;
        if start < 0 {
            start = (start + n).max(0);
        }
        if stop < 0 {
            stop = (stop + n).max(0);
        }
        match self.find(value, start as usize, stop as usize)? {
            Some(i) => Ok(i),
            None => raise!(ValueError, "list.index(x): x not in list"),
        }
    }
    #[method("($self, value, /)")]
    fn count(&self, value: &PyObject) -> PyResult<usize> {
        let (mut i, mut n) = (0, 0);
        while i < self.len() {
            // SAFETY: below the size.
            n += usize::from(unsafe { self.item_equals(i, value)? });
            i += 1;
        }
        Ok(n)
    }
    #[method("($self, /)")]
    fn reverse(&self) {
        let n = self.len();
        if n > 1 {
            // SAFETY: the list's own array; nothing runs.
            unsafe { std::slice::from_raw_parts_mut(self.ob_item.get(), n) }.reverse();
        }
    }
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(cls: &PyTypeObject, item: &PyObject) -> PyResult {
        class_getitem(cls, item)
    }
}
