//! Memory: raw blocks, allocation of objects with the words before them, and the end of an object.
//!
//! Before an object of a type with `HAVE_GC` stands the collector's head; before that, for types with
//! `MANAGED_DICT`/`MANAGED_WEAKREF`, two words: the weak reference list and the instance dict.

use crate::freelist::{small_free, small_malloc};
use crate::handle::{Py, PyLayout, PyResult};
use crate::refcount::{PyObject, PyVarObject};
use crate::thread::tstate;
use crate::tracemalloc;
use crate::typeobject::{PyTypeObject, flags};
use std::alloc::{GlobalAlloc, Layout};
use std::cell::Cell;
use std::ffi::c_void;

/// `PyGC_Head`
#[repr(C)]
pub struct GcHead {
    /// Next in the list, or 0: not tracked. Low bits are the collector's.
    pub gc_next: Cell<usize>,
    /// Previous in the list and flag bits.
    pub gc_prev: Cell<usize>,
}

pub const GC_HEAD_SIZE: usize = size_of::<GcHead>();
pub const PREHEADER_SIZE: usize = 2 * size_of::<usize>();

/// `PyMem_RawMalloc`: never a null for want of size 0.
#[inline(always)]
pub fn raw_malloc(size: usize) -> *mut u8 {
    // SAFETY: any size is allowed.
    let block = unsafe { libmimalloc_sys::mi_malloc(size.max(1)) as *mut u8 };
    if tracemalloc::is_on() {
        tracemalloc::made(block, size);
    }
    block
}

#[inline(always)]
pub fn raw_calloc(size: usize) -> *mut u8 {
    // SAFETY: any size is allowed.
    let block = unsafe { libmimalloc_sys::mi_zalloc(size.max(1)) as *mut u8 };
    if tracemalloc::is_on() {
        tracemalloc::made(block, size);
    }
    block
}

/// # Safety
/// `ptr` is null or comes from this module; on success it is gone.
#[inline(always)]
pub unsafe fn raw_realloc(ptr: *mut u8, size: usize) -> *mut u8 {
    // SAFETY: the caller's promise.
    let block = unsafe { libmimalloc_sys::mi_realloc(ptr as *mut c_void, size.max(1)) as *mut u8 };
    if tracemalloc::is_on() && !block.is_null() {
        if !ptr.is_null() {
            tracemalloc::gone(ptr);
        }
        tracemalloc::made(block, size);
    }
    block
}

/// # Safety
/// `ptr` is null or comes from this module and is not used again.
#[inline(always)]
pub unsafe fn raw_free(ptr: *mut u8) {
    if tracemalloc::is_on() {
        tracemalloc::gone(ptr);
    }
    // SAFETY: the caller's promise.
    unsafe { libmimalloc_sys::mi_free(ptr as *mut c_void) }
}

/// Whether every block of that size is aligned so: to 16 bytes, and below 16 bytes to 8.
#[inline(always)]
fn naturally_aligned(layout: Layout) -> bool {
    layout.align() <= 8 || layout.align() <= 16 && layout.size() >= 16
}

/// Size of the words before an object of this type.
#[inline(always)]
pub fn presize(ty: &PyTypeObject) -> usize {
    let f = ty.tp_flags.get();
    (if f & flags::HAVE_GC != 0 { GC_HEAD_SIZE } else { 0 })
        + (if f & flags::PREHEADER != 0 {
            PREHEADER_SIZE
        } else {
            0
        })
}

/// Memory for an object of `size` bytes, head initialized with one reference, the rest zero; not tracked by the
/// collector. A heap type gets a reference.
#[inline]
fn alloc_sized(ty: &PyTypeObject, size: usize) -> PyResult {
    let pre = presize(ty);
    if ty.has(flags::HAVE_GC) {
        crate::gc::count_allocation();
    }
    let block = small_malloc(size + pre);
    if block.is_null() {
        return crate::error::no_memory();
    }
    // SAFETY: `block` has `pre + size` bytes, and `size` covers the head.
    unsafe {
        std::ptr::write_bytes(block, 0, size + pre);
        let op = block.add(pre) as *mut PyObject;
        op.write(PyObject::new_head(ty));
        if ty.has(flags::HEAPTYPE) {
            ty.as_object().incref();
        }
        Ok(Py::from_owned_ptr(op))
    }
}

/// Size in bytes of an instance with `nitems` items, inline values included; `None` where it overflows.
pub fn instance_size(ty: &PyTypeObject, nitems: usize) -> Option<usize> {
    let items = (ty.tp_itemsize.get() as usize).checked_mul(nitems)?;
    let size = (ty.tp_basicsize.get() as usize)
        .checked_add(items)?
        .checked_add(7)?
        & !7;
    if size > isize::MAX as usize {
        None
    } else {
        Some(size)
    }
}

