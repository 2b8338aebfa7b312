//! What a client subscribes to, and how far its key lets it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Event, EventType};

/// Which events a client wants. What is left out means everything; all that is given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Filter {
    /// Events of these types.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_types: Option<Vec<EventType>>,
    /// Events of these inboxes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inbox_ids: Option<Vec<String>>,
    /// Events of these workspaces; `pod_ids` is another name for it.
    #[serde(alias = "pod_ids", default, skip_serializing_if = "Option::is_none")]
    pub workspace_ids: Option<Vec<String>>,
}

impl Filter {
    /// How many values each of its fields may have.
    pub const MOST_VALUES: usize = 10;

    /// Everything.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether an event passes. `workspace` is the one that the event's inbox belongs to, which only the server knows; an
    /// event without one passes no filter by workspace.
    pub fn matches(&self, event: &Event, workspace: Option<&str>) -> bool {
        self.event_types.as_ref().is_none_or(|types| types.contains(&event.event_type))
            && self.inbox_ids.as_ref().is_none_or(|inboxes| inboxes.contains(&event.message.inbox_id))
            && self.workspace_ids.as_ref().is_none_or(|workspaces| workspaces.iter().any(|id| Some(id.as_str()) == workspace))
    }

    fn check_sizes(&self) -> Result<(), InvalidFilter> {
        let sizes = [
            ("event_types", self.event_types.as_ref().map(Vec::len)),
            ("inbox_ids", self.inbox_ids.as_ref().map(Vec::len)),
            ("workspace_ids", self.workspace_ids.as_ref().map(Vec::len)),
        ];
        let too_many = sizes.into_iter().find_map(|(field, size)| size.filter(|size| *size > Self::MOST_VALUES).map(|count| InvalidFilter::TooMany { field, count }));
        too_many.map_or(Ok(()), Err)
    }
}

/// What sort of key a client shows, by its prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyKind {
    /// `tk_`: all inboxes of the tenant.
    Tenant,
    /// `wk_`: those of one workspace.
    Workspace,
    /// `ak_`: one inbox.
    Inbox,
}

impl KeyKind {
    /// The sort of a key, if it is any. The key itself is a secret, and nothing of it is kept.
    ///
    /// ```
    /// use mailpick::event::KeyKind;
    /// assert_eq!(KeyKind::of("wk_live_abc"), Some(KeyKind::Workspace));
    /// assert_eq!(KeyKind::of("password"), None);
    /// ```
    pub fn of(key: &str) -> Option<Self> {
        match key.split_once('_')? {
            ("tk", _) => Some(KeyKind::Tenant),
            ("wk", _) => Some(KeyKind::Workspace),
            ("ak", _) => Some(KeyKind::Inbox),
            _ => None,
        }
    }
}

/// How far a key reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scope {
    /// All inboxes of the tenant.
    Tenant,
    /// Those of this workspace.
    Workspace(String),
    /// This inbox.
    Inbox(String),
}

/// Why a filter is refused; `Display` is the text of the error frame.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidFilter {
    /// A field has more than [`Filter::MOST_VALUES`] values.
    TooMany {
        /// The field.
        field: &'static str,
        /// How many it has.
        count: usize,
    },
    /// A field names what the key does not reach.
    OutOfScope {
        /// The field.
        field: &'static str,
        /// What it names.
        id: String,
    },
}

impl fmt::Display for InvalidFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InvalidFilter::TooMany { field, count } => write!(f, "{field}: expected at most {}, got {count}", Filter::MOST_VALUES),
            InvalidFilter::OutOfScope { field, id } => write!(f, "{field}: `{id}` is outside the scope of this key"),
        }
    }
}

impl std::error::Error for InvalidFilter {}

/// A filter that a key may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    scope: Scope,
    filter: Filter,
}

impl Subscription {
    /// Checks a filter against the key that asks for it. `workspace_of` tells the workspace of an inbox; it is asked about
    /// the inboxes that a workspace's key names.
    ///
    /// # Errors
    /// When the filter has too many values, or names an inbox or a workspace that the key does not reach.
    pub fn new(scope: Scope, filter: Filter, workspace_of: impl Fn(&str) -> Option<String>) -> Result<Self, InvalidFilter> {
        filter.check_sizes()?;
        let inbox_reached = |inbox: &String| match &scope {
            Scope::Tenant => true,
            Scope::Workspace(own) => workspace_of(inbox).as_ref() == Some(own),
            Scope::Inbox(own) => inbox == own,
        };
        let workspace_reached = |workspace: &String| match &scope {
            Scope::Tenant => true,
            Scope::Workspace(own) => workspace == own,
            Scope::Inbox(own) => workspace_of(own).as_ref() == Some(workspace),
        };
        let beyond = |field, ids: &Option<Vec<String>>, reached: &dyn Fn(&String) -> bool| {
            ids.iter().flatten().find(|id| !reached(id)).map_or(Ok(()), |id| Err(InvalidFilter::OutOfScope { field, id: id.clone() }))
        };
        beyond("inbox_ids", &filter.inbox_ids, &inbox_reached)?;
        beyond("workspace_ids", &filter.workspace_ids, &workspace_reached)?;
        Ok(Self { scope, filter })
    }

