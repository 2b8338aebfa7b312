//! `mailpick completions` and `mailpick man`: what packagers install beside the program.

use std::io::{self, Write};

use anyhow::Result;
use clap::{Args, Command};
use clap_complete::Shell;

use crate::output::Exit;

/// Print the completions of a shell: `source <(mailpick completions bash)`.
#[derive(Args)]
pub(crate) struct Completions {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

/// Print the manual page, in roff: `mailpick man > mailpick.1`.
#[derive(Args)]
pub(crate) struct Man {}

pub(crate) fn completions(arguments: &Completions, mut command: Command) -> Result<Exit> {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "mailpick", &mut text);
    io::stdout().write_all(&text)?;
    Ok(Exit::Done)
}

/// One page: the program, then each of its commands.
pub(crate) fn man(mut command: Command) -> Result<Exit> {
    command.build();
    let mut text = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut text)?;
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        let page = clap_mangen::Man::new(sub.clone());
        writeln!(text, ".SH \"COMMAND {}\"", sub.get_name().to_uppercase())?;
        page.render_synopsis_section(&mut text)?;
        page.render_description_section(&mut text)?;
        page.render_options_section(&mut text)?;
        page.render_extra_section(&mut text)?;
    }
    io::stdout().write_all(&text)?;
    Ok(Exit::Done)
}
