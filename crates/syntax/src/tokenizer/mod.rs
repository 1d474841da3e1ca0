//! Source text to tokens, as the language reference's chapter on lexical analysis has them.
//!
//! [`Tokenizer`] yields one token at a time; [`tokenize`] collects what the parser works on. The text has
//! `\n` for every line end and holds no null character (see [`crate::source`]).

mod number;
mod stream;
mod string;
mod token;

use crate::error::{ErrorKind, SyntaxError, Warning, WarningKind};
pub use stream::{TokenInfo, TokenStream, with_line_end};
use string::FString;
pub(crate) use string::invalid_escape;
pub use token::{Token, TokenKind};
use unicode_ident::{is_xid_continue, is_xid_start};
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// Brackets may nest this deep.
const MAX_BRACKETS: usize = 200;
/// Blocks may nest this deep.
const MAX_INDENTS: usize = 100;

#[derive(Clone, Copy, Debug, Default)]
pub struct LexOptions {
    /// Report `# type:` comments.
    pub type_comments: bool,
    /// Report comments and line ends that end no statement, let errors about brackets pass, and
    /// report characters that belong to no token as operators, as the `tokenize` module wants it.
    pub extra_tokens: bool,
    /// One interactive statement: the end of the source ends the statement and, if wanted, its blocks.
    pub single: bool,
    /// With `single`: leave open blocks open at the end of the source.
    pub keep_open: bool,
    /// Lines read at a prompt: an empty one is a line end of its own, which ends blocks, as is a first line with nothing
    /// but a comment; the end of the source is an error that asks for more.
    pub interactive: bool,
}

/// An open bracket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bracket {
    pub open: u8,
    pub lineno: u32,
    pub col: i32,
}

/// What kind of failure a [`LexError`] is: the parser words some of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LexErrorKind {
    /// The message is complete.
    Complete,
    /// The source ends in an open bracket, or after a backslash.
    Eof,
    /// A dedent to a column that no block has.
    Dedent,
    /// Tabs and spaces mixed inconsistently, too many blocks, or something after a backslash.
    Line,
}

/// Why there are no more tokens.
#[derive(Clone, Debug, PartialEq)]
pub struct LexError {
    pub error: SyntaxError,
    pub kind: LexErrorKind,
    /// Whether the source ended too early.
    pub at_eof: bool,
    /// The innermost open bracket.
    pub bracket: Option<Bracket>,
    /// Whether an f-string or t-string is open.
    pub in_string: bool,
}

pub type LexResult<T> = Result<T, LexError>;

/// A pull tokenizer.
pub struct Tokenizer<'s> {
    text: &'s str,
    bytes: &'s [u8],
    options: LexOptions,
    pos: usize,
    lineno: u32,
    line_start: usize,
    /// Where the line begins that the current one continues: after a backslash, or within a string.
    joined_start: usize,
    token_start: usize,
    token_lineno: u32,
    token_line_start: usize,
    at_line_start: bool,
    /// Whether the line holds nothing but blanks and a comment so far.
    blank: bool,
    /// The columns of the open blocks, counting tabs as up to eight columns and as one.
    indents: Vec<(u32, u32)>,
    /// Indents (positive) or dedents (negative) to report.
    pending: i32,
    brackets: Vec<Bracket>,
    fstrings: Vec<FString>,
    /// With `single`: whether a statement has begun.
    started: bool,
    /// With `single`: the end of the source has been turned into a line end.
    ended: bool,
    pub warnings: Vec<Warning>,
}

/// What the parser works on.
pub struct Tokens {
    /// Ends with an `EndMarker` or an `Error`.
    pub tokens: Vec<Token>,
    pub error: Option<LexError>,
    pub warnings: Vec<Warning>,
}

