//! `function` (`cpython/funcobject.h`): code with globals, defaults, closure and annotations (PEP 649).

use crate::code::PyCode;
use bytecode::code::flags as co;
use object::typeobject::{flags, vectorcallfunc};
use object::{
    Field, GilCell, Py, PyClass, PyDict, PyLayout, PyModule, PyObject, PyResult, PyStr, PyTuple,
    PyTypeObject, Visitor, raise,
};
use object::{pyclass, pymethods};

/// `PyFunctionObject`
#[pyclass(name = "function", type = PyFunction_Type, flags(HAVE_GC, HAVE_VECTORCALL, METHOD_DESCRIPTOR),
          weaklist = func_weakreflist, dict = func_dict, vectorcall = vectorcall)]
#[repr(C)]
pub struct PyFunction {
    ob_base: PyObject,
    pub func_globals: Field,
    pub func_builtins: Field,
    pub func_name: Field<PyStr>,
    pub func_qualname: Field<PyStr>,
    pub func_code: Field<PyCode>,
    pub func_defaults: Field<PyTuple>,
    pub func_kwdefaults: Field<PyDict>,
    pub func_closure: Field<PyTuple>,
    pub func_doc: Field,
    pub func_dict: Field,
    pub func_weakreflist: GilCell<*mut PyObject>,
    pub func_module: Field,
    pub func_annotations: Field,
    pub func_annotate: Field,
    pub func_typeparams: Field,
    pub vectorcall: GilCell<Option<vectorcallfunc>>,
    pub func_version: GilCell<u32>,
}

/// The builtins that code with these globals sees (`_PyEval_BuiltinsFromGlobals`).
pub fn builtins_from_globals(globals: &PyDict) -> PyResult {
    if let Some(b) = globals.get_str(object::intern!("__builtins__"))? {
        return Ok(match b.downcast::<PyModule>() {
            Some(m) => m.dict()?.into_object(),
            None => b,
        });
    }
    Ok(crate::runtime::current_builtins())
}

impl PyFunction {
    /// `PyFunction_New`
    pub fn new(code: &PyCode, globals: &PyObject) -> PyResult<Py<PyFunction>> {
        let (builtins, module) = match globals.downcast::<PyDict>() {
            Some(g) => (builtins_from_globals(g)?, g.get_str(object::intern!("__name__"))?),
            None => (crate::runtime::current_builtins(), None),
        };
        let doc = if code.flags() & co::CO_HAS_DOCSTRING != 0 {
            code.consts().get(0).map(|d| d.new_ref())
        } else {
            None
        };
        let sound = code.is_sound();
        object::new_object(PyFunction {
            ob_base: PyObject::new_head(&PyFunction_Type),
            func_globals: Field::from_ref(globals),
            func_builtins: Field::new(Some(builtins)),
            func_name: Field::from_ref(code.name()),
            func_qualname: Field::from_ref(code.qualname()),
            func_code: Field::from_ref(code),
            func_defaults: Field::empty(),
            func_kwdefaults: Field::empty(),
            func_closure: Field::empty(),
            func_doc: Field::new(Some(doc.unwrap_or_else(object::none))),
            func_dict: Field::empty(),
            func_weakreflist: GilCell::new(std::ptr::null_mut()),
            func_module: Field::new(module),
            func_annotations: Field::empty(),
            func_annotate: Field::empty(),
            func_typeparams: Field::empty(),
            vectorcall: GilCell::new(Some(if sound {
                function_vectorcall
            } else {
                malformed_vectorcall
            })),
            func_version: GilCell::new(if sound { code.co_version.get() } else { 0 }),
        })
    }

    /// The code; lent as long as nothing can assign `__code__`.
    #[inline(always)]
    pub fn code(&self) -> &PyCode {
        // SAFETY: never null; callers hold it no longer than they run no Python code, or own a reference.
        unsafe { &*self.func_code.as_raw() }
    }

    pub fn qualname(&self) -> Py<PyStr> {
        self.func_qualname
            .get()
            .unwrap_or_else(|| self.code().qualname().new_ref())
    }

    /// A change that specialized calls must notice.
    fn changed(&self) {
        self.func_version.set(0);
    }

    /// The version for caches; 0: cannot be cached.
    #[inline]
    pub fn version(&self) -> u32 {
        self.func_version.get()
    }

    /// Runs as the interpreter runs functions (nobody has replaced the vectorcall).
    #[inline(always)]
    pub fn is_plain(&self) -> bool {
        match self.vectorcall.get() {
            Some(f) => std::ptr::fn_addr_eq(f, function_vectorcall as vectorcallfunc),
            None => false,
        }
    }
}

