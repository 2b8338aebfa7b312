//! What each fuzz target does with its bytes. `tests/regressions.rs` does the same with every input that once broke a law.

use std::collections::HashMap;

use mailpick::candidate::code::find_codes;
use mailpick::candidate::link::{LinkCandidate, find_links};
use mailpick::view::View;
use mailpick::{Extractor, Message};
use scraper::{ElementRef, Html, Node};

use crate::laws;

/// The reference tree of hostile markup takes seconds and hundreds of megabytes; under these bounds it takes neither.
const MAX_REFERENCE_BYTES: usize = 4 << 10;
const MAX_REFERENCE_TAGS: usize = 64;

/// Characters that structure a mail.
const MIME: &[u8; 32] = b"\n\n\n\r --::;;==\"\"/?bcmqtux09AZ_<>@";

/// Any bytes as a mail, and the same bytes folded into the characters that MIME is made of, which reach deeper.
pub(crate) fn message(data: &[u8]) {
    laws::assert_message_laws(data);
    let folded: Vec<u8> = data.iter().map(|byte| MIME[usize::from(byte % 32)]).collect();
    laws::assert_message_laws(&folded);
    let multipart = [b"Content-Type: multipart/mixed; boundary=b\n\n--b\n", folded.as_slice()].concat();
    laws::assert_message_laws(&multipart);
}

/// Any text as markup: the view is sound, holds nothing that the standard's tree does not hold, and nothing hidden.
pub(crate) fn html(data: &[u8]) {
    let html = String::from_utf8_lossy(data);
    let view = View::of_html(&html);
    laws::view_is_sound(&view);
    same_view(&view, &View::of_html(&html));
    if html.len() <= MAX_REFERENCE_BYTES && html.bytes().filter(|byte| *byte == b'<').count() < MAX_REFERENCE_TAGS {
        invents_nothing(&view, &html);
    }
    // A style sheet may say otherwise of every element.
    if !html.contains("</") && !html.to_ascii_lowercase().contains("<style") {
        let hidden = View::of_html(&format!("<div style=\"display:none\">{html}"));
        assert_eq!(hidden.text, "", "nothing is seen of an element that is not displayed");
        assert!(hidden.links.iter().all(|link| link.action), "no link of an element that is not displayed can be followed");
    }
}

/// Any text as plain text: views are sound, codes stand in them, and what was folded folds to itself.
pub(crate) fn text(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let views = [View::of_text(&text, data.len().is_multiple_of(2), data.len().is_multiple_of(4)), View::of_subject(&text)];
    views.iter().for_each(laws::view_is_sound);
    assert_eq!(View::of_subject(&views[1].text).text, views[1].text, "folding twice is folding once");
    for code in find_codes(&views, &mailpick::Limits::new()).0 {
        let plain = laws::without_separators(&code.value);
        assert!(!plain.is_empty(), "a code has letters or digits: {:?}", code.value);
        for place in &code.occurrences {
            assert_eq!(laws::without_separators(&views[place.view].text[place.span.clone()]), plain, "the code stands in its place");
        }
    }
    for link in views.iter().flat_map(|view| view.links.iter().map(move |link| (view, link))) {
        assert_eq!(link.0.text[link.1.span.clone()], link.1.href, "a bare link is the text that it stands in");
    }
}

/// Any text as a `style` attribute and as a style sheet: it may hide the text of its elements, and do no more.
pub(crate) fn css(data: &[u8]) {
    let css = String::from_utf8_lossy(data);
    let value = attribute(&css);
    let inline = View::of_html(&format!("<p class=a style=\"{value}\">483921</p><p>Z</p>"));
    laws::view_is_sound(&inline);
    assert!(["483921\nZ", "483921 Z", "Z"].contains(&inline.text.as_str()), "an element's style shows or hides its text: {:?}", inline.text);
    sizes_are_lengths(&inline);
    let inside = View::of_html(&format!("<p style=\"display:none\"><b style=\"{value}\">483921</b></p><p>Z</p>"));
    assert_eq!(inside.text, "Z", "no style shows what stands in an element that is not displayed");
    if !css.to_ascii_lowercase().contains("</style") {
        let sheet = View::of_html(&format!("<style>{css}</style><p class=a id=b>483921</p>"));
        laws::view_is_sound(&sheet);
        assert!(["483921", ""].contains(&sheet.text.as_str()), "a style sheet shows or hides the text of elements: {:?}", sheet.text);
        sizes_are_lengths(&sheet);
    }
}

