//! `cargo xtask conformance`: CPython's own test modules, unmodified, each in a process of its own.
//!
//! A module passes when every test in it passes or is skipped; tests that `conformance/exceptions.txt` names
//! (`test_module: id  # reason`) do not count. `conformance/passing.txt` holds the modules that pass; it only grows.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What a module's run came to.
struct Report {
    module: String,
    passed: bool,
    /// `Ran 12 tests, failures=1, …`, or why there is no such line.
    summary: String,
    seconds: f64,
}

pub fn run(args: &[String]) -> Result<bool, String> {
    let root = crate::root();
    let mut python = root.join("target/release/taipan");
    let mut home = crate::oracle().join("usr");
    let (mut limit, mut jobs, mut update) = (300, 2, false);
    let mut wanted = Vec::new();
    let mut index = 0;
    while index < args.len() {
        match args[index].as_str() {
            "--python" => python = PathBuf::from(crate::value(args, &mut index)?),
            "--home" => home = PathBuf::from(crate::value(args, &mut index)?),
            "--limit" => limit = number(&crate::value(args, &mut index)?)?,
            "--jobs" => jobs = number(&crate::value(args, &mut index)?)?,
            "--update" => update = true,
            option if option.starts_with('-') => return Err(format!("no option {option}")),
            name if Path::new(name).is_file() => wanted.extend(list(Path::new(name))?),
            name => wanted.push(name.to_owned()),
        }
        index += 1;
    }
    let passing_file = root.join("conformance/passing.txt");
    let passing: BTreeSet<String> = list(&passing_file)?.into_iter().collect();
    if wanted.is_empty() {
        wanted = passing.iter().cloned().collect();
    }
    let exceptions = exceptions(&root.join("conformance/exceptions.txt"))?;
    let python = fs::canonicalize(&python).map_err(|e| format!("{}: {e}", python.display()))?;
    if !home.join("lib/python3.14/test").is_dir() {
        return Err(format!("{}: CPython's test suite is not there", home.display()));
    }
    let logs = root.join("target/conformance");
    fs::create_dir_all(&logs).map_err(|e| format!("{}: {e}", logs.display()))?;

    let next = AtomicUsize::new(0);
    let reports = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                while let Some(module) = wanted.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let allowed = exceptions.get(module);
                    let report = one(&python, &home, &logs, module, Duration::from_secs(limit), allowed);
                    let mark = if report.passed { "pass" } else { "FAIL" };
                    println!(
                        "{mark}  {module:<32} {:>6.1} s  {}",
                        report.seconds, report.summary
                    );
                    reports.lock().expect("no panic in here").push(report);
                }
            });
        }
    });
    let reports = reports.into_inner().expect("no panic in here");
    let passed = reports.iter().filter(|report| report.passed).count();
    let mut regressions: Vec<&str> = reports
        .iter()
        .filter(|r| !r.passed && passing.contains(&r.module))
        .map(|r| r.module.as_str())
        .collect();
    regressions.sort_unstable();
    println!(
        "{passed} of {} modules pass; logs in target/conformance/",
        reports.len()
    );
    if !regressions.is_empty() {
        println!(
            "these are in conformance/passing.txt and do not pass: {}",
            regressions.join(" ")
        );
    }
    if update {
        let mut all = passing.clone();
        all.extend(
            reports
                .iter()
                .filter(|report| report.passed)
                .map(|report| report.module.clone()),
        );
        let text: String = all.iter().map(|name| format!("{name}\n")).collect();
        fs::write(&passing_file, text).map_err(|e| format!("{}: {e}", passing_file.display()))?;
    }
    Ok(regressions.is_empty())
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{text:?} is not a number"))
}

/// The names in a list file: one a line, `#` begins a comment.
fn list(path: &Path) -> Result<Vec<String>, String> {
    let text = fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let lines = text
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim().to_owned());
    Ok(lines.filter(|line| !line.is_empty()).collect())
}

