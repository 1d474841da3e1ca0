//! `memoryview` (`cpython/memoryobject.h`): a view of another object's memory, of any shape. Views of one export share
//! a managed buffer, which gives the export back when the last of them is released.

use crate::buffer::{self, flags as want};
use crate::handle::{Field, GilCell, Py, PyClass, PyLayout, PyResult};
use crate::int::PyInt;
use crate::protocol::CompareOp;
use crate::raise;
use crate::refcount::{PyObject, PyVarObject};
use crate::str::PyStr;
use crate::typeobject::{Py_buffer, PyTypeObject};
use crate::{Args, PyBytes, PyFloat, PyList, PyTuple, Visitor};
use object_macros::{pyclass, pymethods};
use std::ffi::{CStr, c_char, c_int};

/// `_PyManagedBufferObject`
#[pyclass(name = "managedbuffer", type = _PyManagedBuffer_Type, flags(HAVE_GC))]
#[repr(C)]
pub struct PyManagedBuffer {
    ob_base: PyObject,
    flags: GilCell<c_int>,
    /// Memoryviews that share it and are not released.
    exports: GilCell<isize>,
    master: GilCell<Py_buffer>,
}

impl PyManagedBuffer {
    fn view(&self) -> &Py_buffer {
        // SAFETY: under the GIL; references are short and none is held across Python code.
        unsafe { &*self.master.as_ptr() }
    }

    /// Gives the export back. The view is taken out first, for the exporter may run Python code.
    fn give_back(&self) {
        let mut view = self.master.replace(Py_buffer::EMPTY);
        buffer::release(&mut view);
    }

    fn get(obj: &PyObject, flags: c_int) -> PyResult<Py<PyManagedBuffer>> {
        let Some(get) = obj.ty().as_buffer().and_then(|t| t.bf_getbuffer.get()) else {
            return raise!(
                TypeError,
                "memoryview: a bytes-like object is required, not '{}'",
                obj.ty().full_name()
            );
        };
        if flags == want::READ || flags == want::WRITE {
            return crate::error::bad_internal_call();
        }
        let m = crate::new_object(PyManagedBuffer {
            ob_base: PyObject::new_head(PyManagedBuffer::type_object()),
            flags: GilCell::new(0),
            exports: GilCell::new(0),
            master: GilCell::new(Py_buffer::EMPTY),
        })?;
        // SAFETY: a slot called with an object of its type and a view to fill in, which stays where it is.
        if unsafe { get(obj, m.master.as_ptr(), flags) } < 0 {
            return Err(crate::Raised);
        }
        Ok(m)
    }
}

impl Drop for PyManagedBuffer {
    fn drop(&mut self) {
        self.give_back();
    }
}

#[pymethods]
impl PyManagedBuffer {
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.raw(self.view().obj);
    }
}

const RELEASED: c_int = 1;
const MAX_DIMENSIONS: usize = 64;

/// `PyMemoryViewObject`
#[pyclass(name = "memoryview", type = PyMemoryView_Type, flags(SEQUENCE, HAVE_GC), basicsize = 144, itemsize = 8,
          weaklist = weakreflist)]
#[repr(C)]
pub struct PyMemoryView {
    ob_base: PyVarObject,
    mbuf: Field<PyManagedBuffer>,
    hash: GilCell<isize>,
    flags: GilCell<c_int>,
    /// Buffers that others have got from this view.
    exports: GilCell<isize>,
    view: GilCell<Py_buffer>,
    weakreflist: GilCell<*mut PyObject>,
    /// Shape, strides and suboffsets.
    ob_array: [GilCell<isize>; 0],
}

/// The making of a view: what it shows of its managed buffer.
struct Shape {
    buf: *mut u8,
    len: isize,
    itemsize: isize,
    readonly: bool,
    format: *mut c_char,
    shape: Vec<isize>,
    strides: Vec<isize>,
    suboffsets: Option<Vec<isize>>,
}

impl Shape {
    /// What a buffer shows, with everything that it leaves out filled in.
    fn of(v: &Py_buffer) -> Shape {
        let ndim = v.ndim.max(0) as usize;
        let shape: Vec<isize> = match v.shape() {
            Some(s) => s.to_vec(),
            None if ndim == 0 => Vec::new(),
            None => vec![if v.itemsize > 0 { v.len / v.itemsize } else { 0 }],
        };
        let strides = match v.strides() {
            Some(s) => s.to_vec(),
            None => contiguous_strides(&shape, v.itemsize),
        };
        Shape {
            buf: v.buf as *mut u8,
            len: v.len,
            itemsize: v.itemsize,
            readonly: v.readonly != 0,
            format: if v.format.is_null() {
                c"B".as_ptr() as *mut c_char
            } else {
                v.format
            },
            shape,
            strides,
            suboffsets: v.suboffsets().map(|s| s.to_vec()),
        }
    }

    fn ndim(&self) -> usize {
        self.shape.len()
    }

    /// Restricts the first dimension.
    fn slice(&mut self, start: isize, step: isize, n: usize) {
        let offset = self.strides[0] * start;
        let deep = self
            .suboffsets
            .as_ref()
            .and_then(|s| s.iter().position(|x| *x >= 0));
        match (deep, &mut self.suboffsets) {
            // an indirection before the first dimension's items: the offset is added behind it
            (Some(0), Some(sub)) => sub[0] += offset,
            _ => self.buf = self.buf.wrapping_offset(offset),
        }
        self.shape[0] = n as isize;
        self.strides[0] = self.strides[0].wrapping_mul(step);
        self.len = self.shape.iter().product::<isize>() * self.itemsize;
    }
}

fn contiguous_strides(shape: &[isize], itemsize: isize) -> Vec<isize> {
    let mut strides = vec![0; shape.len()];
    let mut size = itemsize;
    for (s, n) in strides.iter_mut().zip(shape).rev() {
        *s = size;
        size = size.saturating_mul(*n);
    }
    strides
}

