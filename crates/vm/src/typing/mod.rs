//! `_typing` and type parameters (PEP 484, 612, 646, 695, 696): `TypeVar`, `ParamSpec`, `TypeVarTuple`,
//! `TypeAliasType`, `Generic`, and what the instructions for them need.
//!
//! Bounds, constraints, defaults and the values of aliases are evaluated when they are first asked for: each is a
//! [`Lazy`], a value or the function that makes it. Rules that `typing.py` has are called there.

mod alias;
mod param_spec;
mod type_var;
mod type_var_tuple;

pub use alias::TypeAliasType;
pub use param_spec::{ParamSpec, ParamSpecArgs, ParamSpecKwargs};
pub use type_var::TypeVar;
pub use type_var_tuple::TypeVarTuple;

use object::genericalias::type_repr;
use object::{
    Field, FuncArgs, GilCell, IntoPy, Py, PyClass, PyDict, PyInt, PyLayout, PyObject, PyResult, PyStr,
    PyTuple, PyTypeObject, Visitor, call, class, is_none, pyclass, pymethods, pymodule, raise,
};

/// `annotationlib.Format.VALUE` and `STRING`.
const FORMAT_VALUE: i64 = 1;
const FORMAT_STRING: i64 = 4;

/// `_typing`
pub struct Typing;

#[pymodule(
    name = "_typing",
    types(
        TypeVar,
        ParamSpec,
        ParamSpecArgs,
        ParamSpecKwargs,
        TypeVarTuple,
        TypeAliasType,
        Generic
    )
)]
impl Typing {
    #[function("($module, x, /)")]
    fn _idfunc(x: &PyObject) -> PyResult {
        Ok(x.new_ref())
    }

    #[exec]
    fn exec(module: &object::PyModule) -> PyResult<()> {
        module.add("Union", object::union::PyUnion::type_object().as_object())?;
        module.add("NoDefault", no_default()?)
    }
}

/// Readies the types, which code can make without importing anything.
pub fn ready() -> PyResult<()> {
    class::ready::<TypeVar>()?;
    class::ready::<ParamSpec>()?;
    class::ready::<ParamSpecArgs>()?;
    class::ready::<ParamSpecKwargs>()?;
    class::ready::<TypeVarTuple>()?;
    class::ready::<TypeAliasType>()?;
    class::ready::<Generic>()?;
    // Its instances are made as any object is; a static type does not inherit that by itself.
    let object_type = object::typeobject::PyBaseObject::type_object();
    Generic::type_object().tp_new.set(object_type.tp_new.get());
    class::ready::<NoDefaultType>()?;
    class::ready::<ConstEvaluator>()
}

/// Calls a function of `typing.py`.
fn call_typing(name: &str, args: &[&PyObject]) -> PyResult {
    let function = object::hooks::import("typing")?.get_attr_str(name)?;
    call::call(&function, args)
}

/// The `__name__` of the module whose code is running.
fn caller_module() -> PyResult<Option<Py>> {
    let Some(globals) = object::hooks::current_globals() else {
        return Ok(None);
    };
    match globals.downcast::<PyDict>() {
        Some(dict) => dict.get_item(object::intern!("__name__").as_object()),
        None => Ok(None),
    }
}

/// Sets `__module__` on an instance that was made by a call.
fn set_module(object: &PyObject) -> PyResult<()> {
    match caller_module()? {
        Some(name) => object.set_attr(object::intern!("__module__"), Some(&name)),
        None => Ok(()),
    }
}

/// `TypeError: Cannot subclass an instance of …`
fn cannot_subclass<T>(name: &str) -> PyResult<T> {
    raise!(TypeError, "Cannot subclass an instance of {name}")
}

/// A value, or the function of one argument (the format) that makes it.
struct Lazy {
    value: Field,
    evaluate: Field,
}

impl Lazy {
    const fn empty() -> Lazy {
        Lazy {
            value: Field::empty(),
            evaluate: Field::empty(),
        }
    }

