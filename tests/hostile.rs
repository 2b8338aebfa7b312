//! Mails that were made to break parsers, and mails that were broken on their way: every law of a report holds, on a
//! thread with hardly any stack.

#[path = "../lab/src/growth/family/mod.rs"]
mod family;
mod laws;

use std::fs;
use std::path::Path;

use mailpick::{Kind, Report};

/// musl gives a thread 128 KB. Without optimisation the charset decoder alone takes more than it does in a release.
const SMALL_STACK: usize = if cfg!(debug_assertions) { 96 << 10 } else { 64 << 10 };
/// Enough for each pattern to repeat some hundred times, and for debug builds to read it in no time.
const SMALL_MAIL: usize = 4 << 10;
/// Enough to be deeper than any limit on depth, for those that nest.
const LARGER_MAIL: usize = 8 << 10;

/// Every so many bytes a mail is cut; so many mails of the corpus are.
const CUT_EVERY: usize = 64;
const CUT_MAILS: usize = 12;
/// All cuts of all mails are parted into so many shards, of which one is cut in every run.
const CUT_SHARDS: u64 = 1024;
const SHARD_OF_EVERY_RUN: u64 = 0;
/// Longer mails are cut in their first bytes only: what follows is more of the same.
const MAX_CUT_BYTES: usize = 6 << 10;

fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(SMALL_STACK).spawn(work).expect("a thread").join().expect("no panic");
}

#[test]
fn every_hostile_mail_keeps_the_laws() {
    for family in family::all() {
        println!("{}", family.name);
        let raw = (family.make)(SMALL_MAIL);
        laws::assert_laws(&raw);
        laws::assert_message_laws(&raw);
    }
}

#[test]
fn no_hostile_mail_needs_more_than_a_small_stack() {
    on_a_small_stack(|| {
        for family in family::all() {
            println!("{}", family.name);
            std::hint::black_box(mailpick::extract(&(family.make)(LARGER_MAIL)));
        }
    });
}

#[test]
fn no_mail_of_the_corpus_needs_more_than_a_small_stack() {
    let mails = corpus();
    on_a_small_stack(move || {
        for raw in mails.iter().step_by(8) {
            std::hint::black_box(mailpick::extract(raw));
        }
    });
}

#[test]
fn a_mail_cut_anywhere_keeps_the_laws() {
    for raw in sample(CUT_MAILS) {
        for end in (0..raw.len().min(MAX_CUT_BYTES)).step_by(CUT_EVERY) {
            laws::assert_laws_of(&mailpick::extract(&raw[..end]));
        }
    }
}

#[test]
fn a_shard_of_all_cuts_keeps_the_laws() {
    let cuts = cut_shards(&named_corpus(), SHARD_OF_EVERY_RUN..SHARD_OF_EVERY_RUN + 1);
    assert!(cuts > 100, "{cuts} cuts in the shard");
}

/// Every mail of the corpus at every 64th byte, shard by shard: `MAILPICK_CUT_SHARDS=37..80` does those from 37 to 79, so that a run that was
/// ended goes on where it was.
///
/// `cargo test --release --test hostile -- --ignored --nocapture every_mail_cut`
#[test]
#[ignore = "some hundred thousand cuts; a shard of them is a test of its own"]
fn every_mail_cut_anywhere_keeps_the_laws() {
    let wanted = std::env::var("MAILPICK_CUT_SHARDS").unwrap_or_else(|_| format!("0..{CUT_SHARDS}"));
    let bounds = wanted.split_once("..").and_then(|(from, to)| Some(from.parse().ok()?..to.parse().ok()?));
    let shards = bounds.filter(|shards| shards.end <= CUT_SHARDS).unwrap_or_else(|| panic!("MAILPICK_CUT_SHARDS: expected FROM..TO, TO no more than {CUT_SHARDS}, met `{wanted}`"));
    let mails = named_corpus();
    let mut cuts = 0;
    for shard in shards {
        cuts += cut_shards(&mails, shard..shard + 1);
        println!("shard {shard} is through: {cuts} cuts so far");
    }
}

