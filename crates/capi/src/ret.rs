//! How results become what C expects: `into_c` of a `PyResult` is the value, or the value that means "an exception is set".

use object::{Py, PyLayout, PyResult};
use std::ffi::{c_int, c_void};

/// A result as C sees it.
pub trait IntoC {
    type C;
    fn into_c(self) -> Self::C;
}

macro_rules! as_is {
    ($($ty:ty),* $(,)?) => {$(
        impl IntoC for $ty {
            type C = $ty;
            #[inline(always)]
            fn into_c(self) -> $ty { self }
        }
    )*};
}
as_is!(
    (),
    u8,
    i16,
    u16,
    c_int,
    u32,
    i64,
    u64,
    isize,
    usize,
    f64,
    Option<Py>
);

impl<T> IntoC for *mut T {
    type C = *mut T;
    #[inline(always)]
    fn into_c(self) -> *mut T {
        self
    }
}
impl<T> IntoC for *const T {
    type C = *const T;
    #[inline(always)]
    fn into_c(self) -> *const T {
        self
    }
}

/// A new reference, or NULL.
impl<T: PyLayout> IntoC for PyResult<Py<T>> {
    type C = PyResult<Py<T>>;
    #[inline(always)]
    fn into_c(self) -> PyResult<Py<T>> {
        self
    }
}
/// A new reference, NULL with an exception, NULL without one.
impl IntoC for PyResult<Option<Py>> {
    type C = Option<Py>;
    #[inline(always)]
    fn into_c(self) -> Option<Py> {
        self.ok().flatten()
    }
}
/// 0 or -1.
impl IntoC for PyResult<()> {
    type C = c_int;
    #[inline(always)]
    fn into_c(self) -> c_int {
        object::args::status(self)
    }
}
/// 1, 0 or -1.
impl IntoC for PyResult<bool> {
    type C = c_int;
    #[inline(always)]
    fn into_c(self) -> c_int {
        object::args::truth(self)
    }
}
impl IntoC for bool {
    type C = c_int;
    #[inline(always)]
    fn into_c(self) -> c_int {
        self as c_int
    }
}

macro_rules! minus_one {
    ($($ty:ty => $err:expr),* $(,)?) => {$(
        impl IntoC for PyResult<$ty> {
            type C = $ty;
            #[inline(always)]
            fn into_c(self) -> $ty { self.unwrap_or($err) }
        }
    )*};
}
minus_one!(c_int => -1, u32 => u32::MAX, i64 => -1, u64 => u64::MAX, isize => -1, usize => usize::MAX, f64 => -1.0);

impl<T> IntoC for PyResult<*mut T> {
    type C = *mut T;
    #[inline(always)]
    fn into_c(self) -> *mut T {
        self.unwrap_or(std::ptr::null_mut())
    }
}
impl<T> IntoC for PyResult<*const T> {
    type C = *const T;
    #[inline(always)]
    fn into_c(self) -> *const T {
        self.unwrap_or(std::ptr::null())
    }
}

const _: () = assert!(size_of::<*mut c_void>() == size_of::<PyResult<Py>>());
