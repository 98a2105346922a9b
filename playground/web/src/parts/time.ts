const TIME = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const EXACT = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" });

const UNITS = [
  ["day", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
] as const;

/** The time of day of a moment in Unix seconds. */
export const timeOf = (at: number) => TIME.format(at * 1000);

export const exactTimeOf = (at: number) => EXACT.format(at * 1000);

export const dayOf = (at: number) => DAY.format(at * 1000);

/** The two greatest units of a length of time, such as `1 h 5 min`. */
export function lengthOf(seconds: number): string {
  const parts: string[] = [];
  let rest = Math.round(seconds);
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest %= size;
    if (count > 0) parts.push(`${count} ${unit === "day" && count > 1 ? "days" : unit}`);
  }
  return parts.slice(0, 2).join(" ") || "0 s";
}
