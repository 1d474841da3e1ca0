//! Code objects as text, for comparisons: CPython's half is `crates/compiler/tests/codedump.py`.

use crate::code::{Code, Const, Wtf8};
use std::fmt::Write as _;

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

fn names(label: &str, list: &[Wtf8], out: &mut String) {
    out.push_str(label);
    for name in list {
        out.push(' ');
        escape(name, out);
    }
    out.push('\n');
}

/// Appends a code object, every field of it, and then the code objects among its constants.
pub fn dump(code: &Code, out: &mut String) {
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