/// Any text as the target of a link, as sent and inside wrappers, and as a link of plain text.
pub(crate) fn url(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    // The standard reads NUL in an attribute as U+FFFD.
    let href = &text.replace('\0', "");
    let href = href.trim();
    let Some(link) = the_link(href) else { return };
    assert_eq!(link.href, laws::as_opened(href), "the target of a link is what was sent");
    let scheme = link.url.scheme();
    assert!(matches!(scheme, "http" | "https") && link.url.has_host() && link.url.username().is_empty(), "the destination could be opened");
    if let Some(target) = &link.target {
        assert!(link.wrapper.is_some(), "only wrappers lead elsewhere");
        assert!(target.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http")), "a wrapper leads to http or https: {target}");
    }
    wrappers_are_read(&link);
    let shown = View::of_text(&format!("Go to {href} now"), false, false);
    laws::view_is_sound(&shown);
    assert!(shown.links.iter().all(|link| shown.text[link.span.clone()] == link.href), "a bare link is the text that it stands in");
}

/// Any bytes as a mail, as the text of one and as the markup of one: every law of a report holds.
pub(crate) fn extract(data: &[u8]) {
    laws::assert_laws(data);
    let text = String::from_utf8_lossy(data);
    let (subject, rest) = text.split_once('\n').unwrap_or(("", &text));
    let message = Message::new().from("Example <no-reply@example.org>").subject(subject).text(rest).html(rest);
    laws::assert_laws_of(&Extractor::new().extract_message(&message));
}

fn same_view(first: &View, second: &View) {
    assert_eq!((&first.text, &first.blocks, &first.runs, &first.links), (&second.text, &second.blocks, &second.runs, &second.links), "same markup, same view");
}

/// Every link of the view is the `href` of an element of the tree, were it visible or not, and every letter and digit
/// stands in a text, an `alt` or a `value` of the tree.
///
/// Not the other way round: what the view hides, the tree holds all the same.
fn invents_nothing(view: &View, html: &str) {
    let lower = html.to_ascii_lowercase();
    // Each changes what is text in a way that only one of the two follows: NUL is dropped in some places, the tree
    // reads `noscript` as a browser that runs scripts, and comments differ in foreign content, framesets and `select`.
    if ["noscript", "\0", "<svg", "<math", "<frameset", "<select", "<plaintext"].iter().any(|word| lower.contains(word)) {
        return;
    }
    let document = Html::parse_document(html);
    let mut known = String::new();
    let mut hrefs = Vec::new();
    for node in document.tree.nodes() {
        match (node.value(), ElementRef::wrap(node)) {
            (Node::Text(text), _) => known.push_str(text),
            (_, Some(element)) => {
                let value = element.value();
                [value.attr("alt"), value.attr("value"), value.attr("placeholder")].into_iter().flatten().for_each(|shown| known.push_str(shown));
                hrefs.extend(value.attr("href").map(without_line_ends));
            }
            _ => {}
        }
    }
    let mut count: HashMap<char, usize> = HashMap::new();
    laws::without_separators(&View::of_subject(&known).text).chars().for_each(|c| *count.entry(c).or_default() += 1);
    for c in laws::without_separators(&view.text).chars() {
        let left = count.entry(c).or_default();
        assert!(*left > 0, "the tree has fewer {c:?} than the view {:?}: {known:?}", view.text);
        *left -= 1;
    }
    // A relative link is resolved where there is a base.
    if lower.contains("<base") {
        return;
    }
    for link in view.links.iter().filter(|link| !link.bare && !link.action) {
        assert!(hrefs.contains(&without_line_ends(&link.href)), "no element of the tree has {:?}", link.href);
    }
}

/// The standard makes line feeds of all line ends before it reads anything; a link keeps what was sent, and one with a
/// line end is no candidate.
fn without_line_ends(href: &str) -> String {
    href.trim().chars().filter(|c| !matches!(c, '\r' | '\n')).collect()
}

fn sizes_are_lengths(view: &View) {
    assert!(view.runs.iter().all(|run| run.prominence.size.is_finite() && run.prominence.size > 0.0), "text that is seen has a size");
}

/// The candidate that an anchor with this target is, if it is one.
fn the_link(href: &str) -> Option<LinkCandidate> {
    let view = View::of_html(&format!("<a href=\"{}\">x</a>", attribute(href)));
    laws::view_is_sound(&view);
    assert_eq!(view.links.first().map(|link| link.href.as_str()), Some(href), "the target of a link is what was sent");
    find_links(&[view], &mailpick::Limits::new()).0.pop()
}

/// A link inside a wrapper is the destination that is read, unless it is a wrapper itself.
fn wrappers_are_read(link: &LinkCandidate) {
    let encoded: String = url::form_urlencoded::byte_serialize(link.href.as_bytes()).collect();
    for wrapper in ["https://eur01.safelinks.protection.outlook.com/?data=05&url=", "https://www.google.com/url?sa=t&q=", "https://linkprotect.cudasvc.com/url?a="] {
        // Longer links are none.
        let Some(wrapped) = the_link(&format!("{wrapper}{encoded}")) else { continue };
        assert!(wrapped.wrapper.is_some(), "a wrapper is known by its shape");
        if link.wrapper.is_none() {
            assert_eq!(wrapped.target.as_ref(), Some(&link.href), "what was wrapped is read");
        }
    }
}

fn attribute(value: &str) -> String {
    value.replace('&', "&amp;").replace('"', "&quot;")
}

/// Any JSON as a wait and as a request for one: a value or an error; a value is written and read again as the same.
#[cfg(feature = "serde")]
pub(crate) fn wait(data: &[u8]) {
    use mailpick::wait::{Status, Wait, WaitRecord, WaitRequest};
    use std::time::{Duration, SystemTime};

    if let Ok(mut record) = serde_json::from_slice::<WaitRecord>(data) {
        let written = serde_json::to_string(&record).expect("what was read can be written");
        let mut again: WaitRecord = serde_json::from_str(&written).expect("what was written can be read");
        // The last bit of a fraction may be lost on the way.
        let confidences = [&mut record, &mut again].map(|record| record.result.as_mut().map(|result| std::mem::take(&mut result.confidence)));
        assert_eq!(record, again, "a wait is read as it was written");
        if let [Some(first), Some(second)] = confidences {
            assert!((first - second).abs() <= first.abs() * 1e-12, "a confidence is read as it was written");
        }
    }
    let Ok(request) = serde_json::from_slice::<WaitRequest>(data) else { return };
    assert_eq!(serde_json::from_value::<WaitRequest>(serde_json::to_value(&request).expect("JSON")).expect("a request"), request, "a request is read as it was written");
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_718_188_200);
    let Ok(mut wait) = request.wait(now) else { return };
    assert!(Wait::TIMEOUTS.contains(&wait.timeout()) && wait.deadline().is_some(), "a wait that was asked for has an end");
    let end = wait.deadline().unwrap_or(now);
    assert_eq!((wait.tick(end), wait.result()), (Status::TimedOut, None), "a wait without a mail ends at its deadline");
}

