//! The README's own commands, run: a reader's first minute must not end in an error.

use std::path::Path;
use std::process::Command;

const PREFIX: &str = "cargo run --release -- ";
const TEST_COMMAND: &str = "cargo test --workspace";

fn readme() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap_or_else(|error| panic!("cannot read `README.md`: {error}"))
}

/// The lines of the fenced blocks marked `sh`.
fn shell_lines(markdown: &str) -> Vec<&str> {
    let mut inside = None;
    let mut lines = Vec::new();
    for line in markdown.lines() {
        match (line.strip_prefix("```"), inside) {
            (Some(language), None) => inside = Some(language.trim() == "sh"),
            (Some(_), Some(_)) => inside = None,
            (None, Some(true)) => lines.push(line),
            (None, _) => {}
        }
    }
    lines
}

#[test]
fn every_command_of_the_readme_runs_and_prints() {
    let readme = readme();
    let commands: Vec<&str> = shell_lines(&readme).into_iter().filter_map(|line| line.strip_prefix(PREFIX)).collect();
    assert!(!commands.is_empty(), "README.md shows no command: expected a line `{PREFIX}...` in a block fenced as ```sh");
    for command in commands {
        let arguments: Vec<&str> = command.split('#').next().unwrap_or(command).split_whitespace().collect();
        assert!(!command.contains(['|', '>', '<', '"', '\'', '$', '*']), "this test runs no shell, so the command must need none: {command}");
        // Without --release: the same program, built for the other tests already.
        let output = Command::new(env!("CARGO"))
            .args(["run", "-q", "-p", "mailpick-cli", "--"])
            .args(arguments)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap_or_else(|error| panic!("cannot run cargo: {error}"));
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "`{PREFIX}{command}` ended with {}:\n{error}", output.status);
        assert!(!output.stdout.is_empty(), "`{PREFIX}{command}` printed nothing:\n{error}");
    }
}

#[test]
fn the_readme_says_how_to_run_the_tests() {
    assert!(readme().contains(TEST_COMMAND), "README.md does not mention `{TEST_COMMAND}`");
}
