//! Links that could be the one to follow.

#![expect(clippy::indexing_slicing, reason = "indices come from positions in the same list, or from the enum that the array is as long as")]
#![expect(clippy::string_slice, reason = "spans of blocks, lines, links and phrases lie in the text of their view, between characters")]

use std::borrow::Cow;
use std::collections::HashMap;

use smallvec::SmallVec;
use url::Url;

use super::wrapper::{self, Wrapper};
use super::{host, href};
use crate::body::view::{Source, View, floor, letters};
use crate::limits::{Cuts, Limit, Limits};

const MAX_OCCURRENCES: usize = 8;

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
    /// The target as sent, but for what browsers do to it: blanks around it, line breaks and tabs inside are dropped, blanks
    /// inside escaped.
    pub href: String,
    /// The destination, parsed: of the wrapper where there is one and it says so, else of `href`.
    pub url: Url,
    /// The destination inside a click wrapper, where it can be read offline.
    pub target: Option<String>,
    /// The click wrapper around it.
    pub wrapper: Option<Wrapper>,
    /// Where it leads is not known: the wrapper, or one inside it, does not say.
    pub opaque: bool,
    /// Where it stands, in reading order.
    pub occurrences: Vec<LinkOccurrence>,
}

impl std::fmt::Debug for LinkCandidate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LinkCandidate").field("host", &self.url.host_str()).field("wrapper", &self.wrapper).field("occurrences", &self.occurrences.len()).finish_non_exhaustive()
    }
}

impl LinkCandidate {
    /// The registrable domain that the link leads to, in Punycode: `ex.org` for `https://accounts.ex.org/`. `None` where it is
    /// not known (an opaque wrapper) and where there is none (an IP address, a name such as `localhost`).
    pub fn domain(&self) -> Option<&str> {
        if self.opaque { None } else { host::registrable(&self.url) }
    }

    /// `href`, parsed: there already where nothing is known of a destination inside.
    pub(crate) fn sent(&self) -> Cow<'_, Url> {
        if self.target.is_none() { Cow::Borrowed(&self.url) } else { Url::parse(&self.href).map_or(Cow::Borrowed(&self.url), Cow::Owned) }
    }
}

/// All http and https links of a mail, and the limits that left some out. Links with the same destination are one: a
/// button and the bare copy of its URL below. Linear in the links' total length.
pub fn find_links(views: &[View], limits: &Limits) -> (Vec<LinkCandidate>, Vec<Limit>) {
    let mut found = Found::default();
    let mut cuts = Cuts::default();
    for (view_index, view) in views.iter().enumerate() {
        for (link_index, link) in view.links.iter().enumerate() {
            if found.candidates.len() >= limits.links {
                cuts.add(Limit::Links);
                break;
            }
            if link.href.len() > limits.url_bytes {
                cuts.add(Limit::UrlBytes);
                continue;
            }
            let Some(candidate) = read(&link.href) else { continue };
            // Anchor text that is a URL names the destination behind an opaque wrapper.
            let shown = (!link.bare && candidate.target.is_none()).then(|| shown_url(&view.text[link.span.clone()])).flatten().map(str::to_owned);
            found.add(candidate, shown, LinkOccurrence { view: view_index, link: link_index });
        }
    }
    found.join_versions(views);
    (found.merged(views), cuts.into_vec())
}

/// Links by destination. A later link may show that two earlier ones are the same, so each points to the one it joined.
#[derive(Default)]
struct Found {
    candidates: Vec<LinkCandidate>,
    joined: Vec<usize>,
    by_destination: HashMap<String, usize>,
}

impl Found {
    fn root(&self, mut at: usize) -> usize {
        while self.joined[at] != at {
            at = self.joined[at];
        }
        at
    }

