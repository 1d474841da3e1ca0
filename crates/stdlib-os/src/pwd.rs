//! `pwd` and `grp`: the databases of users and groups.

use crate::os::{self, class_of, decode};
use object::{
    GilCell, Py, PyInt, PyLayout, PyList, PyModule, PyObject, PyResult, PyStr, PyTypeObject, number,
    pymodule, raise, structseq,
};
use std::ffi::{CStr, CString, c_char};

static PASSWD: GilCell<Option<&'static PyTypeObject>> = GilCell::new(None);
static GROUP: GilCell<Option<&'static PyTypeObject>> = GilCell::new(None);

fn passwd_class() -> PyResult<&'static PyTypeObject> {
    class_of(&PASSWD, || {
        structseq::new_class(
            "pwd.struct_passwd",
            "pwd.struct_passwd: Results from getpw*() routines.\n\nThis object may be accessed either as a tuple of\n  (pw_name,pw_passwd,pw_uid,pw_gid,pw_gecos,pw_dir,pw_shell)\nor via the object attributes as named in the above tuple.",
            &[
                "pw_name",
                "pw_passwd",
                "pw_uid",
                "pw_gid",
                "pw_gecos",
                "pw_dir",
                "pw_shell",
            ],
            7,
        )
    })
}

fn group_class() -> PyResult<&'static PyTypeObject> {
    class_of(&GROUP, || {
        structseq::new_class(
            "grp.struct_group",
            "grp.struct_group: Results from getgr*() routines.\n\nThis object may be accessed either as a tuple of\n  (gr_name,gr_passwd,gr_gid,gr_mem)\nor via the object attributes as named in the above tuple.\n",
            &["gr_name", "gr_passwd", "gr_gid", "gr_mem"],
            4,
        )
    })
}

/// Text of an entry; `None` where there is none.
fn text(p: *const c_char) -> PyResult {
    if p.is_null() {
        return Ok(object::none());
    }
    // SAFETY: the C library gives NUL-terminated text, valid until the next look-up; nothing runs in between.
    let bytes = unsafe { CStr::from_ptr(p) }.to_bytes().to_vec();
    Ok(decode(&bytes)?.into_object())
}

fn passwd(p: &libc::passwd) -> PyResult {
    structseq::new_instance(
        passwd_class()?,
        vec![
            text(p.pw_name)?,
            text(p.pw_passwd)?,
            os::id_to_py(p.pw_uid)?.into_object(),
            os::id_to_py(p.pw_gid)?.into_object(),
            text(p.pw_gecos)?,
            text(p.pw_dir)?,
            text(p.pw_shell)?,
        ],
    )
}

fn group(g: &libc::group) -> PyResult {
    let mut members = Vec::new();
    let mut at = g.gr_mem;
    // SAFETY: an array of texts that ends with a null pointer, valid until the next look-up.
    while !at.is_null() && unsafe { !(*at).is_null() } {
        // SAFETY: as above.
        members.push(text(unsafe { *at })?);
        // SAFETY: as above; not yet at the end.
        at = unsafe { at.add(1) };
    }
    structseq::new_instance(
        group_class()?,
        vec![
            text(g.gr_name)?,
            text(g.gr_passwd)?,
            os::id_to_py(g.gr_gid)?.into_object(),
            PyList::from_vec(members)?.into_object(),
        ],
    )
}

/// A number of a user or group; `None` if no user can have it.
fn id_or_none(obj: &PyObject) -> PyResult<Option<u32>> {
    let n: Py<PyInt> = number::index(obj)?;
    Ok(match n.to_i64() {
        Some(-1) => Some(u32::MAX),
        Some(v) => u32::try_from(v).ok(),
        None => None,
    })
}

/// Calls a reentrant look-up with a buffer that grows until the entry fits.
fn lookup<E, T>(
    mut call: impl FnMut(*mut E, *mut c_char, usize, *mut *mut E) -> i32,
    found: impl FnOnce(&E) -> PyResult<T>,
) -> PyResult<Option<T>> {
    let mut size = 1024usize;
    loop {
        let mut entry = std::mem::MaybeUninit::<E>::uninit();
        let mut buf: Vec<c_char> = vec![0; size];
        let mut result: *mut E = std::ptr::null_mut();
        let status = call(entry.as_mut_ptr(), buf.as_mut_ptr(), size, &mut result);
        if status == libc::ERANGE && size < 1 << 26 {
            size *= 2;
            continue;
        }
        if status == libc::ENOMEM {
            return object::error::no_memory();
        }
        if result.is_null() {
            return Ok(None);
        }
        // SAFETY: the look-up has filled the entry in; its texts live in `buf`.
        return found(unsafe { &*result }).map(Some);
    }
}

