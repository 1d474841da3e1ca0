//! The module `_contextvars`: `Context`, `ContextVar`, `Token` (PEP 567). A context's variables are an immutable map,
//! copied when one is set; contexts share it until then.

use object::thread::tstate;
use object::{
    CompareOp, Field, FuncArgs, GilCell, Py, PyClass, PyDict, PyLayout, PyModule, PyObject, PyResult, PyStr,
    PyTuple, PyTypeObject, intern, pyclass, pymethods, pymodule, raise,
};

/// `contextvars.Context`
#[pyclass(name = "_contextvars.Context", type = PyContext_Type, flags(HAVE_GC, MAPPING), weaklist = weaklist)]
#[repr(C)]
pub struct PyContext {
    ob_base: PyObject,
    prev: Field,
    /// Never changed once it is here: setting a variable replaces it.
    vars: Field<PyDict>,
    weaklist: GilCell<*mut PyObject>,
    entered: GilCell<bool>,
}

fn new_context(vars: Py<PyDict>) -> PyResult<Py<PyContext>> {
    object::new_object(PyContext {
        ob_base: PyObject::new_head(&PyContext_Type),
        prev: Field::empty(),
        vars: Field::new(Some(vars)),
        weaklist: GilCell::new(std::ptr::null_mut()),
        entered: GilCell::new(false),
    })
}

/// The running thread's context, made if there is none.
pub fn current() -> PyResult<Py<PyContext>> {
    let ts = tstate();
    if let Some(c) = ts.context.get()
        && let Ok(c) = c.downcast_into::<PyContext>()
    {
        return Ok(c);
    }
    let c = new_context(PyDict::new()?)?;
    ts.context.set(Some(c.as_object().new_ref()));
    Ok(c)
}

/// `contextvars.copy_context()`
pub fn copy_current() -> PyResult<Py<PyContext>> {
    new_context(current()?.map()?)
}

impl PyContext {
    fn map(&self) -> PyResult<Py<PyDict>> {
        match self.vars.get() {
            Some(d) => Ok(d),
            None => PyDict::new(),
        }
    }
    pub(crate) fn enter(&self) -> PyResult<()> {
        if self.entered.get() {
            return raise!(
                RuntimeError,
                "cannot enter context: {} is already entered",
                self.as_object().repr()?
            );
        }
        let ts = tstate();
        self.prev.set(ts.context.get());
        self.entered.set(true);
        ts.context.set(Some(self.as_object().new_ref()));
        ts.context_ver.set(ts.context_ver.get() + 1);
        Ok(())
    }
    pub(crate) fn leave(&self) {
        let ts = tstate();
        let prev = self.prev.take();
        self.entered.set(false);
        ts.context.set(prev);
        ts.context_ver.set(ts.context_ver.get() + 1);
    }
}

fn check_key(key: &PyObject) -> PyResult<()> {
    if PyContextVar::check_exact(key) {
        return Ok(());
    }
    raise!(TypeError, "a ContextVar key was expected, got {}", key.repr()?)
}

