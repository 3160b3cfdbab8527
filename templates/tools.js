// One measure at a time: the folded charts become a list to pick from.
"use strict";
(() => {
  for (const choices of document.querySelectorAll(".choices")) {
    const panels = [...choices.querySelectorAll("details.panel")];
    if (panels.length < 2) continue;
    const label = document.createElement("label"), select = document.createElement("select");
    label.className = "picker";
    label.append(choices.dataset.label, select);
    const groups = new Map();
    panels.forEach((panel, place) => {
      const name = panel.dataset.group;
      if (!groups.has(name)) groups.set(name, Object.assign(document.createElement("optgroup"), { label: name }));
      groups.get(name).append(new Option(panel.dataset.name, place));
      panel.classList.add("picked");
    });
    select.append(...groups.values());
    const show = () => panels.forEach((panel, place) => {
      panel.open = panel === panels[select.value];
      panel.hidden = !panel.open;
    });
    select.addEventListener("change", show);
    choices.prepend(label);
    select.value = 0;
    show();
  }
})();
