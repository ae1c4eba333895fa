//! Who asks.

use std::fmt;
use std::fs::File;
use std::path::Path;

use base64::Engine as _;

use crate::error::ClientError;
use crate::file;

/// Larger files are not credentials.
const LARGEST: u64 = 64 << 10;

/// A user's name and password. They are in no error, and `Debug` does not show the password.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    user: String,
    password: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("user", &self.user).finish_non_exhaustive()
    }
}

impl Credentials {
    /// A user and a password.
    ///
    /// # Errors
    ///
    /// [`ClientError::Credentials`]: one of them is empty or has control characters, or the name has a colon, which basic
    /// authentication cannot say.
    pub fn new(user: impl Into<String>, password: impl Into<String>) -> Result<Self, ClientError> {
        let (user, password) = (user.into(), password.into());
        let wrong = |what| Err(ClientError::Credentials { what });
        if user.is_empty() || password.is_empty() {
            return wrong("the user or the password is empty");
        }
        if user.contains(':') {
            return wrong("the user's name has a colon");
        }
        if user.chars().chain(password.chars()).any(char::is_control) {
            return wrong("the user or the password has control characters");
        }
        Ok(Self { user, password })
    }

    /// From a file: the user on the first line, the password on the second, and nothing else.
    ///
    /// # Errors
    ///
    /// [`ClientError::ReadFile`], [`ClientError::CredentialsFile`]; [`ClientError::ExposedFile`] where everybody on the machine
    /// may read or write the file.
    pub fn read(path: &Path) -> Result<Self, ClientError> {
        let unreadable = |source| ClientError::ReadFile { path: path.to_owned(), source };
        let wrong = |what| ClientError::CredentialsFile { path: path.to_owned(), what };
        let file = File::open(path).map_err(unreadable)?;
        check_mode(path, &file)?;
        let bytes = file::read(file, LARGEST).map_err(unreadable)?;
        let text = String::from_utf8(bytes).map_err(|_| wrong("it is not UTF-8"))?;
        let mut lines = text.lines();
        let (Some(user), Some(password), None) = (lines.next(), lines.next(), lines.next()) else {
            return Err(wrong("it must have two lines: the user, and the password"));
        };
        Self::new(user, password).map_err(|err| match err {
            ClientError::Credentials { what } => wrong(what),
            other => other,
        })
    }

    /// The user's name.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The value of the header `Authorization`.
    pub(crate) fn basic(&self) -> String {
        basic(self.user.as_bytes(), self.password.as_bytes())
    }
}

/// The value of the header `Authorization` for a user and a password.
pub(crate) fn basic(user: &[u8], password: &[u8]) -> String {
    let pair = [user, b":", password].concat();
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
}

#[cfg(unix)]
fn check_mode(path: &Path, file: &File) -> Result<(), ClientError> {
    use std::os::unix::fs::PermissionsExt as _;

    let metadata = file.metadata().map_err(|source| ClientError::ReadFile { path: path.to_owned(), source })?;
    let mode = metadata.permissions().mode() & 0o777;
    if metadata.is_file() && mode & 0o007 != 0 {
        return Err(ClientError::ExposedFile { path: path.to_owned(), mode });
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_mode(_: &Path, _: &File) -> Result<(), ClientError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_said_by_basic_authentication_is_refused() {
        for (user, password) in [("", "x"), ("x", ""), ("a:b", "x"), ("a\n", "x"), ("a", "x\r\nHost: b")] {
            let err = Credentials::new(user, password).unwrap_err();
            assert!(matches!(err, ClientError::Credentials { .. }), "{err}");
        }
        assert_eq!(Credentials::new("admin", "secret").unwrap().basic(), "Basic YWRtaW46c2VjcmV0");
    }

    #[test]
    fn the_password_is_not_shown() {
        let shown = format!("{:?}", Credentials::new("admin", "secret").unwrap());
        assert!(shown.contains("admin") && !shown.contains("secret"), "{shown}");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_is_read_unless_everybody_may() {
        use std::os::unix::fs::PermissionsExt as _;

        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("credentials");
        let write = |text: &str, mode: u32| {
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            Credentials::read(&path)
        };
        let wanted = Credentials::new("me@x", "a b#c").unwrap();
        for text in ["me@x\na b#c\n", "me@x\na b#c", "me@x\r\na b#c\r\n"] {
            assert_eq!(write(text, 0o640).unwrap(), wanted);
        }
        for text in ["", "me@x\n", "me@x\nsecret\nmore\n", "\nsecret\n", "me:x\nsecret"] {
            let err = write(text, 0o600).unwrap_err();
            assert!(matches!(err, ClientError::CredentialsFile { .. }), "{err}");
            assert!(!format!("{err:?}").contains("secret"), "{err:?}");
        }
        for mode in [0o644, 0o604, 0o602] {
            let err = write("me@x\nsecret\n", mode).unwrap_err();
            assert!(matches!(err, ClientError::ExposedFile { mode: told, .. } if told == mode), "{err}");
        }
        let missing = Credentials::read(&directory.path().join("none")).unwrap_err();
        assert!(matches!(missing, ClientError::ReadFile { .. }), "{missing}");
    }
}
