//! `posix`: what files are: `stat` and its kin, times, modes, owners.

use crate::os::{self, DirFd, Fileno, Gid, Path, PathOrFd, Round, Uid, call, class_of, outcome};
use object::{
    GilCell, Py, PyDict, PyFloat, PyInt, PyLayout, PyObject, PyResult, PyTuple, PyTypeObject, number,
    pymodule, raise, structseq,
};

static STAT_RESULT: GilCell<Option<&'static PyTypeObject>> = GilCell::new(None);
static STATVFS_RESULT: GilCell<Option<&'static PyTypeObject>> = GilCell::new(None);

type New = unsafe extern "C" fn(&PyTypeObject, &PyTuple, Option<&PyDict>) -> PyResult;
static SEQUENCE_NEW: GilCell<Option<New>> = GilCell::new(None);

/// `os.stat_result(sequence)`: the float times are taken from the whole seconds where they are not given.
unsafe extern "C" fn stat_result_new(
    cls: &PyTypeObject,
    args: &PyTuple,
    kwargs: Option<&PyDict>,
) -> PyResult {
    let Some(new) = SEQUENCE_NEW.get() else {
        return object::error::bad_internal_call();
    };
    // SAFETY: the class's own constructor, called with its class.
    let made = unsafe { new(cls, args, kwargs)? };
    let mut all = Vec::with_capacity(19);
    let Some(t) = made.downcast::<PyTuple>() else {
        return object::error::bad_internal_call();
    };
    all.extend(t.as_slice().iter().cloned());
    for name in ["st_atime", "st_mtime", "st_ctime"] {
        let v = made.get_attr_str(name)?;
        let v = if object::is_none(&v) {
            all[all.len() - 3].clone()
        } else {
            v
        };
        all.push(v);
    }
    for name in [
        "st_atime_ns",
        "st_mtime_ns",
        "st_ctime_ns",
        "st_blksize",
        "st_blocks",
        "st_rdev",
    ] {
        all.push(made.get_attr_str(name)?);
    }
    structseq::new_instance(cls, all)
}

pub fn stat_result_class() -> PyResult<&'static PyTypeObject> {
    class_of(&STAT_RESULT, || {
        let class = structseq::new_class(
            "os.stat_result",
            "stat_result: Result from stat, fstat, or lstat.\n\nThis object may be accessed either as a tuple of\n  (mode, ino, dev, nlink, uid, gid, size, atime, mtime, ctime)\nor via the attributes st_mode, st_ino, st_dev, st_nlink, and so on.\n\nPosix/windows: If your platform supports st_blksize, st_blocks, st_rdev,\nor st_flags, they are available as attributes only.\n\nSee os.stat for more information.",
            &[
                "st_mode",
                "st_ino",
                "st_dev",
                "st_nlink",
                "st_uid",
                "st_gid",
                "st_size",
                "",
                "",
                "",
                "st_atime",
                "st_mtime",
                "st_ctime",
                "st_atime_ns",
                "st_mtime_ns",
                "st_ctime_ns",
                "st_blksize",
                "st_blocks",
                "st_rdev",
            ],
            10,
        )?;
        SEQUENCE_NEW.set(class.tp_new.get());
        class.tp_new.set(Some(stat_result_new));
        Ok(class)
    })
}

pub fn statvfs_result_class() -> PyResult<&'static PyTypeObject> {
    class_of(&STATVFS_RESULT, || {
        structseq::new_class(
            "os.statvfs_result",
            "statvfs_result: Result from statvfs or fstatvfs.\n\nThis object may be accessed either as a tuple of\n  (bsize, frsize, blocks, bfree, bavail, files, ffree, favail, flag, namemax),\nor via the attributes f_bsize, f_frsize, f_blocks, f_bfree, and so on.\n\nSee os.statvfs for more information.",
            &[
                "f_bsize",
                "f_frsize",
                "f_blocks",
                "f_bfree",
                "f_bavail",
                "f_files",
                "f_ffree",
                "f_favail",
                "f_flag",
                "f_namemax",
                "f_fsid",
            ],
            10,
        )
    })
}

