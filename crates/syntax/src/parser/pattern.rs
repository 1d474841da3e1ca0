//! `match` statements and their patterns (PEP 634).

use super::{Fail, PResult, Parser};
use crate::ast::*;
use crate::tokenizer::TokenKind as K;

impl Parser<'_> {
    /// A `match` statement, or `None` where `match` is but a name.
    pub(super) fn match_stmt(&mut self) -> PResult<Option<Stmt>> {
        let start = self.idx;
        // What follows a name and cannot begin a subject.
        if !super::expr::starts_expression(self.kind_at(1)) && self.kind_at(1) != K::Star {
            return Ok(None);
        }
        let warnings = self.warnings.len();
        let error = self.error.take();
        self.idx += 1;
        let subject = self.subject();
        let is_match = subject.is_ok()
            && self.kind() == K::Colon
            && self.kind_at(1) == K::Newline
            && self.kind_at(2) == K::Indent
            && self.kind_at(3) == K::Name
            && self.token_text(self.idx + 3) == "case";
        if !is_match {
            self.idx = start;
            self.warnings.truncate(warnings);
            self.error = error;
            return Ok(None);
        }
        let subject = Box::new(subject?);
        self.idx += 3;
        let mut cases = Vec::new();
        while self.kind() == K::Name && self.token_text(self.idx) == "case" {
            cases.push(self.case_block()?);
        }
        self.expect(K::Dedent)?;
        self.check_version_passed(10, "Pattern matching is")?;
        Ok(Some(self.compound(StmtKind::Match { subject, cases }, start)))
    }

    fn subject(&mut self) -> PResult<Expr> {
        let start = self.idx;
        let first = self.star_named_expression()?;
        if self.kind() != K::Comma {
            return if matches!(first.kind, ExprKind::Starred { .. }) {
                Err(Fail)
            } else {
                Ok(first)
            };
        }
        let mut elts = vec![first];
        while self.eat(K::Comma) {
            if self.kind() == K::Colon {
                break;
            }
            elts.push(self.star_named_expression()?);
        }
        Ok(self.expr(
            ExprKind::Tuple {
                elts,
                ctx: ExprContext::Load,
            },
            start,
        ))
    }

    fn case_block(&mut self) -> PResult<MatchCase> {
        self.idx += 1;
        let pattern = self.patterns()?;
        let guard = if self.eat(K::If) {
            Some(Box::new(self.named_expression()?))
        } else {
            None
        };
        self.expect(K::Colon)?;
        let body = self.block()?;
        Ok(MatchCase { pattern, guard, body })
    }

    fn pattern_node(&self, kind: PatternKind, start: usize) -> Pattern {
        Pattern {
            kind,
            span: self.span_from(start),
        }
    }

    /// `patterns`: a pattern, or a sequence without brackets.
    fn patterns(&mut self) -> PResult<Pattern> {
        let start = self.idx;
        let first = self.maybe_star_pattern()?;
        if self.kind() != K::Comma {
            let star = matches!(first.kind, PatternKind::MatchStar { .. });
            return if star { Err(Fail) } else { Ok(first) };
        }
        let mut patterns = vec![first];
        while self.eat(K::Comma) {
            if matches!(self.kind(), K::Colon | K::If) {
                break;
            }
            patterns.push(self.maybe_star_pattern()?);
        }
        Ok(self.pattern_node(PatternKind::MatchSequence { patterns }, start))
    }

    fn maybe_star_pattern(&mut self) -> PResult<Pattern> {
        let start = self.idx;
        if !self.eat(K::Star) {
            return self.pattern();
        }
        let name = if self.kind() == K::Name && self.token_text(self.idx) == "_" {
            self.idx += 1;
            None
        } else {
            Some(self.capture_target()?)
        };
        Ok(self.pattern_node(PatternKind::MatchStar { name }, start))
    }

    fn pattern(&mut self) -> PResult<Pattern> {
        let start = self.idx;
        let pattern = self.or_pattern()?;
        if !self.eat(K::As) {
            return Ok(pattern);
        }
        let name = Some(self.capture_target()?);
        Ok(self.pattern_node(
            PatternKind::MatchAs {
                pattern: Some(Box::new(pattern)),
                name,
            },
            start,
        ))
    }

    /// A name other than `_` that is not the beginning of something else.
    fn capture_target(&mut self) -> PResult<Identifier> {
        let is_name = self.kind() == K::Name && self.token_text(self.idx) != "_";
        if !is_name || matches!(self.kind_at(1), K::Dot | K::LPar | K::Equal) {
            return Err(Fail);
        }
        self.name()
    }

    fn or_pattern(&mut self) -> PResult<Pattern> {
        let start = self.idx;
        let first = self.closed_pattern()?;
        if self.kind() != K::VBar {
            return Ok(first);
        }
        let mut patterns = vec![first];
        while self.eat(K::VBar) {
            patterns.push(self.closed_pattern()?);
        }
        Ok(self.pattern_node(PatternKind::MatchOr { patterns }, start))
    }

    fn closed_pattern(&mut self) -> PResult<Pattern> {
        let start = self.idx;
        let singleton = match self.kind() {
            K::None => Some(Constant::None),
            K::True => Some(Constant::True),
            K::False => Some(Constant::False),
            _ => None,
        };
        if let Some(value) = singleton {
            self.idx += 1;
            return Ok(self.pattern_node(PatternKind::MatchSingleton { value }, start));
        }
        match self.kind() {
            K::Number | K::Minus => {
                let value = Box::new(self.pattern_number()?);
                Ok(self.pattern_node(PatternKind::MatchValue { value }, start))
            }
            K::String | K::FStringStart | K::TStringStart => {
                let value = Box::new(self.strings()?);
                Ok(self.pattern_node(PatternKind::MatchValue { value }, start))
            }
            K::Name => self.name_pattern(),
            K::LPar => self.parenthesized_pattern(),
            K::LSqb => {
                self.idx += 1;
                let patterns = self.sequence_items(K::RSqb)?.0;
                self.expect(K::RSqb)?;
                Ok(self.pattern_node(PatternKind::MatchSequence { patterns }, start))
            }
            K::LBrace => self.mapping_pattern(),
            _ => Err(Fail),
        }
    }

    /// Patterns with commas between them up to the closing token; and whether there was a comma.
    fn sequence_items(&mut self, close: K) -> PResult<(Vec<Pattern>, bool)> {
        let mut patterns = Vec::new();
        let mut comma = false;
        while self.kind() != close {
            patterns.push(self.maybe_star_pattern()?);
            if !self.eat(K::Comma) {
                break;
            }
            comma = true;
        }
        Ok((patterns, comma))
    }

    fn parenthesized_pattern(&mut self) -> PResult<Pattern> {
        let start = self.idx;
        self.idx += 1;
        let (mut patterns, comma) = self.sequence_items(K::RPar)?;
        self.expect(K::RPar)?;
        if !comma
            && patterns.len() == 1
            && let Some(only) = patterns.pop()
        {
            let star = matches!(only.kind, PatternKind::MatchStar { .. });
            return if star { Err(Fail) } else { Ok(only) };
        }
        Ok(self.pattern_node(PatternKind::MatchSequence { patterns }, start))
    }

    /// A number with its sign, or a complex number.
    fn pattern_number(&mut self) -> PResult<Expr> {
        let start = self.idx;
        let negative = self.eat(K::Minus);
        let (mut left, imaginary) = self.pattern_literal()?;
        if negative {
            let kind = ExprKind::UnaryOp {
                op: UnaryOp::USub,
                operand: Box::new(left),
            };
            left = self.expr(kind, start);
        }
        let op = match self.kind() {
            K::Plus => Operator::Add,
            K::Minus => Operator::Sub,
            _ => return Ok(left),
        };
        if imaginary {
            return Err(self.raise_span(left.span, "real number required in complex literal"));
        }
        self.idx += 1;
        let (right, imaginary) = self.pattern_literal()?;
        if !imaginary {
            return Err(self.raise_span(right.span, "imaginary number required in complex literal"));
        }
        Ok(self.expr(
            ExprKind::BinOp {
                left: Box::new(left),
                op,
                right: Box::new(right),
            },
            start,
        ))
    }

    fn pattern_literal(&mut self) -> PResult<(Expr, bool)> {
        let start = self.idx;
        if self.kind() != K::Number {
            return Err(Fail);
        }
        let value = self.number(start)?;
        self.idx += 1;
        let imaginary = matches!(value, Constant::Imaginary(_));
        Ok((
            self.expr(
                ExprKind::Constant {
                    value,
                    u_prefix: false,
                },
                start,
            ),
            imaginary,
        ))
    }

    /// A capture, a wildcard, a dotted name or a class pattern.
    fn name_pattern(&mut self) -> PResult<Pattern> {
        let start = self.idx;
        if !matches!(self.kind_at(1), K::Dot | K::LPar | K::Equal) {
            let name = if self.token_text(start) == "_" {
                None
            } else {
                Some(self.identifier(start))
            };
            self.idx += 1;
            return Ok(self.pattern_node(PatternKind::MatchAs { pattern: None, name }, start));
        }
        let value = Box::new(self.dotted_expr()?);
        match self.kind() {
            K::LPar => self.class_pattern(value, start),
            K::Equal => Err(Fail),
            _ => Ok(self.pattern_node(PatternKind::MatchValue { value }, start)),
        }
    }

    /// A name and attributes of it.
    fn dotted_expr(&mut self) -> PResult<Expr> {
        let start = self.idx;
        if self.kind() != K::Name {
            return Err(Fail);
        }
        let mut value = self.name_expr();
        while self.eat(K::Dot) {
            let attr = self.name()?;
            let kind = ExprKind::Attribute {
                value: Box::new(value),
                attr,
                ctx: ExprContext::Load,
            };
            value = self.expr(kind, start);
        }
        Ok(value)
    }

    fn class_pattern(&mut self, cls: Box<Expr>, start: usize) -> PResult<Pattern> {
        self.expect(K::LPar)?;
        let (mut patterns, mut kwd_attrs, mut kwd_patterns) = (Vec::new(), Vec::new(), Vec::new());
        while self.kind() != K::RPar {
            if self.kind() == K::Name && self.kind_at(1) == K::Equal {
                kwd_attrs.push(self.name()?);
                self.idx += 1;
                kwd_patterns.push(self.pattern()?);
            } else if kwd_attrs.is_empty() {
                patterns.push(self.pattern()?);
            } else {
                return Err(Fail);
            }
            if !self.eat(K::Comma) {
                break;
            }
        }
        self.expect(K::RPar)?;
        Ok(self.pattern_node(
            PatternKind::MatchClass {
                cls,
                patterns,
                kwd_attrs,
                kwd_patterns,
            },
            start,
        ))
    }

    fn mapping_pattern(&mut self) -> PResult<Pattern> {
        let start = self.idx;
        self.idx += 1;
        let (mut keys, mut patterns, mut rest) = (Vec::new(), Vec::new(), None);
        while self.kind() != K::RBrace {
            if self.eat(K::DoubleStar) {
                rest = Some(self.capture_target()?);
                self.eat(K::Comma);
                break;
            }
            keys.push(self.mapping_key()?);
            self.expect(K::Colon)?;
            patterns.push(self.pattern()?);
            if !self.eat(K::Comma) {
                break;
            }
        }
        self.expect(K::RBrace)?;
        Ok(self.pattern_node(PatternKind::MatchMapping { keys, patterns, rest }, start))
    }

    fn mapping_key(&mut self) -> PResult<Expr> {
        match self.kind() {
            K::Number | K::Minus => self.pattern_number(),
            K::String | K::FStringStart | K::TStringStart => self.strings(),
            K::None | K::True | K::False => self.primary_constant(),
            _ => {
                let key = self.dotted_expr()?;
                if matches!(key.kind, ExprKind::Attribute { .. }) {
                    Ok(key)
                } else {
                    Err(Fail)
                }
            }
        }
    }

    fn primary_constant(&mut self) -> PResult<Expr> {
        let start = self.idx;
        let value = match self.kind() {
            K::None => Constant::None,
            K::True => Constant::True,
            _ => Constant::False,
        };
        self.idx += 1;
        Ok(self.expr(
            ExprKind::Constant {
                value,
                u_prefix: false,
            },
            start,
        ))
    }
}