    fn add(&mut self, candidate: LinkCandidate, shown: Option<String>, occurrence: LinkOccurrence) {
        let keys = [Some(candidate.href.clone()), candidate.target.clone(), shown];
        let mut roots: SmallVec<[usize; 3]> = keys.iter().flatten().filter_map(|key| self.by_destination.get(key)).map(|at| self.root(*at)).collect();
        roots.sort_unstable();
        roots.dedup();
        let same_href = roots.iter().any(|at| self.candidates[*at].href == candidate.href);
        let at = match roots.first() {
            Some(first) if same_href || self.candidates[*first].occurrences.len() >= MAX_OCCURRENCES => *first,
            _ => {
                self.candidates.push(LinkCandidate { occurrences: Vec::new(), ..candidate });
                self.joined.push(self.joined.len());
                self.joined.len() - 1
            }
        };
        if self.candidates[at].occurrences.len() < MAX_OCCURRENCES {
            self.candidates[at].occurrences.push(occurrence);
        }
        let root = roots.first().copied().unwrap_or(at).min(at);
        roots.into_iter().chain([at]).for_each(|other| self.joined[other] = root);
        for key in keys.into_iter().flatten() {
            self.by_destination.entry(key).or_insert(at);
        }
    }

    /// Senders track the links of each version of a mail by themselves, so the button "Confirm address" of the HTML part and
    /// "Confirm address: https://..." of the text part differ. They are one link where the same words stand on the one and before
    /// the other, and nothing says that they lead to different owners.
    fn join_versions(&mut self, views: &[View]) {
        let labels = self.labels(views);
        for at in 0..self.candidates.len() {
            let Some(before) = words_before(views, &self.candidates[at]) else { continue };
            let (text, root) = (&self.candidates[at], self.root(at));
            let is_same = |other: &usize| {
                self.root(*other) != root && (self.candidates[*other].opaque || self.candidates[*other].domain().is_some_and(|domain| text.domain() == Some(domain)))
            };
            let Some(other) = labels.iter().find(|(label, _)| before.ends_with(label.as_str())).map(|(_, at)| *at).filter(is_same) else { continue };
            let (one, other) = (root.min(self.root(other)), root.max(self.root(other)));
            self.joined[other] = one;
        }
    }

    /// The words on the anchors of the HTML, longest first; those that are on one link only.
    fn labels(&self, views: &[View]) -> Vec<(String, usize)> {
        let mut owners: HashMap<String, Option<usize>> = HashMap::new();
        for (at, candidate) in self.candidates.iter().enumerate() {
            for (view, link) in
                candidate.occurrences.iter().map(|o| (&views[o.view], &views[o.view].links[o.link])).filter(|(view, link)| view.source == Source::Html && !link.bare)
            {
                let label = letters(&view.text[link.span.clone()]);
                if (MIN_LABEL..=MAX_LABEL).contains(&label.len()) {
                    owners.entry(label).and_modify(|owner| *owner = owner.filter(|other| self.root(*other) == self.root(at))).or_insert(Some(at));
                }
            }
        }
        let mut labels: Vec<(String, usize)> = owners.into_iter().filter_map(|(label, owner)| Some((label, owner?))).collect();
        labels.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        labels
    }

    /// One candidate for each destination, in reading order. Its href is that of an anchor in HTML where there is one:
    /// that is what a person clicks.
    fn merged(self, views: &[View]) -> Vec<LinkCandidate> {
        let roots: Vec<usize> = (0..self.joined.len()).map(|at| self.root(at)).collect();
        let mut merged: Vec<Option<LinkCandidate>> = vec![None; roots.len()];
        for (candidate, root) in self.candidates.into_iter().zip(roots) {
            match &mut merged[root] {
                None => merged[root] = Some(candidate),
                Some(first) => {
                    let is_anchor = |c: &LinkCandidate| c.occurrences.iter().any(|o| views[o.view].source == Source::Html && !views[o.view].links[o.link].bare);
                    let mut occurrences = std::mem::take(&mut first.occurrences);
                    occurrences.extend(&candidate.occurrences);
                    occurrences.truncate(MAX_OCCURRENCES);
                    let target = first.target.clone().or(candidate.target.clone());
                    if !is_anchor(&LinkCandidate { occurrences: occurrences[..1].to_vec(), ..first.clone() }) && is_anchor(&candidate) {
                        *first = candidate;
                    }
                    (first.occurrences, first.target) = (occurrences, target);
                }
            }
        }
        merged.into_iter().flatten().collect()
    }
}

