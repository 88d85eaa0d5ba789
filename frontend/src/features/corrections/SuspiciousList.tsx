import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Device } from "@/api/types";
import { ShowMore } from "@/components/ShowMore";
import { StateBlock } from "@/components/StateBlock";
import { useSuspicious } from "./api/useSuspicious";
import classes from "./corrections.module.css";
import { SuspiciousItem } from "./SuspiciousItem";

type Props = {
  device: Device;
  onCorrect?: (kind: "set_aside" | "replace", timestamp: string) => void;
};

export function SuspiciousList({ device, onCorrect }: Props) {
  const { t } = useTranslation("corrections");
  const suspicious = useSuspicious(device.id);
  return (
    <>
      <StateBlock
        query={suspicious}
        height={80}
        isEmpty={(items) => items.length === 0}
        empty={
          <Text size="sm" c="dimmed">
            {t("noSuspicious")}
          </Text>
        }
      >
        {(items) => (
          <ul className={classes.list}>
            {items.map((item) => (
              <SuspiciousItem
                key={`${item.start}${item.reason}${item.timestamp}`}
                device={device}
                suspicious={item}
                onCorrect={onCorrect}
              />
            ))}
          </ul>
        )}
      </StateBlock>
      <ShowMore list={suspicious} variant="subtle" size="xs" />
    </>
  );
}
