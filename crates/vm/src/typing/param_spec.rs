//! `typing.ParamSpec`, and its `args` and `kwargs`.

use super::{
    Default, call_typing, cannot_subclass, check_variance, checked_bound, set_module, variance_sign,
};
use object::{
    CompareOp, Field, GilCell, Py, PyClass, PyDict, PyLayout, PyObject, PyResult, PyStr, PyTypeObject,
    Visitor, pyclass, pymethods, raise,
};

#[pyclass(name = "typing.ParamSpec", flags(HAVE_GC), dict = dict, weaklist = weakreflist)]
#[repr(C)]
pub struct ParamSpec {
    ob_base: PyObject,
    name: Field<PyStr>,
    bound: Field,
    default: Default,
    covariant: bool,
    contravariant: bool,
    infer_variance: bool,
    dict: Field<PyDict>,
    weakreflist: GilCell<*mut PyObject>,
}

impl ParamSpec {
    /// `[**P]` of a type parameter list.
    pub(super) fn declared(name: &PyObject) -> PyResult {
        let Some(name) = name.downcast::<PyStr>() else {
            return raise!(SystemError, "a type parameter's name is a string");
        };
        Ok(ParamSpec::make(name, None, Default::empty(), [false, false, true])?.into_object())
    }

    fn make(
        name: &PyStr,
        bound: Option<Py>,
        default: Default,
        variance: [bool; 3],
    ) -> PyResult<Py<ParamSpec>> {
        let [covariant, contravariant, infer_variance] = variance;
        object::new_object(ParamSpec {
            ob_base: PyObject::new_head(ParamSpec::type_object()),
            name: Field::new(Some(name.new_ref())),
            bound: Field::new(bound),
            default,
            covariant,
            contravariant,
            infer_variance,
            dict: Field::empty(),
            weakreflist: GilCell::new(std::ptr::null_mut()),
        })
    }

    pub(super) fn default(&self) -> &Default {
        &self.default
    }
}

#[pymethods]
impl ParamSpec {
    #[new(
        "(name, *, bound=None, default=typing.NoDefault, covariant=False, contravariant=False, infer_variance=False)",
        nosig
    )]
    fn tp_new(
        _cls: &PyTypeObject,
        name: &PyStr,
        bound: Option<&PyObject>,
        default: Option<&PyObject>,
        covariant: Option<bool>,
        contravariant: Option<bool>,
        infer_variance: Option<bool>,
    ) -> PyResult<Py<ParamSpec>> {
        let flag = |given: Option<bool>| given.unwrap_or(false);
        let variance = [flag(covariant), flag(contravariant), flag(infer_variance)];
        check_variance(variance[0], variance[1], variance[2])?;
        let made = ParamSpec::make(name, checked_bound(bound)?, Default::given(default)?, variance)?;
        set_module(made.as_object())?;
        Ok(made)
    }
    #[slot]
    fn tp_repr(&self) -> PyResult {
        let sign = variance_sign(self.covariant, self.contravariant, self.infer_variance);
        let name = self.name.get().map(|name| name.to_string()).unwrap_or_default();
        Ok(PyStr::new_wtf8_lossy(&format!("{sign}{name}"))?.into_object())
    }
    #[slot]
    fn nb_or(a: &PyObject, b: &PyObject) -> PyResult {
        object::union::make(&[a.new_ref(), b.new_ref()])
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.bound);
        self.default.lazy.traverse(visit);
        visit.field(&self.dict);
    }
    #[slot]
    fn tp_clear(&self) {
        self.bound.set(None);
        self.default.lazy.clear();
        self.dict.set(None);
    }
    #[getter]
    fn __name__(&self) -> Option<Py<PyStr>> {
        self.name.get()
    }
    #[getter]
    fn __bound__(&self) -> Py {
        self.bound.get().unwrap_or_else(object::none)
    }
    #[getter]
    fn __covariant__(&self) -> bool {
        self.covariant
    }
    #[getter]
    fn __contravariant__(&self) -> bool {
        self.contravariant
    }
    #[getter]
    fn __infer_variance__(&self) -> bool {
        self.infer_variance
    }
    #[getter]
    fn args(&self) -> PyResult<Py<ParamSpecArgs>> {
        ParamSpecArgs::make(self.as_object())
    }
    #[getter]
    fn kwargs(&self) -> PyResult<Py<ParamSpecKwargs>> {
        ParamSpecKwargs::make(self.as_object())
    }
    #[getter]
    fn __default__(&self) -> PyResult {
        self.default.get()
    }
    #[getter]
    fn evaluate_default(&self) -> PyResult {
        self.default.function()
    }
    #[method("($self, /)")]
    fn has_default(&self) -> PyResult<bool> {
        self.default.exists()
    }
    #[method("($self, arg, /)")]
    fn __typing_subst__(&self, arg: &PyObject) -> PyResult {
        call_typing("_paramspec_subst", &[self.as_object(), arg])
    }
    #[method("($self, alias, args, /)")]
    fn __typing_prepare_subst__(&self, alias: &PyObject, args: &PyObject) -> PyResult {
        call_typing("_paramspec_prepare_subst", &[self.as_object(), alias, args])
    }
    #[method("($self, object, /)")]
    fn __mro_entries__(&self, _object: &PyObject) -> PyResult {
        cannot_subclass("ParamSpec")
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> Option<Py<PyStr>> {
        self.name.get()
    }
}

