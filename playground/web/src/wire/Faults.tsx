import { useStage } from "../scene/Stage";
import { BotState } from "./BotState";
import { FaultSwitch } from "./FaultSwitch";

/** The bad days that can be switched on, and the worst of them. */
export function Faults() {
  const { scene, act } = useStage();
  return (
    <fieldset className="card faults">
      <legend>Faults</legend>
      {scene.faults.map((fault) => (
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
