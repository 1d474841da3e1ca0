//! Tokens as `_tokenize.TokenizerIter`, and so the module `tokenize`, gives them out: general operator types, columns
//! in characters, and each token with its line.

use super::{LexError, LexErrorKind, LexOptions, Token, TokenKind, Tokenizer};
use crate::error::{ErrorKind, SyntaxError};
use std::borrow::Cow;

/// One token: what the tuple of `TokenizerIter` holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenInfo<'s> {
    /// The type's number in the module `token`.
    pub number: u8,
    pub kind: TokenKind,
    pub string: &'s str,
    /// 1-based line; column in characters, -1 where the token has none.
    pub start: (u32, i64),
    pub end: (u32, i64),
    /// The line that the token is on, or the lines, if it is a string.
    pub line: &'s str,
}

/// A text with a line end after its last line, and whether that was missing.
pub fn with_line_end(text: &str) -> (Cow<'_, str>, bool) {
    if text.is_empty() || text.ends_with('\n') {
        (Cow::Borrowed(text), false)
    } else {
        (Cow::Owned(format!("{text}\n")), true)
    }
}

/// The tokens of a text, one after another.
///
/// ```
/// use syntax::tokenizer::{TokenStream, with_line_end};
/// let (text, added) = with_line_end("x = 'é'");
/// let strings: Vec<&str> = TokenStream::new(&text, added, true)
///     .map_while(Result::ok)
///     .map(|token| token.string)
///     .collect();
/// assert_eq!(strings, ["x", "=", "'é'", "", ""]);
/// ```
pub struct TokenStream<'s> {
    tokenizer: Tokenizer<'s>,
    text: &'s str,
    /// The text's last line end was added to it: no token and no line shows it.
    added: bool,
    extra: bool,
    /// Where each line begins.
    starts: Vec<u32>,
    /// A line, a byte column in it and how many characters stand before that: the next column is most often further on.
    known: (u32, usize, usize),
    /// The number and the text of the last token's line.
    last: (u32, &'s str),
    /// The lines of the last token of several lines, with those before it that end where it begins.
    chain: (u32, u32),
    done: bool,
}

impl<'s> TokenStream<'s> {
    /// `text` ends with a line end, unless it is empty (see [`with_line_end`]); `added` tells that the source lacks that.
    /// `extra` is `extra_tokens`: comments, line ends that end no statement, and one type for all operators.
    pub fn new(text: &'s str, added: bool, extra: bool) -> Self {
        let options = LexOptions {
            extra_tokens: extra,
            ..LexOptions::default()
        };
        let after = text
            .bytes()
            .enumerate()
            .filter(|(_, c)| *c == b'\n')
            .map(|(i, _)| i as u32 + 1);
        TokenStream {
            tokenizer: Tokenizer::new(text, options),
            text,
            added,
            extra,
            starts: std::iter::once(0).chain(after).collect(),
            known: (0, 0, 0),
            last: (0, ""),
            chain: (0, 0),
            done: false,
        }
    }

    fn line_start(&self, number: u32) -> usize {
        let index = (number.max(1) - 1) as usize;
        self.starts
            .get(index)
            .map_or(self.text.len(), |&start| start as usize)
    }

