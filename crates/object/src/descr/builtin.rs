//! `method_descriptor`, `classmethod_descriptor`, `wrapper_descriptor`, `method-wrapper`, `getset_descriptor`,
//! `member_descriptor`.

use crate::args::{FuncArgs, KwArgs, nargs};
use crate::cfunction::{PyCFunctionObject, def_doc, doc_value, text_signature};
use crate::handle::{Field, GilCell, Py, PyClass, PyLayout, PyResult};
use crate::raise;
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::tuple::PyTuple;
use crate::typeobject::slots::SlotDef;
use crate::typeobject::{
    PyBaseObject_Type, PyCFunction, PyCFunctionFast, PyCFunctionFastWithKeywords, PyCFunctionWithKeywords,
    PyCMethod, PyGetSetDef, PyMemberDef, PyMethodDef, PyTypeObject, flags, member, meth, vectorcallfunc,
};
use object_macros::{pyclass, pymethods};
use std::ffi::{CStr, c_char, c_void};

/// `PyDescr_COMMON`
#[repr(C)]
pub struct DescrCommon {
    pub ob_base: PyObject,
    pub d_type: Field<PyTypeObject>,
    pub d_name: Field<PyStr>,
    pub d_qualname: Field,
}

impl DescrCommon {
    fn new(kind: &'static PyTypeObject, class: &PyTypeObject, name: &PyStr) -> DescrCommon {
        DescrCommon {
            ob_base: PyObject::new_head(kind),
            d_type: Field::from_ref(class),
            d_name: Field::from_ref(name),
            d_qualname: Field::empty(),
        }
    }
    /// The class; set once.
    #[inline(always)]
    pub fn class(&self) -> &PyTypeObject {
        // SAFETY: set at creation, never replaced.
        unsafe { self.d_type.borrow() }.unwrap_or(&PyBaseObject_Type)
    }
    pub fn name(&self) -> String {
        self.d_name.get().map_or(String::new(), |n| n.to_string())
    }
    fn qualname(&self) -> PyResult {
        if let Some(q) = self.d_qualname.get() {
            return Ok(q);
        }
        let class = self
            .class()
            .as_object()
            .get_attr(crate::intern!("__qualname__"))?;
        let q = crate::IntoPy::into_py(format!("{}.{}", class.str()?, self.name()))?;
        self.d_qualname.set(Some(q.clone()));
        Ok(q)
    }
    fn traverse(&self, visit: &mut crate::Visitor) {
        visit.field(&self.d_type);
    }
    /// `TypeError` unless `obj` is an instance of the class.
    fn check(&self, obj: &PyObject) -> PyResult<()> {
        if obj.ty().is_subtype(self.class()) {
            return Ok(());
        }
        raise!(
            TypeError,
            "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
            self.name(),
            self.class().full_name(),
            obj.ty().full_name()
        )
    }
    /// For calls: the first argument is the object.
    fn check_call<'a>(&self, all: &FuncArgs<'a>) -> PyResult<&'a PyObject> {
        let Some(slf) = all.pos.first() else {
            return raise!(
                TypeError,
                "unbound method {}.{}() needs an argument",
                self.class().name(),
                self.name()
            );
        };
        if !slf.ty().is_subtype(self.class()) {
            return raise!(
                TypeError,
                "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
                self.name(),
                self.class().full_name(),
                slf.ty().full_name()
            );
        }
        Ok(slf)
    }
    fn reduce(&self) -> PyResult {
        let getattr = crate::hooks::import("builtins")?.get_attr(crate::intern!("getattr"))?;
        crate::IntoPy::into_py((getattr, (self.d_type.get(), self.d_name.get())))
    }
}

/// `PyMethodDescrObject`
#[pyclass(name = "method_descriptor", type = PyMethodDescr_Type, flags(HAVE_GC, HAVE_VECTORCALL, METHOD_DESCRIPTOR),
          vectorcall = vectorcall)]
#[repr(C)]
pub struct PyMethodDescr {
    pub common: DescrCommon,
    d_method: GilCell<*const PyMethodDef>,
    vectorcall: GilCell<Option<vectorcallfunc>>,
}

/// `PyDescr_NewMethod`
pub fn new_method_descriptor(class: &PyTypeObject, def: &'static PyMethodDef) -> PyResult {
    let name = crate::intern::intern_str(def.name())?;
    let known = meth::VARARGS | meth::FASTCALL | meth::NOARGS | meth::O | meth::KEYWORDS | meth::METHOD;
    let vectorcall: Option<vectorcallfunc> = match def.ml_flags & known {
        f if f == meth::VARARGS || f == meth::VARARGS | meth::KEYWORDS => None,
        f if f == meth::FASTCALL => Some(call_fast),
        f if f == meth::FASTCALL | meth::KEYWORDS => Some(call_fast_keywords),
        f if f == meth::NOARGS => Some(call_noargs),
        f if f == meth::O => Some(call_o),
        f if f == meth::METHOD | meth::FASTCALL | meth::KEYWORDS => Some(call_method),
        _ => return raise!(SystemError, "{}() method: bad call flags", def.name()),
    };
    Ok(crate::new_object(PyMethodDescr {
        common: DescrCommon::new(&PyMethodDescr_Type, class, &name),
        d_method: GilCell::new(def),
        vectorcall: GilCell::new(vectorcall),
    })?
    .into_object())
}

