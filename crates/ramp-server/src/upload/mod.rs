//! An upload on its way: received, judged, claimed, put where it belongs, committed; and what is left of one that failed.

mod bundle;
mod incoming;
mod intake;
mod judging;
mod leftovers;
mod multipart;
mod receiving;
mod turns;
mod weighing;

pub(crate) use bundle::Contents;
pub(crate) use incoming::Incoming;
pub(crate) use intake::Intake;
pub(crate) use judging::{Judging, Purpose};
pub(crate) use leftovers::{Leftover, Leftovers, Of};
pub(crate) use receiving::{Form, Received, Receiving};
pub(crate) use weighing::{Judgement, Weighing};
