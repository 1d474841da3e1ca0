//! The abstract classes: `_IOBase`, `_RawIOBase`, `_BufferedIOBase` and `_TextIOBase`, and what all streams share.

use object::args::{ArgContext, FromArg};
use object::buffer::Buffer;
use object::exceptions as exc;
use object::typeobject::{PyBaseObject_Type, PyTypeObject};
use object::{
    Field, GilCell, Py, PyByteArray, PyBytes, PyClass, PyDict, PyInt, PyLayout, PyList, PyObject, PyResult,
    PyStr, PyTuple, Raised, Visitor, error, intern, is_none, none, pyclass, pymethods, raise,
};

/// `io.DEFAULT_BUFFER_SIZE`
pub const DEFAULT_BUFFER_SIZE: usize = 128 * 1024;

/// `io.UnsupportedOperation`, once it is made.
static UNSUPPORTED: GilCell<Option<&'static PyTypeObject>> = GilCell::new(None);

/// `io.UnsupportedOperation`: an `OSError` and a `ValueError`.
pub fn unsupported_operation() -> PyResult<&'static PyTypeObject> {
    if let Some(class) = UNSUPPORTED.get() {
        return Ok(class);
    }
    let dict = PyDict::new()?;
    dict.set_item(intern!("__module__"), &*PyStr::new("io")?)?;
    let bases = PyTuple::from_refs(&[
        exc::OSError::type_object().as_object(),
        exc::ValueError::type_object().as_object(),
    ])?;
    let name = PyStr::new("UnsupportedOperation")?;
    let class = object::call::call(
        PyTypeObject::type_object().as_object(),
        &[name.as_object(), bases.as_object(), dict.as_object()],
    )?;
    let Ok(class) = class.downcast_into::<PyTypeObject>() else {
        return raise!(SystemError, "type() made no class");
    };
    class.as_object().set_immortal();
    // SAFETY: an immortal object is never freed.
    let class: &'static PyTypeObject = unsafe { &*class.into_ptr() };
    UNSUPPORTED.set(Some(class));
    Ok(class)
}

/// Raises `io.UnsupportedOperation`.
#[cold]
pub fn unsupported<T>(message: &str) -> PyResult<T> {
    Err(error::raise_fmt(
        unsupported_operation()?,
        format_args!("{message}"),
    ))
}

#[cold]
pub fn closed_file<T>() -> PyResult<T> {
    raise!(ValueError, "I/O operation on closed file.")
}

/// Does the second whatever became of the first. The first error becomes the context of the second.
pub fn both(first: PyResult<()>, second: impl FnOnce() -> PyResult<()>) -> PyResult<()> {
    let Err(raised) = first else {
        return second();
    };
    let saved = error::fetch(raised);
    match second() {
        Ok(()) => Err(error::restore(saved)),
        Err(raised) => {
            let new = error::fetch(raised);
            exc::set_context(&new, Some(saved));
            Err(error::restore(new))
        }
    }
}

/// The optional size of the reading methods; `None` is -1.
pub struct Size(pub isize);

impl<'a> FromArg<'a> for Size {
    fn from_arg(obj: &'a PyObject, _: ArgContext) -> PyResult<Self> {
        if is_none(obj) {
            return Ok(Size(-1));
        }
        if !obj.has_index() {
            return raise!(
                TypeError,
                "argument should be integer or None, not '{}'",
                obj.ty().full_name()
            );
        }
        object::number::index_as_isize(obj).map(Size)
    }
}

impl Size {
    pub fn or_all(size: Option<Size>) -> isize {
        size.map_or(-1, |s| s.0)
    }
}

/// A buffer to read into: "readinto() argument must be read-write bytes-like object, not …".
pub struct Writable(pub Buffer);

impl<'a> FromArg<'a> for Writable {
    fn from_arg(obj: &'a PyObject, ctx: ArgContext) -> PyResult<Self> {
        match Buffer::get(obj, object::buffer::flags::WRITABLE) {
            Ok(b) => Ok(Writable(b)),
            Err(_) => {
                error::clear();
                ctx.bad("read-write bytes-like object", obj)
            }
        }
    }
}

