// The page: everything comes from the API, and reaches the document as text alone, never as markup.
"use strict";

const at = (id) => document.getElementById(id);
const api = "/api/v1/";

// ---- text and elements

function make(name, properties, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "text") element.textContent = shown(value);
    else if (key === "on") element.addEventListener("click", value);
    else if (key === "class") element.className = value;
    else element.setAttribute(key, value);
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

// What turns the direction of writing, or can't be seen, is shown as its number.
function shown(text) {
  return String(text).replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (c) => "\u2039" + c.charCodeAt(0).toString(16).padStart(4, "0") + "\u203a");
}

function floppy(status) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const draw = (name, attributes) => {
    const part = document.createElementNS(space, name);
    for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
    svg.append(part);
  };
  svg.setAttribute("viewBox", "0 0 36 36");
  svg.setAttribute("aria-hidden", "true");
  const gone = status === "missing" || status === "offline";
  const pen = { stroke: "currentColor", "stroke-width": 2, fill: "none" };
  draw("path", { ...pen, d: "M3 3h26l4 4v26h-30z", ...(gone ? { "stroke-dasharray": "4 3" } : {}) });
  draw("path", { ...pen, d: "M10 3v9h15v-9M8 33v-13h20v13" });
  if (status === "damaged") draw("path", { ...pen, "stroke-width": 3, d: "M6 6l24 24M30 6l-24 24" });
  return svg;
}

const size = (bytes) => bytes === null || bytes === undefined ? "?" : bytes.toLocaleString("en");
const day = (date) => date ? date.slice(0, 10) : "-";
const last = (path) => path ? path.slice(path.lastIndexOf("/") + 1) : "-";
const imageLink = (path) => "#image/" + encodeURIComponent(path);

// ---- asking

let token = sessionStorage.getItem("token") || "";

function askToken() {
  return new Promise((done) => {
    const dialog = at("token-dialog");
    dialog.addEventListener("close", () => {
      token = at("token").value;
      sessionStorage.setItem("token", token);
      done();
    }, { once: true });
    dialog.showModal();
  });
}

async function request(path, signal) {
  const options = { signal, headers: token ? { Authorization: "Bearer " + token } : {} };
  const answer = await fetch(api + path, options);
  if (answer.status === 401) {
    await askToken();
    return request(path, signal);
  }
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({}));
    throw new Error(problem.detail || answer.status + " " + answer.statusText);
  }
  return answer;
}

const ask = async (path, signal) => (await request(path, signal)).json();

async function download(id, name, state) {
  state.textContent = "unpacking " + shown(name) + " \u2026";
  try {
    const blob = await (await request("files/" + encodeURIComponent(id) + "/content")).blob();
    const link = make("a", { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    state.textContent = shown(name) + ": " + size(blob.size) + " bytes";
  } catch (error) {
    state.textContent = shown(error.message);
  }
}

function downloadButton(id, name, state) {
  return id ? make("button", { type: "button", "aria-label": "download " + shown(name), text: "download",
    on: () => download(id, name, at(state)) }) : make("span", { class: "quiet", text: "not at hand" });
}

function copyButton(text) {
  const button = make("button", { type: "button", text: "copy", "aria-label": "copy the commands" });
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = "copied";
  });
  return button;
}

// ---- search

let searching = null;
let nextOffset = 0;

