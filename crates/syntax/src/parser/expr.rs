//! Expressions: precedence climbing over the operators, loops over what the grammar repeats.

use super::{Fail, PResult, Parser, levels};
use crate::ast::*;
use crate::tokenizer::TokenKind as K;

/// How tightly an operator binds.
mod prec {
    pub const OR: u8 = 1;
    pub const AND: u8 = 2;
    pub const NOT: u8 = 3;
    pub const COMPARE: u8 = 4;
    pub const BIT_OR: u8 = 5;
}

/// The operator and precedence of a binary operator's token.
fn binary_operator(kind: K) -> Option<(Operator, u8)> {
    Some(match kind {
        K::VBar => (Operator::BitOr, prec::BIT_OR),
        K::Circumflex => (Operator::BitXor, 6),
        K::Amper => (Operator::BitAnd, 7),
        K::LeftShift => (Operator::LShift, 8),
        K::RightShift => (Operator::RShift, 8),
        K::Plus => (Operator::Add, 9),
        K::Minus => (Operator::Sub, 9),
        K::Star => (Operator::Mult, 10),
        K::Slash => (Operator::Div, 10),
        K::DoubleSlash => (Operator::FloorDiv, 10),
        K::Percent => (Operator::Mod, 10),
        K::At => (Operator::MatMult, 10),
        _ => return None,
    })
}

fn unary_operator(kind: K) -> Option<UnaryOp> {
    Some(match kind {
        K::Minus => UnaryOp::USub,
        K::Plus => UnaryOp::UAdd,
        K::Tilde => UnaryOp::Invert,
        _ => return None,
    })
}

/// Whether an expression (without a star) may begin with the token.
pub(super) fn starts_expression(kind: K) -> bool {
    matches!(
        kind,
        K::Name
            | K::Number
            | K::String
            | K::FStringStart
            | K::TStringStart
            | K::LPar
            | K::LSqb
            | K::LBrace
            | K::Minus
            | K::Plus
            | K::Tilde
            | K::Ellipsis
            | K::Not
            | K::Lambda
            | K::Await
            | K::None
            | K::True
            | K::False
    )
}

/// The beginning of an expression that ends in another.
enum Tail {
    Lambda(usize, Box<Arguments>),
    Conditional(usize, Box<Expr>, Box<Expr>),
}

impl<'s> Parser<'s> {
    pub(super) fn expr(&self, kind: ExprKind, start: usize) -> Expr {
        Expr {
            kind,
            span: self.span_from(start),
        }
    }

    /// `annotated_rhs`
    pub(super) fn annotated_rhs(&mut self) -> PResult<Expr> {
        if self.kind() == K::Yield {
            self.yield_expr()
        } else {
            self.star_expressions()
        }
    }

    pub(super) fn yield_expr(&mut self) -> PResult<Expr> {
        let start = self.idx;
        self.expect(K::Yield)?;
        if self.eat(K::From) {
            let value = Box::new(self.expression()?);
            return Ok(self.expr(ExprKind::YieldFrom { value }, start));
        }
        let value = if starts_expression(self.kind()) || self.kind() == K::Star {
            Some(Box::new(self.star_expressions()?))
        } else {
            None
        };
        Ok(self.expr(ExprKind::Yield { value }, start))
    }

    pub(super) fn star_expressions(&mut self) -> PResult<Expr> {
        self.tuple_of(Self::star_expression)
    }

    /// `expressions`: without stars.
    pub(super) fn expressions(&mut self) -> PResult<Expr> {
        self.tuple_of(Self::expression)
    }

    /// One item, or a tuple of items separated by commas.
    fn tuple_of(&mut self, item: fn(&mut Self) -> PResult<Expr>) -> PResult<Expr> {
        let start = self.idx;
        let first = item(self)?;
        if self.kind() != K::Comma {
            return Ok(first);
        }
        let mut elts = vec![first];
        while self.eat(K::Comma) {
            if !starts_expression(self.kind()) && self.kind() != K::Star {
                break;
            }
            elts.push(item(self)?);
        }
        Ok(self.expr(
            ExprKind::Tuple {
                elts,
                ctx: ExprContext::Load,
            },
            start,
        ))
    }

    pub(super) fn star_expression(&mut self) -> PResult<Expr> {
        if self.kind() == K::Star {
            self.starred_bitwise_or()
        } else {
            self.expression()
        }
    }