    /// What was asked for.
    pub fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Whether an event reaches the client: it passes the filter, and the key reaches it. `workspace` as for
    /// [`Filter::matches`].
    pub fn matches(&self, event: &Event, workspace: Option<&str>) -> bool {
        let reached = match &self.scope {
            Scope::Tenant => true,
            Scope::Workspace(own) => workspace == Some(own),
            Scope::Inbox(own) => *own == event.message.inbox_id,
        };
        reached && self.filter.matches(event, workspace)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::ServerFrame;

    fn filter(json: &str) -> Filter {
        serde_json::from_str(json).expect("a filter")
    }

    fn event(event_type: &str, inbox: &str) -> Event {
        let json = serde_json::json!({ "event_type": event_type, "event_id": "e", "message": { "inbox_id": inbox, "message_id": "m" } });
        serde_json::from_value(json).expect("an event")
    }

    fn workspace_of(inbox: &str) -> Option<String> {
        [("inb_1", "ws_1"), ("inb_2", "ws_2")].iter().find(|(id, _)| *id == inbox).map(|(_, workspace)| (*workspace).to_owned())
    }

    #[test]
    fn all_that_a_filter_says_must_hold() {
        let both = filter(r#"{"event_types":["message.received"],"inbox_ids":["inb_1"]}"#);
        assert!(both.matches(&event("message.received", "inb_1"), None));
        assert!(!both.matches(&event("message.sent", "inb_1"), None));
        assert!(!both.matches(&event("message.received", "inb_2"), None));
        assert!(Filter::new().matches(&event("message.bounced", "inb_9"), None));
        let of_workspace = filter(r#"{"pod_ids":["ws_1"]}"#);
        assert!(of_workspace.matches(&event("message.sent", "inb_1"), Some("ws_1")));
        assert!(!of_workspace.matches(&event("message.sent", "inb_1"), None));
        assert!(!filter(r#"{"inbox_ids":[]}"#).matches(&event("message.sent", "inb_1"), None));
    }

    #[test]
    fn a_key_reaches_no_further_than_it_is_for() {
        let subscribe = |scope, json| Subscription::new(scope, filter(json), workspace_of);
        let (workspace, inbox) = (|| Scope::Workspace("ws_1".to_owned()), || Scope::Inbox("inb_1".to_owned()));
        assert!(subscribe(Scope::Tenant, r#"{"inbox_ids":["inb_1","inb_2"],"workspace_ids":["ws_9"]}"#).is_ok());
        assert!(subscribe(workspace(), r#"{"inbox_ids":["inb_1"]}"#).is_ok());
        assert!(subscribe(inbox(), r#"{"workspace_ids":["ws_1"]}"#).is_ok());
        let error = subscribe(workspace(), r#"{"inbox_ids":["inb_1","inb_2"]}"#).expect_err("out of scope");
        assert_eq!(ServerFrame::from(&error), ServerFrame::Error { message: "inbox_ids: `inb_2` is outside the scope of this key".to_owned() });
        assert!(subscribe(workspace(), r#"{"workspace_ids":["ws_2"]}"#).is_err());
        assert!(subscribe(inbox(), r#"{"inbox_ids":["inb_2"]}"#).is_err());
        let everything = subscribe(inbox(), "{}").expect("a subscription");
        assert!(everything.matches(&event("message.sent", "inb_1"), Some("ws_1")));
        assert!(!everything.matches(&event("message.sent", "inb_2"), Some("ws_1")));
        let own = subscribe(workspace(), "{}").expect("a subscription");
        assert!(!own.matches(&event("message.sent", "inb_2"), Some("ws_2")));
    }

    #[test]
    fn ten_values_are_enough() {
        let ids = |count: usize| Filter { inbox_ids: Some((0..count).map(|n| n.to_string()).collect()), ..Filter::new() };
        assert!(Subscription::new(Scope::Tenant, ids(10), workspace_of).is_ok());
        assert_eq!(Subscription::new(Scope::Tenant, ids(11), workspace_of).map_err(|e| e.to_string()), Err("inbox_ids: expected at most 10, got 11".to_owned()));
    }
}