/// The native formats of one character, with or without `@`.
fn native_format(format: &[u8]) -> Option<(u8, isize, &'static CStr)> {
    macro_rules! formats {
        ($($c:literal $at:literal $size:expr,)*) => {
            match format {
                $(f if f == $c.to_bytes() => Some((f[0], $size as isize, $c)),
                  f if f == $at.to_bytes() => Some((f[1], $size as isize, $at)),)*
                _ => None,
            }
        };
    }
    formats! {
        c"c" c"@c" 1, c"b" c"@b" 1, c"B" c"@B" 1, c"?" c"@?" 1, c"h" c"@h" 2, c"H" c"@H" 2, c"e" c"@e" 2,
        c"i" c"@i" 4, c"I" c"@I" 4, c"f" c"@f" 4, c"l" c"@l" 8, c"L" c"@L" 8, c"q" c"@q" 8, c"Q" c"@Q" 8,
        c"n" c"@n" 8, c"N" c"@N" 8, c"P" c"@P" 8, c"d" c"@d" 8,
    }
}

fn half_to_f64(h: u16) -> f64 {
    let sign = if h >> 15 == 1 { -1.0 } else { 1.0 };
    let (e, m) = ((h >> 10 & 31) as i32, (h & 0x3FF) as f64);
    sign * match e {
        0 => m * 2f64.powi(-24),
        31 if m == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + m / 1024.0) * 2f64.powi(e - 15),
    }
}

/// A float in half precision, halves to even; `None` if it is too large.
fn f64_to_half(x: f64) -> Option<u16> {
    let sign = if x.is_sign_negative() { 0x8000u16 } else { 0 };
    let a = x.abs();
    if x.is_nan() {
        return Some(sign | 0x7E00);
    }
    if a.is_infinite() {
        return Some(sign | 0x7C00);
    }
    if a < 2f64.powi(-14) {
        let m = (a * 2f64.powi(24)).round_ties_even() as u16;
        return Some(sign | m);
    }
    let e = ((a.to_bits() >> 52) & 0x7FF) as i32 - 1023;
    let m = ((a / 2f64.powi(e) - 1.0) * 1024.0).round_ties_even() as i32;
    let bits = ((e + 15) << 10) + m;
    if bits >= 31 << 10 {
        None
    } else {
        Some(sign | bits as u16)
    }
}

/// The value of the item at `p`.
///
/// # Safety
/// `p` points at an item of the format's size.
unsafe fn unpack(p: *const u8, format: u8) -> PyResult {
    // SAFETY: the caller's promise; reads need no alignment.
    unsafe {
        macro_rules! int {
            ($t:ty) => {
                PyInt::from_i128((p as *const $t).read_unaligned() as i128).map(Py::into_object)
            };
        }
        match format {
            b'b' => int!(i8),
            b'B' => Ok(PyInt::small(*p as i64).as_object().new_ref()),
            b'h' => int!(i16),
            b'H' => int!(u16),
            b'i' => int!(i32),
            b'I' => int!(u32),
            b'l' | b'q' | b'n' => int!(i64),
            b'f' => PyFloat::new((p as *const f32).read_unaligned() as f64).map(Py::into_object),
            b'd' => PyFloat::new((p as *const f64).read_unaligned()).map(Py::into_object),
            b'e' => PyFloat::new(half_to_f64((p as *const u16).read_unaligned())).map(Py::into_object),
            b'?' => Ok(crate::bool::py_bool(*p != 0)),
            b'c' => Ok(PyBytes::single(*p).into_object()),
            _ => int!(u64),
        }
    }
}

/// Writes a value as the item at `p`.
///
/// # Safety
/// As [`unpack`], and the memory may be written. `p` stays valid although Python code runs: the view is held.
unsafe fn pack(
    view: &PyMemoryView,
    p: impl Fn() -> PyResult<*mut u8>,
    format: u8,
    value: &PyObject,
) -> PyResult<()> {
    let shown = format as char;
    let wrong_value = || raise!(ValueError, "memoryview: invalid value for format '{shown}'");
    let wrong_type = || raise!(TypeError, "memoryview: invalid type for format '{shown}'");
    let explain = |e: crate::Raised| -> PyResult<()> {
        if crate::error::matches::<crate::exceptions::TypeError>() {
            crate::error::clear();
            return wrong_type();
        }
        if crate::error::matches::<crate::exceptions::OverflowError>()
            || crate::error::matches::<crate::exceptions::ValueError>()
        {
            crate::error::clear();
            return wrong_value();
        }
        Err(e)
    };
    let put = |bytes: &[u8]| -> PyResult<()> {
        view.check_released()?;
        let p = p()?;
        // SAFETY: an item of that size stands there.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), p, bytes.len()) };
        Ok(())
    };
    match format {
        b'f' | b'd' | b'e' => {
            let x = match crate::float::as_f64(value) {
                Ok(x) => x,
                Err(e) => return explain(e),
            };
            match format {
                b'd' => put(&x.to_ne_bytes()),
                b'f' => {
                    let y = x as f32;
                    if y.is_infinite() && x.is_finite() {
                        return wrong_value();
                    }
                    put(&y.to_ne_bytes())
                }
                _ => match f64_to_half(x) {
                    Some(h) => put(&h.to_ne_bytes()),
                    None => wrong_value(),
                },
            }
        }
        b'?' => {
            let b = value.is_true()?;
            put(&[b as u8])
        }
        b'c' => match value.downcast::<PyBytes>().map(|b| b.as_slice()) {
            Some([b]) => put(&[*b]),
            Some(_) => wrong_value(),
            None => wrong_type(),
        },
        _ => {
            let i = match crate::number::index(value) {
                Ok(i) => i,
                Err(e) => return explain(e),
            };
            if format == b'P' {
                return put(&i.to_u64_wrapping().to_ne_bytes());
            }
            let v = i.to_i128();
            macro_rules! put_int {
                ($t:ty) => {
                    match v.and_then(|v| <$t>::try_from(v).ok()) {
                        Some(v) => put(&v.to_ne_bytes()),
                        None => wrong_value(),
                    }
                };
            }
            match format {
                b'b' => put_int!(i8),
                b'B' => put_int!(u8),
                b'h' => put_int!(i16),
                b'H' => put_int!(u16),
                b'i' => put_int!(i32),
                b'I' => put_int!(u32),
                b'l' | b'q' | b'n' => put_int!(i64),
                _ => put_int!(u64),
            }
        }
    }
}

