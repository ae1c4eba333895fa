// Unpacks tars as packages of npm do. Usage: untar.mjs tar|tar-fs, in the folder whose node_modules has them; on standard input
// lines of ARCHIVE, a tab, and a folder, for each a line that is empty, or says why it is refused.
import { createReadStream } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";

const require = createRequire(`${process.cwd()}/`);
const unpackers = {
  "tar": (file, cwd) => require("tar").extract({ file, cwd, preserveOwner: true }),
  "tar-fs": (file, cwd) => pipeline(createReadStream(file), createGunzip(), require("tar-fs").extract(cwd)),
};

process.umask(0o022);
const unpack = unpackers[process.argv[2]];
for await (const line of createInterface({ input: process.stdin })) {
  const [path, folder] = line.split("\t");
  let said = "", timer;
  // A promise that nobody keeps would end the process in silence: the timer holds it open.
  const late = new Promise((_, fail) => { timer = setTimeout(() => fail(new Error("no answer in 5 s")), 5000); });
  try { await Promise.race([Promise.resolve().then(() => unpack(path, folder)), late]); }
  catch (error) { said = String(error?.message ?? error); }
  clearTimeout(timer);
  process.stdout.write(`${said.replace(/\s+/g, " ").trim()}\n`);
}
// What has been written is in the pipe by then, however long it is.
process.stdout.write("", () => process.exit(0));
