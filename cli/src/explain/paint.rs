//! Emphasis: ANSI on a terminal, plain marks elsewhere.

use std::env;
use std::io::{self, IsTerminal};

use crate::output;

/// How emphasis is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    /// Bold and inverse.
    Ansi,
    /// `>>>` and `<<<`.
    Plain,
}

impl Paint {
    /// ANSI when standard output is a terminal and `NO_COLOR` is not set (<https://no-color.org>).
    pub(super) fn for_stdout() -> Self {
        let refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        if io::stdout().is_terminal() && !refused { Paint::Ansi } else { Paint::Plain }
    }

    /// An answer where it stands.
    pub(super) fn mark(self, text: &str) -> String {
        match self {
            Paint::Ansi => format!("\x1b[1;7m{text}\x1b[0m"),
            Paint::Plain => format!(">>>{text}<<<"),
        }
    }

    /// The beginning of a section.
    pub(super) fn heading(self, text: &str) -> String {
        match self {
            Paint::Ansi => format!("\x1b[1m{text}\x1b[0m"),
            Paint::Plain => text.to_owned(),
        }
    }
}

/// A text made safe for the terminal; of a long one, its beginning and its end.
pub(super) fn cut(text: &str, most: usize) -> String {
    let count = text.chars().count();
    if count <= most {
        return output::plain(text);
    }
    let (head, tail) = (most * 2 / 3, most / 3);
    let start: String = text.chars().take(head).collect();
    let end: String = text.chars().skip(count - tail).collect();
    format!("{} [… {} characters …] {}", output::plain(&start), count - head - tail, output::plain(&end))
}

/// A text on one line, cut like [`cut`].
pub(super) fn cut_line(text: &str, most: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    cut(&words.join(" "), most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_keeps_both_ends() {
        let text = format!("start{}end", "ä".repeat(100));
        assert_eq!(cut(&text, 9), "startä [… 99 characters …] end");
        assert_eq!(cut_line(" a\n\tb ", 9), "a b");
    }
}
