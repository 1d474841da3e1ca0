//! Reading what `isoformat` writes, and the rest of ISO 8601 that `fromisoformat` takes.

use super::calendar;

/// A time of day as it was written; its fields are not checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimeParts {
    pub hour: i32,
    pub minute: i32,
    pub second: i32,
    pub microsecond: i32,
    /// The offset from UTC in microseconds.
    pub offset: Option<i64>,
}

fn digits(text: &[u8], at: usize, count: usize) -> Option<i32> {
    let part = text.get(at..at.checked_add(count)?)?;
    part.iter().try_fold(0i32, |value, b| {
        b.is_ascii_digit().then(|| value * 10 + i32::from(b - b'0'))
    })
}

/// The year, month and day of a date; the fields are not checked, except those of a week date.
pub fn parse_date(text: &[u8]) -> Option<(i32, i32, i32)> {
    let year = digits(text, 0, 4)?;
    let separated = text.get(4) == Some(&b'-');
    let mut at = 4 + usize::from(separated);
    if text.get(at) == Some(&b'W') {
        let week = digits(text, at + 1, 2)?;
        at += 3;
        let mut weekday = 1;
        if at < text.len() {
            if separated {
                if text[at] != b'-' {
                    return None;
                }
                at += 1;
            }
            weekday = digits(text, at, 1)?;
            at += 1;
        }
        if at != text.len() {
            return None;
        }
        return calendar::from_iso(year, week, weekday).ok();
    }
    let month = digits(text, at, 2)?;
    at += 2;
    if separated {
        if text.get(at) != Some(&b'-') {
            return None;
        }
        at += 1;
    }
    let day = digits(text, at, 2)?;
    (at + 2 == text.len()).then_some((year, month, day))
}

/// Hours, minutes, seconds and microseconds, and whether characters are left over.
///
/// Leniencies of CPython's that are kept: without separators, digits after the seconds are a fraction even without a
/// decimal mark; a single character after any field, if no decimal mark,
/// is left over, not refused.
fn parse_clock(text: &[u8]) -> Option<([i32; 4], bool)> {
    let mut fields = [0; 4];
    let mut at = 0;
    let mut separated = false;
    for i in 0..3 {
        fields[i] = digits(text, at, 2)?;
        at += 2;
        let Some(&next) = text.get(at) else {
            return Some((fields, false));
        };
        at += 1;
        if i == 0 {
            separated = next == b':';
        }
        if at == text.len() {
            return (!matches!(next, b'.' | b',')).then_some((fields, true));
        }
        if separated && next == b':' {
            if i == 2 {
                return None;
            }
        } else if matches!(next, b'.' | b',') {
            if i < 2 {
                return None;
            }
        } else if separated {
            return None;
        } else {
            at -= 1;
        }
    }
    let count = (text.len() - at).min(6);
    let fraction = digits(text, at, count)?;
    fields[3] = fraction * 10i32.pow(6 - count as u32);
    let rest = text[at + count..].iter().skip_while(|b| b.is_ascii_digit());
    Some((fields, rest.count() > 0))
}

/// A time of day with an optional offset.
pub fn parse_time(text: &[u8]) -> Option<TimeParts> {
    let zone = text.iter().position(|b| matches!(b, b'+' | b'-' | b'Z'));
    let ([hour, minute, second, microsecond], left_over) = parse_clock(&text[..zone.unwrap_or(text.len())])?;
    let mut parts = TimeParts {
        hour,
        minute,
        second,
        microsecond,
        offset: None,
    };
    let Some(zone) = zone else {
        return (!left_over).then_some(parts);
    };
    let rest = &text[zone + 1..];
    if text[zone] == b'Z' {
        if !rest.is_empty() {
            return None;
        }
        parts.offset = Some(0);
    } else {
        let (clock, left_over) = parse_clock(rest)?;
        if left_over {
            return None;
        }
        let [hour, minute, second, microsecond] = clock.map(i64::from);
        let magnitude = ((hour * 60 + minute) * 60 + second) * 1_000_000 + microsecond;
        parts.offset = Some(if text[zone] == b'-' { -magnitude } else { magnitude });
    }
    Some(parts)
}

/// Where the separator between date and time stands (the length of the date). `text` has 7 characters at least.
pub fn find_separator(text: &[u8]) -> Option<usize> {
    let len = text.len();
    if len == 7 {
        return Some(7);
    }
    let digit = |at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
    Some(if text[4] == b'-' {
        if text[5] != b'W' {
            10
        } else if text.get(8) != Some(&b'-') {
            8
        } else if len == 9 {
            return None;
        } else if digit(10) {
            // YYYY-Www-##: rather a hyphen for a separator than a digit.
            8
        } else {
            10
        }
    } else if text[4] == b'W' {
        let end = (7..len).find(|at| !digit(*at)).unwrap_or(len);
        if end < 9 {
            end
        } else if end % 2 == 0 {
            // An even number of digits after the week: all belong to the time.
            7
        } else {
            8
        }
    } else {
        8
    })
}
