//! The recipes of `docs/protocols.md` do what they say, in both languages, against the server of `embed_in_server`.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// What a recipe takes for granted. The mail is the one that the sign-in would send.
const PYTHON: &str = r#"
import json, sys, urllib.request
base, inbox_id, email = sys.argv[1], "inb_1", "user@inbox.example"
def start_sign_in(email):
    mail = b"From: Kestrel Bikes <no-reply@kestrelbikes.example>\r\nSubject: Your sign-in code\r\n\r\nOrder 20260310. Enter this code to sign in: 483921\r\n"
    urllib.request.urlopen(urllib.request.Request(f"{base}/v1/inboxes/{inbox_id}/messages", mail, method="POST")).read()
"#;
const JAVASCRIPT: &str = r#"
const [base, inboxId, email] = [process.argv[2], "inb_1", "user@inbox.example"];
const startSignIn = async () => {
  const mail = "From: Kestrel Bikes <no-reply@kestrelbikes.example>\r\nSubject: Your sign-in code\r\n\r\nOrder 20260310. Enter this code to sign in: 483921\r\n";
  await fetch(`${base}/v1/inboxes/${inboxId}/messages`, { method: "POST", body: mail });
};
"#;
/// The types of the TypeScript recipe: without them it is JavaScript.
const TYPES: [(&str, &str); 3] = [("path: string", "path"), ("init?: RequestInit", "init"), (": Promise<Wait>", "")];

/// A server that ends with the test.
struct Server {
    child: Child,
    base: String,
}

impl Server {
    fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_embed_in_server")).arg("--serve").stdout(Stdio::piped()).spawn().expect("it starts");
        let mut base = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut base).expect("its address");
        Self { child, base: base.trim().to_owned() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The recipe in a language that replaces the one before it.
fn recipe(language: &str) -> String {
    let protocols = include_str!("../../docs/protocols.md");
    let fence = format!("after:\n\n```{language}\n");
    let (_, behind) = protocols.split_once(&fence).expect("a recipe");
    behind.split_once("```").expect("its end").0.to_owned()
}

/// Runs a script with the program of its language, where there is one, and returns the last line that it printed.
fn last_line(program: &str, name: &str, script: &str) -> Option<String> {
    if Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
        println!("skipped: there is no {program}");
        return None;
    }
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, script).expect("a script");
    let server = Server::start();
    let output = Command::new(program).arg(&path).arg(&server.base).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8_lossy(&output.stdout).lines().last().unwrap_or_default().to_owned())
}

#[test]
fn the_recipe_in_python_gets_the_code() {
    let script = format!("{PYTHON}{}print(code)\n", recipe("python"));
    assert!(last_line("python3", "recipe.py", &script).is_none_or(|code| code == "483921"));
}

#[test]
fn the_recipe_in_typescript_gets_the_code() {
    let typed = recipe("ts");
    let (declaration, rest) = typed.split_once('\n').expect("lines");
    assert!(declaration.starts_with("type Wait = "), "{declaration}");
    let plain = TYPES.iter().fold(rest.to_owned(), |script, (typed, plain)| script.replace(typed, plain));
    let script = format!("{JAVASCRIPT}{plain}console.log(code);\n");
    assert!(last_line("node", "recipe.mjs", &script).is_none_or(|code| code == "483921"));
}
