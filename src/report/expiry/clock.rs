//! Times of day: "14:05", "16.48", "04:17:30", "19h36", "19 h 36", "10:53 PM", "6 PM", "18 Uhr", "21時28分", "02:29 UTC".

#![expect(clippy::indexing_slicing, reason = "places come from searches in the same text")]
#![expect(clippy::string_slice, reason = "places come from searches in the same text, which end between characters")]

use std::ops::Range;

/// "o'clock" and a full stop, and one more that tells a longer word.
const MOST_HOUR_CHARS: usize = 10;
/// " Uhr (", " p.m. ".
const MOST_BEFORE_ZONE_BYTES: usize = 8;
const MINUTE: i64 = 60;
const HOUR: i64 = 3600;

pub(super) struct Clock {
    /// From the day's beginning.
    pub(super) seconds: i64,
    /// Where the text says on which clock: seconds east of UTC.
    pub(super) zone: Option<i64>,
    pub(super) span: Range<usize>,
}

/// Zones by the letters that people write, in minutes east of UTC. Letters that mean several are there once for each.
const ZONES: [(&str, i64); 43] = [
    ("utc", 0),
    ("gmt", 0),
    ("z", 0),
    ("wet", 0),
    ("west", 60),
    ("bst", 60),
    ("cet", 60),
    ("mez", 60),
    ("cest", 120),
    ("mesz", 120),
    ("eet", 120),
    ("eest", 180),
    ("msk", 180),
    ("мск", 180),
    ("trt", 180),
    ("sast", 120),
    ("cat", 120),
    ("wat", 60),
    ("eat", 180),
    ("gst", 240),
    ("pkt", 300),
    ("ist", 330),
    ("ist", 60),
    ("ist", 120),
    ("wib", 420),
    ("ict", 420),
    ("sgt", 480),
    ("hkt", 480),
    ("myt", 480),
    ("pht", 480),
    ("jst", 540),
    ("kst", 540),
    ("aest", 600),
    ("aedt", 660),
    ("nzst", 720),
    ("nzdt", 780),
    ("brt", -180),
    ("est", -300),
    ("edt", -240),
    ("cst", -360),
    ("cdt", -300),
    ("pst", -480),
    ("pdt", -420),
];
/// The rest, one of which is the letters' meaning on the mountains.
const MOUNTAIN: [(&str, i64); 2] = [("mst", -420), ("mdt", -360)];

/// The times of day in figures; `offset` is that of the mail, where letters mean several zones.
pub(super) fn clocks(text: &str, offset: i64) -> Vec<Clock> {
    let bytes = text.as_bytes();
    let digits = |at: usize| bytes.get(at..).unwrap_or_default().iter().take_while(|c| c.is_ascii_digit()).count();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let run = digits(at);
        if run == 0 {
            at += 1;
            continue;
        }
        // A French hour has a space on both sides, which may be one that does not break.
        let rest = &text[at + run..];
        let spaced = [" h ", "\u{a0}h\u{a0}", "\u{202f}h\u{202f}"].into_iter().find(|mark| rest.starts_with(*mark));
        let minutes_at = at + run + spaced.map_or(1, str::len);
        let is_part = at > 0 && matches!(bytes[at - 1], b'.' | b':' | b'/' | b'-' | b',' | b'+');
        let value = |range: Range<usize>| text[range].parse::<i64>().unwrap_or(0);
        if run <= 2 && !is_part && (spaced.is_some() || matches!(bytes.get(at + run), Some(b':' | b'.' | b'h'))) && digits(minutes_at) == 2 {
            let mut after = minutes_at + 2;
            let (hour, minute, mut second) = (value(at..at + run), value(minutes_at..after), 0);
            if bytes.get(at + run) == Some(&b':') && bytes.get(after) == Some(&b':') && digits(after + 1) == 2 {
                second = value(after + 1..after + 3);
                after += 3;
            }
            let goes_on = matches!(bytes.get(after..after + 2), Some([b'.' | b':' | b'/' | b'-' | b',', digit]) if digit.is_ascii_digit());
            if !goes_on && (hour < 24 && minute < 60 || (hour, minute) == (24, 0)) {
                found.push(clock(text, (hour * 60 + minute) * MINUTE + second, at..after, offset));
            }
            at = after;
        } else {
            let hour = value(at..at + run.min(4));
            if let Some((minute, end)) = minutes_of_east_asia(text, at + run).filter(|_| run <= 2 && hour < 24) {
                found.push(clock(text, (hour * 60 + minute) * MINUTE, at..end, offset));
                at = end;
                continue;
            }
            if run <= 2 && !is_part && hour < 24 && is_hour(rest) {
                found.push(clock(text, hour * HOUR, at..at + run, offset));
            }
            at += run;
        }
    }
    found
}

/// The full hour of a bare number at a place: "kl. 19", "until 20 h".
pub(super) fn bare_hour(text: &str, at: usize, offset: i64) -> Option<Clock> {
    let digits = text[at..].bytes().take_while(u8::is_ascii_digit).count();
    let hour = text[at..at + digits].parse::<i64>().ok().filter(|hour| digits <= 2 && *hour <= 24)?;
    let after = text[at + digits..].trim_start();
    let is_more =
        after.starts_with([':', '/', '-', '%', '時', '时', '點', '点', '시']) || after.starts_with('.') && after[1..].trim_start().starts_with(|c: char| c.is_ascii_digit());
    (!is_more).then(|| clock(text, hour * HOUR, at..at + digits, offset))
}

