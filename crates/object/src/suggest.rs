//! "Did you mean": the candidate nearest to a misspelt name, by the edit distance that CPython uses.

use crate::{Py, PyObject, PyStr};

const MOVE_COST: usize = 2;
const CASE_COST: usize = 1;
const MAX_CANDIDATES: usize = 750;
const MAX_LENGTH: usize = 40;

fn substitution(a: u8, b: u8) -> usize {
    if a & 31 != b & 31 {
        return MOVE_COST;
    }
    if a == b {
        return 0;
    }
    if a.eq_ignore_ascii_case(&b) {
        CASE_COST
    } else {
        MOVE_COST
    }
}

/// The edit distance, or something above `limit`.
fn distance(a: &[u8], b: &[u8], limit: usize) -> usize {
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    let (mut a, mut b) = (&a[..a.len() - end], &b[..b.len() - end]);
    if a.is_empty() || b.is_empty() {
        return (a.len() + b.len()) * MOVE_COST;
    }
    if b.len() < a.len() {
        std::mem::swap(&mut a, &mut b);
    }
    if (b.len() - a.len()) * MOVE_COST > limit {
        return limit + 1;
    }
    if a.len() > MAX_LENGTH || b.len() > MAX_LENGTH {
        return limit + 1;
    }
    let mut row: Vec<usize> = (1..=a.len()).map(|i| i * MOVE_COST).collect();
    let mut result = 0;
    for (i, &code) in b.iter().enumerate() {
        let mut diagonal = i * MOVE_COST;
        result = diagonal;
        let mut least = usize::MAX;
        for (j, cell) in row.iter_mut().enumerate() {
            let substitute = diagonal + substitution(code, a[j]);
            diagonal = *cell;
            result = substitute.min(result.min(diagonal) + MOVE_COST);
            *cell = result;
            least = least.min(result);
        }
        if least > limit {
            return limit + 1;
        }
    }
    result
}

/// The best of `candidates` for `name`, if any is near enough.
pub fn suggest(candidates: &[Py], name: &PyObject) -> Option<Py> {
    if candidates.len() >= MAX_CANDIDATES {
        return None;
    }
    let name = name.downcast::<PyStr>()?.to_wtf8();
    let mut best: Option<(usize, &Py)> = None;
    for c in candidates {
        let Some(text) = c.downcast::<PyStr>() else {
            continue;
        };
        let text = text.to_wtf8();
        if text == name {
            continue;
        }
        let mut limit = (name.len() + text.len() + 3) * MOVE_COST / 6;
        if let Some((d, _)) = best {
            limit = limit.min(d.saturating_sub(1));
        }
        let d = distance(&name, &text, limit);
        if d > limit {
            continue;
        }
        if best.is_none_or(|(b, _)| d < b) {
            best = Some((d, c));
        }
    }
    best.map(|(_, c)| c.clone())
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn distances() {
        assert_eq!(distance(b"", b"a", 100), 2);
        assert_eq!(distance(b"a", b"A", 100), 1);
        assert_eq!(distance(b"kitten", b"sitting", 100), 6);
    }
}
