import { useCallback, useEffect, useRef, useState, type SyntheticEvent } from "react";

import { Blocks } from "../../blocks/Blocks";
import { Dialog } from "../../parts/Dialog";
import { usePage } from "../../state/PageContext";
import type { FieldValue, ModalView } from "../../state/modal";
import { Field } from "./Field";

/** The open modal; what is wrong with a field stands next to it, and the first such field gets the focus. */
export function Modal({ modal }: { modal: ModalView }) {
  const { act } = usePage();
  const [values, setValues] = useState(modal.values);
  const [isSending, setSending] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const press = useCallback(
    (action: string, block?: string) => void act("press_modal", { action, block }),
    [act],
  );

  useEffect(() => {
    const first = Object.keys(modal.errors).length > 0 ? "[aria-invalid=true]" : "input, select, textarea";
    form.current?.querySelector<HTMLElement>(first)?.focus();
  }, [modal.errors]);

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    setSending(true);
    await act("submit", { values });
    setSending(false);
  };

  const put = (name: string, value: FieldValue) => setValues((before) => ({ ...before, [name]: value }));

  return (
    <Dialog title={modal.title} onClose={() => void act("close", {})}>
      <form ref={form} noValidate onSubmit={(event) => void submit(event)}>
        <div className="dialog-body">
          {modal.trouble && (
            <p className="trouble" role="alert">
              {modal.trouble}
            </p>
          )}
          {modal.blocks.map((block, place) =>
            block.type === "input" ? (
              <Field
                key={block.block_id}
                block={block}
                value={values[block.block_id] ?? null}
                error={modal.errors[block.block_id]}
                onPut={(value) => put(block.block_id, value)}
              />
            ) : (
              <Blocks key={block.block_id ?? place} blocks={[block]} press={press} />
            ),
          )}
        </div>
        <div className="dialog-buttons">
          <button type="button" className="button" onClick={() => void act("close", {})}>
            {modal.close}
          </button>
          {modal.submit && (
            <button type="submit" className="button primary" disabled={isSending}>
              {modal.submit}
            </button>
          )}
        </div>
      </form>
    </Dialog>
  );
}