/// All the tokens of a source text.
pub fn tokenize(text: &str, options: LexOptions) -> Tokens {
    let mut tokenizer = Tokenizer::new(text, options);
    let mut tokens = Vec::with_capacity(text.len() / 5 + 8);
    let mut error = None;
    loop {
        match tokenizer.next_token() {
            Ok(token) => {
                tokens.push(token);
                if token.kind == TokenKind::EndMarker {
                    break;
                }
            }
            Err(e) => {
                tokens.push(tokenizer.error_token());
                error = Some(e);
                break;
            }
        }
    }
    Tokens {
        tokens,
        error,
        warnings: tokenizer.warnings,
    }
}

/// Whether `str.isprintable` would say so.
pub(crate) fn is_printable(c: char) -> bool {
    c == ' '
        || !matches!(
            c.general_category(),
            GeneralCategory::Control
                | GeneralCategory::Format
                | GeneralCategory::Surrogate
                | GeneralCategory::PrivateUse
                | GeneralCategory::Unassigned
                | GeneralCategory::LineSeparator
                | GeneralCategory::ParagraphSeparator
                | GeneralCategory::SpaceSeparator
        )
}

fn is_name_start(c: u8) -> bool {
    c.is_ascii_alphabetic() || c == b'_' || c >= 128
}

fn is_name_char(c: u8) -> bool {
    c.is_ascii_alphanumeric() || c == b'_' || c >= 128
}

/// Whether the letters before a quote make a string prefix.
fn is_string_prefix(prefix: &[u8]) -> bool {
    match prefix {
        [c] => matches!(c | 32, b'b' | b'r' | b'u' | b'f' | b't'),
        [a, b] => matches!(
            (a | 32, b | 32),
            (b'b' | b'f' | b't', b'r') | (b'r', b'b') | (b'r', b'f') | (b'r', b't')
        ),
        _ => false,
    }
}

/// Two letters before a quote that are string prefixes but cannot stand together.
fn incompatible_prefixes(name: &[u8]) -> Option<(char, char)> {
    let count = |letter: u8| name.iter().filter(|c| **c | 32 == letter).count();
    let letters = [b'b', b'u', b'r', b'f', b't'].map(count);
    if letters.iter().sum::<usize>() != name.len() || letters.iter().any(|n| *n > 1) {
        return None;
    }
    let [b, u, r, f, t] = letters.map(|n| n == 1);
    Some(match () {
        () if u && b => ('u', 'b'),
        () if u && r => ('u', 'r'),
        () if u && f => ('u', 'f'),
        () if u && t => ('u', 't'),
        () if b && f => ('b', 'f'),
        () if b && t => ('b', 't'),
        () if f && t => ('f', 't'),
        () => return None,
    })
}

impl<'s> Tokenizer<'s> {
    pub fn new(text: &'s str, options: LexOptions) -> Self {
        Tokenizer {
            text,
            bytes: text.as_bytes(),
            options,
            pos: 0,
            lineno: 1,
            line_start: 0,
            joined_start: 0,
            token_start: 0,
            token_lineno: 1,
            token_line_start: 0,
            at_line_start: true,
            blank: false,
            indents: vec![(0, 0)],
            pending: 0,
            brackets: Vec::new(),
            fstrings: Vec::new(),
            started: false,
            ended: false,
            warnings: Vec::new(),
        }
    }

    /// The byte at `pos`; 0 at the end of the source.
    #[inline]
    fn peek(&self) -> u8 {
        self.bytes.get(self.pos).copied().unwrap_or(0)
    }

    #[inline]
    fn peek_at(&self, ahead: usize) -> u8 {
        self.bytes.get(self.pos + ahead).copied().unwrap_or(0)
    }

    /// Whether a line ends here. A carriage return is met only in text that is not normalized, as `tokenize` reads it.
    #[inline]
    fn line_ends(&self) -> bool {
        match self.peek() {
            b'\n' => true,
            b'\r' => self.peek_at(1) == b'\n',
            _ => false,
        }
    }

    fn at_end(&self) -> bool {
        self.pos >= self.bytes.len()
    }

    /// Passes over the line end at `pos`.
    #[inline]
    fn newline(&mut self) {
        self.pos += 1;
        self.lineno += 1;
        self.line_start = self.pos;
    }

