import { Stack } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { RejectedGroup } from "@/api/types";
import { PageHeader } from "@/components/PageHeader";
import { EmptyState, StateBlock } from "@/components/StateBlock";
import { useRejectedGroups } from "./api/useRejectedGroups";
import { groupsOnPage } from "./groupsOnPage";
import { ReasonCard } from "./ReasonCard";

export function RejectedPage() {
  const { t } = useTranslation("rejected");
  const groups = useRejectedGroups();
  /** The groups on the page at the last decision, and the reasons that were decided. */
  const [shown, setShown] = useState<RejectedGroup[]>([]);
  const [decided, setDecided] = useState<RejectedGroup["code"][]>([]);
  const all = groupsOnPage(groups.data ?? [], shown, decided);
  return (
    <>
      <PageHeader title={t("title")} text={t("text")} />
      <StateBlock
        query={groups}
        height={280}
        isEmpty={() => all.length === 0}
        empty={
          <EmptyState
            icon={<IconCircleCheck size={26} />}
            title={t("emptyTitle")}
            text={t("emptyText")}
          />
        }
      >
        {() => (
          <Stack>
            {all.map((group) => (
              <ReasonCard
                key={group.code}
                group={group}
                onDecided={() => {
                  setShown(all);
                  setDecided((before) => [...before, group.code]);
                }}
              />
            ))}
          </Stack>
        )}
      </StateBlock>
    </>
  );
}
