// Shows what was found of a bundle: a result of `ramp validate --format json`.

const at = (id) => document.getElementById(id);

/** A text as it can be shown: what is not seen, or turns the direction of what follows, is written as an escape. */
export function shown(text) {
  return String(text).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (c) => `\\u{${c.codePointAt(0).toString(16)}}`);
}

/** A text as the command writes it: what stands between backticks is code. */
export function prose(text) {
  const parts = String(text).split("`");
  // One that is not closed stands for itself.
  if (parts.length % 2 === 0) {
    const rest = parts.pop();
    parts.push(`${parts.pop()}\`${rest}`);
  }
  return parts.map((part, index) => (index % 2 === 1 ? code(part) : shown(part)));
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
  made.className = `statement ${accepted ? "accepted" : "refused"}`;
  if (accepted) {
    made.replaceChildren(label("Answer"), shown(`it would be accepted${conditions.map(condition).join("")}`));
    return;
  }
  const finer = reason ? [" (", code(reason), ")"] : [];
  made.replaceChildren(
    label("Answer"), "it would be refused: ", code(error_code), ...finer, `, HTTP ${http_status} from `, code(request), ". ",
    ...prose(message), ".",
  );
}

function label(text) {
  const made = document.createElement("strong");
  made.textContent = `${text}: `;
  return made;
}

const LEVELS = ["note", "warning", "error"];

/** Whether a finding keeps the bundle from passing. */
function fails({ level, suppressed }, failOn) {
  return !suppressed && LEVELS.includes(failOn) && LEVELS.indexOf(level) >= LEVELS.indexOf(failOn);
}

export function count(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** Whether it passes the policy, which is no cluster's. */
function gate({ passed, policy, fail_on, findings }) {
  const made = at("gate");
  made.className = `statement ${passed ? "accepted" : "refused"}`;
  const grave = findings.filter((finding) => fails(finding, fail_on)).length;
  const counted = passed ? "" : `: ${count(grave, "finding")} at or above `;
  made.replaceChildren(label("Gate"), `${passed ? "it passes" : "it does not pass"} under the policy `, code(policy), counted);
  if (!passed) made.append(code(fail_on));
}

function facts(file, { metadata, module, target }) {
  const text = (value) => (Array.isArray(value) ? value.join(", ") : value);
  const known = [
    ["File", `${file.name}, ${file.size.toLocaleString("en")} bytes`],
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

/** What a finding decides. */
function decides(finding, failOn) {
  const marks = [];
  if (finding.decides_answer) marks.push(["Answer: ", code(finding.error_code ?? "refused")]);
  if (fails(finding, failOn)) marks.push(["Gate: does not pass"]);
  if (finding.suppressed) marks.push([shown(`Known: ${finding.suppressed.reason}`)]);
  if (marks.length === 0) marks.push(["changes neither the answer nor the gate"]);
  return marks.map((parts) => {
    const made = document.createElement("span");
    made.className = "mark";
    made.append(...parts);
    return made;
  });
}

/** Fills the report on a file. */
export function report(file, found) {
  at("report-title").replaceChildren("Report on ", code(file.name));
  answer(found.answer);
  gate(found);
  facts(file, found);
  at("findings").replaceChildren(...found.findings.map((finding) => {
    const item = document.createElement("li");
    item.className = finding.level;
    const spot = place(finding.location);
    line(item, `head ${finding.level}`, `${finding.level} `, code(finding.rule), ...(spot ? [" at ", code(spot)] : []));
    line(item, "", ...prose(finding.message));
    line(item, "help", "Help: ", ...prose(finding.help));
    line(item, "marks", ...decides(finding, found.fail_on));
    return item;
  }));
  const number = found.findings.length;
  at("findings-title").textContent = number > 0 ? count(number, "finding") : "No findings";
}
