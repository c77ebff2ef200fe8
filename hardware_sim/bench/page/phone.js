// The citizen's phone: pays the code on the kiosk's screen, or shows a payment code.

import { act, h } from "./api.js";

const WALLETS = { wechat: "微信", alipay: "支付宝", unionpay: "云闪付" };
// These pay a shown code of their own; they have no payment code to scan.
const APPS = { ecny: "数字人民币", socialCard: "社保卡" };
const CHANNELS = { ...WALLETS, ...APPS };
const LIFE_S = 60;
let channel = "wechat";
let balance = "";
let code = null;

const yuan = (fen) => `¥ ${(fen / 100).toFixed(2)}`;

export function drawPhone(place) {
  const tabs = Object.entries(CHANNELS).map(([key, name]) => h("button", {
    "data-channel": key,
    onclick: () => { channel = key; drawPhone(place); },
    class: key === channel ? "chosen" : "",
  }, name));
  place.replaceChildren(
    h("div", { class: "tabs" }, ...tabs),
    h("div", { class: "order", id: "phone-order" }, "屏幕上没有待付的码 no code to pay"),
    h("button", { class: "pay", id: "phone-pay", disabled: "", onclick: pay },
      "付屏幕上的码", h("small", {}, "pay the shown code")),
    h("button", { class: "gap", onclick: () => act("platform", "pay_in_gap", { channel }) },
      "赶在取消前付款", h("small", {}, "pay in the gap")),
    h("label", {}, "余额(分) balance ", h("input", {
      type: "number", min: 0, placeholder: "足够 enough", value: balance,
      oninput: (event) => { balance = event.target.value; },
    })),
    ...(channel in WALLETS ? [h("button", { class: "code", onclick: () => open(place) },
      "打开付款码", h("small", {}, "payment code"))] : []),
    h("div", { id: "phone-code" }),
  );
  showCode();
}

async function pay() {
  await act("platform", "pay_shown_code", withBalance({ channel }));
}

function withBalance(content) {
  return balance === "" ? content : { ...content, balance_fen: balance };
}

async function open() {
  const result = await act("platform", "make_payment_code", withBalance({ channel }));
  if (result === undefined) return;
  const digits = typeof result === "string" ? result : result.code ?? result.digits;
  code = { digits, until: Date.now() + LIFE_S * 1000 };
  showCode();
}

function showCode() {
  const place = document.getElementById("phone-code");
  if (!place || !code) return;
  const bars = [...code.digits].map((digit) => h("i", { style: `width:${1 + Number(digit) % 4}px` }));
  place.replaceChildren(
    h("div", { class: "bars" }, ...bars),
    h("output", {}, code.digits.replace(/(.{4})/g, "$1 ")),
    h("button", {
      class: "pay",
      onclick: () => act("scanner", "present_payment_code", { digits: code.digits, seconds: 20 }),
    }, "放到扫码窗前", h("small", {}, "hold under the scanner")),
    h("p", { class: "hint", id: "phone-life" }),
  );
}

export function showPhone(platform) {
  const order = platform?.orders?.[0];
  const place = document.getElementById("phone-order");
  const button = document.getElementById("phone-pay");
  if (!place || !button) return;
  button.toggleAttribute("disabled", !(order && order.payment === "PENDING"));
  if (order) {
    place.replaceChildren(
      h("b", {}, yuan(order.amount_fen)),
      h("span", { class: `pay-${order.payment}` }, WORDS[order.payment] || order.payment),
      h("span", {}, order.posting === "NONE" ? "" : `销账 ${order.posting}`),
      h("code", {}, order.order_id),
    );
  }
  const life = document.getElementById("phone-life");
  if (life && code) {
    const left = Math.round((code.until - Date.now()) / 1000);
    life.textContent = left > 0 ? `${left} 秒内有效 valid` : "已过期 expired";
  }
}

const WORDS = {
  NONE: "未开始 not begun",
  PENDING: "等待付款 waiting",
  PAID: "已付款 paid",
  CLOSED: "已关闭 closed",
  REFUNDED: "已退款 refunded",
};
