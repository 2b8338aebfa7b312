//! One mail, wrapped in every way that mail servers wrap it: the same answers, to the last digit of the confidence.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mailpick::{Kind, Report};

/// Line ends as a file on disk has them, and as they go over the wire (RFC 5322 section 2.3).
const LINE_ENDS: [&str; 2] = ["\n", "\r\n"];
/// Transfer encodings (RFC 2045 section 6).
const ENCODINGS: [&str; 3] = ["8bit", "quoted-printable", "base64"];
const CHARSETS: [&str; 2] = ["utf-8", "iso-8859-1"];
/// RFC 2045: encoded lines hold at most 76 characters.
const MAX_ENCODED_LINE: usize = 76;

/// A mail to wrap, and its answers. The text is Latin-1, so that both charsets can write it; it is not ASCII, so that
/// they write it differently.
struct Base {
    name: &'static str,
    subject: &'static str,
    parts: &'static [(&'static str, &'static str)],
    answers: &'static [(Kind, &'static str)],
}

const BASES: [Base; 5] = [
    Base {
        name: "a code in text",
        subject: "Ihr Bestätigungscode",
        parts: &[(
            "text/plain",
            "Guten Tag,\n\nIhr Bestätigungscode für die Anmeldung lautet:\n\n483921\n\nDer Code ist 10 Minuten gültig. Geben Sie ihn niemandem weiter.\n\nViele Grüße\nMüller & Söhne\n",
        )],
        answers: &[(Kind::Otp, "483921")],
    },
    Base {
        name: "a code in html",
        subject: "Votre code de vérification",
        parts: &[(
            "text/html",
            "<html><head><title>Vérification</title></head>\n<body>\n<table width=\"100%\"><tr><td>\n<p>Bonjour,</p>\n<p>Votre code de vérification&nbsp;:</p>\n<p style=\"font-size:32px;letter-spacing:6px;font-weight:bold\">730&#32;164</p>\n<p>Ce code est valable 10 minutes. Si vous n'êtes pas à l'origine de cette demande, ignorez ce message.</p>\n</td></tr></table>\n</body></html>\n",
        )],
        answers: &[(Kind::Otp, "730164")],
    },
    Base {
        name: "a link in html",
        subject: "Please verify your email address",
        parts: &[(
            "text/html",
            "<html><body>\n<p>Hello José,</p>\n<p>Thanks for signing up at Café Example. Please verify your email address to activate your account.</p>\n<p><a href=\"https://accounts.example.com/verify-email?token=9f8e7d6c5b4a39281706f5e4d3c2b1a0&amp;user=1842&amp;lang=fr\" style=\"background:#0a66c2;color:#fff;padding:12px 24px;display:inline-block\">Verify email address</a></p>\n<p>This link expires in 24 hours. If you did not create an account, you can ignore this email.</p>\n<p>© Café Example</p>\n</body></html>\n",
        )],
        answers: &[(Kind::MagicLink, "https://accounts.example.com/verify-email?token=9f8e7d6c5b4a39281706f5e4d3c2b1a0&user=1842&lang=fr")],
    },
    Base {
        name: "a reset link in text",
        subject: "Restablecer tu contraseña",
        parts: &[(
            "text/plain",
            "Hola Íñigo:\n\nHemos recibido una solicitud para restablecer tu contraseña. Abre este enlace para elegir una nueva contraseña:\n\nhttps://cuentas.example.com/restablecer-contrasena?token=4f1d0c9b8a7e6d5c4b3a29181706f5e4&u=77\n\nEl enlace caduca en 1 hora. Si no lo has pedido tú, ignora este mensaje.\n",
        )],
        answers: &[(Kind::PasswordReset, "https://cuentas.example.com/restablecer-contrasena?token=4f1d0c9b8a7e6d5c4b3a29181706f5e4&u=77")],
    },
    Base {
        name: "a code in both",
        subject: "Din inloggningskod",
        parts: &[
            ("text/plain", "Hej!\n\nDin inloggningskod är 602817.\n\nKoden gäller i 10 minuter. Dela den inte med någon.\n"),
            ("text/html", "<p>Hej!</p>\n<p>Din inloggningskod är <b>602817</b>.</p>\n<p>Koden gäller i 10 minuter. Dela den inte med någon.</p>\n"),
        ],
        answers: &[(Kind::Otp, "602817")],
    },
];

