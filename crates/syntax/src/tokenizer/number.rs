//! Numeric literals: integers in four bases, floats and imaginaries, with underscores (PEP 515).

use super::{LexResult, TokenKind, Tokenizer};
use crate::error::WarningKind;

/// Whether a number may stand directly before these letters: `1if x else y`.
fn begins_operator(rest: &[u8]) -> bool {
    ["and", "else", "for", "not", "or"].iter().any(|word| {
        let after = rest.strip_prefix(word.as_bytes());
        after.is_some_and(|after| !after.first().is_some_and(|c| super::is_name_char(*c)))
    }) || [b"if", b"in", b"is"].iter().any(|word| rest.starts_with(*word))
}

impl Tokenizer<'_> {
    /// Reads a number whose first character (a digit, or a dot before a digit) is at `self.pos`.
    pub(super) fn number(&mut self) -> LexResult<TokenKind> {
        if self.peek() == b'.' {
            self.pos += 1;
            return self.fraction();
        }
        if self.peek() != b'0' {
            self.decimal_tail()?;
            return self.after_integer_part();
        }
        self.pos += 1;
        match self.peek() {
            b'x' | b'X' => self.radix(16, "hexadecimal"),
            b'o' | b'O' => self.radix(8, "octal"),
            b'b' | b'B' => self.radix(2, "binary"),
            _ => self.zeros(),
        }
    }

    fn radix(&mut self, radix: u32, name: &str) -> LexResult<TokenKind> {
        self.pos += 1;
        let digit = |c: u8| (c as char).is_digit(radix);
        loop {
            if self.peek() == b'_' {
                self.pos += 1;
            }
            let c = self.peek();
            if !digit(c) {
                if radix != 16 && c.is_ascii_digit() {
                    return Err(self.wrong_digit(c, name));
                }
                return Err(self.syntax_error(format!("invalid {name} literal")));
            }
            while digit(self.peek()) {
                self.pos += 1;
            }
            if self.peek() != b'_' {
                break;
            }
        }
        let c = self.peek();
        if radix != 16 && c.is_ascii_digit() {
            return Err(self.wrong_digit(c, name));
        }
        self.end_of_number(name)?;
        Ok(TokenKind::Number)
    }

    fn wrong_digit(&mut self, digit: u8, name: &str) -> super::LexError {
        self.pos += 1;
        self.syntax_error(format!("invalid digit '{}' in {name} literal", digit as char))
    }

    /// A literal that begins with `0`: more zeros, or the integer part of a float.
    fn zeros(&mut self) -> LexResult<TokenKind> {
        loop {
            if self.peek() == b'_' {
                self.pos += 1;
                if !self.peek().is_ascii_digit() {
                    return Err(self.syntax_error("invalid decimal literal"));
                }
            }
            if self.peek() != b'0' {
                break;
            }
            self.pos += 1;
        }
        let zeros_end = self.pos;
        let nonzero = self.peek().is_ascii_digit();
        if nonzero {
            self.decimal_tail()?;
        }
        match self.peek() {
            b'.' | b'e' | b'E' | b'j' | b'J' => self.after_integer_part(),
            _ if nonzero && !self.options.extra_tokens => {
                let first = self.token_start + 1 - self.line_start;
                let last = zeros_end + 1 - self.line_start;
                Err(self.syntax_error_range(
                    first,
                    last,
                    "leading zeros in decimal integer literals are not permitted; \
                     use an 0o prefix for octal integers",
                ))
            }
            _ => {
                self.end_of_number("decimal")?;
                Ok(TokenKind::Number)
            }
        }
    }

    /// Digits with single underscores between them; at least one.
    fn decimal_tail(&mut self) -> LexResult<()> {
        loop {
            while self.peek().is_ascii_digit() {
                self.pos += 1;
            }
            if self.peek() != b'_' {
                return Ok(());
            }
            self.pos += 1;
            if !self.peek().is_ascii_digit() {
                return Err(self.syntax_error("invalid decimal literal"));
            }
        }
    }

    fn after_integer_part(&mut self) -> LexResult<TokenKind> {
        if self.peek() == b'.' {
            self.pos += 1;
            return self.fraction();
        }
        self.exponent()
    }

    /// After the point.
    fn fraction(&mut self) -> LexResult<TokenKind> {
        if self.peek().is_ascii_digit() {
            self.decimal_tail()?;
        }
        self.exponent()
    }

    fn exponent(&mut self) -> LexResult<TokenKind> {
        if matches!(self.peek(), b'e' | b'E') {
            let next = self.peek_at(1);
            if matches!(next, b'+' | b'-') {
                self.pos += 2;
                if !self.peek().is_ascii_digit() {
                    return Err(self.syntax_error("invalid decimal literal"));
                }
            } else if !next.is_ascii_digit() {
                self.end_of_number("decimal")?;
                return Ok(TokenKind::Number);
            } else {
                self.pos += 1;
            }
            self.decimal_tail()?;
        }
        if matches!(self.peek(), b'j' | b'J') {
            self.pos += 1;
            self.end_of_number("imaginary")?;
        } else {
            self.end_of_number("decimal")?;
        }
        Ok(TokenKind::Number)
    }

    /// A letter directly after a number is an error, or, where a keyword follows that makes sense there, a
    /// warning.
    fn end_of_number(&mut self, name: &str) -> LexResult<()> {
        let c = self.peek();
        if self.options.extra_tokens || !(c.is_ascii_alphanumeric() || c == b'_') {
            return Ok(());
        }
        if begins_operator(&self.bytes[self.pos..]) {
            self.warn(WarningKind::SyntaxWarning, format!("invalid {name} literal"));
            return Ok(());
        }
        Err(self.syntax_error(format!("invalid {name} literal")))
    }
}