    /// `'*' bitwise_or`
    fn starred_bitwise_or(&mut self) -> PResult<Expr> {
        let start = self.idx;
        self.expect(K::Star)?;
        let value = Box::new(self.bitwise_or()?);
        Ok(self.expr(
            ExprKind::Starred {
                value,
                ctx: ExprContext::Load,
            },
            start,
        ))
    }

    /// `'*' expression`, as among the arguments of a call.
    fn starred_expression(&mut self) -> PResult<Expr> {
        let start = self.idx;
        self.expect(K::Star)?;
        let value = Box::new(self.expression()?);
        Ok(self.expr(
            ExprKind::Starred {
                value,
                ctx: ExprContext::Load,
            },
            start,
        ))
    }

    pub(super) fn star_named_expression(&mut self) -> PResult<Expr> {
        if self.kind() == K::Star {
            self.starred_bitwise_or()
        } else {
            self.named_expression()
        }
    }

    pub(super) fn named_expression(&mut self) -> PResult<Expr> {
        if self.kind() == K::Name && self.kind_at(1) == K::ColonEqual {
            let start = self.idx;
            let mut target = self.name_expr();
            if let ExprKind::Name { ctx, .. } = &mut target.kind {
                *ctx = ExprContext::Store;
            }
            self.idx += 1;
            let value = Box::new(self.expression()?);
            self.check_version(8, "Assignment expressions are")?;
            return Ok(self.expr(
                ExprKind::NamedExpr {
                    target: Box::new(target),
                    value,
                },
                start,
            ));
        }
        let value = self.expression()?;
        if self.kind() == K::ColonEqual {
            Err(Fail)
        } else {
            Ok(value)
        }
    }

    /// An expression. Lambdas and conditionals that end in one another are read in a loop.
    pub(super) fn expression(&mut self) -> PResult<Expr> {
        let mut open = Vec::new();
        let mut value = loop {
            let start = self.idx;
            if self.eat(K::Lambda) {
                self.enter(levels::PARAMETERS)?;
                let args = Box::new(self.parameters(true)?);
                self.leave(levels::PARAMETERS);
                self.expect(K::Colon)?;
                self.enter(levels::LAMBDA)?;
                open.push(Tail::Lambda(start, args));
                continue;
            }
            let body = self.disjunction()?;
            if !self.eat(K::If) {
                break body;
            }
            let test = Box::new(self.disjunction()?);
            self.expect(K::Else)?;
            self.enter(levels::CONDITIONAL)?;
            open.push(Tail::Conditional(start, Box::new(body), test));
        };
        while let Some(tail) = open.pop() {
            let inner = Box::new(value);
            value = match tail {
                Tail::Lambda(start, args) => {
                    self.leave(levels::LAMBDA);
                    self.expr(ExprKind::Lambda { args, body: inner }, start)
                }
                Tail::Conditional(start, body, test) => {
                    self.leave(levels::CONDITIONAL);
                    self.expr(
                        ExprKind::IfExp {
                            test,
                            body,
                            orelse: inner,
                        },
                        start,
                    )
                }
            };
        }
        Ok(value)
    }

    pub(super) fn disjunction(&mut self) -> PResult<Expr> {
        self.binary(prec::OR)
    }

    pub(super) fn bitwise_or(&mut self) -> PResult<Expr> {
        self.binary(prec::BIT_OR)
    }

    /// An expression of operators that bind at least as tightly as `min`.
    fn binary(&mut self, min: u8) -> PResult<Expr> {
        let start = self.idx;
        let mut left = self.operand(min)?;
        loop {
            let kind = self.kind();
            if let Some((op, level)) = binary_operator(kind) {
                if level < min {
                    return Ok(left);
                }
                self.idx += 1;
                let right = Box::new(self.binary(level + 1)?);
                if op == Operator::MatMult {
                    self.check_version(5, "The '@' operator is")?;
                }
                left = self.expr(
                    ExprKind::BinOp {
                        left: Box::new(left),
                        op,
                        right,
                    },
                    start,
                );
                continue;
            }
            left = match kind {
                K::Or if min <= prec::OR => self.boolean(BoolOp::Or, K::Or, prec::AND, left, start)?,
                K::And if min <= prec::AND => self.boolean(BoolOp::And, K::And, prec::NOT, left, start)?,
                K::EqEqual
                | K::NotEqual
                | K::Less
                | K::Greater
                | K::LessEqual
                | K::GreaterEqual
                | K::In
                | K::Is
                | K::Not
                    if min <= prec::COMPARE =>
                {
                    match self.comparison(left, start)? {
                        (left, true) => left,
                        (left, false) => return Ok(left),
                    }
                }
                _ => return Ok(left),
            };
        }
    }

