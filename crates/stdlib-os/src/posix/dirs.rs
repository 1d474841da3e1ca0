//! `posix`: names in the file system: making, removing, renaming, linking, listing.

use super::stat::{stat_at, stat_result};
use crate::os::{self, DirFd, Fileno, Path, PathFdOrNone, PathOrFd, call, check, outcome};
use object::exceptions::ResourceWarning;
use object::{
    Field, GilCell, Py, PyBytes, PyClass, PyLayout, PyList, PyObject, PyResult, PyStr, PyTypeObject, alloc,
    hooks, intern, number, pyclass, pymethods, pymodule, raise,
};
use std::cell::Cell;
use std::ffi::CStr;

/// An open directory.
struct Dir(*mut libc::DIR);

/// An entry read from a directory.
struct Entry {
    name: Vec<u8>,
    inode: u64,
    kind: u8,
}

impl Dir {
    /// Opens a path, or a duplicate of a descriptor.
    fn open(path: &PathFdOrNone) -> Result<Dir, i32> {
        let dir = match path.fd {
            None => {
                // SAFETY: a NUL-terminated path.
                call(|| unsafe { libc::opendir(path.as_ptr()) })?
            }
            Some(fd) => {
                // SAFETY: numbers only.
                let own = outcome(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) })?;
                // SAFETY: a descriptor that the stream takes over on success.
                match call(|| unsafe { libc::fdopendir(own) }) {
                    Ok(d) => {
                        // a duplicate shares the original's position
                        // SAFETY: an open stream.
                        unsafe { libc::rewinddir(d) };
                        d
                    }
                    Err(e) => {
                        // SAFETY: still ours.
                        unsafe { libc::close(own) };
                        return Err(e);
                    }
                }
            }
        };
        Ok(Dir(dir))
    }

    /// The next entry but `.` and `..`.
    fn next(&self) -> Result<Option<Entry>, i32> {
        let dir = self.0;
        loop {
            let found = hooks::blocking(|| {
                os::set_errno(0);
                // SAFETY: an open stream; the entry is copied before the next is read.
                match unsafe { libc::readdir64(dir).as_ref() } {
                    None if os::errno() != 0 => Err(os::errno()),
                    None => Ok(None),
                    Some(e) => {
                        // SAFETY: the system ends the name with a NUL.
                        let name = unsafe { CStr::from_ptr(e.d_name.as_ptr()) }.to_bytes().to_vec();
                        Ok(Some(Entry {
                            name,
                            inode: e.d_ino,
                            kind: e.d_type,
                        }))
                    }
                }
            })?;
            match found {
                Some(e) if e.name == b"." || e.name == b".." => {}
                other => return Ok(other),
            }
        }
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let dir = self.0;
        // SAFETY: an open stream, closed once.
        hooks::blocking(|| unsafe { libc::closedir(dir) });
    }
}

/// `os.scandir(…)`
#[pyclass(name = "posix.ScandirIterator", flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct ScandirIterator {
    ob_base: PyObject,
    dir: Cell<Option<Box<Dir>>>,
    path: Cell<Option<Box<PathFdOrNone>>>,
}

impl ScandirIterator {
    fn close_now(&self) {
        drop(self.dir.take());
        drop(self.path.take());
    }
}

