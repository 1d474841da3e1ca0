//! `cargo xtask frontend`: Taipan's front end against CPython's, over source trees and over invalid programs.
//!
//! Every file goes through both: the tokens, the tree, the symbol table and the marshalled code objects at each level
//! asked for must be the same, the warnings and errors too. The first difference of each file is printed.

mod code;
mod mutate;
mod oracle;
pub mod packages;
pub mod speed;
mod taipan;

use oracle::{Answer, Oracle, Wanted};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Both front ends descend on the native stack.
const STACK: usize = 256 << 20;

/// CPython's test modules whose strings are sources with errors.
const ERROR_TESTS: &[&str] = &[
    "test_syntax",
    "test_exceptions",
    "test_fstring",
    "test_patma",
    "test_type_params",
];

struct Settings {
    python: PathBuf,
    levels: String,
    sections: String,
    jobs: usize,
    /// How many differences are printed.
    show: usize,
    errors: Option<usize>,
    seed: u64,
    paths: Vec<PathBuf>,
}

pub fn run(args: &[String]) -> Result<bool, String> {
    let mut settings = Settings {
        python: crate::cpython(),
        levels: "02".into(),
        sections: "tokens,lexer,tree,comments,symbols,code".into(),
        jobs: 2,
        show: 40,
        errors: None,
        seed: 0,
        paths: Vec::new(),
    };
    let mut index = 0;
    while index < args.len() {
        let name = args[index].as_str();
        let mut value = || crate::value(args, &mut index);
        match name {
            "--oracle" => settings.python = PathBuf::from(value()?),
            "--optimize" => settings.levels = value()?.replace(',', ""),
            "--sections" => settings.sections = value()?,
            "--jobs" => settings.jobs = number(&value()?)?,
            "--show" => settings.show = number(&value()?)?,
            "--errors" => settings.errors = Some(number(&value()?)?),
            "--seed" => settings.seed = number(&value()?)?,
            "--packages" => settings.paths.push(packages::fetched(&value()?)?),
            option if option.starts_with('-') => return Err(format!("no option {option}")),
            path => settings.paths.push(PathBuf::from(path)),
        }
        index += 1;
    }
    if settings.levels.is_empty() || !settings.levels.bytes().all(|c| (b'0'..=b'2').contains(&c)) {
        return Err("--optimize takes levels from 0 to 2, as in 0,2".into());
    }
    if settings.paths.is_empty() {
        settings.paths.push(crate::oracle().join("usr/lib/python3.14"));
    }
    let mut files = Vec::new();
    for path in &settings.paths {
        collect(path, &mut files)?;
    }
    files.sort();
    match settings.errors {
        Some(count) => errors(&settings, &files, count),
        None => trees(&settings, &files),
    }
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{text:?} is not a number"))
}

/// The Python files at and below a path.
pub fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let wrong = |e: std::io::Error| format!("{}: {e}", path.display());
    let kind = fs::metadata(path).map_err(wrong)?;
    if !kind.is_dir() {
        files.push(path.to_path_buf());
        return Ok(());
    }
    for entry in fs::read_dir(path).map_err(wrong)? {
        let entry = entry.map_err(wrong)?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(wrong)?);
        if kind.is_dir() {
            collect(&path, files)?;
        } else if kind.is_file() && path.extension().is_some_and(|e| e == "py" || e == "pyi") {
            files.push(path);
        }
    }
    Ok(())
}

/// Runs `work` in threads with large stacks, each with a CPython of its own.
fn in_threads(
    settings: &Settings,
    work: impl Fn(&mut Oracle) -> Result<(), String> + Sync,
) -> Result<(), String> {
    std::thread::scope(|scope| {
        let mut threads = Vec::new();
        for _ in 0..settings.jobs.max(1) {
            let body = || work(&mut Oracle::start(&settings.python)?);
            let builder = std::thread::Builder::new().stack_size(STACK);
            threads.push(builder.spawn_scoped(scope, body).map_err(|e| e.to_string())?);
        }
        for thread in threads {
            thread.join().map_err(|_| "a thread panicked".to_owned())??;
        }
        Ok(())
    })
}

/// Taipan's answer; a panic is told like an error.
fn ours(wanted: &Wanted<'_>, text: &str, filename: &str) -> Answer {
    let call = || taipan::answer(wanted, text, filename);
    std::panic::catch_unwind(call).unwrap_or_else(|_| {
        let told = ("error".to_owned(), b"Taipan panicked".to_vec());
        [told].into_iter().collect()
    })
}

