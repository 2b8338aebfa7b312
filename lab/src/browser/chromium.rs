//! A headless Chromium that reaches no network, and its tabs, spoken to over the DevTools protocol
//! (<https://chromedevtools.github.io/devtools-protocol/>).
//!
//! Mail is hostile, so it is cut off three times over: the page that holds it has a Content Security Policy without any
//! source of subresources, the network layer is told that it is offline, and names, addresses and proxies of the browser
//! lead nowhere. [`Browser::check_is_cut_off`] tries it.

use std::fs;
use std::io::ErrorKind;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::{Value, json};
use tungstenite::protocol::WebSocketConfig;
use tungstenite::{Message, WebSocket};

/// The page script: what a person sees.
pub(super) const SCRIPT: &str = include_str!("visible.js");

/// The page that holds a mail's frame, which inherits its policy.
const PAGE: &str = "<!DOCTYPE html><meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri *\"><body style='margin:0'>";

const FLAGS: [&str; 17] = [
    "--headless=new",
    "--remote-debugging-port=0",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    // The port "discard", on which nothing listens; without the bypass rule, loopback addresses would go past it.
    "--proxy-server=127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--dns-prefetch-disable",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--no-first-run",
    "--no-pings",
];

/// A mail that takes longer is left out.
const MAIL_TIME: Duration = Duration::from_secs(20);
const START_TIME: Duration = Duration::from_secs(60);

/// What the browser shows of one HTML part; `visible.js` says what the fields are.
#[derive(Debug, Clone, PartialEq, Deserialize, serde::Serialize)]
pub(super) struct Seen {
    pub(super) text: String,
    pub(super) odd: Vec<(String, String)>,
    pub(super) gone: Vec<(String, String)>,
    pub(super) links: Vec<(String, String)>,
}