macro_rules! enter {
    ($d:ident, $args:ident, $n:ident, $names:ident) => {{
        // SAFETY: only method descriptors have this vectorcall; the arguments follow the convention.
        unsafe {
            let d = $d.downcast_unchecked::<PyMethodDescr>();
            let all = FuncArgs::from_raw($args, nargs($n), $names);
            let slf = d.common.check_call(&all)?;
            (d.def(), slf, all)
        }
    }};
}
fn function_text(d: &PyObject) -> PyResult<String> {
    crate::cfunction::function_str(d)
}
#[cold]
fn keywords_refused(d: &PyObject) -> PyResult {
    raise!(TypeError, "{} takes no keyword arguments", function_text(d)?)
}
/// # Safety
/// As vectorcall; each belongs to the flavour it is named after, which is the type of `ml_meth`.
unsafe extern "C" fn call_noargs(
    d: &PyObject,
    args: *const *mut PyObject,
    n: usize,
    names: Option<&PyTuple>,
) -> PyResult {
    let (def, slf, all) = enter!(d, args, n, names);
    if !all.kwvalues.is_empty() {
        return keywords_refused(d);
    }
    if all.pos.len() != 1 {
        return raise!(
            TypeError,
            "{} takes no arguments ({} given)",
            function_text(d)?,
            all.pos.len() - 1
        );
    }
    // SAFETY: see above.
    unsafe { std::mem::transmute::<*const c_void, PyCFunction>(def.ml_meth)(slf, None) }
}
unsafe extern "C" fn call_o(
    d: &PyObject,
    args: *const *mut PyObject,
    n: usize,
    names: Option<&PyTuple>,
) -> PyResult {
    let (def, slf, all) = enter!(d, args, n, names);
    if !all.kwvalues.is_empty() {
        return keywords_refused(d);
    }
    if all.pos.len() != 2 {
        return raise!(
            TypeError,
            "{} takes exactly one argument ({} given)",
            function_text(d)?,
            all.pos.len() - 1
        );
    }
    // SAFETY: see above.
    unsafe { std::mem::transmute::<*const c_void, PyCFunction>(def.ml_meth)(slf, Some(all.pos[1])) }
}
unsafe extern "C" fn call_fast(
    d: &PyObject,
    args: *const *mut PyObject,
    n: usize,
    names: Option<&PyTuple>,
) -> PyResult {
    let (def, slf, all) = enter!(d, args, n, names);
    if !all.kwvalues.is_empty() {
        return keywords_refused(d);
    }
    // SAFETY: see above.
    unsafe {
        std::mem::transmute::<*const c_void, PyCFunctionFast>(def.ml_meth)(
            slf,
            args.add(1),
            all.pos.len() as isize - 1,
        )
    }
}
unsafe extern "C" fn call_fast_keywords(
    d: &PyObject,
    args: *const *mut PyObject,
    n: usize,
    names: Option<&PyTuple>,
) -> PyResult {
    let (def, slf, all) = enter!(d, args, n, names);
    // SAFETY: see above.
    unsafe {
        std::mem::transmute::<*const c_void, PyCFunctionFastWithKeywords>(def.ml_meth)(
            slf,
            args.add(1),
            all.pos.len() as isize - 1,
            names,
        )
    }
}
unsafe extern "C" fn call_method(
    d: &PyObject,
    args: *const *mut PyObject,
    n: usize,
    names: Option<&PyTuple>,
) -> PyResult {
    let (def, slf, all) = enter!(d, args, n, names);
    // SAFETY: see above.
    unsafe {
        let class = d.downcast_unchecked::<PyMethodDescr>().common.class();
        std::mem::transmute::<*const c_void, PyCMethod>(def.ml_meth)(
            slf,
            class,
            args.add(1),
            all.pos.len() - 1,
            names,
        )
    }
}

impl PyMethodDescr {
    pub fn def(&self) -> &'static PyMethodDef {
        // SAFETY: definitions live for ever.
        unsafe { &*self.d_method.get() }
    }
}

