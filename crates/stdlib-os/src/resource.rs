//! `resource`: limits and usage of a process.

use crate::os::{check, class_of, errno, outcome};
use object::{
    GilCell, Py, PyFloat, PyInt, PyLayout, PyModule, PyObject, PyResult, PyTuple, PyTypeObject, error,
    is_none, number, pymodule, raise, structseq,
};

const NUMBERS: &[(&str, i64)] = &[
    ("RLIMIT_AS", 9),
    ("RLIMIT_CORE", 4),
    ("RLIMIT_CPU", 0),
    ("RLIMIT_DATA", 2),
    ("RLIMIT_FSIZE", 1),
    ("RLIMIT_MEMLOCK", 8),
    ("RLIMIT_MSGQUEUE", 12),
    ("RLIMIT_NICE", 13),
    ("RLIMIT_NOFILE", 7),
    ("RLIMIT_NPROC", 6),
    ("RLIMIT_OFILE", 7),
    ("RLIMIT_RSS", 5),
    ("RLIMIT_RTPRIO", 14),
    ("RLIMIT_RTTIME", 15),
    ("RLIMIT_SIGPENDING", 11),
    ("RLIMIT_STACK", 3),
    ("RLIM_INFINITY", -1),
    ("RUSAGE_CHILDREN", -1),
    ("RUSAGE_SELF", 0),
    ("RUSAGE_THREAD", 1),
];

static RUSAGE: GilCell<Option<&'static PyTypeObject>> = GilCell::new(None);

/// `resource.struct_rusage`
pub fn rusage_class() -> PyResult<&'static PyTypeObject> {
    class_of(&RUSAGE, || {
        structseq::new_class(
            "resource.struct_rusage",
            "struct_rusage: Result from getrusage.\n\nThis object may be accessed either as a tuple of\n    (utime,stime,maxrss,ixrss,idrss,isrss,minflt,majflt,\n    nswap,inblock,oublock,msgsnd,msgrcv,nsignals,nvcsw,nivcsw)\nor via the attributes ru_utime, ru_stime, ru_maxrss, and so on.",
            &[
                "ru_utime",
                "ru_stime",
                "ru_maxrss",
                "ru_ixrss",
                "ru_idrss",
                "ru_isrss",
                "ru_minflt",
                "ru_majflt",
                "ru_nswap",
                "ru_inblock",
                "ru_oublock",
                "ru_msgsnd",
                "ru_msgrcv",
                "ru_nsignals",
                "ru_nvcsw",
                "ru_nivcsw",
            ],
            16,
        )
    })
}

/// What the system says of a process's usage as `struct_rusage`.
pub fn rusage(ru: &libc::rusage) -> PyResult {
    let seconds = |t: libc::timeval| -> PyResult {
        Ok(PyFloat::new(t.tv_sec as f64 + t.tv_usec as f64 * 1e-6)?.into_object())
    };
    let mut v = vec![seconds(ru.ru_utime)?, seconds(ru.ru_stime)?];
    for n in [
        ru.ru_maxrss,
        ru.ru_ixrss,
        ru.ru_idrss,
        ru.ru_isrss,
        ru.ru_minflt,
        ru.ru_majflt,
        ru.ru_nswap,
        ru.ru_inblock,
        ru.ru_oublock,
        ru.ru_msgsnd,
        ru.ru_msgrcv,
        ru.ru_nsignals,
        ru.ru_nvcsw,
        ru.ru_nivcsw,
    ] {
        v.push(PyInt::from_i64(n)?.into_object());
    }
    structseq::new_instance(rusage_class()?, v)
}

/// A limit: -1 is none.
fn limit(obj: &PyObject) -> PyResult<libc::rlim_t> {
    let n = number::index(obj)?;
    if n.to_i64() == Some(-1) {
        return Ok(libc::RLIM_INFINITY);
    }
    if n.is_negative() {
        return raise!(ValueError, "Cannot convert negative int");
    }
    match n.to_u64() {
        Some(n) => Ok(n),
        None => raise!(OverflowError, "Python int too large to convert to C rlim_t"),
    }
}

