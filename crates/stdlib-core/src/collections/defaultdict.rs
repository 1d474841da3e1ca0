//! `collections.defaultdict`: a dict that makes missing values by a factory.

use object::containers::guarded_repr;
use object::{
    Field, Py, PyClass, PyDict, PyLayout, PyObject, PyResult, PyStr, PyTuple, PyTypeObject, Visitor, call,
    class, is_none, iter, pyclass, pymethods, raise,
};

/// `collections.defaultdict`
#[pyclass(name = "collections.defaultdict", base = PyDict, flags(BASETYPE, DICT_SUBCLASS, MAPPING, HAVE_GC))]
#[repr(C)]
pub struct DefaultDict {
    dict: PyDict,
    default_factory: Field,
}
const _: () = assert!(size_of::<DefaultDict>() == 56);

impl DefaultDict {
    /// The factory, unless it is `None`.
    fn factory(&self) -> Option<Py> {
        self.default_factory.get().filter(|f| !is_none(f))
    }

    /// A dict of a `defaultdict` class with its factory and the items of `other`.
    fn with_items(&self, other: &PyObject) -> PyResult {
        let ty = class::type_ref(self.as_object().ty());
        let factory = self.default_factory.get().unwrap_or_else(object::none);
        call::call(&ty, &[&factory, other])
    }
}

#[pymethods]
impl DefaultDict {
    #[slot]
    fn tp_init(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<()> {
        let factory = args.get(0);
        if let Some(f) = factory
            && !is_none(f)
            && !f.is_callable()
        {
            return raise!(TypeError, "first argument must be callable or None");
        }
        let rest = args.slice(1, args.len())?;
        let old = self.default_factory.replace(factory.map(|f| f.new_ref()));
        let result = match PyDict::type_object().tp_init.get() {
            // SAFETY: `dict`'s own `__init__`, with an instance of a subclass.
            Some(init) => object::args::from_status(unsafe {
                init(self.as_object(), rest.as_object(), kwargs.map(|k| k.as_object()))
            }),
            None => Ok(()),
        };
        drop(old);
        result
    }
    #[slot]
    unsafe fn tp_dealloc(op: *mut PyObject) {
        // SAFETY: called once at the end; the factory goes first, the rest is `dict`'s.
        unsafe {
            object::gc::untrack(&*op);
            drop((*op).downcast_unchecked::<DefaultDict>().default_factory.take());
            if let Some(dealloc) = PyDict::type_object().tp_dealloc.get() {
                dealloc(op);
            }
        }
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.default_factory);
        if let Some(traverse) = PyDict::type_object().tp_traverse.get() {
            let (function, arg) = visit.parts();
            // SAFETY: the collector's own function and argument, passed on.
            let result = unsafe { traverse(self.as_object(), function, arg) };
            visit.set_result(result);
        }
    }
    #[slot]
    fn tp_clear(&self) {
        self.default_factory.set(None);
        self.dict.clear();
    }
    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        let Some(repr) = PyDict::type_object().tp_repr.get() else {
            return PyStr::new("defaultdict()");
        };
        // SAFETY: `dict`'s own slot, with an instance of a subclass.
        let items = unsafe { repr(self.as_object())? }.str()?;
        let factory = match self.default_factory.get() {
            None => PyStr::new("None")?,
            // the factory's repr may lead back here
            Some(f) => guarded_repr(&f, "...", |out| out.push_repr(&f))?,
        };
        let mut out = object::containers::TextBuilder::new();
        out.push(&*PyStr::new(self.as_object().ty().name())?);
        out.push_ascii("(");
        out.push(&factory);
        out.push_ascii(", ");
        out.push(&items);
        out.push_ascii(")");
        out.finish()
    }
    #[slot]
    fn nb_or(a: &PyObject, b: &PyObject) -> PyResult {
        let (own, other) = match a.downcast::<DefaultDict>() {
            Some(own) => (own, b),
            None => match b.downcast::<DefaultDict>() {
                Some(own) => (own, a),
                None => return Ok(object::not_implemented()),
            },
        };
        if !PyDict::check(other) {
            return Ok(object::not_implemented());
        }
        let new = own.with_items(a)?;
        match new.downcast::<PyDict>() {
            Some(dict) => dict.update(b, true)?,
            None => return Ok(object::not_implemented()),
        }
        Ok(new)
    }

    #[method("($self, object, /)")]
    fn __missing__(&self, object: &PyObject) -> PyResult {
        let Some(factory) = self.factory() else {
            return Err(object::dict::key_error(object));
        };
        let value = call::call(&factory, &[])?;
        // what the factory itself has put there meanwhile stays
        self.as_object()
            .call_method(object::intern!("setdefault"), &[object, &value])
    }
    #[method("($self, /)")]
    fn copy(&self) -> PyResult {
        self.with_items(self.as_object())
    }
    #[method("($self, /)")]
    fn __copy__(&self) -> PyResult {
        self.with_items(self.as_object())
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        let args = match self.factory() {
            None => PyTuple::empty()?,
            Some(f) => PyTuple::from_vec(vec![f])?,
        };
        let items = self.as_object().call_method(object::intern!("items"), &[])?;
        let it = iter::get_iter(&items)?;
        let ty = class::type_ref(self.as_object().ty());
        Ok(PyTuple::from_array([ty, args.into_object(), object::none(), object::none(), it])?.into_object())
    }
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(cls: &PyTypeObject, item: &PyObject) -> PyResult {
        object::containers::class_getitem(cls, item)
    }
    #[getter(name = "default_factory")]
    fn py_default_factory(&self) -> Option<Py> {
        self.default_factory.get()
    }
    #[setter(default_factory)]
    fn set_default_factory(&self, value: Option<&PyObject>) -> PyResult<()> {
        self.default_factory.set(value.map(|v| v.new_ref()));
        Ok(())
    }
}
