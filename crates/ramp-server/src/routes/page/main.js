// The page. What comes from bundles is put in as text, never as markup.
import * as api from "./api.js";
import { count, prose, report, shown } from "./report.js";

const at = (id) => document.getElementById(id);

/** The bundle that was judged, until it is uploaded or closed. */
let chosen = null;

/** Tells a result, without moving the focus: `good`, `bad`, or neither. */
function say(text, kind = "") {
  at("alert").replaceChildren();
  at("status").className = kind;
  at("status").textContent = shown(text);
}

/** Tells a refusal: code, the documentation's words, what is wrong. */
function complain(what, error) {
  at("status").replaceChildren();
  const line = document.createElement("p");
  const code = document.createElement("code");
  if (error instanceof api.Refused) {
    code.textContent = shown(error.code);
    const words = error.words && error.words !== error.message ? `${error.words}: ${error.message}` : error.message;
    line.append(shown(`${what}: `), code, ": ", ...prose(words));
  } else {
    line.textContent = shown(`${what}: the page failed (${error})`);
  }
  at("alert").replaceChildren(line);
  if (error?.status === 401 && !at("inside").hidden) leave();
}

function element(tag, text, parent) {
  const made = document.createElement(tag);
  made.textContent = shown(text);
  parent?.append(made);
  return made;
}

/** What this is a cluster of. Who may not know does without. */
async function introduce() {
  const { version, nodes, takesUploads } = await api.cluster();
  const parts = [version ? `Redis Software ${version}, simulated` : "a simulated cluster", ...nodes];
  at("cluster").replaceChildren(...parts.map((part) => {
    const made = document.createElement("span");
    made.textContent = shown(part);
    return made;
  }));
  at("cluster").hidden = false;
  at("uploads-off").hidden = takesUploads;
}

/** A cell, which says on a narrow screen what it is. */
function cell(label, text, line) {
  const made = element("td", text, line);
  made.setAttribute("role", "cell");
  made.dataset.label = label;
  return made;
}

function enter(name) {
  at("user").textContent = shown(name);
  at("who").hidden = at("inside").hidden = false;
  at("sign-in").hidden = true;
  at("password").value = "";
  at("where").textContent = api.isUserDefined() ? "On this node" : "Platforms";
  at("list-title").focus();
}

function leave() {
  api.signOut();
  closeReport();
  at("modules").tBodies[0].replaceChildren();
  at("who").hidden = at("inside").hidden = at("cluster").hidden = true;
  at("sign-in").hidden = false;
  at("name").focus();
}

/** Objects and artifacts of the same name and version are one row. */
function rows({ modules, artifacts }) {
  const left = new Map(artifacts.map((artifact) => [`${artifact.version} ${artifact.module_name}`, artifact]));
  const rows = modules.map((module) => {
    const key = `${module.version} ${module.module_name}`;
    const row = { ...module, artifact: left.has(key) };
    left.delete(key);
    return row;
  });
  const all = [...rows, ...Array.from(left.values(), (artifact) => ({ ...artifact, artifact: true, alone: true }))];
  // What came with the cluster comes last: nobody put it there, and nobody looks for it first.
  return [...all.filter((row) => !row.is_bundled), ...all.filter((row) => row.is_bundled)];
}

function where(row) {
  if (row.is_bundled) return "with the cluster";
  if (api.isUserDefined()) return row.alone ? "artifact only" : row.artifact ? "yes" : "no artifact";
  return Object.keys(row.platforms ?? {}).join(", ") || "any";
}

/** Names a module so that no two are named the same. */
function naming(row) {
  const version = row.semantic_version ? `${row.semantic_version} (${row.version})` : row.version;
  return `${row.module_name} ${version}`;
}

async function refresh() {
  const body = at("modules").tBodies[0];
  const found = rows(await api.list());
  body.replaceChildren(...found.map((row) => {
    const line = document.createElement("tr");
    line.setAttribute("role", "row");
    const name = element("th", row.display_name || row.module_name, line);
    name.scope = "row";
    name.setAttribute("role", "rowheader");
    element("small", row.module_name, name);
    const version = cell("Version", row.semantic_version || row.version, line);
    if (row.semantic_version) element("small", row.version, version);
    cell("Author", row.author ?? "", line);
    cell(at("where").textContent, where(row), line);
    const last = cell("", row.is_bundled ? "bundled" : "", line);
    if (row.is_bundled) return line;
    const button = element("button", "Delete", last);
    button.type = "button";
    button.setAttribute("aria-label", `Delete ${naming(row)}`);
    button.addEventListener("click", () => confirmDeletion(row));
    return line;
  }));
  at("empty").hidden = found.length > 0;
  at("table-frame").hidden = found.length === 0;
}

