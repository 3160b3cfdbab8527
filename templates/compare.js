// Any month beside any other: the two are in the address, and the costs are those of the page.
"use strict";
(() => {
  const section = document.getElementById("any");
  if (!section) return;
  const read = id => JSON.parse(document.getElementById(id).textContent);
  const { months, rows, digits, currency } = read("any-content"), words = read("any-words");
  const { scaled, decimal, writer } = window.ecot.exact, say = writer(words.speech);
  const [now, before] = ["now", "before"].map(name => section.querySelector(`select[name=${name}]`));
  const table = section.querySelector("table");

  const make = (tag, attributes, ...children) => {
    const one = document.createElement(tag);
    Object.entries(attributes).forEach(([name, value]) => one.setAttribute(name, value));
    one.append(...children);
    return one;
  };
  const unknown = text => make("span", { class: "unknown" }, text);
  const none = () => make("span", { class: "none" }, "—");
  const money = value => make("data", { value: decimal(value, digits), title: say.exactMoney(value, digits, currency) }, say.money(value, digits, currency));
  const cell = (...children) => make("td", { class: "money" }, ...children);

  // What a month cost: null where nobody knows, nothing where the supplier had nothing.
  const known = ([cost]) => cost === null ? 0n : scaled(cost, digits);
  function shown([cost, lacks]) {
    if (cost === null) return [none()];
    if (cost === "") return [unknown(words.unknown)];
    return lacks ? [money(scaled(cost, digits)), " ", unknown(`+ ${words.unknown}`)] : [money(scaled(cost, digits))];
  }

  // The difference, and a percentage where none misleads: both whole, and something to divide by.
  function change(one, other) {
    const [a, b] = [known(one), known(other)];
    if (a === null || b === null) return [none()];
    const difference = a - b, plus = difference > 0n ? "+" : "";
    const told = [plus, money(difference)];
    const isTold = !one[1] && !other[1] && b > 0n && (difference < 0n ? -difference : difference) < 1000n * b;
    if (isTold) told.push(" ", make("span", { class: "detail" }, plus + say.percent(difference, b)));
    return told;
  }

  function line([name, amounts], a, b) {
    const head = make("th", { scope: "row" }, name === null ? section.dataset.total : make("bdi", {}, name));
    return make("tr", {}, head, cell(...shown(amounts[b])), cell(...shown(amounts[a])), cell(...change(amounts[a], amounts[b])));
  }

  function show() {
    const asked = new URLSearchParams(location.hash.slice(1));
    const at = (name, other) => Math.max(0, months.includes(asked.get(name)) ? months.indexOf(asked.get(name)) : other);
    const a = at("month", Math.min(1, months.length - 1)), b = at("beside", Math.min(a + 1, months.length - 1));
    now.value = months[a];
    before.value = months[b];
    const heads = table.tHead.rows[0].cells;
    heads[1].textContent = words.months[b];
    heads[2].textContent = words.months[a];
    const told = rows.filter(([, amounts]) => amounts[a][0] !== null || amounts[b][0] !== null);
    table.tBodies[0].replaceChildren(...told.filter(([name]) => name !== null).map(row => line(row, a, b)));
    table.tFoot.replaceChildren(...told.filter(([name]) => name === null).map(row => line(row, a, b)));
  }

  for (const select of [now, before]) {
    select.append(...months.map((month, index) => make("option", { value: month }, words.months[index])));
    select.addEventListener("change", () => { location.hash = `month=${now.value}&beside=${before.value}`; });
  }
  section.hidden = false;
  document.getElementById("pair-1").closest("section").hidden = true; // what is chosen at first
  window.addEventListener("hashchange", show);
  show();
})();