/// Follows an indirection.
///
/// # Safety
/// `p` is a place of the dimension, as the exporter describes it.
unsafe fn indirect(p: *mut u8, v: &Py_buffer, dimension: usize) -> *mut u8 {
    match v.suboffsets() {
        // SAFETY: a suboffset that is not negative says that a pointer stands there.
        Some(s) if s[dimension] >= 0 => unsafe { (*(p as *const *mut u8)).offset(s[dimension]) },
        _ => p,
    }
}

/// Calls `f` with the address of each item, the last dimension fastest (or the first).
fn each_item(v: &Py_buffer, c_order: bool, f: &mut dyn FnMut(*mut u8)) {
    fn walk(v: &Py_buffer, s: &Shape, p: *mut u8, dimension: usize, f: &mut dyn FnMut(*mut u8)) {
        if dimension == s.ndim() {
            return f(p);
        }
        for i in 0..s.shape[dimension] {
            // SAFETY: within the dimension.
            let q = unsafe { indirect(p.wrapping_offset(s.strides[dimension] * i), v, dimension) };
            walk(v, s, q, dimension + 1, f);
        }
    }
    let s = Shape::of(v);
    if c_order || s.ndim() < 2 {
        return walk(v, &s, s.buf, 0, f);
    }
    let total: isize = s.shape.iter().product();
    let mut at = vec![0isize; s.ndim()];
    for _ in 0..total {
        let mut p = s.buf;
        for (d, i) in at.iter().enumerate() {
            // SAFETY: within the dimension.
            p = unsafe { indirect(p.wrapping_offset(s.strides[d] * i), v, d) };
        }
        f(p);
        for (d, i) in at.iter_mut().enumerate() {
            *i += 1;
            if *i < s.shape[d] {
                break;
            }
            *i = 0;
        }
    }
}

/// All items of a view, one after the other.
pub(crate) fn copy_items(v: &Py_buffer, c_order: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(v.len.max(0) as usize);
    if c_order && v.is_contiguous('C') && v.len > 0 {
        // SAFETY: contiguous memory of that length.
        out.extend_from_slice(unsafe { std::slice::from_raw_parts(v.buf as *const u8, v.len as usize) });
        return out;
    }
    let size = v.itemsize.max(0) as usize;
    each_item(v, c_order, &mut |p| {
        // SAFETY: an item of the view.
        out.extend_from_slice(unsafe { std::slice::from_raw_parts(p, size) });
    });
    out
}

/// `memoryview(bytes)`
pub(crate) fn from_bytes(b: Py<PyBytes>) -> PyResult {
    PyMemoryView::new(b.as_object()).map(Py::into_object)
}

#[cold]
fn zero_dimensional<T>() -> PyResult<T> {
    raise!(TypeError, "invalid indexing of 0-dim memory")
}

#[cold]
fn sub_views<T>() -> PyResult<T> {
    raise!(
        NotImplementedError,
        "multi-dimensional sub-views are not implemented"
    )
}

impl PyMemoryView {
    /// `PyMemoryView_FromObject`
    pub fn new(obj: &PyObject) -> PyResult<Py<PyMemoryView>> {
        PyMemoryView::with_flags(obj, want::FULL_RO)
    }

    /// `PyMemoryView_FromBuffer`: shows what a view of the caller's shows, and owns nothing of it.
    pub fn from_buffer(view: &Py_buffer) -> PyResult<Py<PyMemoryView>> {
        let managed = crate::new_object(PyManagedBuffer {
            ob_base: PyObject::new_head(PyManagedBuffer::type_object()),
            flags: GilCell::new(0),
            exports: GilCell::new(0),
            master: GilCell::new(Py_buffer {
                obj: std::ptr::null_mut(),
                ..*view
            }),
        })?;
        let shape = Shape::of(managed.view());
        PyMemoryView::make(managed, shape)
    }

    fn with_flags(obj: &PyObject, flags: c_int) -> PyResult<Py<PyMemoryView>> {
        if let Some(m) = obj.downcast::<PyMemoryView>() {
            m.check_released()?;
            return PyMemoryView::make(m.managed()?, Shape::of(m.view()));
        }
        let managed = PyManagedBuffer::get(obj, flags)?;
        if managed.view().ndim as usize > MAX_DIMENSIONS {
            return raise!(
                ValueError,
                "memoryview: number of dimensions must not exceed {MAX_DIMENSIONS}"
            );
        }
        let shape = Shape::of(managed.view());
        PyMemoryView::make(managed, shape)
    }

    /// All bytes of a contiguous buffer in one dimension (`PickleBuffer.raw`).
    pub fn flat(obj: &PyObject) -> PyResult<Py<PyMemoryView>> {
        let managed = PyManagedBuffer::get(obj, want::FULL_RO)?;
        let view = managed.view();
        if !view.is_contiguous('A') {
            return raise!(
                BufferError,
                "cannot extract raw buffer from non-contiguous buffer"
            );
        }
        let shape = Shape {
            buf: view.buf as *mut u8,
            len: view.len,
            itemsize: 1,
            readonly: view.readonly != 0,
            format: c"B".as_ptr() as *mut c_char,
            shape: vec![view.len],
            strides: vec![1],
            suboffsets: None,
        };
        PyMemoryView::make(managed, shape)
    }

