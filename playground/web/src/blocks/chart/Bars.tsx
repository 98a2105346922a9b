import { valueAt, type Drawn } from "./cartesian";
import { bandOf, heightOf } from "./scales";

const FILLED = 0.72;
const WIDEST = 44;

/** Bars side by side, a group for each category. */
export function Bars({ categories, ticks, frame, series }: Drawn) {
  const { width } = bandOf(0, categories.length, frame);
  const thickness = Math.min(WIDEST, (width * FILLED) / series.length);
  const ground = heightOf(0, ticks, frame);
  return series.map((one, number) => (
    <g key={one.name} className={`series-${number % 6}`}>
      {categories.map((category, place) => {
        const value = valueAt(one, category) ?? 0;
        const end = heightOf(value, ticks, frame);
        const start = bandOf(place, categories.length, frame).middle - (thickness * series.length) / 2;
        return (
          <rect
            key={category}
            x={start + number * thickness}
            y={Math.min(end, ground)}
            width={Math.max(1, thickness - 1)}
            height={Math.abs(ground - end)}
            rx={Math.min(2, thickness / 4)}
          >
            <title>{`${one.name}, ${category}: ${value}`}</title>
          </rect>
        );
      })}
    </g>
  ));
}
