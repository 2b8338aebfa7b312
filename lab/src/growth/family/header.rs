//! Header fields and their values.

use super::{families, repeat, series};

families! { bytes;
    "header: fields without a value" => repeat("", "a:\n", "\nhello", bytes),
    "header: fields of no name known" => series("", |n| format!("X-{n}: v\n"), "\nhello", bytes),
    "header: lines without a colon" => repeat("Subject: a\n", "a\n", "\nhello", bytes),
    "header: one field of one line" => repeat("Subject: ", "a", "\n\nhello", bytes),
    "header: one folded subject" => repeat("Subject: a", "\n a", "\n\nhello", bytes),
    "header: no end" => repeat("Subject: a", "\nX: b", "", bytes),
    "header: addresses" => repeat("To: a", ",a", "\n\nhello", bytes),
    "header: folded addresses" => repeat("To: a", ",\n a@b", "\n\nhello", bytes),
    "header: groups of addresses" => repeat("From: ", "a:b;", "\n\nhello", bytes),
    "header: comments in an address" => repeat("From: ", "(", "\n\nhello", bytes),
    "header: quotes in an address" => repeat("From: ", "\"\\\"", "\n\nhello", bytes),
    "header: From again and again" => repeat("", "From: a,a,a,a,a,a,a,a\n", "\nhello", bytes),
    "header: encoded words" => repeat("Subject: ", "=?utf-8?q?a?= ", "\n\nhello", bytes),
    "header: encoded words without an end" => repeat("Subject: ", "=?utf-8?q?a", "\n\nhello", bytes),
    "header: encoded words in base64" => repeat("From: ", "=?utf-8?b?YQ==?= <a@b>, ", "\n\nhello", bytes),
    "header: references" => repeat("References: ", "<a>", "\n\nhello", bytes),
    "header: message ids" => repeat("Message-ID: ", "<a>", "\n\nhello", bytes),
    "header: parameters" => repeat("Content-Type: text/plain", ";a=b", "\n\nhello", bytes),
    "header: parameters in many fields" => repeat("", "Content-Type: text/plain;a=b;c=d;e=f;g=h\n", "\nhello", bytes),
    "header: continued parameters" => series("Content-Type: text/plain", |n| format!("; n*{n}*=a"), "\n\nhello", bytes),
    "header: continued parameters, each of another name" => series("Content-Type: text/plain", |n| format!("; n{n}*1=a"), "\n\nhello", bytes),
    "header: parameters with a language" => series("Content-Type: text/plain", |n| format!("; n{n}*=a'b'c"), "\n\nhello", bytes),
    "header: escapes in a parameter" => repeat("Content-Type: text/plain; a=\"", "\\b", "\"\n\nhello", bytes),
    "header: authentication results" => repeat("", "Authentication-Results: a; dkim=pass\n", "\nhello", bytes),
}
