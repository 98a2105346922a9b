import { useId, useState } from "react";

import { useStage } from "../scene/Stage";
import type { Fault } from "../scene/types";

const UNTIL_SEEN = 1000;

/** Turns a fault on or off, and shows at once what is wished: the scene follows a moment later. */
export function FaultSwitch({ fault }: { fault: Fault }) {
  const { act } = useStage();
  const id = useId();
  const [wished, setWished] = useState<boolean | null>(null);

  const turn = async (on: boolean) => {
    setWished(on);
    const isTaken = await act("fault", { fault: fault.name, on });
    setTimeout(() => setWished(null), isTaken ? UNTIL_SEEN : 0);
  };

  return (
    <div className="switch">
      <input
        id={id}
        type="checkbox"
        role="switch"
        checked={wished ?? fault.on}
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