fn name_arg(name: &PyStr) -> PyResult<CString> {
    match CString::new(os::encode(name)?.as_slice()) {
        Ok(c) => Ok(c),
        Err(_) => raise!(ValueError, "embedded null byte"),
    }
}

/// `pwd`
pub struct Pwd;

#[pymodule(name = "pwd")]
impl Pwd {
    #[function("($module, uidobj, /)")]
    fn getpwuid(uidobj: &PyObject) -> PyResult {
        if !uidobj.has_index() {
            return raise!(TypeError, "uid should be integer, not {}", uidobj.ty().name());
        }
        let found = match id_or_none(uidobj)? {
            None => None,
            Some(id) => lookup::<libc::passwd, _>(
                // SAFETY: an entry, a buffer with its size and a place for the result.
                |e, buf, n, out| unsafe { libc::getpwuid_r(id, e, buf, n, out) },
                passwd,
            )?,
        };
        match found {
            Some(p) => Ok(p),
            None => raise!(KeyError, "getpwuid(): uid not found: {}", uidobj.str()?),
        }
    }
    #[function("($module, name, /)")]
    fn getpwnam(name: &PyStr) -> PyResult {
        let c = name_arg(name)?;
        let found = lookup::<libc::passwd, _>(
            // SAFETY: a NUL-terminated name, an entry, a buffer with its size and a place for the result.
            |e, buf, n, out| unsafe { libc::getpwnam_r(c.as_ptr(), e, buf, n, out) },
            passwd,
        )?;
        match found {
            Some(p) => Ok(p),
            None => raise!(
                KeyError,
                "getpwnam(): name not found: {}",
                name.as_object().repr()?
            ),
        }
    }
    #[function("($module, /)")]
    fn getpwall() -> PyResult<Py<PyList>> {
        let all = PyList::new()?;
        // SAFETY: the enumeration is walked under the GIL, each entry is read before the next is asked for.
        unsafe { libc::setpwent() };
        // SAFETY: as above.
        while let Some(p) = unsafe { libc::getpwent().as_ref() } {
            let item = passwd(p).and_then(|item| all.append(item));
            if let Err(raised) = item {
                // SAFETY: as above.
                unsafe { libc::endpwent() };
                return Err(raised);
            }
        }
        // SAFETY: as above.
        unsafe { libc::endpwent() };
        Ok(all)
    }
    #[exec]
    fn exec(module: &PyModule) -> PyResult<()> {
        module.add("struct_passwd", passwd_class()?.as_object())
    }
}

/// `grp`
pub struct Grp;

#[pymodule(name = "grp")]
impl Grp {
    #[function("($module, /, id)")]
    fn getgrgid(id: &PyObject) -> PyResult {
        if !id.has_index() {
            return raise!(TypeError, "gid should be integer, not {}", id.ty().name());
        }
        let found = match id_or_none(id)? {
            None => None,
            Some(n) => lookup::<libc::group, _>(
                // SAFETY: an entry, a buffer with its size and a place for the result.
                |e, buf, len, out| unsafe { libc::getgrgid_r(n, e, buf, len, out) },
                group,
            )?,
        };
        match found {
            Some(g) => Ok(g),
            None => raise!(KeyError, "getgrgid(): gid not found: {}", id.str()?),
        }
    }
    #[function("($module, /, name)")]
    fn getgrnam(name: &PyStr) -> PyResult {
        let c = name_arg(name)?;
        let found = lookup::<libc::group, _>(
            // SAFETY: a NUL-terminated name, an entry, a buffer with its size and a place for the result.
            |e, buf, n, out| unsafe { libc::getgrnam_r(c.as_ptr(), e, buf, n, out) },
            group,
        )?;
        match found {
            Some(g) => Ok(g),
            None => raise!(
                KeyError,
                "getgrnam(): name not found: {}",
                name.as_object().repr()?
            ),
        }
    }
    #[function("($module, /)")]
    fn getgrall() -> PyResult<Py<PyList>> {
        let all = PyList::new()?;
        // SAFETY: the enumeration is walked under the GIL, each entry is read before the next is asked for.
        unsafe { libc::setgrent() };
        // SAFETY: as above.
        while let Some(g) = unsafe { libc::getgrent().as_ref() } {
            let item = group(g).and_then(|item| all.append(item));
            if let Err(raised) = item {
                // SAFETY: as above.
                unsafe { libc::endgrent() };
                return Err(raised);
            }
        }
        // SAFETY: as above.
        unsafe { libc::endgrent() };
        Ok(all)
    }
    #[exec]
    fn exec(module: &PyModule) -> PyResult<()> {
        module.add("struct_group", group_class()?.as_object())
    }
}
