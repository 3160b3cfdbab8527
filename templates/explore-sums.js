// What the explorer adds up: cubes in columns, exact to the last digit. It touches no page.
"use strict";
(() => {
  const { scaled, size } = window.ecot.exact;
  const COSTS = ["billed", "estimated", "entered"];
  const DAY = 86400000;
  const LONGEST_IN_DAYS = 62; // a longer period is drawn by month

  // A day is a number, of days since 1970 (UTC).
  const dayOf = text => Date.parse(text) / DAY;
  const textOf = day => new Date(day * DAY).toISOString().slice(0, 10);
  const shifted = (day, months) => {
    const date = new Date(day * DAY);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1) / DAY;
  };
  // What it makes of each key is made once.
  function kept(make) {
    const known = new Map();
    return key => {
      if (!known.has(key)) known.set(key, make(key));
      return known.get(key);
    };
  }
  const monthOf = kept(day => shifted(day, 0)), nextMonth = kept(day => shifted(day, 1));
  const calendar = { dayOf, textOf, monthOf, nextMonth };

  const split = text => text === "" ? [] : text.split(",");
  const numbered = text => text.split(",").map(one => one === "" ? -1 : Number(one));

  // A cube as rows: of each place where its rows begin, of each row its point.
  function opened(cube, decimals) {
    const start = new Date(cube.first), year = start.getUTCFullYear(), month = start.getUTCMonth();
    const pointAt = cube.grain === "day"
      ? number => dayOf(cube.first) + number : number => Date.UTC(year, month + number, 1) / DAY;
    const steps = split(cube.steps).map(Number), points = [], starts = [0];
    const counts = split(cube.counts).map(Number);
    for (const count of counts) {
      let number = 0;
      const from = starts.at(-1);
      for (let row = from; row < from + count; row += 1) points.push(pointAt(number += steps[row]));
      starts.push(from + count);
    }
    const names = Object.keys(cube.columns);
    const column = kept(name => {
      const digits = decimals[COSTS.includes(name) ? "cost" : name];
      return cube.columns[name].split(",").map(text => scaled(text, digits));
    });
    const entries = Object.fromEntries(Object.entries(cube.places).map(([by, text]) => [by, counts.length ? numbered(text) : []]));
    const { kind, grain, quantities } = cube;
    return { kind, grain, quantities, first: dayOf(cube.first), points, starts, names, column, entries };
  }

  function explorer(content) {
    const cubes = content.cubes.map(cube => opened(cube, content.decimals));
    const cubeOf = (kind, grain) => cubes.find(cube => cube.kind === kind && cube.grain === grain);
    const first = dayOf(content.first), after = dayOf(content.after);
    const names = content.names;
    const accounts = names.account.keys;
    const providerOf = kept(account => account.split("/")[0]);
    // What a name is in an address: unlike the bare key, two suppliers never share it.
    const addresses = kept(by => names[by].keys.map((key, at) => names[by].owners[at] ? `${names[by].owners[at]}/${key}` : key));
    const addressOf = (by, at) => addresses(by)[at];

    // Whether the place is inside the filter of the question.
    function isWanted(question, cube, place) {
      const account = accounts[cube.entries.account[place]];
      const is = (by, wanted) => !wanted || addressOf(by, cube.entries[by][place]) === wanted;
      return (!question.provider || providerOf(account) === question.provider)
        && (!question.account || account === question.account)
        && is("sub_account", question.project) && is("api_key", question.key);
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
    function sources(question, byDay) {
      const monthly = cubeOf(kindOf(question), "month"), daily = cubeOf(kindOf(question), "day");
      const months = new Set(), days = new Set(), short = [];
      for (let month = monthOf(question.from); month < question.to; month = nextMonth(month)) {
        const start = Math.max(question.from, month), end = Math.min(question.to, nextMonth(month));
        const isWhole = start === Math.max(month, first) && end === Math.min(nextMonth(month), after);
        if (isWhole && !byDay && month >= monthly.first) months.add(month);
        else if (start >= daily.first) for (let day = start; day < end; day += 1) days.add(day);
        else short.push(month);
      }
      const used = [[monthly, months], [daily, days]];
      const quantities = Math.min(...used.filter(([, points]) => points.size).map(([cube]) => cube.quantities));
      return { used, short, monthly, daily, quantities };
    }

    const emptyLine = group => ({ group, cost: null, sums: new Map(), points: new Map(), isUsed: false });

    // Which rows answer: runs of rows of one place, each with its line.
    function found(cube, points, question, lines) {
      const groupOf = groupsOf(question.by, cube), { starts, entries } = cube, runs = [];
      for (let place = 0; place < starts.length - 1; place += 1) {
        if (!isWanted(question, cube, place)) continue;
        let run = null;
        for (let row = starts[place]; row < starts[place + 1]; row += 1) {
          if (!points.has(cube.points[row])) continue;
          const group = groupOf(place, cube.points[row]);
          if (run?.line.group !== group) {
            if (!lines.has(group)) lines.set(group, emptyLine(group));
            run = { line: lines.get(group), rows: [] };
            runs.push(run);
          }
          if (entries.activity[place] < 0) run.line.isUsed = true;
          run.rows.push(row);
        }
      }
      return runs;
    }

    const plus = (sums, key, value) => sums.set(key, (sums.get(key) ?? 0n) + value);

    function add(cube, points, question, lines, moved) {
      const runs = found(cube, points, question, lines);
      const timeOf = isDaily(question) ? point => point : monthOf;
      for (const name of cube.names) {
        const column = cube.column(name), isCost = COSTS.includes(name);
        for (const { line, rows } of runs) {
          const known = rows.filter(row => column[row] !== null);
          if (!known.length) continue;
          const sum = known.reduce((sum, row) => sum + column[row], 0n);
          plus(line.sums, name, sum);
          if (!isCost) continue;
          line.cost = (line.cost ?? 0n) + sum;
          plus(moved, name, known.reduce((sum, row) => sum + size(column[row]), 0n));
          for (const row of known) plus(line.points, timeOf(cube.points[row]), column[row]);
        }
      }
    }

    function sum(question, { used }) {
      const lines = new Map(), moved = new Map(); // credits move a total as much as charges do
      for (const [cube, points] of used) if (points.size) add(cube, points, question, lines, moved);
      return { lines, moved };
    }

    const dearFirst = (a, b) => {
      if ((a.cost === null) !== (b.cost === null)) return a.cost === null ? 1 : -1;
      if (a.cost === b.cost) return a.group < b.group ? -1 : 1;
      return a.cost < b.cost ? 1 : -1;
    };

    // Everything about the question: lines from dear to cheap, the total, and what is short. Whole
    // months say most about quantities; the chart of a short period is drawn from days all the same.
    function ask(question) {
      if (question.key && question.by === "model") return { impossible: true };
      const told = sources(question, question.by === "day"), daily = isDaily(question);
      if (told.short.length) return { short: told.short, monthly: told.monthly.first, daily: told.daily.first };
      const { lines, moved } = sum(question, told);
      if (daily && question.by !== "day") {
        const drawn = sum(question, sources(question, true)).lines;
        for (const line of lines.values()) line.points = drawn.get(line.group)?.points ?? new Map();
      }
      const all = [...lines.values()].sort(dearFirst);
      const known = all.filter(line => line.cost !== null);
      const total = known.length ? known.reduce((sum, line) => sum + line.cost, 0n) : null;
      return { lines: all, total, moved, daily, quantities: told.quantities };
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

    // For each choice of the question what it can be: the names that occur there. Asked the same
    // again, it answers with the same list.
    const choices = (by, filter) => choicesOf(JSON.stringify([by, filter]));
    const choicesOf = kept(asked => {
      const [by, question] = JSON.parse(asked);
      const kind = by === "api_key" ? "person" : "service", found = new Set();
      for (const cube of cubes.filter(one => one.kind === kind)) {
        cube.entries.account.forEach((at, place) => {
          if (!isWanted(question, cube, place)) return;
          const name = by === "provider" ? providerOf(accounts[at]) : cube.entries[by][place];
          if (name !== -1) found.add(name);
        });
      }
      return [...found];
    });

    const isOfPersons = question => kindOf(question) === "person";
    return { ask, isOfPersons, missing, uncosted, choices, addressOf, content, first, after };
  }

  window.ecot.exploring = { explorer, calendar, kept, COSTS };
})();
