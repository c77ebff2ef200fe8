// The drawing of the machine: slots, lamps, what lies where.

import { act } from "./api.js";
import { drawAround, showAround, troubleAround } from "./around.js";
import { DRAWING } from "./drawing.js";

// What is wrong with a device, in a few words; "" when all is well.
const TROUBLE = {
  idcard: (s) => serialTrouble(s) || (s.refusal ? "安全模块拒绝" : ""),
  scanner: (s) => serialTrouble(s),
  receipt: (s) => serialTrouble(s) || (!s.powered ? "断电" : s.coverOpen ? "开盖"
    : s.paperEnd ? "缺纸" : s.error || (s.nearEnd ? "纸少" : "")),
  printer: (s) => !s.powered ? "断电" : !s.plugged ? "网线已拔" : s.silent ? "不应答"
    : s.state_reasons.filter((r) => r !== "none").join(" "),
  "face-camera": cameraTrouble,
  "document-camera": cameraTrouble,
  "card-terminal": (s) => serialTrouble(s) || (!s.power ? "断电" : s.busy ? "占用"
    : s.paper !== "full" ? "缺纸" : ""),
  "meter-card": (s) => serialTrouble(s),
  screen: (s) => s.size ? "" : "未点亮",
  ...troubleAround(serialTrouble),
  network: (s) => s.link !== "up" ? `网络 ${s.link}` : s.slow_ms ? `慢 ${s.slow_ms} ms` : "",
  platform: (s) => !s.listening ? "停机" : s.busy ? "繁忙" : "",
};

function serialTrouble(s) {
  return !s.connected ? "线缆已拔" : (s.faults || []).join(" ");
}

function cameraTrouble(s) {
  if (!s.plugged) return "无信号";
  if (s.frozen) return "冻结";
  return { covered: "镜头被遮", dead: "无感光" }[s.sight] ?? "";
}

export function troubleOf(device, state) {
  return (TROUBLE[device] || (() => ""))(state);
}

export function drawMachine(place, choose) {
  place.innerHTML = DRAWING;
  for (const part of place.querySelectorAll(".part")) {
    part.addEventListener("click", () => choose(part.dataset.device));
  }
  accept(place, "idcard", (key) => act("idcard", "insert", { person: key }));
  accept(place, "face-camera", (key) => act("face-camera", "person", { key }));
  place.querySelector("#card").addEventListener("dblclick", () => act("idcard", "remove"));
  place.querySelector("#sheets").addEventListener("dblclick", () => act("printer", "take_paper"));
  place.querySelector("#bank-card").addEventListener(
    "dblclick", () => act("card-terminal", "remove_card"));
  place.querySelector("#meter-card").addEventListener("dblclick", () => act("meter-card", "remove"));
  place.querySelector("#chip-card").addEventListener("dblclick", () => act("chip-card", "remove"));
  drawAround(place);
  place.querySelector("#cable").addEventListener("click", () => {
    const up = place.querySelector("#cable").dataset.link === "up";
    act("network", up ? "cut" : "restore");
  });
}

function accept(place, device, drop) {
  const part = place.querySelector(`[data-device="${device}"]`);
  part.addEventListener("dragover", (event) => {
    event.preventDefault();
    part.classList.add("inviting");
  });
  part.addEventListener("dragleave", () => part.classList.remove("inviting"));
  part.addEventListener("drop", (event) => {
    event.preventDefault();
    part.classList.remove("inviting");
    drop(event.dataTransfer.getData("text/plain"));
  });
}

export function showStates(place, states, people, papers) {
  const find = (id) => place.querySelector(`#${id}`);
  const hide = (id, gone) => find(id).toggleAttribute("hidden", gone);
  for (const part of place.querySelectorAll(".part")) {
    const state = states[part.dataset.device];
    part.classList.toggle("absent", !state);
    part.classList.toggle("troubled", Boolean(state && troubleOf(part.dataset.device, state)));
  }
  const card = states.idcard?.card;
  hide("card", !card);
  find("card-name").textContent = people[card]?.name ?? (card || "");
  find("scan-window").classList.toggle("lit", Boolean(states.scanner?.light));
  find("scan-code").textContent = states.scanner?.code ? `▦ …${String(states.scanner.code).slice(-6)}` : "";
  hide("bank-card", !states["card-terminal"]?.card);
  find("terminal-display").textContent = states["card-terminal"]?.display ?? "";
  hide("meter-card", !states["meter-card"]?.card);
  find("meter-card-name").textContent = (states["meter-card"]?.card ?? "").slice(-6);
  hide("chip-card", !states["chip-card"]?.card);
  find("chip-card-name").textContent = states["chip-card"]?.card ?? "";
  showAround(place, states);
  const waiting = papers.filter((paper) => !paper.taken);
  hide("receipt-paper", !waiting.some((paper) => paper.device === "receipt"));
  if (states.printer) showPrinter(find, states.printer, waiting);
  if (states.network) {
    const up = states.network.link === "up";
    find("cable").dataset.link = states.network.link;
    hide("cable-whole", !up);
    hide("cable-cut", up);
    find("cable-text").textContent = troubleOf("network", states.network) || "网络 network";
  }
}

function showPrinter(find, printer, waiting) {
  const share = Math.min(1, printer.tray / 250);
  find("tray").setAttribute("width", 124 * share);
  find("tray-count").textContent = printer.tray;
  find("toner").setAttribute("width", 1.24 * printer.toner_percent);
  find("printer-text").textContent = troubleOf("printer", printer) || "A4 打印 printer";
  const count = waiting.filter((paper) => paper.device === "printer").length;
  const drawn = Array.from({ length: Math.min(count, 6) }, (_, n) =>
    `<rect x="${192 + n * 3}" y="${744 + n * 5}" width="216" height="56" rx="3" class="paper slide"/>`);
  if (find("sheets").dataset.count !== String(count)) {
    find("sheets").dataset.count = count;
    find("sheets").innerHTML = drawn.join("");
  }
}

export function showViews(place, stamp) {
  for (const [id, device] of [["face-view", "face-camera"], ["desk-view", "document-camera"]]) {
    const address = `/api/devices/${device}/picture?at=${stamp}`;
    const loader = new Image();
    loader.onload = () => place.querySelector(`#${id}`).setAttribute("href", address);
    loader.onerror = () => place.querySelector(`#${id}`).removeAttribute("href");
    loader.src = address;
  }
}

export function mark(place, device) {
  for (const part of place.querySelectorAll(".part")) {
    part.classList.toggle("chosen", part.dataset.device === device);
  }
}