/// Tests that may fail, by module.
fn exceptions(path: &Path) -> Result<BTreeMap<String, BTreeSet<String>>, String> {
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in list(path)? {
        let Some((module, test)) = line.split_once(':') else {
            return Err(format!(
                "{}: not `module: test  # reason`: {line}",
                path.display()
            ));
        };
        all.entry(module.trim().to_owned())
            .or_default()
            .insert(test.trim().to_owned());
    }
    Ok(all)
}

fn one(
    python: &Path,
    home: &Path,
    logs: &Path,
    module: &str,
    limit: Duration,
    allowed: Option<&BTreeSet<String>>,
) -> Report {
    let start = Instant::now();
    let report = |passed, summary: String| Report {
        module: module.to_owned(),
        passed,
        summary,
        seconds: start.elapsed().as_secs_f64(),
    };
    let log = logs.join(format!("{module}.log"));
    let work = logs.join(format!("{module}.tmp"));
    if let Err(error) = fs::create_dir_all(&work) {
        return report(false, format!("{}: {error}", work.display()));
    }
    let Ok(output) = fs::File::create(&log) else {
        return report(false, format!("{} cannot be written", log.display()));
    };
    let Ok(errors) = output.try_clone() else {
        return report(false, "no more file descriptors".to_owned());
    };
    let child = Command::new(python)
        .args(["-m", "unittest", "-v", &format!("test.{module}")])
        .current_dir(&work)
        .env("PYTHONHOME", home)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(errors)
        .process_group(0)
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => return report(false, error.to_string()),
    };
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break Some(status),
            Ok(None) if start.elapsed() > limit => {
                let group = format!("-{}", child.id());
                // What cannot be killed has ended already.
                let _ = Command::new("kill").args(["-9", "--", &group]).status();
                let _ = child.wait();
                break None;
            }
            Ok(None) => std::thread::sleep(Duration::from_millis(20)),
            Err(error) => return report(false, error.to_string()),
        }
    };
    // What a test leaves behind is of no use; it may have made files that cannot be removed.
    let _ = fs::remove_dir_all(&work);
    let text = String::from_utf8_lossy(&fs::read(&log).unwrap_or_default()).into_owned();
    let Some(status) = status else {
        let last = text
            .lines()
            .rev()
            .find(|line| line.contains(" ... "))
            .unwrap_or("nothing run")
            .to_owned();
        return report(false, format!("not finished after {} s: {last}", limit.as_secs()));
    };
    let ran = text
        .lines()
        .rev()
        .find(|line| line.starts_with("Ran "))
        .map(str::to_owned);
    let Some(ran) = ran else {
        let last = text
            .lines()
            .rev()
            .find(|line| !line.trim().is_empty())
            .unwrap_or("no output");
        return report(
            false,
            format!("{status}: {}", last.chars().take(110).collect::<String>()),
        );
    };
    let verdict = text
        .lines()
        .rev()
        .find(|line| line.starts_with("OK") || line.starts_with("FAILED"));
    let mut summary = format!(
        "{}; {}",
        ran.split(" in ").next().unwrap_or(&ran),
        verdict.unwrap_or("no verdict")
    );
    let failed: BTreeSet<&str> = text.lines().filter_map(failed_test).collect();
    let counted: Vec<&&str> = failed
        .iter()
        .filter(|test| !allowed.is_some_and(|allowed| allowed.contains(**test)))
        .collect();
    let passed = if status.success() {
        true
    } else {
        !failed.is_empty() && counted.is_empty()
    };
    if !passed && failed.len() != counted.len() {
        summary += &format!(" ({} excepted)", failed.len() - counted.len());
    }
    if ran.starts_with("Ran 0 tests") && !text.contains("skipped") {
        return report(false, summary);
    }
    report(passed, summary)
}

/// The identifier in `FAIL: test_name (test.module.Class.test_name)` and `ERROR: …`.
fn failed_test(line: &str) -> Option<&str> {
    let rest = line
        .strip_prefix("FAIL: ")
        .or_else(|| line.strip_prefix("ERROR: "))?;
    let start = rest.find('(')? + 1;
    let end = start + rest[start..].find(')')?;
    Some(&rest[start..end])
}
