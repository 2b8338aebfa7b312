//! JSON read as a sequence of strings: what mails and links carry of it is often invalid (trailing commas, comments), and all
//! that is wanted is which string follows which key.

#![expect(clippy::string_slice, reason = "offsets come from searches in the same text, which end between characters")]

/// The string literals of a JSON text (RFC 8259 section 7), and whether each is a key. Half of a surrogate pair becomes U+FFFD.
/// Ends at the end of the text, or at a literal that has none. Linear in `json.len()`.
pub(crate) fn strings(json: &str) -> impl Iterator<Item = (String, bool)> + '_ {
    let mut rest = json;
    std::iter::from_fn(move || {
        let start = rest.find('"')? + 1;
        let mut chars = rest[start..].chars();
        let string = literal(&mut chars)?;
        rest = chars.as_str();
        Some((string, rest.trim_start().starts_with(':')))
    })
}

/// A literal behind its opening mark.
fn literal(chars: &mut std::str::Chars<'_>) -> Option<String> {
    let mut out = String::new();
    loop {
        match chars.next()? {
            '"' => return Some(out),
            '\\' => match chars.next()? {
                'u' => out.extend(escaped(chars)),
                'n' => out.push('\n'),
                't' => out.push('\t'),
                'r' => out.push('\r'),
                c => out.push(c),
            },
            c => out.push(c),
        }
    }
}

/// The character of `\uXXXX`, or of two of them that make a surrogate pair.
fn escaped(chars: &mut std::str::Chars<'_>) -> Option<char> {
    let first = code_unit(chars)?;
    let mut ahead = chars.clone();
    let second = (ahead.next() == Some('\\') && ahead.next() == Some('u')).then(|| code_unit(&mut ahead)).flatten();
    if let Some(Ok(pair)) = second.and_then(|second| char::decode_utf16([first, second]).next()).filter(|_| (0xd800..0xdc00).contains(&first)) {
        *chars = ahead;
        return Some(pair);
    }
    Some(char::from_u32(u32::from(first)).unwrap_or(char::REPLACEMENT_CHARACTER))
}

fn code_unit(chars: &mut std::str::Chars<'_>) -> Option<u16> {
    let digits: String = chars.by_ref().take(4).collect();
    u16::from_str_radix(&digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_read_one_after_the_other() {
        let read: Vec<_> = strings(r#"{"a":"\"b\":", "c" : ["https:\/\/ex.org\/?a\u0026b", "\ud83d\ude00\ud83d!"], "cut"#).collect();
        let expected = [("a", true), ("\"b\":", false), ("c", true), ("https://ex.org/?a&b", false), ("\u{1f600}\u{fffd}!", false)];
        assert_eq!(read, expected.map(|(string, is_key)| (string.to_owned(), is_key)));
    }
}
