import { bandOf, heightOf, type Frame } from "./scales";
import type { AxisConfig } from "../types";

interface Props {
  categories: string[];
  ticks: number[];
  frame: Frame;
  isSlanted: boolean;
  config: AxisConfig;
}

/** The lines behind a chart with their values, and the categories below. */
export function Axes({ categories, ticks, frame, isSlanted, config }: Props) {
  return (
    <g className="axes">
      {ticks.map((tick) => (
        <g key={tick} transform={`translate(0 ${heightOf(tick, ticks, frame)})`}>
          <line x1={frame.left} x2={frame.right} className={tick === 0 ? "zero" : ""} />
          <text x={frame.left - 6} dy="0.35em" textAnchor="end">
            {tick}
          </text>
        </g>
      ))}
      {categories.map((category, place) => (
        <text
          key={category}
          transform={`translate(${bandOf(place, categories.length, frame).middle} ${frame.bottom + 16})${isSlanted ? " rotate(-35)" : ""}`}
          textAnchor={isSlanted ? "end" : "middle"}
        >
          {category}
        </text>
      ))}
      {config.x_label && (
        <text x={(frame.left + frame.right) / 2} y={frame.bottom + (isSlanted ? 64 : 26)} textAnchor="middle">
          {config.x_label}
        </text>
      )}
      {config.y_label && (
        <text transform={`translate(10 ${(frame.top + frame.bottom) / 2}) rotate(-90)`} textAnchor="middle">
          {config.y_label}
        </text>
      )}
    </g>
  );
}
