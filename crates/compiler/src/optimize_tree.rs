//! The tree as `ast.parse(…, optimize=1)` and `compile(…, ast.PyCF_OPTIMIZED_AST)` give it: with what code generation
//! settles on the way already done. Code generation itself does not need this.

use crate::consts::bool_const;
use crate::preprocess::{Piece, docstring, pattern_constant, percent_format};
use bytecode::Const;
use bytecode::code::flags::CO_FUTURE_ANNOTATIONS;
use syntax::ast::*;

struct Optimizer {
    optimize: u8,
    future_annotations: bool,
}

/// Folds `__debug__`, `"…" % (…)` and the numbers in patterns; removes docstrings at level 2.
pub fn optimize_tree(module: &mut Mod, optimize: u8, features: u32) {
    let o = Optimizer {
        optimize,
        future_annotations: features & CO_FUTURE_ANNOTATIONS != 0,
    };
    match module {
        Mod::Module { body, .. } => o.body(body),
        Mod::Interactive { body } => o.stmts(body),
        Mod::Expression { body } => o.expr(body),
        Mod::FunctionType { .. } => {}
    }
}

/// A constant as a tree holds it: what has a sign stays an expression there.
fn to_ast(c: Const) -> Option<Constant> {
    Some(match c {
        Const::None => Constant::None,
        Const::True => Constant::True,
        Const::False => Constant::False,
        Const::Ellipsis => Constant::Ellipsis,
        Const::Int(n) => Constant::Int(n.try_into().ok()?),
        Const::Float(f) if f.is_sign_positive() => Constant::Float(f),
        Const::Complex(re, im) if re == 0.0 && im.is_sign_positive() => Constant::Imaginary(im),
        Const::Str(s) => Constant::Str(s),
        Const::Bytes(b) => Constant::Bytes(b),
        _ => return None,
    })
}

fn text(bytes: Vec<u8>) -> Expr {
    let value = Constant::Str(bytes.into());
    Expr {
        kind: ExprKind::Constant {
            value,
            u_prefix: false,
        },
        span: Span::default(),
    }
}

impl Optimizer {
    /// A body that may have a docstring.
    fn body(&self, body: &mut Vec<Stmt>) {
        let had = docstring(body).is_some();
        if had && self.optimize >= 2 {
            let removed = body.remove(0);
            if body.is_empty() {
                let Span {
                    lineno, col_offset, ..
                } = removed.span;
                let span = Span {
                    lineno,
                    col_offset,
                    end_lineno: lineno,
                    end_col_offset: col_offset + 4,
                };
                body.push(Stmt {
                    kind: StmtKind::Pass,
                    span,
                });
            }
        }
        self.stmts(body);
        if (!had || self.optimize >= 2)
            && docstring(body).is_some()
            && let Some(Stmt {
                kind: StmtKind::Expr { value },
                span,
            }) = body.first_mut()
        {
            // Another string is not to become the docstring.
            let pass = Expr {
                kind: ExprKind::Tuple {
                    elts: vec![],
                    ctx: ExprContext::Load,
                },
                span: *span,
            };
            let string = std::mem::replace(&mut **value, pass);
            value.kind = ExprKind::JoinedStr { values: vec![string] };
        }
    }

    fn stmts(&self, body: &mut [Stmt]) {
        body.iter_mut().for_each(|s| self.stmt(s));
    }

    fn exprs(&self, list: &mut [Expr]) {
        list.iter_mut().for_each(|e| self.expr(e));
    }

    fn opt(&self, e: &mut Option<Box<Expr>>) {
        if let Some(e) = e {
            self.expr(e);
        }
    }