/// The browser's name and version, as it prints them.
pub(super) fn version(program: &Path) -> Result<String> {
    let output = Command::new(program).arg("--version").output().with_context(|| format!("cannot run `{}`", program.display()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.split_whitespace().take_while(|word| *word != "built").collect::<Vec<_>>().join(" "))
}

/// A running browser; it ends with this value.
pub(super) struct Browser {
    process: Child,
    profile: PathBuf,
    address: String,
    control: Channel,
}

impl Browser {
    pub(super) fn start(program: &Path) -> Result<Self> {
        let profile = std::env::temp_dir().join(format!("mailpick-browser-{}", std::process::id()));
        fs::create_dir_all(&profile).with_context(|| format!("cannot make `{}`", profile.display()))?;
        let mut command = Command::new(program);
        command.args(FLAGS).arg(format!("--user-data-dir={}", profile.display())).arg("about:blank").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if is_root() {
            // Chromium's sandbox refuses to run for the superuser.
            command.arg("--no-sandbox");
        }
        let mut process = command.spawn().with_context(|| format!("cannot start `{}`", program.display()))?;
        let connected = debugging_address(&profile).and_then(|(address, path)| Ok((Channel::open(&format!("ws://{address}{path}"), &address)?, address)));
        match connected {
            Ok((control, address)) => Ok(Self { process, profile, address, control }),
            Err(error) => {
                end(&mut process, &profile);
                Err(error)
            }
        }
    }

    /// A tab with the page that holds mails.
    pub(super) fn tab(&mut self) -> Result<Tab> {
        let target = self.control.call("Target.createTarget", json!({"url": "about:blank"}))?;
        let id = target["targetId"].as_str().context("no tab")?;
        let mut tab = Tab { channel: Channel::open(&format!("ws://{}/devtools/page/{id}", self.address), &self.address)? };
        tab.prepare()?;
        Ok(tab)
    }

    /// Lets a mail try every way to the network, towards a port of this process, and fails where anything arrives.
    pub(super) fn check_is_cut_off(&mut self) -> Result<()> {
        let ear = TcpListener::bind("127.0.0.1:0")?;
        ear.set_nonblocking(true)?;
        let port = ear.local_addr()?.port();
        let probes: String = ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"].iter().map(|host| PROBE.replace("HOST", &format!("{host}:{port}"))).collect();
        let seen = self.tab()?.show(&format!("<p>kept</p>{probes}"))?;
        std::thread::sleep(Duration::from_secs(1));
        match ear.accept() {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            _ => bail!("the browser reached the network"),
        }
        if seen.text.trim() != "kept" {
            bail!("the browser ran a mail's script, or showed {:?}", seen.text);
        }
        Ok(())
    }
}

const PROBE: &str = "<link rel=stylesheet href='http://HOST/a'><link rel=preconnect href='http://HOST/'><link rel=dns-prefetch href='//HOST/'><link rel=prefetch href='http://HOST/b'>\
    <meta http-equiv=refresh content='0;url=http://HOST/c'><style>@import 'http://HOST/d'; @font-face{font-family:f;src:url(http://HOST/e)} body{font-family:f;background:url(http://HOST/f)}</style>\
    <p id=p><script>document.body.textContent='ran'</script><img src='http://HOST/g' onerror=\"document.body.textContent='ran'\"><iframe src='http://HOST/h'></iframe>\
    <object data='http://HOST/i'></object><embed src='http://HOST/j'><video src='http://HOST/k' poster='http://HOST/l'></video><img srcset='http://HOST/m 1x'>\
    <input type=image src='http://HOST/n'><table background='http://HOST/o'></table><svg><image href='http://HOST/q'/></svg>";

impl Drop for Browser {
    fn drop(&mut self) {
        self.control.call("Browser.close", json!({})).ok();
        end(&mut self.process, &self.profile);
    }
}

fn end(process: &mut Child, profile: &Path) {
    process.kill().ok();
    process.wait().ok();
    // Its helpers end a little later and may write until then.
    for _ in 0..10 {
        if fs::remove_dir_all(profile).is_ok() {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// A page that shows one mail after the other.
pub(super) struct Tab {
    channel: Channel,
}

impl Tab {
    fn prepare(&mut self) -> Result<()> {
        let mut call = |method: &str, parameters: Value| self.channel.call(method, parameters);
        call("Page.enable", json!({}))?;
        call("Network.enable", json!({}))?;
        call("Network.emulateNetworkConditions", json!({"offline": true, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}))?;
        call("Emulation.setDeviceMetricsOverride", json!({"width": 1024, "height": 1024, "deviceScaleFactor": 1, "mobile": false, "screenWidth": 1280, "screenHeight": 1024}))?;
        call("Emulation.setEmulatedMedia", json!({"media": "screen", "features": [{"name": "prefers-color-scheme", "value": "light"}]}))?;
        let tree = call("Page.getFrameTree", json!({}))?;
        call("Page.setDocumentContent", json!({"frameId": tree["frameTree"]["frame"]["id"], "html": PAGE}))?;
        self.evaluate(&format!("{SCRIPT}\n;window.show = show; 0"))?;
        Ok(())
    }

    /// Lays the HTML out and says what is seen of it.
    pub(super) fn show(&mut self, html: &str) -> Result<Seen> {
        let value = self.evaluate(&format!("show({})", serde_json::to_string(html)?))?;
        serde_json::from_value(value).context("the page script answered otherwise")
    }

    fn evaluate(&mut self, expression: &str) -> Result<Value> {
        let mut answer = self.channel.call("Runtime.evaluate", json!({"expression": expression, "awaitPromise": true, "returnByValue": true}))?;
        if let Some(exception) = answer.get("exceptionDetails") {
            bail!("the page script failed: {}", exception["exception"]["description"].as_str().unwrap_or("without a reason"));
        }
        Ok(answer["result"]["value"].take())
    }
}

/// One WebSocket: calls are answered by number, events are passed over.
struct Channel {
    socket: WebSocket<TcpStream>,
    number: u64,
}

impl Channel {
    fn open(url: &str, address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        let unbounded = WebSocketConfig::default().max_message_size(None).max_frame_size(None);
        let (socket, _) = tungstenite::client::client_with_config(url, stream, Some(unbounded)).context("the browser does not answer")?;
        Ok(Self { socket, number: 0 })
    }

    fn call(&mut self, method: &str, parameters: Value) -> Result<Value> {
        self.number += 1;
        let deadline = Instant::now() + MAIL_TIME;
        self.socket.send(Message::text(json!({"id": self.number, "method": method, "params": parameters}).to_string()))?;
        loop {
            let left = deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
            self.socket.get_ref().set_read_timeout(Some(left))?;
            let Message::Text(text) = self.socket.read().with_context(|| format!("{method}: no answer"))? else { continue };
            let mut answer: Value = serde_json::from_str(&text)?;
            if answer["id"] != self.number {
                continue;
            }
            if let Some(error) = answer.get("error") {
                bail!("{method}: {error}");
            }
            return Ok(answer["result"].take());
        }
    }
}

/// Address and path at which the browser listens; it writes them into its profile.
fn debugging_address(profile: &Path) -> Result<(String, String)> {
    let deadline = Instant::now() + START_TIME;
    while Instant::now() < deadline {
        let text = fs::read_to_string(profile.join("DevToolsActivePort")).unwrap_or_default();
        if let Some((port, path)) = text.split_once('\n').filter(|(_, path)| !path.trim().is_empty()) {
            return Ok((format!("127.0.0.1:{}", port.trim()), path.trim().to_owned()));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    bail!("the browser did not start within {} seconds", START_TIME.as_secs())
}

#[cfg(unix)]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ways to hide "secret", none of which a person sees through.
    const HIDDEN: [&str; 22] = [
        "<p style='display:none'>secret",
        "<style>.x{display:none}</style><p class=x>secret",
        "<p hidden>secret",
        "<p style='visibility:hidden'>secret",
        "<p style='opacity:.05'>secret",
        "<div style='opacity:.3'><p style='opacity:.3'>secret</div>",
        "<p style='font-size:1px'>secret",
        "<p style='color:#fff'>secret",
        "<p style='color:#fefefe01'>secret",
        "<table bgcolor=#112233><tr><td style='color:#122334'>secret</table>",
        "<p style='-webkit-text-fill-color:transparent'>secret",
        "<div style='max-height:0;overflow:hidden'>secret</div>",
        "<div style='width:0;overflow:hidden;white-space:nowrap'>secret</div>",
        "<p style='position:absolute;left:-9999px'>secret",
        "<p style='text-indent:-9999px;overflow:hidden'>secret",
        "<p style='position:absolute;clip:rect(0 0 0 0)'>secret",
        "<p style='clip-path:inset(50%)'>secret",
        "<p style='transform:scale(0)'>secret",
        "<p style='filter:opacity(0)'>secret",
        "<details><summary></summary>secret</details>",
        "<div style='height:20px;overflow:hidden;line-height:20px'><br>secret</div>",
        "<select><option>kept<option>secret</select>",
    ];

    const SHOWN: [&str; 12] = [
        "<p style='display:none'>x</p><p>secret",
        "<div style='visibility:hidden'><p style='visibility:visible'>secret</div>",
        "<p style='color:#fff;background:#000'>secret",
        "<table background=x.png><tr><td style='color:#fff'>secret</table>",
        "<div style='height:0'>secret</div>",
        "<div style='overflow:hidden'>secret</div>",
        "<div style='height:0;overflow:hidden'><p style='position:absolute'>secret</div>",
        "<p style='margin-top:5000px'>secret",
        "<style>@media (max-width:600px){p{display:none}}</style><p>secret",
        "<style>@media (prefers-color-scheme:dark){p{display:none}}</style><p>secret",
        "<noscript>secret</noscript>",
        "<img src=https://ex.org/a.png alt=secret>",
    ];

    /// The tab of a running browser, unless this machine has none.
    fn tab() -> Option<(Browser, Tab)> {
        let program = Path::new("chromium");
        if version(program).is_err() {
            println!("skipped: no chromium");
            return None;
        }
        let mut browser = Browser::start(program).expect("a browser");
        browser.check_is_cut_off().expect("no way to the network");
        let tab = browser.tab().expect("a tab");
        Some((browser, tab))
    }

    #[test]
    fn a_person_sees_what_is_shown_and_nothing_that_is_hidden() {
        let Some((_browser, mut tab)) = tab() else { return };
        for html in HIDDEN {
            assert!(!tab.show(html).expect("an answer").text.contains("secret"), "seen: {html}");
        }
        for html in SHOWN {
            assert!(tab.show(html).expect("an answer").text.contains("secret"), "not seen: {html}");
        }
        let seen = |html: &str, tab: &mut Tab| tab.show(html).expect("an answer").links.iter().filter(|(_, reason)| reason.is_empty()).count();
        for html in [
            "<a href=x>x</a>",
            "<a href=x><img src=y></a>",
            "<a href=x style='display:block;width:90px;height:30px;background:red'></a>",
            "<img usemap=#m src=y><map name=m><area href=x></map>",
        ] {
            assert_eq!(seen(html, &mut tab), 1, "not seen: {html}");
        }
        for html in [
            "<a href=x></a>",
            "<a href=x><img src=y width=1 height=1></a>",
            "<a href=x style='color:#fff'>x</a>",
            "<div style='display:none'><a href=x>x</a></div>",
            "<map name=m><area href=x></map>",
        ] {
            assert_eq!(seen(html, &mut tab), 0, "seen: {html}");
        }
    }
}
