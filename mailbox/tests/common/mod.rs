//! Writers of the formats that the crate reads.

#![allow(dead_code, reason = "each file of tests uses some of them")]

use std::io::Write;

/// How an mbox is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Variant {
    Mboxo,
    Mboxrd,
    /// `Content-Length` and no quoting.
    Mboxcl2,
}

pub(crate) const SEPARATOR: &str = "From ann@example.org Thu Jan  1 00:00:00 1970";

/// The mails as an mbox; `end` ends the lines that the format adds. A mail of mboxcl2 has its `Content-Length` already.
pub(crate) fn mbox(mails: &[Vec<u8>], variant: Variant, end: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for mail in mails {
        write!(out, "{SEPARATOR}{end}").expect("written");
        for line in mail.split_inclusive(|&byte| byte == b'\n') {
            let marks = line.iter().take_while(|&&byte| byte == b'>').count();
            let is_from = line[marks..].starts_with(b"From ");
            if is_from && (variant == Variant::Mboxrd || variant == Variant::Mboxo && marks == 0) {
                out.push(b'>');
            }
            out.extend_from_slice(line);
        }
        out.extend_from_slice(end.as_bytes());
    }
    out
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("written");
    encoder.finish().expect("ended")
}

pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).expect("compressed")
}

pub(crate) fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, content) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        builder.append_data(&mut header, name, *content).expect("written");
    }
    builder.into_inner().expect("ended")
}

/// Members as they are: the archive is there for its directory.
pub(crate) fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in members {
        let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        writer.start_file(*name, options).expect("begun");
        writer.write_all(content).expect("written");
    }
    writer.finish().expect("ended").into_inner()
}

/// Deflated members without a directory, their sizes before or after them.
pub(crate) fn unlisted_zip(members: &[(&str, &[u8])], sizes_after: bool) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, content) in members {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(content).expect("written");
        let deflated = encoder.finish().expect("ended");
        let mut crc = flate2::Crc::new();
        crc.update(content);
        let sizes = [crc.sum(), deflated.len() as u32, content.len() as u32].map(u32::to_le_bytes).concat();
        out.extend_from_slice(b"PK\x03\x04\x14\x00");
        out.extend_from_slice(&[if sizes_after { 8 } else { 0 }, 0, 8, 0, 0, 0, 0, 0]);
        out.extend_from_slice(if sizes_after { &[0; 12] } else { &sizes });
        out.extend_from_slice(&(name.len() as u16).to_le_bytes());
        out.extend_from_slice(&[0, 0]);
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(&deflated);
        if sizes_after {
            out.extend_from_slice(b"PK\x07\x08");
            out.extend_from_slice(&sizes);
        }
    }
    out
}
