//! `PyObject`'s header and reference counts: the one module that decides how a count changes.
//!
//! Layout and limits are those of CPython 3.14's regular 64-bit build (`object.h`, `refcount.h`, PEP 683):
//! a 32-bit count, of which the upper half means "immortal".

use crate::typeobject::PyTypeObject;
use std::cell::Cell;

/// `_Py_IMMORTAL_INITIAL_REFCNT`
pub const IMMORTAL_INITIAL_REFCNT: u32 = 3 << 30;
/// `ob_flags` of a statically allocated, immortal object.
pub const STATIC_IMMORTAL_FLAGS: u16 = STATICALLY_ALLOCATED_FLAG | IMMORTAL_FLAG;
/// `_Py_IMMORTAL_FLAGS`
pub const IMMORTAL_FLAG: u16 = 1;
/// `_Py_STATICALLY_ALLOCATED_FLAG`
pub const STATICALLY_ALLOCATED_FLAG: u16 = 4;

/// The head of every object.
#[repr(C, align(8))]
pub struct PyObject {
    pub(crate) ob_refcnt: Cell<u32>,
    pub(crate) ob_overflow: Cell<u16>,
    pub(crate) ob_flags: Cell<u16>,
    pub(crate) ob_type: Cell<*const PyTypeObject>,
}

// SAFETY: objects are only touched by the thread that holds the GIL.
unsafe impl Sync for PyObject {}

/// The head of a variable-sized object.
#[repr(C)]
pub struct PyVarObject {
    pub ob_base: PyObject,
    pub ob_size: Cell<isize>,
}

// SAFETY: as for `PyObject`.
unsafe impl Sync for PyVarObject {}

impl PyObject {
    /// The head of an immortal object that lives in a `static`. The type may be set later.
    pub const fn new_static(ty: *const PyTypeObject) -> PyObject {
        PyObject {
            ob_refcnt: Cell::new(IMMORTAL_INITIAL_REFCNT),
            ob_overflow: Cell::new(0),
            ob_flags: Cell::new(STATIC_IMMORTAL_FLAGS),
            ob_type: Cell::new(ty),
        }
    }

    /// The head of a fresh object with one reference.
    #[inline(always)]
    pub const fn new_head(ty: *const PyTypeObject) -> PyObject {
        PyObject {
            ob_refcnt: Cell::new(1),
            ob_overflow: Cell::new(0),
            ob_flags: Cell::new(0),
            ob_type: Cell::new(ty),
        }
    }

    /// `Py_INCREF`
    #[inline(always)]
    pub fn incref(&self) {
        let count = self.ob_refcnt.get();
        if count < IMMORTAL_INITIAL_REFCNT {
            self.ob_refcnt.set(count + 1);
        }
    }

    /// `Py_DECREF`
    ///
    /// # Safety
    /// `op` is a live object of which the caller owns one reference, given up by this call.
    #[inline(always)]
    pub unsafe fn decref(op: *const PyObject) {
        // SAFETY: `op` is live by the caller's promise.
        let head = unsafe { &*op };
        let count = head.ob_refcnt.get();
        if (count as i32) < 0 {
            return;
        }
        head.ob_refcnt.set(count - 1);
        if count == 1 {
            // SAFETY: the last reference is gone.
            unsafe { crate::alloc::dealloc(op as *mut PyObject) }
        }
    }

    /// `Py_REFCNT`
    #[inline(always)]
    pub fn refcount(&self) -> u32 {
        self.ob_refcnt.get()
    }

    /// Sets the count outright (unless immortal).
    ///
    /// # Safety
    /// The caller accounts for every reference there is.
    #[inline]
    pub unsafe fn set_refcount(&self, count: u32) {
        if !self.is_immortal() {
            self.ob_refcnt.set(count);
        }
    }

    /// `_Py_IsImmortal`
    #[inline(always)]
    pub fn is_immortal(&self) -> bool {
        (self.ob_refcnt.get() as i32) < 0
    }

    /// `_Py_SetImmortal`: the object is never freed.
    pub fn set_immortal(&self) {
        self.ob_refcnt.set(IMMORTAL_INITIAL_REFCNT);
        self.ob_flags.set(self.ob_flags.get() | IMMORTAL_FLAG);
    }

    /// Whether the caller's reference is the only one (`_PyObject_IsUniquelyReferenced`).
    #[inline(always)]
    pub fn is_unique(&self) -> bool {
        self.ob_refcnt.get() == 1
    }

    /// `Py_TYPE`. Lent for as long as the object keeps its `__class__`: don't hold it across Python code.
    #[inline(always)]
    pub fn ty(&self) -> &PyTypeObject {
        // SAFETY: every object owns a reference to its type.
        unsafe { &*self.ob_type.get() }
    }

    /// Whether nobody has given the object its type yet: a C static that was not initialized.
    pub fn has_no_type(&self) -> bool {
        self.ob_type.get().is_null()
    }

    /// `Py_SET_TYPE`; reference counts of the types are the caller's business.
    #[inline]
    pub fn set_ty(&self, ty: *const PyTypeObject) {
        self.ob_type.set(ty);
    }
}
