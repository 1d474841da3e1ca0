//! `posix`: processes: the environment, identities, signals sent, children waited for, the machine.

use crate::os::{self, Fileno, FsBytes, Gid, Uid, call, check, class_of, decode, id_to_py, outcome};
use object::{
    GilCell, Py, PyBytes, PyDict, PyFloat, PyInt, PyLayout, PyList, PyObject, PyResult, PyStr, PyTuple,
    PyTypeObject, hooks, number, pymodule, raise, structseq,
};
use std::ffi::{CStr, CString, c_char};

static UNAME: GilCell<Option<&'static PyTypeObject>> = GilCell::new(None);
static TERMINAL_SIZE: GilCell<Option<&'static PyTypeObject>> = GilCell::new(None);
static TIMES: GilCell<Option<&'static PyTypeObject>> = GilCell::new(None);
static WAITID: GilCell<Option<&'static PyTypeObject>> = GilCell::new(None);

pub fn uname_class() -> PyResult<&'static PyTypeObject> {
    class_of(&UNAME, || {
        structseq::new_class(
            "posix.uname_result",
            "uname_result: Result from os.uname().\n\nThis object may be accessed either as a tuple of\n  (sysname, nodename, release, version, machine),\nor via the attributes sysname, nodename, release, version, and machine.\n\nSee os.uname for more information.",
            &["sysname", "nodename", "release", "version", "machine"],
            5,
        )
    })
}

pub fn terminal_size_class() -> PyResult<&'static PyTypeObject> {
    class_of(&TERMINAL_SIZE, || {
        structseq::new_class(
            "os.terminal_size",
            "A tuple of (columns, lines) for holding terminal window size",
            &["columns", "lines"],
            2,
        )
    })
}

pub fn times_class() -> PyResult<&'static PyTypeObject> {
    class_of(&TIMES, || {
        structseq::new_class(
            "posix.times_result",
            "times_result: Result from os.times().\n\nThis object may be accessed either as a tuple of\n  (user, system, children_user, children_system, elapsed),\nor via the attributes user, system, children_user, children_system,\nand elapsed.\n\nSee os.times for more information.",
            &["user", "system", "children_user", "children_system", "elapsed"],
            5,
        )
    })
}

pub fn waitid_class() -> PyResult<&'static PyTypeObject> {
    class_of(&WAITID, || {
        structseq::new_class(
            "posix.waitid_result",
            "waitid_result: Result from waitid.\n\nThis object may be accessed either as a tuple of\n  (si_pid, si_uid, si_signo, si_status, si_code),\nor via the attributes si_pid, si_uid, and so on.\n\nSee os.waitid for more information.",
            &["si_pid", "si_uid", "si_signo", "si_status", "si_code"],
            5,
        )
    })
}

unsafe extern "C" {
    static environ: *const *const c_char;
    fn getlogin_r(name: *mut c_char, size: usize) -> i32;
}

/// The process's environment as `execve` takes it.
pub fn environment_strings() -> Vec<CString> {
    let mut all = Vec::new();
    // SAFETY: null or an array of texts that ends with a null pointer; changed only under the GIL.
    unsafe {
        let mut p = environ;
        while !p.is_null() && !(*p).is_null() {
            all.push(CStr::from_ptr(*p).to_owned());
            p = p.add(1);
        }
    }
    all
}

/// The process's environment as a dict of bytes.
pub fn environ_dict() -> PyResult<Py<PyDict>> {
    let dict = PyDict::new()?;
    let mut at = 0;
    loop {
        // SAFETY: null or an array of texts that ends with a null pointer; changed only under the GIL.
        let entry = unsafe {
            if environ.is_null() || (*environ.add(at)).is_null() {
                break;
            }
            CStr::from_ptr(*environ.add(at)).to_bytes().to_vec()
        };
        at += 1;
        let Some(eq) = entry.iter().position(|c| *c == b'=') else {
            continue;
        };
        let (key, value) = (PyBytes::new(&entry[..eq])?, PyBytes::new(&entry[eq + 1..])?);
        dict.set_default(key.as_object(), value.as_object())?;
    }
    Ok(dict)
}

