import { ticksFor, type Frame } from "./scales";
import type { CartesianChart, Series } from "./types";

export const WIDTH = 480;
export const HEIGHT = 250;
export const FRAME: Frame = { left: 40, right: WIDTH - 8, top: 12, bottom: HEIGHT - 58 };

/** What bars and lines are drawn from. */
export interface Drawn {
  categories: string[];
  ticks: number[];
  frame: Frame;
  series: Series[];
}

/** The names along the bottom: as given, or those of the first series' points. */
export function categoriesOf(chart: CartesianChart): string[] {
  return chart.axis_config?.categories ?? chart.series[0]?.data.map(({ label }) => label) ?? [];
}

export function ticksOf(chart: CartesianChart): number[] {
  const values = chart.series.flatMap(({ data }) => data.map(({ value }) => value));
  return ticksFor(Math.min(...values, 0), Math.max(...values, 0));
}

/** A series' value at a category. */
export function valueAt(series: Series, category: string): number | undefined {
  return series.data.find(({ label }) => label === category)?.value;
}
