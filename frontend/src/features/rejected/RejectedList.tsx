import { Button, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { RejectedGroup } from "@/api/types";
import { StateBlock } from "@/components/StateBlock";
import { useRejected } from "./api/useRejected";
import { RejectedItem } from "./RejectedItem";
import classes from "./rejected.module.css";

type Props = {
  code: RejectedGroup["code"];
  pending: boolean;
  onDecide: (what: "replay" | "dismiss", id: string) => void;
};

export function RejectedList({ code, pending, onDecide }: Props) {
  const { t } = useTranslation("common");
  const readings = useRejected(code);
  return (
    <Stack gap="sm" mt="sm">
      <StateBlock query={readings} height={220}>
        {(items) => (
          <ul className={classes.list}>
            {items.map((reading) => (
              <RejectedItem
                key={reading.id}
                reading={reading}
                pending={pending}
                onDecide={onDecide}
              />
            ))}
          </ul>
        )}
      </StateBlock>
      {readings.hasNextPage && (
        <Button
          variant="default"
          loading={readings.isFetchingNextPage}
          onClick={() => void readings.fetchNextPage()}
        >
          {t("action.showMore")}
        </Button>
      )}
    </Stack>
  );
}
