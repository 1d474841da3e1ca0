//! `module` (`types.ModuleType`) and the making of native modules.

use crate::dict::PyDict;
use crate::handle::{Field, GilCell, Py, PyLayout, PyResult};
use crate::refcount::PyObject;
use crate::typeobject::{PyMethodDef, PyTypeObject};
use object_macros::{pyclass, pymethods};
use std::ffi::c_void;

/// `PyModuleObject`
#[pyclass(name = "module", type = PyModule_Type, flags(BASETYPE, HAVE_GC), weaklist = md_weaklist, dict = md_dict)]
#[repr(C)]
pub struct PyModule {
    pub(crate) ob_base: PyObject,
    pub md_dict: Field<PyDict>,
    /// `PyModuleDef` of a C module, or null.
    pub md_def: GilCell<*mut c_void>,
    pub md_state: GilCell<*mut c_void>,
    pub(crate) md_weaklist: GilCell<*mut PyObject>,
    pub md_name: Field,
}

impl PyModule {
    /// `PyModule_New`: `__name__`, `__doc__`, `__package__`, `__loader__` and `__spec__` are set.
    pub fn new(_name: &str) -> PyResult<Py<PyModule>> {
        todo!()
    }
    pub fn dict(&self) -> Py<PyDict> {
        todo!()
    }
    /// `PyModule_AddObjectRef`
    pub fn add(&self, name: &str, value: &PyObject) -> PyResult<()> {
        self.dict().set_item(&*crate::intern::intern_str(name)?, value)
    }
    /// A value that converts: `module.add_value("pi", 3.14)?`.
    pub fn add_value(&self, name: &str, value: impl crate::IntoPy) -> PyResult<()> {
        let value = value.into_py()?;
        self.add(name, &value)
    }
    /// `PyModule_AddType`
    pub fn add_type(&self, ty: &PyTypeObject) -> PyResult<()> {
        self.add(ty.name(), ty.as_object())
    }
    /// Functions from a method table.
    pub fn add_functions(&self, _methods: &'static [PyMethodDef]) -> PyResult<()> {
        todo!()
    }
}

#[pymethods]
impl PyModule {}
