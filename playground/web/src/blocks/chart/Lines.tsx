import { valueAt, type Drawn } from "./cartesian";
import { bandOf, heightOf, round } from "./scales";

/** A line through each series' values, with the area below it if that is asked for. */
export function Lines({ categories, ticks, frame, series, isFilled }: Drawn & { isFilled: boolean }) {
  const ground = heightOf(0, ticks, frame);
  return series.map((one, number) => {
    const points = categories.map((category, place) => ({
      category,
      value: valueAt(one, category) ?? 0,
      x: round(bandOf(place, categories.length, frame).middle),
      y: round(heightOf(valueAt(one, category) ?? 0, ticks, frame)),
    }));
    const line = points.map(({ x, y }) => `${x} ${y}`).join(" L ");
    return (
      <g key={one.name} className={`series-${number % 6}`}>
        {isFilled && (
          <path
            className="area"
            d={`M ${points[0]?.x ?? 0} ${ground} L ${line} L ${points.at(-1)?.x ?? 0} ${ground} Z`}
          />
        )}
        <path className="line" d={`M ${line}`} />
        {points.map(({ category, value, x, y }) => (
          <circle key={category} cx={x} cy={y} r={3}>
            <title>{`${one.name}, ${category}: ${value}`}</title>
          </circle>
        ))}
      </g>
    );
  });
}
