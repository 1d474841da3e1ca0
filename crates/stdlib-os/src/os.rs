//! What the modules about the operating system share: calls that may block, errors, paths, conversions of numbers.

use object::args::{ArgContext, FromArg, Place};
use object::codecs::errors::Errors;
use object::codecs::utf8;
use object::exceptions::{DeprecationWarning, RuntimeWarning};
use object::{
    GilCell, Py, PyBytes, PyClass, PyFloat, PyInt, PyLayout, PyObject, PyResult, PyStr, PyTypeObject, error,
    hooks, intern, number, raise,
};
use std::ffi::CString;

/// A number by which C functions say that they have failed.
pub trait Failed {
    fn failed(&self) -> bool;
}
impl Failed for i32 {
    fn failed(&self) -> bool {
        *self == -1
    }
}
impl Failed for i64 {
    fn failed(&self) -> bool {
        *self == -1
    }
}
impl Failed for isize {
    fn failed(&self) -> bool {
        *self == -1
    }
}
impl<T> Failed for *mut T {
    fn failed(&self) -> bool {
        self.is_null()
    }
}

/// The calling thread's `errno`.
pub fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

pub fn set_errno(value: i32) {
    // SAFETY: the thread's own word.
    unsafe { *libc::__errno_location() = value };
}

/// The value of a C call, or the error it left.
pub fn outcome<T: Failed>(value: T) -> Result<T, i32> {
    if value.failed() { Err(errno()) } else { Ok(value) }
}

/// Makes a C call without the GIL.
pub fn call<T: Failed>(f: impl FnOnce() -> T) -> Result<T, i32> {
    hooks::blocking(|| outcome(f()))
}

/// Makes a C call without the GIL, again and again while signals interrupt it (PEP 475).
pub fn retry<T: Failed>(mut f: impl FnMut() -> T) -> PyResult<Result<T, i32>> {
    loop {
        match call(&mut f) {
            Err(libc::EINTR) => hooks::check_pending()?,
            other => return Ok(other),
        }
    }
}

/// Raises `OSError` for a failed call.
pub fn check<T>(result: Result<T, i32>) -> PyResult<T> {
    match result {
        Ok(v) => Ok(v),
        Err(e) => error::raise_errno(e, None),
    }
}

/// Raises `OSError` with a file name for a failed call.
pub fn check_path<T>(result: Result<T, i32>, path: &PyObject) -> PyResult<T> {
    match result {
        Ok(v) => Ok(v),
        Err(e) => error::raise_errno(e, Some(path)),
    }
}

/// Raises `OSError` with two file names for a failed call.
pub fn check_two<T>(result: Result<T, i32>, from: &PyObject, to: &PyObject) -> PyResult<T> {
    match result {
        Ok(v) => Ok(v),
        Err(e) => {
            let class = object::exceptions::OSError::type_object().as_object();
            let number = PyInt::from_i64(e.into())?;
            let text = PyStr::new(&error::errno_text(e))?;
            let none = object::singletons::none_ref();
            let args = [number.as_object(), text.as_object(), from, none, to];
            Err(error::raise_object(object::call::call(class, &args)?))
        }
    }
}

/// A class made at the first use and kept for good.
pub fn class_of(
    place: &GilCell<Option<&'static PyTypeObject>>,
    make: impl FnOnce() -> PyResult<Py<PyTypeObject>>,
) -> PyResult<&'static PyTypeObject> {
    if let Some(class) = place.get() {
        return Ok(class);
    }
    let class = make()?;
    class.as_object().set_immortal();
    // SAFETY: an immortal object is never freed.
    let class: &'static PyTypeObject = unsafe { &*class.into_ptr() };
    place.set(Some(class));
    Ok(class)
}

/// Bytes of the system as text: UTF-8, what is not as surrogates (`os.fsdecode`).
pub fn decode(bytes: &[u8]) -> PyResult<Py<PyStr>> {
    utf8::decode(bytes, Errors(Some(intern!("surrogateescape"))))
}

/// Text as bytes for the system (`os.fsencode`).
pub fn encode(text: &PyStr) -> PyResult<Py<PyBytes>> {
    utf8::encode(text, Errors(Some(intern!("surrogateescape"))))
}

