// Shows what was found of a bundle: a result of `ramp validate --format json`.

const at = (id) => document.getElementById(id);

function line(parent, kind, ...parts) {
  const made = document.createElement("p");
  if (kind) made.className = kind;
  made.append(...parts);
  parent.append(made);
}

function code(text) {
  const made = document.createElement("code");
  made.textContent = text;
  return made;
}

function place(location) {
  if (!location) return "";
  const offset = location.offset === null ? "" : ` byte ${location.offset}`;
  return `${location.entry ?? ""}${location.pointer ? `#${location.pointer}` : ""}${offset}`.trim();
}

function verdict({ accepted, error }) {
  const made = at("verdict");
  made.className = accepted ? "accepted" : "refused";
  if (accepted) {
    made.textContent = "It would be accepted.";
    return;
  }
  const reason = error.reason ? ` (${error.reason})` : "";
  made.replaceChildren("It would be refused: ", code(error.error_code), `${reason}, HTTP ${error.http_status}. ${error.message}.`);
}

function facts({ bundle, metadata, module, target, policy }) {
  const text = (value) => (Array.isArray(value) ? value.join(", ") : value);
  const known = [
    ["Bundle", bundle],
    ["Module", metadata?.display_name || metadata?.module_name],
    ["Name", metadata?.module_name],
    ["Version", metadata?.semantic_version || metadata?.version],
    ["Author", metadata?.author],
    ["For", [text(metadata?.operating_systems ?? metadata?.os_list), metadata?.architecture].filter(Boolean).join(" · ")],
    ["Size of the module", module && `${module.size.toLocaleString("en")} bytes`],
    ["Checked against", `${target.cluster_version ?? "no release"}, ${policy}`],
  ];
  at("facts").replaceChildren(...known.filter(([, value]) => value).flatMap(([name, value]) => {
    const [term, detail] = [document.createElement("dt"), document.createElement("dd")];
    term.textContent = name;
    detail.textContent = String(value);
    return [term, detail];
  }));
}

/** Fills the report. */
export function report(found) {
  verdict(found);
  facts(found);
  at("findings").replaceChildren(...found.findings.map((finding) => {
    const item = document.createElement("li");
    item.className = finding.level;
    const spot = place(finding.location);
    line(item, finding.level, `${finding.level} `, code(finding.rule), spot ? ` at ${spot}` : "");
    line(item, "", finding.message);
    line(item, "cure", `Cure: ${finding.help}`);
    return item;
  }));
  at("findings-title").textContent = found.findings.length > 0 ? "Findings" : "Nothing was found.";
}
