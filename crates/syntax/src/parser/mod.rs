//! Tokens to tree: a recursive-descent parser, one pass, without backtracking but for `match` and `with (`.
//!
//! It accepts exactly the language of the 3.14 grammar. When it fails it does not say why: [`crate::errors`]
//! finds that out in a second pass.

mod aliases;
mod expr;
mod literal;
mod params;
mod pattern;
mod stmt;
mod strings;
mod target;
#[cfg(test)]
mod tests;

use crate::ast::*;
use crate::error::{ErrorKind, SyntaxError, Warning};
use crate::errors;
use crate::report;
use crate::source::{normalize, null_bytes};
use crate::tokenizer::{LexOptions, Token, TokenKind as K, Tokens, tokenize};
use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};
use unicode_normalization::UnicodeNormalization;

pub(crate) use strings::{check_conversion, check_formatted, check_literal};

/// `compile()`'s mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Exec,
    Eval,
    Single,
    FuncType,
}

/// What changes the grammar or the errors.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// `PyCF_TYPE_COMMENTS`
    pub type_comments: bool,
    /// The minor version of `feature_version=(3, N)`; 14 by default.
    pub feature_version: u8,
    /// `PyCF_ALLOW_INCOMPLETE_INPUT`
    pub allow_incomplete_input: bool,
    /// `PyCF_DONT_IMPLY_DEDENT`
    pub dont_imply_dedent: bool,
    /// The source is what a prompt has read so far: an empty line ends a block, and a source that ends within a
    /// statement is incomplete input. With `Mode::Single`.
    pub interactive: bool,
    /// `from __future__ import barry_as_FLUFL` is in force from outside.
    pub barry_as_flufl: bool,
    /// `sys.get_int_max_str_digits()`: the most digits that a decimal integer literal may have; 0 for no limit.
    pub int_max_str_digits: u32,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            type_comments: false,
            feature_version: 14,
            allow_incomplete_input: false,
            dont_imply_dedent: false,
            interactive: false,
            barry_as_flufl: false,
            int_max_str_digits: 4300,
        }
    }
}

/// A tree and the warnings met on the way.
#[derive(Debug)]
pub struct Parsed {
    pub module: Mod,
    pub warnings: Vec<Warning>,
}

/// Parses a whole source text (UTF-8, without BOM; newlines of any kind).
pub fn parse(source: &str, mode: Mode, options: Options) -> Result<Parsed, SyntaxError> {
    let mut warnings = Vec::new();
    let module = parse_warning(source, mode, options, &mut warnings)?;
    Ok(Parsed { module, warnings })
}

/// The same; the warnings are there also when it fails.
pub fn parse_warning(
    source: &str,
    mode: Mode,
    options: Options,
    warnings: &mut Vec<Warning>,
) -> Result<Mod, SyntaxError> {
    if source.len() >= i32::MAX as usize {
        return Err(SyntaxError::new(ErrorKind::MemoryError, "source is too large"));
    }
    if source.contains('\0') {
        return Err(null_bytes());
    }
    let text = normalize(source, mode == Mode::Exec);
    let lex_options = LexOptions {
        type_comments: options.type_comments,
        single: mode == Mode::Single && !options.interactive,
        interactive: options.interactive,
        keep_open: options.dont_imply_dedent,
        extra_tokens: false,
    };
    let mut tokens = tokenize(&text, lex_options);
    warnings.append(&mut tokens.warnings);
    let type_ignores = if options.type_comments {
        take_type_ignores(&text, &mut tokens)
    } else {
        Vec::new()
    };
    let mut parser = Parser::new(&text, &tokens.tokens, options);
    let result = parser.module(mode, type_ignores);
    warnings.append(&mut parser.warnings);
    warnings.sort_by_key(|warning| warning.lineno);
    match result {
        Ok(module) => Ok(module),
        Err(Fail) => {
            let raised = parser.error.take();
            if parser.parsed
                && let Some(error) = raised
            {
                return Err(error);
            }
            Err(errors::explain(&text, &tokens, mode, options, raised))
        }
    }
}

/// Takes the `# type: ignore` comments out of the tokens.
fn take_type_ignores(text: &str, tokens: &mut Tokens) -> Vec<TypeIgnore> {
    let mut ignores = Vec::new();
    tokens.tokens.retain(|token| {
        if token.kind == K::TypeIgnore {
            let tag = text.as_bytes()[token.start as usize..token.end as usize].into();
            ignores.push(TypeIgnore {
                lineno: token.lineno,
                tag,
            });
        }
        token.kind != K::TypeIgnore
    });
    ignores
}

/// The tokens cannot be parsed; if `Parser::error` is empty, the second pass finds out why.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fail;

pub(crate) type PResult<T> = Result<T, Fail>;

