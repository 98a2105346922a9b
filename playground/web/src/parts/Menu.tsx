import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from "react";

import { placeBelow } from "./placeBelow";

export interface MenuItem {
  id: string;
  label: string;
  choose: () => void;
}

interface Props {
  label: string;
  items: MenuItem[];
  className?: string;
  children: ReactNode;
}

/** A button that opens a menu: arrow keys move, Escape closes and gives the focus back. */
export function Menu({ label, items, className = "", children }: Props) {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!isOpen || !button.current || !list.current) return;
    placeBelow(list.current, button.current);
    list.current.querySelector<HTMLElement>("[role=menuitem]")?.focus();
  }, [isOpen]);

  const close = () => {
    setOpen(false);
    button.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (moveFocus(event.key, list.current)) event.preventDefault();
  };

  return (
    <>
      <button
        type="button"
        ref={button}
        className={className}
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {children}
      </button>
      {isOpen && (
        <>
          <div className="menu-backdrop" aria-hidden="true" onClick={close} />
          <div className="menu" role="menu" aria-label={label} tabIndex={-1} ref={list} onKeyDown={onKeyDown}>
            {items.map((item) => (
              <button
                type="button"
                role="menuitem"
                tabIndex={-1}
                key={item.id}
                onClick={() => {
                  close();
                  item.choose();
                }}
              >
                {item.label}
              </button>
            ))}
          </div>
        </>
      )}
    </>
  );
}

function moveFocus(key: string, list: HTMLElement | null): boolean {
  const items = [...(list?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const target = { ArrowDown: (at + 1) % items.length, ArrowUp: at - 1, Home: 0, End: -1 }[key];
  if (target === undefined) return false;
  items.at(target)?.focus();
  return true;
}
