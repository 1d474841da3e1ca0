//! `posix`: pseudo-terminals.

use super::files::set_inheritable;
use crate::os::{Fileno, check, decode, errno, outcome};
use object::{Py, PyResult, PyStr, error, pymodule};

/// Opens a pseudo-terminal; neither end is inherited by children.
fn open_pair() -> Result<(i32, i32), i32> {
    let (mut master, mut slave) = (-1, -1);
    // SAFETY: places for two descriptors; no name, no settings.
    outcome(unsafe {
        libc::openpty(
            &mut master,
            &mut slave,
            std::ptr::null_mut(),
            std::ptr::null_mut(),
            std::ptr::null_mut(),
        )
    })?;
    Ok((master, slave))
}

fn close(fd: i32) {
    // SAFETY: a descriptor of this function's caller.
    unsafe { libc::close(fd) };
}

/// `openpty`, `forkpty`, …
pub struct Terminals;

#[pymodule(name = "posix")]
impl Terminals {
    #[function("($module, /)")]
    fn openpty() -> PyResult<(i32, i32)> {
        let (master, slave) = check(open_pair())?;
        for fd in [master, slave] {
            if let Err(e) = set_inheritable(fd, false) {
                close(master);
                close(slave);
                return error::raise_errno(e, None);
            }
        }
        Ok((master, slave))
    }
    #[function("($module, /)")]
    fn forkpty() -> PyResult<(i32, i32)> {
        object::audit!("os.forkpty")?;
        let mut master = -1;
        let pid = super::spawn::fork_with("forkpty", || {
            // SAFETY: a place for a descriptor; no name, no settings. The child goes on with the GIL.
            unsafe {
                libc::forkpty(
                    &mut master,
                    std::ptr::null_mut(),
                    std::ptr::null_mut(),
                    std::ptr::null_mut(),
                )
            }
        })?;
        Ok((pid, master))
    }
    #[function("($module, fd, /)")]
    fn login_tty(fd: Fileno) -> PyResult<()> {
        // SAFETY: a number.
        check(outcome(unsafe { libc::login_tty(fd.0) })).map(drop)
    }
    #[function("($module, oflag, /)")]
    fn posix_openpt(oflag: i32) -> PyResult<i32> {
        // SAFETY: a number; descriptors are not inherited.
        check(outcome(unsafe { libc::posix_openpt(oflag | libc::O_CLOEXEC) }))
    }
    #[function("($module, fd, /)")]
    fn grantpt(fd: Fileno) -> PyResult<()> {
        // SAFETY: a number.
        check(outcome(unsafe { libc::grantpt(fd.0) })).map(drop)
    }
    #[function("($module, fd, /)")]
    fn unlockpt(fd: Fileno) -> PyResult<()> {
        // SAFETY: a number.
        check(outcome(unsafe { libc::unlockpt(fd.0) })).map(drop)
    }
    #[function("($module, fd, /)")]
    fn ptsname(fd: Fileno) -> PyResult<Py<PyStr>> {
        let mut name = [0u8; 256];
        // SAFETY: room for that many bytes.
        let status = unsafe { libc::ptsname_r(fd.0, name.as_mut_ptr().cast(), name.len()) };
        if status != 0 {
            return error::raise_errno(if status > 0 { status } else { errno() }, None);
        }
        decode(&name[..name.iter().position(|c| *c == 0).unwrap_or(0)])
    }
}
