//! `StackRef`: what value stacks and fast locals hold. A pointer whose lowest bit says "borrowed, not counted":
//! immortal constants, locals loaded with `LOAD_FAST_BORROW`, and arguments that the caller's frame keeps alive.
//! The null reference has the bit too, so that closing it needs no test. With the second bit set as well, a
//! reference is a small integer (instruction offsets that unwinding pushes).

use object::{Py, PyLayout, PyObject};

const BORROWED: usize = 1;
const INT: usize = 3;

/// A reference on a value stack. `Copy`: ownership is tracked by hand, as on the stack itself.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct StackRef(usize);

impl StackRef {
    pub const NULL: StackRef = StackRef(BORROWED);

    /// Takes over an owned reference.
    #[inline(always)]
    pub fn owned<T: PyLayout>(value: Py<T>) -> StackRef {
        StackRef(value.into_ptr() as usize)
    }

    /// Lent: somebody else keeps the object alive while this stands.
    #[inline(always)]
    pub fn borrowed<T: PyLayout>(value: &T) -> StackRef {
        StackRef(value.as_ptr() as usize | BORROWED)
    }

    /// A reference of its own to a live object.
    #[inline(always)]
    pub fn new_ref<T: PyLayout>(value: &T) -> StackRef {
        StackRef::owned(value.new_ref())
    }

    /// From a pointer that may be null, taking over the reference.
    #[inline(always)]
    pub fn from_owned_ptr(ptr: *mut PyObject) -> StackRef {
        if ptr.is_null() {
            StackRef::NULL
        } else {
            StackRef(ptr as usize)
        }
    }

    #[inline(always)]
    pub fn from_option(value: Option<Py>) -> StackRef {
        match value {
            Some(v) => StackRef::owned(v),
            None => StackRef::NULL,
        }
    }

    /// A tagged integer.
    #[inline(always)]
    pub fn int(n: usize) -> StackRef {
        StackRef(n << 2 | INT)
    }

    #[inline(always)]
    pub fn as_int(self) -> Option<usize> {
        if self.0 & INT == INT {
            Some(self.0 >> 2)
        } else {
            None
        }
    }

    #[inline(always)]
    pub fn is_null(self) -> bool {
        self.0 == BORROWED
    }

    /// Holds a reference of its own.
    #[inline(always)]
    pub fn is_owned(self) -> bool {
        self.0 & BORROWED == 0
    }

    /// The object's address; null for the null reference and for integers.
    #[inline(always)]
    pub fn as_ptr(self) -> *mut PyObject {
        if self.0 & INT == INT {
            return std::ptr::null_mut();
        }
        (self.0 & !BORROWED) as *mut PyObject
    }

    /// # Safety
    /// Not null, not an integer, and the object outlives the use of the loan.
    #[inline(always)]
    pub unsafe fn obj<'a>(self) -> &'a PyObject {
        // SAFETY: the caller's promise.
        unsafe { &*((self.0 & !BORROWED) as *const PyObject) }
    }

    /// The object, lent, or nothing for null.
    ///
    /// # Safety
    /// As [`StackRef::obj`], for what is not null.
    #[inline(always)]
    pub unsafe fn opt<'a>(self) -> Option<&'a PyObject> {
        // SAFETY: the caller's promise.
        unsafe { self.as_ptr().as_ref() }
    }

    /// The object as a `T`.
    ///
    /// # Safety
    /// As [`StackRef::obj`], and the object is a `T`.
    #[inline(always)]
    pub unsafe fn cast<'a, T: PyLayout>(self) -> &'a T {
        // SAFETY: the caller's promise.
        unsafe { &*((self.0 & !BORROWED) as *const T) }
    }

    /// Gives up the reference.
    ///
    /// # Safety
    /// The place that held it is not read again.
    #[inline(always)]
    pub unsafe fn close(self) {
        if self.0 & BORROWED == 0 {
            // SAFETY: an owned reference to a live object.
            unsafe { PyObject::decref(self.0 as *const PyObject) }
        }
    }

    /// Another reference of the same kind.
    ///
    /// # Safety
    /// The object is alive; a lent copy stands no longer than the original's owner.
    #[inline(always)]
    pub unsafe fn dup(self) -> StackRef {
        if self.0 & BORROWED == 0 {
            // SAFETY: alive.
            unsafe { (*(self.0 as *const PyObject)).incref() }
        }
        self
    }

    /// The reference as an owned handle, taken over (or made, if it was lent).
    ///
    /// # Safety
    /// Not null; the place that held it is not read again.
    #[inline(always)]
    pub unsafe fn steal(self) -> Py {
        // SAFETY: the caller's promise.
        unsafe {
            if self.0 & BORROWED != 0 {
                self.obj().incref();
            }
            Py::from_owned_ptr((self.0 & !BORROWED) as *mut PyObject)
        }
    }

    /// The same reference, owned, so that it may outlive the frame.
    ///
    /// # Safety
    /// The place that held it is not read again.
    #[inline(always)]
    pub unsafe fn heap_safe(self) -> StackRef {
        if self.0 & BORROWED == 0 || self.0 == BORROWED || self.0 & INT == INT {
            return self;
        }
        // SAFETY: a lent, live object.
        unsafe {
            let obj = self.obj();
            if obj.is_immortal() {
                return self;
            }
            obj.incref();
        }
        StackRef(self.0 & !BORROWED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags() {
        assert!(StackRef::NULL.is_null());
        assert!(StackRef::NULL.as_ptr().is_null());
        assert_eq!(StackRef::int(7).as_int(), Some(7));
        assert_eq!(StackRef::NULL.as_int(), None);
        assert!(!StackRef::int(0).is_null());
        assert!(StackRef::int(0).as_ptr().is_null());
        assert!(!StackRef::int(3).is_owned());
    }
}
