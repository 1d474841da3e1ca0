//! `stderrprinter`: what `sys.stderr` is until the real streams have been made; it writes to the descriptor.

use object::{Py, PyClass, PyLayout, PyObject, PyResult, PyStr, alloc, pyclass, pymethods};

#[pyclass(name = "stderrprinter", flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct StdPrinter {
    ob_base: PyObject,
}

#[pymethods]
impl StdPrinter {
    /// Does nothing: the descriptor stays open.
    #[method("($self, /)")]
    fn close(&self) {}
    #[method("($self, /)")]
    fn flush(&self) {}
    #[method("($self, /)")]
    fn fileno(&self) -> i32 {
        2
    }
    #[method("($self, /)")]
    fn isatty(&self) -> bool {
        // SAFETY: a query about a descriptor.
        unsafe { libc::isatty(2) == 1 }
    }
    #[method("($self, text, /)")]
    fn write(&self, text: &PyStr) -> PyResult<usize> {
        let shown = match text.utf8() {
            Ok(t) => t.into_owned(),
            Err(_) => {
                object::error::clear();
                text.as_object().ascii()?.to_string()
            }
        };
        crate::readline::write_stderr(shown.as_bytes());
        Ok(text.len())
    }
    #[getter]
    fn closed(&self) -> bool {
        false
    }
    #[getter]
    fn encoding(&self) -> Option<Py> {
        None
    }
    #[getter]
    fn mode(&self) -> &'static str {
        "w"
    }
}

pub fn stderr() -> PyResult {
    object::class::ready::<StdPrinter>()?;
    Ok(alloc::new_object(StdPrinter {
        ob_base: PyObject::new_head(StdPrinter::type_object()),
    })?
    .into_object())
}
