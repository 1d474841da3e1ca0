//! `classmethod` and `staticmethod`.

use crate::handle::{Field, Py, PyLayout, PyResult};
use crate::refcount::PyObject;
use crate::typeobject::PyTypeObject;
use object_macros::{pyclass, pymethods};

/// What wraps a callable shows its attributes.
fn copy_wrapper_attributes(wrapper: &PyObject, callable: &PyObject) -> PyResult<()> {
    for name in [
        crate::intern!("__module__"),
        crate::intern!("__name__"),
        crate::intern!("__qualname__"),
        crate::intern!("__doc__"),
    ] {
        if let Some(v) = callable.get_attr_opt(name)? {
            wrapper.set_attr(name, Some(&v))?;
        }
    }
    Ok(())
}

macro_rules! wrapper {
    ($name:ident, $ty:ident, $pyname:literal, $($get:tt)*) => {
        #[pyclass(name = $pyname, type = $ty, flags(BASETYPE, HAVE_GC), dict = dict)]
        #[repr(C)]
        pub struct $name {
            ob_base: PyObject,
            callable: Field,
            dict: Field,
        }

        impl $name {
            pub fn new(callable: &PyObject) -> PyResult<Py<$name>> {
                let this = crate::new_object($name {
                    ob_base: PyObject::new_head(&$ty),
                    callable: Field::from_ref(callable),
                    dict: Field::empty(),
                })?;
                Ok(this)
            }
            pub fn callable(&self) -> PyResult {
                match self.callable.get() {
                    Some(c) => Ok(c),
                    None => crate::raise!(RuntimeError, concat!("uninitialized ", $pyname, " object")),
                }
            }
        }

        #[pymethods]
        impl $name {
            #[slot]
            fn tp_new(cls: &PyTypeObject, _args: &crate::PyTuple, _kw: Option<&crate::PyDict>) -> PyResult<Py<$name>> {
                crate::new_instance(cls, |_: *mut $name| {})
            }
            #[init("(function, /)")]
            fn tp_init(&self, function: &PyObject) -> PyResult<()> {
                self.callable.set(Some(function.new_ref()));
                copy_wrapper_attributes(self.as_object(), function)
            }
            $($get)*
            #[slot]
            fn tp_repr(&self) -> PyResult<String> {
                Ok(format!(concat!("<", $pyname, "({})>"), self.callable()?.repr()?))
            }
            #[slot]
            fn tp_traverse(&self, visit: &mut crate::Visitor) {
                visit.field(&self.callable);
                visit.field(&self.dict);
            }
            #[slot]
            fn tp_clear(&self) {
                self.callable.set(None);
                self.dict.set(None);
            }
            #[getter]
            fn __func__(&self) -> Option<Py> {
                self.callable.get()
            }
            #[getter]
            fn __wrapped__(&self) -> Option<Py> {
                self.callable.get()
            }
            #[getter]
            fn __isabstractmethod__(&self) -> PyResult<bool> {
                match self.callable.get() {
                    Some(c) => crate::descr::is_abstract(&c),
                    None => Ok(false),
                }
            }
            #[getter]
            fn __dict__(&self) -> PyResult {
                Ok(self.as_object().instance_dict()?.map_or_else(crate::none, |d| d.into_object()))
            }
            #[getter]
            fn __annotations__(&self) -> PyResult {
                self.cached(crate::intern!("__annotations__"))
            }
            #[setter(__annotations__)]
            fn set_annotations(&self, value: Option<&PyObject>) -> PyResult<()> {
                self.store(crate::intern!("__annotations__"), value)
            }
            #[getter]
            fn __annotate__(&self) -> PyResult {
                self.cached(crate::intern!("__annotate__"))
            }
            #[setter(__annotate__)]
            fn set_annotate(&self, value: Option<&PyObject>) -> PyResult<()> {
                self.store(crate::intern!("__annotate__"), value)
            }
            #[classmethod("($type, object, /)")]
            fn __class_getitem__(cls: &PyTypeObject, object: &PyObject) -> PyResult {
                crate::typeobject::generic_alias(cls.as_object(), object)
            }
        }

        impl $name {
            /// The wrapped function's attribute, kept from then on.
            fn cached(&self, name: &'static crate::PyStr) -> PyResult {
                let dict = self.as_object().instance_dict()?;
                if let Some(d) = &dict
                    && let Some(v) = d.get_str(name)?
                {
                    return Ok(v);
                }
                let v = self.callable()?.get_attr(name)?;
                if let Some(d) = dict {
                    d.set_item(name, &*v)?;
                }
                Ok(v)
            }
            fn store(&self, name: &'static crate::PyStr, value: Option<&PyObject>) -> PyResult<()> {
                let Some(d) = self.as_object().instance_dict()? else { return Ok(()) };
                match value {
                    Some(v) => d.set_item(name, v),
                    None => d.del_item(name.as_object()),
                }
            }
        }
    };
}

wrapper! { PyClassMethod, PyClassMethod_Type, "classmethod",
    #[slot]
    fn tp_descr_get(&self, obj: Option<&PyObject>, ty: Option<&PyObject>) -> PyResult {
        let class = match (ty, obj) {
            (Some(t), _) => t.new_ref(),
            (None, Some(o)) => o.ty().as_object().new_ref(),
            (None, None) => crate::none(),
        };
        Ok(crate::cfunction::PyMethod::new(&*self.callable()?, &class)?.into_object())
    }
}
wrapper! { PyStaticMethod, PyStaticMethod_Type, "staticmethod",
    #[slot]
    fn tp_descr_get(&self, _obj: Option<&PyObject>, _ty: Option<&PyObject>) -> PyResult {
        self.callable()
    }
    #[slot]
    fn tp_call(&self, args: &crate::PyTuple, kwargs: Option<&crate::PyDict>) -> PyResult {
        crate::call::call_tuple_dict(&*self.callable()?, args, kwargs)
    }
}