/// `PyType_GenericAlloc`: an instance (zeroed behind its head), with `nitems` items (and `ob_size` set) where the
/// type has items. Tracked by the collector if the type has it.
pub fn generic_alloc(ty: &PyTypeObject, nitems: usize) -> PyResult {
    let obj = alloc_untracked(ty, nitems)?;
    if ty.has(flags::INLINE_VALUES) {
        crate::dict::init_inline_values(&obj);
    }
    if ty.has(flags::HAVE_GC) {
        crate::gc::track(&obj);
    }
    Ok(obj)
}

/// As [`generic_alloc`], but not tracked yet and without inline values: for constructors that fill the object first.
#[inline]
pub fn alloc_untracked(ty: &PyTypeObject, nitems: usize) -> PyResult {
    let Some(mut size) = instance_size(ty, nitems) else {
        return crate::error::no_memory();
    };
    if ty.has(flags::INLINE_VALUES) {
        size += crate::dict::inline_values_size(ty);
    }
    let obj = alloc_sized(ty, size)?;
    if ty.tp_itemsize.get() != 0 {
        // SAFETY: a type with items is var-sized.
        unsafe { (*(obj.as_ptr() as *mut PyVarObject)).ob_size.set(nitems as isize) };
    }
    Ok(obj)
}

/// An instance with `extra` zeroed bytes behind it, not tracked yet (`PyUnstable_Object_GC_NewWithExtraData`).
pub fn alloc_with_extra(ty: &PyTypeObject, extra: usize) -> PyResult {
    let Some(size) = instance_size(ty, 0)
        .and_then(|n| n.checked_add(extra))
        .filter(|n| *n <= isize::MAX as usize)
    else {
        return crate::error::no_memory();
    };
    alloc_sized(ty, size)
}

/// A new instance of `T`'s own (static) type from its Rust value. `T`'s head must have been made with
/// [`PyObject::new_head`]; tracked if the type has the collector's head.
#[inline]
pub fn new_object<T: crate::handle::PyClass>(value: T) -> PyResult<Py<T>> {
    let ty = T::type_object();
    let pre = presize(ty);
    let gc = pre != 0;
    if gc {
        crate::gc::count_allocation();
    }
    // the end of the object goes by the size that its type declares, which may be CPython's and larger
    let size = if ty.tp_itemsize.get() == 0 {
        size_of::<T>().max(ty.tp_basicsize.get() as usize)
    } else {
        size_of::<T>()
    };
    let block = small_malloc(size + pre);
    if block.is_null() {
        return Err(crate::error::no_memory::<()>().unwrap_err());
    }
    // SAFETY: the block is large enough and 16-aligned; the words before the object are cleared.
    unsafe {
        if pre != 0 {
            std::ptr::write_bytes(block, 0, pre);
        }
        let op = block.add(pre) as *mut T;
        op.write(value);
        let obj = Py::from_owned_ptr(op);
        if gc {
            crate::gc::track(obj.as_object());
        }
        Ok(obj)
    }
}

/// A new, zeroed-then-filled instance of `cls`, a subclass of `T`'s type (or itself): the constructor for `tp_new`.
/// `init` writes the fields behind the head before anybody sees the object.
pub fn new_instance<T: crate::handle::PyClass>(
    cls: &PyTypeObject,
    init: impl FnOnce(*mut T),
) -> PyResult<Py<T>> {
    let alloc = cls.tp_alloc.get();
    let obj = match alloc {
        // SAFETY: `tp_alloc` of a ready type.
        Some(alloc) => unsafe { alloc(cls, 0)? },
        None => generic_alloc(cls, 0)?,
    };
    // SAFETY: an instance of a subclass begins with a `T`; its memory is zeroed behind the head.
    unsafe {
        init(obj.as_ptr() as *mut T);
        Ok(obj.cast_unchecked())
    }
}

/// `PyObject_Free`/`PyObject_GC_Del`: gives back an object's memory. Does not touch its type's count.
///
/// # Safety
/// The object was allocated by this module for its current type, is untracked, and its fields have been dropped.
pub unsafe extern "C" fn object_free(op: *mut c_void) {
    // SAFETY: the head is still valid, and so is what tells the size.
    unsafe {
        let obj = &*(op as *const PyObject);
        let ty = obj.ty();
        let f = ty.tp_flags.get();
        if f & flags::HAVE_GC != 0 {
            crate::gc::count_deallocation();
        }
        let pre = presize(ty);
        let block = (op as *mut u8).sub(pre);
        let mut size = ty.tp_basicsize.get() as usize + pre;
        if ty.tp_itemsize.get() != 0 {
            if f & flags::TUPLE_SUBCLASS == 0 {
                return raw_free(block);
            }
            size += (*(op as *const PyVarObject)).ob_size.get() as usize * size_of::<usize>();
        } else if f & flags::INLINE_VALUES != 0 {
            size += crate::dict::inline_values_size_of(obj);
        }
        small_free(block, size);
    }
}

