"""The explorer's usual rival: a page of the same figures, drawn by Apache ECharts, in floats."""

import json
from collections.abc import Iterable
from pathlib import Path

from ecot.model.figure import Figure

LIBRARY = Path(__file__).parents[1] / "node_modules" / "echarts" / "dist" / "echarts.min.js"
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>ECharts</title>
<style>body{font:1rem sans-serif;max-width:62rem;margin:auto}#chart{height:260px}
table{width:100%}</style>
<h1 id="total"></h1><div id="chart"></div><table></table>
<script type="application/json" id="rows">ROWS</script><script>LIBRARY</script><script>
const all = JSON.parse(document.getElementById("rows").textContent);
const chart = echarts.init(document.getElementById("chart"));
const BY = {provider: 1, sub_account: 2, service: 3, model: 4};
function ask({provider, by}) {
  const lines = new Map(), months = [...new Set(all.map(row => row[0]))];
  for (const row of all) {
    if (provider && row[1] !== provider) continue;
    const name = row[BY[by]] ?? "none";
    if (!lines.has(name)) lines.set(name, {name, cost: 0, requests: 0, points: new Map()});
    const line = lines.get(name);
    line.cost += row[5]; line.requests += row[6];
    line.points.set(row[0], (line.points.get(row[0]) ?? 0) + row[5]);
  }
  const sorted = [...lines.values()].sort((a, b) => b.cost - a.cost), top = sorted.slice(0, 8);
  chart.setOption({animation: false, tooltip: {}, legend: {}, yAxis: {},
    xAxis: {type: "category", data: months},
    series: top.map(line => ({name: line.name, type: "bar", stack: "all",
      data: months.map(month => line.points.get(month) ?? 0)}))}, true);
  const money = new Intl.NumberFormat("en", {style: "currency", currency: "USD"});
  document.getElementById("total").textContent =
    money.format(sorted.reduce((sum, line) => sum + line.cost, 0));
  document.querySelector("table").replaceChildren(...sorted.slice(0, 100).map(line => {
    const row = document.createElement("tr");
    for (const text of [line.name, line.requests, money.format(line.cost)])
      row.insertCell().textContent = text;
    return row;
  }));
}
ask({by: "provider"});
</script></html>"""


def page(figures: Iterable[Figure]) -> bytes:
    """The page of the figures, whole in one file, as Ecot's own is."""
    rows = [
        [
            str(one.cell.day)[:7],
            *(one.provider, one.cell.sub_account_id, one.cell.service, one.cell.model),
            float(one.cell.cost or 0),
            float(one.cell.quantities.get("requests", 0)),
        ]
        for one in figures
    ]
    library = LIBRARY.read_text(encoding="utf-8")
    told = json.dumps(rows, separators=(",", ":")).replace("<", "\\u003c")
    return _PAGE.replace("ROWS", told).replace("LIBRARY", library).encode()
