import type { Cell } from "../types";

export interface Order {
  column: number;
  isDescending: boolean;
}

/** The order after a click on a column's name: numbers begin with the greatest, and a second click turns it round. */
export function nextOrder(order: Order | null, column: number, rows: Cell[][]): Order {
  if (order?.column === column) return { column, isDescending: !order.isDescending };
  return { column, isDescending: isNumeric(rows, column) };
}

/** The rows in order; those that are equal stay as they were. A column sorts as numbers if all its cells are. */
export function sorted(rows: Cell[][], order: Order | null): Cell[][] {
  if (!order) return rows;
  const { column, isDescending } = order;
  const compare = isNumeric(rows, column) ? byValue : byText;
  const direction = isDescending ? -1 : 1;
  return rows.toSorted((one, other) => direction * compare(one[column], other[column]));
}

export function isNumeric(rows: Cell[][], column: number): boolean {
  return rows.every((row) => row[column]?.type === "raw_number");
}

function byValue(one: Cell | undefined, other: Cell | undefined): number {
  return (one?.value ?? 0) - (other?.value ?? 0);
}

function byText(one: Cell | undefined, other: Cell | undefined): number {
  return (one?.text ?? "").localeCompare(other?.text ?? "");
}
