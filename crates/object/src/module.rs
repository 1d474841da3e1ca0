//! `module` (`types.ModuleType`) and the making of native modules.

use crate::cfunction::PyCFunctionObject;
use crate::dict::PyDict;
use crate::handle::{Field, GilCell, Py, PyClass, PyLayout, PyResult};
use crate::raise;
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::typeobject::{PyMethodDef, PyTypeObject};
use crate::typeobject::{freefunc, getattrofunc, inquiry, traverseproc};
use object_macros::{pyclass, pymethods};
use std::ffi::{c_char, c_int, c_void};

/// `PyModuleDef`: what a C module is made from. Static, and an object of the type `moduledef` itself.
#[repr(C)]
pub struct PyModuleDef {
    pub ob_base: PyObject,
    pub m_init: GilCell<*const c_void>,
    pub m_index: GilCell<isize>,
    pub m_copy: Field,
    pub m_name: *const c_char,
    pub m_doc: *const c_char,
    /// Bytes of state that each module has; negative: modules cannot be made more than once.
    pub m_size: isize,
    /// NULL, or ends with an entry without a name.
    pub m_methods: *const PyMethodDef,
    /// NULL, or ends with an entry of 0.
    pub m_slots: *const PyModuleDef_Slot,
    pub m_traverse: Option<traverseproc>,
    pub m_clear: Option<inquiry>,
    pub m_free: Option<freefunc>,
}
const _: () = assert!(size_of::<PyModuleDef>() == 104);

/// `PyModuleDef_Slot`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyModuleDef_Slot {
    pub slot: c_int,
    pub value: *mut c_void,
}

/// `PyModuleObject`
#[pyclass(name = "module", type = PyModule_Type, flags(BASETYPE, HAVE_GC), weaklist = md_weaklist, dict = md_dict)]
#[repr(C)]
pub struct PyModule {
    pub(crate) ob_base: PyObject,
    pub md_dict: Field<PyDict>,
    /// `PyModuleDef` of a C module, or null.
    pub md_def: GilCell<*mut PyModuleDef>,
    /// The C module's own memory, from `alloc::raw_malloc`, or null.
    pub md_state: GilCell<*mut c_void>,
    pub(crate) md_weaklist: GilCell<*mut PyObject>,
    pub md_name: Field,
}

impl PyModule {
    /// An attribute, if it is there or the module's own `__getattr__` finds it: no exception is made.
    pub(crate) fn find_attr(&self, name: &PyStr) -> PyResult<Option<Py>> {
        if let Some(v) = crate::typeobject::generic_get(self.as_object(), name)? {
            return Ok(Some(v));
        }
        match self.md_dict.get() {
            Some(d) => match d.get_str(crate::intern!("__getattr__"))? {
                Some(getattr) => crate::call::call(&getattr, &[name.as_object()]).map(Some),
                None => Ok(None),
            },
            None => Ok(None),
        }
    }

    /// Whether attributes of a type's instances are looked up as those of modules.
    pub(crate) fn is_getattr_of(ty: &PyTypeObject) -> bool {
        ty.tp_getattro
            .get()
            .is_some_and(|f| std::ptr::fn_addr_eq(f, PyModule::__py_tp_getattro as getattrofunc))
    }

