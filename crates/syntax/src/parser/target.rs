//! What can be assigned to and deleted: expressions turned into targets after they are parsed.

use super::{Fail, PResult, Parser};
use crate::ast::*;
use crate::tokenizer::TokenKind as K;

/// Turns an expression into a target of an assignment (`star_target`); fails for what is none.
/// `starred` is true where `*target` may stand.
fn to_store(expr: &mut Expr, starred: bool) -> PResult<()> {
    match &mut expr.kind {
        ExprKind::Name { ctx, .. } | ExprKind::Attribute { ctx, .. } | ExprKind::Subscript { ctx, .. } => {
            *ctx = ExprContext::Store;
        }
        ExprKind::Starred { value, ctx } if starred => {
            *ctx = ExprContext::Store;
            to_store(value, false)?;
        }
        ExprKind::Tuple { elts, ctx } | ExprKind::List { elts, ctx } => {
            *ctx = ExprContext::Store;
            elts.iter_mut().try_for_each(|elt| to_store(elt, true))?;
        }
        _ => return Err(Fail),
    }
    Ok(())
}

fn to_del(expr: &mut Expr) -> PResult<()> {
    match &mut expr.kind {
        ExprKind::Name { ctx, .. } | ExprKind::Attribute { ctx, .. } | ExprKind::Subscript { ctx, .. } => {
            *ctx = ExprContext::Del;
        }
        ExprKind::Tuple { elts, ctx } | ExprKind::List { elts, ctx } => {
            *ctx = ExprContext::Del;
            elts.iter_mut().try_for_each(to_del)?;
        }
        _ => return Err(Fail),
    }
    Ok(())
}

impl Parser<'_> {
    /// An expression that turned out to be followed by `=`.
    pub(super) fn store(&mut self, mut expr: Expr) -> PResult<Expr> {
        to_store(&mut expr, true)?;
        Ok(expr)
    }

    /// `single_target`: a name, an attribute or a subscript, perhaps in parentheses.
    pub(super) fn store_single(&mut self, mut expr: Expr) -> PResult<Expr> {
        match expr.kind {
            ExprKind::Name { .. } | ExprKind::Attribute { .. } | ExprKind::Subscript { .. } => {
                to_store(&mut expr, false)?;
                Ok(expr)
            }
            _ => Err(Fail),
        }
    }

    /// `star_targets`: the targets of a `for`, up to its `in`.
    pub(super) fn star_targets(&mut self) -> PResult<Expr> {
        let start = self.idx;
        let first = self.star_target()?;
        if self.kind() != K::Comma {
            return Ok(first);
        }
        let mut elts = vec![first];
        while self.eat(K::Comma) {
            if matches!(self.kind(), K::In | K::Equal) {
                break;
            }
            elts.push(self.star_target()?);
        }
        Ok(self.expr(
            ExprKind::Tuple {
                elts,
                ctx: ExprContext::Store,
            },
            start,
        ))
    }

    pub(super) fn star_target(&mut self) -> PResult<Expr> {
        let start = self.idx;
        let starred = self.eat(K::Star);
        let mut target = self.primary()?;
        to_store(&mut target, false)?;
        if starred {
            let kind = ExprKind::Starred {
                value: Box::new(target),
                ctx: ExprContext::Store,
            };
            target = self.expr(kind, start);
        }
        Ok(target)
    }

    /// `del_targets`
    pub(super) fn del_targets(&mut self) -> PResult<Vec<Expr>> {
        let mut targets = Vec::new();
        loop {
            let mut target = self.primary()?;
            to_del(&mut target)?;
            targets.push(target);
            if !self.eat(K::Comma) || matches!(self.kind(), K::Newline | K::Semi) {
                return Ok(targets);
            }
        }
    }
}
