//! `cargo xtask bench`: pyperformance's programs under several interpreters in turn, with start-up time and peak memory.
//!
//! The programs are those of the PyPI package `pyperformance`, fetched into `target/bench/` with `pip`; `pyperf` is the
//! stand-in of `xtask/pyperf/`. A ratio above 1 means faster than the first interpreter named.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Programs that exercise the interpreter alone.
const INTERPRETER: &[&str] = &[
    "async_generators",
    "chaos",
    "comprehensions",
    "coroutines",
    "deepcopy",
    "deltablue",
    "fannkuch",
    "float",
    "generators",
    "go",
    "hexiom",
    "logging",
    "mdp",
    "meteor_contest",
    "nbody",
    "nqueens",
    "pprint",
    "pyflate",
    "raytrace",
    "richards",
    "richards_super",
    "scimark",
    "spectral_norm",
    "unpack_sequence",
];

/// Programs that lean on native modules as well.
const LIBRARY: &[&str] = &[
    "async_tree",
    "barnes_hut",
    "base64",
    "gc_collect",
    "gc_traversal",
    "json_dumps",
    "json_loads",
    "pathlib",
    "pickle",
    "pickle_pure_python",
    "pidigits",
    "regex_compile",
    "regex_dna",
    "regex_effbot",
    "regex_v8",
    "telco",
    "typing_runtime_protocols",
];

/// Times of one interpreter: seconds per loop by the name that the program gives, and its peak memory in KiB.
#[derive(Default)]
struct Figures {
    seconds: BTreeMap<String, Vec<f64>>,
    peak: i64,
    problem: Option<String>,
}

pub fn run(args: &[String]) -> Result<bool, String> {
    let mut only: Option<Vec<String>> = None;
    let mut rounds = 3;
    let mut pythons: Vec<String> = Vec::new();
    let mut programs: Vec<&str> = INTERPRETER.iter().chain(LIBRARY).copied().collect();
    let mut index = 0;
    while index < args.len() {
        match args[index].as_str() {
            "--only" => {
                only = Some(
                    crate::value(args, &mut index)?
                        .split(',')
                        .map(str::to_owned)
                        .collect(),
                )
            }
            "--rounds" => {
                let text = crate::value(args, &mut index)?;
                rounds = text.parse().map_err(|_| format!("{text:?} is not a number"))?;
            }
            "--set" => match crate::value(args, &mut index)?.as_str() {
                "interpreter" => programs = INTERPRETER.to_vec(),
                "all" => {}
                other => return Err(format!("no set {other:?}")),
            },
            option if option.starts_with('-') => return Err(format!("no option {option}")),
            // programs are run in folders of their own: a path must not depend on the current one
            python => pythons.push(match fs::canonicalize(python) {
                Ok(path) if python.contains('/') => path.to_string_lossy().into_owned(),
                _ => python.to_owned(),
            }),
        }
        index += 1;
    }
    if pythons.is_empty() {
        return Err("name at least one interpreter".to_owned());
    }
    if let Some(only) = &only {
        programs.retain(|name| only.iter().any(|wanted| wanted == name));
    }
    let benchmarks = fetch()?;
    let stand_in = crate::root().join("xtask/pyperf");

    startup(&pythons, rounds.max(1) * 10)?;
    let mut logs = vec![0.0; pythons.len()];
    let mut counted = 0;
    let mut complete = true;
    let mut lowest = vec![f64::INFINITY; pythons.len()];
    println!(
        "\n{:<30} {:>12}  ratio and peak memory of each interpreter",
        "program", "seconds"
    );
    for program in programs {
        let mut figures: Vec<Figures> = pythons.iter().map(|_| Figures::default()).collect();
        for _ in 0..rounds {
            for (python, figures) in pythons.iter().zip(&mut figures) {
                if figures.problem.is_none() {
                    measure(python, &benchmarks, &stand_in, program, figures);
                }
            }
        }
        for (python, figures) in pythons.iter().zip(&figures) {
            if let Some(problem) = &figures.problem {
                println!("{program:<30} {python}: {problem}");
                complete = false;
            }
        }
        let best: Vec<Option<f64>> = figures.iter().map(overall).collect();
        let Some(base) = best[0] else { continue };
        let mut line = format!("{program:<30} {base:>12.3e}");
        let whole = best.iter().all(Option::is_some);
        for (index, (best, figures)) in best.iter().zip(&figures).enumerate() {
            match best {
                Some(seconds) => {
                    let ratio = base / seconds;
                    line += &format!("  {ratio:>6.3} {:>5} MiB", figures.peak / 1024);
                    if whole {
                        logs[index] += ratio.ln();
                        lowest[index] = lowest[index].min(ratio);
                    }
                }
                None => line += "       -          ",
            }
        }
        counted += usize::from(whole);
        println!("{line}");
    }
    if counted > 0 {
        let mut line = format!("{:<30} {:>12}", "geometric mean", format!("{counted} programs"));
        let mut worst = format!("{:<30} {:>12}", "lowest", "");
        for (log, lowest) in logs.iter().zip(&lowest) {
            line += &format!("  {:>6.3}          ", (log / counted as f64).exp());
            worst += &format!("  {lowest:>6.3}          ");
        }
        println!("{line}\n{worst}");
    }
    Ok(complete)
}

/// One figure for a program: the sum over its parts of the best time of each.
fn overall(figures: &Figures) -> Option<f64> {
    if figures.problem.is_some() || figures.seconds.is_empty() {
        return None;
    }
    let least = |times: &Vec<f64>| times.iter().copied().fold(f64::INFINITY, f64::min);
    Some(figures.seconds.values().map(least).sum())
}

