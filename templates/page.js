// Comfort only: every page says the same without it. The theme, sorted tables, tips on charts.
"use strict";
(() => {
  const root = document.documentElement;
  const kept = {
    // A page that is opened from a folder may have no storage: the choice then lasts for the page.
    get: () => { try { return localStorage.getItem("ecot-theme"); } catch { return null; } },
    put: theme => { try { localStorage.setItem("ecot-theme", theme); } catch { root.dataset.lasts = "page"; } },
  };

  function theme(button) {
    const isDark = () => root.dataset.theme
      ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    const show = () => { button.textContent = isDark() ? button.dataset.light : button.dataset.dark; };
    if (kept.get()) root.dataset.theme = kept.get();
    button.hidden = false;
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      kept.put(root.dataset.theme);
      show();
    });
    show();
  }

  // The exact value of a cell: that of its first <data>, else its text. Compared as decimals.
  const told = row => column => {
    const cell = row.cells[column], data = cell && cell.querySelector("data");
    return data ? data.value : cell ? cell.textContent.trim() : "";
  };
  function compare(one, other) {
    const a = Number(one), b = Number(other);
    if (one === "" || other === "") return (one === "") - (other === "");
    return Number.isNaN(a) || Number.isNaN(b) ? one.localeCompare(other, root.lang) : a - b;
  }

  function sortable(table) {
    const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells];
    const fixed = [...body.rows].filter(row => row.classList.contains("rounding"));
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const isUp = head.getAttribute("aria-sort") === "descending";
        heads.forEach(other => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", isUp ? "ascending" : "descending");
        const rows = [...body.rows].filter(row => !fixed.includes(row));
        rows.sort((a, b) => compare(told(a)(column), told(b)(column)) * (isUp ? 1 : -1));
        body.append(...rows, ...fixed);
      });
    });
  }

  // What a mark says, beside the pointer and for the arrow keys: <title> alone asks for patience.
  function tips(plot) {
    const tip = Object.assign(document.createElement("div"), { className: "tip", hidden: true });
    const spoken = Object.assign(document.createElement("p"), { className: "unseen" });
    spoken.setAttribute("role", "status");
    plot.after(tip, spoken);
    const marks = () => [...plot.querySelectorAll("[data-tip], .mark, .hit")].filter(text);
    const text = mark => {
      const title = mark.querySelector("title");
      if (title) { mark.dataset.tip = title.textContent; title.remove(); }
      return mark.dataset.tip || "";
    };
    let at = -1;
    const show = mark => {
      const box = mark.getBoundingClientRect();
      tip.textContent = text(mark);
      tip.hidden = false;
      const left = box.left + box.width / 2 - tip.offsetWidth / 2 + scrollX;
      const most = root.clientWidth - tip.offsetWidth - 8 + scrollX;
      tip.style.left = `${Math.max(8 + scrollX, Math.min(left, most))}px`;
      tip.style.top = `${Math.max(scrollY, box.top + scrollY - tip.offsetHeight - 6)}px`;
    };
    const hide = () => { tip.hidden = true; };
    document.body.append(tip);
    plot.tabIndex = 0;
    plot.addEventListener("pointerover", event => {
      const mark = event.target.closest("[data-tip], .mark, .hit");
      if (mark && text(mark)) show(mark); else hide();
    });
    plot.addEventListener("pointerleave", hide);
    plot.addEventListener("blur", hide);
    plot.addEventListener("keydown", event => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (event.key === "Escape") return hide();
      const all = marks();
      if (!step || !all.length) return undefined;
      event.preventDefault();
      at = (at + step + all.length) % all.length;
      show(all[at]);
      spoken.textContent = tip.textContent;
      return undefined;
    });
  }

  document.querySelectorAll(".theme").forEach(theme);
  document.querySelectorAll("table.sorted").forEach(sortable);
  document.querySelectorAll("svg.plot").forEach(tips);
  window.ecot = { tips, sortable };
})();