function confirmDeletion(row) {
  const name = naming(row);
  at("confirm-text").textContent = shown(`${name} will be deleted.`);
  at("confirm-yes").onclick = async () => {
    at("confirm").close();
    try {
      await api.remove(row);
      say(`Deleted ${name}.`, "good");
    } catch (error) {
      complain(`Could not delete ${name}`, error);
    }
    await refreshOrComplain();
    if (!at("inside").hidden) at("list-title").focus();
  };
  at("confirm").showModal();
  at("confirm-no").focus();
}

async function refreshOrComplain() {
  try {
    await refresh();
  } catch (error) {
    complain("Could not list the modules", error);
  }
}

/** Does something long with a file, and shows how far it is. */
async function sending(label, work) {
  const line = at("progress-line");
  at("progress-label").textContent = shown(label);
  at("progress").value = 0;
  line.hidden = false;
  at("file").disabled = at("upload").disabled = true;
  try {
    return await work((share) => { at("progress").value = Math.round(share * 100); });
  } finally {
    line.hidden = true;
    at("file").disabled = false;
    at("upload").disabled = !chosen?.found.answer.accepted;
  }
}

async function judge(file) {
  chosen = null;
  at("report").hidden = true;
  say(`Checking ${file.name} …`);
  try {
    const found = await sending(`Checking ${file.name}`, (progress) => api.judge(file, progress));
    chosen = { file, found };
    report(file, found);
    at("report").hidden = false;
    const { accepted, error_code: code } = found.answer;
    at("upload").disabled = !accepted;
    at("upload-hint").textContent = accepted
      ? (found.passed ? "" : "It can be uploaded although it does not pass, unless this server enforces the gate.")
      : "It cannot be uploaded: the cluster would refuse it.";
    const findings = count(found.findings.length, "finding");
    const gate = found.passed ? "passes" : "does not pass";
    say(accepted
      ? `${file.name} would be accepted, and ${gate}, with ${findings}.`
      : `${file.name} would be refused (${code}), with ${findings}.`, accepted ? (found.passed ? "good" : "") : "bad");
    at("report-title").focus();
  } catch (error) {
    complain(`Could not check ${file.name}`, error);
    at("file").focus();
  }
}

async function upload() {
  const { file, found } = chosen;
  say(`Uploading ${file.name} …`);
  try {
    await sending(`Uploading ${file.name}`, (progress) => api.upload(file, found.metadata, progress));
    closeReport();
    say(`Uploaded ${file.name}.`, "good");
    await refreshOrComplain();
    at("list-title").focus();
  } catch (error) {
    complain(`${file.name} was refused`, error);
    if (!at("report").hidden) at("report-title").focus();
  }
}

function closeReport() {
  chosen = null;
  at("report").hidden = true;
  at("file").value = "";
}

at("sign-in-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const name = at("name").value;
  at("sign-in-button").disabled = true;
  try {
    await api.signIn(name, at("password").value);
    await refresh();
    await introduce();
    say(`Signed in as ${name}.`, "good");
    enter(name);
  } catch (error) {
    complain("Not signed in", error);
    at("password").focus();
  } finally {
    at("sign-in-button").disabled = false;
  }
});
at("sign-out").addEventListener("click", () => {
  leave();
  say("Signed out.");
});
at("allow-uploads").addEventListener("click", async () => {
  at("allow-uploads").disabled = true;
  try {
    await api.allowUploads();
    await introduce();
    say("Uploads are on.", "good");
    at("bundle-title").focus();
  } catch (error) {
    complain("Could not switch uploads on", error);
  } finally {
    at("allow-uploads").disabled = false;
  }
});
// The same file may be chosen again, after it was changed.
at("file").addEventListener("click", () => { at("file").value = ""; });
at("file").addEventListener("change", () => {
  if (at("file").files.length > 0) judge(at("file").files[0]);
});
at("upload").addEventListener("click", upload);
at("close-report").addEventListener("click", () => {
  closeReport();
  at("file").focus();
});
at("confirm-no").addEventListener("click", () => at("confirm").close());

// A file that is dropped beside the target must not replace the page.
for (const kind of ["dragover", "drop"]) window.addEventListener(kind, (event) => event.preventDefault());
at("drop").addEventListener("dragover", () => at("drop").classList.add("over"));
at("drop").addEventListener("dragleave", () => at("drop").classList.remove("over"));
at("drop").addEventListener("drop", (event) => {
  at("drop").classList.remove("over");
  const files = event.dataTransfer?.files ?? [];
  if (at("file").disabled) return;
  if (files.length === 1) {
    // So that its name stands where that of a chosen one does.
    at("file").files = files;
    judge(files[0]);
  }
  else say("Drop one bundle at a time.");
});
