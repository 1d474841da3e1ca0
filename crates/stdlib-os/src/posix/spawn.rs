//! `posix` and `_posixsubprocess`: new processes: `fork`, `exec`, `fork_exec`.

use super::files::set_inheritable;
use super::process::{arguments, env_strings, pointers};
use crate::os::{self, FsBytes, PathOrFd, check, outcome};
use object::{Field, FuncArgs, Py, PyBytes, PyList, PyObject, PyResult, PyTuple, number, pymodule, raise};
use std::ffi::{CString, c_char};

static BEFORE: Field<PyList> = Field::empty();
static AFTER_CHILD: Field<PyList> = Field::empty();
static AFTER_PARENT: Field<PyList> = Field::empty();

fn run_hooks(place: &Field<PyList>, reversed: bool) {
    let mut all = place.get().map_or(Vec::new(), |l| l.to_vec());
    if reversed {
        all.reverse();
    }
    for f in all {
        if object::call::call(&f, &[]).is_err() {
            object::error::write_unraisable_while("in atfork callback", &f);
        }
    }
}

fn after_child() {
    crate::signal::after_fork_child();
    run_hooks(&AFTER_CHILD, false);
}

fn add_hook(place: &Field<PyList>, f: Option<&PyObject>) -> PyResult<()> {
    let Some(f) = f else { return Ok(()) };
    let list = match place.get() {
        Some(l) => l,
        None => {
            let l = PyList::new()?;
            place.set(Some(l.clone()));
            l
        }
    };
    list.append(f.new_ref_())
}

trait NewRef {
    fn new_ref_(&self) -> Py;
}
impl NewRef for PyObject {
    fn new_ref_(&self) -> Py {
        object::PyLayout::new_ref(self)
    }
}

fn exec_arguments(argv: &PyObject, fname: &str) -> PyResult<Vec<CString>> {
    let args = arguments(argv, fname)?;
    match args.first() {
        None => raise!(ValueError, "{fname} must not be empty"),
        Some(a) if a.is_empty() => raise!(ValueError, "{fname} first element cannot be empty"),
        Some(_) => Ok(args),
    }
}

/// Forks with `f`, the hooks run around it; the child's number, 0 in the child.
pub fn fork_with(name: &str, f: impl FnOnce() -> i32) -> PyResult<i32> {
    run_hooks(&BEFORE, true);
    let pid = outcome(f());
    if pid == Ok(0) {
        after_child();
    } else {
        os::warn_about_threads(name)?;
        run_hooks(&AFTER_PARENT, false);
    }
    check(pid)
}

/// `fork`, `execv`, …
pub struct Spawn;

#[pymodule(name = "posix")]
impl Spawn {
    #[function(
        "($module, /, *, before=<unrepresentable>,\n                 after_in_child=<unrepresentable>,\n                 after_in_parent=<unrepresentable>)"
    )]
    fn register_at_fork(
        before: Option<&PyObject>,
        after_in_child: Option<&PyObject>,
        after_in_parent: Option<&PyObject>,
    ) -> PyResult<()> {
        let all = [
            ("before", before),
            ("after_in_child", after_in_child),
            ("after_in_parent", after_in_parent),
        ];
        if all.iter().all(|(_, f)| f.is_none()) {
            return raise!(TypeError, "At least one argument is required.");
        }
        for (name, f) in all {
            if f.is_some_and(|f| !f.is_callable()) {
                return raise!(
                    TypeError,
                    "'{name}' must be callable, not {}",
                    f.map_or("", |f| f.ty().name())
                );
            }
        }
        add_hook(&BEFORE, before)?;
        add_hook(&AFTER_CHILD, after_in_child)?;
        add_hook(&AFTER_PARENT, after_in_parent)
    }
    #[function("($module, /)")]
    fn fork() -> PyResult<i32> {
        object::audit!("os.fork")?;
        // SAFETY: the child goes on with the GIL that this thread holds.
        fork_with("fork", || unsafe { libc::fork() })
    }
    #[function("($module, path, argv, /)")]
    fn execv(path: FsBytes, argv: &PyObject) -> PyResult<()> {
        let args = exec_arguments(argv, "execv() arg 2")?;
        object::audit!("os.exec", os::told_bytes(&path.0)?, argv, object::none())?;
        let p = pointers(&args);
        // SAFETY: NUL-terminated texts, ended by a null pointer.
        check(outcome(unsafe { libc::execv(path.0.as_ptr(), p.as_ptr()) })).map(drop)
    }
    #[function("($module, /, path, argv, env)")]
    fn execve(path: PathOrFd, argv: &PyObject, env: &PyObject) -> PyResult<()> {
        let args = exec_arguments(argv, "execve: argv")?;
        object::audit!("os.exec", &*path.object, argv, env)?;
        let env = env_strings(env)?;
        let (a, e) = (pointers(&args), pointers(&env));
        // SAFETY: NUL-terminated texts, ended by null pointers.
        let status = unsafe {
            match path.fd {
                Some(fd) => libc::fexecve(fd, a.as_ptr(), e.as_ptr()),
                None => libc::execve(path.as_ptr(), a.as_ptr(), e.as_ptr()),
            }
        };
        path.check(outcome(status)).map(drop)
    }
}