/// Any JSON as a frame of either direction: a value or an error; a value is written and read again as the same, a filter
/// keeps its limits, and a mail in an event keeps the laws of reports.
#[cfg(feature = "serde")]
pub(crate) fn event(data: &[u8]) {
    use mailpick::event::{ClientFrame, Filter, Scope, ServerFrame, Subscription};

    if let Ok(frame) = serde_json::from_slice::<ServerFrame>(data) {
        let written = serde_json::to_string(&frame).expect("what was read can be written");
        assert_eq!(serde_json::from_str::<ServerFrame>(&written).expect("what was written can be read"), frame, "a frame is read as it was written");
        if let ServerFrame::Event(event) = &frame {
            assert!(Filter::default().matches(event, None), "a filter that says nothing takes every event");
            laws::assert_laws_of(&Extractor::new().extract_message(&event.message.to_message()));
        }
    }
    let Ok(frame) = serde_json::from_slice::<ClientFrame>(data) else { return };
    let written = serde_json::to_string(&frame).expect("what was read can be written");
    assert_eq!(serde_json::from_str::<ClientFrame>(&written).expect("what was written can be read"), frame, "a frame is read as it was written");
    if let ClientFrame::Subscribe(filter) = frame {
        let sizes = [filter.event_types.as_ref().map(Vec::len), filter.inbox_ids.as_ref().map(Vec::len), filter.workspace_ids.as_ref().map(Vec::len)];
        let fits = sizes.into_iter().flatten().all(|size| size <= Filter::MOST_VALUES);
        assert_eq!(Subscription::new(Scope::Tenant, filter, |_| None).is_ok(), fits, "a tenant's filter is refused for its size alone");
    }
}