    fn of_value(value: Option<&PyObject>) -> Lazy {
        Lazy {
            value: Field::new(value.map(|v| v.new_ref())),
            evaluate: Field::empty(),
        }
    }

    fn of_function(function: Option<&PyObject>) -> Lazy {
        Lazy {
            value: Field::empty(),
            evaluate: Field::new(function.map(|f| f.new_ref())),
        }
    }

    /// The value, made and kept if it has not been asked for yet.
    fn get(&self) -> PyResult<Option<Py>> {
        if let Some(value) = self.value.get() {
            return Ok(Some(value));
        }
        let Some(function) = self.evaluate.get() else {
            return Ok(None);
        };
        let format = PyInt::from_i64(FORMAT_VALUE)?;
        let value = call::call(&function, &[format.as_object()])?;
        self.value.set(Some(value.clone()));
        Ok(Some(value))
    }

    /// The function: the given one, or one that returns the value.
    fn function(&self) -> PyResult<Option<Py>> {
        if let Some(function) = self.evaluate.get() {
            return Ok(Some(function));
        }
        match self.value.get() {
            Some(value) => Ok(Some(ConstEvaluator::make(value)?.into_object())),
            None => Ok(None),
        }
    }

    fn traverse(&self, visit: &mut Visitor) {
        visit.field(&self.value);
        visit.field(&self.evaluate);
    }

    fn clear(&self) {
        self.value.set(None);
        self.evaluate.set(None);
    }
}

/// A parameter's default: [`Lazy`], with `NoDefault` for none.
struct Default {
    lazy: Lazy,
}

impl Default {
    const fn empty() -> Default {
        Default { lazy: Lazy::empty() }
    }

    /// What a call gives: a value, or `NoDefault` for none.
    fn given(value: Option<&PyObject>) -> PyResult<Default> {
        let value = match value {
            Some(value) => value,
            None => no_default()?,
        };
        Ok(Default {
            lazy: Lazy::of_value(Some(value)),
        })
    }

    fn set_function(&self, function: &PyObject) {
        self.lazy.value.set(None);
        self.lazy.evaluate.set(Some(function.new_ref()));
    }

    fn exists(&self) -> PyResult<bool> {
        if self.lazy.evaluate.is_some() {
            return Ok(true);
        }
        match self.lazy.value.get() {
            Some(value) => Ok(!value.is(no_default()?)),
            None => Ok(false),
        }
    }

    fn get(&self) -> PyResult {
        match self.lazy.get()? {
            Some(value) => Ok(value),
            None => Ok(no_default()?.new_ref()),
        }
    }

    fn function(&self) -> PyResult {
        Ok(self.lazy.function()?.unwrap_or_else(object::none))
    }
}

/// `typing.NoDefault`'s type
#[pyclass(name = "NoDefaultType")]
#[repr(transparent)]
pub struct NoDefaultType(PyObject);

/// `typing.NoDefault`, the one instance.
fn no_default() -> PyResult<&'static PyObject> {
    static ONLY: GilCell<Option<&'static PyObject>> = GilCell::new(None);
    if let Some(only) = ONLY.get() {
        return Ok(only);
    }
    let made = object::new_object(NoDefaultType(PyObject::new_head(NoDefaultType::type_object())))?;
    made.as_object().set_immortal();
    // SAFETY: immortal objects are never freed.
    let made: &'static NoDefaultType = unsafe { &*made.into_ptr() };
    ONLY.set(Some(made.as_object()));
    Ok(made.as_object())
}

#[pymethods(signature = "()")]
impl NoDefaultType {
    #[slot]
    fn tp_new(_cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
        if !args.is_empty() || kwargs.is_some_and(|k| !k.is_empty()) {
            return raise!(TypeError, "NoDefaultType takes no arguments");
        }
        Ok(no_default()?.new_ref())
    }
    #[slot]
    fn tp_repr(&self) -> PyResult {
        "typing.NoDefault".into_py()
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        "NoDefault".into_py()
    }
}

