// The devices around the screen: keys, lamps, sensors, voice, battery, banknotes.

import { act } from "./api.js";

const KEYS = [
  ["1", "2", "3", "cancel"], ["4", "5", "6", "clear"],
  ["7", "8", "9", "help"], ["up", "0", "down", "enter"],
];
const FACES = { cancel: "取消", clear: "更正", help: "帮助", enter: "确认", up: "▲", down: "▼" };
const SENSES = {
  door: ["open_door", "close_door", "柜门开着 door open"],
  presence: ["approach", "leave", "有人 somebody there"],
  headphones: ["plug_headphones", "unplug_headphones", "耳机 headphones"],
  call_button: ["press_call", "release_call", "呼叫 calling"],
};
// Where the rig's electrician has put the lamps: position to terminal of the board.
const LAMPS = {
  ExtIdCard: 16, scanner: 17, receiptPrinter: 18, documentPrinter: 19,
  ExtMeterCard: 20, cardReader: 21, statusGood: 22, statusBad: 23,
};
const COLOURS = {
  red: "#D92D20", green: "#16A34A", yellow: "#F5B301", blue: "#2563EB",
  cyan: "#06B6D4", magenta: "#C026D3", white: "#FFFFFF",
};

export function troubleAround(serialTrouble) {
  const board = (s) => serialTrouble(s) || (s.powered === false ? "断电" : "");
  return {
    auxiliaries: board,
    keypad: board,
    cash: (s) => board(s) || (s.jammed ? "卡钞" : s.full ? "钞箱满" : !s.boxInPlace ? "钞箱不在" : ""),
    "chip-card": (s) => !s.connected ? "线缆已拔" : s.service === false ? "服务停止"
      : (s.faults || []).join(" "),
    power: (s) => serialTrouble(s) || (s.trouble === "none" ? "" : s.trouble || ""),
    speaker: (s) => !s.connected ? "线缆已拔" : s.stalled ? "声卡卡住" : "",
  };
}

export function drawAround(place) {
  place.querySelector("#keys").innerHTML = KEYS.flatMap(
    (row, y) => row.map((key, x) => drawKey(key, x, y))).join("");
  for (const key of place.querySelectorAll(".key")) {
    key.addEventListener("click", () => act("keypad", "press", { key: key.dataset.key }));
  }
  for (const sense of place.querySelectorAll(".sense")) {
    sense.addEventListener("click", () => {
      const [begin, end] = SENSES[sense.dataset.sense];
      act("auxiliaries", sense.classList.contains("active") ? end : begin);
    });
  }
}

function drawKey(key, x, y) {
  return `<g class="key ${FACES[key] ? "word" : ""}" data-key="${key}">
    <rect x="${-46 + x * 34}" y="${606 + y * 37}" width="30" height="32" rx="6"/>
    <text x="${-31 + x * 34}" y="${627 + y * 37}" text-anchor="middle">${FACES[key] ?? key}</text></g>`;
}

export function showAround(place, states) {
  const find = (id) => place.querySelector(`#${id}`);
  showLamps(place, states.auxiliaries?.lamps ?? {});
  showSenses(place, find, states.auxiliaries?.contacts ?? {});
  if (states.power) showPower(find, states.power);
  if (states.speaker) showVoice(find, states.speaker);
  if (states.cash) find("cash-text").textContent = states.cash.inside ?? `${states.cash.box.length} 张`;
}

function showLamps(place, lamps) {
  for (const lamp of place.querySelectorAll(".guide")) {
    const word = lamps[`register:${LAMPS[lamp.dataset.lamp]}`];
    const [rate, colour] = (word ?? "").split(" ");
    lamp.style.fill = COLOURS[colour] ?? "";
    lamp.setAttribute("class", `guide ${rate ?? ""}`);
  }
}

function showSenses(place, find, contacts) {
  const active = Object.keys(SENSES).filter((name) => contacts[name]);
  for (const sense of place.querySelectorAll(".sense")) {
    sense.classList.toggle("active", active.includes(sense.dataset.sense));
  }
  find("sensed-text").textContent = active.length
    ? active.map((name) => SENSES[name][2]).join(" · ") : "灯与传感器 sensors";
}

function showPower(find, power) {
  const charge = Number(power.charge ?? 100);
  find("charge").setAttribute("width", 0.58 * Math.max(0, Math.min(100, charge)));
  find("charge-text").textContent = `${charge}%`;
  find("power-text").textContent = power.mains === false ? "电池供电 on battery" : "市电 mains";
}

function showVoice(find, voice) {
  const last = voice.utterances?.at(-1);
  find("sound-waves").toggleAttribute("hidden", !voice.playing);
  find("said").toggleAttribute("hidden", !voice.playing && !last);
  find("said-text").textContent = voice.playing ? "正在播放 playing" : "播放过 played";
  find("said-how").textContent = last ? `${last.heard_s} s` : "";
}
