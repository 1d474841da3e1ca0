//! What Python programs see of `set` and `frozenset`, and their iterator.

use super::{PyFrozenSet, PyFrozenSet_Type, PySet, PySet_Type, any_set};
use crate::containers::{class_getitem, guarded_repr, no_keywords};
use crate::gc::Visitor;
use crate::handle::{Field, GilCell, Py, PyClass, PyLayout, PyResult};
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::typeobject::PyTypeObject;
use crate::{Args, CompareOp, FuncArgs, IntoPy, PyDict, PyTuple, raise};
use object_macros::{pyclass, pymethods};

/// `PyAnySet_Check`
#[inline]
pub fn is_any_set(obj: &PyObject) -> bool {
    let ty: *const PyTypeObject = obj.ty();
    std::ptr::eq(ty, &PySet_Type)
        || std::ptr::eq(ty, &PyFrozenSet_Type)
        || obj.ty().is_subtype(&PySet_Type)
        || obj.ty().is_subtype(&PyFrozenSet_Type)
}

/// An instance of `set` or `frozenset` themselves.
#[inline]
pub fn is_exact(obj: &PyObject) -> bool {
    PySet::check_exact(obj) || PyFrozenSet::check_exact(obj)
}

impl PySet {
    fn text(&self) -> PyResult<Py<PyStr>> {
        let ty = self.as_object().ty();
        let name = ty.name().to_string();
        if self.is_empty() {
            return PyStr::new(&format!("{name}()"));
        }
        guarded_repr(self.as_object(), &format!("{name}(...)"), |out| {
            let plain = PySet::check_exact(self.as_object());
            if !plain {
                out.push(&*PyStr::new(&name)?);
                out.push_ascii("(");
            }
            out.push_ascii("{");
            for (i, key) in self.to_vec().iter().enumerate() {
                if i > 0 {
                    out.push_ascii(", ");
                }
                out.push_repr(key)?;
            }
            out.push_ascii(if plain { "}" } else { "})" });
            Ok(())
        })
    }

    fn compare(&self, other: &PyObject, op: CompareOp) -> PyResult {
        let Some(set) = any_set(other) else {
            return Ok(crate::not_implemented());
        };
        let equal = || -> PyResult<bool> {
            let hashes = (self.hash.get(), set.hash.get());
            if self.len() != set.len() || (hashes.0 != -1 && hashes.1 != -1 && hashes.0 != hashes.1) {
                return Ok(false);
            }
            self.is_subset_of(other)
        };
        let holds = match op {
            CompareOp::Eq => equal()?,
            CompareOp::Ne => !equal()?,
            CompareOp::Le => self.is_subset_of(other)?,
            CompareOp::Ge => self.is_superset_of(other)?,
            CompareOp::Lt => self.len() < set.len() && self.is_subset_of(other)?,
            CompareOp::Gt => self.len() > set.len() && self.is_superset_of(other)?,
        };
        Ok(crate::bool::py_bool(holds))
    }

    fn visit_keys(&self, visit: &mut Visitor) {
        for i in 0..=self.mask.get() as usize {
            // SAFETY: below the mask; the dummy is immortal and nobody's.
            let key = unsafe { self.entry(i) }.key;
            if key != super::dummy() {
                visit.raw(key);
            }
        }
    }

    /// # Safety
    /// As `tp_dealloc`.
    unsafe fn dealloc(op: *mut PyObject) {
        // SAFETY: called once at the end: nobody sees the set any more.
        unsafe {
            crate::gc::untrack(&*op);
            let set = (*op).downcast_unchecked::<PySet>();
            if !set.weakreflist.get().is_null() {
                crate::weakref::clear_weakrefs(&*op);
            }
            drop(set.take_all());
            crate::typeobject::free_object(op);
        }
    }

    fn reduce(&self) -> PyResult {
        let items = crate::PyList::from_vec(self.to_vec())?;
        let args = PyTuple::from_vec(vec![items.into_object()])?;
        let state = self
            .as_object()
            .call_method(crate::intern!("__getstate__"), &[])?;
        (crate::class::type_ref(self.as_object().ty()), args, state).into_py()
    }

    fn byte_size(&self) -> usize {
        let mut size = self.as_object().ty().tp_basicsize.get() as usize;
        if self.table.get() != self.small() {
            size += (self.mask.get() as usize + 1) * size_of::<super::SetEntry>();
        }
        size
    }

