//! The object protocol (`object.h`, `abstract.h`): attributes, comparison, truth, text forms, hashing, items — as
//! methods of [`PyObject`].

use crate::dict::PyDict;
use crate::error::{self, occurred};
use crate::exceptions as exc;
use crate::handle::{GilCell, Py, PyClass, PyLayout, PyResult, Raised};
use crate::int::PyInt;
use crate::raise;
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::tuple::PyTuple;
use crate::typeobject::PyTypeObject;
use std::ffi::c_int;

/// `Py_LT` … `Py_GE`
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i32)]
pub enum CompareOp {
    Lt = 0,
    Le = 1,
    Eq = 2,
    Ne = 3,
    Gt = 4,
    Ge = 5,
}

impl CompareOp {
    /// Numbers outside 0..=5 (C code gone wrong) count as `Ge`.
    #[inline(always)]
    pub fn from_int(op: c_int) -> CompareOp {
        match op {
            0 => CompareOp::Lt,
            1 => CompareOp::Le,
            2 => CompareOp::Eq,
            3 => CompareOp::Ne,
            4 => CompareOp::Gt,
            _ => CompareOp::Ge,
        }
    }
    pub fn symbol(self) -> &'static str {
        ["<", "<=", "==", "!=", ">", ">="][self as usize]
    }
    /// The operator with the operands exchanged.
    pub fn swapped(self) -> CompareOp {
        use CompareOp::*;
        match self {
            Lt => Gt,
            Le => Ge,
            Eq => Eq,
            Ne => Ne,
            Gt => Lt,
            Ge => Le,
        }
    }
    /// What the operator says of an ordering.
    #[inline]
    pub fn holds(self, ordering: std::cmp::Ordering) -> bool {
        use std::cmp::Ordering::*;
        match self {
            CompareOp::Lt => ordering == Less,
            CompareOp::Le => ordering != Greater,
            CompareOp::Eq => ordering == Equal,
            CompareOp::Ne => ordering != Equal,
            CompareOp::Gt => ordering == Greater,
            CompareOp::Ge => ordering != Less,
        }
    }
}

impl PyObject {
    /// `PyObject_GetAttr`
    #[inline]
    pub fn get_attr(&self, name: &PyStr) -> PyResult {
        let ty = self.ty();
        match ty.tp_getattro.get() {
            Some(f) => {
                // SAFETY: a slot called with an object of its type.
                let result = unsafe { f(self, name.as_object()) };
                if result.is_err() {
                    crate::exceptions::add_attribute_context(self, name);
                }
                result
            }
            None => crate::typeobject::no_attribute(self, name),
        }
    }

    /// `PyObject_GetAttrString`
    pub fn get_attr_str(&self, name: &str) -> PyResult {
        self.get_attr(&*crate::intern::intern_str(name)?)
    }

    /// `PyObject_GetOptionalAttr`: an `AttributeError` is `None` (and is not even made where that can be avoided).
    pub fn get_attr_opt(&self, name: &PyStr) -> PyResult<Option<Py>> {
        crate::typeobject::get_attr_optional(self, name)
    }

    /// `PyObject_SetAttr`; `None` deletes.
    pub fn set_attr(&self, name: &PyStr, value: Option<&PyObject>) -> PyResult<()> {
        let ty = self.ty();
        match ty.tp_setattro.get() {
            // SAFETY: a slot called with an object of its type.
            Some(f) => crate::args::from_status(unsafe { f(self, name.as_object(), value) }),
            None => {
                let what = if value.is_none() { "del" } else { "assign to" };
                let kind = if ty.tp_getattro.get().is_none() {
                    "has no attributes"
                } else {
                    "has only read-only attributes"
                };
                raise!(TypeError, "'{}' object {kind} ({what} .{name})", ty.full_name())
            }
        }
    }

    /// `hasattr`
    pub fn has_attr(&self, name: &PyStr) -> PyResult<bool> {
        Ok(self.get_attr_opt(name)?.is_some())
    }

    /// Calls the method `name`.
    pub fn call_method(&self, name: &PyStr, args: &[&PyObject]) -> PyResult {
        crate::call::call_method(self, name, args)
    }

