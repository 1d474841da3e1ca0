//! The command line as CPython 3.14 reads it, and the `PYTHON*` variables.

use crate::{help, locale};
use interp::config::Config;
use std::ffi::OsString;

/// What is to be run.
pub enum Run {
    /// The prompt, or a program from standard input.
    Stdin,
    Command(String),
    Module(String),
    File(OsString),
    /// A message was asked for: (text, status).
    Message(String, i32),
}

const USAGE: &str = "usage: {} [option] ... [-c cmd | -m mod | file | -] [arg] ...\n";
const TRY: &str = "Try `python -h' for more information.\n";

/// The parsed command line.
pub struct Parsed {
    pub config: Config,
    pub run: Run,
    pub skip_first_line: bool,
}

fn text(s: &OsString) -> String {
    s.to_string_lossy().into_owned()
}

fn env(name: &str) -> Option<String> {
    std::env::var_os(name)
        .map(|v| v.to_string_lossy().into_owned())
        .filter(|v| !v.is_empty())
}

/// A level from the environment: a number that is not negative, or 1 for anything else.
fn level(name: &str) -> i64 {
    match env(name) {
        None => 0,
        Some(v) => v
            .trim_start()
            .parse::<i32>()
            .ok()
            .filter(|n| *n >= 0)
            .map_or(1, i64::from),
    }
}

/// A setting that cannot be used, which ends the process: the function that CPython names, and what is wrong.
struct Fatal {
    place: &'static str,
    message: String,
    early: bool,
}

type Setting<T> = Result<T, Fatal>;

fn fatal<T>(place: &'static str, message: impl Into<String>) -> Setting<T> {
    let (message, early) = (message.into(), place.starts_with("preconfig"));
    Err(Fatal {
        place,
        message,
        early,
    })
}

/// `-X` options and their variables.
struct Extra {
    options: Vec<String>,
    environment: bool,
}

