//! The cyclic collector: CPython 3.14's generational one (thresholds 2000, 10, 10) over every container type,
//! through `tp_traverse` and `tp_clear`.

use crate::alloc::{GC_HEAD_SIZE, GcHead};
use crate::handle::{Field, Py, PyLayout};
use crate::refcount::PyObject;
use crate::typeobject::visitproc;
use std::ffi::{c_int, c_void};

/// The collector's head of an object.
///
/// # Safety
/// The object's type has `HAVE_GC`.
#[inline(always)]
pub unsafe fn head_of(op: *const PyObject) -> *const GcHead {
    // SAFETY: such objects are allocated with the head before them.
    unsafe { (op as *const u8).sub(GC_HEAD_SIZE) as *const GcHead }
}

/// `PyObject_GC_Track`; nothing for types without the head and for objects already tracked.
pub fn track(_obj: &PyObject) {
    todo!()
}

/// `PyObject_GC_UnTrack`; nothing if it is not tracked.
pub fn untrack(_obj: &PyObject) {
    todo!()
}

/// A container was allocated: counts towards the next collection.
#[inline]
pub fn count_allocation() {}

/// `PyObject_CallFinalizerFromDealloc`: runs `tp_finalize` once; true if the object was resurrected.
///
/// # Safety
/// Called by a deallocator, before anything is torn down.
pub unsafe fn call_finalizer_from_dealloc(_op: *mut PyObject) -> bool {
    todo!()
}

/// What a `tp_traverse` reports its references to.
pub struct Visitor {
    visit: visitproc,
    arg: *mut c_void,
    result: c_int,
}

impl Visitor {
    pub fn new(visit: visitproc, arg: *mut c_void) -> Visitor {
        Visitor {
            visit,
            arg,
            result: 0,
        }
    }
    #[inline(always)]
    pub fn raw(&mut self, op: *mut PyObject) {
        if self.result == 0 && !op.is_null() {
            // SAFETY: the collector's function, with its own argument; `op` is alive.
            self.result = unsafe { (self.visit)(op, self.arg) };
        }
    }
    #[inline(always)]
    pub fn object<T: PyLayout>(&mut self, obj: &Py<T>) {
        self.raw(obj.as_ptr());
    }
    #[inline(always)]
    pub fn field<T: PyLayout>(&mut self, field: &Field<T>) {
        self.raw(field.as_raw() as *mut PyObject);
    }
    /// The C visitor, for traversals that are delegated.
    pub fn parts(&self) -> (visitproc, *mut c_void) {
        (self.visit, self.arg)
    }
    pub fn set_result(&mut self, result: c_int) {
        if self.result == 0 {
            self.result = result;
        }
    }
    pub fn result(&self) -> c_int {
        self.result
    }
}
