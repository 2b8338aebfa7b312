//! Links that could be the one to follow.

use std::collections::HashMap;

use url::Url;

use super::wrapper::{self, Wrapper};
use crate::body::view::View;

/// Newsletters hold up to some hundreds of links.
const MAX_LINKS: usize = 256;
const MAX_OCCURRENCES: usize = 8;
/// Browsers and mail servers refuse longer URLs.
const MAX_HREF_BYTES: usize = 8 << 10;

/// One place where a link stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct LinkOccurrence {
    /// Index of the view.
    pub view: usize,
    /// Index in [`View::links`].
    pub link: usize,
}

/// A link that could be the answer, and everywhere it stands.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LinkCandidate {
    /// The target as sent.
    pub href: String,
    /// The destination, parsed: of the wrapper where there is one and it says so, else of `href`.
    pub url: Url,
    /// The destination inside a click wrapper, where it can be read offline.
    pub target: Option<String>,
    /// The click wrapper around it.
    pub wrapper: Option<Wrapper>,
    /// Where it stands, in reading order.
    pub occurrences: Vec<LinkOccurrence>,
}

impl std::fmt::Debug for LinkCandidate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LinkCandidate").field("host", &self.url.host_str()).field("wrapper", &self.wrapper).field("occurrences", &self.occurrences.len()).finish_non_exhaustive()
    }
}

/// All http and https links of a mail, and whether some were left out. Links with the same destination are one: a
/// button and the bare copy of its URL below. Linear in the links' total length.
pub fn find_links(views: &[View]) -> (Vec<LinkCandidate>, bool) {
    let mut found: Vec<LinkCandidate> = Vec::new();
    let mut by_destination: HashMap<String, usize> = HashMap::new();
    let mut cut = false;
    for (view_index, view) in views.iter().enumerate() {
        for (link_index, link) in view.links.iter().enumerate() {
            if by_destination.len() >= MAX_LINKS {
                cut = true;
                break;
            }
            let occurrence = LinkOccurrence { view: view_index, link: link_index };
            let Some(candidate) = read(&link.href) else { continue };
            // Anchor text that is a URL names the destination behind an opaque wrapper.
            let shown = (!link.bare && candidate.target.is_none()).then(|| shown_url(&view.text[link.span.clone()])).flatten();
            let keys = [Some(candidate.href.clone()), candidate.target.clone(), shown.map(str::to_owned)];
            let known = keys.iter().flatten().find_map(|key| by_destination.get(key).copied());
            let at = known.unwrap_or(found.len());
            if known.is_none() {
                found.push(candidate);
            }
            if found[at].occurrences.len() < MAX_OCCURRENCES {
                found[at].occurrences.push(occurrence);
            }
            for key in keys.into_iter().flatten() {
                by_destination.entry(key).or_insert(at);
            }
        }
    }
    (found, cut)
}

/// A link that may be opened at all: http or https, a host, no user name, no characters that a URL cannot hold.
fn read(href: &str) -> Option<LinkCandidate> {
    if href.len() > MAX_HREF_BYTES || href.chars().any(|c| c.is_control() || c == '\\' || crate::body::view::is_invisible(c)) {
        return None;
    }
    let parsed = http_url(href)?;
    let (wrapper, target) = wrapper::unwrap(&parsed);
    let url = target.as_deref().and_then(http_url).unwrap_or(parsed);
    Some(LinkCandidate { href: href.to_owned(), url, target, wrapper, occurrences: Vec::new() })
}

pub(super) fn http_url(href: &str) -> Option<Url> {
    let scheme = href.split(':').next()?;
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return None;
    }
    let url = Url::parse(href).ok()?;
    (url.has_host() && url.username().is_empty() && url.password().is_none()).then_some(url)
}

/// The anchor text, where it is a URL and nothing else.
fn shown_url(text: &str) -> Option<&str> {
    let text = text.trim();
    let mut urls = crate::body::view::urls(text);
    let span = urls.next()?;
    (span.start == 0 && text.len() - span.end <= 1).then(|| &text[span])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_and_its_bare_copy_are_one() {
        let view = View::of_html(r#"<a href="https://t.ex/c/abc">Go</a> <a href="https://t.ex/c/abd">https://ex.org/v/1</a> https://t.ex/c/abc"#);
        let (links, _) = find_links(&[view]);
        assert_eq!(links.iter().map(|l| l.occurrences.len()).collect::<Vec<_>>(), [2, 1]);
    }

    #[test]
    fn only_safe_http_links_are_candidates() {
        for href in ["javascript:alert(1)", "mailto:a@b.example", "https://bank.com@evil.example/", "data:text/html,x", "ftp://ex.org/", "https:\\\\ex.org", "/relative", "http://"] {
            assert!(read(href).is_none(), "{href}");
        }
        assert!(read("HTTPS://ex.org/a").is_some());
    }
}
