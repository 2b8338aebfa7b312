//! Older mails inside this one, told by their shape: header lines of a mail that is passed on or answered.

#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]
#![expect(clippy::string_slice, reason = "offsets come from searches in the same text, which end between characters")]

use std::ops::Range;

use super::{Role, View};

/// A quoted header has From, Date, Subject, To and at times some more.
const MAX_HEADER_LINES: usize = 8;

/// Blocks from the first quoted header on are text of another mail.
pub(super) fn mark_passed_on(view: &mut View) {
    let lines: Vec<Range<usize>> = lines(&view.text).collect();
    let Some(start) = (0..lines.len()).find(|&at| begins_quoted_header(&view.text, &lines[at..])) else { return };
    let offset = lines[start].start;
    for block in view.blocks.iter_mut().filter(|block| block.span.end > offset) {
        if block.role != Role::Quoted {
            block.role = Role::Forwarded;
        }
    }
}

fn lines(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut start = 0;
    text.split('\n').map(move |line| {
        let span = start..start + line.len();
        start = span.end + 1;
        span
    })
}

/// A ruler line with words in it ("----- Forwarded message -----") and labelled lines below, one of them with an
/// address; or a bare ruler and three such lines; or without a ruler, at least three labelled lines of which two hold an
/// address (From and To).
fn begins_quoted_header(text: &str, lines: &[Range<usize>]) -> bool {
    let line = |at: usize| lines.get(at).map_or("", |span| &text[span.clone()]);
    let (ruler, bare) = (is_ruler(line(0)), is_bare_ruler(line(0)));
    let first = usize::from(ruler || bare);
    let (mut labelled, mut addressed) = (0, 0);
    for at in first..first + MAX_HEADER_LINES {
        let line = line(at);
        if !is_labelled(line) {
            break;
        }
        labelled += 1;
        addressed += usize::from(line.contains('@'));
    }
    match () {
        () if ruler => labelled >= 2 && addressed >= 1,
        () if bare => labelled >= 3 && addressed >= 1 && line(1).contains('@'),
        () => labelled >= 3 && addressed >= 2 && line(0).contains('@'),
    }
}

/// A line of strokes, as Outlook draws it above the header of the mail that it quotes.
fn is_bare_ruler(line: &str) -> bool {
    line.len() >= 10 && line.bytes().all(|c| matches!(c, b'_' | b'-'))
}

fn is_ruler(line: &str) -> bool {
    let is_stroke = |c: char| matches!(c, '-' | '_' | '=' | '*' | '–' | '—');
    let inner = line.trim_matches(is_stroke);
    line.starts_with("---") && inner.len() + 5 < line.len() && inner.trim().chars().count() >= 4 && inner.len() < 120
}

/// "From: ...": a short label of at most three words, a colon, a value.
fn is_labelled(line: &str) -> bool {
    let Some((label, value)) = line.split_once(':') else { return false };
    let label = label.trim_matches(|c: char| c == '*' || c.is_whitespace());
    !label.is_empty() && label.chars().count() <= 16 && label.split_whitespace().count() <= 3 && !label.contains(['/', '@', '.']) && !value.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::super::*;

    #[test]
    fn text_below_a_forwarding_ruler_is_passed_on() {
        let view = View::of_text("see below\n\n---------- Forwarded message ---------\nFrom: A <a@b.example>\nSubject: x\n\nYour code is 123456", false, false);
        assert_eq!(view.blocks.first().map(|b| b.role), Some(Role::Paragraph));
        assert_eq!(view.blocks.last().map(|b| b.role), Some(Role::Forwarded));
    }

    #[test]
    fn facts_of_a_sign_in_are_no_quoted_header() {
        let view = View::of_text("New sign-in\nAccount: a@b.example\nDevice: Phone\nTime: 10:00\n\nCode 123456", false, false);
        assert!(view.blocks.iter().all(|b| b.role == Role::Paragraph));
    }
}