/// A question for one part.
fn only(section: &str) -> Wanted<'_> {
    Wanted {
        sections: section,
        mode: "exec",
        levels: "0",
    }
}

/// What came of one source.
enum Outcome {
    Same,
    /// Both refuse it in the same way.
    SameError,
    Different {
        section: String,
        details: String,
    },
    /// Only CPython has the codec, and it fails.
    Undecodable,
}

fn compare_file(oracle: &mut Oracle, settings: &Settings, path: &Path) -> Result<Outcome, String> {
    let source = fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let filename = path.display().to_string();
    let wanted = Wanted {
        sections: &settings.sections,
        mode: "exec",
        levels: &settings.levels,
    };
    let theirs = oracle.ask(&wanted, &source, &filename)?;
    let found = match taipan::text(&source) {
        taipan::Text::Decoded(text) => ours(&wanted, &text, &filename),
        taipan::Text::Error(error) => {
            let told = ("error".to_owned(), taipan::error_text(&error).into_bytes());
            [told].into_iter().collect()
        }
        taipan::Text::Foreign => {
            let answer = oracle.ask(&only("text"), &source, &filename)?;
            match answer.get("text").map(|text| String::from_utf8(text.clone())) {
                Some(Ok(text)) => ours(&wanted, &text, &filename),
                _ => return Ok(Outcome::Undecodable),
            }
        }
    };
    Ok(compare(&theirs, &found))
}

fn compare(theirs: &Answer, found: &Answer) -> Outcome {
    let order = ["error", "tokens", "lexer", "tree", "comments", "symbols"];
    let mut names: Vec<&String> = theirs.keys().chain(found.keys()).collect();
    names.sort_by_key(|name| order.iter().position(|o| o == *name).unwrap_or(order.len()));
    names.dedup();
    for name in names {
        let details = match (theirs.get(name), found.get(name)) {
            (Some(e), Some(f)) if e == f => None,
            (Some(e), Some(f)) if name.starts_with("code") => code::difference(e, f),
            (Some(e), Some(f)) => Some(text_difference(name, e, f)),
            (Some(e), None) if name == "error" => Some(format!(
                "only CPython refuses it\n  {}",
                String::from_utf8_lossy(e)
            )),
            (None, Some(f)) if name == "error" => Some(format!(
                "only Taipan refuses it\n  {}",
                String::from_utf8_lossy(f)
            )),
            _ => None,
        };
        if let Some(details) = details {
            return Outcome::Different {
                section: name.clone(),
                details,
            };
        }
    }
    if theirs.contains_key("error") {
        Outcome::SameError
    } else {
        Outcome::Same
    }
}

/// The first place where two texts differ, with what stands around it.
fn text_difference(name: &str, expected: &[u8], found: &[u8]) -> String {
    let (e, f) = (String::from_utf8_lossy(expected), String::from_utf8_lossy(found));
    if matches!(name, "tree" | "comments") {
        let at = expected.iter().zip(found).take_while(|(a, b)| a == b).count();
        let show = |text: &[u8]| {
            let around = &text[at.saturating_sub(120)..text.len().min(at + 120)];
            String::from_utf8_lossy(around).into_owned()
        };
        let line = String::from_utf8_lossy(&expected[..at.min(expected.len())])
            .rsplit_once("lineno=")
            .and_then(|(_, rest)| rest.split(',').next().map(str::to_owned))
            .unwrap_or_default();
        return format!(
            "near line {line}\n  CPython {}\n  Taipan  {}",
            show(expected),
            show(found)
        );
    }
    let mut theirs = e.lines();
    let mut ours = f.lines();
    for number in 1.. {
        let (a, b) = (theirs.next(), ours.next());
        if a != b {
            let show = |line: Option<&str>| line.unwrap_or("nothing").chars().take(400).collect::<String>();
            return format!("line {number}\n  CPython {}\n  Taipan  {}", show(a), show(b));
        }
        if a.is_none() {
            break;
        }
    }
    "line ends".into()
}

