//! `posix`: extended attributes of files.

use crate::os::{Path, PathFdOrNone, PathOrFd, call};
use object::buffer::Buffer;
use object::{Py, PyBytes, PyList, PyObject, PyResult, pymodule};

/// The sizes of buffers tried in turn: a small one, then the most that the kernel gives.
const SIZES: [usize; 2] = [128, 65536];

/// Calls with growing buffers until the answer fits; the answer's bytes.
fn grown(mut f: impl FnMut(*mut u8, usize) -> isize) -> Result<Vec<u8>, i32> {
    let mut last = libc::ERANGE;
    for size in SIZES {
        let mut buf = vec![0u8; size];
        match call(|| f(buf.as_mut_ptr(), size)) {
            Ok(n) => {
                buf.truncate(n as usize);
                return Ok(buf);
            }
            Err(libc::ERANGE) => last = libc::ERANGE,
            Err(e) => return Err(e),
        }
    }
    Err(last)
}

/// `getxattr`, `setxattr`, …
pub struct Xattr;

#[pymodule(name = "posix")]
impl Xattr {
    #[function("($module, /, path, attribute, *, follow_symlinks=True)")]
    fn getxattr(path: PathOrFd, attribute: Path, follow_symlinks: Option<bool>) -> PyResult<Py<PyBytes>> {
        let follow = follow_symlinks.unwrap_or(true);
        path.check_options(Default::default(), follow)?;
        object::audit!("os.getxattr", path.object.clone(), attribute.object.clone())?;
        let (p, name) = (path.as_ptr(), attribute.as_ptr());
        // SAFETY: NUL-terminated texts, and a buffer with its length.
        let value = grown(|buf, n| unsafe {
            match path.fd {
                Some(fd) => libc::fgetxattr(fd, name, buf.cast(), n),
                None if follow => libc::getxattr(p, name, buf.cast(), n),
                None => libc::lgetxattr(p, name, buf.cast(), n),
            }
        });
        PyBytes::new(&path.check(value)?)
    }
    #[function("($module, /, path, attribute, value, flags=0, *, follow_symlinks=True)")]
    fn setxattr(
        path: PathOrFd,
        attribute: Path,
        value: &PyObject,
        flags: Option<i32>,
        follow_symlinks: Option<bool>,
    ) -> PyResult<()> {
        let value = Buffer::simple(value)?.to_vec();
        let follow = follow_symlinks.unwrap_or(true);
        path.check_options(Default::default(), follow)?;
        object::audit!(
            "os.setxattr",
            path.object.clone(),
            attribute.object.clone(),
            PyBytes::new(&value)?,
            flags.unwrap_or(0)
        )?;
        let (p, name, flags) = (path.as_ptr(), attribute.as_ptr(), flags.unwrap_or(0));
        let (v, n) = (value.as_ptr(), value.len());
        // SAFETY: NUL-terminated texts, and the value with its length.
        let status = call(|| unsafe {
            match path.fd {
                Some(fd) => libc::fsetxattr(fd, name, v.cast(), n, flags),
                None if follow => libc::setxattr(p, name, v.cast(), n, flags),
                None => libc::lsetxattr(p, name, v.cast(), n, flags),
            }
        });
        path.check(status).map(drop)
    }
    #[function("($module, /, path, attribute, *, follow_symlinks=True)")]
    fn removexattr(path: PathOrFd, attribute: Path, follow_symlinks: Option<bool>) -> PyResult<()> {
        let follow = follow_symlinks.unwrap_or(true);
        path.check_options(Default::default(), follow)?;
        object::audit!("os.removexattr", path.object.clone(), attribute.object.clone())?;
        let (p, name) = (path.as_ptr(), attribute.as_ptr());
        // SAFETY: NUL-terminated texts.
        let status = call(|| unsafe {
            match path.fd {
                Some(fd) => libc::fremovexattr(fd, name),
                None if follow => libc::removexattr(p, name),
                None => libc::lremovexattr(p, name),
            }
        });
        path.check(status).map(drop)
    }
    #[function("($module, /, path=None, *, follow_symlinks=True)")]
    fn listxattr(path: Option<PathFdOrNone>, follow_symlinks: Option<bool>) -> PyResult<Py<PyList>> {
        let path = path.unwrap_or_else(|| PathFdOrNone::none("listxattr"));
        let follow = follow_symlinks.unwrap_or(true);
        path.check_options(Default::default(), follow)?;
        object::audit!("os.listxattr", path.object.clone())?;
        let p = path.as_ptr();
        // SAFETY: a NUL-terminated text, and a buffer with its length.
        let names = grown(|buf, n| unsafe {
            match path.fd {
                Some(fd) => libc::flistxattr(fd, buf.cast(), n),
                None if follow => libc::listxattr(p, buf.cast(), n),
                None => libc::llistxattr(p, buf.cast(), n),
            }
        });
        let names = path.check(names)?;
        let list = PyList::new()?;
        for name in names.split(|c| *c == 0).filter(|n| !n.is_empty()) {
            list.append(crate::os::decode(name)?.into_object())?;
        }
        Ok(list)
    }
}