/// `_PyFunction_Vectorcall`
///
/// # Safety
/// As `vectorcallfunc`, with a function.
pub unsafe extern "C" fn function_vectorcall(
    callable: &PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwnames: Option<&PyTuple>,
) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe {
        let func = callable.downcast_unchecked::<PyFunction>();
        crate::eval::call_function(func, None, args, object::args::nargs(nargsf), kwnames)
    }
}

/// The vectorcall of a function whose code cannot be run.
///
/// # Safety
/// As `vectorcallfunc`, with a function.
unsafe extern "C" fn malformed_vectorcall(
    callable: &PyObject,
    _args: *const *mut PyObject,
    _nargsf: usize,
    _kwnames: Option<&PyTuple>,
) -> PyResult {
    // SAFETY: the caller's promise.
    let func = unsafe { callable.downcast_unchecked::<PyFunction>() };
    Err(func.code().raise_malformed())
}

fn none_if_missing(value: Option<Py>) -> Py {
    value.unwrap_or_else(object::none)
}

#[pymethods(members(__closure__ = func_closure, __globals__ = func_globals, __builtins__ = func_builtins))]
impl PyFunction {
    #[new("(code, globals, name=None, argdefs=None, closure=None,\n         kwdefaults=None)")]
    fn tp_new(
        _cls: &PyTypeObject,
        code: &PyCode,
        globals: &PyDict,
        name: Option<&PyObject>,
        argdefs: Option<&PyObject>,
        closure: Option<&PyObject>,
        kwdefaults: Option<&PyObject>,
    ) -> PyResult<Py<PyFunction>> {
        let given = |v: Option<&PyObject>| v.filter(|v| !object::is_none(v)).map(|v| v.new_ref());
        let name = match given(name) {
            None => None,
            Some(n) => match n.downcast_into::<PyStr>() {
                Ok(s) => Some(s),
                Err(_) => return raise!(TypeError, "arg 3 (name) must be None or string"),
            },
        };
        let defaults = match given(argdefs) {
            None => None,
            Some(d) => match d.downcast_into::<PyTuple>() {
                Ok(d) => Some(d),
                Err(_) => return raise!(TypeError, "arg 4 (defaults) must be None or tuple"),
            },
        };
        object::audit!("function.__new__", code.as_object())?;
        let nfree = code.co_nfreevars.get() as usize;
        let closure = match given(closure) {
            None if nfree > 0 => return raise!(TypeError, "arg 5 (closure) must be tuple"),
            None => None,
            Some(c) => match c.downcast_into::<PyTuple>() {
                Ok(c) => Some(c),
                Err(_) if nfree > 0 => return raise!(TypeError, "arg 5 (closure) must be tuple"),
                Err(_) => return raise!(TypeError, "arg 5 (closure) must be None or tuple"),
            },
        };
        let kwdefaults = match given(kwdefaults) {
            None => None,
            Some(k) => match k.downcast_into::<PyDict>() {
                Ok(k) => Some(k),
                Err(_) => return raise!(TypeError, "arg 6 (kwdefaults) must be None or dict"),
            },
        };
        let length = closure.as_ref().map_or(0, |c| c.get().len());
        if length != nfree {
            return raise!(
                ValueError,
                "{} requires closure of length {nfree}, not {length}",
                code.name()
            );
        }
        if let Some(c) = &closure {
            for cell in c.get().as_slice() {
                if !crate::cell::PyCell::check_exact(cell) {
                    return raise!(
                        TypeError,
                        "arg 5 (closure) expected cell, found {}",
                        cell.ty().full_name()
                    );
                }
            }
        }
        let f = PyFunction::new(code, globals.as_object())?;
        if let Some(n) = name {
            f.func_name.set(Some(n));
        }
        f.func_defaults.set(defaults);
        f.func_closure.set(closure);
        f.func_kwdefaults.set(kwdefaults);
        Ok(f)
    }

    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.func_code);
        visit.field(&self.func_globals);
        visit.field(&self.func_builtins);
        visit.field(&self.func_module);
        visit.field(&self.func_defaults);
        visit.field(&self.func_kwdefaults);
        visit.field(&self.func_doc);
        visit.field(&self.func_name);
        visit.field(&self.func_dict);
        visit.field(&self.func_closure);
        visit.field(&self.func_annotations);
        visit.field(&self.func_annotate);
        visit.field(&self.func_typeparams);
        visit.field(&self.func_qualname);
    }

    #[slot]
    fn tp_clear(&self) {
        self.changed();
        self.func_globals.set(None);
        self.func_builtins.set(None);
        self.func_module.set(None);
        self.func_defaults.set(None);
        self.func_kwdefaults.set(None);
        self.func_doc.set(None);
        self.func_dict.set(None);
        self.func_closure.set(None);
        self.func_annotations.set(None);
        self.func_annotate.set(None);
        self.func_typeparams.set(None);
    }

    #[slot]
    fn tp_repr(&self) -> PyResult<String> {
        Ok(format!("<function {} at {self:p}>", self.qualname().get()))
    }

    #[slot]
    fn tp_descr_get(&self, obj: Option<&PyObject>, _ty: Option<&PyObject>) -> PyResult {
        match obj {
            Some(o) if !object::is_none(o) => crate::compat::bound_method(self.as_object(), o),
            _ => Ok(self.as_object().new_ref()),
        }
    }

    #[getter]
    fn __code__(&self) -> PyResult<Option<Py<PyCode>>> {
        object::audit!("object.__getattr__", self.as_object(), "__code__")?;
        Ok(self.func_code.get())
    }
    #[setter(__code__)]
    fn set_code(&self, value: Option<&PyObject>) -> PyResult<()> {
        let Some(code) = value.and_then(|v| v.downcast::<PyCode>()) else {
            return raise!(TypeError, "__code__ must be set to a code object");
        };
        object::audit!(
            "object.__setattr__",
            self.as_object(),
            "__code__",
            code.as_object()
        )?;
        let nclosure = self.func_closure.get().map_or(0, |c| c.get().len());
        let nfree = code.co_nfreevars.get() as usize;
        if nclosure != nfree {
            return raise!(
                ValueError,
                "{}() requires a code object with {nclosure} free vars, not {nfree}",
                none_if_missing(self.func_name.get().map(Py::into_object))
                    .str()?
                    .get()
            );
        }
        self.changed();
        let malformed = self
            .vectorcall
            .get()
            .is_some_and(|f| std::ptr::fn_addr_eq(f, malformed_vectorcall as vectorcallfunc));
        if !code.is_sound() {
            self.vectorcall.set(Some(malformed_vectorcall));
        } else if malformed {
            self.vectorcall.set(Some(function_vectorcall));
        }
        self.func_code.set(Some(code.new_ref()));
        Ok(())
    }
    #[getter]
    fn __name__(&self) -> Option<Py<PyStr>> {
        self.func_name.get()
    }
    #[setter(__name__)]
    fn set_name(&self, value: Option<&PyObject>) -> PyResult<()> {
        let Some(name) = value.and_then(|v| v.downcast::<PyStr>()) else {
            return raise!(TypeError, "__name__ must be set to a string object");
        };
        self.func_name.set(Some(name.new_ref()));
        Ok(())
    }
    #[getter]
    fn __qualname__(&self) -> Option<Py<PyStr>> {
        self.func_qualname.get()
    }
    #[setter(__qualname__)]
    fn set_qualname(&self, value: Option<&PyObject>) -> PyResult<()> {
        let Some(name) = value.and_then(|v| v.downcast::<PyStr>()) else {
            return raise!(TypeError, "__qualname__ must be set to a string object");
        };
        self.func_qualname.set(Some(name.new_ref()));
        Ok(())
    }
    #[getter]
    fn __defaults__(&self) -> Option<Py<PyTuple>> {
        self.func_defaults.get()
    }
    #[setter(__defaults__)]
    fn set_defaults(&self, value: Option<&PyObject>) -> PyResult<()> {
        let value = match value.filter(|v| !object::is_none(v)) {
            None => None,
            Some(v) => match v.downcast::<PyTuple>() {
                Some(t) => Some(t.new_ref()),
                None => return raise!(TypeError, "__defaults__ must be set to a tuple object"),
            },
        };
        self.changed();
        self.func_defaults.set(value);
        Ok(())
    }
    #[getter]
    fn __kwdefaults__(&self) -> Option<Py<PyDict>> {
        self.func_kwdefaults.get()
    }
    #[setter(__kwdefaults__)]
    fn set_kwdefaults(&self, value: Option<&PyObject>) -> PyResult<()> {
        let value = match value.filter(|v| !object::is_none(v)) {
            None => None,
            Some(v) => match v.downcast::<PyDict>() {
                Some(d) => Some(d.new_ref()),
                None => return raise!(TypeError, "__kwdefaults__ must be set to a dict object"),
            },
        };
        self.changed();
        self.func_kwdefaults.set(value);
        Ok(())
    }
    #[getter]
    fn __doc__(&self) -> Option<Py> {
        self.func_doc.get()
    }
    #[setter(__doc__)]
    fn set_doc(&self, value: Option<&PyObject>) -> PyResult<()> {
        self.func_doc.set(value.map(|v| v.new_ref()));
        Ok(())
    }
    #[getter]
    fn __module__(&self) -> Option<Py> {
        self.func_module.get()
    }
    #[setter(__module__)]
    fn set_module(&self, value: Option<&PyObject>) -> PyResult<()> {
        self.func_module.set(value.map(|v| v.new_ref()));
        Ok(())
    }
    #[getter]
    fn __dict__(&self) -> PyResult {
        if let Some(d) = self.func_dict.get() {
            return Ok(d);
        }
        let d = PyDict::new()?.into_object();
        self.func_dict.set(Some(d.clone()));
        Ok(d)
    }
    #[setter(__dict__)]
    fn set_dict(&self, value: Option<&PyObject>) -> PyResult<()> {
        match value {
            None => raise!(TypeError, "cannot delete __dict__"),
            Some(v) if PyDict::check(v) => {
                self.func_dict.set(Some(v.new_ref()));
                Ok(())
            }
            Some(v) => raise!(
                TypeError,
                "__dict__ must be set to a dictionary, not a '{}'",
                v.ty().full_name()
            ),
        }
    }
    #[getter]
    fn __annotations__(&self) -> PyResult {
        if let Some(a) = self.func_annotations.get() {
            let Some(pairs) = a.downcast_exact::<PyTuple>() else {
                return Ok(a);
            };
            // a flat tuple of names and values, as the compiler makes it
            let dict = PyDict::new()?;
            for pair in pairs.as_slice().chunks_exact(2) {
                dict.set_item(&*pair[0], &*pair[1])?;
            }
            self.func_annotations.set(Some(dict.clone().into_object()));
            return Ok(dict.into_object());
        }
        let dict = match self.func_annotate.get().filter(|a| a.is_callable()) {
            None => PyDict::new()?.into_object(),
            Some(annotate) => {
                let one = object::PyInt::from_i64(1)?;
                let d = object::call::call(&annotate, &[one.as_object()])?;
                if !PyDict::check(&d) {
                    return raise!(
                        TypeError,
                        "__annotate__() must return a dict, not {}",
                        object::class::qualified_name(d.ty())
                    );
                }
                d
            }
        };
        self.func_annotations.set(Some(dict.clone()));
        Ok(dict)
    }
    #[setter(__annotations__)]
    fn set_annotations(&self, value: Option<&PyObject>) -> PyResult<()> {
        let value = value.filter(|v| !object::is_none(v));
        if value.is_some_and(|v| !PyDict::check(v)) {
            return raise!(TypeError, "__annotations__ must be set to a dict object");
        }
        self.func_annotations.set(value.map(|v| v.new_ref()));
        self.func_annotate.set(None);
        Ok(())
    }
    #[getter]
    fn __annotate__(&self) -> Option<Py> {
        self.func_annotate.get()
    }
    #[setter(__annotate__)]
    fn set_annotate(&self, value: Option<&PyObject>) -> PyResult<()> {
        match value {
            None => raise!(TypeError, "__annotate__ cannot be deleted"),
            Some(v) if object::is_none(v) => {
                self.func_annotate.set(Some(v.new_ref()));
                Ok(())
            }
            Some(v) if v.is_callable() => {
                self.func_annotate.set(Some(v.new_ref()));
                self.func_annotations.set(None);
                Ok(())
            }
            Some(_) => raise!(TypeError, "__annotate__ must be callable or None"),
        }
    }
    #[getter]
    fn __type_params__(&self) -> PyResult {
        match self.func_typeparams.get() {
            Some(p) => Ok(p),
            None => PyTuple::empty().map(Py::into_object),
        }
    }
    #[setter(__type_params__)]
    fn set_type_params(&self, value: Option<&PyObject>) -> PyResult<()> {
        match value.and_then(|v| v.downcast::<PyTuple>()) {
            Some(t) => {
                self.func_typeparams.set(Some(t.as_object().new_ref()));
                Ok(())
            }
            None => raise!(TypeError, "__type_params__ must be set to a tuple"),
        }
    }
}

/// Makes the type ready.
pub fn ready() -> PyResult<()> {
    PyFunction_Type.tp_call.set(Some(object::call::vectorcall_call));
    object::class::ready::<PyFunction>()?;
    debug_assert!(PyFunction_Type.has(flags::HAVE_VECTORCALL));
    Ok(())
}
