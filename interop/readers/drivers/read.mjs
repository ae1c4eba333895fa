// How the packages of npm that are used most read zips. Run in the folder whose node_modules has them.
import { createHash } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(`${process.cwd()}/`);
const AdmZip = require("adm-zip");
const fflate = require("fflate");
const JSZip = require("jszip");
const StreamZip = require("node-stream-zip");
const unzipper = require("unzipper");
const yauzl = require("yauzl");
const zipjs = require("@zip.js/zip.js");

zipjs.configure({ useWebWorkers: false });

const sum = (content) => createHash("sha256").update(content).digest("hex");
const add = (entries, name, folder, mode, content) => {
  const bits = typeof mode === "number" ? mode & 0o7777 : null;
  const kind = folder ? "folder" : typeof mode === "number" && (mode & 0o170000) === 0o120000 ? "link" : "file";
  entries.push([folder ? name.replace(/\/+$/, "") : name, kind, bits, folder ? null : sum(content)]);
};
const collect = async (stream) => {
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
};

const readers = {
  yauzl: (path, entries) => new Promise((done, fail) => {
    yauzl.open(path, { lazyEntries: true }, (error, zip) => {
      if (error) return fail(error);
      zip.on("error", fail).on("end", done).on("entry", (entry) => {
        const folder = entry.fileName.endsWith("/");
        zip.openReadStream(entry, async (problem, stream) => {
          if (problem) return fail(problem);
          try {
            add(entries, entry.fileName, folder, null, await collect(stream));
            zip.readEntry();
          } catch (caught) { fail(caught); }
        });
      });
      zip.readEntry();
    });
  }),
  jszip: async (path, entries) => {
    const zip = await JSZip.loadAsync(readFileSync(path));
    for (const file of Object.values(zip.files))
      add(entries, file.name, file.dir, file.unixPermissions, await file.async("nodebuffer"));
  },
  "adm-zip": (path, entries) => {
    for (const entry of new AdmZip(path).getEntries())
      add(entries, entry.entryName, entry.isDirectory, null, entry.isDirectory ? "" : entry.getData());
  },
  fflate: (path, entries) => {
    for (const [name, content] of Object.entries(fflate.unzipSync(readFileSync(path))))
      add(entries, name, name.endsWith("/"), null, content);
  },
  "fflate stream": (path, entries) => new Promise((done, fail) => {
    let open = 0;
    const unzip = new fflate.Unzip((file) => {
      const pieces = [];
      open += 1;
      file.ondata = (error, piece, last) => {
        if (error) return fail(error);
        pieces.push(piece);
        if (last) {
          open -= 1;
          add(entries, file.name, file.name.endsWith("/"), null, Buffer.concat(pieces));
        }
      };
      file.start();
    });
    unzip.register(fflate.UnzipInflate);
    unzip.push(readFileSync(path), true);
    open ? fail(new Error("an entry has no end")) : done();
  }),
  "node-stream-zip": async (path, entries) => {
    const zip = new StreamZip.async({ file: path, skipEntryNameValidation: false });
    try {
      for (const entry of Object.values(await zip.entries()))
        add(entries, entry.name, entry.isDirectory, null, entry.isDirectory ? "" : await zip.entryData(entry.name));
    } finally { await zip.close().catch(() => {}); }
  },
  unzipper: async (path, entries) => {
    const zip = await unzipper.Open.file(path);
    for (const file of zip.files)
      add(entries, file.path, file.type === "Directory", null, file.type === "Directory" ? "" : await file.buffer());
  },
  "unzipper stream": async (path, entries) => {
    const stream = createReadStream(path).pipe(unzipper.Parse({ forceStream: true }));
    for await (const entry of stream) {
      const folder = entry.type === "Directory";
      add(entries, entry.path, folder, null, await entry.buffer());
    }
  },
  "zip.js": async (path, entries) => {
    const zip = new zipjs.ZipReader(new zipjs.Uint8ArrayReader(new Uint8Array(readFileSync(path))));
    for (const entry of await zip.getEntries({ strictness: undefined })) {
      const content = entry.directory ? "" : await entry.getData(new zipjs.Uint8ArrayWriter());
      add(entries, entry.filename, entry.directory, null, content);
    }
    await zip.close();
  },
};

// A promise that nobody keeps would end the process in silence: the timer holds it open.
const within = (promise) => {
  let timer;
  const late = new Promise((_, fail) => { timer = setTimeout(() => fail(new Error("no answer in 5 s")), 5000); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};
process.on("uncaughtException", (error) => process.stderr.write(`${error.stack}\n`));
process.on("unhandledRejection", () => {});
for await (const path of createInterface({ input: process.stdin })) {
  const views = {};
  for (const [name, read] of Object.entries(readers)) {
    const entries = [];
    views[name] = { entries };
    try { await within(Promise.resolve().then(() => read(path, entries))); }
    catch (error) { views[name].refused = String(error?.message ?? error).slice(0, 90); }
  }
  process.stdout.write(`${JSON.stringify(views)}\n`);
}
// What has been written is in the pipe by then, however long it is.
process.stdout.write("", () => process.exit(0));
