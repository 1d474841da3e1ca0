//! `builtin_function_or_method` (`cpython/methodobject.h`) and bound methods (`method`, `cpython/classobject.h`).

use crate::args::{FuncArgs, PY_VECTORCALL_ARGUMENTS_OFFSET, nargs};
use crate::handle::{Field, GilCell, Py, PyClass, PyLayout, PyResult};
use crate::protocol::CompareOp;
use crate::raise;
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::tuple::PyTuple;
use crate::typeobject::{
    PyCFunction, PyCFunctionFast, PyCFunctionFastWithKeywords, PyCFunctionWithKeywords, PyCMethod,
    PyMethodDef, PyTypeObject, meth, vectorcallfunc,
};
use object_macros::{pyclass, pymethods};
use std::ffi::CStr;

/// `PyCFunctionObject` (with `mm_class` of `PyCMethodObject` behind it).
#[pyclass(name = "builtin_function_or_method", type = PyCFunction_Type, flags(HAVE_GC, HAVE_VECTORCALL),
          weaklist = m_weakreflist, vectorcall = vectorcall)]
#[repr(C)]
pub struct PyCFunctionObject {
    pub(crate) ob_base: PyObject,
    m_ml: GilCell<*const PyMethodDef>,
    m_self: Field,
    m_module: Field,
    m_weakreflist: GilCell<*mut PyObject>,
    vectorcall: GilCell<Option<vectorcallfunc>>,
    mm_class: Field<PyTypeObject>,
}

impl PyCFunctionObject {
    /// `PyCMethod_New`
    pub fn new(
        def: &'static PyMethodDef,
        slf: Option<&PyObject>,
        module: Option<&PyObject>,
        class: Option<&PyTypeObject>,
    ) -> PyResult<Py<PyCFunctionObject>> {
        let known = meth::VARARGS | meth::FASTCALL | meth::NOARGS | meth::O | meth::KEYWORDS | meth::METHOD;
        let vectorcall: Option<vectorcallfunc> = match def.ml_flags & known {
            f if f == meth::VARARGS || f == meth::VARARGS | meth::KEYWORDS => None,
            f if f == meth::FASTCALL => Some(vectorcall_fast),
            f if f == meth::FASTCALL | meth::KEYWORDS => Some(vectorcall_fast_keywords),
            f if f == meth::NOARGS => Some(vectorcall_noargs),
            f if f == meth::O => Some(vectorcall_o),
            f if f == meth::METHOD | meth::FASTCALL | meth::KEYWORDS => Some(vectorcall_method),
            _ => return raise!(SystemError, "{}() method: bad call flags", def.name()),
        };
        crate::new_object(PyCFunctionObject {
            ob_base: PyObject::new_head(&PyCFunction_Type),
            m_ml: GilCell::new(def),
            m_self: Field::new(slf.map(|s| s.new_ref())),
            m_module: Field::new(module.map(|s| s.new_ref())),
            m_weakreflist: GilCell::new(std::ptr::null_mut()),
            vectorcall: GilCell::new(vectorcall),
            mm_class: Field::new(class.map(|c| c.new_ref())),
        })
    }

    pub fn def(&self) -> &'static PyMethodDef {
        // SAFETY: definitions live for ever.
        unsafe { &*self.m_ml.get() }
    }
    pub fn name(&self) -> &'static str {
        self.def().name()
    }
    /// `__self__`; nothing for static methods.
    #[inline(always)]
    /// `m_self`: also the class of a static method, which is not passed on.
    pub fn owner(&self) -> Option<&PyObject> {
        // SAFETY: set once, at creation (and cleared by the collector when nobody can call any more).
        unsafe { self.m_self.borrow() }
    }
    pub fn receiver(&self) -> Option<&PyObject> {
        if self.def().ml_flags & meth::STATIC != 0 {
            return None;
        }
        // SAFETY: set once, at creation (and cleared by the collector when nobody can call any more).
        unsafe { self.m_self.borrow() }
    }
    #[inline(always)]
    fn self_or_none(&self) -> &PyObject {
        // SAFETY: as above.
        unsafe { self.m_self.borrow() }.unwrap_or(crate::singletons::none_ref())
    }
    /// The name for error texts: with the class or module.
    fn qualified(&self) -> PyResult<String> {
        function_str(self.as_object())
    }
}

