//! Defining Python types and native modules in Rust.
//!
//! ```ignore
//! #[pyclass(name = "itertools.count", flags(BASETYPE, HAVE_GC))]
//! #[repr(C)]
//! pub struct PyCount { ob_base: PyObject, next: Field, step: Field }
//!
//! #[pymethods]
//! impl PyCount {
//!     #[new("(start=0, step=1)")]
//!     fn tp_new(cls: &PyTypeObject, start: Option<&PyObject>, step: Option<&PyObject>) -> PyResult<Py<PyCount>> {
//!         new_instance(cls, |this: *mut PyCount| { /* write fields behind the head */ })
//!     }
//!     #[slot] fn tp_iternext(&self) -> PyResult<Option<Py>> { … }
//!     #[slot] fn tp_traverse(&self, visit: &mut Visitor) { visit.field(&self.next); }
//!     #[slot] fn tp_clear(&self) { self.next.set(None); }
//!     #[method("($self, /)")] fn __reduce__(&self) -> PyResult { … }
//!     #[getter] fn step(&self) -> Option<Py> { self.step.get() }
//! }
//! ```
//!
//! * `#[pyclass]`: `name` is `tp_name` (builtins without a module); `type = PyX_Type` exports the type object under
//!   its C name; `base = PyY` names the Rust type of the base (default `object`); `flags(…)` are names of
//!   `typeobject::flags`; `itemsize`, `basicsize`; `weaklist`, `dict`, `vectorcall` name fields.
//! * `#[slot]` functions are named after the slot, with Rust types: `&self` first (number operators take both
//!   operands: `fn nb_add(a: &PyObject, b: &PyObject)`, `nb_power(a, b, modulus)`), `PyResult<bool>` for truth,
//!   `PyResult<usize>` for lengths, `PyResult<()>` for status, `PyResult<Option<Py>>` for `tp_iternext`,
//!   `Option<&PyObject>` for a value that is NULL to delete. `tp_dealloc` is generated: it drops all fields.
//! * `#[method("SIGNATURE")]`, `#[classmethod(…)]`, `#[staticmethod(…)]`; options `name = "…"`, `nosig` (no
//!   `__text_signature__`), `shown = "(…)"` (another one than is parsed), `coexist` (`METH_COEXIST`), `raw` (the function takes `FuncArgs`). Parameters with a default are `Option<T>` in Rust;
//!   `*args` is `Args`, `**kwargs` is `KwArgs`. Types convert through `args::FromArg`, results through `args::IntoPy`.
//! * `#[getter]`, `#[setter(name)] fn set_name(&self, value: Option<&PyObject>) -> PyResult<()>`.
//! * `#[pymethods(members(name, other = field))]`: read-only members, which show an object field as it is.
//! * `#[new("(…)")]`, `#[init("(…)")]`: constructors that parse arguments (or `#[slot] fn tp_new(cls, &PyTuple,
//!   Option<&PyDict>)`).
//! * `#[classattr] fn NAME() -> …`: an attribute of the class.
//! * Large types spread over files: `#[pymethods(part = format)]` there, `#[pymethods(extend(format))]` in the main block.
//! * `#[pymodule(name = "math", types(PyX, …))] impl Math { #[function("(x, /)")] fn sqrt(x: f64) -> PyResult<f64>;
//!   #[exec] fn exec(module: &PyModule) -> PyResult<()> }`. A function whose signature begins with `$module` and whose
//!   first Rust parameter is `&PyModule` gets the module.

use crate::dict::PyDict;
use crate::handle::{Py, PyClass, PyLayout, PyResult};
use crate::module::PyModule;
use crate::typeobject::{PyGetSetDef, PyMemberDef, PyMethodDef, PyTypeObject, flags};
use std::ffi::CStr;

/// What `#[pyclass]` says beside the type object's own fields.
pub trait ClassInfo {
    fn base() -> Option<&'static PyTypeObject>;
    const WEAKLIST_OFFSET: isize;
    const DICT_OFFSET: isize;
    const VECTORCALL_OFFSET: isize;
}

/// A field that `members(…)` may show: a reference to an object, or nothing.
///
/// # Safety
/// The representation is that of an object pointer, null only for nothing.
pub unsafe trait MemberField {}
// SAFETY: both wrap such a pointer.
unsafe impl<T: PyLayout> MemberField for crate::handle::Field<T> {}
// SAFETY: as above.
unsafe impl<T: PyLayout> MemberField for Py<T> {}

/// What `#[pymethods]` makes.
pub trait Methods {
    const METHODS: &'static [PyMethodDef];
    const GETSETS: &'static [PyGetSetDef];
    const MEMBERS: &'static [PyMemberDef];
    const PARTS: &'static [&'static Part];
    /// Sets the slots.
    fn fill(ty: &PyTypeObject);
    fn class_attributes(dict: &PyDict) -> PyResult<()>;
}