    /// What compares most, without a call: exact small ints, and exact strings for equality.
    #[inline(always)]
    pub(crate) fn compare_exact(&self, other: &PyObject, op: CompareOp) -> Option<bool> {
        if let (Some(a), Some(b)) = (
            self.downcast_exact::<crate::PyInt>(),
            other.downcast_exact::<crate::PyInt>(),
        ) {
            return (a.is_compact() && b.is_compact())
                .then(|| op.holds(a.compact_value().cmp(&b.compact_value())));
        }
        if let (Some(a), Some(b)) = (self.downcast_exact::<PyStr>(), other.downcast_exact::<PyStr>()) {
            return match op {
                CompareOp::Eq => Some(a.eq(b)),
                CompareOp::Ne => Some(!a.eq(b)),
                _ => None,
            };
        }
        None
    }

    /// `PyObject_RichCompare`
    #[inline]
    pub fn rich_compare(&self, other: &PyObject, op: CompareOp) -> PyResult {
        match self.compare_exact(other, op) {
            Some(holds) => Ok(crate::bool::py_bool(holds)),
            None => self.rich_compare_slots(other, op),
        }
    }

    fn rich_compare_slots(&self, other: &PyObject, op: CompareOp) -> PyResult {
        crate::thread::check_recursion(" in comparison")?;
        let (ta, tb) = (self.ty(), other.ty());
        let mut reversed = false;
        // SAFETY: slots called with objects of their types.
        unsafe {
            if !std::ptr::eq(ta, tb)
                && tb.is_subtype(ta)
                && let Some(f) = tb.tp_richcompare.get()
            {
                reversed = true;
                let r = f(other, self, op.swapped() as c_int)?;
                if !crate::singletons::is_not_implemented(&r) {
                    return Ok(r);
                }
            }
            if let Some(f) = self.ty().tp_richcompare.get() {
                let r = f(self, other, op as c_int)?;
                if !crate::singletons::is_not_implemented(&r) {
                    return Ok(r);
                }
            }
            if !reversed && let Some(f) = other.ty().tp_richcompare.get() {
                let r = f(other, self, op.swapped() as c_int)?;
                if !crate::singletons::is_not_implemented(&r) {
                    return Ok(r);
                }
            }
        }
        match op {
            CompareOp::Eq => Ok(crate::bool::py_bool(self.is(other))),
            CompareOp::Ne => Ok(crate::bool::py_bool(!self.is(other))),
            _ => raise!(
                TypeError,
                "'{}' not supported between instances of '{}' and '{}'",
                op.symbol(),
                self.ty().full_name(),
                other.ty().full_name()
            ),
        }
    }

    /// `PyObject_RichCompareBool`: identity implies equality.
    #[inline]
    pub fn rich_compare_bool(&self, other: &PyObject, op: CompareOp) -> PyResult<bool> {
        if self.is(other) {
            match op {
                CompareOp::Eq => return Ok(true),
                CompareOp::Ne => return Ok(false),
                _ => {}
            }
        }
        match self.compare_exact(other, op) {
            Some(holds) => Ok(holds),
            None => self.rich_compare_slots(other, op)?.is_true(),
        }
    }

    /// `x == y` as containers see it: identity or equality.
    #[inline]
    pub fn equals(&self, other: &PyObject) -> PyResult<bool> {
        self.rich_compare_bool(other, CompareOp::Eq)
    }

    /// `PyObject_IsTrue`
    #[inline]
    pub fn is_true(&self) -> PyResult<bool> {
        if self.is(crate::bool::true_ref()) {
            return Ok(true);
        }
        if self.is(crate::bool::false_ref()) || crate::is_none(self) {
            return Ok(false);
        }
        let ty = self.ty();
        // SAFETY: slots called with an object of their type.
        unsafe {
            if let Some(f) = ty.as_number().and_then(|t| t.nb_bool.get()) {
                return crate::args::from_truth(f(self));
            }
            let len = ty.as_mapping().and_then(|t| t.mp_length.get());
            if let Some(f) = len.or_else(|| ty.as_sequence().and_then(|t| t.sq_length.get())) {
                let n = f(self);
                return if n < 0 { Err(Raised) } else { Ok(n > 0) };
            }
        }
        Ok(true)
    }

