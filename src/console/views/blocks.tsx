import { PageHead } from "../../components/layout";
import { EmptyState, Skeleton } from "../../components/states";
import { flattened } from "../../query/pages-query";
import { t } from "../i18n";
import { BlockList } from "../parts/blocks";
import { NodeView } from "../parts/view";
import { usePages } from "../query/use";

const PAGE = 50;

/** All blocks, newest first, a page at a time. New ones come in at the top by themselves. */
export default function Blocks() {
  const pages = usePages("cmd_get_blocks", (after) => [{ after, limit: PAGE }]);
  return (
    <>
      <PageHead title={t("blocks.title")} />
      <NodeView
        query={flattened(pages, (all) => ({ blocks: all.flatMap((page) => page.blocks), seen: all[0]?.seen ?? { at: 0, old: false, error: null } }))}
        seen={(found) => found.seen}
        skeleton={<Skeleton label={t("state.loading")} rows={8} />}
        isEmpty={(found) => found.blocks.length === 0}
        empty={<EmptyState icon="list" title={t("blocks.none")} text={t("blocks.none.text")} />}
      >
        {(found) => <BlockList blocks={found().blocks} pages={pages} />}
      </NodeView>
    </>
  );
}
