//! The proleptic Gregorian calendar: days, ordinals (1 January of year 1 is day 1), ISO weeks.

pub const MIN_YEAR: i32 = 1;
pub const MAX_YEAR: i32 = 9999;
/// The ordinal of 31 December 9999.
pub const MAX_ORDINAL: i32 = 3_652_059;
/// The ordinal of 1 January 1970.
pub const EPOCH_ORDINAL: i64 = 719_163;

/// Days before each month in a year that is no leap year.
const BEFORE_MONTH: [i32; 13] = [0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const DAYS_IN_400_YEARS: i32 = 146_097;
const DAYS_IN_100_YEARS: i32 = 36_524;
const DAYS_IN_4_YEARS: i32 = 1_461;

pub fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days of a month (1 to 12).
pub fn days_in_month(year: i32, month: i32) -> i32 {
    match month {
        2 => 28 + i32::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn days_before_year(year: i32) -> i32 {
    let y = year - 1;
    y * 365 + y / 4 - y / 100 + y / 400
}

/// Days of the year before a month (1 to 12).
pub fn days_before_month(year: i32, month: i32) -> i32 {
    BEFORE_MONTH[month as usize] + i32::from(month > 2 && is_leap(year))
}

/// The ordinal of a date with a year ≥ 1 and a month from 1 to 12.
pub fn to_ordinal(year: i32, month: i32, day: i32) -> i32 {
    days_before_year(year) + days_before_month(year, month) + day
}

/// Year, month and day of an ordinal ≥ 1.
pub fn from_ordinal(ordinal: i32) -> (i32, i32, i32) {
    let n = ordinal - 1;
    let (n400, n) = (n / DAYS_IN_400_YEARS, n % DAYS_IN_400_YEARS);
    let (n100, n) = (n / DAYS_IN_100_YEARS, n % DAYS_IN_100_YEARS);
    let (n4, n) = (n / DAYS_IN_4_YEARS, n % DAYS_IN_4_YEARS);
    let (n1, n) = (n / 365, n % 365);
    let year = n400 * 400 + n100 * 100 + n4 * 4 + n1 + 1;
    if n1 == 4 || n100 == 4 {
        // The last day of a leap year.
        return (year - 1, 12, 31);
    }
    // An estimate that is right or one too large.
    let mut month = (n + 50) >> 5;
    if days_before_month(year, month) > n {
        month -= 1;
    }
    (year, month, n - days_before_month(year, month) + 1)
}

/// 0 for Monday.
pub fn weekday(year: i32, month: i32, day: i32) -> i32 {
    (to_ordinal(year, month, day) + 6) % 7
}

/// The ordinal of the Monday that begins week 1 of an ISO year; it may be below 1.
pub fn iso_week1_monday(year: i32) -> i32 {
    let first = to_ordinal(year, 1, 1);
    let first_weekday = (first + 6) % 7;
    let monday = first - first_weekday;
    if first_weekday > 3 { monday + 7 } else { monday }
}

/// ISO year, week and weekday (1 for Monday) of a date.
pub fn iso_calendar(year: i32, month: i32, day: i32) -> (i32, i32, i32) {
    let today = to_ordinal(year, month, day);
    let mut iso_year = year;
    let mut week = (today - iso_week1_monday(year)).div_euclid(7);
    if week < 0 {
        iso_year -= 1;
        week = (today - iso_week1_monday_before(year)).div_euclid(7);
    } else if week >= 52 && today >= iso_week1_monday(year + 1) {
        iso_year += 1;
        week = 0;
    }
    (iso_year, week + 1, (today - 1).rem_euclid(7) + 1)
}

/// The Monday of week 1 of the year before `year`, which may be year 0.
fn iso_week1_monday_before(year: i32) -> i32 {
    if year > 1 {
        return iso_week1_monday(year - 1);
    }
    // 1 January of year 0, a leap year, is ordinal -365: a Saturday.
    -365 + 2
}

/// Why an ISO week date is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IsoError {
    Year,
    Week,
    Weekday,
}

/// The date of an ISO year, week and weekday. It may lie in year 10000.
pub fn from_iso(iso_year: i32, week: i32, weekday: i32) -> Result<(i32, i32, i32), IsoError> {
    if !(MIN_YEAR..=MAX_YEAR).contains(&iso_year) {
        return Err(IsoError::Year);
    }
    if !(1..53).contains(&week) {
        // Only years that begin on a Thursday, or leap years that begin on a Wednesday, have week 53.
        let first = self::weekday(iso_year, 1, 1);
        if week != 53 || !(first == 3 || (first == 2 && is_leap(iso_year))) {
            return Err(IsoError::Week);
        }
    }
    if !(1..8).contains(&weekday) {
        return Err(IsoError::Weekday);
    }
    let ordinal = iso_week1_monday(iso_year) + (week - 1) * 7 + weekday - 1;
    if ordinal < 1 {
        return Err(IsoError::Year);
    }
    Ok(from_ordinal(ordinal))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_round_trips() {
        let mut previous = (0, 12, 31);
        for ordinal in 1..=MAX_ORDINAL {
            let (y, m, d) = from_ordinal(ordinal);
            assert_eq!(to_ordinal(y, m, d), ordinal);
            let (py, pm, pd) = previous;
            let next = if pd < days_in_month(py, pm) {
                (py, pm, pd + 1)
            } else if pm < 12 {
                (py, pm + 1, 1)
            } else {
                (py + 1, 1, 1)
            };
            assert_eq!((y, m, d), next);
            previous = next;
            if ordinal % 50 < 8 {
                let (iy, iw, id) = iso_calendar(y, m, d);
                if (1..=9999).contains(&iy) {
                    assert_eq!(from_iso(iy, iw, id), Ok((y, m, d)));
                }
            }
        }
        assert_eq!(iso_calendar(2021, 1, 3), (2020, 53, 7));
        assert_eq!(iso_calendar(1, 1, 1), (1, 1, 1));
        assert_eq!(iso_calendar(9999, 12, 31), (9999, 52, 5));
    }
}