function answerRow(answer) {
  const commands = answer.commands.join("\r\n");
  const needs = answer.needs.map((need) => make("li", { class: need.present && !need.damaged ? null : "warn",
    text: need.insert + (need.cabinet ? " for " + need.cabinet : "") + (need.present ? "" : " (not at hand)") +
      (need.damaged ? " (damaged)" : "") }));
  const row = make("tr", null,
    make("th", { scope: "row" }, make("span", { text: answer.medium || answer.title || last(answer.image) }),
      answer.source === "indexed" ? null : make("div", { class: "quiet", text: answer.source })),
    make("td", { text: answer.disk || "-" }),
    make("td", { text: answer.cabinet || answer.path || "-" }),
    make("td", { class: "number", text: size(answer.size) }),
    make("td", { class: "day", text: day(answer.modified) }),
    make("td", null, make("span", { text: answer.role || "-" }),
      answer.purpose ? make("div", { class: "quiet", text: answer.purpose }) : null));
  const image = make("td", null);
  if (answer.image) image.append(make("a", { href: imageLink(answer.image), text: last(answer.image) }), " ");
  image.append(downloadButton(answer.id, answer.name, "state"));
  row.append(image);
  const details = make("details", null, make("summary", { text: "disks and commands" }), make("ol", null, ...needs));
  if (commands) details.append(make("pre", { text: answer.commands.join("\n") }), copyButton(commands));
  if (answer.trouble) details.append(make("p", { class: "bad", text: answer.trouble }));
  return [row, make("tr", null, make("td", { colspan: "7" }, details))];
}

function answerTable(name) {
  const table = make("table", null, make("caption", { class: "hidden", text: "places of " + name }));
  const head = make("tr");
  for (const title of ["Medium", "Disk", "Cabinet", "Size", "Date", "Role", "Image"])
    head.append(make("th", { scope: "col", text: title }));
  table.append(make("thead", null, head), make("tbody"));
  return table;
}

function showAnswers(items) {
  const answers = at("answers");
  for (const item of items) {
    if (item.found === false) {
      const line = make("p", { text: item.query + ": not found" });
      for (const name of item.suggestions)
        line.append(" ", make("a", { href: "#search/" + encodeURIComponent(name), text: name }));
      answers.append(line);
      continue;
    }
    let table = answers.lastElementChild && answers.lastElementChild.querySelector("table");
    const key = item.name.toLowerCase();
    if (!table || table.dataset.key !== key) {
      table = answerTable(item.name);
      table.dataset.key = key;
      answers.append(make("div", null, make("h3", null, make("span", { text: item.name }), " ",
        make("a", { href: "#versions/" + encodeURIComponent(item.name), text: "versions",
          "aria-label": "versions of " + shown(item.name) })), make("div", { class: "wide", role: "region", tabindex: "0", "aria-label": "places of " + shown(item.name) }, table)));
    }
    table.tBodies[0].append(...answerRow(item));
  }
}

async function search(offset) {
  const query = at("query").value.trim();
  if (searching) searching.abort();
  searching = new AbortController();
  if (!query) {
    at("answers").replaceChildren();
    at("state").textContent = "";
    at("more").hidden = true;
    return;
  }
  try {
    const page = await ask("where?name=" + encodeURIComponent(query) + (at("all").checked ? "&all=true" : "") +
      "&limit=50&offset=" + offset, searching.signal);
    if (!offset) at("answers").replaceChildren();
    showAnswers(page.items);
    const found = at("answers").querySelectorAll("tbody tr").length / 2;
    at("state").textContent = [found + (found === 1 ? " place" : " places"), ...page.notes].join("; ");
    nextOffset = page.next_offset;
    at("more").hidden = nextOffset === null;
  } catch (error) {
    if (error.name === "AbortError") return;
    at("answers").replaceChildren();
    at("state").textContent = shown(error.message);
  }
}

// ---- shelf

let shelfOffset = null;
let finding = null;

function diskMark(disk) {
  const words = [disk.insert || disk.disk || "image", disk.status];
  if (disk.fault) words.push(disk.fault);
  const mark = make(disk.image ? "a" : "span", {
    class: "disk " + disk.status + ({ damaged: " bad", missing: " warn", offline: " warn", foreign: " warn" }[disk.status] || ""),
    href: disk.image ? imageLink(disk.image) : null, title: shown(words.join(": ")),
    role: disk.image ? null : "img", "aria-label": shown(words.join(": ")) }, floppy(disk.status));
  mark.append(make("span", { text: disk.disk || "", "aria-hidden": "true" }));
  return make("li", null, mark);
}

const manyDisks = 100;

