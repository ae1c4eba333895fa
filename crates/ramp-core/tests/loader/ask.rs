//! The system's loader, asked in a child process.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A program that loads what it is told.
pub(crate) struct Asker {
    program: PathBuf,
}

impl Asker {
    /// Compiled into a folder; nothing where there is no C compiler.
    pub(crate) fn compile(dir: &Path) -> Option<Self> {
        let (source, program) = (dir.join("ask.c"), dir.join("ask"));
        std::fs::write(&source, include_str!("ask.c")).unwrap();
        let run = Command::new("cc").arg("-O1").arg("-o").arg(&program).arg(&source).arg("-ldl").output().ok()?;
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        Some(Self { program })
    }

    /// What the loader says of each file, in their order: `loads`, or why it does not.
    pub(crate) fn ask(&self, files: &[PathBuf]) -> Vec<String> {
        let paths: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
        let list = paths.join("\n") + "\n";
        let mut child = Command::new(&self.program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let writer = std::thread::spawn(move || stdin.write_all(list.as_bytes()).unwrap());
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        let answers: Vec<String> = String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect();
        assert_eq!(answers.len(), files.len(), "an answer for each file");
        answers
    }
}