    #[inline]
    fn begin_token(&mut self) {
        self.token_start = self.pos;
        self.token_lineno = self.lineno;
        self.token_line_start = self.line_start;
    }

    /// The token from the place of `begin_token` up to here.
    #[inline]
    fn token(&self, kind: TokenKind) -> Token {
        Token {
            kind,
            level: self.brackets.len() as u8,
            lineno: self.token_lineno,
            end_lineno: self.lineno,
            col: (self.token_start - self.token_line_start) as i32,
            end_col: (self.pos - self.line_start) as i32,
            start: self.token_start as u32,
            end: self.pos as u32,
        }
    }

    /// A token without text.
    fn mark(&self, kind: TokenKind) -> Token {
        let lineno = self.last_line();
        Token {
            kind,
            level: self.brackets.len() as u8,
            lineno,
            end_lineno: lineno,
            col: -1,
            end_col: -1,
            start: self.pos as u32,
            end: self.pos as u32,
        }
    }

    fn error_token(&self) -> Token {
        self.mark(TokenKind::Error)
    }

    /// The next token. After an error or an `EndMarker`, what follows is meaningless.
    pub fn next_token(&mut self) -> LexResult<Token> {
        let token = self.raw_token()?;
        if !self.options.single {
            return Ok(token);
        }
        if token.kind == TokenKind::EndMarker && self.started {
            self.started = false;
            self.ended = true;
            if !self.options.keep_open {
                self.pending = -(self.indents.len() as i32 - 1);
                self.indents.truncate(1);
            }
            return Ok(Token {
                kind: TokenKind::Newline,
                ..token
            });
        }
        self.started = true;
        Ok(token)
    }

    fn raw_token(&mut self) -> LexResult<Token> {
        if let Some(string) = self.fstrings.last()
            && !string.in_expression
            && let Some(token) = self.fstring_text()?
        {
            return Ok(token);
        }
        let mut commented = false;
        loop {
            if self.at_line_start {
                self.at_line_start = false;
                self.blank = self.indentation()?;
            }
            if self.pending != 0 {
                let kind = if self.pending < 0 {
                    TokenKind::Dedent
                } else {
                    TokenKind::Indent
                };
                self.pending -= self.pending.signum();
                let mut token = self.mark(kind);
                if self.options.extra_tokens {
                    token.lineno = self.lineno;
                    token.end_lineno = self.lineno;
                    token.col = (self.pos - self.line_start) as i32;
                    token.end_col = token.col;
                    if kind == TokenKind::Indent {
                        token.col = 0;
                        token.start = self.line_start as u32;
                    }
                }
                return Ok(token);
            }
            while matches!(self.peek(), b' ' | b'\t' | b'\x0c') {
                self.pos += 1;
            }
            let c = self.peek();
            // Without tokens for comments, a line end begins where the comment before it does.
            if !(commented && self.line_ends()) {
                self.begin_token();
            }
            match c {
                b'#' => {
                    if let Some(token) = self.comment() {
                        return Ok(token);
                    }
                    commented = true;
                }
                0 if self.at_end() => return self.end_of_source(),
                b'\n' | b'\r' if self.line_ends() => {
                    self.pos += if c == b'\r' { 2 } else { 1 };
                    self.at_line_start = true;
                    commented = false;
                    let silent = self.blank || !self.brackets.is_empty();
                    self.blank = false;
                    let mut token = self.token(TokenKind::Newline);
                    self.lineno += 1;
                    self.line_start = self.pos;
                    self.joined_start = self.pos;
                    if !silent {
                        return Ok(token);
                    }
                    if self.options.extra_tokens {
                        token.kind = TokenKind::Nl;
                        return Ok(token);
                    }
                }
                b'\\' => self.continuation()?,
                _ if is_name_start(c) => return self.name(),
                b'0'..=b'9' => {
                    let kind = self.number()?;
                    return Ok(self.token(kind));
                }
                b'.' if self.peek_at(1).is_ascii_digit() => {
                    let kind = self.number()?;
                    return Ok(self.token(kind));
                }
                b'"' | b'\'' => {
                    let kind = self.string(b"")?;
                    return Ok(self.token(kind));
                }
                _ => {
                    let kind = self.operator(c)?;
                    return Ok(self.token(kind));
                }
            }
        }
    }

