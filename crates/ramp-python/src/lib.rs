//! `redis_ramp._ramp`: what of the Python library is not Python. `python/redis_ramp/_ramp.pyi` describes it; nobody else imports it.
#![forbid(unsafe_code)]
// What Python hands over is made for the call.
#![allow(clippy::needless_pass_by_value, clippy::elidable_lifetime_names)]

mod errors;
mod finding;
mod given;
mod judging;
mod kept;
mod limits;
mod policy;
mod report;
mod source;
mod target;
mod timed;

use pyo3::prelude::*;

#[pymodule(gil_used = false)]
mod _ramp {
    #[pymodule_export]
    use super::errors::{LimitExceeded, PolicyError, RampError, TargetError, TimeExceeded};
    #[pymodule_export]
    use super::finding::{Finding, Location, Suppression};
    #[pymodule_export]
    use super::judging::{inspect, judge, metadata, unpack};
    #[pymodule_export]
    use super::limits::Limits;
    #[pymodule_export]
    use super::policy::Policy;
    #[pymodule_export]
    use super::report::{Answer, Refusal, Report};
    #[pymodule_export]
    use super::target::Target;

    use super::{Bound, PyModule, PyModuleMethods as _, PyResult};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
