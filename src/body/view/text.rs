//! Plain text to a [`View`]: paragraphs, list items, quoted lines, the signature; wrapped lines and URLs joined.

#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]
#![expect(clippy::string_slice, reason = "offsets come from searches in the same text, which end between characters")]

use std::borrow::Cow;

use super::build::Builder;
use super::style::BASE_SIZE;
use super::{Prominence, Role, Source, View};
use crate::limits::Limits;

/// A line of at least this many characters was wrapped by its writer's program rather than ended by its writer.
const WRAPPED_LINE: usize = 60;
/// Bytes of most lines, empty ones counted.
const USUAL_LINE: usize = 32;
/// A URL as long as this may have been cut at the end of its line.
const WRAPPED_URL_LINE: usize = 62;
/// A URL in angle brackets may go over some lines (RFC 3986, appendix C).
const MAX_URL_LINES: usize = 12;

pub(super) fn view(text: &str, flowed: bool, delsp: bool, limits: &Limits) -> View {
    let mut out = Builder::new(Source::Text, limits);
    out.reserve(text.len(), text.len() / USUAL_LINE);
    let prominence = Prominence { size: BASE_SIZE, ..Prominence::default() };
    let mut state = State { role: Role::Paragraph, joins: false, signature: false };
    for line in join_urls(&unflow(text, flowed, delsp)).split('\n') {
        if out.is_full() {
            break;
        }
        let line = line.trim_end_matches('\r');
        state.line(line, &mut out, prominence);
    }
    out.finish()
}

struct State {
    role: Role,
    /// The last line was so long that the next goes on with its sentence.
    joins: bool,
    signature: bool,
}

impl State {
    fn line(&mut self, line: &str, out: &mut Builder, prominence: Prominence) {
        if line == "-- " || line == "--" {
            (self.signature, self.joins) = (true, false);
            return out.block_break();
        }
        let (content, quoted) = unquote(line);
        if content.trim().is_empty() || is_ruler(content) {
            self.joins = false;
            return out.block_break();
        }
        let item = is_list_item(content);
        let role = match () {
            () if quoted => Role::Quoted,
            () if self.signature => Role::Signature,
            () if item => Role::ListItem,
            () => Role::Paragraph,
        };
        if item || (role != self.role && !(self.role == Role::ListItem && self.joins)) {
            out.block_break();
            self.joins = false;
        }
        self.role = role;
        out.set_role(role, None);
        if self.joins {
            out.text(" ", prominence, false);
        } else {
            out.line_break();
        }
        out.text(content, prominence, false);
        self.joins = content.chars().count() >= WRAPPED_LINE && !content.trim_end().ends_with(['.', '!', '?', ':', '。', '：', '」', '】']);
    }
}

/// RFC 3676: a line ending in a space goes on in the next of the same quote depth.
fn unflow(text: &str, flowed: bool, delsp: bool) -> Cow<'_, str> {
    if !flowed {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for line in text.split('\n') {
        let line = line.trim_end_matches('\r');
        // Space-stuffing: a leading space protects "From " and ">".
        let content = line.strip_prefix(' ').unwrap_or(line);
        match content.strip_suffix(' ') {
            Some(_) if line == "-- " => out.push_str("-- \n"),
            Some(content) => {
                out.push_str(content);
                if !delsp {
                    out.push(' ');
                }
            }
            None => {
                out.push_str(content);
                out.push('\n');
            }
        }
    }
    Cow::Owned(out)
}

/// URLs that were cut at the end of a line, or that stand in angle brackets over several.
fn join_urls(text: &str) -> Cow<'_, str> {
    if memchr::memmem::find(text.as_bytes(), b"://").is_none() {
        return Cow::Borrowed(text);
    }
    let lines: Vec<&str> = text.split('\n').map(|line| line.trim_end_matches('\r')).collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < lines.len() {
        out.push_str(lines[at]);
        let mut last = lines[at];
        let mut joined = 0;
        while joined < MAX_URL_LINES
            && let Some(next) = lines.get(at + 1)
            && goes_on(last, next, joined > 0)
        {
            let trimmed = next.trim();
            out.truncate(out.trim_end().len());
            out.push_str(trimmed);
            last = trimmed;
            at += 1;
            joined += 1;
        }
        out.push('\n');
        at += 1;
    }
    Cow::Owned(out)
}