    fn iterator(&self) -> PyResult<Py<PySetIter>> {
        crate::alloc::new_object(PySetIter {
            ob_base: PyObject::new_head(PySetIter::type_object()),
            set: Field::from_ref(self),
            used: GilCell::new(self.used.get()),
            pos: GilCell::new(0),
            len: GilCell::new(self.used.get()),
        })
    }

    fn union_all(&self, others: Args<'_>) -> PyResult<Py<PySet>> {
        let result = self.copy()?;
        for other in others {
            if !std::ptr::eq(self.as_object(), *other) {
                result.update(other)?;
            }
        }
        Ok(result)
    }

    fn intersection_all(&self, others: Args<'_>) -> PyResult<Py<PySet>> {
        let Some((first, rest)) = others.split_first() else {
            return self.copy();
        };
        let mut result = self.intersection_any(first)?;
        for other in rest {
            result = result.intersection_any(other)?;
        }
        Ok(result)
    }

    fn difference_all(&self, others: Args<'_>) -> PyResult<Py<PySet>> {
        let Some((first, rest)) = others.split_first() else {
            return self.copy();
        };
        let result = self.difference_any(first)?;
        for other in rest {
            result.difference_update(other)?;
        }
        Ok(result)
    }
}

/// Both operands as sets, or the operation is not theirs.
macro_rules! both_sets {
    ($a:ident, $b:ident) => {
        match (any_set($a), any_set($b)) {
            (Some(a), Some(_)) => a,
            _ => return Ok(crate::not_implemented()),
        }
    };
}

/// What the two types have alike: `$ty`, how to get at the common layout, and the rest of the block.
macro_rules! set_methods {
    ($ty:ident, |$this:ident| $body:expr, $copy:expr, { $($rest:tt)* }) => {
        #[pymethods]
        impl $ty {
            #[slot]
            unsafe fn tp_dealloc(op: *mut PyObject) {
                // SAFETY: passed on.
                unsafe { PySet::dealloc(op) }
            }
            #[slot]
            fn tp_traverse(&self, visit: &mut Visitor) {
                let $this = self;
                $body.visit_keys(visit);
            }
            #[slot]
            fn tp_clear(&self) {
                let $this = self;
                $body.clear();
            }
            #[slot]
            fn tp_repr(&self) -> PyResult<Py<PyStr>> {
                let $this = self;
                $body.text()
            }
            #[slot]
            fn tp_iter(&self) -> PyResult<Py<PySetIter>> {
                let $this = self;
                $body.iterator()
            }
            #[slot]
            fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult {
                let $this = self;
                $body.compare(other, op)
            }
            #[slot]
            fn sq_length(&self) -> PyResult<usize> {
                let $this = self;
                Ok($body.len())
            }
            #[slot]
            fn sq_contains(&self, key: &PyObject) -> PyResult<bool> {
                let $this = self;
                $body.contains(key)
            }
            #[slot]
            fn nb_subtract(a: &PyObject, b: &PyObject) -> PyResult {
                Ok(both_sets!(a, b).difference_any(b)?.into_object())
            }
            #[slot]
            fn nb_and(a: &PyObject, b: &PyObject) -> PyResult {
                both_sets!(a, b).intersection(b)
            }
            #[slot]
            fn nb_xor(a: &PyObject, b: &PyObject) -> PyResult {
                Ok(both_sets!(a, b).symmetric_difference_any(b)?.into_object())
            }
            #[slot]
            fn nb_or(a: &PyObject, b: &PyObject) -> PyResult {
                Ok(both_sets!(a, b).union_all(&[b])?.into_object())
            }
            #[method("($self, object, /)", coexist)]
            fn __contains__(&self, object: &PyObject) -> PyResult<bool> {
                let $this = self;
                $body.contains(object)
            }
            #[method("($self, /)", name = "copy")]
            fn py_copy(&self) -> PyResult {
                let $this = self;
                $copy
            }
            #[method("($self, /, *others)")]
            fn difference(&self, others: Args<'_>) -> PyResult<Py<PySet>> {
                let $this = self;
                $body.difference_all(others)
            }
            #[method("($self, /, *others)", name = "intersection")]
            fn py_intersection(&self, others: Args<'_>) -> PyResult<Py<PySet>> {
                let $this = self;
                $body.intersection_all(others)
            }
            #[method("($self, other, /)")]
            fn isdisjoint(&self, other: &PyObject) -> PyResult<bool> {
                let $this = self;
                $body.is_disjoint_from(other)
            }
            #[method("($self, other, /)")]
            fn issubset(&self, other: &PyObject) -> PyResult<bool> {
                let $this = self;
                $body.is_subset_of(other)
            }
            #[method("($self, other, /)")]
            fn issuperset(&self, other: &PyObject) -> PyResult<bool> {
                let $this = self;
                $body.is_superset_of(other)
            }
            #[method("($self, /)")]
            fn __reduce__(&self) -> PyResult {
                let $this = self;
                $body.reduce()
            }
            #[method("($self, /)")]
            fn __sizeof__(&self) -> usize {
                let $this = self;
                $body.byte_size()
            }
            #[method("($self, other, /)")]
            fn symmetric_difference(&self, other: &PyObject) -> PyResult<Py<PySet>> {
                let $this = self;
                $body.symmetric_difference_any(other)
            }
            #[method("($self, /, *others)")]
            fn union(&self, others: Args<'_>) -> PyResult<Py<PySet>> {
                let $this = self;
                $body.union_all(others)
            }
            #[classmethod("($type, object, /)")]
            fn __class_getitem__(cls: &PyTypeObject, item: &PyObject) -> PyResult {
                class_getitem(cls, item)
            }
            $($rest)*
        }
    };
}