    fn boolean(&mut self, op: BoolOp, token: K, operand: u8, first: Expr, start: usize) -> PResult<Expr> {
        let mut values = vec![first];
        while self.eat(token) {
            values.push(self.binary(operand)?);
        }
        Ok(self.expr(ExprKind::BoolOp { op, values }, start))
    }

    fn comparison(&mut self, left: Expr, start: usize) -> PResult<(Expr, bool)> {
        let mut ops = Vec::new();
        let mut comparators = Vec::new();
        while let Some(op) = self.comparison_operator()? {
            ops.push(op);
            comparators.push(self.bitwise_or()?);
        }
        if ops.is_empty() {
            return Ok((left, false));
        }
        let left = Box::new(left);
        Ok((
            self.expr(
                ExprKind::Compare {
                    left,
                    ops,
                    comparators,
                },
                start,
            ),
            true,
        ))
    }

    fn comparison_operator(&mut self) -> PResult<Option<CmpOp>> {
        let op = match self.kind() {
            K::EqEqual => CmpOp::Eq,
            K::NotEqual => {
                if self.flufl {
                    return Err(self.raise_here("with Barry as BDFL, use '<>' instead of '!='"));
                }
                CmpOp::NotEq
            }
            K::Less if self.flufl && self.is_flufl_operator() => {
                self.idx += 1;
                CmpOp::NotEq
            }
            K::Less => CmpOp::Lt,
            K::Greater => CmpOp::Gt,
            K::LessEqual => CmpOp::LtE,
            K::GreaterEqual => CmpOp::GtE,
            K::In => CmpOp::In,
            K::Is if self.kind_at(1) == K::Not => {
                self.idx += 1;
                CmpOp::IsNot
            }
            K::Is => CmpOp::Is,
            K::Not if self.kind_at(1) == K::In => {
                self.idx += 1;
                CmpOp::NotIn
            }
            _ => return Ok(None),
        };
        self.idx += 1;
        Ok(Some(op))
    }

    /// Whether `<>` stands here.
    fn is_flufl_operator(&self) -> bool {
        self.kind_at(1) == K::Greater && self.toks[self.idx].end == self.toks[self.idx + 1].start
    }

    /// What stands before or between binary operators: prefix operators and a power.
    fn operand(&mut self, min: u8) -> PResult<Expr> {
        match self.kind() {
            K::Not if min <= prec::NOT => self.negation(),
            _ => self.factor(),
        }
    }

    fn negation(&mut self) -> PResult<Expr> {
        let first = self.idx;
        while self.eat(K::Not) {
            self.enter(levels::UNARY)?;
        }
        let count = self.idx - first;
        let mut operand = self.binary(prec::COMPARE)?;
        for i in (0..count).rev() {
            let op = UnaryOp::Not;
            operand = self.expr(
                ExprKind::UnaryOp {
                    op,
                    operand: Box::new(operand),
                },
                first + i,
            );
        }
        self.leave(levels::UNARY * count as u32);
        Ok(operand)
    }

    /// A power with its prefix operators. What follows `**` may have prefix operators and be a power in turn:
    /// this is read in a loop.
    fn factor(&mut self) -> PResult<Expr> {
        let mut open = Vec::new();
        let mut value = loop {
            while unary_operator(self.kind()).is_some() {
                self.enter(levels::UNARY)?;
                open.push((self.idx, None));
                self.idx += 1;
            }
            let start = self.idx;
            let left = self.await_primary()?;
            if !self.eat(K::DoubleStar) {
                break left;
            }
            self.enter(levels::POWER)?;
            open.push((start, Some(Box::new(left))));
        };
        while let Some((start, left)) = open.pop() {
            let right = Box::new(value);
            value = match (left, unary_operator(self.toks[start].kind)) {
                (Some(left), _) => {
                    self.leave(levels::POWER);
                    self.expr(
                        ExprKind::BinOp {
                            left,
                            op: Operator::Pow,
                            right,
                        },
                        start,
                    )
                }
                (None, Some(op)) => {
                    self.leave(levels::UNARY);
                    self.expr(ExprKind::UnaryOp { op, operand: right }, start)
                }
                (None, None) => return Err(Fail),
            };
        }
        Ok(value)
    }