macro_rules! common_getters {
    ($t:ident) => {
        #[pymethods(part = common)]
        impl $t {
            #[getter]
            fn __objclass__(&self) -> Option<Py<PyTypeObject>> {
                self.common.d_type.get()
            }
            #[getter]
            fn __name__(&self) -> Option<Py<PyStr>> {
                self.common.d_name.get()
            }
            #[getter]
            fn __qualname__(&self) -> PyResult {
                self.common.qualname()
            }
        }
    };
}
macro_rules! common_reduce {
    ($t:ident) => {
        #[pymethods(part = reduce)]
        impl $t {
            #[method("($self, /)")]
            fn __reduce__(&self) -> PyResult {
                self.common.reduce()
            }
        }
    };
}
common_reduce!(PyMethodDescr);
common_reduce!(PyWrapperDescr);
common_reduce!(PyMemberDescr);
common_getters!(PyMethodDescr);
common_getters!(PyClassMethodDescr);
common_getters!(PyWrapperDescr);
common_getters!(PyGetSetDescr);
common_getters!(PyMemberDescr);

#[pymethods(extend(common, reduce))]
impl PyMethodDescr {
    #[slot]
    fn tp_repr(&self) -> PyResult<String> {
        Ok(format!(
            "<method '{}' of '{}' objects>",
            self.common.name(),
            self.common.class().full_name()
        ))
    }
    #[slot]
    fn tp_call(&self, args: &PyTuple, kwargs: Option<&crate::PyDict>) -> PyResult {
        if self.vectorcall.get().is_some() {
            return crate::call::call_tuple_dict(self.as_object(), args, kwargs);
        }
        let all = FuncArgs::positional(crate::args::py_slice(args.as_slice()));
        let slf = self.common.check_call(&all)?;
        let rest = PyTuple::from_refs(&all.pos[1..])?;
        // SAFETY: `METH_VARARGS`, with or without keywords.
        unsafe {
            if self.def().ml_flags & meth::KEYWORDS != 0 {
                let m: PyCFunctionWithKeywords = std::mem::transmute(self.def().ml_meth);
                m(slf, rest.as_object(), kwargs.map(|k| k.as_object()))
            } else {
                if kwargs.is_some_and(|k| !k.is_empty()) {
                    return keywords_refused(self.as_object());
                }
                let m: PyCFunction = std::mem::transmute(self.def().ml_meth);
                m(slf, Some(rest.as_object()))
            }
        }
    }
    #[slot]
    fn tp_descr_get(&self, obj: Option<&PyObject>, _ty: Option<&PyObject>) -> PyResult {
        let Some(obj) = obj else {
            return Ok(self.as_object().new_ref());
        };
        self.common.check(obj)?;
        let class = if self.def().ml_flags & meth::METHOD != 0 {
            Some(self.common.class())
        } else {
            None
        };
        Ok(PyCFunctionObject::new(self.def(), Some(obj), None, class)?.into_object())
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut crate::Visitor) {
        self.common.traverse(visit);
    }
    #[getter]
    fn __doc__(&self) -> PyResult {
        match crate::doc::lookup_method(self.common.class(), self.def().name()) {
            Some(d) => crate::IntoPy::into_py(d),
            None => crate::IntoPy::into_py(doc_value(self.def().name(), self.def().ml_doc)),
        }
    }
    #[getter]
    fn __text_signature__(&self) -> Option<String> {
        text_signature(self.def().name(), def_doc(self.def().ml_doc))
    }
}

/// `classmethod_descriptor`
#[pyclass(name = "classmethod_descriptor", type = PyClassMethodDescr_Type, flags(HAVE_GC))]
#[repr(C)]
pub struct PyClassMethodDescr {
    pub common: DescrCommon,
    d_method: GilCell<*const PyMethodDef>,
}

/// `PyDescr_NewClassMethod`
pub fn new_classmethod_descriptor(class: &PyTypeObject, def: &'static PyMethodDef) -> PyResult {
    let name = crate::intern::intern_str(def.name())?;
    Ok(crate::new_object(PyClassMethodDescr {
        common: DescrCommon::new(&PyClassMethodDescr_Type, class, &name),
        d_method: GilCell::new(def),
    })?
    .into_object())
}

impl PyClassMethodDescr {
    fn def(&self) -> &'static PyMethodDef {
        // SAFETY: definitions live for ever.
        unsafe { &*self.d_method.get() }
    }
    fn bind(&self, class: &PyTypeObject) -> PyResult {
        if !class.is_subtype(self.common.class()) {
            return raise!(
                TypeError,
                "descriptor '{}' requires a subtype of '{}' but received '{}'",
                self.common.name(),
                self.common.class().full_name(),
                class.full_name()
            );
        }
        let defining = if self.def().ml_flags & meth::METHOD != 0 {
            Some(self.common.class())
        } else {
            None
        };
        Ok(PyCFunctionObject::new(self.def(), Some(class.as_object()), None, defining)?.into_object())
    }
}

