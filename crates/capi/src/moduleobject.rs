//! `moduleobject.h`, and the module functions of `modsupport.h`.

use crate::util::{lend, lossy, name, steal, text};
use object::cfunction::PyCFunctionObject;
use object::module::{PyModuleDef, PyModuleDef_Slot};
use object::typeobject::PyMethodDef;
use object::{
    GilCell, Py, PyClass, PyInt, PyLayout, PyModule, PyObject, PyResult, PyStr, PyTypeObject, Raised, error,
    intern, raise,
};
use std::ffi::{c_char, c_int, c_long, c_void};

/// `Py_mod_create`, `Py_mod_exec`, `Py_mod_multiple_interpreters`, `Py_mod_gil`
const CREATE: c_int = 1;
const EXEC: c_int = 2;
const MULTIPLE_INTERPRETERS: c_int = 3;
const GIL: c_int = 4;

/// The type of module definitions, which are never made but by C.
#[object::pyclass(name = "moduledef", type = PyModuleDef_Type)]
#[repr(transparent)]
pub struct ModuleDefObject(PyModuleDef);

#[object::pymethods]
impl ModuleDefObject {
    #[slot]
    unsafe fn tp_dealloc(_op: *mut PyObject) {}
}

fn module(o: &PyObject) -> PyResult<&PyModule> {
    match o.downcast::<PyModule>() {
        Some(m) => Ok(m),
        None => {
            let _: PyResult<()> = error::bad_internal_call();
            Err(Raised)
        }
    }
}

/// A module for the functions that set its attributes.
fn for_attributes<'a>(o: &'a PyObject, what: &str) -> PyResult<&'a PyModule> {
    match o.downcast::<PyModule>() {
        Some(m) => Ok(m),
        None => raise!(TypeError, "{what}() first argument must be a module"),
    }
}

/// Makes a definition an object, once.
pub fn init_def(def: &PyModuleDef) -> PyResult<()> {
    object::class::ready::<ModuleDefObject>()?;
    static NEXT: GilCell<isize> = GilCell::new(1);
    if def.m_index.get() == 0 {
        def.m_index.set(NEXT.replace(NEXT.get() + 1));
        def.ob_base.set_ty(&PyModuleDef_Type);
        def.ob_base.set_immortal();
    }
    Ok(())
}

/// The entries of a method table in C.
///
/// # Safety
/// NULL, or a static table that ends with an entry without a name.
pub unsafe fn method_table(methods: *const PyMethodDef) -> &'static [PyMethodDef] {
    if methods.is_null() {
        return &[];
    }
    let mut n = 0;
    // SAFETY: the caller's promise.
    unsafe {
        while !(*methods.add(n)).ml_name.is_null() {
            n += 1;
        }
        std::slice::from_raw_parts(methods, n)
    }
}

fn add_functions(m: &PyObject, methods: &'static [PyMethodDef]) -> PyResult<()> {
    use object::typeobject::meth;
    let name = match m.downcast::<PyModule>() {
        Some(m) => name_object(m)?,
        None => m.get_attr(intern!("__name__"))?,
    };
    for def in methods {
        if def.ml_flags & (meth::CLASS | meth::STATIC) != 0 {
            return raise!(
                ValueError,
                "module functions cannot set METH_CLASS or METH_STATIC"
            );
        }
        let f = PyCFunctionObject::new(def, Some(m), Some(&name), None)?;
        m.set_attr(&*object::intern::intern_str(def.name())?, Some(f.as_object()))?;
    }
    Ok(())
}

fn name_object(m: &PyModule) -> PyResult {
    let name = match m.md_dict.get() {
        Some(d) => d.get_str(intern!("__name__"))?,
        None => None,
    };
    match name {
        Some(n) if PyStr::check(&n) => Ok(n),
        _ => raise!(SystemError, "nameless module"),
    }
}

fn set_doc(m: &PyObject, doc: *const c_char) -> PyResult<()> {
    if doc.is_null() {
        return Ok(());
    }
    // SAFETY: C's text.
    m.set_attr(intern!("__doc__"), Some(unsafe { text(doc)? }.as_object()))
}

fn alloc_state(m: &PyModule, def: &PyModuleDef) -> PyResult<()> {
    if def.m_size > 0 && m.md_state.get().is_null() {
        let block = object::alloc::raw_calloc(def.m_size as usize);
        if block.is_null() {
            return error::no_memory();
        }
        m.md_state.set(block.cast());
    }
    Ok(())
}

/// The slots of a definition.
///
/// # Safety
/// `def` is a live definition.
unsafe fn slots(def: &PyModuleDef) -> Vec<PyModuleDef_Slot> {
    let mut out = Vec::new();
    let mut p = def.m_slots;
    // SAFETY: NULL, or ends with an entry of 0.
    unsafe {
        while !p.is_null() && (*p).slot != 0 {
            out.push(*p);
            p = p.add(1);
        }
    }
    out
}

