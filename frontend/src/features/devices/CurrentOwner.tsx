import { Button, Group, Input, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import type { Device } from "@/api/types";
import { useFormat } from "@/i18n/format";
import { AssignOwner } from "./AssignOwner";
import { nameOf } from "./ownership";

/** The owner of a known meter, since when, and the button to change it. */
export function CurrentOwner({ device }: { device: Device }) {
  const { t } = useTranslation("devices");
  const format = useFormat();
  const [opened, { open, close }] = useDisclosure();
  const { owner, owner_since: since } = device;
  return (
    <Input.Wrapper
      label={t("form.owner")}
      labelElement="div"
      description={since && t("owner.since", { when: format.dateTime(since, device.time_zone) })}
      inputWrapperOrder={["label", "input", "description"]}
    >
      <Group justify="space-between" gap="xs">
        <Text size="sm" c={owner ? undefined : "dimmed"}>
          {owner ? nameOf(owner) : t("noOwner")}
        </Text>
        <Button variant="default" size="xs" onClick={open}>
          {t("action.assign")}
        </Button>
      </Group>
      {opened && <AssignOwner device={device} onClose={close} />}
    </Input.Wrapper>
  );
}