    /// `PyObject_Hash`
    #[inline]
    pub fn hash(&self) -> PyResult<isize> {
        if let Some(s) = self.downcast_exact::<PyStr>() {
            return Ok(s.hash());
        }
        // hashes of containers are those of their items, however deep
        if !PyInt::check_exact(self) {
            let place = if crate::PyTuple::check(self) {
                " while hashing a tuple"
            } else {
                " while hashing an object"
            };
            crate::thread::check_recursion(place)?;
        }
        match self.ty().tp_hash.get() {
            // SAFETY: a slot called with an object of its type.
            Some(f) => match unsafe { f(self) } {
                -1 => Err(Raised),
                h => Ok(h),
            },
            None => raise!(TypeError, "unhashable type: '{}'", self.ty().full_name()),
        }
    }

    /// `PyObject_Repr`
    pub fn repr(&self) -> PyResult<Py<PyStr>> {
        crate::thread::check_recursion(" while getting the repr of an object")?;
        let ty = self.ty();
        let Some(f) = ty.tp_repr.get() else {
            return PyStr::new(&format!("<{} object at {:p}>", ty.full_name(), self));
        };
        // SAFETY: a slot called with an object of its type.
        let r = unsafe { f(self)? };
        r.downcast_into::<PyStr>().or_else(|r| {
            raise!(
                TypeError,
                "__repr__ returned non-string (type {})",
                r.ty().full_name()
            )
        })
    }

    /// `PyObject_Str`
    pub fn str(&self) -> PyResult<Py<PyStr>> {
        if let Some(s) = self.downcast_exact::<PyStr>() {
            return Ok(s.new_ref());
        }
        let ty = self.ty();
        let Some(f) = ty.tp_str.get() else {
            return self.repr();
        };
        crate::thread::check_recursion(" while getting the str of an object")?;
        // SAFETY: a slot called with an object of its type.
        let r = unsafe { f(self)? };
        r.downcast_into::<PyStr>().or_else(|r| {
            raise!(
                TypeError,
                "__str__ returned non-string (type {})",
                r.ty().full_name()
            )
        })
    }

    /// `PyObject_ASCII`: the repr with everything outside ASCII escaped.
    pub fn ascii(&self) -> PyResult<Py<PyStr>> {
        let repr = self.repr()?;
        if repr.is_ascii() {
            return Ok(repr);
        }
        use std::fmt::Write;
        let mut out = String::new();
        for c in repr.chars().iter() {
            let _ = match c {
                0..0x80 => out.write_char(c as u8 as char),
                0x80..0x100 => write!(out, "\\x{c:02x}"),
                0x100..0x10000 => write!(out, "\\u{c:04x}"),
                _ => write!(out, "\\U{c:08x}"),
            };
        }
        PyStr::new(&out)
    }

    /// `PyObject_Format`
    pub fn format(&self, spec: &PyStr) -> PyResult<Py<PyStr>> {
        if spec.is_empty() {
            if let Some(s) = self.downcast_exact::<PyStr>() {
                return Ok(s.new_ref());
            }
            if PyInt::check_exact(self) {
                return self.str();
            }
        }
        let Some(method) = crate::typeobject::lookup_special(self, crate::intern!("__format__"))? else {
            return raise!(
                TypeError,
                "Type {} doesn't define __format__",
                self.ty().full_name()
            );
        };
        let r = crate::call::call(&method, &[spec.as_object()])?;
        r.downcast_into::<PyStr>().or_else(|r| {
            raise!(
                TypeError,
                "__format__ must return a str, not {}",
                r.ty().full_name()
            )
        })
    }

    /// `len()` (`PyObject_Size`)
    pub fn length(&self) -> PyResult<usize> {
        let ty = self.ty();
        let seq = ty.as_sequence().and_then(|t| t.sq_length.get());
        match seq.or_else(|| ty.as_mapping().and_then(|t| t.mp_length.get())) {
            // SAFETY: a slot called with an object of its type.
            Some(f) => match unsafe { f(self) } {
                n if n < 0 => Err(Raised),
                n => Ok(n as usize),
            },
            None => raise!(TypeError, "object of type '{}' has no len()", ty.full_name()),
        }
    }

