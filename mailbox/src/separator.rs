//! The line before each mail of an mbox (RFC 4155, appendix A): `From sender Thu Jan  1 00:00:00 1970`.

/// No program writes a longer one; longer lines are text.
pub(crate) const MAX_BYTES: usize = 1024;

/// Some programs write a sender with blanks in it and a time zone; more words than this are a sentence.
const MAX_WORDS: usize = 24;

const WEEKDAYS: [&[u8]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];
const MONTHS: [&[u8]; 12] = [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];

/// Whether a line may stand between two mails: a sender, a weekday, day and month, a time and a year. Text that begins with "From "
/// is much more common than that. The order of day and month, the time zone and what follows the year differ between programs:
///
/// - `From ann@example.org Thu Jan  1 00:00:00 1970`, as RFC 4155 has it
/// - `From 1746215521331221234@xxx Thu Jan 01 00:00:00 +0000 1970`, from Google
/// - `From - Thu Jan 01 00:00:00 1970`, from Thunderbird
/// - `From ann at example.org  Thu Jan  1 00:00 1970`, from Mailman
pub(crate) fn is_separator(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else { return false };
    if line.len() > MAX_BYTES {
        return false;
    }
    let mut words = rest.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    if words.next().is_none() {
        return false;
    }
    let (mut weekday, mut month, mut time, mut year) = (false, false, false, false);
    for word in words.by_ref().take(MAX_WORDS) {
        let word = word.strip_suffix(b",").unwrap_or(word);
        match word {
            // Names in the date only count in its order, so that a sender called "May" is none.
            _ if WEEKDAYS.contains(&word) => weekday = true,
            _ if weekday && MONTHS.contains(&word) => month = true,
            _ if weekday && is_time(word) => time = true,
            _ if month && is_year(word) => year = true,
            _ => {}
        }
    }
    month && time && year && words.next().is_none()
}

fn is_time(word: &[u8]) -> bool {
    let mut parts = 0;
    let all = word.split(|&byte| byte == b':').all(|part| {
        parts += 1;
        matches!(part.len(), 1 | 2) && part.iter().all(u8::is_ascii_digit)
    });
    all && matches!(parts, 2 | 3)
}

fn is_year(word: &[u8]) -> bool {
    word.len() == 4 && word.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_known_programs_separate() {
        for line in [
            "From ann@example.org Thu Jan  1 00:00:00 1970\n",
            "From ann@example.org Thu Jan  1 00:00:00 1970\r\n",
            "From 1746215521331221234@xxx Thu Jan 01 00:00:00 +0000 1970",
            "From - Thu Jan 01 00:00:00 1970",
            "From ann at example.org  Thu Jan  1 00:00 1970",
            "From MAILER-DAEMON Fri Jul  8 12:08:34 CEST 2011 remote from host",
            "From \"Ann B.\"@example.org Thu, 1 Jan 1970 00:00:00 +0000",
            "From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001",
        ] {
            assert!(is_separator(line.as_bytes()), "{line}");
        }
    }

    #[test]
    fn sentences_do_not_separate() {
        for line in [
            "From \n",
            "From here on it is easy\n",
            "From Mon to Fri we open at 8:00\n",
            "From Ann, who met us on Thu at noon in Jan of 1970\n",
            "From May 1970 to Jun 1971\n",
            "from ann@example.org Thu Jan  1 00:00:00 1970\n",
            ">From ann@example.org Thu Jan  1 00:00:00 1970\n",
            "From: ann@example.org Thu Jan  1 00:00:00 1970\n",
        ] {
            assert!(!is_separator(line.as_bytes()), "{line}");
        }
        let long = format!("From {} Thu Jan  1 00:00:00 1970", "a".repeat(MAX_BYTES));
        assert!(!is_separator(long.as_bytes()));
    }
}
