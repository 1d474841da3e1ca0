//! The module `_weakref`.

use object::weakref as wr;
use object::{Py, PyClass, PyDict, PyLayout, PyList, PyModule, PyObject, PyResult, error, pymodule};

pub struct Weakref;

#[pymodule(name = "_weakref")]
impl Weakref {
    #[function("($module, object, /)")]
    fn getweakrefcount(obj: &PyObject) -> usize {
        wr::all_refs(obj).len()
    }
    #[function("($module, object, /)")]
    fn getweakrefs(obj: &PyObject) -> PyResult<Py<PyList>> {
        PyList::from_vec(wr::all_refs(obj))
    }
    #[function("($module, object, callback=None, /)")]
    fn proxy(obj: &PyObject, callback: Option<&PyObject>) -> PyResult {
        wr::new_proxy(obj, callback)
    }
    /// Deletes the entry if its value is a reference to an object that has gone.
    #[function("($module, dct, key, /)")]
    fn _remove_dead_weakref(dct: &PyDict, key: &PyObject) -> PyResult<()> {
        if let Some(v) = dct.get_item(key)?
            && wr::PyWeakref::check(&v)
            && wr::get_referent(&v).is_none()
            && let Err(raised) = dct.pop_item(key)
        {
            if error::matches::<object::exceptions::KeyError>() {
                error::clear();
                return Ok(());
            }
            return Err(raised);
        }
        Ok(())
    }
    #[exec]
    fn exec(m: &PyModule) -> PyResult<()> {
        let r = wr::PyWeakref::type_object().as_object();
        m.add("ref", r)?;
        m.add("ReferenceType", r)?;
        m.add("ProxyType", wr::PyProxy::type_object().as_object())?;
        m.add(
            "CallableProxyType",
            wr::PyCallableProxy::type_object().as_object(),
        )
    }
}
