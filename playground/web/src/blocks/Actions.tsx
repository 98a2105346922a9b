import { Icon } from "../parts/Icon";
import { Menu } from "../parts/Menu";
import { BlockButton } from "./BlockButton";
import { BlockSelect } from "./BlockSelect";
import { usePress } from "./Press";
import type { Element } from "./types";

/** A row of buttons and overflow menus. */
export function Actions({ elements }: { elements: Element[] }) {
  return (
    <div className="actions">
      {elements.map((element) =>
        element.type === "overflow" ? (
          <Overflow element={element} key={element.action_id} />
        ) : element.type === "conversations_select" ? (
          <BlockSelect element={element} key={element.action_id} />
        ) : (
          <BlockButton element={element} key={element.action_id} />
        ),
      )}
    </div>
  );
}

function Overflow({ element }: { element: Element }) {
  const press = usePress();
  const items = (element.options ?? []).map(({ text, value }) => ({
    id: value,
    label: text.text,
    choose: () => press(element.action_id),
  }));
  return (
    <Menu label="More options" items={items} className="button">
      <Icon name="more" />
    </Menu>
  );
}