/// Single-phase initialization: the whole module at once.
unsafe fn create(def: &'static PyModuleDef) -> PyResult<Py<PyModule>> {
    init_def(def)?;
    // SAFETY: C's definition.
    unsafe {
        if !def.m_slots.is_null() {
            return raise!(
                SystemError,
                "module {}: PyModule_Create is incompatible with m_slots",
                lossy(def.m_name)
            );
        }
        let short = text(def.m_name)?;
        // in a package, the loader says the whole name
        let full = crate::load::package_context().filter(|full| {
            let (f, s) = (full.to_string(), short.to_string());
            f.rsplit('.').next() == Some(s.as_str())
        });
        let m = PyModule::new_object(full.as_ref().unwrap_or(&short).as_object())?;
        alloc_state(&m, def)?;
        add_functions(m.as_object(), method_table(def.m_methods))?;
        set_doc(m.as_object(), def.m_doc)?;
        m.md_def.set(def as *const PyModuleDef as *mut PyModuleDef);
        Ok(m)
    }
}

/// Multi-phase initialization, first phase: the module object, from `Py_mod_create` or a new one.
///
/// # Safety
/// `def` is C's definition.
pub unsafe fn from_def_and_spec(def: &'static PyModuleDef, spec: &PyObject) -> PyResult {
    init_def(def)?;
    let name = spec.get_attr(intern!("name"))?;
    let Some(name) = name.downcast::<PyStr>() else {
        return raise!(TypeError, "spec.name must be a string");
    };
    if def.m_size < 0 {
        return raise!(
            SystemError,
            "module {name}: m_size may not be negative for multi-phase initialization"
        );
    }
    // SAFETY: C's definition.
    let slots = unsafe { slots(def) };
    let mut create = None;
    let (mut multiple, mut gil, mut exec) = (false, false, false);
    for s in &slots {
        match s.slot {
            CREATE if create.is_some() => {
                return raise!(SystemError, "module {name} has multiple create slots");
            }
            CREATE => create = Some(s.value),
            EXEC => exec = true,
            MULTIPLE_INTERPRETERS if multiple => {
                return raise!(
                    SystemError,
                    "module {name} has more than one 'multiple interpreters' slots"
                );
            }
            MULTIPLE_INTERPRETERS => multiple = true,
            GIL if gil => return raise!(SystemError, "module {name} has more than one 'gil' slot"),
            GIL => gil = true,
            other => return raise!(SystemError, "module {name} uses unknown slot ID {other}"),
        }
    }
    let m = match create {
        Some(f) => {
            // SAFETY: what `Py_mod_create` points to.
            let made = unsafe {
                let f: unsafe extern "C" fn(&PyObject, *const PyModuleDef) -> PyResult =
                    std::mem::transmute(f);
                f(spec, def)
            };
            match made {
                Ok(m) if error::occurred() => {
                    drop(m);
                    return chained(format!("creation of module {name} raised unreported exception"));
                }
                Ok(m) => m,
                Err(_) if !error::occurred() => {
                    return raise!(
                        SystemError,
                        "creation of module {name} failed without setting an exception"
                    );
                }
                Err(r) => return Err(r),
            }
        }
        None => PyModule::new_object(name.as_object())?.into_object(),
    };
    match m.downcast::<PyModule>() {
        Some(module) => {
            module.md_state.set(std::ptr::null_mut());
            module.md_def.set(def as *const PyModuleDef as *mut PyModuleDef);
        }
        None => {
            if def.m_size > 0 || def.m_traverse.is_some() || def.m_clear.is_some() || def.m_free.is_some() {
                return raise!(
                    SystemError,
                    "module {name} is not a module object, but requests module state"
                );
            }
            if exec {
                return raise!(
                    SystemError,
                    "module {name} specifies execution slots, but did not create a ModuleType instance"
                );
            }
        }
    }
    // SAFETY: C's table and text.
    unsafe {
        add_functions(&m, method_table(def.m_methods))?;
        set_doc(&m, def.m_doc)?;
    }
    Ok(m)
}

/// `SystemError` caused by the exception that is set.
fn chained<T>(message: String) -> PyResult<T> {
    let cause = error::take();
    let raised: PyResult<T> = raise!(SystemError, "{message}");
    if let (Some(c), Some(e)) = (cause, error::take()) {
        object::exceptions::set_cause(&e, Some(c.clone()));
        object::exceptions::set_context(&e, Some(c));
        let _ = error::restore(e);
    }
    raised
}

