//! `BaseException` and the classes without fields of their own.

use super::*;
use crate::handle::{Field, GilCell, Py, PyClass, PyLayout, PyResult};
use crate::raise;
use crate::refcount::PyObject;
use crate::str::PyStr;
use crate::tuple::PyTuple;
use crate::typeobject::PyTypeObject;
use crate::{PyDict, PyList};
use object_macros::{pyclass, pymethods};
use std::ffi::c_char;

/// `PyBaseExceptionObject`
#[pyclass(name = "BaseException", type = _PyExc_BaseException, flags(BASETYPE, BASE_EXC_SUBCLASS, HAVE_GC), dict = dict)]
#[repr(C)]
pub struct BaseException {
    pub(crate) ob_base: PyObject,
    pub dict: Field<PyDict>,
    pub args: Field<PyTuple>,
    pub notes: Field,
    pub traceback: Field,
    pub context: Field,
    pub cause: Field,
    pub suppress_context: GilCell<c_char>,
}

impl BaseException {
    pub fn args(&self) -> PyResult<Py<PyTuple>> {
        match self.args.get() {
            Some(a) => Ok(a),
            None => PyTuple::empty(),
        }
    }
    pub(super) fn visit(&self, visit: &mut crate::Visitor) {
        visit.field(&self.dict);
        visit.field(&self.args);
        visit.field(&self.notes);
        visit.field(&self.traceback);
        visit.field(&self.context);
        visit.field(&self.cause);
    }
    pub(super) fn clear_fields(&self) {
        self.dict.set(None);
        self.args.set(None);
        self.notes.set(None);
        self.traceback.set(None);
        self.context.set(None);
        self.cause.set(None);
    }
}

/// The exception as its layout's head; `None` for other objects.
pub fn as_base(obj: &PyObject) -> Option<&BaseException> {
    obj.downcast::<BaseException>()
}

pub fn context_of(exc: &PyObject) -> Option<Py> {
    as_base(exc).and_then(|e| e.context.get())
}
pub fn set_context(exc: &PyObject, context: Option<Py>) {
    if let Some(e) = as_base(exc) {
        e.context.set(context);
    }
}
pub fn set_cause(exc: &PyObject, cause: Option<Py>) {
    if let Some(e) = as_base(exc) {
        e.suppress_context.set(1);
        e.cause.set(cause);
    }
}
pub fn traceback_of(exc: &PyObject) -> Option<Py> {
    as_base(exc).and_then(|e| e.traceback.get())
}
pub fn set_traceback(exc: &PyObject, tb: Option<Py>) {
    if let Some(e) = as_base(exc) {
        e.traceback.set(tb);
    }
}
/// `exc.add_note(text)`
pub fn add_note(exc: &PyObject, note: &str) -> PyResult<()> {
    exc.call_method(
        crate::intern!("add_note"),
        &[PyStr::new_wtf8_lossy(note)?.as_object()],
    )?;
    Ok(())
}

/// An exception's class checks assignments of `__cause__` and `__context__`.
fn check_link(value: Option<&PyObject>, what: &str) -> PyResult<Option<Py>> {
    match value {
        None => raise!(TypeError, "{what} may not be deleted"),
        Some(v) if crate::is_none(v) => Ok(None),
        Some(v) if crate::error::is_exception(v) => Ok(Some(v.new_ref())),
        Some(_) => raise!(
            TypeError,
            "exception {} must be None or derive from BaseException",
            &what[2..what.len() - 2]
        ),
    }
}

