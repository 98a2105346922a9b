import { Fragment } from "react";

import { dayOf } from "../parts/time";
import type { Message } from "../state/types";
import { MessageItem } from "./MessageItem";
import { useStayAtEnd } from "./useStayAtEnd";

interface Props {
  messages: Message[];
  label: string;
  isThread?: boolean;
}

const TOGETHER_WITHIN = 300;

/** Messages by time; those that one author wrote in a row stand together. Stays at the end when one was there. */
export function Messages({ messages, label, isThread = false }: Props) {
  const { log, onScroll } = useStayAtEnd(messages);

  return (
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
            <MessageItem message={message} isContinued={isContinued(before, message)} isInThread={isThread} />
          </Fragment>
        );
      })}
    </div>
  );
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