fn limits(obj: &PyObject) -> PyResult<libc::rlimit> {
    let pair = PyTuple::from_iterable(obj)?;
    let [soft, hard] = pair.as_slice() else {
        return raise!(ValueError, "expected a tuple of 2 integers");
    };
    Ok(libc::rlimit {
        rlim_cur: limit(soft)?,
        rlim_max: limit(hard)?,
    })
}

fn shown(l: &libc::rlimit) -> PyResult<(Py, Py)> {
    let one = |n: libc::rlim_t| -> PyResult {
        let n = if n == libc::RLIM_INFINITY {
            PyInt::from_i64(-1)?
        } else {
            PyInt::from_u64(n)?
        };
        Ok(n.into_object())
    };
    Ok((one(l.rlim_cur)?, one(l.rlim_max)?))
}

fn check_resource(resource: i32) -> PyResult<()> {
    if !(0..16).contains(&resource) {
        return raise!(ValueError, "invalid resource specified");
    }
    Ok(())
}

/// The error of a limit that could not be set.
fn failed<T>(errno: i32) -> PyResult<T> {
    match errno {
        libc::EINVAL => raise!(ValueError, "current limit exceeds maximum limit"),
        libc::EPERM => raise!(ValueError, "not allowed to raise maximum limit"),
        e => error::raise_errno(e, None),
    }
}

/// The module.
pub struct Resource;

#[pymodule(name = "resource")]
impl Resource {
    #[function("($module, who, /)")]
    fn getrusage(who: i32) -> PyResult {
        // SAFETY: zero is a valid value of plain numbers.
        let mut ru: libc::rusage = unsafe { std::mem::zeroed() };
        // SAFETY: a place for the answer.
        if unsafe { libc::getrusage(who, &mut ru) } == -1 {
            return match errno() {
                libc::EINVAL => raise!(ValueError, "invalid who parameter"),
                e => error::raise_errno(e, None),
            };
        }
        rusage(&ru)
    }
    #[function("($module, resource, /)")]
    fn getrlimit(resource: i32) -> PyResult<(Py, Py)> {
        check_resource(resource)?;
        let mut l = libc::rlimit {
            rlim_cur: 0,
            rlim_max: 0,
        };
        // SAFETY: a place for the answer.
        check(outcome(unsafe { libc::getrlimit(resource as _, &mut l) }))?;
        shown(&l)
    }
    #[function("($module, resource, limits, /)")]
    fn setrlimit(resource: i32, limits: &PyObject) -> PyResult<()> {
        check_resource(resource)?;
        object::audit!("resource.setrlimit", resource, limits.new_ref())?;
        let l = self::limits(limits)?;
        // SAFETY: filled-in limits.
        match outcome(unsafe { libc::setrlimit(resource as _, &l) }) {
            Ok(_) => Ok(()),
            Err(e) => failed(e),
        }
    }
    #[function("($module, pid, resource, limits=None, /)")]
    fn prlimit(pid: i32, resource: i32, limits: Option<&PyObject>) -> PyResult<(Py, Py)> {
        check_resource(resource)?;
        let new = match limits.filter(|l| !is_none(l)) {
            Some(l) => Some(self::limits(l)?),
            None => None,
        };
        let given = limits.map_or_else(object::none, |l| l.new_ref());
        object::audit!("resource.prlimit", pid, resource, given)?;
        let mut old = libc::rlimit {
            rlim_cur: 0,
            rlim_max: 0,
        };
        let p = new
            .as_ref()
            .map_or(std::ptr::null(), |l| l as *const libc::rlimit);
        // SAFETY: null or filled-in limits, and a place for the answer.
        match outcome(unsafe { libc::prlimit(pid, resource as _, p, &mut old) }) {
            Ok(_) => shown(&old),
            Err(libc::EINVAL) => failed(libc::EINVAL),
            Err(e) => error::raise_errno(e, None),
        }
    }
    #[function("($module, /)")]
    fn getpagesize() -> i64 {
        // SAFETY: a query.
        unsafe { libc::sysconf(libc::_SC_PAGESIZE) }
    }
    #[exec]
    fn exec(module: &PyModule) -> PyResult<()> {
        use object::PyClass;
        module.add("error", object::exceptions::OSError::type_object().as_object())?;
        module.add_type(rusage_class()?)?;
        for (name, value) in NUMBERS {
            module.add_value(name, *value)?;
        }
        Ok(())
    }
}
