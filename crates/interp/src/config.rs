//! How the interpreter was started: options and environment, in the order of `PyConfig`.

use object::GilCell;
use std::ffi::OsString;

/// `-b -B -d -E -h -i -I -O -P -q -s -S -u -v -W -X` and the `PYTHON*` variables.
#[derive(Clone, Debug, Default)]
pub struct Config {
    pub debug: i64,
    pub inspect: i64,
    pub interactive: i64,
    pub optimize: i64,
    pub dont_write_bytecode: bool,
    pub no_user_site: bool,
    pub no_site: bool,
    pub ignore_environment: bool,
    pub verbose: i64,
    pub bytes_warning: i64,
    pub quiet: bool,
    pub isolated: bool,
    pub dev_mode: bool,
    pub utf8_mode: bool,
    pub safe_path: bool,
    pub unbuffered: bool,
    pub int_max_str_digits: Option<usize>,
    pub warn_default_encoding: bool,
    /// `-X importtime`: 1, or 2 to show modules that are loaded already too.
    pub import_time: i64,
    /// `-X tracemalloc`: so many frames of each allocation; 0 is off.
    pub tracemalloc: usize,
    pub cpu_count: Option<i32>,
    /// `-X faulthandler`, `PYTHONFAULTHANDLER` or `-X dev`.
    pub faulthandler: bool,
    pub thread_inherit_context: bool,
    pub context_aware_warnings: bool,
    pub no_debug_ranges: bool,
    /// `always` or `never`; `default` where nothing is said.
    pub check_hash_based_pycs: Option<String>,
    /// 0 random, else as `PYTHONHASHSEED` says.
    pub hash_seed: Option<u32>,
    pub warn_options: Vec<String>,
    pub x_options: Vec<String>,
    pub pycache_prefix: Option<String>,
    pub python_path: Option<String>,
    pub python_home: Option<String>,
    pub executable: String,
    pub argv: Vec<OsString>,
    pub orig_argv: Vec<OsString>,
}

static CURRENT: GilCell<Option<&'static Config>> = GilCell::new(None);

/// Fixes the configuration for the life of the process.
pub fn set(config: Config) {
    CURRENT.set(Some(Box::leak(Box::new(config))));
}

/// The configuration; the default one before [`set`].
pub fn get() -> &'static Config {
    match CURRENT.get() {
        Some(c) => c,
        None => {
            set(Config::default());
            CURRENT.get().unwrap_or_else(|| Box::leak(Box::default()))
        }
    }
}

/// `-O` level.
pub fn optimize() -> u8 {
    get().optimize.clamp(0, 2) as u8
}
