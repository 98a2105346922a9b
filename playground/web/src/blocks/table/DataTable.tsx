import { useState } from "react";

import { isNumeric, nextOrder, sorted, type Order } from "./sorting";
import { Pages } from "./Pages";
import { SortableHeader } from "./SortableHeader";
import type { DataTableBlock } from "../types";

const ROWS_PER_PAGE = 5;

/** A table whose columns sort by a click on their names, page by page. */
export function DataTable({ block }: { block: DataTableBlock }) {
  const [header = [], ...body] = block.rows;
  const size = block.page_size ?? ROWS_PER_PAGE;
  const [order, setOrder] = useState<Order | null>(null);
  const [page, setPage] = useState(0);
  const shown = sorted(body, order).slice(page * size, (page + 1) * size);

  return (
    <>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard */}
      <div className="table" role="group" aria-label={block.caption} tabIndex={0}>
        <table>
          <caption>{block.caption}</caption>
          <thead>
            <tr>
              {header.map((cell, column) => (
                <SortableHeader
                  key={column}
                  name={cell.text ?? ""}
                  isNumeric={isNumeric(body, column)}
                  direction={
                    order?.column === column ? (order.isDescending ? "descending" : "ascending") : "none"
                  }
                  onSort={() => {
                    setOrder(nextOrder(order, column, body));
                    setPage(0);
                  }}
                />
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row, number) => (
              <tr key={number}>
                {row.map((cell, column) => (
                  <td key={column} className={cell.type === "raw_number" ? "numeric" : ""}>
                    {cell.text ?? cell.value}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Pages count={Math.ceil(body.length / size)} page={page} onTurn={setPage} />
    </>
  );
}
