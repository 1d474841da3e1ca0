//! Bad input and structures without measure must end in a result or a Python exception: never in a crash, a hang or a
//! panic. Each program of `tests/robustness/` runs in a process of its own, with four gigabytes of address space, and
//! ends by itself; what it prints last says that it came to its end.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const LIMIT: Duration = Duration::from_secs(240);

/// Runs a program and checks that it ends with status 0 and this line.
fn ends_with(program: &str, args: &[&str], last: &str) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/robustness");
    let mut child = Command::new("sh")
        .args(["-c", "ulimit -v 4000000; ulimit -c 0; exec \"$@\"", "sh"])
        .arg(env!("CARGO_BIN_EXE_taipan"))
        .args(["-W", "ignore"])
        .arg(folder.join(program))
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a shell can be started");
    let start = Instant::now();
    // what is printed is less than a pipe holds
    while child.try_wait().expect("a child can be waited for").is_none() {
        if start.elapsed() > LIMIT {
            child.kill().expect("a child can be killed");
            panic!("{program}: not finished after {} s", LIMIT.as_secs());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let output = child.wait_with_output().expect("its output can be read");
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(
        output.status.success() && out.lines().last() == Some(last),
        "{program}: {}\n{out}\n{err}",
        output.status
    );
    assert!(!err.contains("panicked"), "{program}: {err}");
}

#[test]
fn deep_structures_end_in_results_or_exceptions() {
    ends_with("deep_structures.py", &[], "freed 26");
}

#[test]
fn deep_sources_end_in_code_or_exceptions() {
    ends_with("deep_source.py", &[], "bytes rot13 SyntaxError");
}

#[test]
fn cut_off_input_ends_in_exceptions() {
    ends_with("cut_off.py", &[], "zip True");
}

#[test]
fn senseless_arguments_end_in_results_or_exceptions() {
    ends_with(
        "arguments.py",
        &[],
        "float.__format__(1.5, '\\ud800') -> ValueError",
    );
}

/// Twenty thousand code objects changed at random.
#[test]
fn changed_bytecode_does_no_harm() {
    for seed in ["11", "12", "13", "14"] {
        ends_with("mutated_code.py", &[seed, "5000"], "done 5000");
    }
}
