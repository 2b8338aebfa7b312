//! The figures that the README shows: rewritten from what was measured, so that none is typed by hand.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

const BEGIN: &str = "<!-- accuracy -->\n";
const END: &str = "<!-- /accuracy -->\n";

/// Puts the block between the markers of a file.
pub(crate) fn rewrite(path: &Path, block: &str) -> Result<()> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let text = replaced(&text, block).with_context(|| format!("`{}`: expected one line `{}` and, below it, one line `{}`", path.display(), BEGIN.trim(), END.trim()))?;
    fs::write(path, text).with_context(|| format!("cannot write `{}`", path.display()))
}

fn replaced(text: &str, block: &str) -> Option<String> {
    let (before, rest) = text.split_once(BEGIN)?;
    let (old, after) = rest.split_once(END)?;
    let once = ![before, old, after].iter().any(|part| part.contains(BEGIN.trim()) || part.contains(END.trim()));
    once.then(|| format!("{before}{BEGIN}\n{}\n\n{END}{after}", block.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_block_is_replaced_and_the_rest_stays() {
        let text = "above\n<!-- accuracy -->\nold\n<!-- /accuracy -->\nbelow\n";
        let new = replaced(text, "| a |\n").expect("both markers");
        assert_eq!(new, "above\n<!-- accuracy -->\n\n| a |\n\n<!-- /accuracy -->\nbelow\n");
        assert_eq!(replaced(&new, "| a |\n").as_deref(), Some(new.as_str()));
    }

    #[test]
    fn a_marker_that_is_missing_or_there_twice_is_an_error() {
        assert_eq!(replaced("<!-- accuracy -->\n", "x"), None);
        assert_eq!(replaced("<!-- /accuracy -->\n<!-- accuracy -->\n", "x"), None);
        assert_eq!(replaced("<!-- accuracy -->\n<!-- accuracy -->\n<!-- /accuracy -->\n", "x"), None);
    }
}
