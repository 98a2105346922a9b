const GAP = 4;

/** Puts a floating element below its button, or above where there is no room; always inside of the window, and towards its middle. */
export function placeBelow(floating: HTMLElement, button: HTMLElement): void {
  const from = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = floating;
  const isRoomBelow = from.bottom + GAP + height <= innerHeight;
  const top = isRoomBelow ? from.bottom + GAP : Math.max(GAP, from.top - GAP - height);
  const left = from.left < innerWidth / 2 ? from.left : from.right - width;
  floating.style.top = `${top}px`;
  floating.style.left = `${Math.max(GAP, Math.min(left, innerWidth - width - GAP))}px`;
}
