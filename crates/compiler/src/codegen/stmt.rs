//! Simple statements, assignments and imports.

use super::*;
use crate::consts::{int_const, str_const};
use bytecode::oparg::*;

pub(super) fn binary_op(op: Operator, inplace: bool) -> u8 {
    let nb = match op {
        Operator::Add => NB_ADD,
        Operator::Sub => NB_SUBTRACT,
        Operator::Mult => NB_MULTIPLY,
        Operator::MatMult => NB_MATRIX_MULTIPLY,
        Operator::Div => NB_TRUE_DIVIDE,
        Operator::Mod => NB_REMAINDER,
        Operator::Pow => NB_POWER,
        Operator::LShift => NB_LSHIFT,
        Operator::RShift => NB_RSHIFT,
        Operator::BitOr => NB_OR,
        Operator::BitXor => NB_XOR,
        Operator::BitAnd => NB_AND,
        Operator::FloorDiv => NB_FLOOR_DIVIDE,
    };
    if inplace {
        nb + (NB_INPLACE_ADD - NB_ADD)
    } else {
        nb
    }
}

impl<'a> Compiler<'a> {
    pub(super) fn stmts(&mut self, body: &'a [Stmt]) -> Result {
        body.iter().try_for_each(|s| self.stmt(s))
    }

    fn conditional(&mut self, visit: impl FnOnce(&mut Self) -> Result) -> Result {
        self.unit_mut().in_conditional_block += 1;
        visit(self)?;
        self.unit_mut().in_conditional_block -= 1;
        Ok(())
    }

    pub(super) fn stmt(&mut self, s: &'a Stmt) -> Result {
        self.enter_recursion()?;
        self.stmt_inner(s)?;
        self.depth -= 1;
        Ok(())
    }

    fn stmt_inner(&mut self, s: &'a Stmt) -> Result {
        let loc: Loc = s.span.into();
        match &s.kind {
            StmtKind::FunctionDef(f) => self.function(s, f, false),
            StmtKind::AsyncFunctionDef(f) => self.function(s, f, true),
            StmtKind::ClassDef(c) => self.class(s, c),
            StmtKind::TypeAlias {
                name,
                type_params,
                value,
            } => self.type_alias(s, name, type_params, value),
            StmtKind::Return { value } => self.return_(s, value.as_deref()),
            StmtKind::Delete { targets } => self.exprs(targets),
            StmtKind::Assign { targets, value, .. } => {
                self.expr(value)?;
                for (i, target) in targets.iter().enumerate() {
                    if i + 1 < targets.len() {
                        self.op(COPY, 1, loc);
                    }
                    self.expr(target)?;
                }
                Ok(())
            }
            StmtKind::AugAssign { target, op, value } => self.aug_assign(target, *op, value, loc),
            StmtKind::AnnAssign {
                target,
                annotation,
                value,
                simple,
            } => self.ann_assign(target, annotation, value.as_deref(), *simple, loc),
            StmtKind::For(f) => self.conditional(|c| c.for_(f, loc)),
            StmtKind::AsyncFor(f) => self.conditional(|c| c.async_for(f, loc)),
            StmtKind::While { test, body, orelse } => self.conditional(|c| c.while_(test, body, orelse, loc)),
            StmtKind::If { .. } => self.conditional(|c| c.if_(s)),
            StmtKind::With(w) => self.conditional(|c| c.with(w, 0, false)),
            StmtKind::AsyncWith(w) => self.conditional(|c| c.with(w, 0, true)),
            StmtKind::Match { subject, cases } => self.conditional(|c| c.match_(subject, cases)),
            StmtKind::Raise { exc, cause } => {
                let mut n = 0;
                if let Some(exc) = exc {
                    self.expr(exc)?;
                    n += 1;
                    if let Some(cause) = cause {
                        self.expr(cause)?;
                        n += 1;
                    }
                }
                self.op(RAISE_VARARGS, n, loc);
                Ok(())
            }
            StmtKind::Try(t) => self.conditional(|c| c.try_(t, false, loc)),
            StmtKind::TryStar(t) => self.conditional(|c| c.try_(t, true, loc)),
            StmtKind::Assert { test, msg } => self.assert(test, msg.as_deref(), loc),
            StmtKind::Import { names } => {
                self.import(names, loc);
                Ok(())
            }
            StmtKind::ImportFrom { module, names, level } => {
                self.import_from(module.as_ref(), names, *level, loc);
                Ok(())
            }
            StmtKind::Global { .. } | StmtKind::Nonlocal { .. } => Ok(()),
            StmtKind::Expr { value } => self.expr_stmt(value, loc),
            StmtKind::Pass => {
                self.op0(NOP, loc);
                Ok(())
            }
            StmtKind::Break => self.break_(loc),
            StmtKind::Continue => self.continue_(loc),
        }
    }