fn goes_on(line: &str, next: &str, already: bool) -> bool {
    let tail = line.trim_end().rsplit(char::is_whitespace).next().unwrap_or("");
    let next_trimmed = next.trim();
    let Some(url) = tail.rfind("http").map(|at| &tail[at..]).filter(|url| url.starts_with("http://") || url.starts_with("https://")).or(already.then_some(tail)) else {
        return false;
    };
    let is_url_text = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_graphic() && !matches!(c, b'<' | b'"'));
    if !is_url_text(next_trimmed.trim_end_matches('>')) || next_trimmed.contains("://") || next_trimmed.starts_with(['-', '=', '*', '>', '_', '(', '[']) {
        return false;
    }
    let bracketed = tail.contains("<http") && !tail.contains('>');
    if bracketed {
        return true;
    }
    // A URL alone on its line, and a line below that is plainly more of a query or path.
    let goes_on_as_query = next_trimmed.contains(['=', '&']) || next_trimmed.starts_with(['/', '?']);
    if line.trim() == url && url.len() >= 24 && goes_on_as_query {
        return true;
    }
    let looks_cut = line.chars().count() >= WRAPPED_URL_LINE && url.len() >= 24 && !url.ends_with(['.', ')', ',']);
    let looks_like_rest = next_trimmed.bytes().any(|c| c.is_ascii_digit() || matches!(c, b'=' | b'&' | b'%' | b'/')) || next_trimmed.len() >= 24;
    looks_cut && looks_like_rest && !next_trimmed.ends_with([':', ','])
}

/// The line without its quote marks, and whether it had any.
fn unquote(line: &str) -> (&str, bool) {
    let mut rest = line;
    let mut quoted = false;
    while let Some(inner) = rest.trim_start_matches(' ').strip_prefix('>') {
        (rest, quoted) = (inner, true);
    }
    (if quoted { rest } else { line }, quoted)
}

fn is_ruler(line: &str) -> bool {
    let line = line.trim();
    line.chars().count() >= 3
        && line
            .chars()
            .all(|c| matches!(c, '-' | '=' | '_' | '*' | '~' | '#' | '+' | '.' | '━' | '─' | '═' | '＝' | '－' | '‐' | '―' | '—' | '–' | '◆' | '■' | '☆' | '★' | '・' | ' '))
}

fn is_list_item(line: &str) -> bool {
    let line = line.trim_start();
    ["- ", "* ", "• ", "· ", "+ ", "– ", "‣ ", "◦ "].iter().any(|mark| line.starts_with(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(text: &str) -> String {
        super::view(text, false, false, &Limits::new()).text
    }

    #[test]
    fn a_wrapped_sentence_is_one_line() {
        assert_eq!(
            text_of("To finish the registration of your new account, please type the\ncode 123456 in the form."),
            "To finish the registration of your new account, please type the code 123456 in the form."
        );
    }

    #[test]
    fn short_lines_stay_apart() {
        assert_eq!(text_of("Code\n123456\nThanks"), "Code\n123456\nThanks");
    }

    #[test]
    fn a_cut_url_is_joined() {
        let view = super::view("Open\nhttps://ex.org/confirm/account?token=0123456789abcdef0123456789abcdef&use\nr=17&x=9\n\nBye", false, false, &Limits::new());
        assert_eq!(view.links[0].href, "https://ex.org/confirm/account?token=0123456789abcdef0123456789abcdef&user=17&x=9");
    }

    #[test]
    fn a_url_cut_early_is_joined_where_its_query_goes_on() {
        let view = super::view("http://ent.example/cgi-bin/p?u=e2204\n418&x=MfioKajJ\n\nhttps://ex.org/login/0123456789\n483921", false, false, &Limits::new());
        assert_eq!(view.links.iter().map(|l| l.href.as_str()).collect::<Vec<_>>(), ["http://ent.example/cgi-bin/p?u=e2204418&x=MfioKajJ", "https://ex.org/login/0123456789"]);
    }

    #[test]
    fn a_url_in_angle_brackets_may_go_over_lines() {
        let view = super::view("Open <https://ex.org/a?t=01234567\n89abcdef>.", false, false, &Limits::new());
        assert_eq!(view.links[0].href, "https://ex.org/a?t=0123456789abcdef");
    }

    #[test]
    fn flowed_text_is_unwrapped() {
        assert_eq!(super::view("Your code \nis 123456\n", true, false, &Limits::new()).text, "Your code is 123456");
    }

    #[test]
    fn quoted_lines_and_the_signature_have_their_roles() {
        let view = super::view("Hi\n> old\n-- \nMe", false, false, &Limits::new());
        assert_eq!(view.blocks.iter().map(|b| b.role).collect::<Vec<_>>(), [Role::Paragraph, Role::Quoted, Role::Signature]);
    }
}
