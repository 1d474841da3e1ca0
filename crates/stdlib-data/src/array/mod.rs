//! `array`: arrays of machine values.
//!
//! An array's memory belongs to it alone and moves when it grows, which is forbidden while a buffer is exported. Values
//! are converted before the memory is touched: conversion can run Python code, and that code can change the array.

mod items;
mod kind;
mod methods;

use kind::{KINDS, Kind};
use object::{
    Field, GilCell, Py, PyClass, PyLayout, PyModule, PyObject, PyResult, PyTypeObject, PyVarObject,
};
use object::{intern, new_instance, pyclass, pymethods, pymodule, raise};

/// `arrayobject`
#[pyclass(name = "array.array", flags(BASETYPE, SEQUENCE), weaklist = weakreflist)]
#[repr(C)]
pub struct PyArray {
    ob_base: PyVarObject,
    ob_item: GilCell<*mut u8>,
    /// Items that there is room for.
    allocated: GilCell<isize>,
    ob_descr: GilCell<*const Kind>,
    weakreflist: GilCell<*mut PyObject>,
    /// Buffers that are out.
    ob_exports: GilCell<isize>,
}
const _: () = assert!(size_of::<PyArray>() == 64);

impl PyArray {
    /// The item type.
    pub fn kind(&self) -> &'static Kind {
        // SAFETY: set to one of the static kinds when the array is made.
        unsafe { &*self.ob_descr.get() }
    }

    pub fn len(&self) -> usize {
        self.ob_base.ob_size.get() as usize
    }

    /// The items' memory.
    ///
    /// # Safety
    /// No Python code runs and the array is not changed while the slice is in use.
    pub unsafe fn bytes(&self) -> &[u8] {
        let size = self.len() * self.kind().size();
        if size == 0 {
            return &[];
        }
        // SAFETY: so many bytes have been allocated and initialized.
        unsafe { std::slice::from_raw_parts(self.ob_item.get(), size) }
    }

    /// The items' memory, for writing.
    ///
    /// # Safety
    /// As for [`PyArray::bytes`], and the slice is the only one.
    #[allow(clippy::mut_from_ref)]
    pub unsafe fn bytes_mut(&self) -> &mut [u8] {
        let size = self.len() * self.kind().size();
        if size == 0 {
            return &mut [];
        }
        // SAFETY: so many bytes have been allocated and initialized.
        unsafe { std::slice::from_raw_parts_mut(self.ob_item.get(), size) }
    }

    /// An empty array of `cls`, of that kind.
    pub fn empty(cls: &PyTypeObject, kind: &'static Kind) -> PyResult<Py<PyArray>> {
        new_instance(cls, |this: *mut PyArray| {
            // SAFETY: fresh, zeroed memory of the type's size.
            unsafe { (*this).ob_descr.set(kind) };
        })
    }

    /// An array of `cls` with these bytes for items.
    pub fn of_bytes(cls: &PyTypeObject, kind: &'static Kind, bytes: &[u8]) -> PyResult<Py<PyArray>> {
        let array = Self::empty(cls, kind)?;
        let len = bytes.len() / kind.size();
        if len > 0 {
            array.reserve_exact(len)?;
            // SAFETY: there is room for `len` items now, and nothing else uses the new array.
            unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), array.ob_item.get(), len * kind.size()) };
            array.ob_base.ob_size.set(len as isize);
        }
        Ok(array)
    }

    fn check_exports(&self) -> PyResult<()> {
        if self.ob_exports.get() > 0 {
            return raise!(BufferError, "cannot resize an array that is exporting buffers");
        }
        Ok(())
    }

    fn reserve_exact(&self, items: usize) -> PyResult<()> {
        let size = items
            .checked_mul(self.kind().size())
            .filter(|size| *size <= isize::MAX as usize);
        let Some(size) = size else {
            return object::error::no_memory();
        };
        // SAFETY: the memory, if any, came from the same allocator; on failure it stays as it was.
        let memory = unsafe { object::alloc::raw_realloc(self.ob_item.get(), size) };
        if memory.is_null() {
            return object::error::no_memory();
        }
        self.ob_item.set(memory);
        self.allocated.set(items as isize);
        Ok(())
    }

    /// Makes the array `len` items long; new ones are zero.
    pub fn resize(&self, len: usize) -> PyResult<()> {
        let old = self.len();
        if len != old {
            self.check_exports()?;
        }
        if len == 0 {
            // SAFETY: the memory is the array's own, and nobody looks at it any more.
            unsafe { object::alloc::raw_free(self.ob_item.replace(std::ptr::null_mut())) };
            self.allocated.set(0);
            self.ob_base.ob_size.set(0);
            return Ok(());
        }
        let room = self.allocated.get() as usize;
        // CPython's growth, which `__sizeof__` shows: room is kept unless more than 16 items are given up.
        if !(room >= len && old < len + 16 && !self.ob_item.get().is_null()) {
            let spare = (len >> 4) + if old < 8 { 3 } else { 7 };
            let Some(room) = len.checked_add(spare) else {
                return object::error::no_memory();
            };
            self.reserve_exact(room)?;
        }
        if len > old {
            let size = self.kind().size();
            // SAFETY: there is room for `len` items.
            unsafe { std::ptr::write_bytes(self.ob_item.get().add(old * size), 0, (len - old) * size) };
        }
        self.ob_base.ob_size.set(len as isize);
        Ok(())
    }

    /// The item at `index`, which is checked.
    pub fn item(&self, index: usize) -> PyResult<Option<Py>> {
        let size = self.kind().size();
        if index >= self.len() {
            return Ok(None);
        }
        let mut copy = [0; 8];
        // SAFETY: nothing runs during the copy.
        copy[..size].copy_from_slice(&unsafe { self.bytes() }[index * size..][..size]);
        self.kind().decode(&copy[..size]).map(Some)
    }

    /// Stores an item's bytes at `index`; `false` if it is out of range.
    pub fn store(&self, index: usize, bytes: &[u8; 8]) -> bool {
        let size = self.kind().size();
        if index >= self.len() {
            return false;
        }
        // SAFETY: nothing runs during the copy.
        let items = unsafe { self.bytes_mut() };
        items[index * size..][..size].copy_from_slice(&bytes[..size]);
        true
    }

    /// Appends an object.
    pub fn append(&self, obj: &PyObject) -> PyResult<()> {
        let bytes = self.kind().encode(obj)?;
        let len = self.len();
        self.resize(len + 1)?;
        self.store(len, &bytes);
        Ok(())
    }

    /// Appends items' bytes.
    pub fn append_bytes(&self, bytes: &[u8]) -> PyResult<()> {
        let (size, len) = (self.kind().size(), self.len());
        let Some(total) = len.checked_add(bytes.len() / size) else {
            return object::error::no_memory();
        };
        self.resize(total)?;
        // SAFETY: nothing runs during the copy; the source is not the array's own memory, for that may have moved.
        let items = unsafe { self.bytes_mut() };
        items[len * size..].copy_from_slice(bytes);
        Ok(())
    }

    /// Replaces the items `low..high` (checked by the caller) by these bytes.
    pub fn splice(&self, low: usize, high: usize, bytes: &[u8]) -> PyResult<()> {
        let (size, old) = (self.kind().size(), self.len());
        let count = bytes.len() / size;
        let len = old - (high - low) + count;
        if len > old {
            self.resize(len)?;
        } else if len < old {
            self.check_exports()?;
        }
        if !self.ob_item.get().is_null() {
            // SAFETY: both ends lie within what is allocated: `old` and `len` items fit.
            unsafe {
                let items = self.ob_item.get();
                let tail = (old - high) * size;
                std::ptr::copy(items.add(high * size), items.add((low + count) * size), tail);
                std::ptr::copy_nonoverlapping(bytes.as_ptr(), items.add(low * size), bytes.len());
            }
        }
        if len < old {
            self.resize(len)?;
        }
        Ok(())
    }

    /// The items' bytes, copied.
    pub fn copied(&self) -> Vec<u8> {
        // SAFETY: nothing runs during the copy.
        unsafe { self.bytes() }.to_vec()
    }
}

