import { useId } from "react";

import type { InputBlock } from "../../blocks/types";
import type { FieldValue } from "../../state/modal";
import { Choices } from "./Choices";
import { Entry } from "../Entry";

interface Props {
  block: InputBlock;
  value: FieldValue;
  error: string | undefined;
  onPut: (value: FieldValue) => void;
}

/** A labelled field of a modal, with its hint and what is wrong with it. */
export function Field({ block, value, error, onPut }: Props) {
  const id = useId();
  const describedBy =
    [block.hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  const isChoices = ["checkboxes", "radio_buttons"].includes(block.element.type);
  return (
    <div className="field">
      {isChoices ? (
        <Choices block={block} value={value} describedBy={describedBy} onPut={onPut} />
      ) : (
        <>
          <label htmlFor={id}>
            {block.label.text} {block.optional && <span className="quiet">(optional)</span>}
          </label>
          <Entry
            id={id}
            block={block}
            value={value}
            hasError={Boolean(error)}
            describedBy={describedBy}
            onPut={onPut}
          />
        </>
      )}
      {error && (
        <p className="trouble" role="alert" id={`${id}-error`}>
          {error}
        </p>
      )}
      {block.hint && (
        <p className="quiet hint" id={`${id}-hint`}>
          {block.hint.text}
        </p>
      )}
    </div>
  );
}
