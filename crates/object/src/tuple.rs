//! `tuple` (`cpython/tupleobject.h`): items behind the head; immutable once shown.

use crate::alloc::GC_HEAD_SIZE;
use crate::containers::{Subscript, class_getitem, compare_items, guarded_repr, index_bound, subscript};
use crate::gc::Visitor;
use crate::handle::{Field, GilCell, Py, PyClass, PyLayout, PyResult};
use crate::refcount::{PyObject, PyVarObject};
use crate::str::PyStr;
use crate::typeobject::PyTypeObject;
use crate::{CompareOp, IntoPy, PyDict, raise};
use object_macros::{pyclass, pymethods};

/// `PyTupleObject`
#[pyclass(name = "tuple", type = PyTuple_Type, flags(BASETYPE, TUPLE_SUBCLASS, SEQUENCE, MATCH_SELF, HAVE_GC),
          itemsize = size_of::<usize>())]
#[repr(C)]
pub struct PyTuple {
    pub(crate) ob_base: PyVarObject,
    /// -1: not computed (new in 3.14).
    pub(crate) ob_hash: GilCell<isize>,
    pub(crate) ob_item: [Py; 0],
}
const _: () = assert!(size_of::<PyTuple>() == 32);

/// Tuples up to this length are kept when they die.
const FREE_SIZES: usize = 20;
const FREE_MAX: u32 = 2000;
/// By length: dead tuples, linked through the place of their first item, and their number.
static FREE: GilCell<[(*mut PyTuple, u32); FREE_SIZES + 1]> =
    GilCell::new([(std::ptr::null_mut(), 0); FREE_SIZES + 1]);

