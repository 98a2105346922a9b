import { HEIGHT, WIDTH } from "./cartesian";
import { onCircle, slicesOf } from "./scales";
import type { Point } from "../types";

const X = WIDTH / 2;
const Y = HEIGHT / 2;
const RADIUS = 105;

/** A circle cut by the segments' values, clockwise from the top. */
export function Pie({ segments }: { segments: Point[] }) {
  const slices = slicesOf(segments.map(({ value }) => value));
  return segments.map(({ label, value }, number) => {
    const { from, to } = slices[number] ?? { from: 0, to: 0 };
    return (
      <g key={label} className={`series-${number % 6}`}>
        {to - from > 0.999 ? (
          <circle cx={X} cy={Y} r={RADIUS} />
        ) : (
          <path className="slice" d={wedge(from, to)} />
        )}
        <title>{`${label}: ${value}`}</title>
      </g>
    );
  });
}

function wedge(from: number, to: number): string {
  const isLarge = to - from > 0.5 ? 1 : 0;
  return `M ${X} ${Y} L ${onCircle(from, RADIUS, X, Y)} A ${RADIUS} ${RADIUS} 0 ${isLarge} 1 ${onCircle(to, RADIUS, X, Y)} Z`;
}
