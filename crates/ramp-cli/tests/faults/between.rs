//! Somebody between a server and its Redis, who loses answers.

use std::io::{Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use ramp_fixtures::redis::RedisServer;
use tempfile::TempDir;

/// What is in every commit of an upload, and in nothing else that is asked.
const COMMIT: &[u8] = b"module_installation";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    /// Everything comes through.
    Passes,
    /// Redis gets the commit, and its answer does not come back; then everything comes through.
    LosesTheCommitsAnswer,
    /// The same, and then nothing comes through.
    LosesTheCommitsAnswerAndTheWay,
    /// Nothing comes through.
    Closed,
}

#[derive(Debug)]
struct State {
    mood: Mood,
    lost: usize,
}

pub(crate) struct Between {
    directory: TempDir,
    state: Arc<Mutex<State>>,
}

impl Between {
    pub(crate) fn start(redis: &RedisServer) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(directory.path().join("between.sock")).unwrap();
        let state = Arc::new(Mutex::new(State { mood: Mood::Passes, lost: 0 }));
        let (redis, shared) = (redis.socket(), Arc::clone(&state));
        // It ends with the process.
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let (redis, state) = (redis.clone(), Arc::clone(&shared));
                std::thread::spawn(move || pass(client, &redis, &state));
            }
        });
        Self { directory, state }
    }

    pub(crate) fn arguments(&self) -> Vec<String> {
        let socket = self.directory.path().join("between.sock");
        vec!["--store".to_owned(), format!("redis+unix://{}", socket.display())]
    }

    pub(crate) fn set(&self, mood: Mood) {
        self.state.lock().unwrap().mood = mood;
    }

    /// How many answers were lost.
    pub(crate) fn lost(&self) -> usize {
        self.state.lock().unwrap().lost
    }
}

/// Questions and answers in turn, as the server asks; whatever fails ends the connection.
fn pass(mut client: UnixStream, redis: &PathBuf, state: &Mutex<State>) -> Option<()> {
    let mut redis = UnixStream::connect(redis).ok()?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = client.read(&mut buffer).ok().filter(|read| *read > 0)?;
        if state.lock().unwrap().mood == Mood::Closed {
            return None;
        }
        let question = buffer[..read].to_vec();
        redis.write_all(&question).ok()?;
        let read = redis.read(&mut buffer).ok().filter(|read| *read > 0)?;
        // Where Redis does not know the script yet, it did nothing, and is asked again.
        let done = !buffer.starts_with(b"-NOSCRIPT");
        if done && question.windows(COMMIT.len()).any(|window| window == COMMIT) {
            let mut state = state.lock().unwrap();
            let next = match state.mood {
                Mood::LosesTheCommitsAnswer => Some(Mood::Passes),
                Mood::LosesTheCommitsAnswerAndTheWay => Some(Mood::Closed),
                Mood::Passes | Mood::Closed => None,
            };
            if let Some(next) = next {
                (state.mood, state.lost) = (next, state.lost + 1);
                return None;
            }
        }
        client.write_all(&buffer[..read]).ok()?;
    }
}