impl Extra {
    /// The value of the last `-X NAME`: none without `=`.
    fn option(&self, name: &str) -> Option<Option<&str>> {
        self.options.iter().rev().find_map(|o| match o.split_once('=') {
            Some((n, value)) if n == name => Some(Some(value)),
            None if o == name => Some(None),
            _ => None,
        })
    }
    fn env(&self, name: &str) -> Option<String> {
        env(name).filter(|_| self.environment)
    }
    /// 0 or 1.
    fn switch(&self, place: &'static str, option: &str, variable: &str) -> Setting<Option<bool>> {
        if let Some(value) = self.env(variable) {
            // the option has the last word, but a bad variable is an error
            match value.as_str() {
                "0" | "1" if self.option(option).is_none() => return Ok(Some(value == "1")),
                "0" | "1" => {}
                _ => return fatal(place, format!("{variable}=N: N is missing or invalid")),
            }
        }
        match self.option(option) {
            None => Ok(None),
            Some(Some("0")) => Ok(Some(false)),
            Some(Some("1")) => Ok(Some(true)),
            Some(_) => fatal(place, format!("-X {option}=n: n is missing or invalid")),
        }
    }
    fn utf8_mode(&self) -> Setting<Option<bool>> {
        const PLACE: &str = "preconfig_init_utf8_mode";
        if let Some(value) = self.option("utf8") {
            return match value {
                None | Some("1") => Ok(Some(true)),
                Some("0") => Ok(Some(false)),
                Some(_) => fatal(PLACE, "invalid -X utf8 option value"),
            };
        }
        match self.env("PYTHONUTF8").as_deref() {
            None => Ok(None),
            Some("1") => Ok(Some(true)),
            Some("0") => Ok(Some(false)),
            Some(_) => fatal(PLACE, "invalid PYTHONUTF8 environment variable value"),
        }
    }
    fn int_max_str_digits(&self) -> Setting<Option<usize>> {
        let parse = |value: &str, source: &str| {
            let limit = value
                .parse::<usize>()
                .ok()
                .filter(|n| *n == 0 || (640..=i32::MAX as usize).contains(n));
            match limit {
                Some(n) => Ok(Some(n)),
                None => fatal(
                    "config_init_int_max_str_digits",
                    format!("{source}: invalid limit; must be >= 640 or 0 for unlimited."),
                ),
            }
        };
        let mut limit = None;
        if let Some(value) = self.env("PYTHONINTMAXSTRDIGITS") {
            limit = parse(&value, "PYTHONINTMAXSTRDIGITS")?;
        }
        if let Some(value) = self.option("int_max_str_digits") {
            limit = parse(value.unwrap_or(""), "-X int_max_str_digits")?;
        }
        Ok(limit)
    }
    fn hash_seed(&self) -> Setting<Option<u32>> {
        match self.env("PYTHONHASHSEED") {
            None => Ok(None),
            Some(v) if v == "random" => Ok(None),
            Some(v) => match v.parse() {
                Ok(seed) => Ok(Some(seed)),
                Err(_) => fatal(
                    "config_init_hash_seed",
                    "PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]",
                ),
            },
        }
    }
    fn import_time(&self) -> Setting<i64> {
        let value = match self.option("importtime") {
            Some(value) => value.map(str::to_owned),
            None => match self.env("PYTHONPROFILEIMPORTTIME") {
                None => return Ok(0),
                Some(v) if v == "2" => return Ok(2),
                Some(_) => return Ok(1),
            },
        };
        match value.as_deref() {
            None | Some("1") => Ok(1),
            Some("2") => Ok(2),
            Some(_) => fatal(
                "config_init_import_time",
                "-X importtime: values other than 1 and 2 are reserved for future use.",
            ),
        }
    }
    fn cpu_count(&self) -> Setting<Option<i32>> {
        let value = match self.option("cpu_count") {
            Some(value) => value.unwrap_or("").to_owned(),
            None => match self.env("PYTHON_CPU_COUNT") {
                Some(value) => value,
                None => return Ok(None),
            },
        };
        match value.parse::<i32>() {
            _ if value == "default" => Ok(None),
            Ok(n) if n > 0 => Ok(Some(n)),
            _ => fatal(
                "config_init_cpu_count",
                "-X cpu_count=n option: n is missing or an invalid number, n must be greater than 0",
            ),
        }
    }
    /// `PYTHONTRACEMALLOC`, `-X tracemalloc[=N]`
    fn tracemalloc(&self) -> Setting<usize> {
        let frames = |value: &str| value.parse::<usize>().ok().filter(|n| *n <= 65535);
        let mut limit = 0;
        if let Some(value) = self.env("PYTHONTRACEMALLOC") {
            match frames(&value) {
                Some(n) => limit = n,
                None => {
                    return fatal(
                        "config_init_tracemalloc",
                        "PYTHONTRACEMALLOC: invalid number of frames",
                    );
                }
            }
        }
        match self.option("tracemalloc") {
            None => Ok(limit),
            Some(None) => Ok(1),
            Some(Some(value)) => match frames(value) {
                Some(n) => Ok(n),
                None => fatal(
                    "config_init_tracemalloc",
                    "-X tracemalloc=NFRAME: invalid number of frames",
                ),
            },
        }
    }
    /// Checks what has no effect here, so that a wrong value is reported all the same.
    fn check_others(&self) -> Setting<()> {
        let gil = self.option("gil").map(|v| v.unwrap_or("").to_owned());
        match gil.or_else(|| self.env("PYTHON_GIL")).as_deref() {
            None | Some("1") => {}
            Some("0") => {
                return fatal(
                    "config_read_gil",
                    "Disabling the GIL is not supported by this build",
                );
            }
            Some(_) => return fatal("config_read_gil", "PYTHON_GIL / -X gil must be \"0\" or \"1\""),
        }
        match self.option("frozen_modules") {
            None | Some(None | Some("on" | "off" | "")) => Ok(()),
            Some(_) => fatal(
                "",
                "bad value for option -X frozen_modules (expected \"on\" or \"off\")",
            ),
        }
    }
}