    fn expr_stmt(&mut self, value: &'a Expr, loc: Loc) -> Result {
        if self.interactive_top_level() {
            self.expr(value)?;
            self.op(CALL_INTRINSIC_1, INTRINSIC_PRINT, loc);
            self.op0(POP_TOP, Loc::NONE);
        } else if crate::preprocess::is_constant(value) {
            self.op0(NOP, loc);
        } else {
            self.expr(value)?;
            self.op0(POP_TOP, Loc::NONE);
        }
        Ok(())
    }

    fn assert(&mut self, test: &'a Expr, msg: Option<&'a Expr>, loc: Loc) -> Result {
        if matches!(&test.kind, ExprKind::Tuple { elts, .. } if !elts.is_empty()) {
            self.warn(loc, "assertion is always true, perhaps remove parentheses?");
        }
        if self.optimize > 0 {
            return Ok(());
        }
        let end = self.label();
        self.jump_if(test, end, true)?;
        self.op(LOAD_COMMON_CONSTANT, CONSTANT_ASSERTIONERROR, loc);
        if let Some(msg) = msg {
            self.expr(msg)?;
            self.op(CALL, 0, loc);
        }
        self.op(RAISE_VARARGS, 1, test.span.into());
        self.place(end);
        Ok(())
    }

    fn import(&mut self, names: &'a [Alias], loc: Loc) {
        for alias in names {
            self.load_const(int_const(0), loc);
            self.load_const(Const::None, loc);
            self.op_name(IMPORT_NAME, &alias.name, loc);
            let mut parts = alias.name.split('.');
            let first: Identifier = parts.next().unwrap_or_default().into();
            let Some(asname) = &alias.asname else {
                self.name_op(&first, ExprContext::Store, loc);
                continue;
            };
            let mut parts = parts.peekable();
            if parts.peek().is_none() {
                self.name_op(asname, ExprContext::Store, loc);
                continue;
            }
            // `import a.b.c as d`
            while let Some(part) = parts.next() {
                let arg = self.unit_mut().names.number(&part.into());
                self.op(IMPORT_FROM, arg, loc);
                if parts.peek().is_some() {
                    self.op(SWAP, 2, loc);
                    self.op0(POP_TOP, loc);
                }
            }
            self.name_op(asname, ExprContext::Store, loc);
            self.op0(POP_TOP, loc);
        }
    }

    fn import_from(&mut self, module: Option<&Identifier>, names: &'a [Alias], level: u32, loc: Loc) {
        self.load_const(int_const(level), loc);
        self.load_const(names_const(names.iter().map(|a| &a.name)), loc);
        let empty: Identifier = "".into();
        self.op_name(IMPORT_NAME, module.unwrap_or(&empty), loc);
        for (i, alias) in names.iter().enumerate() {
            if i == 0 && alias.name.starts_with('*') {
                self.op(CALL_INTRINSIC_1, INTRINSIC_IMPORT_STAR, loc);
                self.op0(POP_TOP, Loc::NONE);
                return;
            }
            self.op_name(IMPORT_FROM, &alias.name, loc);
            self.name_op(
                alias.asname.as_ref().unwrap_or(&alias.name),
                ExprContext::Store,
                loc,
            );
        }
        self.op0(POP_TOP, loc);
    }

