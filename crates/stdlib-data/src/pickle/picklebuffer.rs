//! `pickle.PickleBuffer` (PEP 574): a buffer that a pickler may leave out of the pickle.

use object::buffer::{Buffer, flags};
use object::typeobject::Py_buffer;
use object::{
    GilCell, Py, PyMemoryView, PyObject, PyResult, PyTypeObject, Raised, Visitor, new_instance, pyclass,
    pymethods, raise,
};
use std::ffi::c_int;

/// `PyPickleBufferObject`
#[pyclass(name = "pickle.PickleBuffer", flags(HAVE_GC), weaklist = weakreflist)]
#[repr(C)]
pub struct PickleBuffer {
    ob_base: PyObject,
    /// Nothing once it is released.
    buffer: GilCell<Option<Buffer>>,
    weakreflist: GilCell<*mut PyObject>,
    /// `sys.getsizeof` shows CPython's size.
    _room: [usize; 9],
}
const _: () = assert!(size_of::<PickleBuffer>() == 104);

impl PickleBuffer {
    /// The view; `f` runs no Python code.
    fn with_view<R>(&self, f: impl FnOnce(&Buffer) -> R) -> PyResult<R> {
        // SAFETY: under the GIL, and nothing that could release it runs during the loan.
        match unsafe { &*self.buffer.as_ptr() } {
            Some(buffer) => Ok(f(buffer)),
            None => raise!(ValueError, "operation forbidden on released PickleBuffer object"),
        }
    }

    /// Whether it is contiguous, and whether it is read-only.
    pub fn form(&self) -> PyResult<(bool, bool)> {
        self.with_view(|b| (b.view().is_contiguous('A'), b.view().readonly != 0))
    }

    fn exporter(&self) -> PyResult<Py> {
        let exporter = self.with_view(|b| b.view().exporter().map(object::PyLayout::new_ref))?;
        match exporter {
            Some(obj) => Ok(obj),
            None => raise!(BufferError, "the buffer has no exporter"),
        }
    }
}

/// The memory of a contiguous buffer, as it stands there, in whichever order.
pub fn contiguous_bytes(buffer: &Buffer) -> Vec<u8> {
    let view = buffer.view();
    if view.buf.is_null() || view.len <= 0 || !view.is_contiguous('A') {
        return Vec::new();
    }
    // SAFETY: a contiguous view has so many bytes; nothing runs during the copy.
    unsafe { std::slice::from_raw_parts(view.buf as *const u8, view.len as usize) }.to_vec()
}

#[pymethods]
impl PickleBuffer {
    #[slot]
    fn tp_new(
        cls: &PyTypeObject,
        args: &object::PyTuple,
        kwargs: Option<&object::PyDict>,
    ) -> PyResult<Py<PickleBuffer>> {
        let given = args.len() + kwargs.map_or(0, |k| k.len());
        if given > 1 {
            return raise!(
                TypeError,
                "PickleBuffer() takes at most 1 argument ({given} given)"
            );
        }
        let Some(obj) = args.get(0) else {
            return raise!(
                TypeError,
                "PickleBuffer() takes exactly 1 positional argument (0 given)"
            );
        };
        let buffer = Buffer::get(obj, flags::FULL_RO)?;
        new_instance(cls, |this: *mut PickleBuffer| {
            // SAFETY: a fresh, zeroed instance, in which nothing is to be dropped.
            unsafe { (&raw mut (*this).buffer).write(GilCell::new(Some(buffer))) };
        })
    }
    #[slot]
    fn bf_getbuffer(&self, view: &mut Py_buffer, want: c_int) -> PyResult<()> {
        // the exporter's own view: it is released there
        let exporter = self.exporter()?;
        let Some(get) = exporter.ty().as_buffer().and_then(|t| t.bf_getbuffer.get()) else {
            return object::error::bad_internal_call();
        };
        // SAFETY: a slot called with an object of its type and a view to fill in.
        if unsafe { get(&exporter, view, want) } < 0 {
            return Err(Raised);
        }
        Ok(())
    }
    #[slot]
    fn bf_releasebuffer(&self, _view: &mut Py_buffer) {}
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        // SAFETY: only looked at; nothing runs.
        if let Some(buffer) = unsafe { &*self.buffer.as_ptr() } {
            visit.raw(buffer.view().obj);
        }
    }
    #[slot]
    fn tp_clear(&self) {
        drop(self.buffer.replace(None));
    }
    #[method("($self, /)")]
    fn raw(&self) -> PyResult<Py<PyMemoryView>> {
        let (contiguous, _) = self.form()?;
        if !contiguous {
            return raise!(
                BufferError,
                "cannot extract raw buffer from non-contiguous buffer"
            );
        }
        PyMemoryView::flat(object::PyLayout::as_object(self))
    }
    #[method("($self, /)")]
    fn release(&self) {
        drop(self.buffer.replace(None));
    }
}
