import { Stack } from "@mantine/core";
import type { RejectedGroup } from "@/api/types";
import { ShowMore } from "@/components/ShowMore";
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
      <ShowMore list={readings} variant="default" />
    </Stack>
  );
}