    fn await_primary(&mut self) -> PResult<Expr> {
        if self.kind() != K::Await {
            return self.primary();
        }
        let start = self.idx;
        self.idx += 1;
        let value = Box::new(self.primary()?);
        self.check_version(5, "Await expressions are")?;
        Ok(self.expr(ExprKind::Await { value }, start))
    }

    /// An atom and the attributes, subscripts and calls after it.
    pub(super) fn primary(&mut self) -> PResult<Expr> {
        let start = self.idx;
        let mut value = self.atom()?;
        loop {
            match self.kind() {
                K::Dot => {
                    self.idx += 1;
                    let attr = self.name()?;
                    let kind = ExprKind::Attribute {
                        value: Box::new(value),
                        attr,
                        ctx: ExprContext::Load,
                    };
                    value = self.expr(kind, start);
                }
                K::LPar => value = self.call(value, start)?,
                K::LSqb => {
                    self.idx += 1;
                    let slice = Box::new(self.slices()?);
                    self.expect(K::RSqb)?;
                    let kind = ExprKind::Subscript {
                        value: Box::new(value),
                        slice,
                        ctx: ExprContext::Load,
                    };
                    value = self.expr(kind, start);
                }
                _ => return Ok(value),
            }
        }
    }

    fn slices(&mut self) -> PResult<Expr> {
        let start = self.idx;
        self.enter(levels::CALL)?;
        let first = self.slice_or_star()?;
        let slice = if self.kind() != K::Comma && !matches!(first.kind, ExprKind::Starred { .. }) {
            first
        } else {
            let mut elts = vec![first];
            while self.eat(K::Comma) {
                if self.kind() == K::RSqb {
                    break;
                }
                elts.push(self.slice_or_star()?);
            }
            self.expr(
                ExprKind::Tuple {
                    elts,
                    ctx: ExprContext::Load,
                },
                start,
            )
        };
        self.leave(levels::CALL);
        Ok(slice)
    }

    fn slice_or_star(&mut self) -> PResult<Expr> {
        if self.kind() == K::Star {
            return self.starred_expression();
        }
        let start = self.idx;
        let mut lower = None;
        if self.kind() != K::Colon {
            let first = self.named_expression()?;
            if self.kind() != K::Colon {
                return Ok(first);
            }
            if self.is_bare_named_expression(&first, start) {
                return Err(Fail);
            }
            lower = Some(Box::new(first));
        }
        self.expect(K::Colon)?;
        let upper = self.slice_part()?;
        let step = if self.eat(K::Colon) {
            self.slice_part()?
        } else {
            None
        };
        Ok(self.expr(ExprKind::Slice { lower, upper, step }, start))
    }

    fn slice_part(&mut self) -> PResult<Option<Box<Expr>>> {
        Ok(if starts_expression(self.kind()) {
            Some(Box::new(self.expression()?))
        } else {
            None
        })
    }

    /// Whether the expression that began at the token is `name := value` without parentheses.
    fn is_bare_named_expression(&self, expr: &Expr, start: usize) -> bool {
        matches!(expr.kind, ExprKind::NamedExpr { .. }) && self.toks[start].kind != K::LPar
    }

    fn call(&mut self, func: Expr, start: usize) -> PResult<Expr> {
        let open = self.idx;
        self.idx += 1;
        self.enter(levels::CALL)?;
        let (args, keywords) = self.arguments(open)?;
        self.expect(K::RPar)?;
        self.leave(levels::CALL);
        Ok(self.expr(
            ExprKind::Call {
                func: Box::new(func),
                args,
                keywords,
            },
            start,
        ))
    }