#[pymethods(extend(common))]
impl PyClassMethodDescr {
    #[slot]
    fn tp_repr(&self) -> PyResult<String> {
        Ok(format!(
            "<method '{}' of '{}' objects>",
            self.common.name(),
            self.common.class().full_name()
        ))
    }
    #[slot]
    fn tp_call(&self, args: &PyTuple, kwargs: Option<&crate::PyDict>) -> PyResult {
        let Some(class) = args.get(0) else {
            return raise!(
                TypeError,
                "descriptor '{}' of '{}' object needs an argument",
                self.common.name(),
                self.common.class().full_name()
            );
        };
        let Some(class) = class.downcast::<PyTypeObject>() else {
            return raise!(
                TypeError,
                "descriptor '{}' for type '{}' needs a type, not a '{}' as arg 2",
                self.common.name(),
                self.common.class().full_name(),
                class.ty().full_name()
            );
        };
        let bound = self.bind(class)?;
        crate::call::call_tuple_dict(
            &bound,
            &*PyTuple::from_vec(args.as_slice()[1..].to_vec())?,
            kwargs,
        )
    }
    #[slot]
    fn tp_descr_get(&self, obj: Option<&PyObject>, ty: Option<&PyObject>) -> PyResult {
        let class = match (ty, obj) {
            (Some(t), _) => t,
            (None, Some(o)) => o.ty().as_object(),
            (None, None) => {
                return raise!(
                    TypeError,
                    "descriptor '{}' for type '{}' needs either an object or a type",
                    self.common.name(),
                    self.common.class().full_name()
                );
            }
        };
        match class.downcast::<PyTypeObject>() {
            Some(c) => self.bind(c),
            None => raise!(
                TypeError,
                "descriptor '{}' for type '{}' needs a type, not a '{}' as arg 2",
                self.common.name(),
                self.common.class().full_name(),
                class.ty().full_name()
            ),
        }
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut crate::Visitor) {
        self.common.traverse(visit);
    }
    #[getter]
    fn __doc__(&self) -> PyResult {
        match crate::doc::lookup_method(self.common.class(), self.def().name()) {
            Some(d) => crate::IntoPy::into_py(d),
            None => crate::IntoPy::into_py(doc_value(self.def().name(), self.def().ml_doc)),
        }
    }
    #[getter]
    fn __text_signature__(&self) -> Option<String> {
        text_signature(self.def().name(), def_doc(self.def().ml_doc))
    }
}

/// `PyWrapperDescrObject`: a slot as a method.
#[pyclass(name = "wrapper_descriptor", type = PyWrapperDescr_Type, flags(HAVE_GC, METHOD_DESCRIPTOR))]
#[repr(C)]
pub struct PyWrapperDescr {
    pub common: DescrCommon,
    d_base: GilCell<*const SlotDef>,
    d_wrapped: GilCell<*const c_void>,
}

/// A descriptor for the slot `def` of `class`, filled with `function`.
pub fn new_wrapper_descriptor(
    class: &PyTypeObject,
    def: &'static SlotDef,
    function: *const c_void,
    name: &PyStr,
) -> PyResult {
    Ok(crate::new_object(PyWrapperDescr {
        common: DescrCommon::new(&PyWrapperDescr_Type, class, name),
        d_base: GilCell::new(def),
        d_wrapped: GilCell::new(function),
    })?
    .into_object())
}

/// The slot function behind a wrapper descriptor.
pub fn wrapped_function(obj: &PyObject) -> Option<*const c_void> {
    obj.downcast_exact::<PyWrapperDescr>().map(|w| w.wrapped())
}

impl PyWrapperDescr {
    pub fn base(&self) -> &'static SlotDef {
        // SAFETY: definitions live for ever.
        unsafe { &*self.d_base.get() }
    }
    pub fn wrapped(&self) -> *const c_void {
        self.d_wrapped.get()
    }
    pub fn class(&self) -> &PyTypeObject {
        self.common.class()
    }
    /// Calls the slot.
    fn run(&self, slf: &PyObject, pos: &[&PyObject], kw: KwArgs<'_>) -> PyResult {
        let base = self.base();
        if !kw.is_empty() && !base.keywords {
            return raise!(TypeError, "wrapper {}() takes no keyword arguments", base.name);
        }
        match base.wrapper {
            Some(w) => w(slf, pos, kw, self.wrapped()),
            None => crate::error::bad_internal_call(),
        }
    }
}