/// `os.fspath`
pub fn fspath(path: &PyObject) -> PyResult {
    if PyStr::check(path) || PyBytes::check(path) {
        return Ok(path.new_ref());
    }
    match object::typeobject::call_special(path, intern!("__fspath__"), &[])? {
        Some(p) if PyStr::check(&p) || PyBytes::check(&p) => Ok(p),
        Some(p) => raise!(
            TypeError,
            "expected {}.__fspath__() to return str or bytes, not {}",
            path.ty().full_name(),
            p.ty().full_name()
        ),
        None => raise!(
            TypeError,
            "expected str, bytes or os.PathLike object, not {}",
            path.ty().full_name()
        ),
    }
}

/// A path as bytes (`PyUnicode_FSConverter`), without NULs.
pub fn fs_bytes(path: &PyObject) -> PyResult<CString> {
    let path = fspath(path)?;
    let made = match path.downcast::<PyStr>() {
        Some(s) => CString::new(encode(s)?.as_slice()),
        None => CString::new(path.downcast::<PyBytes>().map_or(&[][..], |b| b.as_slice())),
    };
    match made {
        Ok(c) => Ok(c),
        Err(_) => raise!(ValueError, "embedded null byte"),
    }
}

/// An argument that `PyUnicode_FSConverter` takes.
pub struct FsBytes(pub CString);

impl<'a> FromArg<'a> for FsBytes {
    fn from_arg(obj: &'a PyObject, _: ArgContext) -> PyResult<Self> {
        fs_bytes(obj).map(FsBytes)
    }
}

/// The text of a `str` argument as the system wants it.
pub fn c_text(text: &PyStr) -> PyResult<CString> {
    match CString::new(encode(text)?.as_slice()) {
        Ok(c) => Ok(c),
        Err(_) => raise!(ValueError, "embedded null character"),
    }
}

fn int_of_fd(obj: &PyObject) -> PyResult<i32> {
    if object::bool::PyBool::check(obj) {
        hooks::warn(
            RuntimeWarning::type_object(),
            "bool is used as a file descriptor",
            1,
        )?;
    }
    let n = number::index(obj)?;
    match n.to_i64().map(i32::try_from) {
        Some(Ok(fd)) => Ok(fd),
        _ if n.is_negative() => raise!(OverflowError, "fd is less than minimum"),
        _ => raise!(OverflowError, "fd is greater than maximum"),
    }
}

/// A path argument: `str`, `bytes`, an object with `__fspath__`; a descriptor if `FD`; `None` if `NONE`.
pub struct Target<const FD: bool, const NONE: bool> {
    /// The name, for errors: what was given, or what its `__fspath__` has returned.
    pub object: Py,
    /// The path; `.` for `None`, empty for a descriptor.
    pub path: CString,
    pub fd: Option<i32>,
    /// Given as bytes.
    pub is_bytes: bool,
    pub fname: &'static str,
}

pub type Path = Target<false, false>;
pub type PathOrFd = Target<true, false>;
pub type PathFdOrNone = Target<true, true>;

impl<'a, const FD: bool, const NONE: bool> FromArg<'a> for Target<FD, NONE> {
    fn from_arg(obj: &'a PyObject, ctx: ArgContext) -> PyResult<Self> {
        let arg = match ctx.place {
            Place::Named(n) => n,
            _ => "path",
        };
        Self::get(obj, ctx.fname, arg)
    }
}

impl<const FD: bool, const NONE: bool> Target<FD, NONE> {
    /// Nothing given.
    pub fn none(fname: &'static str) -> Self {
        Target {
            object: object::none(),
            path: c".".into(),
            fd: None,
            is_bytes: false,
            fname,
        }
    }

