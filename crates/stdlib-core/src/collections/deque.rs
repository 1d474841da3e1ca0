//! `collections.deque`: a ring of items, with iterators that notice when it is changed.
//!
//! No loan of the ring is held while Python code can run: items are cloned out, and those taken out are dropped after
//! the loan has ended.

use crate::make;
use object::args::{FuncArgs, check_positional};
use object::containers::{compare_items, guarded_repr, index_bound};
use object::{
    CompareOp, Field, GilCell, IntoPy, OrNone, Py, PyClass, PyDict, PyInt, PyLayout, PyList, PyObject,
    PyResult, PyStr, PyTuple, PyTypeObject, Visitor, call, class, iter, pyclass, pymethods, raise,
};
use std::cell::RefCell;
use std::collections::VecDeque;

/// Items in one of CPython's blocks, in which sizes are reported.
const BLOCK_ITEMS: isize = 64;
const BLOCK_BYTES: usize = 528;
/// Where the first item of an empty deque would stand in its block.
const CENTER: isize = 32;

/// `collections.deque`
#[pyclass(name = "collections.deque", flags(BASETYPE, SEQUENCE, HAVE_GC), weaklist = weakreflist, basicsize = 216)]
#[repr(C)]
pub struct Deque {
    ob_base: object::PyVarObject,
    items: RefCell<VecDeque<Py>>,
    /// -1: none.
    maxlen: GilCell<isize>,
    /// Changes with every change of the ring.
    state: GilCell<usize>,
    /// Where the first item stands in CPython's block, for `__sizeof__` alone.
    left: GilCell<isize>,
    weakreflist: GilCell<*mut PyObject>,
}
const _: () = assert!(size_of::<Deque>() <= 216);

impl Deque {
    fn make(cls: &PyTypeObject) -> PyResult<Py<Deque>> {
        make!(
            cls,
            Deque {
                items: RefCell::new(VecDeque::new()),
                maxlen: GilCell::new(-1),
                left: GilCell::new(CENTER),
            }
        )
    }

    fn len(&self) -> usize {
        self.items.borrow().len()
    }
    fn item(&self, i: usize) -> Option<Py> {
        self.items.borrow().get(i).cloned()
    }
    fn changed(&self) {
        self.state.set(self.state.get().wrapping_add(1));
    }
    fn over_full(&self) -> bool {
        let max = self.maxlen.get();
        max >= 0 && self.len() as isize > max
    }
    fn shift_left_end(&self, by: isize) {
        let left = if self.len() == 0 {
            CENTER
        } else {
            (self.left.get() + by).rem_euclid(BLOCK_ITEMS)
        };
        self.left.set(left);
    }

    fn push_back(&self, item: Py) {
        self.items.borrow_mut().push_back(item);
        self.changed();
        if self.over_full() {
            drop(self.pop_front());
        }
    }
    fn push_front(&self, item: Py) {
        self.items.borrow_mut().push_front(item);
        self.shift_left_end(-1);
        self.changed();
        if self.over_full() {
            drop(self.pop_back());
        }
    }
    fn pop_back(&self) -> Option<Py> {
        let item = self.items.borrow_mut().pop_back();
        self.shift_left_end(0);
        self.changed();
        item
    }
    fn pop_front(&self) -> Option<Py> {
        let item = self.items.borrow_mut().pop_front();
        self.shift_left_end(1);
        self.changed();
        item
    }
    fn take_all(&self) -> VecDeque<Py> {
        let items = self.items.take();
        self.left.set(CENTER);
        self.changed();
        items
    }

    fn extend_right(&self, iterable: &PyObject) -> PyResult<()> {
        if self.len() == 0 {
            // an empty deque is filled from the left end of its block
            self.left.set(1);
        }
        if std::ptr::eq(self.as_object(), iterable) {
            let items = iter::collect(iterable)?;
            items.into_iter().for_each(|i| self.push_back(i));
            return Ok(());
        }
        let it = iter::get_iter(iterable)?;
        while let Some(item) = iter::next(&it)? {
            self.push_back(item);
        }
        Ok(())
    }

