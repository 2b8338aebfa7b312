//! What every command says alike: exit codes, messages, text that is safe on a terminal.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Something was found, or all was read: 0.
    Done,
    /// Nothing was found: 1.
    Nothing,
    /// Something could not be read: 2.
    Failed,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(match exit {
            Exit::Done => 0,
            Exit::Nothing => 1,
            Exit::Failed => 2,
        })
    }
}

/// A message on standard error; one that nobody reads is no reason to stop.
pub(crate) fn warn(message: &str) {
    let _ = writeln!(io::stderr(), "mailpick: {}", plain(message));
}

/// The message for a file that cannot be read.
pub(crate) fn warn_unreadable(path: &str, reason: &str) {
    warn(&format!("cannot read `{path}`: {reason}"));
}

/// A path as it is written in the output.
pub(crate) fn path_name(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// What went wrong, without the system's error number: `permission denied`.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error ").next().unwrap_or_default();
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

/// The reader of our output has gone: `mailpick scan inbox | head`.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>()).any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

/// Text of a stranger, for a terminal: escape sequences and bidirectional controls in it must not take effect.
pub(crate) fn plain(text: &str) -> String {
    let acts = |c: char| c.is_control() && !matches!(c, '\n' | '\t') || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if acts(c) { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_lowercase_and_without_numbers() {
        assert_eq!(reason(&io::Error::other("Permission denied (os error 13)")), "permission denied");
    }

    #[test]
    fn escape_sequences_do_not_reach_the_terminal() {
        assert_eq!(plain("a\x1b[2Jb\u{202e}c\n"), "a\u{fffd}[2Jb\u{fffd}c\n");
    }
}
