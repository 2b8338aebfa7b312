//! Any text as markup and as plain text: views are sound, and the one-pass reader invents no link.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mailpick::view::View;
use scraper::{ElementRef, Html};
use std::collections::HashSet;

#[path = "../../tests/laws/mod.rs"]
#[allow(dead_code)] // The laws of reports are held by the target `extract`.
mod laws;

/// The reference tree of hostile markup takes seconds and hundreds of megabytes; under these bounds it takes neither.
const MAX_REFERENCE_BYTES: usize = 4 << 10;
const MAX_REFERENCE_TAGS: usize = 64;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let view = View::of_html(&text);
    laws::view_is_sound(&view);
    laws::view_is_sound(&View::of_text(&text, data.len() % 2 == 0, data.len() % 4 == 0));
    laws::view_is_sound(&View::of_subject(&text));
    if text.len() <= MAX_REFERENCE_BYTES && text.bytes().filter(|byte| *byte == b'<').count() < MAX_REFERENCE_TAGS {
        links_are_in_the_tree(&view, &text);
    }
});

/// Every http or https link of an anchor is the `href` of some anchor of the tree, were it visible or not.
///
/// Not the other way round: what the view hides, the tree holds all the same.
fn links_are_in_the_tree(view: &View, html: &str) {
    // Each changes what a link is in a way that only one of the two follows: relative links, `noscript`, line ends in
    // attributes, names that are not lower case ASCII in the input.
    if ["base", "noscript", "\r", "\0"].iter().any(|word| html.to_ascii_lowercase().contains(word)) {
        return;
    }
    let document = Html::parse_document(html);
    let known: HashSet<&str> = document.tree.nodes().filter_map(ElementRef::wrap).filter_map(|element| element.value().attr("href")).map(str::trim).collect();
    for link in view.links.iter().filter(|link| !link.bare && !link.action) {
        if link.href.starts_with("http://") || link.href.starts_with("https://") {
            assert!(known.contains(link.href.as_str()), "no anchor of the tree has {:?}", link.href);
        }
    }
}
