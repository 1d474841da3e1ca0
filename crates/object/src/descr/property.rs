//! `property`.

use crate::handle::{Field, GilCell, Py, PyClass, PyLayout, PyResult};
use crate::raise;
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::typeobject::PyTypeObject;
use object_macros::{pyclass, pymethods};

#[pyclass(name = "property", type = PyProperty_Type, flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct PyProperty {
    ob_base: PyObject,
    prop_get: Field,
    prop_set: Field,
    prop_del: Field,
    prop_doc: Field,
    prop_name: Field,
    getter_doc: GilCell<bool>,
}

/// `__isabstractmethod__` of anything.
pub fn is_abstract(obj: &PyObject) -> PyResult<bool> {
    match obj.get_attr_opt(crate::intern!("__isabstractmethod__"))? {
        Some(v) => v.is_true(),
        None => Ok(false),
    }
}

impl PyProperty {
    /// The getter, for the evaluation loop's inline caches.
    pub fn fget(&self) -> Option<Py> {
        self.prop_get.get()
    }
    fn name(&self) -> PyResult<Option<Py>> {
        if let Some(n) = self.prop_name.get() {
            return Ok(Some(n));
        }
        match self.prop_get.get() {
            Some(g) => g.get_attr_opt(crate::intern!("__name__")),
            None => Ok(None),
        }
    }
    fn missing<T>(&self, obj: &PyObject, what: &str) -> PyResult<T> {
        let qualname = obj
            .ty()
            .as_object()
            .get_attr(crate::intern!("__qualname__"))?
            .repr()?;
        match self.name()? {
            Some(n) => raise!(
                AttributeError,
                "property {} of {qualname} object has no {what}",
                n.repr()?
            ),
            None => raise!(AttributeError, "property of {qualname} object has no {what}"),
        }
    }
    fn copy(&self, get: Option<&PyObject>, set: Option<&PyObject>, del: Option<&PyObject>) -> PyResult {
        let pick = |new: Option<&PyObject>, old: &Field| match new {
            Some(v) if !crate::is_none(v) => v.new_ref(),
            _ => old.get().unwrap_or_else(crate::none),
        };
        let (g, s, d) = (
            pick(get, &self.prop_get),
            pick(set, &self.prop_set),
            pick(del, &self.prop_del),
        );
        let doc = if self.getter_doc.get() && !crate::is_none(&g) {
            crate::none()
        } else {
            self.prop_doc.get().unwrap_or_else(crate::none)
        };
        let new = crate::call::call(self.as_object().ty().as_object(), &[&g, &s, &d, &doc])?;
        if let Some(p) = new.downcast::<PyProperty>() {
            p.prop_name.set(self.prop_name.get());
        }
        Ok(new)
    }
}