    pub fn get(obj: &PyObject, fname: &'static str, arg: &str) -> PyResult<Self> {
        if NONE && object::is_none(obj) {
            return Ok(Self::none(fname));
        }
        let text = PyStr::check(obj) || PyBytes::check(obj);
        if FD && !text && obj.has_index() {
            let fd = int_of_fd(obj)?;
            return Ok(Target {
                object: obj.new_ref(),
                path: CString::default(),
                fd: Some(fd),
                is_bytes: false,
                fname,
            });
        }
        let expected = match (FD, NONE) {
            (true, true) => "string, bytes, os.PathLike, integer or None",
            (true, false) => "string, bytes, os.PathLike or integer",
            (false, true) => "string, bytes, os.PathLike or None",
            (false, false) => "string, bytes or os.PathLike",
        };
        let object = if text {
            obj.new_ref()
        } else {
            match object::typeobject::call_special(obj, intern!("__fspath__"), &[])? {
                Some(p) if PyStr::check(&p) || PyBytes::check(&p) => p,
                Some(p) => {
                    return raise!(
                        TypeError,
                        "expected {}.__fspath__() to return str or bytes, not {}",
                        obj.ty().full_name(),
                        p.ty().full_name()
                    );
                }
                None => {
                    return raise!(
                        TypeError,
                        "{fname}: {arg} should be {expected}, not {}",
                        obj.ty().name()
                    );
                }
            }
        };
        let (bytes, is_bytes) = match object.downcast::<PyStr>() {
            Some(s) => (encode(s)?.as_slice().to_vec(), false),
            None => (
                object
                    .downcast::<PyBytes>()
                    .map_or(Vec::new(), |b| b.as_slice().to_vec()),
                true,
            ),
        };
        let Ok(path) = CString::new(bytes) else {
            return raise!(ValueError, "{fname}: embedded null character in {arg}");
        };
        Ok(Target {
            object,
            path,
            fd: None,
            is_bytes,
            fname,
        })
    }

    pub fn as_ptr(&self) -> *const libc::c_char {
        self.path.as_ptr()
    }

    /// Raises `OSError` with this name for a failed call.
    pub fn check<T>(&self, result: Result<T, i32>) -> PyResult<T> {
        if object::is_none(&self.object) {
            check(result)
        } else {
            check_path(result, &self.object)
        }
    }

    /// A path that the system has given, as `str` or `bytes` like this one.
    pub fn like(&self, bytes: &[u8]) -> PyResult {
        if self.is_bytes {
            Ok(PyBytes::new(bytes)?.into_object())
        } else {
            Ok(decode(bytes)?.into_object())
        }
    }

    /// `dir_fd` makes no sense with a descriptor, nor does not following symbolic links.
    pub fn check_options(&self, dir_fd: DirFd, follow_symlinks: bool) -> PyResult<()> {
        if self.fd.is_some() && dir_fd.0 != libc::AT_FDCWD {
            return raise!(
                ValueError,
                "{}: can't specify dir_fd without matching path",
                self.fname
            );
        }
        if self.fd.is_some() && !follow_symlinks {
            return raise!(
                ValueError,
                "{}: cannot use fd and follow_symlinks together",
                self.fname
            );
        }
        Ok(())
    }
}

/// `dir_fd`: a descriptor, or `AT_FDCWD` for `None`.
#[derive(Clone, Copy)]
pub struct DirFd(pub i32);

impl DirFd {
    /// As audit events have it: -1 for none.
    pub fn told(dir: i32) -> i32 {
        if dir == libc::AT_FDCWD { -1 } else { dir }
    }
}

/// Bytes as audit events have them.
pub fn told_bytes(text: &std::ffi::CStr) -> PyResult<Py> {
    Ok(object::PyBytes::new(text.to_bytes())?.into_object())
}

impl Default for DirFd {
    fn default() -> DirFd {
        DirFd(libc::AT_FDCWD)
    }
}

impl<'a> FromArg<'a> for DirFd {
    fn from_arg(obj: &'a PyObject, _: ArgContext) -> PyResult<Self> {
        if object::is_none(obj) {
            Ok(DirFd::default())
        } else if obj.has_index() {
            int_of_fd(obj).map(DirFd)
        } else {
            raise!(
                TypeError,
                "argument should be integer or None, not {}",
                obj.ty().name()
            )
        }
    }
}

