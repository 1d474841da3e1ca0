//! `OSError` and its subclasses by error number (PEP 3151).

use super::fields::derived;
use super::*;
use crate::handle::{Field, GilCell, Py, PyClass, PyLayout, PyResult};
use crate::raise;
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::tuple::PyTuple;
use crate::typeobject::PyTypeObject;
use crate::{PyDict, PyInt};
use object_macros::{pyclass, pymethods};

/// `PyOSErrorObject`
#[pyclass(name = "OSError", type = _PyExc_OSError, base = Exception, flags(BASETYPE, BASE_EXC_SUBCLASS, HAVE_GC))]
#[repr(C)]
pub struct OSError {
    pub base: BaseException,
    pub errno: Field,
    pub strerror: Field,
    pub filename: Field,
    pub filename2: Field,
    /// -1: not set.
    pub written: GilCell<isize>,
}

derived! {
    BlockingIOError (_PyExc_BlockingIOError): OSError = "BlockingIOError",
    ConnectionError (_PyExc_ConnectionError): OSError = "ConnectionError",
    ChildProcessError (_PyExc_ChildProcessError): OSError = "ChildProcessError",
    BrokenPipeError (_PyExc_BrokenPipeError): ConnectionError = "BrokenPipeError",
    ConnectionAbortedError (_PyExc_ConnectionAbortedError): ConnectionError = "ConnectionAbortedError",
    ConnectionRefusedError (_PyExc_ConnectionRefusedError): ConnectionError = "ConnectionRefusedError",
    ConnectionResetError (_PyExc_ConnectionResetError): ConnectionError = "ConnectionResetError",
    FileExistsError (_PyExc_FileExistsError): OSError = "FileExistsError",
    FileNotFoundError (_PyExc_FileNotFoundError): OSError = "FileNotFoundError",
    IsADirectoryError (_PyExc_IsADirectoryError): OSError = "IsADirectoryError",
    NotADirectoryError (_PyExc_NotADirectoryError): OSError = "NotADirectoryError",
    InterruptedError (_PyExc_InterruptedError): OSError = "InterruptedError",
    PermissionError (_PyExc_PermissionError): OSError = "PermissionError",
    ProcessLookupError (_PyExc_ProcessLookupError): OSError = "ProcessLookupError",
    TimeoutError (_PyExc_TimeoutError): OSError = "TimeoutError",
}

/// The subclass for an error number.
fn class_of(errno: i32) -> Option<&'static PyTypeObject> {
    Some(match errno {
        libc::EAGAIN | libc::EALREADY | libc::EINPROGRESS => BlockingIOError::type_object(),
        libc::EPIPE | libc::ESHUTDOWN => BrokenPipeError::type_object(),
        libc::ECHILD => ChildProcessError::type_object(),
        libc::ECONNABORTED => ConnectionAbortedError::type_object(),
        libc::ECONNREFUSED => ConnectionRefusedError::type_object(),
        libc::ECONNRESET => ConnectionResetError::type_object(),
        libc::EEXIST => FileExistsError::type_object(),
        libc::ENOENT => FileNotFoundError::type_object(),
        libc::EISDIR => IsADirectoryError::type_object(),
        libc::ENOTDIR => NotADirectoryError::type_object(),
        libc::EINTR => InterruptedError::type_object(),
        libc::EACCES | libc::EPERM => PermissionError::type_object(),
        libc::ESRCH => ProcessLookupError::type_object(),
        libc::ETIMEDOUT => TimeoutError::type_object(),
        _ => return None,
    })
}

impl OSError {
    /// Takes the arguments apart: (errno, strerror[, filename[, winerror[, filename2]]]).
    fn set_up(&self, args: &PyTuple) -> PyResult<()> {
        self.written.set(-1);
        let n = args.len();
        let mut kept = args.new_ref();
        if (2..=5).contains(&n) {
            let a = args.as_slice();
            self.errno.set(Some(a[0].clone()));
            self.strerror.set(Some(a[1].clone()));
            let filename = a.get(2).filter(|f| !crate::is_none(f)).cloned();
            if let Some(f) = &filename {
                let blocking = self.as_object().ty().is_subtype(BlockingIOError::type_object());
                if blocking && f.has_index() {
                    // the third argument is the number of characters written
                    self.written.set(crate::number::index_as_isize(f)?);
                } else {
                    self.filename.set(Some(f.clone()));
                    self.filename2
                        .set(a.get(4).filter(|f| !crate::is_none(f)).cloned());
                    kept = PyTuple::from_vec(a[..2].to_vec())?;
                }
            }
        }
        self.base.args.set(Some(kept));
        Ok(())
    }
    /// Whether arguments are taken by `__init__` instead of `__new__`: a subclass overrides the one and not the other.
    fn uses_init(ty: &PyTypeObject) -> bool {
        let same_new =
            ty.tp_new.get().map(|f| f as usize) == OSError::type_object().tp_new.get().map(|f| f as usize);
        let same_init =
            ty.tp_init.get().map(|f| f as usize) == OSError::type_object().tp_init.get().map(|f| f as usize);
        same_new && !same_init
    }
    fn file_names(&self) -> Vec<Py> {
        [self.filename.get(), self.filename2.get()]
            .into_iter()
            .flatten()
            .collect()
    }
}

