//! `cargo xtask bench --frontend`: source to code objects, over CPython's whole library, in one process on one core,
//! against CPython's `compile()` in the same run.

use super::{oracle, taipan};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Instant;

/// Seconds, and peak memory in KiB before and after.
struct Measured {
    seconds: f64,
    before: u64,
    after: u64,
}

pub fn run(args: &[String]) -> Result<bool, String> {
    let mut python = crate::cpython();
    let mut rounds = 3;
    let mut paths = Vec::new();
    let mut index = 0;
    while index < args.len() {
        match args[index].as_str() {
            "--frontend" => {}
            "--oracle" => python = PathBuf::from(crate::value(args, &mut index)?),
            "--rounds" => rounds = super::number(&crate::value(args, &mut index)?)?,
            option if option.starts_with('-') => return Err(format!("no option {option}")),
            path => paths.push(PathBuf::from(path)),
        }
        index += 1;
    }
    if paths.is_empty() {
        paths.push(crate::oracle().join("usr/lib/python3.14"));
    }
    let mut files = Vec::new();
    for path in &paths {
        super::collect(path, &mut files)?;
    }
    let tests = ["test", "tests", "idle_test", "tokenizedata"];
    files.retain(|file| {
        !file
            .iter()
            .any(|part| tests.contains(&part.to_string_lossy().as_ref()))
    });
    files.sort();
    let bytes: u64 = files
        .iter()
        .filter_map(|f| fs::metadata(f).ok())
        .map(|m| m.len())
        .sum();
    println!("{} files, {:.1} MB", files.len(), bytes as f64 / 1e6);
    let (mut theirs, mut ours): (Option<Measured>, Option<Measured>) = (None, None);
    let keep = |best: &mut Option<Measured>, new: Measured| {
        // Memory is that of the first round: a process does not shrink.
        match best {
            Some(old) => old.seconds = old.seconds.min(new.seconds),
            None => *best = Some(new),
        }
    };
    for _ in 0..rounds.max(1) {
        keep(&mut theirs, cpython(&python, &files)?);
        keep(&mut ours, here(&files)?);
    }
    let (Some(theirs), Some(ours)) = (theirs, ours) else {
        return Err("nothing measured".into());
    };
    for (name, m) in [("CPython", &theirs), ("Taipan", &ours)] {
        println!(
            "{name:<8} {:7.3} s  {:6.2} MB/s  peak memory {:5.1} MiB, {:5.1} MiB above the sources",
            m.seconds,
            bytes as f64 / 1e6 / m.seconds,
            m.after as f64 / 1024.0,
            m.after.saturating_sub(m.before) as f64 / 1024.0
        );
    }
    println!(
        "Taipan takes {:.3} of CPython's time",
        ours.seconds / theirs.seconds
    );
    Ok(ours.seconds * 3.0 <= theirs.seconds)
}

fn cpython(python: &Path, files: &[PathBuf]) -> Result<Measured, String> {
    let failed = |e: std::io::Error| format!("{}: {e}", python.display());
    let mut child = oracle::command(python)
        .arg("bench")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let list: String = files.iter().map(|f| format!("{}\n", f.display())).collect();
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(list.as_bytes()).map_err(failed)?;
    }
    let output = child.wait_with_output().map_err(failed)?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let numbers: Vec<f64> = text.split_whitespace().filter_map(|n| n.parse().ok()).collect();
    match numbers[..] {
        [seconds, before, after] => Ok(Measured {
            seconds,
            before: before as u64,
            after: after as u64,
        }),
        _ => Err(format!("CPython says {text:?}")),
    }
}

/// The peak memory of this process in KiB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|l| l.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

fn here(files: &[PathBuf]) -> Result<Measured, String> {
    let mut sources = Vec::new();
    for file in files {
        let source = fs::read(file).map_err(|e| format!("{}: {e}", file.display()))?;
        sources.push((file.display().to_string(), source));
    }
    let work = || {
        let before = peak();
        let start = Instant::now();
        for (name, source) in &sources {
            // What is invalid is invalid for both.
            let _ = std::hint::black_box(taipan::compile(source, name));
        }
        Measured {
            seconds: start.elapsed().as_secs_f64(),
            before,
            after: peak(),
        }
    };
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(super::STACK);
        let thread = builder.spawn_scoped(scope, work).map_err(|e| e.to_string())?;
        thread.join().map_err(|_| "the front end panicked".to_owned())
    })
}