pub fn parse(args: &[OsString]) -> Parsed {
    let mut c = Config::default();
    let program = args.first().map_or("python".to_string(), text);
    let mut run = None;
    let mut skip = false;
    let mut version = 0;
    let mut rest = args.len();
    let mut i = 1;
    let usage = USAGE.replace("{}", &program);
    let fail = |message: String| Run::Message(format!("{message}{usage}{TRY}"), 2);
    'args: while i < args.len() {
        let arg = text(&args[i]);
        if arg == "-" || !arg.starts_with('-') {
            rest = i;
            break;
        }
        if arg == "--" {
            i += 1;
            rest = i;
            break;
        }
        if let Some(long) = arg.strip_prefix("--") {
            match long {
                "help" => run = Some(Run::Message(format!("{usage}{}", help::OPTIONS), 0)),
                "help-env" => run = Some(Run::Message(help::ENVIRONMENT.into(), 0)),
                "help-xoptions" => run = Some(Run::Message(help::X_OPTIONS.into(), 0)),
                "help-all" => {
                    let all = format!(
                        "{usage}{}\n{}\n{}",
                        help::OPTIONS,
                        help::ENVIRONMENT,
                        help::X_OPTIONS
                    );
                    run = Some(Run::Message(all, 0));
                }
                "version" => version += 1,
                "check-hash-based-pycs" => {
                    i += 1;
                    match args.get(i).map(text) {
                        Some(how) if matches!(how.as_str(), "always" | "default" | "never") => {
                            c.check_hash_based_pycs = Some(how);
                        }
                        Some(_) => {
                            run = Some(fail(
                                "--check-hash-based-pycs must be one of 'default', 'always', or 'never'\n"
                                    .into(),
                            ));
                        }
                        None => {
                            run = Some(fail(
                                "Argument expected for the --check-hash-based-pycs options\n".into(),
                            ));
                        }
                    }
                }
                _ => run = Some(fail(format!("Unknown option: {arg}\n"))),
            }
            i += 1;
            if run.is_some() {
                break;
            }
            continue;
        }
        let letters: Vec<char> = arg.chars().skip(1).collect();
        let mut k = 0;
        while k < letters.len() {
            match letters[k] {
                'b' => c.bytes_warning += 1,
                'B' => c.dont_write_bytecode = true,
                'd' => c.debug += 1,
                'E' => c.ignore_environment = true,
                'h' | '?' => {
                    run = Some(Run::Message(format!("{usage}{}", help::OPTIONS), 0));
                    break 'args;
                }
                'i' => {
                    c.inspect += 1;
                    c.interactive += 1;
                }
                'I' => {
                    c.isolated = true;
                    c.ignore_environment = true;
                    c.no_user_site = true;
                    c.safe_path = true;
                }
                'O' => c.optimize += 1,
                'P' => c.safe_path = true,
                'q' => c.quiet = true,
                // hash randomization cannot be turned off any more
                'R' => {}
                's' => c.no_user_site = true,
                'S' => c.no_site = true,
                't' => {}
                'u' => c.unbuffered = true,
                'v' => c.verbose += 1,
                'V' => version += 1,
                'x' => skip = true,
                opt @ ('c' | 'm' | 'W' | 'X') => {
                    let inline: String = letters[k + 1..].iter().collect();
                    let value = if !inline.is_empty() {
                        inline
                    } else {
                        i += 1;
                        match args.get(i) {
                            Some(v) => text(v),
                            None => {
                                run = Some(fail(format!("Argument expected for the -{opt} option\n")));
                                break 'args;
                            }
                        }
                    };
                    match opt {
                        'c' => {
                            run = Some(Run::Command(value + "\n"));
                            rest = i + 1;
                            break 'args;
                        }
                        'm' => {
                            run = Some(Run::Module(value));
                            rest = i + 1;
                            break 'args;
                        }
                        'W' => c.warn_options.push(value),
                        _ => c.x_options.push(value),
                    }
                    break;
                }
                other => {
                    run = Some(fail(format!("Unknown option: -{other}\n")));
                    break 'args;
                }
            }
            k += 1;
        }
        i += 1;
    }
    if version > 0 && !matches!(run, Some(Run::Message(..))) {
        let shown = if version > 1 {
            interp::sys::version()
        } else {
            interp::sys::VERSION_TEXT.to_string()
        };
        run = Some(Run::Message(format!("Python {shown}\n"), 0));
    }
    if !matches!(run, Some(Run::Message(..)))
        && let Err(e) = settings(&mut c)
    {
        let state = if e.early {
            "preinitializing"
        } else {
            "preinitialized"
        };
        let place = if e.place.is_empty() {
            String::new()
        } else {
            format!("{}: ", e.place)
        };
        run = Some(Run::Message(
            format!(
                "Fatal Python error: {place}{}\nPython runtime state: {state}\n\n",
                e.message
            ),
            1,
        ));
    }
    c.orig_argv = args.to_vec();
    let named = Some(())
        .filter(|_| !c.ignore_environment)
        .and_then(|_| env("PYTHONEXECUTABLE"));
    c.executable = named.unwrap_or_else(|| executable(&program));
    let mut argv: Vec<OsString> = args.get(rest..).unwrap_or(&[]).to_vec();
    let run = match run {
        Some(r @ Run::Command(_)) => {
            argv.insert(0, "-c".into());
            r
        }
        Some(r @ Run::Module(_)) => {
            argv.insert(0, "-m".into());
            r
        }
        Some(r) => r,
        None => match argv.first().cloned() {
            None => {
                argv.push(OsString::new());
                Run::Stdin
            }
            Some(a) if a == "-" => Run::Stdin,
            Some(file) => Run::File(file),
        },
    };
    c.argv = argv;
    Parsed {
        config: c,
        run,
        skip_first_line: skip,
    }
}

