//! The command line as CPython 3.14 reads it, and the `PYTHON*` variables.

use interp::config::Config;
use std::ffi::OsString;

/// What is to be run.
pub enum Run {
    /// The prompt, or a program from standard input.
    Stdin,
    Command(String),
    Module(String),
    File(String),
    /// A message was asked for: (text, status).
    Message(String, i32),
}

const USAGE: &str = "usage: {} [option] ... [-c cmd | -m mod | file | -] [arg] ...\n";
const TRY: &str = "Try `python -h' for more information.\n";

const HELP: &str = "\
Options (and corresponding environment variables):
-b     : issue warnings about converting bytes/bytearray to str and comparing
         bytes/bytearray with str or bytes with int; also PYTHONBYTESWARNING=x
         (-bb: issue errors)
-B     : don't write .pyc files on import; also PYTHONDONTWRITEBYTECODE=x
-c cmd : program passed in as string (terminates option list)
-d     : turn on parser debugging output (for experts only); also
         PYTHONDEBUG=x
-E     : ignore PYTHON* environment variables (such as PYTHONPATH)
-h     : print this help message and exit (also -? or --help)
-i     : inspect interactively after running script (also PYTHONINSPECT=x);
         forces a prompt even if stdin does not appear to be a terminal
-I     : isolate Python from the user's environment (implies -E and -s)
-m mod : run library module as a script (terminates option list)
-O     : remove assert and __debug__-dependent statements; add .opt-1 before
         .pyc extension; also PYTHONOPTIMIZE=x
-OO    : do -O changes and also discard docstrings; add .opt-2 before
         .pyc extension
-P     : don't prepend a potentially unsafe path to sys.path; also
         PYTHONSAFEPATH=x
-q     : don't print version and copyright messages on interactive startup
-s     : don't add user site directory to sys.path; also PYTHONNOUSERSITE=x
-S     : don't imply 'import site' on initialization
-u     : force the stdout and stderr streams to be unbuffered;
         this option has no effect on stdin; also PYTHONUNBUFFERED=x
-v     : verbose (trace import statements); also PYTHONVERBOSE=x
         can be supplied multiple times to increase verbosity
-V     : print the Python version number and exit (also --version)
         when given twice, print more information about the build
-W arg : warning control; arg is action:message:category:module:lineno
         also PYTHONWARNINGS=arg
-x     : skip first line of source, allowing use of non-Unix forms of #!cmd
-X opt : set implementation-specific option
--check-hash-based-pycs always|default|never:
         control how Python invalidates hash-based .pyc files
--help-env: print help about Python environment variables and exit
--help-xoptions: print help about implementation-specific -X options and exit
--help-all: print complete help information and exit

Arguments:
file   : program read from script file
-      : program read from stdin (default; interactive mode if a tty)
arg ...: arguments passed to program in sys.argv[1:]
";

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

/// A level from the environment: a number, or 1 for anything else.
fn level(name: &str) -> i64 {
    match env(name) {
        None => 0,
        Some(v) => v.parse::<i64>().ok().filter(|n| *n > 0).unwrap_or(1),
    }
}

