//! `typing.TypeAliasType`: what a `type` statement makes.

use super::{Lazy, ParamSpec, TypeVar, TypeVarTuple, caller_module, iterate_unpacked, unpack_tuples};
use object::{
    Field, Py, PyClass, PyLayout, PyObject, PyResult, PyStr, PyTuple, PyTypeObject, Visitor, is_none,
    pyclass, pymethods, raise,
};

#[pyclass(name = "typing.TypeAliasType", flags(HAVE_GC))]
#[repr(C)]
pub struct TypeAliasType {
    ob_base: PyObject,
    name: Field<PyStr>,
    type_params: Field<PyTuple>,
    value: Lazy,
    module: Field,
}

impl TypeAliasType {
    /// `type name[params] = value`
    pub(super) fn declared(name: &PyObject, params: &PyObject, compute: &PyObject) -> PyResult {
        let Some(name) = name.downcast::<PyStr>() else {
            return raise!(SystemError, "a type alias's name is a string");
        };
        let params = params.downcast::<PyTuple>().map(|params| params.new_ref());
        Ok(TypeAliasType::make(name, params, Lazy::of_function(Some(compute)), None)?.into_object())
    }

    fn make(
        name: &PyStr,
        type_params: Option<Py<PyTuple>>,
        value: Lazy,
        module: Option<Py>,
    ) -> PyResult<Py<TypeAliasType>> {
        object::new_object(TypeAliasType {
            ob_base: PyObject::new_head(TypeAliasType::type_object()),
            name: Field::new(Some(name.new_ref())),
            type_params: Field::new(type_params.filter(|params| !params.is_empty())),
            value,
            module: Field::new(module),
        })
    }

    fn params(&self) -> PyResult<Py<PyTuple>> {
        match self.type_params.get() {
            Some(params) => Ok(params),
            None => PyTuple::empty(),
        }
    }
}

/// Type parameters only, and none without a default after one with a default.
fn check_params(params: &PyTuple) -> PyResult<()> {
    let mut default_seen = false;
    for param in params.as_slice() {
        let has_default = if let Some(param) = param.downcast::<TypeVar>() {
            param.default().exists()?
        } else if let Some(param) = param.downcast::<ParamSpec>() {
            param.default().exists()?
        } else if let Some(param) = param.downcast::<TypeVarTuple>() {
            param.default().exists()?
        } else {
            return raise!(TypeError, "Expected a type param, got {}", param.repr()?.get());
        };
        if default_seen && !has_default {
            let shown = param.repr()?;
            return raise!(
                TypeError,
                "non-default type parameter '{}' follows default type parameter",
                shown.get()
            );
        }
        default_seen |= has_default;
    }
    Ok(())
}

#[pymethods]
impl TypeAliasType {
    #[new("(name, value, *, type_params=())", nosig)]
    fn tp_new(
        _cls: &PyTypeObject,
        name: &PyStr,
        value: &PyObject,
        type_params: Option<&PyObject>,
    ) -> PyResult<Py<TypeAliasType>> {
        let params = match type_params {
            Some(params) => match params.downcast::<PyTuple>() {
                Some(params) => Some(params.new_ref()),
                None => return raise!(TypeError, "type_params must be a tuple"),
            },
            None => None,
        };
        if let Some(params) = &params {
            check_params(params)?;
        }
        TypeAliasType::make(name, params, Lazy::of_value(Some(value)), caller_module()?)
    }
    #[slot]
    fn tp_repr(&self) -> PyResult {
        let name = self.name.get().map(|name| name.to_string()).unwrap_or_default();
        Ok(PyStr::new_wtf8_lossy(&name)?.into_object())
    }
    #[slot]
    fn tp_iter(&self) -> PyResult {
        iterate_unpacked(self.as_object())
    }
    #[slot]
    fn nb_or(a: &PyObject, b: &PyObject) -> PyResult {
        object::union::make(&[a.new_ref(), b.new_ref()])
    }
    #[slot]
    fn mp_subscript(&self, args: &PyObject) -> PyResult {
        if self.type_params.is_none() {
            return raise!(TypeError, "Only generic type aliases are subscriptable");
        }
        object::genericalias::new(self.as_object(), args)
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.type_params);
        self.value.traverse(visit);
        visit.field(&self.module);
    }
    #[slot]
    fn tp_clear(&self) {
        self.type_params.set(None);
        self.value.clear();
        self.module.set(None);
    }
    #[getter]
    fn __name__(&self) -> Option<Py<PyStr>> {
        self.name.get()
    }
    #[getter]
    fn __parameters__(&self) -> PyResult<Py<PyTuple>> {
        unpack_tuples(&*self.params()?)
    }
    #[getter]
    fn __type_params__(&self) -> PyResult<Py<PyTuple>> {
        self.params()
    }
    #[getter]
    fn __value__(&self) -> PyResult {
        Ok(self.value.get()?.unwrap_or_else(object::none))
    }
    #[getter]
    fn evaluate_value(&self) -> PyResult {
        Ok(self.value.function()?.unwrap_or_else(object::none))
    }
    #[getter]
    fn __module__(&self) -> PyResult {
        if let Some(module) = self.module.get() {
            return Ok(module);
        }
        // A declared alias is of the module of the function that makes its value.
        match self.value.evaluate.get() {
            Some(function) if !is_none(&function) => function.get_attr_str("__module__"),
            _ => Ok(object::none()),
        }
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> Option<Py<PyStr>> {
        self.name.get()
    }
}
