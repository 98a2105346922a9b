/** The arithmetic of charts: where values and categories lie, in the units of the drawing. */

export interface Frame {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

const STEPS = [1, 2, 5, 10];
const MOST_TICKS = 5;

/** Round values from zero (or below the least) up to at least the greatest, for the lines behind a chart. */
export function ticksFor(values: number[]): number[] {
  const low = Math.min(0, ...values);
  const greatest = Math.max(0, ...values);
  const rough = roundStep((Math.max(greatest, low + 1) - low) / MOST_TICKS);
  const step = values.every(Number.isInteger) ? Math.max(1, rough) : rough;
  const ticks: number[] = [];
  for (let tick = Math.floor(low / step) * step; ; tick += step) {
    ticks.push(Number(tick.toPrecision(12)));
    if (tick >= greatest && ticks.length > 1) return ticks;
  }
}

function roundStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  return (STEPS.find((step) => step * power >= atLeast - Number.EPSILON) ?? 10) * power;
}

/** The height at which a value is drawn. */
export function heightOf(value: number, ticks: number[], { top, bottom }: Frame): number {
  const low = ticks[0] ?? 0;
  const high = ticks.at(-1) ?? 1;
  return bottom - ((value - low) / (high - low)) * (bottom - top);
}

/** The middle of a category's band, and how wide each band is. */
export function bandOf(
  place: number,
  count: number,
  { left, right }: Frame,
): { middle: number; width: number } {
  const width = (right - left) / Math.max(1, count);
  return { middle: left + width * (place + 0.5), width };
}

export interface Slice {
  from: number;
  to: number;
}

/** Each value's part of a circle, in turns from the top. */
export function slicesOf(values: number[]): Slice[] {
  const whole = values.reduce((sum, value) => sum + value, 0) || 1;
  let from = 0;
  return values.map((value) => {
    const slice = { from, to: from + value / whole };
    from = slice.to;
    return slice;
  });
}

/** A point of a circle, `turn` from 0 (top) clockwise to 1. */
export function onCircle(turn: number, radius: number, x: number, y: number): string {
  const angle = turn * 2 * Math.PI - Math.PI / 2;
  return `${round(x + radius * Math.cos(angle))} ${round(y + radius * Math.sin(angle))}`;
}

export const round = (value: number) => Math.round(value * 100) / 100;