    fn make(managed: Py<PyManagedBuffer>, s: Shape) -> PyResult<Py<PyMemoryView>> {
        let n = s.ndim();
        let obj = crate::alloc::alloc_untracked(PyMemoryView::type_object(), 3 * n)?;
        // SAFETY: just made with this layout and room for three numbers a dimension; zeroed, which is valid.
        let m: Py<PyMemoryView> = unsafe { obj.cast_unchecked() };
        // SAFETY: the array stands behind the head.
        let (shape, strides, sub) = unsafe {
            let p = (m.as_ptr() as *mut u8).add(std::mem::offset_of!(PyMemoryView, ob_array)) as *mut isize;
            std::ptr::copy_nonoverlapping(s.shape.as_ptr(), p, n);
            std::ptr::copy_nonoverlapping(s.strides.as_ptr(), p.add(n), n);
            let sub = match &s.suboffsets {
                Some(v) => {
                    std::ptr::copy_nonoverlapping(v.as_ptr(), p.add(2 * n), n);
                    p.add(2 * n)
                }
                None => std::ptr::null_mut(),
            };
            (p, p.add(n), sub)
        };
        managed.exports.set(managed.exports.get() + 1);
        m.hash.set(-1);
        m.view.set(Py_buffer {
            buf: s.buf as *mut std::ffi::c_void,
            // borrowed: the managed buffer holds it
            obj: managed.view().obj,
            len: s.len,
            itemsize: s.itemsize,
            readonly: s.readonly as c_int,
            ndim: n as c_int,
            format: s.format,
            shape: if n == 0 { std::ptr::null_mut() } else { shape },
            strides: if n == 0 { std::ptr::null_mut() } else { strides },
            suboffsets: sub,
            internal: std::ptr::null_mut(),
        });
        m.mbuf.set(Some(managed));
        crate::gc::track(m.as_object());
        Ok(m)
    }

    /// The buffer that the view shows.
    pub fn view(&self) -> &Py_buffer {
        // SAFETY: set once when the view is made.
        unsafe { &*self.view.as_ptr() }
    }

    fn managed(&self) -> PyResult<Py<PyManagedBuffer>> {
        match self.mbuf.get() {
            Some(m) => Ok(m),
            None => self.released(),
        }
    }

    #[cold]
    fn released<T>(&self) -> PyResult<T> {
        raise!(ValueError, "operation forbidden on released memoryview object")
    }

    fn is_released(&self) -> bool {
        self.flags.get() & RELEASED != 0
    }

    #[inline]
    fn check_released(&self) -> PyResult<()> {
        if self.is_released() {
            self.released()
        } else {
            Ok(())
        }
    }

    /// Gives the export back if nobody else uses it; false if the view has exports of its own.
    fn give_back(&self) -> bool {
        if self.is_released() {
            return true;
        }
        if self.exports.get() > 0 {
            return false;
        }
        self.flags.set(self.flags.get() | RELEASED);
        if let Some(m) = self.mbuf.get() {
            let left = m.exports.get() - 1;
            m.exports.set(left);
            if left == 0 {
                m.give_back();
            }
        }
        true
    }

    fn ndim(&self) -> usize {
        self.view().ndim.max(0) as usize
    }

    /// The item format, if it is a native one of one character.
    fn format_char(&self) -> PyResult<u8> {
        let format = self.view().format();
        if let Some((c, _, _)) = native_format(format.to_bytes()) {
            return Ok(c);
        }
        let text = format.to_string_lossy();
        match format.to_bytes() {
            [_] | [b'@', _] => raise!(NotImplementedError, "memoryview: format {text} not supported"),
            _ => raise!(NotImplementedError, "memoryview: unsupported format {text}"),
        }
    }

    /// The place at an index of a dimension.
    fn step_into(&self, p: *mut u8, dimension: usize, index: isize) -> PyResult<*mut u8> {
        let v = self.view();
        let n = v.shape().map_or(0, |s| s[dimension]);
        let i = if index < 0 { index + n } else { index };
        if i < 0 || i >= n {
            return raise!(IndexError, "index out of bounds on dimension {}", dimension + 1);
        }
        let stride = v.strides().map_or(v.itemsize, |s| s[dimension]);
        // SAFETY: within the dimension.
        Ok(unsafe { indirect(p.wrapping_offset(stride * i), v, dimension) })
    }

    fn base(&self) -> *mut u8 {
        self.view().buf as *mut u8
    }

    /// The place that a tuple of indices means.
    fn place_of(&self, indices: &[isize]) -> PyResult<*mut u8> {
        let n = self.ndim();
        if indices.len() < n {
            return raise!(NotImplementedError, "sub-views are not implemented");
        }
        if indices.len() > n {
            return raise!(
                TypeError,
                "cannot index {n}-dimension view with {}-element tuple",
                indices.len()
            );
        }
        let mut p = self.base();
        for (d, i) in indices.iter().enumerate() {
            p = self.step_into(p, d, *i)?;
        }
        Ok(p)
    }

    fn item(&self, index: isize) -> PyResult {
        self.check_released()?;
        let format = self.format_char()?;
        match self.ndim() {
            0 => zero_dimensional(),
            1 => {
                let p = self.step_into(self.base(), 0, index)?;
                // SAFETY: an item of the view.
                unsafe { unpack(p, format) }
            }
            _ => sub_views(),
        }
    }

    /// The indices of a tuple of integers; `None` if it is something else.
    fn multi_index(key: &PyObject) -> PyResult<Option<Vec<isize>>> {
        let Some(t) = key.downcast::<PyTuple>() else {
            return Ok(None);
        };
        if !t.as_slice().iter().all(|k| k.has_index()) {
            return Ok(None);
        }
        t.as_slice()
            .iter()
            .map(|k| crate::number::index_as_isize_index_error(k))
            .collect::<PyResult<Vec<isize>>>()
            .map(Some)
    }

    fn sliced(&self, slice: &crate::PySlice) -> PyResult<Py<PyMemoryView>> {
        let mut s = Shape::of(self.view());
        let (start, _, step, n) = slice.adjusted(s.shape[0] as usize)?;
        self.check_released()?;
        s.slice(start, step, n);
        PyMemoryView::make(self.managed()?, s)
    }

