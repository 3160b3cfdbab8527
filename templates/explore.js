// The explorer: the address asks, the cubes answer, and the chart, the table and a file show it.
"use strict";
(() => {
  const read = id => JSON.parse(document.getElementById(id).textContent);
  const at = id => document.getElementById(id);
  const { explorer, calendar, speaker, COSTS } = window.ecot.exploring;
  const { decimal, rounded, shared } = window.ecot.exact;
  const { dayOf, textOf, monthOf, nextMonth } = calendar;
  const content = read("explore-content"), words = read("explore-words"), locale = document.documentElement.lang;
  const cubes = explorer(content), say = speaker(read("explore-speech"), locale);
  const { currency } = content, digits = content.decimals.cost ?? 0;
  const HEIGHT = 200, TOP = 18, MOST_SERIES = 8, MOST_LINES = 50;
  const names = Object.keys(read("explore-speech").quantities);
  const order = new Intl.Collator(locale);
  let isLong = false; // whether all lines are shown

  // --- elements -----------------------------------------------------------------------------

  function filled(one, attributes, children) {
    Object.entries(attributes).forEach(([name, value]) => one.setAttribute(name, value));
    one.append(...children);
    return one;
  }
  const make = (tag, attributes = {}, ...children) => filled(document.createElement(tag), attributes, children);
  const draw = (tag, attributes = {}, ...children) =>
    filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
  const isolated = text => make("bdi", {}, text);

  // --- the question in the address ----------------------------------------------------------

  // Each choice: what it is called in a cube, and which choices before it narrow it.
  const CHOICES = {
    provider: { by: "provider", after: [] },
    account: { by: "account", after: ["provider"] },
    project: { by: "sub_account", after: ["provider", "account"] },
    key: { by: "api_key", after: ["provider", "account", "project"] },
  };
  const addressOf = (by, name) => by === "provider" ? name : cubes.addressOf(by, name);
  const picked = (state, choices) => Object.fromEntries(choices.map(name => [name, state[name]]));
  const choicesOf = (name, state) => cubes.choices(CHOICES[name].by, picked(state, CHOICES[name].after));

  function spanOf(period) {
    const last = cubes.after - 1;
    const from = { week: last - 6, month: monthOf(last), year: dayOf(`${textOf(last).slice(0, 4)}-01-01`) }[period];
    return { from: Math.max(from ?? cubes.first, cubes.first), to: cubes.after };
  }

  const isDay = text => /^\d{4}-\d\d-\d\d$/.test(text ?? "") && textOf(dayOf(text)) === text;
  const inside = day => Math.min(Math.max(day, cubes.first), cubes.after);

  // The question as numbers and addresses, and what of it is not here: that is said, never guessed.
  function questionOf(asked) {
    const question = { by: "provider", period: "all" }, odd = [];
    const take = (name, isKnown) => {
      if (!asked[name]) return;
      if (isKnown(asked[name])) question[name] = asked[name]; else odd.push(`${name}=${asked[name]}`);
    };
    take("by", by => by in words.by);
    take("period", period => ["week", "month", "year", "all"].includes(period));
    for (const name of Object.keys(CHOICES)) {
      const { by } = CHOICES[name];
      take(name, address => choicesOf(name, question).some(one => addressOf(by, one) === address));
    }
    Object.assign(question, spanOf(question.period));
    if (asked.from || asked.to) {
      if (isDay(asked.from) && isDay(asked.to) && inside(dayOf(asked.from)) < inside(dayOf(asked.to)))
        Object.assign(question, { period: "", from: inside(dayOf(asked.from)), to: inside(dayOf(asked.to)) });
      else odd.push(`from=${asked.from ?? ""} to=${asked.to ?? ""}`);
    }
    return { question, odd };
  }
  const asked = () => Object.fromEntries(new URLSearchParams(location.hash.slice(1)));

  function addressFor(question) {
    const parts = new URLSearchParams();
    for (const name of [...Object.keys(CHOICES), "by"]) if (question[name]) parts.set(name, question[name]);
    if (question.period) parts.set("period", question.period);
    else { parts.set("from", textOf(question.from)); parts.set("to", textOf(question.to)); }
    return `#${parts.toString().replaceAll("%2F", "/")}`;
  }

  function go(changes) {
    const { question } = questionOf(asked());
    for (const [name, { after }] of Object.entries(CHOICES))
      if (after.some(one => one in changes)) delete question[name];
    location.hash = addressFor({ ...question, ...changes });
  }

  // --- what things are called ---------------------------------------------------------------

  const titleOf = owner => content.accounts[owner] ?? content.providers[owner] ?? owner;
  function nameOf(by, group) {
    if (group === -1) return null;
    if (by === "provider") return content.providers[group];
    if (by === "day") return say.day(dayOf(group));
    if (by === "month") return say.month(dayOf(`${group}-01`));
    const key = content.names[by].keys[group];
    if (by === "account") return content.accounts[key];
    if (by === "category") return words.categories[key] ?? key;
    return content.names[by].names[group] ?? key;
  }
  const keyOf = (by, group) => group === -1 ? "" : typeof group === "string" ? group : content.names[by].keys[group];
  const ownerOf = (by, group) => typeof group === "string" || group === -1 ? null : content.names[by].owners[group];

  // What tells lines of equal names apart: the id, and whose it is.
  function detailsOf(by, lines) {
    const called = lines.map(line => nameOf(by, line.group)), times = new Map();
    called.forEach(name => times.set(name, (times.get(name) ?? 0) + 1));
    return lines.map((line, index) => {
      if (called[index] === null || times.get(called[index]) < 2) return null;
      const owner = ownerOf(by, line.group), key = keyOf(by, line.group);
      return owner ? `${titleOf(owner)} · ${key}` : key;
    });
  }

  function periodText({ from, to }) {
    if (from === monthOf(from) && to === Math.min(nextMonth(from), cubes.after)) {
      if (to === nextMonth(from)) return say.month(from);
    }
    return to - from === 1 ? say.day(from) : say.say(words.span, { first: say.day(from), last: say.day(to - 1) });
  }

  // --- money in the page --------------------------------------------------------------------

  const unknown = () => make("span", { class: "unknown" }, words.unknown);
  const amount = (value, decimals = digits, code = currency) => make("data",
    { value: decimal(value, decimals), title: say.exactMoney(value, decimals, code) }, say.money(value, decimals, code));
  const aside = (...children) => make("span", { class: "aside-total" }, ...children);
  function mark(basis, text) {
    const picture = draw("svg", { class: "mark", "aria-hidden": "true" }, draw("use", { href: `#${basis}` }));
    return make("span", { class: "basis" }, picture, text);
  }
  const unpricedText = count => say.say(words.unpriced[count === 1n ? 0 : 1], { count: say.number(count, 0) });

  const apartOf = line => [...line.sums].filter(([name]) => name.startsWith("in "));
  const isReplaced = line => line.cost === null && line.sums.has("replaced") && !line.sums.has("unknown") && !apartOf(line).length;
  const isUnknown = line => line.cost === null && line.isUsed && !isReplaced(line) && !apartOf(line).length;
  const lacksCost = (by, line, without) => line.sums.has("unknown")
    || (by === "account" && without.has(keyOf(by, line.group)))
    || (by === "provider" && [...without].some(account => account.split("/")[0] === line.group));

  // The most telling quantities of a line, as the other pages choose them.
  function telling(line, most) {
    const stated = [...line.sums].filter(([name, value]) => name.startsWith("of ") && value).map(([name]) => name.slice(3));
    const known = names.filter(name => stated.includes(name));
    return (known.length ? known : stated.sort()).slice(0, most);
  }

  // --- the table ----------------------------------------------------------------------------

  const cell = (kind, attributes, ...children) => make(kind, { role: kind === "th" ? "rowheader" : "cell", ...attributes }, ...children);
  const row = (attributes, ...cells) => make("tr", { role: "row", ...attributes }, ...cells);

  function named(by, line, detail) {
    const name = nameOf(by, line.group);
    const shown = make("span", { class: "name" }, name === null ? make("em", {}, words.none[by]) : isolated(name));
    if (detail) shown.append(" ", filled(isolated(detail), { class: "detail" }, []));
    return shown;
  }

  function bar(line, moved) {
    if (line.cost === null || line.cost <= 0n) return [];
    const share = Number(line.cost * 10000n / moved) / 100, isTiny = line.cost * 1000n < moved;
    return [draw("svg", { class: "share", "aria-hidden": "true" }, draw("rect", { width: `${share}%`, height: "100%" })),
      make("span", { class: "detail" }, isTiny ? `< ${say.percent(1n, 1000n)}` : say.percent(line.cost, moved))];
  }

  function quantitiesOf(line, most) {
    return telling(line, most).flatMap((name, index) => {
      const value = line.sums.get(`of ${name}`), decimals = content.decimals[`of ${name}`];
      const text = make("data", { value: decimal(value, decimals), title: say.number(value, decimals) }, say.measured(name, value, decimals));
      return index ? [" ", make("span", { class: "dot" }, "·"), " ", text] : [text];
    });
  }

  function originOf(line) {
    const size = basis => line.sums.get(basis) < 0n ? -line.sums.get(basis) : line.sums.get(basis);
    const known = COSTS.filter(basis => line.sums.has(basis)).sort((a, b) => size(a) === size(b) ? 0 : size(a) > size(b) ? -1 : 1);
    const shown = known.flatMap(basis => [mark(basis, words.bases[basis]), " "]);
    if (line.sums.has("unknown")) shown.push(mark("unknown", unpricedText(line.sums.get("unknown"))));
    else if (isReplaced(line)) shown.push(words.replaced);
    else if (isUnknown(line)) shown.push(mark("unknown", words.unknown));
    return shown;
  }

  function costOf(line, isPart) {
    const shown = line.cost !== null ? [amount(line.cost)] : isUnknown(line) ? [unknown()] : [];
    if (line.cost !== null && isPart) shown.push(" ", make("span", { class: "unknown aside-total" }, `+ ${words.unknown}`));
    for (const [name, value] of apartOf(line))
      shown.push(aside(amount(value, content.decimals[name], name.slice(3)), ` ${words.outside}`));
    return shown;
  }

  function others(lines) {
    const known = lines.filter(line => line.cost !== null);
    const name = say.say(words.others, { count: say.number(BigInt(lines.length), 0) });
    return row({}, cell("th", { scope: "row" }, make("em", {}, name)), cell("td", { class: "quantities" }), cell("td", { class: "origin" }),
      cell("td", { class: "money" }, known.length ? amount(known.reduce((sum, line) => sum + line.cost, 0n)) : unknown()));
  }

  function table(question, answer, without) {
    const { by } = question, many = answer.lines.length > MOST_LINES && !isLong;
    const shown = many ? answer.lines.slice(0, MOST_LINES) : answer.lines, rest = answer.lines.slice(shown.length);
    const moved = answer.lines.reduce((sum, line) => sum + (line.cost < 0n ? -line.cost : line.cost ?? 0n), 0n);
    const details = detailsOf(by, answer.lines);
    const rows = shown.map((line, index) => row({},
      cell("th", { scope: "row" }, named(by, line, details[index]), ...bar(line, moved)),
      cell("td", { class: "quantities" }, ...quantitiesOf(line, answer.quantities)),
      cell("td", { class: "origin" }, ...originOf(line)),
      cell("td", { class: "money" }, ...costOf(line, lacksCost(by, line, without)))));
    if (many) rows.push(others(rest));
    const rounding = roundingOf(answer, shown, rest);
    if (rounding) rows.push(row({ class: "rounding" }, cell("th", { scope: "row" }, words.rounding),
      cell("td", { class: "quantities" }), cell("td", { class: "origin" }), cell("td", { class: "money" }, rounding)));
    at("lines").tBodies[0].replaceChildren(...rows);
    const isPart = without.size || answer.lines.some(line => line.sums.has("unknown"));
    at("lines").tFoot.replaceChildren(row({}, cell("th", { scope: "row" }, words.total), cell("td", { class: "quantities" }),
      cell("td", { class: "origin" }), cell("td", { class: "money" }, ...totalOf(answer, isPart))));
    at("more").hidden = !many;
    at("more").textContent = say.say(words.more, { count: say.number(BigInt(answer.lines.length), 0) });
    at("lines-title").textContent = words.titles[by];
    at("lines-name").textContent = words.by[by];
    at("total").replaceChildren(...totalOf(answer, isPart));
  }

  function totalOf(answer, isPart) {
    if (answer.total === null) return [unknown()];
    return isPart ? [amount(answer.total), " ", make("span", { class: "unknown aside-total" }, `+ ${words.unknown}`)] : [amount(answer.total)];
  }

  // What the shown total has and the shown lines have not; null where they add up by themselves.
  function roundingOf(answer, shown, rest) {
    if (answer.total === null) return null;
    const own = say.digitsOf(currency), cut = value => rounded(value, digits, own);
    const lines = shown.filter(line => line.cost !== null).map(line => cut(line.cost));
    const left = rest.reduce((sum, line) => sum + (line.cost ?? 0n), 0n);
    const difference = cut(answer.total) - lines.reduce((sum, line) => sum + line, 0n) - cut(left);
    return difference ? say.money(difference, own, currency) : null;
  }

  // --- the chart ----------------------------------------------------------------------------

  function pointsOf(question, isDaily) {
    const points = [];
    for (let day = isDaily ? question.from : monthOf(question.from); day < question.to; day = isDaily ? day + 1 : nextMonth(day)) points.push(day);
    return points;
  }

  // The largest groups, and the others as one; over time alone there is one series.
  function seriesOf({ by }, answer) {
    const known = answer.lines.filter(line => line.cost !== null);
    const merged = (name, lines) => {
      const values = new Map();
      for (const line of lines) for (const [point, value] of line.points) values.set(point, (values.get(point) ?? 0n) + value);
      return { name, values };
    };
    if (by === "day" || by === "month") return [merged(words.total, known)];
    const most = known.length > MOST_SERIES ? MOST_SERIES - 1 : MOST_SERIES;
    const series = known.slice(0, most).map(line => ({ name: nameOf(by, line.group) ?? words.none[by], values: line.points }));
    const rest = known.slice(most);
    return rest.length ? [...series, merged(say.say(words.others, { count: say.number(BigInt(rest.length), 0) }), rest)] : series;
  }

  // Round ticks that hold zero and all stacks, in units of a hundredth of the last digit.
  function ticksOf(series, points) {
    const ends = points.flatMap(point => {
      const values = series.map(one => (one.values.get(point) ?? 0n) * 100n);
      const sum = isWanted => values.filter(isWanted).reduce((all, value) => all + value, 0n);
      return [sum(value => value > 0n), sum(value => value < 0n)];
    });
    const high = ends.reduce((most, end) => end > most ? end : most, 0n), low = ends.reduce((least, end) => end < least ? end : least, 0n);
    const rough = (high - low + 4n) / 5n || 1n, unit = 10n ** BigInt(rough.toString().length - 1);
    const step = [10n, 20n, 25n, 50n, 100n].map(factor => factor * unit / 10n).find(one => one > 0n && one >= rough);
    const ticks = [];
    for (let tick = -((-low + step - 1n) / step) * step; ticks.length < 2 || ticks.at(-1) < high; tick += step) ticks.push(tick);
    return ticks;
  }

  const isShown = (point, points, most) => (points - 1 - point) % Math.ceil(points / most) === 0;

  function chart(question, answer) {
    const plot = at("course").querySelector("svg.plot");
    const points = pointsOf(question, answer.daily), series = seriesOf(question, answer), ticks = ticksOf(series, points);
    const low = ticks[0], span = Number(ticks.at(-1) - low);
    const y = value => Math.round((1 - Number(value - low) / span) * HEIGHT * 100) / 100 + TOP;
    const grid = draw("g", { class: "grid", "aria-hidden": "true" }), scale = at("course").querySelector("svg.scale");
    for (const tick of ticks) {
      grid.append(draw("line", { class: tick ? "" : "zero", x1: 0, x2: "100%", y1: y(tick), y2: y(tick) }));
    }
    const texts = ticks.map(tick => say.roundMoney(tick, digits + 2, currency));
    scale.setAttribute("width", Math.max(...texts.map(text => text.length)) * 7 + 8);
    scale.replaceChildren(...texts.map((text, index) => draw("text", { x: "100%", y: y(ticks[index]) + 4 }, text)));
    const short = answer.daily ? say.shortDay : say.shortMonth, long = answer.daily ? say.day : say.month;
    const width = 100 / points.length, marks = [];
    points.forEach((point, index) => {
      const called = long(point);
      if (isShown(index, points.length, 12))
        grid.append(draw("text", { class: isShown(index, points.length, 4) ? "point" : "point minor", x: `${(index + .5) * width}%`, y: HEIGHT + 36 }, short(point)));
      let up = 0n, down = 0n;
      series.forEach((one, number) => {
        const value = one.values.get(point) ?? 0n;
        if (!value) return;
        const start = value > 0n ? up : down, end = start + value * 100n;
        if (value > 0n) up = end; else down = end;
        const top = Math.min(y(start), y(end)), height = Math.abs(y(start) - y(end));
        marks.push(draw("rect", { class: `mark s${number}`, x: `${(index + .15) * width}%`, width: `${.7 * width}%`, y: top, height,
          "data-tip": `${called} · ${one.name} · ${say.money(value, digits, currency)}` }));
      });
    });
    plot.replaceChildren(grid, ...marks);
    at("course").querySelector(".legend").replaceChildren(...series.map((one, number) => make("li", {},
      draw("svg", { class: `swatch s${number}`, "aria-hidden": "true" }, draw("rect", { width: "100%", height: "100%" })), isolated(one.name))));
    at("course-title").textContent = `${words.titles[question.by]} · ${periodText(question)}`;
    numbers = () => chartNumbers(points.map(point => [point, long(point)]), series);
    if (at("course").querySelector("details").open) numbers();
  }

  let numbers = () => {};
  function chartNumbers(points, series) {
    const head = make("tr", {}, make("th", { scope: "col" }, words.period),
      ...series.map(one => make("th", { scope: "col", class: "money" }, isolated(one.name))));
    const rows = points.map(([point, name]) => make("tr", {}, make("th", { scope: "row" }, name),
      ...series.map(one => make("td", { class: "money" }, ...(one.values.has(point) ? [amount(one.values.get(point))] : ["–"])))));
    at("course").querySelector("table").replaceChildren(make("thead", {}, head), make("tbody", {}, ...rows));
  }

  // --- where it comes from, and what is not in it --------------------------------------------

  function coverage(question, answer, without) {
    const part = (...children) => make("span", { class: "part" }, ...children);
    const shown = [make("span", { class: "label" }, words.origin)];
    const present = COSTS.filter(basis => answer.moved.get(basis));
    const exact = shared(present.map(basis => answer.moved.get(basis)), 10000n), whole = shared(exact, 100n);
    present.forEach((basis, index) => {
      const isAlone = present.length === 1;
      const [bound, percent] = !isAlone && exact[index] < 100n ? ["< ", 1n] : !isAlone && exact[index] > 9900n ? ["> ", 99n] : ["", whole[index]];
      shown.push(" ", part(mark(basis, words.bases[basis]), ` ${bound}${say.percent(percent, 100n)}`));
    });
    const unpriced = answer.lines.reduce((sum, line) => sum + (line.sums.get("unknown") ?? 0n), 0n);
    if (unpriced) shown.push(" ", part(mark("unknown", unpricedText(unpriced))));
    const missing = cubes.missing(question);
    for (const [account, days] of missing) {
      const many = say.say(words.days[days === 1 ? 0 : 1], { count: days });
      shown.push(" ", make("span", { class: "part missing" }, `${words.missing} `, isolated(titleOf(account)), ` (${many})`));
    }
    if (!missing.length) shown.push(" ", part(words.none_missing));
    for (const account of without)
      shown.push(" ", part(say.say(words.uncosted, { name: titleOf(account), charges: words.uncosted_use })));
    at("coverage").replaceChildren(...shown);
  }

  // What the page cannot tell, and where it is told instead.
  function shortOf(question, answer) {
    if (answer.impossible) return [words.impossible];
    const months = answer.short.map(say.month).join(", ");
    const isHeld = answer.short.every(month => month >= answer.monthly) && question.by !== "day";
    const shown = [say.say(isHeld || question.by === "day" ? words.short : words.short_people, { months }), " "];
    const link = (href, text) => shown.push(make("a", { href }, text), " ");
    const from = monthOf(Math.max(question.from, answer.monthly)), to = Math.min(nextMonth(question.to - 1), cubes.after);
    const nearest = { ...question, period: "", from: Math.max(from, cubes.first), to, by: question.by === "day" ? "month" : question.by };
    if (nearest.from < to) link(addressFor(nearest), say.say(words.nearest, { days: periodText(nearest) }));
    if (content.month) link(`explore.${locale.slice(0, 2)}.html${addressFor({ ...question, period: "" })}`, words.all_months);
    if (!cubes.isOfPersons(question)) for (const month of answer.short.filter(hasDays)) shown.push(daysOf(question, month), " ");
    return shown;
  }

  // Another page has the month's days.
  const hasDays = month => !content.month && content.further.includes(textOf(month).slice(0, 7));
  function daysOf(question, month) {
    const within = { ...question, period: "", from: Math.max(question.from, month), to: Math.min(question.to, nextMonth(month)) };
    const href = `explore-${textOf(month).slice(0, 7)}.${locale.slice(0, 2)}.html${addressFor(within)}`;
    return make("a", { href }, say.say(words.by_day, { month: say.month(month) }));
  }

  // --- the file -----------------------------------------------------------------------------

  const isFrench = locale.startsWith("fr"), comma = text => isFrench ? text.replace(".", ",") : text;
  // A text that a spreadsheet could run begins with an apostrophe, also where it is cut at a sign.
  const inert = text => text.replace(/(^|[;\t\r\n])(?='*[=+\-@\t\r\n＝＋－＠])/g, "$1'");
  const quoted = text => /[";,\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

  function cellsOf(question, answer) {
    const head = words.csv, { by } = question;
    const told = line => telling(line, answer.quantities).map(name => `of ${name}`);
    const kinds = of => [...new Set(answer.lines.flatMap(of))].sort();
    const apart = kinds(line => apartOf(line).map(([name]) => name)), measures = kinds(told);
    const value = (line, name) => comma(decimal(line.sums.get(name), content.decimals[name] ?? 0));
    const lines = answer.lines.map(line => [
      inert(nameOf(by, line.group) ?? words.none[by]), inert(keyOf(by, line.group)), inert(titleOf(ownerOf(by, line.group) ?? "")),
      line.cost === null ? "" : comma(decimal(line.cost, digits)), currency,
      COSTS.filter(basis => line.sums.has(basis)).map(basis => words.bases[basis]).join(" "),
      ...["unknown", ...apart].map(name => line.sums.has(name) ? value(line, name) : ""),
      ...measures.map(name => told(line).includes(name) ? value(line, name) : "")]);
    const titles = [head.name, head.key, head.owner, head.cost, head.currency, head.origin, head.unpriced,
      ...apart.map(name => `${head.cost} (${name.slice(3)})`), ...measures.map(name => inert(name.slice(3)))];
    return [titles, ...lines];
  }

  // The file is written when it is asked for.
  let shown = null, file = null;
  function keepFile() {
    const { question, answer } = shown, link = at("csv");
    const text = cellsOf(question, answer).map(line => line.map(quoted).join(isFrench ? ";" : ",")).join("\r\n");
    if (file) URL.revokeObjectURL(file);
    file = URL.createObjectURL(new Blob([`${isFrench ? "\ufeff" : ""}${text}\r\n`], { type: "text/csv;charset=utf-8" }));
    link.href = file;
    link.download = `ecot-${textOf(question.from)}-${textOf(question.to - 1)}-${question.by}.csv`;
  }

  // --- all of it ----------------------------------------------------------------------------

  const offered = {}; // by choice, what it offers now
  function offer(name, groups) {
    const { by } = CHOICES[name], details = detailsOf(by, groups.map(group => ({ group })));
    const options = groups.map((group, index) => [addressOf(by, group), nameOf(by, group) + (details[index] ? ` (${details[index]})` : "")]);
    options.sort((a, b) => order.compare(a[1], b[1]));
    at(name).replaceChildren(...[["", words.all], ...options].map(([value, text]) => make("option", { value }, text)));
    at(name).disabled = !options.length;
    offered[name] = groups;
  }

  function controls(question) {
    for (const name of Object.keys(CHOICES)) {
      const groups = choicesOf(name, question);
      if (offered[name] !== groups) offer(name, groups);
      at(name).value = question[name] ?? "";
    }
    at("by").value = question.by;
    at("from").value = textOf(question.from);
    at("last").value = textOf(question.to - 1);
    for (const button of document.querySelectorAll("[data-period]")) button.setAttribute("aria-pressed", button.dataset.period === question.period);
  }

  function show() {
    const { question, odd } = questionOf(asked()), answer = cubes.ask(question), isAnswer = !answer.short && !answer.impossible;
    controls(question);
    const told = odd.length ? [say.say(words.odd, { values: odd.join(", ") }), " "] : [];
    if (!isAnswer) told.push(...shortOf(question, answer));
    else if (!answer.lines.length) told.push(words.nothing);
    at("odd").replaceChildren(...told);
    at("answer").hidden = !isAnswer;
    at("shown").hidden = !isAnswer || !answer.lines.length;
    if (!isAnswer) return;
    const without = cubes.uncosted(question);
    at("period").textContent = periodText(question);
    table(question, answer, without);
    coverage(question, answer, without);
    chart(question, answer);
    const points = pointsOf(question, answer.daily), isOne = points.length === 1;
    at("course").hidden = isOne; // one column says nothing that the total does not
    at("days").replaceChildren(...(isOne && !answer.daily && hasDays(points[0]) && !cubes.isOfPersons(question) ? [daysOf(question, points[0])] : []));
    shown = { question, answer };
  }

  function start() {
    for (const id of ["from", "last"]) {
      at(id).min = textOf(cubes.first);
      at(id).max = textOf(cubes.after - 1);
      at(id).addEventListener("change", () => {
        if (!isDay(at("from").value) || !isDay(at("last").value)) return;
        go({ period: "", from: dayOf(at("from").value), to: dayOf(at("last").value) + 1 });
      });
    }
    at("by").replaceChildren(...Object.entries(words.by).map(([value, text]) => make("option", { value }, text)));
    for (const id of [...Object.keys(CHOICES), "by"]) at(id).addEventListener("change", () => go({ [id]: at(id).value }));
    for (const button of document.querySelectorAll("[data-period]")) button.addEventListener("click", () => go({ period: button.dataset.period }));
    at("csv").addEventListener("click", keepFile);
    at("more").addEventListener("click", () => { isLong = true; show(); isLong = false; });
    at("course").querySelector("details").addEventListener("toggle", () => numbers());
    addEventListener("hashchange", show);
    at("unscripted").hidden = true;
    at("ask").hidden = false;
    show();
  }

  // What a test compares with the ledger: the question as in the address, amounts as decimals.
  function answer(wanted) {
    const { question, odd } = questionOf(wanted), found = cubes.ask(question);
    if (odd.length || found.short || found.impossible) return { odd, short: found.short ?? null, impossible: Boolean(found.impossible) };
    const told = line => ({
      key: keyOf(question.by, line.group) || null, owner: ownerOf(question.by, line.group), name: nameOf(question.by, line.group),
      cost: line.cost === null ? null : decimal(line.cost, digits), unpriced: Number(line.sums.get("unknown") ?? 0n),
      unconverted: Object.fromEntries(apartOf(line).map(([name, value]) => [name.slice(3), decimal(value, content.decimals[name])])),
      quantities: Object.fromEntries(telling(line, found.quantities).map(name => [name, decimal(line.sums.get(`of ${name}`), content.decimals[`of ${name}`])])),
      basis: Object.fromEntries(COSTS.filter(basis => line.sums.has(basis)).map(basis => [basis, decimal(line.sums.get(basis), digits)])),
    });
    return { total: found.total === null ? null : decimal(found.total, digits), quantities: found.quantities, groups: found.lines.map(told) };
  }

  window.ecot.explore = { answer, show };
  start();
})();
