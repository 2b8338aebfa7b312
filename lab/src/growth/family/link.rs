//! Links, click wrappers and URLs in running text.

use super::{HTML, PLAIN, families, repeat, series};

families! { bytes;
    "link: anchors" => series(HTML, |n| format!("<a href=https://ex.org/{n}>Go</a> "), "", bytes),
    "link: anchors without text" => series(HTML, |n| format!("<a href=https://ex.org/{n}></a>"), "", bytes),
    "link: one link again and again" => repeat(HTML, "<a href=https://ex.org/>Go</a> ", "", bytes),
    "link: relative links and a base" => repeat(&format!("{HTML}<base href=https://ex.org/>"), "<a href=a>Go</a> ", "", bytes),
    "link: dots of a relative link" => repeat(&format!("{HTML}<base href=https://ex.org/><a href=\""), "a/../", "\">Go</a>", bytes),
    "link: links of some kilobytes" => series(HTML, |n| format!("<a href=https://ex.org/{n}?{}>Go</a>", "a=1&".repeat(1_500)), "", bytes),
    "link: hosts of many labels" => series(HTML, |n| format!("<a href=https://{}ex{n}.org/>Go</a>", "a.".repeat(100)), "", bytes),
    "link: wrappers in wrappers" => {
        let wrap = |inner: String| format!("https://a.safelinks.protection.outlook.com/?url={}", inner.replace('%', "%25").replace(':', "%3A").replace('/', "%2F").replace('?', "%3F"));
        let link = (0..6).fold("https://ex.org/".to_owned(), |link, _| wrap(link));
        series(HTML, |n| format!("<a href=\"{link}{n}\">Go</a>"), "", bytes)
    },
    "link: anchors that show a URL" => series(HTML, |n| format!("<a href=https://t.ex/{n}>https://ex.org/{}</a> ", n / 2), "", bytes),
    "link: image maps" => series(HTML, |n| format!("<area href=https://ex.org/{n}>"), "", bytes),
    "link: URLs" => series(PLAIN, |n| format!("https://ex.org/{n} "), "", bytes),
    "link: one endless URL" => repeat(&format!("{PLAIN}https://ex.org/"), "a", "", bytes),
    "link: a URL that is folded without an end" => repeat(&format!("{PLAIN}<https://ex.org/"), "0123456789abcdef\n", "", bytes),
    "link: schemes" => repeat(PLAIN, "https://", "", bytes),
    "link: slashes" => repeat(PLAIN, "://", "", bytes),
    "link: brackets behind a URL" => repeat(&format!("{PLAIN}https://ex.org/"), ")", "", bytes),
    "link: markdown" => repeat(PLAIN, "[https://ex.org/](https://ex.org/)", "", bytes),
    "link: addresses" => repeat(PLAIN, "a@b.example ", "", bytes),
    "link: one endless domain" => repeat(PLAIN, "a.", "", bytes),
    "link: one endless address" => repeat(PLAIN, "a@", "", bytes),
}