    fn lines(&self, first: u32, last: u32) -> &'s str {
        let mut end = self.line_start(last.saturating_add(1));
        if self.added && end == self.text.len() {
            end -= 1;
        }
        self.text.get(self.line_start(first)..end).unwrap_or("")
    }

    /// How many lines hold text.
    fn line_count(&self) -> u32 {
        let ended = self.text.is_empty() || self.text.ends_with('\n');
        self.starts.len() as u32 - u32::from(ended)
    }

    /// A byte column of a line in characters; -1 stays. Columns beyond the line count on.
    fn column(&mut self, number: u32, bytes: i32) -> i64 {
        let Ok(bytes) = usize::try_from(bytes) else {
            return -1;
        };
        let line = self.lines(number, number);
        let (mut at, mut count) = match self.known {
            (known, at, count) if known == number && at <= bytes => (at, count),
            _ => (0, 0),
        };
        let end = bytes.min(line.len());
        count += line.as_bytes()[at.min(end)..end]
            .iter()
            .filter(|&&c| c & 0xC0 != 0x80)
            .count();
        at = end;
        self.known = (number, at, count);
        (count + (bytes - end)) as i64
    }

    fn info(&mut self, token: &Token) -> TokenInfo<'s> {
        use TokenKind::*;
        let kind = token.kind;
        let mut number = kind.number();
        if self.extra && (7..Op.number()).contains(&number) {
            number = Op.number();
        }
        let mut string = self
            .text
            .get(token.start as usize..token.end as usize)
            .unwrap_or("");
        let mut start = (token.lineno, self.column(token.lineno, token.col));
        let mut end = (token.end_lineno, self.column(token.end_lineno, token.end_col));
        let spans_lines = matches!(
            kind,
            String | FStringStart | FStringMiddle | FStringEnd | TStringStart | TStringMiddle | TStringEnd
        );
        let first = if spans_lines {
            token.lineno
        } else {
            token.end_lineno
        };
        let mut line = self.lines(first, token.end_lineno);
        let at_end = token.start as usize >= self.text.len();
        if !self.extra && matches!(kind, FStringMiddle | TStringMiddle) {
            // The second one of doubled braces belongs to no token.
            let column = token.end as usize - self.line_start(token.end_lineno);
            end.1 = self.column(token.end_lineno, column as i32);
        }
        if self.extra {
            match kind {
                EndMarker | Dedent if kind == EndMarker || at_end => {
                    start = (self.line_count() + 1, 0);
                    end = start;
                    line = "";
                }
                Newline | Nl => {
                    let rest = &self.text[token.start as usize..];
                    string = if self.added && rest.len() <= 1 {
                        ""
                    } else if rest.starts_with("\r\n") {
                        "\r\n"
                    } else {
                        "\n"
                    };
                    end = (start.0, start.1 + string.len().max(1) as i64);
                }
                _ => {}
            }
        } else if kind == Newline {
            // The line feed is left out; a comment before it is not.
            let rest = &self.text[token.start as usize..];
            string = rest.split('\n').next().unwrap_or("");
            end = (start.0, start.1 + string.chars().count() as i64);
        } else if matches!(kind, Indent | Dedent | EndMarker) {
            string = "";
            if at_end {
                // There is no line; but that of the last token is still at hand.
                line = if self.last.0 == token.lineno {
                    self.last.1
                } else {
                    ""
                };
            }
        }
        self.last = (token.lineno, line);
        if token.lineno < token.end_lineno {
            let joined = self.chain.1 == token.lineno;
            let first = if joined { self.chain.0 } else { token.lineno };
            self.chain = (first, token.end_lineno);
        }
        TokenInfo {
            number,
            kind,
            string,
            start,
            end,
            line,
        }
    }

    /// A line, with those before it that hold strings which reach into it.
    fn chained(&self, number: u32) -> &'s str {
        let joined = self.chain.1 == number;
        self.lines(if joined { self.chain.0 } else { number }, number)
    }

    /// The exception that the iterator raises.
    #[cold]
    fn worded(&self, failure: LexError) -> SyntaxError {
        let mut error = failure.error;
        match failure.kind {
            LexErrorKind::Complete => {}
            LexErrorKind::Eof => {
                error = SyntaxError::new(ErrorKind::SyntaxError, "unexpected EOF in multi-line statement");
                error.lineno = self.line_count();
                error.end_lineno = Some(error.lineno as i32);
                if !self.added && self.text.ends_with("\\\n") {
                    error.offset = self.chained(error.lineno).len() as u32;
                }
            }
            LexErrorKind::Dedent | LexErrorKind::Line => {
                // The line that was read last, as a whole, and what it continues.
                let line = self.chained(error.lineno);
                let line = line.strip_suffix('\n').unwrap_or(line);
                error.offset = line.chars().count() as u32 + 1;
                error.end_lineno = None;
                error.end_offset = None;
                error.text = Some(line.to_owned());
            }
        }
        error
    }
}

impl<'s> Iterator for TokenStream<'s> {
    type Item = Result<TokenInfo<'s>, SyntaxError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done || (self.text.is_empty() && !self.extra) {
            return None;
        }
        match self.tokenizer.next_token() {
            Ok(token) => {
                self.done = token.kind == TokenKind::EndMarker;
                Some(Ok(self.info(&token)))
            }
            Err(failure) => {
                self.done = true;
                Some(Err(self.worded(failure)))
            }
        }
    }
}
