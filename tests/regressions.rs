//! Inputs that once broke a law, found by fuzzing or reported, replayed. `fuzz/regressions/README.md` says how one is added.

mod laws;

use std::fs;
use std::path::Path;

use mailpick::view::View;

#[test]
fn every_regression_keeps_the_laws() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/regressions");
    let readme = folder.join("README.md");
    assert!(readme.is_file(), "`{}` is missing: is this a whole checkout?", readme.display());
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("cannot read `{}`: {error}", folder.display()));
    for path in entries.map(|entry| entry.expect("an entry").path()).filter(|path| *path != readme) {
        // Named before it is read, so that the output of a crash ends with it.
        println!("{}", path.display());
        let raw = fs::read(&path).unwrap_or_else(|error| panic!("cannot read `{}`: {error}", path.display()));
        // Each as what any of the targets may have been given: a mail, and markup.
        laws::assert_laws(&raw);
        laws::assert_message_laws(&raw);
        laws::view_is_sound(&View::of_html(&String::from_utf8_lossy(&raw)));
        laws::view_is_sound(&View::of_text(&String::from_utf8_lossy(&raw), true, true));
    }
}
