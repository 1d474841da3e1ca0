//! The walker over a variadic call's arguments, made and ended by `c/variadic.c`.

use std::ffi::{c_double, c_int, c_long, c_longlong, c_void};

/// C's side of it.
#[repr(C)]
pub struct Walker {
    _opaque: [u8; 0],
}

unsafe extern "C" {
    fn taipan_va_pointer(w: *mut Walker) -> *mut c_void;
    fn taipan_va_int(w: *mut Walker) -> c_int;
    fn taipan_va_long(w: *mut Walker) -> c_long;
    fn taipan_va_longlong(w: *mut Walker) -> c_longlong;
    fn taipan_va_double(w: *mut Walker) -> c_double;
}

/// The arguments still to come. Which types they have, the format says: each method takes the next as its own.
pub struct Va(*mut Walker);

impl Va {
    /// # Safety
    /// `w` is a started walker, and the format that is followed fits the arguments.
    pub unsafe fn new(w: *mut Walker) -> Va {
        Va(w)
    }
    pub fn pointer<T>(&mut self) -> *mut T {
        // SAFETY: `new`'s promise.
        unsafe { taipan_va_pointer(self.0) as *mut T }
    }
    pub fn int(&mut self) -> c_int {
        // SAFETY: as above.
        unsafe { taipan_va_int(self.0) }
    }
    pub fn long(&mut self) -> c_long {
        // SAFETY: as above.
        unsafe { taipan_va_long(self.0) }
    }
    pub fn longlong(&mut self) -> c_longlong {
        // SAFETY: as above.
        unsafe { taipan_va_longlong(self.0) }
    }
    /// A `Py_ssize_t`, `size_t` or `ptrdiff_t`: as wide as a `long` here.
    pub fn size(&mut self) -> isize {
        self.long() as isize
    }
    pub fn double(&mut self) -> f64 {
        // SAFETY: as above.
        unsafe { taipan_va_double(self.0) }
    }
}
