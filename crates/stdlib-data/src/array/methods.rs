//! The slots and methods of `array.array`.

use super::items::{construct, extend_from_iterable, from_bytes, text_bytes};
use super::{PyArray, PyArrayIter};
use object::buffer::flags;
use object::containers::TextBuilder;
use object::typeobject::Py_buffer;
use object::{
    CompareOp, IntoPy, Py, PyBytes, PyClass, PyDict, PyInt, PyLayout, PyList, PyObject, PyResult, PySlice,
    PyStr, PyTuple, PyTypeObject, intern, none, not_implemented, pymethods, raise,
};
use std::ffi::{c_char, c_int, c_void};

/// Items are read and written through files in blocks of this many bytes.
const BLOCK: usize = 64 * 1024;

impl PyArray {
    /// An index that has been made positive, or the error with this message.
    fn checked(&self, index: isize, message: &str) -> PyResult<usize> {
        match usize::try_from(index) {
            Ok(index) if index < self.len() => Ok(index),
            _ => raise!(IndexError, "{message}"),
        }
    }

    fn from_end(&self, index: isize) -> isize {
        if index < 0 {
            index + self.len() as isize
        } else {
            index
        }
    }

    /// The index of the first item equal to `value` in `start..stop`, as far as the array goes by then.
    fn find(&self, value: &PyObject, start: usize, stop: usize) -> PyResult<Option<usize>> {
        let mut index = start;
        while index < stop {
            let Some(item) = self.item(index)? else { break };
            if item.rich_compare_bool(value, CompareOp::Eq)? {
                return Ok(Some(index));
            }
            index += 1;
        }
        Ok(None)
    }

    /// A new array (not of a subclass) of the same kind.
    fn new_with(&self, bytes: &[u8]) -> PyResult<Py<PyArray>> {
        PyArray::of_bytes(PyArray::type_object(), self.kind(), bytes)
    }

    /// The bytes `count` times over.
    fn repeated(&self, count: isize) -> PyResult<Vec<u8>> {
        let count = count.max(0) as usize;
        let bytes = self.copied();
        let total = bytes
            .len()
            .checked_mul(count)
            .filter(|total| *total <= isize::MAX as usize);
        let mut out = Vec::new();
        match total {
            Some(total) if out.try_reserve_exact(total).is_ok() => {}
            _ => return object::error::no_memory(),
        }
        for _ in 0..if bytes.is_empty() { 0 } else { count } {
            out.extend_from_slice(&bytes);
        }
        Ok(out)
    }

    /// `extend`: an array of the same kind, or an iterable.
    fn extend_with(&self, source: &PyObject) -> PyResult<()> {
        let Some(other) = source.downcast::<PyArray>() else {
            return extend_from_iterable(self, source);
        };
        if !std::ptr::eq(self.kind(), other.kind()) {
            return raise!(TypeError, "can only extend with array of same kind");
        }
        self.append_bytes(&other.copied())
    }

    fn text(&self) -> PyResult<Py<PyStr>> {
        let points: Vec<u32> = self
            .copied()
            .chunks_exact(4)
            .map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
            .collect();
        if let Some(c) = points.iter().find(|c| **c > 0x10_ffff) {
            return raise!(ValueError, "character U+{c:x} is not in range [U+0000; U+10ffff]");
        }
        PyStr::from_code_points(&points)
    }

    fn list(&self) -> PyResult<Py<PyList>> {
        let mut items = Vec::with_capacity(self.len());
        let mut index = 0;
        while let Some(item) = self.item(index)? {
            items.push(item);
            index += 1;
        }
        PyList::from_vec(items)
    }