/// `_PyObject_FunctionStr`: "module.qualname()" (without `builtins`), for error texts.
pub fn function_str(func: &PyObject) -> PyResult<String> {
    let Some(qualname) = func.get_attr_opt(crate::intern!("__qualname__"))? else {
        return Ok(func.str()?.to_string());
    };
    let qualname = qualname.str()?;
    if let Some(module) = func.get_attr_opt(crate::intern!("__module__"))?
        && let Some(module) = module.downcast::<PyStr>()
        && !module.eq_str("builtins")
    {
        return Ok(format!("{module}.{qualname}()"));
    }
    Ok(format!("{qualname}()"))
}

macro_rules! this {
    ($f:ident) => {
        // SAFETY: only functions of this type have this vectorcall.
        unsafe { $f.downcast_unchecked::<PyCFunctionObject>() }
    };
}

#[cold]
fn no_keywords(f: &PyObject) -> PyResult {
    raise!(TypeError, "{} takes no keyword arguments", function_str(f)?)
}

/// # Safety
/// As vectorcall; each of these belongs to the flavour it is named after, which is the type of `ml_meth`.
unsafe extern "C" fn vectorcall_noargs(
    f: &PyObject,
    _: *const *mut PyObject,
    n: usize,
    names: Option<&PyTuple>,
) -> PyResult {
    let this = this!(f);
    if names.is_some_and(|t| !t.is_empty()) {
        return no_keywords(f);
    }
    if nargs(n) != 0 {
        return raise!(
            TypeError,
            "{} takes no arguments ({} given)",
            this.qualified()?,
            nargs(n)
        );
    }
    // SAFETY: see above.
    unsafe {
        let m: PyCFunction = std::mem::transmute(this.def().ml_meth);
        m(this.self_or_none(), None)
    }
}
unsafe extern "C" fn vectorcall_o(
    f: &PyObject,
    args: *const *mut PyObject,
    n: usize,
    names: Option<&PyTuple>,
) -> PyResult {
    let this = this!(f);
    if names.is_some_and(|t| !t.is_empty()) {
        return no_keywords(f);
    }
    if nargs(n) != 1 {
        return raise!(
            TypeError,
            "{} takes exactly one argument ({} given)",
            this.qualified()?,
            nargs(n)
        );
    }
    // SAFETY: see above; there is one argument.
    unsafe {
        let m: PyCFunction = std::mem::transmute(this.def().ml_meth);
        m(this.self_or_none(), (*args).as_ref())
    }
}
unsafe extern "C" fn vectorcall_fast(
    f: &PyObject,
    args: *const *mut PyObject,
    n: usize,
    names: Option<&PyTuple>,
) -> PyResult {
    let this = this!(f);
    if names.is_some_and(|t| !t.is_empty()) {
        return no_keywords(f);
    }
    // SAFETY: see above.
    unsafe {
        let m: PyCFunctionFast = std::mem::transmute(this.def().ml_meth);
        m(this.self_or_none(), args, nargs(n) as isize)
    }
}
unsafe extern "C" fn vectorcall_fast_keywords(
    f: &PyObject,
    args: *const *mut PyObject,
    n: usize,
    names: Option<&PyTuple>,
) -> PyResult {
    let this = this!(f);
    // SAFETY: see above.
    unsafe {
        let m: PyCFunctionFastWithKeywords = std::mem::transmute(this.def().ml_meth);
        m(this.self_or_none(), args, nargs(n) as isize, names)
    }
}
unsafe extern "C" fn vectorcall_method(
    f: &PyObject,
    args: *const *mut PyObject,
    n: usize,
    names: Option<&PyTuple>,
) -> PyResult {
    let this = this!(f);
    let Some(class) = this.mm_class.get() else {
        return crate::error::bad_internal_call();
    };
    // SAFETY: see above.
    unsafe {
        let m: PyCMethod = std::mem::transmute(this.def().ml_meth);
        m(this.self_or_none(), &class, args, nargs(n), names)
    }
}