    /// Measures the indentation of the line; true where the line is blank but for a comment.
    fn indentation(&mut self) -> LexResult<bool> {
        let (mut col, mut alt_col) = (0u32, 0u32);
        let mut first_col = None;
        loop {
            match self.peek() {
                b' ' => {
                    col += 1;
                    alt_col += 1;
                }
                b'\t' => {
                    col = (col / 8 + 1) * 8;
                    alt_col += 1;
                }
                b'\x0c' => {
                    col = 0;
                    alt_col = 0;
                }
                b'\\' => {
                    // A line split by a backslash is indented as its first part is.
                    first_col = first_col.filter(|&c| c != 0).or(Some(col));
                    self.continuation()?;
                    continue;
                }
                _ => break,
            }
            self.pos += 1;
        }
        if matches!(self.peek(), b'#' | b'\n' | b'\r') {
            let first = self.lineno == 1;
            if !(self.options.interactive && (first || col == 0 && self.peek() == b'\n')) {
                return Ok(true);
            }
            (col, alt_col) = (0, 0);
        }
        if !self.brackets.is_empty() {
            return Ok(false);
        }
        if let Some(first) = first_col.filter(|&c| c != 0) {
            col = first;
            alt_col = first;
        }
        let (top, alt_top) = self.indents[self.indents.len() - 1];
        if col == top {
            if alt_col != alt_top {
                return Err(self.tab_error());
            }
        } else if col > top {
            if self.indents.len() >= MAX_INDENTS {
                return Err(self.line_error(
                    ErrorKind::IndentationError,
                    "too many levels of indentation",
                    0,
                ));
            }
            if alt_col <= alt_top {
                return Err(self.tab_error());
            }
            self.pending += 1;
            self.indents.push((col, alt_col));
        } else {
            while self.indents.len() > 1 && col < self.indents[self.indents.len() - 1].0 {
                self.pending -= 1;
                self.indents.pop();
            }
            let (top, alt_top) = self.indents[self.indents.len() - 1];
            if col != top {
                return Err(self.dedent_error());
            }
            if alt_col != alt_top {
                return Err(self.tab_error());
            }
        }
        Ok(false)
    }

    /// The token of a comment, if there is to be one.
    fn comment(&mut self) -> Option<Token> {
        let rest = &self.bytes[self.pos..];
        self.pos += rest
            .iter()
            .position(|&c| matches!(c, b'\n' | b'\r'))
            .unwrap_or(rest.len());
        if self.options.type_comments {
            let comment = &self.bytes[self.token_start..self.pos];
            if let Some(offset) = type_comment_offset(comment) {
                let text = &comment[offset..];
                let ignore = text.starts_with(b"ignore")
                    && !text
                        .get(6)
                        .is_some_and(|c| c.is_ascii_alphanumeric() || *c >= 128);
                self.token_start += if ignore { offset + 6 } else { offset };
                let kind = if ignore {
                    TokenKind::TypeIgnore
                } else {
                    TokenKind::TypeComment
                };
                let mut token = self.token(kind);
                if ignore && self.blank && self.peek() == b'\n' {
                    self.newline();
                    token.end += 1;
                    self.joined_start = self.pos;
                    self.at_line_start = true;
                }
                // The end of a line that holds nothing but a type comment counts.
                self.blank = false;
                return Some(token);
            }
        }
        if self.options.extra_tokens {
            return Some(self.token(TokenKind::Comment));
        }
        None
    }

    fn end_of_source(&mut self) -> LexResult<Token> {
        if !self.brackets.is_empty() || self.options.interactive {
            return Err(self.eof_error());
        }
        if self.options.extra_tokens {
            return Ok(self.token(TokenKind::EndMarker));
        }
        Ok(self.mark(TokenKind::EndMarker))
    }

