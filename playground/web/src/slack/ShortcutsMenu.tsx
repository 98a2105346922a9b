import { Icon } from "../parts/Icon";
import { Menu } from "../parts/Menu";
import { usePage } from "../state/PageContext";

/** The app's shortcuts that need no message. */
export function ShortcutsMenu() {
  const { view, act } = usePage();
  const items = view.shortcuts.global.map(({ callbackId, name }) => ({
    id: callbackId,
    label: name,
    choose: () => void act("shortcut", { callbackId }),
  }));
  return (
    <Menu label="Shortcuts" items={items} className="tool">
      <Icon name="bolt" />
    </Menu>
  );
}
