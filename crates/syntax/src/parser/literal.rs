//! The values of numeric and string literals: `1_000`, `0xff`, `1e3j`, `"a\n"`, `rb'...'`.

use super::aliases::ALIASES;
use super::{Fail, PResult, Parser};
use crate::ast::Constant;
use crate::error::{Warning, WarningKind};
use crate::tokenizer::{Token, TokenKind, invalid_escape};
use dashu_int::UBig;
use std::borrow::Cow;

/// Appends a code point, surrogates included, to WTF-8.
fn push_code_point(out: &mut Vec<u8>, code: u32) {
    let cont = |shift: u32| 0x80 | (code >> shift & 0x3F) as u8;
    match code {
        0..0x80 => out.push(code as u8),
        0x80..0x800 => out.extend([0xC0 | (code >> 6) as u8, cont(0)]),
        0x800..0x10000 => {
            // A low surrogate after a high one stays apart: literals hold code points, not UTF-16.
            out.extend([0xE0 | (code >> 12) as u8, cont(6), cont(0)]);
        }
        _ => out.extend([0xF0 | (code >> 18) as u8, cont(12), cont(6), cont(0)]),
    }
}

/// What is wrong with an escape sequence: the end of the bad part in the literal, and why.
struct BadEscape {
    end: usize,
    reason: &'static str,
}

/// Where the codec that decodes escapes would see a place in the literal: it is fed ten characters for each
/// that is not ASCII.
fn codec_position(body: &[u8], at: usize) -> usize {
    let mut position = 0;
    let mut escaped = false;
    for &c in &body[..at.min(body.len())] {
        if c >= 0xC0 {
            // A backslash before such a character is itself spelt as an escape sequence.
            position += if escaped { 15 } else { 10 };
        } else if c < 0x80 {
            position += 1;
        }
        escaped = c == b'\\' && !escaped;
    }
    position
}

