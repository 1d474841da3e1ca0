//! Runs every program of `tests/programs/` under the built `taipan` and compares it with what CPython 3.14 printed.
//!
//! Programs that are known not to pass yet stand in `tests/programs/PENDING.txt`, one name a line. The test fails when
//! one of those passes, so that the list stays true.
//! `TAIPAN_PROGRAMS=name,name` runs only those whose name contains one of the given texts; `TAIPAN_PROGRAMS_VERBOSE=1`
//! shows what is wrong with pending ones too; `TAIPAN_PROGRAMS_UPDATE=1` takes those that pass out of `PENDING.txt`.

#[path = "support/program.rs"]
mod program;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const LIMIT: Duration = Duration::from_secs(60);
const THREADS: usize = 2;

#[test]
fn programs_print_what_cpython_prints() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/programs");
    let taipan = Path::new(env!("CARGO_BIN_EXE_taipan"));
    let mut names = program::names(&folder);
    if let Ok(only) = std::env::var("TAIPAN_PROGRAMS") {
        names.retain(|name| only.split(',').any(|part| name.contains(part)));
    }
    let pending: BTreeSet<String> = std::fs::read_to_string(folder.join("PENDING.txt"))
        .unwrap_or_default()
        .lines()
        .map(|line| line.trim().to_owned())
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();

    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let problem = check(taipan, &folder, name);
                    if let Some(problem) = problem {
                        failures
                            .lock()
                            .expect("no panic in here")
                            .push((name.clone(), problem));
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().expect("no panic in here");
    failures.sort();

    let failing: BTreeSet<&String> = failures.iter().map(|(name, _)| name).collect();
    let known = failures.iter().filter(|(name, _)| pending.contains(name)).count();
    println!(
        "{} programs: {} pass, {} fail ({known} of them pending) in {:.1} s",
        names.len(),
        names.len() - failures.len(),
        failures.len(),
        start.elapsed().as_secs_f64()
    );
    let mut bad = false;
    let verbose = std::env::var_os("TAIPAN_PROGRAMS_VERBOSE").is_some();
    for (name, problem) in &failures {
        if !pending.contains(name) || verbose {
            println!("{name}: {problem}");
        }
        bad |= !pending.contains(name);
    }
    let update = std::env::var_os("TAIPAN_PROGRAMS_UPDATE").is_some();
    if update {
        let keep = |name: &String| !names.contains(name) || failing.contains(name);
        let mut text = String::from("# Programs that do not pass yet; only shrinks.\n");
        pending
            .iter()
            .filter(|name| keep(name))
            .for_each(|name| text += &format!("{name}\n"));
        std::fs::write(folder.join("PENDING.txt"), text).expect("PENDING.txt can be written");
    }
    for name in &pending {
        if !update && names.contains(name) && !failing.contains(name) {
            println!("{name}: passes; take it out of PENDING.txt");
            bad = true;
        } else if !folder.join(format!("{name}.py")).exists() {
            println!("{name}: in PENDING.txt, but there is no such program");
            bad = true;
        }
    }
    assert!(!bad, "some programs do not do what CPython does (see above)");
}

/// What is wrong with a program's run, if anything.
fn check(taipan: &Path, folder: &Path, name: &str) -> Option<String> {
    let Some(expected) = program::expected(folder, name) else {
        return Some("nothing recorded: run `cargo xtask record`".to_owned());
    };
    let got = program::run(taipan, folder, name, LIMIT);
    if got.timed_out {
        return Some(format!("not finished after {} s", LIMIT.as_secs()));
    }
    let mut problems = Vec::new();
    if got.code != expected.code {
        problems.push(format!("exit status {} instead of {}", got.code, expected.code));
    }
    if got.stdout != expected.stdout {
        problems.push(format!(
            "stdout differs\n{}",
            program::short_diff(&expected.stdout, &got.stdout)
        ));
    }
    if got.stderr != expected.stderr {
        problems.push(format!(
            "stderr differs\n{}",
            program::short_diff(&expected.stderr, &got.stderr)
        ));
    }
    (!problems.is_empty()).then(|| problems.join("; "))
}
