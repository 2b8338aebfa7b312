//! Properties of every report (`laws/`), on mails that nobody would write: arbitrary bytes, and strings drawn from the
//! alphabets of MIME, HTML and running text, which reach deeper than bytes do.

mod laws;

use mailpick::{Extractor, Hints, Kind, Limit};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

/// The main thread has 8 MB, a worker of a server may have far less; nothing here recurses with its input's depth.
const SMALL_STACK: usize = 256 << 10;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("proptest-regressions"))), ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_give_a_lawful_report(raw in prop::collection::vec(any::<u8>(), 0..2048)) {
        laws::assert_laws(&raw);
        laws::assert_message_laws(&raw);
    }

    #[test]
    fn any_mime_gives_a_lawful_report(raw in mime()) {
        laws::assert_laws(raw.as_bytes());
        laws::assert_message_laws(raw.as_bytes());
    }

    #[test]
    fn any_html_gives_a_lawful_report(html in html()) {
        laws::assert_laws(format!("Subject: Your code\nContent-Type: text/html; charset=utf-8\n\n{html}").as_bytes());
    }

    #[test]
    fn any_text_gives_a_lawful_report(subject in text(), body in text()) {
        laws::assert_laws(format!("Subject: {}\nContent-Type: text/plain; charset=utf-8\n\n{body}", subject.replace('\n', " ")).as_bytes());
    }

    #[test]
    fn any_prior_gives_a_lawful_report(body in text(), html in html(), prior in any::<f64>(), other in 0.0..1.0f64) {
        let mail = format!("Subject: Your code\nContent-Type: text/html; charset=utf-8\n\n{body}{html}");
        let hints = Hints::new().expect(Kind::Otp, prior).expect(Kind::MagicLink, other).expect(Kind::PasswordReset, prior);
        laws::assert_laws_of(&Extractor::new().extract_with(mail.as_bytes(), &hints));
    }

    #[test]
    fn a_cut_mail_gives_a_lawful_report(html in html(), at in 0.0..1.0f64) {
        let whole = format!("Subject: Sign in\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nCode: 483921\n--b\nContent-Type: text/html\n\n{html}\n--b--\n");
        laws::assert_laws(&whole.as_bytes()[..(whole.len() as f64 * at) as usize]);
    }
}

/// Pieces of MIME in any order: headers, boundaries, encodings, bodies.
fn mime() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "\n",
        "\r\n",
        "\n\n",
        " ",
        "\t",
        ":",
        ";",
        "=",
        "\"",
        "--",
        "--b",
        "--b\n",
        "--b--\n",
        "--c\n",
        "boundary=b",
        "boundary=\"c\"",
        "Content-Type: ",
        "multipart/mixed; ",
        "multipart/alternative; ",
        "multipart/report; ",
        "message/rfc822",
        "text/plain",
        "text/html",
        "; charset=utf-8",
        "; charset=iso-2022-jp",
        "; charset=utf-16",
        "; charset=x",
        "; format=flowed; delsp=yes",
        "Content-Transfer-Encoding: ",
        "base64",
        "quoted-printable",
        "8bit",
        "Subject: ",
        "=?utf-8?q?",
        "=?utf-8?b?",
        "?=",
        "From: ",
        "A <a@b.example>",
        "Reply-To: ",
        "Content-Disposition: attachment",
        "List-Unsubscribe: <x>",
        "NDgzOTIx",
        "=34=38=33",
        "=\n",
        "=3D",
        "Your code is ",
        "483921",
        "123 456",
        "https://ex.example/verify?t=9f8e7d6c5b4a",
        "<p>",
        "<a href=\"https://ex.example/r/1\">Reset</a>",
        "\u{0}",
        "é",
        "\u{feff}",
    ]);
    prop::collection::vec(piece, 0..120).prop_map(|pieces| pieces.concat())
}

