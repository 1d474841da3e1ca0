//! Compiles files and prints their code objects: one half of a comparison with CPython, whose half is
//! `tests/codedump.py`.
//!
//! `codedump [-O | -OO] [--eval | --single] [--await] [--marshal] [--time] [--out DIR] FILE…`; with `--time` nothing is printed but
//! how long parsing and compiling took; with `--marshal` the output is what `marshal.dumps` gives, and
//! a file whose name ends in `.marshal` is not compiled but read in that format; with `--out`, the dump of each file goes to DIR under the file's path with
//! `/` replaced by `%`, and a list of files on standard input is read too.

use bytecode::dump::dump;
use bytecode::{Code, Const};
use std::fmt::Write as _;
use std::io::{BufRead, Write as _};

fn load(path: &str) -> String {
    let loaded = std::fs::read(path).map_err(|e| e.to_string());
    match loaded.and_then(|bytes| bytecode::marshal::loads(&bytes).map_err(|e| e.to_string())) {
        Ok(Const::Code(code)) => {
            let mut out = String::new();
            dump(&code, &mut out);
            out
        }
        Ok(_) => "error not a code object\n".into(),
        Err(e) => format!("error {e}\n"),
    }
}

fn compile(path: &str, mode: syntax::Mode, optimize: u8, marshal: bool) -> Vec<u8> {
    match compile_code(path, mode, optimize) {
        Ok((code, _)) if marshal => {
            bytecode::marshal::dumps(&code, bytecode::marshal::VERSION).unwrap_or_default()
        }
        Ok((code, warnings)) => {
            let mut out = String::new();
            dump(&code, &mut out);
            for w in warnings {
                let _ = writeln!(out, "warning {} {}", w.lineno, w.msg);
            }
            out.into_bytes()
        }
        Err(e) => e.into_bytes(),
    }
}

fn compile_code(
    path: &str,
    mode: syntax::Mode,
    optimize: u8,
) -> Result<(Code, Vec<syntax::Warning>), String> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(e) => return Err(format!("error {e}\n")),
    };
    let report = |e: syntax::SyntaxError| {
        let (end_line, end) = (e.end_lineno.unwrap_or(0), e.end_offset.unwrap_or(0));
        format!(
            "{:?} {} {} {} {end_line} {end}\n",
            e.kind, e.msg, e.lineno, e.offset
        )
    };
    let source = match syntax::source::decode(&bytes, syntax::source::Origin::Bytes).map_err(report)? {
        syntax::source::Decoded::Text(text, _) => text,
        syntax::source::Decoded::UnknownEncoding(name, _) => {
            return Err(format!("unknown encoding {name}\n"));
        }
    };
    let parsed = syntax::parse(&source, mode, syntax::Options::default()).map_err(report)?;
    let options = compiler::Options {
        filename: path.into(),
        optimize,
        future_flags: 0,
        allow_top_level_await: std::env::args().any(|arg| arg == "--await"),
    };
    let mut warnings = parsed.warnings;
    let code = compiler::compile(&parsed.module, None, &options, &mut warnings).map_err(report)?;
    Ok((code, warnings))
}

fn main() -> std::io::Result<()> {
    let mut optimize = 0;
    let mut out_dir = None;
    let mut marshal = false;
    let mut time = false;
    let mut mode = syntax::Mode::Exec;
    let mut files = Vec::new();
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "-O" => optimize = 1,
            "-OO" => optimize = 2,
            "--eval" => mode = syntax::Mode::Eval,
            "--single" => mode = syntax::Mode::Single,
            "--await" => {}
            "--time" => time = true,
            "--marshal" => marshal = true,
            "--out" => out_dir = args.next(),
            _ => files.push(arg),
        }
    }
    if time {
        if files.is_empty() {
            files.extend(std::io::stdin().lock().lines().collect::<Result<Vec<_>, _>>()?);
        }
        let start = std::time::Instant::now();
        let done = files
            .iter()
            .filter(|file| compile_code(file, mode, optimize).is_ok())
            .count();
        println!("{done} files in {:.3} s", start.elapsed().as_secs_f64());
        return Ok(());
    }
    let run = |file: &str| {
        if file.ends_with(".marshal") {
            load(file).into_bytes()
        } else {
            compile(file, mode, optimize, marshal)
        }
    };
    let Some(dir) = out_dir else {
        for file in &files {
            std::io::stdout().write_all(&run(file))?;
        }
        return Ok(());
    };
    std::fs::create_dir_all(&dir)?;
    if files.is_empty() {
        files.extend(std::io::stdin().lock().lines().collect::<Result<Vec<_>, _>>()?);
    }
    for file in &files {
        let text = run(file);
        std::fs::write(std::path::Path::new(&dir).join(file.replace('/', "%")), text)?;
    }
    Ok(())
}