impl Writable {
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.0.len()
    }
    pub fn ptr(&self) -> *mut u8 {
        self.0.view().buf as *mut u8
    }
    /// Copies to the memory; what would be outside is not written.
    pub fn put(&self, at: usize, bytes: &[u8]) -> usize {
        let n = bytes.len().min(self.len().saturating_sub(at));
        if n > 0 {
            // SAFETY: the view is contiguous and writable, the range is inside it; no slice of the memory is in use here.
            unsafe { std::ptr::copy(bytes.as_ptr(), self.ptr().add(at), n) };
        }
        n
    }
}

/// `PyNumber_AsOff_t(obj, PyExc_ValueError)`
pub fn offset(obj: &PyObject) -> PyResult<i64> {
    match object::number::index(obj)?.to_i64() {
        Some(v) => Ok(v),
        None => raise!(
            ValueError,
            "cannot fit '{}' into an offset-sized integer",
            obj.ty().full_name()
        ),
    }
}

/// Calls a method without arguments.
#[inline]
pub fn call0(obj: &PyObject, name: &PyStr) -> PyResult {
    obj.call_method(name, &[])
}

/// A method's or attribute's truth value.
pub fn truth(obj: &PyObject, name: &PyStr) -> PyResult<bool> {
    call0(obj, name)?.is_true()
}

/// `obj.closed`
pub fn is_closed(obj: &PyObject) -> PyResult<bool> {
    obj.get_attr(intern!("closed"))?.is_true()
}

pub fn check_closed(obj: &PyObject) -> PyResult<()> {
    match obj.get_attr_opt(intern!("closed"))? {
        Some(c) if c.is_true()? => closed_file(),
        _ => Ok(()),
    }
}

fn check_is_true(obj: &PyObject, name: &PyStr, text: &str) -> PyResult {
    let r = call0(obj, name)?;
    if r.is(object::bool::py_bool(true).get()) {
        Ok(r)
    } else {
        unsupported(text)
    }
}
pub fn check_readable(obj: &PyObject) -> PyResult {
    check_is_true(obj, intern!("readable"), "File or stream is not readable.")
}
pub fn check_writable(obj: &PyObject) -> PyResult {
    check_is_true(obj, intern!("writable"), "File or stream is not writable.")
}
pub fn check_seekable(obj: &PyObject) -> PyResult {
    check_is_true(obj, intern!("seekable"), "File or stream is not seekable.")
}

/// "cannot pickle 'FileIO' instances"
pub fn cannot_pickle<T>(obj: &PyObject) -> PyResult<T> {
    let name = obj.ty().full_name();
    let short = name.rsplit('.').next().unwrap_or(name);
    raise!(TypeError, "cannot pickle '{short}' instances")
}

/// The warning about a file that was never closed.
pub fn warn_unclosed(source: &PyObject) {
    let text = match source.repr() {
        Ok(r) => format!("unclosed file {r}"),
        Err(_) => {
            error::clear();
            "unclosed file".to_string()
        }
    };
    let warned = || -> PyResult<()> {
        let text = PyStr::new_wtf8_lossy(&text)?;
        let Ok(warn) = object::hooks::import("_warnings").and_then(|w| w.get_attr(intern!("warn"))) else {
            error::clear();
            return object::hooks::warn(exc::ResourceWarning::type_object(), &text.to_string(), 1);
        };
        object::call::call(
            &warn,
            &[
                text.as_object(),
                exc::ResourceWarning::type_object().as_object(),
                PyInt::small(1).as_object(),
                source,
            ],
        )
        .map(drop)
    };
    if warned().is_err() {
        if error::matches::<exc::Warning>() {
            error::write_unraisable(Some(source), None);
        } else {
            error::clear();
        }
    }
}

