// Exact decimals and money: integers of a column's last digit, never a float. What it writes is what
// the server writes, from the pieces that report/spelling.py cuts out of it, rounded half to even.
"use strict";
(() => {
  const size = value => value < 0n ? -value : value;
  const power = digits => 10n ** BigInt(digits);

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

  function writer(speech) {
    const digitsOf = currency => speech.money[currency].digits;
    const exactMoney = (value, digits, currency) =>
      written(value, digits, speech.money[currency], speech.money[currency].digits);
    const money = (value, digits, currency) => {
      const own = speech.money[currency].digits;
      return exactMoney(rounded(value, digits, own), own, currency);
    };
    const roundMoney = (value, digits, currency) => written(value, digits, speech.money[currency]);
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
    return { digitsOf, exactMoney, roundMoney, money, number, percent, quantity };
  }

  window.ecot.exact = { size, scaled, decimal, divided, rounded, shared, power, writer };
})();