// The disks of a medium; of very many the first ones, until more are asked for.
function diskMarks(disks) {
  const list = make("ul", { class: "disks", "aria-label": "disks" }, ...disks.slice(0, manyDisks).map(diskMark));
  if (disks.length <= manyDisks) return [list];
  const more = make("button", { type: "button", text: size(disks.length - manyDisks) + " more disks" });
  let shownDisks = manyDisks;
  more.addEventListener("click", () => {
    list.append(...disks.slice(shownDisks, shownDisks + 10 * manyDisks).map(diskMark));
    shownDisks += 10 * manyDisks;
    if (shownDisks >= disks.length) more.remove();
    else more.textContent = size(disks.length - shownDisks) + " more disks";
  });
  return [list, more];
}

function mediumCard(medium) {
  const disks = medium.disks_known ? medium.disks_present + " of " + medium.disks_known + " disks" : "";
  return make("li", null,
    make("h3", { text: medium.title || medium.medium || last(medium.disks[0] && medium.disks[0].image) }),
    make("p", { class: "quiet", text: [medium.medium || "not recognised", medium.release, medium.layout,
      medium.language, medium.set > 1 ? "set " + medium.set : null].filter(Boolean).join(", ") }),
    make("p", { class: medium.complete ? "good" : "warn",
      text: [disks, medium.complete ? "complete" : "not complete"].filter(Boolean).join(", ") }),
    ...diskMarks(medium.disks));
}

async function showShelf(offset) {
  const text = at("find").value.trim();
  if (finding) finding.abort();
  finding = new AbortController();
  try {
    if (!offset && !at("shelf").childElementCount) at("shelf-state").textContent = "looking through the shelf \u2026";
    const page = await ask("media?limit=60&offset=" + offset + (text ? "&find=" + encodeURIComponent(text) : ""), finding.signal);
    if (!offset) at("shelf").replaceChildren();
    at("shelf").append(...page.items.map(mediumCard));
    shelfOffset = page.next_offset;
    at("shelf-more").hidden = shelfOffset === null;
    at("shelf-state").textContent = size(at("shelf").childElementCount) + " media" + (shelfOffset === null ? "" : ", and more") +
      (text ? " with \u201c" + shown(text) + "\u201d" : "");
  } catch (error) {
    if (error.name === "AbortError") return;
    at("shelf-state").textContent = shown(error.message);
  }
}

// ---- an image: image > folder > cabinet > file

const manyFiles = 1000;
let listed = { image: null, items: [] };
let filesLeft = [];

async function listImage(image) {
  const items = [];
  let offset = 0;
  while (offset !== null && items.length < 200000) {
    const page = await ask("images/" + encodeURIComponent(image) + "/ls?limit=5000&offset=" + offset);
    items.push(...page.items);
    offset = page.next_offset;
  }
  listed = { image, items };
}

// The rows of one place: folders of the container, containers that are files in it, and files.
function placeRows(container, folder) {
  const start = folder ? folder + "/" : "";
  const below = container ? container + " > " : "";
  const folders = new Set();
  const files = [];
  const inner = new Set(listed.items.filter((item) => item.event === "container").map((item) => item.container));
  for (const item of listed.items) {
    if (item.event !== "file" || item.container !== container || !item.name.startsWith(start)) continue;
    const rest = item.name.slice(start.length);
    if (rest.includes("/")) folders.add(start + rest.slice(0, rest.indexOf("/")));
    else if (!item.attributes || item.attributes[0] !== "d")
      files.push({ ...item, last: rest, inner: inner.has(below + item.name) ? below + item.name : null });
    else folders.add(item.name);
  }
  // what is no file of a volume: the one disk in an archive, say
  const named = new Set(files.map((item) => item.inner));
  const loose = folder ? [] : [...inner].filter((chain) => chain !== container && chain.startsWith(below) &&
    !chain.slice(below.length).includes(" > ") && !named.has(chain) && !chain.slice(below.length).includes("/"));
  return { folders: [...folders].sort(), files, loose };
}