    fn stmt(&self, s: &mut Stmt) {
        match &mut s.kind {
            StmtKind::FunctionDef(f) | StmtKind::AsyncFunctionDef(f) => {
                self.type_params(&mut f.type_params);
                self.arguments(&mut f.args);
                self.body(&mut f.body);
                self.exprs(&mut f.decorator_list);
                if !self.future_annotations {
                    self.opt(&mut f.returns);
                }
            }
            StmtKind::ClassDef(c) => {
                self.type_params(&mut c.type_params);
                self.exprs(&mut c.bases);
                c.keywords.iter_mut().for_each(|k| self.expr(&mut k.value));
                self.body(&mut c.body);
                self.exprs(&mut c.decorator_list);
            }
            StmtKind::Return { value } => self.opt(value),
            StmtKind::Delete { targets } => self.exprs(targets),
            StmtKind::Assign { targets, value, .. } => {
                self.exprs(targets);
                self.expr(value);
            }
            StmtKind::TypeAlias {
                name,
                type_params,
                value,
            } => {
                self.expr(name);
                self.type_params(type_params);
                self.expr(value);
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target);
                self.expr(value);
            }
            StmtKind::AnnAssign {
                target,
                annotation,
                value,
                ..
            } => {
                self.expr(target);
                if !self.future_annotations {
                    self.expr(annotation);
                }
                self.opt(value);
            }
            StmtKind::For(f) | StmtKind::AsyncFor(f) => {
                self.expr(&mut f.target);
                self.expr(&mut f.iter);
                self.stmts(&mut f.body);
                self.stmts(&mut f.orelse);
            }
            StmtKind::While { test, body, orelse } => {
                self.expr(test);
                self.stmts(body);
                self.stmts(orelse);
            }
            StmtKind::If { .. } => self.if_chain(s),
            StmtKind::With(w) | StmtKind::AsyncWith(w) => {
                for item in &mut w.items {
                    self.expr(&mut item.context_expr);
                    self.opt(&mut item.optional_vars);
                }
                self.stmts(&mut w.body);
            }
            StmtKind::Match { subject, cases } => {
                self.expr(subject);
                for case in cases {
                    self.pattern(&mut case.pattern);
                    self.opt(&mut case.guard);
                    self.stmts(&mut case.body);
                }
            }
            StmtKind::Raise { exc, cause } => {
                self.opt(exc);
                self.opt(cause);
            }
            StmtKind::Try(t) | StmtKind::TryStar(t) => {
                self.stmts(&mut t.body);
                for handler in &mut t.handlers {
                    self.opt(&mut handler.typ);
                    self.stmts(&mut handler.body);
                }
                self.stmts(&mut t.orelse);
                self.stmts(&mut t.finalbody);
            }
            StmtKind::Assert { test, msg } => {
                self.expr(test);
                self.opt(msg);
            }
            StmtKind::Expr { value } => self.expr(value),
            StmtKind::Import { .. }
            | StmtKind::ImportFrom { .. }
            | StmtKind::Global { .. }
            | StmtKind::Nonlocal { .. }
            | StmtKind::Pass
            | StmtKind::Break
            | StmtKind::Continue => {}
        }
    }

    /// An `if` with its `elif`s, without recursion along the chain.
    fn if_chain(&self, s: &mut Stmt) {
        let mut cur = s;
        while let StmtKind::If { test, body, orelse } = &mut cur.kind {
            self.expr(test);
            self.stmts(body);
            match &mut orelse[..] {
                [
                    elif @ Stmt {
                        kind: StmtKind::If { .. },
                        ..
                    },
                ] => cur = elif,
                rest => {
                    self.stmts(rest);
                    break;
                }
            }
        }
    }

    fn expr(&self, e: &mut Expr) {
        match &mut e.kind {
            ExprKind::BoolOp { values, .. }
            | ExprKind::JoinedStr { values }
            | ExprKind::TemplateStr { values } => self.exprs(values),
            ExprKind::NamedExpr { value, .. }
            | ExprKind::UnaryOp { operand: value, .. }
            | ExprKind::Await { value }
            | ExprKind::YieldFrom { value }
            | ExprKind::Attribute { value, .. }
            | ExprKind::Starred { value, .. } => self.expr(value),
            ExprKind::BinOp { left, right, .. } => {
                self.expr(left);
                self.expr(right);
            }
            ExprKind::Lambda { args, body } => {
                self.arguments(args);
                self.expr(body);
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.expr(test);
                self.expr(body);
                self.expr(orelse);
            }
            ExprKind::Dict { keys, values } => {
                keys.iter_mut().flatten().for_each(|k| self.expr(k));
                self.exprs(values);
            }
            ExprKind::Set { elts } | ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => {
                self.exprs(elts);
            }
            ExprKind::ListComp { elt, generators }
            | ExprKind::SetComp { elt, generators }
            | ExprKind::GeneratorExp { elt, generators } => {
                self.expr(elt);
                self.generators(generators);
            }
            ExprKind::DictComp {
                key,
                value,
                generators,
            } => {
                self.expr(key);
                self.expr(value);
                self.generators(generators);
            }
            ExprKind::Yield { value } => self.opt(value),
            ExprKind::Compare {
                left, comparators, ..
            } => {
                self.expr(left);
                self.exprs(comparators);
            }
            ExprKind::Call { func, args, keywords } => {
                self.expr(func);
                self.exprs(args);
                keywords.iter_mut().for_each(|k| self.expr(&mut k.value));
            }
            ExprKind::FormattedValue {
                value, format_spec, ..
            }
            | ExprKind::Interpolation {
                value, format_spec, ..
            } => {
                self.expr(value);
                self.opt(format_spec);
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value);
                self.expr(slice);
            }
            ExprKind::Slice { lower, upper, step } => {
                self.opt(lower);
                self.opt(upper);
                self.opt(step);
            }
            ExprKind::Constant { .. } | ExprKind::Name { .. } => {}
        }
        self.replace(e);
    }

    fn replace(&self, e: &mut Expr) {
        let new = match &e.kind {
            ExprKind::Name {
                id,
                ctx: ExprContext::Load,
            } if &**id == "__debug__" => {
                to_ast(bool_const(self.optimize == 0)).map(|value| ExprKind::Constant {
                    value,
                    u_prefix: false,
                })
            }
            ExprKind::BinOp { left, op, right } => percent_format(left, *op, right).map(|pieces| {
                let values = pieces.into_iter().map(|piece| match piece {
                    Piece::Text(bytes) => text(bytes),
                    Piece::Value {
                        value,
                        conversion,
                        spec,
                    } => Expr {
                        span: value.span,
                        kind: ExprKind::FormattedValue {
                            value: Box::new(value.clone()),
                            conversion: conversion.into(),
                            format_spec: spec.map(|s| Box::new(text(s.into_bytes()))),
                        },
                    },
                });
                ExprKind::JoinedStr {
                    values: values.collect(),
                }
            }),
            _ => None,
        };
        if let Some(kind) = new {
            e.kind = kind;
        }
    }

    fn generators(&self, generators: &mut [Comprehension]) {
        for g in generators {
            self.expr(&mut g.target);
            self.expr(&mut g.iter);
            self.exprs(&mut g.ifs);
        }
    }

    fn arguments(&self, a: &mut Arguments) {
        if !self.future_annotations {
            let all = a
                .posonlyargs
                .iter_mut()
                .chain(&mut a.args)
                .chain(&mut a.kwonlyargs);
            let all = all.chain(a.vararg.as_deref_mut()).chain(a.kwarg.as_deref_mut());
            all.for_each(|arg| self.opt(&mut arg.annotation));
        }
        a.kw_defaults.iter_mut().flatten().for_each(|d| self.expr(d));
        self.exprs(&mut a.defaults);
    }

    fn type_params(&self, params: &mut [TypeParam]) {
        for p in params {
            match &mut p.kind {
                TypeParamKind::TypeVar {
                    bound, default_value, ..
                } => {
                    self.opt(bound);
                    self.opt(default_value);
                }
                TypeParamKind::ParamSpec { default_value, .. }
                | TypeParamKind::TypeVarTuple { default_value, .. } => self.opt(default_value),
            }
        }
    }

    fn number(e: &mut Expr) {
        if let Some(value) = pattern_constant(e).and_then(to_ast) {
            e.kind = ExprKind::Constant {
                value,
                u_prefix: false,
            };
        }
    }

    fn pattern(&self, p: &mut Pattern) {
        match &mut p.kind {
            PatternKind::MatchValue { value } => {
                if !matches!(value.kind, ExprKind::Constant { .. }) {
                    Self::number(value);
                }
            }
            PatternKind::MatchSequence { patterns } | PatternKind::MatchOr { patterns } => {
                patterns.iter_mut().for_each(|p| self.pattern(p));
            }
            PatternKind::MatchMapping { keys, patterns, .. } => {
                for key in keys
                    .iter_mut()
                    .filter(|k| !matches!(k.kind, ExprKind::Constant { .. }))
                {
                    Self::number(key);
                }
                patterns.iter_mut().for_each(|p| self.pattern(p));
            }
            PatternKind::MatchClass {
                cls,
                patterns,
                kwd_patterns,
                ..
            } => {
                self.expr(cls);
                patterns.iter_mut().for_each(|p| self.pattern(p));
                kwd_patterns.iter_mut().for_each(|p| self.pattern(p));
            }
            PatternKind::MatchAs {
                pattern: Some(pattern),
                ..
            } => self.pattern(pattern),
            PatternKind::MatchAs { .. }
            | PatternKind::MatchSingleton { .. }
            | PatternKind::MatchStar { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn optimized(source: &str, level: u8) -> Mod {
        let parsed = syntax::parse(source, syntax::Mode::Exec, syntax::Options::default());
        let mut module = parsed.expect("a program").module;
        optimize_tree(&mut module, level, 0);
        module
    }

    #[test]
    fn folds() {
        let Mod::Module { body, .. } = optimized("x = __debug__\ny = '%s-%r' % (a, b)\n", 1) else {
            panic!()
        };
        let value = |s: &Stmt| match &s.kind {
            StmtKind::Assign { value, .. } => value.kind.clone(),
            other => panic!("{other:?}"),
        };
        assert!(matches!(
            value(&body[0]),
            ExprKind::Constant {
                value: Constant::False,
                ..
            }
        ));
        assert!(matches!(value(&body[1]), ExprKind::JoinedStr { values } if values.len() == 3));
    }

    #[test]
    fn docstrings() {
        let Mod::Module { body, .. } = optimized("'doc'\n'not one'\ndef f():\n  'doc'\n", 2) else {
            panic!()
        };
        assert!(docstring(&body).is_none());
        assert_eq!(body.len(), 2);
        let StmtKind::FunctionDef(f) = &body[1].kind else {
            panic!()
        };
        assert!(matches!(
            f.body[..],
            [Stmt {
                kind: StmtKind::Pass,
                ..
            }]
        ));
    }
}
