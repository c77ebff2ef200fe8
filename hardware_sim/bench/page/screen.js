// The kiosk's touch screen: shows its display, turns clicks and drags into touches.

import { post, toast } from "./api.js";

const DEVICE = "/api/devices/screen";
const BUSY_MS = 300;
const IDLE_MS = 600;
const ABSENT_MS = 1500;
const STAYS_BUSY_MS = 5000;
const MISSES = 3;
const CLICK_PX = 14;
const STEP_PX = 3;
const MOST_POINTS = 1000;
const SHORT_MS = 400;
const LONGEST_MS = 10000;

const at = (id) => document.getElementById(id);
let tag = "";
let shownUrl = "";
let busyUntil = 0;
let missed = 0;
let timer = 0;
let watching = false;
let gesture = null;

// Open the panel and follow the display for as long as the page can be seen.
export function openStage() {
  at("stage").hidden = false;
  document.body.classList.add("staged", "portrait");
  const glass = at("glass");
  glass.addEventListener("pointerdown", press);
  glass.addEventListener("pointermove", move);
  glass.addEventListener("pointerup", lift);
  glass.addEventListener("pointercancel", () => endGesture());
  document.addEventListener("visibilitychange", watch);
  watch();
}

async function watch() {
  clearTimeout(timer);
  if (watching || document.hidden) return;
  watching = true;
  try {
    await look();
  } catch (error) {
    miss(error.message);
  }
  watching = false;
  const pause = Date.now() < busyUntil ? BUSY_MS : IDLE_MS;
  timer = setTimeout(watch, missed > MISSES ? ABSENT_MS : pause);
}

// Ask for the picture unless it is the one that is shown already.
async function look() {
  const headers = tag ? { "If-None-Match": tag } : {};
  const answer = await fetch(`${DEVICE}/picture`, { headers, cache: "no-store" });
  if (answer.status === 304) return;
  if (!answer.ok) {
    miss((await answer.json()).detail);
    return;
  }
  await show(await answer.blob());
  tag = answer.headers.get("ETag") || "";
  missed = 0;
  hasten();
}

async function show(picture) {
  const url = URL.createObjectURL(picture);
  const next = new Image();
  next.src = url;
  await next.decode();
  fit(next.naturalWidth, next.naturalHeight);
  at("screen-picture").src = url;
  document.querySelector("#screen-view")?.setAttribute("href", url);
  if (shownUrl) URL.revokeObjectURL(shownUrl);
  shownUrl = url;
  at("stage").classList.remove("dark");
}

function fit(width, height) {
  const glass = at("glass");
  glass.style.setProperty("--w", width);
  glass.style.setProperty("--h", height);
  at("ink").setAttribute("viewBox", `0 0 ${width} ${height}`);
  document.body.classList.toggle("portrait", width < height);
  document.body.classList.toggle("landscape", width >= height);
}

function miss(sentence) {
  missed += 1;
  if (missed < MISSES) return;
  tag = "";
  at("stage").classList.add("dark");
  at("dark-why").textContent = sentence;
  document.querySelector("#screen-view")?.removeAttribute("href");
}

function hasten() {
  busyUntil = Date.now() + STAYS_BUSY_MS;
}

function pixelOf(event) {
  const picture = at("screen-picture");
  const frame = picture.getBoundingClientRect();
  const along = (value, from, length, pixels) =>
    Math.max(0, Math.min(pixels - 1, Math.floor(((value - from) / length) * pixels)));
  return [
    along(event.clientX, frame.left, frame.width, picture.naturalWidth),
    along(event.clientY, frame.top, frame.height, picture.naturalHeight),
  ];
}

const apart = ([ax, ay], [bx, by]) => Math.hypot(ax - bx, ay - by);

function press(event) {
  if (gesture || event.button !== 0 || !at("screen-picture").naturalWidth) return;
  event.preventDefault();
  at("glass").setPointerCapture(event.pointerId);
  gesture = { id: event.pointerId, since: Date.now(), points: [pixelOf(event)] };
  drawInk();
}

function move(event) {
  if (gesture?.id !== event.pointerId) return;
  const steps = event.getCoalescedEvents?.() ?? [];
  for (const step of steps.length ? steps : [event]) {
    const point = pixelOf(step);
    if (apart(point, gesture.points.at(-1)) >= STEP_PX) gesture.points.push(point);
  }
  drawInk();
}

async function lift(event) {
  if (gesture?.id !== event.pointerId) return;
  const { points, since } = gesture;
  const held = Date.now() - since;
  gesture = null;
  hasten();
  try {
    if (points.some((point) => apart(point, points[0]) >= CLICK_PX)) {
      await post(`${DEVICE}/verbs/draw`, { points: thinned(points) });
    } else {
      const hold = held < SHORT_MS ? {} : { hold_ms: Math.min(held, LONGEST_MS) };
      const [x, y] = points[0];
      await post(`${DEVICE}/verbs/touch`, { x, y, ...hold });
    }
  } catch (error) {
    toast(error.message, true);
  }
  hasten();
  await watch();
  if (!gesture) endGesture();
}

function thinned(points) {
  const every = Math.ceil(points.length / MOST_POINTS);
  return points.filter((_, n) => n % every === 0);
}

// What the finger does, drawn at once: the kiosk's own answer is a moment away.
function drawInk() {
  at("ink-line").setAttribute("points", gesture.points.map((one) => one.join()).join(" "));
  const [x, y] = gesture.points.at(-1);
  at("ink-tip").setAttribute("cx", x);
  at("ink-tip").setAttribute("cy", y);
  at("ink").classList.add("inked");
}

function endGesture() {
  gesture = null;
  at("ink").classList.remove("inked");
  at("ink-line").setAttribute("points", "");
}
