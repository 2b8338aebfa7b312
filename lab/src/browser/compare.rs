//! One HTML part, as the browser shows it and as the view has it: words as multisets, links as sets of targets. A tree
//! builder makes several anchors of one that is badly nested, so their number says nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use mailpick::view::View;
use serde::Serialize;

use super::chromium::Seen;

/// What one mail's HTML parts have in common, and what only one side has.
#[derive(Debug, Default, Serialize)]
pub(super) struct Comparison {
    pub(super) words: Counts,
    pub(super) links: Counts,
    /// Mails with one part hold one of these; empty where both sides agree.
    pub(super) words_only_in_browser: Vec<String>,
    pub(super) words_only_in_view: Vec<String>,
    pub(super) links_only_in_browser: Vec<String>,
    pub(super) links_only_in_view: Vec<String>,
    /// How many of the words and links above differ for which reason.
    pub(super) causes: BTreeMap<Cause, u64>,
}

/// The size of a multiset that both sides have, and of their union.
#[derive(Debug, Default, Clone, Copy, Serialize)]
pub(super) struct Counts {
    pub(super) common: u64,
    pub(super) either: u64,
}

/// Why a word or a link is seen on one side only.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cause {
    pub(super) thing: &'static str,
    pub(super) only_in: &'static str,
    pub(super) reason: String,
}

impl Serialize for Cause {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("{} only in {}: {}", self.thing, self.only_in, self.reason))
    }
}

const BROWSER: &str = "the browser";
const VIEW: &str = "the view";
const SPACING: &str = "the same letters, with spaces elsewhere";

impl Comparison {
    pub(super) fn agrees_on_words(&self) -> bool {
        self.words.common == self.words.either
    }

    pub(super) fn agrees_on_links(&self) -> bool {
        self.links.common == self.links.either
    }

    /// Adds one part of the mail.
    pub(super) fn add(&mut self, seen: &Seen, view: &View) {
        self.add_words(seen, view);
        self.add_links(seen, view);
    }

    fn add_words(&mut self, seen: &Seen, view: &View) {
        let shown = folded(&seen.text);
        let (counts, browser, ours) = differences(shown.split_whitespace(), view.text.split_whitespace());
        self.words.add(counts);
        let (mut odd, mut gone) = (reasons(&seen.odd), reasons(&seen.gone));
        let spacing = letters(&browser) == letters(&ours);
        for word in &browser {
            let reason = if spacing { SPACING.to_owned() } else { take(&mut odd, word).unwrap_or_else(|| "text of the document".to_owned()) };
            self.count("words", BROWSER, reason);
        }
        for word in &ours {
            let reason = if spacing { SPACING.to_owned() } else { take(&mut gone, word).unwrap_or_else(|| "not found in the document".to_owned()) };
            self.count("words", VIEW, reason);
        }
        self.words_only_in_browser.extend(browser);
        self.words_only_in_view.extend(ours);
    }

    fn add_links(&mut self, seen: &Seen, view: &View) {
        let shown: BTreeSet<String> = seen.links.iter().filter(|(_, reason)| reason.is_empty()).map(|(href, _)| target(href)).collect();
        let anchors: BTreeSet<String> = view.links.iter().filter(|link| !link.bare && !link.action).map(|link| target(&link.href)).collect();
        let (counts, browser, ours) = differences(shown.iter().map(String::as_str), anchors.iter().map(String::as_str));
        self.links.add(counts);
        let mut gone: HashMap<String, Vec<String>> = HashMap::new();
        for (href, reason) in seen.links.iter().filter(|(_, reason)| !reason.is_empty()) {
            gone.entry(target(href)).or_default().push(reason.clone());
        }
        for _ in &browser {
            self.count("links", BROWSER, "anchor of the document".to_owned());
        }
        for href in &ours {
            let reason = take(&mut gone, href).unwrap_or_else(|| "no such anchor".to_owned());
            self.count("links", VIEW, reason);
        }
        self.links_only_in_browser.extend(browser);
        self.links_only_in_view.extend(ours);
    }

    fn count(&mut self, thing: &'static str, only_in: &'static str, reason: String) {
        *self.causes.entry(Cause { thing, only_in, reason }).or_default() += 1;
    }
}

impl Counts {
    pub(super) fn add(&mut self, other: Counts) {
        self.common += other.common;
        self.either += other.either;
    }
}

