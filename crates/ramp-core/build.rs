//! Turns the tables, which are TOML for the people who keep them, into JSON for the program, which reads that five
//! times faster: a small bundle is judged in the time that parsing the tables would take.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    for tables in ["src/given", "src/knowledge/data", "src/metadata"] {
        println!("cargo::rerun-if-changed={tables}");
        convert(Path::new(tables), &out)?;
    }
    Ok(())
}

fn convert(directory: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            convert(&path, out)?;
        } else if path.extension().is_some_and(|e| e == "toml") {
            let table: toml::Value =
                toml::from_str(&fs::read_to_string(&path)?).map_err(|err| format!("{}: {err}", path.display()))?;
            let json = out.join(&path).with_extension("json");
            fs::create_dir_all(json.parent().ok_or("a table without a directory")?)?;
            fs::write(json, serde_json::to_string(&table)?)?;
        }
    }
    Ok(())
}