fn no_equals(name: &CStr) -> PyResult<()> {
    if name.to_bytes().contains(&b'=') {
        return raise!(ValueError, "illegal environment variable name");
    }
    Ok(())
}

/// Environment as `execve` takes it.
pub fn env_strings(env: &PyObject) -> PyResult<Vec<CString>> {
    let mapping = env
        .ty()
        .as_mapping()
        .is_some_and(|m| m.mp_subscript.get().is_some());
    if !mapping {
        return raise!(TypeError, "execve: environment must be a mapping object");
    }
    let keys = env.call_method(object::intern!("keys"), &[])?;
    let keys = object::iter::collect(&keys)?;
    let values = env.call_method(object::intern!("values"), &[])?;
    let values = object::iter::collect(&values)?;
    let mut out = Vec::with_capacity(keys.len());
    for (k, v) in keys.iter().zip(&values) {
        let (k, v) = (os::fs_bytes(k)?, os::fs_bytes(v)?);
        if k.is_empty() || k.to_bytes().contains(&b'=') {
            return raise!(ValueError, "illegal environment variable name");
        }
        let mut all = k.into_bytes();
        all.push(b'=');
        all.extend_from_slice(v.to_bytes());
        match CString::new(all) {
            Ok(c) => out.push(c),
            Err(_) => return raise!(ValueError, "embedded null byte"),
        }
    }
    Ok(out)
}

/// Pointers to texts, ended by a null pointer.
pub fn pointers(texts: &[CString]) -> Vec<*const c_char> {
    texts
        .iter()
        .map(|t| t.as_ptr())
        .chain([std::ptr::null()])
        .collect()
}

fn rusage(pid: i32, status: i32, ru: &libc::rusage) -> PyResult {
    object::IntoPy::into_py((pid, status, crate::resource::rusage(ru)?))
}

/// Numbers of groups from a Python sequence.
pub fn group_list(groups: &PyObject, what: &str) -> PyResult<Vec<u32>> {
    if !number::is_sequence(groups) {
        return raise!(TypeError, "{what} argument must be a sequence");
    }
    let mut out = Vec::new();
    for g in object::iter::collect(groups)? {
        if !<PyInt as IsInt>::is_int(&g) {
            return raise!(TypeError, "groups must be integers");
        }
        out.push(
            <Gid as object::FromArg>::from_arg(
                &g,
                object::ArgContext {
                    fname: "",
                    place: object::args::Place::Only,
                },
            )?
            .0,
        );
    }
    if out.len() > 65536 {
        return raise!(ValueError, "too many groups");
    }
    Ok(out)
}

trait IsInt {
    fn is_int(obj: &PyObject) -> bool;
}
impl IsInt for PyInt {
    fn is_int(obj: &PyObject) -> bool {
        obj.downcast::<PyInt>().is_some()
    }
}

fn py_groups(ids: &[u32]) -> PyResult<Py<PyList>> {
    let list = PyList::new()?;
    for id in ids {
        list.append(id_to_py(*id)?.into_object())?;
    }
    Ok(list)
}

/// `getpid`, `kill`, `waitpid`, …
pub struct Processes;

