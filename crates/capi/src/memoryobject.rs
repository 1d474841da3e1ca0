//! `memoryobject.h` and the buffer protocol of `pybuffer.h`.

use crate::util::not_null;
use object::buffer::{self, flags as want};
use object::typeobject::Py_buffer;
use object::{Py, PyLayout, PyMemoryView, PyObject, PyResult, Raised, error, intern, raise};
use std::ffi::{c_char, c_int, c_void};

/// An axis of a view, `None` where the exporter gives none.
unsafe fn axis(p: *const isize, i: usize) -> Option<isize> {
    // SAFETY: null, or one number for each dimension.
    (!p.is_null()).then(|| unsafe { *p.add(i) })
}

fn items(shape: &[isize]) -> usize {
    shape.iter().map(|n| (*n).max(0) as usize).product()
}

/// Where the item at these indices stands.
unsafe fn item_pointer(v: &Py_buffer, indices: &[isize]) -> *mut u8 {
    let mut p = v.buf as *mut u8;
    let contiguous = strides(v, 'C');
    for (i, n) in indices.iter().enumerate() {
        // SAFETY: the view's own numbers and memory.
        unsafe {
            let stride =
                axis(v.strides, i).unwrap_or_else(|| contiguous.get(i).copied().unwrap_or(v.itemsize));
            p = p.offset(stride * n);
            if let Some(s) = axis(v.suboffsets, i).filter(|s| *s >= 0) {
                p = (*(p as *mut *mut u8)).offset(s);
            }
        }
    }
    p
}

fn shape(v: &Py_buffer) -> Vec<isize> {
    match v.shape() {
        Some(s) => s.to_vec(),
        None if v.ndim == 0 => Vec::new(),
        None => vec![if v.itemsize > 0 { v.len / v.itemsize } else { v.len }],
    }
}

fn fill_strides(shape: &[isize], itemsize: isize, order: char) -> Vec<isize> {
    let mut out = vec![0; shape.len()];
    let mut step = itemsize;
    let mut put = |i: usize| {
        out[i] = step;
        step *= shape[i];
    };
    if order == 'F' {
        (0..shape.len()).for_each(&mut put);
    } else {
        (0..shape.len()).rev().for_each(&mut put);
    }
    out
}

fn strides(v: &Py_buffer, order: char) -> Vec<isize> {
    fill_strides(&shape(v), v.itemsize, order)
}

/// Goes through all indices, in C's or Fortran's order.
fn each(shape: &[isize], fortran: bool, mut f: impl FnMut(&[isize])) {
    let total = items(shape);
    let mut at = vec![0isize; shape.len()];
    for _ in 0..total {
        f(&at);
        let mut step = |i: usize| {
            at[i] += 1;
            if at[i] < shape[i] {
                return true;
            }
            at[i] = 0;
            false
        };
        let _ = if fortran {
            (0..shape.len()).any(&mut step)
        } else {
            (0..shape.len()).rev().any(&mut step)
        };
    }
}

/// Copies between a view and `n` bytes of contiguous memory.
unsafe fn copy(v: &Py_buffer, memory: *mut u8, n: isize, order: char, into_view: bool) {
    let order = if order == 'A' {
        if v.is_contiguous('C') || !v.is_contiguous('F') {
            'C'
        } else {
            'F'
        }
    } else {
        order
    };
    let size = v.itemsize.max(1) as usize;
    let room = (n.max(0) as usize) / size;
    let mut at = 0;
    each(&shape(v), order == 'F', |indices| {
        if at >= room {
            return;
        }
        // SAFETY: within the view and the memory.
        unsafe {
            let (p, m) = (item_pointer(v, indices), memory.add(at * size));
            let (from, to) = if into_view { (m, p) } else { (p, m) };
            std::ptr::copy(from, to, size);
        }
        at += 1;
    });
}

/// The size of one item of a `struct` format.
fn format_size(format: &PyObject) -> PyResult<isize> {
    let f = object::hooks::import("struct")?.get_attr(intern!("calcsize"))?;
    object::number::index_as_isize(&*object::call::call(&f, &[format])?)
}