#[pymethods(extend(common, reduce))]
impl PyWrapperDescr {
    #[slot]
    fn tp_repr(&self) -> PyResult<String> {
        Ok(format!(
            "<slot wrapper '{}' of '{}' objects>",
            self.common.name(),
            self.common.class().full_name()
        ))
    }
    #[slot]
    fn tp_call(&self, args: &PyTuple, kwargs: Option<&crate::PyDict>) -> PyResult {
        let mut holder = Vec::new();
        let all = FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?;
        let Some(slf) = all.pos.first() else {
            return raise!(
                TypeError,
                "descriptor '{}' of '{}' object needs an argument",
                self.common.name(),
                self.common.class().full_name()
            );
        };
        if !slf.ty().is_subtype(self.common.class()) {
            return raise!(
                TypeError,
                "descriptor '{}' requires a '{}' object but received a '{}'",
                self.common.name(),
                self.common.class().full_name(),
                slf.ty().full_name()
            );
        }
        self.run(slf, &all.pos[1..], all.keywords())
    }
    #[slot]
    fn tp_descr_get(&self, obj: Option<&PyObject>, _ty: Option<&PyObject>) -> PyResult {
        let Some(obj) = obj else {
            return Ok(self.as_object().new_ref());
        };
        self.common.check(obj)?;
        Ok(crate::new_object(PyMethodWrapper {
            ob_base: PyObject::new_head(&_PyMethodWrapper_Type),
            descr: Field::from_ref(self),
            slf: Field::from_ref(obj),
        })?
        .into_object())
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut crate::Visitor) {
        self.common.traverse(visit);
    }
    #[getter]
    fn __doc__(&self) -> PyResult {
        crate::IntoPy::into_py(crate::doc::lookup_slot(self.common.class(), self.base().name))
    }
    #[getter]
    fn __text_signature__(&self) -> &'static str {
        self.base().signature
    }
}

/// `method-wrapper`: a slot wrapper bound to an object.
#[pyclass(name = "method-wrapper", type = _PyMethodWrapper_Type, flags(HAVE_GC))]
#[repr(C)]
pub struct PyMethodWrapper {
    ob_base: PyObject,
    descr: Field<PyWrapperDescr>,
    slf: Field,
}

impl PyMethodWrapper {
    fn parts(&self) -> PyResult<(Py<PyWrapperDescr>, Py)> {
        match (self.descr.get(), self.slf.get()) {
            (Some(d), Some(s)) => Ok((d, s)),
            _ => crate::error::bad_internal_call(),
        }
    }
}

#[pymethods]
impl PyMethodWrapper {
    #[slot]
    fn tp_repr(&self) -> PyResult<String> {
        let (d, s) = self.parts()?;
        Ok(format!(
            "<method-wrapper '{}' of {} object at {:p}>",
            d.base().name,
            s.ty().full_name(),
            s.as_ptr()
        ))
    }
    #[slot]
    fn tp_call(&self, args: &PyTuple, kwargs: Option<&crate::PyDict>) -> PyResult {
        let (d, s) = self.parts()?;
        let mut holder = Vec::new();
        let all = FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?;
        d.run(&s, all.pos, all.keywords())
    }
    #[slot]
    fn tp_hash(&self) -> PyResult<isize> {
        let (d, s) = self.parts()?;
        Ok(crate::protocol::hash_pointer(s.as_ptr()) ^ crate::protocol::hash_pointer(d.as_object().as_ptr()))
    }
    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: crate::CompareOp) -> PyResult {
        let (true, Some(o)) = (
            matches!(op, crate::CompareOp::Eq | crate::CompareOp::Ne),
            other.downcast::<PyMethodWrapper>(),
        ) else {
            return Ok(crate::not_implemented());
        };
        let same = self.descr.as_raw() == o.descr.as_raw() && self.slf.as_raw() == o.slf.as_raw();
        Ok(crate::bool::py_bool(same == (op == crate::CompareOp::Eq)))
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut crate::Visitor) {
        visit.field(&self.descr);
        visit.field(&self.slf);
    }
    #[slot]
    fn tp_clear(&self) {
        self.descr.set(None);
        self.slf.set(None);
    }
    #[getter]
    fn __self__(&self) -> Option<Py> {
        self.slf.get()
    }
    #[getter]
    fn __name__(&self) -> PyResult<&'static str> {
        Ok(self.parts()?.0.base().name)
    }
    #[getter]
    fn __qualname__(&self) -> PyResult {
        self.parts()?.0.common.qualname()
    }
    #[getter]
    fn __objclass__(&self) -> PyResult<Option<Py<PyTypeObject>>> {
        Ok(self.parts()?.0.common.d_type.get())
    }
    #[getter]
    fn __doc__(&self) -> PyResult {
        self.parts()?.0.as_object().get_attr(crate::intern!("__doc__"))
    }
    #[getter]
    fn __text_signature__(&self) -> PyResult<&'static str> {
        Ok(self.parts()?.0.base().signature)
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        let (d, s) = self.parts()?;
        let getattr = crate::hooks::import("builtins")?.get_attr(crate::intern!("getattr"))?;
        crate::IntoPy::into_py((getattr, (s, d.common.d_name.get())))
    }
}