    /// Passes over a backslash and the line end that must follow it.
    fn continuation(&mut self) -> LexResult<()> {
        self.pos += 1;
        if self.line_ends() && self.peek() == b'\r' {
            self.pos += 1;
        }
        if self.peek() != b'\n' {
            // The column counts from where the joined line begins, but stays within this one.
            let joined = self.pos - self.joined_start - usize::from(self.at_end());
            let col = joined.min(self.full_line_text().len());
            return Err(self.line_error(
                ErrorKind::SyntaxError,
                "unexpected character after line continuation character",
                col,
            ));
        }
        self.newline();
        if self.at_end() {
            return Err(self.eof_error());
        }
        Ok(())
    }

    fn name(&mut self) -> LexResult<Token> {
        let start = self.pos;
        let mut ascii = true;
        loop {
            let c = self.peek();
            if c >= 128 {
                ascii = false;
            } else if !is_name_char(c) {
                break;
            }
            self.pos += 1;
        }
        let name = &self.bytes[start..self.pos];
        if matches!(self.peek(), b'"' | b'\'')
            && let Some((a, b)) = incompatible_prefixes(name)
        {
            let first = start + 1 - self.line_start;
            let last = self.pos + 1 - self.line_start;
            return Err(self.syntax_error_range(
                first,
                last,
                &format!("'{a}' and '{b}' prefixes are incompatible"),
            ));
        }
        if name.len() <= 2 && matches!(self.peek(), b'"' | b'\'') && is_string_prefix(name) {
            let kind = self.string(name)?;
            return Ok(self.token(kind));
        }
        if !ascii {
            if !self.options.extra_tokens {
                self.check_name(start)?;
            }
        } else if name.len() <= 8
            && let Some(keyword) = TokenKind::keyword(name)
        {
            return Ok(self.token(if self.options.extra_tokens {
                TokenKind::Name
            } else {
                keyword
            }));
        }
        Ok(self.token(TokenKind::Name))
    }

    /// Checks that a name with characters beyond ASCII is an identifier (PEP 3131).
    fn check_name(&mut self, start: usize) -> LexResult<()> {
        let name = &self.text[start..self.pos];
        for (i, c) in name.char_indices() {
            let valid = if i == 0 {
                c == '_' || is_xid_start(c)
            } else {
                is_xid_continue(c)
            };
            if !valid {
                self.pos = start + i + c.len_utf8();
                return Err(if is_printable(c) {
                    self.syntax_error(format!("invalid character '{c}' (U+{:04X})", c as u32))
                } else {
                    self.syntax_error(format!("invalid non-printable character U+{:04X}", c as u32))
                });
            }
        }
        Ok(())
    }

