//! Every format gives back the bytes that were put in, and a cut costs the mail that was cut.

mod common;

use std::fs;
use std::path::Path;

use common::{Variant, gzip, mbox, tar, unlisted_zip, zip, zstd};
use mailpick_mailbox::{Options, Quoting, read_with, sources};
use proptest::collection::vec;
use proptest::prelude::*;

/// A line of a mail, likely to be mistaken for the format's own.
fn line() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        3 => Just(b"".to_vec()),
        2 => Just(b"From ann@example.org Thu Jan  1 00:00:00 1970".to_vec()),
        1 => Just(b"From here on".to_vec()),
        1 => Just(b">From here on".to_vec()),
        1 => Just(b">>From ann@example.org Thu Jan  1 00:00:00 1970".to_vec()),
        1 => Just(b"Content-Length: 20".to_vec()),
        3 => vec(any::<u8>().prop_filter("no line end", |byte| !matches!(byte, b'\n' | b'\r')), 0..40),
        1 => vec(Just(b'a'), 1000..3000),
    ]
}

/// A mail whose lines end alike, as mboxes hold them.
fn mail(end: &'static str) -> impl Strategy<Value = Vec<u8>> {
    vec(line(), 0..12).prop_map(move |lines| {
        let mut mail = format!("Subject: x{end}{end}").into_bytes();
        for line in lines {
            mail.extend_from_slice(&line);
            mail.extend_from_slice(end.as_bytes());
        }
        mail
    })
}

fn any_mails() -> impl Strategy<Value = (Vec<Vec<u8>>, &'static str)> {
    prop_oneof![Just("\n"), Just("\r\n")].prop_flat_map(|end| (vec(mail(end), 0..6), Just(end)))
}

fn read(path: &Path, quoting: Quoting) -> Vec<Vec<u8>> {
    read_with(path, &Options { quoting, ..Options::default() }).map(|mail| mail.expect("readable").raw).collect()
}

/// What mboxo cannot give back: a line that began with `>From ` in the first place.
fn without_quoted_from(mail: &[u8]) -> Vec<u8> {
    mail.split_inclusive(|&byte| byte == b'\n').filter(|line| !line.starts_with(b">From ")).flatten().copied().collect()
}

