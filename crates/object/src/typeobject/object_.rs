//! The attributes and methods of `object`.

use super::*;
use crate::handle::PyClass;
use crate::protocol::CompareOp;
use crate::raise;
use object_macros::pymethods;
use std::ffi::c_int;

/// `object`'s methods.
#[repr(transparent)]
pub struct PyBaseObject(PyObject);
// SAFETY: it is the head.
unsafe impl PyLayout for PyBaseObject {}
// SAFETY: every object is one.
unsafe impl PyClass for PyBaseObject {
    const NAME: &'static str = "object";
    fn type_object() -> &'static PyTypeObject {
        &PyBaseObject_Type
    }
    fn check(_obj: &PyObject) -> bool {
        true
    }
}
impl crate::class::ClassInfo for PyBaseObject {
    fn base() -> Option<&'static PyTypeObject> {
        None
    }
    const WEAKLIST_OFFSET: isize = 0;
    const DICT_OFFSET: isize = 0;
    const VECTORCALL_OFFSET: isize = 0;
}

fn excess(args: &PyTuple, kwargs: Option<&PyDict>) -> bool {
    !args.is_empty() || kwargs.is_some_and(|k| !k.is_empty())
}

fn overrides_init(ty: &PyTypeObject) -> bool {
    ty.tp_init.get().map(|f| f as usize) != PyBaseObject_Type.tp_init.get().map(|f| f as usize)
}
fn overrides_new(ty: &PyTypeObject) -> bool {
    ty.tp_new.get().map(|f| f as usize) != PyBaseObject_Type.tp_new.get().map(|f| f as usize)
}

/// `obj.__class__ = cls`
fn set_class(obj: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
    let Some(value) = value else {
        return raise!(TypeError, "can't delete __class__ attribute");
    };
    let Some(new) = value.downcast::<PyTypeObject>() else {
        return raise!(
            TypeError,
            "__class__ must be set to a class, not '{}' object",
            value.ty().full_name()
        );
    };
    crate::audit!("object.__setattr__", obj, "__class__", value)?;
    let old = obj.ty().new_ref();
    let module = |t: &PyTypeObject| t.is_subtype(crate::PyModule::type_object());
    if !(module(new) && module(&old)) && (new.has(flags::IMMUTABLETYPE) || old.has(flags::IMMUTABLETYPE)) {
        return raise!(
            TypeError,
            "__class__ assignment only supported for mutable types or ModuleType subclasses"
        );
    }
    new.check_compatible(&old, new, "__class__")?;
    if old.has(flags::INLINE_VALUES) && !std::ptr::eq(&*old, new) {
        // the inline values belong to the old class's keys
        let dict = crate::dict::managed_dict(obj)?;
        crate::dict::managed_dict_set(obj, Some(dict.copy()?))?;
    }
    if new.has(flags::HEAPTYPE) {
        new.as_object().incref();
    }
    obj.set_ty(new);
    if old.has(flags::HEAPTYPE) {
        // SAFETY: the object's reference to its old class.
        unsafe { PyObject::decref(old.as_ptr()) };
    }
    Ok(())
}

/// Whether a Python class makes its instances as `object.__new__` does, with nothing to object to.
#[inline]
pub fn makes_plain_objects(class: &PyTypeObject) -> bool {
    class.has(flags::HEAPTYPE)
        && !class.has(flags::IS_ABSTRACT)
        && class.tp_new.get().is_some_and(|f| {
            PyBaseObject_Type
                .tp_new
                .get()
                .is_some_and(|g| std::ptr::fn_addr_eq(f, g))
        })
        && class
            .tp_alloc
            .get()
            .is_none_or(|f| std::ptr::fn_addr_eq(f, super::new::heap_alloc as super::allocfunc))
}

