//! `objimpl.h`: memory of objects, and the collector.

use object::alloc::{self, presize};
use object::typeobject::flags;
use object::{Py, PyLayout, PyObject, PyResult, PyTypeObject, PyVarObject, error, gc};
use std::ffi::{c_int, c_void};

/// An object whose head is set; a heap type gets a reference.
unsafe fn init(o: *mut PyObject, t: &PyTypeObject) -> *mut PyObject {
    // SAFETY: memory of that size.
    unsafe { o.write(PyObject::new_head(t)) };
    if t.has(flags::HEAPTYPE) {
        t.as_object().incref();
    }
    o
}

/// A new object with the collector's head, not tracked yet.
fn new_gc(t: &PyTypeObject, n: isize) -> PyResult {
    if n < 0 {
        return error::bad_internal_call();
    }
    let o = alloc::alloc_untracked(t, n as usize)?;
    if t.has(flags::INLINE_VALUES) {
        object::dict::init_inline_values(&o);
    }
    Ok(o)
}

capi! {
    /// Sets the head of fresh memory; returns it.
    fn PyObject_Init(o: *mut PyObject, t: &PyTypeObject) -> *mut PyObject {
        if o.is_null() {
            let _: PyResult<()> = error::no_memory();
            return o;
        }
        init(o, t)
    }
    fn PyObject_InitVar(o: *mut PyVarObject, t: &PyTypeObject, n: isize) -> *mut PyVarObject {
        if o.is_null() {
            let _: PyResult<()> = error::no_memory();
            return o;
        }
        init(o.cast(), t);
        (*o).ob_size.set(n);
        o
    }
    fn _PyObject_New(t: &PyTypeObject) -> PyResult {
        alloc::alloc_untracked(t, 0)
    }
    fn _PyObject_NewVar(t: &PyTypeObject, n: isize) -> PyResult {
        if n < 0 {
            return error::bad_internal_call();
        }
        alloc::alloc_untracked(t, n as usize)
    }
    fn _PyObject_GC_New(t: &PyTypeObject) -> PyResult {
        new_gc(t, 0)
    }
    fn _PyObject_GC_NewVar(t: &PyTypeObject, n: isize) -> PyResult {
        new_gc(t, n)
    }
    /// With bytes of the caller's own behind the object.
    fn PyUnstable_Object_GC_NewWithExtraData(t: &PyTypeObject, extra: usize) -> PyResult {
        alloc::alloc_with_extra(t, extra)
    }
    /// Another number of items for an object that is not tracked; it may move.
    fn _PyObject_GC_Resize(o: *mut PyVarObject, n: isize) -> PyResult<*mut PyVarObject> {
        let t = (*o).ob_base.ty();
        let Some(size) = usize::try_from(n).ok().and_then(|n| alloc::instance_size(t, n)) else {
            return error::no_memory();
        };
        let pre = presize(t);
        let block = alloc::raw_realloc((o as *mut u8).sub(pre), size + pre);
        if block.is_null() {
            return error::no_memory();
        }
        let o = block.add(pre) as *mut PyVarObject;
        (*o).ob_size.set(n);
        Ok(o)
    }
    fn PyObject_GC_Track(o: &PyObject) {
        gc::track(o);
    }
    fn PyObject_GC_UnTrack(o: &PyObject) {
        gc::untrack(o);
    }
    /// Gives the memory back, the words before the object included.
    fn PyObject_GC_Del(o: *mut c_void) {
        gc::untrack(&*(o as *const PyObject));
        alloc::object_free(o);
    }
    fn PyObject_GC_IsTracked(o: &PyObject) -> bool {
        gc::is_gc(o) && gc::is_tracked(o)
    }
    fn PyObject_GC_IsFinalized(o: &PyObject) -> bool {
        gc::is_gc(o) && gc::is_finalized(o)
    }
    fn PyObject_IS_GC(o: &PyObject) -> bool {
        gc::is_gc(o)
    }
    fn PyObject_GET_WEAKREFS_LISTPTR(o: &PyObject) -> *mut *mut PyObject {
        (o.as_ptr() as *mut u8).offset(o.ty().tp_weaklistoffset.get()).cast()
    }
    fn PyGC_Collect() -> isize {
        if !gc::STATE.enabled.get() {
            return 0;
        }
        let (collected, uncollectable) = gc::collect(2);
        (collected + uncollectable) as isize
    }
    /// Whether it was enabled.
    fn PyGC_Enable() -> bool {
        gc::STATE.enabled.replace(true)
    }
    fn PyGC_Disable() -> bool {
        gc::STATE.enabled.replace(false)
    }
    fn PyGC_IsEnabled() -> bool {
        gc::STATE.enabled.get()
    }
    /// Calls back with each tracked object until that returns 0.
    fn PyUnstable_GC_VisitObjects(f: unsafe extern "C" fn(*mut PyObject, *mut c_void) -> c_int, arg: *mut c_void) {
        let all: Vec<Py> = gc::objects(None);
        for o in &all {
            if f(o.as_ptr(), arg) == 0 {
                return;
            }
        }
    }
}