    /// A deque of the same class with the same items and limit.
    fn copied(&self) -> PyResult {
        let ty = class::type_ref(self.as_object().ty());
        if Deque::check_exact(self.as_object()) {
            let new = Deque::make(Deque::type_object())?;
            new.maxlen.set(self.maxlen.get());
            let items = self.items.borrow().clone();
            *new.items.borrow_mut() = items;
            return Ok(new.into_object());
        }
        let made = match self.maxlen.get() {
            max if max < 0 => call::call(&ty, &[self.as_object()])?,
            max => call::call(&ty, &[self.as_object(), &*max.into_py()?])?,
        };
        if !Deque::check(&made) {
            return raise!(
                TypeError,
                "{}() must return a deque, not {}",
                self.as_object().ty().full_name(),
                made.ty().full_name()
            );
        }
        Ok(made)
    }

    fn rotate_by(&self, n: isize) {
        let len = self.len();
        if len <= 1 {
            return;
        }
        let n = n.rem_euclid(len as isize) as usize;
        self.items.borrow_mut().rotate_right(n);
        let half = len / 2;
        let moved = if n > half {
            n as isize - len as isize
        } else {
            n as isize
        };
        self.shift_left_end(-moved);
        self.changed();
    }

    fn repeat_in_place(&self, n: isize) -> PyResult<()> {
        let len = self.len();
        if len == 0 || n == 1 {
            return Ok(());
        }
        if n <= 0 {
            drop(self.take_all());
            return Ok(());
        }
        let mut n = n as usize;
        let max = self.maxlen.get();
        if max >= 0 && n.saturating_mul(len) as isize > max {
            n = (max as usize).div_ceil(len).max(1);
        }
        if n.checked_mul(len)
            .is_none_or(|t| t > isize::MAX as usize / size_of::<usize>())
        {
            return object::error::no_memory();
        }
        let items: Vec<Py> = self.items.borrow().iter().cloned().collect();
        if self.items.borrow_mut().try_reserve(len * (n - 1)).is_err() {
            return object::error::no_memory();
        }
        for _ in 1..n {
            items.iter().for_each(|i| self.push_back(i.clone()));
        }
        // a limit that is no multiple of the length cuts off what is left of the first
        while self.over_full() {
            drop(self.pop_front());
        }
        Ok(())
    }

    /// The index of an item, checked against changes by comparisons.
    fn find(&self, value: &PyObject, from: usize, to: usize) -> PyResult<Option<usize>> {
        let state = self.state.get();
        let mut i = from;
        while i < to
            && let Some(item) = self.item(i)
        {
            let equal = item.rich_compare_bool(value, CompareOp::Eq)?;
            if self.state.get() != state {
                return raise!(RuntimeError, "deque mutated during iteration");
            }
            if equal {
                return Ok(Some(i));
            }
            i += 1;
        }
        Ok(None)
    }

    /// A non-negative index below the length.
    fn checked(&self, i: isize) -> PyResult<usize> {
        match usize::try_from(i) {
            Ok(i) if i < self.len() => Ok(i),
            _ => raise!(IndexError, "deque index out of range"),
        }
    }
}