#[pymethods(signature = "()")]
impl PyBaseObject {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
        if excess(args, kwargs) {
            if overrides_new(cls) {
                return raise!(
                    TypeError,
                    "object.__new__() takes exactly one argument (the type to instantiate)"
                );
            }
            if !overrides_init(cls) {
                return raise!(TypeError, "{}() takes no arguments", cls.full_name());
            }
        }
        if cls.has(flags::IS_ABSTRACT) {
            let names = cls.as_object().get_attr(crate::intern!("__abstractmethods__"))?;
            let mut names: Vec<String> = crate::iter::collect(&names)?
                .iter()
                .map(|n| Ok(n.str()?.to_string()))
                .collect::<PyResult<_>>()?;
            names.sort();
            let quoted: Vec<String> = names.iter().map(|n| format!("'{n}'")).collect();
            return raise!(
                TypeError,
                "Can't instantiate abstract class {} without an implementation for abstract method{} {}",
                cls.full_name(),
                if names.len() > 1 { "s" } else { "" },
                quoted.join(", ")
            );
        }
        match cls.tp_alloc.get() {
            // SAFETY: `tp_alloc` of a ready type.
            Some(f) => unsafe { f(cls, 0) },
            None => crate::alloc::generic_alloc(cls, 0),
        }
    }
    #[slot]
    fn tp_init(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<()> {
        let ty = self.0.ty();
        if excess(args, kwargs) {
            if overrides_init(ty) {
                return raise!(
                    TypeError,
                    "object.__init__() takes exactly one argument (the instance to initialize)"
                );
            }
            if !overrides_new(ty) {
                return raise!(
                    TypeError,
                    "{}.__init__() takes exactly one argument (the instance to initialize)",
                    ty.full_name()
                );
            }
        }
        Ok(())
    }
    #[slot]
    unsafe fn tp_dealloc(op: *mut PyObject) {
        // SAFETY: `object` has no fields; the memory goes back through the instance's own type.
        unsafe {
            if (*op).ty().has(flags::HAVE_GC) {
                crate::gc::untrack(&*op);
            }
            super::free_object(op)
        }
    }
    #[slot]
    fn tp_repr(&self) -> PyResult<String> {
        let ty = self.0.ty();
        let module = ty.as_object().get_attr_opt(crate::intern!("__module__"))?;
        let qualname = ty.as_object().get_attr(crate::intern!("__qualname__"))?.str()?;
        Ok(match module.as_ref().and_then(|m| m.downcast::<PyStr>()) {
            Some(m) if !m.eq_str("builtins") => format!("<{m}.{qualname} object at {:p}>", &self.0),
            _ => format!("<{} object at {:p}>", ty.full_name(), &self.0),
        })
    }
    #[slot]
    fn tp_str(&self) -> PyResult<Py<PyStr>> {
        self.0.repr()
    }
    #[slot]
    fn tp_hash(&self) -> PyResult<isize> {
        Ok(crate::protocol::hash_pointer(&self.0))
    }
    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult {
        match op {
            CompareOp::Eq => {
                if self.0.is(other) {
                    Ok(crate::bool::py_bool(true))
                } else {
                    Ok(crate::not_implemented())
                }
            }
            CompareOp::Ne => {
                // by default the opposite of `==`
                let Some(f) = self.0.ty().tp_richcompare.get() else {
                    return Ok(crate::not_implemented());
                };
                // SAFETY: a slot called with an object of its type.
                let r = unsafe { f(&self.0, other, CompareOp::Eq as c_int)? };
                if crate::singletons::is_not_implemented(&r) {
                    return Ok(r);
                }
                Ok(crate::bool::py_bool(!r.is_true()?))
            }
            _ => Ok(crate::not_implemented()),
        }
    }
    #[getter]
    fn __class__(&self) -> Py {
        self.0.ty().as_object().new_ref()
    }
    #[setter(__class__)]
    fn set_class(&self, value: Option<&PyObject>) -> PyResult<()> {
        set_class(&self.0, value)
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        reduce(&self.0, 0)
    }
    #[method("($self, protocol, /)")]
    fn __reduce_ex__(&self, protocol: i32) -> PyResult {
        let name = crate::intern!("__reduce__");
        if let Some(f) = self.0.get_attr_opt(name)? {
            // a class that overrides `__reduce__` has the say
            let class_attr = super::attr::type_get(self.0.ty(), name)?;
            let object_attr = PyBaseObject_Type
                .tp_dict
                .get()
                .map(|d| d.get_str(name))
                .transpose()?
                .flatten();
            let overridden = match (&class_attr, &object_attr) {
                (Some(a), Some(b)) => !a.is(b.get()),
                _ => true,
            };
            if overridden {
                return crate::call::call(&f, &[]);
            }
        }
        reduce(&self.0, protocol)
    }
    #[method("($self, /)")]
    fn __getstate__(&self) -> PyResult {
        default_state(&self.0, false)
    }
    #[classmethod("($type, /, *args, **kwargs)", shown = "($type, /)", raw)]
    fn __init_subclass__(cls: &PyTypeObject, all: crate::FuncArgs<'_>) -> PyResult<()> {
        if !all.kwvalues.is_empty() {
            return raise!(
                TypeError,
                "{}.__init_subclass__() takes no keyword arguments",
                cls.name()
            );
        }
        if !all.pos.is_empty() {
            return raise!(
                TypeError,
                "{}.__init_subclass__() takes no arguments ({} given)",
                cls.name(),
                all.pos.len()
            );
        }
        Ok(())
    }
    #[classmethod("($type, object, /)")]
    fn __subclasshook__(_cls: &PyTypeObject, _object: &PyObject) -> Py {
        crate::not_implemented()
    }
    #[method("($self, format_spec, /)")]
    fn __format__(&self, spec: &PyStr) -> PyResult<Py<PyStr>> {
        if !spec.is_empty() {
            return raise!(
                TypeError,
                "unsupported format string passed to {}.__format__",
                self.0.ty().full_name()
            );
        }
        self.0.str()
    }
    #[method("($self, /)")]
    fn __sizeof__(&self) -> usize {
        let ty = self.0.ty();
        let mut size = ty.tp_basicsize.get().max(0) as usize;
        if ty.tp_itemsize.get() > 0 {
            // SAFETY: a type with items is var-sized.
            let n = unsafe { (*(self.0.as_ptr() as *const crate::PyVarObject)).ob_size.get() };
            size += n.unsigned_abs() * ty.tp_itemsize.get() as usize;
        }
        size
    }
    #[method("($self, /)")]
    fn __dir__(&self) -> PyResult<Py<crate::PyList>> {
        let dict = PyDict::new()?;
        if let Some(d) = self.0.get_attr_opt(crate::intern!("__dict__"))?
            && PyDict::check(&d)
        {
            dict.update(&d, true)?;
        }
        if let Some(c) = self.0.get_attr_opt(crate::intern!("__class__"))? {
            super::type_::merge_class_dict(&dict, &c)?;
        }
        crate::PyList::from_vec(dict.items_vec().into_iter().map(|(k, _)| k).collect())
    }
}

