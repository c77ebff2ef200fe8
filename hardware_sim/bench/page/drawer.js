// Cards that fit a slot: each can be dragged there, or pressed.

import { act, h } from "./api.js";

const SLOTS = {
  "card-terminal": ["present_card", "银行卡 bank"],
  "chip-card": ["insert", "芯片 chip"],
  "meter-card": ["insert", "卡表 meter"],
};
const KIND = "application/x-bench-card";

export function drawDrawer(place, devices) {
  const cards = devices.flatMap((device) => cardsOf(device));
  place.replaceChildren(...cards.map((card) => h("button", {
    class: "bank-card",
    draggable: "true",
    title: `${card.device} ${card.verb} ${card.value}`,
    onclick: () => put(card),
    ondragstart: (event) => {
      event.dataTransfer.setData(KIND, JSON.stringify(card));
    },
  }, card.value, h("small", {}, card.label))));
  for (const name of Object.keys(SLOTS)) accept(name);
}

function cardsOf(device) {
  const [name, label] = SLOTS[device.name] ?? [];
  const verb = device.verbs.find((one) => one.name === name);
  const argument = verb?.arguments.find((one) => one.kind === "choice");
  return (argument?.choices ?? []).map((value) => ({
    device: device.name, verb: name, argument: argument.name, value, label,
  }));
}

function put(card) {
  return act(card.device, card.verb, { [card.argument]: card.value });
}

function accept(name) {
  const slot = document.querySelector(`.part[data-device="${name}"]`);
  slot.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes(KIND)) return;
    event.preventDefault();
    slot.classList.add("inviting");
  });
  slot.addEventListener("dragleave", () => slot.classList.remove("inviting"));
  slot.addEventListener("drop", (event) => {
    event.preventDefault();
    slot.classList.remove("inviting");
    const card = JSON.parse(event.dataTransfer.getData(KIND) || "{}");
    if (card.device === name) put(card);
  });
}
