//! Taipan's half of the comparison: the crates `syntax`, `compiler` and `bytecode`, with the answers in the same form
//! as `oracle.py` gives them.

use super::oracle::{Answer, Wanted};
use compiler::symtable::{BlockId, BlockKind, SymbolTable};
use std::fmt::Write as _;
use syntax::dump::str_repr;
use syntax::source::{Decoded, Origin};
use syntax::tokenizer::{TokenStream, with_line_end};
use syntax::{ErrorKind, Mode, SyntaxError, Warning};

/// A source as text, or why it is none.
pub enum Text {
    Decoded(String),
    /// An encoding that Python's codecs decode.
    Foreign,
    Error(SyntaxError),
}

pub fn text(source: &[u8]) -> Text {
    match syntax::source::decode(source, Origin::Bytes) {
        Ok(Decoded::Text(text, _)) => Text::Decoded(text.into_owned()),
        Ok(Decoded::UnknownEncoding(..)) => Text::Foreign,
        Err(error) => Text::Error(error),
    }
}

/// Type, message and range, as `error_text` in `oracle.py` writes them.
pub fn error_text(error: &SyntaxError) -> String {
    let kind = match error.kind {
        ErrorKind::IncompleteInput => "_IncompleteInputError".to_owned(),
        kind => format!("{kind:?}"),
    };
    let mut out = format!("{kind}: {}\n", error.msg);
    if matches!(
        error.kind,
        ErrorKind::MemoryError | ErrorKind::ValueError | ErrorKind::RecursionError
    ) {
        return out;
    }
    let number = |n: Option<i32>| n.map_or("None".to_owned(), |n| n.to_string());
    let none = error.text.is_none() && error.end_lineno.is_none() && error.lineno == 0;
    let start = |n: u32| if none { "None".to_owned() } else { n.to_string() };
    let text = error
        .text
        .as_ref()
        .map_or("None".to_owned(), |t| str_repr(t.as_bytes()));
    let _ = writeln!(
        out,
        "{} {} {} {} {text}",
        start(error.lineno),
        start(error.offset),
        number(error.end_lineno),
        number(error.end_offset)
    );
    out
}

fn tokens(text: &str, extra: bool) -> String {
    let mut out = Vec::new();
    let mut line = ("", String::new());
    let (text, added) = with_line_end(text);
    let text = &*text;
    for token in TokenStream::new(text, added, extra) {
        match token {
            Ok(t) => {
                if line.1.is_empty() || !std::ptr::eq(line.0, t.line) {
                    line = (t.line, str_repr(t.line.as_bytes()));
                }
                let string = str_repr(t.string.as_bytes());
                let (start, end) = (t.start, t.end);
                out.push(format!(
                    "({}, {string}, ({}, {}), ({}, {}), {})",
                    t.number, start.0, start.1, end.0, end.1, line.1
                ));
            }
            Err(error) => out.push(error_text(&error).trim_end_matches('\n').to_owned()),
        }
    }
    out.join("\n")
}

fn symbols(table: &SymbolTable, id: BlockId, depth: usize, out: &mut Vec<String>) {
    let block = table.block(id);
    let kind = match block.kind {
        BlockKind::Function => 0,
        BlockKind::Class => 1,
        BlockKind::Module => 2,
        BlockKind::Annotation => 3,
        BlockKind::TypeAlias => 4,
        BlockKind::TypeParameters => 5,
        BlockKind::TypeVariable => 6,
    };
    let params: Vec<String> = block.varnames.iter().map(|n| str_repr(n.as_bytes())).collect();
    let mut names: Vec<_> = block.symbols.iter().collect();
    names.sort();
    let names: Vec<String> = names
        .iter()
        .map(|(name, flags)| format!("({}, {flags})", str_repr(name.as_bytes())))
        .collect();
    out.push(format!(
        "{}{kind} {} line {} nested {} params [{}] symbols [{}]",
        " ".repeat(depth),
        block.name,
        block.span.lineno,
        u8::from(block.nested),
        params.join(", "),
        names.join(", ")
    ));
    for &child in &block.children {
        symbols(table, child, depth + 1, out);
    }
}

