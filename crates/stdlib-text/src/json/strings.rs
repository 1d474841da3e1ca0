//! JSON strings: escaping, and the text that is being written.

use object::str::Chars;
use object::{Py, PyResult, PyStr};

/// Text that grows: bytes as long as it is ASCII, then code points.
#[derive(Default)]
pub(super) struct Out {
    ascii: Vec<u8>,
    wide: Option<Vec<u32>>,
}

impl Out {
    /// Appends ASCII text.
    #[inline]
    pub fn ascii(&mut self, text: &[u8]) {
        match &mut self.wide {
            None => self.ascii.extend_from_slice(text),
            Some(wide) => wide.extend(text.iter().map(|&c| u32::from(c))),
        }
    }

    fn widen(&mut self) -> &mut Vec<u32> {
        let ascii = &mut self.ascii;
        self.wide
            .get_or_insert_with(|| std::mem::take(ascii).into_iter().map(u32::from).collect())
    }

    /// Appends any characters.
    pub fn chars(&mut self, chars: Chars<'_>) {
        match chars {
            Chars::One(s) if s.is_ascii() => self.ascii(s),
            chars => self.widen().extend(chars.iter()),
        }
    }

    /// The text as a `str`.
    pub fn finish(self) -> PyResult<Py<PyStr>> {
        match self.wide {
            None => PyStr::from_ascii(&self.ascii),
            Some(wide) => PyStr::from_code_points(&wide),
        }
    }

    /// The buffer, while the text is ASCII.
    pub fn as_ascii(&mut self) -> Option<&mut Vec<u8>> {
        if self.wide.is_none() {
            Some(&mut self.ascii)
        } else {
            None
        }
    }
}

const HEX: &[u8; 16] = b"0123456789abcdef";

/// The characters below 128 that stand for themselves in a string.
static PLAIN: [bool; 128] = {
    let mut plain = [true; 128];
    let mut c = 0;
    while c < 0x20 {
        plain[c] = false;
        c += 1;
    }
    plain[b'"' as usize] = false;
    plain[b'\\' as usize] = false;
    plain
};

fn push_unit(unit: u32, out: &mut Vec<u8>) {
    let digit = |shift: u32| HEX[(unit >> shift & 15) as usize];
    out.extend_from_slice(&[b'\\', b'u', digit(12), digit(8), digit(4), digit(0)]);
}

/// The escape of a character that needs one.
fn push_escaped(c: u32, out: &mut Vec<u8>) {
    let letter = match c {
        0x22 => b'"',
        0x5c => b'\\',
        0x08 => b'b',
        0x0c => b'f',
        0x0a => b'n',
        0x0d => b'r',
        0x09 => b't',
        0x10000.. => {
            let c = c - 0x10000;
            push_unit(0xd800 | c >> 10, out);
            push_unit(0xdc00 | (c & 0x3ff), out);
            return;
        }
        _ => return push_unit(c, out),
    };
    out.extend_from_slice(&[b'\\', letter]);
}

/// Appends a string in quotes, all that is not printable ASCII escaped.
pub(super) fn escape_ascii(chars: Chars<'_>, out: &mut Vec<u8>) {
    out.push(b'"');
    // DEL, too, is escaped here.
    let stays = |c: u32| c < 127 && PLAIN[c as usize];
    match chars {
        Chars::One(s) => {
            let mut rest = s;
            while let Some(at) = rest.iter().position(|&c| !stays(c.into())) {
                out.extend_from_slice(&rest[..at]);
                push_escaped(rest[at].into(), out);
                rest = &rest[at + 1..];
            }
            out.extend_from_slice(rest);
        }
        chars => {
            for c in chars.iter() {
                if stays(c) {
                    out.push(c as u8);
                } else {
                    push_escaped(c, out);
                }
            }
        }
    }
    out.push(b'"');
}

/// Appends a string in quotes, with what JSON demands escaped.
pub(super) fn escape(chars: Chars<'_>, out: &mut Out) {
    out.ascii(b"\"");
    let stays = |c: u32| PLAIN.get(c as usize).copied().unwrap_or(true);
    let mut from = 0;
    let length = chars.len();
    let mut escaped = Vec::new();
    for at in 0..length {
        let c = chars.at(at);
        if !stays(c) {
            out.chars(crate::text::slice(chars, from, at));
            escaped.clear();
            push_escaped(c, &mut escaped);
            out.ascii(&escaped);
            from = at + 1;
        }
    }
    out.chars(crate::text::slice(chars, from, length));
    out.ascii(b"\"");
}