set_methods!(PySet, |this| this, Ok(this.copy()?.into_object()), {
    #[slot]
    fn tp_new(cls: &PyTypeObject, _args: &PyTuple, _kwargs: Option<&PyDict>) -> PyResult<Py<PySet>> {
        PySet::new_of(cls)
    }
    #[slot]
    fn tp_init(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<()> {
        let own = PySet::type_object().tp_init.get().map(|f| f as usize);
        if self.as_object().ty().tp_init.get().map(|f| f as usize) == own {
            no_keywords("set", kwargs)?;
        }
        crate::args::check_positional("set", args.len(), 0, 1)?;
        let iterable = args.get(0);
        self.clear();
        self.hash.set(-1);
        match iterable {
            Some(it) => self.update(it),
            None => Ok(()),
        }
    }
    #[slot]
    fn tp_vectorcall(cls: &PyTypeObject, args: FuncArgs<'_>) -> PyResult<Py<PySet>> {
        args.no_keywords("set")?;
        args.check_positional("set", 0, 1)?;
        let set = PySet::new_of(cls)?;
        if let Some(it) = args.pos.first() {
            set.update(it)?;
        }
        Ok(set)
    }
    #[slot]
    fn nb_inplace_subtract(&self, other: &PyObject) -> PyResult {
        if !is_any_set(other) {
            return Ok(crate::not_implemented());
        }
        self.difference_update(other)?;
        Ok(self.as_object().new_ref())
    }
    #[slot]
    fn nb_inplace_and(&self, other: &PyObject) -> PyResult {
        if !is_any_set(other) {
            return Ok(crate::not_implemented());
        }
        let result = self.intersection_any(other)?;
        self.swap(&result);
        Ok(self.as_object().new_ref())
    }
    #[slot]
    fn nb_inplace_xor(&self, other: &PyObject) -> PyResult {
        if !is_any_set(other) {
            return Ok(crate::not_implemented());
        }
        self.symmetric_difference_update(other)?;
        Ok(self.as_object().new_ref())
    }
    #[slot]
    fn nb_inplace_or(&self, other: &PyObject) -> PyResult {
        if !is_any_set(other) {
            return Ok(crate::not_implemented());
        }
        self.update(other)?;
        Ok(self.as_object().new_ref())
    }
    #[method("($self, object, /)", name = "add")]
    fn py_add(&self, object: &PyObject) -> PyResult<()> {
        self.add(object)
    }
    #[method("($self, /)", name = "clear")]
    fn py_clear(&self) {
        self.clear();
    }
    #[method("($self, object, /)", name = "discard")]
    fn py_discard(&self, object: &PyObject) -> PyResult<()> {
        self.discard(object)?;
        Ok(())
    }
    #[method("($self, /, *others)", name = "difference_update")]
    fn py_difference_update(&self, others: Args<'_>) -> PyResult<()> {
        for other in others {
            self.difference_update(other)?;
        }
        Ok(())
    }
    #[method("($self, /, *others)")]
    fn intersection_update(&self, others: Args<'_>) -> PyResult<()> {
        let result = self.intersection_all(others)?;
        self.swap(&result);
        Ok(())
    }
    #[method("($self, /)")]
    fn pop(&self) -> PyResult {
        match self.pop_any() {
            Some(key) => Ok(key),
            None => raise!(KeyError, "pop from an empty set"),
        }
    }
    #[method("($self, object, /)")]
    fn remove(&self, object: &PyObject) -> PyResult<()> {
        if self.discard(object)? {
            Ok(())
        } else {
            Err(crate::dict::key_error(object))
        }
    }
    #[method("($self, other, /)", name = "symmetric_difference_update")]
    fn py_symmetric_difference_update(&self, other: &PyObject) -> PyResult<()> {
        self.symmetric_difference_update(other)
    }
    #[method("($self, /, *others)", name = "update")]
    fn py_update(&self, others: Args<'_>) -> PyResult<()> {
        for other in others {
            self.update(other)?;
        }
        Ok(())
    }
});

set_methods!(
    PyFrozenSet,
    |this| this.body,
    if PyFrozenSet::check_exact(this.as_object()) {
        Ok(this.as_object().new_ref())
    } else {
        Ok(this.body.copy()?.into_object())
    },
    {
        #[slot]
        fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
            let own_init = PyFrozenSet_Type.tp_init.get().map(|f| f as usize);
            if std::ptr::eq(cls, &PyFrozenSet_Type) || cls.tp_init.get().map(|f| f as usize) == own_init {
                no_keywords("frozenset", kwargs)?;
            }
            crate::args::check_positional(cls.name(), args.len(), 0, 1)?;
            PyFrozenSet::make(cls, args.get(0))
        }
        #[slot]
        fn tp_vectorcall(cls: &PyTypeObject, args: FuncArgs<'_>) -> PyResult {
            args.no_keywords("frozenset")?;
            args.check_positional("frozenset", 0, 1)?;
            PyFrozenSet::make(cls, args.pos.first().copied())
        }
        #[slot]
        fn tp_hash(&self) -> PyResult<isize> {
            let known = self.body.hash.get();
            if known != -1 {
                return Ok(known);
            }
            let hash = self.body.frozen_hash();
            self.body.hash.set(hash);
            Ok(hash)
        }
    }
);