impl Parser<'_> {
    /// The value of the number at a token.
    pub(super) fn number(&mut self, index: usize) -> PResult<Constant> {
        let token = self.toks[index];
        let text = self.token_text(index);
        if text.len() == 1 {
            return Ok(Constant::Int(UBig::from(text.as_bytes()[0] - b'0')));
        }
        let digits: Cow<'_, str> = if text.contains('_') {
            self.check_version(6, "Underscores in numeric literals are")?;
            Cow::Owned(text.replace('_', ""))
        } else {
            Cow::Borrowed(text)
        };
        let bytes = digits.as_bytes();
        if bytes[0] == b'0' {
            let radix = match bytes[1] | 32 {
                b'x' => 16,
                b'o' => 8,
                b'b' => 2,
                _ => 10,
            };
            if radix != 10 {
                let value = u64::from_str_radix(&digits[2..], radix)
                    .map(UBig::from)
                    .or_else(|_| UBig::from_str_radix(&digits[2..], radix));
                return value.map(Constant::Int).map_err(|_| Fail);
            }
        }
        match bytes[bytes.len() - 1] {
            b'j' | b'J' => {
                let value = digits[..bytes.len() - 1].parse();
                return value.map(Constant::Imaginary).map_err(|_| Fail);
            }
            _ if bytes.iter().any(|c| matches!(c, b'.' | b'e' | b'E')) => {
                return digits.parse().map(Constant::Float).map_err(|_| Fail);
            }
            _ => {}
        }
        if let Ok(value) = digits.parse::<u64>() {
            return Ok(Constant::Int(UBig::from(value)));
        }
        let significant = digits.trim_start_matches('0');
        let limit = self.options.int_max_str_digits as usize;
        if limit > 0 && significant.len() > limit {
            let message = format!(
                "Exceeds the limit ({limit} digits) for integer string conversion: value has {} digits; use \
                 sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer \
                 literals to avoid decimal conversion limits.",
                significant.len()
            );
            let token = Token {
                col: -1,
                end_col: -1,
                ..token
            };
            return Err(self.raise_token(&token, &message));
        }
        UBig::from_str_radix(significant, 10)
            .map(Constant::Int)
            .map_err(|_| Fail)
    }

    /// The value of the (non-formatted) string literal at a token, and whether its prefix is `u`.
    pub(super) fn string_literal(&mut self, index: usize) -> PResult<(Constant, bool)> {
        let token = self.toks[index];
        let text = self.token_text(index).as_bytes();
        let quote_at = text.iter().position(|c| matches!(c, b'"' | b'\'')).unwrap_or(0);
        let prefix = &text[..quote_at];
        let (mut raw, mut bytes) = (false, false);
        for c in prefix {
            match c | 32 {
                b'r' => raw = true,
                b'b' => bytes = true,
                _ => {}
            }
        }
        let u_prefix = prefix == b"u";
        let quote = text[quote_at];
        let size = if text.len() >= quote_at + 6 && text[quote_at + 1] == quote && text[quote_at + 2] == quote
        {
            3
        } else {
            1
        };
        let body = &text[quote_at + size..text.len() - size];
        if bytes {
            if !body.is_ascii() {
                return Err(self.raise_token(&token, "bytes can only contain ASCII literal characters"));
            }
            let value = if raw || !body.contains(&b'\\') {
                body.into()
            } else {
                self.decode_bytes(body, &token)?.into()
            };
            return Ok((Constant::Bytes(value), false));
        }
        let value = self.decode_text(body, raw, &token)?;
        Ok((Constant::Str(value.into()), u_prefix))
    }

    /// The text of a string literal or of a part of an f-string, its escape sequences replaced.
    pub(super) fn decode_text(&mut self, body: &[u8], raw: bool, token: &Token) -> PResult<Vec<u8>> {
        if raw {
            return Ok(body.to_vec());
        }
        let Some(first) = body.iter().position(|&c| c == b'\\') else {
            return Ok(body.to_vec());
        };
        let mut out = Vec::with_capacity(body.len());
        out.extend_from_slice(&body[..first]);
        let mut at = first;
        let mut warned = false;
        while at < body.len() {
            if body[at] != b'\\' {
                let rest = &body[at..];
                let plain = rest.iter().position(|&c| c == b'\\').unwrap_or(rest.len());
                out.extend_from_slice(&rest[..plain]);
                at += plain;
                continue;
            }
            let escape = at;
            at += 1;
            let Some(&c) = body.get(at) else {
                out.push(b'\\');
                break;
            };
            at += 1;
            if let Some(byte) = simple_escape(c) {
                out.extend(byte);
                continue;
            }
            let result = match c {
                b'0'..=b'7' => {
                    let (code, end) = octal(body, at - 1);
                    if code > 0o377 && !warned {
                        warned = true;
                        self.warn_escape(
                            body,
                            escape,
                            &String::from_utf8_lossy(&body[at - 1..end]),
                            token,
                            true,
                        );
                    }
                    Ok((code, end))
                }
                b'x' => hex(body, at, 2, "truncated \\xXX escape"),
                b'u' => hex(body, at, 4, "truncated \\uXXXX escape"),
                b'U' => hex(body, at, 8, "truncated \\UXXXXXXXX escape"),
                b'N' => named(body, at),
                _ => {
                    out.push(b'\\');
                    at -= 1;
                    // The tokenizer has warned of braces in f-strings.
                    let brace = matches!(c, b'{' | b'}') && token.kind != TokenKind::String;
                    // Nor does CPython warn where what follows is not ASCII.
                    if !(warned || brace) && c.is_ascii() {
                        warned = true;
                        let text = String::from_utf8_lossy(&body[at..]);
                        let shown = text.chars().next().map(String::from).unwrap_or_default();
                        self.warn_escape(body, escape, &shown, token, false);
                    }
                    continue;
                }
            };
            match result {
                Ok((code, end)) => {
                    push_code_point(&mut out, code);
                    at = end;
                }
                Err(BadEscape { end, reason }) => {
                    let first = codec_position(body, escape);
                    let last = codec_position(body, end).saturating_sub(1);
                    let place = if last > first {
                        format!("bytes in position {first}-{last}")
                    } else {
                        format!("byte 0x5c in position {first}")
                    };
                    return Err(self.raise_token(
                        token,
                        &format!("(unicode error) 'unicodeescape' codec can't decode {place}: {reason}"),
                    ));
                }
            }
        }
        Ok(out)
    }

    fn decode_bytes(&mut self, body: &[u8], token: &Token) -> PResult<Vec<u8>> {
        let mut out = Vec::with_capacity(body.len());
        let mut at = 0;
        let mut warned = false;
        while at < body.len() {
            let c = body[at];
            at += 1;
            if c != b'\\' {
                out.push(c);
                continue;
            }
            let escape = at - 1;
            let Some(&c) = body.get(at) else {
                return Err(self.raise_token(token, "(value error) Trailing \\ in string"));
            };
            at += 1;
            if let Some(byte) = simple_escape(c) {
                out.extend(byte);
                continue;
            }
            match c {
                b'0'..=b'7' => {
                    let (code, end) = octal(body, at - 1);
                    if code > 0o377 && !warned {
                        warned = true;
                        self.warn_escape(
                            body,
                            escape,
                            &String::from_utf8_lossy(&body[at - 1..end]),
                            token,
                            true,
                        );
                    }
                    out.push(code as u8);
                    at = end;
                }
                b'x' => match hex(body, at, 2, "") {
                    Ok((code, end)) => {
                        out.push(code as u8);
                        at = end;
                    }
                    Err(_) => {
                        let message = format!("(value error) invalid \\x escape at position {escape}");
                        return Err(self.raise_token(token, &message));
                    }
                },
                _ => {
                    out.extend([b'\\', c]);
                    if !warned {
                        warned = true;
                        self.warn_escape(body, escape, &(c as char).to_string(), token, false);
                    }
                }
            }
        }
        Ok(out)
    }

    /// Warns of a bad escape sequence. The warning's line is the one that the sequence stands on.
    fn warn_escape(&mut self, body: &[u8], at: usize, shown: &str, token: &Token, octal: bool) {
        let msg = if octal {
            format!(
                "\"\\{shown}\" is an invalid octal escape sequence. Such sequences will not work in the future. \
                 Did you mean \"\\\\{shown}\"? A raw string is also an option."
            )
        } else {
            invalid_escape(shown)
        };
        let lineno = token.lineno + body[..at].iter().filter(|&&c| c == b'\n').count() as u32;
        let offset = (token.col + 1).max(0) as u32;
        self.warnings.push(Warning {
            kind: WarningKind::SyntaxWarning,
            msg,
            lineno,
            offset,
            end_lineno: Some(token.end_lineno as i32),
            end_offset: Some(token.end_col + 1),
        });
    }
}

