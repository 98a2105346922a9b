import { Icon } from "../parts/Icon";
import { usePage } from "../state/PageContext";
import type { Thread } from "../state/types";
import { Composer } from "./composer/Composer";
import { Messages } from "./Messages";

/** A thread beside its channel. */
export function ThreadPanel({ thread }: { thread: Thread }) {
  const { view, go } = usePage();
  return (
    <section className="thread" aria-label="Thread" data-tour="thread">
      <header className="pane-header">
        <h2>Thread</h2>
        <span className="quiet">{view.channel.label}</span>
        <button type="button" className="tool" aria-label="Close thread" onClick={() => go({ thread: "" })}>
          <Icon name="close" />
        </button>
      </header>
      <Messages key={thread.ts} messages={thread.messages} label="Messages of the thread" isThread />
      <Composer
        key={`reply ${thread.ts}`}
        label="Reply"
        placeholder="Reply, or @apizee media"
        action="reply"
        place={thread.ts}
      />
    </section>
  );
}
