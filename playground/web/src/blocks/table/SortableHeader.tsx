interface Props {
  name: string;
  isNumeric: boolean;
  direction: "ascending" | "descending" | "none";
  onSort: () => void;
}

const ARROWS = { ascending: "↑", descending: "↓", none: "↕" };

/** A column's name that sorts by it. */
export function SortableHeader({ name, isNumeric, direction, onSort }: Props) {
  return (
    <th scope="col" aria-sort={direction} className={isNumeric ? "numeric" : ""}>
      <button type="button" onClick={onSort}>
        {name} <span aria-hidden="true">{ARROWS[direction]}</span>
      </button>
    </th>
  );
}