fn trees(settings: &Settings, files: &[PathBuf]) -> Result<bool, String> {
    let start = Instant::now();
    let next = AtomicUsize::new(0);
    let state = Mutex::new((0usize, 0usize, 0usize, BTreeMap::<String, usize>::new()));
    in_threads(settings, |oracle| {
        while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let outcome = compare_file(oracle, settings, path)?;
            let mut state = state.lock().map_err(|_| "a thread panicked")?;
            state.0 += 1;
            match outcome {
                Outcome::Same => {}
                Outcome::SameError => state.1 += 1,
                Outcome::Undecodable => state.2 += 1,
                Outcome::Different { section, details } => {
                    let shown: usize = state.3.values().sum();
                    *state.3.entry(section.clone()).or_default() += 1;
                    if shown < settings.show {
                        println!("{}: {section}: {}\n", path.display(), details.trim_end());
                    }
                }
            }
        }
        Ok(())
    })?;
    let (count, refused, undecodable, different) = state.into_inner().map_err(|_| "a thread panicked")?;
    let total: usize = different.values().sum();
    for (section, count) in &different {
        println!("{section}: {count} files differ");
    }
    println!(
        "{count} files ({refused} refused by both, {undecodable} that CPython cannot decode), levels {}, {} in {:.1} s: {total} differences",
        settings.levels,
        settings.sections,
        start.elapsed().as_secs_f64()
    );
    Ok(total == 0)
}

/// A message without what it quotes, to sort differences by.
fn shape(error: &[u8]) -> String {
    let text = String::from_utf8_lossy(error);
    let message = text.lines().next().unwrap_or_default();
    let mut out = String::new();
    let mut quoted = false;
    for c in message.chars() {
        if c == '\'' {
            quoted = !quoted;
            out.push(c);
        } else if !quoted && !c.is_ascii_digit() {
            out.push(c);
        }
    }
    out
}

/// Differences of one kind.
#[derive(Default)]
struct Kind {
    count: usize,
    example: String,
    details: String,
}

/// How one program differs, if it does: what kind of difference, and its details. `None`: CPython accepts it.
struct Judged {
    invalid: bool,
    difference: Option<(String, String)>,
}

fn judge(oracle: &mut Oracle, program: &str, mode: &str) -> Result<Judged, String> {
    let wanted = Wanted {
        mode,
        ..only("tokens,lexer,code")
    };
    let theirs = oracle.ask(&wanted, program.as_bytes(), "<program>")?;
    let found = match taipan::text(program.as_bytes()) {
        taipan::Text::Decoded(text) => ours(&wanted, &text, "<program>"),
        taipan::Text::Foreign => {
            return Ok(Judged {
                invalid: false,
                difference: None,
            });
        }
        taipan::Text::Error(error) => {
            let told = ("error".to_owned(), taipan::error_text(&error).into_bytes());
            [told].into_iter().collect()
        }
    };
    let invalid = theirs.contains_key("error");
    let difference = match compare(&theirs, &found) {
        Outcome::Different { section, details } => {
            let side = |answer: &Answer| answer.get("error").map_or("accepted".to_owned(), |e| shape(e));
            let (e, f) = (side(&theirs), side(&found));
            let kind = if e == f {
                format!("{section}: {e}")
            } else {
                format!("{section}: {e}  ->  {f}")
            };
            let whole = |answer: &Answer| {
                answer.get("error").map_or("accepted".to_owned(), |e| {
                    String::from_utf8_lossy(e)
                        .trim_end()
                        .replace('\n', "\n          ")
                })
            };
            let details = match section.as_str() {
                "error" => format!("CPython {}\n  Taipan  {}", whole(&theirs), whole(&found)),
                _ => details,
            };
            Some((format!("{mode}: {kind}"), details))
        }
        _ => None,
    };
    Ok(Judged { invalid, difference })
}

/// A smaller program with a difference of the same kind.
fn reduced(
    oracle: &mut Oracle,
    program: &str,
    mode: &str,
    kind: &str,
    details: &mut String,
) -> Result<String, String> {
    let mut best = program.to_owned();
    let mut asked = 0;
    let mut try_one = |candidate: String, best: &mut String| -> Result<bool, String> {
        asked += 1;
        if asked > 400 {
            return Ok(false);
        }
        match judge(oracle, &candidate, mode)?.difference {
            Some((k, d)) if k == kind => {
                *details = d;
                *best = candidate;
                Ok(true)
            }
            _ => Ok(false),
        }
    };
    let mut size = best.lines().count().div_ceil(2);
    while size > 0 {
        let mut at = 0;
        while at < best.split_inclusive('\n').count() {
            let lines: Vec<&str> = best.split_inclusive('\n').collect();
            let kept = lines
                .iter()
                .enumerate()
                .filter(|(i, _)| !(at..at + size).contains(i));
            let candidate: String = kept.map(|(_, line)| *line).collect();
            if !try_one(candidate, &mut best)? {
                at += size;
            }
        }
        size /= 2;
    }
    Ok(best)
}