/// An evaluation function of something whose value is known.
#[pyclass(name = "_typing._ConstEvaluator", flags(HAVE_GC))]
#[repr(C)]
pub struct ConstEvaluator {
    ob_base: PyObject,
    value: Field,
}

impl ConstEvaluator {
    fn make(value: Py) -> PyResult<Py<ConstEvaluator>> {
        object::new_object(ConstEvaluator {
            ob_base: PyObject::new_head(ConstEvaluator::type_object()),
            value: Field::new(Some(value)),
        })
    }
}

#[pymethods(signature = "()")]
impl ConstEvaluator {
    #[slot]
    fn tp_call(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult {
        let mut holder = Vec::new();
        let all = FuncArgs::from_tuple_dict(args, kwargs, &mut holder)?;
        all.no_keywords("constevaluator.__call__")?;
        all.check_positional("constevaluator.__call__", 1, 1)?;
        let format = match args.get(0).and_then(|a| a.downcast::<PyInt>()) {
            Some(format) => object::number::index_as_isize(format.as_object())? as i64,
            None => return raise!(TypeError, "an integer is required"),
        };
        let Some(value) = self.value.get() else {
            return Ok(object::none());
        };
        if format != FORMAT_STRING {
            return Ok(value);
        }
        match value.downcast::<PyTuple>() {
            Some(tuple) => {
                let parts: Vec<String> = tuple
                    .as_slice()
                    .iter()
                    .map(|item| type_repr(item))
                    .collect::<PyResult<_>>()?;
                let comma = if parts.len() == 1 { "," } else { "" };
                Ok(PyStr::new_wtf8_lossy(&format!("({}{comma})", parts.join(", ")))?.into_object())
            }
            None => Ok(PyStr::new_wtf8_lossy(&type_repr(&value)?)?.into_object()),
        }
    }
    #[slot]
    fn tp_repr(&self) -> PyResult {
        let value = match self.value.get() {
            Some(value) => value.repr()?.to_string(),
            None => "None".to_owned(),
        };
        Ok(PyStr::new_wtf8_lossy(&format!("<constevaluator {value}>"))?.into_object())
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.value);
    }
    #[slot]
    fn tp_clear(&self) {
        self.value.set(None);
    }
}

/// `typing.Generic`
#[pyclass(name = "typing.Generic", flags(BASETYPE))]
#[repr(transparent)]
pub struct Generic(PyObject);

/// `typing.py`'s function, with the class before the arguments.
fn for_class(name: &str, cls: &PyTypeObject, all: FuncArgs<'_>) -> PyResult {
    let function = object::hooks::import("typing")?.get_attr_str(name)?;
    let rest = all.to_tuple()?;
    let mut args = vec![cls.as_object().new_ref()];
    args.extend(rest.as_slice().iter().cloned());
    let kwargs = all.keywords();
    let kwargs = if kwargs.is_empty() {
        None
    } else {
        Some(kwargs.to_dict()?)
    };
    call::call_tuple_dict(&function, &*PyTuple::from_vec(args)?, kwargs.as_deref())
}

#[pymethods]
impl Generic {
    #[classmethod("($cls, *args, **kwargs)", nosig, raw)]
    fn __class_getitem__(cls: &PyTypeObject, all: FuncArgs<'_>) -> PyResult {
        for_class("_generic_class_getitem", cls, all)
    }
    #[classmethod("($cls, *args, **kwargs)", nosig, raw)]
    fn __init_subclass__(cls: &PyTypeObject, all: FuncArgs<'_>) -> PyResult {
        for_class("_generic_init_subclass", cls, all)
    }
}

/// `INTRINSIC_TYPEVAR` and its two forms with a bound or constraints.
pub fn type_var(name: &PyObject, bound: Option<&PyObject>, constraints: Option<&PyObject>) -> PyResult {
    TypeVar::declared(name, bound, constraints)
}