/// The state that pickling and copying take by default (`object.__getstate__`).
pub fn default_state(obj: &PyObject, required: bool) -> PyResult {
    let ty = obj.ty();
    if required && ty.tp_itemsize.get() != 0 {
        return raise!(TypeError, "cannot pickle {} objects", ty.full_name());
    }
    let state = match obj.get_attr_opt(crate::intern!("__dict__"))? {
        // an empty instance dictionary is no state
        Some(d) if d.downcast_exact::<crate::PyDict>().is_some_and(|d| d.is_empty()) => crate::none(),
        Some(d) => d,
        None => crate::none(),
    };
    let copyreg = crate::hooks::import("copyreg")?;
    let names = copyreg.call_method(crate::intern!("_slotnames"), &[ty.as_object()])?;
    let slots = if crate::is_none(&names) {
        Vec::new()
    } else {
        crate::iter::collect(&names)?
    };
    if required {
        // what neither the dict nor slots hold cannot be copied
        let mut basic = PyBaseObject_Type.tp_basicsize.get();
        if ty.tp_dictoffset.get() > 0 {
            basic += 8;
        }
        if ty.tp_weaklistoffset.get() > 0 {
            basic += 8;
        }
        basic += 8 * slots.len() as isize;
        if ty.tp_basicsize.get() > basic {
            return raise!(TypeError, "cannot pickle '{}' object", ty.full_name());
        }
    }
    if !slots.is_empty() {
        let values = PyDict::new()?;
        for name in &slots {
            if let Some(name) = name.downcast::<PyStr>()
                && let Some(v) = obj.get_attr_opt(name)?
            {
                values.set_item(name, &*v)?;
            }
        }
        if !values.is_empty() {
            return crate::IntoPy::into_py((state, values));
        }
    }
    Ok(state)
}

