//! Adjacent string literals joined into one node; f-strings and t-strings (PEP 701, PEP 750).

use super::{Fail, Options, PResult, Parser, levels};
use crate::ast::*;
use crate::error::SyntaxError;
use crate::tokenizer::{Token, TokenKind as K};

fn is_string(kind: K) -> bool {
    matches!(kind, K::String | K::FStringStart | K::TStringStart)
}

/// Joins neighbouring constants and drops empty ones.
fn fold(elements: Vec<Expr>) -> Vec<Expr> {
    let mut folded: Vec<Expr> = Vec::with_capacity(elements.len());
    for element in elements {
        if let Some(last) = folded.last_mut()
            && let ExprKind::Constant {
                value: Constant::Str(head),
                ..
            } = &mut last.kind
            && let ExprKind::Constant {
                value: Constant::Str(tail),
                ..
            } = &element.kind
        {
            *head = [&**head, &**tail].concat().into();
            last.span.end_lineno = element.span.end_lineno;
            last.span.end_col_offset = element.span.end_col_offset;
        } else {
            folded.push(element);
        }
    }
    folded.retain(|e| !matches!(&e.kind, ExprKind::Constant { value: Constant::Str(s), .. } if s.is_empty()));
    folded
}

/// What a parser that stands at a token has to say against something there.
fn check(
    text: &str,
    tokens: &[Token],
    options: Options,
    index: usize,
    what: impl FnOnce(&mut Parser<'_>) -> PResult<()>,
) -> Result<(), SyntaxError> {
    let mut parser = Parser::new(text, tokens, options);
    parser.idx = index;
    let result = what(&mut parser);
    match parser.error.take() {
        Some(error) if result.is_err() => Err(error),
        _ => Ok(()),
    }
}

/// Checks the string literal at a token, for the second pass.
pub(crate) fn check_literal(
    text: &str,
    tokens: &[Token],
    options: Options,
    index: usize,
) -> Result<(), SyntaxError> {
    check(text, tokens, options, index, |parser| {
        parser.string_literal(index).map(drop)
    })
}

/// Checks the text of the f-string or t-string between two tokens, for the second pass.
pub(crate) fn check_formatted(
    text: &str,
    tokens: &[Token],
    options: Options,
    start: usize,
    end: usize,
) -> Result<(), SyntaxError> {
    check(text, tokens, options, start, |parser| {
        let raw = parser.token_text(start).bytes().any(|c| matches!(c, b'r' | b'R'));
        let mut depth = 0;
        for (index, token) in tokens.iter().enumerate().take(end).skip(start) {
            match token.kind {
                K::FStringStart | K::TStringStart => depth += 1,
                K::FStringEnd | K::TStringEnd => depth -= 1,
                K::FStringMiddle | K::TStringMiddle if depth == 1 => drop(parser.part_text(index, raw)?),
                _ => {}
            }
        }
        Ok(())
    })
}

/// Checks the conversion of a replacement field, for the second pass.
pub(crate) fn check_conversion(
    text: &str,
    tokens: &[Token],
    options: Options,
    mark: usize,
    name: usize,
) -> Result<(), SyntaxError> {
    check(text, tokens, options, name, |parser| {
        parser.conversion_code(mark, name).map(drop)
    })
}

impl Parser<'_> {
    /// One or more adjacent string literals.
    pub(super) fn strings(&mut self) -> PResult<Expr> {
        let start = self.idx;
        if self.kind() == K::String && !is_string(self.kind_at(1)) {
            let (value, u_prefix) = self.string_literal(start)?;
            self.idx += 1;
            return Ok(self.expr(ExprKind::Constant { value, u_prefix }, start));
        }
        if self.kind() == K::TStringStart {
            let mut values = Vec::new();
            while self.kind() == K::TStringStart {
                values.extend(self.formatted_string()?);
            }
            self.check_version_passed(14, "t-strings are")?;
            if is_string(self.kind()) {
                return Err(Fail);
            }
            return Ok(self.expr(ExprKind::TemplateStr { values: fold(values) }, start));
        }
        let mut elements = Vec::new();
        let (mut formatted, mut text, mut bytes) = (false, false, false);
        loop {
            match self.kind() {
                K::String => {
                    let (value, u_prefix) = self.string_literal(self.idx)?;
                    match value {
                        Constant::Bytes(_) => bytes = true,
                        _ => text = true,
                    }
                    let at = self.idx;
                    self.idx += 1;
                    elements.push(self.expr(ExprKind::Constant { value, u_prefix }, at));
                }
                K::FStringStart => {
                    formatted = true;
                    elements.extend(self.formatted_string()?);
                }
                K::TStringStart => return Err(Fail),
                _ => break,
            }
        }
        if self.kind() == K::Error {
            return Err(Fail);
        }
        if bytes && (text || formatted) {
            return Err(self.raise_here("cannot mix bytes and nonbytes literals"));
        }
        if formatted {
            return Ok(self.expr(
                ExprKind::JoinedStr {
                    values: fold(elements),
                },
                start,
            ));
        }
        let mut joined = Vec::new();
        let mut kind = false;
        for (i, element) in elements.iter().enumerate() {
            if let ExprKind::Constant {
                value: Constant::Str(part) | Constant::Bytes(part),
                u_prefix,
            } = &element.kind
            {
                joined.extend_from_slice(part);
                kind |= i == 0 && *u_prefix;
            }
        }
        let value = if bytes {
            Constant::Bytes(joined.into())
        } else {
            Constant::Str(joined.into())
        };
        Ok(self.expr(
            ExprKind::Constant {
                value,
                u_prefix: kind,
            },
            start,
        ))
    }

    /// The parts of one f-string or t-string.
    fn formatted_string(&mut self) -> PResult<Vec<Expr>> {
        let template = self.kind() == K::TStringStart;
        let raw = self
            .token_text(self.idx)
            .bytes()
            .any(|c| matches!(c, b'r' | b'R'));
        self.idx += 1;
        let mut values = Vec::new();
        // The literal parts: their places among the values, and their tokens.
        let mut parts = Vec::new();
        loop {
            match self.kind() {
                K::FStringMiddle | K::TStringMiddle => {
                    parts.push((values.len(), self.idx));
                    self.idx += 1;
                    values.push(self.text_constant(Vec::new(), self.idx - 1));
                }
                K::LBrace => self.field(template, template, raw, &mut values)?,
                K::FStringEnd | K::TStringEnd => {
                    self.idx += 1;
                    break;
                }
                _ => return Err(Fail),
            }
        }
        // Escape sequences are looked at when the string is known to be complete.
        for (place, index) in parts {
            let text = self.part_text(index, raw)?;
            if let ExprKind::Constant { value, .. } = &mut values[place].kind {
                *value = Constant::Str(text.into());
            }
        }
        Ok(values)
    }

    /// The text of a literal part of a string.
    fn part_text(&mut self, index: usize, raw: bool) -> PResult<Vec<u8>> {
        let token = self.toks[index];
        let body = self.token_text(index).as_bytes();
        self.decode_text(body, raw, &token)
    }

    fn text_constant(&self, text: Vec<u8>, start: usize) -> Expr {
        self.expr(
            ExprKind::Constant {
                value: Constant::Str(text.into()),
                u_prefix: false,
            },
            start,
        )
    }

    /// A replacement field, from `{` to `}`; an `Interpolation` if `template`, and within a t-string or not.
    fn field(&mut self, template: bool, in_template: bool, raw: bool, values: &mut Vec<Expr>) -> PResult<()> {
        let start = self.idx;
        self.idx += 1;
        if !super::expr::starts_expression(self.kind()) && !matches!(self.kind(), K::Star | K::Yield) {
            return Err(Fail);
        }
        self.enter(levels::FIELD)?;
        let value = self.annotated_rhs()?;
        self.leave(levels::FIELD);
        let debug = self.eat(K::Equal);
        // What stands at the end of the expression's text.
        let text_end = self.idx;
        if !matches!(self.kind(), K::Exclamation | K::Colon | K::RBrace) {
            return Err(Fail);
        }
        let mut conversion = -1;
        if self.kind() == K::Exclamation {
            conversion = self.conversion()?;
        }
        let mut format_spec = None;
        if self.kind() == K::Colon {
            format_spec = Some(Box::new(self.format_spec(in_template, raw)?));
        }
        self.expect(K::RBrace)?;
        if debug && conversion == -1 && format_spec.is_none() {
            conversion = i32::from(b'r');
        }
        let text = self.field_text(start, text_end);
        let span = self.span_from(start);
        if debug {
            let end = &self.toks[text_end];
            let value: Constant = Constant::Str(text.as_bytes().into());
            let span = Span {
                lineno: span.lineno,
                col_offset: span.col_offset + 1,
                end_lineno: end.lineno,
                end_col_offset: end.col as u32,
            };
            values.push(Expr {
                kind: ExprKind::Constant {
                    value,
                    u_prefix: false,
                },
                span,
            });
        }
        let value = Box::new(value);
        let kind = if template {
            let mut text = text.as_str();
            if debug {
                text = text.rfind('=').map_or(text, |at| &text[..at]);
            }
            ExprKind::Interpolation {
                value,
                str: text.as_bytes().into(),
                conversion,
                format_spec,
            }
        } else {
            ExprKind::FormattedValue {
                value,
                conversion,
                format_spec,
            }
        };
        values.push(Expr { kind, span });
        Ok(())
    }

    /// The source text of a field's expression, from its brace to the token that ends it, without comments.
    fn field_text(&self, open: usize, end: usize) -> String {
        let (from, to) = (self.toks[open].end as usize, self.toks[end].start as usize);
        let text = &self.text[from..to];
        if !text.contains('#') {
            return text.to_owned();
        }
        // Comments lie between tokens.
        let mut out = String::with_capacity(text.len());
        let mut at = from;
        for token in &self.toks[open + 1..=end] {
            let mut gap = &self.text[at..(token.start as usize).max(at)];
            while let Some(hash) = gap.find('#') {
                out.push_str(&gap[..hash]);
                gap = gap[hash..]
                    .find('\n')
                    .map_or("", |line_end| &gap[hash + line_end..]);
            }
            out.push_str(gap);
            let stop = (token.end as usize).min(to).max(at.max(token.start as usize));
            if (token.start as usize) < to {
                out.push_str(&self.text[token.start as usize..stop]);
            }
            at = stop;
        }
        out
    }

    fn conversion(&mut self) -> PResult<i32> {
        self.idx += 1;
        if self.kind() != K::Name {
            return Err(Fail);
        }
        let code = self.conversion_code(self.idx - 1, self.idx)?;
        self.idx += 1;
        Ok(code)
    }

    /// The conversion that `!` and a name stand for.
    fn conversion_code(&mut self, mark: usize, index: usize) -> PResult<i32> {
        let (mark, name) = (self.toks[mark], self.toks[index]);
        let letter = if self.in_template_string() { 't' } else { 'f' };
        if mark.end != name.start {
            let message =
                format!("{letter}-string: conversion type must come right after the exclamation mark");
            return Err(self.raise_tokens(&mark, &name, &message));
        }
        let text = self.token_text(index);
        match text {
            "s" | "r" | "a" => Ok(i32::from(text.as_bytes()[0])),
            _ => {
                let message = format!(
                    "{letter}-string: invalid conversion character '{text}': expected 's', 'r', or 'a'"
                );
                Err(self.raise_token(&name, &message))
            }
        }
    }

    /// Whether the innermost string that is open here is a t-string.
    fn in_template_string(&self) -> bool {
        let mut depth = 0;
        for token in self.toks[..self.idx].iter().rev() {
            match token.kind {
                K::FStringEnd | K::TStringEnd => depth += 1,
                K::FStringStart | K::TStringStart if depth > 0 => depth -= 1,
                kind @ (K::FStringStart | K::TStringStart) => return kind == K::TStringStart,
                _ => {}
            }
        }
        false
    }

    /// `:` and what follows it up to the closing brace.
    fn format_spec(&mut self, in_template: bool, raw: bool) -> PResult<Expr> {
        let start = self.idx;
        self.idx += 1;
        let mut values = Vec::new();
        loop {
            match self.kind() {
                K::FStringMiddle | K::TStringMiddle => {
                    let text = self.part_text(self.idx, raw)?;
                    self.idx += 1;
                    values.push(self.text_constant(text, self.idx - 1));
                }
                K::LBrace => self.field(false, in_template, raw, &mut values)?,
                _ => break,
            }
        }
        Ok(self.expr(ExprKind::JoinedStr { values: fold(values) }, start))
    }
}
