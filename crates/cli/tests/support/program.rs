//! Running one program of `tests/programs/` and comparing it with its recorded outcome. Shared by the test that runs them
//! under Taipan and by `cargo xtask record`, which records them from CPython.
//!
//! `NAME.py` is the program; `NAME.in` its standard input, where it has one; `NAME.out` what it prints; `NAME.err` what
//! it prints on stderr, when that is not empty; `NAME.code` its exit status, when that is not 0.

use std::ffi::OsStr;
use std::fs;
use std::io::Read;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What a run came to. Texts are normalized.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    pub stdout: String,
    pub stderr: String,
    /// The exit status; the negative number of the signal that ended it.
    pub code: i32,
    pub timed_out: bool,
}

/// The names of all programs, sorted.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("a directory entry").path())
        .filter(|path| path.extension() == Some(OsStr::new("py")))
        .map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// The recorded outcome, or `None` where nothing has been recorded.
pub fn expected(folder: &Path, name: &str) -> Option<Outcome> {
    let read = |extension: &str| fs::read_to_string(folder.join(format!("{name}.{extension}"))).ok();
    Some(Outcome {
        stdout: read("out")?,
        stderr: read("err").unwrap_or_default(),
        code: read("code").map_or(0, |text| text.trim().parse().expect("an exit status")),
        timed_out: false,
    })
}

/// Runs a program with `python`, in `folder`, with an environment that makes runs repeatable.
pub fn run(python: &Path, folder: &Path, name: &str, limit: Duration) -> Outcome {
    let mut command = Command::new(python);
    command.arg(format!("{name}.py")).current_dir(folder).env_clear();
    for name in ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
        .env("LC_ALL", "C.UTF-8")
        .env("TZ", "UTC")
        .env("COLUMNS", "80")
        .env("NO_COLOR", "1")
        .env("PYTHONHASHSEED", "0")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(match fs::File::open(folder.join(format!("{name}.in"))) {
            Ok(file) => Stdio::from(file),
            Err(_) => Stdio::null(),
        })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => panic!("{}: {error}", python.display()),
    };
    let stdout = drain(child.stdout.take().expect("piped"));
    let stderr = drain(child.stderr.take().expect("piped"));
    let start = Instant::now();
    let mut timed_out = false;
    let status = loop {
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            break status;
        }
        if start.elapsed() > limit {
            timed_out = true;
            // The program and what it started: they share a process group of their own.
            let group = format!("-{}", child.id());
            let killed = Command::new("kill").args(["-9", "--", &group]).status();
            if !killed.is_ok_and(|status| status.success()) {
                child.kill().expect("a child can be killed");
            }
            break child.wait().expect("a child can be waited for");
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let text = |reader: std::thread::JoinHandle<Vec<u8>>| {
        normalize(
            &String::from_utf8_lossy(&reader.join().expect("the reader does not panic")),
            folder,
        )
    };
    Outcome {
        stdout: text(stdout),
        stderr: text(stderr),
        code: status
            .code()
            .or(status.signal().map(|signal| -signal))
            .unwrap_or(-1),
        timed_out,
    }
}

fn drain(mut from: impl Read + Send + 'static) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut data = Vec::new();
        // A broken pipe ends the reading; what came before it counts.
        let _ = from.read_to_end(&mut data);
        data
    })
}

/// Takes out what differs from one machine or run to the next: the folder of the programs becomes `<programs>`, the folder
/// of the standard library `<lib>`, a line number in one of its files `LINE` (they differ between patch releases), and an object's address (` at 0x7f…`) `0xADDRESS`.
pub fn normalize(text: &str, folder: &Path) -> String {
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
    let text = text.replace(&*folder.to_string_lossy(), "<programs>");
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| without_addresses(&without_library(line)))
        .collect();
    lines.join("\n")
}

/// A line with `<lib>` for the folder of the standard library in each path into it.
fn without_library(line: &str) -> String {
    const MARK: &str = "/lib/python3.14/";
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(MARK) {
        let start = rest[..at]
            .rfind(['"', '\'', '(', ' '])
            .map_or(0, |quote| quote + 1);
        out += &rest[..start];
        out += "<lib>/";
        rest = &rest[at + MARK.len()..];
        const LINE: &str = ".py\", line ";
        if let Some(end) = rest.find(LINE)
            && !rest[..end].contains('"')
        {
            out += &rest[..end + LINE.len()];
            out += "LINE";
            rest = rest[end + LINE.len()..].trim_start_matches(|c: char| c.is_ascii_digit());
        }
    }
    out + rest
}

/// A line with each ` at 0x` followed by at least eight hexadecimal digits made the same.
fn without_addresses(line: &str) -> String {
    const MARK: &str = " at 0x";
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(MARK) {
        let (head, tail) = rest.split_at(at + MARK.len());
        out += head;
        let digits = tail.bytes().take_while(u8::is_ascii_hexdigit).count();
        if digits >= 8 {
            out += "ADDRESS";
            rest = &tail[digits..];
        } else {
            rest = tail;
        }
    }
    out + rest
}

/// The first lines in which two texts differ, for a person to read.
pub fn short_diff(expected: &str, got: &str) -> String {
    let (mut a, mut b) = (expected.lines(), got.lines());
    let mut number = 0;
    loop {
        number += 1;
        match (a.next(), b.next()) {
            (Some(x), Some(y)) if x == y => {}
            (None, None) => return "    (line ends differ)".to_owned(),
            (x, y) => {
                let cut = |line: Option<&str>| match line {
                    None => "(end)".to_owned(),
                    Some(line) => line.chars().take(160).collect(),
                };
                return format!("    line {number}\n    - {}\n    + {}", cut(x), cut(y));
            }
        }
    }
}