    fn to_list(&self, format: u8, p: *mut u8, dimension: usize) -> PyResult {
        if dimension == self.ndim() {
            // SAFETY: an item of the view.
            return unsafe { unpack(p, format) };
        }
        let n = self.view().shape().map_or(0, |s| s[dimension]);
        let mut items = Vec::with_capacity(n.max(0) as usize);
        for i in 0..n {
            let q = self.step_into(p, dimension, i)?;
            items.push(self.to_list(format, q, dimension + 1)?);
        }
        PyList::from_vec(items).map(Py::into_object)
    }

    fn dimensions(numbers: Option<&[isize]>) -> PyResult<Py<PyTuple>> {
        let items: PyResult<Vec<Py>> = numbers
            .unwrap_or(&[])
            .iter()
            .map(|n| PyInt::from_i64(*n as i64).map(Py::into_object))
            .collect();
        PyTuple::from_vec(items?)
    }

    /// A view with another format and shape.
    fn cast_to(&self, format: &str, shape: Option<&PyObject>) -> PyResult<Py<PyMemoryView>> {
        let v = self.view();
        if !v.is_contiguous('C') {
            return raise!(
                TypeError,
                "memoryview: casts are restricted to C-contiguous views"
            );
        }
        if (shape.is_some() || self.ndim() != 1) && v.shape().is_some_and(|s| s.contains(&0)) {
            return raise!(
                TypeError,
                "memoryview: cannot cast view with zeros in shape or strides"
            );
        }
        let mut wanted = None;
        if let Some(shape) = shape {
            if shape.downcast::<PyList>().is_none() && shape.downcast::<PyTuple>().is_none() {
                return raise!(TypeError, "shape must be a list or a tuple");
            }
            let items = crate::iter::collect(shape)?;
            if items.len() > MAX_DIMENSIONS {
                return raise!(
                    ValueError,
                    "memoryview: number of dimensions must not exceed {MAX_DIMENSIONS}"
                );
            }
            if self.ndim() != 1 && items.len() != 1 {
                return raise!(TypeError, "memoryview: cast must be 1D -> ND or ND -> 1D");
            }
            wanted = Some(items);
        }
        let Some((source, _, _)) = native_format(v.format().to_bytes()) else {
            return raise!(
                ValueError,
                "memoryview: source format must be a native single character format prefixed with an optional '@'"
            );
        };
        let Some((target, itemsize, format)) = native_format(format.as_bytes()) else {
            return raise!(
                ValueError,
                "memoryview: destination format must be a native single character format prefixed with an optional '@'"
            );
        };
        let is_byte = |c: u8| matches!(c, b'b' | b'B' | b'c');
        if !is_byte(source) && !is_byte(target) {
            return raise!(TypeError, "memoryview: cannot cast between two non-byte formats");
        }
        if v.len % itemsize != 0 {
            return raise!(TypeError, "memoryview: length is not a multiple of itemsize");
        }
        let dims = match wanted {
            None => vec![v.len / itemsize],
            Some(items) => {
                let mut dims = Vec::with_capacity(items.len());
                let mut product = 1isize;
                for item in items {
                    let Some(n) = item.downcast::<PyInt>() else {
                        return raise!(TypeError, "memoryview.cast(): elements of shape must be integers");
                    };
                    let n = crate::number::as_ssize_t(n.as_object())?;
                    if n <= 0 {
                        return raise!(
                            ValueError,
                            "memoryview.cast(): elements of shape must be integers > 0"
                        );
                    }
                    product = match product.checked_mul(n) {
                        Some(p) => p,
                        None => return raise!(ValueError, "memoryview.cast(): product(shape) > SSIZE_MAX"),
                    };
                    dims.push(n);
                }
                if product.checked_mul(itemsize) != Some(v.len) {
                    return raise!(TypeError, "memoryview: product(shape) * itemsize != buffer size");
                }
                dims
            }
        };
        let shape = Shape {
            buf: self.base(),
            len: v.len,
            itemsize,
            readonly: v.readonly != 0,
            format: format.as_ptr() as *mut c_char,
            strides: contiguous_strides(&dims, itemsize),
            shape: dims,
            suboffsets: None,
        };
        PyMemoryView::make(self.managed()?, shape)
    }

    /// The items of a buffer as Python values, for formats of any kind; `None` if the format is unknown.
    fn values(v: &Py_buffer) -> PyResult<Option<Vec<Py>>> {
        let mut places = Vec::new();
        each_item(v, true, &mut |p| places.push(p));
        if let Some((c, _, _)) = native_format(v.format().to_bytes()) {
            // SAFETY: items of the view.
            return places
                .into_iter()
                .map(|p| unsafe { unpack(p, c) })
                .collect::<PyResult<Vec<Py>>>()
                .map(Some);
        }
        let content: Vec<Vec<u8>> = places
            .into_iter()
            // SAFETY: items of the view.
            .map(|p| unsafe { std::slice::from_raw_parts(p, v.itemsize as usize) }.to_vec())
            .collect();
        let format = PyStr::from_wtf8(v.format().to_bytes())?;
        let module = crate::hooks::import("struct")?;
        let unpack = module.get_attr(crate::intern!("unpack"))?;
        let mut out = Vec::with_capacity(content.len());
        for item in content {
            match crate::call::call(&unpack, &[format.as_object(), PyBytes::new(&item)?.as_object()]) {
                Ok(v) => out.push(v),
                Err(_) => {
                    crate::error::clear();
                    return Ok(None);
                }
            }
        }
        Ok(Some(out))
    }