#[pymethods]
impl ScandirIterator {
    #[slot]
    fn tp_iter(&self) -> PyResult {
        Ok(self.as_object().new_ref())
    }
    #[slot]
    fn tp_iternext(&self) -> PyResult<Option<Py>> {
        // taken out while the GIL is away
        let Some(dir) = self.dir.take() else {
            return Ok(None);
        };
        let found = dir.next();
        let Some(path) = self.path.take() else {
            return Ok(None);
        };
        let result = match found {
            Ok(Some(e)) => DirEntry::of(&path, e).map(Some),
            Ok(None) => return Ok(None),
            Err(e) => path.check(Err(e)),
        };
        if result.is_ok() {
            self.path.set(Some(path));
            self.dir.set(Some(dir));
        }
        result
    }
    #[slot]
    fn tp_finalize(&self) {
        let Some(dir) = self.dir.take() else { return };
        let saved = object::error::take();
        let text = self
            .as_object()
            .repr()
            .map(|r| format!("unclosed scandir iterator {r}"));
        let warned = text.and_then(|t| hooks::warn(ResourceWarning::type_object(), &t, 1));
        if warned.is_err() {
            if object::error::current_is(object::exceptions::Warning::type_object()) {
                object::error::write_unraisable(Some(self.as_object()), None);
            } else {
                object::error::clear();
            }
        }
        drop(dir);
        if let Some(e) = saved {
            let _ = object::error::restore(e);
        }
    }
    #[method("($self, /)")]
    fn __enter__(&self) -> PyResult {
        Ok(self.as_object().new_ref())
    }
    #[method("($self, *args)", nosig)]
    fn __exit__(&self, _args: object::Args) {
        self.close_now();
    }
    #[method("($self, /)")]
    fn close(&self) {
        self.close_now();
    }
}

/// `os.DirEntry`
#[pyclass(name = "posix.DirEntry", flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct DirEntry {
    ob_base: PyObject,
    name: Field,
    path: Field,
    stat: Field,
    lstat: Field,
    kind: GilCell<u8>,
    /// The directory's descriptor, if that is what was given.
    dir_fd: GilCell<i32>,
    inode: GilCell<u64>,
}

impl DirEntry {
    fn of(dir: &PathFdOrNone, e: Entry) -> PyResult {
        let name = dir.like(&e.name)?;
        let path = if dir.fd.is_some() || object::is_none(&dir.object) && dir.path.as_bytes() == b"." {
            if dir.fd.is_some() {
                name.clone()
            } else {
                dir.like(&[b"./", &e.name[..]].concat())?
            }
        } else {
            let mut full = dir.path.as_bytes().to_vec();
            if full.last().is_some_and(|c| *c != b'/') {
                full.push(b'/');
            }
            full.extend_from_slice(&e.name);
            dir.like(&full)?
        };
        let entry = alloc::new_object(DirEntry {
            ob_base: PyObject::new_head(DirEntry::type_object()),
            name: Field::new(Some(name)),
            path: Field::new(Some(path)),
            stat: Field::empty(),
            lstat: Field::empty(),
            kind: GilCell::new(e.kind),
            dir_fd: GilCell::new(dir.fd.unwrap_or(libc::AT_FDCWD)),
            inode: GilCell::new(e.inode),
        })?;
        Ok(entry.into_object())
    }

    fn path_object(&self) -> Py {
        self.path.get().unwrap_or_else(object::none)
    }

    fn fetch(&self, follow: bool) -> PyResult<Result<libc::stat, i32>> {
        let path = os::fs_bytes(&self.path_object())?;
        let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        Ok(stat_at(&path, self.dir_fd.get(), flags))
    }

    fn fetched(&self, st: Result<libc::stat, i32>) -> PyResult {
        stat_result(&os::check_path(st, &self.path_object())?)
    }

    fn get_lstat(&self) -> PyResult {
        if let Some(s) = self.lstat.get() {
            return Ok(s);
        }
        let s = self.fetched(self.fetch(false)?)?;
        self.lstat.set(Some(s.clone()));
        Ok(s)
    }

    fn get_stat(&self, follow: bool) -> PyResult {
        if !follow {
            return self.get_lstat();
        }
        if let Some(s) = self.stat.get() {
            return Ok(s);
        }
        let s = if self.is_link()? {
            self.fetched(self.fetch(true)?)?
        } else {
            self.get_lstat()?
        };
        self.stat.set(Some(s.clone()));
        Ok(s)
    }

    fn is_link(&self) -> PyResult<bool> {
        match self.kind.get() {
            libc::DT_UNKNOWN => self.test_mode(false, libc::S_IFLNK),
            kind => Ok(kind == libc::DT_LNK),
        }
    }