/// What the environment and the `-X` options say.
fn settings(c: &mut Config) -> Setting<()> {
    let x = Extra {
        options: c.x_options.clone(),
        environment: !c.ignore_environment,
    };
    let utf8_mode = x.utf8_mode()?;
    if let Some(allocator) = x.env("PYTHONMALLOC")
        && !matches!(
            allocator.as_str(),
            "default"
                | "debug"
                | "pymalloc"
                | "pymalloc_debug"
                | "malloc"
                | "malloc_debug"
                | "mimalloc"
                | "mimalloc_debug"
        )
    {
        return fatal("preconfig_init_allocator", "PYTHONMALLOC: unknown allocator");
    }
    c.utf8_mode = locale::set_up(utf8_mode, x.env("PYTHONCOERCECLOCALE").as_deref());
    c.dev_mode = x.option("dev").is_some() || x.env("PYTHONDEVMODE").is_some();
    if x.environment {
        c.debug = c.debug.max(level("PYTHONDEBUG"));
        c.verbose = c.verbose.max(level("PYTHONVERBOSE"));
        c.optimize = c.optimize.max(level("PYTHONOPTIMIZE"));
        c.dont_write_bytecode |= level("PYTHONDONTWRITEBYTECODE") > 0;
        c.no_user_site |= level("PYTHONNOUSERSITE") > 0;
        c.unbuffered |= level("PYTHONUNBUFFERED") > 0;
        if env("PYTHONINSPECT").is_some() {
            c.inspect = c.inspect.max(1);
        }
        c.safe_path |= env("PYTHONSAFEPATH").is_some();
        c.python_path = env("PYTHONPATH");
        c.python_home = env("PYTHONHOME");
        if let Some(w) = env("PYTHONWARNINGS") {
            let mut all: Vec<String> = w.split(',').map(str::to_string).collect();
            all.append(&mut c.warn_options);
            c.warn_options = all;
        }
    }
    // more than one is not told apart
    c.debug = c.debug.min(1);
    c.inspect = c.inspect.min(1);
    c.interactive = c.interactive.min(1);
    c.hash_seed = x.hash_seed()?;
    c.int_max_str_digits = x.int_max_str_digits()?;
    c.import_time = x.import_time()?;
    c.tracemalloc = x.tracemalloc()?;
    c.cpu_count = x.cpu_count()?;
    c.faulthandler =
        c.dev_mode || x.option("faulthandler").is_some() || x.env("PYTHONFAULTHANDLER").is_some();
    let switch = |place, option, variable| Ok(x.switch(place, option, variable)?.unwrap_or(false));
    c.thread_inherit_context = switch(
        "config_init_thread_inherit_context",
        "thread_inherit_context",
        "PYTHON_THREAD_INHERIT_CONTEXT",
    )?;
    c.context_aware_warnings = switch(
        "config_init_context_aware_warnings",
        "context_aware_warnings",
        "PYTHON_CONTEXT_AWARE_WARNINGS",
    )?;
    x.check_others()?;
    c.warn_default_encoding =
        x.option("warn_default_encoding").is_some() || x.env("PYTHONWARNDEFAULTENCODING").is_some();
    c.no_debug_ranges = x.option("no_debug_ranges").is_some() || x.env("PYTHONNODEBUGRANGES").is_some();
    c.pycache_prefix = match x.option("pycache_prefix") {
        Some(value) => value.map(str::to_owned),
        None => x.env("PYTHONPYCACHEPREFIX"),
    }
    .filter(|v| !v.is_empty());
    if c.dev_mode {
        c.warn_options.insert(0, "default".to_string());
    }
    match c.bytes_warning {
        0 => {}
        1 => c.warn_options.push("default::BytesWarning".into()),
        _ => c.warn_options.push("error::BytesWarning".into()),
    }
    Ok(())
}

/// The absolute path of the program.
fn executable(program: &str) -> String {
    if program.contains('/') {
        let p = std::path::Path::new(program);
        if p.is_absolute() {
            return program.to_string();
        }
        if let Ok(d) = std::env::current_dir() {
            let joined: std::path::PathBuf = d.join(p).components().collect();
            return joined.to_string_lossy().into_owned();
        }
    }
    for d in std::env::var("PATH").unwrap_or_default().split(':') {
        let p = std::path::Path::new(d).join(program);
        if p.is_file() {
            return p.to_string_lossy().into_owned();
        }
    }
    std::env::current_exe()
        .map(|p| p.to_string_lossy().into_owned())
        .unwrap_or_default()
}
