//! `cargo xtask introspection [CPYTHON [TAIPAN]]`: what programs see of the native modules, types and functions
//! (attributes, docstrings, text signatures, method resolution orders, flags), asked of both interpreters by
//! `tests/introspection/dump.py` and compared.
//!
//! `tests/introspection/differences.txt` lists what is known to differ; the run fails when something else does, and when
//! a listed difference is gone (`--update` writes the list anew). Modules that Taipan lacks as a whole are passed over.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The facts, by kind and name.
type Facts = BTreeMap<(String, String), String>;

pub fn run(args: &[String]) -> Result<bool, String> {
    let (mut update, mut paths) = (false, Vec::new());
    for arg in args {
        match arg.as_str() {
            "--update" => update = true,
            path => paths.push(PathBuf::from(path)),
        }
    }
    let root = crate::root();
    let cpython = paths.first().cloned().unwrap_or_else(crate::cpython);
    let taipan = paths
        .get(1)
        .cloned()
        .unwrap_or_else(|| root.join("target/debug/taipan"));
    let script = root.join("tests/introspection/dump.py");
    let (theirs, ours) = (facts(&cpython, &script)?, facts(&taipan, &script)?);
    let found = differences(&theirs, &ours);

    let file = root.join("tests/introspection/differences.txt");
    let listed = std::fs::read_to_string(&file).unwrap_or_default();
    let known: BTreeSet<&str> = listed.lines().filter(|l| !l.starts_with('#')).collect();
    let new: Vec<&String> = found.iter().filter(|d| !known.contains(d.as_str())).collect();
    let gone: Vec<&&str> = known.iter().filter(|d| !found.contains(**d)).collect();
    for d in &new {
        println!("{d}");
        let mut parts = d.splitn(3, '\t').skip(1).map(str::to_owned);
        if let (Some(kind), Some(name)) = (parts.next(), parts.next()) {
            let key = (kind, name);
            for facts in [&theirs, &ours] {
                println!("    {}", facts.get(&key).map_or("-", String::as_str));
            }
        }
    }
    for d in &gone {
        println!("no longer: {d}");
    }
    println!(
        "{} facts, {} differ: {} new, {} gone",
        theirs.len(),
        found.len(),
        new.len(),
        gone.len()
    );
    if update {
        let mut text = String::from(
            "# What is known to differ from CPython in introspection: how, kind, name. Only shrinks.\n",
        );
        for d in &found {
            writeln!(text, "{d}").map_err(|e| e.to_string())?;
        }
        std::fs::write(&file, text).map_err(|e| format!("{}: {e}", file.display()))?;
        return Ok(true);
    }
    Ok(new.is_empty() && gone.is_empty())
}

/// Asks one interpreter.
fn facts(interpreter: &Path, script: &Path) -> Result<Facts, String> {
    let output = Command::new(interpreter)
        .arg(script)
        .env_remove("PYTHONHOME")
        .output()
        .map_err(|e| format!("{}: {e}", interpreter.display()))?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{}: {}\n{errors}", interpreter.display(), output.status));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let mut facts = Facts::new();
    for line in text.lines() {
        let mut parts = line.splitn(3, '\t');
        if let (Some(kind), Some(name), Some(value)) = (parts.next(), parts.next(), parts.next()) {
            facts.insert((kind.to_owned(), name.to_owned()), value.to_owned());
        }
    }
    Ok(facts)
}

/// `missing`, `extra` or `differs`, the kind and the name of each fact that is not the same.
fn differences(theirs: &Facts, ours: &Facts) -> BTreeSet<String> {
    let module = |name: &str| {
        let name = name.strip_prefix("class ").unwrap_or(name);
        name.split('.').next().unwrap_or(name).to_owned()
    };
    let has = |facts: &Facts, name: &str| facts.contains_key(&("type".to_owned(), name.to_owned()));
    let mut found = BTreeSet::new();
    for key in theirs.keys().chain(ours.keys()) {
        let (kind, name) = key;
        let module = module(name);
        if has(theirs, &module) && !has(ours, &module) {
            continue;
        }
        let how = match (theirs.get(key), ours.get(key)) {
            (Some(a), Some(b)) if a == b => continue,
            (Some(_), Some(_)) => "differs",
            // what is not there has neither docstring nor signature
            _ if matches!(kind.as_str(), "doc" | "signature") => continue,
            (Some(_), None) => "missing",
            _ => "extra",
        };
        found.insert(format!("{how}\t{kind}\t{name}"));
    }
    found
}