/// `PyGetSetDescrObject`
#[pyclass(name = "getset_descriptor", type = PyGetSetDescr_Type, flags(HAVE_GC))]
#[repr(C)]
pub struct PyGetSetDescr {
    pub common: DescrCommon,
    d_getset: GilCell<*const PyGetSetDef>,
}

/// `PyDescr_NewGetSet`
pub fn new_getset_descriptor(class: &PyTypeObject, def: &'static PyGetSetDef, name: &PyStr) -> PyResult {
    Ok(crate::new_object(PyGetSetDescr {
        common: DescrCommon::new(&PyGetSetDescr_Type, class, name),
        d_getset: GilCell::new(def),
    })?
    .into_object())
}

impl PyGetSetDescr {
    pub fn def(&self) -> &'static PyGetSetDef {
        // SAFETY: definitions live for ever.
        unsafe { &*self.d_getset.get() }
    }
}

#[pymethods(extend(common))]
impl PyGetSetDescr {
    #[slot]
    fn tp_repr(&self) -> PyResult<String> {
        Ok(format!(
            "<attribute '{}' of '{}' objects>",
            self.common.name(),
            self.common.class().full_name()
        ))
    }
    #[slot]
    fn tp_descr_get(&self, obj: Option<&PyObject>, _ty: Option<&PyObject>) -> PyResult {
        let Some(obj) = obj else {
            return Ok(self.as_object().new_ref());
        };
        self.common.check(obj)?;
        match self.def().get {
            // SAFETY: the getter of the object's class.
            Some(get) => unsafe { get(obj, self.def().closure) },
            None => raise!(
                AttributeError,
                "attribute '{}' of '{}' objects is not readable",
                self.common.name(),
                self.common.class().full_name()
            ),
        }
    }
    #[slot]
    fn tp_descr_set(&self, obj: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
        self.common.check(obj)?;
        match self.def().set {
            // SAFETY: the setter of the object's class.
            Some(set) => crate::args::from_status(unsafe { set(obj, value, self.def().closure) }),
            None => raise!(
                AttributeError,
                "attribute '{}' of '{}' objects is not writable",
                self.common.name(),
                self.common.class().full_name()
            ),
        }
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut crate::Visitor) {
        self.common.traverse(visit);
    }
    #[getter]
    fn __doc__(&self) -> PyResult {
        match crate::doc::lookup_method(self.common.class(), &self.common.name()) {
            Some(d) => crate::IntoPy::into_py(d),
            None => crate::IntoPy::into_py(def_doc(self.def().doc)),
        }
    }
}

/// `PyMemberDescrObject`: a field of the C struct, or a `__slots__` entry.
#[pyclass(name = "member_descriptor", type = PyMemberDescr_Type, flags(HAVE_GC))]
#[repr(C)]
pub struct PyMemberDescr {
    pub common: DescrCommon,
    d_member: GilCell<*const PyMemberDef>,
}

/// `PyDescr_NewMember`
pub fn new_member_descriptor(class: &PyTypeObject, def: &'static PyMemberDef, name: &PyStr) -> PyResult {
    Ok(crate::new_object(PyMemberDescr {
        common: DescrCommon::new(&PyMemberDescr_Type, class, name),
        d_member: GilCell::new(def),
    })?
    .into_object())
}

impl PyMemberDescr {
    /// The member's place and type; what `class` keeps alive.
    pub fn def(&self) -> &PyMemberDef {
        // SAFETY: members of static types are static; those of heap types live in the type, which the descriptor owns.
        unsafe { &*self.d_member.get() }
    }
}

#[pymethods(extend(common, reduce))]
impl PyMemberDescr {
    #[slot]
    fn tp_repr(&self) -> PyResult<String> {
        Ok(format!(
            "<member '{}' of '{}' objects>",
            self.common.name(),
            self.common.class().full_name()
        ))
    }
    #[slot]
    fn tp_descr_get(&self, obj: Option<&PyObject>, _ty: Option<&PyObject>) -> PyResult {
        let Some(obj) = obj else {
            return Ok(self.as_object().new_ref());
        };
        self.common.check(obj)?;
        // SAFETY: the member of the object's class.
        unsafe { get_member(obj, self.def()) }
    }
    #[slot]
    fn tp_descr_set(&self, obj: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
        self.common.check(obj)?;
        // SAFETY: the member of the object's class.
        unsafe { set_member(obj, self.def(), value) }
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut crate::Visitor) {
        self.common.traverse(visit);
    }
    #[getter]
    fn __doc__(&self) -> PyResult {
        match crate::doc::lookup_method(self.common.class(), &self.common.name()) {
            Some(d) => crate::IntoPy::into_py(d),
            None => crate::IntoPy::into_py(def_doc(self.def().doc)),
        }
    }
}

