//! What is settled on the tree before code is made: docstrings, `__debug__`, `"…" % (…)`, and the warnings
//! of PEP 765.

use crate::error::syntax_warning;
use crate::fold;
use bytecode::Const;
use bytecode::oparg::{NB_ADD, NB_SUBTRACT};
use syntax::Warning;
use syntax::ast::*;

/// The docstring of a body, if its first statement is a string literal.
pub fn docstring(body: &[Stmt]) -> Option<&Expr> {
    match body.first() {
        Some(Stmt {
            kind: StmtKind::Expr { value },
            ..
        }) if matches!(
            value.kind,
            ExprKind::Constant {
                value: Constant::Str(_),
                ..
            }
        ) =>
        {
            Some(value)
        }
        _ => None,
    }
}

/// Whether a body has a docstring that is kept.
pub fn has_docstring(body: &[Stmt], optimize: u8) -> bool {
    optimize < 2 && docstring(body).is_some()
}

/// The constant that a node stands for: a literal, or `__debug__`.
pub fn constant(e: &Expr, optimize: u8) -> Option<Const> {
    match &e.kind {
        ExprKind::Constant { value, .. } => Some(crate::consts::from_ast(value)),
        ExprKind::Name {
            id,
            ctx: ExprContext::Load,
        } if &**id == "__debug__" => Some(crate::consts::bool_const(optimize == 0)),
        _ => None,
    }
}

pub fn is_constant(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Constant { .. } => true,
        ExprKind::Name {
            id,
            ctx: ExprContext::Load,
        } => &**id == "__debug__",
        _ => false,
    }
}

/// A signed or complex number in a pattern.
pub fn pattern_constant(e: &Expr) -> Option<Const> {
    match &e.kind {
        ExprKind::Constant { value, .. } => Some(crate::consts::from_ast(value)),
        ExprKind::UnaryOp {
            op: UnaryOp::USub,
            operand,
        } => match &operand.kind {
            ExprKind::Constant { value, .. } => {
                fold::unary(fold::Unary::Negative, &crate::consts::from_ast(value))
            }
            _ => None,
        },
        ExprKind::BinOp { left, op, right } => {
            let op = match op {
                Operator::Add => NB_ADD,
                Operator::Sub => NB_SUBTRACT,
                _ => return None,
            };
            let ExprKind::Constant { value: right, .. } = &right.kind else {
                return None;
            };
            fold::binary(op, &pattern_constant(left)?, &crate::consts::from_ast(right))
        }
        _ => None,
    }
}

/// A piece of a `%` format that is compiled like an f-string.
#[derive(Debug)]
pub enum Piece<'a> {
    Text(Vec<u8>),
    Value {
        value: &'a Expr,
        conversion: u8,
        spec: Option<String>,
    },
}

/// Splits `"…" % (a, b)` into the pieces of an f-string, if the format has `%s`, `%r` and `%a` only.
pub fn percent_format<'a>(left: &Expr, op: Operator, right: &'a Expr) -> Option<Vec<Piece<'a>>> {
    let ExprKind::Constant {
        value: Constant::Str(format),
        ..
    } = &left.kind
    else {
        return None;
    };
    let ExprKind::Tuple { elts, .. } = &right.kind else {
        return None;
    };
    if op != Operator::Mod || elts.iter().any(|e| matches!(e.kind, ExprKind::Starred { .. })) {
        return None;
    }
    let mut pieces = Vec::new();
    let mut values = elts.iter();
    let mut pos = 0;
    loop {
        let mut text = Vec::new();
        while pos < format.len() {
            if format[pos] != b'%' {
                text.push(format[pos]);
                pos += 1;
            } else if format.get(pos + 1) == Some(&b'%') {
                text.push(b'%');
                pos += 2;
            } else {
                break;
            }
        }
        if !text.is_empty() {
            pieces.push(Piece::Text(text));
        }
        if pos >= format.len() {
            break;
        }
        let value = values.next()?;
        pos += 1;
        let (conversion, spec) = percent_unit(format, &mut pos)?;
        pieces.push(Piece::Value {
            value,
            conversion,
            spec,
        });
    }
    values.next().is_none().then_some(pieces)
}

