//! Compiles files and prints their code objects, every field of each, nested ones after the one that holds them:
//! the other half of a comparison with CPython.
//!
//! `codedump [-O | -OO] [--eval | --single] [--marshal] [--out DIR] FILE…`; with `--marshal` the output is what `marshal.dumps` gives, and
//! a file whose name ends in `.marshal` is not compiled but read in that format; with `--out`, the dump of each file goes to DIR under the file's path with
//! `/` replaced by `%`, and a list of files on standard input is read too.

use bytecode::{Code, Const};
use std::fmt::Write as _;
use std::io::{BufRead, Write as _};

fn escape(bytes: &[u8], out: &mut String) {
    out.push('"');
    for &b in bytes {
        match b {
            b'"' | b'\\' => {
                out.push('\\');
                out.push(b.into());
            }
            0x20..=0x7e => out.push(b.into()),
            _ => {
                let _ = write!(out, "\\x{b:02x}");
            }
        }
    }
    out.push('"');
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut s, b| {
        let _ = write!(s, "{b:02x}");
        s
    })
}

fn constant(c: &Const, out: &mut String) {
    let list = |items: &[Const], out: &mut String| {
        for item in items {
            constant(item, out);
            out.push(',');
        }
    };
    match c {
        Const::None => out.push_str("None"),
        Const::True => out.push_str("True"),
        Const::False => out.push_str("False"),
        Const::Ellipsis => out.push_str("Ellipsis"),
        Const::Int(n) => {
            let _ = write!(out, "{n:x}");
        }
        Const::Float(f) => {
            let _ = write!(out, "float({:016x})", f.to_bits());
        }
        Const::Complex(a, b) => {
            let _ = write!(out, "complex({:016x},{:016x})", a.to_bits(), b.to_bits());
        }
        Const::Str(s) => {
            out.push('s');
            escape(s, out);
        }
        Const::Bytes(s) => {
            out.push('b');
            escape(s, out);
        }
        Const::Tuple(items) => {
            out.push('(');
            list(items, out);
            out.push(')');
        }
        Const::FrozenSet(items) => {
            let mut texts: Vec<String> = items
                .iter()
                .map(|i| {
                    let mut s = String::new();
                    constant(i, &mut s);
                    s
                })
                .collect();
            texts.sort();
            let _ = write!(out, "frozenset({})", texts.join(","));
        }
        Const::Slice(parts) => {
            out.push_str("slice(");
            list(&parts[..], out);
            out.push(')');
        }
        Const::Code(code) => {
            out.push_str("code:");
            escape(&code.qualname, out);
        }
    }
}

fn names(label: &str, list: &[bytecode::Wtf8], out: &mut String) {
    out.push_str(label);
    for name in list {
        out.push(' ');
        escape(name, out);
    }
    out.push('\n');
}

fn dump(code: &Code, out: &mut String) {
    out.push_str("code ");
    escape(&code.qualname, out);
    out.push(' ');
    escape(&code.name, out);
    let _ = writeln!(
        out,
        " line {} args {} {} {} stack {} flags {:x}",
        code.firstlineno,
        code.argcount,
        code.posonlyargcount,
        code.kwonlyargcount,
        code.stacksize,
        code.flags
    );
    names("names", &code.names, out);
    names("localsplus", &code.localsplusnames, out);
    let _ = writeln!(out, "kinds {}", hex(&code.localspluskinds));
    out.push_str("consts");
    for c in &code.consts {
        out.push(' ');
        constant(c, out);
    }
    let _ = writeln!(out, "\ncode {}", hex(&code.code));
    let _ = writeln!(out, "lines {}", hex(&code.linetable));
    let _ = writeln!(out, "exceptions {}\n", hex(&code.exceptiontable));
    for c in &code.consts {
        if let Const::Code(inner) = c {
            dump(inner, out);
        }
    }
}

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
        allow_top_level_await: false,
    };
    let mut warnings = parsed.warnings;
    let code = compiler::compile(&parsed.module, None, &options, &mut warnings).map_err(report)?;
    Ok((code, warnings))
}

fn main() -> std::io::Result<()> {
    let mut optimize = 0;
    let mut out_dir = None;
    let mut marshal = false;
    let mut mode = syntax::Mode::Exec;
    let mut files = Vec::new();
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "-O" => optimize = 1,
            "-OO" => optimize = 2,
            "--eval" => mode = syntax::Mode::Eval,
            "--single" => mode = syntax::Mode::Single,
            "--marshal" => marshal = true,
            "--out" => out_dir = args.next(),
            _ => files.push(arg),
        }
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