    /// What stands between the parentheses of a call or a class; `open` is the opening one.
    pub(super) fn arguments(&mut self, open: usize) -> PResult<(Vec<Expr>, Vec<Keyword>)> {
        let mut args = Vec::new();
        let mut keywords: Vec<Keyword> = Vec::new();
        let mut unpacked = false;
        while self.kind() != K::RPar {
            let start = self.idx;
            match self.kind() {
                K::Star => {
                    if unpacked {
                        return Err(Fail);
                    }
                    args.push(self.starred_expression()?);
                }
                K::DoubleStar => {
                    self.idx += 1;
                    let value = self.expression()?;
                    keywords.push(Keyword {
                        arg: None,
                        value,
                        span: self.span_from(start),
                    });
                    unpacked = true;
                }
                K::Name if self.kind_at(1) == K::Equal => {
                    let arg = self.name()?;
                    self.idx += 1;
                    let value = self.expression()?;
                    keywords.push(Keyword {
                        arg: Some(arg),
                        value,
                        span: self.span_from(start),
                    });
                }
                _ => {
                    let value = self.named_expression()?;
                    if matches!(self.kind(), K::For | K::Async) {
                        // A generator expression without parentheses of its own is the only argument.
                        if !args.is_empty() || !keywords.is_empty() {
                            return Err(Fail);
                        }
                        let generators = self.for_if_clauses()?;
                        if self.kind() != K::RPar {
                            return Err(Fail);
                        }
                        self.idx += 1;
                        let kind = ExprKind::GeneratorExp {
                            elt: Box::new(value),
                            generators,
                        };
                        args.push(self.expr(kind, open));
                        self.idx -= 1;
                        return Ok((args, keywords));
                    }
                    if !keywords.is_empty() || self.kind() == K::Equal {
                        return Err(Fail);
                    }
                    args.push(value);
                }
            }
            if !self.eat(K::Comma) {
                break;
            }
        }
        Ok((args, keywords))
    }

    fn constant(&mut self, value: Constant) -> Expr {
        let start = self.idx;
        self.idx += 1;
        self.expr(
            ExprKind::Constant {
                value,
                u_prefix: false,
            },
            start,
        )
    }

    pub(super) fn name_expr(&mut self) -> Expr {
        let start = self.idx;
        let id = self.identifier(start);
        self.idx += 1;
        self.expr(
            ExprKind::Name {
                id,
                ctx: ExprContext::Load,
            },
            start,
        )
    }

    fn atom(&mut self) -> PResult<Expr> {
        match self.kind() {
            K::Name => Ok(self.name_expr()),
            K::Number => {
                let value = self.number(self.idx)?;
                Ok(self.constant(value))
            }
            K::String | K::FStringStart | K::TStringStart => self.strings(),
            K::None => Ok(self.constant(Constant::None)),
            K::True => Ok(self.constant(Constant::True)),
            K::False => Ok(self.constant(Constant::False)),
            K::Ellipsis => Ok(self.constant(Constant::Ellipsis)),
            K::LPar => self.bracketed(Self::parenthesized),
            K::LSqb => self.bracketed(Self::list),
            K::LBrace => self.bracketed(Self::braces),
            _ => Err(Fail),
        }
    }

    fn bracketed(&mut self, inner: fn(&mut Self) -> PResult<Expr>) -> PResult<Expr> {
        let levels = if self.kind() == K::LPar {
            levels::GROUP
        } else {
            levels::DISPLAY
        };
        self.enter(levels)?;
        let value = inner(self)?;
        self.leave(levels);
        Ok(value)
    }

    /// A tuple, a group or a generator expression.
    fn parenthesized(&mut self) -> PResult<Expr> {
        let start = self.idx;
        self.idx += 1;
        let ctx = ExprContext::Load;
        match self.kind() {
            K::RPar => {
                self.idx += 1;
                return Ok(self.expr(
                    ExprKind::Tuple {
                        elts: Vec::new(),
                        ctx,
                    },
                    start,
                ));
            }
            K::Yield => {
                let value = self.yield_expr()?;
                self.expect(K::RPar)?;
                return Ok(value);
            }
            _ => {}
        }
        let first = self.star_named_expression()?;
        match self.kind() {
            K::RPar => {
                if matches!(first.kind, ExprKind::Starred { .. }) {
                    return Err(Fail);
                }
                self.idx += 1;
                Ok(first)
            }
            K::Comma => {
                let elts = self.star_named_items(first, K::RPar)?;
                self.expect(K::RPar)?;
                Ok(self.expr(ExprKind::Tuple { elts, ctx }, start))
            }
            K::For | K::Async if !matches!(first.kind, ExprKind::Starred { .. }) => {
                let generators = self.for_if_clauses()?;
                self.expect(K::RPar)?;
                Ok(self.expr(
                    ExprKind::GeneratorExp {
                        elt: Box::new(first),
                        generators,
                    },
                    start,
                ))
            }
            _ => Err(Fail),
        }
    }

