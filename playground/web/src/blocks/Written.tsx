import { memo, useMemo, type MouseEvent, type ReactNode } from "react";
import { Message as Renderer, type Block as RenderedBlock, type MessageProps } from "slack-blocks-to-jsx";

import { usePage } from "../state/PageContext";
import { placeOf, reveal } from "../state/permalink";
import { Emoji } from "./Emoji";
import { withPlainCode } from "./plainCode";
import { slackDate } from "./slackDate";
import type { Block } from "./types";

type Hooks = NonNullable<MessageProps["hooks"]>;

/** Text of Slack's: mrkdwn and rich text, mentions with names, dates in the reader's language. */
export const Written = memo(function Written({ blocks }: { blocks: Block[] }) {
  const { people, channelNames, me, clock } = usePage().view;
  const data = useMemo(() => named(people, channelNames), [people, channelNames]);
  const readable = useMemo(() => withPlainCode(blocks), [blocks]);
  const hooks = useMemo(() => hooksFor(me.locale, clock.ahead), [me.locale, clock.ahead]);
  return (
    <div className="written">
      <Renderer
        blocks={readable as unknown as RenderedBlock[]}
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

/** A link, which leads to a message of this page where it is one's address in Slack. */
function SlackLink({ href, children }: { href: string; children: ReactNode }) {
  const { view, go } = usePage();
  const place = placeOf(href, view.channels);
  const follow = (event: MouseEvent) => {
    if (!place) return;
    event.preventDefault();
    go({ in: place.slug, thread: "" });
    reveal(place.ts);
  };
  return (
    <a href={href} target="_blank" rel="noopener noreferrer" onClick={follow}>
      {children}
    </a>
  );
}

function named(people: Record<string, { name: string }>, channels: Record<string, string>) {
  return {
    users: Object.entries(people).map(([id, { name }]) => ({ id, name, avatar: "" })),
    channels: Object.entries(channels).map(([id, name]) => ({ id, name })),
  };
}

/** `ahead` is by how many seconds the demo's time is ahead of the browser's. */
function hooksFor(locale: string, ahead: number): Hooks {
  return {
    user: ({ id, name }) => <span className="mention">@{name || id}</span>,
    channel: ({ id, name }) => <span className="mention">#{name || id}</span>,
    emoji: (emoji, parse) => <Emoji name={emoji.name} otherwise={parse(emoji)} />,
    date: ({ timestamp, format, fallback }) => (
      <time>
        {slackDate(Number(timestamp), format, fallback, locale, new Date(Date.now() + ahead * 1000))}
      </time>
    ),
    link: ({ href, children }) => <SlackLink href={href}>{children}</SlackLink>,
  };
}