/// A descriptor, or an object with `fileno()` (`PyObject_AsFileDescriptor`).
pub fn fileno(obj: &PyObject) -> PyResult<i32> {
    let fd = if PyInt::check(obj) {
        if object::bool::PyBool::check(obj) {
            hooks::warn(
                RuntimeWarning::type_object(),
                "bool is used as a file descriptor",
                1,
            )?;
        }
        number::as_c_int(obj)?
    } else {
        match obj.get_attr_opt(intern!("fileno"))? {
            Some(f) => {
                let n = object::call::call(&f, &[])?;
                if !PyInt::check(&n) {
                    return raise!(TypeError, "fileno() returned a non-integer");
                }
                number::as_c_int(&n)?
            }
            None => return raise!(TypeError, "argument must be an int, or have a fileno() method."),
        }
    };
    if fd < 0 {
        return raise!(ValueError, "file descriptor cannot be a negative integer ({fd})");
    }
    Ok(fd)
}

/// An argument that [`fileno`] takes.
#[derive(Clone, Copy)]
pub struct Fileno(pub i32);

impl<'a> FromArg<'a> for Fileno {
    fn from_arg(obj: &'a PyObject, _: ArgContext) -> PyResult<Self> {
        fileno(obj).map(Fileno)
    }
}

fn id_of(obj: &PyObject, what: &str) -> PyResult<u32> {
    if !obj.has_index() {
        return raise!(TypeError, "{what} should be integer, not {}", obj.ty().name());
    }
    let n = number::index(obj)?;
    match n.to_i64() {
        Some(-1) => Ok(u32::MAX),
        Some(v) if (0..i64::from(u32::MAX)).contains(&v) || v == i64::from(u32::MAX) => Ok(v as u32),
        Some(v) if v < 0 => raise!(OverflowError, "{what} is less than minimum"),
        None if n.is_negative() => raise!(OverflowError, "{what} is less than minimum"),
        // what a long holds but an id does not counts as too small
        Some(_) => raise!(OverflowError, "{what} is less than minimum"),
        None => raise!(OverflowError, "{what} is greater than maximum"),
    }
}

/// A user's number; -1 for none.
#[derive(Clone, Copy)]
pub struct Uid(pub u32);
/// A group's number; -1 for none.
#[derive(Clone, Copy)]
pub struct Gid(pub u32);

impl<'a> FromArg<'a> for Uid {
    fn from_arg(obj: &'a PyObject, _: ArgContext) -> PyResult<Self> {
        id_of(obj, "uid").map(Uid)
    }
}
impl<'a> FromArg<'a> for Gid {
    fn from_arg(obj: &'a PyObject, _: ArgContext) -> PyResult<Self> {
        id_of(obj, "gid").map(Gid)
    }
}

/// The Python integer of a user or group: -1 for the highest.
pub fn id_to_py(id: u32) -> PyResult<Py<PyInt>> {
    PyInt::from_i64(if id == u32::MAX { -1 } else { id.into() })
}

/// How fractions of a nanosecond are rounded.
#[derive(Clone, Copy, PartialEq)]
pub enum Round {
    Floor,
    Ceiling,
    /// Away from zero.
    Up,
}

pub fn round(x: f64, how: Round) -> f64 {
    match how {
        Round::Floor => x.floor(),
        Round::Ceiling => x.ceil(),
        Round::Up => {
            if x >= 0.0 {
                x.ceil()
            } else {
                x.floor()
            }
        }
    }
}

/// A number of seconds (int or float) as seconds and nanoseconds (`_PyTime_ObjectToTimespec`).
pub fn to_timespec(obj: &PyObject, how: Round) -> PyResult<(i64, i64)> {
    if let Some(f) = obj.downcast::<PyFloat>() {
        let x = f.value();
        if x.is_nan() {
            return raise!(ValueError, "Invalid value NaN (not a number)");
        }
        let mut whole = x.trunc();
        let mut part = round((x - whole) * 1e9, how);
        if part >= 1e9 {
            part -= 1e9;
            whole += 1.0;
        } else if part < 0.0 {
            part += 1e9;
            whole -= 1.0;
        }
        if !(-9223372036854775808.0..9223372036854775808.0).contains(&whole) {
            return raise!(OverflowError, "timestamp out of range for platform time_t");
        }
        return Ok((whole as i64, part as i64));
    }
    Ok((to_time_t(obj)?, 0))
}

