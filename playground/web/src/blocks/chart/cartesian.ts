import { bandOf, ticksFor, type Frame } from "./scales";
import type { CartesianChart, Series } from "../types";

export const WIDTH = 480;
export const HEIGHT = 250;
const FRAME: Frame = { left: 40, right: WIDTH - 8, top: 12, bottom: HEIGHT - 28 };
const ROOM_FOR_SLANTED = 40;
const WIDTH_OF_A_LETTER = 7;

/** Where the values lie, and whether the names below are too long to stand side by side. */
export function frameFor(categories: string[]): { frame: Frame; isSlanted: boolean } {
  const longest = Math.max(...categories.map(({ length }) => length), 0);
  const isSlanted = longest * WIDTH_OF_A_LETTER > bandOf(0, categories.length, FRAME).width;
  return { frame: { ...FRAME, bottom: FRAME.bottom - (isSlanted ? ROOM_FOR_SLANTED : 0) }, isSlanted };
}

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
  return ticksFor(chart.series.flatMap(({ data }) => data.map(({ value }) => value)));
}

/** A series' value at a category. */
export function valueAt(series: Series, category: string): number | undefined {
  return series.data.find(({ label }) => label === category)?.value;
}
