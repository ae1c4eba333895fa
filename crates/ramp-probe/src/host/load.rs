//! Loading the module, and letting it register.

use std::ffi::{c_int, c_void};
use std::path::Path;

use libloading::os::unix::{Library, RTLD_GLOBAL, RTLD_LOCAL, RTLD_NOW, Symbol};

use super::api::{self, Context};
use super::shared::{registry, tell};
use super::values::Text;
use crate::wire::Event;

type OnLoad = unsafe extern "C" fn(*mut Context, *const *mut Text, c_int) -> c_int;

/// What every server has loaded, and some modules count on without naming it.
const OF_THE_SERVER: &str = "libm.so.6";

/// How many commands are told at once: a line of the events has a limit.
const AT_ONCE: usize = 1000;

/// Loads the module as a server does, and tells what comes of it.
pub(super) fn load(module: &Path, arguments: &[String]) -> Event {
    // SAFETY: the C library's own. It is not unloaded.
    let server = unsafe { Library::open(Some(OF_THE_SERVER), RTLD_NOW | RTLD_GLOBAL) };
    tell(&Event::Loading);
    // SAFETY: constructors run, in a process that is made for it.
    let library = match unsafe { Library::open(Some(module), RTLD_NOW | RTLD_LOCAL) } {
        Ok(library) => library,
        Err(err) => return Event::NotLoaded(words(&err)),
    };
    // SAFETY: the module exports a function of this type by that name, as the module API demands.
    let on_load: Symbol<OnLoad> = match unsafe { library.get(b"RedisModule_OnLoad\0") } {
        Ok(found) => found,
        Err(_) => return Event::NoOnLoad,
    };
    let lent: Vec<*mut Text> = arguments.iter().map(|argument| Text::lend(argument.as_bytes())).collect();
    // For good: the module may keep the list.
    let lent: &'static [*mut Text] = lent.leak();
    tell(&Event::Initializing);
    // SAFETY: it is given what the module API promises: a context, and so many strings.
    let answer = unsafe { on_load(api::context(), lent.as_ptr(), c_int::try_from(lent.len()).unwrap_or(0)) };
    // Unloading would run destructors, and threads of the module may still be in its code.
    std::mem::forget((library, server));
    // Only 1 is a failure to a server.
    if answer == 1 {
        return Event::Refused;
    }
    match registry().registration() {
        Ok(mut registration) => {
            let mut commands = std::mem::take(&mut registration.commands).into_iter().peekable();
            while commands.peek().is_some() {
                tell(&Event::Commands(commands.by_ref().take(AT_ONCE).collect()));
            }
            Event::Loaded(Box::new(registration))
        }
        Err(why) => Event::Unfit(why),
    }
}

/// Ends this process at once: neither destructors nor what the module has registered for an exit run.
pub(super) fn leave(status: c_int) -> ! {
    // SAFETY: it does not return.
    unsafe { libc::_exit(status) }
}

/// A null pointer means no more than that.
const _: () = assert!(size_of::<*const c_void>() == 8, "the module API is laid out for 64 bits here");

/// The loader's own words, which stand behind those of the crate.
fn words(err: &libloading::Error) -> String {
    std::error::Error::source(err).map_or_else(|| err.to_string(), ToString::to_string)
}