/// How much each construct that makes the parser descend counts toward the limit of its stack. The figures are
/// those that make the limit fall where CPython's does.
mod levels {
    pub const LIMIT: u32 = 5970;
    pub const UNARY: u32 = 1;
    pub const CONDITIONAL: u32 = 1;
    pub const LAMBDA: u32 = 2;
    pub const POWER: u32 = 2;
    pub const PARAMETERS: u32 = 8;
    pub const GROUP: u32 = 27;
    pub const DISPLAY: u32 = 28;
    pub const CALL: u32 = 23;
    pub const FIELD: u32 = 32;
    pub const BLOCK: u32 = 6;
}

/// A quick hash for identifiers.
#[derive(Default)]
struct NameHasher(u64);

impl Hasher for NameHasher {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            let mixed =
                (self.0.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(0x517c_c1b7_2722_0a95);
            self.0 = mixed;
        }
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

pub(crate) struct Parser<'s> {
    text: &'s str,
    toks: &'s [Token],
    idx: usize,
    options: Options,
    depth: u32,
    names: HashSet<Identifier, BuildHasherDefault<NameHasher>>,
    warnings: Vec<Warning>,
    /// An error that is already worded.
    error: Option<SyntaxError>,
    flufl: bool,
    last_type_comment: Option<StrValue>,
    /// The source is parsed as far as it is to be.
    parsed: bool,
}

impl<'s> Parser<'s> {
    fn new(text: &'s str, toks: &'s [Token], options: Options) -> Self {
        Parser {
            text,
            toks,
            idx: 0,
            options,
            depth: 0,
            names: HashSet::default(),
            warnings: Vec::new(),
            error: None,
            flufl: options.barry_as_flufl,
            last_type_comment: None,
            parsed: false,
        }
    }

    fn module(&mut self, mode: Mode, type_ignores: Vec<TypeIgnore>) -> PResult<Mod> {
        match mode {
            Mode::Exec => {
                let mut body = Vec::new();
                self.statements(&mut body)?;
                self.expect(K::EndMarker)?;
                Ok(Mod::Module { body, type_ignores })
            }
            Mode::Single => {
                let body = self.interactive()?;
                if !self.options.interactive && self.more_follows() {
                    self.idx -= 1;
                    self.parsed = true;
                    let message = "multiple statements found while compiling a single statement";
                    return Err(self.raise_here(message));
                }
                Ok(Mod::Interactive { body })
            }
            Mode::Eval => {
                let body = Box::new(self.expressions()?);
                while self.eat(K::Newline) {}
                self.expect(K::EndMarker)?;
                Ok(Mod::Expression { body })
            }
            Mode::FuncType => self.func_type(),
        }
    }

    /// Whether more than blanks and comments stand after the statement.
    fn more_follows(&self) -> bool {
        let rest = &self.text[self.toks[self.idx - 1].end as usize..];
        rest.lines().any(|line| {
            let line = line.trim_start_matches([' ', '\t', '\x0c']);
            !line.is_empty() && !line.starts_with('#')
        })
    }

    /// `(types) -> type`, as in a type comment.
    fn func_type(&mut self) -> PResult<Mod> {
        self.expect(K::LPar)?;
        let mut argtypes = Vec::new();
        let (mut star, mut double_star) = (false, false);
        while self.kind() != K::RPar {
            match self.kind() {
                _ if double_star => return Err(Fail),
                K::Star if !star => star = true,
                K::DoubleStar => double_star = true,
                _ if star => return Err(Fail),
                _ => {
                    argtypes.push(self.expression()?);
                    if !self.eat(K::Comma) {
                        break;
                    }
                    if self.kind() == K::RPar {
                        return Err(Fail);
                    }
                    continue;
                }
            }
            self.idx += 1;
            argtypes.push(self.expression()?);
            if !self.eat(K::Comma) {
                break;
            }
            if self.kind() == K::RPar {
                return Err(Fail);
            }
        }
        self.expect(K::RPar)?;
        self.expect(K::RArrow)?;
        let returns = Box::new(self.expression()?);
        while self.eat(K::Newline) {}
        self.expect(K::EndMarker)?;
        Ok(Mod::FunctionType { argtypes, returns })
    }

    #[inline]
    fn kind(&self) -> K {
        self.toks[self.idx].kind
    }

    /// The kind of a token further on.
    #[inline]
    fn kind_at(&self, ahead: usize) -> K {
        self.toks
            .get(self.idx + ahead)
            .map_or(K::EndMarker, |token| token.kind)
    }

    #[inline]
    fn eat(&mut self, kind: K) -> bool {
        let found = self.kind() == kind;
        if found && self.idx + 1 < self.toks.len() {
            self.idx += 1;
        }
        found
    }

