//! Dates in figures and with names of months: "26/03/2026", "2026-03-10", "10.03.", "3月10日", "17 March 2026", "March 17".

#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]
#![expect(clippy::string_slice, reason = "places come from searches in the same text, which end between characters")]

use std::ops::Range;

/// ". " and the like between the numbers of a date.
const MOST_GAP_BYTES: usize = 4;
/// "the 17th of March", "17 de marzo de 2026".
const MOST_BESIDE_MONTH_BYTES: usize = 8;

/// What a text may mean by a date.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Date {
    /// Days from 1970-01-01, one for each reading: "03/04/2026" has two.
    pub(super) days: Vec<i64>,
    /// Its bytes in the text.
    pub(super) span: Range<usize>,
}

/// A name of a month: its number from 1, and its bytes in the text.
pub(super) type Month = (i64, Range<usize>);

/// The dates of a text, in which these months are named; what has no year is of that of `today`, or of the next where that is nearer.
pub(super) fn dates(text: &str, months: &[Month], today: i64) -> Vec<Date> {
    let numbers = numbers(text);
    let mut found: Vec<Date> = (0..numbers.len()).filter_map(|at| in_figures(&numbers[..=at], today)).collect();
    found.extend(months.iter().filter_map(|month| with_month(text, &numbers, month, today)));
    // "02.03." of "02.03.2026".
    let spans: Vec<Range<usize>> = found.iter().map(|date| date.span.clone()).collect();
    found.retain(|date| !spans.iter().any(|other| other.len() > date.span.len() && other.start <= date.span.start && date.span.end <= other.end));
    found
}

struct Number {
    value: i64,
    span: Range<usize>,
    /// What stands behind it, blanks left out.
    mark: char,
}

fn numbers(text: &str) -> Vec<Number> {
    let mut numbers = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(|c: char| c.is_ascii_digit()).map(|found| at + found) {
        let digits = text[start..].bytes().take_while(u8::is_ascii_digit).count();
        at = start + digits;
        numbers.push(Number { value: text[start..at].parse().unwrap_or(0), span: start..at, mark: text[at..].trim_start().chars().next().unwrap_or(' ') });
    }
    numbers
}

/// The date that ends with the last of some numbers.
fn in_figures(numbers: &[Number], today: i64) -> Option<Date> {
    let joined = numbers.windows(2).rev().take_while(|pair| pair[1].span.start - pair[0].span.end <= MOST_GAP_BYTES).count();
    let numbers = &numbers[numbers.len() - 1 - joined.min(2)..];
    let year_of_two = |year: i64| if year < 100 { 2000 + year } else { year };
    let (days, first) = match numbers {
        [year, month, day] if matches!((year.mark, month.mark, day.mark), ('年' | '년', '月' | '월', '日' | '일')) => {
            (vec![day_number(year.value, month.value, day.value)], year)
        }
        [year, month, day] if year.value >= 1000 && is_mark(year) && is_mark(month) => (vec![day_number(year.value, month.value, day.value)], year),
        [first, second, year] if is_mark(first) && is_mark(second) && year.value < 10_000 && !matches!(year.value, 100..1000) => {
            let year = year_of_two(year.value);
            (vec![day_number(year, second.value, first.value), day_number(year, first.value, second.value)], first)
        }
        [.., month, day] if matches!((month.mark, day.mark), ('月' | '월', '日' | '일')) => (vec![nearest(month.value, day.value, today)], month),
        // "до 09:24, 02.03.", "20/02".
        [.., day, month] if matches!((day.mark, month.mark), ('.', '.') | ('/', _)) && month.span.len() == 2 && day.span.len() <= 2 && month.mark != '/' => {
            (vec![nearest(month.value, day.value, today)], day)
        }
        _ => return None,
    };
    let days: Vec<i64> = days.into_iter().flatten().collect();
    (!days.is_empty()).then(|| Date { days, span: first.span.start..numbers[numbers.len() - 1].span.end })
}

fn is_mark(number: &Number) -> bool {
    matches!(number.mark, '-' | '/' | '.')
}