fn with_length(mail: &[u8], end: &str) -> Vec<u8> {
    let head = format!("Subject: x{end}");
    let body = &mail[head.len() + end.len()..];
    [format!("{head}Content-Length: {}{end}{end}", body.len()).as_bytes(), body].concat()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn an_mboxrd_gives_back_its_mails((mails, end) in any_mails()) {
        let folder = tempfile::tempdir().expect("a folder");
        let plain = mbox(&mails, Variant::Mboxrd, end);
        for (name, bytes) in [("a.mbox", plain.clone()), ("a.mbox.gz", gzip(&plain)), ("a.mbox.zst", zstd(&plain))] {
            fs::write(folder.path().join(name), bytes).expect("written");
            prop_assert_eq!(&read(&folder.path().join(name), Quoting::Mboxrd), &mails);
        }
    }

    #[test]
    fn an_mboxo_gives_back_its_mails((mails, end) in any_mails()) {
        let mails: Vec<Vec<u8>> = mails.iter().map(|mail| without_quoted_from(mail)).collect();
        let file = tempfile::NamedTempFile::with_suffix(".mbox").expect("a file");
        fs::write(file.path(), mbox(&mails, Variant::Mboxo, end)).expect("written");
        prop_assert_eq!(read(file.path(), Quoting::Mboxo), mails);
    }

    #[test]
    fn an_mboxcl2_gives_back_its_mails((mails, end) in any_mails()) {
        let mails: Vec<Vec<u8>> = mails.iter().map(|mail| with_length(mail, end)).collect();
        let file = tempfile::NamedTempFile::with_suffix(".mbox").expect("a file");
        fs::write(file.path(), mbox(&mails, Variant::Mboxcl2, end)).expect("written");
        prop_assert_eq!(read(file.path(), Quoting::None), mails);
    }

    #[test]
    fn offsets_and_lengths_say_where_a_mail_stands((mails, end) in any_mails()) {
        let file = tempfile::NamedTempFile::with_suffix(".mbox").expect("a file");
        let bytes = mbox(&mails, Variant::Mboxrd, end);
        fs::write(file.path(), &bytes).expect("written");
        let options = Options { quoting: Quoting::None, ..Options::default() };
        for (index, record) in read_with(file.path(), &options).enumerate() {
            let record = record.expect("readable");
            prop_assert_eq!(record.index, index as u64);
            prop_assert_eq!(&bytes[record.offset as usize..(record.offset + record.length) as usize], &record.raw);
        }
    }

    #[test]
    fn reading_goes_on_after_any_mail((mails, end) in any_mails(), compress in any::<bool>()) {
        let file = tempfile::NamedTempFile::with_suffix(".mbox").expect("a file");
        let bytes = mbox(&mails, Variant::Mboxrd, end);
        fs::write(file.path(), if compress { gzip(&bytes) } else { bytes }).expect("written");
        let source = sources(file.path()).next().expect("a source").expect("readable");
        let all: Vec<_> = source.clone().records(&Options::default()).map(|mail| mail.expect("readable")).collect();
        for done in 1..=all.len() {
            let position = all[done - 1].offset + all[done - 1].length;
            let rest: Vec<_> = source.clone().records_after(&Options::default(), done as u64, position).map(|mail| mail.expect("readable")).collect();
            prop_assert_eq!(&rest, &all[done..]);
        }
    }

    #[test]
    fn a_cut_mbox_loses_only_the_mail_that_was_cut((mails, end) in any_mails(), at in any::<prop::sample::Index>(), compress in any::<bool>()) {
        let file = tempfile::NamedTempFile::with_suffix(".mbox").expect("a file");
        let whole = mbox(&mails, Variant::Mboxrd, end);
        let cut = at.index(whole.len() + 1);
        // A stored block, so that the cut of the file is that of the mails.
        let bytes = if compress { stored_gzip(&whole)[..cut + STORED_HEAD].to_vec() } else { whole[..cut].to_vec() };
        fs::write(file.path(), bytes).expect("written");
        let read: Vec<Vec<u8>> = read_with(file.path(), &Options::default()).filter_map(Result::ok).map(|mail| mail.raw).collect();
        let mut ends = 0;
        let complete = mails.iter().take_while(|mail| {
            ends += mbox(&[mail.to_vec()], Variant::Mboxrd, end).len();
            ends <= cut
        }).count();
        prop_assert!(read.len() + usize::from(compress) >= complete);
        // A truncated stream gives the mail that it broke in as an error, even if what broke is what follows it.
        let sure = complete.min(read.len()).saturating_sub(usize::from(compress));
        prop_assert_eq!(&read[..sure], &mails[..sure]);
    }

    #[test]
    fn a_cut_archive_loses_only_the_member_that_was_cut(mails in vec(mail("\n"), 1..6), at in any::<prop::sample::Index>(), kind in 0..4) {
        let folder = tempfile::tempdir().expect("a folder");
        let names: Vec<String> = (0..mails.len()).map(|number| format!("in/{number}.eml")).collect();
        let members: Vec<(&str, &[u8])> = names.iter().map(String::as_str).zip(mails.iter().map(Vec::as_slice)).collect();
        let name = if kind == 0 { "a.tar" } else { "a.zip" };
        let write = |members: &[(&str, &[u8])]| match kind {
            0 => tar(members),
            1 => zip(members),
            2 => unlisted_zip(members, false),
            _ => unlisted_zip(members, true),
        };
        let whole = write(&members);
        let cut = at.index(whole.len() + 1);
        fs::write(folder.path().join(name), &whole[..cut]).expect("written");
        let read: Vec<Vec<u8>> = read_with(&folder.path().join(name), &Options::default()).filter_map(Result::ok).map(|mail| mail.raw).collect();
        // Up to the last byte of the last member that is whole.
        let complete = (0..=mails.len()).rev().find(|count| {
            let next = write(&members[..*count]);
            let end = if kind < 2 { next.len().saturating_sub(END_BYTES[kind as usize](*count, &names)) } else { next.len() };
            end <= cut
        });
        let complete = complete.unwrap_or_default();
        prop_assert!(read.len() >= complete.min(mails.len()), "{} of {}", read.len(), complete);
        prop_assert_eq!(&read[..complete], &mails[..complete]);
    }

    #[test]
    fn archives_and_folders_give_back_their_mails(mails in vec(mail("\n"), 1..5)) {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        let plain = mbox(&mails, Variant::Mboxrd, "\n");
        let inside = "Takeout/Mail/All mail Including Spam and Trash.mbox";
        fs::write(at("takeout.zip"), zip(&[("Takeout/archive_browser.html", b"<html>"), (inside, &plain)])).expect("written");
        fs::write(at("takeout.tgz"), gzip(&tar(&[("Takeout/archive_browser.html", b"<html>"), (inside, &plain)]))).expect("written");
        for name in ["maildir/cur", "maildir/new", "maildir/tmp", "mh"] {
            fs::create_dir_all(at(name)).expect("a folder");
        }
        for (number, mail) in mails.iter().enumerate() {
            fs::write(at(&format!("maildir/cur/{}.M1.host:2,S", 100 + number)), mail).expect("written");
            fs::write(at(&format!("mh/{}", 9 + number)), mail).expect("written");
        }
        for name in ["takeout.zip", "takeout.tgz", "maildir", "mh"] {
            prop_assert_eq!(&read(&at(name), Quoting::Mboxrd), &mails, "{}", name);
        }
        let emlx = [format!("{:<10}\n", mails[0].len()).as_bytes(), &mails[0], b"<?xml version=\"1.0\"?><plist/>"].concat();
        fs::write(at("1.emlx"), emlx).expect("written");
        prop_assert_eq!(&read(&at("1.emlx"), Quoting::Mboxrd), &mails[..1]);
    }
}

/// What an archive of so many members has after the last of them: two blocks of zeros, or a directory and its end.
const END_BYTES: [fn(usize, &[String]) -> usize; 2] = [|_, _| 1024, |count, names| names[..count].iter().map(|name| 46 + name.len()).sum::<usize>() + 22];

/// Header of gzip and of one stored block.
const STORED_HEAD: usize = 15;

fn stored_gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    encoder.write_all(bytes).expect("written");
    encoder.finish().expect("ended")
}