    fn equals_buffer(&self, other: &Py_buffer) -> PyResult<bool> {
        let mine = self.view();
        let (a, b) = (Shape::of(mine), Shape::of(other));
        if a.shape != b.shape {
            return Ok(false);
        }
        let plain = |f: &CStr| f.to_bytes().strip_prefix(b"@").unwrap_or(f.to_bytes()).to_vec();
        let (fa, fb) = (plain(mine.format()), plain(other.format()));
        if fa == fb
            && matches!(
                fa[..],
                [b'b'
                    | b'B'
                    | b'c'
                    | b'h'
                    | b'H'
                    | b'i'
                    | b'I'
                    | b'l'
                    | b'L'
                    | b'q'
                    | b'Q'
                    | b'n'
                    | b'N'
                    | b'P'
                    | b'?']
            )
            && fa != b"?"
        {
            return Ok(copy_items(mine, true) == copy_items(other, true));
        }
        let (Some(x), Some(y)) = (PyMemoryView::values(mine)?, PyMemoryView::values(other)?) else {
            return Ok(false);
        };
        for (x, y) in x.iter().zip(&y) {
            if !x.rich_compare(y, CompareOp::Eq)?.is_true()? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl Drop for PyMemoryView {
    fn drop(&mut self) {
        self.exports.set(0);
        self.give_back();
    }
}

#[pymethods]
impl PyMemoryView {
    #[new("(object)")]
    fn tp_new(_cls: &PyTypeObject, object: &PyObject) -> PyResult<Py<PyMemoryView>> {
        PyMemoryView::new(object)
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.mbuf);
    }
    #[slot]
    fn tp_clear(&self) {
        if self.give_back() {
            self.mbuf.set(None);
        }
    }
    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        let what = if self.is_released() {
            "released memory"
        } else {
            "memory"
        };
        PyStr::new(&format!("<{what} at {:p}>", self.as_ptr()))
    }
    #[slot]
    fn tp_hash(&self) -> PyResult<isize> {
        if self.hash.get() != -1 {
            return Ok(self.hash.get());
        }
        self.check_released()?;
        let v = self.view();
        if v.readonly == 0 {
            return raise!(ValueError, "cannot hash writable memoryview object");
        }
        if !matches!(
            native_format(v.format().to_bytes()),
            Some((b'B' | b'b' | b'c', _, _))
        ) {
            return raise!(
                ValueError,
                "memoryview: hashing is restricted to formats 'B', 'b' or 'c'"
            );
        }
        if let Some(exporter) = v.exporter() {
            exporter.hash()?;
        }
        self.check_released()?;
        let h = crate::protocol::hash_bytes(&copy_items(self.view(), true));
        self.hash.set(h);
        Ok(h)
    }
    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult {
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(crate::not_implemented());
        }
        let answer = |equal: bool| Ok(crate::bool::py_bool(equal == (op == CompareOp::Eq)));
        if self.is_released() {
            return answer(self.is(other));
        }
        if let Some(m) = other.downcast::<PyMemoryView>() {
            if m.is_released() {
                return answer(false);
            }
            return answer(self.equals_buffer(m.view())?);
        }
        if !buffer::check(other) {
            return Ok(crate::not_implemented());
        }
        match buffer::Buffer::get(other, want::FULL_RO) {
            Ok(b) => answer(self.equals_buffer(b.view())?),
            Err(_) => {
                crate::error::clear();
                Ok(crate::not_implemented())
            }
        }
    }
    #[slot]
    fn tp_iter(&self) -> PyResult {
        self.check_released()?;
        self.format_char()?;
        if self.ndim() == 0 {
            return zero_dimensional();
        }
        let it = crate::new_object(PyMemoryIterator {
            ob_base: PyObject::new_head(PyMemoryIterator::type_object()),
            index: GilCell::new(0),
            of: Field::from_ref(self),
        })?;
        Ok(it.into_object())
    }
    #[slot]
    fn bf_getbuffer(&self, out: &mut Py_buffer, flags: c_int) -> PyResult<()> {
        self.check_released()?;
        let v = self.view();
        let has = |f: c_int| flags & f == f;
        if flags & want::WRITABLE != 0 && v.readonly != 0 {
            return raise!(BufferError, "memoryview: underlying buffer is not writable");
        }
        let contiguous = |order| v.is_contiguous(order);
        if has(want::C_CONTIGUOUS) && !contiguous('C') {
            return raise!(BufferError, "memoryview: underlying buffer is not C-contiguous");
        }
        if has(want::F_CONTIGUOUS) && !contiguous('F') {
            return raise!(
                BufferError,
                "memoryview: underlying buffer is not Fortran contiguous"
            );
        }
        if has(want::ANY_CONTIGUOUS) && !contiguous('A') {
            return raise!(BufferError, "memoryview: underlying buffer is not contiguous");
        }
        if !has(want::INDIRECT) && v.suboffsets().is_some() {
            return raise!(BufferError, "memoryview: underlying buffer requires suboffsets");
        }
        let (mut ndim, mut shape, mut strides) = (v.ndim, v.shape, v.strides);
        if !has(want::STRIDES) {
            if !contiguous('C') {
                return raise!(BufferError, "memoryview: underlying buffer is not C-contiguous");
            }
            strides = std::ptr::null_mut();
        }
        let with_format = flags & want::FORMAT != 0;
        if !has(want::ND) {
            if with_format {
                return raise!(
                    BufferError,
                    "memoryview: cannot cast to unsigned bytes if the format flag is present"
                );
            }
            ndim = 1;
            shape = std::ptr::null_mut();
        }
        *out = Py_buffer {
            buf: v.buf,
            obj: self.as_object().new_ref().into_ptr(),
            len: v.len,
            itemsize: v.itemsize,
            readonly: v.readonly,
            ndim,
            format: if with_format {
                v.format
            } else {
                std::ptr::null_mut()
            },
            shape,
            strides,
            suboffsets: v.suboffsets,
            internal: std::ptr::null_mut(),
        };
        self.exports.set(self.exports.get() + 1);
        Ok(())
    }
    #[slot]
    fn bf_releasebuffer(&self, _view: &mut Py_buffer) {
        self.exports.set(self.exports.get() - 1);
    }
    #[slot]
    fn sq_length(&self) -> PyResult<usize> {
        self.check_released()?;
        match self.view().shape() {
            Some(s) => Ok(s[0] as usize),
            None => raise!(TypeError, "0-dim memory has no length"),
        }
    }
    #[slot]
    fn sq_item(&self, i: isize) -> PyResult {
        self.item(i)
    }
    #[slot]
    fn mp_length(&self) -> PyResult<usize> {
        self.sq_length()
    }
    #[slot]
    fn mp_subscript(&self, key: &PyObject) -> PyResult {
        self.check_released()?;
        if self.ndim() == 0 {
            if key.downcast::<PyTuple>().is_some_and(|t| t.is_empty()) {
                let format = self.format_char()?;
                // SAFETY: the only item.
                return unsafe { unpack(self.base(), format) };
            }
            if key.is(crate::ellipsis().get()) {
                return Ok(self.as_object().new_ref());
            }
            return zero_dimensional();
        }
        if key.has_index() {
            return self.item(crate::number::index_as_isize_index_error(key)?);
        }
        if let Some(slice) = key.downcast_exact::<crate::PySlice>() {
            return self.sliced(slice).map(Py::into_object);
        }
        if let Some(indices) = PyMemoryView::multi_index(key)? {
            self.check_released()?;
            let format = self.format_char()?;
            let p = self.place_of(&indices)?;
            // SAFETY: an item of the view.
            return unsafe { unpack(p, format) };
        }
        if let Some(t) = key.downcast::<PyTuple>()
            && t.as_slice().iter().all(|k| crate::PySlice::check_exact(k))
        {
            return raise!(
                NotImplementedError,
                "multi-dimensional slicing is not implemented"
            );
        }
        raise!(TypeError, "memoryview: invalid slice key")
    }
    #[slot]
    fn mp_ass_subscript(&self, key: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
        self.check_released()?;
        if self.view().readonly != 0 {
            return raise!(TypeError, "cannot modify read-only memory");
        }
        let Some(value) = value else {
            return raise!(TypeError, "cannot delete memory");
        };
        if self.ndim() == 0 {
            if key.is(crate::ellipsis().get()) || key.downcast::<PyTuple>().is_some_and(|t| t.is_empty()) {
                let format = self.format_char()?;
                // SAFETY: the only item, checked again before it is written.
                return unsafe { pack(self, || Ok(self.base()), format, value) };
            }
            return zero_dimensional();
        }
        if key.has_index() {
            if self.ndim() > 1 {
                return raise!(NotImplementedError, "sub-views are not implemented");
            }
            let i = crate::number::index_as_isize_index_error(key)?;
            self.check_released()?;
            let format = self.format_char()?;
            self.step_into(self.base(), 0, i)?;
            // SAFETY: an item of the view, found again before it is written.
            return unsafe { pack(self, || self.step_into(self.base(), 0, i), format, value) };
        }
        if let Some(slice) = key.downcast_exact::<crate::PySlice>() {
            if self.ndim() > 1 {
                return raise!(
                    NotImplementedError,
                    "memoryview slice assignments are currently restricted to ndim = 1"
                );
            }
            let source = buffer::Buffer::get(value, want::FULL_RO)?;
            let target = self.sliced(slice)?;
            let (from, to) = (source.view(), target.view());
            let plain = |f: &CStr| f.to_bytes().strip_prefix(b"@").unwrap_or(f.to_bytes()).to_vec();
            let same = plain(from.format()) == plain(to.format())
                && from.itemsize == to.itemsize
                && Shape::of(from).shape == Shape::of(to).shape;
            if !same {
                return raise!(
                    ValueError,
                    "memoryview assignment: lvalue and rvalue have different structures"
                );
            }
            // copied out first: the two may overlap
            let content = copy_items(from, true);
            let size = to.itemsize as usize;
            let mut parts = content.chunks(size.max(1));
            each_item(to, true, &mut |p| {
                if let Some(part) = parts.next() {
                    // SAFETY: an item of the target.
                    unsafe { std::ptr::copy_nonoverlapping(part.as_ptr(), p, part.len()) };
                }
            });
            return Ok(());
        }
        if let Some(indices) = PyMemoryView::multi_index(key)? {
            self.check_released()?;
            let format = self.format_char()?;
            self.place_of(&indices)?;
            // SAFETY: an item of the view, found again before it is written.
            return unsafe { pack(self, || self.place_of(&indices), format, value) };
        }
        if let Some(t) = key.downcast::<PyTuple>()
            && !t.is_empty()
            && t.as_slice().iter().all(|k| crate::PySlice::check_exact(k))
        {
            return raise!(
                NotImplementedError,
                "memoryview slice assignments are currently restricted to ndim = 1"
            );
        }
        raise!(TypeError, "memoryview: invalid slice key")
    }