/// The docstring's signature part: "($self, x, /)" with `$` kept, if there is one.
pub fn text_signature(name: &str, doc: Option<&str>) -> Option<String> {
    let doc = doc?;
    let short = name.rsplit('.').next().unwrap_or(name);
    let rest = doc.strip_prefix(short).or_else(|| doc.strip_prefix("{}"))?;
    let (sig, _) = rest.split_once("\n--\n\n")?;
    if sig.starts_with('(') {
        Some(sig.to_string())
    } else {
        None
    }
}

/// A definition's documentation text.
pub fn def_doc(doc: *const std::ffi::c_char) -> Option<&'static str> {
    if doc.is_null() {
        return None;
    }
    // SAFETY: definitions are static and NUL-terminated.
    unsafe { CStr::from_ptr(doc) }.to_str().ok()
}

/// `__doc__` of a definition.
pub fn doc_value(name: &str, doc: *const std::ffi::c_char) -> Option<String> {
    let doc = def_doc(doc)?;
    let body = if text_signature(name, Some(doc)).is_some() {
        doc.split_once("\n--\n\n").map_or("", |(_, b)| b)
    } else {
        doc
    };
    if body.is_empty() {
        None
    } else {
        Some(body.to_string())
    }
}

#[pymethods]
impl PyCFunctionObject {
    #[slot]
    fn tp_repr(&self) -> PyResult<String> {
        match self.owner() {
            Some(s) if !crate::PyModule::check(s) => Ok(format!(
                "<built-in method {} of {} object at {:p}>",
                self.name(),
                s.ty().full_name(),
                s
            )),
            _ => Ok(format!("<built-in function {}>", self.name())),
        }
    }
    #[slot]
    fn tp_call(&self, args: &PyTuple, kwargs: Option<&crate::PyDict>) -> PyResult {
        if self.vectorcall.get().is_some() {
            return crate::call::call_tuple_dict(self.as_object(), args, kwargs);
        }
        // SAFETY: `METH_VARARGS`, with or without keywords.
        unsafe {
            if self.def().ml_flags & meth::KEYWORDS != 0 {
                let m: PyCFunctionWithKeywords = std::mem::transmute(self.def().ml_meth);
                m(
                    self.self_or_none(),
                    args.as_object(),
                    kwargs.map(|k| k.as_object()),
                )
            } else {
                if kwargs.is_some_and(|k| !k.is_empty()) {
                    return raise!(TypeError, "{}() takes no keyword arguments", self.name());
                }
                let m: PyCFunction = std::mem::transmute(self.def().ml_meth);
                m(self.self_or_none(), Some(args.as_object()))
            }
        }
    }
    #[slot]
    fn tp_hash(&self) -> PyResult<isize> {
        let s = crate::protocol::hash_pointer(self.m_self.as_raw());
        Ok(s ^ crate::protocol::hash_pointer(self.def().ml_meth))
    }
    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult {
        let (true, Some(o)) = (
            matches!(op, CompareOp::Eq | CompareOp::Ne),
            other.downcast::<PyCFunctionObject>(),
        ) else {
            return Ok(crate::not_implemented());
        };
        let same = self.m_self.as_raw() == o.m_self.as_raw() && self.def().ml_meth == o.def().ml_meth;
        Ok(crate::bool::py_bool(same == (op == CompareOp::Eq)))
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut crate::Visitor) {
        visit.field(&self.m_self);
        visit.field(&self.m_module);
        visit.field(&self.mm_class);
    }
    #[slot]
    fn tp_clear(&self) {
        self.m_self.set(None);
        self.m_module.set(None);
    }
    #[getter]
    fn __name__(&self) -> &'static str {
        self.name()
    }
    #[getter]
    fn __qualname__(&self) -> PyResult {
        match self.owner() {
            Some(s) if !crate::PyModule::check(s) => {
                let class = s.downcast::<PyTypeObject>().unwrap_or(s.ty());
                let q = class.as_object().get_attr(crate::intern!("__qualname__"))?;
                crate::IntoPy::into_py(format!("{}.{}", q.str()?, self.name()))
            }
            _ => crate::IntoPy::into_py(self.name()),
        }
    }
    #[getter]
    fn __doc__(&self) -> PyResult {
        match crate::doc::lookup_function(self) {
            Some(d) => crate::IntoPy::into_py(d),
            None => crate::IntoPy::into_py(doc_value(self.name(), self.def().ml_doc)),
        }
    }
    #[getter]
    fn __text_signature__(&self) -> Option<String> {
        text_signature(self.name(), def_doc(self.def().ml_doc))
    }
    #[getter]
    fn __self__(&self) -> Py {
        self.receiver().unwrap_or(crate::singletons::none_ref()).new_ref()
    }
    #[getter]
    fn __module__(&self) -> Option<Py> {
        self.m_module.get()
    }
    #[setter(__module__)]
    fn set_module(&self, value: Option<&PyObject>) -> PyResult<()> {
        self.m_module.set(value.map(|v| v.new_ref()));
        Ok(())
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        match self.owner() {
            Some(s) if !crate::PyModule::check(s) => {
                let getattr = crate::hooks::import("builtins")?.get_attr(crate::intern!("getattr"))?;
                crate::IntoPy::into_py((getattr, (s.new_ref(), PyStr::new(self.name())?)))
            }
            _ => crate::IntoPy::into_py(self.name()),
        }
    }
}