fn int(v: i64) -> PyResult {
    Ok(PyInt::from_i64(v)?.into_object())
}

/// `os.stat_result` of the system's answer.
pub fn stat_result(st: &libc::stat) -> PyResult {
    let times = [
        (st.st_atime, st.st_atime_nsec),
        (st.st_mtime, st.st_mtime_nsec),
        (st.st_ctime, st.st_ctime_nsec),
    ];
    let mut v = vec![
        int(st.st_mode.into())?,
        PyInt::from_u64(st.st_ino)?.into_object(),
        PyInt::from_u64(st.st_dev)?.into_object(),
        PyInt::from_u64(st.st_nlink)?.into_object(),
        os::id_to_py(st.st_uid)?.into_object(),
        os::id_to_py(st.st_gid)?.into_object(),
        int(st.st_size)?,
    ];
    for (s, _) in times {
        v.push(int(s)?);
    }
    for (s, ns) in times {
        v.push(PyFloat::new(s as f64 + 1e-9 * ns as f64)?.into_object());
    }
    for (s, ns) in times {
        v.push(PyInt::from_i128(i128::from(s) * 1_000_000_000 + i128::from(ns))?.into_object());
    }
    v.push(int(st.st_blksize)?);
    v.push(int(st.st_blocks)?);
    v.push(PyInt::from_u64(st.st_rdev)?.into_object());
    structseq::new_instance(stat_result_class()?, v)
}

/// Asks for a file's state without the GIL.
pub fn stat_at(path: &std::ffi::CStr, dir: i32, flags: i32) -> Result<libc::stat, i32> {
    let mut st = std::mem::MaybeUninit::<libc::stat>::uninit();
    // SAFETY: a NUL-terminated path and a place for the answer.
    call(|| unsafe { libc::fstatat(dir, path.as_ptr(), st.as_mut_ptr(), flags) })?;
    // SAFETY: filled in on success.
    Ok(unsafe { st.assume_init() })
}

pub fn stat_fd(fd: i32) -> Result<libc::stat, i32> {
    let mut st = std::mem::MaybeUninit::<libc::stat>::uninit();
    // SAFETY: a place for the answer.
    call(|| unsafe { libc::fstat(fd, st.as_mut_ptr()) })?;
    // SAFETY: filled in on success.
    Ok(unsafe { st.assume_init() })
}

fn nofollow(follow: bool) -> i32 {
    if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW }
}

fn do_stat(path: &PathOrFd, dir_fd: DirFd, follow: bool) -> PyResult {
    path.check_options(dir_fd, follow)?;
    let st = match path.fd {
        Some(fd) => stat_fd(fd),
        None => stat_at(&path.path, dir_fd.0, nofollow(follow)),
    };
    stat_result(&path.check(st)?)
}

fn statvfs_result(st: &libc::statvfs) -> PyResult {
    let mut v = Vec::with_capacity(11);
    for n in [
        st.f_bsize,
        st.f_frsize,
        st.f_blocks,
        st.f_bfree,
        st.f_bavail,
        st.f_files,
        st.f_ffree,
        st.f_favail,
        st.f_flag,
        st.f_namemax,
        st.f_fsid,
    ] {
        v.push(PyInt::from_u64(n)?.into_object());
    }
    structseq::new_instance(statvfs_result_class()?, v)
}

fn time_pair(obj: &PyObject) -> Option<(Py, Py)> {
    let t = obj.downcast_exact::<PyTuple>()?;
    match t.as_slice() {
        [a, b] => Some((a.clone(), b.clone())),
        _ => None,
    }
}