    #[method("($self, /)")]
    fn release(&self) -> PyResult<()> {
        if !self.give_back() {
            let n = self.exports.get();
            return raise!(
                BufferError,
                "memoryview has {n} exported buffer{}",
                if n == 1 { "" } else { "s" }
            );
        }
        Ok(())
    }
    #[method("($self, /, order='C')")]
    fn tobytes(&self, order: Option<&PyObject>) -> PyResult<Py<PyBytes>> {
        self.check_released()?;
        let order = match order.filter(|o| !crate::is_none(o)) {
            None => 'C',
            Some(o) => match o.downcast::<PyStr>() {
                Some(s) if s.eq_str("C") => 'C',
                Some(s) if s.eq_str("F") => 'F',
                Some(s) if s.eq_str("A") => 'A',
                Some(_) => return raise!(ValueError, "order must be 'C', 'F' or 'A'"),
                None => {
                    return raise!(
                        TypeError,
                        "tobytes() argument 'order' must be str or None, not {}",
                        o.ty().full_name()
                    );
                }
            },
        };
        let v = self.view();
        let fortran = order == 'F' || order == 'A' && v.is_contiguous('F') && !v.is_contiguous('C');
        PyBytes::new(&copy_items(v, !fortran))
    }
    #[method("($self, /, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn hex(&self, sep: Option<&PyObject>, bytes_per_sep: Option<i32>) -> PyResult<Py<PyStr>> {
        self.check_released()?;
        crate::bytes::common::hex(&copy_items(self.view(), true), sep, bytes_per_sep)
    }
    #[method("($self, /)")]
    fn tolist(&self) -> PyResult {
        self.check_released()?;
        let format = self.format_char()?;
        self.to_list(format, self.base(), 0)
    }
    #[method("($self, /, format, shape=<unrepresentable>)")]
    fn cast(&self, format: &PyStr, shape: Option<&PyObject>) -> PyResult<Py<PyMemoryView>> {
        self.check_released()?;
        self.cast_to(&format.utf8()?, shape)
    }
    #[method("($self, /)")]
    fn toreadonly(&self) -> PyResult<Py<PyMemoryView>> {
        self.check_released()?;
        let mut s = Shape::of(self.view());
        s.readonly = true;
        PyMemoryView::make(self.managed()?, s)
    }
    #[classmethod("($type, /, object, flags)")]
    fn _from_flags(_cls: &PyTypeObject, object: &PyObject, flags: i32) -> PyResult<Py<PyMemoryView>> {
        PyMemoryView::with_flags(object, flags)
    }
    #[method("($self, value, /)")]
    fn count(&self, value: &PyObject) -> PyResult<usize> {
        let iter = self.tp_iter()?;
        let mut n = 0;
        while let Some(item) = crate::iter::next(&iter)? {
            if item.equals(value)? {
                n += 1;
            }
        }
        Ok(n)
    }
    #[method("($self, value, start=0, stop=sys.maxsize, /)")]
    fn index(&self, value: &PyObject, start: Option<&PyObject>, stop: Option<&PyObject>) -> PyResult<isize> {
        let bound = |b: Option<&PyObject>, default: isize| -> PyResult<isize> {
            match b {
                None => Ok(default),
                Some(b) if b.has_index() => crate::number::index_as_isize_clipped(b),
                Some(_) => raise!(
                    TypeError,
                    "slice indices must be integers or have an __index__ method"
                ),
            }
        };
        let (start, stop) = (bound(start, 0)?, bound(stop, isize::MAX)?);
        self.check_released()?;
        match self.ndim() {
            0 => return raise!(TypeError, "invalid lookup on 0-dim memory"),
            1 => {}
            _ => {
                return raise!(NotImplementedError, "multi-dimensional lookup is not implemented");
            }
        }
        let n = self.view().shape().map_or(0, |s| s[0]);
        let clip = |i: isize| if i < 0 { (i + n).max(0) } else { i };
        let (start, stop) = (clip(start), clip(stop).min(n));
        for i in start..stop {
            if self.item(i)?.equals(value)? {
                return Ok(i);
            }
        }
        raise!(ValueError, "memoryview.index(x): x not found")
    }
    #[method("($self, /)")]
    fn __enter__(&self) -> PyResult<Py<PyMemoryView>> {
        self.check_released()?;
        Ok(self.new_ref())
    }
    #[method("($self, /, *exc_info)")]
    fn __exit__(&self, _exc_info: Args<'_>) -> PyResult<()> {
        self.release()
    }
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(cls: &PyTypeObject, object: &PyObject) -> PyResult {
        crate::typeobject::generic_alias(cls.as_object(), object)
    }
    #[getter]
    fn obj(&self) -> PyResult {
        self.check_released()?;
        Ok(match self.view().exporter() {
            Some(o) => o.new_ref(),
            None => crate::none(),
        })
    }
    #[getter]
    fn nbytes(&self) -> PyResult<isize> {
        self.check_released()?;
        Ok(self.view().len)
    }
    #[getter]
    fn readonly(&self) -> PyResult<bool> {
        self.check_released()?;
        Ok(self.view().readonly != 0)
    }
    #[getter]
    fn itemsize(&self) -> PyResult<isize> {
        self.check_released()?;
        Ok(self.view().itemsize)
    }
    #[getter]
    fn format(&self) -> PyResult<Py<PyStr>> {
        self.check_released()?;
        PyStr::from_wtf8(self.view().format().to_bytes())
    }
    #[getter(name = "ndim")]
    fn get_ndim(&self) -> PyResult<isize> {
        self.check_released()?;
        Ok(self.ndim() as isize)
    }
    #[getter]
    fn shape(&self) -> PyResult<Py<PyTuple>> {
        self.check_released()?;
        PyMemoryView::dimensions(self.view().shape())
    }
    #[getter]
    fn strides(&self) -> PyResult<Py<PyTuple>> {
        self.check_released()?;
        PyMemoryView::dimensions(self.view().strides())
    }
    #[getter]
    fn suboffsets(&self) -> PyResult<Py<PyTuple>> {
        self.check_released()?;
        PyMemoryView::dimensions(self.view().suboffsets())
    }
    #[getter]
    fn c_contiguous(&self) -> PyResult<bool> {
        self.check_released()?;
        Ok(self.view().is_contiguous('C'))
    }
    #[getter]
    fn f_contiguous(&self) -> PyResult<bool> {
        self.check_released()?;
        Ok(self.view().is_contiguous('F'))
    }
    #[getter]
    fn contiguous(&self) -> PyResult<bool> {
        self.check_released()?;
        Ok(self.view().is_contiguous('A'))
    }
}

/// The iterator over a memoryview's items.
#[pyclass(name = "memory_iterator", type = _PyMemoryIter_Type, flags(HAVE_GC))]
#[repr(C)]
pub struct PyMemoryIterator {
    ob_base: PyObject,
    index: GilCell<isize>,
    of: Field<PyMemoryView>,
}

#[pymethods]
impl PyMemoryIterator {
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.of);
    }
    #[slot]
    fn tp_clear(&self) {
        self.of.set(None);
    }
    #[slot]
    fn tp_iter(&self) -> PyResult {
        Ok(self.as_object().new_ref())
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        let Some(m) = self.of.get() else { return Ok(None) };
        m.check_released()?;
        let i = self.index.get();
        if i < m.view().shape().map_or(0, |s| s[0]) {
            self.index.set(i + 1);
            return m.item(i).map(Some);
        }
        self.of.set(None);
        Ok(None)
    }
}

const _: () = assert!(std::mem::offset_of!(PyMemoryView, ob_array) == 144);
