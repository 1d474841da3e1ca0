//! What the parser makes of small programs.

use super::{Mode, Options, parse};
use crate::dump::dump;
use crate::error::{ErrorKind, SyntaxError};

fn tree(source: &str) -> String {
    match parse(source, Mode::Exec, Options::default()) {
        Ok(parsed) => strip(&dump(&parsed.module)),
        Err(error) => panic!("{source:?}: {error}"),
    }
}

/// A dump without positions and contexts.
fn strip(dump: &str) -> String {
    let mut out = String::new();
    let mut rest = dump;
    while let Some(at) = rest.find("lineno=") {
        let head = &rest[..at];
        out.push_str(head.strip_suffix(", ").unwrap_or(head));
        let tail = &rest[at..];
        let end = tail.find("end_col_offset=").map_or(0, |i| i + 15);
        let digits = tail[end..].find(|c: char| !c.is_ascii_digit()).unwrap_or(0);
        rest = &tail[end + digits..];
    }
    out.push_str(rest);
    out.replace(", ctx=Load()", "")
}

fn error(source: &str) -> SyntaxError {
    match parse(source, Mode::Exec, Options::default()) {
        Ok(_) => panic!("{source:?} is accepted"),
        Err(error) => error,
    }
}

#[track_caller]
fn check_error(source: &str, message: &str, offset: u32, end_offset: i32) {
    let error = error(source);
    assert_eq!(
        (&*error.msg, error.offset, error.end_offset),
        (message, offset, Some(end_offset)),
        "{source:?}"
    );
}

#[test]
fn operators_bind_as_they_should() {
    assert_eq!(
        tree("-a ** -b"),
        "Module(body=[Expr(value=UnaryOp(op=USub(), operand=BinOp(left=Name(id='a'), op=Pow(), \
         right=UnaryOp(op=USub(), operand=Name(id='b')))))])"
    );
    assert_eq!(
        tree("not a < b in c"),
        "Module(body=[Expr(value=UnaryOp(op=Not(), operand=Compare(left=Name(id='a'), ops=[Lt(), In()], \
         comparators=[Name(id='b'), Name(id='c')])))])"
    );
}

#[test]
fn groups_keep_the_range_of_what_they_hold() {
    let parsed = parse("(a).b", Mode::Eval, Options::default()).map(|p| dump(&p.module));
    assert_eq!(
        parsed.unwrap_or_default(),
        "Expression(body=Attribute(value=Name(id='a', ctx=Load(), lineno=1, col_offset=1, end_lineno=1, \
         end_col_offset=2), attr='b', ctx=Load(), lineno=1, col_offset=0, end_lineno=1, end_col_offset=5))"
    );
}

#[test]
fn match_is_a_name_unless_cases_follow() {
    assert_eq!(
        tree("match (x)"),
        "Module(body=[Expr(value=Call(func=Name(id='match'), args=[Name(id='x')]))])"
    );
    assert!(tree("match (x):\n case [1, *_]: pass").contains("MatchSequence"));
    assert!(tree("match x, y:\n case {'a': b, **c} if d: pass").contains("rest='c'"));
    assert_eq!(tree("type = 1").matches("TypeAlias").count(), 0);
    assert!(tree("type X[T: int = str, *U] = T").contains("TypeVarTuple(name='U')"));
}

#[test]
fn with_may_have_parentheses_of_either_kind() {
    assert!(
        tree("with (a as b, c): pass").contains("items=[withitem(context_expr=Name(id='a'), optional_vars")
    );
    assert!(tree("with (a, b) as c: pass").contains("withitem(context_expr=Tuple("));
    assert!(tree("with (a, b): pass").contains("items=[withitem(context_expr=Name(id='a')), withitem"));
    assert!(tree("with (yield): pass").contains("context_expr=Yield()"));
}

#[test]
fn formatted_strings_nest_and_fold() {
    assert_eq!(
        tree("f'{{a' 'b' f'{x!r:>{w}}{y = }'"),
        "Module(body=[Expr(value=JoinedStr(values=[Constant(value='{ab'), FormattedValue(value=Name(id='x'), \
         conversion=114, format_spec=JoinedStr(values=[Constant(value='>'), FormattedValue(value=Name(id='w'), \
         conversion=-1)])), Constant(value='y = '), FormattedValue(value=Name(id='y'), conversion=114)]))])"
    );
    assert!(tree("t'{ a }'").contains("Interpolation(value=Name(id='a'), str=' a ', conversion=-1)"));
    assert!(tree("f'{f\"{f'{1}'}\"}'").contains("JoinedStr(values=[FormattedValue(value=JoinedStr("));
}

