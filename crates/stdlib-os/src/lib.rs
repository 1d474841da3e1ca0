//! Native modules about the operating system: `posix`, `errno`, `_stat`, `time`, `fcntl`, `select`, `_signal`, `_posixsubprocess`, `pwd`, `grp`,
//! `faulthandler`, `mmap`, `resource`, `syslog`, `termios`, `_multiprocessing`, `_posixshmem`.
#![allow(improper_ctypes_definitions)]

pub mod errno;
pub mod faulthandler;
pub mod fcntl;
pub mod mmap;
mod mmap_consts;
pub mod multiprocessing;
pub mod os;
pub mod posix;
pub mod pwd;
pub mod remote_debugging;
pub mod resource;
pub mod select;
pub mod signal;
pub mod stat;
pub mod syslog;
pub mod termios;
mod termios_consts;
pub mod time;

use object::class::{ModuleInit, create_module};

/// The modules of this crate, for the table of built-in modules.
pub fn modules() -> &'static [(&'static str, ModuleInit)] {
    &[
        ("_posixsubprocess", create_module::<posix::spawn::PosixSubprocess>),
        (
            "_remote_debugging",
            create_module::<remote_debugging::RemoteDebugging>,
        ),
        ("_signal", create_module::<signal::Signal>),
        ("_stat", create_module::<stat::Stat>),
        ("errno", create_module::<errno::Errno>),
        ("faulthandler", create_module::<faulthandler::Faulthandler>),
        ("fcntl", create_module::<fcntl::Fcntl>),
        ("grp", create_module::<pwd::Grp>),
        (
            "_multiprocessing",
            create_module::<multiprocessing::Multiprocessing>,
        ),
        ("_posixshmem", create_module::<multiprocessing::SharedMemory>),
        ("mmap", create_module::<mmap::Mmap>),
        ("posix", create_module::<posix::Posix>),
        ("pwd", create_module::<pwd::Pwd>),
        ("resource", create_module::<resource::Resource>),
        ("select", create_module::<select::Select>),
        ("syslog", create_module::<syslog::Syslog>),
        ("termios", create_module::<termios::Termios>),
        ("time", create_module::<time::Time>),
    ]
}
