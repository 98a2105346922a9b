import { useId } from "react";

import { Axes } from "./Axes";
import { Bars } from "./Bars";
import { categoriesOf, frameFor, HEIGHT, ticksOf, WIDTH } from "./cartesian";
import { describe } from "../describe";
import { Legend } from "./Legend";
import { Lines } from "./Lines";
import { Pie } from "./Pie";
import type { CartesianChart, PieChart } from "../types";

interface Props {
  title: string;
  chart: CartesianChart | PieChart;
}

/** A chart as a drawing that tells its figures to those who do not see it. */
export function Chart({ title, chart }: Props) {
  const id = useId();
  const names =
    chart.type === "pie" ? chart.segments.map(({ label }) => label) : chart.series.map(({ name }) => name);
  return (
    <figure className="chart">
      <figcaption>{title}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-labelledby={`${id}title ${id}description`}>
        <title id={`${id}title`}>{title}</title>
        <desc id={`${id}description`}>{describe(chart)}</desc>
        {chart.type === "pie" ? <Pie segments={chart.segments} /> : <Cartesian chart={chart} />}
      </svg>
      <Legend names={names} />
    </figure>
  );
}

function Cartesian({ chart }: { chart: CartesianChart }) {
  const ticks = ticksOf(chart);
  const categories = categoriesOf(chart);
  const { frame, isSlanted } = frameFor(categories);
  const drawn = { categories, ticks, frame, series: chart.series };
  return (
    <>
      <Axes
        categories={categories}
        ticks={ticks}
        frame={frame}
        isSlanted={isSlanted}
        config={chart.axis_config ?? {}}
      />
      {chart.type === "bar" ? <Bars {...drawn} /> : <Lines {...drawn} isFilled={chart.type === "area"} />}
    </>
  );
}