/// The class whose constructor leaves its arguments to `__init__`; `object`'s rules for classes without.
pub fn plain_new<T: PyClass>(
    cls: &PyTypeObject,
    args: &PyTuple,
    kwargs: Option<&PyDict>,
    init: impl FnOnce(*mut T),
) -> PyResult<Py<T>> {
    let excess = !args.is_empty() || kwargs.is_some_and(|k| !k.is_empty());
    let same_init =
        cls.tp_init.get().map(|f| f as usize) == PyBaseObject_Type.tp_init.get().map(|f| f as usize);
    if excess && same_init {
        return raise!(TypeError, "{}() takes no arguments", cls.full_name());
    }
    if let Some(new) = PyBaseObject_Type.tp_new.get() {
        // `object` knows about abstract methods
        let none = PyTuple::empty()?;
        // SAFETY: `object.__new__` with a class, a tuple and no keywords.
        let obj = unsafe { new(cls, &none, None)? };
        init(obj.as_ptr() as *mut T);
        // SAFETY: an instance of a subclass of `T`'s type.
        return Ok(unsafe { obj.cast_unchecked() });
    }
    object::new_instance(cls, init)
}

/// `_io._IOBase`
#[pyclass(name = "_io._IOBase", flags(BASETYPE, HAVE_GC), dict = dict, weaklist = weaklist)]
#[repr(C)]
pub struct IOBase {
    ob_base: PyObject,
    pub dict: Field<PyDict>,
    weaklist: GilCell<*mut PyObject>,
}

impl IOBase {
    /// Attributes of the instance, but for the `name` that files have.
    pub fn has_own_attributes(&self, allowed: usize) -> bool {
        // SAFETY: only the length is read.
        unsafe { self.dict.borrow() }.is_some_and(|d| d.len() > allowed)
    }

    fn marked_closed(&self) -> PyResult<bool> {
        self.as_object().has_attr(intern!("__IOBase_closed"))
    }
}

/// Reads a line through `peek()` and `read()`.
fn slow_readline(stream: &PyObject, limit: isize) -> PyResult<Py<PyBytes>> {
    let peek = stream.get_attr_opt(intern!("peek"))?;
    let mut line: Vec<u8> = Vec::new();
    while limit < 0 || line.len() < limit as usize {
        let mut want = 1;
        if let Some(peek) = &peek {
            let ahead = match object::call::call(peek, &[PyInt::small(1).as_object()]) {
                Ok(ahead) => ahead,
                Err(r) => {
                    if trap_interrupt(r)? {
                        continue;
                    }
                    return Err(Raised);
                }
            };
            let Some(ahead) = ahead.downcast::<PyBytes>() else {
                return raise!(
                    OSError,
                    "peek() should have returned a bytes object, not '{}'",
                    ahead.ty().full_name()
                );
            };
            let mut ahead = ahead.as_slice();
            if limit >= 0 {
                ahead = &ahead[..ahead.len().min(limit as usize - line.len())];
            }
            if !ahead.is_empty() {
                want = memchr::memchr(b'\n', ahead).map_or(ahead.len(), |i| i + 1);
            }
        }
        let n = PyInt::from_usize(want)?;
        let got = match stream.call_method(intern!("read"), &[n.as_object()]) {
            Ok(got) => got,
            Err(r) => {
                if trap_interrupt(r)? {
                    continue;
                }
                return Err(Raised);
            }
        };
        let Some(got) = got.downcast::<PyBytes>() else {
            return raise!(
                OSError,
                "read() should have returned a bytes object, not '{}'",
                got.ty().full_name()
            );
        };
        if got.is_empty() {
            break;
        }
        line.extend_from_slice(got.as_slice());
        if line.ends_with(b"\n") {
            break;
        }
    }
    PyBytes::new(&line)
}

/// Whether the error is an interrupted call, which is tried again; signal handlers have run.
pub fn trap_interrupt(raised: Raised) -> PyResult<bool> {
    if !error::matches::<exc::OSError>() {
        return Ok(false);
    }
    let error = error::fetch(raised);
    let interrupted = error
        .downcast::<exc::OSError>()
        .and_then(|e| e.errno.get())
        .and_then(|n| n.downcast::<PyInt>().and_then(|n| n.to_i64()))
        == Some(i64::from(libc::EINTR));
    if interrupted {
        object::hooks::check_pending()?;
        return Ok(true);
    }
    let _ = error::restore(error);
    Ok(false)
}

