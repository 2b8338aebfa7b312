//! What one mail costs, by stage: `message`, `view`, `extract`, on five mails. Beside them the unit in which the project
//! counts: mail-parser's bare parse of the same bytes; and what people write themselves (`naive`). Every answer is asserted inside
//! the loop.
//!
//! Times depend on the machine; the ratio to the unit hardly does.

mod naive;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use mailpick::message::{BodyKind, Message};
use mailpick::view::View;
use mailpick::{Kind, Report};

/// A mail of the corpus whose answer is known.
const CORPUS_MAIL: &str = include_str!("../corpus/verification/murrelet-ai-code.eml");
const CORPUS_ANSWER: &str = "081647";

/// A mail, and what must be read in it.
struct Sample {
    name: &'static str,
    raw: String,
    code: Option<&'static str>,
    /// Words that a person sees.
    seen: &'static str,
}

fn samples() -> [Sample; 5] {
    [
        Sample { name: "short-text", raw: short_text(), code: Some("483921"), seen: "sign-in code is 483921" },
        Sample { name: "transactional-html", raw: transactional(), code: Some("730164"), seen: "730164" },
        Sample { name: "newsletter-html", raw: newsletter(), code: None, seen: "Story 60" },
        Sample { name: "corpus-verification", raw: CORPUS_MAIL.to_owned(), code: Some(CORPUS_ANSWER), seen: CORPUS_ANSWER },
        Sample { name: "hostile-html", raw: hostile(), code: None, seen: "4" },
    ]
}

fn short_text() -> String {
    "From: Example <no-reply@example.org>\r\nSubject: Your sign-in code\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello,\r\n\r\nYour sign-in code is 483921.\r\n\r\nIt expires in 10 minutes. Do not share it with anyone.\r\n".to_owned()
}

/// A layout of nested tables with inline styles, some 20 KB, the code in a box.
fn transactional() -> String {
    let style = "border-collapse:collapse;font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:24px;color:#333333;background-color:#ffffff;padding:12px 24px";
    let row = |content: &str| {
        format!(
            "<tr><td align=\"center\" style=\"{style}\"><table role=\"presentation\" width=\"100%\" style=\"{style}\"><tr><td style=\"{style}\">{content}</td></tr></table></td></tr>\n"
        )
    };
    let filler: String = (0..40).map(|_| row("&nbsp;")).collect();
    let body = [
        row("<img src=\"https://cdn.example.org/logo.png\" alt=\"Example\" width=\"120\">"),
        row("Hi Sam, use this verification code to sign in to your account:"),
        row("<span style=\"font-size:32px;letter-spacing:6px;font-weight:bold\">730164</span>"),
        row("The code expires in 10 minutes. If you did not request it, you can ignore this email."),
        filler,
        row("<a href=\"https://example.org/help?a=1&amp;b=2\">Help</a> | <a href=\"https://example.org/privacy\">Privacy</a>"),
    ];
    format!(
        "From: Example <no-reply@example.org>\nSubject: Your verification code\nContent-Type: text/html; charset=utf-8\n\n<html><head><style>td{{padding:0}}</style></head><body><table width=\"100%\">\n{}</table></body></html>\n",
        body.concat()
    )
}

/// Sixty stories with a picture, a teaser and two links each, some 60 KB.
fn newsletter() -> String {
    let story = |n: usize| {
        format!(
            "<tr><td style=\"padding:16px\"><a href=\"https://click.example.org/c/{n}/9f8e7d6c5b4a39281706?utm_source=news&amp;utm_campaign=w{n}\"><img src=\"https://cdn.example.org/{n}.jpg\" alt=\"Picture {n}\" width=\"560\"></a><h2 style=\"font-size:22px\">Story {n}</h2><p style=\"font-size:15px;line-height:22px;color:#444\">The council met on Tuesday to discuss the bridge, the budget of {n},500 and the opening of the new library on 12 March 2026. {}</p><a href=\"https://click.example.org/c/{n}/0a1b2c3d4e5f60718293?utm_source=news\" style=\"background:#06c;color:#fff;padding:8px 16px\">Read more</a></td></tr>\n",
            "Readers wrote in with questions, and the editors answered some of them. ".repeat(5)
        )
    };
    let stories: String = (1..=60).map(story).collect();
    format!(
        "From: The Weekly <news@example.org>\nSubject: This week: the bridge, the budget, the library\nList-Unsubscribe: <https://example.org/u>\nContent-Type: text/html; charset=utf-8\n\n<html><body><table width=\"600\">\n{stories}<tr><td style=\"font-size:11px\"><a href=\"https://example.org/unsubscribe\">Unsubscribe</a></td></tr></table></body></html>\n"
    )
}