macro_rules! component {
    ($name:ident, $full:literal, $short:literal, $attribute:literal, $doc:literal) => {
        #[doc = $doc]
        #[pyclass(name = $full, flags(HAVE_GC), weaklist = weakreflist)]
        #[repr(C)]
        pub struct $name {
            ob_base: PyObject,
            origin: Field,
            weakreflist: GilCell<*mut PyObject>,
        }

        impl $name {
            fn make(origin: &PyObject) -> PyResult<Py<$name>> {
                object::new_object($name {
                    ob_base: PyObject::new_head($name::type_object()),
                    origin: Field::new(Some(origin.new_ref())),
                    weakreflist: GilCell::new(std::ptr::null_mut()),
                })
            }
        }

        #[pymethods]
        impl $name {
            #[new("(origin)", nosig)]
            fn tp_new(_cls: &PyTypeObject, origin: &PyObject) -> PyResult<Py<$name>> {
                $name::make(origin)
            }
            #[slot]
            fn tp_repr(&self) -> PyResult {
                let Some(origin) = self.origin.get() else {
                    return Ok(object::none());
                };
                let text = match origin
                    .downcast::<ParamSpec>()
                    .and_then(|spec| spec.name.get())
                {
                    Some(name) => format!(concat!("{}.", $attribute), name),
                    None => format!(concat!("{}.", $attribute), origin.repr()?),
                };
                Ok(PyStr::new_wtf8_lossy(&text)?.into_object())
            }
            #[slot]
            fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult {
                let (Some(other), true) = (
                    other.downcast::<$name>(),
                    matches!(op, CompareOp::Eq | CompareOp::Ne),
                ) else {
                    return Ok(object::not_implemented());
                };
                match (self.origin.get(), other.origin.get()) {
                    (Some(a), Some(b)) => a.rich_compare(&b, op),
                    _ => Ok(object::not_implemented()),
                }
            }
            #[slot]
            fn tp_traverse(&self, visit: &mut Visitor) {
                visit.field(&self.origin);
            }
            #[slot]
            fn tp_clear(&self) {
                self.origin.set(None);
            }
            #[getter]
            fn __origin__(&self) -> Option<Py> {
                self.origin.get()
            }
            #[method("($self, object, /)")]
            fn __mro_entries__(&self, _object: &PyObject) -> PyResult {
                cannot_subclass($short)
            }
        }
    };
}

component!(
    ParamSpecArgs,
    "typing.ParamSpecArgs",
    "ParamSpecArgs",
    "args",
    "`P.args`"
);
component!(
    ParamSpecKwargs,
    "typing.ParamSpecKwargs",
    "ParamSpecKwargs",
    "kwargs",
    "`P.kwargs`"
);