fn utime_seconds(obj: &PyObject) -> PyResult<libc::timespec> {
    if !PyFloat::check_any(obj) && !obj.has_index() {
        return raise!(
            TypeError,
            "argument must be int or float, not {}",
            obj.ty().name()
        );
    }
    let (tv_sec, tv_nsec) = os::to_timespec(obj, Round::Floor)?;
    Ok(libc::timespec { tv_sec, tv_nsec })
}

trait CheckAny {
    fn check_any(obj: &PyObject) -> bool;
}
impl CheckAny for PyFloat {
    fn check_any(obj: &PyObject) -> bool {
        obj.downcast::<PyFloat>().is_some()
    }
}

fn utime_nanos(obj: &PyObject) -> PyResult<libc::timespec> {
    let billion = PyInt::from_i64(1_000_000_000)?;
    let pair = number::divmod(obj, billion.as_object())?;
    let Some(pair) = pair.downcast::<PyTuple>().filter(|t| t.len() == 2) else {
        return raise!(
            TypeError,
            "{}.__divmod__() must return a 2-tuple, not {}",
            obj.ty().name(),
            pair.ty().name()
        );
    };
    let items = pair.as_slice().to_vec();
    let tv_sec = os::to_time_t(&items[0])?;
    let tv_nsec = match number::index(&items[1])?.to_i64() {
        Some(n) => n,
        None => return raise!(OverflowError, "Python int too large to convert to C long"),
    };
    Ok(libc::timespec { tv_sec, tv_nsec })
}

/// `stat`, `chmod`, `chown`, `utime`, …
pub struct Files;

