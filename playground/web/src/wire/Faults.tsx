import { useId } from "react";

import { useStage } from "../scene/Stage";
import type { Fault } from "../scene/types";
import { BotState } from "./BotState";

/** The bad days that can be switched on, and the worst of them. */
export function Faults() {
  const { scene, act } = useStage();
  return (
    <fieldset className="card faults">
      <legend>Faults</legend>
      {scene.faults.map((fault) => (
        <Switch
          key={fault.name}
          fault={fault}
          onTurn={(on) => void act("fault", { fault: fault.name, on })}
        />
      ))}
      <div className="row kill">
        <button type="button" className="button danger" onClick={() => void act("kill", {})}>
          kill -9 the bot
        </button>
        <BotState />
      </div>
    </fieldset>
  );
}

function Switch({ fault, onTurn }: { fault: Fault; onTurn: (on: boolean) => void }) {
  const id = useId();
  return (
    <div className="switch">
      <input
        id={id}
        type="checkbox"
        role="switch"
        checked={fault.on}
        aria-describedby={`${id}-about`}
        onChange={(event) => onTurn(event.target.checked)}
      />
      <label htmlFor={id}>{fault.label}</label>
      <small className="quiet" id={`${id}-about`}>
        {fault.about}
      </small>
    </div>
  );
}