/// Multi-phase initialization, second phase: the state, then the functions of `Py_mod_exec` in turn.
///
/// # Safety
/// `def` is C's definition.
pub unsafe fn exec_def(m: &PyObject, def: &'static PyModuleDef) -> PyResult<()> {
    let Some(module) = m.downcast::<PyModule>() else {
        return raise!(TypeError, "expected module object");
    };
    let name = name_object(module)?.str()?;
    alloc_state(module, def)?;
    // SAFETY: C's definition.
    for s in unsafe { slots(def) } {
        match s.slot {
            EXEC => {
                // SAFETY: what `Py_mod_exec` points to.
                let status = unsafe {
                    let f: unsafe extern "C" fn(&PyObject) -> c_int = std::mem::transmute(s.value);
                    f(m)
                };
                if status != 0 {
                    if !error::occurred() {
                        return raise!(
                            SystemError,
                            "execution of module {name} failed without setting an exception"
                        );
                    }
                    return Err(Raised);
                }
                if error::occurred() {
                    return chained(format!("execution of module {name} raised unreported exception"));
                }
            }
            CREATE | MULTIPLE_INTERPRETERS | GIL => {}
            other => return raise!(SystemError, "module {name} initialized with unknown slot {other}"),
        }
    }
    Ok(())
}

/// The file that a module says it is from.
fn filename(m: &PyModule) -> PyResult {
    let file = match m.md_dict.get() {
        Some(d) => d.get_str(intern!("__file__"))?,
        None => None,
    };
    match file {
        Some(f) if PyStr::check(&f) => Ok(f),
        _ => raise!(SystemError, "module filename missing"),
    }
}

