// The drawing of the machine: slots, lamps, what lies where.

import { act } from "./api.js";

const DRAWING = `
<svg viewBox="-62 4 710 880" role="img" aria-label="自助终端 kiosk">
  <defs><filter id="soft"><feDropShadow dx="0" dy="6" stdDeviation="8" flood-opacity=".18"/></filter></defs>
  <rect x="120" y="20" width="360" height="850" rx="28" class="cabinet" filter="url(#soft)"/>
  <path d="M120 92 V48 a28 28 0 0 1 28 -28 H452 a28 28 0 0 1 28 28 V92 Z" class="brand"/>
  <text x="146" y="64" class="sign">24 小时自助终端</text>

  <g data-device="face-camera" class="part">
    <title>人像摄像头 face camera</title>
    <rect x="-56" y="22" width="152" height="92" rx="8" class="well"/>
    <image x="-53" y="25" width="146" height="86" preserveAspectRatio="xMidYMid slice" id="face-view"/>
    <path d="M96 56 H120" class="leader"/>
    <circle cx="416" cy="56" r="17" class="lens"/><circle cx="416" cy="56" r="7" class="glass"/>
    <circle cx="446" cy="56" r="6" class="lamp-dot"/>
    <text x="-54" y="134" class="label">人像镜头 face camera</text>
  </g>

  <g data-device="card-terminal" class="part">
    <title>银行卡终端 bank-card terminal</title>
    <path d="M96 300 H120" class="leader"/>
    <rect x="-56" y="170" width="152" height="250" rx="16" class="well"/>
    <rect x="-40" y="188" width="120" height="62" rx="6" class="window"/>
    <text x="20" y="224" class="code" id="terminal-display"></text>
    <path d="M-30 280 h24 M8 280 h24 M46 280 h24 M-30 308 h24 M8 308 h24 M46 308 h24 M-30 336 h24 M8 336 h24 M46 336 h24" class="waves"/>
    <g id="bank-card" hidden><rect x="-24" y="366" width="88" height="46" rx="6" class="card"/>
      <path d="M-12 384 h40 M-12 396 h28" class="card-line"/></g>
    <rect x="-36" y="356" width="112" height="8" rx="4" class="slot"/>
    <circle cx="84" cy="184" r="6" class="lamp-dot"/>
    <text x="-54" y="438" class="label">刷卡机 card terminal</text>
  </g>

  <g data-device="meter-card" class="part">
    <title>卡表读卡器 meter-card reader</title>
    <path d="M96 560 H120" class="leader"/>
    <rect x="-56" y="506" width="152" height="108" rx="12" class="well"/>
    <rect x="-34" y="524" width="108" height="8" rx="4" class="slot"/>
    <g id="meter-card" hidden><rect x="-20" y="532" width="80" height="70" rx="7" class="card"/>
      <rect x="6" y="546" width="26" height="20" rx="3" class="photo"/>
      <text x="20" y="588" class="card-name" text-anchor="middle" id="meter-card-name"></text></g>
    <circle cx="84" cy="602" r="6" class="lamp-dot"/>
    <text x="-54" y="632" class="label">卡表 meter card</text>
  </g>

  <g data-device="screen" class="part">
    <title>触摸屏 touch screen</title>
    <rect x="146" y="112" width="308" height="380" rx="10" class="screen"/>
    <text x="300" y="290" class="screen-text">屏幕</text>
    <text x="300" y="318" class="screen-small">kiosk window</text>
    <image x="150" y="116" width="300" height="372" id="screen-view"/>
  </g>

  <g data-device="idcard" class="part">
    <title>身份证读卡器 ID card reader</title>
    <rect x="146" y="516" width="146" height="108" rx="12" class="well"/>
    <path d="M196 548 q23 -16 46 0 M204 560 q15 -11 30 0" class="waves"/>
    <g id="card" hidden><rect x="158" y="530" width="122" height="76" rx="8" class="card"/>
      <rect x="236" y="542" width="34" height="42" rx="4" class="photo"/>
      <text x="168" y="562" id="card-name" class="card-name"></text>
      <path d="M168 576 h52 M168 588 h52" class="card-line"/></g>
    <circle cx="280" cy="612" r="6" class="lamp-dot"/>
    <text x="156" y="616" class="label">证件 ID card</text>
  </g>

  <g data-device="scanner" class="part">
    <title>扫码模块 scanner</title>
    <rect x="308" y="516" width="146" height="108" rx="12" class="well"/>
    <rect x="324" y="530" width="114" height="56" rx="6" class="window" id="scan-window"/>
    <text x="381" y="563" class="code" id="scan-code"></text>
    <circle cx="442" cy="612" r="6" class="lamp-dot"/>
    <text x="318" y="616" class="label">扫码 scanner</text>
  </g>

  <g data-device="receipt" class="part">
    <title>凭条打印机 receipt printer</title>
    <rect x="146" y="640" width="146" height="66" rx="12" class="well"/>
    <rect x="170" y="656" width="98" height="8" rx="4" class="slot"/>
    <path id="receipt-paper" d="M178 660 h82 v44 l-7 -6 -7 6 -7 -6 -7 6 -7 -6 -7 6 -7 -6 -7 6 -7 -6 -7 6 -6 -6 z" class="paper" hidden/>
    <circle cx="280" cy="694" r="6" class="lamp-dot"/>
    <text x="156" y="698" class="label">凭条 receipt</text>
  </g>

  <g data-device="platform" class="part">
    <title>城市政务平台 platform</title>
    <path d="M506 170 a30 30 0 0 1 22 -46 a38 38 0 0 1 70 6 a26 26 0 0 1 8 50 H528 a24 24 0 0 1 -22 -10 z" class="cloud"/>
    <text x="560" y="160" class="cloud-text">平台</text>
    <circle cx="606" cy="128" r="6" class="lamp-dot"/>
  </g>

  <g data-device="network" class="part" id="cable">
    <title>网线：点一下拔出或插回 network cable: press to pull or restore</title>
    <path d="M480 330 C560 330 560 290 560 186" class="cable" id="cable-whole"/>
    <g id="cable-cut" hidden><path d="M480 330 C520 330 536 322 544 304" class="cable"/>
      <path d="M560 240 V186" class="cable"/>
      <path d="M540 262 l26 22 M566 262 l-26 22" class="cross"/></g>
    <text x="500" y="356" class="label" id="cable-text">网络 network</text>
    <circle cx="492" cy="352" r="5" class="lamp-dot"/>
  </g>

  <g data-device="document-camera" class="part">
    <title>高拍仪 document camera</title>
    <path d="M480 520 h30 v-20 h76 v20" class="arm"/>
    <rect x="560" y="518" width="36" height="14" rx="5" class="lens"/>
    <rect x="494" y="548" width="140" height="108" rx="8" class="well"/>
    <image x="497" y="551" width="134" height="102" preserveAspectRatio="xMidYMid slice" id="desk-view"/>
    <circle cx="624" cy="672" r="6" class="lamp-dot"/>
    <text x="496" y="676" class="label">高拍仪 document</text>
  </g>

  <g data-device="printer" class="part">
    <title>A4 打印机 A4 printer</title>
    <rect x="146" y="722" width="308" height="120" rx="12" class="well"/>
    <rect x="172" y="738" width="256" height="10" rx="5" class="slot"/>
    <g id="sheets"></g>
    <rect x="306" y="640" width="148" height="66" rx="12" class="well"/>
    <text x="318" y="664" class="label">纸盒 tray</text>
    <rect x="318" y="674" width="124" height="9" rx="4" class="gauge"/>
    <rect x="318" y="674" width="124" height="9" rx="4" class="gauge-full" id="tray"/>
    <text x="442" y="664" class="count" id="tray-count"></text>
    <rect x="318" y="690" width="124" height="6" rx="3" class="gauge"/>
    <rect x="318" y="690" width="124" height="6" rx="3" class="toner" id="toner"/>
    <circle cx="442" cy="830" r="6" class="lamp-dot"/>
    <text x="156" y="834" class="label" id="printer-text">A4 打印 printer</text>
  </g>
</svg>`;

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
  network: (s) => s.link !== "up" ? `网络 ${s.link}` : s.slow_ms ? `慢 ${s.slow_ms} ms` : "",
  platform: (s) => !s.listening ? "停机" : s.busy ? "繁忙" : "",
};

function serialTrouble(s) {
  return !s.connected ? "线缆已拔" : (s.faults || []).join(" ");
}

function cameraTrouble(s) {
  return !s.plugged ? "无信号" : s.frozen ? "冻结" : s.black ? "全黑" : "";
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
