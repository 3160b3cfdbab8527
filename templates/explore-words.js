// How the explorer says quantities, months and days; numbers and money are written by exact.js.
"use strict";
(() => {
  const { decimal, writer } = window.ecot.exact;
  const { kept } = window.ecot.exploring;

  function speaker(speech, locale) {
    const written = writer(speech), plural = new Intl.PluralRules(locale);

    // "12 requests": `name` is ours, or the provider's own word.
    function measured(name, value, digits) {
      const forms = speech.quantities[name], count = written.quantity(value, digits);
      if (!forms) return `${name.replaceAll("_", " ")} ${count}`;
      const form = plural.select(Number(decimal(value, digits))) === "one" ? forms[0] : forms[1];
      return form.replace("{count}", count);
    }

    // "of which: {name}" with its blanks filled.
    const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

    // The first of a month, as the server writes it.
    const ordinal = text => locale.startsWith("fr") ? text.replace(/^1(?= )/, "1er") : text;
    const format = options => new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options });
    const [month, shortMonth, day, shortDay] = [
      { month: "long", year: "numeric" }, { month: "short", year: "numeric" },
      { day: "numeric", month: "long", year: "numeric" }, { day: "numeric", month: "short" },
    ].map(options => {
      const one = format(options);
      return kept(number => ordinal(one.format(number * 86400000)));
    });
    return { ...written, measured, say, month, shortMonth, day, shortDay };
  }

  window.ecot.exploring.speaker = speaker;
})();
