//! HTML: its text as one stream, so that a code that its tags cut in pieces is one; its links and other attributes that
//! can name somebody; the URLs of its style sheets. Everything else is left to the byte.

use std::ops::Range;

use super::Redactor;
use super::text::Manner;

/// A stretch of the document with its character references undone.
#[derive(Default)]
struct Stream {
    chars: Vec<char>,
    spans: Vec<Range<usize>>,
}

impl Stream {
    fn of(html: &[char], range: Range<usize>) -> Self {
        let mut stream = Stream::default();
        stream.extend(html, range);
        stream
    }

    fn extend(&mut self, html: &[char], range: Range<usize>) {
        let mut at = range.start;
        while at < range.end {
            let (c, end) = reference(&html[..range.end], at).unwrap_or((html[at], at + 1));
            self.chars.push(c);
            self.spans.push(at..end);
            at = end;
        }
    }

    /// A break that stands nowhere in the source.
    fn line_break(&mut self, at: usize) {
        self.chars.push('\n');
        self.spans.push(at..at);
    }
}

/// Longer ones are no character reference ("&CounterClockwiseContourIntegral;" has 33 characters).
const MAX_REFERENCE: usize = 34;

fn reference(html: &[char], at: usize) -> Option<(char, usize)> {
    (html[at] == '&').then_some(())?;
    let end = at + 2 + html[at + 1..].iter().take(MAX_REFERENCE).position(|c| *c == ';')?;
    let text: String = html[at..end].iter().collect();
    let decoded = htmlize::unescape(text.as_str());
    let mut chars = decoded.chars();
    match (chars.next(), chars.next()) {
        (Some(one), None) => Some((one, end)),
        _ => None,
    }
}

/// Elements that do not end a line.
const INLINE: [&str; 22] = ["a", "b", "i", "u", "s", "em", "strong", "span", "font", "code", "tt", "kbd", "mark", "small", "big", "sub", "sup", "wbr", "abbr", "bdo", "bdi", "ins"];
/// Attributes that hold a URL and nothing else.
const URLS: [&str; 9] = ["href", "src", "action", "background", "cite", "poster", "longdesc", "formaction", "srcset"];
/// Attributes that a person reads.
const TEXTS: [&str; 9] = ["alt", "title", "content", "value", "aria-label", "placeholder", "summary", "label", "aria-description"];

/// What has to be done, found in one pass.
#[derive(Default)]
struct Regions {
    text: Stream,
    others: Vec<(Range<usize>, Of)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Url,
    Text,
    Machine,
    Style,
    Comment,
}

impl Redactor {
    pub(super) fn html(&mut self, html: &mut Vec<char>) {
        let regions = regions(html);
        let mut edits: Vec<(Range<usize>, String)> = Vec::new();
        self.stream(regions.text, Of::Text, &mut edits);
        for (range, of) in regions.others {
            if of == Of::Comment {
                let mut inside: Vec<char> = html[range.clone()].to_vec();
                self.html(&mut inside);
                edits.push((range, inside.into_iter().collect()));
            } else {
                self.stream(Stream::of(html, range), of, &mut edits);
            }
        }
        edits.sort_by_key(|(range, _)| range.start);
        let mut out: Vec<char> = Vec::with_capacity(html.len());
        let mut at = 0;
        for (range, new) in edits {
            out.extend(&html[at..range.start]);
            out.extend(new.chars());
            at = range.end;
        }
        out.extend(&html[at..]);
        *html = out;
    }

    fn stream(&mut self, mut stream: Stream, of: Of, edits: &mut Vec<(Range<usize>, String)>) {
        let before = stream.chars.clone();
        let head: String = before.iter().take(8).collect::<String>().trim_start().to_ascii_lowercase();
        match of {
            // A picture can hold a code.
            Of::Url if head.starts_with("data:") => {
                if let Some(comma) = before.iter().position(|c| *c == ',') {
                    stream.chars[comma..].iter_mut().filter(|c| c.is_ascii_alphanumeric()).for_each(|c| *c = 'A');
                    self.ledger.filled += 1;
                }
            }
            Of::Url if head.starts_with("http") => self.url(&mut stream.chars),
            Of::Url if ["mailto:", "cid:", "tel:", "sms:"].iter().any(|scheme| head.starts_with(scheme)) => self.text(&mut stream.chars, Manner::Prose),
            Of::Url => self.url(&mut stream.chars),
            Of::Machine => self.text(&mut stream.chars, Manner::Opaque),
            Of::Style => self.text(&mut stream.chars, Manner::Urls),
            Of::Text | Of::Comment => self.text(&mut stream.chars, Manner::Prose),
        }
        for ((old, new), span) in before.into_iter().zip(stream.chars).zip(stream.spans) {
            if old != new && !span.is_empty() {
                let written = if span.len() == 1 { new.to_string() } else { format!("&#{};", u32::from(new)) };
                edits.push((span, written));
            }
        }
    }
}

