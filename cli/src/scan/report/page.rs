//! The page: HTML with its style inside. It runs no script and fetches nothing.

use std::fmt::Write;
use std::time::Duration;

use mailpick::Kind;

use super::super::summary::Summary;
use super::{Highlights, Look};
use crate::output;

const STYLE: &str = include_str!("style.css");

/// Senders of each type.
const SENDERS: usize = 10;

/// The tallest column of the histogram, in `rem`: the rest of its height is for the figures.
const COLUMN: f64 = 8.0;

pub(super) fn page(title: &str, summary: &Summary, highlights: &Highlights, took: Duration, read_now: u64) -> String {
    let mut page = String::new();
    let _ = write!(
        page,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>Codes and links in {title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>Codes and links in mail</h1>\n<p>{title}</p>\n",
        title = escaped(title)
    );
    figures(&mut page, summary, took, read_now);
    page.push_str("<div class=\"pair\">\n");
    types(&mut page, summary);
    histogram(&mut page, summary);
    page.push_str("</div>\n");
    senders(&mut page, highlights);
    looks(&mut page, "Ambiguous", "Something is there, but no single candidate is likely enough. The likeliest of each mail:", &highlights.ambiguous);
    looks(&mut page, "Answers of least confidence", "The answers that are most likely to be wrong:", &highlights.least_confident);
    unreadable(&mut page, summary);
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

fn figures(page: &mut String, summary: &Summary, took: Duration, read_now: u64) {
    let seconds = took.as_secs_f64();
    let figures = [
        ("Mails", grouped(summary.mails)),
        ("Found", grouped(summary.found)),
        ("Ambiguous", grouped(summary.ambiguous)),
        ("Unreadable", grouped(summary.unreadable)),
        ("Left out", grouped(summary.left_out)),
        ("Read", format!("{:.1} MB", summary.bytes as f64 / 1e6)),
        ("Time", format!("{seconds:.1} s")),
        ("Speed", format!("{:.1} MB/s", read_now as f64 / 1e6 / seconds.max(1e-3))),
    ];
    page.push_str("<section>\n<dl class=\"tiles\">\n");
    for (name, figure) in figures {
        let _ = writeln!(page, "<div><dt>{name}</dt><dd>{figure}</dd></div>");
    }
    page.push_str("</dl>\n</section>\n");
}

fn types(page: &mut String, summary: &Summary) {
    page.push_str("<section>\n<h2>Found by type</h2>\n");
    bars(page, &Kind::ALL.map(|kind| (title(kind), summary.of_kind(kind))));
    page.push_str("</section>\n");
}

fn histogram(page: &mut String, summary: &Summary) {
    page.push_str("<section>\n<h2>Confidence of answers</h2>\n<div class=\"columns\">\n");
    let bins = summary.confidence();
    let most = bins.iter().copied().max().unwrap_or_default().max(1);
    for (bin, &count) in bins.iter().enumerate() {
        let shown = if count > 0 { grouped(count) } else { String::new() };
        let height = count as f64 / most as f64 * COLUMN;
        let _ = writeln!(page, "<div>{shown}<i style=\"height:{height:.2}rem\"></i><small>{:.1}</small></div>", bin as f64 / bins.len() as f64);
    }
    page.push_str("</div>\n<p>Each column begins at the confidence below it, and is a tenth wide.</p>\n</section>\n");
}

fn senders(page: &mut String, highlights: &Highlights) {
    page.push_str("<section>\n<h2>Senders</h2>\n<div class=\"pair\">\n");
    for kind in Kind::ALL {
        let (top, rest) = highlights.top_senders(kind, SENDERS);
        if top.is_empty() {
            continue;
        }
        let rows: Vec<(&str, u64)> = top.into_iter().map(|(sender, count)| (if sender.is_empty() { "no address" } else { sender }, count)).collect();
        let _ = writeln!(page, "<div>\n<h3>{}</h3>", title(kind));
        bars(page, &rows);
        if rest > 0 {
            let _ = writeln!(page, "<p>and {} from others</p>", grouped(rest));
        }
        page.push_str("</div>\n");
    }
    if highlights.senders.is_empty() {
        page.push_str("<p>No answer was found.</p>\n");
    }
    page.push_str("</div>\n</section>\n");
}

fn bars(page: &mut String, rows: &[(&str, u64)]) {
    let most = rows.iter().map(|(_, count)| *count).max().unwrap_or_default().max(1);
    page.push_str("<div class=\"bars\">\n");
    for (name, count) in rows {
        let width = *count as f64 / most as f64 * 100.0;
        let bar = if *count > 0 { format!("<i style=\"width:{width:.1}%\"></i>") } else { String::new() };
        let _ = writeln!(page, "<span>{}</span><div class=\"track\">{bar}</div><span class=\"count\">{}</span>", escaped(name), grouped(*count));
    }
    page.push_str("</div>\n");
}

fn looks(page: &mut String, heading: &str, about: &str, looks: &[Look]) {
    if looks.is_empty() {
        return;
    }
    let _ = writeln!(page, "<section>\n<h2>{heading}</h2>\n<p>{about}</p>\n<table class=\"looks\">");
    page.push_str("<thead><tr><th>Confidence</th><th>Type</th><th>Value</th><th>Sender</th><th>Date</th><th>Mail</th></tr></thead>\n<tbody>\n");
    for look in looks {
        let (value, sender, file) = (escaped(&look.value), escaped(&look.sender), escaped(&look.file));
        let _ = writeln!(
            page,
            "<tr><td data-name=\"Confidence\">{:.2}</td><td data-name=\"Type\">{}</td><td data-name=\"Value\"><code>{value}</code></td>\
             <td data-name=\"Sender\">{sender}</td><td data-name=\"Date\">{}</td><td data-name=\"Mail\"><span>{file} · {}</span></td></tr>",
            look.confidence,
            title(look.kind),
            escaped(&look.date),
            look.message
        );
    }
    page.push_str("</tbody>\n</table>\n</section>\n");
}

fn unreadable(page: &mut String, summary: &Summary) {
    if summary.unreadable == 0 {
        return;
    }
    page.push_str("<section>\n<h2>Unreadable</h2>\n<table>\n<tbody>\n");
    for (reason, count) in summary.reasons() {
        let _ = writeln!(page, "<tr><td>{}</td><td class=\"number\">{}</td></tr>", escaped(reason), grouped(*count));
    }
    page.push_str("</tbody>\n</table>\n</section>\n");
}

fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::Otp => "One-time code",
        Kind::MagicLink => "Sign-in link",
        Kind::PasswordReset => "Password reset",
        other => other.name(),
    }
}

/// `1234567` as `1 234 567`, with narrow blanks that do not break.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    digits.char_indices().fold(String::new(), |mut text, (at, digit)| {
        if at > 0 && at % 3 == first {
            text.push('\u{202f}');
        }
        text.push(digit);
        text
    })
}

/// Text of a stranger, as text.
fn escaped(text: &str) -> String {
    output::plain(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_three() {
        assert_eq!([0, 12, 123, 1234, 123_456, 1_234_567].map(grouped), ["0", "12", "123", "1\u{202f}234", "123\u{202f}456", "1\u{202f}234\u{202f}567"]);
    }

    #[test]
    fn text_of_a_stranger_is_no_markup() {
        assert_eq!(escaped("<b title=\"x\">&\u{202e}"), "&lt;b title=&quot;x&quot;&gt;&amp;\u{fffd}");
    }
}