    /// `PyModule_New`: `__name__`, `__doc__`, `__package__`, `__loader__` and `__spec__` are set.
    pub fn new(name: &str) -> PyResult<Py<PyModule>> {
        PyModule::new_object(crate::intern::intern_str(name)?.as_object())
    }
    /// `PyModule_NewObject`
    pub fn new_object(name: &PyObject) -> PyResult<Py<PyModule>> {
        let m = crate::new_instance(PyModule::type_object(), |_: *mut PyModule| {})?;
        m.init_dict(name, crate::singletons::none_ref())?;
        Ok(m)
    }
    fn init_dict(&self, name: &PyObject, doc: &PyObject) -> PyResult<()> {
        let dict = self.dict()?;
        dict.set_item(crate::intern!("__name__"), name)?;
        dict.set_item(crate::intern!("__doc__"), doc)?;
        for n in [
            crate::intern!("__package__"),
            crate::intern!("__loader__"),
            crate::intern!("__spec__"),
        ] {
            dict.set_item(n, crate::singletons::none_ref())?;
        }
        if PyStr::check_exact(name) {
            self.md_name.set(Some(name.new_ref()));
        }
        Ok(())
    }
    /// The definition that a C module was made from.
    pub fn def(&self) -> Option<&'static PyModuleDef> {
        // SAFETY: definitions are static.
        unsafe { self.md_def.get().as_ref() }
    }
    /// Whether the C code's functions may look at the state: it is there, or there is none to be had.
    fn has_state(&self, def: &PyModuleDef) -> bool {
        def.m_size <= 0 || !self.md_state.get().is_null()
    }
    /// The module's dict, made if it has none yet.
    pub fn dict(&self) -> PyResult<Py<PyDict>> {
        if let Some(d) = self.md_dict.get() {
            return Ok(d);
        }
        let d = PyDict::new()?;
        self.md_dict.set(Some(d.clone()));
        Ok(d)
    }
    /// `__name__` as text, if it is a string.
    pub fn name_string(&self) -> Option<String> {
        let v = self.md_dict.get()?.get_str(crate::intern!("__name__")).ok()??;
        v.downcast::<PyStr>().map(|s| s.to_string())
    }
    /// `PyModule_AddObjectRef`
    pub fn add(&self, name: &str, value: &PyObject) -> PyResult<()> {
        self.dict()?.set_item(&*crate::intern::intern_str(name)?, value)
    }
    /// A value that converts: `module.add_value("pi", 3.14)?`.
    pub fn add_value(&self, name: &str, value: impl crate::IntoPy) -> PyResult<()> {
        let value = value.into_py()?;
        self.add(name, &value)
    }
    /// `PyModule_AddType`
    pub fn add_type(&self, ty: &PyTypeObject) -> PyResult<()> {
        self.add(ty.name(), ty.as_object())
    }
    /// Functions from a method table.
    pub fn add_functions(&self, methods: &'static [PyMethodDef]) -> PyResult<()> {
        let name = self.dict()?.get_str(crate::intern!("__name__"))?;
        for def in methods.iter().take_while(|d| !d.ml_name.is_null()) {
            let f = PyCFunctionObject::new(def, Some(self.as_object()), name.as_deref(), None)?;
            self.add(def.name(), f.as_object())?;
        }
        Ok(())
    }
}

/// Why a module has no such attribute: still being imported, or shadowing one of the standard library.
fn missing(module: &PyModule, name: &PyStr) -> PyResult {
    let this = module.as_object();
    let Some(mod_name) = module.name_string() else {
        return crate::typeobject::raise_attribute(this, name, format!("module has no attribute '{name}'"));
    };
    let spec = match module.md_dict.get() {
        Some(d) => d.get_str(crate::intern!("__spec__"))?,
        None => None,
    };
    let initializing = match &spec {
        Some(s) if !crate::is_none(s) => match s.get_attr_opt(crate::intern!("_initializing"))? {
            Some(v) => v.is_true()?,
            None => false,
        },
        _ => false,
    };
    let text = if initializing {
        let origin = match &spec {
            Some(s)
                if s.get_attr_opt(crate::intern!("has_location"))?
                    .is_some_and(|h| h.is_true().unwrap_or(false)) =>
            {
                s.get_attr_opt(crate::intern!("origin"))?
            }
            _ => None,
        };
        match origin {
            Some(o) => format!(
                "partially initialized module '{mod_name}' from '{}' has no attribute '{name}' (most likely due to a circular import)",
                o.str()?
            ),
            None => format!(
                "partially initialized module '{mod_name}' has no attribute '{name}' (most likely due to a circular import)"
            ),
        }
    } else {
        let submodules = match &spec {
            Some(s) if !crate::is_none(s) => s.get_attr_opt(crate::intern!("_uninitialized_submodules"))?,
            _ => None,
        };
        let pending = match submodules {
            Some(l) => l.contains(name.as_object())?,
            None => false,
        };
        if pending {
            format!(
                "cannot access submodule '{name}' of module '{mod_name}' (most likely due to a circular import)"
            )
        } else {
            format!("module '{mod_name}' has no attribute '{name}'")
        }
    };
    crate::typeobject::raise_attribute(this, name, text)
}