/// Methods in a block of their own.
pub struct Part {
    pub methods: &'static [PyMethodDef],
    pub getsets: &'static [PyGetSetDef],
    pub fill: fn(&PyTypeObject),
}

/// Readies a static type defined in Rust; does nothing the second time.
pub fn ready<T: PyClass + ClassInfo + Methods>() -> PyResult<()> {
    let ty = T::type_object();
    if ty.has(flags::READY) {
        return Ok(());
    }
    if let Some(base) = T::base() {
        ty.tp_base.set(base);
    }
    ty.tp_weaklistoffset.set(T::WEAKLIST_OFFSET);
    ty.tp_dictoffset.set(T::DICT_OFFSET);
    ty.tp_vectorcall_offset.set(T::VECTORCALL_OFFSET);
    T::fill(ty);
    for part in T::PARTS {
        (part.fill)(ty);
    }
    ty.tp_methods.set(T::METHODS.as_ptr());
    ty.tp_members.set(T::MEMBERS.as_ptr());
    ty.tp_getset.set(T::GETSETS.as_ptr());
    crate::typeobject::ready(ty)?;
    if let Some(dict) = ty.tp_dict.get() {
        for part in T::PARTS {
            crate::typeobject::add_methods(ty, &dict, part.methods)?;
            crate::typeobject::add_getsets(ty, &dict, part.getsets)?;
        }
        T::class_attributes(&dict)?;
    }
    Ok(())
}

/// The keywords that a `tp_new` without keyword parameters has to refuse: those of a subclass that overrides
/// `__init__` are meant for that.
pub fn new_keywords<'a, T: PyClass>(cls: &PyTypeObject, kwargs: Option<&'a PyDict>) -> Option<&'a PyDict> {
    let own = T::type_object();
    let same = cls.tp_init.get().map(|f| f as usize) == own.tp_init.get().map(|f| f as usize);
    kwargs.filter(|_| std::ptr::eq(cls, own) || same)
}

/// As [`new_keywords`] for `tp_init` and a subclass that overrides `__new__`.
pub fn init_keywords<'a, T: PyClass>(obj: &T, kwargs: Option<&'a PyDict>) -> Option<&'a PyDict> {
    let (own, cls) = (T::type_object(), obj.as_object().ty());
    let same = cls.tp_new.get().map(|f| f as usize) == own.tp_new.get().map(|f| f as usize);
    kwargs.filter(|_| std::ptr::eq(cls, own) || same)
}

/// Records a constructor's text signature; `doc` is `{}(…)\n--\n\n`.
pub fn set_type_signature(ty: &PyTypeObject, doc: &'static CStr) {
    if ty.tp_doc.get().is_null() {
        ty.tp_doc.set(doc.as_ptr());
    }
}

/// A native module.
pub trait NativeModule {
    const NAME: &'static str;
    const CNAME: &'static CStr;
    const METHODS: &'static [PyMethodDef];
    fn exec(module: &PyModule) -> PyResult<()>;
}

/// Makes the module object: functions, types, then `exec`. For the import system's table of built-in modules.
pub fn create_module<M: NativeModule>() -> PyResult<Py> {
    let module = PyModule::new(M::NAME)?;
    if !M::NAME.contains('.')
        && let Some(doc) = crate::doc::lookup(M::NAME)
    {
        let doc = crate::str::PyStr::new(doc)?;
        module.dict()?.set_item(crate::intern!("__doc__"), &*doc)?;
    }
    module.add_functions(M::METHODS)?;
    M::exec(&module)?;
    Ok(module.into_object())
}

/// An entry of the table of built-in modules.
pub type ModuleInit = fn() -> PyResult<Py>;

/// The name of a type's module and its qualified name, for messages that show them.
pub fn qualified_name(ty: &PyTypeObject) -> String {
    ty.full_name().to_string()
}

/// As [`qualified_name`], with the module of a class that a program made: `_PyType_GetFullyQualifiedName`.
pub fn fully_qualified_name(ty: &PyTypeObject) -> String {
    if !ty.has(flags::HEAPTYPE) {
        return ty.full_name().to_string();
    }
    let module = match ty.tp_dict.get().map(|d| d.get_str(crate::intern!("__module__"))) {
        Some(Ok(m)) => m.and_then(|m| m.downcast_into::<crate::PyStr>().ok()),
        Some(Err(_)) => {
            crate::error::clear();
            None
        }
        None => None,
    };
    let name = match ty.qualname_value() {
        Ok(q) => q.downcast::<crate::PyStr>().map(|q| q.to_string()),
        Err(_) => {
            crate::error::clear();
            None
        }
    };
    let name = name.unwrap_or_else(|| ty.full_name().to_string());
    match module {
        Some(m) if !m.eq_str("builtins") && !m.eq_str("__main__") => format!("{m}.{name}"),
        _ => name,
    }
}

/// A type object as a handle of its own.
pub fn type_ref(ty: &PyTypeObject) -> Py {
    ty.as_object().new_ref()
}