fn member_name(def: &PyMemberDef) -> String {
    // SAFETY: a NUL-terminated name that lives as long as the definition.
    unsafe { CStr::from_ptr(def.name) }.to_string_lossy().into_owned()
}

/// `PyMember_GetOne`
///
/// # Safety
/// `def` describes a field of the object's layout.
pub unsafe fn get_member(obj: &PyObject, def: &PyMemberDef) -> PyResult {
    use crate::IntoPy;
    // SAFETY: the caller's promise: a field of that type stands at the offset.
    unsafe {
        let p = (obj as *const PyObject as *const u8).offset(def.offset);
        match def.type_code {
            member::T_BOOL => (*(p as *const i8) != 0).into_py(),
            member::T_BYTE => (*(p as *const i8)).into_py(),
            member::T_UBYTE => (*p).into_py(),
            member::T_SHORT => (*(p as *const i16)).into_py(),
            member::T_USHORT => (*(p as *const u16)).into_py(),
            member::T_INT => (*(p as *const i32)).into_py(),
            member::T_UINT => (*(p as *const u32)).into_py(),
            member::T_LONG | member::T_LONGLONG | member::T_PYSSIZET => (*(p as *const i64)).into_py(),
            member::T_ULONG | member::T_ULONGLONG => (*(p as *const u64)).into_py(),
            member::T_FLOAT => (*(p as *const f32) as f64).into_py(),
            member::T_DOUBLE => (*(p as *const f64)).into_py(),
            member::T_STRING => {
                let s = *(p as *const *const c_char);
                if s.is_null() {
                    Ok(crate::none())
                } else {
                    CStr::from_ptr(s).to_string_lossy().into_owned().into_py()
                }
            }
            member::T_STRING_INPLACE => CStr::from_ptr(p as *const c_char)
                .to_string_lossy()
                .into_owned()
                .into_py(),
            member::T_CHAR => ((*p as char).to_string()).into_py(),
            member::T_OBJECT => Ok((*(p as *const Field)).get().unwrap_or_else(crate::none)),
            member::T_OBJECT_EX => match (*(p as *const Field)).get() {
                Some(v) => Ok(v),
                None => {
                    let name = PyStr::new(&member_name(def))?;
                    crate::typeobject::no_attribute(obj, &name)
                }
            },
            member::T_NONE => Ok(crate::none()),
            _ => raise!(SystemError, "bad memberdescr type for {}", member_name(def)),
        }
    }
}

/// `PyMember_SetOne`
///
/// # Safety
/// `def` describes a field of the object's layout.
pub unsafe fn set_member(obj: &PyObject, def: &PyMemberDef, value: Option<&PyObject>) -> PyResult<()> {
    if def.flags & member::READONLY != 0 {
        return raise!(AttributeError, "readonly attribute");
    }
    // SAFETY: as above.
    unsafe {
        let p = (obj as *const PyObject as *mut u8).offset(def.offset);
        let Some(value) = value else {
            return match def.type_code {
                member::T_OBJECT_EX => {
                    let field = &*(p as *const Field);
                    if field.is_none() {
                        return raise!(AttributeError, "{}", member_name(def));
                    }
                    field.set(None);
                    Ok(())
                }
                member::T_OBJECT => {
                    (*(p as *const Field)).set(None);
                    Ok(())
                }
                _ => raise!(TypeError, "can't delete numeric/char attribute"),
            };
        };
        let int = || crate::number::index(value).map(|v| v.to_i128().unwrap_or(i128::MAX));
        match def.type_code {
            member::T_BOOL => {
                if !crate::bool::PyBool::check(value) {
                    return raise!(TypeError, "attribute value type must be bool");
                }
                *(p as *mut i8) = value.is_true()? as i8;
            }
            member::T_BYTE => *(p as *mut i8) = int()? as i8,
            member::T_UBYTE => *p = int()? as u8,
            member::T_SHORT => *(p as *mut i16) = int()? as i16,
            member::T_USHORT => *(p as *mut u16) = int()? as u16,
            member::T_INT => *(p as *mut i32) = int()? as i32,
            member::T_UINT => *(p as *mut u32) = int()? as u32,
            member::T_LONG | member::T_LONGLONG | member::T_PYSSIZET => match i64::try_from(int()?) {
                Ok(v) => *(p as *mut i64) = v,
                Err(_) => return raise!(OverflowError, "Python int too large to convert to C long"),
            },
            member::T_ULONG | member::T_ULONGLONG => match u64::try_from(int()?) {
                Ok(v) => *(p as *mut u64) = v,
                Err(_) => {
                    return raise!(
                        OverflowError,
                        "Python int too large to convert to C unsigned long"
                    );
                }
            },
            member::T_FLOAT => *(p as *mut f32) = crate::float::as_f64(value)? as f32,
            member::T_DOUBLE => *(p as *mut f64) = crate::float::as_f64(value)?,
            member::T_OBJECT | member::T_OBJECT_EX => (*(p as *const Field)).set(Some(value.new_ref())),
            member::T_CHAR => match value.downcast::<PyStr>() {
                Some(s) if s.len() == 1 && s.chars().at(0) < 256 => *p = s.chars().at(0) as u8,
                _ => return raise!(TypeError, "bad argument type for built-in operation"),
            },
            member::T_STRING | member::T_STRING_INPLACE => return raise!(TypeError, "readonly attribute"),
            _ => return raise!(SystemError, "bad memberdescr type for {}", member_name(def)),
        }
        Ok(())
    }
}