#[pymethods]
impl IOBase {
    #[slot]
    fn tp_new(cls: &PyTypeObject, args: &PyTuple, kwargs: Option<&PyDict>) -> PyResult<Py<IOBase>> {
        plain_new(cls, args, kwargs, |_| {})
    }
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.dict);
    }
    #[slot]
    fn tp_clear(&self) {
        self.dict.set(None);
    }
    #[slot]
    fn tp_finalize(&self) {
        let this = self.as_object();
        let saved = error::take();
        let closed = match this.get_attr_opt(intern!("closed")) {
            Ok(Some(c)) => c.is_true().unwrap_or_else(|_| {
                error::clear();
                true
            }),
            Ok(None) => true,
            Err(_) => {
                error::clear();
                true
            }
        };
        if !closed {
            // tells `close()` that nobody has called it
            if this
                .set_attr(
                    intern!("_finalizing"),
                    Some(object::bool::py_bool(true).as_object()),
                )
                .is_err()
            {
                error::clear();
            }
            if call0(this, intern!("close")).is_err() {
                let error = error::fetch(Raised);
                let text = match this.repr() {
                    Ok(r) => format!("Exception ignored while finalizing file {r}"),
                    Err(_) => {
                        error::clear();
                        "Exception ignored while finalizing file".to_string()
                    }
                };
                let _ = error::restore(error);
                error::write_unraisable(None, Some(&text));
            }
        }
        if let Some(e) = saved {
            let _ = error::restore(e);
        }
    }
    #[getter]
    fn __dict__(&self) -> PyResult {
        if let Some(d) = self.dict.get() {
            return Ok(d.into_object());
        }
        let d = PyDict::new()?;
        self.dict.set(Some(d.clone()));
        Ok(d.into_object())
    }
    #[getter]
    fn closed(&self) -> PyResult<bool> {
        self.marked_closed()
    }
    #[method("($self, offset, whence=os.SEEK_SET, /)")]
    fn seek(&self, _offset: i32, _whence: Option<i32>) -> PyResult {
        unsupported("seek")
    }
    #[method("($self, /)")]
    fn tell(&self) -> PyResult {
        self.as_object().call_method(
            intern!("seek"),
            &[PyInt::small(0).as_object(), PyInt::small(1).as_object()],
        )
    }
    #[method("($self, size=None, /)")]
    fn truncate(&self, _size: Option<&PyObject>) -> PyResult {
        unsupported("truncate")
    }
    #[method("($self, /)")]
    fn flush(&self) -> PyResult<()> {
        if self.marked_closed()? {
            closed_file()
        } else {
            Ok(())
        }
    }
    #[method("($self, /)")]
    fn close(&self) -> PyResult<()> {
        if self.marked_closed()? {
            return Ok(());
        }
        let this = self.as_object();
        both(call0(this, intern!("flush")).map(drop), || {
            this.set_attr(
                intern!("__IOBase_closed"),
                Some(object::bool::py_bool(true).as_object()),
            )
        })
    }
    #[method("($self, /)")]
    fn seekable(&self) -> bool {
        false
    }
    #[method("($self, /)")]
    fn readable(&self) -> bool {
        false
    }
    #[method("($self, /)")]
    fn writable(&self) -> bool {
        false
    }
    #[method("($self, /)")]
    fn fileno(&self) -> PyResult {
        unsupported("fileno")
    }
    #[method("($self, /)")]
    fn isatty(&self) -> PyResult<bool> {
        check_closed(self.as_object())?;
        Ok(false)
    }
    #[method("($self, /)")]
    fn __enter__(&self) -> PyResult {
        check_closed(self.as_object())?;
        Ok(self.as_object().new_ref())
    }
    #[method("($self, *args)", nosig)]
    fn __exit__(&self, _args: &[&PyObject]) -> PyResult {
        call0(self.as_object(), intern!("close"))
    }
    #[slot]
    fn tp_iter(&self) -> PyResult {
        check_closed(self.as_object())?;
        Ok(self.as_object().new_ref())
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        let line = call0(self.as_object(), intern!("readline"))?;
        Ok(if line.length()? == 0 { None } else { Some(line) })
    }
    #[method("($self, size=-1, /)")]
    fn readline(&self, size: Option<Size>) -> PyResult<Py<PyBytes>> {
        slow_readline(self.as_object(), Size::or_all(size))
    }
    #[method("($self, hint=-1, /)")]
    fn readlines(&self, hint: Option<Size>) -> PyResult<Py<PyList>> {
        readlines(self.as_object(), Size::or_all(hint))
    }
    #[method("($self, lines, /)")]
    fn writelines(&self, lines: &PyObject) -> PyResult<()> {
        let this = self.as_object();
        check_closed(this)?;
        let iter = object::iter::get_iter(lines)?;
        while let Some(line) = object::iter::next(&iter)? {
            while let Err(r) = this.call_method(intern!("write"), &[&line]) {
                if !trap_interrupt(r)? {
                    return Err(Raised);
                }
            }
        }
        Ok(())
    }
    #[method("($self, /)", name = "_checkClosed")]
    fn check_closed_(&self) -> PyResult<()> {
        check_closed(self.as_object())
    }
    #[method("($self, /)", name = "_checkReadable")]
    fn check_readable_(&self) -> PyResult {
        check_readable(self.as_object())
    }
    #[method("($self, /)", name = "_checkWritable")]
    fn check_writable_(&self) -> PyResult {
        check_writable(self.as_object())
    }
    #[method("($self, /)", name = "_checkSeekable")]
    fn check_seekable_(&self) -> PyResult {
        check_seekable(self.as_object())
    }
}