#[pymethods]
impl Deque {
    #[slot]
    fn tp_new(cls: &PyTypeObject, _args: &PyTuple, _kwargs: Option<&PyDict>) -> PyResult<Py<Deque>> {
        Deque::make(cls)
    }
    #[init("(iterable=(), maxlen=None)", nosig)]
    fn tp_init(&self, iterable: Option<&PyObject>, maxlen: Option<OrNone<&PyObject>>) -> PyResult<()> {
        let max = match maxlen.and_then(|m| m.0) {
            None => -1,
            Some(m) => {
                let Some(m) = m.downcast::<PyInt>() else {
                    return raise!(TypeError, "an integer is required");
                };
                match m.to_i64() {
                    Some(v) if v < 0 => return raise!(ValueError, "maxlen must be non-negative"),
                    Some(v) => v as isize,
                    None => return raise!(OverflowError, "Python int too large to convert to C ssize_t"),
                }
            }
        };
        self.maxlen.set(max);
        if self.len() > 0 {
            drop(self.take_all());
        }
        match iterable {
            Some(it) => self.extend_right(it),
            None => Ok(()),
        }
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        for item in self.items.borrow().iter() {
            visit.object(item);
        }
    }
    #[slot]
    fn tp_clear(&self) {
        drop(self.take_all());
    }
    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        guarded_repr(self.as_object(), "[...]", |out| {
            let list = PyList::from_vec(iter::collect(self.as_object())?)?;
            out.push(&*PyStr::new(self.as_object().ty().name())?);
            out.push_ascii("(");
            out.push_repr(list.as_object())?;
            if self.maxlen.get() >= 0 {
                out.push_ascii(&format!(", maxlen={}", self.maxlen.get()));
            }
            out.push_ascii(")");
            Ok(())
        })
    }
    #[slot]
    fn tp_iter(&self) -> PyResult<Py<DequeIter>> {
        DequeIter::make(DequeIter::type_object(), self, 0)
    }
    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult {
        let Some(other) = other.downcast::<Deque>() else {
            return Ok(object::not_implemented());
        };
        if std::ptr::eq(self, other) {
            match op {
                CompareOp::Eq => return Ok(object::bool::py_bool(true)),
                CompareOp::Ne => return Ok(object::bool::py_bool(false)),
                _ => {}
            }
        }
        compare_items(
            op,
            || (self.len(), other.len()),
            |second, i| if second { other } else { self }.item(i),
        )
    }
    #[slot]
    fn sq_length(&self) -> PyResult<usize> {
        Ok(self.len())
    }
    #[slot]
    fn sq_contains(&self, value: &PyObject) -> PyResult<bool> {
        Ok(self.find(value, 0, usize::MAX)?.is_some())
    }
    #[slot]
    fn sq_item(&self, i: isize) -> PyResult {
        let i = self.checked(i)?;
        Ok(self.item(i).unwrap_or_else(object::none))
    }
    #[slot]
    fn sq_ass_item(&self, i: isize, value: Option<&PyObject>) -> PyResult<()> {
        let i = self.checked(i)?;
        let value = value.map(|v| v.new_ref());
        let old = match value {
            Some(value) => self
                .items
                .borrow_mut()
                .get_mut(i)
                .map(|place| std::mem::replace(place, value)),
            None => {
                let old = self.items.borrow_mut().remove(i);
                self.changed();
                old
            }
        };
        drop(old);
        Ok(())
    }
    #[slot]
    fn sq_concat(&self, other: &PyObject) -> PyResult {
        if !Deque::check(other) {
            return raise!(
                TypeError,
                "can only concatenate deque (not \"{}\") to deque",
                other.ty().full_name()
            );
        }
        let new = self.copied()?;
        // SAFETY: `copied` gives a deque.
        unsafe { new.downcast_unchecked::<Deque>() }.extend_right(other)?;
        Ok(new)
    }
    #[slot]
    fn sq_inplace_concat(&self, other: &PyObject) -> PyResult {
        self.extend_right(other)?;
        Ok(self.as_object().new_ref())
    }
    #[slot]
    fn sq_repeat(&self, n: isize) -> PyResult {
        let new = self.copied()?;
        // SAFETY: `copied` gives a deque.
        unsafe { new.downcast_unchecked::<Deque>() }.repeat_in_place(n)?;
        Ok(new)
    }
    #[slot]
    fn sq_inplace_repeat(&self, n: isize) -> PyResult {
        self.repeat_in_place(n)?;
        Ok(self.as_object().new_ref())
    }

    #[method("($self, item, /)")]
    fn append(&self, item: &PyObject) {
        self.push_back(item.new_ref());
    }
    #[method("($self, item, /)")]
    fn appendleft(&self, item: &PyObject) {
        self.push_front(item.new_ref());
    }
    #[method("($self, /)")]
    fn clear(&self) {
        drop(self.take_all());
    }
    #[method("($self, /)")]
    fn __copy__(&self) -> PyResult {
        self.copied()
    }
    #[method("($self, /)")]
    fn copy(&self) -> PyResult {
        self.copied()
    }
    #[method("($self, value, /)")]
    fn count(&self, value: &PyObject) -> PyResult<usize> {
        let (mut from, mut n) = (0, 0);
        while let Some(i) = self.find(value, from, usize::MAX)? {
            n += 1;
            from = i + 1;
        }
        Ok(n)
    }
    #[method("($self, iterable, /)")]
    fn extend(&self, iterable: &PyObject) -> PyResult<()> {
        self.extend_right(iterable)
    }
    #[method("($self, iterable, /)")]
    fn extendleft(&self, iterable: &PyObject) -> PyResult<()> {
        if self.len() == 0 {
            self.left.set(BLOCK_ITEMS - 1);
        }
        if std::ptr::eq(self.as_object(), iterable) {
            let items = iter::collect(iterable)?;
            items.into_iter().for_each(|i| self.push_front(i));
            return Ok(());
        }
        let it = iter::get_iter(iterable)?;
        while let Some(item) = iter::next(&it)? {
            self.push_front(item);
        }
        Ok(())
    }
    #[method("($self, value, start, stop)", shown = "($self, value, [start, [stop]])", raw)]
    fn index(&self, args: FuncArgs<'_>) -> PyResult<usize> {
        args.no_keywords("index")?;
        check_positional("index", args.pos.len(), 1, 3)?;
        let n = self.len() as isize;
        let bound = |i: isize| if i < 0 { (i + n).max(0) } else { i };
        let start = bound(index_bound(args.pos.get(1).copied(), 0)?);
        let stop = bound(index_bound(args.pos.get(2).copied(), n)?).min(n);
        match self.find(args.pos[0], start as usize, stop as usize)? {
            Some(i) => Ok(i),
            None => raise!(ValueError, "deque.index(x): x not in deque"),
        }
    }
    #[method("($self, index, value, /)")]
    fn insert(&self, index: isize, value: &PyObject) -> PyResult<()> {
        let n = self.len() as isize;
        if self.maxlen.get() == n {
            return raise!(IndexError, "deque already at its maximum size");
        }
        let at = if index < 0 {
            (index + n).max(0)
        } else {
            index.min(n)
        };
        self.items.borrow_mut().insert(at as usize, value.new_ref());
        if at < n && index >= 0 {
            self.shift_left_end(-1);
        }
        self.changed();
        Ok(())
    }
    #[method("($self, /)")]
    fn pop(&self) -> PyResult {
        match self.pop_back() {
            Some(item) => Ok(item),
            None => raise!(IndexError, "pop from an empty deque"),
        }
    }
    #[method("($self, /)")]
    fn popleft(&self) -> PyResult {
        match self.pop_front() {
            Some(item) => Ok(item),
            None => raise!(IndexError, "pop from an empty deque"),
        }
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        let ty = class::type_ref(self.as_object().ty());
        let state = self
            .as_object()
            .call_method(object::intern!("__getstate__"), &[])?;
        let it = iter::get_iter(self.as_object())?;
        let args = match self.maxlen.get() {
            max if max < 0 => PyTuple::empty()?.into_object(),
            max => (PyTuple::empty()?, max).into_py()?,
        };
        Ok(PyTuple::from_array([ty, args, state, it])?.into_object())
    }
    #[method("($self, value, /)")]
    fn remove(&self, value: &PyObject) -> PyResult<()> {
        let state = self.state.get();
        let mut i = 0;
        while let Some(item) = self.item(i) {
            let equal = item.rich_compare_bool(value, CompareOp::Eq)?;
            if self.state.get() != state {
                return raise!(IndexError, "deque mutated during remove().");
            }
            if equal {
                let old = self.items.borrow_mut().remove(i);
                self.changed();
                drop(old);
                return Ok(());
            }
            i += 1;
        }
        raise!(ValueError, "deque.remove(x): x not in deque")
    }
    #[method("($self, /)")]
    fn __reversed__(&self) -> PyResult<Py<DequeRevIter>> {
        DequeRevIter::make(DequeRevIter::type_object(), self, 0)
    }
    #[method("($self, /)")]
    fn reverse(&self) {
        self.items.borrow_mut().make_contiguous().reverse();
    }
    #[method("($self, n=1, /)")]
    fn rotate(&self, n: Option<isize>) {
        self.rotate_by(n.unwrap_or(1));
    }
    #[method("($self, /)")]
    fn __sizeof__(&self) -> usize {
        let blocks = (self.left.get() + self.len() as isize + BLOCK_ITEMS - 1) / BLOCK_ITEMS;
        self.as_object().ty().tp_basicsize.get() as usize + blocks as usize * BLOCK_BYTES
    }
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(cls: &PyTypeObject, item: &PyObject) -> PyResult {
        object::containers::class_getitem(cls, item)
    }
    #[getter(name = "maxlen")]
    fn py_maxlen(&self) -> Option<isize> {
        Some(self.maxlen.get()).filter(|m| *m >= 0)
    }
}

