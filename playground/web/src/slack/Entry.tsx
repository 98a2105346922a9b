import type { InputBlock, Option } from "../blocks/types";
import { useStage } from "../scene/Stage";
import type { FieldValue } from "../scene/modal";
import type { Scene } from "../scene/types";

interface Props {
  id: string;
  block: InputBlock;
  value: FieldValue;
  hasError: boolean;
  describedBy: string | undefined;
  onPut: (value: FieldValue) => void;
}

/** What one fills in: a line, a longer text, or one of a list. */
export function Entry({ id, block: { element, optional }, value, hasError, describedBy, onPut }: Props) {
  const { scene } = useStage();
  const common = {
    id,
    value: typeof value === "string" ? value : "",
    required: !optional,
    "aria-invalid": hasError,
    "aria-describedby": describedBy,
  };
  if (element.type.endsWith("select")) {
    return (
      <select {...common} onChange={(event) => onPut(event.target.value || null)}>
        <option value="">{element.placeholder?.text ?? "Choose one"}</option>
        {optionsOf(element.type, element.options, scene).map(([key, label]) => (
          <option key={key} value={key}>
            {label}
          </option>
        ))}
      </select>
    );
  }
  const typed = {
    ...common,
    maxLength: element.max_length,
    placeholder: element.placeholder?.text,
    autoComplete: "off",
    onChange: (event: { target: { value: string } }) => onPut(event.target.value || null),
  };
  return element.multiline ? <textarea rows={4} {...typed} /> : <input {...typed} />;
}

function optionsOf(type: string, options: Option[] | undefined, scene: Scene): [string, string][] {
  if (type === "users_select") return Object.entries(scene.people).map(([id, { name }]) => [id, name]);
  if (type === "static_select") return (options ?? []).map(({ value, text }) => [value, text.text]);
  return scene.channels.map(({ id, label }) => [id, label]);
}
