//! Parameters of functions and lambdas, and type parameters (PEP 695, PEP 696).

use super::{Fail, PResult, Parser};
use crate::ast::*;
use crate::tokenizer::TokenKind as K;

impl Parser<'_> {
    /// The parameters up to the `)` or, for a lambda, the `:`.
    pub(super) fn parameters(&mut self, lambda: bool) -> PResult<Arguments> {
        let close = if lambda { K::Colon } else { K::RPar };
        let mut arguments = Arguments::default();
        let mut star = false;
        let mut slash = false;
        while self.kind() != close {
            match self.kind() {
                K::Name => self.parameter(lambda, star, &mut arguments)?,
                K::Slash => {
                    if star || slash || arguments.args.is_empty() {
                        return Err(Fail);
                    }
                    slash = true;
                    self.idx += 1;
                    arguments.posonlyargs = std::mem::take(&mut arguments.args);
                    self.after_parameter(lambda)?;
                    self.check_version(8, "Positional-only parameters are")?;
                    continue;
                }
                K::Star => {
                    if star {
                        return Err(Fail);
                    }
                    star = true;
                    self.idx += 1;
                    if self.kind() == K::Comma {
                        self.idx += 1;
                        if self.kind() != K::Name {
                            return Err(Fail);
                        }
                        continue;
                    }
                    let arg = self.arg(lambda, true)?;
                    arguments.vararg = Some(Box::new(arg));
                }
                K::DoubleStar => {
                    self.idx += 1;
                    let arg = self.arg(lambda, false)?;
                    arguments.kwarg = Some(Box::new(arg));
                    self.after_parameter(lambda)?;
                    if let Some(arg) = &mut arguments.kwarg {
                        arg.type_comment = self.last_type_comment.take();
                    }
                    return if self.kind() == close {
                        Ok(arguments)
                    } else {
                        Err(Fail)
                    };
                }
                _ => return Err(Fail),
            }
            self.after_parameter(lambda)?;
            if let Some(comment) = self.last_type_comment.take() {
                let last = if star {
                    arguments
                        .kwonlyargs
                        .last_mut()
                        .or(arguments.vararg.as_deref_mut())
                } else {
                    arguments.args.last_mut()
                };
                if let Some(last) = last {
                    last.type_comment = Some(comment);
                }
            }
        }
        Ok(arguments)
    }

    /// A comma (or the end), and a type comment, which is left in `last_type_comment`.
    fn after_parameter(&mut self, lambda: bool) -> PResult<()> {
        let comma = self.eat(K::Comma);
        if !lambda && self.kind() == K::TypeComment {
            self.last_type_comment = self.type_comment();
        }
        if comma || self.kind() == if lambda { K::Colon } else { K::RPar } {
            Ok(())
        } else {
            Err(Fail)
        }
    }

    fn parameter(&mut self, lambda: bool, star: bool, arguments: &mut Arguments) -> PResult<()> {
        let arg = self.arg(lambda, false)?;
        let default = if self.eat(K::Equal) {
            Some(self.expression()?)
        } else {
            None
        };
        if star {
            arguments.kwonlyargs.push(arg);
            arguments.kw_defaults.push(default);
            return Ok(());
        }
        arguments.args.push(arg);
        match default {
            Some(default) => arguments.defaults.push(default),
            None if !arguments.defaults.is_empty() => return Err(Fail),
            None => {}
        }
        Ok(())
    }

    /// A name with its annotation; after a single star the annotation may be starred (PEP 646).
    fn arg(&mut self, lambda: bool, vararg: bool) -> PResult<Arg> {
        let start = self.idx;
        let arg = self.name()?;
        let mut annotation = None;
        if !lambda && self.eat(K::Colon) {
            let value = if vararg {
                self.star_expression()?
            } else {
                self.expression()?
            };
            annotation = Some(Box::new(value));
        }
        Ok(Arg {
            arg,
            annotation,
            type_comment: None,
            span: self.span_from(start),
        })
    }

    /// `[T, *Ts, **P]`, if there is a bracket.
    pub(super) fn type_params(&mut self) -> PResult<Vec<TypeParam>> {
        let mut params = Vec::new();
        if !self.eat(K::LSqb) {
            return Ok(params);
        }
        loop {
            params.push(self.type_param()?);
            if !self.eat(K::Comma) || self.kind() == K::RSqb {
                break;
            }
        }
        self.expect(K::RSqb)?;
        self.check_version_passed(12, "Type parameter lists are")?;
        Ok(params)
    }

    fn type_param(&mut self) -> PResult<TypeParam> {
        let start = self.idx;
        let kind = match self.kind() {
            K::Star => {
                self.idx += 1;
                let name = self.name()?;
                let default_value = self.type_param_default(Self::star_expression)?;
                TypeParamKind::TypeVarTuple { name, default_value }
            }
            K::DoubleStar => {
                self.idx += 1;
                let name = self.name()?;
                let default_value = self.type_param_default(Self::expression)?;
                TypeParamKind::ParamSpec { name, default_value }
            }
            _ => {
                let name = self.name()?;
                let bound = if self.eat(K::Colon) {
                    Some(Box::new(self.expression()?))
                } else {
                    None
                };
                let default_value = self.type_param_default(Self::expression)?;
                TypeParamKind::TypeVar {
                    name,
                    bound,
                    default_value,
                }
            }
        };
        Ok(TypeParam {
            kind,
            span: self.span_from(start),
        })
    }

    fn type_param_default(&mut self, value: fn(&mut Self) -> PResult<Expr>) -> PResult<Option<Box<Expr>>> {
        if !self.eat(K::Equal) {
            return Ok(None);
        }
        let value = value(self)?;
        self.check_version(13, "Type parameter defaults are")?;
        Ok(Some(Box::new(value)))
    }
}
