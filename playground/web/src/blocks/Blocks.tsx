import { memo } from "react";

import { Actions } from "./Actions";
import { CallCard } from "./CallCard";
import { Chart } from "./chart/Chart";
import { DataTable } from "./table/DataTable";
import { Picture } from "./Picture";
import { PlainTable } from "./table/PlainTable";
import { PressContext, type PressIn } from "./Press";
import { Section } from "./Section";
import type { Block } from "./types";
import { Written } from "./Written";

interface Props {
  blocks: Block[];
  press: PressIn;
}

/** Blocks of a message, a Home or a modal, top to bottom; `press` is what their buttons do. */
export const Blocks = memo(function Blocks({ blocks, press }: Props) {
  return (
    <div className="blocks">
      {blocks.map((block, place) => (
        <PressContext
          value={(action, chosen) => press(action, block.block_id, chosen)}
          key={block.block_id ?? place}
        >
          <BlockOf block={block} />
        </PressContext>
      ))}
    </div>
  );
});

function BlockOf({ block }: { block: Block }) {
  switch (block.type) {
    case "section":
      return <Section block={block} />;
    case "actions":
      return <Actions elements={block.elements} />;
    case "call":
      return <CallCard callId={block.call_id} />;
    case "data_table":
      return <DataTable block={block} />;
    case "table":
      return <PlainTable rows={block.rows} />;
    case "data_visualization":
      return <Chart title={block.title} chart={block.chart} />;
    case "image":
      return <Picture block={block} />;
    case "header":
      // Below the title of the place that it stands in.
      return <Written blocks={[{ ...block, level: 2 }]} />;
    default:
      return <Written blocks={[block]} />;
  }
}