/// What the child of `fork_exec` is to do.
struct Plan {
    executables: Vec<CString>,
    argv: Vec<CString>,
    env: Option<Vec<CString>>,
    cwd: Option<CString>,
    close_fds: bool,
    pass_fds: Vec<i32>,
    /// p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, errpipe_read, errpipe_write
    fds: [i32; 8],
    restore_signals: bool,
    setsid: bool,
    pgid: i32,
    gid: Option<u32>,
    groups: Option<Vec<u32>>,
    uid: Option<u32>,
    umask: i32,
}

fn low(mut fd: i32, least: i32) -> Result<i32, i32> {
    while (0..least).contains(&fd) {
        // SAFETY: numbers only.
        fd = outcome(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, least) })?;
    }
    Ok(fd)
}

/// Makes `fd` the descriptor `to`.
fn put(fd: i32, to: i32) -> Result<(), i32> {
    if fd == to {
        set_inheritable(fd, true)
    } else if fd != -1 {
        // SAFETY: numbers only.
        outcome(unsafe { libc::dup2(fd, to) }).map(drop)
    } else {
        Ok(())
    }
}

fn close_except(keep: &[i32]) {
    let mut from = 3u32;
    let range = |a: u32, b: u32| {
        if a <= b {
            // SAFETY: numbers only.
            unsafe { libc::syscall(libc::SYS_close_range, a, b, 0u32) };
        }
    };
    for fd in keep {
        let fd = *fd as u32;
        if fd >= from {
            if fd > from {
                range(from, fd - 1);
            }
            from = fd + 1;
        }
    }
    range(from, u32::MAX);
}