#[pymethods(members(__dict__ = md_dict))]
impl PyModule {
    #[slot]
    fn tp_new(cls: &PyTypeObject, _args: &crate::PyTuple, _kw: Option<&PyDict>) -> PyResult<Py<PyModule>> {
        let m = crate::new_instance(cls, |_: *mut PyModule| {})?;
        m.dict()?;
        Ok(m)
    }
    #[init("(name, doc=None)")]
    fn tp_init(&self, name: &PyStr, doc: Option<&PyObject>) -> PyResult<()> {
        self.init_dict(name.as_object(), doc.unwrap_or(crate::singletons::none_ref()))
    }
    #[slot]
    fn tp_repr(&self) -> PyResult {
        let f = crate::hooks::import("_frozen_importlib")?.get_attr(crate::intern!("_module_repr"))?;
        crate::call::call(&f, &[self.as_object()])
    }
    #[slot]
    fn tp_getattro(&self, name: &PyObject) -> PyResult {
        let name = crate::str::attribute_name(name)?;
        match self.find_attr(name)? {
            Some(v) => Ok(v),
            None => missing(self, name),
        }
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut crate::Visitor) {
        if let Some(def) = self.def()
            && let Some(traverse) = def.m_traverse
            && self.has_state(def)
        {
            let (visitor, arg) = visit.parts();
            // SAFETY: the module's own function.
            let result = unsafe { traverse(self.as_object(), visitor, arg) };
            visit.set_result(result);
        }
        visit.field(&self.md_dict);
    }
    #[slot]
    fn tp_clear(&self) {
        if let Some(def) = self.def()
            && let Some(clear) = def.m_clear
            && self.has_state(def)
        {
            // SAFETY: the module's own function.
            unsafe { clear(self.as_object()) };
        }
        self.md_dict.set(None);
    }
    #[slot]
    unsafe fn tp_dealloc(op: *mut PyObject) {
        // SAFETY: called once at the end; the C code's function sees the module whole.
        unsafe {
            let module = (*op).downcast_unchecked::<PyModule>();
            crate::gc::untrack(&*op);
            if let Some(def) = module.def()
                && let Some(free) = def.m_free
                && module.has_state(def)
            {
                free(op as *mut c_void);
            }
            let state = module.md_state.replace(std::ptr::null_mut());
            crate::alloc::raw_free(state as *mut u8);
            crate::alloc::generic_dealloc::<PyModule>(op);
        }
    }
    #[method("($self, /)")]
    fn __dir__(&self) -> PyResult {
        let dict = self.as_object().get_attr(crate::intern!("__dict__"))?;
        let Some(d) = dict.downcast::<PyDict>() else {
            return raise!(TypeError, "<module>.__dict__ is not a dictionary");
        };
        if let Some(f) = d.get_str(crate::intern!("__dir__"))? {
            return crate::call::call(&f, &[]);
        }
        Ok(crate::PyList::from_vec(d.items_vec().into_iter().map(|(k, _)| k).collect())?.into_object())
    }
    #[getter]
    fn __annotations__(&self) -> PyResult {
        let d = self.dict()?;
        let name = crate::intern!("__annotations__");
        if let Some(v) = d.get_str(name)? {
            return Ok(v);
        }
        let mut value = PyDict::new()?.into_object();
        if let Some(f) = d.get_str(crate::intern!("__annotate__"))?
            && f.is_callable()
        {
            let one = crate::PyInt::from_i64(1)?;
            value = crate::call::call(&f, &[one.as_object()])?;
            if !PyDict::check(&value) {
                return raise!(
                    TypeError,
                    "__annotate__ returned non-dict of type '{}'",
                    value.ty().full_name()
                );
            }
        }
        d.set_item(name, &*value)?;
        Ok(value)
    }
    #[setter(__annotations__)]
    fn set_annotations(&self, value: Option<&PyObject>) -> PyResult<()> {
        let d = self.dict()?;
        let name = crate::intern!("__annotations__");
        match value {
            Some(v) => d.set_item(name, v)?,
            None => {
                if d.pop_item(name.as_object())?.is_none() {
                    return raise!(AttributeError, "__annotations__");
                }
            }
        }
        d.pop_item(crate::intern!("__annotate__").as_object())?;
        Ok(())
    }
    #[getter]
    fn __annotate__(&self) -> PyResult {
        let d = self.dict()?;
        let name = crate::intern!("__annotate__");
        match d.get_str(name)? {
            Some(v) => Ok(v),
            None => {
                d.set_item(name, crate::singletons::none_ref())?;
                Ok(crate::none())
            }
        }
    }
    #[setter(__annotate__)]
    fn set_annotate(&self, value: Option<&PyObject>) -> PyResult<()> {
        let Some(v) = value else {
            return raise!(TypeError, "cannot delete __annotate__ attribute");
        };
        if !crate::is_none(v) && !v.is_callable() {
            return raise!(TypeError, "__annotate__ must be callable or None");
        }
        let d = self.dict()?;
        d.set_item(crate::intern!("__annotate__"), v)?;
        if !crate::is_none(v) {
            d.pop_item(crate::intern!("__annotations__").as_object())?;
        }
        Ok(())
    }
}
