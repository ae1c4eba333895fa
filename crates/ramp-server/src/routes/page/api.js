// Talks to the server. Credentials are in this module's memory and nowhere else.

/** A request that was refused, in the server's words. */
export class Refused extends Error {
  constructor(status, body) {
    super(body?.description || body?.message || `the server answered ${status}`);
    this.status = status;
    this.code = body?.error_code ?? `HTTP ${status}`;
    this.words = body?.message ?? "";
  }
}

let authorization = null;
let userDefined = false;

const OBJECTS = "/v2/modules/user-defined";
const ARTIFACTS = "/v2/local/modules/user-defined/artifacts";

function parse(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

/** `credentials: "omit"` keeps the browser's own box for passwords away. */
async function ask(method, path, body) {
  const headers = { Authorization: authorization };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    const json = body === undefined ? undefined : JSON.stringify(body);
    response = await fetch(path, { method, headers, body: json, credentials: "omit", cache: "no-store" });
  } catch {
    throw new Refused(0, { error_code: "unreachable", description: "the server cannot be reached" });
  }
  const answer = parse(await response.text());
  if (!response.ok) throw new Refused(response.status, answer);
  return answer;
}

/** Sends a bundle as the field `module`, and tells how far it is. `fetch` cannot tell. */
function send(path, file, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.setRequestHeader("Authorization", authorization);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) progress(event.loaded / event.total);
    });
    request.addEventListener("load", () => {
      const answer = parse(request.responseText);
      if (request.status === 200) resolve(answer);
      else reject(new Refused(request.status, answer));
    });
    const broken = { error_code: "unreachable", description: "the connection broke; was the file changed or moved?" };
    request.addEventListener("error", () => reject(new Refused(0, broken)));
    const form = new FormData();
    form.append("module", file, file.name);
    request.send(form);
  });
}

/** Basic authentication wants UTF-8 in base64. */
function basic(name, password) {
  const bytes = new TextEncoder().encode(`${name}:${password}`);
  return `Basic ${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))}`;
}

export async function signIn(name, password) {
  authorization = basic(name, password);
  try {
    await ask("GET", "/v1/modules");
  } catch (refused) {
    authorization = null;
    throw refused;
  }
  const description = await ask("GET", "/openapi.json");
  userDefined = OBJECTS in description.paths;
}

export function signOut() {
  authorization = null;
}

/** Whether modules are objects with artifacts, as from 8.0 on. */
export function isUserDefined() {
  return userDefined;
}

/** An answer, or `null` to who may not have it. */
async function askIfAllowed(path) {
  try {
    return await ask("GET", path);
  } catch (refused) {
    if (refused.status === 403) return null;
    throw refused;
  }
}

/** What the cluster is: its version, its nodes in words, and whether it takes uploads. */
export async function cluster() {
  const nodes = (await askIfAllowed("/v1/nodes")) ?? [];
  const settings = await askIfAllowed("/v1/cluster");
  const system = (node) => [node.os_family || node.os_name, node.os_semantic_version].filter(Boolean).join(" ");
  return {
    version: nodes[0]?.software_version ?? null,
    nodes: nodes.map((node) => `node ${node.uid}: ${[system(node), node.architecture].filter(Boolean).join(", ")}`),
    takesUploads: settings?.allow_modules_upload !== false,
  };
}

export function allowUploads() {
  return ask("PUT", "/v1/cluster", { allow_modules_upload: true });
}

/** Modules, and the artifacts of this node; up to 7.22 there are none of these. */
export async function list() {
  const modules = await ask("GET", "/v1/modules");
  return { modules, artifacts: userDefined ? await ask("GET", ARTIFACTS) : [] };
}

/** The report of a bundle, which is not kept. */
export async function judge(file, progress) {
  await ask("GET", "/v1/modules"); // who is not let in is told so before the bundle is sent
  return send("/ramp/v1/validate", file, progress);
}

export async function upload(file, metadata, progress) {
  await ask("GET", "/v1/modules");
  if (!userDefined) return send("/v2/modules", file, progress);
  const object = await ask("POST", OBJECTS, metadata ?? {});
  try {
    await send(ARTIFACTS, file, progress);
  } catch (refused) {
    // What cannot be taken back is told.
    await ask("DELETE", `${OBJECTS}/${object.uid}`).catch((error) => {
      refused.message += `; the object ${object.uid} stays: ${error.message}`;
    });
    throw refused;
  }
  return object;
}

/** Deletes a module; from 8.0 on the object, if there is one, which is refused while it is in use; then the artifact, if there is one. */
export async function remove({ uid, module_name: name, version, artifact }) {
  if (!userDefined) return ask("DELETE", `/v2/modules/${encodeURIComponent(uid)}`);
  if (uid) await ask("DELETE", `${OBJECTS}/${encodeURIComponent(uid)}`);
  if (artifact) await ask("DELETE", `${ARTIFACTS}/${encodeURIComponent(name)}/${encodeURIComponent(version)}`);
  return null;
}
