//! `_collections`: `deque`, `defaultdict`, `OrderedDict`, and what `Counter` and `namedtuple` are built on.

mod defaultdict;
mod deque;
mod ordereddict;

use crate::make;
use defaultdict::DefaultDict;
use deque::{Deque, DequeIter, DequeRevIter};
use object::{
    IntoPy, Py, PyClass, PyDict, PyInt, PyLayout, PyObject, PyResult, PyStr, PyTuple, PyTypeObject, class,
    is_none, iter, number, pyclass, pymethods, pymodule, raise,
};
use ordereddict::OrderedDict;

/// `_collections`
pub struct Collections;

#[pymodule(
    name = "_collections",
    types(Deque, DefaultDict, OrderedDict, DequeIter, DequeRevIter, TupleGetter)
)]
impl Collections {
    #[function("($module, mapping, iterable, /)")]
    fn _count_elements(mapping: &PyObject, iterable: &PyObject) -> PyResult<()> {
        let it = iter::get_iter(iterable)?;
        let one = PyInt::from_i64(1)?.into_object();
        if let Some(dict) = mapping.downcast::<PyDict>()
            && plain_access(mapping.ty())?
        {
            while let Some(key) = iter::next(&it)? {
                let hash = key.hash()?;
                let count = match dict.get_item_known_hash(&key, hash)? {
                    None => one.clone(),
                    Some(old) => number::add(&old, &one)?,
                };
                dict.set_item_known_hash(&key, hash, &count)?;
            }
            return Ok(());
        }
        let get = mapping.get_attr(object::intern!("get"))?;
        let zero = PyInt::from_i64(0)?.into_object();
        while let Some(key) = iter::next(&it)? {
            let old = object::call::call(&get, &[&key, &zero])?;
            mapping.set_item(&key, Some(&*number::add(&old, &one)?))?;
        }
        Ok(())
    }

    #[exec]
    fn exec(_module: &object::PyModule) -> PyResult<()> {
        ordereddict::ready_types()
    }
}

/// Whether a subclass of `dict` has `dict`'s own `get` and `__setitem__`.
fn plain_access(ty: &PyTypeObject) -> PyResult<bool> {
    let same = |name: &PyStr| match (
        object::typeobject::lookup(ty, name),
        object::typeobject::lookup(PyDict::type_object(), name),
    ) {
        (Some(a), Some(b)) => a.is(b.get()),
        _ => false,
    };
    Ok(same(object::intern!("get")) && same(object::intern!("__setitem__")))
}

/// `collections._tuplegetter`: the descriptor of a named tuple's field.
#[pyclass(name = "collections._tuplegetter")]
#[repr(C)]
pub struct TupleGetter {
    ob_base: PyObject,
    index: isize,
    doc: object::Field,
}

#[pymethods]
impl TupleGetter {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<TupleGetter>> {
        object::containers::no_keywords("_tuplegetter", kwargs)?;
        object::args::check_positional("_tuplegetter", args.len(), 2, 2)?;
        let [index, doc] = args.as_slice() else {
            return object::error::missing_argument();
        };
        make!(
            cls,
            TupleGetter {
                index: number::index_as_isize(index)?,
                doc: object::Field::new(Some(doc.clone())),
            }
        )
    }
    #[slot]
    fn tp_descr_get(&self, obj: Option<&PyObject>, _ty: Option<&PyObject>) -> PyResult {
        let Some(obj) = obj else {
            return Ok(self.as_object().new_ref());
        };
        let Some(tuple) = obj.downcast::<PyTuple>() else {
            if is_none(obj) {
                return Ok(self.as_object().new_ref());
            }
            return raise!(
                TypeError,
                "descriptor for index '{}' for tuple subclasses doesn't apply to '{}' object",
                self.index,
                obj.ty().full_name()
            );
        };
        match usize::try_from(self.index).ok().and_then(|i| tuple.get(i)) {
            Some(item) => Ok(item.new_ref()),
            None => raise!(IndexError, "tuple index out of range"),
        }
    }
    #[slot]
    fn tp_descr_set(&self, _obj: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
        match value {
            Some(_) => raise!(AttributeError, "can't set attribute"),
            None => raise!(AttributeError, "can't delete attribute"),
        }
    }
    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        let mut out = object::containers::TextBuilder::new();
        out.push_ascii(&format!("_tuplegetter({}, ", self.index));
        out.push_repr(&self.doc.get().unwrap_or_else(object::none))?;
        out.push_ascii(")");
        out.finish()
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        let args = (self.index, self.doc.get()).into_py()?;
        (class::type_ref(self.as_object().ty()), args).into_py()
    }
    #[getter]
    fn __doc__(&self) -> Option<Py> {
        self.doc.get()
    }
    #[setter(__doc__)]
    fn set_doc(&self, value: Option<&PyObject>) -> PyResult<()> {
        self.doc.set(value.map(|v| v.new_ref()));
        Ok(())
    }
}

/// Makes the module.
pub fn create() -> PyResult {
    class::set_type_signature(Deque::type_object(), c"{}([iterable[, maxlen]])\n--\n\n");
    class::create_module::<Collections>()
}
