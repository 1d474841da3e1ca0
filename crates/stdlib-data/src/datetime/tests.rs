//! The parsers of ISO 8601 against answers recorded from CPython: `isoformat.txt` holds texts, and 1 where
//! `datetime.fromisoformat` does not call them invalid (ranges of fields may still be wrong). It is recorded by
//! `gen/isoformat.py`.

use super::isoformat::{find_separator, parse_date, parse_time};

/// What `datetime.fromisoformat` would make of the text, up to the checks of the fields' ranges.
fn accepted(text: &[u8]) -> bool {
    if text.len() < 7 {
        return false;
    }
    let Some(at) = find_separator(text) else {
        return false;
    };
    let Some(date) = text.get(..at) else {
        return false;
    };
    parse_date(date).is_some() && (at >= text.len() || parse_time(&text[at + 1..]).is_some())
}

#[test]
fn isoformat_as_recorded() {
    let mut wrong = Vec::new();
    for line in include_str!("isoformat.txt").lines() {
        let (text, answer) = line.split_once('\t').unwrap();
        if accepted(text.as_bytes()) != (answer == "1") {
            wrong.push(line);
        }
    }
    assert!(
        wrong.is_empty(),
        "{} texts: {:?}",
        wrong.len(),
        &wrong[..wrong.len().min(20)]
    );
}
