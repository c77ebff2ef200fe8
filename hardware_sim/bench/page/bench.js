// The bench page: draws everything once, then follows the snapshots.

import { act, fetchJson, h, post, toast } from "./api.js";
import { drawMachine, mark, showStates, showViews } from "./machine.js";
import { drawPanel, drawTabs, showState, showTabs } from "./panel.js";
import { drawPhone, showPhone } from "./phone.js";
import { drawDrawer } from "./drawer.js";
import { openStage } from "./screen.js";
import { drawWireBar, keepWires, nameDevices, showWire } from "./wires.js";

const POLL_MS = 600;
const at = (id) => document.getElementById(id);
let devices = [];
let people = {};
let chosen = "idcard";
let after = 0;
let latest = null;
let shownPapers = "";

async function begin() {
  devices = await fetchJson("/api/devices");
  const list = await fetchJson("/api/people");
  people = Object.fromEntries(list.map((person) => [person.key, person]));
  if (!devices.some((device) => device.name === chosen)) chosen = devices[0].name;
  drawMachine(at("machine"), choose);
  drawPeople(list);
  drawPhone(at("phone"));
  drawDrawer(at("drawer"), devices);
  nameDevices(devices);
  drawWireBar(at("wire-bar"), (anyway) => showWire(at("wire"), chosen, anyway));
  if (devices.some((device) => device.name === "screen")) openStage();
  choose(chosen);
  at("reader").addEventListener("click", () => at("reader").close());
  follow();
  scenarios();
}

function choose(name) {
  const device = devices.find((one) => one.name === name);
  if (!device) return;
  chosen = name;
  drawTabs(at("tabs"), devices, chosen, choose);
  drawPanel(at("panel"), device);
  mark(at("machine"), chosen);
  showWire(at("wire"), chosen, true);
  if (latest) show(latest);
}

async function follow() {
  try {
    const snapshot = await fetchJson(`/api/snapshot?after=${after}`);
    after = snapshot.now;
    keepWires(snapshot.wires);
    latest = snapshot;
    show(snapshot);
    if (!document.hidden) showViews(at("machine"), Math.round(after * 1000));
    at("live").className = "lamp ok";
  } catch (error) {
    at("live").className = "lamp warn";
  }
  setTimeout(follow, POLL_MS);
}

function show(snapshot) {
  showStates(at("machine"), snapshot.states, people, snapshot.papers);
  showTabs(at("tabs"), snapshot.states);
  showState(snapshot.states[chosen]);
  showWire(at("wire"), chosen);
  showPhone(snapshot.states.platform);
  showPapers(snapshot.papers);
}

function drawPeople(list) {
  at("people").replaceChildren(...list.map((person) => h("div", {
    class: "person",
    draggable: "true",
    title: `${person.key} ${person.number}`,
    ondragstart: (event) => event.dataTransfer.setData("text/plain", person.key),
  },
  h("img", { src: `/api/people/${person.key}/portrait.png`, alt: "", draggable: "false" }),
  h("div", {}, h("b", {}, person.name), h("small", {}, `${person.sex === "female" ? "女" : "男"} ${person.birth.slice(0, 4)}`)),
  h("button", { onclick: () => act("idcard", "insert", { person: person.key }) }, "放证", h("small", {}, "card")),
  h("button", { onclick: () => act("face-camera", "person", { key: person.key }) }, "站前", h("small", {}, "face")),
  )));
  at("people").append(h("div", { class: "leave" },
    h("button", { onclick: () => act("idcard", "remove") }, "取走证件", h("small", {}, "take the card")),
    h("button", { onclick: () => act("face-camera", "person", { key: "none" }) }, "离开镜头", h("small", {}, "step away"))));
}

function showPapers(papers) {
  const key = papers.map((paper) => `${paper.id}${paper.taken}`).join();
  if (key === shownPapers || !papers.length) return;
  shownPapers = key;
  at("papers").replaceChildren(...[...papers].reverse().slice(0, 24).map((paper) => h("figure", {
    class: `${paper.device} ${paper.taken ? "taken" : ""}`,
    onclick: () => read(paper),
  },
  h("img", { src: paper.picture, alt: paper.text.slice(0, 200), loading: "lazy" }),
  h("figcaption", {}, `${paper.device === "receipt" ? "凭条" : "A4"} ${paper.id.split("-").pop()} · ${paper.taken ? "已取走 taken" : "在出口 waiting"}${paper.cut ? "" : " · 残 spoiled"}`),
  )));
}

function read(paper) {
  at("reader").querySelector("img").src = paper.picture;
  at("reader").showModal();
}

async function scenarios() {
  const list = await fetchJson("/api/scenarios");
  at("scenarios").replaceChildren(...list.map((one) => h("button", {
    class: one.running ? "running" : "",
    onclick: async () => {
      await post(`/api/scenarios/${one.name}`);
      toast(`情景开始 ${one.title}`);
      scenarios();
    },
  }, one.title, h("small", {}, one.title_en),
  one.running || one.outcome ? h("em", {}, one.running ? `… ${one.outcome}` : one.outcome) : null)));
  if (list.some((one) => one.running)) setTimeout(scenarios, 1500);
}

begin();