function place(container, folder) {
  return imageLink(listed.image) + "/" + encodeURIComponent(container) + "/" + encodeURIComponent(folder);
}

function showTrail(container, folder) {
  const steps = [[last(listed.image), "", ""]];
  const chains = container ? container.split(" > ") : [];
  chains.forEach((name, i) => steps.push([name, chains.slice(0, i + 1).join(" > "), ""]));
  const parts = folder ? folder.split("/") : [];
  parts.forEach((name, i) => steps.push([name, container, parts.slice(0, i + 1).join("/")]));
  at("trail").replaceChildren(...steps.map(([name, inside, path], i) => make("li", null,
    make("a", { href: place(inside, path), text: name, "aria-current": i === steps.length - 1 ? "page" : null }))));
}

function fileRow(item) {
  return make("tr", null,
    make("td", null, item.inner ? make("a", { href: place(item.inner, ""), text: item.last })
      : make("span", { text: item.last }), item.damaged ? make("span", { class: "bad", text: " damaged" }) : null),
    make("td", { class: "number", text: size(item.size) }), make("td", { class: "day", text: day(item.modified) }),
    make("td", null, downloadButton(item.id, item.last, "image-state")));
}

function moreFiles() {
  at("items").tBodies[0].append(...filesLeft.slice(0, manyFiles).map(fileRow));
  filesLeft = filesLeft.slice(manyFiles);
  at("image-more").hidden = !filesLeft.length;
  at("image-more").textContent = size(filesLeft.length) + " more files";
}

async function showImage(image, container, folder) {
  at("title-image").textContent = shown(last(image));
  try {
    if (listed.image !== image) {
      at("image-state").textContent = "reading \u2026";
      await listImage(image);
    }
    const rows = placeRows(container, folder);
    const inside = (chain, name) => make("tr", null, make("td", null, make("a", { href: place(chain, ""), text: name })),
      make("td"), make("td"), make("td"));
    showTrail(container, folder);
    at("items").tBodies[0].replaceChildren(
      ...rows.folders.map((path) => make("tr", null,
        make("td", null, make("a", { href: place(container, path), text: last(path) + "/" })), make("td"), make("td"), make("td"))),
      ...rows.loose.map((chain) => inside(chain, chain))
);
    filesLeft = rows.files;
    moreFiles();
    at("image-state").textContent = rows.folders.length + " folders, " + rows.files.length + " files";
  } catch (error) {
    at("image-state").textContent = shown(error.message);
  }
}

// ---- versions on a time line

async function showVersions(name) {
  at("title-versions").textContent = "Versions of " + shown(name);
  at("versions").replaceChildren();
  try {
    const page = await ask("versions?limit=500&name=" + encodeURIComponent(name));
    for (const item of page.items) {
      if (item.found === false) continue;
      const places = item.places.map((where) => make("li", null,
        make("span", { text: [where.medium || where.title || last(where.image), where.disk ? "disk " + where.disk : null,
          where.cabinet].filter(Boolean).join(", ") }), " ",
        where.image ? make("a", { href: imageLink(where.image), text: last(where.image) }) : null));
      at("versions").append(make("li", null,
        make("strong", { text: item.file_version || day(item.modified) }), " ",
        make("span", { class: "quiet", text: [day(item.modified), size(item.size) + " bytes",
          item.state === "whole" ? "SHA-256 " + item.sha256.slice(0, 16) + "\u2026" : item.state].join(", ") }),
        make("ul", null, ...places)));
    }
    at("versions-state").textContent = at("versions").childElementCount + " versions";
  } catch (error) {
    at("versions-state").textContent = shown(error.message);
  }
}

// ---- two media compared

let compareOffset = null;

const brief = (side) => side ? [side.file_version, day(side.modified), size(side.size)].filter(Boolean).join(", ") : "-";

function differenceRow(item) {
  const words = { left: "only the first", right: "only the other", same: "same" };
  return make("tr", null, make("th", { scope: "row" }, make("a", { href: "#versions/" + encodeURIComponent(item.name), text: item.name })),
    make("td", { text: item.difference === "changed" ? item.differs.join(", ") : words[item.difference] }),
    make("td", { text: brief(item.left) }), make("td", { text: brief(item.right) }));
}