/// One `%…s`: its conversion and the format specification that says the same.
fn percent_unit(format: &[u8], pos: &mut usize) -> Option<(u8, Option<String>)> {
    const MAX_DIGITS: usize = 3;
    let mut left = false;
    let mut ch;
    loop {
        ch = format.get(*pos).copied()?;
        *pos += 1;
        match ch {
            b'-' => left = true,
            b'+' | b' ' | b'#' | b'0' => {}
            _ => break,
        }
    }
    let mut width = None;
    let mut precision = None;
    let digits = |first: u8, pos: &mut usize| -> Option<(u32, u8)> {
        let (mut n, mut c, mut count) = (0, first, 0);
        while c.is_ascii_digit() {
            n = n * 10 + u32::from(c - b'0');
            c = format.get(*pos).copied()?;
            *pos += 1;
            count += 1;
            if count >= MAX_DIGITS {
                return None;
            }
        }
        Some((n, c))
    };
    if ch.is_ascii_digit() {
        let (n, c) = digits(ch, pos)?;
        width = Some(n);
        ch = c;
    }
    if ch == b'.' {
        let first = format.get(*pos).copied()?;
        *pos += 1;
        let (n, c) = digits(first, pos)?;
        precision = Some(n);
        ch = c;
    }
    if !matches!(ch, b's' | b'r' | b'a') {
        return None;
    }
    let mut spec = String::new();
    if let Some(width) = width {
        if !left && width > 0 {
            spec.push('>');
        }
        spec.push_str(&width.to_string());
    }
    if let Some(precision) = precision {
        spec.push_str(&format!(".{precision}"));
    }
    Some((ch, (!spec.is_empty()).then_some(spec)))
}

/// Where a statement stands with regard to the innermost `finally`, function or loop.
#[derive(Clone, Copy)]
struct Context {
    in_finally: bool,
    in_function: bool,
    in_loop: bool,
}

/// PEP 765: warns of `return`, `break` and `continue` that leave a `finally` block.
pub fn finally_warnings(module: &Mod, warnings: &mut Vec<Warning>) {
    let (Mod::Module { body, .. } | Mod::Interactive { body }) = module else {
        return;
    };
    let mut out = Vec::new();
    let context = Context {
        in_finally: false,
        in_function: false,
        in_loop: false,
    };
    walk_body(body, context, &mut out);
    warnings.append(&mut out);
}

fn walk_body(body: &[Stmt], cx: Context, out: &mut Vec<Warning>) {
    for stmt in body {
        walk(stmt, cx, out);
    }
}

fn walk(stmt: &Stmt, cx: Context, out: &mut Vec<Warning>) {
    let warn = |word: &str, out: &mut Vec<Warning>| {
        out.push(syntax_warning(
            stmt.span.into(),
            format!("'{word}' in a 'finally' block"),
        ));
    };
    let in_loop = Context {
        in_finally: false,
        in_function: false,
        in_loop: true,
    };
    match &stmt.kind {
        StmtKind::FunctionDef(f) | StmtKind::AsyncFunctionDef(f) => {
            walk_body(
                &f.body,
                Context {
                    in_finally: false,
                    in_function: true,
                    in_loop: false,
                },
                out,
            );
        }
        StmtKind::ClassDef(c) => walk_body(&c.body, cx, out),
        StmtKind::For(f) | StmtKind::AsyncFor(f) => {
            walk_body(&f.body, in_loop, out);
            walk_body(&f.orelse, cx, out);
        }
        StmtKind::While { body, orelse, .. } => {
            walk_body(body, in_loop, out);
            walk_body(orelse, cx, out);
        }
        StmtKind::If { body, orelse, .. } => {
            let (mut body, mut orelse) = (body, orelse);
            loop {
                walk_body(body, cx, out);
                match &orelse[..] {
                    [
                        Stmt {
                            kind:
                                StmtKind::If {
                                    body: b, orelse: o, ..
                                },
                            ..
                        },
                    ] => (body, orelse) = (b, o),
                    _ => break,
                }
            }
            walk_body(orelse, cx, out);
        }
        StmtKind::With(w) | StmtKind::AsyncWith(w) => walk_body(&w.body, cx, out),
        StmtKind::Match { cases, .. } => cases.iter().for_each(|c| walk_body(&c.body, cx, out)),
        StmtKind::Try(t) | StmtKind::TryStar(t) => {
            walk_body(&t.body, cx, out);
            t.handlers.iter().for_each(|h| walk_body(&h.body, cx, out));
            walk_body(&t.orelse, cx, out);
            walk_body(
                &t.finalbody,
                Context {
                    in_finally: true,
                    in_function: false,
                    in_loop: false,
                },
                out,
            );
        }
        StmtKind::Return { .. } if cx.in_finally && !cx.in_function => warn("return", out),
        StmtKind::Break if cx.in_finally && !cx.in_loop => warn("break", out),
        StmtKind::Continue if cx.in_finally && !cx.in_loop => warn("continue", out),
        _ => {}
    }
}
