import { usePage } from "../state/PageContext";
import { BotState } from "./BotState";
import { FaultSwitch } from "./FaultSwitch";

/** The bad days that can be switched on, and the worst of them. */
export function Faults() {
  const { view, act } = usePage();
  return (
    <fieldset className="card faults">
      <legend>Faults</legend>
      {view.faults.map((fault) => (
        <FaultSwitch key={fault.name} fault={fault} />
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
