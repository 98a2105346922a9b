import { memo, useCallback, useMemo } from "react";

import { Blocks } from "../blocks/Blocks";
import type { Block } from "../blocks/types";
import { Avatar } from "../parts/Avatar";
import { Icon } from "../parts/Icon";
import { timeOf } from "../parts/time";
import { usePage } from "../state/PageContext";
import type { Message } from "../state/types";
import { Files } from "./Files";
import { MessageTools } from "./MessageTools";
import { Unfurls } from "./Unfurls";

interface Props {
  message: Message;
  isContinued: boolean;
  isInThread: boolean;
}

/** One message with all that hangs on it. */
export const MessageItem = memo(function MessageItem({ message, isContinued, isInThread }: Props) {
  const { act, go } = usePage();
  const { ts, author, replies } = message;
  const press = useCallback(
    (action: string, block?: string) => void act("press", { ts, action, block }),
    [act, ts],
  );
  const blocks = useMemo(() => blocksOf(message), [message]);

  return (
    <article id={isInThread ? undefined : `message-${ts}`} className={classOf(message, isContinued)}>
      {!isContinued && <Avatar user={author} />}
      <div className="message-body">
        {message.onlyVisibleToYou && (
          <p className="only-you">
            <Icon name="eye" /> Only visible to you
          </p>
        )}
        <Byline message={message} isContinued={isContinued} />
        <Blocks blocks={blocks} press={press} />
        <Unfurls unfurls={message.unfurls} press={press} />
        {message.edited && <small className="quiet">(edited)</small>}
        <Files files={message.files} />
        {!isInThread && replies > 0 && (
          <button type="button" className="replies" data-tour="replies" onClick={() => go({ thread: ts })}>
            {replies === 1 ? "1 reply" : `${replies} replies`}
          </button>
        )}
      </div>
      {!message.onlyVisibleToYou && <MessageTools ts={ts} isInThread={isInThread} />}
    </article>
  );
});

function Byline({ message, isContinued }: { message: Message; isContinued: boolean }) {
  const person = usePage().view.people[message.author];
  return (
    <p className={isContinued ? "byline continued" : "byline"}>
      <strong className={isContinued ? "hidden" : ""}>{person?.name ?? message.author}</strong>
      {message.isBot && !isContinued && <span className="app-badge">APP</span>}
      <time dateTime={new Date(message.at * 1000).toISOString()}>{timeOf(message.at)}</time>
    </p>
  );
}

/** A link without a label is written as it is: of one in brackets the renderer takes a port for an emoji. */
const BARE = /<(https?:\/\/[^|>\s]+)>/g;

function blocksOf({ blocks, text }: Message): Block[] {
  if (blocks.length > 0) return blocks;
  return text ? [{ type: "section", text: { type: "mrkdwn", text: text.replace(BARE, "$1") } }] : [];
}

function classOf({ onlyVisibleToYou }: Message, isContinued: boolean): string {
  return ["message", onlyVisibleToYou && "ephemeral", isContinued && "continued"].filter(Boolean).join(" ");
}
