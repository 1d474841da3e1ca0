//! `cargo xtask record`: what CPython prints for each program of `tests/programs/`, written beside it.

use crate::program;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

pub fn run(args: &[String]) -> Result<bool, String> {
    let mut python = crate::cpython();
    let (mut check, mut missing) = (false, false);
    let mut wanted = Vec::new();
    let mut index = 0;
    while index < args.len() {
        match args[index].as_str() {
            "--check" => check = true,
            "--missing" => missing = true,
            "--python" => python = PathBuf::from(crate::value(args, &mut index)?),
            option if option.starts_with('-') => return Err(format!("no option {option}")),
            name => wanted.push(name.trim_end_matches(".py").to_owned()),
        }
        index += 1;
    }
    let folder = crate::root().join("tests/programs");
    let mut names = program::names(&folder);
    if !wanted.is_empty() {
        names.retain(|name| wanted.contains(name));
    }
    if missing {
        names.retain(|name| program::expected(&folder, name).is_none());
    }

    let next = AtomicUsize::new(0);
    let problems = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(problem) = one(&python, &folder, name, check) {
                        problems
                            .lock()
                            .expect("no panic in here")
                            .push(format!("{name}: {problem}"));
                    }
                }
            });
        }
    });
    let mut problems = problems.into_inner().expect("no panic in here");
    problems.sort();
    for problem in &problems {
        println!("{problem}");
    }
    println!("{} programs, {} problems", names.len(), problems.len());
    Ok(problems.is_empty())
}

fn one(python: &Path, folder: &Path, name: &str, check: bool) -> Result<(), String> {
    let got = program::run(python, folder, name, Duration::from_secs(60));
    if got.timed_out {
        return Err("not finished after 60 s".to_owned());
    }
    if check {
        let expected = program::expected(folder, name).ok_or("nothing recorded")?;
        for (what, a, b) in [
            ("stdout", &expected.stdout, &got.stdout),
            ("stderr", &expected.stderr, &got.stderr),
        ] {
            if a != b {
                return Err(format!("{what} differs\n{}", program::short_diff(a, b)));
            }
        }
        if expected.code != got.code {
            return Err(format!("exit status {} instead of {}", got.code, expected.code));
        }
        return Ok(());
    }
    let write = |extension: &str, text: Option<String>| {
        let path = folder.join(format!("{name}.{extension}"));
        match text {
            Some(text) => fs::write(&path, text).map_err(|e| format!("{}: {e}", path.display())),
            None if path.exists() => fs::remove_file(&path).map_err(|e| format!("{}: {e}", path.display())),
            None => Ok(()),
        }
    };
    write("out", Some(got.stdout))?;
    write("err", Some(got.stderr).filter(|text| !text.is_empty()))?;
    write("code", (got.code != 0).then(|| format!("{}\n", got.code)))
}