#[pymethods]
impl BaseException {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, _kwargs: Option<&PyDict>) -> PyResult<Py<BaseException>> {
        let args = args.new_ref();
        crate::new_instance(cls, move |this: *mut BaseException| {
            // SAFETY: fresh, zeroed memory of an instance.
            unsafe { (*this).args.set(Some(args)) }
        })
    }
    #[slot]
    fn tp_init(&self, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<()> {
        if kwargs.is_some_and(|k| !k.is_empty()) {
            return raise!(
                TypeError,
                "{}() takes no keyword arguments",
                self.as_object().ty().full_name()
            );
        }
        self.args.set(Some(args.new_ref()));
        Ok(())
    }
    #[slot]
    fn tp_str(&self) -> PyResult<Py<PyStr>> {
        let args = self.args()?;
        match args.as_slice() {
            [] => PyStr::new(""),
            [one] => one.str(),
            _ => args.as_object().str(),
        }
    }
    #[slot]
    fn tp_repr(&self) -> PyResult {
        let name = self
            .as_object()
            .ty()
            .as_object()
            .get_attr(crate::intern!("__name__"))?
            .str()?;
        let args = self.args()?;
        let inner = if let [one] = args.as_slice() {
            format!("({})", one.repr()?)
        } else {
            args.as_object().repr()?.to_string()
        };
        Ok(PyStr::new_wtf8_lossy(&format!("{name}{inner}"))?.into_object())
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut crate::Visitor) {
        self.visit(visit);
    }
    #[slot]
    fn tp_clear(&self) {
        self.clear_fields();
    }
    #[getter]
    fn __dict__(&self) -> PyResult {
        Ok(self
            .as_object()
            .instance_dict()?
            .map_or_else(crate::none, |d| d.into_object()))
    }
    #[setter(__dict__)]
    fn set_dict(&self, value: Option<&PyObject>) -> PyResult<()> {
        match value.map(|v| (v, v.downcast::<PyDict>())) {
            Some((_, Some(d))) => {
                self.dict.set(Some(d.new_ref()));
                Ok(())
            }
            Some((v, None)) => {
                raise!(
                    TypeError,
                    "__dict__ must be set to a dictionary, not a '{}'",
                    v.ty().full_name()
                )
            }
            None => raise!(TypeError, "cannot delete __dict__"),
        }
    }
    #[getter(name = "args")]
    fn get_args(&self) -> PyResult<Py<PyTuple>> {
        self.args()
    }
    #[setter(args)]
    fn set_args(&self, value: Option<&PyObject>) -> PyResult<()> {
        match value {
            None => raise!(TypeError, "args may not be deleted"),
            Some(v) => {
                let items = crate::iter::collect(v)?;
                self.args.set(Some(PyTuple::from_vec(items)?));
                Ok(())
            }
        }
    }
    #[getter]
    fn __traceback__(&self) -> Option<Py> {
        self.traceback.get()
    }
    #[setter(__traceback__)]
    fn set_traceback(&self, value: Option<&PyObject>) -> PyResult<()> {
        match value {
            None => raise!(TypeError, "__traceback__ may not be deleted"),
            Some(v) if crate::is_none(v) => {
                self.traceback.set(None);
                Ok(())
            }
            Some(v) if v.ty().full_name() == "traceback" => {
                self.traceback.set(Some(v.new_ref()));
                Ok(())
            }
            Some(_) => raise!(TypeError, "__traceback__ must be a traceback or None"),
        }
    }
    #[getter]
    fn __context__(&self) -> Option<Py> {
        self.context.get()
    }
    #[setter(__context__)]
    fn py_set_context(&self, value: Option<&PyObject>) -> PyResult<()> {
        self.context.set(check_link(value, "__context__")?);
        Ok(())
    }
    #[getter]
    fn __cause__(&self) -> Option<Py> {
        self.cause.get()
    }
    #[setter(__cause__)]
    fn py_set_cause(&self, value: Option<&PyObject>) -> PyResult<()> {
        self.cause.set(check_link(value, "__cause__")?);
        self.suppress_context.set(1);
        Ok(())
    }
    #[getter]
    fn __suppress_context__(&self) -> bool {
        self.suppress_context.get() != 0
    }
    #[setter(__suppress_context__)]
    fn set_suppress_context(&self, value: Option<&PyObject>) -> PyResult<()> {
        match value {
            Some(v) if crate::bool::PyBool::check(v) => {
                self.suppress_context.set(v.is_true()? as c_char);
                Ok(())
            }
            Some(_) => raise!(TypeError, "attribute value type must be bool"),
            None => raise!(TypeError, "can't delete numeric/char attribute"),
        }
    }
    #[method("($self, tb, /)")]
    fn with_traceback(&self, tb: &PyObject) -> PyResult {
        self.set_traceback(Some(tb))?;
        Ok(self.as_object().new_ref())
    }
    #[method("($self, note, /)", name = "add_note")]
    fn py_add_note(&self, note: &PyObject) -> PyResult<()> {
        if !PyStr::check(note) {
            return raise!(
                TypeError,
                "add_note() argument must be str, not {}",
                note.ty().full_name()
            );
        }
        let this = self.as_object();
        let name = crate::intern!("__notes__");
        let notes = match this.get_attr_opt(name)? {
            Some(n) => n,
            None => {
                let n = PyList::new()?.into_object();
                this.set_attr(name, Some(&n))?;
                n
            }
        };
        match notes.downcast::<PyList>() {
            Some(l) => l.append(note.new_ref()),
            None => raise!(TypeError, "Cannot add note: __notes__ is not a list"),
        }
    }
    #[method("($self, /)")]
    fn __reduce__(&self) -> PyResult {
        let class = self.as_object().ty().as_object().new_ref();
        match self.dict.get() {
            Some(d) => crate::IntoPy::into_py((class, self.args()?, d)),
            None => crate::IntoPy::into_py((class, self.args()?)),
        }
    }
    #[method("($self, state, /)")]
    fn __setstate__(&self, state: &PyObject) -> PyResult<()> {
        if crate::is_none(state) {
            return Ok(());
        }
        let Some(d) = state.downcast::<PyDict>() else {
            return raise!(TypeError, "state is not a dictionary");
        };
        for (k, v) in d.items_vec() {
            if let Some(k) = k.downcast::<PyStr>() {
                self.as_object().set_attr(k, Some(&v))?;
            }
        }
        Ok(())
    }
}

