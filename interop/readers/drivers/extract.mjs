// What packages of npm that unpack leave on a disk. Run in the folder whose node_modules has them.
import { createHash } from "node:crypto";
import { lstatSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { createInterface } from "node:readline";

const require = createRequire(`${process.cwd()}/`);
const AdmZip = require("adm-zip");
const extract = require("extract-zip");
const StreamZip = require("node-stream-zip");
const unzipper = require("unzipper");

const unpackers = {
  "extract-zip": (path, dir) => extract(path, { dir }),
  "adm-zip extract": (path, dir) => new AdmZip(path).extractAllTo(dir, true, true),
  "node-stream-zip extract": async (path, dir) => {
    const zip = new StreamZip.async({ file: path });
    try { await zip.extract(null, dir); } finally { await zip.close().catch(() => {}); }
  },
  "unzipper extract": async (path, dir) => (await unzipper.Open.file(path)).extract({ path: dir }),
};

const walk = (root, at, found) => {
  for (const name of readdirSync(at)) {
    const path = join(at, name);
    const status = lstatSync(path);
    const kind = status.isDirectory() ? "folder" : status.isSymbolicLink() ? "link" : status.isFile() ? "file" : "special";
    const content = kind === "file" ? readFileSync(path) : kind === "link" ? readlinkSync(path) : null;
    const sum = content === null ? null : createHash("sha256").update(content).digest("hex");
    found.push([relative(root, path), kind, status.mode & 0o7777, sum, `${status.uid}:${status.gid}`]);
    if (kind === "folder") walk(root, path, found);
  }
  return found;
};

// A promise that nobody keeps would end the process in silence: the timer holds it open.
const within = (promise) => {
  let timer;
  const late = new Promise((_, fail) => { timer = setTimeout(() => fail(new Error("no answer in 5 s")), 5000); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};
process.umask(0o022);
process.on("uncaughtException", (error) => process.stderr.write(`${error.stack}\n`));
process.on("unhandledRejection", () => {});
for await (const path of createInterface({ input: process.stdin })) {
  const views = {};
  for (const [name, unpack] of Object.entries(unpackers)) {
    const dir = mkdtempSync(join(tmpdir(), "readers-"));
    const view = {};
    try { await within(Promise.resolve().then(() => unpack(path, dir))); }
    catch (error) { view.refused = String(error?.message ?? error).replaceAll(dir, "").slice(0, 90); }
    view.entries = walk(dir, dir, []);
    views[name] = view;
    rmSync(dir, { recursive: true, force: true });
  }
  process.stdout.write(`${JSON.stringify(views)}\n`);
}
// What has been written is in the pipe by then, however long it is.
process.stdout.write("", () => process.exit(0));
