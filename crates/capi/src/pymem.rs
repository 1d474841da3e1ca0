//! `pymem.h`: the raw, `mem` and `obj` domains are one allocator here.

use object::alloc::{raw_calloc, raw_free, raw_malloc, raw_realloc};
use object::{PyResult, error};
use std::ffi::{c_char, c_int, c_void};

/// Sizes beyond what an object may have are refused.
fn fits(n: usize) -> bool {
    n <= isize::MAX as usize
}

/// A block with a copy of these bytes, which the C code frees.
pub fn copied(content: &[u8]) -> PyResult<*mut u8> {
    let block = raw_malloc(content.len());
    if block.is_null() {
        return error::no_memory();
    }
    // SAFETY: fresh memory of that size.
    unsafe { std::ptr::copy_nonoverlapping(content.as_ptr(), block, content.len()) };
    Ok(block)
}

macro_rules! domain {
    ($($malloc:ident $calloc:ident $realloc:ident $free:ident),*) => { capi! {$(
        fn $malloc(n: usize) -> *mut c_void {
            if fits(n) { raw_malloc(n).cast() } else { std::ptr::null_mut() }
        }
        fn $calloc(n: usize, size: usize) -> *mut c_void {
            match n.checked_mul(size).filter(|n| fits(*n)) {
                Some(n) => raw_calloc(n).cast(),
                None => std::ptr::null_mut(),
            }
        }
        fn $realloc(p: *mut c_void, n: usize) -> *mut c_void {
            if fits(n) { raw_realloc(p.cast(), n).cast() } else { std::ptr::null_mut() }
        }
        fn $free(p: *mut c_void) {
            raw_free(p.cast());
        }
    )*} };
}
domain!(PyMem_RawMalloc PyMem_RawCalloc PyMem_RawRealloc PyMem_RawFree,
    PyMem_Malloc PyMem_Calloc PyMem_Realloc PyMem_Free,
    PyObject_Malloc PyObject_Calloc PyObject_Realloc PyObject_Free);

/// `PyMemAllocatorEx`
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Allocator {
    ctx: *mut c_void,
    malloc: unsafe extern "C" fn(*mut c_void, usize) -> *mut c_void,
    calloc: unsafe extern "C" fn(*mut c_void, usize, usize) -> *mut c_void,
    realloc: unsafe extern "C" fn(*mut c_void, *mut c_void, usize) -> *mut c_void,
    free: unsafe extern "C" fn(*mut c_void, *mut c_void),
}

unsafe extern "C" fn ctx_malloc(_: *mut c_void, n: usize) -> *mut c_void {
    // SAFETY: any size is allowed.
    unsafe { PyMem_RawMalloc(n) }
}
unsafe extern "C" fn ctx_calloc(_: *mut c_void, n: usize, size: usize) -> *mut c_void {
    // SAFETY: as above.
    unsafe { PyMem_RawCalloc(n, size) }
}
unsafe extern "C" fn ctx_realloc(_: *mut c_void, p: *mut c_void, n: usize) -> *mut c_void {
    // SAFETY: the caller's block.
    unsafe { PyMem_RawRealloc(p, n) }
}
unsafe extern "C" fn ctx_free(_: *mut c_void, p: *mut c_void) {
    // SAFETY: the caller's block.
    unsafe { PyMem_RawFree(p) }
}

capi! {
    /// The allocator of a domain: all have the same.
    fn PyMem_GetAllocator(_domain: c_int, allocator: *mut Allocator) {
        allocator.write(Allocator {
            ctx: std::ptr::null_mut(),
            malloc: ctx_malloc,
            calloc: ctx_calloc,
            realloc: ctx_realloc,
            free: ctx_free,
        });
    }
    fn _PyMem_Strdup(s: *const c_char) -> *mut c_char {
        let mut text = crate::util::bytes(s).to_vec();
        text.push(0);
        match copied(&text) {
            Ok(p) => p.cast(),
            Err(_) => {
                error::clear();
                std::ptr::null_mut()
            }
        }
    }
}