macro_rules! plain {
    ($($name:ident ($export:ident) : $base:ident = $text:literal),* $(,)?) => {
        $(
            /// An exception class without fields of its own.
            #[pyclass(name = $text, type = $export, base = $base, flags(BASETYPE, BASE_EXC_SUBCLASS, HAVE_GC))]
            #[repr(transparent)]
            pub struct $name { pub base: $base }
            #[pymethods]
            impl $name {}
        )*
    };
}

/// Classes whose dicts have no `__new__`: the others show `BaseException`'s as their own, or have one.
const INHERIT_NEW: &[&str] = &[
    "SystemExit",
    "AttributeError",
    "ImportError",
    "NameError",
    "StopIteration",
    "SyntaxError",
    "BlockingIOError",
    "ChildProcessError",
    "ConnectionError",
    "FileExistsError",
    "FileNotFoundError",
    "InterruptedError",
    "IsADirectoryError",
    "NotADirectoryError",
    "PermissionError",
    "ProcessLookupError",
    "TimeoutError",
    "IndentationError",
    "_IncompleteInputError",
    "KeyError",
    "ModuleNotFoundError",
    "UnboundLocalError",
    "BrokenPipeError",
    "ConnectionAbortedError",
    "ConnectionRefusedError",
    "ConnectionResetError",
    "TabError",
];

/// Readies the classes in the order given.
macro_rules! ready_all {
    ($all:ident: $($name:ident),*) => { $(
        let ty = $name::type_object();
        if !INHERIT_NEW.contains(&ty.full_name()) {
            ty.tp_new.set(BaseException::type_object().tp_new.get());
        }
        crate::class::ready::<$name>()?;
        $all.push(ty);
    )* };
}