#[test]
fn literals_have_their_values() {
    assert!(tree(r"'\x41\u00e9\N{BULLET}\ud800\n'").contains(r"'Aé•\ud800\n'"));
    assert!(tree("0x_ff, 1_000.5e-3, 1e400, 5j, 0b11, 0").contains("value=255)"));
    assert!(tree("b'\\xff' b'a'").contains(r"b'\xffa'"));
    assert!(tree("u'a' 'b'").contains("kind='u'"));
    assert!(tree("ﬁ = 1").contains("id='fi'"));
}

#[test]
fn long_programs_need_no_stack() {
    for source in [
        format!("x = {}a\n", "a + ".repeat(100_000)),
        format!("x{}\n", ".a(1)[2]".repeat(50_000)),
        format!("if x: pass\n{}", "elif x: pass\n".repeat(100_000)),
        format!("x{}\n", " < x".repeat(50_000)),
    ] {
        assert!(parse(&source, Mode::Exec, Options::default()).is_ok());
    }
}

#[test]
fn deep_programs_are_refused() {
    assert_eq!(error(&"(".repeat(300)).msg, "too many nested parentheses");
    for source in [
        "-".repeat(100_000) + "x",
        "not ".repeat(100_000) + "x",
        "lambda: ".repeat(100_000) + "x",
        "lambda x=".repeat(100_000),
    ] {
        assert_eq!(error(&source).kind, ErrorKind::MemoryError);
    }
}

#[test]
fn errors_are_worded_and_placed() {
    check_error("x = (1 2)", "invalid syntax. Perhaps you forgot a comma?", 6, 9);
    check_error("if x\n  y", "expected ':'", 5, 6);
    check_error(
        "f() = 1",
        "cannot assign to function call here. Maybe you meant '==' instead of '='?",
        1,
        4,
    );
    check_error("f(a=1, b)", "positional argument follows keyword argument", 9, 10);
    check_error(
        "f(a, **b, c)",
        "positional argument follows keyword argument unpacking",
        12,
        13,
    );
    check_error(
        "print x",
        "Missing parentheses in call to 'print'. Did you mean print(...)?",
        1,
        8,
    );
    check_error(
        "x = [a, b for a, b in c]",
        "did you forget parentheses around the comprehension target?",
        6,
        10,
    );
    check_error("foo(", "'(' was never closed", 4, 0);
    check_error("x = 'a", "unterminated string literal (detected at line 1)", 5, 5);
    check_error("1_a", "invalid decimal literal", 2, 2);
    check_error("x y", "invalid syntax", 3, 4);
    check_error("{1: 2, 3}", "':' expected after dictionary key", 8, 0);
}

#[test]
fn indentation_errors_have_their_kinds() {
    let missing = error("if x:\npass");
    assert_eq!(missing.kind, ErrorKind::IndentationError);
    assert_eq!(
        missing.msg,
        "expected an indented block after 'if' statement on line 1"
    );
    assert_eq!(error("if x:\n        y\n\tz").kind, ErrorKind::TabError);
    let message = "unindent does not match any outer indentation level";
    assert_eq!(error("if x:\n  y\n z").msg, message);
}

#[test]
fn incomplete_input_is_told_apart() {
    let options = Options {
        allow_incomplete_input: true,
        dont_imply_dedent: true,
        ..Options::default()
    };
    for (source, kind) in [
        ("if x:\n", ErrorKind::IncompleteInput),
        ("x = '''a\n", ErrorKind::IncompleteInput),
        ("f(\n", ErrorKind::IncompleteInput),
        ("x = = 1\n", ErrorKind::SyntaxError),
    ] {
        let found = parse(source, Mode::Single, options).map_err(|error| error.kind);
        assert_eq!(found.err(), Some(kind), "{source:?}");
    }
}

#[test]
fn doubtful_escapes_are_warned_about() {
    let parsed = parse("x = 1\ny = '''\n\\d'''", Mode::Exec, Options::default());
    let warnings = parsed.map(|parsed| parsed.warnings).unwrap_or_default();
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0].lineno, 3);
    assert!(
        warnings[0]
            .msg
            .starts_with("\"\\d\" is an invalid escape sequence.")
    );
}
