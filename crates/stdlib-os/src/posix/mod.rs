//! `posix`: the system calls behind `os`.

pub mod consts;
pub mod dirs;
pub mod files;
pub mod posix_spawn;
pub mod process;
pub mod sched;
pub mod spawn;
pub mod stat;
pub mod terminal;
pub mod timerfd;
pub mod xattr;

use object::class::NativeModule;
use object::exceptions::OSError;
use object::{PyClass, PyLayout, PyModule, PyResult, class, pymodule};

/// The module. Its functions are in the files of this folder.
pub struct Posix;

#[pymodule(name = "posix")]
impl Posix {
    #[exec]
    fn exec(module: &PyModule) -> PyResult<()> {
        module.add("error", OSError::type_object().as_object())?;
        class::ready::<dirs::ScandirIterator>()?;
        add::<stat::Files>(module)?;
        add::<files::Descriptors>(module)?;
        add::<dirs::Names>(module)?;
        add::<process::Processes>(module)?;
        add::<spawn::Spawn>(module)?;
        add::<posix_spawn::PosixSpawn>(module)?;
        add::<sched::Scheduling>(module)?;
        add::<terminal::Terminals>(module)?;
        add::<timerfd::Timers>(module)?;
        add::<xattr::Xattr>(module)?;
        module.add_value("environ", process::environ_dict()?)?;
        for class in [
            stat::stat_result_class()?,
            stat::statvfs_result_class()?,
            process::terminal_size_class()?,
            process::uname_class()?,
            process::times_class()?,
            process::waitid_class()?,
            sched::param_class()?,
        ] {
            module.add_type(class)?;
        }
        consts::add(module)
    }
}

/// Adds a part's functions and types.
fn add<M: NativeModule>(module: &PyModule) -> PyResult<()> {
    module.add_functions(M::METHODS)?;
    M::exec(module)
}
