//! String literals, and the literal parts of f-strings and t-strings (PEP 701, PEP 750).

use super::{LexError, LexResult, Token, TokenKind, Tokenizer};
use crate::error::{SyntaxError, WarningKind};

/// Replacement fields in format specifiers may nest this deep.
const MAX_FIELD_NESTING: i32 = 3;
/// f-strings and t-strings may nest this deep.
const MAX_STRING_NESTING: usize = 150;

/// An f-string or t-string that has begun and not ended.
#[derive(Clone, Debug)]
pub(super) struct FString {
    quote: u8,
    quote_size: usize,
    raw: bool,
    template: bool,
    /// Brackets open since the string began.
    pub(super) depth: i32,
    /// The number of replacement fields open, minus one: -1 in the string's own text.
    pub(super) field: i32,
    in_format_spec: bool,
    /// Whether the next token is one of an expression, not literal text.
    pub(super) in_expression: bool,
    start: usize,
    lineno: u32,
    line_start: usize,
}

impl FString {
    pub(super) fn letter(&self) -> char {
        if self.template { 't' } else { 'f' }
    }
}

impl Tokenizer<'_> {
    /// Begins a string at the quote at `self.pos`; `prefix` is what stands before it.
    pub(super) fn string(&mut self, prefix: &[u8]) -> LexResult<TokenKind> {
        let quote = self.peek();
        let template = prefix.iter().any(|c| matches!(c, b't' | b'T'));
        if template || prefix.iter().any(|c| matches!(c, b'f' | b'F')) {
            return self.fstring_start(quote, template, prefix);
        }
        let quote_size = self.opening_quotes(quote);
        if quote_size == 2 {
            // An empty string: the second quote closes it.
            return Ok(TokenKind::String);
        }
        let (first_line, first_line_start) = (self.lineno, self.line_start);
        let mut escaped_quote = false;
        let mut closing = 0;
        while closing < quote_size {
            // Most of a string is plain text.
            let rest = &self.bytes[self.pos..];
            let plain = rest
                .iter()
                .position(|&c| c == quote || c == b'\\' || c == b'\n' || c == 0)
                .unwrap_or(rest.len());
            if plain > 0 {
                closing = 0;
                self.pos += plain;
            }
            match self.peek() {
                0 => {
                    return Err(self.unterminated(
                        quote,
                        quote_size,
                        first_line,
                        first_line_start,
                        escaped_quote,
                    ));
                }
                b'\n' if quote_size == 1 => {
                    return Err(self.unterminated(
                        quote,
                        quote_size,
                        first_line,
                        first_line_start,
                        escaped_quote,
                    ));
                }
                b'\n' => {
                    closing = 0;
                    self.newline();
                }
                b'\\' => {
                    closing = 0;
                    self.pos += 1;
                    if self.peek() == quote {
                        escaped_quote = true;
                    }
                    if self.peek() == b'\r' && self.line_ends() {
                        self.pos += 1;
                    }
                    self.skip_char();
                }
                _ => {
                    closing += 1;
                    self.pos += 1;
                }
            }
        }
        Ok(TokenKind::String)
    }

    /// Passes over the quotes that open a string: 1, 3, or 2 for an empty string.
    fn opening_quotes(&mut self, quote: u8) -> usize {
        let size = match (self.peek_at(1) == quote, self.peek_at(2) == quote) {
            (true, true) => 3,
            (true, false) => 2,
            _ => 1,
        };
        self.pos += size;
        size
    }

    /// Passes over one byte that may be a line end; stays at the end of the source.
    fn skip_char(&mut self) {
        match self.peek() {
            b'\n' => self.newline(),
            0 => {}
            _ => self.pos += 1,
        }
    }

    #[cold]
    fn unterminated(
        &mut self,
        quote: u8,
        quote_size: usize,
        first_line: u32,
        first_line_start: usize,
        escaped_quote: bool,
    ) -> LexError {
        let last_line = self.last_line();
        let at_eof = self.peek() == 0;
        self.pos = self.token_start + 1;
        self.lineno = first_line;
        self.line_start = first_line_start;
        if let Some(outer) = self.fstrings.last()
            && outer.quote == quote
            && outer.quote_size == quote_size
        {
            let message = format!("{}-string: expecting '}}'", outer.letter());
            return self.syntax_error(message);
        }
        let message = match quote_size {
            3 => format!("unterminated triple-quoted string literal (detected at line {last_line})"),
            _ if escaped_quote => format!(
                "unterminated string literal (detected at line {last_line}); perhaps you escaped the end quote?"
            ),
            _ => format!("unterminated string literal (detected at line {last_line})"),
        };
        let mut error = self.syntax_error(message);
        error.at_eof = at_eof;
        error
    }

    /// The line that was read last: at the end of the source there is none after the last line end.
    pub(super) fn last_line(&self) -> u32 {
        if self.bytes.is_empty() {
            0
        } else if self.pos >= self.bytes.len() && self.pos == self.line_start && self.lineno > 1 {
            self.lineno - 1
        } else {
            self.lineno
        }
    }

    fn fstring_start(&mut self, quote: u8, template: bool, prefix: &[u8]) -> LexResult<TokenKind> {
        let quote_size = match self.opening_quotes(quote) {
            2 => {
                // The closing quote is a token of its own.
                self.pos -= 1;
                1
            }
            size => size,
        };
        if self.fstrings.len() + 1 >= MAX_STRING_NESTING {
            return Err(self.syntax_error("too many nested f-strings or t-strings"));
        }
        self.fstrings.push(FString {
            quote,
            quote_size,
            raw: prefix.iter().any(|c| matches!(c, b'r' | b'R')),
            template,
            depth: 0,
            field: -1,
            in_format_spec: false,
            in_expression: false,
            start: self.token_start,
            lineno: self.lineno,
            line_start: self.line_start,
        });
        Ok(if template {
            TokenKind::TStringStart
        } else {
            TokenKind::FStringStart
        })
    }

    /// The next token where the innermost f-string is in literal text; `None` where an expression begins.
    pub(super) fn fstring_text(&mut self) -> LexResult<Option<Token>> {
        let index = self.fstrings.len() - 1;
        let FString {
            quote,
            quote_size,
            raw,
            template,
            in_format_spec,
            field,
            depth,
            ..
        } = self.fstrings[index];
        let in_spec = in_format_spec && field >= 0;
        let (middle, end) = if template {
            (TokenKind::TStringMiddle, TokenKind::TStringEnd)
        } else {
            (TokenKind::FStringMiddle, TokenKind::FStringEnd)
        };
        self.begin_token();
        if self.peek() == b'{' && self.peek_at(1) != b'{' {
            return self.field_start(index).map(|()| None);
        }
        if self.at_quotes(quote, quote_size) {
            self.pos += quote_size;
            self.fstrings.pop();
            return Ok(Some(self.token(end)));
        }
        let mut named_escape = false;
        loop {
            let rest = &self.bytes[self.pos..];
            self.pos += rest
                .iter()
                .position(|&c| matches!(c, b'{' | b'}' | b'\\' | b'\n' | 0) || c == quote)
                .unwrap_or(rest.len());
            match self.peek() {
                c @ (0 | b'\n') if c == 0 || quote_size == 1 => {
                    if c == b'\n' && in_spec {
                        self.pos += 1;
                        let letter = self.fstrings[index].letter();
                        return Err(self.syntax_error(format!(
                            "{letter}-string: newlines are not allowed in format specifiers for single quoted {letter}-strings"
                        )));
                    }
                    return Err(self.unterminated_fstring(index));
                }
                b'\n' => self.newline(),
                b'{' => {
                    if self.peek_at(1) == b'{' && !in_spec {
                        // A doubled brace: the token holds the first and ends after the second.
                        self.pos += 1;
                        let mut token = self.token(middle);
                        self.pos += 1;
                        token.end_col += i32::from(!self.options.extra_tokens);
                        return Ok(Some(token));
                    }
                    let token = self.token(middle);
                    self.field_start(index)?;
                    return Ok(Some(token));
                }
                b'}' if named_escape => {
                    self.pos += 1;
                    return Ok(Some(self.token(middle)));
                }
                b'}' => {
                    if self.peek_at(1) == b'}' && !in_spec && depth == 0 {
                        self.pos += 1;
                        let mut token = self.token(middle);
                        self.pos += 1;
                        token.end_col += i32::from(!self.options.extra_tokens);
                        return Ok(Some(token));
                    }
                    self.fstrings[index].in_expression = true;
                    return Ok(Some(self.token(middle)));
                }
                b'\\' => {
                    self.pos += 1;
                    match self.peek() {
                        c @ (b'{' | b'}') => {
                            if !raw {
                                self.warn_invalid_escape(c as char);
                            }
                        }
                        b'N' if !raw => {
                            self.pos += 1;
                            if self.peek() == b'{' {
                                self.pos += 1;
                                named_escape = true;
                            }
                        }
                        _ => self.skip_char(),
                    }
                }
                // A quote of the string's own kind.
                _ => {
                    if self.at_quotes(quote, quote_size) {
                        return Ok(Some(self.token(middle)));
                    }
                    self.pos += 1;
                }
            }
        }
    }

    fn at_quotes(&self, quote: u8, size: usize) -> bool {
        (0..size).all(|i| self.peek_at(i) == quote)
    }

    fn field_start(&mut self, index: usize) -> LexResult<()> {
        let string = &mut self.fstrings[index];
        string.field += 1;
        string.in_expression = true;
        if string.field >= MAX_FIELD_NESTING {
            let letter = string.letter();
            return Err(self.syntax_error(format!("{letter}-string: expressions nested too deeply")));
        }
        Ok(())
    }

    /// A colon at the level of the replacement field: a format specifier begins.
    pub(super) fn colon_begins_spec(&mut self) -> bool {
        match self.fstrings.last_mut() {
            Some(string) if string.in_expression && string.depth - 1 == string.field => {
                string.in_expression = false;
                string.in_format_spec = true;
                true
            }
            _ => false,
        }
    }

    /// A brace that closes the replacement field: literal text follows.
    pub(super) fn field_end(&mut self) {
        if let Some(string) = self.fstrings.last_mut() {
            string.field -= 1;
            string.in_expression = false;
            string.in_format_spec = false;
        }
    }

    #[cold]
    fn unterminated_fstring(&mut self, index: usize) -> LexError {
        let string = self.fstrings[index].clone();
        let letter = string.letter();
        let last_line = self.last_line();
        let at_end = self.peek() == 0;
        self.pos = string.start + 1;
        self.lineno = string.lineno;
        self.line_start = string.line_start;
        let kind = if string.quote_size == 3 {
            "triple-quoted "
        } else {
            ""
        };
        let mut error = self.syntax_error(format!(
            "unterminated {kind}{letter}-string literal (detected at line {last_line})"
        ));
        error.at_eof = at_end && string.quote_size == 3;
        error
    }

    fn warn_invalid_escape(&mut self, c: char) {
        self.warn(WarningKind::SyntaxWarning, invalid_escape(c));
    }
}

/// The text of the warning about a backslash that begins no escape sequence.
pub(crate) fn invalid_escape(c: impl std::fmt::Display) -> String {
    format!(
        "\"\\{c}\" is an invalid escape sequence. Such sequences will not work in the future. \
         Did you mean \"\\\\{c}\"? A raw string is also an option."
    )
}

impl From<LexError> for SyntaxError {
    fn from(error: LexError) -> SyntaxError {
        error.error
    }
}
