//! `fcntl`: control of descriptors, locks.

use crate::os::{self, Fileno, check};
use object::buffer::Buffer;
use object::{PyBytes, PyInt, PyModule, PyObject, PyResult, PyStr, number, pymodule, raise};

const NUMBERS: &[(&str, i64)] = &[
    ("LOCK_SH", 1),
    ("LOCK_EX", 2),
    ("LOCK_NB", 4),
    ("LOCK_UN", 8),
    ("LOCK_MAND", 32),
    ("LOCK_READ", 64),
    ("LOCK_WRITE", 128),
    ("LOCK_RW", 192),
    ("F_DUPFD", 0),
    ("F_DUPFD_CLOEXEC", 1030),
    ("F_GETFD", 1),
    ("F_SETFD", 2),
    ("F_GETFL", 3),
    ("F_SETFL", 4),
    ("F_GETLK", 5),
    ("F_SETLK", 6),
    ("F_SETLKW", 7),
    ("F_OFD_GETLK", 36),
    ("F_OFD_SETLK", 37),
    ("F_OFD_SETLKW", 38),
    ("F_GETOWN", 9),
    ("F_SETOWN", 8),
    ("F_GETSIG", 11),
    ("F_SETSIG", 10),
    ("F_RDLCK", 0),
    ("F_WRLCK", 1),
    ("F_UNLCK", 2),
    ("F_GETLK64", 5),
    ("F_SETLK64", 6),
    ("F_SETLKW64", 7),
    ("FASYNC", 8192),
    ("F_SETLEASE", 1024),
    ("F_GETLEASE", 1025),
    ("F_NOTIFY", 1026),
    ("F_DUPFD_QUERY", 1027),
    ("F_EXLCK", 4),
    ("F_SHLCK", 8),
    ("F_SETPIPE_SZ", 1031),
    ("F_GETPIPE_SZ", 1032),
    ("FICLONE", 1074041865),
    ("FICLONERANGE", 1075876877),
    ("F_GETOWN_EX", 16),
    ("F_SETOWN_EX", 15),
    ("F_OWNER_TID", 0),
    ("F_OWNER_PID", 1),
    ("F_OWNER_PGRP", 2),
    ("F_GET_RW_HINT", 1035),
    ("F_SET_RW_HINT", 1036),
    ("F_GET_FILE_RW_HINT", 1037),
    ("F_SET_FILE_RW_HINT", 1038),
    ("RWH_WRITE_LIFE_NOT_SET", 0),
    ("RWH_WRITE_LIFE_NONE", 1),
    ("RWH_WRITE_LIFE_SHORT", 2),
    ("RWH_WRITE_LIFE_MEDIUM", 3),
    ("RWH_WRITE_LIFE_LONG", 4),
    ("RWH_WRITE_LIFE_EXTREME", 5),
    ("FD_CLOEXEC", 1),
    ("DN_ACCESS", 1),
    ("DN_MODIFY", 2),
    ("DN_CREATE", 4),
    ("DN_DELETE", 8),
    ("DN_RENAME", 16),
    ("DN_ATTRIB", 32),
    ("DN_MULTISHOT", 2147483648),
    ("F_ADD_SEALS", 1033),
    ("F_GET_SEALS", 1034),
    ("F_SEAL_SEAL", 1),
    ("F_SEAL_SHRINK", 2),
    ("F_SEAL_GROW", 4),
    ("F_SEAL_WRITE", 8),
    ("F_SEAL_FUTURE_WRITE", 16),
];

/// Arguments of more bytes than this are refused.
const MAX: usize = 1024;

/// The bytes of a buffer or a string argument.
fn bytes_of(arg: &PyObject) -> PyResult<Option<Vec<u8>>> {
    if let Some(s) = arg.downcast::<PyStr>() {
        return Ok(Some(s.utf8()?.as_bytes().to_vec()));
    }
    object::buffer::bytes_like_copy(arg)
}

/// The low bits of an integer.
fn bits(obj: &PyObject) -> PyResult<u64> {
    Ok(number::index(obj)?.to_u64_wrapping())
}

/// Calls with a number or with a block of bytes, which it may change.
fn control(name: &str, arg: Option<&PyObject>, retry: bool, f: impl Fn(*mut u8) -> i32) -> PyResult {
    let run = |p: *mut u8| -> PyResult<i32> {
        let r = if retry {
            os::retry(|| f(p))?
        } else {
            os::call(|| f(p))
        };
        check(r)
    };
    let arg = match arg {
        None => return Ok(PyInt::from_i64(run(std::ptr::null_mut())?.into())?.into_object()),
        Some(a) => a,
    };
    if arg.has_index() {
        // the number travels in the place of a pointer
        return Ok(PyInt::from_i64(run(bits(arg)? as i32 as usize as *mut u8)?.into())?.into_object());
    }
    let Some(bytes) = bytes_of(arg)? else {
        return raise!(
            TypeError,
            "{name}() argument 3 must be an integer, a bytes-like object, or a string, not {}",
            arg.ty().name()
        );
    };
    if bytes.len() > MAX {
        return raise!(ValueError, "{name} argument 3 is too long");
    }
    let mut block = [0u8; MAX + 8];
    block[..bytes.len()].copy_from_slice(&bytes);
    run(block.as_mut_ptr())?;
    Ok(PyBytes::new(&block[..bytes.len()])?.into_object())
}

