//! Statements, simple and compound.

use super::expr::starts_expression;
use super::{Fail, PResult, Parser, levels};
use crate::ast::*;
use crate::tokenizer::TokenKind as K;

fn augmented_operator(kind: K) -> Option<Operator> {
    Some(match kind {
        K::PlusEqual => Operator::Add,
        K::MinEqual => Operator::Sub,
        K::StarEqual => Operator::Mult,
        K::AtEqual => Operator::MatMult,
        K::SlashEqual => Operator::Div,
        K::PercentEqual => Operator::Mod,
        K::AmperEqual => Operator::BitAnd,
        K::VBarEqual => Operator::BitOr,
        K::CircumflexEqual => Operator::BitXor,
        K::LeftShiftEqual => Operator::LShift,
        K::RightShiftEqual => Operator::RShift,
        K::DoubleStarEqual => Operator::Pow,
        K::DoubleSlashEqual => Operator::FloorDiv,
        _ => return None,
    })
}

impl Parser<'_> {
    fn stmt(&self, kind: StmtKind, start: usize) -> Stmt {
        Stmt {
            kind,
            span: self.span_from(start),
        }
    }

    /// A compound statement: it ends with the last token that is more than a line's structure.
    pub(super) fn compound(&self, kind: StmtKind, start: usize) -> Stmt {
        Stmt {
            kind,
            span: self.compound_span(start),
        }
    }

    /// Statements up to the end of a block or of the source.
    pub(super) fn statements(&mut self, body: &mut Vec<Stmt>) -> PResult<()> {
        while !matches!(self.kind(), K::EndMarker | K::Dedent) {
            self.statement(body)?;
        }
        Ok(())
    }

    fn statement(&mut self, body: &mut Vec<Stmt>) -> PResult<()> {
        match self.compound_stmt()? {
            Some(stmt) => {
                body.push(stmt);
                Ok(())
            }
            None => self.simple_stmts(body),
        }
    }

    /// `single`: one statement, however it ends.
    pub(super) fn interactive(&mut self) -> PResult<Vec<Stmt>> {
        let mut body = Vec::new();
        if self.kind() == K::Newline {
            let start = self.idx;
            self.idx += 1;
            body.push(self.stmt(StmtKind::Pass, start));
            return Ok(body);
        }
        match self.compound_stmt()? {
            Some(stmt) => {
                body.push(stmt);
                self.expect(K::Newline)?;
            }
            None => self.simple_stmts(&mut body)?,
        }
        Ok(body)
    }

    pub(super) fn block(&mut self) -> PResult<Vec<Stmt>> {
        let mut body = Vec::new();
        if !self.eat(K::Newline) {
            self.simple_stmts(&mut body)?;
            return Ok(body);
        }
        self.expect(K::Indent)?;
        self.enter(levels::BLOCK)?;
        self.statements(&mut body)?;
        self.leave(levels::BLOCK);
        if body.is_empty() {
            return Err(Fail);
        }
        self.expect(K::Dedent)?;
        Ok(body)
    }

    fn simple_stmts(&mut self, body: &mut Vec<Stmt>) -> PResult<()> {
        loop {
            body.push(self.simple_stmt()?);
            if self.eat(K::Semi) {
                if self.eat(K::Newline) {
                    return Ok(());
                }
                continue;
            }
            return self.expect(K::Newline);
        }
    }

    fn simple_stmt(&mut self) -> PResult<Stmt> {
        let start = self.idx;
        let kind = match self.kind() {
            K::Return => {
                self.idx += 1;
                let has_value = starts_expression(self.kind()) || self.kind() == K::Star;
                let value = if has_value {
                    Some(Box::new(self.star_expressions()?))
                } else {
                    None
                };
                StmtKind::Return { value }
            }
            K::Import => {
                self.idx += 1;
                StmtKind::Import {
                    names: self.dotted_as_names()?,
                }
            }
            K::From => self.import_from()?,
            K::Raise => self.raise_stmt()?,
            K::Pass => {
                self.idx += 1;
                StmtKind::Pass
            }
            K::Break => {
                self.idx += 1;
                StmtKind::Break
            }
            K::Continue => {
                self.idx += 1;
                StmtKind::Continue
            }
            K::Del => {
                self.idx += 1;
                let targets = self.del_targets()?;
                if !matches!(self.kind(), K::Semi | K::Newline) {
                    return Err(Fail);
                }
                StmtKind::Delete { targets }
            }
            K::Assert => {
                self.idx += 1;
                let test = Box::new(self.expression()?);
                let msg = if self.eat(K::Comma) {
                    Some(Box::new(self.expression()?))
                } else {
                    None
                };
                StmtKind::Assert { test, msg }
            }
            K::Global => {
                self.idx += 1;
                StmtKind::Global {
                    names: self.name_list()?,
                }
            }
            K::Nonlocal => {
                self.idx += 1;
                StmtKind::Nonlocal {
                    names: self.name_list()?,
                }
            }
            K::Name if self.kind_at(1) == K::Name && self.token_text(start) == "type" => self.type_alias()?,
            _ => return self.expression_stmt(),
        };
        Ok(self.stmt(kind, start))
    }

    fn name_list(&mut self) -> PResult<Vec<Identifier>> {
        let mut names = vec![self.name()?];
        while self.eat(K::Comma) {
            names.push(self.name()?);
        }
        Ok(names)
    }

    fn type_alias(&mut self) -> PResult<StmtKind> {
        self.idx += 1;
        let mut name = self.name_expr();
        if let ExprKind::Name { ctx, .. } = &mut name.kind {
            *ctx = ExprContext::Store;
        }
        let type_params = self.type_params()?;
        self.expect(K::Equal)?;
        let value = Box::new(self.expression()?);
        self.check_version(12, "Type statement is")?;
        Ok(StmtKind::TypeAlias {
            name: Box::new(name),
            type_params,
            value,
        })
    }

    /// An assignment of any kind, or an expression alone.
    fn expression_stmt(&mut self) -> PResult<Stmt> {
        let start = self.idx;
        let first = self.annotated_rhs()?;
        let kind = match self.kind() {
            K::Equal => self.assignment(first)?,
            K::Colon => self.annotated_assignment(first, start)?,
            kind => match augmented_operator(kind) {
                Some(op) => {
                    let target = Box::new(self.store_single(first)?);
                    if op == Operator::MatMult {
                        self.check_version(5, "The '@' operator is")?;
                    }
                    self.idx += 1;
                    let value = Box::new(self.annotated_rhs()?);
                    StmtKind::AugAssign { target, op, value }
                }
                None => StmtKind::Expr {
                    value: Box::new(first),
                },
            },
        };
        Ok(self.stmt(kind, start))
    }

    fn assignment(&mut self, first: Expr) -> PResult<StmtKind> {
        let mut targets = vec![self.store(first)?];
        self.expect(K::Equal)?;
        let value = loop {
            let value = self.annotated_rhs()?;
            if !self.eat(K::Equal) {
                break Box::new(value);
            }
            targets.push(self.store(value)?);
        };
        let type_comment = self.type_comment();
        Ok(StmtKind::Assign {
            targets,
            value,
            type_comment,
        })
    }

    fn annotated_assignment(&mut self, target: Expr, start: usize) -> PResult<StmtKind> {
        let simple = matches!(target.kind, ExprKind::Name { .. }) && self.toks[start].kind == K::Name;
        let target = Box::new(self.store_single(target)?);
        self.expect(K::Colon)?;
        let annotation = Box::new(self.expression()?);
        let value = if self.eat(K::Equal) {
            Some(Box::new(self.annotated_rhs()?))
        } else {
            None
        };
        self.check_version(
            6,
            if simple {
                "Variable annotation syntax is"
            } else {
                "Variable annotations syntax is"
            },
        )?;
        Ok(StmtKind::AnnAssign {
            target,
            annotation,
            value,
            simple,
        })
    }

    fn raise_stmt(&mut self) -> PResult<StmtKind> {
        self.idx += 1;
        if !starts_expression(self.kind()) {
            return Ok(StmtKind::Raise {
                exc: None,
                cause: None,
            });
        }
        let exc = Some(Box::new(self.expression()?));
        let cause = if self.eat(K::From) {
            Some(Box::new(self.expression()?))
        } else {
            None
        };
        Ok(StmtKind::Raise { exc, cause })
    }

    /// `a.b.c`
    fn dotted_name(&mut self) -> PResult<Identifier> {
        let first = self.name()?;
        if self.kind() != K::Dot {
            return Ok(first);
        }
        let mut name = first.to_string();
        while self.eat(K::Dot) {
            name.push('.');
            name.push_str(&self.name()?);
        }
        Ok(name.into())
    }

    fn as_name(&mut self) -> PResult<Option<Identifier>> {
        if self.eat(K::As) {
            self.name().map(Some)
        } else {
            Ok(None)
        }
    }

    fn dotted_as_names(&mut self) -> PResult<Vec<Alias>> {
        let mut names = Vec::new();
        loop {
            let start = self.idx;
            let name = self.dotted_name()?;
            let asname = self.as_name()?;
            names.push(Alias {
                name,
                asname,
                span: self.span_from(start),
            });
            if !self.eat(K::Comma) {
                return Ok(names);
            }
        }
    }

    fn import_from(&mut self) -> PResult<StmtKind> {
        self.idx += 1;
        let mut level = 0;
        loop {
            match self.kind() {
                K::Dot => level += 1,
                K::Ellipsis => level += 3,
                _ => break,
            }
            self.idx += 1;
        }
        let module = if level > 0 && self.kind() == K::Import {
            None
        } else {
            Some(self.dotted_name()?)
        };
        self.expect(K::Import)?;
        let names = self.import_from_targets()?;
        if level == 0 && module.as_deref() == Some("__future__") {
            self.flufl |= names.iter().any(|alias| &*alias.name == "barry_as_FLUFL");
        }
        Ok(StmtKind::ImportFrom { module, names, level })
    }

    fn import_from_targets(&mut self) -> PResult<Vec<Alias>> {
        let start = self.idx;
        if self.eat(K::Star) {
            return Ok(vec![Alias {
                name: self.intern("*"),
                asname: None,
                span: self.span_from(start),
            }]);
        }
        let parens = self.eat(K::LPar);
        let mut names = Vec::new();
        loop {
            let start = self.idx;
            let name = self.name()?;
            let asname = self.as_name()?;
            names.push(Alias {
                name,
                asname,
                span: self.span_from(start),
            });
            if !self.eat(K::Comma) {
                break;
            }
            if parens && self.kind() == K::RPar {
                break;
            }
        }
        if parens {
            self.expect(K::RPar)?;
        }
        Ok(names)
    }

    fn compound_stmt(&mut self) -> PResult<Option<Stmt>> {
        let start = self.idx;
        let stmt = match self.kind() {
            K::Def => self.function_def(Vec::new(), start, false)?,
            K::At => self.decorated()?,
            K::Class => self.class_def(Vec::new())?,
            K::If => self.if_stmt()?,
            K::For => self.for_stmt(start, false)?,
            K::While => self.while_stmt()?,
            K::With => self.with_stmt(start, false)?,
            K::Try => self.try_stmt()?,
            K::Async => {
                self.idx += 1;
                match self.kind() {
                    K::Def => self.function_def(Vec::new(), start, true)?,
                    K::For => self.for_stmt(start, true)?,
                    K::With => self.with_stmt(start, true)?,
                    _ => return Err(Fail),
                }
            }
            K::Name if self.token_text(start) == "match" => return self.match_stmt(),
            _ => return Ok(None),
        };
        Ok(Some(stmt))
    }

    fn decorated(&mut self) -> PResult<Stmt> {
        let mut decorators = Vec::new();
        while self.eat(K::At) {
            decorators.push(self.named_expression()?);
            self.expect(K::Newline)?;
        }
        let start = self.idx;
        match self.kind() {
            K::Def => self.function_def(decorators, start, false),
            K::Class => self.class_def(decorators),
            K::Async => {
                self.idx += 1;
                self.function_def(decorators, start, true)
            }
            _ => Err(Fail),
        }
    }

    fn function_def(&mut self, decorator_list: Vec<Expr>, start: usize, is_async: bool) -> PResult<Stmt> {
        self.expect(K::Def)?;
        let name = self.name()?;
        let type_params = self.type_params()?;
        self.expect(K::LPar)?;
        let args = self.parameters(false)?;
        self.expect(K::RPar)?;
        let returns = if self.eat(K::RArrow) {
            Some(Box::new(self.expression()?))
        } else {
            None
        };
        self.expect(K::Colon)?;
        let type_comment = self.function_type_comment()?;
        let body = self.block()?;
        let def = Box::new(FunctionDef {
            name,
            args,
            body,
            decorator_list,
            returns,
            type_comment,
            type_params,
        });
        let kind = if is_async {
            self.check_version_passed(5, "Async functions are")?;
            StmtKind::AsyncFunctionDef(def)
        } else {
            StmtKind::FunctionDef(def)
        };
        Ok(self.compound(kind, start))
    }

    /// A type comment on the line of the `def`, or alone on the line before the body.
    fn function_type_comment(&mut self) -> PResult<Option<StrValue>> {
        if self.kind() == K::Newline && self.kind_at(1) == K::TypeComment {
            self.idx += 1;
            let comment = self.type_comment();
            if self.kind() != K::Newline || self.kind_at(1) != K::Indent {
                return Err(Fail);
            }
            return Ok(comment);
        }
        Ok(self.type_comment())
    }

    fn class_def(&mut self, decorator_list: Vec<Expr>) -> PResult<Stmt> {
        let start = self.idx;
        self.expect(K::Class)?;
        let name = self.name()?;
        let type_params = self.type_params()?;
        let (mut bases, mut keywords) = (Vec::new(), Vec::new());
        if self.kind() == K::LPar {
            let open = self.idx;
            self.idx += 1;
            (bases, keywords) = self.arguments(open)?;
            if let [
                Expr {
                    kind: ExprKind::GeneratorExp { .. },
                    span,
                },
            ] = &*bases
                && span.col_offset as i32 == self.toks[open].col
                && span.lineno == self.toks[open].lineno
            {
                // `class C(x for x in y)`: a generator expression needs parentheses of its own here.
                return Err(Fail);
            }
            self.expect(K::RPar)?;
        }
        self.expect(K::Colon)?;
        let body = self.block()?;
        let def = Box::new(ClassDef {
            name,
            bases,
            keywords,
            body,
            decorator_list,
            type_params,
        });
        Ok(self.compound(StmtKind::ClassDef(def), start))
    }

    /// `if` with its `elif`s, which nest in the tree but not in the parser.
    fn if_stmt(&mut self) -> PResult<Stmt> {
        let mut heads = Vec::new();
        loop {
            let start = self.idx;
            self.idx += 1;
            let test = Box::new(self.named_expression()?);
            self.expect(K::Colon)?;
            let body = self.block()?;
            heads.push((start, test, body));
            if self.kind() != K::Elif {
                break;
            }
        }
        let mut orelse = self.else_block()?;
        loop {
            let Some((start, test, body)) = heads.pop() else {
                return Err(Fail);
            };
            let stmt = self.compound(StmtKind::If { test, body, orelse }, start);
            if heads.is_empty() {
                return Ok(stmt);
            }
            orelse = vec![stmt];
        }
    }

    fn else_block(&mut self) -> PResult<Vec<Stmt>> {
        if !self.eat(K::Else) {
            return Ok(Vec::new());
        }
        self.expect(K::Colon)?;
        self.block()
    }

    fn while_stmt(&mut self) -> PResult<Stmt> {
        let start = self.idx;
        self.idx += 1;
        let test = Box::new(self.named_expression()?);
        self.expect(K::Colon)?;
        let body = self.block()?;
        let orelse = self.else_block()?;
        Ok(self.compound(StmtKind::While { test, body, orelse }, start))
    }

    fn for_stmt(&mut self, start: usize, is_async: bool) -> PResult<Stmt> {
        self.expect(K::For)?;
        let target = Box::new(self.star_targets()?);
        self.expect(K::In)?;
        let iter = Box::new(self.star_expressions()?);
        self.expect(K::Colon)?;
        let type_comment = self.type_comment();
        let body = self.block()?;
        let orelse = self.else_block()?;
        let stmt = Box::new(For {
            target,
            iter,
            body,
            orelse,
            type_comment,
        });
        let kind = if is_async {
            self.check_version(5, "Async for loops are")?;
            StmtKind::AsyncFor(stmt)
        } else {
            StmtKind::For(stmt)
        };
        Ok(self.compound(kind, start))
    }

    fn with_stmt(&mut self, start: usize, is_async: bool) -> PResult<Stmt> {
        self.expect(K::With)?;
        let (items, parens) = match self.parenthesized_with_items()? {
            Some(items) => (items, true),
            None => (self.with_items(false)?, false),
        };
        self.expect(K::Colon)?;
        // `async with (...)` takes no type comment.
        let type_comment = if is_async && parens {
            None
        } else {
            self.type_comment()
        };
        let body = self.block()?;
        let stmt = Box::new(With {
            items,
            body,
            type_comment,
        });
        let kind = if is_async {
            self.check_version_passed(5, "Async with statements are")?;
            StmtKind::AsyncWith(stmt)
        } else {
            StmtKind::With(stmt)
        };
        Ok(self.compound(kind, start))
    }

    /// Items in parentheses, if what follows `with` are such and not an expression that begins with one.
    fn parenthesized_with_items(&mut self) -> PResult<Option<Vec<WithItem>>> {
        if self.kind() != K::LPar {
            return Ok(None);
        }
        let Some(close) = self.matching_paren(self.idx) else {
            return Ok(None);
        };
        if self
            .toks
            .get(close + 1)
            .is_none_or(|token| token.kind != K::Colon)
        {
            return Ok(None);
        }
        let start = self.idx;
        let warnings = self.warnings.len();
        let error = self.error.take();
        self.idx += 1;
        if let Ok(items) = self.with_items(true)
            && self.idx == close
        {
            self.idx += 1;
            return Ok(Some(items));
        }
        self.idx = start;
        self.warnings.truncate(warnings);
        self.error = error;
        Ok(None)
    }

    /// The index of the parenthesis that closes the one at a token.
    fn matching_paren(&self, open: usize) -> Option<usize> {
        let level = self.toks[open].level - 1;
        let rest = self.toks[open + 1..].iter();
        let close = rest
            .clone()
            .position(|token| token.kind == K::RPar && token.level == level)?;
        Some(open + 1 + close)
    }

    fn with_items(&mut self, parens: bool) -> PResult<Vec<WithItem>> {
        let mut items = Vec::new();
        loop {
            let context_expr = self.expression()?;
            let mut optional_vars = None;
            if self.eat(K::As) {
                optional_vars = Some(Box::new(self.star_target()?));
                if !matches!(self.kind(), K::Comma | K::RPar | K::Colon) {
                    return Err(Fail);
                }
            }
            items.push(WithItem {
                context_expr,
                optional_vars,
            });
            if !self.eat(K::Comma) || (parens && self.kind() == K::RPar) {
                return Ok(items);
            }
        }
    }

    fn try_stmt(&mut self) -> PResult<Stmt> {
        let start = self.idx;
        self.idx += 1;
        self.expect(K::Colon)?;
        let body = self.block()?;
        let star = self.kind() == K::Except && self.kind_at(1) == K::Star;
        let mut handlers = Vec::new();
        while self.kind() == K::Except {
            if (self.kind_at(1) == K::Star) != star {
                return Err(Fail);
            }
            handlers.push(self.except_handler(star)?);
        }
        let orelse = if handlers.is_empty() {
            Vec::new()
        } else {
            self.else_block()?
        };
        let mut finalbody = Vec::new();
        if self.eat(K::Finally) {
            self.expect(K::Colon)?;
            finalbody = self.block()?;
        } else if handlers.is_empty() {
            return Err(Fail);
        }
        let stmt = Box::new(Try {
            body,
            handlers,
            orelse,
            finalbody,
        });
        let kind = if star {
            self.check_version(11, "Exception groups are")?;
            StmtKind::TryStar(stmt)
        } else {
            StmtKind::Try(stmt)
        };
        Ok(self.compound(kind, start))
    }

    fn except_handler(&mut self, star: bool) -> PResult<ExceptHandler> {
        let start = self.idx;
        self.idx += if star { 2 } else { 1 };
        let (mut typ, mut name) = (None, None);
        let mut bare_tuple = false;
        if star || self.kind() != K::Colon {
            let first = self.idx;
            let value = self.expressions()?;
            bare_tuple = matches!(value.kind, ExprKind::Tuple { .. }) && !self.is_one_paren(first);
            if !bare_tuple {
                name = self.as_name()?;
            }
            typ = Some(Box::new(value));
        }
        self.expect(K::Colon)?;
        let body = self.block()?;
        if bare_tuple {
            self.check_version_passed(14, "except expressions without parentheses are")?;
        }
        Ok(ExceptHandler {
            typ,
            name,
            body,
            span: self.compound_span(start),
        })
    }

    /// Whether the tokens from one up to here are a single pair of parentheses.
    fn is_one_paren(&self, first: usize) -> bool {
        self.toks[first].kind == K::LPar && self.matching_paren(first) == Some(self.idx - 1)
    }
}