/// Pieces of HTML in any order: tags open and closed, attributes, references, digits, and cut-off markup.
fn html() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "<table>",
        "</table>",
        "<tr>",
        "</tr>",
        "<td>",
        "</td>",
        "<td style=\"background:#eee;padding:9px\">",
        "<div>",
        "</div>",
        "<p>",
        "</p>",
        "<b>",
        "</b>",
        "<i>",
        "<span style='letter-spacing:6px'>",
        "</span>",
        "<li>",
        "<ul>",
        "<h1>",
        "</h1>",
        "<blockquote>",
        "</blockquote>",
        "<pre>",
        "</pre>",
        "<div style=\"display:none\">",
        "<span hidden>",
        "<span style=\"font-size:0\">",
        "<font color=white>",
        "<a href=\"https://ex.example/verify?a=1&amp;b=2\">",
        "<a href='http://ex.example/r/",
        "'>",
        "<a href=https://ex.example/x>",
        "<a href=\"javascript:x\">",
        "<a>",
        "</a>",
        "<area href=https://ex.example/m>",
        "<base href=\"https://base.example/\">",
        "<a href=\"relative\">",
        "<img alt=\"483921\">",
        "<img alt='Sign in' src=x>",
        "<br>",
        "<hr>",
        "<script type=\"application/ld+json\">{\"@type\":\"ConfirmAction\",\"url\":\"https://ex.example/c\"}",
        "</script>",
        "<style>",
        "</style>",
        "<title>",
        "</title>",
        "<!--",
        "-->",
        "<!",
        "<?",
        "</",
        "<",
        ">",
        "<template>",
        "</template>",
        "<svg>",
        "</svg>",
        "<textarea>",
        "<select>",
        "<option>",
        "<button>",
        "<input value=483921>",
        "&amp;",
        "&#52;",
        "&#x38;",
        "&nbsp;",
        "&zwnj;",
        "&",
        ";",
        "&#",
        "4",
        "8",
        "3",
        "9",
        "21",
        "483921",
        "123 456",
        "KZP-4QD",
        "G-123456",
        " ",
        "\n",
        "Your code is ",
        "code",
        "Reset password",
        "\u{200b}",
        "\u{202e}",
        "\u{2069}",
        "٤٩٣٢",
        "４９３２",
        "ﬁ",
        "é",
        "https://ex.example/v/1",
        "=\"",
        "\"",
    ]);
    prop::collection::vec(piece, 0..100).prop_map(|pieces| pieces.concat())
}

/// Running text in several scripts, with codes, URLs, quotes, and characters that are not drawn.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "Your verification code is ", "code", "Ihr Code lautet ", "验证码：", "رمز التحقق ", "コード", "PIN ", "expires in 10 minutes", ": ", " ", "\n", "\n\n", "-", ".", " · ", "(", ")", "[", "]", "\"", "> ", "-- \n", "----- Forwarded message -----\n", "From: a@b.example\n",
            "483921", "48 39 21", "4 8 3 9 2 1", "123-456", "G-123456", "KZP-4QD", "tulip-orbit-lantern", "qX7rT2", "ABCDEF", "$12.50", "2024-06-01", "+1 555 010 0199", "#10423", "https://ex.example/verify?token=9f8e7d6c5b4a3f2e1d0c", "<https://ex.example/", "abc\ndef>", "www.ex.example",
            "\u{200b}", "\u{ad}", "\u{202e}", "\u{2066}", "٤٨٣٩٢١", "४८३९२१", "４８３９２１", "𝟒𝟖𝟑𝟗", "①②③④", "½", "ﬃ", "e\u{301}", "\u{fe0f}", "👨\u{200d}👩", "\u{3000}",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => "[0-9]{3,12}",
        1 => "[A-Za-z0-9]{4,12}",
    ];
    prop::collection::vec(piece, 0..80).prop_map(|pieces| pieces.concat())
}

/// Reads a mail on a thread with a small stack; an overflow aborts the whole test run.
fn with_small_stack(raw: String) -> mailpick::Report {
    std::thread::Builder::new().stack_size(SMALL_STACK).spawn(move || mailpick::extract(raw.as_bytes())).expect("a thread").join().expect("no panic")
}

#[test]
fn deep_html_needs_no_stack() {
    let report = with_small_stack(format!("Content-Type: text/html\n\n{}Your code is 483921", "<div>".repeat(100_000)));
    assert!(report.limits_hit().contains(&Limit::OpenElements));
    assert!(report.views()[0].text.contains("483921"), "the text at the bottom is read all the same");
}

#[test]
fn deep_formatting_needs_no_stack() {
    let report = with_small_stack(format!("Content-Type: text/html\n\n{}483921{}", "<b><p>".repeat(50_000), "</b>".repeat(50_000)));
    assert_eq!(report.views()[0].text, "483921");
}

#[test]
fn deep_multiparts_need_no_stack() {
    let mut raw = String::new();
    for depth in 0..20_000 {
        raw.push_str(&format!("Content-Type: multipart/mixed; boundary=b{depth}\n\n--b{depth}\n"));
    }
    raw.push_str("\nYour code is 483921\n");
    laws::assert_laws_of(&with_small_stack(raw));
}

#[test]
fn a_chain_of_messages_needs_no_stack() {
    let report = with_small_stack("Content-Type: message/rfc822\n\n".repeat(20_000));
    assert!(report.limits_hit().contains(&Limit::MessageDepth));
}

#[test]
fn a_chain_of_digests_needs_no_stack() {
    let mut raw = String::new();
    for depth in 0..20_000 {
        raw.push_str(&format!("Content-Type: multipart/digest; boundary=b{depth}\n\n--b{depth}\n\n"));
    }
    let report = with_small_stack(raw);
    assert!(report.limits_hit().contains(&Limit::MessageDepth));
}
