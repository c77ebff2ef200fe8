// The right side: one device with its verbs and its state.

import { act, h } from "./api.js";
import { troubleOf } from "./machine.js";

// What every cable can suffer stands apart from what this device can.
const CABLE = new Set([
  "disconnect", "reconnect", "go_silent", "answer_late", "answer_garbage",
  "split_answer", "duplicate", "noise_before", "heal",
]);

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
  place.replaceChildren(...[
    h("h2", {}, device.title, " ", h("small", {}, device.title_en)),
    h("p", { class: "endpoint" }, device.endpoint),
    drawVerbs(device, device.verbs.filter((verb) => !CABLE.has(verb.name))),
    drawCable(device),
    h("details", { open: "" }, h("summary", {}, "看得见的样子 state"), h("dl", { id: "state" })),
  ].filter(Boolean));
}

function drawVerbs(device, verbs) {
  return h("div", { class: "verbs" }, ...verbs.map((verb) => drawVerb(device, verb)));
}

function drawCable(device) {
  const verbs = device.verbs.filter((verb) => CABLE.has(verb.name));
  if (!verbs.length) return null;
  return h("details", { class: "cable-verbs" },
    h("summary", {}, "线缆 cable"), drawVerbs(device, verbs));
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