/// What a backslash and this character stand for; an empty iterator for an escaped line end.
fn simple_escape(c: u8) -> Option<Option<u8>> {
    Some(Some(match c {
        b'\n' => return Some(None),
        b'\\' | b'\'' | b'"' => c,
        b'n' => b'\n',
        b't' => b'\t',
        b'r' => b'\r',
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'v' => 11,
        _ => return None,
    }))
}

/// The value of up to three octal digits, and where they end.
fn octal(body: &[u8], at: usize) -> (u32, usize) {
    let digits = body[at..].iter().take(3).take_while(|c| matches!(c, b'0'..=b'7'));
    digits.fold((0, at), |(code, end), c| {
        (code * 8 + u32::from(c - b'0'), end + 1)
    })
}

fn hex(body: &[u8], at: usize, size: usize, truncated: &'static str) -> Result<(u32, usize), BadEscape> {
    let mut code = 0u32;
    for i in 0..size {
        let Some(digit) = body.get(at + i).and_then(|&c| (c as char).to_digit(16)) else {
            return Err(BadEscape {
                end: at + i,
                reason: truncated,
            });
        };
        code = code.wrapping_shl(4) | digit;
    }
    if code > 0x10FFFF {
        return Err(BadEscape {
            end: at + size,
            reason: "illegal Unicode character",
        });
    }
    Ok((code, at + size))
}

/// Whether a name that leads to a character is spelt as it should be: case does not matter, all else does.
fn is_named(c: char, name: &str) -> bool {
    let Some(full) = unicode_names2::name(c) else {
        return true;
    };
    let full = full.to_string();
    let loose = |name: &str| -> String {
        let letters = name.chars().filter(|c| !matches!(c, ' ' | '-' | '_'));
        letters.map(|c| c.to_ascii_uppercase()).collect()
    };
    // An alias is another name altogether.
    full.eq_ignore_ascii_case(name) || loose(&full) != loose(name)
}

/// `{NAME}` after `\N`.
fn named(body: &[u8], at: usize) -> Result<(u32, usize), BadEscape> {
    let malformed = "malformed \\N character escape";
    if body.get(at) != Some(&b'{') {
        return Err(BadEscape {
            end: at,
            reason: malformed,
        });
    }
    let Some(length) = body[at + 1..].iter().position(|&c| c == b'}') else {
        return Err(BadEscape {
            end: body.len(),
            reason: malformed,
        });
    };
    if length == 0 {
        return Err(BadEscape {
            end: at + 1,
            reason: malformed,
        });
    }
    let end = at + length + 2;
    let name = std::str::from_utf8(&body[at + 1..end - 1]).unwrap_or("");
    let upper = name.to_ascii_uppercase();
    if let Ok(place) = ALIASES.binary_search_by(|(alias, _)| (*alias).cmp(&upper)) {
        return Ok((ALIASES[place].1, end));
    }
    let found = unicode_names2::character(name);
    match found.filter(|c| is_named(*c, name)) {
        Some(c) => Ok((c as u32, end)),
        None => Err(BadEscape {
            end,
            reason: "unknown Unicode character name",
        }),
    }
}
