//! `posix`: `posix_spawn` and `posix_spawnp`.

use super::process::{arguments, env_strings, environment_strings, pointers};
use super::sched;
use crate::os::{self, Path};
use object::{PyLayout, PyObject, PyResult, PyTuple, is_none, number, pymodule, raise};
use std::ffi::{CString, c_char};

const OPEN: i64 = 0;
const CLOSE: i64 = 1;
const DUP2: i64 = 2;
const CLOSEFROM: i64 = 3;

unsafe extern "C" {
    fn posix_spawn_file_actions_addclosefrom_np(
        actions: *mut libc::posix_spawn_file_actions_t,
        from: i32,
    ) -> i32;
}

/// What the child does with descriptors. The texts that it names live as long.
struct Actions {
    actions: libc::posix_spawn_file_actions_t,
    _paths: Vec<CString>,
}

fn check(errno: i32) -> PyResult<()> {
    match errno {
        0 => Ok(()),
        e => object::error::raise_errno(e, None),
    }
}

fn c_int(obj: &PyObject) -> PyResult<i32> {
    number::as_c_int(obj)
}

impl Actions {
    fn parse(list: &PyObject) -> PyResult<Actions> {
        if !number::is_sequence(list) {
            return raise!(TypeError, "file_actions must be a sequence or None");
        }
        let items = object::iter::collect(list)?;
        let mut actions = std::mem::MaybeUninit::uninit();
        // SAFETY: a place to fill in.
        check(unsafe { libc::posix_spawn_file_actions_init(actions.as_mut_ptr()) })?;
        let mut all = Actions {
            // SAFETY: filled in on success.
            actions: unsafe { actions.assume_init() },
            _paths: Vec::new(),
        };
        for item in &items {
            all.add(item)?;
        }
        Ok(all)
    }

    fn add(&mut self, item: &PyObject) -> PyResult<()> {
        let Some([tag, rest @ ..]) = item.downcast::<PyTuple>().map(|t| t.as_slice()) else {
            return raise!(TypeError, "Each file_actions element must be a non-empty tuple");
        };
        let actions = &mut self.actions;
        match number::index(tag)?.to_i64() {
            Some(OPEN) => {
                let [fd, path, flags, mode] = rest else {
                    return raise!(TypeError, "A open file_action tuple must have 5 elements");
                };
                let fd = c_int(fd)?;
                let path = os::fs_bytes(path)?;
                let flags = c_int(flags)?;
                let mode = number::index(mode)?.to_u64_wrapping() as libc::mode_t;
                // SAFETY: initialized actions; the text lives as long as they do.
                check(unsafe {
                    libc::posix_spawn_file_actions_addopen(actions, fd, path.as_ptr(), flags, mode)
                })?;
                self._paths.push(path);
                Ok(())
            }
            Some(CLOSE) => {
                let [fd] = rest else {
                    return raise!(TypeError, "A close file_action tuple must have 2 elements");
                };
                let fd = c_int(fd)?;
                // SAFETY: initialized actions.
                check(unsafe { libc::posix_spawn_file_actions_addclose(actions, fd) })
            }
            Some(DUP2) => {
                let [from, to] = rest else {
                    return raise!(TypeError, "A dup2 file_action tuple must have 3 elements");
                };
                let (from, to) = (c_int(from)?, c_int(to)?);
                // SAFETY: initialized actions.
                check(unsafe { libc::posix_spawn_file_actions_adddup2(actions, from, to) })
            }
            Some(CLOSEFROM) => {
                let [from] = rest else {
                    return raise!(TypeError, "A closefrom file_action tuple must have 2 elements");
                };
                let from = c_int(from)?;
                // SAFETY: initialized actions.
                check(unsafe { posix_spawn_file_actions_addclosefrom_np(actions, from) })
            }
            _ => raise!(TypeError, "Unknown file_actions identifier"),
        }
    }
}

impl Drop for Actions {
    fn drop(&mut self) {
        // SAFETY: initialized actions.
        unsafe { libc::posix_spawn_file_actions_destroy(&mut self.actions) };
    }
}

/// Settings of the child.
struct Attributes(libc::posix_spawnattr_t);

impl Drop for Attributes {
    fn drop(&mut self) {
        // SAFETY: initialized attributes.
        unsafe { libc::posix_spawnattr_destroy(&mut self.0) };
    }
}

/// The keyword arguments of both functions.
struct Settings<'a> {
    setpgroup: Option<&'a PyObject>,
    resetids: bool,
    setsid: bool,
    setsigmask: Option<&'a PyObject>,
    setsigdef: Option<&'a PyObject>,
    scheduler: Option<&'a PyObject>,
}