impl Plan {
    /// In the child, up to `exec`: the error and where it came from. `preexec` may run Python code.
    fn run(
        &self,
        argv: &[*const c_char],
        env: Option<&[*const c_char]>,
        keep: &[i32],
        preexec: Option<&PyObject>,
    ) -> (i32, &'static str) {
        const NOEXEC: &str = "noexec";
        let [
            p2cread,
            p2cwrite,
            c2pread,
            c2pwrite,
            errread,
            errwrite,
            errpipe_read,
            errpipe_write,
        ] = self.fds;
        let setup = || -> Result<(), i32> {
            for fd in &self.pass_fds {
                if *fd != errpipe_write {
                    set_inheritable(*fd, true)?;
                }
            }
            for fd in [p2cwrite, c2pread, errread, errpipe_read] {
                if fd != -1 {
                    // SAFETY: numbers only.
                    unsafe { libc::close(fd) };
                }
            }
            let c2pwrite = if c2pwrite == 0 {
                low(c2pwrite, 1)?
            } else {
                c2pwrite
            };
            let errwrite = low(errwrite, 2)?;
            put(p2cread, 0)?;
            put(c2pwrite, 1)?;
            put(errwrite, 2)
        };
        if let Err(e) = setup() {
            return (e, NOEXEC);
        }
        // SAFETY: numbers and NUL-terminated texts, made before the fork.
        unsafe {
            if let Some(cwd) = &self.cwd
                && libc::chdir(cwd.as_ptr()) == -1
            {
                return (os::errno_raw(), "noexec:chdir");
            }
            if self.umask >= 0 {
                libc::umask(self.umask as u32);
            }
            if self.restore_signals {
                for s in [libc::SIGPIPE, libc::SIGXFSZ] {
                    libc::signal(s, libc::SIG_DFL);
                }
            }
            if self.setsid {
                libc::setsid();
            }
            let mut failed = self.pgid >= 0 && libc::setpgid(0, self.pgid) == -1;
            if let Some(g) = &self.groups {
                failed = failed || libc::setgroups(g.len(), g.as_ptr()) == -1;
            }
            if let Some(g) = self.gid {
                failed = failed || libc::setregid(g, g) == -1;
            }
            if let Some(u) = self.uid {
                failed = failed || libc::setreuid(u, u) == -1;
            }
            if failed {
                return (os::errno_raw(), NOEXEC);
            }
        }
        if let Some(f) = preexec
            && object::call::call(f, &[]).is_err()
        {
            return (-1, "SubprocessError:0:Exception occurred in preexec_fn.");
        }
        if self.close_fds {
            close_except(keep);
        }
        let mut first = 0;
        for exe in &self.executables {
            // SAFETY: NUL-terminated texts, ended by null pointers, made before the fork.
            unsafe {
                match env {
                    Some(env) => libc::execve(exe.as_ptr(), argv.as_ptr(), env.as_ptr()),
                    None => libc::execv(exe.as_ptr(), argv.as_ptr()),
                }
            };
            let e = os::errno_raw();
            if e != libc::ENOENT && e != libc::ENOTDIR && first == 0 {
                first = e;
            }
        }
        (if first != 0 { first } else { os::errno_raw() }, "")
    }
}

fn byte_strings(obj: &PyObject) -> PyResult<Vec<CString>> {
    let mut out = Vec::new();
    for item in object::iter::collect(obj)? {
        let Some(b) = item.downcast::<PyBytes>() else {
            return raise!(TypeError, "expected bytes, {} found", item.ty().name());
        };
        match CString::new(b.as_slice()) {
            Ok(c) => out.push(c),
            Err(_) => return raise!(ValueError, "embedded null byte"),
        }
    }
    Ok(out)
}

fn id(obj: &PyObject) -> PyResult<Option<u32>> {
    if object::is_none(obj) {
        return Ok(None);
    }
    let ctx = object::ArgContext {
        fname: "fork_exec",
        place: object::args::Place::Only,
    };
    Ok(Some(<os::Uid as object::FromArg>::from_arg(obj, ctx)?.0))
}

/// `_posixsubprocess`
pub struct PosixSubprocess;

