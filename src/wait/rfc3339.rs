//! Times on the wire (RFC 3339): written in UTC, with a fraction of a second only where there is one.

use std::borrow::Cow;
use std::time::SystemTime;

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serializer};

pub(crate) fn serialize<S: Serializer>(time: &Option<SystemTime>, serializer: S) -> Result<S::Ok, S::Error> {
    let Some(time) = time else { return serializer.serialize_none() };
    let timestamp = jiff::Timestamp::try_from(*time).map_err(S::Error::custom)?;
    serializer.collect_str(&timestamp)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SystemTime>, D::Error> {
    let Some(text) = Option::<Cow<'de, str>>::deserialize(deserializer)? else { return Ok(None) };
    let timestamp: jiff::Timestamp = text.parse().map_err(D::Error::custom)?;
    Ok(Some(timestamp.into()))
}
