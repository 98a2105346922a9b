import { useId, useRef, type KeyboardEvent } from "react";

import { Icon } from "../../parts/Icon";
import { usePage } from "../../state/PageContext";
import { draftKey, useDraft } from "./drafts";
import { ShortcutsMenu } from "../ShortcutsMenu";
import { optionId, Suggestions } from "./Suggestions";
import { useCompletion } from "./useCompletion";

interface Props {
  label: string;
  placeholder: string;
  action: "write" | "reply";
  /** The slug of the channel, or the ts of the thread. */
  place: string;
}

/** Where one types. Enter sends, Shift and Enter begins a new line; commands and names are completed. */
export function Composer({ label, placeholder, action, place }: Props) {
  const { view, act } = usePage();
  const [text, setText] = useDraft(draftKey(view.me.slug, place));
  const field = useRef<HTMLTextAreaElement>(null);
  const listId = useId();
  const completion = useCompletion(text, setText);
  const { suggestions, active } = completion;

  const sendIt = async () => {
    if (!text.trim()) return;
    setText("");
    if (!(await act(action, { text }))) setText(text);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const isDone = completion.onKey(event);
    const isSending = !isDone && event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing;
    if (isDone || isSending) event.preventDefault();
    if (isSending) void sendIt();
  };

  return (
    <form
      className="composer"
      data-tour={action}
      onSubmit={(event) => {
        event.preventDefault();
        void sendIt();
        field.current?.focus();
      }}
    >
      <Suggestions id={listId} completion={completion} />
      <textarea
        ref={field}
        rows={1}
        value={text}
        aria-label={label}
        placeholder={placeholder}
        autoComplete="off"
        aria-autocomplete="list"
        aria-controls={suggestions.length > 0 ? listId : undefined}
        aria-activedescendant={active >= 0 ? optionId(listId, active) : undefined}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className="composer-tools">
        {action === "write" && <ShortcutsMenu />}
        <span className="quiet keys" aria-hidden="true">
          Enter sends
        </span>
        <button
          type="submit"
          className="send"
          aria-label={action === "write" ? "Send" : "Send reply"}
          disabled={!text.trim()}
        >
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}