#[pymethods]
impl PyContext {
    #[slot]
    fn tp_new(_cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<PyContext>> {
        if !args.is_empty() || kwargs.is_some_and(|k| !k.is_empty()) {
            return raise!(TypeError, "Context() does not accept any arguments");
        }
        new_context(PyDict::new()?)
    }
    #[slot]
    fn mp_length(&self) -> PyResult<usize> {
        Ok(self.map()?.len())
    }
    #[slot]
    fn mp_subscript(&self, key: &PyObject) -> PyResult {
        check_key(key)?;
        self.map()?.as_object().get_item(key)
    }
    #[slot]
    fn sq_contains(&self, key: &PyObject) -> PyResult<bool> {
        check_key(key)?;
        self.map()?.contains(key)
    }
    #[slot]
    fn tp_iter(&self) -> PyResult {
        object::iter::get_iter(self.map()?.as_object())
    }
    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult {
        match (other.downcast::<PyContext>(), op) {
            (Some(o), CompareOp::Eq | CompareOp::Ne) => {
                self.map()?.as_object().rich_compare(o.map()?.as_object(), op)
            }
            _ => Ok(object::not_implemented()),
        }
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut object::Visitor) {
        visit.field(&self.prev);
        visit.field(&self.vars);
    }
    #[slot]
    fn tp_clear(&self) {
        self.prev.set(None);
        self.vars.set(None);
    }
    #[method("($self, /, callable, *args, **kwargs)", raw, nosig)]
    fn run(&self, all: FuncArgs<'_>) -> PyResult {
        let Some(f) = all.pos.first() else {
            return raise!(TypeError, "run() missing 1 required positional argument");
        };
        let me = self.new_ref();
        me.enter()?;
        let r = object::call::call_args(
            f,
            &FuncArgs {
                pos: &all.pos[1..],
                ..all
            },
        );
        me.leave();
        r
    }
    #[method("($self, /)")]
    fn copy(&self) -> PyResult<Py<PyContext>> {
        new_context(self.map()?)
    }
    #[method("($self, key, default=None, /)")]
    fn get(&self, key: &PyObject, default: Option<&PyObject>) -> PyResult {
        check_key(key)?;
        match self.map()?.get_item(key)? {
            Some(v) => Ok(v),
            None => Ok(default.map_or_else(object::none, |d| d.new_ref())),
        }
    }
    #[method("($self, /)")]
    fn keys(&self) -> PyResult {
        self.map()?.as_object().call_method(intern!("keys"), &[])
    }
    #[method("($self, /)")]
    fn values(&self) -> PyResult {
        self.map()?.as_object().call_method(intern!("values"), &[])
    }
    #[method("($self, /)")]
    fn items(&self) -> PyResult {
        self.map()?.as_object().call_method(intern!("items"), &[])
    }
}

/// `contextvars.ContextVar`
#[pyclass(name = "_contextvars.ContextVar", type = PyContextVar_Type, flags(HAVE_GC))]
#[repr(C)]
pub struct PyContextVar {
    ob_base: PyObject,
    var_name: Field<PyStr>,
    var_default: Field,
}

impl PyContextVar {
    fn lookup(&self) -> PyResult<Option<Py>> {
        match tstate()
            .context
            .get()
            .and_then(|c| c.downcast_into::<PyContext>().ok())
        {
            Some(c) => c.map()?.get_item(self.as_object()),
            None => Ok(None),
        }
    }
    fn store(&self, value: Option<&PyObject>) -> PyResult<()> {
        let c = current()?;
        let vars = c.map()?.copy()?;
        match value {
            Some(v) => vars.set_item(self, v)?,
            None => {
                if vars.pop_item(self.as_object())?.is_none() {
                    return raise!(LookupError, "{}", self.as_object().repr()?);
                }
            }
        }
        c.vars.set(Some(vars));
        Ok(())
    }
}

#[pymethods(members(name = var_name))]
impl PyContextVar {
    #[new("(*args, default=<unrepresentable>)", nosig)]
    fn tp_new(
        _cls: &PyTypeObject,
        default: Option<&PyObject>,
        args: object::Args<'_>,
    ) -> PyResult<Py<PyContextVar>> {
        let name = match args.len() {
            0 => {
                return raise!(
                    TypeError,
                    "ContextVar() takes exactly 1 positional argument (0 given)"
                );
            }
            1 => args[0],
            n => {
                return raise!(
                    TypeError,
                    "ContextVar() takes at most 1 positional argument ({n} given)"
                );
            }
        };
        let Some(name) = name.downcast::<PyStr>() else {
            return raise!(TypeError, "context variable name must be a str");
        };
        object::new_object(PyContextVar {
            ob_base: PyObject::new_head(&PyContextVar_Type),
            var_name: Field::from_ref(name),
            var_default: Field::new(default.map(|d| d.new_ref())),
        })
    }
    #[slot]
    fn tp_repr(&self) -> PyResult<String> {
        let name = self.var_name.get().map(|n| n.as_object().repr()).transpose()?;
        let name = name.map_or(String::new(), |n| n.to_string());
        Ok(match self.var_default.get() {
            Some(d) => format!("<ContextVar name={name} default={} at {self:p}>", d.repr()?),
            None => format!("<ContextVar name={name} at {self:p}>"),
        })
    }
    #[slot]
    fn tp_hash(&self) -> PyResult<isize> {
        Ok(object::protocol::hash_pointer(self))
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut object::Visitor) {
        visit.field(&self.var_name);
        visit.field(&self.var_default);
    }
    #[slot]
    fn tp_clear(&self) {
        self.var_default.set(None);
    }
    #[method("($self, default=<unrepresentable>, /)")]
    fn get(&self, default: Option<&PyObject>) -> PyResult {
        if let Some(v) = self.lookup()? {
            return Ok(v);
        }
        match default.map(|d| d.new_ref()).or_else(|| self.var_default.get()) {
            Some(v) => Ok(v),
            None => {
                let e = object::call::call(
                    object::exceptions::LookupError::type_object().as_object(),
                    &[self.as_object()],
                )?;
                Err(object::error::raise_object(e))
            }
        }
    }
    #[method("($self, value, /)")]
    fn set(&self, value: &PyObject) -> PyResult<Py<PyToken>> {
        let context = current()?;
        let old = self.lookup()?;
        self.store(Some(value))?;
        object::new_object(PyToken {
            ob_base: PyObject::new_head(&PyContextToken_Type),
            context: Field::new(Some(context)),
            var: Field::from_ref(self),
            old: Field::new(old),
            used: GilCell::new(false),
        })
    }
    #[method("($self, token, /)")]
    fn reset(&self, token: &PyObject) -> PyResult<()> {
        let Some(t) = token.downcast::<PyToken>() else {
            return raise!(TypeError, "expected an instance of Token, got {}", token.repr()?);
        };
        if t.used.get() {
            return raise!(RuntimeError, "{} has already been used once", token.repr()?);
        }
        if !t.var.get().is_some_and(|v| v.is(self)) {
            return raise!(
                ValueError,
                "{} was created by a different ContextVar",
                token.repr()?
            );
        }
        if !t
            .context
            .get()
            .is_some_and(|c| tstate().context.get().is_some_and(|n| n.is(&*c)))
        {
            return raise!(ValueError, "{} was created in a different Context", token.repr()?);
        }
        t.used.set(true);
        self.store(t.old.get().as_deref())
    }
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(cls: &PyTypeObject, object: &PyObject) -> PyResult {
        object::typeobject::generic_alias(cls.as_object(), object)
    }
}

/// `contextvars.Token`
#[pyclass(name = "_contextvars.Token", type = PyContextToken_Type, flags(HAVE_GC))]
#[repr(C)]
pub struct PyToken {
    ob_base: PyObject,
    context: Field<PyContext>,
    var: Field<PyContextVar>,
    old: Field,
    used: GilCell<bool>,
}

/// `Token.MISSING`
#[pyclass(name = "Token.MISSING")]
#[repr(C)]
pub struct PyMissing {
    ob_base: PyObject,
}
static MISSING: Field = Field::empty();

#[pymethods]
impl PyMissing {
    #[slot]
    fn tp_repr(&self) -> &'static str {
        "<Token.MISSING>"
    }
}

