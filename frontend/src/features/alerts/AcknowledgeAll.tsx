import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { IconChecks } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDevice } from "@/api/calls/useDevice";
import { ProblemAlert } from "@/components/ProblemAlert";
import { useAcknowledgeAll } from "./api/useAcknowledgeAll";
import { useUnacknowledged } from "./api/useUnacknowledged";
import { type AlertSearch, filterOf } from "./search";

/** Acknowledges all alerts of the page's filter at once, those on later pages too, after it has named their number. */
export function AcknowledgeAll({ search }: { search: AlertSearch }) {
  const { t } = useTranslation(["alerts", "common"]);
  const [confirming, setConfirming] = useState(false);
  const count = useUnacknowledged(filterOf(search)).data ?? 0;
  const acknowledge = useAcknowledgeAll();
  const done = acknowledge.data?.acknowledged;
  const close = () => setConfirming(false);
  const status = useRef<HTMLParagraphElement>(null);
  // The button that had the focus is gone when nothing is left to acknowledge.
  useEffect(() => {
    if (done !== undefined && count === 0) status.current?.focus();
  }, [done, count]);
  return (
    <>
      <Text size="sm" c="dimmed" role="status" ref={status} tabIndex={-1}>
        {done !== undefined && t("acknowledgedAll", { count: done })}
      </Text>
      {count > 0 && (
        <Button
          variant="light"
          leftSection={<IconChecks size={18} aria-hidden />}
          onClick={() => {
            acknowledge.reset();
            setConfirming(true);
          }}
        >
          {t("acknowledgeAll", { count })}
        </Button>
      )}
      <Modal
        opened={confirming}
        onClose={close}
        title={t("confirm.title", { count })}
        closeButtonProps={{ "aria-label": t("common:action.close") }}
        styles={{ title: { fontWeight: 650, lineHeight: 1.35 } }}
      >
        <Stack>
          <FilterText search={search} />
          <Text size="sm">{t("confirm.text")}</Text>
          <ProblemAlert reason={acknowledge.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t("common:action.cancel")}
            </Button>
            <Button
              data-autofocus
              loading={acknowledge.isPending}
              onClick={() => acknowledge.mutate(filterOf(search), { onSuccess: close })}
            >
              {t("acknowledgeAll", { count })}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}

/** The filter in words, because it is behind the dialog. */
function FilterText({ search: { device, state, past } }: { search: AlertSearch }) {
  const { t } = useTranslation("alerts");
  const name = useDevice(device ?? "", device !== undefined).data?.name;
  const conditions = [
    device === undefined ? t("allMeters") : name,
    state && t(state),
    past !== undefined && t(past ? "past.only" : "past.without"),
  ];
  return (
    <Text size="sm" fw={600}>
      {conditions.filter(Boolean).join(" · ")}
    </Text>
  );
}