/// `PyMethodObject`: a function bound to an object.
#[pyclass(name = "method", type = PyMethod_Type, flags(HAVE_GC, HAVE_VECTORCALL), weaklist = im_weakreflist,
          vectorcall = vectorcall)]
#[repr(C)]
pub struct PyMethod {
    pub(crate) ob_base: PyObject,
    im_func: Field,
    im_self: Field,
    im_weakreflist: GilCell<*mut PyObject>,
    vectorcall: GilCell<Option<vectorcallfunc>>,
}

impl PyMethod {
    /// `PyMethod_New`
    pub fn new(func: &PyObject, slf: &PyObject) -> PyResult<Py<PyMethod>> {
        crate::new_object(PyMethod {
            ob_base: PyObject::new_head(&PyMethod_Type),
            im_func: Field::from_ref(func),
            im_self: Field::from_ref(slf),
            im_weakreflist: GilCell::new(std::ptr::null_mut()),
            vectorcall: GilCell::new(Some(method_vectorcall)),
        })
    }
    /// The function; lent for as long as the method lives (the field only changes when it is cleared).
    #[inline(always)]
    pub fn func(&self) -> &PyObject {
        // SAFETY: set once.
        unsafe { self.im_func.borrow() }.unwrap_or(crate::singletons::none_ref())
    }
    #[inline(always)]
    pub fn receiver(&self) -> &PyObject {
        // SAFETY: set once.
        unsafe { self.im_self.borrow() }.unwrap_or(crate::singletons::none_ref())
    }
}

/// Calls the function with the object in front: in place where the caller lends the word before the arguments.
unsafe extern "C" fn method_vectorcall(
    m: &PyObject,
    args: *const *mut PyObject,
    nf: usize,
    names: Option<&PyTuple>,
) -> PyResult {
    // a method of a method of a method …
    crate::thread::check_recursion("")?;
    // SAFETY: only methods have this vectorcall; the convention allows the word before the arguments to be changed
    // for the time of the call when the flag is set.
    unsafe {
        let m = m.downcast_unchecked::<PyMethod>();
        let (func, slf) = (m.func().new_ref(), m.receiver().new_ref());
        let n = nargs(nf);
        if nf & PY_VECTORCALL_ARGUMENTS_OFFSET != 0 {
            let place = (args as *mut *mut PyObject).sub(1);
            let saved = *place;
            *place = slf.as_ptr();
            let r = crate::call::vectorcall(&func, place, n + 1, names);
            *place = saved;
            return r;
        }
        let all = FuncArgs::from_raw(args, n, names);
        let pos: Vec<&PyObject> = std::iter::once(slf.get())
            .chain(all.pos.iter().copied())
            .collect();
        crate::call::call_args(&func, &FuncArgs { pos: &pos, ..all })
    }
}