fn missing() -> PyResult {
    if let Some(m) = MISSING.get() {
        return Ok(m);
    }
    object::class::ready::<PyMissing>()?;
    let m = object::new_object(PyMissing {
        ob_base: PyObject::new_head(PyMissing::type_object()),
    })?
    .into_object();
    m.set_immortal();
    MISSING.set(Some(m.clone()));
    Ok(m)
}

#[pymethods]
impl PyToken {
    #[slot]
    fn tp_new(_cls: &PyTypeObject, _args: &PyTuple, _kw: Option<&PyDict>) -> PyResult {
        raise!(RuntimeError, "Tokens can only be created by ContextVars")
    }
    #[slot]
    fn tp_repr(&self) -> PyResult<String> {
        let var = match self.var.get() {
            Some(v) => v.as_object().repr()?.to_string(),
            None => String::new(),
        };
        let used = if self.used.get() { " used" } else { "" };
        Ok(format!("<Token{used} var={var} at {self:p}>"))
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut object::Visitor) {
        visit.field(&self.context);
        visit.field(&self.var);
        visit.field(&self.old);
    }
    #[slot]
    fn tp_clear(&self) {
        self.context.set(None);
        self.var.set(None);
        self.old.set(None);
    }
    #[getter(name = "var")]
    fn get_var(&self) -> Option<Py<PyContextVar>> {
        self.var.get()
    }
    #[getter]
    fn old_value(&self) -> PyResult {
        match self.old.get() {
            Some(v) => Ok(v),
            None => missing(),
        }
    }
    #[classattr]
    #[allow(non_snake_case)]
    fn MISSING() -> PyResult {
        missing()
    }
    #[method("($self, /)")]
    fn __enter__(&self) -> Py {
        self.as_object().new_ref()
    }
    #[method("($self, type, val, tb, /)")]
    fn __exit__(&self, _t: &PyObject, _v: &PyObject, _tb: &PyObject) -> PyResult<()> {
        match self.var.get() {
            Some(v) => v.reset(self.as_object()),
            None => Ok(()),
        }
    }
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(cls: &PyTypeObject, object: &PyObject) -> PyResult {
        object::typeobject::generic_alias(cls.as_object(), object)
    }
}

pub struct Contextvars;

#[pymodule(name = "_contextvars", types(PyContext, PyContextVar, PyToken))]
impl Contextvars {
    #[function("($module, /)")]
    fn copy_context() -> PyResult<Py<PyContext>> {
        copy_current()
    }
    #[exec]
    fn exec(_m: &PyModule) -> PyResult<()> {
        missing().map(drop)
    }
}
