//! A running CPython that tells what its front end makes of sources: `oracle.py` in a child process.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// The program that the child runs.
const SCRIPT: &str = include_str!("oracle.py");

pub struct Oracle {
    child: Child,
    requests: BufWriter<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

/// What is asked of a front end.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    /// Names of parts, separated by commas.
    pub sections: &'a str,
    /// `compile()`'s mode.
    pub mode: &'a str,
    /// Optimization levels, a digit each.
    pub levels: &'a str,
}

/// The parts of an answer by name.
pub type Answer = BTreeMap<String, Vec<u8>>;

/// A command that runs the script.
pub fn command(python: &Path) -> Command {
    let mut command = Command::new(python);
    // Sets are ordered by hashes; the warnings' filters and the library are CPython's own.
    command
        .env_clear()
        .env("PYTHONHASHSEED", "0")
        .args(["-c", SCRIPT]);
    command
}

impl Oracle {
    pub fn start(python: &Path) -> Result<Oracle, String> {
        let mut child = command(python)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| format!("{}: {e}", python.display()))?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("no pipes to the child".into());
        };
        Ok(Oracle {
            child,
            requests: BufWriter::new(stdin),
            answers: BufReader::with_capacity(1 << 16, stdout),
        })
    }

    pub fn ask(&mut self, wanted: &Wanted<'_>, source: &[u8], filename: &str) -> Result<Answer, String> {
        self.exchange(wanted, source, filename)
            .map_err(|e| format!("CPython ended at {filename}: {e}"))
    }

    fn exchange(&mut self, wanted: &Wanted<'_>, source: &[u8], filename: &str) -> std::io::Result<Answer> {
        let Wanted {
            sections,
            mode,
            levels,
        } = wanted;
        let length = source.len();
        writeln!(self.requests, "{sections} {mode} {levels} {length} {filename}")?;
        self.requests.write_all(source)?;
        self.requests.flush()?;
        let mut answer = Answer::new();
        loop {
            let mut header = String::new();
            if self.answers.read_line(&mut header)? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            let Some((name, length)) = header.trim_end().split_once(' ') else {
                return Err(std::io::ErrorKind::InvalidData.into());
            };
            if name == "end" {
                return Ok(answer);
            }
            let length = length.parse().map_err(|_| std::io::ErrorKind::InvalidData)?;
            let mut part = vec![0; length];
            self.answers.read_exact(&mut part)?;
            answer.insert(name.to_owned(), part);
        }
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        // It has nothing to save; a child that has ended already cannot be killed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