/// `object.__reduce_ex__`
fn reduce(obj: &PyObject, protocol: i32) -> PyResult {
    let copyreg = crate::hooks::import("copyreg")?;
    if protocol < 2 {
        let p = crate::PyInt::from_i64(protocol as i64)?;
        return copyreg.call_method(crate::intern!("_reduce_ex"), &[obj, p.as_object()]);
    }
    let ty = obj.ty();
    if ty.tp_new.get().is_none() {
        return raise!(TypeError, "cannot pickle '{}' object", ty.full_name());
    }
    // arguments for __new__
    let mut kwargs = None;
    let mut args = None;
    if let Some(f) = super::lookup_special(obj, crate::intern!("__getnewargs_ex__"))? {
        let r = crate::call::call(&f, &[])?;
        let Some(t) = r.downcast::<PyTuple>() else {
            return raise!(
                TypeError,
                "__getnewargs_ex__ should return a tuple, not '{}'",
                r.ty().full_name()
            );
        };
        if t.len() != 2 {
            return raise!(
                ValueError,
                "__getnewargs_ex__ should return a tuple of length 2, not {}",
                t.len()
            );
        }
        if !PyTuple::check(&t.as_slice()[0]) {
            return raise!(
                TypeError,
                "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{}'",
                t.as_slice()[0].ty().full_name()
            );
        }
        if !PyDict::check(&t.as_slice()[1]) {
            return raise!(
                TypeError,
                "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{}'",
                t.as_slice()[1].ty().full_name()
            );
        }
        args = Some(t.as_slice()[0].clone());
        kwargs = Some(t.as_slice()[1].clone());
    } else if let Some(f) = super::lookup_special(obj, crate::intern!("__getnewargs__"))? {
        let r = crate::call::call(&f, &[])?;
        if !PyTuple::check(&r) {
            return raise!(
                TypeError,
                "__getnewargs__ should return a tuple, not '{}'",
                r.ty().full_name()
            );
        }
        args = Some(r);
    }
    let has_args = args.is_some();
    let has_kwargs = match kwargs.as_ref().and_then(|k| k.downcast::<PyDict>()) {
        Some(k) => !k.is_empty(),
        None => false,
    };
    let class = ty.as_object().new_ref();
    let (callable, call_args) = if has_kwargs {
        let f = copyreg.get_attr(crate::intern!("__newobj_ex__"))?;
        let t = PyTuple::from_vec(vec![
            class,
            args.clone().unwrap_or_else(crate::none),
            kwargs.clone().unwrap_or_else(crate::none),
        ])?;
        (f, t)
    } else {
        let mut items = vec![class];
        if let Some(a) = args.as_ref().and_then(|a| a.downcast::<PyTuple>()) {
            items.extend(a.as_slice().iter().cloned());
        }
        (
            copyreg.get_attr(crate::intern!("__newobj__"))?,
            PyTuple::from_vec(items)?,
        )
    };
    let is_list = crate::PyList::check(obj);
    let is_dict = PyDict::check(obj);
    let getstate = obj.get_attr(crate::intern!("__getstate__"))?;
    let default = super::attr::type_get(ty, crate::intern!("__getstate__"))?;
    let object_getstate = PyBaseObject_Type
        .tp_dict
        .get()
        .map(|d| d.get_str(crate::intern!("__getstate__")))
        .transpose()?
        .flatten();
    let is_default = match (&default, &object_getstate) {
        (Some(a), Some(b)) => a.is(b.get()),
        _ => false,
    };
    let state = if is_default {
        default_state(obj, !(has_args || is_list || is_dict))?
    } else {
        crate::call::call(&getstate, &[])?
    };
    let list_items = if is_list {
        crate::iter::get_iter(obj)?
    } else {
        crate::none()
    };
    let dict_items = if is_dict {
        crate::iter::get_iter(&*obj.call_method(crate::intern!("items"), &[])?)?
    } else {
        crate::none()
    };
    Ok(PyTuple::from_vec(vec![
        callable,
        call_args.into_object(),
        state,
        list_items,
        dict_items,
    ])?
    .into_object())
}

/// Sets what the macro cannot know of `object`, before it is readied.
pub(super) fn prepare() {
    let t = &PyBaseObject_Type;
    t.tp_getattro.set(Some(super::attr::generic_getattr));
    t.tp_setattro.set(Some(super::attr::generic_setattr));
}