    #[inline]
    fn expect(&mut self, kind: K) -> PResult<()> {
        if self.eat(kind) { Ok(()) } else { Err(Fail) }
    }

    fn token_text(&self, index: usize) -> &'s str {
        let token = &self.toks[index];
        &self.text[token.start as usize..token.end as usize]
    }

    fn name(&mut self) -> PResult<Identifier> {
        if self.kind() != K::Name {
            return Err(Fail);
        }
        let name = self.identifier(self.idx);
        self.idx += 1;
        Ok(name)
    }

    /// The identifier at a token.
    fn identifier(&mut self, index: usize) -> Identifier {
        let text = self.token_text(index);
        if text.is_ascii() {
            return self.intern(text);
        }
        let normal: String = text.nfkc().collect();
        self.intern(&normal)
    }

    fn intern(&mut self, name: &str) -> Identifier {
        if let Some(known) = self.names.get(name) {
            return known.clone();
        }
        let name: Identifier = name.into();
        self.names.insert(name.clone());
        name
    }

    fn type_comment(&mut self) -> Option<StrValue> {
        if self.kind() != K::TypeComment {
            return None;
        }
        let comment = self.token_text(self.idx).as_bytes().into();
        self.idx += 1;
        Some(comment)
    }

    /// From a token to the last one passed.
    fn span_from(&self, start: usize) -> Span {
        let (first, last) = (&self.toks[start], &self.toks[self.idx - 1]);
        Span {
            lineno: first.lineno,
            col_offset: first.col.max(0) as u32,
            end_lineno: last.end_lineno,
            end_col_offset: last.end_col.max(0) as u32,
        }
    }

    /// The same, but for the tokens of line structure at the end.
    fn compound_span(&self, start: usize) -> Span {
        let structure = |kind| matches!(kind, K::Newline | K::Indent | K::Dedent | K::EndMarker);
        let mut end = self.idx;
        while end > start + 1 && structure(self.toks[end - 1].kind) {
            end -= 1;
        }
        let (first, last) = (&self.toks[start], &self.toks[end - 1]);
        Span {
            lineno: first.lineno,
            col_offset: first.col.max(0) as u32,
            end_lineno: last.end_lineno,
            end_col_offset: last.end_col.max(0) as u32,
        }
    }

    fn enter(&mut self, levels: u32) -> PResult<()> {
        self.depth += levels;
        if self.depth >= levels::LIMIT {
            self.error = Some(errors::stack_overflow());
            return Err(Fail);
        }
        Ok(())
    }

    fn leave(&mut self, levels: u32) {
        self.depth -= levels;
    }

    fn check_version(&mut self, minor: u8, what: &str) -> PResult<()> {
        if self.options.feature_version >= minor {
            return Ok(());
        }
        Err(self.raise_here(&format!("{what} only supported in Python 3.{minor} and greater")))
    }

    /// The same for what is complete without a look at the next token.
    fn check_version_passed(&mut self, minor: u8, what: &str) -> PResult<()> {
        self.idx -= 1;
        let result = self.check_version(minor, what);
        self.idx += 1;
        result
    }

    /// An error at the token that was looked at last.
    #[cold]
    fn raise_here(&mut self, message: &str) -> Fail {
        let token = self.toks[self.idx.min(self.toks.len() - 1)];
        if token.col >= 0 {
            return self.raise_token(&token, message);
        }
        // A token without text is where the tokenizer stands.
        let start = report::Lines::new(self.text).start(token.lineno);
        let place = report::Place {
            lineno: token.lineno,
            col: (token.end as usize).saturating_sub(start) as i32 - 1,
            end_lineno: token.end_lineno as i32,
            end_col: -2,
        };
        self.raise_place(place, message)
    }

    #[cold]
    fn raise_token(&mut self, token: &Token, message: &str) -> Fail {
        self.raise_tokens(token, token, message)
    }

    #[cold]
    fn raise_tokens(&mut self, first: &Token, last: &Token, message: &str) -> Fail {
        let place = report::Place {
            lineno: first.lineno,
            col: first.col,
            end_lineno: last.end_lineno as i32,
            end_col: last.end_col,
        };
        self.raise_place(place, message)
    }

    #[cold]
    fn raise_place(&mut self, place: report::Place, message: &str) -> Fail {
        let current = self.toks[self.idx.min(self.toks.len() - 1)].end_lineno;
        let lines = report::Lines::new(self.text);
        self.error = Some(lines.error(ErrorKind::SyntaxError, place, message, current));
        Fail
    }

    #[cold]
    fn raise_span(&mut self, span: Span, message: &str) -> Fail {
        let place = report::Place {
            lineno: span.lineno,
            col: span.col_offset as i32,
            end_lineno: span.end_lineno as i32,
            end_col: span.end_col_offset as i32,
        };
        self.raise_place(place, message)
    }
}