/// Holds the laws against the cuts of some shards, and counts them. The shard of a cut depends on its mail's name and its place alone.
fn cut_shards(mails: &[(String, Vec<u8>)], shards: std::ops::Range<u64>) -> usize {
    let mut cuts = 0;
    for (name, raw) in mails {
        for end in (0..raw.len()).step_by(CUT_EVERY).filter(|end| shards.contains(&(fnv(name, *end) % CUT_SHARDS))) {
            let held = std::panic::catch_unwind(|| laws::assert_laws_of(&mailpick::extract(&raw[..end])));
            assert!(held.is_ok(), "`{name}` cut at {end}");
            cuts += 1;
        }
    }
    cuts
}

/// The 64-bit hash of Fowler, Noll and Vo, form 1a.
fn fnv(name: &str, end: usize) -> u64 {
    name.bytes().chain(end.to_le_bytes()).fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[test]
fn a_mail_with_a_flipped_bit_keeps_the_laws() {
    for (number, raw) in sample(CUT_MAILS).into_iter().enumerate() {
        let mut raw = raw[..raw.len().min(MAX_CUT_BYTES)].to_vec();
        for at in (number..raw.len()).step_by(CUT_EVERY + 1) {
            // Another bit each time; the mail is as it was before the next.
            let bit = 1 << (at % 8);
            raw[at] ^= bit;
            laws::assert_laws_of(&mailpick::extract(&raw));
            raw[at] ^= bit;
        }
    }
}

#[test]
fn two_mails_spliced_keep_the_laws() {
    let mails = sample(2 * CUT_MAILS);
    for pair in mails.chunks_exact(2) {
        for share in 1..16 {
            let [head, tail] = [&pair[0], &pair[1]].map(|raw| raw.len() * share / 16);
            laws::assert_laws_of(&mailpick::extract(&[&pair[0][..head], &pair[1][tail..]].concat()));
        }
    }
}

/// The mails of `corpus/`, in order of their paths.
fn corpus() -> Vec<Vec<u8>> {
    named_corpus().into_iter().map(|(_, raw)| raw).collect()
}

/// The same with their paths below `corpus/`.
fn named_corpus() -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut paths = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("cannot read `{}`: {error}", folder.display())) {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "eml") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    assert!(!paths.is_empty(), "no mail in `corpus/`");
    let name = |path: &Path| path.strip_prefix(&root).expect("a path below the root").components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
    paths.iter().map(|path| (name(path), fs::read(path).unwrap_or_else(|error| panic!("cannot read `{}`: {error}", path.display())))).collect()
}

/// So many mails, evenly spread.
fn sample(count: usize) -> Vec<Vec<u8>> {
    let all = corpus();
    let step = all.len() / count;
    all.into_iter().step_by(step.max(1)).take(count).collect()
}

/// One mail in other clothes: the same best answers.
mod clothes {
    use super::*;

    const HEADER: &str = "From: Example <no-reply@example.org>\nTo: reader@example.net\nSubject: Your Example verification code is ready\nMIME-Version: 1.0\n";
    const TEXT: &str = "Hello,\n\nYour verification code is 483921. It expires in 10 minutes.\n\nOr sign in with this link:\nhttps://accounts.example.org/sign-in/verify?token=9f8e7d6c5b4a39281706f5e4d3c2b1a0&user=1842\n";

    fn answers(report: &Report) -> Vec<(Kind, String)> {
        report.answers().into_iter().map(|answer| (answer.kind, answer.value.clone())).collect()
    }

    fn plain(header: &str, text: &str) -> Vec<(Kind, String)> {
        answers(&mailpick::extract(format!("{header}Content-Type: text/plain; charset=utf-8\n\n{text}").as_bytes()))
    }

