import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Device } from "@/api/types";
import { useAccount } from "@/api/useSession";
import { ProblemAlert } from "@/components/ProblemAlert";
import { ShowMore } from "@/components/ShowMore";
import { StateBlock } from "@/components/StateBlock";
import { useUndo } from "./api/useChangeReadings";
import { useCorrections } from "./api/useCorrections";
import { CorrectionItem } from "./CorrectionItem";
import classes from "./corrections.module.css";

export function CorrectionList({ device }: { device: Device }) {
  const { t } = useTranslation("corrections");
  const isAdmin = useAccount().role === "admin";
  const corrections = useCorrections(device.id);
  const undo = useUndo(device.id);
  return (
    <>
      <StateBlock
        query={corrections}
        height={80}
        isEmpty={(items) => items.length === 0}
        empty={
          <Text size="sm" c="dimmed">
            {t("noChanges")}
          </Text>
        }
      >
        {(items) => (
          <ul className={classes.list}>
            {items.map((correction) => (
              <CorrectionItem
                key={correction.id}
                device={device}
                correction={correction}
                onUndo={isAdmin ? undo.mutate : undefined}
                pending={undo.isPending && undo.variables === correction.id}
              />
            ))}
          </ul>
        )}
      </StateBlock>
      <ProblemAlert reason={undo.error} />
      <ShowMore list={corrections} variant="subtle" size="xs" />
    </>
  );
}
