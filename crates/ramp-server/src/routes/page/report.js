// Shows what was found of a bundle: a result of `ramp validate --format json`.

const at = (id) => document.getElementById(id);

/** A text as it can be shown: what is not seen, or turns the direction of what follows, is written as an escape. */
export function shown(text) {
  return String(text).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (c) => `\\u{${c.codePointAt(0).toString(16)}}`);
}

function line(parent, kind, ...parts) {
  const made = document.createElement("p");
  if (kind) made.className = kind;
  made.append(...parts.map((part) => (typeof part === "string" ? shown(part) : part)));
  parent.append(made);
}

function code(text) {
  const made = document.createElement("code");
  made.textContent = shown(text);
  return made;
}

function place(location) {
  if (!location) return "";
  const offset = location.offset === null ? "" : ` byte ${location.offset}`;
  return `${location.entry ?? ""}${location.pointer ? `#${location.pointer}` : ""}${offset}`.trim();
}

/** What must be so for it to be accepted, and is not known. */
function condition({ kind, operating_systems, architecture, version }) {
  const systems = (operating_systems ?? []).join(" or ");
  const nodes = systems ? `run ${systems}${architecture ? ` on ${architecture}` : ""}` : `are ${architecture}`;
  const words = { uploads_enabled: "once uploads are switched on", nodes_run: `if its nodes ${nodes}`, version_sent_as: `if version is sent as the number ${version}` };
  return words[kind] ? `, ${words[kind]}` : "";
}

/** What the cluster would answer. */
function answer({ accepted, error_code, reason, http_status, request, message, conditions }) {
  const made = at("answer");
  made.className = accepted ? "accepted" : "refused";
  if (accepted) {
    made.textContent = shown(`Answer: it would be accepted${conditions.map(condition).join("")}.`);
    return;
  }
  const finer = reason ? ` (${reason})` : "";
  made.replaceChildren("Answer: it would be refused: ", code(error_code), `${finer}, HTTP ${http_status} from ${request}. ${message}.`);
}

/** Whether it passes the policy, which is no cluster's. */
function gate({ passed, policy, fail_on, findings }) {
  const made = at("gate");
  made.className = passed ? "accepted" : "refused";
  const grave = findings.filter((finding) => finding.level === fail_on).length;
  const counted = passed ? "" : `: ${grave} ${fail_on}${grave === 1 ? "" : "s"}`;
  made.textContent = `Gate: ${passed ? "passed" : "failed"} under the policy ${policy}${counted}.`;
}

function facts({ bundle, metadata, module, target }) {
  const text = (value) => (Array.isArray(value) ? value.join(", ") : value);
  const known = [
    ["Bundle", bundle],
    ["Module", metadata?.display_name || metadata?.module_name],
    ["Name", metadata?.module_name],
    ["Version", metadata?.semantic_version || metadata?.version],
    ["Author", metadata?.author],
    ["For", [text(metadata?.operating_systems ?? metadata?.os_list), metadata?.architecture].filter(Boolean).join(" · ")],
    ["Size of the module", module && `${module.size.toLocaleString("en")} bytes`],
    ["Checked against", target.cluster_version ?? "no release"],
  ];
  at("facts").replaceChildren(...known.filter(([, value]) => value).flatMap(([name, value]) => {
    const [term, detail] = [document.createElement("dt"), document.createElement("dd")];
    term.textContent = name;
    detail.textContent = shown(value);
    return [term, detail];
  }));
}

/** Fills the report. */
export function report(found) {
  answer(found.answer);
  gate(found);
  facts(found);
  at("findings").replaceChildren(...found.findings.map((finding) => {
    const item = document.createElement("li");
    item.className = finding.level;
    const spot = place(finding.location);
    line(item, finding.level, `${finding.level} `, code(finding.rule), spot ? ` at ${spot}` : "");
    line(item, "", finding.message);
    line(item, "help", `Help: ${finding.help}`);
    return item;
  }));
  at("findings-title").textContent = found.findings.length > 0 ? "Findings" : "No findings";
}