/// A whole number of seconds.
pub fn to_time_t(obj: &PyObject) -> PyResult<i64> {
    match number::index(obj)?.to_i64() {
        Some(v) => Ok(v),
        None => raise!(OverflowError, "timestamp out of range for platform time_t"),
    }
}

/// A number of seconds (int or float) as nanoseconds (`_PyTime_FromSecondsObject`).
pub fn seconds_to_nanos(obj: &PyObject, how: Round) -> PyResult<i64> {
    if let Some(f) = obj.downcast::<PyFloat>() {
        let x = f.value();
        if x.is_nan() {
            return raise!(ValueError, "Invalid value NaN (not a number)");
        }
        let nanos = round(x * 1e9, how);
        if !(-9223372036854775808.0..9223372036854775808.0).contains(&nanos) {
            return raise!(OverflowError, "timestamp out of range for C PyTime_t");
        }
        return Ok(nanos as i64);
    }
    if !obj.has_index() {
        return raise!(
            TypeError,
            "'{}' object cannot be interpreted as an integer or float",
            obj.ty().full_name()
        );
    }
    match number::index(obj)?
        .to_i64()
        .and_then(|s| s.checked_mul(1_000_000_000))
    {
        Some(v) => Ok(v),
        None => raise!(OverflowError, "timestamp too large to convert to C PyTime_t"),
    }
}

pub fn timespec_nanos(t: &libc::timespec) -> i128 {
    i128::from(t.tv_sec) * 1_000_000_000 + i128::from(t.tv_nsec)
}

pub fn nanos_timespec(nanos: i64) -> libc::timespec {
    libc::timespec {
        tv_sec: nanos.div_euclid(1_000_000_000),
        tv_nsec: nanos.rem_euclid(1_000_000_000),
    }
}

/// A nanosecond clock's reading.
pub fn clock(id: libc::clockid_t) -> Result<i64, i32> {
    let mut t = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: a place for the answer.
    outcome(unsafe { libc::clock_gettime(id, &mut t) })?;
    Ok(timespec_nanos(&t) as i64)
}

/// Forking with more than one thread running deserves a warning (PEP 703's discussion; `DeprecationWarning`).
pub fn warn_about_threads(name: &str) -> PyResult<()> {
    let count = std::fs::read("/proc/self/stat").ok().and_then(|text| {
        // the fields after the name in parentheses; the number of threads is the 20th of all
        let end = text.iter().rposition(|c| *c == b')')?;
        let rest = String::from_utf8_lossy(text.get(end + 2..)?).into_owned();
        rest.split(' ').nth(17)?.parse::<u32>().ok()
    });
    if count.is_some_and(|n| n > 1) {
        // SAFETY: asks for a number.
        let pid = unsafe { libc::getpid() };
        hooks::warn(
            DeprecationWarning::type_object(),
            &format!(
                "This process (pid={pid}) is multi-threaded, use of {name}() may lead to deadlocks in the child."
            ),
            1,
        )?;
    }
    Ok(())
}

/// `errno` as a signal handler may read it.
pub fn errno_raw() -> i32 {
    // SAFETY: the thread's own word.
    unsafe { *libc::__errno_location() }
}

/// A subclass of `OSError`, made once and kept for good.
pub fn exception_class(
    place: &GilCell<Option<&'static PyTypeObject>>,
    module: &str,
    name: &str,
) -> PyResult<&'static PyTypeObject> {
    class_of(place, || {
        let dict = object::PyDict::new()?;
        dict.set_item(intern!("__module__"), &*PyStr::new(module)?)?;
        let bases = object::PyTuple::from_refs(&[object::exceptions::OSError::type_object().as_object()])?;
        let class = object::call::call(
            PyTypeObject::type_object().as_object(),
            &[PyStr::new(name)?.as_object(), bases.as_object(), dict.as_object()],
        )?;
        match class.downcast_into::<PyTypeObject>() {
            Ok(class) => Ok(class),
            Err(_) => object::error::bad_internal_call(),
        }
    })
}