/// The global allocator of a binary that runs Python: Rust's own blocks come from where objects come from.
pub struct Allocator;

// SAFETY: mimalloc's functions fulfil the contract: blocks of at least the size, aligned as asked for.
unsafe impl GlobalAlloc for Allocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: a valid layout.
        unsafe {
            if naturally_aligned(layout) {
                libmimalloc_sys::mi_malloc(layout.size()) as *mut u8
            } else {
                libmimalloc_sys::mi_malloc_aligned(layout.size(), layout.align()) as *mut u8
            }
        }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: a valid layout.
        unsafe {
            if naturally_aligned(layout) {
                libmimalloc_sys::mi_zalloc(layout.size()) as *mut u8
            } else {
                libmimalloc_sys::mi_zalloc_aligned(layout.size(), layout.align()) as *mut u8
            }
        }
    }

    #[inline]
    unsafe fn dealloc(&self, ptr: *mut u8, _: Layout) {
        // SAFETY: a block of this allocator.
        unsafe { libmimalloc_sys::mi_free(ptr as *mut c_void) }
    }

    #[inline]
    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: a block of this allocator.
        unsafe {
            if layout.align() <= 8 {
                libmimalloc_sys::mi_realloc(ptr as *mut c_void, new_size) as *mut u8
            } else {
                libmimalloc_sys::mi_realloc_aligned(ptr as *mut c_void, new_size, layout.align()) as *mut u8
            }
        }
    }
}

/// Deallocators of containers may nest this deep on the native stack; what comes deeper waits its turn.
const MAX_DEALLOC_DEPTH: u32 = 100;

/// `_Py_Dealloc`: the last reference is gone. A container too deep in a chain of deallocations is put off, so that
/// freeing a list nested a million deep needs no native stack.
///
/// # Safety
/// The count of `op` has dropped to zero.
#[cold]
#[inline(never)]
pub unsafe extern "C" fn dealloc(op: *mut PyObject) {
    // SAFETY: memory is still whole; the type outlives its instances; `tp_dealloc` is inherited by `ready`.
    unsafe {
        let ty = (*op).ty();
        let Some(tp_dealloc) = ty.tp_dealloc.get() else {
            return;
        };
        if !ty.has(flags::HAVE_GC) {
            tp_dealloc(op);
            return;
        }
        let ts = tstate();
        let depth = ts.dealloc_depth.get();
        if depth >= MAX_DEALLOC_DEPTH {
            crate::gc::untrack(&*op);
            (*crate::gc::head_of(op))
                .gc_prev
                .set(ts.delete_later.get() as usize);
            ts.delete_later.set(op);
            return;
        }
        ts.dealloc_depth.set(depth + 1);
        tp_dealloc(op);
        ts.dealloc_depth.set(depth);
        if depth == 0 {
            while !ts.delete_later.get().is_null() {
                let next = ts.delete_later.get();
                let head = crate::gc::head_of(next);
                ts.delete_later.set((*head).gc_prev.get() as *mut PyObject);
                (*head).gc_prev.set(0);
                if let Some(tp_dealloc) = (*next).ty().tp_dealloc.get() {
                    ts.dealloc_depth.set(1);
                    tp_dealloc(next);
                    ts.dealloc_depth.set(0);
                }
            }
        }
    }
}

/// The deallocator that the macro gives a Rust-defined type: finalizer, weak references, fields, memory, type.
/// For instances of heap subclasses `subtype_dealloc` calls it as the base's deallocator, and gives up the reference
/// to the type itself.
///
/// # Safety
/// As `tp_dealloc`: `op` is an instance of `T`'s type or a subclass, its count is zero.
pub unsafe extern "C" fn generic_dealloc<T: PyLayout>(op: *mut PyObject) {
    // SAFETY: the caller's promise; the order is: finalizer may resurrect, then nobody sees the object again.
    unsafe {
        let obj = &*op;
        let ty: *const PyTypeObject = obj.ty();
        if (*ty).tp_finalize.get().is_some()
            && !(*ty).has(flags::HEAPTYPE)
            && crate::gc::call_finalizer_from_dealloc(op)
        {
            return;
        }
        if (*ty).has(flags::HAVE_GC) {
            crate::gc::untrack(obj);
        }
        if (*ty).tp_weaklistoffset.get() > 0 && !(*ty).has(flags::HEAPTYPE) {
            crate::weakref::clear_weakrefs(obj);
        }
        std::ptr::drop_in_place(op as *mut T);
        match (*ty).tp_free.get() {
            Some(free) => free(op as *mut c_void),
            None => object_free(op as *mut c_void),
        }
    }
}