#[pymodule(name = "posix")]
impl Processes {
    #[function("($module, /)")]
    fn _create_environ() -> PyResult<Py<PyDict>> {
        environ_dict()
    }
    #[function("($module, name, value, /)")]
    fn putenv(name: FsBytes, value: FsBytes) -> PyResult<()> {
        no_equals(&name.0)?;
        object::audit!("os.putenv", os::told_bytes(&name.0)?, os::told_bytes(&value.0)?)?;
        // SAFETY: NUL-terminated texts; the environment is changed only under the GIL.
        check(outcome(unsafe {
            libc::setenv(name.0.as_ptr(), value.0.as_ptr(), 1)
        }))
        .map(drop)
    }
    #[function("($module, name, /)")]
    fn unsetenv(name: FsBytes) -> PyResult<()> {
        object::audit!("os.unsetenv", os::told_bytes(&name.0)?)?;
        // SAFETY: as above.
        check(outcome(unsafe { libc::unsetenv(name.0.as_ptr()) })).map(drop)
    }
    #[function("($module, code, /)")]
    fn strerror(code: i32) -> String {
        object::error::errno_text(code)
    }
    #[function("($module, /, status)")]
    fn _exit(status: i32) -> PyResult<()> {
        // SAFETY: ends the process at once.
        unsafe { libc::_exit(status) }
    }
    #[function("($module, /)")]
    fn abort() -> PyResult<()> {
        // SAFETY: ends the process at once.
        unsafe { libc::abort() }
    }
    #[function("($module, /)")]
    fn getpid() -> i32 {
        // SAFETY: a query.
        unsafe { libc::getpid() }
    }
    #[function("($module, /)")]
    fn getppid() -> i32 {
        // SAFETY: a query.
        unsafe { libc::getppid() }
    }
    #[function("($module, /)")]
    fn getpgrp() -> i32 {
        // SAFETY: a query.
        unsafe { libc::getpgrp() }
    }
    #[function("($module, /)")]
    fn getuid() -> PyResult<Py<PyInt>> {
        // SAFETY: a query.
        id_to_py(unsafe { libc::getuid() })
    }
    #[function("($module, /)")]
    fn geteuid() -> PyResult<Py<PyInt>> {
        // SAFETY: a query.
        id_to_py(unsafe { libc::geteuid() })
    }
    #[function("($module, /)")]
    fn getgid() -> PyResult<Py<PyInt>> {
        // SAFETY: a query.
        id_to_py(unsafe { libc::getgid() })
    }
    #[function("($module, /)")]
    fn getegid() -> PyResult<Py<PyInt>> {
        // SAFETY: a query.
        id_to_py(unsafe { libc::getegid() })
    }
    #[function("($module, /)")]
    fn getresuid() -> PyResult {
        let (mut r, mut e, mut s) = (0, 0, 0);
        // SAFETY: places for three numbers.
        check(outcome(unsafe { libc::getresuid(&mut r, &mut e, &mut s) }))?;
        object::IntoPy::into_py((id_to_py(r)?, id_to_py(e)?, id_to_py(s)?))
    }
    #[function("($module, /)")]
    fn getresgid() -> PyResult {
        let (mut r, mut e, mut s) = (0, 0, 0);
        // SAFETY: places for three numbers.
        check(outcome(unsafe { libc::getresgid(&mut r, &mut e, &mut s) }))?;
        object::IntoPy::into_py((id_to_py(r)?, id_to_py(e)?, id_to_py(s)?))
    }
    #[function("($module, uid, /)")]
    fn setuid(uid: Uid) -> PyResult<()> {
        // SAFETY: numbers only.
        check(outcome(unsafe { libc::setuid(uid.0) })).map(drop)
    }
    #[function("($module, euid, /)")]
    fn seteuid(euid: Uid) -> PyResult<()> {
        // SAFETY: numbers only.
        check(outcome(unsafe { libc::seteuid(euid.0) })).map(drop)
    }
    #[function("($module, gid, /)")]
    fn setgid(gid: Gid) -> PyResult<()> {
        // SAFETY: numbers only.
        check(outcome(unsafe { libc::setgid(gid.0) })).map(drop)
    }
    #[function("($module, egid, /)")]
    fn setegid(egid: Gid) -> PyResult<()> {
        // SAFETY: numbers only.
        check(outcome(unsafe { libc::setegid(egid.0) })).map(drop)
    }
    #[function("($module, ruid, euid, /)")]
    fn setreuid(ruid: Uid, euid: Uid) -> PyResult<()> {
        // SAFETY: numbers only.
        check(outcome(unsafe { libc::setreuid(ruid.0, euid.0) })).map(drop)
    }
    #[function("($module, rgid, egid, /)")]
    fn setregid(rgid: Gid, egid: Gid) -> PyResult<()> {
        // SAFETY: numbers only.
        check(outcome(unsafe { libc::setregid(rgid.0, egid.0) })).map(drop)
    }
    #[function("($module, ruid, euid, suid, /)")]
    fn setresuid(ruid: Uid, euid: Uid, suid: Uid) -> PyResult<()> {
        // SAFETY: numbers only.
        check(outcome(unsafe { libc::setresuid(ruid.0, euid.0, suid.0) })).map(drop)
    }
    #[function("($module, rgid, egid, sgid, /)")]
    fn setresgid(rgid: Gid, egid: Gid, sgid: Gid) -> PyResult<()> {
        // SAFETY: numbers only.
        check(outcome(unsafe { libc::setresgid(rgid.0, egid.0, sgid.0) })).map(drop)
    }
    #[function("($module, /)")]
    fn getgroups() -> PyResult<Py<PyList>> {
        // SAFETY: with no room it only counts.
        let n = check(outcome(unsafe { libc::getgroups(0, std::ptr::null_mut()) }))?;
        let mut ids = vec![0u32; n as usize];
        // SAFETY: room for that many numbers.
        let n = check(outcome(unsafe { libc::getgroups(n, ids.as_mut_ptr()) }))?;
        py_groups(&ids[..n as usize])
    }
    #[function("($module, groups, /)")]
    fn setgroups(groups: &PyObject) -> PyResult<()> {
        let ids = group_list(groups, "setgroups")?;
        // SAFETY: that many numbers.
        check(outcome(unsafe { libc::setgroups(ids.len(), ids.as_ptr()) })).map(drop)
    }
    #[function("($module, username, gid, /)")]
    fn initgroups(username: FsBytes, gid: Gid) -> PyResult<()> {
        // SAFETY: a NUL-terminated name.
        check(outcome(unsafe { libc::initgroups(username.0.as_ptr(), gid.0) })).map(drop)
    }
    #[function("($module, user, group, /)")]
    fn getgrouplist(user: &PyStr, group: Gid) -> PyResult<Py<PyList>> {
        let name = os::c_text(user)?;
        let mut room = 64i32;
        loop {
            let mut n = room;
            let mut ids = vec![0u32; room as usize];
            // SAFETY: a NUL-terminated name, room for `n` numbers.
            let status = unsafe { libc::getgrouplist(name.as_ptr(), group.0, ids.as_mut_ptr(), &mut n) };
            if status >= 0 {
                return py_groups(&ids[..n.max(0) as usize]);
            }
            if room > 1 << 20 {
                return object::error::raise_errno(libc::ENOMEM, None);
            }
            room = n.max(room * 2);
        }
    }
    #[function("($module, /)")]
    fn getlogin() -> PyResult<Py<PyStr>> {
        let mut buf = vec![0u8; 256];
        // SAFETY: room for that many bytes.
        let status = unsafe { getlogin_r(buf.as_mut_ptr().cast(), buf.len()) };
        if status != 0 {
            return object::error::raise_errno(status, None);
        }
        decode(&buf[..buf.iter().position(|c| *c == 0).unwrap_or(0)])
    }
    #[function("($module, /, pid)")]
    fn getpgid(pid: i32) -> PyResult<i32> {
        // SAFETY: numbers only.
        check(outcome(unsafe { libc::getpgid(pid) }))
    }
    #[function("($module, pid, pgrp, /)")]
    fn setpgid(pid: i32, pgrp: i32) -> PyResult<()> {
        // SAFETY: numbers only.
        check(outcome(unsafe { libc::setpgid(pid, pgrp) })).map(drop)
    }
    #[function("($module, /)")]
    fn setpgrp() -> PyResult<()> {
        // SAFETY: numbers only.
        check(outcome(unsafe { libc::setpgid(0, 0) })).map(drop)
    }
    #[function("($module, pid, /)")]
    fn getsid(pid: i32) -> PyResult<i32> {
        // SAFETY: numbers only.
        check(outcome(unsafe { libc::getsid(pid) }))
    }
    #[function("($module, /)")]
    fn setsid() -> PyResult<()> {
        // SAFETY: no arguments.
        check(outcome(unsafe { libc::setsid() })).map(drop)
    }
    #[function("($module, fd, /)")]
    fn tcgetpgrp(fd: i32) -> PyResult<i32> {
        // SAFETY: numbers only.
        check(outcome(unsafe { libc::tcgetpgrp(fd) }))
    }
    #[function("($module, fd, pgid, /)")]
    fn tcsetpgrp(fd: i32, pgid: i32) -> PyResult<()> {
        // SAFETY: numbers only.
        check(outcome(unsafe { libc::tcsetpgrp(fd, pgid) })).map(drop)
    }
    #[function("($module, pid, signal, /)")]
    fn kill(pid: i32, signal: isize) -> PyResult<()> {
        let signal = i32::try_from(signal).unwrap_or(-1);
        object::audit!("os.kill", pid, signal)?;
        // SAFETY: numbers only.
        check(outcome(unsafe { libc::kill(pid, signal) }))?;
        // a signal to this process is handled before going on
        hooks::check_pending()
    }
    #[function("($module, pgid, signal, /)")]
    fn killpg(pgid: i32, signal: i32) -> PyResult<()> {
        object::audit!("os.killpg", pgid, signal)?;
        // SAFETY: numbers only.
        check(outcome(unsafe { libc::killpg(pgid, signal) }))?;
        hooks::check_pending()
    }
    #[function("($module, increment, /)")]
    fn nice(increment: i32) -> PyResult<i32> {
        os::set_errno(0);
        // SAFETY: numbers only.
        let n = unsafe { libc::nice(increment) };
        if n == -1 && os::errno() != 0 {
            return check(outcome(n));
        }
        Ok(n)
    }
    #[function("($module, /, which, who)")]
    fn getpriority(which: i32, who: i32) -> PyResult<i32> {
        os::set_errno(0);
        // SAFETY: numbers only.
        let n = unsafe { libc::getpriority(which as u32, who as u32) };
        if os::errno() != 0 {
            return object::error::raise_errno(os::errno(), None);
        }
        Ok(n)
    }
    #[function("($module, /, which, who, priority)")]
    fn setpriority(which: i32, who: i32, priority: i32) -> PyResult<()> {
        // SAFETY: numbers only.
        check(outcome(unsafe {
            libc::setpriority(which as u32, who as u32, priority)
        }))
        .map(drop)
    }
    #[function("($module, pid, options, /)")]
    fn waitpid(pid: i32, options: i32) -> PyResult<(i32, i32)> {
        let mut status = 0;
        // SAFETY: a place for the status.
        let pid = check(os::retry(|| unsafe { libc::waitpid(pid, &mut status, options) })?)?;
        Ok((pid, if pid == 0 { 0 } else { status }))
    }
    #[function("($module, /)")]
    fn wait() -> PyResult<(i32, i32)> {
        let mut status = 0;
        // SAFETY: a place for the status.
        let pid = check(os::retry(|| unsafe { libc::wait(&mut status) })?)?;
        Ok((pid, status))
    }
    #[function("($module, /, options)")]
    fn wait3(options: i32) -> PyResult {
        Processes::wait4(-1, options)
    }
    #[function("($module, /, pid, options)")]
    fn wait4(pid: i32, options: i32) -> PyResult {
        let mut status = 0;
        // SAFETY: zero is a valid value of plain numbers.
        let mut ru: libc::rusage = unsafe { std::mem::zeroed() };
        // SAFETY: places for the answers.
        let pid = check(os::retry(|| unsafe {
            libc::wait4(pid, &mut status, options, &mut ru)
        })?)?;
        rusage(pid, status, &ru)
    }
    #[function("($module, idtype, id, options, /)")]
    fn waitid(idtype: i32, id: u32, options: i32) -> PyResult {
        // SAFETY: zero is a valid value of plain numbers.
        let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
        // SAFETY: a place for the answer.
        check(os::retry(|| unsafe {
            libc::waitid(idtype as u32, id, &mut info, options)
        })?)?;
        // SAFETY: the fields that a waited-for child has.
        let (pid, uid, status) = unsafe { (info.si_pid(), info.si_uid(), info.si_status()) };
        if pid == 0 {
            return Ok(object::none());
        }
        let int = |v: i32| -> PyResult { Ok(PyInt::from_i64(v.into())?.into_object()) };
        structseq::new_instance(
            waitid_class()?,
            vec![
                int(pid)?,
                id_to_py(uid)?.into_object(),
                int(info.si_signo)?,
                int(status)?,
                int(info.si_code)?,
            ],
        )
    }
    #[function("($module, /, pid, flags=0)")]
    fn pidfd_open(pid: i32, flags: Option<u32>) -> PyResult<i32> {
        // SAFETY: numbers only.
        let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, pid, flags.unwrap_or(0)) };
        Ok(check(outcome(fd))? as i32)
    }
    #[function("($module, status, /)", name = "WCOREDUMP")]
    fn wcoredump(status: i32) -> bool {
        libc::WCOREDUMP(status)
    }
    #[function("($module, /, status)", name = "WIFCONTINUED")]
    fn wifcontinued(status: i32) -> bool {
        libc::WIFCONTINUED(status)
    }
    #[function("($module, /, status)", name = "WIFSTOPPED")]
    fn wifstopped(status: i32) -> bool {
        libc::WIFSTOPPED(status)
    }
    #[function("($module, /, status)", name = "WIFSIGNALED")]
    fn wifsignaled(status: i32) -> bool {
        libc::WIFSIGNALED(status)
    }
    #[function("($module, /, status)", name = "WIFEXITED")]
    fn wifexited(status: i32) -> bool {
        libc::WIFEXITED(status)
    }
    #[function("($module, /, status)", name = "WEXITSTATUS")]
    fn wexitstatus(status: i32) -> i32 {
        libc::WEXITSTATUS(status)
    }
    #[function("($module, /, status)", name = "WTERMSIG")]
    fn wtermsig(status: i32) -> i32 {
        libc::WTERMSIG(status)
    }
    #[function("($module, /, status)", name = "WSTOPSIG")]
    fn wstopsig(status: i32) -> i32 {
        libc::WSTOPSIG(status)
    }
    #[function("($module, /, status)")]
    fn waitstatus_to_exitcode(status: &PyObject) -> PyResult<i32> {
        let s = number::as_c_int(status)?;
        if libc::WIFEXITED(s) {
            return Ok(libc::WEXITSTATUS(s));
        }
        if libc::WIFSIGNALED(s) {
            return Ok(-libc::WTERMSIG(s));
        }
        if libc::WIFSTOPPED(s) {
            return raise!(
                ValueError,
                "process stopped by delivery of signal {}",
                libc::WSTOPSIG(s)
            );
        }
        raise!(ValueError, "invalid wait status: {s}")
    }
    #[function("($module, /)")]
    fn uname() -> PyResult {
        let mut u = std::mem::MaybeUninit::<libc::utsname>::uninit();
        // SAFETY: a place for the answer.
        check(outcome(unsafe { libc::uname(u.as_mut_ptr()) }))?;
        // SAFETY: filled in on success.
        let u = unsafe { u.assume_init() };
        let text = |f: &[c_char]| -> PyResult {
            let bytes: Vec<u8> = f.iter().map(|c| *c as u8).take_while(|c| *c != 0).collect();
            Ok(decode(&bytes)?.into_object())
        };
        let v = vec![
            text(&u.sysname)?,
            text(&u.nodename)?,
            text(&u.release)?,
            text(&u.version)?,
            text(&u.machine)?,
        ];
        structseq::new_instance(uname_class()?, v)
    }
    #[function("($module, fd=<unrepresentable>, /)")]
    fn get_terminal_size(fd: Option<i32>) -> PyResult {
        let mut w = libc::winsize {
            ws_row: 0,
            ws_col: 0,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        // SAFETY: a place for the answer.
        check(outcome(unsafe {
            libc::ioctl(fd.unwrap_or(1), libc::TIOCGWINSZ, &mut w)
        }))?;
        let v = vec![
            PyInt::from_i64(w.ws_col.into())?.into_object(),
            PyInt::from_i64(w.ws_row.into())?.into_object(),
        ];
        structseq::new_instance(terminal_size_class()?, v)
    }
    #[function("($module, /)")]
    fn cpu_count() -> Option<i64> {
        if let Some(n) = object::hooks::CPU_COUNT.get() {
            return Some(i64::from(n));
        }
        // SAFETY: a query.
        let n = unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) };
        (n > 0).then_some(n)
    }
    #[function("($module, /)")]
    fn getloadavg() -> PyResult<(f64, f64, f64)> {
        let mut v = [0f64; 3];
        // SAFETY: room for three numbers.
        if unsafe { libc::getloadavg(v.as_mut_ptr(), 3) } != 3 {
            return raise!(OSError, "Load averages are unobtainable");
        }
        Ok((v[0], v[1], v[2]))
    }
    #[function("($module, /)")]
    fn times() -> PyResult {
        // SAFETY: zero is a valid value of plain numbers.
        let mut t: libc::tms = unsafe { std::mem::zeroed() };
        // SAFETY: a place for the answer.
        let elapsed = check(outcome(unsafe { libc::times(&mut t) }))?;
        // SAFETY: a query.
        let per_second = unsafe { libc::sysconf(libc::_SC_CLK_TCK) } as f64;
        let mut v = Vec::new();
        for n in [t.tms_utime, t.tms_stime, t.tms_cutime, t.tms_cstime, elapsed] {
            v.push(PyFloat::new(n as f64 / per_second)?.into_object());
        }
        structseq::new_instance(times_class()?, v)
    }
    #[function("($module, name, /)")]
    fn sysconf(name: &PyObject) -> PyResult<i64> {
        let name = super::consts::conf_name(name, super::consts::SYSCONF)?;
        os::set_errno(0);
        // SAFETY: numbers only.
        let v = unsafe { libc::sysconf(name) };
        if v == -1 && os::errno() != 0 {
            return check(outcome(v));
        }
        Ok(v)
    }
    #[function("($module, name, /)")]
    fn confstr(name: &PyObject) -> PyResult<Option<Py<PyStr>>> {
        let name = super::consts::conf_name(name, super::consts::CONFSTR)?;
        os::set_errno(0);
        // SAFETY: with no room it only counts.
        let n = unsafe { libc::confstr(name, std::ptr::null_mut(), 0) };
        if n == 0 {
            return match os::errno() {
                0 => Ok(None),
                e => object::error::raise_errno(e, None),
            };
        }
        let mut buf = vec![0u8; n];
        // SAFETY: room for that many bytes.
        unsafe { libc::confstr(name, buf.as_mut_ptr().cast(), n) };
        buf.pop();
        decode(&buf).map(Some)
    }
    #[function("($module, /, command)")]
    fn system(command: FsBytes) -> PyResult<i32> {
        object::audit!("os.system", os::told_bytes(&command.0)?)?;
        // SAFETY: a NUL-terminated command.
        Ok(hooks::blocking(|| unsafe { libc::system(command.0.as_ptr()) }))
    }
    #[function("($module, /)")]
    fn ctermid() -> PyResult<Py<PyStr>> {
        PyStr::new("/dev/tty")
    }
    #[function("($module, fd, /)")]
    fn ttyname(fd: i32) -> PyResult<Py<PyStr>> {
        let mut buf = vec![0u8; 1024];
        // SAFETY: room for that many bytes.
        let status = unsafe { libc::ttyname_r(fd, buf.as_mut_ptr().cast(), buf.len()) };
        if status != 0 {
            return object::error::raise_errno(status, None);
        }
        decode(&buf[..buf.iter().position(|c| *c == 0).unwrap_or(0)])
    }
    #[function("($module, /, flags)")]
    fn unshare(flags: i32) -> PyResult<()> {
        // SAFETY: numbers only.
        check(call(|| unsafe { libc::unshare(flags) })).map(drop)
    }
    #[function("($module, /, fd, nstype=0)")]
    fn setns(fd: Fileno, nstype: Option<i32>) -> PyResult<()> {
        // SAFETY: numbers only.
        check(call(|| unsafe { libc::setns(fd.0, nstype.unwrap_or(0)) })).map(drop)
    }
    #[function("($module, /)")]
    fn _inputhook() -> i32 {
        0
    }
    #[function("($module, /)")]
    fn _is_inputhook_installed() -> bool {
        false
    }
}

/// Arguments of `exec` and `spawn`: a list or a tuple of paths.
pub fn arguments(argv: &PyObject, fname: &str) -> PyResult<Vec<CString>> {
    let items = if let Some(l) = argv.downcast::<PyList>() {
        l.to_vec()
    } else if let Some(t) = argv.downcast::<PyTuple>() {
        t.as_slice().to_vec()
    } else {
        return raise!(TypeError, "{fname} must be a tuple or list");
    };
    items.iter().map(|a| os::fs_bytes(a)).collect()
}
