// The right side: one device with its verbs, its state and its wire.

import { act, h } from "./api.js";
import { troubleOf } from "./machine.js";

const KEPT = 300;
const logs = {};

export function drawTabs(place, devices, chosen, choose) {
  place.replaceChildren(...devices.map((device) => h("button", {
    role: "tab",
    "aria-selected": device.name === chosen,
    "data-device": device.name,
    title: device.endpoint,
    onclick: () => choose(device.name),
  }, h("i", { class: "dot" }), device.title)));
}

export function showTabs(place, states) {
  for (const tab of place.children) {
    const state = states[tab.dataset.device];
    tab.classList.toggle("troubled", Boolean(state && troubleOf(tab.dataset.device, state)));
  }
}

export function drawPanel(place, device) {
  place.replaceChildren(
    h("h2", {}, device.title, " ", h("small", {}, device.title_en)),
    h("p", { class: "endpoint" }, device.endpoint),
    h("div", { class: "verbs" }, ...device.verbs.map((verb) => drawVerb(device, verb))),
    h("details", { open: "" }, h("summary", {}, "看得见的样子 state"), h("dl", { id: "state" })),
  );
}

function drawVerb(device, verb) {
  const form = h("form", {
    class: verb.arguments.length ? "verb wide" : "verb",
    onsubmit: (event) => {
      event.preventDefault();
      act(device.name, verb.name, valuesOf(form, verb));
    },
  }, h("button", { title: verb.name }, verb.title, h("small", {}, verb.title_en)));
  for (const argument of verb.arguments) form.append(drawArgument(argument));
  return form;
}

function drawArgument(argument) {
  return h("label", {}, h("span", {}, argument.name), drawField(argument));
}

function drawField(argument) {
  const common = { name: argument.name };
  if (argument.kind === "choice") {
    const options = argument.choices.map((choice) => h("option", {
      value: choice,
      selected: choice === argument.default ? "" : undefined,
    }, choice));
    return h("select", common, ...options);
  }
  return h("input", {
    ...common,
    type: argument.kind === "number" ? "number" : "text",
    placeholder: argument.name,
    value: argument.default ?? "",
  });
}

function valuesOf(form, verb) {
  const values = {};
  for (const argument of verb.arguments) {
    const text = form.elements[argument.name].value;
    if (text === "" && argument.kind !== "choice") continue;
    values[argument.name] = argument.kind === "number" ? Number(text) : text;
  }
  return values;
}

export function showState(state) {
  const place = document.getElementById("state");
  if (!place || !state) return;
  const rows = Object.entries(state).flatMap(([name, value]) => {
    const text = typeof value === "object" ? JSON.stringify(value, null, 1) : String(value);
    return [h("dt", {}, name), h("dd", {}, text.length > 700 ? `${text.slice(0, 700)}…` : text)];
  });
  place.replaceChildren(...rows);
}

export function keepWires(wires) {
  for (const [device, entries] of Object.entries(wires)) {
    logs[device] = [...entries.reverse(), ...(logs[device] || [])].slice(0, KEPT);
  }
}

export function showWire(place, device) {
  const lines = (logs[device] || []).slice(0, 60).map((entry) => {
    const clock = new Date(entry.at * 1000);
    const time = `${clock.toLocaleTimeString("zh-CN")}.${String(clock.getMilliseconds()).padStart(3, "0")}`;
    const arrow = { in: "→ 设备", out: "← 设备" }[entry.direction] || "·";
    const more = entry.size * 3 - 1 > entry.hex.length ? ` … ${entry.size} bytes` : "";
    return h("li", { class: entry.direction },
      h("span", { class: "when" }, time), h("b", {}, arrow),
      h("span", { class: "meaning" }, entry.meaning),
      entry.hex ? h("code", {}, entry.hex + more) : null);
  });
  const empty = h("li", { class: "hint" }, "还没有字节经过 nothing yet");
  place.replaceChildren(...(lines.length ? lines : [empty]));
}
