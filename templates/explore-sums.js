// What the explorer adds up: cubes in columns, exact to the last digit. It touches no page.
"use strict";
(() => {
  const COSTS = ["billed", "estimated", "entered"];
  const DAY = 86400000;
  const LONGEST_IN_DAYS = 62; // a longer period is drawn by month

  // A day is a number, of days since 1970 (UTC).
  const dayOf = text => Date.parse(text) / DAY;
  const textOf = day => new Date(day * DAY).toISOString().slice(0, 10);
  const monthOf = day => dayOf(`${textOf(day).slice(0, 7)}-01`);
  const nextMonth = day => {
    const date = new Date(day * DAY);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) / DAY;
  };
  const calendar = { dayOf, textOf, monthOf, nextMonth };

  const split = text => text === "" ? [] : text.split(",");
  const numbered = text => text.split(",").map(one => one === "" ? -1 : Number(one));

  // A decimal as an integer of its column's last digit; null where nothing is known.
  function scaled(text, decimals) {
    if (text === "") return null;
    const point = text.indexOf(".");
    const own = point < 0 ? 0 : text.length - point - 1;
    return BigInt(text.replace(".", "") + "0".repeat(decimals - own));
  }

  // The same written as a decimal again, without zeros at its end.
  function decimal(value, decimals) {
    const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, "0");
    const whole = digits.slice(0, digits.length - decimals);
    const part = digits.slice(digits.length - decimals).replace(/0+$/, "");
    return (value < 0n ? "-" : "") + whole + (part && `.${part}`);
  }

  function opened(cube, decimals) {
    const first = dayOf(cube.first), after = cube.grain === "day" ? day => day + 1 : nextMonth;
    const counts = split(cube.counts).map(Number), points = [];
    for (let at = 0, point = first; at < counts.length; at += 1, point = after(point)) points.push(point);
    let place = 0;
    const places = split(cube.steps).map(step => place += Number(step));
    const columns = new Map(), names = Object.keys(cube.columns);
    const column = name => {
      if (!columns.has(name)) {
        const digits = decimals[COSTS.includes(name) ? "cost" : name];
        columns.set(name, cube.columns[name].split(",").map(text => scaled(text, digits)));
      }
      return columns.get(name);
    };
    const entries = Object.fromEntries(Object.entries(cube.places).map(([by, text]) => [by, numbered(text)]));
    return { kind: cube.kind, grain: cube.grain, first, counts, points, places, names, column, entries };
  }

  function explorer(content) {
    const cubes = content.cubes.map(cube => opened(cube, content.decimals));
    const cubeOf = (kind, grain) => cubes.find(cube => cube.kind === kind && cube.grain === grain);
    const first = dayOf(content.first), after = dayOf(content.after);
    const names = content.names;
    const accounts = names.account.keys;
    const providerOf = account => account.split("/")[0];
    // What a name is in an address: unlike the bare key, two suppliers never share it.
    const addressOf = (by, at) =>
      names[by].owners[at] ? `${names[by].owners[at]}/${names[by].keys[at]}` : names[by].keys[at];

    // Whether the place is inside the filter of the question.
    function isWanted(question, cube, place) {
      const account = accounts[cube.entries.account[place]];
      const is = (by, wanted) => {
        const at = cube.entries[by][place];
        return !wanted || (at >= 0 && addressOf(by, at) === wanted);
      };
      return (!question.provider || providerOf(account) === question.provider)
        && (!question.account || account === question.account)
        && is("sub_account", question.project) && (!question.key || is("api_key", question.key));
    }

    // The group of a row: a text for providers, days and months, else the number of a name; -1: none.
    function groupsOf(by, cube) {
      const { account } = cube.entries;
      if (by === "provider") return place => providerOf(accounts[account[place]]);
      if (by === "day") return (_, point) => textOf(point);
      if (by === "month") return (_, point) => textOf(point).slice(0, 7);
      return place => cube.entries[by][place];
    }

    const kindOf = question => question.key || ["user", "api_key"].includes(question.by) ? "person" : "service";
    function isDaily(question) {
      const { first: since } = cubeOf(kindOf(question), "day");
      const span = question.to - question.from;
      return question.by === "day" || (question.by !== "month" && span <= LONGEST_IN_DAYS && question.from >= since);
    }

    // Which points of which cube answer, month by month; `short` are the months that none can.
    function sources(question) {
      const monthly = cubeOf(kindOf(question), "month"), daily = cubeOf(kindOf(question), "day");
      const months = new Set(), days = new Set(), short = [], byDay = isDaily(question);
      for (let month = monthOf(question.from); month < question.to; month = nextMonth(month)) {
        const start = Math.max(question.from, month), end = Math.min(question.to, nextMonth(month));
        const isWhole = start === Math.max(month, first) && end === Math.min(nextMonth(month), after);
        if (isWhole && !byDay && month >= monthly.first) months.add(month);
        else if (start >= daily.first) for (let day = start; day < end; day += 1) days.add(day);
        else short.push(month);
      }
      return { used: [[monthly, months], [daily, days]], short, monthly, daily };
    }

    const emptyLine = group => ({ group, cost: null, sums: new Map(), points: new Map(), isUsed: false });

    function add(cube, points, question, lines, moved) {
      const wanted = cube.entries.account.map((_, place) => isWanted(question, cube, place));
      const groupOf = groupsOf(question.by, cube), activity = cube.entries.activity;
      const rows = [], owners = [], times = [];
      let row = 0;
      cube.counts.forEach((count, at) => {
        const end = row + count, point = cube.points[at];
        if (!points.has(point)) { row = end; return; }
        const time = isDaily(question) ? point : monthOf(point);
        for (; row < end; row += 1) {
          const place = cube.places[row];
          if (!wanted[place]) continue;
          const group = groupOf(place, point);
          if (!lines.has(group)) lines.set(group, emptyLine(group));
          const line = lines.get(group);
          if (activity[place] < 0) line.isUsed = true;
          rows.push(row); owners.push(line); times.push(time);
        }
      });
      for (const name of cube.names) {
        const column = cube.column(name), isCost = COSTS.includes(name);
        rows.forEach((at, index) => {
          const value = column[at], line = owners[index];
          if (value === null) return;
          line.sums.set(name, (line.sums.get(name) ?? 0n) + value);
          if (!isCost) return;
          moved[name] = (moved[name] ?? 0n) + (value < 0n ? -value : value);
          line.cost = (line.cost ?? 0n) + value;
          line.points.set(times[index], (line.points.get(times[index]) ?? 0n) + value);
        });
      }
    }

    const dearFirst = (a, b) => {
      if ((a.cost === null) !== (b.cost === null)) return a.cost === null ? 1 : -1;
      if (a.cost === b.cost) return a.group < b.group ? -1 : 1;
      return a.cost < b.cost ? 1 : -1;
    };

    // Everything about the question: lines from dear to cheap, the total, and what is short.
    function ask(question) {
      if (question.key && question.by === "model") return { impossible: true };
      const { used, short, monthly, daily } = sources(question);
      if (short.length) return { short, monthly: monthly.first, daily: daily.first };
      const lines = new Map(), moved = {}; // credits move a total as much as charges do
      for (const [cube, points] of used) if (points.size) add(cube, points, question, lines, moved);
      const all = [...lines.values()].sort(dearFirst);
      const known = all.filter(line => line.cost !== null);
      const total = known.length ? known.reduce((sum, line) => sum + line.cost, 0n) : null;
      return { lines: all, total, moved, daily: isDaily(question) };
    }

    // The days that accounts of the filter are missing: [account, days].
    function missing(question) {
      const found = new Map();
      for (const [account, from, to] of content.missing) {
        if (!concerns(question, account)) continue;
        const days = Math.min(dayOf(to) + 1, question.to) - Math.max(dayOf(from), question.from);
        if (days > 0) found.set(account, (found.get(account) ?? 0) + days);
      }
      return [...found];
    }
    const uncosted = question => new Set(content.uncosted
      .filter(([account, month]) => concerns(question, account)
        && dayOf(`${month}-01`) < question.to && nextMonth(dayOf(`${month}-01`)) > question.from)
      .map(([account]) => account));

    function concerns(question, account) {
      if (question.provider && providerOf(account) !== question.provider) return false;
      if (question.account && question.account !== account) return false;
      return !question.project && !question.key ? true : accountsOf(question).has(account);
    }
    const accountsOf = question => new Set(cubes.flatMap(cube => cube.entries.account
      .filter((_, place) => (cube.kind === "person" || !question.key) && isWanted(question, cube, place))
      .map(at => accounts[at])));

    // For each choice of the question what it can be: addresses of the names that occur there.
    function choices(by, question) {
      const kind = by === "api_key" ? "person" : "service", found = new Set();
      for (const cube of cubes.filter(one => one.kind === kind)) {
        cube.entries.account.forEach((at, place) => {
          if (!isWanted(question, cube, place)) return;
          const name = by === "provider" ? providerOf(accounts[at]) : cube.entries[by][place];
          if (name !== -1) found.add(name);
        });
      }
      return [...found];
    }

    return { ask, missing, uncosted, choices, addressOf, content, first, after };
  }

  window.ecot.exploring = { explorer, calendar, decimal, COSTS };
})();
