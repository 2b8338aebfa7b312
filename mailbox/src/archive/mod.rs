//! Archives: one member after the other.

mod tar;
mod unlisted;
mod zip;

use std::io;

use crate::inflate::Bytes;

pub(crate) use tar::Tar;
pub(crate) use zip::Zip;

/// A file in an archive.
pub(crate) struct Member {
    pub(crate) name: String,
    /// Its content, as far as it can be read; it fails where the member is damaged. The next member ends it.
    pub(crate) content: io::Result<Bytes>,
}

/// The members whose names `wanted` accepts. An error is of the whole archive, and the last.
pub(crate) trait Members {
    fn next_member(&mut self, wanted: &dyn Fn(&str) -> bool) -> io::Result<Option<Member>>;
}