impl PyTuple {
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.ob_base.ob_size.get() as usize
    }
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The items; a tuple does not change, so the loan lasts as long as the tuple.
    #[inline(always)]
    pub fn as_slice(&self) -> &[Py] {
        // SAFETY: `ob_size` items stand behind the head.
        unsafe { std::slice::from_raw_parts(self.ob_item.as_ptr(), self.len()) }
    }

    #[inline]
    pub fn get(&self, i: usize) -> Option<&PyObject> {
        self.as_slice().get(i).map(|p| p.get())
    }

    /// The empty tuple.
    pub fn empty() -> PyResult<Py<PyTuple>> {
        static EMPTY: GilCell<Option<&'static PyTuple>> = GilCell::new(None);
        if let Some(t) = EMPTY.get() {
            return Ok(t.new_ref());
        }
        let t = alloc(0)?;
        t.as_object().set_immortal();
        // SAFETY: immortal.
        EMPTY.set(Some(unsafe { &*t.clone().into_ptr() }));
        Ok(t)
    }

    /// A tuple of these items.
    #[inline]
    pub fn from_vec(mut items: Vec<Py>) -> PyResult<Py<PyTuple>> {
        // SAFETY: the items move; the vector forgets them.
        unsafe {
            let t = PyTuple::from_raw_owned(items.as_ptr(), items.len())?;
            items.set_len(0);
            Ok(t)
        }
    }

    /// A tuple of these items.
    #[inline]
    pub fn from_array<const N: usize>(items: [Py; N]) -> PyResult<Py<PyTuple>> {
        let items = std::mem::ManuallyDrop::new(items);
        // SAFETY: the items move; on failure they are dropped.
        match unsafe { PyTuple::from_raw_owned(items.as_ptr(), N) } {
            Ok(t) => Ok(t),
            Err(r) => {
                drop(std::mem::ManuallyDrop::into_inner(items));
                Err(r)
            }
        }
    }

    #[inline]
    pub fn pair(a: Py, b: Py) -> PyResult<Py<PyTuple>> {
        PyTuple::from_array([a, b])
    }

    /// A tuple that takes over `n` references at `items`; on failure they stay the caller's.
    ///
    /// # Safety
    /// `items` are `n` owned references.
    #[inline]
    pub unsafe fn from_raw_owned(items: *const Py, n: usize) -> PyResult<Py<PyTuple>> {
        if n == 0 {
            return PyTuple::empty();
        }
        let t = alloc(n)?;
        // SAFETY: fresh memory for that many items; references move.
        unsafe { std::ptr::copy_nonoverlapping(items, t.ob_item.as_ptr() as *mut Py, n) };
        t.track_if_needed();
        Ok(t)
    }

    pub fn from_refs(items: &[&PyObject]) -> PyResult<Py<PyTuple>> {
        if items.is_empty() {
            return PyTuple::empty();
        }
        let t = alloc(items.len())?;
        let p = t.ob_item.as_ptr() as *mut Py;
        for (i, item) in items.iter().enumerate() {
            // SAFETY: fresh memory for that many items.
            unsafe { p.add(i).write(item.new_ref()) };
        }
        t.track_if_needed();
        Ok(t)
    }

    /// Replaces an item of a tuple that is still being made; the old one is returned.
    ///
    /// # Safety
    /// `i < len`, and nobody else has seen the tuple (or everybody lets go of what they saw).
    pub unsafe fn replace_item(&self, i: usize, item: Py) -> Py {
        if crate::gc::is_gc(&item) && !crate::gc::is_tracked(self.as_object()) {
            crate::gc::track(self.as_object());
        }
        // SAFETY: the caller's promise.
        unsafe { std::ptr::replace((self.ob_item.as_ptr() as *mut Py).add(i), item) }
    }

    /// Makes a new tuple known to the collector, unless it holds plain values alone.
    #[inline]
    fn track_if_needed(&self) {
        if self.as_slice().iter().any(|item| crate::gc::is_gc(item)) {
            crate::gc::track(self.as_object());
        }
    }

    /// Forgets the hash of a tuple whose items were replaced.
    pub(crate) fn reset_hash(&self) {
        self.ob_hash.set(-1);
    }

    /// An instance of a subclass with these items.
    fn new_subtype(cls: &PyTypeObject, items: &[Py]) -> PyResult {
        let n = items.len();
        let obj = match cls.tp_alloc.get() {
            // SAFETY: `tp_alloc` of a ready type.
            Some(f) => unsafe { f(cls, n as isize)? },
            None => crate::alloc::generic_alloc(cls, n)?,
        };
        // SAFETY: an instance of a subclass of `tuple`, with room for `n` items.
        unsafe {
            let t = obj.downcast_unchecked::<PyTuple>();
            t.ob_hash.set(-1);
            for (i, item) in items.iter().enumerate() {
                (t.ob_item.as_ptr() as *mut Py).add(i).write(item.clone());
            }
        }
        Ok(obj)
    }

    /// `tuple(iterable)`
    pub fn from_iterable(obj: &PyObject) -> PyResult<Py<PyTuple>> {
        if let Some(t) = obj.downcast_exact::<PyTuple>() {
            return Ok(t.new_ref());
        }
        PyTuple::from_vec(crate::iter::collect(obj)?)
    }

    /// `t[low:high]`, clamped.
    pub fn slice(&self, low: usize, high: usize) -> PyResult<Py<PyTuple>> {
        let high = high.min(self.len());
        let low = low.min(high);
        if low == 0 && high == self.len() && PyTuple::check_exact(self.as_object()) {
            return Ok(self.new_ref());
        }
        PyTuple::from_refs(crate::args::py_slice(&self.as_slice()[low..high]))
    }

    fn compute_hash(&self) -> PyResult<isize> {
        // xxHash's mixing, as `tuplehash` of CPython has it
        const P1: usize = 11400714785074694791;
        const P2: usize = 14029467366897019727;
        const P5: usize = 2870177450012600261;
        let mut acc = P5;
        for item in self.as_slice() {
            let lane = item.hash()? as usize;
            acc = acc.wrapping_add(lane.wrapping_mul(P2));
            acc = acc.rotate_left(31);
            acc = acc.wrapping_mul(P1);
        }
        acc = acc.wrapping_add(self.len() ^ (P5 ^ 3527539));
        Ok(if acc == usize::MAX {
            1546275796
        } else {
            acc as isize
        })
    }
}

/// A tuple of `n` items still to be written, not tracked.
#[inline]
fn alloc(n: usize) -> PyResult<Py<PyTuple>> {
    if n <= FREE_SIZES {
        // SAFETY: the list is only touched here and in `tp_dealloc`; its blocks have room for `n` items.
        unsafe {
            let free = &mut (*FREE.as_ptr())[n];
            let op = free.0;
            if !op.is_null() {
                free.0 = *((*op).ob_item.as_ptr() as *const *mut PyTuple);
                free.1 -= 1;
                std::ptr::write_bytes((op as *mut u8).sub(GC_HEAD_SIZE), 0, GC_HEAD_SIZE);
                crate::gc::count_allocation();
                (*op).ob_base.ob_base = PyObject::new_head(&PyTuple_Type);
                (*op).ob_hash.set(-1);
                return Ok(Py::from_owned_ptr(op));
            }
        }
    }
    let t = crate::alloc::alloc_untracked(PyTuple::type_object(), n)?;
    // SAFETY: just made as a tuple.
    let t: Py<PyTuple> = unsafe { t.cast_unchecked() };
    t.ob_hash.set(-1);
    Ok(t)
}

