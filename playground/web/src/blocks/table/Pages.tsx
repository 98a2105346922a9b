interface Props {
  count: number;
  page: number;
  onTurn: (page: number) => void;
}

/** The way through a table's pages, where it has more than one. */
export function Pages({ count, page, onTurn }: Props) {
  if (count < 2) return null;
  return (
    <div className="pages">
      <button type="button" className="button" disabled={page === 0} onClick={() => onTurn(page - 1)}>
        Previous
      </button>
      <span className="quiet" role="status">
        Page {page + 1} of {count}
      </span>
      <button type="button" className="button" disabled={page === count - 1} onClick={() => onTurn(page + 1)}>
        Next
      </button>
    </div>
  );
}
