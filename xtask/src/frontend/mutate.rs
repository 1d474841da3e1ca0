//! Invalid programs out of valid ones: a seeded mutator that takes some statements of a real file and drops, doubles,
//! swaps, replaces or cuts tokens, or breaks the indentation.

use syntax::tokenizer::{TokenKind, TokenStream};

/// SplitMix64.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64, index: u64) -> Random {
        let mut random =
            Random(seed.wrapping_mul(0xD134_2543_DE82_EF95) ^ index.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        random.next();
        random
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `limit`; 0 if that is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % (limit.max(1) as u64)) as usize
    }

    fn pick<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())].clone()
    }
}

/// What is put in or in another token's place.
const TOKENS: &[&str] = &[
    "(", ")", "[", "]", "{", "}", ",", ":", ";", ".", "=", "==", ":=", "->", "+", "-", "*", "**", "/", "//",
    "@", "%", "&", "|", "^", "~", "<", ">", "<=", "!=", "<>", "!", "?", "$", "...", "+=", "if", "else",
    "elif", "for", "in", "not", "is", "and", "or", "lambda", "def", "class", "return", "yield", "from",
    "import", "as", "with", "try", "except", "finally", "raise", "assert", "del", "global", "nonlocal",
    "pass", "break", "continue", "while", "async", "await", "match", "case", "type", "print", "None", "True",
    "False", "x", "_", "1", "0777", "1.5", "1_", "0b2", "1e", "5j", "'s'", "b'b'", "f'{x}'", "f'{x'",
    "f'{x!}'", "f'}'", "t'{x}'", "'", "\"\"\"", "\\", "\\\n", "\n", "#", "\t", "é", "\u{a0}", "“",
];

/// Tokens by their places in the text; where the tokenizer gives up, characters.
fn pieces(text: &str) -> Vec<(usize, usize)> {
    let base = text.as_ptr().addr();
    let mut out: Vec<(usize, usize)> = TokenStream::new(text, false, false)
        .map_while(Result::ok)
        .filter(|token| !token.string.is_empty() && token.kind != TokenKind::Newline)
        .map(|token| {
            let start = token.string.as_ptr().addr() - base;
            (start, start + token.string.len())
        })
        .collect();
    let rest = out.last().map_or(0, |last| last.1);
    let tail = text[rest..].char_indices().filter(|(_, c)| !c.is_whitespace());
    out.extend(tail.map(|(i, c)| (rest + i, rest + i + c.len_utf8())));
    out
}

/// Some whole statements of a file.
fn excerpt<'t>(text: &'t str, random: &mut Random) -> &'t str {
    let starts: Vec<usize> = std::iter::once(0)
        .chain(text.match_indices('\n').map(|(i, _)| i + 1))
        .filter(|&i| text[i..].starts_with(|c: char| !c.is_whitespace() && !"#)]}".contains(c)))
        .collect();
    if starts.is_empty() {
        return text;
    }
    let first = random.below(starts.len());
    let wanted = 1 + random.below(12);
    let mut last = first + 1;
    while last < starts.len() && (last - first < wanted) && starts[last] - starts[first] < 1500 {
        last += 1;
    }
    let end = starts.get(last).copied().unwrap_or(text.len());
    let part = &text[starts[first]..end];
    if part.len() <= 6000 {
        return part;
    }
    // A long class: its first lines.
    let mut end = 6000;
    while !part.is_char_boundary(end) {
        end -= 1;
    }
    &part[..part[..end].rfind('\n').map_or(end, |i| i + 1)]
}

/// A program that is most often invalid; `short`: of one line.
pub fn program(files: &[String], short: bool, random: &mut Random) -> String {
    let file = &files[random.below(files.len())];
    let mut text = excerpt(file, random).to_owned();
    if short {
        let lines: Vec<&str> = text.lines().collect();
        let line = lines
            .get(random.below(lines.len()))
            .map_or("", |line| line.trim());
        let value = line.split_once(" = ").map_or(line, |(_, value)| value);
        let value = value.strip_prefix("return ").unwrap_or(value);
        text = value.to_owned();
        if random.below(2) == 0 {
            text.push('\n');
        }
    }
    let times = 1 + random.below(3) / 2;
    for _ in 0..times {
        mutate(&mut text, random);
    }
    text
}

fn mutate(text: &mut String, random: &mut Random) {
    let pieces = pieces(text);
    if pieces.is_empty() {
        return;
    }
    let at = random.below(pieces.len());
    let (start, end) = pieces[at];
    let token = text[start..end].to_owned();
    match random.below(12) {
        0 | 1 => text.replace_range(start..end, ""),
        2 => text.insert_str(end, &format!(" {token}")),
        3 | 4 => {
            if let Some(&(next_start, next_end)) = pieces.get(at + 1) {
                let next = text[next_start..next_end].to_owned();
                let between = text[end..next_start].to_owned();
                text.replace_range(start..next_end, &format!("{next}{between}{token}"));
            }
        }
        5 => {
            // The rest is missing.
            let mut cut = start + random.below(end - start + 1);
            while !text.is_char_boundary(cut) {
                cut += 1;
            }
            text.truncate(cut);
        }
        6 => {
            // A part of the token is missing.
            let mut cut = start + random.below(end - start);
            while !text.is_char_boundary(cut) {
                cut -= 1;
            }
            text.replace_range(cut..end, "");
        }
        7 | 8 => text.replace_range(start..end, random.pick(TOKENS)),
        9 => {
            let other = random.pick(TOKENS);
            text.insert_str(start, &format!("{other} "));
        }
        _ => indentation(text, random),
    }
}

fn indentation(text: &mut String, random: &mut Random) {
    let starts: Vec<usize> = std::iter::once(0)
        .chain(text.match_indices('\n').map(|(i, _)| i + 1))
        .collect();
    let at = random.pick(&starts);
    match random.below(5) {
        0 => text.insert(at, ' '),
        1 => text.insert_str(at, "    "),
        2 => text.insert(at, '\t'),
        3 => {
            let blanks = text[at..].bytes().take_while(|&c| c == b' ').count();
            let less = 1 + random.below(blanks);
            text.replace_range(at..at + blanks.min(less), "");
        }
        _ => {
            let blanks = text[at..].bytes().take_while(|&c| c == b' ').count();
            text.replace_range(at..at + blanks, "");
        }
    }
}