fn readlines(stream: &PyObject, hint: isize) -> PyResult<Py<PyList>> {
    let iter = object::iter::get_iter(stream)?;
    if hint <= 0 {
        return PyList::from_vec(object::iter::collect(&iter)?);
    }
    let mut lines = Vec::new();
    let mut total = 0usize;
    while let Some(line) = object::iter::next(&iter)? {
        let n = line.length()?;
        lines.push(line);
        if n > hint as usize - total {
            break;
        }
        total += n;
    }
    PyList::from_vec(lines)
}

/// `_io._RawIOBase`
#[pyclass(name = "_io._RawIOBase", base = IOBase, flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct RawIOBase {
    pub base: IOBase,
}

/// What `readall()` of raw streams does: reads until there is no more.
pub fn read_all_of(stream: &PyObject) -> PyResult {
    let mut out: Vec<u8> = Vec::new();
    let mut any = false;
    let size = PyInt::from_usize(DEFAULT_BUFFER_SIZE)?;
    loop {
        let got = match stream.call_method(intern!("read"), &[size.as_object()]) {
            Ok(got) => got,
            Err(r) => {
                if trap_interrupt(r)? {
                    continue;
                }
                return Err(Raised);
            }
        };
        if is_none(&got) {
            if !any {
                return Ok(got);
            }
            break;
        }
        let Some(bytes) = got.downcast::<PyBytes>() else {
            return raise!(TypeError, "read() should return bytes");
        };
        if bytes.is_empty() {
            break;
        }
        any = true;
        out.extend_from_slice(bytes.as_slice());
    }
    PyBytes::new(&out).map(Py::into_object)
}