#[pymethods(signature = "(iterable=(), /)")]
impl PyTuple {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
        let exact = std::ptr::eq(cls, PyTuple::type_object());
        let same_init = || {
            let base = PyTuple::type_object().tp_init.get().map(|f| f as usize);
            cls.tp_init.get().map(|f| f as usize) == base
        };
        if exact || same_init() {
            crate::containers::no_keywords("tuple", kwargs)?;
        }
        crate::args::check_positional("tuple", args.len(), 0, 1)?;
        let items = match args.get(0) {
            None => PyTuple::empty()?,
            Some(obj) => PyTuple::from_iterable(obj)?,
        };
        if exact {
            return Ok(items.into_object());
        }
        PyTuple::new_subtype(cls, items.as_slice())
    }

    #[slot]
    fn tp_vectorcall(cls: &PyTypeObject, args: crate::FuncArgs<'_>) -> PyResult {
        args.no_keywords("tuple")?;
        args.check_positional("tuple", 0, 1)?;
        let items = match args.pos.first() {
            None => PyTuple::empty()?,
            Some(obj) => PyTuple::from_iterable(obj)?,
        };
        if std::ptr::eq(cls, PyTuple::type_object()) {
            return Ok(items.into_object());
        }
        PyTuple::new_subtype(cls, items.as_slice())
    }

    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        for item in self.as_slice().iter().rev() {
            visit.object(item);
        }
    }

    #[slot]
    unsafe fn tp_dealloc(op: *mut PyObject) {
        // SAFETY: called once at the end: nobody sees the tuple any more.
        unsafe {
            crate::gc::untrack(&*op);
            let t = (*op).downcast_unchecked::<PyTuple>();
            let n = t.len();
            let items = t.ob_item.as_ptr() as *mut Py;
            // the last item goes first: finalizers see CPython's order
            for i in (0..n).rev() {
                std::ptr::drop_in_place(items.add(i));
            }
            if n > 0 && n <= FREE_SIZES && PyTuple::check_exact(&*op) {
                let free = &mut (*FREE.as_ptr())[n];
                if free.1 < FREE_MAX {
                    *(t.ob_item.as_ptr() as *mut *mut PyTuple) = free.0;
                    *free = (op as *mut PyTuple, free.1 + 1);
                    return;
                }
            }
            crate::typeobject::free_object(op);
        }
    }

    #[slot]
    fn tp_hash(&self) -> PyResult<isize> {
        let known = self.ob_hash.get();
        if known != -1 {
            return Ok(known);
        }
        let hash = self.compute_hash()?;
        self.ob_hash.set(hash);
        Ok(hash)
    }

    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        if self.is_empty() {
            return PyStr::new("()");
        }
        guarded_repr(self.as_object(), "(...)", |out| {
            out.push_ascii("(");
            for (i, item) in self.as_slice().iter().enumerate() {
                if i > 0 {
                    out.push_ascii(", ");
                }
                out.push_repr(item)?;
            }
            out.push_ascii(if self.len() == 1 { ",)" } else { ")" });
            Ok(())
        })
    }

    #[slot]
    fn tp_iter(&self) -> PyResult<Py<PyTupleIter>> {
        crate::alloc::new_object(PyTupleIter {
            ob_base: PyObject::new_head(PyTupleIter::type_object()),
            index: GilCell::new(0),
            seq: Field::from_ref(self),
        })
    }

    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult {
        let Some(other) = other.downcast::<PyTuple>() else {
            return Ok(crate::not_implemented());
        };
        compare_items(
            op,
            || (self.len(), other.len()),
            |second, i| if second { other } else { self }.get(i).map(|o| o.new_ref()),
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
            Some(item) => Ok(item.new_ref()),
            None => raise!(IndexError, "tuple index out of range"),
        }
    }
    #[slot]
    fn mp_subscript(&self, key: &PyObject) -> PyResult {
        match subscript(key, "tuple")? {
            Subscript::Index(i) => self.sq_item(if i < 0 { i + self.len() as isize } else { i }),
            Subscript::Slice(s) => {
                let (start, _, step, n) = s.adjusted(self.len())?;
                if step == 1 {
                    return Ok(self.slice(start as usize, start as usize + n)?.into_object());
                }
                let items = (0..n).map(|i| self.as_slice()[(start + i as isize * step) as usize].clone());
                Ok(PyTuple::from_vec(items.collect())?.into_object())
            }
        }
    }
    #[slot]
    fn sq_contains(&self, item: &PyObject) -> PyResult<bool> {
        for x in self.as_slice() {
            if x.rich_compare_bool(item, CompareOp::Eq)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
    #[slot]
    fn sq_concat(&self, other: &PyObject) -> PyResult<Py<PyTuple>> {
        if self.is_empty()
            && PyTuple::check_exact(other)
            && let Some(t) = other.downcast::<PyTuple>()
        {
            return Ok(t.new_ref());
        }
        let Some(other) = other.downcast::<PyTuple>() else {
            return raise!(
                TypeError,
                "can only concatenate tuple (not \"{}\") to tuple",
                other.ty().full_name()
            );
        };
        if other.is_empty() && PyTuple::check_exact(self.as_object()) {
            return Ok(self.new_ref());
        }
        let mut items = Vec::with_capacity(self.len() + other.len());
        items.extend_from_slice(self.as_slice());
        items.extend_from_slice(other.as_slice());
        PyTuple::from_vec(items)
    }
    #[slot]
    fn sq_repeat(&self, n: isize) -> PyResult<Py<PyTuple>> {
        let n = n.max(0) as usize;
        if (self.is_empty() || n == 1) && PyTuple::check_exact(self.as_object()) {
            return Ok(self.new_ref());
        }
        let total = match self.len().checked_mul(n) {
            Some(t) if t <= isize::MAX as usize / size_of::<usize>() => t,
            _ => return crate::error::no_memory(),
        };
        if total == 0 {
            return PyTuple::empty();
        }
        let t = alloc(total)?;
        let p = t.ob_item.as_ptr() as *mut Py;
        for (i, item) in self.as_slice().iter().cycle().take(total).enumerate() {
            // SAFETY: fresh memory for that many items.
            unsafe { p.add(i).write(item.clone()) };
        }
        crate::gc::track(t.as_object());
        Ok(t)
    }

    #[method("($self, /)")]
    fn __getnewargs__(&self) -> PyResult<Py<PyTuple>> {
        let copy = PyTuple::from_refs(crate::args::py_slice(self.as_slice()))?;
        PyTuple::from_vec(vec![copy.into_object()])
    }
    #[method("($self, value, start=0, stop=sys.maxsize, /)")]
    fn index(&self, value: &PyObject, start: Option<&PyObject>, stop: Option<&PyObject>) -> PyResult<usize> {
        let n = self.len() as isize;
        let (mut start, mut stop) = (index_bound(start, 0)?, index_bound(stop, isize::MAX)?);
        if start < 0 {
            start = (start + n).max(0);
        }
        if stop < 0 {
            stop += n;
        }
        for i in start..stop.min(n) {
            if self.as_slice()[i as usize].rich_compare_bool(value, CompareOp::Eq)? {
                return Ok(i as usize);
            }
        }
        raise!(ValueError, "tuple.index(x): x not in tuple")
    }
    #[method("($self, value, /)")]
    fn count(&self, value: &PyObject) -> PyResult<usize> {
        let mut n = 0;
        for x in self.as_slice() {
            if x.rich_compare_bool(value, CompareOp::Eq)? {
                n += 1;
            }
        }
        Ok(n)
    }
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(cls: &PyTypeObject, item: &PyObject) -> PyResult {
        class_getitem(cls, item)
    }
}

/// `tuple_iterator`
#[pyclass(name = "tuple_iterator", type = PyTupleIter_Type, flags(HAVE_GC, DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct PyTupleIter {
    pub(crate) ob_base: PyObject,
    pub(crate) index: GilCell<isize>,
    /// Nothing at the end.
    pub(crate) seq: Field<PyTuple>,
}

