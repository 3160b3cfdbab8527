// How the explorer writes numbers: as the server does, from the pieces that it sent, half to even.
"use strict";
(() => {
  const { decimal } = window.ecot.exploring;
  const size = value => value < 0n ? -value : value;
  const power = digits => 10n ** BigInt(digits);

  // The quotient as an integer, rounded half to even.
  function divided(value, unit) {
    const whole = size(value) / unit, rest = size(value) % unit * 2n;
    const up = whole + (rest > unit || (rest === unit && whole % 2n === 1n) ? 1n : 0n);
    return value < 0n ? -up : up;
  }

  // An integer of `digits` decimals as one of `wanted` decimals.
  const rounded = (value, digits, wanted) => digits <= wanted
    ? value * power(wanted - digits) : divided(value, power(digits - wanted));

  // The value with all its digits, and at least `least` decimals of them.
  function written(value, digits, pieces, least = 0) {
    let [whole, part = ""] = decimal(size(value), digits).split(".");
    whole = whole.replace(/\B(?=(\d{3})+$)/g, pieces.group);
    part = part.padEnd(least, "0");
    const [before, behind] = value < 0n ? pieces.minus : pieces.plus;
    return before + whole + (part && pieces.point + part) + behind;
  }

  // Parts of a whole in units that add up to it: what is left goes to the largest remainders.
  function shared(parts, units) {
    const whole = parts.reduce((sum, part) => sum + part, 0n);
    if (whole === 0n) return parts.map(() => 0n);
    const floors = parts.map(part => part * units / whole);
    const left = Number(units - floors.reduce((sum, part) => sum + part, 0n));
    const order = parts.map((part, at) => at).sort((a, b) => {
      const [one, other] = [parts[a] * units % whole, parts[b] * units % whole];
      return one === other ? a - b : one > other ? -1 : 1;
    });
    order.slice(0, left).forEach(at => { floors[at] += 1n; });
    return floors;
  }

  function writer(speech, locale) {
    const plural = new Intl.PluralRules(locale);
    const exactMoney = (value, digits, currency) =>
      written(value, digits, speech.money[currency], speech.money[currency].digits);
    const money = (value, digits, currency) => {
      const own = speech.money[currency].digits;
      return exactMoney(rounded(value, digits, own), own, currency);
    };
    const number = (value, digits) => written(value, digits, speech.number);
    const percent = (part, whole) => written(divided(part * 1000n, whole), 1, speech.percent);

    // To read at a glance: 48.2M, 12,345, 1.25.
    function quantity(value, digits) {
      const whole = size(value) / power(digits);
      if (whole < 1000n) return number(rounded(value, digits, 2), 2);
      if (whole < 1000000n) return number(rounded(value, digits, 0), 0);
      const most = Object.keys(speech.compact).map(Number).filter(one => whole >= power(one)).pop();
      return number(rounded(value, digits + most, 1), 1) + speech.compact[most];
    }

    // "12 requests": `name` is ours, or the provider's own word.
    function measured(name, value, digits) {
      const forms = speech.quantities[name], count = quantity(value, digits);
      if (!forms) return `${name.replaceAll("_", " ")} ${count}`;
      const form = plural.select(Number(decimal(value, digits))) === "one" ? forms[0] : forms[1];
      return form.replace("{count}", count);
    }

    // "of which: {name}" with its blanks filled.
    const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

    const format = options => new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options });
    const [month, shortMonth, day, shortDay] = [
      { month: "long", year: "numeric" }, { month: "short", year: "numeric" },
      { day: "numeric", month: "long", year: "numeric" }, { day: "numeric", month: "short" },
    ].map(options => {
      const one = format(options);
      return number => one.format(number * 86400000);
    });
    const digitsOf = currency => speech.money[currency].digits;
    return { digitsOf, money, exactMoney, number, percent, quantity, measured, say, month, shortMonth, day, shortDay };
  }

  Object.assign(window.ecot.exploring, { writer, rounded, shared, power });
})();