#[test]
fn the_wrapping_of_a_mail_does_not_change_its_answers() {
    for base in &BASES {
        let mut first: Option<Vec<(Kind, String, f64)>> = None;
        for line_end in LINE_ENDS {
            for encoding in ENCODINGS {
                for charset in CHARSETS {
                    let report = mailpick::extract(&wrap(base, line_end, encoding, charset));
                    let variant = format!("{} ({line_end:?}, {encoding}, {charset})", base.name);
                    let answers = report.answers();
                    let got: Vec<(Kind, &str)> = answers.iter().map(|answer| (answer.kind, answer.value.as_str())).collect();
                    assert_eq!(got, base.answers, "{variant}");
                    let all = ranking(&report);
                    assert_eq!(*first.get_or_insert_with(|| all.clone()), all, "{variant}");
                }
            }
        }
    }
}

/// Two ways to write the same subject (RFC 2047), and header lines folded or not.
#[test]
fn the_wrapping_of_a_subject_does_not_change_its_answers() {
    let rest = "From: Example <no-reply@example.com>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHej! Koden gäller i 10 minuter. Dela den inte med någon.\r\n";
    let subjects = [
        "602817 är din inloggningskod",
        "=?utf-8?q?602817_=C3=A4r_din_inloggningskod?=",
        "=?iso-8859-1?q?602817_=E4r?= din\r\n inloggningskod",
        "=?utf-8?b?NjAyODE3IMOkciBkaW4=?=\r\n =?utf-8?b?IGlubG9nZ25pbmdza29k?=",
    ];
    let reports = subjects.map(|subject| mailpick::extract(format!("Subject: {subject}\r\n{rest}").as_bytes()));
    for (subject, report) in subjects.iter().zip(&reports) {
        assert_eq!(report.best(Kind::Otp).map(|answer| answer.value.as_str()), Some("602817"), "{subject}");
        assert_eq!(ranking(report), ranking(&reports[0]), "{subject}");
    }
}

fn ranking(report: &Report) -> Vec<(Kind, String, f64)> {
    Kind::ALL.into_iter().flat_map(|kind| report.candidates(kind)).map(|c| (c.answer.kind, c.answer.value.clone(), c.answer.confidence)).collect()
}

fn wrap(base: &Base, line_end: &str, encoding: &str, charset: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut line = |text: &[u8]| {
        out.extend_from_slice(text);
        out.extend_from_slice(line_end.as_bytes());
    };
    line(b"From: Example <no-reply@example.com>");
    line(b"To: reader@example.org");
    line(format!("Subject: =?{charset}?b?{}?=", STANDARD.encode(in_charset(base.subject, charset))).as_bytes());
    line(b"MIME-Version: 1.0");
    let several = base.parts.len() > 1;
    if several {
        line(b"Content-Type: multipart/alternative; boundary=\"sep\"");
        line(b"");
    }
    for (media_type, content) in base.parts {
        if several {
            line(b"--sep");
        }
        line(format!("Content-Type: {media_type}; charset={charset}").as_bytes());
        line(format!("Content-Transfer-Encoding: {encoding}").as_bytes());
        line(b"");
        for encoded in encoded_lines(content, line_end, encoding, charset) {
            line(&encoded);
        }
    }
    if several {
        line(b"--sep--");
    }
    out
}

/// The lines of a body, without their line ends.
fn encoded_lines(content: &str, line_end: &str, encoding: &str, charset: &str) -> Vec<Vec<u8>> {
    match encoding {
        "base64" => {
            let bytes = in_charset(&content.replace('\n', line_end), charset);
            STANDARD.encode(bytes).as_bytes().chunks(MAX_ENCODED_LINE).map(<[u8]>::to_vec).collect()
        }
        "quoted-printable" => content.lines().flat_map(|line| quoted_printable(&in_charset(line, charset))).collect(),
        _ => content.lines().map(|line| in_charset(line, charset)).collect(),
    }
}

/// RFC 2045 section 6.7: one line of text as one or more, all but the last ending in a soft line break.
fn quoted_printable(line: &[u8]) -> Vec<Vec<u8>> {
    let mut lines = vec![Vec::new()];
    for (at, byte) in line.iter().enumerate() {
        let ends_line = at + 1 == line.len();
        let literal = matches!(byte, b'!'..=b'<' | b'>'..=b'~') || (matches!(byte, b' ' | b'\t') && !ends_line);
        let written = if literal { vec![*byte] } else { format!("={byte:02X}").into_bytes() };
        if lines[lines.len() - 1].len() + written.len() >= MAX_ENCODED_LINE {
            lines.last_mut().expect("a line").push(b'=');
            lines.push(Vec::new());
        }
        lines.last_mut().expect("a line").extend(written);
    }
    lines
}

/// UTF-8, or the Latin-1 that every character of the bases has a byte in.
fn in_charset(text: &str, charset: &str) -> Vec<u8> {
    match charset {
        "utf-8" => text.as_bytes().to_vec(),
        _ => text.chars().map(|c| u8::try_from(u32::from(c)).expect("a Latin-1 character")).collect(),
    }
}
