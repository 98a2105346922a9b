import type { InputBlock } from "../../blocks/types";
import type { FieldValue } from "../../state/modal";

interface Props {
  block: InputBlock;
  value: FieldValue;
  describedBy: string | undefined;
  onPut: (value: FieldValue) => void;
}

/** Checkboxes or radio buttons. */
export function Choices({ block, value, describedBy, onPut }: Props) {
  const isOne = block.element.type === "radio_buttons";
  const held = Array.isArray(value) ? value : value === null ? [] : [value];
  const put = (option: string, isOn: boolean) => {
    const others = held.filter((one) => one !== option);
    onPut(isOne ? option : isOn ? [...others, option] : others);
  };
  return (
    <fieldset aria-describedby={describedBy}>
      <legend>
        {block.label.text} {block.optional && <span className="quiet">(optional)</span>}
      </legend>
      {(block.element.options ?? []).map((option) => (
        <label key={option.value} className="choice">
          <input
            type={isOne ? "radio" : "checkbox"}
            name={block.block_id}
            checked={held.includes(option.value)}
            onChange={(event) => put(option.value, event.target.checked)}
          />
          {option.text.text}
        </label>
      ))}
    </fieldset>
  );
}
