// What packages of npm write. Arguments: the folder with the files, the folder for zips, the names of the files.
import { createReadStream, createWriteStream, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

const require = createRequire(`${process.cwd()}/`);
const AdmZip = require("adm-zip");
const fflate = require("fflate");
const JSZip = require("jszip");
const yazl = require("yazl");
const zipjs = require("@zip.js/zip.js");
const archiver = await import(require.resolve("archiver"));
const { downloadZip } = await import(join(process.cwd(), "node_modules/client-zip/index.js"));

const [from, to, ...names] = process.argv.slice(2);
const content = (name) => readFileSync(join(from, name));
const out = (name) => join(to, `${name}.zip`);
zipjs.configure({ useWebWorkers: false });

const writers = {
  yazl: async (how) => {
    const zip = new yazl.ZipFile();
    if (how.folder) zip.addEmptyDirectory("deps/");
    for (const name of names) {
      if (how.stream) zip.addReadStream(createReadStream(join(from, name)), name, { compress: how.compress });
      else zip.addFile(join(from, name), name, { compress: how.compress });
    }
    zip.end({ forceZip64Format: how.zip64 });
    await pipeline(zip.outputStream, createWriteStream(out(how.name)));
  },
  archiver: async (how) => {
    const zip = archiver.ZipArchive ? new archiver.ZipArchive(how.options) : archiver.default("zip", how.options);
    const done = pipeline(zip, createWriteStream(out(how.name)));
    for (const name of names) {
      if (how.stream) zip.append(createReadStream(join(from, name)), { name });
      else zip.append(content(name), { name });
    }
    await zip.finalize();
    await done;
  },
  jszip: async (how) => {
    const zip = new JSZip();
    for (const name of names) zip.file(name, content(name));
    writeFileSync(out(how.name), await zip.generateAsync({ type: "nodebuffer", ...how.options }));
  },
  fflate: async (how) => {
    const files = Object.fromEntries(names.map((name) => [name, [content(name), { level: how.level }]]));
    if (!how.stream) return writeFileSync(out(how.name), fflate.zipSync(files));
    const pieces = [];
    const zip = new fflate.Zip((error, piece) => { if (error) throw error; pieces.push(piece); });
    for (const name of names) {
      const file = how.level ? new fflate.ZipDeflate(name) : new fflate.ZipPassThrough(name);
      zip.add(file);
      file.push(content(name), true);
    }
    zip.end();
    writeFileSync(out(how.name), Buffer.concat(pieces));
  },
  "adm-zip": async (how) => {
    const zip = new AdmZip();
    if (how.folder) zip.addFile("deps/", Buffer.alloc(0));
    for (const name of names) zip.addFile(name, content(name));
    zip.writeZip(out(how.name));
  },
  "client-zip": async (how) => {
    const files = names.map((name) => ({ name, input: how.stream ? new Blob([content(name)]).stream() : content(name), lastModified: new Date() }));
    writeFileSync(out(how.name), Buffer.from(await downloadZip(files).arrayBuffer()));
  },
  "zip.js": async (how) => {
    const zip = new zipjs.ZipWriter(new zipjs.Uint8ArrayWriter(), how.options);
    for (const name of names) await zip.add(name, new zipjs.Uint8ArrayReader(new Uint8Array(content(name))));
    writeFileSync(out(how.name), await zip.close());
  },
};
const hows = {
  yazl: [{ name: "yazl", compress: true }, { name: "yazl-stored", compress: false }, { name: "yazl-stream", stream: true, compress: true, folder: true },
    { name: "yazl-stored-stream", stream: true, compress: false }, { name: "yazl-zip64", compress: true, zip64: true }],
  archiver: [{ name: "archiver" }, { name: "archiver-stored", options: { store: true } }, { name: "archiver-stream", stream: true },
    { name: "archiver-stored-stream", stream: true, options: { store: true } }, { name: "archiver-zip64", options: { forceZip64: true } }],
  jszip: [{ name: "jszip-stored", options: {} }, { name: "jszip", options: { compression: "DEFLATE" } },
    { name: "jszip-stream", options: { compression: "DEFLATE", streamFiles: true } }, { name: "jszip-stored-stream", options: { streamFiles: true } },
    { name: "jszip-unix", options: { platform: "UNIX" } }],
  fflate: [{ name: "fflate", level: 6 }, { name: "fflate-stored", level: 0 }, { name: "fflate-stream", stream: true, level: 6 }, { name: "fflate-stored-stream", stream: true, level: 0 }],
  "adm-zip": [{ name: "adm-zip" }, { name: "adm-zip-folder", folder: true }],
  "client-zip": [{ name: "client-zip" }, { name: "client-zip-stream", stream: true }],
  "zip.js": [{ name: "zipjs", options: {} }, { name: "zipjs-zip64", options: { zip64: true } }, { name: "zipjs-stored", options: { level: 0 } },
    { name: "zipjs-buffered", options: { dataDescriptor: false } }, { name: "zipjs-plain", options: { extendedTimestamp: false, dataDescriptorSignature: false } }],
};
for (const [writer, all] of Object.entries(hows))
  for (const how of all) {
    try { await writers[writer](how); } catch (error) { process.stderr.write(`${how.name}: ${error.stack}\n`); }
  }
process.exit(0);