capi! {
    /// Makes a definition ready to be returned from `PyInit_…`; borrowed, for it is static.
    fn PyModuleDef_Init(def: &PyModuleDef) -> PyResult<*mut PyObject> {
        init_def(def)?;
        Ok(&raw const def.ob_base as *mut PyObject)
    }
    fn PyModule_Create2(def: &'static PyModuleDef, _version: c_int) -> PyResult<Py<PyModule>> {
        create(def)
    }
    fn PyModule_FromDefAndSpec2(def: &'static PyModuleDef, spec: &PyObject, _version: c_int) -> PyResult {
        from_def_and_spec(def, spec)
    }
    fn PyModule_ExecDef(m: &PyObject, def: &'static PyModuleDef) -> PyResult<()> {
        exec_def(m, def)
    }
    fn PyModule_New(name: *const c_char) -> PyResult<Py<PyModule>> {
        PyModule::new_object(text(name)?.as_object())
    }
    fn PyModule_NewObject(name: &PyObject) -> PyResult<Py<PyModule>> {
        PyModule::new_object(name)
    }
    /// Borrowed.
    fn PyModule_GetDict(m: &PyObject) -> PyResult<*mut PyObject> {
        Ok(lend(Some(module(m)?.dict()?.into_object())))
    }
    fn PyModule_GetNameObject(m: &PyObject) -> PyResult {
        match m.downcast::<PyModule>() {
            Some(m) => name_object(m),
            None => raise!(TypeError, "bad argument type for built-in operation"),
        }
    }
    fn PyModule_GetName(m: &PyObject) -> PyResult<*const c_char> {
        let n = match m.downcast::<PyModule>() {
            Some(m) => name_object(m)?,
            None => return raise!(TypeError, "bad argument type for built-in operation"),
        };
        match n.downcast::<PyStr>() {
            Some(s) => Ok(s.utf8_cached()?.0.cast()),
            None => raise!(SystemError, "nameless module"),
        }
    }
    fn PyModule_GetFilenameObject(m: &PyObject) -> PyResult {
        match m.downcast::<PyModule>() {
            Some(m) => filename(m),
            None => raise!(TypeError, "bad argument type for built-in operation"),
        }
    }
    fn PyModule_GetFilename(m: &PyObject) -> PyResult<*const c_char> {
        let f = match m.downcast::<PyModule>() {
            Some(m) => filename(m)?,
            None => return raise!(TypeError, "bad argument type for built-in operation"),
        };
        match f.downcast::<PyStr>() {
            Some(s) => Ok(s.utf8_cached()?.0.cast()),
            None => raise!(SystemError, "module filename missing"),
        }
    }
    /// NULL where the module was not made from a definition.
    fn PyModule_GetDef(m: &PyObject) -> PyResult<*mut PyModuleDef> {
        match m.downcast::<PyModule>() {
            Some(m) => Ok(m.md_def.get()),
            None => raise!(TypeError, "bad argument type for built-in operation"),
        }
    }
    fn PyModule_GetState(m: &PyObject) -> PyResult<*mut c_void> {
        match m.downcast::<PyModule>() {
            Some(m) => Ok(m.md_state.get()),
            None => raise!(TypeError, "bad argument type for built-in operation"),
        }
    }
    fn PyModule_AddFunctions(m: &PyObject, methods: *const PyMethodDef) -> PyResult<()> {
        add_functions(m, method_table(methods))
    }
    fn PyModule_SetDocString(m: &PyObject, doc: *const c_char) -> PyResult<()> {
        m.set_attr(intern!("__doc__"), Some(text(doc)?.as_object()))
    }
    fn PyModule_AddObjectRef(m: &PyObject, attribute: *const c_char, value: Option<&PyObject>) -> PyResult<()> {
        add(for_attributes(m, "PyModule_AddObjectRef")?, attribute, value, "PyModule_AddObjectRef")
    }
    /// Steals `value`, also when it fails.
    fn PyModule_Add(m: &PyObject, attribute: *const c_char, value: *mut PyObject) -> PyResult<()> {
        let value = steal(value);
        add(for_attributes(m, "PyModule_AddObjectRef")?, attribute, value.as_deref(), "PyModule_AddObjectRef")
    }
    /// Steals `value` if it succeeds.
    fn PyModule_AddObject(m: &PyObject, attribute: *const c_char, value: *mut PyObject) -> PyResult<()> {
        add(for_attributes(m, "PyModule_AddObjectRef")?, attribute, value.as_ref(), "PyModule_AddObjectRef")?;
        drop(steal(value));
        Ok(())
    }
    fn PyModule_AddIntConstant(m: &PyObject, attribute: *const c_char, value: c_long) -> PyResult<()> {
        let v = PyInt::from_i64(value)?;
        add(for_attributes(m, "PyModule_AddObjectRef")?, attribute, Some(v.as_object()), "PyModule_AddObjectRef")
    }
    fn PyModule_AddStringConstant(m: &PyObject, attribute: *const c_char, value: *const c_char) -> PyResult<()> {
        let v = text(value)?;
        add(for_attributes(m, "PyModule_AddObjectRef")?, attribute, Some(v.as_object()), "PyModule_AddObjectRef")
    }
    /// Readies the type and adds it under the last part of its name.
    fn PyModule_AddType(m: &PyObject, ty: &PyTypeObject) -> PyResult<()> {
        crate::typeobject::ready(ty)?;
        let short = ty.full_name().rsplit('.').next().unwrap_or_default().to_string();
        for_attributes(m, "PyModule_AddObjectRef")?.add(&short, ty.as_object())
    }
    fn PyUnstable_Module_SetGIL(_m: &PyObject, _gil: *mut c_void) -> PyResult<()> {
        Ok(())
    }
    // ---- modules found by their definition (single-phase modules) ----
    /// Borrowed, or NULL without an exception.
    fn PyState_FindModule(def: &PyModuleDef) -> *mut PyObject {
        if !def.m_slots.is_null() {
            return std::ptr::null_mut();
        }
        by_index().iter().find(|(i, _)| *i == def.m_index.get()).map_or(std::ptr::null_mut(), |(_, m)| m.as_ptr())
    }
    fn PyState_AddModule(m: &PyObject, def: &PyModuleDef) -> PyResult<()> {
        if !def.m_slots.is_null() {
            return raise!(SystemError, "PyState_AddModule called on module with slots");
        }
        remember(def, m)
    }
    fn PyState_RemoveModule(def: &PyModuleDef) -> PyResult<()> {
        if !def.m_slots.is_null() {
            return raise!(SystemError, "PyState_RemoveModule called on module with slots");
        }
        let modules = by_index();
        let Some(i) = modules.iter().position(|(i, _)| *i == def.m_index.get()) else {
            return raise!(SystemError, "Interpreters module-list not accessible.");
        };
        let gone = modules.remove(i);
        drop(gone);
        Ok(())
    }
}

fn add(m: &PyModule, attribute: *const c_char, value: Option<&PyObject>, what: &str) -> PyResult<()> {
    let Some(value) = value else {
        if !error::occurred() {
            return raise!(
                SystemError,
                "{what}() must be called with an exception raised if value is NULL"
            );
        }
        return Err(Raised);
    };
    // SAFETY: C's text.
    m.dict()?.set_item(&*unsafe { name(attribute)? }, value)
}

/// Single-phase modules by their definitions' indices.
fn by_index() -> &'static mut Vec<(isize, Py)> {
    static MODULES: GilCell<Vec<(isize, Py)>> = GilCell::new(Vec::new());
    // SAFETY: under the GIL; the reference is used for single operations that run no Python code.
    unsafe { &mut *MODULES.as_ptr() }
}

/// Makes a module the one that `PyState_FindModule` finds.
pub fn remember(def: &PyModuleDef, m: &PyObject) -> PyResult<()> {
    let index = def.m_index.get();
    let modules = by_index();
    let old = match modules.iter_mut().find(|(i, _)| *i == index) {
        Some(place) => Some(std::mem::replace(&mut place.1, m.new_ref())),
        None => {
            modules.push((index, m.new_ref()));
            None
        }
    };
    drop(old);
    Ok(())
}