pub fn parse(args: &[OsString]) -> Parsed {
    let mut c = Config::default();
    let program = args.first().map_or("python".to_string(), text);
    let mut run = None;
    let mut skip = false;
    let mut version = 0;
    let mut safe_path = false;
    let mut rest = args.len();
    let mut i = 1;
    let fail = |message: String| Run::Message(format!("{message}{}{TRY}", USAGE.replace("{}", &program)), 2);
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
                "help" | "help-all" => run = Some(help(&program)),
                "help-env" | "help-xoptions" => run = Some(help(&program)),
                "version" => version += 1,
                "check-hash-based-pycs" => {
                    i += 1;
                    match args.get(i).map(text).as_deref() {
                        Some("always" | "default" | "never") => {}
                        _ => {
                            run = Some(fail(
                                "--check-hash-based-pycs must be one of 'default', 'always', or 'never'\n"
                                    .into(),
                            ))
                        }
                    }
                }
                _ => run = Some(fail(format!("unknown option {arg}\n"))),
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
            let tail = |k: usize| letters[k + 1..].iter().collect::<String>();
            match letters[k] {
                'b' => c.bytes_warning += 1,
                'B' => c.dont_write_bytecode = true,
                'd' => c.debug += 1,
                'E' => c.ignore_environment = true,
                'h' | '?' => {
                    run = Some(help(&program));
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
                    safe_path = true;
                }
                'J' => {
                    run = Some(Run::Message("-J is reserved for Jython\n".into(), 2));
                    break 'args;
                }
                'O' => c.optimize += 1,
                'P' => safe_path = true,
                'q' => c.quiet = true,
                'R' => {}
                's' => c.no_user_site = true,
                'S' => c.no_site = true,
                't' => {}
                'u' => c.unbuffered = true,
                'v' => c.verbose += 1,
                'V' => version += 1,
                'x' => skip = true,
                opt @ ('c' | 'm' | 'W' | 'X') => {
                    let inline = tail(k);
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
    if version > 0 && run.is_none() {
        let full = interp::sys::version();
        let shown = if version > 1 {
            full
        } else {
            interp::sys::VERSION_TEXT.to_string()
        };
        run = Some(Run::Message(format!("Python {shown}\n"), 0));
    }
    environment(&mut c, &mut safe_path);
    for o in c.x_options.clone() {
        let (name, value) = o.split_once('=').unwrap_or((&o, ""));
        match name {
            "dev" => c.dev_mode = true,
            "utf8" => c.utf8_mode = value != "0",
            "importtime" => c.import_time = true,
            "int_max_str_digits" => match value.parse::<usize>() {
                Ok(n) if n == 0 || n >= 640 => c.int_max_str_digits = Some(n),
                _ => {
                    run = Some(Run::Message(
                        "Fatal Python error: config_init_int_max_str_digits: -X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited.\nPython runtime state: preinitialized\n".into(),
                        1,
                    ));
                }
            },
            "pycache_prefix" => c.pycache_prefix = Some(value.to_string()).filter(|v| !v.is_empty()),
            "warn_default_encoding" => c.warn_default_encoding = true,
            _ => {}
        }
    }
    if c.dev_mode {
        c.warn_options.insert(0, "default".to_string());
    }
    if c.bytes_warning > 0 {
        c.warn_options.push(
            if c.bytes_warning > 1 {
                "error::BytesWarning"
            } else {
                "default::BytesWarning"
            }
            .into(),
        );
    }
    c.safe_path = safe_path;
    c.orig_argv = args.iter().map(text).collect();
    c.executable = executable(&program);
    let mut argv: Vec<String> = args.get(rest..).unwrap_or(&[]).iter().map(text).collect();
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
                argv.push(String::new());
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

fn help(program: &str) -> Run {
    Run::Message(format!("{}{HELP}", USAGE.replace("{}", program)), 0)
}

fn environment(c: &mut Config, safe_path: &mut bool) {
    if c.ignore_environment {
        return;
    }
    c.debug = c.debug.max(level("PYTHONDEBUG"));
    c.verbose = c.verbose.max(level("PYTHONVERBOSE"));
    c.optimize = c.optimize.max(level("PYTHONOPTIMIZE"));
    c.inspect = c.inspect.max(level("PYTHONINSPECT"));
    c.dont_write_bytecode |= level("PYTHONDONTWRITEBYTECODE") > 0;
    c.no_user_site |= level("PYTHONNOUSERSITE") > 0;
    c.unbuffered |= level("PYTHONUNBUFFERED") > 0;
    c.dev_mode |= env("PYTHONDEVMODE").is_some();
    c.utf8_mode |= env("PYTHONUTF8").is_some_and(|v| v == "1");
    c.import_time |= env("PYTHONPROFILEIMPORTTIME").is_some();
    *safe_path |= env("PYTHONSAFEPATH").is_some();
    c.python_path = env("PYTHONPATH");
    c.python_home = env("PYTHONHOME");
    c.pycache_prefix = env("PYTHONPYCACHEPREFIX");
    c.hash_seed = env("PYTHONHASHSEED")
        .filter(|v| v != "random")
        .and_then(|v| v.parse().ok());
    c.int_max_str_digits = env("PYTHONINTMAXSTRDIGITS").and_then(|v| v.parse().ok());
    if let Some(w) = env("PYTHONWARNINGS") {
        let mut all: Vec<String> = w.split(',').map(str::to_string).collect();
        all.append(&mut c.warn_options);
        c.warn_options = all;
    }
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
