import { Fragment, useState } from "react";

import { dayOf } from "../parts/time";
import { usePage } from "../state/PageContext";
import type { Message, ViewState } from "../state/types";
import { MessageItem } from "./MessageItem";
import { useStayAtEnd } from "./useStayAtEnd";

interface Props {
  messages: Message[];
  label: string;
  isThread?: boolean;
}

const TOGETHER_WITHIN = 300;

/** Messages by time; those that one author wrote in a row stand together. Marks what is new. */
export function Messages({ messages, label, isThread = false }: Props) {
  const { view, followed } = usePage();
  const { log, isBehind, onScroll, toEnd } = useStayAtEnd(messages, messages.at(-1)?.ts ?? "", followed);
  // What comes while one is here is not new in this sense.
  const [firstNew] = useState(() => (isThread ? undefined : messages.find(isNewTo(view))?.ts));

  return (
    <div className="log">
      <div
        className="messages"
        role="log"
        aria-label={label}
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
        tabIndex={0}
        ref={log}
        onScroll={onScroll}
      >
        <div className="messages-room" />
        {messages.length === 0 && (
          <p className="quiet empty">Nothing here yet. Type / below to see what Apizee can do.</p>
        )}
        {messages.map((message, place) => {
          const before = messages[place - 1];
          return (
            <Fragment key={message.ts}>
              {!isThread && isNewDay(before, message) && <div className="day">{dayOf(message.at)}</div>}
              {message.ts === firstNew && <div className="day new">New messages</div>}
              <MessageItem
                message={message}
                isContinued={message.ts !== firstNew && isContinued(before, message)}
                isInThread={isThread}
              />
            </Fragment>
          );
        })}
      </div>
      {isBehind && (
        <button type="button" className="button behind" onClick={toEnd}>
          New messages
        </button>
      )}
    </div>
  );
}

/** What others wrote since one was last in this place. */
function isNewTo({ newSince, me }: ViewState): (message: Message) => boolean {
  return ({ at, author }) => newSince !== null && at > newSince && author !== me.user;
}

function isNewDay(before: Message | undefined, message: Message): boolean {
  return !before || dayOf(before.at) !== dayOf(message.at);
}

function isContinued(before: Message | undefined, message: Message): boolean {
  if (!before || isNewDay(before, message)) return false;
  const isSameVoice =
    before.author === message.author && before.onlyVisibleToYou === message.onlyVisibleToYou;
  return isSameVoice && message.at - before.at < TOGETHER_WITHIN;
}