impl PyFrozenSet {
    fn make(cls: &PyTypeObject, iterable: Option<&PyObject>) -> PyResult {
        if std::ptr::eq(cls, &PyFrozenSet_Type)
            && let Some(it) = iterable
            && PyFrozenSet::check_exact(it)
        {
            return Ok(it.new_ref());
        }
        let set = PySet::new_of(cls)?;
        if let Some(it) = iterable {
            set.update(it)?;
        }
        Ok(set.into_object())
    }
}

/// `set_iterator`
#[pyclass(name = "set_iterator", type = PySetIter_Type, flags(HAVE_GC, DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct PySetIter {
    pub(crate) ob_base: PyObject,
    /// Nothing at the end.
    set: Field<PySet>,
    used: GilCell<isize>,
    pos: GilCell<isize>,
    len: GilCell<isize>,
}

#[pymethods]
impl PySetIter {
    #[slot]
    fn tp_iter(&self) -> Py {
        self.as_object().new_ref()
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        // SAFETY: the field is only replaced after the loan's last use.
        let Some(set) = (unsafe { self.set.borrow() }) else {
            return Ok(None);
        };
        if self.used.get() != set.used.get() {
            self.used.set(-1);
            return raise!(RuntimeError, "Set changed size during iteration");
        }
        let mut pos = self.pos.get() as usize;
        let found = set.next_entry(&mut pos);
        self.pos.set(pos as isize);
        match found {
            Some((key, _)) => {
                self.len.set(self.len.get() - 1);
                Ok(Some(key))
            }
            None => {
                self.set.set(None);
                Ok(None)
            }
        }
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.set);
    }
    #[method("($self, /)")]
    fn __length_hint__(&self) -> isize {
        match self.set.get() {
            Some(s) if s.used.get() == self.used.get() => self.len.get(),
            _ => 0,
        }
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        let mut rest = Vec::new();
        if let Some(set) = self.set.get() {
            if set.used.get() != self.used.get() {
                return raise!(RuntimeError, "Set changed size during iteration");
            }
            let mut pos = self.pos.get() as usize;
            while let Some((key, _)) = set.next_entry(&mut pos) {
                rest.push(key);
            }
        }
        let list = crate::PyList::from_vec(rest)?;
        let args = PyTuple::from_vec(vec![list.into_object()])?;
        (crate::containers::builtin("iter")?, args).into_py()
    }
}

pub(crate) fn ready_types() -> PyResult<()> {
    use crate::class::ready;
    ready::<PySet>()?;
    ready::<PyFrozenSet>()?;
    ready::<PySetIter>()
}