plain! {
    Exception (_PyExc_Exception): BaseException = "Exception",
    GeneratorExit (_PyExc_GeneratorExit): BaseException = "GeneratorExit",
    KeyboardInterrupt (_PyExc_KeyboardInterrupt): BaseException = "KeyboardInterrupt",
    ArithmeticError (_PyExc_ArithmeticError): Exception = "ArithmeticError",
    FloatingPointError (_PyExc_FloatingPointError): ArithmeticError = "FloatingPointError",
    OverflowError (_PyExc_OverflowError): ArithmeticError = "OverflowError",
    ZeroDivisionError (_PyExc_ZeroDivisionError): ArithmeticError = "ZeroDivisionError",
    AssertionError (_PyExc_AssertionError): Exception = "AssertionError",
    BufferError (_PyExc_BufferError): Exception = "BufferError",
    EOFError (_PyExc_EOFError): Exception = "EOFError",
    LookupError (_PyExc_LookupError): Exception = "LookupError",
    IndexError (_PyExc_IndexError): LookupError = "IndexError",
    MemoryError (_PyExc_MemoryError): Exception = "MemoryError",
    ReferenceError (_PyExc_ReferenceError): Exception = "ReferenceError",
    RuntimeError (_PyExc_RuntimeError): Exception = "RuntimeError",
    NotImplementedError (_PyExc_NotImplementedError): RuntimeError = "NotImplementedError",
    RecursionError (_PyExc_RecursionError): RuntimeError = "RecursionError",
    PythonFinalizationError (_PyExc_PythonFinalizationError): RuntimeError = "PythonFinalizationError",
    StopAsyncIteration (_PyExc_StopAsyncIteration): Exception = "StopAsyncIteration",
    SystemError (_PyExc_SystemError): Exception = "SystemError",
    TypeError (_PyExc_TypeError): Exception = "TypeError",
    ValueError (_PyExc_ValueError): Exception = "ValueError",
    Warning (_PyExc_Warning): Exception = "Warning",
    BytesWarning (_PyExc_BytesWarning): Warning = "BytesWarning",
    DeprecationWarning (_PyExc_DeprecationWarning): Warning = "DeprecationWarning",
    EncodingWarning (_PyExc_EncodingWarning): Warning = "EncodingWarning",
    FutureWarning (_PyExc_FutureWarning): Warning = "FutureWarning",
    ImportWarning (_PyExc_ImportWarning): Warning = "ImportWarning",
    PendingDeprecationWarning (_PyExc_PendingDeprecationWarning): Warning = "PendingDeprecationWarning",
    ResourceWarning (_PyExc_ResourceWarning): Warning = "ResourceWarning",
    RuntimeWarning (_PyExc_RuntimeWarning): Warning = "RuntimeWarning",
    SyntaxWarning (_PyExc_SyntaxWarning): Warning = "SyntaxWarning",
    UnicodeWarning (_PyExc_UnicodeWarning): Warning = "UnicodeWarning",
    UserWarning (_PyExc_UserWarning): Warning = "UserWarning",
}

/// `KeyError`: shows its key's repr.
#[pyclass(name = "KeyError", type = _PyExc_KeyError, base = LookupError, flags(BASETYPE, BASE_EXC_SUBCLASS, HAVE_GC))]
#[repr(transparent)]
pub struct KeyError {
    pub base: LookupError,
}
#[pymethods]
impl KeyError {
    #[slot]
    fn tp_str(&self) -> PyResult<Py<PyStr>> {
        let base = &self.base.base.base;
        let args = base.args()?;
        match args.as_slice() {
            [one] => one.repr(),
            [] => PyStr::new(""),
            _ => args.as_object().str(),
        }
    }
}

pub(super) fn ready_types(all: &mut Vec<&'static PyTypeObject>) -> PyResult<()> {
    // level by level, each in alphabetical order: `__subclasses__()` shows the order of readying
    ready_all!(all: BaseException, BaseExceptionGroup, Exception, GeneratorExit, KeyboardInterrupt, SystemExit,
        ArithmeticError, AssertionError, AttributeError, BufferError, EOFError, ImportError, LookupError,
        MemoryError, NameError, OSError, ReferenceError, RuntimeError, StopAsyncIteration, StopIteration,
        SyntaxError, SystemError, TypeError, ValueError, Warning, FloatingPointError, OverflowError,
        ZeroDivisionError, ModuleNotFoundError, IndexError, KeyError, UnboundLocalError, BlockingIOError,
        ChildProcessError, ConnectionError, FileExistsError, FileNotFoundError, InterruptedError,
        IsADirectoryError, NotADirectoryError, PermissionError, ProcessLookupError, TimeoutError,
        NotImplementedError, PythonFinalizationError, RecursionError, IndentationError,
        IncompleteInputError, UnicodeError, BytesWarning, DeprecationWarning, EncodingWarning,
        FutureWarning, ImportWarning, PendingDeprecationWarning, ResourceWarning, RuntimeWarning,
        SyntaxWarning, UnicodeWarning, UserWarning, BrokenPipeError, ConnectionAbortedError,
        ConnectionRefusedError, ConnectionResetError, TabError, UnicodeDecodeError, UnicodeEncodeError,
        UnicodeTranslateError);
    super::group::ready_exception_group(all)?;
    // kept ready for when there is no memory to make one
    let e = crate::call::call(MemoryError::type_object().as_object(), &[])?;
    e.set_immortal();
    MEMORY_ERROR.set(Some(e.into_ptr()));
    Ok(())
}

static MEMORY_ERROR: GilCell<Option<*mut PyObject>> = GilCell::new(None);

pub fn memory_error_instance() -> Option<Py> {
    // SAFETY: immortal.
    MEMORY_ERROR.get().map(|p| unsafe { (*p).new_ref() })
}