    /// `operator.length_hint`
    pub fn length_hint(&self, default: usize) -> PyResult<usize> {
        let ty = self.ty();
        let has_len = ty.as_sequence().is_some_and(|t| t.sq_length.get().is_some())
            || ty.as_mapping().is_some_and(|t| t.mp_length.get().is_some());
        if has_len && let Some(n) = error::catch::<exc::TypeError, _>(self.length())? {
            return Ok(n);
        }
        let Some(hint) = crate::typeobject::lookup_special(self, crate::intern!("__length_hint__"))? else {
            return Ok(default);
        };
        let Some(value) = error::catch::<exc::TypeError, _>(crate::call::call(&hint, &[]))? else {
            return Ok(default);
        };
        if crate::singletons::is_not_implemented(&value) {
            return Ok(default);
        }
        let Some(n) = value.downcast::<PyInt>() else {
            return raise!(
                TypeError,
                "__length_hint__ must be an integer, not {}",
                value.ty().full_name()
            );
        };
        let n = crate::number::index_as_isize(n.as_object())?;
        if n < 0 {
            raise!(ValueError, "__length_hint__() should return >= 0")
        } else {
            Ok(n as usize)
        }
    }

    /// `obj[key]` (`PyObject_GetItem`)
    pub fn get_item(&self, key: &PyObject) -> PyResult {
        let ty = self.ty();
        // SAFETY: slots called with an object of their type.
        unsafe {
            if let Some(f) = ty.as_mapping().and_then(|t| t.mp_subscript.get()) {
                return f(self, key);
            }
            if ty.as_sequence().is_some_and(|t| t.sq_item.get().is_some()) {
                if key.ty().as_number().is_some_and(|t| t.nb_index.get().is_some()) {
                    return self.sequence_item(crate::number::index_as_isize_index_error(key)?);
                }
                return raise!(
                    TypeError,
                    "sequence index must be integer, not '{}'",
                    key.ty().full_name()
                );
            }
        }
        if let Some(class) = self.downcast::<PyTypeObject>() {
            // `type[int]` is special; other classes may have `__class_getitem__`
            if std::ptr::eq(class, crate::typeobject::PyTypeObject::type_object()) {
                return crate::typeobject::generic_alias(self, key);
            }
            if let Some(meth) = self.get_attr_opt(crate::intern!("__class_getitem__"))?
                && !crate::is_none(&meth)
            {
                return crate::call::call(&meth, &[key]);
            }
            return raise!(TypeError, "type '{}' is not subscriptable", class.full_name());
        }
        raise!(TypeError, "'{}' object is not subscriptable", ty.full_name())
    }

    /// `PySequence_GetItem` (negative indices count from the end).
    pub fn sequence_item(&self, mut i: isize) -> PyResult {
        let ty = self.ty();
        let Some(seq) = ty.as_sequence() else {
            return raise!(TypeError, "'{}' object does not support indexing", ty.full_name());
        };
        let Some(f) = seq.sq_item.get() else {
            return if ty.as_mapping().is_some_and(|t| t.mp_subscript.get().is_some()) {
                raise!(TypeError, "{} is not a sequence", ty.full_name())
            } else {
                raise!(TypeError, "'{}' object does not support indexing", ty.full_name())
            };
        };
        // SAFETY: slots called with an object of their type.
        unsafe {
            if i < 0
                && let Some(len) = seq.sq_length.get()
            {
                let n = len(self);
                if n < 0 {
                    return Err(Raised);
                }
                i += n;
            }
            f(self, i)
        }
    }

    /// `obj[key] = value`; `None` deletes.
    pub fn set_item(&self, key: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
        let ty = self.ty();
        let word = if value.is_some() { "assignment" } else { "deletion" };
        // SAFETY: slots called with an object of their type.
        unsafe {
            if let Some(f) = ty.as_mapping().and_then(|t| t.mp_ass_subscript.get()) {
                return crate::args::from_status(f(self, key, value));
            }
            if let Some(seq) = ty.as_sequence() {
                if key.ty().as_number().is_some_and(|t| t.nb_index.get().is_some()) {
                    if let Some(f) = seq.sq_ass_item.get() {
                        let mut i = crate::number::index_as_isize_index_error(key)?;
                        if i < 0
                            && let Some(len) = seq.sq_length.get()
                        {
                            let n = len(self);
                            if n < 0 {
                                return Err(Raised);
                            }
                            i += n;
                        }
                        return crate::args::from_status(f(self, i, value));
                    }
                } else if seq.sq_ass_item.get().is_some() {
                    return raise!(
                        TypeError,
                        "sequence index must be integer, not '{}'",
                        key.ty().full_name()
                    );
                }
            }
        }
        if value.is_none() {
            return raise!(
                TypeError,
                "'{}' object doesn't support item deletion",
                ty.full_name()
            );
        }
        raise!(
            TypeError,
            "'{}' object does not support item {word}",
            ty.full_name()
        )
    }