/// A target without the characters that every URL parser drops (<https://url.spec.whatwg.org/#url-parsing>).
fn target(href: &str) -> String {
    href.trim().replace(['\t', '\n', '\r'], "")
}

/// Text as the library folds it. A subject is the one view that takes text as it stands: no lines joined, no rulers dropped.
fn folded(text: &str) -> String {
    View::of_subject(text).text
}

fn letters(words: &[String]) -> Vec<char> {
    let mut letters: Vec<char> = words.iter().flat_map(|word| word.chars()).collect();
    letters.sort_unstable();
    letters
}

/// The common and united sizes of two multisets, and what only one of them has, in its order.
fn differences<'t>(one: impl Iterator<Item = &'t str> + Clone, other: impl Iterator<Item = &'t str> + Clone) -> (Counts, Vec<String>, Vec<String>) {
    let only_in_one = without(one.clone(), other.clone());
    let only_in_other = without(other, one.clone());
    let common = (one.count() - only_in_one.len()) as u64;
    (Counts { common, either: common + (only_in_one.len() + only_in_other.len()) as u64 }, only_in_one, only_in_other)
}

fn without<'t>(some: impl Iterator<Item = &'t str>, others: impl Iterator<Item = &'t str>) -> Vec<String> {
    let mut left: HashMap<&str, usize> = HashMap::new();
    for other in others {
        *left.entry(other).or_default() += 1;
    }
    some.filter(|one| left.get_mut(one).is_none_or(|count| count.checked_sub(1).map(|less| *count = less).is_none())).map(str::to_owned).collect()
}

/// The words of texts with a reason each.
fn reasons(texts: &[(String, String)]) -> HashMap<String, Vec<String>> {
    let mut out: HashMap<String, Vec<String>> = HashMap::new();
    for (reason, text) in texts {
        for word in folded(text).split_whitespace() {
            out.entry(word.to_owned()).or_default().push(reason.clone());
        }
    }
    out
}

fn take(reasons: &mut HashMap<String, Vec<String>>, of: &str) -> Option<String> {
    reasons.get_mut(of)?.pop()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str, gone: &[(&str, &str)], links: &[(&str, &str)]) -> Seen {
        let own = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        Seen { text: text.to_owned(), odd: Vec::new(), gone: own(gone), links: own(links) }
    }

    fn compare(seen: &Seen, html: &str) -> Comparison {
        let mut comparison = Comparison::default();
        comparison.add(seen, &View::of_html(html));
        comparison
    }

    #[test]
    fn equal_words_in_another_order_agree() {
        let comparison = compare(&seen("four two\ntwo", &[], &[]), "<p>two<p>two four");
        assert!(comparison.agrees_on_words() && comparison.words.either == 3);
    }

    #[test]
    fn a_word_more_on_one_side_counts_once_in_the_union() {
        let comparison = compare(&seen("a b", &[("clipped", "b")], &[]), "<p>a b b");
        assert_eq!((comparison.words.common, comparison.words.either, comparison.words_only_in_view.as_slice()), (2, 3, &["b".to_owned()][..]));
        assert_eq!(comparison.causes.keys().next().map(|cause| cause.reason.as_str()), Some("clipped"));
    }

    #[test]
    fn digits_are_folded_on_both_sides() {
        assert!(compare(&seen("４８３９２１", &[], &[]), "<p>４８３９２１").agrees_on_words());
    }

    #[test]
    fn words_joined_otherwise_are_told_as_such() {
        let comparison = compare(&seen("48 39", &[], &[]), "<p>4839");
        assert!(comparison.causes.keys().all(|cause| cause.reason == SPACING) && comparison.causes.len() == 2);
    }

    #[test]
    fn an_anchor_that_was_taken_apart_is_one_link() {
        assert!(compare(&seen("x y", &[], &[("https://ex.org/", ""), ("https://ex.org/", "")]), "<a href=https://ex.org/>x y</a>").agrees_on_links());
    }

    #[test]
    fn bare_urls_are_no_anchors() {
        assert!(compare(&seen("https://ex.org/x", &[], &[]), "https://ex.org/x").agrees_on_links());
        assert!(!compare(&seen("x", &[], &[("https://ex.org/", "clipped")]), "<a href=https://ex.org/>x</a>").agrees_on_links());
    }
}