macro_rules! deque_iterator {
    ($name:ident, $pyname:literal, |$deque:ident, $done:ident| $index:expr) => {
        #[doc = concat!("`", $pyname, "`")]
        #[pyclass(name = $pyname, flags(HAVE_GC))]
        #[repr(C)]
        pub struct $name {
            ob_base: PyObject,
            deque: Field<Deque>,
            state: GilCell<usize>,
            /// Items given, and items that remain.
            done: GilCell<usize>,
            left: GilCell<usize>,
        }

        impl $name {
            fn make(cls: &PyTypeObject, deque: &Deque, skip: usize) -> PyResult<Py<$name>> {
                let n = deque.len();
                make!(
                    cls,
                    $name {
                        state: GilCell::new(deque.state.get()),
                        deque: Field::from_ref(deque),
                        done: GilCell::new(skip.min(n)),
                        left: GilCell::new(n - skip.min(n)),
                    }
                )
            }
        }

        #[pymethods]
        impl $name {
            #[slot]
            fn tp_new(cls: &PyTypeObject, args: &PyTuple, _kwargs: Option<&PyDict>) -> PyResult<Py<$name>> {
                check_positional(cls.name(), args.len(), 1, 2)?;
                let deque = match args.get(0) {
                    Some(d) => d,
                    None => return object::error::missing_argument(),
                };
                let Some(deque) = deque.downcast::<Deque>() else {
                    return raise!(
                        TypeError,
                        "argument 1 must be collections.deque, not {}",
                        deque.ty().full_name()
                    );
                };
                let skip = match args.get(1) {
                    Some(n) => object::number::index_as_isize(n)?,
                    None => 0,
                };
                $name::make(cls, deque, skip.max(0) as usize)
            }
            #[slot]
            fn tp_iter(&self) -> Py {
                self.as_object().new_ref()
            }
            #[slot]
            fn tp_iternext(&self) -> PyResult<Option<Py>> {
                let Some($deque) = self.deque.get() else {
                    return Ok(None);
                };
                if $deque.state.get() != self.state.get() {
                    self.left.set(0);
                    return raise!(RuntimeError, "deque mutated during iteration");
                }
                let left = self.left.get();
                if left == 0 {
                    return Ok(None);
                }
                let $done = self.done.get();
                let item = $deque.item($index);
                self.done.set($done + 1);
                self.left.set(left - 1);
                Ok(item)
            }
            #[slot]
            fn tp_traverse(&self, visit: &mut Visitor) {
                visit.field(&self.deque);
            }
            #[method("($self, /)")]
            fn __length_hint__(&self) -> usize {
                self.left.get()
            }
            #[method("($self, /)")]
            fn __reduce__(&self) -> PyResult {
                let deque = self.deque.get().map_or_else(object::none, Py::into_object);
                let args = (deque, self.done.get()).into_py()?;
                (class::type_ref(self.as_object().ty()), args).into_py()
            }
        }
    };
}

deque_iterator!(DequeIter, "collections._deque_iterator", |deque, done| done);
deque_iterator!(
    DequeRevIter,
    "collections._deque_reverse_iterator",
    |deque, done| deque.len().wrapping_sub(1).wrapping_sub(done)
);
