//! The programs in `tests/sources` against the code objects and errors that CPython 3.14 gives for them. Record with
//! `python3.14 crates/compiler/tests/codedump.py --record crates/compiler/tests/sources`.

use std::fmt::Write as _;
use std::path::Path;

fn compile(source: &str, name: &str, optimize: u8) -> String {
    let report = |e: syntax::SyntaxError| {
        let (end_line, end) = (e.end_lineno.unwrap_or(0), e.end_offset.unwrap_or(0));
        format!(
            "{:?} {} {} {} {end_line} {end}\n",
            e.kind, e.msg, e.lineno, e.offset
        )
    };
    let parsed = match syntax::parse(source, syntax::Mode::Exec, syntax::Options::default()) {
        Ok(parsed) => parsed,
        Err(e) => return report(e),
    };
    let options = compiler::Options {
        filename: name.into(),
        optimize,
        future_flags: 0,
        allow_top_level_await: false,
    };
    let mut warnings = parsed.warnings;
    match compiler::compile(&parsed.module, None, &options, &mut warnings) {
        Ok(code) => {
            let mut out = String::new();
            bytecode::dump::dump(&code, &mut out);
            for w in warnings {
                let _ = writeln!(out, "warning {} {}", w.lineno, w.msg);
            }
            out
        }
        Err(e) => report(e),
    }
}

#[test]
fn same_code_as_cpython() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sources");
    let mut compared = 0;
    let mut different = String::new();
    for entry in std::fs::read_dir(dir).expect("the sources") {
        let path = entry.expect("a source").path();
        if path.extension().is_none_or(|e| e != "py") {
            continue;
        }
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let text = std::fs::read_to_string(&path).expect("a source");
        for (optimize, suffix) in [(0, "dump"), (2, "opt2.dump")] {
            let expected = std::fs::read_to_string(path.with_extension(suffix)).expect("a recorded dump");
            let programs = text.split("# ---\n");
            for (i, (source, expected)) in programs.zip(expected.split("# ---\n")).enumerate() {
                compared += 1;
                let found = compile(source, &name, optimize);
                let lines = expected
                    .lines()
                    .zip(found.lines().chain(std::iter::repeat("nothing")));
                if let Some((e, f)) = lines.into_iter().find(|(e, f)| e != f) {
                    let _ = writeln!(different, "{name}, program {i}, -O{optimize}:\n  {e}\n  {f}");
                }
            }
        }
    }
    assert!(compared > 100, "only {compared} programs");
    assert!(different.is_empty(), "{different}");
}

/// Trees that are too deep are refused; long chains are not.
#[test]
fn depth() {
    let on_a_big_stack = || {
        let first_line = |source: &str| {
            compile(source, "deep", 0)
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned()
        };
        assert!(first_line(&format!("a{}", ".b".repeat(50_000))).starts_with("RecursionError"));
        assert!(first_line(&format!("x = {}", vec!["a"; 50_000].join(" + "))).starts_with("code"));
        assert!(first_line(&format!("if a: pass\n{}", "elif a: pass\n".repeat(3_000))).starts_with("code"));
        assert!(first_line(&format!("x = {}a", "not ".repeat(3_000))).starts_with("code"));
    };
    let thread = std::thread::Builder::new()
        .stack_size(16 << 20)
        .spawn(on_a_big_stack);
    thread.expect("a thread").join().expect("no panic");
}
