import { Blocks } from "../blocks/Blocks";
import type { PressIn } from "../blocks/Press";
import type { Message } from "../state/types";

interface Props {
  unfurls: Message["unfurls"];
  press: PressIn;
}

/** What the bot shows of links, below the message in which somebody pasted them. */
export function Unfurls({ unfurls, press }: Props) {
  return unfurls.map(({ url, blocks }) => (
    <aside key={url} className="unfurl" aria-label="Shown by Apizee">
      <Blocks blocks={blocks} press={press} />
    </aside>
  ));
}
