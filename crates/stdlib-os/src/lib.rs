//! Native modules about the operating system: `posix`, `errno`, `_stat`, `time`, `fcntl`, `select`, `_signal`, `_posixsubprocess`, `pwd`, `grp`.
#![allow(improper_ctypes_definitions)]

pub mod errno;
pub mod fcntl;
pub mod os;
pub mod posix;
pub mod pwd;
pub mod select;
pub mod signal;
pub mod stat;
pub mod time;

use object::class::{ModuleInit, create_module};

/// The modules of this crate, for the table of built-in modules.
pub fn modules() -> &'static [(&'static str, ModuleInit)] {
    &[
        ("_posixsubprocess", create_module::<posix::spawn::PosixSubprocess>),
        ("_signal", create_module::<signal::Signal>),
        ("_stat", create_module::<stat::Stat>),
        ("errno", create_module::<errno::Errno>),
        ("fcntl", create_module::<fcntl::Fcntl>),
        ("grp", create_module::<pwd::Grp>),
        ("posix", create_module::<posix::Posix>),
        ("pwd", create_module::<pwd::Pwd>),
        ("select", create_module::<select::Select>),
        ("time", create_module::<time::Time>),
    ]
}
