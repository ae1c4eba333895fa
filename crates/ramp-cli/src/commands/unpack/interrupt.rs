//! Ctrl-C, and being told to end: what was begun is removed first.

use std::io;

/// Signals that end the process, taken note of from [`heed`](Self::heed) on. A second one ends it at once.
#[derive(Debug)]
pub(super) struct Interrupt {
    #[cfg(unix)]
    signal: std::sync::Arc<std::sync::atomic::AtomicUsize>,
}

#[cfg(unix)]
impl Interrupt {
    pub(super) fn heed() -> io::Result<Self> {
        use signal_hook::flag;

        let signal = std::sync::Arc::default();
        let again = std::sync::Arc::default();
        for number in crate::ending::signals() {
            // In this order: the first signal finds that there was none before it.
            flag::register_conditional_default(number, std::sync::Arc::clone(&again))?;
            flag::register(number, std::sync::Arc::clone(&again))?;
            flag::register_usize(number, std::sync::Arc::clone(&signal), usize::try_from(number).unwrap_or_default())?;
        }
        Ok(Self { signal })
    }

    /// An error, once there was one.
    pub(super) fn check(&self) -> io::Result<()> {
        if self.signal() == 0 { Ok(()) } else { Err(io::ErrorKind::Interrupted.into()) }
    }

    fn signal(&self) -> usize {
        self.signal.load(std::sync::atomic::Ordering::Relaxed)
    }

    /// Ends the process as the signal would have done, where there was one.
    pub(super) fn obey(&self) {
        if let Ok(number @ 1..) = i32::try_from(self.signal()) {
            // Where it cannot be done, the command ends by its own means.
            let _ = signal_hook::low_level::emulate_default_handler(number);
        }
    }
}

#[cfg(not(unix))]
impl Interrupt {
    #[expect(clippy::unnecessary_wraps, reason = "it is as on Unix")]
    pub(super) fn heed() -> io::Result<Self> {
        Ok(Self {})
    }

    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "it is as on Unix")]
    pub(super) fn check(&self) -> io::Result<()> {
        Ok(())
    }

    #[expect(clippy::unused_self, reason = "it is as on Unix")]
    pub(super) fn obey(&self) {}
}