/// `INTRINSIC_PARAMSPEC`
pub fn param_spec(name: &PyObject) -> PyResult {
    ParamSpec::declared(name)
}

/// `INTRINSIC_TYPEVARTUPLE`
pub fn type_var_tuple(name: &PyObject) -> PyResult {
    TypeVarTuple::declared(name)
}

/// `INTRINSIC_TYPEALIAS`: of `(name, type_params, compute_value)`.
pub fn type_alias(parts: &PyObject) -> PyResult {
    match parts.downcast::<PyTuple>().map(PyTuple::as_slice) {
        Some([name, params, compute]) => TypeAliasType::declared(name, params, compute),
        _ => raise!(SystemError, "type alias needs three parts"),
    }
}

/// `INTRINSIC_SUBSCRIPT_GENERIC`: `Generic[params]`
pub fn subscript_generic(params: &PyObject) -> PyResult {
    let Some(params) = params.downcast::<PyTuple>() else {
        return raise!(TypeError, "Expected a tuple of type parameters");
    };
    let args = unpack_tuples(params)?;
    call_typing(
        "_GenericAlias",
        &[Generic::type_object().as_object(), args.as_object()],
    )
}

/// `INTRINSIC_SET_TYPEPARAM_DEFAULT`
pub fn set_default(param: &PyObject, default: &PyObject) -> PyResult {
    if let Some(param) = param.downcast::<TypeVar>() {
        param.default().set_function(default);
    } else if let Some(param) = param.downcast::<ParamSpec>() {
        param.default().set_function(default);
    } else if let Some(param) = param.downcast::<TypeVarTuple>() {
        param.default().set_function(default);
    } else {
        return raise!(TypeError, "Expected a type param, got {}", param.repr()?.get());
    }
    Ok(param.new_ref())
}

/// The parameters with `*Ts` where a `TypeVarTuple` stands.
fn unpack_tuples(params: &PyTuple) -> PyResult<Py<PyTuple>> {
    let unpack = |param: &Py| -> PyResult {
        if param.downcast::<TypeVarTuple>().is_some() {
            unpacked(param)
        } else {
            Ok(param.clone())
        }
    };
    PyTuple::from_vec(params.as_slice().iter().map(unpack).collect::<PyResult<_>>()?)
}

/// `typing.Unpack[x]`
fn unpacked(x: &PyObject) -> PyResult {
    object::hooks::import("typing")?
        .get_attr_str("Unpack")?
        .get_item(x)
}

/// `iter((typing.Unpack[x],))`
fn iterate_unpacked(x: &PyObject) -> PyResult {
    object::iter::get_iter(PyTuple::from_array([unpacked(x)?])?.as_object())
}

/// The sign that shows a variable's variance.
fn variance_sign(covariant: bool, contravariant: bool, infer: bool) -> &'static str {
    match (infer, covariant, contravariant) {
        (true, ..) => "",
        (_, true, _) => "+",
        (_, _, true) => "-",
        _ => "~",
    }
}

/// Checks what a call says of variance.
fn check_variance(covariant: bool, contravariant: bool, infer: bool) -> PyResult<()> {
    if covariant && contravariant {
        return raise!(ValueError, "Bivariant types are not supported.");
    }
    if infer && (covariant || contravariant) {
        return raise!(ValueError, "Variance cannot be specified with infer_variance.");
    }
    Ok(())
}

/// A given bound, checked by `typing._type_check`; `None` is none.
fn checked_bound(bound: Option<&PyObject>) -> PyResult<Option<Py>> {
    match bound.filter(|b| !is_none(b)) {
        Some(bound) => {
            let message = "Bound must be a type.".into_py()?;
            Ok(Some(call_typing("_type_check", &[bound, &message])?))
        }
        None => Ok(None),
    }
}
