//! What a person sees while a scan runs.

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::summary::Summary;

const PLAIN: &str = "{spinner} {bytes}, {binary_bytes_per_sec}, {elapsed}, {msg}";
const WITH_END: &str = "{wide_bar} {bytes} of {total_bytes}, {binary_bytes_per_sec}, {eta} left, {msg}";

/// A bar on standard error, when a person looks at it and the lines go elsewhere.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// Files given tell how much there is to read; folders, archives and compressed files do not.
    pub(super) fn new(paths: &[PathBuf], lines_are_elsewhere: bool) -> Self {
        if !io::stderr().is_terminal() || !lines_are_elsewhere && io::stdout().is_terminal() {
            return Self(ProgressBar::hidden());
        }
        let plain = |path: &PathBuf| path.extension().is_none_or(|ending| !["gz", "zst", "zip", "tgz", "tar"].iter().any(|packed| ending.eq_ignore_ascii_case(packed)));
        let size = |path: &PathBuf| path.metadata().ok().filter(|metadata| metadata.is_file() && plain(path)).map(|metadata| metadata.len());
        let total = paths.iter().map(size).sum::<Option<u64>>();
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr_with_hz(5));
        let style = ProgressStyle::with_template(if total.is_some() { WITH_END } else { PLAIN });
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.enable_steady_tick(Duration::from_millis(500));
        Self(bar)
    }

    pub(super) fn show(&self, summary: &Summary) {
        if !self.0.is_hidden() {
            let rate = summary.mails as f64 / self.0.elapsed().as_secs_f64().max(1e-3);
            self.0.set_message(format!("{} mails, {rate:.0}/s, {} found", summary.mails, summary.found));
            self.0.set_position(summary.bytes);
        }
    }

    /// Writes something else to the terminal.
    pub(super) fn aside(&self, say: impl FnOnce()) {
        self.0.suspend(say);
    }

    pub(super) fn end(&self) {
        self.0.finish_and_clear();
    }
}
