//! Prints the syntax trees of Python files as `ast.dump(tree, include_attributes=True)` does, or the errors.
//!
//! `dump [--mode exec|eval|single|func_type] [--type-comments] [--time] [--quiet] [--list FILE] [FILE...]`
//! reads the files, or standard input if there is none. With `--each`, standard input holds several sources
//! separated by null characters, and each has its line in the output.

use std::io::{Read, Write};
use std::time::Instant;
use syntax::source::{Decoded, Origin, decode};
use syntax::tokenizer::{LexOptions, TokenKind, Tokenizer};
use syntax::{ErrorKind, Mode, Options, SyntaxError, dump, parser};

fn describe(error: &SyntaxError) -> String {
    let kind = match error.kind {
        ErrorKind::IncompleteInput => "_IncompleteInputError".to_owned(),
        kind => format!("{kind:?}"),
    };
    let number = |n: Option<i32>| n.map_or("None".to_owned(), |n| n.to_string());
    let last_stmt = match error.last_stmt {
        Some(place) if std::env::args().any(|arg| arg == "--metadata") => format!(" {place:?}"),
        _ => String::new(),
    };
    format!(
        "{kind} {} {} {} {} {} {}{last_stmt}",
        dump::str_repr(error.msg.as_bytes()),
        error.lineno,
        error.offset,
        number(error.end_lineno),
        number(error.end_offset),
        error
            .text
            .as_ref()
            .map_or("None".to_owned(), |t| dump::str_repr(t.as_bytes())),
    )
}

fn run(text: &str, mode: Mode, options: Options, quiet: bool, warn: bool) -> String {
    let mut warnings = Vec::new();
    let mut out = match parser::parse_warning(text, mode, options, &mut warnings) {
        Ok(_) if quiet => "ok".to_owned(),
        Ok(tree) => dump::dump(&tree),
        Err(error) => describe(&error),
    };
    if warn {
        for warning in warnings {
            out += &format!(" | {} {}", warning.lineno, warning.msg);
        }
    }
    out
}

/// Prints tokens as the `tokenize` module has them: number, start, end, text.
fn print_tokens(text: &str, print: &mut impl FnMut(&str)) {
    let options = LexOptions {
        extra_tokens: true,
        ..LexOptions::default()
    };
    let mut tokenizer = Tokenizer::new(text, options);
    loop {
        match tokenizer.next_token() {
            Ok(token) => {
                print(&format!(
                    "{} {},{} {},{} {}",
                    token.kind.number(),
                    token.lineno,
                    token.col,
                    token.end_lineno,
                    token.end_col,
                    dump::str_repr(&text.as_bytes()[token.start as usize..token.end as usize]),
                ));
                if token.kind == TokenKind::EndMarker {
                    return;
                }
            }
            Err(error) => {
                print(&describe(&error.error));
                return;
            }
        }
    }
}

fn main() {
    let mut mode = Mode::Exec;
    let mut options = Options::default();
    let (mut quiet, mut time, mut each, mut warn, mut tokens) = (false, false, false, false, false);
    let mut files = Vec::new();
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--mode" => {
                mode = match args.next().as_deref() {
                    Some("eval") => Mode::Eval,
                    Some("single") => Mode::Single,
                    Some("func_type") => Mode::FuncType,
                    _ => Mode::Exec,
                }
            }
            "--type-comments" => options.type_comments = true,
            "--incomplete" => options.allow_incomplete_input = true,
            "--dont-imply-dedent" => options.dont_imply_dedent = true,
            "--quiet" => quiet = true,
            "--time" => time = true,
            "--version" => {
                options.feature_version = args.next().and_then(|v| v.parse().ok()).unwrap_or(14);
            }
            "--metadata" => {}
            "--each" => each = true,
            "--tokens" => tokens = true,
            "--warn" => warn = true,
            "--list" => {
                let list = std::fs::read_to_string(args.next().unwrap_or_default()).unwrap_or_default();
                files.extend(list.lines().map(str::to_owned));
            }
            _ => files.push(arg),
        }
    }
    let mut stdout = std::io::BufWriter::new(std::io::stdout().lock());
    let mut print = |line: &str| {
        let _ = writeln!(stdout, "{line}");
    };
    if files.is_empty() {
        let mut input = String::new();
        if std::io::stdin().read_to_string(&mut input).is_err() {
            print("standard input is not UTF-8");
            return;
        }
        if each {
            input
                .split('\0')
                .for_each(|source| print(&run(source, mode, options, quiet, warn)));
        } else {
            print(&run(&input, mode, options, quiet, warn));
        }
        return;
    }
    let start = Instant::now();
    for file in &files {
        let bytes = match std::fs::read(file) {
            Ok(bytes) => bytes,
            Err(error) => {
                print(&format!("{file}: {error}"));
                continue;
            }
        };
        match decode(&bytes, Origin::Bytes) {
            Ok(Decoded::Text(text, _)) if tokens => print_tokens(&text, &mut print),
            Ok(Decoded::Text(text, _)) => print(&run(&text, mode, options, quiet, warn)),
            Ok(Decoded::UnknownEncoding(name, _)) => print(&format!("unknown encoding: {name}")),
            Err(error) => print(&describe(&error)),
        }
    }
    if time {
        eprintln!("{:?}", start.elapsed());
    }
}
