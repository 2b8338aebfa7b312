//! Every string that could be a code, every link that could be the one.
//!
//! This stage is generous: a false candidate costs little, a missing one is a sure miss. Candidates are merged by value
//! across the mail's views, so that agreement between subject, text and HTML is one candidate seen twice.

pub mod code;
pub(crate) mod host;
mod href;
pub mod link;
pub mod wrapper;
