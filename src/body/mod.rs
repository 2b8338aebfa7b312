//! From raw bytes to what a person sees: [`message`] reads MIME, [`view`] reads what is shown.

pub mod message;
pub mod view;
