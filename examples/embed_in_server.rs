//! A server of waits: POST, GET (long polling) and DELETE over HTTP, with mailpick's waits behind.
//!
//! The server is the first half of this file; the second is a client that creates a wait, hands in a mail, and prints what
//! it is answered. Loopback only. With `--serve` it is the server alone, on a free port that it prints, until it is stopped:
//! what the recipes of `docs/protocols.md` can be tried against.

use std::error::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use mailpick::Message;
use mailpick::wait::{Arrival, Status, WaitRecord, WaitRequest, WaitSet};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

type Result<T = ()> = std::result::Result<T, Box<dyn Error + Send + Sync>>;
type Refusal = (StatusCode, Json<Value>);

/// The waits, and a bell that rings when any of them may have ended.
#[derive(Default)]
struct Waits {
    set: Mutex<Kept>,
    bell: Notify,
}

#[derive(Default)]
struct Kept {
    waits: WaitSet,
    /// The inbox of each wait, by its number.
    inboxes: Vec<String>,
}

impl Waits {
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.set.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn record(&self, id: &str) -> std::result::Result<WaitRecord, Refusal> {
        let inbox = id.strip_prefix("wait_").and_then(|number| self.inboxes.get(number.parse::<usize>().ok()?));
        let (Some(inbox), Some(wait)) = (inbox, self.waits.get(id)) else { return Err(refusal(StatusCode::NOT_FOUND, "no such wait")) };
        Ok(WaitRecord::of(wait, id, inbox))
    }
}

fn refusal(status: StatusCode, message: &str) -> Refusal {
    (status, Json(json!({"error": message})))
}

fn server(waits: Arc<Waits>) -> Router {
    let routes = Router::new().route("/v1/waits", post(create)).route("/v1/waits/{id}", get(poll).delete(cancel));
    routes.route("/v1/inboxes/{id}/messages", post(deliver)).with_state(waits)
}

async fn create(State(waits): State<Arc<Waits>>, Json(request): Json<WaitRequest>) -> std::result::Result<Json<WaitRecord>, Refusal> {
    let now = SystemTime::now();
    let wait = request.wait(now).map_err(|error| refusal(StatusCode::BAD_REQUEST, &error.to_string()))?;
    let mut kept = waits.lock();
    let id = format!("wait_{}", kept.inboxes.len());
    kept.inboxes.push(request.inbox_id.clone());
    kept.waits.insert(&id, request.inbox_id, wait);
    // A check never blocks.
    if kept.waits.next_deadline().is_some_and(|deadline| deadline <= now) {
        kept.waits.tick(now);
    }
    kept.record(&id).map(Json)
}

/// Answers when the wait has ended; its deadline is an end, too.
async fn poll(State(waits): State<Arc<Waits>>, Path(id): Path<String>) -> std::result::Result<Json<WaitRecord>, Refusal> {
    loop {
        let rung = waits.bell.notified();
        tokio::pin!(rung);
        // From here on a bell is heard, also one that rings before it is waited for.
        rung.as_mut().enable();
        let (record, next) = {
            let mut kept = waits.lock();
            kept.waits.tick(SystemTime::now());
            (kept.record(&id)?, kept.waits.next_deadline())
        };
        if record.status != Status::Pending {
            return Ok(Json(record));
        }
        let left = next.and_then(|deadline| deadline.duration_since(SystemTime::now()).ok()).unwrap_or(Duration::ZERO);
        let _ = tokio::time::timeout(left, rung).await;
    }
}

async fn cancel(State(waits): State<Arc<Waits>>, Path(id): Path<String>) -> std::result::Result<Json<WaitRecord>, Refusal> {
    waits.lock().waits.cancel(&id, SystemTime::now());
    waits.bell.notify_waiters();
    waits.lock().record(&id).map(Json)
}

/// A raw mail came in.
async fn deliver(State(waits): State<Arc<Waits>>, Path(inbox): Path<String>, raw: Bytes) -> Json<Value> {
    let message = Message::parse(&raw);
    let arrival = Arrival::of(&message, SystemTime::now());
    let ended = waits.lock().waits.observe(&inbox, &arrival);
    waits.bell.notify_waiters();
    Json(json!({"completed": ended}))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    if std::env::args().nth(1).is_some_and(|argument| argument == "--serve") {
        println!("http://{address}");
        return Ok(axum::serve(listener, server(Arc::default())).await?);
    }
    tokio::spawn(async move { axum::serve(listener, server(Arc::default())).await });

    let mail = "From: Kestrel Bikes <no-reply@kestrelbikes.example>\r\nSubject: Your sign-in code\r\n\r\nEnter this code to sign in: 483921\r\nIt expires in 10 minutes.\r\n";
    println!("created   {}", call(&address, "POST", "/v1/waits", r#"{"inboxId":"inb_1","type":"otp","timeoutSeconds":30}"#).await?);
    println!("created   {}", call(&address, "POST", "/v1/waits", r#"{"inboxId":"inb_2","type":"magic_link"}"#).await?);
    let (completed, delivered) = tokio::join!(call(&address, "GET", "/v1/waits/wait_0", ""), call(&address, "POST", "/v1/inboxes/inb_1/messages", mail));
    println!("delivered {}\ncompleted {}", delivered?, completed?);
    println!("canceled  {}", call(&address, "DELETE", "/v1/waits/wait_1", "").await?);
    Ok(())
}

/// One HTTP call; returns the body of the answer.
async fn call(address: &str, method: &str, path: &str, body: &str) -> Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let length = body.len();
    let head = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    stream.write_all((head + body).as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer.split_once("\r\n\r\n").ok_or("no answer")?.1.to_owned())
}
