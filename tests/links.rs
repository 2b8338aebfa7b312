//! Links from anyone: whatever is returned may be opened, and so may what it is said to lead to.

use mailpick::candidate::link::{LinkCandidate, find_links};
use mailpick::view::View;
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

proptest! {
    #![proptest_config(ProptestConfig { cases: 2048, failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("proptest-regressions"))), ..ProptestConfig::default() })]

    #[test]
    fn a_link_and_what_it_leads_to_may_be_opened(inner in tricks(), wrappers in prop::collection::vec(0..WRAPPERS.len(), 0..4)) {
        let href = wrappers.iter().fold(inner, |href, at| wrap(WRAPPERS[*at], &href));
        for link in links(&href) {
            assert_openable(&link.href);
            assert_openable(link.target.as_deref().unwrap_or(&link.href));
        }
    }

    #[test]
    fn ordinary_links_are_found_inside_wrappers(path in "[a-z0-9]{1,12}", wrappers in prop::collection::vec(0..WRAPPERS.len(), 1..4)) {
        let inner = format!("https://ex.org/{path}?t={path}");
        let href = wrappers.iter().fold(inner.clone(), |href, at| wrap(WRAPPERS[*at], &href));
        let found = links(&href);
        prop_assert_eq!(found[0].target.as_deref(), Some(inner.as_str()));
        prop_assert_eq!(found[0].domain(), Some("ex.org"));
    }
}

/// Beginnings and ends of wrappers, the destination percent-encoded between.
const WRAPPERS: [(&str, &str); 6] = [
    ("https://eur01.safelinks.protection.outlook.com/?url=", "&data=05"),
    ("https://www.google.com/url?q=", "&source=gmail"),
    ("https://urldefense.proofpoint.com/v1/url?u=", "&k=x"),
    ("https://secure-web.cisco.com/1fCC/", ""),
    ("https://abc.r.eu-west-1.awstrack.me/L0/", "/1/0102/x=1"),
    ("https://urldefense.com/v3/__", "__;!!a!b$"),
];

fn wrap((start, end): (&str, &str), inner: &str) -> String {
    let coded: String = inner.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect();
    format!("{start}{coded}{end}")
}

/// Pieces of URLs in any order, most of them beginning as a URL does.
fn tricks() -> impl Strategy<Value = String> {
    let start = prop::sample::select(vec!["https://", "http://", "HTTPS://", "https:/", "https:", "//", "javascript:", "data:text/html,", " https://", "https:\\\\", ""]);
    let piece = prop::sample::select(vec![
        "ex.org",
        "evil.example",
        "@",
        "%40",
        ":",
        ":443",
        ":pw@",
        "/",
        "\\",
        "%5c",
        "?",
        "&",
        "#",
        "=",
        "u=",
        "javascript:1",
        "java\tscript:1",
        "%0a",
        "\n",
        "\t",
        " ",
        "%20",
        "\u{0}",
        "%00",
        "\u{202e}",
        "\u{200b}",
        "\u{a0}",
        "а",
        "。",
        "3232235786",
        "0x7f.1",
        "[::1]",
        "*",
        "**A",
        "__;",
        "___.",
        "..",
        ".",
        "%25",
        "%2",
        "%ff",
        "https://ex.org/",
        "https://www.google.com/url?q=",
    ]);
    (start, prop::collection::vec(piece, 0..8)).prop_map(|(start, pieces)| format!("{start}{}", pieces.concat()))
}

fn links(href: &str) -> Vec<LinkCandidate> {
    let attribute = href.replace('&', "&amp;").replace('"', "&quot;");
    find_links(&[View::of_html(&format!("<a href=\"{attribute}\">Go</a>"))], &mailpick::Limits::new()).0
}

/// What every reader of URLs agrees on.
fn assert_openable(href: &str) {
    let (scheme, rest) = href.split_once("://").expect("a scheme and two slashes");
    assert!(scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https"), "{href:?}");
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    assert!(!authority.is_empty() && !authority.contains('@'), "{href:?}");
    assert!(!href.contains(|c: char| c.is_control() || c.is_whitespace() || c == '\\'), "{href:?}");
}