    fn test_mode(&self, follow: bool, wanted: u32) -> PyResult<bool> {
        let kind = self.kind.get();
        let link = kind == libc::DT_LNK;
        if kind == libc::DT_UNKNOWN || follow && link {
            let st = match object::error::catch::<object::exceptions::FileNotFoundError, _>(
                self.get_stat(follow),
            )? {
                Some(s) => s,
                None => return Ok(false),
            };
            let mode = number::index(&*st.get_attr_str("st_mode")?)?
                .to_i64()
                .unwrap_or(0) as u32;
            return Ok(mode & libc::S_IFMT == wanted);
        }
        Ok(match wanted {
            libc::S_IFLNK => link,
            libc::S_IFDIR => kind == libc::DT_DIR,
            _ => kind == libc::DT_REG,
        })
    }
}

#[pymethods]
impl DirEntry {
    #[slot]
    fn tp_repr(&self) -> PyResult<Py<PyStr>> {
        let name = self.name.get().unwrap_or_else(object::none).repr()?;
        PyStr::new_wtf8_lossy(&format!("<DirEntry {name}>"))
    }
    #[getter]
    fn name(&self) -> Option<Py> {
        self.name.get()
    }
    #[getter]
    fn path(&self) -> Option<Py> {
        self.path.get()
    }
    #[method("($self, /, *, follow_symlinks=True)")]
    fn is_dir(&self, follow_symlinks: Option<bool>) -> PyResult<bool> {
        self.test_mode(follow_symlinks.unwrap_or(true), libc::S_IFDIR)
    }
    #[method("($self, /, *, follow_symlinks=True)")]
    fn is_file(&self, follow_symlinks: Option<bool>) -> PyResult<bool> {
        self.test_mode(follow_symlinks.unwrap_or(true), libc::S_IFREG)
    }
    #[method("($self, /)")]
    fn is_symlink(&self) -> PyResult<bool> {
        self.is_link()
    }
    #[method("($self, /)")]
    fn is_junction(&self) -> bool {
        false
    }
    #[method("($self, /, *, follow_symlinks=True)")]
    fn stat(&self, follow_symlinks: Option<bool>) -> PyResult {
        self.get_stat(follow_symlinks.unwrap_or(true))
    }
    #[method("($self, /)")]
    fn inode(&self) -> u64 {
        self.inode.get()
    }
    #[method("($self, /)")]
    fn __fspath__(&self) -> Option<Py> {
        self.path.get()
    }
    #[classmethod("($type, object, /)")]
    fn __class_getitem__(cls: &PyTypeObject, item: &PyObject) -> PyResult {
        object::containers::class_getitem(cls, item)
    }
}

fn getcwd_bytes() -> PyResult<Vec<u8>> {
    let mut buf: Vec<u8> = vec![0; 1024];
    loop {
        let (p, n) = (buf.as_mut_ptr(), buf.len());
        // SAFETY: room for that many bytes.
        match call(|| unsafe { libc::getcwd(p.cast(), n) }) {
            Ok(_) => {
                buf.truncate(buf.iter().position(|c| *c == 0).unwrap_or(n));
                return Ok(buf);
            }
            Err(libc::ERANGE) if n < 1 << 24 => buf.resize(n * 2, 0),
            Err(e) => return object::error::raise_errno(e, None),
        }
    }
}

/// `listdir`, `mkdir`, `rename`, …
pub struct Names;