fn regions(html: &[char]) -> Regions {
    let mut regions = Regions::default();
    let mut at = 0;
    while at < html.len() {
        let begins = |word: &str| html[at..].iter().zip(word.chars()).filter(|(c, w)| c.to_ascii_lowercase() == *w).count() == word.len();
        if begins("<!--") {
            let end = find(html, at + 4, "-->").unwrap_or(html.len());
            regions.others.push((at + 4..end, Of::Comment));
            at = (end + 3).min(html.len());
        } else if html[at] == '<' && html.get(at + 1).is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
            at = tag(html, at, &mut regions);
        } else {
            let end = at + 1 + html[at + 1..].iter().take_while(|c| **c != '<').count();
            regions.text.extend(html, at..end);
            at = end;
        }
    }
    regions
}

/// One tag, and what stands in a style sheet or script behind it. Returns where the text goes on.
fn tag(html: &[char], start: usize, regions: &mut Regions) -> usize {
    let closing = html.get(start + 1) == Some(&'/');
    let from = start + 1 + usize::from(closing);
    let name: String = html[from..].iter().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '-')).collect::<String>().to_ascii_lowercase();
    let mut at = from + name.chars().count();
    while at < html.len() && html[at] != '>' {
        if html[at].is_whitespace() || matches!(html[at], '/' | '=' | '"' | '\'') {
            at += 1;
            continue;
        }
        let attribute: String = html[at..].iter().take_while(|c| !c.is_whitespace() && !matches!(c, '=' | '>' | '/')).collect();
        at += attribute.chars().count().max(1);
        let equals = at + html[at..].iter().take_while(|c| c.is_whitespace()).count();
        if html.get(equals) != Some(&'=') {
            continue;
        }
        let value = value(html, equals + 1);
        at = (value.end + usize::from(matches!(html.get(value.end), Some('"' | '\'')))).min(html.len());
        if let Some(of) = of_attribute(&attribute.to_ascii_lowercase()) {
            regions.others.push((value, of));
        }
    }
    at = (at + 1).min(html.len());
    if !INLINE.contains(&name.as_str()) {
        regions.text.line_break(at);
    }
    let of = match name.as_str() {
        "style" if !closing => Of::Style,
        "script" if !closing => Of::Text,
        _ => return at,
    };
    let end = find(html, at, &format!("</{name}")).unwrap_or(html.len());
    regions.others.push((at..end, of));
    end
}

fn value(html: &[char], after_equals: usize) -> Range<usize> {
    let start = after_equals + html[after_equals..].iter().take_while(|c| c.is_whitespace()).count();
    match html.get(start) {
        Some(quote @ ('"' | '\'')) => start + 1..start + 1 + html[start + 1..].iter().take_while(|c| *c != quote).count(),
        _ => start..start + html[start..].iter().take_while(|c| !c.is_whitespace() && **c != '>').count(),
    }
}

fn of_attribute(name: &str) -> Option<Of> {
    match name {
        _ if URLS.contains(&name) => Some(Of::Url),
        _ if TEXTS.contains(&name) => Some(Of::Text),
        "id" | "name" => Some(Of::Machine),
        "style" => Some(Of::Style),
        _ => name.starts_with("data-").then_some(Of::Machine),
    }
}

fn find(html: &[char], from: usize, word: &str) -> Option<usize> {
    let word: Vec<char> = word.chars().collect();
    html.get(from..)?.windows(word.len()).position(|window| window.iter().zip(&word).all(|(c, w)| c.eq_ignore_ascii_case(w))).map(|at| at + from)
}