/// `array.arrayiterator`
#[pyclass(name = "array.arrayiterator", flags(HAVE_GC))]
#[repr(C)]
pub struct PyArrayIter {
    ob_base: PyObject,
    array: Field<PyArray>,
    index: GilCell<usize>,
}

impl PyArrayIter {
    pub fn of(array: &PyArray) -> PyResult<Py<PyArrayIter>> {
        object::new_object(PyArrayIter {
            ob_base: PyObject::new_head(PyArrayIter::type_object()),
            array: Field::from_ref(array),
            index: GilCell::new(0),
        })
    }
}

#[pymethods]
impl PyArrayIter {
    #[slot]
    fn tp_iter(&self) -> Py<PyArrayIter> {
        self.new_ref()
    }

    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        let Some(array) = self.array.get() else {
            return Ok(None);
        };
        let index = self.index.get();
        let item = array.item(index)?;
        if item.is_some() {
            self.index.set(index + 1);
        } else {
            self.array.set(None);
        }
        Ok(item)
    }

    #[slot]
    fn tp_traverse(&self, visit: &mut object::Visitor) {
        visit.field(&self.array);
    }

    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult<Py> {
        use object::IntoPy;
        let iter = object::containers::builtin("iter")?;
        match self.array.get() {
            Some(array) => (
                iter,
                object::PyTuple::from_vec(vec![array.into_object()])?,
                self.index.get(),
            )
                .into_py(),
            None => {
                let empty = object::PyTuple::empty()?.into_object();
                (iter, object::PyTuple::from_vec(vec![empty])?).into_py()
            }
        }
    }

    #[method("($self, state, /)")]
    fn __setstate__(&self, state: isize) {
        if let Some(array) = self.array.get() {
            self.index.set((state.max(0) as usize).min(array.len()));
        }
    }
}

/// `array`
pub struct ArrayModule;

#[pymodule(name = "array", types(PyArray))]
impl ArrayModule {
    #[function("($module, arraytype, typecode, mformat_code, items,\n                     /)")]
    fn _array_reconstructor(
        arraytype: &PyObject,
        typecode: &PyObject,
        mformat_code: i32,
        items: &PyObject,
    ) -> PyResult<Py> {
        items::reconstruct(arraytype, typecode, mformat_code, items)
    }

    #[exec]
    fn exec(module: &PyModule) -> PyResult<()> {
        object::class::ready::<PyArrayIter>()?;
        module.add("ArrayType", PyArray::type_object().as_object())?;
        let typecodes: String = KINDS.iter().map(|kind| char::from(kind.typecode)).collect();
        module.add_value("typecodes", typecodes)?;
        let sequences = object::hooks::import("collections.abc")?;
        let class = sequences.get_attr_str("MutableSequence")?;
        class
            .call_method(intern!("register"), &[PyArray::type_object().as_object()])
            .map(drop)
    }
}