/// What makes a tree builder quadratic: formatting elements never closed, end tags that match nothing, deep nesting, and
/// a reference, a number or an open comment everywhere. Some 64 KB.
fn hostile() -> String {
    let mut html = String::new();
    for n in 0..1_000 {
        html.push_str("<b><i><a href=\"https://ex.example/");
        html.push_str(&n.to_string());
        html.push_str("\"><div><p></a></b></table></td>4&#56;39");
        html.push_str(if n % 7 == 0 { "<!-" } else { "&amp" });
    }
    format!("Content-Type: text/html; charset=utf-8\n\n{html}")
}

fn assert_answer(sample: &Sample, report: &Report) {
    assert_eq!(report.best(Kind::Otp).map(|answer| answer.value.as_str()), sample.code, "{}", sample.name);
}

fn message(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("message");
    for sample in samples() {
        group.throughput(Throughput::Bytes(sample.raw.len() as u64));
        group.bench_function(BenchmarkId::new("mailpick", sample.name), |bencher| {
            bencher.iter(|| {
                let message = Message::parse(black_box(sample.raw.as_bytes()));
                assert!(!message.parts.is_empty());
                message
            });
        });
        group.bench_function(BenchmarkId::new("mail-parser", sample.name), |bencher| {
            bencher.iter(|| {
                let message = mail_parser::MessageParser::default().parse(black_box(sample.raw.as_bytes())).expect("a message");
                assert!(message.parts.iter().any(mail_parser::MessagePart::is_text));
                message
            });
        });
    }
    group.finish();
}

fn view(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("view");
    for sample in samples() {
        let message = Message::parse(sample.raw.as_bytes());
        group.throughput(Throughput::Bytes(message.parts.iter().map(|part| part.content.len() as u64).sum()));
        group.bench_function(BenchmarkId::new("mailpick", sample.name), |bencher| {
            bencher.iter(|| {
                let views: Vec<View> = black_box(&message)
                    .parts
                    .iter()
                    .map(|part| match part.kind {
                        BodyKind::Text => View::of_text(&part.content, part.flowed, part.delsp),
                        BodyKind::Html => View::of_html(&part.content),
                    })
                    .collect();
                assert!(views.iter().any(|view| view.text.contains(sample.seen)), "{}", sample.name);
                views
            });
        });
    }
    group.finish();
}

fn extract(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("extract");
    for sample in samples() {
        group.throughput(Throughput::Bytes(sample.raw.len() as u64));
        group.bench_function(BenchmarkId::new("mailpick", sample.name), |bencher| {
            bencher.iter(|| {
                let report = mailpick::extract(black_box(sample.raw.as_bytes()));
                assert_answer(&sample, &report);
                report
            });
        });
        group.bench_function(BenchmarkId::new("mail-parser", sample.name), |bencher| {
            bencher.iter(|| {
                let message = mail_parser::MessageParser::default().parse(black_box(sample.raw.as_bytes())).expect("a message");
                assert!(message.parts.iter().any(mail_parser::MessagePart::is_text));
                message
            });
        });
        group.bench_function(BenchmarkId::new("naive", sample.name), |bencher| {
            bencher.iter(|| {
                let found = naive::extract(black_box(sample.raw.as_bytes()));
                assert!(sample.code.is_none() || found.code.is_some(), "{}", sample.name);
                found
            });
        });
    }
    group.finish();
}

/// From many threads at once: an engine is shared, and no thread waits for another.
fn threads(criterion: &mut Criterion) {
    static ENGINE: mailpick::Extractor = mailpick::Extractor::new();
    let sample = Sample { name: "corpus-verification", raw: CORPUS_MAIL.to_owned(), code: Some(CORPUS_ANSWER), seen: CORPUS_ANSWER };
    let mut group = criterion.benchmark_group("threads");
    for threads in [1, 2] {
        group.throughput(Throughput::Elements(threads * MAILS_A_THREAD));
        group.bench_function(BenchmarkId::new("mailpick", threads), |bencher| {
            bencher.iter(|| {
                std::thread::scope(|scope| {
                    for _ in 0..threads {
                        scope.spawn(|| (0..MAILS_A_THREAD).for_each(|_| assert_answer(&sample, &ENGINE.extract(black_box(sample.raw.as_bytes())))));
                    }
                });
            });
        });
    }
    group.finish();
}

/// Enough that starting a thread does not count.
const MAILS_A_THREAD: u64 = 200;

criterion_group!(benches, message, view, extract, threads);
criterion_main!(benches);