fn errors(settings: &Settings, files: &[PathBuf], wanted: usize) -> Result<bool, String> {
    let start = Instant::now();
    let mut texts = Vec::new();
    for path in files {
        let text = fs::read_to_string(path).unwrap_or_default();
        if !text.is_empty() && text.len() < 1 << 20 && !text.contains('\0') {
            texts.push(text);
        }
    }
    if texts.is_empty() {
        return Err("no files to mutate".into());
    }
    let mut cases = Vec::new();
    let mut oracle = Oracle::start(&settings.python)?;
    for name in ERROR_TESTS {
        let path = crate::oracle().join(format!("usr/lib/python3.14/test/{name}.py"));
        let source = fs::read(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let answer = oracle.ask(&only("strings"), &source, name)?;
        let found =
            String::from_utf8_lossy(answer.get("strings").map_or(b"".as_slice(), Vec::as_slice)).into_owned();
        cases.extend(found.split('\0').map(str::to_owned));
    }
    drop(oracle);
    let next = AtomicUsize::new(0);
    let invalid = AtomicUsize::new(0);
    let kinds = Mutex::new(BTreeMap::<String, Kind>::new());
    let last_word = Mutex::new(Instant::now());
    in_threads(settings, |oracle| {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            // Most programs are modules; some are typed at a prompt, or are expressions.
            let mode = match index % 16 {
                14 => "single",
                15 => "eval",
                _ => "exec",
            };
            let program = match cases.get(index) {
                Some(case) => case.clone(),
                None if invalid.load(Ordering::Relaxed) >= wanted => return Ok(()),
                None => {
                    let mut random = mutate::Random::new(settings.seed, index as u64);
                    mutate::program(&texts, mode != "exec", &mut random)
                }
            };
            let judged = judge(oracle, &program, mode)?;
            if judged.invalid {
                invalid.fetch_add(1, Ordering::Relaxed);
            }
            if let Some((kind, mut details)) = judged.difference {
                let first = {
                    let mut kinds = kinds.lock().map_err(|_| "a thread panicked")?;
                    let known = kinds.entry(kind.clone()).or_default();
                    known.count += 1;
                    known.count == 1
                };
                if first {
                    let example = reduced(oracle, &program, mode, &kind, &mut details)?;
                    let mut kinds = kinds.lock().map_err(|_| "a thread panicked")?;
                    let known = kinds.entry(kind).or_default();
                    known.example = example;
                    known.details = details;
                }
            }
            if let Ok(mut last) = last_word.lock()
                && last.elapsed() > Duration::from_secs(60)
            {
                *last = Instant::now();
                eprintln!("{} invalid programs so far", invalid.load(Ordering::Relaxed));
            }
        }
    })?;
    let kinds = kinds.into_inner().map_err(|_| "a thread panicked")?;
    let mut order: Vec<(&String, &Kind)> = kinds.iter().collect();
    order.sort_by_key(|(_, kind)| std::cmp::Reverse(kind.count));
    for (name, kind) in order.iter().take(settings.show) {
        println!(
            "{} x {name}\n  {}\n{}\n",
            kind.count,
            kind.details,
            quoted(&kind.example)
        );
    }
    let different: usize = kinds.values().map(|kind| kind.count).sum();
    let invalid = invalid.into_inner();
    println!(
        "{} programs, {} of them error cases of {}; {invalid} invalid; {different} differences ({:.2}%) of {} kinds; {:.1} s",
        next.into_inner(),
        cases.len(),
        ERROR_TESTS.join(", "),
        100.0 * different as f64 / invalid.max(1) as f64,
        kinds.len(),
        start.elapsed().as_secs_f64()
    );
    Ok(different * 100 <= invalid)
}

fn quoted(program: &str) -> String {
    let lines: Vec<String> = program
        .split_inclusive('\n')
        .take(30)
        .map(|line| format!("    | {}", line.escape_debug()))
        .collect();
    lines.join("\n")
}