#[pymethods]
impl OSError {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<OSError>> {
        let lazy = OSError::uses_init(cls);
        if !lazy && kwargs.is_some_and(|k| !k.is_empty()) {
            return raise!(TypeError, "{}() takes no keyword arguments", cls.full_name());
        }
        let mut cls = cls.new_ref();
        if !lazy
            && cls.is(OSError::type_object())
            && (2..=5).contains(&args.len())
            && let Some(n) = args.as_slice()[0].downcast::<PyInt>().and_then(|i| i.to_i64())
            && let Some(c) = i32::try_from(n).ok().and_then(class_of)
        {
            cls = c.new_ref();
        }
        let e = crate::new_instance(&cls, |_: *mut OSError| {})?;
        if lazy {
            e.written.set(-1);
            e.base.args.set(Some(PyTuple::empty()?));
        } else {
            e.set_up(args)?;
        }
        Ok(e)
    }
    #[slot]
    fn tp_init(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<()> {
        if !OSError::uses_init(self.as_object().ty()) {
            return Ok(());
        }
        if kwargs.is_some_and(|k| !k.is_empty()) {
            return raise!(
                TypeError,
                "{}() takes no keyword arguments",
                self.as_object().ty().full_name()
            );
        }
        self.set_up(args)
    }
    #[slot]
    fn tp_str(&self) -> PyResult {
        let none = crate::none;
        let errno = self.errno.get();
        let strerror = self.strerror.get();
        let text = if let Some(f) = self.filename.get() {
            let (e, s) = (errno.unwrap_or_else(none), strerror.unwrap_or_else(none));
            match self.filename2.get() {
                Some(f2) => format!(
                    "[Errno {}] {}: {} -> {}",
                    e.str()?,
                    s.str()?,
                    f.repr()?,
                    f2.repr()?
                ),
                None => format!("[Errno {}] {}: {}", e.str()?, s.str()?, f.repr()?),
            }
        } else if let (Some(e), Some(s)) = (errno, strerror) {
            format!("[Errno {}] {}", e.str()?, s.str()?)
        } else {
            return Ok(super::fields::base_str(&self.base)?.into_object());
        };
        Ok(PyStr::new_wtf8_lossy(&text)?.into_object())
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut crate::Visitor) {
        self.base.visit(visit);
        for f in [&self.errno, &self.strerror, &self.filename, &self.filename2] {
            visit.field(f);
        }
    }
    #[slot]
    fn tp_clear(&self) {
        self.base.clear_fields();
        for f in [&self.errno, &self.strerror, &self.filename, &self.filename2] {
            f.set(None);
        }
    }
    #[getter(name = "errno")]
    fn get_errno(&self) -> Option<Py> {
        self.errno.get()
    }
    #[setter(errno)]
    fn set_errno(&self, v: Option<&PyObject>) -> PyResult<()> {
        self.errno.set(v.map(|v| v.new_ref()));
        Ok(())
    }
    #[getter(name = "strerror")]
    fn get_strerror(&self) -> Option<Py> {
        self.strerror.get()
    }
    #[setter(strerror)]
    fn set_strerror(&self, v: Option<&PyObject>) -> PyResult<()> {
        self.strerror.set(v.map(|v| v.new_ref()));
        Ok(())
    }
    #[getter(name = "filename")]
    fn get_filename(&self) -> Option<Py> {
        self.filename.get()
    }
    #[setter(filename)]
    fn set_filename(&self, v: Option<&PyObject>) -> PyResult<()> {
        self.filename.set(v.map(|v| v.new_ref()));
        Ok(())
    }
    #[getter(name = "filename2")]
    fn get_filename2(&self) -> Option<Py> {
        self.filename2.get()
    }
    #[setter(filename2)]
    fn set_filename2(&self, v: Option<&PyObject>) -> PyResult<()> {
        self.filename2.set(v.map(|v| v.new_ref()));
        Ok(())
    }
    #[getter]
    fn characters_written(&self) -> PyResult<isize> {
        match self.written.get() {
            -1 => raise!(AttributeError, "characters_written"),
            n => Ok(n),
        }
    }
    #[setter(characters_written)]
    fn set_characters_written(&self, v: Option<&PyObject>) -> PyResult<()> {
        match v {
            Some(v) => {
                self.written.set(crate::number::index_as_isize(v)?);
                Ok(())
            }
            None if self.written.get() == -1 => raise!(AttributeError, "characters_written"),
            None => {
                self.written.set(-1);
                Ok(())
            }
        }
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        let args = self.base.args()?;
        let mut items = args.as_slice().to_vec();
        if items.len() == 2 && self.filename.is_some() {
            items.push(self.filename.get().unwrap_or_else(crate::none));
            if let Some(f2) = self.filename2.get() {
                items.push(crate::none());
                items.push(f2);
            }
        }
        let class = self.as_object().ty().as_object().new_ref();
        let args = PyTuple::from_vec(items)?;
        match self.base.dict.get() {
            Some(d) => crate::IntoPy::into_py((class, args, d)),
            None => crate::IntoPy::into_py((class, args)),
        }
    }
}

/// The names of the files an `OSError` is about.
pub fn file_names(e: &OSError) -> Vec<Py> {
    e.file_names()
}
