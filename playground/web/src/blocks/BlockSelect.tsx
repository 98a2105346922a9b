import { usePage } from "../state/PageContext";
import { usePress } from "./Press";
import type { Element } from "./types";

/** A list of one's conversations outside of a form: what is chosen is sent at once. */
export function BlockSelect({ element }: { element: Element }) {
  const press = usePress();
  const { view } = usePage();
  const label = element.placeholder?.text ?? "Choose one";
  return (
    <select
      className="block-select"
      aria-label={label}
      value={element.initial_conversation ?? ""}
      onChange={(event) => event.target.value && press(element.action_id, event.target.value)}
    >
      <option value="">{label}</option>
      {view.channels.map(({ id, label: name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}