#[pymodule(name = "posix", types(DirEntry))]
impl Names {
    #[function("($module, /, path=None)")]
    fn listdir(path: Option<PathFdOrNone>) -> PyResult<Py<PyList>> {
        let path = path.unwrap_or_else(|| PathFdOrNone::none("listdir"));
        object::audit!("os.listdir", &*path.object)?;
        let dir = path.check(Dir::open(&path))?;
        let list = PyList::new()?;
        while let Some(e) = path.check(dir.next())? {
            list.append(path.like(&e.name)?)?;
        }
        Ok(list)
    }
    #[function("($module, /, path=None)")]
    fn scandir(path: Option<PathFdOrNone>) -> PyResult {
        let path = path.unwrap_or_else(|| PathFdOrNone::none("scandir"));
        object::audit!("os.scandir", &*path.object)?;
        let dir = path.check(Dir::open(&path))?;
        let it = alloc::new_object(ScandirIterator {
            ob_base: PyObject::new_head(ScandirIterator::type_object()),
            dir: Cell::new(Some(Box::new(dir))),
            path: Cell::new(Some(Box::new(path))),
        })?;
        Ok(it.into_object())
    }
    #[function("($module, /)")]
    fn getcwd() -> PyResult<Py<PyStr>> {
        os::decode(&getcwd_bytes()?)
    }
    #[function("($module, /)")]
    fn getcwdb() -> PyResult<Py<PyBytes>> {
        PyBytes::new(&getcwd_bytes()?)
    }
    #[function("($module, /, path)")]
    fn chdir(path: PathOrFd) -> PyResult<()> {
        object::audit!("os.chdir", &*path.object)?;
        let status = match path.fd {
            // SAFETY: numbers only.
            Some(fd) => call(|| unsafe { libc::fchdir(fd) }),
            // SAFETY: a NUL-terminated path.
            None => call(|| unsafe { libc::chdir(path.as_ptr()) }),
        };
        path.check(status).map(drop)
    }
    #[function("($module, /, fd)")]
    fn fchdir(fd: Fileno) -> PyResult<()> {
        object::audit!("os.chdir", fd.0)?;
        // SAFETY: numbers only.
        check(os::retry(|| unsafe { libc::fchdir(fd.0) })?).map(drop)
    }
    #[function("($module, /, path)")]
    fn chroot(path: Path) -> PyResult<()> {
        // SAFETY: a NUL-terminated path.
        path.check(call(|| unsafe { libc::chroot(path.as_ptr()) }))
            .map(drop)
    }
    #[function("($module, /, path, mode=511, *, dir_fd=None)")]
    fn mkdir(path: Path, mode: Option<i32>, dir_fd: Option<DirFd>) -> PyResult<()> {
        let (dir, mode) = (dir_fd.unwrap_or_default().0, mode.unwrap_or(0o777) as u32);
        object::audit!("os.mkdir", &*path.object, mode as i32, DirFd::told(dir))?;
        // SAFETY: a NUL-terminated path.
        path.check(call(|| unsafe { libc::mkdirat(dir, path.as_ptr(), mode) }))
            .map(drop)
    }
    #[function("($module, /, path, *, dir_fd=None)")]
    fn rmdir(path: Path, dir_fd: Option<DirFd>) -> PyResult<()> {
        let dir = dir_fd.unwrap_or_default().0;
        object::audit!("os.rmdir", &*path.object, DirFd::told(dir))?;
        // SAFETY: a NUL-terminated path.
        path.check(call(|| unsafe {
            libc::unlinkat(dir, path.as_ptr(), libc::AT_REMOVEDIR)
        }))
        .map(drop)
    }
    #[function("($module, /, path, *, dir_fd=None)")]
    fn unlink(path: Path, dir_fd: Option<DirFd>) -> PyResult<()> {
        let dir = dir_fd.unwrap_or_default().0;
        object::audit!("os.remove", &*path.object, DirFd::told(dir))?;
        // SAFETY: a NUL-terminated path.
        path.check(call(|| unsafe { libc::unlinkat(dir, path.as_ptr(), 0) }))
            .map(drop)
    }
    #[function("($module, /, path, *, dir_fd=None)")]
    fn remove(path: Path, dir_fd: Option<DirFd>) -> PyResult<()> {
        Names::unlink(path, dir_fd)
    }
    #[function("($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn rename(src: Path, dst: Path, src_dir_fd: Option<DirFd>, dst_dir_fd: Option<DirFd>) -> PyResult<()> {
        let (a, b) = (src_dir_fd.unwrap_or_default().0, dst_dir_fd.unwrap_or_default().0);
        object::audit!(
            "os.rename",
            &*src.object,
            &*dst.object,
            DirFd::told(a),
            DirFd::told(b)
        )?;
        // SAFETY: NUL-terminated paths.
        let status = call(|| unsafe { libc::renameat(a, src.as_ptr(), b, dst.as_ptr()) });
        os::check_two(status, &src.object, &dst.object).map(drop)
    }
    #[function("($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn replace(src: Path, dst: Path, src_dir_fd: Option<DirFd>, dst_dir_fd: Option<DirFd>) -> PyResult<()> {
        Names::rename(src, dst, src_dir_fd, dst_dir_fd)
    }
    #[function(
        "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None,\n     follow_symlinks=(os.name != 'nt'))"
    )]
    fn link(
        src: Path,
        dst: Path,
        src_dir_fd: Option<DirFd>,
        dst_dir_fd: Option<DirFd>,
        follow_symlinks: Option<bool>,
    ) -> PyResult<()> {
        let (a, b) = (src_dir_fd.unwrap_or_default().0, dst_dir_fd.unwrap_or_default().0);
        // without the argument the system's own way: links are not followed
        let flags = if follow_symlinks == Some(true) {
            libc::AT_SYMLINK_FOLLOW
        } else {
            0
        };
        object::audit!(
            "os.link",
            &*src.object,
            &*dst.object,
            DirFd::told(a),
            DirFd::told(b)
        )?;
        // SAFETY: NUL-terminated paths.
        let status = call(|| unsafe { libc::linkat(a, src.as_ptr(), b, dst.as_ptr(), flags) });
        os::check_two(status, &src.object, &dst.object).map(drop)
    }
    #[function("($module, /, src, dst, target_is_directory=False, *, dir_fd=None)")]
    fn symlink(
        src: Path,
        dst: Path,
        target_is_directory: Option<bool>,
        dir_fd: Option<DirFd>,
    ) -> PyResult<()> {
        let _ = target_is_directory;
        let dir = dir_fd.unwrap_or_default().0;
        object::audit!("os.symlink", &*src.object, &*dst.object, DirFd::told(dir))?;
        // SAFETY: NUL-terminated paths.
        let status = call(|| unsafe { libc::symlinkat(src.as_ptr(), dir, dst.as_ptr()) });
        os::check_two(status, &src.object, &dst.object).map(drop)
    }
    #[function("($module, /, path, *, dir_fd=None)")]
    fn readlink(path: Path, dir_fd: Option<DirFd>) -> PyResult {
        let dir = dir_fd.unwrap_or_default().0;
        let mut buf = vec![0u8; libc::PATH_MAX as usize + 1];
        let (p, n) = (buf.as_mut_ptr(), buf.len());
        // SAFETY: a NUL-terminated path, room for that many bytes.
        let n = path.check(call(|| unsafe {
            libc::readlinkat(dir, path.as_ptr(), p.cast(), n)
        }))?;
        path.like(&buf[..n as usize])
    }
    #[function("($module, /, path, mode=438, *, dir_fd=None)")]
    fn mkfifo(path: Path, mode: Option<i32>, dir_fd: Option<DirFd>) -> PyResult<()> {
        let (dir, mode) = (dir_fd.unwrap_or_default().0, mode.unwrap_or(0o666) as u32);
        // SAFETY: a NUL-terminated path.
        check(os::retry(|| unsafe { libc::mkfifoat(dir, path.as_ptr(), mode) })?).map(drop)
    }
    #[function("($module, /, path, mode=384, device=0, *, dir_fd=None)")]
    fn mknod(
        path: Path,
        mode: Option<i32>,
        device: Option<&PyObject>,
        dir_fd: Option<DirFd>,
    ) -> PyResult<()> {
        let (dir, mode) = (dir_fd.unwrap_or_default().0, mode.unwrap_or(0o600) as u32);
        let device = device.map_or(Ok(0), device_number)?;
        // SAFETY: a NUL-terminated path.
        check(os::retry(|| unsafe {
            libc::mknodat(dir, path.as_ptr(), mode, device)
        })?)
        .map(drop)
    }
    #[function("($module, device, /)")]
    fn major(device: &PyObject) -> PyResult<i64> {
        let d = device_number(device)?;
        Ok(if d == u64::MAX { -1 } else { libc::major(d).into() })
    }
    #[function("($module, device, /)")]
    fn minor(device: &PyObject) -> PyResult<i64> {
        let d = device_number(device)?;
        Ok(if d == u64::MAX { -1 } else { libc::minor(d).into() })
    }
    #[function("($module, major, minor, /)")]
    fn makedev(major: &PyObject, minor: &PyObject) -> PyResult<u64> {
        let (a, b) = (device_number(major)? as u32, device_number(minor)? as u32);
        Ok(libc::makedev(a, b))
    }
    #[function("($module, /, path)")]
    fn fspath(path: &PyObject) -> PyResult {
        os::fspath(path)
    }
    #[function("($module, /, path)")]
    fn _path_normpath(path: &PyObject) -> PyResult {
        let path = path_text(path, "_path_normpath")?;
        path.like(&normpath(&path.bytes))
    }
    #[function("($module, /, p)")]
    fn _path_splitroot_ex(p: &PyObject) -> PyResult<(Py, Py, Py)> {
        let path = path_text(p, "_path_splitroot_ex")?;
        let root = root_length(&path.bytes);
        Ok((
            path.like(b"")?,
            path.like(&path.bytes[..root])?,
            path.like(&path.bytes[root..])?,
        ))
    }
}

