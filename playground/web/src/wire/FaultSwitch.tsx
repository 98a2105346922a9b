import { useId, useState } from "react";

import { usePage } from "../state/PageContext";
import type { Fault } from "../state/types";

const UNTIL_SEEN = 1000;

/** Turns a fault on or off, and shows at once what was chosen: the view follows a moment later. */
export function FaultSwitch({ fault }: { fault: Fault }) {
  const { act } = usePage();
  const id = useId();
  const [chosen, setChosen] = useState<boolean | null>(null);

  const turn = async (on: boolean) => {
    setChosen(on);
    const isTaken = await act("fault", { fault: fault.name, on });
    setTimeout(() => setChosen(null), isTaken ? UNTIL_SEEN : 0);
  };

  return (
    <div className="switch">
      <input
        id={id}
        type="checkbox"
        role="switch"
        checked={chosen ?? fault.on}
        aria-describedby={`${id}-about`}
        onChange={(event) => void turn(event.target.checked)}
      />
      <label htmlFor={id}>{fault.label}</label>
      <small className="quiet" id={`${id}-about`}>
        {fault.about}
      </small>
    </div>
  );
}