impl Settings<'_> {
    fn attributes(&self, fname: &str) -> PyResult<Attributes> {
        let mut attr = std::mem::MaybeUninit::uninit();
        // SAFETY: a place to fill in.
        check(unsafe { libc::posix_spawnattr_init(attr.as_mut_ptr()) })?;
        // SAFETY: filled in on success.
        let mut attr = Attributes(unsafe { attr.assume_init() });
        let mut flags = 0;
        if let Some(group) = self.setpgroup.filter(|g| !is_none(g)) {
            let group = c_int(group)?;
            // SAFETY: initialized attributes.
            check(unsafe { libc::posix_spawnattr_setpgroup(&mut attr.0, group) })?;
            flags |= libc::POSIX_SPAWN_SETPGROUP;
        }
        if self.resetids {
            flags |= libc::POSIX_SPAWN_RESETIDS;
        }
        if self.setsid {
            flags |= 0x80; // POSIX_SPAWN_SETSID
        }
        if let Some(mask) = self.setsigmask {
            let set = crate::signal::sigset(mask)?;
            // SAFETY: initialized attributes and set.
            check(unsafe { libc::posix_spawnattr_setsigmask(&mut attr.0, &set) })?;
            flags |= libc::POSIX_SPAWN_SETSIGMASK;
        }
        if let Some(mask) = self.setsigdef {
            let set = crate::signal::sigset(mask)?;
            // SAFETY: initialized attributes and set.
            check(unsafe { libc::posix_spawnattr_setsigdefault(&mut attr.0, &set) })?;
            flags |= libc::POSIX_SPAWN_SETSIGDEF;
        }
        if let Some(scheduler) = self.scheduler.filter(|s| !is_none(s)) {
            let Some(pair) = scheduler.downcast::<PyTuple>() else {
                return raise!(TypeError, "{fname}: scheduler must be a tuple or None");
            };
            let [policy, param] = pair.as_slice() else {
                return raise!(TypeError, "A scheduler tuple must have two elements");
            };
            if !is_none(policy) {
                let policy = c_int(policy)?;
                // SAFETY: initialized attributes.
                check(unsafe { libc::posix_spawnattr_setschedpolicy(&mut attr.0, policy) })?;
                flags |= libc::POSIX_SPAWN_SETSCHEDULER;
            }
            let param = sched::param(param)?;
            // SAFETY: initialized attributes and parameter.
            check(unsafe { libc::posix_spawnattr_setschedparam(&mut attr.0, &param) })?;
            flags |= libc::POSIX_SPAWN_SETSCHEDPARAM;
        }
        // SAFETY: initialized attributes.
        check(unsafe { libc::posix_spawnattr_setflags(&mut attr.0, flags as _) })?;
        Ok(attr)
    }
}

fn spawn(
    fname: &'static str,
    search: bool,
    path: &Path,
    argv: &PyObject,
    env: &PyObject,
    file_actions: Option<&PyObject>,
    settings: &Settings<'_>,
) -> PyResult<i32> {
    let args = arguments(argv, &format!("{fname}: argv"))?;
    match args.first() {
        None => return raise!(ValueError, "{fname}: argv must not be empty"),
        Some(a) if a.is_empty() => {
            return raise!(ValueError, "{fname}: argv first element cannot be empty");
        }
        Some(_) => {}
    }
    let env_argument = env;
    let env = if is_none(env) {
        environment_strings()
    } else {
        let mapping = env
            .ty()
            .as_mapping()
            .is_some_and(|m| m.mp_subscript.get().is_some());
        if !mapping {
            return raise!(TypeError, "{fname}: environment must be a mapping object or None");
        }
        env_strings(env)?
    };
    let actions = match file_actions.filter(|a| !is_none(a)) {
        Some(list) => Some(Actions::parse(list)?),
        None => None,
    };
    let attributes = settings.attributes(fname)?;
    object::audit!(
        "os.posix_spawn",
        path.object.clone(),
        argv.new_ref(),
        env_argument.new_ref()
    )?;
    let (argv, env): (Vec<*const c_char>, Vec<*const c_char>) = (pointers(&args), pointers(&env));
    let actions = actions
        .as_ref()
        .map_or(std::ptr::null(), |a| &raw const a.actions);
    let mut pid = 0;
    // SAFETY: NUL-terminated texts, arrays ended by null pointers, initialized settings.
    let errno = unsafe {
        let f = if search {
            libc::posix_spawnp
        } else {
            libc::posix_spawn
        };
        f(
            &mut pid,
            path.as_ptr(),
            actions,
            &attributes.0,
            argv.as_ptr().cast(),
            env.as_ptr().cast(),
        )
    };
    match errno {
        0 => Ok(pid),
        e => object::error::raise_errno(e, Some(&path.object)),
    }
}

/// `posix_spawn`, `posix_spawnp`
pub struct PosixSpawn;

#[pymodule(name = "posix")]
impl PosixSpawn {
    #[function(
        "($module, path, argv, env, /, *, file_actions=(), setpgroup=None, resetids=False, setsid=False, setsigmask=(), setsigdef=(), scheduler=None)"
    )]
    fn posix_spawn(
        path: Path,
        argv: &PyObject,
        env: &PyObject,
        file_actions: Option<&PyObject>,
        setpgroup: Option<&PyObject>,
        resetids: Option<bool>,
        setsid: Option<bool>,
        setsigmask: Option<&PyObject>,
        setsigdef: Option<&PyObject>,
        scheduler: Option<&PyObject>,
    ) -> PyResult<i32> {
        let settings = Settings {
            setpgroup,
            resetids: resetids.unwrap_or(false),
            setsid: setsid.unwrap_or(false),
            setsigmask,
            setsigdef,
            scheduler,
        };
        spawn("posix_spawn", false, &path, argv, env, file_actions, &settings)
    }
    #[function(
        "($module, path, argv, env, /, *, file_actions=(), setpgroup=None, resetids=False, setsid=False, setsigmask=(), setsigdef=(), scheduler=None)"
    )]
    fn posix_spawnp(
        path: Path,
        argv: &PyObject,
        env: &PyObject,
        file_actions: Option<&PyObject>,
        setpgroup: Option<&PyObject>,
        resetids: Option<bool>,
        setsid: Option<bool>,
        setsigmask: Option<&PyObject>,
        setsigdef: Option<&PyObject>,
        scheduler: Option<&PyObject>,
    ) -> PyResult<i32> {
        let settings = Settings {
            setpgroup,
            resetids: resetids.unwrap_or(false),
            setsid: setsid.unwrap_or(false),
            setsigmask,
            setsigdef,
            scheduler,
        };
        spawn("posix_spawnp", true, &path, argv, env, file_actions, &settings)
    }
}