fn warnings_text(warnings: &[Warning]) -> String {
    let lines: Vec<String> = warnings
        .iter()
        .map(|w| format!("{} {:?} {}", w.lineno, w.kind, w.msg))
        .collect();
    lines.join("\n")
}

/// The same parts as CPython's half gives; stops at the first error.
pub fn answer(wanted: &Wanted<'_>, text: &str, filename: &str) -> Answer {
    let mut parts = Answer::new();
    for section in wanted.sections.split(',') {
        if let Err(error) = part(section, wanted, text, filename, &mut parts) {
            parts.insert("error".into(), error_text(&error).into_bytes());
            break;
        }
    }
    parts
}

fn part(
    section: &str,
    wanted: &Wanted<'_>,
    text: &str,
    filename: &str,
    parts: &mut Answer,
) -> Result<(), SyntaxError> {
    let mode = match wanted.mode {
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        _ => Mode::Exec,
    };
    let parse = |type_comments| {
        let options = syntax::Options {
            type_comments,
            ..syntax::Options::default()
        };
        syntax::parse(text, mode, options).map_err(|mut error| {
            // The parser shows the line of the file as well, if it can.
            if mode == Mode::Exec
                && !filename.starts_with('<')
                && error.text.as_ref().is_some_and(|t| t.ends_with('\n'))
            {
                let line = text.lines().nth((error.lineno as usize).wrapping_sub(1));
                let last = !text.ends_with('\n') && error.lineno as usize == text.lines().count();
                error.text = line
                    .map(|line| format!("{line}{}", if last { "" } else { "\n" }))
                    .or(error.text);
            }
            error
        })
    };
    // The compiler's errors show the line of the file; a program that comes from no file has none.
    let file = (!filename.starts_with('<')).then_some(text);
    let options = |optimize| compiler::Options {
        filename: filename.to_owned(),
        optimize,
        future_flags: 0,
        allow_top_level_await: false,
    };
    let bytes = match section {
        "tokens" | "lexer" => tokens(text, section == "tokens").into_bytes(),
        "tree" | "comments" => syntax::dump::dump(&parse(section == "comments")?.module).into_bytes(),
        "symbols" => {
            let parsed = parse(false)?;
            let table = compiler::symbol_table(&parsed.module, file, &options(0))?;
            let mut out = Vec::new();
            symbols(&table, 0, 0, &mut out);
            out.join("\n").into_bytes()
        }
        "code" => {
            for level in wanted.levels.bytes() {
                let parsed = parse(false)?;
                let mut warnings = parsed.warnings;
                let options = options(level - b'0');
                let code = compiler::compile(&parsed.module, file, &options, &mut warnings)?;
                let level = char::from(level);
                parts.insert(format!("warn{level}"), warnings_text(&warnings).into_bytes());
                let code = bytecode::marshal::dumps(&code, bytecode::marshal::VERSION)
                    .map_err(|e| SyntaxError::new(ErrorKind::ValueError, e.to_string()))?;
                parts.insert(format!("code{level}"), code);
            }
            return Ok(());
        }
        _ => return Ok(()),
    };
    parts.insert(section.to_owned(), bytes);
    Ok(())
}

/// Source to code object, and no more.
pub fn compile(source: &[u8], filename: &str) -> Result<bytecode::Code, SyntaxError> {
    let Decoded::Text(text, _) = syntax::source::decode(source, Origin::Bytes)? else {
        return Err(SyntaxError::new(ErrorKind::SyntaxError, "unknown encoding"));
    };
    let parsed = syntax::parse(&text, Mode::Exec, syntax::Options::default())?;
    let mut warnings = parsed.warnings;
    let options = compiler::Options {
        filename: filename.to_owned(),
        optimize: 0,
        future_flags: 0,
        allow_top_level_await: false,
    };
    compiler::compile(&parsed.module, Some(&text), &options, &mut warnings)
}