    fn operator(&mut self, c: u8) -> LexResult<TokenKind> {
        use TokenKind::*;
        let (next, third) = (self.peek_at(1), self.peek_at(2));
        let (kind, size) = match c {
            b'(' | b'[' | b'{' => return self.open_bracket(c),
            b')' | b']' | b'}' => return self.close_bracket(c),
            b':' => {
                if self.colon_begins_spec() {
                    (Colon, 1)
                } else if next == b'=' {
                    (ColonEqual, 2)
                } else {
                    (Colon, 1)
                }
            }
            b',' => (Comma, 1),
            b';' => (Semi, 1),
            b'~' => (Tilde, 1),
            b'.' if next == b'.' && third == b'.' => (Ellipsis, 3),
            b'.' => (Dot, 1),
            b'=' if next == b'=' => (EqEqual, 2),
            b'=' => (Equal, 1),
            b'!' if next == b'=' => (NotEqual, 2),
            b'!' => (Exclamation, 1),
            b'+' if next == b'=' => (PlusEqual, 2),
            b'+' => (Plus, 1),
            b'-' if next == b'=' => (MinEqual, 2),
            b'-' if next == b'>' => (RArrow, 2),
            b'-' => (Minus, 1),
            b'*' if next == b'*' && third == b'=' => (DoubleStarEqual, 3),
            b'*' if next == b'*' => (DoubleStar, 2),
            b'*' if next == b'=' => (StarEqual, 2),
            b'*' => (Star, 1),
            b'/' if next == b'/' && third == b'=' => (DoubleSlashEqual, 3),
            b'/' if next == b'/' => (DoubleSlash, 2),
            b'/' if next == b'=' => (SlashEqual, 2),
            b'/' => (Slash, 1),
            b'%' if next == b'=' => (PercentEqual, 2),
            b'%' => (Percent, 1),
            b'@' if next == b'=' => (AtEqual, 2),
            b'@' => (At, 1),
            b'&' if next == b'=' => (AmperEqual, 2),
            b'&' => (Amper, 1),
            b'|' if next == b'=' => (VBarEqual, 2),
            b'|' => (VBar, 1),
            b'^' if next == b'=' => (CircumflexEqual, 2),
            b'^' => (Circumflex, 1),
            b'<' if next == b'<' && third == b'=' => (LeftShiftEqual, 3),
            b'<' if next == b'<' => (LeftShift, 2),
            b'<' if next == b'=' => (LessEqual, 2),
            b'<' => (Less, 1),
            b'>' if next == b'>' && third == b'=' => (RightShiftEqual, 3),
            b'>' if next == b'>' => (RightShift, 2),
            b'>' if next == b'=' => (GreaterEqual, 2),
            b'>' => (Greater, 1),
            _ => {
                self.pos += 1;
                if !(b' '..0x7f).contains(&c) {
                    return Err(self.syntax_error(format!("invalid non-printable character U+{c:04X}")));
                }
                // `$`, `?` and the backquote.
                (Op, 0)
            }
        };
        self.pos += size;
        Ok(kind)
    }

    fn open_bracket(&mut self, c: u8) -> LexResult<TokenKind> {
        self.pos += 1;
        if self.brackets.len() >= MAX_BRACKETS {
            return Err(self.syntax_error("too many nested parentheses"));
        }
        let col = (self.token_start - self.line_start) as i32;
        self.brackets.push(Bracket {
            open: c,
            lineno: self.lineno,
            col,
        });
        if let Some(string) = self.fstrings.last_mut() {
            string.depth += 1;
        }
        Ok(match c {
            b'(' => TokenKind::LPar,
            b'[' => TokenKind::LSqb,
            _ => TokenKind::LBrace,
        })
    }

    fn close_bracket(&mut self, c: u8) -> LexResult<TokenKind> {
        self.pos += 1;
        let shown = c as char;
        let letter = self.fstrings.last().map(FString::letter);
        if let Some(string) = self.fstrings.last()
            && string.depth == 0
            && c == b'}'
        {
            let letter = string.letter();
            return Err(self.syntax_error(format!("{letter}-string: single '}}' is not allowed")));
        }
        let lenient = self.options.extra_tokens;
        match self.brackets.pop() {
            None if !lenient => return Err(self.syntax_error(format!("unmatched '{shown}'"))),
            Some(bracket) if !matches!((bracket.open, c), (b'(', b')') | (b'[', b']') | (b'{', b'}')) => {
                let open = bracket.open as char;
                if let Some(string) = self.fstrings.last()
                    && bracket.open == b'{'
                    && string.depth - 1 == string.field
                {
                    let letter = string.letter();
                    return Err(self.syntax_error(format!("{letter}-string: unmatched '{shown}'")));
                }
                let message =
                    format!("closing parenthesis '{shown}' does not match opening parenthesis '{open}'");
                if !lenient {
                    return Err(if bracket.lineno != self.lineno {
                        self.syntax_error(format!("{message} on line {}", bracket.lineno))
                    } else {
                        self.syntax_error(message)
                    });
                }
            }
            _ => {}
        }
        if let Some(string) = self.fstrings.last_mut() {
            string.depth -= 1;
            if string.depth < 0 {
                let letter = letter.unwrap_or('f');
                return Err(self.syntax_error(format!("{letter}-string: unmatched '{shown}'")));
            }
            if c == b'}' && string.depth == string.field {
                self.field_end();
            }
        }
        Ok(match c {
            b')' => TokenKind::RPar,
            b']' => TokenKind::RSqb,
            _ => TokenKind::RBrace,
        })
    }

