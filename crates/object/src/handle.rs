//! Handles: `Py` (an owned reference), borrowed references, `PyResult` and `Raised`.
//!
//! `PyResult` is bit for bit C's "new reference, or NULL with an exception set".

use crate::refcount::PyObject;
use crate::typeobject::PyTypeObject;
use std::cell::Cell;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::NonNull;

/// An exception is set in the current thread state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Raised;

/// A value, or `Raised`.
pub type PyResult<T = Py> = Result<T, Raised>;

/// Types whose values begin with a `PyObject` head.
///
/// # Safety
/// `Self` is `repr(C)` or `repr(transparent)` and its first field is (at any depth) a `PyObject`.
pub unsafe trait PyLayout {
    #[inline(always)]
    fn as_object(&self) -> &PyObject {
        // SAFETY: the trait's promise.
        unsafe { &*(self as *const Self as *const PyObject) }
    }

    /// `Py_NewRef`: a reference of one's own.
    #[inline(always)]
    fn new_ref(&self) -> Py<Self>
    where
        Self: Sized,
    {
        self.as_object().incref();
        Py(NonNull::from(self), PhantomData)
    }

    /// The address, for identity.
    #[inline(always)]
    fn as_ptr(&self) -> *mut PyObject {
        self.as_object() as *const PyObject as *mut PyObject
    }

    /// Python's `is`.
    #[inline(always)]
    fn is<U: PyLayout + ?Sized>(&self, other: &U) -> bool {
        std::ptr::eq(self.as_object(), other.as_object())
    }
}

// SAFETY: it is the head itself.
unsafe impl PyLayout for PyObject {}
// SAFETY: `repr(C)` with the head first.
unsafe impl PyLayout for crate::refcount::PyVarObject {}

/// A Rust type that is the layout of a Python type's instances.
///
/// # Safety
/// Every instance of `type_object()` and of its subclasses begins with a valid `Self`.
pub unsafe trait PyClass: PyLayout + Sized + 'static {
    /// The name in "must be NAME, not …".
    const NAME: &'static str;
    /// The type object.
    fn type_object() -> &'static PyTypeObject;

    /// `isinstance` by real type (`PyObject_TypeCheck`).
    #[inline]
    fn check(obj: &PyObject) -> bool {
        let ty = obj.ty();
        std::ptr::eq(ty, Self::type_object()) || ty.is_subtype(Self::type_object())
    }

    /// `Py_IS_TYPE`
    #[inline(always)]
    fn check_exact(obj: &PyObject) -> bool {
        std::ptr::eq(obj.ob_type.get(), Self::type_object())
    }
}

impl PyObject {
    /// The object as a `T`, if it is one.
    #[inline]
    pub fn downcast<T: PyClass>(&self) -> Option<&T> {
        if T::check(self) {
            // SAFETY: `check` has proved the layout.
            Some(unsafe { self.downcast_unchecked() })
        } else {
            None
        }
    }

    /// The object as a `T`, if its type is exactly that.
    #[inline(always)]
    pub fn downcast_exact<T: PyClass>(&self) -> Option<&T> {
        if T::check_exact(self) {
            // SAFETY: `check_exact` has proved the layout.
            Some(unsafe { self.downcast_unchecked() })
        } else {
            None
        }
    }

    /// # Safety
    /// The object is an instance of `T`'s type.
    #[inline(always)]
    pub unsafe fn downcast_unchecked<T: PyLayout>(&self) -> &T {
        // SAFETY: the caller's promise.
        unsafe { &*(self as *const PyObject as *const T) }
    }
}

/// An owned strong reference.
#[repr(transparent)]
pub struct Py<T: PyLayout = PyObject>(NonNull<T>, PhantomData<T>);

impl<T: PyLayout> Py<T> {
    /// Takes over a reference.
    ///
    /// # Safety
    /// `ptr` is a live `T` of which the caller gives up one reference.
    #[inline(always)]
    pub unsafe fn from_owned_ptr(ptr: *mut T) -> Py<T> {
        // SAFETY: a live object is not null.
        Py(unsafe { NonNull::new_unchecked(ptr) }, PhantomData)
    }

    /// Takes over a reference that may be null.
    ///
    /// # Safety
    /// As [`Py::from_owned_ptr`], or null.
    #[inline(always)]
    pub unsafe fn from_owned_ptr_or_null(ptr: *mut T) -> Option<Py<T>> {
        NonNull::new(ptr).map(|p| Py(p, PhantomData))
    }

    /// Gives the reference away as a pointer that somebody must take over.
    #[inline(always)]
    pub fn into_ptr(self) -> *mut T {
        ManuallyDrop::new(self).0.as_ptr()
    }

    /// Forgets the static type.
    #[inline(always)]
    pub fn into_object(self) -> Py {
        let ptr = self.into_ptr() as *mut PyObject;
        // SAFETY: the same reference under its head's type.
        unsafe { Py::from_owned_ptr(ptr) }
    }