/// A device's number; -1 is none.
fn device_number(obj: &PyObject) -> PyResult<u64> {
    let n = number::index(obj)?;
    match n.to_i64() {
        Some(-1) => Ok(u64::MAX),
        Some(v) if v < 0 => raise!(OverflowError, "can't convert negative int to unsigned"),
        Some(v) => Ok(v as u64),
        None => match n.to_u64() {
            Some(v) => Ok(v),
            None if n.is_negative() => raise!(OverflowError, "can't convert negative int to unsigned"),
            None => raise!(OverflowError, "int too big to convert"),
        },
    }
}

/// A path that is only looked at as text; NULs may be in it.
struct Text {
    bytes: Vec<u8>,
    is_bytes: bool,
}

impl Text {
    /// UTF-8 with lone surrogates as they are, or bytes.
    fn like(&self, bytes: &[u8]) -> PyResult {
        if self.is_bytes {
            Ok(PyBytes::new(bytes)?.into_object())
        } else {
            Ok(PyStr::from_wtf8(bytes)?.into_object())
        }
    }
}

fn path_text(obj: &PyObject, fname: &str) -> PyResult<Text> {
    let path = if PyStr::check(obj) || PyBytes::check(obj) {
        obj.new_ref()
    } else if obj.ty().as_object().has_attr(intern!("__fspath__"))? {
        os::fspath(obj)?
    } else {
        return raise!(
            TypeError,
            "{fname}: path should be string, bytes or os.PathLike, not {}",
            obj.ty().name()
        );
    };
    Ok(match path.downcast::<PyStr>() {
        Some(s) => Text {
            bytes: s.to_wtf8(),
            is_bytes: false,
        },
        None => Text {
            bytes: path
                .downcast::<PyBytes>()
                .map_or(Vec::new(), |b| b.as_slice().to_vec()),
            is_bytes: true,
        },
    })
}

/// One slash is a root, two are another, three or more are one.
fn root_length(path: &[u8]) -> usize {
    match path {
        [b'/', b'/', b'/', ..] => 1,
        [b'/', b'/', ..] => 2,
        [b'/', ..] => 1,
        _ => 0,
    }
}

/// `os.path.normpath`
fn normpath(path: &[u8]) -> Vec<u8> {
    if path.is_empty() {
        return b".".to_vec();
    }
    let root = root_length(path);
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path[root..].split(|c| *c == b'/') {
        match part {
            b"" | b"." => {}
            b".." => match parts.last() {
                Some(last) if *last != b".." => {
                    parts.pop();
                }
                None if root > 0 => {}
                _ => parts.push(part),
            },
            _ => parts.push(part),
        }
    }
    let mut out = path[..root].to_vec();
    out.extend_from_slice(&parts.join(&b'/'));
    if out.is_empty() {
        out.push(b'.');
    }
    out
}