    /// An error that ends at the current place of the current line.
    #[cold]
    fn syntax_error(&self, message: impl Into<String>) -> LexError {
        let col = self.text_chars(self.line_start, self.pos);
        self.complete_error(message.into(), col, col)
    }

    /// The same for a range within the line (1-based, in bytes).
    #[cold]
    fn syntax_error_range(&self, first: usize, last: usize, message: &str) -> LexError {
        let characters = |column: usize| self.text_chars(self.line_start, self.line_start + column);
        self.complete_error(message.to_owned(), characters(first), characters(last))
    }

    fn complete_error(&self, msg: String, offset: u32, end_offset: u32) -> LexError {
        LexError {
            error: SyntaxError {
                kind: ErrorKind::SyntaxError,
                msg,
                lineno: self.lineno,
                offset,
                end_lineno: Some(self.lineno as i32),
                end_offset: Some(end_offset as i32),
                text: Some(self.line_text().to_owned()),
                last_stmt: None,
            },
            kind: LexErrorKind::Complete,
            at_eof: false,
            bracket: self.brackets.last().copied(),
            in_string: !self.fstrings.is_empty(),
        }
    }

    /// The current line without its end.
    fn line_text(&self) -> &'s str {
        let rest = &self.text[self.line_start..];
        rest.split('\n').next().unwrap_or(rest)
    }

    /// The current line with its end.
    fn full_line_text(&self) -> &'s str {
        let rest = &self.text[self.line_start..];
        rest.split_inclusive('\n').next().unwrap_or(rest)
    }

    /// The number of characters between two byte offsets.
    fn text_chars(&self, from: usize, to: usize) -> u32 {
        let bytes = &self.bytes[from.min(to)..to.min(self.bytes.len())];
        bytes.iter().filter(|&&c| c & 0xC0 != 0x80).count() as u32
    }

    /// An error about the line as a whole; `col` is its 0-based column.
    #[cold]
    fn line_error(&self, kind: ErrorKind, message: &str, col: usize) -> LexError {
        let offset = self.text_chars(self.line_start, self.line_start + col) + 1;
        let mut error = self.complete_error(message.to_owned(), offset, 0);
        error.error.kind = kind;
        error.error.end_offset = Some(0);
        error.error.text = Some(self.full_line_text().to_owned());
        error.kind = LexErrorKind::Line;
        error
    }

    fn tab_error(&self) -> LexError {
        self.line_error(
            ErrorKind::TabError,
            "inconsistent use of tabs and spaces in indentation",
            0,
        )
    }

    fn dedent_error(&self) -> LexError {
        let message = "unindent does not match any outer indentation level";
        let mut error = self.line_error(ErrorKind::IndentationError, message, 0);
        error.kind = LexErrorKind::Dedent;
        error
    }

    fn eof_error(&self) -> LexError {
        let mut error = self.line_error(ErrorKind::SyntaxError, "unexpected EOF while parsing", 0);
        error.kind = LexErrorKind::Eof;
        error.at_eof = true;
        error
    }

    fn warn(&mut self, kind: WarningKind, msg: String) {
        let offset = self.text_chars(self.line_start, self.pos);
        self.warnings.push(Warning {
            kind,
            msg,
            lineno: self.lineno,
            offset,
            end_lineno: Some(self.lineno as i32),
            end_offset: Some(offset as i32),
        });
    }
}

/// Where the text of a `# type: ...` comment begins.
fn type_comment_offset(comment: &[u8]) -> Option<usize> {
    let blanks = |at: usize| {
        comment[at..]
            .iter()
            .take_while(|c| matches!(c, b' ' | b'\t'))
            .count()
    };
    let at = 1 + blanks(1);
    let rest = comment[at..].strip_prefix(b"type:")?;
    Some(comment.len() - rest.len() + blanks(comment.len() - rest.len()))
}