/// The folder with pyperformance's programs, fetched on first use.
fn fetch() -> Result<PathBuf, String> {
    let folder = crate::root().join("target/bench");
    let programs = folder.join("pyperformance/data-files/benchmarks");
    if programs.is_dir() {
        return Ok(programs);
    }
    fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let status = Command::new("python3")
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--no-compile",
            "--target",
        ])
        .arg(&folder)
        .arg("pyperformance==1.14.0")
        .status()
        .map_err(|e| format!("python3 -m pip: {e}"))?;
    if status.success() && programs.is_dir() {
        Ok(programs)
    } else {
        Err("pip could not fetch pyperformance".to_owned())
    }
}

/// The script and the extra options of a program, as pyperformance's own list has them.
fn script(benchmarks: &Path, program: &str) -> (PathBuf, Vec<&'static str>) {
    let (folder, options): (&str, Vec<&'static str>) = match program {
        "async_tree" => ("async_tree", vec!["none"]),
        "pickle" => ("pickle", vec!["pickle"]),
        "pickle_pure_python" => ("pickle", vec!["--pure-python", "pickle"]),
        other => (other, vec![]),
    };
    (benchmarks.join(format!("bm_{folder}/run_benchmark.py")), options)
}

/// Runs one program once and adds its times to `figures`.
fn measure(python: &str, benchmarks: &Path, stand_in: &Path, program: &str, figures: &mut Figures) {
    let (script, options) = script(benchmarks, program);
    let folder = script
        .parent()
        .expect("a script stands in a folder")
        .to_path_buf();
    let mut command = Command::new(python);
    command
        .arg(&script)
        .args(options)
        .current_dir(folder)
        .env("PYTHONPATH", stand_in)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHONHASHSEED", "0");
    let (output, peak, ok) = match run_child(command) {
        Ok(result) => result,
        Err(error) => {
            figures.problem = Some(error);
            return;
        }
    };
    figures.peak = figures.peak.max(peak);
    if !ok {
        let text = String::from_utf8_lossy(&output);
        let last = text
            .lines()
            .rev()
            .find(|line| !line.trim().is_empty())
            .unwrap_or("no output");
        figures.problem = Some(last.chars().take(140).collect());
        return;
    }
    for line in String::from_utf8_lossy(&output).lines() {
        let mut fields = line.split('\t');
        if fields.next() == Some("pyperf-result")
            && let (Some(name), Some(seconds)) =
                (fields.next(), fields.next().and_then(|text| text.parse().ok()))
        {
            figures.seconds.entry(name.to_owned()).or_default().push(seconds);
        }
    }
    if figures.seconds.is_empty() {
        figures.problem = Some("no figures".to_owned());
    }
}

/// What a child printed (stderr too), its peak memory in KiB, and whether it ended well.
fn run_child(mut command: Command) -> Result<(Vec<u8>, i64, bool), String> {
    let output = crate::root().join("target/bench/output.txt");
    let open = || fs::File::create(&output).map_err(|e| format!("{}: {e}", output.display()));
    let stdout = open()?;
    let stderr = stdout.try_clone().map_err(|e| e.to_string())?;
    let child = command.stdin(Stdio::null()).stdout(stdout).stderr(stderr).spawn();
    let child = child.map_err(|e| e.to_string())?;
    let pid = libc::pid_t::try_from(child.id()).map_err(|e| e.to_string())?;
    let (status, peak) = wait(pid)?;
    let data = fs::read(&output).map_err(|e| format!("{}: {e}", output.display()))?;
    Ok((data, peak, status == 0))
}

/// Waits for a child that has not been waited for; its status word and its peak memory in KiB.
fn wait(pid: libc::pid_t) -> Result<(i32, i64), String> {
    let mut status = 0;
    // SAFETY: `rusage` is a struct of integers, for which all zeros is a value.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: both pointers are to live, writable values of the types that `wait4` fills in.
    let done = unsafe { libc::wait4(pid, &mut status, 0, &mut usage) };
    if done == pid {
        Ok((status, usage.ru_maxrss))
    } else {
        Err(std::io::Error::last_os_error().to_string())
    }
}

/// Prints the median time of `-c pass`, measured in turn.
fn startup(pythons: &[String], times: usize) -> Result<(), String> {
    let mut all: Vec<Vec<f64>> = pythons.iter().map(|_| Vec::new()).collect();
    let mut peaks = vec![0; pythons.len()];
    for _ in 0..times {
        for (index, python) in pythons.iter().enumerate() {
            let mut command = Command::new(python);
            command.args(["-c", "pass"]);
            let start = Instant::now();
            let (_, peak, ok) = run_child(command).map_err(|e| format!("{python}: {e}"))?;
            if !ok {
                return Err(format!("{python} -c pass fails"));
            }
            all[index].push(start.elapsed().as_secs_f64());
            peaks[index] = peaks[index].max(peak);
        }
    }
    println!(
        "{:<30} {:>12}  {:>6} {:>9}",
        "start-up (-c pass)", "ms", "ratio", "peak"
    );
    let mut base = 0.0;
    for (index, python) in pythons.iter().enumerate() {
        all[index].sort_by(f64::total_cmp);
        let median = all[index][all[index].len() / 2];
        if index == 0 {
            base = median;
        }
        println!(
            "{python:<30} {:>12.2}  {:>6.3} {:>5} MiB",
            median * 1e3,
            base / median,
            peaks[index] / 1024
        );
    }
    Ok(())
}
