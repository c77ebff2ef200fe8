// What crosses the cables, decoded: one device's, or every cable on one line of time.

import { h } from "./api.js";

const KEPT = 300;
const KEPT_OF_ALL = 1200;
const SHOWN = 90;
const ARROWS = { in: "→ 设备", out: "← 设备" };
const logs = {};
let every = [];
let titles = {};
const view = { all: false, paused: false, word: "", without: new Set() };

export function nameDevices(devices) {
  titles = Object.fromEntries(devices.map((device) => [device.name, device.title]));
}

export function keepWires(wires) {
  const fresh = [];
  for (const [device, entries] of Object.entries(wires)) {
    logs[device] = [...[...entries].reverse(), ...(logs[device] || [])].slice(0, KEPT);
    fresh.push(...entries.map((entry) => ({ ...entry, device })));
  }
  if (!fresh.length) return;
  fresh.sort((a, b) => b.at - a.at);
  every = [...fresh, ...every].slice(0, KEPT_OF_ALL);
}

export function drawWireBar(place, redraw) {
  const change = (act) => () => { act(); drawWireBar(place, redraw); redraw(true); };
  const choice = (label, small, all) => h("button", {
    "aria-pressed": view.all === all,
    onclick: change(() => { view.all = all; }),
  }, label, h("small", {}, small));
  const word = h("input", {
    type: "search", placeholder: "查找 find", value: view.word, "aria-label": "查找 find",
    oninput: (event) => { view.word = event.target.value.trim().toLowerCase(); redraw(true); },
  });
  place.replaceChildren(h("div", { class: "bar" },
    choice("这台设备", "this device", false), choice("所有线路", "every wire", true),
    h("button", {
      "aria-pressed": view.paused,
      onclick: change(() => { view.paused = !view.paused; }),
    }, view.paused ? "继续" : "暂停", h("small", {}, view.paused ? "go on" : "pause")), word));
  if (view.all) place.append(drawFilter(change));
}

function drawFilter(change) {
  return h("div", { class: "filter" }, ...Object.entries(titles).map(([name, title]) => h("button", {
    "aria-pressed": !view.without.has(name),
    onclick: change(() => {
      if (!view.without.delete(name)) view.without.add(name);
    }),
  }, title)));
}

export function showWire(place, device, anyway = false) {
  if (view.paused && !anyway) return;
  const source = view.all
    ? every.filter((entry) => !view.without.has(entry.device))
    : (logs[device] || []);
  const lines = source.filter(matches).slice(0, SHOWN).map(drawEntry);
  const empty = h("li", { class: "hint" }, "还没有字节经过 nothing yet");
  place.replaceChildren(...(lines.length ? lines : [empty]));
}

function matches(entry) {
  if (!view.word) return true;
  return `${entry.device ?? ""} ${entry.meaning} ${entry.hex}`.toLowerCase().includes(view.word);
}

function drawEntry(entry) {
  const clock = new Date(entry.at * 1000);
  const time = `${clock.toLocaleTimeString("zh-CN", { hour12: false })}.${String(clock.getMilliseconds()).padStart(3, "0")}`;
  const more = entry.size * 3 - 1 > entry.hex.length ? ` … ${entry.size} bytes` : "";
  return h("li", { class: entry.direction },
    h("span", { class: "when" }, time),
    view.all ? h("span", { class: "which" }, titles[entry.device] ?? entry.device) : null,
    h("b", {}, ARROWS[entry.direction] || "·"),
    h("span", { class: "meaning" }, entry.meaning || "（没有解读 not decoded）"),
    entry.hex ? h("code", {}, entry.hex + more) : null);
}