async function compare(offset) {
  at("compare-state").textContent = "comparing \u2026";
  try {
    const page = await ask("diff?limit=500&offset=" + offset + "&left=" + encodeURIComponent(at("left").value) +
      "&right=" + encodeURIComponent(at("right").value));
    const body = at("differences").tBodies[0];
    if (!offset) body.replaceChildren();
    const summary = page.items.find((item) => item.event === "summary");
    body.append(...page.items.filter((item) => item.event === "file").map(differenceRow));
    compareOffset = page.next_offset;
    at("compare-more").hidden = compareOffset === null;
    at("compare-state").textContent = summary ? summary.changed + " changed, " + summary.only_left + " only in the first, " +
      summary.only_right + " only in the other, " + summary.same + " the same" : body.childElementCount + " files, and more";
  } catch (error) {
    at("compare-state").textContent = shown(error.message);
  }
}

async function listMedia() {
  if (at("media-list").childElementCount) return;
  const page = await ask("media?limit=1000").catch(() => ({ items: [] }));
  const names = new Set(page.items.map((medium) => medium.medium || (medium.disks[0] && medium.disks[0].image)));
  at("media-list").replaceChildren(...[...names].filter(Boolean).map((name) => make("option", { value: name })));
}

// ---- views: the address behind # tells which, so that the browser's ways back and forth work

const titles = { search: "Search", shelf: "Shelf", image: "Image", versions: "Versions", compare: "Compare" };

// What had the focus is not there any more: the view's title gets it, and is read.
function moveFocus(name) {
  const active = document.activeElement;
  if (!active || active === document.body || (active.closest("section") && active.closest("section").hidden))
    at("title-" + name).focus();
}

function show(event) {
  const [view, ...rest] = location.hash.slice(1).split("/").map((part) => {
    try { return decodeURIComponent(part); } catch { return part; }
  });
  const name = at("view-" + view) ? view : "search";
  for (const section of document.querySelectorAll("main > section")) section.hidden = section.id !== "view-" + name;
  for (const link of document.querySelectorAll("header nav a"))
    if (link.hash === "#" + name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  document.title = (name === "search" ? "" : titles[name] + " \u2013 ") + "whichcab";
  if (name === "search") {
    if (rest[0] && rest[0] !== at("query").value) {
      at("query").value = rest[0];
      search(0);
    }
    at("query").focus();
  } else if (name === "shelf") showShelf(0);
  else if (name === "image") showImage(rest[0] || "", rest[1] || "", rest[2] || "");
  else if (name === "versions") showVersions(rest[0] || "");
  else listMedia();
  if (event) moveFocus(name);
}

let typing = 0;

document.addEventListener("DOMContentLoaded", () => {
  at("query").addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => {
      history.replaceState(null, "", "#search/" + encodeURIComponent(at("query").value.trim()));
      search(0);
    }, 150);
  });
  at("search-form").addEventListener("submit", (event) => {
    event.preventDefault();
    search(0);
  });
  at("all").addEventListener("change", () => search(0));
  at("find").addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => showShelf(0), 150);
  });
  at("shelf-form").addEventListener("submit", (event) => {
    event.preventDefault();
    showShelf(0);
  });
  document.querySelector(".skip").addEventListener("click", (event) => { // the address tells the view
    event.preventDefault();
    at("main").focus();
  });
  at("image-more").addEventListener("click", moreFiles);
  at("more").addEventListener("click", () => search(nextOffset));
  at("shelf-more").addEventListener("click", () => showShelf(shelfOffset));
  at("compare-more").addEventListener("click", () => compare(compareOffset));
  at("compare-form").addEventListener("submit", (event) => {
    event.preventDefault();
    compare(0);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      location.hash = "#search";
      at("query").focus();
    }
  });
  window.addEventListener("hashchange", show);
  show();
});
