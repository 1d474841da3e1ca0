//! `tuple` (`cpython/tupleobject.h`): items behind the head; immutable once shown.

use crate::handle::{GilCell, Py, PyClass, PyLayout, PyResult};
use crate::refcount::{PyObject, PyVarObject};
use object_macros::{pyclass, pymethods};

/// `PyTupleObject`
#[pyclass(name = "tuple", type = PyTuple_Type, flags(BASETYPE, TUPLE_SUBCLASS, SEQUENCE, MATCH_SELF, HAVE_GC),
          itemsize = size_of::<usize>())]
#[repr(C)]
pub struct PyTuple {
    pub(crate) ob_base: PyVarObject,
    /// -1: not computed (new in 3.14).
    pub(crate) ob_hash: GilCell<isize>,
    pub(crate) ob_item: [Py; 0],
}

impl PyTuple {
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.ob_base.ob_size.get() as usize
    }
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The items; a tuple does not change, so the loan lasts as long as the tuple.
    #[inline(always)]
    pub fn as_slice(&self) -> &[Py] {
        // SAFETY: `ob_size` items stand behind the head.
        unsafe { std::slice::from_raw_parts(self.ob_item.as_ptr(), self.len()) }
    }

    #[inline]
    pub fn get(&self, i: usize) -> Option<&PyObject> {
        self.as_slice().get(i).map(|p| p.get())
    }

    /// The empty tuple.
    pub fn empty() -> PyResult<Py<PyTuple>> {
        static EMPTY: GilCell<Option<&'static PyTuple>> = GilCell::new(None);
        if let Some(t) = EMPTY.get() {
            return Ok(t.new_ref());
        }
        let t = alloc(0)?;
        t.as_object().set_immortal();
        crate::gc::untrack(t.as_object());
        // SAFETY: immortal.
        EMPTY.set(Some(unsafe { &*t.clone().into_ptr() }));
        Ok(t)
    }

    /// A tuple of these items.
    pub fn from_vec(items: Vec<Py>) -> PyResult<Py<PyTuple>> {
        if items.is_empty() {
            return PyTuple::empty();
        }
        let t = alloc(items.len())?;
        let mut p = t.ob_item.as_ptr() as *mut Py;
        for item in items {
            // SAFETY: fresh memory for that many items.
            unsafe {
                p.write(item);
                p = p.add(1);
            }
        }
        crate::gc::track(t.as_object());
        Ok(t)
    }

    pub fn from_refs(items: &[&PyObject]) -> PyResult<Py<PyTuple>> {
        PyTuple::from_vec(items.iter().map(|o| o.new_ref()).collect())
    }
}

/// A tuple of `n` items still to be written, not tracked.
fn alloc(n: usize) -> PyResult<Py<PyTuple>> {
    let t = crate::alloc::alloc_untracked(PyTuple::type_object(), n)?;
    // SAFETY: just made as a tuple.
    let t: Py<PyTuple> = unsafe { t.cast_unchecked() };
    t.ob_hash.set(-1);
    Ok(t)
}

#[pymethods]
impl PyTuple {
    #[slot]
    fn tp_traverse(&self, visit: &mut crate::gc::Visitor) {
        for item in self.as_slice() {
            visit.object(item);
        }
    }

    #[slot]
    unsafe fn tp_dealloc(op: *mut PyObject) {
        // SAFETY: called once at the end: nobody sees the tuple any more.
        unsafe {
            crate::gc::untrack(&*op);
            let t = (*op).downcast_unchecked::<PyTuple>();
            let items = std::ptr::slice_from_raw_parts_mut(t.ob_item.as_ptr() as *mut Py, t.len());
            std::ptr::drop_in_place(items);
            crate::typeobject::free_object(op);
        }
    }
}
const _: () = assert!(size_of::<PyTuple>() == 32);