#[pymethods]
impl RawIOBase {
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.base.dict);
    }
    #[slot]
    fn tp_clear(&self) {
        self.base.dict.set(None);
    }
    #[method("($self, size=-1, /)")]
    fn read(&self, size: Option<isize>) -> PyResult {
        let this = self.as_object();
        let n = size.unwrap_or(-1);
        if n < 0 {
            return call0(this, intern!("readall"));
        }
        let place = PyByteArray::new(&[])?;
        place.resize_to(n as usize)?;
        // the new bytes are not set; they are shown to Python code
        // SAFETY: just resized to `n` bytes.
        unsafe { std::ptr::write_bytes(place.data_ptr(), 0, n as usize) };
        let got = this.call_method(intern!("readinto"), &[place.as_object()])?;
        if is_none(&got) {
            return Ok(got);
        }
        let count = object::number::index_as_isize(&got)?;
        if count < 0 || count > n {
            return raise!(ValueError, "readinto returned {count} outside buffer size {n}");
        }
        let all = place.to_vec();
        PyBytes::new(&all[..all.len().min(count as usize)]).map(Py::into_object)
    }
    #[method("($self, /)")]
    fn readall(&self) -> PyResult {
        read_all_of(self.as_object())
    }
    #[method("($self, buffer, /)", nosig)]
    fn readinto(&self, _buffer: &PyObject) -> PyResult {
        raise!(NotImplementedError)
    }
    #[method("($self, b, /)", nosig)]
    fn write(&self, _b: &PyObject) -> PyResult {
        raise!(NotImplementedError)
    }
}

/// `_io._BufferedIOBase`
#[pyclass(name = "_io._BufferedIOBase", base = IOBase, flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct BufferedIOBase {
    pub base: IOBase,
}

impl BufferedIOBase {
    fn read_into(&self, buffer: Writable, name: &PyStr) -> PyResult<usize> {
        let len = PyInt::from_usize(buffer.len())?;
        let got = self.as_object().call_method(name, &[len.as_object()])?;
        let Some(bytes) = got.downcast::<PyBytes>() else {
            return raise!(TypeError, "read() should return bytes");
        };
        if bytes.len() > buffer.len() {
            return raise!(
                ValueError,
                "read() returned too much data: {} bytes requested, {} returned",
                buffer.len(),
                bytes.len()
            );
        }
        Ok(buffer.put(0, bytes.as_slice()))
    }
}

#[pymethods]
impl BufferedIOBase {
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.base.dict);
    }
    #[slot]
    fn tp_clear(&self) {
        self.base.dict.set(None);
    }
    #[method("($self, /)")]
    fn detach(&self) -> PyResult {
        unsupported("detach")
    }
    #[method("($self, size=-1, /)")]
    fn read(&self, _size: Option<&PyObject>) -> PyResult {
        unsupported("read")
    }
    #[method("($self, size=-1, /)")]
    fn read1(&self, _size: Option<&PyObject>) -> PyResult {
        unsupported("read1")
    }
    #[method("($self, buffer, /)")]
    fn readinto(&self, buffer: Writable) -> PyResult<usize> {
        self.read_into(buffer, intern!("read"))
    }
    #[method("($self, buffer, /)")]
    fn readinto1(&self, buffer: Writable) -> PyResult<usize> {
        self.read_into(buffer, intern!("read1"))
    }
    #[method("($self, b, /)")]
    fn write(&self, _b: &PyObject) -> PyResult {
        unsupported("write")
    }
}

/// `_io._TextIOBase`
#[pyclass(name = "_io._TextIOBase", base = IOBase, flags(BASETYPE, HAVE_GC))]
#[repr(C)]
pub struct TextIOBase {
    pub base: IOBase,
}

#[pymethods]
impl TextIOBase {
    #[slot]
    fn tp_traverse(&self, visit: &mut Visitor) {
        visit.field(&self.base.dict);
    }
    #[slot]
    fn tp_clear(&self) {
        self.base.dict.set(None);
    }
    #[method("($self, /)")]
    fn detach(&self) -> PyResult {
        unsupported("detach")
    }
    #[method("($self, size=-1, /)")]
    fn read(&self, _size: Option<&PyObject>) -> PyResult {
        unsupported("read")
    }
    #[method("($self, size=-1, /)")]
    fn readline(&self, _size: Option<&PyObject>) -> PyResult {
        unsupported("readline")
    }
    #[method("($self, s, /)")]
    fn write(&self, _s: &PyObject) -> PyResult {
        unsupported("write")
    }
    #[getter]
    fn encoding(&self) -> Py {
        none()
    }
    #[getter]
    fn newlines(&self) -> Py {
        none()
    }
    #[getter]
    fn errors(&self) -> Py {
        none()
    }
}