    /// What the plain mail answers; both are in it.
    fn expected() -> Vec<(Kind, String)> {
        let answers = plain(HEADER, TEXT);
        assert!(answers.iter().any(|(kind, value)| *kind == Kind::Otp && value == "483921"), "{answers:?}");
        answers
    }

    #[test]
    fn folded_headers_do_not_change_the_answers() {
        let folded = HEADER.replace(" <", "\n <").replace(" verification", "\n\tverification").replace("Subject: ", "Subject:\n ");
        assert_eq!(plain(&folded, TEXT), expected());
        assert_eq!(plain(&folded.replace('\n', "\r\n"), &TEXT.replace('\n', "\r\n")), expected());
    }

    #[test]
    fn the_order_of_header_fields_does_not_change_the_answers() {
        let reversed: String = HEADER.lines().rev().map(|line| format!("{line}\n")).collect();
        assert_eq!(plain(&reversed, TEXT), expected());
    }

    #[test]
    fn unrelated_parts_do_not_change_the_answers_in_any_order() {
        let parts = [
            format!("Content-Type: text/plain; charset=utf-8\n\n{TEXT}"),
            "Content-Type: image/png; name=logo.png\nContent-ID: <logo>\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n".to_owned(),
            "Content-Type: image/gif; name=pixel.gif\nContent-ID: <pixel>\nContent-Transfer-Encoding: base64\n\nR0lGODlhAQABAAAAACw=\n".to_owned(),
        ];
        for order in [[0, 1, 2], [1, 0, 2], [2, 1, 0], [1, 2, 0]] {
            let body: String = order.iter().map(|at| format!("--sep\n{}", parts[*at])).collect();
            let mail = format!("{HEADER}Content-Type: multipart/mixed; boundary=sep\n\n{body}--sep--\n");
            assert_eq!(answers(&mailpick::extract(mail.as_bytes())), expected(), "{order:?}");
        }
    }

    #[test]
    fn a_multipart_around_the_mail_does_not_change_the_answers() {
        let mut body = format!("Content-Type: text/plain; charset=utf-8\n\n{TEXT}");
        for depth in 0..8 {
            body = format!("Content-Type: multipart/mixed; boundary=sep{depth}\n\n--sep{depth}\n{body}\n--sep{depth}--\n");
            assert_eq!(answers(&mailpick::extract(format!("{HEADER}{body}").as_bytes())), expected(), "{depth}");
        }
    }

    #[test]
    fn a_link_that_gateways_wrap_is_the_same_link_in_its_wrapper() {
        let link = "https://accounts.example.org/sign-in/verify?token=9f8e7d6c5b4a39281706f5e4d3c2b1a0&user=1842";
        let wrapped = format!(
            "https://eur01.safelinks.protection.outlook.com/?url={}&data=05",
            link.replace(':', "%3A").replace('/', "%2F").replace('?', "%3F").replace('=', "%3D").replace('&', "%26")
        );
        let report = mailpick::extract(format!("{HEADER}\n{}", TEXT.replace(link, &wrapped)).as_bytes());
        let plain = mailpick::extract(format!("{HEADER}\n{TEXT}").as_bytes());
        let first = |report: &Report| report.candidates(Kind::MagicLink).next().cloned().expect("a link");
        let (inside, bare) = (first(&report), first(&plain));
        assert_eq!(inside.target.map(|target| target.0).as_deref(), Some(bare.answer.value.as_str()));
        assert_eq!(inside.answer.value, wrapped);
        let otp = |report: &Report| report.best(Kind::Otp).map(|answer| answer.value.clone());
        assert_eq!(otp(&report), otp(&plain));
    }

    #[test]
    fn an_appended_footer_does_not_change_the_answers() {
        for footer in [
            "-- \nExample Ltd, 12 Example Street\n",
            "\n________________________________\nThis e-mail was scanned.\n",
            "\n\nThis message is confidential and meant for its recipient only.\n",
        ] {
            assert_eq!(plain(HEADER, &format!("{TEXT}{footer}")), expected(), "{footer}");
        }
    }
}
