import type { CartesianChart, PieChart, Point } from "./types";

/** What a chart shows, in words, for those who do not see it. */
export function describe(chart: CartesianChart | PieChart): string {
  if (chart.type === "pie") return `Pie. ${listed(chart.segments)}`;
  const kind = { bar: "Bars", line: "Lines", area: "Areas" }[chart.type];
  return `${kind}. ${chart.series.map(({ name, data }) => `${name}: ${listed(data)}`).join(" ")}`;
}

function listed(points: Point[]): string {
  return `${points.map(({ label, value }) => `${label} ${value}`).join(", ")}.`;
}
