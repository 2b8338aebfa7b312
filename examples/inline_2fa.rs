//! An agent signs in: it subscribes to its inbox, starts a sign-in, and has the code as soon as the mail is there.
//!
//! Everything is in this file and on the loopback interface: an inbox (a receiver of mail and an event stream), the
//! application that mails the code, and the agent. Only the lines that name `mailpick` are what embedding it takes.

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use lettre::{SmtpTransport, Transport};
use mailpick::Message;
use mailpick::event::{ClientFrame, Filter, Scope, ServerFrame, Subscription};
use mailpick::wait::{Arrival, Wait, WaitRecord, WaitType};
use serde_json::json;
use tungstenite::Message as Frame;

type Result<T = ()> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

const INBOX: &str = "inb_1";
const ADDRESS: &str = "agent@inbox.example";

fn main() -> Result {
    let (smtp, events) = (TcpListener::bind("127.0.0.1:0")?, TcpListener::bind("127.0.0.1:0")?);
    let (smtp_port, events_port) = (smtp.local_addr()?.port(), events.local_addr()?.port());
    let (delivered, mails) = mpsc::channel();
    thread::spawn(move || receive_one_mail(&smtp, &delivered));
    thread::spawn(move || serve_events(&events, &mails));

    let begun = Instant::now();
    let wait = agent(events_port, smtp_port)?;
    println!("{}", serde_json::to_string(&WaitRecord::of(&wait, "wait_1", INBOX))?);
    println!("the code is {}", wait.result().ok_or("no code")?.value);
    eprintln!("took {} ms", begun.elapsed().as_millis());
    Ok(())
}

/// Subscribes, starts the sign-in once the subscription holds, and waits.
fn agent(events_port: u16, smtp_port: u16) -> Result<Wait> {
    let (mut stream, _) = tungstenite::connect(format!("ws://127.0.0.1:{events_port}/v1/events"))?;
    let filter: Filter = serde_json::from_value(json!({"event_types": ["message.received"], "inbox_ids": [INBOX]}))?;
    stream.send(Frame::text(serde_json::to_string(&ClientFrame::Subscribe(filter))?))?;
    let mut wait = Wait::new(WaitType::Otp, Wait::DEFAULT_TIMEOUT, SystemTime::now()).expect_sender("kestrelbikes.example");
    while wait.result().is_none() {
        let frame = stream.read()?;
        match serde_json::from_str(frame.to_text()?)? {
            ServerFrame::Subscribed(_) => sign_in(smtp_port)?,
            ServerFrame::Event(event) => {
                let message = event.message.to_message();
                let arrival = Arrival::of(&message, SystemTime::now());
                if wait.observe(&arrival).is_some() {
                    let report = arrival.report();
                    println!("{:?} of {}, expires in {:?}", report.purpose(), report.service().unwrap_or("nobody"), report.expires_in());
                }
            }
            ServerFrame::Ping => stream.send(Frame::text(serde_json::to_string(&ClientFrame::Pong)?))?,
            ServerFrame::Error { message } => return Err(message.into()),
            _ => {}
        }
    }
    Ok(wait)
}

/// The application that the agent signs in to: it mails a code.
fn sign_in(smtp_port: u16) -> Result {
    let mail = lettre::Message::builder()
        .from("Kestrel Bikes <no-reply@kestrelbikes.example>".parse()?)
        .to(ADDRESS.parse()?)
        .subject("Your sign-in code")
        .body("Enter this code to sign in to Kestrel Bikes:\n\n483 921\n\nIt expires in 10 minutes. Order 2026-1184 is on its way.\n".to_owned())?;
    let transport = SmtpTransport::builder_dangerous("127.0.0.1").port(smtp_port).timeout(Some(Duration::from_secs(5))).build();
    transport.send(&mail)?;
    Ok(())
}

/// The inbox's receiver: as much of SMTP (RFC 5321) as takes one mail.
fn receive_one_mail(smtp: &TcpListener, delivered: &mpsc::Sender<Vec<u8>>) -> Result {
    let (mut stream, _) = smtp.accept()?;
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let mut say = |line: &str| stream.write_all(format!("{line}\r\n").as_bytes());
    say("220 inbox.example")?;
    while let Some(line) = lines.next().transpose()? {
        match line.get(..4).unwrap_or("").to_ascii_uppercase().as_str() {
            "DATA" => {
                say("354 go on")?;
                let mut raw = Vec::new();
                for line in lines.by_ref() {
                    let line = line?;
                    if line == "." {
                        break;
                    }
                    raw.extend_from_slice(line.strip_prefix('.').unwrap_or(&line).as_bytes());
                    raw.extend_from_slice(b"\r\n");
                }
                delivered.send(raw)?;
                say("250 delivered")?;
            }
            "QUIT" => return Ok(say("221 bye")?),
            _ => say("250 inbox.example")?,
        }
    }
    Ok(())
}

/// The inbox's event stream, for one client: each mail is an event, if the subscription takes it.
fn serve_events(events: &TcpListener, mails: &mpsc::Receiver<Vec<u8>>) -> Result {
    let (stream, _): (TcpStream, _) = events.accept()?;
    let mut stream = tungstenite::accept(stream)?;
    let send = |frame: &ServerFrame| serde_json::to_string(frame).map(Frame::text);
    let frame = stream.read()?;
    let ClientFrame::Subscribe(filter) = serde_json::from_str(frame.to_text()?)? else { return Err("expected subscribe".into()) };
    let scope = Scope::Inbox(INBOX.to_owned());
    let subscription = match Subscription::new(scope, filter.clone(), |_| None) {
        Ok(subscription) => subscription,
        Err(error) => return Ok(stream.send(send(&ServerFrame::from(&error))?)?),
    };
    stream.send(send(&ServerFrame::Subscribed(filter))?)?;
    for (number, raw) in mails.iter().enumerate() {
        let mail = Message::parse(&raw);
        let from = mail.from.first().map(|from| format!("{} <{}>", from.name.as_deref().unwrap_or(""), from.address.as_deref().unwrap_or("")));
        let event = serde_json::from_value(json!({"event_type": "message.received", "event_id": format!("evt_{number}"), "message": {
            "inbox_id": INBOX, "message_id": mail.message_id.as_deref().unwrap_or(""), "from": from, "to": [ADDRESS],
            "subject": mail.subject, "plain_body": mail.parts.first().map(|part| part.content.as_ref())}}))?;
        if subscription.matches(&event, None) {
            stream.send(send(&ServerFrame::Event(Box::new(event)))?)?;
        }
    }
    Ok(())
}
