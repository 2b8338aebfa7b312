//! `mailpick`: finds the one-time code or link in a mail, from the command line.

mod explain;
mod extract;
mod input;
mod manual;
mod output;
mod scan;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use output::Exit;

/// Finds the one-time code, sign-in link or password-reset link in a mail.
///
/// Reads raw mails (.eml), opens no link and no connection, and writes what it finds to standard output.
#[derive(Parser)]
#[command(name = "mailpick", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Extract(extract::Arguments),
    Scan(scan::Arguments),
    Explain(explain::Arguments),
    Completions(manual::Completions),
    Man(manual::Man),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Extract(arguments) => extract::run(&arguments),
        Command::Scan(arguments) => scan::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Completions(arguments) => manual::completions(&arguments, Arguments::command()),
        Command::Man(_) => manual::man(Arguments::command()),
    };
    let exit = done.unwrap_or_else(|error| {
        if output::is_broken_pipe(&error) {
            return Exit::Done;
        }
        output::warn(&format!("{error:#}"));
        Exit::Failed
    });
    exit.into()
}