/// The module.
pub struct Fcntl;

#[pymodule(name = "fcntl")]
impl Fcntl {
    #[function("($module, fd, cmd, arg=0, /)")]
    fn fcntl(fd: Fileno, cmd: i32, arg: Option<&PyObject>) -> PyResult {
        object::audit!("fcntl.fcntl", fd.0, cmd, arg)?;
        // SAFETY: the kernel reads and writes at most the block's 1032 bytes for the commands that take a pointer.
        control("fcntl", arg, true, |p| unsafe { libc::fcntl(fd.0, cmd, p) })
    }
    #[function("($module, fd, request, arg=0, mutate_flag=True, /)")]
    fn ioctl(fd: Fileno, request: &PyObject, arg: Option<&PyObject>, mutate_flag: Option<bool>) -> PyResult {
        let request = bits(request)?;
        object::audit!("fcntl.ioctl", fd.0, request, arg)?;
        if let Some(a) = arg
            && !a.has_index()
            && a.downcast::<PyStr>().is_none()
            && mutate_flag.unwrap_or(true)
            && a.downcast::<PyBytes>().is_none()
        {
            match Buffer::get(a, object::buffer::flags::WRITABLE) {
                Err(_) => object::error::clear(),
                Ok(view) => {
                    // changed in place; a short one through a block with room behind
                    let n = view.len();
                    let p = view.view().buf as *mut u8;
                    let status = if n <= MAX {
                        let mut block = [0u8; MAX + 8];
                        // SAFETY: the view has `n` bytes, the block more.
                        unsafe { std::ptr::copy_nonoverlapping(p, block.as_mut_ptr(), n) };
                        let q = block.as_mut_ptr();
                        // SAFETY: a block for the driver to read and write.
                        let r = os::call(|| unsafe { libc::ioctl(fd.0, request, q) });
                        // SAFETY: as above; the view is still held.
                        unsafe { std::ptr::copy_nonoverlapping(block.as_ptr(), p, n) };
                        r
                    } else {
                        // SAFETY: the caller's memory, held during the call.
                        os::call(|| unsafe { libc::ioctl(fd.0, request, p) })
                    };
                    return Ok(PyInt::from_i64(check(status)?.into())?.into_object());
                }
            }
        }
        // SAFETY: a number, or a block for the driver to read and write.
        control("ioctl", arg, false, |p| unsafe { libc::ioctl(fd.0, request, p) })
    }
    #[function("($module, fd, operation, /)")]
    fn flock(fd: Fileno, operation: i32) -> PyResult<()> {
        object::audit!("fcntl.flock", fd.0, operation)?;
        // SAFETY: numbers only.
        check(os::retry(|| unsafe { libc::flock(fd.0, operation) })?).map(drop)
    }
    #[function("($module, fd, cmd, len=0, start=0, whence=0, /)")]
    fn lockf(
        fd: Fileno,
        cmd: i32,
        len: Option<&PyObject>,
        start: Option<&PyObject>,
        whence: Option<i32>,
    ) -> PyResult<()> {
        object::audit!("fcntl.lockf", fd.0, cmd, len, start, whence.unwrap_or(0))?;
        let kind = if cmd == libc::LOCK_UN {
            libc::F_UNLCK
        } else if cmd & libc::LOCK_SH != 0 {
            libc::F_RDLCK
        } else if cmd & libc::LOCK_EX != 0 {
            libc::F_WRLCK
        } else {
            return raise!(ValueError, "unrecognized lockf argument");
        };
        // SAFETY: zero is a valid value of plain numbers.
        let mut lock: libc::flock = unsafe { std::mem::zeroed() };
        lock.l_type = kind as i16;
        lock.l_start = start.map_or(Ok(0), crate::posix::files::offset)?;
        lock.l_len = len.map_or(Ok(0), crate::posix::files::offset)?;
        lock.l_whence = whence.unwrap_or(0) as i16;
        let command = if cmd & libc::LOCK_NB != 0 {
            libc::F_SETLK
        } else {
            libc::F_SETLKW
        };
        // SAFETY: a filled-in lock.
        check(os::retry(|| unsafe { libc::fcntl(fd.0, command, &lock) })?).map(drop)
    }
    #[exec]
    fn exec(module: &PyModule) -> PyResult<()> {
        for (name, value) in NUMBERS {
            module.add_value(name, *value)?;
        }
        Ok(())
    }
}