    fn assign_slice(&self, slice: &PySlice, value: Option<&PyObject>) -> PyResult<()> {
        let (start, stop, step, count) = slice.adjusted(self.len())?;
        let size = self.kind().size();
        let bytes = match value {
            None => Vec::new(),
            Some(value) => {
                let Some(other) = value.downcast::<PyArray>() else {
                    return raise!(
                        TypeError,
                        "can only assign array (not \"{}\") to array slice",
                        value.ty().full_name()
                    );
                };
                if !std::ptr::eq(self.kind(), other.kind()) {
                    return raise!(TypeError, "bad argument type for built-in operation");
                }
                other.copied()
            }
        };
        let given = bytes.len() / size;
        if step == 1 {
            let low = start.max(0) as usize;
            return self.splice(low, low.max(stop.max(0) as usize), &bytes);
        }
        if value.is_some() {
            if given != count {
                return raise!(
                    ValueError,
                    "attempt to assign array of size {given} to extended slice of size {count}"
                );
            }
            let mut at = start;
            for item in bytes.chunks_exact(size) {
                let mut wide = [0; 8];
                wide[..size].copy_from_slice(item);
                self.store(at as usize, &wide);
                at += step;
            }
            return Ok(());
        }
        if count == 0 {
            return Ok(());
        }
        self.check_exports()?;
        // Keep what the slice does not name.
        let (first, distance) = if step > 0 {
            (start, step)
        } else {
            (start + (count as isize - 1) * step, -step)
        };
        let (first, distance) = (first as usize, distance as usize);
        let old = self.copied();
        let kept: Vec<u8> = old
            .chunks_exact(size)
            .enumerate()
            .filter(|(i, _)| *i < first || (i - first) % distance != 0 || (i - first) / distance >= count)
            .flat_map(|(_, item)| item.iter().copied())
            .collect();
        self.splice(0, self.len(), &kept)
    }
}

#[pymethods]
impl PyArray {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py> {
        construct(cls, args, kwargs)
    }

