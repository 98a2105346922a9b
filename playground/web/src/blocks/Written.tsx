import { memo, useMemo } from "react";
import { Message as Renderer, type Block as RenderedBlock, type MessageProps } from "slack-blocks-to-jsx";

import { usePage } from "../state/PageContext";
import { Emoji } from "./Emoji";
import { slackDate } from "./slackDate";
import type { Block } from "./types";

type Hooks = NonNullable<MessageProps["hooks"]>;

/** Text of Slack's: mrkdwn and rich text, mentions with names, dates in the reader's language. */
export const Written = memo(function Written({ blocks }: { blocks: Block[] }) {
  const { people, channelNames, me } = usePage().view;
  const data = useMemo(() => named(people, channelNames), [people, channelNames]);
  const hooks = useMemo(() => hooksFor(me.locale), [me.locale]);
  return (
    <div className="written">
      <Renderer
        blocks={blocks as unknown as RenderedBlock[]}
        data={data}
        hooks={hooks}
        name=""
        logo=""
        unstyled
        withoutWrapper
      />
    </div>
  );
});

function named(people: Record<string, { name: string }>, channels: Record<string, string>) {
  return {
    users: Object.entries(people).map(([id, { name }]) => ({ id, name, avatar: "" })),
    channels: Object.entries(channels).map(([id, name]) => ({ id, name })),
  };
}

function hooksFor(locale: string): Hooks {
  return {
    user: ({ id, name }) => <span className="mention">@{name || id}</span>,
    channel: ({ id, name }) => <span className="mention">#{name || id}</span>,
    emoji: (emoji, parse) => <Emoji name={emoji.name} otherwise={parse(emoji)} />,
    date: ({ timestamp, format, fallback }) => (
      <time>{slackDate(Number(timestamp), format, fallback, locale)}</time>
    ),
    link: ({ href, children }) => (
      <a href={href} target="_blank" rel="noopener noreferrer">
        {children}
      </a>
    ),
  };
}