    fn aug_assign(&mut self, target: &'a Expr, op: Operator, value: &'a Expr, stmt_loc: Loc) -> Result {
        let mut loc: Loc = target.span.into();
        match &target.kind {
            ExprKind::Attribute {
                value: owner, attr, ..
            } => {
                self.expr(owner)?;
                self.op(COPY, 1, loc);
                loc = Self::attribute_loc(loc, target, attr);
                self.op_name(LOAD_ATTR, attr, loc);
            }
            ExprKind::Subscript {
                value: owner, slice, ..
            } => {
                self.expr(owner)?;
                if Self::two_part_slice(slice) {
                    self.slice_two_parts(slice)?;
                    for _ in 0..3 {
                        self.op(COPY, 3, loc);
                    }
                    self.op0(BINARY_SLICE, loc);
                } else {
                    self.expr(slice)?;
                    self.op(COPY, 2, loc);
                    self.op(COPY, 2, loc);
                    self.op(BINARY_OP, NB_SUBSCR, loc);
                }
            }
            ExprKind::Name { id, .. } => self.name_op(id, ExprContext::Load, loc),
            _ => return Err(internal("invalid node type for augmented assignment")),
        }
        self.expr(value)?;
        self.op(BINARY_OP, binary_op(op, true), stmt_loc);
        match &target.kind {
            ExprKind::Attribute { attr, .. } => {
                self.op(SWAP, 2, loc);
                self.op_name(STORE_ATTR, attr, loc);
            }
            ExprKind::Subscript { slice, .. } => {
                if Self::two_part_slice(slice) {
                    self.op(SWAP, 4, loc);
                    self.op(SWAP, 3, loc);
                    self.op(SWAP, 2, loc);
                    self.op0(STORE_SLICE, loc);
                } else {
                    self.op(SWAP, 3, loc);
                    self.op(SWAP, 2, loc);
                    self.op0(STORE_SUBSCR, loc);
                }
            }
            ExprKind::Name { id, .. } => self.name_op(id, ExprContext::Store, loc),
            _ => {}
        }
        Ok(())
    }

    fn ann_assign(
        &mut self,
        target: &'a Expr,
        annotation: &'a Expr,
        value: Option<&'a Expr>,
        simple: bool,
        loc: Loc,
    ) -> Result {
        if let Some(value) = value {
            self.expr(value)?;
            self.expr(target)?;
        }
        match &target.kind {
            ExprKind::Name { id, .. } => {
                let scope = self.unit().scope;
                if !simple || !matches!(scope, ScopeType::Module | ScopeType::Class) {
                    return Ok(());
                }
                if self.future_annotations() {
                    self.annotation_string(annotation);
                    self.op_name(LOAD_NAME, &"__annotations__".into(), loc);
                    let mangled = self.maybe_mangle(id);
                    self.load_const(name_const(&mangled), loc);
                    self.op0(STORE_SUBSCR, loc);
                    return Ok(());
                }
                let unit = self.unit_mut();
                let conditional = (scope == ScopeType::Module || unit.in_conditional_block > 0).then(|| {
                    unit.next_conditional += 1;
                    unit.next_conditional - 1
                });
                unit.deferred.push(Deferred {
                    name: id,
                    annotation,
                    loc,
                    conditional,
                });
                if let Some(index) = conditional {
                    let name: Identifier = "__conditional_annotations__".into();
                    if scope == ScopeType::Class {
                        let arg = self.cell_arg(&name)?;
                        self.op(LOAD_DEREF, arg, loc);
                    } else {
                        self.op_name(LOAD_NAME, &name, loc);
                    }
                    self.load_const(int_const(index), loc);
                    self.op(SET_ADD, 1, loc);
                    self.op0(POP_TOP, loc);
                }
                Ok(())
            }
            ExprKind::Attribute { value: owner, .. } => {
                if value.is_none() {
                    self.check_annotation_expr(owner)?;
                }
                Ok(())
            }
            ExprKind::Subscript {
                value: owner, slice, ..
            } => {
                if value.is_none() {
                    self.check_annotation_expr(owner)?;
                    self.check_annotation_slice(slice)?;
                }
                Ok(())
            }
            _ => Err(internal("invalid node type for annotated assignment")),
        }
    }

    /// Evaluates part of a target that gets an annotation but no value.
    fn check_annotation_expr(&mut self, e: &'a Expr) -> Result {
        self.expr(e)?;
        self.op0(POP_TOP, e.span.into());
        Ok(())
    }

    fn check_annotation_slice(&mut self, e: &'a Expr) -> Result {
        match &e.kind {
            ExprKind::Slice { lower, upper, step } => {
                for part in [lower, upper, step].into_iter().flatten() {
                    self.check_annotation_expr(part)?;
                }
                Ok(())
            }
            ExprKind::Tuple { elts, .. } => elts.iter().try_for_each(|e| self.check_annotation_slice(e)),
            _ => self.check_annotation_expr(e),
        }
    }

    pub(super) fn load_empty_str(&mut self, loc: Loc) {
        self.load_const(str_const(""), loc);
    }
}