    #[slot]
    unsafe fn tp_dealloc(op: *mut PyObject) {
        // SAFETY: called once, when nobody can see the array any more.
        unsafe {
            let array = (*op).downcast_unchecked::<PyArray>();
            object::alloc::raw_free(array.ob_item.replace(std::ptr::null_mut()));
            object::alloc::generic_dealloc::<PyArray>(op);
        }
    }

    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        let mut out = TextBuilder::new();
        let class = self.as_object().ty();
        out.push(&*PyStr::new(class.name())?);
        out.push_ascii("('");
        out.push_ascii(&char::from(self.kind().typecode).to_string());
        if self.len() == 0 {
            out.push_ascii("')");
        } else {
            out.push_ascii("', ");
            if self.kind().is_text() {
                out.push_repr(self.text()?.as_object())?;
            } else {
                out.push_repr(self.list()?.as_object())?;
            }
            out.push_ascii(")");
        }
        out.finish()
    }

    #[slot]
    fn tp_richcompare(&self, other: &PyObject, op: CompareOp) -> PyResult<Py> {
        let Some(other) = other.downcast::<PyArray>() else {
            return Ok(not_implemented());
        };
        let (len, others) = (self.len(), other.len());
        if len != others && matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(object::bool::py_bool(op == CompareOp::Ne));
        }
        let mut index = 0;
        while let (Some(a), Some(b)) = (self.item(index)?, other.item(index)?) {
            if !a.rich_compare_bool(&b, CompareOp::Eq)? {
                return match op {
                    CompareOp::Eq => Ok(object::bool::py_bool(false)),
                    CompareOp::Ne => Ok(object::bool::py_bool(true)),
                    _ => a.rich_compare(&b, op),
                };
            }
            index += 1;
        }
        Ok(object::bool::py_bool(op.holds(self.len().cmp(&other.len()))))
    }

    #[slot]
    fn tp_iter(&self) -> PyResult<Py<PyArrayIter>> {
        PyArrayIter::of(self)
    }

    #[slot]
    fn sq_length(&self) -> PyResult<usize> {
        Ok(self.len())
    }

    #[slot]
    fn mp_length(&self) -> PyResult<usize> {
        Ok(self.len())
    }

    #[slot]
    fn sq_item(&self, index: isize) -> PyResult<Py> {
        let index = self.checked(index, "array index out of range")?;
        match self.item(index)? {
            Some(item) => Ok(item),
            None => raise!(IndexError, "array index out of range"),
        }
    }

    #[slot]
    fn sq_ass_item(&self, index: isize, value: Option<&PyObject>) -> PyResult<()> {
        const MESSAGE: &str = "array assignment index out of range";
        let index = self.checked(index, MESSAGE)?;
        match value {
            None => self.splice(index, index + 1, &[]),
            Some(value) => {
                let bytes = self.kind().encode(value)?;
                if self.store(index, &bytes) {
                    Ok(())
                } else {
                    raise!(IndexError, "{MESSAGE}")
                }
            }
        }
    }

    #[slot]
    fn mp_subscript(&self, key: &PyObject) -> PyResult<Py> {
        if let Some(slice) = key.downcast::<PySlice>() {
            let (start, _, step, count) = slice.adjusted(self.len())?;
            let (size, bytes) = (self.kind().size(), self.copied());
            let picked: Vec<u8> = (0..count as isize)
                .flat_map(|i| {
                    let at = (start + i * step) as usize * size;
                    bytes[at..at + size].iter().copied()
                })
                .collect();
            return self.new_with(&picked).map(Py::into_object);
        }
        if !key.has_index() {
            return raise!(TypeError, "array indices must be integers");
        }
        let index = object::number::index_as_isize_index_error(key)?;
        self.sq_item(self.from_end(index))
    }

    #[slot]
    fn mp_ass_subscript(&self, key: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
        if let Some(slice) = key.downcast::<PySlice>() {
            return self.assign_slice(slice, value);
        }
        if !key.has_index() {
            return raise!(TypeError, "array indices must be integers");
        }
        let index = object::number::index_as_isize_index_error(key)?;
        self.sq_ass_item(self.from_end(index), value)
    }

    #[slot]
    fn sq_contains(&self, value: &PyObject) -> PyResult<bool> {
        Ok(self.find(value, 0, usize::MAX)?.is_some())
    }

    #[slot]
    fn sq_concat(&self, other: &PyObject) -> PyResult<Py<PyArray>> {
        let Some(other) = other.downcast::<PyArray>() else {
            return raise!(
                TypeError,
                "can only append array (not \"{}\") to array",
                other.ty().full_name()
            );
        };
        if !std::ptr::eq(self.kind(), other.kind()) {
            return raise!(TypeError, "bad argument type for built-in operation");
        }
        let mut bytes = self.copied();
        bytes.extend_from_slice(&other.copied());
        self.new_with(&bytes)
    }

    #[slot]
    fn sq_inplace_concat(&self, other: &PyObject) -> PyResult<Py<PyArray>> {
        if !PyArray::check(other) {
            return raise!(
                TypeError,
                "can only extend array with array (not \"{}\")",
                other.ty().full_name()
            );
        }
        self.extend_with(other)?;
        Ok(self.new_ref())
    }

    #[slot]
    fn sq_repeat(&self, count: isize) -> PyResult<Py<PyArray>> {
        self.new_with(&self.repeated(count)?)
    }

    #[slot]
    fn sq_inplace_repeat(&self, count: isize) -> PyResult<Py<PyArray>> {
        let bytes = self.repeated(count)?;
        self.splice(0, self.len(), &bytes)?;
        Ok(self.new_ref())
    }

    #[slot]
    fn bf_getbuffer(&self, view: &mut Py_buffer, want: c_int) -> PyResult<()> {
        // An empty array has memory to point at, too.
        static EMPTY: [u8; 1] = [0];
        let memory = self.ob_item.get();
        view.buf = if memory.is_null() {
            EMPTY.as_ptr() as *mut c_void
        } else {
            memory as *mut c_void
        };
        view.obj = self.new_ref().into_object().into_ptr();
        view.len = (self.len() * self.kind().size()) as isize;
        view.itemsize = self.kind().itemsize as isize;
        view.readonly = 0;
        view.ndim = 1;
        view.format = std::ptr::null_mut();
        view.shape = std::ptr::null_mut();
        view.strides = std::ptr::null_mut();
        view.suboffsets = std::ptr::null_mut();
        view.internal = std::ptr::null_mut();
        if want & flags::ND == flags::ND {
            // The length does not change while the buffer is out.
            view.shape = self.ob_base.ob_size.as_ptr();
        }
        if want & flags::STRIDES == flags::STRIDES {
            view.strides = &raw mut view.itemsize;
        }
        if want & flags::FORMAT == flags::FORMAT {
            view.format = self.kind().format.as_ptr() as *mut c_char;
        }
        self.ob_exports.set(self.ob_exports.get() + 1);
        Ok(())
    }

    #[slot]
    fn bf_releasebuffer(&self, _view: &mut Py_buffer) {
        self.ob_exports.set(self.ob_exports.get() - 1);
    }

    #[getter]
    fn typecode(&self) -> String {
        char::from(self.kind().typecode).to_string()
    }

    #[getter]
    fn itemsize(&self) -> usize {
        self.kind().size()
    }

    #[method("($self, v, /)", name = "append")]
    fn py_append(&self, v: &PyObject) -> PyResult<()> {
        self.append(v)
    }

    #[method("($self, /)")]
    fn buffer_info(&self) -> PyResult<Py> {
        (self.ob_item.get() as usize, self.len()).into_py()
    }

    #[method("($self, /)")]
    fn byteswap(&self) {
        let size = self.kind().size();
        // SAFETY: nothing runs during the swap.
        for item in unsafe { self.bytes_mut() }.chunks_exact_mut(size) {
            item.reverse();
        }
    }

    #[method("($self, /)")]
    fn clear(&self) -> PyResult<()> {
        self.resize(0)
    }

    #[method("($self, /)")]
    fn __copy__(&self) -> PyResult<Py<PyArray>> {
        self.new_with(&self.copied())
    }

    #[method("($self, unused, /)")]
    fn __deepcopy__(&self, _memo: &PyObject) -> PyResult<Py<PyArray>> {
        self.new_with(&self.copied())
    }

    #[method("($self, v, /)")]
    fn count(&self, v: &PyObject) -> PyResult<usize> {
        let (mut count, mut from) = (0, 0);
        while let Some(found) = self.find(v, from, usize::MAX)? {
            count += 1;
            from = found + 1;
        }
        Ok(count)
    }

    #[method("($self, v, start=0, stop=sys.maxsize, /)")]
    fn index(&self, v: &PyObject, start: Option<&PyObject>, stop: Option<&PyObject>) -> PyResult<usize> {
        // Bounds beyond the index type are clipped.
        let bound = |bound: Option<&PyObject>, default: isize| -> PyResult<usize> {
            let bound = match bound {
                None => default,
                Some(bound) => object::slice::slice_index(bound)?.unwrap_or(default),
            };
            let len = self.len() as isize;
            Ok(if bound < 0 {
                bound.saturating_add(len).max(0)
            } else {
                bound
            } as usize)
        };
        let (start, stop) = (bound(start, 0)?, bound(stop, isize::MAX)?);
        match self.find(v, start, stop)? {
            Some(index) => Ok(index),
            None => raise!(ValueError, "array.index(x): x not in array"),
        }
    }

    #[method("($self, v, /)")]
    fn remove(&self, v: &PyObject) -> PyResult<()> {
        match self.find(v, 0, usize::MAX)? {
            // Comparing may have shortened the array.
            Some(index) if index < self.len() => self.splice(index, index + 1, &[]),
            Some(_) => Ok(()),
            None => raise!(ValueError, "array.remove(x): x not in array"),
        }
    }

    #[method("($self, i=-1, /)")]
    fn pop(&self, i: Option<isize>) -> PyResult<Py> {
        if self.len() == 0 {
            return raise!(IndexError, "pop from empty array");
        }
        let index = self.checked(self.from_end(i.unwrap_or(-1)), "pop index out of range")?;
        let Some(item) = self.item(index)? else {
            return raise!(IndexError, "pop index out of range");
        };
        self.splice(index, index + 1, &[])?;
        Ok(item)
    }

    #[method("($self, i, v, /)")]
    fn insert(&self, i: isize, v: &PyObject) -> PyResult<()> {
        let bytes = self.kind().encode(v)?;
        let at = self.from_end(i).clamp(0, self.len() as isize) as usize;
        self.splice(at, at, &bytes[..self.kind().size()])
    }

    #[method("($self, bb, /)")]
    fn extend(&self, bb: &PyObject) -> PyResult<()> {
        self.extend_with(bb)
    }

    #[method("($self, /)")]
    fn reverse(&self) {
        let size = self.kind().size();
        // SAFETY: nothing runs while the bytes are reversed: all of them, then those of each item back again.
        let bytes = unsafe { self.bytes_mut() };
        bytes.reverse();
        for item in bytes.chunks_exact_mut(size) {
            item.reverse();
        }
    }

    #[method("($self, f, n, /)")]
    fn fromfile(&self, f: &PyObject, n: isize) -> PyResult<()> {
        if n < 0 {
            return raise!(ValueError, "negative count");
        }
        let Some(size) = n.checked_mul(self.kind().size() as isize) else {
            return object::error::no_memory();
        };
        let wanted = PyInt::from_i64(size as i64)?;
        let data = f.call_method(intern!("read"), &[wanted.as_object()])?;
        let Some(bytes) = data.downcast::<PyBytes>() else {
            return raise!(TypeError, "read() didn't return bytes");
        };
        let complete = bytes.len() as isize == size;
        from_bytes(self, &data)?;
        if !complete {
            return raise!(EOFError, "read() didn't return enough bytes");
        }
        Ok(())
    }

    #[method("($self, f, /)")]
    fn tofile(&self, f: &PyObject) -> PyResult<()> {
        let mut at = 0;
        loop {
            // `write` may change the array: look at its size each time.
            let block = {
                // SAFETY: nothing runs during the copy.
                let bytes = unsafe { self.bytes() };
                let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) else {
                    break;
                };
                rest[..rest.len().min(BLOCK)].to_vec()
            };
            at += block.len();
            f.call_method(intern!("write"), &[PyBytes::new(&block)?.as_object()])?;
        }
        if at == 0 {
            // Even an empty array asks for the method.
            f.get_attr(intern!("write"))?;
        }
        Ok(())
    }

    #[method("($self, list, /)")]
    fn fromlist(&self, list: &PyObject) -> PyResult<()> {
        let Some(list) = list.downcast::<PyList>() else {
            return raise!(TypeError, "arg must be list");
        };
        let size = self.kind().size();
        let len = list.len();
        let mut bytes = Vec::with_capacity(len.saturating_mul(size));
        for index in 0..len {
            let Some(item) = list.get(index) else {
                return raise!(RuntimeError, "list changed size during iteration");
            };
            bytes.extend_from_slice(&self.kind().encode(&item)?[..size]);
            if list.len() != len {
                return raise!(RuntimeError, "list changed size during iteration");
            }
        }
        self.append_bytes(&bytes)
    }

    #[method("($self, buffer, /)")]
    fn frombytes(&self, buffer: &PyObject) -> PyResult<()> {
        from_bytes(self, buffer)
    }

    #[method("($self, ustr, /)")]
    fn fromunicode(&self, ustr: &PyStr) -> PyResult<()> {
        if !self.kind().is_text() {
            return raise!(
                ValueError,
                "fromunicode() may only be called on unicode type arrays ('u' or 'w')"
            );
        }
        self.append_bytes(&text_bytes(ustr))
    }

    #[method("($self, /)")]
    fn tounicode(&self) -> PyResult<Py<PyStr>> {
        if !self.kind().is_text() {
            return raise!(
                ValueError,
                "tounicode() may only be called on unicode type arrays ('u' or 'w')"
            );
        }
        self.text()
    }

    #[method("($self, /)")]
    fn tolist(&self) -> PyResult<Py<PyList>> {
        self.list()
    }

    #[method("($self, /)")]
    fn tobytes(&self) -> PyResult<Py<PyBytes>> {
        PyBytes::new(&self.copied())
    }

    #[method("($self, /)")]
    fn __sizeof__(&self) -> usize {
        let basic = self.as_object().ty().tp_basicsize.get() as usize;
        basic + self.allocated.get() as usize * self.kind().size()
    }

    #[classmethod("($type, object, /)")]
    fn __class_getitem__(cls: &PyTypeObject, object: &PyObject) -> PyResult<Py> {
        object::typeobject::generic_alias(cls.as_object(), object)
    }

    #[method("($self, value, /)")]
    fn __reduce_ex__(&self, value: &PyObject) -> PyResult<Py> {
        let Some(protocol) = value.downcast::<PyInt>() else {
            return raise!(TypeError, "__reduce_ex__ argument should be an integer");
        };
        let protocol = protocol.to_i64().unwrap_or(i64::MAX);
        let own = self.as_object();
        let state = own.get_attr_opt(intern!("__dict__"))?.unwrap_or_else(none);
        let class = object::class::type_ref(own.ty());
        let typecode = self.typecode();
        if protocol < 3 {
            let args = (typecode, self.list()?).into_py()?;
            return (class, args, state).into_py();
        }
        let reconstruct = object::hooks::import("array")?.get_attr_str("_array_reconstructor")?;
        let args = PyTuple::from_vec(vec![
            class,
            typecode.into_py()?,
            self.kind().machine_format.into_py()?,
            self.tobytes()?.into_object(),
        ])?;
        (reconstruct, args, state).into_py()
    }
}
