import type { InputBlock, Option } from "../blocks/types";
import { usePage } from "../state/PageContext";
import type { FieldValue } from "../state/modal";
import type { ViewState } from "../state/types";
import { toLocal, toSeconds } from "./modal/moment";

interface Props {
  id: string;
  block: InputBlock;
  value: FieldValue;
  hasError: boolean;
  describedBy: string | undefined;
  onPut: (value: FieldValue) => void;
}

/** What one fills in: a line, a longer text, a moment, or one of a list. */
export function Entry({ id, block: { element, optional }, value, hasError, describedBy, onPut }: Props) {
  const { view } = usePage();
  const common = {
    id,
    value: typeof value === "string" ? value : "",
    required: !optional,
    "aria-invalid": hasError,
    "aria-describedby": describedBy,
  };
  if (element.type === "multi_users_select") {
    return (
      <select
        {...common}
        multiple
        value={Array.isArray(value) ? value : []}
        onChange={(event) => onPut(Array.from(event.target.selectedOptions, (one) => one.value))}
      >
        {peopleIn(view).map(([key, label]) => (
          <option key={key} value={key}>
            {label}
          </option>
        ))}
      </select>
    );
  }
  if (element.type.endsWith("select")) {
    return (
      <select {...common} onChange={(event) => onPut(event.target.value || null)}>
        <option value="">{element.placeholder?.text ?? "Choose one"}</option>
        {optionsOf(element.type, element.options, view).map(([key, label]) => (
          <option key={key} value={key}>
            {label}
          </option>
        ))}
      </select>
    );
  }
  if (element.type === "datetimepicker") {
    // The browser holds what is typed: 31 November, on the way to another month, is no value, and would empty the field.
    const { value: atFirst, ...others } = common;
    return (
      <input
        {...others}
        type="datetime-local"
        max="9999-12-31T23:59" // else its year takes six digits
        defaultValue={toLocal(atFirst)}
        onChange={(event) => onPut(toSeconds(event.target.value))}
      />
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

function peopleIn(view: ViewState): [string, string][] {
  return Object.entries(view.people).map(([id, { name }]) => [id, name]);
}

function optionsOf(type: string, options: Option[] | undefined, view: ViewState): [string, string][] {
  if (type === "users_select") return peopleIn(view);
  if (type === "static_select") return (options ?? []).map(({ value, text }) => [value, text.text]);
  return view.channels.map(({ id, label }) => [id, label]);
}