/// The minutes behind the hour of "21時28分" and "21시 28분", and where they end.
fn minutes_of_east_asia(text: &str, at: usize) -> Option<(i64, usize)> {
    let rest = text[at..].strip_prefix(['時', '时', '點', '点', '시'])?.trim_start_matches(' ');
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 {
        return Some((0, text.len() - rest.len()));
    }
    let minute = rest[..digits].parse::<i64>().ok().filter(|minute| *minute < 60)?;
    let after = rest[digits..].strip_prefix(['分', '분'])?;
    Some((minute, text.len() - after.len()))
}

/// Whether what follows a number makes an hour of it: "6 PM", "18 Uhr".
fn is_hour(after: &str) -> bool {
    let word: String = after.trim_start().chars().take_while(|c| c.is_alphabetic() || matches!(c, '.' | '\'' | '’')).take(MOST_HOUR_CHARS).filter(|c| c.is_alphabetic()).collect();
    after.len() - after.trim_start().len() <= 2 && ["am", "pm", "uhr", "oclock"].iter().any(|name| word.eq_ignore_ascii_case(name))
}

fn clock(text: &str, seconds: i64, span: Range<usize>, offset: i64) -> Clock {
    let after: String = text[span.end..].chars().take(8).filter(|c| !matches!(c, '.' | ' ' | '\u{a0}' | '\u{202f}')).collect::<String>().to_ascii_lowercase();
    let before = text[..span.start].trim_end();
    let is_pm = after.starts_with("pm") || ["오후", "下午", "晚上", "午後"].iter().any(|name| before.ends_with(name));
    let seconds = match (is_pm, after.starts_with("am")) {
        (true, _) if seconds < 12 * HOUR => seconds + 12 * HOUR,
        (_, true) if seconds / HOUR == 12 => seconds - 12 * HOUR,
        _ => seconds,
    };
    Clock { seconds, zone: zone(&text[span.end..], offset), span }
}

/// The zone behind a time, within some bytes: letters, with an offset or without.
fn zone(after: &str, offset: i64) -> Option<i64> {
    let words = after.split_inclusive([' ', '(', '\u{a0}']).scan(0, |at, word| {
        let start = *at;
        *at += word.len();
        Some((start, word))
    });
    words.take_while(|(at, _)| *at <= MOST_BEFORE_ZONE_BYTES).find_map(|(_, word)| {
        let letters: String = word.chars().take_while(|c| c.is_alphabetic()).collect::<String>().to_lowercase();
        let means = || ZONES.iter().chain(&MOUNTAIN).filter(|(name, _)| *name == letters).map(|(_, minutes)| minutes * MINUTE);
        let zone = means().find(|zone| *zone == offset).or_else(|| means().next())?;
        Some(zone + if zone == 0 { shift(&word[letters.len()..]) } else { 0 })
    })
}

/// "+02:00", "+2", "-0330" behind "UTC".
fn shift(text: &str) -> i64 {
    let Some(sign) = text.chars().next().filter(|c| matches!(c, '+' | '-' | '−')) else { return 0 };
    let digits: String = text[sign.len_utf8()..].chars().take_while(|c| c.is_ascii_digit() || *c == ':').filter(char::is_ascii_digit).take(4).collect();
    let number: i64 = digits.parse().unwrap_or(0);
    let seconds = if digits.len() > 2 { (number / 100 * 60 + number % 100) * MINUTE } else { number * HOUR };
    if sign == '+' { seconds } else { -seconds }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day_are_read_as_they_are_written() {
        for (text, seconds) in [
            ("14:05", 50_700),
            ("16.48 today", 60_480),
            ("04:17:30 CST", 15_450),
            ("19h36", 70_560),
            ("19 h 36", 70_560),
            ("10:53 PM", 82_380),
            ("12:10 a.m.", 600),
            ("6 PM", 64_800),
            ("18 Uhr", 64_800),
            ("21時28分", 77_280),
            ("오후 9시", 75_600),
            ("24:00", 86_400),
        ] {
            assert_eq!(clocks(text, 0).iter().map(|clock| clock.seconds).collect::<Vec<_>>(), [seconds], "{text}");
        }
        for text in ["10.03.2026", "1.234,50", "-10:30", "25:00", "5 of 6", "2:3"] {
            assert!(clocks(text, 0).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_zone_is_read_behind_its_time() {
        let zone = |text, offset| clocks(text, offset)[0].zone;
        assert_eq!(zone("10:46:00 (UTC+00:00)", 0), Some(0));
        assert_eq!(zone("12:14 EET", 0), Some(7200));
        assert_eq!(zone("09:00 Uhr MEZ", 0), Some(3600));
        assert_eq!(zone("09:00 GMT+7", 0), Some(25_200));
        assert_eq!(zone("09:00 UTC-0330", 0), Some(-12_600));
        assert_eq!(zone("4:17 IST", 3600), Some(3600), "the mail's own, of several");
        assert_eq!(zone("4:17 IST", 0), Some(19_800));
        assert_eq!(zone("09:00 tomorrow, UTC", 0), None);
    }

    #[test]
    fn a_bare_hour_is_no_part_of_anything_longer() {
        assert_eq!(bare_hour("20 h.", 0, 0).map(|clock| clock.seconds), Some(72_000));
        for text in ["20:15", "20 %", "200", "20.3.", "25 h"] {
            assert!(bare_hour(text, 0, 0).is_none(), "{text}");
        }
    }
}