/// Bytes of an anchor's words that are compared with what stands before a URL: "OK" says too little, and nobody writes novels.
const MIN_LABEL: usize = 5;
const MAX_LABEL: usize = 120;

/// The words before a bare URL of a text part, for a link that stands nowhere else.
fn words_before(views: &[View], link: &LinkCandidate) -> Option<String> {
    let [only] = link.occurrences[..] else { return None };
    let view = &views[only.view];
    let start = view.links[only.link].span.start;
    let from = floor(&view.text, start.saturating_sub(2 * MAX_LABEL));
    (view.source == Source::Text).then(|| letters(&view.text[from..start]))
}

/// A link that may be opened, and that leads to nothing that may not.
fn read(href: &str) -> Option<LinkCandidate> {
    let (href, parsed) = href::openable(href)?;
    let seen = wrapper::unwrap(&parsed)?;
    let (target, url) = seen.target.map_or((None, parsed), |(target, url)| (Some(target), url));
    Some(LinkCandidate { href: href.into_owned(), url, target, wrapper: seen.wrapper, opaque: seen.opaque, occurrences: Vec::new() })
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
        let (links, _) = find_links(&[view], &Limits::new());
        assert_eq!(links.iter().map(|l| l.occurrences.len()).collect::<Vec<_>>(), [2, 1]);
    }

    #[test]
    fn only_links_that_may_be_opened_are_candidates() {
        for href in ["javascript:alert(1)", "https://bank.com@evil.example/", "https://www.google.com/url?q=javascript:alert(1)"] {
            assert!(read(href).is_none(), "{href}");
        }
        assert!(read("HTTPS://ex.org/a").is_some());
    }

    #[test]
    fn a_wrapped_line_in_an_href_is_joined() {
        let (links, _) = find_links(&[View::of_html("<a href=\"https://ex.org/verify?t=0123\n4567\">Go</a>")], &Limits::new());
        assert_eq!(links[0].href, "https://ex.org/verify?t=01234567");
    }

    #[test]
    fn how_long_a_link_may_be_is_the_callers_to_say() {
        let view = [View::of_html(&format!("<a href='https://ex.org/{}'>Go</a>", "a".repeat(8 << 10)))];
        let mut limits = Limits::new();
        assert_eq!(find_links(&view, &limits), (vec![], vec![Limit::UrlBytes]));
        limits.url_bytes = 16 << 10;
        assert_eq!(find_links(&view, &limits).0.len(), 1);
    }

    fn hrefs(text: &str, html: &str) -> Vec<String> {
        let views = [View::of_text(text, false, false), View::of_html(html)];
        find_links(&views, &Limits::new()).0.into_iter().map(|link| link.href).collect()
    }

    #[test]
    fn the_versions_of_a_tracked_link_are_one() {
        let tracked = "https://u1.ct.sendgrid.net/ls/click?upn=u001.8f3e";
        let html = format!("<p>Hello</p><a href='{tracked}'>Confirm address</a> <a href='https://u1.ct.sendgrid.net/ls/click?upn=u001.9a7c'>Help</a>");
        for text in ["Hello\n\nConfirm address: https://ex.org/c/1\n", "Hello\n\nConfirm address\nhttps://ex.org/c/1\n", "Confirm address (https://ex.org/c/1)"] {
            assert_eq!(hrefs(text, &html)[0], tracked, "{text}");
            assert_eq!(hrefs(text, &html).len(), 2, "{text}");
        }
    }

    #[test]
    fn links_of_other_words_or_other_owners_are_two() {
        let html = "<a href='https://ex.org/c/2'>Confirm address</a>";
        assert_eq!(hrefs("Help: https://ex.org/c/1", html).len(), 2);
        assert_eq!(hrefs("Confirm address: https://other.example/c/1", html).len(), 2);
        assert_eq!(hrefs("Confirm address: https://id.ex.org/c/1", html).len(), 1);
    }
}