#[pymodule(name = "_posixsubprocess")]
impl PosixSubprocess {
    #[function(
        "($module, args, executable_list, close_fds, pass_fds, cwd,\n          env, p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite,\n          errpipe_read, errpipe_write, restore_signals, call_setsid,\n          pgid_to_set, gid, extra_groups, uid, child_umask, preexec_fn,\n          /)",
        raw
    )]
    fn fork_exec(all: FuncArgs<'_>) -> PyResult<i32> {
        all.no_keywords("fork_exec")?;
        all.check_positional("fork_exec", 22, 22)?;
        let a = all.pos;
        let close_fds = a[2].is_true()?;
        let Some(pass) = a[3].downcast::<PyTuple>() else {
            return raise!(
                TypeError,
                "fork_exec() argument 4 must be tuple, not {}",
                a[3].ty().name()
            );
        };
        let mut fds = [0; 8];
        for (place, obj) in fds.iter_mut().zip(&a[6..14]) {
            *place = number::as_c_int(obj)?;
        }
        let (restore_signals, setsid) = (a[14].is_true()?, a[15].is_true()?);
        let pgid = number::as_c_int(a[16])?;
        let umask = number::as_c_int(a[20])?;
        if close_fds && fds[7] < 3 {
            return raise!(ValueError, "errpipe_write must be >= 3");
        }
        object::audit!("_posixsubprocess.fork_exec", a[1], a[0], a[5])?;
        let mut pass_fds = Vec::new();
        for fd in pass.as_slice() {
            let n = number::index(fd)?
                .to_i64()
                .and_then(|n| i32::try_from(n).ok())
                .unwrap_or(-1);
            if n < 0 || pass_fds.last().is_some_and(|last| *last >= n) {
                return raise!(ValueError, "bad value(s) in fds_to_keep");
            }
            pass_fds.push(n);
        }
        let argv = if object::is_none(a[0]) {
            Vec::new()
        } else if a[0].downcast::<PyList>().is_some() || a[0].downcast::<PyTuple>().is_some() {
            let items = object::iter::collect(a[0])?;
            items
                .iter()
                .map(|x| os::fs_bytes(x))
                .collect::<PyResult<Vec<_>>>()?
        } else {
            return raise!(TypeError, "argv must be a tuple or list");
        };
        let plan = Plan {
            executables: byte_strings(a[1])?,
            argv,
            env: if object::is_none(a[5]) {
                None
            } else {
                Some(byte_strings(a[5])?)
            },
            cwd: if object::is_none(a[4]) {
                None
            } else {
                Some(os::fs_bytes(a[4])?)
            },
            close_fds,
            pass_fds,
            fds,
            restore_signals,
            setsid,
            pgid,
            gid: id(a[17])?,
            groups: if object::is_none(a[18]) {
                None
            } else {
                Some(super::process::group_list(a[18], "extra_groups")?)
            },
            uid: id(a[19])?,
            umask,
        };
        let preexec = Some(a[21]).filter(|f| !object::is_none(f));
        let argv = pointers(&plan.argv);
        let env = plan.env.as_ref().map(|e| pointers(e));
        let mut keep = plan.pass_fds.clone();
        if !keep.contains(&fds[7]) {
            keep.push(fds[7]);
            keep.sort_unstable();
        }
        if preexec.is_some() {
            run_hooks(&BEFORE, true);
        }
        // SAFETY: the child touches only what was made before, but for `preexec_fn`, for which it has the GIL.
        let pid = outcome(unsafe { libc::fork() });
        if pid == Ok(0) {
            if preexec.is_some() {
                after_child();
            }
            let (errno, place) = plan.run(&argv, env.as_deref(), &keep, preexec);
            let mut message = [0u8; 96];
            let n = report(&mut message, errno, place);
            // SAFETY: that many bytes; then the child ends.
            unsafe {
                libc::write(fds[7], message.as_ptr().cast(), n);
                libc::_exit(255);
            }
        }
        if preexec.is_some() {
            run_hooks(&AFTER_PARENT, false);
        }
        check(pid)
    }
}

/// What the child tells the parent: `OSError:HEX:place`, made without memory from the heap.
fn report(out: &mut [u8; 96], errno: i32, place: &str) -> usize {
    let mut n = 0;
    let mut push = |bytes: &[u8]| {
        for b in bytes {
            if n < 96 {
                out[n] = *b;
                n += 1;
            }
        }
    };
    if errno >= 0 {
        push(b"OSError:");
        let mut shift = 28;
        while shift > 0 && errno >> shift == 0 {
            shift -= 4;
        }
        loop {
            push(&[b"0123456789ABCDEF"[(errno >> shift & 15) as usize]]);
            if shift == 0 {
                break;
            }
            shift -= 4;
        }
        push(b":");
    }
    push(place.as_bytes());
    n
}