#[pymodule(name = "posix")]
impl Files {
    #[function("($module, /, path, *, dir_fd=None, follow_symlinks=True)")]
    fn stat(path: PathOrFd, dir_fd: Option<DirFd>, follow_symlinks: Option<bool>) -> PyResult {
        do_stat(&path, dir_fd.unwrap_or_default(), follow_symlinks.unwrap_or(true))
    }
    #[function("($module, /, path, *, dir_fd=None)")]
    fn lstat(path: Path, dir_fd: Option<DirFd>) -> PyResult {
        let st = stat_at(
            &path.path,
            dir_fd.unwrap_or_default().0,
            libc::AT_SYMLINK_NOFOLLOW,
        );
        stat_result(&path.check(st)?)
    }
    #[function("($module, /, fd)")]
    fn fstat(fd: i32) -> PyResult {
        stat_result(&os::check(stat_fd(fd))?)
    }
    #[function("($module, /, path)")]
    fn statvfs(path: PathOrFd) -> PyResult {
        let mut st = std::mem::MaybeUninit::<libc::statvfs>::uninit();
        let status = match path.fd {
            // SAFETY: a place for the answer.
            Some(fd) => call(|| unsafe { libc::fstatvfs(fd, st.as_mut_ptr()) }),
            // SAFETY: a NUL-terminated path and a place for the answer.
            None => call(|| unsafe { libc::statvfs(path.as_ptr(), st.as_mut_ptr()) }),
        };
        path.check(status)?;
        // SAFETY: filled in on success.
        statvfs_result(&unsafe { st.assume_init() })
    }
    #[function("($module, fd, /)")]
    fn fstatvfs(fd: i32) -> PyResult {
        let mut st = std::mem::MaybeUninit::<libc::statvfs>::uninit();
        // SAFETY: a place for the answer.
        os::check(call(|| unsafe { libc::fstatvfs(fd, st.as_mut_ptr()) }))?;
        // SAFETY: filled in on success.
        statvfs_result(&unsafe { st.assume_init() })
    }
    #[function("($module, /, path, mode, *, dir_fd=None, effective_ids=False,\n       follow_symlinks=True)")]
    fn access(
        path: Path,
        mode: i32,
        dir_fd: Option<DirFd>,
        effective_ids: Option<bool>,
        follow_symlinks: Option<bool>,
    ) -> bool {
        let dir = dir_fd.unwrap_or_default().0;
        let mut flags = nofollow(follow_symlinks.unwrap_or(true));
        if effective_ids.unwrap_or(false) {
            flags |= libc::AT_EACCESS;
        }
        // SAFETY: a NUL-terminated path.
        call(|| unsafe { libc::faccessat(dir, path.as_ptr(), mode, flags) }).is_ok()
    }
    #[function("($module, /, path, mode, *, dir_fd=None,\n      follow_symlinks=(os.name != 'nt'))")]
    fn chmod(
        path: PathOrFd,
        mode: i32,
        dir_fd: Option<DirFd>,
        follow_symlinks: Option<bool>,
    ) -> PyResult<()> {
        let dir = dir_fd.unwrap_or_default().0;
        let follow = follow_symlinks.unwrap_or(true);
        object::audit!("os.chmod", &*path.object, mode, DirFd::told(dir))?;
        let status = match path.fd {
            // SAFETY: numbers only.
            Some(fd) => call(|| unsafe { libc::fchmod(fd, mode as u32) }),
            // SAFETY: a NUL-terminated path.
            None => call(|| unsafe { libc::fchmodat(dir, path.as_ptr(), mode as u32, nofollow(follow)) }),
        };
        if !follow && path.fd.is_none() && matches!(status, Err(libc::ENOTSUP)) {
            if dir != libc::AT_FDCWD {
                return raise!(
                    ValueError,
                    "chmod: cannot use dir_fd and follow_symlinks together"
                );
            }
            return raise!(
                NotImplementedError,
                "chmod: follow_symlinks unavailable on this platform"
            );
        }
        path.check(status).map(drop)
    }
    #[function("($module, /, fd, mode)")]
    fn fchmod(fd: i32, mode: i32) -> PyResult<()> {
        object::audit!("os.chmod", fd, mode, -1)?;
        // SAFETY: numbers only.
        os::check(os::retry(|| unsafe { libc::fchmod(fd, mode as u32) })?).map(drop)
    }
    #[function("($module, /, path, uid, gid, *, dir_fd=None, follow_symlinks=True)")]
    fn chown(
        path: PathOrFd,
        uid: Uid,
        gid: Gid,
        dir_fd: Option<DirFd>,
        follow_symlinks: Option<bool>,
    ) -> PyResult<()> {
        let dir = dir_fd.unwrap_or_default();
        let follow = follow_symlinks.unwrap_or(true);
        if path.fd.is_some() && dir.0 != libc::AT_FDCWD {
            return raise!(ValueError, "chown: can't specify both dir_fd and fd");
        }
        path.check_options(dir, follow)?;
        object::audit!("os.chown", &*path.object, uid.0, gid.0, DirFd::told(dir.0))?;
        let status = match path.fd {
            // SAFETY: numbers only.
            Some(fd) => call(|| unsafe { libc::fchown(fd, uid.0, gid.0) }),
            // SAFETY: a NUL-terminated path.
            None => call(|| unsafe { libc::fchownat(dir.0, path.as_ptr(), uid.0, gid.0, nofollow(follow)) }),
        };
        path.check(status).map(drop)
    }
    #[function("($module, /, fd, uid, gid)")]
    fn fchown(fd: i32, uid: Uid, gid: Gid) -> PyResult<()> {
        object::audit!("os.chown", fd, uid.0, gid.0, -1)?;
        // SAFETY: numbers only.
        os::check(os::retry(|| unsafe { libc::fchown(fd, uid.0, gid.0) })?).map(drop)
    }
    #[function("($module, /, path, uid, gid)")]
    fn lchown(path: Path, uid: Uid, gid: Gid) -> PyResult<()> {
        object::audit!("os.chown", &*path.object, uid.0, gid.0, -1)?;
        // SAFETY: a NUL-terminated path.
        path.check(call(|| unsafe { libc::lchown(path.as_ptr(), uid.0, gid.0) }))
            .map(drop)
    }
    #[function(
        "($module, /, path, times=None, *, ns=<unrepresentable>,\n      dir_fd=None, follow_symlinks=True)"
    )]
    fn utime(
        path: PathOrFd,
        times: Option<&PyObject>,
        ns: Option<&PyObject>,
        dir_fd: Option<DirFd>,
        follow_symlinks: Option<bool>,
    ) -> PyResult<()> {
        let times = times.filter(|t| !object::is_none(t));
        object::audit!(
            "os.utime",
            &*path.object,
            times,
            ns,
            DirFd::told(dir_fd.unwrap_or_default().0)
        )?;
        let pair = match (times, ns) {
            (Some(_), Some(_)) => {
                return raise!(
                    ValueError,
                    "utime: you may specify either 'times' or 'ns' but not both"
                );
            }
            (Some(t), None) => {
                let Some((a, b)) = time_pair(t) else {
                    return raise!(
                        TypeError,
                        "utime: 'times' must be either a tuple of two ints or None"
                    );
                };
                Some([utime_seconds(&a)?, utime_seconds(&b)?])
            }
            (None, Some(t)) => {
                let Some((a, b)) = time_pair(t) else {
                    return raise!(TypeError, "utime: 'ns' must be a tuple of two ints");
                };
                Some([utime_nanos(&a)?, utime_nanos(&b)?])
            }
            (None, None) => None,
        };
        let dir = dir_fd.unwrap_or_default();
        let follow = follow_symlinks.unwrap_or(true);
        path.check_options(dir, follow)?;
        let p = pair.as_ref().map_or(std::ptr::null(), |p| p.as_ptr());
        let status = match path.fd {
            // SAFETY: null or two times.
            Some(fd) => call(|| unsafe { libc::futimens(fd, p) }),
            // SAFETY: a NUL-terminated path; null or two times.
            None => call(|| unsafe { libc::utimensat(dir.0, path.as_ptr(), p, nofollow(follow)) }),
        };
        path.check(status).map(drop)
    }
    #[function("($module, mask, /)")]
    fn umask(mask: i32) -> u32 {
        // SAFETY: numbers only.
        unsafe { libc::umask(mask as u32) }
    }
    #[function("($module, /, path, length)")]
    fn truncate(path: PathOrFd, length: &PyObject) -> PyResult<()> {
        let length = super::files::offset(length)?;
        object::audit!("os.truncate", &*path.object, length)?;
        let status = match path.fd {
            // SAFETY: numbers only.
            Some(fd) => return os::check(os::retry(|| unsafe { libc::ftruncate(fd, length) })?).map(drop),
            // SAFETY: a NUL-terminated path.
            None => call(|| unsafe { libc::truncate(path.as_ptr(), length) }),
        };
        path.check(status).map(drop)
    }
    #[function("($module, /, path, name)")]
    fn pathconf(path: PathOrFd, name: &PyObject) -> PyResult<i64> {
        let name = super::consts::conf_name(name, super::consts::PATHCONF)?;
        os::set_errno(0);
        let v = match path.fd {
            // SAFETY: numbers only.
            Some(fd) => unsafe { libc::fpathconf(fd, name) },
            // SAFETY: a NUL-terminated path.
            None => unsafe { libc::pathconf(path.as_ptr(), name) },
        };
        if v == -1 && os::errno() != 0 {
            // the number was not a name: the path is not to blame
            return if os::errno() == libc::EINVAL {
                os::check(outcome(v))
            } else {
                path.check(outcome(v))
            };
        }
        Ok(v)
    }
    #[function("($module, fd, name, /)")]
    fn fpathconf(fd: Fileno, name: &PyObject) -> PyResult<i64> {
        let name = super::consts::conf_name(name, super::consts::PATHCONF)?;
        os::set_errno(0);
        // SAFETY: numbers only.
        let v = unsafe { libc::fpathconf(fd.0, name) };
        if v == -1 && os::errno() != 0 {
            return os::check(outcome(v));
        }
        Ok(v)
    }
}
