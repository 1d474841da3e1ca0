//! The `taipan` binary: command line, environment, and what is run.

mod closed;
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
    closed::restore();
    let args: Vec<std::ffi::OsString> = std::env::args_os().collect();
    // on the main thread, which is where signals are handled
    std::process::exit(run::main(args));
}