// ---- __new__ of static types ----

unsafe extern "C" fn new_wrapper(
    slf: &PyObject,
    args: *const *mut PyObject,
    n: isize,
    names: Option<&PyTuple>,
) -> PyResult {
    // SAFETY: the fastcall convention; `slf` is the class whose `tp_new` this is.
    let all = unsafe { FuncArgs::from_raw(args, n as usize, names) };
    let Some(ty) = slf.downcast::<PyTypeObject>() else {
        return crate::error::bad_internal_call();
    };
    let Some(cls) = all.pos.first() else {
        return raise!(TypeError, "{}.__new__(): not enough arguments", ty.full_name());
    };
    let Some(cls) = cls.downcast::<PyTypeObject>() else {
        return raise!(
            TypeError,
            "{}.__new__(X): X is not a type object ({})",
            ty.full_name(),
            cls.ty().full_name()
        );
    };
    if !cls.is_subtype(ty) {
        return raise!(
            TypeError,
            "{0}.__new__({1}): {1} is not a subtype of {0}",
            ty.full_name(),
            cls.full_name()
        );
    }
    if cls.has(flags::DISALLOW_INSTANTIATION) {
        return raise!(TypeError, "cannot create '{}' instances", cls.full_name());
    }
    // the most derived built-in base decides the layout
    let mut fixed = Some(cls);
    while let Some(t) = fixed {
        let python = t
            .tp_new
            .get()
            .is_some_and(|f| crate::typeobject::slots::is_python_new(f));
        if !python {
            break;
        }
        fixed = t.base();
    }
    if let (Some(f), Some(own)) = (fixed.and_then(|t| t.tp_new.get()), ty.tp_new.get())
        && !std::ptr::fn_addr_eq(f, own)
    {
        return raise!(
            TypeError,
            "{0}.__new__({1}) is not safe, use {2}.__new__()",
            ty.full_name(),
            cls.full_name(),
            fixed.map_or("?", |t| t.full_name())
        );
    }
    let rest = PyTuple::from_refs(&all.pos[1..])?;
    let kwargs = if all.kwvalues.is_empty() {
        None
    } else {
        Some(all.keywords().to_dict()?)
    };
    match ty.tp_new.get() {
        // SAFETY: `tp_new` with a subclass, a tuple, and a dict or nothing.
        Some(f) => unsafe { f(cls, &rest, kwargs.as_deref()) },
        None => raise!(TypeError, "cannot create '{}' instances", ty.full_name()),
    }
}

static NEW_DEF: PyMethodDef = PyMethodDef::new(
    c"__new__",
    new_wrapper as *const c_void,
    meth::FASTCALL | meth::KEYWORDS,
    Some(c"__new__($type, *args, **kwargs)\n--\n\nCreate and return a new object.  See help(type) for accurate signature."),
);

/// Adds `__new__` to a static type that has a `tp_new` of its own.
pub fn add_new_wrapper(ty: &PyTypeObject, dict: &crate::PyDict) -> PyResult<()> {
    let name = crate::intern!("__new__");
    if dict.get_str(name)?.is_some() {
        return Ok(());
    }
    let f = PyCFunctionObject::new(&NEW_DEF, Some(ty.as_object()), None, None)?;
    dict.set_item(name, &*f)
}

/// Whether `descr` is the `__new__` of the static type from which `ty` has its `tp_new`.
pub fn is_own_new(ty: &PyTypeObject, descr: &PyObject) -> bool {
    let Some(f) = descr.downcast_exact::<PyCFunctionObject>() else {
        return false;
    };
    if !std::ptr::eq(f.def(), &NEW_DEF) {
        return false;
    }
    match (
        f.receiver()
            .and_then(|s| s.downcast::<PyTypeObject>())
            .and_then(|t| t.tp_new.get()),
        ty.tp_new.get(),
    ) {
        (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b),
        _ => false,
    }
}
