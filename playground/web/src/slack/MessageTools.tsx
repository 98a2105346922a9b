import { Icon } from "../parts/Icon";
import { Menu } from "../parts/Menu";
import { usePage } from "../state/PageContext";

/** What one can do with a message: open its thread, choose a shortcut. */
export function MessageTools({ ts, isInThread }: { ts: string; isInThread: boolean }) {
  const { view, act, go } = usePage();
  const items = view.shortcuts.message.map(({ callbackId, name }) => ({
    id: callbackId,
    label: name,
    choose: () => void act("shortcut", { callbackId, ts }),
  }));
  return (
    <div className="message-tools">
      {!isInThread && (
        <button
          type="button"
          aria-label="Reply in thread"
          title="Reply in thread"
          onClick={() => go({ thread: ts })}
        >
          <Icon name="thread" />
        </button>
      )}
      <Menu label="More actions" items={items}>
        <Icon name="more" />
      </Menu>
    </div>
  );
}