#[pymethods]
impl PyProperty {
    #[slot]
    fn tp_new(
        cls: &PyTypeObject,
        _args: &crate::PyTuple,
        _kw: Option<&crate::PyDict>,
    ) -> PyResult<Py<PyProperty>> {
        crate::new_instance(cls, |_: *mut PyProperty| {})
    }
    #[init("(fget=None, fset=None, fdel=None, doc=None)")]
    fn tp_init(
        &self,
        fget: Option<&PyObject>,
        fset: Option<&PyObject>,
        fdel: Option<&PyObject>,
        doc: Option<&PyObject>,
    ) -> PyResult<()> {
        let own = |v: Option<&PyObject>| v.filter(|v| !crate::is_none(v)).map(|v| v.new_ref());
        let (get, doc) = (own(fget), own(doc));
        self.prop_get.set(get.clone());
        self.prop_set.set(own(fset));
        self.prop_del.set(own(fdel));
        self.prop_name.set(None);
        self.getter_doc.set(false);
        let mut doc = doc;
        if doc.is_none()
            && let Some(g) = &get
            && let Some(d) = g.get_attr_opt(crate::intern!("__doc__"))?
            && !crate::is_none(&d)
        {
            self.getter_doc.set(true);
            doc = Some(d);
        }
        if PyProperty::check_exact(self.as_object()) {
            self.prop_doc.set(doc);
        } else {
            // a subclass keeps it where its instances can have it
            let value = doc.clone().unwrap_or_else(crate::none);
            self.prop_doc.set(doc);
            let r = self.as_object().set_attr(crate::intern!("__doc__"), Some(&value));
            if self.getter_doc.get() {
                // a text that was written has to have a place
                r?;
            } else {
                crate::error::catch::<crate::exceptions::AttributeError, _>(r)?;
            }
        }
        Ok(())
    }
    #[slot]
    fn tp_descr_get(&self, obj: Option<&PyObject>, _ty: Option<&PyObject>) -> PyResult {
        let Some(obj) = obj.filter(|o| !crate::is_none(o)) else {
            return Ok(self.as_object().new_ref());
        };
        match self.prop_get.get() {
            Some(g) => crate::call::call(&g, &[obj]),
            None => self.missing(obj, "getter"),
        }
    }
    #[slot]
    fn tp_descr_set(&self, obj: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
        match value {
            Some(v) => match self.prop_set.get() {
                Some(s) => crate::call::call(&s, &[obj, v]).map(drop),
                None => self.missing(obj, "setter"),
            },
            None => match self.prop_del.get() {
                Some(d) => crate::call::call(&d, &[obj]).map(drop),
                None => self.missing(obj, "deleter"),
            },
        }
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut crate::Visitor) {
        visit.field(&self.prop_get);
        visit.field(&self.prop_set);
        visit.field(&self.prop_del);
        visit.field(&self.prop_doc);
        visit.field(&self.prop_name);
    }
    #[slot]
    fn tp_clear(&self) {
        self.prop_get.set(None);
        self.prop_set.set(None);
        self.prop_del.set(None);
        self.prop_doc.set(None);
    }
    #[method("($self, object, /)")]
    fn getter(&self, f: &PyObject) -> PyResult {
        self.copy(Some(f), None, None)
    }
    #[method("($self, object, /)")]
    fn setter(&self, f: &PyObject) -> PyResult {
        self.copy(None, Some(f), None)
    }
    #[method("($self, object, /)")]
    fn deleter(&self, f: &PyObject) -> PyResult {
        self.copy(None, None, Some(f))
    }
    #[method("($self, owner, name, /)", raw)]
    fn __set_name__(&self, all: crate::FuncArgs<'_>) -> PyResult<()> {
        all.no_keywords("__set_name__")?;
        let [_owner, name] = all.pos else {
            return crate::raise!(
                TypeError,
                "__set_name__() takes 2 positional arguments but {} were given",
                all.pos.len()
            );
        };
        self.prop_name.set(Some(name.new_ref()));
        Ok(())
    }
    #[getter(name = "fget")]
    fn get_fget(&self) -> Option<Py> {
        self.prop_get.get()
    }
    #[getter(name = "fset")]
    fn get_fset(&self) -> Option<Py> {
        self.prop_set.get()
    }
    #[getter(name = "fdel")]
    fn get_fdel(&self) -> Option<Py> {
        self.prop_del.get()
    }
    #[getter]
    fn __doc__(&self) -> Option<Py> {
        self.prop_doc.get()
    }
    #[setter(__doc__)]
    fn set_doc(&self, value: Option<&PyObject>) -> PyResult<()> {
        self.prop_doc.set(value.map(|v| v.new_ref()));
        Ok(())
    }
    #[getter]
    fn __name__(&self) -> PyResult {
        match self.name()? {
            Some(n) => Ok(n),
            None => crate::typeobject::no_attribute(self.as_object(), &*PyStr::new("__name__")?),
        }
    }
    #[setter(__name__)]
    fn set_name(&self, value: Option<&PyObject>) -> PyResult<()> {
        self.prop_name.set(value.map(|v| v.new_ref()));
        Ok(())
    }
    #[getter]
    fn __isabstractmethod__(&self) -> PyResult<bool> {
        for f in [&self.prop_get, &self.prop_set, &self.prop_del] {
            if let Some(f) = f.get()
                && is_abstract(&f)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
