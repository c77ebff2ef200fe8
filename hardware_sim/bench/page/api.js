// The bench's HTTP API, as the page uses it.

async function answered(response) {
  const content = await response.json();
  if (!response.ok) {
    const detail = content.detail;
    throw new Error(typeof detail === "string" ? detail : JSON.stringify(detail));
  }
  return content;
}

export async function fetchJson(path) {
  return answered(await fetch(path));
}

export async function post(path, content = {}) {
  return answered(await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(content),
  }));
}

// Do something to a device; trouble becomes a message, not an exception.
export async function act(device, verb, content = {}) {
  try {
    const done = await post(`/api/devices/${device}/verbs/${verb}`, content);
    const told = done.result === null ? "" : ` → ${JSON.stringify(done.result)}`;
    toast(`${device} · ${verb}${told}`);
    return done.result;
  } catch (error) {
    toast(error.message, true);
    return undefined;
  }
}

export function toast(text, bad = false) {
  const line = document.createElement("div");
  line.textContent = text.length > 160 ? `${text.slice(0, 160)}…` : text;
  line.className = bad ? "bad" : "";
  document.getElementById("toasts").append(line);
  setTimeout(() => line.remove(), bad ? 6000 : 3000);
}

// Build an element: h("button", { class: "x", onclick: f }, "text", child …)
export function h(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== false && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}
