//! `PyCapsule` (`pycapsule.h`): a C pointer under a name, by which one extension module offers its functions to others.

use crate::handle::{GilCell, Py, PyClass, PyLayout, PyResult};
use crate::raise;
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::typeobject::{inquiry, traverseproc};
use object_macros::{pyclass, pymethods};
use std::ffi::{CStr, c_char, c_void};

/// `PyCapsule_Destructor`
pub type Destructor = unsafe extern "C" fn(*mut PyObject);

/// `PyCapsule`
#[pyclass(name = "PyCapsule", type = PyCapsule_Type, flags(DISALLOW_INSTANTIATION, HAVE_GC))]
#[repr(C)]
pub struct PyCapsule {
    ob_base: PyObject,
    /// Never null.
    pub pointer: GilCell<*mut c_void>,
    /// NUL-terminated text that outlives the capsule, or null.
    pub name: GilCell<*const c_char>,
    pub context: GilCell<*mut c_void>,
    pub destructor: GilCell<Option<Destructor>>,
    /// What the collector calls for what the pointer leads to; the capsule is tracked only when there is one.
    pub traverse_func: GilCell<Option<traverseproc>>,
    pub clear_func: GilCell<Option<inquiry>>,
}
const _: () = assert!(size_of::<PyCapsule>() == 64);

impl PyCapsule {
    /// A capsule of a pointer that is not null, under a name that lives forever, without destructor.
    pub fn new(pointer: *mut c_void, name: &'static CStr) -> PyResult<Py<PyCapsule>> {
        // SAFETY: a static name outlives everything, and nothing is to be destroyed.
        unsafe { Self::from_raw(pointer, name.as_ptr(), None) }
    }

    /// `PyCapsule_New`
    ///
    /// # Safety
    /// `name` is null or NUL-terminated and outlives the capsule; `destructor` may be called with the capsule at its end.
    pub unsafe fn from_raw(
        pointer: *mut c_void,
        name: *const c_char,
        destructor: Option<Destructor>,
    ) -> PyResult<Py<PyCapsule>> {
        if pointer.is_null() {
            return raise!(ValueError, "PyCapsule_New called with null pointer");
        }
        // Untracked: it leads nowhere that the collector knows of.
        let capsule = crate::alloc::alloc_untracked(PyCapsule::type_object(), 0)?;
        // SAFETY: just allocated for this type; zero is valid for every field.
        let capsule: Py<PyCapsule> = unsafe { capsule.cast_unchecked() };
        capsule.pointer.set(pointer);
        capsule.name.set(name);
        capsule.destructor.set(destructor);
        Ok(capsule)
    }

    /// The name, if there is one.
    pub fn name(&self) -> Option<&CStr> {
        let name = self.name.get();
        // SAFETY: who gave the name keeps it alive as long as the capsule.
        (!name.is_null()).then(|| unsafe { CStr::from_ptr(name) })
    }

    /// `PyCapsule_GetPointer`: the pointer, if the capsule has that name.
    pub fn get_pointer(&self, name: Option<&CStr>) -> PyResult<*mut c_void> {
        if self.name() != name {
            return raise!(ValueError, "PyCapsule_GetPointer called with incorrect name");
        }
        Ok(self.pointer.get())
    }
}

#[pymethods]
impl PyCapsule {
    #[slot]
    unsafe fn tp_dealloc(op: *mut PyObject) {
        // SAFETY: called once at the end; the destructor is the C code's own for this capsule.
        unsafe {
            let capsule = (*op).downcast_unchecked::<PyCapsule>();
            crate::gc::untrack(capsule.as_object());
            if let Some(destructor) = capsule.destructor.get() {
                destructor(op);
            }
            crate::typeobject::free_object(op);
        }
    }

    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        let address = self.as_ptr();
        let text = match self.name() {
            Some(name) => format!("<capsule object \"{}\" at {address:p}>", name.to_string_lossy()),
            None => format!("<capsule object NULL at {address:p}>"),
        };
        PyStr::new(&text)
    }

    #[slot]
    fn tp_traverse(&self, visit: &mut crate::gc::Visitor) {
        if let Some(traverse) = self.traverse_func.get() {
            let (visitor, argument) = visit.parts();
            // SAFETY: the function that the capsule's maker gave for this.
            let result = unsafe { traverse(self.as_object(), visitor, argument) };
            visit.set_result(result);
        }
    }

    #[slot]
    fn tp_clear(&self) {
        if let Some(clear) = self.clear_func.get() {
            // SAFETY: the function that the capsule's maker gave for this.
            unsafe { clear(self.as_object()) };
        }
    }
}