    /// # Safety
    /// The object is an instance of `U`'s type.
    #[inline(always)]
    pub unsafe fn cast_unchecked<U: PyLayout>(self) -> Py<U> {
        let ptr = self.into_ptr() as *mut U;
        // SAFETY: the same reference; the layout is the caller's promise.
        unsafe { Py::from_owned_ptr(ptr) }
    }

    /// The object as an owned `U`, or itself back.
    #[inline]
    pub fn downcast_into<U: PyClass>(self) -> Result<Py<U>, Py> {
        if U::check(self.as_object()) {
            // SAFETY: just checked.
            Ok(unsafe { self.cast_unchecked() })
        } else {
            Err(self.into_object())
        }
    }

    /// The object, lent for as long as the handle lives.
    #[inline(always)]
    pub fn get(&self) -> &T {
        // SAFETY: an owned reference keeps it alive.
        unsafe { self.0.as_ref() }
    }
}

impl<T: PyLayout> Deref for Py<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        self.get()
    }
}

impl<T: PyLayout> Clone for Py<T> {
    #[inline(always)]
    fn clone(&self) -> Py<T> {
        self.as_object().incref();
        Py(self.0, PhantomData)
    }
}

impl<T: PyLayout> Drop for Py<T> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: the handle owns one reference.
        unsafe { PyObject::decref(self.0.as_ptr() as *const PyObject) }
    }
}

impl<T: PyClass> From<Py<T>> for Py<PyObject> {
    #[inline(always)]
    fn from(value: Py<T>) -> Py {
        value.into_object()
    }
}

impl<T: PyLayout + std::fmt::Display> std::fmt::Display for Py<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.get().fmt(f)
    }
}

impl<T: PyLayout> std::fmt::Debug for Py<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "<{} object at {:p}>", self.as_object().ty().name(), self.0)
    }
}

/// A field of an object that holds a reference or nothing, and can be replaced through `&self`.
///
/// Its accessors give owned references, as the re-entrancy rule asks; the old value is dropped after the new
/// one stands.
#[repr(transparent)]
pub struct Field<T: PyLayout = PyObject>(Cell<Option<Py<T>>>);

// SAFETY: only touched under the GIL.
unsafe impl<T: PyLayout> Sync for Field<T> {}

impl<T: PyLayout> Field<T> {
    #[inline(always)]
    pub const fn new(value: Option<Py<T>>) -> Field<T> {
        Field(Cell::new(value))
    }

    #[inline(always)]
    pub const fn empty() -> Field<T> {
        Field(Cell::new(None))
    }

    pub fn from_ref(value: &T) -> Field<T> {
        Field::new(Some(value.new_ref()))
    }

    #[inline(always)]
    pub fn get(&self) -> Option<Py<T>> {
        // SAFETY: the clone is made before anything else can run.
        unsafe { (*self.0.as_ptr()).clone() }
    }

    /// Replaces the value; the old one is dropped last.
    #[inline]
    pub fn set(&self, value: Option<Py<T>>) {
        drop(self.0.replace(value));
    }

    #[inline]
    pub fn replace(&self, value: Option<Py<T>>) -> Option<Py<T>> {
        self.0.replace(value)
    }

    #[inline]
    pub fn take(&self) -> Option<Py<T>> {
        self.0.replace(None)
    }

    #[inline(always)]
    pub fn is_some(&self) -> bool {
        !self.as_raw().is_null()
    }

    #[inline(always)]
    pub fn is_none(&self) -> bool {
        self.as_raw().is_null()
    }

    /// The pointer, null for nothing.
    #[inline(always)]
    pub fn as_raw(&self) -> *mut T {
        // SAFETY: only the pointer is read; `Option<Py<T>>` is one pointer.
        unsafe { *(self.0.as_ptr() as *const *mut T) }
    }

    /// # Safety
    /// Nothing that can replace the field runs while the reference is in use.
    #[inline(always)]
    pub unsafe fn borrow(&self) -> Option<&T> {
        // SAFETY: the caller's promise.
        unsafe { self.as_raw().as_ref() }
    }
}

impl<T: PyLayout> Default for Field<T> {
    fn default() -> Field<T> {
        Field::empty()
    }
}

/// A cell in an object or a `static` that is only touched under the GIL.
#[repr(transparent)]
pub struct GilCell<T>(Cell<T>);

// SAFETY: the GIL orders every access.
unsafe impl<T> Sync for GilCell<T> {}

impl<T> GilCell<T> {
    #[inline(always)]
    pub const fn new(value: T) -> GilCell<T> {
        GilCell(Cell::new(value))
    }
    #[inline(always)]
    pub fn set(&self, value: T) {
        self.0.set(value);
    }
    #[inline(always)]
    pub fn replace(&self, value: T) -> T {
        self.0.replace(value)
    }
    #[inline(always)]
    pub fn as_ptr(&self) -> *mut T {
        self.0.as_ptr()
    }
}

impl<T: Copy> GilCell<T> {
    #[inline(always)]
    pub fn get(&self) -> T {
        self.0.get()
    }
}