/// The day beside a month's name, and the year behind both where there is one.
fn with_month(text: &str, numbers: &[Number], (month, span): &Month, today: i64) -> Option<Date> {
    let is_day = |number: &&Number| (1..=31).contains(&number.value) && number.span.len() <= 2;
    let gap = |from: usize, to: usize| to.checked_sub(from).filter(|gap| *gap <= MOST_BESIDE_MONTH_BYTES && !text[from..to].contains('\n'));
    let before = numbers.iter().rfind(|number| gap(number.span.end, span.start).is_some()).filter(is_day);
    let behind = numbers.iter().find(|number| gap(span.end, number.span.start).is_some());
    // Not the hour of "March 9:30".
    let day = before.or_else(|| behind.filter(is_day).filter(|number| number.mark != ':'))?;
    let end = day.span.end.max(span.end);
    let year = numbers.iter().find(|number| (1970..3000).contains(&number.value) && gap(end, number.span.start).is_some());
    let days = match year {
        Some(year) => day_number(year.value, *month, day.value),
        None => nearest(*month, day.value, today),
    };
    Some(Date { days: vec![days?], span: day.span.start.min(span.start)..year.map_or(end, |year| year.span.end) })
}

/// A day of this year or of the next, whichever is not long past.
fn nearest(month: i64, day: i64, today: i64) -> Option<i64> {
    const LONG: i64 = 180;
    let year = year_of(today);
    [year, year + 1].into_iter().filter_map(|year| day_number(year, month, day)).find(|date| *date > today - LONG)
}

/// Days from 1970-01-01 (Howard Hinnant, "chrono-compatible low-level date algorithms").
pub(super) fn day_number(year: i64, month: i64, day: i64) -> Option<i64> {
    if !((1970..3000).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let days_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(year * 365 + year / 4 - year / 100 + year / 400 + days_of_year - 719_468)
}

fn year_of(day: i64) -> i64 {
    // Leap days before the year 3000 are fewer than the days of a year.
    let near = 1970 + day.div_euclid(365);
    [near, near - 1].into_iter().find(|year| day_number(*year, 1, 1).is_some_and(|first| first <= day)).unwrap_or(1970)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_as_the_calendar_has_them() {
        assert_eq!(day_number(1970, 1, 1), Some(0));
        assert_eq!(day_number(2000, 3, 1), Some(11_017));
        assert_eq!(day_number(2026, 3, 10), Some(20_522));
        assert_eq!(day_number(2026, 13, 10), None);
        for year in 1970..2999 {
            let first = day_number(year, 1, 1).expect("a day");
            assert_eq!([year_of(first), year_of(first + 364)], [year; 2]);
        }
    }

    #[test]
    fn dates_are_read_in_figures_and_with_names_of_months() {
        let day = |year, month, day| day_number(year, month, day).expect("a day");
        let march = |text: &str| text.find("March").map(|at| (3, at..at + "March".len())).into_iter().collect::<Vec<_>>();
        for (text, days) in [
            ("до 09:24, 02.03.2026.", vec![day(2026, 3, 2), day(2026, 2, 3)]),
            ("3月10日", vec![day(2026, 3, 10)]),
            ("2026年3月12日", vec![day(2026, 3, 12)]),
            ("2026-03-10", vec![day(2026, 3, 10)]),
            ("2026. 03. 10.", vec![day(2026, 3, 10)]),
            ("bis 13.03.", vec![day(2026, 3, 13)]),
            ("17 March 2026, 11.15 am", vec![day(2026, 3, 17)]),
            ("the 17th of March", vec![day(2026, 3, 17)]),
            ("March 17, 2027", vec![day(2027, 3, 17)]),
            ("March 9:30", vec![]),
            ("10:30", vec![]),
        ] {
            let found: Vec<i64> = dates(text, &march(text), 20_522).into_iter().flat_map(|date| date.days).collect();
            assert_eq!(found, days, "{text}");
        }
        assert_eq!(dates("5.1.26", &[], 20_522)[0].days, [day(2026, 1, 5), day(2026, 5, 1)]);
        assert_eq!(nearest(1, 5, day(2026, 12, 30)), Some(day(2027, 1, 5)));
    }
}