impl PyTupleIter {
    /// The next item: the evaluation loop's fast path.
    #[inline(always)]
    pub fn next_item(&self) -> Option<Py> {
        // SAFETY: the item is owned before the field can change.
        let t = unsafe { self.seq.borrow() }?;
        let i = self.index.get();
        match t.get(i as usize) {
            Some(item) => {
                self.index.set(i + 1);
                Some(item.new_ref())
            }
            None => {
                self.seq.set(None);
                None
            }
        }
    }
}

#[pymethods]
impl PyTupleIter {
    #[slot]
    fn tp_iter(&self) -> Py {
        self.as_object().new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        Ok(self.next_item())
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.seq);
    }
    #[method("($self, /)")]
    fn __length_hint__(&self) -> usize {
        self.seq.get().map_or(0, |t| t.len() - self.index.get() as usize)
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        let iter = crate::containers::builtin("iter")?;
        match self.seq.get() {
            Some(t) => (iter, PyTuple::from_vec(vec![t.into_object()])?, self.index.get()).into_py(),
            None => (iter, PyTuple::from_vec(vec![PyTuple::empty()?.into_object()])?).into_py(),
        }
    }
    #[method("($self, object, /)")]
    fn __setstate__(&self, state: isize) {
        if let Some(t) = self.seq.get() {
            self.index.set(state.clamp(0, t.len() as isize));
        }
    }
}

pub(crate) fn ready_types() -> PyResult<()> {
    crate::class::ready::<PyTupleIter>()
}