capi! {
    fn PyObject_CheckBuffer(o: &PyObject) -> bool {
        buffer::check(o)
    }
    /// Fills in the caller's view, which is then to be released with `PyBuffer_Release`.
    fn PyObject_GetBuffer(o: &PyObject, view: *mut Py_buffer, flags: c_int) -> PyResult<()> {
        let Some(get) = o.ty().as_buffer().and_then(|t| t.bf_getbuffer.get()) else {
            return raise!(TypeError, "a bytes-like object is required, not '{}'", o.ty().full_name());
        };
        if flags == want::READ || flags == want::WRITE {
            return error::bad_internal_call();
        }
        if get(o, view, flags) < 0 {
            if !error::occurred() {
                return raise!(SystemError, "bf_getbuffer of '{}' failed without setting an exception", o.ty().full_name());
            }
            return Err(Raised);
        }
        Ok(())
    }
    fn PyBuffer_Release(view: &mut Py_buffer) {
        buffer::release(view);
    }
    fn PyBuffer_FillInfo(view: *mut Py_buffer, o: Option<&PyObject>, p: *mut c_void, n: isize, readonly: c_int, flags: c_int) -> PyResult<()> {
        if view.is_null() {
            return raise!(BufferError, "PyBuffer_FillInfo: view==NULL argument is obsolete");
        }
        if flags == want::READ || flags == want::WRITE {
            return error::bad_internal_call();
        }
        view.write(Py_buffer::EMPTY);
        buffer::fill_info(&mut *view, o.unwrap_or(object::singletons::none_ref()), p as *mut u8, n.max(0) as usize, readonly != 0, flags)?;
        (*view).len = n;
        if o.is_none() {
            (*view).obj = std::ptr::null_mut();
        }
        Ok(())
    }
    fn PyBuffer_IsContiguous(view: &Py_buffer, order: c_char) -> bool {
        view.is_contiguous(order as u8 as char)
    }
    fn PyBuffer_GetPointer(view: &Py_buffer, indices: *const isize) -> *mut c_void {
        item_pointer(view, std::slice::from_raw_parts(indices, view.ndim.max(0) as usize)).cast()
    }
    fn PyBuffer_FillContiguousStrides(ndim: c_int, shape: *const isize, out: *mut isize, itemsize: c_int, order: c_char) {
        let n = ndim.max(0) as usize;
        let all = fill_strides(std::slice::from_raw_parts(shape, n), itemsize as isize, order as u8 as char);
        std::ptr::copy_nonoverlapping(all.as_ptr(), out, n);
    }
    fn PyBuffer_SizeFromFormat(format: *const c_char) -> PyResult<isize> {
        format_size(crate::util::text(format)?.as_object())
    }
    fn PyBuffer_ToContiguous(memory: *mut c_void, view: &Py_buffer, n: isize, order: c_char) -> PyResult<()> {
        if n != view.len {
            return raise!(ValueError, "PyBuffer_ToContiguous: len != view->len");
        }
        copy(view, memory as *mut u8, n, order as u8 as char, false);
        Ok(())
    }
    fn PyBuffer_FromContiguous(view: &Py_buffer, memory: *const c_void, n: isize, order: c_char) -> PyResult<()> {
        copy(view, memory as *mut u8, n.min(view.len), order as u8 as char, true);
        Ok(())
    }
    fn PyObject_CopyData(to: &PyObject, from: &PyObject) -> PyResult<()> {
        if !buffer::check(to) || !buffer::check(from) {
            return raise!(TypeError, "both destination and source must be bytes-like objects");
        }
        let target = buffer::Buffer::get(to, want::FULL)?;
        let source = buffer::Buffer::get(from, want::FULL_RO)?;
        if target.view().len < source.view().len {
            return raise!(BufferError, "destination is too small to receive data from source");
        }
        let content = source.to_vec();
        copy(target.view(), content.as_ptr() as *mut u8, content.len() as isize, 'C', true);
        Ok(())
    }
    fn PyMemoryView_FromObject(o: &PyObject) -> PyResult<Py<PyMemoryView>> {
        PyMemoryView::new(o)
    }
    /// A view of memory that somebody else owns; `flags` is `PyBUF_READ` or `PyBUF_WRITE`.
    fn PyMemoryView_FromMemory(p: *mut c_char, n: isize, flags: c_int) -> PyResult<Py<PyMemoryView>> {
        let mut view = Py_buffer::EMPTY;
        view.buf = p.cast();
        view.len = n;
        view.itemsize = 1;
        view.ndim = 1;
        view.readonly = (flags != want::WRITE) as c_int;
        view.format = c"B".as_ptr() as *mut c_char;
        PyMemoryView::from_buffer(&view)
    }
    /// A view of what the caller's view shows; the caller keeps that alive.
    fn PyMemoryView_FromBuffer(view: &Py_buffer) -> PyResult<Py<PyMemoryView>> {
        if view.buf.is_null() {
            return raise!(ValueError, "PyMemoryView_FromBuffer(): info->buf must not be NULL");
        }
        PyMemoryView::from_buffer(view)
    }
    /// A contiguous view of an object's memory: of the memory itself, or (for reading) of a copy.
    fn PyMemoryView_GetContiguous(o: Option<&PyObject>, kind: c_int, order: c_char) -> PyResult<Py<PyMemoryView>> {
        let view = PyMemoryView::new(not_null(o)?)?;
        let writable = kind == want::WRITE;
        if writable && view.view().readonly != 0 {
            return raise!(BufferError, "underlying buffer is not writable");
        }
        if view.view().is_contiguous(order as u8 as char) {
            return Ok(view);
        }
        if writable {
            return raise!(BufferError, "writable contiguous buffer requested for a non-contiguous object.");
        }
        let made = view.as_object().call_method(intern!("tobytes"), &[])?;
        PyMemoryView::new(&made)
    }
}
