import { usePage } from "../state/PageContext";

/** How many of the requests that Apizee allows in a minute are used. */
export function BudgetMeter() {
  const { used, limit } = usePage().view.wire.budget;
  return (
    <label className="budget">
      <meter min={0} max={limit} high={limit * 0.7} optimum={0} value={Math.min(used, limit)} />
      <span>
        {used} of {limit} requests to Apizee this minute
      </span>
    </label>
  );
}
