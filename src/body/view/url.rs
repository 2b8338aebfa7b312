//! Bare URLs in visible text: what a client makes clickable.

#![expect(clippy::indexing_slicing, reason = "offsets come from searches in the same bytes, or are compared with their length first")]
#![expect(clippy::string_slice, reason = "offsets come from searches in the same text, which end between characters")]

use std::ops::Range;

use super::{Link, View};
use crate::limits::Limit;

/// Adds a link for each URL in the text that does not stand in an anchor already.
pub(super) fn find_bare(view: &mut View, max_links: usize) {
    let mut found = Vec::new();
    for span in urls(&view.text) {
        if view.run_at(span.start).is_some_and(|run| run.prominence.link.is_some()) {
            continue;
        }
        if view.links.len() + found.len() >= max_links {
            view.limits_hit.push(Limit::LinksInPart);
            break;
        }
        let block = view.block_at(span.start);
        found.push(Link { href: view.text[span.clone()].to_owned(), span, image: false, button: false, block, bare: true, action: false, relative: false });
    }
    if found.is_empty() {
        return;
    }
    // Runs refer to links by index, so bare ones go behind the others; reading order is by block and span.
    view.links.append(&mut found);
}

/// The spans of http and https URLs.
pub(crate) fn urls(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let bytes = text.as_bytes();
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let colon = from + memchr::memmem::find(&bytes[from..], b"://")?;
            from = colon + 3;
            let Some(start) = scheme_start(bytes, colon) else { continue };
            let end = end_of_url(text, from);
            if end > from {
                from = end;
                return Some(start..end);
            }
        }
    })
}

fn scheme_start(bytes: &[u8], colon: usize) -> Option<usize> {
    let start = [5, 4].into_iter().filter_map(|len| colon.checked_sub(len)).find(|&start| matches!(bytes[start..colon].to_ascii_lowercase().as_slice(), b"http" | b"https"))?;
    let before = start.checked_sub(1).map(|at| bytes[at]);
    (!before.is_some_and(|c| c.is_ascii_alphanumeric())).then_some(start)
}

fn end_of_url(text: &str, from: usize) -> usize {
    let mut in_host = true;
    let mut end = text.len();
    let mut last = ' ';
    for (at, c) in text[from..].char_indices() {
        let stop = match c {
            '/' | '?' | '#' => {
                in_host = false;
                false
            }
            // Markdown: [text](target).
            '(' => last == ']',
            c if c.is_ascii() => c.is_ascii_whitespace() || matches!(c, '<' | '>' | '"' | '|' | '^' | '`' | '\\' | '{' | '}'),
            // Letters of a host in another script; in text without spaces the next word would follow the path.
            c => !(in_host && c.is_alphanumeric() && !is_unspaced(c)),
        };
        if stop {
            end = from + at;
            break;
        }
        last = c;
    }
    trim(&text[from..end]) + from
}

/// Scripts written without spaces between words.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3000}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}')
}

/// The length of a URL without the punctuation of the sentence around it.
fn trim(url: &str) -> usize {
    let mut end = url.len();
    let count = |c: u8| url.bytes().filter(|b| *b == c).count();
    let (mut round, mut square) = (count(b')').saturating_sub(count(b'(')), count(b']').saturating_sub(count(b'[')));
    while let Some(last) = url.as_bytes()[..end].last() {
        match last {
            b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\'' | b'*' => {}
            b')' if round > 0 => round -= 1,
            b']' if square > 0 => square -= 1,
            _ => break,
        }
        end -= 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        urls(text).map(|span| &text[span]).collect()
    }

    #[test]
    fn a_markdown_link_is_its_two_urls() {
        assert_eq!(found("[https://ex.org/a](https://ex.org/a)"), ["https://ex.org/a", "https://ex.org/a"]);
    }

    #[test]
    fn the_sentence_is_not_part_of_the_url() {
        assert_eq!(found("See (https://ex.org/a_(b)), or https://ex.org/c?d=1."), ["https://ex.org/a_(b)", "https://ex.org/c?d=1"]);
        assert_eq!(found("[https://ex.org/x] *http://ex.org/y*"), ["https://ex.org/x", "http://ex.org/y"]);
    }

    #[test]
    fn text_without_spaces_ends_a_url() {
        assert_eq!(found("请点击https://ex.cn/v/9fK2完成验证"), ["https://ex.cn/v/9fK2"]);
        assert_eq!(found("https://müller.example/x"), ["https://müller.example/x"]);
    }

    #[test]
    fn other_schemes_are_none() {
        assert!(found("ftp://ex.org shttp://ex.org javascript://x").is_empty());
    }
}