    /// The rest of a list of items up to (not including) the closing token, from the comma after the first.
    fn star_named_items(&mut self, first: Expr, close: K) -> PResult<Vec<Expr>> {
        let mut elts = vec![first];
        while self.eat(K::Comma) {
            if self.kind() == close {
                break;
            }
            elts.push(self.star_named_expression()?);
        }
        Ok(elts)
    }

    fn list(&mut self) -> PResult<Expr> {
        let start = self.idx;
        self.idx += 1;
        let ctx = ExprContext::Load;
        if self.eat(K::RSqb) {
            return Ok(self.expr(
                ExprKind::List {
                    elts: Vec::new(),
                    ctx,
                },
                start,
            ));
        }
        let first = self.star_named_expression()?;
        if matches!(self.kind(), K::For | K::Async) && !matches!(first.kind, ExprKind::Starred { .. }) {
            let generators = self.for_if_clauses()?;
            self.expect(K::RSqb)?;
            return Ok(self.expr(
                ExprKind::ListComp {
                    elt: Box::new(first),
                    generators,
                },
                start,
            ));
        }
        let elts = self.star_named_items(first, K::RSqb)?;
        self.expect(K::RSqb)?;
        Ok(self.expr(ExprKind::List { elts, ctx }, start))
    }

    /// A dict, a set or a comprehension of either.
    fn braces(&mut self) -> PResult<Expr> {
        let start = self.idx;
        self.idx += 1;
        match self.kind() {
            K::RBrace => {
                self.idx += 1;
                return Ok(self.expr(
                    ExprKind::Dict {
                        keys: Vec::new(),
                        values: Vec::new(),
                    },
                    start,
                ));
            }
            K::DoubleStar => return self.dict(start, Vec::new(), Vec::new()),
            _ => {}
        }
        let first_start = self.idx;
        let first = self.star_named_expression()?;
        let starred = matches!(first.kind, ExprKind::Starred { .. });
        match self.kind() {
            K::Colon if !starred => {
                if self.is_bare_named_expression(&first, first_start) {
                    return Err(Fail);
                }
                self.idx += 1;
                let value = self.expression()?;
                if matches!(self.kind(), K::For | K::Async) {
                    let generators = self.for_if_clauses()?;
                    self.expect(K::RBrace)?;
                    let (key, value) = (Box::new(first), Box::new(value));
                    return Ok(self.expr(
                        ExprKind::DictComp {
                            key,
                            value,
                            generators,
                        },
                        start,
                    ));
                }
                if self.kind() != K::RBrace {
                    self.expect(K::Comma)?;
                }
                self.dict(start, vec![Some(first)], vec![value])
            }
            K::For | K::Async if !starred => {
                let generators = self.for_if_clauses()?;
                self.expect(K::RBrace)?;
                Ok(self.expr(
                    ExprKind::SetComp {
                        elt: Box::new(first),
                        generators,
                    },
                    start,
                ))
            }
            _ => {
                let elts = self.star_named_items(first, K::RBrace)?;
                self.expect(K::RBrace)?;
                Ok(self.expr(ExprKind::Set { elts }, start))
            }
        }
    }

    /// The rest of a dict, from the beginning of an item or the closing brace.
    fn dict(&mut self, start: usize, mut keys: Vec<Option<Expr>>, mut values: Vec<Expr>) -> PResult<Expr> {
        while self.kind() != K::RBrace {
            if self.eat(K::DoubleStar) {
                keys.push(None);
                values.push(self.bitwise_or()?);
            } else {
                keys.push(Some(self.expression()?));
                self.expect(K::Colon)?;
                values.push(self.expression()?);
            }
            if !self.eat(K::Comma) {
                break;
            }
        }
        self.expect(K::RBrace)?;
        Ok(self.expr(ExprKind::Dict { keys, values }, start))
    }

    fn for_if_clauses(&mut self) -> PResult<Vec<Comprehension>> {
        let mut generators = Vec::new();
        while matches!(self.kind(), K::For | K::Async) {
            let is_async = self.eat(K::Async);
            self.expect(K::For)?;
            let target = self.star_targets()?;
            self.expect(K::In)?;
            let iter = self.disjunction()?;
            let mut ifs = Vec::new();
            while self.eat(K::If) {
                ifs.push(self.disjunction()?);
            }
            if is_async {
                self.check_version(6, "Async comprehensions are")?;
            }
            generators.push(Comprehension {
                target,
                iter,
                ifs,
                is_async,
            });
        }
        Ok(generators)
    }
}