    /// `item in obj` (`PySequence_Contains`)
    pub fn contains(&self, item: &PyObject) -> PyResult<bool> {
        let ty = self.ty();
        if let Some(f) = ty.as_sequence().and_then(|t| t.sq_contains.get()) {
            // SAFETY: a slot called with an object of its type.
            return crate::args::from_truth(unsafe { f(self, item) });
        }
        let Ok(iter) = crate::iter::get_iter(self) else {
            if error::matches::<exc::TypeError>() {
                return raise!(
                    TypeError,
                    "argument of type '{}' is not a container or iterable",
                    self.ty().full_name()
                );
            }
            return Err(Raised);
        };
        while let Some(x) = crate::iter::next(&iter)? {
            if x.equals(item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// `dir(obj)` unsorted pieces are in the VM; here only `obj.__dict__` as the generic machinery sees it, made if need be.
    pub fn instance_dict(&self) -> PyResult<Option<Py<PyDict>>> {
        crate::typeobject::instance_dict(self)
    }

    /// `PyCallable_Check`
    #[inline]
    pub fn is_callable(&self) -> bool {
        self.ty().tp_call.get().is_some()
    }

    /// `PyIndex_Check`
    #[inline]
    pub fn has_index(&self) -> bool {
        self.ty().as_number().is_some_and(|t| t.nb_index.get().is_some())
    }
}

/// `isinstance(obj, cls)` with hooks (`PyObject_IsInstance`).
pub fn is_instance(obj: &PyObject, cls: &PyObject) -> PyResult<bool> {
    if std::ptr::eq(obj.ty().as_object(), cls) {
        return Ok(true);
    }
    if PyTypeObject::check_exact(cls) {
        return real_is_instance(obj, cls);
    }
    if let Some(union) = crate::typeobject::union_args(cls)? {
        return is_instance(obj, union.as_object());
    }
    if let Some(tuple) = cls.downcast::<PyTuple>() {
        crate::thread::check_recursion(" in __instancecheck__")?;
        for c in tuple.as_slice() {
            if is_instance(obj, c)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if let Some(check) = crate::typeobject::lookup_special(cls, crate::intern!("__instancecheck__"))? {
        crate::thread::check_recursion(" in __instancecheck__")?;
        return crate::call::call(&check, &[obj])?.is_true();
    }
    real_is_instance(obj, cls)
}

/// What `type.__instancecheck__` does (`_PyObject_RealIsInstance`).
pub fn real_is_instance(obj: &PyObject, cls: &PyObject) -> PyResult<bool> {
    if let Some(class) = cls.downcast::<PyTypeObject>() {
        if obj.ty().is_subtype(class) {
            return Ok(true);
        }
        if let Some(c) = obj.get_attr_opt(crate::intern!("__class__"))?
            && !c.is(obj.ty())
            && let Some(c) = c.downcast::<PyTypeObject>()
        {
            return Ok(c.is_subtype(class));
        }
        return Ok(false);
    }
    if abstract_bases(cls)?.is_none() {
        return raise!(
            TypeError,
            "isinstance() arg 2 must be a type, a tuple of types, or a union"
        );
    }
    match obj.get_attr_opt(crate::intern!("__class__"))? {
        Some(c) => abstract_issubclass(&c, cls),
        None => Ok(false),
    }
}

/// `issubclass(derived, cls)` with hooks (`PyObject_IsSubclass`).
pub fn is_subclass(derived: &PyObject, cls: &PyObject) -> PyResult<bool> {
    if PyTypeObject::check_exact(cls) {
        if derived.is(cls) {
            return Ok(true);
        }
        return real_is_subclass(derived, cls);
    }
    if let Some(union) = crate::typeobject::union_args(cls)? {
        return is_subclass(derived, union.as_object());
    }
    if let Some(tuple) = cls.downcast::<PyTuple>() {
        crate::thread::check_recursion(" in __subclasscheck__")?;
        for c in tuple.as_slice() {
            if is_subclass(derived, c)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if let Some(check) = crate::typeobject::lookup_special(cls, crate::intern!("__subclasscheck__"))? {
        crate::thread::check_recursion(" in __subclasscheck__")?;
        return crate::call::call(&check, &[derived])?.is_true();
    }
    real_is_subclass(derived, cls)
}

/// What `type.__subclasscheck__` does.
pub fn real_is_subclass(derived: &PyObject, cls: &PyObject) -> PyResult<bool> {
    if let (Some(d), Some(c)) = (derived.downcast::<PyTypeObject>(), cls.downcast::<PyTypeObject>()) {
        return Ok(d.is_subtype(c));
    }
    if abstract_bases(derived)?.is_none() {
        return raise!(TypeError, "issubclass() arg 1 must be a class");
    }
    if abstract_bases(cls)?.is_none() {
        return raise!(
            TypeError,
            "issubclass() arg 2 must be a class, a tuple of classes, or a union"
        );
    }
    abstract_issubclass(derived, cls)
}

/// `cls.__bases__` if it is a tuple.
fn abstract_bases(cls: &PyObject) -> PyResult<Option<Py<PyTuple>>> {
    match cls.get_attr_opt(crate::intern!("__bases__"))? {
        Some(b) => Ok(b.downcast_into::<PyTuple>().ok()),
        None => Ok(None),
    }
}

fn abstract_issubclass(derived: &PyObject, cls: &PyObject) -> PyResult<bool> {
    if derived.is(cls) {
        return Ok(true);
    }
    crate::thread::check_recursion(" in __issubclass__")?;
    let Some(bases) = abstract_bases(derived)? else {
        return Ok(false);
    };
    for b in bases.as_slice() {
        if abstract_issubclass(b, cls)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The process's hash key (`PYTHONHASHSEED`): SipHash's two words.
pub static HASH_KEY: GilCell<(u64, u64)> = GilCell::new((0, 0));

/// The key that a numeric `PYTHONHASHSEED` stands for: 0 turns randomization off.
pub fn hash_key_from_seed(seed: u32) -> (u64, u64) {
    if seed == 0 {
        return (0, 0);
    }
    // a linear congruential generator fills the secret, a byte each step
    let mut x = seed;
    let mut bytes = [0u8; 16];
    for b in &mut bytes {
        x = x.wrapping_mul(214013).wrapping_add(2531011);
        *b = (x >> 16) as u8;
    }
    let word = |b: &[u8]| b.iter().rev().fold(0u64, |a, b| a << 8 | *b as u64);
    (word(&bytes[..8]), word(&bytes[8..]))
}

/// Hash of a string's or bytes' content (`Py_HashBuffer`): SipHash-1-3, never -1; empty is 0.
pub fn hash_bytes(data: &[u8]) -> isize {
    use std::hash::Hasher;
    if data.is_empty() {
        return 0;
    }
    let (k0, k1) = HASH_KEY.get();
    let mut h = siphasher::sip::SipHasher13::new_with_keys(k0, k1);
    h.write(data);
    match h.finish() as isize {
        -1 => -2,
        v => v,
    }
}

/// Hash by identity (`Py_HashPointer`).
#[inline]
pub fn hash_pointer<T: ?Sized>(p: *const T) -> isize {
    let p = p as *const u8 as usize;
    match p.rotate_right(4) as isize {
        -1 => -2,
        v => v,
    }
}

/// `Py_ReprEnter`: true if the object's repr is already being made on this thread. Pair with [`repr_leave`] when false.
pub fn repr_enter(obj: &PyObject) -> bool {
    let mut stack = crate::thread::tstate().repr_stack.borrow_mut();
    let p = obj as *const PyObject;
    if stack.contains(&p) {
        return true;
    }
    stack.push(p);
    false
}

/// `Py_ReprLeave`
pub fn repr_leave(obj: &PyObject) {
    let mut stack = crate::thread::tstate().repr_stack.borrow_mut();
    if let Some(i) = stack.iter().rposition(|p| std::ptr::eq(*p, obj)) {
        stack.remove(i);
    }
}

/// Result of a slot that returns null both at the end and on error.
#[inline]
pub fn optional(result: Option<Py>) -> PyResult<Option<Py>> {
    match result {
        Some(v) => Ok(Some(v)),
        None if occurred() => Err(Raised),
        None => Ok(None),
    }
}
