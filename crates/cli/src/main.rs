//! The `taipan` binary: command line, environment, and what is run.

mod help;
mod locale;
mod modules;
mod options;
mod prompt;
mod readline;
mod run;

#[global_allocator]
static ALLOCATOR: object::alloc::Allocator = object::alloc::Allocator;

fn main() {
    let args: Vec<std::ffi::OsString> = std::env::args_os().collect();
    // the evaluation loop and deep recursion in native code want room: the interpreter runs on a thread of its own
    // stack size would lose "main thread" semantics for signals, so the main thread is used as it is
    std::process::exit(run::main(args));
}