#[pymethods(signature = "(function, instance, /)")]
impl PyMethod {
    #[slot]
    fn tp_new(_cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&crate::PyDict>) -> PyResult {
        if kwargs.is_some_and(|k| !k.is_empty()) {
            return raise!(TypeError, "method() takes no keyword arguments");
        }
        crate::args::check_positional("method", args.len(), 2, 2)?;
        let (f, s) = (&args.as_slice()[0], &args.as_slice()[1]);
        if !f.is_callable() {
            return raise!(TypeError, "first argument must be callable");
        }
        if crate::is_none(s) {
            return raise!(TypeError, "instance must not be None");
        }
        Ok(PyMethod::new(f, s)?.into_object())
    }
    #[slot]
    fn tp_call(&self, args: &PyTuple, kwargs: Option<&crate::PyDict>) -> PyResult {
        crate::call::call_tuple_dict(self.as_object(), args, kwargs)
    }
    #[slot]
    fn tp_repr(&self) -> PyResult<String> {
        let f = self.func();
        let name = match f.get_attr_opt(crate::intern!("__qualname__"))? {
            Some(n) => Some(n),
            None => f.get_attr_opt(crate::intern!("__name__"))?,
        };
        let name = match name.as_ref().and_then(|n| n.downcast::<PyStr>()) {
            Some(n) => n.to_string(),
            None => "?".to_string(),
        };
        Ok(format!("<bound method {name} of {}>", self.receiver().repr()?))
    }
    #[slot]
    fn tp_hash(&self) -> PyResult<isize> {
        Ok(crate::protocol::hash_pointer(self.receiver()) ^ self.func().hash()?)
    }
    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult {
        let (true, Some(o)) = (
            matches!(op, CompareOp::Eq | CompareOp::Ne),
            other.downcast::<PyMethod>(),
        ) else {
            return Ok(crate::not_implemented());
        };
        let same = self.func().equals(o.func())? && self.receiver().is(o.receiver());
        Ok(crate::bool::py_bool(same == (op == CompareOp::Eq)))
    }
    /// Attributes of its own class first, then the function's.
    #[slot]
    fn tp_getattro(&self, name: &PyObject) -> PyResult {
        let name = crate::str::attribute_name(name)?;
        if let Some(d) = crate::typeobject::lookup(self.as_object().ty(), name) {
            return match d.ty().tp_descr_get.get() {
                // SAFETY: a slot called with an object of its type.
                Some(f) => unsafe {
                    f(
                        &d,
                        Some(self.as_object()),
                        Some(self.as_object().ty().as_object()),
                    )
                },
                None => Ok(d),
            };
        }
        self.func().new_ref().get_attr(name)
    }
    #[slot]
    fn tp_descr_get(&self, _obj: Option<&PyObject>, _ty: Option<&PyObject>) -> PyResult {
        Ok(self.as_object().new_ref())
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut crate::Visitor) {
        visit.field(&self.im_func);
        visit.field(&self.im_self);
    }
    #[getter]
    fn __func__(&self) -> Py {
        self.func().new_ref()
    }
    #[getter]
    fn __self__(&self) -> Py {
        self.receiver().new_ref()
    }
    #[getter]
    fn __doc__(&self) -> PyResult {
        self.func().new_ref().get_attr(crate::intern!("__doc__"))
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        let getattr = crate::hooks::import("builtins")?.get_attr(crate::intern!("getattr"))?;
        let name = self.func().get_attr(crate::intern!("__name__"))?;
        crate::IntoPy::into_py((getattr, (self.receiver().new_ref(), name)))
    }
}

pub fn ready_types() -> PyResult<()> {
    crate::class::ready::<PyCFunctionObject>()?;
    crate::class::ready::<PyMethod>()
}
