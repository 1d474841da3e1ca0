//! `typing.TypeVar`

use super::{
    Default, Lazy, call_typing, cannot_subclass, check_variance, checked_bound, set_module, variance_sign,
};
use object::{
    Args, Field, GilCell, Py, PyClass, PyDict, PyLayout, PyObject, PyResult, PyStr, PyTuple, PyTypeObject,
    Visitor, pyclass, pymethods, raise,
};

#[pyclass(name = "typing.TypeVar", flags(HAVE_GC), dict = dict, weaklist = weakreflist)]
#[repr(C)]
pub struct TypeVar {
    ob_base: PyObject,
    name: Field<PyStr>,
    bound: Lazy,
    constraints: Lazy,
    default: Default,
    covariant: bool,
    contravariant: bool,
    infer_variance: bool,
    dict: Field<PyDict>,
    weakreflist: GilCell<*mut PyObject>,
}

impl TypeVar {
    /// `[T]`, `[T: bound]` or `[T: (constraints)]` of a type parameter list.
    pub(super) fn declared(
        name: &PyObject,
        bound: Option<&PyObject>,
        constraints: Option<&PyObject>,
    ) -> PyResult {
        let Some(name) = name.downcast::<PyStr>() else {
            return raise!(SystemError, "a type parameter's name is a string");
        };
        let made = TypeVar::make(
            name,
            Lazy::of_function(bound),
            Lazy::of_function(constraints),
            Default::empty(),
            [false, false, true],
        )?;
        Ok(made.into_object())
    }

    fn make(
        name: &PyStr,
        bound: Lazy,
        constraints: Lazy,
        default: Default,
        variance: [bool; 3],
    ) -> PyResult<Py<TypeVar>> {
        let [covariant, contravariant, infer_variance] = variance;
        object::new_object(TypeVar {
            ob_base: PyObject::new_head(TypeVar::type_object()),
            name: Field::new(Some(name.new_ref())),
            bound,
            constraints,
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
impl TypeVar {
    #[new(
        "(name, *constraints, bound=None, default=typing.NoDefault, covariant=False, contravariant=False, \
         infer_variance=False)",
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
        constraints: Args<'_>,
    ) -> PyResult<Py<TypeVar>> {
        let flag = |given: Option<bool>| given.unwrap_or(false);
        let variance = [flag(covariant), flag(contravariant), flag(infer_variance)];
        check_variance(variance[0], variance[1], variance[2])?;
        let bound = checked_bound(bound)?;
        if constraints.len() == 1 {
            return raise!(TypeError, "A single constraint is not allowed");
        }
        if !constraints.is_empty() && bound.is_some() {
            return raise!(TypeError, "Constraints cannot be combined with bound=...");
        }
        let constraints = if constraints.is_empty() {
            None
        } else {
            Some(PyTuple::from_refs(constraints)?)
        };
        let made = TypeVar::make(
            name,
            Lazy::of_value(bound.as_deref()),
            Lazy::of_value(constraints.as_ref().map(|c| c.as_object())),
            Default::given(default)?,
            variance,
        )?;
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
        self.bound.traverse(visit);
        self.constraints.traverse(visit);
        self.default.lazy.traverse(visit);
        visit.field(&self.dict);
    }
    #[slot]
    fn tp_clear(&self) {
        self.bound.clear();
        self.constraints.clear();
        self.default.lazy.clear();
        self.dict.set(None);
    }
    #[getter]
    fn __name__(&self) -> Option<Py<PyStr>> {
        self.name.get()
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
    fn __bound__(&self) -> PyResult {
        Ok(self.bound.get()?.unwrap_or_else(object::none))
    }
    #[getter]
    fn __constraints__(&self) -> PyResult {
        match self.constraints.get()? {
            Some(constraints) => Ok(constraints),
            None => Ok(PyTuple::empty()?.into_object()),
        }
    }
    #[getter]
    fn __default__(&self) -> PyResult {
        self.default.get()
    }
    #[getter]
    fn evaluate_bound(&self) -> PyResult {
        Ok(self.bound.function()?.unwrap_or_else(object::none))
    }
    #[getter]
    fn evaluate_constraints(&self) -> PyResult {
        Ok(self.constraints.function()?.unwrap_or_else(object::none))
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
        call_typing("_typevar_subst", &[self.as_object(), arg])
    }
    #[method("($self, alias, args, /)")]
    fn __typing_prepare_subst__(&self, alias: &PyObject, args: &PyObject) -> PyResult {
        let parameters = alias.get_attr_str("__parameters__")?;
        let index = parameters.call_method(object::intern!("index"), &[self.as_object()])?;
        let index = object::number::index_as_isize(&index)?;
        let Some(args) = args.downcast::<PyTuple>() else {
            return raise!(TypeError, "args must be a tuple");
        };
        let given = args.len() as isize;
        if index < given {
            return Ok(args.as_object().new_ref());
        }
        if index == given && self.default.exists()? {
            let mut all = args.as_slice().to_vec();
            all.push(self.default.get()?);
            return Ok(PyTuple::from_vec(all)?.into_object());
        }
        raise!(TypeError, "Too few arguments for {}", alias.str()?.get())
    }
    #[method("($self, object, /)")]
    fn __mro_entries__(&self, _object: &PyObject) -> PyResult {
        cannot_subclass("TypeVar")
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> Option<Py<PyStr>> {
        self.name.get()
    }
}
